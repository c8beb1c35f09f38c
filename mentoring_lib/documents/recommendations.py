"""What a community takes home after its hour, and what a mentor may start from when writing it.

The document holds what people recorded on the sheets "Ieteikumi" and "Darbi", word for word; nothing is added to it.
Starting points are a table anyone may edit (``starting_points.csv``): a mentor picks from it by copying, or does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from mentoring_lib.base.columns import label_of
from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.stamp import Stamp
from mentoring_lib.base.texts import plural, show_date
from mentoring_lib.delivery.matching import one_each
from mentoring_lib.render.docx import make_document

TITLE = "Ieteikumi un veicamo darbu saraksts"
FOLDER = "ieteikumi"


def make_recommendation_documents(
    places: pd.DataFrame, applications: pd.DataFrame, sheets: Mapping[str, pd.DataFrame], stamp: Stamp
) -> dict[str, bytes]:
    """Make one document per consultation that was held.

    Parameters
    ----------
    places : DataFrame
        See :func:`ledger.find_delivered`.
    applications : DataFrame
        ``application_id, community, question``.
    sheets : mapping
        Sheets "Ieteikumi" and "Darbi"; recommendations dated after the as-of date are left out.
    stamp : Stamp

    Returns
    -------
    dict of str to bytes
        DOCX by file name (the application's code).
    """
    held = places[places["held_on"].notna()].merge(
        one_each(applications)[["application_id", "community", "question"]], on="application_id"
    )
    advice, tasks = sheets["Ieteikumi"], sheets["Darbi"]
    advice = advice[advice["on"].le(pd.Timestamp(stamp.as_of))]
    return {
        f"{place.application_id}.docx": make_document(
            TITLE,
            stamp,
            list(_parts(place, _own(advice, place, ["on"]), _own(tasks, place, ["until"]), stamp)),
            annex=False,
        )
        for place in rows_of(held)
    }


def _own(sheet: pd.DataFrame, place: Any, order: list[str]) -> pd.DataFrame:
    own = sheet[sheet["application_id"].eq(place.application_id)]
    return own.sort_values([*order, "file", "row"])


def _parts(place: Any, advice: pd.DataFrame, tasks: pd.DataFrame, stamp: Stamp) -> Iterator[tuple[object, ...]]:
    yield ("text", f"Projekts {stamp.project}")
    yield ("facts", list(_facts(place)))
    yield ("heading", "Jautājums, ar kuru kopiena nāca")
    yield ("text", place.question if isinstance(place.question, str) else "Jautājums pieteikumā nav uzrakstīts.")
    yield ("heading", "Ieteikumi")
    for text in advice["recommendation"].dropna():
        yield ("item", text)
    if advice.empty:
        yield ("text", "Ieteikumi vēl nav ierakstīti.")
    yield ("heading", "Veicamie darbi")
    if tasks.empty:
        yield ("text", "Veicamie darbi vēl nav ierakstīti.")
    else:
        yield ("plain table", tasks[["task", "who", "until", "done_on"]].rename(columns={"who": "Atbildīgais"}))


def _facts(place: Any) -> Iterator[tuple[str, str]]:
    yield "Kopiena", str(place.community)
    yield "Pieteikums", str(place.application_id)
    yield "Konsultācija notika", show_date(place.held_on)
    yield "Veids", label_of("mode", place.mode) if isinstance(place.mode, str) else "–"
    yield "Ilgums", plural(int(place.minutes), "minūte", "minūtes") if not pd.isna(place.minutes) else "–"
    yield "Mentors", place.mentor if isinstance(place.mentor, str) else "–"


def pick_starting_points(
    points: pd.DataFrame, places: pd.DataFrame, decided: pd.DataFrame, themes: Mapping[str, str]
) -> pd.DataFrame:
    """Starting points for the themes of the places that still lack recommendations or lie ahead.

    Parameters
    ----------
    points : DataFrame, shape (n, 3)
        ``theme`` (code), ``starting_point``, ``source``.
    places : DataFrame
        See :func:`ledger.find_delivered`.
    decided : DataFrame
        Applications with ``themes`` and ``confirmed_themes``.
    themes : mapping
        Labels, in the call's order; other themes of the table are not this programme's.

    Returns
    -------
    DataFrame, shape (rows that fit, 4)
        ``theme`` (label), ``starting_point, source`` (the site; the file has the whole address) and
        ``application_id`` (whom it may serve), in the call's order.
    """
    ahead = places[places["use"].isin(["open", "booked", "held_incomplete"])]
    wanted: dict[str, list[str]] = {}
    for row in rows_of(decided[decided["application_id"].isin(ahead["application_id"])]):
        for theme in row.confirmed_themes or row.themes or ():
            wanted.setdefault(theme, []).append(row.application_id)
    rows = [
        (themes[theme], point.starting_point, _name_source(point.source), ", ".join(sorted(wanted[theme])))
        for theme in themes
        if theme in wanted
        for point in rows_of(points[points["theme"].eq(theme)])
    ]
    return pd.DataFrame(rows, columns=["theme", "starting_point", "source", "application_id"], dtype="str")


def _name_source(source: str) -> str:
    return urlsplit(source).netloc.removeprefix("www.") or source
