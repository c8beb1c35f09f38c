"""Problems: every sentence once, all at once, in the coordinator's coordinates."""

import re

import pytest

from mentoring_lib.base.columns import APPLICATION, DERIVED, MARKS, MARKS_SHEET, SHEETS
from mentoring_lib.base.messages import CHECK, NOTE, REFUSE, SETTLE, TEXTS
from mentoring_lib.base.problems import BLOCKS, PROBLEM_COLUMNS, Problem, Refused, describe, problem_table


@pytest.mark.parametrize("code", TEXTS)
def test_every_message_is_a_finished_sentence_with_advice(code):
    problem = Problem(code, value="VĒRTĪBA", details="SĪKĀK")
    assert problem.severity in (REFUSE, SETTLE, NOTE)
    for text in (problem.message, problem.advice):
        assert text
        assert not re.search(r"[{}]", text)


@pytest.mark.parametrize("code", TEXTS)
def test_an_example_says_what_its_message_needs_and_nothing_else(code):
    needed = [name in TEXTS[code].message + TEXTS[code].advice for name in ("{value}", "{details}")]
    assert [said != "" for said in TEXTS[code].example] == needed


def test_what_people_typed_is_never_taken_for_a_template():
    assert Problem("municipality_unknown", value="{0} {value}").message == "«{0} {value}» nav atpazīts"


def test_a_problem_is_told_with_row_column_value_and_what_to_do():
    problem = Problem("year_unreadable", "pieteikumi.xlsx", "Atbildes", 7, "started", "sen")
    assert describe(problem) == (
        "pieteikumi.xlsx, lapa «Atbildes», 7. rinda, Sākums: «sen» nav saprotams gads. "
        "Rakstiet gadu ar četriem cipariem vai «vēl veidojas»."
    )


def test_a_problem_of_the_whole_programme_has_no_place():
    assert describe(Problem("freeze_missing")).startswith("izlozes saraksts nav iesaldēts. ")


def test_problems_are_listed_once_by_file_and_row_whatever_their_order():
    a, b = Problem("value_missing", "a.csv", "", 9, "email"), Problem("value_missing", "a.csv", "", 10, "email")
    c = Problem("file_missing", "b.csv")
    table = problem_table([c, b, a, b])
    assert table["file"].tolist() == ["a.csv", "a.csv", "b.csv"]
    assert table["row"].tolist()[:2] == [9, 10]
    assert table["row"].isna().tolist() == [False, False, True]
    assert table["kind"].tolist() == [CHECK, CHECK, REFUSE]


def test_no_problems_make_an_empty_table_with_its_columns():
    table = problem_table([])
    assert table.columns.tolist() == list(PROBLEM_COLUMNS)
    assert len(table) == 0


def test_a_refusal_tells_everything_that_was_found():
    found = [
        Problem("file_missing", "a.csv", details="pieteikumi"),
        Problem("setting_missing", "programme.toml", value="call.code"),
    ]
    with pytest.raises(Refused, match=r"a\.csv datnes nav.*\n.*trūkst atslēgas «call\.code»") as caught:
        raise Refused(found)
    assert caught.value.problems == found


# Three kinds of message

KINDS_OF = [
    (Problem("freeze_missing"), "selection", "block"),
    (Problem("contract_changed", "programme.toml", value="call.code"), "selection", "block"),
    (Problem("choice_unknown", "d.xlsx", "Lēmumi", 3, "decision"), "selection", "block"),
    (Problem("value_missing", "d.xlsx", "Lēmumi", 3, "who"), "", "check"),
    (Problem("mark_twice", "v.xlsx", "Vērtējumi", 3, "application_id"), "selection", "block"),
    (Problem("municipality_unknown", "p.xlsx", "Atbildes", 3, "municipality"), "selection", "block"),
    (Problem("email_invalid", "p.xlsx", "Atbildes", 3, "email"), "", "check"),
    (Problem("choice_unknown", "d.xlsx", "Notikumi", 3, "mode"), "report", "block"),
    (Problem("value_missing", "d.xlsx", "Notikumi", 3, "who"), "", "check"),
    (Problem("mentor_twice", "d.xlsx", "Notikumi", 3, "starts_at"), "", "check"),
    (Problem("offers_over", value="2024"), "report", "block"),
    (Problem("date_unreadable", "d.xlsx", "Darbi", 3, "until"), "", "check"),
    (Problem("choice_unknown", "d.xlsx", "Laiki", 3, "mode"), "", "check"),
    (Problem("municipality_read", "p.xlsx", "Atbildes", 3, "municipality"), "", "note"),
    (Problem("file_missing", "p.xlsx"), "", "refuse"),
]


@pytest.mark.parametrize(("problem", "blocks", "kind"), KINDS_OF)
def test_what_waits_for_a_problem_follows_from_its_sheet_and_column(problem, blocks, kind):
    assert (problem.blocks, problem.kind) == (blocks, kind)


def test_the_table_of_what_blocks_names_only_sheets_and_columns_that_there_are():
    columns = {name: {column.name for column in columns} for name, columns in SHEETS.items()}
    columns |= {MARKS_SHEET: {column.name for column in MARKS}}
    columns |= {"": {column.name for column in (*APPLICATION, *DERIVED)} | {"clarity"}}
    for sheets in BLOCKS.values():
        assert all(set(named) <= columns[sheet] | {""} for sheet, named in sheets.items())
