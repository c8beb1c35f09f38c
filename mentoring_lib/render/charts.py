"""Charts: a table in, Axes out; nothing is saved or shown here.

Every chart names its numbers on the marks instead of in a legend where it can, carries its own description for
people who do not see it (the Axes' label), and is drawn without pyplot, so no window, backend or global state is
touched. Colours are those of Okabe and Ito (2008), told apart by colour-blind readers; darker ones also in print.
"""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, wraps
from html import escape
from pathlib import Path
from textwrap import fill, wrap
from typing import Any, ParamSpec, cast

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.patches import Rectangle

from mentoring_lib.base.programme import Programme
from mentoring_lib.base.texts import agree, plural, show_date
from mentoring_lib.delivery.ledger import last_day
from mentoring_lib.render.layout import clean_text
from mentoring_lib.render.palette import COLOURS, MARKS, find_mark
from mentoring_lib.themes.confirmed import MIN_BASE

DONE, LACKING, OPEN, INK, MUTED, LINE, GROUND = (
    COLOURS[meaning] for meaning in ("done", "lacking", "open", "text", "muted", "line", "ground")
)
WIDTH, NARROW = 7.2, 3.4  # inches: the width of an A4 page between its margins, and of a phone
SCREEN_DPI = 110
FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "text.color": INK,
    "text.parse_math": False,  # an applicant's "$" is a dollar, not TeX
    "axes.edgecolor": LINE,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    "axes.titlepad": 12,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.bottom": False,
    "ytick.left": False,
    "figure.constrained_layout.use": True,
    "svg.hashsalt": "mentoring",
}

P = ParamSpec("P")


def _styled(draw: Callable[P, Axes]) -> Callable[P, Axes]:
    @wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> Axes:
        with mpl.rc_context(STYLE):
            return draw(*args, **kwargs)

    return inside


def _axes(height: float, width: float = WIDTH) -> Axes:
    return Figure(figsize=(width, height)).add_subplot()


def _figure(ax: Axes) -> Figure:
    return cast("Figure", ax.figure)


def _finish(ax: Axes, title: str, description: str) -> Axes:
    ax.set_title(fill(title, int(9.2 * _figure(ax).get_figwidth())), color=COLOURS["heading"])
    ax.set_label(description)
    return ax


def _bare(ax: Axes, *sides: str) -> None:
    for side in sides:
        ax.spines[side].set_visible(False)


Parts = Mapping[str, tuple[str, str]]
"""By column: its word for one and for several; how it looks is told by :func:`palette.find_mark`."""


TAKEN: Parts = {"eligible": ("piedalās", "piedalās"), "other": ("nepiedalās", "nepiedalās")}
USES: Parts = {
    "delivered": ("sniegta", "sniegtas"),
    "held_incomplete": ("notikusi, apliecinājums nepilnīgs", "notikušas, apliecinājums nepilnīgs"),
    "booked": ("norunāta", "norunātas"),
    "open": ("vēl nav norunāta", "vēl nav norunātas"),
    "lost": ("neizmantota", "neizmantotas"),
}
LOADS: Parts = {"held": ("notikusi", "notikušas"), "booked": USES["booked"], "proposed": ("piedāvāta", "piedāvātas")}
LETTERS_ACROSS = 68  # letters that fit in the longest bar


def _stack(ax: Axes, counts: pd.DataFrame, parts: Parts, labels: list[str]) -> None:
    """A bar per row, made of its parts one after another, with words on each; beside the bar where one has no room.

    On a narrow picture all words stand above the bars.
    """
    rows = counts[list(parts)].to_numpy("int64").tolist()
    top = max([1, *map(sum, rows)])
    words = [
        [plural(count, *told) if count else "" for count, told in zip(row, parts.values(), strict=True)] for row in rows
    ]
    narrow = _figure(ax).get_figwidth() == NARROW
    inside = not narrow and all(
        len(text) + 2 <= LETTERS_ACROSS * count / top
        for row, texts in zip(rows, words, strict=True)
        for count, text in zip(row, texts, strict=True)
        if count
    )
    for position, (row, texts) in enumerate(zip(rows, words, strict=True)):
        left = 0
        for count, text, name in zip(row, texts, parts, strict=True):
            mark = find_mark(name)
            look: Any = {"color": mark.fill, "edgecolor": mark.edge, "hatch": mark.hatch or None}
            if count:
                ax.barh(position, count, left=left, height=0.4 if narrow else 0.6, **look)
            if inside and count:
                box = {"facecolor": mark.fill, "edgecolor": "none", "pad": 1}
                ax.text(
                    left + count / 2, position, text, ha="center", va="center", color=mark.ink, bbox=box, weight="bold"
                )
            left += count
        told = ", ".join(filter(None, texts))
        if narrow:
            ax.text(0, position - 0.24, fill(f"{labels[position]}: {told}".replace("\n", " "), 46), va="bottom")
        elif not inside:
            ax.text(left + 0.01 * top, position, told, va="center")
    longest = 0 if inside or narrow else max(len(", ".join(filter(None, texts))) for texts in words)
    ax.set_xlim(0, top * (1.01 + 1.25 * longest / LETTERS_ACROSS))
    _list_rows(ax, [""] * len(labels) if narrow else labels)
    if narrow:
        ax.set_ylim(len(labels) - 0.7, -0.8)


def _list_rows(ax: Axes, labels: list[str]) -> None:
    """Bars from top to bottom, named at the left; their numbers stand on them."""
    ax.set_yticks(range(len(labels)), labels)
    ax.invert_yaxis()
    ax.set_xticks([])
    _bare(ax, "bottom", "left")


@_styled
def plot_municipalities(counts: pd.DataFrame) -> Axes:
    """Applications by municipality, eligible ones and the others side by side.

    Parameters
    ----------
    counts : DataFrame, shape (municipalities, 2)
        Columns ``eligible`` and ``other``, indexed by municipality in the order to show.
    """
    ax = _axes(0.7 + 0.5 * len(counts))
    _stack(ax, counts, TAKEN, [shorten(town) for town in counts.index])
    inside, outside = int(counts["eligible"].sum()), int(counts["other"].sum())
    rest = f"{inside} piedalās atlasē" + (f", {outside} nepiedalās" if outside else "")
    title = f"{plural(inside + outside, 'pieteikums', 'pieteikumi')}: {rest}" if inside + outside else NO_APPLICATIONS
    described = "; ".join(f"{town}: {row['eligible']} un {row['other']}" for town, row in counts.iterrows())
    return _finish(ax, title, f"Joslu diagramma. Pieteikumi, kas piedalās atlasē, un pārējie. {described}.")


NO_APPLICATIONS = "Pieteikumu vēl nav"


@_styled
def plot_arrivals(applications: pd.DataFrame, programme: Programme) -> Axes:
    """Applications by day until the deadline; those after it stand out.

    Parameters
    ----------
    applications : DataFrame
        ``submitted_at`` and ``late``.
    programme : Programme
        Deadline.
    """
    ax = _axes(2.6)
    days = applications["submitted_at"].dropna().dt.tz_localize(None).dt.normalize()
    deadline = pd.Timestamp(programme.call.deadline)
    first, last = min([deadline, *days]), max([deadline, *days])
    counts = days.value_counts().reindex(pd.date_range(first, last), fill_value=0)
    positions = [(day - first).days for day in counts.index]
    for kind, inside in (("done", True), ("open", False)):
        chosen = [n for n, day in zip(positions, counts.index, strict=True) if (day <= deadline) == inside]
        look: Any = {"color": MARKS[kind].fill, "edgecolor": MARKS[kind].edge}
        ax.bar(chosen, counts.iloc[chosen], width=0.8, **look)
    for position, count in zip(positions, counts, strict=True):
        if count:
            ax.text(position, count, str(count), ha="center", va="bottom")
    top = max(int(counts.max()), 1)
    cut = (deadline - first).days + 0.5
    ax.axvline(cut, color=LACKING, linewidth=1.5)
    ax.text(cut - 0.2, top * 1.25, f"termiņš {show_date(deadline)}", color=LACKING, ha="right", va="top")
    shown = positions[::3]
    ax.set_xticks(shown, [f"{first + pd.Timedelta(days=position):%d.%m.}" for position in shown])
    ax.set_yticks([])
    ax.set_ylim(0, top * 1.3)
    _bare(ax, "left")
    late = int(applications["late"].sum())
    text = f"Stabiņu diagramma pa dienām: {plural(len(days), 'pieteikums', 'pieteikumi')}, pēc termiņa {late}."
    came = plural(len(days), "pieteikums", "pieteikumi")
    received = agree(late, "saņemts", "saņemti")
    title = f"{came}; pēc termiņa {received} {late}" if late else f"{came}, pēc termiņa neviens"
    return _finish(ax, title if len(days) else NO_APPLICATIONS, text)


LINE_OF_NAME = 30  # characters


def shorten(name: str | None, width: int = LINE_OF_NAME) -> str:
    """A name in at most two lines of a width, then "…"; letters that the font lacks are squares."""
    drawn = "".join(letter if ord(letter) in _letters() else "□" for letter in clean_text(name or "–"))
    first, *rest = wrap(drawn, width) or ["–"]
    return "\n".join([first, *rest[:1]]) if len(rest) < 2 else f"{first}\n{rest[0][: width - 1].rstrip()}…"


@cache
def _letters() -> frozenset[int]:
    """Code points that the charts' font can draw."""
    return frozenset(FT2Font(str(FONTS / "DejaVuSans.ttf")).get_charmap())


@_styled
def plot_ledger(ledger: pd.DataFrame, *, narrow: bool = False) -> Axes:
    """Places by year: what became of each planned consultation.

    Parameters
    ----------
    ledger : DataFrame
        See :func:`ledger.keep_ledger`.
    narrow : bool
        For a phone.
    """
    ax = _axes(1.0 + 0.75 * len(ledger), NARROW) if narrow else _axes(0.75 + 0.62 * len(ledger))
    _stack(ax, ledger, USES, [f"{year}. gads\n(plānotas {row['planned']})" for year, row in ledger.iterrows()])
    described = "; ".join(
        f"{year}. gadā " + ", ".join(plural(int(row[use]), *words) for use, words in USES.items())
        for year, row in ledger.iterrows()
    )
    return _finish(ax, _sum_up_ledger(ledger), f"Joslu diagramma pa gadiem: {described}.")


def _sum_up_ledger(ledger: pd.DataFrame) -> str:
    """What is still to come, by year; what went unused where nothing is."""
    rows = zip(ledger.index, ledger[["booked", "open"]].sum(axis=1), ledger[list(USES)].sum(axis=1), strict=True)
    waits = [f"{year}. gadā vēl jānotiek {ahead} no {places}" for year, ahead, places in rows if ahead]
    unused, places = int(ledger["lost"].sum()), int(ledger[list(USES)].to_numpy().sum())
    words = agree(unused, "konsultācija nav izmantota", "konsultācijas nav izmantotas")
    done = "Visas konsultācijas ir notikušas" if places else "Neviena konsultācija nav plānota"
    return "; ".join(waits) or (f"{unused} no {places} {words}" if unused else done)


@_styled
def plot_course(course: pd.DataFrame, programme: Programme) -> Axes:
    """Consultations held so far, against an even pace of the plan.

    Parameters
    ----------
    course : DataFrame
        See :func:`ledger.trace_course`.
    programme : Programme
    """
    ax = _axes(3.0)
    years = sorted(programme.places)
    ends = [pd.Timestamp(last_day(year, programme)) for year in years]
    targets = [sum(programme.places[year] for year in years[: number + 1]) for number in range(len(years))]
    start = pd.Timestamp(programme.call.deadline)
    ax.plot(cast("Any", [start, *ends]), [0, *targets], color=OPEN, linewidth=1.5, linestyle=(0, (4, 3)))
    ax.step(course["day"], course["held"], where="post", color=DONE, linewidth=2.5)
    for day, target in zip(ends, targets, strict=True):
        ax.plot(cast("Any", day), target, "o", color=OPEN)
        _note(ax, day, target, f"plāns: {target}\n{show_date(day)}", above=True, color=MUTED)
    today, held = course["day"].iloc[-1], int(course["held"].iloc[-1])
    ax.plot(today, held, "o", color=DONE)
    _note(ax, today, held, f"notikušas: {held}\n{show_date(today)}", above=False, color=DONE)
    ax.set_ylim(0, targets[-1] * 1.25)
    ax.set_yticks(sorted({0, *targets}))
    quarters = pd.date_range(start, ends[-1], freq="QS")
    ax.set_xticks(cast("Any", quarters), [f"{day:%m.%Y}" for day in quarters])
    ax.grid(axis="y", color=GROUND)
    ax.set_axisbelow(True)
    text = (
        f"Līnija: notikušās konsultācijas līdz {show_date(today)}, kopā {held} no {targets[-1]} plānotajām; "
        "pārtrauktā līnija rāda vienmērīgu tempu."
    )
    return _finish(ax, describe_pace(held, targets[-1], round(float(course["planned"].iloc[-1]))), text)


def describe_pace(held: int, planned: int, even: int) -> str:
    """How many consultations were held, against an even pace, in a sentence without its full stop."""
    more = held - even
    pace = "tikpat, cik" if not more else f"par {abs(more)} {'vairāk' if more > 0 else 'mazāk'} nekā"
    told = f"{agree(held, 'Notikusi', 'Notikušas')} {held}" if held else "Nav notikusi neviena"
    return f"{told} no {plural(planned, 'konsultācijas', 'konsultācijām')} – {pace} vienmērīgā tempā"


@_styled
def plot_load(load: pd.DataFrame) -> Axes:
    """Consultations of each mentor: held, booked, and proposed by the matching.

    Parameters
    ----------
    load : DataFrame
        See :func:`due.count_load`.
    """
    ax = _axes(0.7 + 0.5 * len(load))
    _stack(ax, load, LOADS, [shorten(mentor) for mentor in load["mentor"]])
    described = "; ".join(
        f"{mentor}: " + ", ".join(plural(int(n), *words) for n, words in zip(counts, LOADS.values(), strict=True))
        for mentor, *counts in zip(load["mentor"], *(load[kind] for kind in LOADS), strict=True)
    )
    total = {kind: int(load[kind].sum()) for kind in LOADS}
    title = ", ".join(plural(count, *LOADS[kind]) for kind, count in total.items() if count)
    title = f"Mentoriem kopā: {title}" if title else "Mentoriem konsultāciju vēl nav"
    return _finish(ax, title, f"Joslu diagramma. {described}.")


def _note(ax: Axes, day: pd.Timestamp, height: int, text: str, *, above: bool, color: str) -> None:
    offset, side = ((0, 6), "bottom") if above else ((-2, -10), "top")
    ax.annotate(text, (cast("Any", day), height), offset, textcoords="offset points", ha="right", va=side, color=color)


@_styled
def plot_themes(
    counts: pd.DataFrame, themes: Mapping[Any, str], unconfirmed: int, bases: pd.Series | None = None
) -> Axes:
    """Heat map of confirmed themes by another column, with the counts in the cells.

    Parameters
    ----------
    counts : DataFrame, shape (themes, categories)
        See :func:`confirmed.count_themes`.
    themes : mapping
        Labels.
    unconfirmed : int
        Applications without a confirmed theme; said under the picture.
    bases : Series, shape (categories,), optional
        Applications with a confirmed theme in each category: with them, shares stand beside the counts, but for a
        category of fewer than five.
    """
    ax = _axes(1.3 + 0.42 * len(counts))
    sizes = [0] * counts.shape[1] if bases is None else bases.tolist()
    texts = [[_show_count(count, size) for count, size in zip(row, sizes, strict=True)] for row in counts.to_numpy()]
    _draw_heat(ax, counts.to_numpy(), texts)
    heads = list(counts.columns)
    if bases is not None:
        numbers = [plural(size, "pieteikums", "pieteikumi") for size in sizes]
        heads = [f"{name}\n({number})" for name, number in zip(heads, numbers, strict=True)]
    ax.set_xticks(range(counts.shape[1]), heads)
    ax.set_yticks(range(len(counts)), [shorten(themes[code], 46) for code in counts.index])
    waiting = f" Tēmas vēl nav apstiprinātas: {unconfirmed}." if unconfirmed else ""
    ax.set_xlabel(fill(f"Pieteikums ar divām tēmām skaitīts abās.{waiting}", 52), loc="left")
    described = "; ".join(
        f"{themes[code]} {', '.join(f'{name} {count}' for name, count in row.items())}"
        for code, row in counts.iterrows()
    )
    return _finish(ax, "Apstiprinātās tēmas", f"Siltuma karte. {described or NO_THEMES}.")


NO_THEMES = "Apstiprinātu tēmu nav"


def _show_count(count: int, base: int) -> str:
    if not count:
        return "–"
    return f"{count} ({100 * count / base:.0f} %)" if base >= MIN_BASE else str(count)


def _draw_heat(ax: Axes, values: Any, texts: list[list[str]]) -> None:
    _bare(ax, "left", "bottom")
    if not values.size:
        ax.text(0, 0.5, NO_THEMES)
        return
    top = max(int(values.max()), 1)
    ax.imshow(values, cmap="Blues", vmin=0, vmax=top * 1.15, aspect="auto")
    for row, line in enumerate(texts):
        for column, text in enumerate(line):
            ink = "white" if values[row, column] > top * 0.75 else INK
            ax.text(column, row, text, ha="center", va="center", color=ink)
    ax.xaxis.tick_top()
    ax.tick_params(top=False)


@_styled
def plot_pairs(pairs: pd.DataFrame, themes: Mapping[Any, str]) -> Axes:
    """Which themes come together: each pair once, and on the diagonal all applications with the theme.

    Parameters
    ----------
    pairs : DataFrame, shape (themes, themes)
        See :func:`exploring.pair_themes`.
    themes : mapping
        Labels.
    """
    ax = _axes(1.5 + 0.4 * len(pairs))
    values, size = pairs.to_numpy(), len(pairs)
    texts = [
        [_show_count(values[row, column], 0) if column <= row else "" for column in range(size)] for row in range(size)
    ]
    below = [[values[row, column] if column < row else 0 for column in range(size)] for row in range(size)]
    _draw_heat(ax, np.array(below, dtype="int64").reshape(size, size), texts)
    for place in range(size):
        ax.add_patch(Rectangle((place - 0.5, place - 0.5), 1, 1, facecolor="white", edgecolor=LINE))
    ax.set_xticks(range(size), [f"{place + 1}." for place in range(size)])
    ax.set_yticks(range(size), [shorten(f"{place + 1}. {themes[code]}", 46) for place, code in enumerate(pairs.index)])
    ax.set_xlabel(fill("Rāmītī: visi pieteikumi ar šo tēmu. Zilajās rūtīs: pieteikumi ar abām tēmām.", 52), loc="left")
    together = [
        (values[row, column], pairs.index[column], pairs.index[row]) for row in range(size) for column in range(row)
    ]
    described = "; ".join(f"{themes[one]} un {themes[other]} {count}" for count, one, other in together if count)
    most = max([0, *(count for count, *_ in together)])
    often = [f"{themes[one]} un {themes[other]}" for count, one, other in together if count == most]
    times = plural(int(most), "reizi", "reizes")
    named = "; ".join(often) if len(often) < 3 else plural(len(often), "pāris", "pāri")
    title = f"Visbiežāk kopā ({times}): {named}" if most else "Divas tēmas kopā nav minētas"
    return _finish(ax, title, f"Siltuma karte pa tēmu pāriem. {described or 'Neviens pāris'}.")


SHAPES = ("o", "s", "D", "^")
"""How the groups of a comparison are told apart: by shape, every other one hollow."""


@_styled
def plot_shares(shares: pd.DataFrame, themes: Mapping[Any, str], title: str) -> Axes:
    """Share of applications that ask about each theme, group beside group, with intervals and counts.

    Parameters
    ----------
    shares : DataFrame
        See :func:`exploring.share_themes`; up to four categories.
    themes : mapping
        Labels.
    title : str
    """
    groups = list(shares["category"].unique())
    ax = _axes(1.3 + 0.26 * max(len(shares), 1) + 0.1 * len(themes))
    rows = {code: place for place, code in enumerate(themes)}
    step = 0.8 / max(len(groups), 1)
    top = max([0.5, *shares["high"].dropna(), *shares["share"].dropna()])
    top = min(math.ceil(top * 4) / 4, 1.0)
    for number, (group, mark) in enumerate(zip(groups, SHAPES, strict=False)):
        table = shares[shares["category"].eq(group)]
        heights = table["theme"].map(rows) + (number - (len(groups) - 1) / 2) * step
        ax.hlines(heights, table["low"], table["high"], color=DONE, linewidth=2)
        face = DONE if number % 2 == 0 else "white"
        ax.scatter(table["share"], heights, marker=mark, s=42, facecolor=face, edgecolor=DONE, linewidth=1.6, zorder=3)
        for place, (height, count, base) in enumerate(zip(heights, table["count"], table["base"], strict=True)):
            named = f" – {group}" if not place else ""
            weight = "bold" if not place else "normal"
            ax.text(top * 1.04, height, f"{count} no {base}{named}", va="center", color=INK, weight=weight)
    for place in range(1, len(themes)):
        ax.axhline(place - 0.5, color=GROUND, linewidth=1)
    ax.set_yticks(range(len(themes)), [shorten(label, 40) for label in themes.values()])
    ax.set_ylim(len(themes) - 0.4, -0.6)
    longest = max([0, *(len(str(group)) for group in groups)])
    ax.set_xlim(-0.02 * top, top * (1.25 + 0.022 * longest))
    marks = [quarter / 4 for quarter in range(round(top * 4) + 1)]
    ax.set_xticks(marks, [f"{100 * mark:.0f} %" for mark in marks])
    _bare(ax, "left", "bottom")
    ax.set_xlabel("Līnija: cik precīzi daļu var zināt; tā ir gara, jo pieteikumu ir maz.", loc="left")
    columns = (shares[name] for name in ("theme", "category", "count", "base"))
    described = "; ".join(
        f"{themes[theme]}, {category}: {count} no {base}" for theme, category, count, base in zip(*columns, strict=True)
    )
    return _finish(ax, title, f"Punktu diagramma ar intervāliem. {described or NO_THEMES}.")


@_styled
def plot_supply(supply: pd.DataFrame) -> Axes:
    """What is asked, theme by theme, and which mentors can answer.

    Parameters
    ----------
    supply : DataFrame
        See :func:`exploring.weigh_supply`.
    """
    ax = _axes(0.9 + 0.45 * len(supply))
    top = max(int(supply["asked"].max()) if len(supply) else 0, 1)
    for position, (asked, mentors) in enumerate(zip(supply["asked"], supply["mentors"], strict=True)):
        served = ", ".join(mentors) if len(mentors) < 3 else plural(len(mentors), "mentors", "mentori")
        face, edge, ink, weight = (DONE, DONE, INK, "normal") if served else ("white", LACKING, LACKING, "bold")
        ax.barh(position, asked, color=face, edgecolor=edge, height=0.6)
        text = f" {asked}   {served or 'neviens mentors'}"
        ax.text(asked + 0.02 * top, position, text, va="center", color=ink, weight=weight)
    _list_rows(ax, [shorten(theme, 40) for theme in supply["theme"]])
    ax.set_xlim(0, top * 2)
    note = "Skaitlis: pieteikumi. Vārdi: kas šajā tēmā konsultē. Balta josla: neviens."
    ax.set_xlabel(fill(note, 52), loc="left")
    described = "; ".join(
        f"{theme} {asked} – {', '.join(mentors) or 'neviens mentors'}"
        for theme, asked, mentors in zip(supply["theme"], supply["asked"], supply["mentors"], strict=True)
    )
    bare = [
        name
        for name, asked, able in zip(*(supply[column] for column in ("theme", "asked", "mentors")), strict=True)
        if asked and not able
    ]
    title = f"Neviens mentors nekonsultē: {'; '.join(bare)}" if bare else "Katrā jautātajā tēmā konsultē kāds mentors"
    return _finish(ax, title if supply["asked"].any() else NO_THEMES, f"Joslu diagramma. {described}.")


def sign(ax: Axes, line: str, letters: int = 140) -> Axes:
    """Put the source line under a chart (the only thing here that changes what it is given: the picture)."""
    with mpl.rc_context(STYLE):
        _figure(ax).supxlabel(fill(line, letters), x=0.01, ha="left", fontsize=6.5, color=MUTED)
    return ax


class Picture:
    """A chart with its source line and its description, for a notebook; a narrow drawing of it for phones, if any."""

    def __init__(self, ax: Axes, source: str, narrow: Axes | None = None) -> None:
        self.description = str(ax.get_label())
        self.png = render(sign(ax, source), "png")
        self.narrow = render(sign(narrow, source, letters=56), "png", dpi=2 * SCREEN_DPI) if narrow else b""

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        image = f'<img alt="{escape(self.description)}" src="{_address(self.png)}">'
        scrolled = f'<div class="scroll" role="group" aria-label="Attēls" tabindex="0">{image}</div>'
        source = f'<source media="(max-width: 40rem)" srcset="{_address(self.narrow)}">'
        html = f"<picture>{source}{image}</picture>" if self.narrow else scrolled
        return {"text/html": html, "text/plain": self.description}


def _address(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"


def render(ax: Axes, kind: str, dpi: int = SCREEN_DPI) -> bytes:
    """A chart as PNG or SVG bytes, the same for the same chart; an SVG carries its title and description."""
    buffer = io.BytesIO()
    metadata = {"Software": None} if kind == "png" else {"Date": None, "Creator": None}
    with mpl.rc_context(STYLE):
        figure = _figure(ax)
        figure.set(dpi=dpi, facecolor="white")
        if kind == "png":
            # savefig would draw everything twice
            FigureCanvasAgg(figure).print_png(buffer, metadata=metadata)  # type: ignore[no-untyped-call]
        else:
            figure.savefig(buffer, format=kind, dpi=dpi, metadata=metadata)
    content = buffer.getvalue()
    return content if kind == "png" else _describe_svg(content.decode("utf-8"), ax).encode("utf-8")


def _describe_svg(svg: str, ax: Axes) -> str:
    title, description = (escape(text, quote=False) for text in (_title_of(ax), str(ax.get_label())))
    head, tag, rest = svg.partition("<svg ")
    attributes, _, body = rest.partition(">")
    return f'{head}{tag}role="img" lang="lv" {attributes}>\n <title>{title}</title>\n <desc>{description}</desc>{body}'


PRINT_DPI = 300


@dataclass(frozen=True)
class Chart:
    """A finished chart: its title, what it shows in words, and the picture for print and for a screen."""

    title: str
    description: str
    png: bytes = b""
    svg: bytes = b""


def describe_chart(ax: Axes) -> Chart:
    """A chart's words without its pictures."""
    return Chart(_title_of(ax), str(ax.get_label()))


def _title_of(ax: Axes) -> str:
    return ax.get_title(loc="left").replace("\n", " ")


def draw_charts(charts: Mapping[str, Axes], *, screen: bool = False) -> dict[str, Chart]:
    """Each chart drawn once, by name: for print, or as a PNG for a ``screen`` alone."""
    if screen:
        return {name: replace(describe_chart(ax), png=render(ax, "png")) for name, ax in charts.items()}
    return {
        name: replace(describe_chart(ax), png=render(ax, "png", dpi=PRINT_DPI), svg=render(ax, "svg", dpi=PRINT_DPI))
        for name, ax in charts.items()
    }


def list_pictures(charts: Mapping[str, Chart]) -> dict[str, bytes]:
    """PNG (300 dpi, for print) and SVG of each chart, by file name."""
    return {
        f"{name}.{kind}": content
        for name, chart in charts.items()
        for kind, content in (("png", chart.png), ("svg", chart.svg))
    }
