"""What the funder may be told of what changed: counts of three at least, names only where both sides agreed."""

from datetime import date

import pandas as pd
import pytest
from builders import changed, follow_ups, happened, programme, report_texts, tasks

from mentoring_lib.funder.outcome_figures import (
    count_answers,
    count_asked,
    count_results,
    list_examples,
    list_own_texts,
    list_quotes,
    list_sentences,
    tell_ratings,
    tell_tasks,
)

OPEN = programme(public=["community", "tasks", "results"])
HELD = date(2023, 9, 28)


def delivered(*lines):
    """Consultations: code, year, community ("–" is not named)."""
    rows = [line.split() for line in lines]
    table = pd.DataFrame(rows, columns=["application_id", "year", "community"])
    return table.assign(year=table["year"].astype("Int64"), community=table["community"].replace("–", ""))


# Tasks

SEVEN = ("A 2024 Ata", "B 2023 Bite", "C 2023 –", "D 2023 Dona", "E 2023 –", "F 2023 –", "G 2024 Gaisma")
WORK = tasks(
    "A done_on=2024-05-01 outcome=Sanāca. publish=named", "A until=2024-06-01", "B until=2030-01-01",
    "C done_on=2023-11-01 outcome=Slēpts. publish=unnamed", "C done_on=2023-11-02", "E until=2024-01-01",
)  # fmt: skip


def told(*lines, settled=OPEN, work=WORK):
    table = tell_tasks(delivered(*lines), changed(work=work), settled)
    return ["|".join(map(str, row)) for row in table.to_numpy().tolist()]


def test_tasks_are_told_by_name_where_both_agreed_and_the_others_in_one_row():
    assert told(*SEVEN) == [
        "2023|Bite|1|0|1|0|", "2023|Dona|1|0|0|0|", "2024|Ata|1|1|0|1|Sanāca.", "2024|Gaisma|1|0|0|0|", "||3|2|0|1|",
    ]  # fmt: skip
    assert told(*SEVEN, settled=programme(public=["community", "tasks"]))[2] == "2024|Ata|1|1|0|1|"
    assert told(*SEVEN, settled=programme(public=["community", "results"])) == ["||7|3|1|2|"]
    assert told() == []


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (("A 2023 Ata", "B 2023 Bite"), ["Ata", "Bite"]),
        (("A 2023 Ata", "B 2023 Bite", "C 2023 –"), [""]),
        (("A 2023 Ata", "B 2023 Bite", "C 2023 –", "D 2023 –"), ["Ata", ""]),
        (("A 2023 Ata", "B 2024 Bite", "C 2024 –", "D 2024 –", "E 2024 –"), ["Ata", "Bite", ""]),
        (("A 2023 Ata", "B 2023 Bite", "C 2023 Cena", "D 2024 –"), ["Ata", ""]),
    ],
)
def test_of_no_year_are_one_or_two_left_who_subtraction_would_give_away(lines, named):
    assert [row.split("|")[1] for row in told(*lines)] == named


# Sentences


def test_sentences_are_those_of_tasks_then_of_later_rounds_and_only_open_ones_are_told():
    answers = follow_ups(
        "B after_180_days 2024-04-01 sentence=Vēlāk. publish=unnamed", "B after_90_days 2024-01-01 sentence=Ābols.",
        "C next_day 2023-10-01 sentence=Tūlīt. publish=unnamed", "D after_90_days 2024-01-01 publish=unnamed",
    )  # fmt: skip
    work = tasks("A done_on=2024-05-01 outcome=Sanāca. publish=unnamed", "B done_on=2024-04-01 outcome=Agrāk.")
    found = changed(answers=answers, work=work)
    said = [(key, text, None if pd.isna(publish) else publish) for key, text, publish in list_sentences(found)]
    assert said == [
        ("B", "Agrāk.", None), ("A", "Sanāca.", "unnamed"), ("B", "Ābols.", None), ("B", "Vēlāk.", "unnamed"),
    ]  # fmt: skip
    told = {*found.answers["application_id"], *found.task_states["application_id"]}
    assert list_quotes(found, told, OPEN) == ("Sanāca.", "Vēlāk.")
    assert list_quotes(found, told, programme(public=[])) == ()
    assert list_quotes(found, (), OPEN) == ()


# Answers


def test_each_round_has_those_who_answered_who_did_not_and_whose_day_is_not_over():
    served = {"A": HELD, "B": HELD, "C": date(2024, 9, 10), "D": date(2024, 9, 15), "E": date(2024, 6, 10)}
    table = count_asked(changed(served, follow_ups("A next_day 2023-10-01")), OPEN)
    assert table.to_numpy().tolist() == [["next_day", 1, 2, 2], ["after_90_days", 0, 2, 3]]


def test_the_last_answer_of_each_counts_in_its_own_round_once_three_gave_one():
    first = [f"{key} next_day 2023-10-01 question_answered=yes" for key in "AB"]
    answers = follow_ups(
        *first, "C next_day 2023-10-02 question_answered=no",
        "C after_90_days 2024-01-01 question_answered=yes anyway=no", "A after_90_days 2024-01-01 anyway=no",
        "B after_90_days 2024-01-01 anyway=no", "B after_180_days 2024-04-01 anyway=yes",
    )  # fmt: skip
    answers = answers.assign(recommends=pd.array([True, True, False, *[None] * 4], dtype="boolean"))
    table = count_answers(changed(answers=answers))
    given = {(row[0], row[1]): row[2] for row in table.to_numpy().tolist() if row[2]}
    assert given == {
        ("question_answered", "yes"): 2, ("question_answered", "no"): 1, ("recommends", "yes"): 2,
        ("recommends", "no"): 1, ("anyway", "no"): 2, ("anyway", "yes"): 1,
    }  # fmt: skip
    assert set(count_answers(changed(answers=answers[answers["application_id"].ne("A")]))["asks"]) == set()


def test_ratings_are_told_once_three_gave_them_with_how_often_each_was_given():
    lines = [f"{key} after_90_days 2024-01-01 then_1={then} now_1={now}" for key, then, now in ("A27", "B28", "C36")]
    answers = follow_ups(*lines, "D after_90_days 2024-01-01 then_2=1 now_2=2")
    first = OPEN.follow_up.statements[0]
    moved, spread = tell_ratings(changed(answers=answers), OPEN)
    assert moved["statement"].tolist() == [first]
    assert spread.to_numpy().tolist() == [[first, 2, 2, 0], [first, 3, 1, 0], [first, 6, 0, 1], [first, 7, 0, 1],
                                          [first, 8, 0, 1]]  # fmt: skip
    assert spread.columns.tolist() == ["statement", "rating", "then", "now"]
    assert tell_ratings(changed(answers=answers[1:]), OPEN)[0].empty


# Results

RESULTS = (
    "A event_held 2023-10-21 amount=30 evidence=lapa.pdf publish=named", "A event_held 2023-11-21 amount=5",
    "B event_held 2023-10-22 amount=10 publish=named", "C event_held 2023-10-20 publish=named",
    "C funding_received 2023-12-01 amount=700 publish=unnamed",
)  # fmt: skip


def test_results_are_counted_by_kind_and_amounts_of_one_or_two_are_told_only_where_results_are_public():
    table = changed(results=happened(*RESULTS)).happened
    shown = {row[0]: row[1:] for row in count_results(table, OPEN).to_numpy().tolist()}
    assert shown == {"event_held": [3, 4, 1, 3, 45], "funding_received": [1, 1, 0, 1, 700]}
    hidden = count_results(table, programme(public=[])).set_index("result")["amount_told"]
    assert hidden.isna().all()
    more = changed(results=happened(*RESULTS, "C event_held 2023-12-20 amount=1")).happened
    assert count_results(more, programme(public=[])).set_index("result").loc["event_held", "amount_told"] == 46
    assert count_results(table[table["amount"].isna()], OPEN)["amount_told"].isna().all()


def test_examples_are_results_that_both_sides_agreed_to_name_by_date():
    table = changed(results=happened(*RESULTS)).happened
    served = delivered("A 2023 Ata", "B 2023 Bite", "C 2023 –")
    found = list_examples(table, served, OPEN)
    rows = found.assign(on=found["on"].dt.strftime("%d.%m"), amount_told=found["amount_told"].fillna(0))
    assert rows.to_numpy().tolist() == [
        ["Ata", "event_held", 30, "21.10", "yes"],
        ["Bite", "event_held", 10, "22.10", "no"],
    ]
    assert list_examples(table, served, programme(public=["community"])).empty


def test_own_texts_stand_in_the_order_of_the_report():
    texts = list_own_texts(report_texts("lessons Vienu.", "introduction Otru.", "lessons Trešo.", "partner")[::-1])
    assert texts == (("introduction", "Otru."), ("lessons", "Vienu."), ("lessons", "Trešo."))
