"""What a file really is, and whether it is safe to open; told from its bytes, never from its name.

A spreadsheet is a packed set of XML files. A hostile or damaged one can unpack to gigabytes, expand entities without
end, or name one cell so far out that the reader reserves the whole sheet, and then the process dies without a word.
So every packed file is unpacked once here, counted and thrown away, before a reader sees it.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Literal

from mentoring_lib.errors import Problem, Refused

Kind = Literal["spreadsheet", "text"]

MOST_BYTES = 700_000_000  # unpacked; 100,000 honest applications take about 150 million
MOST_RATIO = 150  # unpacked to packed, beyond what a small file may unpack to anyway
SMALL = 60_000_000  # bytes unpacked that are never too much
MOST_CELLS = 20_000_000  # rows times columns that the reader would reserve
MOST_MEMBERS = 2_000
BLOCK = 1 << 20

_FILLED_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3})(\d{1,7})"[^>]*[^/]>')
_ROW = re.compile(rb'<(?:\w+:)?row [^>]*?r="(\d{1,7})"')
_FAR_ROW = re.compile(rb'<(?:\w+:)?c [^>]{0,80}?r="[A-Z]{1,3}\d{6,7}"')
_COLUMNS = {16_384: re.compile(rb'r="[A-Z]{3}\d'), 702: re.compile(rb'r="[B-Z][A-Z]\d')}
FEWEST_COLUMNS, MOST_ROWS = 52, 1_048_576
_REPEATED_CELL = re.compile(rb'<table:table-cell(?=[^>]*number-columns-repeated="(\d{4,})")[^>]*office:value')
_REPEATED_ROW = re.compile(
    rb'<table:table-row[^>]*number-rows-repeated="(\d{4,})"[^>]*>(.*?)</table:table-row>', re.DOTALL
)
_HTML = re.compile(rb"^\s*(?:<!doctype html|<html|<table|<\?xml[^>]*>\s*<(?:html|\w*:?workbook))", re.IGNORECASE)

CAUSES = {
    "empty": "datne ir tukša",
    "pdf": "tas ir PDF dokuments",
    "html": "tā ir tīmekļa lapa, kas saglabāta kā izklājlapa",
    "password": "datne ir aizsargāta ar paroli",
    "damaged": "datne ir bojāta vai nepilnīga",
    "noise": "tas nav ne teksts, ne izklājlapa",
    "several": "zip pakā ir vairākas datnes; izņemiet to, kas vajadzīga",
    "document": "tas nav izklājlapas dokuments",
    "huge": "izpakota datne ir pārāk liela",
    "entities": "datnē ir neatļautas XML definīcijas",
    "far": "kāda aizpildīta šūna ir ārpus saprātīgām robežām ({cell}); izdzēsiet to",
}


def refuse(file: str, cause: str, **values: str) -> Refused:
    """A refusal that names the file and the cause."""
    return Refused([Problem("file_unreadable", file=file, details=CAUSES[cause].format(**values))])


def inspect(content: bytes, file: str) -> tuple[Kind, bytes]:
    """Tell what a file is, and unpack a zip that holds one text.

    Parameters
    ----------
    content : bytes
    file : str
        Name for messages.

    Returns
    -------
    kind : {"spreadsheet", "text"}
    content : bytes
        The same, or what the zip holds.

    Raises
    ------
    Refused
        If it is empty, damaged, protected, dangerous, or something else; the cause is named.
    """
    if not content.strip(b"\x00 \t\r\n"):
        raise refuse(file, "empty")
    if content.startswith(b"%PDF"):
        raise refuse(file, "pdf")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise refuse(file, "password")
        return "spreadsheet", content
    if content.startswith(b"PK"):
        return _inspect_packed(content, file)
    if _HTML.match(content[:2000].removeprefix(b"\xef\xbb\xbf")):
        raise refuse(file, "html")
    if not _looks_like_text(content):
        raise refuse(file, "noise")
    return "text", content


def _looks_like_text(content: bytes) -> bool:
    sample = content[:20_000]
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    control = sum(sample.count(bytes([code])) for code in (*range(1, 9), *range(14, 32)))
    zeros = sample.count(0)
    if zeros >= len(sample) // 4:  # UTF-16 without a mark: every other byte is nought
        return True
    valid = (
        len(sample.decode("utf-8", errors="ignore").encode("utf-8")) >= len(sample) - 3
    )  # the cut may split a letter
    return max(control, zeros) <= 8 + len(sample) // (5 if valid else 50)


def _inspect_packed(content: bytes, file: str) -> tuple[Kind, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
            if {"xl/workbook.xml", "xl/workbook.bin"} & set(names) or ("mimetype" in names and "content.xml" in names):
                _check_members(packed, len(content), file)
                return "spreadsheet", content
            if "[Content_Types].xml" in names or "mimetype" in names:
                raise refuse(file, "document")
            return _unpack_single(packed, len(content), file)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError):
        raise refuse(file, "damaged") from None
    except RuntimeError:  # the standard library's word for a password
        raise refuse(file, "password") from None


def _unpack_single(packed: zipfile.ZipFile, size: int, file: str) -> tuple[Kind, bytes]:
    inside = [entry for entry in packed.infolist() if not entry.is_dir() and not entry.filename.startswith("__MACOSX/")]
    if len(inside) != 1:
        raise refuse(file, "several" if inside else "empty")
    content = b"".join(_read_counted(packed, inside[0], [0], size, file))
    if content.startswith(b"PK"):
        raise refuse(file, "document")
    return inspect(content, file)


def _check_members(packed: zipfile.ZipFile, size: int, file: str) -> None:
    entries = packed.infolist()
    if len(entries) > MOST_MEMBERS:
        raise refuse(file, "huge")
    total = [0]
    for entry in entries:
        is_sheet = re.fullmatch(r"xl/worksheets/[^/]+\.xml|content\.xml", entry.filename) is not None
        if not entry.filename.endswith((".xml", ".rels", ".bin")):
            continue  # pictures and the like are never opened
        content = b"".join(_read_counted(packed, entry, total, size, file))
        if b"<!ENTITY" in content or b"<!DOCTYPE" in content:
            raise refuse(file, "entities")
        if is_sheet:
            check_extent(content, file)


def _read_counted(
    packed: zipfile.ZipFile, entry: zipfile.ZipInfo, total: list[int], size: int, file: str
) -> Iterator[bytes]:
    """Blocks of a member, refused as soon as all members together are too much (declared sizes may lie)."""
    with packed.open(entry) as member:
        while block := member.read(BLOCK):
            total[0] += len(block)
            if total[0] > MOST_BYTES or total[0] > max(SMALL, MOST_RATIO * size):
                raise refuse(file, "huge")
            yield block


def check_extent(sheet: bytes, file: str) -> None:
    """Refuse a sheet whose filled cells span more than :data:`MOST_CELLS`; styled empty cells do not count.

    Parameters
    ----------
    sheet : bytes
        XML of a worksheet (xlsx) or of the whole content (ods).
    file : str
        Name for messages.
    """
    for repeated in _REPEATED_CELL.finditer(sheet):
        raise refuse(file, "far", cell=f"atkārtota {int(repeated[1])} reizes")
    for repeated in _REPEATED_ROW.finditer(sheet):
        if b"office:value-type" in repeated[2]:
            raise refuse(file, "far", cell=f"rinda atkārtota {int(repeated[1])} reizes")
    last_row = MOST_ROWS if _FAR_ROW.search(sheet) else max(map(int, _ROW.findall(sheet)), default=0)
    widest = next((columns for columns, pattern in _COLUMNS.items() if pattern.search(sheet)), FEWEST_COLUMNS)
    if last_row * widest > MOST_CELLS:  # perhaps too much: count exactly
        cells = _FILLED_CELL.findall(sheet)
        column = max((_column_number(letters) for letters in {letters for letters, _ in cells}), default=0)
        row = max((int(number) for _, number in cells), default=0)
        if column * row > MOST_CELLS:
            raise refuse(file, "far", cell=f"{row}. rinda, {column}. kolonna")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
