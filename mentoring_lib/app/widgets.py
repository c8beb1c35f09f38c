"""What a person can move: sliders in an open notebook, filters and a search of the questions; nothing is written.

On a page a sentence says where the sliders are. What applicants wrote is shown as text, never as markup.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pandas as pd

from mentoring_lib.app.paths import STATIC_PAGES
from mentoring_lib.base.columns import MAX_CLARITY, READINGS
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import Application, rows_of
from mentoring_lib.base.texts import plural
from mentoring_lib.render.charts import render, sign
from mentoring_lib.render.ranking_chart import plot_ranking
from mentoring_lib.render.tables import HEADINGS, Html
from mentoring_lib.selection.what_if import decide_again
from mentoring_lib.themes import exploring

# Filters and a search of the questions; they are readable without it.
SCRIPT = f"<script>\n{Path(__file__).with_name('explore.js').read_text('utf-8')}</script>\n"


@dataclass(frozen=True)
class _Question(Application):
    confirmed_themes: tuple[str, ...]


def show_questions(applications: pd.DataFrame, programme: Programme) -> Html:
    """Every question with its themes, with the script that filters and searches them.

    Parameters
    ----------
    applications : DataFrame
        See :func:`exploring.follow_places`; missing texts are none.
    programme : Programme
    """
    facets = exploring.list_facets(programme)
    settings = {
        name: {"heading": HEADINGS[name], "values": [[str(code), words] for code, words in labels.items()]}
        for name, labels in facets.items()
    }
    table = applications.fillna({"question": "", "theme_other": ""})
    keys = table[list(facets)].astype("object").where(table[list(facets)].notna(), "").astype("str")
    articles = [
        _show_question(row, dict(zip(facets, values, strict=True)), programme)
        for row, values in zip(rows_of(table, _Question), keys.itertuples(index=False, name=None), strict=True)
    ]
    counts = table["confirmed_themes"].explode().value_counts()
    listed = "".join(
        f'<li data-theme="{escape(code)}" style="--share: {counts.get(code, 0) / max(len(table), 1):.3f}">'
        f"<span>{escape(programme.short_theme(code))}</span> <b>{counts.get(code, 0)}</b></li>\n"
        for code in programme.themes
    )
    head = plural(len(articles), "pieteikuma jautājums", "pieteikumu jautājumi")
    html = (
        f'<div class="explore" data-facets="{escape(json.dumps(settings, ensure_ascii=False))}">\n'
        f'<ul class="counts">{listed}</ul>\n<details><summary>{head}</summary>\n{"".join(articles)}</details>\n</div>\n'
        f"{SCRIPT}"
    )
    return Html(html, "Tēmas un jautājumi")


def _show_question(row: _Question, values: Mapping[str, str], programme: Programme) -> str:
    data = "".join(f' data-{name}="{escape(value)}"' for name, value in values.items())
    labels = "; ".join(programme.short_theme(code) for code in row.confirmed_themes) or "tēma vēl nav apstiprināta"
    own = (
        f'<p>{HEADINGS["theme_other"]}: <span class="t">{escape(row.theme_other)}</span></p>' if row.theme_other else ""
    )
    who = f"{row.application_id} {row.community or ''}, {row.municipality or ''}"
    return (
        f'<article data-themes="{escape(" ".join(row.confirmed_themes))}"{data}>\n'
        f'<p><b class="t">{escape(who)}</b> · {escape(labels)}</p>\n'
        f'<p class="t">{escape(row.question or "")}</p>\n{own}</article>\n'
    )


DRAFT = "KAS BŪTU, JA – tas nav lēmums. "


def find_moved(decided: pd.DataFrame, supposed: pd.DataFrame) -> dict[str, str]:
    """Who would gain (▲) or lose (▼) a consultation, by application."""
    now, then = (set(table.loc[table["outcome"].eq("place"), "application_id"]) for table in (decided, supposed))
    return dict.fromkeys(sorted(then - now), "▲") | dict.fromkeys(sorted(now - then), "▼")


def describe_moved(decided: pd.DataFrame, moved: Mapping[str, str]) -> str:
    """The same by name, in one Latvian sentence."""
    if not moved:
        return "Konsultācijas saņemtu tās pašas kopienas."
    names = dict(zip(decided["application_id"], decided["community"].fillna(decided["application_id"]), strict=True))
    parts = [
        f"{verb}: {', '.join(f'«{names[key]}»' for key, mark in moved.items() if mark == sign)}"
        for sign, verb in (("▲", "konsultāciju iegūtu"), ("▼", "zaudētu"))
        if sign in moved.values()
    ]
    told = "; ".join(parts)
    return f"{told[:1].upper()}{told[1:]}."


AROUND_CUT = (6, 4)  # rows of the picture before and after the last place


ELSEWHERE = (
    "Slīdņi darbojas burtnīcā, ko atver rīka izvēlne, kad tajā izvēlnē Run izvēlēts Run All Cells; šajā lapā to nav."
)
WIDTH, STYLE = "34rem", {"description_width": "9rem"}


class WhatIf:
    """Sliders, a choice of reading, who would gain or lose, and the order around the last place; for a notebook.

    They are drawn when they are shown, but not in a run: its pages have none.
    """

    def __init__(self, decided: pd.DataFrame, programme: Programme, source: str) -> None:
        rule = programme.rule
        self._given = (decided, programme, source)
        readings = [(text, name) for name, text in READINGS.items()]
        self.reading = widgets.Dropdown(options=readings, value=rule.reading, description="Secība", style=STYLE)
        self.clear_from = widgets.IntSlider(rule.clear_from, 0, MAX_CLARITY, description="Skaidrs no", style=STYLE)
        self.weight = widgets.IntSlider(rule.weight_of_new, 0, MAX_CLARITY, description="Papildpunkti", style=STYLE)
        self.picture = widgets.Image(format="png", layout={"align_self": "flex-start"})
        self.sentence = widgets.HTML()
        self.controls = (self.reading, self.clear_from, self.weight)
        for control in self.controls:
            control.layout.width = WIDTH
            control.observe(self._redraw, names="value")
        self.box = widgets.VBox([*self.controls, self.sentence, self.picture])

    def _redraw(self, _: object) -> None:
        decided, programme, source = self._given
        values = zip(("reading", "clear_from", "weight_of_new"), self.controls, strict=True)
        rule = programme.rule.model_copy(update={name: control.value for name, control in values})
        self.weight.layout.display = "" if rule.reading == "points" else "none"  # it would do nothing
        supposed, other = decide_again(decided, programme, rule), programme.model_copy(update={"rule": rule})
        moved = find_moved(decided, supposed)
        self.sentence.value = f"<p><b>{escape(describe_moved(decided, moved))}</b></p>"
        cut, count = int(supposed["outcome"].eq("place").sum()), int(supposed["rank_from"].notna().sum())
        window = max(cut - AROUND_CUT[0], 0), min(cut + AROUND_CUT[1], count)
        picture = plot_ranking(supposed, other, marks=moved, window=window)
        self.picture.value = render(sign(picture, DRAFT + source), "png")

    def _repr_mimebundle_(self, **options: Any) -> Any:
        if STATIC_PAGES not in os.environ:
            self._redraw(None)
        shown = self.box._repr_mimebundle_(**options)
        bundle, about = shown if isinstance(shown, tuple) else (shown, {})
        fallback = {"text/plain": ELSEWHERE, "text/html": f"<p><em>{ELSEWHERE}</em></p>"}
        return {**(bundle or {}), **fallback}, about
