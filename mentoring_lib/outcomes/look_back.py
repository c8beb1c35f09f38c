"""The room's front door: what is known of a day about everything that changed after the hours.

Each result counts once, however often it was told; a to-do item is done, not due yet, or overdue. A round is asked a
fixed number of days after the hour. Ratings for then and now are given together, afterwards (a retrospective pre-test:
asked beforehand, people rate themselves by a scale they do not yet know; Howard 1980). They are memory and tend to
flatter, and every text that shows them says so.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

import pandas as pd

from mentoring_lib.base.programme import FollowUp as Settings
from mentoring_lib.base.rows import FollowUp, rows_of, table_of
from mentoring_lib.base.texts import fold

# Days after the hour on which each round is asked.
ROUNDS = {"next_day": 1, "after_90_days": 90, "after_180_days": 180}

MAX_RATING = 10  # ratings go from 0 to this
DUE = ["application_id", "what", "who", "since", "until"]
_KINDS = {"application_id": "str", "round": "str", "asked_on": "datetime64[us]", "answer_by": "datetime64[us]",
          "status": "str"}  # fmt: skip
_MOVES = {"statement": "str", "answered": "int64", "then": "float64", "now": "float64",
          "higher": "int64", "same": "int64", "lower": "int64"}  # fmt: skip

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
    served: Mapping[str, date], sheets: Mapping[str, pd.DataFrame], settings: Settings, *, as_of: date
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


def list_rounds(settings: Settings) -> list[str]:
    """Rounds that the programme asks, in order."""
    return [name for name in ROUNDS if name != "after_180_days" or settings.third_round]


def select_answers(answers: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Answers given by a day; of two of one community and round the newer counts (both are asked about)."""
    known = answers[answers["answered_on"].le(pd.Timestamp(as_of))].dropna(subset=["application_id", "round"])
    known = known.sort_values(["answered_on", "file", "row"])
    return known.drop_duplicates(["application_id", "round"], keep="last", ignore_index=True)


def ask(served: Mapping[str, date], answers: pd.DataFrame, settings: Settings, *, as_of: date) -> pd.DataFrame:
    """Whom each round asks, by when they are to answer, and whether they did.

    Parameters
    ----------
    served : mapping of str to date
        Day of the hour by application.
    answers : DataFrame
        See :func:`select_answers`.
    settings : FollowUp
    as_of : date

    Returns
    -------
    DataFrame, shape (communities × rounds, 5)
        By round and day of the hour: ``application_id, round, asked_on, answer_by, status`` ("answered", "missing"
        when the time is over, "waiting" or "early").
    """
    answered = set(zip(answers["application_id"], answers["round"], strict=True))
    rows = []
    for name in list_rounds(settings):
        for key, day in sorted(served.items(), key=lambda item: (item[1], item[0])):
            asked_on = day + timedelta(days=ROUNDS[name])
            answer_by = asked_on + timedelta(days=settings.answer_days)
            due = "early" if as_of < asked_on else "waiting" if as_of <= answer_by else "missing"
            status = "answered" if (key, name) in answered else due
            rows.append((key, name, asked_on, answer_by, status))
    return table_of(rows, _KINDS)


def remind(asked: pd.DataFrame, words: Mapping[str, str], who: str) -> pd.DataFrame:
    """Answers to ask for now: one line each, as :func:`due.find_due` gives them; ``words`` name the rounds."""
    lacking = asked[asked["status"].isin(["waiting", "missing"])].sort_values(["answer_by", "application_id"])
    what = [f"vēl nav atbildes aptaujā «{words[name]}»" for name in lacking["round"]]
    due = lacking.rename(columns={"asked_on": "since", "answer_by": "until"}).assign(what=what, who=who)
    return due[DUE].astype(dict.fromkeys(DUE[:3], "str"))


def list_ratings(answers: pd.DataFrame, statements: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Each statement rated for then and for now by the same community, in its newest round that rates it."""
    newest: dict[tuple[str | None, int], tuple[int, int]] = {}
    for row in sorted(rows_of(answers, FollowUp), key=lambda row: ROUNDS[str(row.round)]):
        for number in range(1, len(statements) + 1):
            then, now = getattr(row, f"then_{number}"), getattr(row, f"now_{number}")
            if then is not None and now is not None and max(then, now) <= MAX_RATING:
                newest[row.application_id, number] = (then, now)
    for (_, number), (then, now) in newest.items():
        yield statements[number - 1], then, now


def rate(ratings: Sequence[tuple[str, int, int]], statements: Sequence[str]) -> pd.DataFrame:
    """How ratings (0 to 10) moved, a row a statement: who rated then and now, medians, how many went which way."""
    rows = []
    for statement in statements:
        pairs = [(then, now) for said, then, now in ratings if said == statement]
        if pairs:
            moves = [(now > then) - (now < then) for then, now in pairs]
            then, now = (float(median(side)) for side in zip(*pairs, strict=True))
            rows.append((statement, len(pairs), then, now, *(moves.count(move) for move in (1, 0, -1))))
    return table_of(rows, _MOVES)
