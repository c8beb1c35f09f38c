"""The settings of a programme: ``programma.xlsx`` or ``programme.toml``, read into the same model.

A cell that cannot be what its setting wants, a name that is unknown, missing or there twice, a formula, an error: each
is told with sheet and cell, all at once, together with what the model says of the rest.
"""

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from zipfile import is_zipfile

from pydantic import ValidationError

from mentoring_lib.base import programme as model
from mentoring_lib.base import settings as pages
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.programme import FILE_NAME, Place, Programme, Slip, read_bytes, read_programme
from mentoring_lib.base.settings import BOOK_NAME, ITEM, KEY, KEYS, Page, Setting, Table, dig, fill, problem_of
from mentoring_lib.base.slips import WORDS
from mentoring_lib.base.texts import fold, show_date, show_moment
from mentoring_lib.intake.file_safety import UNSOLVED, name_column
from mentoring_lib.intake.loading import ERROR_CELL, Sheet, read_sheets
from mentoring_lib.intake.spreadsheets import Cell

EXACT = 10**15  # a number typed into a cell has no more digits; the rest of a seed would be lost
ITS_KEY = "[key]"  # of an item in a mapping: its own cell, beside that of what it holds
EXPLAINED = 2  # rows of a table above its headings: title, explanations
PHRASES = {**WORDS["allowed"], **WORDS["allowed_in_cells"]}
ANSWERS = {fold(pages.YES): True, fold(pages.NO): False, pages.TICK: True}


class Where(NamedTuple):
    """A setting as she sees it: its name, sheet, row (from 0, if it has one) and column, the words to choose from."""

    label: str
    sheet: str
    row: int | None = None
    column: int = 0
    choices: Mapping[Any, str] = MappingProxyType({})


def find_settings(folder: Path) -> Path:
    """The file that holds a programme's settings.

    Raises
    ------
    Refused
        If there are two.
    """
    book, text = folder / BOOK_NAME, folder / FILE_NAME
    if book.is_file() and text.is_file():
        raise Refused([Problem("settings_twice", file=BOOK_NAME, value=FILE_NAME)])
    return text if text.is_file() else book


def list_programmes(folder: Path) -> list[Path]:
    """Folders below this one that hold settings, by name."""
    return sorted({path.parent for name in (BOOK_NAME, FILE_NAME) for path in folder.glob(f"*/{name}")})


def find_used(folder: Path, programme: Programme, others: Path) -> Iterator[Problem]:
    """A code of the call or a seed that another of the programmes in a folder has too."""
    for other in list_programmes(others):
        if other.resolve() == folder.resolve():
            continue
        try:
            theirs = read_settings(other)
        except Refused:
            continue
        pairs = {"call.code": (programme.call.code, theirs.call.code),
                 "lottery.seed": (programme.lottery.seed, theirs.lottery.seed)}  # fmt: skip
        for key, (own, their) in pairs.items():
            if own and own == their:
                yield problem_of("setting_used", programme, key, value=f"{key} = {own}", details=other.name)


def read_settings(path: Path) -> Programme:
    """Read the settings of a programme's folder, or one file of settings.

    Raises
    ------
    Refused
        With one problem for each thing that is wrong: where it stands, its name, its value and what is allowed.
    """
    path = path if path.is_file() or path.suffix else find_settings(path)
    return read_book(path) if path.suffix.lower() == ".xlsx" else read_programme(path)


def read_own_files(folder: Path, programme: Programme) -> tuple[dict[str, bytes], bytes | None]:
    """Read the logos, by name, and the funder's own document, if there is one, that the settings name.

    Parameters
    ----------
    folder : Path
        The programme's folder.
    programme : Programme

    Raises
    ------
    Refused
        Naming every file that is not there or not of its kind.
    """
    template, files, problems = programme.project.template, dict[str, bytes](), []
    for name in (*programme.project.logos, *([template] if template else [])):
        path, logo = folder / name, name != template
        content = files[name] = read_bytes(path) if path.is_file() else b""
        fits = content.startswith(model.PICTURES[path.suffix.lower()]) if logo else is_zipfile(io.BytesIO(content))
        kind, key = ("PNG vai JPEG attēls", "project.logos") if logo else (".docx", "project.template")
        why = f"datne nav {kind}" if path.is_file() else f"šādas datnes nav mapē {folder}"
        if not fits:
            problems.append(problem_of("setting_invalid", programme, key, details=f"{name} – {why}"))
    if problems:
        raise Refused(problems)
    return files, files.pop(template, None) if template else None


def read_book(path: Path) -> Programme:
    """Read the settings from a workbook (see :func:`read_settings`)."""
    book = _Reader(read_sheets(path, formulas=True), path.name)
    data = book.read()
    try:
        programme = Programme.model_validate(data, context={})
    except ValidationError as error:
        book.tell_slips(model.list_slips(error.errors()))
    if book.problems:
        raise Refused(book.problems)
    return programme.from_file(path.name)


class _Reader:
    """One reading of a workbook: where each setting stands, and what is wrong with sheets, names and headings.

    A cell that holds nothing fit stays among the settings as it is, so that the model refuses it with all the rest.
    """

    def __init__(self, sheets: Sequence[Sheet], file: str) -> None:
        self.sheets, self.file = sheets, file
        self.data: dict[Any, Any] = {}
        self.cells: dict[Place, Where] = {}
        self.problems: list[Problem] = []
        self.unsure: set[Any] = set()  # parts of the settings of which something is not there to be read

    def read(self) -> Any:
        """Settings as nested as in a TOML file; themes and years first, since other tables have a column for each."""
        for page in pages.PAGES:
            self.cells |= {one.place: Where(one.label, page.name, None, 1, one.choices) for one in page.settings}
            self.cells |= {table.place: Where(table.title, page.name) for table in page.tables}
            sheet = self._find_sheet(page)
            if sheet is None or not self._read_page(page, sheet):
                self.unsure |= {one.place[0] for one in page.settings} | {one.place[0] for one in page.tables}
        return _list_items(self.data)

    def _find_sheet(self, page: Page) -> Sheet | None:
        """The sheet of a topic; a second one, or none, is told."""
        found = [sheet for sheet in self.sheets if f"{fold(sheet.name)} ".startswith(f"{fold(page.name)} ")]
        found.sort(key=lambda sheet: fold(sheet.name) != fold(page.name))
        self.problems += [Problem("settings_sheet_twice", self.file, one.name, value=page.name) for one in found[1:]]
        if found and fold(found[0].name) == fold(page.name):
            return found[0]
        self.problems.append(Problem("sheet_missing", file=self.file, value=page.name))
        return None

    def _read_page(self, page: Page, sheet: Sheet) -> bool:
        """Settings down to the title of the first table, then each table down to the next; False if one is lost."""
        blank = [""] * len(next(iter(sheet.columns), ()))
        sheet = replace(sheet, columns=[*sheet.columns, blank, blank])  # even where nothing is filled in
        names = [fold(str(cell)) for cell in sheet.columns[0]]
        starts = {names.index(fold(table.title)): table for table in page.tables if fold(table.title) in names}
        lost = [table for table in page.tables if table not in starts.values()]
        if lost:
            self._tell("setting_missing", Where(", ".join(table.title for table in lost), sheet.name))
            return False
        ends = [*sorted(starts), len(names)]
        self._read_rows(page, sheet, range(ends[0]))
        for start, end in pairwise(ends):
            self._read_table(starts[start], sheet, range(start, end))
        return True

    def _tell(self, code: str, where: Where, details: str = "") -> None:
        row, cell = None, ""
        if where.row is not None:
            row, cell = where.row + 1, f"{name_column(where.column)}{where.row + 1}"
        self.problems.append(Problem(code, self.file, where.sheet, row, value=where.label, details=details, cell=cell))

    def _read_rows(self, page: Page, sheet: Sheet, rows: range) -> None:
        """Settings with a row of their own."""
        named = {fold(setting.label): setting for setting in page.settings}
        seen: set[Setting] = set()
        for part in {setting.place[0] for setting in page.settings if len(setting.place) > 1}:
            _reach(self.data, (part,), {})
        for row in rows:
            name, value = (str(column[row]).strip() for column in sheet.columns[:2])
            setting = named.get(fold(name))
            if setting is None:
                if value and value != pages.HEAD[1]:
                    self._tell("setting_unknown", Where(name or value, sheet.name, row))
            elif setting in seen:
                self._tell("setting_twice", Where(setting.label, sheet.name, row))
            else:
                seen.add(setting)
                self._keep(setting, {}, sheet, row, 1)

    def _keep(self, setting: Setting, known: Mapping[str, Any], sheet: Sheet, row: int, column: int) -> None:
        """Put what a cell holds at its place among the settings."""
        place, value = fill(setting.place, known), _take(setting, sheet.columns[column][row])
        where = self.cells[place] = Where(setting.label, sheet.name, row, column, setting.choices)
        if setting.option != "":
            ticked = _reach(self.data, place, [])
            if value:
                self.cells[*place, len(ticked)] = where
                ticked.append(setting.option if value is True else value)
        elif value is not None:
            _reach(self.data, place, value)
        elif setting.spread:
            _reach(self.data, place[:-1], {})

    def _read_table(self, table: Table, sheet: Sheet, rows: range) -> None:
        spreads = {one.spread for one in table.columns if one.spread}
        if spreads & self.unsure or not all(map(self.data.get, spreads)):  # themes or years must be put right first
            self.unsure.add(table.place[0])
            return
        labels = {fold(one.label) for one in table.columns}
        matches = [sum(fold(str(column[row])) in labels for column in sheet.columns) for row in rows]
        head = matches.index(max(matches)) if any(matches) else min(EXPLAINED, len(rows) - 1)
        rows = rows[head:]
        self.cells[table.place] = Where(table.title, sheet.name, rows[0])
        columns, number = self._match(table, sheet, rows), 0
        for row in rows[1:]:
            if any(str(sheet.columns[column][row]).strip() for column in columns.values()):
                known = self._read_keys(table, columns, sheet, row)
                if known is None:
                    self.unsure.add(table.place[0])
                    continue
                for one in (one for one in columns if one.place[0] not in KEYS):
                    if known[KEY].strip() or KEY not in one.place:  # else its place is not known: the key is told
                        self._keep(one, known | {ITEM: number}, sheet, row, columns[one])
                number += 1
        if ITEM in table.columns[0].place:
            _reach(self.data, table.place, [])

    def _match(self, table: Table, sheet: Sheet, rows: range) -> dict[Setting, int]:
        """In which column of the sheet each column of the table stands, in its order; nothing where one is missing."""
        labels = {fold(one.label): one for one in table.spread(self.data)}
        found: dict[Setting, int] = {}
        for index, column in enumerate(sheet.columns):
            heading = str(column[rows[0]]).strip()
            one, filled = labels.get(fold(heading)), [row for row in rows[1:] if str(column[row]).strip()]
            if one in found:
                self._tell("setting_twice", Where(heading, sheet.name, rows[0], index))
            elif one is not None:
                found[one] = index
            elif filled:
                row = rows[0] if heading else filled[0]
                self._tell("setting_unknown", Where(str(column[row]), sheet.name, row, index))
        missing = [one for one in table.columns if one.required and one not in found]
        for one in missing:
            self._tell("setting_missing", Where(one.label, sheet.name, rows[0]))
            self.unsure.add(table.place[0])
        return {} if missing else {one: found[one] for one in labels.values() if one in found}

    def _read_keys(self, table: Table, columns: Mapping[Setting, int], sheet: Sheet, row: int) -> dict[str, Any] | None:
        """What a row's keys fill into the places of its other cells; None where one is wrong or twice, and told."""
        cells = {one: sheet.columns[column][row] for one, column in columns.items()}
        known, place = {KEY: str(cells[table.columns[0]])}, table.place
        for one in (one for one in columns if one.place[0] in KEYS):
            where = Where(one.label, sheet.name, row, columns[one], one.choices)
            key = _take(one, cells[one])
            if one.key == "themes.key" and not key:
                key = "_".join(fold(str(cells[table.columns[1]])).split())[:40]
            if not key or isinstance(key, Slip):
                self._tell("setting_invalid", where, PHRASES[key.code if key else "missing"])
                return None
            known[one.place[0]] = str(key)
            place = (*place, str(key))
            there = dig(self.data, place)
            if there is not None and not isinstance(there, dict):
                self._tell("setting_twice", where._replace(label=str(key)))
                return None
            self.cells[*place, ITS_KEY] = where
        return known

    def tell_slips(self, slips: Iterable[Slip]) -> None:
        """Tell each slip with sheet and cell; not those that follow from something that is not there to be read."""
        for slip in slips:
            if slip.place[0] in self.unsure:
                continue
            where = self._find(slip)
            own = slip.value._replace(place=slip.place) if isinstance(slip.value, Slip) else slip
            show = partial(_show, where.choices)
            code, details = model.describe_slip(own, PHRASES, show, where.choices.values())
            empty = code == "setting_missing" and where.row is not None
            self._tell("setting_empty" if empty else code, where, details)

    def _find(self, slip: Slip) -> Where:
        """Where the value of a slip stands, else the first cell of what it is, else what it is in."""
        size = len(slip.place)
        key = [(*slip.place, ITS_KEY)] if str(slip.value) == str(slip.place[-1]) else []
        below = [place for place in self.cells if place[:size] == slip.place]
        above = [slip.place[:length] for length in range(size - 1, 0, -1)]
        known = (self.cells[place] for place in [*key, slip.place, *below, *above] if place in self.cells)
        return next(known, Where(str(slip.place[-1]), ""))


def _reach(data: Any, place: Sequence[Any], value: Any) -> Any:
    """What stands at a place of nested settings; where nothing does, this value is put there."""
    for key in place[:-1]:
        data = data.setdefault(key, {})
    return data.setdefault(place[-1], value)


def _list_items(data: Any) -> Any:
    """Nested settings whose items stand at their numbers, as lists."""
    if not isinstance(data, dict):
        return data
    items = {key: _list_items(part) for key, part in data.items()}
    return list(items.values()) if 0 in items else items


def _take(setting: Setting, cell: Cell) -> Any:
    """What a cell gives for a setting: None or "" if it is empty, a list if it holds several."""
    if isinstance(cell, str) and not cell.strip():
        return "" if setting.required else None
    if setting.many and isinstance(cell, str):
        parts = map(str.strip, cell.split("\n" if "\n" in cell else ";"))
        return [_convert(setting, part) for part in parts if part]
    return [_convert(setting, cell)] if setting.many else _convert(setting, cell)


def _convert(setting: Setting, cell: Cell) -> Any:
    """One value as a TOML file would hold it, or the slip that there is none; the model judges what is of its kind."""
    if isinstance(cell, str) and ERROR_CELL.fullmatch(cell.strip()):
        return Slip((), None, "formula") if cell == UNSOLVED else Slip((), cell, "cell_error")
    if setting.kind in ("yes_no", "tick"):
        return cell if isinstance(cell, bool) else ANSWERS.get(fold(str(cell)), Slip((), cell, setting.kind))
    if setting.choices:
        return {fold(word): code for code, word in setting.choices.items()}.get(fold(str(cell)), str(cell))
    if isinstance(cell, datetime) and setting.kind != "text":
        moment = cell.replace(microsecond=0)
        return moment if moment.time() > time() else moment.date()
    if setting.kind in ("whole", "number") and re.fullmatch(r"\s*\d{1,9}([.,]\d{1,9})?\s*", str(cell)):
        cell = float(str(cell).replace(",", "."))
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT:
        return str(int(cell)) if setting.kind == "text" else int(cell)
    return cell if setting.kind != "text" or isinstance(cell, str) else Slip((), cell, "string_type")


def _show(choices: Mapping[Any, str], value: object) -> str:
    """A value as it stands in her workbook."""
    if isinstance(value, datetime):
        return show_moment(value)
    if isinstance(value, date):
        return show_date(value)
    text = model.show_value(int(value) if isinstance(value, float) and value.is_integer() else value)
    return choices.get(text, text)
