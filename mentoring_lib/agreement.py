"""How far markers agree beyond chance: weighted kappa with its interval, and how strict each marker is.

Shown, never used as a gate: on four categories and some twenty texts a kappa says little by itself, so its interval
stands beside it. Weights are linear: a difference of two points counts twice a difference of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from mentoring_lib.columns import ANCHORS
from mentoring_lib.texts import plural, show_number

CATEGORIES = range(4)  # points of one anchor
ALONE = (
    "Vērtēja viens cilvēks ({marker}), tāpēc nav zināms, vai cits vērtētu tāpat: cik lielā mērā iznākums atkarīgs no "
    "vērtētāja, no šiem datiem pateikt nevar."
)
NOBODY = "Atzīmju vēl nav."


def measure_kappa(marks: pd.DataFrame) -> pd.DataFrame:
    """Weighted kappa by anchor and pair of markers, with its 95 % interval.

    Parameters
    ----------
    marks : DataFrame, shape (m, 4)
        See :func:`scoring.tidy_marks`.

    Returns
    -------
    DataFrame, shape (4 × pairs of markers, 8)
        ``anchor, markers`` ("Andris / Ilze"), ``pairs`` (applications both marked), ``exact, within_one`` (shares),
        ``kappa`` (1 full agreement, 0 no better than chance, below 0 worse) and ``kappa_from, kappa_to`` (asymptotic
        interval, cut at −1 and 1); missing where a marker gave everyone the same mark: kappa
        could then only be 0.
    """
    columns = ["anchor", "markers", "pairs", "exact", "within_one", "kappa", "kappa_from", "kappa_to"]
    return pd.DataFrame(_compare_pairs(marks), columns=columns).astype({"pairs": "int64"})


def _compare_pairs(marks: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    for anchor in ANCHORS:
        wide = marks[marks["anchor"].eq(anchor)].pivot_table(
            index="application_id", columns="marker", values="mark", aggfunc="first"
        )
        for one, other in combinations(sorted(wide.columns), 2):
            both = wide[[one, other]].dropna().astype("int64")
            distance = (both[one] - both[other]).abs()
            shares = (distance.eq(0).mean(), distance.le(1).mean()) if len(both) else (None, None)
            yield (anchor, f"{one} / {other}", len(both), *shares, *_kappa(both[one], both[other]))


def _kappa(one: pd.Series, other: pd.Series) -> tuple[float | None, float | None, float | None]:
    if min(one.nunique(), other.nunique()) < 2:
        return None, None, None
    counts = np.zeros((len(CATEGORIES), len(CATEGORIES)))
    np.add.at(counts, (one.to_numpy(), other.to_numpy()), 1)
    kappa, spread = _weigh(counts / counts.sum(), len(one))
    return kappa, max(-1.0, kappa - spread), min(1.0, kappa + spread)


def _weigh(shares: np.ndarray[Any, Any], pairs: int) -> tuple[float, float]:
    """Kappa and half its 95 % interval, from the share of each pair of marks (Fleiss, Cohen and Everitt 1969)."""
    at = np.arange(len(shares))
    weights = 1 - np.abs(at[:, None] - at) / at[-1]
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    by_row, by_column = (weights * columns).sum(axis=1), (weights * rows[:, None]).sum(axis=0)  # BLAS rounds by machine
    expected = (rows * by_row).sum()
    kappa = 1 - (1 - (weights * shares).sum()) / (1 - expected)
    means = by_row[:, None] + by_column
    variance = (shares * (weights - means * (1 - kappa)) ** 2).sum() - (kappa - expected * (1 - kappa)) ** 2
    spread = NormalDist().inv_cdf(0.975) * np.sqrt(max(0.0, variance) / pairs) / (1 - expected)
    return float(kappa), float(spread)


def describe_markers(marks: pd.DataFrame) -> pd.DataFrame:
    """How strict each marker is.

    Returns
    -------
    DataFrame, shape (markers, 7)
        ``marker, marked`` (applications with at least one mark), the mean mark on each anchor (points of 3) and
        ``clarity``, the sum of those means (points of 12).
    """
    given = marks.dropna(subset=["mark"]).astype({"mark": "float64"})
    means = given.pivot_table(index="marker", columns="anchor", values="mark").reindex(columns=list(ANCHORS))
    marked = given.groupby("marker")["application_id"].nunique()
    table = means.assign(marked=marked, clarity=means.sum(axis=1, min_count=len(ANCHORS)))
    return table.reset_index()[["marker", "marked", *ANCHORS, "clarity"]].rename_axis(columns=None)


def say_agreement(marks: pd.DataFrame) -> str:
    """One Latvian sentence or two on agreement; with one marker it says what cannot be known."""
    markers = describe_markers(marks)
    if markers.empty:
        return NOBODY
    if len(markers) == 1:
        return ALONE.format(marker=markers["marker"].iloc[0])
    compared = measure_kappa(marks)
    pairs, close = int(compared["pairs"].sum()), compared["within_one"] * compared["pairs"]
    gap = markers["clarity"].max() - markers["clarity"].min()
    return (
        f"Salīdzinājumā {plural(pairs, 'atzīmju pāris', 'atzīmju pāri')}; {100 * close.sum() / max(pairs, 1):.0f} % "
        f"atšķiras ne vairāk kā par vienu punktu. Stingrākā un iecietīgākā vērtētāja vidējā summa atšķiras par "
        f"{show_number(gap, 2)} no 12 punktiem."
    )
