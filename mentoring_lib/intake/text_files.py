"""Tables in text files (CSV and its kin): encoding, delimiter, quotes."""

import csv
import io
import re
from collections import Counter
from collections.abc import Container
from contextlib import suppress
from itertools import islice

from mentoring_lib.base.texts import LATVIAN_LETTERS, fold
from mentoring_lib.intake.file_safety import check_size, refuse
from mentoring_lib.intake.spreadsheets import cut_columns

ENCODINGS = ("cp1257", "cp775", "iso8859-13", "cp1251")
DELIMITERS = ",;\t|"
TOP_CHARACTERS, TOP_LINES = 100_000, 30  # of a text file, enough for its headings
LOST = "\ufffd"  # stands for bytes that are no letter
LETTERS_PER_DAMAGE = 10  # letters beyond ASCII that UTF-8 gives for each damage; another encoding gives nearly none
MAX_OPEN_QUOTES = 100
ODD_SIGN = re.compile("[^\\w\\s!-~„“”«»–—‘’…€°№§©®\u00a0\u200b]")


def take_columns(content: bytes, file: str, names: Container[str] = ()) -> tuple[list[list[str]], list[int]]:
    """All cells of a text file, column by column, and the rows (from 1) where a quote stays open.

    Parameters
    ----------
    content : bytes
    file : str
        Name for messages.
    names : container of str
        Folded headings that are looked for; the delimiter is the one that brings most of them to light.

    Raises
    ------
    Refused
        If there are more cells, or more open quotes, than any honest file has.
    """
    text = decode(content)
    delimiter = _find_delimiter(text, names)
    check_size(text.count(delimiter), 1, file)
    rows, open_quotes = _split(text, delimiter, file)
    width = max(map(len, rows), default=1)
    check_size(len(rows), width, file)
    for row in rows:
        row.extend([""] * (width - len(row)))
    return cut_columns(rows), open_quotes


def decode(content: bytes) -> str:
    """Text of a file in whichever encoding it was saved.

    A byte order mark or valid UTF-8 settles it; so does UTF-8 with a few damaged bytes, read as :data:`LOST`.
    Otherwise the encoding (Windows or DOS Latvian, Windows Cyrillic) is the one that gives most
    Latvian or Cyrillic letters and fewest signs that no text has.
    """
    if content[:4] in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"):
        return content.decode("utf-32", errors="replace")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    if content[1:200:2].count(0) > 40 or content[0:200:2].count(0) > 40:
        return content.decode("utf-16-le" if content[1] == 0 else "utf-16-be", errors="replace")
    with suppress(UnicodeDecodeError):
        return content.decode("utf-8-sig")
    text = content.decode("utf-8-sig", errors="replace")
    damaged = text.count(LOST)
    if damaged * LETTERS_PER_DAMAGE <= sum(not letter.isascii() for letter in text) - damaged:
        return text
    texts = []
    for encoding in ENCODINGS:
        with suppress(UnicodeDecodeError):
            texts.append(content.decode(encoding))
    return max(texts, key=_count_letters)


def _count_letters(text: str) -> int:
    latvian = sum(text.count(letter) for letter in LATVIAN_LETTERS)
    cyrillic = sum(map(len, re.findall("[а-яё]{3,}", text.lower())))
    return latvian + cyrillic - 2 * len(ODD_SIGN.findall(text))


def _find_delimiter(text: str, names: Container[str]) -> str:
    """The sign under which most headings stand in one row, then the one that cuts most of the first lines evenly."""
    if named := re.match(r"sep=(.)\r?\n", text):
        return named[1]
    top = text[:TOP_CHARACTERS].splitlines()[:TOP_LINES]

    def fitness(delimiter: str) -> tuple[int, int, int]:
        rows = list(csv.reader(top, delimiter=delimiter))
        headings = max((sum(fold(cell) in names for cell in row) for row in rows), default=0)
        widths = Counter(len(row) for row in rows if len(row) > 1)
        width, even = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return headings, even, width

    return max(DELIMITERS, key=fitness)


def _split(text: str, delimiter: str, file: str) -> tuple[list[list[str]], list[int]]:
    """Rows of cells, and the rows in which a quote that was opened is not closed.

    A strict reader stumbles at the end of the file, or at the next quote, over a quote that should have been closed.
    Then the line where that row began is read on its own, and reading goes on with the line below it, so that no row
    is swallowed. The limit of the standard library on a cell's length is lifted meanwhile.
    """
    lines, start = list(io.StringIO(text, newline="")), 0
    rows: list[list[str]] = []
    broken: list[int] = []
    usual = csv.field_size_limit(len(text))
    try:
        while start < len(lines) and len(broken) <= MAX_OPEN_QUOTES:
            reader, read = csv.reader(islice(lines, start, None), delimiter=delimiter, strict=True), 0
            try:
                for row in reader:
                    rows.append(row)
                    read = reader.line_num
                start = len(lines)
            except csv.Error:
                rows.append(_split_line(lines[start + read], delimiter, len(rows[0]) if rows else 0))
                broken.append(len(rows))
                start += read + 1
    finally:
        csv.field_size_limit(usual)
    if len(broken) > MAX_OPEN_QUOTES:
        raise refuse(file, "quotes")
    return rows, broken


def _split_line(line: str, delimiter: str, width: int) -> list[str]:
    """One line, its quotes taken as signs or as quotes, whichever gives as many cells as the first row has."""
    ways = [next(csv.reader([line], delimiter=delimiter, quoting=how)) for how in (csv.QUOTE_NONE, csv.QUOTE_MINIMAL)]
    return min(ways, key=lambda row: abs(len(row) - width))
