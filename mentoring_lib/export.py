"""Files for people: workbooks, the report, pictures; made in memory and written whole or not at all.

XLSX is written with XlsxWriter: the same bytes every time, native charts with alternative text, and text that can
never become a formula. DOCX is written with python-docx and packed again with a fixed date. A file that a person has
edited since it was made is left alone; the new one goes beside it. What an earlier run made and this one does not make
any more is removed, unless a person has edited it: a letter of a withdrawn result must not lie there ready to send.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cache
from itertools import chain
from itertools import count as count_from
from pathlib import Path, PurePosixPath
from textwrap import wrap
from typing import Any

import pandas as pd
import xlsxwriter
from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from matplotlib.axes import Axes

from mentoring_lib.errors import Problem, Refused
from mentoring_lib.plotting import render
from mentoring_lib.reporting import EXAMPLE_NOTICE, TOTAL, Stamp
from mentoring_lib.tables import HEADINGS, NOTHING, SHARES, present, show, show_cell

MANIFEST = "manifests.json"
FIXED_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold; real dates would change the bytes
CREATED = datetime(2023, 5, 1, tzinfo=UTC)
PRINT_DPI = 300
MOST_CHARACTERS = 32767  # in one cell of a spreadsheet
ACCENT = "0072B2"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
WIDEST, LONG, NARROWEST, NOTE_WIDTH = 72, 90, 8, 110  # characters
COVER_WIDTH = 100  # characters
LINE_HEIGHT = 15.5  # points
LINES_ON_A_PAGE = 45
FEWEST_CHARACTERS = 8  # of a column in a document: a year must not break
TEXT_WIDTH = 16.6  # centimetres between the margins of an A4 page
FACT_WIDTHS = (4.6, TEXT_WIDTH - 4.6)  # centimetres: label and value
STYLES = ("Normal", "Default Paragraph Font", "Normal Table", "No List", "header", "footer", "Title", "heading 1",
          "heading 2", "caption", "List Bullet", "Table Grid")  # fmt: skip
LOGO_HEIGHT = 1.4  # centimetres


TITLE = {"bold": True, "font_size": 15, "font_color": ACCENT}
HEAD = {"indent": 1, "bold": True, "font_color": "white", "bg_color": ACCENT, "text_wrap": True, "valign": "vcenter"}


@dataclass(frozen=True)
class TableSheet:
    """One table on a sheet of its own.

    ``name`` of the sheet (31 characters at most), ``title`` above the table, ``table`` in code words (translated when
    written, see :func:`tables.present`), ``note`` under the title; ``chart`` names the column of categories and the
    columns to draw as stacked bars.
    """

    name: str
    title: str
    table: pd.DataFrame
    note: str = ""
    chart: tuple[str, tuple[str, ...]] | None = None


def make_workbook(title: str, stamp: Stamp, sheets: Sequence[TableSheet]) -> bytes:
    """Make a workbook: a cover with contents, then one table a sheet.

    Parameters
    ----------
    title : str
    stamp : Stamp
        Written on the cover and, shortened, at the foot of every printed page.
    sheets : sequence of TableSheet

    Returns
    -------
    bytes
        XLSX, the same for the same input.
    """
    buffer = io.BytesIO()
    book = open_workbook(buffer, title, comments=stamp.short())
    formats = {
        "title": book.add_format(TITLE),
        "notice": book.add_format({"bold": True, "font_color": "#B03A00"}),
        "head": book.add_format(HEAD),
        "head number": book.add_format({**HEAD, "align": "right"}),
        "text": book.add_format({"text_wrap": True, "valign": "top", "align": "left", "indent": 1}),
        "number": book.add_format({"num_format": "#,##0.##", "valign": "top"}),
        "whole": book.add_format({"num_format": "0", "valign": "top"}),
        "share": book.add_format({"num_format": "0%", "valign": "top"}),
        "date": book.add_format({"num_format": "dd.mm.yyyy", "valign": "top", "align": "left"}),
        "moment": book.add_format({"num_format": "dd.mm.yyyy hh:mm", "valign": "top", "align": "left"}),
        "link": book.add_format({"font_color": ACCENT, "underline": 1}),
        "muted": book.add_format({"font_color": "#5A5A5A", "italic": True}),
    }
    _write_cover(book, formats, title, stamp, sheets)
    for sheet in sheets:
        _write_sheet(book, formats, sheet, stamp)
    book.close()
    return buffer.getvalue()


def open_workbook(buffer: io.BytesIO, title: str, **properties: str) -> Any:
    """Open a new workbook that keeps text as text and carries one fixed date."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": title, "created": CREATED.replace(tzinfo=None), **properties})
    return book


def _prepare(page: Any, stamp: Stamp, *, lines: int) -> None:
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 1 if lines <= LINES_ON_A_PAGE else 0)
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.8)
    page.set_footer(f"&L&8{stamp.short().replace('&', '&&')}&R&8&P. lapa no &N")


def _write_cover(book: Any, formats: Mapping[str, Any], title: str, stamp: Stamp, sheets: Sequence[TableSheet]) -> None:
    page = book.add_worksheet("Saturs")
    _prepare(page, stamp, lines=len(sheets))
    page.hide_gridlines(2)
    page.set_column(0, 0, 30)
    page.set_column(1, 1, COVER_WIDTH)
    page.write_string(0, 0, title, formats["title"])
    row = 2
    for label, text in stamp.lines():
        page.write_string(row, 0, label, formats["text"])
        page.write_string(row, 1, text, formats["notice"] if text == EXAMPLE_NOTICE else formats["text"])
        page.set_row(row, LINE_HEIGHT * count_lines(text, COVER_WIDTH))
        row += 1
    page.write_string(row + 1, 0, "Lapas", formats["head"])
    page.write_string(row + 1, 1, "Kas tajās ir", formats["head"])
    for number, sheet in enumerate(sheets, start=row + 2):
        page.write_url(number, 0, f"internal:'{sheet.name}'!A1", formats["link"], sheet.name)
        page.write_string(number, 1, sheet.title, formats["text"])


def _write_sheet(book: Any, formats: Mapping[str, Any], sheet: TableSheet, stamp: Stamp) -> None:
    page = book.add_worksheet(sheet.name)
    page.write_string(0, 0, sheet.title, formats["title"])
    lines = [*wrap(sheet.note, NOTE_WIDTH), *([EXAMPLE_NOTICE] if stamp.example else [])]
    for row, line in enumerate(lines, start=1):
        page.write_string(row, 0, line, formats["notice" if line == EXAMPLE_NOTICE else "muted"])
    top, worded = len(lines) + 2, present(sheet.table)
    shown = show(sheet.table, caption=sheet.title)
    widths = [_width(heading, [row[index] for row in shown.rows]) for index, heading in enumerate(shown.headings)]
    for index, (name, heading) in enumerate(zip(sheet.table.columns, shown.headings, strict=True)):
        page.set_column(index, index, widths[index])
        page.write_string(top, index, heading, formats["head number" if shown.numeric[index] else "head"])
        for row, cell in enumerate(worded.iloc[:, index].tolist(), start=top + 1):
            _write_cell(page, row, index, cell, formats, share=name in SHARES)
    needed = [max(map(count_lines, texts, widths)) for texts in [shown.headings, *shown.rows]]
    for number, count in enumerate(needed, start=top):
        page.set_row(number, LINE_HEIGHT * count)
    if not shown.rows:
        page.write_string(top + 1, 0, NOTHING)
    _prepare(page, stamp, lines=sum(needed))
    page.freeze_panes(top + 1, 1)
    page.repeat_rows(top)
    if len(sheet.table):
        page.autofilter(top, 0, top + len(sheet.table), len(shown.headings) - 1)
    if sheet.chart:
        _draw_chart(book, page, sheet, top)


def _width(heading: str, texts: Sequence[str]) -> int:
    longest = max(map(len, texts), default=0)
    word = max(map(len, heading.split()), default=0) + 4  # the filter's arrow stands beside it
    return max(NARROWEST, word, longest + 3 if longest <= WIDEST else LONG)


def count_lines(text: str, width: int) -> int:
    """Lines a text takes in a column of so many characters; its own line breaks count."""
    return max(1, sum(max(1, len(wrap(part, max(width - 2, 1)))) for part in text.splitlines()))


def _write_cell(page: Any, row: int, column: int, cell: Any, formats: Mapping[str, Any], *, share: bool) -> None:
    if isinstance(cell, datetime) and not pd.isna(cell):
        kind = "date" if (cell.hour, cell.minute) == (0, 0) else "moment"
        page.write_datetime(row, column, cell.replace(tzinfo=None), formats[kind])
    elif isinstance(cell, date) and not pd.isna(cell):
        page.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), formats["date"])
    elif isinstance(cell, int | float | Fraction) and not isinstance(cell, bool) and not math.isnan(cell):
        kind = "share" if share else "whole" if float(cell).is_integer() else "number"
        page.write_number(row, column, float(cell), formats[kind])
    elif text := clean_text(show_cell(cell))[:MOST_CHARACTERS]:
        page.write_string(row, column, text, formats["text"])


def clean_text(text: str) -> str:
    """Drop what XML cannot hold (control characters, lone surrogates); line breaks and tabs stay."""
    return _NOT_XML.sub("", text)


def _draw_chart(book: Any, page: Any, sheet: TableSheet, top: int) -> None:
    assert sheet.chart is not None
    category, series = sheet.chart
    columns = list(sheet.table.columns)
    total = bool(len(sheet.table)) and sheet.table[category].iloc[-1] == TOTAL
    last = top + len(sheet.table) - total
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    colours = [f"#{ACCENT}", "#E69F00", "#009E73", "#C8CDD2", "#8C8C8C"]
    for name, colour in zip(series, colours, strict=False):
        at = columns.index(name)
        chart.add_series({
            "name": [sheet.name, top, at],
            "categories": [sheet.name, top + 1, columns.index(category), last, columns.index(category)],
            "values": [sheet.name, top + 1, at, last, at],
            "fill": {"color": colour},
            "gap": 60,
        })  # fmt: skip
    chart.set_title({"name": sheet.title, "name_font": {"size": 12}})
    most = max(float(sheet.table[name].max()) for name in series) if len(sheet.table) else 1.0
    chart.set_x_axis(
        {
            "major_unit": max(1, math.ceil(most / 7)),
            "name": "Skaits",
            "major_gridlines": {"visible": True, "line": {"color": "#E4E8EB"}},
            "min": 0,
        }
    )
    chart.set_y_axis({"name": HEADINGS.get(category, category), "reverse": True, "crossing": "max"})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 720, "height": 120 + 46 * len(sheet.table)})
    told = show(sheet.table, caption=sheet.title)
    page.insert_chart(top + len(sheet.table) + 2, 0, chart, {"description": clean_text(repr(told))[:1000]})


def make_document(
    title: str, stamp: Stamp, parts: Sequence[Any], *, annex: bool = True, logos: Mapping[str, bytes] | None = None
) -> bytes:
    """Make an A4 document in Latvian.

    Parameters
    ----------
    title : str
    stamp : Stamp
    parts : sequence
        In order: ``("heading", text)``, ``("text", text)``, ``("small", text)``, ``("item", text)`` of a list,
        ``("facts", pairs)`` of label and value, ``("table", title, table)`` in code words, ``("plain table", table)``
        without a caption, or
        ``("chart", axes)`` whose label becomes the alternative text.

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
        notice = document.add_paragraph().add_run(EXAMPLE_NOTICE)
        notice.bold, notice.font.color.rgb = True, RGBColor(0xB0, 0x3A, 0x00)
    numbers = {"table": 0, "chart": 0}
    about = [("heading", "Par šo pārskatu"), ("table", "Dati, kārtula un versija", stamp.table())]
    for kind, *content in [*parts, *(about if annex else [])]:
        numbers[kind] = numbers.get(kind, 0) + 1
        _add(document, kind, numbers[kind], content)
    buffer = io.BytesIO()
    document.save(buffer)
    return repack(buffer.getvalue())


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
    language = OxmlElement("w:lang")
    for name in ("w:val", "w:eastAsia", "w:bidi"):
        language.set(qn(name), "lv-LV")
    properties = base.element.get_or_add_rPr()
    properties.append(language)
    for name in ("Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name, style.font.color.rgb = "Calibri", RGBColor.from_string(ACCENT)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(fonts.attrib):
            if attribute.endswith("Theme"):
                del fonts.attrib[attribute]
        fonts.set(qn("w:eastAsia"), "Calibri")
    document.styles["Title"].font.size = Pt(22)
    footer = section.footer.paragraphs[0]
    footer.text = f"{stamp.funding_sentence} {stamp.responsibility}"
    footer.runs[0].font.size = Pt(8)
    core = document.core_properties
    core.title, core.author, core.language, core.comments = title, stamp.project, "lv-LV", stamp.short()
    core.created = core.modified = CREATED
    core.last_modified_by, core.revision = "", 1


def _add_logos(document: Docx, logos: Mapping[str, bytes]) -> None:
    """Put logos in one line at the head of every page, each narrow enough for all to fit."""
    line = document.sections[0].header.paragraphs[0] if logos else None
    for name, content in logos.items():
        assert line is not None
        picture = line.add_run().add_picture(io.BytesIO(content), height=Cm(LOGO_HEIGHT))
        shrink = min(1.0, Cm(TEXT_WIDTH / len(logos) - 0.3) / picture.width)
        picture.width, picture.height = int(picture.width * shrink), int(picture.height * shrink)
        picture._inline.docPr.set("descr", clean_text(PurePosixPath(name).stem))
        line.add_run("  ")


def _add(document: Docx, kind: str, number: int, content: Sequence[Any]) -> None:
    match kind:
        case "heading":
            document.add_heading(content[0], level=1)
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
            _add_caption(document, f"{number}. tabula. {content[0]}").paragraph_format.keep_with_next = True
            _add_table(document, content[1])
        case "chart":
            _add_chart(document, content[0])
            _add_caption(document, f"{number}. attēls. {content[0].get_title(loc='left')}")


def _add_caption(document: Docx, text: str) -> Any:
    paragraph = document.add_paragraph(style="Caption")
    paragraph.add_run(clean_text(text)).font.color.rgb = RGBColor(0x44, 0x44, 0x44)
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
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    grid.rows[0]._tr.get_or_add_trPr().append(repeated)
    widths = _share_width([shown.headings, *shown.rows])
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Cm(width)
    for line, (cells, texts) in enumerate(zip(grid.rows, [shown.headings, *shown.rows], strict=True)):
        for cell, text, numeric, width in zip(cells.cells, texts, shown.numeric, widths, strict=True):
            cell.width = Cm(width)
            _fill(cell, text, right=numeric, head=line == 0)
    document.add_paragraph()


def _share_width(rows: Sequence[Sequence[str]]) -> list[float]:
    """Share the page's width by the longest text of each column, long ones counted less, words kept whole (cm)."""
    columns = list(zip(*rows, strict=True))
    words = [max(len(word) for text in column for word in (text.split() or [""])) for column in columns]
    wanted = [
        max(min(max(map(len, column)), 60) ** 0.8, min(word, 30) + 2, FEWEST_CHARACTERS)
        for column, word in zip(columns, words, strict=True)
    ]
    return [TEXT_WIDTH * one / sum(wanted) for one in wanted]


def _fill(cell: Any, text: str, *, right: bool, head: bool) -> None:
    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(clean_text(text))
    run.bold, run.font.size = head, Pt(9.5)
    paragraph.paragraph_format.space_after = Pt(0)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if head:
        fill = OxmlElement("w:shd")
        for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", "DDEBF5")):
            fill.set(qn(name), value)
        cell._tc.get_or_add_tcPr().append(fill)


def _add_chart(document: Docx, ax: Axes) -> None:
    picture = document.add_picture(io.BytesIO(render(ax, "png", dpi=PRINT_DPI)), width=Cm(TEXT_WIDTH))
    about = picture._inline.docPr
    about.set("descr", clean_text(str(ax.get_label())))
    about.set("title", clean_text(ax.get_title(loc="left")))


def repack(content: bytes) -> bytes:
    """Pack a zip again with one fixed date, so that the same content gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, FIXED_DATE)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            new.writestr(entry, old.read(name))
    return buffer.getvalue()


def draw_charts(charts: Mapping[str, Axes]) -> dict[str, bytes]:
    """PNG (300 dpi, for print) and SVG of each chart, by file name."""
    kinds = (("png", PRINT_DPI), ("svg", PRINT_DPI))
    return {f"{name}.{kind}": render(ax, kind, dpi=dpi) for name, ax in charts.items() for kind, dpi in kinds}


def write_all(folder: Path, files: Mapping[str, bytes]) -> list[Problem]:
    """Write a set of files, each in one step, and last the list of their hashes; remove what is no longer made.

    Parameters
    ----------
    folder : Path
        Made if missing.
    files : mapping of str to bytes
        By path within the folder.

    Returns
    -------
    list of Problem
        A note for each file that a person has edited since it was made: it stays, the new one is written beside it
        as "name (jauns).ext" (or "name (jauns 2).ext", if she has edited that one too). A note of the files removed,
        and of those that are no longer made but stay since she has edited them.

    Raises
    ------
    Refused
        If the folder is a file.
    """
    known = _read_manifest(check_folder(folder) / MANIFEST)
    problems: list[Problem] = []
    written: dict[str, str] = {}
    for name, content in sorted(files.items()):
        *edited, place = _find_place(folder, name, content, known)
        written |= {passed: known.get(passed, "") for passed in edited}
        written[place] = _digest(content)
        if edited:
            problems.append(Problem("output_edited", file=name, details=PurePosixPath(place).name))
        if _hash_file(folder / place) != written[place]:
            replace_file(folder / place, content)
    left = {name: digest for name, digest in known.items() if name not in written and (folder / name).is_file()}
    stale = [name for name, digest in left.items() if _hash_file(folder / name) == digest]
    kept = {name: digest for name, digest in left.items() if name not in stale}
    for name in stale:
        _remove(folder, name)
    listing = json.dumps(written | kept, ensure_ascii=False, indent=1, sort_keys=True)
    replace_file(folder / MANIFEST, listing.encode("utf-8"))
    if stale:
        problems.append(Problem("output_removed", value=str(len(stale)), details=", ".join(sorted(stale))))
    return problems + [Problem("output_stale", file=name) for name in sorted(kept)]


def check_folder(folder: Path) -> Path:
    """The same folder, if it is one or can be made.

    Raises
    ------
    Refused
        If it, or anything above it, is a file.
    """
    standing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not standing.is_dir():
        raise Refused([Problem("folder_is_file", value=str(standing))])
    return folder


def _read_manifest(path: Path) -> dict[str, str]:
    """Hash of each file as it was written, by path; nothing is known if the list is damaged."""
    try:
        known = json.loads(path.read_bytes()) if path.is_file() else {}
    except ValueError:
        return {}
    pairs = known.items() if isinstance(known, dict) else ()
    return {name: digest for name, digest in pairs if isinstance(digest, str) and _stays_inside(name)}


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and not re.search(r"[\\:\x00]", name)


def _find_place(folder: Path, name: str, content: bytes, known: Mapping[str, str]) -> Iterator[str]:
    """Names to try in order: those a person has edited, last the one that may be written."""
    path, digest = PurePosixPath(name), _digest(content)
    for mark in chain(["", " (jauns)"], (f" (jauns {number})" for number in count_from(2))):
        place = str(path.with_name(f"{path.stem}{mark}{path.suffix}"))
        yield place
        if _hash_file(folder / place) in (None, digest, known.get(place)):
            return


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _hash_file(path: Path) -> str | None:
    return _digest(path.read_bytes()) if path.is_file() else None


def _remove(folder: Path, name: str) -> None:
    """Remove a file, and the folders within this one that it leaves empty."""
    (folder / name).unlink()
    for parent in PurePosixPath(name).parents[:-1]:
        if any((folder / parent).iterdir()):
            break
        (folder / parent).rmdir()


def replace_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: beside it first, then in its place in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
