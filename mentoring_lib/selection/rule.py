"""The rule itself, on whole numbers: who goes before whom, and who of those who compete has a place.

Ranking, proposal, what-if, nearest change, readings and firmness all run these functions. Points are whole numbers
(points times a common scale), so that equal stays equal.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

GROUPS = ("all", "existing", "new")


class Standing(NamedTuple):
    """What orders an application: arrays of one shape. Higher tiers and points go first, smaller luck goes first."""

    tier: Ints
    group: Ints
    points: Ints
    luck: Ints


def grade(
    new: Flags, clarity: Ints, luck: Ints, *, reading: str, clear_from: Ints | int, weight: Ints | int
) -> Standing:
    """Tier, group (number in :data:`GROUPS`) and points under a reading of the two priorities.

    Parameters
    ----------
    new, clarity, luck : ndarray, shape (..., n)
        Clarity below 0 is not marked yet: never clear, and after every marked one.
    reading : str
    clear_from, weight : int or ndarray
        In the unit of ``clarity``.
    """
    clear = clarity >= clear_from
    tier = {
        "taking_turns": new.astype(np.int64) + clear,
        "new_first": 2 * new.astype(np.int64) + clear,
        "clear_first": 2 * clear.astype(np.int64) + new,
        "points": np.zeros(new.shape, dtype=np.int64),
    }[reading]
    group = np.where((tier == 1) & (reading == "taking_turns"), np.where(new, 2, 1), 0)
    return Standing(tier, group, clarity + weight * (new & (clarity >= 0) & (reading == "points")), luck)


def take_turns(standing: Standing) -> tuple[Ints, Ints]:
    """Order applications by tier, place within the own group, and luck.

    Groups of one tier thereby take turns, and one that runs out leaves its turns to the other.

    Parameters
    ----------
    standing : Standing, shape (..., n)
        Leading axes are separate runs.

    Returns
    -------
    place, order : ndarray, shape (..., n)
        Place within the own group (1 is first), and who stands at each position.
    """
    tier, group, points, luck = standing
    own = np.lexsort((luck, -points, group, -tier))
    position = np.arange(own.shape[-1])
    changes = np.zeros(own.shape, dtype=bool)
    for key in (tier, group):
        inside = np.take_along_axis(key, own, axis=-1)
        changes[..., 1:] |= inside[..., 1:] != inside[..., :-1]
    start = np.maximum.accumulate(np.where(changes, position, 0), axis=-1)
    place = np.empty_like(own)
    np.put_along_axis(place, own, position - start + 1, axis=-1)
    return place, np.lexsort((luck, place, -tier))


def count_ahead(standing: Standing, counted: Flags, asked: Standing, own: Ints) -> tuple[Ints, Ints]:
    """How many of each kind stand ahead of an entry, without sorting everyone anew for each.

    Parameters
    ----------
    standing : Standing, shape (n,)
        Luck from 0 to n - 1; 0 for all while the lot has not been drawn.
    counted : ndarray of bool, shape (n, kinds)
        Of which kinds each is.
    asked : Standing, shape (q,)
        The entries asked about, each in place of the row ``own``; luck -1 is better than anyone's, n worse. None may
        stand lower than the row it replaces, nor in the other group of its tier.
    own : ndarray of int, shape (q,)

    Returns
    -------
    least, most : ndarray of int, shape (q, kinds)
        Equal where the lot has been drawn.

    Notes
    -----
    Whoever takes place p of the own group has p - 1 of each other group of the tier before, and the one who has place
    p there if that one's luck is better. Where that cuts through equal ones before the lot, any of them may be ahead.
    """
    key, asked_key = (part.luck - part.points * (len(standing.tier) + 2) for part in (standing, asked))
    cells = sorted(set(zip(standing.tier.tolist(), standing.group.tolist(), strict=True)))
    members = {}
    before = np.zeros(len(own), dtype=np.int64)  # in the own group
    for cell in cells:
        rows = np.flatnonzero((standing.tier == cell[0]) & (standing.group == cell[1]))
        members[cell] = rows[np.argsort(key[rows], kind="stable")]
        same = (asked.tier == cell[0]) & (asked.group == cell[1])
        before[same] = np.searchsorted(key[members[cell]], asked_key[same])
    itself = (standing.tier[own] == asked.tier) & (standing.group[own] == asked.group) & (key[own] < asked_key)
    least = most = -(counted[own] * itself[:, None].astype(np.int64))
    for (tier, group), rows in members.items():
        turns = np.minimum(before - itself, len(rows))
        partner = rows[np.minimum(turns, len(rows) - 1)]
        turns += (turns < len(rows)) & (standing.luck[partner] < asked.luck)
        turns = np.where(asked.group == group, before, turns)
        cut = np.where(asked.tier == tier, turns, np.where(asked.tier < tier, len(rows), 0))
        fewest, largest = _count_before(key[rows], counted[rows], cut)
        least, most = least + fewest, most + largest
    return least, most


def bound_ahead(standing: Standing, counted: Flags) -> list[tuple[Ints, Ints]]:
    """Least and most of each kind ahead of everyone (see :func:`count_ahead`): with the best luck, with the worst."""
    size = len(standing.luck)
    lucks = [standing.luck] * 2 if standing.luck.any() else [np.full(size, -1), np.full(size, size)]
    return [count_ahead(standing, counted, standing._replace(luck=luck), np.arange(size)) for luck in lucks]


def _count_before(key: Ints, counted: Flags, cut: Ints) -> tuple[Ints, Ints]:
    """Least and most of each kind among the first ``cut``, where equal keys may stand in any order."""
    total = np.concatenate([np.zeros((1, counted.shape[1]), dtype=np.int64), np.cumsum(counted, axis=0)])
    edges = np.concatenate([[0], np.flatnonzero(np.diff(key)) + 1, [len(key)]])
    start, end = edges[np.searchsorted(edges, cut, side="right") - 1], edges[np.searchsorted(edges, cut)]
    equal = total[end] - total[start]
    least = np.maximum(equal - (end - cut)[:, None], 0)
    return total[start] + least, total[start] + np.minimum(equal, (cut - start)[:, None])


class Contest(NamedTuple):
    """Who competes for which places.

    Attributes
    ----------
    competes : ndarray of bool, shape (n,)
        False for who has dropped out, or has a place out of turn.
    town : ndarray of int, shape (n,)
        Number of the own municipality among the m that have a minimum; m for any other.
    least : ndarray of int, shape (m + 1,)
        Minimum places of each that are still to be given; 0 for the others.
    years : list of int
        Year of each place that the order fills, in order.
    """

    competes: Flags
    town: Ints
    least: Ints
    years: list[int]

    @property
    def counted(self) -> Flags:
        """Kinds to count, shape (n, m + 1): those of each municipality with a minimum, and all who compete."""
        kinds = np.arange(len(self.least))
        return np.asarray(((self.town[:, None] == kinds) | (kinds == kinds[-1])) & self.competes[:, None])

    @property
    def free(self) -> int:
        """Places left to the plain order once every minimum is kept."""
        enough = np.minimum(self.counted[:, :-1].sum(axis=0), self.least[:-1])
        return max(len(self.years) - int(enough.sum()), 0)


def find_seats(near: Ints, far: Ints, town: Ints, contest: Contest) -> Ints:
    """How many with a place stand ahead of each who competes; the number of places for who has none.

    A municipality's minimum goes first, to the first of that municipality; whoever keeps a place by it stays where
    the order has put it, so that years follow the order among those with a place.

    Parameters
    ----------
    near, far : ndarray of int, shape (..., m + 1)
        How many stand ahead, by the kinds of ``contest.counted``. Before the lot the earliest seat comes of the least
        and the most, the latest of the most and the least; else both are the same.
    town : ndarray of int, shape (...)
        Municipality of each.
    contest : Contest
    """
    places, ahead = len(contest.years), near[..., -1]
    kept, most_kept = (np.minimum(part[..., :-1], contest.least[:-1]).sum(axis=-1) for part in (near, far))
    spared = np.take_along_axis(near, town[..., None], axis=-1)[..., 0] < contest.least[town]
    seat = np.where(spared, np.minimum(ahead, contest.free + kept), ahead)
    return np.where((spared | (ahead - most_kept < contest.free)) & (seat < places), seat, places)
