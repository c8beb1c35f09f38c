# ruff: noqa: E501 - tables are read line by line
"""Memory: a loss is asked about until it is back or answered, a change told with its cell; order is no change."""

import random
from dataclasses import replace

import openpyxl
import pytest

from mentoring_lib.intake.memory import MAX_NAMED, MEMORY, compare, remember

KEY = b"secret"
HEADINGS = ("Pieteikums", "Lēmums", "Vērtība", "Pamatojums", "Kas lēma", "Datums")
BOOK = "darba_gramata.xlsx"


def decisions(count=14):
    return [[f"K-{n:06X}", "atbilst", "", f"Tāpēc, ka {n}", "Ilze", f"{n % 28 + 1:02}.08.2023"] for n in range(count)]


def export(count=20):
    headings = ["Laika zīmogs", "E-pasta adrese", "Kopienas nosaukums", "Novads", "Tālrunis"]
    return [
        headings,
        *[
            [f"2023-08-{n + 1:02} 10:00", f"a{n}@example.org", f"Pulks {n}", "Olaines novads", "jā"]
            for n in range(count)
        ],
    ]


def write(folder, sheets, name=BOOK):
    """Sheets by name: rows from the first on; "Lēmumi" gets its line of help and its headings."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    book.save(folder / name)


def typed(rows, headings=HEADINGS):
    return [["Ko izlēmis cilvēks."], list(headings), *rows]


@pytest.fixture
def folder(tmp_path):
    write(
        tmp_path,
        {"Lēmumi": typed(decisions()), "Laiki": [["Brīvie laiki."], ["Mentors", "No", "Līdz"], ["Maija", "a", "b"]]},
    )
    write(tmp_path, {"Atbildes": export()}, "pieteikumi/p.xlsx")
    return tmp_path


def look(folder, codes=("K-1", "K-2")):
    return remember(folder, codes, {}, KEY)


def find(folder, before, codes=("K-1", "K-2")):
    """What is told and what is asked, in short."""
    told, gone = compare(before, look(folder, codes))
    show = lambda one: (one.code, one.sheet, one.value, one.details)  # noqa: E731
    return [show(one) for one in told], [show(one.problem()) for one in gone]


def test_nothing_is_told_where_nothing_has_changed(folder):
    assert find(folder, look(folder)) == ([], [])


def test_a_record_that_is_gone_is_asked_about_and_a_new_one_is_nothing_to_tell(folder):
    (folder / "izloze").mkdir()
    (folder / "izloze" / "lemums.txt").write_text("2023-08-31")
    before = look(folder)
    (folder / "izloze" / "skaitlis.txt").write_text("1")
    assert find(folder, before) == ([], [])
    (folder / "izloze" / "lemums.txt").unlink()  # no other name of the new one
    assert find(folder, before) == ([], [("gone_record", "", "", "")])
    again = replace(look(folder), gone=tuple(compare(before, look(folder))[1]))
    assert find(folder, again) == ([], [("gone_record", "", "", "")])
    (folder / "izloze" / "lemums.txt").write_text("2023-08-31")
    assert find(folder, again) == ([], [])


def test_a_row_that_is_gone_from_a_sheet_of_two_columns_is_asked_about(folder):
    rows = [["ievads", "Pirmais."], ["secinājumi", "Otrais."]]
    write(folder, {"Pārskata teksti": typed(rows, ("Pārskata daļa", "Teksts"))})
    before = look(folder)
    write(folder, {"Pārskata teksti": typed(rows[1:], ("Pārskata daļa", "Teksts"))})
    assert find(folder, before) == ([], [("gone_rows", "Pārskata teksti", "1 rinda", "3.")])


def test_rows_in_another_order_and_rows_in_between_are_no_change(folder):
    before, rows = look(folder), decisions()
    random.Random(1).shuffle(rows)
    write(folder, {"Laiki": [[], ["Mentors", "No", "Līdz"], [], ["Maija", "a", "b"]], "Lēmumi": typed(rows)})
    assert find(folder, before) == ([], [])


def test_columns_in_another_order_are_no_change_and_a_new_one_is_told(folder):
    before = look(folder)
    order = [3, 0, 5, 1, 4, 2]
    rows = [[row[place] for place in order] + [f"mana {n}"] for n, row in enumerate(decisions())]
    write(folder, {"Lēmumi": typed(rows, [*(HEADINGS[place] for place in order), "Manas piezīmes"]),
                   "Laiki": [["Brīvie laiki."], ["Mentors", "No", "Līdz"], ["Maija", "a", "b"]]})  # fmt: skip
    assert find(folder, before) == ([("memory_new", "", "lapas «Lēmumi» kolonna «Manas piezīmes»", "")], [])


def test_a_row_filled_in_a_new_column_alone_is_told_by_its_column(folder):
    before = look(folder)
    rows = [*([*row, ""] for row in decisions()), ["", "", "", "", "", "", "x"]]
    write(
        folder,
        {
            "Lēmumi": typed(rows, (*HEADINGS, "Mana")),
            "Laiki": [["Brīvie laiki."], ["Mentors", "No", "Līdz"], ["Maija", "a", "b"]],
        },
    )
    assert find(folder, before) == ([("memory_new", "", "lapas «Lēmumi» kolonna «Mana»", "")], [])


def test_the_first_rows_of_an_empty_sheet_are_rows_not_columns(folder):
    days = [["Brīvie laiki."], ["Mentors", "No", "Līdz"]]
    write(folder, {"Lēmumi": typed(decisions()), "Laiki": days})
    before = look(folder)
    write(folder, {"Lēmumi": typed(decisions()), "Laiki": [*days, ["Maija", "a", "b"]]})
    assert find(folder, before) == ([("memory_rows", "Laiki", "1 rinda", "3.")], [])


def change(folder, edit):
    rows = decisions()
    edited = edit(rows)
    rows = rows if edited is None else edited
    write(folder, {"Lēmumi": typed(rows), "Laiki": [["Brīvie laiki."], ["Mentors", "No", "Līdz"], ["Maija", "a", "b"]]})


@pytest.mark.parametrize(
    ("edit", "told", "gone"),
    [
        (lambda rows: rows[3].__setitem__(1, "neatbilst"), [("memory_changed", "Lēmumi", "1 šūna", "B6")], []),
        (lambda rows: rows[3].__setitem__(3, ""), [("memory_changed", "Lēmumi", "1 šūna", "D6")], []),
        (lambda rows: rows[3].__setitem__(0, "k-000003"), [("memory_changed", "Lēmumi", "1 šūna", "A6")], []),
        (lambda rows: [*rows, ["K-99", "atbilst", "", "Jauns", "Ilze", "1.1.2024"]], [("memory_rows", "Lēmumi", "1 rinda", "17.")], []),
        (lambda rows: [*rows, rows[3]], [("memory_rows", "Lēmumi", "1 rinda", "17.")], []),
        (lambda rows: rows[:-1], [], [("gone_rows", "Lēmumi", "1 rinda", "16.")]),
        (lambda rows: rows[:2] + rows[3:], [], [("gone_rows", "Lēmumi", "1 rinda", "5.")]),
        (lambda rows: [], [], [("gone_rows", "Lēmumi", "14 rindas", "3., 4., 5., 6., 7., 8., 9., 10., 11., 12., 13., 14. un vēl 2")]),
        (lambda rows: [[*row[:3], "", *row[4:]] for row in rows], [], [("gone_column", "Lēmumi", "Pamatojums", "")]),
        (
            lambda rows: [[*row[:3], other[3], *row[4:]] for row, other in zip(rows, rows[1:] + rows[:1], strict=True)],
            [("memory_changed", "Lēmumi", "14 šūnas", "D3, D4, D5, D6, D7, D8, D9, D10, D11, D12, D13, D14 un vēl 2")],
            [],
        ),
        (
            lambda rows: [*rows[:2], *rows[3:], ["K-99", "atbilst", "", "Jauns", "Anna", "1.1.2024"]],
            [("memory_rows", "Lēmumi", "1 rinda", "16.")],
            [("gone_rows", "Lēmumi", "1 rinda", "5.")],
        ),
    ],
)  # fmt: skip
def test_every_edit_of_a_sheet_is_told_or_asked_with_its_cells(folder, edit, told, gone):
    before = look(folder)
    change(folder, edit)
    assert find(folder, before) == (told, gone)
    assert MAX_NAMED == 12


def test_a_column_that_comes_with_the_first_rows_is_told(folder):
    write(folder, {"Lēmumi": typed([])})
    before = look(folder)
    write(folder, {"Lēmumi": typed([[*decisions(1)[0], "x"]], [*HEADINGS, "Mana"])})
    assert ("memory_new", "", "lapas «Lēmumi» kolonna «Mana»", "") in find(folder, before)[0]


def test_rows_of_a_sheet_that_the_tool_makes_anew_are_told_and_not_asked(folder):
    rows = [["Pieteikums", "E-pasts", "Kopiena"], ["K-1", "a@example.org", "Pulks"], ["K-2", "b@example.org", "Saime"]]
    write(folder, {"Kopienas": [["Tikai uzziņai."], *rows]})
    before = look(folder)
    write(folder, {"Kopienas": [["Tikai uzziņai."], *rows[:2]]})
    assert find(folder, before) == ([("memory_gone", "Kopienas", "1 rinda (4.)", "")], [])


def test_of_two_rows_as_alike_the_nearer_is_the_changed_one(folder):
    def edit(rows):
        rows[0] = [*rows[-1][:3], "Cits", *rows[-1][4:]]
        rows[-1][3] = "Cits vēl"

    before = look(folder)
    change(folder, edit)
    told, gone = find(folder, before)
    assert told == [("memory_changed", "Lēmumi", "1 šūna", "D16"), ("memory_rows", "Lēmumi", "1 rinda", "3.")]
    assert [(code, details) for code, *_, details in gone] == [("gone_rows", "3.")]


def test_answers_after_the_hour_and_marks_are_remembered_too(folder):
    for name in ("atsauksmes/a.xlsx", "vertejumi/v.xlsx", "cita/c.xlsx"):
        write(folder, {"A": [["a", "b"]]}, name)
    assert set(look(folder).files) == {BOOK, "pieteikumi/p.xlsx", "atsauksmes/a.xlsx", "vertejumi/v.xlsx"}


def test_two_cells_of_a_row_are_told_in_the_order_of_their_columns(folder):
    before = look(folder)
    change(folder, lambda rows: rows[3].__setitem__(slice(0, 2), ["K-99", "neatbilst"]))
    assert find(folder, before)[0] == [("memory_changed", "Lēmumi", "2 šūnas", "A6, B6")]


def test_columns_with_one_heading_are_told_apart(folder):
    write(folder, {"Lēmumi": typed([["K-1", *"abcdefg"]], [*HEADINGS, "Piezīme", "Piezīme", "Piezīme"])})
    before = look(folder)
    assert list(before.files[BOOK]["Lēmumi"].letters)[6:] == ["Piezīme", "Piezīme (2)", "Piezīme (3)"]
    write(folder, {"Lēmumi": typed([["K-1", *"abcdef"]], [*HEADINGS, "Piezīme", "Piezīme", "Piezīme"])})
    assert find(folder, before)[1] == [("gone_column", "Lēmumi", "Piezīme (2)", "")]


def test_rows_of_a_sheet_of_hers_are_told_and_not_asked_about(folder):
    write(folder, {"Manas": [["a", "b"], ["c", "d"], ["e", "f"]]})
    before = look(folder)
    write(folder, {"Manas": [["a", "b"], ["e", "f"]]})
    assert find(folder, before) == ([("memory_gone", "Manas", "1 rinda (2.)", "")], [])


def test_rows_that_are_gone_are_not_back_when_their_sheet_goes_too(folder):
    before = look(folder)
    change(folder, lambda rows: rows[:-1])
    before = replace(look(folder), gone=tuple(compare(before, look(folder))[1]))
    write(folder, {"Laiki": [["Brīvie laiki."], ["Mentors", "No", "Līdz"], ["Maija", "a", "b"]]})
    assert {code for code, *_ in find(folder, before)[1]} == {"gone_rows", "gone_sheet"}


def test_a_file_that_is_no_table_stops_nothing_and_one_that_no_longer_opens_is_asked_about(folder):
    (folder / "pieteikumi" / "vēstule.pdf").write_bytes(b"%PDF-1.7")
    before = look(folder)
    assert before.files["pieteikumi/vēstule.pdf"] == {}
    (folder / BOOK).write_bytes(b"PK\x03\x04")
    assert [code for code, *_ in find(folder, before)[1]] == ["gone_sheet", "gone_sheet"]


def test_a_sheet_a_file_and_an_application_that_are_gone_are_asked_about(folder):
    before = look(folder)
    write(folder, {"Lēmumi": typed(decisions())})
    (folder / "pieteikumi" / "p.xlsx").unlink()
    told, gone = find(folder, before, ["K-2"])
    assert gone == [("gone_sheet", "", "Laiki", ""), ("gone_application", "", "K-1", "")]
    assert told == [("memory_gone", "", "datne", "")]
    (folder / BOOK).unlink()
    assert [code for code, *_ in find(folder, before)[1]] == ["gone_file"]


def test_an_export_that_grows_under_another_name_is_told_and_not_asked(folder):
    before = look(folder)
    (folder / "pieteikumi" / "p.xlsx").unlink()
    write(folder, {"Atbildes": export(21)}, "pieteikumi/p (1).xlsx")
    told, gone = find(folder, before, ["K-1", "K-2", "K-3"])
    assert told == [
        ("memory_renamed", "", "pieteikumi/p.xlsx", ""), ("memory_rows", "Atbildes", "1 rinda", "22."),
        ("memory_new", "", "1 pieteikums", ""),
    ]  # fmt: skip
    assert gone == []


def test_an_export_saved_as_csv_is_still_the_same_table(folder):
    before = look(folder)
    (folder / "pieteikumi" / "p.xlsx").unlink()
    rows = export()
    path = folder / "pieteikumi" / "p.csv"
    path.write_text("\n".join(map(";".join, rows)), "utf-8")
    told, gone = find(folder, before)
    assert (told, gone) == ([("memory_renamed", "", "pieteikumi/p.xlsx", "")], [])
    path.write_text("\n".join(";".join(row[:-1]) for row in rows), "utf-8")
    assert find(folder, before)[1] == [("gone_column", "", "Tālrunis", "")]


def test_what_is_gone_is_asked_about_until_it_is_back(folder):
    before = look(folder)
    change(folder, lambda rows: rows[:10])
    _, gone = compare(before, look(folder))
    for _ in range(3):  # new rows do not make up for it, and other changes do not hide it
        before = replace(look(folder), gone=tuple(gone))
        change(folder, lambda rows: [*rows[:10], ["K-99", "atbilst", "", "Jauns", "Ilze", "1.1.2024"]])
        _, gone = compare(before, look(folder))
        assert [(one.problem().code, one.problem().value) for one in gone] == [("gone_rows", "4 rindas")]
    before = MEMORY.validate_json(MEMORY.dump_json(replace(look(folder), gone=tuple(gone))))
    change(folder, lambda rows: rows[::-1])
    told, gone = compare(before, look(folder))
    assert [(one.problem().value, one.problem().details) for one in gone] == [("1 rinda", "13.")]  # K-99, gone again
    assert [(one.value, one.details) for one in told] == [("4 rindas", "3., 4., 5., 6.")]


def test_everything_comes_back_from_the_disk_as_it_was(folder):
    memory = look(folder)
    assert MEMORY.validate_json(MEMORY.dump_json(memory)) == memory


def test_no_answer_stands_in_a_memory_and_another_key_gives_other_hashes(folder):
    text = MEMORY.dump_json(look(folder)).decode()
    for answer in ("Tāpēc", "example.org", "Pulks", "Olaines", "Maija", "Ilze"):
        assert answer not in text
    other = remember(folder, ["K-1"], {}, b"other")
    assert other.key != look(folder).key
    cells = [next(iter(memory.files[BOOK]["Laiki"].rows[0].cells.values())) for memory in (other, look(folder))]
    assert cells[0] != cells[1]


def slips(chance, rows):
    """One slip of a hand in a sheet."""
    row, column = chance.randrange(len(rows)), chance.choice([0, 1, 3, 5])
    other = chance.choice([n for n in range(len(rows)) if rows[n][3] != rows[row][3]])
    kind = chance.randrange(9)
    if kind == 0:
        del rows[row]
    elif kind == 1:
        rows[row][column] += "x"
    elif kind == 2:
        rows[row][3], rows[other][3] = rows[other][3], rows[row][3]
    elif kind == 3:
        rows.insert(other, list(rows[row]))
    elif kind == 4:
        rows[row][column] = ""
    elif kind == 5:
        rows[row] = [""] * 6
    elif kind == 6:
        rows[row:] = [[*one[:3], *two[3:]] for one, two in zip(rows[row:], [*rows[row + 1 :], rows[row]], strict=True)]
        rows[row][1] = "cits"
    elif kind == 7:
        rows[:] = [[*cells[:column], f"{cells[column]} min", *cells[column + 1 :]] for cells in rows]
    else:
        rows[:] = rows[: max(1, row)]


def test_no_slip_in_two_hundred_is_silent(folder):
    chance, before = random.Random(3), look(folder)
    for _ in range(200):
        rows = decisions()
        slips(chance, rows)
        if rows == decisions():
            continue
        change(folder, lambda _, rows=rows: rows)
        told, gone = find(folder, before)
        assert told or gone, rows
        assert all(sheet == "Lēmumi" and (details or code == "gone_column") for code, sheet, _, details in told + gone)
