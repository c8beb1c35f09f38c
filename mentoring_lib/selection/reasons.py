"""Why each application has the outcome it has, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pandas as pd

from mentoring_lib.base.columns import ANCHORS
from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.texts import show_number
from mentoring_lib.selection.rows import Decided
from mentoring_lib.selection.scoring import final_marks


def describe_rank(first: int, last: int) -> str:
    """Write a rank as "5." or, while a lot must decide, as "5.–7."."""
    return f"{first}." if first == last else f"{first}.–{last}."


PRIORITIES_MET = {0: "neviena no prioritātēm", 1: "viena no prioritātēm", 2: "abas prioritātes"}


def give_reasons(decided: pd.DataFrame, anchors: pd.DataFrame, programme: Programme, *, final: bool) -> pd.DataFrame:
    """One Latvian sentence after another on why each application has its outcome, from the stored decision.

    Parameters
    ----------
    decided : DataFrame, shape (n, k)
        See :func:`allocate`, with ``nearest`` (see :func:`nearest_change.add_nearest`) if it is to be told.
    anchors : DataFrame
        See :func:`scoring.summarise_anchors`; the marks are stated anchor by anchor.
    programme : Programme
    final : bool
        False marks every reason as provisional.

    Returns
    -------
    DataFrame, shape (n, k + 1)
        ``reason``.
    """
    marks, competitors = final_marks(anchors), int(decided["rank_from"].notna().sum())
    nearest = decided["nearest"] if "nearest" in decided else [""] * len(decided)
    reasons = []
    for row, change in zip(rows_of(decided, Decided), nearest, strict=True):
        parts = _list_parts(row, marks.get(row.application_id, {}), programme, competitors)
        reasons.append(" ".join(part for part in ("" if final else "Provizoriski.", *parts, change) if part))
    return decided.assign(reason=pd.Series(reasons, index=decided.index, dtype="str"))


def _list_parts(row: Decided, marks: Mapping[str, Fraction], programme: Programme, competitors: int) -> list[str]:
    if row.state != "eligible":
        return [row.state_reason, *_outcome(row)]
    return [*_merits(row, marks, programme), *_standing(row, competitors), *_outcome(row)]


def _merits(row: Decided, marks: Mapping[str, Fraction], programme: Programme) -> list[str]:
    novelty = {
        "new": "Kopiena ir jauna",
        "existing": "Kopiena darbojas jau ilgāk",
        "unclear": "Nav zināms, kad kopiena sākusi darboties",
    }[row.novelty]
    if row.clarity is None:
        return [f"{novelty}; jautājuma apraksts vēl nav novērtēts."]
    clear = (
        "jautājums aprakstīts skaidri"
        if row.clarity >= programme.rule.clear_from
        else "jautājums nav aprakstīts pietiekami skaidri"
    )
    met = PRIORITIES_MET[(row.novelty == "new") + (row.clarity >= programme.rule.clear_from)]
    shown = " + ".join(show_number(marks[anchor], 2) if anchor in marks else "–" for anchor in ANCHORS)
    total = f"{show_number(row.clarity, 2)} no {3 * len(ANCHORS)} punktiem, skaidrs no {programme.rule.clear_from}"
    merits = [f"{novelty}, {clear} ({shown} = {total}): {met}."]
    weight = programme.rule.weight_of_new if programme.rule.reading == "points" and row.novelty == "new" else 0
    if row.points in (None, row.clarity + weight):
        return merits
    return [*merits, f"Iesaldētajā sarakstā {show_number(row.points, 2)} p.; tie arī nosaka secību."]


def _standing(row: Decided, competitors: int) -> list[str]:
    if row.rank_from is None or row.rank_to is None:
        return []
    by_rule = describe_rank(row.rank_from, row.rank_to)
    if row.rank is None:
        return [f"Secībā {by_rule} no {competitors}."]
    tied = row.rank_from != row.rank_to
    lot = f" (kārtula dod {by_rule} vietu; kura tieši, izšķīra izloze)" if tied else ""
    return [f"Secībā {row.rank}. vietā no {competitors}{lot}."]


def _outcome(row: Decided) -> list[str]:
    if row.override:
        return [f"Vieta {row.place_year}. gadā piešķirta ārpus kārtas: {row.override}"]
    if row.outcome == "place":
        why = " – pēc novada vietu minimuma, kas tiek piešķirts vispirms" if row.minimum == "given" else ""
        return [f"Vieta {row.place_year}. gadā{why}."]
    if row.outcome == "lot":
        return ["Vai un kurā gadā būs vieta, izšķirs izloze."]
    if row.outcome == "waiting":
        minimum = ["Vietu pēc secības aizņem novadu vietu minimums."] if row.minimum == "taken" else []
        return [*minimum, f"Gaidīšanas sarakstā {row.waiting}. vietā."]
    return ["Iesaldētajā sarakstā šī pieteikuma nav."] if row.state == "eligible" else []
