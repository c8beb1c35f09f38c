"""The funder's charts: each title is the message, made from the numbers; shape or fill carries it, colour helps."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mentoring_lib.base.stamp import TOTAL
from mentoring_lib.base.texts import agree, fold, plural, show_number
from mentoring_lib.render.charts import STYLE, WIDTH, shorten
from mentoring_lib.render.palette import COLOURS, MARKS

CUT = 1.4  # of a target: a longer bar tells nothing more
COLUMN = 2.9  # widths of a target between the bars of two years
TASK_MARKS: dict[str, dict[str, Any]] = {
    "done": {"marker": "o", "facecolor": COLOURS["done"], "edgecolor": COLOURS["done"]},
    "open": {"marker": "o", "facecolor": "white", "edgecolor": COLOURS["open"]},
    "overdue": {"marker": "D", "facecolor": COLOURS["lacking"], "edgecolor": COLOURS["lacking"]},
}
GLYPHS = {"done": "●", "open": "○", "overdue": "◆"}
"""A to-do item by its state, as a sign in a text."""


def _draw(height: float) -> Axes:
    with mpl.rc_context(STYLE):
        ax = Figure(figsize=(WIDTH, height)).add_subplot()
    for side in ax.spines.values():
        side.set_visible(False)
    ax.set_xticks([])
    ax.set_yticks([])
    return ax


def _finish(ax: Axes, title: str, description: str) -> Axes:
    with mpl.rc_context(STYLE):
        ax.set_title(fill(title, 62))
    ax.set_label(description)
    return ax


def describe_targets(indicators: pd.DataFrame) -> str:
    """How many targets of each year are reached, in a sentence without its full stop."""
    told = indicators[indicators["year"].ne(TOTAL)].dropna(subset=["target", "result"])
    parts = []
    for year, rows in told.groupby("year"):
        reached, all_of = int(rows["missing"].eq(0).sum()), len(rows)
        words = f"{reached} no {all_of}" if reached < all_of else f"visi {all_of}" if all_of > 1 else "vienīgais"
        parts.append(f"{year}. gadā – {words}")
    return f"Sasniegtie mērķi: {'; '.join(parts)}" if parts else "Mērķi šim periodam nav noteikti"


def name_indicator(name: str, unit: str) -> str:
    """An indicator with its unit, where the name does not say it."""
    return name if fold(unit) in fold(name) else f"{name} ({unit})"


def show_against(result: Any, target: Any) -> str:
    """«10, mērķis 6»; without a target the result alone."""
    words = result if isinstance(result, str) else "nav publicēts" if pd.isna(result) else show_number(result, 2)
    return words if pd.isna(target) else f"{words},\u00a0mērķis\u00a0{show_number(target, 2)}"


def plot_indicators(indicators: pd.DataFrame) -> Axes:
    """Result against target by year: filled to the target, pale beyond it, empty where it lacks.

    Parameters
    ----------
    indicators : DataFrame
        See :func:`figures.measure_indicators`. Those without a target stand under the chart, without a bar.
    """
    table = indicators[indicators["year"].ne(TOTAL)]
    aimed = list(dict.fromkeys(table.loc[table["target"].notna(), "indicator"]))
    years = list(dict.fromkeys(table.loc[table["target"].notna(), "year"]))
    ax = _draw(0.7 + 0.3 * max(len(aimed), 1))
    with mpl.rc_context(STYLE):
        for column, year in enumerate(years):
            ax.text(column * COLUMN, -0.85, year, weight="bold", va="center")
        for _, row in table[table["target"].notna()].iterrows():
            _draw_target(ax, years.index(row["year"]) * COLUMN, aimed.index(row["indicator"]), row)
        units = dict(zip(table["indicator"], table["unit"], strict=True))
        ax.set_yticks(range(len(aimed)), [shorten(name_indicator(name, units[name]), 34) for name in aimed])
        free = [f"{name}: {show_number(result, 2)}" for name, year, target, result in indicators[
            ["indicator", "year", "target", "result"]].itertuples(index=False)
            if year == TOTAL and name not in aimed and pd.notna(result)]  # fmt: skip
        if free:
            ax.set_xlabel(fill(f"Bez mērķa: {'; '.join(free)}.", 110), loc="left", fontsize=8, color=COLOURS["muted"])
    ax.set_ylim(max(len(aimed), 1) - 0.4, -1.2)
    ax.set_xlim(-0.02, max(len(years), 1) * COLUMN)
    described = "; ".join(
        f"{row['indicator']}, {row['year']}: {show_against(row['result'], row['target'])}"
        + (f", trūkst {show_number(row['missing'], 2)}" if row["missing"] > 0 else "")
        for _, row in table.iterrows()
    )
    keys = "Josla – sasniegtais, melnā svītra – gada mērķis, gaišā daļa – virs mērķa, tukšā – vēl trūkst."
    return _finish(ax, describe_targets(indicators), f"Joslu diagramma pa gadiem. {keys} {described}.")


def _draw_target(ax: Axes, left: float, row: int, told: pd.Series) -> None:
    """One bar: what was reached, what lacks, what is over, the target's stroke, and the words."""
    if pd.isna(told["result"]):  # no bar: an empty one would say that nothing was reached
        ax.text(left, row, show_against(told["result"], told["target"]), va="center", fontsize=8.5)
        return
    share = min(float(told["share"]), CUT)
    parts = (("open", 1.0), ("over", share), ("done", min(share, 1.0)))
    for meaning, width in parts:
        mark = MARKS[meaning]
        if width and (meaning != "over" or share > 1):
            ax.barh(row, width, left=left, height=0.52, color=mark.fill, edgecolor=mark.edge)
    ax.plot([left + 1] * 2, [row - 0.38, row + 0.38], color="black", linewidth=3, solid_capstyle="butt")
    ax.text(left + CUT + 0.06, row, show_against(told["result"], told["target"]), va="center", fontsize=8.5)
    if told["missing"] > 0:
        ax.text(left + COLUMN - 0.08, row, f"vēl {show_number(told['missing'], 2)}", va="center", ha="right",
                color=COLOURS["lacking"], weight="bold", fontsize=8.5)  # fmt: skip


def describe_tasks(tasks: pd.DataFrame) -> str:
    """What became of all to-do items, in a sentence without its full stop."""
    done, open_, overdue = (int(tasks[name].sum()) for name in ("done", "open", "overdue"))
    if not (every := done + open_ + overdue):
        return "Darbi vēl nav ieplānoti"
    late = f", {plural(overdue, 'nokavēts', 'nokavēti')}" if overdue else ""
    if done == every:
        return f"Visi {every} darbi ir paveikti" if every > 1 else "Vienīgais darbs ir paveikts"
    words = agree(done, "paveikts", "paveikti")
    finished = f"{agree(done, 'ir', 'ir')} {words} {done}" if done else "vēl nav paveikts neviens"
    return f"No {plural(every, 'ieplānotā darba', 'ieplānotajiem darbiem')} {finished}{late}"


def name_row(community: str, count: int) -> str:
    """A community, or how many stand in a row together."""
    return community or (plural(count, "kopiena", "kopienas") + " kopā")


def plot_tasks(tasks: pd.DataFrame) -> Axes:
    """What communities did with the hour: a row a community, a mark a task, done first, then open, then overdue.

    Parameters
    ----------
    tasks : DataFrame
        See :func:`outcome_figures.tell_tasks`.
    """
    ax = _draw(0.8 + 0.27 * max(len(tasks), 1))
    most, names = 1, []
    with mpl.rc_context(STYLE):
        for row, told in enumerate(tasks.to_dict("records")):
            states = [state for state in TASK_MARKS for _ in range(told[state])]
            for place, state in enumerate(states):
                ax.scatter(place, row, s=38, linewidth=1.3, **TASK_MARKS[state])
            most = max(most, len(states))
            names.append(f"{told['year']}  {shorten(name_row(told['community'], told['communities']), 28)}".strip())
        for row, told in enumerate(tasks.to_dict("records")):
            if told["sentence"]:
                ax.text(most + 0.2, row, shorten(told["sentence"], 62), va="center", fontsize=8)
        ax.set_yticks(range(len(names)), names)
        ax.set_xlabel("● paveikts   ○ vēl priekšā   ◆ nokavēts", loc="left", fontsize=8, color=COLOURS["muted"])
    ax.set_ylim(max(len(tasks), 1) - 0.4, -0.6)
    ax.set_xlim(-0.6, max(most * 3.6, 14))
    described = "; ".join(
        f"{name_row(told['community'], told['communities'])}: paveikti {told['done']}, vēl priekšā {told['open']}, "
        f"nokavēti {told['overdue']}" for told in tasks.to_dict("records")
    )  # fmt: skip
    return _finish(ax, describe_tasks(tasks), f"Viena zīme – viens darbs. {described or 'Darbu nav'}.")


def plot_outcomes(ratings: pd.DataFrame, spread: pd.DataFrame, answered: int, served: int) -> Axes:
    """Ratings then (hollow) and now (filled), a dot a community, with medians and how many went which way.

    Parameters
    ----------
    ratings, spread : DataFrame
        See :func:`outcome_figures.tell_ratings`.
    answered, served : int
        Communities that answered, of all served.
    """
    top = int(spread[["then", "now"]].max().max()) if len(spread) else 1
    lines = 2 * max(len(ratings), 1)
    ax = _draw(0.9 + lines * (0.3 + 0.13 * top))
    step = 1.0 + 0.3 * top
    with mpl.rc_context(STYLE):
        for number, told in enumerate(ratings.to_dict("records")):
            own = spread[spread["statement"].eq(told["statement"])]
            for side, label, face in (("then", "toreiz", "white"), ("now", "tagad", COLOURS["done"])):
                base = -(2 * number + (side == "now")) * step
                ax.plot([0, 10], [base, base], color=COLOURS["line"], linewidth=1, zorder=0)
                ax.text(-0.5, base + 0.2, label, ha="right", fontsize=8)
                edge = COLOURS["open"] if side == "then" else COLOURS["done"]
                for rating, count in zip(own["rating"], own[side], strict=True):
                    ax.scatter([rating] * count, [base + 0.22 + 0.3 * at for at in range(count)], s=30, facecolor=face,
                               edgecolor=edge, linewidth=1.3)  # fmt: skip
                ax.plot([told[side]] * 2, [base - 0.28, base + 0.02], color="black", linewidth=3)
            middle = -2 * number * step
            ax.text(-2.2, middle, fill(f"«{told['statement']}»", 24), ha="right", va="center", weight="bold",
                    fontsize=8.5)  # fmt: skip
            words = f"{told['higher']} augstāk\n{told['same']} tāpat\n{told['lower']} zemāk\nmediāna " + (
                f"{show_number(told['then'])} → {show_number(told['now'])}")  # fmt: skip
            ax.text(10.6, middle - 0.5 * step, words, va="center", fontsize=8.5)
        note = (
            "Ass: no 0 (nemaz) līdz 10 (pilnībā); svītra – mediāna. Abus vērtējumus kopiena sniedz reizē, atskatoties."
        )
        ax.set_xlabel(note, loc="left", fontsize=8, color=COLOURS["muted"])
    ax.set_xlim(-8.2, 13.2)
    ax.set_ylim(-(lines - 1) * step - 0.6, 0.6 + 0.3 * top)
    return _finish(ax, describe_ratings(ratings, answered, served), " ".join(list_ratings(ratings)) or "Vērtējumu nav.")


def describe_ratings(ratings: pd.DataFrame, answered: int, served: int) -> str:
    """Who answered, and the statement that most rate higher now, in a sentence without its full stop."""
    of = f"No {plural(served, 'kopienas', 'kopienām')} atbildēja {answered}"
    if not len(ratings):
        return f"{of}: vērtējumu ir par maz, lai tos rādītu"
    best = ratings.sort_values("higher", ascending=False, kind="stable").iloc[0]
    if not best["higher"]:
        return f"{of}; augstāk nekā toreiz neviena nevērtē nevienu apgalvojumu"
    return f"{of}; «{best['statement']}» – tagad augstāk vērtē {best['higher']} no {best['answered']}"


def list_ratings(ratings: pd.DataFrame) -> list[str]:
    """A sentence for each statement."""
    return [
        f"«{told['statement']}» Vērtēja {told['answered']}: augstāk {told['higher']}, tāpat {told['same']}, zemāk "
        f"{told['lower']}; mediāna no {show_number(told['then'])} uz {show_number(told['now'])}."
        for told in ratings.to_dict("records")
    ]


def plot_asked(counts: pd.Series, names: Mapping[Any, str], unconfirmed: int) -> Axes:
    """Confirmed themes of the consultations, the most frequent first.

    Parameters
    ----------
    counts : Series
        Consultations by code of theme.
    names : mapping
        Short label of each theme.
    unconfirmed : int
        Consultations without a confirmed theme; said under the picture.
    """
    order = {code: place for place, code in enumerate(names)}
    own = counts[counts.gt(0)]
    shown = sorted(own.items(), key=lambda item: (-item[1], order[item[0]]))
    ax = _draw(0.8 + 0.3 * max(len(shown), 1))
    with mpl.rc_context(STYLE):
        for row, (_, count) in enumerate(shown):
            ax.barh(row, count, color=COLOURS["done"], height=0.6)
            ax.text(count + 0.06, row, str(count), va="center")
        ax.set_yticks(range(len(shown)), [shorten(names[code], 34) for code, _ in shown])
        waiting = f" Tēmas vēl nav apstiprinātas: {unconfirmed}." if unconfirmed else ""
        note = f"Konsultācija ar divām tēmām skaitīta abās.{waiting}"
        ax.set_xlabel(note, loc="left", fontsize=8, color=COLOURS["muted"])
    ax.set_ylim(max(len(shown), 1) - 0.4, -0.6)
    ax.set_xlim(0, max([1, *(count for _, count in shown)]) * 1.5)
    first = [names[code] for code, count in shown if count == shown[0][1]]
    often = f"Visbiežāk: {', '.join(first)} ({shown[0][1]})" if shown else "Apstiprinātu tēmu vēl nav"
    described = "; ".join(f"{names[code]} {count}" for code, count in shown) or "Apstiprinātu tēmu nav"
    return _finish(ax, often, f"Joslu diagramma. {described}.")
