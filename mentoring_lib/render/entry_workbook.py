"""Workbooks for a person to fill in: one instruction on top, headings, drop-down lists, room to type, ready to print.

Made once and then hers: marking sheets and the tracking workbook. The project reads them back and never writes to
them again. The lists stand on a sheet of their own, since a list inside a cell's rule may not exceed 255 characters.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import xlsxwriter

from mentoring_lib.base.columns import Column
from mentoring_lib.render.layout import clean_text, count_lines
from mentoring_lib.render.palette import LOOKS, paint
from mentoring_lib.render.xlsx import LINE_HEIGHT, open_workbook

FREE = ("application_id", "value")  # columns whose list only helps: other text is as good
ROOM = 500  # rows a person can fill in
LISTS = "Saraksti"
TEXT_WIDTH = 26  # characters of a column whose kind has no width of its own
HELP_WIDTH = 84  # characters of a portrait A4 page
HEADER_ROW = 1  # 0-based: the instruction stands above it


@dataclass(frozen=True)
class FillableSheet:
    """One sheet to fill in.

    Attributes
    ----------
    name, intro : str
        Name of the sheet (31 characters at most) and the one-line instruction on top.
    columns : sequence of Column
        Headings are their labels; dates get a date format.
    choices : mapping
        Words to choose from, by column name.
    rows : DataFrame, optional
        What stands there already, by column name; text cells only.
    wide : mapping
        Widths in characters where that of the column's kind does not do.
    prompts : mapping
        What is shown beside a cell while it is chosen, by column name of a list (255 characters at most).
    """

    name: str
    intro: str
    columns: Sequence[Column]
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    wide: Mapping[str, int] = field(default_factory=dict)
    prompts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Declaration:
    """A sheet to sign, before all others: its name, title and text, and what is to be filled in below."""

    name: str
    title: str
    lines: Sequence[str]
    fields: Sequence[str]


def make_fillable(
    title: str, help_lines: Sequence[str], sheets: Sequence[FillableSheet], declaration: Declaration | None = None
) -> bytes:
    """Make a workbook to fill in.

    Parameters
    ----------
    title : str
        First line of the help sheet.
    help_lines : sequence of str
        The rest of the help sheet ("Palīdzība"), a line each.
    sheets : sequence of FillableSheet
    declaration : Declaration, optional

    Returns
    -------
    bytes
        XLSX, the same for the same input.
    """

    def write(book: Any, formats: Mapping[str, Any], lists: Lists) -> None:
        for sheet in sheets:
            _write_sheet(book, formats, sheet, lists)

    return build(title, help_lines, write, declaration)


def build(title: str, help_lines: Sequence[str], write: Write, declaration: Declaration | None = None) -> bytes:
    """Make a workbook to fill in: its help, what ``write`` adds, and the sheet of the lists used."""
    buffer = io.BytesIO()
    book = open_workbook(buffer, title)
    formats, lists = {name: book.add_format(paint(look)) for name, look in LOOKS["entry"].items()}, Lists()
    if declaration:
        _write_declaration(book, formats, declaration)
    write_help(book, formats, title, help_lines)
    write(book, formats, lists)
    lists.write(book)
    book.close()
    return buffer.getvalue()


def _write_declaration(book: Any, formats: Mapping[str, Any], declaration: Declaration) -> None:
    lines = [part for text in declaration.lines for part in (text, "")]
    write_help(book, formats, declaration.title, lines, name=declaration.name)
    page = book.get_worksheet_by_name(declaration.name)
    for row, label in enumerate(declaration.fields, start=2 + len(lines)):
        page.write_string(row, 0, f"{label}:", formats["head"])
    page.set_column(1, 1, TEXT_WIDTH, formats["text"])


def write_help(
    book: Any, formats: Mapping[str, Any], title: str, lines: Sequence[str], *, name: str = "Palīdzība"
) -> None:
    """A sheet of text, a line a row."""
    page = book.add_worksheet(name)
    page.hide_gridlines(2)
    page.set_column(0, 0, HELP_WIDTH)
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.write_string(0, 0, title, formats["title"])
    for row, line in enumerate(lines, start=2):
        page.write_string(row, 0, clean_text(line), formats["text"])
        page.set_row(row, LINE_HEIGHT * count_lines(line, HELP_WIDTH))


class Lists:
    """Words to choose from, as rules of cells: each list in a column of its own on a hidden sheet, equal ones once."""

    def __init__(self) -> None:
        self.labels: dict[tuple[str, ...], str] = {}

    def rule(self, words: Sequence[str], label: str, **more: object) -> dict[str, object]:
        """Rule of a cell that offers these words; ``label`` says what they are for."""
        self.labels.setdefault(tuple(words), label)
        letter = xlsxwriter.utility.xl_col_to_name(list(self.labels).index(tuple(words)))
        return {
            "validate": "list",
            "source": f"={LISTS}!${letter}$2:${letter}${len(words) + 1}",
            **LOOKS["warning"],
            **more,
        }

    def write(self, book: Any) -> None:
        """The hidden sheet: what each list is for, then its words."""
        page = book.add_worksheet(LISTS)
        for number, (words, label) in enumerate(self.labels.items()):
            page.set_column(number, number, 30)
            for row, word in enumerate((label, *words)):
                page.write_string(row, number, word)
        page.hide()


# Adds sheets to a workbook with these formats, whose drop-downs take from these lists.
Write = Callable[[Any, Mapping[str, Any], Lists], None]


def list_words(sheets: Sequence[FillableSheet]) -> list[tuple[str, ...]]:
    """Columns of the list sheet: what each is for, then its words."""
    lists = Lists()
    for sheet in sheets:
        for column in sheet.columns:
            _rule_of(sheet, column, lists)
    return [(label, *words) for words, label in lists.labels.items()]


def _rule_of(sheet: FillableSheet, column: Column, lists: Lists) -> dict[str, object]:
    """Rule of a column's cells; none where anything may be typed."""
    if column.name not in sheet.choices:
        return {}
    prompt = {"input_message": sheet.prompts[column.name]} if column.name in sheet.prompts else {}
    show = {"show_error": column.name not in FREE}
    return lists.rule(sheet.choices[column.name], f"{sheet.name}: {column.label}", **prompt, **show)


def add_page(book: Any, name: str) -> Any:
    """A new sheet, set up to be printed."""
    page = book.add_worksheet(name)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4)
    page.hide_gridlines(0)  # none hidden: lines between the cells are printed too
    return page


def _write_sheet(book: Any, formats: Mapping[str, Any], sheet: FillableSheet, lists: Lists) -> None:
    page = add_page(book, sheet.name)
    page.repeat_rows(HEADER_ROW)
    page.freeze_panes(HEADER_ROW + 1, 1)
    page.write_string(0, 0, sheet.intro, formats["intro"])
    first, last = HEADER_ROW + 1, HEADER_ROW + max(ROOM, len(sheet.rows))
    widths = [sheet.wide.get(column.name, LOOKS["widths"].get(column.kind, TEXT_WIDTH)) for column in sheet.columns]
    labels = [column.label for column in sheet.columns]
    page.set_row(HEADER_ROW, LINE_HEIGHT * max(map(count_lines, labels, widths)))
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, widths[index], formats.get(column.kind, formats["text"]))
        page.write_string(HEADER_ROW, index, labels[index], formats["head"])
        if rule := _rule_of(sheet, column, lists):
            page.data_validation(first, index, last, index, rule)
    table = sheet.rows.reindex(columns=[c.name for c in sheet.columns])
    for row, cells in enumerate(table.astype(object).fillna("").to_numpy().tolist(), start=first):
        texts = [clean_text(str(cell)) for cell in cells]
        page.set_row(row, LINE_HEIGHT * max(map(count_lines, texts, widths)))
        for index, text in enumerate(texts):
            if text:
                page.write_string(row, index, text, formats["text"])
