"""Measure the workbook beside what people would pick instead: python run.py bench [--quick].

Everything is told as ratios within one run: seconds differ between machines and between busy and quiet moments. The
whole measurement writes ``docs/benchmarks.md`` and its chart; ``--quick`` takes small sizes and only prints.
"""

from __future__ import annotations

import io
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from benchmarks.bench_run import measure_run
from benchmarks.generate import PLACES, make_instance, write_csv, write_xlsx
from benchmarks.harness import LONG, Job, Measured, growth, measure
from benchmarks.programmes import write_programme
from mentoring_lib.app.writing import replace_file
from mentoring_lib.render.charts import STYLE

ROOT = Path(__file__).resolve().parent.parent
PAGE, CHART = ROOT / "docs" / "benchmarks.md", ROOT / "docs" / "images" / "benchmarks.svg"
PEERS = {"peers": "requirements-bench.txt", "mentor-match": "requirements-bench-mentor.txt"}
PLACE = ROOT / ".venv-bench"
LIBRARIES = ("pandas", "numpy", "scipy", "python-calamine", "matplotlib", "nbclient")
RIVALS = ("openpyxl", "mentor-match", "matching", "sortition-algorithms")
LONGEST = 900  # seconds: set-up, and the largest whole run
NOT_GROWTH = 1_000  # rows: below, starting costs hide the growth


class Sizes(NamedTuple):
    """What is measured: rows of CSV and XLSX files, communities with mentors, applications of whole final runs."""

    csv: tuple[int, ...]
    xlsx: tuple[int, ...]
    matching: tuple[tuple[int, int], ...]
    runs: tuple[int, ...]
    rounds: int
    timeout: float
    started: bool  # whether set-up and JupyterLab are tried too


FULL = Sizes(
    (30, 1_000, 10_000, 100_000, 1_000_000),
    (30, 1_000, 10_000, 100_000),
    ((30, 2), (200, 20), (1_000, 100), (10_000, 500)),
    (28, 300, 3_000),
    3,
    180,
    True,
)
QUICK = Sizes((30, 1_000, 10_000), (30, 1_000, 10_000), ((30, 2), (200, 20)), (28, 112), 1, 60, False)
Found = dict[str, dict[Any, Measured]]
"""What was measured, by name and size."""


def ours(name: str, argument: Any) -> Job:
    """A job of the workbook."""
    return Job("jobs.py", name, argument)


def theirs(name: str, argument: Any, place: str = "peers") -> Job:
    """A job of a library that people would pick instead, in its own environment."""
    inside = "Scripts/python.exe" if os.name == "nt" else "bin/python"
    return Job("peers.py", name, argument, str(PLACE / place / inside))


def install_peers() -> None:
    """Make the environments of the others; where that fails, the tables say so."""
    for name, listed in PEERS.items():
        python = Path(theirs("", None, name).python)
        ready = PLACE / name / "ready.txt"
        wanted = (ROOT / listed).read_text("utf-8")
        if ready.is_file() and ready.read_text("utf-8") == wanted:
            continue
        words = [sys.executable, "-m", "venv", "--clear", str(PLACE / name)]
        more = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(ROOT / listed)]
        if not subprocess.call(words) and not subprocess.call(more):
            ready.write_text(wanted, "utf-8")


def measure_all(sizes: Sizes, folder: Path) -> Found:
    """Measure everything; candidates for the same work take turns."""
    found: Found = {}

    def note(size: Any, jobs: Mapping[str, Job]) -> None:
        for name, measured in measure(jobs, sizes.rounds, sizes.timeout).items():
            found.setdefault(name, {})[size] = measured
            print(f"{name}, {size}: {show_seconds(measured)}", file=sys.stderr, flush=True)

    for count in sizes.csv:
        path = str(write_csv(folder / f"{count}.csv", count))
        note(count, {"load_csv": ours("load", path), "read_csv": ours("read_csv", path)})
        note(count, {"rank": ours("rank", count)})
    for count in sizes.xlsx:
        path = str(write_xlsx(folder / f"{count}.xlsx", count))
        measured = {"load_xlsx": ours("load", path), "check": ours("check", path)}
        note(count, measured | {"read_xlsx": theirs("read_xlsx", path)})
        note(count, {"themes": ours("themes", path)})
    for communities, mentors in sizes.matching:
        path = folder / f"{communities}.json"
        path.write_text(json.dumps(make_instance(communities, mentors)), "utf-8")
        note(
            (communities, mentors),
            {
                "match": ours("match", str(path)),
                "mentor_match": theirs("mentor_match", str(path), "mentor-match"),
                "hospital_resident": theirs("hospital_resident", str(path)),
            },
        )
    for count in sizes.csv[:1]:  # of 1,000 maximin takes minutes
        towns = [name for _, name in zip(range(count), list(PLACES) * count, strict=False)]
        rivals = {f"sortition_{kind}": theirs("sortition", [towns, kind]) for kind in ("legacy", "maximin")}
        note(count, {"draw": ours("draw", [towns, 3]), **rivals})
    commands = {
        "check_command": (sys.executable, "-m", "mentoring_lib", "check", str(folder / "30.xlsx")),
        "check_folder": (sys.executable, "-m", "mentoring_lib", "check", str(ROOT / "data" / "example")),
        "import_pandas": (sys.executable, "-c", "import pandas"),
        "nbconvert": (sys.executable, "-m", "jupyter", "nbconvert", "--execute", "--to", "html", "--output-dir",
                      str(folder), *map(str, sorted((ROOT / "notebooks").glob("[1-9]*.ipynb")))),
    }  # fmt: skip
    note("process", {name: Job(words=words) for name, words in commands.items()})
    for name in ("lab", "set_up", "pip") if sizes.started else ():
        (empty := folder / name).mkdir()
        words = (sys.executable, "-m", "benchmarks.bench_start", name, str(empty))
        found |= {
            key: {"process": one} for key, one in measure({name: Job(words=words, by_clock=True)}, 1, 900).items()
        }
    for count in sizes.runs:
        programme = str(write_programme(folder / f"run{count}", count))
        words = (
            sys.executable,
            "-m",
            "mentoring_lib",
            "run",
            "--quiet",
            "--out",
            str(folder / f"out{count}"),
            programme,
        )
        found.setdefault("whole_run", {})[count] = measure({"run": Job(words=words)}, 1, LONGEST)["run"]
    for name, measured in measure_run(2 * sizes.rounds - 1).items():
        found[name] = {"example": measured}
    return found


def value(chosen: Sequence[int], told: Mapping[str, Any]) -> tuple[int, int]:
    """How many communities have a mentor, and the points all pairs earn together, less the mentors' load.

    Raises
    ------
    ValueError
        If a mentor has more than her places, or a pair is not allowed.
    """
    barred = {tuple(pair) for pair in told["conflicts"]}
    pairs = [(one, mentor) for one, mentor in enumerate(chosen) if mentor >= 0]
    shared = [len(set(told["wanted"][one]) & set(told["known"][mentor])) for one, mentor in pairs]
    load = np.bincount([mentor for _, mentor in pairs], minlength=len(told["known"]))
    if load.max() > told["room"] or not all(shared) or barred & set(pairs):
        raise ValueError("not a matching")
    return len(pairs), told["theme_points"] * sum(shared) - told["load_points"] * int((load * (load - 1) // 2).sum())


def show_seconds(measured: Measured | None) -> str:
    """Seconds in three digits, or why there are none."""
    if measured is None:
        return "–"
    seconds = measured.seconds
    return measured.note if seconds is None else f"{1000 * seconds:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def ratio(found: Found, over: str, under: str, size: Any) -> float | None:
    """Seconds of one by seconds of another; by the time it was given, if the one took longer."""
    one, other = (found.get(name, {}).get(size, Measured(None)) for name in (over, under))
    most = one.seconds or (one.result if isinstance(one.result, float) else None)
    return most / other.seconds if most and other.seconds else None


def count_served(found: Found, size: tuple[int, int]) -> int | None:
    """How many communities the workbook gave a mentor, as far as that was solved."""
    solved = found["match"].get(size)
    return value(solved.result, make_instance(*size))[0] if solved and solved.seconds else None


def exponent(found: Found, name: str, least: int = NOT_GROWTH) -> float | None:
    """Growth of a work with its rows, from this many on; None unless its largest size was measured too."""
    known = {size: one.seconds for size, one in found.get(name, {}).items() if size >= least}
    return growth(known) if all(known.values()) else None


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines) + "\n"


def list_targets(found: Found) -> list[tuple[str, str, float | None, bool]]:
    """Work, target, measured and whether it is met; None where it was not measured."""
    limits: list[tuple[str, str, float | None, float, bool]] = [
        ("processor time of a whole run, by that of its floor: five notebooks with one empty cell", "≤ 2",
         ratio(found, "run", "floor", "example"), 2, False),
        ("`check` of the example's folder, by `import pandas`", "≤ 4",
         ratio(found, "check_folder", "import_pandas", "process"), 4, False),
        ("XLSX, 100,000 rows to the clean table: times faster than `pandas.read_excel` with openpyxl alone", "≥ 4",
         ratio(found, "read_xlsx", "load_xlsx", 100_000), 4, True),
        ("CSV, 1,000,000 rows to the clean table, by `pandas.read_csv`", "≤ 4",
         ratio(found, "load_csv", "read_csv", 1_000_000), 4, False),
        ("matching 1,000 × 100: times faster than mentor-match", "≥ 100",
         ratio(found, "mentor_match", "match", (1_000, 100)), 100, True),
        ("matching 10,000 × 500: communities with a mentor at the optimum", "10000",
         count_served(found, (10_000, 500)), 10_000, True),
        ("a whole final run of 3,000 applications, by that of 28", "≤ 60", grow(found, "whole_run"), 60, False),
        ("growth exponent: a whole final run, from 28 to 3,000 applications", "≤ 1.2", exponent(found, "whole_run", 1),
         1.2, False),
        *((f"growth exponent: {work}", "≤ 1.1", exponent(found, name), 1.1, False) for name, work in GROWING.items()),
    ]  # fmt: skip
    return [
        (work, target, measured, measured is not None and (measured >= limit if least else measured <= limit))
        for work, target, measured, limit, least in limits
    ]


def grow(found: Found, name: str) -> float | None:
    """How many times longer the largest takes than the smallest."""
    known = [found[name][size].seconds for size in sorted(found[name])]
    return known[-1] / known[0] if known[0] and known[-1] else None


GROWING = {
    "load_csv": "a CSV to the clean table", "load_xlsx": "an XLSX to the clean table",
    "check": "the same with all problems and duplicates", "rank": "grading, tickets and ranking",
}  # fmt: skip
SIDES = (
    ("CSV to the clean table", "load_csv", "`pandas.read_csv`, bare", "read_csv"),
    ("XLSX to the clean table", "load_xlsx", "pandas + openpyxl, bare", "read_xlsx"),
    ("the same with all problems and duplicates", "check", "pandas + openpyxl, bare", "read_xlsx"),
    ("14 places by lot, least places by municipality", "draw", "sortition-algorithms, legacy", "sortition_legacy"),
    ("14 places by lot, least places by municipality", "draw", "sortition-algorithms, maximin", "sortition_maximin"),
)
WAITS = {
    "floor": "five notebooks with the one cell `pass`, by the same runner (processor)",
    "run": "a whole run of the example: notebooks, letters, report, workbooks (processor)",
    "nbconvert": "the same five notebooks by `jupyter nbconvert --execute`, no documents (processor)",
    "import_pandas": "`import pandas` (processor)",
    "check_command": "`check` of one file of 30 applications (processor)",
    "check_folder": "`check` of the example's folder (processor)",
    "lab": "`lab`: every notebook executed, JupyterLab started, the first page given out filled (clock)",
    "set_up": "set-up of a fresh copy, nothing downloaded before (clock)",
    "pip": "the same libraries by `venv` and `pip install`, nothing downloaded before (clock)",
}
"""What she waits for, and what stands beside it."""


def write_page(found: Found, sizes: Sizes) -> str:
    """The whole report in Markdown."""
    targets = [
        (work, target, *(("not measured", "–") if got is None else (f"{got:.3g}", "yes" if met else "**no**")))
        for work, target, got, met in list_targets(found)
    ]
    sides = [
        (work, f"{size:,}", show_seconds(one), rival, show_seconds(other := found[name].get(size)),
         "–" if not (one.seconds and other and other.seconds) else f"{other.seconds / one.seconds:.2g}",
         _show_peaks(one, other))
        for work, mine, rival, name in SIDES for size, one in found[mine].items()
    ]  # fmt: skip
    alone = [
        (work, f"{size:,}", show_seconds(one), _show_peaks(one))
        for name, work in {
            "rank": GROWING["rank"],
            "themes": "themes suggested",
            "whole_run": "a whole final run",
        }.items()
        for size, one in found[name].items()
    ]
    waits = [(work, show_seconds(*found[name].values())) for name, work in WAITS.items() if name in found]
    return "\n".join([
        "# Benchmarks\n",
        f"Made by `python run.py bench` on {date.today().isoformat()}; {describe_machine()}. Read ratios, not seconds: "
        "candidates for the same work took turns, each in a process of its own, and seconds are those of the processor "
        "(of all processes that a command starts) unless the clock is named; medians, number of rounds: "
        f"{sizes.rounds}, one for what takes longer than {LONG} s. "
        "Applications are invented (`benchmarks/generate.py`, seeded).\n",
        "![Seconds by number of applications, on logarithmic scales](images/benchmarks.svg)\n",
        "## Targets\n", "Where the other took longer than it was given, the ratio is the least it can be.\n",
        table(["work", "target", "measured", "met"], targets),
        "## What she waits for\n", table(["what", "takes"], waits),
        "## Side by side\n",
        "`times` is how many times longer the other takes; a bare read neither cleans nor explains anything.\n",
        table(["work", "rows", "workbook", "instead", "takes", "times", "peak MB"], sides),
        "## Which mentor for whom\n",
        "The same themes, conflicts and places. mentor-match is given a mentor copied for each place and our points, "
        "matching (hospital-resident) the points as preferences: it looks for a stable matching and knows no load. "
        "The share is that of the points at the optimum; `served` is how many communities have a mentor.\n",
        table(["communities × mentors", "who", "takes", "served", "share", "peak MB"], list_matchings(found)),
        "## Without a rival\n", table(["work", "rows", "takes", "peak MB"], alone),
    ])  # fmt: skip


def list_matchings(found: Found) -> list[tuple[str, ...]]:
    """Who solved which matching, how long it took, and how good it is."""
    rows = []
    for size, best in found["match"].items():
        told = make_instance(*size)
        optimum = value(best.result, told)[1]
        for name in ("match", "mentor_match", "hospital_resident"):
            one = found[name][size]
            served, points = value(one.result, told) if one.seconds else ("–", None)
            share = "–" if points is None else f"{points / optimum:.1%}"
            title = {"match": "workbook (exact)", "hospital_resident": "matching"}.get(name, "mentor-match")
            shown = f"{size[0]:,} × {size[1]:,}"
            rows.append((shown, title, show_seconds(one), str(served), share, _show_peaks(one)))
    return rows


def _show_peaks(*measured: Measured | None) -> str:
    return " / ".join(f"{one.peak:.0f}" if one and one.peak else "–" for one in measured)


def describe_machine() -> str:
    """Processor, system and versions."""
    listed = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", listed.read_text("utf-8")) if listed.is_file() else []
    rivals = "".join((ROOT / name).read_text("utf-8") for name in PEERS.values())
    told = [f"{name} {version(name)}" for name in LIBRARIES]
    told += [f"{name} {found[1]}" for name in RIVALS if (found := re.search(rf"^{name}==(\S+)", rivals, re.M))]
    cores = f"{os.cpu_count()} cores ({names[0] if names else platform.machine()})"
    return f"{cores}, {platform.system()}, Python {platform.python_version()}, {', '.join(told)}"


def draw_chart(found: Found) -> bytes:
    """Seconds by rows on logarithmic scales: the workbook in colour, what one would pick instead in grey."""
    lines = [("read_xlsx", "XLSX: pandas + openpyxl, bare", "#8C8C8C", "--"), ("check", "XLSX: check", "#D55E00", "-"),
             ("load_xlsx", "XLSX: clean table", "#E69F00", "-"), ("load_csv", "CSV: clean table", "#0072B2", "-"),
             ("read_csv", "CSV: pandas.read_csv, bare", "#8C8C8C", "-."), ("rank", "score and rank", "#009E73", "-"),
             ("whole_run", "a whole final run", "#333333", "-")]  # fmt: skip
    with mpl.rc_context(STYLE):
        ax = Figure(figsize=(7.2, 4.6)).add_subplot()
        for name, title, colour, style in lines:
            points = [(size, one.seconds) for size, one in found[name].items() if one.seconds]
            if points:
                ax.loglog(*zip(*points, strict=True), style, color=colour, marker="o", markersize=3, label=title)
        ax.xaxis.set_major_formatter("{x:,.0f}")
        ax.yaxis.set_major_formatter("{x:g}")
        ax.set_xlabel("applications")
        ax.set_ylabel("seconds")
        ax.set_title("Time by number of applications")
        ax.legend(frameon=False, fontsize=8)
        buffer = io.BytesIO()
        ax.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, facecolor="white")
    return buffer.getvalue()


def main() -> None:
    """Measure, print the page, and keep it unless asked to be quick."""
    quick = "--quick" in sys.argv[1:]
    sizes = QUICK if quick else FULL
    install_peers()
    with tempfile.TemporaryDirectory() as folder:
        found = measure_all(sizes, Path(folder))
    page = write_page(found, sizes)
    print(page)
    if not quick:
        replace_file(PAGE, page.encode("utf-8"))
        replace_file(CHART, draw_chart(found))


if __name__ == "__main__":
    main()
