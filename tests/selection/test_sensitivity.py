"""Sensitivity: families by hand on small tables, the same every time, quick on the example."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from builders import SEED, allocated, column, conflicts, decisions, marks, programme
from hypothesis import given
from test_allocation import FIELD

from mentoring_lib.selection import sensitivity
from mentoring_lib.selection.lottery import ticket
from mentoring_lib.selection.scoring import summarise_anchors, tidy_marks
from mentoring_lib.selection.what_if import make_pool

SHARES = [f"share_{name}" for name in sensitivity.FAMILIES]


def field(*lines, places, marked=(), told=(), seed=SEED, **changes):
    """Decided table, marks, anchors and programme of a few applications."""
    settled = programme(places=places, lottery__seed=seed, **changes)
    tidy = tidy_marks(marks(*marked), conflicts())
    anchors = summarise_anchors(tidy, decisions(*told))
    return allocated(*lines, places=places, seed=seed), tidy, anchors, settled


def shares(*lines, **more):
    found = sensitivity.examine(*field(*lines, **more), np.random.PCG64(1))
    return found.set_index("application_id")


def test_two_equal_ones_at_the_cut_share_the_lots_and_are_contested_by_them():
    found = shares("A new 9", "B new 8", "C new 8", "D existing 1", places={2023: 2})
    assert 0.45 < found.loc["B", "share_lot"] < 0.55
    assert found.loc["B", "share_lot"] + found.loc["C", "share_lot"] == pytest.approx(1)
    assert "cita izloze" in found.loc["B", "contested_by"]
    assert found.loc["A", "verdict"] == "firm_in"
    assert found.loc["D", "verdict"] == "firm_out"


def test_who_has_a_place_by_a_decision_of_a_person_has_it_in_every_run():
    lines, places = ("A new 9", "B existing 1"), {2023: 1}
    _, *others = field(*lines, places=places)
    told = decisions("B override 2023 reason=Iemesls.")
    decided = allocated(*lines, places=places, seed=SEED, decided=told)
    found = sensitivity.examine(decided, *others, np.random.PCG64(1)).set_index("application_id")
    assert found.loc["B", SHARES].eq(1).all()
    assert found["verdict"].to_dict() == {"A": "firm_out", "B": "firm_in"}


def test_the_readings_are_run_one_by_one():
    found = shares("N new 5", "E existing 9", places={2023: 1})
    assert found.loc["N", "share_reading"] + found.loc["E", "share_reading"] == 1
    assert found.loc["E", "share_reading"] in (0.5, 0.75)  # clear first and points, and taking turns if lucky


def test_the_threshold_is_tried_one_below_and_one_above():
    found = shares("A existing 7", "B new 7", "C existing 12", places={2023: 2})
    assert found.loc["B", "share_threshold"] == 1
    assert shares("A existing 6", "B new 6", places={2023: 1}).loc["B", "share_threshold"] == 1


def test_weights_count_by_the_exact_width_of_their_interval():
    assert shares("N new 5", "E existing 19/2", places={2023: 1}).loc["E", "share_weight"] == 4.5 / 12


@given(FIELD)
def test_the_widths_of_the_weights_add_up_to_twelve(lines):
    settled = programme()
    _, spans = sensitivity.find_weights(make_pool(allocated(*lines, places=settled.places, seed=SEED), settled))
    assert spans.sum() == pytest.approx(12)
    assert (spans > 0).all()


def test_each_marker_alone_and_what_she_could_not_mark_stays():
    marked = ["A Ilze 3 3 3 3", "A Andris 1 1 1 1", "B Ilze 2 2 2 –", "B Andris 2 2 2 2"]
    found = shares("A existing 8", "B existing 8", places={2023: 1}, marked=marked)
    assert found.loc["A", "share_marker"] == 0.5
    assert found.loc["B", "share_marker"] == 0.5


def test_shaken_marks_move_by_quarter_half_quarter_and_stay_in_bounds():
    marked = ["A Ilze 2 2 2 2", "B Ilze 0 0 0 0", "C Ilze 3 3 3 3"]
    decided, tidy, anchors, settled = field("A new 8", "B new 0", "C new 12", places={2023: 1}, marked=marked)
    arrays = make_pool(decided, settled)
    cells = sensitivity._tabulate_marks(arrays, tidy)
    clarity = sensitivity.shake_marks(arrays, cells, anchors, np.random.PCG64(1)) / arrays.scale
    by_id = dict(zip(arrays.ids, clarity.T, strict=True))
    assert by_id["A"].mean() == pytest.approx(8, abs=0.15)
    assert by_id["A"].var() == pytest.approx(4 * 0.5, abs=0.3)
    assert by_id["B"].mean() == pytest.approx(1, abs=0.15)
    assert (by_id["B"].min(), by_id["C"].max()) == (0, 12)


def test_an_agreed_mark_is_shaken_as_one_mark():
    marked = ["A Ilze 0 0 0 0", "A Andris 3 0 0 0"]
    decided, tidy, anchors, settled = field("A new 2", places={2023: 1}, marked=marked, told=["A agreed_question 2"])
    arrays = make_pool(decided, settled)
    clarity = sensitivity.shake_marks(arrays, sensitivity._tabulate_marks(arrays, tidy), anchors, np.random.PCG64(1))
    first = clarity[:, 0] / arrays.scale
    assert first.min() >= 1
    assert set(np.unique(first * 2 % 1)) == {0.0}


def test_unclear_novelty_is_settled_all_old_all_new_and_each_alone():
    found = sensitivity.settle_unclear(np.array([True, False, False]), np.array([False, True, True]))
    assert found.tolist() == [[True, False, False], [True, True, True], [True, True, False], [True, False, True]]


def test_before_the_lot_every_family_carries_the_luck():
    found = shares("B new 8", "C new 8", places={2023: 1}, seed=None)
    assert all(0.4 < found.loc["B", name] < 0.6 for name in SHARES if name != "share_marker")


def test_verdicts_and_the_families_that_contest():
    table = pd.DataFrame({"reading": [1.0, 0.95, 0.1, 0.05], "lot": [0.9, 0.5, 0.3, 0.0]})
    found = sensitivity.judge(table)
    assert found["verdict"].tolist() == ["firm_in", "contested", "contested", "firm_out"]
    assert found["contested_by"].tolist() == ["", "cita izloze", "cita izloze", ""]


def test_readings_stand_side_by_side_and_the_own_one_is_the_decision(example):
    inputs, results = example
    compared = sensitivity.compare_readings(results.decided, inputs.programme)
    years = {key: "" if year is None else str(year) for key, year in column(results.decided, "place_year").items()}
    assert column(compared, "taking_turns") == {key: years[key] for key in compared["application_id"]}
    assert (compared[list(sensitivity.READINGS)].ne("").sum() == 14).all()
    told = sensitivity.describe_readings(compared, inputs.programme)
    assert told["gained"].tolist() == [0, 2, 2, 1]
    assert all(text.endswith(".") for text in told["favours"])


def test_the_annex_of_the_example_is_the_same_twice(example, afresh):
    inputs, results = example[0], replace(example[1])
    once = results.firmness
    sensitivity.compare_readings(results.decided, inputs.programme)
    pd.testing.assert_frame_equal(once, replace(results).firmness)
    assert sensitivity.describe_firmness(once).startswith("No 23 pieteikumiem: noteikti saņem – 9,")


def test_what_holds_in_every_family_is_what_was_decided(results):
    found = results.firmness
    assert found.loc[found["verdict"].eq("firm_in"), "outcome"].eq("place").all()
    assert found.loc[found["verdict"].eq("firm_out"), "outcome"].eq("waiting").all()
    assert found[SHARES].ge(0).all(axis=None)
    assert found[SHARES].le(1).all(axis=None)


def test_nobody_competes():
    decided, tidy, anchors, settled = field(places={2023: 1})
    assert sensitivity.examine(decided, tidy, anchors, settled, np.random.PCG64(1)).empty


def test_the_other_lots_are_a_thousand_and_each_is_the_order_of_its_tickets():
    decided, *_, settled = field("A new 9", "B new 8", "C new 8", "D existing 1", places={2023: 2})
    pool = make_pool(decided, settled)
    lots = sensitivity.draw_lots(pool, "KKK")
    assert lots.shape == (1000, 4)
    for seed in (1, 2, 1000):
        drawn = [ticket(f"{seed:020d}", "KKK", key) for key in pool.ids]
        assert lots[seed - 1].tolist() == [sorted(drawn).index(one) for one in drawn]
