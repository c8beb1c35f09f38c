"""Places by year: what is delivered, booked, open or lost, and who is next in line."""

from __future__ import annotations

from datetime import date
from itertools import compress

import pandas as pd

from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.programme import Programme
from mentoring_lib.delivery.events import HELD, IN_USE, LEDGER, RELEASED, WAS_HELD


def find_delivered(
    followed: pd.DataFrame, recommendations: pd.DataFrame, tasks: pd.DataFrame, *, as_of: date
) -> pd.DataFrame:
    """Tell delivered consultations from held ones that lack evidence.

    Parameters
    ----------
    followed : DataFrame, shape (n, 10)
        See :func:`follow`.
    recommendations, tasks : DataFrame
        Sheets "Ieteikumi" and "Darbi".
    as_of : date
        Later recommendations are not looked at.

    Returns
    -------
    DataFrame, shape (n, 12)
        ``use`` of the place: "delivered", "held_incomplete", "booked", "open" or "released"; and ``missing``, what a
        held one lacks (Latvian, "" otherwise). Delivered: held with date, mode, minutes and mentor, at least one
        recommendation and one to-do item (the call: every community gets both).
    """
    given = set(recommendations.loc[recommendations["on"].le(pd.Timestamp(as_of)), "application_id"])
    lacks = {
        "veids": followed["mode"].isna(),
        "minūtes": followed["minutes"].isna(),
        "mentors": followed["mentor"].isna(),
        "ieteikumi": ~followed["application_id"].isin(given),
        "veicamie darbi": ~followed["application_id"].isin(set(tasks["application_id"])),
    }
    held = followed["status"].isin(HELD)
    told = [", ".join(compress(lacks, row)) for row in zip(*lacks.values(), strict=True)]
    missing = pd.Series(told, index=followed.index, dtype="str").where(held, "")
    use = pd.Series("open", index=followed.index, dtype="str").case_when([
        (held & missing.eq(""), "delivered"),
        (held, "held_incomplete"),
        (followed["status"].isin(RELEASED), "released"),
        (followed["status"].eq("booked"), "booked"),
    ])  # fmt: skip
    return followed.assign(use=use, missing=missing)


def check_offers(places: pd.DataFrame, programme: Programme) -> list[Problem]:
    """A problem for each year in which more places are offered or places than there are, carry-over included."""
    taken = places.loc[places["use"].ne("released"), "year"].value_counts()
    room = {year: count + count_carried(year, programme, date.max)[0] for year, count in programme.places.items()}
    return [Problem("offers_over", value=str(year)) for year, count in room.items() if int(taken.get(year, 0)) > count]


def last_day(year: int, programme: Programme) -> date:
    """Last day on which a place of a year can be places: the year's end, or the project's if that comes first."""
    return min(date(year, 12, 31), programme.project.ends)


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
        records the funder's permission to carry it over.

    Raises
    ------
    Refused
        If more places of a year are in use than it has.
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
    ledger = pd.DataFrame(rows).set_index("year")[LEDGER]
    broken = ledger[ledger.lt(0).any(axis=1)]
    if len(broken):
        raise Refused(
            Problem("ledger_open", value=str(year), details="izmantots vairāk vietu, nekā ir") for year in broken.index
        )
    return ledger


def count_carried(year: int, programme: Programme, as_of: date) -> tuple[int, int]:
    """Places carried into and out of a year with a permission given by ``as_of``."""
    moved = [move for move in programme.carry_over if move.permitted_on <= as_of]
    into = sum(move.places for move in moved if move.to_year == year)
    return into, sum(move.places for move in moved if move.from_year == year)


def next_in_line(decided: pd.DataFrame, places: pd.DataFrame, programme: Programme, *, as_of: date) -> pd.DataFrame:
    """Whom to offer a place now; a person does it, by an event.

    Parameters
    ----------
    decided : DataFrame
        See :func:`allocation.allocate`.
    places : DataFrame
        See :func:`find_delivered`.
    programme : Programme
    as_of : date

    Returns
    -------
    DataFrame, shape (proposals, 2)
        ``application_id`` and ``year``. Who has a place of a year is offered it; a freed place goes to the first who
        waits, in that year; nobody else moves.
    """
    undecided = decided["outcome"].eq("lot").any()
    ahead = decided[~decided["application_id"].isin(places["application_id"]) & (not undecided)]
    running = {year: count for year, count in sorted(programme.places.items()) if as_of <= last_day(year, programme)}
    missed = ahead[ahead["place_year"].notna() & ~ahead["place_year"].isin(list(running))]  # no offer in their year
    waiting = [*missed["application_id"], *ahead.dropna(subset="waiting").sort_values("waiting")["application_id"]]
    rows = []
    for year, planned in running.items():
        carried_in, carried_out = count_carried(year, programme, as_of)
        taken = int((places["year"].eq(year) & places["use"].ne("released")).sum())
        own = ahead.loc[ahead["place_year"].eq(year), "application_id"].tolist()
        free = max(planned + carried_in - carried_out - taken - len(own), 0)
        rows += [(key, year) for key in own + waiting[:free]]
        waiting = waiting[free:]
    return pd.DataFrame(rows, columns=["application_id", "year"]).astype({"application_id": "str", "year": "int64"})


def trace_course(places: pd.DataFrame, programme: Programme, *, as_of: date) -> pd.DataFrame:
    """Consultations held so far, day by day, against the plan.

    Returns
    -------
    DataFrame, shape (days with a change, 3)
        ``day``, ``held`` (so far) and ``planned`` (places that the calendar has reached: each year's places spread
        evenly from the deadline or the year's start to the last day they can be places).
    """
    held = places.loc[places["use"].isin(WAS_HELD), "held_on"].sort_values()
    days = sorted({programme.call.deadline, *held.dt.date, as_of})
    return pd.DataFrame(
        {
            "day": pd.to_datetime(pd.Series(days)),
            "held": [int(held.le(pd.Timestamp(day)).sum()) for day in days],
            "planned": [planned_by(day, programme) for day in days],
        }
    )


def planned_by(day: date, programme: Programme) -> float:
    """Places that an even pace would have places by a day (places, 0 to all of them)."""
    total = 0.0
    start = programme.call.deadline
    for year, places in sorted(programme.places.items()):
        end = last_day(year, programme)
        total += places * min(max((day - start).days / max((end - start).days, 1), 0), 1)
        start = end
    return total
