"""What can be wrong with what people send or type, and what to do about it: every sentence stands here once.

The library collects problems and goes on; only a file that cannot be used at all is refused. Nothing is raised
row by row, so the coordinator sees everything at once, in her own coordinates: file, sheet, row, column, value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from mentoring_lib.base.columns import ANCHORS, APPLICATION, MARKS_SHEET, SHEETS
from mentoring_lib.base.messages import BLOCK, CHECK, NOTE, REFUSE, TEXTS

SELECTION, REPORT = "selection", "report"
ANY = ""  # an export's sheet, which may have any name; a problem of a whole row or sheet
BLOCKS: dict[str, dict[str, tuple[str, ...]]] = {
    SELECTION: {
        ANY: (ANY, "application_id", "submitted_at", "municipality", "started", "consent", "community", "clarity"),
        "Labojumi": (ANY, "application_id", "column", "before", "after", "on"),
        "Lēmumi": (ANY, "application_id", "decision", "value", "reason", "on"),
        "Pretrunas": (ANY, "application_id", "person"),
        MARKS_SHEET: (ANY, "application_id", "marker", *ANCHORS),
    },
    REPORT: {
        "Notikumi": (ANY, "application_id", "event", "on", "year", "starts_at", "mentor", "mode", "minutes"),
        "Ieteikumi": (ANY, "application_id", "recommendation", "on"),
        "Darbi": (ANY, "application_id", "task"),
    },
}
"""What waits until a question is settled, by the sheet and column it stands in. The selection waits for whatever can
change a state, mark, rank, lot or decision; the report for the year, use, mode or minutes of an hour."""

BLOCKS_REPORT = ("offers_over", "offer_out_of_turn", "carried_over", "ledger_open", "totals_differ")
NEVER_BLOCKS = (
    "mentor_twice", "mentor_conflict", "mentor_left", "mentor_unknown", "mentor_mode", "hour_not_free", "minimum_short",
)  # fmt: skip
"""Exceptions by code: questions about the year or number of hours that stand at no cell, and questions about who gives
an hour and when, which change nothing that is counted."""


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
        if self.severity in (REFUSE, NOTE) or self.code in NEVER_BLOCKS:
            return ""
        if self.code in BLOCKS_REPORT:
            return REPORT
        sheet = self.sheet if self.sheet in (*SHEETS, MARKS_SHEET) else ANY
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


Letters = Mapping[tuple[str, str], Mapping[str, str]]
"""Letter of each column, by file and sheet: ``letters["p.xlsx", "Atbildes"]["email"]`` is "B"."""


def add_cells(problems: Iterable[Problem], letters: Letters) -> list[Problem]:
    """The same problems, each with its cell ("D7") where row and column are known."""
    return [_add_cell(problem, letters.get((problem.file, problem.sheet), {})) for problem in problems]


def _add_cell(problem: Problem, letters: Mapping[str, str]) -> Problem:
    letter = letters.get(problem.column) if problem.row and not problem.cell else None
    return replace(problem, cell=f"{letter}{problem.row}") if letter else problem


PROBLEM_COLUMNS = (
    "kind", "file", "sheet", "row", "column", "value", "message", "advice", "application_id", "code",
)  # fmt: skip


class Refused(Exception):  # noqa: N818 - a refusal with reasons, as the coordinator reads it
    """Something cannot be used at all; carries every problem found, for a message without a traceback."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(f"{p.file} {p.message}. {p.advice}".strip() for p in self.problems))

    def __reduce__(self) -> tuple[type[Refused], tuple[list[Problem]]]:
        return Refused, (self.problems,)  # for another process


def sort_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems in the order file, sheet, row, column, code; each once."""
    return tuple(
        sorted(set(problems), key=lambda p: (p.file, p.sheet, p.row or 0, p.column, p.code, p.value, p.details))
    )


def problem_table(problems: Iterable[Problem]) -> pd.DataFrame:
    """Problems as a table (see :func:`sort_problems`).

    Returns
    -------
    DataFrame, shape (number of problems, 10)
        Columns :data:`PROBLEM_COLUMNS`; ``row`` is the row a person sees in the file, missing for a whole file.
    """
    rows = [[getattr(problem, name) for name in PROBLEM_COLUMNS] for problem in sort_problems(problems)]
    return pd.DataFrame(rows, columns=list(PROBLEM_COLUMNS)).astype({"row": "Int64"})


def describe(problem: Problem) -> str:
    """One line for the coordinator: where it stands, what is wrong, what to do."""
    row = f"šūna {problem.cell}" if problem.cell else f"{problem.row}. rinda" if problem.row else ""
    code = "" if problem.application_id in problem.message else problem.application_id
    parts = [
        problem.file,
        problem.sheet and f"lapa «{problem.sheet}»",
        row,
        code,
        _LABELS.get(problem.column, problem.column),
    ]
    where = ", ".join(part for part in parts if part)
    return f"{where}: {problem.message}. {problem.advice}" if where else f"{problem.message}. {problem.advice}"


_LABELS = {column.name: column.label for column in (*APPLICATION, *(c for columns in SHEETS.values() for c in columns))}
