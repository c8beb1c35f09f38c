"""The written rule, sentence by sentence: states, merits, order, lot, places by year, waiting list, what blocks.

Two days part a programme's life. From the **freeze** on, the frozen list is the order. From the **settled day** on
(the day of the decision, or the first offer if that is earlier), years once given stay: a decision dated after it
gives and takes nothing but free places, which :mod:`reference.ledger` follows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations, permutations, product
from math import factorial, prod

from reference.events import HELD, RELEASED, History, replay
from reference.programme import ANCHORS, Application, Decision, Entry, Programme, SeedAmended

VERDICTS = ("withdrawn", "ineligible", "duplicate_of", "eligible", "override")
"""Decisions of which the newest by day wins."""

DROPPED = ("withdrawn", "ineligible", "duplicate_of")
UNMARKED = Fraction(-1)

Decisions = Sequence[Decision]
Ticket = Callable[[str], str]


# Decisions of a person


def of_newest_day(decisions: Iterable[Decision]) -> list[Decision]:
    """Of some decisions, those of the newest day."""
    found = list(decisions)
    newest = max((decision.on for decision in found), default=None)
    return [decision for decision in found if decision.on == newest]


def newest_value(key: str, kind: str, decisions: Decisions) -> tuple[str | None, bool]:
    """Value of the newest decision of a kind (None without one), and whether two of that day contradict."""
    values = {d.value for d in of_newest_day(d for d in decisions if (d.application_id, d.decision) == (key, kind))}
    return (values.pop(), False) if len(values) == 1 else (None, len(values) > 1)


def on_pair(one: str, other: str, decisions: Decisions) -> list[Decision]:
    """The newest decisions on whether two applications are duplicates; more than one kind is a contradiction."""
    return of_newest_day(
        d
        for d in decisions
        if d.decision in ("duplicate_of", "not_duplicate") and {d.application_id, d.value} == {one, other}
    )


@dataclass(frozen=True)
class Verdict:
    """What a person decided last about an application.

    Attributes
    ----------
    kind : str
        One of :data:`VERDICTS`, "contradiction" (two of the newest day), or "" (nothing was decided).
    on : date or None
    value : str
        Year of an override, code of the other application of a duplicate.
    accepted : bool
        A person found it eligible, which settles municipality and consent.
    """

    kind: str = ""
    on: date | None = None
    value: str = ""
    accepted: bool = False


def verdict(key: str, decisions: Decisions) -> Verdict:
    """The newest by day wins; two of one day that contradict each other settle nothing.

    A "duplicate of" that a newer "not a duplicate" of the same pair takes back does not count, and what was decided
    before it counts again. "Eligible" and a place out of turn of one day do not contradict each other. A place out of
    turn says nothing about municipality and consent: an older "eligible" goes on settling them.
    """
    own = [d for d in decisions if d.application_id == key and d.decision in VERDICTS]
    own = [d for d in own if not _is_taken_back(d, decisions)]
    newest = of_newest_day(own)
    if not newest:
        return Verdict()
    on = newest[0].on
    claims = {(d.decision, d.value) for d in newest}
    disputed = any(
        len({d.decision for d in on_pair(key, value, decisions)}) > 1
        for kind, value in claims
        if kind == "duplicate_of"
    )
    accepted = any(kind == "eligible" for kind, _ in claims)
    claims = {claim for claim in claims if claim[0] != "eligible"} if _has_only_places(claims) else claims
    if len(claims) > 1 or disputed:
        return Verdict("contradiction", on)
    ((kind, value),) = claims
    if kind == "override" and not accepted:
        older = of_newest_day(d for d in own if d.decision != "override")
        accepted = bool(older) and all(d.decision == "eligible" for d in older)
    return Verdict(kind, on, value, accepted)


def _has_only_places(claims: set[tuple[str, str]]) -> bool:
    return {kind for kind, _ in claims} == {"eligible", "override"}


def _is_taken_back(decision: Decision, decisions: Decisions) -> bool:
    if decision.decision != "duplicate_of":
        return False
    last = on_pair(decision.application_id, decision.value, decisions)
    return {d.decision for d in last} == {"not_duplicate"}


# States


def suspected_pairs(programme: Programme) -> list[tuple[str, str]]:
    """Two applications with one e-mail."""
    return [
        (one.application_id, other.application_id)
        for one, other in combinations(programme.applications, 2)
        if one.email.strip().casefold() == other.email.strip().casefold()
    ]


def undecided_pairs(programme: Programme, decisions: Decisions) -> list[tuple[str, str]]:
    """Suspected duplicates nobody has decided on, and those of which the decisions of one day contradict.

    A pair needs no decision once one of its two is set aside or withdrawn.
    """
    found = []
    for one, other in suspected_pairs(programme):
        kinds = {d.decision for d in on_pair(one, other, decisions)}
        gone = any(verdict(key, decisions).kind in DROPPED for key in (one, other))
        if len(kinds) > 1 or (not kinds and not gone):
            found.append((one, other))
    return found


def states(programme: Programme, decisions: Decisions | None = None) -> dict[str, str]:
    """The one state of every application: the first that fits.

    Withdrawn, set aside by a person, outside the municipalities, no consent, late, eligible. What cannot be read, a
    suspected duplicate nobody has decided on and a contradiction leave it unsettled.
    """
    decisions = programme.decisions if decisions is None else decisions
    doubted = {key for pair in undecided_pairs(programme, decisions) for key in pair}
    return {
        application.application_id: _state(application, programme, decisions, application.application_id in doubted)
        for application in programme.applications
    }


def _state(  # noqa: PLR0911 - one line per state, the first that fits
    application: Application, programme: Programme, decisions: Decisions, doubted: bool
) -> str:
    last = verdict(application.application_id, decisions)
    if last.kind == "contradiction":
        return "unsettled"
    if last.kind == "withdrawn":
        return "withdrawn"
    if last.kind in ("ineligible", "duplicate_of"):
        return "set_aside"
    if not last.accepted and application.municipality is None:
        return "unsettled"
    if not last.accepted and application.municipality not in programme.municipalities:
        return "outside"
    if programme.consent_asked and not last.accepted:
        if application.consent is None:
            return "unsettled"
        if not application.consent:
            return "no_consent"
    if doubted or application.submitted_at is None:
        return "unsettled"
    return "late" if application.submitted_at >= programme.closes_at else "eligible"


# Merits


def novelty(application: Application, programme: Programme, decisions: Decisions | None = None) -> str:
    """New if started in the deadline's year minus some or later, or still forming; a person may set it."""
    decisions = programme.decisions if decisions is None else decisions
    value, contradiction = newest_value(application.application_id, "novelty", decisions)
    if contradiction or (value is None and application.started is None):
        return "unclear"
    if value is not None:
        return value
    return "new" if application.started == "forming" or int(application.started) >= programme.new_from else "existing"


def given_marks(key: str, anchor: str, programme: Programme) -> list[int]:
    """Marks of one anchor; "cannot judge", an empty cell and a conflict of interest are missing, not 0."""
    barred = {conflict.person for conflict in programme.conflicts if conflict.application_id == key}
    rows = [mark for mark in programme.marks if mark.application_id == key and mark.marker not in barred]
    values = [getattr(row, anchor) for row in rows]
    return [value for value in values if isinstance(value, int)]


def agreed_mark(key: str, anchor: str, decisions: Decisions) -> int | None:
    """The mark that markers agreed on; it needs no marking sheet. Two of one day that differ are none."""
    value, _ = newest_value(key, f"agreed_{anchor}", decisions)
    return None if value is None else int(value)


def final_mark(key: str, anchor: str, programme: Programme, decisions: Decisions | None = None) -> Fraction | None:
    """The agreed mark, else the mean; None while nobody has marked."""
    agreed = agreed_mark(key, anchor, programme.decisions if decisions is None else decisions)
    marks = given_marks(key, anchor, programme)
    if agreed is not None:
        return Fraction(agreed)
    return Fraction(sum(marks), len(marks)) if marks else None


def clarity(key: str, programme: Programme, decisions: Decisions | None = None) -> Fraction | None:
    """Sum of the four anchors (0 to 12 points); None while one has no mark."""
    marks = [final_mark(key, anchor, programme, decisions) for anchor in ANCHORS]
    return None if None in marks else sum(marks, Fraction(0))


def make_entry(key: str, new: bool, points: Fraction | None, programme: Programme, reading: str) -> Entry:
    """Tier, group and points under a reading of the two priorities."""
    clear = points is not None and points >= programme.clear_from
    tier = {
        "taking_turns": new + clear,
        "new_first": 2 * new + clear,
        "clear_first": 2 * clear + new,
        "points": 0,
    }[reading]
    group = ("new" if new else "existing") if reading == "taking_turns" and tier == 1 else "all"
    if points is None:
        return Entry(key, tier, group, UNMARKED)
    weight = programme.weight_of_new if reading == "points" and new else 0
    return Entry(key, tier, group, points + weight)


def grade(programme: Programme, decisions: Decisions | None = None, reading: str | None = None) -> list[Entry]:
    """Entries of everyone who is eligible, by code; an unclear novelty counts as existing."""
    decisions = programme.decisions if decisions is None else decisions
    state = states(programme, decisions)
    return sorted(
        (
            make_entry(
                application.application_id,
                novelty(application, programme, decisions) == "new",
                clarity(application.application_id, programme, decisions),
                programme,
                reading or programme.reading,
            )
            for application in programme.applications
            if state[application.application_id] == "eligible"
        ),
        key=lambda entry: entry.application_id,
    )


def before_freeze(programme: Programme) -> list[Decision]:
    """Decisions dated up to the day of the freeze: what the list was made from."""
    return [d for d in programme.decisions if programme.frozen_at is None or d.on <= programme.frozen_at.date()]


def entries_of(programme: Programme, reading: str | None = None) -> list[Entry]:
    """What is ranked: the frozen list; before the freeze, who is eligible.

    Under another reading a frozen entry keeps the novelty and clarity it was frozen with.
    """
    reading = reading or programme.reading
    if programme.frozen is None:
        day = settled_day(programme)
        then = grade(programme, dated_by(programme.decisions, day), reading)
        now = grade(programme, reading=reading)
        return sorted({entry.application_id: entry for entry in [*then, *now]}.values(), key=lambda e: e.application_id)
    if reading == programme.reading:
        return list(programme.frozen)
    return [
        make_entry(entry.application_id, *frozen_merits(entry, programme), programme, reading)
        for entry in programme.frozen
    ]


def frozen_merits(entry: Entry, programme: Programme) -> tuple[bool, Fraction | None]:
    """Whether it is new, and its clarity, as frozen.

    The entry tells both but under the reading by points, where novelty is what was known before the freeze.
    """
    if programme.reading == "points":
        (application,) = (a for a in programme.applications if a.application_id == entry.application_id)
        new = novelty(application, programme, before_freeze(programme)) == "new"
    else:
        new = {
            "taking_turns": entry.tier == 2 or entry.group == "new",
            "new_first": entry.tier >= 2,
            "clear_first": entry.tier in (1, 3),
        }[programme.reading]
    if entry.points == UNMARKED:
        return new, None
    return new, entry.points - (programme.weight_of_new if programme.reading == "points" and new else 0)


# The lot


def seed_now(programme: Programme) -> str | None:
    """The seed, corrected if a slip was."""
    return next((a.seed for a in programme.amendments if isinstance(a, SeedAmended)), programme.seed)


def tickets(programme: Programme, seed: str | None) -> Ticket:
    """SHA-256 of ``seed|call|application_id``; "" for all before the draw."""
    if seed is None:
        return lambda key: ""
    return lambda key: hashlib.sha256(f"{seed}|{programme.call_code}|{key}".encode()).hexdigest()


def rank(entries: Iterable[Entry], ticket: Ticket) -> list[Entry]:
    """Order by tier, then by place within the own group, then by ticket (equal tickets: by code).

    So groups of one tier take turns, and one that runs out leaves its turns to the other.
    """
    entries = list(entries)

    def luck(entry: Entry) -> tuple[str, str]:
        return ticket(entry.application_id), entry.application_id

    place = {}
    for group in {(entry.tier, entry.group) for entry in entries}:
        own = [entry for entry in entries if (entry.tier, entry.group) == group]
        own.sort(key=lambda entry: (-entry.points, luck(entry)))
        place |= {entry.application_id: number for number, entry in enumerate(own, 1)}
    return sorted(entries, key=lambda entry: (-entry.tier, place[entry.application_id], luck(entry)))


def rank_ranges(entries: Iterable[Entry]) -> dict[str, tuple[int, int]]:
    """First and last rank that luck could give: those with the best ticket of all and with the worst.

    A better ticket never worsens the own rank, and with the best (or worst) of all the other tickets do not matter.
    """
    entries = list(entries)

    def rank_with(key: str, own_ticket: str) -> int:
        order = rank(entries, lambda other: own_ticket if other == key else "m")
        return [entry.application_id for entry in order].index(key) + 1

    keys = [entry.application_id for entry in entries]
    return {key: (rank_with(key, "a"), rank_with(key, "z")) for key in keys}


def rank_ranges_by_trial(entries: Iterable[Entry]) -> dict[str, tuple[int, int]]:
    """The same by trying every order of tickets; for a handful of entries."""
    entries = list(entries)
    reached: dict[str, set[int]] = {entry.application_id: set() for entry in entries}
    for luck in permutations(range(len(entries))):
        ticket = {entry.application_id: f"{number:03}" for entry, number in zip(entries, luck, strict=True)}
        for number, entry in enumerate(rank(entries, ticket.__getitem__), 1):
            reached[entry.application_id].add(number)
    return {key: (min(ranks), max(ranks)) for key, ranks in reached.items()}


def _find_ties(entries: Iterable[Entry]) -> list[tuple[int, list[list[list[Entry]]]]]:
    """By tier, the highest first: by group, runs of equal points."""
    entries, found = list(entries), []
    for tier in sorted({entry.tier for entry in entries}, reverse=True):
        groups = []
        for group in sorted({entry.group for entry in entries if entry.tier == tier}):
            own = [entry for entry in entries if (entry.tier, entry.group) == (tier, group)]
            levels = sorted({entry.points for entry in own}, reverse=True)
            groups.append([[entry for entry in own if entry.points == level] for level in levels])
        found.append((tier, groups))
    return found


def count_orders(entries: Iterable[Entry]) -> int:
    """How many orders a lot could give."""
    total = 1
    for _, groups in _find_ties(entries):
        sizes = [sum(len(run) for run in group) for group in groups]
        total *= prod(factorial(len(run)) for group in groups for run in group)
        total *= 2 ** min(sizes) if len(groups) == 2 else 1
    return total


def all_orders(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Every order that a lot could give.

    Equal points of one group may stand in any order; in a tier whose groups take turns, each two that have the same
    place in their groups may stand either way round. Tickets exist for any such combination.
    """
    by_tier = [list(_orders_of_tier(groups)) for _, groups in _find_ties(entries)]
    for chosen in product(*by_tier):
        yield [entry for part in chosen for entry in part]


def _orders_of_tier(groups: list[list[list[Entry]]]) -> Iterator[list[Entry]]:
    by_group = [
        [[entry for run in runs for entry in run] for runs in product(*(list(permutations(run)) for run in group))]
        for group in groups
    ]
    for chosen in product(*by_group):
        if len(chosen) == 1:
            yield list(chosen[0])
            continue
        one, other = chosen
        both = min(len(one), len(other))
        for turned in product((False, True), repeat=both):
            pairs = [(b, a) if turn else (a, b) for a, b, turn in zip(one[:both], other[:both], turned, strict=True)]
            yield [*(entry for pair in pairs for entry in pair), *one[both:], *other[both:]]


# The settled day


def dated_by(decisions: Decisions, day: date | None) -> list[Decision]:
    """Decisions dated on a day or before; all of them without one."""
    return [decision for decision in decisions if day is None or decision.on <= day]


def first_offer(programme: Programme) -> date | None:
    """Day of the first offer in the whole history, whatever the as-of day; one taken back was none."""
    histories = replay(programme).values()
    return min(
        (event.on for history in histories for event in history.standing if event.event == "offered"), default=None
    )


def settled_day(programme: Programme) -> date | None:
    """From which day on years stay: the day of the decision, or the first offer if that is earlier."""
    days = [day for day in (programme.decision_day, first_offer(programme)) if day is not None]
    return min(days, default=None)


# Places


def slots(programme: Programme, until: date | None) -> list[int]:
    """Years of the places that the ranking fills, in order.

    A place added after the draw stands at the end; one taken shortens its year, so the end of the order goes short.
    """
    years = [year for year, count in sorted(programme.places.items()) for _ in range(count)]
    for change in sorted(_changes_of_places(programme, until), key=lambda change: change.on):
        years += [change.year] * change.change
        for _ in range(-change.change):
            if change.year in years:
                del years[len(years) - 1 - years[::-1].index(change.year)]
    return years


def _changes_of_places(programme: Programme, until: date | None) -> list:
    return [a for a in programme.amendments if not isinstance(a, SeedAmended) and (until is None or a.on <= until)]


def planned(programme: Programme, year: int, as_of: date) -> int:
    """Places of a year as planned: an amendment counts from its day on."""
    return programme.places[year] + sum(a.change for a in _changes_of_places(programme, as_of) if a.year == year)


@dataclass(frozen=True)
class Given:
    """A place given by the order or by a person.

    Attributes
    ----------
    year : int
    minimum : str
        "given" by a municipality's minimum, else "".
    out_of_turn : bool
    """

    year: int
    minimum: str = ""
    out_of_turn: bool = False


def places_out_of_turn(
    programme: Programme, decisions: Decisions, years: Sequence[int]
) -> tuple[dict[str, int], list[str]]:
    """Years of the places a person gave, and those for whom their year had none left.

    By the day of the decision, those of one day as the rows stand.
    """
    asked = []
    for application in programme.applications:
        last = verdict(application.application_id, decisions)
        if last.kind == "override":
            asked.append((last.on, _row_of(application.application_id, last, decisions), last.value))
    left, given, refused = list(years), {}, []
    for _, row, year in sorted(asked):
        if year in map(str, left):
            left.remove(int(year))
            given[decisions[row].application_id] = int(year)
        else:
            refused.append(decisions[row].application_id)
    return given, refused


def _row_of(key: str, last: Verdict, decisions: Decisions) -> int:
    """Row of the decision behind a place out of turn."""
    return max(
        row for row, d in enumerate(decisions) if (d.application_id, d.decision, d.on) == (key, "override", last.on)
    )


def give_places(
    programme: Programme,
    order: Sequence[Entry],
    state: dict[str, str],
    years: Sequence[int],
    out_of_turn: dict[str, int],
    kept: Iterable[str] = (),
) -> tuple[dict[str, Given], set[str]]:
    """Who has a place of which year, and from whom a minimum took one.

    Parameters
    ----------
    programme : Programme
    order : sequence of Entry
        The whole ranking; who does not compete is skipped and nobody else moves.
    state : dict of str to str
    years : sequence of int
        Year of each place there is to give, in order.
    out_of_turn : dict of str to int
        Places out of turn, by year; they are taken from ``years``.
    kept : iterable of str
        Who has a place beyond ``years``; such places count towards a minimum.
    """
    town = {application.application_id: application.municipality for application in programme.applications}
    years, least = list(years), dict(programme.minimum_places)
    for year in out_of_turn.values():
        years.remove(year)
    for key in {*out_of_turn, *kept}:
        if town[key] in least:
            least[town[key]] -= 1
    competing = [entry.application_id for entry in order if state.get(entry.application_id) == "eligible"]
    competing = [key for key in competing if key not in {*out_of_turn, *kept}]
    winners: list[str] = []
    for key in competing:
        if least.get(town[key], 0) > 0 and len(winners) < len(years):
            least[town[key]] -= 1
            winners.append(key)
    for key in competing:
        if key not in winners and len(winners) < len(years):
            winners.append(key)
    usual = competing[: len(years)]
    in_order = [key for key in competing if key in winners]
    given = {key: Given(year, out_of_turn=True) for key, year in out_of_turn.items()}
    for key, year in zip(in_order, years, strict=False):
        given[key] = Given(year, "" if key in usual else "given")
    return given, set(usual) - set(winners)


@dataclass(frozen=True)
class Selected:
    """What the rule says about everyone.

    Attributes
    ----------
    order : list of str
        The whole ranking by the ticket (before the draw, ties by code), whoever of it still competes.
    state, novelty : dict of str to str
    clarity : dict of str to Fraction or None
    entries : dict of str to Entry
        As frozen, else as of now.
    ranges : dict of str to tuple of int
        First and last rank that luck could give.
    rank : dict of str to int
        Empty before the draw.
    outcome : dict of str to str
        "place", "lot" (luck decides whether or when), "waiting" or "none".
    given : dict of str to Given
        Places by year. From the settled day on they stay, whatever events say, until a decision drops one out.
    taken : set of str
        Those from whom a minimum took the place their rank would have had.
    waiting : list of str
        The waiting list, as if nobody had been offered anything.
    possible : dict of str to set
        Before the draw, every year (None: waits) that some lot gives to those who compete.
    exact : bool
        Every lot was tried for ``possible``; False: a sample.
    freed : dict of str to Given
        Places that a decision dated after the settled day took from their holders.
    pending : dict of str to int
        Who is to have a free place of that year out of turn, in the order of the decisions.
    settled : date or None
    """

    order: list[str]
    state: dict[str, str]
    novelty: dict[str, str]
    clarity: dict[str, Fraction | None]
    entries: dict[str, Entry]
    ranges: dict[str, tuple[int, int]]
    rank: dict[str, int]
    outcome: dict[str, str]
    given: dict[str, Given]
    taken: set[str]
    waiting: list[str]
    possible: dict[str, set[int | None]]
    exact: bool
    freed: dict[str, Given]
    pending: dict[str, int]
    settled: date | None


def select(programme: Programme, reading: str | None = None) -> Selected:
    """Run the rule, under another reading if one is named."""
    settled, seed = settled_day(programme), seed_now(programme)
    entries = entries_of(programme, reading)
    ticket, state = tickets(programme, seed), states(programme)
    order = rank(entries, ticket)
    first, taken, settled_for = _give_first(programme, entries, order, settled)
    freed, returned = _drop_out(programme, first, settled_for)
    possible, exact = _possible_outcomes(programme, entries, settled) if seed is None else ({}, True)
    open_to_lot = {key for key, ways in possible.items() if len(ways) > 1 and state[key] == "eligible"}
    given = {key: place for key, place in first.items() if key not in {*freed, *returned, *open_to_lot}}
    waiting = [
        key for key in _list_waiting(programme, order, state, ticket) if key not in given and key not in open_to_lot
    ]
    keys = [application.application_id for application in programme.applications]
    outcome = {key: "waiting" if key in waiting else "place" if key in given else "none" for key in keys}
    return Selected(
        order=[entry.application_id for entry in order],
        state=state,
        novelty={a.application_id: novelty(a, programme) for a in programme.applications},
        clarity={key: clarity(key, programme) for key in keys},
        entries={entry.application_id: entry for entry in entries},
        ranges=rank_ranges(entries),
        rank={} if seed is None else {entry.application_id: number for number, entry in enumerate(order, 1)},
        outcome=outcome | dict.fromkeys(open_to_lot, "lot"),
        given=given,
        taken=set() if seed is None else taken - set(given),
        waiting=waiting,
        possible=possible,
        exact=exact,
        freed=freed,
        pending=_pending(programme, given, settled),
        settled=settled,
    )


def _give_by(programme: Programme, order: Sequence[Entry], day: date | None) -> tuple[dict[str, Given], set[str]]:
    """Places as given with what was decided by a day."""
    known, years = dated_by(programme.decisions, day), slots(programme, day)
    out_of_turn, _ = places_out_of_turn(programme, known, years)
    return give_places(programme, order, states_of_order(programme, day), years, out_of_turn)


def states_of_order(programme: Programme, day: date | None) -> dict[str, str]:
    """States as they count for a place once it is settled: of who is on the frozen list, only decisions say anything.

    What is read, corrected or sent in later (a second form, a consent withdrawn) moves nobody else's year.
    """
    if day is None or programme.frozen is None:
        return states(programme)
    known = dated_by(programme.decisions, day)
    kinds = {entry.application_id: verdict(entry.application_id, known).kind for entry in programme.frozen}
    return {key: "gone" if kind in (*DROPPED, "contradiction") else "eligible" for key, kind in kinds.items()}


def _give_first(
    programme: Programme, entries: list[Entry], order: list[Entry], settled: date | None
) -> tuple[dict[str, Given], set[str], dict[str, date | None]]:
    """Places as given, from whom a minimum took one, and for each the day from which on a drop-out frees it.

    A slip of the seed that is corrected once something was offered reorders only those without an offer: whoever was
    offered a place keeps it, and the places that are left are given anew by the corrected order.
    """
    slip = next((a for a in programme.amendments if isinstance(a, SeedAmended)), None)
    offered_on = first_offer(programme)
    if slip is None or offered_on is None or slip.on < offered_on:
        given, taken = _give_by(programme, order, settled)
        return given, taken, dict.fromkeys(given, settled)
    recorded, _ = _give_by(programme, rank(entries, tickets(programme, programme.seed)), settled)
    histories = {key: history for key, history in replay(programme, slip.on).items() if history.standing}
    known, years = dated_by(programme.decisions, slip.on), slots(programme, slip.on)
    holding = {key: history.place.year for key, history in histories.items() if _still_holds(key, history, known)}
    for year in holding.values():
        if year in years:
            years.remove(year)
    others = [entry for entry in order if entry.application_id not in histories]
    of_others = [
        d for d in known if d.application_id not in histories and (d.decision != "override" or d.on <= settled)
    ]
    out_of_turn, _ = places_out_of_turn(programme, of_others, years)
    again, taken = give_places(programme, others, states_of_order(programme, slip.on), years, out_of_turn, holding)
    kept = {key: place for key, place in recorded.items() if key in histories}
    return kept | again, taken, dict.fromkeys(kept, settled) | dict.fromkeys(again, slip.on)


def _still_holds(key: str, history: History, decisions: Decisions) -> bool:
    last = verdict(key, decisions)
    if history.place.status in RELEASED:
        return False
    if history.place.status in HELD:
        return True
    return last.kind not in DROPPED or last.on < history.place.offered_on


def _drop_out(
    programme: Programme, given: dict[str, Given], settled_for: dict[str, date | None]
) -> tuple[dict[str, Given], set[str]]:
    """Places that decisions dated after a day took, and those who dropped out after it and are back.

    After the hour was held a decision frees nothing.
    """
    held_on = hours_held(programme)
    freed, returned = {}, set()
    for key, place in given.items():
        day, held = settled_for[key], held_on.get(key, date.max)
        later = sorted({d.on for d in programme.decisions if day is not None and day < d.on < held})
        was_dropped = [verdict(key, dated_by(programme.decisions, on)).kind in DROPPED for on in later]
        last = verdict(key, programme.decisions)
        if last.kind in DROPPED and last.on < held:
            freed[key] = place
        elif any(was_dropped):
            returned.add(key)
    return freed, returned


def hours_held(programme: Programme) -> dict[str, date]:
    """Day of every hour that was held in the whole history, whatever the as-of day."""
    histories = replay(programme)
    return {key: history.place.held_on for key, history in histories.items() if history.place.status in HELD}


def _list_waiting(programme: Programme, order: Sequence[Entry], state: dict[str, str], ticket: Ticket) -> list[str]:
    """Those of the frozen list in its order; who became eligible after the freeze; late ones by arrival."""
    ranked = [entry.application_id for entry in order]
    standing = state | (states_of_order(programme, date.max) if settled_day(programme) and programme.frozen else {})
    sent = {a.application_id: a.submitted_at for a in programme.applications}
    later = [key for key in state if state[key] == "eligible" and key not in ranked]
    later.sort(key=lambda key: (eligible_since(key, programme) or date.max, ticket(key), key))
    late = [key for key in state if state[key] == "late" and key not in ranked]
    late.sort(key=lambda key: (sent[key].replace(microsecond=0), ticket(key), key))
    return [*(key for key in ranked if standing[key] == "eligible"), *later, *late]


def eligible_since(key: str, programme: Programme) -> date | None:
    """Day of the newest decision, on or after the day of the freeze, that made an application eligible."""
    days = [
        d.on
        for d in programme.decisions
        if programme.frozen_at is not None
        and d.on >= programme.frozen_at.date()
        and (
            (d.decision == "eligible" and d.application_id == key)
            or (d.decision == "not_duplicate" and key in (d.application_id, d.value))
        )
    ]
    return max(days, default=None)


def _pending(programme: Programme, given: dict[str, Given], settled: date | None) -> dict[str, int]:
    """Places out of turn decided after the settled day: they take a free place only."""
    found = []
    for application in programme.applications:
        key, last = application.application_id, verdict(application.application_id, programme.decisions)
        fits = last.kind == "override" and last.value in {str(year) for year in programme.places}
        if settled is not None and fits and last.on > settled and key not in given:
            found.append((last.on, _row_of(key, last, programme.decisions), key, int(last.value)))
    return {key: year for _, _, key, year in sorted(found)}


MOST_ORDERS = 2000
SAMPLE = 400


def _possible_outcomes(
    programme: Programme, entries: list[Entry], settled: date | None
) -> tuple[dict[str, set[int | None]], bool]:
    """Years (None: waits) that some lot gives to those who compete, and whether every lot was tried."""
    known, years = dated_by(programme.decisions, settled), slots(programme, settled)
    state, (out_of_turn, _) = states_of_order(programme, settled), places_out_of_turn(programme, known, years)
    exact = count_orders(entries) <= MOST_ORDERS
    if exact:
        orders = all_orders(entries)
    else:
        orders = (rank(entries, tickets(programme, f"{number:020}")) for number in range(SAMPLE))
    competing = [e.application_id for e in entries if state[e.application_id] == "eligible"]
    possible: dict[str, set[int | None]] = {key: set() for key in competing}
    for order in orders:
        given, _ = give_places(programme, order, state, years, out_of_turn)
        for key in competing:
            possible[key].add(given[key].year if key in given else None)
    return possible, exact


def readings(programme: Programme) -> dict[str, Selected]:
    """The outcome under all four readings, from the frozen entries once there are some."""
    return {reading: select(programme, reading) for reading in ("taking_turns", "new_first", "clear_first", "points")}


def would_have_place(programme: Programme, key: str, *, entry: Entry | None = None, best_ticket: bool = False) -> bool:
    """Whether an application would have had a place with another entry, or with the best ticket of all.

    Everything else is as it was on the settled day; only for an application that is ranked, after the draw.
    """
    drawn, day = tickets(programme, seed_now(programme)), settled_day(programme)
    entries = [entry if entry and one.application_id == key else one for one in entries_of(programme)]
    order = rank(entries, lambda other: "" if best_ticket and other == key else drawn(other))
    return key in _give_by(programme, order, day)[0]


# What blocks


EXPLAINS = {
    "gone": ("ineligible", "duplicate_of", "withdrawn"),
    "new": ("eligible", "not_duplicate", "override"),
    "changed": ("override", "other"),
}
"""Kinds of decision that explain a difference from the frozen list; dated on or after the day of the freeze."""


def differences(programme: Programme) -> dict[str, tuple[Entry | None, Entry | None]]:
    """Entries that are not as they were frozen: frozen, now."""
    frozen = {entry.application_id: entry for entry in programme.frozen or ()}
    now = {entry.application_id: entry for entry in grade(programme)}
    return {key: (frozen.get(key), now.get(key)) for key in {*frozen, *now} if frozen.get(key) != now.get(key)}


def is_explained(key: str, difference: tuple[Entry | None, Entry | None], programme: Programme) -> bool:
    """Whether a decision of a fitting kind about this application, not older than the freeze, explains it."""
    frozen, now = difference
    fitting = EXPLAINS["gone" if now is None else "new" if frozen is None else "changed"]
    return any(
        d.decision in fitting
        and d.on >= programme.frozen_at.date()
        and (d.application_id == key or (d.decision == "not_duplicate" and d.value == key))
        for d in programme.decisions
    )


def blockers(programme: Programme) -> set[tuple[str, str]]:
    """Everything between a provisional and a final result: what it is, and the application ("" for none)."""
    state, decisions = states(programme), programme.decisions
    found = {("rule_undated", "")} if programme.rule_decided_on is None else set()
    for application in programme.applications:
        key = application.application_id
        kinds = ["novelty", *(f"agreed_{anchor}" for anchor in ANCHORS)]
        if verdict(key, decisions).kind == "contradiction" or any(newest_value(key, k, decisions)[1] for k in kinds):
            found.add(("decision_conflict", key))
        if state[key] == "unsettled":
            found.add(("decision_needed", key))
        if state[key] == "eligible":
            found |= {(code, key) for code in _missing_merits(application, programme)}
    for key in {a.application_id for a in programme.applications}:
        last = verdict(key, decisions)
        if last.kind == "duplicate_of" and verdict(last.value, decisions).kind == "duplicate_of":
            found.add(("duplicate_circle", key))
    day = settled_day(programme)
    _, refused = places_out_of_turn(programme, dated_by(decisions, day), slots(programme, day))
    found |= {("override_full", key) for key in refused}
    if programme.frozen is None:
        found.add(("freeze_missing", ""))
    else:
        unexplained = {k for k, both in differences(programme).items() if not is_explained(k, both, programme)}
        found |= {("freeze_differs", key) for key in unexplained}
    chosen = select(programme)
    waits = {key for key in chosen.waiting if len(set(chosen.ranges.get(key, ()))) > 1}
    sent = {a.application_id: a.submitted_at for a in programme.applications}
    after = [
        (1, sent[key].replace(microsecond=0)) if state[key] == "late" else (0, eligible_since(key, programme))
        for key in chosen.waiting
        if key not in chosen.ranges
    ]
    alike = len(after) > len(set(after))
    if seed_now(programme) is None and (waits or alike or "lot" in chosen.outcome.values()):
        found.add(("seed_missing", ""))
    return found


def _missing_merits(application: Application, programme: Programme) -> set[str]:
    key, found = application.application_id, set()
    if novelty(application, programme) == "unclear":
        found.add("novelty_unclear")
    for anchor in ANCHORS:
        if agreed_mark(key, anchor, programme.decisions) is not None:
            continue
        marks = given_marks(key, anchor, programme)
        if len(marks) < max(programme.least_markers, 1):
            found.add("mark_missing")
        if marks and max(marks) - min(marks) >= programme.discussion_gap:
            found.add("mark_gap")
    return found


def is_final(programme: Programme) -> bool:
    """Whether nothing blocks."""
    return not blockers(programme)
