"""The front door of the room: from applications, marks and decisions to everyone's outcome."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

import pandas as pd

from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import Candidates, rows_of
from mentoring_lib.selection import past as history
from mentoring_lib.selection.allocation import Decided, Kept, Outcome, allocate, grade, rank
from mentoring_lib.selection.decisions import find_dropped_on, find_overrides
from mentoring_lib.selection.eligibility import determine_states, find_duplicates
from mentoring_lib.selection.lottery import ENTRY, Frozen, draw_tickets
from mentoring_lib.selection.past import Offered, Past
from mentoring_lib.selection.scoring import score_clarity, score_novelty, summarise_anchors, tidy_marks


@dataclass(frozen=True)
class Selection:
    """Every table on the way, and ``decided``, the outcome.

    ``graded`` are the eligible as the rule grades them today; ``anchors`` what each anchor comes to today, and
    ``entry_anchors`` by what was decided up to its day: what the frozen list stands on. ``past`` says what
    was settled when.
    """

    past: Past
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
    offered_by: Callable[[date], Mapping[str, Offered]],
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
    offered_by : callable
        Who had been offered a place by a day, and how the offer stood on it.
    """
    duplicates = find_duplicates(applications, decisions)
    stated = determine_states(applications, duplicates, decisions, programme)
    marks = tidy_marks(sheets, conflicts)
    anchors = summarise_anchors(marks, decisions)
    scored = score_clarity(score_novelty(stated, decisions, new_from=programme.new_from), anchors)
    graded = grade(scored[scored["state"].eq("eligible")], programme.rule)
    look_back = partial(history.look_back, applications, decisions, programme, frozen=frozen, held=held)
    past = look_back(first_offer=first_offer)
    entries = graded[ENTRY] if frozen is None else frozen.entries

    def give(seed: str | None, past: Past, kept: Kept | None = None) -> pd.DataFrame:
        everyone, listed = (draw_tickets(table, seed=seed, call=programme.call.code) for table in (scored, entries))
        return allocate(everyone, rank(listed), programme.places, decisions, programme.minimum_places, past, kept)

    seed, slips = programme.lottery.seed, history.find_late_slips(decisions, first_offer)
    slips = slips if slips and slips[-1].after == seed else []
    decided = give(slips[0].before if slips else seed, past)
    for slip in slips:  # each keeps what those have who were offered a place by its day
        day, before = slip.row.on.date(), decided.set_index("application_id")["rank"]  # type: ignore[union-attr]
        kept = keep_offers(decided, decisions, offered_by(day), past, day)
        decided = give(slip.after, look_back(first_offer=None, settled=day), kept)
        decided = decided.assign(rank_before=decided["application_id"].map(before).astype("Int64"))
    entry_anchors = summarise_anchors(marks, history.decided_by(decisions, past.frozen_on))
    return Selection(past, duplicates, marks, anchors, entry_anchors, scored, graded, decided)


def keep_offers(
    recorded: pd.DataFrame, decisions: pd.DataFrame, offered: Mapping[str, Offered], past: Past, day: date
) -> Kept:
    """What those keep who had an offer on the day when a slip of the seed was corrected.

    Parameters
    ----------
    recorded : DataFrame
        The outcome by the seed on record.
    decisions : DataFrame
    offered : mapping of str to Offered
    past : Past
        Of the outcome on record: from its settled day on, no decision takes a place of the order out of turn.
    day : date
    """
    rows = [row for row in rows_of(recorded, Decided) if row.application_id in offered and row.given_year is not None]
    given = {row.application_id: row.given_year for row in rows if not offered[row.application_id].typed}
    holders = history.find_holders(offered, history.decided_by(decisions, day))
    late = decisions["decision"].eq("override") & decisions["on"].gt(pd.Timestamp(past.settled or day))
    return Kept(
        offered=frozenset(offered),
        places={row.application_id: Outcome("place", row.given_year, minimum=row.minimum.replace("taken", ""),
                                            override=row.override) for row in rows},
        dropped=frozenset(history.find_dropped(decisions, past).intersection(offered)),
        holders={key: given.get(key) or year for key, year in holders.items()},
        decisions=decisions[~(decisions["application_id"].isin(list(offered)) | late)],
    )  # fmt: skip


def list_turns(selected: Selection, decisions: pd.DataFrame, programme: Programme) -> Candidates:
    """What a person or the rule has given to whom, and who is next."""
    rows = list(rows_of(selected.decided, Decided))
    given = {row.application_id: row.place_year for row in rows if row.place_year is not None}
    waiting = sorted((row.waiting, row.application_id) for row in rows if row.waiting is not None)
    years = {str(year): year for year in programme.places}
    overrides = {key: row for key, row in find_overrides(decisions).items() if row.value in years}
    out_of_turn = {key: (years[row.value or ""], row.on.date()) for key, row in overrides.items() if row.on}
    settled = selected.past.settled or date.max
    return Candidates(
        given=given,
        waiting=[key for _, key in waiting],
        claims={key: year for key, (year, on) in out_of_turn.items() if on > settled and key not in given},
        towns={row.application_id: row.municipality for row in rows},
        out_of_turn=out_of_turn,
        dropped=find_dropped_on(decisions),
    )
