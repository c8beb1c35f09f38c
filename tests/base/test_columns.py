"""The words of the programme: each named once and readable back."""

from typing import get_args

import pytest

from mentoring_lib.base.columns import (
    ALL_TICKED,
    ALL_TICKED_AS,
    ANCHORS,
    APPLICATION,
    APPLICATION_COLUMNS,
    ASKED,
    CHOICES,
    DERIVED,
    LOOK_UP,
    MARKS,
    MARKS_SHEET,
    MAX_CLARITY,
    MAX_POINTS,
    POINTS,
    SHEETS,
    Kind,
    label_of,
)
from mentoring_lib.base.texts import fold

TABLES = {"pieteikumi": APPLICATION, "vērtējumi": MARKS, **SHEETS}


@pytest.mark.parametrize("columns", TABLES.values(), ids=TABLES.keys())
def test_no_two_headings_of_a_table_can_be_confused(columns):
    owners = {}
    for column in columns:
        for heading in {fold(text) for text in (column.name, column.label, *column.also)}:
            assert owners.setdefault(heading, column.name) == column.name
    assert len({column.name for column in columns}) == len(columns)


@pytest.mark.parametrize("choice", CHOICES)
def test_every_choice_can_be_read_back_from_its_latvian_word(choice):
    words = [fold(word) for word in CHOICES[choice].values()]
    assert all(words)
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("columns", TABLES.values(), ids=TABLES.keys())
def test_every_column_has_a_known_kind_and_a_list_if_it_is_chosen(columns):
    for column in columns:
        assert column.kind in get_args(Kind)
        assert column.kind != "choice" or column.name in CHOICES


def test_the_table_of_applications_holds_every_column_once():
    assert sorted(APPLICATION_COLUMNS) == sorted(c.name for c in (*APPLICATION, *DERIVED))


def test_what_stands_beside_the_themes_what_is_asked_of_each_result_and_how_much_a_mark_is_worth():
    assert APPLICATION_COLUMNS[: APPLICATION_COLUMNS.index("theme_other")][-1] == "themes"
    assert {column.name: column.label for column in ASKED}["event_held_on"] == "Pasākums noticis: kad tas notika?"
    assert (POINTS, MAX_POINTS, MAX_CLARITY) == ({"0": 0, "1": 1, "2": 2, "3": 3}, 3, 12)
    assert (LOOK_UP, MARKS_SHEET, ALL_TICKED, ALL_TICKED_AS) == ("Kopienas", "Vērtējumi", "ticked", "visas atzīmētās")


def test_every_anchor_can_be_marked_and_agreed():
    assert [c.name for c in MARKS if c.kind == "mark"] == list(ANCHORS)
    assert {f"agreed_{anchor}" for anchor in ANCHORS} <= set(CHOICES["decision"])


def test_label_of_gives_the_latvian_word():
    assert label_of("event", "held") == "notika"
    assert label_of("mode", "online") == "tiešsaistē"
