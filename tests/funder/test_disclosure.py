"""What leaves the house tells nobody's count of 1 or 2: every small table is tried, and all that agree with it."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mentoring_lib.documents.wording import TEXTS
from mentoring_lib.funder.disclosure import HIDDEN, TOTAL, add_totals, find_hidden, protect


def tables_of(shape: tuple[int, ...], total: int) -> Iterator[np.ndarray]:
    """Every table of a shape whose counts add up to ``total``."""
    cells = int(np.prod(shape))
    for bars in combinations(range(total + cells - 1), cells - 1):
        ends = np.array([-1, *bars, total + cells - 1])
        yield (np.diff(ends) - 1).reshape(shape)


def everything_that_agrees(shape, total):
    """Totals of all tables up to a grand total: what a reader must think possible."""
    return np.array([add_totals(table) for number in range(total + 1) for table in tables_of(shape, number)])


@pytest.mark.parametrize(
    ("shape", "total", "reach", "cost"),
    [((2, 2), 9, 12, (3554, 9464, 11716)), ((2, 3), 6, 8, (6225, 11262, 32551)), ((3, 3), 4, 6, (5251, 7290, 41423))],
)
def test_no_hidden_count_of_any_small_table_can_be_worked_out_and_no_more_is_hidden_than_was(shape, total, reach, cost):
    """``cost``: what hiding takes from all tables together: counts, and what they and their places add up to."""
    possible = everything_that_agrees(shape, reach)
    tried = possible[possible.reshape(len(possible), -1)[:, -1] <= total]
    spent = np.zeros(3, dtype="int64")
    for whole in tried:
        hidden = find_hidden(whole)
        spent += [hidden.sum(), whole[hidden].sum(), np.flatnonzero(hidden).sum()]
        assert not (np.isin(whole, [1, 2]) & ~hidden).any()
        agree = possible[(possible == whole)[:, ~hidden].all(axis=1)]
        values = agree[:, hidden]
        assert (values.min(axis=0) < values.max(axis=0)).all(), (whole, hidden)
    assert tuple(spent.tolist()) == cost


@pytest.mark.parametrize("known", [(0, 0), (3, 0), (2, 2), (1, 4)])
def test_what_is_left_beside_the_public_ones_cannot_be_worked_out_either(known):
    possible = everything_that_agrees((2, 2), 12)
    public = np.zeros((3, 3), dtype="int64")
    public[:2, 2] = known
    possible = possible[(possible >= public).all(axis=(1, 2))]
    for whole in possible[possible[:, 2, 2] <= 9]:
        hidden = find_hidden(whole, public)
        assert not ((np.isin(whole - public, [1, 2]) | np.isin(whole, [1, 2])) & ~hidden).any()
        agree = possible[(possible == whole)[:, ~hidden].all(axis=1)]
        assert (agree[:, hidden].min(axis=0) < agree[:, hidden].max(axis=0)).all()


def test_a_brute_force_reader_sees_through_one_hidden_count():
    whole = add_totals(np.array([[1, 5], [4, 6]]))
    possible = everything_that_agrees((2, 2), 16)
    agree = possible[(possible == whole)[:, whole != 1].all(axis=1)]
    assert set(agree[:, 0, 0]) == {1}


@settings(deadline=None, max_examples=60)
@given(arrays("int64", st.tuples(st.integers(1, 5), st.integers(1, 4)), elements=st.integers(0, 12)))
def test_a_larger_table_hides_its_small_counts_never_one_alone_in_a_line(counts):
    whole = add_totals(counts)
    hidden = find_hidden(whole)
    assert hidden[np.isin(whole, [1, 2])].all()
    assert not (hidden.sum(axis=0) == 1).any()
    assert not (hidden.sum(axis=1) == 1).any()


def frame(*rows):
    return pd.DataFrame(rows, columns=["jauna", "esoša"], index=["Mārupe", "Olaine", "citur"][: len(rows)])


def cells(table):
    return [" ".join(map(str, row)) for row in table.to_numpy().tolist()]


def test_nothing_small_hides_nothing():
    assert cells(protect(frame([5, 4], [0, 3]))) == ["5 4 9", "0 3 3", "5 7 12"]


def test_a_small_count_takes_three_others_with_it_and_all_look_alike():
    table = protect(frame([5, 4], [1, 7]))
    assert cells(table) == ["c c 9", "c c 8", "6 11 17"]
    assert table.index.tolist() == ["Mārupe", "Olaine", TOTAL]
    assert table.columns.tolist() == ["jauna", "esoša", TOTAL]


def test_a_small_total_is_hidden_too():
    assert cells(protect(frame([5, 4], [5, 3], [0, 1]))) == ["5 4 9", "5 c c", "0 c c", "10 8 18"]


def test_what_is_left_without_the_supported_ones_is_not_told():
    assert cells(protect(frame([5, 4], [5, 3])))[0] == "5 4 9"
    assert cells(protect(frame([5, 4], [5, 3]), {"Mārupe": 7}))[0].endswith(HIDDEN)
    assert cells(protect(frame([5, 4], [5, 3]), {"jauna": 8}))[2].startswith(HIDDEN)


def test_two_days_side_by_side_may_tell_what_one_hides_and_the_note_speaks_to_the_reader():
    early, late = protect(frame([5, 4], [5, 3])), protect(frame([5, 4], [5, 3]), {"Mārupe": 7})
    assert (late.eq(HIDDEN) & early.ne(HIDDEN)).any(axis=None)
    sheet = TEXTS["report"]["sheets"]["Pieteikumi"]
    assert "mazas grupas ir apvienotas" in sheet["note"]
    assert "«c»" in sheet["hidden"]
    assert "«c»" not in sheet["note"]


def test_one_application_alone_is_hidden_with_everything_that_tells_it():
    table = protect(frame([1, 0]).rename_axis("novads").rename_axis(columns="vai jauna"))
    assert cells(table) == ["c 0 c", "c 0 c"]
    assert (table.index.name, table.columns.name) == ("novads", "vai jauna")


def test_an_empty_table_has_empty_totals():
    assert cells(protect(frame())) == ["0 0 0"]


def test_the_same_counts_are_hidden_every_time():
    table = frame([1, 5], [4, 6], [2, 2])
    first = protect(table)
    assert all(protect(table).equals(first) for _ in range(3))
