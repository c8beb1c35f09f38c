"""The first page in sentences: true whatever happened, each word in its number."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from builders import follow_ups

from mentoring_lib.documents import report_summary
from mentoring_lib.render.charts import describe_pace
from mentoring_lib.render.funder_charts import describe_ratings, describe_targets
from mentoring_lib.workflow import evaluate


@pytest.fixture
def say(example):
    """Figures in which so many were served, started, and so many items done, of so many."""
    figures = example[1].figures

    def make(served, started, done, every, overdue=0, planned=14):
        received = figures.received.tail(1).assign(consultations=float(served))
        tasks = figures.tasks.head(1).assign(done=done, open=every - done - overdue, overdue=overdue)
        ledger = figures.ledger.head(1).assign(planned=planned, delivered=served)
        return replace(figures, received=received, tasks=tasks, ledger=ledger, started=started)

    return make


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((0, 0, 0, 0), "Nav sniegta neviena no 14 konsultācijām"),
        ((1, 0, 0, 2), "Sniegta 1 no 14 konsultācijām; neviens no ieplānotajiem darbiem vēl nav paveikts"),
        ((1, 1, 1, 1), "Sniegta 1 no 14 konsultācijām; kopiena jau kaut ko ir paveikusi, visi darbi ir paveikti"),
        ((2, 1, 1, 2), "Sniegtas 2 no 14 konsultācijām; 1 no 2 kopienām jau kaut ko ir paveikusi, "
                       "1 no 2 darbiem vēl ir priekšā"),
        ((11, 11, 20, 21), "Sniegtas 11 no 14 konsultācijām; visas 11 kopienas jau kaut ko ir paveikušas, "
                           "1 no 21 darba vēl ir priekšā"),
        ((21, 2, 2, 2, 0, 21), "Sniegta 21 no 21 konsultācijas; 2 no 21 kopienām jau kaut ko ir paveikušas, "
                               "visi darbi ir paveikti"),
    ],
)  # fmt: skip
def test_the_headline_is_the_result_in_the_right_number(example, say, counts, words):
    assert report_summary.make_headline(say(*counts), example[0].programme) == words


def test_the_headline_of_a_period_tells_the_period_alone(example):
    inputs, _ = example
    results = evaluate(inputs, starts=date(2024, 1, 1), ends=date(2024, 6, 30))
    told = report_summary.make_headline(results.figures, inputs.programme)
    assert told.startswith("Periodā sniegtas 4 konsultācijas; ")
    promise = report_summary.describe_promise(results.figures, inputs.programme)
    assert "Šie skaitļi ir par visu projektu" in promise
    assert next(value for value, *_ in report_summary.list_cards(results.figures, inputs.programme)) == "4"


@pytest.mark.parametrize(
    ("day", "days", "kind"),
    [
        (date(2024, 9, 15), {}, "Starpposma"),
        (date(2024, 10, 31), {}, "Noslēguma"),
        (date(2024, 11, 30), {"starts": date(2024, 1, 1), "ends": date(2024, 6, 30)}, "Starpposma"),
    ],
)
def test_interim_or_final_is_said(example, day, days, kind):
    inputs, _ = example
    results = evaluate(inputs, as_of=day, **days)
    assert f"{kind} saturiskais pārskats" in report_summary.describe_kind(results.figures, inputs.programme)


@pytest.mark.parametrize(
    ("held", "even", "words"),
    [
        (0, 2, "Nav notikusi neviena no 14 konsultācijām – par 2 mazāk nekā vienmērīgā tempā"),
        (1, 1, "Notikusi 1 no 14 konsultācijām – tikpat, cik vienmērīgā tempā"),
        (12, 11, "Notikušas 12 no 14 konsultācijām – par 1 vairāk nekā vienmērīgā tempā"),
    ],
)
def test_the_title_over_the_course_is_made_from_it(held, even, words):
    assert describe_pace(held, 14, even) == words


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("2023", None, None)], "Mērķi šim periodam nav noteikti"),
        ([("2023", 7, 0), ("2024", 7, 2)], "Sasniegtie mērķi: 2023. gadā – vienīgais; 2024. gadā – 0 no 1"),
        ([("2023", 7, 0), ("2023", 7, 0)], "Sasniegtie mērķi: 2023. gadā – visi 2"),
        ([("2023", 7, 0), ("2023", 7, 1), ("Kopā", 14, 1)], "Sasniegtie mērķi: 2023. gadā – 1 no 2"),
    ],
)
def test_the_title_over_targets_counts_them_by_year(rows, words):
    table = pd.DataFrame(rows, columns=["year", "target", "missing"]).assign(result=1.0)
    assert describe_targets(table) == words


def test_ratings_are_told_only_where_three_gave_them():
    none = pd.DataFrame(columns=["statement", "answered", "higher"])
    assert describe_ratings(none, 2, 12) == "No 12 kopienām atbildēja 2: vērtējumu ir par maz, lai tos rādītu"


def with_answers(example, *lines):
    """The example with other answers than its own."""
    inputs, _ = example
    answers = follow_ups(*lines)
    return evaluate(replace(inputs, sheets=inputs.sheets | {"Pēc konsultācijas": answers})).figures


def test_where_nobody_answered_nothing_is_said_of_answers(example):
    told = report_summary.describe_answers(with_answers(example))
    assert told[0] == "Aptauja «diena pēc konsultācijas» (12 kopienas): atbildēja 0, neatbildēja 12."
    assert len(told) == 2


def test_one_answer_is_counted_and_not_told(example):
    figures = with_answers(example, "K-F001DE next_day 2023-09-29 question_answered=no")
    told = " ".join(report_summary.describe_answers(figures))
    assert "atbildēja 1, neatbildēja 11" in told
    assert "Atbilžu vēl ir par maz, lai tās rādītu." in told
    assert "nē" not in told.replace("neatbildēja", "")
    assert len(figures.answers) == len(figures.ratings) == 0


def test_all_answers_and_answers_that_contradict_the_tasks_are_told_as_given(example):
    keys = example[1].supported["application_id"]
    lines = [f"{key} next_day 2024-09-14 question_answered=yes" for key in keys]
    lines += [f"{key} after_90_days 2024-09-14 then_1=9 now_1=1 anyway=nothing" for key in keys]
    told = report_summary.describe_answers(with_answers(example, *lines))
    assert "Vai saruna atbildēja uz jautājumu? jā – 12." in told
    assert "Vai tas būtu noticis arī bez konsultācijas? nav, par ko spriest – 12." in told
    figures = with_answers(example, *lines)
    assert figures.ratings[["higher", "same", "lower"]].to_numpy().tolist() == [[0, 0, 12]]


def test_before_the_first_hour_the_page_says_so(example):
    inputs, _ = example
    figures = evaluate(inputs, as_of=date(2023, 9, 1)).figures
    assert report_summary.make_headline(figures, inputs.programme) == "Nav sniegta neviena no 14 konsultācijām"
    assert report_summary.describe_answers(figures) == ["Neviena kopiena vēl nav jāaptaujā."]
    assert report_summary.list_differences(figures) == ["Atšķirību no plāna nav."]
    assert [value for value, *_ in report_summary.list_cards(figures, inputs.programme)] == ["0 no 14"]


def test_one_community_alone_is_one_community(example):
    inputs, _ = example
    figures = evaluate(inputs, as_of=date(2023, 10, 1)).figures
    told = report_summary.summarise(figures, inputs.programme)
    assert told[0].startswith("Sniegta 1 no 14 konsultācijām; ") or told[0].startswith("Nav sniegta")
