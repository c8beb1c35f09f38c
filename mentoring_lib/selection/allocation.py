"""Who gets a place, in which year, and why: the rule, the ranking, the places and the reasons.

The call names two priorities and does not say which stands higher. The default reading, "taking turns", puts those
who meet both first and those who meet none last; in between, new communities without a clear question and clear
questions of existing communities take turns. Ordering that middle by clarity alone would put every existing
community before every new one, and the first priority would mean nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.programme import Rule
from mentoring_lib.selection.decisions import find_overrides as find_holding

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

UNMARKED = Fraction(-1)
"""Points of an application without a clarity: after every marked one, until marks come in."""


def grade(scored: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Put applications into tiers and groups by the programme's reading of the two priorities.

    Parameters
    ----------
    scored : DataFrame, shape (n, k)
        Eligible applications with ``novelty`` and ``clarity``; unclear novelty counts as existing.
    rule : Rule

    Returns
    -------
    DataFrame, shape (n, k + 4)
        ``clear``; ``tier`` (higher goes first); ``group`` ("new" and "existing" take turns within a tier, else
        "all"); ``points`` (Fraction, orders within the group: clarity, plus the weight of new in the reading
        "points").
    """
    new = scored["novelty"].to_numpy() == "new"
    points = [UNMARKED if value is None else value for value in scored["clarity"].tolist()]
    clear = np.array([float(value) for value in points]) >= rule.clear_from
    tiers = {
        "taking_turns": new.astype("int64") + clear,
        "new_first": 2 * new.astype("int64") + clear,
        "clear_first": 2 * clear.astype("int64") + new,
        "points": np.zeros(len(new), dtype="int64"),
    }
    tier = tiers[rule.reading]
    middle = (tier == 1) & (rule.reading == "taking_turns")
    group = np.where(middle, np.where(new, "new", "existing"), "all")
    if rule.reading == "points":
        weighed = zip(points, new.tolist(), strict=True)
        points = [value + rule.weight_of_new if is_new and value != UNMARKED else value for value, is_new in weighed]
    table = {"clear": clear, "tier": tier, "group": pd.array(group, dtype="str"), "points": _objects(points)}
    return scored.assign(**table)


def _objects(values: Sequence[Any]) -> Any:
    """Exact numbers as a column."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def rank(graded: pd.DataFrame) -> pd.DataFrame:
    """Order applications by tier, place within the own group, and ticket.

    Parameters
    ----------
    graded : DataFrame, shape (n, k)
        ``application_id, tier, group, points, ticket``; tickets are "" while the seed is not known.

    Returns
    -------
    DataFrame, shape (n, k + 4)
        In order. ``place`` within the own group; ``rank_from`` and ``rank_to``: the first and last rank that luck
        could still give under the rule alone (equal where no lot is needed); ``rank`` (Int64): the rank after the
        lot, missing before it.

    Notes
    -----
    Within its group an application takes places lo to hi, equal points sharing a range. In a tier whose groups
    take turns, at most lo - 1 of each group stand surely before it and at most hi of each can; groups that run out
    leave their turns to the others.
    """
    tier, points = graded["tier"].to_numpy(dtype="int64"), np.array([float(value) for value in graded["points"]])
    group = pd.factorize(graded["group"])[0]
    luck = order_tickets(graded)
    place, order = take_turns(tier, group, points, luck)
    first, last = _bound_ranks(tier, group, points, place)
    table = graded.iloc[order].reset_index(drop=True)
    drawn = table["ticket"].to_numpy() != ""
    numbers = pd.arrays.IntegerArray(np.arange(1, len(table) + 1), ~drawn)
    return table.assign(place=place[order], rank_from=first[order], rank_to=last[order], rank=numbers)


def _bound_ranks(tier: Ints, group: Ints, points: Floats, place: Ints) -> tuple[Ints, Ints]:
    own = np.lexsort((place, group, -tier))
    run, starts = _number_runs(tier[own], group[own], points[own])
    run = run[_invert(own)]
    low = place[own][starts][run]
    high = low + np.diff(starts, append=len(own))[run] - 1
    tiers, row = np.unique(-tier, return_inverse=True)
    width = int(group.max(initial=0)) + 1
    sizes = np.bincount(row * width + group, minlength=len(tiers) * width).reshape(len(tiers), width)
    above, turns = (sizes.sum(axis=1).cumsum() - sizes.sum(axis=1))[row], sizes[row]
    before = np.minimum(turns, low[:, None] - 1).sum(axis=1)
    return above + before + 1, above + np.minimum(turns, high[:, None]).sum(axis=1)


def order_tickets(table: pd.DataFrame) -> Ints:
    """Position of each row by ticket, then code: whole numbers sort many times faster than texts."""
    by_code = np.argsort(table["application_id"].to_numpy(dtype="U"), kind="stable")
    order = by_code[np.argsort(table["ticket"].to_numpy(dtype="S")[by_code], kind="stable")]
    return _invert(order)


def take_turns(tier: Ints, group: Ints, points: Ints | Floats, luck: Ints) -> tuple[Ints, Ints]:
    """Order applications by tier, place within the own group, and luck: the rule itself, on arrays.

    Parameters
    ----------
    tier, group, points, luck : ndarray, shape (..., n)
        Higher tiers and points go first, smaller luck goes first; leading axes are separate runs.

    Returns
    -------
    place, order : ndarray, shape (..., n)
        Place within the own group (1 is first), and who stands at each position.
    """
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


def _invert(order: Ints) -> Ints:
    position = np.empty_like(order)
    position[order] = np.arange(len(order))
    return position


def _number_runs(*keys: Ints | Floats) -> tuple[Ints, Ints]:
    """Number the runs of equal keys, and tell where each starts."""
    changes = np.zeros(len(keys[0]), dtype=bool)
    changes[:1] = True
    for key in keys:
        changes[1:] |= key[1:] != key[:-1]
    return np.cumsum(changes) - 1, np.flatnonzero(changes)


STANDING = ["application_id", "rank_from", "rank_to", "rank", "tier", "group", "points", "ticket"]


def allocate(
    applications: pd.DataFrame,
    ranked: pd.DataFrame,
    places: Mapping[int, int],
    decisions: pd.DataFrame,
    minimum: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """Propose a place, the waiting list or neither for every application.

    Parameters
    ----------
    applications : DataFrame, shape (n, k)
        All applications with ``state``.
    ranked : DataFrame
        The order (see :func:`rank`), as frozen if it was; who is not eligible any more is skipped.
    places : mapping of int to int
        Places by year; the ranking fills the years in order.
    decisions : DataFrame
        Sheet "Lēmumi": an override gives a place in a year before the ranking fills the rest.
    minimum : mapping of str to int, optional
        Least places by municipality; they go first, to the first of that municipality, and overrides count towards
        them. The year still follows the order among those with a place.

    Returns
    -------
    DataFrame, shape (n, k + 9)
        Everyone once: ranked ones in order, then late ones by arrival, then the others by code. Adds ``outcome``
        ("place", "lot" while a lot must decide, "waiting", "none"), ``place_year`` (Int64), ``waiting`` (position on
        the waiting list; late applications stand after it), ``rank_from``, ``rank_to``, ``rank``, ``tier``,
        ``minimum`` ("given" a place by a municipality's minimum, "taken" by it, "" untouched) and ``override`` (the
        person's reason, "" without).
    """
    ids, states = applications["application_id"].tolist(), applications["state"].tolist()
    town = dict(zip(reversed(ids), reversed(applications["municipality"].tolist()), strict=True))  # the first row's
    outcomes = find_overrides(decisions, applications, places)
    given = Counter(town[key] for key in outcomes)
    least = {name: count - given[name] for name, count in (minimum or {}).items()}
    slots = find_slots(places, [outcome.place_year for outcome in outcomes.values()])
    competing = {key for key, state in zip(ids, states, strict=True) if state == "eligible" and key not in outcomes}
    seats = _keep_minimum(_seat(ranked, competing), len(slots), town, least)
    sent = zip(applications["submitted_at"].tolist(), ids, states, strict=True)
    late = [key for _, key in sorted(pair for *pair, state in sent if state == "late") if key not in outcomes]
    outcomes |= {key: _decide(seat, slots) for key, seat in seats.items()} | dict.fromkeys(late, Outcome("waiting"))
    waits = [key for key in seats if outcomes[key].outcome == "waiting"] + late
    return _join(applications, ranked, outcomes, waits)


class Outcome(NamedTuple):
    """What an application gets, in which year, and what a municipality's minimum or a person did to it."""

    outcome: str = "none"
    place_year: int | None = None
    minimum: str = ""
    override: str = ""


def _join(
    applications: pd.DataFrame, ranked: pd.DataFrame, outcomes: Mapping[str, Outcome], waits: Sequence[str]
) -> pd.DataFrame:
    """Everyone with standing and outcome, in the order of the ranking, then of the waiting list, then by code."""
    ids = applications["application_id"].tolist()
    number = {key: place for place, key in enumerate(waits, start=1)}
    standing = ranked[STANDING].drop_duplicates("application_id").set_index("application_id").reindex(ids)
    rank, first = (standing[name].to_numpy(dtype="float64", na_value=np.inf) for name in ("rank", "rank_from"))
    waiting = np.array([number.get(key, np.inf) for key in ids])
    order = np.lexsort((np.array(ids, dtype="U"), waiting, first, rank))
    standing, ids = standing.iloc[order], [ids[row] for row in order]
    got = [outcomes.get(key, Outcome()) for key in ids]
    return (
        applications.iloc[order]
        .reset_index(drop=True)
        .assign(
            **{name: standing[name].array for name in STANDING[1:]},
            outcome=pd.array([one.outcome for one in got], dtype="str"),
            place_year=pd.array([one.place_year for one in got], dtype="Int64"),
            waiting=pd.array([number.get(key) for key in ids], dtype="Int64"),
            minimum=pd.array([one.minimum for one in got], dtype="str"),
            override=pd.array([one.override for one in got], dtype="str"),
        )
    )


class Seat(NamedTuple):
    """First and last position that an application can still have among those who compete."""

    first: int
    last: int
    minimum: str = ""


def _seat(ranked: pd.DataFrame, eligible: set[str]) -> dict[str, Seat]:
    """Positions of those who still compete, in order; who dropped out is skipped and nobody else moves."""
    standing = [
        (row.application_id, *((row.rank_from, row.rank_to) if row.rank is pd.NA else (row.rank, row.rank)))
        for row in rows_of(ranked[["application_id", "rank_from", "rank_to", "rank"]])
    ]
    gone = sorted(last for key, _, last in standing if key not in eligible)
    return {
        key: Seat(first - bisect_left(gone, first), last - bisect_left(gone, first))
        for key, first, last in standing
        if key in eligible
    }


def _decide(seat: Seat, slots: Mapping[int, int]) -> Outcome:
    """A place, "lot" while luck decides whether or when, or waiting."""
    year = slots.get(seat.first)
    if year is None:
        return Outcome("waiting", None, seat.minimum)
    certain = year == slots.get(seat.last)
    return Outcome("place" if certain else "lot", year if certain else None, seat.minimum)


def _keep_minimum(
    seats: dict[str, Seat], slots: int, town: Mapping[str, str], least: Mapping[str, int]
) -> dict[str, Seat]:
    """Move the first of each municipality with a minimum before the cut; before the lot, equals leave all open."""
    if not any(count > 0 for count in least.values()):
        return seats
    if any(seat.first != seat.last for seat in seats.values()):
        return dict.fromkeys(seats, Seat(1, max(len(seats), slots + 1)))
    order, left = sorted(seats, key=lambda key: seats[key].first), Counter(dict(least))
    wins: set[str] = set()
    for key in order:
        if left[town[key]] > 0 and len(wins) < slots:
            left[town[key]] -= 1
            wins.add(key)
    others = [key for key in order if key not in wins]
    wins.update(others[: slots - len(wins)])
    moved = sorted(order, key=lambda key: key not in wins)
    return {
        key: Seat(place, place, _tell_minimum(key in wins, seats[key].first, slots))
        for place, key in enumerate(moved, 1)
    }


def _tell_minimum(wins: bool, was: int, slots: int) -> str:
    """What a municipality's minimum did to an application that stood at ``was``: "given" a place, "taken" it, or ""."""
    if wins == (was <= slots):
        return ""
    return "given" if wins else "taken"


def find_overrides(
    decisions: pd.DataFrame, applications: pd.DataFrame, places: Mapping[int, int]
) -> dict[str, Outcome]:
    """Places a person gave against the order, by application.

    One for an unknown application or year, or beyond the places of its year, is left out (and is a problem, see
    :func:`decisions.check_decisions`).
    """
    known, left = set(applications["application_id"]), {str(year): count for year, count in places.items()}
    given = {}
    for key, row in find_holding(decisions).items():
        year = row.value or ""
        if key in known and left.get(year, 0) > 0:
            left[year] -= 1
            given[key] = Outcome("place", int(year), override=str(row.reason))
    return given


def find_slots(places: Mapping[int, int], given: Sequence[int | None]) -> dict[int, int]:
    """Year of each place that the ranking fills, after the places given out of turn."""
    left = [(year, count - given.count(year)) for year, count in sorted(places.items())]
    years = [year for year, count in left for _ in range(max(count, 0))]
    return dict(enumerate(years, start=1))
