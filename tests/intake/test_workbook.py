# ruff: noqa: E501 - tables are read line by line
"""The tracking workbook: its sheets, its name, copies of it, and communities named in place of a code."""

import pandas as pd
import pytest
import xlsxwriter
from builders import codes, column, decisions, programme

from mentoring_lib.base.columns import ADDED_SHEETS, MARKS, SHEETS
from mentoring_lib.base.problems import Refused
from mentoring_lib.intake.workbook import check_name, drop_copies, find_codes, read_workbook

LINE = ["K-000001", "atbilst", "", "Iemesls.", "Ilze", "25.08.2023"]
BOOK = "darba_gramata.xlsx"


def save(folder, rows=(), leave=(), also=None, without=()):
    """A workbook with all sheets but some, ``rows`` in "Lēmumi", ``also``: sheets of hers by name."""
    sheets = {name: [[one.label for one in columns if one.label not in without]] for name, columns in SHEETS.items()}
    sheets["Lēmumi"] += rows
    with xlsxwriter.Workbook(str(folder / BOOK)) as book:
        for name, lines in ({name: sheets[name] for name in sheets if name not in leave} | (also or {})).items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)


def test_without_a_workbook_its_sheets_are_empty(tmp_path):
    sheets, problems, letters = read_workbook(tmp_path, programme())
    assert list(sheets) == list(SHEETS)
    assert {len(table) for table in sheets.values()} == {0}
    assert (problems, letters) == ([], {})


def test_a_cell_that_cannot_be_read_a_column_of_hers_and_a_copied_sheet_are_told(tmp_path):
    heads = [one.label for one in SHEETS["Lēmumi"]]
    lines = [LINE, [*LINE[:5], "kaut kad"]]
    save(tmp_path, lines, also={"Lēmumi (2)": [heads, LINE], "Manas": [["Kas", "Kad"], ["a", "b"]]})
    sheets, problems, letters = read_workbook(tmp_path, programme())
    assert sheets["Lēmumi"]["application_id"].tolist() == ["K-000001"] * 2
    assert sheets["Lēmumi"]["decision"].tolist() == ["eligible"] * 2
    assert [(p.code, p.sheet, p.row, p.value) for p in problems] == [
        ("date_unreadable", "Lēmumi", 3, "kaut kad"), ("sheet_copy", "Lēmumi (2)", None, "Lēmumi"),
    ]  # fmt: skip
    assert letters[BOOK, "Lēmumi"]["on"] == "F"
    assert len(letters) == len(SHEETS)
    with xlsxwriter.Workbook(str(tmp_path / BOOK)) as book:
        for name, columns in SHEETS.items():
            book.add_worksheet(name).write_row(0, 0, [*(one.label for one in columns), "Manas piezīmes"])
    assert set(codes(read_workbook(tmp_path, programme())[1])) == {"column_own"}


def test_sheets_added_later_may_be_missing_and_others_may_not(tmp_path):
    save(tmp_path, [LINE], leave=ADDED_SHEETS)
    sheets, problems, _ = read_workbook(tmp_path, programme())
    assert [(p.code, p.value) for p in problems] == [
        ("sheets_added", ", ".join(name for name in SHEETS if name in ADDED_SHEETS))
    ]
    assert len(sheets["Lēmumi"]) == 1
    assert all(len(sheets[name]) == 0 for name in ADDED_SHEETS)
    save(tmp_path, leave={"Tēmas", "Darbi"})
    with pytest.raises(Refused) as refused:
        read_workbook(tmp_path, programme())
    assert [(p.code, p.value) for p in refused.value.problems] == [
        ("sheet_missing", "Tēmas"),
        ("sheet_missing", "Darbi"),
    ]


def test_columns_added_later_may_be_missing_unless_a_heading_is_unknown(tmp_path):
    save(tmp_path, without={"Rezultāts"})
    assert read_workbook(tmp_path, programme())[1] == []
    save(tmp_path, without={"Rezultāts", "Līdz"})
    with pytest.raises(Refused) as refused:
        read_workbook(tmp_path, programme())
    assert {p.code for p in refused.value.problems} == {"column_gone"}
    with xlsxwriter.Workbook(str(tmp_path / BOOK)) as book:
        for name, columns in SHEETS.items():
            heads = [{"Rezultāts": "Kas iznāca"}.get(one.label, one.label) for one in columns]
            book.add_worksheet(name).write_row(0, 0, heads)
    with pytest.raises(Refused) as refused:
        read_workbook(tmp_path, programme())
    assert [(p.code, p.sheet, p.value) for p in refused.value.problems] == [("column_gone", "Darbi", "Rezultāts")]


@pytest.mark.parametrize(
    ("names", "copies", "renamed"),
    [
        ([], [], []), ([BOOK, "programma.xlsx", "veidlapa.xlsx"], [], []), (["programma.xlsx", "veidlapa.xlsx"], [], []),
        ([BOOK, "darba_gramata (1).xlsx", "Darba grāmata.ods"], ["Darba grāmata.ods", "darba_gramata (1).xlsx"], []),
        ([BOOK, "darba_gramata.docx", "~$darba_gramata.xlsx"], [], []), (["grāmata.XLS", "b.xlsm"], [], ["b.xlsm", "grāmata.XLS"]),
    ],
)  # fmt: skip
def test_a_workbook_is_known_by_its_name(tmp_path, names, copies, renamed):
    for name in names:
        (tmp_path / name).touch()
    if renamed:
        with pytest.raises(Refused) as refused:
            check_name(tmp_path)
        assert [(p.code, p.file, p.value) for p in refused.value.problems] == [
            ("workbook_renamed", name, BOOK) for name in renamed
        ]
    else:
        assert [(p.code, p.file, p.value) for p in check_name(tmp_path)] == [
            ("workbook_copy", name, BOOK) for name in copies
        ]


def test_a_table_that_lies_in_no_folder_is_told_as_unread(tmp_path):
    for name in (
        BOOK,
        "theme_lexicon.csv",
        "Atbildes.xlsx",
        "programma (1).xlsx",
        "Forma.csv",
        "līgums.pdf",
        "logo.png",
    ):
        (tmp_path / name).touch()
    assert [(p.code, p.file) for p in check_name(tmp_path)] == [
        ("file_unread", name) for name in ("Atbildes.xlsx", "Forma.csv", "programma (1).xlsx")
    ]


def test_a_community_named_in_place_of_a_code_is_its_application_where_there_is_one():
    known = pd.DataFrame(
        {"application_id": ["K-000001", "K-000002", "K-000003"], "community": ["Viena", "Divas", "divas!"]}
    )
    lines = ["viena eligible", "k-000002 eligible", "Divas eligible", "Trīs eligible", "K-000003 duplicate_of Viena",
             "K-000003 not_duplicate Divas", "K-000003 other Viena", "'K-000001 · Divas' eligible",
             "'K-000002 · DIVAS' eligible", "'K-000002 Kas cits' eligible"]  # fmt: skip
    table, problems = find_codes(decisions(*lines), known)
    assert column(table, "application_id") == column(table.assign(application_id=[
        "K-000001", "K-000002", None, "Trīs", "K-000003", "K-000003", "K-000003", None, "K-000002", "K-000002"]),
        "application_id")  # fmt: skip
    assert table["value"].fillna("").tolist() == ["", "", "", "", "K-000001", "", "Viena", "", "", ""]
    assert [(p.code, p.column, p.value, p.details) for p in problems] == [
        ("code_read", "application_id", "k-000002", "K-000002"),
        ("community_unclear", "application_id", "Divas", "K-000002, K-000003"),
        ("code_other", "application_id", "K-000001 · Divas", "K-000002, K-000003"),
        ("code_read", "application_id", "K-000002 Kas cits", "K-000002"),
        ("community_unclear", "value", "Divas", "K-000002, K-000003"),
    ]
    assert [str(table[name].dtype) for name in ("application_id", "value")] == ["str", "str"]
    assert str(find_codes(decisions(), known).table["application_id"].dtype) == "str"
    table, problems = find_codes(decisions("viena eligible").drop(columns="decision"), known)
    assert (table["application_id"].tolist(), problems) == (["K-000001"], [])


def marked(**files):
    """Raw marks: in each file one row a letter, the row's number beside it."""
    rows = [
        {"file": name, "sheet": "", "row": 2, **{one.name: letter for one in MARKS}}
        for name in files
        for letter in files[name]
    ]
    return pd.DataFrame(rows, columns=["file", "sheet", "row", *(one.name for one in MARKS)])


@pytest.mark.parametrize(
    ("files", "copies"),
    [
        ({"a": "xy", "b": "xy"}, [("b", "a")]), ({"a": "xy", "b": "y"}, [("b", "a")]), ({"a": "x", "b": "xy"}, []),
        ({"a": "xy", "b": "xy", "c": "xy"}, [("b", "a"), ("c", "a")]), ({"a": "xy", "b": "yz"}, []), ({}, []),
        ({"a": "xyz", "b": "xy", "c": "x"}, [("b", "a"), ("c", "a")]), ({"b": "x", "a": "x"}, [("a", "b")]),
    ],
)  # fmt: skip
def test_a_file_whose_rows_an_earlier_one_holds_does_not_count(files, copies):
    kept, problems = drop_copies(marked(**files))
    assert [(p.code, p.file, p.details) for p in problems] == [("file_copy", *pair) for pair in copies]
    assert kept["file"].tolist() == [name for name in files for _ in files[name] if name not in dict(copies)]
    assert kept.index.tolist() == [*range(len(kept))]
