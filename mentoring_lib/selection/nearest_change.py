"""The nearest change that would have given a place, proved by trying it.

In the order of how little would have to differ: only luck (another ticket); one anchor's final mark, the smallest rise
first; the other priority (a new community, or a question described just clearly enough). A change that is stated was
put into the frozen list and the rule was run again; whatever stands before it in this order was tried and did not do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from mentoring_lib.base.columns import ANCHORS
from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.texts import show_number
from mentoring_lib.selection.allocation import allocate, grade, rank
from mentoring_lib.selection.lottery import ENTRY
from mentoring_lib.selection.scoring import final_marks
from mentoring_lib.selection.what_if import RULED, Field, assume, make_field, seat_all

MOST = 3  # points of one anchor
BEST_TICKET = "0"  # smaller than every SHA-256 in hexadecimal


class Change(NamedTuple):
    """One thing that could have been different about one application, and what it would then be like.

    ``kind`` is "luck", "mark", "new" or "clear"; ``anchor`` and ``mark`` say which final mark, ``size`` by how many
    points clarity would rise.
    """

    application_id: str
    kind: str
    novelty: str
    clarity: Fraction
    anchor: str = ""
    mark: int = 0
    was: Fraction = Fraction(0)
    size: Fraction = Fraction(0)


def list_changes(row: Any, marks: Mapping[str, Fraction], clear_from: int) -> Iterator[Change]:
    """What could have been different about an application, the smallest first."""
    key, novelty, clarity = row.application_id, row.novelty, row.clarity
    yield Change(key, "luck", novelty, clarity)
    rises = sorted(
        (Fraction(value) - was, place, value)
        for place, was in enumerate(marks.get(anchor, Fraction(MOST)) for anchor in ANCHORS)
        for value in range(MOST + 1)
        if value > was
    )
    for size, place, value in rises:
        anchor = list(ANCHORS)[place]
        yield Change(key, "mark", novelty, clarity + size, anchor, value, marks[anchor], size)
    if novelty != "new":
        yield Change(key, "new", "new", clarity)
    if clarity < clear_from:
        yield Change(key, "clear", novelty, Fraction(clear_from), size=clear_from - clarity)


def find_nearest(
    decided: pd.DataFrame, ranked: pd.DataFrame, anchors: pd.DataFrame, decisions: pd.DataFrame, programme: Programme
) -> dict[str, Change | None]:
    """The nearest change for everyone who waits in the order; None where no single one would have done.

    Parameters
    ----------
    decided : DataFrame
        See :func:`allocation.allocate`.
    ranked : DataFrame
        The order with tickets, as frozen if it was (see :func:`allocation.rank`).
    anchors : DataFrame
        See :func:`scoring.summarise_anchors`.
    decisions : DataFrame
        Sheet "Lēmumi".
    programme : Programme

    Returns
    -------
    dict
        By application; late ones, and those without all marks, are left out.
    """
    waiting = decided[decided["outcome"].eq("waiting") & decided["rank_from"].notna() & decided["clarity"].notna()]
    marks = final_marks(anchors)
    tried = [
        change
        for row in rows_of(waiting)
        for change in list_changes(row, marks.get(row.application_id, {}), programme.rule.clear_from)
    ]
    nearest: dict[str, Change | None] = dict.fromkeys(waiting["application_id"])
    for change in _promising(tried, make_field(decided, programme), programme):
        if nearest[change.application_id] is None and gives_place(change, decided, ranked, decisions, programme):
            nearest[change.application_id] = change
    return nearest


def _promising(changes: list[Change], field: Field, programme: Programme) -> list[Change]:
    """Those that give a place when all are run at once on arrays."""
    at = {key: number for number, key in enumerate(field.ids)}
    columns = [at[change.application_id] for change in changes]
    rows, size = np.arange(len(changes)), (len(changes), len(field.ids))
    new, clarity, luck = (np.broadcast_to(part, size).copy() for part in (field.new, field.clarity, field.luck))
    new[rows, columns] = [change.novelty == "new" for change in changes]
    clarity[rows, columns] = [int(change.clarity * field.scale) for change in changes]
    luck[rows, columns] = [-1 if change.kind == "luck" else field.luck[at[change.application_id]] for change in changes]
    placed = seat_all(field, assume(field, programme.rule, new=new, clarity=clarity, luck=luck))
    return [change for change, has in zip(changes, placed[rows, columns], strict=True) if has]


def gives_place(
    change: Change, decided: pd.DataFrame, ranked: pd.DataFrame, decisions: pd.DataFrame, programme: Programme
) -> bool:
    """Whether the rule, run again on the frozen entries with this change, gives a place for certain."""
    own = ranked["application_id"].eq(change.application_id)
    asked = pd.DataFrame({"application_id": [change.application_id], "novelty": [change.novelty]}).astype("str")
    entry = grade(asked.assign(clarity=pd.Series([change.clarity], dtype="object")), programme.rule)
    ticket = BEST_TICKET if change.kind == "luck" else ranked.loc[own, "ticket"].iloc[0]
    entries = pd.concat([ranked.loc[~own, [*ENTRY, "ticket"]], entry[ENTRY].assign(ticket=ticket)], ignore_index=True)
    if change.kind == "luck" and ranked["ticket"].eq("").any():
        return False
    plain = decided.drop(columns=RULED)
    again = allocate(plain, rank(entries), programme.places, decisions, programme.minimum_places)
    return bool(again.loc[again["application_id"].eq(change.application_id), "outcome"].eq("place").any())


def tell_nearest(decided: pd.DataFrame, nearest: Mapping[str, Change | None], programme: Programme) -> pd.DataFrame:
    """Add ``nearest``: one Latvian sentence for everyone who waits in the order, "" for others."""
    told = {key: say_change(change, programme) for key, change in nearest.items()}
    sentences = [told.get(key, "") for key in decided["application_id"]]
    return decided.assign(nearest=pd.Series(sentences, index=decided.index, dtype="str"))


def say_change(change: Change | None, programme: Programme) -> str:
    """One Latvian sentence on what would have given a place."""
    if change is None:
        return "Neviena atsevišķa izmaiņa vietu nebūtu devusi."
    if change.kind == "luck":
        return "Vietu būtu devusi tikai veiksmīgāka izlozes biļete."
    if change.kind == "new":
        return f"Vietu būtu devis tas, ja kopiena būtu jauna (darbotos kopš {programme.new_from}. gada vai vēlāk)."
    if change.kind == "clear":
        points = f"{programme.rule.clear_from} punkti, nevis {show_number(programme.rule.clear_from - change.size, 2)}"
        return f"Vietu būtu devis skaidri aprakstīts jautājums ({points})."
    was, anchor = show_number(change.was, 2), ANCHORS[change.anchor].split(":")[0]
    return f"Vietu būtu devusi atzīme {change.mark}, nevis {was}, kritērijā «{anchor}»."
