"""The other end of the harness: do one piece of work and write what it took; only the standard library is used."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

ENOUGH = 0.3  # seconds of the processor: quick work is repeated as long: with a limit set, the clock ticks coarsely
MOST_BYTES = 6_000_000_000  # more than a small laptop has: who needs more fails instead of stopping the machine
STATUS = Path("/proc/self/status")  # Linux; getrusage would count the parent's memory too


def serve(jobs):
    """Prepare the job named on the command line, time it, and write seconds, peak memory and result as JSON.

    Seconds are those of the processor: on a busy machine the others' work does not count.
    """
    limit(*map(int, sys.argv[3:]))
    work, result, runs = jobs[sys.argv[1]](json.loads(sys.argv[2])), None, 0
    start = time.process_time()
    while not runs or time.process_time() - start < ENOUGH:
        result, runs = work(), runs + 1
    seconds = (time.process_time() - start) / runs
    print(json.dumps({"seconds": seconds, "peak": peak(), "result": result}))


def limit(seconds=None):
    """Let the system refuse more than :data:`MOST_BYTES` and stop the work after so many seconds, where it can."""
    try:
        import resource  # noqa: PLC0415  Windows has none
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    if seconds:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


def peak():
    """Megabytes at peak, None where the system does not tell."""
    found = re.search(r"VmHWM:\s*(\d+) kB", STATUS.read_text("utf-8")) if STATUS.is_file() else None
    return int(found[1]) * 1024 / 1e6 if found else None
