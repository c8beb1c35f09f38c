"""The funder's figures: counted from events, closed, and without personal data."""

from datetime import date

import pytest
from builders import END, allocated, confirmed, held, programme, recommendations, tasks, used

from mentoring_lib.reporting import (
    EXAMPLE_NOTICE,
    Stamp,
    count_evidence,
    count_supported,
    describe_rule,
    measure_indicators,
    select_supported,
    summarise,
)
from mentoring_lib.themes import confirm_themes
from mentoring_lib.tracking import keep_ledger

TWO = [*held("K-01", 2023, "2023-10-01", minutes=90), *held("K-02", 2024, "2024-02-01", mentor="Inese")]
TARGET = {"name": "Konsultācijas", "unit": "skaits", "formula": "consultations", "targets": {2023: 2}}


def supported(*lines, evidence=("K-01", "K-02"), public=("community",), publicity=True):
    settled = programme(public=list(public))
    decided = allocated("K-01 new 9", "K-02 existing 9", "K-03 new 1", places={2023: 1, 2024: 1}).assign(
        publicity=publicity
    )
    decided = confirm_themes(decided, confirmed("K-01 funding", "K-01 communication"), settled.themes)
    return select_supported(decided.astype({"publicity": "boolean"}), used(*lines, evidence=evidence), settled)


def figures(table, given=None, done=None):
    evidence = count_evidence(
        table, recommendations() if given is None else given, tasks() if done is None else done, as_of=END
    )
    return {name: items["amount"].sum() for name, items in evidence.items()}


def test_one_row_for_each_held_consultation_in_order_of_date():
    table = supported(*TWO, *held("K-03", 2024, "2024-01-15"))
    assert table["application_id"].tolist() == ["K-01", "K-03", "K-02"]
    assert table["themes"].tolist()[0].startswith("Kā uzlabot komunikāciju gan ar iedzīvotājiem, gan")


@pytest.mark.parametrize(
    ("public", "publicity", "shown"),
    [(["community"], True, "Pulks 1"), (["community"], False, ""), (["community"], None, ""), (["year"], True, "")],
)
def test_a_name_is_public_only_if_programme_and_community_agree(public, publicity, shown):
    assert supported(*TWO[:4], public=public, publicity=publicity)["community"].tolist() == [shown]


def test_only_delivered_consultations_count():
    found = figures(supported(*TWO, evidence=["K-01"]))
    assert found == {
        "consultations": 1,
        "communities": 1,
        "new_communities": 1,
        "hours": 1.5,
        "recommendations": 0,
        "tasks": 0,
    }


def test_recommendations_and_done_tasks_count_for_delivered_consultations():
    given = recommendations("K-01 2023-10-05", "K-01 2023-10-05", "K-03 2023-10-05")
    done = tasks("K-01 done_on=2023-11-01", "K-01", "K-03 done_on=2023-11-01")
    found = figures(supported(*TWO), given, done)
    assert (found["recommendations"], found["tasks"]) == (2, 1)


def test_an_indicator_shows_each_year_and_a_total_that_closes():
    settled = programme(indicators=[TARGET, TARGET | {"name": "Bez mērķa", "targets": {}}])
    table = measure_indicators(count_evidence(supported(*TWO), recommendations(), tasks(), as_of=END), settled)
    assert table[["year", "target", "result"]].to_numpy().tolist()[:3] == [
        ["2023", 2, 1],
        ["2024", 0, 1],
        ["Kopā", 2, 2],
    ]
    assert table["share"].tolist()[0] == 0.5
    assert table["share"].iloc[3:].isna().all()


def test_without_consultations_every_figure_is_nought():
    assert set(figures(supported()).values()) == {0}
    settled = programme(indicators=[TARGET])
    assert measure_indicators(count_evidence(supported(), recommendations(), tasks(), as_of=END), settled)[
        "result"
    ].tolist() == [
        0,
        0,
        0,
    ]


def test_counts_close_in_both_directions():
    table = count_supported(supported(*TWO), "mode", ["in_person", "online"], [2023, 2024])
    assert table.columns.tolist() == ["mode", "2023", "2024", "Kopā"]
    assert table.to_numpy().tolist() == [["in_person", 0, 0, 0], ["online", 1, 1, 2], ["Kopā", 1, 1, 2]]
    assert count_supported(supported(), "mode", ["online"], [2023])["Kopā"].tolist() == [0, 0]


def summary(count, *lines):
    ledger = keep_ledger(used(*lines, evidence=["K-01", "K-02"]), programme(), as_of=END)
    return summarise(ledger, supported(*lines), count, stamp(True))


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (28, "Saņemti 28 pieteikumi."),
        (21, "Saņemts 21 pieteikums."),
        (1, "Saņemts 1 pieteikums."),
        (11, "Saņemti 11 pieteikumi."),
        (0, "Saņemti 0 pieteikumi."),
    ],
)
def test_the_summary_counts_in_grammatical_latvian(count, words):
    assert summary(count)[0] == words


def test_the_summary_tells_planned_and_delivered_by_year_and_the_hours():
    text = " ".join(summary(3, *TWO))
    assert "līdz 15.09.2024 sniegtas – 2," in text
    assert "2023. gadā plānotas 2, sniegtas – 1." in text
    assert "2024. gadā plānotas 2, sniegtas – 1." in text
    assert "stundās – 2,5." in text
    assert "Mārupes novads – 2." in text


def test_no_placeholder_is_left_in_the_summary():
    assert not any("{" in sentence for sentence in summary(3, *TWO))


def test_the_rule_is_told_with_its_date():
    assert describe_rule(programme()).endswith("jauna no 2021. gada, skaidrs no 7 punktiem; pieņemta 24.07.2023")
    assert describe_rule(programme(rule__decided_on=None)).endswith("nav datēta")


def stamp(example):
    return Stamp(example, "P", "F", "R", date(2024, 9, 15), "K", "0" * 64, "0.1.0", "–")


def test_invented_data_says_so_on_every_output():
    assert stamp(True).lines()[0] == ("Dati", EXAMPLE_NOTICE)
    assert stamp(True).short() == f"{EXAMPLE_NOTICE}. P. Stāvoklis uz 15.09.2024."
    assert EXAMPLE_NOTICE not in str(stamp(False).lines()) + stamp(False).short()
    assert len(stamp(False).table()) == 8


def test_towns_are_told_only_if_asked():
    ledger = keep_ledger(used(*TWO, evidence=["K-01", "K-02"]), programme(), as_of=END)
    told = summarise(ledger, supported(*TWO), 3, stamp(True), by_town=False)
    assert "novad" not in " ".join(told)
