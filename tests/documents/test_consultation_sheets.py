"""The sheet that both sides sign, and the list of hours that nothing proves yet."""

import io
from dataclasses import replace

import pandas as pd
import pytest
from builders import picture
from docx import Document

from mentoring_lib.app import outputs
from mentoring_lib.documents.hours import make_consultation_sheets


def one(example, **cells):
    """Text of the sheet of one place of the example with some cells changed."""
    inputs, results = example
    place = results.places[results.places["application_id"].eq("K-F001DE")].copy()
    for name, value in cells.items():
        place[name] = pd.Series([value], index=place.index, dtype=place[name].dtype)
    (content,) = make_consultation_sheets(inputs, replace(results, places=place)).values()
    return "\n".join(line.text for line in Document(io.BytesIO(content)).paragraphs).replace("\u00a0", " ")


def test_every_hour_that_is_booked_or_was_held_has_a_sheet(example):
    made = make_consultation_sheets(*example)
    places = example[1].places
    expected = places.loc[places["starts_at"].notna() | places["held_on"].notna(), "application_id"]
    assert sorted(name.split(" ")[0] for name in made) == sorted(expected)
    assert "K-F001DE Ābolmaizes pagalmi.docx" in made


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"mode": "online", "venue": "https://x"}, "☐ klātienē: ______________   ☒ tiešsaistē: https://x"),
        ({"mode": "in_person", "venue": "Meža iela 2"}, "☒ klātienē: Meža iela 2   ☐ tiešsaistē: ______________"),
        ({"mode": "any", "venue": None}, "☐ klātienē: ______________   ☐ tiešsaistē: ______________"),
        ({"participants": 7}, "Dalībnieku skaits no kopienas: 7"),
        ({"participants": None}, "Dalībnieku skaits no kopienas: ______________"),
        ({"minutes": 75}, "(75 min)"),
        ({"mentor": None}, "Mentors: ______________"),
        ({"starts_at": None}, "no ______________ līdz ______________ (60 min)"),
        ({}, "«Kaimiņu kopienu kopspēks», Nr. 2023.LV/NVOF/MAC/041/58 · Ābolmaizes pagalmi (K-F001DE)"),
        ({}, "Kopienas pārstāvis vai pārstāve (vārds, paraksts)"),
    ],
)
def test_what_is_known_stands_there_and_the_rest_is_blank(example, cells, told):
    assert told in one(example, **cells)


def test_a_whole_sheet_of_an_hour_that_is_agreed(example):
    starts = pd.Timestamp("2023-10-03 18:30")
    cells = {
        "starts_at": starts,
        "held_on": None,
        "minutes": None,
        "mode": "online",
        "venue": None,
        "participants": None,
    }
    assert one(example, **cells).splitlines() == [
        "Konsultācijas lapa",
        "«Kaimiņu kopienu kopspēks», Nr. 2023.LV/NVOF/MAC/041/58 · Ābolmaizes pagalmi (K-F001DE) · "
        "Mentors: Inese Kukle",
        "Datums 03.10.2023, no 18.30 līdz 19.30 (60 min)",
        "☐ klātienē: ______________   ☒ tiešsaistē: ______________",
        "Dalībnieku skaits no kopienas: ______________",
        "Vienojāmies par darbiem: ☐ jā, cik: ______   ☐ nē",
        "Svarīgākais, ko kopiena guva (viens teikums): ________________________________________________",
        "Vai saruna atbildēja uz jautājumu?   ☐ jā   ☐ daļēji   ☐ nē",
        "Par ko runājām: ☐ Kopienas veidošana   ☐ Iesaiste   ☐ Pasākumi   ☐ Saziņa   ☐ Dokumenti   ☐ Finansējums   "
        "☐ Sadarbība   ☐ Cits",
        "Kopienas pārstāvis vai pārstāve (vārds, paraksts): ______________________________",
        "Mentors (paraksts): ______________________________",
        "Tiešsaistē paraksta vietā der apstiprinājums e-pastā: datums ______________",
    ]
    assert "Datums 04.10.2023, no 18.30 līdz 19.45 (75 min)" in one(
        example, starts_at=starts, held_on=pd.Timestamp("2023-10-04"), minutes=75
    )


def test_a_sheet_has_its_title_logos_and_what_it_asks_in_bold(example):
    inputs, results = example
    made = make_consultation_sheets(replace(inputs, logos={"sif.png": picture(40, 20)}), results)
    document = Document(io.BytesIO(made["K-F001DE Ābolmaizes pagalmi.docx"]))
    assert document.paragraphs[0].style.name == "Title"
    assert [run.text for line in document.paragraphs for run in line.runs if run.bold] == ["Par ko runājām:"]
    assert document.sections[0].header._element.xpath(".//wp:docPr/@descr") == ["sif"]


def test_hours_without_proof_or_number_of_people_are_listed(example):
    _, results = example
    held = results.places[results.places["held_on"].notna()].head(3).copy()
    held["participants"] = pd.Series([5, None, None], index=held.index, dtype="Int64")
    held["evidence"] = pd.Series(["a.pdf", "b.pdf", None], index=held.index, dtype="str")
    table = outputs.list_unproved(replace(results, places=held))
    assert table["missing"].tolist() == ["Dalībnieki", "Dalībnieki, Apliecinājums"]
