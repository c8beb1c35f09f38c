"""What lies behind an outcome: from the day of the decision, or the first offer, years once given stay."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import pandas as pd

from mentoring_lib.base.programme import Programme
from mentoring_lib.selection.contract import Amendment, find_amendments, find_slips
from mentoring_lib.selection.decisions import DROPPED, find_dropped_on, find_out, find_verdicts, in_order
from mentoring_lib.selection.lottery import Frozen
from mentoring_lib.selection.scoring import score_novelty


@dataclass(frozen=True)
class Past:
    """What was settled when; events of delivery come in as plain days.

    Attributes
    ----------
    settled : date or None
        The day of the decision or of the first offer, whichever is earlier; None while everything may still move.
    competing : frozenset of str or None
        Who of the frozen list no decision up to that day took out, whatever was read, corrected or sent in since; None
        while everything may still move.
    standing : frozenset of str or None
        The same by every decision: who of the frozen list may wait, in its order.
    held : dict of str to date
        Day of each hour that was held: a later decision frees nothing.
    frozen_on : date or None
        Day of the freeze.
    novelty : dict of str to str
        Novelty of each application by what was decided up to that day; empty while nothing is frozen.
    years : tuple of int or None
        Year of each place, in the order in which they are filled: as frozen, and as amended up to the settled day.
        None where no list says it: then by year.
    """

    settled: date | None = None
    competing: frozenset[str] | None = None
    standing: frozenset[str] | None = None
    held: Mapping[str, date] = field(default_factory=dict)
    frozen_on: date | None = None
    novelty: Mapping[str, str] = field(default_factory=dict)
    years: tuple[int, ...] | None = None


def look_back(
    applications: pd.DataFrame, decisions: pd.DataFrame, programme: Programme, *,
    frozen: Frozen | None, first_offer: date | None, held: Mapping[str, date], settled: date | None = None,
) -> Past:  # fmt: skip
    """Find the settled day, unless it is given, and who competed on that day.

    Parameters
    ----------
    applications, decisions : DataFrame
    programme : Programme
        Day of the decision.
    frozen : Frozen or None
    first_offer : date or None
        In the whole history, whatever day is looked at.
    held : mapping of str to date
        Day of each hour that was held, in the whole history.
    """
    frozen_on = frozen.frozen_at.date() if frozen and frozen.frozen_at else None
    days = (programme.letters.decision_date, first_offer)
    settled = settled or min((day for day in days if day), default=None)
    known, novelty = decided_by(decisions, settled), {}
    listed = frozenset(frozen.entries["application_id"]) if settled and frozen else None
    competing, standing = (None if listed is None else listed - find_out(table) for table in (known, decisions))
    if frozen_on:
        then = score_novelty(applications, decided_by(decisions, frozen_on), new_from=programme.new_from)
        novelty = dict(zip(then["application_id"], then["novelty"], strict=True))
    years = tuple(order_years(frozen, find_amendments(known))) if frozen and frozen_on else None
    return Past(settled, competing, standing, held, frozen_on, novelty, years)


class Offered(NamedTuple):
    """An offer as it stands on a day: the year of its place (None: nobody holds it), its day, whether it was held.

    Where its year is not ``typed``, that is the one given by the outcome.
    """

    year: int | None
    on: date
    held: bool
    typed: bool = True


def find_late_slips(decisions: pd.DataFrame, first_offer: date | None) -> list[Amendment]:
    """Slips of the seed that were corrected once something had been offered, the oldest first."""
    return [one for one in find_slips(decisions) if first_offer and one.row.on.date() >= first_offer]  # type: ignore[union-attr]


def find_holders(offered: Mapping[str, Offered], decisions: pd.DataFrame) -> dict[str, int]:
    """Year of each place that is held on a day, by what was offered and decided by then."""
    out = find_dropped_on(decisions)
    return {
        key: one.year
        for key, one in offered.items()
        if one.year is not None and (one.held or out.get(key, date.min) < one.on)
    }


def order_years(frozen: Frozen, amendments: Iterable[Amendment]) -> list[int]:
    """Year of each place in the order: one added stands at the end, one taken is the last of its year."""
    places = {key: count for key, count in frozen.contract.items() if key.startswith("places.")}
    years = [int(key[-4:]) for key in sorted(places) for _ in range(int(places[key]))]
    for one in amendments:
        if places.get(one.key) == one.before and one.after.isdecimal():  # else it was frozen so, or is typed twice
            year, change, places[one.key] = int(one.key[-4:]), int(one.after) - int(one.before), one.after
            years += [year] * change
            for _ in range(-change):
                del years[len(years) - 1 - years[::-1].index(year)]
    return years


def decided_by(decisions: pd.DataFrame, day: date | None) -> pd.DataFrame:
    """Decisions of a day and before it; all of them without one."""
    return decisions if day is None else decisions[~decisions["on"].gt(pd.Timestamp(day))]


def find_dropped(decisions: pd.DataFrame, past: Past) -> set[str]:
    """Who dropped out by a decision after the settled day and before the own hour was held, even if back by now."""
    dropped: set[str] = set()
    for day in sorted({row.on.date() for row in in_order(decisions) if row.on}):
        if past.settled and day > past.settled:
            verdicts = find_verdicts(decided_by(decisions, day)).items()
            gone = {key for key, verdict in verdicts if verdict.decision in DROPPED}
            dropped |= {key for key in gone if day < past.held.get(key, date.max)}
    return dropped


def order_later(
    applications: pd.DataFrame, ranked: Collection[str], decisions: pd.DataFrame, past: Past
) -> dict[str, int]:
    """Who waits after the ranked, in order: who became eligible after the freeze, then late ones by arrival.

    The former stand by the day of the decision that made them eligible; those of one day, and late ones of one second,
    by ticket. Before the lot they have one number.
    """
    since: dict[str | None, date] = {}
    for row in in_order(decisions):
        if row.on and row.decision in ("eligible", "not_duplicate") and row.on.date() >= (past.frozen_on or date.min):
            both = (row.application_id, row.value if row.decision == "not_duplicate" else row.application_id)
            since |= dict.fromkeys(both, row.on.date())
    sent = dict(zip(applications["application_id"], applications["submitted_at"].dt.floor("s"), strict=True))
    tickets = dict(zip(applications["application_id"], applications["ticket"], strict=True))
    states = dict(zip(applications["application_id"], applications["state"], strict=True))
    after = {key: (0, since.get(key, date.max), tickets[key]) for key, state in states.items() if state == "eligible"}
    after |= {key: (1, sent[key], tickets[key]) for key, state in states.items() if state == "late"}
    queue = sorted((place, key) for key, place in after.items() if place[0] or key not in ranked)
    first = {place: number for number, (place, _) in reversed([*enumerate(queue, start=1)])}
    return {key: first[place] for place, key in queue}
