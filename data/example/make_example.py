"""Make the example's workbooks from ``content.toml``: the form export, two marking sheets, the tracking workbook.

Everything is invented and every file says so. The final order is worked out here a second time, without the library,
since the history of the places is told by rank; the two calculations have to agree.
"""

from __future__ import annotations

import hashlib
import io
import math
import re
import tomllib
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from mentoring_lib.base import columns
from mentoring_lib.base.columns import Column, label_of
from mentoring_lib.intake.applications import application_id

HERE = Path(__file__).parent
CALL = "KKK-2023"
SEED = "0407111319232629313437394346495255586061"  # invented: 20 numbers of an invented draw, two digits each
MUNICIPALITIES = {"mārupes novads", "marupes novads", "olaines novads", "ķekavas novads"}  # also as one was typed
DEADLINE = datetime(2023, 8, 21, 23, 59, 59)
NEW_FROM = 2021
CLEAR_FROM = 7  # of 12 points
AS_OF = date(2024, 9, 15)
ROWS_STYLED = 1000  # Google Sheets styles about this many rows, filled or not
CANNOT_JUDGE = -1
GROUPS = {  # clarity of those who are new or not, clear or not: what the example is meant to show
    (True, True): [11.5, 10.5, 10, 9, 8, 7.5],
    (True, False): [6.5, 6, 5, 4.5, 3, 1.5],
    (False, True): [11, 10, 9.5, 8, 8, 7],
    (False, False): [6, 4.5, 4.5, 3, 1],
}
RATINGS = ("then_1", "now_1", "then_2", "now_2", "then_3", "now_3")
DATE, MOMENT, TIMESTAMP = "dd.mm.yyyy", "dd.mm.yyyy hh:mm", "dd.mm.yyyy h:mm:ss"
WIDTHS = {
    "id": 12,
    "moment": 17,
    "date": 12,
    "mark": 13,
    "count": 14,
    "minutes": 9,
    "choice": 18,
    "theme": 60,
    "yes_no": 9,
    "text": 18,
    "shown": 40,
}
LONG_TEXT = dict.fromkeys(("question_text", "before", "after", "reason", "note"), 42) | {
    "recommendation": 90,
    "task": 60,
    "outcome": 40,
    "sentence": 40,
    "text": 120,
}
"""Characters; no sheet is wider than 185, so that it can be read when printed."""
PLAIN, BOLD = Font(name="Calibri", size=11), Font(name="Calibri", size=11, bold=True)
INTRO = Font(name="Calibri", size=11, italic=True, color="7F3F00")
HEADING_FILL = PatternFill("solid", fgColor="DDE8E3")
STAMP = "2024-09-15T09:00:00Z"

Record = dict[str, Any]


# ── What the applications come to: a second calculation, apart from the library on purpose ─────────────────────────


def read_content() -> Record:
    """Read the invented content and give every application its code."""
    content = tomllib.loads((HERE / "content.toml").read_text(encoding="utf-8"))
    for row, case in enumerate(content["applications"], start=2):
        assert case["row"] == row, f"application {case['community']} is not in row {row}"
        case["id"] = application_id(f"{case['at']:%Y-%m-%dT%H:%M}", case["email"], case["community"])
    return content


def is_eligible(case: Record, set_aside: set[int]) -> bool:
    """Tell whether an application stands in the ranking."""
    inside = case["municipality"].casefold() in MUNICIPALITIES
    return inside and case["consent"] != "Nepiekrītu" and case["at"] <= DEADLINE and case["row"] not in set_aside


def is_new(case: Record) -> bool:
    """Tell whether a community is new; an answer in words means that it is still forming."""
    return isinstance(case["started"], str) or case["started"] >= NEW_FROM


def clarity(case: Record, agreed: dict[tuple[int, str], int]) -> Fraction:
    """Sum over the anchors of the markers' mean, or of the agreed mark where there is one."""
    total = Fraction(0)
    for place, anchor in enumerate(columns.ANCHORS):
        marks = [given[place] for given in case["marks"] if given and given[place] != CANNOT_JUDGE]
        total += agreed.get((case["row"], anchor), Fraction(sum(marks), len(marks)))
    return total


def final_order(cases: Iterable[Record]) -> list[Record]:
    """Rank by priorities met; inside a tier the groups take turns, each ordered by clarity, then by lot."""
    cases = list(cases)
    groups: dict[tuple[bool, bool], list[Record]] = {}
    for case in cases:
        case["ticket"] = hashlib.sha256(f"{SEED}|{CALL}|{case['id']}".encode()).hexdigest()
        case["group"] = (is_new(case), case["clarity"] >= CLEAR_FROM)
        groups.setdefault(case["group"], []).append(case)
    for members in groups.values():
        members.sort(key=lambda case: (-case["clarity"], case["ticket"]))
        for place, case in enumerate(members):
            case["place_in_group"] = place
    return sorted(cases, key=lambda case: (-sum(case["group"]), case["place_in_group"], case["ticket"]))


# ── Writing ────────────────────────────────────────────────────────────────────────────────────────────────────────


def write_cell(sheet: Worksheet, row: int, column: int, value: Any, number_format: str | None = None) -> Cell:
    """Write one value; a text is always a text, also when it begins with "="."""
    cell = sheet.cell(row, column, value)
    if isinstance(value, str) and value:
        cell.data_type = "s"
        cell.quotePrefix = value.startswith("=")
    if number_format:
        cell.number_format = number_format
    return cell


def write_table(sheet: Worksheet, table: Sequence[Column], rows: Iterable[Record], intro: str) -> None:
    """Write a sheet: one line on what it is for, the headings, then one row per record."""
    widths = [LONG_TEXT.get(column.name, WIDTHS[column.kind]) for column in table]
    formats = {"date": DATE, "moment": MOMENT}
    write_cell(sheet, 1, 1, intro).font = INTRO
    for place, column in enumerate(table, start=1):
        heading = write_cell(sheet, 2, place, column.label)
        heading.font, heading.fill, heading.alignment = BOLD, HEADING_FILL, Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(place)].width = widths[place - 1]
    sheet.row_dimensions[2].height = row_height([column.label for column in table], widths)
    for row, record in enumerate(rows, start=3):
        values = [record.get(column.name) for column in table]
        for place, (column, value) in enumerate(zip(table, values, strict=True), start=1):
            across = "center" if column.kind in {"mark", "count"} else "left"
            cell = write_cell(sheet, row, place, value, formats.get(column.kind))
            cell.alignment = Alignment(horizontal=across, wrap_text=True, vertical="top")
        sheet.row_dimensions[row].height = row_height(values, widths)
    sheet.freeze_panes, sheet.print_title_rows = "A3", "2:2"
    fit_to_page(sheet)


def write_lines(sheet: Worksheet, lines: Iterable[str]) -> None:
    """Write a page of plain lines, the first one in bold."""
    width = 100
    sheet.column_dimensions["A"].width = width
    for row, line in enumerate(lines, start=1):
        cell = write_cell(sheet, row, 1, line)
        cell.alignment, cell.font = Alignment(wrap_text=True, vertical="top"), BOLD if row == 1 else PLAIN
        sheet.row_dimensions[row].height = row_height([line], [width])
    fit_to_page(sheet)


def row_height(values: Sequence[Any], widths: Sequence[int]) -> float:
    """Height in points that shows the longest of the wrapped texts whole (not every program finds it itself)."""
    letters_of = [len(value) if isinstance(value, str) else 1 for value in values]
    lines = max(math.ceil(letters / width) for letters, width in zip(letters_of, widths, strict=True))
    return 15.0 * max(lines, 1)


def fit_to_page(sheet: Worksheet) -> None:
    """Print a sheet across the width of a landscape page."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = "landscape", 9, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def add_choices(sheet: Worksheet, place: int, source: str) -> None:
    """Put a drop-down list on a column; what stands outside the list is warned about, not refused."""
    letter = get_column_letter(place)
    choice = DataValidation(type="list", formula1=source, allow_blank=True, errorStyle="warning", showErrorMessage=True)
    choice.add(f"{letter}3:{letter}500")
    sheet.add_data_validation(choice)


def save(workbook: Workbook, path: Path) -> None:
    """Save with fixed dates, so that the same content makes the same bytes."""
    workbook.properties.creator = "Piemēra dati"
    workbook.properties.created = datetime.fromisoformat(STAMP).replace(tzinfo=None)
    written = io.BytesIO()
    workbook.save(written)
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + STAMP.encode(), part)
            new.writestr(zipfile.ZipInfo(name, (2024, 9, 15, 9, 0, 0)), part, zipfile.ZIP_DEFLATED)


# ── The form export ────────────────────────────────────────────────────────────────────────────────────────────────


def theme_codes(content: Record, case: Record) -> list[str]:
    """Ticked themes in the form's order; the free text is the last one."""
    ticked = [*case["themes"], *(["other"] if "other" in case else [])]
    return [code for code in content["themes"] if code in ticked]


def themes_answer(content: Record, case: Record) -> str:
    """Join the ticked themes as Google Sheets does, the free text of "other" bare at the end."""
    labels = [content["themes"][code] for code in case["themes"]]
    return ", ".join([*labels, *([case["other"]] if "other" in case else [])])


def answers(content: Record, case: Record) -> Record:
    """One application as the form gives it."""
    return {
        "submitted_at": case["at"],
        "email": case["email"],
        "community": case["community"],
        "municipality": case["municipality"],
        "place": case["place"],
        "contact_name": case["contact"],
        "phone": case["phone"],
        "started": case["started"],
        "registered": label_of("yes_no", "yes" if case["registered"] else "no").capitalize(),
        "residents_involved": case.get("residents"),
        "themes": themes_answer(content, case),
        "question": case["question"],
        "mode": label_of("mode", case["mode"]).capitalize(),
        "preferred_times": case["times"],
        "consent": case["consent"],
        "publicity": label_of("yes_no", "yes" if case["public"] else "no").capitalize(),
    }


AS_LABELLED = ("municipality", "phone")  # columns whose question on the form is their label


def make_export(content: Record) -> Workbook:
    """Make the form export in the shape of Google Sheets: real dates, a thousand styled rows, most of them empty."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Form Responses 1"
    font, alignment = Font(name="Arial", size=10), Alignment(vertical="bottom")
    border = Border(bottom=Side(style="thin", color="E0E0E0"))
    headings = [
        column.also[0] if column.also and column.name not in AS_LABELLED else column.label
        for column in columns.APPLICATION
    ]
    rows = [headings] + [list(answers(content, case).values()) for case in content["applications"]]
    assert list(answers(content, content["applications"][0])) == [column.name for column in columns.APPLICATION]
    for row in range(1, ROWS_STYLED + 1):
        for place in range(1, len(headings) + 1):
            value = rows[row - 1][place - 1] if row <= len(rows) else None
            cell = write_cell(sheet, row, place, value, TIMESTAMP if place == 1 and row > 1 else None)
            cell.font, cell.alignment, cell.border = font, alignment, border
    for place in range(1, len(headings) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 22
    sheet.freeze_panes = "A2"
    write_lines(workbook.create_sheet("PIEMĒRS"), content["texts"]["form"])
    return workbook


# ── The marking sheets ─────────────────────────────────────────────────────────────────────────────────────────────

CONTEXT = (Column("question_text", "text", "Jautājums (teksts)"), Column("themes_text", "text", "Tēmas (teksts)"))
MARKING = (*columns.MARKS[:2], *CONTEXT, *columns.MARKS[2:])


def marking_row(content: Record, case: Record, which: int) -> Record:
    """One application as one marker filled it in, with the question as corrected."""
    given = case["marks"][which] or [None] * len(columns.ANCHORS)
    marks = [label_of("mark", "cannot_judge") if mark == CANNOT_JUDGE else mark for mark in given]
    return {
        "application_id": case["id"],
        "marker": content["people"]["markers"][which],
        "question_text": corrected_question(content, case),
        "themes_text": themes_answer(content, case),
        **dict(zip(columns.ANCHORS, marks, strict=True)),
        "note": case.get("notes", ["", ""])[which] or None,
    }


def make_marking(content: Record, which: int) -> Workbook:
    """Make the sheet of one marker; each marker sees the applications in an order of their own."""
    marker = content["people"]["markers"][which]
    cases = sorted(
        (case for case in content["applications"] if "marks" in case),
        key=lambda case: hashlib.sha256(f"{marker}|{case['id']}".encode()).hexdigest(),
    )
    workbook = Workbook()
    workbook.active.title = "Skaidrojums"
    write_lines(workbook.active, content["texts"]["marking"])
    sheet = workbook.create_sheet(columns.MARKS_SHEET)
    rows = (marking_row(content, case, which) for case in cases)
    write_table(sheet, MARKING, rows, content["texts"]["marking_intro"])
    for place, column in enumerate(MARKING, start=1):
        if column.kind == "mark":
            add_choices(sheet, place, '"' + ",".join(columns.CHOICES["mark"].values()) + '"')
    return workbook


# ── The tracking workbook ──────────────────────────────────────────────────────────────────────────────────────────


def by_row(content: Record, row: int) -> Record:
    """The application in a row of the export."""
    return content["applications"][row - 2]


def corrected_question(content: Record, case: Record) -> str:
    """The question, taken over from a later application where a correction says so."""
    for correction in content["corrections"]:
        if correction["row"] == case["row"] and "from_row" in correction:
            return by_row(content, correction["from_row"])["question"]
    return case["question"]


def corrections(content: Record) -> list[Record]:
    """Rows of the sheet of corrections."""
    labels = {column.name: column.label for column in columns.APPLICATION}
    rows = []
    for given in content["corrections"]:
        case = by_row(content, given["row"])
        after = given["after"] if "after" in given else corrected_question(content, case)
        before = answers(content, case)[given["column"]]
        rows.append(
            {**given, "application_id": case["id"], "column": labels[given["column"]], "before": before, "after": after}
        )
    return [{**row, "who": content["people"]["coordinator"]} for row in rows]


def decisions(content: Record) -> list[Record]:
    """Rows of the sheet of decisions."""
    return [
        {
            "application_id": by_row(content, given["row"])["id"],
            "decision": label_of("decision", given["decision"]),
            "value": by_row(content, given["value_row"])["id"] if "value_row" in given else given["value"],
            "reason": given["reason"],
            "who": content["people"]["coordinator"],
            "on": given["on"],
        }
        for given in content["decisions"]
    ]


def confirmed_themes(content: Record, set_aside: set[int]) -> list[Record]:
    """Rows of the sheet of themes: one per application and theme, for all from inside but the duplicate."""
    return [
        {
            "application_id": case["id"],
            "theme": content["themes"][code],
            "who": content["people"]["coordinator"],
            "on": content["history"]["confirmed_on"],
        }
        for case in content["applications"]
        if case["row"] not in set_aside and case["municipality"] != "Rīga"
        for code in case.get("confirmed", theme_codes(content, case))
    ]


def free_times(content: Record) -> list[Record]:
    """Rows of the sheet of the mentors' free times, in order of time."""
    slots = [dict(zip(content["free_times"]["columns"], row, strict=True)) for row in content["free_times"]["rows"]]
    for slot in slots:
        slot["ends_at"] = slot["starts_at"] + timedelta(minutes=slot["minutes"])
        slot["mode"] = label_of("mode", slot["mode"])
    return sorted(slots, key=lambda slot: slot["starts_at"])


def is_held(place: Record) -> bool:
    """Tell whether the consultation of a place took place."""
    return "minutes" in place


def history(content: Record, order: list[str]) -> dict[str, list[Record]]:
    """Tell what happened to the places, which the content names by rank.

    Parameters
    ----------
    content : dict
        The invented content.
    order : list of str
        Codes of the eligible applications, rank 1 first.

    Returns
    -------
    dict of str to list of dict
        Rows of four sheets, in order of time; «Notikumi» holds what does not fit a row of «Konsultācijas».
    """
    cases = {case["id"]: case for case in content["applications"]}
    rows: dict[str, list[Record]] = {name: [] for name in ("Konsultācijas", "Notikumi", "Ieteikumi", "Darbi")}
    for told in content["history"]["places"]:
        place = dict(zip(content["history"]["columns"], told, strict=False))
        case = cases[order[place["rank"] - 1]]
        rows["Konsultācijas"].append(consultation(content, case, place))
        rows["Notikumi"] += place_events(content, case, place)
        if is_held(place):
            rows["Ieteikumi"] += [
                {"application_id": case["id"], "recommendation": text, "on": place["sent"]}
                for text in case["recommendations"]
            ]
            case["held_on"] = place["starts_at"].date()
            after = {row[1]: row[2:] for row in content["outcomes"]["rows"] if row[0] == case["row"]}
            rows["Darbi"] += [
                dated_task(case, task, case["held_on"]) | told_outcome(*after.get(number, ()))
                for number, task in enumerate(case["tasks"], start=1)
            ]
    rows["Notikumi"].sort(key=lambda event: event["on"])
    rows["Ieteikumi"].sort(key=lambda row: row["on"])
    assert all(event["on"] <= AS_OF for event in rows["Notikumi"])
    return rows


def agreed_mode(case: Record, place: Record) -> str:
    """How the hour is held: the application's own wish goes first."""
    return label_of("mode", case["mode"] if case["mode"] != "any" else place.get("mode", "any"))


def consultation(content: Record, case: Record, place: Record) -> Record:
    """The row of one offer, as far as it came; of an hour that was missed, the first hour."""
    rank, told = str(place["rank"]), content["history"]
    row = {"application_id": case["id"], "year": place["year"], "offered_on": place["offered"],
           "answer_by": place["answer_by"], "note": told["notes"].get(rank)}  # fmt: skip
    if "answer" in place:
        row |= {"answer": label_of("answer", place["answer"]), "answered_on": place["answered"]}
    if "booked" in place:
        row |= {"starts_at": place["starts_at"], "mentor": place["mentor"], "mode": agreed_mode(case, place)}
        row["venue"] = told["venues"].get(rank)
    if is_held(place):
        row |= {"held": label_of("yes_no", "yes"), "minutes": place["minutes"], "sent_on": place["sent"]}
        row["participants"] = told["participants"][rank]
    if place["rank"] == told["missed"]["rank"]:
        row |= {"starts_at": told["missed"]["starts_at"], "held": label_of("yes_no", "no"), "minutes": None}
        row |= {"participants": None, "note": told["missed"]["note"]}
    return row


def place_events(content: Record, case: Record, place: Record) -> list[Record]:
    """Events of one place that do not fit its row: an hour booked again after a missed one, a withdrawal."""
    rank, missed, withdrawn = place["rank"], content["history"]["missed"], content["history"]["withdrawn"]
    rows: list[Record] = []
    if rank == missed["rank"]:
        planned = {"mentor": place["mentor"], "mode": agreed_mode(case, place), "starts_at": place["starts_at"]}
        held = {"on": place["starts_at"].date(), "minutes": place["minutes"]}
        rows.append({"event": "booked", "on": place["booked"], "note": missed["booked_again"], **planned})
        rows.append({"event": "held", **planned, **held, "participants": content["history"]["participants"][str(rank)]})
    if rank == withdrawn["rank"]:
        rows.append({"event": "withdrawn", "on": withdrawn["on"], "note": withdrawn["note"]})
    return [
        {**row, "application_id": case["id"], "event": label_of("event", row["event"]), "year": place["year"],
         "who": content["people"]["coordinator"]}
        for row in rows
    ]  # fmt: skip


def dated_task(case: Record, task: Record, held: date) -> Record:
    """A to-do item with its dates; what would be done after the as-of date is not done yet."""
    done = held + timedelta(days=task["done"]) if "done" in task else None
    return {
        "application_id": case["id"],
        "task": task["task"],
        "who": task["who"],
        "until": held + timedelta(days=task["due"]),
        "done_on": done if done and done <= AS_OF else None,
    }


def told_outcome(outcome: str = "", publish: str = "", evidence: str = "") -> Record:
    """What the community told of a task, and where that is seen."""
    return {
        "outcome": outcome or None,
        "evidence": evidence or None,
        "publish": label_of("publish", publish) if publish else None,
    }


def answers_after(content: Record) -> list[Record]:
    """Rows of «Pēc konsultācijas», in order of time: what each community that answered said."""
    told, rows = content["follow_up"], []
    for round_, names in (("next_day", told["columns"]), ("after_90_days", told["later_columns"])):
        for line in told[round_]:
            given = dict(zip(names, line, strict=False))
            case = by_row(content, given["row"])
            ratings = dict(zip(RATINGS, given.pop("ratings", ()), strict=False))
            words = {name: label_of(name, given[name]) for name in ("question_answered", "anyway", "publish")
                     if name in given}  # fmt: skip
            said = (
                {"recommends": label_of("yes_no", "yes" if given["recommends"] else "no")}
                if round_ == "next_day"
                else {}
            )
            rows.append({
                **given, **ratings, **words, **said,
                "application_id": case["id"],
                "round": label_of("round", round_),
                "answered_on": case["held_on"] + timedelta(days=given["after"]),
            })  # fmt: skip
    return sorted(rows, key=lambda row: row["answered_on"])


def results_after(content: Record) -> list[Record]:
    """Rows of «Rezultāti»."""
    lines = [dict(zip(content["happened"]["columns"], row, strict=True)) for row in content["happened"]["rows"]]
    return [
        {
            **{name: value or None for name, value in line.items()},
            "application_id": by_row(content, line["row"])["id"],
            "result": label_of("result", line["result"]),
            "publish": label_of("publish", line["publish"]),
        }
        for line in lines
    ]


def write_help(sheet: Worksheet, content: Record) -> dict[str, str]:
    """Write the help sheet with the lists that the drop-downs take from; give the address of each list."""
    write_lines(sheet, content["texts"]["help"])
    first = len(content["texts"]["help"]) + 2
    write_cell(sheet, first, 1, "Lapas").font = BOLD
    for row, (name, intro) in enumerate(content["intros"].items(), start=first + 1):
        purpose = intro.removeprefix("PIEMĒRS – izdomāti dati. ")
        write_cell(sheet, row, 1, f"{name} – {purpose[0].lower()}{purpose[1:]}")
    sheet.print_area = f"A1:A{first + len(content['intros'])}"
    lists = {
        "decision": columns.CHOICES["decision"],
        "event": columns.CHOICES["event"],
        "mode": columns.CHOICES["mode"],
        "answer": columns.CHOICES["answer"],
        "held": columns.CHOICES["yes_no"],
        "theme": content["themes"],
    }
    sources = {}
    for place, (name, labels) in enumerate(lists.items(), start=3):
        letter = get_column_letter(place)
        heading = next(column.label for table in columns.SHEETS.values() for column in table if column.name == name)
        write_cell(sheet, 1, place, f"Saraksts: {heading}").font = BOLD
        for row, label in enumerate(labels.values(), start=2):
            write_cell(sheet, row, place, label)
        sheet.column_dimensions[letter].width = 44
        sources[name] = f"Palīdzība!${letter}$2:${letter}${len(labels) + 1}"
    return sources


def make_tracking(content: Record, order: list[str], set_aside: set[int]) -> Workbook:
    """Make the tracking workbook as the coordinator would have it by the as-of date."""
    conflicts = [{**given, "application_id": by_row(content, given["row"])["id"]} for given in content["conflicts"]]
    rows = {
        "Labojumi": corrections(content),
        "Lēmumi": decisions(content),
        "Tēmas": confirmed_themes(content, set_aside),
        "Interešu konflikti": conflicts,
        "Laiki": free_times(content),
        **history(content, order),
        "Rezultāti": results_after(content),
        "Pēc konsultācijas": answers_after(content),
        "Pārskata teksti": [{**row, "part": label_of("part", row["part"])} for row in content["report_texts"]],
    }
    workbook = Workbook()
    workbook.active.title = "Palīdzība"
    sources = write_help(workbook.active, content)
    for name, table in columns.SHEETS.items():
        sheet = workbook.create_sheet(name)
        write_table(sheet, table, rows.get(name, []), content["intros"][name])
        for place, column in enumerate(table, start=1):
            if column.name in sources:
                add_choices(sheet, place, sources[column.name])
    return workbook


# ── Checks and the whole run ───────────────────────────────────────────────────────────────────────────────────────


def check_structure(content: Record, order: list[Record]) -> None:
    """Hold the example to what it is meant to show."""
    marked = [case for case in content["applications"] if "marks" in case]
    assert len({case["id"] for case in content["applications"]}) == 28
    assert len(marked) == 25
    assert len(order) == 23
    points = {group: [float(case["clarity"]) for case in order if case["group"] == group] for group in GROUPS}
    assert points == GROUPS
    pairs = [(case["row"], pair) for case in marked if all(case["marks"]) for pair in zip(*case["marks"], strict=True)]
    judged = [(row, pair) for row, pair in pairs if CANNOT_JUDGE not in pair]
    assert [row for row, (one, two) in judged if abs(one - two) >= 2] == [20], "one open discussion item, in row 20"
    assert len(pairs) - len(judged) == 1, "one cell that could not be judged"
    assert len(marked) * len(columns.ANCHORS) - len(pairs) == len(columns.ANCHORS), "one conflict of interest"


def main() -> None:
    """Write the four workbooks and show what they come to."""
    content = read_content()
    set_aside = {given["row"] for given in content["decisions"] if given["decision"] == "duplicate_of"}
    prefix = "agreed_"
    agreed = {
        (given["row"], given["decision"].removeprefix(prefix)): given["value"]
        for given in content["decisions"]
        if given["decision"].startswith(prefix)
    }
    for case in content["applications"]:
        if "marks" in case:
            case["clarity"] = clarity(case, agreed)
    order = final_order(case for case in content["applications"] if is_eligible(case, set_aside))
    check_structure(content, order)
    save(make_export(content), HERE / "pieteikumi" / "pieteikumi.xlsx")
    for which, marker in enumerate(content["people"]["markers"]):
        save(make_marking(content, which), HERE / "vertejumi" / f"{marker}.xlsx")
    save(make_tracking(content, [case["id"] for case in order], set_aside), HERE / "darba_gramata.xlsx")
    for rank, case in enumerate(order, start=1):
        novelty = label_of("novelty", "new" if case["group"][0] else "existing")
        shown = f"{rank:>2}  {case['id']}  {novelty:<5}  {case['clarity']!s:>4}"
        print(f"{shown}  {case['municipality']:<14}  {case['community']}")


if __name__ == "__main__":
    main()
