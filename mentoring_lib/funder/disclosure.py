"""Small counts that leave the house: hidden, with as many others as it takes that nobody can work them out.

A count of 1 or 2 points at people. It is hidden in the table and in its totals, and so is what could be subtracted
from something public to get one. Then an audit asks, for every hidden count, the least and the greatest value that
everything published allows; while a count has only one, another count beside it is hidden. The audit is exact: whole
numbers, counts and totals at once. All hidden counts look alike, so the mark itself tells nothing.

A table is protected for its own day. Two days side by side may tell what one of them hides, so which rows are joined is
fixed in the settings, and the handbook asks to publish the table of one day only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mentoring_lib.base.stamp import TOTAL

if TYPE_CHECKING:
    from scipy.optimize import LinearConstraint


HIDDEN = "c"
MIN_SHOWN = 3  # applications: anything below, but for 0, is hidden
Counts = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


def protect(counts: pd.DataFrame, public: Mapping[Any, int] | None = None) -> pd.DataFrame:
    """A two-way table that may leave the house: with totals, small counts hidden.

    Parameters
    ----------
    counts : DataFrame, shape (n, k)
        Counts of applications, each in one cell.
    public : mapping, optional
        By label of a row or column, or both as (row, column): how many of it are known by other tables (supported
        communities). What is left of it without them is protected too.

    Returns
    -------
    DataFrame, shape (n + 1, k + 1)
        The last row and column are "Kopā"; a cell is a whole number or "c" (the mark of a hidden one).
    """
    whole, public = add_totals(counts.to_numpy("int64")), public or {}
    known = np.zeros_like(whole)
    cells = [public.get((row, column), 0) for row in counts.index for column in counts.columns]
    known[:-1, :-1] = np.reshape(cells, counts.shape)
    known[:-1, -1] = [public.get(label, 0) for label in counts.index]
    known[-1, :-1] = [public.get(label, 0) for label in counts.columns]
    shown = np.where(find_hidden(whole, known), HIDDEN, whole.astype("object"))
    rows, columns = (pd.Index([*names, TOTAL], name=names.name, dtype="object") for names in counts.axes)
    return pd.DataFrame(shown, index=rows, columns=columns)


def add_totals(counts: Counts) -> Counts:
    """The counts with a total at the end of every axis, and totals of totals."""
    for axis in range(counts.ndim):
        counts = np.concatenate([counts, counts.sum(axis=axis, keepdims=True)], axis=axis)
    return counts


def find_hidden(whole: Counts, public: Counts | None = None) -> Flags:
    """Which counts and totals must not be published.

    Parameters
    ----------
    whole : ndarray of int
        Counts with totals on both axes (see :func:`add_totals`).
    public : ndarray of int, same shape
        How many of each count everybody knows anyway (supported communities by municipality); 0 by default. What is
        left of a count without them is protected like the count itself.

    Returns
    -------
    ndarray of bool, same shape
    """
    known = np.zeros_like(whole) if public is None else public
    lines, flat = _list_lines(whole.shape), whole.ravel()
    hidden: Flags = (_is_small(whole) | _is_small(whole - known)).ravel()
    while exposed := find_exposed(flat, hidden, known.ravel(), lines):
        hidden[_choose_beside(exposed[0], flat, hidden, lines)] = True
    return hidden.reshape(whole.shape)


def find_exposed(whole: Counts, hidden: Flags, known: Counts, lines: list[list[int]]) -> list[int]:
    """Hidden counts that can be worked out: everything published allows one value only.

    Parameters
    ----------
    whole, hidden, known : ndarray, shape (n,)
        See :func:`find_hidden`, flattened.
    lines : list of list of int
        Places that add up to their last.

    Notes
    -----
    A count alone in its line is the difference of published ones; the rest is asked of a solver in whole numbers. A
    solution that differs from the truth in a count clears that count, so few counts need their own question.
    """
    if alone := [open_[0] for line in lines if len(open_ := [place for place in line if hidden[place]]) == 1]:
        return alone
    from scipy.optimize import Bounds, milp

    ceiling = 2 * int(whole.max(initial=0)) + 2  # what a reader cannot bound still needs an end
    bounds = Bounds(np.where(hidden, known, whole), np.where(hidden, ceiling, whole))
    sums, doubtful = _add_up(lines, whole.size), hidden.copy()
    # One question a count and side: how small, how great may it be? Each answer is a whole table that fits everything
    # published, so it settles all counts in which it differs from the truth, not only the one asked about.
    for place in np.flatnonzero(hidden):
        for sign in (-1, 1):
            if doubtful[place]:
                goal = sign * np.eye(whole.size)[place]
                found = milp(goal, integrality=np.ones(whole.size), bounds=bounds, constraints=sums)
                doubtful &= np.rint(found.x) == whole
    return [int(place) for place in np.flatnonzero(doubtful)]


def _is_small(counts: Counts) -> Flags:
    small: Flags = (counts > 0) & (counts < MIN_SHOWN)
    return small


def _list_lines(shape: tuple[int, ...]) -> list[list[int]]:
    """Columns and rows of a table, as places in the flat table; the last of each is its total."""
    places = np.arange(np.prod(shape)).reshape(shape)
    return [*places.T.tolist(), *places.tolist()]


def _add_up(lines: list[list[int]], size: int) -> LinearConstraint:
    from scipy.optimize import LinearConstraint

    rows = np.zeros((len(lines), size))
    for row, line in zip(rows, lines, strict=True):
        row[line] = 1
        row[line[-1]] = -1
    return LinearConstraint(rows, 0, 0)


def _choose_beside(place: int, whole: Counts, hidden: Flags, lines: list[list[int]]) -> int:
    """The published count to hide for an exposed one: in the line with fewest hidden, a part before a total."""
    totals = Counter(line[-1] for line in lines)

    def cost(line: Sequence[int], other: int) -> tuple[int, ...]:
        return sum(hidden[line]), totals[other], whole[other] == 0, whole[other], other

    beside = [*(line for line in lines if place in line), [*range(whole.size)]]
    return min(cost(line, other) for line in beside for other in line if not hidden[other])[-1]
