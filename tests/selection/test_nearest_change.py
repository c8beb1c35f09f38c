"""The nearest change is true when tried, and nothing smaller works."""

from fractions import Fraction

import pytest
from builders import MANY, SEED, column, conflicts, decisions, marks, programme, scored
from hypothesis import given, settings
from hypothesis import strategies as st

from mentoring_lib.base.columns import ANCHORS
from mentoring_lib.selection.allocation import allocate, grade, rank
from mentoring_lib.selection.lottery import draw_tickets
from mentoring_lib.selection.scoring import final_marks, summarise_anchors, tidy_marks
from mentoring_lib.selection.what_if import (
    Change,
    add_nearest,
    describe_change,
    find_nearest,
    list_changes,
)

BEST_TICKET = "0"  # smaller than every SHA-256 in hexadecimal
LINE = st.tuples(st.sampled_from(["new", "existing"]), st.tuples(*[st.integers(0, 3)] * 4))
FIELD = st.lists(LINE, min_size=2, max_size=5)


def decide(rows, places, *, seed=SEED, lucky=None, reading="taking_turns"):
    """Everything that is needed from rows of (novelty, four marks), for K-01, K-02, …"""
    settled = programme(places=places, lottery__seed=seed, rule__reading=reading)
    lines = [f"K-{n:02} {novelty} {sum(given)}" for n, (novelty, given) in enumerate(rows, 1)]
    table, graded = scored(*lines), grade(scored(*lines), settled.rule)
    drawn = draw_tickets(graded, seed=seed, call=settled.call.code)
    drawn = drawn.assign(ticket=drawn["ticket"].mask(drawn["application_id"].eq(lucky), BEST_TICKET))
    order = rank(drawn)
    lines = [f"K-{n:02} Ilze {' '.join(map(str, given))}" for n, (_, given) in enumerate(rows, 1)]
    anchors = summarise_anchors(tidy_marks(marks(*lines), conflicts()), decisions())
    return allocate(table, order, places, decisions()), order, anchors, settled


def nearest(rows, places, **more):
    decided, _order, anchors, settled = decide(rows, places, **more)
    return find_nearest(decided, anchors, settled)


def changed(rows, change):
    """The rows with the change made by hand, without the module under test."""
    which = int(change.application_id[2:]) - 1
    novelty, given = rows[which]
    if change.kind == "mark":
        given = tuple(change.mark if name == change.anchor else mark for name, mark in zip(ANCHORS, given, strict=True))
    if change.kind == "clear":
        given = (change.clarity - 0, 0, 0, 0)
    novelty = "new" if change.kind == "new" else novelty
    return [*rows[:which], (novelty, given), *rows[which + 1 :]]


def works(rows, places, change, **more):
    lucky = change.application_id if change.kind == "luck" else None
    table, *_ = decide(changed(rows, change), places, lucky=lucky, **more)
    return column(table, "outcome")[change.application_id] == "place"


@settings(max_examples=6 * MANY)
@given(FIELD, st.integers(1, 3), st.sampled_from(["taking_turns", "new_first", "clear_first", "points"]))
def test_what_is_stated_gives_a_place_and_nothing_before_it_does(rows, count, reading):
    places = {2023: count}
    decided, _order, anchors, settled = decide(rows, places, reading=reading)
    found = find_nearest(decided, anchors, settled)
    waiting = decided[decided["outcome"].eq("waiting")]
    assert sorted(found) == sorted(waiting["application_id"])
    given_marks = final_marks(anchors)
    for row in waiting.itertuples(index=False):
        listed = list(list_changes(row, given_marks[row.application_id], settled.rule.clear_from))
        change = found[row.application_id]
        before = listed if change is None else listed[: listed.index(change)]
        assert change is None or works(rows, places, change, reading=reading)
        assert not any(works(rows, places, other, reading=reading) for other in before)


def test_changes_are_listed_from_luck_over_marks_by_their_rise_to_the_other_priority():
    row = scored("K-01 existing 5").iloc[0]
    given_marks = {
        "question": Fraction(5, 2),
        "situation": Fraction(2),
        "obstacle": Fraction(3),
        "outcome": Fraction(3),
    }
    listed = [(c.kind, c.anchor, c.mark, c.size) for c in list_changes(row, given_marks, 7)]
    assert listed == [
        ("luck", "", 0, 0),
        ("mark", "question", 3, Fraction(1, 2)),
        ("mark", "situation", 3, 1),
        ("new", "", 0, 0),
        ("clear", "", 0, 2),
    ]


def test_by_hand_one_point_more_is_told_with_its_anchor():
    rows = [("new", (3, 3, 3, 0)), ("new", (3, 3, 2, 0))]
    (change,) = nearest(rows, {2023: 1}).values()
    assert (change.kind, change.anchor, change.mark, change.was) == ("mark", "obstacle", 3, 2)
    told = describe_change(change, programme())
    assert told == (
        "Būtu pieticis ar 3 punktiem no 3, nevis 2, kritērijā «Kas mēģināts vai kas traucē»: kopā 9 no 12, nevis 8."
    )
    assert "ar 1 punktu no 3, nevis 0," in describe_change(change._replace(mark=1, was=Fraction(0)), programme())


def test_by_hand_only_luck():
    rows = [("new", (3, 3, 1, 1)), ("new", (3, 3, 1, 1))]
    (change,) = nearest(rows, {2023: 1}).values()
    assert describe_change(change, programme()) == "Būtu pieticis ar mazāku izlozes numuru."


def test_by_hand_the_other_priority():
    rows = [("new", (2, 2, 2, 1)), ("existing", (3, 3, 3, 3))]
    (change,) = nearest(rows, {2023: 1}).values()
    assert describe_change(change, programme()) == (
        "Konsultāciju būtu devis tas, ja kopiena būtu jauna (darbotos kopš 2021. gada vai vēlāk)."
    )


def test_by_hand_a_clear_question_and_nothing_at_all():
    change = Change("K-01", "clear", "new", Fraction(7), size=Fraction(5, 2))
    assert describe_change(change, programme()) == (
        "Konsultāciju būtu devis skaidri aprakstīts jautājums: vismaz 7 punkti no 12, nevis 4,5."
    )
    rows = [("new", (3, 3, 3, 3)), ("existing", (0, 0, 0, 0))]
    assert nearest(rows, {2023: 1}) == {"K-02": None}
    assert describe_change(None, programme()) == "Ar vienu izmaiņu nebūtu pieticis."


def test_an_agreed_mark_is_the_final_one():
    anchors = summarise_anchors(
        tidy_marks(marks("K-01 Ilze 3 2 1 0", "K-01 Andris 0 1 1 –"), conflicts()), decisions("K-01 agreed_question 2")
    )
    assert final_marks(anchors)["K-01"] == {
        "question": 2, "situation": Fraction(3, 2), "obstacle": 1, "outcome": 0
    }  # fmt: skip


@pytest.mark.parametrize(("clear_from", "words"), [(1, "1 punkts no 12, nevis 0"), (21, "21 punkts no 12, nevis 20")])
def test_points_agree_with_their_number(clear_from, words):
    change = Change("K-01", "clear", "new", Fraction(clear_from), size=Fraction(1))
    rule = programme().rule.model_copy(update={"clear_from": clear_from})
    assert words in describe_change(change, programme().model_copy(update={"rule": rule}))


@pytest.mark.parametrize("seed", [SEED, None])
def test_only_those_who_wait_in_the_order_are_told(seed):
    rows = [("new", (3, 3, 3, 3)), ("existing", (0, 0, 0, 0)), ("existing", (0, 0, 0, 0))]
    decided, _order, anchors, settled = decide(rows, {2023: 1}, seed=seed)
    told = add_nearest(decided, find_nearest(decided, anchors, settled), settled)
    assert [bool(text) for text in column(told, "nearest").values()] == [False, True, True]


def test_before_the_lot_nobody_is_told_that_luck_would_have_done():
    rows = [("new", (3, 3, 1, 1)), ("new", (3, 3, 1, 1)), ("existing", (1, 0, 0, 0))]
    assert set(nearest(rows, {2023: 1}, seed=None)) == {"K-03"}


def test_before_the_lot_a_change_counts_only_if_it_gives_a_place_under_every_lot():
    rows = [("new", (3, 3, 3, 0)), ("new", (3, 3, 2, 0))]
    (change,) = nearest(rows, {2023: 1}, seed=None).values()
    assert (change.anchor, change.mark, change.size) == ("outcome", 2, 2)  # one point more would only tie


def test_points_are_told_to_two_decimals():
    mark = Change(
        "K-01", "mark", "new", Fraction(7), anchor="question", mark=3, was=Fraction(7, 3), size=Fraction(2, 3)
    )
    told = "no 3, nevis 2,33, kritērijā «Konkrēts jautājums»: kopā 7 no 12, nevis 6,33."
    assert told in describe_change(mark, programme())
    clear = Change("K-01", "clear", "new", Fraction(7), size=Fraction(2, 3))
    assert "vismaz 7 punkti no 12, nevis 6,33." in describe_change(clear, programme())


def test_without_applications_there_is_nothing_to_tell_and_the_column_is_text():
    decided, *_, settled = decide([("new", (3, 3, 3, 3))], {2023: 1})
    assert add_nearest(decided.iloc[:0], {}, settled)["nearest"].dtype == "str"
