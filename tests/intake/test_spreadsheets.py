"""Cells of a spreadsheet as they stand: errors where they are shown, merged rows, hidden sheets."""

import io
import zipfile

import pandas as pd
import pytest
import xlsxwriter

from mentoring_lib.intake.file_safety import inspect
from mentoring_lib.intake.spreadsheets import (
    _place_old_errors,
    _write_errors,
    cut_columns,
    take_sheets,
)

OLD_SHEET = b"\x09\x08\x10\x00\x00\x06\x10\x00"


def book(fill, *names):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as whole:
        fill(whole, *(whole.add_worksheet(name) for name in names))
    return out.getvalue()


def take(content, name="a.xlsx"):
    return take_sheets(inspect(content, name).content)


def test_hidden_sheets_merged_rows_and_charts():
    def fill(whole, one, two, three):
        one.merge_range("A2:B4", "x")
        one.merge_range("A5:B5", "side")
        one.write("C5", "y")
        two.hide()
        three.very_hidden()
        chart = whole.add_chart({"type": "bar"})
        chart.add_series({"values": "=A!$C$5:$C$5"})
        whole.add_chartsheet("Attēls").set_chart(chart)

    sheets = take(book(fill, "A", "B", "C"))
    assert [(name, hidden, merged) for name, _, hidden, merged in sheets] == [
        ("A", False, {3, 4}), ("B", True, set()), ("C", True, set()),
    ]  # fmt: skip
    assert sheets[0][1] == [["", "x", "", "", "side"], ["", "", "", "", ""], ["", "", "", "", "y"]]


def test_rows_merged_below_the_last_filled_one_are_none():
    assert take(book(lambda _, one: (one.write("A1", "x"), one.merge_range("B1:B3", "")), "A"))[0][3] <= {2, 3}


def test_an_error_stands_in_its_cell_on_its_sheet():
    def fill(_, one, two):
        one.write_row("A1", ["a", "b"])
        one.write_formula("B3", "=1/0", value="#DIV/0!")
        two.write("A1", 5.0)

    sheets = {name: columns for name, columns, *_ in take(book(fill, "A", "B"))}
    assert sheets == {"A": [["a", "", ""], ["b", "", "#DIV/0!"]], "B": [[5.0]]}


def test_an_ods_knows_no_merged_rows(tmp_path):
    pd.DataFrame({"a": ["b"]}).to_excel(tmp_path / "p.ods", engine="odf", index=False, sheet_name="L")
    assert take((tmp_path / "p.ods").read_bytes(), "p.ods") == [("L", [["a", "b"]], False, frozenset())]


def packed(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as whole:
        for name, content in members.items():
            whole.writestr(name.replace("_", "."), content)
    return out.getvalue()


def test_an_error_in_an_ods_reads_as_it_is_shown():
    cell = b'<a office:value-type="string"%s><p>#REF!</p></a>'
    error = packed(mimetype=b"x", content_xml=cell % b' office:string-value="" calcext:value-type="error"')
    with zipfile.ZipFile(io.BytesIO(inspect(error, "p.ods").content)) as whole:
        assert {name: whole.read(name) for name in whole.namelist()} == {"mimetype": b"x", "content.xml": cell % b""}
    same = packed(mimetype=b"x", content_xml=cell % b"")
    assert inspect(same, "p.ods").content == same


@pytest.mark.parametrize(
    ("rows", "columns"), [([], []), ([[]], []), ([[1, 2], [3, 4], [5, 6]], [[1, 3, 5], [2, 4, 6]])]
)
def test_columns_are_cut_from_rows(rows, columns):
    assert cut_columns(rows) == columns


ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def test_errors_of_an_old_workbook_are_found_by_their_sheet_and_code():
    def error(row, column, code):
        place = row.to_bytes(2, "little") + column.to_bytes(2, "little") + b"\x00\x00"
        return b"\x05\x02\x08\x00" + place + bytes([code]) + b"\x01"

    cells = b"".join(error(row, 27, code) for row, code in enumerate(ERRORS))
    content = b"\xd0\xcf".ljust(512, b"\0") + OLD_SHEET + cells + OLD_SHEET + error(300, 0, 7)
    assert _place_old_errors(content, ["A", "B"]) == {
        "A": [(27, row, text) for row, text in enumerate(ERRORS.values())],
        "B": [(0, 300, "#DIV/0!")],
    }
    assert _place_old_errors(content, ["A"]) == {"A": []}
    assert _place_old_errors(content[1:], ["A", "B"]) == {"A": [], "B": []}
    assert _place_old_errors(content[:512], []) == {}


def test_an_error_beyond_the_last_filled_cell_makes_a_sheet_larger():
    for columns, grown in (([], [["", ""], ["", "x"]]), ([["a"]], [["a", ""], ["", "x"]])):
        _write_errors(columns, [(1, 1, "x")])
        assert columns == grown
