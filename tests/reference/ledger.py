"""Places as of a day, the ledger by year, who is next in line, and the figures of a period.

A place belongs to a year, and its hour is booked for and held in that year. Whatever is not used when the year has
ended is lost, unless a permission to carry it over is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from reference import rule
from reference.events import HELD, RELEASED, Place, replay
from reference.programme import CarryOver, Event, Indicator, Programme

USES = ("delivered", "held_incomplete", "booked")
"""Uses that have a column of their own in the ledger."""


# Places as of a day


@dataclass(frozen=True)
class Used:
    """A place that was offered, and what became of it.

    Attributes
    ----------
    place : Place
    use : str
        "delivered", "held_incomplete", "booked", "open", "released", or "held_late" (after its year ended, without
        permission: the place is lost, and not offered again).
    year : int
        Year in which it counts: its own, or the one it was carried to.
    missing : tuple of str
        What a held hour lacks: "early" (held before its year began), "mode", "minutes", "mentor", "recommendations",
        "tasks".
    """

    place: Place
    use: str
    year: int
    missing: tuple[str, ...] = ()


def places_as_of(programme: Programme, as_of: date, *, without_offers_of: date | None = None) -> dict[str, Used]:
    """Every place that was offered by a day.

    ``without_offers_of``: as if nothing had been offered on that day.
    """
    seen = [e for e in programme.events if not (e.event == "offered" and e.on == without_offers_of)]
    histories = replay(programme, as_of, seen)
    places = {key: history.place for key, history in histories.items() if history.place.status}
    released = {key for key, place in places.items() if is_released(place, programme)}
    carried = find_carried_hours({key: places[key] for key in places if key not in released}, programme, as_of)
    return {
        key: Used(place, "released", place.year) if key in released else _use(place, carried.get(key), programme, as_of)
        for key, place in places.items()
    }


def is_released(place: Place, programme: Programme) -> bool:
    """Whether a place is free again: by an event, or by a decision before the hour was held.

    Decisions count as they stand, whatever the as-of day; one that is older than the offer does not free it.
    """
    if place.status in RELEASED:
        return True
    last = rule.verdict(place.application_id, programme.decisions)
    if place.status in HELD or last.kind not in rule.DROPPED or last.on < place.offered_on:
        return False
    return last.on < rule.hours_held(programme).get(place.application_id, date.max)


def permissions(programme: Programme, as_of: date) -> list[CarryOver]:
    """Permissions to carry over that were given by a day; places between the same two years are added up."""
    moves = [move for move in programme.carry_over if move.permitted_on <= as_of]
    pairs = dict.fromkeys((move.from_year, move.to_year) for move in moves)
    return [
        replace(moves[0], from_year=one, to_year=other,
                places=sum(move.places for move in moves if (move.from_year, move.to_year) == (one, other)))
        for one, other in pairs
    ]  # fmt: skip


def day_of_hour(place: Place) -> date | None:
    """Day on which an hour was held, or is booked for."""
    if place.status in HELD:
        return place.held_on
    return place.starts_at.date() if place.status == "booked" and place.starts_at else None


def find_carried_hours(places: dict[str, Place], programme: Programme, as_of: date) -> dict[str, int]:
    """The year of every hour that was held in, or is booked for, a year its place was carried to.

    Only as many as the permission says: hours held first, then those booked, by day, then by code.
    """
    found = {}
    for move in permissions(programme, as_of):
        hours = [
            (place.status not in HELD, day_of_hour(place), key)
            for key, place in places.items()
            if place.year == move.from_year
            and day_of_hour(place)
            and programme.is_in_year(day_of_hour(place), move.to_year)
        ]
        found |= {key: move.to_year for _, _, key in sorted(hours)[: move.places]}
    return found


def _use(place: Place, carried_to: int | None, programme: Programme, as_of: date) -> Used:
    year = carried_to or place.year
    day = day_of_hour(place)
    if place.status in HELD:
        if day > programme.last_day(year):
            return Used(place, "held_late", year)
        missing = _missing(place, programme, as_of)
        missing = missing if programme.is_in_year(day, year) else ("early", *missing)
        return Used(place, "held_incomplete" if missing else "delivered", year, missing)
    booked = day is not None and programme.is_in_year(day, year)
    return Used(place, "booked" if booked else "open", year)


def _missing(place: Place, programme: Programme, as_of: date) -> tuple[str, ...]:
    """What a held hour lacks to be delivered; a recommendation dated before the hour is none."""
    key = place.application_id
    lacks = {
        "mode": place.mode not in ("in_person", "online"),
        "minutes": place.minutes is None,
        "mentor": place.mentor is None,
        "recommendations": not any(
            item.application_id == key and place.held_on <= item.on <= as_of for item in programme.recommendations
        ),
        "tasks": not any(
            item.application_id == key and (item.on is None or item.on <= as_of) for item in programme.tasks
        ),
    }
    return tuple(name for name, is_missing in lacks.items() if is_missing)


# The ledger


@dataclass(frozen=True)
class Row:
    """One year: planned + carried_in - carried_out = delivered + held_incomplete + booked + open + lost.

    ``open`` and ``lost`` are what is left while the year runs and once it has ended; negative where more places are
    used, or carried out, than there are.
    """

    planned: int
    carried_in: int
    carried_out: int
    delivered: int
    held_incomplete: int
    booked: int
    open: int
    lost: int

    @property
    def room(self) -> int:
        """Places of the year, carry-over included."""
        return self.planned + self.carried_in - self.carried_out


def count_carried(programme: Programme, year: int, as_of: date) -> tuple[int, int]:
    """Places carried into a year and out of it with a permission given by a day."""
    moves = permissions(programme, as_of)
    return (
        sum(move.places for move in moves if move.to_year == year),
        sum(move.places for move in moves if move.from_year == year),
    )


def keep_ledger(programme: Programme, as_of: date) -> dict[int, Row]:
    """Places by year: what was planned and what became of it."""
    used = places_as_of(programme, as_of).values()
    rows = {}
    for year in sorted(programme.places):
        planned, carried = rule.planned(programme, year, as_of), count_carried(programme, year, as_of)
        counts = {use: sum(one.use == use and one.year == year for one in used) for use in USES}
        left = count_room(programme, year, as_of) - sum(counts.values())
        ended = as_of > programme.last_day(year)
        rows[year] = Row(planned, *carried, **counts, open=0 if ended else left, lost=left if ended else 0)
    return rows


# Who is next


@dataclass(frozen=True)
class Proposal:
    """A place to offer now, and why: "own", "out_of_turn", "minimum" or "waiting"."""

    application_id: str
    year: int
    why: str


@dataclass
class Lineup:
    """Who is to be offered what, as of a day.

    Attributes
    ----------
    own : dict of int to list of str
        By year, those who were given a place of it and have not been offered one.
    free : dict of int to int
        Places of running years that nobody holds.
    queue : list of str
        Who is next for a free place: those whose year ended without an offer, then the waiting list.
    holders : set of str
        Everyone who holds a place: used or to be used, or given and still to be offered.
    """

    own: dict[int, list[str]]
    free: dict[int, int]
    queue: list[str]
    holders: set[str]


def line_up(
    programme: Programme, selected: rule.Selected, as_of: date, *, without_offers_of: date | None = None
) -> Lineup:
    """Work out who holds which place on a day, and who waits for those that are free.

    A carried place is free in neither year while somebody of its first year may still need it. Whoever was given a
    place of a year that has no room is not proposed, and waits before all others once the year has ended without an
    offer, unless the place was carried.
    """
    used = places_as_of(programme, as_of, without_offers_of=without_offers_of)
    active = {key: one for key, one in used.items() if one.use != "released"}
    reserved = reserve_carried(active, programme, as_of)
    untouched = [key for key in _in_given_order(selected) if key not in used]
    years = sorted(programme.places)
    running = [year for year in years if as_of <= programme.last_day(year)]
    room = {}
    for year in years:
        taken = [key for key, one in active.items() if year in (one.year, reserved.get(key))]
        room[year] = max(count_room(programme, year, as_of) - len(taken), 0)
    own: dict[int, list[str]] = {year: [] for year in years}
    missed: list[str] = []
    for year in years:
        given = [key for key in untouched if selected.given[key].year == year]
        fitting = given[: room[year]] if year in running else []
        own[year] += fitting
        unplaced = given[len(fitting) :]
        for move in permissions(programme, as_of):
            if move.from_year == year:
                left = move.places - _count_moved(move, active, reserved)
                own[move.to_year] += unplaced[:left]
                unplaced = unplaced[left:]
        missed += unplaced if year not in running else []
    missed += [key for year in years if year not in running for key in own[year]]
    own = {year: [key for key in untouched if key in own[year]][: room[year]] for year in running}
    holding = {key for key, one in active.items() if one.use != "open" or one.year in running or key in reserved}
    return Lineup(
        own=own,
        free={year: room[year] - len(own[year]) for year in running},
        queue=[
            *(key for key in untouched if key in missed),
            *(key for key in selected.waiting if key not in used),
        ],
        holders=holding.union(*own.values()),
    )


def count_room(programme: Programme, year: int, as_of: date) -> int:
    """Places of a year, amendments and carry-over included."""
    carried_in, carried_out = count_carried(programme, year, as_of)
    return rule.planned(programme, year, as_of) + carried_in - carried_out


def _count_moved(move: CarryOver, active: dict[str, Used], reserved: dict[str, int]) -> int:
    """Places of a permission that are spoken for: by an hour in the later year, or by somebody who holds one."""
    return sum(
        one.place.year == move.from_year and move.to_year in (one.year, reserved.get(key))
        for key, one in active.items()
    )


def _in_given_order(selected: rule.Selected) -> list[str]:
    """Everyone who was given a place: by rank, then (a place out of turn) by code."""
    ranked = [key for key in selected.order if key in selected.given]
    return [*ranked, *sorted(key for key in selected.given if key not in ranked)]


def reserve_carried(active: dict[str, Used], programme: Programme, as_of: date) -> dict[str, int]:
    """The year a place is carried to, for those who hold one and have no hour in its own year.

    What a permission has left after the hours held or booked in the later year goes to them by the day of their offer,
    then by code. Such a place takes room in both years.
    """
    reserved: dict[str, int] = {}
    for move in permissions(programme, as_of):
        holding = [
            (one.place.offered_on, key)
            for key, one in active.items()
            if one.use == "open" and one.year == move.from_year and key not in reserved
        ]
        left = move.places - _count_moved(move, active, reserved)
        reserved |= {key: move.to_year for _, key in sorted(holding)[: max(left, 0)]}
    return reserved


def next_in_line(programme: Programme, as_of: date) -> list[Proposal]:
    """Whom to offer a place now; nobody while the result is provisional.

    By year: who was given a place of it; then, for free places, who is to have one out of turn, and the queue. While a
    municipality holds fewer places than its minimum, the first of it in the queue goes first.
    """
    if not rule.is_final(programme):
        return []
    selected = rule.select(programme)
    lineup = line_up(programme, selected, as_of)
    used = places_as_of(programme, as_of)
    queue, holders, proposals = list(lineup.queue), set(lineup.holders), []
    pending = {key: year for key, year in selected.pending.items() if key not in used}
    for year in sorted(lineup.own):
        proposals += [Proposal(key, year, "own") for key in lineup.own[year]]
        for _ in range(lineup.free[year]):
            decided = next((key for key, of_year in pending.items() if of_year == year), None)
            key = decided or first_of(queue, holders, programme)
            if key is None:
                break
            why = "out_of_turn" if decided else "waiting" if key == queue[0] else "minimum"
            proposals.append(Proposal(key, year, why))
            pending.pop(key, None)
            queue = [other for other in queue if other != key]
            holders.add(key)
    return proposals


def first_of(queue: Sequence[str], holders: Iterable[str], programme: Programme) -> str | None:
    """Who of a queue goes first: of a municipality below its minimum, else the first of all."""
    town = {a.application_id: a.municipality for a in programme.applications}
    short = missing_of_minimum(holders, programme)
    return next((key for key in queue if town[key] in short), queue[0] if queue else None)


def missing_of_minimum(holders: Iterable[str], programme: Programme) -> dict[str, int]:
    """How many places each municipality lacks to its minimum; without those that lack none."""
    town = {a.application_id: a.municipality for a in programme.applications}
    held = [town[key] for key in holders]
    lacks = {name: least - held.count(name) for name, least in programme.minimum_places.items()}
    return {name: count for name, count in lacks.items() if count > 0}


# Offers out of turn


@dataclass(frozen=True)
class OutOfTurn:
    """An offer to somebody who was not next.

    Attributes
    ----------
    application_id : str
    year : int
    on : date
    skipped : str or None
        Who was next; None if nobody waited, and the one offered had no claim at all.
    decided_on : date or None
        Day of the decision that gives this place out of turn; without one the report waits. Later than ``on``, it is
        told as a deviation.
    """

    application_id: str
    year: int
    on: date
    skipped: str | None
    decided_on: date | None


def offers_out_of_turn(programme: Programme, as_of: date) -> list[OutOfTurn]:
    """Offers, by day, that skipped somebody on the waiting list, or went to somebody who was not on it.

    Each day is judged by what had been decided by then. All offers of one day are judged together, after everything
    else of that day, in whatever order suits them best. An offer that a decision of that day or before gave out of turn
    skips nobody.
    """
    histories = replay(programme, as_of)
    offers = [event for history in histories.values() for event in history.standing if event.event == "offered"]
    return [
        out
        for day in sorted({event.on for event in offers})
        for out in _judge_day(programme, day, [event for event in offers if event.on == day])
    ]


def _judge_day(programme: Programme, day: date, offers: Sequence[Event]) -> list[OutOfTurn]:
    then = as_known_on(programme, day)
    selected = rule.select(then)
    lineup = line_up(then, selected, day, without_offers_of=day)
    queue, holders, judged, robbed = list(lineup.queue), set(lineup.holders), [], {}
    own, free = {year: list(keys) for year, keys in lineup.own.items()}, dict(lineup.free)

    def take(event: Event) -> None:
        mine = next((keys for keys in own.values() if event.application_id in keys), None)
        if mine is None:
            free[event.year] = free.get(event.year, 0) - 1
        else:
            mine.remove(event.application_id)

    for event in offers:
        if _is_own(event, selected, then, day) or _is_given_out_of_turn(event, then):
            take(event)
            queue = [key for key in queue if key != event.application_id]
            holders.add(event.application_id)
        else:
            judged.append(event)
    waiting = {event.application_id: event for event in judged}
    first = first_of(queue, holders, then)
    while first in waiting:
        event = waiting.pop(first)
        if own.get(event.year) and free[event.year] < 1:  # given to somebody who has not been offered it yet
            robbed[first] = own[event.year][0]
        take(event)
        queue.remove(first)
        holders.add(first)
        first = first_of(queue, holders, then)
    return [
        OutOfTurn(
            event.application_id,
            event.year,
            day,
            robbed.get(event.application_id, first),
            rule.verdict(event.application_id, programme.decisions).on
            if _is_given_out_of_turn(event, programme)
            else None,
        )
        for event in judged
        if event.application_id in {*waiting, *robbed}
    ]


def as_known_on(programme: Programme, day: date) -> Programme:
    """A programme with what had been decided and had happened by a day."""
    return replace(
        programme,
        decisions=tuple(rule.dated_by(programme.decisions, day)),
        events=tuple(event for event in programme.events if event.on <= day),
        amendments=tuple(change for change in programme.amendments if change.on <= day),
    )


def _is_own(event: Event, selected: rule.Selected, programme: Programme, day: date) -> bool:
    """Whether somebody is offered a place of the year that was given, or of the one it was carried to."""
    given = selected.given.get(event.application_id)
    if given is None:
        return False
    moved = [move.to_year for move in permissions(programme, day) if move.from_year == given.year]
    return event.year in (given.year, *moved)


def _is_given_out_of_turn(event: Event, programme: Programme) -> bool:
    """Whether a decision gives a place of that year out of turn."""
    last = rule.verdict(event.application_id, programme.decisions)
    return (last.kind, last.value) == ("override", str(event.year))


# Questions to a person


def questions(programme: Programme, as_of: date) -> set[tuple[str, str]]:
    """What is asked about offers and hours: what it is, and the application, year or municipality.

    - ``event_order``, ``event_day``: not possible where it stands; unclear within a day.
    - ``offer_out_of_turn``: until a decision gives it.
    - ``offers_over``: more places of a year offered than there are.
    - ``carried_over``: more places carried out of a year than it has left.
    - ``ledger_over``: more hours in a year than places.
    - ``decision_after_hour``: frees nothing; ``hour_after_decision``: held although the place had been freed.
    - ``held_late``, ``held_early``, ``booked_outside_year``: not in the year of the place.
    - ``mentor_left``: a booked hour needs a new mentor.
    - ``minimum_short``: a municipality has fewer places than its minimum, those proposed included.
    """
    used, histories = places_as_of(programme, as_of), replay(programme, as_of)
    found = {("event_order", key) for key, history in histories.items() if history.impossible}
    found |= {("event_day", key) for key, history in histories.items() if history.unclear_days}
    found |= {
        ("offer_out_of_turn", out.application_id)
        for out in offers_out_of_turn(programme, as_of)
        if out.decided_on is None
    }
    for key, one in used.items():
        found |= {(code, key) for code in _ask_about_hour(one, programme)}
    active = {key: one for key, one in used.items() if one.use != "released"}
    reserved = reserve_carried(active, programme, as_of)
    for year, row in keep_ledger(programme, as_of).items():
        taken = [key for key, one in active.items() if reserved.get(key, one.year) == year]
        if len(taken) > row.room:
            found.add(("offers_over", str(year)))
        if row.open + row.lost < 0:
            found.add(("carried_over" if row.carried_out else "ledger_over", str(year)))
    holders = line_up(programme, rule.select(programme), as_of).holders
    proposed = {proposal.application_id for proposal in next_in_line(programme, as_of)}
    return found | {("minimum_short", town) for town in missing_of_minimum(holders | proposed, programme)}


def _ask_about_hour(one: Used, programme: Programme) -> list[str]:
    place, day = one.place, day_of_hour(one.place)
    last = rule.verdict(place.application_id, programme.decisions)
    left = {mentor.name: mentor.until for mentor in programme.mentors if mentor.until}
    booked = place.status == "booked" and one.use != "released"
    asked = {
        "decision_after_hour": place.status in HELD and last.kind in rule.DROPPED and last.on >= place.held_on,
        "hour_after_decision": place.status in HELD
        and last.kind in rule.DROPPED
        and place.offered_on <= last.on < place.held_on,
        "held_late": one.use == "held_late",
        "held_early": "early" in one.missing,
        "booked_outside_year": booked and day is not None and one.use == "open",
        "mentor_left": booked and day is not None and place.mentor in left and left[place.mentor] < day,
    }
    return [code for code, is_asked in asked.items() if is_asked]


# Figures of a period


@dataclass(frozen=True)
class Item:
    """One thing an indicator counts: its amount, and the consultation it belongs to."""

    application_id: str
    year: int
    municipality: str | None
    mode: str
    amount: Fraction


def count_items(programme: Programme, as_of: date, period: tuple[date, date]) -> dict[str, list[Item]]:
    """What each formula counts in a period, as known on a day; only of delivered consultations.

    By the day of the hour: consultations, communities, new communities (as of now), residents (as the application
    says) and hours. By their own day: recommendations, from the day of the hour on, and to-do items, once done. The
    year of an item is that of the place: of the one it was carried to, if it was.
    """
    applications = {a.application_id: a for a in programme.applications}
    delivered = {key: one for key, one in places_as_of(programme, as_of).items() if one.use == "delivered"}

    def item(key: str, amount: Fraction | int = 1) -> Item:
        one = delivered[key]
        return Item(key, one.year, applications[key].municipality, one.place.mode, Fraction(amount))

    def counts(day: date | None) -> bool:
        return day is not None and period[0] <= day <= period[1] and day <= as_of

    held = [key for key, one in delivered.items() if counts(one.place.held_on)]
    return {
        "consultations": [item(key) for key in held],
        "communities": [item(key) for key in held],
        "new_communities": [item(key) for key in held if rule.novelty(applications[key], programme) == "new"],
        "residents": [item(key, applications[key].residents_involved or 0) for key in held],
        "hours": [item(key, Fraction(delivered[key].place.minutes, 60)) for key in held],
        "recommendations": [
            item(r.application_id)
            for r in programme.recommendations
            if r.application_id in delivered and counts(r.on) and r.on >= delivered[r.application_id].place.held_on
        ],
        "tasks": [
            item(task.application_id)
            for task in programme.tasks
            if task.application_id in delivered and counts(task.done_on)
        ],
    }


@dataclass(frozen=True)
class Figure:
    """Result of a year of places, with its target if the period touches that year."""

    year: int
    target: int | None
    result: Fraction

    @property
    def missing(self) -> Fraction | None:
        """What the target lacks."""
        return None if self.target is None else max(self.target - self.result, Fraction(0))


def measure(programme: Programme, indicator: Indicator, as_of: date, period: tuple[date, date]) -> list[Figure]:
    """An indicator by year of places; a target above 0 stands only beside a year that the period touches.

    What was counted but belongs to another year is told without a target; another year without anything is left out.
    """
    items = count_items(programme, as_of, period)[indicator.formula]
    items = [one for one in items if indicator.mode in (None, one.mode)]
    items = [one for one in items if indicator.municipality in (None, one.municipality)]
    figures = []
    for year in sorted(programme.places):
        touched = period[0].year <= year <= period[1].year
        result = sum((one.amount for one in items if one.year == year), Fraction(0))
        if touched or result:
            figures.append(Figure(year, (indicator.targets[year] or None) if touched else None, result))
    return figures
