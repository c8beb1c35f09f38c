"""Five invented programmes: nobody answered, one, all, answers that contradict the tasks, one community alone."""

from dataclasses import replace

import pandas as pd
import pytest
from builders import follow_ups, happened

from mentoring_lib.documents import funder_report, report_summary
from mentoring_lib.funder.figures import check_totals
from mentoring_lib.workflow import evaluate

ALL = ["question_answered=yes", "then_1=2 now_1=7 anyway=no 'sentence=Esam pazīstami.' publish=named"]


def answer(keys, first=ALL[0], later=ALL[1]):
    """Both rounds answered by each."""
    told = follow_ups(*(f"{key} next_day 2024-09-14 {first}" for key in keys),
                      *(f"{key} after_90_days 2024-09-14 {later}" for key in keys))  # fmt: skip
    soon = told["round"].eq("next_day").astype("boolean")
    return told.assign(recommends=soon.where(soon))


def nobody(inputs, keys):
    work = inputs.sheets["Darbi"].assign(outcome=None)
    return {"Pēc konsultācijas": follow_ups(), "Rezultāti": happened(), "Darbi": work}


def one(inputs, keys):
    return nobody(inputs, keys) | {"Pēc konsultācijas": answer(keys[:1])}


def everybody(inputs, keys):
    return {"Pēc konsultācijas": answer(keys)}


def contradicting(inputs, keys):
    work = inputs.sheets["Darbi"].assign(done_on=pd.NaT, outcome=None, until=pd.Timestamp(2024, 9, 1))
    told = answer(keys, "question_answered=no", "then_1=9 now_1=1 anyway=yes")
    return {"Pēc konsultācijas": told, "Darbi": work}


def alone(inputs, keys):
    kept = {
        name: sheet[sheet["application_id"].eq(keys[0])]
        for name, sheet in inputs.sheets.items()
        if name in ("Konsultācijas", "Notikumi", "Ieteikumi", "Darbi", "Rezultāti", "Pēc konsultācijas")
    }
    return kept | {"Pārskata teksti": inputs.sheets["Pārskata teksti"].iloc[:0]}


MADE = {made.__name__: made for made in (nobody, one, everybody, contradicting, alone)}


def make(example, name):
    """Inputs and results of one of them."""
    inputs, results = example
    keys = results.supported["application_id"].tolist()
    changed = replace(inputs, sheets=inputs.sheets | MADE[name](inputs, keys))
    return changed, evaluate(changed)


@pytest.fixture(scope="module", params=MADE)
def told(request, example):
    inputs, results = make(example, request.param)
    texts = "\n".join(funder_report.list_texts(results.figures, inputs.programme))
    return request.param, results.figures, inputs.programme, texts


TITLES = {
    "nobody": "Sniegtas 12 no 14 konsultācijām; visas 12 kopienas jau kaut ko ir paveikušas, 13 no 38 darbiem vēl nav "
              "paveikti",
    "contradicting": "Sniegtas 12 no 14 konsultācijām; neviens no ieplānotajiem darbiem vēl nav paveikts",
    "alone": "Sniegta 1 no 14 konsultācijām; kopiena jau kaut ko ir paveikusi, 1 no 4 darbiem vēl nav paveikts",
}  # fmt: skip
ANSWERED = {"nobody": (0, 12), "one": (1, 11), "everybody": (12, 0), "contradicting": (12, 0), "alone": (1, 0)}


def test_the_title_and_who_answered_are_counted(told):
    name, figures, programme, texts = told
    assert report_summary.make_headline(figures, programme) == TITLES.get(name, TITLES["nobody"])
    answered, missing = ANSWERED[name]
    of = "1 kopiena" if name == "alone" else "12 kopienas"
    said = f"Aptauja «diena pēc konsultācijas» ({of}): atbildēja {answered}, neatbildēja {missing}."
    assert said in texts
    assert "%" not in texts


def test_of_fewer_than_three_no_answer_is_told(told):
    name, figures, _, texts = told
    enough = name in ("everybody", "contradicting")
    assert ("Vai saruna atbildēja uz jautājumu?" in texts) == enough
    assert ("Vai tas būtu noticis arī bez konsultācijas?" in texts) == enough
    assert bool(len(figures.ratings)) == enough
    assert ("Atbilžu vēl ir par maz" in texts) == (name in ("one", "alone"))


def test_answers_that_contradict_the_tasks_are_told_beside_them_as_given(told):
    name, figures, _, texts = told
    if name == "contradicting":
        assert "Vai saruna atbildēja uz jautājumu? nē – 12." in texts
        assert "Vai ieteiktu citai kopienai? jā – 12." in texts
        assert "Vai tas būtu noticis arī bez konsultācijas? jā – 12." in texts
        assert "38 ieplānotajiem darbiem termiņš ir pagājis, un tie vēl nav paveikti." in texts
        assert "augstāk 0, tāpat 0, zemāk 12" in texts
    assert figures.tasks[["done", "open", "overdue"]].sum().sum() == (4 if name == "alone" else 38)


def test_who_told_nothing_is_said_to_have_told_nothing(told):
    name, figures, _, texts = told
    counts = {"nobody": 0, "one": 1, "everybody": 12, "contradicting": 0}
    if name in counts:
        number = counts[name]
        assert figures.described == number
        words = ("vēl nav aprakstījusi neviena", "aprakstījusi 1")[number] if number < 2 else f"aprakstījušas {number}"
        assert f"Kas no tā iznācis, {words} no 12 kopienām." in texts


def test_totals_agree(told):
    _, figures, programme, _ = told
    assert check_totals(figures, programme) == []
