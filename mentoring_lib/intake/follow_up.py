"""Answers of the follow-up forms (``atsauksmes/``): exports as downloaded, read to rows of two sheets of the workbook.

Which round a file is, is told by the questions it holds, unless a column «Aptauja» says it. Nothing is guessed: what
contradicts itself is asked about and does not count.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from mentoring_lib.base.columns import APPLICATION, ASKED, CHOICES, NOTHING, OF_STATEMENT, SHEETS
from mentoring_lib.base.problems import Letters, Problem
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import Checked
from mentoring_lib.intake import loading
from mentoring_lib.intake.cleaning import clean_table, drop_repeated, problems_at, read_themes
from mentoring_lib.intake.loading import PLACE
from mentoring_lib.intake.workbook import call_hers

FOLDER = "atsauksmes"
ANSWERS, RESULTS = "Pēc konsultācijas", "Rezultāti"
# Questions that only one round asks.
ROUND_OF = {
    "question_answered": "next_day", "recommends": "next_day", "happened": "after_90_days",
    "happened_later": "after_180_days",
}  # fmt: skip

COLUMNS = (*SHEETS[ANSWERS], *ASKED)
_NEEDED = [column for column in COLUMNS if column.name in ("application_id", "answered_on")]
_SENT = APPLICATION[0]  # the moment that form makers write themselves
_IN_BRACKETS = re.compile(r".*\(\s*(k\s?[-–—]?\s?[0-9a-fo]{6})\s*\)\s*", re.IGNORECASE | re.DOTALL)
_TICKS = {code: word for code, word in CHOICES["result"].items() if code != "other"}
_TICKS |= {NOTHING: NOTHING, "other": CHOICES["result"]["other"]}  # the last takes free text


def list_headings(programme: Programme) -> dict[str, tuple[str, ...]]:
    """Further headings of the forms by column: of the moment, of the community, of the programme's statements."""
    rated = {
        f"{side}_{number}": (heading.format(statement=statement),)
        for number, statement in enumerate(programme.follow_up.statements, start=1)
        for side, heading in OF_STATEMENT.items()
    }
    return rated | {"answered_on": (_SENT.label, *_SENT.also), "application_id": ("Kopiena",)}


def read_answers(paths: Iterable[Path], programme: Programme) -> tuple[dict[str, pd.DataFrame], list[Problem], Letters]:
    """Rows of «Pēc konsultācijas» and «Rezultāti» that the exports hold, typed; no table where there is no row.

    Raises
    ------
    Refused
        If a file cannot be read, or names neither the community nor the day.
    """
    raw, told, letters = loading.read_all(paths, COLUMNS, list_headings(programme), needed=_NEEDED, some=False)
    codes = [match[1] if (match := _IN_BRACKETS.fullmatch(text)) else text for text in raw["application_id"]]
    raw, problems = raw.assign(application_id=pd.Series(codes, raw.index, dtype="str")), call_hers(told)
    tables: dict[str, list[pd.DataFrame]] = {ANSWERS: [], RESULTS: []}
    for (file, sheet), rows in raw.groupby(["file", "sheet"], sort=False):
        rounds = {ROUND_OF[name] for name in letters[str(file), str(sheet)] if name in ROUND_OF}
        said = CHOICES["round"][rounds.pop()] if len(rounds) == 1 else ""
        part = rows.assign(round=rows["round"].mask(rows["round"].str.strip().eq(""), said))
        answers, unread = clean_table(part, SHEETS[ANSWERS], programme, programme.form.date_order)
        results, unclear = _list_results(part, answers["application_id"], programme)
        problems += unread + unclear
        tables[ANSWERS].append(answers)
        tables[RESULTS].append(results)
    joined = {name: pd.concat(parts, ignore_index=True) for name, parts in tables.items() if parts}
    if joined:
        joined[ANSWERS], repeated = drop_repeated(joined[ANSWERS], "answer_repeated")
        problems += repeated
    return joined, problems, letters


def _list_results(part: pd.DataFrame, keys: pd.Series, programme: Programme) -> Checked:
    """A row for each result that is ticked; a question where the tick and the answers about it contradict."""
    later = part["happened"].str.strip().eq("")
    asked = "happened_later" if later.all() else "happened"
    ticked = [read_themes(text, _TICKS) for text in part["happened"].mask(later, part["happened_later"])]
    nothing = pd.Series([NOTHING in one.codes for one in ticked], part.index)
    own = pd.Series([one.other or None for one in ticked], part.index, dtype="str")
    part = part.assign(publish=part["publish_results"])
    publish = next(column for column in SHEETS[RESULTS] if column.name == "publish")
    tables, problems = [], []
    for code, word in CHOICES["result"].items():
        details = [column for column in ASKED if column.name.startswith(f"{code}_")]
        told = part[[column.name for column in details]].agg("".join, axis=1).str.strip().ne("")
        chosen = pd.Series([code in one.codes for one in ticked], part.index)
        odd = chosen & nothing | told & ~chosen
        problems += problems_at(part, ["result_unclear" if one else "" for one in odd], asked, details=word)
        kept = part[chosen & ~nothing]
        typed, unread = clean_table(kept, [*details, publish], programme, programme.form.date_order)
        problems += [replace(one, column="publish_results") if one.column == "publish" else one for one in unread]
        typed = typed.rename(columns={column.name: column.name.removeprefix(f"{code}_") for column in details})
        result, note = pd.Series(code, kept.index, dtype="str"), own if code == "other" else own.where(own.isna())
        tables.append(typed.assign(application_id=keys[kept.index], result=result, note=note[kept.index]))
    names = [*(column.name for column in SHEETS[RESULTS]), *PLACE]
    return Checked(pd.concat(tables)[names], problems)
