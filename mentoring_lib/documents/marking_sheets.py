"""Marking sheets: the answers a marker reads, in an order of her own, without who wrote them, and room for her marks.

Each marker gets another order, so that nobody's text is always first or last; it comes from SHA-256 of
``marker|application_id`` and is the same every time. A sheet once made is hers: new applications get a sheet of their
own beside it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection

import pandas as pd

from mentoring_lib.base.columns import ANCHORS, CHOICES, CONTEXT, MARKS, MARKS_SHEET
from mentoring_lib.base.programme import Programme
from mentoring_lib.documents.wording import TEXTS
from mentoring_lib.funder.privacy import EMAIL
from mentoring_lib.render.entry_workbook import FillableSheet, make_fillable
from mentoring_lib.themes.confirmed import label_themes

MARKED_STATES = ("eligible", "late")
"""Whose texts are marked; who is not settled yet comes in a later sheet."""

_PHONE = re.compile(r"(\+\s?371[\s-]?)?\b\d{2}[\s-]?\d{3}[\s-]?\d{3}\b")
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')  # in a file name, on Windows
HIDDEN = "[…]"
MIN_NAME = 3  # characters


def hide_names(text: str, *names: str | None) -> str:
    """Put "[…]" in place of e-mail addresses, phone numbers and the given names."""
    for name in names:
        if name and len(name.strip()) >= MIN_NAME:
            text = re.sub(rf"(?<!\w){re.escape(name.strip())}(?!\w)", HIDDEN, text, flags=re.IGNORECASE)
    return _PHONE.sub(HIDDEN, EMAIL.sub(HIDDEN, text))


def select_unmarked(applications: pd.DataFrame, marks: pd.DataFrame, marker: str) -> pd.DataFrame:
    """Applications to be marked that are in no sheet of this marker yet, in her own order.

    Parameters
    ----------
    applications : DataFrame, shape (n, k)
        With ``state`` (see :func:`eligibility.determine_states`).
    marks : DataFrame
        Marking sheets as read.
    marker : str
    """
    marked = marks.loc[marks["marker"].eq(marker), "application_id"]
    wanted = applications["state"].isin(MARKED_STATES) & ~applications["application_id"].isin(marked)
    chosen = applications[wanted].drop_duplicates("application_id")
    order = chosen["application_id"].map(lambda key: hashlib.sha256(f"{marker}|{key}".encode()).hexdigest())
    return chosen.loc[order.sort_values().index].reset_index(drop=True)


def make_marking_sheet(applications: pd.DataFrame, marker: str, programme: Programme) -> bytes:
    """Make the sheet of one marker (XLSX) for the applications of :func:`select_unmarked`."""
    answers = (applications[name].fillna("") for name in ("question", "community", "contact_name"))
    texts = [
        hide_names(question, community, contact, contact.split(" ")[-1])
        for question, community, contact in zip(*answers, strict=True)
    ]
    labels = label_themes(applications["themes"], programme.themes)
    others = [hide_names(text) for text in applications["theme_other"].fillna("")]
    ticked = [f"{label}: {text}" if text else label for label, text in zip(labels, others, strict=True)]
    rows = pd.DataFrame({"application_id": applications["application_id"], "marker": marker})
    sheet = FillableSheet(
        MARKS_SHEET,
        TEXTS["marking"]["intro"],
        (*MARKS[:2], *CONTEXT, *MARKS[2:]),
        choices={name: list(CHOICES["mark"].values()) for name in ANCHORS},
        rows=rows.assign(answer=texts, answer_themes=ticked),
        wide={"answer": 56, "answer_themes": 24, "note": 24, "marker": 16},
    )
    return make_fillable(f"{TEXTS['marking']['title']}: {marker}", TEXTS["marking"]["help"], [sheet])


def name_sheet(marker: str, taken: Collection[str]) -> str:
    """File name of the next sheet of a marker: "Ilze.xlsx", then "Ilze 2.xlsx"; never one that is taken."""
    stem = _FORBIDDEN.sub("_", marker).strip(" .") or "_"
    names = [f"{stem}.xlsx", *(f"{stem} {number}.xlsx" for number in range(2, len(taken) + 3))]
    folded = {name.casefold() for name in taken}
    return next(name for name in names if name.casefold() not in folded)
