"""Tables in text files (CSV and its kin): encoding, delimiter, cells."""

from __future__ import annotations

import csv
import io
import re
from itertools import zip_longest

from mentoring_lib.base.texts import LATVIAN_LETTERS
from mentoring_lib.intake.file_safety import check_size

ENCODINGS = ("utf-8-sig", "cp1257", "cp775", "iso8859-13", "cp1251")
DELIMITERS = ",;\t|"
TOP_CHARACTERS, TOP_LINES = 100_000, 30  # of a text file, enough for its headings
ODD_SIGN = re.compile("[^\\w\\s!-~„“”«»–—‘’…€°№§©®\u00a0\u200b]")


def take_columns(content: bytes, file: str) -> list[tuple[str, ...]]:
    """All cells of a text file, column by column.

    Raises
    ------
    Refused
        If there are more cells than any honest file has.
    """
    text = decode(content)
    delimiter = _find_delimiter(text)
    check_size(text.count(delimiter), 1, file)
    rows = _split(text, delimiter)
    check_size(len(rows), max(map(len, rows), default=1), file)
    return list(zip_longest(*rows, fillvalue=""))


def decode(content: bytes) -> str:
    """Text of a file in whichever encoding it was saved.

    A byte order mark or valid UTF-8 settles it. Otherwise the encoding (Windows or DOS Latvian, Windows Cyrillic) is
    the one that gives most Latvian or Cyrillic letters and fewest signs that no text has.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    if content[1:200:2].count(0) > 40 or content[0:200:2].count(0) > 40:
        return content.decode("utf-16-le" if content[1] == 0 else "utf-16-be", errors="replace")
    texts = []
    for encoding in ENCODINGS:
        try:
            texts.append(content.decode(encoding))
        except UnicodeDecodeError:
            continue
        if encoding.startswith("utf-8"):
            return texts[0]
    return max(texts, key=_count_letters, default=content.decode("utf-8", errors="replace"))


def _count_letters(text: str) -> int:
    sample = text[:200_000]
    latvian = sum(sample.count(letter) for letter in LATVIAN_LETTERS)
    cyrillic = len(re.findall("[а-яё]{3}", sample.lower()))
    return latvian + cyrillic - 2 * len(ODD_SIGN.findall(sample))


def _find_delimiter(text: str) -> str:
    """The sign that splits the first lines into most cells; quoted text does not count."""
    if named := re.match(r"sep=(.)\r?\n", text):
        return named[1]
    top = "\n".join(text[:TOP_CHARACTERS].splitlines()[:TOP_LINES])
    return max(DELIMITERS, key=lambda mark: max(map(len, _split(top, mark)), default=0))


def _split(text: str, delimiter: str) -> list[list[str]]:
    """Rows of cells; the limit of the standard library on a cell's length is lifted meanwhile."""
    usual = csv.field_size_limit(len(text) + 1)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    finally:
        csv.field_size_limit(usual)
