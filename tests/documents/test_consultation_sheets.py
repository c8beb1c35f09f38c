"""The sheet that both sides sign, and the list of hours that nothing proves yet."""

import io
from dataclasses import replace

import pandas as pd
import pytest
from docx import Document

from mentoring_lib.app import outputs
from mentoring_lib.documents.consultation_sheets import make_consultation_sheets


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


def test_hours_without_proof_or_number_of_people_are_listed(example):
    _, results = example
    held = results.places[results.places["held_on"].notna()].head(3).copy()
    held["participants"] = pd.Series([5, None, None], index=held.index, dtype="Int64")
    held["evidence"] = pd.Series(["a.pdf", "b.pdf", None], index=held.index, dtype="str")
    table = outputs.list_unproved(replace(results, places=held))
    assert table["missing"].tolist() == ["Dalībnieki", "Dalībnieki, Apliecinājums"]
