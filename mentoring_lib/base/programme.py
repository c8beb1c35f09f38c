"""The programme file: every fact and decision of one programme, read once and never changed.

Nothing of a programme (years, quotas, names, thresholds) stands in code. The file is TOML, since a person edits it
and comments beside each line tell her what it does. A wrong file is refused with each key, its value and what is
allowed; pydantic finds them all at once.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
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
PICTURES = {".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}
"""Kinds of logo files by the end of the name, and the bytes each begins with."""


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) == "Cc" and letter not in "\n\t"


def _must(test: Callable[[Any], bool], code: LiteralString) -> AfterValidator:
    """A value that does not stand the test is refused with this code."""

    def check(value: Any) -> Any:
        if not test(value):
            raise PydanticCustomError(code, code)
        return value

    return AfterValidator(check)


def _read_year(key: object) -> object:
    """A year as a key: TOML knows keys as text only."""
    if isinstance(key, str) and not re.fullmatch(r"[0-9]{4}", key):
        raise PydanticCustomError("year", "no year")
    return int(key) if isinstance(key, str) else key


class Slip(NamedTuple):
    """One wrong value that only shows beside another: where it stands from the top, what, and why."""

    place: tuple[str | int, ...]
    value: object
    code: str
    words: Mapping[str, object] = MappingProxyType({})


def _refuse(slips: Iterable[Slip]) -> None:
    if slips := list(slips):
        raise PydanticCustomError("slips", "values that do not fit", {"slips": slips})


def _find_twice(names: Sequence[str], place: tuple[str, ...], *key: str) -> Iterator[Slip]:
    """Every name that is the same to a person as an earlier one; each stands under a key of an item, or is the item."""
    counts: Counter[str] = Counter()
    for number, name in enumerate(names):
        if counts[fold(name)]:
            yield Slip((*place, number, *key), name, "twice")
        counts[fold(name)] += 1


def _find_unknown(given: Iterable[tuple[tuple[str | int, ...], object]], known: Iterable[object]) -> Iterator[Slip]:
    """Every value, by its place, that is none of those known."""
    known = list(known)
    for place, value in given:
        if value not in known:
            yield Slip(place, value, "unknown", {"known": tuple(map(str, known))})


Item = TypeVar("Item")
Several = Annotated[tuple[Item, ...], Strict(False)]  # TOML has lists, a frozen setting is a tuple
Text = Annotated[str, _must(lambda text: not any(map(_is_control, text)), "control")]
Line = Annotated[Text, _must(lambda text: text.splitlines() in ([], [text]), "lines")]
Name = Annotated[Line, _must(lambda text: any(one.isprintable() and not one.isspace() for one in text), "empty")]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
Year = Annotated[int, BeforeValidator(_read_year), Field(ge=2000, le=2100)]
Moment = Annotated[datetime, _must(lambda moment: 2000 <= moment.year <= 2100, "year")]
Count = Annotated[int, Field(ge=0, le=10_000)]
Days = Annotated[int, Field(ge=0, le=1000)]
Points = Annotated[int, Field(ge=0, le=1000)]
Minutes = Annotated[int, Field(ge=0, le=24 * 60)]
Formula = Literal[
    "consultations", "communities", "new_communities", "recommendations", "tasks", "hours", "residents",
    "question_answered", "communities_started", "communities_finished", "tasks_done_90", "results", "money_won",
    "participants",
]  # fmt: skip
ResultKind = Literal[
    "association_founded", "project_submitted", "funding_received", "event_held", "people_joined", "other"
]
Reading = Literal["taking_turns", "new_first", "clear_first", "points"]


class Settings(BaseModel):
    """A part of the programme file: frozen, and without keys nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Project(Settings):
    """Who runs the programme and who pays for it; printed on every output."""

    title: Name
    number: Name
    starts: Day
    ends: Day
    implementers: Several[Name]
    funding_sentence: Text
    responsibility: Text
    logos: Several[Name] = ()
    template: Annotated[Name, _must(lambda name: Path(name).suffix.lower() == ".docx", "document")] | None = None

    @field_validator("ends")
    @classmethod
    def _ends_after_it_starts(cls, day: date, info: ValidationInfo) -> date:
        starts = info.data.get("starts")
        if starts and day < starts:
            raise PydanticCustomError("early", "before the start", {"earliest": starts})
        return day

    @field_validator("logos")
    @classmethod
    def _logos_are_pictures(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        kinds = [Path(name).suffix.lower() for name in names]
        wrong = [number for number, kind in enumerate(kinds) if kind not in PICTURES]
        _refuse(Slip(("project", "logos", number), names[number], "picture") for number in wrong)
        return names


_MUNICIPALITY = re.compile(
    r".+ (novads|pilsēta|valstspilsēta)|"
    "Daugavpils|Jelgava|Jēkabpils|Jūrmala|Liepāja|Ogre|Rēzekne|Rīga|Valmiera|Ventspils"
)
"""How a municipality is named in full: a novads, or one of the ten state cities (Administratīvo teritoriju un apdzīvoto
vietu likums, 2020). A village's name would never fit an answer."""


class Call(Settings):
    """The call: its code (part of every lottery ticket), its last day, and who may apply.

    ``former_names``: earlier names of a municipality that was renamed or merged, by its name of today.
    ``salt``: a random text that goes into the code of each application, so that nobody who knows a name can find it.
    """

    code: Name
    salt: Name | None = None
    title: Name
    deadline: Day
    time_zone: Annotated[Line, _must(lambda name: name in available_timezones(), "zone")]
    municipalities: Annotated[Several[Name], Field(min_length=1)]
    former_names: dict[Name, Several[Name]] = {}

    @field_validator("municipalities")
    @classmethod
    def _municipalities_can_be_found(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        place = ("call", "municipalities")
        short = [number for number, name in enumerate(names) if not _MUNICIPALITY.fullmatch(name.strip())]
        _refuse([*(Slip((*place, number), names[number], "municipality") for number in short),
                 *_find_twice(names, place)])  # fmt: skip
        return names

    @field_validator("former_names")
    @classmethod
    def _renamed_are_known(cls, names: dict[str, tuple[str, ...]], info: ValidationInfo) -> dict[str, tuple[str, ...]]:
        towns = info.data.get("municipalities", names)
        _refuse(_find_unknown([(("call", "former_names", name), name) for name in names], towns))
        return names

    @property
    def closes_at(self) -> datetime:
        """First moment that is late: midnight after the deadline's whole day, in the call's time zone."""
        return datetime.combine(self.deadline + timedelta(days=1), time(), ZoneInfo(self.time_zone))


class Mentor(Settings):
    """A mentor: name, the community she belongs to, the themes (codes) and modes she advises in.

    ``most``: consultations she can give in the whole programme, no limit by default. ``until``: last day of one who
    left; what she did stays valid.
    """

    name: Name
    community: Line
    municipality: Line
    themes: Several[str]
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
    statements: Annotated[Several[Name], Field(min_length=1, max_length=3)] = (
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
    joined_rows: Several[Several[Name]] = ()
    exception_reason: Text = ""


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
    """What the form's export needs beyond the default questions: further headings and answers, the order of dates.

    ``answers``: her form's answer and ours, by column («Vienalga» = «nav svarīgi»). ``consent``: a form that does not
    ask for it leaves nobody "without consent"; the ground stands in the notice.
    """

    headers: dict[str, Several[Line]] = {}
    answers: dict[str, dict[Line, Line]] = {}
    date_order: Literal["dmy", "mdy"] | None = None
    consent: Literal["asked", "not_asked"] = "asked"

    @field_validator("answers", "headers")
    @classmethod
    def _columns_are_known(cls, told: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        names = [(("form", info.field_name or "", name), name) for name in told]
        _refuse(_find_unknown(names, [column.name for column in APPLICATION]))
        return told

    @field_validator("headers")
    @classmethod
    def _a_heading_means_one_column(cls, headers: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        also = {c.name: (c.label, c.name, *c.also, *headers.get(c.name, ())) for c in APPLICATION}
        words = [word for texts in also.values() for word in {fold(text) for text in texts}]
        _refuse(Slip(("form", "headers"), slip.value, "twice") for slip in _find_twice(words, ()))
        return headers


class Indicator(Settings):
    """A figure the funder asks for: a formula by name, its target by year, and what counts as evidence.

    ``mode`` and ``municipality`` narrow any formula to consultations of that kind or place, ``kind`` the results to
    those of one kind. Without ``targets``, or with 0, there is no target. What each formula counts:
    :func:`figures.count_evidence`.
    """

    name: Name
    unit: Line
    formula: Formula
    targets: dict[Year, Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]] = {}
    evidence: Line = ""
    mode: Literal["in_person", "online"] | None = None
    municipality: Name | None = None
    kind: ResultKind | None = None


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
        for count in themes.values():
            if count > info.data.get("confirmed", count):
                raise PydanticCustomError("more", "more than all", {"most": info.data["confirmed"]})
        return themes


class Appeal(Settings):
    """Whom an applicant asks for a second look, and within how many days."""

    contact: Name
    days: Days


# What only shows beside another part: each takes a part and the parts before it that are right themselves.


def _compare_project(project: Project, before: Mapping[str, Any]) -> Iterator[Slip]:
    kept = before.get("keep_personal_data_until", project.ends)
    if kept < project.ends:
        yield Slip(("keep_personal_data_until",), kept, "early", {"earliest": project.ends})


def _compare_call(call: Call, before: Mapping[str, Any]) -> Iterator[Slip]:
    place, project = ("call", "deadline"), before.get("project")
    if project and call.deadline < project.starts:
        yield Slip(place, call.deadline, "early", {"earliest": project.starts})
    if project and call.deadline > project.ends:
        yield Slip(place, call.deadline, "late", {"latest": project.ends})


def _compare_places(places: Mapping[int, int], before: Mapping[str, Any]) -> Iterator[Slip]:
    call = before.get("call")
    earliest = call.deadline.year if call else min(places)
    for year in places:
        if year < earliest:
            yield Slip(("places", str(year)), year, "early", {"earliest": earliest})


def _compare_minimum(minimum: Mapping[str, int], before: Mapping[str, Any]) -> Iterator[Slip]:
    if call := before.get("call"):
        yield from _find_unknown([(("minimum_places", town), town) for town in minimum], call.municipalities)


def _compare_short_themes(names: Mapping[str, str], before: Mapping[str, Any]) -> Iterator[Slip]:
    yield from _find_unknown([(("short_themes", code), code) for code in names], before.get("themes", names))
    yield from _find_twice(list(names.values()), ("short_themes",))


def _compare_report(report: Report, before: Mapping[str, Any]) -> Iterator[Slip]:
    if call := before.get("call"):
        rows = enumerate(report.joined_rows)
        towns = [(("report", "joined_rows", number), town) for number, row in rows for town in row]
        yield from _find_unknown(towns, [*call.municipalities, OUTSIDE])


OUTSIDE = "outside"  # in report.joined_rows: those from outside the municipalities


def _compare_mentors(mentors: Sequence[Mentor], before: Mapping[str, Any]) -> Iterator[Slip]:
    yield from _find_twice([mentor.name for mentor in mentors], ("mentors",), "name")
    for number, mentor in enumerate(mentors):
        place = ("mentors", number, "themes")
        yield from _find_unknown([(place, theme) for theme in mentor.themes], before.get("themes", mentor.themes))


def _compare_rule(rule: Rule, before: Mapping[str, Any]) -> Iterator[Slip]:
    call = before.get("call")
    if call and rule.decided_on and rule.decided_on < (earliest := call.deadline - timedelta(days=MAX_RULE_AGE)):
        yield Slip(("rule", "decided_on"), rule.decided_on, "early", {"earliest": earliest})


def _compare_carry_over(moves: Sequence[CarryOver], before: Mapping[str, Any]) -> Iterator[Slip]:
    for number, move in enumerate(moves):
        years = [(("carry_over", number, name), getattr(move, name)) for name in ("from_year", "to_year")]
        yield from _find_unknown(years, before.get("places", [move.from_year, move.to_year]))


def _compare_indicators(indicators: Sequence[Indicator], before: Mapping[str, Any]) -> Iterator[Slip]:
    call, places = before.get("call"), before.get("places")
    for number, one in enumerate(indicators):
        place: tuple[str | int, ...] = ("indicators", number)
        if call and one.municipality:
            yield from _find_unknown([((*place, "municipality"), one.municipality)], call.municipalities)
        for year in sorted(set(one.targets) - set(places)) if places else ():
            yield Slip((*place, "targets", str(year)), year, "target")
        if places and one.targets and (lacking := sorted(set(places) - set(one.targets))):
            words = {"name": one.name, "years": ", ".join(map(str, lacking))}
            yield Slip((*place, "targets"), "", "target_missing", words)


def _compare_earlier(calls: Sequence[EarlierCall], before: Mapping[str, Any]) -> Iterator[Slip]:
    for number, call in enumerate(calls):
        codes = [(("earlier", number, "themes", code), code) for code in call.themes]
        yield from _find_unknown(codes, before.get("themes", call.themes))


MAX_RULE_AGE = 366  # days before the deadline; a rule decided earlier was decided for another call
_COMPARISONS: dict[str, Callable[[Any, Mapping[str, Any]], Iterator[Slip]]] = {
    "project": _compare_project,
    "call": _compare_call,
    "places": _compare_places,
    "minimum_places": _compare_minimum,
    "short_themes": _compare_short_themes,
    "report": _compare_report,
    "mentors": _compare_mentors,
    "markers": lambda names, _: _find_twice(names, ("markers",)),
    "rule": _compare_rule,
    "carry_over": _compare_carry_over,
    "indicators": _compare_indicators,
    "earlier": _compare_earlier,
}


class Programme(Settings):
    """One programme: everything its folder's ``programme.toml`` says.

    Source: the call "Aicinām … iedzīvotāju kopienas pieteikties mentoringam" (2023) for the facts; what it leaves
    open are decisions of the people who run the programme (docs/assumptions.md).
    """

    example: bool = False
    as_of: Day | None = None
    keep_personal_data_until: Day
    public: Several[
        Literal["community", "municipality", "year", "mode", "themes", "novelty", "residents", "tasks", "results"]
    ]
    project: Project
    call: Call
    places: Annotated[dict[Year, Count], Field(min_length=1)]
    minimum_places: dict[str, Count] = {}
    themes: Annotated[dict[Name, Name], Field(min_length=1)]
    short_themes: dict[str, Name] = {}
    mentors: Several[Mentor]
    markers: Several[Name]
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

    @field_validator("*")
    @classmethod
    def _fits_what_stands_before_it(cls, value: Any, info: ValidationInfo) -> Any:
        """Compare a part with those before it, as far as they are right themselves, so that all is told at once."""
        compare = _COMPARISONS.get(info.field_name or "")
        _refuse(compare(value, info.data) if compare else ())
        return value

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
        return Programme.model_validate(tomllib.loads(text))
    except ValidationError as error:
        raise Refused(_list_problems(error.errors(), text, file)) from None
    except (ValueError, RecursionError) as error:
        row, phrase = find_slip(text.replace("\r\n", "\n"), error)
        raise Refused([Problem("setting_syntax", file=file, row=row, details=phrase)]) from None


def list_slips(errors: Iterable[ErrorDetails]) -> Iterator[Slip]:
    """Each wrong value by its place, whether it shows alone or beside others."""
    for error in errors:
        place = tuple(part for part in error["loc"] if part != "[key]")
        words = error.get("ctx", {})
        yield from words.get("slips", [Slip(place, error["input"], error["type"], words)])


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
