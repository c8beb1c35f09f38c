"""The programme file: every fact and decision of one programme, read once and never changed.

Nothing of a programme (years, quotas, names, thresholds) stands in code. The file is TOML, since a person edits it
and comments beside each line tell her what it does. A wrong file is refused with each key, its value and what is
allowed; pydantic finds them all at once.
"""

from __future__ import annotations

import io
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zipfile import is_zipfile
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    NaiveDatetime,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from mentoring_lib.base.columns import APPLICATION
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.texts import fold

FILE_NAME = "programme.toml"
PICTURES = {".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}
"""Kinds of logo files by the end of the name, and the bytes each begins with."""


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) == "Cc" and letter not in "\n\t"


def _without_control(text: str) -> str:
    if any(map(_is_control, text)):
        raise PydanticCustomError("control", "control characters")
    return text


def _in_one_line(text: str) -> str:
    if text.splitlines() not in ([], [text]):
        raise PydanticCustomError("lines", "more than one line")
    return text


def _not_empty(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("empty", "empty")
    return text


Text = Annotated[str, AfterValidator(_without_control)]
Line = Annotated[Text, AfterValidator(_in_one_line)]
Name = Annotated[Line, AfterValidator(_not_empty)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
Year = Annotated[int, Field(ge=2000, le=2100)]
Count = Annotated[int, Field(ge=0, le=10_000)]
Days = Annotated[int, Field(ge=0, le=1000)]
Points = Annotated[int, Field(ge=0, le=1000)]
Minutes = Annotated[int, Field(ge=0, le=24 * 60)]
Formula = Literal["consultations", "communities", "new_communities", "recommendations", "tasks", "hours", "residents"]
Reading = Literal["taking_turns", "new_first", "clear_first", "points"]


class Settings(BaseModel):
    """A part of the programme file: frozen, and without keys nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _refuse_twice(given: Any, names: Iterable[str]) -> Any:
    """What was given, if no two of the names are the same to a person."""
    names = list(names)
    counts = Counter(map(fold, names))
    if twice := [name for name in names if counts[fold(name)] > 1]:
        raise PydanticCustomError("twice", "twice", {"names": ", ".join(dict.fromkeys(twice))})
    return given


class Project(Settings):
    """Who runs the programme and who pays for it; printed on every output."""

    title: Name
    number: Line
    starts: Day
    ends: Day
    implementers: tuple[Name, ...]
    funding_sentence: Text
    responsibility: Text
    logos: tuple[Name, ...] = ()
    template: Name | None = None

    @field_validator("ends")
    @classmethod
    def _ends_after_it_starts(cls, day: date, info: ValidationInfo) -> date:
        starts = info.data.get("starts")
        if starts and day < starts:
            raise PydanticCustomError("early", "before the start", {"earliest": starts})
        return day

    @field_validator("template")
    @classmethod
    def _template_is_a_document(cls, name: str | None) -> str | None:
        if name is not None and Path(name).suffix.lower() != ".docx":
            raise PydanticCustomError("document", "not a document", {"names": name})
        return name

    @field_validator("logos")
    @classmethod
    def _logos_are_pictures(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if others := [name for name in names if Path(name).suffix.lower() not in PICTURES]:
            raise PydanticCustomError("picture", "not a picture", {"names": ", ".join(others)})
        return names


class Call(Settings):
    """The call: its code (part of every lottery ticket), its last day, and who may apply.

    ``former_names``: earlier names of a municipality that was renamed or merged, by its name of today.
    ``salt``: a random text that goes into the code of each application, so that nobody who knows a name can find it.
    """

    code: Name
    salt: Name | None = None
    title: Name
    deadline: Day
    time_zone: Line
    municipalities: Annotated[tuple[Name, ...], Field(min_length=1)]
    former_names: dict[Name, tuple[Name, ...]] = {}

    _each_once = field_validator("municipalities")(lambda names: _refuse_twice(names, names))

    @field_validator("former_names")
    @classmethod
    def _renamed_are_known(cls, names: dict[str, tuple[str, ...]], info: ValidationInfo) -> dict[str, tuple[str, ...]]:
        if unknown := sorted(set(names) - set(info.data.get("municipalities", names))):
            raise ValueError(", ".join(unknown))
        return names

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

    name: Name
    community: Line
    municipality: Line
    themes: tuple[str, ...]
    modes: tuple[Literal["in_person", "online"], ...] = ("in_person", "online")
    most: Count | None = None


class Delivery(Settings):
    """How places are followed: lengths in minutes, waiting times in days, and what matching counts.

    ``theme_points``: what each theme of the application that a mentor knows adds to a pair (points).
    ``load_points``: what each consultation a mentor already has takes from the next one (points).
    """

    consultation_minutes: Annotated[Minutes, Field(ge=1)] = 60
    pause_minutes: Minutes = 15
    answer_days: Days = 14
    result_days: Days = 3
    recommendation_days: Days = 14
    theme_points: Points = 6
    load_points: Points = 1


class Rule(Settings):
    """The selection rule and its thresholds, with the day a person decided on them.

    ``new_within_years``: started in the deadline's year minus this, or later, is new (years).
    ``clear_from``: clarity from which a question counts as clearly described (points of 12).
    ``discussion_gap``: difference between markers on one anchor that must be talked over (points of 3).
    ``weight_of_new``: what being new adds to clarity in the reading "points" (points).
    ``least_markers``: marks that each anchor needs, unless a mark was agreed on.
    """

    decided_on: Day | None = None
    reading: Reading = "taking_turns"
    new_within_years: Annotated[int, Field(ge=0, le=100)] = 2
    clear_from: Annotated[int, Field(ge=0, le=12)] = 7
    discussion_gap: Annotated[int, Field(ge=1, le=3)] = 2
    weight_of_new: Points = 3
    least_markers: Annotated[int, Field(ge=1, le=20)] = 1


class Lottery(Settings):
    """Where the lottery seed comes from and when (said before it is known), and later the seed itself.

    ``draw_at``: announced day and time of the draw, in the call's time zone; ``expected`` says it in words in
    programmes of version 0.1.
    """

    source: Text
    draw_at: NaiveDatetime | None = None
    expected: Text = ""
    seed: Annotated[str, Field(pattern=r"^[0-9]{20,}$")] | None = None
    drawn_at: datetime | None = None
    witnesses: tuple[Name, ...] = ()


class Letters(Settings):
    """What letters say that is not said elsewhere.

    ``decision_date``: day on which the outcome was decided; from it years once given stay.
    """

    decision_date: Day | None = None


class CarryOver(Settings):
    """Unused places moved to a later year with the funder's permission."""

    from_year: Year
    to_year: Year
    places: Annotated[Count, Field(ge=1)]
    permission: Text
    permitted_on: Day

    @field_validator("to_year")
    @classmethod
    def _to_a_later_year(cls, year: int, info: ValidationInfo) -> int:
        if year <= info.data.get("from_year", year - 1):
            raise PydanticCustomError("later", "not later", {"than": info.data["from_year"]})
        return year


class Form(Settings):
    """What the form's export needs beyond the default questions: further headings, and the order of dates."""

    headers: dict[str, tuple[Line, ...]] = {}
    date_order: Literal["dmy", "mdy"] | None = None

    @field_validator("headers")
    @classmethod
    def _columns_are_known(cls, headers: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        known = [column.name for column in APPLICATION]
        if unknown := [name for name in headers if name not in known]:
            words = {"names": ", ".join(unknown), "known": ", ".join(known)}
            raise PydanticCustomError("column", "unknown column", words)
        accepted = [
            word
            for column in APPLICATION
            for word in {
                fold(text) for text in (column.label, column.name, *column.also, *headers.get(column.name, ()))
            }
        ]
        _refuse_twice(headers, accepted)
        return headers


class Indicator(Settings):
    """A figure the funder asks for: a formula by name, its target by year, and what counts as evidence.

    ``mode`` and ``municipality`` narrow any formula to consultations of that kind or place. What each formula counts:
    :func:`figures.count_evidence`.
    """

    name: Name
    unit: Line
    formula: Formula
    targets: dict[int, Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]]
    evidence: Line = ""
    mode: Literal["in_person", "online"] | None = None
    municipality: Name | None = None


class EarlierCall(Settings):
    """What is kept of an earlier call when its personal data is gone: counts of confirmed themes.

    ``confirmed``: applications with a confirmed theme; ``themes``: how many of them ask about each.
    """

    code: Name
    confirmed: Count
    themes: dict[str, Count]

    @field_validator("themes")
    @classmethod
    def _no_theme_has_more_than_all(cls, themes: dict[str, int], info: ValidationInfo) -> dict[str, int]:
        if more := [code for code, count in themes.items() if count > info.data.get("confirmed", count)]:
            raise PydanticCustomError("more", "more than all", {"names": ", ".join(more)})
        return themes


class Appeal(Settings):
    """Whom an applicant asks for a second look, and within how many days."""

    contact: Name
    days: Days


class Programme(Settings):
    """One programme: everything its folder's ``programme.toml`` says.

    Source: the call "Aicinām … iedzīvotāju kopienas pieteikties mentoringam" (2023) for the facts; what it leaves
    open are decisions of the people who run the programme (docs/assumptions.md).
    """

    example: bool = False
    as_of: Day
    keep_personal_data_until: Day
    public: tuple[Literal["community", "municipality", "year", "mode", "themes"], ...]
    project: Project
    call: Call
    places: Annotated[dict[Year, Count], Field(min_length=1)]
    minimum_places: dict[str, Count] = {}
    themes: Annotated[dict[Name, Name], Field(min_length=1)]
    mentors: tuple[Mentor, ...]
    markers: tuple[Name, ...]
    rule: Rule
    lottery: Lottery
    carry_over: tuple[CarryOver, ...] = ()
    form: Form = Form()
    letters: Letters = Letters()
    delivery: Delivery = Delivery()
    indicators: tuple[Indicator, ...] = ()
    earlier: tuple[EarlierCall, ...] = ()
    appeal: Appeal

    @field_validator("places")
    @classmethod
    def _places_follow_the_call(cls, places: dict[int, int], info: ValidationInfo) -> dict[int, int]:
        call = info.data.get("call")
        if call and min(places) < call.deadline.year:
            raise PydanticCustomError("early", "before the call", {"earliest": call.deadline.year})
        return places

    _each_marker_once = field_validator("markers")(lambda names: _refuse_twice(names, names))
    _each_mentor_once = field_validator("mentors")(
        lambda mentors: _refuse_twice(mentors, [mentor.name for mentor in mentors])
    )

    @field_validator("indicators")
    @classmethod
    def _targets_have_places(cls, indicators: tuple[Indicator, ...], info: ValidationInfo) -> tuple[Indicator, ...]:
        places = info.data.get("places")
        lost = sorted({year for one in indicators for year in one.targets} - set(places or ())) if places else []
        if lost:
            raise PydanticCustomError("target", "no places", {"years": ", ".join(map(str, lost))})
        for one in indicators:
            if lacking := sorted(set(places or ()) - set(one.targets)):
                words = {"name": one.name, "years": ", ".join(map(str, lacking))}
                raise PydanticCustomError("target_missing", "no target", words)
        return indicators

    @model_validator(mode="after")
    def _names_are_known(self) -> Programme:
        themes = {theme for mentor in self.mentors for theme in mentor.themes} - set(self.themes)
        years = {year for move in self.carry_over for year in (move.from_year, move.to_year)} - set(self.places)
        unknown = [f"mentors.themes {theme}" for theme in sorted(themes)] + [
            f"carry_over {year}" for year in sorted(years)
        ]
        unknown += [
            f"earlier.themes {code}" for call in self.earlier for code in call.themes if code not in self.themes
        ]
        unknown += [f"indicators {one.municipality}" for one in self.indicators
                    if one.municipality not in (None, *self.call.municipalities)]  # fmt: skip
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
    "too_short": "nedrīkst būt tukšs",
    "finite_number": "jābūt skaitlim",
    "control": "tekstā nedrīkst būt vadības zīmju",
    "lines": "jābūt vienā rindā",
    "empty": "nedrīkst būt tukšs",
    "twice": "atkārtojas: {names}",
    "early": "jābūt ne agrāk kā {earliest}",
    "more": "vairāk nekā visu apstiprināto pieteikumu: {names}",
    "later": "jābūt vēlākam gadam nekā {than}",
    "target": "gadam nav vietu ({years}), tāpēc tam nevar būt mērķa (targets)",
    "target_missing": "rādītājam «{name}» nav mērķa ({years}); ja mērķa nav, rakstiet 0",
    "column": "nav tādas kolonnas: {names}; der {known}",
    "document": "jābūt .docx datnei: {names}",
    "picture": "jābūt .png vai .jpg datnei: {names}",
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
        line = re.search(r"at line (\d+)", str(error))
        row = int(line[1]) if line else None
        raise Refused([Problem("setting_syntax", file=file, row=row, details=str(error))]) from None
    except ValidationError as error:
        raise Refused(_problem(dict(found), file) for found in error.errors()) from None


def _problem(found: dict[str, Any], file: str) -> Problem:
    key = ".".join(str(part) for part in found["loc"] if part != "[key]")
    code = _REASONS.get(found["type"], "setting_empty" if found["input"] == "" else "setting_invalid")
    given = str(found["input"] if isinstance(found["input"], str | int | float | date) else "")
    given = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in given)
    details = f"{given} – {_explain(found['type'], found.get('ctx', {}))}".removeprefix(" – ")
    return Problem(code, file=file, value=key, details=details)


def read_programme(path: Path) -> Programme:
    """Read a programme file, or the one in a folder (see :func:`parse_programme`)."""
    path = path / FILE_NAME if path.is_dir() else path
    if not path.is_file():
        raise Refused([Problem("file_missing", file=path.name, details=str(path.parent))])
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Refused([Problem("file_unreadable", file=path.name, details="saglabājiet to kā UTF-8")]) from None
    return parse_programme(text, file=path.name)


def read_logos(folder: Path, programme: Programme) -> dict[str, bytes]:
    """Read the logo files that the programme file names, by name.

    Parameters
    ----------
    folder : Path
        The programme's folder.
    programme : Programme

    Raises
    ------
    Refused
        Naming every logo that is not there or is no picture.
    """
    logos, problems = {}, []
    for name in programme.project.logos:
        path = folder / name
        content = path.read_bytes() if path.is_file() else b""
        if content.startswith(PICTURES[path.suffix.lower()]):
            logos[name] = content
        else:
            why = "datne nav PNG vai JPEG attēls" if path.is_file() else f"šādas datnes nav mapē {folder}"
            problems.append(Problem("setting_invalid", FILE_NAME, value="project.logos", details=f"{name} – {why}"))
    if problems:
        raise Refused(problems)
    return logos


def read_template(folder: Path, programme: Programme) -> bytes | None:
    """Read the funder's own document that the programme file names; None if it names none.

    Raises
    ------
    Refused
        If it is not there or is no DOCX.
    """
    name = programme.project.template
    if name is None:
        return None
    path = folder / name
    content = path.read_bytes() if path.is_file() else b""
    if not is_zipfile(io.BytesIO(content)):
        why = "datne nav .docx" if path.is_file() else f"šādas datnes nav mapē {folder}"
        raise Refused([Problem("setting_invalid", FILE_NAME, value="project.template", details=f"{name} – {why}")])
    return content
