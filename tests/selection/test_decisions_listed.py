"""Each decision as columns: what was given, why, and what is said of those who are out."""

import builders
import pandas as pd
import pytest
from builders import SEED, decisions, programme, ranked, scored

from mentoring_lib.base.columns import READINGS
from mentoring_lib.base.problems import Problem
from mentoring_lib.selection import final
from mentoring_lib.selection.allocation import allocate
from mentoring_lib.selection.decisions import check_decisions
from mentoring_lib.selection.reasons import list_decisions, tell_lots

LINES = ("A new 8", "B new 3", "C existing 9", "D existing 2", "E unclear –", "G existing 9")
NO_MARKS = pd.DataFrame(
    {"application_id": [], "anchor": [], "total": [], "markers": [], "gap": [], "given": [], "agreed": []}
)


def allocate_lines(reading="taking_turns", seed=SEED, lines=LINES):
    settled = programme(places={2023: 1, 2024: 1}, rule__reading=reading)
    return allocate(scored(*lines), ranked(*lines, seed=seed, rule__reading=reading), settled.places, decisions())


def decide(reading="taking_turns", seed=SEED):
    decided, settled = allocate_lines(reading, seed), programme(rule__reading=reading)
    firmness = pd.DataFrame({"application_id": ["A", "C"], "verdict": ["firm_in", "contested"]})
    table = decided.assign(nearest="", community=decided["application_id"])
    return list_decisions(table, NO_MARKS, settled, firmness).set_index("community")


@pytest.mark.parametrize("reading", READINGS)
def test_priorities_are_told_whatever_the_reading(reading):
    told = decide(reading)["met"]
    assert told.to_dict() == {"A": "abas", "B": "jauna", "C": "skaidrs", "D": "neviena", "E": "neviena", "G": "skaidrs"}


def test_outcome_lot_and_novelty_are_columns():
    told = decide()
    assert told["outcome"].value_counts().to_dict()["konsultācija 2023. gadā"] == 1
    assert told.loc["A", "is_new"] == "✓"
    assert told.loc["C", "is_new"] == "–"
    assert told.loc["E", "is_new"] in ("?", "")
    assert told["verdict"].to_dict() == {"A": "firm_in", "C": "contested"} | dict.fromkeys("BDEG", "")


def test_before_the_lot_ranks_are_spans():
    told = decide(seed=None)
    assert told.loc["C", "rank"] == told.loc["G", "rank"]
    assert "–" in told.loc["C", "rank"]
    assert told["lot_rows"].to_dict() == {"A": "", "B": "izšķirs", "C": "izšķirs", "G": "izšķirs", "D": "", "E": ""}
    assert told["lot_equal"].to_dict() == {"A": "", "B": "", "C": "izšķirs", "G": "izšķirs", "D": "", "E": ""}


TIED = ("A new 3", "B new 3", "C new 2", "D existing 9", "E existing 8", "F existing 8", "G existing 8", "H existing 7",
        "I existing 3", "J existing 3", "K new 9", "L new 9", "M new –", "N new –")  # fmt: skip


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("seed", [SEED, SEED[::-1], "1" * 20])
def test_the_two_lots_are_told_apart_and_hold(reading, seed):
    decided = allocate_lines(reading, seed, TIED)
    rows = decided.set_index("rank")
    lots = tell_lots(decided)
    assert lots.keys() == set(decided["application_id"])
    for rank, row in rows.iterrows():
        told = lots[row["application_id"]]
        assert any(told) == (row["rank_from"] < row["rank_to"])
        for number, text in enumerate(told):
            for verb, other in (part.split() for part in text.split(", ") if part):
                against = rows.loc[int(other.rstrip("."))]
                assert (verb == "pirms") == (rank < int(other.rstrip("."))) == (row["ticket"] < against["ticket"])
                assert row["tier"] == against["tier"]
                same_queue, equal = row["group"] == against["group"], row["points"] == against["points"]
                assert (same_queue and (equal or pd.isna(row["points"]))) if number else not same_queue
                assert verb != "pirms" or number or int(other.rstrip(".")) == rank + 1


def test_what_decided_between_the_thirteenth_and_the_fourteenth(results):
    told = list_decisions(results.decided, results.anchors, results.programme, results.firmness).set_index("rank")
    assert told.loc["13.", ["lot_rows", "lot_equal"]].tolist() == ["pirms 14.", ""]
    assert told.loc["14.", ["lot_rows", "lot_equal"]].tolist() == ["aiz 13.", "pirms 16."]
    assert told.loc["16.", ["lot_rows", "lot_equal"]].tolist() == ["aiz 15.", "aiz 14."]
    assert told.loc["16.", "nearest"] == "Būtu pieticis ar mazāku izlozes numuru."
    assert told.loc[["1.", "14.", "23."], "verdict"].tolist() == ["firm_in", "contested", "firm_out"]


def test_the_example_says_why_some_are_out_and_adds_up(results):
    told = list_decisions(results.decided, results.anchors, results.programme, results.firmness)
    assert told["outcome"].tail(5).tolist() == [
        "gaida, sarakstā 10. (pēc termiņa)",
        "gaida, sarakstā 11. (pēc termiņa)",
        "ārpus novadiem",
        "bez piekrišanas",
        "atkārtots",
    ]
    assert told.loc[0, "points"].replace("\u00a0", " ") == "11,5 = 3+3+2,5+3"
    for text in told["points"]:
        total, _, parts = text.replace("\u00a0", " ").replace(",", ".").partition(" = ")
        assert not parts or float(total) == sum(map(float, parts.split("+")))
    assert len(told) == len(results.decided)


def test_more_places_out_of_turn_than_a_year_has_are_asked_about_from_the_first_too_many():
    lines = [f"K-0{number} override 2023" for number in (1, 2, 3)]
    settled = builders.programme(places={"2023": 2, "2024": 2})
    asked = [builders.codes(check_decisions(builders.decisions(*lines[:count]), builders.applications(3), settled))
             for count in (2, 3)]  # fmt: skip
    assert asked == [[], ["override_full"]]


@pytest.mark.parametrize(
    ("sheet", "column", "blocks"),
    [("Lēmumi", "decision", True), ("Lēmumi", "who", False), ("Notikumi", "mode", False), ("Atbildes", "email", False)],
)
def test_only_what_can_change_who_gets_a_place_keeps_the_outcome_open(sheet, column, blocks):
    assert final.concerns_selection(Problem("choice_unknown", "d.xlsx", sheet, 3, column)) is blocks
