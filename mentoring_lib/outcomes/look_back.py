"""The room's front door: what is known of a day about everything that changed after the hours.

Each result counts once, however often it was told; a to-do item is done, not due yet, or overdue.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from mentoring_lib.base.programme import FollowUp
from mentoring_lib.base.texts import fold
from mentoring_lib.outcomes.follow_up import ROUNDS, ask, select_answers

# The same community, kind and day is the same result.
KEY: list[Hashable] = ["application_id", "result", "on"]

STRICTEST = ("no", "unnamed", "named")  # of two answers on publishing, the first of these holds
NO_EVIDENCE = "|ne|nekas|(?:vel )?nav(?: .*)?"  # folded
STATES = ("done", "open", "overdue")
AFTER = timedelta(days=ROUNDS["after_90_days"])


@dataclass(frozen=True)
class Changed:
    """Whom each round asks and who answered; the answers; results, each once; how tasks stand."""

    asked: pd.DataFrame
    answers: pd.DataFrame
    happened: pd.DataFrame
    task_states: pd.DataFrame


def look_back(
    served: Mapping[str, date], sheets: Mapping[str, pd.DataFrame], settings: FollowUp, *, as_of: date
) -> Changed:
    """What changed, as known on a day; what is dated before the hour is none of its outcomes, and asked about.

    Parameters
    ----------
    served : mapping of str to date
        Day of the hour by application.
    sheets : mapping of str to DataFrame
        "Pēc konsultācijas", "Rezultāti" and "Darbi", typed.
    settings : FollowUp
    as_of : date
        What is dated later is not looked at.
    """
    answers, results, tasks = (sheets[name] for name in ("Pēc konsultācijas", "Rezultāti", "Darbi"))
    answers = select_answers(answers[~_is_early(answers, "answered_on", served)], as_of=as_of)
    done_on = tasks["done_on"].mask(_is_early(tasks, "done_on", served))
    return Changed(
        ask(served, answers, settings, as_of=as_of),
        answers,
        merge_results(results[~_is_early(results, "on", served)], as_of=as_of),
        follow_tasks(tasks.assign(done_on=done_on), as_of=as_of),
    )


def _is_early(table: pd.DataFrame, column: str, served: Mapping[str, date]) -> pd.Series:
    """Which rows are dated before the hour of their application."""
    return table[column].lt(pd.to_datetime(table["application_id"].map(served)))


def merge_results(results: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Results told by a day, a row each.

    Parameters
    ----------
    results : DataFrame
        Sheet "Rezultāti" and what came with the answers, typed.
    as_of : date

    Returns
    -------
    DataFrame, shape (results, 9)
        ``application_id, result, on, amount`` (of the first row that gives one) ``, evidence`` (bool: somebody named
        one; «nav» names none) ``, publish`` (the strictest) and where the first row stands (``file, sheet, row``).
    """
    known = results[results["on"].le(pd.Timestamp(as_of))]  # grouping leaves out rows without code or kind
    order = {code: place for place, code in enumerate(STRICTEST)}
    ranked = known.sort_values(["file", "row"]).assign(
        evidence=~known["evidence"].fillna("").map(fold).astype("str").str.fullmatch(NO_EVIDENCE),
        publish=known["publish"].map(order).astype("Int64").fillna(0),
    )
    merged = ranked.groupby(KEY, as_index=False).agg(
        {"amount": "first", "evidence": "max", "publish": "min", "file": "first", "sheet": "first", "row": "first"}
    )
    kinds = {"amount": "Int64", "evidence": "bool", "file": "str", "sheet": "str", "row": "int64"}
    return merged.assign(publish=merged["publish"].map(dict(enumerate(STRICTEST))).astype("str")).astype(kinds)


def follow_tasks(tasks: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Each to-do item as it stands on a day, in the order of the sheet.

    Returns
    -------
    DataFrame, shape (items, 9)
        ``application_id, task, state`` (one of :data:`STATES`) ``, done_on`` and ``outcome`` (missing until it is done)
        ``, publish, file, sheet, row``.
    """
    day = pd.Timestamp(as_of)
    table = tasks[tasks["application_id"].notna()].sort_values(["file", "row"], ignore_index=True)
    done = table["done_on"].le(day)
    state = table["until"].lt(day).map({True: "overdue", False: "open"}).mask(done, "done").astype("str")
    told = table.assign(state=state, done_on=table["done_on"].where(done), outcome=table["outcome"].where(done))
    return told[["application_id", "task", "state", "done_on", "outcome", "publish", "file", "sheet", "row"]]


def _list_done(states: pd.DataFrame) -> pd.DataFrame:
    """Items that are done, in order; ``on`` is the day."""
    return states[states["state"].eq("done")].rename(columns={"done_on": "on"}).sort_values("on", kind="stable")


def list_started(states: pd.DataFrame) -> pd.DataFrame:
    """The first done item of each community, with its day ``on``."""
    return _list_done(states).drop_duplicates("application_id")


def list_finished(states: pd.DataFrame) -> pd.DataFrame:
    """The last done item of each community that has no other left, with its day ``on``."""
    done, left = _list_done(states), states.loc[states["state"].ne("done"), "application_id"]
    return done[~done["application_id"].isin(left)].drop_duplicates("application_id", keep="last")


def list_done_after_90(states: pd.DataFrame, served: Mapping[str, date]) -> pd.DataFrame:
    """Items done within 90 days of their hour; ``on`` is the day when these are over, so that hours compare."""
    done = _list_done(states)
    ends = pd.to_datetime(done["application_id"].map(served)) + AFTER
    return done.assign(on=ends)[done["on"].le(ends)]
