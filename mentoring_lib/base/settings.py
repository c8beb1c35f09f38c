"""The settings as sheets: which topic, name, explanation and kind of cell each key of the model has.

Kinds, choices and what must be filled in are read off the model (:class:`programme.Programme`); Latvian names and
explanations stand in ``settings_sheets_lv.toml`` by the same keys. A new key of the model needs its two phrases only.
A list or mapping is a cell («viens; otrs»), a row an option (a list of known words), or a table.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import NaiveDatetime
from pydantic.fields import FieldInfo

from mentoring_lib.base.columns import APPLICATION, CHOICES, READINGS
from mentoring_lib.base.problems import Problem
from mentoring_lib.base.programme import Programme

Kind = Literal["text", "whole", "number", "date", "moment", "yes_no", "tick"]
BOOK_NAME = "programma.xlsx"
WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("settings_sheets_lv.toml").read_text("utf-8"))
YES, NO = CHOICES["yes_no"].values()
TICK = "x"
HEAD = ("Iestatījums", "Vērtība", "Paskaidrojums")
_KINDS: dict[Any, Kind] = {
    str: "text", bool: "yes_no", int: "whole", float: "number", date: "date", datetime: "moment",
    NaiveDatetime: "moment",
}  # fmt: skip

# What is not known before a row is read, in the place of a setting: the number of the row's item, what stands in its
# first and second column, and the theme or year of a numbered column.
ITEM, NUMBERED = "{item}", "{n}"
KEYS = KEY, WITHIN = "{key}", "{within}"


def fill(place: Sequence[Any], known: Mapping[str, Any]) -> tuple[Any, ...]:
    """A place with what is known of its row in it."""
    return tuple(known.get(part, part) for part in place)


@dataclass(frozen=True, eq=False)
class Setting:
    """One cell of the settings, or one column of a table.

    Attributes
    ----------
    key : str
        By which the words file knows it: from the top, without numbers.
    place : tuple of str
        Its key from the top, with :data:`ITEM`, … in a table; of a column that holds keys, which one it fills in.
    label, text : str
        Latvian name and explanation.
    kind : Kind
        How the cell is read.
    many : bool
        Several values stand in the cell.
    required : bool
        The model has no value of its own.
    default : object
        The model's own value.
    choices : mapping
        Word that stands in the cell by code, where there is a list.
    source : str
        Mapping or list of the settings whose keys may be chosen (``themes``), else "".
    spread : str
        Mapping of the settings for each of whose keys the column is repeated, numbered (``{n}`` in the label).
    option : object
        What a ticked cell adds to the list at its place, else "".
    """

    key: str
    place: tuple[Any, ...]
    label: str
    text: str
    kind: Kind = "text"
    many: bool = False
    required: bool = False
    default: Any = None
    choices: Mapping[Any, str] = field(default_factory=dict)
    source: str = ""
    spread: str = ""
    option: Any = ""

    def numbered(self, number: int, code: object) -> "Setting":
        """Its column for one theme or year."""
        known = {NUMBERED: code}
        label, place, option = self.label.format(n=number), fill(self.place, known), known.get(self.option, self.option)
        return replace(self, label=label, place=place, option=option, text=self.text if number == 1 else "")


@dataclass(frozen=True)
class Table:
    """A list or mapping of the settings, a row an item.

    Attributes
    ----------
    place : tuple of str
        Its key from the top.
    title : str
    columns : sequence of Setting
        Those that hold keys of a mapping, what stands at them or in a list, what other mappings hold at the same keys.
    """

    place: tuple[str, ...]
    title: str
    columns: Sequence[Setting]

    def spread(self, settings: Mapping[str, Any], least: int = 0) -> Iterator[Setting]:
        """Its columns from left to right, numbered ones for each theme or year; to spare, if there shall be any."""
        for one in self.columns:
            codes = [*settings.get(one.spread, ())]
            codes += [None] * max(1, least - len(codes)) if least else []
            yield from (one.numbered(number, code) for number, code in enumerate(codes, 1)) if one.spread else [one]


class Page(NamedTuple):
    """One sheet of the workbook: a topic with its settings, a row each, and its tables below them."""

    name: str
    intro: str
    settings: Sequence[Setting]
    tables: Sequence[Table]


def _bare(kind: Any) -> Any:
    """A type without its limits and without None."""
    if get_origin(kind) not in (Annotated, Union, UnionType):
        return kind
    return _bare(next(part for part in get_args(kind) if part is not NoneType))


def _find_type(place: Sequence[str]) -> tuple[Any, FieldInfo | None]:
    """What the model has at a place, without limits and None, and what it says of it where that is a key of its own."""
    kind: Any = Programme
    info: FieldInfo | None = None
    for part in place:
        info = None if part in (ITEM, NUMBERED, *KEYS) else kind.model_fields[part]
        kind = _bare(info.annotation if info else get_args(kind)[0 if get_origin(kind) is tuple else 1])
    return kind, info


def _make(key: str, place: tuple[str, ...], words: Sequence[str]) -> Setting:
    """A cell of the kind that the model has at its place."""
    spread = WORDS["spread"].get(key, "")
    kind, info = _find_type(place)
    if spread and get_origin(kind) is dict:
        place = (*place, NUMBERED)
        kind, info = _find_type(place)
    many = get_origin(kind) is tuple
    cell = "tick" if spread and many else _KINDS.get(_bare(get_args(kind)[0]) if many else kind, "text")
    made = Setting(key, place, words[0], words[1], cell, many, required=not spread, spread=spread)
    if info and not info.is_required():
        made = replace(made, required=False, default=info.get_default(call_default_factory=True))
    if cell == "tick":
        made = replace(made, many=False, option=NUMBERED)
    return replace(made, choices=_list_words(key, cell), source=WORDS["sources"].get(key, ""))


def _list_words(key: str, kind: Kind) -> Mapping[Any, str]:
    """Words of a list by code: of the columns, of the readings, or of the settings alone."""
    labels = {column.name: column.label for column in APPLICATION}
    answers = {"yes_no": {True: YES, False: NO}, "tick": {True: TICK, False: ""}}
    lists: dict[str, Mapping[Any, str]] = {**CHOICES, **WORDS["choices"], **answers}
    lists |= {"application": labels, "readings": READINGS}
    return lists.get(WORDS["lists"].get(key, kind), {})


def _make_row(key: str, words: Sequence[str]) -> Setting:
    """A setting with a row of its own; the last word of a key may be an option of the list before it."""
    place = tuple(key.split("."))
    if place[0] not in WORDS["ticked"]:
        return _make(key, place, words)
    return Setting(key, place[:1], words[0], words[1], "yes_no", choices=_list_words(key, "yes_no"), option=place[1])


def _make_table(key: str, words: Mapping[str, Any]) -> Table:
    whole: tuple[str, ...] = tuple(key.split("."))
    place, columns = whole if "key" in words else (*whole, ITEM), []
    for name, known in (("key", KEY), ("within", WITHIN)):
        if name in words:
            kind = _KINDS.get(_bare(get_args(_find_type(place)[0])[0]), "text")
            label, text = words[name]
            place, choices = (*place, known), _list_words(f"{key}.{name}", kind)
            columns.append(Setting(f"{key}.{name}", (known,), label, text, kind, required=True, choices=choices))
    names = [name for name in words if name not in ("title", "key", "within", "beside")]
    columns += [_make(f"{key}.{name}", place if name == "value" else (*place, name), words[name]) for name in names]
    beside = [_make(other, (*other.split("."), KEY), text) for other, text in words.get("beside", {}).items()]
    return Table(whole, words["title"], [*columns, *(replace(one, required=False) for one in beside)])


# Every sheet of the workbook, in order.
PAGES = tuple(
    Page(
        name,
        words["intro"],
        [_make_row(key, text) for key, text in words.get("settings", {}).items()],
        [_make_table(key, text) for key, text in words.get("tables", {}).items()],
    )
    for name, words in WORDS["pages"].items()
)


# Sheet and name of every setting and table, by key; of the columns only those that are settings of their own.
NAMES = {
    key: (page.name, label)
    for page in PAGES
    for key, label in (
        *((".".join(table.place), table.title) for table in page.tables),
        *((one.key, one.label) for one in page.settings),
        *(
            (one.key, one.label)
            for table in page.tables
            for one in table.columns
            if ".".join(one.place[:-1]) == one.key
        ),
    )
}


def dig(data: Any, place: Sequence[str | int]) -> Any:
    """What stands at a key of nested settings; None where there is nothing."""
    for key in place:
        if isinstance(data, Mapping):
            data = data.get(key)
        else:
            data = data[key] if isinstance(data, Sequence) and isinstance(key, int) and key < len(data) else None
    return data


def problem_of(code: str, programme: Programme, key: str, *, value: str = "", details: str = "") -> Problem:
    """A problem of one setting, named as the file names it that the settings were read from."""
    sheet, name = name_setting(programme, key)
    return Problem(code, programme.file, sheet, value=value or name, details=details)


def problem_of_several(code: str, programme: Programme, keys: Iterable[str]) -> Problem:
    """A problem of several settings, each named with its sheet as the file names it."""
    sheets = groupby((name_setting(programme, key) for key in keys), key=itemgetter(0))
    told = ((sheet, ", ".join(name for _, name in named)) for sheet, named in sheets)
    return Problem(
        code, programme.file, details="; ".join(f"{sheet}: {names}" if sheet else names for sheet, names in told)
    )


def name_setting(programme: Programme, key: str) -> tuple[str, str]:
    """Sheet and name of a setting; no sheet and its key where the settings are a text."""
    if programme.file != BOOK_NAME:
        return "", key
    known = next((one for one in (key, key.partition(".")[0]) if one in NAMES), "")
    sheet, name = NAMES.get(known, ("", key))
    return sheet, f"{name}: {key.removeprefix(known + '.')}" if known and known != key else name
