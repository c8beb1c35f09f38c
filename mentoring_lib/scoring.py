"""The two priorities of the call: is the community new, and is its question clearly described?

The call gives priority to "jaunām kopienām un kopienām, kuras ir skaidri aprakstījušas savu jautājumu" and defines
neither. Novelty follows from the applicant's own answer; clarity from marks that people give on four anchors. The
library adds marks up exactly; it never reads a text to judge it.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pandas as pd

from mentoring_lib.columns import ANCHORS
from mentoring_lib.eligibility import latest
from mentoring_lib.errors import Problem, problem_at, rows_of
from mentoring_lib.texts import look_up, map_distinct


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
    started = applications["started"]
    year = pd.to_numeric(started, errors="coerce")
    decided = look_up(applications["application_id"], latest(decisions, "novelty")["value"])
    tests = [decided.eq("esoša"), decided.eq("jauna"), year.ge(new_from) | started.eq("forming"), year.notna()]
    novelty = np.select(
        [test.to_numpy(dtype=bool) for test in tests], ["existing", "new", "new", "existing"], "unclear"
    )
    return applications.assign(novelty=pd.Series(novelty, index=applications.index, dtype="str"))


def tidy_marks(sheets: pd.DataFrame, conflicts: pd.DataFrame) -> pd.DataFrame:
    """One row per application, marker and anchor.

    Parameters
    ----------
    sheets : DataFrame, shape (n, 10)
        Marking sheets as read: one row per application and marker, one column per anchor.
    conflicts : DataFrame
        Sheet "Pretrunas": a marker's marks for an application with which she has a conflict are left out.

    Returns
    -------
    DataFrame, shape (4 n, 4)
        ``application_id, marker, anchor, mark``; ``mark`` (Int64, points of 3) is missing for "nevar novērtēt", for
        an empty cell and under a conflict of interest: missing is not 0.
    """
    long = sheets.melt(["application_id", "marker"], list(ANCHORS), var_name="anchor", value_name="mark")
    long["mark"] = pd.to_numeric(long["mark"], errors="coerce").astype("Int64")
    barred = set(zip(conflicts["application_id"], conflicts["person"], strict=True))
    pairs = zip(long["application_id"], long["marker"], strict=True)
    long["mark"] = long["mark"].mask(np.array([pair in barred for pair in pairs], dtype=bool))
    return long.sort_values(["application_id", "anchor", "marker"], ignore_index=True)


def summarise_anchors(marks: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """What each anchor of each application comes to.

    Parameters
    ----------
    marks : DataFrame, shape (m, 4)
        See :func:`tidy_marks`.
    decisions : DataFrame
        Sheet "Lēmumi": an agreed mark stands in place of the mean; the markers' own marks stay beside it.

    Returns
    -------
    DataFrame, shape (applications × 4, 7)
        ``application_id, anchor, total, markers`` (how many marked), ``gap`` (largest difference between two of
        them), ``agreed`` and ``given`` ("2 / 3": the marks by marker's name, "–" where missing).
    """
    grouped = marks.groupby(["application_id", "anchor"])["mark"]
    table = pd.DataFrame({"total": grouped.sum(), "markers": grouped.count()}).reset_index()
    given: dict[tuple[str, str], list[str]] = {}
    for key, anchor, mark in zip(marks["application_id"], marks["anchor"], marks["mark"], strict=True):
        given.setdefault((key, anchor), []).append("–" if mark is pd.NA else str(mark))
    pairs = list(zip(table["application_id"], table["anchor"], strict=True))
    told = {
        (key, anchor): int(mark)
        for anchor in ANCHORS
        for key, mark in latest(decisions, f"agreed_{anchor}")["value"].items()
        if mark in ("0", "1", "2", "3")
    }
    made = table.assign(
        gap=(grouped.max() - grouped.min()).fillna(0).array,
        agreed=pd.array([told.get(pair) for pair in pairs], dtype="Int64"),
        given=pd.array([" / ".join(given[pair]) for pair in pairs], dtype="str"),
    )
    in_order = made["anchor"].map(list(ANCHORS).index).sort_values(kind="stable").index
    return made.loc[in_order].sort_values("application_id", kind="stable", ignore_index=True)


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

    Notes
    -----
    Marks are whole numbers, so means are brought to one denominator and added as integers: 1/3 stays 1/3.
    """
    total = anchors["agreed"].fillna(anchors["total"]).astype("int64")
    markers = anchors["markers"].mask(anchors["agreed"].notna(), 1).astype("int64")
    scale = math.lcm(*markers[markers.gt(0)].unique().tolist())
    points = (total * scale // markers.where(markers.gt(0), 1)).where(markers.gt(0))
    summed = points.groupby(anchors["application_id"]).sum(min_count=len(ANCHORS))
    clarity = map_distinct(applications["application_id"].map(summed), lambda value: Fraction(int(value), scale))
    return applications.assign(clarity=clarity)


def find_discussions(anchors: pd.DataFrame, *, discussion_gap: int) -> pd.DataFrame:
    """Anchors on which markers differ by at least ``discussion_gap`` points (of 3) and have not agreed on a mark."""
    return anchors[anchors["gap"].ge(discussion_gap) & anchors["agreed"].isna()].reset_index(drop=True)


def check_marks(sheets: pd.DataFrame, markers: tuple[str, ...]) -> list[Problem]:
    """A problem for each unknown marker, and for each application that a marker has marked twice."""
    unknown = sheets[sheets["marker"].notna() & ~sheets["marker"].isin(markers)]
    twice = sheets[sheets.duplicated(["application_id", "marker"], keep="first")]
    return [
        *(problem_at("person_unknown", row, "marker", row.marker, ", ".join(markers)) for row in rows_of(unknown)),
        *(problem_at("mark_twice", row, "application_id", row.application_id, row.marker) for row in rows_of(twice)),
    ]
