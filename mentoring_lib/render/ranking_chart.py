"""The ranking as it was made: queues that merge like a zip, each sorted by points, with the years named beside them.

A filled box has a consultation in the first year, a hatched one later, an empty one waits; a dashed edge: the lot is
still to decide. Under a reading without queues there is one column.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from textwrap import fill
from typing import Any, NamedTuple

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mentoring_lib.base.columns import MAX_CLARITY, READING_SENTENCES
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import rows_of
from mentoring_lib.base.texts import plural, show_date, show_number
from mentoring_lib.render.charts import NARROW, STYLE, TITLE, WIDTH, shorten
from mentoring_lib.render.palette import COLOURS, MARKS, Mark
from mentoring_lib.render.tables import CHART_WORDS
from mentoring_lib.selection.allocation import Decided
from mentoring_lib.selection.reasons import LEFT_OUT, LOTS, count_met, find_left_out, show_rank, tell_lots
from mentoring_lib.selection.what_if import find_merits

INK, MUTED, HEADING = COLOURS["text"], COLOURS["muted"], COLOURS["heading"]
ROW, LINE, SMALL = 0.255, 0.135, 7.5  # inches of a row with a name of one line, and of small print; its points
MAX_ROWS, BELOW_CUT = 60, 15  # rows of one picture, and how many of them wait
QUEUES = CHART_WORDS["queues"]
CONTESTED = "±"
PAIRS = "Bieza līnija savieno pāri, ko sakārto izloze; tieva ved pie nākamā pāra."


@dataclass(frozen=True)
class Entry:
    """One ranked application as it is drawn.

    ``met`` counts priorities; ``group`` is its year, "waiting" or "lot"; ``queue`` is "" where there is one column.
    ``lots`` are what each of :data:`reasons.LOTS` decided; ``nearest`` is what would have given a consultation.
    """

    rank: str
    name: str
    points: str
    met: int
    queue: str
    group: int | str
    dashed: bool
    note: str = ""
    lots: tuple[str, str] = ("", "")
    nearest: str = ""
    mark: Mark = MARKS["open"]

    @property
    def leads_pair(self) -> bool:
        """Whether the lot between the queues put it before the next of the other queue."""
        return self.lots[0].startswith("pirms")

    @property
    def told(self) -> list[str]:
        """Each lot in words, once a pair: of the two queues beside the one that goes first."""
        return [f"izloze {words}: {told if told == 'izšķirs' else f'{self.rank} {told}'}"
                for number, (words, told) in enumerate(zip(LOTS.values(), self.lots, strict=True))
                if told and (number or not told.startswith("aiz"))]  # fmt: skip


def list_entries(decided: pd.DataFrame, programme: Programme, marks: Mapping[str, str] | None = None) -> list[Entry]:
    """Everyone who is ranked, in order; ``marks`` (▲, ▼, ±) stand beside names, by application."""
    rule, ranked = programme.rule, find_merits(decided, programme.rule)
    queues, lots = rule.reading == "taking_turns", tell_lots(decided)
    table = ranked.assign(nearest=ranked.get("nearest", ""))[["community", "tier", "group", "nearest"]]
    entries, first_year = [], min(programme.places, default=0)
    for row, (name, tier, side, nearest) in zip(
        rows_of(ranked, Decided), table.itertuples(index=False, name=None), strict=True
    ):
        met = count_met(row.novelty, row.clarity, rule)
        points = "–" if row.clarity is None else show_number(row.clarity, 2)
        if rule.reading == "points" and row.novelty == "new" and row.clarity is not None:
            points += f" + {rule.weight_of_new}"
        group = row.place_year if row.outcome == "place" and row.place_year else row.outcome
        note = "minimums" if row.minimum == "given" else ""
        words = "" if queues else ("–", "jauna" if row.novelty == "new" else "skaidrs", "jauna, skaidrs")[met]
        note = " ".join(filter(None, (words, note, (marks or {}).get(row.application_id))))
        rank = show_rank(row)
        queue = side if queues and tier == 1 else ""
        mark = MARKS["open" if isinstance(group, str) else "done" if group == first_year else "booked"]
        by_lot = "–" in rank, note, lots[row.application_id]
        entries.append(Entry(rank, name, points, met, queue, group, *by_lot, nearest, mark))
    return entries


def find_window(count: int, places: int) -> tuple[int, int]:
    """First and last row (exclusive) of a picture of at most MAX_ROWS around the last place."""
    first = min(max(places + BELOW_CUT - MAX_ROWS, 0), max(count - MAX_ROWS, 0))
    return first, min(first + MAX_ROWS, count)


class Run(NamedTuple):
    """Rows one after another with one outcome: the outcome, first and last position, heading and small print."""

    group: int | str
    start: int
    end: int
    head: str
    small: str


def find_runs(entries: Sequence[Entry], first: int, last: int) -> list[Run]:
    """The runs that a picture of some rows shows, told as they are in the whole order."""
    runs, at = [], 0
    for group, members in groupby(entries, lambda entry: entry.group):
        ranks = [entry.rank for entry in members]
        start, end = max(at, first) - first, min(at + len(ranks), last) - 1 - first
        runs += [Run(group, start, end, *describe_run(group, ranks))] if start <= end else []
        at += len(ranks)
    return runs


def find_cuts(runs: Sequence[Run]) -> dict[int, str]:
    """Below which rows a year's consultations end, with the words for it; nowhere within what the lot decides."""
    return {
        run.end: f"te beidzas {run.group}. gada konsultācijas"
        for number, run in enumerate(runs[:-1])
        if isinstance(run.group, int)
        and runs[number + 1].group != "lot"
        and run.group not in [other.group for other in runs[number + 1 :]]
    }


def describe_run(group: int | str, ranks: Sequence[str]) -> tuple[str, str]:
    """Heading and small print beside rows with one outcome."""
    ends = dict.fromkeys((ranks[0].split("–")[0], ranks[-1].split("–")[-1]))
    count, span = len(ranks), "–".join(ends)
    if isinstance(group, int):
        return f"{group}. gads", f"{plural(count, 'konsultācija', 'konsultācijas')}, {span}"
    head = {"waiting": "gaida", "lot": "izšķirs izloze"}.get(group, "–")
    return head, plural(count, "kopiena", "kopienas") + (f", {span}" if span else "")


class _Sheet:
    """A picture measured in inches from its upper left corner, grown as it is drawn."""

    def __init__(self, width: float, height: float) -> None:
        self.figure = Figure(figsize=(width, height))
        self.figure.set_layout_engine("none")
        self.ax = self.figure.add_axes((0, 0, 1, 1))
        self.ax.set_xlim(0, width)
        self.ax.set_ylim(height, 0)
        self.ax.set_axis_off()

    def write(self, x: float, y: float, text: str, **look: Any) -> None:
        self.ax.text(x, y, text, va=look.pop("va", "center"), **look)

    def box(self, x: float, y: float, text: str, mark: Mark, *, dashed: bool, width: float = 0.42) -> None:
        line = (0, (2, 1.5)) if dashed else "solid"
        self.ax.add_patch(Rectangle((x, y - 0.1), width, 0.2, linewidth=1.2, zorder=2, linestyle=line, **mark.look))
        ground = {"facecolor": mark.fill, "edgecolor": "none", "pad": 0.8}
        self.write(
            x + width / 2, y, text, ha="center", color=mark.ink, weight="bold", fontsize=8, bbox=ground, zorder=3
        )

    def bracket(self, x: float, top: float, bottom: float, head: str, small: str, why: Sequence[str] = ()) -> None:
        self.ax.plot([x, x + 0.08, x + 0.08, x], [top, top, bottom, bottom], color=INK, linewidth=1.4)
        middle, tall = top + 0.25 if why else (top + bottom) / 2, bottom - top > 0.3 or bool(why)
        self.write(x + 0.16, middle + 0.22, "\n".join(why), va="top", fontsize=SMALL, linespacing=1.3)
        self.write(x + 0.16, middle - 0.08 * tall, head, weight="bold", fontsize=9 if tall else 8)
        if tall:
            self.write(x + 0.16, middle + 0.1, small, color=MUTED, fontsize=SMALL)

    def cut(self, y: float, right: float, words: str) -> None:
        self.ax.plot([0.08, right], [y, y], color=INK, linewidth=1.2, linestyle=(0, (5, 3)), zorder=1)
        ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        self.write(0.3, y, words, style="italic", fontsize=SMALL, bbox=ground, zorder=4)


Key = Sequence[tuple[Mark, bool, str]]


def list_key(entries: Sequence[Entry]) -> Key:
    """The looks of boxes in a picture: mark, whether its edge is dashed, and what it means in words."""
    years = {
        name: sorted({str(one.group) for one in entries if one.mark == MARKS[name]}) for name in ("done", "booked")
    }
    words = zip(years.items(), ("pildīts", "svītrots"), strict=True)
    key = [(MARKS[name], False, f"{look} – konsultācija {'., '.join(own)}. gadā") for (name, own), look in words if own]
    open_ones = {"tukšs – gaida": any(one.group == "waiting" for one in entries),
                 "pārtraukta mala – izšķirs izloze": any(one.dashed for one in entries)}  # fmt: skip
    return key + [(MARKS["open"], words[0] == "p", words) for words, there in open_ones.items() if there]


def explain_waiting(entries: Sequence[Entry], letters: int, most: int) -> list[str]:
    """Lines on why the first of those who wait have nothing: at least on one, on as many as fit into ``most`` lines."""
    lines: list[str] = []
    waits = [entry for entry in entries if entry.group == "waiting" and entry.nearest]
    for words in dict.fromkeys(f"Kāpēc ne {entry.rank}? {entry.nearest}" for entry in waits):
        more = fill(words, letters).splitlines()
        if lines and len(lines) + len(more) > most:
            break
        lines += more
    return lines


# An entry, the middle of its row, and its name in lines.
_Row = tuple[Entry, float, str]


def _lay_out(
    entries: Sequence[Entry], top: float, letters: int, gaps: Mapping[int, float], below: float = 0
) -> tuple[list[_Row], float]:
    """Place rows one below another; ``gaps`` are inches above a row, by its position, ``below`` those of a lot."""
    rows: list[_Row] = []
    y = top
    for position, entry in enumerate(entries):
        name = shorten(entry.name, letters)
        height = ROW * (1.4 if "\n" in name else 1)
        y += gaps.get(position, 0) + height / 2
        rows.append((entry, y, name))
        y += height / 2 + below * len(entry.told)
    return rows, y


def plot_ranking(
    decided: pd.DataFrame,
    programme: Programme,
    *,
    narrow: bool = False,
    marks: Mapping[str, str] | None = None,
    window: tuple[int, int] | None = None,
) -> Axes:
    """Everyone who is ranked, in order, with points, queues and the years.

    Parameters
    ----------
    decided : DataFrame
        See :func:`allocation.allocate`; rows with a rank.
    programme : Programme
        Rule, places by year, day of the lot.
    narrow : bool
        One column for a phone.
    marks : mapping, optional
        Marks beside names, by application: ± (see :func:`mark_contested`), ▲ or ▼.
    window : (int, int), optional
        First and last row (exclusive), without notes; by default those around the last place, with them.
    """
    every = list_entries(decided, programme, marks)
    first, last = window or find_window(len(every), sum(isinstance(entry.group, int) for entry in every))
    with mpl.rc_context(STYLE):
        draw = _draw_narrow if narrow else _draw_wide
        notes = [
            *_describe_lots(every, programme),
            describe_absent(decided),
            *_describe_window(first, last, len(every)),
        ]
        runs = find_runs(every, first, last)
        ax = draw(every[first:last], runs, programme, sum_up(every), notes if window is None else [])
    told = "; ".join(f"{run.head}: {run.small}" for run in find_runs(every, 0, len(every)))
    told = told or "Secībā nav neviena pieteikuma"
    ax.set_label(f"Secība ar punktiem un gadiem. {told}.")
    return ax


def mark_contested(firmness: pd.DataFrame) -> dict[str, str]:
    """A mark for each application whose outcome depends on choices (see :func:`sensitivity.examine`)."""
    return dict.fromkeys(firmness.loc[firmness["verdict"].eq("contested"), "application_id"], CONTESTED)


def _start(
    width: float, title: str, lines: Sequence[str], body: float, notes: Sequence[str], key: Key = ()
) -> tuple[_Sheet, float]:
    """A sheet with title, key and lines under it, and the notes at the foot; where the body begins."""
    columns = int(width // max([0.36 + 0.059 * len(words) for *_, words in key], default=width))
    deep = 0.24 * -(-len(key) // columns)
    letters = int(width * (9.6 if width > NARROW else 9.9))
    heading = fill(title, letters)
    small = [line for text in lines for line in fill(text, int(width * 16.5)).splitlines()]
    foot = [line for text in filter(None, notes) for line in fill(text, int(width * 16.5)).splitlines()]
    head = 0.1 + 0.22 * (heading.count("\n") + 1) + 0.06 + deep + 0.15 * len(small)
    sheet = _Sheet(width, head + body + 0.12 + 0.15 * len(foot) + 0.4)
    look: Any = TITLE | {"x": 0.08 / width, "y": 1 - 0.08 / sheet.figure.get_figheight(), "linespacing": 1.25}
    sheet.figure.suptitle(heading, va="top", color=HEADING, **look)
    for number, (mark, dashed, words) in enumerate(key):
        x, y = 0.08 + number % columns * width / columns, head - 0.15 * len(small) - deep + 0.06
        sheet.box(x, y + 0.24 * (number // columns), "", mark, dashed=dashed, width=0.3)
        sheet.write(x + 0.36, y + 0.24 * (number // columns), words, fontsize=8)
    for y, texts in ((head - 0.15 * len(small) + 0.06, small), (head + body + 0.16, foot)):
        for number, text in enumerate(texts):
            sheet.write(0.08, y + 0.15 * number, text, fontsize=SMALL, color=MUTED)
    return sheet, head


def _draw_wide(
    entries: Sequence[Entry], runs: Sequence[Run], programme: Programme, title: str, notes: Sequence[str]
) -> Axes:
    queues = programme.rule.reading == "taking_turns"
    cuts, gaps = find_cuts(runs), dict.fromkeys(range(len(entries)), 0.0)
    heads: dict[int, tuple[str, str]] = {}
    for position, entry in enumerate(entries):
        starts = position == 0 or entries[position - 1].met != entry.met
        band = "one" if len({one.queue for one in entries if one.met == 1 == entry.met}) == 1 else str(entry.met)
        heads |= {position: CHART_WORDS["bands"][band]} if queues and starts else {}
        gaps[position] = (0.42 if entry.met == 1 else 0.3) * (position in heads) + 0.2 * (position - 1 in cuts)
    rows, bottom = _lay_out(entries, 0.0, 27, gaps)
    why: list[str] = []
    if notes and runs and runs[-1].group == "waiting":
        start = rows[runs[-1].start][1]
        why = explain_waiting(entries[runs[-1].start :], 24, int((rows[-1][1] - start - 0.3) / LINE))
        bottom = max(bottom, start + 0.4 + LINE * len(why))
    key = list_key(entries) if notes else []
    told = _describe_key(entries, programme)
    told += [PAIRS] if notes and any(entry.queue and entry.leads_pair for entry in entries) else []
    sheet, top = _start(WIDTH, title, told, bottom + 0.05, notes, key)
    boxes = []
    for position, (entry, middle, name) in enumerate(rows):
        y = top + middle
        if position in heads:
            band, about = heads[position]
            at = y - ROW / 2 - (0.3 if entry.met == 1 else 0.14)
            sheet.write(0.08, at, band, weight="bold", fontsize=8.5, color=HEADING)
            sheet.write(0.08 + 0.095 * len(band) + 0.1, at, about, fontsize=SMALL + 0.5)
            if entry.met == 1:
                sheet.write(2.3, at + 0.18, QUEUES["new"][1], ha="right", fontsize=SMALL, color=MUTED)
                sheet.write(3.35, at + 0.18, QUEUES["existing"][1], fontsize=SMALL, color=MUTED)
        boxes.append(_draw_entry(sheet, entry, name, y, PLACES[entry.queue]))
    _draw_zip(sheet, rows, boxes)
    for run in runs:
        ends = top + rows[run.start][1] - 0.1, top + rows[run.end][1] + 0.1
        sheet.bracket(5.62, *ends, run.head, run.small, why if run is runs[-1] else [])
    for position, words in cuts.items():
        below = rows[position + 1][1] - gaps.get(position + 1, 0) - ROW * 0.5
        sheet.cut(top + below + 0.09, 5.55, words)
    return sheet.ax


class _Places(NamedTuple):
    """Where the parts of a row stand: left edge of the box, and the side and place of each text, in inches."""

    box: float
    points: tuple[str, float]
    name: tuple[str, float]
    lot: tuple[str, float]


# By queue; a lot is told in the half that the own queue leaves empty, on a phone below the row.
PLACES = {
    "new": _Places(2.42, ("right", 2.34), ("right", 1.97), ("left", 3.1)),
    "existing": _Places(2.98, ("left", 3.48), ("left", 3.82), ("right", 2.25)),
    "": _Places(2.7, ("right", 2.62), ("left", 3.22), ("right", 2.05)),
    "narrow": _Places(0.28, ("right", 1.2), ("left", 1.3), ("right", 3.32)),
}


def _draw_entry(
    sheet: _Sheet, entry: Entry, name: str, y: float, places: _Places, below: float = 0
) -> tuple[float, float, float]:
    """One row; returns the left and right edge of its box, and its height."""
    wider = 0.0 if len(entry.rank) < 5 else 0.14
    sheet.box(places.box, y, entry.rank, entry.mark, dashed=entry.dashed, width=0.42 + wider)
    noted = f"{entry.note}  {name}".lstrip() if places.name[0] == "right" else f"{name}  {entry.note}".rstrip()
    told = "\n".join(fill(words, 60 if below else 40) for words in entry.told)
    small: dict[str, Any] = {"fontsize": 7, "color": MUTED, "style": "italic", "linespacing": 1.35 if below else 1.2}
    for text, (side, x), look in (
        (entry.points, places.points, {"weight": "bold", "fontsize": 8.5}),
        (noted, places.name, {"fontsize": 8.5}),
        (told, places.lot, small),
    ):
        down = below if look is small else 0
        sheet.write(x + wider * (side == "left"), y + down, text, ha=side, va="top" if down else "center", **look)
    return places.box, places.box + 0.42 + wider, y


def _draw_zip(sheet: _Sheet, rows: Sequence[_Row], boxes: Sequence[tuple[float, float, float]]) -> None:
    """Join the two queues rank by rank, a drawn pair by a thick line; not where the lot is still to be drawn."""
    for (one, two), (box, below) in zip(pairwise(entry for entry, *_ in rows), pairwise(boxes), strict=True):
        if {one.queue, two.queue} == {"new", "existing"} and not (one.dashed and two.dashed):
            left, right = (box, below) if one.queue == "new" else (below, box)
            thin = {"color": COLOURS["open"], "linewidth": 1}
            look: Any = {"color": INK, "linewidth": 2.4} if one.leads_pair else thin
            sheet.ax.plot([left[1], right[0]], [left[2], right[2]], zorder=1, **look)


def _draw_narrow(
    entries: Sequence[Entry], runs: Sequence[Run], programme: Programme, title: str, notes: Sequence[str]
) -> Axes:
    starts = {run.start: run for run in runs}
    waits = runs[-1] if notes and runs and runs[-1].group == "waiting" else None
    why = explain_waiting(entries[waits.start :], 58, 3) if waits else []
    gaps = {start: 0.42 + LINE * len(why) * (run is waits) for start, run in starts.items()}
    rows, bottom = _lay_out(entries, 0.0, 25, gaps, LINE)
    queues = [f"{sign} {words}" for sign, words in QUEUES.values()] if any(entry.queue for entry in entries) else []
    told = [*_describe_key(entries, programme), *queues]
    sheet, top = _start(NARROW, title, told, bottom, notes, list_key(entries))
    for position, (entry, middle, name) in enumerate(rows):
        y = top + middle
        if position in starts:
            line = y - ROW / 2 + 0.08 - gaps[position]
            if position:
                sheet.ax.plot([0.08, NARROW - 0.08], [line] * 2, color=INK, linewidth=1, linestyle=(0, (5, 3)))
            sheet.write(0.08, line + 0.17, starts[position].head, weight="bold", fontsize=9.5, color=HEADING)
            sheet.write(NARROW - 0.08, line + 0.17, starts[position].small, ha="right", fontsize=SMALL, color=MUTED)
            if starts[position] is waits:
                sheet.write(0.08, line + 0.3, "\n".join(why), va="top", fontsize=SMALL, linespacing=1.3)
        sheet.write(0.08, y, QUEUES.get(entry.queue, ("", ""))[0], fontsize=10, color=MUTED)
        _draw_entry(sheet, entry, name, y, PLACES["narrow"], ROW * (0.7 if "\n" in name else 0.5) - 0.02)
    return sheet.ax


def _describe_key(entries: Sequence[Entry], programme: Programme) -> list[str]:
    rule = programme.rule
    enough = f"skaidrs no {plural(rule.clear_from, 'punkta', 'punktiem')}"
    words = [f"Skaitlis pie nosaukuma – punkti par jautājuma aprakstu (no {MAX_CLARITY}); jautājums ir {enough}."]
    if any(CONTESTED in entry.note for entry in entries):
        words.append(f"{CONTESTED} – iznākumu varētu mainīt citi noteikumi, punkti vai izloze; bez zīmes – noteikts.")
    return words + ([] if rule.reading == "taking_turns" else [f"Secība: {READING_SENTENCES[rule.reading]}."])


def sum_up(entries: Sequence[Entry]) -> str:
    """The message of the picture: how many of those ranked have a consultation, and how many priorities they meet."""
    count, served = len(entries), [entry.met for entry in entries if isinstance(entry.group, int)]
    open_count = sum(entry.group == "lot" for entry in entries)
    lot = f"par {plural(open_count, 'kopienu', 'kopienām')} izšķirs izloze" if open_count else ""
    if not count:
        return "Secībā vēl nav nevienas kopienas"
    if not served:
        return lot.capitalize() or f"Konsultāciju nesaņem neviena no {plural(count, 'kopienas', 'kopienām')}"
    every = "1 kopiena, visa secība" if count == 1 else f"visas {count} kopienas"
    who = every if len(served) == count else f"{len(served)} no {plural(count, 'kopienas', 'kopienām')}"
    by_met = [(words, served.count(int(met))) for met, words in CHART_WORDS["met"].items() if int(met) in served]
    met = ", ".join(
        f"{many}\u00a0–\u00a0{short}" if place else f"{many} {whole}"
        for place, ((whole, short), many) in enumerate(by_met)
    )
    return f"Konsultāciju saņem {who}: {met}" + (f"; {lot}" if lot else "")


def _describe_lots(entries: Sequence[Entry], programme: Programme) -> list[str]:
    """What each of the two lots decided, or will decide."""
    lots = [lot for entry in entries for lot in entry.lots]
    at = programme.lottery.drawn_at
    when = "vēl izšķirs izloze" if "izšķirs" in lots else "izšķīra izloze" + (f" {show_date(at.date())}" if at else "")
    whose = "vienas rindas kopienas" if any(entry.queue for entry in entries) else "kopienas"
    parts = (
        (lots[::2], f"rindām: abu rindu kārtējās kopienas ir pāris; kura no tām pirmā, {when}."),
        (lots[1::2], f"vienādiem: kurā secībā ir {whose} ar vienādiem punktiem, {when}."),
    )
    return [f"Izloze starp {words}" for told, words in parts if any(told)]


def describe_absent(decided: pd.DataFrame) -> str:
    """Who is not ranked: who waits behind the ranked, who is out and why, and what is still to be settled."""
    absent = decided[decided["rank_from"].isna()]
    late = int((absent["state"].eq("late") & absent["outcome"].eq("waiting")).sum())
    reasons = find_left_out(absent)
    out = reasons[reasons.isin(list(LEFT_OUT)) & reasons.ne("unsettled")]
    why = ", ".join(words for reason, words in LEFT_OUT.items() if out.eq(reason).any())
    unsettled = int(absent["state"].eq("unsettled").sum())
    waits = plural(late, "kopiena, kas pieteicās", "kopienas, kas pieteicās")
    left_out = plural(len(out), "pieteikums atlasē nepiedalās", "pieteikumi atlasē nepiedalās")
    open_words = (
        f"Vēl jāizlemj un secībā nav: {plural(unsettled, 'pieteikums', 'pieteikumi')}. Kad tas būs izdarīts, "
        "secība var mainīties, un kāds no šeit redzamajiem konsultāciju var nesaņemt."
    )
    parts = ((late, f"Pēc šīm gaida {waits} pēc termiņa."), (len(out), f"{left_out}: {why}."), (unsettled, open_words))
    return " ".join(words for count, words in parts if count)


def _describe_window(first: int, last: int, count: int) -> list[str]:
    shown = f"Attēlā: secībā no {first + 1}. līdz {last}. no {count}; visi ir datnē atlase.xlsx."
    return [] if last - first == count else [shown]
