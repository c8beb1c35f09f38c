"""How long the rule takes on many applications, against one plain sort of the same three keys.

From the project's root: ``python -m benchmarks.bench_rank [ROWS …]``. Read the figures as ratios: the machine may be
busy.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from time import perf_counter

import numpy as np
import pandas as pd

from mentoring_lib.allocation import grade, rank
from mentoring_lib.lottery import draw_tickets
from mentoring_lib.programme import Rule

ROWS = (10_000, 100_000, 1_000_000)


def make_scored(rows: int) -> pd.DataFrame:
    """Marked applications with tickets; invented, the same every time."""
    bits = np.random.PCG64(1).random_raw(rows)
    points = [Fraction(number, 2) for number in range(25)]
    clarity = np.array(points, dtype=object)[(bits % 25).astype("int64")]
    novelty = np.where(bits >> np.uint64(63), "new", "existing")
    ids = [f"K-{number:06X}" for number in range(rows)]
    table = pd.DataFrame({"application_id": pd.Series(ids, dtype="str"), "novelty": pd.Series(novelty, dtype="str")})
    return draw_tickets(table.assign(clarity=pd.Series(clarity, dtype="object")), seed="1" * 20, call="X")


def measure(rows: int) -> tuple[float, float]:
    """Seconds of the rule and of one ``sort_values`` on tier, place and ticket."""
    scored, rule = make_scored(rows), Rule()
    start = perf_counter()
    ranked = rank(grade(scored, rule))
    middle = perf_counter()
    shuffled = ranked.sort_values("application_id")
    before = perf_counter()
    shuffled.sort_values(["tier", "place", "ticket"], ascending=[False, True, True])
    return middle - start, perf_counter() - before


def main() -> None:
    """Print rows, seconds, the ratio to the plain sort, and the growth since the first size as an exponent of n."""
    sizes = [int(word) for word in sys.argv[1:]] or list(ROWS)
    first = None
    for rows in sizes:
        ours, plain = measure(rows)
        first = first or (rows, ours)
        growth = "" if rows == first[0] else f", n^{np.log(ours / first[1]) / np.log(rows / first[0]):.2f}"
        print(f"{rows:>9,} rows: rule {ours:.3f} s, sort {plain:.3f} s, ratio {ours / plain:.2f}{growth}")


if __name__ == "__main__":
    main()
