"""Reading files: from whatever was downloaded or typed to raw tables that remember where each row came from.

One engine reads every spreadsheet format (calamine) and one value path leads from a cell to text, so that the same
answers give the same table in any format. A raw table is text, nothing is interpreted here. Files are read by this
module and :mod:`programme`, and by :func:`workflow.read_inputs`, which calls them.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from mentoring_lib.columns import Column
from mentoring_lib.errors import Checked, Problem, Refused
from mentoring_lib.texts import fold

SPREADSHEETS = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}
TEXTS = {".csv", ".tsv", ".txt"}
HEADER_WITHIN = 30  # rows: a table's headings stand at most this far down
HEADER_MATCHES = 3  # headings that must be recognised before a row counts as the heading row
HALF_MILLISECOND = timedelta(microseconds=500)  # a date cell is a fraction of a day and may fall short of its second

Cell = str | float | bool | date | datetime | time | timedelta
PLACE = ["file", "sheet", "row"]


@dataclass(frozen=True)
class Sheet:
    """One sheet as it stands: rows of cells, the first row is row 1."""

    file: str
    name: str
    rows: Sequence[Sequence[Cell]]


def read_sheets(path: Path) -> list[Sheet]:
    """Read every sheet of a spreadsheet, or the one table of a text file.

    Raises
    ------
    Refused
        If the file cannot be read; the message names it and the cause.
    """
    suffix = path.suffix.lower()
    try:
        if suffix in SPREADSHEETS:
            return _read_spreadsheet(path)
        if suffix in TEXTS:
            return [Sheet(path.name, "", _read_text(path))]
    except (CalamineError, OSError, UnicodeError, csv.Error) as error:
        raise Refused([Problem("file_unreadable", file=path.name, details=str(error))]) from None
    known = ", ".join(sorted(SPREADSHEETS | TEXTS))
    raise Refused([Problem("file_unreadable", file=path.name, details=f"der {known}")])


def _read_spreadsheet(path: Path) -> list[Sheet]:
    book = CalamineWorkbook.from_path(str(path))
    return [
        Sheet(path.name, name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
        for name in book.sheet_names
    ]


def _read_text(path: Path) -> list[list[str]]:
    text = _decode(path.read_bytes())
    top = "\n".join(text.splitlines()[:HEADER_WITHIN])
    delimiter = max(",;\t", key=lambda mark: max(map(len, csv.reader(io.StringIO(top), delimiter=mark)), default=0))
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


def _decode(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1257")


def read_table(sheet: Sheet, columns: Sequence[Column], headers: Mapping[str, Iterable[str]] | None = None) -> Checked:
    """Find a table on a sheet and take its columns, whatever their order.

    Parameters
    ----------
    sheet : Sheet
    columns : sequence of Column
        What is wanted; a heading matches by label, question or code name, folded.
    headers : mapping, optional
        Further headings accepted, by column name (programme file, ``form.headers``).

    Returns
    -------
    Checked
        Table with one text column per wanted column ("" is empty; a date cell reads 2023-08-21 23:59:59) and
        ``file``, ``sheet``, ``row``; blank rows are left out. Problems: headings doubled or unknown.

    Raises
    ------
    Refused
        If no row looks like the headings, or a required column is missing.
    """
    names = _accepted(columns, headers or {})
    top = _find_headings(sheet, names)
    if top is None:
        labels = ", ".join(column.label for column in columns[:HEADER_MATCHES])
        raise Refused([Problem("table_missing", file=sheet.file, sheet=sheet.name, details=labels)])
    found, problems = _match_headings(sheet, top, names)
    missing = [column for column in columns if column.required and column.name not in found]
    if missing:
        raise Refused(Problem("column_missing", sheet.file, sheet.name, value=column.label) for column in missing)
    body = [(number, row) for number, row in enumerate(sheet.rows[top + 1 :], start=top + 2) if any(map(_filled, row))]
    cells = {column.name: [_read_cell(row, found.get(column.name)) for _, row in body] for column in columns}
    table = pd.DataFrame(cells, index=range(len(body)), dtype="str")
    numbers = [number for number, _ in body]
    return Checked(table.assign(file=sheet.file, sheet=sheet.name, row=numbers), problems)


def _accepted(columns: Sequence[Column], headers: Mapping[str, Iterable[str]]) -> dict[str, str]:
    known = [
        (column.name, [column.name, column.label, *column.questions, *headers.get(column.name, ())])
        for column in columns
    ]
    return {fold(heading): name for name, headings in known for heading in headings}


def _find_headings(sheet: Sheet, names: Mapping[str, str]) -> int | None:
    matches = [sum(fold(str(cell)) in names for cell in row) for row in sheet.rows[:HEADER_WITHIN]]
    best = max(range(len(matches)), key=matches.__getitem__, default=0)
    return best if matches and matches[best] >= min(HEADER_MATCHES, len(set(names.values()))) else None


def _match_headings(sheet: Sheet, top: int, names: Mapping[str, str]) -> tuple[dict[str, int], list[Problem]]:
    found: dict[str, int] = {}
    problems = []
    for index, cell in enumerate(sheet.rows[top]):
        name = names.get(fold(str(cell)))
        if name is not None and name not in found:
            found[name] = index
        elif _filled(cell):
            code = "column_unknown" if name is None else "column_twice"
            problems.append(Problem(code, sheet.file, sheet.name, top + 1, name or "", str(cell)))
    return found, problems


def _filled(cell: Cell) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else True


def _read_cell(row: Sequence[Cell], index: int | None) -> str:
    cell = row[index] if index is not None and index < len(row) else ""
    if isinstance(cell, datetime):
        return str((cell + HALF_MILLISECOND).replace(microsecond=0))
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def read_all(paths: Iterable[Path], columns: Sequence[Column], headers: Mapping[str, Iterable[str]] | None = None,
             sheet_name: str | None = None) -> Checked:  # fmt: skip
    """Read the same kind of table from several files, one under the other (see :func:`read_table`).

    Without ``sheet_name`` the table is the first sheet of each file that has the headings.
    """
    tables, problems = [], []
    refused: list[Problem] = []
    for path in paths:
        try:
            table, found = _read_first(read_sheets(path), columns, headers, sheet_name)
        except Refused as error:
            refused += error.problems
            continue
        tables.append(table)
        problems += found
    if refused:
        raise Refused(refused)
    empty = pd.DataFrame(columns=[*(column.name for column in columns), *PLACE], dtype="str").astype({"row": "int64"})
    return Checked(pd.concat(tables, ignore_index=True) if tables else empty, problems)


def _read_first(sheets: list[Sheet], columns: Sequence[Column], headers: Mapping[str, Iterable[str]] | None,
                sheet_name: str | None) -> Checked:  # fmt: skip
    if sheet_name is not None:
        named = [sheet for sheet in sheets if fold(sheet.name) == fold(sheet_name)]
        if not named:
            raise Refused([Problem("sheet_missing", file=sheets[0].file if sheets else "", value=sheet_name)])
        return read_table(named[0], columns, headers)
    names = _accepted(columns, headers or {})
    with_table = [sheet for sheet in sheets if _find_headings(sheet, names) is not None]
    return read_table((with_table or sheets)[0], columns, headers)


def list_files(folder: Path) -> list[Path]:
    """Files a person put into a folder, by name; hidden files and lock files (``~$``) are not hers."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_file() and path.name[0] not in "~.")


def hash_files(folder: Path, paths: Iterable[Path]) -> dict[str, str]:
    """SHA-256 of each file's bytes, by its path within the folder."""
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def read_starting_points(path: Path) -> pd.DataFrame:
    """Read the table of starting points for mentors (``theme, starting_point, source``), everything as text."""
    return read_table(
        Sheet(path.name, "", _read_text(path)),
        [Column(name, "text", name, required=True) for name in ("theme", "starting_point", "source")],
    ).table


def read_territory(path: Path) -> pd.DataFrame:
    """Read the table of places (``data/territory.csv``): one row per place, everything as text, "" is empty."""
    return pd.read_csv(path, dtype="str", keep_default_na=False)
