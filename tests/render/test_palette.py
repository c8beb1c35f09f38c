"""One colour table by meaning: no other colour in charts, pages, workbooks and the PDF's layout; told apart in grey."""

import re
from itertools import combinations
from pathlib import Path

import pytest

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


def test_no_two_meanings_look_alike_without_colour():
    looks = {name: (mark.hatch, mark.fill, mark.edge) for name, mark in palette.MARKS.items()}
    for one, other in combinations(looks, 2):
        hatch, fill, edge = zip(looks[one], looks[other], strict=True)
        apart = hatch[0] != hatch[1] or contrast(*fill) > 1.3 or contrast(*edge) > 1.3
        assert apart, (one, other)


def test_words_can_be_read_on_their_ground():
    for meaning, mark in palette.MARKS.items():
        assert contrast(mark.fill, mark.ink) >= (3 if meaning == "lacking" else 4.5)  # these words are bold
    for meaning in ("text", "muted", "heading", "alert", "done"):
        assert contrast(palette.COLOURS[meaning], "#FFFFFF") >= 4.5, meaning
    assert contrast(palette.COLOURS["alert"], palette.COLOURS["alert-ground"]) >= 4.5
