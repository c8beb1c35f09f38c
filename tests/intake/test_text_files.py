# ruff: noqa: E501 - tables are read line by line
"""Bytes of a text file to cells: in whichever encoding, with whichever delimiter, with quotes left open."""

import pytest

from mentoring_lib.base.problems import Refused
from mentoring_lib.intake.text_files import LOST, decode, take_columns

WORDS = "Ķekavas iedzīvotāju kopiena"


def cells(text, *names):
    columns, broken = take_columns(text.encode(), "p.csv", names)
    return [list(row) for row in zip(*columns, strict=True)], broken


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (WORDS, "utf-8"), (WORDS, "utf-8-sig"), (WORDS, "utf-16"), (WORDS, "utf-32"), (WORDS, "cp1257"), (WORDS, "cp775"),
        ("Ждем вас в субботу", "cp1251"), ("Дом,Как найти помещение?", "cp1251"), ("a" * 41 + "ā" * 59 + "b" * 300, "utf-16-le"), ("a" * 41 + "ā" * 59, "utf-16-be"),
        ("a" * 99, "utf-16-be"), ("a" * 99, "utf-16-le"), ("ābols — „plūme”, 5 €", "cp1257"),
    ],
)  # fmt: skip
def test_a_text_is_read_in_the_encoding_it_was_saved_in(text, encoding):
    assert decode(text.encode(encoding)) == text


def test_signs_of_nought_are_a_few_damages_or_a_text_of_two_bytes_a_letter():
    assert decode(("a" * 40 + "ā" * 60).encode("utf-16-le")) != "a" * 40 + "ā" * 60
    assert decode(("a" * 40 + "ā" * 60).encode("utf-16-be")) != "a" * 40 + "ā" * 60


@pytest.mark.parametrize(("letters", "damaged"), [("ā" * 10, True), ("ā" * 9, False), ("ā" * 9 + "\x7f", False)])
def test_one_damage_to_ten_letters_is_still_utf_8(letters, damaged):
    assert (LOST in decode(letters.encode() + b"\xff")) == damaged


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a;b\nc;d\n", [["a", "b"], ["c", "d"]]), ("a;b\nc;d\nx\n", [["a", "b"], ["c", "d"], ["x", ""]]),
        ("a|b\n1,2|d\n3|e\n", [["a", "b"], ["1,2", "d"], ["3", "e"]]), ("a\tb,c,d\n", [["a\tb", "c", "d"]]),
        ("a;b\n" * 3 + "c;d;e\n" + "x,y;z\n" * 2, [["a", "b", ""]] * 3 + [["c", "d", "e"]] + [["x,y", "z", ""]] * 2),
        ("a" * 200_000, [["a" * 200_000]]), ("aXb\ncXd\n", [["aXb"], ["cXd"]]), ("sep=x\r\n1x2,3\n", [["sep=", ""], ["1", "2,3"]]),
        ("a,b;c,d\n1,2;3,4\n", [["a", "b;c", "d"], ["1", "2;3", "4"]]), ("", []),
        ("x\n" * 29 + "a,Novads;Kopiena\n", [["x", ""]] * 29 + [["a,Novads", "Kopiena"]]),
        ("1,2\n" * 30 + "Novads;Kopiena\n", [["1", "2"]] * 30 + [["Novads;Kopiena", ""]]),
    ],
)  # fmt: skip
def test_the_delimiter_brings_headings_to_light_or_cuts_most_lines_evenly(text, rows):
    assert cells(text, "novads", "kopiena") == (rows, [])


@pytest.mark.parametrize(
    ("text", "rows", "broken"),
    [
        ('a,b\n1,"2\n3,4\n', [["a", "b"], ["1", '"2'], ["3", "4"]], [2]),
        ('a;b\n1;"2\n3;4\n', [["a", "b"], ["1", '"2'], ["3", "4"]], [2]),
        ('a,b\n"1,2"x,3\n4,5\n', [["a", "b"], ["1,2x", "3"], ["4", "5"]], [2]),
        ('"a,b\n1,2\n3,4\n', [["a,b\n", ""], ["1", "2"], ["3", "4"]], [1]),
        ('a,b\n1,"2\n3,4\n5,"6\n', [["a", "b"], ["1", '"2'], ["3", "4"], ["5", '"6']], [2, 4]),
    ],
)
def test_a_quote_left_open_swallows_no_row(text, rows, broken):
    found, where = cells(text)
    assert [[cell.rstrip("\n") for cell in row] for row in found] == [[c.rstrip("\n") for c in row] for row in rows]
    assert where == broken


def test_more_open_quotes_than_any_honest_file_has_are_refused():
    assert len(cells("a,b\n" + '1,"2\n' * 100)[1]) == 100
    with pytest.raises(Refused, match="pēdiņas nav aizvērtas"):
        cells("a,b\n" + '1,"2\n' * 101)
