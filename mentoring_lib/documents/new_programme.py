"""What a new programme starts with: its settings to fill in, and a tracking workbook with lists to choose from.

The settings hold facts of the first call, or what stays of an earlier programme, and nothing invented.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mentoring_lib.base.columns import APPLICATION, CHOICES, SHEETS, Column
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.settings import WORDS
from mentoring_lib.documents.wording import TEXTS
from mentoring_lib.render.entry_workbook import FillableSheet, make_fillable
from mentoring_lib.render.settings_workbook import make_settings_workbook

FOLDERS = ("pieteikumi", "vertejumi")
_NAME = re.compile(r"\w([\w \-]*[\w\-])?")
_DEVICE = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])", re.IGNORECASE)  # Windows keeps these for itself
FIRST: dict[str, Any] = tomllib.loads(Path(__file__).with_name("first_settings.toml").read_text("utf-8"))
"""What the settings of a first programme begin with."""


def check_name(name: str) -> str:
    """A name of a folder for a new programme.

    Raises
    ------
    Refused
        If it could lead elsewhere or is not portable.
    """
    if not _NAME.fullmatch(name) or _DEVICE.fullmatch(name):
        raise Refused([Problem("name_invalid", value=name)])
    return name


def make_settings(before: Programme | None = None, *, salt: str) -> bytes:
    """``programma.xlsx`` of a new programme: what stays from one to the next is filled in, what must be new is empty.

    Parameters
    ----------
    before : Programme, optional
        An earlier programme to begin from; without it, facts of the public call of 2023.
    salt : str
        Random text for the codes of applications (``call.salt``).
    """
    data = FIRST if before is None else keep_settings(before)
    texts = TEXTS["settings"]
    return make_settings_workbook(texts["title"], data | {"call": {**data["call"], "salt": salt}}, texts["help"])


def keep_settings(before: Programme) -> dict[str, Any]:
    """Settings of an earlier programme without those that must be new in each (``new_each_time`` of the words)."""
    data = before.model_dump(exclude_none=True)
    for key in WORDS["new_each_time"]:
        _drop(data, key.split("."))
    return data


def _drop(data: Any, path: Sequence[str]) -> None:
    for part in data if isinstance(data, tuple) else (data,):
        if len(path) == 1:
            part.pop(path[0], None)
        else:
            _drop(part.get(path[0], {}), path[1:])


def make_tracking_workbook(programme: Programme) -> bytes:
    """Make ``darba_gramata.xlsx`` for a programme: a help sheet and every sheet of :data:`columns.SHEETS`."""
    choices, texts = list_choices(programme), TEXTS["workbook"]
    intros: dict[str, str] = texts["intros"]
    sheets = [
        FillableSheet(name, intros[name], columns, choices.get(name, {}), wide=_widths(columns))
        for name, columns in SHEETS.items()
    ]
    lines = [*texts["help"], "", "Lapas", *(f"{name} – {text[0].lower()}{text[1:]}" for name, text in intros.items())]
    return make_fillable(f"Darba grāmata: {programme.project.title}", lines, sheets)


def list_choices(programme: Programme) -> dict[str, dict[str, Sequence[str]]]:
    """Words to choose from, by sheet and column."""
    mentors = [mentor.name for mentor in programme.mentors]
    agreed = [CHOICES["mode"]["in_person"], CHOICES["mode"]["online"]]
    lists: dict[str, dict[str, Sequence[str]]] = {
        "Labojumi": {"column": ["Pieteikums", *(column.label for column in APPLICATION)]},
        "Lēmumi": {"decision": list(CHOICES["decision"].values())},
        "Tēmas": {"theme": list(programme.themes.values())},
        "Interešu konflikti": {"person": list(dict.fromkeys([*mentors, *programme.markers]))},
        "Laiki": {"mentor": mentors, "mode": list(CHOICES["mode"].values())},
        "Konsultācijas": {
            "year": list(map(str, sorted(programme.places))),
            "answer": list(CHOICES["answer"].values()),
            "mentor": mentors,
            "mode": agreed,
            "held": list(CHOICES["yes_no"].values()),
        },
        "Darbi": {"publish": list(CHOICES["publish"].values())},
        "Rezultāti": {name: list(CHOICES[name].values()) for name in ("result", "publish")},
        "Pēc konsultācijas": {
            "recommends": list(CHOICES["yes_no"].values()),
            **{name: list(CHOICES[name].values()) for name in ("round", "question_answered", "anyway", "publish")},
        },
        "Pārskata teksti": {"part": list(CHOICES["part"].values())},
        "Notikumi": {
            "event": list(CHOICES["event"].values()),
            "year": list(map(str, sorted(programme.places))),
            "mentor": mentors,
            "mode": agreed,
        },
    }
    return {sheet: {name: words for name, words in columns.items() if words} for sheet, columns in lists.items()}


MANY = 10  # columns of one sheet


def _widths(columns: Sequence[Column]) -> dict[str, int]:
    """Characters of columns that hold much more or less text than their kind usually does."""
    wide = {"recommendation": 90, "task": 56, "who": 16, "mentor": 16, "person": 24, "minutes": 9, "text": 120}
    if len(columns) > MANY:  # the sheets of the hour and of the answers stay readable on paper, too
        wide |= dict.fromkeys(("starts_at", "note", "venue", "mentor"), 13)
        wide |= dict.fromkeys(("application_id", "evidence", "sentence", "offered_on", "answer_by", "sent_on"), 12)
        wide |= dict.fromkeys(("participants", "held", "mode", "answer", "answered_on", "round", "publish"), 9)
        wide |= dict.fromkeys(("year", "question_answered", "anyway"), 14)
    return {column.name: wide[column.name] for column in columns if column.name in wide}
