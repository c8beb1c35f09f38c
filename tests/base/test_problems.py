"""Problems: every sentence once, all at once, in the coordinator's coordinates."""

import pickle
import re
from dataclasses import dataclass, replace

import pytest

from mentoring_lib.base.columns import APPLICATION, DERIVED, MARKS, MARKS_SHEET, SHEETS
from mentoring_lib.base.problems import (
    BLOCKS,
    CHECK,
    KINDS,
    NOTE,
    PROBLEM_COLUMNS,
    REFUSE,
    SETTLE,
    TEXTS,
    Problem,
    Refused,
    add_cells,
    describe,
    describe_all,
    label_column,
    problem_at,
    problem_table,
)


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
        "Noskaidrojiet un lapā «Labojumi» ierakstiet gadu ar četriem cipariem vai «vēl veidojas»."
    )


def test_a_problem_of_the_whole_programme_has_no_place():
    assert describe(Problem("freeze_missing")).startswith("izlozes saraksts nav noslēgts. ")


def test_problems_are_listed_once_by_file_and_row_whatever_their_order():
    a, b = Problem("value_missing", "a.csv", "", 9, "email"), Problem("value_missing", "a.csv", "", 10, "email")
    c = Problem("file_missing", "b.csv")
    table = problem_table([c, b, a, b])
    assert table["file"].tolist() == ["b.csv", "a.csv", "a.csv"]
    assert table["row"].tolist()[1:] == [9, 10]
    assert table["row"].isna().tolist() == [True, False, False]
    assert table["kind"].tolist() == [REFUSE, CHECK, CHECK]


def test_no_problems_make_an_empty_table_with_its_columns():
    table = problem_table([])
    assert table.columns.tolist() == list(PROBLEM_COLUMNS)
    assert len(table) == 0


def test_a_refusal_tells_everything_that_was_found():
    found = [
        Problem("file_missing", "a.csv", details="pieteikumi"),
        Problem("setting_missing", "programme.toml", value="call.code"),
    ]
    with pytest.raises(Refused, match=r"a\.csv datnes nav.*\n.*trūkst iestatījuma «call\.code»") as caught:
        raise Refused(found)
    assert caught.value.problems == found


def choice(row, application="", value="Vienalga", column="mode"):
    return Problem("choice_unknown", "p.xlsx", "Atbildes", row, column, value, application, "Klātienē, Tiešsaistē")


def test_equal_problems_share_a_line_that_counts_and_names_the_first():
    problems = [choice(row, f"K-{row:02}") for row in range(2, 17)] + [choice(40, "K-40", "Pa pastu")]
    first, second = describe_all(problems, {"K-02": "Upmala", "K-40": "Krasts"})
    assert first == (
        "p.xlsx, lapa «Atbildes», Veids: «Vienalga» nav sarakstā. Izvēlieties vienu no: Klātienē, Tiešsaistē. "
        "– 15 pieteikumi: K-02 «Upmala», K-03, K-04 un vēl 12"
    )
    assert second.startswith("p.xlsx, lapa «Atbildes», 40. rinda, K-40 «Krasts», Veids: «Pa pastu» nav sarakstā.")


@pytest.mark.parametrize(
    ("count", "tail"),
    [
        (2, "2 rindas: 2., 3."),
        (3, "3 rindas: 2., 3., 4."),
        (4, "4 rindas: 2., 3., 4. un vēl 1"),
        (21, "21 rinda: 2., 3., 4. un vēl 18"),
    ],
)
def test_equal_problems_without_an_application_are_counted_by_rows(count, tail):
    (line,) = describe_all(choice(row) for row in range(2, 2 + count))
    assert line.endswith(f" – {tail}")


@pytest.mark.parametrize(
    "changed", [{"value": "x"}, {"details": "x"}, {"column": "phone"}, {"sheet": "x"}, {"file": "x"}]
)
def test_what_differs_in_more_than_row_and_application_stays_apart(changed):
    assert len(describe_all([choice(2), replace(choice(3), **changed)])) == 2


def test_a_cell_is_told_where_it_is_known():
    assert "lapa «Atbildes», šūna D7, Veids: " in describe(replace(choice(7), cell="D7"))


def test_an_answer_is_cut_at_80_letters_and_control_characters_stay_out_of_the_terminal():
    long = "\x1b[2J" + "ā" * 200_000
    line = describe(choice(2, value=long))
    assert len(line) < 250
    assert "\x1b" not in line
    assert f"« [2J{'ā' * 75}…»" in line
    assert f"«{'ā' * 80}»" in describe(choice(2, value="ā" * 80))
    assert choice(2, value=long).value == long
    assert len(describe(replace(choice(2), details="x, " * 100_000))) < 450


@dataclass
class Place:
    file: str = "p.xlsx"
    sheet: str = "Atbildes"
    row: int = 3
    application_id: object = "K-01"


@pytest.mark.parametrize(("key", "known"), [("K-01", "K-01"), (None, ""), (float("nan"), "")])
def test_a_problem_stands_where_its_row_stands(key, known):
    assert problem_at("value_missing", Place(application_id=key), "email", 7, "E-pasts") == Problem(
        "value_missing", "p.xlsx", "Atbildes", 3, "email", "7", known, "E-pasts")  # fmt: skip


def test_a_cell_is_added_where_column_and_row_are_known_and_none_stands_yet():
    letters = {("p.xlsx", "Atbildes"): {"mode": "D"}}
    given = [choice(7), choice(7, column="phone"), replace(choice(7), row=None), replace(choice(7), cell="X1"),
             replace(choice(7), file="q.xlsx")]  # fmt: skip
    assert [one.cell for one in add_cells(given, letters)] == ["D7", "", "", "X1", ""]


def test_a_refusal_goes_from_one_process_to_another():
    refused = pickle.loads(pickle.dumps(Refused([choice(2)], {"K-01": "Upmala"})))
    assert (refused.problems, refused.communities) == ([choice(2)], {"K-01": "Upmala"})


def test_equal_problems_of_several_applications_share_a_row_of_the_table_and_others_do_not():
    assert PROBLEM_COLUMNS[:5] == ("kind", "file", "sheet", "row", "column")
    table = problem_table([choice(2, "K-01"), choice(3, "K-02"), choice(4, "K-02")])
    assert table[["application_id", "row"]].fillna(0).to_numpy().tolist() == [["K-01; K-02", 0]]
    table = problem_table([choice(2, "K-01"), choice(3), choice(4)])
    assert table[["application_id", "row"]].to_numpy().tolist() == [["", 3], ["", 4], ["K-01", 2]]


def test_a_column_that_cannot_be_read_is_one_line_that_shows_its_first_value():
    dates = [Problem("date_unreadable", "d.xlsx", "Darbi", row, "until", value)
             for row, value in enumerate(["rīt", "rīt", "rīt", "parīt"], 2)]  # fmt: skip
    (line,) = describe_all(dates)
    assert "«rīt u.\u00a0c.»" in line
    assert "u.\u00a0c." not in describe_all(dates[:3])[0]


def test_every_column_is_told_by_its_latvian_heading():
    columns = [*APPLICATION, *DERIVED, *MARKS, *(column for sheet in SHEETS.values() for column in sheet)]
    assert [column.name for column in columns if label_column(column.name) == column.name] == []
    assert label_column("clarity") == "Skaidrība"
    assert (label_column("question"), label_column("question", MARKS_SHEET)) == ("Jautājums", "Konkrēts jautājums")
    asked = Problem("choice_unknown", "Ilze.xlsx", MARKS_SHEET, 3, "question", "5")
    assert "Konkrēts jautājums" in describe(asked)
    assert problem_table([asked])["column"].tolist() == ["Konkrēts jautājums"]
    assert problem_table([choice(2)])["column"].tolist() == ["Veids"]


def test_the_table_begins_with_what_matters_most_and_keeps_the_order_of_places():
    rows = [25, 43, 19, 20, 21, 23, 45]
    notes = [Problem("phone_invalid", "p.xlsx", "A", row, "phone", "1") for row in rows]
    blocks = [Problem("municipality_unknown", "p.xlsx", "A", row, "municipality", "x") for row in (9, 30)]
    checks = [choice(row) for row in (8, 50)]
    table = problem_table([*notes, Problem("file_missing", "z.xlsx"), *checks, *blocks])
    assert table["kind"].tolist() == ["refuse", *["block"] * 2, *["check"] * 2, *["note"] * 7]
    assert table["row"].dropna().tolist() == [9, 30, 8, 50, *sorted(rows)]


# Three kinds of message

KINDS_OF = [
    (Problem("freeze_missing"), "selection", "block"),
    (Problem("contract_changed", "programme.toml", value="call.code"), "selection", "block"),
    (Problem("choice_unknown", "d.xlsx", "Lēmumi", 3, "decision"), "selection", "block"),
    (Problem("value_missing", "d.xlsx", "Lēmumi", 3, "who"), "", "check"),
    (Problem("mark_twice", "v.xlsx", "Vērtējumi", 3, "application_id"), "selection", "block"),
    (Problem("municipality_unknown", "p.xlsx", "Atbildes", 3, "municipality"), "selection", "block"),
    (Problem("value_missing", "p.xlsx", "Atbildes", 3, "community"), "selection", "block"),
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


def test_each_kind_of_message_has_its_word():
    assert KINDS == {"refuse": "neder", "block": "kavē", "check": "pārbaudiet", "note": "zināšanai"}


def test_the_table_of_what_blocks_names_only_sheets_and_columns_that_there_are():
    columns = {name: {column.name for column in columns} for name, columns in SHEETS.items()}
    columns |= {MARKS_SHEET: {column.name for column in MARKS}}
    columns |= {"": {column.name for column in (*APPLICATION, *DERIVED)} | {"clarity"}}
    for sheets in BLOCKS.values():
        assert all(set(named) <= columns[sheet] | {""} for sheet, named in sheets.items())
