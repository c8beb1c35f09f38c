"""Tables and rows: rows of a table, a table of rows, a function applied once to each distinct value."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, NamedTuple, TypeVar

import pandas as pd

from mentoring_lib.base.problems import Problem

Row = TypeVar("Row")


def rows_of(table: pd.DataFrame, kind: type[Row]) -> Iterator[Row]:
    """Rows of a table as frozen dataclasses of a kind, whose fields are columns; a missing cell is None."""
    return map(kind, *(_cells(table[field.name]) for field in fields(kind)))  # type: ignore[arg-type]


def _cells(column: pd.Series) -> list[Any]:
    """Plain Python values of a column; every kind of missing value is None (only such a one differs from itself)."""
    return [None if cell is pd.NA or cell != cell else cell for cell in column.tolist()]  # noqa: PLR0124


def table_of(rows: Sequence[Sequence[Any]], kinds: Mapping[str, Any]) -> pd.DataFrame:
    """Table of rows, each column of its kind (name of a dtype)."""
    columns = list(zip(*rows, strict=True)) or [()] * len(kinds)
    typed = zip(kinds.items(), columns, strict=True)
    return pd.DataFrame({name: pd.array(list(cells), dtype=kind) for (name, kind), cells in typed}, copy=False)


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
    results = pd.Series([*answers, None], dtype=dtype).array
    return pd.Series(results.take(codes), index=values.index, name=values.name)
