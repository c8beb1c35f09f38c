"""What leaves the house, on the example: sums close, nothing personal, every page says it is invented."""

import io
import posixpath
import re
import shutil
import zipfile
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pytest
from builders import picture
from docx import Document
from openpyxl.utils import get_column_letter

from mentoring_lib.app import outputs, tracking
from mentoring_lib.app.start_page import PAGES
from mentoring_lib.base import stamp
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.programme import FILE_NAME
from mentoring_lib.base.settings import BOOK_NAME
from mentoring_lib.documents import funder_report
from mentoring_lib.funder import privacy
from mentoring_lib.render.settings_workbook import make_settings_workbook
from mentoring_lib.render.xlsx import TableSheet, make_workbook
from mentoring_lib.workflow import EXAMPLE, evaluate, make_stamp, read_inputs


def rows_under(sheet, heading):
    rows = list(sheet.iter_rows(values_only=True))
    top = next(index for index, row in enumerate(rows) if row[0] == heading)
    return [list(row) for row in rows[top:]]


def test_the_funder_gets_a_workbook_a_document_a_pdf_and_each_chart_twice(files):
    charts = ("gaita", "parmainas", "raditaji", "temas", "vietas")
    assert sorted(files) == sorted(
        ["atskaite.docx", "atskaite.pdf", "atskaite.xlsx", *(f"{c}.{k}" for c in charts for k in ("png", "svg"))]
    )


def test_places_add_up_by_year_and_in_total(files):
    sheet = openpyxl.load_workbook(io.BytesIO(files["atskaite.xlsx"]))["Konsultāciju skaits"]
    head, *years = rows_under(sheet, "Gads")
    assert [row[:2] for row in years] == [["2023", 7], ["2024", 7], ["Kopā", 14]]
    for row in years:
        cell = dict(zip(head, row, strict=True))
        assert row[1] + row[2] - row[3] == sum(row[4:])
        assert cell["Sniegtas"] == {"2023": 7, "2024": 5, "Kopā": 12}[cell["Gads"]]


@pytest.mark.parametrize(("name", "heading"), [("Novadi", "Novads"), ("Veidi", "Veids")])
def test_counts_close_in_both_directions(files, name, heading):
    _, *rows, total = rows_under(openpyxl.load_workbook(io.BytesIO(files["atskaite.xlsx"]))[name], heading)
    assert total == ["Kopā", 7, 5, 12]
    assert [sum(column) for column in zip(*(row[1:] for row in rows), strict=True)] == total[1:]
    assert all(row[1] + row[2] == row[3] for row in rows)


def test_a_community_is_named_only_if_it_agreed(example, files):
    inputs, results = example
    refuses = set(inputs.applications.loc[~inputs.applications["publicity"], "community"])
    named = set(results.supported["community"])
    assert refuses
    assert not refuses & named
    assert not any(name in "\n".join(privacy.read_texts(files)) for name in refuses)
    assert len(results.figures.consultations) == 12


def leak(example, answer):
    """The funder's workbook with an answer written into a column that is public."""
    inputs, results = example
    table = TableSheet("Tēmas", "Tēmas", pd.DataFrame({"theme": [f"Tēma {answer}"]}))
    return {"x.xlsx": make_workbook("T", results.stamp, [table])}, inputs, results


@pytest.mark.parametrize("column", ["email", "phone", "contact_name", "question", "community"])
def test_a_personal_answer_in_the_funders_files_stops_the_report(example, column):
    inputs, results = example
    row = inputs.applications[~inputs.applications["application_id"].isin(results.supported["application_id"])].iloc[0]
    with pytest.raises(Refused, match=f"tajā nokļuva personas dati \\(.*{row['application_id']}"):
        outputs.refuse_personal_data(*leak(example, row[column]))


def test_the_refusal_does_not_repeat_the_answer(example):
    secret = example[0].applications["email"].iloc[0]
    with pytest.raises(Refused) as refused:
        outputs.refuse_personal_data(*leak(example, secret))
    assert secret not in str(refused.value)


def test_every_file_says_that_the_example_is_invented(files):
    for name in ("atskaite.xlsx", "atskaite.docx"):
        assert any(stamp.EXAMPLE_NOTICE in text for text in privacy.read_texts({name: files[name]}))
    assert all(b"PIEM" in files[name] for name in files if name.endswith(".svg"))


def test_the_internal_workbook_holds_every_application_with_a_reason(made):
    book = openpyxl.load_workbook(io.BytesIO(made["ieksejie/atlase.xlsx"]))
    head, *rows = rows_under(book["Lēmumi"], "Secībā")
    assert len(rows) == 28
    assert all(row[head.index("Pamatojums")] for row in rows)
    assert len(rows_under(book["Gaidīšanas saraksts"], "Gaida")) == 12


def test_the_lottery_sheet_is_enough_to_repeat_the_lot(made):
    book = openpyxl.load_workbook(io.BytesIO(made["ieksejie/atlase.xlsx"]))
    note = " ".join(str(row[0]) for row in book["Izloze"].iter_rows(max_row=6, values_only=True))
    seed = re.search(r"skaitlis ([0-9]{20,})", note).group(1)
    head, *rows = rows_under(book["Izloze"], "Secībā")
    for row in rows:
        cell = dict(zip(head, row, strict=True))
        assert cell["Izlozes numurs"] == sha256(f"{seed}|KKK-2023|{cell['Pieteikums']}".encode()).hexdigest()


def sheet_rows(book, name, heading):
    head, *rows = rows_under(book[name], heading)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_the_ranking_can_be_worked_out_from_the_workbook_alone(made):
    book = openpyxl.load_workbook(io.BytesIO(made["ieksejie/atlase.xlsx"]))
    note = " ".join(str(row[0]) for row in book["Izloze"].iter_rows(max_row=6, values_only=True))
    seed = re.search(r"skaitlis ([0-9]{20,})", note).group(1)
    clarity = {}
    for row in sheet_rows(book, "Vērtējumi", "Pieteikums"):
        given = [int(mark) for mark in row["Vērtētāju punkti"].split(" / ") if mark != "–"]
        mark = Fraction(sum(given), len(given)) if row["Saskaņotā"] is None else row["Saskaņotā"]
        clarity[row["Pieteikums"]] = clarity.get(row["Pieteikums"], 0) + mark
    groups = {}
    for row in sheet_rows(book, "Lēmumi", "Secībā"):
        if row["Secībā"]:
            key, new = row["Pieteikums"], row["Jauna"] == "✓"
            met = new + (clarity[key] >= 7)
            ticket = sha256(f"{seed}|KKK-2023|{key}".encode()).hexdigest()
            groups.setdefault((met, new and met == 1), []).append((-clarity[key], ticket, key))
    order = sorted(
        (-met, place, ticket, key)
        for (met, _), group in groups.items()
        for place, (_, ticket, key) in enumerate(sorted(group))
    )
    decided = {row["Secībā"]: row["Pieteikums"] for row in sheet_rows(book, "Lēmumi", "Secībā") if row["Secībā"]}
    assert [key for *_, key in order] == [decided[rank] for rank in range(1, 24)]


def test_the_workbook_shows_readings_firmness_agreement_and_cues(made):
    book = openpyxl.load_workbook(io.BytesIO(made["ieksejie/atlase.xlsx"]))
    assert (
        len(sheet_rows(book, "Prioritāšu secības", "Pieteikums"))
        == len(sheet_rows(book, "Jutīgums", "Pieteikums"))
        == 23
    )
    assert {row["Vai noteikti"] for row in sheet_rows(book, "Jutīgums", "Pieteikums")} == {
        "noteikti saņem", "atkarīgs no izvēles", "noteikti nesaņem",
    }  # fmt: skip
    note = " ".join(str(row[0]) for row in book["Jutīgums"].iter_rows(max_row=6, values_only=True))
    assert "vismaz 90 % katrā pārbaužu grupā; noteikti nesaņem: ne vairāk kā 10 %" in note.replace("\u00a0", " ")
    assert [row["Salīdzināti"] for row in sheet_rows(book, "Saskaņa", "Kritērijs")] == [24, 24, 23, 24]
    assert {row["Vērtētājs"] for row in sheet_rows(book, "Vērtētāji", "Vērtētājs")} == {
        "Andris Paraugs",
        "Ilze Piemēra",
    }
    assert any("neko neizlemj" in str(row[0]) for row in book["Pazīmes"].iter_rows(max_row=4, values_only=True))


def test_the_same_inputs_give_the_same_bytes(example, made, afresh):
    assert outputs.make_files(*example) == (made, [])


def test_communities_get_a_document_per_hour_held_and_an_invitation_per_hour_agreed(made):
    kinds = [name.split("/")[1] for name in made]
    assert (kinds.count("ieteikumi"), kinds.count("ielugumi")) == (12, 13)


def publish(example, *public):
    inputs = replace(example[0], programme=example[0].programme.model_copy(update={"public": public}))
    return inputs, evaluate(inputs)


def sheet_names(made):
    return openpyxl.load_workbook(io.BytesIO(made["atskaite.xlsx"])).sheetnames


def test_only_what_is_public_leaves_the_house(example):
    made = outputs.make_report(*publish(example, "year"))
    assert set(sheet_names(made)) & {"Novadi", "Veidi", "Tēmas", "Konsultācijas"} == {"Konsultācijas"}
    assert not any(name.startswith("temas") for name in made)
    texts = "\n".join(privacy.read_texts(made))
    assert not any(f"{town} – " in texts for town in example[0].programme.call.municipalities)
    assert "tiešsaistē" not in texts


@pytest.mark.parametrize(
    ("public", "sheets"),
    [
        (["mode"], ["Veidi", "Konsultācijas"]),
        (["municipality"], ["Novadi", "Konsultācijas"]),
        (["themes"], ["Konsultācijas"]),
        (["themes", "municipality"], ["Novadi", "Tēmas", "Konsultācijas"]),
        ([], []),
    ],
)
def test_each_table_needs_its_own_permission(example, public, sheets):
    inputs, results = publish(example, *public)
    names = [sheet.name for sheet in funder_report.list_tables(results.figures, inputs.programme)]
    assert [name for name in names if name in ("Novadi", "Veidi", "Tēmas", "Konsultācijas")] == sheets


def test_without_years_counts_are_totals_only(example):
    book = openpyxl.load_workbook(io.BytesIO(outputs.make_report(*publish(example, "mode"))["atskaite.xlsx"]))
    assert rows_under(book["Veidi"], "Veids")[0] == ["Veids", "Kopā"]
    assert rows_under(book["Konsultācijas"], "Veids")[0] == ["Veids"]


@pytest.mark.parametrize(
    "name", ["Ķekava", "Konsultāciju skaits", "Kaimiņi", "Olaines novads", "Saturs", "Sniegtas", "Calibri"]
)
def test_a_community_named_with_a_word_of_the_report_does_not_stop_it(example, files, name):
    inputs, results = example
    row = inputs.applications[~inputs.applications["application_id"].isin(results.supported["application_id"])].index[0]
    places = inputs.applications["community"].mask(inputs.applications.index == row, name)
    renamed = replace(inputs, applications=inputs.applications.assign(community=places))
    outputs.refuse_personal_data(files, renamed, results)


def test_the_report_carries_the_logos(example):
    inputs, results = example
    made = outputs.make_report(replace(inputs, logos={"sif.png": picture(40, 20)}), results)
    assert "sif" in Document(io.BytesIO(made["atskaite.docx"])).sections[0].header._element.xml


def test_the_trace_stays_in_the_house_and_the_report_holds_no_code(example, files):
    traced = "\n".join(privacy.read_texts(outputs.make_trace_files(*example).files))
    codes = example[1].decided["application_id"]
    assert all(code in traced for code in codes)
    assert "talkas-dalibnieki.txt" in traced
    told = "\n".join(privacy.read_texts(files))
    assert not any(code in told for code in codes)


def test_an_offer_that_skips_somebody_stops_the_funders_files_until_it_is_decided(inputs):
    events = inputs.sheets["Notikumi"]  # K-1071EE, the first who waits, is passed over for K-4D615C
    told = events[~events["application_id"].eq("K-4D615C")].replace({"application_id": {"K-1071EE": "K-4D615C"}})
    found = evaluate(replace(inputs, sheets=inputs.sheets | {"Notikumi": told}))
    asked = [(p.application_id, p.details) for p in found.report_blockers if p.code == "offer_out_of_turn"]
    assert ("K-4D615C", "K-1071EE") in asked
    assert outputs.make_report(inputs, found) == {}
    assert found.final
    offer = told[told["application_id"].eq("K-4D615C") & told["event"].eq("offered")].iloc[0]
    later = pd.Timestamp(offer["on"]) + pd.Timedelta(days=3)
    row = {"application_id": "K-4D615C", "decision": "override", "value": str(offer["year"]), "on": later,
           "reason": "Izlemts", "who": "Projekta grupa", "file": "d", "sheet": "Lēmumi", "row": 99}  # fmt: skip
    known = pd.concat([inputs.sheets["Lēmumi"], pd.DataFrame([row])], ignore_index=True)
    settled = replace(inputs, sheets=inputs.sheets | {"Notikumi": told, "Lēmumi": known})
    found = evaluate(settled)
    assert [p.code for p in found.report_blockers if p.application_id == "K-4D615C"] == []
    (shown,) = found.figures.deviations.query("event == 'offered'").itertuples()
    assert (shown.on, shown.then) == (offer["on"], later)
    traced = outputs.trace(settled, found).query("in_table == 'Novirzes'")
    assert "K-4D615C" in set(traced["application_id"])
    assert len(traced.drop_duplicates(["in_row", "in_column"])) == len(found.figures.deviations)
    texts = "\n".join(funder_report.list_texts(found.figures, found.programme))
    assert "1 konsultācija piedāvāta ārpus kārtas" in texts
    assert f"piedāvājums ārpus kārtas, lēmums {later:%d.%m.%Y}" in texts


def test_a_cell_of_the_events_that_could_not_be_read_stops_the_funders_files(inputs):
    unread = Problem("year_unreadable", "d.xlsx", "Notikumi", 5, "year", "2O24", "K-1071EE")
    found = evaluate(replace(inputs, problems=(*inputs.problems, unread)))
    assert found.report_blockers == (unread,)
    assert found.final
    assert outputs.make_report(inputs, found) == {}


def test_settings_in_a_workbook_give_the_same_files_to_the_byte_as_in_a_text(tmp_path, inputs, results, made):
    folder = shutil.copytree(EXAMPLE, tmp_path / "example")
    (folder / FILE_NAME).unlink()
    (folder / BOOK_NAME).write_bytes(make_settings_workbook("Iestatījumi", inputs.programme.model_dump(), []))
    read = read_inputs(folder)
    stamp = make_stamp(read, results.as_of)
    assert stamp.inputs != results.stamp.inputs
    assert replace(stamp, inputs=results.stamp.inputs) == results.stamp
    own, ours = outputs.trace(read, evaluate(read)), outputs.trace(inputs, results)
    differ = own.ne(ours) & ~(own.isna() & ours.isna())
    assert {str(text).split(":")[0] for text in own.to_numpy()[differ]} == {BOOK_NAME}  # where a setting stands
    read = replace(read, hashes=inputs.hashes, programme=read.programme.from_file(FILE_NAME))  # nothing else differs
    files, problems = outputs.make_files(read, evaluate(read))
    assert problems == []
    assert sorted(files) == sorted(made)
    assert [name for name in made if files[name] != made[name]] == []


def test_the_page_of_the_lot_holds_the_list_only_where_codes_are_salted(example):
    inputs, results = example
    assert b"K-1071EE;1;new" not in outputs.make_public_files(inputs, results).files["parbaude.html"]
    call = inputs.programme.call.model_copy(update={"salt": "nejaušs teksts"})
    salted = replace(results, programme=inputs.programme.model_copy(update={"call": call}))
    assert b"K-1071EE;1;new" in outputs.make_public_files(inputs, salted).files["parbaude.html"]
    assert list(outputs.make_public_files(replace(inputs, frozen=None), results).files) == [
        "veidlapas_jautajumi.txt", "aptauja_diena_pec.txt", "aptauja_pec_90_dienam.txt", "privatums.html",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "source"),
    [
        ("Pārrakstīšanās, 12345678901234567890", ""),
        ("Pēteris Lietusmiers iebilda", "Kontaktpersona: K-978E9F"),
        ("Zvanīja 20 00 00 25", "Tālrunis: K-978E9F"),
        ("Ūdenstorņa stūrim pietrūka vietas", "Kopiena: K-978E9F"),
        ("Rakstīja anna@example.org", "e-pasta adrese"),
    ],
)
def test_a_reason_that_tells_of_a_person_is_not_published_with_the_receipt(example, reason, source):
    inputs, results = example
    table = inputs.sheets["Lēmumi"]
    amended = table.head(1).assign(decision="places_amended", value="2024: 7 → 8", reason=reason)
    sheets = {**inputs.sheets, "Lēmumi": pd.concat([table, amended], ignore_index=True)}
    files, problems = outputs.make_public_files(replace(inputs, sheets=sheets), results)
    assert [(one.code, one.column, one.details) for one in problems] == (
        [("personal_public", "reason", source)] if source else []
    )
    assert ("saraksta_apliecinajums.txt" in files) == (not source)
    assert "parbaude.html" in files


def test_who_did_not_consent_is_neither_analysed_nor_suggested_a_theme(example, made):
    inputs, results = example
    refused = set(results.decided.loc[results.decided["state"].eq("no_consent"), "application_id"])
    assert refused
    book = openpyxl.load_workbook(io.BytesIO(made["ieksejie/atlase.xlsx"]))
    cued = {row["Pieteikums"] for row in sheet_rows(book, "Pazīmes", "Pieteikums")}
    marked = set(results.decided.loc[results.decided["state"].isin(["eligible", "late"]), "application_id"])
    assert cued == marked == set(results.suggested["application_id"])
    assert not refused & cued
    assert set(tracking.list_applications(inputs).suggested) >= cued
    assert not refused & set(tracking.list_applications(inputs).suggested)


def test_a_row_that_stands_twice_in_an_export_is_asked_about_and_stops_nothing(inputs, results):
    table, again = inputs.applications, results.decided["application_id"][results.decided["outcome"].eq("waiting")]
    copied = table[table["application_id"].isin(again)].assign(row=lambda rows: rows["row"] + 100)
    twice = replace(inputs, applications=pd.concat([table, copied], ignore_index=True))
    evaluated = evaluate(twice)
    assert evaluated.decided["application_id"].duplicated().sum() == len(copied) > 1
    assert outputs.make_selection_files(twice, evaluated).files.keys() == {"atlase.xlsx"}


def test_the_workbooks_for_reading_answer_on_their_first_sheet(inputs, results):
    book = openpyxl.load_workbook(io.BytesIO(outputs.make_selection_files(inputs, results).files["atlase.xlsx"]))
    assert book.sheetnames[:3] == ["Saturs", "Jāizlemj", "Lēmumi"]
    assert book["Saturs"]["A2"].value.startswith("Iznākums ir galīgs")
    decisions = book["Lēmumi"]
    heads = [cell.value for row in decisions.iter_rows() for cell in row if cell.value in ("Secībā", "Pamatojums")]
    assert heads == ["Secībā", "Pamatojums"]
    values = [[cell.value for cell in row] for row in decisions.iter_rows(min_row=decisions.max_row - 27)]
    assert [row[0] for row in values[:23]] == list(range(1, 24))
    assert [row[4] for row in values[-3:]] == ["ārpus novadiem", "bez piekrišanas", "atkārtots"]
    assert decisions.column_dimensions["L"].width >= 45
    assert decisions.page_setup.orientation == "landscape"
    traced = openpyxl.load_workbook(io.BytesIO(outputs.make_trace_files(inputs, results).files["izsekojamiba.xlsx"]))
    assert re.match(r"\d+ pārskata skaitļ?(is|i)?", traced["Saturs"]["A2"].value)


def test_where_nothing_lacks_its_proof_the_trace_says_so(inputs, results, monkeypatch):
    lacking = outputs.list_unproved(results)
    monkeypatch.setattr(outputs, "list_unproved", lambda _: lacking[:0])
    made = openpyxl.load_workbook(io.BytesIO(outputs.make_trace_files(inputs, results).files["izsekojamiba.xlsx"]))
    assert made["Saturs"]["A2"].value.endswith("Apliecinājums ir katrai notikušajai konsultācijai.")


def list_links(sheet):
    """What stands in each cell with a link, the file and the place it leads to."""
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    return [(cell.value, cell.hyperlink.target, cell.hyperlink.location) for cell in cells]


def test_codes_lead_to_their_row_and_names_of_tables_to_their_sheet(inputs, results):
    atlase = openpyxl.load_workbook(io.BytesIO(outputs.make_selection_files(inputs, results).files["atlase.xlsx"]))
    traced = openpyxl.load_workbook(io.BytesIO(outputs.make_trace_files(inputs, results).files["izsekojamiba.xlsx"]))
    rows = {row[1].value: row[0].row for row in atlase["Lēmumi"].iter_rows() if str(row[1].value).startswith("K-")}
    assert len(rows) == len(results.decided)
    assert [value for value, *_ in list_links(atlase["Lēmumi"])] == ["Atpakaļ uz saturu"]
    found = {value: place for value, _, place in list_links(atlase["Vērtējumi"]) if value in rows}
    assert found == {code: f"'Lēmumi'!A{rows[code]}" for code in set(results.anchors["application_id"])}
    assert ("3_konsultacijas.html", "3_konsultacijas.html", None) in list_links(atlase["Darāmais"])
    links = {value: (file, place) for value, file, place in list_links(traced["Skaitļi"])}
    told = {cell.value for row in traced["Skaitļi"].iter_rows(max_row=10) for cell in row}
    assert {"Tabula", "No tā", "Ieraksti", "Apliecinājums"} <= told  # as the note under the title names them
    assert links["Rādītāji"] == (r"..\finansetajam\atskaite.xlsx", "'Rādītāji'!A1")
    assert links["K-389990"] == ("atlase.xlsx", f"'Lēmumi'!A{rows['K-389990']}")


MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DOCUMENT = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def read_xml_links(content):
    """Names of the sheets with their last rows, and each link as (file, place), from the XML alone."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = [
            sheet.get("name") for sheet in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
        ]
        rows, links = {}, []
        for number, name in enumerate(names, 1):
            sheet = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            rows[name] = max((int(row.get("r")) for row in sheet.iter(f"{MAIN}row")), default=0)
            about = f"xl/worksheets/_rels/sheet{number}.xml.rels"
            known = ElementTree.fromstring(book.read(about)) if about in book.namelist() else []
            targets = {one.get("Id"): one.get("Target") for one in known}
            links += [(targets.get(link.get(f"{DOCUMENT}id"), ""), link.get("location", ""))
                      for link in sheet.iter(f"{MAIN}hyperlink")]  # fmt: skip
    return rows, links


def test_every_link_of_a_workbook_leads_to_a_file_beside_it_and_a_row_that_is_there(made):
    books = {name: read_xml_links(content) for name, content in made.items() if name.endswith(".xlsx")}
    there = {*made, *(f"ieksejie/{address}" for address, _ in PAGES)}
    counts = {}
    for name, (_, links) in books.items():
        counts[name] = len(links)
        for file, place in links:
            assert not re.match(r"\w+:|[/\\\\]", file), (name, file)
            lead = posixpath.normpath(f"{posixpath.dirname(name)}/{file.replace(chr(92), '/')}") if file else name
            assert lead in there, (name, file)
            if place or not file:
                sheet, cell = re.fullmatch(r"'(.+)'![A-Z]+(\d+)", place).groups()
                assert 1 <= int(cell) <= books[lead][0][sheet], (name, file, place)
    assert counts["ieksejie/atlase.xlsx"] > 100
    assert counts["ieksejie/izsekojamiba.xlsx"] > 100
    assert all(counts.values())


def test_what_the_funders_publicity_lacks_is_named(inputs):
    own = inputs.programme.model_copy(update={"example": False})
    (lacks,) = outputs.check_publicity(own)
    assert (lacks.code, lacks.details) == ("publicity_missing", "project.logos")
    bare = own.project.model_copy(update={"logos": ("sif.png",), "number": "", "responsibility": ""})
    (lacks,) = outputs.check_publicity(own.model_copy(update={"project": bare}))
    assert lacks.details.count(",") == 1
    whole = own.project.model_copy(update={"logos": ("sif.png",)})
    assert outputs.check_publicity(own.model_copy(update={"project": whole})) == []
    assert outputs.check_publicity(inputs.programme) == []
    private = inputs.programme.privacy.model_copy(update={"email": ""})
    (lacks,) = outputs.check_publicity(inputs.programme.model_copy(update={"privacy": private}))
    assert (lacks.code, lacks.details, lacks.kind) == ("privacy_settings", "privacy.email", "note")


def test_every_list_of_what_to_settle_says_whose_it_is_and_where(made):
    book = openpyxl.load_workbook(io.BytesIO(made["ieksejie/atlase.xlsx"]))
    for name in ("Jāizlemj", "Jautājumi", "Darāmais"):
        (head,) = [row for row in book[name].iter_rows(max_row=8, values_only=True) if "Kur skatīt" in row]
        assert {"Pieteikums", "Kopiena"} <= set(head), name
    links = [cell.hyperlink.target for cell in next(book["Darāmais"].columns) if cell.hyperlink]
    links += [cell.hyperlink.target for row in book["Darāmais"].iter_rows(min_row=5) for cell in row if cell.hyperlink]
    assert "3_konsultacijas.html" in links


def test_one_list_joins_code_community_contact_outcome_and_file(inputs, made):
    book = openpyxl.load_workbook(io.BytesIO(made["ieksejie/izsutisana.xlsx"]))
    rows = list(book["Izsūtīšana"].values)
    (at,) = [number for number, row in enumerate(rows) if row[0] == "Pieteikums"]
    ((_, whole),) = book.defined_names["Izsutisana"].destinations  # by which a mail merge finds the headings
    assert whole == f"$A${at + 1}:${get_column_letter(len(rows[at]))}${len(rows)}"
    listed = {row[0]: row for row in rows[at + 1 :] if row[0]}
    contacts = inputs.applications.set_index("application_id")
    assert set(listed) == set(contacts.index)
    for code, (_, community, person, email, phone, *_, letter) in listed.items():
        told = contacts.loc[code, ["community", "contact_name", "email", "phone"]].fillna("").tolist()
        assert [community, person, email or "", phone or ""] == told
        assert letter is None or f"ieksejie/{letter}" in made
