# ruff: noqa: E501 - tables are read line by line
"""How wide columns are and how many lines a text takes: by hand for small tables, by law for any."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring_lib.render import layout
from mentoring_lib.render.tables import show


@pytest.mark.parametrize(
    ("column", "least"),
    [
        (["Kopiena", "ab cd"], 11), (["Aa", "a b"], 8), (["Ļotigarš virsraksts", "a"], 14), (["A", "garumgarums b"], 14), (["A"], 8),
        (["Abcde", "abcdef"], 9), (["Abcde", "abcdefg"], 10), (["", ""], 8),
    ],
)  # fmt: skip
def test_no_word_of_a_column_breaks(column, least):
    assert layout.least_width(column) == least


@pytest.mark.parametrize(
    ("wanted", "least", "room", "widths"),
    [
        ([10, 50], [8, 8], 40, [10, 30]), ([10, 50], [8, 30], 20, [8, 30]), ([5], [1], 9, [5]), ([30, 30], [8, 8], 30, [15, 15]),
        ([9, 9], [1, 1], 2, [1, 1]), ([9, 9], [1, 1], 1, [1, 1]), ([70], [1], 99, [66]),
    ],
)  # fmt: skip
def test_the_widest_give_way_first_and_none_below_its_least(wanted, least, room, widths):
    assert layout._fit(wanted, least, 66, room) == widths


@pytest.mark.parametrize(
    ("sizes", "least", "room", "widths"),
    [
        ([20, 60], [8, 8], 60, [23, 37]), ([22, 188, 14], [8, 8, 8], 92, [14, 68, 10]), ([30, 30], [8, 8], 30, [15, 15]),
        ([5, 5], [8, 8], 92, [8, 8]), ([30, 200], [8, 8], 92, [18, 74]), ([45, 45, 45], [8, 8, 8], 92, [30, 30, 30]),
    ],
)  # fmt: skip
def test_room_is_shared_so_that_rows_take_the_fewest_lines(sizes, least, room, widths):
    assert layout.share_columns([["Virsraksts", "x" * size] for size in sizes], least, 92, room) == widths


def test_a_table_without_rows_has_its_least_widths():
    assert layout.share_columns([["H"], ["H"]], [3, 4], 10, 20) == [3, 4]


@given(st.lists(st.integers(0, 200), min_size=1, max_size=6), st.integers(60, 185))
def test_widths_fit_the_room_and_keep_their_least(sizes, room):
    widths = layout.share_columns([["H", "x" * size] for size in sizes], [8] * len(sizes), 76, room)
    assert sum(widths) <= room
    assert all(8 <= width <= 76 for width in widths)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("a" * 20, 12, 2), ("A" * 10, 12, 1), ("A" * 11, 12, 2), ("a" * 11, 12, 1), ("a" * 12, 12, 2), ("Aa" * 5, 12, 1), ("Aa" * 6, 12, 2),
        ("a\nb\n\nc", 10, 4), ("", 10, 1), ("aa bb", 2, 4), ("A" * 20, 12, 2), ("A" * 21, 12, 3),
    ],
)  # fmt: skip
def test_small_letters_are_narrower_and_line_breaks_count(text, width, lines):
    assert layout.count_lines(text, width) == lines


def test_few_short_columns_take_less_than_a_page_and_a_word_is_not_broken_up_to_thirty_letters():
    assert layout.share_width(show(pd.DataFrame({"rank": [1]}), caption=""), 66.0) == [8 * 2.0 / 2]
    shares = layout.share_width(show(pd.DataFrame({"a": ["x" * 40, "y z"], "b": ["q" * 31, "w"]}), caption=""), 1.0)
    assert shares == [43 / 77, 34 / 77]
    narrow = layout.share_width(show(pd.DataFrame({n: ["x" * 40] for n in "abcd"}), caption=""), 1.0)
    assert narrow == [0.25] * 4
    mixed = layout.share_width(
        show(pd.DataFrame({"a": ["x" * 31], "b": ["x" * 40], "c": ["x" * 31], "d": ["y"]}), caption=""), 1.0
    )
    assert mixed == [32 / 104, 32 / 104, 32 / 104, 8 / 104]


def test_what_xml_cannot_hold_and_what_turns_letters_around_goes():
    kept = "a\tb\nc\rĀ😀\u00a0\u200b"
    assert layout.clean_text(kept) == kept
    for gone in "\x00\x08\x0b\x0c\x0e\x1f\x7f\x9f\ud800\udfff\ufeff\ufffe\uffff\u200e\u200f\u202a\u202e\u2066\u2069":
        assert layout.clean_text(f"a{gone}b") == "ab"


def test_a_file_about_a_day_says_it_was_made_that_day():
    assert layout.date_file(date(2024, 9, 15)) == datetime(2024, 9, 15, tzinfo=UTC)
