"""The rule run many times at once: who would have a place if something were different.

Everyone who competes becomes a row of whole numbers, so that thousands of variants are one sort. The order itself is
:func:`allocation.take_turns`, the same as in the real ranking.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from mentoring_lib.base.programme import Programme, Rule
from mentoring_lib.selection.allocation import (
    UNMARKED,
    Ints,
    allocate,
    find_slots,
    grade,
    order_tickets,
    rank,
    take_turns,
)

Flags = npt.NDArray[np.bool_]


class Field(NamedTuple):
    """Who competes, in the order of the ranking, as arrays of length n.

    ``clarity`` is in points times ``scale``, whole numbers, so that equal stays equal; ``luck`` is the position by
    ticket; ``stays`` is False for who has dropped out or has a place out of turn; ``slots`` is how many places the
    ranking fills; ``town`` and ``least`` keep minimum places by municipality.
    """

    ids: list[str]
    new: Flags
    clarity: Ints
    scale: int
    luck: Ints
    stays: Flags
    slots: int
    town: Ints
    least: tuple[int, ...]


class Variant(NamedTuple):
    """What a run assumes; arrays of shape (runs, n) or anything that broadcasts to it.

    ``clear_from`` and ``weight`` are in points times the field's scale.
    """

    new: Flags
    clarity: Ints
    luck: Ints
    reading: str
    clear_from: Ints
    weight: Ints


def make_field(decided: pd.DataFrame, programme: Programme) -> Field:
    """Turn the ranked applications into arrays.

    Parameters
    ----------
    decided : DataFrame
        See :func:`allocation.allocate`; rows with a rank, in the order of the ranking.
    programme : Programme
        Places by year, minimum places, number of markers.
    """
    table = decided[decided["rank_from"].notna()].reset_index(drop=True)
    clarity = [UNMARKED if value is None else Fraction(value) for value in table["clarity"]]
    scale = 2 * math.lcm(*(value.denominator for value in clarity), *range(1, len(programme.markers) + 1))
    lifted = decided[decided["override"].ne("")]
    by_town = lifted["municipality"].value_counts()
    least = {town: count - int(by_town.get(town, 0)) for town, count in programme.minimum_places.items()}
    town = table["municipality"].map({name: number for number, name in enumerate(least)}).fillna(-1)
    return Field(
        ids=table["application_id"].tolist(),
        new=table["novelty"].eq("new").to_numpy(dtype=bool),
        clarity=np.array([int(value * scale) for value in clarity], dtype=np.int64),
        scale=scale,
        luck=order_tickets(table),
        stays=(table["state"].eq("eligible") & table["override"].eq("")).to_numpy(dtype=bool),
        slots=len(find_slots(programme.places, lifted["place_year"].dropna().astype("int64").tolist())),
        town=np.array(town, dtype=np.int64),
        least=tuple(least.values()),
    )


def assume(field: Field, rule: Rule, **changes: object) -> Variant:
    """The rule as it is, with what is changed; thresholds and weights in points times the field's scale."""
    usual = {
        "new": field.new,
        "clarity": field.clarity,
        "luck": field.luck,
        "reading": rule.reading,
        "clear_from": np.array([[rule.clear_from * field.scale]]),
        "weight": np.array([[rule.weight_of_new * field.scale]]),
    }
    return Variant(**(usual | changes))  # type: ignore[arg-type]


def seat_all(field: Field, variant: Variant) -> Flags:
    """Who has a place in each run.

    Returns
    -------
    ndarray of bool, shape (runs, n)
        In the order of ``field.ids``.
    """
    shape = np.broadcast_shapes((1, len(field.ids)), *(np.shape(part) for part in variant if not isinstance(part, str)))
    new, clarity, luck = (
        np.broadcast_to(part, shape).astype(np.int64) for part in (variant.new, variant.clarity, variant.luck)
    )
    tier, group, points = _grade(new, clarity, variant)
    _, order = take_turns(tier, group, points, luck)
    placed = np.zeros(shape, dtype=bool)
    np.put_along_axis(placed, order, _fill(field, order), axis=-1)
    return placed


def _grade(new: Ints, clarity: Ints, variant: Variant) -> tuple[Ints, Ints, Ints]:
    clear = (clarity >= variant.clear_from).astype(np.int64)
    tier = {
        "taking_turns": new + clear,
        "new_first": 2 * new + clear,
        "clear_first": 2 * clear + new,
        "points": np.zeros_like(new),
    }[variant.reading]
    group = np.where((tier == 1) & (variant.reading == "taking_turns"), new, 0)
    extra = variant.weight * new if variant.reading == "points" else np.zeros_like(new)
    return tier, group, np.where(clarity < 0, clarity, clarity + extra)


def _fill(field: Field, order: Ints) -> Flags:
    """Who gets a slot, position by position: minimum places first, then the order."""
    stays, town = field.stays[order], field.town[order]
    kept = np.zeros(order.shape, dtype=bool)
    for number, count in enumerate(field.least):
        own = stays & (town == number)
        kept |= own & (np.cumsum(own, axis=-1) <= count)
    kept &= np.cumsum(kept, axis=-1) <= field.slots
    rest = stays & ~kept
    left = field.slots - kept.sum(axis=-1, keepdims=True)
    filled: Flags = kept | (rest & (np.cumsum(rest, axis=-1) <= left))
    return filled


RULED = ["outcome", "place_year", "waiting", "minimum", "override", "rank_from", "rank_to", "rank", "tier", "group",
         "points", "ticket"]  # fmt: skip
"""What the rule adds to an application (see :func:`allocation.allocate`)."""


def decide_again(decided: pd.DataFrame, decisions: pd.DataFrame, programme: Programme, rule: Rule) -> pd.DataFrame:
    """The outcome of those who were ranked if the rule were another: the real rule, run once more.

    Parameters
    ----------
    decided : DataFrame
        See :func:`allocation.allocate`.
    decisions : DataFrame
        Sheet "Lēmumi" (places out of turn).
    programme : Programme
    rule : Rule
    """
    ranked_before = decided[decided["rank_from"].notna()]
    plain = ranked_before.drop(columns=RULED)
    ranked = rank(grade(plain.assign(ticket=ranked_before["ticket"]), rule))
    return allocate(plain, ranked, programme.places, decisions, programme.minimum_places)
