"""What a community takes home after its hour, and what a mentor may start from when writing it.

The document holds what people recorded on the sheets "Ieteikumi" and "Darbi", word for word; nothing is added to it.
Starting points are a table anyone may edit (``starting_points.csv``): a mentor picks from it by copying, or does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
    documents = {}
    for hour in rows_of(held, _Hour):
        parts = _parts(hour, _select(advice, hour, "on"), _select(tasks, hour, "until"), stamp)
        documents[f"{hour.application_id}.docx"] = make_document(TITLE, stamp, list(parts), annex=False)
    return documents


@dataclass(frozen=True)
class _Hour:
    """A consultation that was held, and who had it."""

    application_id: str
    community: str | None
    question: str | None
    held_on: pd.Timestamp
    mode: str | None
    minutes: int | None
    mentor: str | None


def _select(sheet: pd.DataFrame, hour: _Hour, order: str) -> pd.DataFrame:
    return sheet[sheet["application_id"].eq(hour.application_id)].sort_values([order, "file", "row"])


def _parts(hour: _Hour, advice: pd.DataFrame, tasks: pd.DataFrame, stamp: Stamp) -> Iterator[tuple[object, ...]]:
    yield ("text", f"Projekts {stamp.project}")
    yield ("facts", list(_facts(hour)))
    yield ("heading", "Jautājums, ar kuru kopiena nāca")
    yield ("text", hour.question or "Jautājums pieteikumā nav uzrakstīts.")
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


def _facts(hour: _Hour) -> Iterator[tuple[str, str]]:
    yield "Kopiena", hour.community or "–"
    yield "Pieteikums", hour.application_id
    yield "Konsultācija notika", show_date(hour.held_on)
    yield "Veids", label_of("mode", hour.mode) if hour.mode else "–"
    yield "Ilgums", "–" if hour.minutes is None else plural(hour.minutes, "minūte", "minūtes")
    yield "Mentors", hour.mentor or "–"


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
    chosen = decided[decided["application_id"].isin(ahead["application_id"])]
    columns = (chosen[name] for name in ("application_id", "confirmed_themes", "themes"))
    for key, confirmed, ticked in zip(*columns, strict=True):
        for theme in confirmed or ticked or ():
            wanted.setdefault(theme, []).append(key)
    rows = [
        (themes[theme], point, _name_source(source), ", ".join(sorted(wanted[theme])))
        for theme in themes
        if theme in wanted
        for point, source in points.loc[points["theme"].eq(theme), ["starting_point", "source"]].to_numpy()
    ]
    return pd.DataFrame(rows, columns=["theme", "starting_point", "source", "application_id"], dtype="str")


def _name_source(source: str) -> str:
    return urlsplit(source).netloc.removeprefix("www.") or source
