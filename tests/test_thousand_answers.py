"""A sample of the thousand hostile answers (all of them: ``python tests/thousand_answers.py``)."""

import random

import pytest
from builders import MANY
from thousand_answers import FIELDS, Answer, invent_answers, judge, put, run

from mentoring_lib.app import outputs


@pytest.mark.parametrize("seed", range(2, 2 + MANY))
def test_whatever_is_answered_everything_else_is_made(inputs, made, seed):
    answers = list(invent_answers(random.Random(seed), inputs, 25))
    assert judge(inputs, answers, frozenset(made)) == []


def test_a_document_that_is_missing_without_a_word_is_noticed(inputs, made, monkeypatch):
    """The judge itself: it sees what it is there to see."""
    lost = next(name for name in made if "/vestules/" in name)
    left = {name: content for name, content in made.items() if name != lost}
    monkeypatch.setattr(outputs, "make_files", lambda *_: outputs.Made(left, []))
    assert judge(inputs, [], frozenset(made)) == [f"nav izveidots un nav nosaukts: {lost}"]
    monkeypatch.setattr(outputs, "make_files", lambda *_: 1 / 0)
    assert judge(inputs, [], frozenset(made)) == ["ZeroDivisionError: division by zero"]


def test_the_answers_are_the_same_for_a_seed_and_reach_every_field(inputs, made, monkeypatch):
    one, again = (list(invent_answers(random.Random(5), inputs, 300)) for _ in range(2))
    assert one == again
    assert {answer.field for answer in one} == set(FIELDS)
    assert {type(answer.text) for answer in one} == {str, type(None)}
    assert max(len(answer.text or "") for answer in one) >= 100_000
    changed = put(inputs, [Answer(3, "community", "X")]).applications["community"]
    assert changed.iloc[3] == "X"
    monkeypatch.setattr(outputs, "make_files", lambda *_: outputs.Made(made, []))
    assert run(0, 1) == ([], 0)
