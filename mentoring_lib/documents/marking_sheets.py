"""Marking sheets: the answers a marker reads, in an order of her own, without who wrote them, and room for her marks.

Each marker gets another order, so that nobody's text is always first or last; it comes from SHA-256 of
``marker|application_id`` and is the same every time. A sheet once made is hers: new applications get a sheet of their
own beside it.
"""

import hashlib
import re
from collections.abc import Collection

import pandas as pd

from mentoring_lib.base.columns import ANCHORS, CHOICES, CONTEXT, MARKS, MARKS_SHEET, POINTS
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.texts import LEGAL_FORMS, find_free, fold, safe_name
from mentoring_lib.documents.wording import TEXTS, fill
from mentoring_lib.funder.privacy import EMAIL, Index, find_stem, list_stems
from mentoring_lib.render.entry_workbook import Declaration, FillableSheet, make_fillable
from mentoring_lib.selection.scoring import MARKED_STATES
from mentoring_lib.themes.exploring import label_themes

_PHONE = re.compile(r"(\+\s?371[\s-]?)?\b\d{2}[\s-]?\d{3}[\s-]?\d{3}\b")
HIDDEN = "[…]"
MIN_NAME = 3  # characters
_REPEATED = re.compile(r"\[…\](?:[\s-]+\[…\])+")


def hide_names(text: str, community: str = "", contact: str = "") -> str:
    """Put "[…]" in place of e-mail addresses, phone numbers and names, in whatever case and order they stand.

    A first name, a surname or the only word of a community's name also stand for themselves: bent only with a capital
    letter, since they may be common words too.
    """
    index, core = Index(), [word for word in fold(community).split() if word not in LEGAL_FORMS]
    for name in (community, " ".join(core)):
        index.add_community("", "", name, {})
    index.add_person("", "", contact)
    alone = {word for word in (*fold(contact).split(), *core[: len(core) == 1]) if len(word) >= MIN_NAME}
    text = _PHONE.sub(HIDDEN, EMAIL.sub(HIDDEN, text))
    words = list(re.finditer(r"\w+", text))
    stems = [list_stems(fold(word[0])) for word in words]
    hidden = {
        at
        for start in range(len(words))
        for hit in index.follow(stems, start)
        for at in range(start, start + len(hit.pattern))
    }
    for at, (word, options) in enumerate(zip(words, stems, strict=True)):
        bent = word[0][0].isupper() and any(find_stem(name) in options for name in alone)
        hidden |= {at} if bent or fold(word[0]) in alone else set()
    for at in sorted(hidden, reverse=True):
        text = text[: words[at].start()] + HIDDEN + text[words[at].end() :]
    return _REPEATED.sub(HIDDEN, text)


def select_unmarked(
    applications: pd.DataFrame, marks: pd.DataFrame, conflicts: pd.DataFrame, marker: str
) -> pd.DataFrame:
    """Applications to be marked that are in no sheet of this marker yet, in her own order.

    Parameters
    ----------
    applications : DataFrame, shape (n, k)
        With ``state`` (see :func:`eligibility.determine_states`).
    marks : DataFrame
        Marking sheets as read.
    conflicts : DataFrame
        Sheet "Interešu konflikti": she does not get to read what she may not mark.
    marker : str
    """
    done = [marks.loc[marks["marker"].eq(marker), "application_id"]]
    done += [conflicts.loc[conflicts["person"].eq(marker), "application_id"]]
    wanted = applications["state"].isin(MARKED_STATES) & ~applications["application_id"].isin(pd.concat(done))
    chosen = applications[wanted].drop_duplicates("application_id")
    order = chosen["application_id"].map(lambda key: hashlib.sha256(f"{marker}|{key}".encode()).hexdigest())
    return chosen.loc[order.sort_values().index].reset_index(drop=True)


def make_marking_sheet(applications: pd.DataFrame, marker: str, programme: Programme) -> bytes:
    """Make the sheet of one marker (XLSX) for the applications of :func:`select_unmarked`."""
    answers = (applications[name].fillna("") for name in ("question", "theme_other", "community", "contact_name"))
    texts = [
        (hide_names(question, *names), hide_names(other, *names))
        for question, other, *names in zip(*answers, strict=True)
    ]
    labels = label_themes(applications["themes"], programme.themes)
    ticked = [f"{label}: {other}" if other else label for label, (_, other) in zip(labels, texts, strict=True)]
    meanings = "\n".join(line for line in TEXTS["marking"]["help"] if line[:4] in {f"{mark} – " for mark in POINTS})
    rows = pd.DataFrame({"application_id": applications["application_id"], "marker": marker})
    sheet = FillableSheet(
        MARKS_SHEET,
        TEXTS["marking"]["intro"],
        (*MARKS[:2], *CONTEXT, *MARKS[2:]),
        choices={name: list(CHOICES["mark"].values()) for name in ANCHORS},
        prompts=dict.fromkeys(ANCHORS, meanings),
        rows=rows.assign(answer=[question for question, _ in texts], answer_themes=ticked),
        wide={"answer": 56, "answer_themes": 24, "note": 24, "marker": 16},
    )
    return make_fillable(f"{TEXTS['marking']['title']}: {marker}", TEXTS["marking"]["help"], [sheet], _declare(marker))


def _declare(marker: str) -> Declaration:
    """That this marker has no conflict of interest, to be signed."""
    words = TEXTS["marking"]["declaration"]
    return Declaration(words["sheet"], words["title"], [fill([line], {"marker": marker}) for line in words["text"]],
                       words["fields"])  # fmt: skip


def name_sheet(marker: str, taken: Collection[str]) -> str:
    """File name of the next sheet of a marker: "Ilze.xlsx", then "Ilze 2.xlsx"; never one that is taken."""
    return find_free(f"{safe_name(marker) or '_'}.xlsx", taken)
