"""Decisions of people: the newest day wins, values must fit, codes must be known."""

import pandas as pd
import pytest
from builders import applications, codes, decisions, programme

from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.selection.decisions import (
    check_decisions,
    check_references,
    check_salt,
    find_overrides,
    find_verdicts,
    in_order,
    latest,
    waive_codes,
)

ONE, TWO = "on=2023-09-01", "on=2023-09-02"


@pytest.mark.parametrize(
    ("told", "verdict", "accepted"),
    [
        ([f"K-01 withdrawn {ONE}", f"K-01 eligible {TWO}"], "eligible", True),
        ([f"K-01 eligible {TWO}", f"K-01 withdrawn {ONE}"], "eligible", True),
        ([f"K-01 eligible {ONE}", f"K-01 ineligible {ONE}"], "contradiction", False),
        ([f"K-01 override 2023 {ONE}"], "override", False),
        ([f"K-01 eligible {ONE}", f"K-01 override 2023 {ONE}"], "override", True),
        ([f"K-01 eligible {ONE}", f"K-01 override 2023 {TWO}"], "override", True),
        ([f"K-01 withdrawn {ONE}", f"K-01 override 2023 {TWO}"], "override", False),
        ([f"K-01 override 2023 {ONE}", f"K-01 override 2024 {ONE}"], "contradiction", False),
        ([f"K-01 duplicate_of K-02 {ONE}", f"K-01 not_duplicate K-02 {TWO}", f"K-01 eligible {ONE}"], "eligible", True),
        ([f"K-01 duplicate_of K-02 {ONE}", f"K-01 not_duplicate K-02 {ONE}"], "contradiction", False),
        ([f"K-01 duplicate_of K-02 {ONE}", f"K-02 not_duplicate K-01 {ONE}"], "contradiction", False),
        ([f"K-01 duplicate_of K-02 {TWO}", f"K-01 not_duplicate K-02 {ONE}"], "duplicate_of", False),
        ([f"K-01 withdrawn {ONE}", f"K-01 withdrawn {ONE}"], "withdrawn", False),
        ([f"K-01 withdrawn K-02 {ONE}", f"K-01 not_duplicate K-02 {TWO}"], "withdrawn", False),
    ],
)
def test_the_newest_verdict_and_whether_a_person_found_it_eligible(told, verdict, accepted):
    found = find_verdicts(decisions(*told))["K-01"]
    assert (found.decision, found.accepted) == (verdict, accepted)


def test_a_decision_that_was_taken_back_by_another_on_the_pair_leaves_no_verdict():
    assert find_verdicts(decisions(f"K-01 duplicate_of K-02 {ONE}", f"K-01 not_duplicate K-02 {TWO}")) == {}


def test_undated_decisions_stand_last_and_places_out_of_turn_in_the_order_of_their_days():
    undated = decisions("K-03 other").assign(on=pd.NaT)
    table = pd.concat([undated, decisions(f"K-01 override 2023 {TWO}", f"K-02 override 2023 {ONE}")])
    assert [row.application_id for row in in_order(table)] == ["K-02", "K-01", "K-03"]
    assert list(find_overrides(table)) == ["K-02", "K-01"]
    same = decisions("K-02 override 2023", "K-01 override 2023").assign(row=[9, 10])
    assert list(find_overrides(same)) == ["K-02", "K-01"]
    assert list(find_overrides(same.assign(file=["b", "a"]))) == ["K-01", "K-02"]


def test_the_newest_decision_of_a_kind_unless_its_day_says_two_things():
    told = [f"K-01 novelty jauna {ONE}", f"K-01 novelty esoša {TWO}"]
    assert latest(decisions(*told), "novelty")["K-01"].value == "esoša"
    assert latest(decisions(*told, f"K-01 novelty jauna {TWO}"), "novelty") == {}


def test_an_unknown_code_is_asked_about_with_what_may_be_meant():
    received = applications(2, application_id=["K-3F9A2C", "K-77EB00"], community=["Upes pulks", None])

    def ask(*lines):
        return [(one.value, one.details) for one in check_references(decisions(*lines), received)]

    assert ask("K-3F9A2D other") == [("K-3F9A2D", "Varbūt domāts K-3F9A2C? ")]
    assert ask("'Upes pulki' other") == [("Upes pulki", "Varbūt domāts K-3F9A2C «Upes pulks»? ")]
    assert ask("X other") == [("X", "")]
    assert ask("'– –' other") == [("– –", "")]
    assert ask("K-77EB00 other", "K-99 places_amended") == []


def test_a_decision_about_the_whole_call_names_no_application():
    table = decisions("– places_amended '2024: 2 → 3'", "– other").assign(application_id=None)

    def missing(**changes):
        usual = {"file": table["file"].iloc[0], "sheet": "Lēmumi", "column": "application_id"}
        return Problem("value_missing", **usual | changes)

    asked = [missing(row=int(row)) for row in table["row"]]
    others = [missing(row=int(table["row"].iloc[0]), **one) for one in ({"sheet": "Tēmas"}, {"column": "on"})]
    assert waive_codes([*asked, *others], table) == [asked[1], *others]


def test_codes_of_which_none_is_known_tell_of_another_salt():
    received = applications(2, application_id=["K-01", "K-02"])
    with pytest.raises(Refused) as refused:
        check_salt(received, [decisions("K-0C other", "K-0A other", "K-0B other", "K-0D other")])
    assert [(one.code, one.details) for one in refused.value.problems] == [("salt_changed", "K-0A, K-0B, K-0C")]
    check_salt(received, [decisions("K-0A other", "K-0B other"), pd.DataFrame({"x": [1]})])
    check_salt(received, [decisions("K-0A other", "K-0B other", "K-0C other", "K-01 other")])
    check_salt(received, [decisions("K-0A other", "K-0A other", "K-0A other")])


@pytest.mark.parametrize(
    ("line", "details"),
    [
        ("K-01 duplicate_of K-09", "cita pieteikuma kods"),
        ("K-01 duplicate_of K-01", "cita pieteikuma kods"),
        ("K-01 not_duplicate", "cita pieteikuma kods"),
        ("K-01 novelty varbūt", "esoša, jauna"),
        ("K-01 override 2030", "2023, 2024"),
        ("K-01 agreed_question 4", "0, 1, 2, 3"),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_those_that_do(line, details):
    (found,) = check_decisions(decisions(line), applications(2), programme())
    assert (found.code, found.column, found.details) == ("decision_value", "value", details)
    assert found.value == " ".join(line.split()[2:])


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        (["K-01 duplicate_of K-02", "K-02 duplicate_of K-03"], [("decision_value", "K-02")]),
        (
            ["K-01 duplicate_of K-02", "K-02 duplicate_of K-01"],
            [("decision_value", "K-02"), ("decision_value", "K-01")],
        ),
        (["K-01 override 2023", "K-02 override 2023", "K-03 override 2023"], [("override_full", "2023")]),
        (["K-01 override 2023", "K-02 override 2023", "K-03 override 2024"], []),
        (["K-01 withdrawn", "K-01 eligible"], [("decision_conflict", "atbilst")]),
        (["K-01 novelty jauna", "K-01 novelty esoša"], [("decision_conflict", "jauna vai esoša")]),
        (["K-01 other", "K-01 other"], []),
    ],
)
def test_decisions_that_contradict_each_other_or_ask_for_too_much(told, asked):
    found = check_decisions(decisions(*told), applications(3), programme())
    assert [one.code for one in found] == [code for code, _ in asked]
    assert {one.column for one in found} <= {"value", "decision"}
    values = [one.value for one in found if one.code != "decision_conflict"]
    assert values == [value for code, value in asked if code != "decision_conflict"]
    assert codes(found) == [one.code for one in found]


def test_of_several_that_contradict_each_other_the_last_is_asked_about():
    for kind, values in (("novelty", ("jauna", "esoša", "jauna")), ("agreed_question", ("1", "2", "3"))):
        table = decisions(*(f"K-01 {kind} {value}" for value in values)).assign(row=[4, 5, 6])
        (found,) = check_decisions(table, applications(1), programme())
        assert (found.code, found.row, found.details) == ("decision_conflict", 6, "K-01")


def test_more_places_out_of_turn_than_a_year_has_are_asked_about_from_the_first_too_many():
    lines, settled = [f"K-0{number} override 2023" for number in (1, 2, 3)], programme(places={"2023": 2, "2024": 2})
    asked = [codes(check_decisions(decisions(*lines[:count]), applications(3), settled)) for count in (2, 3)]
    assert asked == [[], ["override_full"]]
