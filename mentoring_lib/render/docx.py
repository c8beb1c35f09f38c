"""Documents for people: DOCX of parts, written with python-docx and packed again with a fixed date."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree import ElementTree

import pandas as pd
from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor

from mentoring_lib.base.stamp import EXAMPLE_NOTICE, Stamp
from mentoring_lib.render.charts import Chart
from mentoring_lib.render.layout import CONTENTS, KEPT_TOGETHER, clean_text, date_file, share_width
from mentoring_lib.render.palette import COLOURS, LOOKS
from mentoring_lib.render.tables import is_total, show

# Page, styles and foot of every document, in Latvian; to be changed in Word.
TEMPLATE = Path(__file__).with_name("document.docx")
FIXED_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold; real dates would change the bytes
TEXT_WIDTH = 16.6  # centimetres between the margins of an A4 page
FACT_WIDTHS = (4.6, TEXT_WIDTH - 4.6)  # centimetres: label and value

SIGN_COLOURS = {"●": "done", "○": "muted", "◆": "lacking"}
# Marks of to-do items in a table's cell, coloured as in the chart; told apart by shape.
SIGNS = re.compile("(●+|○+|◆+)")

LOGO_HEIGHT = 1.4  # centimetres
MAX_PROPERTY = 255  # characters of a property of a document


def make_document(
    title: str,
    stamp: Stamp,
    parts: Sequence[Any],
    look: str = "plain",
    *,
    logos: Mapping[str, bytes] | None = None,
    basis: str = "",
) -> bytes:
    """Make an A4 document in Latvian.

    Parameters
    ----------
    title : str
    stamp : Stamp
    parts : sequence
        In order: ``("title",)``, ``("contents",)``, ``("heading", text)``, ``("subheading", text)``, ``("text",
        text)``, ``("small", text)``, ``("alert", text)``, ``("lead", bold, text)``, ``("box", bold, text)``, ``("item",
        text)`` of a list, ``("sides", left, right)`` side by side, ``("facts", pairs)`` of label and value, ``("cards",
        numbers)``, ``("table", title, table)`` in code words, ``("plain table", table)`` without a caption, or
        ``("chart", chart)`` whose description becomes the alternative text.
    look : str
        "plain" begins with the title; a "letter" is small enough for one page, a "report" counts its pages.
    logos : mapping of str to bytes, optional
        Pictures for the head of every page, by file name.
    basis : str
        Of which decision a letter tells; it stands in the document's properties (see :func:`read_basis`).

    Returns
    -------
    bytes
        DOCX, the same for the same input.
    """
    document = _open(title, stamp, logos or {}, look)
    if look == "plain":
        parts = [("title",), *[("alert", EXAMPLE_NOTICE)] * stamp.example, *parts]
    elif look == "letter":
        document.core_properties.category = basis
    headings = [(LEVELS[kind], content[0]) for kind, *content in parts if kind in LEVELS]
    whole: dict[str, list[Any]] = {"title": [title], "contents": [headings]}
    for (kind, *content), following in pairwise([*parts, ("",)]):
        ADDED[kind](document, *whole.get(kind, content))
        if kind in ("text", "small") and sticks(following):
            document.paragraphs[-1].paragraph_format.keep_with_next = True
    buffer = io.BytesIO()
    document.save(buffer)
    return repack(buffer.getvalue())


def read_basis(content: bytes) -> str:
    """Of which decision a letter tells; "" of what is no letter, or not a firm one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return ElementTree.fromstring(packed.read("docProps/core.xml")).findtext("{*}category", "")
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError):
        return ""


def sticks(following: Sequence[Any]) -> bool:
    """Whether what stands before this part must not be left alone at the foot of a page."""
    return following[0] in ("table", "chart", "item")


LEVELS = {"heading": 1, "subheading": 2}


def _open(title: str, stamp: Stamp, logos: Mapping[str, bytes], look: str) -> Docx:
    """An empty document with its page, styles, header, footer and properties."""
    document = Document(str(TEMPLATE))
    section = document.sections[0]
    if look == "letter":
        section.top_margin = section.bottom_margin = Cm(1.6)
    for name, sizes in LOOKS["sizes"][look].items():
        style = document.styles[name]
        for attribute, points in sizes.items():
            setattr(style.font if attribute == "size" else style.paragraph_format, attribute, Pt(points))
    said, page = section.footer.paragraphs
    said.text = f"{stamp.funding_sentence} {stamp.responsibility}"
    if look == "report":
        page.add_run(" no ")
        _add_field(page, "NUMPAGES", "1")
    if stamp.example:
        _say(section.header.paragraphs[0], EXAMPLE_NOTICE, size=8, bold=True, colour="alert")
    core = document.core_properties
    told = (clean_text(text)[:MAX_PROPERTY] for text in (title, stamp.project, stamp.short()))
    core.title, core.author, core.comments = told
    core.created = core.modified = date_file(stamp.as_of)
    core.last_modified_by = ""
    if logos:
        add_logos(section.header.add_paragraph(), logos)
    return document


def _element(tag: str, **values: str) -> Any:
    """A part of a document that python-docx has no function for."""
    element = OxmlElement(tag)
    for name, value in values.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _say(paragraph: Any, text: str, *, size: float | None = None, bold: bool | None = None, colour: str = "") -> None:
    """Add words to a paragraph, in points and by a meaning of the colour table."""
    run = paragraph.add_run(clean_text(text))
    run.bold = bold
    run.font.size = Pt(size) if size else None
    if colour:
        run.font.color.rgb = RGBColor.from_string(COLOURS[colour][1:])


def _shade(cell: Any, fill: str) -> None:
    cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=fill))


def _add_field(paragraph: Any, code: str, value: str) -> None:
    """Add a field with what it gives, so that it is right before anything updates it."""
    for kind, text in (("begin", ""), ("", code), ("separate", "")):
        part = _element("w:fldChar", fldCharType=kind) if kind else _element("w:instrText")
        part.text = f" {text} " if text else None
        paragraph.add_run()._r.append(part)
    paragraph.add_run(value)
    paragraph.add_run()._r.append(_element("w:fldChar", fldCharType="end"))


def add_logos(line: Any, logos: Mapping[str, bytes]) -> None:
    """Put logos in one line, each narrow enough for all to fit."""
    for name, content in logos.items():
        picture = line.add_run().add_picture(io.BytesIO(content), height=Cm(LOGO_HEIGHT))
        shrink = min(1.0, Cm(TEXT_WIDTH / len(logos) - 0.3) / picture.width)
        picture.width, picture.height = Emu(int(picture.width * shrink)), Emu(int(picture.height * shrink))
        picture._inline.docPr.set("descr", clean_text(PurePosixPath(name).stem))
        line.add_run("  ")


def _add_lead(paragraph: Any, lead: str, text: str) -> None:
    _say(paragraph, lead, bold=True)
    _say(paragraph, f" {text}" if text else "")


def _add_box(document: Docx, lead: str, text: str) -> None:
    cell = document.add_table(rows=1, cols=1, style="Table Grid").cell(0, 0)
    _shade(cell, "EEF4F9")
    _add_lead(cell.paragraphs[0], lead, text)
    _add_gap(document)


def _add_sides(document: Docx, left: str, right: str) -> None:
    cells = document.add_table(rows=1, cols=2).rows[0].cells
    for cell, text in zip(cells, (left, right), strict=True):
        _say(cell.paragraphs[0], text)


def _add_gap(document: Docx) -> None:
    gap = document.add_paragraph().paragraph_format
    gap.space_after, gap.line_spacing = Pt(0), Pt(10)


def _add_contents(document: Docx, headings: Sequence[tuple[int, str]]) -> None:
    """A table of contents that links to each heading and gives no page numbers: right before it is ever updated."""
    head = document.add_paragraph()
    head.add_run(CONTENTS).bold = True
    head.paragraph_format.page_break_before = True
    lines = [document.add_paragraph(style=f"toc {level}") for level, _ in headings]
    # A field may span paragraphs: it begins in the first line and ends in the last, so its end mark is moved there.
    _add_field(lines[0], 'TOC \\o "1-2" \\n \\h \\z', "")
    end = lines[0]._p[-1]
    for number, (line, (_, text)) in enumerate(zip(lines, headings, strict=True), start=1):
        link = _element("w:hyperlink", anchor=f"_Toc{number:06}")
        link.append(line.add_run(clean_text(text))._r)
        line._p.append(link)
    lines[-1]._p.append(end)


def _add_heading(document: Docx, text: str, level: int) -> None:
    number = _count(document, "bookmarkStart") + 1
    paragraph = document.add_heading(clean_text(text), level=level)
    paragraph._p.append(_element("w:bookmarkStart", id=str(number), name=f"_Toc{number:06}"))
    paragraph._p.append(_element("w:bookmarkEnd", id=str(number)))


def _count(document: Docx, element: str) -> int:
    return int(document.element.xpath(f"count(//w:{element})"))


def _add_named_table(document: Docx, name: str, table: pd.DataFrame) -> None:
    caption = document.add_paragraph(style="Caption")
    _add_field(caption, "SEQ tabula \\* ARABIC", str(_count(document, "pStyle[@w:val='Caption']")))
    caption.add_run(clean_text(f". tabula. {name}"))
    for run in caption.runs:
        run.font.color.rgb = RGBColor(0x44, 0x44, 0x44)
    caption.paragraph_format.keep_with_next = True
    add_table(document, table)


def _add_cards(document: Docx, cards: Sequence[tuple[str, str, str]]) -> None:
    """Numbers side by side: large, what they count under them, a warning in bold."""
    grid = document.add_table(rows=1, cols=len(cards))
    for cell, (value, label, warning) in zip(grid.rows[0].cells, cards, strict=True):
        _shade(cell, COLOURS["ground"][1:])
        _say(cell.paragraphs[0], value, size=18, bold=True, colour="alert" if warning else "heading")
        below = cell.add_paragraph()
        _say(below, label, size=9)
        if warning:
            _say(below, f"; {warning}", size=9, bold=True, colour="alert")
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.space_after = Pt(0)


def _add_facts(document: Docx, facts: Sequence[tuple[str, str]]) -> None:
    grid = document.add_table(rows=len(facts), cols=2)
    grid.autofit = False
    for column, width in zip(grid.columns, FACT_WIDTHS, strict=True):
        column.width = Cm(width)
    for line, texts in zip(grid.rows, facts, strict=True):
        for cell, text, width, head in zip(line.cells, texts, FACT_WIDTHS, (True, False), strict=True):
            cell.width = Cm(width)
            _say(cell.paragraphs[0], text, bold=head)
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)


def add_table(document: Docx, table: pd.DataFrame) -> None:
    """Add a table at the end, with a gap after it."""
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
            cell.width, paragraph = Cm(width), cell.paragraphs[0]
            for part in SIGNS.split(text):
                _say(paragraph, part, size=9.5, bold=strong, colour=SIGN_COLOURS.get(part[:1], ""))
            paragraph.paragraph_format.space_after = Pt(0)
            if numeric:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if line == 0:
                _shade(cell, "DDEBF5")
            paragraph.paragraph_format.keep_with_next = short and line < len(shown.rows)
    _add_gap(document)


def _mark_row(row: Any, mark: str) -> None:
    row._tr.get_or_add_trPr().append(_element(mark, val="true"))


def add_chart(paragraph: Any, chart: Chart) -> None:
    """Put a chart into a paragraph, with its words for who cannot see it."""
    picture = paragraph.add_run().add_picture(io.BytesIO(chart.png), width=Cm(TEXT_WIDTH))
    about = picture._inline.docPr
    about.set("descr", clean_text(chart.description))
    about.set("title", clean_text(chart.title))


# How each kind of part is added.
ADDED: dict[str, Callable[..., object]] = {
    "title": lambda document, text: document.add_heading(clean_text(text), level=0),
    "heading": partial(_add_heading, level=LEVELS["heading"]),
    "subheading": partial(_add_heading, level=LEVELS["subheading"]),
    "contents": _add_contents,
    "text": lambda document, text: document.add_paragraph(clean_text(text)),
    "item": lambda document, text: document.add_paragraph(clean_text(text), style="List Bullet"),
    "lead": lambda document, *told: _add_lead(document.add_paragraph(), *told),
    "box": _add_box,
    "sides": _add_sides,
    "facts": _add_facts,
    "table": _add_named_table,
    "plain table": add_table,
    "small": lambda document, text: _say(document.add_paragraph(), text, size=8, colour="muted"),
    "alert": lambda document, text: _say(document.add_paragraph(), text, bold=True, colour="alert"),
    "cards": _add_cards,
    "chart": lambda document, chart: add_chart(document.add_paragraph(), chart),
}


def repack(content: bytes) -> bytes:
    """Pack a zip again with one fixed date, so that the same content gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, FIXED_DATE)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            new.writestr(entry, old.read(name))
    return buffer.getvalue()
