"""The two priorities of the call: is the community new, and is its question clearly described?

The call gives priority to "jaunām kopienām un kopienām, kuras ir skaidri aprakstījušas savu jautājumu" and defines
neither. Novelty follows from the applicant's own answer; clarity from marks that people give on four anchors. The
library adds marks up exactly; it never reads a text to judge it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import pandas as pd

from mentoring_lib.base.columns import ANCHORS, POINTS
from mentoring_lib.base.problems import Problem, problem_at
from mentoring_lib.base.rows import Entry, rows_of, table_of
from mentoring_lib.base.texts import plural
from mentoring_lib.selection.decisions import AGREED, NOVELTY, latest

# States of applications that are to be marked.
MARKED_STATES = ("eligible", "late")


@dataclass(frozen=True)
class AnchorResult:
    """What an anchor of an application comes to (see :func:`summarise_anchors`)."""

    application_id: str
    anchor: str
    total: int
    markers: int
    gap: int
    agreed: int | None
    given: str


def score_novelty(applications: pd.DataFrame, decisions: pd.DataFrame, *, new_from: int) -> pd.DataFrame:
    """Tell new communities from existing ones.

    Parameters
    ----------
    applications : DataFrame, shape (n, k)
        Uses ``started``: a year, "forming", or missing when the answer could not be read.
    decisions : DataFrame
        Sheet "Lēmumi"; a decision on novelty ("jauna" or "esoša") stands above the answer.
    new_from : int
        First year that counts as new.

    Returns
    -------
    DataFrame, shape (n, k + 1)
        ``novelty``: "new", "existing" or "unclear".

    Notes
    -----
    Source: the call gives priority to "jaunas kopienas" and does not define them; the limit is the programme's.
    """
    decided = {key: NOVELTY.get(row.value or "") for key, row in latest(decisions, "novelty").items()}
    answers = zip(applications["application_id"], applications["started"], strict=True)
    novelty = [decided.get(key) or _judge_novelty(started, new_from) for key, started in answers]
    return applications.assign(novelty=pd.Series(novelty, index=applications.index, dtype="str"))


def _judge_novelty(started: object, new_from: int) -> str:
    if not isinstance(started, str):
        return "unclear"
    return "new" if started == "forming" or int(started) >= new_from else "existing"


def tidy_marks(sheets: pd.DataFrame, conflicts: pd.DataFrame) -> pd.DataFrame:
    """One row per application, marker and anchor.

    Parameters
    ----------
    sheets : DataFrame, shape (n, 10)
        Marking sheets as read: one row per application and marker, one column per anchor.
    conflicts : DataFrame
        Sheet "Interešu konflikti": a marker's marks for an application with which she has a conflict are left out.

    Returns
    -------
    DataFrame, shape (4 n, 4)
        ``application_id, marker, anchor, mark``; ``mark`` (Int64, points of 3) is missing for "nevar novērtēt", for
        an empty cell and under a conflict of interest: missing is not 0.
    """
    barred = pd.MultiIndex.from_frame(conflicts[["application_id", "person"]])
    marks = sheets.melt(["application_id", "marker"], list(ANCHORS), "anchor", "mark")
    conflicting = pd.MultiIndex.from_frame(marks[["application_id", "marker"]]).isin(barred)
    points = marks["mark"].map(POINTS).astype("Int64").mask(conflicting)
    ordered = marks.assign(mark=points).sort_values(["application_id", "anchor", "marker"], ignore_index=True)
    return ordered[["application_id", "marker", "anchor", "mark"]].astype({"anchor": "str"})


def summarise_anchors(marks: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """What each anchor of each application comes to.

    Parameters
    ----------
    marks : DataFrame, shape (m, 4)
        See :func:`tidy_marks`.
    decisions : DataFrame
        Sheet "Lēmumi": an agreed mark stands in place of the mean, also where no sheet has the application; the
        markers' own marks stay beside it.

    Returns
    -------
    DataFrame, shape (applications × 4, 7)
        ``application_id, anchor, total, markers`` (how many marked), ``gap`` (largest difference between two of
        them), ``agreed`` and ``given`` ("2 / 3": the marks by marker's name, "–" where missing).
    """
    agreed = {
        (key, anchor): POINTS.get(str(row.value))
        for kind, anchor in AGREED.items()
        for key, row in latest(decisions, kind).items()
    }
    given = marks.groupby(["application_id", "anchor"])["mark"].agg(list).to_dict()
    rows = []
    for key, anchor in product(sorted({*marks["application_id"], *(key for key, _ in agreed)}), ANCHORS):
        shown = ["–" if mark is pd.NA else str(mark) for mark in given.get((key, anchor), [])]
        points = [int(mark) for mark in shown if mark != "–"]
        gap = max(points, default=0) - min(points, default=0)
        rows.append((key, anchor, sum(points), len(points), gap, agreed.get((key, anchor)), " / ".join(shown)))
    kinds = {"application_id": "str", "anchor": "str", "total": "Int64", "markers": "int64", "gap": "Int64"}
    return table_of(rows, kinds | {"agreed": "Int64", "given": "str"})


def final_marks(anchors: pd.DataFrame) -> dict[str, dict[str, Fraction]]:
    """Exact final mark by application and anchor: the agreed one, else the mean; without those nobody marked."""
    finals: dict[str, dict[str, Fraction]] = {}
    for row in rows_of(anchors, AnchorResult):
        if row.agreed is not None or row.markers:
            mark = Fraction(row.total, row.markers) if row.agreed is None else Fraction(row.agreed)
            finals.setdefault(row.application_id, {})[row.anchor] = mark
    return finals


def score_clarity(applications: pd.DataFrame, anchors: pd.DataFrame) -> pd.DataFrame:
    """Add up the anchors to a clarity, exactly.

    Parameters
    ----------
    applications : DataFrame, shape (n, k)
    anchors : DataFrame
        See :func:`summarise_anchors`.

    Returns
    -------
    DataFrame, shape (n, k + 1)
        ``clarity`` (Fraction, 0 to 12 points): the sum over the four anchors of the mean over markers, or of the
        agreed mark; None while an anchor has no mark.
    """
    sums = {key: sum(marks.values()) for key, marks in final_marks(anchors).items() if len(marks) == len(ANCHORS)}
    clarity = [sums.get(key) for key in applications["application_id"]]
    return applications.assign(clarity=pd.Series(clarity, index=applications.index))


def find_missing_marks(
    sheets: pd.DataFrame, conflicts: pd.DataFrame, wanted: Iterable[str], anchors: pd.DataFrame, markers: Iterable[str]
) -> list[Problem]:
    """A note for each marker whose marks are missing: rows and cells nobody filled in (others' then stand alone).

    Parameters
    ----------
    sheets, conflicts : DataFrame
        Marking sheets as read; nothing is missing of whom a conflict bars.
    wanted : iterable of str
        Applications to be marked.
    anchors : DataFrame
        See :func:`summarise_anchors`; nothing is missing where a mark was agreed on.
    markers : iterable of str
    """
    barred = set(zip(conflicts["person"], conflicts["application_id"], strict=True))
    marks = sheets.melt(["marker", "application_id"], list(ANCHORS), "anchor").dropna(subset=["value"])
    typed = set(zip(marks["marker"], marks["application_id"], marks["anchor"], strict=True))
    agreed = anchors[anchors["agreed"].notna()]
    settled = set(zip(agreed["application_id"], agreed["anchor"], strict=True))
    asked, problems = [cell for cell in product(sorted(wanted), ANCHORS) if cell not in settled], []
    for marker in markers if len(sheets) else ():
        lacking = [key for key, anchor in asked if (marker, key) not in barred and (marker, key, anchor) not in typed]
        if lacking:
            details = f"{plural(len(lacking), 'vērtējuma', 'vērtējumu')}: {', '.join(dict.fromkeys(lacking))}"
            problems.append(Problem("marks_lacking", value=marker, details=details))
    return problems


def check_marks(sheets: pd.DataFrame, markers: tuple[str, ...]) -> list[Problem]:
    """A problem for each unknown marker of a file, and for each application that a marker has marked twice."""
    unknown = sheets[sheets["marker"].notna() & ~sheets["marker"].isin(markers)].drop_duplicates(["file", "marker"])
    twice, names = sheets[sheets.duplicated(["application_id", "marker"])], ", ".join(markers)
    strangers = zip(rows_of(unknown, Entry), unknown["marker"], strict=True)
    again = zip(rows_of(twice, Entry), twice["marker"], strict=True)
    return [
        *(problem_at("marker_unknown", row, "marker", marker, names) for row, marker in strangers),
        *(problem_at("mark_twice", row, "application_id", row.application_id, str(marker)) for row, marker in again),
    ]
