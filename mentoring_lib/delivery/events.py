"""From a proposed place to a delivered consultation: events, the state each place is in, and the ledger by year.

Events are what people recorded, oldest first; a state is never typed, it follows from the events. What may follow
what stands in one table, :data:`TRANSITIONS`. The ledger closes by construction or the run stops.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby, permutations
from typing import Any, NamedTuple

import pandas as pd

from mentoring_lib.base.columns import SHEETS, label_of
from mentoring_lib.base.frames import Checked, rows_of
from mentoring_lib.base.problems import Problem, problem_at
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.texts import show_date

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

CANCELLED = "cancelled"  # takes back the application's last event, whatever it was: the correction of a wrong entry

RELEASED = ("declined", "expired", "withdrawn")
HELD = ("held", "recommendations_sent")
SAME_DAY = ("offered", "accepted", "declined", "expired", "held", "not_held", "booked", "recommendations_sent",
            "withdrawn", CANCELLED)  # fmt: skip
"""Order in which events of one day are tried, so that the order of rows does not matter."""

MOST_TO_ORDER = 5  # events of one application on one day whose every order is tried

REQUIRED = {"offered": ("year",), "booked": ("starts_at", "mentor"), "held": ("mode", "minutes", "mentor")}
"""What an event must say; ``held`` takes mentor and mode from the booking when it does not say them itself."""

LABELS = {column.name: column.label for column in SHEETS["Notikumi"]}
PLACE_COLUMNS = ["application_id", "status", "year", "offered_on", "answer_by", "starts_at", "held_on", "mentor",
                 "mode", "minutes", "sent_on"]  # fmt: skip


WAS_HELD = ("delivered", "held_incomplete")
IN_USE = (*WAS_HELD, "booked")
LEDGER = ["planned", "carried_in", "carried_out", *IN_USE, "open", "lost"]


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
    rows: list[dict[str, Any]] = []
    problems: list[Problem] = []
    offers = _lacks_year(events, programme) & events["on"].le(pd.Timestamp(as_of))
    problems += [problem_at(*_ask_year(event, programme)) for event in rows_of(events[offers])]
    for _, story in _replay(events[~offers], programme, as_of):
        problems += story.problems
        if story.places[-1]["status"]:
            rows.append(story.places[-1])
    return Checked(_type(pd.DataFrame(rows, columns=PLACE_COLUMNS), programme), problems)


def _type(table: pd.DataFrame, programme: Programme, **other: str) -> pd.DataFrame:
    """Each column with its own type, whatever rows there are: text where nothing else is said."""
    days = dict.fromkeys(("on", "offered_on", "answer_by", "held_on", "sent_on"), "datetime64[us]")
    numbers = {"year": "Int64", "minutes": "Int64", "sequence": "int64", "row": "int64", "active": "bool"}
    kinds = {**days, **numbers, "starts_at": f"datetime64[us, {programme.call.time_zone}]", **other}
    return table.astype({name: kinds.get(name, "str") for name in table.columns})


def _ask_year(event: Any, programme: Programme) -> tuple[str, Any, str, str, str]:
    """An offer must say which year's place it offers; without one it counts for nothing."""
    if pd.isna(event.year):
        return "event_incomplete", event, "year", label_of("event", "offered"), LABELS["year"]
    return "event_year", event, "year", str(event.year), ", ".join(map(str, programme.places))


class _Story(NamedTuple):
    """One application: its place before any event and after each that counts; every step taken; problems."""

    places: tuple[dict[str, Any], ...]
    steps: tuple[tuple[Any, dict[str, Any]], ...]
    problems: tuple[Problem, ...]


def _replay(events: pd.DataFrame, programme: Programme, as_of: date) -> Iterator[tuple[str, _Story]]:
    seen = events.dropna(subset=["application_id", "event", "on"])
    seen = seen[seen["on"].le(pd.Timestamp(as_of))].sort_values(["application_id", "on", "file", "row"])
    for key, history in groupby(rows_of(seen), lambda event: str(event.application_id)):
        story = _Story((dict.fromkeys(PLACE_COLUMNS) | {"application_id": key, "status": ""},), (), ())
        for _, day in groupby(history, lambda event: event.on):
            story = _live_through(story, list(day), programme)
        yield key, story


def _live_through(story: _Story, day: list[Any], programme: Programme) -> _Story:
    order, certain = _order_day(story.places, day, programme)
    problems = [] if certain else [problem_at("event_day", order[-1], "event")]
    places, steps = list(story.places), list(story.steps)
    for event in order:
        if not _is_possible(places[-1]["status"], len(places), event.event):
            last = label_of("event", places[-1]["status"]) if places[-1]["status"] else "vēl nekas"
            problems.append(problem_at("event_order", event, "event", label_of("event", event.event), last))
            continue
        before, places = places[-1], _step(places, event, programme)
        problems += _check_event(before, places[-1], event, programme)
        steps.append((event, places[-1]))
    return _Story(tuple(places), tuple(steps), (*story.problems, *problems))


def _order_day(places: Sequence[dict[str, Any]], day: list[Any], programme: Programme) -> tuple[list[Any], bool]:
    """Events of one day in an order that is possible, if there is one; rows say nothing about the hour.

    The second value is False when an entry is taken back that day and another order would end elsewhere.
    """
    usual = sorted(day, key=lambda event: (SAME_DAY.index(event.event), str(event[3:])))
    orders = permutations(usual) if len(day) <= MOST_TO_ORDER else iter(())
    ends = ((list(order), _end(places, order, programme)) for order in orders)
    possible = ((order, end) for order, end in ends if end is not None)
    first = next(possible, None)
    if first is None:
        return usual, True
    takes_back = any(event.event == CANCELLED for event in day)
    return first[0], not takes_back or all(str(end) == str(first[1]) for _, end in possible)


def _end(places: Sequence[dict[str, Any]], order: Sequence[Any], programme: Programme) -> dict[str, Any] | None:
    """Where a place stands after events in this order; None if one of them is not possible."""
    story = list(places)
    for event in order:
        if not _is_possible(story[-1]["status"], len(story), event.event):
            return None
        story = _step(story, event, programme)
    return story[-1]


def _is_possible(status: str, length: int, event: str) -> bool:
    return length > 1 if event == CANCELLED else event in TRANSITIONS[status]


def _step(places: list[dict[str, Any]], event: Any, programme: Programme) -> list[dict[str, Any]]:
    return places[:-1] if event.event == CANCELLED else [*places, _apply(places[-1], event, programme)]


def _apply(place: dict[str, Any], event: Any, programme: Programme) -> dict[str, Any]:
    said = {name: getattr(event, name) for name in ("starts_at", "mentor", "mode", "minutes", "answer_by")}
    said |= {"mode": None} if event.event in HELD and event.mode == "any" else {}
    said |= {"year": event.year} if event.event == "offered" else {"answer_by": None}
    moment = {"offered": "offered_on", "held": "held_on", "recommendations_sent": "sent_on"}.get(event.event)
    kept = {name: value for name, value in said.items() if not pd.isna(value)}
    usual = {"answer_by": event.on + timedelta(days=programme.delivery.answer_days)} if event.event == "offered" else {}
    return place | usual | kept | {"status": event.event} | ({moment: event.on} if moment else {})


def list_valid_events(events: pd.DataFrame, programme: Programme, *, as_of: date) -> pd.DataFrame:
    """Events that count: possible where they stand, and not taken back.

    Parameters
    ----------
    events : DataFrame
        Sheet "Notikumi", typed.
    programme : Programme
    as_of : date
        Later events are not looked at.

    Returns
    -------
    DataFrame, shape (n, 8)
        By application and in their order: ``application_id, event, on, year`` (of the place) ``, note, file, sheet,
        row``.
    """
    rows = []
    for key, story in _replay(events[~_lacks_year(events, programme)], programme, as_of):
        valid: list[tuple[Any, ...]] = []
        for event, place in story.steps:
            said = (key, event.event, event.on, place["year"], event.note, event.file, event.sheet, event.row)
            valid = valid[:-1] if event.event == CANCELLED else [*valid, said]
        rows += valid
    table = pd.DataFrame(rows, columns=["application_id", "event", "on", "year", "note", "file", "sheet", "row"])
    return _type(table, programme, year="int64")


def _lacks_year(events: pd.DataFrame, programme: Programme) -> pd.Series:
    """Offers that do not say which year's place they offer, or a wrong one; they count for nothing."""
    return events["event"].eq("offered") & ~events["year"].isin(programme.places)


def list_appointments(events: pd.DataFrame, programme: Programme, *, as_of: date) -> pd.DataFrame:
    """The hour each application has, or had, and how often it changed; what an invitation says.

    Parameters
    ----------
    events : DataFrame
        Sheet "Notikumi", typed.
    programme : Programme
    as_of : date
        Later events are not looked at.

    Returns
    -------
    DataFrame, shape (applications that ever had an hour, 10)
        ``application_id, sequence`` (changes since the first, 0 for none), ``on`` (day of the last change),
        ``active`` (False: the hour is off), ``starts_at, mentor, mode`` as last agreed, and ``file, sheet, row`` of
        the event. A consultation that was held keeps its hour.
    """
    rows = []
    for key, story in _replay(events, programme, as_of):
        hour: dict[str, Any] = {}
        changes: list[dict[str, Any]] = []
        for event, place in story.steps:
            now = hour if place["status"] in HELD else _hour_of(place)
            if now != hour:
                where = {name: getattr(event, name) for name in ("on", "file", "sheet", "row")}
                changes.append({"application_id": key, "active": bool(now), **(now or hour), **where})
            hour = now
        rows += [change | {"sequence": len(changes) - 1} for change in changes[-1:]]
    return _type(pd.DataFrame(rows, columns=APPOINTMENT), programme)


APPOINTMENT = ["application_id", "sequence", "on", "active", "starts_at", "mentor", "mode", "file", "sheet", "row"]


def _hour_of(place: dict[str, Any]) -> dict[str, Any]:
    agreed = place["status"] == "booked" and place["starts_at"] is not None
    return {name: place[name] for name in ("starts_at", "mentor", "mode")} if agreed else {}


def check_appointments(appointments: pd.DataFrame, programme: Programme) -> list[Problem]:
    """A problem at the later entry wherever one mentor has two consultations in one hour."""
    length = timedelta(minutes=programme.delivery.consultation_minutes)
    table = appointments[appointments["active"] & appointments["mentor"].notna()]
    problems = []
    for _, own in table.sort_values(["starts_at", "application_id"]).groupby("mentor"):
        hours = list(rows_of(own))
        for one, other in ((a, b) for at, a in enumerate(hours) for b in hours[at + 1 :]):
            if other.starts_at < one.starts_at + length:
                first, later = sorted((one, other), key=lambda entry: (entry.on, entry.file, entry.row))
                problems.append(problem_at("mentor_twice", later, "starts_at", later.mentor, first.application_id))
    return problems


def check_recommendations(recommendations: pd.DataFrame, places: pd.DataFrame, *, as_of: date) -> list[Problem]:
    """A problem for each recommendation dated before its consultation, or without one."""
    held = places.set_index("application_id")["held_on"]
    seen = recommendations[recommendations["on"].le(pd.Timestamp(as_of)) & recommendations["application_id"].notna()]
    days = pd.to_datetime(seen["application_id"].map(held.to_dict()))
    return [problem_at("recommendation_early", row, "on") for row in rows_of(seen[~seen["on"].ge(days)])]


def _check_event(before: dict[str, Any], place: dict[str, Any], event: Any, programme: Programme) -> list[Problem]:
    if event.event == CANCELLED:
        return []
    missing = [name for name in REQUIRED.get(event.event, ()) if place[name] is None]
    problems = []
    if missing:
        text = ", ".join(LABELS[name] for name in missing)
        problems.append(problem_at("event_incomplete", event, missing[0], label_of("event", event.event), text))
    early = event.event == "held" and before["starts_at"] is not None and event.on.date() < before["starts_at"].date()
    if early:
        problems.append(problem_at("held_early", event, "on", details=show_date(before["starts_at"])))
    years = list(programme.places) if event.event == "offered" else [place["year"]]
    if not pd.isna(event.year) and event.year not in years:
        problems.append(problem_at("event_year", event, "year", event.year, ", ".join(map(str, years))))
    if not pd.isna(event.mentor) and event.mentor not in {mentor.name for mentor in programme.mentors}:
        names = ", ".join(mentor.name for mentor in programme.mentors)
        problems.append(problem_at("person_unknown", event, "mentor", event.mentor, names))
    return problems
