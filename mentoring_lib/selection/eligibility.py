"""Which applications compete: duplicates, decisions of a person, and the one state each application is in.

Whatever is unclear stays unsettled until a person decides; nothing is merged or dropped here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.problems import Problem, problem_at
from mentoring_lib.base.programme import Programme
from mentoring_lib.selection.decisions import find_verdicts


def determine_states(
    applications: pd.DataFrame, duplicates: pd.DataFrame, decisions: pd.DataFrame, programme: Programme
) -> pd.DataFrame:
    """Put every application into exactly one state.

    Parameters
    ----------
    applications : DataFrame, shape (n, k)
        Typed applications with ``late``.
    duplicates : DataFrame
        See :func:`find_duplicates`.
    decisions : DataFrame
        Sheet "Lēmumi": ``duplicate_of`` and ``ineligible`` set aside; ``eligible`` settles municipality and consent.
    programme : Programme

    Returns
    -------
    DataFrame, shape (n, k + 3)
        ``state`` (a code of ``CHOICES["state"]``), ``state_reason`` (Latvian, "" for eligible ones) and
        ``duplicate_of`` (code of the application a person named, "" without).

    Notes
    -----
    The first that fits: set aside by a person, outside the municipalities, no consent, late, eligible. An answer
    that cannot be read, or an undecided duplicate, leaves the application unsettled.
    """
    verdicts, ids = find_verdicts(decisions), applications["application_id"].tolist()
    undecided = duplicates[duplicates["decision"].eq("")]
    doubted = {*undecided["application_id"], *undecided["other_id"]}
    twice = [key for key, count in Counter(ids).items() if count > 1]
    doubts = dict.fromkeys(twice, "Tāds pats kods ir arī citā rindā; jāizlemj.")
    doubts |= dict.fromkeys(doubted, "Varbūt dublikāts; jāizlemj.")
    answers = rows_of(applications[["municipality", "consent", "submitted_at", "late"]])
    found = [
        _set_aside(verdicts.get(key)) or _find_state(answer, key in verdicts, doubts.get(key, ""), programme)
        for key, answer in zip(ids, answers, strict=True)
    ]
    told = {"state": [state for state, _ in found], "state_reason": [reason for _, reason in found]}
    told["duplicate_of"] = [_duplicate_of(verdicts.get(key)) for key in ids]
    return applications.assign(
        **{name: pd.Series(texts, applications.index, dtype="str") for name, texts in told.items()}
    )


def _duplicate_of(verdict: Any) -> str:
    return str(verdict.value) if verdict is not None and verdict.decision == "duplicate_of" else ""


def _set_aside(verdict: Any) -> tuple[str, str] | None:
    """State and reason of an application that a person has set aside."""
    if verdict is None or verdict.decision == "eligible":
        return None
    told = f"Pieteikuma {verdict.value} dublikāts" if verdict.decision == "duplicate_of" else "Neatbilst"
    return "set_aside", f"{told}: {verdict.reason}"


def _find_state(  # noqa: PLR0911 - one line per state, the first that fits
    answer: Any, accepted: bool, doubt: str, programme: Programme
) -> tuple[str, str]:
    """State and reason of any other; a person who found it eligible (``accepted``) has settled place and consent."""
    towns = programme.call.municipalities
    if not accepted and pd.isna(answer.municipality):
        return "unsettled", "Nav skaidrs, kurā novadā kopiena darbojas."
    if not accepted and answer.municipality not in towns:
        where = f"Uzsaukums attiecas uz šiem novadiem: {', '.join(towns)}."
        return "outside", f"{where} Pieteikumā norādīts: {answer.municipality}."
    if not accepted and pd.isna(answer.consent):
        return "unsettled", "Nav skaidrs, vai dota piekrišana datu apstrādei."
    if not accepted and not answer.consent:
        return "no_consent", "Nav dota piekrišana personas datu apstrādei."
    if doubt:
        return "unsettled", doubt
    if answer.submitted_at is pd.NaT:
        return "unsettled", "Nav skaidrs, kad pieteikums iesniegts."
    if answer.late:
        return "late", f"Iesniegts pēc termiņa: {answer.submitted_at:%d.%m.%Y %H:%M:%S}."
    return "eligible", ""


def check_applications(applications: pd.DataFrame, duplicates: pd.DataFrame) -> list[Problem]:
    """Problems between applications: equal codes, and suspected duplicates nobody has decided on."""
    place = {row.application_id: row for row in rows_of(applications.iloc[::-1])}
    problems = []
    for pair in rows_of(duplicates[duplicates["decision"].eq("")]):
        details = f"{place[pair.other_id].row}. rindā ({pair.other_id})"
        problems.append(
            problem_at("duplicate_suspected", place[pair.application_id], "community", pair.evidence, details)
        )
    for row in rows_of(applications[applications["application_id"].duplicated()]):
        first = place[row.application_id]
        details = f"{first.file}, {first.row}. rinda"
        problems.append(problem_at("application_id_twice", row, "application_id", row.application_id, details))
    return problems


def count_states(applications: pd.DataFrame, municipalities: Sequence[str]) -> pd.DataFrame:
    """Applications by municipality, eligible and other, with one row for those outside or unknown.

    Returns
    -------
    DataFrame, shape (municipalities + 1, 2)
        ``eligible`` and ``other``; the last row is left out when nobody is outside.
    """
    town = applications["municipality"].where(applications["municipality"].isin(municipalities), "citur vai nezināms")
    eligible = applications["state"].eq("eligible").map({True: "eligible", False: "other"})
    counts = pd.crosstab(town, eligible).reindex(columns=["eligible", "other"], fill_value=0)
    order = [*municipalities, *(name for name in counts.index if name not in municipalities)]
    return counts.reindex(order, fill_value=0)
