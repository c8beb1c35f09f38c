"""Answers after the hour: who is asked when, who answered, and how ratings moved.

A round is asked a fixed number of days after the hour. Ratings for then and now are given together, afterwards (a
retrospective pre-test: asked beforehand, people rate themselves by a scale they do not yet know; Howard 1980). They are
memory and tend to flatter, and every text that shows them says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from statistics import median

import pandas as pd

from mentoring_lib.base.programme import FollowUp as Settings
from mentoring_lib.base.rows import FollowUp, rows_of, table_of

# Days after the hour on which each round is asked.
ROUNDS = {"next_day": 1, "after_90_days": 90, "after_180_days": 180}

MAX_RATING = 10  # ratings go from 0 to this
DUE = ["application_id", "what", "who", "since", "until"]
_KINDS = {"application_id": "str", "round": "str", "asked_on": "datetime64[us]", "answer_by": "datetime64[us]",
          "status": "str"}  # fmt: skip
_MOVES = {"statement": "str", "answered": "int64", "then": "float64", "now": "float64",
          "higher": "int64", "same": "int64", "lower": "int64"}  # fmt: skip


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
