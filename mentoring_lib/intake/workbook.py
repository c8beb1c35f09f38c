"""The tracking workbook and the marking sheets: what people type, every sheet and column of it."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from mentoring_lib.base.columns import ADDED_SHEETS, CONTEXT, MARKS, MARKS_SHEET, SEPARATOR, SHEETS, Column
from mentoring_lib.base.problems import Letters, Problem, Refused, problem_at
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import Checked, Origin, rows_of
from mentoring_lib.base.texts import fold
from mentoring_lib.intake import loading
from mentoring_lib.intake.cleaning import clean_table, split_code
from mentoring_lib.intake.loading import Reading, Sheet

WORKBOOK = "darba_gramata.xlsx"
BOOK_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


def read_workbook(folder: Path, programme: Programme) -> tuple[dict[str, pd.DataFrame], list[Problem], Letters]:
    """Every sheet of the tracking workbook, typed; empty tables while there is no workbook.

    Raises
    ------
    Refused
        If a sheet or a column is missing, or the workbook lies there under another name.
    """
    problems, path = check_name(folder), folder / WORKBOOK
    opened = loading.read_sheets(path) if path.is_file() else None
    readings, refused = {}, []
    absent = find_absent(opened)
    problems += [Problem("sheets_added", WORKBOOK, value=", ".join(absent))] if absent else []
    for name, columns in SHEETS.items():
        try:
            there = opened is not None and name not in absent
            readings[name] = read_sheet(opened or [], columns, name) if there else loading.read_all([], columns)
        except Refused as error:
            refused += error.problems
    if refused:
        raise Refused(refused)
    sheets = {}
    for name, reading in readings.items():
        sheets[name], unreadable = clean_table(reading.table, SHEETS[name], programme)
        problems += call_hers(reading.problems) + unreadable
    letters = {place: part for reading in readings.values() for place, part in reading.letters.items()}
    return sheets, problems + loading.find_copies(opened or [], SHEETS), letters


def find_absent(opened: list[loading.Sheet] | None) -> list[str]:
    """Sheets added since version 0.1 that an opened workbook does not have."""
    there = {fold(sheet.name) for sheet in opened or ()}
    return [name for name in SHEETS if name in ADDED_SHEETS and fold(name) not in there] if opened else []


def read_sheet(opened: list[loading.Sheet], columns: tuple[Column, ...], name: str) -> Reading:
    """One sheet with all its columns; those added since version 0.1 may be missing where no heading is unknown.

    Raises
    ------
    Refused
        If the sheet or a column is missing: a heading nobody knows may be an added column under another name.
    """
    old = [column for column in columns if not column.added]
    reading = loading.read_named(opened, columns, name, old)
    strange = any(problem.code == "column_unknown" for problem in reading.problems)
    return loading.read_named(opened, columns, name, columns) if strange else reading


def check_name(folder: Path) -> list[Problem]:
    """A question for each workbook beside ours that looks like a copy of it, a note for any other table.

    Raises
    ------
    Refused
        If ours is not there and another lies in its place.
    """
    others = [path for path in loading.list_files(folder) if path.name not in (WORKBOOK, *OTHER_TABLES)]
    books = [path.name for path in others if path.suffix.lower() in BOOK_ENDINGS]
    if books and not (folder / WORKBOOK).is_file():
        raise Refused(Problem("workbook_renamed", name, value=WORKBOOK) for name in books)
    copies = [name for name in books if fold(Path(WORKBOOK).stem) in fold(name)]
    tables = [path.name for path in others if path.suffix.lower() in (*BOOK_ENDINGS, ".csv", ".tsv", ".zip")]
    return [Problem("workbook_copy" if name in copies else "file_unread", name, value=WORKBOOK) for name in tables]


OTHER_TABLES = ("programma.xlsx", "veidlapa.xlsx", "izdzestie.csv", "starting_points.csv", "theme_lexicon.csv")
# of the programme's folder, read elsewhere


# Decisions whose value is another application.
PAIRS = ("duplicate_of", "not_duplicate")


def find_codes(table: pd.DataFrame, applications: pd.DataFrame) -> Checked:
    """Codes of applications where a person typed one, with or without a community's name, or the name alone.

    Parameters
    ----------
    table : DataFrame
        A typed sheet; ``application_id``, and the value of a decision on a pair, hold what was typed.
    applications : DataFrame
        ``application_id`` and ``community``.

    Returns
    -------
    Checked
        The same rows. A name that several applications have, or that is another's than the code beside it, is a
        question, and the cell is missing; a text that is neither stays as it is
        (see :func:`decisions.check_references`).
    """
    named: dict[str, list[str]] = {}
    for code, name in zip(applications["application_id"], applications["community"].fillna(""), strict=True):
        named.setdefault(fold(name), []).append(code)
    cells, problems = _find_codes(table, "application_id", named)
    table = table.assign(application_id=cells)
    if "decision" in table:
        on_pairs = table["decision"].isin(PAIRS)
        cells, unclear = _find_codes(table[on_pairs], "value", named)
        table = table.assign(value=table["value"].where(~on_pairs, cells))
        problems += unclear
    return Checked(table, problems)


def _find_codes(
    table: pd.DataFrame, column: str, named: Mapping[str, Sequence[str]]
) -> tuple[pd.Series, list[Problem]]:
    cells: list[str | None] = []
    problems = []
    for row, text in zip(rows_of(table, Origin), table[column].fillna("").tolist(), strict=True):
        code, name = split_code(text)
        fits = named.get(fold(name), []) if name else []
        if code:
            found = code if code in fits or not fits else None
            told = "code_read" if code != text.partition(SEPARATOR.strip())[0].strip() else ""
            told = told if found else "code_other"
        else:
            found = (fits[0] if fits else name or None) if len(fits) < 2 else None
            told = "community_unclear" if len(fits) > 1 else ""
        details = code if told == "code_read" else ", ".join(fits)
        problems += [problem_at(told, row, column, text, details)] if told else []
        cells.append(found)
    return pd.Series(cells, index=table.index, dtype="str"), problems


def read_marks(paths: list[Path], programme: Programme, conflicts: Collection[str] = ()) -> Reading:
    """All marking sheets, typed; a copy of a whole file is a question and does not count.

    ``conflicts``: persons with a row in «Interešu konflikti»; what another marker's declaration excepts is asked about.

    Raises
    ------
    Refused
        If a file lacks the sheet or a column, and so would lose marks.
    """
    raw, problems, letters = loading.read_all(paths, (*MARKS, *CONTEXT), sheet_name=MARKS_SHEET, needed=MARKS)
    raw, copies = drop_copies(raw)
    marks, unreadable = clean_table(raw, MARKS, programme)
    books = [loading.read_sheets(path) for path in paths]
    strays = [one for book in books for one in loading.find_copies(book, {MARKS_SHEET: MARKS})]
    known = set(marks.loc[marks["marker"].isin(conflicts), "file"])
    strays += [one for book in books if book[0].file not in known for one in _find_exceptions(book)]
    return Reading(marks, call_hers(problems) + copies + unreadable + strays, letters)


def _find_exceptions(book: Iterable[Sheet]) -> Iterator[Problem]:
    """A question for each exception that a declaration of no conflict of interest names."""
    for sheet in (one for one in book if fold(one.name) == "apliecinajums"):
        for number, cells in enumerate(zip(*sheet.columns, strict=True), start=1):
            label, _, own = str(cells[0]).partition("):")
            told = " ".join(filter(None, map(str.strip, (own, *map(str, cells[1:])))))
            if label.startswith("Izņēmumi (") and not re.fullmatch(NOTHING, fold(told)):
                yield sheet.problem("conflict_declared", number, value=told)


NOTHING = "(?:(?:nav|ne|nekadu)?(?: iznemumu)?)"  # folded


def call_hers(problems: Iterable[Problem]) -> list[Problem]:
    """A column that nobody knows is a person's own here; the settings of the form could not help."""
    return [replace(one, code="column_own") if one.code == "column_unknown" else one for one in problems]


def drop_copies(raw: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Leave out every file whose rows an earlier file holds, all of them, to the letter."""
    names = [column.name for column in MARKS]
    files = raw.groupby("file", sort=False)
    rows = {str(file): set(part[names].itertuples(index=False, name=None)) for file, part in files}
    copies: dict[str, str] = {}
    for number, (file, held) in enumerate(rows.items()):
        whole = [other for other in list(rows)[:number] if held <= rows[other] and other not in copies]
        copies |= {file: whole[0]} if whole and held else {}
    kept = raw[~raw["file"].isin(copies)].reset_index(drop=True)
    return kept, [Problem("file_copy", file, details=other) for file, other in copies.items()]
