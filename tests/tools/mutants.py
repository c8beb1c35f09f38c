"""Break the library in one place at a time and see whether a test notices.

    python run.py mutants                     a sample of every module
    python run.py mutants selection letters   of a room, of a module
    python run.py mutants lottery --all       every fault
    python run.py mutants --base main         faults in lines changed since a revision
    python run.py mutants rule --quick 5      by the quickest tests alone, five seconds of them a fault

Each fault (see `mutations.py`) is tried in a copy of the project, never in the project: first by the tests of its
module that reach its line, the quickest first, then by those of its room (`tests/ROOM/`), until one fails. A fault
that no test reaches has survived untried. Time running out counts as caught. What is argued to change nothing stands,
with its reason, in `mutants_equivalent.toml`; it is tried all the same, and reported apart.

Why a script of our own: mutmut 3 changes functions only, while decisions stand here in constants of modules too, and
needs a system that forks; cosmic-ray and poodle start the whole test command for each fault, which loads pandas for
four seconds before the first test; mutatest has had no release since 2022. None of them has a place for reasons.
"""

from __future__ import annotations

import argparse
import fnmatch
import math
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from attempts import Copy, Outcome, Plan, preload, read_project, run_faults, run_jobs
from measure_code import show_table
from mutations import Mutant, find_mutants

ROOT = Path(__file__).resolve().parents[2]
ARGUED = "tests/tools/mutants_equivalent.toml"
SAMPLE = 20  # faults of a module, where neither a number nor --all is asked for
OTHERS = 5  # a module's own tests go before others that are not so much quicker
SLOWER = 3  # times as long as without a fault, and the patience asked for: then an attempt has run out of time
AREAS = {
    "rule": "selection.*", "lot": "selection.(lottery|contract|final)", "places": "delivery.*",
    "ledger": "delivery.ledger", "reading": "intake.*", "disclosure": "funder.disclosure",
    "figures": "funder.(figures|outcome_figures)", "letters": "documents.(letters|minutes|invitations)",
}  # fmt: skip
"""What a module belongs to, for the table by area: the last pattern that fits; of its room where none does."""
FATES = ["caught", "timeout", "survived", "not covered", "equivalent"]


@dataclass(frozen=True)
class Module:
    """A module of the package: its dotted name without the package, its file, and the test files, its own first."""

    name: str
    path: str
    own: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def room(self) -> str:
        return self.name.rpartition(".")[0] or "(top)"


@dataclass(frozen=True)
class Result:
    """One fault and its fate, one of FATES; ``reason`` is why it changes nothing, where that is argued."""

    module: Module
    mutant: Mutant
    fate: str
    reason: str = ""

    def __str__(self) -> str:
        place = f"{self.module.name}:{self.mutant.line}:{self.mutant.column}"
        note = f" ({self.reason or self.fate})" if self.fate != "survived" else ""
        return f"{place}  {self.mutant.change}{note}"


def list_modules(
    files: Iterable[str], package: str, extra: Iterable[str] = (), *, narrow: bool = False
) -> list[Module]:
    """Modules of a package with their tests: ``test_<module>.py``, of the room or of anywhere, then the room's others.

    A module that lies flat in the package has no room and only its own test file; ``extra`` are test files for all.
    ``narrow``: no others of the room.
    """
    files = sorted(files)
    modules = []
    for path in fnmatch.filter(files, f"{package}/*.py"):
        parts = path.removeprefix(f"{package}/").removesuffix(".py").removesuffix("/__init__").split("/")
        room = "/".join(parts[:-1])
        in_room = fnmatch.filter(files, f"tests/{room}/test_*.py") if room else []
        own = [name for name in in_room if name.endswith(f"/test_{parts[-1]}.py")]
        own = own or [name for name in files if re.fullmatch(rf"tests/(.+/)?test_{parts[-1]}\.py", name)]
        tests = dict.fromkeys([*own, *([] if narrow else in_room), *extra])
        modules.append(Module(".".join(parts), path, tuple(own), tuple(tests)))
    return modules


def choose_modules(modules: list[Module], words: list[str]) -> list[Module]:
    """Those that the words name: a room, a module with or without its room, or a path."""
    chosen: list[Module] = []
    for word in words:
        name = re.sub(r"^[^/]+/|\.py$", "", word).replace("/", ".") if word.endswith(".py") else word.strip("/")
        named = [module for module in modules if name in {module.name, module.name.rpartition(".")[2], module.room}]
        if not named:
            raise SystemExit(f"no room and no module is called {word}")
        chosen += named
    return list(dict.fromkeys(chosen or modules))


def changed_lines(root: Path, base: str, package: str) -> dict[str, set[int]]:
    """Lines of the package's files that differ from a revision, by file; a file must be known to Git."""
    words = ["git", "diff", "--unified=0", "--no-color", "--no-ext-diff", base, "--", package]
    diff = subprocess.run(words, cwd=root, capture_output=True, check=True).stdout.decode("utf-8")
    changed: dict[str, set[int]] = {}
    for line in diff.splitlines():
        if line.startswith("+++ "):
            lines = changed.setdefault(line.removeprefix("+++ b/"), set())
        elif found := re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@", line):
            lines |= set(range(int(found[1]), int(found[1]) + int(found[2] or 1)))
    return changed


def read_argued(content: bytes) -> dict[tuple[str, str, str, str], str]:
    """Reasons by module, function, text of the line and change."""
    entries = tomllib.loads(content.decode("utf-8")).get("equivalent", [])
    return {(one["module"], one["function"], one["line"], one["change"]): one["reason"] for one in entries}


class Trial:
    """The attempts on some modules, in one or more copies of the project."""

    def __init__(self, files: dict[str, bytes], folder: Path, asked: argparse.Namespace) -> None:
        self.files, self.patience, self.quick = files, asked.patience, asked.quick
        self.copies = [Copy(files, folder / str(number)) for number in range(asked.workers)]

    def try_modules(self, wanted: dict[Module, list[Mutant]], argued: dict[Any, str]) -> Iterator[list[Result]]:
        """Fates of the faults of each module; modules with the same tests are watched in one run of them."""
        for tests in dict.fromkeys(frozenset(module.tests) for module in wanted):
            modules = [module for module in wanted if frozenset(module.tests) == tests]
            seen = self._watch(modules) if tests else Outcome(0, 0.0)
            for module in modules:
                start = time.perf_counter()
                results = self._try_module(module, wanted[module], seen, argued)
                _say(f"{module.name}: {len(results)} faults, {time.perf_counter() - start:.0f} s")
                yield results
            if tests:
                self._check_unbroken(modules[0], seen)

    def _check_unbroken(self, module: Module, seen: Outcome) -> None:
        """Refuse what was found if the tests have come to fail by themselves, say since a library is gone meanwhile."""
        known = frozenset({*seen.costs, *seen.failed})
        outcome = self._run_unbroken(module, Plan([*module.tests], _in_order(seen.costs, module), known))
        if outcome.code != 0:
            failed = ", ".join(outcome.failed) or "all of them"
            raise SystemExit(f"no fate told of {module.name} holds: with no fault made, these tests fail now: {failed}")

    def _watch(self, modules: list[Module]) -> Outcome:
        """Run the tests once on the unbroken code: which reach what, and how long they take."""
        plan = Plan([*modules[0].tests], watched=[module.path for module in modules])
        seen = self._run_unbroken(modules[0], plan)
        if not seen.costs or seen.code not in {0, 1}:
            raise SystemExit(f"the tests of {modules[0].name} do not run, with no fault made: {', '.join(plan.files)}")
        _say(f"{', '.join(module.name for module in modules)}: {len(seen.costs)} tests watched, {seen.seconds:.0f} s")
        if seen.failed:
            _say(f"  left out, since they fail with no fault made: {', '.join(seen.failed)}")
        if len(seen.failed) == len(seen.costs):
            raise SystemExit(f"the tests of {modules[0].name} do not pass, with no fault made")
        costs = {test: seconds for test, seconds in seen.costs.items() if test not in seen.failed}
        return Outcome(0, seen.seconds, seen.processor, seen.failed, costs, seen.reached)

    def _run_unbroken(self, module: Module, plan: Plan) -> Outcome:
        jobs = [(None, module.path, self.files[module.path], plan)]
        return next(outcome for _, outcome in run_jobs(self.copies[:1], jobs))

    def _try_module(self, module: Module, mutants: list[Mutant], seen: Outcome, argued: dict[Any, str]) -> list[Result]:
        reached = {mutant: _tests_of(mutant, module, seen, self.quick) for mutant in mutants}
        limits = {test: self.patience + math.ceil(SLOWER * seconds) for test, seconds in seen.costs.items()}
        limit = self.patience + math.ceil(SLOWER * seen.processor)
        known = frozenset({*seen.costs, *seen.failed})
        jobs = []
        for mutant, tests in reached.items():
            test_files = dict.fromkeys(test.split("::")[0] for test in tests)
            at_import = any(place in seen.reached.get("", set()) for place in _places_of(mutant, module))
            plan = Plan([*test_files], tests, known, first=True, limit=limit, limits=limits, anew=at_import)
            jobs += [(mutant, module.path, mutant.apply(self.files[module.path]), plan)] if tests else []
        outcomes = dict(run_faults(self.copies, jobs))
        return [_judge(module, mutant, outcomes.get(mutant), argued) for mutant in mutants]


def _in_order(costs: dict[str, float], module: Module) -> list[str]:
    """The quickest first; a test of another module counts as if it took longer."""
    return sorted(costs, key=lambda test: (costs[test] * (1 if test.split("::")[0] in module.own else OTHERS), test))


def _places_of(mutant: Mutant, module: Module) -> set[tuple[str, int]]:
    return {(module.path, line) for line in mutant.lines}


def _tests_of(mutant: Mutant, module: Module, seen: Outcome, quick: float) -> list[str]:
    """The tests that reach a fault, in order, ``quick`` seconds of them; all where importing the module does."""
    places = _places_of(mutant, module)
    everywhere = not places.isdisjoint(seen.reached.get("", set()))
    places.add(("*", 0))
    reach = [
        test
        for test in _in_order(seen.costs, module)
        if everywhere or not places.isdisjoint(seen.reached.get(test, set()))
    ]
    spent = accumulate(seen.costs[test] for test in reach)
    return [
        test for number, (test, so_far) in enumerate(zip(reach, spent, strict=True)) if so_far < quick or not number
    ]


def _judge(module: Module, mutant: Mutant, outcome: Outcome | None, argued: dict[Any, str]) -> Result:
    reason = argued.get((module.name, *mutant.key))
    if outcome and outcome.caught:
        if reason:
            _say(f"argued to change nothing, yet a test notices: {module.name}:{mutant.line}  {mutant.change}")
        return Result(module, mutant, "timeout" if outcome.code is None else "caught")
    if reason:
        return Result(module, mutant, "equivalent", reason)
    return Result(module, mutant, "survived" if outcome else "not covered")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# What is told


def count_fates(results: Iterable[Result], by: str = "module") -> list[list[str]]:
    """Rows of a table by area, by module (and room) or by kind of fault: tried, each fate, and the share caught."""
    results = [*results]
    groups: dict[str, Counter[str]] = {}
    for result in results:
        rooms = [] if result.module.room == "(top)" else [f"{result.module.room}.*"]
        own = {"area": [area_of(result.module)], "kind": [result.mutant.kind], "module": [result.module.name, *rooms]}
        for group in own[by]:
            groups.setdefault(group, Counter())[result.fate] += 1
    rows = [(name, groups[name]) for name in sorted(groups)] + [("all", Counter(result.fate for result in results))]
    heading = ["kind of fault" if by == "kind" else by, "tried", *FATES, "score"]
    counted = [[name, str(fates.total()), *(str(fates[fate]) for fate in FATES), _score(fates)] for name, fates in rows]
    return [heading, *counted]


def area_of(module: Module) -> str:
    """The area of a module (see :data:`AREAS`)."""
    fitting = [area for area, pattern in AREAS.items() if re.fullmatch(pattern, module.name)]
    return fitting[-1] if fitting else module.room


def _score(fates: Counter[str]) -> str:
    caught, tried = fates["caught"] + fates["timeout"], fates.total() - fates["equivalent"]
    return f"{100 * caught / tried:.1f} %" if tried else "–"


def list_noted(results: Iterable[Result], *fates: str) -> list[str]:
    """One line per fault of these fates."""
    return [str(result) for result in results if result.fate in fates]


def show_report(results: list[Result], asked: str) -> str:
    """The page for `docs/`: tables, survivors, what is argued equivalent; the same for the same code and tests."""
    survivors = list_noted(results, "survived", "not covered")
    return "\n".join([
        "# Faults that the tests notice, and those they do not",
        "",
        f"Made by `python run.py mutants {asked}`; how is told in `tests/tools/mutants.py`. Score: caught or timed",
        "out, of those tried and not argued equivalent. Not covered: no test of the module or its room runs the line.",
        "",
        show_table(count_fates(results)),
        "",
        show_table(count_fates(results, by="area")),
        "",
        show_table(count_fates(results, by="kind")),
        "",
        "## Survivors",
        "",
        *(["```text", *survivors, "```"] if survivors else ["None."]),
        "",
        "## Argued equivalent",
        "",
        *(["```text", *list_noted(results, "equivalent"), "```"] if list_noted(results, "equivalent") else ["None."]),
        "",
    ])  # fmt: skip


def read_words(words: list[str]) -> argparse.Namespace:
    """What is asked for on the command line."""
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="ROOM|MODULE", help="all if none is named")
    parser.add_argument("--sample", type=int, metavar="N", help=f"faults of each module ({SAMPLE})")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="which sample (1)")
    parser.add_argument("--all", action="store_true", help="every fault")
    parser.add_argument("--strings", action="store_true", help="change texts for people too")
    parser.add_argument("--base", metavar="REV", help="every fault in lines changed since this revision")
    parser.add_argument("--tests", nargs="+", default=[], metavar="FILE", help="test files to try too, last")
    parser.add_argument("--narrow", action="store_true", help="a module's own tests, and those of --tests, alone")
    parser.add_argument("--workers", type=int, choices=(1, 2), default=1, help="attempts at once (1)")
    parser.add_argument(
        "--patience", type=int, default=10, metavar="S", help=f"seconds beside {SLOWER} times the usual (10)"
    )
    parser.add_argument("--quick", type=float, default=math.inf, metavar="S", help="seconds of tests a fault (all)")
    parser.add_argument("--least", type=float, default=0, metavar="PERCENT", help="fail where a module scores less")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the report as Markdown")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    parser.add_argument("--package", default="mentoring_lib", help=argparse.SUPPRESS)
    return parser.parse_args(words)


def show_asked(asked: argparse.Namespace) -> str:
    """The words that choose the faults, as they would be typed."""
    number = ["--all"] if asked.all else ["--sample", asked.sample or SAMPLE, "--seed", asked.seed]
    words = [*asked.names, *(["--base", asked.base] if asked.base else number)]
    words += (
        ["--strings"] * asked.strings + ["--narrow"] * asked.narrow + (["--tests", *asked.tests] if asked.tests else [])
    )
    return " ".join(map(str, words))


def choose_mutants(
    modules: list[Module], files: dict[str, bytes], asked: argparse.Namespace
) -> dict[Module, list[Mutant]]:
    """The faults to try, by module: all, those of changed lines, or a sample drawn by seed and module."""
    changed = changed_lines(asked.root, asked.base, asked.package) if asked.base else {}
    wanted = {}
    for module in modules:
        mutants = find_mutants(files[module.path], strings=asked.strings)
        if asked.base:
            mutants = [one for one in mutants if not changed.get(module.path, set()).isdisjoint(one.lines)]
        if asked.sample or not (asked.all or asked.base):
            number = min(len(mutants), asked.sample or SAMPLE)
            chosen = set(random.Random(f"{asked.seed} {module.name}").sample(range(len(mutants)), number))
            mutants = [mutant for number, mutant in enumerate(mutants) if number in chosen]
        if mutants:
            wanted[module] = mutants
    return wanted


def main(words: list[str]) -> int:
    """Try what is asked for; 1 if a module scores less than it should."""
    asked = read_words(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the copy and what runs in it go, however this ends
    files = read_project(asked.root)
    modules = choose_modules(list_modules(files, asked.package, asked.tests, narrow=asked.narrow), asked.names)
    wanted = choose_mutants(modules, files, asked)
    argued = read_argued(files.get(ARGUED, b""))
    sources = {name: files[name] for name in files if re.match(rf"({asked.package}|tests)/(?!tools/)", name)}
    preload(sources, {name.split("/")[0].removesuffix(".py") for name in files})
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="mutants-", ignore_cleanup_errors=True) as folder:
        trial = Trial(files, Path(folder).resolve(), asked)
        for some in trial.try_modules(wanted, argued):
            results += some
            for line in list_noted(some, "survived", "not covered", "equivalent"):
                print(line, flush=True)
    results.sort(key=lambda result: result.module.name)
    rows = count_fates(results)
    print(f"\n{show_table(rows)}\n\n{show_table(count_fates(results, by='kind'))}")
    if asked.write:
        asked.write.write_text(show_report(results, show_asked(asked)), encoding="utf-8", newline="\n")
    low = [row for row in rows[1:] if row[-1] != "–" and float(row[-1].split()[0]) < asked.least]
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
