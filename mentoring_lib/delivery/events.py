"""From a proposed place to a delivered consultation: events, and the state each place is in.

Events are what people recorded, oldest first; a state is never typed, it follows from the events. What may follow
what stands in one table, :data:`TRANSITIONS`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import combinations, groupby, permutations
from types import MappingProxyType
from typing import Any, NamedTuple, Self

import pandas as pd

from mentoring_lib.base.columns import SHEETS, label_of
from mentoring_lib.base.problems import Problem, problem_at
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import Checked, Event, Recommendation, rows_of
from mentoring_lib.base.texts import plural, show_date
from mentoring_lib.delivery.rows import Appointment, Happened, Place

# What may happen next, by the last event; "" is a place nobody has offered yet.
TRANSITIONS: dict[str, tuple[str, ...]] = {
    "": ("offered",),
    "offered": ("accepted", "declined", "expired", "withdrawn"),
    "accepted": ("booked", "withdrawn"),
    "booked": ("held", "not_held", "booked", "withdrawn"),
    "not_held": ("booked", "withdrawn"),
    "held": ("recommendations_sent",),
    **dict.fromkeys(("recommendations_sent", "declined", "expired", "withdrawn"), ()),
}

CANCELLED = "cancelled"  # takes back the application's last event, whatever it was: the correction of a wrong entry

RELEASED = ("declined", "expired", "withdrawn")
HELD = ("held", "recommendations_sent")
# Order in which events of one day are tried, so that the order of rows does not matter.
SAME_DAY = ("offered", "accepted", "declined", "expired", "held", "not_held", "booked", "recommendations_sent",
            "withdrawn", CANCELLED)  # fmt: skip

# What an event says of the hour; the latest word counts.
SAID = ("starts_at", "mentor", "mode", "minutes", "venue", "participants", "evidence")

HOUR = ("starts_at", "mentor", "mode", "venue")
CONSULTATIONS = "Konsultācijas"
MAX_ORDERED = 5  # events of one application on one day whose every order is tried

# What an event must say; ``held`` takes mentor and mode from the booking when it does not say them itself.
REQUIRED = {"booked": ("starts_at", "mentor"), "held": ("mode", "minutes", "mentor")}

LABELS = {column.name: column.label for column in SHEETS["Notikumi"]}

# Of an event that a row of «Konsultācijas» tells: the column that says it, and the one that says its day.
OFFER_CELLS = {
    "offered": ("offered_on", "offered_on"), "booked": ("starts_at", "answered_on"), "held": ("held", "starts_at"),
    "not_held": ("held", "starts_at"), "recommendations_sent": ("sent_on", "sent_on"),
}  # fmt: skip

WAS_HELD = ("delivered", "held_incomplete")
HELD_LATE = "held_late"  # after the place's year ended, without permission: the place is lost
IN_USE = (*WAS_HELD, "booked")
LEDGER = ["planned", "carried_in", "carried_out", *IN_USE, "open", "lost"]


def follow(events: pd.DataFrame, programme: Programme, *, as_of: date) -> Checked:
    """Replay events and tell where each offered place stands.

    Parameters
    ----------
    events : DataFrame, shape (n, 16)
        As :func:`consultations.merge_events` gives them. Any order of rows gives the same result.
    programme : Programme
    as_of : date
        Later events are not looked at.

    Returns
    -------
    Checked
        One row per application with an event (see :class:`rows.Place`); ``status`` is the last valid event. A problem
        for each event that is not possible where it stands, or does not say what it must; an impossible one
        changes nothing.
    """
    stories = list(_replay(events, programme, as_of))
    places = [story.states[-1] for story in stories if story.states[-1].status]
    problems = [one for story in stories for one in story.problems]
    names = Counter(one.value for one in problems if one.code == "mentor_unknown")
    first = {one.value: one for one in reversed(problems) if one.code == "mentor_unknown"}  # one question a name
    problems = [one for one in problems if one.code != "mentor_unknown"]
    problems += [replace(first[name], details=plural(names[name], "ieraksts", "ieraksti")) for name in sorted(names)]
    return Checked(make_table(places, Place, programme), problems)


def make_table(rows: Iterable[Any], kind: type[Any], programme: Programme) -> pd.DataFrame:
    """A table of typed rows, with a column for each field of their kind."""
    table = pd.DataFrame([vars(row) for row in rows], columns=[field.name for field in fields(kind)])
    return type_columns(table, programme)


def _ask(code: str, event: Event, column: str, value: object = "", details: str = "") -> Problem:
    """A problem at an event, in the column where a person typed it (see :mod:`consultations`)."""
    if event.sheet == CONSULTATIONS and column in ("event", "on"):
        column = OFFER_CELLS.get(event.event or "", ("answer", "answered_on"))[column == "on"]
    return problem_at(code, event, column, value, details)


def type_columns(table: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """Each column with its own type, whatever rows there are: text where nothing else is said."""
    days = dict.fromkeys(("on", "offered_on", "answer_by", "held_on", "sent_on"), "datetime64[us]")
    kinds = days | dict.fromkeys(("year", "minutes", "participants", "kept_for"), "Int64")
    kinds |= {"sequence": "int64", "row": "int64", "offered_year": "int64", "active": "bool"}
    kinds |= {"starts_at": f"datetime64[us, {programme.call.time_zone}]"}
    return table.astype({name: kinds.get(name, "str") for name in table.columns})


def _ask_year(event: Happened, programme: Programme) -> Problem:
    if event.year is None:
        return _ask("event_incomplete", event, "year", label_of("event", "offered"), LABELS["year"])
    return _ask("event_year", event, "year", event.year, ", ".join(map(str, programme.places)))


class _Story(NamedTuple):
    """One application: its place before any event and after each valid one; these; every step taken; problems."""

    states: tuple[Place, ...]
    valid: tuple[Happened, ...] = ()
    steps: tuple[tuple[Happened, Place], ...] = ()
    problems: tuple[Problem, ...] = ()

    def allows(self, event: Happened) -> bool:
        """Whether an event is possible now."""
        return bool(self.valid) if event.event == CANCELLED else event.event in TRANSITIONS[self.states[-1].status]

    def step(self, event: Happened, programme: Programme) -> Self:
        """The story with one more event, or one less if that takes the last one back."""
        if event.event == CANCELLED:
            shorter = self._replace(states=self.states[:-1], valid=self.valid[:-1])
        else:
            place = _apply(self.states[-1], event, programme)
            shorter = self._replace(states=(*self.states, place), valid=(*self.valid, event))
        return shorter._replace(steps=(*self.steps, (event, shorter.states[-1])))


def _replay(events: pd.DataFrame, programme: Programme, as_of: date) -> Iterator[_Story]:
    seen = events.dropna(subset=["application_id", "event", "on"])
    seen = seen[seen["on"].le(pd.Timestamp(as_of))].sort_values(["application_id", "on", "file", "row"])
    for key, history in groupby(rows_of(seen, Happened), lambda event: event.application_id):
        story = _Story((Place(key),))
        for _, day in groupby(history, lambda event: event.on):
            story = _live_through(story, list(day), programme)
        yield story


def _live_through(story: _Story, day: Sequence[Happened], programme: Programme) -> _Story:
    yearless = [event for event in day if event.event == "offered" and event.year not in programme.places]
    problems = [_ask_year(event, programme) for event in yearless]  # they count for nothing
    order, certain = _order_day(story, [event for event in day if event not in yearless], programme)
    problems += [] if certain else [_ask("event_day", order[-1], "event")]
    for event in order:
        before = story.states[-1]
        if story.allows(event):
            story = story.step(event, programme)
            problems += [] if event.event == CANCELLED else _check_event(before, story.states[-1], event, programme)
        else:
            problems.append(_ask(*_explain(story, event)))
    return story._replace(problems=(*story.problems, *problems))


def _explain(story: _Story, event: Happened) -> tuple[str, Happened, str, str, str]:
    """Why an event is not possible: what stands before it, with its row if that is on another sheet."""
    status, word = story.states[-1].status, label_of("event", event.event)
    last = label_of("event", status) if status else "vēl nekas"
    if not story.valid or story.valid[-1].sheet == event.sheet:
        return "event_order", event, "event", word, last
    other = story.valid[-1]
    where = f"lapā «{other.sheet}», {other.row}. rindā, ir «{last}» ({show_date(other.on)})"
    return "event_contradicts", event, "event", word, where


def _order_day(story: _Story, day: Sequence[Happened], programme: Programme) -> tuple[Sequence[Happened], bool]:
    """Events of one day in an order that is possible, if there is one; rows say nothing about the hour.

    The second value is False when an entry is taken back that day and another order would end elsewhere.
    """
    # A row says the day, not the hour, and people type in any order: «norunāts laiks» may stand above «pieņemta». So
    # every order is tried, from the usual one on, and the first in which each event may follow the one before counts.
    # «atcelts» may follow anything: what it takes back then hangs on the order, so where orders end apart it is asked.
    usual = sorted(day, key=lambda event: (SAME_DAY.index(event.event), str(replace(event, file="", sheet="", row=0))))
    orders = permutations(usual) if len(day) <= MAX_ORDERED else iter(())
    ends = ((order, _end(story, order, programme)) for order in orders)
    possible = ((order, end) for order, end in ends if end is not None)
    first = next(possible, None)
    if first is None:
        return usual, True
    takes_back = any(event.event == CANCELLED for event in day)
    return first[0], not takes_back or all(end == first[1] for _, end in possible)


def _end(story: _Story, order: Iterable[Happened], programme: Programme) -> Place | None:
    """Where a place stands after events in this order; None if one of them is not possible."""
    for event in order:
        if not story.allows(event):
            return None
        story = story.step(event, programme)
    return story.states[-1]


def _apply(place: Place, event: Happened, programme: Programme) -> Place:
    """What an event makes of a place: what it says replaces what was said before."""
    said: dict[str, Any] = {name: getattr(event, name) for name in SAID}
    if event.event in HELD:  # held in one way or the other, whatever was booked
        place = replace(place, mode=None if place.mode == "any" else place.mode)
        said["mode"] = None if event.mode == "any" else event.mode
    if event.event == "offered":
        answer_by = event.answer_by or event.on + timedelta(days=programme.delivery.answer_days)
        said |= {"year": event.year, "offered_on": event.on, "answer_by": answer_by}
    moments = {"held": "held_on", "recommendations_sent": "sent_on"}
    said |= {moments[event.event]: event.on} if event.event in moments else {}
    return replace(place, status=event.event, **{name: value for name, value in said.items() if value is not None})


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
    DataFrame, shape (n, 16)
        See :class:`rows.Happened`, by application and in their order; ``year`` is that of the place.
    """
    stories = _replay(events, programme, as_of)
    pairs = [pair for story in stories for pair in zip(story.valid, story.states[1:], strict=True)]
    valid = [replace(event, year=place.year) for event, place in pairs]
    return make_table(valid, Happened, programme).astype({"year": "int64"})


def list_appointments(
    events: pd.DataFrame, programme: Programme, *, as_of: date, freed: Mapping[str, date] = MappingProxyType({})
) -> pd.DataFrame:
    """The hour each application has, or had, and how often it changed; what an invitation says.

    Parameters
    ----------
    events : DataFrame
        Sheet "Notikumi", typed.
    programme : Programme
    as_of : date
        Later events are not looked at.
    freed : mapping of str to date
        Whose hour a decision called off, and on which day (see :func:`ledger.find_freed`).

    Returns
    -------
    DataFrame, shape (applications that ever had an hour, 11)
        See :class:`rows.Appointment`: ``sequence`` (changes since the first, 0 for none), ``on`` (day of the last
        change), ``active`` (False: the hour is off), ``starts_at, mentor, mode, venue`` as last agreed. A consultation
        that was held keeps its hour.
    """
    last = [change for story in _replay(events, programme, as_of) for change in _list_changes(story)[-1:]]
    return make_table([_call_off(hour, freed.get(hour.application_id)) for hour in last], Appointment, programme)


def _call_off(hour: Appointment, on: date | None) -> Appointment:
    return replace(hour, sequence=hour.sequence + 1, on=pd.Timestamp(on), active=False) if on and hour.active else hour


def add_freed(valid_events: pd.DataFrame, places: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """The same with the decision that freed each place offered: a withdrawal, or else an offer taken back."""
    freed = places[places["use"].eq("released") & ~places["status"].isin(RELEASED)]
    newest = decisions.sort_values("on", kind="stable").drop_duplicates("application_id", keep="last")
    rows = newest.merge(freed[["application_id", "year"]])
    event = rows["decision"].where(rows["decision"].eq("withdrawn"), CANCELLED)
    told = rows.assign(event=event, note=rows["reason"]).reindex(columns=valid_events.columns)
    return pd.concat([valid_events, told.astype(valid_events.dtypes)], ignore_index=True) if len(rows) else valid_events


def _list_changes(story: _Story) -> list[Appointment]:
    """Every change of the hour, oldest first."""
    hour: dict[str, Any] = {}
    changes: list[Appointment] = []
    for event, place in story.steps:
        agreed = place.status == "booked" and place.starts_at is not None
        now = {name: getattr(place, name) for name in HOUR if agreed} if place.status not in HELD else hour
        if now != hour:
            where = {name: getattr(event, name) for name in ("application_id", "on", "file", "sheet", "row")}
            changes.append(Appointment(**where, sequence=len(changes), active=bool(now), **(now or hour)))
        hour = now
    return changes


def check_appointments(appointments: pd.DataFrame, programme: Programme) -> list[Problem]:
    """A problem at the later entry wherever one mentor has two consultations in one hour."""
    length = timedelta(minutes=programme.delivery.consultation_minutes)
    table = appointments[appointments["active"] & appointments["mentor"].notna()]
    hours = rows_of(table.sort_values(["mentor", "starts_at", "application_id"]), Appointment)
    problems = []
    for one, other in combinations(hours, 2):
        if one.mentor == other.mentor and other.starts_at < one.starts_at + length:
            first, later = sorted((one, other), key=lambda entry: (entry.on, entry.file, entry.row))
            problems.append(problem_at("mentor_twice", later, "starts_at", later.mentor, first.application_id))
    return problems


OF_THE_OFFER = ("offers_over", "offer_out_of_turn")  # a row of «Konsultācijas» holds the offer and the hour


def select_clear(appointments: pd.DataFrame, problems: Iterable[Problem]) -> pd.DataFrame:
    """Appointments to invite to: those that are off, and those about whose hour nothing is asked."""
    asked = {(one.file, one.sheet, one.row) for one in problems if one.code not in OF_THE_OFFER}
    entries = zip(appointments["file"], appointments["sheet"], appointments["row"], strict=True)
    clear = pd.Series([entry not in asked for entry in entries], index=appointments.index, dtype="bool")
    return appointments[clear | ~appointments["active"]]


def check_recommendations(recommendations: pd.DataFrame, places: pd.DataFrame, *, as_of: date) -> list[Problem]:
    """A problem for each recommendation dated before its consultation, or without one."""
    held = places.set_index("application_id")["held_on"]
    seen = recommendations[recommendations["on"].le(pd.Timestamp(as_of)) & recommendations["application_id"].notna()]
    days = pd.to_datetime(seen["application_id"].map(held.to_dict()))
    early = seen[~seen["on"].ge(days)]
    return [problem_at("recommendation_early", row, "on") for row in rows_of(early, Recommendation)]


def _check_event(before: Place, place: Place, event: Happened, programme: Programme) -> list[Problem]:
    missing = [name for name in REQUIRED.get(event.event, ()) if getattr(place, name) is None]
    problems = []
    if missing:
        text = ", ".join(LABELS[name] for name in missing)
        problems.append(_ask("event_incomplete", event, missing[0], label_of("event", event.event), text))
    if event.event == "held" and before.starts_at is not None and event.on.date() < before.starts_at.date():
        problems.append(_ask("held_early", event, "on", details=show_date(before.starts_at)))
    if event.year not in (None, place.year):
        problems.append(_ask("event_year", event, "year", event.year, str(place.year)))
    if event.mentor is not None and event.mentor not in {mentor.name for mentor in programme.mentors}:
        problems.append(_ask("mentor_unknown", event, "mentor", event.mentor))
    return problems
