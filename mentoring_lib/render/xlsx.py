"""Tables to XLSX workbooks, made in memory, the same bytes each time."""

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from textwrap import wrap
from typing import Any

import pandas as pd
import xlsxwriter
from pandas.api.types import is_datetime64_any_dtype
from xlsxwriter.utility import xl_range_abs

from mentoring_lib.base.stamp import EXAMPLE_NOTICE, TOTAL, Stamp
from mentoring_lib.base.texts import fold
from mentoring_lib.funder.disclosure import HIDDEN
from mentoring_lib.render import layout
from mentoring_lib.render.palette import COLOURS, LOOKS, find_mark, paint
from mentoring_lib.render.tables import NOTHING, SHARES, is_total, present, show, show_cell

MAX_CHARACTERS = 32767  # in one cell of a spreadsheet
MAX_LINKS = 65_530  # that Excel opens in a sheet; a row after them stands without its link
NOTES_TITLE, BACK = "Kā skaitļi iegūti un kā tos lasīt", "Atpakaļ uz saturu"
MAX_WIDTH, NOTE_WIDTH = 76, 110  # characters
PRINTED = 185  # characters across a landscape A4 page: 11 points print as 8.5; more would be too small to read
COVER_WIDTH = 100  # characters
Listed = Sequence[tuple[str, str]]  # name and title of each sheet
Links = Mapping[str, Mapping[str, str]]
LINE_HEIGHT = 15  # points
LINES_ON_A_PAGE = 45
# How each kind of cell looks.
FORMATS: dict[str, dict[str, Any]] = {
    name: paint(look)
    for name, look in {
        **LOOKS["beside_cells"],
        **LOOKS["cells"],
        **{f"total {name}": cell | LOOKS["total"] for name, cell in LOOKS["cells"].items()},
    }.items()
}


@dataclass(frozen=True)
class TableSheet:
    """One table on a sheet of its own.

    ``name`` of the sheet (31 characters at most), ``title`` above the table, ``table`` in code words (translated when
    written, see :func:`tables.present`), ``note`` under the title; ``series`` names the columns to draw by the first
    one: as stacked bars, beside one another where there are targets, by day where the first holds days.
    """

    name: str
    title: str
    table: pd.DataFrame
    note: str = ""
    series: Sequence[str] = ()


def make_workbook(
    title: str,
    stamp: Stamp,
    sheets: Sequence[TableSheet],
    notes: Sequence[str] = (),
    *,
    answer: str = "",
    lead: Listed = (),
    links: Links | None = None,
) -> bytes:
    """Make a workbook: a cover with contents, then one table a sheet, each an Excel table with a name of its own.

    Parameters
    ----------
    title : str
    stamp : Stamp
        Written on the cover and, shortened, at the foot of every printed page.
    sheets : sequence of TableSheet
    notes : sequence of str
        What a reader must know of the figures; a last sheet "Piezīmes", none without notes.
    lead : sequence of (str, str)
        Label and text of the cover's lines, instead of the stamp's.
    answer : str
        What the workbook says, in a sentence below the title of the first sheet.
    links : mapping of str to mapping of str to str
        Addresses by text, by column: a cell that holds this text alone leads there, but not to its own sheet.

    Returns
    -------
    bytes
        XLSX, the same for the same input.
    """
    buffer = io.BytesIO()
    book = open_workbook(buffer, title, layout.date_file(stamp.as_of), comments=stamp.short())
    formats = {name: book.add_format(look) for name, look in FORMATS.items()}
    listed = [(sheet.name, sheet.title) for sheet in sheets] + ([("Piezīmes", NOTES_TITLE)] if notes else [])
    _write_cover(book, formats, (title, answer), stamp, listed, lead or stamp.lines())
    for sheet in sheets:
        _write_sheet(book, formats, sheet, stamp, links or {})
    if notes:
        _write_notes(book, formats, stamp, notes)
    book.close()
    return buffer.getvalue()


def open_workbook(buffer: io.BytesIO, title: str, created: datetime = layout.CREATED, **properties: str) -> Any:
    """Open a new workbook that keeps text as text and carries the date it is given."""
    plain = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "remove_timezone": True, **plain})
    book.set_properties({"title": title, "created": created.replace(tzinfo=None), **properties})
    return book


def _prepare(page: Any, stamp: Stamp, *, lines: int) -> None:
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 1 if lines <= LINES_ON_A_PAGE else 0)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.8)
    page.set_footer(f"&L&8{stamp.short().replace('&', '&&')}&R&8&P. lpp. no &N", {"scale_with_doc": False})


def _write_cover(
    book: Any, formats: Mapping[str, Any], told: tuple[str, str], stamp: Stamp, listed: Listed, lead: Listed
) -> None:
    page = book.add_worksheet(layout.CONTENTS)
    _prepare(page, stamp, lines=len(listed))
    page.hide_gridlines(2)
    page.set_column(0, 0, 30)
    page.set_column(1, 1, COVER_WIDTH)
    title, answer = told
    page.write_string(0, 0, title, formats["title"])
    if answer:
        page.merge_range(1, 0, 1, 1, answer, formats["answer"])
        page.set_row(1, LINE_HEIGHT * layout.count_lines(answer, COVER_WIDTH + 20))
    for row, (label, text) in enumerate(lead, start=3):
        page.write_string(row, 0, label, formats["text"])
        page.write_string(row, 1, text, formats["notice"] if text == EXAMPLE_NOTICE else formats["text"])
        page.set_row(row, LINE_HEIGHT * layout.count_lines(text, COVER_WIDTH))
    page.write_row(row + 2, 0, ("Lapas", "Kas tajās ir"), formats["head"])
    for number, (name, about) in enumerate(listed, start=row + 3):
        page.write_url(number, 0, f"internal:'{name}'!A1", formats["link"], name)
        page.write_string(number, 1, about, formats["text"])


def _write_notes(book: Any, formats: Mapping[str, Any], stamp: Stamp, notes: Sequence[str]) -> None:
    page = book.add_worksheet("Piezīmes")
    page.hide_gridlines(2)
    page.set_column(0, 0, NOTE_WIDTH)
    page.write_string(0, 0, NOTES_TITLE, formats["title"])
    page.write_url(1, 0, f"internal:'{layout.CONTENTS}'!A1", formats["link"], BACK)
    for row, note in enumerate(notes, start=3):
        page.write_string(row, 0, layout.clean_text(note), formats["text"])
        page.set_row(row, LINE_HEIGHT * layout.count_lines(note, NOTE_WIDTH))
    _prepare(page, stamp, lines=len(notes))


def _write_sheet(book: Any, formats: Mapping[str, Any], sheet: TableSheet, stamp: Stamp, links: Links) -> None:
    page = book.add_worksheet(sheet.name)
    page.write_string(0, 0, sheet.title, formats["title"])
    lines = _list_lines(sheet, stamp)
    for row, line in enumerate(lines, start=1):
        page.write_string(row, 0, line, formats["notice" if line == EXAMPLE_NOTICE else "muted"])
    page.write_url(len(lines) + 1, 0, f"internal:'{layout.CONTENTS}'!A1", formats["link"], BACK)
    top, worded, body = find_heading(sheet, stamp), present(sheet.table), count_body(sheet.table)
    shown = show(sheet.table, caption=sheet.title)
    columns = list(zip(shown.headings, *shown.rows, strict=True))
    widths = layout.share_columns(columns, list(map(layout.least_width, columns)), MAX_WIDTH, PRINTED)
    heads = [formats["head number" if numeric else "head"] for numeric in shown.numeric]
    for index, (name, heading) in enumerate(zip(sheet.table.columns, shown.headings, strict=True)):
        page.set_column(index, index, widths[index])
        page.write_string(top, index, heading, heads[index])
        for row, cell in enumerate(worded.iloc[:, index].tolist(), start=top + 1):
            total = is_total(shown.rows[row - top - 1]) and "application_id" not in sheet.table  # one closes nothing
            there = links.get(name, {}).get(cell, "") if isinstance(cell, str) else ""
            if there and page.hlink_count < MAX_LINKS and not there.startswith(f"internal:'{sheet.name}'"):
                page.write_url(row, index, there, formats["linked"], cell)
            else:
                _write_cell(page, row, index, cell, formats, share=name in SHARES, total=total)
    needed = [max(map(layout.count_lines, texts, widths)) for texts in [shown.headings, *shown.rows]]
    for number, count in enumerate(needed, start=top):
        page.set_row(number, LINE_HEIGHT * count)
    if not shown.rows:
        page.write_string(top + 1, 0, NOTHING)
    _prepare(page, stamp, lines=sum(needed))
    page.freeze_panes(top + 1, 1)
    page.repeat_rows(top)
    if body:
        called = "".join(word.capitalize() for word in fold(sheet.name).split())
        texts = zip(shown.headings, heads, strict=True)
        named = [{"header": text, "header_format": head} for text, head in texts]
        options = {"name": f"T{called}", "columns": named, "style": "Table Style Light 1"}
        page.add_table(top, 0, top + body, index, options)  # the total stays below, whatever is sorted or filtered
        if len(book.worksheets()) == 2:  # the only table: a mail merge in Word lists ranges with a name, no tables
            book.define_name(called, f"='{sheet.name}'!{xl_range_abs(top, 0, top + body, index)}")
    if sheet.series:
        _draw_chart(book, page, sheet, top)


def _list_lines(sheet: TableSheet, stamp: Stamp) -> list[str]:
    return [*wrap(sheet.note, NOTE_WIDTH), *([EXAMPLE_NOTICE] if stamp.example else [])]


def find_heading(sheet: TableSheet, stamp: Stamp) -> int:
    """Row of a sheet's headings, from 0."""
    return len(_list_lines(sheet, stamp)) + 3


def link_rows(sheet: TableSheet, stamp: Stamp, column: str) -> dict[str, str]:
    """Address of each row by what stands in a column, for the links of the same workbook."""
    first = find_heading(sheet, stamp) + 2
    return {text: f"internal:'{sheet.name}'!A{row}" for row, text in enumerate(sheet.table[column], first)}


def count_body(table: pd.DataFrame) -> int:
    """Rows without the closing total."""
    return len(table) - (len(table) > 0 and str(table.iloc[-1, 0]) == TOTAL)


def _write_cell(
    page: Any, row: int, column: int, cell: Any, formats: Mapping[str, Any], *, share: bool, total: bool = False
) -> None:
    kept = "total " if total else ""
    if isinstance(cell, date) and not pd.isna(cell):
        exact = isinstance(cell, datetime) and (cell.tzinfo is not None or (cell.hour, cell.minute) != (0, 0))
        page.write_datetime(row, column, cell, formats["moment" if exact else "date"])
    elif isinstance(cell, int | float | Fraction) and not isinstance(cell, bool) and not math.isnan(cell):
        kind = "share" if share else "whole" if float(cell).is_integer() else "number"
        page.write_number(row, column, float(cell), formats[f"{kept}{kind}"])
    elif (text := layout.clean_text(show_cell(cell))[:MAX_CHARACTERS]) or total:
        page.write(row, column, text, formats[f"{kept}{'hidden' if text == HIDDEN else 'text'}"])


def _draw_chart(book: Any, page: Any, sheet: TableSheet, top: int) -> None:
    """Stacked bars; side by side with a dash for each target; dots by day, so that steps stay."""
    table, last = sheet.table, top + count_body(sheet.table)
    days = is_datetime64_any_dtype(table.iloc[:, 0])
    targets = [f"{name}{TARGET}" for name in sheet.series if f"{name}{TARGET}" in table]
    if targets:  # what has none stands last, and has no bar
        last = top + int(table[targets].notna().any(axis=1).sum())
    chart = book.add_chart(LOOKS["native_charts"]["days" if days else "targets" if targets else "bars"])
    for number, name in enumerate(sheet.series):
        chart.add_series(_place_series(sheet, top, last, name) | _look_of(name, number, days=days))
    if targets:
        dashes = book.add_chart({"type": "line"})
        for name in targets:
            dashes.add_series(_place_series(sheet, top, last, name) | LOOKS["native_charts"]["dash"])
        chart.combine(dashes)
    chart.set_title({"name": sheet.title, "name_font": {"size": 12}})
    grid = {"major_gridlines": {"visible": True, "line": {"color": COLOURS["line"]}}, "min": 0}
    if days:
        chart.set_x_axis({"num_format": "mm.yyyy", **_span(table.iloc[:, 0])})
    if days or targets:
        chart.set_y_axis(grid)
    else:
        most = table[list(sheet.series)].apply(pd.to_numeric, errors="coerce").max().max()
        chart.set_x_axis({**grid, "major_unit": 1 if pd.isna(most) else max(1, math.ceil(most / 7))})
        chart.set_y_axis({"reverse": True, "crossing": "max"})
    chart.set_legend({"none": True} if len(sheet.series) + len(targets) == 1 else {"position": "bottom"})
    chart.set_size({"width": 720, "height": 320 if days or targets else 120 + 46 * len(table)})
    alternative = layout.clean_text(repr(show(table, caption=sheet.title)))[:1000]
    page.insert_chart(top + len(table) + 2, 0, chart, {"description": alternative})


def _look_of(name: str, number: int, *, days: bool) -> dict[str, Any]:
    """How a series looks: dots of what was held and a line of what was planned, or bars with their numbers."""
    mark, looks = find_mark(name, number), LOOKS["native_charts"]
    if days and name == "held":
        return dict(looks["dots"])
    if days:
        return {"marker": {"type": "none"}, "line": {"color": mark.edge, "width": 2}}
    hatched = {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": mark.edge, "bg_color": mark.fill}}
    ground = hatched if mark.hatch else {"fill": {"color": mark.fill}}
    return {**ground, "border": {"color": mark.edge}, **looks["bar"]}


# End of the heading of a column of targets, beside the column of results of the same name.
TARGET = " mērķis"


def _place_series(sheet: TableSheet, top: int, last: int, name: str) -> dict[str, Any]:
    """Where a series stands on its sheet."""
    at = sheet.table.columns.get_loc(name)
    places = {"categories": [sheet.name, top + 1, 0, last, 0], "values": [sheet.name, top + 1, at, last, at]}
    return {"name": [sheet.name, top, at], **places}


def _span(days: pd.Series) -> dict[str, Any]:
    """An axis from the first day's month to the last's, with a mark each quarter (days since 1900, as Excel counts)."""
    zero = pd.Timestamp(1899, 12, 30)
    return {"min": (days.min().replace(day=1) - zero).days, "max": (days.max() - zero).days + 1, "major_unit": 91}
