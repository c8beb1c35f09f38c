"""A sheet for each hour, to be signed by both sides: what proves that it took place, made by those who were there."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import Application
from mentoring_lib.delivery.rows import UsedPlace
from mentoring_lib.documents.wording import TEXTS, fill, name_document, pair_rows
from mentoring_lib.render.docx import make_document
from mentoring_lib.workflow import Inputs, Results

FOLDER = "konsultaciju_lapas"
WORDS = TEXTS["consultation_sheet"]


def make_consultation_sheets(inputs: Inputs, results: Results) -> dict[str, bytes]:
    """One page (DOCX) for every hour that is booked or was held, by file name; what is not known stays blank."""
    places = results.places[results.places["starts_at"].notna() | results.places["held_on"].notna()]
    return {
        f"{name_document(hour.application_id, about.community)}.docx": make_document(
            WORDS["title"], results.stamp, list(_parts(hour, about, inputs.programme)), "letter", logos=inputs.logos
        )
        for hour, about in pair_rows(places, UsedPlace, inputs.applications)
    }


def _parts(hour: UsedPlace, about: Application, programme: Programme) -> Iterator[tuple[Any, ...]]:
    start, online = hour.starts_at, hour.mode == "online"
    minutes = hour.minutes or programme.delivery.consultation_minutes
    known = vars(hour) | {
        "community": about.community,
        "day": hour.held_on or start,
        "ends_at": start and start + timedelta(minutes=minutes),
        "minutes": minutes,
        "in_person": "☒" if hour.mode == "in_person" else "☐",
        "online": "☒" if online else "☐",
        "venue": None if online else hour.venue,
        "platform": hour.venue if online else None,
    }
    words = dict(programme) | {name: WORDS["blank"] if word is None else word for name, word in known.items()}
    yield ("title",)
    yield ("text", fill([WORDS["about"]], words))
    yield from (("text", fill([line], words)) for line in WORDS["lines"])
    themes = "   ".join(f"☐ {programme.short_theme(code)}" for code in programme.themes)
    yield ("lead", WORDS["themes"], themes)
    yield from (("text", line) for line in WORDS["signed"])
