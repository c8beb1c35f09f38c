"""Invented applications of any number, the same every time, for measuring."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter

from mentoring_lib.base.columns import APPLICATION
from mentoring_lib.selection.lottery import draw_tickets

THEMES = (
    "Kā veidot kopienu?",
    "Kā iesaistīt iedzīvotājus kopienu aktivitātēs?",
    "Kā uzlabot komunikāciju gan ar iedzīvotājiem, gan ar kopienas pārstāvjiem?",
    "Kā piesaistīt papildu finansējumu?",
)
PLACES = {"Mārupes novads": "Piņķi", "Olaines novads": "Jāņupe", "Ķekavas novads": "Katlakalns"}
WORDS = [
    "pagalms",
    "kaimiņi",
    "ļaudis",
    "stūris",
    "saime",
    "iela",
    "dārzs",
    "kalns",
    "upe",
    "tilts",
    "svētki",
    "talka",
    "jautājums",
    "kopā",
]


def make_applications(count: int, seed: int = 1) -> pd.DataFrame:
    """Applications as a form's export holds them: questions as headings, dates as dates, everything else text."""
    draw = np.random.default_rng(seed)
    start = datetime(2023, 8, 1, 8)
    town = draw.choice(list(PLACES), count)
    words = [" ".join(row) for row in draw.choice(WORDS, (count, 20))]
    themes = [", ".join(row) for row in draw.choice(THEMES, (count, 2))]
    return pd.DataFrame(
        {
            "submitted_at": [start + timedelta(seconds=int(s)) for s in draw.integers(0, 1_800_000, count)],
            "email": [f"kopiena{number}@example.org" for number in range(count)],
            "community": [f"{text[:18]} {number}" for number, text in enumerate(words)],
            "municipality": town,
            "place": [PLACES[name] for name in town],
            "contact_name": [f"Persona {number}" for number in range(count)],
            "phone": [f"+371 2{number:07d}" for number in range(count)],
            "started": draw.integers(2000, 2024, count).astype(str),
            "registered": draw.choice(["Jā", "Nē"], count),
            "residents_involved": draw.integers(3, 200, count).astype(str),
            "themes": themes,
            "question": words,
            "mode": draw.choice(["Klātienē", "Tiešsaistē", "Nav svarīgi"], count),
            "preferred_times": draw.choice(["vakaros", "darba dienās no rīta", "sestdienās"], count),
            "consent": "Jā",
            "publicity": draw.choice(["Jā", "Nē"], count),
        }
    ).rename(columns={column.name: (column.also or (column.label,))[0] for column in APPLICATION})


def write_csv(path: Path, count: int) -> Path:
    """The applications as CSV with Latvian dates."""
    table = make_applications(count)
    moments = table.iloc[:, 0].dt.strftime("%d.%m.%Y %H:%M:%S")
    table.assign(**{table.columns[0]: moments}).to_csv(path, index=False)
    return path


def write_xlsx(path: Path, count: int) -> Path:
    """The applications as XLSX with real date cells."""
    table = make_applications(count)
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False}) as book:
        page, dated = book.add_worksheet("Form Responses 1"), book.add_format({"num_format": "dd.mm.yyyy hh:mm:ss"})
        page.write_row(0, 0, list(table.columns))
        for row, cells in enumerate(table.itertuples(index=False), start=1):
            page.write_datetime(row, 0, cells[0].to_pydatetime(), dated)
            for column, cell in enumerate(cells[1:], start=1):
                page.write_string(row, column, cell)
    return path


def make_instance(communities: int, mentors: int, seed: int = 1) -> dict[str, object]:
    """A matching to solve: themes wanted and known, conflicts, consultations a mentor can take, points as usual."""
    draw = np.random.default_rng(seed)
    themes = range(7)
    wanted = [sorted(map(int, draw.choice(themes, draw.integers(1, 4), replace=False))) for _ in range(communities)]
    known = [sorted(map(int, draw.choice(themes, draw.integers(2, 6), replace=False))) for _ in range(mentors)]
    pairs = draw.integers(0, (communities, mentors), (communities // 20, 2)).tolist()
    room = -(-communities // mentors) + 2
    return {
        "wanted": wanted, "known": known, "conflicts": pairs, "room": room, "theme_points": 6, "load_points": 1
    }  # fmt: skip


def make_scored(rows: int) -> pd.DataFrame:
    """Marked applications with tickets; invented, the same every time."""
    bits = np.random.PCG64(1).random_raw(rows)
    points = [Fraction(number, 2) for number in range(25)]
    clarity = np.array(points, dtype=object)[(bits % 25).astype("int64")]
    novelty = np.where(bits >> np.uint64(63), "new", "existing")
    ids = [f"K-{number:06X}" for number in range(rows)]
    table = pd.DataFrame({"application_id": pd.Series(ids, dtype="str"), "novelty": pd.Series(novelty, dtype="str")})
    return draw_tickets(table.assign(clarity=pd.Series(clarity, dtype="object")), seed="1" * 20, call="X")
