"""Cells of a spreadsheet as they stand, in any format (calamine); light, since it also runs in a process of its own.

The reader of the old binary format (.xls) can be made to exhaust the memory and die, so such a file is read apart,
under limits, and only that process dies.
"""

import io
import pickle
import re
import struct
import subprocess
import sys
from bisect import bisect
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain
from pathlib import Path
from typing import TypeVar

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

Item = TypeVar("Item")
Cell = str | float | bool | date | datetime | time | timedelta
# Name, columns, whether hidden, and rows (from 1) merged with the one above.
RawSheet = tuple[str, list[list[Cell]], bool, frozenset[int]]

MAX_MEMORY, MAX_SECONDS = 600_000_000, 60  # bytes of address space and time for reading one of them

_APART = """
import pickle, sys
sys.path.insert(0, sys.argv[1])
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), int(sys.argv[2])))
except (ImportError, ValueError, OSError):  # no such limit on Windows; refused by some Macs
    pass
from mentoring_lib.intake.spreadsheets import take_sheets
pickle.dump(take_sheets(sys.stdin.buffer.read()), sys.stdout.buffer)
"""


def take_sheets(content: bytes) -> list[RawSheet]:
    """Every sheet, column by column, of a spreadsheet that :func:`file_safety.inspect` has let through."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    listed = [about for about in book.sheets_metadata if about.typ == SheetTypeEnum.WorkSheet]
    errors = _place_old_errors(content, [about.name for about in listed])
    sheets: list[RawSheet] = []
    for about in listed:
        sheet = book.get_sheet_by_name(about.name)
        ranges, columns = sheet.merged_cell_ranges or (), cut_columns(sheet.to_python(skip_empty_area=False))
        _write_errors(columns, errors.get(about.name, ()))
        last = len(columns[0]) - 1 if columns else 0
        merged = frozenset(row + 1 for (top, _), (end, _) in ranges for row in range(top + 1, min(end, last) + 1))
        sheets.append((about.name, columns, about.visible != SheetVisibleEnum.Visible, merged))
    return sheets


_OLD_BOOK = b"\x09\x08\x10\x00\x00\x06\x05\x00"  # the record BOF of a workbook, BIFF8
_OLD_SHEET = re.compile(b"\x09\x08\x10\x00\x00\x06\x10\x00")  # the record BOF of a worksheet, BIFF8
_OLD_ERROR = re.compile(  # FORMULA with an error as its value, and BOOLERR: row, column, style, code; may overlap
    rb"(?=\x06\x00..(..)(..)..\x02.([\x00\x07\x0f\x17\x1d\x24\x2a])...\xff\xff"
    rb"|\x05\x02\x08\x00(..)(..)..([\x00\x07\x0f\x17\x1d\x24\x2a])\x01)",
    re.DOTALL,
)
# Errors by their code in an .xls ([MS-XLS] 2.5.10).
_OLD_CODES = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def _place_old_errors(content: bytes, names: Sequence[str]) -> dict[str, list[tuple[int, int, str]]]:
    """Errors in the cells of an .xls, which the reader gives as empty, by sheet: column, row (from 0), error."""
    errors: dict[str, list[tuple[int, int, str]]] = {name: [] for name in names}
    content = _join_sectors(content) if content.startswith(b"\xd0\xcf") else b""
    starts = [found.start() for found in _OLD_SHEET.finditer(content)]
    for found in _OLD_ERROR.finditer(content, starts[0]) if starts and len(starts) == len(names) else ():
        row, column, (code,) = (part for part in found.groups() if part is not None)
        place = (int.from_bytes(column, "little"), int.from_bytes(row, "little"))
        errors[names[bisect(starts, found.start()) - 1]].append((*place, _OLD_CODES[code]))
    return errors


def _join_sectors(content: bytes) -> bytes:
    """The workbook in an .xls as one piece ([MS-CFB] 2.3): its sectors lie anywhere, and cut a cell in two."""
    size, count = 1 << content[30], int.from_bytes(content[44:48], "little")
    sectors = [content[at : at + size] for at in range(size, len(content), size)]
    tables = [table for table in struct.unpack_from("<109I", content, 76)[:count] if table < len(sectors)]
    following = [one for table in tables for (one,) in struct.iter_unpack("<I", sectors[table].ljust(size, b"\xff"))]
    place = next((place for place, sector in enumerate(sectors) if sector.startswith(_OLD_BOOK)), len(sectors))
    parts: list[bytes] = []
    while place < min(len(sectors), len(following)) and len(parts) < len(sectors):
        parts.append(sectors[place])
        place = following[place]
    return b"".join(parts) or content


def _write_errors(columns: list[list[Cell]], errors: Iterable[tuple[int, int, str]]) -> None:
    """Put each error into its cell; one beyond the last filled row or column makes the sheet so much larger."""
    for column, row, error in errors:
        columns += [[""] * len(columns[0] if columns else ()) for _ in range(column + 1 - len(columns))]
        for number, cells in enumerate(columns):
            columns[number] = cells + [""] * (row + 1 - len(cells))
        columns[column][row] = error


def cut_columns(rows: Sequence[list[Item]]) -> list[list[Item]]:
    """Columns of rows of one width, cut from one flat list; on a long sheet three times faster than ``zip(*rows)``."""
    cells, width = list(chain.from_iterable(rows)), len(rows[0]) if rows else 0
    return [cells[index::width] for index in range(width)]


def take_sheets_apart(content: bytes) -> list[RawSheet]:
    """The same in a process of its own, with limits on memory (where the system knows them) and time.

    Raises
    ------
    subprocess.SubprocessError
        If that process died or took too long.
    """
    command = [sys.executable, "-c", _APART, str(Path(__file__).resolve().parent.parent.parent), str(MAX_MEMORY)]
    done = subprocess.run(command, input=content, capture_output=True, timeout=MAX_SECONDS, check=True)
    sheets: list[RawSheet] = pickle.loads(done.stdout)
    return sheets
