"""The whole run of the example against its floor, in turns: python -m benchmarks.bench_run [ROUNDS].

The floor is five notebooks with the one cell ``pass``, executed by the same runner in the same environment.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import nbformat

from benchmarks.harness import Job, Measured, measure

ROOT = Path(__file__).resolve().parent.parent
ROUNDS, TIMEOUT = 5, 300.0
EMPTY = """
import os, sys
from pathlib import Path
from mentoring_lib.app import notebook_process
with notebook_process.start_notebooks(sorted(Path(sys.argv[1]).glob("*.ipynb")), dict(os.environ)) as make_pages:
    list(make_pages("pass"))
"""


def write_floor(folder: Path) -> None:
    """Write five notebooks with the one cell ``pass``."""
    for number in range(1, 6):
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("pass")])
        nbformat.write(book, folder / f"{number}.ipynb")


def measure_run(rounds: int) -> dict[str, Measured]:
    """Median seconds of the floor and of the run, each started anew as the launcher does."""
    os.environ.update(PYTHONPATH=str(ROOT), PYTHONUTF8="1")
    with tempfile.TemporaryDirectory() as empty, tempfile.TemporaryDirectory() as out:
        write_floor(Path(empty))
        words = (sys.executable, "-m", "mentoring_lib", "run", "--out", out)
        return measure(
            {"floor": Job(words=(sys.executable, "-c", EMPTY, empty)), "run": Job(words=words)}, rounds, TIMEOUT
        )


def main() -> None:
    """Print both and their ratio."""
    found = measure_run(int(sys.argv[1]) if sys.argv[1:] else ROUNDS)
    floor, run = (found[name].seconds or 0 for name in ("floor", "run"))
    print(f"floor {floor:.1f} s, run {run:.1f} s, ratio {run / floor:.2f}")


if __name__ == "__main__":
    main()
