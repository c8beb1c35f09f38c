"""Reading files: from whatever was downloaded or typed to raw tables that remember where each row came from.

One engine reads every spreadsheet format (calamine, behind :mod:`file_safety`) and one value path leads from a cell to
text, so that the same answers give the same table in any format. A raw table is text, nothing is interpreted here.
Files are read by this module and :mod:`programme`, and by :func:`workflow.read_inputs`, which calls them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mentoring_lib.base.columns import Column
from mentoring_lib.base.frames import Checked, rows_of
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.texts import LATVIAN_LETTERS, fold, fold_all, repair_encoding, suggest
from mentoring_lib.intake.file_safety import check_size, inspect, refuse
from mentoring_lib.intake.spreadsheets import OLD_EXCEL, Cell, take_sheets, take_sheets_apart

HEADER_WITHIN = 30  # rows: a table's headings stand at most this far down
SIDEWAYS = 200  # rows: a table lying on its side has its headings in these
HEADER_MATCHES = 3  # headings that must be recognised before a row counts as the heading row
HALF_MILLISECOND = timedelta(microseconds=500)  # a date cell is a fraction of a day and may fall short of its second
EPOCH = datetime(1899, 12, 30)  # day 0 of a spreadsheet's serial numbers
SERIALS = (20_000, 80_000)  # days: a bare number between 1954 and 2119 in a date column is a date
ENCODINGS = ("utf-8-sig", "cp1257", "cp775", "iso8859-13", "cp1251")
DELIMITERS = ",;\t|"
NARROW = 200  # columns: as many can stand in any number of rows
TOP_BYTES = 100_000  # of a text file, enough for its headings
TICKED, NOT_TICKED = {"y", "yes", "ja", "1", "x", "true"}, {"", "n", "no", "ne", "0", "false"}
TOTALS = {"kopa", "pavisam", "kopsumma", "summa", "total", "skaits", "itogo", "итого", "всего"}
ANONYMOUS = "anonymous"  # what Microsoft Forms writes into its own e-mail column
DATED = ("moment", "date")
MOST_WEIGHT = 100  # points of a stem in the lexicon of themes; a strong one has 8
MOST_HINTS = 50  # unknown headings: beyond these nobody means them all
PLACE = ["file", "sheet", "row"]


csv.field_size_limit(2**31 - 1)  # an answer may be longer than the standard library expects


@dataclass(frozen=True)
class Sheet:
    """One sheet as it stands, column by column: ``columns[2][0]`` is the third cell of row 1.

    ``merged`` are the rows (1-based) that hold a cell merged with the row above.
    """

    file: str
    name: str
    columns: Sequence[Any]
    hidden: bool = False
    merged: frozenset[int] = frozenset()

    @cached_property
    def top(self) -> list[tuple[Cell, ...]]:
        """The first rows, where the headings stand."""
        return list(zip(*(list(column[:HEADER_WITHIN]) for column in self.columns), strict=True))


def read_sheets(path: Path) -> list[Sheet]:
    """Read every sheet of a spreadsheet, or the one table of a text file; a zip of one of them is unpacked.

    Raises
    ------
    Refused
        If the file cannot be read; the message names it and the cause.
    """
    try:
        read = path.read_bytes()
        kind, content = inspect(read, path.name)
    except FileNotFoundError:
        raise Refused([Problem("file_missing", file=path.name, details=str(path.parent))]) from None
    except OSError as error:
        raise Refused([Problem("file_unreadable", file=path.name, details=error.strerror or "")]) from None
    if kind == "spreadsheet":
        return _read_spreadsheet(content, path.name)
    return [_read_text(content, path.name, path if content is read else io.BytesIO(content))]


def _read_spreadsheet(content: bytes, file: str) -> list[Sheet]:
    try:
        sheets = take_sheets_apart(content) if content.startswith(OLD_EXCEL) else take_sheets(content)
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise refuse(file, "damaged") from None
        raise
    return [Sheet(file, *sheet) for sheet in sheets] or [Sheet(file, "", [])]


def _read_text(content: bytes, file: str, source: Path | io.BytesIO) -> Sheet:
    """Parse UTF-8 with rows of one length, as most exports are, at once; anything else row by row."""
    top = content[:TOP_BYTES].decode("utf-8", errors="ignore")
    delimiter = _find_delimiter(top)
    width = max(map(len, _split(top, delimiter)), default=1)
    check_size(content.count(b"\n") if width > NARROW else 0, width, file)
    try:
        return Sheet(file, "", _parse_fast(content, source, delimiter, width))
    except (pd.errors.ParserError, ValueError):
        text = decode(content)
        rows = _split(text, _find_delimiter(text))
        check_size(len(rows), max(map(len, rows), default=1), file)
        return Sheet(file, "", list(zip_longest(*rows, fillvalue="")))


def _parse_fast(content: bytes, source: Path | io.BytesIO, delimiter: str, width: int) -> list[Any]:
    """All columns; a path is read faster than the same bytes from memory."""
    if content.startswith((b"sep=", b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content:
        raise ValueError
    table = pd.read_csv(
        source, sep=delimiter, header=None, names=range(width), index_col=False, dtype="str", keep_default_na=False,
        na_filter=False, skip_blank_lines=False, compression=None,
    )  # fmt: skip
    return [table[number].to_numpy() for number in range(width)]


def _split(text: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


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
    odd = len(re.findall("[^\\w\\s!-~„“”«»–—‘’…€°№§©®\u00a0\u200b]", sample))
    return latvian + cyrillic - 2 * odd


def _find_delimiter(text: str) -> str:
    """The sign that splits the first lines into most cells; quoted text does not count."""
    if named := re.match(r"sep=(.)\r?\n", text):
        return named[1]
    top = "\n".join(text[:TOP_BYTES].splitlines()[:HEADER_WITHIN])
    return max(DELIMITERS, key=lambda mark: max(map(len, _split(top, mark)), default=0))


def read_table(sheet: Sheet, columns: Sequence[Column], headers: Mapping[str, Iterable[str]] | None = None) -> Checked:
    """Find a table on a sheet and take its columns, whatever their order.

    Parameters
    ----------
    sheet : Sheet
        May hold titles above the table; a table lying on its side is turned.
    columns : sequence of Column
        What is wanted; a heading matches by label, question or code name, folded.
    headers : mapping, optional
        Further headings accepted, by column name (programme file, ``form.headers``).

    Returns
    -------
    Checked
        Table with one text column per wanted column ("" is empty; a date cell reads 2023-08-21 23:59:59) and
        ``file``, ``sheet``, ``row``. Blank rows are left out; a row of totals is left out and listed. Problems:
        headings doubled or unknown, rows merged with the one above.

    Raises
    ------
    Refused
        If no row looks like the headings, or a required column is missing.
    """
    names = accepted_headings(columns, headers or {})
    return _take_table(*_locate(sheet, names), columns, names)


def _take_table(top: int | None, sheet: Sheet, columns: Sequence[Column], names: Mapping[str, str]) -> Checked:
    """The table whose headings stand in the row that :func:`_locate` has found."""
    if top is None:
        raise Refused([_no_table(sheet, columns)])
    headings = sheet.top[top]
    found, problems = _match_headings(sheet, headings, top, names)
    _refuse_missing(sheet, headings, top, columns, found)
    cells = [column[top + 1 :] for column in sheet.columns]
    filled = _find_filled(cells)
    wanted = {index: column.kind in DATED for column in columns for index in found.get(column.name, [])}
    texts = {index: _read_column(cells[index], dated) for index, dated in wanted.items()}
    texts = texts if filled.all() else {index: text[filled] for index, text in texts.items()}
    rows, taken = np.flatnonzero(filled) + top + 2, {}
    for column in columns:
        taken[column.name], clashes = _take_column(texts, found.get(column.name, []), column, sheet, headings, rows)
        problems += clashes
    taken |= {"file": np.full(len(rows), sheet.file, object), "sheet": np.full(len(rows), sheet.name, object)}
    typed = {name: pd.array(column, dtype="str") for name, column in taken.items()}
    table = pd.DataFrame(typed | {"row": rows}, copy=False)
    merged = sheet.merged.intersection(rows.tolist()) if sheet.merged else ()
    problems += [Problem("row_merged", sheet.file, sheet.name, row) for row in sorted(merged)]
    return _drop_totals(table, columns, problems)


def _read_column(cells: Any, dated: bool) -> Any:
    """One column as text; a column of a text file, an array, is text already."""
    if isinstance(cells, np.ndarray):
        return cells
    return np.array([cell if type(cell) is str else _show_cell(cell, dated) for cell in cells], dtype=object)


def _find_filled(columns: Sequence[Any]) -> Any:
    """Rows in which anything but white space stands, in any column."""
    blank: Sequence[int] = range(len(columns[0]) if columns else 0)
    filled = np.ones(len(blank), dtype=bool)
    for column in columns:
        cells = list(column)
        blank = [row for row in blank if type(cell := cells[row]) is str and (not cell or cell.isspace())]
        if not blank:
            break
    filled[blank] = False
    return filled


def accepted_headings(columns: Sequence[Column], headers: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Name of the column that each folded heading stands for."""
    known = [
        (heading, column.name)
        for column in columns
        for heading in (column.name, column.label, *column.also, *headers.get(column.name, ()))
    ]
    return dict(zip(fold_all([heading for heading, _ in known]), (name for _, name in known), strict=True))


def _locate(sheet: Sheet, names: Mapping[str, str]) -> tuple[int | None, Sheet]:
    """Row of the headings; a sheet whose first columns hold them is turned on its side."""
    top = _find_headings(sheet.top, names)
    sides = [list(column[:SIDEWAYS]) for column in sheet.columns[:HEADER_WITHIN]] if top is None else []
    side = _find_headings(sides, names)
    if side is None:
        return top, sheet
    return side, Sheet(sheet.file, sheet.name, list(zip(*map(list, sheet.columns), strict=True)), sheet.hidden)


def _find_headings(rows: Sequence[Sequence[Cell]], names: Mapping[str, str]) -> int | None:
    found = iter(_name_headings([cell for row in rows for cell in row], names))
    matches = [len({next(found) for _ in row} - {None}) for row in rows]
    best = max(range(len(matches)), key=matches.__getitem__, default=0)
    return best if matches and matches[best] >= min(HEADER_MATCHES, len(set(names.values()))) else None


def _name_headings(cells: Sequence[Cell], names: Mapping[str, str]) -> list[str | None]:
    """Column that each cell is the heading of; "Question [option]" (LimeSurvey) belongs to the question."""
    texts = list(map(str, cells))
    asked = [text.partition("[")[0] if text.rstrip().endswith("]") else "" for text in texts]
    folded = zip(fold_all(texts), fold_all(asked), strict=True)
    return [names.get(text) or names.get(question) for text, question in folded]


def _match_headings(
    sheet: Sheet, headings: Sequence[Cell], top: int, names: Mapping[str, str]
) -> tuple[dict[str, list[int]], list[Problem]]:
    found: dict[str, list[int]] = {}
    problems: list[Problem] = []
    for index, (cell, name) in enumerate(zip(headings, _name_headings(headings, names), strict=True)):
        if name is not None:
            found.setdefault(name, []).append(index)
        elif not str(cell).strip():
            if any(str(below).strip() for below in sheet.columns[index][top + 1 :]):
                problems.append(Problem("column_unnamed", sheet.file, sheet.name, top + 1, value=str(index + 1)))
        else:
            hint = suggest(str(cell), names) if len(problems) < MOST_HINTS else None
            details = f"Varbūt tā ir «{names[hint]}»? " if hint else ""
            problems.append(Problem("column_unknown", sheet.file, sheet.name, top + 1, "", str(cell), details=details))
    return found, problems


def _no_table(sheet: Sheet, columns: Sequence[Column]) -> Problem:
    broken = any(repair_encoding(str(cell)) for row in sheet.top for cell in row)
    labels = ", ".join((column.also or (column.label,))[0] for column in columns[:HEADER_MATCHES])
    return Problem("encoding_wrong" if broken else "table_missing", sheet.file, sheet.name, details=labels)


def _refuse_missing(
    sheet: Sheet, headings: Sequence[Cell], top: int, columns: Sequence[Column], found: Mapping[str, list[int]]
) -> None:
    missing = [column for column in columns if column.required and column.name not in found]
    if missing and any(repair_encoding(str(cell)) for cell in headings):
        raise Refused([Problem("encoding_wrong", sheet.file, sheet.name, top + 1)])
    if missing:
        unknown = ", ".join(f"«{cell}»" for cell in headings if str(cell).strip())
        raise Refused(
            Problem("column_missing", sheet.file, sheet.name, top + 1, column.name, column.label, details=unknown)
            for column in missing
        )


def _take_column(
    texts: Mapping[int, Any], indices: Sequence[int], column: Column, sheet: Sheet, headings: Sequence[Cell], rows: Any
) -> tuple[Any, list[Problem]]:
    """Cells of one column; of several with one heading the filled one counts, and two that differ are a problem."""
    taken = [texts[index] for index in indices]
    if len(taken) < 2:
        return taken[0] if taken else np.full(len(rows), "", object), []
    if column.kind == "themes":
        options = [str(headings[index]).partition("[")[2].rstrip("] ") for index in indices]
        return [_join_options(answers, options) for answers in zip(*taken, strict=True)], []
    merged, problems = [], []
    for row, answers in zip(rows.tolist(), zip(*taken, strict=True), strict=True):
        given = list(dict.fromkeys(text for text in answers if text and text.strip().casefold() != ANONYMOUS))
        merged.append(given[0] if given else "")
        if len(set(fold_all(given))) > 1:
            problems.append(Problem("column_twice", sheet.file, sheet.name, row, column.name, " / ".join(given)))
    return merged, problems


def _join_options(answers: Sequence[str], options: Sequence[str]) -> str:
    """One cell of ticked options from a column for each (LimeSurvey): yes ticks the option, other text is kept."""
    ticked = []
    for answer, option in zip(answers, options, strict=True):
        if fold(answer) in TICKED:
            ticked.append(option or answer)
        elif fold(answer) not in NOT_TICKED:
            ticked.append(answer)
    return "; ".join(ticked)


def _drop_totals(table: pd.DataFrame, columns: Sequence[Column], problems: list[Problem]) -> Checked:
    """Leave out rows of totals: nothing required is filled but a word such as "Kopā"."""
    dated = [column.name for column in columns if column.required and column.kind in ("moment", "email", "id", "date")]
    names = [column.name for column in columns]
    bare = (
        np.logical_and.reduce([table[name].to_numpy() == "" for name in dated])
        if dated
        else np.zeros(len(table), dtype=bool)
    )
    if not bare.any():
        return Checked(table, problems)
    totals = [
        index
        for index, row in zip(table.index[bare], rows_of(table.loc[bare, names]), strict=True)
        if len(filled := [fold(cell) for cell in row if cell]) <= len(names) // 3 and TOTALS & set(filled)
    ]
    problems += [Problem("row_total", row.file, row.sheet, int(row.row)) for row in rows_of(table.loc[totals])]
    return Checked(table.drop(index=totals).reset_index(drop=True), problems)


def _show_cell(cell: Cell, dated: bool) -> str:
    """A cell that is not text, as text; a bare number in a column of dates is a spreadsheet's serial date."""
    if isinstance(cell, datetime):
        return (cell + HALF_MILLISECOND).isoformat(" ", "seconds")
    if isinstance(cell, float) and dated and SERIALS[0] < cell < SERIALS[1]:
        return _show_cell(EPOCH + timedelta(days=cell), dated)
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def read_all(
    paths: Iterable[Path],
    columns: Sequence[Column],
    headers: Mapping[str, Iterable[str]] | None = None,
    sheet_name: str | None = None,
) -> Checked:
    """Read the same kind of table from several files, one under the other (see :func:`read_table`).

    Without ``sheet_name`` the table is the sheet of each file that has most of the headings, a visible one first.

    Raises
    ------
    Refused
        With the reasons of every file that cannot be used.
    """
    tables, problems = [], []
    refused: list[Problem] = []
    for path in paths:
        try:
            table, found = _read_one(read_sheets(path), columns, headers, sheet_name)
        except Refused as error:
            refused += error.problems
            continue
        tables.append(table)
        problems += found
    if refused:
        raise Refused(refused)
    if len(tables) == 1:
        return Checked(tables[0], problems)
    empty = pd.DataFrame(columns=[*(column.name for column in columns), *PLACE], dtype="str").astype({"row": "int64"})
    return Checked(pd.concat(tables, ignore_index=True) if tables else empty, problems)


def _read_one(
    sheets: list[Sheet],
    columns: Sequence[Column],
    headers: Mapping[str, Iterable[str]] | None,
    sheet_name: str | None,
) -> Checked:
    if sheet_name is not None:
        return read_named(sheets, columns, sheet_name, headers)
    names = accepted_headings(columns, headers or {})
    located = [_locate(sheet, names) for sheet in sheets]
    chosen = sorted((one for one in located if one[0] is not None), key=lambda one: one[1].hidden)
    widest = max(located, key=lambda one: len(one[1].columns))
    table, problems = _take_table(*(chosen or [widest])[0], columns, names)
    return Checked(table, problems + [Problem("sheet_other", sheet.file, sheet.name) for _, sheet in chosen[1:]])


def read_named(
    sheets: Sequence[Sheet],
    columns: Sequence[Column],
    name: str,
    headers: Mapping[str, Iterable[str]] | None = None,
) -> Checked:
    """Read the table of one sheet of an opened file, found by its name, folded (see :func:`read_table`).

    Raises
    ------
    Refused
        If there is no such sheet.
    """
    named = [sheet for sheet in sheets if fold(sheet.name) == fold(name)]
    if not named:
        raise Refused([Problem("sheet_missing", file=sheets[0].file if sheets else "", value=name)])
    return read_table(named[0], columns, headers)


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
    columns = [Column(name, "text", name, required=True) for name in ("theme", "starting_point", "source")]
    return read_table(read_sheets(path)[0], columns).table


def read_lexicon(path: Path, themes: Sequence[str]) -> Checked:
    """Read the lexicon that themes are suggested from (``theme, stem, weight, example``).

    Parameters
    ----------
    path : Path
    themes : sequence of str
        Theme codes of the programme, in the call's order.

    Returns
    -------
    Checked
        ``theme``, ``stem`` and ``example`` as text, ``weight`` as a number (1 if empty), in the order of ``themes``;
        rows that cannot be used are problems.
    """
    columns = [Column(name, "text", name, required=name != "weight") for name in ("theme", "stem", "weight", "example")]
    table = read_table(read_sheets(path)[0], columns).table
    weight = pd.to_numeric(table["weight"].str.replace(",", ".").replace("", "1"), errors="coerce")
    known, usable = (
        table["theme"].isin(themes),
        weight.between(0, MOST_WEIGHT, inclusive="right") & table["stem"].add(table["example"]).ne(""),
    )
    strange = table[~known].drop_duplicates("theme")
    problems = [
        Problem("lexicon_theme", path.name, "", r.row, "theme", r.theme, details=", ".join(themes))
        for r in rows_of(strange)
    ]
    problems += [Problem("lexicon_row", path.name, "", row) for row in table.loc[known & ~usable, "row"]]
    order = table["theme"].map({theme: place for place, theme in enumerate(themes)})
    kept = table.assign(weight=weight, order=order)[known & usable].sort_values("order", kind="stable")
    return Checked(kept[["theme", "stem", "weight", "example"]].reset_index(drop=True), problems)


def read_territory(path: Path) -> pd.DataFrame:
    """Read the table of places (``data/territory.csv``): one row per place, everything as text, "" is empty."""
    return pd.read_csv(path, dtype="str", keep_default_na=False)
