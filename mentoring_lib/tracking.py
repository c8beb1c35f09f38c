"""From a proposed place to a delivered consultation: events, the state each place is in, and the ledger by year.

Events are what people recorded, oldest first; a state is never typed, it follows from the events. What may follow
what stands in one table, :data:`TRANSITIONS`. The ledger closes by construction or the run stops.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise, permutations
from typing import Any

import pandas as pd

from mentoring_lib.columns import label_of
from mentoring_lib.errors import Checked, Problem, Refused, problem_at, rows_of
from mentoring_lib.programme import Programme

TRANSITIONS: dict[str, tuple[str, ...]] = {
    "": ("offered",),
    "offered": ("accepted", "declined", "expired", "withdrawn"),
    "accepted": ("booked", "withdrawn"),
    "booked": ("held", "not_held", "booked", "withdrawn"),
    "not_held": ("booked", "withdrawn"),
    "held": ("recommendations_sent",),
    "recommendations_sent": (),
    "declined": (),
    "expired": (),
    "withdrawn": (),
}
"""What may happen next, by the last event; "" is a place nobody has offered yet."""

RELEASED = ("declined", "expired", "withdrawn")
HELD = ("held", "recommendations_sent")
SAME_DAY = (
    "offered",
    "accepted",
    "declined",
    "expired",
    "held",
    "not_held",
    "booked",
    "recommendations_sent",
    "withdrawn",
)
"""Order in which events of one day are tried, so that the order of rows does not matter."""

MOST_TO_ORDER = 5  # events of one application on one day whose every order is tried

REQUIRED = {"offered": ("year",), "booked": ("starts_at", "mentor"), "held": ("mode", "minutes", "mentor")}
"""What an event must say; ``held`` takes mentor and mode from the booking when it does not say them itself."""

PLACE_COLUMNS = [
    "application_id",
    "status",
    "year",
    "offered_on",
    "starts_at",
    "held_on",
    "mentor",
    "mode",
    "minutes",
    "sent_on",
]
LEDGER = ["planned", "carried_in", "carried_out", "delivered", "held_incomplete", "booked", "open", "lost"]


def follow(events: pd.DataFrame, programme: Programme, *, as_of: date) -> Checked:
    """Replay events and tell where each offered place stands.

    Parameters
    ----------
    events : DataFrame, shape (n, 13)
        Sheet "Notikumi", typed. Any order of rows gives the same result.
    programme : Programme
    as_of : date
        Later events are not looked at.

    Returns
    -------
    Checked
        One row per application with an event: :data:`PLACE_COLUMNS`; ``status`` is the last valid event. A problem
        for each event that is not possible where it stands, or does not say what it must; an impossible one
        changes nothing.
    """
    seen = events.dropna(subset=["application_id", "event", "on"])
    seen = seen[seen["on"].le(pd.Timestamp(as_of))].sort_values(["application_id", "on", "file", "row"])
    rows, problems = [], []
    for key, history in seen.groupby("application_id"):
        place: dict[str, Any] = dict.fromkeys(PLACE_COLUMNS) | {"application_id": key, "status": ""}
        for _, day in history.groupby("on"):
            place, found = _live_through(place, list(rows_of(day)), programme)
            problems += found
        if place["status"]:
            rows.append(place)
    dates = dict.fromkeys(("offered_on", "held_on", "sent_on"), "datetime64[us]")
    texts = dict.fromkeys(("application_id", "status", "mentor", "mode"), "str")
    zone = f"datetime64[us, {programme.call.time_zone}]"
    table = pd.DataFrame(rows, columns=PLACE_COLUMNS).astype(
        {**dates, **texts, "year": "Int64", "minutes": "Int64", "starts_at": zone}
    )
    return Checked(table, problems)


def _live_through(place: dict[str, Any], day: list[Any], programme: Programme) -> tuple[dict[str, Any], list[Problem]]:
    problems = []
    for event in _order_day(place["status"], day):
        if event.event in TRANSITIONS[place["status"]]:
            place = _apply(place, event)
            problems += _check_event(place, event, programme)
        else:
            before = label_of("event", place["status"]) if place["status"] else "vēl nekas"
            problems.append(problem_at("event_order", event, "event", label_of("event", event.event), before))
    return place, problems


def _order_day(status: str, day: list[Any]) -> list[Any]:
    """Events of one day in an order that is possible, if there is one; rows say nothing about the hour."""
    usual = sorted(day, key=lambda event: (SAME_DAY.index(event.event), str(event[3:])))
    orders = permutations(usual) if len(day) <= MOST_TO_ORDER else ()
    return next((list(order) for order in orders if _is_possible(status, order)), usual)


def _is_possible(status: str, events: Sequence[Any]) -> bool:
    steps = pairwise([status, *(event.event for event in events)])
    return all(after in TRANSITIONS[before] for before, after in steps)


def _apply(place: dict[str, Any], event: Any) -> dict[str, Any]:
    said = {name: getattr(event, name) for name in ("starts_at", "mentor", "mode", "minutes")}
    said |= {"year": event.year} if event.event == "offered" else {}
    moment = {"offered": "offered_on", "held": "held_on", "recommendations_sent": "sent_on"}.get(event.event)
    kept = {name: value for name, value in said.items() if not pd.isna(value)}
    return place | kept | {"status": event.event} | ({moment: event.on} if moment else {})


def _check_event(place: dict[str, Any], event: Any, programme: Programme) -> list[Problem]:
    missing = [name for name in REQUIRED.get(event.event, ()) if place[name] is None]
    labels = {
        "year": "Vietas gads",
        "starts_at": "Konsultācijas laiks",
        "mentor": "Mentors",
        "mode": "Veids",
        "minutes": "Minūtes",
    }
    problems = []
    if missing:
        text = ", ".join(labels[name] for name in missing)
        problems.append(problem_at("event_incomplete", event, missing[0], label_of("event", event.event), text))
    years = list(programme.places) if event.event == "offered" else [place["year"]]
    if not pd.isna(event.year) and event.year not in years:
        problems.append(problem_at("event_year", event, "year", event.year, ", ".join(map(str, years))))
    if not pd.isna(event.mentor) and event.mentor not in {mentor.name for mentor in programme.mentors}:
        names = ", ".join(mentor.name for mentor in programme.mentors)
        problems.append(problem_at("person_unknown", event, "mentor", event.mentor, names))
    return problems


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
    missing = pd.DataFrame(lacks, index=followed.index).apply(lambda row: ", ".join(row.index[row]), axis=1)
    missing = missing.where(held, "").astype("str") if len(followed) else pd.Series(dtype="str")
    use = pd.Series("open", index=followed.index, dtype="str").mask(followed["status"].eq("booked"), "booked")
    use = (
        use.mask(followed["status"].isin(RELEASED), "released")
        .mask(held, "held_incomplete")
        .mask(held & missing.eq(""), "delivered")
    )
    return followed.assign(use=use, missing=missing)


def check_offers(used: pd.DataFrame, programme: Programme) -> list[Problem]:
    """A problem for each year in which more places are offered or used than there are, carry-over included."""
    taken = used.loc[used["use"].ne("released"), "year"].value_counts()
    room = {year: count + sum(move.places for move in programme.carry_over if move.to_year == year)
            for year, count in programme.places.items()}  # fmt: skip
    return [Problem("offers_over", value=str(year)) for year, count in room.items() if int(taken.get(year, 0)) > count]


def last_day(year: int, programme: Programme) -> date:
    """Last day on which a place of a year can be used: the year's end, or the project's if that comes first."""
    return min(date(year, 12, 31), programme.project.ends)


def keep_ledger(used: pd.DataFrame, programme: Programme, *, as_of: date) -> pd.DataFrame:
    """Places by year: what was planned and what became of it.

    Parameters
    ----------
    used : DataFrame
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
    counts = used.groupby(["year", "use"]).size().unstack(fill_value=0)
    rows = []
    for year, planned in sorted(programme.places.items()):
        moved = [move for move in programme.carry_over if move.permitted_on <= as_of]
        row = {
            "planned": planned,
            "carried_in": sum(move.places for move in moved if move.to_year == year),
            "carried_out": sum(move.places for move in moved if move.from_year == year),
        }
        row |= {
            use: int(counts.get(use, pd.Series(dtype="int64")).get(year, 0))
            for use in ("delivered", "held_incomplete", "booked")
        }
        left = (
            row["planned"]
            + row["carried_in"]
            - row["carried_out"]
            - row["delivered"]
            - row["held_incomplete"]
            - row["booked"]
        )
        ended = as_of > last_day(year, programme)
        rows.append(row | {"year": year, "open": 0 if ended else left, "lost": left if ended else 0})
    ledger = pd.DataFrame(rows).set_index("year")[LEDGER]
    broken = ledger[ledger.lt(0).any(axis=1)]
    if len(broken):
        raise Refused(
            Problem("ledger_open", value=str(year), details="izmantots vairāk vietu, nekā ir") for year in broken.index
        )
    return ledger


def next_in_line(decided: pd.DataFrame, used: pd.DataFrame, programme: Programme, *, as_of: date) -> pd.DataFrame:
    """Whom to offer a place now; a person does it, by an event.

    Parameters
    ----------
    decided : DataFrame
        See :func:`allocation.allocate`.
    used : DataFrame
        See :func:`find_delivered`.
    programme : Programme
    as_of : date

    Returns
    -------
    DataFrame, shape (proposals, 2)
        ``application_id`` and ``year``. Who has a place of a year is offered it; a freed place goes to the first who
        waits, in that year; nobody else moves.
    """
    touched = set(used["application_id"])
    moved = [move for move in programme.carry_over if move.permitted_on <= as_of]
    if decided["outcome"].eq("lot").any():
        return pd.DataFrame({"application_id": pd.Series(dtype="str"), "year": pd.Series(dtype="int64")})
    waiting = [
        key
        for key in decided.sort_values("waiting")["application_id"][: int(decided["waiting"].notna().sum())]
        if key not in touched
    ]
    rows = []
    for year, planned in sorted(programme.places.items()):
        if as_of > last_day(year, programme):
            continue
        change = sum(move.places * ((move.to_year == year) - (move.from_year == year)) for move in moved)
        taken = int((used["year"].eq(year) & used["use"].ne("released")).sum())
        own = [key for key in decided.loc[decided["place_year"].eq(year), "application_id"] if key not in touched]
        free = max(planned + change - taken - len(own), 0)
        rows += [(key, year) for key in own + waiting[:free]]
        waiting = waiting[free:]
    return pd.DataFrame(rows, columns=["application_id", "year"]).astype({"application_id": "str", "year": "int64"})


def trace_course(used: pd.DataFrame, programme: Programme, *, as_of: date) -> pd.DataFrame:
    """Consultations held so far, day by day, against the plan.

    Returns
    -------
    DataFrame, shape (days with a change, 3)
        ``day``, ``held`` (so far) and ``planned`` (places that the calendar has reached: each year's places spread
        evenly from the deadline or the year's start to the last day they can be used).
    """
    held = used.loc[used["use"].isin(["delivered", "held_incomplete"]), "held_on"].sort_values()
    days = sorted({programme.call.deadline, *held.dt.date, as_of})
    return pd.DataFrame(
        {
            "day": pd.to_datetime(pd.Series(days)),
            "held": [int(held.le(pd.Timestamp(day)).sum()) for day in days],
            "planned": [planned_by(day, programme) for day in days],
        }
    )


def planned_by(day: date, programme: Programme) -> float:
    """Places that an even pace would have used by a day (places, 0 to all of them)."""
    total = 0.0
    start = programme.call.deadline
    for year, places in sorted(programme.places.items()):
        end = last_day(year, programme)
        total += places * min(max((day - start).days / max((end - start).days, 1), 0), 1)
        start = end
    return total


def find_due(used: pd.DataFrame, tasks: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """What waits for a person now: answers, bookings, results, recommendations and tasks past their date.

    Returns
    -------
    DataFrame, shape (items, 4)
        ``application_id``, ``what`` (Latvian), ``who`` and ``since`` (a date).
    """
    today = pd.Timestamp(as_of)
    status = used["status"]
    past = used["starts_at"].dt.tz_localize(None).lt(today)
    cases: list[tuple[pd.Series, Any, str]] = [
        (status.eq("offered"), "nav atbildes uz piedāvājumu", "offered_on"),
        (status.isin(["accepted", "not_held"]), "nav norunāts laiks", "offered_on"),
        (status.eq("booked") & past, "nav ierakstīts, vai konsultācija notika", "starts_at"),
        (status.eq("held"), "nav nosūtīti ieteikumi", "held_on"),
        (used["missing"].ne(""), "trūkst: " + used["missing"], "held_on"),
    ]
    columns = ["application_id", "what", "who", "since"]
    tables = [
        used.assign(what=what, who=used["mentor"], since=used[since].dt.tz_localize(None).dt.normalize())[test][columns]
        for test, what, since in cases
    ]
    undone = tasks["done_on"].isna() | tasks["done_on"].gt(today)
    overdue = tasks[undone & tasks["until"].lt(today)]
    late = overdue.assign(what="darbs kavējas: " + overdue["task"], since=overdue["until"])[columns]
    due: pd.DataFrame = pd.concat([*tables, late]).sort_values(["since", "application_id", "what"], ignore_index=True)
    return due
