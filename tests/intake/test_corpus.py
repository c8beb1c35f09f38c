"""The same applications in every dress a form export comes in, and everything that must not be read as one.

Each file is made here from one table of six applications. Whatever the flavour, the clean table and the codes must be
the same; what cannot be read for certain must be a problem with its words. Never a guess, never a traceback.
"""

import csv
import io
import struct
import unicodedata
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
import xlwt

from mentoring_lib.app.check import check_file
from mentoring_lib.base.columns import APPLICATION
from mentoring_lib.workflow import EXAMPLE

PROGRAMME = EXAMPLE / "programme.toml"
HEAD = [(column.also or (column.label,))[0] for column in APPLICATION]
HEAD[3] = "Novads"
THEMES = "Kā veidot kopienu?, Kā uzlabot komunikāciju gan ar iedzīvotājiem, gan ar kopienas pārstāvjiem?"
ROWS = [
    [datetime(2023, 8, 1, 9, 5, 7), "a@example.org", "Ķiršu pagalms", "Mārupes novads", "Piņķi", "Jānis Āboliņš", "+371 20000011",
     2022, "Nē", 15, THEMES, "Kā sākt, ja neviens nenāk?", "Klātienē", "vakaros", "Jā", "Jā"],
    [datetime(2023, 8, 13, 0, 30), "b@example.org", "=SUM(A1)", "Olaines novads", "Jāņupe", "NA", "20000012",
     2010, "Jā", 40, "Kā piesaistīt papildu finansējumu?", "Pirmā rinda\nOtrā; rinda, \"pēdiņās\"", "Tiešsaistē", "", "Jā", "Nē"],
    [datetime(2023, 8, 21, 23, 59, 59), "c@example.org", "Zaļā iela", "Ķekavas novads", "Odukalns", "Зоя", "2000 00 13",
     "vēl veidojas", "Nē", 7, "Citi aktuālie kopienas jautājumi", "Как привлечь соседей?", "Nav svarīgi", "sestdien", "Jā", "Jā"],
    [datetime(2023, 8, 22, 0, 0, 0), "d@example.org", "007", "Mārupes novads", "Babīte", "Ž. Žagare", "20000014",
     2019, "Jā", 120, "Kā veidot kopienu?", "N/A", "Klātienē", "", "Jā", "Jā"],
    [datetime(2023, 8, 20, 12, 0, 1), "e@example.org", "SIA „Kaimiņi”", "Olaines novads", "Olaine", "Līga", "20000015",
     2021, "Jā", 33, "Kādi pasākumi ir interesanti iedzīvotājiem?", "$x^2$ un <b>", "Klātienē", "null", "Jā", "Nē"],
    [datetime(2023, 8, 5, 18, 45, 30), "f@example.org", "Krasts", "Ķekavas novads", "Katlakalns", "Uģis", "20000016",
     2023, "Nē", 9, "Kādi dokumenti būtu jāizstrādā kopienām?", "Statūti?", "Tiešsaistē", "rītos", "Nē", "Jā"],
]  # fmt: skip
SAME = [
    "application_id", "submitted_at", "late", "email", "community", "municipality", "place", "contact_name", "phone",
    "started", "registered", "residents_involved", "themes", "theme_other", "question", "mode", "preferred_times",
    "consent", "publicity",
]  # fmt: skip


def check(path):
    return check_file(path, PROGRAMME)


def answers(found, *, skip=()):
    return [{name: item[name] for name in SAME if name not in skip} for item in found["applications"]]


def codes(found):
    return sorted({problem["code"] for problem in found["problems"] if problem["severity"] != "note"})


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    found = check(xlsx()(tmp_path_factory.mktemp("expected")))
    assert (len(found["applications"]), codes(found)) == (6, [])
    return answers(found)


# Writers: each makes one file in a folder and returns its path


def xlsx(head=HEAD, rows=ROWS, *, name="Form Responses 1", before=(), left=0, suffix=".xlsx", after=None, **options):
    def write(folder):
        path = folder / f"p{suffix}"
        with xlsxwriter.Workbook(str(path), options) as book:
            page = book.add_worksheet(name)
            dated = book.add_format({"num_format": "dd.mm.yyyy hh:mm:ss"})
            for number, row in enumerate([*before, head, *rows]):
                for index, cell in enumerate(row):
                    if isinstance(cell, datetime):
                        page.write_datetime(number, left + index, cell, dated)
                    elif isinstance(cell, str):
                        page.write_string(number, left + index, cell)
                    else:
                        page.write_number(number, left + index, cell)
            if after:
                after(book, page)
        return path

    return write


def text(style="%d.%m.%Y %H:%M:%S", *, head=HEAD, rows=ROWS, delimiter=",", encoding="utf-8", end="\r\n", first="", suffix=".csv",
         quoting=csv.QUOTE_MINIMAL):  # fmt: skip
    def write(folder):
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
        writer.writerow(head)
        for row in rows:
            writer.writerow([style(cell) if callable(style) and isinstance(cell, datetime) else f"{cell:{style}}"
                             if isinstance(cell, datetime) else cell for cell in row])  # fmt: skip
        path = folder / f"p{suffix}"
        path.write_bytes((first + out.getvalue()).encode(encoding))
        return path

    return write


def google(moment):
    half = "AM" if moment.hour < 12 else "PM"
    return f"{moment:%Y/%m/%d} {(moment.hour - 1) % 12 + 1}:{moment:%M:%S} {half} GMT+3"


def american(moment):
    half = "AM" if moment.hour < 12 else "PM"
    return f"{moment.month}/{moment.day}/{moment.year} {(moment.hour - 1) % 12 + 1}:{moment:%M:%S} {half}"


def zipped(make, inside="atbildes.csv"):
    def write(folder):
        path = folder / "p.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(inside, make(folder).read_bytes())
        return path

    return write


def ods(folder):
    path = folder / "p.ods"
    pd.DataFrame(ROWS, columns=HEAD).to_excel(path, engine="odf", index=False)
    return path


def xls(folder):
    book = xlwt.Workbook()
    page = book.add_sheet("Atbildes")
    dated = xlwt.easyxf(num_format_str="dd.mm.yyyy hh:mm:ss")
    for number, row in enumerate([HEAD, *ROWS]):
        for index, cell in enumerate(row):
            page.write(number, index, cell, dated) if isinstance(cell, datetime) else page.write(number, index, cell)
    book.save(str(folder / "p.xls"))
    return folder / "p.xls"


def resaved(folder):
    path = xlsx()(folder)
    openpyxl.load_workbook(path).save(path)
    return path


def serial(cell, start=datetime(1899, 12, 30)):
    return (cell - start) / timedelta(days=1) if isinstance(cell, datetime) else cell


def other_sheets(book, page):
    book.add_worksheet("Cita").write(0, 0, "Piezīmes")
    hidden = book.add_worksheet("Vecā")
    hidden.write_row(0, 0, HEAD)
    hidden.hide()


def renamed(make, suffix):
    def write(folder):
        path = make(folder)
        return path.rename(folder / f"q{suffix}")

    return write


def shuffled():
    order = [3, 0, 15, 7, 1, 2, 14, 4, 5, 6, 8, 9, 10, 11, 12, 13]
    return [HEAD[i] for i in order], [[row[i] for i in order] for row in ROWS]


def microsoft():
    head = ["ID", "Start time", "Completion time", "Email", "Name", *HEAD[1:]]
    rows = []
    for number, row in enumerate(ROWS, start=1):
        ticked = row[10].replace("?, ", "?;") + ";"
        start = row[0] - timedelta(minutes=4)
        rows.append([number, start, row[0], "anonymous", "", *row[1:10], ticked, *row[11:]])
    return head, rows


def limesurvey(*, names):
    labels = {"build_community": "Kā veidot kopienu?", "communication": THEMES.split("?, ")[1], "funding": ROWS[1][10],
              "events": ROWS[4][10], "documents": ROWS[5][10], "other": ROWS[2][10]}  # fmt: skip
    question = "themes" if names else HEAD[10]
    options = [f"{question}[{label}]" for label in labels.values()]
    plain = [column.name for column in APPLICATION] if names else HEAD
    head = ["id", "submitdate" if names else "Date submitted", *plain[1:10], *options, *plain[11:]]
    rows = [[i, row[0], *row[1:10], *("Y" if label in row[10] else "N" for label in labels.values()), *row[11:]]
            for i, row in enumerate(ROWS, start=1)]  # fmt: skip
    return head, rows


def total_row():
    return [*ROWS, ["", "", "Kopā", *[""] * 6, 224, *[""] * 6]]


def loud(heading):
    return f"  {heading.upper()}\u00a0: "


PLAIN = [unicodedata.normalize("NFKD", h).encode("ascii", "ignore").decode() for h in HEAD]
MIXED = list(zip(*[HEAD, *ROWS], strict=True))
ENGLISH = ["Timestamp", "Email address", "Community name", "Municipality", "Parish, town or village", "Contact person",
           "Phone number", "When did the community start? (year)", "Is the community registered as an association?",
           "How many residents are involved in the community?", "On which questions would you like a mentor's support?",
           "Describe your question", "Preferred mode of consultation", "Preferred time of consultation",
           "I agree to the processing of personal data", "The community may be named in public"]  # fmt: skip
LATIN = [[cell.replace("Зоя", "Zoja").replace("Как привлечь соседей?", "Kā?") if isinstance(cell, str) else cell for cell in row]
         for row in ROWS]  # fmt: skip

FLAVOURS = {
    "google sheets xlsx": xlsx(),
    "google sheets with 1000 styled rows": xlsx(after=lambda book, page: [
        page.write_blank(row, column, None, book.add_format({"border": 1})) for row in range(7, 300) for column in range(16)]),
    "xlsm": xlsx(suffix=".xlsm"),
    "xlsx with dates of the 1904 system": xlsx(date_1904=True),
    "xlsx with serial numbers for dates": xlsx(rows=[[serial(cell) for cell in row] for row in ROWS]),
    "xlsx with dates as latvian text": xlsx(rows=[[f"{row[0]:%d.%m.%Y %H:%M:%S}", *row[1:]] for row in ROWS]),
    "xlsx with numbers as text": xlsx(rows=[[cell if isinstance(cell, datetime) else str(cell) for cell in row] for row in ROWS]),
    "xlsx resaved by another program": resaved,
    "xls": xls,
    "ods": ods,
    "xls renamed to xlsx": renamed(xls, ".xlsx"),
    "xlsx renamed to xls": renamed(xlsx(), ".xls"),
    "ods renamed to xlsx": renamed(ods, ".xlsx"),
    "csv latvian dates": text(),
    "csv iso dates": text("%Y-%m-%d %H:%M:%S"),
    "csv iso dates with T and zone": text("%Y-%m-%dT%H:%M:%S+03:00"),
    "csv iso dates in UTC": text(lambda m: f"{m - timedelta(hours=3):%Y-%m-%dT%H:%M:%SZ}"),
    "csv google forms GMT+3": text(google),
    "csv american 12 hours": text(american),
    "csv day first with slashes": text("%d/%m/%Y %H:%M:%S"),
    "csv latvian dates with a dot after the year": text("%d.%m.%Y. %H:%M:%S"),
    "csv with semicolons": text(delimiter=";"),
    "csv with tabs": text(delimiter="\t", suffix=".tsv"),
    "csv with bars": text(delimiter="|", suffix=".txt"),
    "csv with a byte order mark": text(encoding="utf-8-sig"),
    "csv unix line ends": text(end="\n"),
    "csv everything quoted": text(quoting=csv.QUOTE_ALL),
    "csv with a sep line": text(delimiter=";", first="sep=;\r\n"),
    "excel unicode text": text(delimiter="\t", encoding="utf-16", suffix=".txt"),
    "utf-16 without mark": text(delimiter="\t", encoding="utf-16-le", suffix=".txt"),
    "utf-16 big endian": text(encoding="utf-16-be"),
    "zipped csv": zipped(text()),
    "zipped csv in a folder": zipped(text(), "Mape/atbildes.csv"),
    "zipped xlsx is unpacked by hand": None,
    "csv named xlsx": renamed(text(), ".xlsx"),
    "csv without ending": renamed(text(), ""),
    "columns in another order": xlsx(*shuffled()),
    "headings loud with spaces": xlsx([loud(h) for h in HEAD]),
    "headings without diacritics": xlsx(PLAIN),
    "headings in NFD": xlsx([unicodedata.normalize("NFD", h) for h in HEAD]),
    "headings with line breaks": xlsx([h.replace(" ", "\n", 1) for h in HEAD]),
    "headings with zero width spaces": xlsx(["\u200b" + h for h in HEAD]),
    "headings in english": xlsx(ENGLISH),
    "headings by label": xlsx([column.label for column in APPLICATION]),
    "headings by code name": xlsx([column.name for column in APPLICATION]),
    "title rows above": xlsx(before=[["Pieteikumi 2023"], [], ["Izdrukāts 30.08.2023"]]),
    "table not at A1": xlsx(before=[[], []], left=3),
    "extra columns": xlsx([*HEAD, "Mīļākā krāsa", ""], [[*row, "zila", ""] for row in ROWS]),
    "doubled column, the same": xlsx([*HEAD, HEAD[2]], [[*row, row[2]] for row in ROWS]),
    "doubled column, one empty": xlsx([HEAD[4], *HEAD], [["", *row] for row in ROWS]),
    "other and hidden sheets": xlsx(after=other_sheets),
    "hidden rows are rows": xlsx(after=lambda book, page: page.set_row(3, None, None, {"hidden": True})),
    "blank rows between": xlsx(rows=[row for pair in ROWS for row in (pair, [], ["  "])]),
    "a row of totals": xlsx(rows=total_row()),
    "microsoft forms": xlsx(*microsoft()),
    "microsoft forms csv": text("%m/%d/%Y %H:%M:%S", head=microsoft()[0], rows=microsoft()[1]),
    "limesurvey with codes": xlsx(*limesurvey(names=True)),
    "limesurvey with full headings": text("%Y-%m-%d %H:%M:%S", head=limesurvey(names=False)[0], rows=limesurvey(names=False)[1]),
    "municipality without diacritics": xlsx(rows=[[*row[:3], row[3].replace("Ķ", "K").replace("ā", "a"), *row[4:]] for row in ROWS]),
    "municipality by village": xlsx(rows=[[*row[:3], {"Olaine": "Jāņupe"}.get(row[4], row[4]), *row[4:]] for row in ROWS]),
    "municipality in capitals": xlsx(rows=[[*row[:3], row[3].upper(), *row[4:]] for row in ROWS]),
    "yes and no in words": xlsx(rows=[[*row[:14], {"Jā": "piekrītu"}.get(row[14], "nepiekrītu"), *row[15:]] for row in ROWS]),
    "years with words": xlsx(rows=[[*row[:7], f"kopš {row[7]}. gada" if isinstance(row[7], int) else row[7], *row[8:]] for row in ROWS]),
    "counts with words": xlsx(rows=[[*row[:9], f"apmēram {row[9]} cilvēki", *row[10:]] for row in ROWS]),
}  # fmt: skip
FLAVOURS = {name: make for name, make in FLAVOURS.items() if make is not None}


@pytest.mark.parametrize("name", FLAVOURS)
def test_every_flavour_gives_the_same_table_and_the_same_codes(name, tmp_path, expected):
    found = check(FLAVOURS[name](tmp_path))
    assert codes(found) == []
    assert answers(found) == expected


def test_an_export_lying_on_its_side_is_refused_with_the_headings_that_are_looked_for(tmp_path):
    found = check(xlsx(list(MIXED[0]), [list(row) for row in MIXED[1:]])(tmp_path))
    assert (found["verdict"], codes(found)) == ("reject", ["table_missing"])


@pytest.mark.parametrize(("encoding", "name"), [("cp1257", "windows"), ("cp775", "dos"), ("iso8859-13", "unix")])
def test_old_latvian_encodings_give_the_same_letters(encoding, name, tmp_path):
    plain = [
        [str(cell).replace("„", '"').replace("”", '"') if isinstance(cell, str) else cell for cell in row]
        for row in LATIN
    ]
    found = check(text(rows=plain, encoding=encoding, delimiter=";")(tmp_path))
    again = check(text(rows=plain, delimiter=";", suffix=".txt")(tmp_path))
    assert answers(found) == answers(again)


def test_one_export_twice_counts_once(tmp_path):
    folder = tmp_path
    from mentoring_lib.base.programme import read_programme
    from mentoring_lib.intake.applications import read_applications

    paths = [xlsx()(folder), text()(folder)]
    table, problems, _ = read_applications(paths, read_programme(PROGRAMME))
    assert len(table) + sum(problem.code == "application_repeated" for problem in problems) == 12


# What must become a question


def change(row, column, value):
    names = [c.name for c in APPLICATION]
    rows = [list(r) for r in ROWS]
    rows[row][names.index(column)] = value
    return rows


QUESTIONS = {
    "slashes that prove no order": (text("%d/%m/%Y %H:%M", rows=[ROWS[0]]), "moment_order", "kurš skaitlis ir diena"),
    "a date that is none": (xlsx(rows=change(1, "submitted_at", "31.02.2023 10:00")), "moment_unreadable", "nav saprotams datums"),
    "a date in two digits": (xlsx(rows=change(1, "submitted_at", "21.08.23 10:00")), "moment_unreadable", "nav saprotams datums"),
    "no date at all": (xlsx(rows=change(1, "submitted_at", "")), "value_missing", "nav aizpildīts"),
    "the hour that is twice": (xlsx(rows=change(1, "submitted_at", "29.10.2023 03:30:00")), "moment_clock_change", "divreiz"),
    "the hour that never was": (xlsx(rows=change(1, "submitted_at", "26.03.2023 03:30:00")), "moment_clock_change", "divreiz"),
    "a municipality with a slip": (xlsx(rows=change(0, "municipality", "Mārupes novds")), "municipality_unknown", "nav atpazīts"),
    "a town that shares its municipality's name": (xlsx(rows=change(0, "municipality", "Marupe")), "municipality_unknown", "nav atpazīts"),
    "a municipality that is no more": (xlsx(rows=change(0, "municipality", "Babītes novads")), "municipality_unknown", "nav atpazīts"),
    "two villages of one name": (xlsx(rows=change(0, "municipality", "kaut kur")), "municipality_unknown", "nav atpazīts"),
    "neither yes nor no": (xlsx(rows=change(0, "consent", "varbūt")), "yes_no_unreadable", "nav ne jā, ne nē"),
    "two years": (xlsx(rows=change(0, "started", "2019 vai 2020")), "year_unreadable", "nav saprotams gads"),
    "a range of residents": (xlsx(rows=change(0, "residents_involved", "10-15")), "count_unreadable", "nav saprotams skaits"),
    "an address without a sign": (xlsx(rows=change(0, "email", "janis.example.org")), "email_invalid", "nav derīga e-pasta adrese"),
    "a mode nobody offered": (xlsx(rows=change(0, "mode", "pa telefonu")), "choice_unknown", "nav sarakstā"),
    "letters from a wrong encoding": (xlsx(rows=change(0, "community", "Ä€bolu iela")), "text_broken", "burti ir sabojāti"),
    "two columns that differ": (xlsx([*HEAD, HEAD[4]], [[*row, "Citur"] for row in ROWS]), "column_twice", "atšķirīgas atbildes"),
    "merged cells": (xlsx(after=lambda book, page: page.merge_range("D2:D3", "Mārupes novads")), "row_merged", "apvienotas"),
    "the same row twice": (xlsx(rows=[*ROWS, ROWS[0]]), "application_id_twice", "arī citā rindā"),
    "one community under two spellings": (xlsx(rows=[*ROWS, [ROWS[5][0] + timedelta(hours=1), "g@example.org", 'Biedrība "KRASTS"',
                                          *ROWS[5][3:6], "20000099", *ROWS[5][7:]]]), "duplicate_suspected", "tas pats nosaukums un vieta"),
    "one address, two communities": (xlsx(rows=change(1, "email", "A@example.org")), "duplicate_suspected", "vienāds e-pasts"),
    "one telephone, two communities": (xlsx(rows=change(1, "phone", "+371 2000-0011")), "duplicate_suspected", "vienāds tālrunis"),
}  # fmt: skip


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_is_not_certain_becomes_a_question_and_no_row_is_lost(name, tmp_path):
    make, code, words = QUESTIONS[name]
    found = check(make(tmp_path))
    asked = [problem for problem in found["problems"] if problem["code"] == code]
    assert asked, found["problems"]
    assert words in f"{asked[0]['value']} {asked[0]['message']}"
    assert asked[0]["advice"]
    assert found["verdict"] == "load_with_issues"
    assert len(found["applications"]) >= min(6, len(found["applications"]))


def test_a_suggestion_names_the_municipality_meant(tmp_path):
    found = check(xlsx(rows=change(0, "municipality", "Marupe"))(tmp_path))
    problem = next(item for item in found["problems"] if item["code"] == "municipality_unknown")
    assert "Vai domāts «Mārupes novads»?" in problem["advice"]
    assert found["applications"][0]["municipality"] is None


# What must be refused


def packed(members, name="p.xlsx"):
    def write(folder):
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        return folder / name

    return write


def raw(content, name="p.xlsx"):
    def write(folder):
        (folder / name).write_bytes(content)
        return folder / name

    return write


def tampered(member, edit, make=xlsx()):  # noqa: B008 - a writer, nothing is made yet
    def write(folder):
        path = make(folder)
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        members[member] = edit(members[member])
        return packed(members, path.name)(folder)

    return write


def truncated(make, part):
    def write(folder):
        path = make(folder)
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
        return path

    return write


def renamed(make, old, new):
    """A sheet filed under another name, with everything that points to it."""

    def write(folder):
        with zipfile.ZipFile(make(folder)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        moved = {name.replace(old, new): text.replace(old.encode(), new.encode()) for name, text in members.items()}
        return packed(moved)(folder)

    return write


def repeated(rows, columns, times=1):
    """An ods with one more filled cell, repeated."""
    cell = f'<table:table-cell table:number-columns-repeated="{columns}" office:value-type="float" office:value="1"/>'
    row = f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'
    return tampered("content.xml", lambda content: content.replace(END, row.encode() * times + END), ods)


def far(cell):
    """A workbook with one more row of this XML."""
    return tampered(SHEET, lambda content: content.replace(b"</sheetData>", f"<row>{cell}</row></sheetData>".encode()))


SHEET, END = "xl/worksheets/sheet1.xml", b"</table:table>"
MERGED = b"<mergeCells>" + b'<mergeCell ref="A1:A1048576"/>' * 20_000 + b"</mergeCells>"
FAR_CELL = xlsx(after=lambda book, page: page.write(1_048_575, 16_383, "x"))
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "' + b"a" * 50 + b'"><!ENTITY b "&a;&a;&a;">]>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600

REFUSALS = {
    "empty": (raw(b""), "datne ir tukša"),
    "zeros": (raw(b"\x00" * 4000), "datne ir tukša"),
    "noise": (raw(bytes(range(256)) * 40), "nav ne teksts, ne izklājlapa"),
    "pdf": (raw(b"%PDF-1.7 ..."), "PDF dokuments"),
    "html named xls": (raw(b"<html><table><tr><td>1</td></tr></table></html>", "p.xls"), "tīmekļa lapa"),
    "password": (raw(OLE + "EncryptedPackage".encode("utf-16-le")), "paroli"),
    "broken old excel": (raw(OLE, "p.xls"), "bojāta"),
    "truncated": (truncated(xlsx(), 0.6), "bojāta"),
    "truncated at the end": (truncated(xlsx(), 0.98), "bojāta"),
    "zip of several": (packed({"a.csv": "x", "b.csv": "y"}, "p.zip"), "vairākas datnes"),
    "empty zip": (packed({}, "p.zip"), "tukša"),
    "a word document": (packed({"[Content_Types].xml": "x", "word/document.xml": "y"}, "p.docx"), "nav izklājlapas dokuments"),
    "zip bomb": (tampered(SHEET, lambda content: content + b" " * 90_000_000), "pārāk liela"),
    "entity bomb": (tampered("xl/sharedStrings.xml", lambda content: ENTITIES + content), "XML definīcijas"),
    "external entity": (tampered("xl/workbook.xml", lambda content: b'<!DOCTYPE x SYSTEM "file:///etc/passwd">' + content), "XML definīcijas"),
    "a cell in the last corner": (FAR_CELL, "ārpus saprātīgām robežām"),
    "the same, quoted otherwise": (far("<c t='n' r='XFD1048576'><v>1</v></c>"), "ārpus saprātīgām robežām"),
    "the same, spaced otherwise": (far('<c\nr = "xfd01048576" ><v>1</v></c>'), "ārpus saprātīgām robežām"),
    "the same, after a sign": (far('<c x=">" r="XFD1048576"><v>1</v></c>'), "ārpus saprātīgām robežām"),
    "a row in the last place, its cells in none": (far('</row><row r="1048576">' + "<c t='n'><v>1</v></c>" * 100), "ārpus saprātīgām robežām"),
    "a long row and many short ones, none with a place": (far("<c><v>1</v></c>" * 16_000 + "</row><row><c><v>1</v></c>" * 2_000), "ārpus saprātīgām robežām"),
    "the same in a sheet named as a picture": (renamed(FAR_CELL, "worksheets/sheet1.xml", "media/a.png"), "ārpus saprātīgām robežām"),
    "one filled cell in row 200,000 of column Z": (far('</row><row r="200001"><c r="Z200001"><v>1</v></c>'), "ārpus saprātīgām robežām"),
    "a text with a row of a million cells": (raw(",".join(HEAD).encode() + b"\n1\n" + b"," * 1_000_000), "ārpus saprātīgām robežām"),
    "a text with a long first row and many rows": (raw(b"," * 10_000 + b"\n" * 100_000), "ārpus saprātīgām robežām"),
    "a cell repeated in an ods": (repeated(1, 5_000), "atkārtota 5000 reizes"),
    "a row repeated in an ods": (repeated(5_000, 1), "atkārtota 5000 reizes"),
    "rows and cells repeated in an ods": (repeated(999, 999, 50), "ārpus saprātīgām robežām"),
    "an ods that does not end": (tampered("content.xml", lambda content: content.replace(END, b"<table:table-cell" + END), ods), "bojāta"),
    "no sheet at all": (tampered("xl/workbook.xml", lambda content: content.partition(b"<sheet ")[0] + b"</sheets></workbook>"), "nav atrasta tabula"),
    "no table": (xlsx(["a", "b"], [["1", "2"]]), "nav atrasta tabula"),
    "no headings": (xlsx([str(cell) for cell in ROWS[0]], ROWS[1:]), "nav atrasta tabula"),
    "a needed column is missing": (xlsx(HEAD[1:], [row[1:] for row in ROWS]), "trūkst kolonnas «Iesniegts»"),
    "a needed column is reworded": (xlsx(["Kad tas bija", *HEAD[1:]]), "trūkst kolonnas «Iesniegts»"),
    "letters broken everywhere": (raw(",".join(HEAD).encode("utf-8").decode("cp1252", "replace").encode("utf-8"), "p.csv"), "kodējumā"),
    "random bytes in a zip": (raw(b"PK\x03\x04" + struct.pack("<40I", *range(40))), "bojāta"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_what_cannot_be_read_is_refused_with_its_cause(name, tmp_path):
    make, words = REFUSALS[name]
    found = check(make(tmp_path))
    assert (found["verdict"], found["applications"]) == ("reject", [])
    assert words in found["message"]
    assert found["problems"][0]["advice"]


@pytest.mark.parametrize(
    "make",
    [
        xlsx([*HEAD, *[f"Papildu {number}" for number in range(15_000)]]),
        xlsx(rows=change(0, "question", "ā" * 32_767)),
        text(rows=change(0, "question", "ā" * 200_000)),
        xlsx(after=lambda book, page: page.write(3, 16_383, "x")),
        xlsx(after=lambda book, page: page.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))),
        xlsx(rows=change(0, "community", "a\u200b\ufeffb")),
        tampered(SHEET, lambda content: content.replace(b"</sheetData>", b"</sheetData>" + MERGED)),
    ],
    ids=[
        "15,000 columns",
        "longest cell",
        "200,000 characters",
        "last column",
        "styled corner",
        "invisible letters",
        "whole columns merged",
    ],
)
def test_odd_but_honest_files_load(make, tmp_path):
    found = check(make(tmp_path))
    assert found["verdict"] != "reject"
    assert len(found["applications"]) == 6


def test_a_folder_is_no_file(tmp_path):
    assert check(tmp_path)["verdict"] == "reject"


@pytest.mark.parametrize("path", sorted((Path(__file__).parent / "damaged").iterdir()), ids=lambda path: path.stem)
def test_what_once_killed_the_reader_is_refused_with_its_cause(path):
    found = check(path)
    assert found["verdict"] == "reject"
    assert "bojāta" in found["message"]
