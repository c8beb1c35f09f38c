"""Each decision as columns: what was given, why, and what is said of those who are out."""

import builders
import pandas as pd
import pytest
from builders import SEED, decisions, programme, ranked, scored

from mentoring_lib.base.columns import READINGS
from mentoring_lib.selection.allocation import allocate
from mentoring_lib.selection.decisions import check_decisions
from mentoring_lib.selection.reasons import list_decisions

LINES = ("A new 8", "B new 3", "C existing 9", "D existing 2", "E unclear –", "G existing 9")
NO_MARKS = pd.DataFrame(
    {"application_id": [], "anchor": [], "total": [], "markers": [], "gap": [], "given": [], "agreed": []}
)


def decide(reading="taking_turns", seed=SEED):
    settled = programme(places={2023: 1, 2024: 1}, rule__reading=reading)
    decided = allocate(scored(*LINES), ranked(*LINES, seed=seed, rule__reading=reading), settled.places, decisions())
    return list_decisions(decided.assign(nearest="", community=decided["application_id"]), NO_MARKS, settled).set_index(
        "community"
    )


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
    assert all(text.endswith("izšķīra") for text in told["lot"] if text)
    assert {text.split(",")[0] for text in told["lot"] if text} >= {"2.–3."} or told["lot"].astype(bool).any()


def test_before_the_lot_ranks_are_spans():
    told = decide(seed=None)
    assert told.loc["C", "rank"] == told.loc["G", "rank"]
    assert "–" in told.loc["C", "rank"]
    assert told.loc["C", "lot"].endswith("izšķirs")


def test_the_example_says_why_some_are_out_and_adds_up(results):
    told = list_decisions(results.decided, results.anchors, results.programme)
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
