"""What can be wrong with what people send or type, and what to do about it: every sentence stands here once.

The library collects problems and goes on; only a file that cannot be used at all is refused. Nothing is raised
row by row, so the coordinator sees everything at once, in her own coordinates: file, sheet, row, column, value. The
sentences stand in ``problems_lv.toml`` beside this module, where a proof-reader can open them.
"""

from __future__ import annotations

import errno
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd

from mentoring_lib.base.columns import APPLICATION, ASKED, BLOCKS, DERIVED, MARKS, MARKS_SHEET, SHEET_ALIASES, SHEETS
from mentoring_lib.base.texts import WORDS, plural


class Text(NamedTuple):
    """Wording of one problem: how much it matters, what is wrong, what to do (``str.format`` templates).

    ``example`` is a value and details for the page of messages; ``blocks`` says what waits for it where its cell does
    not.
    """

    severity: str
    message: str
    advice: str
    example: Sequence[str] = ("", "")
    blocks: str | None = None


REFUSE = "refuse"  # the file, or the whole run, cannot be used
SETTLE = "settle"  # a person must decide; until then nothing is final
NOTE = "note"  # the reader changed or left out something harmless and says so
BLOCK, CHECK = "block", "check"  # what a person must settle, by whether anything waits for it (see columns.BLOCKS)
KINDS = {REFUSE: "neder", BLOCK: "kavē", CHECK: "pārbaudiet", NOTE: "zināšanai"}


# Every problem by its code, in the order of the file; part of the code, so read with it.
TEXTS: Mapping[str, Text] = MappingProxyType(
    {
        code: Text(**entry)
        for code, entry in tomllib.loads(Path(__file__).with_name("problems_lv.toml").read_text("utf-8")).items()
    }
)

SELECTION, REPORT = "selection", "report"  # what may wait for a question


@dataclass(frozen=True)
class Problem:
    """One thing a person must know or settle, and where it stands."""

    code: str
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    application_id: str = ""
    details: str = ""
    cell: str = ""

    @property
    def severity(self) -> str:
        """How much it matters: "refuse", "settle" or "note"."""
        return TEXTS[self.code].severity

    @property
    def blocks(self) -> str:
        """What waits for it: :data:`SELECTION`, :data:`REPORT`, or "" where nothing does."""
        if self.severity in (REFUSE, NOTE):
            return ""
        if (blocks := TEXTS[self.code].blocks) is not None:
            return blocks
        name = SHEET_ALIASES.get(self.sheet, self.sheet)
        sheet = name if name in (*SHEETS, MARKS_SHEET) else ""
        return next((what for what, sheets in BLOCKS.items() if self.column in sheets.get(sheet, ())), "")

    @property
    def kind(self) -> str:
        """How much it matters: "refuse", "block", "check" or "note"."""
        return self.severity if self.severity in (REFUSE, NOTE) else BLOCK if self.blocks else CHECK

    @property
    def message(self) -> str:
        """What is wrong, in Latvian."""
        return TEXTS[self.code].message.format(value=self.value, details=self.details)

    @property
    def advice(self) -> str:
        """What to do, in Latvian."""
        return TEXTS[self.code].advice.format(value=self.value, details=self.details).strip()


def problem_at(code: str, row: Any, column: str = "", value: object = "", details: str = "") -> Problem:
    """A problem at a row of a table that says where it came from (``file``, ``sheet``, ``row``, ``application_id``)."""
    key = getattr(row, "application_id", None)
    known = key if isinstance(key, str) else ""
    return Problem(code, row.file, row.sheet, int(row.row), column, str(value), known, details)


# Letter of each column, by file and sheet: ``letters["p.xlsx", "Atbildes"]["email"]`` is "B".
Letters = Mapping[tuple[str, str], Mapping[str, str]]


def add_cells(problems: Iterable[Problem], letters: Letters) -> list[Problem]:
    """The same problems, each with its cell ("D7") where row and column are known."""
    known = [(one, letters.get((one.file, one.sheet), {}).get(one.column)) for one in problems]
    return [replace(one, cell=f"{letter}{one.row}") if letter and one.row and not one.cell else one
            for one, letter in known]  # fmt: skip


NOBODY: Mapping[str, str] = MappingProxyType({})
PROBLEM_COLUMNS = (
    "kind", "file", "sheet", "row", "column", "value", "message", "advice", "application_id", "code",
)  # fmt: skip


class Refused(Exception):  # noqa: N818 - a refusal with reasons, as the coordinator reads it
    """Something cannot be used at all; carries every problem found, for a message without a traceback.

    ``communities`` are names by the code of an application, where they are known.
    """

    def __init__(self, problems: Iterable[Problem], communities: Mapping[str, str] = NOBODY) -> None:
        self.problems, self.communities = list(problems), communities
        super().__init__("\n".join(f"{p.file} {p.message}. {p.advice}".strip() for p in self.problems))

    def __reduce__(self) -> tuple[type[Refused], tuple[list[Problem], Mapping[str, str]]]:
        return Refused, (self.problems, dict(self.communities))  # for another process


def sort_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems in the order file, sheet, row, column, code; each once."""
    return tuple(
        sorted(set(problems), key=lambda p: (p.file, p.sheet, p.row or 0, p.column, p.code, p.value, p.details))
    )


def order_problems(problems: Iterable[Problem]) -> list[Problem]:
    """What stops first, then what blocks, what to check, notes; each by application and place."""
    return sorted(sort_problems(problems), key=lambda one: (list(KINDS).index(one.kind), one.application_id))


def problem_table(problems: Iterable[Problem]) -> pd.DataFrame:
    """Problems as a table, in the order of :func:`order_problems`; equal ones of several applications share a row.

    Returns
    -------
    DataFrame, shape (number of different problems, 10)
        Columns :data:`PROBLEM_COLUMNS`; ``row`` is the row a person sees in the file, missing for a whole file and
        where several share one, ``column`` the heading she knows, ``application_id`` holds several codes then.
    """
    rows = []
    for group in group_equal(order_problems(problems)):
        codes = dict.fromkeys(one.application_id for one in group)
        for one in group if "" in codes else group[:1]:
            shown = replace(one, column=label_column(one.column, one.sheet))
            if len(group) > 1 and "" not in codes:
                shown = replace(shown, row=None, application_id=BETWEEN.join(codes))
            rows.append([one.kind, *(getattr(shown, name) for name in PROBLEM_COLUMNS[1:])])
    return pd.DataFrame(rows, columns=list(PROBLEM_COLUMNS)).astype({"row": "Int64"})


# Between the codes of several applications in one cell.
BETWEEN = "; "


def explain_os_error(error: OSError) -> str:
    """Why the system does not give or take a file, in Latvian; its own words would be in another language."""
    return str(WORDS["system"].get(errno.errorcode.get(error.errno or 0), "sistēma to neļauj"))


MAX_VALUE, MAX_DETAILS = 80, 240  # letters of what somebody wrote, and of a list, that a line shows
# Problems of how a whole column is written: when there are more of them than are named, they share one line.
OF_A_COLUMN = ("moment_unreadable", "moment_order", "date_unreadable")
MAX_NAMED = 3  # of equal problems, the applications or rows that a line names


def describe(problem: Problem) -> str:
    """One line for the coordinator: where it stands, whose it is, what is wrong, what to do."""
    return describe_all([problem])[0]


def describe_all(problems: Iterable[Problem], communities: Mapping[str, str] = NOBODY) -> list[str]:
    """A line for each problem; those that differ in row and application only share one.

    Parameters
    ----------
    problems : iterable of Problem
        The first of equal ones keeps its place.
    communities : mapping of str to str
        Name of the community by the code of its application, as far as known.
    """
    return [_describe_group(group, communities) for group in group_equal(problems)]


def group_equal(problems: Iterable[Problem]) -> list[list[Problem]]:
    """Problems that differ in row and application only, or are of one unread column; the first keeps its place."""
    problems = list(problems)
    unread = Counter((one.code, one.file, one.sheet, one.column) for one in problems if one.code in OF_A_COLUMN)
    groups: dict[Problem, list[Problem]] = {}
    for problem in problems:
        alike = replace(problem, row=None, application_id="", cell="")
        whole = unread[problem.code, problem.file, problem.sheet, problem.column] > MAX_NAMED
        groups.setdefault(replace(alike, value="") if whole else alike, []).append(problem)
    return list(groups.values())


def _describe_group(group: Sequence[Problem], communities: Mapping[str, str]) -> str:
    first = group[0]
    others = " u.\u00a0c." if any(one.value != first.value for one in group) else ""
    cut = replace(first, value=_cut(first.value, MAX_VALUE) + others, details=_cut(first.details, MAX_DETAILS))
    parts = [first.file, first.sheet and f"lapa «{first.sheet}»"]
    if len(group) == 1:
        row = f"šūna {first.cell}" if first.cell else f"{first.row}. rinda" if first.row else ""
        code = "" if first.application_id in first.message else _name(first.application_id, communities)
        parts += [row, code]
    where = ", ".join(part for part in [*parts, label_column(first.column, first.sheet)] if part)
    line = f"{where}: {cut.message}. {cut.advice}" if where else f"{cut.message}. {cut.advice}"
    return f"{line} – {_list_group(group, communities)}" if len(group) > 1 else line


def _list_group(group: Sequence[Problem], communities: Mapping[str, str]) -> str:
    """«15 pieteikumi: K-3F9A2C, K-8B41D0, K-90AA11 un vēl 12», or their rows where no application is known."""
    codes = list(dict.fromkeys(one.application_id for one in group if one.application_id))
    if codes:
        return f"{plural(len(codes), 'pieteikums', 'pieteikumi')}: {name_some(codes, communities)}"
    rows = list(dict.fromkeys(f"{one.row}." for one in group))
    return f"{plural(len(rows), 'rinda', 'rindas')}: {name_some(rows)}"


def name_some(codes: Sequence[str], communities: Mapping[str, str] = NOBODY) -> str:
    """The first of several applications with their communities, and how many more."""
    more = f" un vēl {len(codes) - MAX_NAMED}" if len(codes) > MAX_NAMED else ""
    return ", ".join(_name(code, communities) for code in codes[:MAX_NAMED]) + more


def _name(code: str, communities: Mapping[str, str]) -> str:
    name = communities.get(code)
    return f"{code} «{_cut(name, MAX_VALUE)}»" if name else code


def _cut(text: str, most: int) -> str:
    """In one line of printable signs, no longer than so many letters."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text[: most + 1])
    return plain if len(plain) <= most else f"{plain[: most - 1].rstrip()}…"


def label_column(name: str, sheet: str = "") -> str:
    """The heading that a person knows a column by; an anchor's name is a question's too, but for its sheet."""
    return _OF_MARKS.get(name, name) if sheet == MARKS_SHEET else _LABELS.get(name, name)


_SHEET_COLUMNS = [column for columns in SHEETS.values() for column in columns]
_LABELS = {column.name: column.label for column in (*ASKED, *_SHEET_COLUMNS, *MARKS, *DERIVED, *APPLICATION)}
_OF_MARKS = {column.name: column.label for column in MARKS}
_LABELS |= {"clarity": "Skaidrība"}
