"""Pictures as they print in grey and as colour-blind people see them, side by side, to be looked at.

    python -m docs.tools.colour_sheet sheet.png reports/example/finansetajam/*.png

Matrices of Machado, Oliveira and Fernandes (2009), full severity, for linear RGB.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

SEEN = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    "grey": ((0.2126, 0.7152, 0.0722),) * 3,
}
WIDTH, GAP = 480, 8  # pixels

Colours = npt.NDArray[np.float64]


def to_linear(colours: Colours) -> Colours:
    """SRGB from 0 to 1 as linear light (IEC 61966-2-1)."""
    return np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)


def simulate(colours: Colours, kind: str) -> Colours:
    """What is seen of colours.

    Parameters
    ----------
    colours : array, shape (..., 3)
        sRGB from 0 to 1.
    kind : str
        A key of :data:`SEEN`.
    """
    linear = np.clip(to_linear(colours) @ np.array(SEEN[kind]).T, 0, 1)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def make_sheet(paths: Sequence[Path]) -> Image.Image:
    """A row per picture: as it is, then as each kind of eye and a grey printer have it."""
    rows = []
    for path in paths:
        picture = Image.open(path).convert("RGB")
        picture = picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)))
        pixels = np.asarray(picture) / 255
        seen = [Image.fromarray((simulate(pixels, kind) * 255).round().astype("uint8")) for kind in SEEN]
        rows.append([picture, *seen])
    sheet = Image.new("RGB", ((WIDTH + GAP) * (1 + len(SEEN)), sum(row[0].height + GAP for row in rows)), "white")
    top = 0
    for row in rows:
        for number, picture in enumerate(row):
            sheet.paste(picture, (number * (WIDTH + GAP), top))
        top += row[0].height + GAP
    return sheet


if __name__ == "__main__":
    make_sheet([Path(name) for name in sys.argv[2:]]).save(sys.argv[1])
