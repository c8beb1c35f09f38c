"""What a file really is, and whether it is safe to open; told from its bytes (only a lock file by its name).

A spreadsheet is a packed set of XML files. A hostile or damaged one can unpack to gigabytes, expand entities without
end, or name one cell so far out that the reader reserves the whole sheet, and then the process dies without a word.
So every packed file is unpacked once here, counted and thrown away, before a reader sees it. On the way a cell with an
error, or with a formula that was never worked out, becomes a text: the reader would give it as empty.
"""

import io
import re
import tomllib
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple
from xml.parsers import expat

from mentoring_lib.base.problems import Problem, Refused

Kind = Literal["spreadsheet", "binary", "text"]
MAX_BYTES = 700_000_000  # unpacked; 100,000 honest applications take about 150 million
MAX_RATIO = 150  # unpacked to packed, beyond what a small file may unpack to anyway
SMALL = 60_000_000  # bytes unpacked that are never too much
MAX_CELLS = 5_200_000  # rows times columns that the reader would reserve, 50 bytes each
MAX_COLUMNS, MAX_TEXT_CELLS = 16_384, 40_000_000  # of a text file; a spreadsheet has no more columns
MAX_REPEATS, MAX_MEMBERS = 1_000, 2_000
BLOCK = 1 << 20

_ODD_CELL = re.compile(rb'<c(?! r="[A-Z]1?\d{1,5}")[\s/>]')  # short of column AA and row 200,000 none is far
_PREFIXED_CELL = re.compile(rb":c[\s/>]")
_FILLED_CELL = re.compile(rb'\br\s*=\s*["\']([A-Za-z]{1,3})(\d+)["\'](?![^>]{0,200}/>)')
_UNPLACED_CELL = re.compile(rb"(?:<c|:c)(?=[\s/>])(?!\s+r\s*=)")  # counted on from the cell before it
_CELL, _ROW = re.compile(rb"[<:]c[\s/>]"), re.compile(rb"\br\s*=\s*[\"'](\d+)")
_ENTITIES = re.compile(rb"<!(?:ENTITY|DOCTYPE)")
_REPEATED_CELL = re.compile(rb'<table:table-cell(?=[^<>]*number-columns-repeated="(\d+)")[^<>]*office:value')
_REPEATED_ROW = re.compile(rb'[^<>]*number-rows-repeated="(\d+)"')
_FILLED = re.compile(rb"[^\x00 \t\r\n]")
_ERROR_TYPE = re.compile(rb"(<(?:\w+:)?c\b[^>]*\bt=[\"'])e(?=[\"'])")
_UNSOLVED_CELL = re.compile(
    rb"<(\w+:)?c\b(?![^>]*\bt=[\"']str[\"'])[^>]*\b(r=[\"'][A-Z]+\d+[\"'])[^>]*(?<!/)>\s*"
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_FORMULA_CELL = re.compile(
    rb"<(\w+:)?c\b[^>]*\b(r=[\"'][A-Z]+\d+[\"'])[^>]*(?<!/)>\s*<(?:\w+:)?f[\s>/].*?</(?:\w+:)?c>", re.DOTALL
)
_ODS_ERROR = b' office:string-value="" calcext:value-type="error"'
UNSOLVED = "#FORMULA!"  # stands for a formula whose value the file does not hold
_XML_SHEET = re.compile(
    rb"<(?:\w+:)?(?:workbook\b[^>]*urn:schemas-microsoft-com|document\b[^>]*opendocument)", re.IGNORECASE
)
_SHORTCUT = re.compile(rb"^(?:\[InternetShortcut\]|L\x00\x00\x00\x01\x14\x02|\s*\{[^{}]*docs\.google\.com)")
# The record FILEPASS right after the first one, or after an empty one that says "read only".
_OLD_PASSWORD = re.compile(rb"\x09\x08\x10\x00[\s\S]{16}(?:\x86\x00\x00\x00)?\x2f\x00")
_HTML = re.compile(rb"^\s*(?:<!doctype html|<html|<table|<\?xml[^>]*>\s*<html)", re.IGNORECASE)

# What files are refused for, what answers mean, how forms ask.
WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("words_lv.toml").read_text("utf-8"))


def refuse(file: str, cause: str, **values: str) -> Refused:
    """A refusal that names the file and the cause."""
    return Refused([Problem("file_unreadable", file=file, details=WORDS["causes"][cause].format(**values))])


class Inspected(NamedTuple):
    """What a file is, and what it holds: unpacked, if a zip held one file; cells without a value as texts."""

    kind: Kind
    content: bytes


def inspect(content: bytes, file: str, *, formulas: bool = False) -> Inspected:
    """Tell what a file is, and unpack a zip that holds one text.

    Parameters
    ----------
    content : bytes
    file : str
        Name for messages.
    formulas : bool
        Whether every formula of an xlsx reads as :data:`UNSOLVED`, with a value or without.

    Returns
    -------
    Inspected
        ``kind`` "binary" is a spreadsheet that must be read apart (.xls).

    Raises
    ------
    Refused
        If it is empty, damaged, protected, dangerous, or something else; the cause is named.
    """
    if not _FILLED.search(content):
        raise refuse(file, "empty")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content or _OLD_PASSWORD.search(content):
            raise refuse(file, "password")
        return Inspected("binary", content)
    if content.startswith(b"PK"):
        return _inspect_packed(content, file, formulas)
    if cause := _find_cause(content[:2000].removeprefix(b"\xef\xbb\xbf"), file):
        raise refuse(file, cause)
    if not _looks_like_text(content):
        raise refuse(file, "noise")
    return Inspected("text", content)


def _find_cause(beginning: bytes, file: str) -> str | None:
    """Why something that is no spreadsheet is no table either, told from its beginning."""
    if file.startswith(("~$", ".~lock.")):
        return "lock"
    signs = {
        "pdf": beginning.startswith(b"%PDF"),
        "pointer": beginning.startswith(b"version https://git-lfs"),
        "shortcut": _SHORTCUT.match(beginning),
        "xml": beginning.lstrip().startswith(b"<") and _XML_SHEET.search(beginning),
        "html": _HTML.match(beginning),
    }
    return next((cause for cause, stands in signs.items() if stands), None)


def _looks_like_text(content: bytes) -> bool:
    sample = content[:20_000]
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    control = sum(sample.count(bytes([code])) for code in (*range(1, 9), *range(14, 32)))
    zeros = sample.count(0)
    if zeros >= len(sample) // 4:  # UTF-16 without a mark: every other byte is nought
        return True
    valid = len(sample.decode("utf-8", errors="ignore").encode("utf-8")) >= len(sample) - 3  # the cut splits a letter
    return max(control, zeros) <= 8 + len(sample) // (5 if valid else 50)


def _inspect_packed(content: bytes, file: str, formulas: bool) -> Inspected:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = {name.replace("\\", "/").lower() for name in packed.namelist()}
            ends = {name.rpartition("/")[2] for name in names}
            if "workbook.bin" in ends:
                raise refuse(file, "packed_binary")
            if "workbook.xml" in ends or {"mimetype", "content.xml"} <= names:
                changed = _check_members(packed, len(content), file, formulas)
                return Inspected("spreadsheet", _replace(packed, changed) if changed else content)
            if any(name.endswith((".iwa", "index.zip")) for name in names):
                raise refuse(file, "numbers")
            if {"[content_types].xml", "mimetype"} & names:
                raise refuse(file, "document")
            return _unpack_single(packed, len(content), file)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, NotImplementedError, ValueError, OSError):
        raise refuse(file, "damaged") from None
    except RuntimeError:  # the standard library's word for a password
        raise refuse(file, "password") from None


def _unpack_single(packed: zipfile.ZipFile, size: int, file: str) -> Inspected:
    inside = [one for one in packed.infolist() if not re.search("/$|^__MACOSX/", one.filename)]
    if len(inside) != 1:
        raise refuse(file, "several" if inside else "empty")
    [(_, content)] = _unpack(packed, inside, size, file)
    if content.startswith(b"PK"):
        raise refuse(file, "document")
    return inspect(content, file)


def _check_members(packed: zipfile.ZipFile, size: int, file: str, formulas: bool) -> dict[str, bytes]:
    """What is unpacked is checked; given are the members in which a cell without a value became a text."""
    entries, changed = packed.infolist(), {}
    if len(entries) > MAX_MEMBERS:
        raise refuse(file, "huge")
    for name, content in _unpack(packed, entries, size, file):  # all of them: any name can be a sheet
        if name.endswith((".xml", ".rels")) and _ENTITIES.search(content):
            raise refuse(file, "entities")
        if name == "META-INF/manifest.xml" and b"encryption-data" in content:
            raise refuse(file, "password")
        if name == "content.xml":
            expat.ParserCreate().Parse(content, True)  # the reader never comes back from what is not well-formed
            check_repeats(content, file)
            shown = content.replace(_ODS_ERROR, b"")
        else:
            check_extent(content, file)
            shown = show_errors(content, formulas=formulas)
        if shown != content:
            changed[name] = shown
    return changed


def show_errors(sheet: bytes, *, formulas: bool = False) -> bytes:
    """An xlsx sheet whose errors, and formulas without their value (``formulas``: all of them), are texts."""
    unusual = b":sheet" in sheet[:BLOCK] or b"='" in sheet[:BLOCK]  # prefixes, or other quotes than Excel writes
    if unusual or b't="e"' in sheet:
        sheet = _ERROR_TYPE.sub(rb"\1str", sheet)
    if unusual or b"<f" in sheet:
        text = rb'<\1c \2 t="str"><\1v>%s</\1v></\1c>' % UNSOLVED.encode()
        sheet = (_FORMULA_CELL if formulas else _UNSOLVED_CELL).sub(text, sheet)
    return sheet


def _replace(packed: zipfile.ZipFile, changed: Mapping[str, bytes]) -> bytes:
    """The same package with other members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as whole:
        for name, entry in {entry.filename: entry for entry in packed.infolist()}.items():
            whole.writestr(entry, changed[name] if name in changed else packed.read(name), zipfile.ZIP_STORED)
    return out.getvalue()


def _unpack(
    packed: zipfile.ZipFile, entries: Iterable[zipfile.ZipInfo], size: int, file: str
) -> Iterator[tuple[str, bytes]]:
    """Name and content of members, refused as soon as all together are too much (declared sizes may lie)."""
    total = 0
    for entry in entries:
        blocks = []
        with packed.open(entry) as member:
            while block := member.read(BLOCK):
                total += len(block)
                if total > MAX_BYTES or total > max(SMALL, MAX_RATIO * size):
                    raise refuse(file, "huge")
                blocks.append(block)
        yield entry.filename, b"".join(blocks)


def check_repeats(content: bytes, file: str) -> None:
    """Refuse an ods (XML of its whole content) that repeats a filled cell or row a thousand times and more.

    Fewer repeats are refused if they make more than :data:`MAX_CELLS` together.
    """
    total = 0
    for row in content.split(b"<table:table-row")[1:]:
        filled = row.partition(b"</table:table-row>")[0].count(b"office:value-type")
        if not filled or b"-repeated=" not in row:
            continue
        repeated, cells = _REPEATED_ROW.match(row), list(map(int, _REPEATED_CELL.findall(row)))
        rows, most = int(repeated[1]) if repeated else 1, max(cells, default=1)
        if max(most, rows) >= MAX_REPEATS:
            raise refuse(file, "far", cell=f"atkārtota {max(most, rows)} reizes")
        total += rows * (filled + sum(cells))
        if total > MAX_CELLS:
            raise refuse(file, "far", cell=f"atkārtojumi aizpilda {total} šūnas")


def check_extent(sheet: bytes, file: str) -> None:
    """Refuse an xlsx sheet whose filled cells span more than :data:`MAX_CELLS`; styled empty cells do not count.

    Where cells name no place of their own, the longest row times the last row counts.
    """
    if not _ODD_CELL.search(sheet) and not _PREFIXED_CELL.search(sheet):
        return
    letters, row = set(), 0
    for cell in _FILLED_CELL.finditer(sheet):
        letters.add(cell[1].decode())
        row = max(row, int(cell[2]))
    column = max(map(number_column, letters), default=0)
    if column * row > MAX_CELLS:
        far = max(_FILLED_CELL.findall(sheet), key=lambda place: number_column(place[0].decode()) * int(place[1]))
        raise refuse(file, "far", cell=b"".join(far).decode())
    if _UNPLACED_CELL.search(sheet):
        column = max(len(_CELL.findall(cells)) for cells in sheet.split(b"row>"))
        row = max([sheet.count(b"<row") + sheet.count(b":row"), *map(int, _ROW.findall(sheet))])
        if column * row > MAX_CELLS:
            raise refuse(file, "far", cell=f"{row}. rinda, {column}. kolonna")


def check_size(rows: int, columns: int, file: str) -> None:
    """Refuse a text file with more columns than a spreadsheet can have, or with too many cells."""
    if columns > MAX_COLUMNS or rows * columns > MAX_TEXT_CELLS:
        raise refuse(file, "far", cell=f"{rows}. rinda, {columns}. kolonna")


def name_column(index: int) -> str:
    """Letters of a spreadsheet's column: 0 is A, 25 Z, 26 AA."""
    return (name_column(index // 26 - 1) if index > 25 else "") + chr(ord("A") + index % 26)


def number_column(letters: str) -> int:
    """Number of a spreadsheet's column: A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
