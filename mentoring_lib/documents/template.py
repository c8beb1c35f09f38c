"""The funder's own document, filled: a tag ``{{ field }}`` becomes words, a list, a table or a picture.

A template is somebody else's file: a tag names a field and can do nothing else. Word cuts what is typed into runs, so
a paragraph is read as a whole; a tag that is parted over paragraphs is none, and each part of it is named.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import pandas as pd
from docx import Document
from docx.opc.constants import CONTENT_TYPE
from docx.opc.part import PartFactory
from docx.oxml.ns import qn
from docx.parts.story import StoryPart
from docx.text.paragraph import Paragraph

from mentoring_lib.base.problems import Problem
from mentoring_lib.base.texts import fold, suggest
from mentoring_lib.render.charts import Chart
from mentoring_lib.render.docx import add_chart, add_logos, add_table, repack
from mentoring_lib.render.layout import clean_text

MAX_UNPACKED = 100_000_000  # bytes of the template; logos may be large
_TAG = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_PART = re.compile(r"(?:\{\{|\{%)[^{}]*|[^{}]*(?:\}\}|%\})")

# python-docx knows notes as bytes alone; as parts with text they are filled like any other.
PartFactory.part_type_for |= dict.fromkeys((CONTENT_TYPE.WML_FOOTNOTES, CONTENT_TYPE.WML_ENDNOTES), StoryPart)


def name_field(*words: str) -> str:
    """A field's name from words: "Novadi", "Kopā" → ``novadi_kopa``."""
    return "_".join(fold(" ".join(words)).split())


def fill(template: bytes, fields: Mapping[str, Any]) -> tuple[bytes, list[Problem]]:
    """Fill a template (DOCX).

    Parameters
    ----------
    template : bytes
    fields : mapping of str to str, list of str, DataFrame, Chart or mapping of str to bytes
        By name (see :func:`name_field`). A list alone in its paragraph repeats it, elsewhere it is one text; tables,
        charts and logos (by file name) need a paragraph of their own.

    Returns
    -------
    tuple of (bytes, list of Problem)
        DOCX, the same for the same input; every tag, and every part of one, that could not be filled.

    Raises
    ------
    Exception
        Whatever the zip or python-docx say of it: a template may be anything.
    """
    with zipfile.ZipFile(io.BytesIO(template)) as packed:
        if sum(entry.file_size for entry in packed.infolist()) > MAX_UNPACKED:
            raise ValueError("datne ir pārāk liela")
    document = Document(io.BytesIO(template))
    problems: list[Problem] = []
    if "Table Grid" not in document.styles:
        document.styles.element.append(deepcopy(Document().styles["Table Grid"].element))
    for part in document.part.package.iter_parts():
        if isinstance(part, StoryPart):
            if part.element.getroottree().docinfo.doctype:  # entities, left unread, would leave a file Word can't open
                raise ValueError("tajā ir DOCTYPE, kāda Word datnēs nav")
            for paragraph in list(part.element.iter(qn("w:p"))):
                problems += _fill_paragraph(document, Paragraph(paragraph, part), fields)
    buffer = io.BytesIO()
    document.save(buffer)
    return repack(buffer.getvalue()), list(dict.fromkeys(problems))


def _list_texts(paragraph: Any) -> list[Any]:
    """The pieces of a paragraph's own text; a text box in it has paragraphs of its own."""
    return [one for one in paragraph.iter(qn("w:t")) if next(one.iterancestors(qn("w:p"))) is paragraph]


def _fill_paragraph(document: Any, paragraph: Paragraph, fields: Mapping[str, Any]) -> Iterator[Problem]:
    text = "".join(piece.text or "" for piece in _list_texts(paragraph._p))
    yield from (Problem("template_part", value=part.strip()) for part in _PART.findall(_TAG.sub(" ", text)))
    tags = [(match, name_field(match[1])) for match in _TAG.finditer(text)]
    alone = len(tags) == 1 and tags[0][0][0] == text.strip()
    for match, name in reversed(tags):
        value = fields.get(name)
        if value is None:
            near = suggest(name, map(fold, fields))
            yield Problem("template_field", value=match[0], details=name_field(near) if near else "projekts")
        elif isinstance(value, str) or (isinstance(value, list) and not alone):
            _replace(paragraph._p, match, value if isinstance(value, str) else " ".join(value))
        elif isinstance(value, list):
            _repeat(paragraph._p, match, value)
        elif alone:
            _replace(paragraph._p, match, "")
            _put(document, paragraph, value)
        else:
            yield Problem("template_alone", value=match[0])


def _replace(paragraph: Any, match: re.Match[str], words: str) -> None:
    """Put words in the place of a tag that may run over several pieces: into the first; of the others it is cut."""
    at = 0
    for piece in _list_texts(paragraph):
        text = piece.text or ""
        first, last = max(match.start() - at, 0), min(match.end() - at, len(text))
        if first < last:
            piece.text, words = f"{text[:first]}{clean_text(words)}{text[last:]}", ""
            piece.set(qn("xml:space"), "preserve")
        at += len(text)


def _repeat(paragraph: Any, match: re.Match[str], items: list[str]) -> None:
    """A paragraph for each item; an empty one where there is none: a cell of a table must have one."""
    copies = [deepcopy(paragraph) for _ in items[1:]]
    for copy, item in zip([paragraph, *copies], items or [""], strict=True):
        _replace(copy, match, item)
    for copy in reversed(copies):
        paragraph.addnext(copy)


def _put(document: Any, paragraph: Paragraph, value: Any) -> None:
    """A table, made at the document's end, after the paragraph; pictures into it."""
    if isinstance(value, Chart):
        add_chart(paragraph, value)
    elif isinstance(value, pd.DataFrame):
        there = list(document.element.body)
        add_table(document, value)
        for added in reversed([one for one in document.element.body if one not in there]):
            paragraph._p.addnext(added)
    else:
        add_logos(paragraph, value)
