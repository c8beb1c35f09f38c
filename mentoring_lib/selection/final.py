"""What still stands between a provisional and a final outcome."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from mentoring_lib.base.columns import ANCHORS, MARKS_SHEET
from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.messages import SETTLE
from mentoring_lib.base.problems import Problem, problem_at
from mentoring_lib.base.programme import Programme
from mentoring_lib.selection.decisions import latest
from mentoring_lib.selection.lottery import Frozen, compare_frozen


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
    blockers = [problem for problem in problems if problem.severity == SETTLE and concerns_selection(problem)]
    blockers += [Problem("rule_undated")] if programme.rule.decided_on is None else []
    competing = decided[decided["state"].eq("eligible")]
    for code, rows in (
        ("novelty_unclear", competing[competing["novelty"].eq("unclear")]),
        ("mark_missing", competing[competing["clarity"].isna()]),
    ):
        blockers += [problem_at(code, row, details=row.community) for row in rows_of(rows)]
    for row in rows_of(competing.merge(discussions, on="application_id")):
        blockers.append(problem_at("mark_gap", row, "clarity", details=f"{ANCHORS[row.anchor]}: {row.given}"))
    unsettled = decided[decided["state"].eq("unsettled")]
    blockers += [problem_at("decision_needed", row, details=row.state_reason.rstrip(".")) for row in rows_of(unsettled)]
    blockers += _freeze_problems(graded, frozen, decisions)
    tied = decided.loc[decided["outcome"].eq("lot"), "application_id"]
    if len(tied) and programme.lottery.seed is None:
        blockers.append(Problem("seed_missing", details=", ".join(sorted(tied))))
    return blockers


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
    changes = compare_frozen(graded, frozen)
    told = {kind: set(latest(decisions, kind)) for kind in decisions["decision"].dropna().unique()}
    fitting = [EXPLAINS["gone" if not row.now else "new" if not row.frozen else "changed"] for row in rows_of(changes)]
    explained = [
        any(key in told.get(kind, ()) for kind in kinds)
        for key, kinds in zip(changes["application_id"], fitting, strict=True)
    ]
    unexplained = changes[~np.array(explained, dtype=bool)]
    return [
        Problem(
            "freeze_differs",
            application_id=row.application_id,
            details=f"{row.application_id}: {row.frozen or '–'} → {row.now or '–'}",
        )
        for row in rows_of(unexplained)
    ]
