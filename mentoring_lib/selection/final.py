"""What still stands between a provisional and a final outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from mentoring_lib.base.columns import ANCHORS, MARKS_SHEET
from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.messages import SETTLE
from mentoring_lib.base.problems import Problem, problem_at
from mentoring_lib.base.programme import Programme
from mentoring_lib.selection.decisions import in_order
from mentoring_lib.selection.eligibility import Received
from mentoring_lib.selection.lottery import Frozen, compare_frozen
from mentoring_lib.selection.scoring import AnchorResult


@dataclass(frozen=True)
class Candidate(Received):
    """What of a decided application can stand in the way of a final outcome."""

    state: str
    state_reason: str
    novelty: str
    clarity: Fraction | None
    outcome: str


def find_blockers(
    decided: pd.DataFrame, discussions: pd.DataFrame, graded: pd.DataFrame, frozen: Frozen | None,
    decisions: pd.DataFrame, programme: Programme, problems: Iterable[Problem] = (),
) -> list[Problem]:  # fmt: skip
    """Everything that stands between a provisional and a final result.

    Parameters
    ----------
    decided : DataFrame
        See :func:`allocate`.
    discussions : DataFrame
        See :func:`scoring.find_discussions`.
    graded : DataFrame
        Eligible applications as the rule grades them today.
    frozen : Frozen or None
    decisions : DataFrame
    programme : Programme
    problems : iterable of Problem
        Found while reading; those in marks, decisions, corrections and codes block too.

    Returns
    -------
    list of Problem
        Empty when the result is final.
    """
    candidates = list(rows_of(decided, Candidate))
    blockers = [problem for problem in problems if problem.severity == SETTLE and concerns_selection(problem)]
    blockers += [Problem("rule_undated")] if programme.rule.decided_on is None else []
    for candidate in candidates:
        blockers += _find_gaps(candidate)
    competing = {one.application_id: one for one in candidates if one.state == "eligible"}
    for result in rows_of(discussions, AnchorResult):
        if result.application_id in competing:
            details = f"{ANCHORS[result.anchor]}: {result.given}"
            blockers.append(problem_at("mark_gap", competing[result.application_id], "clarity", details=details))
    blockers += _freeze_problems(graded, frozen, decisions)
    tied = sorted(one.application_id for one in candidates if one.outcome == "lot")
    if tied and programme.lottery.seed is None:
        blockers.append(Problem("seed_missing", details=", ".join(tied)))
    return blockers


def _find_gaps(candidate: Candidate) -> Iterator[Problem]:
    """What is not known about one application."""
    if candidate.state == "unsettled":
        yield problem_at("decision_needed", candidate, details=candidate.state_reason.rstrip("."))
    if candidate.state == "eligible" and candidate.novelty == "unclear":
        yield problem_at("novelty_unclear", candidate, details=candidate.community or "")
    if candidate.state == "eligible" and candidate.clarity is None:
        yield problem_at("mark_missing", candidate, details=candidate.community or "")


SELECTION_SHEETS = ("Labojumi", "Lēmumi", "Pretrunas", MARKS_SHEET)
EXPLAINS = {
    "gone": ("ineligible", "duplicate_of"),
    "new": ("eligible", "override"),
    "changed": ("override", "other"),
}
"""Decisions that explain a difference from the frozen list; an older decision of another kind does not."""


def concerns_selection(problem: Problem) -> bool:
    """Whether a problem can change who gets a place."""
    return problem.sheet in SELECTION_SHEETS or problem.code == "application_id_twice"


def _freeze_problems(graded: pd.DataFrame, frozen: Frozen | None, decisions: pd.DataFrame) -> list[Problem]:
    if frozen is None:
        return [Problem("freeze_missing")]
    decided = {(row.application_id, row.decision) for row in in_order(decisions)}
    return [
        Problem(
            "freeze_differs",
            application_id=one.application_id,
            details=f"{one.application_id}: {one.frozen or '–'} → {one.now or '–'}",
        )
        for one in compare_frozen(graded, frozen)
        if not any((one.application_id, kind) in decided for kind in EXPLAINS[one.kind])
    ]
