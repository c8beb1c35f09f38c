# ruff: noqa: E501 - tables are read line by line
"""The settings as a workbook: made from the model, read back to the same model, each slip told with sheet and cell."""

import io
import math
import re
import shutil
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import openpyxl
import pandas as pd
import pytest
from builders import list_keys, programme
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Strict, TypeAdapter, ValidationError

from mentoring_lib import workflow
from mentoring_lib.base import programme as model
from mentoring_lib.base.problems import Refused, describe
from mentoring_lib.base.programme import FILE_NAME, Programme, read_programme
from mentoring_lib.base.settings import BOOK_NAME, NAMES, PAGES, WORDS, name_setting
from mentoring_lib.intake import settings as reading
from mentoring_lib.intake.file_safety import UNSOLVED, number_column
from mentoring_lib.intake.loading import find_open, read_sheets
from mentoring_lib.intake.settings import find_settings, list_programmes, read_settings
from mentoring_lib.render.entry_workbook import LISTS
from mentoring_lib.render.settings_workbook import join, make_settings_workbook
from mentoring_lib.selection.contract import compare_contract, describe_contract
from mentoring_lib.workflow import EXAMPLE

FULL = {
    "short_themes": {"funding": "nauda"},
    "minimum_places": {"Olaines novads": 2},
    "call__former_names": {"Mārupes novads": ("Babītes novads", "Agrākais novads")},
    "call__salt": "0123abcd",
    "carry_over": (
        {"from_year": 2023, "to_year": 2024, "places": 1, "permission": "Vēstule", "permitted_on": date(2024, 1, 5)},
    ),
    "form": {
        "headers": {"community": ("Ciems; vārdā", "Kopiena (nosaukums)")},
        "answers": {"mode": {"Vienalga": "nav svarīgi", "7": "klātienē"}},
        "date_order": "dmy",
        "consent": "not_asked",
    },
    "report": {"headings": {"lessons": "Mācības"}, "joined_rows": (("Olaines novads", "outside"),)},
    "earlier": ({"code": "A", "confirmed": 3, "themes": {"funding": 2}},),
}


def build(own):
    return make_settings_workbook("Iestatījumi", own.model_dump(), ["Palīdzība"])


def save(folder, content, change=None):
    """Write the workbook into a folder, as a person changed it."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    if change:
        change(book)
    book.save(folder / BOOK_NAME)


def refuse(folder):
    with pytest.raises(Refused) as refused:
        read_settings(folder)
    return [describe(problem) for problem in refused.value.problems]


@pytest.fixture(scope="module")
def example():
    return read_programme(EXAMPLE / FILE_NAME)


@pytest.fixture(scope="module")
def content(example):
    return build(example)


@pytest.fixture(scope="module")
def sheets(content, tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    (folder / BOOK_NAME).write_bytes(content)
    return read_sheets(folder / BOOK_NAME, formulas=True)


@pytest.fixture
def read_changed(sheets, monkeypatch):
    """Read the settings of sheets that are changed first, without a file between."""

    def read(change):
        changed = [replace(one, columns=[list(column) for column in one.columns]) for one in sheets]
        change(changed)
        monkeypatch.setattr(reading, "read_sheets", lambda *_, **__: changed)
        return reading.read_book(Path(BOOK_NAME))

    return read


@pytest.fixture
def change_sheets(read_changed):
    """What is told of changed sheets."""

    def tell(change):
        with pytest.raises(Refused) as refused:
            read_changed(change)
        return [describe(problem) for problem in refused.value.problems]

    return tell


# Names and explanations


def test_every_key_of_the_model_has_its_place_on_one_sheet():
    rows = [setting.key for page in PAGES for setting in page.settings]
    tables = [table for page in PAGES for table in page.tables]
    others = [".".join(table.place) for table in tables]
    others += [one.key for table in tables for one in table.columns if one.key in NAMES]
    placed = [key for key in rows if not key.startswith("public.")] + others
    assert len(set(placed)) == len(placed)
    assert {*placed, "public"} == set(list_keys())


def test_every_option_and_every_key_of_an_item_has_its_row_or_column():
    public = Programme.model_fields["public"].annotation.__args__[0].__args__
    assert {f"public.{word}" for word in public} == {
        setting.key for page in PAGES for setting in page.settings if setting.option
    }
    items = {"mentors": model.Mentor, "carry_over": model.CarryOver, "indicators": model.Indicator,
             "earlier": model.EarlierCall}  # fmt: skip
    tables = {".".join(table.place): table for page in PAGES for table in page.tables}
    for name, item in items.items():
        assert {one.place[2] for one in tables[name].columns} == set(item.model_fields)


def test_names_are_told_apart_and_every_word_of_a_list_has_a_latvian_one():
    for page in PAGES:
        named = [one.label for one in page.settings]
        named += [one.label for table in page.tables for one in table.columns]
        assert len(set(named)) == len(named)
        assert all(named)
        assert page.intro
    settings_of = [one for p in PAGES for one in (*p.settings, *(c for t in p.tables for c in t.columns))]
    for key, codes in {
        "rule.reading": model.Reading, "form.consent": model.Form.model_fields["consent"].annotation,
        "indicators.formula": model.Formula,
    }.items():  # fmt: skip
        (setting,) = [one for one in settings_of if one.key == key]
        assert set(setting.choices) == set(codes.__args__), f"{key}: words in [choices] of settings_sheets_lv.toml"
    assert set(WORDS["new_each_time"]) - {"indicators.targets"} <= {*list_keys()}


# There and back


def test_the_example_gives_the_same_settings_from_either_file(tmp_path, example, content):
    save(tmp_path, content)
    read = read_settings(tmp_path)
    assert read.model_dump() == example.model_dump()
    assert (read.file, example.file) == (BOOK_NAME, FILE_NAME)


def test_the_example_gives_the_same_outcome_and_figures_from_either(tmp_path, content, results):
    folder = shutil.copytree(EXAMPLE, tmp_path / "example")
    (folder / FILE_NAME).unlink()
    (folder / BOOK_NAME).write_bytes(content)
    ours = workflow.evaluate(workflow.read_inputs(folder))
    pd.testing.assert_frame_equal(ours.decided, results.decided)
    for name in ("ledger", "places", "matched", "due"):
        pd.testing.assert_frame_equal(getattr(ours, name), getattr(results, name))
    pd.testing.assert_frame_equal(ours.figures.ledger, results.figures.ledger)
    assert ours.problems == results.problems
    assert ours.final


def test_every_kind_of_setting_comes_back_as_it_was(tmp_path):
    own = programme(**FULL)
    save(tmp_path, build(own))
    assert read_settings(tmp_path).model_dump() == own.model_dump()
    without = programme(earlier=({"code": "A", "confirmed": 3, "themes": {}},))
    save(tmp_path, build(without))
    assert read_settings(tmp_path).model_dump() == without.model_dump()


WORD = st.text("abčž;,: -«»1", min_size=1, max_size=12).filter(lambda text: re.search("[abčž]", text)).map(str.strip)


@given(names=st.lists(WORD, max_size=4, unique_by=model.fold), number=st.from_regex(r"[0-9/.]{1,20}", fullmatch=True))
@settings(max_examples=25, deadline=None)
def test_texts_with_any_signs_and_digits_come_back(tmp_path_factory, names, number):
    own = programme(project__implementers=names or ["A"], project__number=number, markers=names)
    folder = tmp_path_factory.mktemp("settings")
    (folder / BOOK_NAME).write_bytes(build(own))
    assert read_settings(folder).model_dump() == own.model_dump()


def test_semicolons_inside_a_text_do_not_split_it():
    assert join(["a", "b"]) == "a; b"
    assert join(["a; b", "c"]) == "a; b\nc"
    assert join(["a; b"]) == "a; b\n"


def test_rows_and_columns_may_be_moved_and_rows_left_free(tmp_path, example, content):
    def change(book):
        book["Projekts"].move_range("A4:C5", rows=20)
        book["Tēmas"].insert_rows(7)
        book.move_sheet("Izloze", -5)
        book.create_sheet("Manas piezīmes").append(["jebkas", 1])

    save(tmp_path, content, change)
    assert read_settings(tmp_path).model_dump() == example.model_dump()


def test_the_same_settings_give_the_same_bytes(example, content):
    assert build(example) == content


def test_cells_have_their_lists_dates_and_text_formats(content):
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book[LISTS].sheet_state == "hidden"
    assert isinstance(book["Projekts"]["B6"].value, datetime)
    assert book["Izloze"]["B6"].number_format == "@"
    assert len(book["Privātums"].data_validations.dataValidation) >= 1
    rules = {str(one.sqref): (one.type, one.formula1) for one in book["Mentori"].data_validations.dataValidation}
    assert rules["C5:C21"] == ("list", "'Uzsaukums'!$A$12:$A$29")
    assert (book["Mentori"].column_dimensions["H"].width, book["Izloze"]["B6"].border.top.style) == (8.7109375, "thin")
    lists = {cell.value for row in book[LISTS].rows for cell in row}
    assert {"pamīšus", "jā", "klātienē", "x", "sniegtās konsultācijas"} <= lists


# Slips: what she did to the workbook, and how it is told


def set_cell(sheet, cell, value):
    """A change of one cell of the sheets as they are read; a whole number is read as a fraction."""

    def change(sheets):
        letters, row = re.fullmatch(r"([A-Z]+)(\d+)", cell).groups()
        columns = sheets[[one.name for one in sheets].index(sheet)].columns
        columns[number_column(letters) - 1][int(row) - 1] = float(value) if type(value) is int else value

    return change


def rename(old, new):
    return lambda sheets: sheets.append(replace(sheets[[one.name for one in sheets].index(old)], name=new))


SLIPS = [
    (set_cell("Uzsaukums", "B6", "21.08.2023"), "lapa «Uzsaukums», šūna B6", "21.08.2023 – jābūt datumam"),
    (set_cell("Uzsaukums", "B6", UNSOLVED), "lapa «Uzsaukums», šūna B6", "šūnā ir formula"),
    (set_cell("Uzsaukums", "B6", "#REF!"), "lapa «Uzsaukums», šūna B6", "šūnā ir kļūda"),
    (set_cell("Uzsaukums", "B6", ""), "lapa «Uzsaukums», šūna B6", "vēl nav aizpildīts"),
    (set_cell("Uzsaukums", "A6", "Termiņš"), "lapa «Uzsaukums», šūna A6", "«Termiņš» nav zināms"),
    (set_cell("Uzsaukums", "A7", "Uzsaukuma kods"), "lapa «Uzsaukums», šūna A7", "«Uzsaukuma kods» ir divreiz"),
    (set_cell("Uzsaukums", "B7", "Europe/Rigaa"), "lapa «Uzsaukums», šūna B7", "nav tādas laika zonas"),
    (set_cell("Projekts", "B7", date(2020, 1, 1)), "lapa «Projekts», šūna B7", "01.01.2020 – jābūt ne agrāk kā 01.05.2023"),
    (set_cell("Projekts", "B5", 41.5), "lapa «Projekts», šūna B5", "jābūt tekstam"),
    (set_cell("Projekts", "B14", "varbūt"), "lapa «Projekts», šūna B14", "varbūt – jābūt «jā» vai «nē»"),
    (set_cell("Izloze", "B6", 12345678901234567890.0), "lapa «Izloze», šūna B6", "formatējiet šūnu kā tekstu"),
    (set_cell("Izloze", "B5", date(2023, 8, 30)), "lapa «Izloze», šūna B5", "jābūt datumam ar laiku"),
    (set_cell("Izloze", "B5", datetime(2023, 8, 30)), "lapa «Izloze», šūna B5", "jābūt datumam ar laiku"),
    (set_cell("Atlases kārtība", "B5", "abas"), "lapa «Atlases kārtība», šūna B5", "abas – der pamīšus, vispirms jaunās"),
    (set_cell("Atlases kārtība", "B7", 13), "lapa «Atlases kārtība», šūna B7", "13 – jābūt ne vairāk kā 12"),
    (set_cell("Konsultāciju skaits", "B5", 7.5), "lapa «Konsultāciju skaits», šūna B5", "jābūt veselam skaitlim"),
    (set_cell("Konsultāciju skaits", "A6", 2023), "lapa «Konsultāciju skaits», šūna A6", "«2023» ir divreiz"),
    (set_cell("Konsultāciju skaits", "A5", 2022), "lapa «Konsultāciju skaits», šūna A5", "jābūt ne agrāk kā 2023"),
    (set_cell("Konsultāciju skaits", "A4", "Cik gads"), "lapa «Konsultāciju skaits», šūna A4", "«Cik gads» nav zināms"),
    (set_cell("Konsultāciju skaits", "B4", "Cik"), "lapa «Konsultāciju skaits», šūna B4", "«Cik» nav zināms"),
    (set_cell("Privātums", "B15", "varbūt"), "lapa «Privātums», šūna B15", "«Publicē: gadu» neder vērtība: varbūt – jābūt «jā» vai «nē»"),
    (set_cell("Mentori", "J5", "reizēm"), "lapa «Mentori», šūna J5", "reizēm – jābūt x vai tukšam"),
    (set_cell("Mentori", "P5", "x"), "lapa «Mentori», šūna P4", "«9. tēma» nav zināms"),
    (set_cell("Mentori", "A6", "Maija Bebre"), "lapa «Mentori», šūna A6", "atkārtojas"),
    (set_cell("Tēmas", "B6", "Kā veidot  kopienu"), "lapa «Tēmas», šūna B6", "atkārtojas"),
    (set_cell("Pēc konsultācijas", "B7", "Zinām; zinām."), "lapa «Pēc konsultācijas», šūna B7", "atkārtojas"),
    (set_cell("Rādītāji", "A6", "Sniegtas konsultācijas"), "lapa «Rādītāji», šūna A6", "atkārtojas"),
    (set_cell("Rādītāji", "I5", ""), "lapa «Rādītāji», šūna I5", "rādītājam «Sniegtas konsultācijas» nav mērķa (2024)"),
    (set_cell("Rādītāji", "C5", ""), "lapa «Rādītāji», šūna C5", "vēl nav aizpildīts"),
    (set_cell("Rādītāji", "C5", "viss"), "lapa «Rādītāji», šūna C5", "viss – der sniegtās konsultācijas"),
    (set_cell("Rādītāji", "H5", ""), "lapa «Rādītāji», šūna H5", "rādītājam «Sniegtas konsultācijas» nav mērķa (2023)"),
    (set_cell("Rādītāji", "I5", "daudz"), "lapa «Rādītāji», šūna I5", "«Mērķis 2. gadā» neder vērtība: daudz – jābūt skaitlim"),
    (set_cell("Uzsaukums", "A13", "Ādaži"), "lapa «Uzsaukums», šūna A13", "nav pašvaldības pilns nosaukums"),
    (rename("Uzsaukums", "Uzsaukums Copy"), "lapa «Uzsaukums Copy»", "lapa «Uzsaukums» ir divreiz"),
    (lambda sheets: sheets.insert(0, replace(sheets[-1], name="Uzsaukums 2")), "lapa «Uzsaukums 2»", "lapa «Uzsaukums» ir divreiz"),
    (lambda sheets: sheets.pop([one.name for one in sheets].index("Uzsaukums")), "programma.xlsx", "nav lapas «Uzsaukums»"),
    (lambda sheets: [column.pop(5) for one in sheets if one.name == "Uzsaukums" for column in one.columns], "lapa «Uzsaukums»", "Pieteikšanās pēdējā diena"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "where", "said"), SLIPS, ids=[f"{where}: {said}" for _, where, said in SLIPS])
def test_a_slip_is_told_once_with_sheet_and_cell(change_sheets, change, where, said):
    told = change_sheets(change)
    line = next((line for line in told if where in line and said in line), None)
    assert line is not None, told
    assert len(told) == (2 if "Termiņš" in said or ("divreiz" in said and "A7" in where) or "Cik" in said else 1), told
    assert line.startswith("programma.xlsx")


def test_what_stands_beside_an_item_without_its_name_is_not_called_empty(tmp_path, content):
    save(tmp_path, content, lambda book: book["Uzsaukums"].cell(16, 2, "Babītes novads"))
    (told,) = refuse(tmp_path)
    assert told.startswith("programma.xlsx, lapa «Uzsaukums», šūna A16: iestatījums «Pašvaldība» vēl nav aizpildīts")


def test_slips_that_only_a_file_can_hold_are_told_too(tmp_path, content):
    def change(book):
        book["Uzsaukums"]["B6"], book["Uzsaukums"]["B7"] = "=TODAY()", "#REF!"
        book["Izloze"]["B5"], book["Izloze"]["B6"] = datetime(2023, 8, 30), 12345678901234567890
        book.copy_worksheet(book["Projekts"])

    save(tmp_path, content, change)
    told = refuse(tmp_path)
    for said in (
        "šūnā ir formula",
        "šūnā ir kļūda",
        "jābūt datumam ar laiku",
        "formatējiet šūnu kā tekstu",
        "Projekts Copy",
    ):
        assert sum(said in line for line in told) == 1, told


def test_nothing_under_a_renamed_heading_is_passed_over(change_sheets):
    told = change_sheets(set_cell("Vērtētāji", "A4", "Kas vērtē"))
    assert ["«Kas vērtē» nav zināms" in told[0], "trūkst iestatījuma «Vērtētājs»" in told[1], len(told)] == [
        True,
        True,
        2,
    ]


def test_a_table_without_its_title_is_told_and_its_sheet_is_not_read(change_sheets):
    (told,) = change_sheets(set_cell("Mentori", "A2", "Mūsu mentori"))
    assert told.startswith("programma.xlsx, lapa «Mentori»: trūkst iestatījuma «Mentori»")


def test_a_year_by_a_formula_is_told_and_nothing_that_follows_from_it(change_sheets):
    (told,) = change_sheets(set_cell("Konsultāciju skaits", "A6", UNSOLVED))
    assert "šūna A6: iestatījumam «Gads» neder vērtība: šūnā ir formula" in told


def test_a_slip_beside_an_item_is_told_once_wherever_its_column_stands(change_sheets):
    def spoil(sheets):
        columns = next(one for one in sheets if one.name == "Uzsaukums").columns
        place = next(n for n, column in enumerate(columns) if "Vismaz konsultāciju" in column)
        row = columns[place].index("Vismaz konsultāciju")
        columns[0][row:], columns[place][row:] = columns[place][row:], columns[0][row:]
        columns[0][row + 1] = "daudz"

    told = change_sheets(spoil)
    assert [("daudz" in line, line.count("šūna A")) for line in told] == [(True, 1)], told


def test_blank_and_free_cells_are_no_values(read_changed, example):
    def change(sheets):
        for sheet in sheets:
            for column in sheet.columns:
                column[:] = [" " if cell == "" else cell for cell in column]

    assert read_changed(change).model_dump() == example.model_dump()


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("text", "a", "a"), ("text", 12.0, "12"), ("text", 12.5, None), ("text", 1e15, None), ("text", 1e15 - 1, "999999999999999"),
        ("whole", " 12 ", 12), ("whole", 12.0, 12), ("whole", 12.5, None), ("whole", "1234567890", None), ("whole", math.inf, None),
        ("whole", True, None), ("whole", "-1", None), ("number", "0,5", 0.5), ("number", " 12.25 ", 12.25), ("number", "1.2.3", None),
        ("number", 0.5, 0.5), ("number", True, None), ("date", date(2023, 8, 1), date(2023, 8, 1)), ("date", "1.8.2023", None),
        ("date", datetime(2023, 8, 1), date(2023, 8, 1)), ("date", datetime(2023, 8, 1, 0, 1), None),
        ("date", datetime(2023, 8, 1, 1), None), ("date", datetime(2023, 8, 1, 0, 0, 1), None),
        ("moment", datetime(2023, 8, 1, 0, 1, 0, 9), datetime(2023, 8, 1, 0, 1)), ("moment", datetime(2023, 8, 1), None),
        ("moment", datetime(2023, 8, 1, 1), datetime(2023, 8, 1, 1)), ("moment", datetime(2023, 8, 1, 0, 0, 1), datetime(2023, 8, 1, 0, 0, 1)),
        ("moment", date(2023, 8, 1), None), ("yes_no", "Jā", True), ("yes_no", "nē", False), ("yes_no", "x", True), ("yes_no", False, False),
        ("yes_no", "varbūt", None),
    ],
)  # fmt: skip
def test_a_cell_is_what_its_setting_wants_or_a_slip(kind, cell, value):
    setting = replace(next(one for page in PAGES for one in page.settings), kind=kind, choices={})
    read = reading._take(setting, cell)
    wanted = {"text": str, "whole": int, "number": float, "date": date, "moment": datetime, "yes_no": bool}[kind]
    if value is None:
        with pytest.raises(ValidationError):
            TypeAdapter(Annotated[wanted, Strict()]).validate_python(read)
    else:
        assert (read, type(read)) == (value, type(value))


MAY_BE_BLANK = ("project.funding_sentence", "project.responsibility", "lottery.source")


def test_every_required_cell_left_blank_is_told_with_its_cell(sheets, change_sheets):
    for page in PAGES:
        columns = next(one for one in sheets if one.name == page.name).columns
        for setting in (one for one in page.settings if one.required and one.key not in MAY_BE_BLANK):
            row = [model.fold(str(cell)) for cell in columns[0]].index(model.fold(setting.label)) + 1
            told = change_sheets(set_cell(page.name, f"B{row}", " "))
            assert [(f"šūna B{row}" in line, "vēl nav aizpildīts" in line) for line in told] == [(True, True)], told


def test_all_slips_are_told_at_once(tmp_path, content):
    def change(book):
        book["Uzsaukums"]["B6"] = "drīz"
        book["Projekts"]["B4"] = None
        book["Vēstules"]["B19"] = "desmit"

    save(tmp_path, content, change)
    assert len(refuse(tmp_path)) == 3


def test_a_theme_without_a_code_gets_one_from_its_words(tmp_path, content):
    save(tmp_path, content, lambda book: book["Tēmas"].__setitem__("B13", "Kā kopt upi?"))
    assert list(read_settings(tmp_path).themes)[-1] == "ka_kopt_upi"


# Which file


def test_two_files_of_settings_are_refused(tmp_path, content):
    save(tmp_path, content)
    (tmp_path / FILE_NAME).write_bytes((EXAMPLE / FILE_NAME).read_bytes())
    assert refuse(tmp_path) == [
        "programma.xlsx: programmas mapē ir divas iestatījumu datnes: arī programme.toml. "
        "Atstājiet vienu, otru izņemiet no mapes."
    ]


def test_settings_are_found_in_either_form(tmp_path, content):
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    save(tmp_path / "a", content)
    (tmp_path / "b" / FILE_NAME).write_bytes((EXAMPLE / FILE_NAME).read_bytes())
    assert [path.name for path in list_programmes(tmp_path)] == ["a", "b"]
    assert find_settings(tmp_path / "c").name == BOOK_NAME
    assert "datnes nav" in refuse(tmp_path / "c")[0]


# What is said elsewhere of a setting


def test_a_setting_is_named_by_its_sheet_and_latvian_name_or_by_its_key(tmp_path, content):
    save(tmp_path, content)
    book, text = read_settings(tmp_path), read_programme(EXAMPLE)
    assert name_setting(book, "lottery.draw_at") == ("Izloze", "Izlozes diena un laiks")
    assert name_setting(book, "places.2023") == ("Konsultāciju skaits", "Konsultācijas pa gadiem: 2023")
    assert name_setting(book, "minimum_places.Olaines novads") == ("Uzsaukums", "Vismaz konsultāciju: Olaines novads")
    assert name_setting(text, "lottery.draw_at") == ("", "lottery.draw_at")


def test_a_setting_changed_after_the_freeze_is_named_with_its_sheet(tmp_path, content):
    save(tmp_path, content)
    own = read_settings(tmp_path)
    settled = describe_contract(own)
    later = own.model_copy(update={"rule": own.rule.model_copy(update={"clear_from": 8})})
    (problem,) = compare_contract(settled, later, [], old=False)
    assert describe(problem).startswith("programma.xlsx, lapa «Atlases kārtība»: ")
    assert "«Skaidrs jautājums no»" in problem.message


def test_a_workbook_open_in_excel_is_told(tmp_path, content):
    save(tmp_path, content)
    (tmp_path / "~$programma.xlsx").write_bytes(b"x")
    assert [problem.file for problem in find_open([tmp_path / BOOK_NAME])] == [BOOK_NAME]
