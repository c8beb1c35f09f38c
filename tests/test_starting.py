"""A new programme's folder: what is made, what is left alone, and that the reader understands it."""

import io
import tomllib
from datetime import date

import openpyxl
import pytest
from builders import programme

from mentoring_lib.__main__ import FINE, STOPPED, main
from mentoring_lib.columns import CHOICES, SHEETS
from mentoring_lib.errors import Refused
from mentoring_lib.fillable import LISTS, ROOM
from mentoring_lib.programme import parse_programme, read_programme
from mentoring_lib.starting import check_name, empty_programme, list_choices, make_tracking_workbook
from mentoring_lib.workflow import EXAMPLE, read_workbook

TODAY = date(2025, 3, 1)


@pytest.fixture(scope="module")
def text():
    return empty_programme((EXAMPLE / "programme.toml").read_text("utf-8"), today=TODAY)


@pytest.fixture
def folder(tmp_path):
    assert main(["start", str(tmp_path / "Kopienas 2025")]) == FINE
    return tmp_path / "Kopienas 2025"


# The programme file


def test_facts_stay_and_everything_invented_is_gone(text):
    made, example = parse_programme(text), read_programme(EXAMPLE / "programme.toml")
    assert (made.example, made.as_of, made.markers) == (False, TODAY, ())
    assert (made.lottery.seed, made.lottery.witnesses, made.rule.decided_on) == (None, (), None)
    assert (made.call, made.places, made.themes) == (example.call, example.places, example.themes)
    assert [mentor.themes for mentor in made.mentors] == [(), ()]
    for invented in (*example.markers, example.lottery.seed, example.appeal.contact, "izdomāt", "PIEMĒRS"):
        assert invented not in text.replace("ka dati ir izdomāti", "")


def test_every_setting_is_explained_and_the_defaults_are_those_of_the_code(text):
    values = tomllib.loads(text)["delivery"]
    assert values == programme().delivery.model_dump()
    section = text.split("[delivery]")[1].splitlines()[1:]
    assert all("#" in line for line in section if line)


def test_a_changed_example_is_noticed():
    with pytest.raises(ValueError, match="no line"):
        empty_programme("as_of = 2024-09-15\n", today=TODAY)


# The workbook


def test_every_sheet_has_room_lists_dates_and_frozen_headings():
    book = openpyxl.load_workbook(io.BytesIO(make_tracking_workbook(programme())))
    assert book.sheetnames == ["Palīdzība", *SHEETS, LISTS]
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


def test_the_lists_come_from_the_programme():
    lists = list_choices(programme())
    assert lists["Notikumi"]["mentor"] == ["Maija", "Inese"]
    assert lists["Notikumi"]["year"] == ["2023", "2024"]
    assert lists["Notikumi"]["event"] == list(CHOICES["event"].values())
    assert lists["Notikumi"]["mode"] == ["klātienē", "tiešsaistē"]
    assert lists["Pretrunas"]["person"] == ["Maija", "Inese", "Ilze", "Andris"]
    assert lists["Tēmas"]["theme"] == list(programme().themes.values())
    assert "E-pasts" in lists["Labojumi"]["column"]


def test_every_word_of_a_list_is_read_back(tmp_path):
    book = openpyxl.load_workbook(io.BytesIO(make_tracking_workbook(programme())))
    filled = {"Pieteikums": "K-3F9A2C", "Datums": date(2023, 9, 6), "Kas ierakstīja": "K", "Kad": date(2023, 9, 6)}
    for word in CHOICES["event"].values():
        book["Notikumi"].append([filled.get(c.label, word if c.name == "event" else None) for c in SHEETS["Notikumi"]])
    for word in programme().themes.values():
        row = {"Tēma": word, "Kas apstiprināja": "K"} | filled
        book["Tēmas"].append([row.get(column.label) for column in SHEETS["Tēmas"]])
    book.save(tmp_path / "g.xlsx")
    sheets, problems = read_workbook(tmp_path / "g.xlsx", programme())
    assert problems == []
    assert sheets["Notikumi"]["event"].tolist() == list(CHOICES["event"])
    assert sheets["Tēmas"]["theme"].tolist() == list(programme().themes)


def test_the_same_programme_gives_the_same_bytes():
    assert make_tracking_workbook(programme()) == make_tracking_workbook(programme())


# The command


def test_a_folder_has_everything_a_programme_needs(folder):
    assert sorted(path.name for path in folder.iterdir()) == [
        "darba_gramata.xlsx", "pieteikumi", "programme.toml", "vertejumi",
    ]  # fmt: skip
    assert list((folder / "pieteikumi").iterdir()) == []


def test_what_exists_is_never_touched(folder, capsys):
    (folder / "programme.toml").write_text("# mans\n", encoding="utf-8")
    before = (folder / "darba_gramata.xlsx").read_bytes()
    assert main(["start", str(folder)]) == FINE
    assert (folder / "programme.toml").read_text("utf-8") == "# mans\n"
    assert (folder / "darba_gramata.xlsx").read_bytes() == before
    assert "darba_gramata.xlsx: jau ir, atstāts, kā bija" in capsys.readouterr().out


def test_a_deleted_workbook_is_made_again_with_the_programmes_own_lists(folder):
    path = folder / "programme.toml"
    path.write_text(path.read_text("utf-8").replace("Maija Bebre", "Zane Jauna"), "utf-8")
    (folder / "darba_gramata.xlsx").unlink()
    assert main(["start", str(folder)]) == FINE
    words = [cell.value for row in openpyxl.load_workbook(folder / "darba_gramata.xlsx")[LISTS].rows for cell in row]
    assert "Zane Jauna" in words


def test_a_run_of_an_empty_start_is_one_clear_sentence(folder, capsys):
    capsys.readouterr()
    assert main(["run", str(folder)]) == STOPPED
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert "vēl nav neviena pieteikuma" in said[1]
    assert said[1].endswith("pieteikumi")


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
    assert main(["start", str(tmp_path / name)]) == STOPPED
    assert "datne» ir datne, nevis mape" in capsys.readouterr().err
    assert (tmp_path / "datne").read_bytes() == b"hers"
