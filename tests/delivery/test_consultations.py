"""A row of «Konsultācijas» is the same history as rows of «Notikumi»; both sheets are one story."""

from dataclasses import replace
from datetime import date

import pytest
from builders import column, consultations, events, programme, recommendations
from reference.generate import generate
from reference.library_delivery import Followed, merge_rows

from mentoring_lib.base.columns import CHOICES
from mentoring_lib.base.rows import Candidates
from mentoring_lib.delivery.consultations import date_recommendations, merge_events
from mentoring_lib.delivery.events import follow, list_appointments, list_valid_events
from mentoring_lib.delivery.turns import fill_years

END = date(2024, 9, 15)
OFFER = "K-01 2023-09-01 accepted 2023-09-05 year=2023"
HOUR = "starts_at=2023-09-20T17:00 mentor=Maija mode=online"


def tell(rows, *others, as_of=END, **changes):
    settled = programme(**changes)
    table, gaps = merge_events(consultations(*rows), events(*others), settled)
    followed, problems = follow(table, settled, as_of=as_of)
    return followed, gaps + problems, table


def test_a_whole_row_is_the_same_place_as_its_five_events():
    row = f"{OFFER} {HOUR} held=jā minutes=70 participants=4 venue=Klubs evidence=lapa.pdf sent_on=2023-09-25"
    typed = (
        "K-01 offered 2023-09-01 year=2023",
        "K-01 accepted 2023-09-05",
        f"K-01 booked 2023-09-05 {HOUR} venue=Klubs",
        "K-01 held 2023-09-20 minutes=70 participants=4 evidence=lapa.pdf",
        "K-01 recommendations_sent 2023-09-25",
    )
    one, problems, _ = tell([row])
    other, _, _ = tell([], *typed)
    assert problems == []
    assert one.equals(other)
    assert one[["venue", "participants", "evidence"]].iloc[0].tolist() == ["Klubs", 4, "lapa.pdf"]


@pytest.mark.parametrize("answer", list(CHOICES["answer"]))
def test_every_answer_is_an_event_and_silence_ends_on_the_day_after_the_last(answer):
    day = "" if answer == "expired" else "2023-09-05"
    row = f"K-01 2023-09-01 {answer} {day} year=2023"
    table = tell([row, f"K-02 2023-09-01 {answer} {day} year=2023 answer_by=2023-09-10"])[2]
    days = column(table[table["event"].eq(answer)], "on")
    assert {key: str(value.date()) for key, value in days.items()} == (
        {"K-01": "2023-09-16", "K-02": "2023-09-11"} if not day else dict.fromkeys(("K-01", "K-02"), day)
    )


def test_minutes_not_said_are_those_of_the_settings():
    places, problems, _ = tell([f"{OFFER} {HOUR} held=jā"], delivery__consultation_minutes=45)
    assert (places["minutes"].tolist(), problems) == ([45], [])


@pytest.mark.parametrize(
    ("row", "missing", "filled"),
    [
        ("K-01 year=2023", "Piedāvāts", "Pieteikums"),
        ("K-01 2023-09-01 answered_on=2023-09-05", "Atbilde", "Atbildes diena"),
        ("K-01 2023-09-01 declined", "Atbildes diena", "Atbilde"),
        (f"K-01 2023-09-01 {HOUR}", "Atbilde", "Konsultācijas laiks"),
        (f"{OFFER} held=jā", "Konsultācijas laiks", "Notika"),
        (f"{OFFER} {HOUR} minutes=60", "Notika", "Minūtes"),
        (f"{OFFER} {HOUR} held=nē participants=3", "Notika", "Dalībnieki"),
    ],
)
def test_a_gap_is_asked_about_at_its_cell_and_stops_the_report(row, missing, filled):
    (problem,) = [one for one in tell([row])[1] if one.code == "consultation_gap"]
    assert (problem.value, problem.details, problem.sheet, problem.blocks) == (
        missing, filled, "Konsultācijas", "report",
    )  # fmt: skip


@pytest.mark.parametrize("rest", [f"answered_on=2023-09-05 {HOUR} held=jā", f"accepted {HOUR} held=jā"])
def test_a_row_counts_as_far_as_it_came_before_its_gap(rest):
    _, _, table = tell([f"K-01 2023-09-01 {rest}"], "K-02 offered 2023-09-01 year=2023")
    assert table["event"].tolist() == ["offered", "offered"]
    assert table.index.is_unique


def test_an_hour_that_is_moved_on_the_other_sheet_is_held_then():
    moved = "K-01 booked 2023-09-15 starts_at=2023-10-02T18:00 mentor=Inese mode=in_person"
    places, problems, table = tell([f"{OFFER} {HOUR} held=jā"], moved)
    assert problems == []
    place = places.iloc[0]
    assert (str(place["held_on"].date()), place["mentor"], place["mode"]) == ("2023-10-02", "Inese", "in_person")
    assert list_appointments(table, programme(), as_of=END)["sequence"].tolist() == [1]


WRONG = "K-01 booked 2023-09-15 starts_at=2024-01-02T18:00"


@pytest.mark.parametrize(
    ("others", "held_on", "mentor"),
    [
        (["K-01 booked 2023-09-15 mentor=Inese"], "2023-09-20", "Inese"),  # another mentor, the same hour
        ([WRONG, "K-01 cancelled 2023-09-16"], "2023-09-20", "Maija"),
        (
            ["K-01 booked 2023-09-14 starts_at=2023-10-02T18:00", WRONG, "K-01 cancelled 2023-09-16"],
            "2023-10-02",
            "Maija",
        ),
        (
            ["K-01 booked 2023-09-14 starts_at=2023-10-02T18:00", "K-01 booked 2023-09-15 mentor=Inese"],
            "2023-10-02",
            "Inese",
        ),
    ],
)
def test_an_hour_held_is_that_of_the_last_booking_that_was_not_taken_back(others, held_on, mentor):
    places, problems, _ = tell([f"{OFFER} {HOUR} held=jā"], *others)
    place = places.iloc[0]
    assert (problems, str(place["held_on"].date()), place["mentor"]) == ([], held_on, mentor)


def test_sent_recommendations_that_are_taken_back_leave_the_hour_where_it_was_moved():
    others = ["K-01 booked 2023-09-15 starts_at=2023-10-02T18:00", "K-01 cancelled 2023-10-10"]
    places, problems, _ = tell([f"{OFFER} {HOUR} held=jā sent_on=2023-10-05"], *others)
    assert (problems, str(places["held_on"][0].date()), places["status"][0]) == ([], "2023-10-02", "held")


def test_an_hour_that_was_missed_is_booked_and_held_again_on_the_other_sheet():
    again = [
        "K-01 booked 2023-09-22 starts_at=2023-10-02T18:00 mentor=Maija mode=online",
        "K-01 held 2023-10-02 minutes=60",
    ]
    places, problems, table = tell([f"{OFFER} {HOUR} held=nē note=sniegs sent_on=2023-10-09"], *again)
    assert (problems, places["status"].tolist()) == ([], ["recommendations_sent"])
    notes = list_valid_events(table, programme(), as_of=END).set_index("event")["note"].dropna()
    assert notes.to_dict() == {"not_held": "sniegs"}


@pytest.mark.parametrize(
    ("others", "day"),
    [
        (["K-01 booked 2023-09-15 starts_at=2023-10-02T18:00"], "2023-10-02"),  # moved in advance
        (["K-01 booked 2023-09-15 starts_at=2023-10-02T18:00", "K-01 booked 2023-10-01 starts_at=2023-10-09T18:00"],
         "2023-10-09"),
        (["K-01 booked 2023-09-20 starts_at=2023-10-02T18:00"], "2023-09-20"),  # booked again once it was missed
        (["K-01 booked 2023-09-15 starts_at=2023-10-02T18:00", "K-01 cancelled 2023-09-16"], "2023-09-20"),
    ],
)  # fmt: skip
def test_an_hour_not_held_is_the_one_it_was_moved_to_in_advance(others, day):
    _, problems, table = tell([f"{OFFER} {HOUR} held=nē"], *others)
    missed = table.loc[table["event"].eq("not_held"), "on"]
    assert (problems, [str(on.date()) for on in missed]) == ([], [day])


@pytest.mark.parametrize(
    ("other", "before"),
    [
        ("K-01 held 2023-09-21 minutes=60", "notika"),
        ("K-01 declined 2023-09-06", "norunāts laiks"),
        ("K-01 offered 2023-09-02 year=2024", "piedāvāta konsultācija"),
    ],
)
def test_a_contradiction_between_the_sheets_names_both_rows(other, before):
    row = f"{OFFER} {HOUR}" + " held=jā" * ("held" in other)
    (problem,) = tell([row], other)[1][:1]
    assert (problem.code, problem.sheet, problem.row) == ("event_contradicts", "Notikumi", 2)
    assert problem.details.startswith(f"lapā «Konsultācijas», 2. rindā, ir «{before}»")


def test_a_question_about_a_row_names_the_column_where_the_person_typed():
    row = f"{OFFER} starts_at=2023-09-20T17:00 mentor=Zane mode=any held=jā"
    found = {one.code: one.column for one in tell([row])[1]}
    assert found == {"event_incomplete": "mode", "mentor_unknown": "mentor"}
    (late,) = [one for one in tell([OFFER], "K-01 offered 2023-08-30 year=2023")[1] if one.sheet == "Konsultācijas"]
    assert (late.code, late.column) == ("event_contradicts", "offered_on")


def test_an_hour_still_to_come_is_no_more_than_booked():
    row = "K-01 2023-09-01 accepted 2023-09-05 year=2023 starts_at=2023-09-20T17:00 mentor=Maija mode=online"
    told = merge_events(consultations(row), events(), programme())
    assert (told.table["event"].tolist(), told.problems) == (["offered", "accepted", "booked"], [])


@pytest.mark.parametrize(("answer", "asked"), [("accepted", 1), ("declined", 1), ("expired", 0)])
def test_an_answer_without_its_day_is_asked_about_unless_it_is_silence(answer, asked):
    gaps = merge_events(consultations(f"K-01 2023-09-01 {answer} year=2023"), events(), programme()).problems
    assert [(one.code, one.column) for one in gaps] == [("consultation_gap", "answered_on")] * asked


def test_a_recommendation_without_a_day_is_of_the_last_hour_that_was_held():
    twice = events("K-01 held 2023-10-03", "K-01 held 2023-10-09")
    dated = date_recommendations(recommendations("K-01"), twice)
    assert (str(dated.table["on"][0].date()), dated.problems) == ("2023-10-09", [])


def test_a_recommendation_without_a_day_is_of_the_hours_and_without_an_hour_a_question():
    table = tell([f"{OFFER} {HOUR} held=jā", "K-02 2023-09-01 accepted 2023-09-05 year=2023"])[2]
    typed = recommendations("K-01", "K-01 2023-09-29", "K-02")
    dated, problems = date_recommendations(typed, table)
    assert dated["on"].dt.date.tolist()[:2] == [date(2023, 9, 20), date(2023, 9, 29)]
    assert [(one.code, one.application_id, one.column) for one in problems] == [("value_missing", "K-02", "on")]


class TestYears:
    def fill(self, rows, given=None, waiting=(), **changes):
        settled = programme(**changes)
        table = merge_events(consultations(*rows), events(), settled).table
        candidates = Candidates(given or {}, waiting)
        filled = fill_years(table, lambda _: candidates, settled)
        return column(filled[filled["event"].eq("offered")], "year")

    def test_the_year_is_that_of_the_outcome(self):
        rows = ["K-01 2023-09-01", "K-02 2023-09-01"]
        assert self.fill(rows, {"K-01": 2023, "K-02": 2024}) == {"K-01": 2023, "K-02": 2024}

    def test_the_year_of_who_waited_is_the_only_one_with_a_free_place(self):
        rows = ["K-01 2023-09-01 declined 2023-09-03", "K-02 2023-09-05"]
        given = {"K-01": 2023, "K-03": 2023, "K-04": 2024, "K-05": 2024}
        assert self.fill(rows, given, ("K-02",))["K-02"] == 2023

    def test_a_year_that_several_could_be_is_asked_for(self):
        assert self.fill(["K-01 2023-09-01"], waiting=("K-01",)) == {"K-01": None}
        problems = tell(["K-01 2023-09-01"])[1]
        assert [(one.code, one.sheet, one.column) for one in problems] == [
            ("event_incomplete", "Konsultācijas", "year")
        ]

    def test_a_programme_of_one_year_never_asks(self):
        assert self.fill(["K-01 2023-09-01"], places={2023: 2}) == {"K-01": 2023}

    def test_a_year_typed_stays(self):
        assert self.fill(["K-01 2023-09-01 year=2024"], {"K-01": 2023}) == {"K-01": 2024}


def as_booked_with_the_answer(given):
    """The same programme where every hour was agreed on the day of the answer, as a row tells it."""
    days = {e.application_id: e.on for e in given.events if e.event == "accepted"}
    moved = [
        replace(e, on=days[e.application_id]) if e.event == "booked" and e.application_id in days else e
        for e in given.events
    ]
    return replace(given, events=tuple(moved), amendments=())


@pytest.fixture(scope="module")
def with_rows():
    programmes = [as_booked_with_the_answer(generate(seed)) for seed in range(60)]
    return [given for given in programmes if len(merge_rows(given)[0]) > 1]


def test_random_histories_told_as_rows_come_to_the_same(with_rows):
    for given in with_rows:
        typed, told = Followed(given), Followed(given, merge_rows)
        assert told.places.equals(typed.places)
        assert told.ledger.equals(typed.ledger)
        assert list(told.next.itertuples()) == list(typed.next.itertuples())
        assert told.measure() == typed.measure()


def test_random_histories_do_hold_rows(with_rows):
    rows = [row for given in with_rows for row in merge_rows(given)[0]]
    assert (len(rows), sum("held=jā" in row for row in rows)) > (30, 5)
