"""What needs a person now, and how many places the pace so far will lose."""

from datetime import date, timedelta

import pandas as pd
import pytest
from builders import END, held, placed, programme, tasks

from mentoring_lib.delivery import due as agenda
from mentoring_lib.delivery.due import count_load

OFFER, ACCEPT = "K-01 offered 2023-09-01 year=2023", "K-01 accepted 2023-09-05"
BOOK = "K-01 booked 2023-09-06 starts_at=2023-10-03T18:00 mentor=Maija mode=online"
HELD = "K-01 held 2023-10-03 minutes=60"
STORY = (OFFER, ACCEPT, BOOK, HELD, "K-01 recommendations_sent 2023-10-12")


def find_due(places, todo, *, as_of=END, **changes):
    due = agenda.find_due(places, todo, programme(**changes), as_of=as_of)
    return due[~due["what"].str.contains("var palikt")].reset_index(drop=True)


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ([OFFER], ["nav atbildes uz piedāvājumu"]),
        ([OFFER, ACCEPT], ["nav norunāts laiks"]),
        ([OFFER, ACCEPT, BOOK], ["nav ierakstīts, vai konsultācija notika"]),
        ([OFFER, ACCEPT, BOOK, "K-01 not_held 2023-10-03"], ["nav norunāts laiks"]),
        ([OFFER, ACCEPT, BOOK, HELD], ["nav nosūtīti ieteikumi", "trūkst: veicamie darbi"]),
        (STORY, ["trūkst: ieteikumi, veicamie darbi"]),
        ([OFFER, "K-01 declined 2023-09-05"], []),
    ],
)
def test_what_waits_for_a_person(lines, what):
    assert find_due(placed(*lines), tasks(), as_of=END)["what"].tolist() == what


def test_a_place_carried_over_is_to_be_used_by_the_end_of_its_new_year():
    move = {"from_year": 2023, "to_year": 2024, "places": 1, "permission": "Vēstule"}
    move |= {"permitted_on": date(2023, 12, 20)}
    day, ends = date(2024, 1, 10), []
    for carried in ([], [move]):
        found = find_due(placed(OFFER, ACCEPT, as_of=day, carry_over=carried), tasks(), as_of=day, carry_over=carried)
        ends += found["until"].dt.date.tolist()
    assert ends == [date(2023, 12, 31), programme().project.ends]


def test_a_booked_time_is_due_only_once_it_has_passed():
    day = date(2023, 10, 3)
    assert find_due(placed(*STORY[:3], as_of=day), tasks(), as_of=day)["what"].tolist() == []


def test_after_the_projects_end_no_task_is_late_any_more():
    ends = programme().project.ends
    late = [
        len(find_due(placed(), tasks("K-01 until=2023-10-10"), as_of=day)) for day in (ends, ends + timedelta(days=1))
    ]
    assert late == [1, 0]


@pytest.mark.parametrize("lines", [[OFFER], [OFFER, ACCEPT], [OFFER, ACCEPT, BOOK, "K-01 not_held 2023-10-03"]])
def test_after_the_projects_end_nobody_is_asked_for_an_hour(lines):
    ends = programme().project.ends
    assert [len(find_due(placed(*lines), tasks(), as_of=ends + timedelta(days=day))) for day in (0, 1)] == [1, 0]


def test_an_hour_that_is_past_needs_no_other_mentor():
    mentors = [{"name": "Maija", "community": "", "municipality": "", "themes": [], "until": date(2023, 10, 1)}]
    for day, what in ((date(2023, 10, 2), "vajadzīgs jauns mentors"), (END, "nav ierakstīts, vai konsultācija notika")):
        places = placed(*STORY[:3], as_of=day, mentors=mentors)
        assert find_due(places, tasks(), as_of=day, mentors=mentors)["what"].tolist() == [what]


def test_a_task_is_late_from_the_day_after_its_date_until_it_is_done():
    lines = ["K-01 until=2023-10-10 who=Anna", "K-02 until=2023-10-10 done_on=2023-10-20", "K-03"]
    assert len(find_due(placed(), tasks(*lines), as_of=date(2023, 10, 10))) == 0
    due = find_due(placed(), tasks(*lines[:1], *lines[2:]), as_of=date(2023, 10, 11))
    assert due[["application_id", "what", "who"]].to_numpy().tolist() == [
        ["K-01", "nokavēts darbs: Uzrakstīt vēstuli", "Anna"]
    ]


def test_a_task_done_after_the_as_of_day_was_still_late_on_it():
    lines = ["K-02 until=2023-10-10 done_on=2023-10-20"]
    assert len(find_due(placed(), tasks(*lines), as_of=date(2023, 10, 15))) == 1


def test_a_task_that_nobody_is_named_for_and_two_of_one_day_in_order():
    lines = ["K-02 task=b until=2023-10-10 who=Anna", "K-02 task=a until=2023-10-10", "K-01 task=c until=2023-10-11"]
    due = find_due(placed(), tasks(*lines, "K-03 until=2023-10-10 done_on=2023-10-15"), as_of=date(2023, 10, 15))
    told = [(row.application_id, row.what.removeprefix(agenda.LATE_TASK), row.who) for row in due.itertuples()]
    assert told == [("K-02", "a", "nav norādīts"), ("K-02", "b", "Anna"), ("K-01", "c", "nav norādīts")]
    nothing = agenda.find_due(placed(), tasks(), programme(), as_of=date(2023, 8, 1))
    for table in (due, nothing):
        assert [str(kind) for kind in table.dtypes] == ["str"] * 3 + ["datetime64[us]"] * 2


@pytest.mark.parametrize(
    ("last_day", "what"),
    [(None, []), (date(2023, 10, 3), []), (date(2023, 10, 2), ["vajadzīgs jauns mentors"])],
)
def test_an_hour_booked_after_the_mentors_last_day_needs_another_mentor(last_day, what):
    where = {"community": "Jaunolaine", "municipality": "Olaines novads", "themes": ["funding"]}
    there = [{"name": "Maija", "until": last_day, **where}, {"name": "Inese", **where}]
    due = find_due(placed(OFFER, ACCEPT, BOOK), tasks(), as_of=date(2023, 9, 20), mentors=there)
    assert due["what"].tolist() == what
    assert [str(day.date()) for day in due["until"]] == ["2023-10-03"] * len(what)


def test_an_hour_that_took_place_needs_no_other_mentor():
    where = {"community": "Jaunolaine", "municipality": "Olaines novads", "themes": ["funding"]}
    due = find_due(placed(*STORY[:4]), tasks(), mentors=[{"name": "Maija", "until": date(2023, 9, 1), **where}])
    assert "vajadzīgs jauns mentors" not in due["what"].tolist()


def test_a_place_whose_year_or_hour_is_not_known_waits_for_nothing_by_it():
    accepted = placed(OFFER, ACCEPT).assign(year=pd.array([pd.NA], dtype="Int64"))
    booked = placed(OFFER, ACCEPT, BOOK).assign(starts_at=pd.Series([pd.NaT], dtype="datetime64[us]"))
    where = {"community": "Jaunolaine", "municipality": "Olaines novads", "themes": ["funding"]}
    for places in (accepted, booked):
        due = find_due(places, tasks(), mentors=[{"name": "Maija", "until": date(2023, 9, 1), **where}])
        assert due["what"].tolist() == []


def test_an_hour_with_all_its_evidence_lacks_nothing():
    assert find_due(placed(*STORY, evidence=["K-01"]), tasks())["what"].tolist() == []


def test_a_task_without_a_text_is_told_as_late_all_the_same():
    nameless = tasks("K-01 until=2023-10-10").assign(task=pd.Series([None], dtype="str"))
    assert find_due(placed(), nameless, as_of=date(2023, 10, 11))["what"].tolist() == [agenda.LATE_TASK]


def test_equal_days_are_sorted_by_application_then_by_what():
    both = placed(*STORY[:4], "K-02 offered 2023-09-01 year=2023 answer_by=2023-10-17")
    due = find_due(both, tasks())
    assert set(due["until"]) == {pd.Timestamp(2023, 10, 17)}
    assert due["application_id"].tolist() == ["K-01", "K-01", "K-02"]
    late = tasks("K-01 until=2023-10-10", "K-01 until=2023-10-10").assign(task=["Otrs", "Agrākais"])
    assert find_due(placed(), late)["what"].tolist() == [f"{agenda.LATE_TASK}{name}" for name in ("Agrākais", "Otrs")]


def test_the_order_is_by_the_last_day_and_not_by_the_first():
    offers = (
        "K-01 offered 2023-09-01 year=2023 answer_by=2023-09-25",
        "K-02 offered 2023-09-03 year=2023 answer_by=2023-09-20",
    )
    assert find_due(placed(*offers), tasks())["application_id"].tolist() == ["K-02", "K-01"]


def test_nothing_is_due_when_nothing_happened():
    assert len(find_due(placed(), tasks(), as_of=END)) == 0


@pytest.mark.parametrize(
    ("lines", "who", "until"),
    [
        ([OFFER], "koordinators/-e", "2023-09-15"),
        ([f"{OFFER} answer_by=2023-09-10"], "koordinators/-e", "2023-09-10"),
        ([OFFER, ACCEPT], "koordinators/-e", "2023-12-31"),
        ([OFFER, ACCEPT, BOOK], "koordinators/-e", "2023-10-06"),
        ([OFFER, ACCEPT, BOOK, HELD], "Maija", "2023-10-17"),
    ],
)
def test_every_item_says_who_and_by_when(lines, who, until):
    row = find_due(placed(*lines), tasks()).iloc[0]
    assert (row["application_id"], row["who"], str(row["until"].date())) == ("K-01", who, until)


def test_the_most_urgent_stands_first_and_tasks_of_communities_last():
    due = find_due(placed("K-02 offered 2023-09-02 year=2023", OFFER), tasks("K-03 until=2023-09-10"))
    assert due["application_id"].tolist() == ["K-01", "K-02", "K-03"]


# The pace


AT_THE_DEADLINE = (
    "K-01 offered 2023-08-01 year=2023",
    "K-01 accepted 2023-08-02",
    "K-01 booked 2023-08-03 starts_at=2023-08-21T17:00 mentor=Maija mode=online",
    "K-01 held 2023-08-21 minutes=60",
)


def at_risk(*lines, as_of, **changes):
    """Running years at risk, and how many of their places."""
    due = agenda.find_due(placed(*lines, as_of=as_of, **changes), tasks(), programme(**changes), as_of=as_of)
    told = [what.split() for what in due["what"] if "var palikt" in what]
    return [(int(words[0].rstrip(".")), int(words[5])) for words in told]


@pytest.mark.parametrize(
    ("lines", "as_of", "expected"),
    [
        ((), date(2023, 10, 1), [(2023, 2)]),  # without any hour every place is at risk
        (held("K-01", 2023, "2023-09-20"), date(2023, 9, 30), []),  # a pace that brings the rest
        (held("K-01", 2023, "2023-09-01"), date(2023, 12, 1), [(2023, 1)]),  # one that does not
        (held("K-01", 2023, "2023-09-01"), date(2023, 10, 26), []),  # half of the year: as many again
        (held("K-01", 2023, "2023-09-01"), date(2023, 10, 27), [(2023, 1)]),  # a day more
        ((OFFER, ACCEPT, BOOK), date(2023, 9, 30), [(2023, 1)]),  # a booked hour is expected even at a slow pace
        ((), date(2023, 8, 22), []),  # no pace yet
        ((), date(2023, 9, 22), []),  # a day before a fourth of the year has passed
        ((), date(2023, 9, 23), [(2023, 2)]),
        (held("K-01", 2023, "2023-09-03"), date(2023, 9, 4), []),
        ((), date(2023, 12, 31), [(2023, 2)]),  # its last day
        ([*held("K-01", 2023, "2023-09-20"), *held("K-02", 2023, "2023-09-21")], date(2023, 12, 30), []),
        (AT_THE_DEADLINE, date(2023, 8, 21), []),  # the pace begins after it
        ((), date(2024, 1, 1), []),
        ((), date(2024, 6, 1), [(2024, 2)]),
        ((), date(2024, 11, 1), []),
    ],
)
def test_places_at_risk_at_the_pace_so_far(lines, as_of, expected):
    assert at_risk(*lines, as_of=as_of) == expected


def test_a_place_carried_in_is_at_risk_in_its_new_year_only():
    move = [{"from_year": 2023, "to_year": 2024, "places": 1, "permitted_on": date(2023, 12, 1), "permission": "Nr. 1"}]
    assert at_risk(as_of=date(2023, 12, 2), carry_over=move) == [(2023, 1)]
    assert at_risk(as_of=date(2024, 6, 1), carry_over=move) == [(2024, 3)]


def test_the_places_at_risk_are_named_with_their_year_and_applications():
    due = agenda.find_due(placed(OFFER), tasks(), programme(), as_of=date(2023, 10, 1))
    (row,) = due[due["what"].str.contains("var palikt")].itertuples()
    assert row.what == "2023. gadā var palikt neizmantotas 2 konsultācijas"
    assert (row.application_id, row.who, str(row.until.date())) == ("K-01", "koordinators/-e", "2023-12-31")


def test_one_place_at_risk_and_two_communities_without_an_hour_are_told_right():
    once = [*held("K-03", 2023, "2023-09-01")]
    due = agenda.find_due(placed(*once), tasks(), programme(), as_of=date(2023, 12, 1))
    assert "2023. gadā var palikt neizmantota 1 konsultācija" in due["what"].tolist()
    two = (OFFER, "K-02 offered 2023-09-02 year=2023")
    due = agenda.find_due(placed(*two), tasks(), programme(), as_of=date(2023, 10, 1))
    assert due.loc[due["what"].str.contains("var palikt"), "application_id"].tolist() == ["K-01, K-02"]


def test_one_held_hour_is_a_pace_before_a_fourth_of_the_year_has_passed():
    lines = held("K-01", 2023, "2023-09-18")
    assert at_risk(*lines, as_of=date(2023, 9, 20), places={2023: 7, 2024: 2}) == [(2023, 3)]


def test_mentors_whom_only_places_name_come_last_in_their_order():
    lines = [
        line for key, who in (("K-01", "Zane"), ("K-02", "Anna")) for line in held(key, 2023, "2023-10-03", mentor=who)
    ]
    places = placed(*lines)
    table = count_load(places, places[:0].assign(mentor="").astype({"mentor": "str"}), programme())
    assert table["mentor"].tolist() == ["Maija", "Inese", "Anna", "Zane"]


def test_the_load_counts_what_was_held_what_is_booked_and_what_is_proposed():
    places = placed(
        *held("K-01", 2023, "2023-10-03"),
        *held("K-03", 2024, "2024-02-01"),
        *(line.replace("K-01", "K-02") for line in (OFFER, ACCEPT, BOOK)),
    )
    proposed = places[:0].assign(mentor="").astype({"mentor": "str"})
    assert [*count_load(places, proposed, programme()).columns] == ["mentor", "held", "booked", "proposed"]
    assert count_load(places, proposed, programme()).to_numpy().tolist() == [["Maija", 2, 1, 0], ["Inese", 0, 0, 0]]


def test_what_is_hers_and_what_is_theirs_are_two_lists_with_how_late_it_is():
    day = date(2024, 9, 15)
    rows = [
        ("K-01", "nav norunāts laiks", "Maija", "2024-09-01", "2024-09-20"),
        ("K-02", "nav nosūtīti ieteikumi", "Maija", "2024-09-01", "2024-09-14"),
        ("K-03", "nav atbildes uz piedāvājumu", "Maija", "2024-09-01", "2024-09-15"),
        ("K-01", f"{agenda.LATE_TASK}talka", "Jānis", "2023-11-27", "2023-11-27"),
        ("K-02", f"{agenda.LATE_TASK}sapulce", "Jānis", "2024-08-25", "2024-08-25"),
    ]
    table = pd.DataFrame(rows, columns=agenda.COLUMNS).astype({"since": "datetime64[us]", "until": "datetime64[us]"})
    hers, theirs = agenda.split_due(table, as_of=day)
    assert hers["overdue"].tolist() == ["", "1 diena", ""]
    assert [*hers.columns] == [*theirs.columns] == [*agenda.COLUMNS, "overdue"]
    assert theirs["what"].tolist() == ["talka", "sapulce"]
    assert theirs["overdue"].tolist() == ["293 dienas", "21 diena"]
    assert [len(part) for part in agenda.split_due(table.head(0), as_of=day)] == [0, 0]


def test_recommendations_that_were_not_sent_are_waited_for_once():
    """F193: said as not sent, not also as what the hour lacks."""
    found = find_due(placed(*held("K-01", 2023, "2023-09-20")), tasks())
    whats = found.loc[found["application_id"].eq("K-01"), "what"].tolist()
    assert sum("ieteikumi" in what for what in whats) == 1
    assert "trūkst: veicamie darbi" in whats
