"""The rule run many times at once: who would have a place if something were different."""

import math
from collections import Counter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from mentoring_lib.base.programme import Programme, Rule
from mentoring_lib.base.rows import rows_of
from mentoring_lib.selection import allocation
from mentoring_lib.selection import rule as core
from mentoring_lib.selection.rows import Decided
from mentoring_lib.selection.rule import Contest, Flags, Ints


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
