"""Tables as people read them: Latvian headings and words, dates as 21.08.2023, decimal comma, text that stays text.

Tables in code keep code words; this module translates them once, for notebooks, pages, XLSX and DOCX alike.
"""

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction
from html import escape
from numbers import Number
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.types import is_bool, is_bool_dtype, is_numeric_dtype

from mentoring_lib.base.columns import ANCHORS, APPLICATION, CHOICES, DERIVED, NOVELTY_GROUPS, READINGS, SHEETS
from mentoring_lib.base.problems import BETWEEN, KINDS
from mentoring_lib.base.stamp import TOTAL
from mentoring_lib.base.texts import show_date, show_number
from mentoring_lib.funder.disclosure import HIDDEN
from mentoring_lib.render.html import compose
from mentoring_lib.selection.sensitivity import FAMILIES

_TEXTS = tomllib.loads(Path(__file__).with_name("texts_lv.toml").read_text("utf-8"))

# Latvian heading of every column that is shown.
HEADINGS: dict[str, str] = {
    **{column.name: column.label for columns in (*SHEETS.values(), APPLICATION, DERIVED) for column in columns},
    **{f"share_{name}": label.capitalize() for name, label in FAMILIES.items()},
    **_TEXTS["headings"],
}

# Latvian word of every code word, by column.
WORDS: dict[str, Mapping[str, str]] = {
    **CHOICES,
    "anchor": ANCHORS,
    "status": CHOICES["event"],
    "kind": KINDS,
    "column": {column.name: column.label for column in (*APPLICATION, *DERIVED)},
    "group": {**NOVELTY_GROUPS, "all": "visas"},
    "reading": READINGS,
    "replied": CHOICES["question_answered"] | CHOICES["anyway"],
    "proved": CHOICES["yes_no"],
    **_TEXTS["words"],
}

CHART_WORDS: dict[str, dict[str, tuple[str, str]]] = _TEXTS["charts"]
NOTHING = "Nav neviena ieraksta."
MAX_COLUMNS_ON_A_PHONE = 3
# Columns that hold shares of one and are shown in per cent.
SHARES = {"share", "exact", "within_one", *(f"share_{name}" for name in FAMILIES)}


def present(table: pd.DataFrame) -> pd.DataFrame:
    """Give a table Latvian headings and words; numbers and dates keep their type.

    Parameters
    ----------
    table : DataFrame, shape (n, k)

    Returns
    -------
    DataFrame, shape (n, k)
    """
    words = {name: table[name].replace(dict(WORDS[name])) for name in table.columns if name in WORDS}
    return table.assign(**words).rename(columns=HEADINGS)


def name_communities(table: pd.DataFrame, decided: pd.DataFrame) -> pd.DataFrame:
    """Put the community's name behind its code, for those who know it by name.

    Parameters
    ----------
    table : DataFrame, shape (n, k)
        Has ``application_id`` (several codes: with :data:`problems.BETWEEN`) and no ``community``.
    decided : DataFrame
        ``application_id``, ``community``.

    Returns
    -------
    DataFrame, shape (n, k + 1)
        Same rows, same order.
    """
    known = dict(zip(decided["application_id"], decided["community"].fillna(""), strict=True))
    codes = table["application_id"].fillna("").str.split(BETWEEN)
    names = [BETWEEN.join(known.get(code, "") for code in own) for own in codes]
    named = table.copy()
    after = list(table.columns).index("application_id") + 1
    named.insert(after, "community", pd.Series(names, table.index, dtype="str"))
    return named


def show_cell(value: Any) -> str:  # noqa: PLR0911 - one line per kind of value
    """Write a value as a Latvian reader expects it: 21.08.2023, 7,5, jā, "" for missing."""
    if isinstance(value, tuple | list):
        return "; ".join(map(show_cell, value))
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return ""
    if is_bool(value):
        return CHOICES["yes_no"]["yes" if value else "no"]
    if isinstance(value, datetime):
        is_day = value.tzinfo is None and value.time() == time()  # a moment keeps its midnight: it may decide
        return show_date(value) if is_day else f"{show_date(value)} {value:%H:%M}"
    if isinstance(value, date):
        return show_date(value)
    if isinstance(value, Fraction | Number) and not isinstance(value, complex):
        return show_number(float(value), 2)  # type: ignore[arg-type]
    return str(value)


def show_share(share: float | str) -> str:
    """Write a share of one in whole per cent: "86 %"; a hidden one stays hidden."""
    if isinstance(share, str):
        return share
    return "" if pd.isna(share) else f"{100 * share:.0f} %"


def is_total(texts: Sequence[str]) -> bool:
    """Whether a row closes a table, or a part of it."""
    return TOTAL in texts


# Cells that must not break in print, or (a hash) anywhere: their class, for the style sheet.
CELL_KINDS = {"hash": re.compile(r"[0-9a-f]{64}"), "code": re.compile(r"K-[0-9A-F]{6}"),
              "date": re.compile(r"\d\d\.\d\d\.\d{4}(?: \d\d[:.]\d\d)?")}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A table on a page: caption, headings with scope, right-aligned numbers, escaped text; on a phone a card a row.

    ``empty`` is the sentence in its place if it has no rows.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    empty: str = ""

    def _repr_html_(self) -> str:
        if not self.rows:
            return f"<p>{escape(self.empty or f'{self.caption}: nav neviena ieraksta.')}</p>"
        return compose(
            "table.html", shown=self, most_on_a_phone=MAX_COLUMNS_ON_A_PHONE, is_total=is_total, kind_of=_kind_of
        )

    def __repr__(self) -> str:
        if not self.rows:
            return self.empty or f"{self.caption}: nav neviena ieraksta."
        return "\n".join([self.caption, " | ".join(self.headings), *(" | ".join(row) for row in self.rows)])


def _kind_of(text: str) -> str:
    return next((name for name, pattern in CELL_KINDS.items() if pattern.fullmatch(text)), "")


@dataclass(frozen=True)
class Html:
    """What is HTML already, and a word for where it cannot be shown."""

    html: str
    word: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.word


def say(text: str, look: str = "") -> Html:
    """Show a sentence on a page, escaped; ``look`` is its class: "answer" for the one that answers the title."""
    return Html(f'<p class="{look}">{escape(text)}</p>' if look else f"<p>{escape(text)}</p>", text)


def _is_number(column: pd.Series) -> bool:
    """Whether a column holds numbers, of which some may be hidden (see :mod:`disclosure`)."""
    if column.dtype == "object" and len(column):
        cells = column.where(column.ne(HIDDEN), 0).dropna().tolist()
        return bool(cells) and all(
            isinstance(cell, int | float | Fraction) and not isinstance(cell, bool) for cell in cells
        )
    return bool(is_numeric_dtype(column) and not is_bool_dtype(column))


def show(table: pd.DataFrame, names: Sequence[str] | None = None, *, caption: str, empty: str = "") -> Shown:
    """Show a table on a page (see :func:`present`); shares are shown in per cent; ``empty`` is said if it is empty."""
    chosen = table[list(names)] if names is not None else table
    percent = {name: chosen[name].map(show_share) for name in chosen.columns if name in SHARES}
    worded = present(chosen.assign(**percent))
    numeric = tuple(name in percent or _is_number(chosen[name]) for name in chosen.columns)
    rows = tuple(tuple(show_cell(cell) for cell in row) for row in worded.itertuples(index=False, name=None))
    return Shown(caption, tuple(map(str, worded.columns)), rows, numeric, empty)
