"""One answer a page, true under every history and number."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from mentoring_lib.app import answers
from mentoring_lib.base.problems import Problem

CHANGED = "Ja mainītu noteikumus, svarus, punktus vai izlozi:"


def test_the_example_is_answered(results):
    assert answers.answer_applications(results).startswith(
        "28 pieteikumi no 27 kopienām: 23 atbilst, 2 nokavēti, 3 nepiedalās."
    )
    assert answers.answer_selection(results) == (
        "Iznākums ir galīgs (izloze 30.08.2023). Secībā ir 23 kopienas, pavisam 14 konsultācijas: 7 + 7; "
        "9 gaida (+ 2 nokavēti); 3 pieteikumi nepiedalās. "
        "Ja mainītu noteikumus, svarus, punktus vai izlozi: 9 kopienas saņem noteikti, 5 noteikti nesaņem, "
        "9 kopienām iznākums ir atkarīgs no izvēles."
    )
    assert answers.answer_delivery(results).startswith("Sniegtas 12 no 14 konsultācijām; ")
    assert "9 kopienu darbi kavējas" in answers.answer_delivery(results)
    assert answers.answer_report(results)


def take(results, count, **columns):
    """The first applications of the example, told otherwise."""
    decided = pd.concat([results.decided.head(1)] * count) if count else results.decided.head(0)
    return replace(results, decided=decided.assign(**columns).reset_index(drop=True), blockers=(), problems=())


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "Pieteikumu vēl nav."),
        (1, "1 pieteikums: 1 atbilst. Neviens jautājums negaida jūsu atbildi."),
        (2, "2 pieteikumi: 2 atbilst."),
        (11, "11 pieteikumi: 11 atbilst."),
        (21, "21 pieteikums: 21 atbilst."),
    ],
)
def test_applications_agree_with_their_number(results, count, words):
    assert answers.answer_applications(take(results, count)).startswith(words)


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 jautājums gaida jūsu atbildi."), (2, "2 jautājumi gaida jūsu atbildi."), (21, "21 jautājums gaida")],
)
def test_questions_that_wait_are_counted(results, count, words):
    asked = replace(results, problems=(Problem("seed_missing", "a.toml"),) * count)
    assert words in answers.answer_applications(asked)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "vēl jāizlemj 1 lieta."),
        (2, "vēl jāizlemj 2 lietas."),
        (11, "jāizlemj 11 lietas."),
        (21, "jāizlemj 21 lieta."),
    ],
)
def test_a_provisional_outcome_says_how_much_is_open(results, count, words):
    waiting = replace(results, final=False, blockers=(Problem("seed_missing", "programme.toml"),) * count)
    told = answers.answer_selection(waiting)
    assert told.startswith("Iznākums ir provizorisks: ")
    assert words in told
    assert "izloze 30.08.2023" not in told


def test_nobody_is_ranked_yet(results):
    assert answers.answer_selection(take(results, 0)).endswith("Secībā vēl nav nevienas kopienas.")


def test_before_the_lot_it_is_said_for_how_many_it_decides(results):
    told = answers.answer_selection(take(results, 21, outcome="lot", place_year=pd.NA))
    assert "par 21 kopienu izšķirs izloze; neviens negaida" in told


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [
        ((0, 0, 0), ""),
        ((1, 0, 0), f"{CHANGED} 1 kopiena saņem noteikti."),
        ((0, 11, 1), f"{CHANGED} 11 noteikti nesaņem, 1 kopienai iznākums ir atkarīgs no izvēles."),
        (
            (21, 2, 2),
            f"{CHANGED} 21 kopiena saņem noteikti, 2 noteikti nesaņem, 2 kopienām iznākums ir atkarīgs no izvēles.",
        ),
    ],
)
def test_firmness_agrees_with_its_numbers(verdicts, told):
    names = [
        name for name, count in zip(("firm_in", "firm_out", "contested"), verdicts, strict=True) for _ in range(count)
    ]
    assert answers.answer_firmness(pd.DataFrame({"verdict": pd.Series(names, dtype="str")})) == told


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (0, "Nav sniegta neviena no 14 konsultācijām"),
        (1, "Sniegta 1 no 14 konsultācijām"),
        (11, "Sniegtas 11 no 14 konsultācijām"),
    ],
)
def test_hours_agree_with_their_number(results, done, words):
    ledger = results.ledger.assign(delivered=[done, 0])
    told = answers.answer_delivery(
        replace(results, ledger=ledger, due=results.due.head(0), proposals=results.proposals.head(0))
    )
    assert told == f"{words}. Nekas negaida."


def test_the_themes_asked_about_most_are_named_with_how_many_wait(results):
    code, other, third = list(results.programme.themes)[:3]
    three = take(results, 4).decided.assign(confirmed_themes=[(code, other), (code,), (third,), ()])
    said = results.programme.short_theme
    assert answers.answer_themes(replace(results, decided=three)) == (
        f"Visbiežāk: «{said(code)}» (2 no 3 pieteikumiem). 1 pieteikumam tēma vēl jāapstiprina."
    )
    both = replace(results, decided=three.assign(confirmed_themes=[(code, other)] * 4))
    told = answers.answer_themes(both)
    assert told.startswith("Visbiežāk: «")
    assert told.endswith("» (4 no 4 pieteikumiem).")
    assert f"«{said(code)}»" in told
    assert "» un «" in told
    all_three = replace(results, decided=three.assign(confirmed_themes=[(code, other, third)] * 4))
    assert answers.answer_themes(all_three) == "Visbiežāk: 3 tēmas vienādi (4 no 4 pieteikumiem)."


@pytest.mark.parametrize(("count", "words"), [(1, "1 pieteikuma."), (2, "2 pieteikumiem."), (21, "21 pieteikuma.")])
def test_before_any_theme_is_confirmed_it_says_of_how_many(results, count, words):
    none = take(results, count).decided.assign(confirmed_themes=[()] * count)
    told = answers.answer_themes(replace(results, decided=none))
    assert told == f"Tēmas vēl nav apstiprinātas nevienam no {words}"


def test_no_theme_is_confirmed_and_no_application_came(results):
    assert answers.answer_themes(take(results, 0)) == "Pieteikumu vēl nav."
    none = results.decided.assign(confirmed_themes=[()] * len(results.decided))
    assert re.match(
        r"Tēmas vēl nav apstiprinātas nevienam no \d+ pieteik", answers.answer_themes(replace(results, decided=none))
    )


def test_the_report_is_checked_before_it_is_sent(inputs, results):
    told = answers.list_report_checks(inputs, results).set_index("check")
    assert told.loc["Jautājumi, kas kavē pārskatu"].tolist() == ["nav", ""]  # nothing to do
    assert "Sniegtas konsultācijas" in told.loc["Mērķi, kas vēl nav sasniegti", "found"]
    asked = replace(results, report_blockers=(Problem("seed_missing", "a.toml"),) * 2)
    told = answers.list_report_checks(inputs, asked).set_index("check")
    assert told.loc["Jautājumi, kas kavē pārskatu"].tolist() == ["2", "Atbildiet uz tiem: «1. Pieteikumi»."]
    held = results.figures.consultations
    for named, words in ((["A", "B"], "2 no"), (None, "0 no")):
        names = [*named, *[""] * (len(held) - 2)] if named else None
        table = held.assign(community=names) if names else held.drop(columns="community", errors="ignore")
        other = replace(results, figures=replace(results.figures, consultations=table))
        told = answers.list_report_checks(replace(inputs, logos={"a.png": b""} if named else {}), other)
        found = told.set_index("check")["found"]
        assert found["Kopienas, kas nosauktas vārdā"] == f"{words} {len(held)}"
        assert found["Logotipi"] == ("1" if named else "nav")
