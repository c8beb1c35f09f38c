"""The settings as a workbook: a sheet a topic, a row a setting with name, value and explanation, tables below.

Made once by ``start`` and then hers; read back by :mod:`intake.settings`. Dates are dates, what is text stays text (a
seed of forty digits), and what is chosen from a list has a list.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import zip_longest
from typing import Any, NamedTuple

from mentoring_lib.base.settings import HEAD, NO, PAGES, TICK, WORDS, YES, Page, Setting, Table, dig
from mentoring_lib.render.entry_workbook import Lists, add_page, build
from mentoring_lib.render.layout import clean_text, count_lines
from mentoring_lib.render.palette import LOOKS, paint
from mentoring_lib.render.xlsx import LINE_HEIGHT

SPARE, LAST_SPARE = 6, 15  # empty rows below a table to write on in, the last one of a sheet has more
ROW_WIDTHS = (36, 50, 70)  # characters of name, value and explanation
TICK_WIDTH = 8
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
    value = dig(made.data, setting.place)
    if setting.option:
        value = None if value is None else setting.option in value
    shown = show(setting, setting.default if value is None else value)
    lines = map(count_lines, (setting.label, str(shown), setting.text), ROW_WIDTHS)
    sheet.set_row(row, LINE_HEIGHT * max(lines))
    sheet.write_string(row, 0, setting.label, made.formats["label"])
    _write_cell(made, sheet, row, 1, setting, shown)
    sheet.write_string(row, 2, setting.text, made.formats["explained"])
    _add_rule(made, sheet, (row, 1, row, 1), setting)


def _write_table(made: _Book, sheet: Any, table: Table, head: int, last: int, widths: list[int]) -> None:
    columns = table.spread(made.data)
    sheet.write_string(head - 2, 0, table.title, made.formats["subtitle"])
    own = [TICK_WIDTH if number else WORDS["widths"].get(one.key, KINDS[one.kind]["width"]) for one, number in columns]
    widths[:] = [max(pair) for pair in zip_longest(widths, own, fillvalue=0)]
    for index, (setting, number) in enumerate(columns):
        label = setting.label.format(n=number)
        sheet.write_string(head, index, label, made.formats["head"])
        if number <= 1:
            sheet.write_string(head - 1, index, setting.text, made.formats["explained"])
        _add_rule(made, sheet, (head + 1, index, last, index), setting)
    texts = [setting.text if number == 0 else "" for setting, number in columns]
    own = widths[: len(columns)]
    sheet.set_row(head - 1, LINE_HEIGHT * max(map(count_lines, texts, own)))
    sheet.set_row(head, LINE_HEIGHT * max(count_lines(s.label, w) for (s, _), w in zip(columns, own, strict=True)))
    rows = [
        [_take(table, index, one, number, item, made.data) for index, (one, number) in enumerate(columns)]
        for item in _list_items(table, made.data)
    ]
    for row in range(head + 1, last + 1):
        cells = rows[row - head - 1] if row - head <= len(rows) else [None] * len(columns)
        sheet.set_row(row, LINE_HEIGHT * max(count_lines(str(c), w) for c, w in zip(cells, own, strict=True)))
        for index, (setting, _) in enumerate(columns):
            _write_cell(made, sheet, row, index, setting, cells[index])


def _list_items(table: Table, data: Mapping[str, Any]) -> list[tuple[tuple[str, ...], Any]]:
    """Each item with the keys it stands at."""
    whole = dig(data, table.place)
    items: list[tuple[tuple[str, ...], Any]] = [((), part) for part in ([whole or {}] if table.keyed else whole or ())]
    for _ in range(table.keyed):
        items = [((*keys, key), value) for keys, inner in items for key, value in inner.items()]
    return items


def _take(
    table: Table, index: int, one: Setting, number: int, item: tuple[tuple[str, ...], Any], data: Mapping[str, Any]
) -> Cell:
    """One cell of an item: its key, what stands beside, or what it holds."""
    keys, value = item
    if index < table.keyed:
        return show(one, keys[index])
    if one in table.beside:
        return show(one, dig(data, (*one.place, keys[0] if keys else value)))
    value = dig(value, one.place)
    if not number or value is None:
        return show(one, value)
    code = dict(enumerate(data[one.spread], start=1)).get(number)
    if one.many:
        return TICK if code in value else None
    return show(one, {str(key): count for key, count in value.items()}.get(str(code)))


def show(setting: Setting, value: Any) -> Cell:
    """A value as it stands in a cell; None leaves the cell empty."""
    if setting.many and value is not None:
        return join([str(show(replace(setting, many=False), part)) for part in value]) or None
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return YES if value else NO
    return setting.choices.get(str(value), value) if isinstance(value, str) else value


def join(texts: Sequence[str]) -> str:
    """Several texts in one cell: with semicolons, or a line each where one of them holds a semicolon itself."""
    if any(";" in text for text in texts):
        return "\n".join(texts) if len(texts) > 1 else f"{texts[0]}\n"
    return "; ".join(texts)


def _write_cell(made: _Book, sheet: Any, row: int, column: int, setting: Setting, value: Cell) -> None:
    look = made.formats[f"cell {'yes_no' if setting.spread and setting.many else setting.kind}"]
    sheet.write(row, column, clean_text(value) if isinstance(value, str) else value, look)


def _add_rule(made: _Book, sheet: Any, cells: tuple[int, int, int, int], setting: Setting) -> None:
    """A drop-down, or what a cell may hold."""
    words = tuple(setting.choices.values()) or ((YES, NO) if setting.kind == "yes_no" else ())
    if setting.spread and setting.many:
        words = (TICK,)
    if setting.source:
        rule = {"validate": "list", "source": made.ranges[tuple(setting.source.split("."))], "show_error": False}
        sheet.data_validation(*cells, rule)
    elif words:
        sheet.data_validation(*cells, made.lists.rule(words, setting.label.format(n="")))
    elif "rule" in KINDS[setting.kind] and not setting.many:
        sheet.data_validation(*cells, KINDS[setting.kind]["rule"])
