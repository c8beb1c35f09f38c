"""Tables and rows: rows of a table, a table of rows, a function applied once to each distinct value."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import Any, NamedTuple, TypeVar, overload

import pandas as pd

from mentoring_lib.base.problems import Problem

Row = TypeVar("Row")


@overload
def rows_of(table: pd.DataFrame) -> Iterator[Any]: ...
@overload
def rows_of(table: pd.DataFrame, kind: type[Row]) -> Iterator[Row]: ...
def rows_of(table: pd.DataFrame, kind: type[Any] | None = None) -> Iterator[Any]:
    """Rows of a table as frozen dataclasses of a kind, whose fields are columns; a missing cell is None.

    Without a kind they are named tuples; rooms leave that one after another.
    """
    if kind is not None:
        columns = [_cells(table[field.name]) for field in fields(kind)]
        return map(kind, *columns)
    if not len(table):
        return iter(())  # many sheets are empty, and taking their columns apart takes time too
    return map(
        _row_type(tuple(table.columns))._make, zip(*(table[name].tolist() for name in table.columns), strict=True)
    )


def _cells(column: pd.Series) -> list[Any]:
    """Plain Python values of a column; every kind of missing value is None."""
    if column.dtype != object and not column.hasnans:
        return column.tolist()
    return column.astype(object).where(column.notna(), None).tolist()


def table_of(rows: Sequence[Sequence[Any]], kinds: Mapping[str, Any]) -> pd.DataFrame:
    """Table of rows, each column of its kind (name of a dtype)."""
    columns = list(zip(*rows, strict=True)) or [()] * len(kinds)
    told = zip(kinds.items(), columns, strict=True)
    return pd.DataFrame({name: pd.array(list(cells), dtype=kind) for (name, kind), cells in told}, copy=False)


@cache
def _row_type(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names, rename=True)


class Checked(NamedTuple):
    """A table and the problems found while making it."""

    table: pd.DataFrame
    problems: list[Problem]


def map_distinct(values: pd.Series, function: Callable[[Any], Any], dtype: str = "object") -> pd.Series:
    """Apply a function once to each distinct value (a form repeats its answers; missing stays missing).

    Parameters
    ----------
    values : Series, shape (n,)
    function : callable
        One value in, one value out.
    dtype : str
        Type of the result.

    Returns
    -------
    Series, shape (n,)
        Same index and name.
    """
    codes, distinct = pd.factorize(values.to_numpy())
    answers = [function(value) for value in distinct.tolist()]
    results = pd.Series(answers if dtype == "bool" else [*answers, None], dtype=dtype).array
    return pd.Series(results.take(codes), index=values.index, name=values.name)
