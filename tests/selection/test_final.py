"""What stands before a final result, and which questions still stand once an application is out or settled."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from builders import (
    SEED,
    allocated,
    codes,
    conflicts,
    decisions,
    frozen,
    graded,
    marks,
    programme,
    ranked,
    scored,
)  # fmt: skip

from mentoring_lib.base.columns import MARKS_SHEET
from mentoring_lib.base.problems import Problem
from mentoring_lib.selection.allocation import allocate, rank
from mentoring_lib.selection.eligibility import LACKING
from mentoring_lib.selection.final import OUT, check_settled, concerns_selection, find_blockers, keep_open
from mentoring_lib.selection.scoring import summarise_anchors, tidy_marks

CELL = "pieteikumi.xlsx", "Atbildes", 2


@pytest.mark.parametrize(
    ("settled", "told"),
    [(None, []), ("2023-08-31", []), ("2023-08-30", []), ("2023-08-29", ["30.08.2023 plkst. 21.30"])],
)
def test_nothing_is_decided_or_offered_before_the_lot(settled, told):
    on = settled and date.fromisoformat(settled)
    found = check_settled(on, frozen("A new 9"), programme())
    assert [one.details for one in found] == told
    assert check_settled(on, None, programme()) == []
    undrawn = programme(lottery__seed=None, lottery__drawn_at=None)
    for day, count in ((date(2023, 8, 23), 1), (date(2023, 8, 24), 0)):  # of the freeze
        assert len(check_settled(day, frozen("A new 9"), undrawn)) == count


def test_a_municipality_corrected_after_the_freeze_gives_no_minimum_place_in_silence():
    least = {"minimum_places": {"Olaines novads": 1}}
    moved = graded("A new 9").assign(municipality="Olaines novads")
    decided = allocated("A new 9", places={2023: 1}, seed=SEED)
    nothing = summarise_anchors(tidy_marks(marks(), conflicts()), decisions())
    for told, stands in (((), True), (("A novelty jauna",), True), (("A other on=2023-08-24",), False)):
        list_, settled = frozen("A new 9", **least), programme(**least)
        found = find_blockers(decided, nothing, moved, list_, decisions(*told), settled)
        assert ("freeze_differs" in codes(found)) == stands


@pytest.mark.parametrize(
    ("state", "novelty", "problem", "stands"),
    [
        ("eligible", "new", Problem("value_missing", *CELL, "email"), True),
        *((state, "new", Problem("value_missing", *CELL, "email"), False) for state in OUT),
        *(("unsettled", "new", Problem("value_missing", *CELL, name), True) for name in ("municipality", "consent")),
        *(("eligible", "new", Problem("value_missing", *CELL, name), False) for name in ("municipality", "consent")),
        ("unsettled", "new", Problem("moment_unreadable", *CELL, "submitted_at"), True),
        ("late", "new", Problem("moment_unreadable", *CELL, "submitted_at"), False),
        ("eligible", "unclear", Problem("value_missing", *CELL, "started"), True),
        ("eligible", "existing", Problem("value_missing", *CELL, "started"), False),
        ("unsettled", "new", Problem("value_missing", *CELL, "started"), False),
        ("withdrawn", "new", Problem("phone_invalid", *CELL, "email"), True),
        ("outside", "new", Problem("moment_far", *CELL, "submitted_at"), True),
        ("outside", "new", Problem("value_missing", "citi.xlsx", *CELL[1:], "email"), True),
        ("outside", "new", Problem("value_missing", *CELL[:2], None, "email"), True),
        ("outside", "new", Problem("mark_gap", "v.xlsx", MARKS_SHEET, 2, application_id="A"), False),
        ("eligible", "new", Problem("mark_gap", "v.xlsx", MARKS_SHEET, 2, application_id="A"), True),
        ("outside", "new", Problem("mark_gap", "v.xlsx", MARKS_SHEET, 2, application_id="B"), True),
        ("outside", "new", Problem("value_missing", "d.xlsx", "Notikumi", 2, application_id="A"), True),
    ],
)
def test_a_question_stands_while_its_application_competes_and_nobody_has_settled_it(state, novelty, problem, stands):
    lines = ("A new 9", "B new 8")
    decided = allocated(*lines, places={2023: 1}, seed=SEED)
    of_a = decided["application_id"].eq("A")
    decided = decided.assign(state=decided["state"].mask(of_a, state), novelty=decided["novelty"].mask(of_a, novelty))
    assert keep_open([problem], decided) == ([problem] if stands else [])


@pytest.mark.parametrize(
    ("sheet", "column", "blocks"),
    [("Lēmumi", "decision", True), ("Lēmumi", "who", False), ("Notikumi", "mode", False), ("Atbildes", "email", False),
     ("Atbildes", "municipality", False)],
)  # fmt: skip
def test_only_what_can_change_who_gets_a_place_keeps_the_outcome_open(sheet, column, blocks):
    assert concerns_selection(Problem("choice_unknown", "d.xlsx", sheet, 3, column)) is blocks


def test_a_code_that_stands_twice_keeps_it_open_though_nobody_typed_it():
    assert concerns_selection(Problem("application_id_twice", "p.xlsx", "Atbildes", 3, "application_id"))


def blockers(*lines, list_=None, told=(), marked=(), **changes):
    settled = programme(**changes)
    now = graded(*lines, seed=settled.lottery.seed)
    decided = allocate(scored(*lines), rank(now), settled.places, decisions(*told))
    anchors = summarise_anchors(tidy_marks(marks(*marked), conflicts()), decisions(*told))
    return find_blockers(decided, anchors, now, list_, decisions(*told), settled)


def test_nothing_stands_between_a_settled_call_and_its_final_result():
    assert blockers("A new 9", list_=frozen("A new 9")) == []


@pytest.mark.parametrize(
    ("lines", "more", "expected"),
    [
        (["A new 9"], {"rule__decided_on": None}, ["rule_undated"]),
        (["A unclear 9"], {}, ["novelty_unclear"]),
        (["A new –"], {}, ["mark_missing"]),
        (["A new 9"], {"marked": ["A Ilze 3 3 3 3", "A Andris 0 3 3 3"]}, ["mark_gap"]),
        (["A new 9"], {"marked": ["A Ilze 3 3 3 3", "A Andris 0 3 3 3"], "told": ["A agreed_question 1"]}, []),
        (["A new 9", "B new 9"], {"places": {2023: 1}, "lottery__seed": None}, ["seed_missing"]),
        (["A new 9", "B new 9"], {"places": {2023: 2}, "lottery__seed": None}, []),
        (["A new 12", "B new 9", "C new 9"], {"places": {2023: 1}, "lottery__seed": None}, ["seed_missing"]),
        (["A new 12", "B new 9", "C new 8"], {"places": {2023: 1}, "lottery__seed": None}, []),
        (["A new 9", "B new 9"], {"places": {2023: 1}}, []),
    ],
)
def test_what_is_missing_for_a_final_result_is_listed(lines, more, expected):
    settings = {name: value for name, value in more.items() if "__" in name or name == "places"}
    assert codes(blockers(*lines, list_=frozen(*lines, **settings), **more)) == expected


def test_without_a_freeze_nothing_is_final():
    assert codes(blockers("A new 9")) == ["freeze_missing"]


def test_minimums_beyond_the_places_are_told_before_the_freeze_and_do_not_bar_the_settings():
    assert codes(blockers("A new 9", minimum_places={"Olaines novads": 5})) == ["freeze_missing", "minimum_over"]
    assert codes(blockers("A new 9", minimum_places={"Olaines novads": 4})) == ["freeze_missing"]


@pytest.mark.parametrize(
    ("reason", "where"),
    [
        ("Varbūt dublikāts; jāizlemj", "Izlemiet lapā «Lēmumi»."),
        ("Nav skaidrs, vai dota piekrišana datu apstrādei", "Izlemiet lapā «Lēmumi»."),
        *((reason.rstrip("."), "Noskaidrojiet un ierakstiet lapā «Labojumi»; ja pieteikums neatbilst, tā izlemiet lapā "
           "«Lēmumi».") for reason in LACKING),
    ],
)  # fmt: skip
def test_an_unsettled_application_blocks_with_its_reason_and_says_what_settles_it(reason, where):
    table = scored("A new 9").assign(state="unsettled", state_reason=f"{reason}.")
    decided = allocate(table, ranked(), {2023: 1}, decisions())
    nothing = summarise_anchors(tidy_marks(marks(), conflicts()), decisions())
    (problem,) = find_blockers(decided, nothing, graded(), frozen(), decisions(), programme())
    assert (problem.message, problem.advice) == (f"pieteikums nav izlemts: {reason}", where)


def test_a_change_since_the_freeze_needs_a_decision():
    (problem,) = blockers("A new 5", list_=frozen("A new 9"))
    assert problem.message == "pēc noslēgšanas citādi nekā sarakstā (līmenis; grupa; punkti): A: 2;all;9 → 1;new;5"
    assert blockers("A new 5", list_=frozen("A new 9"), told=["A other"]) == []


@pytest.mark.parametrize(
    ("kind", "now", "told", "explains"),
    [
        ("gone", [], "A withdrawn", True),
        ("gone", [], "A ineligible on=2023-08-24", True),
        ("gone", [], "A ineligible on=2023-08-23", False),
        ("gone", [], "A other", False),
        ("gone", [], "B ineligible", False),
        ("changed", ["A new 5"], "A other", True),
        ("changed", ["A new 5"], "A other on=2023-08-23", False),
        ("changed", ["A new 5"], "A eligible", False),
        ("new", ["A new 9", "B new 8"], "B eligible", True),
        ("new", ["A new 9", "B new 8"], "B not_duplicate A", True),
        ("new", ["A new 9", "B new 8"], "A not_duplicate B", True),
        ("new", ["A new 9", "B new 8"], "B eligible on=2023-08-23", False),
        ("new", ["A new 9", "B new 8"], "B other", False),
    ],
)
def test_a_decision_explains_a_difference_if_it_fits_and_is_not_older_than_the_freeze(kind, now, told, explains):
    found = codes(blockers(*now, list_=frozen("A new 9"), told=[told]))
    assert found.count("freeze_differs") == (0 if explains else 1), kind


def test_each_anchor_needs_as_many_marks_as_the_rule_asks_unless_one_was_agreed():
    one = {"marked": ["A Ilze 3 3 3 3"], "rule__least_markers": 2}
    list_ = frozen("A new 12", rule__least_markers=2)
    found = blockers("A new 12", list_=list_, **one)
    assert found[0].message == "par maz vērtējumu: Konkrēts jautājums: 1 no 2"
    assert codes(found) == ["marks_few"] * 4
    agreed = [f"A agreed_{anchor} 3" for anchor in ("question", "situation", "obstacle", "outcome")]
    assert blockers("A new 12", list_=list_, told=agreed, **one) == []
    assert blockers("A new 12", list_=list_, **one | {"marked": ["A Ilze 3 3 3 3", "A Andris 3 3 3 3"]}) == []


def test_the_whole_list_is_told_at_once():
    found = codes(blockers("A unclear –", "B new 9", rule__decided_on=None))
    assert found == ["rule_undated", "novelty_unclear", "mark_missing", "freeze_missing"]


@pytest.mark.parametrize(
    ("decision", "codes_left"), [("not_duplicate B", ["freeze_differs"]), ("other", []), ("override 2023", [])]
)
def test_only_a_fitting_decision_explains_a_change_since_the_freeze(decision, codes_left):
    lines = ("A new 1", "B new 8")
    found = blockers(*lines, list_=frozen("A new 9", "B new 8"), told=(f"A {decision}",))
    assert [problem.code for problem in found if problem.code == "freeze_differs"] == codes_left


def test_without_a_day_of_the_freeze_any_decision_explains():
    list_ = replace(frozen("A new 9"), frozen_at=None)
    assert "freeze_differs" not in codes(blockers("A new 5", list_=list_, told=["A other on=2023-01-01"]))
    assert "freeze_differs" in codes(blockers("A new 5", list_=list_))


def test_marks_of_who_is_out_and_anchors_that_nobody_marked_dispute_nothing():
    table = scored("A new –", "B unclear 9").assign(state=["eligible", "withdrawn"])
    decided = allocate(table, ranked("A new –"), {2023: 1}, decisions())
    told = marks("A Ilze – – – –", "B Ilze 3 3 3 3", "B Andris 0 3 3 3")
    anchors, settled = summarise_anchors(tidy_marks(told, conflicts()), decisions()), programme(rule__least_markers=2)
    list_ = frozen("A new –", rule__least_markers=2)
    found = find_blockers(decided, anchors, graded("A new –"), list_, decisions(), settled)
    assert codes(found) == ["mark_missing"]


def test_who_is_tied_is_listed():
    tied = {"places": {2023: 1}, "lottery__seed": None}
    (problem,) = blockers("B new 9", "A new 9", list_=frozen("B new 9", "A new 9", **tied), **tied)
    assert problem.details == "A, B"


def test_those_who_wait_after_the_ranked_with_one_number_wait_for_the_lot():
    settled, lines = programme(places={2023: 1}, lottery__seed=None), ("A new 9", "B new 8", "C new 8")
    table = scored(*lines).assign(state=["eligible", "late", "late"])
    for second, tied in (("00", ["B, C"]), ("01", [])):
        sent = pd.to_datetime(["2023-08-01 10:00:00", "2023-08-22 10:00:00", f"2023-08-22 10:00:{second}"])
        decided = allocate(table.assign(submitted_at=sent.tz_localize("Europe/Riga")), ranked("A new 9"),
                           settled.places, decisions())  # fmt: skip
        anchors = summarise_anchors(tidy_marks(marks(), conflicts()), decisions())
        found = find_blockers(decided, anchors, graded("A new 9"), frozen("A new 9"), decisions(), settled)
        assert [one.details for one in found if one.code == "seed_missing"] == tied
