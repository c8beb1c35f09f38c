"""What the funder may be told of what changed: counts of those served, and rows of those who agreed.

Nothing is inferred for who did not answer, and how many did stands beside each count. Answers and ratings are told once
three communities gave them. A community is named only where it and the programme agreed; the others are one row.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from mentoring_lib.base.columns import CHOICES
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import FollowUp, rows_of, table_of
from mentoring_lib.base.texts import sort_latvian
from mentoring_lib.funder.disclosure import MIN_SHOWN
from mentoring_lib.outcomes.look_back import ROUNDS, STATES, Changed, list_ratings, list_rounds, rate

# Questions with a fixed set of answers, and the first round that asks them.
QUESTIONS = {"question_answered": "next_day", "recommends": "next_day", "anyway": "after_90_days"}

_TASKS = {"year": "str", "community": "str", "communities": "int64", **dict.fromkeys(STATES, "int64"),
          "sentence": "str"}  # fmt: skip


def tell_tasks(delivered: pd.DataFrame, changed: Changed, programme: Programme) -> pd.DataFrame:
    """What communities did with the hour, a row each in order of date; those who are not named in one row at the end.

    Parameters
    ----------
    delivered : DataFrame
        Consultations of the period (see :func:`figures.select_supported`).
    changed : Changed
    programme : Programme

    Returns
    -------
    DataFrame, shape (rows, 7)
        ``year, community`` ("" for the joined row) ``, communities, done, open, overdue, sentence`` ("" if none may be
        published). The joined row holds three at least; where fewer are left, the last of those who agreed join them.
    """
    counts = changed.task_states.groupby(["application_id", "state"]).size().to_dict()
    sentences = list_sentences(changed) if "results" in programme.public else ()
    told = {key: text for key, text, publish in sentences if publish == "named"}
    held = list(zip(delivered["application_id"], delivered["year"], delivered["community"], strict=True))
    named = _find_named(held) if "tasks" in programme.public else set()
    rows = [
        (str(year), community, 1, *(counts.get((key, state), 0) for state in STATES), told.get(key, ""))
        for key, year, community in held
        if key in named
    ]
    others = [key for key, *_ in held if key not in named]
    joined = [sum(counts.get((key, state), 0) for key in others) for state in STATES]
    rows.sort(key=lambda row: row[0])
    return table_of([*rows, *([("", "", len(others), *joined, "")] if others else [])], _TASKS)


def _find_named(held: list[tuple[Any, Any, Any]]) -> set[Any]:
    """Who stands in a row of its own: of no year are one or two left that subtraction would give away."""
    named = {key for key, _, community in held if community}
    for wanted in (*sorted({year for _, year, _ in held}), None):
        mine = [key for key, year, _ in held if wanted in (year, None)]
        last = [key for key in reversed(mine) if key in named]
        left = len(mine) - len(last)
        named -= set(last[: MIN_SHOWN - left] if 0 < left < MIN_SHOWN else [])
    return named


def list_sentences(changed: Changed) -> Iterator[tuple[str, str, str | None]]:
    """Every sentence told: whose, what, and if it may be published; outcomes of tasks first, the latest answer last."""
    done = changed.task_states.dropna(subset=["outcome"]).sort_values("done_on", kind="stable")
    yield from zip(done["application_id"], done["outcome"], done["publish"], strict=True)
    for row in sorted(rows_of(changed.answers, FollowUp), key=lambda row: ROUNDS[str(row.round)]):
        if row.sentence and row.round != "next_day":
            yield str(row.application_id), row.sentence, row.publish


def list_quotes(changed: Changed, consenting: Iterable[str], programme: Programme) -> tuple[str, ...]:
    """Sentences of those who consent that may be published without a name; alphabetical, which tells nothing."""
    known = set(consenting)
    told = [text for key, text, publish in list_sentences(changed) if publish == "unnamed" and key in known]
    return tuple(sort_latvian(told)) if "results" in programme.public else ()


def count_asked(changed: Changed, programme: Programme) -> pd.DataFrame:
    """By ``round``: how many ``answered``, how many are ``unanswered`` and how many are ``not_due`` yet."""
    counts = Counter(zip(changed.asked["round"], changed.asked["status"], strict=True))
    rows = [
        (name, counts[name, "answered"], counts[name, "missing"], counts[name, "waiting"] + counts[name, "early"])
        for name in list_rounds(programme.follow_up)
    ]
    kinds = {"round": "str"} | dict.fromkeys(("answered", "unanswered", "not_due"), "int64")
    return table_of(rows, kinds)


def count_answers(changed: Changed) -> pd.DataFrame:
    """Answers from a fixed set: ``asks, replied, count``, by question; of one that fewer than three answered, none."""
    own = changed.answers.sort_values("answered_on", kind="stable")
    rows = []
    for question, first in QUESTIONS.items():
        asked = own[own["round"].eq("next_day").eq(first == "next_day")].dropna(subset=[question])
        given = asked.drop_duplicates("application_id", keep="last")[question]
        words = given.map({True: "yes", False: "no"}) if question == "recommends" else given
        if len(given) >= MIN_SHOWN:
            options = CHOICES["yes_no" if question == "recommends" else question]
            rows += [(question, code, int(words.eq(code).sum())) for code in options]
    return table_of(rows, {"asks": "str", "replied": "str", "count": "int64"})


def tell_ratings(changed: Changed, programme: Programme) -> tuple[pd.DataFrame, pd.DataFrame]:
    """How ratings moved (see :func:`follow_up.rate`), and how often each was given: ``statement, rating, then, now``.

    Of a statement that fewer than three rated, neither.
    """
    ratings = list(list_ratings(changed.answers, programme.follow_up.statements))
    rated = Counter(statement for statement, *_ in ratings)
    shown = [one for one in ratings if rated[one[0]] >= MIN_SHOWN]
    counts = [Counter((statement, pair[side]) for statement, *pair in shown) for side in (0, 1)]
    spread = [(*key, counts[0][key], counts[1][key]) for key in sorted({*counts[0], *counts[1]})]
    kinds = {"statement": "str", "rating": "int64", "then": "int64", "now": "int64"}
    return rate(shown, programme.follow_up.statements), table_of(spread, kinds)


def count_results(happened: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """Results of the period by kind, with and without evidence apart.

    Parameters
    ----------
    happened : DataFrame
        See :func:`look_back.merge_results`; of communities served, in the period.
    programme : Programme

    Returns
    -------
    DataFrame, shape (kinds that happened, 6)
        ``result, communities, count, proved, unproved, amount_told`` (people or euros told; missing where none is, or
        where it would be the number of one or two communities and results are not public).
    """
    rows = []
    for kind in CHOICES["result"]:
        own = happened[happened["result"].eq(kind)]
        told = own.dropna(subset=["amount"])
        shown = "results" in programme.public or told["application_id"].nunique() >= MIN_SHOWN
        proved = int(own["evidence"].sum())
        amount = int(told["amount"].sum()) if len(told) and shown else None
        if len(own):
            rows.append((kind, own["application_id"].nunique(), len(own), proved, len(own) - proved, amount))
    counts = dict.fromkeys(("communities", "count", "proved", "unproved"), "int64")
    return table_of(rows, {"result": "str", **counts, "amount_told": "Int64"})


def list_examples(happened: pd.DataFrame, delivered: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """Results that may be told by name, by date: ``community, result, amount_told, on, proved`` ("yes" or "no")."""
    names = dict(zip(delivered["application_id"], delivered["community"], strict=True))
    own = happened.assign(community=happened["application_id"].map(names).fillna(""))
    public = own["publish"].eq("named") & own["community"].ne("") & ("results" in programme.public)
    table = own[public].sort_values(["on", "community", "result"])
    proved = table["evidence"].map({True: "yes", False: "no"}).astype("str")
    columns = ["community", "result", "amount_told", "on", "proved"]
    return table.assign(proved=proved, amount_told=table["amount"])[columns].reset_index(drop=True)


def list_own_texts(texts: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    """The coordinator's own texts for the report, by part in the order of the report."""
    order = list(CHOICES["part"])
    known = texts.dropna(subset=["part", "text"]).sort_values(["file", "row"])
    parts = [(str(part), str(text)) for part, text in zip(known["part"], known["text"], strict=True)]
    return tuple(sorted(parts, key=lambda one: order.index(one[0])))
