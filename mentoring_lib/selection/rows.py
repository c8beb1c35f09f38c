"""Typed rows of this room's own tables; a missing cell is None (see :func:`rows.rows_of`)."""

from dataclasses import dataclass
from fractions import Fraction

from mentoring_lib.base.rows import Entry


@dataclass(frozen=True)
class Proposed(Entry):
    """An application before places are given: who dropped out once settled, who waits in its rank (0) or after it."""

    application_id: str
    municipality: str | None
    state: str
    state_reason: str
    later: int | None
    dropped: bool


@dataclass(frozen=True)
class Decided(Proposed):
    """An application with its outcome (see :func:`allocation.allocate`)."""

    novelty: str
    clarity: Fraction | None
    rank_from: int | None
    rank_to: int | None
    rank: int | None
    points: Fraction | None
    outcome: str
    place_year: int | None
    waiting: int | None
    minimum: str
    override: str
    given_year: int | None
    competes: bool
