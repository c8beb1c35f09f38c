# ruff: noqa: E501 - tables are read line by line
"""From exports to applications: what is asked about a whole export, its dates, its places, corrections on the way."""

import csv

import pandas as pd
import pytest
from builders import codes, corrections, programme, raw

from mentoring_lib.base.columns import APPLICATION
from mentoring_lib.intake.applications import (
    application_id,
    clean_applications,
    correct,
    find_unread,
    identify,
    index_places,
    known_places,
    read_applications,
)

LABELS = {column.name: column.label for column in APPLICATION}


def export(folder, table, name="a.csv", **headings):
    """Save raw applications as a form would; ``headings`` rename a column (None: it is not there)."""
    named = {one: headings.get(one, label) for one, label in LABELS.items()}
    kept = [one for one in named if named[one]]
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[named[one] for one in kept], *table[kept].to_numpy().tolist()])
    return folder / name


def told(problems, *wanted):
    return [(p.code, p.row, p.column, p.value, p.details) for p in problems if p.code in wanted]


def clean(table, **changes):
    own = programme(**changes)
    return clean_applications(identify(table, own), own, known_places(own.call))


def test_what_is_asked_of_an_export_is_told_once_each(tmp_path):
    table = raw(2, email=["a1@example.org", "nav"], question=["", "Kā?"], themes="Kā piesaistīt papildu finansējumu?")
    wrong = corrections("K-000000 Kopiena x y", "K-000000X Kopiena x y")
    found, problems, letters = read_applications([export(tmp_path, table)], programme(), wrong)
    assert len(found) == 2
    assert found["theme_other"].isna().all()
    assert told(problems, "value_missing") == [("value_missing", 2, "question", "", "Jautājums – lapā «Labojumi»")]
    assert {"email_invalid", "application_unknown"} <= set(codes(problems))
    assert "email" in letters["a.csv", ""]


def test_corrections_reach_the_applications(tmp_path):
    first = application_id("2023-08-01T10:01", "a1@example.org", "Pulks 1")
    path = export(tmp_path, raw(2))
    assert read_applications([path], programme()).table["community"].tolist() == ["Pulks 1", "Pulks 2"]
    found = read_applications([path], programme(), corrections(f"{first} Kopiena 'Pulks 1' Cits")).table
    assert found["community"].tolist() == ["Cits", "Pulks 2"]
    assert found["application_id"][0] == first


def test_an_export_without_a_question_asks_nobody_for_its_answer(tmp_path):
    table = raw(2, question="", email="")
    _, problems, _ = read_applications([export(tmp_path, table, email=None, question=None)], programme())
    assert {p.code for p in problems if p.column in ("question", "email", "")} == {"email_absent"}
    both = [export(tmp_path, table, email=None), export(tmp_path, raw(1, email=""), "b.csv")]
    _, problems, _ = read_applications(both, programme())
    assert [(p.file, p.column) for p in problems if p.code == "value_missing"] == [
        ("a.csv", "question"), ("a.csv", "question"), ("b.csv", "email"),
    ]  # fmt: skip


@pytest.mark.parametrize(("consent", "asked"), [("asked", ["question", "consent"]), ("not_asked", ["question"])])
def test_a_decisive_question_that_no_heading_was_recognised_for_is_asked_about(tmp_path, consent, asked):
    path = export(tmp_path, raw(1), question="Xyzzy", place="Plugh", consent=None)
    _, problems, letters = read_applications([path], programme(form={"consent": consent}))
    assert told(problems, "column_unread") == [
        ("column_unread", None, name, LABELS[name], "«Plugh», «Xyzzy»") for name in asked
    ]
    others = [problem for problem in problems if problem.code != "column_unknown"]
    assert find_unread(others, letters) == []
    assert find_unread(problems, {}) == []


def test_answers_in_her_words_are_translated_and_others_stay(tmp_path):
    words = {"mode": {"Zoom": "tiešsaistē"}, "themes": {"Nauda": "Kā piesaistīt papildu finansējumu?", "A; b": "C"}}
    table = raw(3, mode=["zoom", "klātienē", "Skype"], themes=["Nauda; Mūsu pašu", "a; B", "Upe"])
    found, problems, _ = read_applications([export(tmp_path, table)], programme(form={"answers": words}))
    assert found["mode"].fillna("").tolist() == ["online", "in_person", ""]
    assert told(problems, "choice_unknown")[0][:4] == ("choice_unknown", 4, "mode", "Skype")
    assert found["theme_other"].tolist() == ["Mūsu pašu", "C", "Upe"]
    assert found["themes"].tolist() == [("funding", "other"), ("other",), ("other",)]


@pytest.mark.parametrize(
    ("sent", "asked", "turned"),
    [
        ("2023-08-21 23:59:59", False, ""), ("2023-08-22 00:00:00", False, ""), ("2023-09-20 23:59:59", False, ""),
        ("2023-09-21 00:00:00", True, ""), ("2023-02-23 00:00:00", False, ""), ("2023-02-22 23:59:59", True, ""),
        ("2023-02-23 23:59:59", False, ""), ("2023-01-08 10:00:00", True, "01.08.2023"),
        ("2023-12-08 10:00:00", True, "12.08.2023"), ("2023-09-01 10:00:00", False, ""), ("2024-08-12 10:00:00", True, ""),
        ("2023-10-07 10:00:00", True, "10.07.2023"), ("2023-09-07 10:00:00", True, "09.07.2023"),
    ],
)  # fmt: skip
def test_a_moment_far_from_the_deadline_or_with_day_and_month_turned_around_is_asked_about(sent, asked, turned):
    found = told(clean(raw(1, submitted_at=sent)).problems, "moment_far")
    advice = f"Varbūt domāts {turned}? " if turned else ""
    assert found == ([("moment_far", 2, "submitted_at", sent, advice)] if asked else [])


def test_only_what_was_not_read_or_was_corrected_is_dated_anew():
    table = identify(raw(3, submitted_at=["kaut kad", "", "2023-08-02 10:00:00"]), programme())
    lines = [f"{table['application_id'][0]} Iesniegts 'kaut kad' '2024-08-03 10:00'"]
    table, problems = correct(table, corrections(*lines))
    assert problems == []
    found, problems = clean_applications(table, programme(), known_places(programme().call))
    assert found["submitted_at"].dt.strftime("%d.%m.%Y").fillna("").tolist() == ["03.08.2024", "", "02.08.2023"]
    assert told(problems, "value_missing", "moment_far") == [
        ("value_missing", 3, "submitted_at", "", "Iesniegts – lapā «Labojumi»")
    ]
    assert found["late"].tolist() == [True, False, False]


def test_a_theme_read_as_a_label_and_a_cell_that_says_nothing_are_told():
    labels = list(programme().themes.values())
    table = raw(4, themes=["Kā piesaistīt papildu finansējmu?", " ; ", "", labels[1]])
    found = told(clean(table).problems, "theme_read", "choice_unknown")
    assert found == [
        ("theme_read", 2, "themes", table["themes"][0], table["themes"][0]),
        ("choice_unknown", 3, "themes", " ; ", ", ".join(labels)),
    ]


TERRITORY = pd.DataFrame(
    [
        ("Mārupes novads", "Mārupes novads", "novads", "Maarupe", "Марупский край", "verified x"),
        ("Mārupes novads", "Mārupe", "pilsēta", "Marupite", "Марупе", "verified x"),
        ("Mārupes novads", "Piņķi", "ciems", "Pinki", "Пиньки", "not verified"),
        ("Mārupes novads", "Bērzi", "ciems", "Dubulti", "Дубулты", "verified x"),
        ("Olaines novads", "Bērzi", "ciems", "Dubulti", "", ""),
        ("", "Rīga", "outside", "Riga", "Рига", "verified"),
        ("", "Tālais novads", "outside", "", "", ""),
    ],
    columns=["municipality", "unit", "kind", "aliases", "russian_name", "russian_name_status"],
)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("marupes novads", ("Mārupes novads", True)), ("marupes", ("Mārupes novads", True)),
        ("marupes nov", ("Mārupes novads", True)), ("marupe", ("Mārupes novads", False)),
        ("marupite", ("Mārupes novads", False)), ("марупе", ("Mārupes novads", False)),
        ("pinki", ("Mārupes novads", True)), ("пиньки", ("Mārupes novads", False)),
        ("дубулты", ("Mārupes novads", True)), ("berzi", ("Mārupes novads", False)),
        ("dubulti", ("Mārupes novads", False)), ("riga", ("Rīga", True)), ("рига", ("Rīga", True)),
        ("talais", ("Tālais novads", False)), ("talais nov", ("Tālais novads", True)),
        ("babites novads", ("Mārupes novads", True)), ("salas novads", ("Salas novads", True)),
        ("rig", None), ("", None),
    ],
)  # fmt: skip
def test_a_place_settles_its_municipality_only_where_one_is_meant(name, meant):
    places = index_places(TERRITORY, ["Mārupes novads", "Salas novads"], {"Mārupes novads": ["Babītes novads"]})
    assert places.get(name) == meant
