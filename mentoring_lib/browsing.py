"""Drop-down lists that redraw the themes, and a search in the questions; nothing is written.

Works in an open notebook only; on a page a sentence says where the same can be read without it. What applicants wrote
is shown as text, never as markup.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape
from typing import Any

import ipywidgets as widgets
import pandas as pd

from mentoring_lib import exploring
from mentoring_lib.errors import rows_of
from mentoring_lib.plotting import plot_pairs, plot_themes, render, sign
from mentoring_lib.programme import Programme
from mentoring_lib.tables import HEADINGS
from mentoring_lib.texts import fold, plural
from mentoring_lib.themes import count_themes, label_themes
from mentoring_lib.whatif import Interactive

ELSEWHERE = "{} darbojas atvērtā burtnīcā (python run.py lab); {}."
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


class Explorer(Interactive):
    """A drop-down list per side to look from, and the charts of the applications that fit all of them."""

    elsewhere = ELSEWHERE.format("Izvēlnes", "lapā visu rāda tabulas un attēli augstāk")

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
        self.told, self.themes, self.pairs = widgets.HTML(), _picture(), _picture()
        for choice in self.choices.values():
            choice.observe(self._redraw, names="value")
        self.box = widgets.VBox([*self.choices.values(), self.told, self.themes, self.pairs])

    def select(self) -> pd.DataFrame:
        """The applications that fit every list."""
        table = self._given[0]
        for name, choice in self.choices.items():
            table = table if choice.value is None else table[table[name].eq(choice.value).fillna(False)]
        return table

    def _redraw(self, _: object) -> None:
        chosen, (applications, programme, source) = self.select(), self._given
        towns, unconfirmed = programme.call.municipalities, len(chosen) - len(exploring.select_confirmed(chosen))
        counts = count_themes(chosen, "municipality", towns, programme.themes)
        bases = exploring.count_bases(chosen, programme)
        pairs = exploring.pair_themes(chosen, programme.themes)
        self.told.value = (
            f"Izvēlei atbilst {len(chosen)} no {plural(len(applications), 'pieteikuma', 'pieteikumiem')}; "
            f"tēmas vēl nav apstiprinātas: {unconfirmed}."
        )
        self.themes.value = render(sign(plot_themes(counts, programme.themes, unconfirmed, bases), source), "png")
        self.pairs.value = render(sign(plot_pairs(pairs, programme.themes), source), "png")


def _picture() -> widgets.Image:
    return widgets.Image(format="png", layout={"align_self": "flex-start"})


class Search(Interactive):
    """A field to type in, and the questions that hold what is typed, with the hits marked; all of them on a page."""

    elsewhere = ELSEWHERE.format("Meklēšana", "lapā zem šī teikuma ir visi jautājumi")

    def __init__(self, applications: pd.DataFrame, programme: Programme) -> None:
        labels = label_themes(applications["confirmed_themes"], programme.themes)
        self._texts = applications.fillna({"question": "", "theme_other": ""}).assign(labels=labels)
        self.query = widgets.Text(
            description="Meklēt", placeholder="piemēram, majas", style=STYLE, layout={"width": WIDTH}
        )
        self.found = widgets.HTML()
        self.query.observe(self._search, names="value")
        self.box = widgets.VBox([self.query, self.found])
        self._search(None)
        self.below = self.found.value

    def _search(self, _: object) -> None:
        found = [shown for row in rows_of(self._texts) if (shown := _show_texts(row, self.query.value))]
        told = f"{'Atrasts' if len(found) % 10 == 1 and len(found) % 100 != 11 else 'Atrasti'} "
        self.found.value = f"<p>{told}{plural(len(found), 'pieteikums', 'pieteikumi')}.</p>" + "".join(found)


def _show_texts(row: Any, query: str) -> str:
    """The question of an application and its own theme as HTML; "" if a query is found in neither."""
    texts = [("", row.question), (f"{HEADINGS['theme_other']}: ", row.theme_other)]
    marked = [(before, *mark_hits(text, query)) for before, text in texts if text]
    if fold(query) and not any(hits for *_, hits in marked):
        return ""
    head = escape(f"{row.application_id} {row.community}, {row.municipality}")
    shown = "<br>".join(before + text for before, text, _ in marked)
    return f"<p><b>{head}</b><br><i>{escape(row.labels or 'tēmas vēl nav apstiprinātas')}</i><br>{shown}</p>"
