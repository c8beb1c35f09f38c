"""The ledger's parts, each alone: freed places, carried ones, what is asked, the even pace."""

from datetime import date

import pandas as pd
import pytest
from builders import END, codes, events, held, placed, programme, recommendations, tasks

from mentoring_lib.base.rows import rows_of
from mentoring_lib.delivery.events import follow, list_appointments
from mentoring_lib.delivery.ledger import (
    check_hours,
    check_ledger,
    count_carried,
    count_moved,
    count_room,
    day_of_hour,
    find_delivered,
    find_freed,
    first_day,
    has_left,
    keep_ledger,
    last_day,
    planned_by,
    trace_course,
)
from mentoring_lib.delivery.rows import Place, UsedPlace

MOVE = {"from_year": 2023, "to_year": 2024, "places": 1, "permission": "Nr. 7", "permitted_on": date(2023, 12, 20)}
OFFERED = pd.Timestamp("2023-09-01")


def place(key="K-01", **changes):
    usual = {"status": "accepted", "year": 2023, "offered_on": OFFERED, "offered_year": 2023, "use": "open"}
    return UsedPlace(key, **usual | changes)


@pytest.mark.parametrize(
    ("changes", "on", "held_on", "freed"),
    [
        ({}, date(2023, 9, 1), None, True),
        ({}, date(2023, 8, 31), None, False),
        ({}, date(2023, 9, 20), date(2023, 9, 20), False),
        ({}, date(2023, 9, 20), date(2023, 9, 21), True),
        ({"status": "held"}, date(2023, 9, 20), None, False),
        ({"offered_on": None}, date(2023, 9, 20), None, False),
        ({}, None, None, False),
    ],
)
def test_a_decision_frees_a_place_from_the_offer_to_the_day_before_the_hour(changes, on, held_on, freed):
    dropped, hours = {"K-01": on} if on else {"K-02": END}, {"K-01": held_on} if held_on else {}
    assert find_freed([place(**changes)], dropped, hours) == ({"K-01": on} if freed else {})


def test_the_day_of_an_hour_and_the_days_of_a_year():
    hour, on = pd.Timestamp("2023-10-03T18:00", tz="Europe/Riga"), pd.Timestamp("2023-10-04")
    days = {"booked": date(2023, 10, 3), "held": date(2023, 10, 4), "recommendations_sent": date(2023, 10, 4)}
    for status in ("offered", "accepted", "booked", "not_held", "held", "recommendations_sent"):
        assert day_of_hour(Place("K-01", status, starts_at=hour, held_on=on)) == days.get(status)
    assert day_of_hour(Place("K-01", "booked")) is None
    settled = programme()
    assert (first_day(2023, settled), last_day(2023, settled)) == (date(2023, 8, 21), date(2023, 12, 31))
    assert (first_day(2024, settled), last_day(2024, settled)) == (date(2023, 12, 31), date(2024, 10, 31))


def test_room_follows_the_permissions_given_by_a_day():
    ends = {"project__ends": date(2025, 10, 31), "keep_personal_data_until": date(2028, 1, 1)}
    moves = [MOVE, MOVE | {"from_year": 2024, "to_year": 2025, "places": 2, "permitted_on": date(2024, 1, 5)}]
    settled = programme(places={2023: 2, 2024: 2, 2025: 1}, carry_over=moves, **ends)
    day, later = date(2023, 12, 20), date(2024, 1, 5)
    assert [count_carried(year, settled, day) for year in (2023, 2024)] == [(0, 1), (1, 0)]
    assert [count_room(year, settled, date(2023, 12, 19)) for year in (2023, 2024)] == [2, 2]
    assert [count_room(year, settled, day) for year in (2023, 2024)] == [1, 3]
    assert [count_carried(year, settled, later) for year in (2023, 2024, 2025)] == [(0, 1), (1, 2), (2, 0)]
    assert [count_room(year, settled, later) for year in (2023, 2024, 2025)] == [1, 1, 3]


def kept(*lines, as_of=END, **changes):
    """Who holds a place that is kept for a later year, and which year."""
    table = placed(*lines, as_of=as_of, **changes).dropna(subset=["kept_for"])
    return dict(zip(table["application_id"], table["kept_for"], strict=True))


OPEN = [f"K-0{at} offered 2023-{day} year=2023" for at, day in ((1, "09-01"), (2, "09-01"), (3, "08-30"))]
LATER = held("K-05", 2023, "2024-01-10")


def test_permissions_between_the_same_years_add_up():
    moves = {"carry_over": [MOVE, MOVE | {"places": 2, "permitted_on": date(2024, 1, 5)}]}
    lines = [*OPEN, "K-04 offered 2023-09-01 year=2023"]
    assert kept(*lines, as_of=date(2024, 1, 4), **moves) == {"K-03": 2024}
    assert kept(*lines, as_of=date(2024, 1, 5), **moves) == {"K-03": 2024, "K-01": 2024, "K-02": 2024}
    assert kept(*lines, *LATER[:3], as_of=date(2024, 1, 5), **moves) == {"K-03": 2024, "K-01": 2024}


def test_a_permission_is_kept_for_who_was_offered_first_and_counted_once():
    two = {"carry_over": [MOVE | {"places": 2}]}
    assert kept(*OPEN, **two) == {"K-03": 2024, "K-01": 2024}
    assert kept(*OPEN, **two, as_of=date(2023, 12, 19)) == {}
    assert kept(*OPEN, *LATER, **two) == {"K-03": 2024}
    again = [line.replace("K-05", "K-06") for line in LATER]
    assert kept(*OPEN, *LATER, *again[:3], **two) == {}
    third = [line.replace("K-05", "K-04") for line in LATER]
    assert kept(*OPEN, *LATER, *again, *third, **two) == {}
    assert placed(*LATER, *again, *third, **two)["use"].tolist() == ["held_incomplete", "held_incomplete", "held_late"]
    others = [
        *held("K-07", 2023, "2023-10-03"),
        *held("K-08", 2023, "2023-10-03")[:3],
        "K-09 offered 2023-09-01 year=2024",
    ]
    assert kept(*others, **two) == {}


def test_who_has_a_place_moved_has_an_hour_in_the_later_year_or_one_kept_for_it():
    used = place("K-04", use="delivered", year=2024)
    others = [place(use="delivered"), place(use="booked"), place(year=2024, offered_year=2024)]
    both = [used, *others, place("K-03", kept_for=2024), place("K-02", kept_for=2025), place("K-01")]
    assert count_moved(both, 2023, 2024) == 2


def asked_of_ledger(*lines, as_of=END, **changes):
    places, settled = placed(*lines, as_of=as_of, **changes), programme(**changes)
    found = check_ledger(places, keep_ledger(places, settled, as_of=as_of), settled, as_of=as_of)
    return [(one.code, one.value, one.details) for one in found]


def three(year=2023, **_):
    return [line for key in ("K-01", "K-02", "K-03") for line in held(key, year, f"{year}-10-03")]


@pytest.mark.parametrize(
    ("lines", "changes", "told"),
    [
        ((), {}, []),
        (three()[:8], {}, []),
        (three(), {}, [("offers_over", "2023", ""), ("ledger_open", "2023", "pietrūkst: 1 konsultācija")]),
        (
            [f"K-0{at} offered 2023-09-01 year=2023" for at in (1, 2, 3)],
            {"as_of": date(2023, 9, 2)},
            [("offers_over", "2023", "")],
        ),
        (
            three(),
            {"carry_over": [MOVE], "as_of": date(2023, 12, 21)},
            [("carried_over", "2023", "pārnestas 1, neizmantotas -1; atļauts 20.12.2023")],
        ),
        (three()[:4], {"carry_over": [MOVE]}, []),
        (
            three()[:8],
            {"carry_over": [MOVE]},
            [("carried_over", "2023", "pārnestas 1, neizmantotas 0; atļauts 20.12.2023")],
        ),
    ],
)
def test_what_is_asked_of_the_ledger(lines, changes, told):
    found = [
        (code, value, details.replace("\u00a0", " ")) for code, value, details in asked_of_ledger(*lines, **changes)
    ]
    assert found == told


def test_a_permission_that_came_too_late_is_named_where_places_are_missing():
    lines = [line.replace("2023", "2024") for line in three()]
    late = [MOVE | {"permitted_on": date(2024, 10, 20)}]
    ((code, year, details),) = [one for one in asked_of_ledger(*lines, as_of=date(2024, 10, 10), carry_over=late)
                                if one[0] == "ledger_open"]  # fmt: skip
    text = details.replace("\u00a0", " ")
    assert (code, year) == ("ledger_open", "2024")
    assert text == "pietrūkst: 1 konsultācija; atļauja pārnest konsultācijas ir tikai no 20.10.2024"


@pytest.mark.parametrize(
    ("lines", "dropped", "told"),
    [
        (held("K-01", 2023, "2023-10-03"), {}, []),
        (held("K-01", 2023, "2023-12-31"), {}, []),
        ([*held("K-01", 2023, "2023-10-03")[:3], "K-01 not_held 2023-10-03"], {}, []),
        (held("K-01", 2023, "2024-01-10"), {}, [("held_late", "10.01.2024", "2023")]),
        (held("K-01", 2024, "2023-12-20"), {}, [("held_before_year", "20.12.2023", "2024")]),
        (held("K-01", 2023, "2024-01-10")[:3], {}, [("booked_outside_year", "10.01.2024", "2023")]),
        (
            held("K-01", 2023, "2023-10-03"),
            {"K-01": date(2023, 10, 2)},
            [("hour_after_decision", "03.10.2023", "02.10.2023")],
        ),
        (
            held("K-01", 2023, "2023-10-03"),
            {"K-01": date(2023, 10, 3)},
            [("decision_after_hour", "03.10.2023", "03.10.2023")],
        ),
        (
            held("K-01", 2023, "2023-10-03"),
            {"K-01": date(2023, 8, 30)},
            [("hour_after_decision", "03.10.2023", "30.08.2023")],
        ),
        (held("K-01", 2023, "2023-10-03"), {"K-01": date(2023, 8, 29)}, []),
        (held("K-01", 2023, "2023-10-03")[:3], {"K-01": date(2023, 10, 2)}, []),
        ([*held("K-01", 2023, "2024-01-10")[:3], "K-01 withdrawn 2023-12-01"], {}, []),
    ],
)
def test_what_is_asked_of_an_hour(lines, dropped, told):
    hours = list_appointments(events(*lines), programme(), as_of=END)
    found = check_hours(placed(*lines), hours, dropped, programme())
    assert [(one.code, one.value, one.details) for one in found] == told
    assert {one.column for one in found} <= ({"event"} if dropped else {"starts_at"})


def test_a_mentor_has_left_from_the_day_after_the_last():
    settled = programme()
    until = settled.mentors[0].model_copy(update={"until": date(2023, 10, 2)})
    left = settled.model_copy(update={"mentors": (until, *settled.mentors[1:])})
    assert [has_left("Maija", date(2023, 10, day), left) for day in (2, 3)] == [False, True]
    assert not has_left("Inese", date(2024, 1, 1), left)
    assert not has_left(None, date(2024, 1, 1), left)
    lines = held("K-01", 2023, "2023-10-03")
    for count, told in ((3, [("mentor_left", "Maija", "03.10.2023")]), (4, [])):
        hours = list_appointments(events(*lines[:count]), left, as_of=END)
        found = check_hours(
            placed(*lines[:count], as_of=date(2023, 9, 15)) if count == 3 else placed(*lines), hours, {}, left
        )
        assert [(one.code, one.value, one.details) for one in found] == told


def test_what_a_held_hour_lacks_is_told_in_order():
    lines = ["K-01 offered 2023-08-30 year=2023", "K-01 accepted 2023-08-31", "K-01 held 2023-10-03"]
    lines.insert(2, "K-01 booked 2023-09-01 starts_at=2023-10-03T17:00")
    (row,) = rows_of(placed(*lines), UsedPlace)
    assert (row.use, row.missing) == ("held_incomplete", "veids, minūtes, mentors, ieteikumi, veicamie darbi")
    followed = follow(events(*held("K-01", 2024, "2023-12-20")), programme(), as_of=END).table
    found = find_delivered(followed, recommendations("K-01 2023-12-20"), tasks("K-01"), programme(), as_of=END)
    assert found["missing"].tolist() == ["savs gads (notika, pirms tas sākās)"]
    assert codes(check_hours(found, list_appointments(events(), programme(), as_of=END), {}, programme())) == []


def test_evidence_counts_from_the_hour_on_up_to_the_day_and_a_freed_place_is_released():
    lines = held("K-01", 2023, "2023-10-03")

    def use(advised, as_of=END, dropped=()):
        followed = follow(events(*lines), programme(), as_of=as_of).table
        advice = recommendations(*(f"K-01 {day}" for day in advised.split()))
        found = find_delivered(followed, advice, tasks("K-01"), programme(), as_of=as_of, dropped=dropped)
        return [*found["use"], *found["missing"]]

    assert (
        use("2023-10-02 2023-10-04") == use("2023-10-03") == use("2023-10-05", date(2023, 10, 5)) == ["delivered", ""]
    )
    for advised, as_of in (("2023-10-02", END), ("2023-10-06", date(2023, 10, 5)), ("", END)):
        assert use(advised, as_of) == ["held_incomplete", "ieteikumi"]
    assert use("2023-10-03", dropped={"K-01"}) == ["released", ""]
    assert use("2023-10-03", dropped={"K-02"}) == ["delivered", ""]


def test_the_even_pace_and_the_course():
    settled = programme(places={2023: 2, 2024: 4})
    assert planned_by(date(2023, 8, 20), settled) == planned_by(date(2023, 8, 21), settled) == 0
    assert planned_by(date(2023, 8, 22), settled) == pytest.approx(2 / 132)
    assert planned_by(date(2023, 12, 31), settled) == 2
    assert planned_by(date(2024, 5, 31), settled) == pytest.approx(2 + 4 * 152 / 305)
    assert planned_by(date(2025, 1, 1), settled) == 6
    course = trace_course(placed(*three()[:8]), programme(), as_of=END)
    assert [f"{day:%d.%m.%Y}" for day in course["day"]] == ["21.08.2023", "03.10.2023", "15.09.2024"]
    assert course["held"].tolist() == [0, 2, 2]
    assert course["planned"].tolist() == [planned_by(day.date(), programme()) for day in course["day"]]
