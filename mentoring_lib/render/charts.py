"""Charts: a table in, Axes out; nothing is saved or shown here.

Every chart names its numbers on the marks instead of in a legend where it can, carries its own description for
people who do not see it (the Axes' label), and is drawn without pyplot, so no window, backend or global state is
touched. Colours are those of Okabe and Ito (2008), told apart by colour-blind readers; darker ones also in print.
"""

import base64
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, wraps
from html import escape
from pathlib import Path
from textwrap import fill, wrap
from typing import Any, ParamSpec, cast

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font

from mentoring_lib.base.columns import USES
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.texts import agree, plural, say_of, show_date
from mentoring_lib.delivery.ledger import last_day
from mentoring_lib.render.layout import clean_text
from mentoring_lib.render.palette import COLOURS, LOOKS, find_mark, paint
from mentoring_lib.render.tables import CHART_WORDS, Html

DONE, LACKING, OPEN, INK, MUTED, LINE, GROUND = (
    COLOURS[meaning] for meaning in ("done", "lacking", "open", "text", "muted", "line", "ground")
)
WIDTH, NARROW = 7.2, 3.4  # inches: the width of an A4 page between its margins, and of a phone
SCREEN_DPI = 110
FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
STYLE: dict[Any, Any] = paint(LOOKS["charts"])

P = ParamSpec("P")


def styled(draw: Callable[P, Axes]) -> Callable[P, Axes]:
    """Draw in the style of all charts, whatever is set around it."""

    @wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> Axes:
        with mpl.rc_context(STYLE):
            return draw(*args, **kwargs)

    return inside


def make_axes(height: float, *, narrow: bool = False, frame: bool = False) -> Axes:
    """Axes of an empty picture as wide as a page, or as a phone; without a frame where the marks say their numbers."""
    ax = Figure(figsize=(NARROW if narrow else WIDTH, height)).add_subplot()
    if not frame:
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    return ax


def _figure(ax: Axes) -> Figure:
    return cast("Figure", ax.figure)


def finish(ax: Axes, title: str, description: str, note: str = "") -> Axes:
    """Give a picture its message, from its left edge on, its description, and a note under it."""
    figure = _figure(ax)
    figure.suptitle(fill(title, int(9.2 * figure.get_figwidth())), color=COLOURS["heading"], **TITLE)
    ax.set_label(description)
    if note:
        named = any(label.get_text() for label in ax.get_yticklabels())  # beside the names there is less room
        room = (30 if named else 52) if is_narrow(ax) else (84 if named else 110)
        ax.set_xlabel(fill(note, room), loc="left", fontsize=8, color=MUTED)
    return ax


TITLE: dict[str, Any] = {"x": 0.01, "ha": "left", "fontsize": 11.5, "weight": "bold"}


def is_narrow(ax: Axes) -> bool:
    """Whether a picture is drawn for a phone."""
    return _figure(ax).get_figwidth() == NARROW


# By column: its word for one and for several; how it looks is told by :func:`palette.find_mark`.
Parts = Mapping[str, tuple[str, str]]


def _stack(ax: Axes, counts: pd.DataFrame, parts: Parts, labels: Iterable[str]) -> None:
    """A bar per row, made of its parts one after another, below the words that name the row and count each part."""
    rows = counts[list(parts)].to_numpy("int64").tolist()
    for position, (label, row) in enumerate(zip(labels, rows, strict=True)):
        left, told = 0, []
        for (name, words), count in zip(parts.items(), row, strict=True):
            if count:
                ax.barh(position, count, left=left, height=0.4, **find_mark(name).look)
                told.append(plural(count, *words))
                left += count
        text = fill(f"{label}: {', '.join(told) or '–'}", 46 if is_narrow(ax) else 96)
        ax.text(0, position - 0.24, text, va="bottom")
    ax.set_xlim(0, 1.01 * max([1, *map(sum, rows)]))
    ax.set_ylim(len(rows) - 0.7, -0.8)


@styled
def plot_municipalities(counts: pd.DataFrame) -> Axes:
    """Applications by municipality, eligible ones and the others side by side.

    Parameters
    ----------
    counts : DataFrame, shape (municipalities, 2)
        Columns ``eligible`` and ``other``, indexed by municipality in the order to show.
    """
    ax = make_axes(0.75 + 0.62 * len(counts))
    _stack(ax, counts, CHART_WORDS["competing"], map(shorten, counts.index))
    inside, outside = int(counts["eligible"].sum()), int(counts["other"].sum())
    rest = f"{inside} piedalās atlasē" + (f", {outside} nepiedalās" if outside else "")
    title = (
        f"{plural(inside + outside, 'pieteikums', 'pieteikumi')}: {rest}" if inside + outside else "Pieteikumu vēl nav"
    )
    described = "; ".join(f"{town}: {row['eligible']} un {row['other']}" for town, row in counts.iterrows())
    return finish(ax, title, f"Joslu diagramma. Pieteikumi, kas piedalās atlasē, un pārējie. {described}.")


def shorten(name: str | None, width: int = 30) -> str:
    """A name in at most two lines of a width, then "…"; letters that the font lacks are squares."""
    drawn = "".join(letter if ord(letter) in _letters() else "□" for letter in clean_text(name or "–"))
    return "\n".join(wrap(drawn, width, max_lines=2, placeholder="…") or ["–"])


@cache
def _letters() -> frozenset[int]:
    """Code points that the charts' font can draw."""
    return frozenset(FT2Font(str(FONTS / "DejaVuSans.ttf")).get_charmap())


@styled
def plot_ledger(ledger: pd.DataFrame, *, narrow: bool = False) -> Axes:
    """Places by year: what became of each planned consultation.

    Parameters
    ----------
    ledger : DataFrame
        See :func:`ledger.keep_ledger`.
    narrow : bool
        For a phone.
    """
    ax = make_axes(1.0 + 0.75 * len(ledger) if narrow else 0.75 + 0.62 * len(ledger), narrow=narrow)
    _stack(ax, ledger, USES, [f"{year}. gads (plānotas {row['planned']})" for year, row in ledger.iterrows()])
    described = "; ".join(
        f"{year}. gadā " + ", ".join(plural(int(row[use]), *words) for use, words in USES.items())
        for year, row in ledger.iterrows()
    )
    return finish(ax, _sum_up_ledger(ledger), f"Joslu diagramma pa gadiem: {described}.")


def _sum_up_ledger(ledger: pd.DataFrame) -> str:
    """What is still to come, by year; what went unused where nothing is."""
    rows = zip(ledger.index, ledger[["booked", "open"]].sum(axis=1), ledger[list(USES)].sum(axis=1), strict=True)
    waits = [f"{year}. gadā vēl jānotiek {ahead} no {places}" for year, ahead, places in rows if ahead]
    unused, places = int(ledger["lost"].sum()), int(ledger[list(USES)].to_numpy().sum())
    words = f"{plural(places, 'konsultācijas', 'konsultācijām')} {agree(unused, 'nav izmantota', 'nav izmantotas')}"
    done = "Visas konsultācijas ir notikušas" if places else "Neviena konsultācija nav plānota"
    return "; ".join(waits) or (f"{unused} no {words}" if unused else done)


@styled
def plot_course(course: pd.DataFrame, programme: Programme, *, narrow: bool = False) -> Axes:
    """Consultations held so far, against an even pace of the plan.

    Parameters
    ----------
    course : DataFrame
        See :func:`ledger.trace_course`.
    programme : Programme
    """
    ax = make_axes(3.0, narrow=narrow, frame=True)
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
    _note(
        ax, today, held, f"{agree(held, 'notikusi', 'notikušas')}: {held}\n{show_date(today)}", above=False, color=DONE
    )
    ax.set_ylim(min(0, held - targets[-1] * (0.75 if narrow else 0.35)), targets[-1] * 1.25)  # room for what it tells
    ax.set_yticks(sorted({0, *targets}))
    quarters = pd.date_range(start, ends[-1], freq="2QS" if narrow else "QS")
    ax.set_xticks(cast("Any", quarters), [f"{day:%m.%Y}" for day in quarters])
    ax.grid(axis="y", color=GROUND)
    ax.set_axisbelow(True)
    text = (
        f"Līnija: notikušās konsultācijas līdz {show_date(today)}, kopā {held} no {targets[-1]} plānotajām; "
        "pārtrauktā līnija rāda vienmērīgu tempu."
    )
    return finish(ax, describe_pace(held, targets[-1], round(float(course["planned"].iloc[-1]))), text)


def describe_pace(held: int, planned: int, even: int) -> str:
    """How many consultations were held, against an even pace, in a sentence without its full stop."""
    more = held - even
    pace = "tikpat, cik" if not more else f"par {abs(more)} {'vairāk' if more > 0 else 'mazāk'} nekā"
    return f"{say_of(held, planned, 'Notikusi', 'Notikušas')} – {pace} vienmērīgā tempā"


def _note(ax: Axes, day: pd.Timestamp, height: int, text: str, *, above: bool, color: str) -> None:
    offset, side = ((0, 6), "bottom") if above else ((-2, -26 if is_narrow(ax) else -10), "top")
    ax.annotate(text, (cast("Any", day), height), offset, textcoords="offset points", ha="right", va=side, color=color)


def sign(ax: Axes, line: str) -> Axes:
    """Put the source line under a chart (the only thing here that changes what it is given: the picture)."""
    with mpl.rc_context(STYLE):
        _figure(ax).supxlabel(fill(line, 56 if is_narrow(ax) else 140), x=0.01, ha="left", fontsize=6.5, color=MUTED)
    return ax


def show_picture(description: str, png: bytes, narrow: bytes = b"") -> str:
    """A picture as HTML, another for phones; where there is none, a region that scrolls."""
    address, small = (f"data:image/png;base64,{base64.b64encode(one).decode('ascii')}" for one in (png, narrow))
    image = f'<img alt="{escape(description)}" src="{address}">'
    if not narrow:
        return f'<div class="scroll" role="group" aria-label="Attēls" tabindex="0">{image}</div>'
    return f'<picture><source media="(max-width: 40rem)" srcset="{small}">{image}</picture>'


def picture(ax: Axes, source: str, narrow: Axes | None = None) -> Html:
    """A chart with its source line and its description, for a notebook; a narrow drawing of it for phones, if any."""
    small = render_narrow(sign(narrow, source)) if narrow else b""
    description = str(ax.get_label())
    return Html(show_picture(description, render(sign(ax, source), "png"), small), description)


def render_narrow(ax: Axes) -> bytes:
    """A chart for the screen of a phone."""
    return render(ax, "png", dpi=2 * SCREEN_DPI)


def render(ax: Axes, kind: str, dpi: int = SCREEN_DPI) -> bytes:
    """A chart as PNG or SVG bytes, the same for the same chart; an SVG carries its title and description."""
    buffer = io.BytesIO()
    metadata = {"Software": None} if kind == "png" else {"Date": None, "Creator": None}
    with mpl.rc_context(STYLE):
        figure = _figure(ax)
        figure.set(dpi=dpi, facecolor="white")
        # savefig would draw everything twice
        canvas: Any = FigureCanvasAgg(figure) if kind == "png" else FigureCanvasSVG(figure)
        getattr(canvas, f"print_{kind}")(buffer, metadata=metadata)
    content = buffer.getvalue()
    return content if kind == "png" else _describe_svg(content.decode("utf-8"), ax).encode("utf-8")


def _describe_svg(svg: str, ax: Axes) -> str:
    told = describe_chart(ax)
    title, description = (escape(text, quote=False) for text in (told.title, told.description))
    head, tag, rest = svg.partition("<svg ")
    attributes, _, body = rest.partition(">")
    return f'{head}{tag}role="img" lang="lv" {attributes}>\n <title>{title}</title>\n <desc>{description}</desc>{body}'


PRINT_DPI = 300


@dataclass(frozen=True)
class Chart:
    """A finished chart: its title, what it shows in words, and the picture for print, a screen and a phone."""

    title: str
    description: str
    png: bytes = b""
    svg: bytes = b""
    narrow: bytes = b""


def describe_chart(ax: Axes) -> Chart:
    """A chart's words without its pictures."""
    return Chart(_figure(ax).get_suptitle().replace("\n", " "), str(ax.get_label()))


def draw_charts(charts: Mapping[str, Axes]) -> dict[str, Chart]:
    """Each chart drawn for print, by name."""
    return {
        name: replace(describe_chart(ax), png=render(ax, "png", dpi=PRINT_DPI), svg=render(ax, "svg", dpi=PRINT_DPI))
        for name, ax in charts.items()
    }


def draw_for_screen(charts: Mapping[str, Axes], narrow: Mapping[str, Axes]) -> dict[str, Chart]:
    """Each chart drawn for a screen and for a phone, by name."""
    return {
        name: replace(describe_chart(ax), png=render(ax, "png"), narrow=render_narrow(narrow[name]))
        for name, ax in charts.items()
    }


def list_pictures(charts: Mapping[str, Chart]) -> dict[str, bytes]:
    """PNG (300 dpi, for print) and SVG of each chart, by file name."""
    return {f"{name}.{kind}": getattr(chart, kind) for name, chart in charts.items() for kind in ("png", "svg")}
