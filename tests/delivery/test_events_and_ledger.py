"""Events to places, appointments, delivered consultations, the ledger, and whom to offer next."""

from datetime import date

import pandas as pd
import pytest
from builders import END, allocated, codes, column, events, held, placed, programme, recommendations, tasks
from hypothesis import given
from hypothesis import strategies as st

from mentoring_lib.base.columns import label_of
from mentoring_lib.base.rows import Candidates
from mentoring_lib.delivery.events import (
    CANCELLED,
    LEDGER,
    TRANSITIONS,
    _replay,
    check_appointments,
    check_recommendations,
    follow,
    list_appointments,
)
from mentoring_lib.delivery.ledger import (
    check_ledger,
    find_delivered,
    keep_ledger,
    last_day,
    planned_by,
    trace_course,
)
from mentoring_lib.delivery.turns import next_in_line
from mentoring_lib.workflow import ROOT

OFFER, ACCEPT = "K-01 offered 2023-09-01 year=2023", "K-01 accepted 2023-09-05"
BOOK = "K-01 booked 2023-09-06 starts_at=2023-10-03T18:00 mentor=Maija mode=online"
HELD = "K-01 held 2023-10-03 minutes=60"
SENT = "K-01 recommendations_sent 2023-10-12"
STORY = (OFFER, ACCEPT, BOOK, HELD, SENT)
MOVED = {"from_year": 2023, "to_year": 2024, "places": 1, "permission": "Nr. 7", "permitted_on": date(2023, 12, 1)}


def replay(*lines, as_of=END, table=None, **changes):
    return follow(events(*lines) if table is None else table, programme(**changes), as_of=as_of)


def status(*lines, **more):
    return column(replay(*lines, **more).table, "status")


def ledger(*lines, as_of=END, evidence=(), **changes):
    return keep_ledger(placed(*lines, as_of=as_of, evidence=evidence, **changes), programme(**changes), as_of=as_of)


def candidates_of(decided):
    """Who was given a place, by rank, and who waits."""
    given, waiting = decided.dropna(subset="place_year"), decided.dropna(subset="waiting").sort_values("waiting")
    years = dict(zip(given["application_id"], given["place_year"].astype(int), strict=True))
    return Candidates(years, waiting["application_id"].tolist())


def proposals(*lines, as_of, decided, **changes):
    places, settled = placed(*lines, as_of=as_of, **changes), programme(**changes)
    found = next_in_line(candidates_of(decided), places, settled, as_of=as_of)
    return list(zip(found["application_id"], found["year"], strict=True))


# Events


@pytest.mark.parametrize("length", range(1, 6))
def test_the_status_is_the_last_thing_that_happened(length):
    table, problems = replay(*STORY[:length])
    assert table["status"].tolist() == [["offered", "accepted", "booked", "held", "recommendations_sent"][length - 1]]
    assert problems == []


def test_a_held_consultation_remembers_its_place_mentor_mode_and_dates():
    (row,) = replay(*STORY).table.itertuples()
    assert (row.year, row.mentor, row.mode, row.minutes) == (2023, "Maija", "online", 60)
    assert [str(day.date()) for day in (row.offered_on, row.held_on, row.sent_on)] == [
        "2023-09-01",
        "2023-10-03",
        "2023-10-12",
    ]


@pytest.mark.parametrize("first", TRANSITIONS)
@pytest.mark.parametrize("event", [event for event in TRANSITIONS if event])
def test_only_what_may_follow_is_possible(first, event):
    way = {
        "": (),
        "offered": STORY[:1],
        "accepted": STORY[:2],
        "booked": STORY[:3],
        "held": STORY[:4],
        "recommendations_sent": STORY,
        "not_held": (*STORY[:3], "K-01 not_held 2023-10-03"),
        "declined": (OFFER, "K-01 declined 2023-09-05"),
        "expired": (OFFER, "K-01 expired 2023-09-05"),
        "withdrawn": (OFFER, "K-01 withdrawn 2023-09-05"),
    }[first]
    said = "year=2023 starts_at=2023-12-01T10:00 mentor=Maija mode=online minutes=60"
    table, problems = replay(*way, f"K-01 {event} 2023-11-30 {said}")
    possible = event in TRANSITIONS[first]
    assert codes(problems) == ([] if possible else ["event_order"])
    assert table["status"].tolist() == [status for status in [event if possible else first] if status]


def test_an_event_out_of_order_is_named_with_its_row_and_changes_nothing():
    table, problems = replay(OFFER, "K-01 held 2023-09-02 minutes=60 mentor=Inese mode=online")
    assert [(p.row, p.message) for p in problems] == [
        (3, "notikums «notika» šeit nav iespējams: pirms tā ir «piedāvāta konsultācija»")
    ]
    pd.testing.assert_frame_equal(table, replay(OFFER).table)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["K-01 offered 2023-09-01"], "notikumam «piedāvāta konsultācija» trūkst: Konsultācijas gads"),
        (["K-01 offered 2023-09-01 year=2030"], "konsultācijas gads 2030 te neder"),
        ([OFFER, ACCEPT, "K-01 booked 2023-09-06"], "notikumam «norunāts laiks» trūkst: Konsultācijas laiks, Mentors"),
        (
            [OFFER, ACCEPT, "K-01 booked 2023-09-06 starts_at=2023-10-03T18:00 mentor=Zane"],
            "mentora «Zane» iestatījumos nav (1 ieraksts)",
        ),
        ([OFFER, ACCEPT, BOOK, "K-01 held 2023-10-03"], "notikumam «notika» trūkst: Minūtes"),
    ],
)
def test_an_event_that_does_not_say_what_it_must_is_a_problem(lines, message):
    assert [p.message for p in replay(*lines).problems] == [message]


def test_a_year_once_given_stays():
    assert replay(OFFER, "K-01 accepted 2023-09-05 year=2024").table["year"].tolist() == [2023]


def test_events_after_the_as_of_day_have_not_happened_yet():
    assert status(*STORY, as_of=date(2023, 10, 2)) == {"K-01": "booked"}
    assert status(*STORY, as_of=date(2023, 10, 3)) == {"K-01": "held"}
    assert status(*STORY, as_of=date(2023, 8, 31)) == {}


def test_events_of_one_day_may_stand_in_any_row_order():
    story = [
        "K-01 offered 2023-09-01 year=2023",
        "K-01 accepted 2023-09-01",
        "K-01 booked 2023-09-01 starts_at=2023-09-01T18:00 mentor=Maija mode=online",
        "K-01 held 2023-09-01 minutes=60",
        "K-01 recommendations_sent 2023-09-01",
    ]
    for rows in (story, story[::-1], story[2:] + story[:2]):
        table, problems = replay(*rows)
        assert problems == []
        assert table["status"].tolist() == ["recommendations_sent"]


def test_a_new_time_after_a_consultation_that_did_not_happen_may_be_agreed_the_same_day():
    again = "K-01 booked 2023-10-03 starts_at=2023-10-20T18:00 mentor=Maija"
    assert status(*STORY[:3], again, "K-01 not_held 2023-10-03") == {"K-01": "booked"}


def test_a_time_moved_on_the_day_of_the_consultation_is_no_problem():
    table, problems = replay(*STORY[:3], "K-01 booked 2023-10-03 starts_at=2023-10-03T19:00 mentor=Maija", HELD)
    assert problems == []
    assert table["starts_at"].dt.hour.tolist() == [19]


DAY = st.dates(date(2023, 8, 22), date(2024, 12, 31))
EVENT = st.builds(
    "{} {} 2023-09-{:02} year={} mentor={} mode=online minutes=60 starts_at=2023-10-{:02}T10:00".format,
    st.sampled_from(["K-01", "K-02", "K-03"]),
    st.sampled_from([event for event in [*TRANSITIONS, CANCELLED] if event]),
    st.integers(1, 4),
    st.just(2023),
    st.just("Maija"),
    st.integers(1, 2),
)


@given(st.lists(EVENT, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_rows_in_the_sheet_changes_nothing(lines, chance):
    one, other = replay(*lines), replay(*chance.sample(lines, len(lines)))
    pd.testing.assert_frame_equal(one.table, other.table)
    assert sorted(p.message for p in one.problems) == sorted(p.message for p in other.problems)


def test_two_bookings_of_one_day_and_hour_do_not_depend_on_their_rows():
    two = [
        f"K-01 booked 2023-09-06 starts_at=2023-10-03T18:00 mentor={mentor} mode=online"
        for mentor in ("Maija", "Inese")
    ]
    pd.testing.assert_frame_equal(replay(OFFER, ACCEPT, *two).table, replay(OFFER, ACCEPT, *two[::-1]).table)


@pytest.mark.parametrize("length", range(1, 6))
def test_a_wrong_entry_is_taken_back_by_a_new_one(length):
    day = "2023-11-01"
    assert status(*STORY[:length], f"K-01 cancelled {day}") == status(*STORY[: length - 1])
    pd.testing.assert_frame_equal(
        replay(*STORY[:length], f"K-01 cancelled {day}").table, replay(*STORY[: length - 1]).table
    )


def test_what_was_taken_back_stood_until_then():
    lines = [*STORY[:4], "K-01 cancelled 2023-10-10"]
    assert status(*lines, as_of=date(2023, 10, 9)) == {"K-01": "held"}
    assert status(*lines, as_of=date(2023, 10, 10)) == {"K-01": "booked"}


def test_a_correction_may_be_followed_by_the_right_event_the_same_day():
    lines = [OFFER, "K-01 accepted 2023-09-05", "K-01 cancelled 2023-09-06", "K-01 declined 2023-09-06"]
    for order in (lines, lines[::-1]):
        assert replay(*order).problems == []
        assert status(*order) == {"K-01": "declined"}


def test_there_must_be_something_to_take_back():
    (problem,) = replay("K-01 cancelled 2023-09-06").problems
    assert problem.message == "notikums «iepriekšējais ieraksts atcelts» šeit nav iespējams: pirms tā ir «vēl nekas»"


def test_if_one_day_leaves_open_what_was_taken_back_a_person_says_it():
    again = "K-01 booked 2023-09-06 starts_at=2023-10-10T18:00 mentor=Maija mode=online"
    (problem,) = replay(OFFER, ACCEPT, BOOK, again, "K-01 cancelled 2023-09-06").problems
    assert problem.message == "tajā pašā dienā ir vairāki ieraksti, un nav skaidrs, kurš no tiem atcelts"
    assert codes(replay(OFFER, ACCEPT, BOOK, again, "K-01 cancelled 2023-09-07").problems) == []


def test_held_before_the_hour_agreed_is_told():
    (problem,) = replay(OFFER, ACCEPT, BOOK, "K-01 held 2023-10-02 minutes=60").problems
    assert (problem.row, problem.message) == (5, "«notika» ir datēts pirms norunātā laika (03.10.2023)")


def test_any_is_not_a_way_in_which_an_hour_was_held():
    booked = "K-01 booked 2023-09-06 starts_at=2023-10-03T18:00 mentor=Maija"
    (problem,) = replay(OFFER, ACCEPT, booked, "K-01 held 2023-10-03 minutes=60 mode=any").problems
    assert problem.message == "notikumam «notika» trūkst: Veids"


def test_an_offer_says_until_when_to_answer_or_the_programme_does():
    assert replay(OFFER).table["answer_by"].astype(str).tolist() == ["2023-09-15"]
    assert replay(f"{OFFER} answer_by=2023-09-08").table["answer_by"].astype(str).tolist() == ["2023-09-08"]
    assert replay(OFFER, delivery={"answer_days": 3}).table["answer_by"].astype(str).tolist() == ["2023-09-04"]
    later = replay(OFFER, "K-01 accepted 2023-09-05 answer_by=2023-09-20")  # only an offer says it
    assert later.table["answer_by"].astype(str).tolist() == ["2023-09-15"]


@given(st.lists(EVENT, max_size=10), st.integers(0, 1000), DAY)
def test_any_order_of_rows_gives_the_same_states_and_appointments(lines, chance, as_of):
    table = events(*lines)
    turned = table.sample(frac=1, random_state=chance).reset_index(drop=True)
    pd.testing.assert_frame_equal(replay(table=table, as_of=as_of).table, replay(table=turned, as_of=as_of).table)
    hours = [list_appointments(rows, programme(), as_of=as_of).drop(columns="row") for rows in (table, turned)]
    pd.testing.assert_frame_equal(*hours)


@given(st.lists(EVENT, max_size=10), st.integers(1, 5))
def test_one_day_never_looks_ahead(lines, day):
    as_of = date(2023, 9, day)
    known = [line for line in lines if line.split()[2] <= as_of.isoformat()]
    then, now = replay(*known, as_of=as_of), replay(*lines, as_of=as_of)
    pd.testing.assert_frame_equal(then.table, now.table)
    assert codes(then.problems) == codes(now.problems)


@given(st.lists(EVENT, max_size=10))
def test_every_event_counts_or_is_a_problem(lines):
    table, problems = replay(*lines)
    taken_back = sum("cancelled" in line for line in lines)
    impossible = codes(problems).count("event_order")
    counted = len(list_steps(lines))
    assert counted + impossible == len(lines)
    assert taken_back <= len(lines)
    assert table["application_id"].is_unique


def list_steps(lines):
    return [step for story in _replay(events(*lines), programme(), END) for step in story.steps]


# Appointments


def appointments(*lines, as_of=END):
    return list_appointments(events(*lines), programme(), as_of=as_of)


MOVE = "K-01 booked 2023-09-20 starts_at=2023-10-05T18:00 mentor=Maija mode=online"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([OFFER, ACCEPT], []),
        (STORY[:3], [(0, True, 3)]),
        (STORY, [(0, True, 3)]),
        ([*STORY[:3], MOVE], [(1, True, 5)]),
        ([*STORY[:3], "K-01 withdrawn 2023-09-20"], [(1, False, 3)]),
        ([*STORY[:3], "K-01 not_held 2023-10-03"], [(1, False, 3)]),
        ([*STORY[:3], "K-01 not_held 2023-10-03", MOVE.replace("09-20", "10-04")], [(2, True, 5)]),
        ([*STORY[:3], MOVE, "K-01 cancelled 2023-09-21"], [(2, True, 3)]),
        ([*STORY[:3], "K-01 cancelled 2023-09-07"], [(1, False, 3)]),
    ],
)
def test_an_appointment_counts_its_changes(lines, expected):
    table = appointments(*lines)
    assert [(row.sequence, row.active, row.starts_at.day) for row in table.itertuples()] == expected


def clash(hour, mentor="Maija"):
    return [*STORY[:3], *(line.replace("K-01", "K-02") for line in STORY[:2]),
            f"K-02 booked 2023-09-07 starts_at=2023-10-03T{hour} mentor={mentor} mode=online"]  # fmt: skip


@pytest.mark.parametrize("hour", ["17:01", "18:00", "18:59"])
def test_a_mentor_cannot_be_in_two_places_in_one_hour(hour):
    (problem,) = check_appointments(appointments(*clash(hour)), programme())
    assert problem.row == 7
    assert problem.message == "mentoram «Maija» šajā stundā jau ir cita konsultācija (K-01)"


@pytest.mark.parametrize("lines", [clash("17:00"), clash("19:00"), clash("18:00", "Inese"),
                                   [*clash("18:00"), "K-01 withdrawn 2023-09-08"]])  # fmt: skip
def test_hours_that_do_not_overlap_are_no_problem(lines):
    assert check_appointments(appointments(*lines), programme()) == []


@pytest.mark.parametrize("given_on", ["K-01 2023-10-02", "K-02 2023-10-05"])
def test_a_recommendation_before_its_consultation_or_without_one_is_told(given_on):
    (problem,) = check_recommendations(recommendations(given_on), placed(*STORY), as_of=END)
    assert (problem.row, problem.message) == (2, "ieteikums ir, bet konsultācija līdz tam nav notikusi")


def test_a_recommendation_on_the_day_of_the_consultation_is_fine():
    assert check_recommendations(recommendations("K-01 2023-10-03"), placed(*STORY), as_of=END) == []


def draw_transitions():
    """The table of transitions as a diagram (Mermaid), with the words people see."""
    names = [f'    state "{label_of("event", event)}" as {event}' for event in TRANSITIONS if event]
    arrows = [f"    {before or '[*]'} --> {after}" for before, following in TRANSITIONS.items() for after in following]
    ends = [f"    {event} --> [*]" for event, following in TRANSITIONS.items() if not following]
    return "\n".join(["stateDiagram-v2", *names, *arrows, *ends])


def test_the_diagram_in_the_documents_is_made_from_the_table():
    assert f"```mermaid\n{draw_transitions()}\n```" in (ROOT / "docs" / "notikumi.md").read_text("utf-8")


def test_no_events_are_no_places():
    table, problems = replay()
    assert len(table) == 0
    assert problems == []
    assert len(placed()) == 0


# Delivered


def test_delivered_needs_a_recommendation_and_a_task():
    assert column(placed(*STORY, evidence=["K-01"]), "use") == {"K-01": "delivered"}
    table = placed(*STORY)
    assert column(table, "use") == {"K-01": "held_incomplete"}
    assert column(table, "missing") == {"K-01": "ieteikumi, veicamie darbi"}


def test_what_a_held_consultation_lacks_is_named():
    table = placed(
        OFFER, ACCEPT, "K-01 booked 2023-09-06 starts_at=2023-10-03T18:00", "K-01 held 2023-10-03", evidence=["K-01"]
    )
    assert column(table, "missing") == {"K-01": "veids, minūtes, mentors"}


@pytest.mark.parametrize(
    ("lines", "use"),
    [
        ([OFFER], "open"),
        ([OFFER, ACCEPT], "open"),
        ([OFFER, ACCEPT, BOOK], "booked"),
        ([OFFER, "K-01 declined 2023-09-05"], "released"),
        ([OFFER, "K-01 expired 2023-09-05"], "released"),
        ([OFFER, ACCEPT, BOOK, "K-01 withdrawn 2023-09-20"], "released"),
        ([OFFER, ACCEPT, BOOK, "K-01 not_held 2023-10-03"], "open"),
    ],
)
def test_what_became_of_a_place(lines, use):
    assert column(placed(*lines), "use") == {"K-01": use}


# The ledger


def test_a_year_that_has_not_begun_is_open_and_one_that_ended_is_lost():
    assert ledger(as_of=date(2023, 12, 31))["open"].tolist() == [2, 2]
    assert ledger(as_of=date(2024, 1, 1))[["open", "lost"]].to_numpy().tolist() == [[0, 2], [2, 0]]
    assert ledger(as_of=date(2024, 10, 31))["open"].tolist() == [0, 2]
    assert ledger(as_of=date(2024, 11, 1))["lost"].tolist() == [2, 2]


def test_the_last_day_of_a_year_is_not_after_the_project():
    assert last_day(2023, programme()) == date(2023, 12, 31)
    assert last_day(2024, programme()) == date(2024, 10, 31)


def test_each_place_is_counted_once():
    lines = [*STORY, *held("K-02", 2023, "2023-11-01"), "K-03 offered 2024-01-10 year=2024"]
    assert ledger(*lines, evidence=["K-01"]).loc[2023].to_dict() == {
        "planned": 2,
        "carried_in": 0,
        "carried_out": 0,
        "delivered": 1,
        "held_incomplete": 1,
        "booked": 0,
        "open": 0,
        "lost": 0,
    }


def test_unused_places_move_only_with_permission_and_planned_stays():
    table = ledger(carry_over=[MOVED])
    assert table["planned"].tolist() == [2, 2]
    assert table["carried_out"].tolist() == [1, 0]
    assert table["carried_in"].tolist() == [0, 1]
    assert table["lost"].tolist() == [1, 0]
    assert table["open"].tolist() == [0, 3]


def test_a_permission_counts_from_its_day():
    assert ledger(as_of=date(2023, 11, 30), carry_over=[MOVED])["carried_in"].sum() == 0
    assert ledger(as_of=date(2023, 12, 1), carry_over=[MOVED])["carried_in"].sum() == 1


def ledger_problems(*lines, as_of=END, **changes):
    places, settled = placed(*lines, as_of=as_of, **changes), programme(**changes)
    return check_ledger(places, keep_ledger(places, settled, as_of=as_of), settled, as_of=as_of)


def test_more_places_in_use_than_there_are_are_told_and_stop_nothing_else():
    found = ledger_problems(*STORY, *held("K-02", 2023, "2023-11-01"), places={2023: 1})
    assert [p.message for p in found] == [
        "2023. gadā piedāvāts vairāk konsultāciju, nekā ir",
        "2023. gadā izmantots vairāk konsultāciju, nekā ir: pietrūkst: 1 konsultācija",
    ]


def test_a_declined_place_stays_open_in_its_year():
    assert ledger(OFFER, "K-01 declined 2023-09-05", as_of=date(2023, 10, 1)).loc[2023, "open"] == 2


@given(st.lists(EVENT, max_size=14), DAY)
def test_with_more_offers_than_places_the_ledger_closes_or_the_problem_is_told(lines, as_of):
    settled = programme(places={2023: 1})
    table = placed(*lines, as_of=as_of, places={2023: 1})
    found = keep_ledger(table, settled, as_of=as_of)
    over = found[["open", "lost"]].sum(axis=1).lt(0).any()
    assert ("ledger_open" in codes(check_ledger(table, found, settled, as_of=as_of))) == over
    assert found[["delivered", "held_incomplete", "booked", "open", "lost"]].sum(axis=1).tolist() == [1]


def test_the_report_for_a_year_can_be_made_in_the_next_one_from_the_same_files():
    lines = [*STORY, *held("K-02", 2023, "2023-11-01"), *held("K-03", 2024, "2024-02-01")]
    typed = recommendations("K-01 2023-10-12", "K-02 2024-01-05", "K-03 2024-02-02")
    files = events(*lines), typed, tasks("K-01", "K-02", "K-03")
    for now, expected in ((date(2023, 12, 31), [1, 0]), (date(2024, 3, 1), [2, 1])):
        place = find_delivered(replay(table=files[0], as_of=now).table, *files[1:], programme(), as_of=now)
        assert keep_ledger(place, programme(), as_of=now)["delivered"].tolist() == expected


@given(st.lists(EVENT, max_size=12), DAY, st.booleans())
def test_the_ledger_closes_whatever_happened(lines, as_of, permitted):
    table = ledger(*lines, as_of=as_of, places={2023: 3, 2024: 1}, carry_over=[MOVED] if permitted else [])
    assert table.columns.tolist() == LEDGER
    left = table["planned"] + table["carried_in"] - table["carried_out"]
    assert left.equals(table[["delivered", "held_incomplete", "booked", "open", "lost"]].sum(axis=1))
    assert table["planned"].to_dict() == {2023: 3, 2024: 1}
    assert table["carried_in"].sum() == table["carried_out"].sum()
    assert (table >= 0).all(axis=None)


# Whom to offer


DECIDED = ("K-01 new 12", "K-02 new 11", "K-03 existing 3", "K-04 existing 2")
TWO = {2023: 1, 2024: 1}


def test_first_everyone_with_a_place_is_offered_it():
    decided = allocated(*DECIDED, places=TWO)
    assert proposals(as_of=date(2023, 9, 1), decided=decided, places=TWO) == [("K-01", 2023), ("K-02", 2024)]


def test_a_declined_place_goes_to_the_first_who_waits_in_the_same_year():
    decided = allocated(*DECIDED, places=TWO)
    lines = [OFFER, "K-01 declined 2023-09-05"]
    assert proposals(*lines, as_of=date(2023, 9, 6), decided=decided, places=TWO) == [("K-03", 2023), ("K-02", 2024)]


def test_a_replacement_that_declines_too_is_followed_by_the_next():
    decided = allocated(*DECIDED, places=TWO)
    lines = [OFFER, "K-01 declined 2023-09-05", "K-03 offered 2023-09-06 year=2023", "K-03 expired 2023-09-20"]
    assert proposals(*lines, as_of=date(2023, 9, 21), decided=decided, places=TWO) == [("K-04", 2023), ("K-02", 2024)]


def test_while_an_offer_is_open_nobody_else_is_proposed_for_it():
    decided = allocated(*DECIDED, places={2023: 1})
    assert proposals(OFFER, as_of=date(2023, 9, 6), decided=decided, places={2023: 1}) == []


def test_a_year_that_ended_offers_nothing():
    decided = allocated(*DECIDED, places=TWO)
    assert proposals(as_of=date(2024, 1, 1), decided=decided, places=TWO) == [("K-02", 2024)]
    assert proposals(as_of=date(2024, 11, 1), decided=decided, places=TWO) == []


def test_a_carried_over_place_goes_to_the_first_who_waits():
    decided = allocated(*DECIDED, places=TWO)
    lines = [OFFER, "K-01 declined 2023-09-05"]
    assert proposals(*lines, as_of=date(2024, 1, 1), decided=decided, places=TWO, carry_over=[MOVED]) == [
        ("K-02", 2024),
        ("K-03", 2024),
    ]


def test_an_impossible_event_changes_no_proposal():
    decided = allocated(*DECIDED, places={2023: 1})
    assert proposals("K-01 accepted 2023-09-05", as_of=date(2023, 9, 6), decided=decided, places={2023: 1}) == [
        ("K-01", 2023)
    ]


def test_nobody_is_proposed_when_nobody_applied():
    assert proposals(as_of=date(2023, 9, 1), decided=allocated(places=TWO), places=TWO) == []


@given(st.lists(EVENT, max_size=10), st.dates(date(2023, 8, 22), date(2023, 12, 31)))
def test_offers_and_places_in_use_never_exceed_the_year(lines, as_of):
    places = {2023: 3}
    decided = allocated(*DECIDED, places=places)
    now = placed(*lines, as_of=as_of, places=places)
    taken = (now["use"].ne("released") & now["status"].ne("")).sum()
    found = proposals(*lines, as_of=as_of, decided=decided, places=places)
    assert taken + len(found) <= max(3, taken)
    assert not {key for key, _ in found} & set(now.loc[now["status"].ne(""), "application_id"])


# Course


def test_the_course_counts_consultations_day_by_day():
    course = trace_course(placed(*STORY, *held("K-02", 2023, "2023-11-01")), programme(), as_of=END)
    assert course["held"].tolist() == [0, 1, 2, 2]
    assert course["planned"].iloc[0] == 0
    assert course["planned"].is_monotonic_increasing


def test_the_even_pace_ends_with_all_places():
    assert planned_by(date(2023, 8, 21), programme()) == 0
    assert planned_by(date(2023, 12, 31), programme()) == 2
    assert planned_by(date(2024, 10, 31), programme()) == 4
    assert planned_by(date(2030, 1, 1), programme()) == 4


def test_without_events_the_course_is_a_plan():
    assert trace_course(placed(), programme(), as_of=END)["held"].tolist() == [0, 0]


def test_an_offer_without_its_year_counts_for_nothing():
    table, problems = replay("K-01 offered 2023-09-01", "K-01 accepted 2023-09-02")
    assert table["application_id"].tolist() == []
    assert codes(problems) == ["event_incomplete", "event_order"]


def test_who_missed_a_year_has_the_place_carried_over_before_the_waiting_list():
    decided = allocated("A new 9", "B new 8", "C new 7", places={2023: 1, 2024: 1}, seed="1" * 20)
    moved = [{"from_year": 2023, "to_year": 2024, "places": 1, "permission": "Nr. 1", "permitted_on": date(2024, 1, 5)}]
    settled = programme(places={2023: 1, 2024: 1}, carry_over=moved)
    candidates, places = candidates_of(decided), placed(places={2023: 1, 2024: 1})
    found = next_in_line(candidates, places, settled, as_of=date(2024, 2, 1))
    assert found.to_numpy().tolist() == [["A", 2024, "own"], ["B", 2024, "own"]]
