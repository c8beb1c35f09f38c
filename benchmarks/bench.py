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
NOT_GROWTH = 1_000  # rows: below, starting costs hide the growth


class Sizes(NamedTuple):
    """What is measured: rows of CSV and XLSX files, communities with mentors, applications of whole final runs."""

    csv: tuple[int, ...]
    xlsx: tuple[int, ...]
    matching: tuple[tuple[int, int], ...]
    runs: tuple[int, ...]
    rounds: int
    timeout: float


FULL = Sizes(
    (30, 1_000, 10_000, 100_000, 1_000_000),
    (30, 1_000, 10_000, 100_000),
    ((30, 2), (200, 20), (1_000, 100), (10_000, 500)),
    (28, 300, 3_000),
    3,
    60,
)
QUICK = Sizes((30, 1_000, 10_000), (30, 1_000, 10_000), ((30, 2), (200, 20)), (28, 112), 1, 60)
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
        note(count, {name: ours(name, count) for name in ("rank", "sort", "tickets", "hashes")})
    for count in sizes.xlsx:
        path = str(write_xlsx(folder / f"{count}.xlsx", count))
        measured = {"load_xlsx": ours("load", path), "check": ours("check", path)}
        note(count, measured | {"read_xlsx": theirs("read_xlsx", path)})
        note(count, {name: ours(name, path) for name in ("duplicates", "all_pairs")})
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
    small = str(folder / "30.xlsx")
    note(30, {name: ours(name, small) for name in ("small_load", "small_score", "small_allocate")})
    checking = (sys.executable, "-m", "mentoring_lib", "check", small)
    bare = (sys.executable, "-c", "import pandas")
    whole = (*checking[:-1], str(ROOT / "data" / "example"))
    commands = {"check_command": checking, "check_folder": whole, "import_pandas": bare}
    note("process", {name: Job(words=words) for name, words in commands.items()})
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
        note(count, {"whole_run": Job(words=words)})
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


def share_found(found: Found) -> float | None:
    """Share of the pairs of the largest table compared in full that :func:`duplicates.find_duplicates` finds."""
    every = {size: one.result for size, one in found["all_pairs"].items() if one.seconds}
    if not every:
        return None
    size = max(every)
    pairs = {tuple(pair) for pair in every[size]}
    return len(pairs & {tuple(pair) for pair in found["duplicates"][size].result}) / len(pairs)


def exponent(found: Found, name: str, least: int = NOT_GROWTH) -> float | None:
    """Growth of a work with its rows, from this many on."""
    return growth({size: one.seconds for size, one in found.get(name, {}).items() if size >= least})


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines) + "\n"


def list_targets(found: Found) -> list[tuple[str, str, float | None, bool]]:
    """Work, target, measured and whether it is met; None where it was not measured."""
    small = [found[name][30].seconds for name in ("small_load", "small_score", "small_allocate")]
    limits: list[tuple[str, str, float | None, float, bool]] = [
        ("XLSX, 100,000 rows to the clean table: times faster than `pandas.read_excel` with openpyxl alone",
         "≥ 4", ratio(found, "read_xlsx", "load_xlsx", 100_000), 4, True),
        ("the same with all problems and duplicates (`check`): times faster than that bare read",
         "≥ 1.6", ratio(found, "read_xlsx", "check", 100_000), 1.6, True),
        ("CSV, 1,000,000 rows to the clean table, by the time of `pandas.read_csv`",
         "≤ 4", ratio(found, "load_csv", "read_csv", 1_000_000), 4, False),
        ("duplicates among 100,000: times less processor time than comparing all pairs, as arrays",
         "≥ 20", ratio(found, "all_pairs", "duplicates", 100_000), 20, True),
        ("of the pairs found so, the share that the workbook finds", "≥ 0.998", share_found(found), 0.998, True),
        ("score and rank of 1,000,000, by the time of one pandas sort on the same keys",
         "≤ 3", ratio(found, "rank", "sort", 1_000_000), 3, False),
        ("tickets of 1,000,000, by the time of hashing them in a bare loop",
         "≤ 1.5", ratio(found, "tickets", "hashes", 1_000_000), 1.5, False),
        ("matching 1,000 × 100: times faster than mentor-match",
         "≥ 100", ratio(found, "mentor_match", "match", (1_000, 100)), 100, True),
        ("matching 10,000 × 500: communities with a mentor at the optimum", "10000",
         count_served(found, (10_000, 500)), 10_000, True),
        ("`check` of one 30-row file, by the time of `import pandas`",
         "≤ 2", ratio(found, "check_command", "import_pandas", "process"), 2, False),
        ("load, clean, score, allocate 30 applications in a warm process, milliseconds",
         "< 25", 1000 * sum(one or np.nan for one in small), 25, False),
        ("repeated run, by its floor: five notebooks with one empty cell", "≤ 2",
         ratio(found, "run", "floor", "example"), 2, False),
        ("a whole final run of 3,000 applications, by that of 28", "≤ 60", grow(found, "whole_run"), 60, False),
        ("`check` of the example's folder, by the time of `import pandas`", "≤ 4",
         ratio(found, "check_folder", "import_pandas", "process"), 4, False),
        ("growth exponent: a whole final run, from 28 to 3,000 applications", "≤ 1.2", exponent(found, "whole_run", 1),
         1.2, False),
        *((f"growth exponent: {name}", f"≤ {most}", exponent(found, name), most, False) for name, most in GROWING),
    ]  # fmt: skip
    return [
        (work, target, measured, measured is not None and (measured >= limit if least else measured <= limit))
        for work, target, measured, limit, least in limits
    ]


def grow(found: Found, name: str) -> float | None:
    """How many times longer the largest takes than the smallest."""
    known = [found[name][size].seconds for size in sorted(found[name])]
    return known[-1] / known[0] if known[0] and known[-1] else None


GROWING = (("load_csv", 1.1), ("load_xlsx", 1.1), ("check", 1.1), ("duplicates", 1.2), ("rank", 1.1), ("tickets", 1.1))
SIDES = (
    ("CSV to the clean table", "load_csv", "`pandas.read_csv`, bare", "read_csv"),
    ("XLSX to the clean table", "load_xlsx", "pandas + openpyxl, bare", "read_xlsx"),
    ("the same with all problems and duplicates", "check", "pandas + openpyxl, bare", "read_xlsx"),
    ("duplicates", "duplicates", "all pairs, as arrays", "all_pairs"),
    ("score and rank", "rank", "one pandas sort", "sort"),
    ("tickets", "tickets", "hashing in a bare loop", "hashes"),
    ("14 places by lot, least places by municipality", "draw", "sortition-algorithms, legacy", "sortition_legacy"),
    ("14 places by lot, least places by municipality", "draw", "sortition-algorithms, maximin", "sortition_maximin"),
)


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
    alone = [("themes", f"{size:,}", show_seconds(one), _show_peaks(one)) for size, one in found["themes"].items()]
    alone += [("a whole final run", f"{size:,}", show_seconds(one), "–") for size, one in found["whole_run"].items()]
    run = [(name, show_seconds(found[name]["example"])) for name in ("floor", "run")]
    return "\n".join([
        "# Benchmarks\n",
        f"Made by `python run.py bench` on {date.today().isoformat()}; {describe_machine()}. Read ratios, not seconds: "
        "candidates for the same work took turns, each in a process of its own, and seconds are those of the processor "
        "(of all processes that a command starts); medians, number of rounds: "
        f"{sizes.rounds}, one for what takes longer than {LONG} s. "
        "Applications are invented (`benchmarks/generate.py`, seeded).\n",
        "![Seconds by number of applications, on logarithmic scales](images/benchmarks.svg)\n",
        "## Targets\n", "Where the other took longer than it was given, the ratio is the least it can be.\n",
        table(["work", "target", "measured", "met"], targets),
        "## Side by side\n",
        "`times` is how many times longer the other takes; a bare read neither cleans nor explains anything.\n",
        table(["work", "rows", "workbook", "instead", "takes", "times", "peak MB"], sides),
        "## Which mentor for whom\n",
        "The same themes, conflicts and places. mentor-match is given a mentor copied for each place and our points, "
        "matching (hospital-resident) the points as preferences: it looks for a stable matching and knows no load. "
        "The share is that of the points at the optimum; `served` is how many communities have a mentor.\n",
        table(["communities × mentors", "who", "takes", "served", "share", "peak MB"], list_matchings(found)),
        "## Without a rival\n", table(["work", "rows", "takes", "peak MB"], alone),
        "## The run of the example\n",
        "The floor is five notebooks with the one cell `pass`, executed by the same runner.\n",
        table(["piece", "takes"], run),
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
             ("sort", "one pandas sort", "#8C8C8C", ":")]  # fmt: skip
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
