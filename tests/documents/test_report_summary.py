"""The first page in sentences: true whatever happened, each word in its number."""

import re
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from builders import follow_ups

from mentoring_lib.documents import report_summary
from mentoring_lib.render.charts import describe_pace
from mentoring_lib.render.funder_charts import describe_ratings, describe_targets, plot_indicators
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
        ((0, 0, 0, 0, 0, 1), "Vienīgā konsultācija nav sniegta"),
        ((1, 0, 0, 2), "Sniegta 1 no 14 konsultācijām; neviens no ieplānotajiem darbiem vēl nav paveikts"),
        ((1, 1, 1, 1), "Sniegta 1 no 14 konsultācijām; kopiena jau kaut ko ir paveikusi, visi darbi ir paveikti"),
        ((2, 1, 1, 2), "Sniegtas 2 no 14 konsultācijām; 1 no 2 kopienām jau kaut ko ir paveikusi, "
                       "1 no 2 darbiem vēl nav paveikts"),
        ((11, 11, 20, 21), "Sniegtas 11 no 14 konsultācijām; visas 11 kopienas jau kaut ko ir paveikušas, "
                           "1 no 21 darba vēl nav paveikts"),
        ((21, 2, 2, 2, 0, 21), "Sniegta 21 no 21 konsultācijas; 2 no 21 kopienas jau kaut ko ir paveikušas, "
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
    ("counts", "words"),
    [
        ((21, 2, 2, 3, 0, 21), "1 no 3 darbiem nav paveikts"),
        ((21, 2, 1, 3, 0, 21), "2 no 3 darbiem nav paveikti"),
        ((2, 0, 0, 2), "neviens no ieplānotajiem darbiem nav paveikts"),
    ],
)
def test_after_the_end_nothing_is_ahead_any_more(example, say, counts, words):
    figures = say(*counts)
    over = replace(figures, stamp=replace(figures.stamp, as_of=date(2024, 11, 1)))
    told = report_summary.make_headline(over, example[0].programme)
    assert told.endswith(words)
    assert "vēl" not in told


@pytest.mark.parametrize(
    ("day", "ends", "runs"),
    [
        ("2024-09-15", "2024-10-31", " 2024. gads vēl turpinās."),
        ("2024-10-30", "2024-10-31", " 2024. gads vēl turpinās."),
        ("2024-10-31", "2024-10-31", ""),
        ("2024-06-29", "2024-06-30", " 2024. gads vēl turpinās."),
        ("2024-06-30", "2024-06-30", ""),
        ("2023-12-30", "2024-10-31", " 2023. gads vēl turpinās."),
        ("2023-12-31", "2024-10-31", ""),
        ("2022-09-15", "2024-10-31", ""),
        ("2026-01-01", "2024-10-31", ""),
    ],
)
def test_a_year_that_runs_is_said_to_run_only_while_it_does(example, day, ends, runs):
    figures, programme = example[1].figures, example[0].programme
    stamp = replace(figures.stamp, as_of=date.fromisoformat(day))
    part = replace(figures.period, ends=date.fromisoformat(ends))
    told = report_summary.describe_bars(replace(figures, stamp=stamp, period=part), programme)
    assert told.partition("mērķim trūkst.")[2] == runs


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


def test_where_nobody_rates_higher_the_title_says_so():
    table = pd.DataFrame([("Zinām.", 9, 0), ("Protam.", 9, 0)], columns=["statement", "answered", "higher"])
    assert describe_ratings(table) == "Augstāk nekā toreiz neviena kopiena nevērtē nevienu apgalvojumu"


def test_the_title_over_ratings_counts_those_who_rated_whatever_the_round():
    table = pd.DataFrame([("Zinām.", 3, 2), ("Protam.", 9, 1)], columns=["statement", "answered", "higher"])
    assert describe_ratings(table) == "«Zinām.» – tagad augstāk vērtē 2 no 3, kas to vērtēja"


def test_a_result_that_is_not_published_has_no_bar_and_hours_have_their_unit():
    rows = [
        ("Jaunas", "kopienas", "2023", 3.0, None, None, None),
        ("Klātienē", "stundas", "2023", 4.0, 5.17, 1.29, 0.0),
    ]
    table = pd.DataFrame(rows, columns=["indicator", "unit", "year", "target", "result", "share", "missing"])
    ax = plot_indicators(table.astype({"result": "float64", "share": "float64", "missing": "float64"}))
    assert len(ax.patches) == 3
    assert [text.get_text() for text in ax.get_yticklabels()] == ["Jaunas (kopienas)", "Klātienē (stundas)"]
    assert any(text.get_text() == "nav publicēts,\u00a0mērķis\u00a03" for text in ax.texts)


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


# Every sentence, whole


def period(figures):
    """The same figures as those of a part of the project."""
    return replace(figures, period=replace(figures.period, ends=date(2024, 6, 30)))


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((0, 0, 0, 2), "Periodā nav sniegta neviena konsultācija"),
        ((1, 1, 1, 1), "Periodā sniegta 1 konsultācija; kopiena jau kaut ko ir paveikusi, visi darbi ir paveikti"),
        ((11, 0, 0, 0), "Periodā sniegtas 11 konsultācijas"),
        ((21, 21, 1, 3), "Periodā sniegta 21 konsultācija; visas 21 kopienas jau kaut ko ir paveikušas, "
                         "2 no 3 darbiem vēl nav paveikti"),
    ],
)  # fmt: skip
def test_the_headline_of_a_period_agrees_with_its_count(example, say, counts, words):
    assert report_summary.make_headline(period(say(*counts)), example[0].programme) == words


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((0, 0, 1, 2), "Nav sniegta neviena no 14 konsultācijām"),
        ((2, 1, 0, 0), "Sniegtas 2 no 14 konsultācijām"),
        ((2, 2, 1, 2), "Sniegtas 2 no 14 konsultācijām; visas 2 kopienas jau kaut ko ir paveikušas, "
                       "1 no 2 darbiem vēl nav paveikts"),
    ],
)  # fmt: skip
def test_the_headline_tells_of_tasks_only_where_there_are_some(example, say, counts, words):
    assert report_summary.make_headline(say(*counts), example[0].programme) == words


YEARS = ("2023. gadā no 7 plānotajām: 7 ir sniegtas. "
         "2024. gadā no 7 plānotajām: 5 ir sniegtas, 1 ir norunāta un 1 vēl nav norunāta.")  # fmt: skip
WHOLE = "Šie skaitļi ir par visu projektu, ne tikai par pārskata periodu. "


@pytest.mark.parametrize(
    ("day", "part", "between"),
    [("2024-09-15", False, "Projekts beidzas"), ("2024-10-31", False, "Projekts beidzas"),
     ("2024-11-01", False, "Projekts beidzās"), ("2024-09-15", True, f"{WHOLE}Projekts beidzas")],
)  # fmt: skip
def test_the_promise_is_told_by_year_and_with_the_projects_end(example, day, part, between):
    inputs, results = example
    figures = replace(results.figures, stamp=replace(results.figures.stamp, as_of=date.fromisoformat(day)))
    told = report_summary.describe_promise(period(figures) if part else figures, inputs.programme)
    assert told == f"Apsolīts: 14 konsultācijas (7 + 7). {YEARS} {between} 31.10.2024."


def test_one_consultation_of_one_year_is_promised_as_one(example, say):
    figures = say(0, 0, 0, 0, planned=1)
    ledger = figures.ledger.assign(**{name: 0 for name in figures.ledger if name not in ("year", "planned")})
    told = report_summary.describe_promise(replace(figures, ledger=ledger), example[0].programme)
    assert told.startswith("Apsolīts: 1 konsultācija. 2023. gadā no 1 plānotās: nav nevienas. Projekts")


@pytest.mark.parametrize(
    ("day", "part", "final"),
    [
        ("2024-10-30", False, False),
        ("2024-10-31", False, True),
        ("2024-11-01", False, True),
        ("2024-11-01", True, False),
    ],
)
def test_a_report_is_final_when_the_project_is_over_and_it_is_about_all_of_it(example, day, part, final):
    inputs, results = example
    figures = replace(results.figures, stamp=replace(results.figures.stamp, as_of=date.fromisoformat(day)))
    figures = period(figures) if part else figures
    assert report_summary.is_final(figures, inputs.programme) == final
    kind = "Noslēguma" if final else "Starpposma"
    assert f". {kind} saturiskais pārskats par " in report_summary.describe_kind(figures, inputs.programme)


def test_the_kind_names_project_period_and_day(example):
    inputs, results = example
    assert report_summary.describe_kind(results.figures, inputs.programme) == (
        "«Kaimiņu kopienu kopspēks», Nr. 2023.LV/NVOF/MAC/041/58. Starpposma saturiskais pārskats par periodu "
        "01.05.2023–31.10.2024; dati 15.09.2024"
    )


@pytest.mark.parametrize(
    ("counts", "cards"),
    [
        ((0, 0, 0, 0), [("0 no 14", "konsultācijām sniegtas", "")]),
        ((1, 1, 1, 1), [("1 no 14", "konsultācijām sniegta", ""), ("10 no 1", "atbalstītās kopienas ir jaunas", ""),
                        ("1 no 1", "kopienas paveikusi vismaz vienu darbu", ""), ("1 no 1", "darba paveikts", "")]),
        ((21, 1, 1, 12, 0, 21), [
            ("21 no 21", "konsultācijas sniegta", ""), ("10 no 21", "atbalstītās kopienas ir jaunas", ""),
            ("1 no 21", "kopienas paveikusi vismaz vienu darbu", ""), ("1 no 12", "darbiem paveikts", "")]),
        ((12, 2, 3, 6, 1), [
            ("12 no 14", "konsultācijām sniegtas", ""), ("10 no 12", "atbalstītajām kopienām ir jaunas", ""),
            ("2 no 12", "kopienām paveikušas vismaz vienu darbu", ""), ("3 no 6", "darbiem paveikti", "1 nokavēts")]),
        ((2, 0, 0, 2, 2), [
            ("2 no 14", "konsultācijām sniegtas", ""), ("10 no 2", "atbalstītajām kopienām ir jaunas", ""),
            ("0 no 2", "kopienām paveikušas vismaz vienu darbu", ""), ("0 no 2", "darbiem paveikti", "2 nokavēti")]),
    ],
)  # fmt: skip
def test_the_cards_tell_four_numbers_as_far_as_there_are_any(example, say, counts, cards):
    assert report_summary.list_cards(say(*counts), example[0].programme) == cards
    first = report_summary.list_cards(period(say(*counts)), example[0].programme)[0]
    one = "konsultācija sniegta periodā" if counts[0] in (1, 21) else "konsultācijas sniegtas periodā"
    assert first == (str(counts[0]), one, "")


def test_new_communities_are_told_where_an_indicator_counts_all_of_them_and_shows_it(example, say):
    programme, figures = example[0].programme, say(12, 2, 3, 6)
    (new,) = (one for one in programme.indicators if one.formula == "new_communities")
    others = [one for one in programme.indicators if one is not new]

    def labels(figures, *indicators):
        own = programme.model_copy(update={"indicators": tuple(indicators)})
        return [label for _, label, _ in report_summary.list_cards(figures, own)]

    told = "atbalstītajām kopienām ir jaunas"
    assert told in labels(figures, *others, new)
    assert told not in labels(figures, *others)
    for part in ({"mode": "online"}, {"municipality": "Olaines novads"}):
        assert told not in labels(figures, *others, new.model_copy(update=part))
    rows = figures.indicators
    hidden = rows.assign(result=rows["result"].mask(rows["indicator"].eq(new.name) & rows["year"].eq("2023")))
    assert told not in labels(replace(figures, indicators=hidden), *others, new)
    bare = rows[rows["indicator"].ne(new.name)]
    assert told not in labels(replace(figures, indicators=bare), *others, new)


@pytest.mark.parametrize(
    ("happened", "overdue", "lost", "words"),
    [
        ([], 0, 0, ["Atšķirību no plāna nav."]),
        (["declined"], 0, 0, ["1 kopiena atteicās no piedāvātās konsultācijas."]),
        (["declined", "withdrawn", "declined"], 0, 0,
         ["2 kopienas atteicās no piedāvātās konsultācijas un 1 kopiena atsauca dalību."]),
        ([], 1, 0, ["1 ieplānotajam darbam termiņš ir pagājis, un tas vēl nav paveikts."]),
        ([], 2, 1, ["2 ieplānotajiem darbiem termiņš ir pagājis, un tie vēl nav paveikti.",
                    "1 konsultācija nav izmantota savā gadā."]),
        (["expired"], 0, 2, ["1 kopiena termiņā neatbildēja.", "2 konsultācijas nav izmantotas savā gadā."]),
    ],
)  # fmt: skip
def test_what_differed_is_told_with_its_number(say, happened, overdue, lost, words):
    figures = say(2, 1, 1, 3, overdue)
    rows = figures.deviations.head(0).reindex(range(len(happened))).assign(event=happened)
    ledger = figures.ledger.assign(lost=lost)
    assert report_summary.list_differences(replace(figures, deviations=rows, ledger=ledger)) == words


@pytest.mark.parametrize(
    ("happened", "words"),
    [
        (["declined", "expired"], "1 kopiena atteicās no piedāvātās konsultācijas un 1 kopiena termiņā neatbildēja."),
        (["declined offered", "not_held held"],
         "1 kopiena atteicās no piedāvātās konsultācijas un 1 konsultācija nenotika norunātajā laikā. "
         "Nākamajai kopienai piedāvāta 1 no 1 atbrīvotās."),
        (["cancelled offered"], "1 piedāvājums atcelts ar lēmumu. Nākamajai kopienai piedāvāta 1 no 1 atbrīvotās."),
        (["declined offered", "expired offered", "withdrawn"],
         "1 kopiena atteicās no piedāvātās konsultācijas, 1 kopiena termiņā neatbildēja un 1 kopiena atsauca dalību. "
         "Nākamajām kopienām piedāvātas 2 no 3 atbrīvotajām."),
    ],
)  # fmt: skip
def test_what_followed_a_freed_consultation_is_counted(say, happened, words):
    figures = say(2, 1, 1, 3)
    events, then = zip(*((*one.split(), None)[:2] for one in happened), strict=True)
    rows = figures.deviations.head(0).reindex(range(len(events))).assign(event=events, then=then)
    ledger = figures.ledger.assign(lost=0)
    assert report_summary.list_differences(replace(figures, deviations=rows, ledger=ledger)) == [words]


RECEIVED = "Saņemti 28 pieteikumi no 27 kopienām."


def test_for_whom_is_told_as_far_as_it_is_public(example):
    inputs, results = example
    figures = results.figures
    towns, modes = "Mārupes novads – 3, Olaines novads – 5, Ķekavas novads – 4", "klātienē – 9, tiešsaistē – 3"
    cases = [([], f"Kam: {towns}; {modes}. "), (["municipality"], f"Kam: {modes}. "), (["mode"], f"Kam: {towns}. ")]
    for gone, whom in [*cases, (["mode", "municipality"], "")]:
        table = figures.consultations.drop(columns=gone)
        assert report_summary.describe_whom(replace(figures, consultations=table), inputs.programme) == whom + RECEIVED
    none = replace(figures, consultations=figures.consultations.head(0))
    assert report_summary.describe_whom(none, inputs.programme) == RECEIVED


@pytest.mark.parametrize(
    ("count", "communities", "words"),
    [(0, 0, "Nav saņemts neviens pieteikums."), (1, 1, ""), (2, 2, ""), (3, 2, ""),
     (3, 3, "Saņemti 3 pieteikumi no 3 kopienām."), (21, 21, "Saņemts 21 pieteikums no 21 kopienas."),
     (11, 11, "Saņemti 11 pieteikumi no 11 kopienām.")],
)  # fmt: skip
def test_how_many_applied_is_told_unless_it_is_one_or_two(example, count, communities, words):
    figures = example[1].figures
    table = figures.applications.head(1).assign(count=count)
    assert report_summary.describe_received(replace(figures, applications=table, applicants=communities)) == words


@pytest.mark.parametrize(
    ("served", "told", "named", "words"),
    [
        (0, 0, "", ""),
        (0, 1, "Pulks", ""),
        (12, 0, "", "Kas no tā iznācis, vēl nav aprakstījusi neviena no 12 kopienām."),
        (21, 1, "", "Kas no tā iznācis, aprakstījusi 1 no 21 kopienas."),
        (
            12,
            2,
            "Pulks",
            "Kas no tā iznācis, aprakstījušas 2 no 12 kopienām. "
            "Nosaukumi un stāsti publicēti tikai ar kopienu piekrišanu.",
        ),
    ],
)
def test_how_many_told_what_became_of_it(say, served, told, named, words):
    figures = say(served, 1, 1, 2)  # two rows of tasks: one community may be named
    tasks = pd.concat([figures.tasks.assign(community=""), figures.tasks.assign(community=named)])
    assert report_summary.describe_told(replace(figures, described=told, tasks=tasks)) == words


def test_answers_are_told_by_round_and_question(example):
    first, second, *rest = report_summary.describe_answers(example[1].figures)
    assert first == "Aptauja «diena pēc konsultācijas» (12 kopienas): atbildēja 10, neatbildēja 2."
    assert second.startswith("Aptauja «pēc 90 dienām» (12 kopienas): atbildēja 9, neatbildēja 2, ")
    assert "termiņš vēl nav pienācis" in second
    assert rest == [
        "Vai saruna atbildēja uz jautājumu? jā – 6, daļēji – 3, nē – 1.",
        "Vai ieteiktu citai kopienai? jā – 9, nē – 1.",
        "Vai tas būtu noticis arī bez konsultācijas? jā – 1, daļēji – 3, nē – 4, nav, par ko spriest – 1.",
    ]


def test_the_first_page_puts_them_in_order_and_tells_hours_if_there_are_any(example):
    inputs, results = example
    figures, programme = results.figures, inputs.programme
    told = report_summary.summarise(figures, programme)
    assert told[0] == f"{report_summary.make_headline(figures, programme)}."
    assert told[1] == report_summary.describe_promise(figures, programme)
    assert told[2].startswith("12 no 14 konsultācijām sniegtas; 10 no 12 atbalstītajām kopienām ir jaunas; 12 no 12 ")
    assert re.search(r"; 25 no 38 darbiem paveikti,? 9 nokavēti\.$", told[2])
    assert told[3].replace("\u00a0", " ") == "Sniegto konsultāciju kopējais ilgums: 12 h 05 min."
    assert told[4:-1] == report_summary.list_differences(figures)
    assert told[-1] == report_summary.describe_whom(figures, programme)
    none = figures.received.assign(hours=0.0)
    assert "kopējais ilgums" not in " ".join(report_summary.summarise(replace(figures, received=none), programme))


def test_who_prepared_it_signs(inputs):
    line = "_" * 40
    assert report_summary.list_signature(inputs.programme) == [
        ("Sagatavoja", "Kristīne Izdomātā, projekta koordinatore, +371 2000 00 99, kopienas@example.org"),
        ("Datums", line), ("Paraksts", line),
    ]  # fmt: skip
    bare = inputs.programme.model_copy(update={"letters": type(inputs.programme.letters)()})
    assert report_summary.list_signature(bare)[0] == ("Sagatavoja", line)


def asked(figures, *counts):
    """Figures in which each round was answered, left unanswered and is not due yet by so many."""
    table = figures.asked.head(len(counts)).copy()
    left = next(name for name in table if name in ("missing", "unanswered"))
    table[["answered", left, "not_due"]] = counts
    return replace(figures, asked=table)


@pytest.mark.parametrize(
    ("counts", "shown", "lines"),
    [
        ([(0, 0, 0), (0, 0, 0)], False, ["Neviena kopiena vēl nav jāaptaujā."]),
        ([(0, 1, 0), (0, 0, 0)], False, ["Aptauja «diena pēc konsultācijas» (1 kopiena): atbildēja 0, neatbildēja 1."]),
        ([(1, 20, 0), (0, 0, 0)], False, [
            "Aptauja «diena pēc konsultācijas» (21 kopiena): atbildēja 1, neatbildēja 20.",
            "Atbilžu vēl ir par maz, lai tās rādītu."]),
        ([(0, 0, 0), (11, 0, 0)], True, [
            "Aptauja «pēc 90 dienām» (11 kopienas): atbildēja 11, neatbildēja 0.",
            "Vai saruna atbildēja uz jautājumu? jā – 6, daļēji – 3, nē – 1."]),
    ],
)  # fmt: skip
def test_rounds_and_answers_are_told_as_far_as_there_are_any(example, counts, shown, lines):
    figures = asked(example[1].figures, *counts)
    answers = figures.answers[figures.answers["asks"].eq("question_answered")] if shown else figures.answers.head(0)
    zero = answers.tail(1).assign(count=0)
    assert report_summary.describe_answers(replace(figures, answers=pd.concat([answers, zero]))) == lines


def test_who_is_not_due_yet_is_counted_apart(example):
    told = report_summary.describe_answers(asked(example[1].figures, (1, 2, 3), (0, 0, 0)))[0]
    assert re.search(r"\(6 kopienas\): atbildēja 1, neatbildēja 2, (?:3 )?termiņš vēl nav pienācis(?: 3)?\.$", told)
