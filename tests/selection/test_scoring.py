"""Novelty from the applicant's answer, clarity from people's marks, both without guessing and exact."""

from fractions import Fraction

import pytest
from builders import applications, codes, column, conflicts, decisions, marks
from hypothesis import given
from hypothesis import strategies as st

from mentoring_lib.base.columns import ANCHORS
from mentoring_lib.selection.scoring import (
    check_marks,
    find_missing_marks,
    score_clarity,
    score_novelty,
    summarise_anchors,
    tidy_marks,
)


def clarity(*lines, told=(), barred=(), count=1):
    anchors = summarise_anchors(tidy_marks(marks(*lines), conflicts(*barred)), decisions(*told))
    return list(column(score_clarity(applications(count), anchors), "clarity").values())


def discussions(*lines, told=(), gap=2):
    anchors = summarise_anchors(tidy_marks(marks(*lines), conflicts()), decisions(*told))
    return anchors.loc[anchors["gap"].ge(gap) & anchors["agreed"].isna(), "anchor"].tolist()


@pytest.mark.parametrize(
    ("started", "novelty"),
    [
        ("2021", "new"),
        ("2020", "existing"),
        ("2023", "new"),
        ("1999", "existing"),
        ("forming", "new"),
        (None, "unclear"),
    ],
)
def test_novelty_follows_from_the_year_and_missing_is_unclear(started, novelty):
    table = score_novelty(applications(1, started=started), decisions(), new_from=2021)
    assert table["novelty"].tolist() == [novelty]


@pytest.mark.parametrize("started", ["2010", "2022", None])
@pytest.mark.parametrize(("word", "novelty"), [("jauna", "new"), ("esoša", "existing")])
def test_a_person_decides_on_novelty_above_the_answer(started, word, novelty):
    table = score_novelty(applications(1, started=started), decisions(f"K-01 novelty {word}"), new_from=2021)
    assert table["novelty"].tolist() == [novelty]


def test_no_applications_have_no_novelty():
    assert score_novelty(applications(0), decisions(), new_from=2021)["novelty"].tolist() == []


def test_clarity_is_the_sum_of_four_anchors():
    assert clarity("K-01 Ilze 3 2 1 0") == [6]


def test_clarity_is_the_mean_of_markers_and_thirds_stay_thirds():
    assert clarity("K-01 Ilze 3 3 3 3", "K-01 Andris 2 3 3 3", "K-01 Zane 2 3 3 3") == [Fraction(34, 3)]


def test_missing_is_not_nought():
    assert clarity("K-01 Ilze 2 2 2 2", "K-01 Andris – cannot_judge 2 2") == [8]


@pytest.mark.parametrize("lines", [[], ["K-01 Ilze 3 3 3 –"], ["K-01 Ilze 3 3 3 cannot_judge"], ["K-02 Ilze 3 3 3 3"]])
def test_an_anchor_without_a_mark_leaves_clarity_missing(lines):
    assert clarity(*lines) == [None]


def test_all_noughts_are_a_clarity_of_nought():
    assert clarity("K-01 Ilze 0 0 0 0") == [0]


def test_marks_under_a_conflict_of_interest_do_not_count():
    lines = ["K-01 Ilze 3 3 3 3", "K-01 Andris 1 1 1 1", "K-02 Ilze 3 3 3 3"]
    assert clarity(*lines, barred=["K-01 Ilze"], count=2) == [4, 12]


def test_an_agreed_mark_stands_in_place_of_the_mean_of_its_anchor_only():
    lines = ["K-01 Ilze 3 1 1 1", "K-01 Andris 0 1 1 1"]
    assert clarity(*lines) == [Fraction(9, 2)]
    assert clarity(*lines, told=["K-01 agreed_question 2"]) == [5]


def test_an_agreed_mark_settles_an_anchor_nobody_could_judge():
    assert clarity("K-01 Ilze cannot_judge 1 1 1", told=["K-01 agreed_question 3"]) == [6]


@pytest.mark.parametrize("value", ["1.5", "2,5", "divi", "4"])
def test_an_agreed_mark_that_is_no_mark_counts_for_nothing(value):
    assert clarity("K-01 Ilze 1 1 1 1", told=[f"K-01 agreed_question {value}"]) == [4]


MARK = st.sampled_from(["0", "1", "2", "3"])
SHEET = st.dictionaries(
    st.sampled_from(["Ilze", "Andris", "Zane", "Juris", "Anna"]), st.tuples(MARK, MARK, MARK, MARK), min_size=1
)


@given(SHEET, st.randoms(use_true_random=False))
def test_clarity_is_exact_within_bounds_and_blind_to_row_order(sheet, chance):
    lines = [f"K-01 {marker} {' '.join(row)}" for marker, row in sheet.items()]
    (points,) = clarity(*lines)
    assert points == Fraction(sum(int(mark) for row in sheet.values() for mark in row), len(sheet))
    assert 0 <= points <= 12
    chance.shuffle(lines)
    assert clarity(*lines) == [points]


@given(SHEET, st.integers(0, 3))
def test_a_higher_mark_never_lowers_clarity(sheet, place):
    marker = min(sheet)
    raised = sheet | {marker: tuple("3" if i == place else mark for i, mark in enumerate(sheet[marker]))}
    before, after = (clarity(*(f"K-01 {m} {' '.join(row)}" for m, row in s.items())) for s in (sheet, raised))
    assert after >= before


def test_rows_stand_by_application_anchor_and_marker_also_where_a_marker_or_a_mark_is_missing():
    told = ["K-02 Ilze 1 1 1 1", "K-01 Ilze 3 2 1 0", "K-01 – 1 1 1 1", "K-01 Ilze – 1 1 1", "K-01 Andris 0 0 0 0"]
    tidy = tidy_marks(marks(*told), conflicts())
    first = tidy.head(4)
    assert first["application_id"].tolist() == ["K-01"] * 4
    assert first["anchor"].nunique() == 1
    assert first["marker"].fillna("").tolist() == ["Andris", "Ilze", "Ilze", ""]
    anchors = summarise_anchors(tidy, decisions())
    assert anchors["application_id"].tolist() == ["K-01"] * 4 + ["K-02"] * 4


def test_every_marker_and_anchor_has_one_row():
    tidy = tidy_marks(marks("K-01 Ilze 3 2 1 0", "K-01 Andris – cannot_judge 1 0"), conflicts())
    assert len(tidy) == 8
    assert tidy["mark"].isna().sum() == 2


def test_the_markers_own_marks_stay_beside_the_agreed_one():
    anchors = summarise_anchors(
        tidy_marks(marks("K-01 Ilze 3 2 1 0", "K-01 Andris 1 – 1 0"), conflicts()), decisions("K-01 agreed_question 2")
    )
    shown = anchors.set_index("anchor")
    assert shown.loc["question", ["given", "gap", "agreed"]].tolist() == ["1 / 3", 2, 2]
    assert shown.loc["situation", "given"] == "– / 2"


@pytest.mark.parametrize(
    ("marks_of_two", "gap", "found"),
    [("3 1", 2, True), ("3 2", 2, False), ("3 2", 1, True), ("3 –", 2, False), ("0 3", 3, True)],
)
def test_a_gap_goes_on_the_discussion_list(marks_of_two, gap, found):
    one, other = marks_of_two.split()
    assert discussions(f"K-01 Ilze {one} 1 1 1", f"K-01 Andris {other} 1 1 1", gap=gap) == (
        ["question"] if found else []
    )


def test_an_agreed_mark_ends_the_discussion():
    lines = ["K-01 Ilze 3 3 1 1", "K-01 Andris 1 1 1 1"]
    assert discussions(*lines, told=["K-01 agreed_question 2"]) == ["situation"]


def test_a_single_marker_has_nothing_to_discuss():
    assert discussions("K-01 Ilze 3 0 1 2") == []


def test_no_marks_are_no_discussion():
    assert discussions() == []


def test_a_marker_nobody_named_and_a_second_row_are_problems():
    sheet = marks("K-01 Zane 1 1 1 1", "K-01 Ilze 1 1 1 1", "K-01 Ilze 2 2 2 2")
    problems = check_marks(sheet, ("Ilze", "Andris"))
    assert codes(problems) == ["marker_unknown", "mark_twice"]
    assert problems[0].message == "vērtētāja «Zane» iestatījumos nav"
    assert problems[0].advice.endswith("der: Ilze, Andris.")
    assert (problems[1].row, problems[1].message) == (4, "šis pieteikums šim vērtētājam (Ilze) jau ir citā rindā")


def test_f186_a_file_of_a_marker_who_left_is_one_question():
    sheet = marks(*(f"K-{number:02} Zane 1 1 1 1" for number in range(61)), "K-01 Ilze 1 1 1 1")
    assert codes(check_marks(sheet, ("Ilze", "Andris"))) == ["marker_unknown"]


def test_a_row_without_a_marker_is_not_called_nan():
    assert all("nan" not in p.message for p in check_marks(marks("K-01 – 1 1 1 1"), ("Ilze",)))


def test_no_marking_sheets_are_no_problem():
    assert check_marks(marks(), ("Ilze",)) == []


def test_agreed_marks_count_without_a_marking_sheet():
    agreed = decisions(*(f"K-01 agreed_{anchor} {mark}" for anchor, mark in zip(ANCHORS, "3210", strict=True)))
    anchors = summarise_anchors(tidy_marks(marks(), conflicts()), agreed)
    assert score_clarity(applications(1), anchors)["clarity"].tolist() == [6]
    some = summarise_anchors(tidy_marks(marks(), conflicts()), decisions("K-01 agreed_question 3"))
    assert score_clarity(applications(1), some)["clarity"].tolist() == [None]


def test_two_agreed_marks_of_one_day_that_differ_are_none():
    sheets = tidy_marks(marks("K-01 Ilze 3 3 3 3"), conflicts())
    both = summarise_anchors(sheets, decisions("K-01 agreed_question 1", "K-01 agreed_question 2"))
    assert both["agreed"].isna().all()


def test_a_marker_who_is_gone_is_one_question_a_file():
    (problem,) = check_marks(marks("K-01 Zane 3 3 3 3", "K-02 Zane 2 2 2 2", "K-03 Ilze 1 1 1 1"), ("Ilze", "Andris"))
    assert "vērtētāja «Zane» iestatījumos nav" in problem.message
    assert problem.blocks == "selection"


def missing(*lines, told=(), barred=(), markers=("Ilze", "Andris")):
    sheets, against = marks(*lines), conflicts(*barred)
    anchors = summarise_anchors(tidy_marks(sheets, against), decisions(*told))
    found = find_missing_marks(sheets, against, ["K-02", "K-01"], anchors, markers)
    return {problem.value: problem.details for problem in found}


def test_marks_that_nobody_filled_in_are_told_marker_by_marker():
    full = ["K-01 Ilze 3 2 1 0", "K-02 Ilze 3 3 3 cannot_judge", "K-01 Andris 3 2 1 0"]
    assert missing(*full) == {"Andris": "4 vērtējumu: K-02"}
    assert missing(full[0]) == {"Ilze": "4 vērtējumu: K-02", "Andris": "8 vērtējumu: K-01, K-02"}
    assert missing(*full, "K-02 Andris 3 – – 0") == {"Andris": "2 vērtējumu: K-02"}
    assert missing(*full, "K-02 Andris 3 – 2 0") == {"Andris": "1 vērtējuma: K-02"}
    assert missing(*full, "K-02 Andris 3 1 2 0") == {}
    assert missing(*full, barred=["K-02 Andris"]) == {}
    agreed = [f"K-02 agreed_{anchor} 2" for anchor in ("question", "situation", "obstacle", "outcome")]
    assert missing(*full, told=agreed) == {}
    assert missing(*full, told=agreed[:1]) == {"Andris": "3 vērtējumu: K-02"}
    assert missing() == {}
