"""The other end of the harness: do one piece of work and write what it took; only the standard library is used."""

from __future__ import annotations

import json
import statistics
import sys
import time

ENOUGH = 0.3  # seconds: quick work is repeated as long, and its median counts


def serve(jobs):
    """Prepare the job named on the command line, time it, and write seconds, peak memory and result as JSON."""
    work, result, taken = jobs[sys.argv[1]](json.loads(sys.argv[2])), None, []
    while not taken or sum(taken) < ENOUGH:
        start = time.perf_counter()
        result = work()
        taken.append(time.perf_counter() - start)
    print(json.dumps({"seconds": statistics.median(taken), "peak": peak(), "result": result}))


def peak():
    """Megabytes at peak, None on Windows."""
    try:
        import resource  # noqa: PLC0415  Windows has none
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
