"""Form exports to typed applications; one of them checked on its own, as plain data, with what a person must settle."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from mentoring_lib.app import paths, screen
from mentoring_lib.base.columns import APPLICATION_COLUMNS, SHEETS
from mentoring_lib.base.problems import SETTLE, Problem, Refused, add_cells, sort_problems
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import Application, rows_of
from mentoring_lib.base.texts import plural
from mentoring_lib.intake import cleaning, loading
from mentoring_lib.intake.applications import read_applications
from mentoring_lib.intake.form import read_form
from mentoring_lib.intake.settings import read_settings
from mentoring_lib.selection import eligibility
from mentoring_lib.selection.eligibility import find_duplicates
from mentoring_lib.workflow import name_applications


def no_decisions(programme: Programme) -> pd.DataFrame:
    """The sheet "Lēmumi" of a programme in which nobody has decided anything yet."""
    columns = SHEETS["Lēmumi"]
    return cleaning.clean_table(loading.read_all([], columns).table, columns, programme).table


# Exit code of each verdict.
VERDICTS = {"load": paths.FINE, "load_with_issues": paths.ISSUES, "reject": paths.STOPPED}


class Examined(NamedTuple):
    """One form export and what there is to say about it; see :func:`check_file` for the words."""

    file: str
    verdict: str
    message: str
    applications: pd.DataFrame | None
    problems: Sequence[Problem]

    def describe(self) -> str:
        """In sentences, equal problems together."""
        names = {} if self.applications is None else name_applications(self.applications)
        return f"{self.file}: {self.message}\n{screen.show_problems(self.problems, names)}".rstrip()


def examine(path: Path, programme_file: Path) -> Examined:
    """Read one form export for a programme (see :func:`check_file`)."""
    try:
        folder = programme_file if programme_file.is_dir() else programme_file.parent
        programme, unchecked = read_form(folder, read_settings(programme_file))
        examined = _examine(path, programme)
        return examined._replace(problems=[*examined.problems, *unchecked])
    except Refused as refused:
        said = "; ".join(_say(problem, path.name) for problem in refused.problems)
        return Examined(path.name, "reject", said, None, refused.problems)


def _say(problem: Problem, export: str) -> str:
    """A message, with the file's name where it is not about the export."""
    return problem.message if problem.file in ("", export) else f"{problem.file}: {problem.message}"


def check_file(path: Path, programme_file: Path) -> dict[str, Any]:
    """Check one form export.

    Parameters
    ----------
    path : Path
        The export, as downloaded.
    programme_file : Path
        Settings of the programme it belongs to, or its folder.

    Returns
    -------
    dict
        ``file``, ``verdict`` ("load", "load_with_issues" or "reject"), ``message``, ``applications`` and ``problems``;
        an unknown answer is None, ``application`` is the index in ``applications`` or None.
    """
    return as_json(examine(path, programme_file))


def as_json(examined: Examined) -> dict[str, Any]:
    """What was examined as plain data."""
    table = examined.applications
    rows = [] if table is None else list(rows_of(table, Application))
    late = [] if table is None else table["late"].tolist()
    index = {(row.sheet, row.row): number for number, row in enumerate(rows)}
    names = ("sheet", "row", "cell", "column", "value", "message", "advice", "severity")
    problems = [
        {"code": one.code, "application": index.get((one.sheet, one.row or 0))}
        | {name: getattr(one, name) for name in names}
        | {"message": _say(one, examined.file)}
        for one in examined.problems
    ]
    applications = list(map(_describe_application, rows, late))
    return {"file": examined.file, "verdict": examined.verdict, "message": examined.message,
            "applications": applications, "problems": problems}  # fmt: skip


def _examine(path: Path, programme: Programme) -> Examined:
    applications, problems, letters = read_applications([path], programme)
    duplicates = find_duplicates(applications, no_decisions(programme))
    problems += eligibility.check_applications(applications, duplicates)
    problems = list(sort_problems(add_cells(problems, letters)))
    questions = sum(problem.severity == SETTLE for problem in problems)
    read = plural(len(applications), "pieteikums nolasīts", "pieteikumi nolasīti")
    message = f"{read}, {plural(questions, 'jautājums', 'jautājumi')} jums"
    return Examined(path.name, "load_with_issues" if questions else "load", message, applications, problems)


def _describe_application(row: Application, late: bool) -> dict[str, Any]:
    sent = {"submitted_at": row.submitted_at and row.submitted_at.isoformat(), "late": late}
    year = {"started": int(row.started) if row.started and row.started.isdigit() else row.started}
    answers = {name: getattr(row, name) for name in APPLICATION_COLUMNS}
    return {"application_id": row.application_id, **sent, **answers, **sent, **year, "themes": list(row.themes or ())}
