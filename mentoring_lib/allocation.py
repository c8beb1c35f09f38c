"""Who gets a place, in which year, and why: the rule, the ranking, the places and the reasons.

The call names two priorities and does not say which stands higher. The default reading, "taking turns", puts those
who meet both first and those who meet none last; in between, new communities without a clear question and clear
questions of existing communities take turns. Ordering that middle by clarity alone would put every existing
community before every new one, and the first priority would mean nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from mentoring_lib.columns import ANCHORS, MARKS_SHEET
from mentoring_lib.eligibility import latest
from mentoring_lib.errors import SETTLE, Problem, problem_at, rows_of
from mentoring_lib.lottery import Frozen, compare_frozen
from mentoring_lib.programme import Programme, Rule
from mentoring_lib.texts import show_number

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

UNMARKED = Fraction(-1)
"""Points of an application without a clarity: after every marked one, until marks come in."""


def grade(scored: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Put applications into tiers and groups by the programme's reading of the two priorities.

    Parameters
    ----------
    scored : DataFrame, shape (n, k)
        Eligible applications with ``novelty`` and ``clarity``; unclear novelty counts as existing.
    rule : Rule

    Returns
    -------
    DataFrame, shape (n, k + 4)
        ``clear``; ``tier`` (higher goes first); ``group`` ("new" and "existing" take turns within a tier, else
        "all"); ``points`` (Fraction, orders within the group: clarity, plus the weight of new in the reading
        "points").
    """
    new = scored["novelty"].to_numpy() == "new"
    points = [UNMARKED if value is None else value for value in scored["clarity"].tolist()]
    clear = np.array([float(value) for value in points]) >= rule.clear_from
    tiers = {
        "taking_turns": new.astype("int64") + clear,
        "new_first": 2 * new.astype("int64") + clear,
        "clear_first": 2 * clear.astype("int64") + new,
        "points": np.zeros(len(new), dtype="int64"),
    }
    tier = tiers[rule.reading]
    middle = (tier == 1) & (rule.reading == "taking_turns")
    group = np.where(middle, np.where(new, "new", "existing"), "all")
    if rule.reading == "points":
        weighed = zip(points, new.tolist(), strict=True)
        points = [value + rule.weight_of_new if is_new and value != UNMARKED else value for value, is_new in weighed]
    table = {"clear": clear, "tier": tier, "group": pd.array(group, dtype="str"), "points": _objects(points)}
    return scored.assign(**table)


def _objects(values: Sequence[Any]) -> Any:
    """Exact numbers as a column."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def rank(graded: pd.DataFrame) -> pd.DataFrame:
    """Order applications by tier, place within the own group, and ticket.

    Parameters
    ----------
    graded : DataFrame, shape (n, k)
        ``application_id, tier, group, points, ticket``; tickets are "" while the seed is not known.

    Returns
    -------
    DataFrame, shape (n, k + 4)
        In order. ``place`` within the own group; ``rank_from`` and ``rank_to``: the first and last rank that luck
        could still give under the rule alone (equal where no lot is needed); ``rank`` (Int64): the rank after the
        lot, missing before it.

    Notes
    -----
    Within its group an application takes places lo to hi, equal points sharing a range. In a tier whose groups
    take turns, at most lo - 1 of each group stand surely before it and at most hi of each can; groups that run out
    leave their turns to the others.
    """
    tier, points = graded["tier"].to_numpy(dtype="int64"), np.array([float(value) for value in graded["points"]])
    group = pd.factorize(graded["group"])[0]
    luck = order_tickets(graded)
    place, order = take_turns(tier, group, points, luck)
    first, last = _bound_ranks(tier, group, points, place)
    table = graded.iloc[order].reset_index(drop=True)
    drawn = table["ticket"].to_numpy() != ""
    numbers = pd.arrays.IntegerArray(np.arange(1, len(table) + 1), ~drawn)
    return table.assign(place=place[order], rank_from=first[order], rank_to=last[order], rank=numbers)


def _bound_ranks(tier: Ints, group: Ints, points: Floats, place: Ints) -> tuple[Ints, Ints]:
    own = np.lexsort((place, group, -tier))
    run, starts = _number_runs(tier[own], group[own], points[own])
    run = run[_invert(own)]
    low = place[own][starts][run]
    high = low + np.diff(starts, append=len(own))[run] - 1
    tiers, row = np.unique(-tier, return_inverse=True)
    width = int(group.max(initial=0)) + 1
    sizes = np.bincount(row * width + group, minlength=len(tiers) * width).reshape(len(tiers), width)
    above, turns = (sizes.sum(axis=1).cumsum() - sizes.sum(axis=1))[row], sizes[row]
    before = np.minimum(turns, low[:, None] - 1).sum(axis=1)
    return above + before + 1, above + np.minimum(turns, high[:, None]).sum(axis=1)


def order_tickets(table: pd.DataFrame) -> Ints:
    """Position of each row by ticket, then code: whole numbers sort many times faster than texts."""
    by_code = np.argsort(table["application_id"].to_numpy(dtype="U"), kind="stable")
    order = by_code[np.argsort(table["ticket"].to_numpy(dtype="S")[by_code], kind="stable")]
    return _invert(order)


def take_turns(tier: Ints, group: Ints, points: Ints | Floats, luck: Ints) -> tuple[Ints, Ints]:
    """Order applications by tier, place within the own group, and luck: the rule itself, on arrays.

    Parameters
    ----------
    tier, group, points, luck : ndarray, shape (..., n)
        Higher tiers and points go first, smaller luck goes first; leading axes are separate runs.

    Returns
    -------
    place, order : ndarray, shape (..., n)
        Place within the own group (1 is first), and who stands at each position.
    """
    own = np.lexsort((luck, -points, group, -tier))
    position = np.arange(own.shape[-1])
    changes = np.zeros(own.shape, dtype=bool)
    for key in (tier, group):
        inside = np.take_along_axis(key, own, axis=-1)
        changes[..., 1:] |= inside[..., 1:] != inside[..., :-1]
    start = np.maximum.accumulate(np.where(changes, position, 0), axis=-1)
    place = np.empty_like(own)
    np.put_along_axis(place, own, position - start + 1, axis=-1)
    return place, np.lexsort((luck, place, -tier))


def _invert(order: Ints) -> Ints:
    position = np.empty_like(order)
    position[order] = np.arange(len(order))
    return position


def _number_runs(*keys: Ints | Floats) -> tuple[Ints, Ints]:
    """Number the runs of equal keys, and tell where each starts."""
    changes = np.zeros(len(keys[0]), dtype=bool)
    changes[:1] = True
    for key in keys:
        changes[1:] |= key[1:] != key[:-1]
    return np.cumsum(changes) - 1, np.flatnonzero(changes)


STANDING = ["application_id", "rank_from", "rank_to", "rank", "tier", "group", "points", "ticket"]


def allocate(
    applications: pd.DataFrame,
    ranked: pd.DataFrame,
    places: Mapping[int, int],
    decisions: pd.DataFrame,
    minimum: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """Propose a place, the waiting list or neither for every application.

    Parameters
    ----------
    applications : DataFrame, shape (n, k)
        All applications with ``state``.
    ranked : DataFrame
        The order (see :func:`rank`), as frozen if it was; who is not eligible any more is skipped.
    places : mapping of int to int
        Places by year; the ranking fills the years in order.
    decisions : DataFrame
        Sheet "Lēmumi": an override gives a place in a year before the ranking fills the rest.
    minimum : mapping of str to int, optional
        Least places by municipality; they go first, to the first of that municipality, and overrides count towards
        them. The year still follows the order among those with a place.

    Returns
    -------
    DataFrame, shape (n, k + 9)
        Everyone once: ranked ones in order, then late ones by arrival, then the others by code. Adds ``outcome``
        ("place", "lot" while a lot must decide, "waiting", "none"), ``place_year`` (Int64), ``waiting`` (position on
        the waiting list; late applications stand after it), ``rank_from``, ``rank_to``, ``rank``, ``tier``,
        ``minimum`` ("given" a place by a municipality's minimum, "taken" by it, "" untouched) and ``override`` (the
        person's reason, "" without).
    """
    ids, states = applications["application_id"].tolist(), applications["state"].tolist()
    town = dict(zip(reversed(ids), reversed(applications["municipality"].tolist()), strict=True))  # the first row's
    outcomes = find_overrides(decisions, applications, places)
    given = Counter(town[key] for key in outcomes)
    least = {name: count - given[name] for name, count in (minimum or {}).items()}
    slots = find_slots(places, [outcome.place_year for outcome in outcomes.values()])
    competing = {key for key, state in zip(ids, states, strict=True) if state == "eligible" and key not in outcomes}
    seats = _keep_minimum(_seat(ranked, competing), len(slots), town, least)
    sent = zip(applications["submitted_at"].tolist(), ids, states, strict=True)
    late = [key for _, key in sorted(pair for *pair, state in sent if state == "late") if key not in outcomes]
    outcomes |= {key: _decide(seat, slots) for key, seat in seats.items()} | dict.fromkeys(late, Outcome("waiting"))
    waits = [key for key in seats if outcomes[key].outcome == "waiting"] + late
    return _join(applications, ranked, outcomes, waits)


class Outcome(NamedTuple):
    """What an application gets, in which year, and what a municipality's minimum or a person did to it."""

    outcome: str = "none"
    place_year: int | None = None
    minimum: str = ""
    override: str = ""


def _join(
    applications: pd.DataFrame, ranked: pd.DataFrame, outcomes: Mapping[str, Outcome], waits: Sequence[str]
) -> pd.DataFrame:
    """Everyone with standing and outcome, in the order of the ranking, then of the waiting list, then by code."""
    ids = applications["application_id"].tolist()
    number = {key: place for place, key in enumerate(waits, start=1)}
    standing = ranked[STANDING].drop_duplicates("application_id").set_index("application_id").reindex(ids)
    rank, first = (standing[name].to_numpy(dtype="float64", na_value=np.inf) for name in ("rank", "rank_from"))
    waiting = np.array([number.get(key, np.inf) for key in ids])
    order = np.lexsort((np.array(ids, dtype="U"), waiting, first, rank))
    standing, ids = standing.iloc[order], [ids[row] for row in order]
    got = [outcomes.get(key, Outcome()) for key in ids]
    return (
        applications.iloc[order]
        .reset_index(drop=True)
        .assign(
            **{name: standing[name].array for name in STANDING[1:]},
            outcome=pd.array([one.outcome for one in got], dtype="str"),
            place_year=pd.array([one.place_year for one in got], dtype="Int64"),
            waiting=pd.array([number.get(key) for key in ids], dtype="Int64"),
            minimum=pd.array([one.minimum for one in got], dtype="str"),
            override=pd.array([one.override for one in got], dtype="str"),
        )
    )


class Seat(NamedTuple):
    """First and last position that an application can still have among those who compete."""

    first: int
    last: int
    minimum: str = ""


def _seat(ranked: pd.DataFrame, eligible: set[str]) -> dict[str, Seat]:
    """Positions of those who still compete, in order; who dropped out is skipped and nobody else moves."""
    standing = [
        (row.application_id, *((row.rank_from, row.rank_to) if row.rank is pd.NA else (row.rank, row.rank)))
        for row in rows_of(ranked[["application_id", "rank_from", "rank_to", "rank"]])
    ]
    gone = sorted(last for key, _, last in standing if key not in eligible)
    return {
        key: Seat(first - bisect_left(gone, first), last - bisect_left(gone, first))
        for key, first, last in standing
        if key in eligible
    }


def _decide(seat: Seat, slots: Mapping[int, int]) -> Outcome:
    """A place, "lot" while luck decides whether or when, or waiting."""
    year = slots.get(seat.first)
    if year is None:
        return Outcome("waiting", None, seat.minimum)
    certain = year == slots.get(seat.last)
    return Outcome("place" if certain else "lot", year if certain else None, seat.minimum)


def _keep_minimum(
    seats: dict[str, Seat], slots: int, town: Mapping[str, str], least: Mapping[str, int]
) -> dict[str, Seat]:
    """Move the first of each municipality with a minimum before the cut; before the lot, equals leave all open."""
    if not any(count > 0 for count in least.values()):
        return seats
    if any(seat.first != seat.last for seat in seats.values()):
        return dict.fromkeys(seats, Seat(1, max(len(seats), slots + 1)))
    order, left = sorted(seats, key=lambda key: seats[key].first), Counter(dict(least))
    wins: set[str] = set()
    for key in order:
        if left[town[key]] > 0 and len(wins) < slots:
            left[town[key]] -= 1
            wins.add(key)
    others = [key for key in order if key not in wins]
    wins.update(others[: slots - len(wins)])
    moved = sorted(order, key=lambda key: key not in wins)
    return {
        key: Seat(place, place, _tell_minimum(key in wins, seats[key].first, slots))
        for place, key in enumerate(moved, 1)
    }


def _tell_minimum(wins: bool, was: int, slots: int) -> str:
    """What a municipality's minimum did to an application that stood at ``was``: "given" a place, "taken" it, or ""."""
    if wins == (was <= slots):
        return ""
    return "given" if wins else "taken"


def find_overrides(
    decisions: pd.DataFrame, applications: pd.DataFrame, places: Mapping[int, int]
) -> dict[str, Outcome]:
    """Places a person gave against the order, by application.

    One for an unknown application or year, or beyond the places of its year, is left out (and is a problem, see
    :func:`eligibility.check_decisions`).
    """
    known, left = set(applications["application_id"]), {str(year): count for year, count in places.items()}
    given = {}
    for key, row in latest(decisions, "override").items():
        if key in known and left.get(row.value, 0) > 0:
            left[row.value] -= 1
            given[key] = Outcome("place", int(row.value), override=str(row.reason))
    return given


def find_slots(places: Mapping[int, int], given: Sequence[int | None]) -> dict[int, int]:
    """Year of each place that the ranking fills, after the places given out of turn."""
    left = [(year, count - given.count(year)) for year, count in sorted(places.items())]
    years = [year for year, count in left for _ in range(max(count, 0))]
    return dict(enumerate(years, start=1))


def find_blockers(
    decided: pd.DataFrame, discussions: pd.DataFrame, graded: pd.DataFrame, frozen: Frozen | None,
    decisions: pd.DataFrame, programme: Programme, problems: Iterable[Problem] = (),
) -> list[Problem]:  # fmt: skip
    """Everything that stands between a provisional and a final result.

    Parameters
    ----------
    decided : DataFrame
        See :func:`allocate`.
    discussions : DataFrame
        See :func:`scoring.find_discussions`.
    graded : DataFrame
        Eligible applications as the rule grades them today.
    frozen : Frozen or None
    decisions : DataFrame
    programme : Programme
    problems : iterable of Problem
        Found while reading; those in marks, decisions, corrections and codes block too.

    Returns
    -------
    list of Problem
        Empty when the result is final.
    """
    blockers = [problem for problem in problems if problem.severity == SETTLE and concerns_selection(problem)]
    blockers += [Problem("rule_undated")] if programme.rule.decided_on is None else []
    competing = decided[decided["state"].eq("eligible")]
    for code, rows in (
        ("novelty_unclear", competing[competing["novelty"].eq("unclear")]),
        ("mark_missing", competing[competing["clarity"].isna()]),
    ):
        blockers += [problem_at(code, row, details=row.community) for row in rows_of(rows)]
    for row in rows_of(competing.merge(discussions, on="application_id")):
        blockers.append(problem_at("mark_gap", row, "clarity", details=f"{ANCHORS[row.anchor]}: {row.given}"))
    unsettled = decided[decided["state"].eq("unsettled")]
    blockers += [problem_at("decision_needed", row, details=row.state_reason.rstrip(".")) for row in rows_of(unsettled)]
    blockers += _freeze_problems(graded, frozen, decisions)
    tied = decided.loc[decided["outcome"].eq("lot"), "application_id"]
    if len(tied) and programme.lottery.seed is None:
        blockers.append(Problem("seed_missing", details=", ".join(sorted(tied))))
    return blockers


SELECTION_SHEETS = ("Labojumi", "Lēmumi", "Pretrunas", MARKS_SHEET)


EXPLAINS = {
    "gone": ("ineligible", "duplicate_of"),
    "new": ("eligible", "override"),
    "changed": ("override", "other"),
}
"""Decisions that explain a difference from the frozen list; an older decision of another kind does not."""


def concerns_selection(problem: Problem) -> bool:
    """Whether a problem can change who gets a place."""
    return problem.sheet in SELECTION_SHEETS or problem.code == "application_id_twice"


def _freeze_problems(graded: pd.DataFrame, frozen: Frozen | None, decisions: pd.DataFrame) -> list[Problem]:
    if frozen is None:
        return [Problem("freeze_missing")]
    changes = compare_frozen(graded, frozen)
    told = {kind: set(latest(decisions, kind)) for kind in decisions["decision"].dropna().unique()}
    fitting = [EXPLAINS["gone" if not row.now else "new" if not row.frozen else "changed"] for row in rows_of(changes)]
    explained = [
        any(key in told.get(kind, ()) for kind in kinds)
        for key, kinds in zip(changes["application_id"], fitting, strict=True)
    ]
    unexplained = changes[~np.array(explained, dtype=bool)]
    return [
        Problem(
            "freeze_differs",
            application_id=row.application_id,
            details=f"{row.application_id}: {row.frozen or '–'} → {row.now or '–'}",
        )
        for row in rows_of(unexplained)
    ]


def show_rank(first: int, last: int) -> str:
    """Write a rank as "5." or, while a lot must decide, as "5.–7."."""
    return f"{first}." if first == last else f"{first}.–{last}."


PRIORITIES_MET = {0: "neviena no prioritātēm", 1: "viena no prioritātēm", 2: "abas prioritātes"}


def give_reasons(decided: pd.DataFrame, anchors: pd.DataFrame, programme: Programme, *, final: bool) -> pd.DataFrame:
    """One Latvian sentence after another on why each application has its outcome, from the stored decision.

    Parameters
    ----------
    decided : DataFrame, shape (n, k)
        See :func:`allocate`, with ``nearest`` (see :func:`nearest.tell_nearest`) if it is to be told.
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
