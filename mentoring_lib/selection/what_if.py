"""The rule run many times at once: who would have a place if something were different, and the nearest such change.

The nearest change is proved by trying it, in the order of how little would have to differ: only luck (another ticket);
one anchor's final mark, the smallest rise first; the other priority (a new community, or a question described just
clearly enough). A change that is stated was put into the frozen list and the rule was run again; whatever stands before
it in this order was tried and did not do.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from mentoring_lib.base.columns import ANCHORS, MAX_CLARITY, MAX_POINTS, WORDS
from mentoring_lib.base.programme import Programme, Rule
from mentoring_lib.base.rows import rows_of
from mentoring_lib.base.texts import plural, show_number
from mentoring_lib.selection import allocation
from mentoring_lib.selection import rule as core
from mentoring_lib.selection.allocation import Decided
from mentoring_lib.selection.rule import Contest, Flags, Ints
from mentoring_lib.selection.scoring import final_marks


class Pool(NamedTuple):
    """Who is ranked, in the order of the ranking, as arrays of length n.

    ``clarity`` is in points times ``scale``, whole numbers; ``luck`` is the position by ticket (0 for all before the
    lot).
    """

    ids: list[str]
    new: Flags
    clarity: Ints
    scale: int
    luck: Ints
    contest: Contest


def make_pool(decided: pd.DataFrame, programme: Programme) -> Pool:
    """Turn the ranked applications into arrays.

    Parameters
    ----------
    decided : DataFrame
        See :func:`allocation.allocate`.
    programme : Programme
        The rule, places by year, minimum places, number of markers.
    """
    table, minimum = find_merits(decided, programme.rule), programme.minimum_places
    markers = range(1, len(programme.markers) + 1)
    clarity, scale = allocation.count_points(table["clarity"], divisible_by=math.lcm(*markers))
    return Pool(
        ids=table["application_id"].tolist(),
        new=table["novelty"].eq("new").to_numpy(dtype=bool),
        clarity=2 * clarity,  # so that a whole number lies between any two
        scale=2 * scale,
        luck=allocation.find_standing(table).luck,
        contest=allocation.open_contest(decided, table, find_lifted(decided), list_years(decided, programme), minimum),
    )


def find_merits(decided: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Who is ranked, with the novelty and clarity that the entry stands on (see :func:`allocation.grade`)."""
    table = decided[decided["rank_from"].notna()].reset_index(drop=True)
    tier, group = table["tier"].to_numpy(dtype=np.int64), table["group"].to_numpy()
    new = {
        "taking_turns": (tier == 2) | (group == "new"),
        "new_first": tier >= 2,
        "clear_first": tier % 2 == 1,
        "points": table["entry_novelty"].to_numpy() == "new",
    }[rule.reading]
    weight = rule.weight_of_new if rule.reading == "points" else 0
    entries = zip(table["points"], new.tolist(), strict=True)
    clarity = [None if points == allocation.UNMARKED else points - weight * is_new for points, is_new in entries]
    novelty = np.where(new, "new", np.where(table["entry_novelty"] == "unclear", "unclear", "existing"))
    return table.assign(novelty=pd.array(novelty, dtype="str"), clarity=pd.Series(clarity, dtype="object"))


def find_lifted(decided: pd.DataFrame) -> dict[str, allocation.Outcome]:
    """Places that a person gave out of turn, as first given."""
    rows = [row for row in rows_of(decided, Decided) if row.given_year is not None and not row.competes]
    return {row.application_id: allocation.Outcome("place", row.given_year, override=row.override) for row in rows}


def list_years(decided: pd.DataFrame, programme: Programme) -> list[int]:
    """Year of each place that the order filled; before the lot, of each that it will fill."""
    if not decided["outcome"].eq("lot").any():
        return [int(year) for year in decided.loc[decided["competes"], "given_year"].dropna()]
    taken = Counter(override.place_year for override in find_lifted(decided).values())
    return [year for year, count in sorted(programme.places.items()) for _ in range(count - taken[year])]


def assume(pool: Pool, rule: Rule) -> dict[str, Any]:
    """What the rule orders by (see :func:`rule.grade`), as it is; thresholds and weights times the pool's scale."""
    weighed = {"clear_from": rule.clear_from * pool.scale, "weight": rule.weight_of_new * pool.scale}
    return {"new": pool.new, "clarity": pool.clarity, "luck": pool.luck, **weighed}


MAX_CELLS = 2**21  # of one array: so many runs at a time that memory stays small


def who_gets_places(pool: Pool, rule: Rule, **changes: Ints | Flags) -> Flags:
    """Who has a place in each run.

    Parameters
    ----------
    pool : Pool
    rule : Rule
        Its reading counts, and what ``changes`` leave as it is.
    **changes : ndarray, shape (runs, n) or anything that broadcasts to it
        ``new``, ``clarity``, ``luck``, ``clear_from``, ``weight``; the last two in points times the pool's scale.

    Returns
    -------
    ndarray of bool, shape (runs, n)
        In the order of ``pool.ids``.
    """
    assumed = assume(pool, rule) | changes
    parts = dict(zip(assumed, np.broadcast_arrays(*map(np.atleast_2d, assumed.values())), strict=True))
    runs, size = parts["new"].shape
    step = max(MAX_CELLS // max(size * len(pool.contest.least), 1), 1)
    placed = np.zeros((runs, size), dtype=bool)
    for first in range(0, runs, step):
        some = {name: part[first : first + step] for name, part in parts.items()}
        placed[first : first + step] = _give_places(pool.contest, core.grade(reading=rule.reading, **some))
    return placed


def _give_places(contest: Contest, standing: core.Standing) -> Flags:
    _, order = core.take_turns(standing)
    counted = contest.counted[order]
    ahead: Ints = np.cumsum(counted, axis=-2) - counted
    seats = core.find_seats(ahead, ahead, contest.town[order], contest)
    placed = np.zeros(order.shape, dtype=bool)
    np.put_along_axis(placed, order, (seats < len(contest.years)) & contest.competes[order], axis=-1)
    return placed


def decide_again(decided: pd.DataFrame, programme: Programme, rule: Rule) -> pd.DataFrame:
    """The outcome if the rule were another: the same entries ranked anew for the same places."""
    ranked = allocation.rank(allocation.grade(find_merits(decided, programme.rule), rule))
    lifted, years = find_lifted(decided), list_years(decided, programme)
    return allocation.give_places(decided, ranked, lifted, years, programme.minimum_places)


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
    tried = [*zip(changes, try_changes(changes, decided, programme), strict=True)]
    found = {change.application_id: change for change, gives_place in reversed(tried) if gives_place}
    return dict.fromkeys(waiting["application_id"]) | found


def try_changes(changes: Sequence[Change], decided: pd.DataFrame, programme: Programme) -> Flags:
    """Whether each change, alone, gives a place for certain: under every lot while it has not been drawn."""
    pool, rule = make_pool(decided, programme), programme.rule
    tried = pd.DataFrame(changes, columns=Change._fields)
    at = {key: number for number, key in enumerate(pool.ids)}  # a code may stand twice until that is put right
    own = np.array([at[key] for key in tried["application_id"]], dtype=np.int64)
    new, lucky = tried["novelty"].eq("new").to_numpy(), tried["kind"].eq("luck").to_numpy()
    clarity = np.array([int(one * pool.scale) for one in tried["clarity"]], dtype=np.int64)
    luck = np.where(lucky, -1, pool.luck[own]) if pool.luck.any() else np.full(len(own), len(pool.ids))
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
