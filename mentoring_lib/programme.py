"""The programme file: every fact and decision of one programme, read once and never changed.

Nothing of a programme (years, quotas, names, thresholds) stands in code. The file is TOML, since a person edits it
and comments beside each line tell her what it does. A wrong file is refused with each key, its value and what is
allowed; pydantic finds them all at once.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from mentoring_lib.errors import Problem, Refused

FILE_NAME = "programme.toml"
Count = Annotated[int, Field(ge=0)]
Reading = Literal["taking_turns", "new_first", "clear_first", "points"]


class Settings(BaseModel):
    """A part of the programme file: frozen, and without keys nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Project(Settings):
    """Who runs the programme and who pays for it; printed on every output."""

    title: str
    number: str
    starts: date
    ends: date
    implementers: tuple[str, ...]
    funding_sentence: str
    responsibility: str
    logos: tuple[str, ...] = ()


class Call(Settings):
    """The call: its code (part of every lottery ticket), its last day, and who may apply."""

    code: str
    title: str
    deadline: date
    time_zone: str
    municipalities: tuple[str, ...]

    @field_validator("time_zone")
    @classmethod
    def _zone_is_known(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(name)
        return name

    @property
    def closes_at(self) -> datetime:
        """First moment that is late: midnight after the deadline's whole day, in the call's time zone."""
        return datetime.combine(self.deadline + timedelta(days=1), time(), ZoneInfo(self.time_zone))


class Mentor(Settings):
    """A mentor: name, the community she belongs to, the themes (codes) and modes she advises in.

    ``most``: consultations she can give in the whole programme, no limit by default.
    """

    name: str
    community: str
    municipality: str
    themes: tuple[str, ...]
    modes: tuple[Literal["in_person", "online"], ...] = ("in_person", "online")
    most: Count | None = None


class Delivery(Settings):
    """How places are followed: lengths in minutes, waiting times in days, and what matching counts.

    ``theme_points``: what each theme of the application that a mentor knows adds to a pair (points).
    ``load_points``: what each consultation a mentor already has takes from the next one (points).
    """

    consultation_minutes: Annotated[int, Field(ge=1)] = 60
    pause_minutes: Count = 15
    answer_days: Count = 14
    result_days: Count = 3
    recommendation_days: Count = 14
    theme_points: Annotated[int, Field(ge=0, le=1000)] = 6
    load_points: Annotated[int, Field(ge=0, le=1000)] = 1


class Rule(Settings):
    """The selection rule and its thresholds, with the day a person decided on them.

    ``new_within_years``: started in the deadline's year minus this, or later, is new (years).
    ``clear_from``: clarity from which a question counts as clearly described (points of 12).
    ``discussion_gap``: difference between markers on one anchor that must be talked over (points of 3).
    ``weight_of_new``: what being new adds to clarity in the reading "points" (points).
    """

    decided_on: date | None = None
    reading: Reading = "taking_turns"
    new_within_years: Count = 2
    clear_from: Annotated[int, Field(ge=0, le=12)] = 7
    discussion_gap: Annotated[int, Field(ge=1, le=3)] = 2
    weight_of_new: Count = 3


class Lottery(Settings):
    """Where the lottery seed comes from (said before it is known), and later the seed itself."""

    source: str
    expected: str
    seed: Annotated[str, Field(pattern=r"^[0-9]{20,}$")] | None = None
    drawn_at: datetime | None = None
    witnesses: tuple[str, ...] = ()


class CarryOver(Settings):
    """Unused places moved to a later year with the funder's permission."""

    from_year: int
    to_year: int
    places: Annotated[int, Field(ge=1)]
    permission: str
    permitted_on: date


class Form(Settings):
    """What the form's export needs beyond the default questions: further headings, and the order of dates."""

    headers: dict[str, tuple[str, ...]] = {}
    date_order: Literal["dmy", "mdy"] | None = None


class Indicator(Settings):
    """A figure the funder asks for: a formula by name, and its target by year."""

    name: str
    unit: str
    formula: Literal["consultations", "communities", "new_communities", "recommendations", "tasks", "hours"]
    targets: dict[int, float]


class Appeal(Settings):
    """Whom an applicant asks for a second look, and within how many days."""

    contact: str
    days: Count


class Programme(Settings):
    """One programme: everything its folder's ``programme.toml`` says.

    Source: the call "Aicinām … iedzīvotāju kopienas pieteikties mentoringam" (2023) for the facts; what it leaves
    open are decisions of the people who run the programme (docs/assumptions.md).
    """

    example: bool = False
    as_of: date
    keep_personal_data_until: date
    public: tuple[Literal["community", "municipality", "year", "mode", "themes"], ...]
    project: Project
    call: Call
    places: dict[int, Count]
    minimum_places: dict[str, Count] = {}
    themes: dict[str, str]
    mentors: tuple[Mentor, ...]
    markers: tuple[str, ...]
    rule: Rule
    lottery: Lottery
    carry_over: tuple[CarryOver, ...] = ()
    form: Form = Form()
    delivery: Delivery = Delivery()
    indicators: tuple[Indicator, ...] = ()
    appeal: Appeal

    @model_validator(mode="after")
    def _names_are_known(self) -> Programme:
        themes = {theme for mentor in self.mentors for theme in mentor.themes} - set(self.themes)
        years = {year for move in self.carry_over for year in (move.from_year, move.to_year)} - set(self.places)
        unknown = [f"mentors.themes {theme}" for theme in sorted(themes)] + [
            f"carry_over {year}" for year in sorted(years)
        ]
        unknown += [f"minimum_places {town}" for town in self.minimum_places if town not in self.call.municipalities]
        if sum(self.minimum_places.values()) > self.planned:
            unknown.append(f"minimum_places: kopā vairāk nekā {self.planned}")
        if unknown:
            raise ValueError(", ".join(unknown))
        return self

    @property
    def new_from(self) -> int:
        """First year that counts as new."""
        return self.call.deadline.year - self.rule.new_within_years

    @property
    def planned(self) -> int:
        """Places in all years together."""
        return sum(self.places.values())


_REASONS = {
    "missing": "setting_missing",
    "extra_forbidden": "setting_unknown",
}
_ALLOWED = {
    "literal_error": "der {expected}",
    "string_pattern_mismatch": "jābūt vismaz 20 cipariem",
    "string_type": "jābūt tekstam pēdiņās",
    "bool_type": "jābūt true vai false",
    "greater_than_equal": "jābūt vismaz {ge}",
    "less_than_equal": "jābūt ne vairāk kā {le}",
    "tuple_type": "jābūt sarakstam kvadrātiekavās",
    "value_error": "nav zināms: {error}",
}
_BY_KIND = {"date": "jābūt datumam, piemēram, 2023-08-21", "int": "jābūt veselam skaitlim", "float": "jābūt skaitlim"}


def _explain(kind: str, context: dict[str, Any]) -> str:
    allowed = _ALLOWED.get(kind) or _BY_KIND.get(kind.split("_", maxsplit=1)[0], "skatiet paraugu datnē data/example")
    return allowed.format(**{name: str(value).replace(" or ", " vai ") for name, value in context.items()})


def parse_programme(text: str, *, file: str = FILE_NAME) -> Programme:
    """Read the text of a programme file.

    Parameters
    ----------
    text : str
        TOML.
    file : str
        Name to use in messages.

    Raises
    ------
    Refused
        With one problem per wrong key: its name, its value and what is allowed.
    """
    try:
        return Programme.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise Refused([Problem("file_unreadable", file=file, details=f"TOML: {error}")]) from None
    except ValidationError as error:
        raise Refused(_problem(dict(found), file) for found in error.errors()) from None


def _problem(found: dict[str, Any], file: str) -> Problem:
    key = ".".join(str(part) for part in found["loc"])
    code = _REASONS.get(found["type"], "setting_invalid")
    given = found["input"] if isinstance(found["input"], str | int | float | date) else ""
    details = f"{given} – {_explain(found['type'], found.get('ctx', {}))}".removeprefix(" – ")
    return Problem(code, file=file, value=key, details=details)


def read_programme(path: Path) -> Programme:
    """Read a programme file (see :func:`parse_programme`)."""
    if not path.is_file():
        raise Refused([Problem("file_missing", file=path.name, details=str(path.parent))])
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Refused([Problem("file_unreadable", file=path.name, details="saglabājiet to kā UTF-8")]) from None
    return parse_programme(text, file=path.name)
