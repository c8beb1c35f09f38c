"""What still stands between a provisional and a final outcome."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import pandas as pd

from mentoring_lib.base.columns import ANCHORS, MARKS_SHEET, SHEET_ALIASES, SHEETS
from mentoring_lib.base.problems import BLOCK, CHECK, SELECTION, Problem, problem_at
from mentoring_lib.base.programme import Programme, Rule
from mentoring_lib.base.rows import rows_of
from mentoring_lib.base.texts import show_date, show_moment
from mentoring_lib.selection.allocation import Decided
from mentoring_lib.selection.contract import NOTHING, compare, find_slips
from mentoring_lib.selection.decisions import in_order
from mentoring_lib.selection.eligibility import LACKING
from mentoring_lib.selection.lottery import DECISION_FILE, Frozen, check_lot, compare_frozen, find_moved
from mentoring_lib.selection.scoring import AnchorResult

# States of applications that are out of the selection: nothing more is asked about them.
OUT = ("withdrawn", "set_aside", "outside", "no_consent")

# Answers that a person can settle by a decision, and what tells that it was done.
SETTLES = {"municipality": "state", "consent": "state", "submitted_at": "state", "started": "novelty"}


def keep_open(problems: Iterable[Problem], decided: pd.DataFrame) -> list[Problem]:
    """Leave out questions about answers and marks of applications that are out, or that a decision has settled."""
    at = {(one.file, one.sheet, one.row): one for one in rows_of(decided, Decided)}
    gone = {one.application_id for one in at.values() if one.state in OUT}
    return [one for one in problems if one.kind not in (BLOCK, CHECK) or not _is_settled(one, at, gone)]


def _is_settled(problem: Problem, at: Mapping[Any, Decided], gone: Collection[str]) -> bool:
    candidate = at.get((problem.file, problem.sheet, problem.row))
    if candidate is None or problem.code == "moment_far":  # the application may be out only because its date is wrong
        return problem.sheet == MARKS_SHEET and problem.application_id in gone
    settled = {"state": candidate.state != "unsettled", "novelty": candidate.novelty != "unclear"}
    return candidate.state in OUT or settled.get(SETTLES.get(problem.column, ""), False)


def find_blockers(
    decided: pd.DataFrame, anchors: pd.DataFrame, graded: pd.DataFrame, frozen: Frozen | None,
    decisions: pd.DataFrame, programme: Programme, problems: Iterable[Problem] = (),
    recorded: Mapping[str, str] = MappingProxyType({}),
) -> list[Problem]:  # fmt: skip
    """Everything that stands between a provisional and a final result.

    Parameters
    ----------
    decided : DataFrame
        See :func:`allocate`.
    anchors : DataFrame
        See :func:`scoring.summarise_anchors`.
    graded : DataFrame
        Eligible applications as the rule grades them today.
    frozen : Frozen or None
    decisions : DataFrame
    programme : Programme
    problems : iterable of Problem
        Found while reading; those in marks, decisions, corrections and codes block too.
    recorded : mapping of str to str
        See :func:`lottery.check_lot`.

    Returns
    -------
    list of Problem
        Empty when the result is final.
    """
    candidates = list(rows_of(decided, Decided))
    blockers = [problem for problem in problems if concerns_selection(problem)]
    blockers += [Problem("rule_undated")] if programme.rule.decided_on is None else []
    blockers += [gap for candidate in candidates for gap in _find_gaps(candidate)]
    competing = {one.application_id: one for one in candidates if one.state == "eligible"}
    blockers += _find_disputed_marks(anchors, competing, programme.rule)
    if frozen is None:
        blockers.append(Problem("freeze_missing"))
        least, most = (sum(counts.values()) for counts in (programme.minimum_places, programme.places))
        blockers += [Problem("minimum_over", value=str(least), details=str(most))] if least > most else []
    else:
        changed = check_lot(frozen, recorded, programme, decisions)
        changed = changed or [*_find_moved(decided, decisions, recorded.get(DECISION_FILE, ""))]
        blockers += _find_changes(graded, frozen, decisions, programme) + changed
    undrawn = [one for one in candidates if one.rank is None and one.rank_from != one.rank_to]
    tied = {one.application_id for one in candidates if one.outcome == "lot"}
    tied |= {one.application_id for one in undrawn if one.outcome == "waiting"}
    after = {(one.later, one.application_id) for one in candidates if one.outcome == "waiting" and one.later}
    alike = Counter(number for number, _ in after)
    tied |= {key for number, key in after if alike[number] > 1}
    if tied:
        blockers.append(Problem("seed_missing", details=", ".join(sorted(tied))))
    return blockers


def check_settled(settled: date | None, frozen: Frozen | None, programme: Programme) -> list[Problem]:
    """A problem if the outcome was decided, or something offered, before the list was frozen or the lot drawn."""
    moments = [frozen.frozen_at if frozen else None, programme.lottery.drawn_at]
    last = max((one.replace(tzinfo=None) for one in moments if one), default=None)
    if not (frozen and settled and last and settled < last.date()):
        return []
    return [Problem("settled_early", value=show_date(settled), details=show_moment(last))]


def format_outcome(decided: pd.DataFrame, day: date) -> str:
    """Text that puts the outcome on record, once: the day of the decision and the year of each place given."""
    return "".join([f"{day}\n", *(f"{key}: {year}\n" for key, year in _list_years(decided).items())])


def _list_years(decided: pd.DataFrame) -> dict[str, str]:
    given = decided.dropna(subset=["given_year"]).sort_values("application_id")
    return dict(zip(given["application_id"], map(str, given["given_year"]), strict=True))


def _find_moved(decided: pd.DataFrame, decisions: pd.DataFrame, recorded: str) -> Iterator[Problem]:
    """Places that are not as the record gives them; a slip of the seed corrected since may move those not offered."""
    day, *lines = recorded.splitlines() or [""]
    then = {key: year for key, told, year in (line.strip().partition(": ") for line in lines) if told}
    now, slips = _list_years(decided), [slip for slip in find_slips(decisions) if str(slip.row.on) >= day]
    if slips:  # who had been offered a place by then keeps it
        kept = {*decided.loc[~decided["competes"], "application_id"]} if len(slips) == 1 else set()
        then, now = ({key: year for key, year in years.items() if key in kept & now.keys()} for years in (then, now))
    moved = compare(then, now) if lines else []
    if moved:
        yield Problem("outcome_moved", file=DECISION_FILE, value=show_date(date.fromisoformat(day)),
                      details="; ".join(f"{one.value}: {one.details}" for one in moved))  # fmt: skip


def concerns_selection(problem: Problem) -> bool:
    """Whether a question in marks, decisions or corrections can change who gets a place.

    What an answer leaves unclear stands in the state, novelty or clarity of its application, and blocks there.
    """
    typed = problem.sheet in (*SHEETS, *SHEET_ALIASES, MARKS_SHEET)
    return problem.blocks == SELECTION and (typed or problem.code in ("application_id_twice", "gone_record"))


def _find_gaps(candidate: Decided) -> Iterator[Problem]:
    """What is not known about one application."""
    if candidate.state == "unsettled":
        code = "answer_needed" if candidate.state_reason in LACKING else "decision_needed"
        yield problem_at(code, candidate, details=candidate.state_reason.rstrip("."))
    if candidate.state == "eligible" and candidate.novelty == "unclear":
        yield problem_at("novelty_unclear", candidate)
    if candidate.state == "eligible" and candidate.clarity is None:
        yield problem_at("mark_missing", candidate)


def _find_disputed_marks(anchors: pd.DataFrame, asked: Mapping[str, Decided], rule: Rule) -> Iterator[Problem]:
    """Anchors without an agreed mark whose marks are far apart, or fewer than the rule asks for."""
    open_ones = anchors[anchors["agreed"].isna() & anchors["application_id"].isin(asked)]
    for result in rows_of(open_ones, AnchorResult):
        row, anchor = asked[result.application_id], ANCHORS[result.anchor]
        if result.gap >= rule.discussion_gap:
            yield problem_at("mark_gap", row, "clarity", details=f"{anchor}: {result.given}")
        if 0 < result.markers < rule.least_markers:  # none at all is told as missing
            few = f"{anchor}: {result.markers} no {rule.least_markers}"
            yield problem_at("marks_few", row, "clarity", details=few)


# Decisions that explain a difference from the frozen list, if they are dated on the day of the freeze or later.
EXPLAINS = {
    "gone": ("withdrawn", "ineligible", "duplicate_of"),
    "new": ("eligible", "override", "not_duplicate"),
    "changed": ("override", "other"),
}


def _find_changes(graded: pd.DataFrame, frozen: Frozen, decisions: pd.DataFrame, programme: Programme) -> list[Problem]:
    frozen_on = frozen.frozen_at.date() if frozen.frozen_at else None
    since = [row for row in in_order(decisions) if frozen_on is None or (row.on and row.on.date() >= frozen_on)]
    explained = {(row.application_id, row.decision) for row in since}
    explained |= {(row.value, row.decision) for row in since if row.decision == "not_duplicate"}  # settles both
    problems = []
    for key, (then, now) in (find_moved(graded, frozen, programme) | compare_frozen(graded, frozen)).items():
        how = "new" if then == NOTHING else "gone" if now == NOTHING else "changed"
        if not any((key, kind) in explained for kind in EXPLAINS[how]):
            problems.append(Problem("freeze_differs", application_id=key, details=f"{key}: {then} → {now}"))
    return problems
