"""The settings of a programme: ``programma.xlsx`` or ``programme.toml``, read into the same model.

A cell that cannot be what its setting wants, a name that is unknown, missing or there twice, a formula, an error: each
is told with sheet and cell, all at once, together with what the model says of the rest.
"""

import io
import math
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

from pydantic import ValidationError

from mentoring_lib.base import programme as model
from mentoring_lib.base import settings as pages
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.programme import FILE_NAME, Programme, Slip, read_bytes, read_programme
from mentoring_lib.base.settings import BOOK_NAME, NO, TICK, YES, Page, Place, Setting, Table, dig, problem_of
from mentoring_lib.base.slips import WORDS
from mentoring_lib.base.texts import fold, show_date, show_moment
from mentoring_lib.intake.file_safety import UNSOLVED, name_column
from mentoring_lib.intake.loading import ERROR_CELL, Sheet, read_sheets
from mentoring_lib.intake.spreadsheets import Cell

EXACT = 10**15  # a number typed into a cell has no more digits; the rest of a seed would be lost
KEY = "[key]"  # of an item in a mapping: its own cell, beside that of what it holds
# Sheet, row and column (from 1 and 0) of a setting; no row where only its sheet is known.
Where = tuple[str, int | None, int]
# Column and cell of each setting of a row, numbered ones with their number.
Cells = Mapping[tuple[Setting, int], tuple[int, Cell]]


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


def read_logos(folder: Path, programme: Programme) -> dict[str, bytes]:
    """Read the logo files that the programme file names, by name.

    Parameters
    ----------
    folder : Path
        The programme's folder.
    programme : Programme

    Raises
    ------
    Refused
        Naming every logo that is not there or is no picture.
    """
    logos, problems = {}, []
    for name in programme.project.logos:
        try:
            logos[name] = _read_own(folder, programme, "project.logos", name)
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    return logos


def read_template(folder: Path, programme: Programme) -> bytes | None:
    """Read the funder's own document that the programme file names; None if it names none.

    Raises
    ------
    Refused
        If it is not there or is no DOCX.
    """
    name = programme.project.template
    return _read_own(folder, programme, "project.template", name) if name else None


def _read_own(folder: Path, programme: Programme, key: str, name: str) -> bytes:
    """A file of hers that the settings name under a key; refused where it is not there, or not of its kind."""
    path, logo = folder / name, key == "project.logos"
    content = read_bytes(path) if path.is_file() else b""
    if content.startswith(model.PICTURES[path.suffix.lower()]) if logo else is_zipfile(io.BytesIO(content)):
        return content
    kind = "PNG vai JPEG attēls" if logo else ".docx"
    why = f"datne nav {kind}" if path.is_file() else f"šādas datnes nav mapē {folder}"
    raise Refused([problem_of("setting_invalid", programme, key, details=f"{name} – {why}")])


def read_book(path: Path) -> Programme:
    """Read the settings from a workbook (see :func:`read_settings`)."""
    book = _Reader(read_sheets(path, formulas=True), path.name)
    data = book.read()
    try:
        programme = Programme.model_validate(data)
    except ValidationError as error:
        book.slips += [slip for slip in model.list_slips(error.errors()) if not book.is_told(slip.place)]
        programme = None
    if book.slips or book.problems or programme is None:
        raise Refused([*book.problems, *book.describe()])
    return programme.from_file(path.name)


class _Reader:
    """One reading of a workbook: where each setting stands, and what is wrong on the way."""

    def __init__(self, sheets: Sequence[Sheet], file: str) -> None:
        self.sheets, self.file = sheets, file
        self.slips: list[Slip] = []
        self.problems: list[Problem] = []
        self.places: dict[Place, Where] = {}
        self.settings: dict[Place, Setting] = {}
        self.unsure: set[str] = set()
        self.data: dict[str, Any] = {}

    def read(self) -> dict[str, Any]:
        """Settings as nested as in a TOML file; what could not be read is left out and told."""
        tables: list[tuple[Page, Table, Sheet, int, int]] = []
        for page in pages.PAGES:
            sheet = self._find_sheet(page)
            if sheet is not None:
                rows = self._split(page, sheet)
                self._read_rows(page, sheet, rows[None], lost=len(rows) <= len(page.tables))
                tables += [(page, table, sheet, *rows[table.place]) for table in page.tables if table.place in rows]
        # themes and years first: other tables have a column for each of them
        for page, table, sheet, head, last in sorted(tables, key=lambda one: any(c.spread for c in one[1].columns)):
            self._read_table(page, table, sheet, range(head, last))
        return self.data

    def _find_sheet(self, page: Page) -> Sheet | None:
        """The sheet of a topic; a second one, or none though it holds what must be filled in, is told."""
        found = [sheet for sheet in self.sheets if f"{fold(sheet.name)} ".startswith(f"{fold(page.name)} ")]
        own = [sheet for sheet in found if fold(sheet.name) == fold(page.name)]
        self.problems += [Problem("settings_sheet_twice", self.file, sheet.name, value=page.name)
                          for sheet in found if sheet is not (own or found)[0]]  # fmt: skip
        for setting in page.settings:
            self.places[setting.place] = (page.name, None, 1)
        for table in page.tables:
            self.places[table.place] = (page.name, None, 0)
        if not own:
            self.unsure |= {place[0] for place in (*(s.place for s in page.settings), *(t.place for t in page.tables))}
            self.problems.append(Problem("sheet_missing", file=self.file, value=page.name))
        return own[0] if own else None

    def _split(self, page: Page, sheet: Sheet) -> dict[Any, tuple[int, int]]:
        """Rows of each table, its headings first, and under None those of the settings above them (from 0)."""
        heads: dict[int, Table] = {}
        height = len(sheet.columns[0]) if sheet.columns else 0
        for row in range(height):
            texts = {fold(str(column[row])) for column in sheet.columns} - {""}
            for table in page.tables:
                labels = {fold(one.label) for one in (*table.columns, *table.beside) if not one.spread}
                if len(texts & labels) * 2 >= len(labels) and table not in heads.values():
                    heads[row] = table
        starts = [*sorted(heads), height]
        first = starts[0]
        return {None: (0, first)} | {heads[row].place: (row, end) for row, end in pairwise(starts)}

    def _at(self, sheet: Sheet, row: int, column: int) -> Cell:
        return sheet.columns[column][row] if column < len(sheet.columns) else ""

    def _read_rows(self, page: Page, sheet: Sheet, rows: tuple[int, int], *, lost: bool) -> None:
        """Settings with a row of their own; ``lost``: headings of a table are gone, so that its items stand here."""
        named = {fold(setting.label): setting for setting in page.settings}
        passed = _texts_of(page)
        options: dict[Place, list[str]] = {}
        seen: set[str] = set()
        for part in {setting.place[0] for setting in page.settings if len(setting.place) > 1}:
            self.data.setdefault(part, {})
        for row in range(*rows):
            name, value = str(self._at(sheet, row, 0)), self._at(sheet, row, 1)
            where, setting = (page.name, row + 1, 1), named.get(fold(name))
            if setting is None:
                if fold(name) not in passed - {""} and (fold(str(value)) not in passed or (lost and name.strip())):
                    self._tell("setting_unknown", sheet, row, 0, name or str(value))
                continue
            if setting.key in seen:
                self._tell("setting_twice", sheet, row, 0, setting.label)
                continue
            seen.add(setting.key)
            place: Place = (*setting.place, setting.option) if setting.option else setting.place
            self.places[place], self.settings[place] = where, setting
            self.places[setting.place] = where
            read = self._convert(setting, value, place)
            if setting.option:
                options.setdefault(setting.place, []).extend([setting.option] if read is True else [])
            elif read is not None:
                _put(self.data, setting.place, read)
        for place, words in options.items():
            _put(self.data, place, words)

    def _tell(self, code: str, sheet: Sheet, row: int, column: int, value: str) -> None:
        cell = f"{name_column(column)}{row + 1}"
        self.problems.append(Problem(code, self.file, sheet.name, row + 1, value=value, cell=cell))

    def _match(self, table: Table, sheet: Sheet, rows: range, passed: Container[str]) -> dict[int, tuple[Setting, int]]:
        """Which column of the table stands in which column of the sheet; numbered ones with their number."""
        labels = [(re.compile(re.escape(fold(one.label.format(n=0))).replace("0", r"(\d+)") if one.spread
                              else re.escape(fold(one.label))), one)
                  for one in (*table.columns, *table.beside)]  # fmt: skip
        found: dict[int, tuple[Setting, int]] = {}
        for index, column in enumerate(sheet.columns):
            heading = str(column[rows[0]])
            for pattern, one in labels:
                if match := pattern.fullmatch(fold(heading)):
                    known = (one, int(match[1]) if one.spread else 0)
                    if known in found.values():
                        self._tell("setting_twice", sheet, rows[0], index, heading)
                    else:
                        found[index] = known
            below = next((row for row in rows[1:] if fold(str(column[row])) not in passed), None)
            if index not in found and below is not None:
                row, strange = (rows[0], heading) if heading else (below, str(column[below]))
                self._tell("setting_unknown", sheet, row, index, strange)
        missing = [one for one in table.columns if one.required and one not in [known for known, _ in found.values()]]
        self.problems += [Problem("setting_missing", self.file, sheet.name, rows[0] + 1, value=one.label)
                          for one in missing]  # fmt: skip
        self.unsure |= {table.place[0] for _ in missing}
        return found

    def _read_table(self, page: Page, table: Table, sheet: Sheet, rows: range) -> None:
        passed = _texts_of(page)
        columns, number = self._match(table, sheet, rows, passed), 0
        self.places[table.place] = (page.name, rows[0] + 1, 0)
        if table.columns and not table.keyed:
            _put(self.data, table.place, [])
        for row in rows[1:]:
            cells = {index: self._at(sheet, row, index) for index in columns}
            if all(fold(str(cell)) in passed for cell in cells.values()):
                continue
            self._read_item(table, sheet, row, {columns[index]: (index, cell) for index, cell in cells.items()}, number)
            number += 1

    def _read_item(self, table: Table, sheet: Sheet, row: int, cells: Cells, number: int) -> None:
        """One row of a table: its keys, what it holds, what stands beside it."""
        keys: list[str] = []
        for one in table.columns[: table.keyed]:
            index, cell = cells.get((one, 0), (0, ""))
            read = self._convert(one, cell, (*table.place, *keys, f"{row}"), (sheet.name, row + 1, index))
            if not read and one.key == "themes.key":
                read = "_".join(fold(str(cells.get((table.columns[1], 0), (0, ""))[1])).split())[:40]
            keys.append("" if read is None else str(read))
        base: Place = (*table.place, *keys) if table.keyed else (*table.place, number)
        if table.keyed and "" in keys:
            self._tell("setting_missing", sheet, row, 0, table.columns[keys.index("")].label)
            return
        if table.keyed and dig(self.data, base) is not None:
            self._tell("setting_twice", sheet, row, 0, keys[-1])
            self.unsure.add(table.place[0])
            return
        self.places[*base, KEY] = (sheet.name, row + 1, 0)
        self.settings[*base, KEY] = table.columns[0]
        item = self._read_parts(table, sheet, row, cells, base)
        if table.keyed:
            _put(self.data, base, item)
        else:
            dig(self.data, table.place).append(item)
        name = keys[0] if keys else str(item)
        for one in table.beside:
            index, cell = cells.get((one, 0), (0, ""))
            read = self._convert(one, cell, (*one.place, name), (sheet.name, row + 1, index))
            if read is not None:
                _put(self.data, (*one.place, name), read)

    def _read_parts(self, table: Table, sheet: Sheet, row: int, cells: Cells, base: Place) -> Any:
        """What an item of a table holds: one value, or a part with its keys."""
        item: dict[str, Any] = {}
        for (one, number), (index, cell) in cells.items():
            if one in table.beside or one in table.columns[: table.keyed]:
                continue
            place, where = (*base, *one.place), (sheet.name, row + 1, index)
            if number:
                self._read_spread(one, number, cell, place, where, item)
                continue
            read = self._convert(one, cell, place, where)
            if not one.place:
                return [] if read is None and one.many else "" if read is None else read
            if read is not None:
                item[one.place[0]] = read
        return item

    def _read_spread(
        self, one: Setting, number: int, cell: Cell, place: Place, where: Where, item: dict[str, Any]
    ) -> None:
        """A cell of a numbered column: ticks a theme, or holds the number of a theme or a year."""
        known = list(self.data.get(one.spread, ()))
        code = known[number - 1] if number <= len(known) else str(number)
        inner = (*place, code)
        self.places.setdefault(place, where)
        before, _, after = one.label.partition("{n}")
        self.settings[place] = replace(one, label=(before or after).strip(". "))
        held = item.setdefault(one.place[0], [] if one.many else {})
        self.places[inner], self.settings[inner] = where, (own := replace(one, label=one.label.format(n=number)))
        if not str(cell).strip():
            return
        if number > len(known):
            self.slips += [Slip(inner, cell, "number_unknown")] if one.spread not in self.unsure else []
        elif not one.many:
            read = self._convert(own, cell, inner, where)
            held |= {} if read is None else {code: read}
        elif fold(str(cell)) in (TICK, fold(YES)):
            held.append(code)
        elif fold(str(cell)) != fold(NO):
            self.slips.append(Slip(inner, cell, "tick"))

    def _convert(self, setting: Setting, cell: Cell, place: Place, where: Where | None = None) -> Any:
        """Value of a cell as a TOML file would give it; None if empty, or not usable and told."""
        if where:
            self.places[place] = where
        self.settings[place] = setting
        if isinstance(cell, str) and not cell.strip():
            return "" if setting.required and setting.kind == "text" else None
        if cell == UNSOLVED or (isinstance(cell, str) and ERROR_CELL.fullmatch(cell.strip())):
            slip = Slip(place, None, "formula") if cell == UNSOLVED else Slip(place, cell, "cell_error")
            self.slips.append(slip)
            return None
        values = [_take(setting, part) for part in _split_cell(cell)] if setting.many else [_take(setting, cell)]
        wrong = next((value for value in values if isinstance(value, Slip)), None)
        if wrong:
            self.slips.append(wrong._replace(place=place))
            return None
        return values if setting.many else values[0]

    def is_told(self, place: Place) -> bool:
        """Whether what is wrong at a place follows from what is told already: a slip there, or a sheet that is gone."""
        told = [slip.place for slip in self.slips]
        return place[0] in self.unsure or any(place[: len(one)] == one or one[: len(place)] == place for one in told)

    def describe(self) -> Iterator[Problem]:
        """The slips with sheet and cell, in the order of the workbook."""
        for slip in self.slips:
            key = (*slip.place, KEY) if str(slip.value) == str(slip.place[-1]) else slip.place
            above = [key, *(slip.place[:length] for length in range(len(slip.place), 0, -1))]
            sheet, row, column = next((self.places[one] for one in above if one in self.places), ("", None, 0))
            setting = next((self.settings[one] for one in above if one in self.settings), None)
            choices = tuple(setting.choices.values()) if setting else ()
            phrases = {**WORDS["allowed"], **WORDS["allowed_in_cells"]}
            code, details = model.describe_slip(slip, phrases, partial(_show, setting), choices)
            _, name = pages.NAMES.get(".".join(map(str, slip.place)), ("", str(slip.place[-1])))
            label = setting.label if setting else name
            cell = f"{name_column(column)}{row}" if row else ""
            if code == "setting_missing" and row:
                code = "setting_empty"
            yield Problem(code, self.file, sheet, row, value=label, details=details, cell=cell)


def _texts_of(page: Page) -> set[str]:
    """Folded words that the workbook itself holds beside what is filled in."""
    settings = [one for table in page.tables for one in (*table.columns, *table.beside)]
    texts = [page.intro, *pages.HEAD, *(table.title for table in page.tables), *(one.text for one in settings)]
    return {"", *map(fold, texts)}


def _put(data: dict[str, Any], place: Sequence[str | int], value: Any) -> None:
    for key in place[:-1]:
        data = data.setdefault(str(key), {})
    data[str(place[-1])] = value


def _split_cell(cell: Cell) -> list[Cell]:
    """Several values of one cell: a line each, or with semicolons between them."""
    if not isinstance(cell, str):
        return [cell]
    return [part.strip() for part in (cell.split("\n") if "\n" in cell else cell.split(";")) if part.strip()]


def _take(setting: Setting, cell: Cell) -> Any:
    """One value of the kind that a setting wants, or the slip that it is not."""
    if setting.choices:
        codes = {fold(word): code for code, word in setting.choices.items()}
        return codes.get(fold(str(cell)), str(cell))
    return _TAKERS[setting.kind](cell)


def _take_text(cell: Cell) -> Any:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT:
        return str(int(cell))
    return cell if isinstance(cell, str) else Slip((), cell, "text_cell")


def _take_whole(cell: Cell) -> Any:
    if isinstance(cell, str) and re.fullmatch(r"\s*\d{1,9}\s*", cell):
        return int(cell)
    whole = isinstance(cell, float) and math.isfinite(cell) and cell.is_integer() and abs(cell) < EXACT
    return int(cell) if whole else Slip((), cell, "int_type")  # type: ignore[arg-type]


def _take_number(cell: Cell) -> Any:
    if isinstance(cell, str) and re.fullmatch(r"\s*\d{1,9}([.,]\d{1,9})?\s*", cell):
        return float(cell.replace(",", "."))
    return cell if isinstance(cell, float) else Slip((), cell, "float_type")


def _take_date(cell: Cell) -> Any:
    if isinstance(cell, datetime):
        return cell.date() if not (cell.hour or cell.minute or cell.second) else Slip((), cell, "date_type")
    return cell if isinstance(cell, date) else Slip((), cell, "date_type")


def _take_moment(cell: Cell) -> Any:
    timed = isinstance(cell, datetime) and bool(cell.hour or cell.minute or cell.second)
    return cell.replace(microsecond=0) if timed else Slip((), cell, "datetime_type")  # type: ignore[union-attr, call-arg]


def _take_yes_no(cell: Cell) -> Any:
    words = {fold(YES): True, fold(NO): False, TICK: True}
    return cell if isinstance(cell, bool) else words.get(fold(str(cell)), Slip((), cell, "bool_type"))


_TAKERS = {
    "text": _take_text, "whole": _take_whole, "number": _take_number, "date": _take_date, "moment": _take_moment,
    "yes_no": _take_yes_no,
}  # fmt: skip


def _show(setting: Setting | None, value: object) -> str:
    """A value as it stands in her workbook."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, datetime):
        return show_moment(value)
    if isinstance(value, date):
        return show_date(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = model.show_value(value)
    return setting.choices.get(text, text) if setting else text
