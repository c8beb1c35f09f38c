"""The reference itself: small cases worked out by hand, and what must hold in any programme.

An application is written as ``"A new 8 Alder"``: code, novelty, clarity (whole points, "–" for not marked) and, if it
matters, municipality and the moment it was sent. A decision: ``"A override 2023-09-10 2023"``. An event:
``"A offered 2023-09-06 2023"``, ``"A booked 2023-09-10 2023-10-03 Maija online"``, ``"A held 2023-10-03 60"``.
"""

import hashlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest

from reference import ledger, rule
from reference.events import replay
from reference.generate import STAGES, generate
from reference.programme import (
    Application,
    CarryOver,
    Conflict,
    Decision,
    Entry,
    Event,
    Indicator,
    Mark,
    Person,
    PlacesAmended,
    Programme,
    Recommendation,
    SeedAmended,
    Task,
)

SEED = "12345678901234567890"
OTHER_SEED = "22345678901234567890"
EVE, FREEZE, SETTLED, AFTER = (date(2023, 8, 29), date(2023, 8, 30), date(2023, 9, 5), date(2023, 9, 10))


def day(text):
    return date.fromisoformat(text)


def application(line):
    key, novelty, _, *more = line.split()
    town, sent = (*more, "Alder")[0], (*more[1:], "2023-08-01T10:00:00")[0]
    started = {"new": 2022, "existing": 2010, "unclear": None}[novelty]
    return Application(key, datetime.fromisoformat(sent), f"{key}@example.org", town, started, 10)


def mark(line):
    key, _, points, *_ = line.split()
    anchors = [None] * 4 if points == "–" else [min(max(int(points) - 3 * at, 0), 3) for at in range(4)]
    return Mark(key, "Anna", *anchors)


def decision(line):
    key, kind, on, *value = line.split()
    return Decision(key, kind, day(on), *value)


def event(line):
    key, kind, on, *more = line.split()
    said = {}
    if kind == "offered":
        said = {"year": int(more[0])}
    if kind == "booked":
        said = {"starts_at": datetime.fromisoformat(f"{more[0]}T17:00"), "mentor": more[1], "mode": more[2]}
    if kind == "held":
        said = dict(zip(("minutes", "mode"), (int(more[0]), *more[1:]), strict=False))
    return Event(key, kind, day(on), **said)


def programme(*lines, decisions=(), events=(), places=None, evidence=(), **changes):
    """Not frozen, two places: one of 2023, one of 2024."""
    base = Programme(
        call_code="KKK-2023",
        deadline=date(2023, 8, 21),
        municipalities=("Alder", "Birch"),
        places={2023: 1, 2024: 1} if places is None else places,
        project_ends=date(2024, 10, 31),
        as_of=date(2024, 9, 15),
        applications=tuple(map(application, lines)),
        minimum_places={},
        period=(date(2023, 5, 1), date(2024, 10, 31)),
        rule_decided_on=date(2023, 7, 24),
        markers=(Person("Anna"),),
        mentors=(Person("Maija"), Person("Inese", date(2023, 12, 31))),
        marks=tuple(map(mark, lines)),
        decisions=tuple(map(decision, decisions)),
        events=tuple(map(event, events)),
        recommendations=tuple(Recommendation(*row) for row in evidence),
        tasks=tuple(Task(key) for key, _ in evidence),
    )
    return replace(base, **changes)


def frozen(*lines, decisions=(), seed=SEED, **changes):
    """Frozen on 30 August by the decisions dated before, and drawn."""
    made = programme(*lines, decisions=decisions, frozen_at=datetime(2023, 8, 30, 12), **changes)
    return replace(made, frozen=tuple(rule.grade(made, rule.before_freeze(made))), seed=seed)


def settled(*lines, **changes):
    """The same, decided on 5 September."""
    return frozen(*lines, **{"decision_day": SETTLED} | changes)


def years(made, **more):
    return {key: place.year for key, place in rule.select(made, **more).given.items()}


def proposals(made, as_of):
    return [(one.application_id, one.year, one.why) for one in ledger.next_in_line(made, as_of)]


def held(key, year, on, offered="2023-09-06", mode="online"):
    """The events of an hour that was held."""
    return [
        f"{key} offered {offered} {year}",
        f"{key} accepted {offered}",
        f"{key} booked {offered} {on} Maija {mode}",
        f"{key} held {on} 60",
    ]


def by_ticket(seed, *keys):
    return sorted(keys, key=lambda key: hashlib.sha256(f"{seed}|KKK-2023|{key}".encode()).hexdigest())


# Decisions and states


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, "eligible"),
        ({"municipality": "Elsewhere"}, "outside"),
        ({"municipality": "Elsewhere", "consent": False}, "outside"),
        ({"municipality": None}, "unsettled"),
        ({"consent": False}, "no_consent"),
        ({"consent": None}, "unsettled"),
        ({"submitted_at": None}, "unsettled"),
        ({"submitted_at": datetime(2023, 8, 21, 23, 59, 59)}, "eligible"),
        ({"submitted_at": datetime(2023, 8, 22)}, "late"),
        ({"submitted_at": datetime(2023, 8, 22), "consent": False}, "no_consent"),
    ],
)
def test_the_first_state_that_fits(change, state):
    made = programme("A new 8")
    assert rule.states(replace(made, applications=(replace(made.applications[0], **change),))) == {"A": state}


def test_nobody_is_without_consent_where_the_form_does_not_ask():
    made = programme("A new 8", consent_asked=False)
    assert rule.states(replace(made, applications=(replace(made.applications[0], consent=None),))) == {"A": "eligible"}


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (["A ineligible 2023-08-25", "A eligible 2023-08-26"], "eligible"),
        (["A eligible 2023-08-26", "A ineligible 2023-08-25"], "eligible"),
        (["A override 2023-08-25 2023", "A ineligible 2023-08-26"], "ineligible"),
        (["A override 2023-08-25 2023", "A eligible 2023-08-26"], "eligible"),
        (["A ineligible 2023-08-25", "A override 2023-08-26 2023"], "override"),
        (["A ineligible 2023-08-25", "A withdrawn 2023-08-25"], "contradiction"),
        (["A ineligible 2023-08-25", "A override 2023-08-25 2023"], "contradiction"),
        (["A override 2023-08-25 2024", "A override 2023-08-25 2023"], "contradiction"),
        (["A ineligible 2023-08-25", "A ineligible 2023-08-25"], "ineligible"),
        (["A eligible 2023-08-25", "A override 2023-08-25 2023"], "override"),
        (["A ineligible 2023-08-25", "A eligible 2023-08-25", "A eligible 2023-08-26"], "eligible"),
        (["A duplicate_of 2023-08-25 B", "A not_duplicate 2023-08-26 B"], ""),
        (["A duplicate_of 2023-08-25 B", "B not_duplicate 2023-08-26 A"], ""),
        (["A duplicate_of 2023-08-25 B", "A not_duplicate 2023-08-25 B"], "contradiction"),
        (["A ineligible 2023-08-24", "A duplicate_of 2023-08-25 B", "A not_duplicate 2023-08-26 B"], "ineligible"),
        (["A other 2023-08-25"], ""),
    ],
)
def test_the_newest_decision_wins_and_contradictions_of_one_day_settle_nothing(told, kind):
    made = programme("A new 8", "B new 8", decisions=told)
    assert rule.verdict("A", made.decisions).kind == kind
    assert (("decision_conflict", "A") in rule.blockers(made)) == (kind == "contradiction")
    assert (rule.states(made)["A"] == "unsettled") == (kind == "contradiction")


@pytest.mark.parametrize(
    ("told", "state"),
    [
        (["A eligible 2023-08-25"], "eligible"),
        (["A override 2023-08-25 2023"], "outside"),
        (["A eligible 2023-08-25", "A override 2023-08-26 2023"], "eligible"),
        (["A withdrawn 2023-08-25"], "withdrawn"),
    ],
)
def test_eligible_settles_the_municipality_and_a_place_out_of_turn_does_not(told, state):
    assert rule.states(programme("A new 8 Elsewhere", decisions=told))["A"] == state


def same_email(*lines, **changes):
    made = programme(*lines, **changes)
    return replace(made, applications=tuple(replace(a, email="one@example.org") for a in made.applications))


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ([], {"A": "unsettled", "B": "unsettled"}),
        (["A not_duplicate 2023-08-25 B"], {"A": "eligible", "B": "eligible"}),
        (["B duplicate_of 2023-08-25 A"], {"A": "eligible", "B": "set_aside"}),
        (["B withdrawn 2023-08-25"], {"A": "eligible", "B": "withdrawn"}),
        (["B eligible 2023-08-25"], {"A": "unsettled", "B": "unsettled"}),
        (["B duplicate_of 2023-08-25 A", "B eligible 2023-08-26"], {"A": "eligible", "B": "eligible"}),
        (["B duplicate_of 2023-08-25 A", "A not_duplicate 2023-08-25 B"], {"A": "unsettled", "B": "unsettled"}),
    ],
)
def test_a_duplicate_nobody_has_decided_on_unsettles_both(told, found):
    assert rule.states(same_email("A new 8", "B new 8", decisions=told)) == found


def test_an_application_that_is_outside_stays_so_while_a_duplicate_is_undecided():
    assert rule.states(same_email("A new 8 Elsewhere", "B new 8")) == {"A": "outside", "B": "unsettled"}


# Novelty and clarity


@pytest.mark.parametrize(
    ("started", "told", "expected"),
    [
        (2021, [], "new"),
        (2020, [], "existing"),
        ("forming", [], "new"),
        (None, [], "unclear"),
        (None, ["A novelty 2023-08-25 existing"], "existing"),
        (2010, ["A novelty 2023-08-25 existing", "A novelty 2023-08-26 new"], "new"),
        (2010, ["A novelty 2023-08-25 existing", "A novelty 2023-08-25 new"], "unclear"),
    ],
)
def test_novelty(started, told, expected):
    made = programme("A new 8", decisions=told)
    assert rule.novelty(replace(made.applications[0], started=started), made) == expected


def test_clarity_is_the_exact_sum_of_means_without_what_is_missing():
    rows = [
        Mark("A", "Anna", 3, 2, 1, 0),
        Mark("A", "Bruno", 2, 2, "cannot_judge", 1),
        Mark("A", "Clara", 2, None, 3, 3),
        Mark("A", "Dace", 0, 0, 0, 0),
    ]
    made = programme("A new –", marks=tuple(rows), conflicts=(Conflict("A", "Dace"),))
    # 7/3 + 4/2 + 4/2 + 4/3
    assert rule.clarity("A", made) == Fraction(23, 3)


def test_an_agreed_mark_stands_in_place_of_the_mean_and_without_any_sheet():
    told = [f"A agreed_{anchor} 2023-08-25 {value}" for anchor, value in zip(rule.ANCHORS, "3210", strict=True)]
    assert rule.clarity("A", programme("A new –", decisions=told, marks=())) == 6
    assert rule.clarity("A", programme("A new 12", decisions=told[3:])) == 9
    assert rule.clarity("A", programme("A new –", decisions=told[:3], marks=())) is None


def test_too_few_markers_or_a_gap_block_unless_a_mark_was_agreed():
    rows = (Mark("A", "Anna", 3, 2, 2, 2), Mark("A", "Bruno", 1, 2, 2, None))
    told = ["A agreed_question 2023-08-25 2"]
    waiting = {("freeze_missing", "")}
    assert rule.blockers(programme("A new –", marks=rows)) == waiting | {("mark_gap", "A")}
    assert rule.blockers(programme("A new –", marks=rows, decisions=told)) == waiting
    assert rule.blockers(programme("A new –", marks=rows, decisions=told, least_markers=2)) == waiting | {
        ("mark_missing", "A")
    }


# Ranking


ALL_FOUR = ("both new 8", "question existing 9", "novelty new 5", "none existing 6")
MIDDLE = ("N1 new 6", "N2 new 5", "N3 new 4", "E1 existing 12", "E2 existing 11", "E3 existing 10")


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        ("new_first", ["both", "novelty", "question", "none"]),
        ("clear_first", ["both", "question", "novelty", "none"]),
        ("points", ["both", "question", "novelty", "none"]),  # 11, 9, 8, 6
    ],
)
def test_each_reading_has_its_order(reading, expected):
    assert rule.select(programme(*ALL_FOUR, reading=reading)).order == expected


def test_the_two_middle_groups_take_turns():
    order = rule.select(frozen(*MIDDLE)).order
    assert [set(order[at : at + 2]) for at in (0, 2, 4)] == [{"N1", "E1"}, {"N2", "E2"}, {"N3", "E3"}]
    assert order[:2] == by_ticket(SEED, "N1", "E1")


def test_who_runs_out_leaves_the_turns_to_the_other():
    assert rule.select(frozen("N1 new 6", *MIDDLE[3:])).order[2:] == ["E2", "E3"]


def test_who_is_not_marked_stands_last_of_the_own_group():
    assert rule.select(programme("A existing –", "B existing 0")).order == ["B", "A"]
    assert rule.select(programme("A new –", "B existing 1", reading="points")).order == ["B", "A"]


def test_a_ticket_is_the_hash_of_seed_call_and_code():
    # printf '%s' '12345678901234567890|KKK-2023|K-3F9A2C' | sha256sum
    ticket = rule.tickets(programme("A new 8"), SEED)("K-3F9A2C")
    assert ticket.startswith("fd77dad2b496")


def test_equal_points_are_ordered_by_the_smaller_ticket():
    assert rule.select(frozen("A new 8", "B new 8", "C new 8")).order == by_ticket(SEED, "A", "B", "C")


def test_ranges_before_the_lot():
    ranges = rule.select(programme("N1 new 6", "N2 new 6", "E1 existing 9", "E2 existing 8", "E3 existing 8")).ranges
    # N1 and N2 share places 1 and 2 of their group; E2 and E3 places 2 and 3 of theirs
    assert ranges == {"N1": (1, 4), "N2": (1, 4), "E1": (1, 2), "E2": (3, 5), "E3": (3, 5)}


@pytest.mark.parametrize(
    "lines",
    [
        ("A new 8", "B new 8", "C existing 3", "D existing 3"),
        ("N1 new 6", "N2 new 6", "E1 existing 9", "E2 existing 8", "E3 existing 8"),
        ("N1 new 6", "E1 existing 9", "E2 existing 9", "E3 existing 9", "E4 existing 7"),
        ("N1 new 6", "N2 new 6", "N3 new 6", "E1 existing 9", "E2 existing 9"),
    ],
)
def test_ranges_are_what_every_possible_lot_gives(lines):
    entries = rule.grade(programme(*lines))
    assert rule.rank_ranges(entries) == rule.rank_ranges_by_trial(entries)
    orders = {tuple(entry.application_id for entry in order) for order in rule.all_orders(entries)}
    keys = [entry.application_id for entry in entries]
    drawn = {
        tuple(entry.application_id for entry in rule.rank(entries, rule.tickets(programme(), f"{seed:020}")))
        for seed in range(600)
    }
    assert len(orders) == rule.count_orders(entries)
    assert orders == drawn
    assert all(sorted(order) == keys for order in orders)


# Places


def test_the_order_fills_the_years_and_the_rest_wait():
    found = rule.select(frozen("A new 12", "B new 11", "C existing 4", "D existing 3"))
    assert {key: place.year for key, place in found.given.items()} == {"A": 2023, "B": 2024}
    assert found.waiting == ["C", "D"]


def test_before_the_draw_luck_decides_only_where_it_does():
    found = rule.select(programme("A new 12", "B new 8", "C new 8", "D new 7", places={2023: 2}))
    assert found.outcome == {"A": "place", "B": "lot", "C": "lot", "D": "waiting"}
    assert found.possible["B"] == {2023, None}
    assert rule.select(programme("A new 8", "B new 8")).possible == {"A": {2023, 2024}, "B": {2023, 2024}}


def test_of_three_equal_one_is_set_aside_and_both_others_are_certain():
    lines, told = ("A new 8", "B new 8", "C new 8"), ["B ineligible 2023-08-30"]
    found = rule.select(frozen(*lines, decisions=told, places={2023: 2}, seed=None))
    assert found.outcome == {"A": "place", "B": "none", "C": "place"}


def test_who_may_still_get_a_place_by_luck_is_not_told_to_wait():
    lines = ("K-01 new 5", "K-02 new 5", "K-03 new 5", "K-04 existing 9", "K-05 existing 8")
    made = frozen(*lines, decisions=["K-01 ineligible 2023-08-31"], places={2023: 2}, seed=None)
    # turns: {new, K-04}, {new, K-05}, new; if the first new one is K-01, which is gone, K-05 can be second
    assert rule.select(made).possible["K-05"] == {2023, None}


def test_minimum_places_go_first_and_the_years_follow_the_order():
    lines = ("A new 12", "B new 11", "C new 10", "D existing 3 Birch", "E existing 2 Birch")
    found = rule.select(frozen(*lines, minimum_places={"Birch": 1}))
    assert {key: (place.year, place.minimum) for key, place in found.given.items()} == {
        "A": (2023, ""),
        "D": (2024, "given"),
    }
    assert found.taken == {"B"}
    assert found.waiting == ["B", "C", "E"]


def test_with_a_minimum_and_a_tie_who_is_certain_is_told_so():
    lines = ("A new 12", "B new 9", "C new 9", "D existing 3 Birch")
    found = rule.select(programme(*lines, places={2023: 3}, minimum_places={"Birch": 1}))
    assert found.outcome == {"A": "place", "B": "lot", "C": "lot", "D": "place"}


def test_a_place_out_of_turn_comes_first_and_counts_towards_a_minimum():
    lines, told = ("A new 12", "B new 11", "C existing 3 Birch", "D existing 2 Birch"), ["D override 2023-09-01 2023"]
    found = rule.select(frozen(*lines, decisions=told, minimum_places={"Birch": 1}))
    assert {key: (place.year, place.out_of_turn) for key, place in found.given.items()} == {
        "D": (2023, True),
        "A": (2024, False),
    }


def test_a_year_has_no_more_places_out_of_turn_than_places():
    told = ["B override 2023-09-01 2023", "C override 2023-09-02 2023"]
    made = frozen("A new 12", "B new 11", "C new 10", decisions=told)
    assert years(made) == {"B": 2023, "A": 2024}
    assert ("override_full", "C") in rule.blockers(made)


def test_a_newer_decision_takes_a_place_out_of_turn_back():
    told = ["C override 2023-08-31 2023", "C ineligible 2023-09-02"]
    assert years(frozen("A new 12", "B new 11", "C new 10", decisions=told)) == {"A": 2023, "B": 2024}


# After the settled day


def test_until_the_settled_day_a_drop_out_moves_everyone_up_and_after_it_nobody():
    lines = ("A new 12", "B new 11", "C new 10")
    assert years(settled(*lines, decisions=["A withdrawn 2023-09-05"])) == {"B": 2023, "C": 2024}
    later = settled(*lines, decisions=["A withdrawn 2023-09-06"])
    found = rule.select(later)
    assert years(later) == {"B": 2024}
    assert found.freed["A"].year == 2023
    assert found.waiting == ["C"]
    assert proposals(later, AFTER) == [("C", 2023, "waiting"), ("B", 2024, "own")]


def test_the_first_offer_settles_the_years_too_whatever_the_as_of_day():
    made = frozen("A new 12", "B new 11", "C new 10", events=["A offered 2023-09-08 2023"], as_of=date(2023, 9, 1))
    assert rule.settled_day(made) == date(2023, 9, 8)
    assert rule.settled_day(replace(made, decision_day=SETTLED)) == SETTLED
    taken_back = replace(made, events=(*made.events, event("A cancelled 2023-09-09")))
    assert rule.settled_day(taken_back) is None


def test_after_the_hour_a_decision_frees_nothing_and_is_asked_about():
    lines, told = ("A new 12", "B new 11", "C new 10"), ["A ineligible 2023-10-05"]
    made = settled(*lines, decisions=told, events=held("A", 2023, "2023-10-03"))
    assert years(made) == {"A": 2023, "B": 2024}
    assert ledger.places_as_of(made, AFTER)["A"].use == "booked"  # not even for an earlier day
    assert ("decision_after_hour", "A") in ledger.questions(made, date(2023, 10, 10))
    before = replace(made, decisions=(decision("A ineligible 2023-10-02"),))
    assert years(before) == {"B": 2024}
    assert ledger.places_as_of(before, AFTER)["A"].use == "released"
    assert ("hour_after_decision", "A") in ledger.questions(before, date(2023, 10, 10))


def test_who_is_back_takes_the_frozen_rank_among_those_who_wait():
    told = ["A ineligible 2023-09-06", "A eligible 2023-09-09"]
    found = rule.select(settled("A new 12", "B new 11", "C new 10", "D new 9", decisions=told))
    assert {key: place.year for key, place in found.given.items()} == {"B": 2024}
    assert found.waiting == ["A", "C", "D"]


def test_who_is_back_has_the_place_again_that_was_offered_before():
    told = ["A ineligible 2023-09-08", "A eligible 2023-09-10"]
    made = settled("A new 12", "B new 11", "C new 10", decisions=told, events=["A offered 2023-09-06 2023"])
    assert ledger.places_as_of(made, AFTER)["A"].use == "open"
    assert proposals(made, AFTER) == [("B", 2024, "own")]


def test_the_waiting_list_frozen_ones_then_found_eligible_later_then_late_ones():
    lines = (
        "A new 12",
        "W1 new 9",
        "W2 existing 3",
        "L1 new 12 Alder 2023-08-22T10:00:01",
        "L2 new 12 Alder 2023-08-22T10:00:00",
        "L3 new 12 Alder 2023-08-22T10:00:00",
        "N1 new 12 Elsewhere",
        "N2 new 12 Elsewhere",
        "N3 new 12 Elsewhere",
    )
    told = [f"{key} eligible 2023-09-0{on}" for key, on in [("N1", 3), ("N2", 2), ("N3", 2)]]
    found = rule.select(frozen(*lines, decisions=told, places={2023: 1}))
    assert found.waiting == ["W1", "W2", *by_ticket(SEED, "N2", "N3"), "N1", *by_ticket(SEED, "L2", "L3"), "L1"]


def test_after_the_settled_day_a_place_out_of_turn_takes_a_free_place_only():
    lines, told = ("A new 12", "B new 11", "C new 10", "D new 9"), ["D override 2023-09-07 2023"]
    made = settled(*lines, decisions=told)
    assert years(made) == {"A": 2023, "B": 2024}
    assert rule.select(made).pending == {"D": 2023}
    assert proposals(made, AFTER) == [("A", 2023, "own"), ("B", 2024, "own")]
    freed = replace(made, events=tuple(map(event, ["A offered 2023-09-06 2023", "A declined 2023-09-08"])))
    assert proposals(freed, AFTER) == [("D", 2023, "out_of_turn"), ("B", 2024, "own")]


def test_a_year_once_given_out_of_turn_stays():
    told = ["C override 2023-09-01 2023", "C eligible 2023-09-20"]
    assert years(settled("A new 12", "B new 11", "C new 10", decisions=told)) == {"C": 2023, "A": 2024}


# Amendments


def test_places_are_added_and_taken_at_the_end_of_the_order():
    lines = ("A new 12", "B new 11", "C new 10", "D new 9", "E new 8")
    more = frozen(*lines, places={2023: 2, 2024: 2}, amendments=(PlacesAmended(FREEZE, 2023, 1),))
    assert years(more) == {"A": 2023, "B": 2023, "C": 2024, "D": 2024, "E": 2023}
    less = frozen(*lines, places={2023: 2, 2024: 2}, amendments=(PlacesAmended(FREEZE, 2023, -1),))
    assert years(less) == {"A": 2023, "B": 2024, "C": 2024}


def test_after_the_settled_day_an_added_place_goes_to_the_first_who_waits_and_planned_changes_from_its_day():
    made = settled("A new 12", "B new 11", "C new 10", amendments=(PlacesAmended(AFTER, 2023, 1),))
    assert years(made) == {"A": 2023, "B": 2024}
    assert proposals(made, AFTER) == [("A", 2023, "own"), ("C", 2023, "waiting"), ("B", 2024, "own")]
    assert [ledger.keep_ledger(made, on)[2023].planned for on in (AFTER - timedelta(days=1), AFTER)] == [1, 2]


def test_a_place_taken_after_the_settled_day_leaves_the_last_of_the_order_without_one():
    lines = ("A new 12", "B new 11", "C new 10")
    made = settled(*lines, places={2023: 2}, amendments=(PlacesAmended(AFTER, 2023, -1),))
    assert years(made) == {"A": 2023, "B": 2023}
    assert proposals(made, AFTER) == [("A", 2023, "own")]


def test_a_slip_of_the_seed_before_any_offer_reorders_everyone():
    keys = ("A", "B", "C", "D")
    made = settled(*(f"{key} new 8" for key in keys), amendments=(SeedAmended(AFTER, OTHER_SEED),))
    first, second, *rest = by_ticket(OTHER_SEED, *keys)
    assert years(made) == {first: 2023, second: 2024}
    assert rule.select(made).waiting == rest


def test_a_slip_of_the_seed_after_an_offer_reorders_only_those_without_one():
    keys = ("A", "B", "C", "D")
    first = by_ticket(SEED, *keys)[0]
    offer = [f"{first} offered 2023-09-06 2023"]
    made = settled(*(f"{key} new 8" for key in keys), events=offer, amendments=(SeedAmended(AFTER, OTHER_SEED),))
    others = by_ticket(OTHER_SEED, *(key for key in keys if key != first))
    assert years(made) == {first: 2023, others[0]: 2024}
    assert rule.select(made).waiting == others[1:]


# What blocks


@pytest.mark.parametrize(
    ("told", "blocked"),
    [
        (["A ineligible 2023-08-31"], []),
        (["A withdrawn 2023-08-30"], []),
        (["A ineligible 2023-08-29"], ["A"]),  # dated before the freeze, typed in later
        (["A agreed_question 2023-09-01 0"], ["A"]),
        (["A agreed_question 2023-09-01 0", "A other 2023-09-01"], []),
        (["A agreed_question 2023-09-01 0", "A other 2023-08-25"], ["A"]),
        (["A agreed_question 2023-09-01 0", "B other 2023-09-01"], ["A"]),
        (["N eligible 2023-09-01"], []),
        (["A novelty 2023-09-01 existing", "A eligible 2023-09-01"], ["A"]),
    ],
)
def test_only_a_fitting_decision_not_older_than_the_freeze_explains_a_difference(told, blocked):
    made = frozen("A new 12", "B new 11", "N new 11 Elsewhere")
    made = replace(made, decisions=tuple(map(decision, told)))
    assert rule.blockers(made) == {("freeze_differs", key) for key in blocked}


def test_a_tie_at_a_cut_needs_the_seed():
    assert rule.blockers(frozen("A new 8", "B new 8", seed=None)) == {("seed_missing", "")}
    assert rule.blockers(frozen("A new 8", "B new 7", seed=None)) == set()


def test_nothing_is_offered_while_the_result_is_provisional():
    made = settled("A new 12", "B new 11")
    assert proposals(made, AFTER) == [("A", 2023, "own"), ("B", 2024, "own")]
    assert proposals(replace(made, rule_decided_on=None), AFTER) == []


def test_readings_come_from_the_frozen_entries():
    made = settled(*ALL_FOUR, decisions=["none agreed_question 2023-09-08 3", "none other 2023-09-08"])
    orders = {reading: found.order for reading, found in rule.readings(made).items()}
    assert orders["new_first"] == ["both", "novelty", "question", "none"]
    assert orders["points"] == ["both", "question", "novelty", "none"]
    by_points = settled(*ALL_FOUR, reading="points")
    assert rule.readings(by_points)["new_first"].order == ["both", "novelty", "question", "none"]


def test_what_would_have_given_a_place():
    made = settled("A new 12", "B new 8", "C new 8", places={2023: 2})
    loser = by_ticket(SEED, "B", "C")[1]
    assert rule.would_have_place(made, loser, best_ticket=True)
    assert rule.would_have_place(made, loser, entry=Entry(loser, 2, "all", Fraction(9)))
    assert not rule.would_have_place(made, loser, entry=Entry(loser, 1, "new", Fraction(6)))


# Events


STORY = held("A", 2023, "2023-10-03")


@pytest.mark.parametrize(("length", "status"), list(enumerate(["offered", "accepted", "booked", "held"], 1)))
def test_the_status_is_the_last_thing_that_happened(length, status):
    assert replay(programme(events=STORY[:length]))["A"].place.status == status


@pytest.mark.parametrize(
    ("lines", "status", "impossible"),
    [
        (["A held 2023-10-03 60"], "", 1),
        ([*STORY, "A booked 2023-10-05 2023-10-07 Maija online"], "held", 1),
        ([*STORY, "A cancelled 2023-10-05"], "booked", 0),
        ([*STORY, "A cancelled 2023-10-05", "A cancelled 2023-10-06"], "accepted", 0),
        ([*STORY[:2], "A cancelled 2023-09-07", "A declined 2023-09-07"], "declined", 0),
        (["A cancelled 2023-10-05"], "", 1),
        (["A offered 2023-09-06 2030"], None, 0),
    ],
)
def test_only_what_may_follow_happens_and_an_entry_is_taken_back(lines, status, impossible):
    for rows in (lines, lines[::-1]):
        histories = replay(programme(events=rows))
        assert (histories["A"].place.status if histories else None) == status
        assert sum(len(history.impossible) for history in histories.values()) == impossible


def test_an_hour_moved_on_its_day_may_be_held_that_day():
    moved = [*STORY[:3], "A booked 2023-10-03 2023-10-03 Inese online", "A held 2023-10-03 60"]
    assert replay(programme(events=moved))["A"].place.mentor == "Inese"


def test_a_day_that_does_not_tell_what_was_taken_back_is_asked_about():
    two = ["A booked 2023-09-08 2023-10-03 Maija online", "A booked 2023-09-09 2023-10-05 Maija online"]
    made = programme("A new 8", events=[*STORY[:2], *two, "A cancelled 2023-09-09"])
    assert replay(made)["A"].unclear_days == [date(2023, 9, 9)]


def test_an_offer_is_to_be_answered_by_a_day():
    assert replay(programme(events=STORY[:1]))["A"].place.answer_by == date(2023, 9, 20)


# Delivered, and the ledger


def row(made, year, as_of):
    found = ledger.keep_ledger(made, as_of)[year]
    counts = found.delivered, found.held_incomplete, found.booked, found.open, found.lost
    assert found.planned + found.carried_in - found.carried_out == sum(counts)
    return counts


LINES = ("A new 12", "B new 11", "C new 10")
END_2023, NEW_YEAR, JUNE = date(2023, 12, 31), date(2024, 1, 1), date(2024, 6, 30)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, ()),
        ({"recommendations": ()}, ("recommendations",)),
        ({"recommendations": (Recommendation("A", date(2023, 10, 2)),)}, ("recommendations",)),
        ({"recommendations": (Recommendation("A", date(2024, 7, 1)),)}, ("recommendations",)),
        ({"tasks": ()}, ("tasks",)),
    ],
)
def test_delivered_needs_a_recommendation_from_the_hour_on_and_a_task(changes, missing):
    made = settled(*LINES, events=STORY, evidence=[("A", date(2023, 10, 3))], **changes)
    one = ledger.places_as_of(made, JUNE)["A"]
    assert (one.use, one.missing) == ("held_incomplete" if missing else "delivered", missing)


@pytest.mark.parametrize("mode", ["any", "in_person"])
def test_any_is_not_a_way_in_which_an_hour_was_held(mode):
    made = settled(*LINES, events=held("A", 2023, "2023-10-03", mode=mode), evidence=[("A", date(2023, 10, 3))])
    assert ledger.places_as_of(made, JUNE)["A"].missing == (("mode",) if mode == "any" else ())
    said = replace(made, events=(*made.events[:3], event("A held 2023-10-03 60 online")))
    assert ledger.places_as_of(said, JUNE)["A"].use == "delivered"


def test_the_ledger_closes_and_what_is_unused_is_lost_after_the_year():
    made = settled(*LINES)
    assert row(made, 2023, END_2023) == (0, 0, 0, 1, 0)
    assert row(made, 2023, NEW_YEAR) == (0, 0, 0, 0, 1)
    assert row(made, 2024, date(2024, 10, 31)) == (0, 0, 0, 1, 0)
    assert row(made, 2024, date(2024, 11, 1)) == (0, 0, 0, 0, 1)


def test_an_hour_after_the_end_of_its_year_stays_lost_without_permission():
    made = settled(*LINES, events=held("A", 2023, "2024-01-16"), evidence=[("A", date(2024, 1, 16))])
    assert ledger.places_as_of(made, AFTER)["A"].use == "open"  # booked outside its year
    assert ("booked_outside_year", "A") in ledger.questions(made, AFTER)
    assert ledger.places_as_of(made, JUNE)["A"].use == "held_late"
    assert row(made, 2023, JUNE) == (0, 0, 0, 0, 1)
    assert row(made, 2024, JUNE) == (0, 0, 0, 1, 0)
    assert ("held_late", "A") in ledger.questions(made, JUNE)
    assert proposals(made, JUNE) == [("B", 2024, "own")]


def test_an_hour_before_its_year_is_incomplete_with_that_reason():
    made = settled(*LINES, events=held("B", 2024, "2023-12-12"), evidence=[("B", date(2023, 12, 12))])
    one = ledger.places_as_of(made, JUNE)["B"]
    assert (one.use, one.missing) == ("held_incomplete", ("early",))
    assert row(made, 2024, END_2023) == (0, 1, 0, 0, 0)


PERMISSION = (CarryOver(2023, 2024, 1, date(2023, 12, 20)),)


def test_with_permission_a_carried_place_stays_with_its_community_and_counts_in_the_later_year():
    made = settled(*LINES, events=held("A", 2023, "2024-01-16"), evidence=[("A", date(2024, 1, 16))])
    made = replace(made, carry_over=PERMISSION)
    assert row(made, 2023, JUNE) == (0, 0, 0, 0, 0)
    assert row(made, 2024, JUNE) == (1, 0, 0, 1, 0)
    assert row(made, 2024, date(2023, 12, 22)) == (0, 0, 1, 1, 0)
    assert ledger.places_as_of(made, date(2023, 12, 19))["A"].use == "open"  # not permitted yet
    assert {code for code, _ in ledger.questions(made, JUNE)} == set()


def test_a_carried_place_is_offered_to_nobody_else_while_its_community_holds_it():
    lines = ["A offered 2023-09-06 2023", "A accepted 2023-09-07"]
    made = settled(*LINES, events=lines, carry_over=PERMISSION)
    for as_of in (date(2023, 12, 21), JUNE):
        assert proposals(made, as_of) == [("B", 2024, "own")]
    declined = replace(made, events=tuple(map(event, [lines[0], "A declined 2023-12-27"])))
    assert proposals(declined, JUNE) == [("B", 2024, "own"), ("C", 2024, "waiting")]


def test_a_place_that_was_not_offered_in_its_year_stays_if_carried_else_its_community_waits_first():
    assert proposals(settled(*LINES, carry_over=PERMISSION), JUNE) == [("A", 2024, "own"), ("B", 2024, "own")]
    made = settled(*LINES, events=["B offered 2024-01-10 2024", "B declined 2024-01-12"])
    assert proposals(made, JUNE) == [("A", 2024, "waiting")]


def test_more_places_carried_than_there_are_left_is_told_as_such():
    made = settled(*LINES, events=held("A", 2023, "2023-10-03"), carry_over=PERMISSION)
    assert ledger.keep_ledger(made, JUNE)[2023].lost == -1
    assert {("carried_over", "2023"), ("offers_over", "2023")} <= ledger.questions(made, JUNE)


def test_a_place_of_an_ended_year_is_freed_only_with_a_carry_over():
    made = settled(*LINES, decisions=["A withdrawn 2024-01-10"])
    assert proposals(made, JUNE) == [("B", 2024, "own")]
    assert proposals(replace(made, carry_over=PERMISSION), JUNE) == [("B", 2024, "own"), ("C", 2024, "waiting")]


def test_an_hour_booked_with_a_mentor_who_will_have_left_needs_another():
    lines = ["A offered 2023-09-06 2023", "A accepted 2023-09-06", "A booked 2023-09-07 2023-12-05 Inese online"]
    made = settled(*LINES, events=lines, mentors=(Person("Inese", date(2023, 11, 30)),))
    assert ledger.questions(made, AFTER) == {("mentor_left", "A")}


# Who is next, and offers out of turn


def test_a_freed_place_goes_to_the_first_who_waits_in_its_own_year():
    made = settled(*LINES, events=["A offered 2023-09-06 2023", "A declined 2023-09-08"])
    assert proposals(made, AFTER) == [("C", 2023, "waiting"), ("B", 2024, "own")]
    assert proposals(made, date(2023, 9, 7)) == [("B", 2024, "own")]


MINIMUM_LINES = ("A new 12 Birch", "B new 11", "C new 10", "D existing 3 Birch")


def test_while_a_municipality_is_below_its_minimum_a_freed_place_goes_to_the_first_of_it():
    events = ["A offered 2023-09-06 2023", "A declined 2023-09-08"]
    made = settled(*MINIMUM_LINES, events=events, minimum_places={"Birch": 1})
    assert proposals(made, AFTER) == [("D", 2023, "minimum"), ("B", 2024, "own")]
    without = replace(made, decisions=(decision("D withdrawn 2023-09-08"),))
    assert proposals(without, AFTER) == [("C", 2023, "waiting"), ("B", 2024, "own")]
    assert ("minimum_short", "Birch") in ledger.questions(without, AFTER)


def test_who_was_given_a_place_is_not_proposed_once_its_year_is_full():
    made = settled(*LINES, events=["C offered 2023-09-06 2023"])
    assert proposals(made, AFTER) == [("B", 2024, "own")]


FREED = ["A offered 2023-09-06 2023", "A declined 2023-09-08"]
TAKEN = ["B offered 2023-09-06 2024", "B declined 2023-09-08"]


@pytest.mark.parametrize(
    ("events", "told", "found"),
    [
        ([*FREED, "C offered 2023-09-08 2023"], [], []),
        ([*FREED, "D offered 2023-09-09 2023"], [], [("D", "C", None)]),
        ([*FREED, "D offered 2023-09-09 2023"], ["D override 2023-09-09 2023"], []),
        ([*FREED, "D offered 2023-09-09 2023"], ["D override 2023-09-12 2023"], [("D", "C", date(2023, 9, 12))]),
        ([*FREED, "D offered 2023-09-09 2023"], ["D override 2023-09-09 2024"], [("D", "C", None)]),
        ([*FREED, "D offered 2023-09-09 2023"], ["C withdrawn 2023-09-09"], []),
        ([*FREED, "D offered 2023-09-09 2023"], ["C withdrawn 2023-09-10"], [("D", "C", None)]),
        ([*FREED, "D offered 2023-09-09 2023", "C offered 2023-09-09 2024"], [], [("C", "B", None)]),  # B's place
        ([*FREED, *TAKEN, "D offered 2023-09-09 2023", "C offered 2023-09-09 2024"], [], []),
        ([*FREED, "N offered 2023-09-09 2023"], ["N eligible 2023-09-08"], [("N", "C", None)]),
        ([*FREED, "B offered 2023-09-09 2023"], [], [("B", "C", None)]),
        (["D offered 2023-09-06 2023"], [], [("D", "C", None)]),
    ],
)
def test_an_offer_that_skips_somebody_needs_a_decision(events, told, found):
    made = settled(*LINES, "D new 9", "N new 12 Elsewhere", events=events, decisions=told)
    out = ledger.offers_out_of_turn(made, JUNE)
    assert [(one.application_id, one.skipped, one.decided_on) for one in out] == found


def test_an_offer_in_the_order_skips_a_municipality_below_its_minimum():
    events = [*FREED, "C offered 2023-09-09 2023"]
    made = settled(*MINIMUM_LINES, events=events, minimum_places={"Birch": 1})
    assert [(one.application_id, one.skipped) for one in ledger.offers_out_of_turn(made, JUNE)] == [("C", "D")]


# Figures of a period


def test_a_target_stands_only_beside_a_year_that_the_period_touches():
    indicator = Indicator("tasks", {2023: 5, 2024: 4})
    events = [*held("A", 2023, "2023-10-03"), *held("B", 2024, "2024-02-13")]
    made = settled(*LINES, events=events, evidence=[("A", date(2023, 10, 3)), ("B", date(2024, 2, 13))])
    made = replace(made, tasks=(Task("A", date(2024, 1, 20)), Task("B", date(2024, 3, 1)), Task("B", None)))
    found = ledger.measure(made, indicator, JUNE, (NEW_YEAR, JUNE))
    assert [(one.year, one.target, one.result, one.missing) for one in found] == [
        (2023, None, 1, None),
        (2024, 4, 1, 3),
    ]
    hours = ledger.measure(made, Indicator("hours", {2023: 1, 2024: 1}, mode="in_person"), JUNE, (NEW_YEAR, JUNE))
    assert [(one.year, one.result) for one in hours] == [(2024, 0)]


def test_the_year_of_an_indicator_is_that_of_the_place_or_of_the_year_it_was_carried_to():
    made = settled(*LINES, events=held("A", 2023, "2024-01-16"), evidence=[("A", date(2024, 1, 16))])
    made = replace(made, carry_over=PERMISSION)
    found = ledger.measure(made, Indicator("consultations", {2023: 1, 2024: 1}), JUNE, (date(2023, 5, 1), JUNE))
    assert [(one.year, one.result) for one in found] == [(2023, 0), (2024, 1)]


# Random programmes


@pytest.fixture(scope="module")
def running():
    return [generate(seed, "running") for seed in range(24)]


@pytest.mark.parametrize("stage", STAGES)
def test_a_seed_gives_one_programme(stage):
    assert generate(7, stage) == generate(7, stage)


def test_everyone_has_one_outcome_and_a_rank_within_the_range(running):
    for made in [*(generate(seed, stage) for seed in range(8) for stage in STAGES[:-1]), *running]:
        found = rule.select(made)
        assert {application.application_id for application in made.applications} == set(found.outcome)
        assert not set(found.given) & set(found.waiting)
        assert all(first <= found.rank.get(key, first) <= last for key, (first, last) in found.ranges.items())
        if made.frozen is not None:
            assert set(found.order) == {entry.application_id for entry in made.frozen}


def test_the_order_gives_no_more_places_of_a_year_than_there_are(running):
    for made in running:
        found = rule.select(made)
        slots = rule.slots(made, found.settled)
        given = [place.year for place in (*found.given.values(), *found.freed.values())]
        slip = any(isinstance(change, SeedAmended) for change in made.amendments)
        assert slip or all(given.count(year) <= slots.count(year) for year in made.places)


def test_the_ledger_closes_and_nothing_is_proposed_that_is_not_there(running):
    for made in running:
        used, proposals = ledger.places_as_of(made, made.as_of), ledger.next_in_line(made, made.as_of)
        over = {year for code, year in ledger.questions(made, made.as_of) if code == "offers_over"}
        for year, one in ledger.keep_ledger(made, made.as_of).items():
            assert one.room == one.delivered + one.held_incomplete + one.booked + one.open + one.lost
            proposed = [proposal for proposal in proposals if proposal.year == year]
            taken = [place for place in used.values() if place.use != "released" and place.year == year]
            assert str(year) in over or not proposed or len(taken) + len(proposed) <= one.room
        keys = [proposal.application_id for proposal in proposals]
        assert len(keys) == len(set(keys))
        assert not set(keys) & set(used)


def test_whoever_is_next_may_be_offered_a_place_without_skipping_anybody(running):
    for made in running:
        known, today = ledger.as_known_on(made, made.as_of), made.as_of
        before = {(out.application_id, out.on) for out in ledger.offers_out_of_turn(known, today)}
        offers = [Event(p.application_id, "offered", today, year=p.year) for p in ledger.next_in_line(known, today)]
        later = replace(known, events=(*known.events, *offers))
        assert {(out.application_id, out.on) for out in ledger.offers_out_of_turn(later, today)} <= before


def test_no_lot_takes_back_what_was_certain_before_it():
    for seed in range(40):
        made = generate(seed, "frozen")
        before, after = rule.select(made), rule.select(replace(made, seed=f"{seed:020}"))
        assert before.exact
        for key, ways in before.possible.items():
            given = after.given.get(key)
            assert (given.year if given else None) in ways
