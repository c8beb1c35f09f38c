"""The ranking as it was made: queues that merge like a zip, each sorted by points, with the years named beside them.

A filled box has a consultation in the first year, a hatched one later, an empty one waits; a dashed edge: the lot is
still to decide. Under a reading without queues there is one column.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from textwrap import fill
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mentoring_lib.base.columns import MAX_CLARITY, READING_SENTENCES
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import rows_of
from mentoring_lib.base.texts import plural, show_date, show_number
from mentoring_lib.render.charts import NARROW, TITLE, WIDTH, shorten, styled
from mentoring_lib.render.palette import COLOURS, MARKS, Mark
from mentoring_lib.render.tables import CHART_WORDS
from mentoring_lib.selection.allocation import Decided
from mentoring_lib.selection.reasons import LEFT_OUT, LOTS, count_met, find_left_out, show_rank, tell_lots
from mentoring_lib.selection.what_if import find_merits

INK, MUTED, HEADING = COLOURS["text"], COLOURS["muted"], COLOURS["heading"]
ROW, LINE, SMALL = 0.255, 0.15, 7.5  # inches of a row with a name of one line, and of small print; its points
MAX_ROWS, BELOW_CUT = 60, 15  # rows of one picture, and how many of them wait
EXPLAINED = 3  # of those who wait: why they do
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
    def width(self) -> float:
        """Inches that its box takes: more where the lot has still to choose between ranks."""
        return 0.42 if len(self.rank) < 5 else 0.56

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
    names = ranked["community"].fillna("")  # none is left of one whose data were deleted
    table = ranked.assign(nearest=ranked.get("nearest", ""), community=names)[["community", "tier", "group", "nearest"]]
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


Key = Sequence[tuple[Mark, bool, str]]


class _Sheet:
    """A picture measured in inches from its upper left corner; ``y`` is how far down it is drawn."""

    def __init__(self, title: str, *, narrow: bool) -> None:
        self.narrow, self.width = narrow, NARROW if narrow else WIDTH
        self.figure = Figure(figsize=(self.width, 1))
        self.figure.set_layout_engine("none")
        self.ax = self.figure.add_axes((0, 0, 1, 1))
        self.ax.set_axis_off()
        self.title = fill(title, int(self.width * 9.7))
        self.y = 0.38 + 0.22 * self.title.count("\n")

    def write(self, x: float, y: float, text: str, **look: Any) -> None:
        self.ax.text(x, y, text, va="center", **look)

    def print_small(self, texts: Sequence[str]) -> None:
        for line in (line for text in filter(None, texts) for line in fill(text, int(self.width * 16.5)).splitlines()):
            self.write(0.08, self.y + 0.06, line, fontsize=SMALL, color=MUTED)
            self.y += LINE

    def box(self, x: float, y: float, text: str, mark: Mark, *, dashed: bool, width: float) -> None:
        line = (0, (2, 1.5)) if dashed else "solid"
        self.ax.add_patch(Rectangle((x, y - 0.1), width, 0.2, linewidth=1.2, zorder=2, linestyle=line, **mark.look))
        ground = {"facecolor": mark.fill, "edgecolor": "none", "pad": 0.8}
        look = {"ha": "center", "color": mark.ink, "weight": "bold", "fontsize": 8, "bbox": ground, "zorder": 3}
        self.write(x + width / 2, y, text, **look)

    def draw_key(self, key: Key) -> None:
        columns = int(self.width // max([0.36 + 0.059 * len(words) for *_, words in key], default=self.width))
        for number, (mark, dashed, words) in enumerate(key):
            x, y = 0.08 + number % columns * self.width / columns, self.y + 0.06 + 0.24 * (number // columns)
            self.box(x, y, "", mark, dashed=dashed, width=0.3)
            self.write(x + 0.36, y, words, fontsize=8)
        self.y += 0.24 * -(-len(key) // columns)

    def bracket(self, top: float, bottom: float, run: Run) -> None:
        self.ax.plot([5.62, 5.7, 5.7, 5.62], [top, top, bottom, bottom], color=INK, linewidth=1.4)
        middle, tall = (top + bottom) / 2, bottom - top > 0.3
        self.write(5.78, middle - 0.08 * tall, run.head, weight="bold", fontsize=9 if tall else 8)
        if tall:
            self.write(5.78, middle + 0.1, run.small, color=MUTED, fontsize=SMALL)

    def cut(self, words: str) -> None:
        y, right = self.y + 0.09, self.width - 0.08 if self.narrow else 5.55
        self.ax.plot([0.08, right], [y, y], color=INK, linewidth=1.2, linestyle=(0, (5, 3)), zorder=1)
        ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        self.write(0.3, y, words, style="italic", fontsize=SMALL, bbox=ground if words else None, zorder=4)
        self.y += 0.2

    def finish(self) -> Axes:
        height = (self.y + 0.4) / 0.99  # with room for the source line, which stands a hundredth above the foot
        self.figure.set_figheight(height)
        self.ax.set(xlim=(0, self.width), ylim=(height, 0))
        look: Any = TITLE | {"x": 0.08 / self.width, "y": 1 - 0.08 / height, "linespacing": 1.25, "va": "top"}
        self.figure.suptitle(self.title, color=HEADING, **look)
        return self.ax


def list_key(entries: Sequence[Entry]) -> Key:
    """The looks of boxes in a picture: mark, whether its edge is dashed, and what it means in words."""
    key = []
    for name, look in (("done", "pildīts"), ("booked", "svītrots")):
        years = sorted({str(entry.group) for entry in entries if entry.mark == MARKS[name]})
        key += [(MARKS[name], False, f"{look} – konsultācija {'., '.join(years)}. gadā")] * bool(years)
    key += [(MARKS["open"], False, "tukšs – gaida")] * any(entry.group == "waiting" for entry in entries)
    return key + [(MARKS["open"], True, "pārtraukta mala – izšķirs izloze")] * any(entry.dashed for entry in entries)


def explain_waiting(entries: Sequence[Entry]) -> list[str]:
    """Why the first of those who wait have nothing; before the lot several have one rank and one reason."""
    waits = [entry for entry in entries if entry.group == "waiting" and entry.nearest]
    return list(dict.fromkeys(f"Kāpēc ne {entry.rank}? {entry.nearest}" for entry in waits))[:EXPLAINED]


@styled
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
    entries, runs = every[first:last], find_runs(every, first, last)
    sheet = _Sheet(sum_up(every), narrow=narrow)
    if window is None:
        sheet.draw_key(list_key(entries))
    sheet.print_small(_describe_key(entries, programme, narrow=narrow))
    _draw_rows(sheet, entries, runs, programme)
    if window is None:
        sheet.y += 0.16
        sheet.print_small([*explain_waiting(entries), *_describe_lots(every, programme), describe_absent(decided)])
        sheet.print_small(_describe_window(first, last, len(every)))
    ax = sheet.finish()
    told = "; ".join(f"{run.head}: {run.small}" for run in find_runs(every, 0, len(every)))
    told = told or "Secībā nav neviena pieteikuma"
    ax.set_label(f"Secība ar punktiem un gadiem. {told}.")
    return ax


def mark_contested(firmness: pd.DataFrame) -> dict[str, str]:
    """A mark for each application whose outcome depends on choices (see :func:`sensitivity.examine`)."""
    return dict.fromkeys(firmness.loc[firmness["verdict"].eq("contested"), "application_id"], CONTESTED)


def _draw_rows(sheet: _Sheet, entries: Sequence[Entry], runs: Sequence[Run], programme: Programme) -> None:
    """Rows one below another: by priorities, with the years beside them; on a phone by year."""
    cuts, heads = find_cuts(runs), _find_bands(entries) if programme.rule.reading == "taking_turns" else {}
    if sheet.narrow:
        cuts, heads = {run.end: "" for run in runs[:-1]}, {run.start: (run.head, run.small) for run in runs}
    middles = []
    for position, entry in enumerate(entries):
        if position - 1 in cuts:
            sheet.cut(cuts[position - 1])
        if position in heads:
            _draw_head(sheet, *heads[position], queues=entry.met == 1 and not sheet.narrow)
        middles.append(_draw_entry(sheet, entry))
    if not sheet.narrow:
        _draw_zip(sheet, entries, middles)
        for run in runs:
            sheet.bracket(middles[run.start] - 0.1, middles[run.end] + 0.1, run)


def _find_bands(entries: Sequence[Entry]) -> dict[int, tuple[str, str]]:
    """Heading and words above the first of those who meet as many priorities, by its position."""
    bands, at = {}, 0
    for met, members in groupby(entries, lambda entry: entry.met):
        queues = [entry.queue for entry in members]
        alone = met == 1 and len(set(queues)) == 1
        bands[at] = CHART_WORDS["bands"]["one" if alone else str(met)]
        at += len(queues)
    return bands


def _draw_head(sheet: _Sheet, head: str, small: str, *, queues: bool) -> None:
    sheet.y += 0.16
    sheet.write(0.08, sheet.y, head, weight="bold", fontsize=9, color=HEADING)
    x, side = (sheet.width - 0.08, "right") if sheet.narrow else (1.95, "left")
    sheet.write(x, sheet.y, small, ha=side, fontsize=8, color=MUTED)
    sheet.y += 0.14
    if queues:
        sheet.write(2.3, sheet.y + 0.03, QUEUES["new"][1], ha="right", fontsize=SMALL, color=MUTED)
        sheet.write(3.35, sheet.y + 0.03, QUEUES["existing"][1], fontsize=SMALL, color=MUTED)
        sheet.y += 0.14


# By queue: left edge of the box, and side and place of points, name and lot, in inches; a lot is told in the half that
# the own queue leaves empty, on a phone below the row.
PLACES: dict[str, tuple[float, *tuple[tuple[str, float], ...]]] = {
    "new": (2.42, ("right", 2.34), ("right", 1.97), ("left", 3.1)),
    "existing": (2.98, ("left", 3.48), ("left", 3.82), ("right", 2.25)),
    "": (2.7, ("right", 2.62), ("left", 3.22), ("right", 2.05)),
    "narrow": (0.28, ("right", 1.2), ("left", 1.3), ("right", 3.32)),
}


def _draw_entry(sheet: _Sheet, entry: Entry) -> float:
    """One row; returns its middle."""
    left, *sides = PLACES["narrow" if sheet.narrow else entry.queue]
    name = shorten(entry.name, 25 if sheet.narrow else 27)
    half = ROW * (0.7 if "\n" in name else 0.5)
    middle = sheet.y + half
    sheet.box(left, middle, entry.rank, entry.mark, dashed=entry.dashed, width=entry.width)
    noted = f"{entry.note}  {name}".lstrip() if sides[1][0] == "right" else f"{name}  {entry.note}".rstrip()
    below = half + LINE * len(entry.told) / 2 if sheet.narrow else 0
    lots: dict[str, Any] = {"fontsize": 7, "color": MUTED, "style": "italic", "linespacing": 1.35}
    texts: Any = (
        (middle, entry.points, {"weight": "bold", "fontsize": 8.5}),
        (middle, noted, {"fontsize": 8.5}),
        (middle + below, "\n".join(entry.told), lots),
    )
    for (side, x), (y, text, look) in zip(sides, texts, strict=True):
        sheet.write(x + (entry.width - 0.42) * (side == "left"), y, text, ha=side, **look)
    if sheet.narrow:
        sheet.write(0.08, middle, QUEUES.get(entry.queue, ("", ""))[0], fontsize=10, color=MUTED)
        sheet.y += LINE * len(entry.told)
    sheet.y += 2 * half
    return middle


def _draw_zip(sheet: _Sheet, entries: Sequence[Entry], middles: Sequence[float]) -> None:
    """Join the two queues rank by rank, a drawn pair by a thick line; not where the lot is still to be drawn."""
    for (one, at), (two, below) in pairwise(zip(entries, middles, strict=True)):
        if {one.queue, two.queue} == {"new", "existing"} and not (one.dashed and two.dashed):
            left = PLACES["new"][0] + (one if one.queue == "new" else two).width
            ends = (at, below) if one.queue == "new" else (below, at)
            thin = {"color": COLOURS["open"], "linewidth": 1}
            look: Any = {"color": INK, "linewidth": 2.4} if one.leads_pair else thin
            sheet.ax.plot([left, PLACES["existing"][0]], ends, zorder=1, **look)


def _describe_key(entries: Sequence[Entry], programme: Programme, *, narrow: bool) -> list[str]:
    rule = programme.rule
    enough = f"skaidrs no {plural(rule.clear_from, 'punkta', 'punktiem')}"
    words = [f"Skaitlis pie nosaukuma – punkti par jautājuma aprakstu (no {MAX_CLARITY}); jautājums ir {enough}."]
    if any(CONTESTED in entry.note for entry in entries):
        words.append(f"{CONTESTED} – iznākumu varētu mainīt citi noteikumi, punkti vai izloze; bez zīmes – noteikts.")
    if rule.reading != "taking_turns":
        words.append(f"Secība: {READING_SENTENCES[rule.reading]}.")
    if narrow:
        return words + [f"{sign} {queue}" for sign, queue in QUEUES.values()] * any(entry.queue for entry in entries)
    return words + [PAIRS] * any(entry.queue and entry.leads_pair for entry in entries)


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
