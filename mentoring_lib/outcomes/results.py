"""What happened in communities after the hour, each result once, however often it was told."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date

import pandas as pd

KEY: list[Hashable] = ["application_id", "result", "on"]
"""The same community, kind and day is the same result."""

STRICTEST = ("no", "unnamed", "named")  # of two answers on publishing, the first of these holds


def merge_results(results: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Results told by a day, a row each.

    Parameters
    ----------
    results : DataFrame
        Sheet "Rezultāti" and what came with the answers, typed.
    as_of : date

    Returns
    -------
    DataFrame, shape (results, 9)
        ``application_id, result, on, amount`` (of the first row that gives one) ``, evidence`` (bool: somebody named
        one) ``, publish`` (the strictest) and where the first row stands (``file, sheet, row``).
    """
    known = results[results["on"].le(pd.Timestamp(as_of)) & results[["application_id", "result"]].notna().all(axis=1)]
    order = {code: place for place, code in enumerate(STRICTEST)}
    ranked = known.sort_values(["file", "row"]).assign(
        evidence=known["evidence"].notna(), publish=known["publish"].map(order).astype("Int64").fillna(0)
    )
    merged = ranked.groupby(KEY, as_index=False).agg(
        {"amount": "first", "evidence": "max", "publish": "min", "file": "first", "sheet": "first", "row": "first"}
    )
    kinds = {"amount": "Int64", "evidence": "bool", "file": "str", "sheet": "str", "row": "int64"}
    return merged.assign(publish=merged["publish"].map(dict(enumerate(STRICTEST))).astype("str")).astype(kinds)
