"""What a person can move in an open notebook: sliders, drop-down lists, a search; nothing is written.

On a page a sentence says where the same can be read without it. What applicants wrote is shown as text, never as
markup.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import ipywidgets as widgets
import pandas as pd

from mentoring_lib.app.paths import STATIC_PAGES
from mentoring_lib.base.columns import MAX_CLARITY, READINGS
from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.texts import agree, fold, plural
from mentoring_lib.render.charts import plot_pairs, plot_themes, render, sign
from mentoring_lib.render.ranking_chart import plot_ranking
from mentoring_lib.render.tables import HEADINGS
from mentoring_lib.selection.what_if import decide_again
from mentoring_lib.themes import exploring
from mentoring_lib.themes.confirmed import count_themes, label_themes

ELSEWHERE = "{} darbojas burtnīcā, ko atver rīka izvēlne, kad tajā izvēlnē Run izvēlēts Run All Cells; {}."
EVERYONE = "visi"
WIDTH, STYLE = "34rem", {"description_width": "9rem"}
_MARKS = "[\u0300-\u036f]*"  # diacritics that follow their letter in a decomposed text


def mark_hits(text: str, query: str) -> tuple[str, int]:
    """A text as HTML with every place that matches a query marked, and how many there are.

    Parameters
    ----------
    text : str
        What an applicant wrote; comes out escaped.
    query : str
        Found whatever the case and diacritics: "majas" finds "mājas".
    """
    letters = {" ": r"[\W_]+"}
    pattern = "".join(letters.get(letter, re.escape(letter) + _MARKS) for letter in fold(query))
    if not pattern:
        return escape(text), 0
    parts = re.split(f"({pattern})", unicodedata.normalize("NFD", text), flags=re.IGNORECASE)
    shown = [escape(unicodedata.normalize("NFC", part)) for part in parts]
    return "".join(f"<mark>{part}</mark>" if place % 2 else part for place, part in enumerate(shown)), len(parts) // 2


class Interactive:
    """Widgets in an open notebook; on a page one sentence, and below it what can be read without them (HTML).

    They are drawn when they are shown, but not in a run: its pages have none.
    """

    box: widgets.VBox
    elsewhere: str

    def _show_static(self) -> str:
        """What a page shows instead (HTML)."""
        return f"<p><em>{self.elsewhere}</em></p>"

    def _redraw(self, _: object) -> None:
        """Show what the widgets say now."""

    def _repr_mimebundle_(self, **options: Any) -> Any:
        if STATIC_PAGES not in os.environ:
            self._redraw(None)
        shown = self.box._repr_mimebundle_(**options)
        bundle, about = shown if isinstance(shown, tuple) else (shown, {})
        fallback = {"text/plain": self.elsewhere, "text/html": self._show_static()}
        return {**(bundle or {}), **fallback}, about


def _picture() -> widgets.Image:
    return widgets.Image(format="png", layout={"align_self": "flex-start"})


class Explorer(Interactive):
    """A drop-down list per side to look from, and the charts of the applications that fit all of them.

    On a page the lists, the search and the questions are there too (see ``explore.js``), readable without script.
    """

    elsewhere = "Tēmas un jautājumi"

    def _show_static(self) -> str:
        applications, programme, _ = self._given
        return show_questions(applications, programme)

    def __init__(self, applications: pd.DataFrame, programme: Programme, source: str) -> None:
        self._given = (applications, programme, source)
        self.choices = {
            name: widgets.Dropdown(
                options=[(EVERYONE, None), *((label, code) for code, label in labels.items())],
                description=HEADINGS[name],
                style=STYLE,
                layout={"width": WIDTH},
            )
            for name, labels in exploring.list_facets(programme).items()
        }
        self.sentence, self.themes, self.pairs = widgets.HTML(), _picture(), _picture()
        for choice in self.choices.values():
            choice.observe(self._redraw, names="value")
        self.box = widgets.VBox([*self.choices.values(), self.sentence, self.themes, self.pairs])

    def select(self) -> pd.DataFrame:
        """The applications that fit every list."""
        table = self._given[0]
        for name, choice in self.choices.items():
            table = table if choice.value is None else table[table[name].eq(choice.value).fillna(False)]
        return table

    def _redraw(self, _: object) -> None:
        chosen, (applications, programme, source) = self.select(), self._given
        short = {code: programme.short_theme(code) for code in programme.themes}
        towns, unconfirmed = programme.call.municipalities, len(chosen) - len(exploring.select_confirmed(chosen))
        counts = count_themes(chosen, "municipality", towns, programme.themes)
        bases = exploring.count_bases(chosen, programme)
        pairs = exploring.pair_themes(chosen, programme.themes)
        self.sentence.value = (
            f"Izvēlei atbilst {len(chosen)} no {plural(len(applications), 'pieteikuma', 'pieteikumiem')}; "
            f"tēmas vēl nav apstiprinātas: {unconfirmed}."
        )
        self.themes.value = render(sign(plot_themes(counts, short, unconfirmed, bases), source), "png")
        self.pairs.value = render(sign(plot_pairs(pairs, short), source), "png")


class Search(Interactive):
    """A field to type in, and the questions that hold it, with the hits marked; a page has its own search."""

    elsewhere = "Meklēšana"

    def _show_static(self) -> str:
        return ""

    def __init__(self, applications: pd.DataFrame, programme: Programme) -> None:
        labels = label_themes(applications["confirmed_themes"], programme.themes)
        self._texts = applications.fillna({"question": "", "theme_other": ""}).assign(labels=labels)
        self.query = widgets.Text(
            description="Meklēt", placeholder="piemēram, majas", style=STYLE, layout={"width": WIDTH}
        )
        self.hits = widgets.HTML()
        self.query.observe(self._search, names="value")
        self.box = widgets.VBox([self.query, self.hits])
        self._search(None)

    def _search(self, _: object) -> None:
        texts = [shown for row in rows_of(self._texts, _Searched) if (shown := _show_texts(row, self.query.value))]
        count = f"{agree(len(texts), 'Atrasts', 'Atrasti')} {plural(len(texts), 'pieteikums', 'pieteikumi')}"
        self.hits.value = f"<p>{count}.</p>" + "".join(texts)


@dataclass(frozen=True)
class _Searched:
    application_id: str
    community: str | None
    municipality: str | None
    question: str
    theme_other: str
    labels: str


def _show_texts(row: _Searched, query: str) -> str:
    """The question of an application and its own theme as HTML; "" if a query is found in neither."""
    texts = [("", row.question), (f"{HEADINGS['theme_other']}: ", row.theme_other)]
    marked = [(before, *mark_hits(text, query)) for before, text in texts if text]
    if fold(query) and not any(hits for *_, hits in marked):
        return ""
    head = escape(f"{row.application_id} {row.community}, {row.municipality}")
    shown = "<br>".join(before + text for before, text, _ in marked)
    return f"<p><b>{head}</b><br><i>{escape(row.labels or 'tēmas vēl nav apstiprinātas')}</i><br>{shown}</p>"


@dataclass(frozen=True)
class _Question:
    application_id: str
    community: str | None
    municipality: str | None
    question: str
    theme_other: str
    confirmed_themes: tuple[str, ...]


def show_questions(applications: pd.DataFrame, programme: Programme) -> str:
    """Every question with its themes as HTML, with what a script needs to filter and search them.

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
    return (
        f'<div class="explore" data-facets="{escape(json.dumps(settings, ensure_ascii=False))}">\n'
        f'<ul class="counts">{listed}</ul>\n<details><summary>{head}</summary>\n{"".join(articles)}</details>\n</div>'
    )


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
        f'<p class="t">{escape(row.question)}</p>\n{own}</article>\n'
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


class WhatIf(Interactive):
    """Sliders, a choice of reading, who would gain or lose, and the order around the last place; for a notebook."""

    elsewhere = ELSEWHERE.format("Slīdņi", "šajā lapā to nav")

    def __init__(self, decided: pd.DataFrame, programme: Programme, source: str) -> None:
        rule = programme.rule
        self._given = (decided, programme, source)
        readings = [(text, name) for name, text in READINGS.items()]
        self.reading = widgets.Dropdown(options=readings, value=rule.reading, description="Secība", style=STYLE)
        self.clear_from = widgets.IntSlider(rule.clear_from, 0, MAX_CLARITY, description="Skaidrs no", style=STYLE)
        self.weight = widgets.IntSlider(rule.weight_of_new, 0, MAX_CLARITY, description="Papildpunkti", style=STYLE)
        self.picture, self.sentence = _picture(), widgets.HTML()
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
        picture = plot_ranking(supposed, other, moved=moved, window=window)
        self.picture.value = render(sign(picture, DRAFT + source), "png")
