"""The settings of one programme: every fact and decision, read once and never changed.

Nothing of a programme (years, quotas, names, thresholds) stands in code. She fills in ``programma.xlsx``, which
:mod:`intake.settings` reads into the same model; the example and programmes of version 0.1 have ``programme.toml``,
read here. A wrong file is refused with each key, its value and what is allowed; pydantic finds them all at once.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, LiteralString, NamedTuple, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    NaiveDatetime,
    PrivateAttr,
    Strict,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from mentoring_lib.base.columns import APPLICATION
from mentoring_lib.base.problems import Problem, Refused, explain_os_error
from mentoring_lib.base.slips import WORDS, find_line, find_slip
from mentoring_lib.base.texts import fold

FILE_NAME = "programme.toml"
# Kinds of logo files by the end of the name, and the bytes each begins with.
PICTURES = {".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) == "Cc" and letter not in "\n\t"


def _must(test: Callable[[Any], bool], code: LiteralString, **words: object) -> AfterValidator:
    """A value that does not stand the test is refused with this code."""

    def check(value: Any) -> Any:
        if not test(value):
            raise PydanticCustomError(code, code, words)
        return value

    return AfterValidator(check)


def _seen(info: ValidationInfo) -> dict[str, Any]:
    """What is right so far, by class and field (see :class:`Settings`)."""
    return {} if info.context is None else info.context


def _known(source: str, *more: str, code: LiteralString = "unknown") -> AfterValidator:
    """A name that must stand in a setting read before it, as far as that is right itself."""

    def check(name: Any, info: ValidationInfo) -> Any:
        known = [*_seen(info).get(source, [name]), *more]
        if name not in known:
            raise PydanticCustomError(code, code, {"known": tuple(map(str, known))})
        return name

    return AfterValidator(check)


def _unique(among: str) -> AfterValidator:
    """A name that is not the same to a person as an earlier one."""

    def check(name: str, info: ValidationInfo) -> str:
        names = _seen(info).setdefault(among, set())
        if fold(name) in names:
            raise PydanticCustomError("twice", "twice")
        names.add(fold(name))
        return name

    return AfterValidator(check)


def _limit(value: Any, earliest: Any, latest: Any = None) -> None:
    if earliest is not None and value < earliest:
        raise PydanticCustomError("early", "early", {"earliest": earliest})
    if latest is not None and value > latest:
        raise PydanticCustomError("late", "late", {"latest": latest})


def _not_before_call(year: int, info: ValidationInfo) -> int:
    _limit(year, _seen(info).get("Call.deadline", date.min).year)
    return year


_list_zones = cache(available_timezones)  # it looks through whole folders


def _read_year(key: object) -> object:
    """A year as a key: TOML knows keys as text only."""
    if isinstance(key, str) and not re.fullmatch(r"[0-9]{4}", key):
        raise PydanticCustomError("year", "no year")
    return int(key) if isinstance(key, str) else key


Place = tuple[str | int, ...]


class Slip(NamedTuple):
    """One wrong value: where it stands, what, and why."""

    place: Place
    value: object
    code: str
    words: Mapping[str, object] = MappingProxyType({})


Item = TypeVar("Item")
Several = Annotated[tuple[Item, ...], Strict(False)]  # TOML has lists, a frozen setting is a tuple
Text = Annotated[str, _must(lambda text: not any(map(_is_control, text)), "control")]
Line = Annotated[Text, _must(lambda text: text.splitlines() in ([], [text]), "lines")]
Name = Annotated[Line, _must(lambda text: any(one.isprintable() and not one.isspace() for one in text), "empty")]
Picture = Annotated[Name, _must(lambda name: Path(name).suffix.lower() in PICTURES, "picture")]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
Year = Annotated[int, BeforeValidator(_read_year), Field(ge=2000, le=2100)]
Moment = Annotated[datetime, _must(lambda moment: 2000 <= moment.year <= 2100, "year")]
Count = Annotated[int, Field(ge=0, le=10_000)]
Days = Annotated[int, Field(ge=0, le=1000)]
Points = Annotated[int, Field(ge=0, le=1000)]
Minutes = Annotated[int, Field(ge=0, le=24 * 60)]
_COLUMNS = tuple(column.name for column in APPLICATION)
Target = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
TOWNS, THEMES, YEARS = "Call.municipalities", "Programme.themes", "Programme.places"
Town = Annotated[Name, _known(TOWNS)]
Theme = Annotated[str, _known(THEMES)]
ColumnName = Annotated[str, _must(lambda name: name in _COLUMNS, "unknown", known=_COLUMNS)]
Formula = Literal[
    "consultations", "communities", "new_communities", "recommendations", "tasks", "hours", "residents",
    "question_answered", "communities_started", "communities_finished", "tasks_done_90", "results", "money_won",
    "participants",
]  # fmt: skip
ResultKind = Literal[
    "association_founded", "project_submitted", "funding_received", "event_held", "people_joined", "other"
]
Reading = Literal["taking_turns", "new_first", "clear_first", "points"]


OUTSIDE = "outside"  # in report.joined_rows: those from outside the municipalities
MAX_RULE_AGE = 366  # days before the deadline; a rule decided earlier was decided for another call


class Settings(BaseModel):
    """A part of the programme file: frozen, and without keys nobody knows.

    Read with a mapping as its context, which holds what is right so far, by class and field, it is compared with that,
    so that all that is wrong is told at once.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @field_validator("*")
    @classmethod
    def _fits_what_stands_before_it(cls, value: Any, info: ValidationInfo) -> Any:
        if info.context is not None:
            key = f"{cls.__name__}.{info.field_name}"
            _compare(key, value, info.context, info.data)
            info.context[key] = value
        return value


class Project(Settings):
    """Who runs the programme and who pays for it; printed on every output."""

    title: Name
    number: Name
    starts: Day
    ends: Day
    implementers: Several[Name]
    funding_sentence: Text
    responsibility: Text
    logos: Several[Picture] = ()
    template: Annotated[Name, _must(lambda name: Path(name).suffix.lower() == ".docx", "document")] | None = None


# How a municipality is named in full: a novads, or one of the ten state cities (Administratīvo teritoriju un apdzīvoto
# vietu likums, 2020). A village's name would never fit an answer.
_MUNICIPALITY = re.compile(
    r".+ (novads|pilsēta|valstspilsēta)|"
    "Daugavpils|Jelgava|Jēkabpils|Jūrmala|Liepāja|Ogre|Rēzekne|Rīga|Valmiera|Ventspils"
)
Municipality = Annotated[Name, _must(lambda name: _MUNICIPALITY.fullmatch(name.strip()) is not None, "municipality")]


class Call(Settings):
    """The call: its code (part of every lottery ticket), its last day, and who may apply.

    ``former_names``: earlier names of a municipality that was renamed or merged, by its name of today.
    ``salt``: a random text that goes into the code of each application, so that nobody who knows a name can find it.
    """

    code: Name
    salt: Name | None = None
    title: Name
    deadline: Day
    time_zone: Annotated[Line, _must(lambda name: name in _list_zones(), "zone")]
    municipalities: Annotated[Several[Annotated[Municipality, _unique("town")]], Field(min_length=1)]
    former_names: dict[Town, Several[Name]] = {}

    @property
    def closes_at(self) -> datetime:
        """First moment that is late: midnight after the deadline's whole day, in the call's time zone."""
        return datetime.combine(self.deadline + timedelta(days=1), time(), ZoneInfo(self.time_zone))


class Mentor(Settings):
    """A mentor: name, the community she belongs to, the themes (codes) and modes she advises in.

    ``most``: consultations she can give in the whole programme, no limit by default. ``until``: last day of one who
    left; what she did stays valid.
    """

    name: Annotated[Name, _unique("mentor")]
    community: Line
    municipality: Line
    themes: Several[Theme]
    modes: Several[Literal["in_person", "online"]] = ("in_person", "online")
    most: Count | None = None
    until: Day | None = None
    email: Line | None = None


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
    drawn_at: Moment | None = None
    witnesses: Several[Name] = ()


class Letters(Settings):
    """What letters say that is not said elsewhere.

    ``decision_date``: day on which the outcome was decided; from it years once given stay. ``decided_by``: the body
    that decided; ``decision_number``: of its minutes. ``objections_by``: looks at objections, within ``reply_days``.
    ``list_until``: last day of the waiting list. ``elsewhere``: where those outside may ask for help. ``check_link``:
    where the lot can be checked.
    """

    decision_date: Day | None = None
    decision_number: Line = ""
    decided_by: Line = ""
    signed_by: Line = ""
    post: Line = ""
    place: Line = ""
    objections_by: Line = ""
    reply_days: Days = 14
    list_until: Day | None = None
    coordinator: Line = ""
    phone: Line = ""
    email: Line = ""
    elsewhere: Text = ""
    check_link: Line = ""


class Privacy(Settings):
    """What the notice to applicants says (Regulation (EU) 2016/679, art. 13): who keeps their data, why, and for whom.

    ``joint_arrangement``: the essence of what two controllers agreed (art. 26(2)); ``transfer``: outside the EU.
    """

    controller: Line = ""
    registration_number: Line = ""
    address: Line = ""
    email: Line = ""
    legal_basis: Text = ""
    recipients: Text = ""
    link: Line = ""
    transfer: Text = ""
    joint_arrangement: Text = ""


class Meeting(Settings):
    """The meeting that decided the outcome, for its minutes: who was there, from when to when, and the votes."""

    present: Several[Name] = ()
    chair: Line = ""
    recorder: Line = ""
    hours: Line = ""
    votes: Line = ""


class FollowUp(Settings):
    """Questions asked after the hour: the form's address, days to answer, a third round, the statements rated.

    Statements are rated 0 to 10 for then and for now, in one go (a retrospective pre-test).
    """

    link: Line = ""
    answer_days: Days = 14
    third_round: bool = False
    statements: Annotated[Several[Annotated[Name, _unique("statement")]], Field(min_length=1, max_length=3)] = (
        "Mēs zinām savu nākamo soli.",
        "Mēs protam uzrunāt jaunus cilvēkus.",
        "Mēs zinām, kur meklēt palīdzību.",
    )


class Report(Settings):
    """How the funder's report is laid out.

    ``headings``: the contract's own heading of a part, by the part's code. ``joined_rows``: municipalities told
    together so that no small count shows; fixed, so that two reports cannot be subtracted. ``exception_reason``: why a
    small count is shown all the same; it stands on a page for the reviewer.
    """

    headings: dict[Name, Name] = {}
    joined_rows: Several[Several[Annotated[Name, _known(TOWNS, OUTSIDE)]]] = ()
    exception_reason: Text = ""


class CarryOver(Settings):
    """Unused places moved to a later year with the funder's permission."""

    from_year: Annotated[Year, _known(YEARS)]
    to_year: Annotated[Year, _known(YEARS)]
    places: Annotated[Count, Field(ge=1)]
    permission: Text
    permitted_on: Day


class Form(Settings):
    """What the form's export needs beyond the default questions: further headings and answers, the order of dates.

    ``answers``: her form's answer and ours, by column («Vienalga» = «nav svarīgi»). ``consent``: a form that does not
    ask for it leaves nobody "without consent"; the ground stands in the notice.
    """

    headers: dict[ColumnName, Several[Line]] = {}
    answers: dict[ColumnName, dict[Line, Line]] = {}
    date_order: Literal["dmy", "mdy"] | None = None
    consent: Literal["asked", "not_asked"] = "asked"


class Indicator(Settings):
    """A figure the funder asks for: a formula by name, its target by year, and what counts as evidence.

    ``mode`` and ``municipality`` narrow any formula to consultations of that kind or place, ``kind`` the results to
    those of one kind. Without ``targets``, or with 0, there is no target. What each formula counts:
    :func:`figures.count_evidence`.
    """

    name: Annotated[Name, _unique("indicator")]
    unit: Line
    formula: Formula
    targets: dict[Annotated[Year, _known(YEARS, code="target")], Target] = {}
    evidence: Line = ""
    mode: Literal["in_person", "online"] | None = None
    municipality: Town | None = None
    kind: ResultKind | None = None


class EarlierCall(Settings):
    """What is kept of an earlier call when its personal data is gone: counts of confirmed themes.

    ``confirmed``: applications with a confirmed theme; ``themes``: how many of them ask about each.
    """

    code: Name
    confirmed: Count
    themes: dict[Theme, Count]


class Appeal(Settings):
    """Whom an applicant asks for a second look, and within how many days."""

    contact: Name
    days: Days


def _compare(key: str, value: Any, before: Mapping[str, Any], beside: Mapping[str, Any]) -> None:
    """Refuse a value that does not fit what stands before it, or beside it in its part."""
    starts, ends, deadline, years = map(before.get, ("Project.starts", "Project.ends", "Call.deadline", YEARS))
    match key:
        case "Project.ends":
            _limit(value, starts)
        case "Call.deadline":
            _limit(value, starts, ends)
        case "Programme.keep_personal_data_until":
            _limit(value, ends)
        case "Rule.decided_on" if value and deadline:
            _limit(value, deadline - timedelta(days=MAX_RULE_AGE))
        case "CarryOver.to_year" if value <= beside.get("from_year", 0):
            raise PydanticCustomError("later", "later", {"than": beside["from_year"]})
        case "EarlierCall.themes" if any(count > beside.get("confirmed", count) for count in value.values()):
            raise PydanticCustomError("more", "more", {"most": beside["confirmed"]})
        case "Form.headers":
            also = [(c.label, c.name, *c.also, *value.get(c.name, ())) for c in APPLICATION]
            counts = Counter(word for texts in also for word in {fold(text) for text in texts})
            for word in (word for word, count in counts.items() if count > 1):
                raise PydanticCustomError("twice", "twice", {"value": word})
        case "Indicator.targets" if value and years and (lacking := sorted(set(years) - set(value))):
            told = {"name": beside.get("name", ""), "years": ", ".join(map(str, lacking))}
            told |= {"at": (str(lacking[0]),), "value": ""}
            raise PydanticCustomError("target_missing", "target_missing", told)


class Programme(Settings):
    """One programme: everything its folder's ``programme.toml`` says.

    Source: the call "Aicinām … iedzīvotāju kopienas pieteikties mentoringam" (2023) for the facts; what it leaves
    open are decisions of the people who run the programme (docs/assumptions.md).
    """

    example: bool = False
    as_of: Day | None = None
    public: Several[
        Literal["community", "municipality", "year", "mode", "themes", "novelty", "residents", "tasks", "results"]
    ]
    project: Project
    keep_personal_data_until: Day
    call: Call
    places: Annotated[dict[Annotated[Year, AfterValidator(_not_before_call)], Count], Field(min_length=1)]
    minimum_places: dict[Town, Count] = {}
    themes: Annotated[dict[Name, Annotated[Name, _unique("theme")]], Field(min_length=1)]
    short_themes: dict[Theme, Annotated[Name, _unique("short theme")]] = {}
    mentors: Several[Mentor]
    markers: Several[Annotated[Name, _unique("marker")]]
    rule: Rule
    lottery: Lottery
    carry_over: Several[CarryOver] = ()
    form: Form = Form()
    letters: Letters = Letters()
    privacy: Privacy = Privacy()
    minutes: Meeting = Meeting()
    follow_up: FollowUp = FollowUp()
    report: Report = Report()
    delivery: Delivery = Delivery()
    indicators: Several[Indicator] = ()
    earlier: Several[EarlierCall] = ()
    appeal: Appeal
    _file: str = PrivateAttr(FILE_NAME)

    def short_theme(self, code: str) -> str:
        """A theme in a word or two, for charts and tables; its whole text where none was given."""
        return self.short_themes.get(code, self.themes[code])

    @property
    def file(self) -> str:
        """Name of the file that the settings were read from."""
        return self._file

    def from_file(self, name: str) -> Programme:
        """The same programme, as read from another file."""
        programme = self.model_copy()
        programme._file = name
        return programme

    def with_form(self, form: Form) -> Programme:
        """The same programme, its form read as a person says beside the settings."""
        return self.model_copy(update={"form": form})

    @property
    def new_from(self) -> int:
        """First year that counts as new."""
        return self.call.deadline.year - self.rule.new_within_years

    @property
    def planned(self) -> int:
        """Places in all years together."""
        return sum(self.places.values())


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
        return Programme.model_validate(tomllib.loads(text), context={})
    except ValidationError as error:
        raise Refused(_list_problems(error.errors(), text, file)) from None
    except (ValueError, RecursionError) as error:
        row, phrase = find_slip(text.replace("\r\n", "\n"), error)
        raise Refused([Problem("setting_syntax", file=file, row=row, details=phrase)]) from None


def list_slips(errors: Iterable[ErrorDetails]) -> Iterator[Slip]:
    """Each wrong value by its place."""
    for error in errors:
        words = error.get("ctx", {})
        place = (*(part for part in error["loc"] if part != "[key]"), *words.get("at", ()))
        yield Slip(place, words.get("value", error["input"]), error["type"], words)


def describe_slip(
    slip: Slip, phrases: Mapping[str, str], show: Callable[[object], str], choices: Iterable[str] = ()
) -> tuple[str, str]:
    """Code of the problem; what stands there and what is allowed (``show`` writes a value; ``choices`` are words)."""
    code = _CODES.get(slip.code, "setting_empty" if slip.value == "" and not slip.words.get("name") else "")
    words = {name: word if isinstance(word, tuple) else (word,) for name, word in slip.words.items()}
    shown = {name: ", ".join(show(part) or str(part) for part in word) for name, word in words.items()}
    shown["expected"] = ", ".join(choices) or shown.get("expected", "").replace(" or ", " vai ")
    phrase = phrases.get(slip.code, phrases["other"]).format_map(shown)
    return code or "setting_invalid", f"{show(slip.value)} – {phrase}".removeprefix(" – ")


_CODES = {"missing": "setting_missing", "extra_forbidden": "setting_unknown"}


def _list_problems(errors: Iterable[ErrorDetails], text: str, file: str) -> Iterator[Problem]:
    """Each wrong value with its line, its key (items counted from 1), what stands there and what is allowed."""
    for slip in list_slips(errors):
        key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in slip.place)
        code, details = describe_slip(slip, WORDS["allowed"], show_value)
        yield Problem(code, file=file, row=find_line(text, slip.place), value=key, details=details)


def show_value(value: object) -> str:
    """A value as it can stand in a sentence; nothing for a list, a part, or a number of thousands of digits."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str | int | float | date) or (isinstance(value, int) and value.bit_length() > MAX_BITS):
        return ""
    return "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in str(value))


MAX_BITS = 256  # of a number that is shown; Python refuses to write out one of thousands of digits


def read_programme(path: Path) -> Programme:
    """Read a programme file, or the one in a folder (see :func:`parse_programme`)."""
    path = path / FILE_NAME if path.is_dir() else path
    if not path.is_file():
        raise Refused([Problem("file_missing", file=path.name, details=str(path.parent))])
    content = read_bytes(path)
    if len(content) > MAX_SIZE:
        raise Refused([Problem("setting_large", file=path.name)])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:  # UTF-16 without a mark is UTF-8 full of zeros
        raise Refused([Problem("setting_encoding", file=path.name)])
    return parse_programme(text, file=path.name)


MAX_SIZE = 1_000_000  # bytes; the example's file has ten thousand


def read_bytes(path: Path) -> bytes:
    """Content of a file.

    Raises
    ------
    Refused
        If the system does not give it, in Latvian (a file locked by another program, no permission).
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused([Problem("file_locked", file=path.name, details=explain_os_error(error))]) from None
