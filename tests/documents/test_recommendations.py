"""The document a community takes home, and the starting points a mentor may pick from."""

import io
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from builders import applications, held, picture, placed, programme, recommendations, tasks
from docx import Document

from mentoring_lib.documents import hours
from mentoring_lib.documents.hours import make_recommendation_documents, pick_starting_points
from mentoring_lib.intake.loading import read_starting_points
from mentoring_lib.workflow import STARTING_POINTS, make_stamp


def make(
    inputs,
    *,
    question="Kā sākt?",
    as_of=date(2023, 10, 20),
    said=True,
    emails=(),
    logos=(),
    hour=(),
    task=None,
    **settings,
):
    given = {
        "Ieteikumi": recommendations("K-01 2023-10-10", "K-01 2023-12-01 recommendation='Par vēlu'"),
        "Darbi": tasks("K-01 who=Anna until=2023-11-01", "K-01 until=2023-10-25 task='=1+1'", "K-02"),
    }
    places = placed(*held("K-01", 2023, "2023-10-03"), "K-02 offered 2023-09-01 year=2023").assign(**dict(hour))
    own = inputs.programme.model_copy(
        update={"mentors": tuple(one.model_copy(update=dict(emails)) for one in programme().mentors)}
        | {key: getattr(inputs.programme, key).model_copy(update=value) for key, value in settings.items()}
    )
    sheets = given if said else {"Ieteikumi": recommendations(), "Darbi": tasks()}
    if task:
        sheets["Darbi"] = sheets["Darbi"].assign(**dict(task))
    changed = replace(inputs, applications=applications(2, question=question), sheets=sheets, programme=own)
    changed = replace(changed, logos=dict(logos))
    return make_recommendation_documents(changed, places, make_stamp(inputs, as_of))


def read(content):
    document = Document(io.BytesIO(content))
    tables = [
        [cell.text.replace("\u00a0", " ") for cell in row.cells] for table in document.tables for row in table.rows
    ]
    return [paragraph.text.replace("\u00a0", " ") for paragraph in document.paragraphs], tables, document


FILE = "K-01 Pulks 1.docx"


def test_one_document_per_consultation_that_was_held(inputs):
    assert list(make(inputs)) == [FILE]


def test_it_holds_who_when_how_the_question_advice_and_tasks(inputs):
    texts, rows, _ = read(make(inputs)[FILE])
    assert texts[0] == "Ieteikumi un veicamo darbu saraksts kopienai «Pulks 1»"
    assert rows[0] == ["2023. gada 10. oktobris", "Pieteikums K-01"]
    assert "Paldies par sarunu 2023. gada 3. oktobrī (tiešsaistē, 60 min)! Mentors: Maija." in texts
    assert rows[1:] == [
        ["Darbs", "Atbildīgais", "Līdz", "Izdarīts"],
        ["☐ =1+1", "", "25.10.2023", ""],
        ["☐ Uzrakstīt vēstuli", "Anna", "01.11.2023", ""],
    ]
    assert "Kā sākt?" in texts
    assert texts[texts.index("Ieteikumi") + 1] == "Sāciet ar sarunu."


def test_it_says_to_whom_to_tell_what_was_done_and_when_we_ask(inputs):
    texts = read(make(inputs, emails={"email": "maija@example.org"})[FILE])[0]
    assert "Mentors: Maija, maija@example.org." in "\n".join(texts)
    told = texts[texts.index("Kad kāds darbs padarīts") + 1]
    assert told.startswith("Lūdzu, uzrakstiet uz kopienas@example.org vai zvaniet +371 2000 00 99: kurš darbs")
    assert "2024. gada 1. janvārī pajautāsim, kas kopienā mainījies" in told
    assert "pajautāsim" not in "\n".join(read(make(inputs, as_of=date(2024, 1, 1))[FILE])[0])
    bare = read(make(inputs, letters={"email": "", "phone": ""})[FILE])[0]
    assert "uzrakstiet uz kopienas@example.org: kurš" in "\n".join(bare)


@pytest.mark.parametrize(
    ("hour", "told"),
    [
        ({}, "2023. gada 3. oktobrī (tiešsaistē, 60 min)! Mentors: Maija."),
        ({"minutes": pd.NA}, "2023. gada 3. oktobrī (tiešsaistē)! Mentors: Maija."),
        ({"mode": None}, "2023. gada 3. oktobrī! Mentors: Maija."),
        ({"mode": None, "mentor": None}, "2023. gada 3. oktobrī!"),
    ],
)
def test_what_is_not_known_of_the_hour_is_left_out(inputs, hour, told):
    assert f"Paldies par sarunu {told}" in read(make(inputs, hour=hour)[FILE])[0]


def test_parts_have_headings_logos_stand_above_and_the_letters_address_is_told(inputs):
    content = make(inputs, logos={"sif.png": picture(40, 20)}, letters={"email": "raksti@example.org"})[FILE]
    texts, _, document = read(content)
    headings = [line.text for line in document.paragraphs if line.style.name == "Heading 1"]
    assert headings == ["Jūsu jautājums", "Ieteikumi", "Veicamie darbi", "Kad kāds darbs padarīts"]
    assert document.sections[0].header._element.xpath(".//wp:docPr/@descr") == ["sif"]
    assert "uzrakstiet uz raksti@example.org" in "\n".join(texts)
    assert "Par šo pārskatu" not in texts


def test_advice_of_a_later_day_is_not_in_it_yet(inputs):
    assert "Par vēlu" not in read(make(inputs)[FILE])[0]
    assert "Par vēlu" in read(make(inputs, as_of=date(2023, 12, 1))[FILE])[0]


def test_the_funding_sentence_stands_at_the_foot_of_every_page(inputs):
    _, _, document = read(make(inputs)[FILE])
    assert inputs.programme.project.funding_sentence in document.sections[0].footer.paragraphs[0].text


def test_an_applicant_who_wrote_no_question_has_a_document_too(inputs):
    assert "Jautājums pieteikumā nav uzrakstīts." in read(make(inputs, question=None)[FILE])[0]


def test_what_is_not_recorded_is_said_and_nothing_is_made_up(inputs):
    texts, rows, _ = read(make(inputs, said=False)[FILE])
    assert {"Ieteikumi vēl nav ierakstīti.", "Veicamie darbi vēl nav ierakstīti."} <= set(texts)
    assert rows == [["2023. gada 3. oktobris", "Pieteikums K-01"]]
    assert "Kad kāds darbs padarīts" not in texts


def test_the_same_records_give_the_same_bytes(inputs):
    assert make(inputs) == make(inputs)


def test_advice_and_tasks_without_a_text_are_no_text_and_a_done_one_is_ticked(inputs):
    _, rows, _ = read(make(inputs, task={"task": pd.NA, "done_on": pd.Timestamp("2023-10-24")})[FILE])
    assert [row[0] for row in rows[2:]] == ["☒ ", "☒ "]
    texts, *_ = read(make(inputs)[FILE])
    assert not {"Ieteikumi vēl nav ierakstīti.", "Veicamie darbi vēl nav ierakstīti."} & set(texts)


# Starting points


def test_every_theme_has_starting_points_and_each_names_its_source(inputs):
    points = read_starting_points(STARTING_POINTS)
    assert set(points["theme"]) == set(inputs.programme.themes)
    assert points["source"].str.match(r"https?://\S+$|bez publiska avota – pārbauda mentors$").all()
    assert points["starting_point"].is_unique


def test_only_what_is_asked_by_those_who_still_wait_is_shown(inputs, results):
    shown = pick_starting_points(inputs.starting_points, results.places, results.decided, inputs.programme.themes)
    assert set(shown["application_id"].str.split(", ").explode()) == {"K-ADB42B", "K-E4C96C"}


@pytest.mark.parametrize(
    ("use", "shown"),
    [("open", True), ("booked", True), ("held_incomplete", True), ("delivered", False), ("lost", False)],
)
def test_starting_points_are_for_hours_ahead_and_those_that_lack_something(inputs, results, use, shown):
    places = results.places.assign(use=use)
    table = pick_starting_points(inputs.starting_points, places, results.decided, inputs.programme.themes)
    assert (len(table) > 0) == shown


def test_themes_of_another_programme_are_left_out():
    points = pd.DataFrame({"theme": ["funding", "unknown"], "starting_point": ["a", "b"], "source": ["c", "d"]})
    table = applications(1, themes=("funding", "unknown")).assign(confirmed_themes=[()])
    shown = pick_starting_points(points, placed("K-01 offered 2023-09-01 year=2023"), table, {"funding": "Nauda"})
    assert shown.to_numpy().tolist() == [["Nauda", "a", "c", "K-01"]]


def test_each_point_names_its_site_and_whom_it_may_serve():
    points = pd.DataFrame({
        "theme": ["funding", "events", "funding"], "starting_point": ["a", "b", "c"],
        "source": ["https://www.example.org/x/y", "https://sub.example.org", "mana pieredze"],
    })  # fmt: skip
    table = applications(3, themes=("events",)).assign(confirmed_themes=[("funding",), (), ("funding",)])
    table = pd.concat([table.iloc[::-1], applications(4).tail(1).assign(confirmed_themes=[()], themes=None)])
    places = placed(*(f"K-0{number} offered 2023-09-01 year=2023" for number in range(1, 5)))
    shown = pick_starting_points(points, places, table, {"events": "Pasākumi", "funding": "Nauda"})
    assert shown.to_dict("split")["columns"] == ["theme", "starting_point", "source", "application_id"]
    assert shown.to_numpy().tolist() == [
        ["Pasākumi", "b", "sub.example.org", "K-02"],
        ["Nauda", "a", "example.org", "K-01, K-03"],
        ["Nauda", "c", "mana pieredze", "K-01, K-03"],
    ]
    none = pick_starting_points(points, places.head(0), table, {"events": "Pasākumi"})
    assert (len(none), set(map(str, none.dtypes))) == (0, {"str"})


def test_the_folder_is_called_as_the_handbook_tells():
    assert hours.RECOMMENDATIONS == "ieteikumi"


def test_a_folder_may_have_a_table_of_its_own(tmp_path):
    path = tmp_path / "starting_points.csv"
    path.write_text("theme;starting_point;source\nfunding;Sāciet šeit;mana pieredze\n", encoding="utf-8")
    assert read_starting_points(path)["starting_point"].tolist() == ["Sāciet šeit"]
