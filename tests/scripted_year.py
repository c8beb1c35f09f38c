"""An invented year played through the files as a person would: what she types or picks is counted, cell by cell.

    python tests/scripted_year.py            # plays it whole, with every output, and prints the counts
    python tests/scripted_year.py FOLDER     # keeps the programmes and their outputs there

47 applications with the usual mess, 10 consultations, 2 markers, 2 replaced, 1 moved. Everything stands in
``scripted_year.toml``; days are the story's, so that nothing hangs on the clock. What has a default is left empty.
"""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import re
import secrets
import shutil
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import openpyxl

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from mentoring_lib import workflow
from mentoring_lib.app import cli, paths, tracking
from mentoring_lib.base.columns import ALL_TICKED_AS, ANCHORS, APPLICATION, CHOICES, MARKS_SHEET, SEPARATOR, SHEETS
from mentoring_lib.base.settings import BOOK_NAME, PAGES
from mentoring_lib.documents.new_programme import make_tracking_workbook
from mentoring_lib.intake.form import FORM_BOOK
from mentoring_lib.intake.workbook import WORKBOOK
from mentoring_lib.render.entry_workbook import HEADER_ROW, LISTS

STORY = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
CODE = re.compile(r"\bK-?[0-9A-F]{6}\b", re.IGNORECASE)
ADDED = {  # columns and sheets that the workbook of version 0.1 did not have, or that a row of it said otherwise
    "Konsultācijas": ("venue", "participants", "evidence"),
    "Notikumi": ("venue", "participants", "evidence"),
    "Darbi": ("outcome", "evidence", "publish"),
    "Pārskata teksti": ("part", "text"),
}
FOLLOW_UP = ("Rezultāti", "Pēc konsultācijas")  # what communities answer by form
FAR = 6  # of 256: how often two markers are far apart


class Typed(NamedTuple):
    """One cell that she filled in."""

    book: str
    sheet: str
    column: str
    value: Any
    picked: bool


class Hand:
    """Fills in cells as a person does, by sheet and heading, and keeps what was typed or picked."""

    def __init__(self) -> None:
        self.cells: list[Typed] = []
        self._open: dict[Path, Any] = {}
        self._lists: dict[tuple[Path, str], list[str]] = {}

    def page(self, path: Path, sheet: str) -> Any:
        """A sheet of a workbook, opened until it is closed."""
        if path not in self._open:
            self._open[path] = openpyxl.load_workbook(path)
        return self._open[path][sheet]

    def close(self) -> None:
        """Save and close what is open."""
        for path, book in self._open.items():
            book.save(path)
        self._open.clear()
        self._lists.clear()

    def put(self, path: Path, sheet: str, place: tuple[int, int], column: str, value: Any) -> None:
        """Fill in one cell: picked where its drop-down offers the value, else typed."""
        cell = self.page(path, sheet).cell(*place, value)
        picked = str(value) in self.choices(path, sheet, cell)
        self.cells.append(Typed(path.name, sheet, column, value, picked))

    def choices(self, path: Path, sheet: str, cell: Any) -> list[str]:
        """What the drop-down of a cell offers."""
        rules = self.page(path, sheet).data_validations.dataValidation
        rule = next((one for one in rules if one.type == "list" and cell.coordinate in one.sqref), None)
        if rule is None or not rule.formula1.startswith(LISTS):
            return []
        if (path, rule.formula1) not in self._lists:
            columns = self.page(path, LISTS)[rule.formula1.partition("!")[2].replace("$", "")]
            self._lists[path, rule.formula1] = [str(one.value) for row in columns for one in row]
        return self._lists[path, rule.formula1]

    def count(self, file: str, *, without: Mapping[str, Sequence[str]] | None = None) -> dict[str, tuple[int, int]]:
        """Cells typed and picked by sheet of a workbook; ``without``: columns left out, by sheet."""
        kept = [c for c in self.cells if c.book == file and c.column not in (without or {}).get(c.sheet, ())]
        counts = Counter((cell.sheet, cell.picked) for cell in kept)
        return {sheet: (counts[sheet, False], counts[sheet, True]) for sheet in dict.fromkeys(c.sheet for c in kept)}

    def codes(self) -> list[Typed]:
        """Cells in which she typed the code of an application."""
        return [one for one in self.cells if not one.picked and CODE.search(str(one.value))]


class Year:
    """One programme in its folder, and the person who keeps it."""

    def __init__(self, folder: Path, story: Mapping[str, Any]) -> None:
        self.story, self.folder, self.hand = story, folder, Hand()
        self.day: date = date.min
        self.offered: list[str] = []  # communities, in order
        self.served: list[str] = []

    def do(self, job: str, *words: str) -> int:
        """A job of the menu on a day of the story; files are closed first."""
        self.hand.close()
        with redirect_stdout(io.StringIO()):
            return cli.main([job, str(self.folder), *words])

    def evaluate(self) -> workflow.Results:
        self.hand.close()
        return workflow.evaluate(workflow.read_inputs(self.folder), as_of=self.day)

    # What she fills in

    def settle(self, values: Mapping[str, Any]) -> None:
        """Type settings: by sheet a value by its name, or rows of a table by its headings."""
        path = self.folder / BOOK_NAME
        for sheet, told in values.items():
            tables = [table.title for page in PAGES if page.name == sheet for table in page.tables]
            rows = {cell.value: cell.row for cell in self.hand.page(path, sheet)["A"] if cell.value}
            for name, value in told.items():
                if name in tables:
                    self._fill_table(sheet, rows[name] + 2, value)
                else:
                    self.hand.put(path, sheet, (rows[name], 2), name, value)

    def _fill_table(self, sheet: str, top: int, rows: Sequence[Mapping[str, Any]]) -> None:
        """Rows of a table, found by what stands in their first column, else below the last one."""
        path = self.folder / BOOK_NAME
        page = self.hand.page(path, sheet)
        heads = {cell.value: cell.column for cell in page[top] if cell.value}
        for row in rows:
            key, *_ = row.values()
            column = [page.cell(at, heads[next(iter(row))]).value for at in range(top + 1, top + 40)]
            at = top + 1 + (column.index(key) if key in column else column.index(None))
            for name, value in row.items():
                if page.cell(at, heads[name]).value != value:
                    self.hand.put(path, sheet, (at, heads[name]), name, value)

    def heads(self, sheet: str) -> dict[str, int]:
        """Columns of a sheet of the tracking workbook, by name."""
        there = [cell.value for cell in self.hand.page(self.book, sheet)[HEADER_ROW + 1]]
        return {column.name: there.index(column.label) + 1 for column in SHEETS[sheet]}

    @property
    def book(self) -> Path:
        return self.folder / WORKBOOK

    def enter(self, sheet: str, *rows: Mapping[str, Any]) -> None:
        """Rows of a sheet of the tracking workbook, below the last one; a community stands for its application."""
        page, heads = self.hand.page(self.book, sheet), self.heads(sheet)
        filled = [row[0].row for row in page.iter_rows() if any(cell.value is not None for cell in row)]
        for at, row in enumerate(rows, start=max(filled) + 1):
            for name, value in row.items():
                place = (at, heads[name])
                self.hand.put(self.book, sheet, place, name, self._pick(sheet, page.cell(*place), value))

    def _pick(self, sheet: str, cell: Any, value: Any) -> Any:
        """The line of the drop-down with this community (or code), if there is one; a star: the other of two alike."""
        choices, name = self.hand.choices(self.book, sheet, cell), str(value).removesuffix("*")
        lines = [text for text in choices if name in text.split(SEPARATOR)]
        return lines[-1 if str(value).endswith("*") else 0] if lines else value

    def complete(self, sheet: str, told: Mapping[str, Mapping[str, Any]]) -> None:
        """Fill in more cells of the rows that stand there, by community."""
        heads, page = self.heads(sheet), self.hand.page(self.book, sheet)
        for row in range(HEADER_ROW + 2, page.max_row + 1):
            name = str(page.cell(row, 1).value or "").partition(SEPARATOR)[2]
            for column, value in told.get(name, {}).items():
                self.hand.put(self.book, sheet, (row, heads[column]), column, value)

    def confirm_themes(self, left: Collection[str] = ()) -> None:
        """One cell confirms all that an application ticked, but for communities that are not in the selection."""
        page, heads = self.hand.page(self.book, "Tēmas"), self.heads("Tēmas")
        for row in range(HEADER_ROW + 2, page.max_row + 1):
            name, ticked = (page.cell(row, heads[column]).value for column in ("application_id", "ticked"))
            if ticked and name.partition(SEPARATOR)[2] not in left:
                self.hand.put(self.book, "Tēmas", (row, heads["theme"]), "theme", ALL_TICKED_AS)

    def confirm_chosen(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """What a person confirmed: one cell where it is what was ticked, else a row for each theme."""
        page, heads = self.hand.page(self.book, "Tēmas"), self.heads("Tēmas")
        at = {str(page.cell(row, 1).value)[:8]: row for row in range(HEADER_ROW + 2, page.max_row + 1)}
        for code, group in itertools.groupby(rows, lambda row: row["application_id"]):
            chosen = [one["theme"] for one in group]
            if row := at.get(code):
                ticked = str(page.cell(row, heads["ticked"]).value or "").split("; ")
                first, *chosen = [ALL_TICKED_AS] if sorted(chosen) == sorted(ticked) else chosen
                self.hand.put(self.book, "Tēmas", (row, heads["theme"]), "theme", first)
            self.enter("Tēmas", *({"application_id": code, "theme": theme} for theme in chosen))

    # What others send

    def send_form(self) -> None:
        """The export of the form, as the form maker gives it."""
        book = openpyxl.Workbook()
        headings = {column.name: (column.also or (column.label,))[0] for column in APPLICATION}
        headings |= self.story["form"]["headings"]
        book.active.append(list(headings.values()))
        for row in list_applications(self.story):
            book.active.append([row[name] for name in headings])
        place = self.folder / "pieteikumi"
        book.save(place / "Pieteikumi (atbildes).xlsx")

    def mark(self) -> None:
        """Both markers fill in their sheets."""
        for path in sorted((self.folder / "vertejumi").glob("*.xlsx")):
            book = openpyxl.load_workbook(path)
            page = book[MARKS_SHEET]
            heads = [cell.value for cell in page[HEADER_ROW + 1]]
            columns = [heads.index(label) + 1 for label in ANCHORS.values()]
            for row in range(HEADER_ROW + 2, page.max_row + 1):
                if code := page.cell(row, 1).value:
                    digits = hashlib.sha256(str(code).encode()).digest()
                    strict = path.stem.startswith(self.story["strict"])
                    for number, column in enumerate(columns):
                        less = strict * (2 if digits[number + 8] < FAR else digits[number + 8] % 2)
                        page.cell(row, column, str(max(digits[number] % 4 - less, 0)))
            book.save(path)

    def answer(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """An export of a follow-up form."""
        place = self.folder / "atsauksmes"
        with (place / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


# The story


def list_applications(story: Mapping[str, Any]) -> list[dict[str, Any]]:
    """47 applications as the form gives them, with the usual mess."""
    names = [" ".join(pair) for pair in itertools.product(story["people"]["places"], story["people"]["kinds"])][:46]
    people = [" ".join(pair) for pair in itertools.product(story["people"]["first"], story["people"]["last"])]
    towns, questions = list(story["towns"].items()), story["texts"]["questions"]
    themes = list(tomllib.loads(FIRST.read_text("utf-8"))["themes"].values())
    rows = []
    for number, name in enumerate(names):
        town, place = towns[number % 3]
        rows.append({
            "submitted_at": datetime(2025, 2, 3, 9, 5) + timedelta(hours=13 * number),
            "email": f"kopiena{number}@example.org", "community": name, "municipality": town, "place": place,
            "contact_name": people[number], "phone": f"+371 2{number:07}", "started": 2015 + number % 10,
            "registered": ["Jā", "Nē"][number % 2], "residents_involved": 12 + number,
            "themes": ", ".join(themes[at] for at in sorted({number % 7, (number * 3 + 1) % 7})),
            "question": questions[number % 5], "mode": ["Klātienē", "Tiešsaistē", "Vienalga"][number % 3],
            "preferred_times": "darbdienu vakaros", "consent": "Piekrītu", "publicity": ["Jā", "Nē"][number % 5 == 4],
            "": "no kaimiņa",
        })  # fmt: skip
    for number, changes in MESS.items():
        rows[number] |= changes
    again = rows[7] | {"submitted_at": datetime(2025, 3, 1, 20, 15), "email": "cita@example.org", "phone": "29999999"}
    return sorted([*rows, again], key=lambda row: row["submitted_at"])


FIRST = Path(workflow.__file__).parent / "documents" / "first_settings.toml"
MESS: dict[int, dict[str, Any]] = {
    3: {"municipality": "Marupes novads"}, 5: {"municipality": "Ķekavas pagasts"}, 8: {"started": "vēl veidojas"},
    11: {"started": "kopš bērnības"}, 13: {"residents_involved": "30-50"}, 17: {"consent": ""},
    19: {"municipality": "Rīga"}, 21: {"email": "kopiena21@example,org"}, 24: {"phone": "2 000 00 24"},
    28: {"started": "2021. gada rudenī"}, 31: {"municipality": "Olaine"}, 34: {"themes": "Kur dabūt telpas?"},
    37: {"residents_involved": "apm. 40"}, 40: {"started": "nezinu"}, 44: {"submitted_at": datetime(2025, 3, 3, 0, 2)},
    45: {"submitted_at": datetime(2025, 3, 4, 8)}, 42: {"question": "?"},
}  # fmt: skip


def begin(year: Year) -> None:
    """The settings, until nothing is lacking; what only the draw can tell stays empty."""
    assert year.do("start") == paths.FINE
    year.settle(year.story["settings"])
    assert year.do("start") == paths.FINE


def receive(year: Year) -> None:
    """The export, one pass through the workbook that maps her form, what a person must settle; markers' sheets."""
    year.send_form()
    year.do("check")
    year.hand.put(year.folder / FORM_BOOK, "Pārbaudīts", (HEADER_ROW + 2, 2), "answer", "jā")
    year.do("check")
    by = {"who": year.story["coordinator"], "on": year.day}
    year.enter("Labojumi", *({**row, **by} for row in year.story["corrections"]))
    year.enter("Lēmumi", *({**row, **by} for row in year.story["decisions"]))
    year.enter("Interešu konflikti", *({**row, "on": year.day} for row in year.story["conflicts"]))
    year.do("mark")


def settle_marks(year: Year) -> None:
    """What the markers gave, and what they agreed on where they were far apart."""
    year.mark()
    results = year.evaluate()
    names = dict(zip(results.decided["application_id"], results.decided["community"], strict=True))
    year.enter("Lēmumi", *(
        {"application_id": names[row.application_id], "decision": CHOICES["decision"][f"agreed_{row.anchor}"],
         "value": "2", "reason": "Pārrunāts.", "who": "vērtētāji", "on": year.day}
        for row in results.anchors[results.anchors["gap"].ge(2)].itertuples()
    ))  # fmt: skip


def freeze(year: Year) -> None:
    assert year.do("freeze", "--yes") == paths.FINE


def draw(year: Year) -> None:
    """The draw, the meeting, and the themes of all who are in the selection."""
    year.settle(year.story["drawn"])
    year.confirm_themes(year.story["left"])


def offer(year: Year) -> None:
    """Everyone whom page 3 proposes is offered a consultation."""
    results = year.evaluate()
    names = dict(zip(results.decided["application_id"], results.decided["community"], strict=True))
    new = [names[key] for key in results.proposals["application_id"]]
    year.enter("Konsultācijas", *({"application_id": name, "offered_on": year.day} for name in new))
    year.offered += new


def prepare(year: Year) -> None:
    """When the mentors are free; first offers."""
    year.enter("Laiki", *(
        {"mentor": mentor, "starts_at": start, "ends_at": start + timedelta(hours=3), "mode": "nav svarīgi"}
        for mentor in MENTORS for start in (datetime(2025, month, day, 16) for month, day in FREE)
    ))  # fmt: skip
    offer(year)


def hear(year: Year) -> None:
    """One declines, one does not answer, the others agree; what is freed is offered again."""
    answers = dict.fromkeys(year.offered[:10], "piekrita") | {
        year.offered[3]: "atteicās",
        year.offered[7]: "neatbildēja",
    }
    heard, silent = {"answered_on": date(2025, 4, 9)}, {"note": "Zvanīts divreiz."}
    year.complete("Konsultācijas", {
        name: {"answer": answer} | (silent if answer == "neatbildēja" else heard) for name, answer in answers.items()
    })  # fmt: skip
    offer(year)


def agree(year: Year) -> None:
    """Hours are agreed upon; one is moved."""
    year.complete(
        "Konsultācijas", {name: {"answer": "piekrita", "answered_on": year.day} for name in year.offered[10:]}
    )
    year.served = [name for number, name in enumerate(year.offered) if number not in (3, 7)]
    year.complete("Konsultācijas", {name: hour_of(number) for number, name in enumerate(year.served)})
    moved = {**hour_of(4), "starts_at": MOVED}
    year.enter("Notikumi", {"application_id": year.served[4], "event": "norunāts laiks", "on": date(2025, 5, 5),
                            **moved, "note": "Pārcelts: mentorei cits darbs."})  # fmt: skip


def hour_of(number: int) -> dict[str, Any]:
    month, day = FREE[number % 5]
    mode = ["klātienē", "tiešsaistē"][number % 3 == 2]
    venue = "Bibliotēkas zāle" if mode == "klātienē" else "https://example.org/saruna"
    start = datetime(2025, month, day, 17)
    return {"mentor": MENTORS[number // 5], "starts_at": start, "mode": mode, "venue": venue}


def stamp(number: int, days: int) -> str:
    """When a community answered, so many days after its hour."""
    hour = MOVED if number == 4 else hour_of(number)["starts_at"]
    return f"{hour + timedelta(days):%d.%m.%Y %H:%M:%S}"


def hold(year: Year) -> None:
    """The hours: that they took place, what was recommended, what is to be done."""
    place = year.folder / "apliecinajumi"
    place.mkdir(exist_ok=True)
    texts = year.story["texts"]
    for number, name in enumerate(year.served):
        day = MOVED if number == 4 else hour_of(number)["starts_at"]
        (place / f"lapa {number + 1}.pdf").write_bytes(b"%PDF-1.4 invented")
        year.complete("Konsultācijas", {name: {
            "held": "jā", "participants": 3 + number % 4, "evidence": f"lapa {number + 1}.pdf",
            "sent_on": day.date() + timedelta(3),
        }})  # fmt: skip
        year.enter("Ieteikumi", *(
            {"application_id": name, "recommendation": text} for text in texts["recommendations"][: 2 + number % 2]
        ))  # fmt: skip
        year.enter("Darbi", *(
            {"application_id": name, "task": text, "who": "kopienas vadītāja", "until": day.date() + timedelta(60)}
            for text in texts["tasks"][: 2 + number % 2]
        ))  # fmt: skip


def follow_up(year: Year) -> None:
    """What communities answer by form, and what they did."""
    texts, served = year.story["texts"], year.served
    year.answer("diena pēc", [
        {"Laika zīmogs": stamp(n, 1), "Kopiena un pieteikuma kods": name,
         "Vai saruna atbildēja uz Jūsu jautājumu?": ["Jā", "Daļēji"][n % 3 == 0],
         "Vai ieteiktu šādu konsultāciju citai kopienai?": "Jā",
         "Kas bija pats noderīgākais, un kā pietrūka?": texts["sentences"][n % 2],
         "Vai šo teikumu drīkst publicēt?": "Bez nosaukuma"}
        for n, name in enumerate(served)
    ])  # fmt: skip
    year.answer("pēc 90 dienām", [
        {"Laika zīmogs": stamp(n, 100), "Kopiena un pieteikuma kods": name,
         "Kas ir noticis pēc konsultācijas?": ["Pasākums noticis", "Nekas no tā"][n % 2],
         "Pasākums noticis: kad tas notika?": "" if n % 2 else f"{hour_of(n)['starts_at'] + timedelta(60):%d.%m.%Y}",
         "Pasākums noticis: cik?": "" if n % 2 else 20 + n, "Pasākums noticis: kas to apliecina?": "",
         "Vai to, kas noticis, drīkst publicēt?": "Ar nosaukumu",
         "Vai tas būtu noticis arī bez konsultācijas?": "Daļēji",
         "Viens teikums par to, kas mainījies": texts["sentences"][1],
         "Vai šo teikumu drīkst publicēt?": "Bez nosaukuma"}
        for n, name in enumerate(served) if n != 4
    ])  # fmt: skip
    done = {"done_on": date(2025, 8, 1), "outcome": texts["done"], "evidence": "https://example.org/foto",
            "publish": "ar nosaukumu"}  # fmt: skip
    heads = year.heads("Darbi")
    for row in range(HEADER_ROW + 2, HEADER_ROW + 2 + len(served)):
        for column, value in done.items():
            year.hand.put(year.book, "Darbi", (2 * row - HEADER_ROW - 2, heads[column]), column, value)


def report(year: Year) -> None:
    """What the report says in her words."""
    parts = CHOICES["part"]
    year.enter("Pārskata teksti", *({"part": parts[part], "text": text} for part, text in year.story["report"].items()))


MENTORS = ("Maija Bebre", "Inese Kukle")
MOVED = datetime(2025, 6, 12, 17)
FREE = ((4, 28), (5, 6), (5, 13), (5, 20), (5, 27))
CHAPTERS: list[tuple[date, Callable[[Year], None]]] = [
    (date(2025, 1, 20), begin), (date(2025, 3, 5), receive), (date(2025, 3, 20), settle_marks),
    (date(2025, 3, 24), freeze), (date(2025, 3, 31), draw), (date(2025, 4, 1), prepare), (date(2025, 4, 16), hear),
    (date(2025, 4, 22), agree), (date(2025, 6, 20), hold), (date(2025, 9, 30), follow_up), (date(2025, 12, 20), report),
]  # fmt: skip


def play(home: Path, *, whole: bool) -> Year:
    """Play the year; ``whole``: with the outputs of each stage as the menu makes them, else the files alone."""
    year = Year(home / STORY["name"], STORY)
    with at_home(home, year):
        for day, chapter in CHAPTERS:
            year.day = day
            chapter(year)
            if whole and chapter in (draw, hold, report):
                assert year.do("run", "--quiet") != paths.STOPPED
        if whole:
            assert year.do("run", "--from", "2025-01-01", "--to", "2025-06-30") != paths.STOPPED
        year.hand.close()
    return year


def play_again(home: Path, year: Year) -> Year:
    """The settings of a second programme, begun from the first."""
    again = Year(home / STORY["again"], STORY)
    with at_home(home, again):
        assert again.do("start", "--from", year.folder.name) == paths.FINE
        again.settle(STORY["next"])
        assert again.do("start") == paths.FINE
    return again


@contextmanager
def at_home(home: Path, year: Year) -> Iterator[None]:
    """Programmes and outputs in a folder of their own, on the story's day."""
    with ExitStack() as stack:
        for owner, name, value in (
            (paths, "PRIVATE", home), (paths, "find_reports", lambda folder: home / "reports" / folder.name),
            (paths, "find_day", lambda _: year.day), (secrets, "token_hex", lambda count: "ab" * count),
            (cli, "_now", lambda _: datetime.combine(year.day, time(12))),
        ):  # fmt: skip
            stack.enter_context(mock.patch.object(owner, name, value))
        yield


def retype_example(folder: Path) -> Year:
    """The example's year typed again into a workbook as the tool makes it; what has a default is left empty."""
    shutil.copytree(workflow.EXAMPLE, folder, ignore=shutil.ignore_patterns(WORKBOOK, "*.py", "content.toml"))
    inputs = workflow.read_inputs(folder)
    (folder / WORKBOOK).write_bytes(make_tracking_workbook(inputs.programme, tracking.list_applications(inputs)))
    year = Year(folder, {"name": folder.name})
    year.day = inputs.programme.as_of or date.min
    told = openpyxl.load_workbook(workflow.EXAMPLE / WORKBOOK)
    for sheet in SHEETS:
        labels = {column.label: column.name for column in SHEETS[sheet]}
        head = [labels[cell.value] for cell in told[sheet][HEADER_ROW + 1] if cell.value]
        rows = [dict(zip(head, cells, strict=False)) for cells in told[sheet].iter_rows(min_row=3, values_only=True)]
        kept = [{n: v for n, v in row.items() if v is not None and not is_default(sheet, n, row)} for row in rows]
        if sheet == "Tēmas":
            year.confirm_chosen(kept)
        else:
            year.enter(sheet, *filter(None, kept))
    year.hand.close()
    return year


def is_default(sheet: str, name: str, row: Mapping[str, Any]) -> bool:
    """Whether a cell may be left empty: the tool knows it."""
    if sheet == "Konsultācijas":
        by = row["offered_on"] and row["offered_on"] + timedelta(days=10)
        return name == "year" or (name, row[name]) in (("minutes", 60), ("answer_by", by))
    return (name == "who" and sheet in ("Notikumi", "Tēmas")) or (sheet, name) == ("Tēmas", "on")


def count_settings(year: Year) -> int:
    """Settings filled in; the ticks of a mentor are one, and so is a year with its number."""
    cells = [cell for cell in year.hand.cells if cell.book == BOOK_NAME]
    ticks, years = (sum(cell.column == name or name in cell.column for cell in cells) for name in (". tēma", "Gads"))
    return len(cells) - ticks - years


def tell(year: Year, again: Year) -> Iterator[str]:
    """The counts, as lines."""
    yield f"Settings: first {count_settings(year)}, second {count_settings(again)}"
    for file in (FORM_BOOK, WORKBOOK):
        for sheet, (typed, picked) in year.hand.count(file).items():
            yield f"{file} {sheet}: {typed} typed, {picked} picked"
    whole, old = (count_cells(year, without) for without in ({}, ADDED))
    yield f"Together {whole}, without the columns added since 0.1 {old}, codes typed {len(year.hand.codes())}"


def count_cells(year: Year, without: Mapping[str, Sequence[str]] | None = None) -> int:
    """Cells typed or picked in the form's and the tracking workbook."""
    return sum(sum(one) for file in (FORM_BOOK, WORKBOOK) for one in year.hand.count(file, without=without).values())


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(sys.argv[1] if len(sys.argv) > 1 else temporary).resolve()
        home.mkdir(parents=True, exist_ok=True)
        year = play(home, whole=True)
        print("\n".join(tell(year, play_again(home, year))))
        made = sorted(path for path in (home / "reports").rglob("*") if path.is_file())
        print(f"{len(made)} outputs")


if __name__ == "__main__":
    main()
