"""Small tables with sensible defaults, so that a test says only what matters.

A row of a sheet is written as one line, ``events("K-01 offered 2023-09-01 year=2023")``: the sheet's main columns in
order, then any other as ``name=value`` (quoted if it holds a space).
"""

from __future__ import annotations

import io
import os
import shlex
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.image import imsave
from pydantic import BaseModel

from mentoring_lib.base.columns import APPLICATION, APPLICATION_COLUMNS, MARKS, SHEETS, Column
from mentoring_lib.base.problems import Problem
from mentoring_lib.base.programme import FollowUp, Programme
from mentoring_lib.base.settings import _bare
from mentoring_lib.delivery.events import follow, list_valid_events
from mentoring_lib.delivery.ledger import find_delivered
from mentoring_lib.funder.privacy import find_hits, index_answers, list_sources, read
from mentoring_lib.outcomes.look_back import Changed, look_back
from mentoring_lib.selection.allocation import allocate, grade, rank
from mentoring_lib.selection.lottery import Frozen, draw_tickets, format_checksum, format_frozen, read_frozen

SEED = "12345678901234567890"
RIGA = "Europe/Riga"
END = date(2024, 9, 15)
FROZEN_AT = datetime(2023, 8, 24, 12)
MANY = int(os.environ.get("MENTORING_SAMPLES", "1"))
"""How many times as many examples the costly laws are tried on; more than 1 before a release, see CONTRIBUTING."""

SETTINGS = f"""
example = true
as_of = 2024-09-15
keep_personal_data_until = 2026-10-31
public = ["municipality", "year", "mode", "themes", "community"]
markers = ["Ilze", "Andris"]

[project]
title = "Kaimiņu kopienu kopspēks"
number = "2023.LV/NVOF/MAC/041/58"
starts = 2023-05-01
ends = 2024-10-31
implementers = ["Biedrība"]
funding_sentence = "Finansiāli atbalsta fonds."
responsibility = "Par saturu atbild biedrība."

[call]
code = "KKK-2023"
title = "Aicinām pieteikties"
deadline = 2023-08-21
time_zone = "Europe/Riga"
municipalities = ["Mārupes novads", "Olaines novads", "Ķekavas novads"]

[places]
2023 = 2
2024 = 2

[themes]
communication = "Kā uzlabot komunikāciju gan ar iedzīvotājiem, gan ar kopienas pārstāvjiem?"
funding = "Kā piesaistīt papildu finansējumu?"
other = "Citi aktuālie kopienas jautājumi"

[[mentors]]
name = "Maija"
community = "Jaunolaine"
municipality = "Olaines novads"
themes = ["communication", "funding", "other"]

[[mentors]]
name = "Inese"
community = "Mežinieki"
municipality = "Ķekavas novads"
themes = ["communication"]

[rule]
decided_on = 2023-07-24
reading = "taking_turns"
new_within_years = 2
clear_from = 7
discussion_gap = 2
weight_of_new = 3

[lottery]
source = "Izdomāta izloze"
draw_at = 2023-08-30T21:30:00
drawn_at = 2023-08-30T21:30:00
seed = "{SEED}"

[appeal]
contact = "kopienas@example.org"
days = 10
"""


def settings(**changes: Any) -> dict[str, Any]:
    """The settings above with some of them changed: ``settings(rule__clear_from=6, places={2023: 1})``."""
    values = tomllib.loads(SETTINGS)
    for path, value in changes.items():
        *above, key = path.split("__")
        reduce(lambda part, name: part.setdefault(name, {}), above, values)[key] = as_in_toml(value)
    return values


def as_in_toml(value: Any) -> Any:
    """A day or moment written as text is what TOML would make of it; settings are strict."""
    for kind in (date, datetime):
        with suppress(ValueError, TypeError):
            return kind.fromisoformat(value)
    return value


def programme(**changes: Any) -> Programme:
    return Programme.model_validate(settings(**changes), context={})


def applications(count: int = 1, **cells: Any) -> pd.DataFrame:
    """Typed applications K-01, K-02, …: a list gives each row its value, anything else is the same for all."""
    count = max([count, *(len(value) for value in cells.values() if isinstance(value, list))])
    rows = []
    for number in range(1, count + 1):
        usual = {
            "application_id": f"K-{number:02}",
            "submitted_at": f"2023-08-01 10:{number:02}",
            "email": f"a{number}@example.org",
            "community": f"Pulks {number}",
            "municipality": "Mārupes novads",
            "place": "Piņķi",
            "started": "2010",
            "residents_involved": 10,
            "themes": ("funding",),
            "theme_other": "",
            "question": "Kā to izdarīt?",
            "consent": True,
            "publicity": True,
            "late": False,
        }
        rows.append(usual | {name: v[number - 1] if isinstance(v, list) else v for name, v in cells.items()})
    columns = (*APPLICATION, Column("application_id", "id", ""), Column("theme_other", "text", ""))
    table = _table(columns, rows, "pieteikumi.xlsx", "Atbildes")
    extra = {name: [row[name] for row in rows] for name in (rows[0] if rows else {}) if name not in table}
    late = pd.Series([row["late"] for row in rows], dtype="bool")
    return table[list(APPLICATION_COLUMNS)].assign(**(extra | {"late": late}))


def scored(*lines: str) -> pd.DataFrame:
    """Eligible applications: ``scored("K-01 new 8", "K-02 existing 13/2", "K-03 new –")`` (– is not marked yet)."""
    ids, novelty, clarity = (
        ([*column] for column in zip(*map(str.split, lines), strict=True)) if lines else ([], [], [])
    )
    table = applications(0, application_id=ids)
    texts = {"novelty": novelty, "state": "eligible", "state_reason": "", "duplicate_of": ""}
    fractions = [None if points == "–" else Fraction(points) for points in clarity]
    return table.assign(
        **{name: pd.Series(value, index=table.index, dtype="str") for name, value in texts.items()},
        clarity=pd.Series(fractions, index=table.index, dtype="object"),
        ticket="",
    )


def graded(*lines: str, seed: str | None = None, **changes: Any) -> pd.DataFrame:
    """Applications as :func:`scored`, graded by the programme's rule and with their tickets."""
    settled = programme(**changes)
    return draw_tickets(grade(scored(*lines), settled.rule), seed=seed, call=settled.call.code)


def frozen(*lines: str, **changes: Any) -> Frozen:
    """The frozen list of applications as :func:`scored`, frozen before the day of the usual decisions."""
    text = format_frozen(graded(*lines, **changes), programme(**changes), frozen_at=FROZEN_AT)
    return read_frozen(text.encode(), format_checksum(text))


def ranked(*lines: str, seed: str | None = None, **changes: Any) -> pd.DataFrame:
    return rank(graded(*lines, seed=seed, **changes))


def allocated(
    *lines: str, places: Mapping[int, int], seed: str | None = None, decided: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Everyone's outcome, from the lines of :func:`scored`."""
    told = decisions() if decided is None else decided
    return allocate(scored(*lines), ranked(*lines, seed=seed), places, told)


def raw(count: int = 1, **cells: Any) -> pd.DataFrame:
    """Raw applications as read from an export: all text, "" is empty."""
    count = max([count, *(len(value) for value in cells.values() if isinstance(value, list))])
    table = pd.DataFrame("", index=range(count), columns=[c.name for c in APPLICATION], dtype="str")
    usual = {
        "submitted_at": [f"2023-08-01 10:{n:02}:00" for n in range(1, count + 1)],
        "email": [f"a{n}@example.org" for n in range(1, count + 1)],
        "community": [f"Pulks {n}" for n in range(1, count + 1)],
        "municipality": "Mārupes novads",
        "started": "2022",
        "question": "Kā?",
        "consent": "Jā",
    }
    table = table.assign(**(usual | cells))
    place = {"file": "pieteikumi.csv", "sheet": "", "row": range(2, count + 2)}
    return table.astype("str").assign(**{name: value for name, value in place.items() if name not in cells})


def decisions(*lines: str) -> pd.DataFrame:
    return _sheet("Lēmumi", lines, ("application_id", "decision", "value"), reason="Iemesls.", who="K", on="2023-08-25")


def corrections(*lines: str) -> pd.DataFrame:
    return _sheet(
        "Labojumi", lines, ("application_id", "column", "before", "after"), reason="R", who="K", on="2023-08-25"
    )


def events(*lines: str) -> pd.DataFrame:
    return _sheet("Notikumi", lines, ("application_id", "event", "on"), who="K")


def consultations(*lines: str) -> pd.DataFrame:
    """Offers: code, day of the offer, answer, its day; ``held`` is yes or no."""
    words = {"jā": True, "nē": False}
    order = ("application_id", "offered_on", "answer", "answered_on")
    rows = [row | ({"held": words[row["held"]]} if "held" in row else {}) for row in (_words(x, order) for x in lines)]
    return _table(SHEETS["Konsultācijas"], rows, "darba_gramata.xlsx", "Konsultācijas")


def confirmed(*lines: str) -> pd.DataFrame:
    return _sheet("Tēmas", lines, ("application_id", "theme"), who="K", on="2023-08-25")


def conflicts(*lines: str) -> pd.DataFrame:
    return _sheet("Interešu konflikti", lines, ("application_id", "person"), reason="Kaimiņi", on="2023-08-25")


def times(*lines: str) -> pd.DataFrame:
    return _sheet("Laiki", lines, ("mentor", "starts_at", "ends_at"))


def recommendations(*lines: str) -> pd.DataFrame:
    return _sheet("Ieteikumi", lines, ("application_id", "on"), recommendation="Sāciet ar sarunu.")


def tasks(*lines: str) -> pd.DataFrame:
    return _sheet("Darbi", lines, ("application_id",), task="Uzrakstīt vēstuli")


def follow_ups(*lines: str) -> pd.DataFrame:
    """Answers: ``follow_ups("K-01 next_day 2023-10-02 question_answered=yes")``."""
    return _sheet("Pēc konsultācijas", lines, ("application_id", "round", "answered_on"))


def happened(*lines: str) -> pd.DataFrame:
    return _sheet("Rezultāti", lines, ("application_id", "result", "on"))


def sheets() -> dict[str, pd.DataFrame]:
    """Every sheet of the tracking workbook, empty."""
    return {name: _sheet(name, (), ()) for name in SHEETS}


def report_texts(*lines: str) -> pd.DataFrame:
    return _sheet("Pārskata teksti", lines, ("part", "text"))


def changed(
    served: Mapping[str, date] | None = None,
    answers: pd.DataFrame | None = None,
    results: pd.DataFrame | None = None,
    work: pd.DataFrame | None = None,
    as_of: date = END,
    **settings: Any,
) -> Changed:
    """What changed after the hours; nothing by default."""
    sheets = {"Pēc konsultācijas": answers, "Rezultāti": results, "Darbi": work}
    usual = {"Pēc konsultācijas": follow_ups, "Rezultāti": happened, "Darbi": tasks}
    told = {name: usual[name]() if table is None else table for name, table in sheets.items()}
    return look_back(served or {}, told, FollowUp(**settings), as_of=as_of)


def marks(*lines: str) -> pd.DataFrame:
    """Marking sheets: ``marks("K-01 Ilze 3 2 1 0", "K-01 Andris 3 – cannot_judge 0")`` (– is an empty cell)."""
    names = ("application_id", "marker", "question", "situation", "obstacle", "outcome")
    rows = [{name: word for name, word in _words(line, names).items() if word != "–"} for line in lines]
    return _table(MARKS, rows, "vertejumi.xlsx", "Vērtējumi")


def placed(*lines: str, as_of: date = END, evidence: Iterable[str] = (), **changes: Any) -> pd.DataFrame:
    """Places as they stand after the events; ``evidence`` names applications with a recommendation and a task."""
    settled = programme(**changes)
    followed = follow(events(*lines), settled, as_of=as_of).table
    held_on = dict(zip(followed["application_id"], followed["held_on"], strict=True))
    advice = recommendations(*(f"{key} {held_on[key].date()}" for key in evidence if pd.notna(held_on.get(key))))
    return find_delivered(followed, advice, tasks(*evidence), settled, as_of=as_of)


def held_days(table: pd.DataFrame, settled: Programme) -> dict[str, date]:
    """Day of each hour that was held, in the whole history."""
    valid = list_valid_events(table, settled, as_of=date.max)
    return valid[valid["event"].eq("held")].set_index("application_id")["on"].dt.date.to_dict()


def held(key: str, year: int, day: str, minutes: int = 60, mentor: str = "Maija") -> list[str]:
    """The events of a consultation that took place."""
    return [
        f"{key} offered 2023-08-30 year={year}",
        f"{key} accepted 2023-08-31",
        f"{key} booked 2023-09-01 starts_at={day}T17:00 mentor={mentor} mode=online",
        f"{key} held {day} minutes={minutes}",
    ]


def picture(width: int, height: int) -> bytes:
    """A grey PNG of so many pixels."""
    buffer = io.BytesIO()
    imsave(buffer, np.full((height, width, 3), 128, dtype="uint8"), format="png")
    return buffer.getvalue()


def codes(problems: Iterable[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def column(table: pd.DataFrame, name: str) -> dict[str, Any]:
    """One column by code of application; missing is None."""
    values = [None if not isinstance(value, tuple) and pd.isna(value) else value for value in table[name]]
    return dict(zip(table["application_id"], values, strict=True))


def _sheet(name: str, lines: Sequence[str], order: Sequence[str], **usual: str) -> pd.DataFrame:
    return _table(SHEETS[name], [usual | _words(line, order) for line in lines], "darba_gramata.xlsx", name)


def _words(line: str, order: Sequence[str]) -> dict[str, str]:
    words = shlex.split(line)
    named = dict(word.split("=", 1) for word in words if "=" in word)
    return dict(zip(order, (word for word in words if "=" not in word), strict=False)) | named


def _table(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], file: str, sheet: str) -> pd.DataFrame:
    cells = {c.name: _typed([row.get(c.name) for row in rows], c.kind) for c in columns}
    place = {name: pd.array([text] * len(rows), dtype="str") for name, text in (("file", file), ("sheet", sheet))}
    return pd.DataFrame(cells | place | {"row": np.arange(2, len(rows) + 2, dtype="int64")}, copy=False)


def _typed(values: list[Any], kind: str) -> Any:
    if kind == "moment":
        return pd.to_datetime(pd.Series(values, dtype="str")).dt.tz_localize(RIGA).astype(f"datetime64[us, {RIGA}]")
    if kind == "date":
        return pd.to_datetime(pd.Series(values, dtype="str")).astype("datetime64[us]")
    if kind in ("count", "minutes"):
        return pd.array([None if pd.isna(value) else int(value) for value in values], dtype="Int64")
    if kind == "themes":
        return pd.Series(values, dtype="object")
    return pd.array(values, dtype="boolean" if kind == "yes_no" else "str")


def widths_of(page):
    """Width of each column of a worksheet, in characters; equal neighbours are stored as one."""
    return [int(column.width) for column in page.column_dimensions.values() for _ in range(column.min, column.max + 1)]


def find_personal_data(texts: Iterable[str], applications: pd.DataFrame, named: Iterable[str] = (),
                       own: Iterable[str] = ()) -> list[str]:  # fmt: skip
    """Personal answers that stand in texts, as "Lauks: pieteikums": what a report looks for, of applications alone."""
    index = index_answers(applications)
    return list_sources(find_hits(index, read(texts), named, index.look_up(read(own), anywhere=True)))


def list_keys(model=Programme, above=()):
    """Every key of the settings that is a value, a list or a mapping, from the top."""
    for name, info in model.model_fields.items():
        kind = _bare(info.annotation)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from list_keys(kind, (*above, name))
        else:
            yield ".".join((*above, name))
