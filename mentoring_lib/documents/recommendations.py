"""What a community takes home after its hour, and what a mentor may start from when writing it.

The document holds what people recorded on the sheets "Ieteikumi" and "Darbi", word for word; nothing is added to it.
Starting points are a table anyone may edit (``starting_points.csv``): a mentor picks from it by copying, or does not.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import pandas as pd

from mentoring_lib.base.columns import label_of
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import Application
from mentoring_lib.base.stamp import Stamp
from mentoring_lib.delivery.rows import UsedPlace
from mentoring_lib.documents.wording import TEXTS, add_parts, fill, frame_community, name_document, pair_rows
from mentoring_lib.render.docx import make_document
from mentoring_lib.workflow import Inputs

FOLDER = "ieteikumi"
WORDS = TEXTS["recommendations"]
FOLLOW_UP = timedelta(days=90)


def make_recommendation_documents(inputs: Inputs, places: pd.DataFrame, stamp: Stamp) -> dict[str, bytes]:
    """Make one document per consultation that was held.

    Parameters
    ----------
    inputs : Inputs
        Recommendations dated after the as-of date are left out.
    places : DataFrame
        See :func:`ledger.find_delivered`.
    stamp : Stamp

    Returns
    -------
    dict of str to bytes
        DOCX by file name (code and community).
    """
    advice, tasks = inputs.sheets["Ieteikumi"], inputs.sheets["Darbi"]
    advice = advice[advice["on"].le(pd.Timestamp(stamp.as_of))]
    documents = {}
    for hour, about in pair_rows(places[places["held_on"].notna()], UsedPlace, inputs.applications):
        own, todo = _select(advice, hour, "on"), _select(tasks, hour, "until")
        words = _collect_words(hour, about, max([hour.held_on, *own["on"]]), inputs.programme, stamp)
        parts = list(_parts(about, own, todo, words))
        documents[f"{name_document(hour.application_id, about.community)}.docx"] = make_document(
            fill([WORDS["title"]], words), stamp, parts, logos=inputs.logos
        )
    return documents


def _select(sheet: pd.DataFrame, hour: UsedPlace, order: str) -> pd.DataFrame:
    return sheet[sheet["application_id"].eq(hour.application_id)].sort_values([order, "file", "row"])


def _collect_words(
    hour: UsedPlace, about: Application, made_on: date, programme: Programme, stamp: Stamp
) -> dict[str, Any]:
    asked_on = cast("pd.Timestamp", hour.held_on) + FOLLOW_UP
    emails: dict[str | None, str | None] = {mentor.name: mentor.email for mentor in programme.mentors}
    words = dict(programme) | vars(hour) | frame_community(about.community) | {
        "made_on": made_on,
        "mode": hour.mode and label_of("mode", hour.mode),
        "mentor_email": emails.get(hour.mentor),
        "email": programme.letters.email or programme.appeal.contact,
        "asked_on": asked_on if asked_on.date() > stamp.as_of else None,
    }  # fmt: skip
    add_parts(words, WORDS["said"])
    return words


def _parts(
    about: Application, advice: pd.DataFrame, tasks: pd.DataFrame, words: Mapping[str, Any]
) -> Iterator[tuple[object, ...]]:
    yield ("sides", *(fill([line], words) for line in WORDS["head"]))
    yield ("text", fill(WORDS["thanks"], words))
    yield ("heading", WORDS["question"])
    yield ("text", about.question or WORDS["no_question"])
    yield ("heading", WORDS["advice"])
    yield from [("item", text) for text in advice["recommendation"].dropna()] or [("text", WORDS["no_advice"])]
    yield ("heading", WORDS["tasks"])
    if tasks.empty:
        yield ("text", WORDS["no_tasks"])
    else:
        listed = tasks[["task", "who", "until", "done_on"]].rename(columns={"who": "Atbildīgais"})
        marks = listed["done_on"].isna().map({True: "☐ ", False: "☒ "})
        yield ("plain table", listed.assign(task=marks + listed["task"].fillna("")))
        yield ("heading", WORDS["done"])
        yield ("text", fill(WORDS["tell"], words))


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
