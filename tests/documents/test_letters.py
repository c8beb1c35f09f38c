"""Letters: each outcome in its words, the stored decision, and nobody else's data."""

import io
import sys
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest
from docx import Document

from mentoring_lib.app import outputs
from mentoring_lib.base.frames import rows_of
from mentoring_lib.documents import letters


@pytest.fixture(scope="module")
def files(made):
    return {name.removeprefix("ieksejie/"): made[name] for name in made if "/vestules/" in name}


def read(files, key):
    document = Document(io.BytesIO(files[f"vestules/{key}.docx"]))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    texts = [paragraph.text for paragraph in document.paragraphs]
    return "\n".join([*texts, *cells, *(p.text for p in document.sections[0].footer.paragraphs)])


def test_everyone_has_a_letter(example, files):
    assert sorted(files) == sorted(f"vestules/{key}.docx" for key in example[1].decided["application_id"])


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("K-F001DE", ["Ar prieku paziņojam: jūsu kopienai ir piešķirta mentora konsultācija 2023. gadā."]),
        ("K-E4C96C", ["konsultācija 2024. gadā", "kuram izlozes numurs mazāks, tas ir pirmais", "c75f68dbd24d0744"]),
        ("K-ADB42B", ["gaidīšanas sarakstā ir 2. pēc kārtas", "Pietiktu ar mazāku izlozes numuru."]),
        ("K-1071EE", ["vērtējums 3, nevis 1, kritērijā «Konkrēts jautājums»", "saņēma 3 no 12 punktiem"]),
        (
            "K-DD3C39",
            ["līdz 21.08.2023 (ieskaitot)", "22.08.2023 plkst. 00:00:00", "secībā jūsu kopiena ir 10. pēc kārtas"],
        ),
        (
            "K-488C12",
            [
                "Diemžēl pieteikums atlasē nepiedalās. Iemesls: Uzsaukums attiecas uz šiem novadiem: Mārupes novads, Olaines novads, Ķekavas novads. Pieteikumā norādīts: Rīga."
            ],
        ),
        (
            "K-978E9F",
            [
                "Iemesls: Nav dota piekrišana personas datu apstrādei.",
                "atzīmēta pārskatīšanās dēļ, dodiet mums ziņu. Citādi pieteikumu un tajā minētos datus izdzēsīsim.",
            ],
        ),
        ("K-E3E658", ["ir pieteikuma K-CAD03D atkārtojums", "atlasē piedalās ar pieteikumu K-CAD03D"]),
    ],
)
def test_each_outcome_has_its_words(files, key, told):
    text = read(files, key)
    for words in told:
        assert words in text


def test_a_repeated_application_is_not_told_as_a_refusal(files):
    text = read(files, "K-E3E658")
    assert "Diemžēl" not in text
    assert "nākamajās aktivitātēs" not in text


def test_every_letter_says_whom_to_ask_until_when_and_who_pays(example, files):
    inputs, results = example
    for key in results.decided["application_id"]:
        text = read(files, key)
        assert "Rakstiet uz kopienas@example.org 10 dienu laikā pēc šīs vēstules saņemšanas" in text
        assert f"norādot pieteikuma kodu {key}" in text
        assert inputs.programme.project.funding_sentence in text
        assert results.stamp.inputs in text
        assert "PIEMĒRS" in text


def test_marks_and_sum_are_the_stored_ones(example, files):
    _, results = example
    row = results.decided.set_index("application_id").loc["K-389990"]
    assert row["clarity"] == Fraction(15, 2)
    assert "saņēma 7,5 no 12 punktiem – tas ir skaidrs" in read(files, "K-389990")
    assert "Secībā jūsu pieteikums ir 6. no 23. Konsultācijas kopā: 14 (2023. gadā 7, 2024. gadā 7)" in read(
        files, "K-389990"
    )


def test_no_letter_tells_of_another_application(example, files):
    inputs, _ = example
    table = inputs.applications
    for key in table["application_id"]:
        text, others = read(files, key), table[table["application_id"].ne(key)]
        own = table.loc[table["application_id"].eq(key), "community"].iloc[0]
        assert not [name for name in others["community"] if len(name) > 2 and name != own and name in text]
        assert not [address for address in others["email"] if address in text]


def test_a_reason_that_names_another_community_stops_that_letter_alone(example):
    inputs, results = example
    other = results.decided.loc[results.decided["application_id"].eq("K-F001DE"), "community"].iloc[0]
    told = results.decided["state_reason"].mask(results.decided["state"].eq("outside"), f"Tas pats, kas {other}.")
    leaking = replace(results, decided=results.decided.assign(state_reason=told))
    files, problems = outputs.make_letter_files(inputs, leaking)
    assert [problem.message for problem in problems] == [
        "vēstule pieteikumam K-488C12 nav izveidota: tajā nokļuvuši cita pieteikuma dati (Kopiena: K-F001DE)"
    ]
    assert len(files) == len(results.decided) - 1


def test_a_provisional_result_has_no_letters(example):
    inputs, results = example
    assert outputs.make_letter_files(inputs, replace(results, final=False)) == ({}, [])


def test_a_place_out_of_turn_and_a_minimum_are_told(example):
    inputs, results = example
    changed = results.decided.assign(
        outcome="place", place_year=pd.Series([2023] * len(results.decided), dtype="Int64"), override="Pēc sūdzības.",
        minimum="given",
    )  # fmt: skip
    first = next(rows_of(changed, letters.Outcome))
    text = str(letters.write_letter(first, {}, inputs.programme, 23))
    assert "Konsultācija piešķirta ārpus kārtas. Pamatojums: Pēc sūdzības." in text
    assert "novadu minimumu" in text


def test_the_same_letter_has_the_same_bytes(example, files):
    assert outputs.make_letter_files(*example) == (files, [])


@pytest.mark.parametrize("name", ["Konsultācijas", "Paldies", "Ķekava", "Biedrība", "Kopspēks"])
def test_a_community_named_with_a_word_of_every_letter_stops_nothing(example, name):
    inputs, results = example
    places = inputs.applications["community"].mask(inputs.applications["application_id"].eq("K-F001DE"), name)
    renamed = replace(inputs, applications=inputs.applications.assign(community=places))
    assert len(outputs.make_letter_files(renamed, results).files) == len(results.decided)


# Nothing one applicant writes stops the others


def answer(inputs, at, **cells):
    """Inputs in which one application has other answers."""
    table = inputs.applications.copy()
    for column, value in cells.items():
        table[column] = table[column].astype("object")
        table.loc[table.index[at], column] = value
    return replace(inputs, applications=table)


def test_a_contact_whose_name_is_in_the_tools_own_sentence_stops_no_letter(example):
    inputs, results = example
    changed = answer(inputs, 1, contact_name="Olaines novada pašvaldība")
    files, problems = outputs.make_letter_files(changed, results)
    assert (len(files), problems) == (28, [])


def test_a_question_of_signs_alone_stops_nothing(example):
    inputs, results = example
    changed = answer(inputs, 1, question="1 ?????????????????????????")
    assert outputs.make_letter_files(changed, results).problems == []
    assert outputs.make_report(changed, results)


def test_a_community_without_a_name_gets_its_letter(example):
    inputs, results = example
    decided = results.decided.assign(
        community=results.decided["community"].astype("object").mask(results.decided.index == 0)
    )
    files, problems = outputs.make_letter_files(inputs, replace(results, decided=decided))
    assert (len(files), problems) == (28, [])
    text = read({name: files[name] for name in files}, decided["application_id"].iloc[0])
    assert "Kopiena: nosaukums pieteikumā nav norādīts; pieteikuma kods" in text


def count_calls(inputs, results, times):
    """Calls of functions that the leak check of all letters makes, with the applications taken so many times."""
    decided = pd.concat(
        [results.decided.assign(application_id=results.decided["application_id"] + f"-{n}") for n in range(times)]
    )
    table = pd.concat(
        [
            inputs.applications.assign(application_id=inputs.applications["application_id"] + f"-{n}")
            for n in range(times)
        ]
    )
    calls = Counter()
    sys.setprofile(
        lambda frame, event, _: calls.update([event]) if frame.f_globals["__name__"].endswith("privacy") else None
    )
    try:
        letters.make_letters(decided, results.anchors, table, inputs.programme, results.stamp)
    finally:
        sys.setprofile(None)
    return calls["call"]


def test_twice_the_applications_is_twice_the_work(example, monkeypatch):
    monkeypatch.setattr(letters, "make_document", lambda *_, **__: b"")
    once, thrice = (count_calls(*example, times) for times in (1, 3))
    assert thrice < 3.2 * once
