"""Tables and rows: nothing missing is a value, nothing is of another kind than asked for."""

from dataclasses import dataclass

import pandas as pd
import pytest

from mentoring_lib.base.rows import map_distinct, rows_of, table_of


@dataclass(frozen=True)
class Row:
    name: str | None
    count: int | None


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"count": pd.array([1, None], dtype="Int64"), "name": ["a", None], "more": 7}),
        pd.DataFrame({"name": pd.Series(["a", None], dtype="str"), "count": [1, float("nan")]}),
    ],
)
def test_a_row_has_the_columns_it_asks_for_and_none_for_every_missing_value(table):
    assert list(rows_of(table, Row)) == [Row("a", 1), Row(None, None)]
    assert list(rows_of(table.head(1), Row)) == [Row("a", 1)]
    assert list(rows_of(table.head(0), Row)) == []


def test_a_table_has_its_kinds_with_rows_and_without():
    kinds = {"name": "str", "count": "Int64", "on": "datetime64[us]"}
    for rows in ([("a", 1, pd.Timestamp(2023, 1, 2)), (None, None, None)], []):
        table = table_of(rows, kinds)
        assert table.dtypes.astype("str").to_dict() == kinds
        assert len(table) == len(rows)
    assert table_of([("a", 1, None)], kinds)[["name", "count"]].to_numpy().tolist() == [["a", 1]]


@pytest.mark.parametrize(("dtype", "values"), [("bool", ["b", "a"]), ("str", ["b", None]), ("Int64", ["b", None])])
def test_what_is_mapped_is_of_the_kind_asked_for(dtype, values):
    result = map_distinct(pd.Series(values, dtype="str"), {"bool": bool, "str": str.upper, "Int64": len}[dtype], dtype)
    assert result.dtype == dtype
    assert map_distinct(pd.Series(["a", None], dtype="str"), tuple).tolist() == [("a",), None]
    assert map_distinct(pd.Series([None, "a"], dtype="str"), bool, "bool").tolist() == [False, True]
