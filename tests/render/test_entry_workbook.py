"""Workbooks to fill in: headings, lists and formats survive, and the reader finds its table again."""

import io

import openpyxl
import pandas as pd

from mentoring_lib.base.columns import MARKS, SHEETS
from mentoring_lib.intake.loading import read_sheets, read_table
from mentoring_lib.render.entry_workbook import ROOM, FillableSheet, make_fillable

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
