# ruff: noqa: E501 - tables are read line by line
"""Files to raw tables: the same answers give the same table in any format, and nothing gets lost."""

import csv
import io
import unicodedata
from datetime import date, datetime
from itertools import zip_longest

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mentoring_lib.base.columns import APPLICATION, SHEETS
from mentoring_lib.base.problems import Refused
from mentoring_lib.intake.loading import (
    Sheet,
    find_folders,
    find_headings,
    hash_files,
    join_rows,
    list_files,
    read_all,
    read_lexicon,
    read_sheets,
    read_starting_points,
    read_table,
)

HEAD = ["Laika zīmogs", "E-pasta adrese", "Kopienas nosaukums", "Novads", "Aprakstiet savu jautājumu"]
ROW = ["2023-08-01 10:00:00", "a@example.org", "Pulks", "Mārupes novads", "Kā?"]
NAMES = ["submitted_at", "email", "community", "municipality", "question"]


def sheet_of(file, name, rows):
    return Sheet(file, name, list(zip_longest(*rows, fillvalue="")))


def table(*rows, head=HEAD):
    return read_table(sheet_of("p.csv", "", [head, *rows]), APPLICATION)


def write_csv(path, rows, *, delimiter=",", encoding="utf-8", end="\r\n"):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_xlsx(path, rows, name="Sheet1"):
    with xlsxwriter.Workbook(
        str(path), {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet(name)
        dates = book.add_format({"num_format": "dd.mm.yyyy hh:mm:ss"})
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(r, c, cell, dates)
                else:
                    sheet.write(r, c, cell)
    return path


def visible(text):
    """What is left of a text without the signs that nobody sees; written apart from the library."""
    categories = {sign: unicodedata.category(sign) for sign in text}
    gone = {
        sign
        for sign, kind in categories.items()
        if kind == "Cc" and sign not in "\t\n\r\x85" and not "\x80" <= sign <= "\x9f"
    }
    hidden = "\u00ad\ufeff" + "".join(
        map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A)))
    )
    return "".join((" " if sign.isspace() else "") if sign in gone else sign for sign in text if sign not in hidden)


@pytest.mark.parametrize(
    ("delimiter", "encoding", "end", "suffix"),
    [
        (",", "utf-8", "\r\n", ".csv"),
        (";", "utf-8-sig", "\n", ".csv"),
        ("\t", "utf-16", "\r\n", ".tsv"),
        (";", "cp1257", "\r\n", ".csv"),
        ("\t", "utf-8", "\n", ".txt"),
    ],
)
def test_every_flavour_of_text_file_gives_the_same_table(tmp_path, delimiter, encoding, end, suffix):
    rows = [HEAD, ROW, [*ROW[:4], 'Divas\nrindas; ar, komatu un "pēdiņām"']]
    path = write_csv(tmp_path / f"p{suffix}", rows, delimiter=delimiter, encoding=encoding, end=end)
    found = read_all([path], APPLICATION).table
    assert found[NAMES].to_numpy().tolist() == rows[1:]


def test_a_spreadsheet_gives_the_same_table_as_a_text_file(tmp_path):
    from_csv = read_all([write_csv(tmp_path / "p.csv", [HEAD, ROW])], APPLICATION).table
    dated = [datetime(2023, 8, 1, 10), *ROW[1:]]
    from_xlsx = read_all([write_xlsx(tmp_path / "p.xlsx", [HEAD, dated])], APPLICATION).table
    assert from_csv[NAMES].to_numpy().tolist() == from_xlsx[NAMES].to_numpy().tolist()


def test_the_last_second_before_midnight_survives_a_date_cell(tmp_path):
    path = write_xlsx(tmp_path / "p.xlsx", [HEAD, [datetime(2023, 8, 21, 23, 59, 59), *ROW[1:]]])
    assert read_all([path], APPLICATION).table["submitted_at"].tolist() == ["2023-08-21 23:59:59"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (2022.0, "2022"),
        (1.5, "1.5"),
        (True, "True"),
        (datetime(2023, 8, 1, 10, 0, 0, 999999), "2023-08-01 10:00:01"),
        (date(2023, 8, 1), "2023-08-01"),
    ],
)
def test_a_cell_that_is_not_text_reads_like_its_text(cell, text):
    assert table([*ROW[:4], cell]).table["question"].tolist() == [text]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=1, max_size=5))
def test_any_text_in_a_cell_survives_a_csv(tmp_path, texts):
    path = write_csv(tmp_path / "p.csv", [HEAD, *([*ROW[:4], text] for text in texts)])
    assert read_all([path], APPLICATION).table["question"].tolist() == [visible(text) for text in texts]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30),
        min_size=1,
        max_size=5,
    )
)
def test_any_text_in_a_cell_survives_a_spreadsheet(tmp_path, texts):
    path = write_xlsx(tmp_path / "p.xlsx", [HEAD, *([*ROW[:4], text] for text in texts)])
    assert read_all([path], APPLICATION).table["question"].tolist() == [visible(text) for text in texts]


@pytest.mark.parametrize("text", ["NA", "NULL", "nan", "=1+1", "007", "+371 20000011", "1e5", "TRUE", "-"])
def test_words_that_look_like_something_else_stay_as_written(tmp_path, text):
    assert read_all([write_csv(tmp_path / "p.csv", [HEAD, [*ROW[:4], text]])], APPLICATION).table[
        "question"
    ].tolist() == [text]


def test_columns_are_found_in_any_order_and_rows_know_their_number():
    found, problems, _ = table(ROW[::-1], [], ["", " ", "", "", ""], ROW[::-1], head=HEAD[::-1])
    assert found["email"].tolist() == ["a@example.org"] * 2
    assert found["row"].tolist() == [2, 5]
    assert problems == []


@pytest.mark.parametrize("heading", ["NOVADS", " novads: ", "No\u00advads", "municipality", "N\u014dvads"])
def test_a_heading_matches_whatever_its_case_accents_and_punctuation(heading):
    assert table(ROW, head=[*HEAD[:3], heading, HEAD[4]]).table["municipality"].tolist() == ["Mārupes novads"]


def test_headings_may_stand_below_a_title():
    found = read_table(sheet_of("p.xlsx", "A", [["Pieteikumi 2023"], [], HEAD, ROW]), APPLICATION).table
    assert found["row"].tolist() == [4]


def test_a_text_file_may_open_with_a_title(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("Pieteikumi 2023\n" + ";".join(HEAD) + "\n" + ";".join(ROW) + "\n", encoding="utf-8")
    assert read_all([path], APPLICATION).table["row"].tolist() == [3]


def test_a_heading_from_the_programme_file_is_accepted():
    sheet = sheet_of("p.csv", "", [[*HEAD[:3], "Kurā pusē dzīvojat?", HEAD[4]], ROW])
    assert read_table(sheet, APPLICATION, {"municipality": ["Kurā pusē dzīvojat?"]}).table["municipality"].tolist() == [
        "Mārupes novads"
    ]


def test_columns_in_are_columns_read_plus_columns_listed():
    _, problems, _ = table([*ROW, "x", "y", "z"], head=[*HEAD, "Mīļākā krāsa", "Novads", ""])
    assert [(p.code, p.value, p.row) for p in problems] == [
        ("column_unknown", "Mīļākā krāsa", 1),
        ("column_unnamed", "8", 1),
        ("column_twice", "Mārupes novads / y", 2),
    ]


def test_a_doubled_column_is_read_from_the_first():
    assert table([*ROW, "Rīga"], head=[*HEAD, "Novads"]).table["municipality"].tolist() == ["Mārupes novads"]


def test_a_missing_required_column_is_named():
    with pytest.raises(Refused, match="trūkst kolonnas «Iesniegts»"):
        table(ROW[1:], head=HEAD[1:])


def test_a_short_row_is_filled_up_with_empty_cells():
    assert table(ROW[:2]).table[NAMES].to_numpy().tolist() == [[*ROW[:2], "", "", ""]]


def test_headings_without_rows_are_an_empty_table():
    found, problems, _ = table()
    assert len(found) == 0
    assert {*NAMES, "file", "sheet", "row"} <= set(found)
    assert problems == []


def test_no_files_are_an_empty_table():
    assert len(read_all([], SHEETS["Notikumi"]).table) == 0


def test_files_are_read_one_under_the_other(tmp_path):
    paths = [write_csv(tmp_path / "a.csv", [HEAD, ROW]), write_xlsx(tmp_path / "b.xlsx", [HEAD, ROW, ROW])]
    found = read_all(paths, APPLICATION).table
    assert found[["file", "row"]].to_numpy().tolist() == [["a.csv", 2], ["b.xlsx", 2], ["b.xlsx", 3]]


def test_the_sheet_that_has_the_headings_is_found(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "p.xlsx")) as book:
        book.add_worksheet("Piezīmes").write_row(0, 0, ["Sveiki"])
        sheet = book.add_worksheet("Atbildes")
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ROW)
    assert read_all([tmp_path / "p.xlsx"], APPLICATION).table["sheet"].tolist() == ["Atbildes"]


def test_a_sheet_of_the_workbook_that_was_removed_is_named(tmp_path):
    path = write_xlsx(tmp_path / "darba_gramata.xlsx", [["Pieteikums", "Tēma", "Kas apstiprināja", "Kad"]], "Tēmas")
    with pytest.raises(Refused, match=r"darba_gramata\.xlsx nav lapas «Notikumi»"):
        read_all([path], SHEETS["Notikumi"], sheet_name="Notikumi")


@pytest.mark.parametrize("content", [b"Sveiki,pasaule\n1,2\n", b"Sveiki\n\n"])
def test_a_file_without_the_headings_is_refused_with_an_example_of_them(tmp_path, content):
    (tmp_path / "p.csv").write_bytes(content)
    with pytest.raises(
        Refused, match=r"nav atrasta tabula.*piemēram: Laika zīmogs, E-pasta adrese, Kopienas nosaukums"
    ):
        read_all([tmp_path / "p.csv"], APPLICATION)


@pytest.mark.parametrize("name", ["p.xlsx", "p.xls", "p.ods", "p.xlsb"])
@pytest.mark.parametrize("content", [b"", b"this is not a spreadsheet", b"PK\x03\x04 broken"])
def test_a_broken_spreadsheet_is_refused_by_name(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refused, match=rf"{name} (datni nevar nolasīt|nav atrasta tabula)"):
        read_all([tmp_path / name], APPLICATION)


def test_an_unknown_kind_of_file_is_refused_by_what_it_is(tmp_path):
    (tmp_path / "p.pdf").write_bytes(b"%PDF")
    with pytest.raises(Refused, match=r"p\.pdf datni nevar nolasīt \(tas ir PDF dokuments\)"):
        read_sheets(tmp_path / "p.pdf")


def test_every_unusable_file_is_named_at_once(tmp_path):
    paths = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for path in paths:
        path.write_bytes(b"broken")
    with pytest.raises(Refused) as caught:
        read_all(paths, APPLICATION)
    assert [problem.file for problem in caught.value.problems] == ["a.xlsx", "b.xlsx"]


def test_hidden_files_and_locks_are_not_a_persons_files(tmp_path):
    for name in ("b.csv", "a.xlsx", "~$a.xlsx", ".DS_Store", ".~lock.a.xlsx#"):
        (tmp_path / name).touch()
    (tmp_path / "folder.csv").mkdir()
    assert [path.name for path in list_files(tmp_path)] == ["a.xlsx", "b.csv"]
    assert list_files(tmp_path / "nothing") == []


def test_files_of_one_name_in_two_folders_both_count_in_the_hashes(tmp_path):
    paths = [tmp_path / "pieteikumi" / "a.xlsx", tmp_path / "vertejumi" / "a.xlsx"]
    for path in paths:
        path.parent.mkdir()
        path.write_text(path.parent.name)
    assert list(hash_files(tmp_path, paths)) == ["pieteikumi/a.xlsx", "vertejumi/a.xlsx"]


@pytest.mark.parametrize(
    ("upper", "lower", "joined"),
    [
        (["Pieteikumi", "", ""], ["Kopiena", "Novads", "E-pasts"], None),
        (["Kopiena", "Kontakti", ""], ["", "Vārds", "Tālrunis"], ["Kopiena", "Kontakti [Vārds]", "Kontakti [Tālrunis]"]),
        (["Kopiena", "Kontakti", ""], ["Response", "Kopiena", "E-pasts"], ["Kopiena", "Kopiena", "E-pasts"]),
        (["Kopiena", "Novads", ""], ["", "Kopiena", "E-pasts"], ["Kopiena", "Novads [Kopiena]", "Novads [E-pasts]"]),
        (["Novads", "Kontakti", "", "", ""], ["", "A", "B", " ", "C"], ["Novads", "Kontakti [A]", "Kontakti [B]", "Kontakti", "Kontakti [C]"]),
        (["Kopiena", "Novads"], ["Atbilde", ""], None), (["Kopiena", "Novads"], ["Pulks", "Mārupe"], None),
        (["Kopiena", "Kontakti", ""], ["", "Vārds", 5.0], None), (["", "Kontakti", ""], ["", "Vārds", "E-pasts"], None),
        (["Kontakti", "", "Novads"], ["Vārds", "E-pasts", "Pulks"], None),
        (["Kontakti", "", "Novads"], ["Vārds", "E-pasts", "Response"], ["Kontakti [Vārds]", "E-pasts", "Novads"]),
    ],
)  # fmt: skip
def test_headings_of_two_rows_are_one_where_the_lower_tells_apart_what_stands_under_one(upper, lower, joined):
    assert join_rows(upper, lower, {"kopiena": "community", "novads": "municipality", "e pasts": "email"}) == joined


def test_a_heading_that_is_not_to_be_read_has_no_place_and_what_is_read_is_text():
    sheet = sheet_of("p.csv", "L", [[*HEAD, "Lieki"], [*ROW, "x"]])
    found, problems, letters = read_table(sheet, APPLICATION, {"": ["Lieki"]})
    assert problems == []
    assert letters["p.csv", "L"] == dict(zip(NAMES, "ABCDE", strict=True))
    assert {str(found[name].dtype) for name in ("file", "sheet", *NAMES)} == {"str"}


def test_ticked_options_of_a_column_each_are_one_cell_and_other_text_is_kept():
    head = ["Tēmas [Telpas; sēta]", "Tēmas [Nauda]", "Tēmas [Cits]"]
    rows = [["Jā", "Nē", "par upi"], ["", "x", "0"], ["1", "TRUE", ""], ["", "", ""]]
    found = table(*([*ROW, *row] for row in rows), head=[*HEAD, *head]).table
    assert found["themes"].tolist() == ["Telpas; sēta; par upi", "Nauda", "Telpas; sēta; Nauda", ""]


def test_the_visible_sheet_is_read_and_a_hidden_one_with_rows_is_a_question(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "p.xlsx")) as book:
        for name, rows in {"Slēpta": [HEAD, ROW], "Redzama": [HEAD, ["1", *ROW[1:]], ROW], "Tukša": [HEAD]}.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if name == "Slēpta":
                sheet.hide()
            if name == "Redzama":
                sheet.activate()
                sheet.set_first_sheet()
    found, problems, _ = read_all([tmp_path / "p.xlsx"], APPLICATION)
    assert found["sheet"].tolist() == ["Redzama"] * 2
    assert [(p.code, p.sheet, p.details) for p in problems] == [("sheet_other", "Slēpta", "Redzama")]


@pytest.mark.parametrize(
    ("cells", "total"),
    [
        ({"community": "Kopā", "submitted_at": ""}, True), ({"submitted_at": "Kopā: 12"}, True), ({"email": "Kopā"}, True),
        ({"submitted_at": "2023-08-01", "community": "Kopā"}, False), ({"submitted_at": "rīt", "community": "Kopā"}, False),
        ({"community": "Kopā ar draugiem"}, False), ({"community": "Kopā", "email": "12"}, True),
    ],
)  # fmt: skip
def test_a_row_of_totals_holds_little_and_nothing_that_tells_it_from_others(cells, total):
    heads = {one.name: one.label for one in APPLICATION}
    found = table([cells.get(name, "") for name in heads], head=list(heads.values()))
    assert (len(found.table), [p.code for p in found.problems]) == ((0, ["row_total"]) if total else (1, []))


def test_a_theme_without_rows_in_the_lexicon_has_those_that_its_label_gives(tmp_path):
    (tmp_path / "l.csv").write_text(
        'theme,stem,weight,example\nfunding,naud,"2,5",\nxyz,a,1,\nfunding,,1,\nfunding,b,101,\n', "utf-8"
    )
    themes = {"space": "Kā atrast telpas kopienai?", "funding": "Kā atrast naudu?", "other": "Citi jautājumi"}
    found, problems = read_lexicon(tmp_path / "l.csv", themes)
    assert found.to_numpy().tolist() == [
        ["space", "", 1.0, "Kā atrast telpas kopienai?"], ["space", "kopien", 8.0, ""], ["space", "telp", 8.0, ""],
        ["funding", "naud", 2.5, ""], ["other", "", 1.0, "Citi jautājumi"],
    ]  # fmt: skip
    assert [(p.code, p.row, p.value) for p in problems] == [
        ("lexicon_lacks", None, "Kā atrast telpas kopienai?, Citi jautājumi"), ("lexicon_row", 4, ""), ("lexicon_row", 5, ""),
    ]  # fmt: skip


def test_folders_among_files_are_told_and_files_of_the_system_are_not_hers(tmp_path):
    for name in ("b", ".c", "_d"):
        (tmp_path / name).mkdir()
    for name in ("a.csv", "~$a.csv", ".a", "Thumbs.db", "b.csv"):
        (tmp_path / name).touch()
    assert [(p.code, p.file) for p in find_folders(tmp_path)] == [("folder_unread", f"{tmp_path.name}/b")]
    assert [path.name for path in list_files(tmp_path)] == ["a.csv", "b.csv"]
    assert (find_folders(tmp_path / "none"), list_files(tmp_path / "none")) == ([], [])


def test_headings_in_two_rows_are_read_where_they_stand():
    upper = ["Laika zīmogs", "Kopienas nosaukums", "Novads", "Aprakstiet savu jautājumu", "Kontakti", ""]
    sheet = sheet_of(
        "p.xlsx",
        "L",
        [["Anketa"], upper, ["", "", "", "", "E-pasta adrese", "Tālrunis"], [ROW[0], *ROW[2:], ROW[1], "1"]],
    )
    found, problems, letters = read_table(sheet, APPLICATION)
    assert [found[name].tolist() for name in (*NAMES, "phone", "row")] == [[cell] for cell in (*ROW, "1", 4)]
    assert (problems, letters["p.xlsx", "L"]["phone"]) == ([], "F")


@pytest.mark.parametrize(
    ("rows", "row"),
    [([["q"], ["a", "q"]], 1), ([["q"]], None), ([], None), ([["a"], ["a", "b"], ["b", "a"]], 1)],
)  # fmt: skip
def test_of_a_small_table_one_heading_is_enough(rows, row):
    assert find_headings(rows, {"a": "x", "b": "y"}) == row


def test_of_a_large_table_three_headings_are_needed():
    names = dict(zip("abcde", "vwxyz", strict=True))
    assert [find_headings([list(row)], names) for row in ("ab", "abc")] == [None, 0]
    assert [find_headings([list(row)], {one: one for one in "abcd"}) for row in ("ab", "abc")] == [None, 0]
    assert [find_headings([list(row)], {one: one for one in "abc"}) for row in ("a", "ab")] == [None, 0]


def test_a_row_with_a_code_is_no_total():
    heads = [one.label for one in SHEETS["Lēmumi"]]
    for cells, code in ((["K-000001", "", "", "Kopā", "", ""], []), (["", "", "", "Kopā", "", ""], ["row_total"])):
        found = read_table(sheet_of("p.xlsx", "Lēmumi", [heads, cells]), SHEETS["Lēmumi"])
        assert [problem.code for problem in found.problems] == code


@pytest.mark.parametrize(
    ("rows", "code", "details"),
    [
        ([], "table_missing", "Laika zīmogs, E-pasta adrese, Kopienas nosaukums"),
        ([["A", "B"], ["1", "2"]], "table_missing", "Laika zīmogs, E-pasta adrese, Kopienas nosaukums. Datnē ir: «A», «B»"),
        ([[text.encode().decode("cp1257", "replace") for text in ("Pašvaldība", "Tālrunis", "Dzīvesvieta", "Tēmas")]], "table_missing", None),
    ],
)  # fmt: skip
def test_what_is_no_table_of_ours_is_refused_with_its_headings(rows, code, details):
    with pytest.raises(Refused) as refused:
        read_table(sheet_of("p.csv", "", rows), APPLICATION)
    (problem,) = refused.value.problems
    assert problem.code in (code, "encoding_wrong")
    assert details is None or problem.details == details


def test_a_cell_with_an_error_is_a_question_and_empty(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "p.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ROW)
        sheet.write_formula(1, 4, "=1/0", value="#DIV/0!")
    found, problems, _ = read_all([tmp_path / "p.xlsx"], APPLICATION)
    assert [(p.code, p.row, p.column, p.value) for p in problems] == [("cell_error", 2, "question", "#DIV/0!")]
    assert found["question"].tolist() == [""]


def test_starting_points_have_all_their_columns(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("theme,starting_point,source\na,b,c\n", "utf-8")
    assert read_starting_points(path)[["theme", "starting_point", "source"]].to_numpy().tolist() == [["a", "b", "c"]]
    path.write_text("theme,starting_point\na,b\n", "utf-8")
    with pytest.raises(Refused, match="source"):
        read_starting_points(path)
