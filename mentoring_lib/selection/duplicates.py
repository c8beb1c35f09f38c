"""Applications that may come from one community; a person decides."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, product

import pandas as pd

from mentoring_lib.base.rows import map_distinct, table_of
from mentoring_lib.base.texts import LEGAL_FORMS, PHONE_DIGITS, fold
from mentoring_lib.selection.decisions import DROPPED, decide_pairs, find_verdicts

MAX_ALIKE = 50  # that share one thing: beyond, each is compared with the first alone, or one e-mail asks thousands
EVIDENCE = {"email": "vienāds e-pasts", "phone": "vienāds tālrunis", "name": "tas pats nosaukums un vieta"}


@dataclass(frozen=True)
class Pair:
    """Two applications that may come from one community, the later first; ``decision`` is "" while undecided."""

    application_id: str
    other_id: str
    evidence: str
    decision: str


def find_duplicates(applications: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """Pairs of applications that may come from one community, with the evidence and a person's decision.

    Parameters
    ----------
    applications : DataFrame, shape (n, k)
        Typed applications.
    decisions : DataFrame, shape (m, 9)
        Sheet "Lēmumi", typed; ``duplicate_of`` and ``not_duplicate`` name the other application as their value.

    Returns
    -------
    DataFrame, shape (pairs, 4)
        ``application_id`` (the later one), ``other_id``, ``evidence`` (Latvian) and ``decision`` (code, "" while
        nobody has decided). A pair needs a decision unless one of its two has been set aside already. Where more
        than :data:`MAX_ALIKE` share one thing, each is paired with the first of them only.
    """
    alike = _find_pairs(applications).items()
    evidence = {pair: ", ".join(EVIDENCE[kind] for kind in sorted(kinds)) for pair, kinds in alike}
    decided = _decide(sorted(evidence), decisions)
    rows = [(*pair, evidence[pair], decision) for pair, decision in decided.items()]
    return table_of(rows, dict.fromkeys(["application_id", "other_id", "evidence", "decision"], "str"))


def _find_pairs(applications: pd.DataFrame) -> dict[tuple[str, str], set[str]]:
    """What two applications, the later first, have in common."""
    keys = _make_keys(applications)
    shared = {kind: key.ne("") & key.duplicated(keep=False) for kind, key in keys.items()}
    compared = applications[shared["email"] | shared["phone"] | shared["name"]]
    ids = compared.sort_values(["submitted_at", "application_id"])["application_id"]
    position = {key: place for place, key in enumerate(dict.fromkeys(ids.tolist()))}
    pairs: dict[tuple[str, str], set[str]] = {}
    for kind, key in keys.items():
        for _, group in ids[shared[kind].loc[ids.index]].groupby(key):
            alike = sorted(set(group.tolist()), key=position.__getitem__)
            for earlier, later in combinations(alike, 2) if len(alike) <= MAX_ALIKE else product(alike[:1], alike[1:]):
                pairs.setdefault((later, earlier), set()).add(kind)
    return pairs


def _make_keys(applications: pd.DataFrame) -> dict[str, pd.Series]:
    """What applications may have in common, "" where there is nothing to compare."""
    columns = ("email", "phone", "community", "municipality", "place")
    emails, phones, communities, towns, places = (applications[name].fillna("") for name in columns)
    names = [
        " ".join(word for word in name.split() if word not in LEGAL_FORMS) for name in map_distinct(communities, fold)
    ]
    named = zip(names, towns, map_distinct(places, fold), strict=True)
    keys = {
        "email": [email.strip().casefold() for email in emails],
        "phone": [digits if len(digits) == PHONE_DIGITS else "" for digits in map(_last_digits, phones)],
        "name": [f"{name}|{town}|{place}" if name else "" for name, town, place in named],
    }
    return {kind: pd.Series(texts, applications.index) for kind, texts in keys.items()}


def _last_digits(phone: str) -> str:
    return re.sub(r"\D+", "", phone)[-PHONE_DIGITS:]


def _decide(pairs: Iterable[tuple[str, str]], decisions: pd.DataFrame) -> dict[tuple[str, str], str]:
    """What a person decided about each pair."""
    last = decide_pairs(decisions)
    aside = {key for key, verdict in find_verdicts(decisions).items() if verdict.decision in DROPPED}
    decided = {}
    for pair in pairs:
        decision = last.get(frozenset(pair), "")
        if aside & {*pair}:
            decided[pair] = decision or "set_aside"
        else:  # a later "eligible" takes a "duplicate of" back
            decided[pair] = "not_duplicate" if decision else ""
    return decided
