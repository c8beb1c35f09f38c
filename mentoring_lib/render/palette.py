"""One colour table by meaning, for charts, pages, workbooks and PDF alike; shape or fill carries the meaning first.

Told apart without colour: done is filled, over the target pale, booked hatched, open empty, lacking bold or a diamond.
"""

from typing import Any, NamedTuple

# Colour of each meaning.
COLOURS = {
    "done": "#0072B2",  # delivered, has a consultation this year
    "over": "#BFDDEF",  # beyond the target
    "open": "#8C8C8C",  # edge of what is open or waits
    "lacking": "#D55E00",  # overdue, lost, lacking
    "alert": "#B03A00",  # the same as small text: dark enough to read on white
    "alert-ground": "#FFF1E6",
    "text": "#222222",
    "muted": "#555555",
    "line": "#C8CDD2",
    "ground": "#EEF3F6",
    "heading": "#00507D",
    "white": "#FFFFFF",
}

# The same for pages, as ``var(--done)``.
CSS_VARIABLES = ":root {" + " ".join(f"--{name}: {colour.lower()};" for name, colour in COLOURS.items()) + "}\n"


class Mark(NamedTuple):
    """How a bar or box of one meaning looks: its fill, edge, hatch (as matplotlib writes it) and the words on it."""

    fill: str
    edge: str
    hatch: str
    ink: str

    @property
    def look(self) -> dict[str, Any]:
        """The same for matplotlib."""
        return {"facecolor": self.fill, "edgecolor": self.edge, "hatch": self.hatch or None}


# How each meaning looks.
MARKS = {
    "done": Mark(COLOURS["done"], COLOURS["done"], "", COLOURS["white"]),
    "over": Mark(COLOURS["over"], COLOURS["over"], "", COLOURS["text"]),
    "partial": Mark(COLOURS["over"], COLOURS["lacking"], "", COLOURS["text"]),  # happened, but something is missing
    "contested": Mark(COLOURS["over"], COLOURS["done"], "", COLOURS["text"]),  # not hatched: that is a later year
    "booked": Mark(COLOURS["white"], COLOURS["done"], "////", COLOURS["text"]),
    "open": Mark(COLOURS["white"], COLOURS["open"], "", COLOURS["text"]),
    "lacking": Mark(COLOURS["lacking"], COLOURS["lacking"], "", COLOURS["white"]),
}

_MEANINGS = {
    "delivered": "done", "held": "done", "eligible": "done", "held_incomplete": "partial", "booked": "booked",
    "open": "open", "other": "open", "lost": "lacking", "firm_in": "done", "contested": "contested", "firm_out": "open",
}  # fmt: skip


def find_mark(column: str, number: int = 0) -> Mark:
    """How the numbers of a column are drawn; one without a meaning of its own by its number, so that two differ."""
    return MARKS[_MEANINGS.get(column) or _IN_ORDER[number % len(_IN_ORDER)]]


_IN_ORDER = ("done", "booked", "over", "open")
