"""A new programme's folder: what is made, what is left alone, and that the reader understands it."""

import io
import re
import tomllib
from datetime import date

import openpyxl
import pandas as pd
import pytest
from builders import programme, widths_of

from mentoring_lib.app import paths
from mentoring_lib.app.cli import main
from mentoring_lib.base.columns import CHOICES, SHEETS
from mentoring_lib.base.problems import Refused
from mentoring_lib.base.programme import parse_programme, read_programme
from mentoring_lib.documents.marking_sheets import make_marking_sheet
from mentoring_lib.documents.new_programme import check_name, empty_programme, list_choices, make_tracking_workbook
from mentoring_lib.intake.workbook import read_workbook
from mentoring_lib.render.entry_workbook import LISTS, ROOM
from mentoring_lib.render.xlsx import PRINTED
from mentoring_lib.workflow import EXAMPLE

TODAY = date(2025, 3, 1)


@pytest.fixture(scope="module")
def text():
    return empty_programme(today=TODAY, salt="0123abcd")


FILLED = {
    'keep_personal_data_until = ""': "keep_personal_data_until = 2030-12-31",
    'title = ""   ': 'title = "Ciemu rīti"   ',
    'starts = ""': "starts = 2025-01-01",
    'ends = ""': "ends = 2026-12-31",
    'code = ""': 'code = "CR-25"',
    'deadline = ""': "deadline = 2025-05-31",
    'contact = ""': 'contact = "riti@example.org"',
    "2023 = ": "2025 = ",
    "2024 = ": "2026 = ",
}


def fill(text):
    for line, instead in FILLED.items():
        assert line in text
        text = text.replace(line, instead)
    return text


@pytest.fixture
def folder(tmp_path):
    assert main(["start", str(tmp_path / "Kopienas 2025")]) == paths.FINE
    return tmp_path / "Kopienas 2025"


# The programme file


def test_facts_stay_and_everything_invented_is_gone(text):
    made, example = parse_programme(fill(text)), read_programme(EXAMPLE / "programme.toml")
    assert (made.example, made.as_of, made.markers) == (False, TODAY, ())
    assert (made.lottery.seed, made.lottery.witnesses, made.rule.decided_on) == (None, (), None)
    assert (made.call.municipalities, made.themes) == (example.call.municipalities, example.themes)
    assert [mentor.themes for mentor in made.mentors] == [(), ()]
    for invented in (*example.markers, example.lottery.seed, example.appeal.contact, "izdomāt", "PIEMĒRS"):
        assert invented not in text.replace("ka dati ir izdomāti", "")
    for old in (example.call.code, example.project.number, str(example.call.deadline), "2026-10-31"):
        assert old not in text


def test_what_differs_from_call_to_call_must_be_filled_in(text):
    with pytest.raises(Refused) as refused:
        parse_programme(text)
    assert {problem.code for problem in refused.value.problems} == {"setting_empty"}
    assert [problem.value for problem in refused.value.problems] == [
        "keep_personal_data_until", "project.title", "project.starts", "project.ends", "call.code", "call.title",
        "call.deadline", "appeal.contact",
    ]  # fmt: skip


def test_places_of_an_earlier_call_are_noticed(text):
    old = fill(text).replace("2025 = 7\n2026 = 7\n", "2023 = 7\n2024 = 7\n")
    with pytest.raises(Refused, match=r"«places.2023» neder vērtība: 2023 – jābūt ne agrāk kā 2025"):
        parse_programme(old)


def test_every_setting_is_explained_and_the_defaults_are_those_of_the_code(text):
    values = tomllib.loads(text)["delivery"]
    assert values == programme().delivery.model_dump()
    section = text.split("[delivery]")[1].splitlines()[1:]
    assert all("#" in line for line in section if line)


def keys_of(text):
    """Section and key of every line that sets one, those set aside by # too."""
    section, keys = "", set()
    for line in text.splitlines():
        if head := re.match(r"#? ?(\[+[\w.]+\]+)", line):
            section = head[1]
        elif key := re.match(r'#?("[^"]+"|\w+) = ', line):
            keys.add((section, key[1]))
    return keys


def test_the_template_has_the_examples_keys_and_every_default(text):
    example = keys_of((EXAMPLE / "programme.toml").read_text("utf-8"))
    of_calls = {key for key in example if key[0] == "[[earlier]]"}  # its rows come from a notebook
    defaults = {("[delivery]", name) for name in programme().delivery.model_dump()}
    assert keys_of(text) == (example - of_calls) | defaults
    assert "# [[earlier]]" in text


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
    book.save(tmp_path / "darba_gramata.xlsx")
    sheets, problems, _ = read_workbook(tmp_path, programme())
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
    assert main(["start", str(folder)]) == paths.FINE
    assert (folder / "programme.toml").read_text("utf-8") == "# mans\n"
    assert (folder / "darba_gramata.xlsx").read_bytes() == before
    assert "darba_gramata.xlsx: jau ir, atstāts, kā bija" in capsys.readouterr().out


def test_an_untouched_workbook_gets_the_programmes_own_lists(folder, capsys):
    path = folder / "programme.toml"
    path.write_text(fill(path.read_text("utf-8")).replace("Maija Bebre", "Zane Jauna"), "utf-8")
    assert main(["start", str(folder)]) == paths.FINE
    assert "Tālāk: ielieciet veidlapas eksportu" in capsys.readouterr().out
    words = [cell.value for row in openpyxl.load_workbook(folder / "darba_gramata.xlsx")[LISTS].rows for cell in row]
    assert "Zane Jauna" in words


def test_a_workbook_somebody_saved_is_left_alone_and_made_again_when_deleted(folder):
    path, book = folder / "programme.toml", folder / "darba_gramata.xlsx"
    openpyxl.load_workbook(book).save(book)
    before = book.read_bytes()
    path.write_text(fill(path.read_text("utf-8")), "utf-8")
    assert main(["start", str(folder)]) == paths.FINE
    assert book.read_bytes() == before
    book.unlink()
    assert main(["start", str(folder)]) == paths.FINE
    assert openpyxl.load_workbook(book)["Palīdzība"]["A1"].value == "Darba grāmata: Ciemu rīti"


def test_an_empty_start_names_all_that_must_be_filled_in_and_then_the_applications(folder, capsys):
    assert main(["start", str(folder)]) == paths.FINE
    assert "Vēl vajadzīgs (8):" in capsys.readouterr().out
    assert main(["run", str(folder)]) == paths.STOPPED
    assert capsys.readouterr().err.count("vēl nav aizpildīta") == 8
    path = folder / "programme.toml"
    path.write_text(fill(path.read_text("utf-8")), "utf-8")
    assert main(["run", str(folder)]) == paths.STOPPED
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
    assert main(["start", str(tmp_path / name)]) == paths.STOPPED
    assert "datne» ir datne, nevis mape" in capsys.readouterr().err
    assert (tmp_path / "datne").read_bytes() == b"hers"
