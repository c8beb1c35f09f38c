"""A sheet for each hour, to be signed by both sides: what proves that it took place, made by those who were there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pandas as pd

from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.texts import show_date
from mentoring_lib.delivery.matching import one_each
from mentoring_lib.documents.wording import TEXTS, fill, name_document
from mentoring_lib.render.docx import make_letter
from mentoring_lib.workflow import Inputs, Results

FOLDER = "konsultaciju_lapas"
WORDS = TEXTS["consultation_sheet"]


@dataclass(frozen=True)
class _Hour:
    """An hour that is agreed, or was held."""

    application_id: str
    community: str | None
    starts_at: pd.Timestamp | None
    held_on: pd.Timestamp | None
    mentor: str | None
    mode: str | None
    venue: str | None
    minutes: int | None
    participants: int | None


def make_consultation_sheets(inputs: Inputs, results: Results) -> dict[str, bytes]:
    """One page (DOCX) for every hour that is booked or was held, by file name; what is not known stays blank."""
    places = results.places[results.places["starts_at"].notna() | results.places["held_on"].notna()]
    about = one_each(inputs.applications)[["application_id", "community"]]
    return {
        f"{name_document(hour.application_id, hour.community)}.docx": make_letter(
            WORDS["title"], results.stamp, list(_parts(hour, inputs.programme)), logos=inputs.logos
        )
        for hour in rows_of(places.merge(about, on="application_id"), _Hour)
    }


def _parts(hour: _Hour, programme: Programme) -> Iterator[tuple[Any, ...]]:
    start, blank, online = hour.starts_at, WORDS["blank"], hour.mode == "online"
    minutes = hour.minutes or programme.delivery.consultation_minutes
    on = hour.held_on or start
    words = {
        "project": f"«{programme.project.title}»",
        "number": programme.project.number or blank,
        "community": hour.community or blank,
        "code": hour.application_id,
        "mentor": hour.mentor or blank,
        "day": show_date(on) if on else blank,
        "starts": f"{start:%H.%M}" if start else "______",
        "ends": f"{start + timedelta(minutes=minutes):%H.%M}" if start else "______",
        "minutes": str(minutes),
        "in_person": "☒" if hour.mode == "in_person" else "☐",
        "online": "☒" if online else "☐",
        "venue": blank if online or not hour.venue else hour.venue,
        "platform": hour.venue if online and hour.venue else blank,
        "participants": "______" if hour.participants is None else str(hour.participants),
    }
    yield ("title",)
    yield ("text", fill([WORDS["about"]], words))
    yield from (("text", fill([line], words)) for line in WORDS["lines"])
    themes = "   ".join(f"☐ {programme.short_theme(code)}" for code in programme.themes)
    yield ("lead", WORDS["themes"], themes)
    yield from (("text", line) for line in WORDS["signed"])
