"""Tiers, ranking, places, waiting list and reasons."""

from datetime import date
from itertools import permutations

import pandas as pd
import pytest
from builders import (
    MANY,
    SEED,
    allocated,
    column,
    conflicts,
    decisions,
    frozen,
    graded,
    marks,
    programme,
    ranked,
    scored,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from mentoring_lib.selection.allocation import Kept, Outcome, allocate, rank
from mentoring_lib.selection.past import Past
from mentoring_lib.selection.reasons import give_reasons
from mentoring_lib.selection.scoring import summarise_anchors, tidy_marks

ALL_FOUR = ("both new 8", "question existing 9", "novelty new 5", "none existing 6")
MIDDLE = ("N1 new 6", "N2 new 5", "N3 new 4", "E1 existing 12", "E2 existing 11", "E3 existing 10")
ENTRY = st.tuples(
    st.sampled_from(["new", "existing", "unclear"]), st.sampled_from(["–", "0", "3", "13/2", "7", "22/3", "12"])
)
FIELD = st.lists(ENTRY, max_size=8).map(
    lambda rows: [f"K-{i:02} {novelty} {points}" for i, (novelty, points) in enumerate(rows, 1)]
)
PLACES = st.dictionaries(st.integers(2023, 2024), st.integers(0, 3), min_size=1)
READING = st.sampled_from(["taking_turns", "new_first", "clear_first", "points"])


def order(*lines, seed=SEED, **changes):
    return ranked(*lines, seed=seed, **changes)["application_id"].tolist()


def outcomes(*lines, places, **more):
    table = allocated(*lines, places=places, **more)
    shown = {"place": lambda row: int(row.place_year), "waiting": lambda row: f"gaida {row.waiting}"}
    return {row.application_id: shown.get(row.outcome, lambda row: row.outcome)(row) for row in table.itertuples()}


# Ranking


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        ("new_first", ["both", "novelty", "question", "none"]),
        ("clear_first", ["both", "question", "novelty", "none"]),
        ("points", ["both", "question", "novelty", "none"]),
    ],
)
def test_each_reading_of_the_two_priorities_has_its_order(reading, expected):
    assert order(*ALL_FOUR, rule__reading=reading, rule__weight_of_new=3) == expected


def test_in_the_middle_the_two_groups_take_turns():
    places = [frozenset(pair) for pair in zip(*[iter(order(*MIDDLE))] * 2, strict=True)]
    assert places == [{"N1", "E1"}, {"N2", "E2"}, {"N3", "E3"}]


def test_both_priorities_stand_before_one_and_one_before_none():
    found = order(*ALL_FOUR)
    assert (found[0], found[-1]) == ("both", "none")


def test_a_group_that_runs_out_leaves_its_turns_to_the_other():
    found = order("N1 new 6", "E1 existing 12", "E2 existing 11", "E3 existing 10")
    assert found[2:] == ["E2", "E3"]


@pytest.mark.parametrize(("weight", "first"), [(2, "old"), (4, "new")])
def test_the_weight_of_new_decides_in_the_reading_by_points(weight, first):
    assert order("new new 5", "old existing 8", rule__reading="points", rule__weight_of_new=weight)[0] == first


def test_exactly_the_threshold_is_clear_and_a_hair_below_is_not():
    assert graded("A existing 7", "B existing 20/3")["tier"].tolist() == [1, 0]


def test_unclear_novelty_counts_as_existing():
    assert graded("A unclear 8")["tier"].tolist() == graded("A existing 8")["tier"].tolist()


@pytest.mark.parametrize("reading", ["taking_turns", "new_first", "clear_first", "points"])
def test_who_is_not_marked_yet_stands_after_the_marked_ones_of_equal_novelty(reading):
    assert order("A existing –", "B existing 0", rule__reading=reading) == ["B", "A"]


def test_in_the_reading_by_points_who_is_not_marked_yet_stands_last():
    assert order("A new –", "B existing 1", rule__reading="points") == ["B", "A"]


def test_equal_applications_are_ordered_by_the_smaller_ticket():
    table = graded("A new 8", "B new 8", "C new 8").assign(ticket=["3", "1", "2"])
    assert rank(table)["application_id"].tolist() == ["B", "C", "A"]


def test_equal_places_of_the_two_groups_are_ordered_by_the_smaller_ticket():
    table = graded("N new 5", "E existing 9")
    assert rank(table.assign(ticket=["1", "2"]))["application_id"].tolist() == ["N", "E"]
    assert rank(table.assign(ticket=["2", "1"]))["application_id"].tolist() == ["E", "N"]


def test_before_the_lot_equal_ranks_print_as_equal():
    table = ranked("A new 9", "B new 8", "C new 8", "D new 7")
    assert table[["rank_from", "rank_to"]].to_numpy().tolist() == [[1, 1], [2, 3], [2, 3], [4, 4]]
    assert table["rank"].isna().all()


@pytest.mark.parametrize(
    "lines",
    [
        ("A new 8", "B new 8", "C existing 3", "D existing 3"),
        ("N1 new 6", "N2 new 6", "E1 existing 9", "E2 existing 8", "E3 existing 8"),
        ("N1 new 6", "E1 existing 9", "E2 existing 9", "E3 existing 9", "E4 existing 7"),
        ("N1 new 6", "N2 new 6", "N3 new 5", "E1 existing 7", "B new 9"),
        ("N1 new 6", "N2 new 6", "N3 new 6", "E1 existing 9", "E2 existing 9"),
    ],
)
def test_the_bounds_of_a_rank_are_exactly_what_every_possible_lot_can_give(lines):
    table, reached = graded(*lines), {}
    for tickets in permutations("12345"[: len(lines)]):
        for key, number in column(rank(table.assign(ticket=list(tickets))), "rank").items():
            reached.setdefault(key, set()).add(number)
    bounds = rank(table).set_index("application_id")
    assert {key: (min(seen), max(seen)) for key, seen in reached.items()} == {
        key: (bounds.loc[key, "rank_from"], bounds.loc[key, "rank_to"]) for key in bounds.index
    }


@given(FIELD, READING, st.integers(10**19, 10**20 - 1))
def test_no_lot_leaves_the_bounds(lines, reading, seed):
    table = ranked(*lines, seed=str(seed), rule__reading=reading)
    assert table["rank"].tolist() == list(range(1, len(lines) + 1))
    assert (table["rank_from"] <= table["rank"]).all()
    assert (table["rank"] <= table["rank_to"]).all()


@given(FIELD, READING, st.sampled_from([SEED, None]), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(lines, reading, seed, chance):
    turned = chance.sample(lines, len(lines))
    columns = ["application_id", "rank", "rank_from", "rank_to"]
    one, other = (ranked(*rows, seed=seed, rule__reading=reading)[columns] for rows in (lines, turned))
    pd.testing.assert_frame_equal(one, other)


@given(FIELD, READING)
def test_a_withdrawal_moves_nobody_else_within_a_tier_and_group(lines, reading):
    table = ranked(*lines, seed=SEED, rule__reading=reading)
    for _, own in table.groupby(["tier", "group"]):
        for key in own["application_id"]:
            rest = ranked(*(line for line in lines if not line.startswith(key)), seed=SEED, rule__reading=reading)
            kept = [k for k in rest["application_id"] if k in set(own["application_id"])]
            assert kept == [k for k in own["application_id"] if k != key]


@given(FIELD, READING)
def test_more_clarity_never_costs_a_rank_in_its_own_group(lines, reading):
    table = ranked(*lines, seed=SEED, rule__reading=reading)
    for _, own in table.groupby(["tier", "group"]):
        assert own["points"].map(float).is_monotonic_decreasing


def raised(lines, which):
    key, novelty, points = lines[which].split()
    return [*lines[:which], f"{key} {novelty} {int(points) + 1}", *lines[which + 1 :]]


@given(st.lists(st.tuples(st.sampled_from(["new", "existing"]), st.integers(0, 11)), min_size=2, max_size=7), st.data())
def test_one_point_more_never_makes_the_own_rank_worse(rows, data):
    lines = [f"K-{i:02} {novelty} {points}" for i, (novelty, points) in enumerate(rows, 1)]
    which = data.draw(st.integers(0, len(lines) - 1))
    key = lines[which].split()[0]
    before, after = (column(ranked(*field, seed=SEED), "rank")[key] for field in (lines, raised(lines, which)))
    assert after <= before


def test_nobody_can_be_ranked():
    table = ranked()
    assert len(table) == 0
    assert {"rank", "rank_from", "rank_to"} <= set(table)


# Places


def test_the_ranking_fills_the_years_in_order_and_the_rest_wait():
    assert outcomes("A new 9", "B new 8", "C existing 4", "D existing 3", places={2024: 1, 2023: 1}) == {
        "A": 2023, "B": 2024, "C": "gaida 1", "D": "gaida 2",
    }  # fmt: skip


@pytest.mark.parametrize(("places", "year"), [({2023: 0, 2024: 1}, 2024), ({2023: 1, 2024: 0}, 2023)])
def test_a_year_without_places_is_passed_over(places, year):
    assert outcomes("A new 9", "B new 8", places=places) == {"A": year, "B": "gaida 1"}


def test_no_places_at_all_leave_everyone_waiting():
    assert outcomes("A new 9", "B new 8", places={2023: 0}) == {"A": "gaida 1", "B": "gaida 2"}


def test_a_tie_across_the_cut_is_left_to_the_lot():
    assert outcomes("A new 9", "B new 8", "C new 8", "D new 7", places={2023: 2}) == {
        "A": 2023,
        "B": "lot",
        "C": "lot",
        "D": "gaida 1",
    }


def test_a_tie_across_two_years_is_left_to_the_lot():
    assert outcomes("A new 8", "B new 8", places={2023: 1, 2024: 1}) == {"A": "lot", "B": "lot"}


def test_a_tie_with_no_place_at_stake_needs_no_lot():
    assert outcomes("A new 8", "B new 8", "C new 7", places={2023: 2}) == {"A": 2023, "B": 2023, "C": "gaida 1"}


def test_with_a_seed_the_lot_gives_the_place_to_the_smaller_ticket():
    winner = min(
        "BC", key=lambda key: ranked("B new 8", "C new 8", seed=SEED).set_index("application_id").loc[key, "ticket"]
    )
    found = outcomes("B new 8", "C new 8", places={2023: 1}, seed=SEED)
    assert found[winner] == 2023
    assert sorted(map(str, found.values())) == ["2023", "gaida 1"]


def test_an_override_takes_one_place_of_its_year_and_shows_its_reason():
    told = decisions("D override 2023 reason=Iemesls.")
    table = allocated("A new 9", "B new 8", "D existing 1", places={2023: 1, 2024: 1}, decided=told)
    assert column(table, "place_year") == {"A": 2024, "B": None, "D": 2023}
    assert column(table, "override") == {"A": "", "B": "", "D": "Iemesls."}


def test_an_override_for_a_code_nobody_has_takes_no_place():
    assert outcomes("A new 9", places={2023: 1}, decided=decisions("K-99 override 2023")) == {"A": 2023}


@pytest.mark.parametrize("value", ["nākamgad", ""])
def test_an_override_without_a_year_gives_nothing_and_stops_nothing(value):
    assert outcomes("A new 9", "B new 8", places={2023: 1}, decided=decisions(f"B override '{value}'"))["A"] == 2023


def test_overrides_cannot_give_more_places_than_a_year_has():
    table = allocated("A new 9", "B new 8", places={2023: 1}, decided=decisions("A override 2023", "B override 2023"))
    assert (table["place_year"] == 2023).sum() <= 1


def test_late_applications_wait_after_everyone_by_arrival():
    late = scored("Z new 12", "Y new 1").assign(state="late")
    late["submitted_at"] = late["submitted_at"].iloc[::-1].to_numpy()
    table = allocate(
        pd.concat([scored("A new 9", "B existing 0"), late]), ranked("A new 9", "B existing 0"), {2023: 1}, decisions()
    )
    assert column(table, "waiting") == {"A": None, "B": 1, "Y": 2, "Z": 3}


def test_who_is_not_eligible_has_no_place_and_does_not_wait():
    both = pd.concat([scored("A new 9"), scored("B new 9").assign(state="outside")])
    table = allocate(both, ranked("A new 9"), {2023: 2}, decisions())
    assert column(table, "outcome") == {"A": "place", "B": "none"}


def test_decided_applications_stand_in_the_order_of_their_rank():
    lines = ("N1 new 6", "N2 new 5", "E1 existing 9", "E2 existing 9", "E3 existing 9")
    for seed in ("1" * 20, "2" * 20, "3" * 20, "4" * 20, "5" * 20):
        assert allocated(*lines, places={2023: 1}, seed=seed)["rank"].tolist() == [1, 2, 3, 4, 5]


@given(FIELD, st.dictionaries(st.integers(2023, 2025), st.integers(0, 3), min_size=1), st.sampled_from([SEED, None]))
def test_places_given_never_exceed_places_planned_and_none_is_kept_back(lines, places, seed):
    table = allocated(*lines, places=places, seed=seed)
    given_by_year = table["place_year"].value_counts()
    assert all(given_by_year.get(year, 0) <= count for year, count in places.items())
    assert sorted(table["application_id"]) == [line.split()[0] for line in lines]
    open_to_lot = (table["outcome"] == "lot").any()
    assert open_to_lot or table["place_year"].notna().sum() == min(len(lines), sum(places.values()))
    assert table["waiting"].dropna().tolist() == sorted(table["waiting"].dropna())


@given(FIELD, st.integers(0, 4), st.integers(10**19, 10**20 - 1))
def test_no_lot_takes_back_what_was_certain_before_it(lines, places, seed):
    before, after = (column(allocated(*lines, places={2023: places}, seed=s), "outcome") for s in (None, str(seed)))
    assert all(after[key] == outcome for key, outcome in before.items() if outcome != "lot")
    assert set(after.values()) <= {"place", "waiting"}


def test_nobody_applied():
    assert len(allocated(places={2023: 7})) == 0


# The frozen list


def test_the_frozen_list_decides_and_newcomers_do_not_compete():
    entries = frozen("A new 9", "B new 8").entries.assign(ticket="")
    decided = allocate(scored("A new 1", "B new 8", "C new 12"), rank(entries), {2023: 3}, decisions())
    assert column(decided, "outcome") == {"A": "place", "B": "place", "C": "waiting"}
    assert column(decided, "rank_from") == {"A": 1, "B": 2, "C": None}


@given(FIELD, st.integers(0, 7))
def test_who_drops_out_is_skipped_and_nobody_else_moves(lines, gone):
    seeded = ranked(*lines, seed=SEED)
    left = [line for line in scored(*lines)["application_id"] if line != f"K-{gone + 1:02}"]
    table = scored(*lines)
    table = table.assign(state=table["state"].where(table["application_id"].isin(left), "set_aside"))
    decided = allocate(table, seeded, {2023: 2, 2024: 2}, decisions())
    before = allocate(scored(*lines), seeded, {2023: 2, 2024: 2}, decisions())
    order = [key for key in before["application_id"] if key in left]
    assert [key for key in decided["application_id"] if key in left] == order
    given = [key for key in order if column(decided, "outcome")[key] == "place"]
    assert given == order[:4]


def test_the_ranks_that_a_lot_decided_among_are_told_after_it_too():
    table = ranked("A new 8", "B new 8", "C new 8", "D new 7", seed=SEED)
    assert table[["rank_from", "rank_to", "rank"]].to_numpy().tolist() == [[1, 3, 1], [1, 3, 2], [1, 3, 3], [4, 4, 4]]


def test_who_is_on_the_list_and_in_no_export_any_more_has_no_place():
    decided = allocate(scored("B new 7", "C new 6"), ranked("A new 8", "B new 7", "C new 6"), {2023: 1}, decisions())
    assert column(decided, "outcome") == {"B": "place", "C": "waiting"}


def test_years_fill_in_the_order_that_was_frozen():
    past = Past(years=(2024, 2023))
    decided = allocate(
        scored("A new 8", "B new 7"), ranked("A new 8", "B new 7"), {2023: 1, 2024: 1}, decisions(), past=past
    )
    assert column(decided, "place_year") == {"A": 2024, "B": 2023}
    assert decided.index.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("kept", "dropped"),
    [
        (Kept(), True),
        (Kept(offered=frozenset("A"), places={"A": Outcome("place", 2023)}, holders={"A": 2023}), False),
        (Kept(dropped=frozenset("A")), True),
    ],
)
def test_who_dropped_out_after_the_settled_day_loses_the_place_but_its_year_is_told(kept, dropped):
    lines, told = ("B new 7", "A new 8"), decisions("A withdrawn on=2023-09-06", "A eligible on=2023-09-07")
    past = Past(settled=date(2023, 9, 5))
    decided = allocate(scored(*lines), ranked(*lines), {2023: 1}, told, past=past, kept=kept)
    assert column(decided, "dropped") == {"A": dropped, "B": False}
    assert column(decided, "given_year") == {"A": 2023, "B": None}
    assert column(decided, "place_year") == {"A": None if dropped else 2023, "B": None}
    assert decided.index.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ({}, {"A": 2023, "B": 2024, "C": None}),
        ({"places": {"C": Outcome("place", 2023)}, "holders": {"C": 2023}}, {"C": 2023, "A": 2024, "B": None}),
        ({"places": {"A": Outcome("place", 2024)}, "holders": {"A": 2024}}, {"A": 2024, "B": 2023, "C": None}),
        ({"places": {"A": Outcome("place", 2023)}, "dropped": frozenset("A")}, {"A": None, "B": 2023, "C": 2024}),
        ({"offered": frozenset("A")}, {"A": None, "B": 2023, "C": 2024}),
    ],
)
def test_offers_made_before_a_slip_of_the_seed_was_corrected_keep_their_places(kept, expected):
    lines, slip = ("A new 8", "B new 7", "C new 6"), Kept(**{"offered": frozenset(kept.get("places", ()))} | kept)
    decided = allocate(scored(*lines), ranked(*lines, seed=SEED), {2023: 1, 2024: 1}, decisions(), kept=slip)
    assert column(decided, "place_year") == expected


def test_a_place_out_of_turn_counts_towards_a_minimum_and_a_drop_out_frees_it():
    """Minimum, out of turn and drop-out together; years stay once given."""
    lines = ("A new 9", "B new 8", "C new 7", "D new 6")
    table = scored(*lines).assign(municipality=["Mārupes novads", "Mārupes novads", "Olaines novads", "Olaines novads"])
    order, minimum = ranked(*lines, seed=SEED), {"Olaines novads": 1}
    found = allocate(table, order, {2023: 2}, decisions(), minimum)
    assert column(found, "outcome") == {"A": "place", "C": "place", "B": "waiting", "D": "waiting"}
    assert column(found, "minimum") == {"A": "", "B": "taken", "C": "given", "D": ""}
    found = allocate(table, order, {2023: 2}, decisions("D override 2023"), minimum)
    assert column(found, "outcome") == {"A": "place", "D": "place", "B": "waiting", "C": "waiting"}
    assert set(found["minimum"]) == {""}
    table = table.assign(state=table["state"].where(table["application_id"].ne("C"), "withdrawn"))
    found = allocate(table, order, {2023: 2}, decisions(), minimum)
    assert column(found, "outcome") == {"A": "place", "D": "place", "B": "waiting", "C": "none"}


def test_before_the_lot_one_who_dropped_out_among_equals_leaves_open_who_is_ahead():
    lines = ("A new 3", "B existing 9", "C existing 9")  # A and one of the equals stand first in their groups
    table = scored(*lines).assign(state=["eligible", "eligible", "withdrawn"])
    found = allocate(table, ranked(*lines), {2023: 1}, decisions("C withdrawn"))
    assert column(found, "outcome") == {"A": "lot", "B": "lot", "C": "none"}


# Minimum places of a municipality


def with_minimum(*lines, towns, minimum, places, seed=SEED, told=()):
    table = scored(*lines).assign(municipality=towns)
    return allocate(table, ranked(*lines, seed=seed), places, decisions(*told), minimum)


FOUR = ("A new 9", "B new 8", "C new 5", "D existing 3")


def test_a_minimum_goes_first_and_shows_who_gained_and_who_lost_by_it():
    table = with_minimum(*FOUR, towns=["M", "M", "M", "O"], minimum={"O": 1}, places={2023: 1, 2024: 1})
    assert column(table, "place_year") == {"A": 2023, "B": None, "C": None, "D": 2024}
    assert column(table, "minimum") == {"A": "", "B": "taken", "C": "", "D": "given"}
    assert column(table, "waiting") == {"A": None, "B": 1, "C": 2, "D": None}
    anchors = summarise_anchors(tidy_marks(marks(), conflicts()), decisions())
    told = column(give_reasons(table, anchors, programme(), final=True), "reason")
    assert told["D"].endswith("Konsultācija 2024. gadā – pēc novada minimuma, ko piešķir vispirms.")
    assert told["B"].endswith(
        "Pēc kārtas šī konsultācija piešķirta novadam, kam paredzēts minimums. Gaidīšanas sarakstā 1. pēc kārtas."
    )


def test_a_minimum_that_is_met_anyway_or_by_an_override_changes_nothing():
    plain = with_minimum(*FOUR, towns=["M", "O", "M", "O"], minimum={}, places={2023: 2})
    for minimum in ({"O": 1}, {"M": 1}):
        met = with_minimum(*FOUR, towns=["M", "O", "M", "O"], minimum=minimum, places={2023: 2})
        pd.testing.assert_frame_equal(met, plain)
    told = ["D override 2023"]
    table = with_minimum(*FOUR, towns=["M", "M", "M", "O"], minimum={"O": 1}, places={2023: 2}, told=told)
    assert column(table, "outcome") == {"A": "place", "B": "waiting", "C": "waiting", "D": "place"}


def test_before_the_lot_a_minimum_makes_certain_what_no_lot_can_change():
    lines = ("A new 8", "B new 8", "C new 5")
    table = with_minimum(*lines, towns=["M", "O", "O"], minimum={"O": 1}, places={2023: 1}, seed=None)
    assert column(table, "outcome") == {"A": "waiting", "B": "place", "C": "waiting"}
    assert column(table, "minimum") == {"A": "", "B": "", "C": ""}


TIED = st.lists(
    st.tuples(st.sampled_from(["new 5", "new 6", "new 8", "existing 8", "existing 9"]), st.sampled_from("MOP")),
    min_size=2,
    max_size=4,
)


@settings(max_examples=12 * MANY)
@given(TIED, st.sets(st.integers(0, 4), max_size=2), st.sampled_from([{}, {"O": 1}, {"O": 1, "P": 1}]), PLACES)
def test_before_the_lot_what_is_said_is_what_every_lot_gives(rows, gone, minimum, places):
    lines = [f"K-{i:02} {line}" for i, (line, _) in enumerate(rows)]
    table = scored(*lines).assign(municipality=[town for _, town in rows])
    table["state"] = ["set_aside" if i in gone else "eligible" for i in range(len(rows))]
    entries, ways = graded(*lines), {}
    for tickets in permutations("12345"[: len(rows)]):
        lot = allocate(table, rank(entries.assign(ticket=list(tickets))), places, decisions(), minimum)
        for row in lot.itertuples():
            ways.setdefault(row.application_id, set()).add((row.outcome, row.place_year))
    before = allocate(table, rank(entries), places, decisions(), minimum)
    for row in before.itertuples():
        if row.outcome != "lot":
            assert ways[row.application_id] == {(row.outcome, row.place_year)}
        elif not minimum:
            assert len(ways[row.application_id]) > 1


def test_who_dropped_out_may_have_stood_behind_so_waiting_is_not_certain():
    lines = ("K-01 new 5", "K-02 new 5", "K-03 new 5", "K-04 existing 9", "K-05 existing 8")
    table = scored(*lines)
    table["state"] = ["set_aside", *["eligible"] * 4]
    decided = allocate(table, ranked(*lines), {2023: 2}, decisions())
    assert column(decided, "outcome")["K-05"] == "lot"


def test_of_three_equal_ones_for_two_places_one_drops_out_and_the_others_are_certain():
    lines = ("A new 8", "B new 8", "C new 8")
    table = scored(*lines).assign(state=["set_aside", "eligible", "eligible"])
    assert column(allocate(table, ranked(*lines), {2023: 2}, decisions()), "outcome") == {
        "A": "none", "B": "place", "C": "place",
    }  # fmt: skip


@given(FIELD, st.lists(st.sampled_from("MO"), min_size=8, max_size=8), st.integers(0, 3), st.integers(0, 3))
def test_a_minimum_is_kept_as_far_as_there_are_applications(lines, towns, least, places):
    table = with_minimum(*lines, towns=towns[: len(lines)], minimum={"O": min(least, places)}, places={2023: places})
    given_there = (table["outcome"].eq("place") & table["municipality"].eq("O")).sum()
    assert given_there >= min(least, places, table["municipality"].eq("O").sum())
    assert table["outcome"].eq("place").sum() == min(places, len(lines))


# Laws


SURE = st.lists(st.tuples(st.sampled_from(["new", "existing"]), st.integers(0, 11)), min_size=1, max_size=7)


def placed(*lines, places, reading="taking_turns", minimum=None, towns=None):
    table = scored(*lines)
    table = table if towns is None else table.assign(municipality=towns[: len(table)])
    given_to = allocate(table, ranked(*lines, seed=SEED, rule__reading=reading), places, decisions(), minimum)
    return {key for key, outcome in column(given_to, "outcome").items() if outcome == "place"}


@settings(max_examples=12 * MANY)
@given(SURE, PLACES, READING, st.data())
def test_raising_a_mark_never_loses_a_place(rows, places, reading, data):
    lines = [f"K-{i:02} {novelty} {points}" for i, (novelty, points) in enumerate(rows, 1)]
    which = data.draw(st.integers(0, len(lines) - 1))
    towns = data.draw(st.lists(st.sampled_from("MO"), min_size=7, max_size=7))
    minimum = {"O": data.draw(st.integers(0, 2))}
    before, after = (
        placed(*field, places=places, reading=reading, minimum=minimum, towns=towns)
        for field in (lines, raised(lines, which))
    )
    assert f"K-{which + 1:02}" not in before or f"K-{which + 1:02}" in after


@settings(max_examples=12 * MANY)
@given(FIELD, PLACES, READING)
def test_names_of_communities_and_ineligible_rows_change_nothing(lines, places, reading):
    order = ranked(*lines, seed=SEED, rule__reading=reading)
    plain = allocate(scored(*lines), order, places, decisions())
    renamed = scored(*lines).assign(community="Cits nosaukums")
    outsider = scored("X-99 new 12").assign(state="outside")
    more = pd.concat([outsider, renamed], ignore_index=True)
    table = allocate(more, order, places, decisions())
    columns = ["application_id", "outcome", "place_year", "rank", "waiting"]
    kept = table[table["application_id"].ne("X-99")][columns].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, plain[columns])
