"""Reading files: from whatever was downloaded or typed to raw tables that remember where each row came from.

One engine reads every spreadsheet format (calamine, behind :mod:`file_safety`) and one value path leads from a cell to
text, so that the same answers give the same table in any format. A raw table is text, nothing is interpreted here.
Files are read by this module and :mod:`programme`, and by :func:`workflow.read_inputs`, which calls them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import compress
from pathlib import Path

import numpy as np
import pandas as pd

from mentoring_lib.base.columns import Column
from mentoring_lib.base.frames import Checked, rows_of
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.rows import Origin
from mentoring_lib.base.texts import fold, repair_encoding, suggest
from mentoring_lib.intake.file_safety import inspect, refuse
from mentoring_lib.intake.spreadsheets import OLD_EXCEL, Cell, take_sheets, take_sheets_apart
from mentoring_lib.intake.text_files import take_columns

HEADER_WITHIN = 30  # rows: a table's headings stand at most this far down
SIDEWAYS = 200  # rows: a table lying on its side has its headings in these
HEADER_MATCHES = 3  # headings that must be recognised before a row counts as the heading row
HALF_MILLISECOND = timedelta(microseconds=500)  # a date cell is a fraction of a day and may fall short of its second
EPOCH = datetime(1899, 12, 30)  # day 0 of a spreadsheet's serial numbers
SERIALS = (20_000, 80_000)  # days: a bare number between 1954 and 2119 in a date column is a date
TICKED, NOT_TICKED = {"y", "yes", "ja", "1", "x", "true"}, {"", "n", "no", "ne", "0", "false"}
TOTALS = {"kopa", "pavisam", "kopsumma", "summa", "total", "skaits", "itogo", "итого", "всего"}
ANONYMOUS = "anonymous"  # what Microsoft Forms writes into its own e-mail column
DATED = ("moment", "date")
MAX_WEIGHT = 100  # points of a stem in the lexicon of themes; a strong one has 8
MAX_HINTS = 50  # unknown headings: beyond these nobody means them all
PLACE = ["file", "sheet", "row"]


@dataclass(frozen=True)
class Sheet:
    """One sheet as it stands, column by column: ``columns[2][0]`` is the third cell of row 1.

    ``merged`` are the rows (1-based) that hold a cell merged with the row above.
    """

    file: str
    name: str
    columns: Sequence[Sequence[Cell]]
    hidden: bool = False
    merged: frozenset[int] = frozenset()

    @cached_property
    def top(self) -> list[tuple[Cell, ...]]:
        """The first rows, where the headings stand."""
        return list(zip(*(column[:HEADER_WITHIN] for column in self.columns), strict=True))

    def problem(
        self, code: str, row: int | None = None, column: str = "", value: str = "", details: str = ""
    ) -> Problem:
        """A problem on this sheet."""
        return Problem(code, self.file, self.name, row, column, value, details=details)


def read_sheets(path: Path) -> list[Sheet]:
    """Read every sheet of a spreadsheet, or the one table of a text file; a zip of one of them is unpacked.

    Raises
    ------
    Refused
        If the file cannot be read; the message names it and the cause.
    """
    try:
        kind, content = inspect(path.read_bytes(), path.name)
    except FileNotFoundError:
        raise Refused([Problem("file_missing", file=path.name, details=str(path.parent))]) from None
    except OSError as error:
        raise Refused([Problem("file_unreadable", file=path.name, details=error.strerror or "")]) from None
    if kind == "spreadsheet":
        return _read_spreadsheet(content, path.name)
    return [Sheet(path.name, "", take_columns(content, path.name))]


def _read_spreadsheet(content: bytes, file: str) -> list[Sheet]:
    try:
        sheets = take_sheets_apart(content) if content.startswith(OLD_EXCEL) else take_sheets(content)
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise refuse(file, "damaged") from None
        raise
    return [Sheet(file, *sheet) for sheet in sheets] or [Sheet(file, "", [])]


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
    """The table whose headings stand in the row that :func:`_locate` gives."""
    if top is None:
        raise Refused([_no_table(sheet, columns)])
    headings = list(map(str, sheet.top[top]))
    places, problems = _match_headings(sheet, headings, top, names)
    _refuse_missing(sheet, headings, top, columns, places)
    below = [column[top + 1 :] for column in sheet.columns]
    filled = [any(map(_is_filled, cells)) for cells in zip(*below, strict=True)]
    rows, taken = [row for row, kept in enumerate(filled, start=top + 2) if kept], {}
    for column in columns:
        answers = {
            index: _show_cells(compress(below[index], filled), column.kind in DATED)
            for index in places.get(column.name, ())
        }
        options = [headings[index].partition("[")[2].rstrip("] ") for index in answers]
        taken[column.name], clashes = _merge_columns(list(answers.values()), column, options, len(rows))
        problems += [sheet.problem("column_twice", rows[row], column.name, value) for row, value in clashes.items()]
    totals = _find_totals(taken, columns)
    problems += [sheet.problem("row_total", rows[row]) for row in totals]
    problems += [sheet.problem("row_merged", row) for row in sorted(sheet.merged.intersection(rows))]
    texts = taken | {"file": [sheet.file] * len(rows), "sheet": [sheet.name] * len(rows)}
    table = pd.DataFrame({name: pd.array(cells, dtype="str") for name, cells in texts.items()}, copy=False)
    table["row"] = np.array(rows, dtype="int64")
    return Checked(table.drop(index=totals).reset_index(drop=True), problems)


def _is_filled(cell: Cell) -> bool:
    return not isinstance(cell, str) or not (not cell or cell.isspace())


def accepted_headings(columns: Sequence[Column], headers: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Name of the column that each folded heading stands for."""
    return {
        fold(heading): column.name
        for column in columns
        for heading in (column.name, column.label, *column.also, *headers.get(column.name, ()))
    }


def _locate(sheet: Sheet, names: Mapping[str, str]) -> tuple[int | None, Sheet]:
    """Row of the headings; a sheet whose first columns hold them is turned on its side."""
    top = _find_headings(sheet.top, names)
    sides = [column[:SIDEWAYS] for column in sheet.columns[:HEADER_WITHIN]] if top is None else []
    side = _find_headings(sides, names)
    if side is None:
        return top, sheet
    return side, Sheet(sheet.file, sheet.name, list(zip(*sheet.columns, strict=True)), sheet.hidden)


def _find_headings(rows: Sequence[Sequence[Cell]], names: Mapping[str, str]) -> int | None:
    matches = [len({_name_heading(str(cell), names) for cell in row} - {None}) for row in rows]
    best = max(range(len(matches)), key=matches.__getitem__, default=0)
    return best if matches and matches[best] >= min(HEADER_MATCHES, len(set(names.values()))) else None


def _name_heading(text: str, names: Mapping[str, str]) -> str | None:
    """Column that a cell is the heading of; "Question [option]" (LimeSurvey) belongs to the question."""
    name = names.get(fold(text))
    return name or (names.get(fold(text.partition("[")[0])) if text.rstrip().endswith("]") else None)


def _match_headings(
    sheet: Sheet, headings: Sequence[str], top: int, names: Mapping[str, str]
) -> tuple[dict[str, list[int]], list[Problem]]:
    places: dict[str, list[int]] = {}
    problems: list[Problem] = []
    for index, heading in enumerate(headings):
        name = _name_heading(heading, names)
        if name is not None:
            places.setdefault(name, []).append(index)
        elif heading.strip():
            hint = suggest(heading, names) if len(problems) < MAX_HINTS else None
            details = f"Varbūt tā ir «{names[hint]}»? " if hint else ""
            problems.append(sheet.problem("column_unknown", top + 1, "", heading, details))
        elif any(map(_is_filled, sheet.columns[index][top + 1 :])):
            problems.append(sheet.problem("column_unnamed", top + 1, value=str(index + 1)))
    return places, problems


def _no_table(sheet: Sheet, columns: Sequence[Column]) -> Problem:
    broken = any(repair_encoding(str(cell)) for row in sheet.top for cell in row)
    labels = ", ".join((column.also or (column.label,))[0] for column in columns[:HEADER_MATCHES])
    return sheet.problem("encoding_wrong" if broken else "table_missing", details=labels)


def _refuse_missing(
    sheet: Sheet, headings: Sequence[str], top: int, columns: Sequence[Column], places: Mapping[str, list[int]]
) -> None:
    missing = [column for column in columns if column.required and column.name not in places]
    if missing and any(map(repair_encoding, headings)):
        raise Refused([sheet.problem("encoding_wrong", top + 1)])
    if missing:
        listed = ", ".join(f"«{heading}»" for heading in headings if heading.strip())
        raise Refused(sheet.problem("column_missing", top + 1, column.name, column.label, listed) for column in missing)


def _merge_columns(
    answers: Sequence[Sequence[str]], column: Column, options: Sequence[str], count: int
) -> tuple[Sequence[str], dict[int, str]]:
    """Cells of one column; of several with one heading the filled one counts, and rows where two differ are told."""
    if len(answers) < 2:
        return answers[0] if answers else [""] * count, {}
    if column.kind == "themes":
        return [_join_options(row, options) for row in zip(*answers, strict=True)], {}
    merged, clashes = [], {}
    for row, cells in enumerate(zip(*answers, strict=True)):
        texts = list(dict.fromkeys(text for text in cells if text and text.strip().casefold() != ANONYMOUS))
        merged.append(texts[0] if texts else "")
        if len(set(map(fold, texts))) > 1:
            clashes[row] = " / ".join(texts)
    return merged, clashes


def _join_options(answers: Sequence[str], options: Sequence[str]) -> str:
    """One cell of ticked options from a column for each (LimeSurvey): yes ticks the option, other text is kept."""
    ticked = []
    for answer, option in zip(answers, options, strict=True):
        if fold(answer) in TICKED:
            ticked.append(option or answer)
        elif fold(answer) not in NOT_TICKED:
            ticked.append(answer)
    return "; ".join(ticked)


def _find_totals(taken: Mapping[str, Sequence[str]], columns: Sequence[Column]) -> list[int]:
    """Rows of totals: nothing required is filled but a word such as "Kopā"."""
    keys = [taken[column.name] for column in columns if column.required and column.kind in (*DATED, "email", "id")]
    bare = [row for row, cells in enumerate(zip(*keys, strict=True)) if not any(cells)]
    return [row for row in bare if _is_total([cells[row] for cells in taken.values()])]


def _is_total(cells: Sequence[str]) -> bool:
    filled = [fold(cell) for cell in cells if cell]
    return len(filled) <= len(cells) // 3 and not TOTALS.isdisjoint(filled)


def _show_cells(cells: Iterable[Cell], dated: bool) -> list[str]:
    return [cell if type(cell) is str else _show_cell(cell, dated) for cell in cells]


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
            table, doubts = _read_one(read_sheets(path), columns, headers, sheet_name)
        except Refused as error:
            refused += error.problems
            continue
        tables.append(table)
        problems += doubts
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


@dataclass(frozen=True)
class _LexiconLine(Origin):
    theme: str


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
    known = table["theme"].isin(themes)
    usable = weight.between(0, MAX_WEIGHT, inclusive="right") & table["stem"].add(table["example"]).ne("")
    listed, strange = ", ".join(themes), table[~known].drop_duplicates("theme")
    problems = [
        Problem("lexicon_theme", path.name, "", line.row, "theme", line.theme, details=listed)
        for line in rows_of(strange, _LexiconLine)
    ]
    problems += [Problem("lexicon_row", path.name, "", row) for row in table.loc[known & ~usable, "row"]]
    order = table["theme"].map({theme: place for place, theme in enumerate(themes)})
    kept = table.assign(weight=weight, order=order)[known & usable].sort_values("order", kind="stable")
    return Checked(kept[["theme", "stem", "weight", "example"]].reset_index(drop=True), problems)


def read_territory(path: Path) -> pd.DataFrame:
    """Read the table of places (``data/territory.csv``): one row per place, everything as text, "" is empty."""
    return pd.read_csv(path, dtype="str", keep_default_na=False)
