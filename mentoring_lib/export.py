"""Files for people: workbooks, the report, pictures; made in memory.

XLSX is written with XlsxWriter: the same bytes every time, native charts with alternative text, and text that can
never become a formula. DOCX is written with python-docx and packed again with a fixed date.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cache
from itertools import cycle, pairwise
from pathlib import PurePosixPath
from textwrap import wrap
from typing import Any

import pandas as pd
import xlsxwriter
from docx import Document
from docx.document import Document as Docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor
from matplotlib.axes import Axes
from pandas.api.types import is_datetime64_any_dtype

from mentoring_lib.disclosure import HIDDEN
from mentoring_lib.plotting import render
from mentoring_lib.reporting import EXAMPLE_NOTICE, TOTAL, Stamp
from mentoring_lib.tables import HEADINGS, NOTHING, SHARES, Shown, is_total, present, show, show_cell
from mentoring_lib.texts import fold

FIXED_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold; real dates would change the bytes
CREATED = datetime(2023, 5, 1, tzinfo=UTC)
PRINT_DPI = 300
MOST_CHARACTERS = 32767  # in one cell of a spreadsheet
ACCENT = "0072B2"
CONTENTS = "Saturs"
NOTES_TITLE, BACK = "Kā skaitļi iegūti un kā tos lasīt", "Atpakaļ uz saturu"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
WIDEST, NOTE_WIDTH = 48, 110  # characters
NARROWEST = 8  # characters
PRINTED = 185  # characters across a landscape A4 page: 11 points print as 8.5; more would be too small to read
COVER_WIDTH = 100  # characters
LINE_HEIGHT = 15.5  # points
LINES_ON_A_PAGE = 45
FULL_WIDTH = 66  # characters in a line of a table: fewer leave a margin
LINE_WIDTH = 92  # characters that fit in it
FEWEST_CHARACTERS = 8  # of a column in a document: a year must not break
KEPT_TOGETHER = 10  # rows: a table this short stays on one page
TEXT_WIDTH = 16.6  # centimetres between the margins of an A4 page
FACT_WIDTHS = (4.6, TEXT_WIDTH - 4.6)  # centimetres: label and value
STYLES = ("Normal", "Default Paragraph Font", "Normal Table", "No List", "header", "footer", "Title", "heading 1",
          "heading 2", "caption", "List Bullet", "Table Grid")  # fmt: skip
LOGO_HEIGHT = 1.4  # centimetres


TITLE = {"bold": True, "font_size": 15, "font_color": ACCENT}
TOTALS = {"bold": True, "valign": "top", "top": 1, "border_color": ACCENT}
HEAD = {"indent": 1, "bold": True, "font_color": "white", "bg_color": ACCENT, "text_wrap": True, "valign": "vcenter"}
CELLS: dict[str, dict[str, Any]] = {
    "text": {"text_wrap": True, "align": "left", "indent": 1},
    "number": {"num_format": "#,##0.##"},
    "whole": {"num_format": "0"},
    "share": {"num_format": "0 %"},
    "hidden": {"align": "right"},
    "date": {"num_format": "dd.mm.yyyy", "align": "left"},
    "moment": {"num_format": "dd.mm.yyyy hh:mm", "align": "left"},
}
FORMATS: dict[str, dict[str, Any]] = {
    "title": TITLE,
    "notice": {"bold": True, "font_color": "#B03A00"},
    "head": HEAD,
    "head number": {**HEAD, "align": "right"},
    **{name: {**told, "valign": "top"} for name, told in CELLS.items()},
    **{f"total {name}": {**told, **TOTALS} for name, told in CELLS.items()},
    "link": {"font_color": ACCENT, "underline": 1},
    "muted": {"font_color": "#5A5A5A", "italic": True},
}
"""How each kind of cell looks."""


@dataclass(frozen=True)
class TableSheet:
    """One table on a sheet of its own.

    ``name`` of the sheet (31 characters at most), ``title`` above the table, ``table`` in code words (translated when
    written, see :func:`tables.present`), ``note`` under the title; ``chart`` names the column of categories and the
    columns to draw: as stacked bars, or as lines where the categories are days.
    """

    name: str
    title: str
    table: pd.DataFrame
    note: str = ""
    chart: tuple[str, tuple[str, ...]] | None = None


def make_workbook(title: str, stamp: Stamp, sheets: Sequence[TableSheet], notes: Sequence[str] = ()) -> bytes:
    """Make a workbook: a cover with contents, then one table a sheet, each an Excel table with a name of its own.

    Parameters
    ----------
    title : str
    stamp : Stamp
        Written on the cover and, shortened, at the foot of every printed page.
    sheets : sequence of TableSheet
    notes : sequence of str
        What a reader must know of the figures; a last sheet "Piezīmes", none without notes.

    Returns
    -------
    bytes
        XLSX, the same for the same input.
    """
    buffer = io.BytesIO()
    book = open_workbook(buffer, title, comments=stamp.short())
    formats = {name: book.add_format(told) for name, told in FORMATS.items()}
    listed = [(sheet.name, sheet.title) for sheet in sheets] + ([("Piezīmes", NOTES_TITLE)] if notes else [])
    _write_cover(book, formats, title, stamp, listed)
    for sheet in sheets:
        _write_sheet(book, formats, sheet, stamp)
    if notes:
        _write_notes(book, formats, stamp, notes)
    book.close()
    return buffer.getvalue()


def open_workbook(buffer: io.BytesIO, title: str, **properties: str) -> Any:
    """Open a new workbook that keeps text as text and carries one fixed date."""
    plain = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "remove_timezone": True, **plain})
    book.set_properties({"title": title, "created": CREATED.replace(tzinfo=None), **properties})
    return book


def _prepare(page: Any, stamp: Stamp, *, lines: int) -> None:
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 1 if lines <= LINES_ON_A_PAGE else 0)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.8)
    page.set_footer(f"&L&8{stamp.short().replace('&', '&&')}&R&8&P. lapa no &N", {"scale_with_doc": False})


def _write_cover(
    book: Any, formats: Mapping[str, Any], title: str, stamp: Stamp, listed: Sequence[tuple[str, str]]
) -> None:
    page = book.add_worksheet(CONTENTS)
    _prepare(page, stamp, lines=len(listed))
    page.hide_gridlines(2)
    page.set_column(0, 0, 30)
    page.set_column(1, 1, COVER_WIDTH)
    page.write_string(0, 0, title, formats["title"])
    for row, (label, text) in enumerate(stamp.lines(), start=2):
        page.write_string(row, 0, label, formats["text"])
        page.write_string(row, 1, text, formats["notice"] if text == EXAMPLE_NOTICE else formats["text"])
        page.set_row(row, LINE_HEIGHT * count_lines(text, COVER_WIDTH))
    page.write_row(row + 2, 0, ("Lapas", "Kas tajās ir"), formats["head"])
    for number, (name, about) in enumerate(listed, start=row + 3):
        page.write_url(number, 0, f"internal:'{name}'!A1", formats["link"], name)
        page.write_string(number, 1, about, formats["text"])


def _write_notes(book: Any, formats: Mapping[str, Any], stamp: Stamp, notes: Sequence[str]) -> None:
    page = book.add_worksheet("Piezīmes")
    page.hide_gridlines(2)
    page.set_column(0, 0, NOTE_WIDTH)
    page.write_string(0, 0, NOTES_TITLE, formats["title"])
    page.write_url(1, 0, f"internal:'{CONTENTS}'!A1", formats["link"], BACK)
    for row, note in enumerate(notes, start=3):
        page.write_string(row, 0, clean_text(note), formats["text"])
        page.set_row(row, LINE_HEIGHT * count_lines(note, NOTE_WIDTH))
    _prepare(page, stamp, lines=len(notes))


def _write_sheet(book: Any, formats: Mapping[str, Any], sheet: TableSheet, stamp: Stamp) -> None:
    page = book.add_worksheet(sheet.name)
    page.write_string(0, 0, sheet.title, formats["title"])
    lines = [*wrap(sheet.note, NOTE_WIDTH), *([EXAMPLE_NOTICE] if stamp.example else [])]
    for row, line in enumerate(lines, start=1):
        page.write_string(row, 0, line, formats["notice" if line == EXAMPLE_NOTICE else "muted"])
    page.write_url(len(lines) + 1, 0, f"internal:'{CONTENTS}'!A1", formats["link"], BACK)
    top, worded, body = len(lines) + 3, present(sheet.table), count_body(sheet.table)
    shown = show(sheet.table, caption=sheet.title)
    columns = list(zip(shown.headings, *shown.rows, strict=True))
    widths = _share(columns, list(map(_least_width, columns)), WIDEST, PRINTED)
    heads = [formats["head number" if numeric else "head"] for numeric in shown.numeric]
    for index, (name, heading) in enumerate(zip(sheet.table.columns, shown.headings, strict=True)):
        page.set_column(index, index, widths[index])
        page.write_string(top, index, heading, heads[index])
        for row, cell in enumerate(worded.iloc[:, index].tolist(), start=top + 1):
            total = is_total(shown.rows[row - top - 1])
            _write_cell(page, row, index, cell, formats, share=name in SHARES, total=total)
    needed = [max(map(count_lines, texts, widths)) for texts in [shown.headings, *shown.rows]]
    for number, count in enumerate(needed, start=top):
        page.set_row(number, LINE_HEIGHT * count)
    if not shown.rows:
        page.write_string(top + 1, 0, NOTHING)
    _prepare(page, stamp, lines=sum(needed))
    page.freeze_panes(top + 1, 1)
    page.repeat_rows(top)
    if body:
        _name_table(page, sheet.name, top, body, shown.headings, heads)
    if sheet.chart and sheet.chart[1]:  # a period may touch no year of places
        _draw_chart(book, page, sheet, top)


def count_body(table: pd.DataFrame) -> int:
    """Rows without the closing total."""
    return len(table) - (len(table) > 0 and str(table.iloc[-1, 0]) == TOTAL)


def _name_table(page: Any, name: str, top: int, body: int, headings: Sequence[str], heads: Sequence[Any]) -> None:
    """Make the rows an Excel table; the total stays below it, so that sorting and filtering leave it where it is."""
    columns = [{"header": text, "header_format": head} for text, head in zip(headings, heads, strict=True)]
    name = "".join(word.capitalize() for word in fold(name).split())
    options = {"name": f"T{name}", "columns": columns, "style": "Table Style Light 1"}
    page.add_table(top, 0, top + body, len(headings) - 1, options)


def _least_width(column: Sequence[str]) -> int:
    heading, *texts = column
    word = _longest(part for text in texts for part in text.split()) + 3  # a word is not broken
    return max(NARROWEST, word, _longest(heading.split()) + 4)  # the filter's arrow stands beside it


def _share(columns: Sequence[Sequence[str]], least: Sequence[int], widest: int, room: int) -> list[int]:
    """Widths in characters: of three ways to share the room, the one by which rows take the fewest lines.

    Long texts give way first; then short ones may take two lines, or three, where a long one makes rows tall anyway.
    """
    sizes = [list(map(len, texts)) for _, *texts in columns]  # the heading takes what the least width gives
    ways = [_fit([max(size, default=0) // lines + 3 for size in sizes], least, widest, room) for lines in (1, 2, 3)]
    rows = list(zip(*sizes, strict=True))
    return min(
        ways, key=lambda way: sum(max(size // (one - 2) for size, one in zip(row, way, strict=True)) for row in rows)
    )


def _fit(wanted: Sequence[int], least: Sequence[int], widest: int, room: int) -> list[int]:
    for most in range(widest, 0, -1):
        given = [max(low, min(one, most)) for one, low in zip(wanted, least, strict=True)]
        if sum(given) <= room:
            break
    return given


def count_lines(text: str, width: int) -> int:
    """Lines a text takes in a column of so many characters; its own line breaks count.

    A column's width is told in digits; small letters are narrower, by a sixth in Calibri.
    """
    room = max(int((width - 2) * (1 + sum(map(str.islower, text)) / max(len(text), 1) / 6)), 1)
    return max(1, sum(max(1, len(wrap(part, room))) for part in text.splitlines()))


def _write_cell(
    page: Any, row: int, column: int, cell: Any, formats: Mapping[str, Any], *, share: bool, total: bool = False
) -> None:
    kept = "total " if total else ""
    if isinstance(cell, date) and not pd.isna(cell):
        exact = isinstance(cell, datetime) and (cell.hour, cell.minute) != (0, 0)
        page.write_datetime(row, column, cell, formats["moment" if exact else "date"])
    elif isinstance(cell, int | float | Fraction) and not isinstance(cell, bool) and not math.isnan(cell):
        kind = "share" if share else "whole" if float(cell).is_integer() else "number"
        page.write_number(row, column, float(cell), formats[f"{kept}{kind}"])
    elif (text := clean_text(show_cell(cell))[:MOST_CHARACTERS]) or total:
        page.write(row, column, text, formats[f"{kept}{'hidden' if text == HIDDEN else 'text'}"])


def clean_text(text: str) -> str:
    """Drop what XML cannot hold (control characters, lone surrogates); line breaks and tabs stay."""
    return _NOT_XML.sub("", text)


COLOURS = (f"#{ACCENT}", "#E69F00", "#009E73", "#C8CDD2", "#8C8C8C")


def _draw_chart(book: Any, page: Any, sheet: TableSheet, top: int) -> None:
    assert sheet.chart is not None
    category, series = sheet.chart
    columns, last = list(sheet.table.columns), top + count_body(sheet.table)
    days = is_datetime64_any_dtype(sheet.table[category])
    chart = book.add_chart(
        {"type": "scatter", "subtype": "straight"} if days else {"type": "bar", "subtype": "stacked"}
    )
    for name, colour in zip(series, cycle(COLOURS), strict=False):
        at = columns.index(name)
        line = {"line": {"color": colour, "width": 2.25}} if days else {"fill": {"color": colour}, "gap": 60}
        chart.add_series({
            "name": [sheet.name, top, at],
            "categories": [sheet.name, top + 1, columns.index(category), last, columns.index(category)],
            "values": [sheet.name, top + 1, at, last, at],
            **line,
        })  # fmt: skip
    chart.set_title({"name": sheet.title, "name_font": {"size": 12}})
    most = max(float(sheet.table[name].max()) for name in series) if len(sheet.table) else 1.0
    grid = {"major_gridlines": {"visible": True, "line": {"color": "#E4E8EB"}}, "min": 0, "name": "Skaits"}
    heading = {"name": HEADINGS.get(category, category)}
    if days:
        chart.set_x_axis({**heading, "num_format": "mm.yyyy", **_span(sheet.table[category])})
        chart.set_y_axis(grid)
    else:
        chart.set_x_axis({**grid, "major_unit": max(1, math.ceil(most / 7))})
        chart.set_y_axis({**heading, "reverse": True, "crossing": "max"})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 720, "height": 320 if days else 120 + 46 * len(sheet.table)})
    told = show(sheet.table, caption=sheet.title)
    page.insert_chart(top + len(sheet.table) + 2, 0, chart, {"description": clean_text(repr(told))[:1000]})


def _span(days: pd.Series) -> dict[str, Any]:
    """An axis from the first day's month to the last's, with a mark each quarter (days since 1900, as Excel counts)."""
    zero = pd.Timestamp(1899, 12, 30)
    return {"min": (days.min().replace(day=1) - zero).days, "max": (days.max() - zero).days + 1, "major_unit": 91}


def make_document(
    title: str, stamp: Stamp, parts: Sequence[Any], *, annex: bool = True, logos: Mapping[str, bytes] | None = None
) -> bytes:
    """Make an A4 document in Latvian.

    Parameters
    ----------
    title : str
    stamp : Stamp
    parts : sequence
        In order: ``("contents",)``, ``("heading", text)``, ``("subheading", text)``, ``("text", text)``, ``("small",
        text)``, ``("item", text)`` of a list, ``("facts", pairs)`` of label and value, ``("table", title, table)`` in
        code words, ``("plain table", table)`` without a caption, or ``("chart", chart)`` whose description becomes
        the alternative text.
    annex : bool
        Say at the end from which data, by which rule and version it was made; letters do without.
    logos : mapping of str to bytes, optional
        Pictures for the head of every page, by file name.

    Returns
    -------
    bytes
        DOCX, the same for the same input.
    """
    document = Document(io.BytesIO(_template()))
    _set_up(document, title, stamp)
    _add_logos(document, logos or {})
    document.add_heading(title, level=0)
    if stamp.example:
        _add_notice(document.add_paragraph())
    shown = [*parts, *(describe_origin(stamp) if annex else [])]
    headings = [(LEVELS[kind], content[0]) for kind, *content in shown if kind in LEVELS]
    numbers: Counter[str] = Counter()
    for (kind, *content), following in pairwise([*shown, ("",)]):
        group = "heading" if kind in LEVELS else kind
        numbers[group] += 1
        _add(document, kind, numbers[group], [headings] if kind == "contents" else content)
        if kind in ("text", "small") and sticks(following):
            document.paragraphs[-1].paragraph_format.keep_with_next = True
    buffer = io.BytesIO()
    document.save(buffer)
    return repack(buffer.getvalue())


def sticks(following: Sequence[Any]) -> bool:
    """Whether what stands before this part must not be left alone at the foot of a page."""
    return following[0] in ("table", "chart")


LEVELS = {"heading": 1, "subheading": 2}


def describe_origin(stamp: Stamp) -> list[tuple[Any, ...]]:
    """The last parts of a report: from which data, by which rule and version it was made."""
    return [("heading", "Par šo pārskatu"), ("table", "Dati, kārtula un versija", stamp.table())]


@cache
def _template() -> bytes:
    """An empty document with the styles used here alone: to read all of the library's takes longer than a letter."""
    document = Document()
    known = {style.style_id: style.element for style in document.styles}
    kept = [key for key, style in known.items() if style.name_val in STYLES]
    for key in kept:
        told = [known[key].find(qn(kind)) for kind in ("w:basedOn", "w:next", "w:link")]
        kept += {other.get(qn("w:val")) for other in told if other is not None} - {*kept}
    for key in known.keys() - {*kept}:
        document.styles.element.remove(known[key])
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_up(document: Docx, title: str, stamp: Stamp) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin, section.bottom_margin = Cm(2), Cm(2.2)
    base = document.styles["Normal"]
    base.font.name, base.font.size = "Calibri", Pt(11)
    base.element.get_or_add_rPr().append(_element("w:lang", val="lv-LV", eastAsia="lv-LV", bidi="lv-LV"))
    for level in LEVELS.values():
        style = document.styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.paragraph_format.space_after = base, Pt(2)
        style.paragraph_format.left_indent = Cm(0.6 * (level - 1))
    for name in ("Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name, style.font.color.rgb = "Calibri", RGBColor.from_string(ACCENT)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(fonts.attrib):
            if attribute.endswith("Theme"):
                del fonts.attrib[attribute]
        fonts.set(qn("w:eastAsia"), "Calibri")
    document.styles["Title"].font.size = Pt(22)
    section.footer.paragraphs[0].text = f"{stamp.funding_sentence} {stamp.responsibility}"
    document.styles["Footer"].font.size = Pt(8)
    page = section.footer.add_paragraph(style="Footer")
    page.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _add_field(page, "PAGE", "1")
    page.add_run(". lapa")
    if stamp.example:
        _add_notice(section.header.paragraphs[0]).font.size = Pt(8)
    core = document.core_properties
    core.title, core.author, core.language, core.comments = title, stamp.project, "lv-LV", stamp.short()
    core.created = core.modified = CREATED
    core.last_modified_by, core.revision = "", 1


def _element(tag: str, **values: str) -> Any:
    """A part of a document that python-docx has no function for."""
    element = OxmlElement(tag)
    for name, value in values.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _add_notice(paragraph: Any) -> Any:
    notice = paragraph.add_run(EXAMPLE_NOTICE)
    notice.bold, notice.font.color.rgb = True, RGBColor(0xB0, 0x3A, 0x00)
    return notice


def _add_field(paragraph: Any, code: str, known: str) -> None:
    """Add a field with what it gives, so that it is right before anything updates it."""
    for kind, text in (("begin", ""), ("", code), ("separate", "")):
        part = _element("w:fldChar", fldCharType=kind) if kind else _element("w:instrText")
        part.text = f" {text} " if text else None
        paragraph.add_run()._r.append(part)
    paragraph.add_run(known)
    paragraph.add_run()._r.append(_element("w:fldChar", fldCharType="end"))


def _add_logos(document: Docx, logos: Mapping[str, bytes]) -> None:
    """Put logos in one line at the head of every page, each narrow enough for all to fit."""
    line = document.sections[0].header.add_paragraph() if logos else None
    for name, content in logos.items():
        assert line is not None
        picture = line.add_run().add_picture(io.BytesIO(content), height=Cm(LOGO_HEIGHT))
        shrink = min(1.0, Cm(TEXT_WIDTH / len(logos) - 0.3) / picture.width)
        picture.width, picture.height = Emu(int(picture.width * shrink)), Emu(int(picture.height * shrink))
        picture._inline.docPr.set("descr", clean_text(PurePosixPath(name).stem))
        line.add_run("  ")


def _add(document: Docx, kind: str, number: int, content: Sequence[Any]) -> None:
    match kind:
        case "contents":
            _add_contents(document, content[0])
        case "heading" | "subheading":
            _add_heading(document, content[0], LEVELS[kind], number)
        case "text":
            document.add_paragraph(clean_text(content[0]))
        case "item":
            document.add_paragraph(clean_text(content[0]), style="List Bullet")
        case "facts":
            _add_facts(document, content[0])
        case "plain table":
            _add_table(document, content[0])
        case "small":
            document.add_paragraph().add_run(clean_text(content[0])).font.size = Pt(8)
        case "table":
            _add_caption(document, "tabula", number, content[0]).paragraph_format.keep_with_next = True
            _add_table(document, content[1])
        case "chart":
            _add_chart(document, content[0])
            _add_caption(document, "attēls", number, content[0].title)


def _add_contents(document: Docx, headings: Sequence[tuple[int, str]]) -> None:
    """A table of contents that links to each heading and gives no page numbers: right before it is ever updated."""
    document.add_paragraph().add_run(CONTENTS).bold = True
    lines = [document.add_paragraph(style=f"toc {level}") for level, _ in headings]
    _add_field(lines[0], 'TOC \\o "1-2" \\n \\h \\z', "")
    end = lines[0]._p[-1]
    for number, (line, (_, text)) in enumerate(zip(lines, headings, strict=True), start=1):
        link = _element("w:hyperlink", anchor=f"_Toc{number:06}")
        link.append(line.add_run(clean_text(text))._r)
        line._p.append(link)
    lines[-1]._p.append(end)


def _add_heading(document: Docx, text: str, level: int, number: int) -> None:
    paragraph = document.add_heading(clean_text(text), level=level)
    paragraph._p.append(_element("w:bookmarkStart", id=str(number), name=f"_Toc{number:06}"))
    paragraph._p.append(_element("w:bookmarkEnd", id=str(number)))


def _add_caption(document: Docx, kind: str, number: int, text: str) -> Any:
    paragraph = document.add_paragraph(style="Caption")
    _add_field(paragraph, f"SEQ {kind} \\* ARABIC", str(number))
    paragraph.add_run(clean_text(f". {kind}. {text}"))
    for run in paragraph.runs:
        run.font.color.rgb = RGBColor(0x44, 0x44, 0x44)
    return paragraph


def _add_facts(document: Docx, facts: Sequence[tuple[str, str]]) -> None:
    grid = document.add_table(rows=len(facts), cols=2)
    grid.autofit = False
    for column, width in zip(grid.columns, FACT_WIDTHS, strict=True):
        column.width = Cm(width)
    for line, texts in zip(grid.rows, facts, strict=True):
        for cell, text, width, head in zip(line.cells, texts, FACT_WIDTHS, (True, False), strict=True):
            cell.width = Cm(width)
            run = cell.paragraphs[0].add_run(clean_text(text))
            run.bold, cell.paragraphs[0].paragraph_format.space_after = head, Pt(2)


def _add_table(document: Docx, table: pd.DataFrame) -> None:
    shown = show(table, caption="")
    grid = document.add_table(rows=1 + len(shown.rows), cols=len(shown.headings), style="Table Grid")
    grid.autofit = False
    _mark_row(grid.rows[0], "w:tblHeader")
    widths = share_width(shown, TEXT_WIDTH)
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Cm(width)
    short = len(shown.rows) <= KEPT_TOGETHER
    for line, (cells, texts) in enumerate(zip(grid.rows, [shown.headings, *shown.rows], strict=True)):
        _mark_row(cells, "w:cantSplit")
        strong = line == 0 or is_total(texts)
        for cell, text, numeric, width in zip(cells.cells, texts, shown.numeric, widths, strict=True):
            cell.width = Cm(width)
            _fill(cell, text, right=numeric, head=line == 0, strong=strong)
            cell.paragraphs[0].paragraph_format.keep_with_next = short and line < len(shown.rows)
    gap = document.add_paragraph().paragraph_format
    gap.space_after, gap.line_spacing = Pt(0), Pt(10)


def _mark_row(row: Any, mark: str) -> None:
    row._tr.get_or_add_trPr().append(_element(mark, val="true"))


def share_width(shown: Shown, width: float) -> list[float]:
    """Share a width so that texts take as few lines as possible and words stay whole.

    Few short columns take less than all of it: numbers far apart are hard to follow.
    """
    columns = list(zip(shown.headings, *shown.rows, strict=True))
    least = [max(FEWEST_CHARACTERS, *(min(_longest(text.split()), 30) + 2 for text in column)) for column in columns]
    given = _share(columns, least, LINE_WIDTH, LINE_WIDTH)
    return [width * one / max(sum(given), FULL_WIDTH) for one in given]


def _longest(texts: Iterable[str]) -> int:
    return max(map(len, texts), default=0)


def _fill(cell: Any, text: str, *, right: bool, head: bool, strong: bool) -> None:
    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(clean_text(text))
    run.bold, run.font.size = strong, Pt(9.5)
    paragraph.paragraph_format.space_after = Pt(0)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if head:
        cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill="DDEBF5"))


def _add_chart(document: Docx, chart: Chart) -> None:
    picture = document.add_picture(io.BytesIO(chart.png), width=Cm(TEXT_WIDTH))
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    about = picture._inline.docPr
    about.set("descr", clean_text(chart.description))
    about.set("title", clean_text(chart.title))


def repack(content: bytes) -> bytes:
    """Pack a zip again with one fixed date, so that the same content gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, FIXED_DATE)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            new.writestr(entry, old.read(name))
    return buffer.getvalue()


@dataclass(frozen=True)
class Chart:
    """A finished chart: its title, what it shows in words, and the picture for print and for a screen."""

    title: str
    description: str
    png: bytes = b""
    svg: bytes = b""


def describe_chart(ax: Axes) -> Chart:
    """A chart's words without its pictures."""
    return Chart(ax.get_title(loc="left"), str(ax.get_label()))


def draw_charts(charts: Mapping[str, Axes]) -> dict[str, Chart]:
    """Each chart drawn once, by name."""
    return {
        name: replace(describe_chart(ax), png=render(ax, "png", dpi=PRINT_DPI), svg=render(ax, "svg", dpi=PRINT_DPI))
        for name, ax in charts.items()
    }


def list_pictures(charts: Mapping[str, Chart]) -> dict[str, bytes]:
    """PNG (300 dpi, for print) and SVG of each chart, by file name."""
    return {
        f"{name}.{kind}": content
        for name, chart in charts.items()
        for kind, content in (("png", chart.png), ("svg", chart.svg))
    }
