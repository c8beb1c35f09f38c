"""Matching: the optimum equals brute force to the tie-break, and every pair says why."""

import itertools

import numpy as np
import pandas as pd
import pytest
from builders import SETTINGS, applications, codes, column, conflicts, events, held, placed, programme, settings
from scipy.optimize import linear_sum_assignment

from mentoring_lib.delivery.events import list_appointments
from mentoring_lib.delivery.matching import assign, check_agreed, check_conflicts, is_own, match, weigh_pairs

CASES = 600
CHANCE = np.random.default_rng(20230821)
MENTORS = settings()["mentors"]


def worth(chosen, points, load, step):
    """How good an assignment is, smaller is better: rows served, then points and load, then the tie sum."""
    pairs = [(row, int(at)) for row, at in enumerate(chosen) if at >= 0]
    taken = [sum(at == column for _, at in pairs) for column in range(points.shape[1])]
    costs = sum(step * (int(load[at]) + place) for at, count in enumerate(taken) for place in range(count))
    ties = -sum((len(chosen) - row) * (points.shape[1] - at) for row, at in pairs)
    return -len(pairs), costs - sum(int(points[pair]) for pair in pairs), ties


def fits(chosen, allowed, room):
    counts = [sum(at == column for at in chosen) for column in range(allowed.shape[1])]
    return all(allowed[row, at] for row, at in enumerate(chosen) if at >= 0) and all(
        count <= top for count, top in zip(counts, room, strict=True)
    )


def brute_force(points, allowed, load, room, step):
    """The best of every assignment there is."""
    ways = itertools.product(range(-1, points.shape[1]), repeat=len(points))
    return min(worth(chosen, points, load, step) for chosen in ways if fits(chosen, allowed, room))


def small_case():
    count, width = CHANCE.integers(1, 6), CHANCE.integers(1, 4)
    return (
        CHANCE.integers(0, 4, (count, width)), CHANCE.random((count, width)) < 0.75, CHANCE.integers(0, 4, width),
        CHANCE.integers(0, count + 1, width),
    )  # fmt: skip


@pytest.mark.parametrize("step", [0, 1, 2])
def test_the_optimum_equals_brute_force_to_the_tie_sum(step):
    for _ in range(CASES // 3):
        points, allowed, load, room = small_case()
        found = assign(points, allowed, load, room, step=step).tolist()
        assert fits(found, allowed, room)
        assert worth(found, points, load, step) == brute_force(points, allowed, load, room, step)


def test_a_mentor_who_alone_knows_a_theme_takes_more_than_an_even_share():
    allowed = np.zeros((40, 10), dtype="bool")
    allowed[:, 3] = True
    nothing = np.zeros((40, 10), dtype="int64")
    assert assign(nothing, allowed, np.zeros(10, dtype="int64"), np.full(10, 40), step=5).tolist() == [3] * 40


def test_numbers_that_could_not_be_added_exactly_stop():
    points, nothing = np.array([[2**50, 0], [0, 0]]), np.zeros(2, dtype="int64")
    with pytest.raises(ArithmeticError, match="exactly"):
        assign(points, points == 0, nothing, np.full(2, 2), step=1)


def big_case():
    """1,000 communities that tick one to three of eight themes, 100 mentors with four themes each."""
    chance = np.random.default_rng(7)
    ticked = np.array([chance.permutation(8) < chance.integers(1, 4) for _ in range(1000)])
    known = np.array([chance.permutation(8) < 4 for _ in range(100)])
    shared = (ticked.astype(int) @ known.T.astype(int)).astype("int64")
    return 6 * shared, shared > 0


def test_a_thousand_communities_reach_the_value_of_the_copied_assignment():
    points, allowed = big_case()
    copied = np.where(np.repeat(allowed, 10, axis=1), np.tile(np.arange(10), 100) - np.repeat(points, 10, axis=1), 1e6)
    rows, columns = linear_sum_assignment(copied)
    chosen = assign(points, allowed, np.zeros(100, dtype="int64"), np.full(100, 10), step=1)
    taken = np.bincount(chosen, minlength=100)
    value = (taken * (taken - 1) // 2).sum() - points[np.arange(1000), chosen].sum()
    assert value == copied[rows, columns].sum()
    assert allowed[np.arange(1000), chosen].all()


# Pairs, in the coordinator's words


def offered(count):
    return [f"K-{number:02} offered 2023-09-01 year=2023" for number in range(1, count + 1)]


def pairs_of(table, *lines, declared=(), places=None, **changes):
    changes |= {"places": places or {2023: 9}}
    return weigh_pairs(placed(*lines, **changes), _decided(table), conflicts(*declared), programme(**changes))


def matched(table, *lines, declared=(), **changes):
    changes |= {"places": {2023: 9}}
    pairs = pairs_of(table, *lines, declared=declared, **changes)
    return match(pairs, placed(*lines, **changes), programme(**changes))


def _decided(table):
    return table.assign(confirmed_themes=table.get("confirmed_themes", pd.Series([()] * len(table), index=table.index)))


def test_a_pair_earns_points_for_each_theme_the_mentor_knows():
    pairs = pairs_of(applications(themes=[("communication", "funding")]), *offered(1))
    assert pairs.to_numpy().tolist() == [
        ["K-01", "Inese", True, 6, "pārzina 1 no 2 tēmām"],
        ["K-01", "Maija", True, 12, "pārzina 2 no 2 tēmām"],
    ]


def test_confirmed_themes_count_instead_of_ticked_ones():
    table = applications(themes=[("funding",)]).assign(confirmed_themes=[("communication",)])
    assert pairs_of(table, *offered(1))["allowed"].tolist() == [True, True]


@pytest.mark.parametrize(
    ("cells", "declared", "why"),
    [
        ({"themes": [("funding",)]}, [], "nepārzina nevienu no tēmām"),
        ({"community": ["Biedrība «MEŽINIEKI»"], "themes": [("communication",)]}, [], "paša kopiena"),
        ({"themes": [("communication",)]}, ["K-01 Inese"], "interešu konflikts"),
        ({"themes": [("communication",)], "mode": ["online"]}, [], "nekonsultē vēlamajā veidā"),
    ],
)
def test_what_stands_in_the_way_of_a_pair_is_named(cells, declared, why):
    mentors = [MENTORS[0], MENTORS[1] | {"modes": ["in_person"]}]
    pairs = pairs_of(applications(**cells), *offered(1), declared=declared, mentors=mentors).set_index("mentor")
    assert pairs.loc["Inese", ["allowed", "points", "why"]].tolist() == [False, 0, why]
    assert pairs.loc["Maija", "allowed"]


@pytest.mark.parametrize(
    ("community", "own", "same"),
    [
        ("Mežinieku apkaimes attīstībai", 'biedrība "Mežinieku apkaimes attīstībai"', True),
        ("mezinieku apkaimes attistibai, biedriba", 'biedrība "Mežinieku apkaimes attīstībai"', True),
        ("Biedrība", 'biedrība "Mežinieki"', False),
        ("Mežinieku pagalms", 'biedrība "Mežinieku apkaimes attīstībai"', False),
        ("Mežinieki Olainē", "Mežinieki", True),
        ("Mežinieki", "Mežinieki Olainē", True),
        ("Mežinieki", "", False),
    ],
)
def test_a_mentors_own_community_is_recognised_by_its_words(community, own, same):
    assert is_own(community, own) is same


def test_the_load_is_even_where_themes_do_not_tell_mentors_apart():
    table = matched(applications(4, themes=("communication",)), *offered(4))
    assert column(table, "mentor") == {"K-01": "Inese", "K-02": "Inese", "K-03": "Maija", "K-04": "Maija"}
    assert table["why"].tolist()[:2] == [
        "pārzina 1 no 1 tēmas: 6 p.; mentoram vēl nav nevienas konsultācijas",
        "pārzina 1 no 1 tēmas: 6 p.; mentoram jau 1 konsultācija: −1 p.",
    ]


def test_what_mentors_already_do_is_load():
    lines = [*held("K-02", 2023, "2023-10-03", mentor="Inese"), offered(1)[0]]
    table = matched(applications(2, themes=("communication",)), *lines)
    assert column(table, "mentor") == {"K-01": "Maija"}


def test_an_hour_that_is_booked_is_load_too():
    lines = [*held("K-02", 2023, "2023-10-03", mentor="Inese")[:3], offered(1)[0]]
    assert column(matched(applications(2, themes=("communication",)), *lines), "mentor")["K-01"] == "Maija"


def test_a_match_says_what_it_earned_and_nothing_where_nobody_can():
    table = applications(2, themes=[("funding",), ("communication",)])
    found = matched(table, *offered(2), declared=["K-01 Maija"])
    assert list(found) == ["application_id", "mentor", "points", "fixed", "why"]
    assert column(found, "points") == {"K-01": 0, "K-02": 6}


def test_what_is_agreed_stays():
    lines = [*offered(2), "K-02 accepted 2023-09-05 mentor=Inese"]
    table = matched(applications(2, themes=[("communication",), ("communication", "funding")]), *lines)
    assert column(table, "mentor") == {"K-01": "Maija", "K-02": "Inese"}
    assert column(table, "fixed") == {"K-01": False, "K-02": True}


def test_what_is_agreed_against_a_conflict_stays_and_says_so():
    lines = [*offered(1), "K-01 accepted 2023-09-05 mentor=Inese"]
    table = matched(applications(themes=[("communication",)]), *lines, declared=["K-01 Inese"])
    assert table[["mentor", "why"]].to_numpy().tolist() == [["Inese", "norunāts agrāk, bet interešu konflikts"]]


def test_after_an_hour_that_did_not_take_place_the_mentor_stays():
    lines = [*held("K-01", 2023, "2023-10-03", mentor="Inese")[:3], "K-01 not_held 2023-10-03"]
    assert column(matched(applications(themes=("communication",)), *lines), "fixed") == {"K-01": True}


def test_who_cannot_be_served_is_named_with_the_cause_and_the_rest_is_solved():
    table = applications(2, themes=[("funding",), ("communication",)])
    found = matched(table, *offered(2), declared=["K-01 Maija"])
    assert column(found, "mentor") == {"K-01": None, "K-02": "Inese"}
    assert found["why"][0] == "neviens nevar: Inese – nepārzina nevienu no tēmām; Maija – interešu konflikts"


def test_when_mentors_are_full_that_is_the_cause():
    mentors = [mentor | {"most": 1} for mentor in MENTORS]
    found = matched(applications(3, themes=("communication",)), *offered(3), mentors=mentors)
    assert column(found, "mentor") == {"K-01": "Inese", "K-02": "Maija", "K-03": None}
    assert (
        found["why"][2] == "neviens nevar: Inese – vairs nav brīvu konsultāciju; Maija – vairs nav brīvu konsultāciju"
    )


@pytest.mark.parametrize("chance", range(5))
def test_the_order_of_rows_changes_nothing(chance):
    table = applications(6, themes=[("communication",), ("funding", "communication")] * 3)
    turned = table.sample(frac=1, random_state=chance)
    lines = offered(6)
    mentors = MENTORS[::-1] if chance % 2 else MENTORS
    pd.testing.assert_frame_equal(matched(table, *lines), matched(turned, *lines[::-1], mentors=mentors))


def test_nobody_waits_and_there_are_no_mentors():
    assert len(matched(applications(2))) == 0
    assert len(matched(applications(1), *offered(1), mentors=[])) == 0


# Problems


def test_a_conflict_of_somebody_unknown_protects_nobody_and_is_told():
    (problem,) = check_conflicts(conflicts("K-01 Maja", "K-02 Maija", "K-03 Ilze"), programme())
    assert (problem.row, problem.message) == (2, "«Maja» iestatījumos nav")


@pytest.mark.parametrize(
    ("community", "declared", "why"),
    [("Jaunolaine", [], "paša kopiena"), ("Bērzi", ["K-01 Maija"], "interešu konflikts"), ("Bērzi", [], None)],
)
def test_an_hour_agreed_with_a_mentor_who_may_not_advise_is_told(community, declared, why):
    hours = list_appointments(events(*held("K-01", 2023, "2023-10-03")), programme(), as_of=programme().as_of)
    problems = check_agreed(hours, applications(community=[community]), conflicts(*declared), programme())
    assert codes(problems) == (["mentor_conflict"] if why else [])
    assert [p.message for p in problems] == ([f"mentors «Maija» šo kopienu nedrīkst konsultēt: {why}"] if why else [])
    assert "Maija" in SETTINGS


@pytest.mark.parametrize(("modes", "asked"), [(["in_person"], ["mentor_mode"]), (["online"], [])])
def test_an_hour_agreed_in_a_way_in_which_the_mentor_does_not_advise_is_told(modes, asked):
    settled = programme(mentors=[MENTORS[0] | {"modes": modes}, MENTORS[1]])
    hours = list_appointments(events(*held("K-01", 2023, "2023-10-03")), settled, as_of=settled.as_of)
    assert codes(check_agreed(hours, applications(community=["Bērzi"]), conflicts(), settled)) == asked
