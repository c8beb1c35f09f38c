"""The tracking workbook with today's lists and everything that was typed in it.

Her workbook is taken as it is (colours, formulas, her own columns and sheets); only lists, the look-up sheet and what
is missing are put in, and the result is read back. It is written only if every cell that she typed is still there; the
old workbook goes to ``.vesture/vecas``, so that at any moment one of them is whole.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from copy import copy
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pandas as pd
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from mentoring_lib.app import recall, tracking, writing
from mentoring_lib.base.columns import LOOK_UP, SEPARATOR, SHEETS
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.texts import find_free, fold
from mentoring_lib.documents.new_programme import Listed, list_themes, make_tracking_workbook
from mentoring_lib.intake import loading
from mentoring_lib.intake.cleaning import read_code
from mentoring_lib.intake.workbook import WORKBOOK
from mentoring_lib.render.entry_workbook import HEADER_ROW, LISTS, ROOM
from mentoring_lib.workflow import Inputs

OLD = f"{recall.FOLDER}/vecas"
OURS = (LISTS, LOOK_UP, "Palīdzība")  # sheets that are the tool's, made anew
THEMES = "Tēmas"
# Parts of a workbook that cannot be carried over whole.
UNMOVED = re.compile(r"xl/(charts|media|drawings/drawing|pivotTables|vbaProject|externalLinks|slicers)")


def renew(folder: Path, inputs: Inputs, today: date) -> Path:
    """Put today's lists into the workbook; where the old one went.

    Raises
    ------
    Refused
        If it is open elsewhere, holds what cannot be carried over, or a cell would not be the same.
    """
    path = folder / WORKBOOK
    if writing.is_open(path):
        raise Refused([Problem("file_locked", WORKBOOK, details="tā ir atvērta citā programmā")])
    old = path.read_bytes()
    typed = join_rules(old)
    new = renew_workbook(typed, inputs, tracking.list_applications(inputs))
    if lost := list(_find_lost(typed, new)):
        raise Refused(
            [Problem("renew_lost", WORKBOOK, sheet, cell=cell, value=value) for sheet, cell, value in lost[:10]]
        )
    aside = folder / OLD / find_free(f"darba_gramata {today}.xlsx", (path.name for path in (folder / OLD).glob("*")))
    writing.replace_file(aside, old)
    writing.replace_file(path, new)
    return aside


# A list of another sheet's cells, as Excel keeps it: attributes, formulas, cells.
APART = re.compile(r"<x14:dataValidation\b([^>]*)>(.*?)<xm:sqref>(.*?)</xm:sqref>\s*</x14:dataValidation>", re.DOTALL)


def join_rules(content: bytes) -> bytes:
    """The same workbook, its lists of other sheets' cells among the ordinary ones: openpyxl would drop them."""
    return _change_parts(content, lambda _, part: _join_rules(part) if b"<x14:dataVal" in part else part)


def _change_parts(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same packed file, each part as it is changed by its name and content."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(item, change(item.filename, old.read(item)))
    return buffer.getvalue()


def _join_rules(part: bytes) -> bytes:
    sheet = part.decode("utf-8")
    rules = "".join(re.findall("<dataValidation .*?</dataValidation>|<dataValidation [^>]*/>", sheet, re.DOTALL))
    for attributes, formulas, cells in APART.findall(sheet):
        plain, words = re.sub(r'\s\w+:\w+="[^"]*"', "", attributes), re.sub("x14:|</?xm:f>", "", formulas)
        rules += f'<dataValidation{plain} sqref="{cells}">{words}</dataValidation>'
    for old in ("<dataValidations.*?</dataValidations>", r"<ext\b[^>]*>\s*<x14:dataValidations.*?</ext>"):
        sheet = re.sub(old, "", sheet, flags=re.DOTALL)
    return sheet.replace("</worksheet>", f"<dataValidations>{rules}</dataValidations></worksheet>").encode("utf-8")


def renew_workbook(old: bytes, inputs: Inputs, listed: Listed) -> bytes:
    """The same workbook with today's lists, sheets and columns added since, and a row for each new application."""
    if unmoved := sorted(name for name in zipfile.ZipFile(io.BytesIO(old)).namelist() if UNMOVED.match(name)):
        raise Refused([Problem("renew_unmoved", WORKBOOK, details=", ".join(Path(name).name for name in unmoved))])
    book = openpyxl.load_workbook(io.BytesIO(old), rich_text=True)
    shown = openpyxl.load_workbook(io.BytesIO(old), data_only=True)
    fresh = openpyxl.load_workbook(io.BytesIO(make_tracking_workbook(inputs.programme, listed)))
    for number, page in enumerate(fresh.worksheets):
        there = next((name for name in book.sheetnames if fold(name) == fold(page.title)), None)
        if there is None or page.title in OURS:
            if there and _is_hers(page, book[there]):
                book[there].title = f"{there} (vecā)"
            elif there:
                del book[there]
            _copy_page(page, book.create_sheet(page.title, min(number, len(book.sheetnames))))
        else:
            _complete_page(page, book[there])
    for page in book.worksheets:
        if fold(page.title) == fold(THEMES):
            _add_themes(page, list_themes(inputs.programme, listed))
    buffer = io.BytesIO()
    book.save(buffer)
    return _keep_values(buffer.getvalue(), book, shown)


def _is_hers(page: Any, there: Any) -> bool:
    """Whether a person wrote beside what the tool writes on a sheet of its own."""
    return any(cell.value is not None for column in there.iter_cols(min_col=page.max_column + 1) for cell in column)


def _copy_page(page: Any, copied: Any) -> None:
    for row in page.iter_rows():
        for cell in row:
            if cell.value is not None or cell.has_style:
                _copy_style(cell, copied.cell(cell.row, cell.column, cell.value))
    for letter, column in page.column_dimensions.items():
        copied.column_dimensions[letter] = copy(column)
        copied.column_dimensions[letter].worksheet = copied
    for number, dimension in page.row_dimensions.items():
        copied.row_dimensions[number].height = dimension.height
    copied.data_validations, copied.sheet_state = page.data_validations, page.sheet_state
    copied.freeze_panes, copied.print_title_rows = page.freeze_panes, page.print_title_rows
    copied.page_setup, copied.sheet_properties = copy(page.page_setup), copy(page.sheet_properties)


def _copy_style(one: Any, other: Any) -> None:
    for name in ("font", "fill", "border", "alignment", "number_format"):
        setattr(other, name, copy(getattr(one, name)))


def _find_headings(page: Any) -> tuple[int, dict[str, int]]:
    """Row of the headings and the column of each, as the reader finds them."""
    columns = next(columns for name, columns in SHEETS.items() if fold(name) == fold(page.title))
    names = loading.accepted_headings(columns, {})
    rows = [[str(cell.value or "") for cell in row] for row in page.iter_rows(max_row=loading.HEADER_WITHIN)]
    top = loading.find_headings(rows, names) or 0
    found = {loading.name_heading(text, names): at for at, text in enumerate(rows[top], start=1)}
    return top + 1, {name: at for name, at in found.items() if name}


def _complete_page(fresh: Any, page: Any) -> None:
    """Add headings that are missing, and put today's drop-down lists on our columns; where we have none, hers stay."""
    top, places = _find_headings(page)
    _, usual = _find_headings(fresh)
    for name, at in usual.items():
        if name not in places:
            places[name] = max(cell.column for row in page.iter_rows() for cell in row if cell.value is not None) + 1
            heading = fresh.cell(HEADER_ROW + 1, at)
            _copy_style(page.cell(top, min(places.values())), page.cell(top, places[name], heading.value))
            page.column_dimensions[get_column_letter(places[name])].width = 24
    letters = {get_column_letter(at): name for name, at in usual.items()}
    new = {letters[re.findall("[A-Z]+", str(rule.sqref))[0]]: rule for rule in fresh.data_validations.dataValidation}
    kept = []
    for rule in page.data_validations.dataValidation:
        taken = set(places.values()) if LISTS in str(rule.formula1) else {places[name] for name in new}
        areas = [(get_column_letter(at), area) for area in rule.sqref.ranges
                 for at in range(area.min_col, area.max_col + 1) if at not in taken]  # fmt: skip
        left = [f"{letter}{area.min_row}:{letter}{area.max_row}" for letter, area in areas]
        rule.sqref = type(rule.sqref)(" ".join(left))
        kept += [rule] if left else []
    for name, rule in new.items():
        moved, letter = copy(rule), get_column_letter(places[name])
        moved.sqref = type(rule.sqref)(f"{letter}{top + 1}:{letter}{max(page.max_row, top) + ROOM}")
        kept.append(moved)
    page.data_validations.dataValidation = kept


def _add_themes(page: Any, themes: pd.DataFrame) -> None:
    """A row below the last one for each application that has none."""
    top, places = _find_headings(page)
    filled = [row[0].row for row in page.iter_rows(min_row=top) if any(cell.value is not None for cell in row)]
    at = places["application_id"]
    there = {fold(read_code(str(page.cell(row, at).value or ""))) for row in filled}
    last = max(filled, default=top)
    for row in themes.to_dict("records"):
        if there.isdisjoint(map(fold, row["application_id"].split(SEPARATOR))):
            last += 1
            for name, text in row.items():
                page.cell(last, places[str(name)], text or None)


def _keep_values(content: bytes, book: openpyxl.Workbook, shown: openpyxl.Workbook) -> bytes:
    """Put back beside each formula the value that it had: a formula without one cannot be read until Excel opens it."""

    def put_back(name: str, part: bytes) -> bytes:
        match = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
        title = book.worksheets[int(match[1]) - 1].title if match else ""
        if title not in shown.sheetnames:
            return part
        return FORMULA.sub(partial(_write_value, shown[title]), part.decode("utf-8")).encode("utf-8")

    return _change_parts(content, put_back)


FORMULA = re.compile(r'<c r="([A-Z]+\d+)"([^>]*?)(?: t="\w+")?><f([^>]*)>([^<]*)</f><v ?/?>(?:</v>)?</c>')


def _write_value(page: Any, found: re.Match[str]) -> str:
    """A formula's cell with the value that it has on a page; as it is where it has none."""
    cell = page[found[1]]
    if cell.value is None:
        return found[0]
    kind = {"s": "str", "b": "b", "e": "e"}.get(cell.data_type, "n")
    value: Any = to_excel(cell.value) if cell.is_date else cell.value  # type: ignore[no-untyped-call]
    text = int(value) if kind == "b" else value
    return f'<c r="{found[1]}"{found[2]} t="{kind}"><f{found[3]}>{found[4]}</f><v>{escape(str(text))}</v></c>'


def _find_lost(old: bytes, new: bytes) -> Iterator[tuple[str, str, str]]:
    """Sheet, address and content of every cell that a person typed and that is not the same in the new workbook."""
    for formulas in (False, True):
        before, after = (openpyxl.load_workbook(io.BytesIO(content), data_only=not formulas) for content in (old, new))
        for page in before.worksheets:
            if page.title in OURS:
                continue
            other = after[page.title] if page.title in after.sheetnames else None
            for row in page.iter_rows():
                for cell in row:
                    if cell.value is not None and (other is None or not _is_same(cell, other[cell.coordinate])):
                        yield page.title, cell.coordinate, str(cell.value)


def _is_same(one: Any, other: Any) -> bool:
    values = [getattr(cell.value, "text", cell.value) for cell in (one, other)]  # an array formula by its text
    looks = [(cell.number_format, cell.data_type, copy(cell.fill), copy(cell.font)) for cell in (one, other)]
    return bool(values[0] == values[1]) and looks[0] == looks[1]
