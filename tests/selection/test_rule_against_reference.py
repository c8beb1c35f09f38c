"""The rule against a second, plain implementation on random programmes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pandas as pd
import pytest
from from_reference import make_decisions, make_settings, run
from reference import generate, rule
from reference.programme import Programme, SeedAmended

from mentoring_lib.selection.select import list_turns
from mentoring_lib.selection.sensitivity import compare_readings
from mentoring_lib.selection.what_if import find_nearest


def compare(one: Programme) -> list[str]:
    """Every difference between the library and the reference: ours / theirs."""
    selected, expected = run(one), rule.select(one)
    found = []

    def check(what, ours, theirs):
        if ours != theirs:
            found.append(f"{what}: {ours} / {theirs}")

    rows = {row.application_id: row for row in selected.decided.itertuples()}
    before_lot = one.seed is None
    check("codes", sorted(rows), sorted(expected.state))
    for key, row in rows.items():
        entry, given = expected.entries.get(key), expected.given.get(key)
        check(f"{key} state", row.state, expected.state[key])
        check(f"{key} novelty", row.novelty, expected.novelty[key])
        check(f"{key} clarity", row.clarity, expected.clarity[key])
        check(f"{key} rank", None if pd.isna(row.rank) else row.rank, expected.rank.get(key))
        if entry is not None:
            check(f"{key} entry", (row.tier, row.group, row.points), (entry.tier, entry.group, entry.points))
            check(f"{key} range", (row.rank_from, row.rank_to), expected.ranges[key])
        if before_lot and row.outcome == "lot" and (one.minimum_places or not expected.exact):
            continue  # under a minimum "lot" may be said of more than need it; a sample of lots may miss one
        year = None if pd.isna(row.place_year) else row.place_year
        check(f"{key} outcome", row.outcome, expected.outcome[key])
        check(f"{key} year", year, given.year if given and expected.outcome[key] == "place" else None)
        if not before_lot:
            check(f"{key} minimum", row.minimum == "given", given is not None and given.minimum == "given")
            check(f"{key} taken", row.minimum == "taken", key in expected.taken and row.outcome == "waiting")
    waits = selected.decided.dropna(subset="waiting").sort_values("waiting")["application_id"].tolist()
    if not selected.decided["outcome"].eq("lot").any():
        check("waiting", waits, expected.waiting)
    turns = list_turns(selected, make_decisions(one), make_settings(one))
    check("claims", list(turns.claims.items()), list(expected.pending.items()))
    check("given", turns.given, {key: given.year for key, given in expected.given.items()})
    if not before_lot and "rank_before" not in selected.decided:  # else offers stay under every reading, here only
        check("readings", *compare_years(one, selected.decided))
    return found


def compare_years(one: Programme, decided: pd.DataFrame) -> tuple[dict, dict]:
    """Years of places under all four readings, by application of the ranking."""
    compared, expected = compare_readings(decided, make_settings(one)), rule.readings(one)
    ours = {(row.application_id, name): getattr(row, name) for row in compared.itertuples() for name in expected}
    theirs = {
        (key, name): str(one_reading.given[key].year) if key in one_reading.given else ""
        for name, one_reading in expected.items()
        for key in compared["application_id"]
    }
    return ours, theirs


SAMPLE = range(6)
SLIPS = [10, 36, 48]


@pytest.mark.parametrize("stage", generate.STAGES)
def test_the_library_says_what_the_reference_says(stage):
    for seed in SAMPLE:
        one = generate.generate(seed, stage)
        assert compare(one) == [], seed


@pytest.mark.parametrize("seed", SLIPS)
def test_a_slip_of_the_seed_corrected_after_an_offer_reorders_only_those_without_one(seed):
    one = generate.generate(seed, "running")
    (slip,) = [change for change in one.amendments if isinstance(change, SeedAmended)]
    assert slip.on >= rule.first_offer(one)
    assert compare(one) == []


# The nearest change


def list_ways(one: Programme, entry: rule.Entry) -> Iterator[tuple[tuple, rule.Entry | None]]:
    """Kind, anchor and mark of everything that could have been different, the smallest first; None is better luck."""
    new, clarity = rule.frozen_merits(entry, one)
    known = rule.before_freeze(one)
    yield ("luck", "", 0), None
    marks = {anchor: rule.final_mark(entry.application_id, anchor, one, known) for anchor in rule.ANCHORS}
    rises = [(Fraction(to) - was, at, to) for at, was in enumerate(marks.values()) for to in range(4) if to > was]
    for size, at, to in sorted(rises):
        changed = rule.make_entry(entry.application_id, new, clarity + size, one, one.reading)
        yield ("mark", rule.ANCHORS[at], to), changed
    if not new:
        yield ("new", "", 0), rule.make_entry(entry.application_id, True, clarity, one, one.reading)
    if clarity < one.clear_from:
        yield ("clear", "", 0), rule.make_entry(entry.application_id, new, Fraction(one.clear_from), one, one.reading)


def gives_place(one: Programme, entry: rule.Entry, changed: rule.Entry | None) -> bool:
    entries = [changed or other if other == entry else other for other in rule.entries_of(one)]
    usual = rule.tickets(one, rule.seed_now(one))
    lucky = entry.application_id if changed is None else ""
    order = rule.rank(entries, lambda key: "0" if key == lucky else usual(key))
    return entry.application_id in rule._give_by(one, order, rule.settled_day(one))[0]


def check_nearest(one: Programme) -> int:
    """How many changes were found true and minimal."""
    selected = run(one)
    nearest = find_nearest(selected.decided, selected.entry_anchors, make_settings(one))
    entries = {entry.application_id: entry for entry in rule.entries_of(one)}
    for key, change in nearest.items():
        told = change and (change.kind, change.anchor, change.mark)
        ways = [way for way, changed in list_ways(one, entries[key]) if gives_place(one, entries[key], changed)]
        assert told == (ways[0] if ways else None), key
    return len(nearest)


def test_the_nearest_change_is_true_and_minimal_also_with_moves_after_the_freeze():
    programmes = [generate.generate(seed, stage) for stage in ("drawn", "decided", "running") for seed in range(8)]
    no_slips = [one for one in programmes if not any(isinstance(change, SeedAmended) for change in one.amendments)]
    assert sum(check_nearest(one) for one in no_slips) > 15
