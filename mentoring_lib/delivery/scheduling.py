"""When: free hours of the mentors, and one of them proposed to each community that has a mentor but no hour yet.

A free stretch of time is cut into consultations with a pause between them; what clashes with a booked one is left
out, and a public holiday is marked, not hidden. The applicant's own words about time are shown beside, never read by
a program. Nothing is booked here: a person agrees with both sides and records the event.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from mentoring_lib.base.problems import Problem, problem_at
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import FreeTime, rows_of
from mentoring_lib.base.texts import show_date
from mentoring_lib.delivery.events import make_table, type_columns
from mentoring_lib.delivery.ledger import has_left, is_in_year
from mentoring_lib.delivery.matching import one_each
from mentoring_lib.delivery.rows import Appointment, Guest, Hour, Stretch

TIMES = ["application_id", "community", "mentor", "starts_at", "mode", "holiday", "preferred_times", "note"]
COUNTRY, LANGUAGE = "LV", "lv"  # without the language, the library follows the machine's
ON_HOLIDAY = 10_000  # places in the queue that a holiday costs: any working day goes first
LEFT_OUT = 100_000_000  # more than all hours of a mentor together: as many communities as possible have an hour
ANY = (None, "any")


def check_times(times: pd.DataFrame, programme: Programme) -> list[Problem]:
    """A problem for each free time that ends before it starts, or of somebody who is not a mentor."""
    names = [mentor.name for mentor in programme.mentors]
    backwards = times[times["ends_at"].le(times["starts_at"])]
    unknown = times[times["mentor"].notna() & ~times["mentor"].isin(names)]
    return [problem_at("time_order", row, "ends_at") for row in rows_of(backwards, FreeTime)] + [
        problem_at("person_unknown", row, "mentor", row.mentor, ", ".join(names)) for row in rows_of(unknown, FreeTime)
    ]


def check_booked(
    appointments: pd.DataFrame, times: pd.DataFrame, programme: Programme, *, as_of: date
) -> list[Problem]:
    """A problem for each hour still to come that lies outside the times a mentor is free on that day.

    A day without any is not asked about: people take a time out of the list once it is agreed.
    """
    length = timedelta(minutes=programme.delivery.consultation_minutes)
    coming = appointments[appointments["active"] & appointments["starts_at"].dt.date.gt(as_of)]
    problems = []
    for hour in rows_of(coming, Appointment):
        free = times[times["mentor"].eq(hour.mentor or "") & times["starts_at"].dt.date.eq(hour.starts_at.date())]
        inside = free["starts_at"].le(hour.starts_at) & free["ends_at"].ge(hour.starts_at + length)
        if len(free) and not inside.any():
            problems.append(problem_at("hour_not_free", hour, "starts_at", hour.mentor, show_date(hour.starts_at)))
    return problems


def list_hours(times: pd.DataFrame, appointments: pd.DataFrame, programme: Programme, *, as_of: date) -> pd.DataFrame:
    """Hours that mentors still have free after a day.

    Parameters
    ----------
    times : DataFrame
        Sheet "Laiki", typed, any order of rows.
    appointments : DataFrame
        See :func:`events.list_appointments`; those that stand take their hour, with the pause around it.
    programme : Programme
        Length of a consultation and pause (minutes).
    as_of : date
        Hours on this day or before are past.

    Returns
    -------
    DataFrame, shape (hours, 5)
        ``mentor, starts_at, mode`` ("any" where nothing is said), ``holiday`` (its name, "" on other days), ``note``.
        No two hours of a mentor are nearer than the pause.
    """
    names = {mentor.name for mentor in programme.mentors}
    usable = times[times["mentor"].isin(names) & times["ends_at"].gt(times["starts_at"])]
    usable = usable[usable["starts_at"].dt.tz_localize(None).dt.normalize().gt(pd.Timestamp(as_of))]
    usable = usable.sort_values(["mentor", "starts_at", "ends_at", "mode", "note"])
    taken: dict[Any, list[pd.Timestamp]] = {name: [] for name in names}
    for hour in rows_of(appointments[appointments["active"] & appointments["mentor"].isin(names)], Appointment):
        taken[hour.mentor].append(hour.starts_at)
    hours: list[Hour] = []
    for stretch in rows_of(usable, Stretch):
        left = has_left(stretch.mentor, stretch.starts_at.date(), programme)
        cut = [] if left else _cut(stretch, taken[stretch.mentor], programme)
        taken[stretch.mentor] += [hour.starts_at for hour in cut]
        hours += cut
    return make_table(hours, Hour, programme)


def _cut(stretch: Stretch, taken: Sequence[pd.Timestamp], programme: Programme) -> list[Hour]:
    """Cut one stretch of free time into hours, earliest first, clear of what is taken."""
    length = timedelta(minutes=programme.delivery.consultation_minutes)
    step, start = length + timedelta(minutes=programme.delivery.pause_minutes), stretch.starts_at
    hours: list[Hour] = []
    while start + length <= stretch.ends_at:
        near = [other for other in taken if abs(other - start) < step]
        if not near:
            hours.append(Hour(stretch.mentor, start, stretch.mode or "any", name_holiday(start), stretch.note or ""))
        start = max(near, default=start) + step
    return hours


def name_holiday(moment: datetime) -> str:
    """Name of the public holiday or moved day off on a day, in Latvian; "" on any other day."""
    import holidays

    days = holidays.country_holidays(COUNTRY, language=LANGUAGE)
    return str(days.get(moment.date()) or "")


def propose_times(
    matched: pd.DataFrame, hours: pd.DataFrame, decided: pd.DataFrame, places: pd.DataFrame, programme: Programme
) -> pd.DataFrame:
    """Propose an hour to each community that has a mentor: as many as possible, the earliest hours, working days first.

    Parameters
    ----------
    matched : DataFrame
        See :func:`matching.match`.
    hours : DataFrame
        See :func:`list_hours`.
    decided : DataFrame
        Applications with ``community, mode, preferred_times``.
    places : DataFrame
        See :func:`ledger.find_delivered`; an hour is proposed in the year of the place, or the one it is carried to.
    programme : Programme

    Returns
    -------
    DataFrame, shape (communities with a mentor, 8)
        ``application_id, community, mentor, starts_at`` (missing if none of the mentor's hours fits), ``mode, holiday,
        preferred_times`` (the applicant's words), ``note`` (the mentor's), by code.
    """
    wishes = one_each(decided)[["application_id", "community", "mode", "preferred_times"]]
    about = wishes.merge(places[["application_id", "year", "kept_for"]])
    waiting = matched.dropna(subset=["mentor"])[["application_id", "mentor"]].merge(about)
    rows: list[dict[str, Any]] = []
    for mentor, guests in waiting.sort_values("application_id").groupby("mentor"):
        free = hours[hours["mentor"].eq(str(mentor))].sort_values("starts_at")
        rows += _place(list(rows_of(guests, Guest)), list(rows_of(free, Hour)), programme)
    table = pd.DataFrame(rows, columns=TIMES).sort_values("application_id", ignore_index=True)
    return type_columns(table, programme)


def _place(guests: Sequence[Guest], hours: Sequence[Hour], programme: Programme) -> list[dict[str, Any]]:
    from scipy.optimize import linear_sum_assignment

    cost = np.full((len(guests), len(hours) + len(guests)), LEFT_OUT)
    for row, guest in enumerate(guests):
        years = {guest.year, guest.kept_for or guest.year}
        for at, hour in enumerate(hours):
            same_way = guest.mode in ANY or hour.mode in ANY or guest.mode == hour.mode
            if same_way and any(is_in_year(hour.starts_at.date(), year, programme) for year in years):
                cost[row, at] = at + ON_HOLIDAY * bool(hour.holiday)
    _, chosen = linear_sum_assignment(cost)
    picked = [hours[at] if cost[row, at] < LEFT_OUT else None for row, at in enumerate(chosen)]
    return [_describe(guest, hour) for guest, hour in zip(guests, picked, strict=True)]


def _describe(guest: Guest, hour: Hour | None) -> dict[str, Any]:
    if hour is None:
        return vars(guest) | {"starts_at": None, "holiday": "", "note": ""}
    mode = guest.mode if guest.mode in ("in_person", "online") else hour.mode
    return vars(guest) | vars(hour) | {"mode": mode}
