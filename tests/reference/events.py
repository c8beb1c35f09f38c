"""Events of each application, replayed: where its place stands after them.

What may follow what is one table. An event that is not possible where it stands changes nothing. Events of one day may
stand in any order of rows: the first possible order counts, tried from the usual one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import permutations

from reference.programme import Event, Programme

MAY_FOLLOW = {
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
USUAL_ORDER = ("offered", "accepted", "declined", "expired", "held", "not_held", "booked", "recommendations_sent",
               "withdrawn", "cancelled")  # fmt: skip
MOST_IN_A_DAY = 5
"""Of more events of one application on one day no other order than the usual one is tried."""

RELEASED = ("declined", "expired", "withdrawn")
HELD = ("held", "recommendations_sent")


@dataclass(frozen=True)
class Place:
    """Where the place of an application stands; ``status`` is its last event, "" before any."""

    application_id: str
    status: str = ""
    year: int | None = None
    offered_on: date | None = None
    answer_by: date | None = None
    starts_at: datetime | None = None
    held_on: date | None = None
    mentor: str | None = None
    mode: str | None = None
    minutes: int | None = None
    sent_on: date | None = None


@dataclass
class History:
    """What the events of one application come to.

    Attributes
    ----------
    states : list of Place
        Before any event, and after each that stands.
    standing : list of Event
        Possible, and not taken back.
    impossible : list of Event
    unclear_days : list of date
        Days on which an entry was taken back and the rows do not tell which.
    """

    states: list[Place]
    standing: list[Event] = field(default_factory=list)
    impossible: list[Event] = field(default_factory=list)
    unclear_days: list[date] = field(default_factory=list)

    @property
    def place(self) -> Place:
        """Where the place stands now."""
        return self.states[-1]

    def step(self, event: Event, answer_days: int) -> bool:
        """Let an event happen if it is possible."""
        if event.event == "cancelled":
            if not self.standing:
                return False
            self.states.pop()
            self.standing.pop()
            return True
        if event.event not in MAY_FOLLOW[self.place.status]:
            return False
        self.states.append(apply(self.place, event, answer_days))
        self.standing.append(event)
        return True


def apply(place: Place, event: Event, answer_days: int) -> Place:
    """What an event makes of a place: what it says replaces what was said before."""
    said = {name: getattr(event, name) for name in ("starts_at", "mentor", "mode", "minutes")}
    if event.event in HELD and event.mode == "any":
        said["mode"] = None
    if event.event == "offered":
        said |= {"year": event.year, "offered_on": event.on}
        said["answer_by"] = event.answer_by or event.on + timedelta(days=answer_days)
    if event.event == "held":
        said["held_on"] = event.on
    if event.event == "recommendations_sent":
        said["sent_on"] = event.on
    return replace(place, status=event.event, **{name: value for name, value in said.items() if value is not None})


def replay(
    programme: Programme, as_of: date | None = None, events: Iterable[Event] | None = None
) -> dict[str, History]:
    """The history of every application that has an event by a day (all events, without one).

    Offers that do not name a year of the programme are not looked at.
    """
    events = programme.events if events is None else events
    seen = [event for event in events if as_of is None or event.on <= as_of]
    seen = [event for event in seen if event.event != "offered" or event.year in programme.places]
    histories: dict[str, History] = {}
    for key in sorted({event.application_id for event in seen}):
        history = History([Place(key)])
        own = [event for event in seen if event.application_id == key]
        for day in sorted({event.on for event in own}):
            _live_through(history, day, [event for event in own if event.on == day], programme.answer_days)
        histories[key] = history
    return histories


def _live_through(history: History, day: date, events: Sequence[Event], answer_days: int) -> None:
    usual = sorted(events, key=lambda event: USUAL_ORDER.index(event.event))
    ends, order = [], usual
    for tried in permutations(usual) if 1 < len(usual) <= MOST_IN_A_DAY else ():
        trial = History(list(history.states), list(history.standing))
        if all(trial.step(event, answer_days) for event in tried):
            order = list(tried) if not ends else order
            ends.append(trial.place)
    if any(event.event == "cancelled" for event in events) and any(end != ends[0] for end in ends):
        history.unclear_days.append(day)
    for event in order:
        if not history.step(event, answer_days):
            history.impossible.append(event)
