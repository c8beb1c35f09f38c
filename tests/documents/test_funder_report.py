"""The funder's report: every number counted a second time from the raw sheets, and the same in all three files."""

import io
import re
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from typing import get_args

import openpyxl
import pandas as pd
import pytest
from builders import (
    END,
    MANY,
    allocated,
    applications,
    changed,
    confirmed,
    events,
    follow_ups,
    happened,
    picture,
    programme,
    recommendations,
    report_texts,
    tasks,
)
from docx import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from mentoring_lib.app import outputs
from mentoring_lib.base import stamp
from mentoring_lib.base.problems import Refused
from mentoring_lib.base.programme import Formula
from mentoring_lib.delivery.events import follow, list_valid_events
from mentoring_lib.delivery.ledger import find_delivered, keep_ledger, trace_course
from mentoring_lib.documents import funder_report
from mentoring_lib.documents.report_summary import summarise
from mentoring_lib.funder.disclosure import HIDDEN
from mentoring_lib.funder.figures import (
    choose_period,
    count_evidence,
    gather_figures,
    select_delivered,
    select_supported,
)
from mentoring_lib.render.charts import Chart
from mentoring_lib.themes.exploring import confirm_themes
from mentoring_lib.workflow import EXAMPLE, evaluate

YEARS = (2023, 2024)
TOWNS = ["Mārupes novads", "Olaines novads", "Ķekavas novads"]
MODES = ["klātienē", "tiešsaistē"]
AS_OF = pd.Timestamp(2024, 9, 15)


def book_rows(content):
    """Rows of each sheet from its header down, empty ones left out."""
    sheets = {}
    for sheet in openpyxl.load_workbook(io.BytesIO(content), data_only=True):
        if sheet.tables:
            top = next(iter(sheet.tables.values())).ref.split(":")[0]
            rows = sheet.iter_rows(min_row=int(re.sub(r"\D", "", top)), values_only=True)
            sheets[sheet.title] = [list(row) for row in rows if any(cell is not None for cell in row)]
    return sheets


def document_tables(content):
    """Cells of each table of a document by its caption."""
    document = Document(io.BytesIO(content))
    captions = [p.text for p in document.paragraphs if p.style.name == "Caption" and ". tabula. " in p.text]
    grids = [grid for grid in document.tables if grid.style.name == "Table Grid"]
    names = ["Darbi"] * (grids[0].rows[0].cells[-1].text == "Ko kopiena stāsta")
    names += [caption.partition(". tabula. ")[2] for caption in captions]
    return {name: [[cell.text for cell in row.cells] for row in grid.rows]
            for name, grid in zip(names, grids, strict=True)}  # fmt: skip


@cache
def pdf_text(content):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


# A second way: every number from the raw sheets, with nothing of the library's reporting


def raw(name):
    return pd.read_excel(EXAMPLE / "darba_gramata.xlsx", sheet_name=name, header=1, engine="openpyxl")


def target_of(target):
    return comma(target) if target else ""


def events_of(row):
    """A row of «Konsultācijas» is up to five events: name, day, what it says."""
    hour, note = row["Konsultācijas laiks"], {"Piezīme": row["Piezīme"]}
    yield "piedāvāta konsultācija", row["Piedāvāts"], {"Konsultācijas gads": row["Konsultācijas gads"]}
    yield {"piekrita": "pieņemta", "atteicās": "kopiena atteicās"}.get(row["Atbilde"]), row["Atbildes diena"], note
    yield "norunāts laiks" if pd.notna(hour) else None, row["Atbildes diena"], {}
    yield {"jā": "notika", "nē": "nenotika"}.get(row["Notika"]), hour, note
    yield "ieteikumi nosūtīti", row["Ieteikumi nosūtīti"], {}


def raw_events():
    """Both sheets as one list."""
    told = [
        {"Pieteikums": row["Pieteikums"], "Notikums": event, "Datums": pd.Timestamp(day).normalize(),
         "Veids": row["Veids"], "Minūtes": row["Minūtes"], **said}
        for _, row in raw("Konsultācijas").iterrows()
        for event, day, said in events_of(row)
        if event and pd.notna(day)
    ]  # fmt: skip
    return pd.concat([pd.DataFrame(told), raw("Notikumi")], ignore_index=True)


def comma(number):
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",")


def changed_rows(held, year, named):
    """What changed after the hours, from the raw sheets."""
    work, said, happened = raw("Darbi"), raw("Pēc konsultācijas"), raw("Rezultāti")
    said = said[said["Atbildes diena"] <= AS_OF]
    done_rows = work["Izdarīts"] <= AS_OF
    late = ~done_rows & (work["Līdz"] < AS_OF)
    tasks_of, told = [], 0
    for key in held["Pieteikums"]:
        own = work["Pieteikums"].eq(key)
        counts = [int((own & part).sum()) for part in (done_rows, ~done_rows & ~late, late)]
        later = said[said["Pieteikums"].eq(key) & said["Aptauja"].eq("pēc 90 dienām")].dropna(subset=["Teikums"])
        outcomes = work[own & done_rows].dropna(subset=["Rezultāts"]).sort_values("Izdarīts")
        told += bool(len(later) or len(outcomes))
        texts = [*zip(outcomes["Rezultāts"], outcomes["Drīkst publicēt"], strict=True),
                 *zip(later["Teikums"], later["Drīkst publicēt"], strict=True)]  # fmt: skip
        public = [text for text, publish in texts if publish == "ar nosaukumu"]
        marks = "●" * counts[0] + "○" * counts[1] + "◆" * counts[2]
        said_last = public[-1] if public else "publicējamu ziņu nav"
        tasks_of.append([str(year[key]), named[key], marks, *map(str, counts), said_last])
    asked = []
    for name, days in (("diena pēc konsultācijas", 1), ("pēc 90 dienām", 90)):
        answered = set(said.loc[said["Aptauja"].eq(name), "Pieteikums"])
        over = held["Datums"] + pd.Timedelta(days=days + 14) < AS_OF
        missing = sum(key not in answered for key in held.loc[over, "Pieteikums"])
        asked.append([name, str(len(answered)), str(missing), str(len(held) - len(answered) - missing)])
    kinds = "biedrība dibināta;projekts iesniegts;finansējums saņemts;pasākums noticis;cilvēki pievienojušies"
    results = []
    for kind in kinds.split(";"):
        own = happened[happened["Kas noticis"].eq(kind)]
        proved, amount = int(own["Apliecinājums"].notna().sum()), own["Skaits vai EUR"].dropna()
        results.append([kind, str(own["Pieteikums"].nunique()), str(len(own)), str(proved), str(len(own) - proved),
                        str(int(amount.sum())) if len(amount) else ""])  # fmt: skip
    answers = Counter(said["Vai saruna atbildēja uz jautājumu"].dropna())
    anyway = Counter(said["Vai būtu noticis arī bez konsultācijas"].dropna())
    again = Counter(said["Ieteiktu citiem"].dropna())
    ratings = []
    for number, statement in enumerate(STATEMENTS, start=1):
        then, now = (said[f"{number}. apgalvojums {side}"].dropna() for side in ("toreiz", "tagad"))
        moves = Counter((now > then).astype(int) - (now < then).astype(int))
        middle = [comma(float(side.median())) for side in (then, now)]
        ratings.append([statement, str(len(then)), *middle, *(str(moves[move]) for move in (1, 0, -1))])
    public = happened[happened["Drīkst publicēt"].eq("ar nosaukumu")]
    columns = ("Kad", "Pieteikums", "Kas noticis", "Skaits vai EUR", "Apliecinājums")
    examples = [
        (day, named[key], kind, "" if pd.isna(amount) else str(int(amount)), "jā" if isinstance(proof, str) else "nē")
        for day, key, kind, amount, proof in zip(*(public[name] for name in columns), strict=True)
    ]
    started = sum(int(row[3]) > 0 for row in tasks_of)
    return {
        "tasks": tasks_of,
        "marked": [[*row[:3], row[-1]] for row in tasks_of],
        "asked": asked,
        "results": results,
        "answers": (answers, again, anyway),
        "ratings": ratings,
        "examples": sorted(examples),
        "told": told,
        "started": started,
        "overdue": sum(int(row[5]) for row in tasks_of),
    }


STATEMENTS = ("Mēs zinām savu nākamo soli.", "Mēs protam uzrunāt jaunus cilvēkus.", "Mēs zinām, kur meklēt palīdzību.")


@pytest.fixture(scope="module")
def counted(example):
    """What the report must say: rows of each table as text, and the sentences with numbers."""
    happened, given, work, asked = raw_events(), raw("Ieteikumi"), raw("Darbi"), raw("Tēmas")
    forms = example[0].applications.set_index("application_id")
    happened = happened[happened["Datums"] <= AS_OF]
    given, done = given[given["Kad"] <= AS_OF], work[work["Izdarīts"] <= AS_OF]
    held = happened[happened["Notikums"].eq("notika")].sort_values("Datums")
    offered = happened[happened["Notikums"].eq("piedāvāta konsultācija")].set_index("Pieteikums")["Konsultācijas gads"]
    held = held[held["Pieteikums"].isin(given["Pieteikums"]) & held["Pieteikums"].isin(work["Pieteikums"])]
    year = {key: int(offered[key]) for key in held["Pieteikums"]}
    new = {key for key in year if forms["started"][key] == "forming" or int(forms["started"][key]) >= 2021}
    places = {}
    for key, story in happened.groupby("Pieteikums"):
        last = story.sort_values("Datums", kind="stable")["Notikums"].iloc[-1]
        places[key] = (int(offered[key]), last)

    def by_year(keys, amounts=None):
        counts = Counter()
        for key, amount in zip(keys, amounts if amounts is not None else [1] * len(keys), strict=True):
            if key in year:
                counts[year[key]] += amount
        return [counts[one] for one in YEARS] + [sum(counts[one] for one in YEARS)]

    keys, in_person = list(held["Pieteikums"]), held[held["Veids"].eq("klātienē")]
    residents = [
        int(forms["residents_involved"][key]) if pd.notna(forms["residents_involved"][key]) else 0 for key in keys
    ]
    results = {
        "Sniegtas konsultācijas": (by_year(keys), [7, 7, 14]),
        "Atbalstītas kopienas": (by_year(sorted(set(keys))), [7, 7, 14]),
        "Atbalstītas jaunas kopienas": (by_year(sorted(new)), [3, 3, 6]),
        "Sagatavoti ieteikumi": (by_year(given["Pieteikums"]), [14, 14, 28]),
        "Paveikti darbi": (by_year(done["Pieteikums"]), [10, 10, 20]),
        "Konsultācijas klātienē": (by_year(in_person["Pieteikums"], in_person["Minūtes"] / 60), [4, 4, 8]),
        "Iedzīvotāji atbalstītajās kopienās (pēc pieteikuma)": (by_year(keys, residents), [0, 0, 0]),
    }  # fmt: skip
    units = ["konsultācijas", "kopienas", "kopienas", "ieteikumi", "darbi", "stundas", "iedzīvotāji"]
    wanted = [one.name for one in example[0].programme.indicators]
    assert list(results) == wanted, "count each indicator of the example here, in its order, and give its unit below"
    proofs = [one.evidence for one in example[0].programme.indicators]
    indicators = [
        [name, unit, *(text for result, target in zip(found, targets, strict=True)
                       for text in (comma(result), target_of(target))), proof]
        for (name, (found, targets)), unit, proof in zip(results.items(), units, proofs, strict=True)
    ]  # fmt: skip
    printed = [
        [name if unit in name.lower() else f"{name} ({unit})",
         *(f"{comma(result)},\u00a0mērķis\u00a0{comma(target)}" if target else comma(result)
           for result, target in zip(found, targets, strict=True)), proof]
        for (name, (found, targets)), unit, proof in zip(results.items(), units, proofs, strict=True)
    ]  # fmt: skip
    ledger = []
    for one in YEARS:
        states = Counter(last for of_year, last in places.values() if of_year == one)
        delivered, booked = by_year(keys)[YEARS.index(one)], states["norunāts laiks"]
        ledger.append([7, 0, 0, delivered, 0, booked, 0 if one == 2023 else 7 - delivered - booked, 0])
    ledger.append([sum(column) for column in zip(*ledger, strict=True)])
    towns = [[town, *by_year([k for k in keys if forms["municipality"][k] == town])] for town in TOWNS]
    modes = [[mode, *by_year(held.loc[held["Veids"].eq(mode), "Pieteikums"])] for mode in MODES]
    pairs = asked[asked["Pieteikums"].isin(keys)]
    short = {label: example[0].programme.short_theme(code) for code, label in example[0].programme.themes.items()}
    of_theme = {label: pairs.loc[pairs["Tēma"].eq(label), "Pieteikums"] for label in short}
    themes = [[short[label], *(sum(forms["municipality"][k] == town for k in of_theme[label])
                        for town in TOWNS)] for label in example[0].programme.themes.values()]  # fmt: skip
    hours, sent, asked_of, finished = (by_year(held["Pieteikums"], held["Minūtes"] / 60), by_year(given["Pieteikums"]),
                                       by_year(work["Pieteikums"]), by_year(done["Pieteikums"]))  # fmt: skip
    received = [[one, comma(by_year(keys)[at]), comma(hours[at]), str(sent[at]), str(asked_of[at]), str(finished[at])]
                for at, one in enumerate(["2023", "2024", "Kopā"])]  # fmt: skip
    words = {"kopiena atteicās", "kopiena atsauca dalību", "nenotika"}
    moved = happened[happened["Notikums"].isin(words)].sort_values("Datums")
    named = forms["community"].where(forms["publicity"].astype("bool"), "")
    listed = [[str(year[key]), forms["municipality"][key], named[key], mode,
               "; ".join(short[label] for label in example[0].programme.themes.values()
                         if label in set(asked.loc[asked["Pieteikums"].eq(key), "Tēma"]))]
              for key, mode in zip(keys, held["Veids"], strict=True)]  # fmt: skip
    return {
        **changed_rows(held, year, named),
        "indicators": indicators,
        "printed": printed,
        "ledger": [[when, *map(str, row)] for when, row in zip(["2023", "2024", "Kopā"], ledger, strict=True)],
        "balance": [
            [when, *(str(row[at]) for at in (0, 3, 5, 6))]
            for when, row in zip(["2023", "2024", "Kopā"], ledger, strict=True)
        ],
        "towns": [[str(cell) for cell in row] for row in [*towns, ["Kopā", *by_year(keys)]]],
        "modes": [[str(cell) for cell in row] for row in [*modes, ["Kopā", *by_year(keys)]]],
        "themes": [[str(cell) for cell in row] for row in themes],
        "received": received,
        "moved": [[f"{day:%d.%m.%Y}", word] for day, word in zip(moved["Datums"], moved["Notikums"], strict=True)],
        "listed": listed,
        "days": [f"{day:%d.%m.%Y}" for day in held["Datums"]],
        "applications": len(forms),
        "delivered": by_year(keys),
        "ledger_total": ledger[-1],
        "sums": (hours[-1], sent[-1], asked_of[-1], finished[-1]),
        "of_year": [(hours[at], sent[at], asked_of[at], finished[at]) for at in (0, 1)],
    }


SHEETS = {"Rādītāji": "indicators", "Konsultāciju skaits": "ledger", "Novadi": "towns", "Veidi": "modes",
          "Tēmas": "themes", "Saņemtais": "received", "Konsultācijas": "listed", "Darbi": "tasks", "Aptaujas": "asked",
          "Rezultāti": "results", "Vērtējumi": "ratings"}  # fmt: skip
CAPTIONS = {"Darbi": "marked", "Plānotie un sasniegtie rezultāti": "printed",
            "Konsultāciju skaits pa gadiem": "balance",
            "Sniegtās konsultācijas pa novadiem": "towns", "Sniegtās konsultācijas pa veidiem": "modes",
            "Kas kopienās noticis": "results", "Sniegtās konsultācijas": "listed"}  # fmt: skip


def as_text(cell, heading):
    if cell is None:
        return ""
    assert heading
    return cell if isinstance(cell, str) else comma(cell)


@pytest.mark.parametrize("name", SHEETS)
def test_every_number_of_the_workbook_can_be_counted_from_the_raw_sheets(files, counted, name):
    head, *rows = book_rows(files["atskaite.xlsx"])[name]
    assert [[as_text(cell, title) for cell, title in zip(row, head, strict=True)] for row in rows] == counted[
        SHEETS[name]
    ]


def test_the_course_in_the_workbook_is_that_of_the_raw_events(files, counted):
    _, first, *rows, last = book_rows(files["atskaite.xlsx"])["Norise"]
    assert (first[1], last[1]) == (0, 12)
    assert [(f"{row[0]:%d.%m.%Y}", row[1]) for row in rows] == list(zip(counted["days"], range(1, 13), strict=True))


@pytest.mark.parametrize("caption", CAPTIONS)
def test_every_number_in_a_table_of_the_document_can_be_counted_from_the_raw_sheets(files, counted, caption):
    assert document_tables(files["atskaite.docx"])[caption][1:] == counted[CAPTIONS[caption]]


OVER_A_PAGE = (
    "Darbi",
    "Plānotie un sasniegtie rezultāti",
    "Sniegtās konsultācijas",
)  # a foot and a header stand between rows


@pytest.mark.parametrize("caption", CAPTIONS)
def test_every_number_in_a_table_of_the_pdf_can_be_counted_from_the_raw_sheets(files, counted, caption):
    text = re.sub(r"PIEMĒRS – pieteikumi, cilvēki un notikumi ir izdomāti ", "", pdf_text(files["atskaite.pdf"]))
    _, _, after = text.partition(f" tabula. {caption} ")
    if caption in OVER_A_PAGE:
        assert all(" ".join(" ".join(row).split()) in text for row in counted[CAPTIONS[caption]])
    else:
        rows = " ".join(" ".join(cell for cell in row if cell) for row in counted[CAPTIONS[caption]])
        assert rows in after.partition(" tabula. ")[0]


def test_no_table_of_the_document_is_left_unchecked(files):
    unchecked = set(document_tables(files["atskaite.docx"])) - set(CAPTIONS)
    assert unchecked == {
        "Pieteikumi pa novadiem un pēc tā, vai kopiena ir jauna",
        "Novirzes no plāna",
        "Rezultāti, ko kopienas ļauj publicēt",
    }


def clock(hours):
    whole, minutes = divmod(round(hours * 60), 60)
    return f"{whole}\u00a0h {minutes:02}\u00a0min" if minutes else f"{whole}\u00a0h"


def headline(counted):
    planned, delivered = counted["ledger_total"][0], counted["ledger_total"][3]
    _, _, asked, done = counted["sums"]
    assert counted["started"] == delivered
    return (f"Sniegtas {delivered} no {planned} konsultācijām; visas {delivered} kopienas jau kaut ko ir paveikušas, "
            f"{asked - done} no {asked} darbiem vēl nav paveikti")  # fmt: skip


def sentences(counted):
    """Every sentence with a number, written from the raw counts."""
    planned, _, _, delivered, _, booked, left, _ = counted["ledger_total"]
    yield "«Kaimiņu kopienu kopspēks», Nr. 2023.LV/NVOF/MAC/041/58. Starpposma saturiskais pārskats par periodu " \
        "01.05.2023–31.10.2024; dati 15.09.2024"  # fmt: skip
    became = f"{delivered - 7} ir sniegtas, {booked} ir norunāta un {left} vēl nav norunāta"
    yield (f"Apsolīts: {planned} konsultācijas (7 + 7). 2023. gadā no 7 plānotajām: 7 ir sniegtas. 2024. gadā no 7 "
           f"plānotajām: {became}. Projekts beidzas 31.10.2024.")  # fmt: skip
    yield ("Viena zīme – viens ieplānots darbs: ● paveikts, ○ vēl priekšā, ◆ nokavēts. Kas no tā iznācis, "
           f"aprakstījušas {counted['told']} no {delivered} kopienām. Nosaukumi un stāsti publicēti tikai ar kopienu "
           "piekrišanu.")  # fmt: skip
    kinds = Counter(word for _, word in counted["moved"])
    yield (f"{kinds['kopiena atteicās']} kopiena atteicās no piedāvātās konsultācijas, "
           f"{kinds['kopiena atsauca dalību']} kopiena atsauca dalību un {kinds['nenotika']} konsultācija nenotika "
           "norunātajā laikā. Nākamajām kopienām piedāvātas "
           f"{kinds['kopiena atteicās'] + kinds['kopiena atsauca dalību']} no 2 atbrīvotajām.")  # fmt: skip
    yield f"{counted['overdue']} ieplānotajiem darbiem termiņš ir pagājis, un tie vēl nav paveikti."
    yield ("Līdz 30. septembrim mentori sazināsies ar kopienām, kurām kāds darbs ir nokavēts, un vienosies par jaunu "
           "termiņu.")  # fmt: skip
    yield ("Josla – sasniegtais, melnā svītra – gada mērķis, gaišā daļa – virs mērķa, tukšā – līdz mērķim trūkst. "
           f"{AS_OF.year}. gads vēl turpinās.")  # fmt: skip
    towns, modes = ({row[0]: row[-1] for row in counted[name]} for name in ("towns", "modes"))
    whom = "; ".join(", ".join(f"{name} – {told[name]}" for name in order)
                     for told, order in ((towns, TOWNS), (modes, MODES)))  # fmt: skip
    yield f"Kam: {whom}. Saņemti {counted['applications']} pieteikumi no {counted['applications'] - 1} kopienām."
    lacks = {
        when: [f"{row[0]} – {comma(float(row[at + 1].replace(',', '.')) - float(row[at].replace(',', '.')))}"
               for row in counted["indicators"] if row[at + 1]
               and float(row[at].replace(",", ".")) < float(row[at + 1].replace(",", "."))]
        for when, at in (("2023", 2), ("2024", 4))
    }  # fmt: skip
    aimed = sum(bool(row[3]) for row in counted["indicators"])
    assert lacks["2023"] == [], "the example reaches every target of 2023: lower this one, or write the sentence here"
    yield f"Sasniegtie mērķi: 2023. gadā – visi {aimed}; 2024. gadā – {aimed - len(lacks['2024'])} no {aimed}."
    yield f"2024. gadā vēl trūkst: {'; '.join(lacks['2024'])}."
    for name, answered, missing, early in counted["asked"]:
        after = f", termiņš vēl nav pienācis {early}" if early != "0" else ""
        yield f"Aptauja «{name}» ({delivered} kopienas): atbildēja {answered}, neatbildēja {missing}{after}."
    questions = ("Vai saruna atbildēja uz jautājumu?", "Vai ieteiktu citai kopienai?",
                 "Vai tas būtu noticis arī bez konsultācijas?")  # fmt: skip
    for question, found in zip(questions, counted["answers"], strict=True):
        words = [word for word in ("jā", "daļēji", "nē", "nav, par ko spriest") if found[word]]
        yield f"{question} {', '.join(f'{word} – {found[word]}' for word in words)}."
    for year, (hours, sent, asked, done), number in zip(YEARS, counted["of_year"], counted["delivered"], strict=False):
        after = "" if number == 7 else f", {booked} ir norunāta un {left} vēl nav norunāta"
        became = f"No 7 plānotajām konsultācijām {number} ir sniegtas{after}."
        after = f"{sent} ieteikumi, {asked} ieplānoti darbi, no tiem {done} jau paveikti"
        yield f"{year}. gads. {became} Konsultāciju ilgums: {clock(hours)}; {after}."


SETTLED = (
    "Vienas konsultācijas paredzētais ilgums: 60",
    "Konsultāciju bilance, norise un pieteikumi ir par visu projektu līdz 15.09.2024",
    "Jauna kopiena: sākusi darboties 2021. gadā",
    "Atlases kārtība: ",
    "Mērķis ir par visu gadu",
    "Vērtējumus «toreiz»",
    "Ko kopienas atbildēja, skaita",
    "Uzsaukums: https",
)
"""Beginnings of the sentences that tell a setting, not a figure."""


def test_every_number_in_a_sentence_of_the_document_can_be_counted_from_the_raw_sheets(files, counted):
    body = [p.text for p in Document(io.BytesIO(files["atskaite.docx"])).paragraphs
            if p.style.name in ("Normal", "List Bullet") and re.search(r"\d", p.text)]  # fmt: skip
    found = [text for text in body if not text.startswith(SETTLED)]
    assert sorted(found) == sorted(sentences(counted))


def test_the_title_and_the_four_numbers_can_be_counted_from_the_raw_sheets(files, counted):
    document = Document(io.BytesIO(files["atskaite.docx"]))
    assert next(p.text for p in document.paragraphs if p.style.name == "Title") == headline(counted)
    planned, delivered = counted["ledger_total"][0], counted["ledger_total"][3]
    _, _, asked, done = counted["sums"]
    new = next(row[6] for row in counted["indicators"] if row[0] == "Atbalstītas jaunas kopienas")
    numbers = [f"{delivered} no {planned}", f"{new} no {delivered}", f"{counted['started']} no {delivered}",
               f"{done} no {asked}"]  # fmt: skip
    cells = [cell.text for cell in document.tables[0].rows[0].cells]
    assert [text.split("\n")[0] for text in cells] == numbers
    assert cells[-1].endswith(f"; {counted['overdue']} nokavēti")
    text = pdf_text(files["atskaite.pdf"])
    assert all(said in text for said in [headline(counted), *numbers])


def test_results_that_may_be_named_are_those_of_the_raw_sheet(files, counted):
    rows = document_tables(files["atskaite.docx"])["Rezultāti, ko kopienas ļauj publicēt"][1:]
    assert rows == [[name, kind, amount, f"{day:%d.%m.%Y}", proof]
                    for day, name, kind, amount, proof in counted["examples"]]  # fmt: skip


def test_the_pdf_says_the_same_sentences(files, counted):
    text = pdf_text(files["atskaite.pdf"])
    assert [said for said in sentences(counted) if " ".join(said.split()) not in text] == []


def test_page_one_of_the_pdf_holds_the_answer_whole(example):
    """With as many communities as it takes: the next page begins with the contents."""
    inputs, results = example
    tasks_told = pd.concat([results.figures.tasks, results.figures.tasks.iloc[:2]], ignore_index=True)
    assert len(tasks_told) == funder_report.ROWS_ON_FIRST
    files = funder_report.make_funder_files(replace(results.figures, tasks=tasks_told), inputs.programme)
    first, second = (page.extract_text() for page in PdfReader(io.BytesIO(files["atskaite.pdf"])).pages[:2])
    assert "Kam: Mārupes novads – 3" in first
    assert "vienosies" in first
    assert second.splitlines()[1] == "Saturs"


def test_the_deviations_are_those_of_the_raw_events_and_tell_what_followed(files, counted):
    rows = document_tables(files["atskaite.docx"])["Novirzes no plāna"][1:]
    assert [[row[0], row[2]] for row in rows] == counted["moved"]
    assert [row[3] for row in rows] == ["kopienā šoruden neviens nevar piedalīties",
                                        "norunātajā vakarā ciemā pazuda elektrība",
                                        "kopienā šogad konsultācijā neviens nevar piedalīties"]  # fmt: skip
    assert [row[4] for row in rows] == ["konsultācija piedāvāta citai kopienai 13.09.2023",
                                        "konsultācija notika 02.11.2023",
                                        "konsultācija piedāvāta citai kopienai 05.09.2024"]  # fmt: skip


def test_applicants_are_shown_by_two_margins_and_none_is_hidden_in_the_example(files, example):
    forms = example[0].applications
    rows = document_tables(files["atskaite.docx"])["Pieteikumi pa novadiem un pēc tā, vai kopiena ir jauna"]
    towns = forms["municipality"].value_counts()
    new = int(forms["started"].map(lambda year: year == "forming" or int(year) >= 2021).sum())
    counts = {
        TOWNS[0]: towns[TOWNS[0]],
        f"{TOWNS[1]} un ārpus novadiem": len(forms) - towns[TOWNS[0]] - towns[TOWNS[2]],
        TOWNS[2]: towns[TOWNS[2]],
        "Jaunas": new,
        "Esošas": len(forms) - new,
        "Nav zināms": 0,
        "Kopā": len(forms),
    }
    assert rows[1:] == [[name, str(count)] for name, count in counts.items()]


# Applicants, as far as it may be told


COUNTS_NEW = [{"name": "J", "unit": "", "formula": "new_communities", "targets": {2023: 0, 2024: 0}}]


def applicants(example, new, existing, new_given=(), existing_given=(), **changes):
    """The margins for so many new and existing applicants of each municipality, and of them so many supported."""
    lists = {"new": (new, new_given), "existing": (existing, existing_given)}
    rows = [
        (town, kind, place < len(given_) and number < given_[place])
        for kind, (counts, given_) in lists.items()
        for place, (town, count) in enumerate(zip((*TOWNS, ""), counts, strict=False))
        for number in range(count)
    ]
    keys = ["municipality", "novelty", "supported"]
    table = pd.DataFrame(rows, columns=keys).astype({"supported": "bool"})
    counted = table.groupby(keys).size().rename("count").reset_index()
    figures = replace(example[1].figures, applications=counted)
    return funder_report.count_applicants(figures, programme(**changes)).set_index("applicant")["count"].to_dict()


OUTSIDERS = "ārpus novadiem"


def test_both_margins_close_to_the_same_total(example):
    told = applicants(example, (4, 3, 5), (3, 3, 6))
    assert list(told.values()) == [7, 6, 11, 0, 12, 12, 0, 24]
    assert list(told)[:4] == [*TOWNS, OUTSIDERS]


def test_one_from_elsewhere_is_not_told_unless_joined_with_a_municipality_by_the_settings(example):
    told = applicants(example, (4, 3, 5, 0), (3, 3, 6, 1))
    assert told[OUTSIDERS] == HIDDEN
    assert [told[town] for town in TOWNS].count(HIDDEN) == 1
    assert told["Kopā"] == 25
    joined = applicants(example, (4, 3, 5, 0), (3, 3, 6, 1), report__joined_rows=[[TOWNS[1], "outside"]])
    assert HIDDEN not in joined.values()
    assert joined[f"{TOWNS[1]} un {OUTSIDERS}"] == 7


@pytest.mark.parametrize("joined", [[], [["Mārupes novads", "outside"]]])
def test_small_groups_are_said_to_be_joined_only_where_the_settings_join_some(example, joined):
    inputs, results = example
    report = inputs.programme.report.model_copy(update={"joined_rows": joined})
    tables = funder_report.list_tables(results.figures, inputs.programme.model_copy(update={"report": report}))
    (note,) = [sheet.note for sheet in tables if sheet.name == "Pieteikumi"]
    assert ("apvienotas" in note) == bool(joined)


def test_one_who_was_not_supported_is_not_the_difference_of_two_tables(example):
    assert applicants(example, (4, 3, 5), (3, 3, 6), new_given=(4,))[TOWNS[0]] == 7
    assert applicants(example, (4, 3, 5), (3, 3, 6), (4,), (2,))[TOWNS[0]] == HIDDEN


def test_new_ones_that_an_indicator_counts_are_public_too(example):
    given_ = {"new_given": (4, 2, 4), "existing_given": (0, 1, 2)}
    assert applicants(example, (4, 3, 5), (3, 4, 6), **given_)["Jaunas"] == 12
    assert applicants(example, (4, 3, 5), (3, 4, 6), **given_, indicators=COUNTS_NEW)["Jaunas"] == HIDDEN


def test_small_counts_are_shown_only_with_a_written_reason_that_stands_in_the_report(example):
    reason = "Finansētājs lūdza precīzus skaitus."
    told = applicants(example, (4, 3, 5, 0), (3, 3, 6, 1), report__exception_reason=reason)
    assert told[OUTSIDERS] == 1
    settled = programme(report__exception_reason=reason)
    assert any(reason in line for line in funder_report.describe_method(example[1].figures, settled))
    assert not any("izņēmum" in line for line in funder_report.describe_method(example[1].figures, programme()))


def test_what_is_hidden_does_not_hang_on_the_period_of_the_report(example):
    inputs, results = example
    year = evaluate(inputs, starts=date(2023, 9, 1), ends=date(2023, 12, 31)).figures
    tables = [funder_report.count_applicants(figures, inputs.programme) for figures in (year, results.figures)]
    pd.testing.assert_frame_equal(*tables)


def test_one_or_two_applications_are_not_told_in_a_sentence_either(example):
    few = pd.DataFrame([(TOWNS[0], "new", False, 2)], columns=example[1].figures.applications.columns)
    told = summarise(replace(example[1].figures, applications=few), example[0].programme)
    assert not any("pieteikum" in text for text in told)


# Any history


KEYS = [f"K-{number:02}" for number in range(1, 7)]
EVENTS = ("offered", "accepted", "declined", "expired", "withdrawn", "booked", "held", "not_held",
          "recommendations_sent", "cancelled")  # fmt: skip
GOOD = ("offered", "accepted", "booked", "held")
DAYS = st.dates(date(2023, 8, 1), date(2024, 12, 31))
LIKELY = st.one_of(st.just(GOOD), st.lists(st.sampled_from(EVENTS), max_size=6).map(tuple))
FORMULAS = get_args(Formula)
ANSWERS = follow_ups(
    *(f"K-0{number} next_day 2024-01-0{number} question_answered={word}"
      for number, word in enumerate(["yes", "partly", "no", "yes"], start=1)),
    *(f"K-0{number} after_90_days 2024-05-0{number} then_1=3 now_1={number + 2} 'sentence=Sanāca labi.' publish={word}"
      for number, word in enumerate(["named", "unnamed", "no"], start=1)),
)  # fmt: skip
RESULTS = happened(
    "K-01 event_held 2024-02-01 amount=20 evidence=a publish=named", "K-02 funding_received 2024-03-01 amount=9"
)


@st.composite
def histories(draw):
    lines = []
    for key in KEYS:
        days = sorted(draw(st.lists(DAYS, min_size=6, max_size=6)))
        year, mode = draw(st.sampled_from(YEARS)), draw(st.sampled_from(["online", "in_person"]))
        for event, day in zip(draw(LIKELY), days, strict=False):
            minutes = draw(st.integers(1, 120))
            more = f"year={year}" if event == "offered" else ""
            more = f"starts_at={day}T17:00 mentor=Maija mode={mode}" if event == "booked" else more
            lines.append(f"{key} {event} {day} {f'minutes={minutes}' if event == 'held' else more}")
    given = draw(st.lists(st.tuples(st.sampled_from(KEYS), DAYS), max_size=12))
    work = draw(st.lists(st.tuples(st.sampled_from(KEYS), st.none() | DAYS), max_size=12))
    return lines, given, work, draw(DAYS), draw(st.lists(DAYS, min_size=2, max_size=2).map(sorted) | st.none())


def tell(history):
    """Figures of a history, as the flow makes them."""
    lines, given, work, as_of, days = history
    indicators = [{"name": name, "unit": "skaits", "formula": name, "targets": {2023: 3, 2024: 0}} for name in FORMULAS]
    settled = programme(places={2023: 6, 2024: 6}, indicators=indicators)
    decided = allocated(*(f"{key} new 9" for key in KEYS), places={2023: 3, 2024: 3}, seed="1" * 20)
    numbers = decided["application_id"].str[-2:].astype("int64")
    decided = decided.assign(municipality=[[*TOWNS, "Rīga"][number % 4] for number in numbers])
    decided = decided.assign(duplicate_of="", publicity=numbers.le(4)).astype({"publicity": "boolean"})
    decided = confirm_themes(decided, confirmed("K-01 funding", "K-01 other", "K-03 communication"), settled.themes)
    happened = events(*lines)
    sent = recommendations(*(f"{key} {day}" for key, day in given))
    asked = tasks(*(f"{key} done_on={day}" if day else key for key, day in work))
    places = find_delivered(follow(happened, settled, as_of=as_of).table, sent, asked, settled, as_of=as_of)
    supported = select_supported(decided, places, settled)
    period = choose_period(settled, *(days or ()))
    delivered = select_delivered(supported)
    served = dict(zip(delivered["application_id"], delivered["held_on"].dt.date, strict=True))
    after = changed(served, ANSWERS, RESULTS, asked, as_of=as_of)
    figures = gather_figures(
        stamp.Stamp(True, "P", "F", "R", as_of, "K", "0" * 64, "0.1.0", "–"),
        period,
        settled,
        decided=decided,
        ledger=keep_ledger(places, settled, as_of=as_of),
        course=trace_course(places, settled, as_of=as_of),
        supported=supported,
        evidence=count_evidence(delivered, sent, asked, after, as_of=as_of, period=period),
        valid_events=list_valid_events(happened, settled, as_of=as_of),
        changed=after,
        texts=report_texts(),
    )
    return figures, settled


def closes(rows):
    """Whether a table's last row is the sum of those above."""
    *above, total = [[cell for cell in row[1:] if cell is not None] for row in rows]
    return all(abs(sum(column) - last) < 1e-9 for column, last in zip(zip(*above, strict=True), total, strict=True))


@given(histories())
@settings(deadline=None, max_examples=15 * MANY, suppress_health_check=[HealthCheck.too_slow])
def test_totals_close_in_every_table_whatever_happened(history):
    figures, settled = tell(history)
    tables = {sheet.name: sheet.table.to_numpy().tolist() for sheet in funder_report.list_tables(figures, settled)}
    assert all(closes(tables[name]) for name in ("Konsultāciju skaits", "Novadi", "Veidi", "Saņemtais"))
    for _, planned, carried_in, carried_out, *became in tables["Konsultāciju skaits"]:
        assert planned + carried_in - carried_out == sum(became)
    for name in ("Novadi", "Veidi"):
        assert all(sum(row[1:-1]) == row[-1] for row in tables[name])
    shown = figures.indicators.pivot_table(index="indicator", columns="year", values="result", sort=False)
    assert (shown.drop(columns="Kopā").sum(axis=1) - shown["Kopā"]).abs().max() < 1e-9
    work = figures.tasks
    assert work["communities"].sum() == len(figures.consultations)
    assert (work["communities"].eq(1) | work["communities"].ge(3) | work["community"].eq("") & (len(work) == 1)).all()
    told = figures.asked[["answered", "unanswered", "not_due"]].sum(axis=1)
    assert set(told) == {len(figures.consultations)}
    held = shown.loc["consultations", "Kopā"]
    assert held == tables["Novadi"][-1][-1] == tables["Veidi"][-1][-1] == tables["Saņemtais"][-1][1]
    assert held == len(tables["Konsultācijas"])
    if history[-1] is None:
        until = figures.period.ends
        assert held <= tables["Konsultāciju skaits"][-1][4]
        assert held == tables["Konsultāciju skaits"][-1][4] or history[3] > until


@given(histories())
@settings(deadline=None, max_examples=2 * MANY, suppress_health_check=[HealthCheck.too_slow])
def test_the_three_files_say_the_same_whatever_happened(history):
    figures, settled = tell(history)
    files = funder_report.make_funder_files(figures, settled)
    told, text = document_tables(files["atskaite.docx"]), pdf_text(files["atskaite.pdf"])
    book, names = (
        book_rows(files["atskaite.xlsx"]),
        {sheet.name: sheet.title for sheet in funder_report.list_tables(figures, settled)},
    )
    for name, (head, *rows) in book.items():
        if names[name] not in told or name == "Rādītāji":
            continue
        printed = told[names[name]][0]
        cells = [dict(zip(head, row, strict=True)) for row in rows]
        shown = [[as_text(row[title], title) if not isinstance(row[title], date) else f"{row[title]:%d.%m.%Y}"
                  for title in printed] for row in cells]  # fmt: skip
        assert not any(row[title] for row in cells for title in set(head) - set(printed)), (
            name
        )  # a rare column of zeros
        assert shown == told[names[name]][1:], name
        assert all(" ".join(" ".join(cell for cell in row if cell).split()) in text for row in shown), name
    for sentence in summarise(figures, settled)[:2]:
        assert sentence.rstrip(".") in text
    assert len(set(map(str, book["Konsultāciju skaits"]))) == 4


# Its make-up


def test_headings_are_an_outline_without_gaps(files):
    document = Document(io.BytesIO(files["atskaite.docx"]))
    headings = [(int(p.style.name[-1]), p.text) for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert [text for level, text in headings if level == 1] == [
        "Plānotais un sasniegtais pa gadiem", "Ko kopienas paveica pēc konsultācijas",
        "Kas atšķīrās no plāna un kas sekos", "Par projektu", "Ievads", "Mērķa grupa",
        "Plānotie un sasniegtie rezultāti", "Kas kopienās mainījies", "Konsultāciju izpilde",
        "Kas saņēma konsultācijas", "Kas pieteicās", "Novirzes un to iemesli", "Partnera ieguldījums",
        "Publicitāte", "Secinājumi",
        "Metode un ierobežojumi", "Pielikums. Sniegto konsultāciju saraksts",
    ]  # fmt: skip
    shown = [p.text for p in document.paragraphs if p.style.name.startswith("toc")]
    assert shown == [text for _, text in headings]


def test_items_done_in_a_part_of_the_project_are_not_said_to_be_of_those_planned_in_it(inputs):
    figures = evaluate(inputs, starts=date(2023, 12, 1), ends=date(2023, 12, 31)).figures
    first, _ = funder_report.describe_years(figures, inputs.programme)
    assert figures.received["tasks"].iloc[0] > figures.received["tasks_given"].iloc[0]
    assert first.endswith("ilgums: 1\u00a0h; 2 ieteikumi, 3 ieplānoti darbi, 6 paveikti darbi.")


@pytest.mark.parametrize(("day", "words"), [(date(2024, 10, 31), "jau"), (date(2024, 12, 1), "līdz projekta beigām")])
def test_once_the_project_is_over_items_done_are_told_as_those_done_in_it(inputs, day, words):
    figures = evaluate(inputs, as_of=day).figures
    for line in funder_report.describe_years(figures, inputs.programme):
        assert re.search(r"no tiem \d+ (jau )?paveikt[si]( līdz projekta beigām)?\.$", line).group().count(words) == 1
        assert ("jau paveikt" in line) == (words == "jau")


def test_a_report_for_a_period_says_so_and_counts_what_lies_in_it(example):
    inputs, _ = example
    results = evaluate(inputs, starts=date(2024, 1, 1), ends=date(2024, 6, 30))
    files = funder_report.make_funder_files(results.figures, inputs.programme)
    assert "Pārskata periods 01.01.2024–30.06.2024" in pdf_text(files["atskaite.pdf"])
    said = funder_report.list_texts(results.figures, inputs.programme)  # five were held in 2024: two are lacking, not 3
    assert "Periodā līdz 2024. gada mērķim pietrūkst: Sniegtas konsultācijas – 3" in "\n".join(said)
    assert not [text for text in said if re.search(r"(?<!Periodā )[Ss]asniegtie mērķi|gadā (vēl )?trūkst", text)]
    assert book_rows(files["atskaite.xlsx"])["Novadi"][-1] == ["Kopā", 0, 4, 4]


def test_a_report_for_a_period_without_a_year_of_places_is_made_with_nothing_in_it(example):
    inputs, _ = example
    results = evaluate(inputs, starts=date(2025, 1, 1), ends=date(2025, 1, 1))
    files = funder_report.make_funder_files(results.figures, inputs.programme)
    assert book_rows(files["atskaite.xlsx"])["Novadi"][-1] == ["Kopā", 0]


def test_a_programme_without_indicators_has_no_empty_chart(example):
    inputs, results = example
    files = funder_report.make_funder_files(
        replace(results.figures, indicators=results.figures.indicators.iloc[:0]),
        inputs.programme.model_copy(update={"indicators": ()}),
    )
    assert {"vietas.png", "atskaite.pdf"} <= set(files)
    assert "raditaji.png" not in files


# The funder's own template


def template(*paragraphs, runs=(), header=""):
    """A document with paragraphs, one cut into runs as Word does, a cell of a table and a header."""
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph, style="List Bullet")
    line = document.add_paragraph() if runs else None
    for number, run in enumerate(runs):
        line.add_run(run).bold = number % 2 == 0
    document.sections[0].header.paragraphs[0].text = header
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


PICTURE = picture(40, 20)


def fill(example, content, **changes):
    """A filled template, and what of it could not be filled."""
    inputs, results = example
    charts = {"raditaji": Chart("Nosaukums", "Apraksts", PICTURE)}
    figures = replace(results.figures, **changes)
    fields = funder_report.list_fields(figures, inputs.programme, charts, {"logo.png": PICTURE, "otrs.png": PICTURE})
    return funder_report.fill_template(content, fields)


def filled(example, *paragraphs, runs=(), header="", **changes):
    """The document that a template without a slip becomes."""
    made, problems = fill(example, template(*paragraphs, runs=runs, header=header), **changes)
    assert problems == []
    return Document(io.BytesIO(made))


def lines_of(document):
    return [p.text for p in document.paragraphs]


def test_every_sentence_and_every_figure_is_a_field_of_its_own(example):
    document = filled(
        example,
        "{{ projekts }} ({{numurs}}), {{  Periods }}, {{ piemērs }}",
        "Ķekavā {{ novadi_kekavas_novads_2024 }} no {{ Novadi, Kopā, kopā }}; {{ virsraksts }}.",
        "{{ raditaji_paveikti_darbi_2024 }} no {{ raditaji_paveikti_darbi_2024_merkis }}",
    )
    assert lines_of(document) == [
        "Kaimiņu kopienu kopspēks (2023.LV/NVOF/MAC/041/58), 01.05.2023–31.10.2024, "
        "PIEMĒRS – pieteikumi, cilvēki un notikumi ir izdomāti",
        "Ķekavā 1 no 12; Sniegtas 12 no 14 konsultācijām; visas 12 kopienas jau kaut ko ir paveikušas, "
        "13 no 38 darbiem vēl nav paveikti.",
        "9 no 10",
    ]


def test_a_list_alone_in_its_paragraph_repeats_it_and_elsewhere_is_one_text(example):
    lines = ["Viens.", "Divi."]
    document = filled(example, "{{ citati }}", "Raksta: {{ citati }}", "{{ aktivitates }}", quotes=tuple(lines))
    assert lines_of(document) == ["Viens.", "Divi.", "Raksta: Viens. Divi.", ""]
    assert {p.style.name for p in document.paragraphs} == {"List Bullet"}


def test_tables_charts_and_logos_stand_where_their_tag_stood(example):
    document = filled(example, "Pirms", "{{ tabula_novadi }}", "{{ attels_raditaji }}", header="{{ logo }}")
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows][-1] == ["Kopā", "7", "5", "12"]
    order = [child.tag.rpartition("}")[2] for child in document.element.body]
    assert order == ["p", "p", "tbl", "p", "p", "sectPr"]
    assert document.inline_shapes[0]._inline.docPr.get("descr") == "Apraksts"
    drawn = document.sections[0].header._element.xpath(".//wp:docPr/@descr")
    assert drawn == ["logo", "otrs"]


def test_a_tag_that_word_has_cut_into_runs_is_filled_and_the_rest_keeps_its_look(example):
    document = filled(example, runs=["Nr. {", "{ nu", "mu", "rs }", "}", " beigas"])
    assert lines_of(document) == ["Nr. 2023.LV/NVOF/MAC/041/58 beigas"]
    assert [(run.text, run.bold) for run in document.paragraphs[0].runs if run.text] == [
        ("Nr. 2023.LV/NVOF/MAC/041/58", True), (" beigas", False)]  # fmt: skip


def test_what_is_filled_in_stays_text(example):
    nasty = "<b>{{ numurs }}</b> & </w:t>\x01"
    assert lines_of(filled(example, "{{ citati }}", quotes=(nasty,))) == [nasty[:-1]]


PART = "lauka daļa, ko nevar aizpildīt: "


@pytest.mark.parametrize(
    ("texts", "named"),
    [
        (["{{ nav }} un {{ projektss }}"], ["lauks, kura nav: {{ projektss }}", "lauks, kura nav: {{ nav }}"]),
        (["{{ projekts", "}} te"], [PART + "{{ projekts", PART + "}}"]),
        (["{% for a in kopsavilkums %}"], [PART + "{% for a in kopsavilkums %"]),
        (["Tabula: {{ tabula_novadi }}"], ["lauks stāv starp citiem vārdiem: {{ tabula_novadi }}"]),
        (["{{ projekts.__class__ }}"], ["lauks, kura nav: {{ projekts.__class__ }}"]),
        (["{{ 'x' * 1000000000 }}"], ["lauks, kura nav: {{ 'x' * 1000000000 }}"]),
    ],
)
def test_each_tag_and_each_part_of_one_that_cannot_be_filled_is_named(example, texts, named):
    _, problems = fill(example, template(*texts))
    assert [one.message.replace("ir lauk", "lauk").removeprefix("pārskata veidnē ") for one in problems] == named
    assert {one.blocks for one in problems} == {"report"}


def test_the_nearest_field_is_offered(example):
    (problem,) = fill(example, template("{{ Kopsavilkumss }}"))[1]
    assert problem.advice.startswith("Līdzīgākais: kopsavilkums.")


def test_a_tag_in_a_footnote_is_filled_too(example):
    note = (b'<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:footnote w:id="1">'
            b"<w:p><w:r><w:t>{{ numurs }}</w:t></w:r></w:p></w:footnote></w:footnotes>")  # fmt: skip
    document = Document()
    uri, kind = PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES
    document.part.relate_to(Part(uri, kind, note, document.part.package), RELATIONSHIP_TYPE.FOOTNOTES)
    buffer = io.BytesIO()
    document.save(buffer)
    made, problems = fill(example, buffer.getvalue())
    assert problems == []
    assert b"2023.LV/NVOF" in zipfile.ZipFile(io.BytesIO(made)).read("word/footnotes.xml")


def test_a_template_that_unpacks_to_too_much_is_refused_before_it_is_read(example, monkeypatch):
    monkeypatch.setattr("mentoring_lib.documents.template.MAX_UNPACKED", 1000)
    assert [one.details for one in fill(example, template())[1]] == ["datne ir pārāk liela"]


def test_a_refused_template_leaves_everything_else_and_check_names_the_same(example):
    inputs, results = example
    broken = replace(inputs, template=template("{{ nav_tada }}", "{{ projekts"))
    files, problems = outputs.make_files(broken, results)
    assert sorted(problem.code for problem in problems) == ["template_field", "template_part"]
    assert not any(name.startswith("finansetajam") for name in files)
    assert "ieksejie/atlase.xlsx" in files
    assert outputs.check_template(broken.template, inputs, results) == problems


def test_a_template_that_is_no_word_file_is_refused(example, files):
    with pytest.raises(Refused, match="pārskata veidni nevar nolasīt"):
        funder_report.make_funder_files(example[1].figures, example[0].programme, template=files["atskaite.xlsx"])


def test_every_field_can_be_used_in_one_template_and_gives_the_same_bytes(example):
    inputs, results = example
    fields = funder_report.list_fields(results.figures, inputs.programme, {}, {})
    content = template(*(f"{{{{ {name} }}}}" for name in fields))
    made, problems = funder_report.fill_template(content, fields)
    assert problems == []
    assert "{{" not in "".join(lines_of(Document(io.BytesIO(made))))
    assert made == funder_report.fill_template(content, fields)[0]


def test_applications_are_counted_whoever_they_are(example):
    assert example[1].figures.applications["count"].sum() == len(applications(28))
    assert example[1].as_of == END


# Figures of a single community


def test_the_answer_of_a_single_community_is_not_told_nor_what_gives_it_by_subtraction(example):
    inputs, _ = example
    results = evaluate(inputs, as_of=date(2024, 3, 1))  # one consultation of 2024 by then
    table = results.figures.indicators.fillna({"result": -1}).set_index(["indicator", "year"])["result"]
    for name in ("Iedzīvotāji atbalstītajās kopienās (pēc pieteikuma)", "Atbalstītas jaunas kopienas"):
        assert [table[name, year] for year in ("2023", "2024")] == [-1, -1]
        assert table[name, "Kopā"] != -1
    assert table["Sniegtas konsultācijas", "2024"] == 1
    made = outputs.make_report(inputs, results)
    rows = {row[0]: row for row in book_rows(made["atskaite.xlsx"])["Rādītāji"]}
    assert rows["Iedzīvotāji atbalstītajās kopienās (pēc pieteikuma)"][4] == HIDDEN


def test_alone_in_all_years_it_is_not_told_in_total_either(example):
    inputs, _ = example
    results = evaluate(inputs, starts=date(2024, 1, 1), ends=date(2024, 2, 28))
    total = results.figures.indicators.set_index(["indicator", "year"])["result"]
    assert results.figures.received["consultations"].iloc[-1] == 1
    assert pd.isna(total["Iedzīvotāji atbalstītajās kopienās (pēc pieteikuma)", "Kopā"])
    assert outputs.make_report(inputs, results)
    assert HIDDEN in funder_report.list_texts(results.figures, inputs.programme).__str__()


def test_what_is_declared_public_is_told(example):
    inputs, _ = example
    public = (*inputs.programme.public, "residents", "novelty")
    changed = replace(inputs, programme=inputs.programme.model_copy(update={"public": public}))
    assert evaluate(changed, as_of=date(2024, 3, 1)).figures.indicators["result"].notna().all()


def test_where_typst_cannot_be_had_everything_but_the_pdf_is_made(results, monkeypatch):
    monkeypatch.setattr("mentoring_lib.render.pdf.CAN_SET", False)
    made = funder_report.make_funder_files(results.figures, results.programme)
    assert "atskaite.pdf" not in made
    assert {"atskaite.docx", "atskaite.xlsx"} <= set(made)
