"""What changed after the hour: who is asked, what counts, what is asked about."""

from datetime import date, timedelta

import pytest
from builders import changed, codes, follow_ups, happened, programme, recommendations, tasks
from hypothesis import given
from hypothesis import strategies as st

from mentoring_lib.base.columns import CHOICES
from mentoring_lib.base.problems import CHECK, NOTE, describe
from mentoring_lib.outcomes.checks import check_answers, check_evidence
from mentoring_lib.outcomes.look_back import (
    ROUNDS,
    STATES,
    follow_tasks,
    list_done_after_90,
    list_finished,
    list_ratings,
    list_started,
    merge_results,
    rate,
    remind,
    select_answers,
)

HELD = date(2023, 9, 28)
LATE = date(2024, 9, 15)


@pytest.mark.parametrize(
    ("days", "statuses"),
    [
        (0, ["early", "early"]),
        (1, ["waiting", "early"]),
        (15, ["waiting", "early"]),
        (16, ["missing", "early"]),
        (89, ["missing", "early"]),
        (90, ["missing", "waiting"]),
        (104, ["missing", "waiting"]),
        (105, ["missing", "missing"]),
    ],
)
def test_a_round_is_asked_on_its_day_and_missing_only_when_the_days_to_answer_are_over(days, statuses):
    asked = changed({"K-01": HELD}, as_of=HELD + timedelta(days=days)).asked
    assert asked["status"].tolist() == statuses
    assert asked["round"].tolist() == ["next_day", "after_90_days"]
    assert len(remind(asked, CHOICES["round"], "K")) == sum(status != "early" for status in statuses)


def test_rounds_are_listed_by_the_day_of_the_hour():
    asked = changed({"K-01": HELD, "K-02": HELD - timedelta(days=1)}, follow_ups("K-02 next_day 2023-10-05")).asked
    assert asked["application_id"].tolist() == ["K-02", "K-01"] * 2
    assert asked["status"].tolist() == ["answered", "missing", "missing", "missing"]


def test_the_third_round_is_asked_only_where_it_is_switched_on():
    assert set(changed({"K-01": HELD}, third_round=True).asked["round"]) == set(ROUNDS)


def test_an_answer_counts_from_its_day_on_and_ends_the_reminder():
    answers = follow_ups("K-01 next_day 2023-10-05 question_answered=yes")
    before, after = (changed({"K-01": HELD}, answers, as_of=date(2023, 10, day)) for day in (4, 5))
    assert [len(remind(one.asked, CHOICES["round"], "K")) for one in (before, after)] == [1, 0]
    assert before.answers.empty
    line = remind(before.asked, CHOICES["round"], "koordinators/-e").iloc[0]
    assert (line["what"], f"{line['until']:%d.%m.%Y}") == (
        "vēl nav atbildes aptaujā «diena pēc konsultācijas»", "13.10.2023")  # fmt: skip


def test_of_two_answers_of_one_round_the_newer_counts_and_both_are_asked_about():
    answers = follow_ups("K-01 next_day 2023-10-02 question_answered=no", "K-01 next_day 2023-10-01")
    assert select_answers(answers, as_of=LATE)["question_answered"].tolist() == ["no"]
    assert codes(checked(answers)) == ["answer_twice"]


def test_ratings_count_only_in_pairs_on_the_scale_and_the_newest_round_of_a_community_counts():
    answers = follow_ups(
        "K-01 after_90_days 2024-01-01 then_1=2 now_1=8 then_2=4 now_2=4 then_3=11 now_3=5",
        "K-01 after_180_days 2024-04-01 then_1=3 now_1=9",
        "K-02 after_90_days 2024-01-01 then_1=5 now_1=4 then_2=1 then_3=1 now_3=10",
        "K-03 after_90_days 2024-01-01 now_1=5",
    )
    table = rate(list(list_ratings(answers, ["A", "B", "C"])), ["A", "B", "C"])
    assert table.to_numpy().tolist() == [
        ["A", 2, 4.0, 6.5, 1, 0, 1],
        ["B", 1, 4.0, 4.0, 0, 1, 0],
        ["C", 1, 1.0, 10.0, 1, 0, 0],
    ]


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=1))
def test_everybody_who_rated_went_one_way(pairs):
    row = rate([("A", then, now) for then, now in pairs], ["A"]).iloc[0]
    assert row["higher"] + row["same"] + row["lower"] == row["answered"] == len(pairs)


def test_a_result_told_twice_is_one_with_its_evidence_and_the_stricter_consent():
    told = happened(
        "K-01 event_held 2023-10-21 amount=31 publish=named",
        "K-01 event_held 2023-10-21 evidence=saraksts.pdf publish=no",
        "K-01 event_held 2023-10-22",
        "K-02 event_held 2023-10-21",
    )
    merged = merge_results(told, as_of=LATE)
    assert merged[["amount", "evidence", "publish", "row"]].fillna(-1).to_numpy().tolist() == [
        [31, True, "no", 2], [-1, False, "no", 4], [-1, False, "no", 5]]  # fmt: skip
    assert len(merge_results(told, as_of=date(2023, 10, 21))) == 2


@pytest.mark.parametrize(
    ("cell", "proved"),
    [
        ("nav", False),
        ("Vēl nav", False),
        ("nav saņemts", False),
        ("nē", False),
        ("nekas", False),
        ("–", False),
        ("naves.pdf", True),
    ],
)
def test_evidence_that_is_said_to_be_none_is_none(cell, proved):
    (merged,) = merge_results(happened(f"K-01 event_held 2023-10-21 'evidence={cell}'"), as_of=LATE)["evidence"]
    assert merged == proved


@pytest.mark.parametrize(
    ("said", "holds"),
    [(("named", "unnamed"), "unnamed"), (("unnamed", "no"), "no"), (("named", "named"), "named")],
)
def test_of_two_answers_on_publishing_the_stricter_holds_and_a_row_without_a_code_is_none(said, holds):
    told = happened(*(f"K-01 event_held 2023-10-21 publish={one}" for one in said), "K-02 event_held 2023-10-21")
    told = told.assign(application_id=told["application_id"].where(told["application_id"].ne("K-02")))
    assert merge_results(told, as_of=LATE)["publish"].tolist() == [holds]


def test_tasks_stand_as_of_a_day_and_tell_who_started_and_who_finished():
    work = tasks(
        "K-01 done_on=2023-10-01", "K-01 until=2023-12-01", "K-02 done_on=2023-10-05", "K-02 done_on=2024-03-01",
        "K-03 until=2023-12-02", "K-04 outcome=Sarunāts",
    )  # fmt: skip
    states = follow_tasks(work, as_of=date(2023, 12, 2))
    assert states["state"].tolist() == ["done", "overdue", "done", "open", "open", "open"]
    assert set(states["state"]) == set(STATES)
    assert states["outcome"].isna().all()
    assert follow_tasks(work[::-1].reset_index(drop=True), as_of=date(2023, 12, 2)).equals(states)
    assert (list_started(states)["application_id"].tolist(), len(list_finished(states))) == (["K-01", "K-02"], 0)
    states = follow_tasks(work, as_of=LATE)
    assert list_finished(states)[["application_id", "row"]].to_numpy().tolist() == [["K-02", 5]]
    soon = list_done_after_90(states, {"K-01": HELD, "K-02": HELD})
    assert (len(soon), set(soon["on"].dt.date)) == (2, {HELD + timedelta(days=90)})


@pytest.mark.parametrize(("day", "count"), [("2023-12-27", 1), ("2023-12-28", 0)])
def test_the_ninetieth_day_is_the_last_of_ninety(day, count):
    assert len(list_done_after_90(follow_tasks(tasks(f"K-01 done_on={day}"), as_of=LATE), {"K-01": HELD})) == count


WRONG = {
    "rating_outside then_1": (["K-01 after_90_days 2024-01-01 then_1=11 now_1=5"], []),
    "outcome_early answered_on": (["K-01 next_day 2023-09-27"], []),
    "outcome_early on": ([], ["K-01 event_held 2023-09-27"]),
    "outcome_unserved application_id": (["K-09 next_day 2023-09-29"], []),
    "answer_twice round": (["K-01 next_day 2023-09-29", "K-01 next_day 2023-09-30"], []),
    "result_merged note": ([], ["K-01 other 2023-10-21 note=Čats", "K-01 other 2023-10-21 note=Soliņš"]),
    "result_differs amount": ([], ["K-01 event_held 2023-10-21 amount=31", "K-01 event_held 2023-10-21 amount=30"]),
}


def checked(answers=None, results=None, work=None, advice=None):
    typed = {"Pēc konsultācijas": (answers, follow_ups), "Rezultāti": (results, happened), "Darbi": (work, tasks),
             "Ieteikumi": (advice, recommendations)}  # fmt: skip
    sheets = {name: make() if table is None else table for name, (table, make) in typed.items()}
    return check_answers(sheets, {"K-01": HELD}, programme(follow_up={"statements": ["A", "B"]}).follow_up, LATE)


@pytest.mark.parametrize("found", WRONG)
def test_what_cannot_be_is_one_check_at_its_cell(found):
    answers, results = WRONG[found]
    (problem,) = checked(follow_ups(*answers), happened(*results))
    assert (f"{problem.code} {problem.column}", problem.kind) == (found, CHECK)
    assert problem.row


def test_a_rating_without_its_other_half_is_told():
    (told,) = checked(follow_ups("K-01 after_90_days 2024-01-01 then_1=4 now_1=5 now_2=8"))
    assert (told.code, told.column, told.value, told.kind) == ("rating_half", "now_2", "8", NOTE)


def test_an_answer_after_its_days_and_a_rating_of_nothing_that_was_asked_are_told():
    (told,) = checked(follow_ups("K-01 next_day 2023-10-13", "K-01 after_90_days 2024-01-11"))
    assert (told.code, told.row, told.value, told.details) == ("answer_late", 3, "11.01.2024", "10.01.2024")
    (told,) = checked(follow_ups("K-01 after_90_days 2024-01-01 then_3=4 now_2=8 then_2=1"))
    assert (told.code, told.column, told.kind) == ("rating_unasked", "then_3", NOTE)


def test_what_came_of_a_task_without_the_day_it_was_done_is_asked_about():
    (told,) = checked(work=tasks("K-01 outcome='Nāca visi.'", "K-01 outcome=Jā done_on=2023-11-01", "K-01"))
    assert (told.code, told.row, told.column) == ("consultation_gap", 2, "done_on")


def test_what_is_dated_before_the_hour_is_none_of_its_outcomes():
    days = [HELD - timedelta(days=1), HELD]
    answers = follow_ups(f"K-01 next_day {days[1]} question_answered=yes", f"K-01 after_90_days {days[0]}")
    results = happened(f"K-01 people_joined {days[0]} amount=5", f"K-01 event_held {days[1]}")
    done = tasks(*(f"K-01 done_on={day} outcome=Jā" for day in days))
    found = changed({"K-01": HELD}, answers, results, done)
    assert found.answers["round"].tolist() == ["next_day"]
    assert found.asked["status"].tolist() == ["answered", "missing"]
    assert found.happened["result"].tolist() == ["event_held"]
    assert found.task_states["state"].tolist() == ["open", "done"]
    assert len(changed({}, answers, results, done).happened) == 2


@pytest.mark.parametrize("result", ["K-01 event_held 2023-09-27", "K-09 event_held 2023-10-21"])
def test_a_result_of_nobody_or_before_the_hour_is_asked_about(result):
    assert len(checked(results=happened(result))) == 1


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"work": tasks("K-01 done_on=2023-09-01")}, "outcome_early"),
        ({"work": tasks("K-01 done_on=2042-09-30")}, "outcome_late"),
        ({"answers": follow_ups("K-01 next_day 2042-09-29")}, "outcome_late"),
        ({"results": happened("K-01 event_held 2042-10-21")}, "outcome_late"),
        ({"advice": recommendations("K-01 2042-10-21")}, "outcome_late"),
    ],
)
def test_a_day_that_no_report_counts_is_told_in_its_cell(typed, code):
    (problem,) = checked(**typed)
    assert (problem.code, problem.row, problem.column) == (code, 2, "done_on" if "work" in typed else problem.column)


def test_what_is_right_is_not_asked_about():
    fine = follow_ups("K-01 next_day 2023-09-28", "K-01 after_90_days 2023-12-28 then_1=0 now_1=10")
    done = tasks("K-01 done_on=2023-09-28", "K-09")
    assert (
        checked(fine, happened("K-01 event_held 2023-09-28 amount=3"), done, recommendations("K-01 2023-09-20")) == []
    )


@pytest.mark.parametrize(
    ("cell", "missing"),
    [
        ("Līgums.pdf", []),
        ("mape/līgums.PDF", []),
        ("ligums2.pdf", ["ligums2.pdf"]),
        ("līgums.pdf; foto 1.jpg", ["foto 1.jpg"]),
        ("e-pasts 12.10.2023", []),
        ("https://example.org/foto.jpg", []),
        ("saruna ar Annu", []),
    ],
)
def test_only_a_file_that_is_named_and_not_there_is_asked_about(cell, missing):
    sheets = {"Darbi": tasks(f"K-01 'evidence={cell}'"), "Lēmumi": tasks().drop(columns="evidence")}
    problems = check_evidence(sheets, ["Līgums.pdf"])
    assert [problem.value for problem in problems] == missing
    assert all("apliecinajumi" in describe(problem) for problem in problems)
