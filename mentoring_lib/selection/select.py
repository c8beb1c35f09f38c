"""The front door of the room: from applications, marks and decisions to everyone's outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from mentoring_lib.base.programme import Programme
from mentoring_lib.selection.allocation import allocate, grade, rank
from mentoring_lib.selection.duplicates import find_duplicates
from mentoring_lib.selection.eligibility import determine_states
from mentoring_lib.selection.lottery import ENTRY, Frozen, draw_tickets
from mentoring_lib.selection.past import decided_before, look_back
from mentoring_lib.selection.scoring import score_clarity, score_novelty, summarise_anchors, tidy_marks


@dataclass(frozen=True)
class Selection:
    """Every table on the way, and ``decided``, the outcome.

    ``graded`` are the eligible as the rule grades them today; ``anchors`` what each anchor comes to today, and
    ``entry_anchors`` by what was decided before the freeze: what the frozen list stands on.
    """

    duplicates: pd.DataFrame
    marks: pd.DataFrame
    anchors: pd.DataFrame
    entry_anchors: pd.DataFrame
    scored: pd.DataFrame
    graded: pd.DataFrame
    decided: pd.DataFrame


def select(
    applications: pd.DataFrame, sheets: pd.DataFrame, conflicts: pd.DataFrame, decisions: pd.DataFrame,
    programme: Programme, frozen: Frozen | None, *, first_offer: date | None, held: Mapping[str, date],
) -> Selection:  # fmt: skip
    """Decide on every application.

    Parameters
    ----------
    applications : DataFrame
        As received.
    sheets, conflicts, decisions : DataFrame
        Marking sheets; sheets of conflicts of interest and of decisions.
    programme : Programme
    frozen : Frozen or None
        The frozen list; None ranks by today's marks.
    first_offer : date or None
        Of the whole history of events.
    held : mapping of str to date
        Day of each hour that was held, in the whole history.
    """
    duplicates = find_duplicates(applications, decisions)
    stated = determine_states(applications, duplicates, decisions, programme)
    marks = tidy_marks(sheets, conflicts)
    anchors, scored = score(marks, stated, decisions, programme)
    graded = grade(scored[scored["state"].eq("eligible")], programme.rule)
    past = look_back(applications, decisions, programme, frozen=frozen, first_offer=first_offer, held=held)
    entries = graded[ENTRY] if frozen is None else frozen.entries
    ranked = rank(draw_tickets(entries, seed=programme.lottery.seed, call=programme.call.code))
    decided = allocate(scored, ranked, programme.places, decisions, programme.minimum_places, past)
    entry_anchors = summarise_anchors(marks, decided_before(decisions, past.frozen_on))
    return Selection(duplicates, marks, anchors, entry_anchors, scored, graded, decided)


def score(
    marks: pd.DataFrame, applications: pd.DataFrame, decisions: pd.DataFrame, programme: Programme
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Marks by anchor, and applications with novelty and clarity."""
    anchors = summarise_anchors(marks, decisions)
    scored = score_novelty(applications, decisions, new_from=programme.new_from)
    return anchors, score_clarity(scored, anchors)
