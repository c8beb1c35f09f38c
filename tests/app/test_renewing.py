"""The tracking workbook: made once, read by code, drop-down text or name, and renewed without losing a cell.

``MENTORING_WORKBOOKS`` says how many random workbooks to try (a few by default).
"""

import io
import os
import random
import shutil
import zipfile
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from mentoring_lib import workflow
from mentoring_lib.app import cli, renewing, tracking, writing
from mentoring_lib.app.backup import list_backups, make_backup
from mentoring_lib.base.columns import LOOK_UP, SHEETS
from mentoring_lib.base.problems import Refused
from mentoring_lib.documents.new_programme import Listed, make_tracking_workbook
from mentoring_lib.intake.loading import read_sheets
from mentoring_lib.intake.workbook import WORKBOOK, read_workbook
from mentoring_lib.render.entry_workbook import LISTS

COUNT = int(os.environ.get("MENTORING_WORKBOOKS", "4"))
TODAY = date(2024, 9, 15)


@pytest.fixture(scope="module")
def listed(inputs):
    return tracking.list_applications(inputs)


def cells_of(content, tmp_path):
    """What our own reader finds, by sheet and place."""
    path = Path(tmp_path) / "read.xlsx"
    path.write_bytes(content)
    return {
        (sheet.name, row, at): cell
        for sheet in read_sheets(path)
        for at, column in enumerate(sheet.columns)
        for row, cell in enumerate(column)
        if str(cell).strip()
    }


def formulas_of(content):
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        (page.title, cell.coordinate): (cell.value, cell.number_format, cell.fill.fgColor.rgb, cell.font.b)
        for page in book.worksheets
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None and page.title not in (LISTS, LOOK_UP, "Palīdzība")
    }


def scribble(content, chance):
    """A workbook as months of work leave it."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    words = [
        "Āboli",
        "=1+2",
        "=SUM(B3:B5)",
        "K-3F9A2C",
        60,
        3.25,
        True,
        datetime(2024, 1, 31),
        "=TODAY()",
        " ",
        "x" * 300,
    ]
    for page in [page for page in book.worksheets if page.title in SHEETS]:
        for _ in range(chance.randrange(12)):
            cell = page.cell(chance.randrange(3, 40), chance.randrange(1, page.max_column + 3))
            cell.value = chance.choice(words)
            cell.fill = PatternFill("solid", fgColor=chance.choice(["FFFFFF00", "FF00FF00"]))
            cell.font = Font(bold=chance.random() < 0.5)
            if chance.random() < 0.2:
                cell.comment = Comment("Piezīme", "K")
    page = book[chance.choice(list(SHEETS))]
    page.cell(2, page.max_column + 1).value = "Mana kolonna"
    page.insert_rows(1)
    rule = DataValidation("list", formula1='"jā,nē"')
    rule.add("Z3:Z9")
    page.add_data_validation(rule)
    own = book.create_sheet("Mana lapa", chance.randrange(len(book.sheetnames)))
    for _ in range(1, chance.randrange(2, 9)):
        own.append(chance.choices(words, k=4))
    if chance.random() < 0.5 and page.title != "Rezultāti":  # else her rule went with the sheet
        del book["Rezultāti"]
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("seed", range(COUNT))
def test_a_renewed_workbook_holds_every_cell_that_was_typed(inputs, listed, tmp_path, seed):
    chance = random.Random(seed)
    few = Listed(inputs.applications.head(chance.randrange(1, 28)), listed.suggested)
    old = scribble(make_tracking_workbook(inputs.programme, few), chance)
    new = renewing.renew_workbook(old, inputs, listed)
    before, after = cells_of(old, tmp_path), cells_of(new, tmp_path)
    typed = {place: cell for place, cell in before.items() if place[0] not in (LISTS, LOOK_UP, "Palīdzība")}
    assert {place: after.get(place) for place in typed} == typed
    assert formulas_of(old).items() <= formulas_of(new).items()
    assert list(renewing._find_lost(old, new)) == []
    assert set(SHEETS) <= {name for name, *_ in after}
    themes = " ".join(str(cell) for (name, *_), cell in after.items() if name == "Tēmas")
    asked = inputs.applications[inputs.applications["consent"].fillna(True)]
    assert all(code in themes for code in asked["application_id"])
    assert "jā,nē" in str([rule.formula1 for page in openpyxl.load_workbook(io.BytesIO(new)).worksheets
                           for rule in page.data_validations.dataValidation])  # fmt: skip
    assert renewing._is_same(openpyxl.Workbook().active["A1"], openpyxl.Workbook().active["A1"])


def test_a_cell_that_looks_otherwise_is_not_the_same():
    page = openpyxl.Workbook().active
    page["A1"].font = Font(bold=True)
    assert not renewing._is_same(page["A1"], page["B1"])


def test_a_formula_keeps_its_value(inputs, listed, tmp_path):
    """As Excel saves it: openpyxl writes none, so the old one is given one by hand."""
    book = openpyxl.load_workbook(io.BytesIO(make_tracking_workbook(inputs.programme, listed)))
    book["Lēmumi"]["H3"] = "=60+10"
    buffer = io.BytesIO()
    book.save(buffer)
    shown = openpyxl.load_workbook(buffer)
    shown["Lēmumi"]["H3"] = 70
    old = renewing._keep_values(buffer.getvalue(), book, shown)
    new = renewing.renew_workbook(old, inputs, listed)
    assert openpyxl.load_workbook(io.BytesIO(new), data_only=True)["Lēmumi"]["H3"].value == 70
    assert openpyxl.load_workbook(io.BytesIO(new))["Lēmumi"]["H3"].value == "=60+10"


@pytest.fixture
def folder(inputs, tmp_path):
    """A programme of the example's applications without a workbook."""
    shutil.copytree(workflow.EXAMPLE, place := tmp_path / "gads", ignore=shutil.ignore_patterns("izloze", WORKBOOK))
    path = place / "programme.toml"
    text = path.read_text("utf-8").replace("example = true", "example = false").replace('code = "KKK', 'code = "XYZ')
    path.write_text(text.replace('seed = "0', '#seed = "0').replace("drawn_at", "#drawn_at"), "utf-8")
    return place


def test_the_first_reading_of_applications_makes_the_workbook_and_no_later_one_touches_it(folder, capsys):
    cli.open_inputs(folder)
    made = (folder / WORKBOOK).read_bytes()
    assert "Izveidota: " in capsys.readouterr().out
    cli.open_inputs(folder)
    assert (folder / WORKBOOK).read_bytes() == made
    book = openpyxl.load_workbook(folder / WORKBOOK)
    assert "K-F001DE · Ābolmaizes pagalmi" in [cell.value for cell in book["Tēmas"]["A"]]
    sources = {rule.formula1 for name in SHEETS for rule in book[name].data_validations.dataValidation}
    assert len(sources) < len([1 for name in SHEETS for rule in book[name].data_validations.dataValidation])


def test_one_cell_confirms_all_that_were_ticked_and_a_name_or_small_letters_are_a_code(folder, inputs):
    cli.open_inputs(folder)
    book = openpyxl.load_workbook(folder / WORKBOOK)
    row = next(cell.row for cell in book["Tēmas"]["A"] if "K-F001DE" in str(cell.value))
    book["Tēmas"].cell(row, 4).value = "visas atzīmētās"
    typed = ["Ābolmaizes pagalmi", "k-f001de", "K-F0O1DE · Ābolmaizes pagalmi", "ābolmaizes  PAGALMI"]
    for number, text in enumerate(typed, start=3):
        book["Interešu konflikti"].cell(number, 1).value = text
    book["Interešu konflikti"].cell(9, 1).value = "Upes līča kaimiņi"
    book["Interešu konflikti"].cell(10, 1).value = "Ābolmaizes pagalmji"
    book.save(folder / WORKBOOK)
    read = workflow.read_inputs(folder)
    codes = read.sheets["Interešu konflikti"]["application_id"]
    assert codes.tolist()[:4] == ["K-F001DE"] * 4
    confirmed = workflow.evaluate(read).decided.set_index("application_id")["confirmed_themes"]
    ticked = inputs.applications.set_index("application_id")["themes"]
    assert confirmed["K-F001DE"] == ticked["K-F001DE"]
    assert confirmed.drop("K-F001DE").map(len).sum() == 0
    found = {
        (one.code, one.row): one
        for one in read.problems
        if one.sheet == "Interešu konflikti" and one.cell == f"A{one.row}"
    }
    assert "K-CAD03D" in found["community_unclear", 9].details
    assert "K-E3E658" in found["community_unclear", 9].details
    assert found["application_unknown", 10].details == "Varbūt domāts K-F001DE «Ābolmaizes pagalmi»? "
    assert not [
        one for one in read.problems if one.code == "code_read" and "·" not in one.value and "k-" not in one.value
    ]
    assert not [one for one in read.problems if one.sheet == "Tēmas"]


def test_a_heading_that_was_taken_away_comes_back_after_the_last_that_is_used(inputs, listed):
    book = openpyxl.load_workbook(io.BytesIO(make_tracking_workbook(inputs.programme, listed)))
    last = book["Tēmas"].max_column
    lacking, book["Tēmas"]["B2"] = book["Tēmas"]["B2"].value, None
    book["Tēmas"].cell(40, last + 5).font = Font(bold=True)  # a look is no use
    buffer = io.BytesIO()
    book.save(buffer)
    page = openpyxl.load_workbook(io.BytesIO(renewing.renew_workbook(buffer.getvalue(), inputs, listed)))["Tēmas"]
    assert page.cell(2, last + 1).value == lacking


def test_without_a_workbook_nothing_is_outdated_and_the_example_gets_none(tmp_path, inputs):
    assert tracking.find_outdated(tmp_path, inputs) == []
    assert not tracking.make_workbook(tmp_path, replace(inputs, frozen=None))
    assert list(tmp_path.iterdir()) == []


def test_check_says_when_the_lists_are_old_and_renew_makes_them_new(folder, capsys):
    inputs, _ = cli.open_inputs(folder)
    assert tracking.find_outdated(folder, inputs) == []
    book = openpyxl.load_workbook(folder / WORKBOOK)
    book["Lēmumi"]["A3"] = "K-F001DE"
    book[LISTS]["A3"] = None
    book.save(folder / WORKBOOK)
    old = (folder / WORKBOOK).read_bytes()
    assert [one.code for one in tracking.find_outdated(folder, inputs)] == ["workbook_outdated"]
    assert cli.main(["renew", str(folder)]) == 0
    assert tracking.find_outdated(folder, inputs) == []
    (aside,) = (folder / ".vesture" / "vecas").iterdir()
    assert aside.read_bytes() == old
    assert openpyxl.load_workbook(folder / WORKBOOK)["Lēmumi"]["A3"].value == "K-F001DE"


@pytest.mark.parametrize("call", range(1, 8))
def test_killed_at_any_step_the_workbook_is_whole(folder, monkeypatch, call):
    inputs, _ = cli.open_inputs(folder)
    old, calls = (folder / WORKBOOK).read_bytes(), iter(range(1, 100))
    for name in ("replace", "fsync"):
        true = getattr(os, name)

        def stop(*words, true=true):
            if next(calls) == call:
                raise KeyboardInterrupt
            return true(*words)

        monkeypatch.setattr(writing.os, name, stop)
    with suppress(KeyboardInterrupt):
        renewing.renew(folder, inputs, TODAY)
    monkeypatch.undo()
    assert read_workbook(folder, inputs.programme)[0].keys() == SHEETS.keys()
    aside = list((folder / ".vesture" / "vecas").glob("*.xlsx"))
    assert (folder / WORKBOOK).read_bytes() == old or [path.read_bytes() for path in aside] == [old]


def test_what_cannot_be_carried_over_stops_before_anything_is_written(inputs, listed):
    book = openpyxl.load_workbook(io.BytesIO(make_tracking_workbook(inputs.programme, listed)))
    chart = openpyxl.chart.BarChart()
    chart.add_data(openpyxl.chart.Reference(book["Lēmumi"], min_col=1, min_row=1, max_row=3))
    book["Lēmumi"].add_chart(chart)
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(Refused, match="attēli, diagrammas vai makro"):
        renewing.renew_workbook(buffer.getvalue(), inputs, listed)


def test_what_she_wrote_beside_the_communities_is_kept(inputs, listed):
    book = openpyxl.load_workbook(io.BytesIO(make_tracking_workbook(inputs.programme, listed)))
    book[LOOK_UP].cell(5, 12).value = "zvanīt pirmdien"
    buffer = io.BytesIO()
    book.save(buffer)
    new = openpyxl.load_workbook(io.BytesIO(renewing.renew_workbook(buffer.getvalue(), inputs, listed)))
    assert new[f"{LOOK_UP} (vecā)"].cell(5, 12).value == "zvanīt pirmdien"
    assert new[LOOK_UP].cell(5, 12).value is None


def test_a_row_known_by_small_letters_or_by_its_name_is_not_added_again(inputs, listed):
    book = openpyxl.load_workbook(io.BytesIO(make_tracking_workbook(inputs.programme, listed)))
    page = book["Tēmas"]
    page["A3"], page["A4"] = str(page["A3"].value).lower().replace("0", "o"), str(page["A4"].value).split(" · ")[1]
    buffer = io.BytesIO()
    book.save(buffer)
    renewed = openpyxl.load_workbook(io.BytesIO(renewing.renew_workbook(buffer.getvalue(), inputs, listed)))["Tēmas"]
    assert sum(cell.value is not None for cell in renewed["A"]) == sum(cell.value is not None for cell in page["A"])


def test_her_own_lists_stay_wherever_the_tool_has_none(inputs, listed):
    old = openpyxl.load_workbook(io.BytesIO(make_tracking_workbook(inputs.programme, listed)))
    for words, cells in (("Anna,Ilze", "C3:C50"), ("jā,nē", "G3:I50"), ("a,b", "A3:A9")):
        rule = DataValidation("list", formula1=f'"{words}"')
        rule.add(cells)
        old["Darbi"].add_data_validation(rule)
    buffer = io.BytesIO()
    old.save(buffer)
    new = openpyxl.load_workbook(io.BytesIO(renewing.renew_workbook(buffer.getvalue(), inputs, listed)))["Darbi"]
    rules = [(rule.formula1, str(rule.sqref)) for rule in new.data_validations.dataValidation]
    assert rules[:2] == [('"Anna,Ilze"', "C3:C50"), ('"jā,nē"', "G3:G50 I3:I50")]  # column H has a list of the tool
    assert [text.startswith(LISTS) for text, _ in rules[2:]] == [True, True]


APART = """<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" uri="{{CCE6A557}}">
<x14:dataValidations xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="2">
<x14:dataValidation type="list" allowBlank="1" xr:uid="{{0}}" xmlns:xr="urn:x">
<x14:formula1><xm:f>Mana!$A$1:$A$3</xm:f></x14:formula1>
<xm:sqref>M3:M50</xm:sqref></x14:dataValidation>
<x14:dataValidation type="list"><x14:formula1><xm:f>{lists}!$A$2:$A$9</xm:f></x14:formula1>
<xm:sqref>A3:A99</xm:sqref></x14:dataValidation>
</x14:dataValidations></ext></extLst></worksheet>"""  # as Excel saves what looks to another sheet


@pytest.mark.filterwarnings("error")
def test_lists_that_look_to_another_sheet_stay_as_excel_saved_them(inputs, listed):
    made, buffer = make_tracking_workbook(inputs.programme, listed), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            added = APART.format(lists=LISTS).encode() if name == "xl/worksheets/sheet12.xml" else b"</worksheet>"
            new.writestr(name, old.read(name).replace(b"</worksheet>", added))
    typed = renewing.join_rules(buffer.getvalue())
    rules = {
        page.title: [(rule.formula1, str(rule.sqref)) for rule in page.data_validations.dataValidation]
        for page in openpyxl.load_workbook(io.BytesIO(renewing.renew_workbook(typed, inputs, listed))).worksheets
    }
    (changed,) = [title for title, of_sheet in rules.items() if ("Mana!$A$1:$A$3", "M3:M50") in of_sheet]
    assert sum(cells.startswith("A3:") for _, cells in rules[changed]) == 1
    assert list(renewing._find_lost(typed, renewing.renew_workbook(typed, inputs, listed))) == []
    assert renewing.join_rules(made) == renewing.join_rules(renewing.join_rules(made))


def test_a_heading_that_the_reader_knows_by_its_number_is_not_added_again(inputs, listed):
    content = make_tracking_workbook(inputs.programme, listed)
    book = openpyxl.load_workbook(io.BytesIO(content))
    (heading,) = [cell for row in book["Konsultācijas"].iter_rows() for cell in row if cell.value == "Mentors"]
    heading.value = "6. Mentors"
    book.save(buffer := io.BytesIO())
    page = openpyxl.load_workbook(io.BytesIO(renewing.renew_workbook(buffer.getvalue(), inputs, listed)))[
        "Konsultācijas"
    ]
    told = [str(cell.value) for cell in page[heading.row] if "Mentors" in str(cell.value)]
    assert told == ["6. Mentors"]


def test_a_backup_is_known_by_what_it_holds_and_any_day_of_a_file_is_kept(folder):
    other = shutil.copytree(folder, folder.with_name(f"{folder.name} 2027"))
    os.utime(folder / "programme.toml", (0, 0))
    mine, others = make_backup(folder, TODAY), make_backup(other, TODAY)
    renamed = mine.rename(mine.with_name("pirms izlozes.zip"))
    assert (list_backups(folder), list_backups(other)) == ([renamed], [others])


def test_a_backup_holds_the_whole_folder(folder, capsys):
    assert cli.main(["backup", str(folder)]) == 0
    (path,) = (folder.parent / "kopijas").glob("gads *.zip")
    with zipfile.ZipFile(path) as packed:
        held = {name: packed.read(name) for name in packed.namelist()}
    assert held == {
        f"gads/{p.relative_to(folder).as_posix()}": p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_what_was_set_aside_is_never_overwritten_though_an_older_one_was_deleted(folder):
    first, second = (make_backup(folder, date(2024, 9, 20)) for _ in range(2))
    kept = second.read_bytes()
    first.unlink()
    (folder / "piezime.txt").write_text("jauns", "utf-8")
    third = make_backup(folder, date(2024, 9, 20))
    assert (third, second.read_bytes()) == (first, kept)
    assert make_backup(folder, date(2024, 9, 20)).name == "gads 2024-09-20 3.zip"
