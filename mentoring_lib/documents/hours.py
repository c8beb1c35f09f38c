"""What goes with an hour: the sheet that proves it, what the community takes home, what a mentor may start from.

The sheet is filled in by those who were there and signed by both sides. The document holds what people recorded on the
sheets "Ieteikumi" and "Darbi", word for word; nothing is added to it. Starting points are a table anyone may edit
(``starting_points.csv``): a mentor picks from it by copying, or does not.
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
from mentoring_lib.workflow import Inputs, Results

RECOMMENDATIONS, SHEETS = "ieteikumi", "konsultaciju_lapas"  # folders
WORDS, SHEET_WORDS = TEXTS["recommendations"], TEXTS["consultation_sheet"]
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


def make_consultation_sheets(inputs: Inputs, results: Results) -> dict[str, bytes]:
    """One page (DOCX) for every hour that is booked or was held, by file name; what is not known stays blank."""
    places = results.places[results.places["starts_at"].notna() | results.places["held_on"].notna()]
    return {
        f"{name_document(hour.application_id, about.community)}.docx": make_document(
            SHEET_WORDS["title"],
            results.stamp,
            list(_fill_sheet(hour, about, inputs.programme)),
            "letter",
            logos=inputs.logos,
        )
        for hour, about in pair_rows(places, UsedPlace, inputs.applications)
    }


def _fill_sheet(hour: UsedPlace, about: Application, programme: Programme) -> Iterator[tuple[Any, ...]]:
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
    words = dict(programme) | {name: SHEET_WORDS["blank"] if word is None else word for name, word in known.items()}
    yield ("title",)
    yield ("text", fill([SHEET_WORDS["about"]], words))
    yield from (("text", fill([line], words)) for line in SHEET_WORDS["lines"])
    themes = "   ".join(f"☐ {programme.short_theme(code)}" for code in programme.themes)
    yield ("lead", SHEET_WORDS["themes"], themes)
    yield from (("text", line) for line in SHEET_WORDS["signed"])


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
        (themes[theme], point, urlsplit(source).netloc.removeprefix("www.") or source, ", ".join(sorted(wanted[theme])))
        for theme in themes
        if theme in wanted
        for point, source in points.loc[points["theme"].eq(theme), ["starting_point", "source"]].to_numpy()
    ]
    return pd.DataFrame(rows, columns=["theme", "starting_point", "source", "application_id"], dtype="str")
