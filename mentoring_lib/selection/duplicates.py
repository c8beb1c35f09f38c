"""Applications that may come from one community; a person decides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import combinations, product

import numpy as np
import pandas as pd

from mentoring_lib.base.frames import map_distinct, table_of
from mentoring_lib.base.texts import fold
from mentoring_lib.selection.decisions import find_verdicts, in_order, last_on_pairs

LEGAL_FORMS = {
    "biedriba", "nodibinajums", "bdr", "sia", "kopiena", "kopienas", "iedzivotaju", "iedzivotaji", "apvieniba", "grupa",
}  # fmt: skip
"""Folded words that say nothing about which community it is."""

_NOT_DIGIT = re.compile(r"\D+")
MOST_ALIKE = 50  # that share one thing: beyond, each is compared with the first alone, or one e-mail asks thousands
PHONE_DIGITS = 8  # digits of a Latvian number without the country code
EVIDENCE = {"email": "vienāds e-pasts", "phone": "vienāds tālrunis", "name": "tas pats nosaukums un vieta"}


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
        than :data:`MOST_ALIKE` share one thing, each is paired with the first of them only.
    """
    pairs = _find_pairs(applications)
    told = sorted((one, other, ", ".join(EVIDENCE[kind] for kind in sorted(kinds))) for (one, other), kinds in pairs)
    decided = [(*pair, decision) for pair, decision in zip(told, _decided(told, decisions), strict=True)]
    return table_of(decided, dict.fromkeys(["application_id", "other_id", "evidence", "decision"], "str"))


def _find_pairs(applications: pd.DataFrame) -> Iterable[tuple[tuple[str, str], set[str]]]:
    """Two applications, the later first, and what they have in common."""
    ids = applications["application_id"].tolist()
    groups = [(kind, rows) for kind, keys in _make_keys(applications).items() for rows in _group(keys).values()]
    shared = applications["application_id"].isin({ids[row] for _, rows in groups for row in rows})
    compared = applications.loc[shared, ["submitted_at", "application_id"]]
    ordered = compared.sort_values(["submitted_at", "application_id"])["application_id"]
    position = {key: place for place, key in enumerate(dict.fromkeys(ordered))}
    pairs: dict[tuple[str, str], set[str]] = {}
    for kind, rows in groups:
        alike = sorted({ids[row] for row in rows}, key=position.__getitem__)
        for earlier, later in combinations(alike, 2) if len(alike) <= MOST_ALIKE else product(alike[:1], alike[1:]):
            pairs.setdefault((later, earlier), set()).add(kind)
    return pairs.items()


def _group(keys: Sequence[str]) -> dict[str, list[int]]:
    """Rows of each key that stands in several."""
    groups: dict[str, list[int]] = {}
    for row in np.flatnonzero(pd.Series(keys, dtype="object").duplicated(keep=False)).tolist():
        if keys[row]:
            groups.setdefault(keys[row], []).append(row)
    return groups


def _make_keys(applications: pd.DataFrame) -> dict[str, list[str]]:
    """What applications may have in common, "" where there is nothing to compare."""
    columns = ("email", "phone", "community", "municipality", "place")
    emails, phones, communities, towns, places = (applications[name].fillna("") for name in columns)
    names = [
        name if LEGAL_FORMS.isdisjoint(name.split()) else _drop_form(name) for name in map(fold, communities.tolist())
    ]
    named = zip(names, towns.tolist(), map_distinct(places, fold).tolist(), strict=True)
    digits = [_last_digits(text) for text in phones.tolist()]
    return {
        "email": list(map(str.casefold, map(str.strip, emails.tolist()))),
        "phone": [text if len(text) == PHONE_DIGITS else "" for text in digits],
        "name": [f"{name}|{town}|{place}" if name else "" for name, town, place in named],
    }


def _drop_form(name: str) -> str:
    return " ".join(word for word in name.split() if word not in LEGAL_FORMS)


def _last_digits(phone: str) -> str:
    last = phone.replace(" ", "")[-PHONE_DIGITS:]
    return last if last.isdecimal() else _NOT_DIGIT.sub("", phone)[-PHONE_DIGITS:]


def _decided(pairs: Iterable[tuple[str, str, str]], decisions: pd.DataFrame) -> list[str]:
    known = last_on_pairs(in_order(decisions))
    aside = {key for key, verdict in find_verdicts(decisions).items() if verdict.decision != "eligible"}
    found = []
    for one, other, _ in pairs:
        decision = known.get(frozenset((one, other)), "")
        if aside & {one, other}:
            found.append(decision or "set_aside")
        else:  # a later "eligible" takes a "duplicate of" back
            found.append("not_duplicate" if decision else "")
    return found
