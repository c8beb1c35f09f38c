"""What leaves the house tells nobody's count of 1 or 2: every small margin is tried, and all that agree with it."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise, product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring_lib.documents.funder_report import count_applicants
from mentoring_lib.documents.wording import TEXTS
from mentoring_lib.funder.disclosure import HIDDEN, find_hidden, is_small
from mentoring_lib.funder.figures import count_applications
from mentoring_lib.workflow import ROOT


def margins_of(parts: int, total: int) -> Iterator[tuple[int, ...]]:
    """Every list of counts that add up to a total."""
    for bars in combinations(range(total + parts - 1), parts - 1):
        ends = (-1, *bars, total + parts - 1)
        yield tuple(end - start - 1 for start, end in pairwise(ends))


@pytest.mark.parametrize(("parts", "total"), [(2, 12), (3, 12), (4, 9), (5, 6)])
@pytest.mark.parametrize("known", [0, 1, 2, 4])
def test_no_hidden_count_of_any_small_margin_can_be_worked_out(parts, total, known):
    for size in range(3, total + 1):
        possible = list(margins_of(parts, size))
        for counts in possible:
            public = [min(known, counts[0]), *[0] * (parts - 1)]
            hidden = find_hidden(counts, public)
            assert all(hide or not (is_small(one) or is_small(one - other))
                       for one, other, hide in zip(counts, public, hidden, strict=True))  # fmt: skip
            agree = [other for other in possible if all(
                mine == its if not hide else its >= least
                for mine, its, hide, least in zip(counts, other, hidden, public, strict=True))]  # fmt: skip
            values = [{other[at] for other in agree} for at in range(parts) if hidden[at]]
            assert all(len(one) > 1 for one in values), (counts, public, hidden)


def test_a_brute_force_reader_sees_through_one_hidden_count():
    assert [other for other in product(range(13), repeat=2) if sum(other) + 5 == 12 and other[1] == 6] == [(1, 6)]


@given(st.lists(st.integers(0, 12), min_size=1, max_size=6))
def test_the_same_counts_are_hidden_every_time_and_never_one_alone(counts):
    hidden = find_hidden(counts, [0] * len(counts))
    assert hidden == find_hidden(counts, [0] * len(counts))
    assert sum(hidden) != 1 or len(counts) == 1


@pytest.mark.parametrize(
    ("counts", "public", "shown"),
    [
        ([5, 4, 0, 3], [0, 0, 0, 0], "5 4 0 3"),
        ([5, 4, 1, 7], [0, 0, 0, 0], "5 c c 7"),  # the smallest goes with it, and all look alike
        ([5, 1, 0], [0, 0, 0], "c c 0"),  # a nought last
        ([9, 8], [7, 0], "c c"),  # two are left without the supported ones
        ([2, 2, 9], [2, 2, 0], "c c c"),  # all hidden ones are public: a third is needed
        ([1, 1], [0, 0], "c c"),  # the total is small itself
        ([2, 0], [0, 0], "c c"),
        ([2, 0, 0], [0, 0, 0], "c c c"),
        ([2, 1, 5], [2, 0, 0], "c c 5"),  # one unknown among the hidden is enough
        ([0, 0], [0, 0], "0 0"),
        ([], [], ""),
    ],
)
def test_what_is_hidden(counts, public, shown):
    flags = find_hidden(counts, public)
    assert " ".join(HIDDEN if hide else str(one) for one, hide in zip(counts, flags, strict=True)) == shown


def test_with_its_rows_joined_the_example_tells_the_same_on_every_day(example):
    inputs, results = example
    days = [pd.Timestamp(2023, 5, 1), *results.supported["held_on"].sort_values().unique()]
    told = set()
    for day in days:
        served = results.supported[results.supported["held_on"].le(day)]
        figures = replace(results.figures, applications=count_applications(results.decided, served, inputs.programme))
        told.add(tuple(count_applicants(figures, inputs.programme)["count"]))
    assert len(days) == 13
    assert told == {(9, 9, 10, 14, 14, 0, 28)}
    page = (ROOT / "docs" / "decisions" / "0011-disclosure.md").read_text("utf-8")
    assert "same on every day" in page


def test_two_days_side_by_side_may_tell_what_one_hides_and_the_note_speaks_to_the_reader():
    assert find_hidden([9, 8, 5], [0, 0, 0]) != find_hidden([9, 8, 5], [7, 0, 0])
    sheet = TEXTS["report"]["sheets"]["Pieteikumi"]
    assert "mazas grupas ir apvienotas" in sheet["joined"]
    assert "«c»" in sheet["hidden"]
    assert "«c»" not in sheet["note"]
