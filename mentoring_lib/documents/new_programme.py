"""What a new programme starts with: its settings to fill in, and a tracking workbook with lists to choose from.

The settings hold facts of the first call, or what stays of an earlier programme, and nothing invented.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from mentoring_lib.base.columns import (
    ALL_TICKED_AS,
    APPLICATION,
    CHOICES,
    DERIVED,
    LOOK_UP,
    POINTS,
    SEPARATOR,
    SHEETS,
)
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.settings import WORDS
from mentoring_lib.base.texts import sort_key
from mentoring_lib.documents.wording import TEXTS
from mentoring_lib.render.entry_workbook import FillableSheet, make_fillable
from mentoring_lib.render.settings_workbook import make_settings_workbook
from mentoring_lib.selection.decisions import NOVELTY

FOLDERS = ("pieteikumi", "vertejumi", "atsauksmes", "apliecinajumi")
_NAME = re.compile(r"\w([\w \-]*[\w\-])?")
_DEVICE = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])", re.IGNORECASE)  # Windows keeps these for itself
# What the settings of a first programme begin with.
FIRST: dict[str, Any] = tomllib.loads(Path(__file__).with_name("first_settings.toml").read_text("utf-8"))


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


@dataclass(frozen=True)
class Listed:
    """What the tracking workbook offers of each application, to choose from and to look up.

    ``suggested``: theme codes that its text suggests, by code of the application.
    """

    applications: pd.DataFrame
    suggested: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def list_codes(self) -> list[str]:
        """K-3F9A2C · Ābolmaizes pagalmi, by community; the code alone where that has no name."""
        pairs = zip(self.applications["application_id"], self.applications["community"].fillna(""), strict=True)
        listed = {code: name for code, name in pairs if code}
        names = {f"{code}{SEPARATOR}{name}" if name else code: name for code, name in listed.items()}
        return sorted(names, key=lambda text: (sort_key(names[text]), text))


NOBODY = Listed(pd.DataFrame({"application_id": [], "community": []}, dtype="str"))
MANY = 10  # columns of one sheet: those of the hour and of the answers stay readable on paper, too


def make_tracking_workbook(programme: Programme, listed: Listed = NOBODY) -> bytes:
    """Make ``darba_gramata.xlsx``: help, communities to look up, and every sheet of :data:`columns.SHEETS`."""
    texts = TEXTS["workbook"]
    intros: dict[str, str] = texts["intros"]
    lines = [*texts["help"], "", "Lapas", *(f"{name} – {text[0].lower()}{text[1:]}" for name, text in intros.items())]
    return make_fillable(f"Darba grāmata: {programme.project.title}", lines, list_sheets(programme, listed))


def list_sheets(programme: Programme, listed: Listed) -> list[FillableSheet]:
    """The sheets of the tracking workbook, with what the tool fills in and what a person may choose from."""
    choices, intros = list_choices(programme, listed.list_codes()), TEXTS["workbook"]["intros"]
    wide = TEXTS["workbook"]["widths"]
    shown = wide["look_up"]  # these columns, as wide
    look_up = tuple(replace(column, kind="shown") for column in (*DERIVED, *APPLICATION) if column.name in shown)
    known = listed.applications.reindex(columns=[column.name for column in look_up]).sort_values("application_id")
    sheets = [FillableSheet(LOOK_UP, intros[LOOK_UP], look_up, {}, known, shown)]
    rows = dict.fromkeys(SHEETS, pd.DataFrame()) | {"Tēmas": list_themes(programme, listed)}
    return sheets + [
        FillableSheet(name, intros[name], columns, choices.get(name, {}), rows[name],
                      wide["all"] | (wide["many"] if len(columns) > MANY else {}))
        for name, columns in SHEETS.items()
    ]  # fmt: skip


def list_themes(programme: Programme, listed: Listed) -> pd.DataFrame:
    """A row an application: what it ticked and what its text suggests, to be confirmed by a person."""
    table, themes = listed.applications, programme.themes
    table = table[table["consent"].fillna(True)] if "consent" in table else table
    ticked = dict(zip(table["application_id"], table.get("themes", [()] * len(table)), strict=True))
    rows = [
        {"application_id": text, "ticked": _join(ticked[code] or (), themes),
         "suggested": _join(listed.suggested.get(code, ()), themes)}
        for text in listed.list_codes()
        if (code := text.split(SEPARATOR)[0]) in ticked
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["application_id", "ticked", "suggested"])


def _join(codes: Iterable[str], themes: Mapping[str, str]) -> str:
    return "; ".join(themes[code] for code in codes if code in themes)


def list_choices(programme: Programme, codes: Sequence[str] = ()) -> dict[str, dict[str, Sequence[str]]]:
    """Words to choose from, by sheet and column; ``codes`` wherever an application is named."""
    mentors, years = [mentor.name for mentor in programme.mentors], list(map(str, sorted(programme.places)))
    words: dict[str, Sequence[str]] = {name: list(labels.values()) for name, labels in CHOICES.items()}
    words |= {
        "application_id": codes, "mentor": mentors, "year": years,
        "column": ["Pieteikums", *(column.label for column in APPLICATION)],
        "value": [*NOVELTY, *POINTS, *years, *codes], "theme": [ALL_TICKED_AS, *programme.themes.values()],
        "person": list(dict.fromkeys([*mentors, *programme.markers])),
    }  # fmt: skip
    agreed = words | {"mode": words["mode"][:2]}  # an hour is held one way or the other
    return {
        sheet: {
            column.name: found
            for column in columns
            if (found := (words if sheet == "Laiki" else agreed).get(
                "yes_no" if column.kind == "yes_no" else column.name))
        }
        for sheet, columns in SHEETS.items()
    }  # fmt: skip
