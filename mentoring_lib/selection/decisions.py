"""What a person decided about an application: newest first, contradictions found."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

import pandas as pd

from mentoring_lib.base.columns import ANCHORS, POINTS, label_of
from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.problems import Problem, problem_at
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import Decision, Entry
from mentoring_lib.base.texts import fold, suggest

VERDICTS = ("duplicate_of", "ineligible", "eligible")
"""Decisions about whether an application competes; the newest counts."""

NOVELTY = {label_of("novelty", code): code for code in ("new", "existing")}
"""What a decision on novelty may say."""


def in_order(decisions: pd.DataFrame) -> list[Decision]:
    """Decisions, the oldest first and undated ones ("None") last; those of one day as they stand in their file."""
    return sorted(rows_of(decisions, Decision), key=lambda row: (str(row.on), row.file, row.row))


def pair_of(row: Decision) -> frozenset[str | None]:
    """The two applications that a decision on duplicates names."""
    return frozenset((row.application_id, row.value))


def last_on_pairs(ordered: Iterable[Decision]) -> dict[frozenset[str | None], str]:
    """What was decided last about each pair: "duplicate_of" or "not_duplicate"."""
    return {pair_of(row): row.decision for row in ordered if row.decision in ("duplicate_of", "not_duplicate")}


def find_verdicts(decisions: pd.DataFrame) -> dict[str, Decision]:
    """The newest verdict on each application.

    A "duplicate of" that a newer "not a duplicate" of the same pair takes back does not count; whatever was decided
    before it counts again.
    """
    ordered = in_order(decisions)
    last = last_on_pairs(ordered)
    taken_back = {pair for pair, decision in last.items() if decision == "not_duplicate"}
    return _keep_newest(
        row
        for row in ordered
        if row.decision in VERDICTS and not (row.decision == "duplicate_of" and pair_of(row) in taken_back)
    )


def latest(decisions: pd.DataFrame, *kinds: str) -> dict[str, Decision]:
    """The newest decision of the given kinds for each application, the newest of all last."""
    return _keep_newest(row for row in in_order(decisions) if row.decision in kinds)


def _keep_newest(ordered: Iterable[Decision]) -> dict[str, Decision]:
    newest: dict[str, Decision] = {}
    for row in ordered:
        if row.application_id is not None:
            newest.pop(row.application_id, None)  # else it would keep the position of the older one
            newest[row.application_id] = row
    return newest


def check_references(table: pd.DataFrame, applications: pd.DataFrame) -> list[Problem]:
    """A problem for each code that a sheet names and no export holds."""
    filled = table[table["application_id"].notna()]
    unknown = filled[~filled["application_id"].isin(applications["application_id"])]
    codes = {fold(code): code for code in applications["application_id"]}
    problems = []
    for row in rows_of(unknown, Entry):
        nearest = suggest(row.application_id or "", codes)
        hint = f"Varbūt domāts {codes[nearest]}? " if nearest else ""
        problems.append(problem_at("application_unknown", row, "application_id", row.application_id, hint))
    return problems


def check_decisions(decisions: pd.DataFrame, applications: pd.DataFrame, programme: Programme) -> list[Problem]:
    """A problem for each decision whose value does not fit its kind, or that contradicts another of the same day."""
    problems = _check_values(decisions, set(applications["application_id"]), programme)
    problems += _check_circles(decisions) + _check_overrides(decisions, programme)
    kind = decisions["decision"].where(~decisions["decision"].isin(VERDICTS), "verdict")
    exclusive = decisions.assign(kind=kind)[~decisions["decision"].isin(["not_duplicate", "other"])]
    contradicting = exclusive[exclusive.duplicated(["application_id", "kind", "on"], keep="first")]
    return problems + [
        problem_at(
            "decision_conflict", row, "decision", label_of("decision", str(row.decision)), str(row.application_id)
        )
        for row in rows_of(contradicting.dropna(subset=["application_id", "decision"]), Decision)
    ]


def _check_values(decisions: pd.DataFrame, codes: set[str], programme: Programme) -> list[Problem]:
    years = {str(year) for year in programme.places}
    allowed = {f"agreed_{anchor}": set(POINTS) for anchor in ANCHORS}
    allowed |= {"duplicate_of": codes, "not_duplicate": codes, "novelty": set(NOVELTY), "override": years}
    problems = []
    for row in rows_of(decisions, Decision):
        fits, value = allowed.get(row.decision or ""), row.value or ""
        if fits is not None and (value not in fits or value == row.application_id):
            details = "cita pieteikuma kods" if fits is codes else ", ".join(sorted(fits))
            problems.append(problem_at("decision_value", row, "value", value, details))
    return problems


def _check_circles(decisions: pd.DataFrame) -> list[Problem]:
    """A duplicate must point to an application that is not a duplicate itself."""
    duplicates = {key: row for key, row in find_verdicts(decisions).items() if row.decision == "duplicate_of"}
    details = "pieteikums, kas pats nav dublikāts"
    circles = [row for key, row in duplicates.items() if row.value in duplicates and row.value != key]
    return [problem_at("decision_value", row, "value", row.value, details) for row in circles]


def _check_overrides(decisions: pd.DataFrame, programme: Programme) -> list[Problem]:
    """No more overrides in a year than it has places."""
    places = {str(year): count for year, count in programme.places.items()}
    problems, taken = [], Counter[str | None]()
    for row in latest(decisions, "override").values():
        taken[row.value] += 1
        if taken[row.value] > places.get(row.value or "", math.inf):
            problems.append(problem_at("override_full", row, "value", row.value))
    return problems
