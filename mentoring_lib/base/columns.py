"""The words of the programme: columns, sheets and the choices people tick, each named once.

Code says ``community``; the coordinator sees "Kopienas nosaukums". Both names, the type and the question of the
form stand in ``columns_lv.toml`` beside this module and nowhere else, so that reading, checking, making and showing a
table cannot disagree.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

# How a cell is read; "shown" is written by the tool to look at, and nothing hangs on it.
Kind = Literal[
    "id", "text", "moment", "date", "year", "count", "minutes", "yes_no", "choice", "mark", "theme", "themes", "email",
    "phone", "shown",
]  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column of a table: its name in code, its type, and the words a person sees.

    Attributes
    ----------
    name : str
        Name in code.
    kind : Kind
        How a cell is read.
    label : str
        Latvian heading in everything that is shown or made.
    also : tuple of str
        Other headings that are read as this column: the form's questions, earlier words.
    required : bool
        An empty cell is a problem.
    added : bool
        A workbook of version 0.1 does not have this column.
    """

    name: str
    kind: Kind
    label: str
    also: tuple[str, ...] = ()
    required: bool = False
    added: bool = False


def _make_columns(entries: Mapping[str, Mapping[str, Any]]) -> tuple[Column, ...]:
    return tuple(Column(name, **{**entry, "also": tuple(entry.get("also", ()))}) for name, entry in entries.items())


WORDS = tomllib.loads(Path(__file__).with_name("columns_lv.toml").read_text("utf-8"))

# What an application says, in the form's order.
APPLICATION = _make_columns(WORDS["application"])

# What the reader adds to an application: its code, the free text of "other", and where it came from.
DERIVED = _make_columns(WORDS["derived"])

_BEFORE_OTHER = [column.name for column in APPLICATION].index("themes") + 1
# Order of the columns in the table of applications.
APPLICATION_COLUMNS = (
    "application_id", *(c.name for c in APPLICATION[:_BEFORE_OTHER]), "theme_other",
    *(c.name for c in APPLICATION[_BEFORE_OTHER:]), "file", "sheet", "row",
)  # fmt: skip

# The sheets of the tracking workbook (``darba_gramata.xlsx``): what a person types, never written to again.
SHEETS = {name: _make_columns(entries) for name, entries in WORDS["sheets"].items()}

# What a community ticks in a follow-up form when nothing of the list happened.
NOTHING = "nekas no tā"

_OF_RESULT = {
    f"{code}_{part}": {**entry, "label": entry["label"].format(result=word.capitalize())}
    for code, word in WORDS["choices"]["result"].items()
    for part, entry in WORDS["asked_of_result"].items()
}
# What follow-up forms ask beyond the sheet "Pēc konsultācijas"; ``event_held_on`` is the day of that result.
ASKED = _make_columns(WORDS["asked"] | _OF_RESULT)

# Headings of the ratings of a statement, for then and for now.
OF_STATEMENT: dict[str, str] = WORDS["asked_of_statement"]

# The sheets of the workbook about her own form (``veidlapa.xlsx``).
FORM_SHEETS = {name: _make_columns(entries) for name, entries in WORDS["form_sheets"].items()}

# Earlier names of sheets and earlier words of lists, with the sheet or code they stand for: read, never written.
SHEET_ALIASES: dict[str, str] = WORDS["sheet_aliases"]
CHOICE_ALIASES: dict[str, dict[str, str]] = WORDS["choice_aliases"]
# Those of them that a workbook of version 0.1 does not have.
ADDED_SHEETS: frozenset[str] = frozenset(WORDS["added"]["sheets"])

# What waits until a question is settled, by the sheet and column it stands in.
BLOCKS: dict[str, dict[str, list[str]]] = WORDS["blocks"]

# A marking sheet (sheet "Vērtējumi"): one row per application, one column per anchor.
MARKS = _make_columns(WORDS["marks"])

# The four anchors of "clearly described", each marked 0 to 3.
ANCHORS = {column.name: column.label for column in MARKS if column.kind == "mark"}

# What a marking sheet shows of an application beside the marks; not read.
CONTEXT = _make_columns(WORDS["context"])

MARKS_SHEET = "Vērtējumi"

# What a cell of the sheet "Tēmas" may say instead of a theme: all that the application ticked.
ALL_TICKED = "ticked"

ALL_TICKED_AS = "visas atzīmētās"

# A sheet of the tracking workbook that the tool makes anew: who applied and how to reach them.
LOOK_UP = "Kopienas"

# Between the code and the community in a list of applications to choose from.
SEPARATOR = " · "

# Points of a mark as typed; anything else is no mark.
POINTS = {"0": 0, "1": 1, "2": 2, "3": 3}

# Most points of one anchor, and of all together.
MAX_POINTS = max(POINTS.values())
MAX_CLARITY = MAX_POINTS * len(ANCHORS)

# Code word and Latvian word of everything that is chosen from a list (the glossary is made from this).
CHOICES: dict[str, dict[str, str]] = WORDS["choices"]

# What is said of a planned consultation by what became of it: of one, and of several.
USES: dict[str, tuple[str, str]] = {use: (one, many) for use, (one, many) in WORDS["uses"].items()}


# New and existing communities where several are spoken of.
NOVELTY_GROUPS: dict[str, str] = WORDS["novelty_groups"]

# Readings of the call's priorities: in a word for tables, in words for a sentence.
READINGS: dict[str, str] = WORDS["readings"]
READING_SENTENCES: dict[str, str] = WORDS["reading_sentences"]


def label_of(choice: str, code: str) -> str:
    """Latvian word for a code word, for example ``label_of("event", "held")`` → "notika"."""
    return CHOICES[choice][code]
