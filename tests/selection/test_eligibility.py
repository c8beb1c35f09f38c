"""Duplicates, decisions of a person, and the one state each application is in."""

import pandas as pd
import pytest
from builders import applications, codes, column, decisions, events, programme
from hypothesis import given
from hypothesis import strategies as st

from mentoring_lib.base.columns import CHOICES
from mentoring_lib.base.texts import fold
from mentoring_lib.selection.decisions import check_decisions, check_references, find_overrides, latest
from mentoring_lib.selection.eligibility import check_applications, count_states, determine_states, find_duplicates


def states(table, *lines, name="state"):
    told = decisions(*lines)
    return column(determine_states(table, find_duplicates(table, told), told, programme()), name)


def pairs(table, *lines):
    found = find_duplicates(table, decisions(*lines))
    return found[["application_id", "other_id", "decision"]].to_numpy().tolist()


# Duplicates


@pytest.mark.parametrize(
    ("cells", "evidence"),
    [
        ({"email": ["a@b.lv", "A@B.lv "]}, "vienāds e-pasts"),
        ({"phone": ["+371 2000 0011", "20000011"]}, "vienāds tālrunis"),
        ({"community": ["Upes līči", "biedrība „Upes lici”"]}, "tas pats nosaukums un vieta"),
        ({"community": ["Upes līči", "Upes iedzīvotāju kopiena «Līči»"]}, "tas pats nosaukums un vieta"),
    ],
)
def test_what_two_applications_share_is_shown_as_evidence(cells, evidence):
    found = find_duplicates(applications(2, **cells), decisions())
    assert found.to_numpy().tolist() == [["K-02", "K-01", evidence, ""]]


def shares(one, other):
    """Whether two applications of this small world have an e-mail, a telephone, or a name and a place in common."""
    named = one.community != "Biedrība" and fold(one.community) == fold(other.community) and one.place == other.place
    return (
        bool(one.email and one.email.casefold() == other.email.casefold()) or one.phone == other.phone != "1" or named
    )


SENT = st.fixed_dictionaries(
    {
        "email": st.sampled_from(["", "a@b.lv", "A@B.lv", "c@d.lv"]),
        "phone": st.sampled_from(["1", "20000011", "20000012", "20000013"]),
        "community": st.sampled_from(["Biedrība", "Ķirši", "„KIRSI”", "Upe", "Līči"]),
        "place": st.sampled_from(["Piņķi", "Babīte", "Mārupe"]),
    }
)


@given(st.lists(SENT, min_size=1, max_size=9))
def test_every_pair_that_comparing_all_pairs_finds_is_found(sent):
    table = applications(len(sent), **{name: [row[name] for row in sent] for name in sent[0]})
    rows = list(table.itertuples())
    expected = [
        [later.application_id, earlier.application_id, ""]
        for later in rows
        for earlier in rows[: later.Index]
        if shares(earlier, later)
    ]
    assert pairs(table) == expected


@pytest.mark.parametrize(
    "cells",
    [
        {"email": [None, None]},
        {"phone": ["11", "11"]},
        {"community": ["Upes līči", "Upes līči"], "place": ["Olaine", "Jaunolaine"]},
        {"community": ["Upes līči", "Upes līči"], "municipality": ["Olaines novads", "Ķekavas novads"]},
        {"community": ["Biedrība", "Kopiena"]},
        {"community": ["Bērzaleja", "Bērzu aleja"]},
    ],
)
def test_little_in_common_is_no_evidence(cells):
    assert pairs(applications(2, **cells)) == []


def test_the_later_application_is_named_first_in_every_pair():
    table = applications(email="a@b.lv", submitted_at=["2023-08-03", "2023-08-01", "2023-08-02"])
    assert pairs(table) == [["K-01", "K-02", ""], ["K-01", "K-03", ""], ["K-03", "K-02", ""]]


@pytest.mark.parametrize("line", ["K-01 not_duplicate K-02", "K-02 not_duplicate K-01"])
def test_a_decision_counts_from_either_side(line):
    assert pairs(applications(2, email="a@b.lv"), line) == [["K-02", "K-01", "not_duplicate"]]


def test_a_pair_with_one_set_aside_needs_no_decision():
    assert pairs(applications(2, email="a@b.lv"), "K-01 ineligible") == [["K-02", "K-01", "set_aside"]]


def test_a_pair_is_open_again_when_the_set_aside_one_comes_back():
    table = applications(2, email="a@b.lv")
    lines = ["K-01 ineligible on=2023-08-25", "K-01 eligible on=2023-08-26"]
    assert pairs(table, *lines) == [["K-02", "K-01", ""]]


def test_one_application_has_no_duplicates():
    assert pairs(applications(1)) == []
    assert pairs(applications(0)) == []


@pytest.mark.parametrize(("count", "asked"), [(50, 50 * 49 // 2), (51, 50)])
def test_one_thing_shared_by_very_many_asks_about_each_of_them_once(count, asked):
    found = pairs(applications(count, email="a@b.lv"))
    assert len(found) == asked
    assert {later for later, _, _ in found} == {f"K-{number:02}" for number in range(2, count + 1)}


def test_suspected_duplicates_are_a_problem_until_decided():
    table = applications(2, email="a@b.lv")
    (problem,) = check_applications(table, find_duplicates(table, decisions()))
    assert (problem.row, problem.message) == (3, "varbūt dublikāts pieteikumam 2. rindā (K-01): vienāds e-pasts")
    assert check_applications(table, find_duplicates(table, decisions("K-02 duplicate_of K-01"))) == []


def test_equal_codes_are_a_problem():
    table = applications(2, application_id="K-01")
    (problem,) = check_applications(table, find_duplicates(table, decisions()))
    assert (problem.column, problem.value) == ("application_id", "K-01")
    assert (problem.code, problem.row, problem.message) == (
        "application_id_twice",
        3,
        "kods K-01 ir arī citā rindā (pieteikumi.xlsx, 2. rinda)",
    )


# States


NAMELESS = "Nav kopienas nosaukuma."


@pytest.mark.parametrize(
    ("cells", "lines", "state", "reason"),
    [
        ({}, [], "eligible", ""),
        (
            {"late": True, "submitted_at": "2023-08-22 00:00:00"},
            [],
            "late",
            "Iesniegts pēc termiņa: 22.08.2023 plkst. 00.00.00.",
        ),
        (
            {"municipality": "Rīga"},
            [],
            "outside",
            "Uzsaukums attiecas uz šiem novadiem: Mārupes novads, Olaines novads, Ķekavas novads. Pieteikumā norādīts: Rīga.",
        ),
        ({"municipality": None}, [], "unsettled", "Nav skaidrs, kurā novadā kopiena darbojas."),
        ({"consent": False}, [], "no_consent", "Nav dota piekrišana personas datu apstrādei."),
        ({"consent": None}, [], "unsettled", "Nav skaidrs, vai dota piekrišana datu apstrādei."),
        ({"submitted_at": None}, [], "unsettled", "Nav skaidrs, kad pieteikums iesniegts."),
        ({}, ["K-01 ineligible reason=Uzņēmums."], "set_aside", "Neatbilst: Uzņēmums."),
        ({}, ["K-01 duplicate_of K-02 reason=Tas_pats."], "set_aside", "Pieteikuma K-02 dublikāts: Tas_pats."),
        ({"community": None}, ["K-01 eligible"], "unsettled", NAMELESS),
        ({"community": None, "submitted_at": None}, [], "unsettled", "Nav skaidrs, kad pieteikums iesniegts."),
        ({"community": None, "consent": False}, [], "no_consent", "Nav dota piekrišana personas datu apstrādei."),
        ({"municipality": None}, ["K-01 eligible"], "eligible", ""),
        ({"consent": None}, ["K-01 eligible"], "eligible", ""),
        ({}, ["K-01 ineligible on=2023-08-25", "K-01 eligible on=2023-08-26"], "eligible", ""),
        (
            {},
            ["K-01 eligible on=2023-08-25", "K-01 ineligible on=2023-08-26 reason=Jā."],
            "set_aside",
            "Neatbilst: Jā.",
        ),
    ],
)
def test_the_state_and_its_reason(cells, lines, state, reason):
    table = applications(1, **cells)
    assert states(table, *lines) == {"K-01": state}
    assert states(table, *lines, name="state_reason") == {"K-01": reason}
    assert states(table, *lines, name="duplicate_of") == {"K-01": "K-02" if "dublikāts" in reason else ""}


def test_the_first_state_that_fits_is_the_one():
    table = applications(
        4,
        municipality=["Rīga", "Rīga", "Olaines novads", "Olaines novads"],
        consent=[False, False, False, True],
        late=True,
    )
    assert states(table, "K-01 ineligible") == {
        "K-01": "set_aside",
        "K-02": "outside",
        "K-03": "no_consent",
        "K-04": "late",
    }


def test_where_a_form_does_not_ask_for_consent_only_a_no_is_without_it():
    table = applications(3, consent=[None, True, False])
    own = programme(form={"consent": "not_asked"})
    found = determine_states(table, find_duplicates(table, decisions()), decisions(), own)
    assert found["state"].tolist() == ["eligible", "eligible", "no_consent"]


def test_undecided_duplicates_leave_both_unsettled():
    table = applications(3, email=["a@b.lv", "a@b.lv", "c@d.lv"])
    assert states(table) == {"K-01": "unsettled", "K-02": "unsettled", "K-03": "eligible"}
    assert states(table, "K-02 duplicate_of K-01") == {"K-01": "eligible", "K-02": "set_aside", "K-03": "eligible"}


def test_who_withdrew_or_is_decided_two_ways_is_nobodys_duplicate():
    for told in (["K-01 withdrawn"], ["K-01 duplicate_of K-02", "K-01 ineligible"]):
        assert states(applications(1), *told, name="duplicate_of") == {"K-01": ""}


def test_no_applications_have_no_states():
    assert states(applications(0)) == {}
    table = determine_states(applications(0), find_duplicates(applications(0), decisions()), decisions(), programme())
    assert table["state"].dtype == "str"


def test_states_are_counted_by_municipality_with_a_row_for_all_others():
    table = applications(5, municipality=["Mārupes novads", "Mārupes novads", "Rīga", None, "Olaines novads"])
    table = table.assign(state=["eligible", "late", "outside", "unsettled", "eligible"])
    counted = count_states(table, ["Olaines novads", "Mārupes novads", "Ķekavas novads"])
    assert counted.columns.tolist() == ["eligible", "other"]
    assert counted.T.to_dict("list") == {
        "Olaines novads": [1, 0], "Mārupes novads": [1, 1], "Ķekavas novads": [0, 0], "citur vai nezināms": [0, 2]
    }  # fmt: skip
    assert len(count_states(table[:1], ["Mārupes novads"])) == 1


ANY = {
    "municipality": st.sampled_from(["Mārupes novads", "Rīga", None]),
    "consent": st.sampled_from([True, False, None]),
    "submitted_at": st.sampled_from(["2023-08-01", "2023-08-22", None]),
    "email": st.sampled_from(["a@b.lv", "c@d.lv", None]),
    "late": st.booleans(),
}
DECISION = st.tuples(
    st.sampled_from(["K-01", "K-02", "K-03", "K-09"]),
    st.sampled_from(["duplicate_of", "not_duplicate", "ineligible", "eligible", "novelty", "other"]),
    st.sampled_from(["K-01", "K-02", "jauna"]),
    st.sampled_from(["2023-08-25", "2023-08-26"]),
)


@given(
    st.lists(st.fixed_dictionaries(ANY), min_size=1, max_size=4),
    st.lists(DECISION, max_size=4),
    st.randoms(use_true_random=False),
)
def test_everyone_is_in_exactly_one_state_whatever_the_order_of_rows(rows, told, chance):
    table = applications(0, **{name: [row[name] for row in rows] for name in ANY})
    lines = [f"{key} {kind} {value} on={on}" for key, kind, value, on in told]
    found = states(table, *lines)
    assert found.keys() == set(table["application_id"])
    assert set(found.values()) <= set(CHOICES["state"])
    turned = table.sample(frac=1, random_state=chance.randrange(1000)).reset_index(drop=True)
    assert states(turned, *lines) == found


# Rows that came twice, and references


def test_a_code_nobody_knows_is_named_with_its_row():
    problems = check_references(events("K-01 offered 2023-09-01", "K-77 offered 2023-09-01"), applications(1))
    assert [(p.row, p.message) for p in problems] == [(3, "nav pieteikuma ar kodu vai kopienas nosaukumu «K-77»")]
    assert check_references(events(), applications(1)) == []


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("K-01 duplicate_of K-77", "Der: cita pieteikuma kods."),
        ("K-01 duplicate_of", "Der: cita pieteikuma kods."),
        ("K-01 duplicate_of K-01", "Der: cita pieteikuma kods."),
        ("K-01 novelty veca", "Der: esoša, jauna."),
        ("K-01 override 2030", "Der: 2023, 2024."),
        ("K-01 agreed_question 4", "Der: 0, 1, 2, 3."),
    ],
)
def test_a_decision_with_a_value_that_does_not_fit_is_answered_with_what_fits(line, advice):
    problems = check_decisions(decisions(line), applications(2), programme())
    assert [(p.code, p.advice) for p in problems] == [("decision_value", advice)]


@pytest.mark.parametrize(
    "line",
    [
        "K-01 duplicate_of K-02",
        "K-01 novelty jauna",
        "K-01 override 2024",
        "K-01 agreed_outcome 0",
        "K-01 ineligible",
        "K-01 other",
    ],
)
def test_a_decision_that_fits_is_no_problem(line):
    assert check_decisions(decisions(line), applications(2), programme()) == []


def test_two_decisions_of_one_kind_and_day_contradict():
    same_day = decisions("K-01 novelty jauna", "K-01 novelty esoša")
    assert codes(check_decisions(same_day, applications(1), programme())) == ["decision_conflict"]
    later = decisions("K-01 novelty jauna", "K-01 novelty esoša on=2023-08-26")
    assert check_decisions(later, applications(1), programme()) == []


def test_two_applications_cannot_each_be_the_duplicate_of_the_other():
    mutual = decisions("K-01 duplicate_of K-02", "K-02 duplicate_of K-01")
    assert check_decisions(mutual, applications(2), programme()) != []


def test_a_decision_without_a_date_does_not_stop_the_check():
    undated = decisions("K-01 novelty veca").assign(on=pd.NaT).astype({"on": "datetime64[us]"})
    assert codes(check_decisions(undated, applications(1), programme())) == ["decision_value"]


def test_no_decisions_are_no_problem():
    assert check_decisions(decisions(), applications(0), programme()) == []


def test_the_newest_decision_counts_and_two_of_one_day_that_contradict_settle_nothing():
    told = decisions(
        "K-01 novelty B on=2023-08-26", "K-01 novelty A on=2023-08-25", "K-02 novelty A", "K-02 novelty B",
        "K-03 novelty A", "K-03 novelty A",
    )  # fmt: skip
    assert {key: row.value for key, row in latest(told.iloc[::-1], "novelty").items()} == {"K-01": "B", "K-03": "A"}


VERDICTS_OF_TWO_DAYS = [
    (("ineligible on=2023-09-10", "override 2024 on=2023-09-01"), "set_aside", False),
    (("override 2024 on=2023-09-10", "ineligible on=2023-09-01"), "eligible", True),
    (("override 2024 on=2023-09-10", "withdrawn on=2023-09-01"), "eligible", True),
    (("withdrawn on=2023-09-10", "override 2024 on=2023-09-01"), "withdrawn", False),
    (("eligible on=2023-09-10", "withdrawn on=2023-09-01"), "eligible", False),
    (("duplicate_of K-02 on=2023-09-10", "override 2024 on=2023-09-01"), "set_aside", False),
    (("eligible on=2023-09-10", "override 2024 on=2023-09-01"), "eligible", False),
    (("override 2024", "ineligible"), "unsettled", False),
    (("override 2024", "override 2023"), "unsettled", False),
    (("withdrawn", "ineligible"), "unsettled", False),
    (("eligible", "withdrawn"), "unsettled", False),
    (("override 2024", "eligible"), "eligible", True),
    (("ineligible", "ineligible"), "set_aside", False),
]


@pytest.mark.parametrize(("lines", "state", "out_of_turn"), VERDICTS_OF_TWO_DAYS)
def test_of_decisions_on_one_application_the_newest_day_wins(lines, state, out_of_turn):
    made = [f"K-01 {line}" for line in lines]
    assert states(applications(2), *made)["K-01"] == state
    assert states(applications(2), *made[::-1])["K-01"] == state
    table = decisions(*made)
    assert ("K-01" in find_overrides(table)) == out_of_turn
    found = codes(check_decisions(table, applications(2), programme()))
    assert found == (["decision_conflict"] if state == "unsettled" else [])


def test_a_place_out_of_turn_leaves_settled_what_a_person_settled_before():
    outside = applications(1, municipality="Rīga")
    assert states(outside, "K-01 override 2024")["K-01"] == "outside"
    assert states(outside, "K-01 eligible on=2023-08-24", "K-01 override 2024")["K-01"] == "eligible"


def test_a_pair_decided_both_ways_on_one_day_is_unsettled():
    table = applications(2, email="a@b.lv")
    lines = ("K-02 duplicate_of K-01", "K-02 not_duplicate K-01")
    assert states(table, *lines)["K-02"] == "unsettled"
    assert codes(check_decisions(decisions(*lines), table, programme())) == ["decision_conflict"]


def test_who_withdrew_says_so_and_leaves_no_duplicate_to_decide():
    table = applications(2, email="a@b.lv")
    found = determine_states(
        table, find_duplicates(table, decisions("K-02 withdrawn")), decisions("K-02 withdrawn"), programme()
    )
    assert column(found, "state") == {"K-01": "eligible", "K-02": "withdrawn"}
    assert column(found, "state_reason")["K-02"] == "Kopiena dalību atsauca: Iemesls."


def test_not_a_duplicate_of_one_says_nothing_about_another_verdict():
    table = applications(3, email=["a@b.lv", "a@b.lv", "c@d.lv"])
    told = ("K-01 ineligible on=2023-08-24", "K-01 not_duplicate K-03 on=2023-08-25")
    assert states(table, *told, "K-02 not_duplicate K-01")["K-01"] == "set_aside"
    again = ("K-02 duplicate_of K-01 on=2023-08-24", "K-02 not_duplicate K-03 on=2023-08-25")
    assert states(table, *again)["K-02"] == "set_aside"


def test_a_duplicate_is_taken_back_by_the_same_pair_or_by_a_later_eligible():
    table = applications(2, email="a@b.lv")
    first = "K-02 duplicate_of K-01 on=2023-08-24"
    for later in ("K-02 not_duplicate K-01 on=2023-08-25", "K-02 eligible on=2023-08-25"):
        assert states(table, first, later) == {"K-01": "eligible", "K-02": "eligible"}
        assert pairs(table, first, later) == [["K-02", "K-01", "not_duplicate"]]


def test_two_verdicts_of_one_day_are_a_problem():
    problems = check_decisions(decisions("K-01 eligible", "K-01 ineligible"), applications(1), programme())
    assert [p.code for p in problems] == ["decision_conflict"]


def test_two_applications_of_one_code_wait_for_a_person():
    table = applications(2, application_id="K-01", email=["a@b.lv", "c@d.lv"])
    assert determine_states(table, find_duplicates(table, decisions()), decisions(), programme())["state"].tolist() == [
        "unsettled",
        "unsettled",
    ]
