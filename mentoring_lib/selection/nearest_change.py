"""The nearest change that would have given a place, proved by trying it.

In the order of how little would have to differ: only luck (another ticket); one anchor's final mark, the smallest rise
first; the other priority (a new community, or a question described just clearly enough). A change that is stated was
put into the frozen list and the rule was run again; whatever stands before it in this order was tried and did not do.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pandas as pd

from mentoring_lib.base.columns import ANCHORS, MAX_CLARITY, MAX_POINTS, WORDS
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import rows_of
from mentoring_lib.base.texts import plural, show_number
from mentoring_lib.selection import rule as core
from mentoring_lib.selection.rows import Decided
from mentoring_lib.selection.rule import Flags
from mentoring_lib.selection.scoring import final_marks
from mentoring_lib.selection.what_if import assume, find_merits, make_pool


class Change(NamedTuple):
    """One thing that could have been different about one application, and what it would then be like.

    ``kind`` is "luck", "mark", "new" or "clear"; ``anchor``, ``mark`` and ``was`` say which final mark, ``size`` by how
    many points clarity would rise.
    """

    application_id: str
    kind: str
    novelty: str
    clarity: Fraction
    anchor: str = ""
    mark: int = 0
    was: Fraction = Fraction(0)
    size: Fraction = Fraction(0)


def list_changes(row: Decided, marks: Mapping[str, Fraction], clear_from: int) -> Iterator[Change]:
    """What could have been different about an application, the smallest first."""
    key, novelty, clarity = row.application_id, row.novelty, row.clarity or Fraction(0)
    yield Change(key, "luck", novelty, clarity)
    rises = [
        (points - marks[anchor], anchor, points)
        for anchor in ANCHORS
        for points in range(MAX_POINTS + 1)
        if points > marks.get(anchor, MAX_POINTS)
    ]
    for size, anchor, points in sorted(rises, key=lambda rise: rise[0]):
        yield Change(key, "mark", novelty, clarity + size, anchor, points, marks[anchor], size)
    if novelty != "new":
        yield Change(key, "new", "new", clarity)
    if clarity < clear_from:
        yield Change(key, "clear", novelty, Fraction(clear_from), size=clear_from - clarity)


def find_nearest(decided: pd.DataFrame, anchors: pd.DataFrame, programme: Programme) -> dict[str, Change | None]:
    """The nearest change for everyone who waits in the order; None where no single one would have done.

    Parameters
    ----------
    decided : DataFrame
        See :func:`allocation.allocate`.
    anchors : DataFrame
        See :func:`scoring.summarise_anchors`; by what was decided up to the day of the freeze.
    programme : Programme

    Returns
    -------
    dict
        By application. Left out is who did not compete when places were given, and whose clarity is not the sum of
        these marks: not all are there, or it was frozen from others.
    """
    table = find_merits(decided, programme.rule)
    marks = final_marks(anchors)
    totals = [sum(marks.get(key, {}).values()) for key in table["application_id"]]
    waits = table["outcome"].eq("waiting") & table["competes"] & table["given_year"].isna()
    waiting = table[waits & table["clarity"].eq(pd.Series(totals, dtype="object"))]
    changes = [
        change
        for row in rows_of(waiting, Decided)
        for change in list_changes(row, marks.get(row.application_id, {}), programme.rule.clear_from)
    ]
    nearest: dict[str, Change | None] = dict.fromkeys(waiting["application_id"])
    for change, gives_place in zip(changes, try_changes(changes, decided, programme), strict=True):
        if gives_place and nearest[change.application_id] is None:
            nearest[change.application_id] = change
    return nearest


def try_changes(changes: Sequence[Change], decided: pd.DataFrame, programme: Programme) -> Flags:
    """Whether each change, alone, gives a place for certain: under every lot while it has not been drawn."""
    pool, rule = make_pool(decided, programme), programme.rule
    at = {key: number for number, key in enumerate(pool.ids)}
    own = np.array([at[change.application_id] for change in changes], dtype=np.int64)
    new = np.array([change.novelty == "new" for change in changes], dtype=bool)
    clarity = np.array([int(change.clarity * pool.scale) for change in changes], dtype=np.int64)
    lucky = np.array([change.kind == "luck" for change in changes], dtype=bool)
    luck = np.where(lucky, -1, pool.luck[own]) if pool.luck.any() else np.full(len(own), len(at))
    assumed = assume(pool, rule)
    standing = core.grade(**assumed, reading=rule.reading)
    asked = core.grade(**assumed | {"new": new, "clarity": clarity, "luck": luck}, reading=rule.reading)
    least, most = core.count_ahead(standing, pool.contest.counted, asked, own)
    seats = core.find_seats(most, least, pool.contest.town[own], pool.contest)
    return np.asarray(seats < len(pool.contest.years))


def add_nearest(decided: pd.DataFrame, nearest: Mapping[str, Change | None], programme: Programme) -> pd.DataFrame:
    """Add ``nearest``: one Latvian sentence for everyone who waits in the order, "" for others."""
    sentences = {key: describe_change(change, programme) for key, change in nearest.items()}
    every = [sentences.get(key, "") for key in decided["application_id"]]
    return decided.assign(nearest=pd.Series(every, index=decided.index, dtype="str"))


def describe_change(change: Change | None, programme: Programme) -> str:
    """One Latvian sentence on what would have given a place."""
    words: dict[str, str] = WORDS["nearest"]
    if change is None:
        return words["none"]
    total, now, was = (show_number(one, 2) for one in (change.clarity, change.clarity - change.size, change.was))
    return words[change.kind].format(
        new_from=programme.new_from, anchor=ANCHORS.get(change.anchor, "").split(":")[0],
        mark=plural(change.mark, "punktu", "punktiem"), enough=plural(programme.rule.clear_from, "punkts", "punkti"),
        was=was, most=MAX_POINTS, total=total, now=now, all=MAX_CLARITY,
    )  # fmt: skip
