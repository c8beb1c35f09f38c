"""Sliders redraw the ranking; questions carry what a script filters by, and applicants' words stay words."""

import io
import json
import re
from html import unescape

import pandas as pd
import pytest
from PIL import Image

from mentoring_lib.app import notebooks, widgets
from mentoring_lib.app.paths import STATIC_PAGES
from mentoring_lib.app.widgets import ELSEWHERE, WhatIf, describe_moved, find_moved, show_questions
from mentoring_lib.themes.exploring import follow_places, select_valid


@pytest.fixture
def shown_of(inputs, results):
    return follow_places(select_valid(results.decided), results.places), inputs.programme


def test_every_question_stands_there_with_what_the_script_filters_by(shown_of):
    before = shown_of[0].copy(deep=True)
    page = show_questions(*shown_of).html
    assert page.count("<article") == len(shown_of[0]) == 25
    assert all(key in page for key in shown_of[0]["application_id"])
    assert page.count("<script>") == 1
    facets = json.loads(unescape(re.search(r'data-facets="([^"]+)"', page)[1]))
    assert list(facets) == ["municipality", "novelty", "used_year", "use", "state"]
    for name, facet in facets.items():
        known = {value for value, _ in facet["values"]} | {""}
        assert set(re.findall(rf' data-{name}="([^"]*)"', page)) <= known
    assert shown_of[0].equals(before)
    bar = r'<li data-theme="(\w+)" style="--share: ([\d.]+)">\n?<span>([^<]+)</span> <b>(\d+)</b></li>'
    counts, settled = re.findall(bar, page), shown_of[1]
    assert [(code, unescape(words)) for code, _, words, _ in counts] == [
        (code, settled.short_theme(code)) for code in settled.themes]  # fmt: skip
    assert all(share == f"{int(count) / 25:.3f}" for _, share, _, count in counts)
    one = shown_of[0].head(1).assign(confirmed_themes=[(next(iter(settled.themes)),)])
    assert "--share: 1.000" in show_questions(one, settled).html
    row = shown_of[0].iloc[0]
    assert f">{row['application_id']} {row['community']}, {row['municipality']}</b>" in unescape(page)
    assert "<summary>0 pieteikumu jautājumi" in show_questions(shown_of[0].head(0), shown_of[1]).html


def test_a_run_draws_no_sliders(example, monkeypatch):
    monkeypatch.setenv(STATIC_PAGES, "1")
    inputs, results = example
    still = WhatIf(results.decided, inputs.programme, results.stamp.short())
    bundle, _ = still._repr_mimebundle_()
    assert bytes(still.picture.value) == b""
    assert ELSEWHERE in bundle["text/html"]
    assert [control.description for control in still.controls] == ["Secība", "Skaidrs no", "Papildpunkti"]
    assert {control.layout.width for control in still.controls} == {"34rem"}
    assert still.picture.layout.align_self == "flex-start"


def test_the_picture_shows_the_order_around_the_last_place(example, monkeypatch):
    seen = []
    for name in ("sign", "render"):
        monkeypatch.setattr(widgets, name, lambda *_: b"")
    monkeypatch.setattr(widgets, "plot_ranking", lambda *_, window, **more: seen.append(window))
    inputs, results = example
    WhatIf(results.decided, inputs.programme, "")._redraw(None)
    assert seen == [(14 - 6, 14 + 4)]


def test_what_applicants_wrote_is_text_on_a_page_too(shown_of):
    table, settled = shown_of
    evil = table.assign(question="</article><script>alert(1)</script>", community='"><b>', theme_other="<i>&")
    page = show_questions(evil, settled).html.partition("<script>")[0]
    assert not re.search(r"<script|<b>\W*,|<i>", page)
    assert page.count("</article>") == len(table)


# Sliders


@pytest.fixture
def sliders(example):
    inputs, results = example
    moved = WhatIf(results.decided, inputs.programme, results.stamp.short())
    moved._repr_mimebundle_()
    return moved


def test_it_opens_on_the_decision(sliders):
    assert [control.value for control in sliders.controls] == ["taking_turns", 7, 3]
    assert sliders.sentence.value == "<p><b>Konsultācijas saņemtu tās pašas kopienas.</b></p>"
    assert bytes(sliders.picture.value).startswith(b"\x89PNG")


def test_moving_a_slider_redraws_the_ranking(sliders):
    before = bytes(sliders.picture.value)
    sliders.reading.value = "new_first"
    told = re.fullmatch(r"<p><b>Konsultāciju iegūtu: (.*); zaudētu: (.*)\.</b></p>", sliders.sentence.value)
    assert [names.count("«") for names in told.groups()] == [2, 2]
    assert bytes(sliders.picture.value) != before
    sliders.reading.value = "points"
    sliders.weight.value = 12
    assert "iegūtu: «" in sliders.sentence.value


def test_the_weight_of_new_can_be_moved_only_where_it_does_something(sliders):
    disabled = []
    for reading in ("taking_turns", "points", "clear_first"):
        sliders.reading.value = reading
        disabled.append(sliders.weight.layout.display == "none")
    assert disabled == [True, False, True]


def test_nothing_decided_is_touched(example, sliders):
    _, results = example
    before = results.decided.copy(deep=True)
    sliders.clear_from.value = 0
    assert find_moved(results.decided, results.decided) == {}
    assert results.decided.equals(before)


def test_a_page_shows_a_sentence_instead_of_sliders(sliders):
    bundle, _ = sliders._repr_mimebundle_()
    assert notebooks.WIDGET in bundle
    assert bundle["text/plain"] == ELSEWHERE
    assert ELSEWHERE in bundle["text/html"]


@pytest.mark.parametrize(
    ("moved", "told"),
    [
        ({}, "Konsultācijas saņemtu tās pašas kopienas."),
        ({"A": "▲"}, "Konsultāciju iegūtu: «a»."),
        ({"B": "▼"}, "Zaudētu: «K-B»."),
        ({"A": "▲", "B": "▼"}, "Konsultāciju iegūtu: «a»; zaudētu: «K-B»."),
    ],
)
def test_who_would_gain_and_lose_is_told_by_name(moved, told):
    table = pd.DataFrame({"application_id": ["A", "B"], "community": ["a", "K-B"]})
    assert describe_moved(table, moved) == told


def test_who_would_gain_stands_before_who_would_lose_by_code():
    now, then = (pd.DataFrame({"application_id": list("ABCD"), "outcome": what}) for what in (
        ["waiting", "waiting", "place", "place"], ["place", "place", "waiting", "waiting"]))  # fmt: skip
    assert list(find_moved(now, then).items()) == [("A", "▲"), ("B", "▲"), ("C", "▼"), ("D", "▼")]


def test_the_order_around_the_last_place_fits_one_view_with_the_controls(sliders):
    image = Image.open(io.BytesIO(bytes(sliders.picture.value)))
    assert image.height <= 500
    assert all(len(text) <= 30 for text, _ in sliders.reading.options)
