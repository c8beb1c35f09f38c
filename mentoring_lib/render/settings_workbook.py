"""The settings as a workbook: a sheet a topic, a row a setting with name, value and explanation, tables below.

Made once by ``start`` and then hers; read back by :mod:`intake.settings`. Dates are dates, what is text stays text (a
seed of forty digits), and what is chosen from a list has a list.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import zip_longest
from typing import Any, NamedTuple

from mentoring_lib.base.settings import HEAD, ITEM, KEY, PAGES, WITHIN, WORDS, Page, Setting, Table, dig, fill
from mentoring_lib.render.entry_workbook import Lists, add_page, build
from mentoring_lib.render.layout import clean_text, count_lines
from mentoring_lib.render.palette import LOOKS, paint
from mentoring_lib.render.xlsx import LINE_HEIGHT

SPARE, LAST_SPARE = 6, 15  # empty rows below a table to write on in, the last one of a sheet has more
MIN_SPREAD = 4  # columns for themes or years where fewer are known; one more than there are stands to spare
ROW_WIDTHS = (36, 50, 70)  # characters of name, value and explanation
KINDS: Mapping[str, Mapping[str, Any]] = WORDS["kinds"]
Cell = str | float | date | None


class _Book(NamedTuple):
    """A workbook being made: its formats, the settings, where tables begin, and the lists used so far."""

    book: Any
    formats: Mapping[str, Any]
    data: Mapping[str, Any]
    ranges: Mapping[tuple[str, ...], str]
    lists: Lists


def make_settings_workbook(title: str, data: Mapping[str, Any], lines: Sequence[str]) -> bytes:
    """Make ``programma.xlsx``.

    Parameters
    ----------
    title : str
        First line of the help sheet.
    data : mapping
        Settings as they are known, nested as in the TOML file; where there is none the model's own value stands.
    lines : sequence of str
        The rest of the help sheet.

    Returns
    -------
    bytes
        XLSX, the same for the same input.
    """

    def write(book: Any, formats: Mapping[str, Any], lists: Lists) -> None:
        own = {f"cell {kind}": its["look"] | LOOKS["settings"]["entry"] for kind, its in KINDS.items()}
        looks = {name: book.add_format(paint(look)) for name, look in (own | LOOKS["settings"]).items()}
        ranges = {
            table.place: f"='{page.name}'!$A${head + 2}:$A${last + 1}"
            for page in PAGES
            for table, head, last in _tables_of(page, data)
        }
        made = _Book(book, {**formats, **looks}, data, ranges, lists)
        for page in PAGES:
            _write_page(made, page)

    return build(title, [*lines, "", "Lapas", *(f"{page.name}: {page.intro}" for page in PAGES)], write)


def _tables_of(page: Page, data: Mapping[str, Any]) -> Iterator[tuple[Table, int, int]]:
    """Each table with the row of its headings and the last row that can be filled in, from 0."""
    row = 3 + len(page.settings) if page.settings else 1
    for number, table in enumerate(page.tables):
        head = row + 2
        spare = LAST_SPARE if number == len(page.tables) - 1 else SPARE
        last = head + len(_list_items(table, data)) + spare
        yield table, head, last
        row = last + 2


def _write_page(made: _Book, page: Page) -> None:
    sheet = add_page(made.book, page.name)
    sheet.write_string(0, 0, page.intro, made.formats["intro"])
    if page.settings:
        for index, word in enumerate(HEAD):
            sheet.write_string(2, index, word, made.formats["head"])
    for row, setting in enumerate(page.settings, start=3):
        _write_row(made, sheet, row, setting)
    widths = list(ROW_WIDTHS) if page.settings else []
    for table, head, last in _tables_of(page, made.data):
        _write_table(made, sheet, table, head, last, widths)
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)


def _write_row(made: _Book, sheet: Any, row: int, setting: Setting) -> None:
    shown = show(setting, _find(setting, {}, made.data), setting.default)
    lines = map(count_lines, (setting.label, str(shown), setting.text), ROW_WIDTHS)
    sheet.set_row(row, LINE_HEIGHT * max(lines))
    sheet.write_string(row, 0, setting.label, made.formats["label"])
    _write_cell(made, sheet, row, 1, setting, shown)
    sheet.write_string(row, 2, setting.text, made.formats["explained"])
    _add_rule(made, sheet, (row, 1, row, 1), setting)


def _write_table(made: _Book, sheet: Any, table: Table, head: int, last: int, widths: list[int]) -> None:
    columns = list(table.spread(made.data, MIN_SPREAD))
    sheet.write_string(head - 2, 0, table.title, made.formats["subtitle"])
    own = [WORDS["widths"].get(one.key, KINDS[one.kind]["width"]) for one in columns]
    widths[:] = [max(pair) for pair in zip_longest(widths, own, fillvalue=0)]
    own = widths[: len(columns)]
    for index, one in enumerate(columns):
        sheet.write_string(head, index, one.label, made.formats["head"])
        if one.text or not one.spread:
            sheet.write_string(head - 1, index, one.text, made.formats["explained"])
        _add_rule(made, sheet, (head + 1, index, last, index), one)
    texts = ["" if one.spread else one.text for one in columns]
    sheet.set_row(head - 1, LINE_HEIGHT * max(map(count_lines, texts, own)))
    sheet.set_row(head, LINE_HEIGHT * max(map(count_lines, [one.label for one in columns], own)))
    items = iter(_list_items(table, made.data))
    for row in range(head + 1, last + 1):
        known = next(items, None)
        cells = [show(one, _find(one, known, made.data)) if known else None for one in columns]
        sheet.set_row(row, LINE_HEIGHT * max(map(count_lines, map(str, cells), own)))
        for index, one in enumerate(columns):
            _write_cell(made, sheet, row, index, one, cells[index])


def _list_items(table: Table, data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is known of each item, for the places of its cells."""
    whole = dig(data, table.place) or ()
    if not isinstance(whole, Mapping):
        return [{ITEM: number, KEY: item} for number, item in enumerate(whole)]
    if table.columns[1].place == (WITHIN,):
        return [{KEY: key, WITHIN: inner} for key, within in whole.items() for inner in within]
    return [{KEY: key} for key in whole]


def _find(setting: Setting, known: Mapping[str, Any], data: Mapping[str, Any]) -> Any:
    """What a cell holds: a key, whether an option is ticked, or what stands at its place; None where nothing does."""
    place = fill(setting.place, known)
    if setting.place[0] in known:
        return place[0]
    value = dig(data, place)
    return value if setting.option == "" or value is None else setting.option in value


def show(setting: Setting, value: Any, default: Any = None) -> Cell:
    """A value as it stands in a cell; None leaves the cell empty."""
    value = default if value is None else value
    if setting.many and value is not None:
        return join([str(show(replace(setting, many=False), part)) for part in value]) or None
    shown = setting.choices.get(value, value)
    return None if shown == "" else shown


def join(texts: Sequence[str]) -> str:
    """Several texts in one cell: with semicolons, or a line each where one of them holds a semicolon itself."""
    if any(";" in text for text in texts):
        return "\n".join(texts) if len(texts) > 1 else f"{texts[0]}\n"
    return "; ".join(texts)


def _write_cell(made: _Book, sheet: Any, row: int, column: int, setting: Setting, value: Cell) -> None:
    shown = clean_text(value) if isinstance(value, str) else value
    sheet.write(row, column, shown, made.formats[f"cell {setting.kind}"])


def _add_rule(made: _Book, sheet: Any, cells: tuple[int, int, int, int], setting: Setting) -> None:
    """A drop-down, or what a cell may hold."""
    kind = KINDS[setting.kind]
    if setting.source:
        rule = {"validate": "list", "source": made.ranges[tuple(setting.source.split("."))], "show_error": False}
        sheet.data_validation(*cells, rule)
    elif setting.choices:
        words = tuple(filter(None, setting.choices.values()))
        sheet.data_validation(*cells, made.lists.rule(words, setting.label))
    elif "rule" in kind and not setting.many:
        sheet.data_validation(*cells, kind["rule"])
