"""Places by year: what is delivered, booked, open or lost.

A place belongs to a year; its hour is booked for and held in that year, or in the one it was carried to with the
funder's recorded permission. What is not used when its year has ended is lost.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from mentoring_lib.base.problems import Problem, problem_at
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import rows_of
from mentoring_lib.base.texts import plural, show_date
from mentoring_lib.delivery.events import HELD, HELD_LATE, IN_USE, LEDGER, RELEASED, WAS_HELD, make_table
from mentoring_lib.delivery.rows import Appointment, Place, UsedPlace

EARLY = "savs gads (notika, pirms tas sākās)"


def find_delivered(
    followed: pd.DataFrame, recommendations: pd.DataFrame, tasks: pd.DataFrame, programme: Programme, *,
    as_of: date, dropped: Collection[str] = (),
) -> pd.DataFrame:  # fmt: skip
    """Tell delivered consultations from held ones that lack evidence, and in which year each place counts.

    Parameters
    ----------
    followed : DataFrame, shape (n, 11)
        See :func:`events.follow`.
    recommendations, tasks : DataFrame
        Sheets "Ieteikumi" and "Darbi".
    programme : Programme
    as_of : date
        Later recommendations and permissions are not looked at.
    dropped : collection of str
        Whose place a decision freed before its hour was held (see :func:`find_freed`).

    Returns
    -------
    DataFrame, shape (n, 14)
        See :class:`rows.UsedPlace`. ``use``: "delivered", "held_incomplete", "held_late" (after its year, without
        permission: lost), "booked" (for an hour in its year), "open" or "released"; ``missing``: what a held one lacks
        (Latvian, "" otherwise). Delivered: held in its year, with date, mode, minutes and mentor, at least one
        recommendation from that day on and one to-do item (the call: every community gets both). A to-do item has no
        day of its own: it is sent with the recommendations, so it counts from the first of these on.
    """
    known = recommendations[recommendations["on"].le(pd.Timestamp(as_of))]
    advised: dict[Any, pd.Timestamp] = known.groupby("application_id")["on"].max().to_dict()
    tasked, places = set(tasks["application_id"]), list(rows_of(followed, Place))
    live = [place for place in places if place.status not in RELEASED and place.application_id not in dropped]
    left = list_permissions(programme, as_of)  # to hours held first, then to hours booked, then to the open by offer
    hours = sorted(live, key=lambda place: (place.status not in HELD, str(day_of_hour(place)), place.application_id))
    carried = _carry(hours, left, lambda place, later: is_in_year(day_of_hour(place), later, programme))
    used = {place.application_id: _use(place, carried, advised, tasked, programme) for place in live}
    waiting = sorted(used.values(), key=lambda place: (place.offered_on, place.application_id))
    kept = _carry(waiting, left, lambda place, _: used[place.application_id].use == "open")
    for place in places:
        used.setdefault(place.application_id, UsedPlace(**vars(place), use="released", offered_year=place.year or 0))
    rows = [replace(used[place.application_id], kept_for=kept.get(place.application_id)) for place in places]
    return make_table(rows, UsedPlace, programme)


def find_freed(places: Iterable[Place], dropped: Mapping[str, date], held: Mapping[str, date]) -> dict[str, date]:
    """Whose place is free by a decision of which day: not older than the offer, and before the day of the hour.

    Parameters
    ----------
    places : iterable of Place
    dropped : mapping of str to date
        See :class:`rows.Candidates`.
    held : mapping of str to date
        Day of every hour of the whole history: a decision after the hour frees nothing, whatever the as-of day.
    """
    return {
        place.application_id: on
        for place in places
        if place.status not in HELD
        and (on := dropped.get(place.application_id))
        and place.offered_on
        and place.offered_on.date() <= on < held.get(place.application_id, date.max)
    }


def day_of_hour(place: Place) -> date | None:
    """Day on which an hour was held or is booked for."""
    if place.status in HELD and place.held_on:
        return place.held_on.date()
    return place.starts_at.date() if place.status == "booked" and place.starts_at else None


def last_day(year: int, programme: Programme) -> date:
    """Last day on which a place of a year can be used: the year's end, or the project's if that comes first."""
    return min(date(year, 12, 31), programme.project.ends)


def first_day(year: int, programme: Programme) -> date:
    """Day from which the pace of a year's places is counted: the last one before the year, not before the deadline."""
    return max(date(year - 1, 12, 31), programme.call.deadline)


def is_in_year(day: date | None, year: int, programme: Programme) -> bool:
    """Whether an hour of a day uses a place of a year in time."""
    return day is not None and date(year, 1, 1) <= day <= last_day(year, programme)


def list_permissions(programme: Programme, as_of: date) -> Counter[tuple[int, int]]:
    """Places that may be carried from one year to another, by permissions given by a day."""
    permitted = Counter[tuple[int, int]]()
    for move in programme.carry_over:
        if move.permitted_on <= as_of:
            permitted[move.from_year, move.to_year] += move.places
    return permitted


def _carry(
    places: Iterable[Place], left: Counter[tuple[int, int]], fits: Callable[[Place, int], bool]
) -> dict[str, int]:
    """The later year of each place that a permission still carries there, the first places first; ``left`` shrinks."""
    carried: dict[str, int] = {}
    for place in places:
        moves = (move for move in left if move[0] == place.year and left[move] > 0 and fits(place, move[1]))
        if move := next(moves, None):
            carried[place.application_id] = move[1]
            left[move] -= 1
    return carried


def count_moved(live: Iterable[UsedPlace], year: int, later: int) -> int:
    """Places of a year that somebody has in a later one: by an hour in it, or kept for one."""
    return sum(place.offered_year == year and later in (place.year, place.kept_for) for place in live)


def _use(
    place: Place, carried: Mapping[str, int], advised: Mapping[str, pd.Timestamp], tasked: set[str],
    programme: Programme,
) -> UsedPlace:  # fmt: skip
    key, offered_year, day, missing = place.application_id, place.year or 0, day_of_hour(place), ""
    year, last = carried.get(key, offered_year), advised.get(key)
    if place.status not in HELD:
        use = "booked" if is_in_year(day, year, programme) else "open"
    elif day and day > last_day(year, programme):
        use = HELD_LATE
    else:
        lacks = {
            EARLY: not is_in_year(day, year, programme),
            "veids": place.mode is None,
            "minūtes": place.minutes is None,
            "mentors": place.mentor is None,
            "ieteikumi": last is None or place.held_on is None or last < place.held_on,
            "veicamie darbi": key not in tasked,
        }
        missing = ", ".join(name for name, lacking in lacks.items() if lacking)
        use = "held_incomplete" if missing else "delivered"
    return UsedPlace(**vars(place) | {"year": year}, use=use, missing=missing, offered_year=offered_year)


def keep_ledger(places: pd.DataFrame, programme: Programme, *, as_of: date) -> pd.DataFrame:
    """Places by year: what was planned and what became of it.

    Parameters
    ----------
    places : DataFrame
        See :func:`find_delivered`.
    programme : Programme
    as_of : date

    Returns
    -------
    DataFrame, shape (years, 8), indexed by ``year``
        ``planned + carried_in - carried_out = delivered + held_incomplete + booked + open + lost`` in every row.
        ``planned`` is never rewritten. What is unused when its year has ended is lost, unless the programme file
        records the funder's permission to carry it over. ``open`` or ``lost`` is negative where more places are used,
        or carried out, than there are (see :func:`check_ledger`).
    """
    counts = places.groupby(["year", "use"]).size().to_dict()
    rows = []
    for year, planned in sorted(programme.places.items()):
        carried_in, carried_out = count_carried(year, programme, as_of)
        row = {"planned": planned, "carried_in": carried_in, "carried_out": carried_out}
        row |= {use: int(counts.get((year, use), 0)) for use in IN_USE}
        left = planned + carried_in - carried_out - sum(row[use] for use in IN_USE)
        ended = as_of > last_day(year, programme)
        rows.append(row | {"year": year, "open": 0 if ended else left, "lost": left if ended else 0})
    return pd.DataFrame(rows).set_index("year")[LEDGER]


def count_carried(year: int, programme: Programme, as_of: date) -> tuple[int, int]:
    """Places carried into and out of a year with a permission given by ``as_of``."""
    moves = list_permissions(programme, as_of).items()
    into = sum(places for (_, later), places in moves if later == year)
    return into, sum(places for (earlier, _), places in moves if earlier == year)


def count_room(year: int, programme: Programme, as_of: date) -> int:
    """Places of a year, those carried in and out included."""
    carried_in, carried_out = count_carried(year, programme, as_of)
    return programme.places[year] + carried_in - carried_out


def check_ledger(places: pd.DataFrame, ledger: pd.DataFrame, programme: Programme, *, as_of: date) -> list[Problem]:
    """A problem for each year in which more places are offered, used or carried over than there are."""
    live = [place for place in rows_of(places, UsedPlace) if place.use != "released"]
    taken = Counter(place.kept_for or place.year for place in live)
    problems = []
    for year in programme.places:
        row = ledger.loc[year].to_dict()
        left = row["open"] + row["lost"]
        if left < 0 and row["carried_out"]:
            unused = f"pārnestas {row['carried_out']}, neizmantotas {row['carried_out'] + left}"
            days = ", ".join(show_date(move.permitted_on) for move in programme.carry_over if move.from_year == year)
            problems.append(Problem("carried_over", value=str(year), details=f"{unused}; atļauts {days}"))
            continue
        if taken[year] > count_room(year, programme, as_of):
            problems.append(Problem("offers_over", value=str(year)))
        if left < 0:
            later = [move for move in programme.carry_over if move.to_year == year and move.permitted_on > as_of]
            days = "".join(
                f"; atļauja pārnest konsultācijas ir tikai no {show_date(move.permitted_on)}" for move in later
            )
            over = plural(-left, "konsultācija", "konsultācijas")
            problems.append(Problem("ledger_open", value=str(year), details=f"pietrūkst: {over}{days}"))
    return problems


def check_hours(
    places: pd.DataFrame, appointments: pd.DataFrame, dropped: Mapping[str, date], programme: Programme
) -> list[Problem]:
    """A problem for each hour outside the year of its place, after its mentor left, or against a decision."""
    where = {row.application_id: row for row in rows_of(appointments, Appointment)}
    problems = []
    for place in rows_of(places, UsedPlace):
        entry, day, out = where.get(place.application_id), day_of_hour(place), dropped.get(place.application_id)
        if entry is None or day is None or place.use == "released":
            continue
        outside = {
            "held_late": place.use == HELD_LATE,
            "held_before_year": EARLY in place.missing,
            "booked_outside_year": place.use == "open",
        }
        for code in (code for code, stands in outside.items() if stands):
            problems.append(problem_at(code, entry, "starts_at", show_date(day), str(place.year)))
        if place.status in HELD and out and place.offered_on and place.offered_on.date() <= out:
            code = "hour_after_decision" if out < day else "decision_after_hour"
            problems.append(problem_at(code, entry, "event", show_date(day), show_date(out)))
        if place.status == "booked" and has_left(place.mentor, day, programme):
            problems.append(problem_at("mentor_left", entry, "mentor", place.mentor, show_date(day)))
    return problems


def has_left(name: str | None, day: date, programme: Programme) -> bool:
    """Whether a mentor's last day was before a day."""
    return any(mentor.name == name and mentor.until and mentor.until < day for mentor in programme.mentors)


def trace_course(places: pd.DataFrame, programme: Programme, *, as_of: date) -> pd.DataFrame:
    """Consultations held so far, day by day, against the plan.

    Returns
    -------
    DataFrame, shape (days with a change, 3)
        ``day``, ``held`` (so far) and ``planned`` (places that the calendar has reached: each year's places spread
        evenly from the deadline or the year's start to the last day they can be used).
    """
    held = places.loc[places["use"].isin(WAS_HELD), "held_on"].sort_values()
    days = sorted({programme.call.deadline, *held.dt.date, as_of})
    so_far = [int(held.le(pd.Timestamp(day)).sum()) for day in days]
    planned = [planned_by(day, programme) for day in days]
    return pd.DataFrame({"day": pd.to_datetime(pd.Series(days)), "held": so_far, "planned": planned})


def planned_by(day: date, programme: Programme) -> float:
    """Places that an even pace would have used by a day (places, 0 to all of them)."""
    total = 0.0
    for year, places in programme.places.items():
        start, end = first_day(year, programme), last_day(year, programme)
        total += places * min(max((day - start).days / max((end - start).days, 1), 0), 1)
    return total
