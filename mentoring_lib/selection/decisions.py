"""What a person decided about an application: newest first, contradictions found."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pandas as pd

from mentoring_lib.base.columns import POINTS, label_of
from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.problems import Problem, problem_at
from mentoring_lib.base.programme import Programme

VERDICTS = ("duplicate_of", "ineligible", "eligible")
"""Decisions about whether an application competes; the newest counts."""


def in_order(decisions: pd.DataFrame) -> list[Any]:
    """Decisions, the oldest first and undated ones ("NaT") last; those of one day as they stand in their file."""
    return sorted(rows_of(decisions), key=lambda row: (str(row.on), row.file, row.row))


def last_on_pairs(ordered: Iterable[Any]) -> dict[frozenset[object], str]:
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
    last = last_on_pairs(ordered)
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
