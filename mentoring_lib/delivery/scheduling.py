"""When: free hours of the mentors, and one of them proposed to each community that has a mentor but no hour yet.

A free stretch of time is cut into consultations with a pause between them; what clashes with a booked one is left
out, and a public holiday is marked, not hidden. The applicant's own words about time are shown beside, never read by
a program. Nothing is booked here: a person agrees with both sides and records the event.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.problems import Problem, problem_at
from mentoring_lib.base.programme import Programme
from mentoring_lib.delivery.ledger import last_day
from mentoring_lib.delivery.matching import one_each

HOURS = ["mentor", "starts_at", "mode", "holiday", "note"]
TIMES = ["application_id", "community", "mentor", "starts_at", "mode", "holiday", "preferred_times", "note"]
COUNTRY, LANGUAGE = "LV", "lv"  # without the language, the library follows the machine's
ON_HOLIDAY = 10_000  # places in the queue that a holiday costs: any working day goes first
LEFT_OUT = 100_000_000  # more than all hours of a mentor together: as many communities as possible have an hour
ANY = (None, "any")


def check_times(times: pd.DataFrame, programme: Programme) -> list[Problem]:
    """A problem for each free time that ends before it starts, or of somebody who is not a mentor."""
    names = [mentor.name for mentor in programme.mentors]
    backwards = times[times["ends_at"].le(times["starts_at"])]
    unknown = times[times["mentor"].notna() & ~times["mentor"].isin(names)].assign(application_id="")
    problems = [problem_at("time_order", row, "ends_at") for row in rows_of(backwards.assign(application_id=""))]
    return problems + [
        problem_at("person_unknown", row, "mentor", row.mentor, ", ".join(names)) for row in rows_of(unknown)
    ]


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
    active = appointments[appointments["active"]]
    rows = []
    for mentor, own in usable.sort_values(["mentor", "starts_at", "ends_at", "mode", "note"]).groupby("mentor"):
        booked = active.loc[active["mentor"].eq(str(mentor)), "starts_at"].dropna().tolist()
        rows += [(mentor, *hour) for hour in _cut(own, booked, programme)]
    marked = [(*row[:3], name_holiday(row[1]), row[3]) for row in rows]
    kinds = dict.fromkeys(("mentor", "mode", "holiday", "note"), "str")
    zone = f"datetime64[us, {programme.call.time_zone}]"
    return pd.DataFrame(marked, columns=HOURS).astype({**kinds, "starts_at": zone})


def _cut(own: pd.DataFrame, booked: Iterable[Any], programme: Programme) -> list[tuple[Any, str, str]]:
    """Cut the free times of one mentor into hours, earliest first, clear of what is booked and of each other."""
    length, pause = (
        timedelta(minutes=count)
        for count in (programme.delivery.consultation_minutes, programme.delivery.pause_minutes)
    )
    hours: list[tuple[Any, str, str]] = []
    taken = list(booked)
    for row in rows_of(own.fillna({"mode": "any", "note": ""})):
        start = row.starts_at
        while start + length <= row.ends_at:
            near = [other for other in taken if abs(other - start) < length + pause]
            if near:
                start = max(near) + length + pause
                continue
            hours.append((start, row.mode, row.note))
            taken.append(start)
            start += length + pause
    return hours


def name_holiday(moment: datetime) -> str:
    """Name of the public holiday or moved day off on a day, in Latvian; "" on any other day."""
    import holidays

    days = holidays.country_holidays(COUNTRY, years=moment.year, language=LANGUAGE)
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
        See :func:`ledger.find_delivered`; the year of a place says until when.
    programme : Programme

    Returns
    -------
    DataFrame, shape (communities with a mentor, 8)
        ``application_id, community, mentor, starts_at`` (missing if none of the mentor's hours fits), ``mode, holiday,
        preferred_times`` (the applicant's words), ``note`` (the mentor's), by code.
    """
    told = one_each(decided)[["application_id", "community", "mode", "preferred_times"]]
    about = told.merge(places[["application_id", "year"]])
    waiting = matched.dropna(subset=["mentor"])[["application_id", "mentor"]].merge(about)
    rows: list[dict[str, Any]] = []
    for mentor, own in waiting.sort_values("application_id").groupby("mentor"):
        free = hours[hours["mentor"].eq(str(mentor))].sort_values("starts_at", ignore_index=True)
        rows += _place(list(rows_of(own)), list(rows_of(free)), programme)
    table = pd.DataFrame(rows, columns=TIMES).sort_values("application_id", ignore_index=True)
    zone = f"datetime64[us, {programme.call.time_zone}]"
    return table.astype(dict.fromkeys(TIMES, "str") | {"starts_at": zone})


def _place(communities: list[Any], hours: list[Any], programme: Programme) -> list[dict[str, Any]]:
    from scipy.optimize import linear_sum_assignment

    cost = np.full((len(communities), len(hours) + len(communities)), LEFT_OUT)
    for row, community in enumerate(communities):
        for at, hour in enumerate(hours):
            if _fits(community, hour, programme):
                cost[row, at] = at + ON_HOLIDAY * bool(hour.holiday)
    _, chosen = linear_sum_assignment(cost)
    picked = [hours[at] if cost[row, at] < LEFT_OUT else None for row, at in enumerate(chosen)]
    return [_describe(community, hour) for community, hour in zip(communities, picked, strict=True)]


def _fits(community: Any, hour: Any, programme: Programme) -> bool:
    wish = community.mode if isinstance(community.mode, str) else None
    same_way = wish in ANY or hour.mode in ANY or wish == hour.mode
    end = programme.project.ends if pd.isna(community.year) else last_day(int(community.year), programme)
    return bool(same_way and hour.starts_at.date() <= end)


def _describe(community: Any, hour: Any | None) -> dict[str, Any]:
    said = {name: getattr(community, name) for name in ("application_id", "community", "mentor", "preferred_times")}
    if hour is None:
        return said | {"starts_at": None, "mode": community.mode, "holiday": "", "note": ""}
    mode = community.mode if community.mode in ("in_person", "online") else hour.mode
    return said | {"starts_at": hour.starts_at, "mode": mode, "holiday": hour.holiday, "note": hour.note}
