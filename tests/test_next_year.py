"""A wholly other programme from its programme file alone: 3 years, 5 municipalities, 4 mentors, other themes and form.

Nothing here names a module's setting: whatever this programme needs stands in the file below or in its sheets.
"""

import csv
import io
import os
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from mentoring_lib import workflow
from mentoring_lib.app import notebooks, outputs
from mentoring_lib.base.columns import MARKS, MARKS_SHEET, SHEETS
from mentoring_lib.base.programme import parse_programme
from mentoring_lib.documents.new_programme import make_tracking_workbook
from mentoring_lib.funder import privacy
from mentoring_lib.render.entry_workbook import FillableSheet, make_fillable
from mentoring_lib.selection import lottery

PROGRAMME = """
example = true
as_of = 2028-03-15
keep_personal_data_until = 2032-12-31
public = ["municipality", "year", "mode", "themes"]
markers = ["Dace Trešā"]

[project]
title = "Ciemu rīti"
number = "2027.LV/IZD/1"
starts = 2027-01-01
ends = 2029-11-30
implementers = ["biedrība \\"Rīti\\""]
funding_sentence = "Atbalsta izdomāts fonds."
responsibility = "Par saturu atbild biedrība \\"Rīti\\"."

[call]
code = "CR-27"
title = "Ciemu rīti aicina"
deadline = 2027-02-28
time_zone = "Europe/Riga"
municipalities = ["Cēsu novads", "Smiltenes novads", "Valkas novads", "Gulbenes novads", "Madonas novads"]

[places]
2027 = 3
2028 = 2
2029 = 1

[themes]
river = "Kā kopt upi, krastu un dīķi?"
trail = "Kā iezīmēt taku?"
own = "Savs jautājums"

[[mentors]]
name = "Anna Upe"
community = "Gaujas krasts"
municipality = "Cēsu novads"
themes = ["river"]
most = 2

[[mentors]]
name = "Berta Taka"
community = "Taku ļaudis"
municipality = "Valkas novads"
themes = ["trail"]
modes = ["in_person"]

[[mentors]]
name = "Centis Kalns"
community = "Kalna gals"
municipality = "Madonas novads"
themes = ["river", "trail", "own"]

[[mentors]]
name = "Dzintra Lauks"
community = "Lauku sēta"
municipality = "Gulbenes novads"
themes = ["own"]

[rule]
decided_on = 2027-01-15
reading = "points"
new_within_years = 1
clear_from = 6
weight_of_new = 2

[lottery]
source = "Izdomāts avots"
draw_at = 2027-03-10T20:00:00

[form]
date_order = "mdy"
headers = { submitted_at = ["Nosūtīts"], community = ["Ciems"], municipality = ["Kurš novads?"], themes = ["Par ko?"] }

[delivery]
consultation_minutes = 90
pause_minutes = 30
answer_days = 7

[appeal]
contact = "riti@example.org"
days = 5

[[indicators]]
name = "Konsultāciju stundas"
unit = "stundas"
formula = "hours"
targets = { 2027 = 4.5, 2028 = 3, 2029 = 1.5 }
"""

HEAD = ["Nosūtīts", "E-pasta adrese", "Ciems", "Kurš novads?", "Kad kopiena sāka darboties? (gads)", "Par ko?",
        "Vēlamais konsultācijas veids", "Piekrītu personas datu apstrādei"]  # fmt: skip
THEMES = ["Kā kopt upi, krastu un dīķi?", "Kā iezīmēt taku?"]
TOWNS = ["Cēsu novads", "Smiltenes novads", "Valkas novads", "Gulbenes novads", "Madonas novads"]


def export(path):
    rows = [
        [f"02/{day:02}/2027 10:00:00", f"c{day}@example.org", f"Ciems {'ABCDEFGHIJ'[day]}", TOWNS[day % 5],
         2026 if day % 2 else 2001, THEMES[day % 2], "Tiešsaistē" if day == 3 else "Klātienē", "Jā"]
        for day in range(1, 9)
    ]  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *rows])


def fill(content, rows_by_sheet):
    """Type into a workbook that the project made, as a person would."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for name, rows in rows_by_sheet.items():
        labels = [cell.value for cell in book[name][2]]
        for number, row in enumerate(rows, start=3):
            for label, value in row.items():
                book[name].cell(number, labels.index(label) + 1, value)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def mark(applications):
    sheet = FillableSheet(MARKS_SHEET, "Vērtējumi", MARKS)
    names = [column.label for column in MARKS]
    rows = [dict(zip(names, [key, "Dace Trešā", 3, 2, 1, number % 4], strict=False))
            for number, key in enumerate(applications["application_id"])]  # fmt: skip
    return fill(make_fillable("T", [], [sheet]), {MARKS_SHEET: rows})


def event(key, what, on, **more):
    return {"Pieteikums": key, "Notikums": what, "Datums": on, "Kas ierakstīja": "K"} | more


def track(programme, keys):
    first, second, third, late = keys[:4]
    hour = {"Konsultācijas laiks": datetime(2027, 5, 4, 17), "Mentors": "Centis Kalns", "Veids": "klātienē"}
    events = [
        *(event(key, "piedāvāta konsultācija", date(2027, 4, 1), **{"Konsultācijas gads": 2027}) for key in keys[:3]),
        event(first, "pieņemta", date(2027, 4, 3)),
        event(first, "norunāts laiks", date(2027, 4, 5), **hour),
        event(first, "notika", date(2027, 5, 4), Minūtes=90),
        event(second, "kopiena atteicās", date(2027, 4, 4)),
        event(third, "pieņemta", date(2027, 4, 4)),
        event(late, "piedāvāta konsultācija", date(2028, 3, 1), **{"Konsultācijas gads": 2028}),
    ]
    free = [
        {"Mentors": name, "No": datetime(2028, 4, day, 10), "Līdz": datetime(2028, 4, day, 15)}
        for day, name in enumerate(["Anna Upe", "Berta Taka", "Centis Kalns"], start=4)
    ]
    return fill(
        make_tracking_workbook(programme),
        {
            "Notikumi": events,
            "Laiki": free,
            "Ieteikumi": [{"Pieteikums": first, "Ieteikums": "Sāciet ar krastu.", "Kad": date(2027, 5, 6)}],
            "Darbi": [{"Pieteikums": first, "Darbs": "Izpļaut krastu", "Atbildīgais": "Ciems"}],
        },
    )


def draw(path):
    """Close the list, then hold the draw."""
    text = workflow.make_frozen_record(workflow.read_inputs(path), now=datetime(2027, 3, 1, 12))
    (path / "izloze").mkdir()
    (path / "izloze" / lottery.FROZEN_FILE).write_bytes(text.encode("utf-8"))
    (path / "izloze" / f"{lottery.FROZEN_FILE}.sha256").write_bytes(lottery.format_checksum(text).encode("utf-8"))
    drawn = PROGRAMME.replace("\n[form]", f'seed = "{"7" * 20}"\ndrawn_at = 2027-03-10T20:00:00\n\n[form]')
    (path / "programme.toml").write_text(drawn, "utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("dati") / "Ciemu rīti"
    (path / "pieteikumi").mkdir(parents=True)
    (path / "vertejumi").mkdir()
    (path / "programme.toml").write_text(PROGRAMME, "utf-8")
    export(path / "pieteikumi" / "atbildes.csv")
    inputs = workflow.read_inputs(path)
    (path / "vertejumi" / "Dace.xlsx").write_bytes(mark(inputs.applications))
    draw(path)
    decided = workflow.evaluate(workflow.read_inputs(path)).decided
    keys = decided.sort_values(["rank", "rank_from", "application_id"])["application_id"].tolist()
    (path / "darba_gramata.xlsx").write_bytes(track(parse_programme(PROGRAMME), keys))
    return path


@pytest.fixture(scope="module")
def year(folder):
    inputs = workflow.read_inputs(folder)
    return inputs, workflow.evaluate(inputs)


def test_everything_typed_is_understood(year):
    inputs, results = year
    assert [problem for problem in results.problems if problem.severity != "note"] == []
    assert set(inputs.sheets) == set(SHEETS)
    assert len(results.decided) == 8
    assert set(results.decided["municipality"]) == set(TOWNS)


def test_the_ledger_has_three_years(year):
    ledger = year[1].ledger
    assert ledger.index.tolist() == [2027, 2028, 2029]
    assert ledger["planned"].tolist() == [3, 2, 1]
    assert ledger[["delivered", "lost", "open"]].to_numpy().tolist() == [[1, 2, 0], [0, 0, 2], [0, 0, 1]]


def test_mentors_of_this_programme_are_matched_and_hours_last_as_it_says(year):
    inputs, results = year
    names = {mentor.name for mentor in inputs.programme.mentors}
    assert set(results.pairs["mentor"]) == names
    assert len(results.pairs) == 2 * len(names)
    assert set(results.matched["mentor"]) <= names
    assert results.hours.groupby("mentor").size().to_dict() == {"Anna Upe": 2, "Berta Taka": 2, "Centis Kalns": 2}
    gap = results.hours.groupby("mentor")["starts_at"].diff().dropna()
    assert (gap.dt.total_seconds() == 120 * 60).all()


def test_its_own_waiting_times_count(year):
    due = year[1].due.set_index("what")["until"]
    assert str(due["nav atbildes uz piedāvājumu"].date()) == "2028-03-08"


def test_every_output_is_made(year, folder):
    inputs, results = year
    delivery = outputs.make_delivery_files(inputs, results).files
    assert sorted(Path(name).suffix for name in delivery) == [
        ".docx",
        ".docx",
        ".ics",
    ]  # recommendations, the sheet that proves the hour, the invitation
    funder = outputs.make_report(inputs, results)
    assert {"atskaite.docx", "atskaite.xlsx", "atskaite.pdf"} <= set(funder)
    assert outputs.make_selection_files(inputs, results)
    texts = "\n".join(privacy.read_texts(delivery | funder))
    assert "Atbalsta izdomāts fonds." in texts
    assert "Kaimiņu kopienu kopspēks" not in texts


def test_the_notebook_of_consultations_runs_on_it(folder, year):
    path = workflow.ROOT / "notebooks" / "3_konsultacijas.ipynb"
    environment = {**os.environ, **workflow.describe_environment(folder)}
    done = notebooks.execute_notebooks([path], environment)
    page = notebooks.make_body(done[path.name])
    assert "Centis Kalns" in page
    assert "Maija Bebre" not in page
