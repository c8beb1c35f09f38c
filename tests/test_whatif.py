"""Sliders redraw the ranking and write nothing; a page shows a sentence instead."""

import pytest

from mentoring_lib import pages
from mentoring_lib.whatif import ELSEWHERE, WhatIf, count_changed


@pytest.fixture
def shown(example):
    inputs, results = example
    sliders = WhatIf(results.decided, inputs.sheets["Lēmumi"], inputs.programme, results.stamp.short())
    sliders._repr_mimebundle_()
    return sliders


def test_it_opens_on_the_decision(shown):
    assert [control.value for control in shown.controls] == ["taking_turns", 7, 3]
    assert shown.told.value == "Salīdzinājumā ar lēmumu vietu iegūtu 0 kopienas, zaudētu 0."
    assert bytes(shown.picture.value).startswith(b"\x89PNG")


def test_moving_a_slider_redraws_the_ranking(shown):
    before = bytes(shown.picture.value)
    shown.reading.value = "new_first"
    assert shown.told.value == "Salīdzinājumā ar lēmumu vietu iegūtu 2 kopienas, zaudētu 2."
    assert bytes(shown.picture.value) != before
    shown.reading.value = "points"
    shown.weight.value = 12
    assert "iegūtu 2 kopienas" in shown.told.value


def test_nothing_decided_is_touched(example, shown):
    _, results = example
    before = results.decided.copy(deep=True)
    shown.clear_from.value = 0
    assert count_changed(results.decided, results.decided).endswith("iegūtu 0 kopienas, zaudētu 0.")
    assert results.decided.equals(before)


def test_a_page_shows_a_sentence_and_no_widget(shown):
    bundle, _ = shown._repr_mimebundle_()
    assert pages.WIDGET in bundle
    assert ELSEWHERE in bundle["text/html"]
    assert bundle["text/plain"] == ELSEWHERE
