# ruff: noqa: E501 - tables are read line by line
"""What the bytes of a file tell: its kind, dangers, cells without a value; each bound from both sides."""

import io
import zipfile

import pytest

from mentoring_lib.base.problems import Refused
from mentoring_lib.intake import file_safety
from mentoring_lib.intake.file_safety import (
    check_extent,
    check_repeats,
    check_size,
    inspect,
    name_column,
    show_errors,
)
from mentoring_lib.intake.file_safety import number_column as number


def packed(**members):
    """A zip of members by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, content in members.items():
            whole.writestr(name, content)
    return out.getvalue()


def cause(content, name="a.xlsx"):
    """The word in the list of causes by which something is refused; "" if it is let through."""
    try:
        inspect(content, name)
    except Refused as refused:
        said = refused.problems[0].details
        return next(
            word for word, text in file_safety.WORDS["causes"].items() if said.startswith(text.partition("{")[0])
        )
    return ""


OLD = b"\xd0\xcf\x11\xe0"


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b" \x00\r\n", "a.csv", "empty"), (b"%PDF-1.7", "a.xlsx", "pdf"), (b"x %PDF", "a.csv", ""),
        (b"version https://git-lfs.github.com/spec/v1", "a.xlsx", "pointer"),
        (b"oid version https://git-lfs", "a.csv", ""), (b"a;b", "~$a.xlsx", "lock"), (b"a;b", ".~lock.a.xlsx#", "lock"),
        (b"[InternetShortcut]\nURL=x", "a.url", "shortcut"), (b'{"doc": "docs.google.com"}', "a.gsheet", "shortcut"),
        (b'<?xml?><Workbook xmlns="urn:schemas-microsoft-com">', "a.xml", "xml"), (b"<a;b\n1;2", "a.csv", ""),
        (b" <!DOCTYPE html><p>", "a.xls", "html"), (b"\xef\xbb\xbf<html>", "a.xls", "html"), (b"a;<html>", "a.csv", ""),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "password"), (OLD + b"x", "a.xls", ""),
        (OLD + b"\x09\x08\x10\x00" + b"x" * 16 + b"\x2f\x00", "a.xls", "password"),
        (OLD + b"\x09\x08\x10\x00" + b"x" * 16 + b"\x86\x00\x00\x00\x2f\x00", "a.xls", "password"),
        (b"PK\x03\x04", "a.xlsx", "damaged"), (packed(**{"xl/workbook.bin": b"x"}), "a.xlsb", "packed_binary"),
        (packed(**{"Index/Document.iwa": b"x"}), "a.numbers", "numbers"), (packed(mimetype=b"x"), "a.odt", "document"),
        (packed(a=b"a;b", b=b"c;d"), "a.zip", "several"), (packed(**{"a/": b""}), "a.zip", "empty"),
        (packed(a=b"a;b", **{"__MACOSX/a.csv": b"x"}), "a.zip", ""), (packed(a=b"PKx"), "a.zip", "document"),
        (packed(**{"xl/workbook.xml": b"<!ENTITY x>"}), "a.xlsx", "entities"),
        (packed(mimetype=b"x", **{"content.xml": b"<a>"}), "a.ods", "damaged"), (packed(mimetype=b"x", **{"content.xml": b"<a/>"}), "a.ods", ""),
        (packed(mimetype=b"x", **{"content.xml": b"<a/>", "META-INF/manifest.xml": b"<encryption-data/>"}), "a.ods", "password"),
        ("ā;b\n".encode("utf-16"), "a.csv", ""), (b"a\0" * 40, "a.csv", ""), (bytes(range(1, 9)) * 20, "a.csv", "noise"),
        (b"\x01" * 18 + b"a" * 30, "a.csv", "noise"), (b"\x01" * 17 + b"a" * 31, "a.csv", ""), (b"\x01" * 9 + b"\xe2" * 40, "a.csv", "noise"),
        (b"\x01" * 8 + b"\xe2" * 41, "a.csv", ""), (b"\0" * 18 + b"a" * 62, "a.csv", ""), (b"\0" * 25 + b"a" * 55, "a.csv", ""),
    ],
)  # fmt: skip
def test_what_a_file_is_refused_for(content, name, why):
    assert cause(content, name) == why


def test_too_much_unpacked_is_refused_whether_much_or_much_for_its_size(monkeypatch):
    book = packed(**{"xl/workbook.xml": b"x" * 9_000, "xl/a.xml": b"y" * 9_000})
    assert cause(book) == ""
    monkeypatch.setattr(file_safety, "SMALL", 17_999)
    assert cause(book) == ""
    monkeypatch.setattr(file_safety, "MAX_RATIO", 17_999 / len(book))
    assert cause(book) == "huge"
    monkeypatch.setattr(file_safety, "SMALL", 18_000)
    assert cause(book) == ""
    monkeypatch.setattr(file_safety, "MAX_BYTES", 17_999)
    assert cause(book) == "huge"
    monkeypatch.undo()
    monkeypatch.setattr(file_safety, "MAX_MEMBERS", 1)
    assert cause(book) == "huge"


UNSOLVED = b't="str"><v>#FORMULA!</v></c>'


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        (b'<c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v></c>', b'<c r="B3" t="str"><f>1/0</f><v>#DIV/0!</v></c>'),
        (b"<c r='B3' t='e'><v>#REF!</v></c>", b"<c r='B3' t='str'><v>#REF!</v></c>"), (b'<c r="B3" t="n"><v>1</v></c>', b""),
        (b'<c r="AA10" s="2"><f>A1</f></c>', b'<c r="AA10" ' + UNSOLVED), (b'<c r="A1"><f>A2</f><v>1</v></c>', b""),
        (b'<x:sheet/><x:c r="B3" t="e"><x:v>#REF!</x:v></x:c>', b'<x:sheet/><x:c r="B3" t="str"><x:v>#REF!</x:v></x:c>'),
        (b'<c r="A1" t="str"><f>A2</f></c>', b""), (b"<c r='B3'><f>A1</f></c>", b"<c r='B3' " + UNSOLVED),
        (b'<x:sheet/><x:c r="B3"><x:f>A1</x:f></x:c>', b'<x:sheet/><x:c r="B3" t="str"><x:v>#FORMULA!</x:v></x:c>'),
    ],
)  # fmt: skip
def test_a_cell_with_an_error_or_a_formula_not_worked_out_becomes_a_text(cells, shown):
    assert show_errors(cells) == (shown or cells)


def test_where_no_formula_may_stand_each_is_told():
    cells = b'<c r="A1" t="e"><f>A2</f><v>#REF!</v></c><c r="A2"><v>1</v></c>'
    assert show_errors(cells, formulas=True) == b'<c r="A1" ' + UNSOLVED + b'<c r="A2"><v>1</v></c>'


def row(cells=b"", repeated=b""):
    return (
        b"<table:table-row"
        + (b' table:number-rows-repeated="%s"' % repeated if repeated else b"")
        + b">"
        + cells
        + b"</table:table-row>"
    )


def cell(repeated=b"1"):
    return b'<table:table-cell table:number-columns-repeated="%s" office:value-type="float"/>' % repeated


EMPTY = b'<table:table-cell table:number-columns-repeated="1024"/>'


@pytest.mark.parametrize(
    ("content", "far"),
    [
        (row(EMPTY, b"1048576"), ""), (row(cell(b"999")), ""), (row(cell(b"1000")), "atkārtota 1000 reizes"),
        (row(cell()) + row(cell(b"1000")), "atkārtota 1000 reizes"), (row(cell(), b"999"), ""),
        (row(cell(), b"1000"), "atkārtota 1000 reizes"), (row(cell(b"999") + EMPTY, b"2"), ""), (row(cell(b"2")) * 5, ""),
        (row(cell(b"2")) * 6, "atkārtojumi aizpilda 18 šūnas"), (row(cell(b"2"), b"5"), ""),
        (row(cell(b"2"), b"6"), "atkārtojumi aizpilda 18 šūnas"), (row(b"<office:value-type/>") * 20, ""),
    ],
)  # fmt: skip
def test_a_filled_cell_or_row_may_be_repeated_less_than_a_thousand_times(content, far, monkeypatch):
    monkeypatch.setattr(file_safety, "MAX_CELLS", 2_000 if b"999" in content else 17)
    if not far:
        check_repeats(content, "a.ods")
    else:
        with pytest.raises(Refused, match=far):
            check_repeats(content, "a.ods")


@pytest.mark.parametrize(
    ("sheet", "far"),
    [
        (b'<c r="A1"><v>1</v></c><c r="C4"><v>1</v></c>', ""), (b'<c r="AB200001"><v>1</v></c>', "AB200001"),
        (b'<x:c r="AB200001"><x:v>1</x:v></x:c>', "AB200001"), (b'<c r="AB200001" s="1"/><c r="A1"><v>1</v></c>', ""),
        (b'<c r="AA200001"><v>1</v></c><c r="ZZ1"><v>1</v></c>', "AA200001"), (b'<c r="AZ100000"><v>1</v></c>', ""),
        (b'<c r="AZ100001"><v>1</v></c>', "AZ100001"), (b"<row><c><v>1</v></c></row>", ""),
        (b'<row r="2600000"><c><v>1</v></c><c/></row>', ""), (b'<row r="2600001"><c><v>1</v></c><c/></row>', "2600001. rinda, 2. kolonna"),
        (b'<row r="1"><c/></row><row r="1733334"><c/><c/><c/></row>', "1733334. rinda, 3. kolonna"),
    ],
)  # fmt: skip
def test_filled_cells_may_span_no_more_than_a_reader_can_hold(sheet, far):
    if not far:
        check_extent(sheet, "a.xlsx")
    else:
        with pytest.raises(Refused, match=far):
            check_extent(sheet, "a.xlsx")


def test_a_text_has_no_more_columns_than_a_spreadsheet_and_not_too_many_cells():
    check_size(1, 16_384, "a.csv")
    check_size(20_000_000, 2, "a.csv")
    for rows, columns in ((1, 16_385), (20_000_001, 2)):
        with pytest.raises(Refused, match=rf"{rows}\. rinda, {columns}\. kolonna"):
            check_size(rows, columns, "a.csv")


@pytest.mark.parametrize(
    ("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_have_letters(index, letters):
    assert name_column(index) == letters
    assert number(letters.lower()) == index + 1
