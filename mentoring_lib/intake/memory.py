"""What a programme's files held at the last run, and what is new, changed or gone since, by sheet and cell.

A file that was read well can still have lost something: a sheet filtered and pasted back, a column cleared, last week's
copy saved over this week's. Only memory sees that. It holds names of files, sheets and columns, codes of applications,
and of every filled cell a keyed hash: never an answer. Rows are known by what they hold, so their order is no change.

What is new or changed is told once. What is gone is asked about at every run until it is back or a person says that it
was meant: an answer, a decision, an hour may have gone with it.
"""

import hmac
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from pydantic import TypeAdapter

from mentoring_lib.base.columns import APPLICATION, LOOK_UP, MARKS, SHEETS, Column
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.settings import BOOK_NAME
from mentoring_lib.base.texts import plural
from mentoring_lib.intake import loading
from mentoring_lib.intake.file_safety import name_column
from mentoring_lib.intake.form import FORM_BOOK

EXPORTS = "pieteikumi"  # the folder of form exports: what they hold is known by the codes of its applications
RECORDS = "izloze"  # the folder of what was settled: that each file is there, no more
DIGITS = 12  # hexadecimal digits of a cell's hash: two different cells look alike once in 10^14
COMMON = 50  # rows: a cell that so many share tells nothing about which row it is
MAX_NAMED = 12  # cells or rows that a line names


class Row(NamedTuple):
    """One filled row: its number, and the hash of each filled cell by heading."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Grid:
    """One sheet: the letter of each column by heading, its filled rows, and whether headings were recognised."""

    letters: Mapping[str, str]
    rows: Sequence[Row]
    known: bool = True

    def filled(self) -> set[str]:
        """Headings of columns that hold anything."""
        return {heading for row in self.rows for heading in row.cells}


@dataclass(frozen=True)
class Gone:
    """Something that was there and is not any more; ``rows`` of a sheet, else one ``name``."""

    code: str
    file: str
    sheet: str = ""
    name: str = ""
    rows: tuple[Row, ...] = ()

    @property
    def numbers(self) -> str:
        """Numbers of its rows, as a sentence lists them."""
        return _list([f"{row.number}." for row in self.rows])

    def problem(self) -> Problem:
        """The question it makes."""
        key = self.name if self.code == "gone_application" else ""
        value = _rows(len(self.rows)) if self.rows else self.name
        return Problem(self.code, self.file, self.sheet, None, "", value, key, self.numbers)

    def note(self) -> Problem:
        """The same, told and not asked: in an export the codes of applications are asked about."""
        what = f"lapa «{self.name}»" if self.name else "datne"
        lost = f"{_rows(len(self.rows))} ({self.numbers})" if self.rows else what
        return Problem("memory_gone", self.file, self.sheet, value=lost)


@dataclass(frozen=True)
class Memory:
    """What was there: sheets by file (its path in the programme's folder), codes, and what is still asked about."""

    key: str
    files: Mapping[str, Mapping[str, Grid]]
    applications: tuple[str, ...] = ()
    gone: tuple[Gone, ...] = ()
    day: str = ""
    latest: tuple[str, ...] = ()


# To JSON and back; a text that is none raises ValueError.
MEMORY = TypeAdapter(Memory)


def remember(folder: Path, applications: Iterable[str], headers: Mapping[str, Sequence[str]], key: bytes) -> Memory:
    """Everything that a programme's files hold now.

    Parameters
    ----------
    folder : Path
        The programme's folder.
    applications : iterable of str
        Codes of all applications read.
    headers : mapping
        Further headings of the form (``form.headers``).
    key : bytes
        Secret; without it no cell can be guessed from its hash.
    """
    columns: list[Column] = [*APPLICATION, *MARKS, *(column for sheet in SHEETS.values() for column in sheet)]
    names = loading.accepted_headings(columns, headers)
    paths = [path for place in (EXPORTS, "vertejumi", "atsauksmes") for path in loading.list_files(folder / place)]
    books = [path for path in loading.list_files(folder) if path.suffix.lower() in (".xlsx", ".ods")]
    paths += [path for path in books if path.name not in (BOOK_NAME, FORM_BOOK)]  # compared by the contract
    files = {path.relative_to(folder).as_posix(): _take_grids(path, names, key) for path in paths}
    files |= {f"{RECORDS}/{path.name}": {} for path in sorted((folder / RECORDS).glob("*.txt"))}
    return Memory(hmac.digest(key, b"key", "sha256").hex()[:DIGITS], files, tuple(sorted(set(applications))))


def _take_grids(path: Path, names: Mapping[str, str], key: bytes) -> dict[str, Grid]:
    """Each sheet of a file; what is no table at all, or cannot be read, holds none and stops nothing."""
    try:
        return {sheet.name: _take_grid(sheet, names, key) for sheet in loading.read_sheets(path)}
    except Refused:
        return {}


def _take_grid(sheet: loading.Sheet, names: Mapping[str, str], key: bytes) -> Grid:
    own = SHEETS.get(sheet.name)  # few headings make a sheet of two columns
    top = loading.find_headings(sheet.top, loading.accepted_headings(own, {}) if own else names)
    letters: dict[str, str] = {}
    hashed: dict[int, dict[str, str]] = defaultdict(dict)
    for index, column in enumerate(sheet.columns):
        letter = name_column(index)
        heading = letter if top is None else loading.show_cell(column[top]).strip() or letter
        heading = next(
            name for number in count(1) if (name := heading if number == 1 else f"{heading} ({number})") not in letters
        )
        letters[heading] = letter
        begin = 0 if top is None else top + 1
        for number, cell in enumerate(column[begin:], start=begin + 1):
            if text := loading.show_cell(cell).strip():
                message = f"{heading}\0{text}".encode()
                hashed[number][heading] = hmac.digest(key, message, "sha256").hex()[:DIGITS]
    known = top is not None and sheet.name != LOOK_UP  # made anew by the tool itself
    return Grid(letters, [Row(number, hashed[number]) for number in sorted(hashed)], known)


def compare(before: Memory, now: Memory) -> tuple[list[Problem], list[Gone]]:
    """What is new or changed since, to be told once; and what is gone, with what was asked before and is not back."""
    told: list[Problem] = []
    gone = [one for one in before.gone if not _is_back(one, now)]
    renamed = dict(_find_renamed(before.files, now.files))
    for file, sheets in before.files.items():
        after = renamed.get(file, file)
        if after not in now.files:
            gone.append(Gone("gone_record" if _is_in(RECORDS, file) else "gone_file", file))
            continue
        told += [Problem("memory_renamed", after, value=file)] if after != file else []
        there = now.files[after]
        pairs = {name: name for name in sheets if name in there}
        if _is_in(EXPORTS, after):  # form makers, and CSV, have their own names for its one table
            pairs |= _pair_sole(*([name for name, grid in part.items() if grid.known] for part in (sheets, there)))
        for name, grid in sheets.items():
            if name in pairs:
                changes, lost = _compare_grids(after, pairs[name], grid, there[pairs[name]])
                told += changes
                gone += lost
            elif grid.rows:
                gone.append(Gone("gone_sheet", after, name=name))
        told += [_new(after, f"lapa «{name}»") for name in there if name not in pairs.values()]
    told += [_new(file, "datne") for file in now.files
             if file not in {*before.files, *renamed.values()} and not _is_in(RECORDS, file)]  # fmt: skip
    lost_codes = sorted(set(before.applications) - set(now.applications))
    gone += [Gone("gone_application", "", name=code) for code in lost_codes]
    arrived = len(set(now.applications) - set(before.applications))
    told += [_new("", plural(arrived, "pieteikums", "pieteikumi"))] if arrived else []
    return told + [one.note() for one in gone if _is_by_code(one)], [one for one in gone if not _is_by_code(one)]


def _is_by_code(one: Gone) -> bool:
    """Whether its applications are asked about, each by its code."""
    return one.code in ("gone_file", "gone_sheet", "gone_rows") and _is_in(EXPORTS, one.file)


def _is_in(folder: str, file: str) -> bool:
    return PurePosixPath(file).parts[0] == folder


def _new(file: str, what: str) -> Problem:
    return Problem("memory_new", file, value=what)


def _find_renamed(before: Mapping[str, object], now: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """The one file of a folder that is gone, with the one that came instead."""
    for folder in {str(PurePosixPath(file).parent) for file in before} - {RECORDS}:
        yield from _pair_sole(*([file for file in files if str(PurePosixPath(file).parent) == folder]
                                for files in (before, now)))  # fmt: skip


def _pair_sole(before: Iterable[str], now: Iterable[str]) -> list[tuple[str, str]]:
    """The one name that is gone with the one that came instead."""
    lost, new = [name for name in before if name not in now], [name for name in now if name not in before]
    return [(lost[0], new[0])] if len(lost) == len(new) == 1 else []


def _compare_grids(file: str, sheet: str, before: Grid, now: Grid) -> tuple[list[Problem], list[Gone]]:
    old, new = before.filled(), now.filled()  # a sheet without rows has lost them, or has none yet; not its columns
    old, new = old or new & before.letters.keys(), new or old
    told = [_new(file, f"lapas «{sheet}» kolonna «{heading}»") for heading in now.letters if heading in new - old]
    lost = [Gone("gone_column", file, sheet, heading) for heading in before.letters if heading in old - new]
    cells, rows, missing = _compare_rows(before, now, old & new)
    if cells:
        told.append(
            Problem("memory_changed", file, sheet, value=plural(len(cells), "šūna", "šūnas"), details=_list(cells))
        )
    if rows:
        told.append(Problem("memory_rows", file, sheet, value=_rows(len(rows)), details=_list([f"{n}." for n in rows])))
    lines = [Gone("gone_rows", file, sheet, rows=tuple(missing))] if missing else []
    if lines and not (before.known and now.known):  # no table of ours: told, not asked
        return [*told, lines[0].note()], lost
    return told, lost + lines


def _compare_rows(before: Grid, now: Grid, headings: set[str]) -> tuple[list[str], list[int], list[Row]]:
    """Addresses of changed cells, numbers of new rows, rows that are gone; in the columns that both have."""
    old, new = ([_keep(row, headings) for row in grid.rows] for grid in (before, now))
    lost, added = _find_others(old, new), _find_others(new, old)
    pairs = _pair(lost, added)
    cells = [
        f"{letter}{other.number}"
        for row, other in pairs
        for heading, letter in now.letters.items()
        if row.cells.get(heading) != other.cells.get(heading)
    ]
    paired_old, paired_new = {row.number for row, _ in pairs}, {other.number for _, other in pairs}
    numbers = [row.number for row in added if row.number not in paired_new]
    return cells, numbers, [row for row in lost if row.number not in paired_old]


def _keep(row: Row, headings: set[str]) -> Row:
    return Row(row.number, {heading: cell for heading, cell in row.cells.items() if heading in headings})


def _find_others(rows: Sequence[Row], there: Sequence[Row]) -> list[Row]:
    """Filled rows that are not among the others too; of equal ones the last."""
    spare, others = Counter(frozenset(row.cells.items()) for row in there), []
    for row in rows:
        content = frozenset(row.cells.items())
        spare[content] -= 1
        if content and spare[content] < 0:
            others.append(row)
    return others


def _pair(old: Sequence[Row], new: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Rows that are the same with a change: at least half of the cells are equal, the most alike first."""
    holding: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in new:
        for cell in row.cells.items():
            holding[cell].append(row)
    scored = []
    for row in old:
        rare = [holding[cell] for cell in row.cells.items() if len(holding[cell]) <= COMMON]
        for number, other in {other.number: other for rows in rare for other in rows}.items():
            equal = len(row.cells.items() & other.cells.items())
            if 2 * equal >= max(len(row.cells), len(other.cells)):
                scored.append((-equal, abs(row.number - number), row.number, number, row, other))
    pairs: dict[int, tuple[Row, Row]] = {}
    used = set()
    for *_, row, other in sorted(scored):
        if row.number not in used and other.number not in pairs:
            used.add(row.number)
            pairs[other.number] = (row, other)
    return [pairs[number] for number in sorted(pairs)]


def _is_back(one: Gone, now: Memory) -> bool:
    sheets = now.files.get(one.file, {})
    grid = sheets.get(one.sheet, Grid({}, []))
    match one.code:
        case "gone_application":
            return one.name in now.applications
        case "gone_file" | "gone_record":
            return one.file in now.files
        case "gone_sheet":
            return one.name in sheets
        case "gone_column":
            return one.name in grid.filled()
    return not _find_others(one.rows, grid.rows)


def _rows(number: int) -> str:
    return plural(number, "rinda", "rindas")


def _list(names: Sequence[str]) -> str:
    more = f" un vēl {len(names) - MAX_NAMED}" if len(names) > MAX_NAMED else ""
    return ", ".join(names[:MAX_NAMED]) + more
