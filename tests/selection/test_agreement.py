"""Agreement beyond chance, and what one marker alone cannot tell."""

import numpy as np
import pytest
from builders import conflicts, marks

from mentoring_lib.base.columns import ANCHORS
from mentoring_lib.selection.agreement import describe_markers, measure_kappa, say_agreement, weighted_kappa
from mentoring_lib.selection.scoring import tidy_marks


def tidy(*lines, barred=()):
    return tidy_marks(marks(*lines), conflicts(*barred))


def both(*pairs):
    """Marks of two people on the first anchor, one pair per application; 1 on the others."""
    lines = [
        f"K-{n:02} {who} {mark} 1 1 1"
        for n, pair in enumerate(pairs)
        for who, mark in zip(("A", "B"), pair, strict=True)
    ]
    return measure_kappa(tidy(*lines)).set_index("anchor")


def test_full_agreement_is_one():
    found = both("00", "11", "22", "33").loc["question"]
    assert (found["kappa"], found["pairs"], found["exact"]) == (1, 4, 1)


def test_weighted_kappa_by_hand():
    # observed distance (0+0+1+1)/4 = 1/2; expected from the margins A: 0,3,0,3 and B: 0,3,1,2:
    # 2·(0+3+1+2) + 2·(3+0+2+1) = 24 of 16 pairs = 3/2
    found = both("00", "33", "01", "32").loc["question"]
    assert found["kappa"] == pytest.approx(1 - (1 / 2) / (3 / 2))


def test_sas_publishes_the_same_kappa_and_interval_for_two_dermatologists():
    """SAS/STAT User's Guide, The FREQ Procedure, "Cohen's Kappa Coefficient" (88 patients, four ratings)."""
    counts = np.array([[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]], dtype="float64")
    assert [f"{value:.4f}" for value in weighted_kappa(counts)] == ["0.5082", "0.3798", "0.6366"]


def test_full_agreement_has_no_interval_however_many_pairs():
    for pairs in (("00", "11", "22"), ("00", "11", "22", "33") * 5):
        found = both(*pairs).loc["question"]
        assert found["kappa"] == 1
        assert found[["kappa_from", "kappa_to"]].isna().all()


def test_the_interval_holds_the_kappa_and_stays_between_minus_one_and_one():
    found = both("00", "11", "22", "33", "01", "12", "23", "30").loc["question"]
    assert -1 <= found["kappa_from"] < found["kappa"] < found["kappa_to"] <= 1
    assert both("00", "11", "22", "33", "32").loc["question", "kappa_to"] == 1
    assert both("03", "30", "02").loc["question", "kappa_from"] == -1


def test_where_everyone_gave_one_mark_kappa_is_not_defined():
    found = both("11", "11").loc["question"]
    assert found[["kappa", "kappa_from", "kappa_to"]].isna().all()
    assert found["exact"] == 1


def test_three_markers_are_compared_pair_by_pair():
    found = measure_kappa(tidy("K-01 A 1 1 1 1", "K-01 B 2 1 1 1", "K-01 C 3 1 1 1"))
    assert found.loc[found["anchor"].eq("question"), "markers"].tolist() == ["A / B", "A / C", "B / C"]
    assert found["anchor"].unique().tolist() == list(ANCHORS)


def test_a_conflict_of_interest_is_not_compared():
    found = measure_kappa(tidy("K-01 A 1 1 1 1", "K-01 B 2 1 1 1", barred=["K-01 B"]))
    assert found["pairs"].tolist() in ([0] * 4, [])


def test_each_markers_mean_shows_who_is_strict():
    found = describe_markers(tidy("K-01 A 3 3 3 3", "K-02 A 1 1 1 1", "K-01 B 1 – 0 0")).set_index("marker")
    assert found.loc["A", ["marked", "question", "clarity"]].tolist() == [2, 2, 8]
    assert found.loc["B", "marked"] == 1
    assert found.loc["B", ["situation", "clarity"]].isna().all()


def say(marks):
    return say_agreement(marks, measure_kappa(marks))


def test_agreement_is_told_in_a_sentence():
    assert say(tidy("K-01 A 3 3 3 3", "K-01 B 3 3 3 1")) == (
        "Salīdzinājumā 4 vērtējumu pāri; 75 % atšķiras ne vairāk kā par vienu punktu. "
        "Stingrākā un iecietīgākā vērtētāja vidējā summa atšķiras par 2 no 12 punktiem."
    )


def test_the_share_of_close_pairs_is_of_all_pairs_whatever_anchor_has_more():
    table = tidy("K-01 A 3 3 3 3", "K-01 B 3 3 3 1", "K-02 A 3 3 3 3", "K-02 B – – – 3")
    assert say(table).startswith("Salīdzinājumā 5 vērtējumu pāri; 80 % atšķiras ne vairāk kā par vienu punktu. ")


def test_one_pair_is_one():
    said = say(tidy("K-01 A 3 3 3 3", "K-01 B 3 – – –"))
    assert said.startswith("Salīdzinājumā 1 vērtējumu pāris; 100 % atšķiras ne vairāk kā par vienu punktu.")


def test_without_whole_sums_or_a_pair_nothing_is_compared_with_them():
    assert say(tidy("K-01 A 3 3 3 3", "K-01 B 3 – – –")).endswith("par vienu punktu.")
    assert "salīdzināt nav ko" in say(tidy("K-01 A 3 3 3 3", "K-02 B 3 3 3 3"))


def test_an_anchor_that_no_two_marked_has_no_shares():
    table = measure_kappa(tidy("K-01 A 3 3 3 3", "K-01 B 3 3 3 –", "K-02 B 3 3 3 1"))
    assert table["pairs"].tolist() == [1, 1, 1, 0]
    assert table[["exact", "within_one"]].isna().all(axis=1).tolist() == [False, False, False, True]


def test_one_marker_alone_is_told_what_cannot_be_known():
    assert "Vērtēja viens cilvēks (A), tāpēc nav zināms, vai cits vērtētu tāpat" in say(tidy("K-01 A 3 3 3 3"))
    assert measure_kappa(tidy("K-01 A 3 3 3 3")).empty


def test_nobody_has_marked_yet():
    assert say(tidy()) == "Vērtējumu vēl nav."
    assert measure_kappa(tidy()).empty
    assert describe_markers(tidy()).empty
