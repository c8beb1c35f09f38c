"""How things look, by meaning, for charts, pages, workbooks and PDF alike: ``looks.toml``, with its colours put in."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

LOOKS: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("looks.toml").read_text("utf-8"))
COLOURS: dict[str, str] = LOOKS["colours"]

# The same for pages, as ``var(--done)``.
CSS_VARIABLES = ":root {" + " ".join(f"--{name}: {colour.lower()};" for name, colour in COLOURS.items()) + "}\n"


def paint(look: Mapping[str, Any]) -> dict[str, Any]:
    """A look with its colours instead of their meanings."""
    return {key: COLOURS[value] if key.endswith("color") else value for key, value in look.items()}


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
    name: Mark(COLOURS[fill], COLOURS[edge], hatch, COLOURS[ink])
    for name, (fill, edge, hatch, ink) in LOOKS["marks"].items()
}
_IN_ORDER = ("done", "booked", "over", "open")


def find_mark(column: str, number: int = 0) -> Mark:
    """How the numbers of a column are drawn; one without a meaning of its own by its number, so that two differ."""
    return MARKS[LOOKS["meanings"].get(column) or _IN_ORDER[number % len(_IN_ORDER)]]
