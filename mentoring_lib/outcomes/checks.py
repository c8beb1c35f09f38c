"""Questions about answers and results: ratings off the scale, days that cannot be, doubles, missing evidence."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date

import pandas as pd

from mentoring_lib.base.problems import Problem, problem_at
from mentoring_lib.base.programme import FollowUp as Settings
from mentoring_lib.base.rows import Entry, FollowUp, Result, rows_of
from mentoring_lib.base.texts import fold, show_date
from mentoring_lib.outcomes.look_back import KEY, MAX_RATING, ask

RATINGS = [f"{side}_{number}" for number in (1, 2, 3) for side in ("then", "now")]
FOLDER = "apliecinajumi"
_FILE = re.compile(r"\.(?:pdf|jpe?g|png|heic|docx?|xlsx?|odt|ods|eml|msg|txt|zip|mp[34])$", re.IGNORECASE)


def check_answers(
    sheets: Mapping[str, pd.DataFrame], served: Mapping[str, date], settings: Settings, ends: date
) -> list[Problem]:
    """A check for each answer, result or task done that cannot be as it stands, a note for each that comes too late.

    Parameters
    ----------
    sheets : mapping of str to DataFrame
        "Pēc konsultācijas", "Rezultāti", "Darbi" and "Ieteikumi", typed; every row, whatever the as-of day.
    served : mapping of str to date
        Day of each hour that was held, by application.
    settings : FollowUp
        Statements that are rated, days to answer.
    ends : date
        Last day of the project: no report counts what is dated later.
    """
    answers, results, tasks, advice = (
        sheets[name] for name in ("Pēc konsultācijas", "Rezultāti", "Darbi", "Ieteikumi")
    )
    done = tasks["done_on"].notna()
    problems = [one for row in rows_of(answers, FollowUp) for one in _check_ratings(row, len(settings.statements))]
    for table, column in (
        (answers, "answered_on"),
        (results, "on"),
        (tasks[done], "done_on"),
        (advice[advice["on"].gt(pd.Timestamp(ends))], "on"),
    ):
        for row, day in zip(rows_of(table, Entry), table[column], strict=True):
            hour = served.get(row.application_id or "")
            if hour is None and row.application_id:
                problems.append(problem_at("outcome_unserved", row, "application_id", row.application_id))
            elif hour and day < pd.Timestamp(hour):
                problems.append(problem_at("outcome_early", row, column, show_date(day), show_date(hour)))
            elif day > pd.Timestamp(ends):
                problems.append(problem_at("outcome_late", row, column, show_date(day), show_date(ends)))
    undated = rows_of(tasks[tasks["outcome"].notna() & ~done], Entry)
    problems += [problem_at("consultation_gap", row, "done_on", "Izdarīts", "Rezultāts") for row in undated]
    due = answers.merge(ask(served, answers, settings, as_of=ends)[["application_id", "round", "answer_by"]])
    late = due[due["answered_on"].between(due["answer_by"], pd.Timestamp(ends), inclusive="right")]
    told = zip(rows_of(late, Entry), late["answered_on"], late["answer_by"], strict=True)
    problems += [problem_at("answer_late", row, "answered_on", show_date(day), show_date(by)) for row, day, by in told]
    twice = answers.dropna(subset=["application_id", "round"])
    twice = twice[twice.duplicated(["application_id", "round"])]
    problems += [problem_at("answer_twice", row, "round", row.application_id) for row in rows_of(twice, FollowUp)]
    return [*problems, *_compare_results(results)]


def _check_ratings(row: FollowUp, statements: int) -> Iterator[Problem]:
    """A problem for each rating that is of no statement, off the scale, or without its other half."""
    for at, name in enumerate(RATINGS):
        value, other = getattr(row, name), getattr(row, RATINGS[at ^ 1])
        if value is not None and (at // 2 >= statements or value > MAX_RATING or other is None):
            code = "rating_outside" if value > MAX_RATING else "rating_half"
            yield problem_at("rating_unasked" if at // 2 >= statements else code, row, name, value, str(MAX_RATING))


def _compare_results(results: pd.DataFrame) -> Iterator[Problem]:
    """A check for each row that gives a result another number than an earlier row, or other words in one file."""
    for column, code, within in (("amount", "result_differs", ()), ("note", "result_merged", ("file",))):
        known = results.dropna(subset=[column, "on"]).sort_values(["file", "row"])
        told = known.assign(earlier=known.groupby([*KEY, *within], dropna=False)[column].transform("first"))
        differing = told[told[column].ne(told["earlier"])]
        rows = zip(rows_of(differing, Result), differing[column], differing["earlier"], strict=True)
        yield from (problem_at(code, row, column, value, str(earlier)) for row, value, earlier in rows)


def check_evidence(sheets: Mapping[str, pd.DataFrame], files: Collection[str]) -> list[Problem]:
    """A check for each file that a cell of a sheet names as evidence and the folder lacks.

    Parameters
    ----------
    sheets : mapping of str to DataFrame
        Those with a column ``evidence`` are looked at; what is no name of a file (a link, "e-pasts 12.10.") is let be.
    files : collection of str
        Names in ``apliecinajumi/``.
    """
    there = {fold(name.rpartition("/")[2]) for name in files}
    return [
        problem_at("evidence_missing", row, "evidence", name, FOLDER)
        for table in sheets.values()
        if "evidence" in table
        for told in [table[table["evidence"].notna()]]
        for row, evidence in zip(rows_of(told, Entry), told["evidence"], strict=True)
        for name in map(str.strip, re.split("[;\n]", evidence))
        if _FILE.search(name) and "://" not in name and fold(re.split(r"[/\\]", name)[-1]) not in there
    ]
