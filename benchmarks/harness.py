"""Measure pieces of work side by side: each in a process of its own, in turns, so that a busy moment hits all alike."""

from __future__ import annotations

import json
import math
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).resolve().parent
PATIENCE = 5  # times the seconds of the processor that work may take, by the clock: the machine may be busy
LATE = "took longer than {} s"
UNCOMPILED = "PYTHONDONTWRITEBYTECODE"  # where it is set, a fresh copy would compile its libraries in every process
LONG = 20  # seconds of the processor: what takes longer is measured once, since little disturbs it


class Job(NamedTuple):
    """A piece of work: a script of this folder (see :func:`serve`), or a whole command if ``words`` are given.

    ``by_clock``: its seconds are those of the clock, for what waits for the network or for a server.
    """

    script: str = ""
    name: str = ""
    argument: Any = None
    python: str = sys.executable
    words: tuple[str, ...] = ()
    by_clock: bool = False


class Measured(NamedTuple):
    """Median seconds and megabytes at peak (None where not known), the result of the last run, or what went wrong.

    ``result`` of what took too long is the seconds it was given.
    """

    seconds: float | None
    peak: float | None = None
    result: Any = None
    note: str = ""


def measure(jobs: Mapping[str, Job], rounds: int, timeout: float) -> dict[str, Measured]:
    """Run all jobs in turns; one that fails or takes long is not tried again."""
    found: dict[str, list[Measured]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            if not any(one.note or (one.seconds or 0) > LONG for one in found[name]):
                found[name].append(_run(job, timeout))
    return {name: _summarise(every) for name, every in found.items()}


def _run(job: Job, timeout: float) -> Measured:
    asked = json.dumps(job.argument)
    words = job.words or (job.python, str(FOLDER / job.script), job.name, asked, str(math.ceil(timeout)))
    late = Measured(None, result=float(timeout), note=LATE.format(round(timeout)))
    environment = {name: value for name, value in os.environ.items() if name != UNCOMPILED}
    start, before = time.perf_counter(), _count_children()
    try:
        done = subprocess.run(
            words, capture_output=True, timeout=PATIENCE * timeout, cwd=FOLDER.parent, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        return late
    except OSError as error:
        return Measured(None, note=f"not installed: {error.strerror}")
    used, passed = _count_children() - before, time.perf_counter() - start
    taken = passed if job.by_clock or not used else used  # Windows tells none of children
    if hasattr(signal, "SIGXCPU") and done.returncode == -signal.SIGXCPU:
        return late
    if done.returncode > bool(job.words):  # a command says with 1 that something waits for a person
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return Measured(None, note=lines[-1][:120] if lines else "was killed")
    if job.words:
        return Measured(taken)
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def _count_children() -> float:
    """Seconds of the processor that all ended child processes have taken, with theirs: a busy machine adds little."""
    told = os.times()
    return told.children_user + told.children_system


def _summarise(every: Sequence[Measured]) -> Measured:
    failed = [one for one in every if one.note]
    if failed:
        return failed[0]
    last = every[-1]
    peaks = [one.peak for one in every if one.peak]
    return Measured(statistics.median(one.seconds or 0 for one in every), max(peaks, default=None), last.result)


def growth(points: Mapping[int, float | None]) -> float | None:
    """Exponent e of n^e that fits seconds by size, on logarithms; None with fewer than two sizes."""
    known = [(math.log(size), math.log(seconds)) for size, seconds in points.items() if seconds]
    if len(known) < 2:
        return None
    return statistics.linear_regression(*zip(*known, strict=True)).slope
