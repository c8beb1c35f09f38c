"""How far markers agree beyond chance: weighted kappa with its interval, and how strict each marker is.

Shown, never used as a gate: on four categories and some twenty texts a kappa says little by itself, so its interval
stands beside it. Weights are linear: a difference of two points counts twice a difference of one.
"""

import math
from collections.abc import Iterator
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from mentoring_lib.base.columns import ANCHORS, MAX_CLARITY, WORDS
from mentoring_lib.base.texts import plural, show_number

CATEGORIES = range(4)  # points of one anchor
Z_95 = 1.9599639845400545  # of the normal distribution, two-sided


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
        interval, cut at −1 and 1); missing where a marker gave everyone the same mark (kappa could then only be 0),
        the interval also under full agreement.
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
            shares = distance.eq(0).mean(), distance.le(1).mean()
            yield (anchor, f"{one} / {other}", len(both), *shares, *_kappa(both[one], both[other]))


def _kappa(one: pd.Series, other: pd.Series) -> tuple[float | None, float | None, float | None]:
    if min(one.nunique(), other.nunique()) < 2:
        return None, None, None
    counts = pd.crosstab(one, other).reindex(index=CATEGORIES, columns=CATEGORIES, fill_value=0)
    return weighted_kappa(counts.to_numpy(dtype="float64"))


def weighted_kappa(counts: npt.NDArray[np.float64]) -> tuple[float, float | None, float | None]:
    """Cohen's kappa with linear weights, and its asymptotic 95 % interval, cut at −1 and 1.

    Parameters
    ----------
    counts : ndarray, shape (k, k)
        Texts by the category that each of two raters gave; at least two categories in use by each.

    Returns
    -------
    tuple of float
        Kappa, lower and upper limit; no limits under full agreement.

    Notes
    -----
    Fleiss, Cohen and Everitt (1969), Large sample standard errors of kappa and weighted kappa, Psychological Bulletin
    72(5), formula 13: with w the weights, w̄ their means over the other rater's margin, po and pe the weighted observed
    and expected agreement, the variance is
    (Σ p_ij (w_ij − (w̄_i + w̄_j)(1 − κ))² − (κ − pe (1 − κ))²) / (n (1 − pe)²).
    """
    total, places = counts.sum(), np.arange(len(counts))
    shares, distance = counts / total, np.abs(places[:, None] - places) / places[-1]
    rows, columns = counts.sum(axis=1) / total, counts.sum(axis=0) / total
    kappa = float(1 - (distance * counts).sum() / total / (distance * (columns * rows[:, None])).sum())
    weights = 1 - distance
    expected = float((weights * columns * rows[:, None]).sum())
    means = (rows[:, None] * weights).sum(axis=0) + (columns * weights).sum(axis=1)[:, None]
    spread = (shares * (weights - means * (1 - kappa)) ** 2).sum() - (kappa - expected * (1 - kappa)) ** 2
    if kappa == 1:  # full agreement has no spread, and an interval of no width says more than is known
        return 1.0, None, None
    half = Z_95 * math.sqrt(max(float(spread * (1 / ((1 - expected) ** 2 * total))), 0))
    return kappa, max(-1.0, kappa - half), min(1.0, kappa + half)


def describe_markers(marks: pd.DataFrame) -> pd.DataFrame:
    """How strict each marker is.

    Returns
    -------
    DataFrame, shape (markers, 7)
        ``marker, marked`` (applications with at least one mark), the mean mark on each anchor (points of 3) and
        ``clarity``, the sum of those means (points of 12).
    """
    marked = marks.dropna().astype({"mark": "float64"})
    means = marked.pivot_table(index="marker", columns="anchor", values="mark").reindex(columns=list(ANCHORS))
    count = marked.groupby("marker")["application_id"].nunique()
    table = means.assign(marked=count, clarity=means.sum(axis=1, min_count=len(ANCHORS)))
    return table.reset_index()[["marker", "marked", *ANCHORS, "clarity"]].rename_axis(columns=None)


def say_agreement(marks: pd.DataFrame, kappa: pd.DataFrame) -> str:
    """One Latvian sentence or two on agreement (see :func:`measure_kappa`); with one marker, what cannot be known."""
    markers, words = describe_markers(marks), WORDS["agreement"]
    if len(markers) < 2:
        return str(words["alone"].format(marker=markers["marker"].item()) if len(markers) else words["nobody"])
    pairs, close = int(kappa["pairs"].sum()), kappa["within_one"] * kappa["pairs"]
    if not pairs:
        return str(words["apart"])
    said = {"pairs": plural(pairs, "vērtējumu pāris", "vērtējumu pāri"), "close": 100 * close.sum() / pairs}
    sums = markers["clarity"].dropna()
    apart = {"gap": show_number(sums.max() - sums.min(), 2), "most": MAX_CLARITY} if len(sums) > 1 else {}
    return " ".join(words[name].format(**parts) for name, parts in (("told", said), ("gap", apart)) if parts)
