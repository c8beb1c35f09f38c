"""Reading files: from whatever was downloaded or typed to raw tables that remember where each row came from.

One engine reads every spreadsheet format (calamine, behind :mod:`file_safety`) and one value path leads from a cell to
text, so that the same answers give the same table in any format. A raw table is text, nothing is interpreted here.
Files are read by this module and :mod:`programme`, and by :func:`workflow.read_inputs`, which calls them.
"""

import hashlib
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import compress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from mentoring_lib.base.columns import SHEET_ALIASES, Column
from mentoring_lib.base.problems import Letters, Problem, Refused, explain_os_error
from mentoring_lib.base.rows import Checked
from mentoring_lib.base.texts import INVISIBLE, fold, repair_encoding, suggest
from mentoring_lib.intake.file_safety import inspect, name_column, refuse
from mentoring_lib.intake.spreadsheets import Cell, take_sheets, take_sheets_apart
from mentoring_lib.intake.text_files import LOST, take_columns

HEADER_WITHIN = 30  # rows: a table's headings stand at most this far down
HEADER_MATCHES = 3  # headings that must be recognised before a row counts as the heading row
HALF_MILLISECOND = timedelta(microseconds=500)  # a date cell is a fraction of a day and may fall short of its second
TICKED, NOT_TICKED = {"y", "yes", "ja", "1", "x", "true"}, {"", "n", "no", "ne", "0", "false"}
TOTALS = {"kopa", "pavisam", "kopsumma", "summa", "total", "skaits", "itogo", "итого", "всего"}
ANONYMOUS = "anonymous"  # what Microsoft Forms writes into its own e-mail column
KEYS = ("moment", "date", "id")  # kinds of cells that tell one row from another
NUMBERED = re.compile(r"^\s*\d{1,2}(?:\.\d{1,2})?\s*[.)]\s*")  # "3. Novads"
# What survey tools write in a second heading row under a question of one answer (folded).
ONE_ANSWER = {"", "response", "responses", "open ended response", "atbilde", "atbildes", "ответ"}
TABLE_ENDINGS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".tab", ".txt", ".zip", ""}
LOCKS = ("~${}", ".~lock.{}#")  # beside a file that is open
SYSTEM_FILES = {"thumbs.db", "desktop.ini", "icon\r", "ehthumbs.db"}
TOTAL_ROW = re.compile(rf"(?:{'|'.join(TOTALS)})(?: \d+)?(?: pieteikum\w*)?")  # folded: a cell that says no more
ERROR_CELL = re.compile(r"#(?:REF|VALUE|DIV/0|NUM|NULL|SPILL|CALC|FIELD|FORMULA)!|#(?:N/A|NAME\?)|#GETTING_DATA")
UNSEEN = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff{INVISIBLE.pattern[1:]}")
MIN_STEM, ENDING = 4, 2  # letters: the shortest stem that a theme's label gives, and what is cut from its words
LABEL_WEIGHT = 8.0  # points of a word of a label: it decides, as a strong stem of the lexicon
MAX_WEIGHT = 100  # points of a stem in the lexicon of themes; a strong one has 8
MAX_HINTS = 50  # unknown headings: beyond these nobody means them all
PLACE = ["file", "sheet", "row"]


@dataclass(frozen=True)
class Sheet:
    """One sheet as it stands, column by column: ``columns[2][0]`` is the third cell of row 1.

    ``merged`` are the rows (1-based) that hold a cell merged with the row above, ``open_quotes`` those of a text file
    in which a quote is not closed.
    """

    file: str
    name: str
    columns: Sequence[Sequence[Cell]]
    hidden: bool = False
    merged: frozenset[int] = frozenset()
    open_quotes: Sequence[int] = ()

    @cached_property
    def top(self) -> list[tuple[Cell, ...]]:
        """The first rows, where the headings stand."""
        return list(zip(*(column[:HEADER_WITHIN] for column in self.columns), strict=True))

    def problem(
        self, code: str, row: int | None = None, column: str = "", value: str = "", details: str = ""
    ) -> Problem:
        """A problem on this sheet."""
        return Problem(code, self.file, self.name, row, column, value, details=details)


class Reading(NamedTuple):
    """A raw table, the problems found on the way, and where its columns stand (see :class:`problems.Letters`)."""

    table: pd.DataFrame
    problems: list[Problem]
    letters: Letters


def read_sheets(path: Path, names: Container[str] = (), *, formulas: bool = False) -> list[Sheet]:
    """Read every sheet of a spreadsheet, or the one table of a text file; a zip of one of them is unpacked.

    ``names`` are the folded headings looked for, from which a text file's delimiter is told; ``formulas``: every cell
    with a formula reads :data:`file_safety.UNSOLVED`.

    Raises
    ------
    Refused
        If the file cannot be read; the message names it and the cause.
    """
    try:
        kind, content = inspect(path.read_bytes(), path.name, formulas=formulas)
    except FileNotFoundError:
        raise Refused([Problem("file_missing", file=path.name, details=str(path.parent))]) from None
    except OSError as error:
        raise Refused([Problem("file_unreadable", file=path.name, details=explain_os_error(error))]) from None
    if kind == "text":
        columns, open_quotes = take_columns(content, path.name, names)
        return [Sheet(path.name, "", columns, open_quotes=open_quotes)]
    try:
        sheets = take_sheets_apart(content) if kind == "binary" else take_sheets(content)
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise refuse(path.name, "binary" if kind == "binary" else "damaged") from None
        raise
    return [Sheet(path.name, *sheet) for sheet in sheets] or [Sheet(path.name, "", [])]


def read_table(
    sheet: Sheet,
    columns: Sequence[Column],
    headers: Mapping[str, Iterable[str]] | None = None,
    needed: Sequence[Column] | None = None,
) -> Reading:
    """Find a table on a sheet and take its columns, whatever their order.

    Parameters
    ----------
    sheet : Sheet
        May hold titles above the table.
    columns : sequence of Column
        What is wanted; a heading matches by label, question or code name, folded.
    headers : mapping, optional
        Further headings accepted, by column name (programme file, ``form.headers``).
    needed : sequence of Column, optional
        What must be there, though its cells may be empty; the required columns by default.

    Returns
    -------
    Reading
        Table with one text column per wanted column ("" is empty; a date cell reads 2023-08-21 23:59:59) and
        ``file``, ``sheet``, ``row``. Blank rows are left out; a row of totals is left out and listed. Signs that
        nobody sees are taken out, with a note; a cell with an error is empty, with a question. Problems too:
        headings doubled or unknown, open quotes, rows merged with the one above.

    Raises
    ------
    Refused
        If no row looks like the headings, or a needed column is missing.
    """
    names = accepted_headings(columns, headers or {})
    top, sheet = locate(sheet, names)
    if top is None:
        raise Refused([_no_table(sheet, columns, names)])
    headings = list(map(str, sheet.top[top]))
    places, problems = _match_headings(sheet, headings, top, names, {column.name: column.label for column in columns})
    _refuse_missing(sheet, top, places, columns, needed)
    below = [column[top + 1 :] for column in sheet.columns]
    filled = _find_filled(below)
    rows, taken = list(compress(range(top + 2, top + 2 + len(filled)), filled)), {}
    for column in columns:
        indices, answers = places.get(column.name, []), []
        for index in indices:
            texts, changed = _show_cells(list(compress(below[index], filled)))
            problems += [sheet.problem(code, rows[row], column.name, text) for row, (code, text) in changed.items()]
            answers.append(texts)
        options = [headings[index].partition("[")[2].rstrip("] ") for index in indices]
        taken[column.name], clashes = _merge_columns(answers, column, options, len(rows))
        problems += [sheet.problem("column_twice", rows[row], column.name, value) for row, value in clashes.items()]
    totals = _find_totals(taken, columns)
    problems += [sheet.problem("row_total", rows[row]) for row in totals]
    problems += [sheet.problem("row_merged", row) for row in sorted(sheet.merged.intersection(rows))]
    problems += [sheet.problem("quote_open", row) for row in sheet.open_quotes if row in rows]
    cells = {name: pd.array(part, dtype="str") for name, part in taken.items()}
    place = {"file": pd.array([sheet.file], dtype="str"), "sheet": pd.array([sheet.name], dtype="str")}
    cells |= {name: part.repeat(len(rows)) for name, part in place.items()}
    table = pd.DataFrame({**cells, "row": np.array(rows, dtype="int64")}, copy=False)
    letters = {name: name_column(indices[0]) for name, indices in places.items()}
    kept = table.drop(index=totals).reset_index(drop=True) if totals else table
    return Reading(kept, problems, {(sheet.file, sheet.name): letters})


def _refuse_missing(
    sheet: Sheet, top: int, places: Container[str], columns: Sequence[Column], needed: Sequence[Column] | None
) -> None:
    """Refuse a table without a needed column; where headings are misread letters, for that."""
    headings = list(map(str, sheet.top[top]))
    required = [column for column in columns if column.required] if needed is None else needed
    missing = [column for column in required if column.name not in places]
    if missing and any(repair_encoding(heading) or LOST in heading for heading in headings):
        raise Refused([sheet.problem("encoding_wrong", top + 1)])
    if missing:
        code, listed = "column_missing" if needed is None else "column_gone", list_headings(headings)
        raise Refused(sheet.problem(code, top + 1, column.name, column.label, listed) for column in missing)


def _find_filled(columns: Sequence[Sequence[Cell]]) -> list[bool]:
    """Whether each row holds anything."""
    return [any(map(_is_filled, cells)) for cells in zip(*columns, strict=True)]


def _is_filled(cell: Cell) -> bool:
    return not isinstance(cell, str) or bool(cell.strip())


def accepted_headings(columns: Sequence[Column], headers: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Name of the column that each folded heading stands for; "" for a heading that is not to be read.

    What she says of her own headings goes before what they mean elsewhere.
    """
    usual = {fold(text): one.name for one in columns for text in (one.name, one.label, *one.also)}
    return usual | {fold(text): name for name, texts in headers.items() for text in texts}


def locate(sheet: Sheet, names: Mapping[str, str], *, sure: bool = True) -> tuple[int | None, Sheet]:
    """Row of the headings; where they take two rows (survey tools), the second, with both joined in it.

    "Contacts" over "Name" and "E-mail" reads "Contacts [Name]", as other tools write it in one row. Unless ``sure``,
    two rows that can be joined are enough.
    """
    top = find_headings(sheet.top, names)
    for row in range(len(sheet.top) - 1) if top is None else (top, top - 1):
        joined = join_rows(sheet.top[row], sheet.top[row + 1], names) if 0 <= row < len(sheet.top) - 1 else None
        if joined and (top is not None or not sure or find_headings([joined], names) is not None):
            return row + 1, _with_row(sheet, row + 1, joined)
    return top, sheet


def _with_row(sheet: Sheet, row: int, cells: Sequence[Cell]) -> Sheet:
    pairs = zip(sheet.columns, cells, strict=True)
    return replace(sheet, columns=[[*column[:row], cell, *column[row + 1 :]] for column, cell in pairs])


def join_rows(upper: Sequence[Cell], lower: Sequence[Cell], names: Mapping[str, str]) -> list[Cell] | None:
    """Headings of two rows as one; None unless the lower row tells apart what stands under one heading, and no more."""
    if sum(map(_is_filled, upper)) < 2 or not all(isinstance(cell, str) for cell in lower):
        return None  # one filled cell above is a title
    goes_on = [not _is_filled(above) and _is_filled(below) for above, below in zip(upper, lower, strict=True)]
    joined: list[Cell] = []
    group = ""
    for above, below, grouped in zip(map(str, upper), map(str, lower), [*goes_on[1:], False], strict=True):
        if above.strip():
            group = above if grouped else ""
        if not group and fold(below) not in ONE_ANSWER:
            return None
        if group and below.strip():
            known = fold(group) not in names and fold(below) in names
            joined.append(below if known else f"{group} [{below}]")
        else:
            joined.append(group or above)
    return joined if joined != [*map(str, upper)] else None


def guess_headings(sheet: Sheet, names: Mapping[str, str]) -> tuple[int, Sheet]:
    """The row that may hold headings nobody knows: as recognised, joined of two, else the fullest of the first."""
    top, located = locate(sheet, names, sure=False)
    filled = [sum(isinstance(cell, str) and bool(cell.strip()) for cell in row) for row in sheet.top]
    return max(range(len(filled)), key=filled.__getitem__, default=0) if top is None else top, located


def find_headings(rows: Sequence[Sequence[Cell]], names: Mapping[str, str]) -> int | None:
    """The first rows' one that holds the headings, counted from 0; None if too few are recognised."""
    matches = [len({name_heading(str(cell), names) for cell in row} - {None}) for row in rows]
    best = max(range(len(matches)), key=matches.__getitem__, default=0)
    return best if matches and matches[best] >= min(HEADER_MATCHES, max(1, len(set(names.values())) - 1)) else None


def name_heading(text: str, names: Mapping[str, str]) -> str | None:
    """Column that a cell is the heading of; "Question [option]" (LimeSurvey) belongs to the question."""
    name = names.get(fold(text), names.get(fold(NUMBERED.sub("", text))))
    return names.get(fold(text.partition("[")[0])) if name is None and text.rstrip().endswith("]") else name


def _match_headings(
    sheet: Sheet, headings: Sequence[str], top: int, names: Mapping[str, str], labels: Mapping[str, str]
) -> tuple[dict[str, list[int]], list[Problem]]:
    places: dict[str, list[int]] = {}
    problems: list[Problem] = []
    for index, heading in enumerate(headings):
        name = name_heading(heading, names)
        if name:
            places.setdefault(name, []).append(index)
        elif name is None and heading.strip():
            hint = suggest(heading, names) if len(problems) < MAX_HINTS else None
            details = f"Varbūt tā ir «{labels[names[hint]]}»? " if hint and names[hint] else ""
            problems.append(sheet.problem("column_unknown", top + 1, "", heading, details))
        elif name is None:
            problems += _find_stray(sheet, index, top)
    return places, problems


def _find_stray(sheet: Sheet, index: int, top: int) -> list[Problem]:
    """What stands in a column without a heading; in a text file it was pushed there by a sign in an answer."""
    filled = [row for row, cell in enumerate(sheet.columns[index][top + 1 :], start=top + 2) if _is_filled(cell)]
    if not sheet.name and 2 * len(filled) < len(sheet.columns[index]) - top - 1:
        return [sheet.problem("row_long", row, value=str(sheet.columns[index][row - 1])) for row in filled]
    return [sheet.problem("column_unnamed", top + 1, value=str(index + 1))] if filled else []


def _no_table(sheet: Sheet, columns: Sequence[Column], names: Mapping[str, str]) -> Problem:
    """Why no headings stand there: their letters may be broken, or it is another table."""
    repaired = [[repair_encoding(str(cell)) or str(cell) for cell in row] for row in sheet.top]
    broken = find_headings(repaired, names) is not None
    labels = ", ".join((column.also or (column.label,))[0] for column in columns[:HEADER_MATCHES])
    if broken or not sheet.top:
        return sheet.problem("encoding_wrong" if broken else "table_missing", details=labels)
    row, guessed = guess_headings(sheet, names)
    return sheet.problem("table_missing", row + 1, details=f"{labels}. Datnē ir: {list_headings(guessed.top[row])}")


def list_headings(cells: Iterable[Cell]) -> str:
    """Headings as a sentence can hold them."""
    return ", ".join(f"«{cell}»" for cell in cells if _is_filled(cell))


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
    """Rows of totals: little is filled, and nothing that tells one row from another but a word such as "Kopā"."""
    keys = [index for index, column in enumerate(columns) if column.required and column.kind in KEYS]
    texts, totals = list(taken.values()), []
    suspects = list(range(len(texts[0]))) if keys else []
    for key in keys:  # no such word begins with a digit
        suspects = [row for row in suspects if not texts[key][row][:1].isdigit()]
    for row in suspects:
        filled = {index: fold(column[row]) for index, column in enumerate(texts) if column[row]}
        words = {index for index, cell in filled.items() if TOTAL_ROW.fullmatch(cell)}
        if 3 * len(filled) <= len(texts) and words and words.issuperset(filled.keys() & keys):
            totals.append(row)
    return totals


def _show_cells(cells: list[Any]) -> tuple[list[str], dict[int, tuple[str, str]]]:
    """Cells as text, without signs that nobody sees and errors; the problem of each row that changed, and its text."""
    try:
        joined = "".join(cells)
    except TypeError:  # not all are text
        cells = [cell if isinstance(cell, str) else show_cell(cell) for cell in cells]
        joined = "".join(cells)
    if "#" not in joined and (joined.isprintable() or not UNSEEN.search(joined)):
        return cells, {}
    errors = {row: ("cell_error", text) for row, text in enumerate(cells) if ERROR_CELL.fullmatch(text.strip())}
    seen = [UNSEEN.sub(lambda sign: " " if sign[0].isspace() else "", text) for text in cells]
    removed = {row: ("text_control", text) for row, text in enumerate(cells) if text != seen[row]}
    return ["" if row in errors else text for row, text in enumerate(seen)], removed | errors


def show_cell(cell: Cell) -> str:
    """A cell that is not text, as text; the same in every format."""
    if isinstance(cell, datetime):
        return (cell + HALF_MILLISECOND).isoformat(" ", "seconds")
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def read_all(
    paths: Iterable[Path],
    columns: Sequence[Column],
    headers: Mapping[str, Iterable[str]] | None = None,
    *,
    sheet_name: str | None = None,
    needed: Sequence[Column] | None = None,
    some: bool = True,
) -> Reading:
    """Read the same kind of table from several files, one under the other (see :func:`read_table`).

    Without ``sheet_name`` the table is the sheet of each file that has most of the headings, a visible one first. A
    file that is no table at all by its ending ("lasi mani.docx") is left out and listed, as long as another is read or
    none has to be (not ``some``).

    Raises
    ------
    Refused
        With the reasons of every file that cannot be used.
    """
    readings: list[Reading] = []
    refused: list[Problem] = []
    skipped: list[Problem] = []
    names = accepted_headings(columns, headers or {})
    for path in paths:
        try:
            sheets = read_sheets(path, names)
            named = sheet_name is not None and read_named(sheets, columns, sheet_name, needed)
            readings.append(named or _read_best(sheets, columns, headers, needed))
        except Refused as error:
            (refused if path.suffix.lower() in TABLE_ENDINGS else skipped).extend(error.problems)
    if refused or (skipped and some and not readings):
        raise Refused(refused + skipped)
    problems = [problem for reading in readings for problem in reading.problems]
    problems += [Problem("file_skipped", problem.file, details=problem.details) for problem in skipped]
    empty = pd.DataFrame(columns=[*(column.name for column in columns), *PLACE], dtype="str").astype({"row": "int64"})
    tables = [reading.table for reading in readings] or [empty]
    table = pd.concat(tables, ignore_index=True)
    letters = {place: part for reading in readings for place, part in reading.letters.items()}
    return Reading(table, problems, letters)


def _read_best(
    sheets: Sequence[Sheet],
    columns: Sequence[Column],
    headers: Mapping[str, Iterable[str]] | None,
    needed: Sequence[Column] | None,
) -> Reading:
    """The first sheet with the headings, visible ones before hidden ones; another that holds rows too is a question."""
    names = accepted_headings(columns, headers or {})
    tops = [(locate(sheet, names)[0], sheet) for sheet in sheets]
    candidates = sorted((one for one in tops if one[0] is not None), key=lambda one: one[1].hidden)
    _, chosen = (candidates or sorted(tops, key=lambda one: -len(one[1].columns)))[0]
    reading = read_table(chosen, columns, headers, needed)
    others = [sheet for top, sheet in candidates[1:] if _holds_rows(sheet, top)]
    told = [sheet.problem("sheet_other", details=chosen.name) for sheet in others]
    return reading._replace(problems=reading.problems + told)


def _holds_rows(sheet: Sheet, top: int | None) -> bool:
    return top is not None and any(_find_filled([column[top + 1 :] for column in sheet.columns]))


def read_named(
    sheets: Sequence[Sheet], columns: Sequence[Column], name: str, needed: Sequence[Column] | None = None
) -> Reading:
    """Read the table of one sheet of an opened file, found by its name (see :func:`read_table`).

    Raises
    ------
    Refused
        If there is no such sheet.
    """
    named = find_named(sheets, name)
    if named is None:
        raise Refused([Problem("sheet_missing", file=sheets[0].file if sheets else "", value=name)])
    return read_table(named, columns, needed=needed)


def find_named(sheets: Sequence[Sheet], name: str) -> Sheet | None:
    """The sheet of this name, folded; where there is none, the one of an earlier name."""
    by_name = {fold(sheet.name): sheet for sheet in reversed(sheets)}
    wanted = [name, *(old for old, new in SHEET_ALIASES.items() if new == name)]
    return next((by_name[fold(one)] for one in wanted if fold(one) in by_name), None)


def find_copies(sheets: Sequence[Sheet], tables: Mapping[str, Sequence[Column]]) -> list[Problem]:
    """A question for each sheet beside the named ones that holds rows under the headings of one ("Tēmas (2)").

    One heading in five may have got lost there.
    """
    read = [find_named(sheets, name) for name in tables]
    problems = []
    for sheet in (one for one in sheets if all(one is not named for named in read)):
        for name, columns in tables.items():
            names = accepted_headings(columns, {})
            top, located = locate(sheet, names)
            there = {name_heading(str(cell), names) for cell in located.top[top]} if top is not None else set()
            usual = {column.name for column in columns if not column.added}
            if len(usual - there) <= len(usual) // 5 and _holds_rows(located, top):
                problems.append(sheet.problem("sheet_copy", value=name))
    return problems


def list_files(folder: Path) -> list[Path]:
    """Files a person put into a folder, by name; hidden files, lock files and those of the system are not hers."""
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and path.name[0] not in "~." and path.name.lower() not in SYSTEM_FILES
    )


def find_folders(folder: Path) -> list[Problem]:
    """A question for each folder among the files: what it holds is not read."""
    inside = sorted(folder.iterdir()) if folder.is_dir() else []
    nested = [path for path in inside if path.is_dir() and path.name[0] not in "._"]
    return [Problem("folder_unread", f"{folder.name}/{path.name}") for path in nested]


def find_open(paths: Iterable[Path]) -> list[Problem]:
    """A note for each file that is open in another program: what is not saved there is not read."""
    open_ones = [path for path in paths if any(path.with_name(lock.format(path.name)).exists() for lock in LOCKS)]
    return [Problem("file_open", path.name) for path in open_ones]


def hash_files(folder: Path, paths: Iterable[Path]) -> dict[str, str]:
    """SHA-256 of each file's bytes, by its path within the folder."""
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def read_starting_points(path: Path) -> pd.DataFrame:
    """Read the table of starting points for mentors (``theme, starting_point, source``), everything as text."""
    columns = [Column(name, "text", name, required=True) for name in ("theme", "starting_point", "source")]
    return read_table(read_sheets(path)[0], columns).table


def read_lexicon(path: Path, themes: Mapping[str, str]) -> Checked:
    """Read the lexicon that themes are suggested from (``theme, stem, weight, example``).

    Parameters
    ----------
    path : Path
    themes : mapping
        Label of each theme of the programme by its code, in the call's order, that of any other question last.

    Returns
    -------
    Checked
        ``theme``, ``stem`` and ``example`` as text, ``weight`` as a number (1 if empty), in the order of ``themes``;
        a theme without rows has those that its label gives. Rows that cannot be used are problems.
    """
    columns = [Column(name, "text", name, required=name != "weight") for name in ("theme", "stem", "weight", "example")]
    table = read_table(read_sheets(path)[0], columns).table
    table["weight"] = pd.to_numeric(table["weight"].str.replace(",", ".").replace("", "1"), errors="coerce")
    known = table["theme"].isin(list(themes))
    usable = table["weight"].between(0, MAX_WEIGHT, inclusive="right") & table["stem"].add(table["example"]).ne("")
    kept, strange = table[known & usable], ", ".join(table.loc[~known, "theme"].unique())
    lacking = [theme for theme in themes if theme not in set(kept["theme"])]
    labels, codes = ", ".join(themes[theme] for theme in lacking), ", ".join(lacking or themes)
    problems = [Problem("lexicon_lacks", path.name, value=labels, details=codes)] if lacking else []
    if strange and not lacking:
        problems.append(Problem("lexicon_theme", path.name, value=strange, details=codes))
    problems += [Problem("lexicon_row", path.name, "", row) for row in table.loc[known & ~usable, "row"]]
    names = ["theme", "stem", "weight", "example"]
    made = pd.DataFrame([row for theme in lacking for row in _read_label(theme, themes)], columns=names)
    whole = pd.concat([kept[names], made]) if lacking else kept[names]
    order = whole["theme"].map({theme: place for place, theme in enumerate(themes)})
    return Checked(whole.iloc[order.argsort(kind="stable")].reset_index(drop=True), problems)


def _read_label(theme: str, themes: Mapping[str, str]) -> list[tuple[str, str, float, str]]:
    """What a label says of its theme: itself, and the beginnings of its longer words that no other label has."""
    words = {code: {word[: max(MIN_STEM, len(word) - ENDING)] for word in fold(label).split() if len(word) > MIN_STEM}
             for code, label in themes.items()}  # fmt: skip
    others = set[str]().union(*(stems for code, stems in words.items() if code != theme))
    stems = sorted(words[theme] - others) if theme != list(themes)[-1] else []
    return [(theme, "", 1.0, themes[theme]), *((theme, stem, LABEL_WEIGHT, "") for stem in stems)]


def read_territory(path: Path) -> pd.DataFrame:
    """Read the table of places (``data/territory.csv``): one row per place, everything as text, "" is empty."""
    return pd.read_csv(path, dtype="str", keep_default_na=False)
