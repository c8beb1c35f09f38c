"""Rows of this room: places, appointments, pairs, hours; a missing cell is None."""

from dataclasses import dataclass

import pandas as pd

from mentoring_lib.base.rows import Event, FreeTime, Origin


@dataclass(frozen=True)
class Happened(Event):
    """A row of «Notikumi» that says of whom, what and when."""

    application_id: str
    event: str
    on: pd.Timestamp


@dataclass(frozen=True)
class Place:
    """Where the place of an application stands; ``status`` is its last event, "" before any."""

    application_id: str
    status: str = ""
    year: int | None = None
    offered_on: pd.Timestamp | None = None
    answer_by: pd.Timestamp | None = None
    starts_at: pd.Timestamp | None = None
    held_on: pd.Timestamp | None = None
    mentor: str | None = None
    mode: str | None = None
    minutes: int | None = None
    sent_on: pd.Timestamp | None = None
    venue: str | None = None
    participants: int | None = None
    evidence: str | None = None


@dataclass(frozen=True)
class UsedPlace(Place):
    """A place with its ``use`` (see :func:`ledger.find_delivered`) and what a held hour lacks (Latvian).

    ``year`` is the year in which it counts: ``offered_year``, or the one it was carried to. ``kept_for`` is the year
    to which an open place is carried.
    """

    use: str = "open"
    missing: str = ""
    offered_year: int = 0
    kept_for: int | None = None


@dataclass(frozen=True)
class Appointment(Origin):
    """The hour an application has (``active``) or had last, with the event that made the last of its changes."""

    application_id: str
    sequence: int
    on: pd.Timestamp
    active: bool
    starts_at: pd.Timestamp
    mentor: str | None
    mode: str | None
    venue: str | None


@dataclass(frozen=True)
class Stretch(FreeTime):
    """A row of «Laiki» that can be used: a mentor's, and it ends after it starts."""

    mentor: str
    starts_at: pd.Timestamp
    ends_at: pd.Timestamp


@dataclass(frozen=True)
class Hour:
    """A free hour of a mentor; ``holiday`` is its name, "" on other days."""

    mentor: str
    starts_at: pd.Timestamp
    mode: str
    holiday: str
    note: str | None


@dataclass(frozen=True)
class Guest:
    """A community that has a mentor and no hour yet, with the year of its place and the one it is carried to."""

    application_id: str
    community: str | None
    mentor: str
    mode: str | None
    preferred_times: str | None
    year: int
    kept_for: int | None


@dataclass(frozen=True)
class Pair:
    """What a community and a mentor would earn together (points), and why, or why it is not possible."""

    application_id: str
    mentor: str
    allowed: bool
    points: int
    why: str


@dataclass(frozen=True)
class Wish:
    """What counts of an application when a mentor is chosen."""

    application_id: str
    community: str | None
    themes: tuple[str, ...] | None
    confirmed_themes: tuple[str, ...]
    mode: str | None
