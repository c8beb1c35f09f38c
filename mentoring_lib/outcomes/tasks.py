"""How to-do items stand on a day: done, not due yet, or overdue; which communities started and which finished."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pandas as pd

from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.rows import Task
from mentoring_lib.outcomes.follow_up import ROUNDS
from mentoring_lib.outcomes.rows import TaskState

AFTER = timedelta(days=ROUNDS["after_90_days"])
COLUMNS = list(TaskState.__dataclass_fields__)
STATES = ("done", "open", "overdue")
ITEM = ["application_id", "on", "file", "sheet", "row"]


def follow_tasks(tasks: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Each to-do item with its state (see :class:`rows.TaskState`), in the order of the sheet."""
    day = pd.Timestamp(as_of)
    rows = []
    for task in rows_of(tasks[tasks["application_id"].notna()].sort_values(["file", "row"], kind="stable"), Task):
        done = task.done_on if task.done_on is not None and task.done_on <= day else None
        late = done is None and task.until is not None and task.until < day
        state = "done" if done is not None else "overdue" if late else "open"
        outcome = task.outcome if done is not None else None
        rows.append(TaskState(str(task.application_id), task.task, state, done, outcome, task.publish,
                              task.file, task.sheet, task.row))  # fmt: skip
    table = pd.DataFrame(map(vars, rows), columns=COLUMNS)
    return table.astype({"application_id": "str", "state": "str", "done_on": "datetime64[us]"})


def list_started(states: pd.DataFrame) -> pd.DataFrame:
    """The first done item of each community: :data:`ITEM`."""
    done = states[states["state"].eq("done")].sort_values("done_on", kind="stable").rename(columns={"done_on": "on"})
    return done.drop_duplicates("application_id")[ITEM]


def list_finished(states: pd.DataFrame) -> pd.DataFrame:
    """The last done item of each community that has no other left."""
    left = set(states.loc[states["state"].ne("done"), "application_id"])
    done = states[~states["application_id"].isin(left)].sort_values("done_on", kind="stable")
    last = done.drop_duplicates("application_id", keep="last").rename(columns={"done_on": "on"})
    return last[ITEM]


def list_done_after_90(states: pd.DataFrame, served: Mapping[str, date]) -> pd.DataFrame:
    """Items done within 90 days of their hour; ``on`` is the day when these are over, so that hours compare."""
    done = states[states["state"].eq("done") & states["application_id"].isin(served)]
    ends = pd.to_datetime(done["application_id"].map(served)) + AFTER
    return done.assign(on=ends)[done["done_on"].le(ends)][ITEM]
