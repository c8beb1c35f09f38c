"""Lists redraw the themes, sliders the ranking, a search marks what it finds; applicants' words stay words."""

import io
import json
import re
from html import escape, unescape
from unicodedata import normalize

import pandas as pd
import pytest
from builders import applications, confirmed, programme
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mentoring_lib.app import notebooks
from mentoring_lib.app.paths import STATIC_PAGES
from mentoring_lib.app.widgets import Explorer, Search, WhatIf, describe_moved, find_moved, mark_hits, show_questions
from mentoring_lib.themes.confirmed import confirm_themes
from mentoring_lib.themes.exploring import follow_places, select_valid


@pytest.fixture
def shown_of(inputs, results):
    return follow_places(select_valid(results.decided), results.places), inputs.programme, results.stamp.short()


@pytest.fixture
def shown(shown_of):
    explorer = Explorer(*shown_of)
    explorer._repr_mimebundle_()
    return explorer


def test_it_opens_on_everyone(shown):
    assert [*shown.choices] == ["municipality", "novelty", "used_year", "use", "state"]
    assert shown.sentence.value == "Izvēlei atbilst 25 no 25 pieteikumiem; tēmas vēl nav apstiprinātas: 1."
    assert bytes(shown.themes.value).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("name", "value", "count"),
    [
        ("municipality", "Olaines novads", 7),
        ("novelty", "new", 13),
        ("used_year", 2024, 7),
        ("use", "delivered", 12),
        ("state", "late", 2),
    ],
)
def test_each_list_redraws_both_pictures(shown, name, value, count):
    before = bytes(shown.themes.value), bytes(shown.pairs.value)
    shown.choices[name].value = value
    assert shown.sentence.value.startswith(f"Izvēlei atbilst {count} no 25 pieteikumiem")
    assert bytes(shown.themes.value) != before[0]
    assert bytes(shown.pairs.value) != before[1]
    shown.choices[name].value = None
    assert (bytes(shown.themes.value), bytes(shown.pairs.value)) == before


def test_lists_are_joined_and_may_leave_nobody(shown):
    shown.choices["municipality"].value = "Mārupes novads"
    shown.choices["novelty"].value = "new"
    assert set(shown.select()["municipality"]) == {"Mārupes novads"}
    assert set(shown.select()["novelty"]) == {"new"}
    shown.choices["novelty"].value = "unclear"
    assert shown.sentence.value.startswith("Izvēlei atbilst 0 no 25")


def test_a_run_draws_nothing_that_its_pages_do_not_show(shown_of, monkeypatch):
    monkeypatch.setenv(STATIC_PAGES, "1")
    explorer = Explorer(*shown_of)
    bundle, _ = explorer._repr_mimebundle_()
    assert bytes(explorer.themes.value) == b""
    assert bundle["text/html"].startswith('<div class="explore"')


def test_nothing_is_edited(shown_of, shown):
    before = shown_of[0].copy(deep=True)
    shown.choices["novelty"].value = "new"
    assert shown_of[0].equals(before)


def test_a_page_says_where_to_read_and_shows_every_question(shown_of, shown):
    bundle, _ = shown._repr_mimebundle_()
    assert notebooks.WIDGET in bundle
    page = bundle["text/html"]
    assert page.count("<article") == len(shown_of[0])
    assert all(key in page for key in shown_of[0]["application_id"])
    assert Search(shown_of[0], shown_of[1])._repr_mimebundle_()[0]["text/html"] == ""
    facets = json.loads(unescape(re.search(r'data-facets="([^"]+)"', page)[1]))
    assert list(facets) == list(shown.choices)
    for name, facet in facets.items():
        known = {value for value, _ in facet["values"]} | {""}
        assert set(re.findall(rf' data-{name}="([^"]*)"', page)) <= known


def test_what_applicants_wrote_is_text_on_a_page_too(shown_of):
    table, settled, _ = shown_of
    evil = table.assign(question="</article><script>alert(1)</script>", community='"><b>', theme_other="<i>&")
    page = show_questions(evil, settled)
    assert not re.search(r"<script|<b>\W*,|<i>", page)
    assert page.count("</article>") == len(table)


# The search


def search(*questions, **cells):
    table = applications(len(questions), question=list(questions), **cells)
    return Search(confirm_themes(table, confirmed(), programme().themes), programme())


@pytest.mark.parametrize(
    ("query", "hit"),
    [("majas", "mājas"), ("MĀJ", "māj"), ("pie majas", "pie mājas"), ("pie,  mājas!", "pie mājas"), ("дом", "Дом")],
)
def test_hits_are_marked_whatever_the_case_and_diacritics(query, hit):
    found = search("Kā pie mājas iekopt dārzu? Дом.", "Nekas")
    found.query.value = query
    assert f"<mark>{hit}</mark>" in found.hits.value
    assert found.hits.value.startswith("<p>Atrasts 1 pieteikums.</p>")
    assert "Nekas" not in found.hits.value


def test_the_own_theme_is_searched_too():
    found = search("Kā?", theme_other=["Upes krasts"])
    found.query.value = "upes"
    assert "Cita tēma: <mark>Upes</mark> krasts" in found.hits.value
    found.query.value = "cita"
    assert found.hits.value == "<p>Atrasti 0 pieteikumu.</p>"


@pytest.mark.parametrize("query", ["", "  ", "?!"])
def test_an_empty_query_shows_all_and_marks_nothing(query):
    found = search("Kā?", "Kāpēc?")
    found.query.value = query
    assert found.hits.value.startswith("<p>Atrasti 2 pieteikumi.</p>")
    assert "<mark>" not in found.hits.value


def test_nothing_found_is_said():
    found = search("Kā?")
    found.query.value = "upe"
    assert found.hits.value == "<p>Atrasti 0 pieteikumu.</p>"


def test_an_applicants_markup_is_text():
    found = search("<script>alert(1)</script> & <b>māja</b>", community="<i>A</i>", theme_other=["<img src=x>"])
    found.query.value = "script"
    assert "&lt;<mark>script</mark>&gt;alert(1)" in found.hits.value
    assert not re.search(r"<(script|img)|<i>A", found.hits.value)


@given(text=st.text(), query=st.text(max_size=4))
def test_marking_loses_no_letter_and_makes_no_markup(text, query):
    shown, hits = mark_hits(text, query)
    without = re.sub("</?mark>", "", shown)
    assert not re.search("[<>]", without)
    assert shown.count("<mark>") == hits
    assert normalize("NFC", unescape(without)) == normalize("NFC", unescape(escape(text)))


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
    assert sliders.elsewhere in bundle["text/html"]
    assert (
        bundle["text/plain"]
        == sliders.elsewhere
        == "Slīdņi darbojas atvērtā burtnīcā (python run.py lab), kad izvēlnē Run izvēlēts Run All Cells; "
        "šajā lapā to nav."
    )


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


def test_the_order_around_the_last_place_fits_one_view_with_the_controls(sliders):
    image = Image.open(io.BytesIO(bytes(sliders.picture.value)))
    assert image.height <= 500
    assert all(len(text) <= 30 for text, _ in sliders.reading.options)
