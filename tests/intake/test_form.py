# ruff: noqa: E501 - tables are read line by line
"""Her own form: three exports with quite other headings load after one pass through veidlapa.xlsx."""

import csv
import io
import shutil
from datetime import datetime, timedelta

import openpyxl
import pytest
import xlsxwriter
from builders import SETTINGS, programme

from mentoring_lib.app import paths
from mentoring_lib.app.check import check_file
from mentoring_lib.app.cli import main
from mentoring_lib.app.tracking import make_form
from mentoring_lib.base.columns import APPLICATION
from mentoring_lib.base.problems import Refused, describe
from mentoring_lib.documents.form_workbook import format_questions
from mentoring_lib.intake.applications import read_applications
from mentoring_lib.intake.form import FORM_BOOK, KNOWN, LABELS, LIKELY, UNKNOWN, read_form, survey_form
from mentoring_lib.intake.loading import list_files
from mentoring_lib.intake.settings import read_settings

THEMES = list(programme().themes.values())
TOWNS = ["Mārupes novads", "Olaines novads", "Ķekavas novads"]
PLACES = ["Jaunmārupe", "Jaunolaine", "Baloži"]
PEOPLE = ["Anna Liepa", "Jānis Ozols", "Ilze Bērziņa", "Pēteris Kalns", "Līga Egle", "Māra Zariņa"]
STORY = "Pagalmā notiek talkas, bet nāk vienmēr tie paši desmit cilvēki; gribam saprast, kā uzrunāt pārējos kaimiņus."


def answer(number):
    """What one invented community says, by column."""
    return {
        "submitted_at": datetime(2023, 8, 1, 10, 15, 30) + timedelta(days=number),
        "email": f"k{number}@example.org", "community": f"Kopiena {'ABCDEF'[number]}", "municipality": TOWNS[number % 3],
        "place": PLACES[number % 3], "contact_name": PEOPLE[number], "phone": f"+371 2000001{number}",
        "started": 2015 + number, "registered": ["Jā", "Nē"][number % 2], "residents_involved": 12 + number,
        "themes": THEMES[number % 3], "question": STORY, "mode": ["Vienalga", "Klātienē", "Zoom"][number % 3],
        "preferred_times": "darbdienu vakaros", "consent": "Jā", "publicity": ["Jā", "Nē"][number % 2], "": "no kaimiņa",
    }  # fmt: skip


PLAIN = {
    "Nosūtīšanas datums un laiks": "submitted_at", "Kā sauc jūsu kopienu?": "community",
    "Kurā pašvaldībā darbojaties?": "municipality", "Ciems vai pagasts": "place",
    "Jūsu vārds un uzvārds": "contact_name", "Telefons saziņai": "phone", "Kopš kura gada darbojaties?": "started",
    "Vai esat juridiski reģistrēti?": "registered", "Cik cilvēku iesaistās?": "residents_involved",
    "Kādas tēmas jūs interesē?": "themes", "Pastāstiet par savu situāciju un vajadzību": "question",
    "Kā jums ērtāk tikties?": "mode", "Kad jums būtu ērti?": "preferred_times",
    "Piekrītu, ka manus personas datus apstrādā": "consent", "Vai drīkst publicēt kopienas nosaukumu?": "publicity",
    "Kā par mums uzzinājāt?": "",
}  # fmt: skip
BILINGUAL = {
    "1. Iesniegšanas laiks / Submission time": "submitted_at", "2. E-pasta adrese / E-mail address": "email",
    "3. Kopienas nosaukums / Name of the community": "community", "4. Novads / Municipality": "municipality",
    "5. Apdzīvota vieta / Place": "place", "6. Kontaktpersona / Contact person": "contact_name",
    "7. Tālrunis / Phone": "phone", "8. Darbības sākuma gads / Year of start": "started",
    "9. Reģistrēta biedrība? / Registered association?": "registered",
    "10. Iesaistīto iedzīvotāju skaits / Residents involved": "residents_involved",
    "11. Konsultācijas tēmas / Topics": "themes", "12. Jautājuma apraksts / Description of the question": "question",
    "13. Konsultācijas veids / Mode": "mode", "14. Vēlamie laiki / Preferred times": "preferred_times",
    "15. Piekrišana datu apstrādei / Consent to data processing": "consent",
    "16. Piekrišana publicitātei / Consent to publicity": "publicity",
}  # fmt: skip
SURVEY = {
    "Respondent ID": "", "Start Date": "", "End Date": "submitted_at", "Kopienas nosaukums:": "community",
    "Kurš novads?": "municipality", "Vārds, uzvārds": "contact_name", "E-pasts": "email", "Tālrunis": "phone",
    "Kad izveidojāties?": "started", "Par ko gribētu runāt?": "themes", "Aprakstiet, kas jūs nodarbina": "question",
    "Klātienē vai attālināti?": "mode", "Piekrišana personas datu apstrādei": "consent",
}  # fmt: skip
UPPER = ["Respondent ID", "Start Date", "End Date", "Kopienas nosaukums:", "Kurš novads?", "Kontaktinformācija", "", "",
         "Kad izveidojāties?", "Par ko gribētu runāt?", "", "", "", "Aprakstiet, kas jūs nodarbina",
         "Klātienē vai attālināti?", "Piekrišana personas datu apstrādei"]  # fmt: skip
LOWER = ["", "", "", "Response", "Response", "Vārds, uzvārds", "E-pasts", "Tālrunis", "Open-Ended Response", *THEMES[:3],
         "Cits (lūdzu, norādiet)", "Open-Ended Response", "Response", "Response"]  # fmt: skip


def write_plain(path, names):
    book = openpyxl.Workbook()
    book.active.append(list(names))
    for number in range(6):
        book.active.append([answer(number)[name] for name in names.values()])
    book.save(path)


def write_survey(path):
    book = openpyxl.Workbook()
    book.active.append(UPPER)
    book.active.append(LOWER)
    for number in range(6):
        own = answer(number)
        ticked = [theme if theme == own["themes"] else "" for theme in THEMES[:3]]
        asked = ["community", "municipality", "contact_name", "email", "phone", "started"]
        book.active.append([11_234_500_000 + number, own["submitted_at"] - timedelta(minutes=9), own["submitted_at"],
                            *(own[name] for name in asked), *ticked, "", own["question"], own["mode"], "Piekrītu"])  # fmt: skip
    book.save(path)


def write_csv(path, names):
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = [list(map(str, (answer(number)[name] for name in names.values()))) for number in range(6)]
        csv.writer(file).writerows([list(names), *rows])


FORMS = {
    "without e-mail": (lambda path: write_plain(path / "a.xlsx", PLAIN), PLAIN),
    "numbered and bilingual": (lambda path: write_csv(path / "b.csv", BILINGUAL), BILINGUAL),
    "two heading rows": (lambda path: write_survey(path / "c.xlsx"), SURVEY),
}


@pytest.fixture(params=FORMS)
def form(request, tmp_path):
    write, names = FORMS[request.param]
    (tmp_path / "pieteikumi").mkdir()
    (tmp_path / "programme.toml").write_text(SETTINGS.replace("example = true", "example = false"), "utf-8")
    write(tmp_path / "pieteikumi")
    return tmp_path, names


def confirm(folder, change=None):
    """Look the workbook through as a person does."""
    book = openpyxl.load_workbook(folder / FORM_BOOK)
    if change:
        change(book)
    book["Pārbaudīts"]["B3"] = "jā"
    book.save(folder / FORM_BOOK)


def read(folder):
    own, problems = read_form(folder, read_settings(folder))
    return read_applications(list_files(folder / "pieteikumi"), own), problems


def test_every_right_meaning_is_suggested(form):
    folder, names = form
    found = survey_form(list_files(folder / "pieteikumi"), read_settings(folder)).headings
    contacts = {f"Kontaktinformācija [{text}]": text for text in ("Vārds, uzvārds", "E-pasts", "Tālrunis")}
    assert {contacts.get(text, text): one.meaning for text, one in found.items()} == names
    assert {one.known for one in found.values()} <= {KNOWN, LIKELY, UNKNOWN}


def test_the_export_loads_after_one_pass_through_the_workbook(form):
    folder, names = form
    assert [problem.code for problem in make_form(folder)] == ["form_made"]
    before = (folder / FORM_BOOK).read_bytes()
    assert make_form(folder) == []
    assert (folder / FORM_BOOK).read_bytes() == before
    confirm(folder)
    (table, problems, _), told = read(folder)
    assert told == []
    assert len(table) == 6
    for name in set(names.values()) - {"", "themes", "submitted_at", "started", "registered", "consent", "publicity"}:
        expected = [answer(number)[name] for number in range(6)]
        assert table[name].tolist() == ([{"Vienalga": "any", "Klātienē": "in_person", "Zoom": "online"}[word]
                                         for word in expected] if name == "mode" else expected)  # fmt: skip
    assert [themes[0] for themes in table["themes"]] == [list(programme().themes)[number % 3] for number in range(6)]
    assert table["consent"].tolist() == [True] * 6
    assert table["submitted_at"].dt.day.tolist() == [1, 2, 3, 4, 5, 6]
    assert [problem.code for problem in problems if problem.severity != "note"] == []
    assert ("email_absent" in [problem.code for problem in problems]) == ("email" not in names.values())


def test_before_she_looked_it_through_nothing_suggested_is_used(form):
    folder, _ = form
    make_form(folder)
    own, problems = read_form(folder, read_settings(folder))
    assert "form_unchecked" in [problem.code for problem in problems]
    suggested = survey_form(list_files(folder / "pieteikumi"), read_settings(folder)).headings
    used = {text for texts in own.form.headers.values() for text in texts}
    assert used == {text for text, one in suggested.items() if one.known == KNOWN}


def survey(folder, **sheets):
    """What is suggested for sheets, each given as its columns by heading; a sheet with "_" in its name is hidden."""
    with xlsxwriter.Workbook(str(folder / "s.xlsx")) as book:
        for name, columns in sheets.items():
            sheet = book.add_worksheet(name)
            for number, (heading, cells) in enumerate(columns.items()):
                sheet.write_column(0, number, [heading, *cells])
            if "_" in name:
                sheet.hide()
    return survey_form([folder / "s.xlsx"], programme())


TEXTS = ["Alfa", "Beta", "Gamma", "Delta"]
PHONES = ["+371 20000011", "20000012", "20000013", "20000014"]


@pytest.mark.parametrize(
    ("heading", "cells", "meaning"),
    [
        ("Kopienas nosaukms", [], "community"), ("Kopienas nosaukms", TEXTS, "community"), ("Kas jūs esat?", TEXTS, ""),
        ("Dibināts (Xyz)", ["2015", "2016", "2017", "sen", "sen"], "started"), ("Dibināts", ["2015", "2016", "sen", "sen"], ""),
        ("Vai jums patīk upe?", ["Jā", "Nē", "Jā", "Jā"], ""), ("Veidols", ["klātienē", "klātienē", "tiešsaistē", "x"], "mode"),
        ("Veidols", ["klātienē", "tiešsaistē", "x", "y"], ""), ("Mobilais", PHONES, "phone"), ("Mobilais", [*PHONES[:2], "x", "y"], ""),
        ("Mobilais", [*PHONES[:3], "x"], "phone"), ("Situācija", ["a" * 71] * 4, "question"),
        ("Situācija", ["a" * 70] * 4, ""), ("Kad jums ērti?", ["x"] * 4, ""), ("Kad jums ērti?", ["vakaros"] * 4, "preferred_times"),
        ("Kā sauc?", ["Jā", "Nē", "Jā", "Nē"], ""), ("Kā sauc?", TEXTS, "community"), ("Kā sauc?", ["A"] * 4, ""),
        ("Kurš novads?", ["Mārupes novads", "Olaines novads", "x", "y"], "municipality"), ("Kurš novads?", ["x"] * 4, ""),
        ("Ciems", ["Piņķi", "Jaunolaine"], "place"), ("Ciems", ["Mārupes novads"] * 2, ""), ("Par ko?", THEMES[:2], "themes"),
        ("Par ko?", [THEMES[-1]] * 2, ""), ("End Date", ["21.08.2023 10:00"], "submitted_at"),
    ],
)  # fmt: skip
def test_a_heading_is_suggested_by_what_it_says_and_what_stands_under_it(tmp_path, heading, cells, meaning):
    found = survey(tmp_path, A={"Xyzzy": ["q"], heading: cells}).headings
    assert found[heading] == (meaning, LIKELY if meaning else UNKNOWN)
    assert found["Xyzzy"] == ("", UNKNOWN)


def test_of_two_headings_the_likelier_is_suggested(tmp_path):
    found = survey(tmp_path, A={"Telefons mans": PHONES, "Tālrunis saziņai": PHONES, "Mobilais": PHONES}).headings
    assert [one.meaning for one in found.values()].count("phone") == 1
    assert found["Telefons mans"].meaning == "phone"


def test_hidden_and_empty_sheets_are_passed_over_and_all_with_headings_are_looked_through(tmp_path):
    known = {column.label: ["x"] for column in APPLICATION}
    found = survey(tmp_path, A=known | {"Viens": ["x"]}, B=known | {"Otrs": ["x"]}, C_=known | {"Trešs": ["x"]}, D={})
    assert [text for text, one in found.headings.items() if not one.meaning] == ["Viens", "Otrs"]
    found = survey(tmp_path, A={"Viens": ["x"]}, B={"Otrs": ["x"]})
    assert list(found.headings) == ["Viens"]
    found = survey(tmp_path, A={"Viens": ["x"]}, B=known)
    assert "Viens" in found.headings
    assert len(found.headings) == len(known) + 1


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("Zoom", "tiešsaistē"), ("zoom.", "tiešsaistē"), ("Attālināt", "tiešsaistē"), ("Satiekoties", "klātienē"), ("Abi der", "nav svarīgi"), ("xyz", "")],
)  # fmt: skip
def test_an_answer_that_is_not_ours_stands_beside_the_nearest_of_ours(tmp_path, word, meaning):
    found = survey(tmp_path, A={"Veids": ["klātienē", word, "klātienē"]}).answers
    assert found == {("mode", word): (meaning, LIKELY if meaning else UNKNOWN)}
    assert survey(tmp_path, A={"Veids": ["klātienē", "Tiešsaistē"]}).is_plain


def test_without_the_workbook_the_form_is_as_the_settings_say(tmp_path):
    own = programme()
    assert read_form(tmp_path, own) == (own, [])


# What stands in the workbook


@pytest.fixture
def plain(tmp_path):
    (tmp_path / "pieteikumi").mkdir()
    (tmp_path / "programme.toml").write_text(SETTINGS.replace("example = true", "example = false"), "utf-8")
    write_plain(tmp_path / "pieteikumi" / "a.xlsx", PLAIN)
    make_form(tmp_path)
    return tmp_path


def test_answers_in_other_words_stand_beside_ours(plain):
    rows = list(openpyxl.load_workbook(plain / FORM_BOOK)["Atbildes"].iter_rows(min_row=3, max_col=4, values_only=True))
    assert [row for row in rows if row[0]] == [
        ("Veids", "Vienalga", "nav svarīgi", LIKELY), ("Veids", "Zoom", "tiešsaistē", LIKELY),
    ]  # fmt: skip


def test_her_word_goes_before_ours_and_an_unused_heading_is_passed_over(plain):
    def change(book):
        for row in book["Jautājumi"].iter_rows(min_row=3, max_col=2):
            if row[0].value == "Kā par mums uzzinājāt?":
                row[1].value = "neizmantot"
            if row[0].value == "Ciems vai pagasts":
                row[1].value = None

    confirm(plain, change)
    (_, problems, _), _ = read(plain)
    unknown = [problem.value for problem in problems if problem.code == "column_unknown"]
    assert unknown == ["Ciems vai pagasts"]


SLIPS = [
    ("Jautājumi", "B3", "Novds", "lapa «Jautājumi», šūna B3: «Novds» nav sarakstā"),
    ("Jautājumi", "A4", "Nosūtīšanas datums un laiks", "lapa «Jautājumi», šūna A4: virsraksts «Nosūtīšanas datums un laiks» ir divreiz"),
    ("Atbildes", "A3", "Vieds", "lapa «Atbildes», šūna A3: «Vieds» nav sarakstā"),
    ("Atbildes", "C3", "varbūt", "lapa «Atbildes», šūna C3: «varbūt» nav sarakstā"),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "cell", "value", "said"), SLIPS, ids=[said for *_, said in SLIPS])
def test_a_slip_in_the_workbook_is_told_with_its_cell(plain, sheet, cell, value, said):
    confirm(plain, lambda book: book[sheet].__setitem__(cell, value))
    with pytest.raises(Refused) as refused:
        read(plain)
    assert (refused.value.problems[0].details == "") == ("divreiz" in said)
    assert [said in describe(problem) for problem in refused.value.problems] == [True]


def test_a_question_deleted_is_not_a_question_answered(plain):
    book = openpyxl.load_workbook(plain / FORM_BOOK)
    book["Pārbaudīts"].delete_rows(3)
    book.save(plain / FORM_BOOK)
    assert "form_unchecked" in [problem.code for problem in read_form(plain, read_settings(plain))[1]]


def test_the_first_check_makes_the_workbook_and_says_where(plain, capsys):
    (plain / FORM_BOOK).unlink()
    assert main(["check", str(plain)]) == paths.STOPPED
    said = capsys.readouterr().err
    assert "«Kā sauc jūsu kopienu?»" in said
    assert "veidlapa.xlsx: sagatavota datne" in said
    assert (plain / FORM_BOOK).is_file()


def test_one_export_is_checked_with_what_she_said_of_her_form(plain):
    export = plain / "pieteikumi" / "a.xlsx"
    assert check_file(export, plain / "programme.toml")["verdict"] == "reject"
    confirm(plain)
    checked = check_file(export, plain / "programme.toml")
    assert len(checked["applications"]) == 6
    assert checked["applications"][0]["mode"] == "any"


def test_the_example_gets_no_workbook(tmp_path):
    folder = shutil.copytree(paths.EXAMPLE, tmp_path / "e")
    assert make_form(folder) == []
    assert not (folder / FORM_BOOK).exists()


# The settings of the form


def test_an_answer_is_translated_for_every_row_and_themes_option_by_option(tmp_path):
    write_plain(tmp_path / "a.xlsx", {column.label: column.name for column in APPLICATION})
    answers = {"mode": {"vienalga": "nav svarīgi", "Zoom": "tiešsaistē"}, "themes": {THEMES[0]: THEMES[1]}}
    table, problems, _ = read_applications([tmp_path / "a.xlsx"], programme(form={"answers": answers}))
    assert table["mode"].tolist() == ["any", "in_person", "online"] * 2
    assert table["themes"].iloc[0] == (list(programme().themes)[1],)
    assert not [problem for problem in problems if problem.column == "mode"]


@pytest.mark.parametrize(("asked", "questions"), [("asked", 6), ("not_asked", 0)])
def test_a_form_without_the_question_of_consent_asks_nobody_about_it(tmp_path, asked, questions):
    names = {column.label: column.name for column in APPLICATION if column.name != "consent"}
    write_plain(tmp_path / "a.xlsx", names)
    _, problems, _ = read_applications([tmp_path / "a.xlsx"], programme(form={"consent": asked}))
    assert len([problem for problem in problems if problem.column == "consent"]) == questions


def test_the_questions_are_ready_to_paste_and_read_back(tmp_path):
    text = format_questions(programme())
    own = [line.partition(". ")[2] for line in text.splitlines() if line[:1].isdigit()]
    assert len(own) == len(APPLICATION) - 1
    assert all(theme in text for theme in THEMES)
    asked = format_questions(programme(form={"consent": "not_asked"}))
    assert "personas datu apstrādei" in text
    assert "personas datu apstrādei" not in asked
    file = io.StringIO()
    csv.writer(file).writerows([["Laika zīmogs", *own], ["01.08.2023 10:00:00", *["x"] * len(own)]])
    (tmp_path / "a.csv").write_text(file.getvalue(), "utf-8")
    found = survey_form([tmp_path / "a.csv"], programme()).headings
    assert {one.meaning for one in found.values()} == set(LABELS)
    assert {one.known for one in found.values()} == {KNOWN}
