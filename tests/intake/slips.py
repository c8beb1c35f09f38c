"""A thousand human slips: python tests/intake/slips.py [COUNT] (some fifteen minutes), or a sample of them as tests.

Every kind of slip is a function that damages a copy of a programme's folder as a person does: in Excel, in the file
manager, by retyping. A slip is *told* if reading and evaluating then gives a question or a refusal that was not there
before. Kinds of ``LAWFUL`` break a law of the data, so each must be told, or change nothing of what was read; kinds of
``MEMORY`` leave data that could as well be meant, so only a comparison with an earlier run can see them; ``CLEAN`` is
what people do without harm: no question, and the same data. Everything here is invented.
"""

from __future__ import annotations

import csv
import io
import pickle
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property, wraps
from pathlib import Path

import openpyxl
import pandas as pd
from openpyxl.styles import Font, PatternFill

from mentoring_lib import workflow
from mentoring_lib.base.columns import ADDED_SHEETS, APPLICATION, MARKS, MARKS_SHEET, SHEETS
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.intake import applications, follow_up, loading, workbook
from mentoring_lib.intake.memory import compare, remember
from mentoring_lib.selection import eligibility
from mentoring_lib.selection.eligibility import find_duplicates

Slip = Callable[[Path, random.Random], None]
LAWFUL: dict[str, Slip] = {}
MEMORY: dict[str, Slip] = {}
CLEAN: dict[str, Slip] = {}
EXPORT, BOOK = Path("pieteikumi") / "pieteikumi.xlsx", Path("darba_gramata.xlsx")


def kind(table: dict[str, Slip]) -> Callable[[Slip], Slip]:
    def keep(slip: Slip) -> Slip:
        table[slip.__name__] = slip
        return slip

    return keep


# ── Programmes: the example, and others cut from it by chance ───────────────────────────────────────────────────────


def copy_example(folder: Path) -> Path:
    return Path(shutil.copytree(workflow.EXAMPLE, folder, ignore=shutil.ignore_patterns("*.py", "*.md", "content*")))


def cut_programme(folder: Path, draw: random.Random) -> Path:
    """The example with some of its applications, in another order, without a frozen list; all typed rows follow."""
    copy_example(folder)
    shutil.rmtree(folder / "izloze")
    applications = workflow.read_inputs(folder).applications
    gone = set(draw.sample(applications["application_id"].tolist(), draw.randint(5, 12)))
    lost = set(applications.loc[applications["application_id"].isin(gone), "row"])
    with opened(folder / EXPORT) as book:
        page = book.worksheets[0]
        _, *rows = [[cell.value for cell in row] for row in page.iter_rows()]
        kept = [row for number, row in enumerate(rows, start=2) if number not in lost]
        draw.shuffle(kept)
        page.delete_rows(2, page.max_row)
        for number, row in enumerate(kept, start=2):
            for place, value in enumerate(row, start=1):
                put(page.cell(number, place), value)
    for path in (folder / BOOK, *marking(folder)):
        with opened(path) as book:
            for page in book.worksheets:
                for row in range(page.max_row, 1, -1):
                    if any(str(cell.value) in gone for cell in page[row]):
                        page.delete_rows(row)
    return folder


# ── Tools ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def opened(path: Path) -> Iterator[openpyxl.Workbook]:
    book = openpyxl.load_workbook(path)
    yield book
    book.save(path)


def put(cell, value) -> None:
    """Type a value; a text that begins with "=" stays a text."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def marking(folder: Path) -> list[Path]:
    return sorted((folder / "vertejumi").glob("*.xlsx"))


def find_top(page, words) -> int:
    """Row of the headings."""
    return next(row[0].row for row in page.iter_rows() if sum(cell.value in words for cell in row) >= 2)


class Page:
    """A sheet of a workbook with its headings found, to be damaged; saved at the end."""

    def __init__(self, path: Path, name: str | None, columns, draw: random.Random) -> None:
        self.path, self.draw, self.columns = path, draw, columns
        self.book = openpyxl.load_workbook(path)
        self.page = self.book[name] if name else self.book.worksheets[0]
        words = {word for column in columns for word in (column.label, *column.also)}
        self.top = find_top(self.page, words)
        self.places = {
            column: cell.column
            for column in columns
            for cell in self.page[self.top]
            if cell.value in (column.label, *column.also)
        }
        numbers = range(self.top + 1, self.page.max_row + 1)
        self.rows = [row for row in numbers if self.page.cell(row, self.places[columns[0]]).value is not None]

    def save(self) -> None:
        self.book.save(self.path)

    def column(self, *kinds: str, required: bool = False, names=()):
        fits = [
            c for c in self.places
            if (not kinds or c.kind in kinds) and (c.required or not required) and (not names or c.name in names)
        ]  # fmt: skip
        return self.draw.choice(fits) if fits else None

    def cell(self, column, row: int | None = None, *, filled: bool = True):
        rows = [r for r in self.rows if not filled or self.page.cell(r, self.places[column]).value is not None]
        return self.page.cell(row or self.draw.choice(rows or self.rows), self.places[column])


def sheet_of(folder: Path, draw: random.Random, *kinds: str, names=(), required=False) -> Page:
    """A sheet of the tracking workbook that has rows and a column of these kinds."""
    fits = [
        name
        for name, columns in SHEETS.items()
        if any(
            (not kinds or c.kind in kinds) and (not names or c.name in names) and (c.required or not required)
            for c in columns
        )
    ]
    draw.shuffle(fits)
    pages = (Page(folder / BOOK, name, SHEETS[name], draw) for name in fits)
    return next(page for page in pages if page.rows)


def marks_of(folder: Path, draw: random.Random) -> Page:
    return Page(draw.choice(marking(folder)), MARKS_SHEET, MARKS, draw)


def export_of(folder: Path, draw: random.Random) -> Page:
    return Page(folder / EXPORT, None, APPLICATION, draw)


def retype(page: Page, value, *kinds: str, names=(), required=False, filled=True) -> None:
    column = page.column(*kinds, names=names, required=required)
    cell = page.cell(column, filled=filled)
    cell.value = value(cell.value) if callable(value) else value
    page.save()


def as_csv(folder: Path, edit: Callable[[list[str]], None] = lambda lines: None, delimiter: str = ",") -> None:
    """The export as CSV, its lines edited."""
    book = openpyxl.load_workbook(folder / EXPORT)
    lines = []
    for row in book.worksheets[0].iter_rows(values_only=True):
        cells = [
            f"{cell:%d.%m.%Y %H:%M:%S}" if isinstance(cell, datetime) else "" if cell is None else cell for cell in row
        ]
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter, lineterminator="").writerow(cells)
        lines.append(out.getvalue())
    edit(lines)
    (folder / EXPORT).unlink()
    (folder / EXPORT).with_suffix(".csv").write_bytes("\r\n".join(lines).encode("utf-8", errors="surrogateescape"))


# ── Slips that break a law ──────────────────────────────────────────────────────────────────────────────────────────


@kind(LAWFUL)
def a_column_of_the_workbook_is_renamed(folder, draw):
    page = sheet_of(folder, draw)
    page.page.cell(page.top, page.places[page.column()]).value = draw.choice(["Kas cits", "Gads", "Piezīmes 2", "X"])
    page.save()


@kind(LAWFUL)
def a_column_of_the_workbook_is_deleted(folder, draw):
    page = sheet_of(folder, draw)
    page.page.delete_cols(page.places[page.column()])
    page.save()


@kind(LAWFUL)
def a_heading_of_the_workbook_is_emptied(folder, draw):
    page = sheet_of(folder, draw)
    page.page.cell(page.top, page.places[page.column()]).value = None
    page.save()


@kind(LAWFUL)
def the_headings_of_a_sheet_are_deleted(folder, draw):
    page = sheet_of(folder, draw)
    page.page.delete_rows(page.top)
    page.save()


@kind(LAWFUL)
def a_criterion_of_a_marking_sheet_is_reworded(folder, draw):
    page = marks_of(folder, draw)
    cell = page.page.cell(page.top, page.places[page.column("mark")])
    cell.value = cell.value.replace(":", " –").split(",")[0] + " (punkti)"
    page.save()


@kind(LAWFUL)
def a_column_of_a_marking_sheet_is_deleted(folder, draw):
    page = marks_of(folder, draw)
    page.page.delete_cols(page.places[page.column()])
    page.save()


@kind(LAWFUL)
def a_needed_column_of_the_export_is_renamed(folder, draw):
    page = export_of(folder, draw)
    column = page.column(
        names=("submitted_at", "email", "community", "municipality", "started", "themes", "question", "consent")
    )
    page.page.cell(page.top, page.places[column]).value = "Mans virsraksts"
    page.save()


@kind(LAWFUL)
def a_needed_column_of_the_export_is_deleted(folder, draw):
    page = export_of(folder, draw)
    page.page.delete_cols(page.places[page.column(required=True)])
    page.save()


@kind(LAWFUL)
def a_sheet_of_the_workbook_is_renamed(folder, draw):
    with opened(folder / BOOK) as book:
        book[draw.choice(list(SHEETS))].title = "Mana lapa"


@kind(LAWFUL)
def a_sheet_of_the_workbook_is_deleted(folder, draw):
    with opened(folder / BOOK) as book:
        del book[draw.choice([name for name in SHEETS if name not in ADDED_SHEETS])]


@kind(MEMORY)
def a_sheet_that_older_workbooks_lack_is_deleted(folder, draw):
    with opened(folder / BOOK) as book:
        del book[draw.choice(sorted(ADDED_SHEETS))]


@kind(LAWFUL)
def a_sheet_is_copied_and_rows_are_moved_to_the_copy(folder, draw):
    page = sheet_of(folder, draw)
    copy = page.book.copy_worksheet(page.page)
    copy.title = f"{page.page.title} (2)"
    page.page.delete_rows(draw.choice(page.rows), 3)
    page.save()


@kind(LAWFUL)
def marks_are_typed_on_a_copied_sheet(folder, draw):
    page = marks_of(folder, draw)
    page.book.copy_worksheet(page.page).title = f"{MARKS_SHEET} (2)"
    page.page.delete_rows(draw.choice(page.rows), 2)
    page.save()


@kind(LAWFUL)
def the_workbook_has_another_name(folder, draw):
    (folder / BOOK).rename(
        folder / draw.choice(["darba_gramata (1).xlsx", "Darba grāmata.xlsx", "Kopija.xlsx", "gramata.ods"])
    )


@kind(LAWFUL)
def a_copy_of_the_workbook_lies_beside_it(folder, draw):
    shutil.copy(folder / BOOK, folder / draw.choice(["darba_gramata (1).xlsx", "Darba grāmata - kopija.xlsx"]))


@kind(LAWFUL)
def a_markers_file_is_copied(folder, draw):
    path = draw.choice(marking(folder))
    shutil.copy(path, path.with_stem(f"{path.stem} (1)"))


@kind(LAWFUL)
def an_older_copy_of_a_markers_file_stays(folder, draw):
    page = marks_of(folder, draw)
    shutil.copy(page.path, page.path.with_stem(f"{page.path.stem} veca"))
    cell = page.cell(page.column("mark"))
    cell.value = 0 if cell.value != 0 else 1
    page.save()


@kind(LAWFUL)
def a_cell_of_the_workbook_holds_an_error(folder, draw):
    page = sheet_of(folder, draw)
    cell = page.cell(page.column(), filled=False)
    cell.value, cell.data_type = draw.choice(["#REF!", "#N/A", "#NAME?", "#DIV/0!", "#VALUE!"]), "e"
    page.save()


@kind(LAWFUL)
def a_cell_of_the_export_holds_an_error(folder, draw):
    page = export_of(folder, draw)
    cell = page.cell(page.column(), filled=False)
    cell.value, cell.data_type = draw.choice(["#REF!", "#N/A", "#NAME?", "#NULL!"]), "e"
    page.save()


@kind(LAWFUL)
def a_mark_is_an_error(folder, draw):
    page = marks_of(folder, draw)
    cell = page.cell(page.column("mark"), filled=False)
    cell.value, cell.data_type = "#REF!", "e"
    page.save()


@kind(LAWFUL)
def a_cell_of_the_workbook_is_a_formula_without_a_value(folder, draw):
    retype(sheet_of(folder, draw), '=A1&""', filled=False)


@kind(LAWFUL)
def a_cell_of_the_export_is_a_formula_without_a_value(folder, draw):
    retype(export_of(folder, draw), "=-jautājums", filled=False)


@kind(LAWFUL)
def a_mark_is_a_formula_without_a_value(folder, draw):
    page = marks_of(folder, draw)
    page.cell(page.column("mark"), filled=False).value = "=1+1"
    page.save()


@kind(LAWFUL)
def a_code_has_a_wrong_digit(folder, draw):
    retype(sheet_of(folder, draw, "id"), lambda code: code[:-1] + ("0" if code[-1] != "0" else "1"), "id")


@kind(LAWFUL)
def a_code_of_a_marking_sheet_has_a_wrong_digit(folder, draw):
    retype(marks_of(folder, draw), lambda code: code[:3] + ("A" if code[3] != "A" else "B") + code[4:], "id")


@kind(LAWFUL)
def a_code_is_typed_another_way(folder, draw):
    def loosely(code):
        return draw.choice(
            [code.lower(), code.replace("0", "O"), f"{code} · Ābolmaizes pagalmi", f" {code} ", code.replace("-", " ")]
        )

    retype(sheet_of(folder, draw, "id"), loosely, "id")


@kind(LAWFUL)
def a_required_cell_is_emptied(folder, draw):
    retype(sheet_of(folder, draw, required=True), None, required=True)


@kind(LAWFUL)
def a_date_is_typed_in_words(folder, draw):
    retype(
        sheet_of(folder, draw, "date"),
        draw.choice(["pēc Jāņiem", "vakar", "31.02.2024", "5. maijs", "05.09.23", "9/2023"]),
        "date",
    )


@kind(LAWFUL)
def a_date_has_a_year_out_of_reason(folder, draw):
    retype(sheet_of(folder, draw, "date"), draw.choice(["05.09.0203", "05.09.3023", "2203-09-05"]), "date")


@kind(LAWFUL)
def a_moment_lacks_its_hour(folder, draw):
    retype(sheet_of(folder, draw, "moment"), draw.choice(["21.09.2023", datetime(2023, 9, 21), "2023-09-21"]), "moment")


@kind(LAWFUL)
def minutes_have_a_unit_or_a_slip(folder, draw):
    retype(
        sheet_of(folder, draw, "minutes"),
        draw.choice(["1 h", "2 stundas", "6O", "1,5", "1", "~60", "viena stunda", "60/45"]),
        "minutes",
    )


@kind(LAWFUL)
def a_count_is_no_plain_number(folder, draw):
    retype(
        sheet_of(folder, draw, "count"),
        draw.choice(["2023. gads", "apm. 2023", "divi", "2023?", "20 23 4"]),
        "count",
        filled=False,
    )


@kind(LAWFUL)
def a_choice_is_misspelled(folder, draw):
    retype(sheet_of(folder, draw, "choice"), lambda word: word[:-1] + "q", "choice")


@kind(LAWFUL)
def a_theme_is_misspelled(folder, draw):
    retype(sheet_of(folder, draw, "theme"), lambda word: word[3:], "theme")


@kind(LAWFUL)
def a_mark_is_out_of_range(folder, draw):
    retype(marks_of(folder, draw), draw.choice(["4", "2,5", "3+", "-1", "2-3", "labi", 2.5, "II"]), "mark")


@kind(LAWFUL)
def a_row_of_marks_is_doubled(folder, draw):
    page = marks_of(folder, draw)
    page.page.append([cell.value for cell in page.page[draw.choice(page.rows)]])
    page.save()


@kind(LAWFUL)
def a_name_of_a_person_is_misspelled(folder, draw):
    retype(
        sheet_of(folder, draw, names=("mentor", "person")),
        lambda name: name[:-2] + name[-1],
        names=("mentor", "person"),
    )


@kind(LAWFUL)
def the_marker_is_misspelled(folder, draw):
    retype(marks_of(folder, draw), lambda name: name.replace("a", "e", 1), names=("marker",))


@kind(LAWFUL)
def cells_of_the_export_are_merged(folder, draw):
    page = export_of(folder, draw)
    column, row = page.places[page.column(names=("municipality", "community", "question"))], draw.choice(page.rows[:-1])
    page.page.merge_cells(start_row=row, end_row=row + 1, start_column=column, end_column=column)
    page.save()


@kind(LAWFUL)
def cells_of_the_workbook_are_merged(folder, draw):
    page = sheet_of(folder, draw, "id")
    if len(page.rows) < 2:
        return
    column, row = page.places[page.column(required=True)], draw.choice(page.rows[:-1])
    page.page.merge_cells(start_row=row, end_row=row + 1, start_column=column, end_column=column)
    page.save()


@kind(LAWFUL)
def an_application_is_doubled(folder, draw):
    page = export_of(folder, draw)
    page.page.append([cell.value for cell in page.page[draw.choice(page.rows)]])
    page.save()


@kind(LAWFUL)
def applications_stand_on_a_second_sheet_too(folder, draw):
    page = export_of(folder, draw)
    page.book.copy_worksheet(page.page).title = "Papildus"
    page.page.delete_rows(draw.choice(page.rows), 2)
    page.save()


@kind(LAWFUL)
def a_quote_stays_open(folder, draw):
    def edit(lines):
        row = draw.randrange(1, len(lines))
        head, comma, last = lines[row].rpartition(",")
        lines[row] = f'{head}{comma}"{last}'

    as_csv(folder, edit)


@kind(LAWFUL)
def a_comma_stands_in_an_answer_without_quotes(folder, draw):
    def edit(lines):
        row = draw.randrange(1, len(lines))
        lines[row] = lines[row] + ", bet ne foto"

    as_csv(folder, edit)


@kind(LAWFUL)
def a_byte_is_damaged(folder, draw):
    as_csv(folder)
    path = (folder / EXPORT).with_suffix(".csv")
    content = bytearray(path.read_bytes())
    letters = [at for at in range(content.index(b"\n"), len(content)) if content[at] >= 0xC3]
    content[draw.choice(letters)] = 0xFF
    path.write_bytes(bytes(content))


@kind(LAWFUL)
def letters_are_broken(folder, draw):
    retype(export_of(folder, draw), "Ä€bolu iela", names=("community", "place", "contact_name"))


@kind(LAWFUL)
def signs_nobody_sees_get_in(folder, draw):
    sign = draw.choice(["\u200b", "\u202e", "\u2066", "\ufeff", "\u00ad"])
    retype(
        export_of(folder, draw), lambda text: text[:3] + sign + text[3:], names=("email", "community", "contact_name")
    )


@kind(LAWFUL)
def day_and_month_of_an_application_change_places(folder, draw):
    page = export_of(folder, draw)
    column = page.column(names=("submitted_at",))
    cells = [page.cell(column, row) for row in page.rows]
    turned = [cell for cell in cells if isinstance(cell.value, datetime) and cell.value.day <= 2]
    cell = draw.choice(turned or cells)
    cell.value = datetime(2023, draw.choice([1, 2]), 8, 10, 0, 5)
    page.save()


@kind(LAWFUL)
def an_application_is_of_another_year(folder, draw):
    retype(
        export_of(folder, draw),
        lambda moment: moment.replace(year=draw.choice([2020, 2022, 2024])),
        names=("submitted_at",),
    )


@kind(LAWFUL)
def consent_is_conditional(folder, draw):
    retype(
        export_of(folder, draw),
        draw.choice(["piekrītu, izņemot foto", "Jā, bet ne foto", "Jā; tikai vārds", "jā – ja vajag"]),
        names=("consent",),
    )


@kind(LAWFUL)
def consent_is_emptied(folder, draw):
    retype(export_of(folder, draw), None, names=("consent",))


@kind(LAWFUL)
def a_question_is_emptied(folder, draw):
    retype(export_of(folder, draw), None, names=("question",))


@kind(LAWFUL)
def an_address_is_broken(folder, draw):
    retype(export_of(folder, draw), lambda text: text.replace("@", draw.choice([" ", "", "@@"])), names=("email",))


@kind(LAWFUL)
def a_municipality_is_misspelled(folder, draw):
    retype(
        export_of(folder, draw),
        draw.choice(["Mārupes novds", "Olaine", "pie ezera", "Ķekawas novads"]),
        names=("municipality",),
    )


@kind(LAWFUL)
def a_year_is_unclear(folder, draw):
    retype(export_of(folder, draw), draw.choice(["sen", "2019/2020", "pirms 3 gadiem", "22"]), names=("started",))


@kind(LAWFUL)
def residents_are_a_range(folder, draw):
    retype(export_of(folder, draw), draw.choice(["10-15", "daudz", "20 līdz 30"]), names=("residents_involved",))


@kind(LAWFUL)
def the_mode_is_another_word(folder, draw):
    retype(export_of(folder, draw), draw.choice(["pa telefonu", "Vienalga", "hibrīds"]), names=("mode",))


@kind(LAWFUL)
def themes_are_only_a_sign(folder, draw):
    retype(export_of(folder, draw), draw.choice([";", ", ,"]), names=("themes",))


@kind(LAWFUL)
def the_export_was_unpacked_into_a_folder(folder, draw):
    (folder / "pieteikumi" / "atbildes").mkdir()
    shutil.copy(folder / EXPORT, folder / "pieteikumi" / "atbildes" / "otrs.xlsx")


@kind(LAWFUL)
def another_kind_of_file_lies_among_the_exports(folder, draw):
    name, content = draw.choice(
        [
            ("lasi mani.docx", b"PK\x03\x04"),
            ("vēstule.pdf", b"%PDF-1.7"),
            ("bilde.png", b"\x89PNG"),
            ("a.gsheet", b'{"url": "https://docs.google.com/x"}'),
        ]
    )
    (folder / draw.choice(["pieteikumi", "vertejumi"]) / name).write_bytes(content)


@kind(LAWFUL)
def the_export_is_only_a_shortcut(folder, draw):
    contents = [
        b'{"url": "https://docs.google.com/spreadsheets/x"}',
        b"version https://git-lfs.github.com/spec/v1\n",
        b"<html>",
        b"",
    ]
    (folder / EXPORT).write_bytes(draw.choice(contents))


@kind(LAWFUL)
def the_export_is_cut_off(folder, draw):
    content = (folder / EXPORT).read_bytes()
    (folder / EXPORT).write_bytes(content[: draw.randrange(100, len(content) - 30)])


@kind(LAWFUL)
def a_file_of_one_folder_lies_in_the_other(folder, draw):
    if draw.random() < 0.5:
        shutil.move(draw.choice(marking(folder)), folder / "pieteikumi")
    else:
        shutil.move(folder / EXPORT, folder / "vertejumi")
        as_csv_of(folder)


def as_csv_of(folder: Path) -> None:
    """Another export stays, or nothing would be read at all."""
    shutil.copy(workflow.EXAMPLE / EXPORT, folder / EXPORT)


@kind(LAWFUL)
def the_workbook_is_that_of_an_earlier_year(folder, draw):
    with opened(folder / BOOK) as book:
        for page in book.worksheets:
            for row in page.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str) and cell.value.startswith("K-") and len(cell.value) == 8:
                        cell.value = f"K-{int(cell.value[2:], 16) ^ 0xABCDEF:06X}"


@kind(LAWFUL)
def a_decision_has_a_value_that_is_none(folder, draw):
    page = Page(folder / BOOK, "Lēmumi", SHEETS["Lēmumi"], draw)
    column = page.column(names=("value",))
    filled = [row for row in page.rows if page.cell(column, row).value is not None]
    if filled:
        page.cell(column, draw.choice(filled)).value = draw.choice(["?", "varbūt", "9"])
    page.save()


# ── Slips that only a memory can see ────────────────────────────────────────────────────────────────────────────────


@kind(MEMORY)
def a_row_of_the_workbook_is_deleted(folder, draw):
    page = sheet_of(folder, draw)
    page.page.delete_rows(draw.choice(page.rows))
    page.save()


@kind(MEMORY)
def all_rows_of_a_sheet_are_deleted(folder, draw):
    page = sheet_of(folder, draw)
    page.page.delete_rows(page.top + 1, page.page.max_row)
    page.save()


@kind(MEMORY)
def an_application_nobody_typed_about_is_deleted(folder, draw):
    page = export_of(folder, draw)
    page.page.delete_rows(draw.choice(page.rows))
    page.save()


@kind(MEMORY)
def one_column_is_sorted_alone(folder, draw):
    page = sheet_of(folder, draw)
    column = page.column()
    cells = [page.cell(column, row) for row in page.rows]
    for cell, value in zip(cells, sorted((cell.value for cell in cells), key=str), strict=True):
        cell.value = value
    page.save()


@kind(MEMORY)
def a_column_is_shifted_by_a_row(folder, draw):
    page = sheet_of(folder, draw)
    column = page.column()
    values = [page.cell(column, row).value for row in page.rows]
    for row, value in zip(page.rows, [*values[1:], values[0]], strict=True):
        page.cell(column, row).value = value
    page.save()


@kind(MEMORY)
def a_mark_is_typed_over(folder, draw):
    page = marks_of(folder, draw)
    cell = page.cell(page.column("mark"))
    cell.value = draw.choice([mark for mark in (0, 1, 2, 3) if mark != cell.value])
    page.save()


@kind(MEMORY)
def a_row_of_marks_is_deleted(folder, draw):
    page = marks_of(folder, draw)
    page.page.delete_rows(draw.choice(page.rows))
    page.save()


@kind(MEMORY)
def a_markers_file_is_gone(folder, draw):
    draw.choice(marking(folder)).unlink()


@kind(MEMORY)
def day_and_month_change_places_in_the_workbook(folder, draw):
    page = sheet_of(folder, draw, "date")
    column = page.column("date")
    cells = [page.cell(column, row) for row in page.rows]
    turnable = [
        cell
        for cell in cells
        if isinstance(cell.value, datetime) and cell.value.day <= 12 and cell.value.day != cell.value.month
    ]
    for cell in turnable[:1]:
        cell.value = cell.value.replace(day=cell.value.month, month=cell.value.day)
    page.save()


@kind(MEMORY)
def an_optional_cell_is_emptied(folder, draw):
    page = sheet_of(folder, draw)
    optional = [column for column in page.places if not column.required]
    if optional:
        page.cell(draw.choice(optional)).value = None
    page.save()


@kind(MEMORY)
def a_code_of_another_community_is_typed(folder, draw):
    page = sheet_of(folder, draw, "id")
    column = page.column("id")
    cell = page.cell(column)
    codes = {row.value for row in (page.cell(column, row) for row in page.rows)} - {cell.value}
    cell.value = draw.choice(sorted(codes) or [cell.value])
    page.save()


@kind(MEMORY)
def an_answer_is_typed_over(folder, draw):
    retype(export_of(folder, draw), draw.choice(["17", "99"]), names=("residents_involved",))


@kind(MEMORY)
def a_year_is_typed_over(folder, draw):
    retype(export_of(folder, draw), draw.choice([2011, 2016]), names=("started",))


@kind(MEMORY)
def the_workbook_is_gone(folder, draw):
    (folder / BOOK).unlink()


# ── What does no harm ───────────────────────────────────────────────────────────────────────────────────────────────


@kind(CLEAN)
def nothing(folder, draw):
    pass


@kind(CLEAN)
def colours_and_bold(folder, draw):
    for path in (folder / BOOK, folder / EXPORT, *marking(folder)):
        with opened(path) as book:
            for page in book.worksheets:
                for row in page.iter_rows(max_row=12):
                    draw.choice(row).fill = PatternFill("solid", fgColor="FFFF00")
                    draw.choice(row).font = Font(bold=True)


@kind(CLEAN)
def her_own_columns(folder, draw):
    for _ in range(3):
        page = sheet_of(folder, draw)
        page.page.cell(page.top, page.page.max_column + 2).value = "Mana piezīme"
        page.page.cell(page.rows[0], page.page.max_column).value = "piezvanīt"
        page.save()


@kind(CLEAN)
def her_own_sheet(folder, draw):
    with opened(folder / BOOK) as book:
        book.create_sheet("Mani tālruņi").append(["Anna", "20000000"])


@kind(CLEAN)
def rows_of_the_export_in_another_order(folder, draw):
    page = export_of(folder, draw)
    rows = [[cell.value for cell in page.page[row]] for row in page.rows]
    draw.shuffle(rows)
    for number, row in zip(page.rows, rows, strict=True):
        for place, value in enumerate(row, start=1):
            put(page.page.cell(number, place), value)
    page.save()


@kind(CLEAN)
def a_filter_and_hidden_columns(folder, draw):
    with opened(folder / BOOK) as book:
        for page in book.worksheets:
            page.auto_filter.ref = page.dimensions
            page.column_dimensions["B"].hidden = True
            page.freeze_panes = "C4"
            page.row_dimensions[page.max_row].hidden = True


@kind(CLEAN)
def blank_rows_and_comments(folder, draw):
    page = sheet_of(folder, draw)
    page.page.insert_rows(draw.choice(page.rows))
    page.page.cell(page.top, 1).comment = openpyxl.comments.Comment("Te raksta kodu", "K")
    page.save()


@kind(CLEAN)
def system_files(folder, draw):
    for part in ("pieteikumi", "vertejumi"):
        for name in ("Thumbs.db", "desktop.ini", ".DS_Store"):
            (folder / part / name).write_bytes(b"\xd0\xcf\x11\xe0 junk")
    (folder / "Thumbs.db").write_bytes(b"x")


@kind(CLEAN)
def the_workbook_stays_open(folder, draw):
    (folder / "~$darba_gramata.xlsx").write_bytes(b"\x05Anna " * 20)
    (folder / "pieteikumi" / ".~lock.pieteikumi.xlsx#").write_bytes(b",anna,laptop;")


@kind(CLEAN)
def the_export_as_csv(folder, draw):
    as_csv(folder, delimiter=draw.choice([",", ";", "\t"]))


@kind(CLEAN)
def a_title_above_the_export(folder, draw):
    page = export_of(folder, draw)
    page.page.insert_rows(1, 2)
    page.page.cell(1, 1).value = "Pieteikumi 2023"
    page.save()


@kind(CLEAN)
def a_row_of_totals(folder, draw):
    page = export_of(folder, draw)
    page.page.cell(page.page.max_row + 1, draw.choice([1, 3])).value = draw.choice(
        ["Kopā:", f"Kopā: {len(page.rows)} pieteikumi"]
    )
    page.save()


@kind(CLEAN)
def columns_of_the_export_moved(folder, draw):
    page = export_of(folder, draw)
    rows = [[(cell.value, cell.number_format) for cell in row] for row in page.page.iter_rows()]
    order = list(range(len(rows[0])))
    draw.shuffle(order)
    for number, row in enumerate(rows, start=1):
        for place, index in enumerate(order, start=1):
            value, page.page.cell(number, place).number_format = row[index]  # the look moves along
            put(page.page.cell(number, place), value)
    page.save()


@kind(CLEAN)
def dates_typed_as_text(folder, draw):
    page = sheet_of(folder, draw, "date")
    column = page.column("date")
    for row in page.rows:
        cell = page.cell(column, row)
        if isinstance(cell.value, datetime):
            cell.value = f"{cell.value:%d.%m.%Y}"
    page.save()


@kind(CLEAN)
def minutes_with_min(folder, draw):
    retype(sheet_of(folder, draw, "minutes"), lambda number: f"{number} min", "minutes")


def resave(folders: Sequence[Path]) -> None:
    """All files of some folders opened and saved by LibreOffice, which takes seconds to start: all at once."""
    for at in (".", "pieteikumi", "vertejumi"):
        with tempfile.TemporaryDirectory() as place:
            paths = [path for folder in folders for path in sorted((folder / at).glob("*.xlsx"))]
            sources = [Path(shutil.copy(path, Path(place) / f"{n}.xlsx")) for n, path in enumerate(paths)]
            command = ["soffice", "--headless", "--convert-to", "xlsx", "--outdir", f"{place}/new", *map(str, sources)]
            subprocess.run(command, check=True, capture_output=True, timeout=600)
            for source, path in zip(sources, paths, strict=True):
                shutil.move(f"{place}/new/{source.name}", path)


# ── Whether a slip was told ─────────────────────────────────────────────────────────────────────────────────────────


class Seen:
    """What reading and evaluating a folder gives: its data, its memory, the questions raised and asked.

    A question about an application that is out of the selection is raised by reading, and asked once it is back.
    """

    def __init__(self, folder: Path) -> None:
        self.refused, self.inputs = False, None
        try:
            self.inputs = workflow.read_inputs(folder)
        except Refused:
            self.refused = True
            return
        tables = (self.inputs.applications, self.inputs.marks, *self.inputs.sheets.values())
        self.data, self.raised = [_plain(table) for table in tables], _count(self.inputs.problems)
        codes = self.inputs.applications["application_id"]
        self.memory = remember(folder, codes, self.inputs.programme.form.headers, b"key")

    @cached_property
    def asked(self) -> Counter[tuple[str, ...]]:
        """Questions after evaluating, which takes most of the time and is left out where reading tells enough."""
        try:
            duplicates = find_duplicates(self.inputs.applications, self.inputs.sheets["Lēmumi"])
            more = eligibility.check_applications(self.inputs.applications, duplicates)
            return _count([*workflow.evaluate(self.inputs).problems, *more])
        except Refused as refused:
            return _count(refused.problems) + Counter(["refused"])


def _count(problems: Iterable[Problem]) -> Counter[tuple[str, ...]]:
    return Counter((p.code, p.sheet, p.column, p.value) for p in problems if p.severity != "note")


def _plain(table: pd.DataFrame) -> list[str]:
    return sorted(map(str, table.drop(columns=["file", "sheet", "row"]).itertuples(index=False, name=None)))


def try_slip(slip: Slip, base: Path, before: Seen, seed: int) -> tuple[str, str]:
    """What becomes of a slip, without and with a memory of the base.

    "told" (refused, or a question of the reader or of the evaluation), "harmless" (the data are the same) or "silent";
    with a memory also "asked" where it makes a question, and "named" where a note names the place.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(shutil.copytree(base, Path(place) / base.name))
        slip(folder, random.Random(seed))
        after = Seen(folder)
    if after.refused:
        return "told", "told"
    changes, gone = compare(before.memory, after.memory)
    named = any(one.file and (one.details or one.code != "memory_changed") for one in changes)
    told = after.raised - before.raised or (after.data != before.data and after.asked - before.asked)
    alone = "told" if told else "harmless" if after.data == before.data else "silent"
    return alone, "asked" if gone else alone if alone != "silent" else "named" if named else "silent"


FINE = {"told", "harmless"}
REMEMBERED = 300  # files or tables, by far enough for those of the three programmes


def read_once() -> None:
    """Let reading answer equal files and equal tables from memory: a slip leaves most of them as they are."""

    def once(function):
        known = {}

        @wraps(function)
        def answer(*words, **named):
            held = [(one.name, one.read_bytes()) if isinstance(one, Path) and one.exists() else one for one in words]
            key = pickle.dumps((held, named))
            if key in known:
                return known[key]
            made = function(*words, **named)
            if len(known) < REMEMBERED:
                known[key] = made
            return made

        return answer

    loading.read_sheets = once(loading.read_sheets)
    typed = once(workbook.clean_table)
    for module in (workbook, applications, follow_up):
        module.clean_table = typed


def main(count: int) -> int:
    """Try so many slips on three programmes and print what became of them, kind by kind, without and with memory."""
    read_once()
    with tempfile.TemporaryDirectory() as place:
        bases = [copy_example(Path(place) / "example")]
        bases += [cut_programme(Path(place) / f"cut{seed}", random.Random(seed)) for seed in (1, 2)]
        before, wrong = {base.name: Seen(base) for base in bases}, 0
        saved = [Path(shutil.copytree(base, Path(place) / "resaved" / base.name)) for base in bases]
        if shutil.which("soffice"):
            resave(saved)
        for title, slips, alone, recalled in (
            ("break a law", LAWFUL, FINE, {*FINE, "asked", "named"}),
            ("only a memory can see", MEMORY, {*FINE, "silent"}, {*FINE, "asked", "named"}),
            ("do no harm", CLEAN, {"harmless"}, {"harmless"}),
        ):
            share = max(3, -(-count * (5 if slips is LAWFUL else 1) // 5 // len(slips)))
            print(f"\nSlips that {title}: {len(slips)} kinds")
            for name, slip in slips.items():
                tried = [bases[n % 3] if slips is not CLEAN or n % 2 else saved[n % 3] for n in range(share)]
                fates = [try_slip(slip, base, before[base.name], n) for n, base in enumerate(tried)]
                bad = [(n, fate) for n, fate in enumerate(fates) if fate[0] not in alone or fate[1] not in recalled]
                wrong += len(bad)
                shown = " | ".join(str(dict(Counter(part))) for part in zip(*fates, strict=True))
                print(f"  {'!!' if bad else '  '} {name:55} {shown} {bad or ''}", flush=True)
    print(f"\n{wrong} against the rule")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000))
