"""The settings as sheets: which topic, name, explanation and kind of cell each key of the model has.

Kinds, choices and what must be filled in are read off the model (:class:`programme.Programme`); Latvian names and
explanations stand in ``settings_sheets_lv.toml`` by the same keys. A new key of the model needs its two phrases only.
A list or mapping is a cell («viens; otrs»), a row an option (a list of known words), or a table.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
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

Kind = Literal["text", "whole", "number", "date", "moment", "yes_no"]
Place = tuple[str | int, ...]
BOOK_NAME = "programma.xlsx"
WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("settings_sheets_lv.toml").read_text("utf-8"))
YES, NO = CHOICES["yes_no"].values()
TICK = "x"
HEAD = ("Iestatījums", "Vērtība", "Paskaidrojums")
MIN_SPREAD = 4  # columns for themes or years of which none is known yet
_KINDS: dict[Any, Kind] = {
    str: "text", bool: "yes_no", int: "whole", float: "number", date: "date", datetime: "moment",
    NaiveDatetime: "moment",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Setting:
    """One cell of the settings, or one column of a table.

    Attributes
    ----------
    key : str
        By which the words file knows it: from the top, without numbers.
    place : tuple of str
        Its key from the top; in a table its name in an item, or the mapping that stands beside.
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
    option : str
        Word of a list that this row ticks, else "".
    """

    key: str
    place: tuple[str, ...]
    label: str
    text: str
    kind: Kind = "text"
    many: bool = False
    required: bool = False
    default: Any = None
    choices: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    spread: str = ""
    option: str = ""


@dataclass(frozen=True)
class Table:
    """A list or mapping of the settings, a row an item.

    Attributes
    ----------
    place : tuple of str
        Its key from the top.
    title : str
    columns : sequence of Setting
        A list of parts has their keys, a list of words one column; a mapping has its keys, the keys within where it
        holds mappings, and what stands at them, or the keys of the part at each.
    beside : sequence of Setting
        Columns of other mappings with the same keys.
    keyed : int
        Columns at the front that hold keys.
    """

    place: tuple[str, ...]
    title: str
    columns: Sequence[Setting]
    beside: Sequence[Setting] = ()
    keyed: int = 0

    def spread(self, settings: Mapping[str, Any]) -> list[tuple[Setting, int]]:
        """Its columns from left to right; one for each theme or year has its number, from 1, and some are to spare."""
        columns: list[tuple[Setting, int]] = []
        for one in (*self.columns, *self.beside):
            count = max(len(settings.get(one.spread, ())) + 1, MIN_SPREAD) if one.spread else 0
            columns += [(one, number) for number in range(1, count + 1)] or [(one, 0)]
        return columns


class Page(NamedTuple):
    """One sheet of the workbook: a topic with its settings, a row each, and its tables below them."""

    name: str
    intro: str
    settings: Sequence[Setting]
    tables: Sequence[Table]


class _Shape(NamedTuple):
    """What a type of the model holds: one value of ``item``, or several, or a mapping with ``key``."""

    item: Any
    many: bool = False
    key: Any = None


def _bare(kind: Any) -> Any:
    """A type without its limits and without None."""
    if get_origin(kind) not in (Annotated, Union, UnionType):
        return kind
    return _bare(next(part for part in get_args(kind) if part is not NoneType))


def _shape(kind: Any) -> _Shape:
    kind = _bare(kind)
    if get_origin(kind) is tuple:
        return _Shape(_bare(get_args(kind)[0]), many=True)
    if get_origin(kind) is dict:
        key, item = map(_bare, get_args(kind))
        return _Shape(item, key=key)
    return _Shape(kind)


def _find_field(place: Sequence[str]) -> FieldInfo:
    model: Any = Programme
    for name in place[:-1]:
        model = _bare(model.model_fields[name].annotation)
    return model.model_fields[place[-1]]  # type: ignore[no-any-return]


def _make(key: str, place: tuple[str, ...], words: Sequence[str], kind: Any, info: FieldInfo | None = None) -> Setting:
    """A cell of a type; ``info`` says more where it is a key of the model itself."""
    shape, required = _shape(kind), info is None or info.is_required()
    return Setting(
        key, place, words[0], words[1], _KINDS.get(shape.item, "text"), shape.many, required,
        None if required or not info else info.get_default(call_default_factory=True), _choices(key),
        WORDS["sources"].get(key, ""), WORDS["spread"].get(key, ""),
    )  # fmt: skip


def _choices(key: str) -> Mapping[str, str]:
    """Words of a list by code: of the columns, of the readings, or of the settings alone."""
    labels = {column.name: column.label for column in APPLICATION}
    lists = {"application": labels, "readings": READINGS, **CHOICES, **WORDS["choices"]}
    return lists[WORDS["lists"][key]] if key in WORDS["lists"] else {}


def _make_row(key: str, words: Sequence[str]) -> Setting:
    """A setting with a row of its own; the last word of a key may be an option of the list before it."""
    place = tuple(key.split("."))
    if place[0] in WORDS["ticked"]:
        return Setting(key, place[:1], words[0], words[1], "yes_no", option=place[1])
    info = _find_field(place)
    return _make(key, place, words, info.annotation, info)


def _make_table(key: str, words: Mapping[str, Any]) -> Table:
    place = tuple(key.split("."))
    shape, columns = _shape(_find_field(place).annotation), []
    item = shape.item
    for name in ("key", "within"):
        if shape.key is not None:
            columns.append(_make(f"{key}.{name}", (), words[name], shape.key))
            item, shape = shape.item, _shape(shape.item)
    keyed, fields = len(columns), getattr(item, "model_fields", {})
    columns += [_make(f"{key}.{name}", (name,), words[name], fields[name].annotation, fields[name])
                for name in words if name in fields] or [_make(f"{key}.value", (), words["value"], item)]  # fmt: skip
    beside = [_beside(other, text) for other, text in words.get("beside", {}).items()]
    return Table(place, words["title"], columns, beside, keyed)


def _beside(key: str, words: Sequence[str]) -> Setting:
    place = tuple(key.split("."))
    return replace(_make(key, place, words, _shape(_find_field(place).annotation).item), required=False)


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


# Sheet and name of every setting and table, by key.
NAMES = {
    **{".".join(table.place): (page.name, table.title) for page in PAGES for table in page.tables},
    **{setting.key: (page.name, setting.label) for page in PAGES for setting in page.settings},
    **{".".join(one.place): (page.name, one.label) for page in PAGES for table in page.tables for one in table.beside},
}


def dig(data: Any, place: Sequence[str | int]) -> Any:
    """What stands at a key of nested settings; None where there is nothing."""
    for key in place:
        if isinstance(key, int):
            data = data[key] if isinstance(data, Sequence) and key < len(data) else None
        else:
            data = data.get(key) if isinstance(data, Mapping) else None
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
