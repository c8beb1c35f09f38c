"""A new programme's folder: what is made, what is left alone, and that the reader understands it."""

import io
import shutil
from datetime import date

import openpyxl
import pandas as pd
import pytest
from builders import SETTINGS, programme, widths_of

from mentoring_lib.app import paths
from mentoring_lib.app.cli import main
from mentoring_lib.base.columns import CHOICES, LOOK_UP, SHEETS
from mentoring_lib.base.problems import Refused
from mentoring_lib.base.programme import read_programme
from mentoring_lib.base.settings import BOOK_NAME, WORDS, dig
from mentoring_lib.documents.marking_sheets import make_marking_sheet
from mentoring_lib.documents.new_programme import (
    check_name,
    keep_settings,
    list_choices,
    make_settings,
    make_tracking_workbook,
)
from mentoring_lib.intake.settings import read_settings
from mentoring_lib.intake.workbook import read_workbook
from mentoring_lib.render.entry_workbook import LISTS, ROOM
from mentoring_lib.render.xlsx import PRINTED
from mentoring_lib.workflow import EXAMPLE

SALT = "0123abcd"
MISSING = {
    "Projekts": {4: "Ciemu rīti", 5: "LV-1", 6: date(2025, 1, 1), 7: date(2026, 12, 31)},
    "Uzsaukums": {4: "CR-25", 5: "Ciemi, piesakieties", 6: date(2025, 5, 31)},
    "Vēstules": {18: "riti@example.org"},
    "Privātums": {4: date(2030, 12, 31)},
}


def fill(path, cells=MISSING, places=((2025, 7), (2026, 7))):
    """Type what is lacking into the settings, as she would."""
    book = openpyxl.load_workbook(path)
    for sheet, rows in cells.items():
        for row, value in rows.items():
            book[sheet].cell(row, 2, value)
    for row, (year, count) in enumerate(places, start=5):
        book["Konsultāciju skaits"].cell(row, 1, year)
        book["Konsultāciju skaits"].cell(row, 2, count)
    columns = [cell.column for cell in book["Rādītāji"][4] if str(cell.value).startswith("Mērķis")]
    for row in [cell.row for cell in book["Rādītāji"]["A"][4:] if cell.value]:
        for column in columns[: len(places)]:
            book["Rādītāji"].cell(row, column, 0)
    book.save(path)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "PRIVATE", tmp_path)
    monkeypatch.setattr(paths, "find_reports", lambda folder: tmp_path.with_name("reports") / folder.name)
    assert main(["start", "Kopienas 2025"]) == paths.FINE
    return tmp_path / "Kopienas 2025"


def lacking(folder):
    with pytest.raises(Refused) as refused:
        read_settings(folder)
    return {(problem.code, problem.cell, problem.sheet) for problem in refused.value.problems}


# The settings


def test_facts_stay_and_everything_invented_is_gone(folder):
    fill(folder / BOOK_NAME)
    made, example = read_settings(folder), read_programme(EXAMPLE / "programme.toml")
    assert (made.example, made.as_of, made.markers) == (False, None, ())
    assert (made.lottery.source, made.lottery.seed, made.lottery.witnesses, made.rule.decided_on) == (
        "",
        None,
        (),
        None,
    )
    assert (made.call.municipalities, made.themes) == (example.call.municipalities, example.themes)
    assert [mentor.themes for mentor in made.mentors] == [(), ()]
    assert [(one.formula, dict(one.targets)) for one in made.indicators] == [("consultations", {2025: 0, 2026: 0})]
    assert (made.delivery, made.rule.clear_from) == (programme().delivery, 7)


def test_nothing_of_the_example_stands_in_a_new_programme():
    book = openpyxl.load_workbook(io.BytesIO(make_settings(salt=SALT)))
    cells = [str(cell.value) for page in book for row in page.rows for cell in row if cell.value is not None]
    example = read_programme(EXAMPLE / "programme.toml")
    for invented in (*example.markers, example.lottery.seed, example.appeal.contact, example.call.code,
                     example.project.number, example.call.salt or "KKK-2023"):  # fmt: skip
        assert not [text for text in cells if invented in text]


def test_what_differs_from_call_to_call_must_be_filled_in(folder):
    assert lacking(folder) == {
        *(("setting_empty", f"B{row}", sheet) for sheet, rows in MISSING.items() for row in rows),
        ("setting_empty", "A4", "Konsultāciju skaits"),
    }  # fmt: skip


def test_each_programme_has_a_salt_of_its_own_and_the_same_salt_gives_the_same_bytes(folder):
    main(["start", "Cita"])
    salts = {openpyxl.load_workbook(path / BOOK_NAME)["Uzsaukums"]["B8"].value for path in folder.parent.iterdir()}
    assert len(salts) == 2
    assert all(len(salt) == 32 for salt in salts)
    assert make_settings(salt=SALT) == make_settings(salt=SALT)


# Beginning from an earlier programme


def test_what_stays_is_filled_and_what_must_be_new_is_empty(folder):
    fill(folder / BOOK_NAME)
    assert main(["start", "Kopienas 2026", "--from", "Kopienas 2025"]) == paths.FINE
    later = folder.parent / "Kopienas 2026"
    assert lacking(later) == {
        *(("setting_empty", f"B{row}", sheet) for sheet in [*MISSING][:2] for row in MISSING[sheet]),
        ("setting_empty", "B4", "Privātums"),
        ("setting_empty", "A4", "Konsultāciju skaits"),
    }  # fmt: skip
    fill(later / BOOK_NAME, {**MISSING, "Uzsaukums": {4: "CR-26", 5: "Atkal", 6: date(2025, 6, 30)}})
    before, after = read_settings(folder), read_settings(later)
    for kept in ("themes", "mentors", "markers", "form", "privacy", "appeal", "delivery", "follow_up"):
        assert getattr(after, kept) == getattr(before, kept)
    assert after.call.municipalities == before.call.municipalities
    assert after.call.salt != before.call.salt


def test_every_setting_that_must_be_new_is_left_out():
    kept = keep_settings(read_programme(EXAMPLE))
    for key in WORDS["new_each_time"]:
        parts = key.split(".")
        items = [kept] if parts[0] != "indicators" else list(kept["indicators"])
        for item in items:
            assert dig(item, parts if item is kept else parts[1:]) is None
    assert dig(kept, ("themes", "funding"))


def test_a_code_of_a_call_that_was_used_is_refused(folder, capsys):
    for name in ("Kopienas 2025", "Otra"):
        main(["start", name])
        fill(folder.parent / name / BOOK_NAME)
    capsys.readouterr()
    main(["start", "Otra"])
    assert "CR-25» ir arī programmā Kopienas 2025" in capsys.readouterr().out
    shutil.copytree(EXAMPLE / "pieteikumi", folder / "pieteikumi", dirs_exist_ok=True)
    assert main(["check", str(folder)]) == paths.STOPPED
    assert "CR-25» ir arī programmā Otra" in capsys.readouterr().err


def test_an_existing_programme_is_not_begun_again_from_another(folder, capsys):
    before = (folder / BOOK_NAME).read_bytes()
    assert main(["start", "Kopienas 2025", "--from", str(EXAMPLE)]) == paths.STOPPED
    assert "iestatījumi jau ir" in capsys.readouterr().err
    assert (folder / BOOK_NAME).read_bytes() == before


def test_nothing_is_begun_from_the_invented_example(folder, capsys):
    assert main(["start", "Kopienas 2026", "--from", str(EXAMPLE)]) == paths.STOPPED
    assert "izdomāti" in capsys.readouterr().err
    assert not (folder.parent / "Kopienas 2026").exists()


# The workbook


def test_every_sheet_has_room_lists_dates_and_frozen_headings():
    book = openpyxl.load_workbook(io.BytesIO(make_tracking_workbook(programme())))
    assert book.sheetnames == ["Palīdzība", LOOK_UP, *SHEETS, LISTS]
    choices = list_choices(programme())
    for name, columns in SHEETS.items():
        page = book[name]
        assert [cell.value for cell in page[2]] == [column.label for column in columns]
        assert page.freeze_panes == "B3"
        assert (page.page_setup.orientation, page.page_setup.paperSize, page.print_title_rows) == (
            "landscape", 9, "$2:$2",
        )  # fmt: skip
        assert len(page.data_validations.dataValidation) == len(choices.get(name, {}))
        assert all(str(rule.sqref).endswith(str(ROOM + 2)) for rule in page.data_validations.dataValidation)


def test_every_sheet_to_fill_in_can_be_read_when_printed():
    rows = pd.DataFrame({"application_id": ["K-01"], "community": "A", "contact_name": "B", "question": "C"})
    rows = rows.assign(themes=[("funding",)], theme_other="")
    for content in (make_tracking_workbook(programme()), make_marking_sheet(rows, "Ilze", programme())):
        for page in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
            if page.sheet_state == "visible":
                assert sum(widths_of(page)) <= PRINTED


def test_the_lists_come_from_the_programme():
    lists = list_choices(programme())
    assert lists["Notikumi"]["mentor"] == ["Maija", "Inese"]
    assert lists["Notikumi"]["year"] == ["2023", "2024"]
    assert lists["Notikumi"]["event"] == list(CHOICES["event"].values())
    assert lists["Notikumi"]["mode"] == ["klātienē", "tiešsaistē"]
    assert lists["Interešu konflikti"]["person"] == ["Maija", "Inese", "Ilze", "Andris"]
    assert lists["Tēmas"]["theme"] == ["visas atzīmētās", *programme().themes.values()]
    assert "E-pasts" in lists["Labojumi"]["column"]


def test_every_word_of_a_list_is_read_back(tmp_path):
    book = openpyxl.load_workbook(io.BytesIO(make_tracking_workbook(programme())))
    filled = {"Pieteikums": "K-3F9A2C", "Datums": date(2023, 9, 6), "Kas ierakstīja": "K", "Kad": date(2023, 9, 6)}
    for word in CHOICES["event"].values():
        book["Notikumi"].append([filled.get(c.label, word if c.name == "event" else None) for c in SHEETS["Notikumi"]])
    for word in programme().themes.values():
        row = {"Tēma": word, "Kas apstiprināja": "K"} | filled
        book["Tēmas"].append([row.get(column.label) for column in SHEETS["Tēmas"]])
    book.save(tmp_path / "darba_gramata.xlsx")
    sheets, problems, _ = read_workbook(tmp_path, programme())
    assert problems == []
    assert sheets["Notikumi"]["event"].tolist() == list(CHOICES["event"])
    assert sheets["Tēmas"]["theme"].tolist() == list(programme().themes)


def test_the_same_programme_gives_the_same_bytes():
    assert make_tracking_workbook(programme()) == make_tracking_workbook(programme())


# The command


def test_a_folder_has_everything_a_programme_needs_at_first(folder):
    assert sorted(path.name for path in folder.iterdir()) == [
        "apliecinajumi", "atsauksmes", "pieteikumi", BOOK_NAME, "vertejumi",
    ]  # fmt: skip
    assert list((folder / "pieteikumi").iterdir()) == []


def test_what_exists_is_never_touched(folder, capsys):
    fill(folder / BOOK_NAME)
    main(["start", str(folder)])
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert main(["start", str(folder)]) == paths.FINE
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before
    assert "programma.xlsx: jau ir, atstāta, kā bija" in capsys.readouterr().out


def test_questions_that_she_edited_are_left_and_the_others_follow_the_settings(folder, capsys):
    fill(folder / BOOK_NAME)
    main(["start", str(folder)])
    place = paths.find_reports(folder) / "publiski"
    (place / "veidlapas_jautajumi.txt").write_text("Mūsu vārdiem", "utf-8")
    before = (place / "aptauja_pec_90_dienam.txt").read_text("utf-8-sig")
    capsys.readouterr()
    fill(folder / BOOK_NAME, {"Pēc konsultācijas": {7: "Mēs zinām, kam zvanīt."}})
    assert main(["start", str(folder)]) == paths.FINE
    told = [line for line in capsys.readouterr().out.splitlines() if "tāpēc atstāta" in line]
    assert told == ["  veidlapas_jautajumi.txt: mainīta pēc izveidošanas, tāpēc atstāta, kā bija"]
    assert (place / "veidlapas_jautajumi.txt").read_text("utf-8") == "Mūsu vārdiem"
    after = (place / "aptauja_pec_90_dienam.txt").read_text("utf-8-sig")
    assert "kam zvanīt" in after
    assert "kam zvanīt" not in before


def test_an_empty_start_names_all_that_must_be_filled_in_and_then_the_applications(folder, capsys):
    main(["start", str(folder)])
    assert "Vēl vajadzīgs (10):" in capsys.readouterr().out
    assert main(["run", str(folder)]) == paths.STOPPED
    assert capsys.readouterr().err.count("vēl nav aizpildīts") == 10
    fill(folder / BOOK_NAME)
    main(["start", str(folder)])
    said = capsys.readouterr().out
    assert "Tālāk: ielieciet veidlapas eksportu" in said
    assert "(privatums.html) nav sagatavots, jo trūkst iestatījumu: Privātums: Datu pārzinis," in said
    printed = {path.name for path in (paths.find_reports(folder) / "publiski").iterdir()}
    assert printed >= {"veidlapas_jautajumi.txt", "aptauja_diena_pec.txt", "aptauja_pec_90_dienam.txt"}
    assert main(["run", str(folder)]) == paths.STOPPED
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert "vēl nav neviena pieteikuma" in said[1]
    assert said[1].endswith("pieteikumi")


def test_a_programme_of_version_0_1_is_read_as_it_is(folder):
    (folder / BOOK_NAME).unlink()
    (folder / "programme.toml").write_text(SETTINGS, "utf-8")
    assert main(["start", str(folder)]) == paths.FINE
    assert not (folder / BOOK_NAME).exists()


@pytest.mark.parametrize("name", ["..", ".", "", "a:b", "a*", "-x", " x", "x ", "CON", "nul", "Com1", "LPT9", "COM¹"])
def test_a_name_that_could_lead_elsewhere_is_refused(name):
    with pytest.raises(Refused, match="neder par mapes nosaukumu"):
        check_name(name)


@pytest.mark.parametrize("name", ["Kopienas 2025", "a", "konsultācijas", "COM10", "null"])
def test_an_ordinary_name_is_fine(name):
    assert check_name(name) == name


@pytest.mark.parametrize("name", ["datne", "datne/sub"])
def test_a_file_where_the_folder_should_be_is_refused(tmp_path, capsys, name):
    (tmp_path / "datne").write_bytes(b"hers")
    assert main(["start", str(tmp_path / name)]) == paths.STOPPED
    assert "datne» ir datne, nevis mape" in capsys.readouterr().err
    assert (tmp_path / "datne").read_bytes() == b"hers"
