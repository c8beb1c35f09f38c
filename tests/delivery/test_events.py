"""Events, each law of the replay in a table: what is asked and where, orders of a day, what an hour is."""

import re
from datetime import date

import pytest
from builders import END, events, placed, programme, recommendations

from mentoring_lib.delivery.events import (
    LEDGER,
    MAX_ORDERED,
    OFFER_CELLS,
    check_appointments,
    check_recommendations,
    follow,
    list_appointments,
    list_valid_events,
    select_clear,
)
from mentoring_lib.delivery.ledger import keep_ledger

STORY = (
    "K-01 offered 2023-09-01 year=2023",
    "K-01 accepted 2023-09-05",
    "K-01 booked 2023-09-06 starts_at=2023-10-03T18:00 mentor=Maija mode=online",
    "K-01 held 2023-10-03 minutes=60",
    "K-01 recommendations_sent 2023-10-12",
)
MOVED = "K-01 booked 2023-09-06 starts_at=2023-10-04T18:00 mentor=Inese mode=online"


def asked(*lines, sheet="Notikumi", as_of=END):
    """Each question, with the column and the row it stands at."""
    problems = follow(events(*lines).assign(sheet=sheet), programme(), as_of=as_of).problems
    return [(one.code, one.column, one.row) for one in problems]


# Where it is asked


@pytest.mark.parametrize("event", ["accepted", "booked", "held", "not_held", "recommendations_sent", "withdrawn"])
def test_what_cannot_follow_is_asked_at_the_event_or_at_the_cell_of_the_offer_that_says_it(event):
    line = f"K-01 {event} 2023-09-02 year=2023 starts_at=2023-10-03T18:00 mentor=Maija mode=online minutes=60"
    assert asked(line) == [("event_order", "event", 2)]
    assert asked(line, sheet="Konsultācijas") == [("event_order", OFFER_CELLS.get(event, ("answer", ""))[0], 2)]


@pytest.mark.parametrize("end", ["declined", "expired", "withdrawn", "recommendations_sent"])
def test_nothing_follows_the_end_of_a_story(end):
    story = STORY if end == "recommendations_sent" else (STORY[0], f"K-01 {end} 2023-09-06")
    again = "K-01 booked 2023-11-01 starts_at=2023-11-03T18:00 mentor=Maija mode=online"
    assert asked(*story, again) == [("event_order", "event", len(story) + 2)]


def test_what_contradicts_a_row_of_the_other_sheet_names_it():
    both = events(*STORY[:3], "K-01 declined 2023-09-07").assign(sheet=["Konsultācijas"] * 3 + ["Notikumi"])
    (problem,) = follow(both, programme(), as_of=END).problems
    assert (problem.code, problem.row) == ("event_contradicts", 5)
    assert problem.details == "lapā «Konsultācijas», 4. rindā, ir «norunāts laiks» (06.09.2023)"


def test_the_cells_of_an_offer():
    assert OFFER_CELLS == {
        "offered": ("offered_on", "offered_on"), "booked": ("starts_at", "answered_on"), "held": ("held", "starts_at"),
        "not_held": ("held", "starts_at"), "recommendations_sent": ("sent_on", "sent_on"),
    }  # fmt: skip


def test_an_hour_held_before_it_was_to_begin_is_asked_at_its_day():
    early = (*STORY[:3], "K-01 held 2023-10-02 minutes=60")
    assert asked(*early) == [("held_early", "on", 5)]
    assert asked(*early, sheet="Konsultācijas") == [("held_early", "starts_at", 5)]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("K-01 booked 2023-09-06 starts_at=2023-10-03T18:00 mentor=Maija year=2024", ("event_year", "year", 4)),
        ("K-01 booked 2023-09-06 starts_at=2023-10-03T18:00 mentor=Maija year=2023", None),
        ("K-01 booked 2023-09-06 starts_at=2023-10-03T18:00 mentor=Zane", ("mentor_unknown", "mentor", 4)),
        ("K-01 booked 2023-09-06 starts_at=2023-10-03T18:00", ("event_incomplete", "mentor", 4)),
    ],
)
def test_a_cell_that_does_not_fit_is_asked_about(line, found):
    assert asked(*STORY[:2], line) == ([found] if found else [])


def test_an_offer_without_its_year_or_of_no_year_of_the_programme_is_asked_once_its_day_came():
    lines = ("K-01 offered 2023-09-01", "K-02 offered 2023-09-02 year=2030")
    assert asked(*lines) == [("event_incomplete", "year", 2), ("event_year", "year", 3)]
    assert asked(*lines, as_of=date(2023, 9, 1)) == [("event_incomplete", "year", 2)]


def test_an_unknown_mentor_is_one_question_by_name_at_the_first_row_with_the_number_of_rows():
    lines = [f"K-0{at} offered 2023-09-01 year=2023" for at in (1, 2, 3)]
    lines += [f"K-0{at} accepted 2023-09-02" for at in (1, 2, 3)]
    lines += [f"K-0{at} booked 2023-09-0{at + 2} starts_at=2023-10-0{at}T18:00 mentor={name} mode=online"
              for at, name in ((1, "Zane"), (2, "Anda"), (3, "Zane"))]  # fmt: skip
    problems = follow(events(*lines), programme(), as_of=END).problems
    assert [(one.value, one.row, one.details) for one in problems] == [
        ("Anda", 9, "1 ieraksts"), ("Zane", 8, "2 ieraksti"),
    ]  # fmt: skip


# Orders of one day


def on_one_day(*lines):
    return [re.sub(r"2023-\d\d-\d\d", "2023-09-01", line) for line in lines]


def test_every_order_of_five_events_of_one_day_is_tried_and_of_no_more():
    five = on_one_day(*STORY)
    assert len(five) == MAX_ORDERED
    assert asked(*five[::-1]) == []
    last = "K-01 cancelled 2023-09-01"
    assert "event_order" in {code for code, *_ in asked(*five, last)}  # six: tried as usual, where held goes first


def test_where_taking_back_could_mean_two_things_it_is_asked_at_the_last_of_that_day():
    again = [f"K-01 booked 2023-09-08 starts_at=2023-10-0{day}T18:00 mentor=Maija mode=online" for day in (5, 6)]
    taken_back = "K-01 cancelled 2023-09-08"
    assert asked(*STORY[:3], *again, taken_back) == [("event_day", "event", 7)]
    assert asked(*STORY[:3], taken_back, *again) == [("event_day", "event", 5)]


def test_which_of_two_hours_of_one_day_counts_does_not_hang_on_rows():
    both = [list_appointments(events(*STORY[:2], *two), programme(), as_of=END)["mentor"].tolist()
            for two in ((STORY[2], MOVED), (MOVED, STORY[2]))]  # fmt: skip
    assert both[0] == both[1]
    assert asked(*STORY[:2], STORY[2], MOVED) == []  # nothing is taken back, so nothing is asked


@pytest.mark.parametrize(("said", "until"), [("", "2023-09-08"), (" answer_by=2023-09-20", "2023-09-20")])
def test_an_offer_waits_as_long_as_it_says_or_as_the_settings_say(said, until):
    (place,) = follow(events(STORY[0] + said), programme(delivery={"answer_days": 7}), as_of=END).table.itertuples()
    assert str(place.answer_by.date()) == until


# Hours


def test_a_booking_without_an_hour_is_no_appointment():
    lines = (*STORY[:2], "K-01 booked 2023-09-06 mentor=Maija mode=online")
    assert list_appointments(events(*lines), programme(), as_of=END).empty


@pytest.mark.parametrize(
    ("more", "active", "sequence", "row"),
    [
        ((), True, 0, 4),
        (("K-01 booked 2023-09-08 starts_at=2023-10-05T18:00 mentor=Maija mode=online",), True, 1, 5),
        (("K-01 withdrawn 2023-09-08",), False, 1, 5),
        (STORY[3:], True, 0, 4),
        (("K-01 cancelled 2023-09-08", "K-01 booked 2023-09-09 starts_at=2023-10-03T18:00 mentor=Maija mode=online"),
         True, 2, 6),
    ],
)  # fmt: skip
def test_an_appointment_keeps_the_last_change_and_counts_them(more, active, sequence, row):
    (found,) = list_appointments(events(*STORY[:3], *more), programme(), as_of=END).itertuples()
    assert (found.active, found.sequence, found.row, found.mentor) == (active, sequence, row, "Maija")


@pytest.mark.parametrize(
    ("hour", "mentor", "asked_at"),
    [("18:59", "Maija", [("mentor_twice", 4)]), ("19:00", "Maija", []), ("18:00", "Inese", [])],
)
def test_two_hours_of_one_mentor_at_once_are_asked_about_where_the_later_was_agreed(hour, mentor, asked_at):
    other = [line.replace("K-01", "K-00") for line in STORY[:2]]
    other.append(f"K-00 booked 2023-09-05 starts_at=2023-10-03T{hour} mentor={mentor} mode=online")
    table = list_appointments(events(*STORY[:3], *other), programme(), as_of=END)
    assert [(one.code, one.row) for one in check_appointments(table, programme())] == asked_at


def test_days_are_days_whatever_rows_there_are():
    for lines in ((), STORY):
        kinds = follow(events(*lines), programme(), as_of=END).table.dtypes.astype(str)
        days = ["offered_on", "answer_by", "held_on", "sent_on"]
        assert kinds[days].tolist() == ["datetime64[us]"] * 4
        assert kinds[["year", "minutes", "participants"]].tolist() == ["Int64"] * 3


def test_an_invitation_waits_for_what_is_asked_about_its_hour_but_not_for_its_offer():
    table = list_appointments(events(*STORY[:3]), programme(), as_of=END)
    problems = follow(events(*STORY[:2], STORY[2].replace("Maija", "Zane")), programme(), as_of=END).problems
    assert select_clear(table, problems).empty
    assert len(select_clear(table, [])) == 1
    assert len(select_clear(table.assign(active=False), problems)) == 1


# What counts


def test_a_valid_event_says_the_year_of_its_place_its_note_and_where_it_stands():
    table = list_valid_events(events(*STORY[:2], "K-01 declined 2023-09-07 note=Slimība"), programme(), as_of=END)
    assert table["year"].tolist() == [2023, 2023]
    other = list_valid_events(events(STORY[0], "K-01 declined 2023-09-07 note=Slimība"), programme(), as_of=END)
    assert other[["event", "note", "row"]].to_numpy().tolist()[1] == ["declined", "Slimība", 3]


def test_the_ledger_counts_each_use_by_its_name():
    lines = [line.replace("K-01", key) for key, count in (("K-01", 5), ("K-02", 3), ("K-03", 1))
             for line in STORY[:count]]  # fmt: skip
    late = [line.replace("K-01", "K-04").replace("2023-10-03", "2024-02-03") for line in STORY[:4]]
    places = placed(*lines, *late, evidence=["K-01"])
    assert dict(zip(places["application_id"], places["use"], strict=True)) == {
        "K-01": "delivered", "K-02": "booked", "K-03": "open", "K-04": "held_late",
    }  # fmt: skip
    kept = keep_ledger(places, programme(places={2023: 9, 2024: 1}), as_of=date(2023, 10, 20))
    assert list(kept) == LEDGER == [
        "planned", "carried_in", "carried_out", "delivered", "held_incomplete", "booked", "open", "lost",
    ]  # fmt: skip
    assert kept.loc[2023].tolist() == [9, 0, 0, 1, 0, 1, 7, 0]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("K-01 2023-10-02", 1),
        ("K-01 2023-10-03", 0),
        ("K-02 2023-10-05", 1),
        ("– 2023-10-01", 0),
        ("K-01 2025-01-05", 0),
    ],
)
def test_a_recommendation_is_asked_about_before_its_hour_and_not_without_a_code(line, found):
    table = recommendations(line)
    table = table.assign(application_id=table["application_id"].where(table["application_id"].ne("–")))
    problems = check_recommendations(table, placed(*STORY[:4]), as_of=END)
    assert [one.code for one in problems] == ["recommendation_early"] * found
