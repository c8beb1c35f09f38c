"""Tests run on a copy of the project, one process an attempt: what `mutants.py` asks of pytest.

The copy lies in a temporary folder and is put right after each attempt, whatever the faulty code did to it. Where the
system can fork, an attempt starts with the heavy libraries already imported.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import gc
import importlib
import multiprocessing as mp
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, cast

import pytest

SLOWEST = 1800  # processor seconds that the tests of a room may take while their lines are watched
CACHED = type(functools.cache(ast.parse))
IDLE = 4  # times as long by the clock, for an attempt that waits for something or shares the machine
MEMORY = 8 << 30  # bytes that an attempt may ask for
OUT_OF_TIME = -getattr(signal, "SIGXCPU", 0) or None
PYTEST = ["-q", "--tb=no", "--assert=plain", "-o", "addopts=", "-p", "no:cacheprovider", "-p", "no:nbval"]
os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")  # a fork takes no threads with it


class Copy:
    """A copy of the project's files, kept in memory too, so that nothing an attempt leaves behind stays."""

    def __init__(self, files: dict[str, bytes], folder: Path) -> None:
        self.files, self.folder, self.scratch = files, folder / "project", folder / "scratch"
        self.stamps: dict[str, tuple[int, int] | None] = {}
        self.clock = 1_000_000_000
        self.scratch.mkdir(parents=True)
        for name, content in files.items():
            self.write(name, content)

    def write(self, name: str, content: bytes) -> None:
        """Write a file with a time of its own, by which Python tells whether compiled code is of this text."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.clock += 1
        os.utime(path, (self.clock, self.clock))
        self.stamps[name] = _stamp(path) if content == self.files[name] else None

    def mend(self) -> None:
        """Make every file what it was, and take away what was not there."""
        left = dict.fromkeys(self.files)
        for where, _, names in os.walk(self.folder):
            for path in (Path(where, name) for name in names if Path(where).name != "__pycache__"):
                name = path.relative_to(self.folder).as_posix()
                if name not in self.files:
                    path.unlink()
                elif _stamp(path) == self.stamps[name]:
                    del left[name]
        for name in left:
            self.write(name, self.files[name])
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(exist_ok=True)


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def read_project(root: Path) -> dict[str, bytes]:
    """The files of a project that Git does not ignore, or all of them where there is no Git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, capture_output=True, check=False,
    )  # fmt: skip
    names = listed.stdout.decode("utf-8").split("\0") if listed.returncode == 0 else []
    paths = [root / name for name in names if name] or [path for path in root.rglob("*") if path.suffix != ".pyc"]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths if path.is_file()}


@dataclass
class Plan:
    """What one attempt runs: test files, the tests in them (in this order; all if None), files whose lines to watch.

    ``first``: stop at the first failure. ``limit``: processor seconds, so that a busy machine changes no fate.
    """

    files: list[str]
    chosen: list[str] | None = None
    known: frozenset[str] = frozenset()
    watched: list[str] = field(default_factory=list)
    first: bool = False
    limit: int = SLOWEST


@dataclass
class Outcome:
    """What came of it: the exit code of pytest (None if time ran out), clock and processor time, what was seen."""

    code: int | None
    seconds: float
    processor: float = 0.0
    failed: list[str] = field(default_factory=list)
    costs: dict[str, float] = field(default_factory=dict)
    reached: dict[str, set[tuple[str, int]]] = field(default_factory=dict)

    @property
    def caught(self) -> bool:
        """Any end but that of passing tests; 5 is pytest's word for no tests."""
        return self.code not in {0, 5}


class Watcher:
    """A pytest plugin: chooses and orders the tests; notes which failed, how long each took and which lines it reached.

    A fixture made once for many tests is credited to each of them, with its time. The lines reached outside any test,
    by imports, stand under "". A test that starts Python in a process of its own may reach anything there: "*".
    """

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan, self.folder = plan, folder
        self.order = {name: number for number, name in enumerate(plan.chosen or [])}
        self.watched = {str(folder / name): name for name in plan.watched}
        self.failed: list[str] = []
        self.costs: dict[str, float] = defaultdict(float)
        self.reached: dict[str, set[tuple[str, int]]] = defaultdict(set)
        self.now = self.reached[""]
        self.uses: dict[str, list[str]] = {}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Keep the tests that were chosen, and those that the fault named anew."""
        if self.plan.chosen is not None:
            last = len(self.order)
            items[:] = [item for item in items if item.nodeid in self.order or item.nodeid not in self.plan.known]
            items.sort(key=lambda item: self.order.get(item.nodeid, last))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
        self.uses[item.nodeid] = [f"fixture {name}" for name in item.fixturenames]
        if self.watched:
            self._forget()
        with self._noting(item.nodeid):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        if fixturedef.scope == "function":
            return (yield)
        with self._noting(f"fixture {fixturedef.argname}"):
            return (yield)

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.failed.append(report.nodeid)

    @contextlib.contextmanager
    def _noting(self, what: str) -> Iterator[None]:
        before, start, inner = self.now, time.perf_counter(), sum(self.costs.values())
        self.now = self.reached[what]
        try:
            yield
        finally:
            self.costs[what] += time.perf_counter() - start - (sum(self.costs.values()) - inner)
            self.now = before

    def _forget(self) -> None:
        """Empty the caches of the project, so that each test reaches what it asks for."""
        for module in [*sys.modules.values()]:
            if str(getattr(module, "__file__", None) or "").startswith(str(self.folder)):
                for value in [*vars(module).values()]:
                    if isinstance(value, CACHED):
                        value.cache_clear()

    def trace(self, frame: FrameType, event: str, arg: object) -> Callable[..., Any] | None:
        """Note the lines of the watched files; everything else runs unwatched."""
        code = frame.f_code
        if code in STARTS and STARTS[code](frame.f_locals):
            self.now.add(("*", 0))
        name = self.watched.get(code.co_filename)
        if name is None:
            return None

        at_import = code.co_name == "<module>"  # whoever imports it first, it is there for all

        def note(frame: FrameType, event: str, arg: object) -> Any:
            (self.reached[""] if at_import else self.now).add((name, frame.f_lineno))
            return note

        return note

    def sum_up(self) -> dict[str, Any]:
        """What was seen, by test; what a test shares with others is its own too."""
        shares = {test: [test, *(name for name in uses if name in self.costs)] for test, uses in self.uses.items()}
        return {
            "failed": self.failed,
            "processor": sum(os.times()[:4]),
            "costs": {test: sum(self.costs[name] for name in names) for test, names in shares.items()},
            "reached": {"": self.reached[""]}
            | {test: set().union(*(self.reached[name] for name in names)) for test, names in shares.items()},
        }


def _starts_python(values: dict[str, Any]) -> bool:
    words = values.get("args")
    return str(words[0] if isinstance(words, list | tuple) and words else words).startswith(sys.executable)


STARTS: dict[CodeType, Callable[[dict[str, Any]], bool]] = {
    subprocess.Popen.__init__.__code__: _starts_python,
    BaseProcess.start.__code__: lambda _: True,
}


def _attempt(plan: Plan, folder: Path, scratch: Path, report: Path) -> None:
    """Run pytest in this process, which was started for it, and end it."""
    _be_alone(plan.limit)
    os.chdir(folder)
    vars(sys.modules["__main__"]).pop("__file__", None)  # a process that a test spawns does not begin with this script
    os.environ.update(PYTHONPATH=str(folder), PYTHONUTF8="1", TMPDIR=str(scratch), TEMP=str(scratch))
    sys.path[:] = [str(folder), *(path for path in sys.path if path and Path(path) != Path(__file__).parent)]
    watcher = Watcher(plan, folder)
    if plan.watched:
        threading.settrace(watcher.trace)
        sys.settrace(watcher.trace)
    words = [*PYTEST, *(["-x"] if plan.first else []), f"--rootdir={folder}", f"--basetemp={scratch / 'pytest'}"]
    code = int(pytest.main([*words, *plan.files], plugins=[watcher]))
    sys.settrace(None)
    if not plan.first:
        report.write_bytes(pickle.dumps(watcher.sum_up()))
    os._exit(code)


def _be_alone(limit: int) -> None:
    """A group of processes of its own, bounded in time and memory, without output."""
    if hasattr(os, "setsid"):
        import resource  # noqa: PLC0415 -- not on Windows

        os.setsid()
        used = int(time.process_time())
        for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, used + limit)):
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(what, (most, resource.getrlimit(what)[1]))
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nothing, number)


def preload(files: dict[str, bytes]) -> None:
    """Import once what the project imports from elsewhere, and pytest's plugins."""
    own = {name.split("/")[0] for name in files}
    names = {plugin.module for plugin in entry_points(group="pytest11") if plugin.name != "nbval"}
    for source in (content for name, content in files.items() if name.endswith(".py")):
        for node in ast.walk(ast.parse(source)):
            names |= {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
            names |= {node.module or ""} if isinstance(node, ast.ImportFrom) and not node.level else set()
    for name in sorted(names):
        if name.split(".")[0] not in own:
            with contextlib.suppress(Exception):  # a library that is not here is no business of ours
                importlib.import_module(name)
    gc.collect()
    gc.freeze()  # pytest collects garbage twice an attempt; what is loaded here is none


Job = tuple[Any, str, bytes, Plan]


def run_jobs(copies: list[Copy], jobs: Iterable[Job]) -> Iterator[tuple[Any, Outcome]]:
    """Attempt each job (its key, the file to change, its new text, the plan), as many at once as there are copies."""
    context: Any = mp.get_context("fork" if "fork" in mp.get_all_start_methods() else "spawn")
    waiting, free, running = iter(jobs), [*copies], {}
    try:
        while True:
            while free and (job := next(waiting, None)):
                key, name, content, plan = job
                copy = free.pop()
                report = copy.scratch / "report"
                copy.write(name, content)
                process = context.Process(target=_attempt, args=(plan, copy.folder, copy.scratch, report))
                process.start()
                running[process] = key, copy, report, time.perf_counter(), IDLE * plan.limit
            if not running:
                return
            soonest = min(start + limit for _, _, _, start, limit in running.values()) - time.perf_counter()
            wait([process.sentinel for process in running], timeout=max(0.0, soonest))
            for process, (key, copy, report, start, limit) in [*running.items()]:
                seconds = time.perf_counter() - start
                if process.exitcode is None and seconds < limit:
                    continue
                code = None if process.exitcode == OUT_OF_TIME else process.exitcode
                _end(process)
                del running[process]
                seen = pickle.loads(report.read_bytes()) if report.exists() and code is not None else {}
                copy.mend()
                free.append(copy)
                yield key, Outcome(code, seconds, **seen)
    finally:
        for process in running:
            _end(process)


def _end(process: BaseProcess) -> None:
    """End an attempt and whatever it started."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(cast("int", process.pid), signal.SIGKILL)
    process.kill()
    process.join()
