"""Read tables that others made as if they were our form: python tests/tools/foreign_tables.py FOLDER [CONVERTED].

FOLDER holds spreadsheets and text tables of public test suites. Each is read in a process of its own, with limits on
time and memory. Whatever is refused says why; of the rest, the first headings of each sheet are mapped onto questions
of the form, in order, and every cell below them that a second reader (openpyxl, odfpy, pandas) finds filled must come
out the same or be a problem at its row; so must every answer once it is typed. Old binary workbooks have no second
reader; CONVERTED may hold copies of them as LibreOffice saved them (``name.xlsx``). Linux only.
"""

from __future__ import annotations

import io
import json
import os
import re
import resource
import signal
import sys
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import openpyxl
import pandas as pd

from mentoring_lib.base.columns import APPLICATION
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.programme import read_programme
from mentoring_lib.base.texts import INVISIBLE, fold
from mentoring_lib.intake import applications, loading, text_files
from mentoring_lib.workflow import EXAMPLE

SECONDS, BYTES, MAX_CELLS = 60, 2_500_000_000, 20_000
PROGRAMME = read_programme(EXAMPLE / "programme.toml")
PLACES = applications.known_places(PROGRAMME.call)
Cells = dict[tuple[int, int], Any]


def read_again(path: Path, converted: Path | None) -> dict[str, Cells] | None:
    """Filled cells of each sheet by row and column (from 1) as another reader sees them; None if it cannot."""
    kind = path.suffix.lower()
    if kind in (".csv", ".tsv", ".tab", ".txt"):
        content = path.read_bytes()
        text = text_files.decode(content)
        with_delimiter = text_files._find_delimiter(text, ())
        width = max(line.count(with_delimiter) for line in text.splitlines()) + 1
        rows = pd.read_csv(
            io.StringIO(text), sep=with_delimiter, names=range(width), dtype="str", keep_default_na=False,
            skip_blank_lines=False, index_col=False,
        )  # fmt: skip
        return {"": _number(rows.itertuples(index=False, name=None))}
    if kind == ".ods":
        sheets = pd.read_excel(path, sheet_name=None, header=None, engine="odf", dtype=object)
        return {name: _number(table.itertuples(index=False, name=None)) for name, table in sheets.items()}
    if kind in (".xls", ".xlsb") and converted and (converted / f"{path.stem}.xlsx").is_file():
        path = converted / f"{path.stem}.xlsx"
    elif kind not in (".xlsx", ".xlsm"):
        return None
    book = openpyxl.load_workbook(path, data_only=True)
    return {page.title: {place: cell.value for place, cell in page._cells.items() if cell.value is not None}
            for page in book.worksheets}  # fmt: skip


def _number(rows: Any) -> Cells:
    return {
        (row, column): value
        for row, cells in enumerate(rows, start=1)
        for column, value in enumerate(cells, start=1)
        if not pd.isna(value) and value != ""
    }


def plain(value: Any) -> str:
    """A cell as text in which two readers agree: numbers to nine digits, lengths of time in seconds, no spaces."""
    if isinstance(value, datetime):
        value = (value + timedelta(microseconds=500)).replace(microsecond=0, tzinfo=None)
    text = INVISIBLE.sub("", str(value)).strip()
    text += " 00:00:00" if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else ""
    if match := re.fullmatch(r"(?:(\d+) days?, )?(\d+):(\d\d)(?::(\d\d)(?:\.\d+)?)?", text):
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return f"{((days * 24 + hours) * 60 + minutes) * 60 + seconds} s"
    try:
        return f"{float(text):.9g}"
    except ValueError:
        text = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)
        return "".join(sign for sign in text if not sign.isspace() and sign.isprintable()).lower()


def compare(sheet: loading.Sheet, again: Cells | None) -> Iterator[str]:
    """What is lost or differs of one sheet whose first headings are mapped."""
    row, guessed = loading.guess_headings(sheet, {})
    texts = [str(cell) for cell in guessed.top[row]] if guessed.top else []
    names = {fold(text): index for index, text in reversed(list(enumerate(texts))) if fold(text) and len(text) < 500}
    mapped = sorted(names.items(), key=lambda item: item[1])[: len(APPLICATION)]
    if len(mapped) < loading.HEADER_MATCHES:
        yield "- too few headings"
        return
    headers = {column.name: [texts[index]] for column, (_, index) in zip(APPLICATION, mapped, strict=False)}
    try:
        reading = loading.read_table(guessed, APPLICATION, headers, needed=())
    except Refused as refused:
        yield f"- refused with headings: {refused.problems[0].code}"
        return
    table, letters = reading.table, reading.letters[(guessed.file, guessed.name)]
    told = {(problem.row, problem.column) for problem in reading.problems}
    told_rows = {problem.row for problem in reading.problems if not problem.column}
    yield f"- rows {len(table)}"
    by_row = {number: index for index, number in enumerate(table["row"].tolist())}
    columns = {name: openpyxl.utils.column_index_from_string(letter) for name, letter in letters.items()}
    once = {name: texts.count(texts[index - 1]) == 1 for name, index in columns.items()}
    top = min((number for number in by_row), default=0)
    for name, index in columns.items() if again is not None else ():
        for (number, column), value in (again or {}).items():
            if column != index or number <= row + 1 or number < top or not plain(value) or not once[name]:
                continue
            ours = table[name].iloc[by_row[number]] if number in by_row else ""
            if plain(ours) != plain(value) and (number, name) not in told and number not in told_rows:
                yield f"! {letters[name]}{number}: «{ours:.60}» ne «{plain(value):.60}»"
    yield from check_typed(table)


def check_typed(table: pd.DataFrame) -> Iterator[str]:
    """Cells that are filled but neither typed nor a problem."""
    if table.empty:
        return
    raw = applications.identify(table, PROGRAMME)
    typed, problems = applications.clean_applications(raw, PROGRAMME, PLACES)
    told = {(problem.row, problem.column) for problem in problems}
    for column in APPLICATION:
        missing = typed[column.name].isna() | typed[column.name].map(lambda value: value == ())
        filled = raw[column.name].str.strip().ne("")
        for number, text in zip(raw.loc[filled & missing, "row"], raw.loc[filled & missing, column.name], strict=True):
            if (number, column.name) not in told and column.kind != "phone":
                yield f"! typed {column.name} {number}: «{text:.60}»"


def try_file(path: Path, converted: Path | None) -> list[str]:
    """What becomes of one file, a line each: "- " as it should, "! " against the rule."""
    try:
        sheets = loading.read_sheets(path)
    except Refused as refused:
        return [f"- refused: {describe(refused.problems[0])}"]
    signal.signal(signal.SIGVTALRM, lambda *_: (_ for _ in ()).throw(TimeoutError))
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS / 2)  # some are slow over thousands of merged cells
    try:
        again = read_again(path, converted)
    except Exception as error:
        again, note = None, [f"- second reader: {type(error).__name__}"]
    else:
        note = [] if again else ["- no second reader"]
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    lines = []
    for sheet in sheets:
        if sum(map(len, sheet.columns)) > MAX_CELLS or not sheet.columns:
            lines.append("- empty" if not sheet.columns else "- large")
            continue
        lines += compare(sheet, again.get(sheet.name) if again else None)
    return note + lines


def describe(problem: Problem) -> str:
    """A cause without what is of this file."""
    return f"{problem.code} {re.sub(r'[(].*[)]', '', problem.details)}"


def try_apart(path: Path, converted: Path | None) -> list[str]:
    """The same in a process of its own, which may die."""
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        warnings.simplefilter("ignore")
        try:
            lines = try_file(path, converted)
        except BaseException:
            lines = ["! " + traceback.format_exc()]
        with os.fdopen(send, "w") as out:
            json.dump(lines[:400], out)
        os._exit(0)
    os.close(send)
    with os.fdopen(receive) as told:
        text = told.read()
    _, status = os.waitpid(child, 0)
    return json.loads(text) if text and not status else [f"! killed: status {status}"]


def main() -> int:
    """Try every file of the folder; print what is against the rule, then how often each thing happened."""
    folder, converted = Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None
    counts: Counter[str] = Counter()
    wrong = 0
    for path in sorted(folder.iterdir()):
        started = monotonic()
        lines = try_apart(path, converted)
        bad = [line for line in lines if line.startswith("!")]
        wrong += bool(bad)
        if bad:
            print(f"{path.name}: {len(bad)}", *bad[:4], sep="\n  ", flush=True)
        counts.update(re.sub(r"\d+", "N", line) for line in set(lines) if line[0] == "-")
        if monotonic() - started > 15:
            print(path.name, round(monotonic() - started), "s", flush=True)
        counts["files"] += 1
        counts["rows"] += sum(int(line.rpartition(" ")[2]) for line in lines if line.startswith("- rows"))
    print(*(f"{number:7} {line}" for line, number in counts.most_common()), sep="\n")
    print(f"{wrong} files against the rule")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
