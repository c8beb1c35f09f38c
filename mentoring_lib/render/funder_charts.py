"""The funder's charts: each title is the message, made from the numbers; shape or fill carries it, colour helps."""

from collections.abc import Mapping
from textwrap import fill
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from mentoring_lib.base.programme import Programme
from mentoring_lib.base.stamp import TOTAL
from mentoring_lib.base.texts import fold, plural, show_number
from mentoring_lib.funder.figures import Figures
from mentoring_lib.render.charts import finish, make_axes, plot_course, plot_ledger, shorten, sign, styled
from mentoring_lib.render.palette import COLOURS, MARKS, Mark

CUT = 1.4  # of a target: a longer bar tells nothing more
COLUMN = 3.15  # widths of a target between the bars of two years
# A to-do item by its state, as a sign in a text.
GLYPHS = {"done": "●", "open": "○", "overdue": "◆"}


def _write(ax: Axes, x: float, y: float, text: str, **look: Any) -> None:
    usual: dict[str, Any] = {"va": "center", "fontsize": 8.5}
    ax.text(x, y, text, **usual | look)


def describe_targets(indicators: pd.DataFrame, *, whole: bool = True) -> str:
    """How many targets of each year are reached, or are in a period, in a sentence without its full stop."""
    told = indicators[indicators["year"].ne(TOTAL)].dropna(subset=["target", "result"])
    parts = []
    for year, rows in told.groupby("year"):
        reached, all_of = int(rows["missing"].eq(0).sum()), len(rows)
        words = f"{reached} no {all_of}" if reached < all_of else f"visi {all_of}" if all_of > 1 else "vienīgais"
        parts.append(f"{year}. gadā – {words}")
    lead = "Sasniegtie mērķi" if whole else "Periodā sasniegtie mērķi"
    return f"{lead}: {'; '.join(parts)}" if parts else "Mērķi šim periodam nav noteikti"


def name_indicator(name: str, unit: str) -> str:
    """An indicator with its unit, where the name does not say it."""
    return name if fold(unit) in fold(name) else f"{name} ({unit})"


def show_against(result: Any, target: Any) -> str:
    """«10, mērķis 6»; without a target the result alone."""
    words = result if isinstance(result, str) else "nav publicēts" if pd.isna(result) else show_number(result, 2)
    return words if pd.isna(target) else f"{words},\u00a0mērķis\u00a0{show_number(target, 2)}"


@styled
def plot_indicators(indicators: pd.DataFrame, *, narrow: bool = False, whole: bool = True) -> Axes:
    """Result against target by year: filled to the target, pale beyond it, empty where it lacks.

    Parameters
    ----------
    indicators : DataFrame
        See :func:`figures.measure_indicators`. Those without a target stand under the chart, without a bar.
    narrow : bool
        For a phone: years one below another under each name.
    whole : bool
        Whether results are of the whole project.
    """
    table = indicators[indicators["year"].ne(TOTAL)]
    told = table[table["target"].notna()]
    aimed, years = (list(dict.fromkeys(told[name])) for name in ("indicator", "year"))
    columns, step = (1, len(years) + 1) if narrow else (max(len(years), 1), 1)
    units = dict(zip(table["indicator"], table["unit"], strict=True))
    rows = max(step * len(aimed), 1)
    ax = make_axes(0.7 + (0.22 if narrow else 0.3) * rows, narrow=narrow)
    for number, name in enumerate(aimed):
        if narrow:
            _write(ax, -0.42, number * step, shorten(name_indicator(name, units[name]), 44), weight="bold")
    for column, year in enumerate([] if narrow else years):
        _write(ax, column * COLUMN, -0.85, year, weight="bold", fontsize=9.5)
    for _, row in told.iterrows():
        column, at = years.index(row["year"]), aimed.index(row["indicator"]) * step
        _draw_target(ax, 0 if narrow else column * COLUMN, at + (1 + column) * narrow, row)
        if narrow:
            _write(ax, -0.42, at + 1 + column, row["year"])
    if not narrow:
        ax.set_yticks(range(len(aimed)), [shorten(name_indicator(name, units[name]), 34) for name in aimed])
    free = "; ".join(f"{name}: {show_number(result, 2)}" for name, year, target, result in indicators[
        ["indicator", "year", "target", "result"]].itertuples(index=False)
        if year == TOTAL and name not in aimed and pd.notna(result))  # fmt: skip
    ax.set_ylim(rows - 0.4, -0.6 if narrow else -1.2)
    ax.set_xlim(-0.45 if narrow else -0.02, columns * COLUMN)
    described = "; ".join(
        f"{row['indicator']}, {row['year']}: {show_against(row['result'], row['target'])}"
        + (f", trūkst {show_number(row['missing'], 2)}" if row["missing"] > 0 else "")
        for _, row in table.iterrows()
    )
    keys = "Josla – sasniegtais, melnā svītra – gada mērķis, gaišā daļa – virs mērķa, tukšā – līdz mērķim trūkst."
    text = f"Joslu diagramma pa gadiem. {keys} {described}."
    return finish(ax, describe_targets(indicators, whole=whole), text, f"Bez mērķa: {free}." if free else "")


def _draw_target(ax: Axes, left: float, row: int, told: pd.Series) -> None:
    """One bar: what was reached, what lacks, what is over, the target's stroke, and the words."""
    if pd.isna(told["result"]):  # no bar: an empty one would say that nothing was reached
        _write(ax, left, row, show_against(told["result"], told["target"]))
        return
    share = min(float(told["share"]), CUT)
    for meaning, width in (("open", 1.0), ("over", share if share > 1 else 0), ("done", min(share, 1.0))):
        if width:
            ax.barh(row, width, left=left, height=0.52, **MARKS[meaning].look)
    ax.plot([left + 1] * 2, [row - 0.38, row + 0.38], color="black", linewidth=3, solid_capstyle="butt")
    _write(ax, left + CUT + 0.06, row, show_against(told["result"], told["target"]))
    if told["missing"] > 0:
        lacks: dict[str, Any] = {"ha": "right", "color": COLOURS["lacking"], "weight": "bold"}
        _write(ax, left + COLUMN - 0.08, row, f"−{show_number(told['missing'], 2)}", **lacks)


def name_row(community: str, count: int) -> str:
    """A community, or how many stand in a row together."""
    return community or (plural(count, "kopiena", "kopienas") + " kopā")


@styled
def plot_outcomes(ratings: pd.DataFrame, spread: pd.DataFrame, *, narrow: bool = False) -> Axes:
    """Ratings then (hollow) and now (filled), a dot a community, with medians and how many went which way.

    Parameters
    ----------
    ratings, spread : DataFrame
        See :func:`outcome_figures.tell_ratings`.
    narrow : bool
        For a phone: each statement above its dots, what became of it below.
    """
    top = int(spread[["then", "now"]].max().max())
    step = 1.0 + 0.3 * top
    block = 2 * step + 2.6 * narrow  # a statement with its two rows of dots
    ax = make_axes(0.9 + len(ratings) * block * 0.3, narrow=narrow)
    for number, told in enumerate(ratings.to_dict("records")):
        middle, own = -number * block, spread[spread["statement"].eq(told["statement"])]
        _draw_dots(ax, middle, "toreiz", own["rating"], own["then"], told["then"], MARKS["open"])
        _draw_dots(ax, middle - step, "tagad", own["rating"], own["now"], told["now"], MARKS["done"])
        moved = [f"{told['higher']} augstāk", f"{told['same']} tāpat", f"{told['lower']} zemāk",
                 f"mediāna {show_number(told['then'])} → {show_number(told['now'])}"]  # fmt: skip
        if narrow:
            _write(ax, -2.4, middle + 0.9 + 0.3 * top, fill(f"«{told['statement']}»", 44), weight="bold")
            _write(ax, -2.4, middle - step - 0.9, " · ".join(moved), fontsize=8)
        else:
            _write(ax, -2.2, middle, fill(f"«{told['statement']}»", 24), ha="right", weight="bold")
            _write(ax, 10.6, middle - 0.5 * step, "\n".join(moved))
    ax.set_xlim(*((-2.5, 10.5) if narrow else (-8.2, 13.2)))
    ax.set_ylim(-(len(ratings) - 1) * block - step - 0.6 - narrow, 0.6 + 0.3 * top + narrow)
    note = "Ass: no 0 (nemaz) līdz 10 (pilnībā); svītra – mediāna. Abus vērtējumus kopiena sniedz reizē, atskatoties."
    text = " ".join(list_ratings(ratings))
    return finish(ax, describe_ratings(ratings), text, note)


def _draw_dots(
    ax: Axes, base: float, label: str, ratings: pd.Series, counts: pd.Series, median: float, mark: Mark
) -> None:
    """A line from 0 to 10 with a dot a community above it, and the median's stroke below."""
    ax.plot([0, 10], [base, base], color=COLOURS["line"], linewidth=1, zorder=0)
    ax.text(-0.5, base + 0.2, label, ha="right", fontsize=8)
    for rating, count in zip(ratings, counts, strict=True):
        heights = [base + 0.22 + 0.3 * at for at in range(count)]
        ax.scatter([rating] * count, heights, s=30, facecolor=mark.fill, edgecolor=mark.edge, linewidth=1.3)
    ax.plot([median] * 2, [base - 0.28, base + 0.02], color="black", linewidth=3)


def describe_ratings(ratings: pd.DataFrame) -> str:
    """The statement that most rate higher now, in a sentence without its full stop."""
    best = ratings.sort_values("higher", ascending=False, kind="stable").iloc[0]
    if not best["higher"]:
        return "Augstāk nekā toreiz neviena kopiena nevērtē nevienu apgalvojumu"
    return f"«{best['statement']}» – tagad augstāk vērtē {best['higher']} no {best['answered']}, kas to vērtēja"


def list_ratings(ratings: pd.DataFrame) -> list[str]:
    """A sentence for each statement."""
    return [
        f"«{told['statement']}» Vērtēja {told['answered']}: augstāk {told['higher']}, tāpat {told['same']}, zemāk "
        f"{told['lower']}; mediāna no {show_number(told['then'])} uz {show_number(told['now'])}."
        for told in ratings.to_dict("records")
    ]


@styled
def plot_asked(counts: pd.Series, names: Mapping[Any, str], unconfirmed: int, *, narrow: bool = False) -> Axes:
    """Confirmed themes of the consultations, the most frequent first.

    Parameters
    ----------
    counts : Series
        Consultations by code of theme.
    names : mapping
        Short label of each theme.
    unconfirmed : int
        Consultations without a confirmed theme; said under the picture.
    narrow : bool
        For a phone.
    """
    order = {code: place for place, code in enumerate(names)}
    shown = sorted(counts[counts.gt(0)].items(), key=lambda item: (-item[1], order[item[0]]))
    ax = make_axes(max(0.8 + 0.3 * max(len(shown), 1), 2.2 * narrow), narrow=narrow)  # a phone's title has more lines
    for row, (_, count) in enumerate(shown):
        ax.barh(row, count, color=COLOURS["done"], height=0.6)
        ax.text(count + 0.06, row, str(count), va="center")
    ax.set_yticks(range(len(shown)), [shorten(names[code], 20 if narrow else 34) for code, _ in shown])
    ax.set_ylim(max(len(shown), 1) - 0.4, -0.6)
    ax.set_xlim(0, max([1, *(count for _, count in shown)]) * (1.2 if narrow else 1.5))
    first = [names[code] for code, count in shown if count == shown[0][1]]
    most = first[0] if len(first) == 1 else plural(len(first), "tēma vienādi", "tēmas vienādi")
    often = f"Visbiežāk: {most} ({shown[0][1]})" if shown else "Apstiprinātu tēmu vēl nav"
    described = "; ".join(f"{names[code]} {count}" for code, count in shown) or "Apstiprinātu tēmu nav"
    waiting = f" Tēmas vēl nav apstiprinātas: {unconfirmed}." if unconfirmed else ""
    note = f"Konsultācija ar divām tēmām skaitīta abās.{waiting}"
    return finish(ax, often, f"Joslu diagramma. {described}.", note)


def draw_all(figures: Figures, programme: Programme, *, narrow: bool = False) -> dict[str, Axes]:
    """The funder's charts by file name, each signed with its source; ``narrow`` ones for a phone."""
    charts = {
        "vietas": plot_ledger(figures.ledger.set_index("year"), narrow=narrow),
        "gaita": plot_course(figures.course, programme, narrow=narrow),
    }
    if figures.indicators["target"].notna().any():
        charts["raditaji"] = plot_indicators(figures.indicators, narrow=narrow, whole=figures.covers(programme))
    if len(figures.ratings):
        charts["parmainas"] = plot_outcomes(figures.ratings, figures.spread, narrow=narrow)
    if "themes" in figures.consultations and len(figures.consultations):
        counts = figures.consultations["themes"].explode().value_counts()
        names = {code: programme.short_theme(code) for code in programme.themes}
        charts["temas"] = plot_asked(counts, names, figures.unconfirmed, narrow=narrow)
    return {name: sign(ax, figures.stamp.short()) for name, ax in charts.items()}
