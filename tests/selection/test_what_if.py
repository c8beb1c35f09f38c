"""The rule on arrays says the same as the rule on tables."""

import numpy as np
import pytest
from builders import SEED, allocated, column, decisions, programme, ranked, scored
from hypothesis import given
from hypothesis import strategies as st
from test_allocation import FIELD, READING

from mentoring_lib.selection import what_if
from mentoring_lib.selection.allocation import allocate
from mentoring_lib.selection.rule import Standing, take_turns
from mentoring_lib.selection.what_if import decide_again, make_pool, who_gets_places


def placed(lines, towns=None, told=(), **changes):
    """Who has a place by the arrays, and by the tables."""
    settled = programme(**changes)
    table = scored(*lines)
    table = table if towns is None else table.assign(municipality=towns[: len(lines)])
    order = ranked(*lines, seed=SEED, **changes)
    decided = allocate(table, order, settled.places, decisions(*told), settled.minimum_places)
    pool = make_pool(decided, settled)
    (seats,) = who_gets_places(pool, settled.rule)
    given = {key for key, reason in column(decided, "override").items() if reason}
    by_table = {key for key, outcome in column(decided, "outcome").items() if outcome == "place"}
    return {key for key, seat in zip(pool.ids, seats, strict=True) if seat}, by_table - given


@given(FIELD, READING, st.integers(0, 12), st.integers(0, 6))
def test_arrays_and_tables_give_the_same_places(lines, reading, clear_from, weight):
    changes = {"rule__reading": reading, "rule__clear_from": clear_from, "rule__weight_of_new": weight}
    by_arrays, by_table = placed(lines, **changes)
    assert by_arrays == by_table


@given(FIELD, st.lists(st.sampled_from(["Mārupes novads", "Olaines novads"]), min_size=8, max_size=8))
def test_minimum_places_and_places_out_of_turn_too(lines, towns):
    by_arrays, by_table = placed(
        lines, towns, told=["K-03 override 2023", "K-05 override 2024"], minimum_places={"Olaines novads": 3}
    )
    assert by_arrays == by_table


def test_many_runs_are_the_runs_one_by_one():
    lines = ["A new 9", "B existing 8", "C new 3", "D existing 8", "E new 7"]
    decided = allocated(*lines, places={2023: 2, 2024: 1}, seed=SEED)
    settled = programme(places={2023: 2, 2024: 1})
    pool = make_pool(decided, settled)
    thresholds = np.array([[number * pool.scale] for number in range(13)])
    together = who_gets_places(pool, settled.rule, clear_from=thresholds)
    for number, row in enumerate(thresholds):
        alone = who_gets_places(pool, settled.rule, clear_from=row[None])
        assert (together[number] == alone[0]).all()


@pytest.mark.parametrize("cells", [1, 12])
def test_runs_in_chunks_are_the_runs_at_once(cells, monkeypatch):
    lines = ["A new 9", "B existing 8", "C new 3", "D existing 8", "E new 7"]
    settled = programme(places={2023: 2})
    pool = make_pool(allocated(*lines, places={2023: 2}, seed=SEED), settled)
    lucks = np.array([np.roll(np.arange(5), shift) for shift in range(5)])
    at_once = who_gets_places(pool, settled.rule, luck=lucks)
    monkeypatch.setattr(what_if, "MAX_CELLS", cells)
    assert (who_gets_places(pool, settled.rule, luck=lucks) == at_once).all()


def test_taking_turns_by_hand():
    place, order = take_turns(Standing(*map(np.array, ([1, 1, 1, 2], [0, 0, 1, 0], [5, 6, 9, 7], [3, 2, 1, 0]))))
    assert place.tolist() == [2, 1, 1, 1]
    assert order.tolist() == [3, 2, 1, 0]


def test_deciding_again_by_the_same_rule_changes_nothing():
    lines = ["A new 9", "B existing 8", "C new 3", "D existing 2", "E unclear 8"]
    settled = programme()
    decided = allocated(*lines, places=settled.places, seed=SEED)
    again = decide_again(decided, settled, settled.rule)
    assert column(again, "place_year") == column(decided, "place_year")


def test_nobody_competes():
    settled = programme()
    pool = make_pool(allocated(places=settled.places), settled)
    assert who_gets_places(pool, settled.rule).shape == (1, 0)


@pytest.mark.parametrize("reading", ["taking_turns", "new_first", "clear_first", "points"])
def test_the_merits_behind_an_entry_are_found_again_under_every_reading(reading):
    settled = programme(places={2023: 1}, rule__reading=reading, rule__weight_of_new=3)
    lines = ["A new 9", "B existing 8", "C unclear 7", "D new 1", "E existing –"]
    order = ranked(*lines, seed=SEED, rule__reading=reading, rule__weight_of_new=3)
    decided = allocate(scored(*lines), order, settled.places, decisions())
    found = what_if.find_merits(decided, settled.rule).set_index("application_id")
    assert found["novelty"].to_dict() == {"A": "new", "B": "existing", "C": "unclear", "D": "new", "E": "existing"}
    assert found["clarity"].to_dict() == {"A": 9, "B": 8, "C": 7, "D": 1, "E": None}


def test_who_has_a_place_out_of_turn_keeps_it_with_its_reason_under_another_rule():
    lines = ["A new 9", "B existing 8", "C new 3"]
    settled = programme(places={2023: 2})
    told = decisions("C override 2023")
    decided = allocate(scored(*lines), ranked(*lines, seed=SEED), settled.places, told)
    again = decide_again(decided, settled, settled.rule.model_copy(update={"reading": "new_first"}))
    assert column(again, "override") == {"A": "", "B": "", "C": "Iemesls."}
    assert column(again, "outcome") == {"A": "place", "B": "waiting", "C": "place"}
