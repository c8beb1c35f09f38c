"""The whole flow, once, in order: read a programme's folder, then follow its applications to the funder's figures.

:func:`read_inputs` touches files; :func:`evaluate` is pure and gives every table that notebooks and outputs show.
"""

from __future__ import annotations

import base64
import gc
import hashlib
import pickle
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from mentoring_lib import __version__
from mentoring_lib.base.columns import SHEETS
from mentoring_lib.base.problems import Problem, Refused, add_cells, sort_problems
from mentoring_lib.base.programme import FILE_NAME, Programme, read_logos, read_programme, read_template
from mentoring_lib.base.stamp import Stamp, describe_rule
from mentoring_lib.delivery import matching, scheduling
from mentoring_lib.delivery.due import count_load, find_due
from mentoring_lib.delivery.events import (
    check_appointments,
    check_recommendations,
    follow,
    list_appointments,
    list_valid_events,
)
from mentoring_lib.delivery.ledger import check_offers, find_delivered, keep_ledger, next_in_line, trace_course
from mentoring_lib.funder.figures import (
    Figures,
    choose_period,
    count_evidence,
    gather_figures,
    select_delivered,
    select_supported,
)
from mentoring_lib.intake import loading
from mentoring_lib.intake.applications import read_applications
from mentoring_lib.intake.workbook import WORKBOOK, read_marks, read_workbook
from mentoring_lib.selection import (
    agreement,
    allocation,
    eligibility,
    lottery,
    nearest_change,
    reasons,
    scoring,
    sensitivity,
)
from mentoring_lib.selection.decisions import check_decisions, check_references
from mentoring_lib.selection.duplicates import find_duplicates
from mentoring_lib.selection.final import find_blockers
from mentoring_lib.themes import confirmed, exploring, suggesting

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "data" / "example"
STARTING_POINTS = ROOT / "data" / "starting_points.csv"
LEXICON = ROOT / "data" / "theme_lexicon.csv"
LOCK = ROOT / "requirements.txt"
FIGURES_FILE = "skaitli.json"  # all that is left of a programme whose personal data were erased


@dataclass(frozen=True)
class Inputs:
    """What a programme's folder holds: settings, applications, what people typed, and the problems found.

    ``sheets`` maps the name of each sheet of the tracking workbook to its typed table; ``marks`` are the marking
    sheets as filled in; ``starting_points`` what mentors may pick from; ``lexicon`` what themes are suggested from;
    ``frozen`` is the frozen lottery list, None before the freeze; ``hashes`` the SHA-256 of every file read; ``logos``
    the pictures for the funder's document, and ``template`` her own form of it, None without one; ``lock`` the SHA-256
    of the list of libraries.
    """

    folder: str
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


@dataclass(frozen=True)
class Results:
    """Every table of the flow, in order, for one as-of date.

    ``duplicates, scored`` (eligible applications with novelty and clarity) ``, anchors, marks`` (one row per
    application, marker and anchor) ``, decided`` (one row per application: state, rank, outcome, nearest change,
    reason, confirmed themes) ``, suggested`` (one row per application: themes its text suggests) ``, places`` (offered
    ones, by events) ``, ledger, proposals, appointments, pairs, matched, hours, times, load, course, due, supported,
    evidence, valid_events``; ``figures`` is what the funder's files may say of them; ``blockers`` stand between a
    provisional and a final result; ``problems`` are all that were found on the way. What few ask for is worked out
    when it is, once.
    """

    programme: Programme
    as_of: date
    final: bool
    duplicates: pd.DataFrame
    scored: pd.DataFrame
    anchors: pd.DataFrame
    marks: pd.DataFrame
    decided: pd.DataFrame
    suggested: pd.DataFrame
    places: pd.DataFrame
    ledger: pd.DataFrame
    proposals: pd.DataFrame
    appointments: pd.DataFrame
    pairs: pd.DataFrame
    matched: pd.DataFrame
    hours: pd.DataFrame
    times: pd.DataFrame
    load: pd.DataFrame
    course: pd.DataFrame
    due: pd.DataFrame
    supported: pd.DataFrame
    evidence: dict[str, pd.DataFrame]
    valid_events: pd.DataFrame
    figures: Figures
    blockers: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    stamp: Stamp

    @cached_property
    def kappa(self) -> pd.DataFrame:
        """How far markers agree (see :func:`agreement.measure_kappa`)."""
        return agreement.measure_kappa(self.marks)

    @cached_property
    def firmness(self) -> pd.DataFrame:
        """How firm each place is, with the stated seed of the shaken marks (see :func:`sensitivity.examine`)."""
        chance = np.random.PCG64(sensitivity.SEED)
        return sensitivity.examine(self.decided, self.marks, self.anchors, self.programme, chance)

    @cached_property
    def shares(self) -> dict[str, pd.DataFrame]:
        """Themes from several sides (see :func:`exploring.share_groups`)."""
        return exploring.share_groups(self.decided, self.programme)

    @cached_property
    def differences(self) -> dict[str, pd.DataFrame]:
        """Which themes differ, by the same sides (see :func:`exploring.find_differences`)."""
        return {side: exploring.find_differences(shares) for side, shares in self.shares.items() if side != "fate"}


def read_inputs(folder: Path | str = EXAMPLE) -> Inputs:
    """Read everything a programme's folder holds.

    Parameters
    ----------
    folder : Path or str
        Holds ``programme.toml``, ``pieteikumi/``, ``vertejumi/``, ``darba_gramata.xlsx``, ``izloze/`` (all but the
        first two may be missing).

    Raises
    ------
    Refused
        If a file cannot be used at all, with every such file.
    """
    folder = Path(folder)
    programme = read_programme(folder / FILE_NAME)
    logos, template = read_logos(folder, programme), read_template(folder, programme)
    exports, marking = loading.list_files(folder / "pieteikumi"), loading.list_files(folder / "vertejumi")
    if not exports:
        raise Refused([Problem("applications_missing", details=str(folder / "pieteikumi"))])
    book = folder / WORKBOOK
    sheets, problems, letters = read_workbook(folder, programme)
    applications, unclear, of_exports = read_applications(exports, programme, sheets["Labojumi"])
    marks, unread, of_marks = read_marks(marking, programme)
    letters = {**letters, **of_exports, **of_marks}
    problems += loading.find_folders(folder / "pieteikumi") + loading.find_folders(folder / "vertejumi")
    problems += loading.find_open([book, *exports, *marking])
    problems += unclear + unread + scoring.check_marks(marks, programme.markers)
    for table in (marks, *(sheets[name] for name in SHEETS if name not in ("Labojumi", "Laiki"))):
        problems += check_references(table, applications)
    problems += check_decisions(sheets["Lēmumi"], applications, programme)
    problems += matching.check_conflicts(sheets["Pretrunas"], programme)
    problems += scheduling.check_times(sheets["Laiki"], programme)
    points = loading.read_starting_points(_own_or_common(folder, STARTING_POINTS))
    lexicon, found = loading.read_lexicon(_own_or_common(folder, LEXICON), list(programme.themes))
    problems += found
    lot = folder / "izloze"
    files = [folder / FILE_NAME, *exports, *marking, book, lot / lottery.FROZEN_FILE, lot / lottery.RECORD_FILE]
    named = (STARTING_POINTS.name, LEXICON.name, *logos, programme.project.template)
    files += [folder / name for name in named if name]
    hashes = loading.hash_files(folder, [path for path in files if path.is_file()])
    frozen = _read_lot(lot, programme)
    problems = add_cells(problems, letters)
    return Inputs(
        folder.name, programme, applications, sheets, marks, points, lexicon, frozen, tuple(problems), hashes, logos,
        template, hashlib.sha256(LOCK.read_bytes()).hexdigest() if LOCK.is_file() else "–",
    )  # fmt: skip


def _own_or_common(folder: Path, common: Path) -> Path:
    """The programme's own copy of a table that all programmes share, if it has one."""
    own = folder / common.name
    return own if own.is_file() else common


def _read_lot(folder: Path, programme: Programme) -> lottery.Frozen | None:
    listed, checksum, record = (
        _read_text(folder / name) for name in (lottery.FROZEN_FILE, lottery.FROZEN_HASH, lottery.RECORD_FILE)
    )
    frozen = None if listed is None else lottery.read_frozen(listed.encode("utf-8"), checksum or "")
    if record is not None:
        lottery.check_record(record, programme, frozen)
    return frozen


def _read_text(path: Path) -> str | None:
    """Text of a file of the lottery, to the byte; None if there is none."""
    try:
        return path.read_bytes().decode("utf-8") if path.is_file() else None
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
        Day whose state is shown; the programme file's by default.
    starts, ends : date, optional
        First and last day that the funder's report counts; the project's by default.

    Raises
    ------
    Refused
        If the ledger does not close, or the period ends before it starts.
    """
    programme, sheets = inputs.programme, inputs.sheets
    period = choose_period(programme, starts, ends)
    decisions, day = sheets["Lēmumi"], as_of or programme.as_of
    duplicates = find_duplicates(inputs.applications, decisions)
    found = eligibility.check_applications(inputs.applications, duplicates)
    applications = eligibility.determine_states(inputs.applications, duplicates, decisions, programme)
    marks = scoring.tidy_marks(inputs.marks, sheets["Pretrunas"])
    anchors, scored = score(marks, applications, decisions, programme)
    discussions = scoring.find_discussions(anchors, discussion_gap=programme.rule.discussion_gap)
    graded = allocation.grade(scored[scored["state"].eq("eligible")], programme.rule)
    entries = graded[lottery.ENTRY] if inputs.frozen is None else inputs.frozen.entries
    drawn = lottery.draw_tickets(entries, seed=programme.lottery.seed, call=programme.call.code)
    ranked = allocation.rank(drawn)
    decided = allocation.allocate(scored, ranked, programme.places, decisions, programme.minimum_places)
    read = [*inputs.problems, *found]
    blockers = find_blockers(decided, discussions, graded, inputs.frozen, decisions, programme, read)
    nearest = nearest_change.find_nearest(decided, anchors, programme)
    decided = nearest_change.add_nearest(decided, nearest, programme)
    decided = reasons.give_reasons(decided, anchors, programme, final=not blockers)
    decided = confirmed.confirm_themes(decided, sheets["Tēmas"], programme.themes)
    events = sheets["Notikumi"]
    events = events[events["application_id"].isin(inputs.applications["application_id"])]
    followed, problems = follow(events, programme, as_of=day)
    places = find_delivered(followed, sheets["Ieteikumi"], sheets["Darbi"], as_of=day)
    appointments = list_appointments(events, programme, as_of=day)
    problems += check_appointments(appointments, programme)
    problems += matching.check_agreed(appointments, decided, sheets["Pretrunas"], programme)
    problems += check_recommendations(sheets["Ieteikumi"], places, as_of=day)
    pairs = matching.weigh_pairs(places, decided, sheets["Pretrunas"], programme)
    matched = matching.match(pairs, places, programme)
    hours = scheduling.list_hours(sheets["Laiki"], appointments, programme, as_of=day)
    supported = select_supported(decided, places, programme)
    evidence = count_evidence(
        select_delivered(supported), sheets["Ieteikumi"], sheets["Darbi"], as_of=day, period=period
    )
    valid_events = list_valid_events(events, programme, as_of=day)
    ledger = keep_ledger(places, programme, as_of=day)
    course = trace_course(places, programme, as_of=day)
    stamp = make_stamp(inputs, day)
    figures = gather_figures(
        stamp,
        period,
        programme,
        decided=decided,
        ledger=ledger,
        course=course,
        supported=supported,
        evidence=evidence,
        valid_events=valid_events,
    )
    return Results(
        programme=programme,
        as_of=day,
        final=not blockers,
        duplicates=duplicates,
        scored=scored,
        anchors=anchors,
        marks=marks,
        decided=decided,
        suggested=suggest(inputs.applications, inputs.lexicon),
        places=places,
        ledger=ledger,
        proposals=next_in_line(decided, places, programme, as_of=day),
        appointments=appointments,
        pairs=pairs,
        matched=matched,
        hours=hours,
        times=scheduling.propose_times(matched, hours, decided, places, programme),
        load=count_load(places, matched, programme),
        course=course,
        due=find_due(places, sheets["Darbi"], programme, as_of=day),
        supported=supported,
        evidence=evidence,
        valid_events=valid_events,
        figures=figures,
        blockers=tuple(blockers),
        problems=sort_problems([*read, *problems, *check_offers(places, programme)]),
        stamp=stamp,
    )


def score(
    marks: pd.DataFrame, applications: pd.DataFrame, decisions: pd.DataFrame, programme: Programme
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Marks by anchor, and applications with novelty and clarity."""
    anchors = scoring.summarise_anchors(marks, decisions)
    scored = scoring.score_novelty(applications, decisions, new_from=programme.new_from)
    return anchors, scoring.score_clarity(scored, anchors)


def suggest(applications: pd.DataFrame, lexicon: pd.DataFrame) -> pd.DataFrame:
    """Themes suggested for the text of every application: its question and what it wrote beside "other"."""
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
        lot=lottery.describe_lot(inputs.programme),
    )


FOLDER_VARIABLE = "MENTORING_FOLDER"
DAY_VARIABLES = {"as_of": "MENTORING_AS_OF", "starts": "MENTORING_FROM", "ends": "MENTORING_TO"}
"""Environment variable of each day that :func:`evaluate` takes."""

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


def describe_environment(folder: Path, **days: date | None) -> dict[str, str]:
    """What a notebook's kernel must be told: which programme, and which days if not the programme's own."""
    chosen = {DAY_VARIABLES[name]: day.isoformat() for name, day in days.items() if day}
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
    days = {name: environment.get(variable) for name, variable in DAY_VARIABLES.items()}
    return inputs, evaluate(inputs, **{name: date.fromisoformat(day) for name, day in days.items() if day})


def make_frozen_record(inputs: Inputs) -> str:
    """Text of the lottery list, to be frozen before the seed is known.

    Raises
    ------
    Refused
        If it was frozen before, the seed is known already, or anything is still unsettled.
    """
    programme = inputs.programme
    if inputs.frozen is not None:
        raise Refused([Problem("freeze_exists", file=lottery.FROZEN_FILE)])
    if programme.lottery.seed is not None:
        raise Refused([Problem("freeze_late", file=FILE_NAME)])
    unsaid = [name for name in ("source", "expected") if not getattr(programme.lottery, name).strip()]
    if unsaid:
        raise Refused(Problem("setting_empty", FILE_NAME, value=f"lottery.{name}") for name in unsaid)
    results = evaluate(inputs)
    waiting = [problem for problem in results.blockers if problem.code not in ("freeze_missing", "seed_missing")]
    if waiting:
        raise Refused(waiting)
    competing = results.decided[results.decided["rank_from"].notna()]
    return lottery.format_frozen(competing.astype({"tier": "int64"}), programme)
