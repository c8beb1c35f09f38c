"""What if the threshold, the weight or the reading were another: sliders that redraw the ranking and write nothing.

Works in an open notebook only; a page shows one sentence instead. Nothing here is kept, printed in a report or read
by anything else.
"""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
import pandas as pd

from mentoring_lib import workflow
from mentoring_lib.plotting import plot_ranking, render, sign
from mentoring_lib.programme import Programme
from mentoring_lib.reporting import READINGS
from mentoring_lib.sensitivity import MOST_CLARITY
from mentoring_lib.texts import plural
from mentoring_lib.variants import decide_again

ELSEWHERE = "Slīdņi darbojas atvērtā burtnīcā (python run.py lab); šajā lapā to nav."
WIDTH = "34rem"
DRAFT = "KAS BŪTU, JA – tas nav lēmums. "


def count_changed(decided: pd.DataFrame, supposed: pd.DataFrame) -> str:
    """One Latvian sentence: how many would have a place who have none now."""
    now = set(decided.loc[decided["outcome"].eq("place"), "application_id"])
    then = set(supposed.loc[supposed["outcome"].eq("place"), "application_id"])
    gained = len(then - now)
    return f"Salīdzinājumā ar lēmumu vietu iegūtu {plural(gained, 'kopiena', 'kopienas')}, zaudētu {len(now - then)}."


class Interactive:
    """Widgets in an open notebook; on a page one sentence, and below it what can be read without them (HTML).

    They are drawn when they are shown, but not in a run: its pages have none.
    """

    box: widgets.VBox
    elsewhere: str
    below: str = ""

    def _redraw(self, _: object) -> None:
        """Show what the widgets say now."""

    def _repr_mimebundle_(self, **options: Any) -> Any:
        if not workflow.handed:
            self._redraw(None)
        shown = self.box._repr_mimebundle_(**options)
        bundle, about = shown if isinstance(shown, tuple) else (shown, {})
        fallback = {"text/plain": self.elsewhere, "text/html": f"<p><em>{self.elsewhere}</em></p>{self.below}"}
        return {**(bundle or {}), **fallback}, about


class WhatIf(Interactive):
    """Sliders, a choice of reading, and the ranking they give; shown by a notebook."""

    elsewhere = ELSEWHERE

    def __init__(self, decided: pd.DataFrame, decisions: pd.DataFrame, programme: Programme, source: str) -> None:
        rule = programme.rule
        self._given = (decided, decisions, programme, source)
        style = {"description_width": "initial"}
        readings = [(text, name) for name, text in READINGS.items()]
        self.reading = widgets.Dropdown(options=readings, value=rule.reading, description="Lasījums", style=style)
        self.clear_from = widgets.IntSlider(rule.clear_from, 0, MOST_CLARITY, description="Skaidrs no", style=style)
        self.weight = widgets.IntSlider(rule.weight_of_new, 0, MOST_CLARITY, description="Piemaksa jaunai", style=style)
        self.picture, self.told = widgets.Image(format="png", layout={"align_self": "flex-start"}), widgets.HTML()
        self.controls = (self.reading, self.clear_from, self.weight)
        for control in self.controls:
            control.layout.width = WIDTH
            control.observe(self._redraw, names="value")
        self.box = widgets.VBox([*self.controls, self.told, self.picture])

    def _redraw(self, _: object) -> None:
        decided, decisions, programme, source = self._given
        values = zip(("reading", "clear_from", "weight_of_new"), self.controls, strict=True)
        rule = programme.rule.model_copy(update={name: control.value for name, control in values})
        supposed, other = decide_again(decided, decisions, programme, rule), programme.model_copy(update={"rule": rule})
        self.told.value = count_changed(decided, supposed)
        self.picture.value = render(sign(plot_ranking(supposed, other), DRAFT + source), "png")
