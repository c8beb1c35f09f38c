# ruff: noqa: E501 - tables are read line by line
"""One colour table by meaning: no other colour in charts, pages, workbooks and the PDF's layout; told apart in grey."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from docs.tools.colour_sheet import SEEN, simulate
from mentoring_lib import render
from mentoring_lib.render import palette

PACKAGE = Path(render.__file__).parent.parent
SOURCES = [path for kind in ("py", "css", "typ", "html") for path in sorted(PACKAGE.rglob(f"*.{kind}"))]
KNOWN = {colour.lower() for colour in palette.COLOURS.values()} | {"#222", "#fff", "#555"}


def brightness(colour):
    """Relative luminance of WCAG 2, from 0 to 1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    light, dark = sorted((brightness(one), brightness(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_colour_stands_in_the_table(path):
    found = re.findall(r"(?<![&\w])#[0-9a-fA-F]{6}\b|(?<![&\w])#[0-9a-fA-F]{3}\b(?=[;\s}'\"])", path.read_text("utf-8"))
    assert {colour.lower() for colour in found} <= KNOWN


def see(colour, kind):
    """A colour as a kind of eye, or a grey printer, has it."""
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    seen = simulate(parts, kind) if kind else parts
    return "#" + "".join(f"{round(part * 255):02X}" for part in seen)


KINDS = ["", *SEEN]


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_meanings_look_alike_to_any_eye_or_printer(kind):
    """Told apart by hatch, or by a fill or edge that differs clearly: far apart in colour, or in brightness."""
    for one, other in combinations(palette.MARKS.values(), 2):
        pairs = [(see(one[part], kind), see(other[part], kind)) for part in (0, 1)]
        far = [max(abs(int(a[at : at + 2], 16) - int(b[at : at + 2], 16)) for at in (1, 3, 5)) for a, b in pairs]
        apart = max(far) >= 60 or max(contrast(*pair) for pair in pairs) > 1.3
        assert one.hatch != other.hatch or apart, (kind, one, other)


@pytest.mark.parametrize("kind", KINDS)
def test_words_can_be_read_on_their_ground(kind):
    for meaning, mark in palette.MARKS.items():
        least = 3 if meaning == "lacking" else 4.5  # these words are bold
        assert contrast(see(mark.fill, kind), see(mark.ink, kind)) >= least, meaning
    for meaning in ("text", "muted", "heading", "alert", "done"):
        assert contrast(see(palette.COLOURS[meaning], kind), "#FFFFFF") >= 4.4, meaning
    assert contrast(see(palette.COLOURS["alert"], kind), see(palette.COLOURS["alert-ground"], kind)) >= 4.4


def test_the_simulation_leaves_white_and_grey_and_moves_red():
    for kind in SEEN:
        assert {see("#FFFFFF", kind), see("#808080", kind)} == {"#FFFFFF", "#808080"}
    assert see("#FF0000", "protanopia") == "#6D5F00"  # Machado's own picture of pure red


@pytest.mark.parametrize("path", [path for path in SOURCES if path.suffix == ".css"], ids=lambda path: path.name)
def test_a_page_asks_for_colours_that_are_there(path):
    there = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", palette.CSS_VARIABLES))
    assert set(re.findall(r"var\(--([\w-]+)\)", path.read_text("utf-8"))) <= {
        *there,
        "share",
    }  # of a bar, set on the page
    assert re.fullmatch(r":root \{(--[\w-]+: #[0-9a-f]{6};[ }])+\n", palette.CSS_VARIABLES)
    assert there == {name: colour.lower() for name, colour in palette.COLOURS.items()}


LOOKS = {  # fill, edge, words; hatched
    "done": ("done", "done", "white"), "over": ("over", "over", "text"), "partial": ("over", "lacking", "text"),
    "booked": ("white", "done", "text"), "open": ("white", "open", "text"),
    "lacking": ("lacking", "lacking", "white"),
}  # fmt: skip


def test_each_meaning_is_drawn_in_its_colours_and_only_what_is_booked_is_hatched():
    assert {
        name: palette.Mark(*(palette.COLOURS[part] for part in parts[:2]), "////" * (name == "booked"), palette.COLOURS[parts[2]])
        for name, parts in LOOKS.items()
    } == palette.MARKS  # fmt: skip
    assert palette.MARKS["booked"].look == {"facecolor": "#FFFFFF", "edgecolor": "#0072B2", "hatch": "////"}
    assert palette.MARKS["done"].look["hatch"] is None


@pytest.mark.parametrize(
    ("column", "meaning"),
    [
        ("delivered", "done"), ("held", "done"), ("eligible", "done"), ("held_incomplete", "partial"), ("booked", "booked"), ("open", "open"),
        ("other", "open"), ("lost", "lacking"),
    ],
)  # fmt: skip
def test_a_column_is_drawn_by_its_meaning_or_by_its_number(column, meaning):
    assert palette.find_mark(column, 2) == palette.MARKS[meaning]
    assert [palette.find_mark("cits", number) for number in range(5)] == [
        palette.MARKS[name] for name in ("done", "booked", "over", "open", "done")
    ]
