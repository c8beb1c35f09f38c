"""The memory of a programme on the disk: read and compared at every run, written when the run has ended well.

It lies in the programme's folder and goes with its other personal data (see :mod:`erasing`). What it holds and how it
compares: :mod:`intake.memory`. The example has none, so that everybody's example is the same.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from mentoring_lib.app import writing
from mentoring_lib.base.problems import Problem, describe_all
from mentoring_lib.intake.memory import MEMORY, Gone, Memory, compare, remember
from mentoring_lib.workflow import Inputs

FOLDER, FILE, KEY = ".vesture", "atmina.json", "atslega"


class Recalled(NamedTuple):
    """What is there now, what was before (None at first), and how they differ: told once, asked until answered.

    Without a key nothing is remembered.
    """

    key: str = ""
    now: Memory = Memory("", {})
    before: Memory | None = None
    changes: Sequence[Problem] = ()
    gone: Sequence[Gone] = ()


def recall(folder: Path, inputs: Inputs) -> tuple[Inputs, Recalled]:
    """Compare a programme's files with what they held at the last run: what is gone is among their questions.

    Writes nothing.
    """
    path = folder / FOLDER / KEY
    key = inputs.programme.call.salt or (path.read_text("utf-8") if path.is_file() else secrets.token_hex(32))
    codes = inputs.applications["application_id"]
    now = remember(folder, codes, inputs.programme.form.headers, key.encode("utf-8"))
    memory = folder / FOLDER / FILE
    if not memory.is_file():
        return inputs, Recalled(key, now)
    try:
        before = MEMORY.validate_json(memory.read_bytes())
    except ValueError:
        before = None
    if before is None or before.key != now.key:
        return inputs, Recalled(key, now, None, [Problem("memory_lost", file=FOLDER)])
    changes, gone = compare(before, now)
    asked = (*inputs.problems, *(one.problem() for one in gone))
    return replace(inputs, problems=asked), Recalled(key, now, before, changes, gone)


def update(recalled: Recalled, day: date) -> Memory:
    """What to remember: what is there now, what is still asked about, and the latest change with its day."""
    before = recalled.before or Memory("", {})
    lines = describe_all([*recalled.changes, *(one.problem() for one in recalled.gone if one not in before.gone)])
    latest = (day.isoformat(), tuple(lines)) if lines else (before.day, before.latest)
    return replace(recalled.now, gone=tuple(recalled.gone), day=latest[0], latest=latest[1])


def answer(recalled: Recalled) -> Memory:
    """What to remember if what is gone was meant to go: it is asked about no more."""
    before = recalled.before or recalled.now
    return replace(recalled.now, day=before.day, latest=before.latest)


def write(folder: Path, recalled: Recalled, memory: Memory) -> None:
    """Write down what to remember, if it is anything new."""
    if recalled.key and not (folder / FOLDER / KEY).is_file():
        writing.replace_file(folder / FOLDER / KEY, recalled.key.encode("utf-8"))
    if recalled.key and memory != recalled.before:
        writing.replace_file(folder / FOLDER / FILE, MEMORY.dump_json(memory))
