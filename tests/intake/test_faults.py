"""Faults found in the reader, each as the smallest case that once went wrong: silently, or with a wrong cause."""

import csv
import io
import json
import re
import shutil
import struct
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
import xlwt
from builders import codes, programme, raw
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from test_corpus import HEAD, PROGRAMME, ROWS, answers, change, check, ods, tampered, text, xlsx

from mentoring_lib import workflow
from mentoring_lib.base.columns import APPLICATION, MARKS, SHEETS
from mentoring_lib.base.problems import Problem, Refused, describe, describe_all
from mentoring_lib.base.programme import Form
from mentoring_lib.base.rows import Checked
from mentoring_lib.base.texts import repair_encoding
from mentoring_lib.intake import loading
from mentoring_lib.intake.applications import TERRITORY, clean_applications, identify, index_places
from mentoring_lib.intake.cleaning import clean_column, clean_table, read_themes
from mentoring_lib.intake.file_safety import inspect
from mentoring_lib.intake.loading import read_sheets, read_territory
from mentoring_lib.intake.text_files import take_columns
from mentoring_lib.intake.workbook import find_codes, read_sheet

ERRORS = ["#REF!", "#N/A", "#NAME?", "#DIV/0!", "#VALUE!", "#NUM!", "#NULL!"]
COLUMNS = {c.name: c for c in (*SHEETS["Notikumi"], *MARKS, *APPLICATION)}


def found(path, code):
    return [problem for problem in check(path)["problems"] if problem["code"] == code]


def with_sheet(edit):
    """The six applications with more written on the page: edit(book, page)."""
    return xlsx(after=edit)


@pytest.fixture
def folder(tmp_path):
    ignore = shutil.ignore_patterns("*.py", "*.md", "content*")
    return shutil.copytree(workflow.EXAMPLE, tmp_path / "programma", ignore=ignore)


def edit_book(path, edit):
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)


def rename_heading(path, sheet, old, new):
    def edit(book):
        for row in book[sheet].iter_rows():
            for cell in row:
                if cell.value == old:
                    cell.value = new

    edit_book(path, edit)


def refusal(folder):
    with pytest.raises(Refused, match=r".") as caught:
        workflow.read_inputs(folder)
    return caught.value.problems


def questions(folder):
    return [problem for problem in workflow.read_inputs(folder).problems if problem.severity == "settle"]


# Reading exports


@pytest.mark.parametrize("error", ERRORS)
def test_f33_an_error_cell_is_a_question_that_names_its_cell(tmp_path, error):
    path = with_sheet(lambda book, page: page.write_formula(2, 11, "=1/0", None, error))(tmp_path)
    [problem] = found(path, "cell_error")
    assert (problem["cell"], problem["value"]) == ("L3", error)
    assert check(path)["applications"][1]["question"] is None


def test_f33_an_error_cell_of_an_old_workbook_is_read_as_its_error_on_its_own_sheet(tmp_path):
    book = xlwt.Workbook()
    for name in ("Cita", "Atbildes"):
        page = book.add_sheet(name)
        page.write(0, 0, "Novads")
        page.write(3, 2, "beigas")
    page.row(2).set_cell_error(1, "#REF!")
    book.save(str(tmp_path / "p.xls"))
    other, sheet = loading.read_sheets(tmp_path / "p.xls")
    assert list(sheet.columns[1]) == ["", "", "#REF!", ""]
    assert set(other.columns[1]) == {""}


def scatter(content):
    """An .xls whose sectors stand in the opposite order; the same tables still tell which follows which."""
    sectors = [content[at : at + 512] for at in range(512, len(content), 512)]
    turn = lambda at: len(sectors) - 1 - at if at < len(sectors) else at  # noqa: E731
    header = list(struct.unpack("<128I", content[:512]))
    tables = [table for table in header[19:] if table < len(sectors)]
    after = [one for table in tables for one in struct.unpack("<128I", sectors[table])]
    moved = list(after)
    for at in range(len(sectors)):
        moved[turn(at)] = turn(after[at])
    for number, table in enumerate(tables):
        sectors[table] = struct.pack("<128I", *moved[128 * number :][:128])
    names = list(struct.unpack("<128I", sectors[header[12]]))
    for entry in range(29, 128, 32):
        names[entry] = turn(names[entry])
    sectors[header[12]] = struct.pack("<128I", *names)
    for at in (12, 15, *range(19, 128)):
        header[at] = turn(header[at])
    return struct.pack("<128I", *header) + b"".join(reversed(sectors))


def test_f33_no_error_cell_of_an_old_workbook_is_lost_where_its_bytes_lie_apart(tmp_path):
    book = xlwt.Workbook()
    page = book.add_sheet("Atbildes")
    for row in range(300):
        page.write(row, 0, "Novads")
        page.row(row).set_cell_error(1, "#REF!")
    book.save(str(tmp_path / "p.xls"))
    (tmp_path / "p.xls").write_bytes(scatter((tmp_path / "p.xls").read_bytes()))
    [sheet] = loading.read_sheets(tmp_path / "p.xls")
    assert (set(sheet.columns[0]), set(sheet.columns[1])) == ({"Novads"}, {"#REF!"})


def test_f33_an_error_cell_of_an_ods_is_a_question_too(tmp_path):
    def spoil(content):
        answer = re.escape(ROWS[0][11].encode())
        error = b'<table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error"'
        spoilt, times = re.subn(rb"<table:table-cell[^<>]*(?=><text:p>" + answer + b")", error, content)
        assert times
        return spoilt.replace(error + b"><text:p>" + ROWS[0][11].encode(), error + b"><text:p>#N/A")

    problems = found(tampered("content.xml", spoil, ods)(tmp_path), "cell_error")
    assert [problem["cell"] for problem in problems] == ["L2"]


def test_f33_a_formula_whose_value_was_never_worked_out_is_a_question(tmp_path):
    path = xlsx()(tmp_path)
    edit_book(path, lambda book: book.worksheets[0].__setitem__("G3", "=A1+1"))
    assert [problem["cell"] for problem in found(path, "cell_error")] == ["G3"]


def test_f33_a_row_of_errors_counts_as_a_row(tmp_path):
    def fill(book, page):
        for place in range(16):
            page.write_formula(7, place, "=1/0", None, "#REF!")

    found_all = check(with_sheet(fill)(tmp_path))
    assert len(found_all["applications"]) == 7


def test_f33_a_formula_that_gives_an_empty_text_is_no_error(tmp_path):
    def fill(book, page):
        page.write_formula(2, 13, '=""', None, "")

    path = with_sheet(fill)(tmp_path)
    content = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml")
    assert b"<f>" in sheet
    edited = sheet.replace(b'<f>""</f>', b'<f>""</f>').replace(b'r="N3"', b'r="N3" t="str"')
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(path, "w") as out:
        for name in packed.namelist():
            out.writestr(name, edited if name == "xl/worksheets/sheet1.xml" else packed.read(name))
    assert found(path, "cell_error") == []


def open_quote(row):
    def write(folder):
        path = text()(folder)
        lines = path.read_bytes().decode().split("\r\n")
        head, comma, last = lines[row].rpartition(",")
        path.write_bytes("\r\n".join([*lines[:row], f'{head}{comma}"{last}', *lines[row + 1 :]]).encode())
        return path

    return write


@pytest.mark.parametrize("row", [1, 2, 4, 6])
def test_f34_a_quote_that_stays_open_swallows_nobody(tmp_path, row):
    path = open_quote(row)(tmp_path)
    assert {row[1] for row in ROWS} <= {one["email"] for one in check(path)["applications"]}
    assert found(path, "quote_open")


@given(st.lists(st.lists(st.text(alphabet='ab,;"\n x', max_size=6), min_size=3, max_size=3), min_size=1, max_size=5))
def test_f34_what_is_quoted_rightly_is_never_called_open(rows):
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["kopiena", "novads", "epasts"], *rows])
    columns, broken = take_columns(out.getvalue().encode(), "p.csv", {"kopiena", "novads", "epasts"})
    assert broken == []
    assert [list(row) for row in zip(*columns, strict=True)][1:] == rows


@pytest.mark.parametrize(("delimiter", "crowd"), [(";", ","), (",", ";"), (",", "|"), ("\t", ","), (";", "|")])
def test_f35_the_delimiter_is_that_of_the_headings(tmp_path, delimiter, crowd):
    rows = change(1, "question", "viens" + f"{crowd} divi" * 25)
    assert len(check(text(rows=rows, delimiter=delimiter)(tmp_path))["applications"]) == 6


def test_f35_many_even_lines_above_the_table_do_not_outweigh_its_headings(tmp_path):
    path = text(rows=ROWS[:1], delimiter=";", first="Uzsaukums, 2023, Mārupe, Olaine\r\n" * 9)(tmp_path)
    assert len(check(path)["applications"]) == 1


def test_f36_of_two_sheets_with_applications_the_other_is_asked_about(tmp_path):
    def second(book, page):
        other = book.add_worksheet("Otra")
        other.write_row(0, 0, HEAD)
        other.write_row(1, 0, [str(cell) for cell in ROWS[0]])

    [problem] = found(with_sheet(second)(tmp_path), "sheet_other")
    assert (problem["sheet"], problem["severity"]) == ("Otra", "settle")


@pytest.mark.parametrize("name", ["Thumbs.db", "desktop.ini", ".DS_Store", "~$pieteikumi.xlsx", ".~lock.p.xlsx#"])
def test_f39_files_of_the_system_stop_nothing(folder, name):
    for part in ("pieteikumi", "vertejumi"):
        (folder / part / name).write_bytes(b"\xd0\xcf\x11\xe0")
    assert questions(folder) == []


@pytest.mark.parametrize("name", ["lasi mani.docx", "bilde.png", "vēstule.pdf"])
def test_f39_what_is_no_table_is_named_and_the_rest_is_read(folder, name):
    (folder / "pieteikumi" / name).write_bytes(b"%PDF")
    assert [(problem.code, problem.file) for problem in questions(folder)] == [("file_skipped", name)]


@pytest.mark.parametrize(
    "answer",
    ["piekrītu, izņemot foto", "jā, bet ne foto", "Jā; tikai vārds", "jā – ja vajag", "Nē, bet varbūt", "nē, piekrītu"],
)
def test_f40_a_limited_consent_is_a_question(answer):
    typed, problem = clean_column(pd.Series([answer], dtype="str"), COLUMNS["consent"], programme())
    assert typed.isna().all()
    assert problem.tolist() == ["yes_no_unreadable"]


def far_xlsb():
    """A binary workbook is told by its parts; what they hold does not matter."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("[Content_Types].xml", "<x/>")
        packed.writestr("xl/workbook.bin", b"\x83\x01\x00")
    return out.getvalue()


def test_f33_f41_a_binary_workbook_is_refused_unread_since_its_errors_cannot_be_seen():
    with pytest.raises(Refused, match=r"binārā darbgrāmata \(\.xlsb\).*saglabājiet to kā \.xlsx"):
        inspect(far_xlsb(), "p.xlsb")


def test_f42_a_folder_among_the_files_is_named(folder):
    (folder / "vertejumi" / "jaunie").mkdir()
    assert [(problem.code, problem.file) for problem in questions(folder)] == [("folder_unread", "vertejumi/jaunie")]


LABELS = {
    "a": "Kā veicināt sadarbību ar pašvaldību un citām kopienām?",
    "b": "Kā piesaistīt papildu finansējumu?",
    "other": "Citi",
}


@pytest.mark.parametrize(
    ("written", "codes", "misread"),
    [
        ("Kā veicināt sadarbība ar pašvaldību un citām kopienām?", ("a",), 1),
        ("Kā piesaistīt papildus finansējumu?", ("b",), 1),
        ("Kā piesaistīt papildu finansējumu?", ("b",), 0),
        ("Kā piesaistīt lielu finansējumu?", ("other",), 0),
        ("Cits: a, Kā piesaistīt papildu finansējumu?", ("b", "other"), 0),
    ],
)
def test_f43_a_label_with_a_slip_is_that_label_with_a_trace(written, codes, misread):
    ticked = read_themes(written, LABELS)
    assert (ticked.codes, len(ticked.misread)) == (codes, misread)


def test_f43_the_trace_is_a_note(tmp_path):
    path = xlsx(rows=change(0, "themes", "Kā piesaistīt papildus finansējumu?"))(tmp_path)
    assert [problem["severity"] for problem in found(path, "theme_read")] == ["note"]


@pytest.mark.parametrize("name", ["question", "themes", "started", "consent"])
def test_f44_an_answer_under_an_unknown_heading_is_a_question(tmp_path, name):
    head = [heading if column.name != name else "Mana ziņa" for heading, column in zip(HEAD, APPLICATION, strict=True)]
    [problem] = found(xlsx(head)(tmp_path), "column_unread")
    assert (problem["column"], problem["severity"]) == (name, "settle")
    assert "«Mana ziņa»" in problem["advice"]


def test_f44_a_hint_names_the_label_not_the_code(tmp_path):
    head = ["Kopienas temas" if column.name == "themes" else h for h, column in zip(HEAD, APPLICATION, strict=True)]
    advice = " ".join(problem["advice"] for problem in found(xlsx([*head, "Reģistrēts"])(tmp_path), "column_unknown"))
    assert "«Reģistrēta»" in advice
    assert "registered" not in advice


@pytest.mark.parametrize(
    ("place", "words"), [(0, "Kopā:"), (0, "Kopā: 6 pieteikumi"), (2, "KOPĀ"), (4, "Pavisam 6"), (0, "Total")]
)
def test_f45_a_row_of_totals_is_no_application(tmp_path, place, words):
    row = [""] * 16
    row[place], row[9] = words, 224
    made = check(xlsx(rows=[*ROWS, row])(tmp_path))
    assert len(made["applications"]) == 6
    assert [problem["code"] for problem in made["problems"] if problem["row"] == 8] == ["row_total"]


@pytest.mark.parametrize(
    "row", [{"community": "Kopā"}, {"community": "Kopā", "email": "a@example.org"}, {"question": "Kopā ar pašvaldību"}]
)
def test_f45_an_application_that_only_speaks_of_a_sum_stays(tmp_path, row):
    cells = [row.get(column.name, "") for column in APPLICATION]
    cells[0] = ROWS[0][0] + timedelta(hours=1)
    assert len(check(xlsx(rows=[*ROWS, cells])(tmp_path))["applications"]) == 7


@pytest.mark.parametrize("sign", ["\u200b", "\u2066", "\u00ad", "\ufeff", "\x07", "\x1b"])
def test_f46_f170_a_sign_nobody_sees_is_taken_out_and_told(tmp_path, sign):
    path = text(rows=change(0, "email", f"a{sign}nna@example.org"))(tmp_path)
    assert check(path)["applications"][0]["email"] == "anna@example.org"
    assert [(problem["row"], problem["severity"]) for problem in found(path, "text_control")] == [(2, "note")]


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u2060", "\x07\x1b", "\u00a0\t"])
def test_f166_a_name_of_nothing_that_can_be_read_is_missing(tmp_path, name):
    path = text(rows=change(0, "community", name))(tmp_path)
    assert check(path)["applications"][0]["community"] is None
    assert [(problem["row"], problem["column"]) for problem in found(path, "value_missing")] == [(2, "community")]


@pytest.mark.parametrize(
    ("sent", "hint"),
    [
        (datetime(2023, 2, 8, 10, 0, 5), "02.08.2023"),
        (datetime(2023, 9, 8, 10, 0, 5), "09.08.2023"),
        (datetime(2020, 1, 1, 9), ""),
        (datetime(2023, 12, 24, 9), ""),
    ],
)
def test_f47_a_date_far_from_the_deadline_is_a_question(tmp_path, sent, hint):
    [problem] = found(xlsx(rows=change(0, "submitted_at", sent))(tmp_path), "moment_far")
    assert problem["cell"] == "A2"
    assert hint in problem["advice"]


@pytest.mark.parametrize("sent", [datetime(2023, 8, 23, 9), datetime(2023, 9, 20, 9), datetime(2023, 3, 1, 9)])
def test_f47_a_date_near_the_deadline_is_none(tmp_path, sent):
    assert found(xlsx(rows=change(0, "submitted_at", sent))(tmp_path), "moment_far") == []


def test_f47_a_date_that_makes_an_application_late_is_asked_about_though_late_ones_are_not(folder):
    def edit(book):
        page = book.worksheets[0]
        page["A2"].value = page["A2"].value.replace(year=2024)

    edit_book(folder / "pieteikumi" / "pieteikumi.xlsx", edit)
    problems = workflow.evaluate(workflow.read_inputs(folder)).problems
    assert [problem.cell for problem in problems if problem.code == "moment_far"] == ["A2"]


def test_f47_a_date_that_a_person_confirmed_is_not_asked_about_again():
    table = identify(raw(1, submitted_at="08.02.2023 10:00"), programme())
    asked = table.assign(moment=table["moment"].where(table["row"].eq(0)), submitted_at="2023-02-08 10:00")
    assert codes(clean_applications(table, programme(), PLACES).problems) == ["moment_far"]
    assert codes(clean_applications(asked, programme(), PLACES).problems) == []


@pytest.mark.parametrize("serial", ["45139,378553", "45139.378553", "45139"])
def test_f48_serial_numbers_read_alike_in_any_format(tmp_path, serial):
    rows = change(0, "submitted_at", serial)
    in_csv = check(text(rows=rows, delimiter=";")(tmp_path))["applications"][0]["submitted_at"]
    number = change(0, "submitted_at", float(serial.replace(",", ".")))
    assert in_csv == check(xlsx(rows=number)(tmp_path))["applications"][0]["submitted_at"]
    assert in_csv.startswith("2023-08-01T")


def test_f49_a_damaged_byte_in_a_ticked_theme_is_asked_about_before_the_theme_is_taken_for_own_words(tmp_path):
    path = text()(tmp_path)
    content = path.read_bytes()
    assert "piesaistīt".encode() in content
    path.write_bytes(content.replace("piesaistīt".encode(), b"piesaist\xff\xabt", 1))
    [problem] = found(path, "text_lost")
    assert problem["column"] == "themes"


def test_f49_one_damaged_byte_costs_one_letter_and_is_named(tmp_path):
    path = text()(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content.replace("Ķiršu".encode(), b"\xff\xb6ir\xc5\xa1u"))
    [problem] = found(path, "text_lost")
    assert (problem["cell"], problem["severity"]) == ("C2", "settle")
    assert len(check(path)["applications"]) == 6


def test_f49_utf_32_is_read(
    tmp_path,
):
    assert len(check(text(encoding="utf-32")(tmp_path))["applications"]) == 6


def test_f50_one_odd_apostrophe_is_no_wrong_encoding(tmp_path):
    path = text(head=[f"Jautājums {n}" for n in range(16)], rows=change(0, "question", "donâ€™t"))(tmp_path)
    assert "kodējumā" not in check(path)["message"]


@pytest.mark.parametrize("meant", ["don’t", "viņš… iet", "• punkts", "‘ē’"])
def test_f50_repairs_give_the_sign_that_was_meant(meant):
    assert repair_encoding(meant.encode().decode("cp1252", errors="ignore")) == meant


def test_f51_an_empty_question_is_a_question(tmp_path):
    path = xlsx(rows=change(0, "question", ""))(tmp_path)
    assert [(problem["column"], problem["row"]) for problem in found(path, "value_missing")] == [("question", 2)]


@pytest.mark.parametrize("headers", [{"community": ["X"], "contact_name": ["x:"]}, {"phone": ["Novads"]}])
def test_f52_one_heading_cannot_mean_two_columns(headers):
    with pytest.raises(ValidationError, match="twice") as refused:
        Form.model_validate({"headers": headers}, context={})
    assert [error["loc"] for error in refused.value.errors()] == [("headers",)]


def test_f52_a_heading_of_its_own_may_be_repeated():
    assert Form(headers={"community": ["Kopiena", "Kā jūs sauc?"]}).headers


PLACES = index_places(read_territory(TERRITORY), programme().call.municipalities)


@pytest.mark.parametrize(
    ("answer", "town"),
    [
        ("Ķekavas nov.", "Ķekavas novads"),
        ("Mārupes", "Mārupes novads"),
        ("ĶEKAVAS NOV", "Ķekavas novads"),
        ("Jelgavas nov.", "Jelgavas novads"),
    ],
)
def test_f54_short_forms_of_a_municipality_are_read_with_a_note(answer, town):
    table, problems = clean_applications(identify(raw(1, municipality=answer), programme()), programme(), PLACES)
    assert table["municipality"].tolist() == [town]
    assert codes(problems) == ["municipality_read"]


def test_f54_a_lone_genitive_elsewhere_is_a_suggestion():
    table, problems = clean_applications(identify(raw(1, municipality="Jelgavas"), programme()), programme(), PLACES)
    assert table["municipality"].isna().all()
    assert "«Jelgavas novads»" in problems[0].advice


def packed(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for name in names:
            book.writestr(name, b"<manifest:encryption-data/>" if name.endswith("manifest.xml") else b"<x/>")
    return out.getvalue()


OLD = b"\xd0\xcf\x11\xe0" + b"\x00" * 508
CAUSES = {
    "~$pieteikumi.xlsx": (b"\x05Anna " * 30, "bloķēšanas fails"),
    "a.gsheet": (b'{"url": "https://docs.google.com/open?id=1"}', "saite uz dokumentu"),
    "a.url": (b"[InternetShortcut]\r\nURL=https://x", "saite uz dokumentu"),
    "a.xlsx": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git-lfs"),
    "old.xls": (OLD + b"\x09\x08\x10\x00" + b"\x00" * 16 + b"\x2f\x00\x36\x00", "paroli"),
    "old, read only.xls": (OLD + b"\x09\x08\x10\x00" + b"\x00" * 16 + b"\x86\x00\x00\x00\x2f\x00\xe4\x00", "paroli"),
    "new.ods": (packed("mimetype", "META-INF/manifest.xml", "content.xml"), "paroli"),
    "a.numbers": (packed("Index/Document.iwa", "Index/Tables/a.iwa"), "Numbers"),
    "a.xml": (
        b'<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        "XML izklājlapa",
    ),
    "a.fods": (
        b'<?xml version="1.0"?>\n<office:document xmlns:office="urn:oasis:names:tc:opendocument:x">',
        "XML izklājlapa",
    ),
    "a.docx": (packed("[Content_Types].xml", "word/document.xml"), "nav izklājlapas dokuments"),
}


@pytest.mark.parametrize("name", CAUSES)
def test_f56_f57_a_file_that_is_something_else_is_called_by_its_name(tmp_path, name):
    content, words = CAUSES[name]
    (tmp_path / name).write_bytes(content)
    assert words in check(tmp_path / name)["message"]


@pytest.mark.parametrize("turn", [str.upper, lambda name: name.replace("/", "\\")])
def test_f57_parts_in_capitals_or_with_backslashes_are_a_workbook_still(tmp_path, turn):
    path = xlsx()(tmp_path)
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as book, zipfile.ZipFile(path, "w") as out:
        for name in book.namelist():
            out.writestr(turn(name) if name == "xl/workbook.xml" else name, book.read(name))
    assert "nav izklājlapas dokuments" not in check(path)["message"]


def test_f57_a_far_cell_is_named(tmp_path):
    path = xlsx(after=lambda book, page: page.write(1_048_575, 16_383, "x"))(tmp_path)
    assert "XFD1048576" in check(path)["message"]


def test_f58_a_column_of_unread_dates_is_one_line_with_its_rows():
    sent = [f"Mon Sep {number:02} 2025 13:58:23 GMT-0500" for number in range(1, 7)]
    problems = [Problem("moment_unreadable", "p.csv", "", n, "submitted_at", text) for n, text in enumerate(sent, 2)]
    [line] = describe_all(problems)
    assert "«Mon Sep 01 2025 13:58:23 GMT-0500 u.\u00a0c.» nav saprotams datums un laiks" in line
    assert line.endswith("6 rindas: 2., 3., 4. un vēl 3")
    assert len(describe_all(problems[:3])) == 3


@pytest.mark.parametrize(
    ("column", "code"), [("residents_involved", "count_unreadable"), ("started", "year_unreadable")]
)
def test_f59_a_number_that_a_cell_shows_as_a_date_is_a_question(tmp_path, column, code):
    index = [one.name for one in APPLICATION].index(column)
    dated = with_sheet(
        lambda book, page: page.write_number(2, index, 44644.9, book.add_format({"num_format": "dd.mm.yy"}))
    )
    [problem] = found(dated(tmp_path), code)
    assert problem["value"] == "2022-03-24 21:36:00"


def test_f59_a_cell_of_themes_that_says_nothing_is_a_question(tmp_path):
    path = xlsx(rows=change(0, "themes", ";"))(tmp_path)
    assert [problem["column"] for problem in found(path, "choice_unknown")] == ["themes"]


# What people type


def test_f60_a_reworded_criterion_of_a_marking_sheet_stops_the_reading(folder):
    path = folder / "vertejumi" / "Ilze Piemēra.xlsx"
    rename_heading(path, "Vērtējumi", "Situācija: kas, kur, cik, kopš kura laika", "Situācija (kas, kur, cik)")
    [problem] = refusal(folder)
    assert (problem.code, problem.file, problem.column) == ("column_gone", path.name, "situation")


@pytest.mark.parametrize("name", ["darba_gramata (1).xlsx", "Darba grāmata.xlsx", "kopija.ods"])
def test_f61_a_workbook_under_another_name_is_not_no_workbook(folder, name):
    (folder / "darba_gramata.xlsx").rename(folder / name)
    assert [(problem.code, problem.file) for problem in refusal(folder)] == [("workbook_renamed", name)]


@pytest.mark.parametrize("name", ["darba_gramata (1).xlsx", "Kopija - darba_gramata.xlsx", "Copy of Darba grāmata.ods"])
def test_f61_a_copy_beside_the_workbook_is_a_question(folder, name):
    shutil.copy(folder / "darba_gramata.xlsx", folder / name)
    assert codes(questions(folder)) == ["workbook_copy"]


@pytest.fixture(scope="module")
def opened():
    return read_sheets(workflow.EXAMPLE / "darba_gramata.xlsx")


@pytest.mark.parametrize(("sheet", "column"), [(name, c.label) for name, columns in SHEETS.items() for c in columns])
def test_f62_every_column_of_a_sheet_must_be_there(opened, sheet, column):
    renamed = [
        replace(one, columns=[["Mana kolonna" if cell == column else cell for cell in cells] for cells in one.columns])
        for one in opened
    ]
    with pytest.raises(Refused) as refused:
        read_sheet(renamed, SHEETS[sheet], sheet)
    assert [(one.code, one.sheet, one.value) for one in refused.value.problems] == [("column_gone", sheet, column)]


@pytest.mark.parametrize("sheet", SHEETS)
def test_f62_a_workbook_without_a_column_is_refused(folder, sheet):
    column = SHEETS[sheet][-1].label
    rename_heading(folder / "darba_gramata.xlsx", sheet, column, "Mana kolonna")
    assert [(one.code, one.sheet, one.value) for one in refusal(folder)] == [("column_gone", sheet, column)]


@pytest.mark.parametrize(("sheet", "column"), [(name, columns[0].label) for name, columns in SHEETS.items()])
def test_f62_a_column_whose_heading_is_gone_is_missed_too(folder, sheet, column):
    rename_heading(folder / "darba_gramata.xlsx", sheet, column, None)
    assert [(problem.code, problem.sheet, problem.value) for problem in refusal(folder)] == [
        ("column_gone", sheet, column)
    ]


@pytest.mark.parametrize(
    ("name", "lost"),
    [("Tēmas", ()), ("Darbi", ()), ("Ieteikumi", ()), ("Notikumi", ()), ("Darbi", ("Atbildīgais",)),
     ("Darbi", ("Rezultāts", "Apliecinājums", "Drīkst publicēt")), ("Konsultācijas", ("Piezīme", "Minūtes"))],
)  # fmt: skip
def test_f63_rows_on_a_copied_sheet_are_a_question(folder, name, lost):
    def copy(book):
        page = book.copy_worksheet(book[name])
        page.title = f"{name} (2)"
        for cell in page[2]:
            cell.value = None if cell.value in lost else cell.value

    edit_book(folder / "darba_gramata.xlsx", copy)
    assert [(p.code, p.sheet, p.value) for p in questions(folder)] == [("sheet_copy", f"{name} (2)", name)]


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("60", 60),
        ("60 min", 60),
        ("60 min.", 60),
        ("1 h", None),
        ("2 stundas", None),
        ("6O", None),
        ("1", None),
        ("14", None),
        ("15", 15),
    ],
)
def test_f64_minutes_are_a_plain_number_of_minutes(typed, minutes):
    values, problem = clean_column(pd.Series([typed], dtype="str"), COLUMNS["minutes"], programme())
    assert (None if values.isna()[0] else values[0]) == minutes
    assert (problem[0] == "minutes_unreadable") == (minutes is None)


@pytest.mark.parametrize("typed", ["2023. gads", "apm. 2023", "2023?"])
def test_f64_a_year_of_a_place_is_a_plain_number(typed):
    _, problem = clean_column(pd.Series([typed], dtype="str"), COLUMNS["year"], programme())
    assert problem.tolist() == ["count_unreadable"]


@pytest.mark.parametrize("typed", ["21.09.2023", "2023-09-21 00:00:00"])
@pytest.mark.parametrize("name", ["starts_at"])
def test_f66_a_time_of_a_consultation_without_its_hour_is_a_question(typed, name):
    values, problem = clean_column(pd.Series([typed, "21.09.2023 17:30"], dtype="str"), COLUMNS[name], programme())
    assert problem.tolist() == ["moment_hourless", ""]
    assert values.isna().tolist() == [True, False]


def test_f66_an_application_may_be_sent_at_midnight():
    values, _ = clean_column(pd.Series(["21.08.2023"], dtype="str"), COLUMNS["submitted_at"], programme())
    assert values.notna().all()


def typed_rows(**cells):
    usual = {
        "application_id": "K-3F9A2C",
        "event": "notika",
        "on": "05.09.2023",
        "who": "K",
        "file": "d.xlsx",
        "sheet": "Notikumi",
    }
    table = pd.DataFrame([{c.name: "" for c in SHEETS["Notikumi"]} | usual | cells]).astype("str").assign(row=2)
    typed, problems = clean_table(table, SHEETS["Notikumi"], programme())
    found, told = find_codes(typed, pd.DataFrame({"application_id": ["K-3F9A2C"], "community": ["Ābolmaizes pagalmi"]}))
    return Checked(found, problems + told)


def test_f68_an_empty_code_is_called_empty():
    table, problems = typed_rows(application_id=" ")
    assert [(problem.code, problem.column) for problem in problems] == [("value_missing", "application_id")]
    assert table["application_id"].isna().all()


@pytest.mark.parametrize("typed", ["k-3f9a2c", "K 3F9A2C", "k-3F9A2C · Ābolmaizes pagalmi", "K–3F9A2C"])
def test_f69_a_code_is_forgiven_its_looks_with_a_note(typed):
    table, problems = typed_rows(application_id=typed)
    assert table["application_id"].tolist() == ["K-3F9A2C"]
    assert [(problem.code, problem.severity) for problem in problems] == [("code_read", "note")]


def test_f69_what_is_chosen_from_the_list_needs_no_note():
    table, problems = typed_rows(application_id="K-3F9A2C · Ābolmaizes pagalmi")
    assert (table["application_id"].tolist(), problems) == (["K-3F9A2C"], [])


def test_f92_f93_the_advice_for_the_workbook_is_about_the_workbook(folder):
    def slip(book):
        book["Darbi"].append(["K-000000", "x"])
        book["Lēmumi"].cell(2, 9, "Mana piezīme")

    edit_book(folder / "darba_gramata.xlsx", slip)
    problems = workflow.read_inputs(folder).problems
    (own,) = [one for one in problems if one.code == "column_own"]
    assert (own.value, "form." in own.advice) == ("Mana piezīme", False)
    (unknown,) = [one for one in problems if one.code == "application_unknown"]
    assert "Labojumi" not in unknown.advice


def test_f98_why_a_file_cannot_be_read_is_said_in_latvian(tmp_path):
    (tmp_path / "mape.xlsx").mkdir()
    with pytest.raises(Refused, match="tā ir mape, nevis datne"):
        loading.read_sheets(tmp_path / "mape.xlsx")


def test_f69_the_letter_o_is_the_digit_nought():
    assert typed_rows(application_id="K-3FOA2C").table["application_id"].tolist() == ["K-3F0A2C"]


def test_f69_the_nearest_code_is_suggested(folder):
    code = workflow.read_inputs(folder).applications["application_id"][0]
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    edit_book(folder / "darba_gramata.xlsx", lambda book: book["Darbi"].append([wrong, "x"]))
    asked = [problem for problem in questions(folder) if problem.code == "application_unknown"]
    assert f"Varbūt domāts {code}?" in asked[0].advice


def test_f70_a_copy_of_a_markers_file_is_one_question_and_does_not_count(folder):
    before = workflow.read_inputs(folder).marks
    path = folder / "vertejumi" / "Ilze Piemēra.xlsx"
    shutil.copy(path, path.with_stem(f"{path.stem} (1)"))
    assert [(p.code, p.file, p.details) for p in questions(folder)] == [
        ("file_copy", "Ilze Piemēra.xlsx", "Ilze Piemēra (1).xlsx")
    ]
    names = [column.name for column in MARKS]
    assert sorted(map(str, workflow.read_inputs(folder).marks[names].to_numpy().tolist())) == sorted(
        map(str, before[names].to_numpy().tolist())
    )


@pytest.mark.parametrize("lock", ["~$darba_gramata.xlsx", ".~lock.darba_gramata.xlsx#"])
def test_f73_an_open_workbook_is_told(folder, lock):
    (folder / lock).touch()
    notes = [problem for problem in workflow.read_inputs(folder).problems if problem.code == "file_open"]
    assert [problem.file for problem in notes] == ["darba_gramata.xlsx"]


# Names, places, cells


def test_f187_a_renamed_municipality_keeps_its_former_name():
    renamed = programme(call__former_names={"Mārupes novads": ["Babītes novads"]})
    places = index_places(read_territory(TERRITORY), renamed.call.municipalities, renamed.call.former_names)
    table, problems = clean_applications(identify(raw(1, municipality="Babītes novads"), renamed), renamed, places)
    assert table["municipality"].tolist() == ["Mārupes novads"]
    assert codes(problems) == ["municipality_read"]


def test_f187_former_names_belong_to_a_municipality_of_the_call():
    with pytest.raises(ValueError, match="Nekuriene"):
        programme(call__former_names={"Nekuriene": ["X"]})


def test_a_problem_names_its_cell(tmp_path):
    path = xlsx(rows=change(2, "started", "sen"), before=[["Virsraksts"]], left=2)(tmp_path)
    [problem] = found(path, "year_unreadable")
    assert problem["cell"] == "J5"


def test_the_line_for_the_coordinator_names_the_cell(folder):
    edit_book(
        folder / "darba_gramata.xlsx",
        lambda book: book["Lēmumi"].append(["K-3F9A2C", "varbūt", None, "r", "K", datetime(2023, 8, 25)]),
    )
    lines = [describe(problem) for problem in workflow.read_inputs(folder).problems if problem.code == "choice_unknown"]
    assert len(lines) == 1
    assert "lapa «Lēmumi», šūna B" in lines[0]


def test_a_row_longer_than_the_headings_is_a_question(tmp_path):
    path = text()(tmp_path)
    lines = path.read_bytes().decode().split("\r\n")
    path.write_bytes("\r\n".join([lines[0], lines[1] + ", bet ne foto", *lines[2:]]).encode())
    assert [(problem["row"], problem["value"]) for problem in found(path, "row_long")] == [(2, " bet ne foto")]


def test_the_answers_of_check_are_plain_data(tmp_path):
    json.dumps(check(xlsx(rows=change(0, "question", "ā\u200b"))(tmp_path)))
    assert PROGRAMME.is_file()
    assert answers(check(xlsx()(tmp_path)))
    with xlsxwriter.Workbook(str(tmp_path / "e.xlsx")) as book:
        book.add_worksheet("A")
    assert check(tmp_path / "e.xlsx")["verdict"] == "reject"
