"""What is settled stays settled: the contract of the freeze, the record of the draw, amendments in the open."""

from dataclasses import replace
from datetime import date, datetime

import pandas as pd
import pytest
from builders import SEED, applications, codes, decisions, frozen, programme

from mentoring_lib.base.stamp import EXAMPLE_NOTICE
from mentoring_lib.selection.contract import draw_by, find_amendments, format_amendments, plan_by
from mentoring_lib.selection.decisions import check_references
from mentoring_lib.selection.lottery import (
    AMENDMENTS_FILE,
    CHECKS,
    DECISION_FILE,
    RECORD_FILE,
    check_lot,
    format_checksum,
    format_receipt,
    format_record,
    read_frozen,
)

LINE = "K-01 new 8"
MOVED = "2023-08-31T21:30:00"
OLD = """KKK-2023
reading=taking_turns;new_from=2021;clear_from=7;weight_of_new=3
seed: Izdomāta izloze; 2023-08-30 vakarā
K-01;2;all;8
"""


def check(*told, record=None, recorded=None, at=None, **changes):
    """Differences found under changed settings, as "key: old → new"."""
    at = at or frozen(LINE)
    files = {RECORD_FILE: format_record(programme() if record is None else record, at)} if record != "none" else {}
    found = check_lot(at, files | (recorded or {}), programme(**changes), decisions(*told))
    return [f"{problem.value}: {problem.details}" for problem in found]


def test_what_stands_as_it_was_settled_is_no_problem():
    assert check() == []
    assert check(record="none") == []
    assert check(record="none", lottery__seed=None, lottery__drawn_at=None) == []


CHANGES = [
    ({"call__code": "KKK-2023-3"}, 'call.code: "KKK-2023" → "KKK-2023-3"'),
    ({"call__deadline": "2023-08-22"}, 'call.deadline: "2023-08-21" → "2023-08-22"'),
    ({"call__time_zone": "Europe/London"}, 'call.time_zone: "Europe/Riga" → "Europe/London"'),
    ({"minimum_places": {"Olaines novads": 2}}, "minimum_places.Olaines novads: – → 2"),
    ({"places": {2023: 3, 2024: 2}}, "places.2023: 2 → 3"),
    ({"places": {2023: 2, 2024: 2, 2025: 1}}, "places.2025: – → 1"),
    ({"rule__decided_on": "2023-09-01"}, 'rule.decided_on: "2023-07-24" → "2023-09-01"'),
    ({"rule__weight_of_new": 4}, "rule.weight_of_new: 3 → 4"),
    ({"rule__least_markers": 2}, "rule.least_markers: 1 → 2"),
    ({"lottery__source": "Keno"}, 'lottery.source: "Izdomāta izloze" → "Keno"'),
    ({"lottery__draw_at": MOVED}, 'lottery.draw_at: "2023-08-30T21:30:00" → "2023-08-31T21:30:00"'),
    ({"lottery__draw_at": None}, 'lottery.draw_at: "2023-08-30T21:30:00" → null'),
    ({"lottery__seed": "9" * 20}, f"lottery.seed: {SEED} → {'9' * 20}"),
    ({"lottery__seed": None}, f"lottery.seed: {SEED} → None"),
    ({"lottery__drawn_at": MOVED}, "lottery.drawn_at: 2023-08-30 21:30:00 → 2023-08-31 21:30:00"),
    ({"lottery__drawn_at": None}, "lottery.drawn_at: 2023-08-30 21:30:00 → –"),
    ({"lottery__witnesses": ["Ilze"]}, "lottery.witnesses: – → Ilze"),
]


@pytest.mark.parametrize(("changes", "told"), CHANGES)
def test_every_change_after_the_draw_names_the_key_with_its_old_and_new_value(changes, told):
    assert told in check(**changes)


def test_a_salt_is_compared_by_its_hash_and_never_written():
    at = frozen(LINE, call__salt="noslēpums")
    assert check(at=at, record=programme(call__salt="noslēpums"), call__salt="noslēpums") == []
    (told,) = check(at=at, record=programme(call__salt="noslēpums"), call__salt="cits")
    assert told.startswith("call.salt: ")
    assert "noslēpums" not in told


@pytest.mark.parametrize("drawn", ["2023-08-24T12:00:00", "2023-08-23T21:30:00"])
def test_a_draw_that_is_not_after_the_freeze_does_not_count(drawn):
    found = check_lot(frozen(LINE), {}, programme(lottery__drawn_at=drawn), decisions())
    assert "draw_early" in codes(found)
    early = next(one for one in found if one.code == "draw_early")
    days = f"{drawn[8:10]}.08.2023 plkst. {drawn[11:16].replace(':', '.')}", "24.08.2023 plkst. 12.00"
    assert (early.value, early.details) == days
    assert set(codes(found)) <= set(CHECKS)


def test_the_seed_must_be_that_of_the_announced_draw_even_before_it_is_on_record():
    assert check(record="none", lottery__drawn_at=MOVED) == [
        "lottery.drawn_at: 2023-08-30 21:30:00 → 2023-08-31 21:30:00"
    ]


# Lists of version 0.1


def test_a_list_of_version_0_1_is_compared_by_what_it_has():
    at = read_frozen(OLD.encode(), format_checksum(OLD))
    as_then = {"lottery__expected": "2023-08-30 vakarā", "lottery__draw_at": None}
    assert check(at=at, record=programme(**as_then), **as_then) == []
    assert check(at=at, record=programme(**as_then), **as_then, places={2023: 9}) == []
    least = OLD.replace("weight_of_new=3", "weight_of_new=3;minimum Olaines novads=1")
    kept = read_frozen(least.encode(), format_checksum(least))
    assert check(at=kept, record="none", **as_then, minimum_places={"Olaines novads": 1}) == []
    assert check(at=kept, record="none", **as_then) == ["rule.minimum Olaines novads: 1 → –"]
    assert check(at=at, record=programme(**as_then), **as_then, rule__new_within_years=3) == [
        "rule.new_from: 2021 → 2020"
    ]
    assert check(at=at, record="none") == [
        "lottery.source: Izdomāta izloze; 2023-08-30 vakarā → Izdomāta izloze"
    ]  # fmt: skip


# Amendments


AMENDED = [
    ("places_amended '2024: 2 → 3'", {"places": {2023: 2, 2024: 3}}),
    ("places_amended 'places.2024: 2 -> 1'", {"places": {2023: 2, 2024: 1}}),
    (f"record_amended 'skaitlis: {SEED} → {'9' * 20}'", {"lottery__seed": "9" * 20}),
    ("record_amended 'liecinieki: – → Ilze, Andris'", {"lottery__witnesses": ["Ilze", "Andris"]}),
    ("record_amended 'laiks: 2023-08-30 21:30:00 → 2023-08-31 21:30:00'", {"lottery__drawn_at": MOVED}),
]


def amending(line):
    table = decisions(f"– {line}")
    return table.assign(application_id=table["application_id"].where(table["application_id"].ne("–")))


@pytest.mark.parametrize(("line", "changes"), AMENDED)
def test_a_slip_of_the_record_and_the_places_are_amended_by_a_dated_decision(line, changes):
    files = {RECORD_FILE: format_record(programme(), frozen(LINE))}
    assert check_lot(frozen(LINE), files, programme(**changes), amending(line)) == []
    assert check_lot(frozen(LINE), files, programme(**changes), decisions()) != []
    assert check_lot(frozen(LINE), files, programme(), amending(line)) != []


@pytest.mark.parametrize(
    "value",
    ["2024: 1 → 3", "2024", "2024: 2 →", "2030: 2 → 3", "rule.clear_from: 7 → 6", 'call.code: "KKK-2023" → "X"'],
)
def test_nothing_else_is_amended_and_a_wrong_before_is_told(value):
    found = check_lot(frozen(LINE), {}, programme(), amending(f"places_amended '{value}'"))
    assert "decision_value" in codes(found)
    assert "decision_value" in codes(check_lot(frozen(LINE), {}, programme(), amending(f"record_amended '{value}'")))


def test_an_amendment_that_was_recorded_cannot_be_taken_back_in_silence():
    table = amending(AMENDED[0][0])
    settings = programme(**AMENDED[0][1])
    recorded = {AMENDMENTS_FILE: format_amendments(table)}
    assert recorded[AMENDMENTS_FILE] == "25.08.2023; places.2024: 2 → 3; Iemesls.; K\n"
    assert check_lot(frozen(LINE), recorded, settings, table) == []
    found = check_lot(frozen(LINE), recorded, programme(), decisions())
    assert [problem.details for problem in found] == ["grozijumi.txt → –"]


def test_the_day_of_the_decision_once_written_stays():
    recorded = {DECISION_FILE: "2023-09-01\n"}
    assert check(recorded=recorded, letters__decision_date="2023-09-01") == []
    assert check(recorded=recorded, letters__decision_date="2023-09-02") == [
        "letters.decision_date: 2023-09-01 → 2023-09-02"
    ]
    assert check(recorded=recorded) == ["letters.decision_date: 2023-09-01 → None"]


def test_the_receipt_holds_what_an_applicant_needs_before_the_draw():
    text = format_receipt(programme(), frozen(LINE), amending(AMENDED[0][0]))
    for part in ("24.08.2023 plkst. 12.00", frozen(LINE).sha256, "Izdomāta izloze", "30.08.2023 plkst. 21.30", "2 → 3"):
        assert part in text
    assert "der nākamā tā paša avota izloze" in text
    assert "K-01" not in text


def test_the_receipt_to_the_byte():
    at = replace(frozen(LINE), previous="ab12", file="saraksts-2.txt")
    lines = [
        "Apliecinājums par saraksta noslēgšanu",
        "",
        "Uzsaukums: Aicinām pieteikties (KKK-2023)",
        "Saraksts noslēgts: 24.08.2023 plkst. 12.00",
        "Sarakstā: 1 pieteikums",
        f"Datnes «saraksts-2.txt» SHA-256: {at.sha256}",
        "Tas aizstāj sarakstu, kura SHA-256 ir: ab12",
        "Izlozes skaitļa avots: Izdomāta izloze",
        "Izsludinātā izloze: 30.08.2023 plkst. 21.30",
        "Ja tad izloze nenotiek, der nākamā tā paša avota izloze.",
        "",
    ]
    assert format_receipt(programme(example=False), at, decisions()).split("\n") == lines
    assert format_receipt(programme(), at, decisions()).split("\n") == [EXAMPLE_NOTICE, *lines]
    assert "Sarakstā: 2 pieteikumi\n" in format_receipt(programme(), frozen(LINE, "K-02 new 8"), decisions())
    without = [line for line in lines if "ab12" not in line and "noslēgts:" not in line and "Izsludinātā" not in line]
    early = programme(example=False, lottery__draw_at=None)
    assert format_receipt(early, replace(at, previous="", frozen_at=None), decisions()).split("\n") == without


def test_places_are_planned_as_amended_from_the_day_of_the_amendment_on():
    told = decisions("– places_amended '2024: 3 → 4' on=2023-09-05", "– places_amended '2024: 2 → 3' on=2023-09-02")
    settled = programme(places={2023: 2, 2024: 4})
    days = [date(2023, 9, day) for day in (1, 2, 4, 5)]
    assert [plan_by(day, settled, told).places[2024] for day in days] == [2, 3, 3, 4]
    assert plan_by(days[0], settled, told).places[2023] == 2


def test_only_dated_amendments_of_planned_years_change_the_plan():
    told = amending("places_amended '2030: 3 → 4' on=2023-09-05")
    told = pd.concat([told, amending("places_amended 2024 on=2023-09-05"), amending(AMENDED[2][0])])
    assert plan_by(date(2023, 9, 1), programme(), told).places == {2023: 2, 2024: 2}
    undated = amending("places_amended '2024: 1 → 2'").assign(on=pd.NaT)
    assert plan_by(date(2023, 9, 1), programme(), undated).places == {2023: 2, 2024: 2}


def test_the_seed_on_record_counts_while_a_slip_was_not_yet_corrected():
    first, second = (
        f"record_amended 'skaitlis: {f'{at}' * 20} → {f'{at + 1}' * 20}' on=2023-09-0{at}" for at in (1, 2)
    )
    told = pd.concat([amending(first), amending(second), amending("record_amended 'liecinieki: – → I' on=2023-09-03")])
    told = told.assign(row=range(2, 5))
    seeds = [draw_by(told.iloc[:count], told, programme(lottery__seed="3" * 20)).lottery.seed for count in range(4)]
    assert seeds == ["1" * 20, "2" * 20, "3" * 20, "3" * 20]
    undated = told.assign(on=pd.NaT)
    assert draw_by(undated.iloc[:0], undated, programme(lottery__seed="3" * 20)).lottery.seed == "3" * 20


def test_an_amendment_that_does_not_fit_is_told_with_what_stands_there():
    def ask(line):
        found = check_lot(frozen(LINE), {}, programme(), amending(line))
        asked = [one for one in found if one.code == "decision_value"]
        assert {one.column for one in asked} <= {"value"}
        return [(one.value, one.details) for one in asked]

    assert ask("places_amended '2024: 1 → 3'") == [("2024: 1 → 3", "places.2024: 2 → …")]
    assert ask("places_amended '2030: 1 → 3'") == [("2030: 1 → 3", "kas: bija → ir")]
    assert ask("places_amended") == [("", "kas: bija → ir")]
    drawn = f"laiks: {MOVED} → {MOVED}"
    assert ask(f"record_amended '{drawn}'") == [(drawn, "lottery.drawn_at: 2023-08-30 21:30:00 → …")]


def test_amendments_come_in_the_order_of_their_days():
    table = decisions("– places_amended '2024: 3 → 4' on=2023-09-02", "– places_amended '2024: 2 → 3' on=2023-09-01")
    assert [one.after for one in find_amendments(table)] == ["3", "4"]
    assert check_lot(frozen(LINE), {}, programme(places={2023: 2, 2024: 4}), table) == []
    assert datetime(2023, 8, 24, 12) == frozen(LINE).frozen_at


def test_only_a_decision_about_the_whole_call_needs_no_code():
    table = decisions("– places_amended '2024: 2 → 3'", "– other").assign(application_id="")
    assert [problem.row for problem in check_references(table, applications(1))] == [3]


def test_a_municipality_that_was_renamed_is_no_change_of_the_contract():
    towns = ["Lielmārupes novads", "Olaines novads", "Ķekavas novads"]
    renamed = {"call__municipalities": towns, "call__former_names": {"Lielmārupes novads": ["Mārupes novads"]}}
    assert check(**renamed) == []
    assert check(call__municipalities=towns) != []
    at = frozen(LINE, minimum_places={"Mārupes novads": 1, "Olaines novads": 1})
    assert check(at=at, record="none", **renamed, minimum_places={"Lielmārupes novads": 1, "Olaines novads": 1}) == []
    assert check(at=at, record="none", **renamed, minimum_places={"Lielmārupes novads": 2, "Olaines novads": 1}) == [
        "minimum_places.Lielmārupes novads: 1 → 2"
    ]


def test_the_minimums_of_municipalities_that_were_merged_add_up():
    merged = {
        "call__municipalities": ["Jaunais novads", "Ķekavas novads"],
        "call__former_names": {"Jaunais novads": ["Mārupes novads", "Olaines novads"]},
    }
    at = frozen(LINE, minimum_places={"Mārupes novads": 1, "Olaines novads": 2})
    for count, told in ((3, []), (2, ["minimum_places.Jaunais novads: 3 → 2"])):
        assert check(at=at, record="none", **merged, minimum_places={"Jaunais novads": count}) == told
