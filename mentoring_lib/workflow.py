"""The whole flow, once, in order: read a programme's folder, then follow its applications to the funder's figures.

:func:`read_inputs` touches files; :func:`evaluate` is pure and gives every table that notebooks and outputs show.
"""

import base64
import gc
import hashlib
import pickle
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import pandas as pd

from mentoring_lib import __version__
from mentoring_lib.base.columns import CHOICES
from mentoring_lib.base.problems import REPORT, Problem, Refused, add_cells, sort_problems
from mentoring_lib.base.programme import Programme, read_bytes
from mentoring_lib.base.rows import Candidates, rows_of
from mentoring_lib.base.settings import problem_of
from mentoring_lib.base.stamp import Stamp, describe_rule
from mentoring_lib.base.texts import show_date, show_moment
from mentoring_lib.delivery import consultations, due, events, ledger, matching, scheduling, turns
from mentoring_lib.delivery.rows import Place
from mentoring_lib.funder import figures
from mentoring_lib.funder.figures import Figures, Period
from mentoring_lib.intake import follow_up, form, loading, settings, stones, workbook
from mentoring_lib.intake.applications import read_applications
from mentoring_lib.outcomes import checks
from mentoring_lib.outcomes.look_back import Changed, look_back, remind
from mentoring_lib.selection import agreement, contract, eligibility, lottery, reasons, scoring, sensitivity, what_if
from mentoring_lib.selection.decisions import DROPPED, check_decisions, check_references, check_salt, waive_codes
from mentoring_lib.selection.final import check_settled, find_blockers, format_outcome, keep_open
from mentoring_lib.selection.past import Offered, decided_by
from mentoring_lib.selection.select import Selection, list_turns, select
from mentoring_lib.themes import exploring, suggesting

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "data" / "example"
STARTING_POINTS = ROOT / "data" / "starting_points.csv"
LEXICON = ROOT / "data" / "theme_lexicon.csv"
LOCK = ROOT / "requirements.txt"
FIGURES_FILE = "skaitli.json"  # all that is left of a programme whose personal data were erased


@dataclass(frozen=True)
class Inputs:
    """What a programme's folder holds: settings, applications, what people typed, and the problems found.

    ``sheets`` maps the name of each sheet of the tracking workbook to its typed table («Notikumi»: with the events
    of «Konsultācijas» too, see :func:`consultations.merge_events`; «Pēc konsultācijas», «Rezultāti»: with what
    ``atsauksmes/`` holds, see :func:`intake.follow_up.read_answers`); ``marks`` are the marking
    sheets as filled in; ``starting_points`` what mentors may pick from; ``lexicon`` what themes are suggested from;
    ``frozen`` is the frozen lottery list, None before the freeze; ``recorded`` the text of what was put on record
    beside it, by file name; ``hashes`` the SHA-256 of every file read; ``logos`` the pictures for the funder's
    document, and ``template`` her own form of it, None without one; ``lock`` the SHA-256 of the list of libraries.
    """

    programme: Programme
    applications: pd.DataFrame
    sheets: dict[str, pd.DataFrame]
    marks: pd.DataFrame
    starting_points: pd.DataFrame
    lexicon: pd.DataFrame
    frozen: lottery.Frozen | None
    problems: tuple[Problem, ...]
    hashes: dict[str, str]
    logos: dict[str, bytes]
    template: bytes | None = None
    lock: str = "–"
    recorded: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Selected(Selection):
    """Who gets a consultation, and why: ``decided`` has everyone's confirmed themes too.

    ``blockers`` stand between a provisional and a final result; ``problems`` are all that were found on the way.
    """

    blockers: tuple[Problem, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Followed:
    """What happened with each place as of a day: ``places`` (offered ones, by events) and what they come to."""

    places: pd.DataFrame
    appointments: pd.DataFrame
    valid_events: pd.DataFrame
    ledger: pd.DataFrame
    course: pd.DataFrame


@dataclass(frozen=True)
class Waiting:
    """What a person may offer, who was skipped (offers out of turn), and what is due."""

    proposals: pd.DataFrame
    skips: tuple[turns.Skip, ...]
    due: pd.DataFrame


@dataclass(frozen=True)
class Matched:
    """Which mentor could take which hour, and when."""

    pairs: pd.DataFrame
    matched: pd.DataFrame
    hours: pd.DataFrame
    times: pd.DataFrame
    load: pd.DataFrame


@dataclass(frozen=True)
class Counted:
    """What the funder is told: ``figures`` is all that the funder's files may say of the tables before it."""

    supported: pd.DataFrame
    evidence: dict[str, pd.DataFrame]
    figures: Figures
    stamp: Stamp


@dataclass(frozen=True)
class Outlook(Selected, Followed, Changed, Waiting):
    """What waits for a person in a programme on a day; nothing is explained, suggested, matched or counted for it."""

    programme: Programme
    as_of: date
    suggested: pd.DataFrame


@dataclass(frozen=True)
class Results(Outlook, Matched, Counted):
    """Every table of the flow for one as-of date, as its parts name them.

    ``decided`` has everyone's nearest change and reason too; ``suggested`` has one row per application: themes its text
    suggests; ``report_blockers`` stand before the funder's files. Computed on first use: what few ask for.
    """

    final: bool
    report_blockers: tuple[Problem, ...]

    @cached_property
    def kappa(self) -> pd.DataFrame:
        """How far markers agree (see :func:`agreement.measure_kappa`)."""
        return agreement.measure_kappa(self.marks)

    @cached_property
    def firmness(self) -> pd.DataFrame:
        """How firm each place is, with the stated seed of the shaken marks (see :func:`sensitivity.examine`)."""
        chance = np.random.PCG64(sensitivity.SEED)
        return sensitivity.examine(self.decided, self.marks, self.entry_anchors, self.programme, chance)

    @cached_property
    def shares(self) -> dict[str, pd.DataFrame]:
        """Themes from several sides (see :func:`exploring.share_groups`)."""
        return exploring.share_groups(self.decided, self.places, self.programme)

    @cached_property
    def differences(self) -> dict[str, pd.DataFrame]:
        """Which themes differ, by the same sides (see :func:`exploring.find_differences`)."""
        return {side: exploring.find_differences(shares) for side, shares in self.shares.items() if side != "fate"}


def read_inputs(folder: Path | str = EXAMPLE) -> Inputs:
    """Read everything a programme's folder holds.

    Parameters
    ----------
    folder : Path or str
        Holds ``programma.xlsx`` (or ``programme.toml``), ``pieteikumi/``, ``vertejumi/``, ``atsauksmes/``,
        ``darba_gramata.xlsx``, ``izloze/`` (all but the first two may be missing).

    Raises
    ------
    Refused
        If a file cannot be used at all, with every such file.
    """
    folder = Path(folder)
    programme, problems_of_form = form.read_form(folder, settings.read_settings(folder))
    logos, template = settings.read_own_files(folder, programme)
    places = [folder / name for name in ("pieteikumi", "vertejumi", follow_up.FOLDER)]
    exports, marking, asked = map(loading.list_files, places)
    if not exports:
        raise Refused([Problem("applications_missing", details=str(folder / "pieteikumi"))])
    files = [folder / programme.file, folder / form.FORM_BOOK, folder / workbook.WORKBOOK, *exports, *marking, *asked]
    sheets, problems, letters = workbook.read_workbook(folder, programme)
    answers, unanswered, of_answers = follow_up.read_answers(asked, programme)
    sheets |= {name: pd.concat([sheets[name], table], ignore_index=True) for name, table in answers.items()}
    applications, unclear, of_exports = read_applications(exports, programme, sheets["Labojumi"])
    applications = stones.add_stones(applications, stones.read_stones(folder))
    marks, unread, of_marks = workbook.read_marks(marking, programme, {*sheets["Interešu konflikti"]["person"]})
    marks, unnamed = workbook.find_codes(marks, applications)
    letters, problems = {**letters, **of_exports, **of_marks, **of_answers}, problems + unnamed
    for name in [name for name, sheet in sheets.items() if name != "Labojumi" and "application_id" in sheet]:
        sheets[name], unnamed = workbook.find_codes(sheets[name], applications)
        problems += unnamed + check_references(sheets[name], applications)
    problems += [problem for place in places for problem in loading.find_folders(place)] + problems_of_form
    problems += loading.find_open(files)
    problems += unclear + unread + unanswered + scoring.check_marks(marks, programme.markers)
    problems += check_references(marks, applications)
    sheets["Notikumi"], gaps = consultations.merge_events(sheets["Konsultācijas"], sheets["Notikumi"], programme)
    sheets["Ieteikumi"], undated = consultations.date_recommendations(sheets["Ieteikumi"], sheets["Notikumi"])
    problems = waive_codes(problems + gaps + undated, sheets["Lēmumi"])
    problems += exploring.check_confirmed(sheets["Tēmas"], applications)
    problems += check_decisions(sheets["Lēmumi"], applications, programme)
    problems += matching.check_conflicts(sheets["Interešu konflikti"], programme)
    problems += scheduling.check_times(sheets["Laiki"], programme)
    problems += checks.check_evidence(sheets, [path.name for path in (folder / checks.FOLDER).rglob("*")])
    points = loading.read_starting_points(_own_or_common(folder, STARTING_POINTS))
    words = _own_or_common(folder, LEXICON)
    lexicon, unfit = loading.read_lexicon(words, programme.themes)  # the common one serves other themes too
    problems += [problem for problem in unfit if words != LEXICON or problem.code != "lexicon_theme"]
    frozen, recorded = _read_lot(folder / "izloze")
    settled = [f"izloze/{name}" for name in (*([frozen.file] if frozen else []), *recorded)]
    named = (stones.FILE, STARTING_POINTS.name, LEXICON.name, *logos, programme.project.template or "", *settled)
    files += [folder / name for name in named]
    hashes = loading.hash_files(folder, [path for path in files if path.is_file()])
    problems += [Problem("freeze_old", file=frozen.file)] if frozen and not frozen.frozen_at else []
    check_salt(applications, [*sheets.values(), marks, *([frozen.entries] if frozen else [])])
    problems = add_cells(problems, letters)
    return Inputs(
        programme, applications, sheets, marks, points, lexicon, frozen, tuple(problems), hashes, logos,
        template, hashlib.sha256(LOCK.read_bytes()).hexdigest() if LOCK.is_file() else "–", recorded,
    )  # fmt: skip


def _own_or_common(folder: Path, common: Path) -> Path:
    """The programme's own copy of a table that all programmes share, if it has one."""
    own = folder / common.name
    return own if own.is_file() else common


def _read_lot(folder: Path) -> tuple[lottery.Frozen | None, dict[str, str]]:
    """The last frozen list, each proved to follow from the one before it, and what was put on record since."""
    frozen: lottery.Frozen | None = None
    while (text := _read_text(folder / (name := lottery.name_list(frozen.number + 1 if frozen else 1)))) is not None:
        checksum = _read_text(folder / f"{name}{lottery.HASH}") or ""
        newer = lottery.read_frozen(text.encode("utf-8"), checksum, name)
        if frozen and newer.previous != frozen.sha256:
            raise Refused([Problem("freeze_broken", file=name)])
        frozen = newer
    texts = {name: _read_text(folder / name) for name in lottery.RECORDED_FILES}
    return frozen, {name: text for name, text in texts.items() if text is not None}


def _read_text(path: Path) -> str | None:
    """Text of a file of the lottery, to the byte; None if there is none."""
    try:
        return read_bytes(path).decode("utf-8") if path.is_file() else None
    except UnicodeDecodeError:
        raise Refused([Problem("freeze_broken", file=path.name)]) from None


def evaluate(
    inputs: Inputs, *, as_of: date | None = None, starts: date | None = None, ends: date | None = None
) -> Results:
    """Follow the flow from applications to the funder's figures.

    Parameters
    ----------
    inputs : Inputs
    as_of : date, optional
        Day whose state is shown; the programme file's by default. Where neither says it, the caller passes today.
    starts, ends : date, optional
        First and last day that the funder's report counts; the project's by default.

    Raises
    ------
    Refused
        If the period ends before it starts.
    """
    day, period = as_of or inputs.programme.as_of, figures.choose_period(inputs.programme, starts, ends)
    if day is None:
        raise Refused([problem_of("day_missing", inputs.programme, "as_of")])
    outlook, planned = _explain(look(inputs, as_of=day), inputs.programme), _plan(inputs, day)
    counted = _count(planned, outlook, period)
    problems = sort_problems([*outlook.problems, *figures.check_totals(counted.figures, planned.programme)])
    return Results(**vars(outlook) | vars(_match(planned, outlook)) | vars(counted) | {
        "final": not outlook.blockers,
        "suggested": suggest(exploring.select_valid(outlook.decided), inputs.lexicon),
        "report_blockers": tuple(problem for problem in problems if problem.blocks == REPORT),
        "problems": problems,
    })  # fmt: skip


def name_applications(applications: pd.DataFrame) -> dict[str, str]:
    """Name of each community by the code of its application; "" where it has none."""
    return dict(zip(applications["application_id"], applications["community"].fillna(""), strict=True))


def look(inputs: Inputs, *, as_of: date) -> Outlook:
    """What blocks, what is asked and what is due on a day: the flow as far as a person has to act."""
    selected, line = _select(inputs)
    planned = _plan(inputs, as_of)
    followed, problems = _follow(planned, selected, line, as_of)
    changed = _look_back(planned, followed, as_of)
    problems += checks.check_answers(
        planned.sheets, line.held, planned.programme.follow_up, planned.programme.project.ends
    )
    problems += _find_ahead(inputs.sheets, as_of)
    waiting, asked = _wait(planned, line, followed, changed, as_of, final=not selected.blockers)
    nothing = pd.DataFrame({"application_id": [], "suggested": []})
    parts = vars(selected) | vars(followed) | vars(changed) | vars(waiting)
    parts["problems"] = sort_problems([*selected.problems, *problems, *asked])
    return Outlook(programme=inputs.programme, as_of=as_of, suggested=nothing, **parts)


# The day that says when a row of a sheet counts.
_DAYS = {"Lēmumi": "on", "Notikumi": "on", "Ieteikumi": "on", "Darbi": "done_on", "Pēc konsultācijas": "answered_on",
         "Rezultāti": "on"}  # fmt: skip


def _find_ahead(sheets: Mapping[str, pd.DataFrame], day: date) -> Iterator[Problem]:
    """Rows dated after the day that is shown, as a slip of a month or a year makes them."""
    for name, column in _DAYS.items():
        ahead = sheets[name][sheets[name][column].gt(pd.Timestamp(day))]
        for (file, sheet), rows in ahead.groupby(["file", "sheet"]):
            numbers = ", ".join(f"{row}." for row in sorted({*rows["row"]}))
            yield Problem("dated_ahead", str(file), str(sheet), value=show_date(day), details=numbers)


def _plan(inputs: Inputs, day: date) -> Inputs:
    """The inputs with the places that were planned on a day."""
    return replace(inputs, programme=contract.plan_by(day, inputs.programme, inputs.sheets["Lēmumi"]))


class _Line(NamedTuple):
    """What the selection hands to those who follow places."""

    events: pd.DataFrame  # of applications that were read
    held: dict[str, date]
    candidates: Candidates
    candidates_on: Callable[[date], Candidates]


def _select(inputs: Inputs) -> tuple[Selected, _Line]:
    programme, sheets, decisions = inputs.programme, inputs.sheets, inputs.sheets["Lēmumi"]
    typed = sheets["Notikumi"]
    typed = typed[typed["application_id"].isin(inputs.applications["application_id"])]
    some_year = typed.fillna({"year": min(programme.places)})  # which one, the outcome may say
    yearless = {*typed.loc[typed["event"].eq("offered") & typed["year"].isna(), "application_id"]}
    history = events.list_valid_events(some_year, programme, as_of=date.max)
    held = history[history["event"].eq("held")].set_index("application_id")["on"].dt.date.to_dict()
    first_offer = min(history.loc[history["event"].eq("offered"), "on"].dt.date, default=None)

    def offered_by(day: date) -> dict[str, Offered]:
        places = rows_of(events.follow(some_year, programme, as_of=day).table, Place)
        return {one.application_id: Offered(None if one.status in events.RELEASED else one.year, one.offered_on.date(),
                                            one.status in events.HELD, one.application_id not in yearless)
                for one in places if one.offered_on}  # fmt: skip

    def select_by(known: pd.DataFrame, day: date | None = None) -> Selection:
        drawn, sent = contract.draw_by(known, decisions, programme), sent_by(inputs.applications, day)
        return select(
            sent, inputs.marks, sheets["Interešu konflikti"], known, drawn, inputs.frozen,
            first_offer=first_offer, held=held, offered_by=offered_by,
        )  # fmt: skip

    selected = select_by(decisions)
    anchors, decided = selected.anchors, selected.decided
    asked = eligibility.check_applications(inputs.applications, selected.duplicates)
    read = keep_open([*inputs.problems, *asked], decided)
    blockers = find_blockers(
        decided, anchors, selected.graded, inputs.frozen, decisions, programme, read, inputs.recorded
    ) + check_settled(selected.past.settled, inputs.frozen, programme)
    if inputs.frozen is None:
        wanted, barred = decided["state"].isin(scoring.MARKED_STATES), sheets["Interešu konflikti"]
        keys = decided.loc[wanted, "application_id"]
        read += scoring.find_missing_marks(inputs.marks, barred, keys, anchors, programme.markers)
    confirmed_too = {"decided": exploring.confirm_themes(decided, sheets["Tēmas"], programme.themes)}
    candidates_on = _candidates_on(inputs.applications, decisions, programme, select_by)
    line = _Line(turns.fill_years(typed, candidates_on, programme), held,
                 list_turns(selected, decisions, programme), candidates_on)  # fmt: skip
    return Selected(**vars(selected) | confirmed_too, blockers=tuple(blockers), problems=tuple(read)), line


_Selected = TypeVar("_Selected", bound=Selected)


def _explain(selected: _Selected, programme: Programme) -> _Selected:
    """The same with everyone's nearest change and reason."""
    nearest = what_if.find_nearest(selected.decided, selected.entry_anchors, programme)
    decided = what_if.add_nearest(selected.decided, nearest, programme)
    final, offered = not selected.blockers, set[str]()
    if isinstance(selected, Outlook):
        offered = set(selected.places.loc[selected.places["use"].ne("released"), "application_id"])
    told = reasons.give_reasons(decided, selected.anchors, programme, final=final, offered=offered)
    return replace(selected, decided=told)


def sent_by(applications: pd.DataFrame, day: date | None) -> pd.DataFrame:
    """Applications of a day and before it, or of no known day; all of them without one."""
    sent = applications["submitted_at"].dt.tz_localize(None).dt.normalize()
    return applications if day is None else applications[~sent.gt(pd.Timestamp(day))]


def view_on(inputs: Inputs, results: Results, day: date | None) -> Selected:
    """The selection by what was decided and sent in up to a day; today's where nothing was since, or without one."""
    decisions, applications = inputs.sheets["Lēmumi"], inputs.applications
    known, there = decided_by(decisions, day), sent_by(applications, day)
    if day is None or (len(known), len(there)) == (len(decisions), len(applications)):
        return results
    settled = settle_on(inputs, day)
    sheets = {**inputs.sheets, "Lēmumi": known}
    then, _ = _select(replace(inputs, programme=settled, applications=there, sheets=sheets))
    return _explain(replace(then, blockers=results.blockers), settled)  # what was typed in since blocks nothing then


def settle_on(inputs: Inputs, day: date | None) -> Programme:
    """The programme with the seed on record and the places planned on a day; today's without one."""
    decisions = inputs.sheets["Lēmumi"]
    drawn = contract.draw_by(decided_by(decisions, day), decisions, inputs.programme)
    return contract.plan_by(day, drawn, decisions) if day else drawn


def _follow(inputs: Inputs, selected: Selected, line: _Line, day: date) -> tuple[Followed, list[Problem]]:
    programme, sheets, dropped = inputs.programme, inputs.sheets, line.candidates.dropped
    followed, problems = events.follow(line.events, programme, as_of=day)
    freed = ledger.find_freed(rows_of(followed, Place), dropped, line.held)
    places = ledger.find_delivered(followed, sheets["Ieteikumi"], sheets["Darbi"], programme, as_of=day, dropped=freed)
    appointments = events.list_appointments(line.events, programme, as_of=day, freed=freed)
    problems += events.check_appointments(appointments, programme)
    problems += matching.check_agreed(appointments, selected.decided, sheets["Interešu konflikti"], programme)
    problems += events.check_recommendations(sheets["Ieteikumi"], places, as_of=day)
    problems += ledger.check_hours(places, appointments, dropped, programme)
    problems += scheduling.check_booked(appointments, sheets["Laiki"], programme, as_of=day)
    balance = ledger.keep_ledger(places, programme, as_of=day)
    problems += ledger.check_ledger(places, balance, programme, as_of=day)
    decisions = decided_by(sheets["Lēmumi"][sheets["Lēmumi"]["decision"].isin(DROPPED)], day)
    valid_events = events.list_valid_events(line.events, programme, as_of=day)
    valid_events = events.add_freed(valid_events, places, decisions)
    course = ledger.trace_course(places, programme, as_of=day)
    return Followed(places, appointments, valid_events, balance, course), problems


def _look_back(inputs: Inputs, followed: Followed, day: date) -> Changed:
    """What changed after the hours held so far."""
    kept = followed.places[followed.places["use"].isin(events.WAS_HELD)]
    served = dict(zip(kept["application_id"], kept["held_on"].dt.date, strict=True))
    return look_back(served, inputs.sheets, inputs.programme.follow_up, as_of=day)


def _wait(
    inputs: Inputs, line: _Line, followed: Followed, changed: Changed, day: date, *, final: bool
) -> tuple[Waiting, list[Problem]]:
    programme, places, candidates = inputs.programme, followed.places, line.candidates
    proposals = turns.next_in_line(candidates, places, programme, as_of=day)
    proposals = proposals if final else proposals.iloc[:0]  # nothing is offered while provisional
    skips = tuple(turns.find_skips(line.events, line.candidates_on, programme, as_of=day))
    checks_of_final = (turns.check_given, turns.check_minimum) if final else ()
    short = [one for check in checks_of_final for one in check(candidates, places, proposals, programme, as_of=day)]
    items = due.find_due(places, inputs.sheets["Darbi"], programme, as_of=day)
    if day <= programme.project.ends:
        items = pd.concat([items, remind(changed.asked, CHOICES["round"], due.COORDINATOR)])
        items = items.sort_values(["until", "application_id", "what"], ignore_index=True)
    return Waiting(proposals, skips, items), turns.check_turns(skips) + short


def _match(inputs: Inputs, outlook: Outlook) -> Matched:
    sheets, places, day = inputs.sheets, outlook.places, outlook.as_of
    mentors = tuple(one for one in inputs.programme.mentors if one.until is None or one.until >= day)
    present = inputs.programme.model_copy(update={"mentors": mentors})  # nothing new is proposed to those who left
    pairs = matching.weigh_pairs(places, outlook.decided, sheets["Interešu konflikti"], present)
    matched = matching.match(pairs, places, present)
    hours = scheduling.list_hours(sheets["Laiki"], outlook.appointments, present, as_of=day)
    times = scheduling.propose_times(matched, hours, outlook.decided, places, inputs.programme)
    return Matched(pairs, matched, hours, times, due.count_load(places, matched, inputs.programme))


def _count(inputs: Inputs, outlook: Outlook, period: Period) -> Counted:
    programme, sheets, stamp = inputs.programme, inputs.sheets, make_stamp(inputs, outlook.as_of)
    supported = figures.select_supported(outlook.decided, outlook.places, programme)
    served, proofs = figures.select_delivered(supported), (sheets["Ieteikumi"], sheets["Darbi"])
    evidence = figures.count_evidence(served, *proofs, outlook, as_of=outlook.as_of, period=period)
    gathered = figures.gather_figures(
        stamp, period, programme, decided=outlook.decided, ledger=outlook.ledger, course=outlook.course,
        supported=supported, evidence=evidence, valid_events=outlook.valid_events, changed=outlook,
        texts=sheets["Pārskata teksti"], skips=outlook.skips,
    )  # fmt: skip
    return Counted(supported, evidence, gathered, stamp)


def _candidates_on(
    applications: pd.DataFrame, decisions: pd.DataFrame, programme: Programme,
    select_by: Callable[[pd.DataFrame, date], Selection],
) -> Callable[[date], Candidates]:  # fmt: skip
    """The selection by what had been decided and sent in by a day; run once for the same of both."""
    days = {*applications["submitted_at"].dropna().dt.date}

    @cache
    def candidates_by(count: int, sent: date) -> Candidates:
        known = decisions.sort_values("on", kind="stable").head(count)
        return list_turns(select_by(known, sent), known, programme)

    def candidates_on(day: date) -> Candidates:
        sent = max((one for one in days if one <= day), default=date.min)
        return candidates_by(int(decisions["on"].le(pd.Timestamp(day)).sum()), sent)

    return candidates_on


def suggest(applications: pd.DataFrame, lexicon: pd.DataFrame) -> pd.DataFrame:
    """Themes suggested for the text of each application: its question and what it wrote beside "other"."""
    texts = applications["question"].fillna("") + "\n" + applications["theme_other"].fillna("")
    found = applications[["application_id"]].join(suggesting.suggest_themes(texts, lexicon))
    return found.sort_values("application_id", ignore_index=True)


def make_stamp(inputs: Inputs, as_of: date) -> Stamp:
    """What every output says about itself."""
    project = inputs.programme.project
    listed = "".join(f"{digest}  {name}\n" for name, digest in sorted(inputs.hashes.items()))
    return Stamp(
        example=inputs.programme.example,
        project=f"«{project.title}», Nr. {project.number}",
        funding_sentence=project.funding_sentence,
        responsibility=project.responsibility,
        as_of=as_of,
        rule=describe_rule(inputs.programme),
        inputs=hashlib.sha256(listed.encode("utf-8")).hexdigest(),
        version=__version__,
        lock=inputs.lock,
        lot=contract.describe_lot(inputs.programme),
    )


# Environment variables of a notebook's kernel: the programme's folder, and the day if not the programme's own.
FOLDER_VARIABLE, DAY_VARIABLE = "MENTORING_FOLDER", "MENTORING_AS_OF"

_shared: list[tuple[Inputs, Results]] = []  # what a run has evaluated, in the kernels it starts; empty elsewhere


def share_results(inputs: Inputs, results: Results) -> str:
    """Code that spares a kernel the reading and evaluating that the run has done; what it holds is never on a disk."""
    for name in ("kappa", "firmness", "differences"):  # else each kernel loads the libraries they need
        getattr(results, name)
    packed = base64.b85encode(zlib.compress(pickle.dumps((inputs, results)), level=1)).decode("ascii")
    return (
        f"import gc\ngc.set_threshold{gc.get_threshold()}\n"
        f"from mentoring_lib import workflow\nworkflow.take_results({packed!r})"
    )


def take_results(packed: str) -> None:
    """In a kernel: keep what :func:`share_results` packed, for :func:`open_programme`."""
    _shared[:] = [pickle.loads(zlib.decompress(base64.b85decode(packed)))]


def describe_environment(folder: Path, as_of: date | None = None) -> dict[str, str]:
    """What a notebook's kernel must be told: which programme, and which day if not the programme's own."""
    chosen = {DAY_VARIABLE: as_of.isoformat()} if as_of else {}
    alone = {"OPENBLAS_NUM_THREADS": "1"}  # kernels side by side: a thread each
    return {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **alone, FOLDER_VARIABLE: str(folder), **chosen}


def open_programme(environment: Mapping[str, str]) -> tuple[Inputs, Results]:
    """Read and evaluate the programme a notebook was opened for; the example if nobody said which.

    Parameters
    ----------
    environment : mapping
        ``os.environ``, see :func:`describe_environment`.

    Notes
    -----
    A run has evaluated it already and shares that (see :func:`share_results`).
    """
    if _shared:
        return _shared[0]
    inputs = read_inputs(environment.get(FOLDER_VARIABLE, EXAMPLE))
    day = environment.get(DAY_VARIABLE)
    return inputs, evaluate(inputs, as_of=date.fromisoformat(day) if day else None)


def list_records(inputs: Inputs, results: Results) -> dict[str, str]:
    """What is to be put on record beside the frozen list, by file name: the seed and the day of the decision once.

    Nothing is recorded while anything differs from what was settled before.
    """
    programme, decisions = inputs.programme, inputs.sheets["Lēmumi"]
    if inputs.frozen is None or any(problem.code in lottery.CHECKS for problem in results.blockers):
        return {}
    day = programme.letters.decision_date
    on = day if results.final and day and day <= results.as_of else None
    texts = {
        lottery.RECORD_FILE: lottery.format_record(programme, inputs.frozen) if programme.lottery.seed else "",
        lottery.DECISION_FILE: format_outcome(results.decided, on) if on else "",
    }
    new = {name: text for name, text in texts.items() if text and name not in inputs.recorded}
    amendments = contract.format_amendments(decisions)
    changed = amendments != inputs.recorded.get(lottery.AMENDMENTS_FILE, "")
    return new | ({lottery.AMENDMENTS_FILE: amendments} if changed else {})


def make_frozen_record(inputs: Inputs, *, now: datetime, reason: str = "") -> str:
    """Text of the lottery list, to be frozen before the seed is known.

    Parameters
    ----------
    inputs : Inputs
    now : datetime
        Day and time of the freeze, in the call's time zone.
    reason : str
        Why a list that was frozen already is replaced before its draw; "" for the first.

    Raises
    ------
    Refused
        If it was frozen before without a reason to replace it, the draw is over or its source cannot give a seed, or
        anything is still unsettled.
    """
    programme, earlier = inputs.programme, inputs.frozen
    lot = programme.lottery
    if earlier and not (reason.strip() and earlier.draw_at):
        raise Refused([Problem("freeze_exists", file=earlier.file)])
    if lot.seed is not None:
        raise Refused([problem_of("freeze_late", programme, "lottery.seed")])
    if lottery.gives_few_digits(lot.source):
        raise Refused([problem_of("source_short", programme, "lottery.source", value=lot.source)])
    if lot.draw_at is None or not lot.source.strip():
        key = "source" if lot.draw_at else "draw_at"
        raise Refused([problem_of("setting_empty", programme, f"lottery.{key}")])
    draws = [lot.draw_at, *([earlier.draw_at] if earlier and earlier.draw_at else [])]
    if now >= min(draws):
        raise Refused([problem_of("draw_over", programme, "lottery.draw_at", value=show_moment(min(draws)))])
    results = evaluate(replace(inputs, frozen=None), as_of=programme.as_of or now.date())
    waiting = [problem for problem in results.blockers if problem.code not in ("freeze_missing", "seed_missing")]
    if waiting:
        raise Refused(waiting, name_applications(results.decided))
    competing = results.decided[results.decided["rank_from"].notna()].astype({"tier": "int64"})
    previous = earlier.sha256 if earlier else ""
    return lottery.format_frozen(competing, programme, frozen_at=now, previous=previous, reason=reason)
