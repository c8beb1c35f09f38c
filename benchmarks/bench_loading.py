"""Loading, side by side with the bare readers, as ratios in one run: python benchmarks/bench_loading.py."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from generate import write_csv, write_xlsx

from mentoring_lib import workflow
from mentoring_lib.app.check import check_file
from mentoring_lib.base.programme import read_programme
from mentoring_lib.intake import applications

ROUNDS = 3
PROGRAMME = read_programme(workflow.EXAMPLE / "programme.toml")


def load(path: Path) -> object:
    """Everything but the search for duplicates."""
    return applications.read_applications([path], PROGRAMME)


def bare_csv(path: Path) -> object:
    """What a careful person would start from."""
    return pd.read_csv(path, dtype="str", keep_default_na=False)


def bare_calamine(path: Path) -> object:
    """The fastest reader pandas offers."""
    return pd.read_excel(path, engine="calamine", dtype="str", keep_default_na=False)


def bare_openpyxl(path: Path) -> object:
    """What most people use."""
    return pd.read_excel(path, engine="openpyxl")


def check(path: Path) -> object:
    """All problems and duplicates too, as plain data."""
    return check_file(path, workflow.EXAMPLE / "programme.toml")


def measure(path: Path, *candidates: Callable[[Path], object]) -> list[float]:
    """Median seconds of each candidate, interleaved."""
    times: list[list[float]] = [[] for _ in candidates]
    for _ in range(ROUNDS):
        for candidate, taken in zip(candidates, times, strict=True):
            start = time.perf_counter()
            candidate(path)
            taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]


def main() -> None:
    """Print a table of medians and ratios."""
    with tempfile.TemporaryDirectory() as folder:
        print("| file | rows | ours (s) | bare reader (s) | ratio |\n|---|---|---|---|---|")
        for kind, write, bare in (("csv", write_csv, bare_csv), ("xlsx", write_xlsx, bare_calamine)):
            for count in (1_000, 10_000, 100_000):
                path = write(Path(folder) / f"{count}.{kind}", count)
                ours, theirs = measure(path, load, bare)
                print(f"| {kind} | {count} | {ours:.2f} | {theirs:.2f} | {ours / theirs:.2f} |", flush=True)
        ours, checked, theirs = measure(path, load, check, bare_openpyxl)
        print(
            f"\nopenpyxl alone takes {theirs / ours:.1f} times as long as ours, {theirs / checked:.1f} times our check"
        )


if __name__ == "__main__":
    main()
