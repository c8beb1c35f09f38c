"""Who gets a place, in which year: the ranking, the places, the waiting list.

The call names two priorities and does not say which stands higher. The default reading, "taking turns", puts those
who meet both first and those who meet none last; in between, new communities without a clear question and clear
questions of existing communities take turns. Ordering that middle by clarity alone would put every existing
community before every new one, and the first priority would mean nothing.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pandas as pd

from mentoring_lib.base.programme import Rule
from mentoring_lib.base.rows import Entry, rows_of, table_of
from mentoring_lib.selection import rule as core
from mentoring_lib.selection.decisions import find_overrides
from mentoring_lib.selection.past import Past, decided_by, find_dropped, order_later
from mentoring_lib.selection.rule import GROUPS, Contest, Ints, Standing


@dataclass(frozen=True)
class Proposed(Entry):
    """An application before places are given: who dropped out once settled, who waits in its rank (0) or after it."""

    application_id: str
    municipality: str | None
    state: str
    state_reason: str
    later: int | None
    dropped: bool


@dataclass(frozen=True)
class Decided(Proposed):
    """An application with its outcome (see :func:`allocation.allocate`)."""

    novelty: str
    clarity: Fraction | None
    rank_from: int | None
    rank_to: int | None
    rank: int | None
    points: Fraction | None
    outcome: str
    place_year: int | None
    waiting: int | None
    minimum: str
    override: str
    given_year: int | None
    competes: bool


# Points of an application without a clarity: after every marked one, until marks come in.
UNMARKED = Fraction(-1)


def grade(scored: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Put applications into tiers and groups by the programme's reading of the two priorities.

    Parameters
    ----------
    scored : DataFrame, shape (n, k)
        Eligible applications with ``novelty`` and ``clarity``; unclear novelty counts as existing.
    rule : Rule

    Returns
    -------
    DataFrame, shape (n, k + 3)
        ``tier`` (higher goes first); ``group`` ("new" and "existing" take turns within a tier, else "all");
        ``points`` (Fraction, orders within the group: clarity, plus the weight of new in the reading "points").
    """
    clarity, scale = count_points(scored["clarity"])
    new = scored["novelty"].to_numpy() == "new"
    weighed = {"clear_from": rule.clear_from * scale, "weight": rule.weight_of_new * scale}
    graded = core.grade(new, clarity, np.zeros_like(clarity), reading=rule.reading, **weighed)
    points = pd.Series([Fraction(one, scale) for one in graded.points.tolist()], index=scored.index, dtype="object")
    group = pd.array(np.array(GROUPS)[graded.group], dtype="str")
    return scored.assign(tier=graded.tier, group=group, points=points)


def count_points(points: Iterable[Fraction | None], *, divisible_by: int = 1) -> tuple[Ints, int]:
    """Points as whole numbers of one scale, and that scale; what is missing is :data:`UNMARKED`."""
    exact = [UNMARKED if value is None else Fraction(value) for value in points]
    scale = math.lcm(divisible_by, *{value.denominator for value in exact})
    return np.array([value.numerator * (scale // value.denominator) for value in exact], dtype=np.int64), scale


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
    """
    graded = graded.iloc[np.argsort(graded["application_id"].to_numpy(dtype="U"), kind="stable")]
    standing = find_standing(graded)
    place, order = core.take_turns(standing)
    lot_open = standing._replace(luck=np.zeros_like(standing.luck))
    everyone = np.ones((len(graded), 1), dtype=bool)
    first, last = (ahead[:, 0] + 1 for ahead, _ in core.bound_ahead(lot_open, everyone))
    table = graded.iloc[order].reset_index(drop=True)
    drawn = table["ticket"].to_numpy() != ""
    numbers = pd.arrays.IntegerArray(np.arange(1, len(table) + 1), ~drawn)
    return table.assign(place=place[order], rank_from=first[order], rank_to=last[order], rank=numbers)


def find_standing(graded: pd.DataFrame) -> Standing:
    """What orders each application, as whole numbers; luck is the position by ticket, 0 for all before the lot."""
    tickets = graded["ticket"].to_numpy(dtype="S")
    luck = np.zeros(len(tickets), dtype=np.int64)
    luck[np.argsort(tickets, kind="stable")] = np.arange(len(tickets)) if tickets.all() else 0
    group = pd.Index(GROUPS).get_indexer(pd.Index(graded["group"]))
    return Standing(graded["tier"].to_numpy(dtype=np.int64), group, count_points(graded["points"])[0], luck)


STANDING = ["application_id", "rank_from", "rank_to", "rank", "tier", "group", "points", "ticket", "competes"]


class Outcome(NamedTuple):
    """What an application gets, in which year, and what a municipality's minimum or a person did to it."""

    outcome: str = "none"
    place_year: int | None = None
    waiting: int | None = None
    minimum: str = ""
    override: str = ""
    given_year: int | None = None


KINDS = dict(zip(Outcome._fields, ("str", "Int64", "Int64", "str", "str", "Int64"), strict=True))


@dataclass(frozen=True)
class Kept:
    """What offers made before a slip of the seed was corrected keep; only those without an offer are ordered anew.

    ``offered``: who had an offer by then; ``places``: what the recorded seed gave them; ``dropped``: who of them lost
    it since; ``holders``: years of the places held then; ``decisions``: those that give the other places out of turn.
    """

    offered: frozenset[str] = frozenset()
    places: Mapping[str, Outcome] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()
    holders: Mapping[str, int] = field(default_factory=dict)
    decisions: pd.DataFrame | None = None


def allocate(
    applications: pd.DataFrame, ranked: pd.DataFrame, places: Mapping[int, int], decisions: pd.DataFrame,
    minimum: Mapping[str, int] | None = None, past: Past | None = None, kept: Kept | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Propose a place, the waiting list or neither for every application.

    Parameters
    ----------
    applications : DataFrame, shape (n, k)
        All applications with ``state`` and ``ticket``.
    ranked : DataFrame
        The order (see :func:`rank`), as frozen if it was; who is not eligible any more is skipped.
    places : mapping of int to int
        Places by year; the ranking fills the years in order.
    decisions : DataFrame
        Sheet "Lēmumi": an override gives a place in a year before the ranking fills the rest.
    minimum : mapping of str to int, optional
        Least places by municipality; they go first, to the first of that municipality, and overrides count towards
        them. The year still follows the order among those with a place.
    past : Past, optional
    kept : Kept, optional
        What offers made before a slip of the seed was corrected keep.

    Returns
    -------
    DataFrame, shape (n, k + 13)
        Everyone once: ranked ones in order, then late ones by arrival, then the others by code. Adds ``outcome``
        ("place", "lot" while a lot must decide, "waiting", "none"), ``place_year`` (Int64), ``waiting`` (position on
        the waiting list; late applications stand after it), what :data:`STANDING` names (``competes``: in the order,
        for a place), ``minimum`` ("given" a place by a municipality's minimum, "taken" by it, "" untouched) and
        ``override`` (the person's reason, "" without).
    """
    past, kept = past or Past(), kept or Kept()
    eligible = frozenset(applications.loc[applications["state"].eq("eligible"), "application_id"])
    by_year = (year for year, count in sorted(places.items()) for _ in range(count))
    years = list(by_year if past.years is None else past.years)
    for year in kept.holders.values():
        if year in years:
            years.remove(year)
    told = decisions if kept.decisions is None else kept.decisions
    overrides = give_out_of_turn(decided_by(told, past.settled), applications, years)
    ids = applications["application_id"].tolist()
    waits = eligible if past.standing is None else past.standing
    later = order_later(applications, set(ranked["application_id"]), decisions, past)
    later |= dict.fromkeys(waits.intersection(ranked["application_id"]), 0)
    dropped = find_dropped(decisions, past) - kept.offered | kept.dropped
    novelty = [past.novelty.get(key, today) for key, today in zip(ids, applications["novelty"], strict=True)]
    table = applications.assign(
        entry_novelty=pd.array(novelty, dtype="str"),
        later=pd.array([later.get(key) for key in ids], dtype="Int64"),
        dropped=[key in dropped for key in ids],
    )
    competing = (eligible if past.competing is None else past.competing) - kept.offered.union(overrides)
    competes = [key in competing for key in ranked["application_id"]]
    return give_places(table, ranked.assign(competes=competes), overrides, years, minimum or {}, kept)


def give_places(
    applications: pd.DataFrame, ranked: pd.DataFrame, overrides: Mapping[str, Outcome], years: Sequence[int],
    minimum: Mapping[str, int], kept: Kept | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Outcomes of everyone (see :func:`allocate`).

    ``ranked`` says in ``competes`` who of the order competes; ``years`` are those of the places that the order fills,
    once ``overrides`` have theirs.
    """
    about, kept = first_of_each(applications), kept or Kept()
    contest = open_contest(applications, ranked, [*overrides, *kept.holders], years, minimum)
    first = {**propose(ranked, contest), **overrides, **kept.places}
    outcomes = {key: got for key, got in first.items() if key in about and _keeps(got, about[key])}
    later = sorted((row.later, key) for key, row in about.items() if row.later)
    queue = [key for key in ranked["application_id"] if key in about and about[key].later == 0]
    waits = [key for key in (*queue, *(key for _, key in later)) if key not in outcomes]
    for number, key in enumerate(waits, start=1):
        taken = "taken" if key in first and first[key].minimum == "taken" else ""
        outcomes[key] = Outcome("waiting", waiting=number, minimum=taken)
    given_year = {key: got.place_year for key, got in first.items()}
    outcomes = {key: outcomes.get(key, Outcome())._replace(given_year=given_year.get(key)) for key in about}
    return _join(applications, ranked, outcomes)


def _keeps(got: Outcome, row: Proposed) -> bool:
    """Whether what was proposed first still stands: who dropped out has lost it, unless the hour had been held."""
    return not row.dropped and (got.outcome == "place" or (got.outcome == "lot" and row.state == "eligible"))


def open_contest(
    applications: pd.DataFrame, ranked: pd.DataFrame, overrides: Iterable[str], years: Sequence[int],
    minimum: Mapping[str, int],
) -> Contest:  # fmt: skip
    """Who of the ranked competes, for which places, after those given out of turn."""
    about = first_of_each(applications)
    towns = [about[key].municipality if key in about else None for key in ranked["application_id"]]
    number = {name: at for at, name in enumerate(minimum)}
    given = Counter(about[key].municipality for key in overrides if key in about)
    return Contest(
        competes=ranked["competes"].to_numpy(dtype=bool),
        town=np.array([number.get(name or "", len(number)) for name in towns], dtype=np.int64),
        least=np.array([*(max(count - given[name], 0) for name, count in minimum.items()), 0], dtype=np.int64),
        years=[*years],
    )


def first_of_each(applications: pd.DataFrame) -> dict[str, Proposed]:
    """The first row of each application; a code that stands twice is a problem of its own."""
    return {row.application_id: row for row in rows_of(applications.iloc[::-1], Proposed)}


def propose(ranked: pd.DataFrame, contest: Contest) -> dict[str, Outcome]:
    """What each of the ranked who competes gets, in order; "lot" while luck decides whether or when."""
    best, worst = core.bound_ahead(find_standing(ranked), contest.counted)
    first = core.find_seats(*best, contest.town, contest)
    last = core.find_seats(*worst[::-1], contest.town, contest)
    bounds = np.stack([first, last, best[0][:, -1], worst[1][:, -1]], axis=1)[contest.competes].tolist()
    competing = ranked.loc[contest.competes, "application_id"]
    return {key: _settle(contest.years, *bound) for key, bound in zip(competing, bounds, strict=True)}


def _settle(years: Sequence[int], first: int, last: int, fewest: int, most: int) -> Outcome:
    """Outcome of who can have the seats ``first`` to ``last``, with ``fewest`` to ``most`` competitors ahead."""
    by_seat, places = [*years, None], len(years)
    if by_seat[first] != by_seat[last]:
        return Outcome("lot")
    if first < places:
        return Outcome("place", by_seat[first], minimum="given" if fewest >= places else "")
    return Outcome(minimum="taken" if most < places else "")


def _join(applications: pd.DataFrame, ranked: pd.DataFrame, outcomes: Mapping[str, Outcome]) -> pd.DataFrame:
    """Everyone with standing and outcome, in the order of the ranking, then of the waiting list, then by code."""
    ids = applications["application_id"].tolist()
    standing = ranked[STANDING].drop_duplicates("application_id").set_index("application_id").reindex(ids)
    standing = standing.astype({"rank_from": "Int64", "rank_to": "Int64", "tier": "Int64", "competes": "boolean"})
    standing = standing.fillna({"competes": False}).reset_index(drop=True)
    got = table_of([outcomes.get(key, Outcome()) for key in ids], KINDS)
    joined = applications.reset_index(drop=True).assign(**standing, **got)
    return joined.sort_values(["rank", "rank_from", "waiting", "application_id"], ignore_index=True)


def give_out_of_turn(decisions: pd.DataFrame, applications: pd.DataFrame, years: list[int]) -> dict[str, Outcome]:
    """Places a person gave against the order, by application, in the order of the decisions; taken from ``years``.

    One for an unknown application or year, or beyond the places of its year, is left out (and is a problem, see
    :func:`decisions.check_decisions`).
    """
    known, given, by_text = set(applications["application_id"]), {}, {str(year): year for year in years}
    for key, row in find_overrides(decisions).items():
        year = by_text.get(row.value or "")
        if key in known and year in years:
            years.remove(year)
            given[key] = Outcome("place", year, override=str(row.reason))
    return given
