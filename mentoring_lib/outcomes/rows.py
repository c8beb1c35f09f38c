"""Rows of this room: who was asked what and when, how a task stands."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Asked:
    """One community and round: ``status`` is "answered", "missing" (time is over), "waiting" or "early"."""

    application_id: str
    round: str
    asked_on: pd.Timestamp
    answer_by: pd.Timestamp
    status: str


@dataclass(frozen=True)
class TaskState:
    """How a to-do item stands: ``state`` is "done", "open" or "overdue"; ``done_on`` is missing until it is done."""

    application_id: str
    task: str | None
    state: str
    done_on: pd.Timestamp | None
    outcome: str | None
    publish: str | None
    file: str
    sheet: str
    row: int
