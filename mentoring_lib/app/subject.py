"""One applicant's rights: everything kept about her as one document, and everything deleted at her wish."""

import argparse
import zipfile
from collections.abc import Iterator
from pathlib import Path

from mentoring_lib import workflow
from mentoring_lib.app import backup, outputs, paths, recall, screen, writing
from mentoring_lib.base.columns import LOOK_UP, SHEETS
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.rows import Entry, rows_of
from mentoring_lib.delivery.events import RELEASED
from mentoring_lib.documents.held_data import make_held_data
from mentoring_lib.funder.privacy import index_answers, read, read_texts
from mentoring_lib.intake import loading, stones
from mentoring_lib.intake.cleaning import read_code
from mentoring_lib.intake.workbook import WORKBOOK
from mentoring_lib.workflow import Inputs, Results

# Of a programme's folder, what is listed row by row or stays; anything else may hold something of an application.
LISTED = ("pieteikumi", "vertejumi", "izloze", WORKBOOK, stones.FILE)


ABOUT_ONE = ("Labojumi", "Tēmas")  # sheets on which no figure stands once an application is forgotten


def run_about(arguments: argparse.Namespace) -> int:
    """Make the document about one application; an exit code."""
    folder, out, key = arguments.folder, arguments.place, read_code(arguments.key)
    inputs, results = _open(folder, key)
    files = [path.as_posix() for path in list_files(folder, out, inputs, key)]
    name = f"{outputs.INTERNAL}/{key} dati.docx"
    writing.add_file(out, name, make_held_data(inputs, results, key, files))
    print(f"Viss par pieteikumu {key}: {out / name}")
    print("Pirms sūtīšanas pārbaudiet, vai tajā nav citu cilvēku datu. Sagatavojot dokumentus, rīks to izdzēsīs.")
    return paths.FINE


def run_forget(arguments: argparse.Namespace) -> int:
    """Delete what the project made about one application, list what only a person may delete; an exit code.

    A stone is left (see :mod:`stones`). To be run again: «dati ir izdzēsti» is said when nothing is found any more.
    """
    folder, out, key = arguments.folder, arguments.place, read_code(arguments.key)
    if folder == paths.EXAMPLE:
        raise Refused([Problem("erase_example")])
    inputs, results = _open(folder, key)
    places, decided = results.places.set_index("application_id")["status"], results.decided
    own = decided[decided["application_id"].eq(key)]  # several where two forms were sent within a minute
    if own["state"].eq("eligible").any() or places.get(key, RELEASED[0]) not in RELEASED:
        raise Refused([Problem("forget_competes", value=key)])
    known = stones.read_stones(folder)
    if key not in known and not (arguments.yes or screen.is_meant(folder.name)):
        print("Nekas nav izdzēsts.")
        return paths.ISSUES
    town = own["municipality"].fillna("").iloc[0]
    writing.replace_file(folder / stones.FILE, stones.format_stones({key: town, **known}))
    listed = [name for name in writing.read_manifest(out)[0] if name.startswith(f"{outputs.INTERNAL}/")]
    files = {path.as_posix() for path in list_files(folder, out, inputs, key)}
    made = [name for name in listed if (out / name).as_posix() in files]
    stuck = writing.remove_files(out, made) if made else []
    screen.print_lines("Rīks izdzēsa", [name for name in made if name not in stuck])
    left = [
        *list_rows(inputs, key),
        *list_lists(folder, key),
        *(path.as_posix() for path in list_files(folder, out, inputs, key)),
    ]
    screen.print_lines("Jums jāizdzēš vai jāpārbauda", left)
    notes = list(list_notes(inputs, key))
    screen.print_lines("Šīs rindas paliek, bet izdzēsiet no tām vārdus un citus personas datus", notes)
    print("Pārbaudiet arī e-pastu, veidlapas atbildes mākonī, vērtētāju kopijas, kopijas citos diskos un atkritni.")
    print("Kad izdzēsts, palaidiet to pašu vēlreiz." if left else f"Pieteikuma {key} dati ir izdzēsti.")
    return paths.ISSUES if left else paths.FINE


def _open(folder: Path, key: str) -> tuple[Inputs, Results]:
    inputs = workflow.read_inputs(folder)
    if key not in set(inputs.applications["application_id"]):
        raise Refused([Problem("code_unknown", value=key)])
    return inputs, workflow.evaluate(inputs, as_of=paths.find_day(inputs.programme))


def list_rows(inputs: Inputs, key: str) -> Iterator[str]:
    """Rows of hers that are about an application alone: its own, its marks, its corrections, its themes."""
    own = inputs.applications[inputs.applications["file"].ne(stones.FILE)]
    for table in (own, inputs.marks, *(inputs.sheets[name] for name in ABOUT_ONE)):
        for row in rows_of(table[table["application_id"].eq(key)], Entry):
            yield _describe(row)


def list_notes(inputs: Inputs, key: str) -> Iterator[str]:
    """Rows of the workbook that stay, since figures stand on them, but whose texts may tell of a person."""
    for name in SHEETS:
        sheet = inputs.sheets[name]
        if name not in ABOUT_ONE and "application_id" in sheet:
            yield from map(_describe, rows_of(sheet[sheet["application_id"].eq(key)], Entry))


def _describe(row: Entry) -> str:
    return ", ".join(filter(None, (row.file, row.sheet and f"lapa «{row.sheet}»", f"{row.row}. rinda")))


def list_files(folder: Path, out: Path, inputs: Inputs, key: str) -> list[Path]:
    """Files that hold something about an application: its code in their name, or an answer of it inside.

    Once its row is gone from the export, its answers are known no more: then its code tells, in what is hers alone
    (older workbooks, answers); a backup counts from before it was forgotten, or with an export that is not there now.
    """
    table = inputs.applications
    index = index_answers(table[table["application_id"].eq(key)])
    hers = [path for path in sorted(folder.rglob("*")) if path.is_file() and out not in path.parents
            and not _is_listed(path.relative_to(folder).as_posix(), inputs)]  # fmt: skip
    found = []
    for path in [*(path for path in sorted(out.rglob("*")) if path.is_file()), *hers]:
        texts = [path.name, *read_texts({path.name: path.read_bytes()})]
        if key in path.name or index.look_up(read(texts)) or (path in hers and any(key in text for text in texts)):
            found.append(path)
    return [*found, *(path for path in backup.list_backups(folder) if _holds(path, folder, key, inputs))]


def _is_listed(name: str, inputs: Inputs) -> bool:
    """Whether a file of a programme's folder is listed row by row, or holds no more than the code that stays."""
    return name.partition("/")[0] in (*LISTED, inputs.programme.file) or name == f"{recall.FOLDER}/{recall.FILE}"


def _holds(copy: Path, folder: Path, key: str, inputs: Inputs) -> bool:
    """Whether a backup may hold an application: made before it was forgotten, with another export, or with its code."""
    try:
        with zipfile.ZipFile(copy) as packed:
            names = [one for one in packed.namelist() if one.startswith(f"{folder.name}/")]
            kept = {one.partition("/")[2]: packed.read(one) for one in names}
    except zipfile.BadZipFile:
        return True
    exports = {name: content for name, content in kept.items() if name.startswith("pieteikumi/")}
    there = {f"pieteikumi/{path.name}": path.read_bytes() for path in loading.list_files(folder / "pieteikumi")}
    if key not in kept.get(stones.FILE, b"").decode("utf-8-sig") or not exports.items() <= there.items():
        return True
    hers = {name: content for name, content in kept.items() if not _is_listed(name, inputs)}
    return any(key in text for text in [*hers, *read_texts(hers)])


def list_lists(folder: Path, key: str) -> Iterator[str]:
    """The line of the look-up sheet, as long as it holds more than the code: it goes when the lists are renewed."""
    path = folder / WORKBOOK
    for sheet in loading.read_sheets(path) if path.is_file() else ():
        if sheet.name == LOOK_UP and any(row[0] == key and any(row[1:]) for row in zip(*sheet.columns, strict=True)):
            yield f"{WORKBOOK}, lapa «{LOOK_UP}»: pēc rindas dzēšanas eksportā atjaunojiet sarakstus"
