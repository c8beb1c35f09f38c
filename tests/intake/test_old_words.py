"""Workbooks and marking sheets made before a word changed are read as they were."""

import openpyxl
import pytest

from mentoring_lib.base.columns import CHOICE_ALIASES, CHOICES, MARKS, MARKS_SHEET, SHEET_ALIASES, SHEETS
from mentoring_lib.base.texts import fold
from mentoring_lib.intake.workbook import read_marks, read_workbook
from tests.builders import programme

FILLED = {"application_id": "K-3F9A2C", "person": "Ilze", "reason": "Kaimiņi", "on": "25.08.2023", "who": "Ilze"}


def save(path, sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, (headings, rows) in sheets.items():
        page = book.create_sheet(name)
        for row in (headings, *rows):
            page.append(row)
    book.save(path)


def plain(name):
    """The sheet as it is made today, without rows."""
    return [column.label for column in SHEETS[name]], []


def filled(name, **cells):
    columns, cells = SHEETS[name], {**FILLED, **cells}
    return [column.label for column in columns], [[cells.get(column.name, "") for column in columns]]


def read(folder, sheets):
    save(folder / "darba_gramata.xlsx", sheets)
    return read_workbook(folder, programme())[:2]


@pytest.mark.parametrize(("old", "new"), SHEET_ALIASES.items())
def test_a_sheet_is_read_under_its_earlier_name(tmp_path, old, new):
    sheets = {name: plain(name) for name in SHEETS if name != new}
    tables, problems = read(tmp_path, {**sheets, old: filled(new)})
    assert tables[new]["application_id"].tolist() == ["K-3F9A2C"]
    assert tables[new]["sheet"].tolist() == [old]
    assert problems == []


@pytest.mark.parametrize(("old", "new"), SHEET_ALIASES.items())
def test_a_sheet_under_both_names_is_a_question_and_the_new_one_counts(tmp_path, old, new):
    sheets = {name: plain(name) for name in SHEETS}
    tables, problems = read(tmp_path, {old: filled(new), **sheets, new: filled(new, application_id="K-8B41D0")})
    assert tables[new]["application_id"].tolist() == ["K-8B41D0"]
    assert [(one.code, one.sheet, one.value) for one in problems] == [("sheet_copy", old, new)]


def test_a_question_in_a_sheet_of_an_earlier_name_blocks_as_in_the_new_one(tmp_path):
    sheets = {name: plain(name) for name in SHEETS if name != "Interešu konflikti"}
    _, problems = read(tmp_path, {**sheets, "Pretrunas": filled("Interešu konflikti", person="")})
    assert [(one.code, one.kind) for one in problems] == [("value_missing", "block")]


@pytest.mark.parametrize(
    ("sheet", "column", "old", "code"),
    [
        (sheet, column.name, old, code)
        for sheet, columns in SHEETS.items()
        for column in columns
        for old, code in CHOICE_ALIASES.get(column.name, {}).items()
    ],
)
def test_a_choice_is_read_under_its_earlier_word(tmp_path, sheet, column, old, code):
    sheets = {name: plain(name) for name in SHEETS}
    tables, problems = read(tmp_path, {**sheets, sheet: filled(sheet, **{column: old})})
    assert tables[sheet][column].tolist() == [code]
    assert [one.code for one in problems if one.column == column] == []


def test_a_heading_is_read_under_its_earlier_name(tmp_path):
    sheets = {name: plain(name) for name in SHEETS}
    headings, rows = filled("Notikumi", event="piedāvāta vieta", year=2023)
    old = ["Vietas gads" if heading == "Konsultācijas gads" else heading for heading in headings]
    tables, _ = read(tmp_path, {**sheets, "Notikumi": (old, rows)})
    assert tables["Notikumi"]["year"].tolist() == [2023]


def test_marks_are_read_under_the_earlier_heading_of_an_anchor(tmp_path):
    headings = ["Ko stundai jādod" if column.name == "outcome" else column.label for column in MARKS]
    assert "Ko stundai jādod" in headings
    row = ["K-3F9A2C", "Ilze", "1", "2", "3", "0", ""]
    save(tmp_path / "Ilze.xlsx", {MARKS_SHEET: ([*headings, "Pieteikuma teksts", "Izvēlētās tēmas"], [row])})
    table, problems, _ = read_marks([tmp_path / "Ilze.xlsx"], programme())
    assert (table["outcome"].tolist(), problems) == (["0"], [])


@pytest.mark.parametrize("choice", CHOICE_ALIASES)
def test_no_earlier_word_stands_for_something_else_today(choice):
    now = {fold(word) for word in CHOICES[choice].values()}
    assert set(CHOICE_ALIASES[choice].values()) <= set(CHOICES[choice])
    assert now.isdisjoint(map(fold, CHOICE_ALIASES[choice]))
    assert SHEET_ALIASES.keys().isdisjoint(SHEETS)
    assert set(SHEET_ALIASES.values()) <= set(SHEETS)
