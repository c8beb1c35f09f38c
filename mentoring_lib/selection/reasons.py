"""Why each application has the outcome it has, in one sentence."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pandas as pd

from mentoring_lib.base.columns import ANCHORS
from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.texts import show_number


def show_rank(first: int, last: int) -> str:
    """Write a rank as "5." or, while a lot must decide, as "5.–7."."""
    return f"{first}." if first == last else f"{first}.–{last}."


PRIORITIES_MET = {0: "neviena no prioritātēm", 1: "viena no prioritātēm", 2: "abas prioritātes"}


def give_reasons(decided: pd.DataFrame, anchors: pd.DataFrame, programme: Programme, *, final: bool) -> pd.DataFrame:
    """One Latvian sentence after another on why each application has its outcome, from the stored decision.

    Parameters
    ----------
    decided : DataFrame, shape (n, k)
        See :func:`allocate`, with ``nearest`` (see :func:`nearest_change.tell_nearest`) if it is to be told.
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
    mean = anchors["total"].astype("float64") / anchors["markers"].where(anchors["markers"].gt(0)).astype("float64")
    value = anchors["agreed"].astype("float64").fillna(mean)
    marks = anchors.assign(shown=value.map(lambda mark: "–" if pd.isna(mark) else show_number(mark, 2)))
    by_anchor = marks.pivot(index="application_id", columns="anchor", values="shown").reindex(columns=list(ANCHORS))
    shown = by_anchor.agg(" + ".join, axis=1) if len(by_anchor) else pd.Series(dtype="str")
    competitors = int(decided["rank_from"].notna().sum())
    lead = "" if final else "Provizoriski. "
    reasons = [
        lead + _reason(row, shown.get(row.application_id, ""), programme, competitors) for row in rows_of(decided)
    ]
    return decided.assign(reason=pd.Series(reasons, index=decided.index, dtype="str"))


def _reason(row: Any, marks: str, programme: Programme, competitors: int) -> str:
    parts = [row.state_reason] if row.state != "eligible" else []
    if row.state == "eligible":
        parts += _merits(row, marks, programme)
    if row.state == "eligible" and not pd.isna(row.rank_from):
        parts += _standing(row, competitors)
    near = [row.nearest] if getattr(row, "nearest", "") else []
    return " ".join([*parts, *_outcome(row), *near])


def _merits(row: Any, marks: str, programme: Programme) -> list[str]:
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
    most = 3 * len(ANCHORS)
    total = f"{marks} = {show_number(row.clarity, 2)} no {most} punktiem, skaidrs no {programme.rule.clear_from}"
    frozen = (
        []
        if _is_as_frozen(row, programme)
        else [f"Iesaldētajā sarakstā {show_number(row.points, 2)} p.; tie arī nosaka secību."]
    )
    return [f"{novelty}, {clear} ({total}): {met}.", *frozen]


def _is_as_frozen(row: Any, programme: Programme) -> bool:
    weight = programme.rule.weight_of_new if programme.rule.reading == "points" and row.novelty == "new" else 0
    return not isinstance(row.points, Fraction) or row.points == row.clarity + weight


def _standing(row: Any, competitors: int) -> list[str]:
    tied = row.rank_from != row.rank_to
    if pd.isna(row.rank):
        return [f"Secībā {show_rank(int(row.rank_from), int(row.rank_to))} no {competitors}."]
    lot = (
        f" (kārtula dod {show_rank(int(row.rank_from), int(row.rank_to))} vietu; kura tieši, izšķīra izloze)"
        if tied
        else ""
    )
    return [f"Secībā {int(row.rank)}. vietā no {competitors}{lot}."]


def _outcome(row: Any) -> list[str]:
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
