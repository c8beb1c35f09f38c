# ruff: noqa: E501 - tables are read line by line
"""Tables as people read them: words, dates, numbers, and text that stays text."""

from dataclasses import fields
from datetime import date, datetime
from fractions import Fraction

import pandas as pd
import pytest

from mentoring_lib.base.problems import BETWEEN
from mentoring_lib.base.stamp import TOTAL
from mentoring_lib.delivery.events import LEDGER
from mentoring_lib.delivery.rows import Place
from mentoring_lib.funder.disclosure import HIDDEN
from mentoring_lib.render.tables import HEADINGS, WORDS, name_communities, present, say, show, show_cell


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2023, 8, 21), "21.08.2023"),
        (datetime(2023, 8, 21), "21.08.2023"),
        (datetime(2023, 8, 21, 9, 5), "21.08.2023 09:05"),
        (Fraction(15, 2), "7,5"),
        (Fraction(22, 3), "7,33"),
        (7.0, "7"),
        (2023, "2023"),
        (True, "jā"),
        (False, "nē"),
        (None, ""),
        (pd.NA, ""),
        (pd.NaT, ""),
        (float("nan"), ""),
        (("a", "b"), "a; b"),
        ("= 1 + 1", "= 1 + 1"),
        (1 + 2j, "(1+2j)"),
        (["a", 0.5, None], "a; 0,5; "),
        (datetime(2023, 8, 21, 0, 0, 1), "21.08.2023 00:00"),
    ],
)
def test_a_cell_reads_as_a_latvian_expects(value, text):
    assert show_cell(value) == text


def test_code_words_become_latvian_words_and_free_text_does_not():
    table = pd.DataFrame({"novelty": ["new"], "community": ["new"], "mode": ["online"]})
    shown = present(table)
    assert shown.iloc[0].to_list() == ["jauna", "new", "tiešsaistē"]
    assert list(shown) == ["Jauna vai esoša", "Kopiena", "Veids"]


def test_a_community_stands_behind_its_code_and_rows_stay_as_they_were():
    table = pd.DataFrame({"year": [2, 1, 3], "application_id": ["K-2", "K-1", "K-9"], "mentor": ["a", "b", "c"]})
    named = name_communities(table, pd.DataFrame({"application_id": ["K-1", "K-2"], "community": ["Viens", "Divi"]}))
    assert list(named) == ["year", "application_id", "community", "mentor"]
    assert [show_cell(name) for name in named["community"]] == ["Divi", "Viens", ""]
    pd.testing.assert_frame_equal(named.drop(columns="community"), table)


def test_presenting_leaves_the_table_as_it_was():
    table = pd.DataFrame({"novelty": ["new"]})
    present(table)
    assert table["novelty"].to_list() == ["new"]


def test_a_shown_table_has_caption_and_scoped_headings_and_no_markup_from_text():
    page = show(pd.DataFrame({"community": ["<b>A & B</b>"], "rank": [1]}), caption="Kas & kur")._repr_html_()
    assert "<caption>Kas &amp; kur</caption>" in page
    head = '<th scope="col" role="columnheader">Kopiena</th><th scope="col" role="columnheader" class="n">Secībā</th>'
    assert head in page
    assert ">&lt;b&gt;A &amp; B&lt;/b&gt;</td>" in page


def test_a_total_stands_out_and_exact_points_are_numbers():
    table = pd.DataFrame({"community": ["A", TOTAL], "points": [Fraction(7, 2), None]})
    shown = show(table, caption="")
    assert shown.numeric == (False, True)
    page = shown._repr_html_()
    assert f'<tr role="row" class="total"><td role="cell" data-label="Kopiena">{TOTAL}</td>' in page
    assert page.count('class="total"') == 1


def test_a_sentence_is_escaped_on_a_page():
    said = say("A & <b>B</b>")
    assert said._repr_html_() == "<p>A &amp; &lt;b&gt;B&lt;/b&gt;</p>"
    assert repr(said) == "A & <b>B</b>"


def test_an_empty_table_says_so():
    empty = show(pd.DataFrame({"rank": []}), caption="Saraksts")
    assert empty._repr_html_() == "<p>Saraksts: nav neviena ieraksta.</p>"
    assert repr(empty) == "Saraksts: nav neviena ieraksta."
    told = show(pd.DataFrame({"rank": []}), caption="Saraksts", empty="Nekas nav jādara.")
    assert told._repr_html_() == "<p>Nekas nav jādara.</p>"


def test_a_moment_keeps_its_midnight_and_a_day_has_none():
    moments = pd.Series(pd.to_datetime(["2023-08-22 00:00", "2023-08-21 23:59"])).dt.tz_localize("Europe/Riga")
    table = pd.DataFrame({"submitted_at": moments, "on": pd.to_datetime(["2023-08-22", "2023-08-21"])})
    assert show(table, caption="").rows == (("22.08.2023 00:00", "22.08.2023"), ("21.08.2023 23:59", "21.08.2023"))


@pytest.mark.parametrize(
    ("text", "kind"), [("K-3F9A2C", "code"), ("21.08.2023", "date"), ("21.08.2023 18:30", "date"), ("0f" * 32, "hash")]
)
def test_what_must_not_break_in_print_has_a_class(text, kind):
    assert (
        f'<td role="cell" class="{kind}" data-label="a">{text}</td>'
        in show(pd.DataFrame({"a": [text]}), caption="")._repr_html_()
    )
    assert 'class="' not in show(pd.DataFrame({"a": [f"{text}x y"]}), caption="")._repr_html_()


def test_a_wide_table_is_cards_on_a_phone_each_cell_with_its_heading():
    page = show(pd.DataFrame({"a": ["1"], "b": ["2"], "c": ["3"], "rank": ["4"]}), caption="T")._repr_html_()
    assert '<table role="table" class="cards">' in page
    assert 'data-label="Secībā">4</td>' in page


def test_shares_are_shown_in_per_cent():
    assert show(pd.DataFrame({"share": [5 / 7, None]}), caption="").rows == (("71 %",), ("",))


def test_every_column_of_the_ledger_and_the_places_has_a_heading():
    assert {*LEDGER, *(field.name for field in fields(Place))} <= set(HEADINGS)


@pytest.mark.parametrize(
    ("column", "word", "shown"),
    [
        ("replied", "partly", "daļēji"), ("replied", "yes", "jā"), ("replied", "nothing", "nav, par ko spriest"), ("proved", "no", "nē"),
        ("anchor", "question", "Konkrēts jautājums"), ("status", "held", "notika"), ("kind", "block", "kavē"), ("column", "email", "E-pasts"),
        ("column", "application_id", "Pieteikums"), ("group", "all", "visas"), ("group", "new", "jaunas"), ("reading", "points", "punkti"),
    ],
)  # fmt: skip
def test_every_code_word_has_its_word(column, word, shown):
    assert WORDS[column][word] == shown
    assert present(pd.DataFrame({column: [word]})).iloc[0, 0] == shown


def test_of_several_codes_each_has_its_name():
    decided = pd.DataFrame({"application_id": ["K-1", "K-2", "K-3"], "community": ["Viens", "Divi", None]})
    named = name_communities(
        pd.DataFrame({"application_id": [f"K-2{BETWEEN}K-1", None, "K-3"], "a": [1, 2, 3]}), decided
    )
    assert named["community"].tolist() == [f"Divi{BETWEEN}Viens", "", ""]
    assert named.columns.tolist() == ["application_id", "community", "a"]


@pytest.mark.parametrize(
    ("cells", "numeric"),
    [
        ([1, 2.5], True), ([Fraction(1, 2), HIDDEN], True), ([1, None], True), (pd.Series([HIDDEN, None], dtype="object"), True), ([True, False], False),
        (pd.Series([True, None], dtype="object"), False), (pd.Series([1, "a"], dtype="object"), False), (["1", "2"], False),
        (pd.Series([None, None], dtype="object"), False), (pd.Series([], dtype="object"), False), (pd.Series([], dtype="int64"), True),
    ],
)  # fmt: skip
def test_a_column_of_numbers_may_hold_hidden_ones(cells, numeric):
    assert show(pd.DataFrame({"a": cells}), caption="").numeric == (numeric,)


def test_a_table_stands_whole_on_a_page_and_as_text():
    table = pd.DataFrame(
        {
            "community": ["A<", TOTAL],
            "share": [0.5, HIDDEN],
            "points": [Fraction(7, 2), HIDDEN],
            "on": ["21.08.2023", ""],
        }
    )
    shown = show(table.assign(x=1), ["community", "share", "points", "on"], caption="T&")
    cell, number = '<td role="cell" data-label="Kopiena">', '<td role="cell" class="n" data-label='
    heads = "".join(f'<th scope="col" role="columnheader"{look}>{text}</th>' for text, look in (
        ("Kopiena", ""), ("Izpilde", ' class="n"'), ("Punkti", ' class="n"'), ("Kad", "")))  # fmt: skip
    assert shown._repr_html_() == (
        f'<table role="table" class="cards"><caption>T&amp;</caption>\n<thead role="rowgroup"><tr role="row">{heads}</tr></thead>\n'
        f'<tbody role="rowgroup">\n<tr role="row">{cell}A&lt;</td>{number}"Izpilde">50 %</td>{number}"Punkti">3,5</td>'
        '<td role="cell" class="date" data-label="Kad">21.08.2023</td></tr>\n'
        f'<tr role="row" class="total">{cell}Kopā</td>{number}"Izpilde">{HIDDEN}</td>{number}"Punkti">{HIDDEN}</td>'
        '<td role="cell" data-label="Kad"></td></tr>\n</tbody></table>'
    )
    assert (
        repr(shown)
        == f"T&\nKopiena | Izpilde | Punkti | Kad\nA< | 50 % | 3,5 | 21.08.2023\nKopā | {HIDDEN} | {HIDDEN} | "
    )
    assert '<table role="table"><caption>' in show(table[["community", "share", "points"]], caption="")._repr_html_()
    assert repr(show(table[:0], caption="A", empty="Nav nekā.")) == "Nav nekā."
    assert say("a", "answer")._repr_html_() == '<p class="answer">a</p>'
