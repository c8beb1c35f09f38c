"""Times: free hours without clashes, public holidays marked, one hour proposed to each community."""

from datetime import date

import pandas as pd
import pytest
from builders import applications, events, placed, programme, times
from hypothesis import given
from hypothesis import strategies as st

from mentoring_lib.delivery.events import list_appointments
from mentoring_lib.delivery.scheduling import check_booked, check_times, list_hours, name_holiday, propose_times

BEFORE = date(2023, 9, 10)
OFFERS = ("K-01 offered 2023-09-01 year=2023", "K-02 offered 2023-09-01 year=2023")
BOOKED = (OFFERS[0], "K-01 accepted 2023-09-02", "K-01 booked 2023-09-03 starts_at={} mentor=Maija mode=online")


def hours(*lines, booked=(), as_of=BEFORE, **changes):
    settled = programme(**changes)
    agreed = list_appointments(events(*booked), settled, as_of=as_of)
    return list_hours(times(*lines), agreed, settled, as_of=as_of)


def starts(*lines, **more):
    return hours(*lines, **more)["starts_at"].dt.strftime("%d.%m. %H:%M").tolist()


def test_a_stretch_is_cut_into_hours_with_a_pause():
    assert starts("Maija 2023-10-03T17:00 2023-10-03T20:00") == ["03.10. 17:00", "03.10. 18:15"]


def test_the_length_and_the_pause_are_settings():
    line = "Maija 2023-10-03T17:00 2023-10-03T20:00"
    assert starts(line, delivery={"pause_minutes": 0}) == ["03.10. 17:00", "03.10. 18:00", "03.10. 19:00"]
    assert starts(line, delivery={"consultation_minutes": 120}) == ["03.10. 17:00"]


def test_a_stretch_shorter_than_an_hour_or_in_the_past_gives_nothing():
    assert starts("Maija 2023-10-03T17:00 2023-10-03T17:59", "Maija 2023-09-10T17:00 2023-09-10T18:00") == []


@pytest.mark.parametrize(
    ("booked", "expected"),
    [
        ("2023-10-03T17:00", ["03.10. 18:15"]),
        ("2023-10-03T18:00", ["03.10. 19:15"]),
        ("2023-10-03T15:45", ["03.10. 17:00", "03.10. 18:15"]),
        ("2023-10-03T15:46", ["03.10. 17:01", "03.10. 18:16"]),
    ],
)
def test_what_is_booked_takes_its_hour_and_the_pause_around_it(booked, expected):
    agreed = [line.format(booked) for line in BOOKED]
    end = "20:16" if expected[0] != "03.10. 17:00" else "20:00"
    assert starts(f"Maija 2023-10-03T17:00 2023-10-03T{end}", booked=agreed) == expected


def test_an_hour_that_is_off_takes_nothing():
    agreed = [line.format("2023-10-03T17:00") for line in (*BOOKED, "K-01 withdrawn 2023-09-04")]
    assert starts("Maija 2023-10-03T17:00 2023-10-03T18:00", booked=agreed) == ["03.10. 17:00"]


def test_another_mentors_hour_does_not_clash():
    agreed = [line.format("2023-10-03T17:00") for line in BOOKED]
    assert starts("Inese 2023-10-03T17:00 2023-10-03T18:00", booked=agreed) == ["03.10. 17:00"]


MOMENTS = st.tuples(st.integers(8, 20), st.sampled_from([0, 15, 30, 45]), st.integers(1, 3))


@given(st.lists(MOMENTS, max_size=6), st.sampled_from([0, 15, 30]))
def test_hours_of_a_mentor_never_clash_whatever_she_typed(moments, pause):
    lines = [f"Maija 2023-10-03T{h:02}:{m:02} 2023-10-03T{h + n:02}:{m:02}" for h, m, n in moments]
    found = hours(*lines, delivery={"pause_minutes": pause})
    gaps = found["starts_at"].sort_values().diff().dropna()
    assert (gaps >= pd.Timedelta(minutes=60 + pause)).all()
    turned = hours(*lines[::-1], delivery={"pause_minutes": pause})
    pd.testing.assert_frame_equal(found, turned)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2023, 11, 18), "Latvijas Republikas Proklamēšanas diena"),
        (date(2024, 6, 24), "Jāņu diena"),
        (date(2024, 3, 29), "Lielā Piektdiena"),
        (date(2023, 11, 20), "Latvijas Republikas Proklamēšanas diena (brīvdiena)"),
        (date(2023, 10, 3), ""),
    ],
)
def test_public_holidays_are_named(day, name):
    assert name_holiday(pd.Timestamp(day)) == name


def test_a_holiday_is_marked_and_not_hidden():
    (hour,) = hours("Maija 2023-12-25T12:00 2023-12-25T13:00")[["holiday", "note"]].to_numpy().tolist()
    assert hour == ["Pirmie Ziemassvētki", ""]


# Proposals


def proposed(free, *lines, mentors=("Maija", "Maija"), table=None, as_of=BEFORE, **changes):
    table = applications(2, mode="any", preferred_times="Vakaros") if table is None else table
    matched = pd.DataFrame({"application_id": ["K-01", "K-02"], "mentor": list(mentors)}, dtype="str")
    places, free = placed(*(lines or OFFERS), as_of=as_of, **changes), hours(*free, as_of=as_of, **changes)
    found = propose_times(matched, free, table, places, programme(**changes))
    return found.assign(at=found["starts_at"].dt.strftime("%d.%m. %H:%M"))


FREE = ("Maija 2023-10-03T17:00 2023-10-03T18:00", "Maija 2023-10-05T17:00 2023-10-05T18:00 mode=online")


def test_each_community_is_proposed_an_hour_of_its_mentor_the_earliest_first():
    assert proposed(FREE)["at"].tolist() == ["03.10. 17:00", "05.10. 17:00"]


def test_as_many_as_possible_have_an_hour_before_anyone_has_an_early_one():
    table = applications(2, mode=["any", "in_person"])
    free = (FREE[0], FREE[1])
    assert proposed(free, table=table)["at"].tolist() == ["05.10. 17:00", "03.10. 17:00"]


def test_both_sides_wishes_are_shown():
    row = proposed(("Maija 2023-10-03T17:00 2023-10-03T18:00 mode=online note=Olaine",)).iloc[0]
    assert (row["preferred_times"], row["note"], row["mode"]) == ("Vakaros", "Olaine", "online")


def test_who_has_no_hour_is_shown_without_one():
    found = proposed(FREE[:1])
    assert found["at"].isna().tolist() == [False, True]
    assert found.loc[1, ["holiday", "note"]].tolist() == ["", ""]
    assert proposed(())["at"].isna().all()


def test_a_working_day_goes_before_a_holiday():
    free = ("Maija 2023-11-18T12:00 2023-11-18T13:00", "Maija 2023-11-21T12:00 2023-11-21T13:00")
    assert proposed(free, mentors=("Maija", None))["at"].tolist() == ["21.11. 12:00"]


def test_an_hour_after_the_places_last_day_is_not_proposed():
    assert proposed(("Maija 2024-01-03T12:00 2024-01-03T13:00",))["at"].isna().all()
    assert proposed(("Maija 2023-12-31T12:00 2023-12-31T13:00",))["at"].tolist()[0] == "31.12. 12:00"


def test_an_hour_before_the_places_year_begins_is_not_proposed():
    line, free = "K-01 offered 2023-09-01 year=2024", "Maija {}T12:00 {}T13:00"
    for day, found in (("2023-12-31", [True]), ("2024-01-01", [False])):
        assert proposed([free.format(day, day)], line)["at"].isna().tolist() == found


@pytest.mark.parametrize(
    ("permitted_on", "day", "found"),
    [
        ("2023-12-20", "2024-02-03", "03.02. 12:00"),
        ("2023-12-20", "2023-12-28", "28.12. 12:00"),  # in its own year as well
        ("2023-12-22", "2024-02-03", None),
    ],
)
def test_an_hour_is_proposed_in_the_year_a_place_is_carried_to(permitted_on, day, found):
    move = {"from_year": 2023, "to_year": 2024, "places": 1, "permission": "Vēstule"}
    move |= {"permitted_on": date.fromisoformat(permitted_on)}
    told = proposed([f"Maija {day}T12:00 {day}T13:00"], OFFERS[0], as_of=date(2023, 12, 21), carry_over=[move])
    assert told["at"].fillna("").tolist() == [found or ""]


def test_an_hour_after_a_mentors_last_day_is_not_free():
    one = {"name": "Maija", "community": "X", "municipality": "Olaines novads", "themes": ["other"]}
    free = [f"Maija 2023-10-{day:02}T17:00 2023-10-{day:02}T18:00" for day in (3, 4)]
    assert starts(*free, mentors=[one | {"until": date(2023, 10, 3)}]) == ["03.10. 17:00"]


def test_nobody_without_a_mentor_is_proposed_an_hour():
    assert len(proposed(FREE, mentors=(None, None))) == 0


# Problems


def test_a_time_that_ends_before_it_starts_and_an_unknown_mentor_are_told():
    table = times("Maija 2023-10-03T18:00 2023-10-03T17:00", "Zane 2023-10-03T17:00 2023-10-03T18:00")
    assert [(p.row, p.message) for p in check_times(table, programme())] == [
        (2, "brīvais laiks beidzas pirms sākuma"),
        (3, "«Zane» iestatījumos nav"),
    ]
    nothing = times("Maija 2023-10-03T18:00 2023-10-03T18:00", "Maija 2023-10-03T18:00 2023-10-03T18:01")
    assert [(p.code, p.row) for p in check_times(nothing, programme())] == [("time_order", 2)]


@pytest.mark.parametrize(
    ("free", "asked"),
    [
        ((), False),  # no time of that day: taken out of the list once it was agreed
        (("Maija 2023-10-04T17:00 2023-10-04T17:30", "Inese 2023-10-03T20:00 2023-10-03T21:00"), False),
        (("Maija 2023-10-03T18:00 2023-10-03T19:00",), False),
        (("Maija 2023-10-03T18:01 2023-10-03T20:00",), True),
        (("Maija 2023-10-03T17:00 2023-10-03T18:59",), True),
        (("Maija 2023-10-03T12:00 2023-10-03T13:00", "Maija 2023-10-03T17:30 2023-10-03T19:30"), False),
        (("Maija 2023-10-03T12:00 2023-10-03T18:30", "Maija 2023-10-03T18:30 2023-10-03T19:30"), True),
    ],
)
def test_an_hour_to_come_outside_the_times_of_its_day_is_asked_about(free, asked):
    agreed = list_appointments(events(*[line.format("2023-10-03T18:00") for line in BOOKED]), programme(), as_of=BEFORE)
    found = check_booked(agreed, times(*free), programme(), as_of=date(2023, 10, 2))
    assert [(p.code, p.column, p.row, p.value, p.details) for p in found] == [
        ("hour_not_free", "starts_at", 4, "Maija", "03.10.2023")
    ] * asked
    for off in ({"as_of": date(2023, 10, 3)}, {"agreed": agreed.assign(active=False)}):
        told = {"as_of": date(2023, 10, 2), "agreed": agreed} | off
        assert check_booked(told["agreed"], times(*free), programme(), as_of=told["as_of"]) == []


def test_an_hour_without_a_mentor_is_compared_with_nobodys_times():
    agreed = list_appointments(
        events(*[line.format("2023-10-03T18:00").replace("mentor=Maija ", "") for line in BOOKED]),
        programme(), as_of=BEFORE,
    )  # fmt: skip
    free = times("Maija 2023-10-03T20:00 2023-10-03T21:00", "X 2023-10-03T20:00 2023-10-03T21:00")
    assert len(agreed) == 1
    assert check_booked(agreed, free, programme(), as_of=BEFORE) == []
