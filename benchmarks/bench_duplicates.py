"""Duplicates found through what applications share, against comparing all pairs: python benchmarks/bench_duplicates.py.

Both are given the same invented applications, a hundredth of which were sent twice, and the same evidence (e-mail,
telephone, or name and place, folded). All pairs are compared as arrays of numbers, a row at a time, which is far
faster than comparing texts in a loop. Likeness of names is no evidence: similar names in different places stay apart.
Processor time, one run.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from generate import write_csv

from mentoring_lib import checking, workflow
from mentoring_lib.eligibility import LEGAL_FORMS, PHONE_DIGITS, find_duplicates
from mentoring_lib.programme import read_programme
from mentoring_lib.texts import fold

PROGRAMME = read_programme(workflow.EXAMPLE / "programme.toml")
COUNTS = (1_000, 10_000, 100_000)
SHARED = ("email", "phone", "community")


def send_twice(applications: pd.DataFrame) -> pd.DataFrame:
    """Every hundredth application shares its e-mail, its telephone or its name with the one half the list away."""
    table, half = applications.copy(), len(applications) // 2
    for turn, column in enumerate(SHARED):
        rows = np.arange(turn * 100, half, 300)
        source = table.loc[rows]
        table.loc[rows + half, column] = source[column].str.upper().to_numpy()
        if column == "community":
            table.loc[rows + half, ["municipality", "place"]] = source[["municipality", "place"]].to_numpy()
    return table


def compare_all(applications: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Every pair that shares something, each row compared with all that follow (as arrays, to be fair)."""
    told = applications.fillna("")
    phones = ["".join(filter(str.isdigit, text))[-PHONE_DIGITS:] for text in told["phone"]]
    names = [" ".join(word for word in fold(text).split() if word not in LEGAL_FORMS) for text in told["community"]]
    keys = [
        [text.strip().casefold() for text in told["email"]],
        [text if len(text) == PHONE_DIGITS else "" for text in phones],
        [f"{name}|{fold(place)}" if name else "" for name, place in zip(names, told["place"], strict=True)],
    ]
    codes = [pd.factorize(pd.Series(key).replace("", None))[0] for key in keys]
    ids = told["application_id"].to_numpy(dtype=object)
    for row in range(len(ids) - 1):
        same = np.zeros(len(ids) - row - 1, dtype=bool)
        for code in codes:
            same |= (code[row + 1 :] == code[row]) & (code[row] >= 0)
        for other in np.flatnonzero(same):
            yield ids[row], ids[row + 1 + other]


def main() -> None:
    """Print a table of times, their ratio and the share of pairs found."""
    nobody = checking.no_decisions(PROGRAMME)
    print("| applications | ours (s) | all pairs (s) | ratio | pairs found |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for count in COUNTS:
            path = write_csv(Path(folder) / "pieteikumi.csv", count)
            table, _ = workflow.read_applications([path], PROGRAMME)
            table = send_twice(table.drop_duplicates("application_id", ignore_index=True))
            start = time.process_time()
            found = find_duplicates(table, nobody)
            middle = time.process_time()
            every = {frozenset(pair) for pair in compare_all(table)}
            ours, theirs = middle - start, time.process_time() - middle
            pairs = set(map(frozenset, found[["application_id", "other_id"]].to_numpy()))
            share = len(pairs & every) / len(every)
            times = f"{ours:.2f} | {theirs:.2f} | {theirs / ours:.0f}"
            print(f"| {count} | {times} | {share:.2%} of {len(every)} |", flush=True)


if __name__ == "__main__":
    main()
