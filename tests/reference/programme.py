"""The records of a programme, with what each field means; code words as in ``columns.CHOICES``.

All of them are plain data. Days are ``date``, moments are ``datetime`` without a zone, in the call's own local time.
A ``None`` is an empty or unreadable cell unless something else is said. The order of a tuple is the order of the rows
in the file; it counts only where this says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction

ANCHORS = ("question", "situation", "obstacle", "outcome")
READINGS = ("taking_turns", "new_first", "clear_first", "points")


@dataclass(frozen=True)
class Application:
    """What one community sent.

    Attributes
    ----------
    application_id : str
        Unique.
    submitted_at : datetime or None
        To the second. Late from midnight after the deadline's day. None: cannot be read.
    email : str
        Two applications with the same e-mail are suspected duplicates. This is the only evidence of a duplicate here;
        name and place, and the telephone, of any two applications differ.
    municipality : str or None
        One of ``Programme.municipalities``, any other name (outside), or None (cannot be read).
    started : int, "forming" or None
        Year, still being formed, or cannot be read.
    residents_involved : int or None
    consent : bool or None
    """

    application_id: str
    submitted_at: datetime | None
    email: str
    municipality: str | None
    started: int | str | None
    residents_involved: int | None = None
    consent: bool | None = True


@dataclass(frozen=True)
class Decision:
    """What a person decided about one application (a row of the sheet of decisions).

    Attributes
    ----------
    application_id : str
    decision : str
        ``duplicate_of``, ``not_duplicate`` (value: the other application's code), ``ineligible``, ``eligible``,
        ``withdrawn``, ``override`` (value: year of the place, as text), ``novelty`` (value: "new" or "existing"),
        ``agreed_question``, ``agreed_situation``, ``agreed_obstacle``, ``agreed_outcome`` (value: "0" to "3"), or
        ``other``.
    on : date
        Day of the decision.
    value : str
        "" where the kind has none.
    """

    application_id: str
    decision: str
    on: date
    value: str = ""


@dataclass(frozen=True)
class Mark:
    """One row of a marking sheet: 0 to 3, "cannot_judge", or None for an empty cell, for each anchor.

    A marker has at most one row for an application.
    """

    application_id: str
    marker: str
    question: int | str | None
    situation: int | str | None
    obstacle: int | str | None
    outcome: int | str | None


@dataclass(frozen=True)
class Conflict:
    """A conflict of interest: this person's marks of this application are missing."""

    application_id: str
    person: str


@dataclass(frozen=True)
class Entry:
    """One line of the ranking, and of the frozen list.

    Attributes
    ----------
    application_id : str
    tier : int
        Higher goes first.
    group : str
        "new" and "existing" take turns within a tier; else "all".
    points : Fraction
        Orders within the group; -1 for who has not been marked.
    """

    application_id: str
    tier: int
    group: str
    points: Fraction


@dataclass(frozen=True)
class Event:
    """A row of the sheet of events.

    Attributes
    ----------
    application_id : str
    event : str
        ``offered, accepted, declined, expired, withdrawn, booked, held, not_held, recommendations_sent`` or
        ``cancelled`` (takes the application's last event back). ``booked`` after ``booked`` moves the hour.
    on : date
        ``held``: the day of the hour.
    year : int or None
        Year of the place; only said, and always said, by ``offered``.
    starts_at : datetime or None
        ``booked``: the hour agreed.
    mentor, mode, minutes
        ``booked`` says mentor and mode, ``held`` says minutes and may say mentor and mode again. ``mode`` is
        "in_person", "online" or "any".
    answer_by : date or None
        ``offered``: until when to answer; None takes ``Programme.answer_days``.
    """

    application_id: str
    event: str
    on: date
    year: int | None = None
    starts_at: datetime | None = None
    mentor: str | None = None
    mode: str | None = None
    minutes: int | None = None
    answer_by: date | None = None


@dataclass(frozen=True)
class Recommendation:
    """A recommendation given to a community, by day."""

    application_id: str
    on: date


@dataclass(frozen=True)
class Task:
    """A to-do item; ``done_on`` is None while it is not done. ``on`` is the day it was given, None if nobody says."""

    application_id: str
    done_on: date | None = None
    on: date | None = None


@dataclass(frozen=True)
class CarryOver:
    """The funder's permission to move places of one year to a later one; it counts from ``permitted_on``."""

    from_year: int
    to_year: int
    places: int
    permitted_on: date


@dataclass(frozen=True)
class PlacesAmended:
    """A dated decision, after the draw, on how many places a year has: ``change`` is added (taken, if negative)."""

    on: date
    year: int
    change: int


@dataclass(frozen=True)
class SeedAmended:
    """A dated decision that corrects a slip in the recorded seed: it should have been ``seed``."""

    on: date
    seed: str


@dataclass(frozen=True)
class Person:
    """A mentor or a marker; ``until`` is the last day of one who left."""

    name: str
    until: date | None = None


@dataclass(frozen=True)
class Indicator:
    """A figure the funder asks for.

    Attributes
    ----------
    formula : str
        ``consultations, communities, new_communities, residents, hours, recommendations`` or ``tasks``.
    targets : dict of int to int
        By year of places, every year.
    mode, municipality : str or None
        Only consultations of that mode, or of that municipality, count.
    """

    formula: str
    targets: dict[int, int]
    mode: str | None = None
    municipality: str | None = None


@dataclass(frozen=True)
class Programme:
    """One programme: settings, everything that was sent, decided, marked and recorded.

    Attributes
    ----------
    call_code : str
        Part of every ticket.
    deadline : date
        Last day of the call, the whole day.
    municipalities : tuple of str
        Of the call.
    places : dict of int to int
        Places by year as the frozen list has them, before any amendment.
    minimum_places : dict of str to int
        Least places by municipality, over all years together.
    project_ends : date
        A place of the last year can be used until then.
    reading : str
        One of :data:`READINGS`.
    new_within_years, clear_from, discussion_gap, weight_of_new, least_markers : int
        Settings of the rule.
    rule_decided_on : date or None
        None: the rule is not dated, so nothing is final.
    consent_asked : bool
        False: the form has no question of consent, and nobody is without consent.
    markers, mentors : tuple of Person
    answer_days : int
        Days to answer an offer that does not say until when.
    applications, decisions, marks, conflicts, events, recommendations, tasks : tuple
    frozen_at : datetime or None
        Day and time of the freeze.
    frozen : tuple of Entry or None
        The frozen list, by code; None before the freeze.
    seed : str or None
        As recorded on the day of the draw, so before any :class:`SeedAmended`. None before the draw.
    amendments : tuple of PlacesAmended or SeedAmended
        At most one is a :class:`SeedAmended`.
    decision_day : date or None
        The day of the decision, as written down with the first letters. None: no letters yet.
    carry_over : tuple of CarryOver
        At most one for each pair of years.
    indicators : tuple of Indicator
    as_of : date
        Later events, recommendations, done tasks, permissions and changes of places have not happened yet. Decisions
        about applications, marks and conflicts count as they stand.
    period : tuple of date
        First and last day of a report.
    """

    call_code: str
    deadline: date
    municipalities: tuple[str, ...]
    places: dict[int, int]
    project_ends: date
    as_of: date
    applications: tuple[Application, ...]
    minimum_places: dict[str, int]
    period: tuple[date, date]
    reading: str = "taking_turns"
    new_within_years: int = 2
    clear_from: int = 7
    discussion_gap: int = 2
    weight_of_new: int = 3
    least_markers: int = 1
    rule_decided_on: date | None = None
    consent_asked: bool = True
    markers: tuple[Person, ...] = ()
    mentors: tuple[Person, ...] = ()
    answer_days: int = 14
    decisions: tuple[Decision, ...] = ()
    marks: tuple[Mark, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    frozen_at: datetime | None = None
    frozen: tuple[Entry, ...] | None = None
    seed: str | None = None
    amendments: tuple[PlacesAmended | SeedAmended, ...] = ()
    decision_day: date | None = None
    carry_over: tuple[CarryOver, ...] = ()
    events: tuple[Event, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    tasks: tuple[Task, ...] = ()
    indicators: tuple[Indicator, ...] = ()

    @property
    def closes_at(self) -> datetime:
        """First moment that is late."""
        return datetime.combine(self.deadline + timedelta(days=1), time())

    @property
    def new_from(self) -> int:
        """First year that counts as new."""
        return self.deadline.year - self.new_within_years

    def last_day(self, year: int) -> date:
        """Last day on which a place of a year can be used."""
        return min(date(year, 12, 31), self.project_ends)

    def is_in_year(self, day: date, year: int) -> bool:
        """Whether a place of that year can be used on that day."""
        return date(year, 1, 1) <= day <= self.last_day(year)
