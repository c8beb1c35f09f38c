"""The document a community takes home, and the starting points a mentor may pick from."""

import io
from datetime import date

import pandas as pd
from builders import applications, held, placed, recommendations, tasks
from docx import Document

from mentoring_lib.documents.recommendations import make_recommendation_documents, pick_starting_points
from mentoring_lib.intake.loading import read_starting_points
from mentoring_lib.workflow import STARTING_POINTS, make_stamp


def make(inputs, *, question="Kā sākt?", as_of=date(2023, 10, 20)):
    sheets = {
        "Ieteikumi": recommendations("K-01 2023-10-10", "K-01 2023-12-01 recommendation='Par vēlu'"),
        "Darbi": tasks("K-01 who=Anna until=2023-11-01", "K-01 until=2023-10-25 task='=1+1'", "K-02"),
    }
    places = placed(*held("K-01", 2023, "2023-10-03"), "K-02 offered 2023-09-01 year=2023")
    return make_recommendation_documents(places, applications(2, question=question), sheets, make_stamp(inputs, as_of))


def read(content):
    document = Document(io.BytesIO(content))
    tables = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    return [paragraph.text for paragraph in document.paragraphs], tables, document


def test_one_document_per_consultation_that_was_held(inputs):
    assert list(make(inputs)) == ["K-01.docx"]


def test_it_holds_who_when_how_the_question_advice_and_tasks(inputs):
    texts, rows, _ = read(make(inputs)["K-01.docx"])
    assert rows[:6] == [
        ["Kopiena", "Pulks 1"],
        ["Pieteikums", "K-01"],
        ["Konsultācija notika", "03.10.2023"],
        ["Veids", "tiešsaistē"],
        ["Ilgums", "60 minūtes"],
        ["Mentors", "Maija"],
    ]
    assert rows[6:] == [
        ["Darbs", "Atbildīgais", "Līdz", "Izdarīts"],
        ["=1+1", "", "25.10.2023", ""],
        ["Uzrakstīt vēstuli", "Anna", "01.11.2023", ""],
    ]
    assert "Kā sākt?" in texts
    assert texts[texts.index("Ieteikumi") + 1] == "Sāciet ar sarunu."


def test_advice_of_a_later_day_is_not_in_it_yet(inputs):
    assert "Par vēlu" not in read(make(inputs)["K-01.docx"])[0]
    assert "Par vēlu" in read(make(inputs, as_of=date(2023, 12, 1))["K-01.docx"])[0]


def test_the_funding_sentence_stands_at_the_foot_of_every_page(inputs):
    _, _, document = read(make(inputs)["K-01.docx"])
    assert inputs.programme.project.funding_sentence in document.sections[0].footer.paragraphs[0].text


def test_an_applicant_who_wrote_no_question_has_a_document_too(inputs):
    assert "Jautājums pieteikumā nav uzrakstīts." in read(make(inputs, question=None)["K-01.docx"])[0]


def test_what_is_not_recorded_is_said_and_nothing_is_made_up(inputs):
    places = placed(*held("K-01", 2023, "2023-10-03"))
    sheets = {"Ieteikumi": recommendations(), "Darbi": tasks()}
    made = make_recommendation_documents(places, applications(1), sheets, make_stamp(inputs, date(2023, 10, 20)))
    texts, _, _ = read(made["K-01.docx"])
    assert {"Ieteikumi vēl nav ierakstīti.", "Veicamie darbi vēl nav ierakstīti."} <= set(texts)


def test_the_same_records_give_the_same_bytes(inputs):
    assert make(inputs) == make(inputs)


# Starting points


def test_every_theme_has_starting_points_and_each_names_its_source(inputs):
    points = read_starting_points(STARTING_POINTS)
    assert set(points["theme"]) == set(inputs.programme.themes)
    assert points["source"].str.match(r"https?://\S+$|bez publiska avota – pārbauda mentors$").all()
    assert points["starting_point"].is_unique


def test_only_what_is_asked_by_those_who_still_wait_is_shown(inputs, results):
    shown = pick_starting_points(inputs.starting_points, results.places, results.decided, inputs.programme.themes)
    assert set(shown["application_id"].str.split(", ").explode()) == {"K-ADB42B", "K-E4C96C"}


def test_themes_of_another_programme_are_left_out():
    points = pd.DataFrame({"theme": ["funding", "unknown"], "starting_point": ["a", "b"], "source": ["c", "d"]})
    table = applications(1, themes=("funding", "unknown")).assign(confirmed_themes=[()])
    shown = pick_starting_points(points, placed("K-01 offered 2023-09-01 year=2023"), table, {"funding": "Nauda"})
    assert shown.to_numpy().tolist() == [["Nauda", "a", "c", "K-01"]]


def test_a_folder_may_have_a_table_of_its_own(tmp_path):
    path = tmp_path / "starting_points.csv"
    path.write_text("theme;starting_point;source\nfunding;Sāciet šeit;mana pieredze\n", encoding="utf-8")
    assert read_starting_points(path)["starting_point"].tolist() == ["Sāciet šeit"]
