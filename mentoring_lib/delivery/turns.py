"""Who is next for a free place, and which offers skipped somebody.

Years once given stay: who was given a place is offered one of that year; a freed place goes to the first who waits,
in its own year. While a municipality holds fewer places than its minimum, the first of it goes first. A place carried
over stays with the community that holds it, and is free in neither year.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Self

import pandas as pd

from mentoring_lib.base.problems import Problem, problem_at
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import Candidates, rows_of
from mentoring_lib.base.texts import show_date
from mentoring_lib.delivery import ledger
from mentoring_lib.delivery.events import follow, list_valid_events
from mentoring_lib.delivery.rows import Happened, Place, UsedPlace

PROPOSAL = {"application_id": "str", "year": "int64", "turn": "str"}


@dataclass(frozen=True)
class Lineup:
    """Who is to be offered what.

    ``own``: by running year, who was given a place of it and has not been offered one; ``free``: places of running
    years that nobody holds; ``queue``: who is next for those; ``holders``: everyone who holds a place.
    """

    own: dict[int, list[str]]
    free: dict[int, int]
    queue: list[str]
    holders: set[str]

    def take(self, key: str, year: int) -> Self:
        """The same once somebody has been offered a place of a year: the own one, or a free one."""
        own = {each: [other for other in keys if other != key] for each, keys in self.own.items()}
        free = self.free | ({year: self.free.get(year, 0) - 1} if own == self.own else {})
        queue = [other for other in self.queue if other != key]
        return replace(self, own=own, free=free, queue=queue, holders=self.holders | {key})

    def first(self, candidates: Candidates, programme: Programme) -> str | None:
        """Who is next: of a municipality that lacks places to its minimum, if somebody of one waits."""
        short = lack_minimum(self.holders, candidates, programme)
        return next((key for key in self.queue if candidates.towns.get(key) in short), next(iter(self.queue), None))


def line_up(candidates: Candidates, places: Sequence[UsedPlace], programme: Programme, *, as_of: date) -> Lineup:
    """Work out who holds which place, and who waits for those that are free.

    Who was given a place of a year that has no room is not proposed (her place was offered to another). Once the year
    has ended without an offer she is the first who waits, unless her place was carried over.
    """
    live = [place for place in places if place.use != "released"]
    years, offered = sorted(programme.places), {place.application_id for place in places}
    running = [year for year in years if as_of <= ledger.last_day(year, programme)]
    taken = Counter(year for place in live for year in {place.year, place.kept_for})
    room = {year: max(ledger.count_room(year, programme, as_of) - taken[year], 0) for year in years}
    year_of = {key: year for key, year in candidates.given.items() if key not in offered}
    for year in years:
        given = [key for key in year_of if candidates.given[key] == year]
        rest = given[room[year] if year in running else 0 :]
        for (earlier, later), count in ledger.list_permissions(programme, as_of).items():
            if earlier == year:
                left = max(count - ledger.count_moved(live, year, later), 0)
                year_of |= dict.fromkeys(rest[:left], later)
                rest = rest[left:]
    own = {year: [key for key in year_of if year_of[key] == year][: room[year]] for year in running}
    missed = [key for key, year in year_of.items() if year not in running]
    held = {place.application_id for place in live if place.use != "open" or place.year in running or place.kept_for}
    return Lineup(
        own=own,
        free={year: room[year] - len(own[year]) for year in running},
        queue=[*missed, *(key for key in candidates.waiting if key not in offered)],
        holders=held.union(*own.values()),
    )


def lack_minimum(holders: Iterable[str], candidates: Candidates, programme: Programme) -> dict[str, int]:
    """How many places each municipality lacks to its minimum; none that lacks none."""
    towns = [candidates.towns.get(key) for key in holders]
    lacks = {town: least - towns.count(town) for town, least in programme.minimum_places.items()}
    return {town: count for town, count in lacks.items() if count > 0}


def next_in_line(candidates: Candidates, places: pd.DataFrame, programme: Programme, *, as_of: date) -> pd.DataFrame:
    """Whom to offer a place now; a person does it, by an event. Only of use once the outcome is final.

    Parameters
    ----------
    candidates : Candidates
    places : DataFrame
        See :func:`ledger.find_delivered`.
    programme : Programme
    as_of : date

    Returns
    -------
    DataFrame, shape (proposals, 3)
        ``application_id``, ``year`` and ``turn``: "own" (given by the outcome), "out_of_turn" (by a later decision),
        "minimum" (its municipality has fewer than its minimum) or "waiting".
    """
    used = list(rows_of(places, UsedPlace))
    lineup = line_up(candidates, used, programme, as_of=as_of)
    offered = {place.application_id for place in used}
    claims = {key: year for key, year in candidates.claims.items() if key not in offered}
    rows = []
    for year, own in lineup.own.items():
        rows += [(key, year, "own") for key in own]
        for _ in range(lineup.free[year]):
            claimed = next((key for key, of_year in claims.items() if of_year == year), None)
            key = claimed or lineup.first(candidates, programme)
            if key is None:
                break
            rows.append((key, year, "out_of_turn" if claimed else "waiting" if key == lineup.queue[0] else "minimum"))
            claims.pop(key, None)
            lineup = lineup.take(key, year)
    return pd.DataFrame(rows, columns=list(PROPOSAL)).astype(PROPOSAL)


@dataclass(frozen=True)
class Skip:
    """An offer to somebody who was not next: to whom instead of whom (None: nobody waited, and she had no claim).

    ``decided_on``: day of the decision that gives her this place out of turn; None while there is none.
    """

    event: Happened
    instead_of: str | None
    decided_on: date | None


def find_skips(
    events: pd.DataFrame, candidates_on: Callable[[date], Candidates], programme: Programme, *, as_of: date
) -> list[Skip]:
    """Offers that skipped somebody on the waiting list, or went to somebody who was not on it.

    Each day is judged by what had been decided and had happened by then, its own offers apart; offers of one day skip
    nobody if some order of them does not. A decision of that day or before that gives the place out of turn skips
    nobody; a later one is told as a deviation.

    Parameters
    ----------
    events : DataFrame
        Sheet "Notikumi", typed.
    candidates_on : callable
        The selection by what had been decided by a day.
    programme : Programme
    as_of : date
    """
    valid = list_valid_events(events, programme, as_of=as_of)
    offers = sorted(rows_of(valid[valid["event"].eq("offered")], Happened), key=lambda event: event.on)
    now = candidates_on(date.max) if offers else Candidates({}, ())
    return [
        Skip(event, instead_of, now.out_of_turn[event.application_id][1] if _is_decided(event, now) else None)
        for on, group in groupby(offers, lambda event: event.on.date())
        for lineup in [_line_up_before(on, events, candidates_on(on), programme)]
        for event, instead_of in _judge(list(group), lineup, candidates_on(on), programme)
    ]


def _line_up_before(on: date, events: pd.DataFrame, candidates: Candidates, programme: Programme) -> Lineup:
    """Who was next on a day, as if nothing had been offered on it."""
    known = events[events["on"].le(pd.Timestamp(on))]
    known = known[~(known["event"].eq("offered") & known["on"].eq(pd.Timestamp(on)))]
    followed = follow(known, programme, as_of=on).table
    freed = ledger.find_freed(rows_of(followed, Place), candidates.dropped, {})
    nothing = known.iloc[:0]  # neither recommendations nor tasks: whether an hour is delivered changes nobody's turn
    places = ledger.find_delivered(followed, nothing, nothing, programme, as_of=on, dropped=freed)
    return line_up(candidates, list(rows_of(places, UsedPlace)), programme, as_of=on)


def fill_years(events: pd.DataFrame, candidates_on: Callable[[date], Candidates], programme: Programme) -> pd.DataFrame:
    """Each offer without a year gets the only one it can be of: a person types it where there are several.

    That is the programme's only year, the one given by the outcome or a decision out of turn, or the only one in which
    a place was free on the day of the offer.

    Parameters
    ----------
    events : DataFrame
        See :func:`consultations.merge_events`.
    candidates_on : callable
        The selection by what had been decided by a day.
    programme : Programme
    """
    lacking = events[events["event"].eq("offered") & events["year"].isna() & events["on"].notna()]
    events = events.copy()
    for day, rows in lacking.groupby(lacking["on"].dt.date):
        candidates = candidates_on(day) if len(programme.places) > 1 else Candidates({}, ())
        lineup = _line_up_before(day, events, candidates, programme)
        for index, key in rows["application_id"].items():
            years = _possible_years(key, lineup, candidates, programme)
            events.loc[index, "year"] = years[0] if len(years) == 1 else pd.NA
    return events


def _possible_years(key: str, lineup: Lineup, candidates: Candidates, programme: Programme) -> list[int]:
    if len(programme.places) == 1 or not isinstance(key, str):
        return list(programme.places)
    own = [year for year, keys in lineup.own.items() if key in keys]
    decided = [candidates.out_of_turn[key][0]] if key in candidates.out_of_turn else []
    return own or decided or [year for year, count in lineup.free.items() if count > 0]


def _judge(
    offers: Sequence[Happened], lineup: Lineup, candidates: Candidates, programme: Programme
) -> list[tuple[Happened, str | None]]:
    """Offers of one day that were not in turn, each with who was next when all that could be in turn had been made.

    Whoever waits has a claim to a free place only: not to one that was given to somebody who has not been offered it.
    """
    in_question = {}
    for event in offers:
        if _is_own(event, candidates, programme) or _is_decided(event, candidates):
            lineup = lineup.take(event.application_id, event.year or 0)
        else:
            in_question[event.application_id] = event
    skipping: list[tuple[Happened, str | None]] = []
    while (first := lineup.first(candidates, programme)) in in_question:
        event = in_question.pop(first)
        year = event.year or 0
        skipping += [(event, key) for key in lineup.own.get(year, [])[:1] if lineup.free[year] <= 0]
        lineup = lineup.take(first, year)
    return [*skipping, *((event, first) for event in in_question.values())]


def _is_own(event: Happened, candidates: Candidates, programme: Programme) -> bool:
    """Whether she is offered a place of the year that she was given, or of the one it was carried to."""
    year, moves = candidates.given.get(event.application_id), ledger.list_permissions(programme, event.on.date())
    return event.year == year or (year, event.year) in moves


def _is_decided(event: Happened, candidates: Candidates) -> bool:
    return candidates.out_of_turn.get(event.application_id, (None,))[0] == event.year


def check_turns(skips: Iterable[Skip]) -> list[Problem]:
    """A problem for each offer out of turn that no decision explains."""
    return [
        problem_at("offer_out_of_turn", skip.event, "application_id", show_date(skip.event.on), skip.instead_of or "–")
        for skip in skips
        if skip.decided_on is None
    ]


def check_given(
    candidates: Candidates, places: pd.DataFrame, proposals: pd.DataFrame, programme: Programme, *, as_of: date
) -> list[Problem]:
    """A problem for each place that was given, or decided out of turn, and is not to be offered.

    Who was given one of a year that has ended is the first who waits, if not by a decision since.
    """
    promised = {**candidates.given} | {key: year for key, (year, _) in candidates.out_of_turn.items()}
    offered, proposed = {*places["application_id"]}, {*zip(proposals["application_id"], proposals["year"], strict=True)}
    return [
        Problem("given_unoffered", value=str(year), application_id=key)
        for key, year in promised.items()
        if key not in offered
        and (key, year) not in proposed
        and (key in candidates.claims or as_of <= ledger.last_day(year, programme))
    ]


def check_minimum(
    candidates: Candidates, places: pd.DataFrame, proposals: pd.DataFrame, programme: Programme, *, as_of: date
) -> list[Problem]:
    """A problem for each municipality with fewer places than its minimum, those proposed included."""
    holders = line_up(candidates, list(rows_of(places, UsedPlace)), programme, as_of=as_of).holders
    short = lack_minimum({*holders, *proposals["application_id"]}, candidates, programme)
    least = programme.minimum_places
    return [
        Problem("minimum_short", value=town, details=f"{least[town] - lacks} no {least[town]}")
        for town, lacks in short.items()
    ]
