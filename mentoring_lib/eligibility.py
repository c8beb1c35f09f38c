"""Which applications compete: duplicates, decisions of a person, and the one state each application is in.

Whatever is unclear stays unsettled until a person decides; nothing is merged or dropped here.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np
import pandas as pd

from mentoring_lib.columns import POINTS, label_of
from mentoring_lib.errors import Problem, problem_at, rows_of, table_of
from mentoring_lib.programme import Programme
from mentoring_lib.texts import fold, fold_all, map_distinct

LEGAL_FORMS = {
    "biedriba", "nodibinajums", "bdr", "sia", "kopiena", "kopienas", "iedzivotaju", "iedzivotaji", "apvieniba", "grupa",
}  # fmt: skip
"""Folded words that say nothing about which community it is."""

_NOT_DIGIT = re.compile(r"\D+")
MOST_ALIKE = 50  # that share one thing: beyond, each is compared with the first alone, or one e-mail asks thousands
PHONE_DIGITS = 8  # digits of a Latvian number without the country code

VERDICTS = ("duplicate_of", "ineligible", "eligible")
"""Decisions about whether an application competes; the newest counts."""

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
        name if LEGAL_FORMS.isdisjoint(name.split()) else _drop_form(name) for name in fold_all(communities.tolist())
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
    known = _last_on_pairs(in_order(decisions))
    aside = {key for key, verdict in find_verdicts(decisions).items() if verdict.decision != "eligible"}
    found = []
    for one, other, _ in pairs:
        decision = known.get(frozenset((one, other)), "")
        if aside & {one, other}:
            found.append(decision or "set_aside")
        else:  # a later "eligible" takes a "duplicate of" back
            found.append("not_duplicate" if decision else "")
    return found


def in_order(decisions: pd.DataFrame) -> list[Any]:
    """Decisions, the oldest first and undated ones ("NaT") last; those of one day as they stand in their file."""
    return sorted(rows_of(decisions), key=lambda row: (str(row.on), row.file, row.row))


def _last_on_pairs(ordered: Iterable[Any]) -> dict[frozenset[object], str]:
    """What was decided last about each pair: "duplicate_of" or "not_duplicate"."""
    return {
        frozenset((row.application_id, row.value)): row.decision
        for row in ordered
        if row.decision in ("duplicate_of", "not_duplicate")
    }


def find_verdicts(decisions: pd.DataFrame) -> dict[str, Any]:
    """The newest verdict on each application.

    A "duplicate of" that a newer "not a duplicate" of the same pair takes back does not count; whatever was decided
    before it counts again.
    """
    ordered = in_order(decisions)
    last = _last_on_pairs(ordered)
    return _keep_newest(
        row
        for row in ordered
        if row.decision in VERDICTS
        and not (row.decision == "duplicate_of" and last[frozenset((row.application_id, row.value))] == "not_duplicate")
    )


def latest(decisions: pd.DataFrame, *kinds: str) -> dict[str, Any]:
    """The newest decision of the given kinds for each application, the newest of all last."""
    return _keep_newest(row for row in in_order(decisions) if row.decision in kinds)


def _keep_newest(ordered: Iterable[Any]) -> dict[str, Any]:
    newest: dict[str, Any] = {}
    for row in ordered:
        newest.pop(row.application_id, None)
        newest[row.application_id] = row
    return newest


def determine_states(
    applications: pd.DataFrame, duplicates: pd.DataFrame, decisions: pd.DataFrame, programme: Programme
) -> pd.DataFrame:
    """Put every application into exactly one state.

    Parameters
    ----------
    applications : DataFrame, shape (n, k)
        Typed applications with ``late``.
    duplicates : DataFrame
        See :func:`find_duplicates`.
    decisions : DataFrame
        Sheet "Lēmumi": ``duplicate_of`` and ``ineligible`` set aside; ``eligible`` settles municipality and consent.
    programme : Programme

    Returns
    -------
    DataFrame, shape (n, k + 3)
        ``state`` (a code of ``CHOICES["state"]``), ``state_reason`` (Latvian, "" for eligible ones) and
        ``duplicate_of`` (code of the application a person named, "" without).

    Notes
    -----
    The first that fits: set aside by a person, outside the municipalities, no consent, late, eligible. An answer
    that cannot be read, or an undecided duplicate, leaves the application unsettled.
    """
    verdicts, ids = find_verdicts(decisions), applications["application_id"].tolist()
    undecided = duplicates[duplicates["decision"].eq("")]
    doubted = {*undecided["application_id"], *undecided["other_id"]}
    twice = [key for key, count in Counter(ids).items() if count > 1]
    doubts = dict.fromkeys(twice, "Tāds pats kods ir arī citā rindā; jāizlemj.")
    doubts |= dict.fromkeys(doubted, "Varbūt dublikāts; jāizlemj.")
    answers = rows_of(applications[["municipality", "consent", "submitted_at", "late"]])
    found = [
        _set_aside(verdicts.get(key)) or _find_state(answer, key in verdicts, doubts.get(key, ""), programme)
        for key, answer in zip(ids, answers, strict=True)
    ]
    told = {"state": [state for state, _ in found], "state_reason": [reason for _, reason in found]}
    told["duplicate_of"] = [_duplicate_of(verdicts.get(key)) for key in ids]
    return applications.assign(
        **{name: pd.Series(texts, applications.index, dtype="str") for name, texts in told.items()}
    )


def _duplicate_of(verdict: Any) -> str:
    return str(verdict.value) if verdict is not None and verdict.decision == "duplicate_of" else ""


def _set_aside(verdict: Any) -> tuple[str, str] | None:
    """State and reason of an application that a person has set aside."""
    if verdict is None or verdict.decision == "eligible":
        return None
    told = f"Pieteikuma {verdict.value} dublikāts" if verdict.decision == "duplicate_of" else "Neatbilst"
    return "set_aside", f"{told}: {verdict.reason}"


def _find_state(  # noqa: PLR0911 - one line per state, the first that fits
    answer: Any, accepted: bool, doubt: str, programme: Programme
) -> tuple[str, str]:
    """State and reason of any other; a person who found it eligible (``accepted``) has settled place and consent."""
    towns = programme.call.municipalities
    if not accepted and pd.isna(answer.municipality):
        return "unsettled", "Nav skaidrs, kurā novadā kopiena darbojas."
    if not accepted and answer.municipality not in towns:
        where = f"Uzsaukums attiecas uz šiem novadiem: {', '.join(towns)}."
        return "outside", f"{where} Pieteikumā norādīts: {answer.municipality}."
    if not accepted and pd.isna(answer.consent):
        return "unsettled", "Nav skaidrs, vai dota piekrišana datu apstrādei."
    if not accepted and not answer.consent:
        return "no_consent", "Nav dota piekrišana personas datu apstrādei."
    if doubt:
        return "unsettled", doubt
    if answer.submitted_at is pd.NaT:
        return "unsettled", "Nav skaidrs, kad pieteikums iesniegts."
    if answer.late:
        return "late", f"Iesniegts pēc termiņa: {answer.submitted_at:%d.%m.%Y %H:%M:%S}."
    return "eligible", ""


def check_applications(applications: pd.DataFrame, duplicates: pd.DataFrame) -> list[Problem]:
    """Problems between applications: equal codes, and suspected duplicates nobody has decided on."""
    place = {row.application_id: row for row in rows_of(applications.iloc[::-1])}
    problems = []
    for pair in rows_of(duplicates[duplicates["decision"].eq("")]):
        details = f"{place[pair.other_id].row}. rindā ({pair.other_id})"
        problems.append(
            problem_at("duplicate_suspected", place[pair.application_id], "community", pair.evidence, details)
        )
    for row in rows_of(applications[applications["application_id"].duplicated()]):
        first = place[row.application_id]
        details = f"{first.file}, {first.row}. rinda"
        problems.append(problem_at("application_id_twice", row, "application_id", row.application_id, details))
    return problems


def check_references(table: pd.DataFrame, applications: pd.DataFrame, column: str = "application_id") -> list[Problem]:
    """A problem for each code that a sheet names and no export holds."""
    filled = table[table[column].notna()]
    unknown = filled[~filled[column].isin(applications["application_id"])]
    return [problem_at("application_unknown", row, column, getattr(row, column)) for row in rows_of(unknown)]


def check_decisions(decisions: pd.DataFrame, applications: pd.DataFrame, programme: Programme) -> list[Problem]:
    """A problem for each decision whose value does not fit its kind, or that contradicts another of the same day."""
    known = set(applications["application_id"])
    allowed = {
        "duplicate_of": known,
        "not_duplicate": known,
        "novelty": {label_of("novelty", "new"), label_of("novelty", "existing")},
        "override": {str(year) for year in programme.places},
    }
    problems = []
    for item in rows_of(decisions[decisions["decision"].notna()].fillna({"value": ""})):
        fits = {*POINTS} if item.decision.startswith("agreed_") else allowed.get(item.decision)
        if fits is not None and (item.value not in fits or item.value == item.application_id):
            details = "cita pieteikuma kods" if fits is known else ", ".join(sorted(fits))
            problems.append(problem_at("decision_value", item, "value", item.value, details))
    problems += _check_circles(decisions) + _check_overrides(decisions, programme)
    kind = decisions["decision"].where(~decisions["decision"].isin(VERDICTS), "verdict")
    clashing = decisions.assign(kind=kind)[~decisions["decision"].isin(["not_duplicate", "other"])]
    clashing = clashing[clashing.duplicated(["application_id", "kind", "on"], keep="first")]
    return problems + [
        problem_at("decision_conflict", row, "decision", label_of("decision", row.decision), row.application_id)
        for row in rows_of(clashing.dropna(subset=["application_id", "decision"]))
    ]


def _check_circles(decisions: pd.DataFrame) -> list[Problem]:
    """A duplicate must point to an application that is not a duplicate itself."""
    told = {key: row for key, row in find_verdicts(decisions).items() if row.decision == "duplicate_of"}
    details = "pieteikums, kas pats nav dublikāts"
    circles = [row for key, row in told.items() if row.value in told and row.value != key]
    return [problem_at("decision_value", row, "value", row.value, details) for row in circles]


def _check_overrides(decisions: pd.DataFrame, programme: Programme) -> list[Problem]:
    """No more overrides in a year than it has places."""
    places = {str(year): count for year, count in programme.places.items()}
    problems, given = [], Counter[str]()
    for row in latest(decisions, "override").values():
        given[row.value] += 1
        if given[row.value] > places.get(row.value, math.inf):
            problems.append(problem_at("override_full", row, "value", row.value))
    return problems


def count_states(applications: pd.DataFrame, municipalities: Sequence[str]) -> pd.DataFrame:
    """Applications by municipality, eligible and other, with one row for those outside or unknown.

    Returns
    -------
    DataFrame, shape (municipalities + 1, 2)
        ``eligible`` and ``other``; the last row is left out when nobody is outside.
    """
    town = applications["municipality"].where(applications["municipality"].isin(municipalities), "citur vai nezināms")
    eligible = applications["state"].eq("eligible").map({True: "eligible", False: "other"})
    counts = pd.crosstab(town, eligible).reindex(columns=["eligible", "other"], fill_value=0)
    order = [*municipalities, *(name for name in counts.index if name not in municipalities)]
    return counts.reindex(order, fill_value=0)
