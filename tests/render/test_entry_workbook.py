# ruff: noqa: E501 - tables are read line by line
"""Workbooks to fill in: headings, lists and formats survive, and the reader finds its table again."""

import io

import openpyxl
import pandas as pd
from test_docx_and_xlsx import stands

from mentoring_lib.base.columns import MARKS, SHEETS
from mentoring_lib.intake.loading import read_sheets, read_table
from mentoring_lib.render.entry_workbook import ROOM, Declaration, FillableSheet, list_words, make_fillable

THEMES = ["Kā veidot kopienu?", "x" * 200, "y" * 200]  # longer together than a rule inside a cell may be


def make(**more):
    sheet = FillableSheet("Tēmas", "Apstipriniet tēmas.", SHEETS["Tēmas"], choices={"theme": THEMES}, **more)
    return make_fillable("Darba grāmata", ["Kā aizpildīt."], [sheet])


def test_the_reader_finds_what_was_made(tmp_path):
    rows = pd.DataFrame({"application_id": ["K-01"], "theme": ["= nav formula"]})
    (tmp_path / "a.xlsx").write_bytes(make(rows=rows))
    sheet = next(sheet for sheet in read_sheets(tmp_path / "a.xlsx") if sheet.name == "Tēmas")
    table, problems, *_ = read_table(sheet, SHEETS["Tēmas"])
    assert table[["application_id", "theme"]].to_numpy().tolist() == [["K-01", "= nav formula"]]
    assert problems == []


def test_a_drop_down_reaches_over_the_room_and_points_to_the_list():
    book = openpyxl.load_workbook(io.BytesIO(make()))
    (rule,) = book["Tēmas"].data_validations.dataValidation
    assert str(rule.sqref) == f"D3:D{ROOM + 2}"
    assert rule.formula1 == "Saraksti!$A$2:$A$4"
    assert [cell.value for cell in book["Saraksti"]["A"]] == ["Tēmas: Tēma", *THEMES]
    assert book["Saraksti"].sheet_state == "hidden"


def test_dates_have_a_latvian_format_and_the_heading_stays_in_sight():
    page = openpyxl.load_workbook(io.BytesIO(make()))["Tēmas"]
    assert page["F2"].value == "Kad"
    assert page.freeze_panes == "B3"
    assert page["A1"].value == "Apstipriniet tēmas."


def test_the_same_input_gives_the_same_bytes():
    assert make() == make()


def test_marks_offer_every_mark():
    sheet = FillableSheet("Vērtējumi", "Atzīmējiet.", MARKS, choices={"question": ["0", "1", "2", "3"]})
    assert (
        openpyxl.load_workbook(io.BytesIO(make_fillable("T", [], [sheet])))["Vērtējumi"]["C2"].value == MARKS[2].label
    )


def test_a_workbook_to_fill_in_stands_as_it_was_looked_at():
    rows = pd.DataFrame({"application_id": ["K-01"], "theme": ["gara tēma par kopienu"], "on": [None]})
    choices = {"theme": ["a", "b"], "application_id": ["K-1"], "confirmed_by": ["a", "b"]}
    sheet = FillableSheet(
        "Tēmas", "Apstipriniet.", SHEETS["Tēmas"], choices, rows, {"theme": 9}, {"theme": "Izvēlieties."}
    )
    declaration = Declaration("Apliecinājums", "Paraksts", ["Es apliecinu. " * 9, "b"], ["Vārds", "Datums"])
    assert stands(make_fillable("Darba grāmata", ["Kā aizpildīt. " * 10, "x"], [sheet], declaration)) == BOOK
    assert list_words([sheet]) == [("Tēmas: Pieteikums", "K-1"), ("Tēmas: Tēma", "a", "b")]
    assert stands(make_fillable("D", [], [FillableSheet("T", "", SHEETS["Tēmas"][:1])]))["T"]["rules"] == []


BOOK = {'Apliecinājums': {'cells': {'A1': 'Paraksts | bold 00507D 15',
                             'A3': 'Es apliecinu. Es apliecinu. Es apliecinu. Es apliecinu. Es apliecinu. Es apliecinu. Es apliecinu. Es apliecinu. Es '
                                   'apliecinu.  | wrapped top 11',
                             'A4': ' | wrapped top 11',
                             'A5': 'b | wrapped top 11',
                             'A6': ' | wrapped top 11',
                             'A7': 'Vārds: | bold under wrapped top EEF3F6 11',
                             'A8': 'Datums: | bold under wrapped top EEF3F6 11'},
                   'widths': {'A': 84.0, 'B': 26.0},
                   'heights': {3: 30.0},
                   'print': ['portrait', 9, None, 0, None, 0.7, 0.75, 0.75, None, None, None],
                   'sheet': ['visible', None, False],
                   'tables': [],
                   'rules': []},
 'Palīdzība': {'cells': {'A1': 'Darba grāmata | bold 00507D 15',
                         'A3': 'Kā aizpildīt. Kā aizpildīt. Kā aizpildīt. Kā aizpildīt. Kā aizpildīt. Kā aizpildīt. Kā aizpildīt. Kā aizpildīt. Kā aizpildīt. '
                               'Kā aizpildīt.  | wrapped top 11',
                         'A4': 'x | wrapped top 11'},
               'widths': {'A': 84.0},
               'heights': {3: 30.0},
               'print': ['portrait', 9, None, 0, None, 0.7, 0.75, 0.75, None, None, None],
               'sheet': ['visible', None, False],
               'tables': [],
               'rules': []},
 'Tēmas': {'cells': {'A1': 'Apstipriniet. | italic B03A00 11',
                     'A2': 'Pieteikums | bold under wrapped top EEF3F6 11',
                     'B2': 'Atzīmētās tēmas | bold under wrapped top EEF3F6 11',
                     'C2': 'Ieteiktās tēmas | bold under wrapped top EEF3F6 11',
                     'D2': 'Tēma | bold under wrapped top EEF3F6 11',
                     'E2': 'Kas apstiprināja | bold under wrapped top EEF3F6 11',
                     'F2': 'Kad | bold under wrapped top EEF3F6 11',
                     'A3': 'K-01 | wrapped top 11',
                     'D3': 'gara tēma par kopienu | wrapped top 11'},
           'widths': {'A': 13.0, 'B': 30.0, 'D': 9.0, 'E': 26.0, 'F': 12.0},
           'heights': {3: 45.0},
           'print': ['landscape', 9, None, 0, True, 0.4, 0.75, 0.75, '$2:$2', None, None],
           'sheet': ['visible', 'B3', None],
           'tables': [],
           'rules': [('A3:A502', 'list', 'Saraksti!$A$2:$A$2', 'warning', False, None,
                      'Izvēlieties no saraksta. Ja paturēsiet savu tekstu, rīks par to pajautās.'),
                     ('D3:D502', 'list', 'Saraksti!$B$2:$B$3', 'warning', True, 'Izvēlieties.',
                      'Izvēlieties no saraksta. Ja paturēsiet savu tekstu, rīks par to pajautās.')]},
 'Saraksti': {'cells': {'A1': 'Tēmas: Pieteikums | 11', 'B1': 'Tēmas: Tēma | 11', 'A2': 'K-1 | 11', 'B2': 'a | 11', 'B3': 'b | 11'},
              'widths': {'A': 30.0},
              'heights': {},
              'print': [None, None, None, None, None, 0.7, 0.75, 0.75, None, None, None],
              'sheet': ['hidden', None, None],
              'tables': [],
              'rules': []}}  # fmt: skip
