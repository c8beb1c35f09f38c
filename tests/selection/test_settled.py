"""What is settled stays settled: the example with decisions and applications added after the freeze."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from builders import SEED, allocated, column, decisions, programme, ranked, scored

from mentoring_lib import workflow
from mentoring_lib.base.columns import ANCHORS
from mentoring_lib.documents import letters
from mentoring_lib.selection import sensitivity
from mentoring_lib.selection.allocation import allocate
from mentoring_lib.selection.lottery import draw_tickets, ticket
from mentoring_lib.selection.past import Past
from mentoring_lib.selection.what_if import decide_again, find_merits, make_pool

WINNERS = ("K-F001DE", "K-D4730C")  # of the example: hours held as places of 2023 and 2024
WAITS = "K-1071EE"  # the first


def with_decisions(inputs, *lines):
    """The example with rows of decisions added; a value or a reason with a space is quoted."""
    told = pd.concat([inputs.sheets["Lēmumi"], decisions(*lines)], ignore_index=True)
    return workflow.evaluate(replace(inputs, sheets=inputs.sheets | {"Lēmumi": told}))


def moved(results, other, name):
    before, after = column(results.decided, name), column(other.decided, name)
    return {key for key in before if before[key] != after[key]}


# The settled day


def test_a_drop_out_after_the_first_offer_moves_the_year_of_nobody_else(example):
    inputs, results = example
    after = with_decisions(inputs, "K-715F75 ineligible on=2023-12-01")
    assert moved(results, after, "place_year") == {"K-715F75"}
    assert column(after.decided, "waiting") == column(results.decided, "waiting")


def test_after_the_hour_a_decision_frees_nothing_and_the_reason_says_so(example):
    inputs, results = example
    after = with_decisions(inputs, "K-F001DE ineligible on=2024-02-01")
    assert moved(results, after, "place_year") == set()
    assert column(after.decided, "state")["K-F001DE"] == "set_aside"
    assert column(after.decided, "reason")["K-F001DE"].endswith(
        "Konsultācija 2023. gadā paliek: konsultācija notika pirms šī lēmuma."
    )


@pytest.mark.parametrize(
    ("past", "years"),
    [
        (Past(date(2023, 9, 1)), [None, 2023, 2024]),
        (Past(date(2023, 8, 31), frozenset("ABC")), [None, 2024, None]),
    ],
)
def test_a_drop_out_up_to_the_settled_day_moves_everyone_up_and_a_later_one_nobody(past, years):
    lines = ("A new 9", "B new 8", "C new 7")
    table = scored(*lines).assign(state=["set_aside", "eligible", "eligible"])
    told = decisions("A ineligible on=2023-09-01")
    decided = allocate(table, ranked(*lines), {2023: 1, 2024: 1}, told, past=past)
    assert list(column(decided, "place_year").values()) == years


@pytest.mark.parametrize(("on", "outcome"), [("2023-10-04", "none"), ("2023-10-05", "place")])
def test_a_decision_of_the_day_of_the_hour_is_one_after_it(on, outcome):
    told = decisions(f"A ineligible on={on}")
    past = Past(date(2023, 9, 1), frozenset("A"), held={"A": date(2023, 10, 5)})
    table = scored("A new 9").assign(state="set_aside")
    assert column(allocate(table, ranked("A new 9"), {2023: 1}, told, past=past), "outcome") == {"A": outcome}


def test_places_added_stand_at_the_end_of_the_order_and_one_taken_was_the_last_of_its_year():
    lines = [f"{key} new {points}" for key, points in zip("ABCD", (9, 8, 7, 6), strict=True)]
    settled = programme(places={2023: 2, 2024: 1})
    for years, expected in (
        ((2023, 2024, 2023), [2023, 2024, 2023, None]),
        ((2023,), [2023, None, None, None]),
        ((), [None] * 4),
    ):
        decided = allocate(
            scored(*lines), ranked(*lines, seed=SEED), settled.places, decisions(), past=Past(years=years)
        )
        assert list(column(decided, "place_year").values()) == expected
        assert list(column(decide_again(decided, settled, settled.rule), "place_year").values()) == expected


def test_who_dropped_out_and_is_back_waits_at_the_frozen_rank_and_is_told_why(example):
    inputs, results = example
    after = with_decisions(inputs, "K-715F75 ineligible on=2023-12-01", "K-715F75 eligible on=2023-12-05")
    assert column(after.decided, "waiting")["K-715F75"] == 1
    assert column(after.decided, "waiting")[WAITS] == 2
    assert "2024. gada konsultācijas piedāvājums ir spēkā." in column(after.decided, "reason")["K-715F75"]
    assert column(after.decided, "nearest")["K-715F75"] == ""
    assert moved(results, after, "place_year") == {"K-715F75"}


def test_a_place_out_of_turn_decided_after_the_settled_day_takes_no_place_that_was_given(example):
    inputs, results = example
    after = with_decisions(inputs, "K-22723D override 2024 on=2023-12-01")
    assert moved(results, after, "place_year") == set()
    assert column(after.decided, "outcome")["K-22723D"] == "waiting"


# Decisions of a person


def test_a_place_out_of_turn_does_not_survive_a_newer_decision():
    lines = ("A new 9", "B new 8", "D existing 1")
    table = scored(*lines).assign(state=["eligible", "eligible", "set_aside"])
    told = decisions("D override 2023 on=2023-09-01", "D ineligible on=2023-09-10")
    decided = allocate(table, ranked(*lines), {2023: 2}, told)
    assert column(decided, "outcome") == {"A": "place", "B": "place", "D": "none"}


def test_who_becomes_eligible_after_the_freeze_waits_after_the_frozen_list_and_before_the_late(example):
    inputs, _ = example
    agreed = [f"K-488C12 agreed_{anchor} 3 on=2023-09-01" for anchor in ANCHORS]
    after = with_decisions(inputs, "K-488C12 eligible on=2023-09-01", *agreed)
    waiting = column(after.decided, "waiting")
    assert (waiting["K-22723D"], waiting["K-488C12"], waiting["K-DD3C39"]) == (9, 10, 11)
    assert "Par atbilstošu atzīts pēc saraksta noslēgšanas" in column(after.decided, "reason")["K-488C12"]


def test_those_eligible_later_stand_by_the_day_of_their_decision_then_by_ticket():
    told = decisions("X eligible on=2023-09-02", "Y eligible on=2023-09-01", "Z eligible on=2023-09-02")
    past = Past(frozen_on=date(2023, 8, 30))
    everyone = draw_tickets(scored("A new 9", "X new 9", "Y new 1", "Z new 5"), seed=SEED, call="C")
    decided = allocate(everyone, ranked("A new 9"), {2023: 1}, told, past=past)
    order = sorted("XZ", key=lambda key: ticket(SEED, "C", key))
    waiting = column(decided, "waiting")
    assert sorted("XYZ", key=waiting.__getitem__) == ["Y", *order]


@pytest.mark.parametrize("seed", ["1" * 20, "2" * 20, "3" * 20])
def test_late_ones_of_one_second_stand_by_ticket(seed):
    late = scored("Y new 1", "Z new 12", "X new 3").assign(state="late")
    moments = pd.to_datetime(["2023-09-01 10:00:00.9", "2023-09-01 10:00:00.0", "2023-09-01 09:00:00.0"])
    late["submitted_at"] = moments.tz_localize("Europe/Riga")
    decided = allocate(draw_tickets(late, seed=seed, call="C"), ranked(), {2023: 1}, decisions())
    waiting = column(decided, "waiting")
    order = sorted("YZ", key=lambda key: ticket(seed, "C", key))
    assert sorted("XYZ", key=waiting.__getitem__) == ["X", *order]


# Reasons, nearest change, firmness and readings stand on the frozen entries


RAISED = ("K-17DCC7 agreed_obstacle 3 on=2023-09-02", "K-17DCC7 other '' on=2023-09-02")
EXPLAINED = ("K-17DCC7 novelty jauna on=2023-09-02", "K-17DCC7 other '' 'reason=Paliek noslēgtais' on=2023-09-02")


@pytest.mark.parametrize("told", [EXPLAINED, RAISED])
def test_an_explained_change_changes_no_sentence_and_no_verdict_of_anybody_else(example, told):
    inputs, results = example
    after = with_decisions(inputs, *told)
    assert after.final
    assert moved(results, after, "nearest") == set()
    assert moved(results, after, "reason") == {"K-17DCC7"}
    pd.testing.assert_frame_equal(after.firmness, results.firmness)
    pd.testing.assert_frame_equal(
        sensitivity.compare_readings(after.decided, inputs.programme),
        sensitivity.compare_readings(results.decided, inputs.programme),
    )


def test_a_reason_tells_what_the_frozen_entry_says_where_today_differs(example):
    inputs, _ = example
    reason = column(with_decisions(inputs, *EXPLAINED).decided, "reason")["K-17DCC7"]
    assert reason.startswith("Kopiena ir jauna, ")
    assert "Secību nosaka noslēgtais saraksts, un tajā kopiena darbojas jau ilgāk, jautājums nav" in reason
    assert "neviena no prioritātēm." in reason


def test_the_letters_of_both_say_it_too(example):
    inputs, _ = example
    agreed = [f"K-488C12 agreed_{anchor} 3 on=2023-09-01" for anchor in ANCHORS]
    after = with_decisions(inputs, *EXPLAINED, "K-488C12 eligible on=2023-09-01", *agreed)
    told = {one.row.application_id: one for one in letters.list_letters(inputs, after)}
    changed, later = (str(letters.write_letter(told[key], inputs)) for key in ("K-17DCC7", "K-488C12"))
    assert "Secību nosaka noslēgtais saraksts, un tajā kopiena darbojas jau ilgāk" in changed
    assert "pēc izlozes saraksta noslēgšanas" in later
    assert "gaidīšanas sarakstā: 10.\\xa0no 12" in later


def test_marks_that_the_frozen_clarity_does_not_stand_on_are_not_shaken(example):
    inputs, results = example
    told = inputs.marks.copy()
    told.loc[told["application_id"].eq(WAITS), "question"] = "3"
    explained = decisions(f"{WAITS} other on=2023-09-02")
    sheets = inputs.sheets | {"Lēmumi": pd.concat([inputs.sheets["Lēmumi"], explained], ignore_index=True)}
    after = workflow.evaluate(replace(inputs, marks=told, sheets=sheets))
    assert column(after.decided, "clarity")[WAITS] != column(results.decided, "clarity")[WAITS]
    assert column(after.decided, "nearest")[WAITS] == ""
    before, found = (one.firmness.set_index("application_id")["verdict"] for one in (results, after))
    pd.testing.assert_series_equal(found.drop(WAITS), before.drop(WAITS))


def test_one_marker_alone_counts_only_where_the_entry_stands_on_the_marks():
    lines = ("A new 8", "B new 8")
    pool = make_pool(allocated(*lines, places={2023: 1}, seed=SEED), programme())
    cells = np.full((1, 2, 4), 3)
    finals = np.array([[2, 2, 2, 2], [3, 2, 2, 2]]) * pool.scale
    assert (sensitivity.mark_alone(pool, cells, finals) / pool.scale).tolist() == [[12, 8]]


def test_the_four_readings_give_no_place_twice_that_was_given_out_of_turn(example):
    inputs, _ = example
    after = with_decisions(inputs, "K-DD3C39 override 2024 on=2023-08-25")
    compared = sensitivity.compare_readings(after.decided, inputs.programme)
    assert (compared[list(sensitivity.READINGS)].ne("").sum() == 13).all()
    years = {key: "" if year is None else str(year) for key, year in column(after.decided, "place_year").items()}
    assert column(compared, "taking_turns") == {key: years[key] for key in compared["application_id"]}


def test_a_frozen_entry_gives_back_the_merits_it_was_made_of():
    lines = ("A new 9", "B new 3", "C existing 9", "D existing 3", "E new –", "F existing –", "G unclear 8")
    told = scored(*lines)
    for reading in ("taking_turns", "new_first", "clear_first", "points"):
        settled = programme(rule__reading=reading)
        decided = allocate(told, ranked(*lines, seed=SEED, rule__reading=reading), {2023: 2}, decisions())
        found = find_merits(decided, settled.rule)
        assert column(found, "novelty") == {key: column(told, "novelty")[key] for key in found["application_id"]}
        assert column(found, "clarity") == {key: column(told, "clarity")[key] for key in found["application_id"]}


def test_in_the_reading_by_points_novelty_is_what_was_known_before_the_freeze():
    lines = ("A new 5", "B existing 7")
    settled = programme(rule__reading="points", rule__weight_of_new=3)
    order = ranked(*lines, seed=SEED, rule__reading="points", rule__weight_of_new=3)
    today = scored("A existing 5", "B existing 7")
    decided = allocate(today, order, {2023: 1}, decisions(), past=Past(novelty={"A": "new", "B": "existing"}))
    assert column(find_merits(decided, settled.rule), "clarity") == {"A": Fraction(5), "B": Fraction(7)}
    by_clarity = settled.rule.model_copy(update={"weight_of_new": 0})
    assert column(decide_again(decided, settled, by_clarity), "outcome") == {"A": "waiting", "B": "place"}


def test_every_part_of_a_reason_ends_with_a_full_stop(example):
    inputs, _ = example
    after = with_decisions(inputs, "K-22723D override 2024 reason=Īpašs on=2023-08-25")
    assert column(after.decided, "reason")["K-22723D"].endswith("ārpus kārtas: Īpašs.")
