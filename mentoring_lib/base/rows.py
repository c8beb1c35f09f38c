"""Typed rows: what the rooms look at of each input sheet, one frozen dataclass a kind; a missing cell is None.

Rooms speak in these at their borders and in rows of their own; tables (pandas) are what notebooks, groupings, charts
and Excel see. Fields carry the names of :mod:`columns`; :func:`rows_of` turns a table into rows, :func:`table_of` rows
into a table.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, NamedTuple, TypeVar

import pandas as pd

from mentoring_lib.base.problems import Problem

Row = TypeVar("Row")


def rows_of(table: pd.DataFrame, kind: type[Row]) -> Iterator[Row]:
    """Rows of a table as frozen dataclasses of a kind, whose fields are columns; a missing cell is None."""
    return map(kind, *(_cells(table[field.name]) for field in fields(kind)))  # type: ignore[arg-type]


def _cells(column: pd.Series) -> list[Any]:
    """Plain Python values of a column; every kind of missing value is None (only such a one differs from itself)."""
    return [None if cell is pd.NA or cell != cell else cell for cell in column.tolist()]  # noqa: PLR0124


def table_of(rows: Sequence[Sequence[Any]], kinds: Mapping[str, Any]) -> pd.DataFrame:
    """Table of rows, each column of its kind (name of a dtype)."""
    columns = list(zip(*rows, strict=True)) or [()] * len(kinds)
    typed = zip(kinds.items(), columns, strict=True)
    return pd.DataFrame({name: pd.array(list(cells), dtype=kind) for (name, kind), cells in typed}, copy=False)


class Checked(NamedTuple):
    """A table and the problems found while making it."""

    table: pd.DataFrame
    problems: list[Problem]


def map_distinct(values: pd.Series, function: Callable[[Any], Any], dtype: str = "object") -> pd.Series:
    """Apply a function once to each distinct value (a form repeats its answers; missing stays missing).

    Parameters
    ----------
    values : Series, shape (n,)
    function : callable
        One value in, one value out.
    dtype : str
        Type of the result.

    Returns
    -------
    Series, shape (n,)
        Same index and name.
    """
    codes, distinct = pd.factorize(values.to_numpy())
    answers = [function(value) for value in distinct.tolist()]
    results = pd.Series([*answers, None], dtype=dtype).array
    return pd.Series(results.take(codes), index=values.index, name=values.name)


@dataclass(frozen=True)
class Origin:
    """Where a row stands in a file: names as a person sees them, the row's number in its sheet."""

    file: str
    sheet: str
    row: int


@dataclass(frozen=True)
class Application(Origin):
    """One application as read (see :data:`columns.APPLICATION`)."""

    application_id: str
    submitted_at: pd.Timestamp | None
    email: str | None
    community: str | None
    municipality: str | None
    place: str | None
    contact_name: str | None
    phone: str | None
    started: str | None
    registered: bool | None
    residents_involved: int | None
    themes: tuple[str, ...] | None
    theme_other: str | None
    question: str | None
    mode: str | None
    preferred_times: str | None
    consent: bool | None
    publicity: bool | None


@dataclass(frozen=True)
class Entry(Origin):
    """A row of a typed sheet about one application."""

    application_id: str | None


@dataclass(frozen=True)
class Decision(Entry):
    """A row of «Lēmumi»."""

    decision: str | None
    value: str | None
    reason: str | None
    who: str | None
    on: pd.Timestamp | None


@dataclass(frozen=True)
class Conflict(Entry):
    """A row of «Interešu konflikti»: a person who may neither mark nor mentor this community."""

    person: str | None


@dataclass(frozen=True)
class FreeTime(Origin):
    """A row of «Laiki»: hours a mentor is free."""

    mentor: str | None
    starts_at: pd.Timestamp | None
    ends_at: pd.Timestamp | None
    mode: str | None
    note: str | None


@dataclass(frozen=True)
class Consultation(Entry):
    """A row of «Konsultācijas»: one offer and what became of it."""

    year: int | None
    offered_on: pd.Timestamp | None
    answer_by: pd.Timestamp | None
    answer: str | None
    answered_on: pd.Timestamp | None
    mentor: str | None
    starts_at: pd.Timestamp | None
    mode: str | None
    venue: str | None
    held: bool | None
    minutes: int | None
    participants: int | None
    sent_on: pd.Timestamp | None
    evidence: str | None
    note: str | None


@dataclass(frozen=True)
class Event(Entry):
    """A row of «Notikumi»."""

    event: str | None
    on: pd.Timestamp | None
    year: int | None
    starts_at: pd.Timestamp | None
    mentor: str | None
    mode: str | None
    minutes: int | None
    answer_by: pd.Timestamp | None
    venue: str | None
    participants: int | None
    evidence: str | None
    note: str | None
    who: str | None


@dataclass(frozen=True)
class Recommendation(Entry):
    """A row of «Ieteikumi»."""

    on: pd.Timestamp | None


@dataclass(frozen=True)
class Task(Entry):
    """A row of «Darbi»: something on the community's to-do list."""

    task: str | None
    who: str | None
    until: pd.Timestamp | None
    done_on: pd.Timestamp | None


@dataclass(frozen=True)
class Result(Entry):
    """A row of «Rezultāti»: something that happened after the hour; ``amount`` in people or euros by its kind."""

    on: pd.Timestamp | None
    amount: int | None


@dataclass(frozen=True)
class FollowUp(Entry):
    """A row of «Pēc konsultācijas»: a community's answers of one round; ratings 0 to 10, then and now."""

    round: str | None
    answered_on: pd.Timestamp | None
    then_1: int | None
    now_1: int | None
    then_2: int | None
    now_2: int | None
    then_3: int | None
    now_3: int | None
    sentence: str | None
    publish: str | None


@dataclass(frozen=True)
class Candidates:
    """What the selection says to those who follow places: who was given one, and who waits.

    Attributes
    ----------
    given : mapping of str to int
        Year of each place given, by rank; years once given stay.
    waiting : sequence of str
        In order.
    claims : mapping of str to int
        Who is to have a free place of that year out of turn, by the day of the decision.
    towns : mapping of str to str
        Municipality of every application.
    out_of_turn : mapping of str to (int, date)
        Who was given a place of that year out of turn by the newest decision, and on which day.
    dropped : mapping of str to date
        Day of the newest decision, where it takes the application out of the selection.
    """

    given: Mapping[str, int]
    waiting: Sequence[str]
    claims: Mapping[str, int] = field(default_factory=dict)
    towns: Mapping[str, str | None] = field(default_factory=dict)
    out_of_turn: Mapping[str, tuple[int, date]] = field(default_factory=dict)
    dropped: Mapping[str, date] = field(default_factory=dict)
