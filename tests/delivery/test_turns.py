"""Whose turn it is, places carried over, minimum places, people who leave; and whatever happens, nobody is skipped."""

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
from builders import (
    END,
    MANY,
    applications,
    codes,
    column,
    conflicts,
    events,
    held,
    held_days,
    placed,
    programme,
    recommendations,
    settings,
    tasks,
    times,
)
from hypothesis import settings as pace
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mentoring_lib.base.rows import Candidates, rows_of
from mentoring_lib.delivery.due import count_load, find_due
from mentoring_lib.delivery.events import follow, list_appointments, select_clear
from mentoring_lib.delivery.ledger import (
    check_hours,
    check_ledger,
    find_delivered,
    find_freed,
    keep_ledger,
    planned_by,
)
from mentoring_lib.delivery.matching import check_agreed
from mentoring_lib.delivery.rows import Place, UsedPlace
from mentoring_lib.delivery.scheduling import check_booked
from mentoring_lib.delivery.turns import check_minimum, check_turns, fill_years, find_skips, line_up, next_in_line

TOWN, OTHER = "Mārupes novads", "Olaines novads"
QUEUE = Candidates(
    {"K-01": 2023, "K-02": 2024}, ("K-03", "K-04", "K-05"), towns={f"K-0{at}": TOWN for at in range(1, 6)}
)
ONE_EACH = {"places": {2023: 1, 2024: 1}}
MOVED = {
    "from_year": 2023,
    "to_year": 2024,
    "places": 1,
    "permission": "SIF vēstule Nr. 12",
    "permitted_on": date(2023, 12, 20),
}
MENTORS = settings()["mentors"]


def offers(*lines, as_of=END, known=QUEUE, freed=(), **changes):
    """Proposals after these events: (code, year, why)."""
    settled = programme(**ONE_EACH | changes)
    followed = follow(events(*lines), settled, as_of=as_of).table
    places = find_delivered(followed, recommendations(), tasks(), settled, as_of=as_of, dropped=freed)
    return list(next_in_line(known, places, settled, as_of=as_of).itertuples(index=False, name=None))


def skips(*lines, known=QUEUE, then=None, as_of=END, **changes):
    """Who was offered a place instead of whom; ``then`` is what was known on the days of the offers."""
    settled = programme(**ONE_EACH | changes)
    found = find_skips(events(*lines), lambda day: known if day == date.max or not then else then, settled, as_of=as_of)
    return [(skip.event.application_id, skip.instead_of, skip.decided_on) for skip in found], codes(check_turns(found))


def hours_asked(*lines, dropped=None, as_of=END, **changes):
    settled = programme(**changes)
    places = placed(*lines, as_of=as_of, **changes)
    return codes(check_hours(places, list_appointments(events(*lines), settled, as_of=as_of), dropped or {}, settled))


# Whose turn


def test_own_places_are_cut_at_what_is_free():
    lines = ["K-03 offered 2023-09-01 year=2023"]
    assert offers(*lines, as_of=date(2023, 9, 2)) == [("K-02", 2024, "own")]


def test_an_offer_that_skips_the_first_who_waits_is_asked_about_until_it_is_decided():
    lines = ["K-01 offered 2023-09-01 year=2023", "K-01 declined 2023-09-05", "K-04 offered 2023-09-06 year=2023"]
    assert skips(*lines) == ([("K-04", "K-03", None)], ["offer_out_of_turn"])
    decided = replace(QUEUE, out_of_turn={"K-04": (2023, date(2023, 9, 20))})
    assert skips(*lines, known=decided, then=QUEUE) == ([("K-04", "K-03", date(2023, 9, 20))], [])
    assert skips(*lines, known=decided, then=decided) == ([], [])
    wrong_year = replace(QUEUE, out_of_turn={"K-04": (2024, date(2023, 9, 20))})
    assert skips(*lines, known=wrong_year)[1] == ["offer_out_of_turn"]


def test_who_waits_has_no_claim_to_a_place_that_somebody_was_given_and_not_offered_yet():
    line = "K-03 offered 2023-09-01 year=2023"
    assert skips(line) == ([("K-03", "K-01", None)], ["offer_out_of_turn"])
    assert skips(line, "K-01 offered 2023-09-01 year=2023") == ([], [])  # one too many, which the ledger tells
    assert skips(line, places={2023: 2, 2024: 1}) == ([], [])
    two = ["K-04 offered 2023-09-01 year=2023", line]
    assert skips(*two, places={2023: 2, 2024: 1}) == ([("K-04", "K-01", None)], ["offer_out_of_turn"])
    decided = replace(QUEUE, out_of_turn={"K-03": (2023, date(2023, 9, 1))})
    assert skips(line, known=decided) == ([], [])


def test_offers_of_one_day_may_be_made_in_any_order():
    lines = ["K-01 offered 2023-09-01 year=2023", "K-02 offered 2023-09-01 year=2024"]
    gone = ["K-01 declined 2023-09-05", "K-02 declined 2023-09-05"]
    later = ["K-04 offered 2023-09-06 year=2023", "K-03 offered 2023-09-06 year=2024"]
    assert skips(*lines, *gone, *later) == ([], [])


def test_the_one_who_was_skipped_keeps_the_turn():
    lines = ["K-01 offered 2023-09-01 year=2023", "K-01 declined 2023-09-05", "K-04 offered 2023-09-06 year=2023",
             "K-04 declined 2023-09-08"]  # fmt: skip
    assert offers(*lines, as_of=date(2023, 9, 9))[0] == ("K-03", 2023, "waiting")


def test_a_later_decision_out_of_turn_takes_a_free_place_only():
    claimed = replace(QUEUE, claims={"K-05": 2023})
    assert offers(known=claimed, as_of=date(2023, 9, 1)) == [("K-01", 2023, "own"), ("K-02", 2024, "own")]
    lines = ["K-01 offered 2023-09-01 year=2023", "K-01 declined 2023-09-05"]
    assert offers(*lines, known=claimed, as_of=date(2023, 9, 6))[0] == ("K-05", 2023, "out_of_turn")


def test_a_decision_before_the_hour_frees_the_place_in_its_own_year_and_moves_nobody():
    offer = "K-01 offered 2023-09-01 year=2023"
    out = replace(QUEUE, given={"K-02": 2024}, dropped={"K-01": date(2023, 9, 10)})
    assert offers(offer, known=out, freed={"K-01"}, as_of=date(2023, 9, 11)) == [
        ("K-03", 2023, "waiting"), ("K-02", 2024, "own")]  # fmt: skip


@pytest.mark.parametrize(
    ("decided", "freed", "asked"),
    [(date(2023, 8, 29), set(), []), (date(2023, 9, 10), {"K-01"}, ["hour_after_decision"]),
     (date(2023, 10, 3), set(), ["decision_after_hour"])],
)  # fmt: skip
def test_a_decision_frees_a_place_between_offer_and_hour_whatever_day_is_looked_at(decided, freed, asked):
    lines = held("K-01", 2023, "2023-10-03")
    for as_of in (date(2023, 9, 20), date(2023, 10, 4)):
        places = rows_of(follow(events(*lines), programme(), as_of=as_of).table, Place)
        days = held_days(events(*lines), programme())
        expected = freed if as_of < date(2023, 10, 3) else set()
        assert set(find_freed(places, {"K-01": decided}, days)) == expected
    assert hours_asked(*lines, dropped={"K-01": decided}) == asked


# The year of a place


def test_an_hour_belongs_to_the_year_of_its_place():
    late = held("K-01", 2023, "2024-01-10")
    assert column(placed(*late, evidence=["K-01"]), "use") == {"K-01": "held_late"}
    assert hours_asked(*late) == ["held_late"]
    early = held("K-01", 2024, "2023-12-20")
    assert column(placed(*early, evidence=["K-01"]), "missing") == {"K-01": "savs gads (notika, pirms tas sākās)"}
    assert hours_asked(*early) == ["held_before_year"]


def test_any_as_agreed_is_not_a_way_in_which_an_hour_was_held():
    booked = "K-01 booked 2023-09-01 starts_at=2023-10-03T17:00 mentor=Maija mode=any"
    lines = [*held("K-01", 2023, "2023-10-03")[:2], booked, "K-01 held 2023-10-03 minutes=60"]
    table = placed(*lines, evidence=["K-01"])
    assert (column(table, "use"), column(table, "missing")) == ({"K-01": "held_incomplete"}, {"K-01": "veids"})
    (problem,) = follow(events(*lines), programme(), as_of=END).problems
    assert problem.message == "notikumam «notika» trūkst: Veids"
    said = [
        *lines[:3],
        "K-01 held 2023-10-03 minutes=60 mode=in_person",
        "K-01 recommendations_sent 2023-10-12 mode=any",
    ]
    assert column(placed(*said, evidence=["K-01"]), "use") == {"K-01": "delivered"}


def test_a_mentor_may_be_booked_only_in_a_way_she_advises_in():
    online = [MENTORS[0] | {"modes": ["in_person"]}, MENTORS[1]]
    lines, table = held("K-01", 2023, "2023-10-03")[:3], applications(community=["Bērzi"])
    for mentors, asked in ((online, ["mentor_mode"]), (MENTORS, [])):
        settled = programme(mentors=mentors)
        hours = list_appointments(events(*lines), settled, as_of=END)
        assert codes(check_agreed(hours, table, conflicts(), settled)) == asked


def test_a_recommendation_before_the_hour_is_no_evidence():
    followed = follow(events(*held("K-01", 2023, "2023-10-03")), programme(), as_of=END).table
    for day, use in (("2023-10-02", "held_incomplete"), ("2023-10-03", "delivered")):
        found = find_delivered(followed, recommendations(f"K-01 {day}"), tasks("K-01"), programme(), as_of=END)
        assert column(found, "use") == {"K-01": use}


def test_a_to_do_item_counts_from_the_day_of_the_first_recommendation_on():
    for day, use in ((date(2023, 10, 5), "held_incomplete"), (date(2023, 10, 6), "delivered")):
        followed = follow(events(*held("K-01", 2023, "2023-10-03")), programme(), as_of=day).table
        advice = recommendations("K-01 2023-10-06")
        assert column(find_delivered(followed, advice, tasks("K-01"), programme(), as_of=day), "use") == {"K-01": use}


def test_who_was_given_a_place_of_a_year_that_ended_waits_before_all_others():
    lines = ["K-02 offered 2024-01-05 year=2024", "K-02 declined 2024-01-08"]
    assert offers(*lines, as_of=date(2024, 1, 9)) == [("K-01", 2024, "waiting")]


def test_a_claim_is_used_once():
    claimed = replace(QUEUE, claims={"K-05": 2023})
    lines = ["K-01 offered 2023-09-01 year=2023", "K-01 declined 2023-09-05"]
    found = offers(*lines, known=claimed, as_of=date(2023, 9, 6), places={2023: 2, 2024: 1})
    assert found[:2] == [("K-05", 2023, "out_of_turn"), ("K-03", 2023, "waiting")]


def test_a_permission_counts_from_its_day():
    lines = held("K-01", 2023, "2024-01-10")[:3]
    later = [MOVED | {"permitted_on": date(2023, 12, 23)}]
    assert column(placed(*lines, as_of=date(2023, 12, 22), carry_over=later), "use") == {"K-01": "open"}


@pytest.mark.parametrize("day", [date(2024, 1, 5), date(2024, 9, 1)])
def test_a_lost_place_does_not_come_back_when_it_is_used_a_year_later(day):
    table = placed(*held("K-01", 2023, "2024-01-10"), as_of=day, evidence=["K-01"])
    assert keep_ledger(table, programme(), as_of=day).loc[2023, ["delivered", "lost"]].tolist() == [0, 2]


def test_an_hour_booked_outside_its_year_is_asked_about_and_holds_no_booking():
    lines = held("K-01", 2023, "2024-01-10")[:3]
    assert column(placed(*lines, as_of=date(2023, 12, 1)), "use") == {"K-01": "open"}
    assert hours_asked(*lines, as_of=date(2023, 12, 1)) == ["booked_outside_year"]


def test_with_permission_a_carried_place_is_used_by_the_community_that_holds_it():
    lines = held("K-01", 2023, "2024-01-10")
    table = placed(*lines, evidence=["K-01"], carry_over=[MOVED])
    assert (column(table, "use"), column(table, "year")) == ({"K-01": "delivered"}, {"K-01": 2024})
    assert hours_asked(*lines, carry_over=[MOVED]) == []
    ledger = keep_ledger(table, programme(carry_over=[MOVED]), as_of=END)
    assert ledger[["carried_out", "carried_in", "delivered"]].to_numpy().tolist() == [[1, 0, 0], [0, 1, 1]]
    booked = placed(*lines[:3], as_of=date(2023, 12, 22), carry_over=[MOVED])
    assert (column(booked, "use"), column(booked, "year")) == ({"K-01": "booked"}, {"K-01": 2024})


def test_no_more_hours_are_carried_than_permitted_those_held_first():
    lines = [*held("K-02", 2023, "2024-02-10"), *held("K-01", 2023, "2024-03-10")[:3]]
    assert column(placed(*lines, as_of=date(2024, 2, 20), carry_over=[MOVED]), "use") == {
        "K-01": "open", "K-02": "held_incomplete"}  # fmt: skip


def test_a_carried_place_is_free_in_neither_year_while_its_community_holds_it():
    lines = ["K-01 offered 2023-09-01 year=2023", "K-01 accepted 2023-09-05"]
    for as_of in (date(2023, 12, 20), date(2024, 2, 1)):
        assert offers(*lines, as_of=as_of, carry_over=[MOVED]) == [("K-02", 2024, "own")]


def test_a_permission_for_more_places_than_are_left_names_carry_over_and_stops_nothing_else():
    moved = [MOVED | {"places": 3}]
    lines = held("K-01", 2023, "2023-10-03")
    places, settled = placed(*lines, carry_over=moved), programme(carry_over=moved)
    found = check_ledger(places, keep_ledger(places, settled, as_of=END), settled, as_of=END)
    assert [p.message for p in found] == [
        "no 2023. gada pārnests vairāk konsultāciju, nekā tajā palicis: pārnestas 3, neizmantotas 1; atļauts 20.12.2023"
    ]
    assert "carry_over" in found[0].advice


def test_the_even_pace_of_years_that_do_not_adjoin_begins_with_each_year():
    ends = {"project__ends": date(2026, 12, 31), "keep_personal_data_until": date(2028, 1, 1)}
    settled = programme(places={2023: 2, 2026: 2}, **ends)
    assert planned_by(date(2025, 12, 31), settled) == 2


# Minimum places


def lacking(known, *lines, as_of=date(2023, 9, 6), **changes):
    settled = programme(**ONE_EACH | changes)
    places = placed(*lines, as_of=as_of, **ONE_EACH | changes)
    proposals = next_in_line(known, places, settled, as_of=as_of)
    return [p.message for p in check_minimum(known, places, proposals, settled, as_of=as_of)]


def test_a_freed_place_goes_first_to_a_municipality_below_its_minimum():
    known = replace(QUEUE, towns=QUEUE.towns | {"K-01": OTHER, "K-05": OTHER})
    lines = ["K-01 offered 2023-09-01 year=2023", "K-01 declined 2023-09-05"]
    assert offers(*lines, known=known, as_of=date(2023, 9, 6))[0] == ("K-03", 2023, "waiting")
    least = {"minimum_places": {OTHER: 1}}
    assert offers(*lines, known=known, as_of=date(2023, 9, 6), **least)[0] == ("K-05", 2023, "minimum")
    assert lacking(known, *lines, **least) == []


def test_where_nobody_of_the_municipality_waits_the_shortfall_is_told():
    known = replace(QUEUE, towns=QUEUE.towns | {"K-01": OTHER})
    lines = ["K-01 offered 2023-09-01 year=2023", "K-01 declined 2023-09-05"]
    least = {"minimum_places": {OTHER: 1}}
    assert offers(*lines, known=known, as_of=date(2023, 9, 6), **least)[0] == ("K-03", 2023, "waiting")
    assert lacking(known, *lines, **least) == ["novadam «Olaines novads» konsultāciju ir mazāk par minimumu: 0 no 1"]


# People who leave, and bookings that are asked about


def test_a_mentor_who_left_keeps_what_was_held_and_a_booked_hour_needs_another():
    gone = [MENTORS[0] | {"until": date(2023, 9, 30)}, MENTORS[1]]
    lines = held("K-01", 2023, "2023-09-20")
    assert hours_asked(*lines, mentors=gone) == []
    booked = held("K-02", 2023, "2023-10-03")[:3]
    assert hours_asked(*booked, as_of=date(2023, 9, 15), mentors=gone) == ["mentor_left"]
    due = find_due(placed(*booked, as_of=date(2023, 9, 15)), tasks(), programme(mentors=gone), as_of=date(2023, 9, 15))
    assert "vajadzīgs jauns mentors" in due["what"].tolist()


def test_a_name_that_is_gone_altogether_is_one_question_and_its_hours_stay_in_the_load():
    lines = [*held("K-01", 2023, "2023-09-20"), *held("K-02", 2023, "2023-09-21")]
    problems = follow(events(*lines), programme(mentors=MENTORS[1:]), as_of=END).problems
    assert [p.message for p in problems] == ["mentora «Maija» iestatījumos nav (2 ieraksti)"]
    table = placed(*lines, mentors=MENTORS[1:])
    load = count_load(table, table[:0].assign(mentor="").astype({"mentor": "str"}), programme(mentors=MENTORS[1:]))
    assert load.to_numpy().tolist() == [["Inese", 0, 0, 0], ["Maija", 2, 0, 0]]


def test_an_invitation_waits_while_its_booking_is_asked_about():
    lines = [*held("K-01", 2023, "2023-10-03", mentor="Zane")[:3], *held("K-02", 2023, "2023-10-04")[:3]]
    problems = follow(events(*lines), programme(), as_of=END).problems
    hours = list_appointments(events(*lines), programme(), as_of=END)
    assert select_clear(hours, problems)["application_id"].tolist() == ["K-02"]
    off = list_appointments(events(*lines, "K-01 withdrawn 2023-09-20"), programme(), as_of=END)
    there = replace(problems[0], row=int(off.set_index("application_id").loc["K-01", "row"]))
    assert select_clear(off, [there])["application_id"].tolist() == ["K-01", "K-02"]


@pytest.mark.parametrize(
    ("free", "asked"), [("17:00 2023-10-03T18:00", []), ("18:00 2023-10-03T20:00", ["hour_not_free"])]
)
def test_an_hour_outside_the_times_of_that_day_is_asked_about(free, asked):
    hours = list_appointments(events(*held("K-01", 2023, "2023-10-03")[:3]), programme(), as_of=date(2023, 9, 20))
    told = times(f"Maija 2023-10-03T{free}")
    assert codes(check_booked(hours, told, programme(), as_of=date(2023, 9, 20))) == asked
    assert check_booked(hours, told, programme(), as_of=END) == []


# Any history

KEYS = [f"K-0{number}" for number in range(1, 8)]
FOLLOWING = ("accepted", "declined", "expired", "withdrawn", "booked", "not_held", "held")


class Year(RuleBasedStateMachine):
    """Offers, answers, hours, decisions and permissions in any order, day by day."""

    @initialize(first=st.integers(1, 2), second=st.integers(1, 2), least=st.integers(0, 2))
    def begin(self, first, second, least):
        self.places, self.today, self.lines, self.dropped = {2023: first, 2024: second}, date(2023, 9, 1), [], {}
        self.given = dict(zip(KEYS, [2023] * first + [2024] * second, strict=False))
        self.towns = {key: (TOWN, OTHER)[number % 2] for number, key in enumerate(KEYS)}
        self.moves, self.least, self.out_of_turn, self.skipping = [], {OTHER: min(least, first + second)}, {}, set()

    @property
    def settled(self):
        return programme(places=self.places, carry_over=self.moves, minimum_places=self.least)

    def known(self, day):
        """The selection by a day: who dropped out by then has lost the place and does not wait."""
        held_on = held_days(events(*self.lines), self.settled)
        dropped = {key: on for key, on in self.dropped.items() if on <= day}
        out = {key for key, on in dropped.items() if on < held_on.get(key, date.max)}
        return Candidates(
            {key: year for key, year in self.given.items() if key not in out},
            [key for key in KEYS if key not in self.given and key not in out],
            towns=self.towns,
            out_of_turn={key: one for key, one in self.out_of_turn.items() if one[1] <= day},
            dropped=dropped,
        )

    def look(self):
        """Places and proposals of today."""
        settled, known = self.settled, self.known(self.today)
        followed = follow(events(*self.lines), settled, as_of=self.today).table
        freed = find_freed(rows_of(followed, Place), known.dropped, held_days(events(*self.lines), settled))
        places = find_delivered(followed, recommendations(), tasks(), settled, as_of=self.today, dropped=freed)
        return places, next_in_line(known, places, settled, as_of=self.today)

    @rule(days=st.integers(20, 60))
    def wait(self, days):
        self.today += timedelta(days=days)

    @rule(take=st.integers(1, 3))
    def offer_in_turn(self, take):
        for one in self.look()[1].head(take).itertuples():
            self.lines.append(f"{one.application_id} offered {self.today} year={one.year}")
        self.today += timedelta(days=1)

    @rule(data=st.data(), decided=st.booleans())
    def offer_to_another(self, data, decided):
        proposed = self.look()[1]
        taken = {line.split()[0] for line in self.lines}.union(proposed["application_id"])
        others = [key for key in self.known(self.today).waiting if key not in taken]
        free = proposed.loc[proposed["turn"].ne("own"), "year"].tolist()
        if others and free:
            key = data.draw(st.sampled_from(others))
            self.lines.append(f"{key} offered {self.today} year={free[0]}")
            self.skipping.add(key)
            self.out_of_turn |= {key: (free[0], self.today + timedelta(days=1))} if decided else {}
            self.today += timedelta(days=1)

    @rule(data=st.data(), event=st.sampled_from(FOLLOWING))
    def happen(self, data, event):
        if not self.lines:
            return
        key = data.draw(st.sampled_from(sorted({line.split()[0] for line in self.lines})))
        said = {"held": "minutes=60"}
        said["booked"] = f"starts_at={self.today + timedelta(days=9)}T17:00 mentor=Maija mode=online"
        line = f"{key} {event} {self.today} {said.get(event, '')}"
        if not follow(events(*self.lines, line), self.settled, as_of=self.today).problems:
            self.lines.append(line)
            self.today += timedelta(days=1)

    @rule(data=st.data())
    def drop_out(self, data):
        key = data.draw(st.sampled_from(KEYS))
        if self.lines and key not in self.dropped:
            self.dropped[key] = self.today
            self.today += timedelta(days=1)

    @rule()
    def carry_over(self):
        row = keep_ledger(self.look()[0], self.settled, as_of=self.today).loc[2023]
        if not self.moves and self.today >= date(2023, 12, 1) and row["open"] + row["lost"] > 0:
            self.moves = [MOVED | {"permitted_on": self.today}]

    @invariant()
    def the_ledger_closes_and_places_never_exceed_the_plan(self):
        if not self.lines:
            return
        places, proposed = self.look()
        ledger = keep_ledger(places, self.settled, as_of=self.today)
        room = ledger["planned"] + ledger["carried_in"] - ledger["carried_out"]
        assert room.equals(ledger[["delivered", "held_incomplete", "booked", "open", "lost"]].sum(axis=1))
        assert (ledger >= 0).all(axis=None)
        assert ledger["planned"].to_dict() == self.places
        assert check_ledger(places, ledger, self.settled, as_of=self.today) == []
        assert places["use"].ne("released").sum() + len(proposed) <= sum(self.places.values())
        assert not set(proposed["application_id"]) & set(places["application_id"])
        for one in proposed[proposed["turn"].eq("own")].itertuples():  # years once given stay
            carried = {move["to_year"] for move in self.moves if move["from_year"] == self.given[one.application_id]}
            assert one.year in {self.given[one.application_id], *carried}

    def teardown(self):
        """Whoever was skipped in any history is named, and only they."""
        if not getattr(self, "lines", None):
            return
        ahead = self.today + timedelta(days=9)
        found = find_skips(events(*self.lines), lambda day: self.known(min(day, ahead)), self.settled, as_of=self.today)
        assert {skip.event.application_id for skip in found} == self.skipping
        undecided = {skip.event.application_id for skip in found if skip.decided_on is None}
        assert undecided == self.skipping - set(self.out_of_turn)


TestYear = Year.TestCase
TestYear.settings = pace(max_examples=6 * MANY, stateful_step_count=20, deadline=None)


# Years, one by one


def used_place(key, **changes):
    return UsedPlace(key, **{"year": 2023, "offered_year": 2023, "offered_on": pd.Timestamp("2023-09-01")} | changes)


@pytest.mark.parametrize(
    ("places", "own", "queue", "holders"),
    [
        ([], ["K-01"], ["K-02", "K-03"], {"K-01"}),  # the permission serves the first of those who missed their year
        ([used_place("K-04", year=2024, use="delivered")], [], ["K-01", "K-02", "K-03"], {"K-04"}),
        (
            [used_place("K-05", kept_for=2024)],
            [],
            ["K-01", "K-02", "K-03"],
            {"K-05"},
        ),  # kept for who holds one and has no hour yet
        ([used_place("K-06", use="delivered")], ["K-01"], ["K-02", "K-03"], {"K-01", "K-06"}),
        ([used_place("K-07", use="released")], ["K-01"], ["K-02", "K-03"], {"K-01"}),
    ],
)
def test_who_missed_the_year_goes_first_unless_a_permission_keeps_the_place(places, own, queue, holders):
    known = Candidates({"K-01": 2023, "K-02": 2023}, ("K-03",))
    lineup = line_up(known, places, programme(carry_over=[MOVED]), as_of=date(2024, 1, 5))
    assert (lineup.own, lineup.queue, lineup.holders) == ({2024: own}, queue, holders)
    assert lineup.free[2024] == 3 - len(own) - sum(one.application_id in ("K-04", "K-05") for one in places)


def test_without_a_permission_an_open_place_of_a_year_that_ended_is_held_by_nobody():
    lineup = line_up(Candidates({}, ()), [used_place("K-05"), used_place("K-06", use="booked")], programme(), as_of=END)
    assert lineup.holders == {"K-06"}


def test_an_offer_without_a_year_is_of_the_one_decided_out_of_turn_and_nothing_else_gets_a_year():
    known = Candidates({}, ("K-01", "K-02"), out_of_turn={"K-01": (2024, date(2023, 8, 30))})
    told = events("K-01 offered 2023-09-01", "K-01 accepted 2023-09-02", "K-02 offered 2023-09-01")
    told = pd.concat([told, events("K-02 offered").assign(on=pd.NaT)], ignore_index=True)
    filled = fill_years(told, lambda _: known, programme())["year"]
    assert [None if pd.isna(year) else int(year) for year in filled] == [2024, None, None, None]
    nameless = events("– offered 2023-09-01").assign(application_id=None)
    assert fill_years(nameless, lambda _: known, programme())["year"].isna().all()
    one_year = fill_years(nameless, lambda _: known, programme(places={2023: 2}))["year"]
    assert one_year.tolist() == [2023]


def test_more_offers_than_places_leave_none_free_not_fewer():
    over = [used_place(f"K-1{at}") for at in (1, 2)]
    assert line_up(QUEUE, over, programme(**ONE_EACH), as_of=date(2023, 9, 6)).free == {2023: 0, 2024: 0}


def test_a_permission_serves_those_of_its_own_year_only():
    known = Candidates({"K-02": 2024, "K-01": 2023}, ())
    lineup = line_up(known, [], programme(**ONE_EACH, carry_over=[MOVED]), as_of=date(2024, 1, 5))
    assert (lineup.own, lineup.queue) == ({2024: ["K-02", "K-01"]}, [])
    later = MOVED | {"from_year": 2024, "to_year": 2025, "permitted_on": date(2024, 1, 2)}
    lasts = {"project__ends": date(2025, 12, 31), "keep_personal_data_until": date(2028, 1, 1)}
    settled = programme(places={2023: 1, 2024: 1, 2025: 1}, carry_over=[later], **lasts)
    assert line_up(known, [], settled, as_of=date(2024, 1, 5)).queue == ["K-01"]


def test_permissions_that_are_used_up_serve_nobody_more():
    used = [used_place(f"K-1{at}", year=2024, use="delivered") for at in (1, 2)]
    known = Candidates({"K-01": 2023, "K-02": 2023}, ())
    settled = programme(carry_over=[MOVED, MOVED | {"permission": "Nr. 13"}])
    assert line_up(known, used, settled, as_of=date(2024, 1, 5)).queue == ["K-01", "K-02"]


def test_a_claim_waits_for_a_place_of_its_own_year():
    known = Candidates({}, ("K-03", "K-04"), claims={"K-05": 2024}, towns=QUEUE.towns)
    assert offers(known=known, as_of=date(2023, 9, 6)) == [("K-03", 2023, "waiting"), ("K-05", 2024, "out_of_turn")]


def test_a_place_declined_on_the_day_of_an_offer_without_its_year_is_free_for_it():
    lines = ["K-01 offered 2023-09-01 year=2023", "K-02 offered 2023-09-01 year=2024", "K-01 declined 2023-09-05"]
    told = events(*lines, "K-03 offered 2023-09-05")
    assert fill_years(told, lambda _: QUEUE, programme(**ONE_EACH))["year"].tolist()[-1] == 2023
    nameless = told.assign(application_id=told["application_id"].where(told["application_id"].ne("K-03")))
    assert pd.isna(fill_years(nameless, lambda _: QUEUE, programme(**ONE_EACH))["year"].tolist()[-1])
