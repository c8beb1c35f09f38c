"""Latvian text: folding, order, dates, numbers, plurals."""

import contextlib
from datetime import date
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring_lib.base.rows import map_distinct
from mentoring_lib.base.texts import (
    LATVIAN_LETTERS,
    count_files,
    fold,
    join_words,
    long_date,
    plural,
    repair_encoding,
    safe_name,
    show_date,
    show_hours,
    show_number,
    sort_latvian,
)


@pytest.mark.parametrize(
    "written",
    [
        "Ķekavas novads",
        "ĶEKAVAS NOVADS",
        "  kekavas\u00a0 novads: ",
        "Ķekavas\nnovads",
        "K\u0327ekavas no\u00advads",
        "Ķekavas_novads!",
    ],
)
def test_spelling_variants_fold_to_one_text(written):
    assert fold(written) == "kekavas novads"


@pytest.mark.parametrize(("one", "other"), [("Olaine", "Olaines"), ("Māra 1", "Māra 2"), ("ж", "з"), ("7", "70")])
def test_different_words_stay_different(one, other):
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


def test_names_stand_in_latvian_alphabetical_order():
    assert sort_latvian(["Zaķi", "Ķekava", "Šķūņi", "Kadaga", "Sala", "Āres", "Ares", "Lapmežciems", "Žagari"]) == [
        "Ares", "Āres", "Kadaga", "Ķekava", "Lapmežciems", "Sala", "Šķūņi", "Zaķi", "Žagari",
    ]  # fmt: skip


@given(st.lists(st.text(max_size=8)))
def test_alphabetical_order_does_not_depend_on_the_order_given(texts):
    assert sort_latvian(texts) == sort_latvian(reversed(texts))
    assert sorted(texts) == sorted(sort_latvian(texts))


def test_a_date_is_shown_day_first():
    assert show_date(date(2023, 8, 1)) == "01.08.2023"


@pytest.mark.parametrize(
    ("month", "case", "shown"),
    [
        (1, "nominative", "janvāris"), (1, "locative", "janvārī"), (1, "dative", "janvārim"),
        (3, "nominative", "marts"), (3, "locative", "martā"), (3, "dative", "martam"),
        (8, "locative", "augustā"), (12, "dative", "decembrim"),
    ],
)  # fmt: skip
def test_a_date_in_a_sentence_is_declined(month, case, shown):
    assert long_date(date(2023, month, 2), case) == f"2023.\u00a0gada 2.\u00a0{shown}"


@pytest.mark.parametrize("letter", [*LATVIAN_LETTERS, "–", "„"])
@pytest.mark.parametrize("encoding", ["cp1257", "latin-1"])
def test_letters_read_in_a_wrong_encoding_are_put_right(letter, encoding):
    with contextlib.suppress(UnicodeDecodeError):
        broken = f"a{letter}b{letter}".encode().decode(encoding)
        assert repair_encoding(broken) == f"a{letter}b{letter}"
    assert repair_encoding(f"a{letter}b") is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Upe/Līcis: «a»?", "Upe_Līcis_ «a»_"),
        (" . Upe. . ", "Upe"),
        ("x" * 80, "x" * 60),
        ("U\u200bpe", "Upe"),
        ("..", ""),
        ("XupeX", "XupeX"),
    ],
)
def test_a_text_in_the_name_of_a_file_has_nothing_that_a_system_forbids(text, name):
    assert safe_name(text) == name


@pytest.mark.parametrize(
    ("hours", "shown"),
    [(0, "0\u00a0h"), (1, "1\u00a0h"), (12 + 5 / 60, "12\u00a0h 05\u00a0min"), (0.75, "0\u00a0h 45\u00a0min")],
)
def test_hours_are_whole_minutes(hours, shown):
    assert show_hours(hours) == shown


def test_words_are_joined_as_in_a_sentence():
    assert [join_words(list(words)) for words in ("a", "ab", "abc")] == ["a", "a un b", "a, b un c"]


@pytest.mark.parametrize(
    ("number", "digits", "shown"),
    [
        (7, 1, "7"),
        (7.5, 1, "7,5"),
        (Fraction(22, 3), 2, "7,33"),
        (10, 0, "10"),
        (100.0, 2, "100"),
        (0, 1, "0"),
        (-0.5, 1, "-0,5"),
    ],
)
def test_numbers_have_a_decimal_comma_and_no_needless_zeros(number, digits, shown):
    assert show_number(number, digits) == shown
    assert show_number(7.25) == "7,2"


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 vietas"),
        (1, "1 vieta"),
        (2, "2 vietas"),
        (11, "11 vietas"),
        (21, "21 vieta"),
        (111, "111 vietas"),
        (101, "101 vieta"),
    ],
)
def test_the_noun_follows_the_last_digit_but_eleven(count, shown):
    assert plural(count, "vieta", "vietas") == shown


@pytest.mark.parametrize(
    ("one", "many", "none"),
    [("stunda", "stundas", "0 stundu"), ("pieteikums", "pieteikumi", "0 pieteikumu"), ("datne", "datnes", "0 datņu"),
     ("dienu", "dienām", "0 dienām")],
)  # fmt: skip
def test_nothing_is_of_something(one, many, none):
    assert plural(0, one, many) == none


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, "Nav izdzēsta neviena datne"), (1, "Izdzēsta 1 datne"), (2, "Izdzēstas 2 datnes"), (11, "Izdzēstas 11 datnes"),
     (21, "Izdzēsta 21 datne"), (101, "Izdzēsta 101 datne")],
)  # fmt: skip
def test_files_are_told_in_the_number_of_their_count(count, told):
    assert count_files("Izdzēst", count) == told


def test_a_function_is_applied_once_to_each_distinct_value():
    seen = []
    values = pd.Series(["b", "a", None, "b"], index=[7, 5, 3, 1], name="x")
    result = map_distinct(values, lambda value: seen.append(value) or value.upper())
    assert seen == ["b", "a"]
    assert result.fillna("–").tolist() == ["B", "A", "–", "B"]
    assert result.index.tolist() == [7, 5, 3, 1]
    assert result.name == "x"


def test_mapping_no_values_gives_no_values():
    assert map_distinct(pd.Series(dtype="str"), str.upper, "str").tolist() == []
