"""Form exports to typed applications; one of them checked on its own, as plain data, with what a person must settle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from mentoring_lib.base.columns import APPLICATION_COLUMNS, SHEETS
from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.messages import SETTLE
from mentoring_lib.base.problems import Problem, Refused, add_cells, sort_problems
from mentoring_lib.base.programme import Programme, read_programme
from mentoring_lib.base.rows import Application
from mentoring_lib.base.texts import plural
from mentoring_lib.intake import cleaning, loading
from mentoring_lib.intake.applications import read_applications
from mentoring_lib.selection import eligibility
from mentoring_lib.selection.duplicates import find_duplicates


def no_decisions(programme: Programme) -> pd.DataFrame:
    """The sheet "Lēmumi" of a programme in which nobody has decided anything yet."""
    columns = SHEETS["Lēmumi"]
    return cleaning.clean_table(loading.read_all([], columns).table, columns, programme).table


def check_file(path: Path, programme_file: Path) -> dict[str, Any]:
    """Check one form export.

    Parameters
    ----------
    path : Path
        The export, as downloaded.
    programme_file : Path
        ``programme.toml`` of the programme it belongs to.

    Returns
    -------
    dict
        ``file``, ``verdict`` ("load", "load_with_issues" or "reject"), ``message``, ``applications`` and ``problems``;
        an unknown answer is None, ``application`` is the index in ``applications`` or None.
    """
    try:
        return _check(path, read_programme(programme_file))
    except Refused as refused:
        problems = [_describe_problem(problem, None) for problem in refused.problems]
        for described, problem in zip(problems, refused.problems, strict=True):
            if problem.file not in ("", path.name):  # it is not the export that cannot be used
                described["message"] = f"{problem.file}: {problem.message}"
        message = "; ".join(described["message"] for described in problems)
        return {"file": path.name, "verdict": "reject", "message": message, "applications": [], "problems": problems}


def _check(path: Path, programme: Programme) -> dict[str, Any]:
    applications, problems, letters = read_applications([path], programme)
    duplicates = find_duplicates(applications, no_decisions(programme))
    problems += eligibility.check_applications(applications, duplicates)
    problems = list(sort_problems(add_cells(problems, letters)))
    rows = list(rows_of(applications, Application))
    index = {(row.sheet, row.row): number for number, row in enumerate(rows)}
    questions = sum(problem.severity == SETTLE for problem in problems)
    read = plural(len(rows), "pieteikums nolasīts", "pieteikumi nolasīti")
    return {
        "file": path.name,
        "verdict": "load_with_issues" if questions else "load",
        "message": f"{read}, {plural(questions, 'jautājums', 'jautājumi')} jums",
        "applications": list(map(_describe_application, rows, applications["late"].tolist())),
        "problems": [_describe_problem(problem, index.get((problem.sheet, problem.row or 0))) for problem in problems],
    }


def _describe_application(row: Application, late: bool) -> dict[str, Any]:
    sent = {"submitted_at": row.submitted_at and row.submitted_at.isoformat(), "late": late}
    year = {"started": int(row.started) if row.started and row.started.isdigit() else row.started}
    answers = {name: getattr(row, name) for name in APPLICATION_COLUMNS}
    return {"application_id": row.application_id, **sent, **answers, **sent, **year, "themes": list(row.themes or ())}


def _describe_problem(problem: Problem, application: int | None) -> dict[str, Any]:
    names = ("sheet", "row", "cell", "column", "value", "message", "advice", "severity")
    return {"code": problem.code, "application": application} | {name: getattr(problem, name) for name in names}
