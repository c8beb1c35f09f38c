"""An invented programme of any number of applications, from exports to consultations held, for measuring a whole run.

From the project's root: ``python -m benchmarks.programmes FOLDER COUNT`` writes its folder; its result is final. As in
the example, every fourth application has a consultation in each of the two years.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path

import xlsxwriter

from benchmarks.generate import make_applications
from mentoring_lib import workflow
from mentoring_lib.base.columns import ANCHORS, APPLICATION, MARKS, MARKS_SHEET, MAX_POINTS, SHEETS, Column, label_of
from mentoring_lib.base.programme import FILE_NAME
from mentoring_lib.intake.workbook import WORKBOOK
from mentoring_lib.selection import lottery

Row = dict[str, object]

FIRST = ("Anna", "Inese", "Kristīne", "Līga", "Jānis", "Andris", "Juris", "Edgars", "Zane", "Dace")
LAST = ("Kalniņ", "Bērziņ", "Ozoliņ", "Liepiņ", "Krūmiņ", "Zariņ", "Sproģ", "Vītol", "Eglīt", "Balod")
LANDS = ("Bērzu", "Liepu", "Ozolu", "Kļavu", "Vītolu", "Upes", "Kalna", "Meža", "Ezera", "Pļavu", "Saules", "Vēja")
PLACES = ("pagalms", "iela", "stūris", "aleja", "dārzi", "mājas", "krasts", "gravas", "tilts", "sēta", "sala", "taka")
FROZEN_AT, DRAWN_ON, SEED = datetime(2023, 8, 30, 10), date(2023, 8, 30), "04071113192326293134"
FIRST_OFFER, FIRST_HOUR = date(2023, 9, 6), datetime(2023, 9, 20, 8)


def write_programme(folder: Path, count: int) -> Path:
    """Write a programme of ``count`` applications into a new folder and return it."""
    for name in ("pieteikumi", "vertejumi", "izloze"):
        (folder / name).mkdir(parents=True)
    _write_settings(folder, count, seed="")
    _write_applications(folder / "pieteikumi" / "pieteikumi.xlsx", count)
    inputs = workflow.read_inputs(folder)
    ids = inputs.applications["application_id"].tolist()
    for turn, marker in enumerate(inputs.programme.markers):
        marked = [_mark(number, turn) | {"application_id": key, "marker": marker} for number, key in enumerate(ids)]
        _write_book(folder / "vertejumi" / f"{marker}.xlsx", {MARKS_SHEET: (MARKS, marked)})
    text = workflow.make_frozen_record(workflow.read_inputs(folder), now=FROZEN_AT)
    (folder / "izloze" / lottery.FROZEN_FILE).write_bytes(text.encode())
    checksum = lottery.format_checksum(text)
    (folder / "izloze" / f"{lottery.FROZEN_FILE}{lottery.HASH}").write_bytes(checksum.encode())
    _write_settings(folder, count, seed=SEED)
    inputs = workflow.read_inputs(folder)
    decided = workflow.evaluate(inputs).decided.sort_values("rank")
    placed = decided.loc[decided["place_year"].eq(2023), "application_id"].tolist()
    rows = _hold(placed, [mentor.name for mentor in inputs.programme.mentors])
    themes = [{"application_id": key, "theme": list(inputs.programme.themes.values())[number % 8]}
              | {"who": "K", "on": date(2023, 9, 1)} for number, key in enumerate(ids)]  # fmt: skip
    sheets = {name: (columns, (rows | {"Tēmas": themes}).get(name, [])) for name, columns in SHEETS.items()}
    _write_book(folder / WORKBOOK, sheets)
    return folder


def _write_settings(folder: Path, count: int, seed: str) -> None:
    """Those of the example with as many places for as many applications."""
    lines = (workflow.EXAMPLE / FILE_NAME).read_text("utf-8").splitlines()
    places = {f"{year} = 7": f"{year} = {count // 4}" for year in (2023, 2024)}
    drawn = [places.get(line, line) for line in lines]
    kept = [line for line in drawn if not line.startswith(("seed =", "drawn_at =")) or seed]
    kept = [f'seed = "{seed}"' if line.startswith("seed =") else line for line in kept]
    (folder / FILE_NAME).write_text("\n".join(kept) + "\n", "utf-8")


def _write_applications(path: Path, count: int) -> None:
    """Names of one to three common words, as communities have; nobody's twice."""
    table = make_applications(count)
    names = [f"{land} {place}" for land, place in product(LANDS, PLACES)]
    people = [f"{first} {last}" for first, last in product(FIRST, LAST)]
    headings = {column.name: (column.also or (column.label,))[0] for column in APPLICATION}
    table[headings["community"]] = [_number(names, number) for number in range(count)]
    table[headings["contact_name"]] = [_number(people, number, "s") for number in range(count)]
    columns = [column for column in APPLICATION if headings[column.name] in table]
    rows = [{column.name: row[headings[column.name]] for column in columns} for row in table.to_dict(orient="records")]
    _write_book(path, {"Form Responses 1": (columns, rows)})


def _number(names: Sequence[str], number: int, ending: str = "") -> str:
    """The name at this place of an endless list: after the last one they come again with one more syllable."""
    turn, place = divmod(number, len(names))
    syllable = "".join("aeiou"[int(digit) % 5] + "lmnrt"[int(digit) // 2] for digit in str(turn)) if turn else ""
    return f"{names[place]}{syllable}{ending}"


def _mark(number: int, turn: int) -> Row:
    """Marks of one marker; every seventh application gets up to one point more from the second."""
    more = int(turn and number % 7 == 0)
    return {anchor: min(number // 4**place % 4 + more, MAX_POINTS) for place, anchor in enumerate(ANCHORS)}


def _hold(placed: Sequence[str], mentors: Sequence[str]) -> dict[str, list[Row]]:
    """Everything that was typed about the consultations of a year, each held with evidence."""
    events, advice, tasks = list[Row](), list[Row](), list[Row]()
    for number, key in enumerate(placed):
        slot, which = divmod(number, len(mentors))
        starts = FIRST_HOUR + timedelta(days=slot // 9 % 90, hours=slot % 9)
        day, told = starts.date(), {"application_id": key, "who": "K"}
        events += [
            told | {"event": "offered", "on": FIRST_OFFER, "year": 2023, "answer_by": date(2023, 9, 13)},
            told | {"event": "accepted", "on": date(2023, 9, 7)},
            told | {"event": "booked", "on": date(2023, 9, 12), "starts_at": starts, "mentor": mentors[which],
                    "mode": label_of("mode", "online")},
            told | {"event": "held", "on": day, "minutes": 60, "mode": label_of("mode", "online")},
        ]  # fmt: skip
        advice.append({"application_id": key, "recommendation": "Sāciet ar sarunu pagalmā.", "on": day})
        tasks.append({"application_id": key, "task": "Uzrakstīt vēstuli kaimiņiem", "who": "Kopiena",
                      "until": day + timedelta(days=14), "done_on": day + timedelta(days=10)})  # fmt: skip
    named = [row | {"event": label_of("event", str(row["event"]))} for row in events]
    return {"Notikumi": named, "Ieteikumi": advice, "Darbi": tasks}


def _write_book(path: Path, sheets: dict[str, tuple[Sequence[Column], list[Row]]]) -> None:
    with xlsxwriter.Workbook(
        str(path), {"strings_to_numbers": False, "default_date_format": "dd.mm.yyyy hh:mm"}
    ) as book:
        for name, (columns, rows) in sheets.items():
            page = book.add_worksheet(name)
            page.write_row(0, 0, [column.label for column in columns])
            for at, row in enumerate(rows, start=1):
                for place, column in enumerate(columns):
                    if (value := row.get(column.name)) is not None:
                        page.write(at, place, value)


if __name__ == "__main__":
    print(write_programme(Path(sys.argv[1]), int(sys.argv[2])))
