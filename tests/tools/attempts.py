"""Tests run on a copy of the project, one process an attempt: what `mutants.py` asks of pytest.

The copy lies in a temporary folder and is put right after each attempt, whatever the faulty code did to it. Where the
system can fork, a fault inside functions is tried in a fork of one process that has collected the tests: the code of
these functions is changed in place (:func:`swap`), and what an attempt costs is its tests alone. Any other fault is
tried in a process that imports the faulty module anew, with the heavy libraries already there.
"""

from __future__ import annotations

import ast
import builtins
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
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from importlib.metadata import entry_points
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, cast

import pytest
from _pytest import main as pytest_main

SLOWEST = 1800  # processor seconds that the tests of a room may take while their lines are watched
CACHED = type(functools.cache(ast.parse))
IDLE = 4  # times as long by the clock, for an attempt that waits for something or shares the machine
MEMORY = 8 << 30  # bytes that an attempt may ask for
BASE = str(Path(os.__file__).parent.parent)
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

    ``first``: stop at the first failure. ``limit``: processor seconds, so that a busy machine changes no fate;
    ``limits``: those of each test, where they are known. ``anew``: an import runs the faulty line, so that changing it
    in place comes too late.
    """

    files: list[str]
    chosen: list[str] | None = None
    known: frozenset[str] = frozenset()
    watched: list[str] = field(default_factory=list)
    first: bool = False
    limit: int = SLOWEST
    limits: dict[str, int] = field(default_factory=dict)
    anew: bool = False


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
        self.serve: Callable[[Any, Watcher], None] | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Keep the tests that were chosen, and those that the fault named anew."""
        if self.plan.chosen is not None:
            last = len(self.order)
            items[:] = [item for item in items if item.nodeid in self.order or item.nodeid not in self.plan.known]
            items.sort(key=lambda item: self.order.get(item.nodeid, last))

    def pytest_runtestloop(self, session: Any) -> bool | None:
        """Once the tests are collected, try one fault after another instead of running them (see :func:`_serve`)."""
        if self.serve is None or session.testsfailed:
            return None
        self.serve(session, self)
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
        if self.plan.limits:
            _limit_time(self.plan.limits.get(item.nodeid, self.plan.limit))
        self.uses[item.nodeid] = [f"fixture {name}" for name in item.fixturenames]
        if self.watched:
            self.forget()
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
        before, start, inner = self.now, _used(), sum(self.costs.values())
        self.now = self.reached[what]
        try:
            yield
        finally:
            self.costs[what] += _used() - start - (sum(self.costs.values()) - inner)
            self.now = before

    def forget(self) -> None:
        """Empty the caches of the project, so that each test reaches what it asks for."""
        for module in [*sys.modules.values()]:
            if str(getattr(module, "__file__", None) or "").startswith(str(self.folder)):
                for value in [*vars(module).values()]:
                    if isinstance(value, CACHED):
                        value.cache_clear()

    def note(self, name: str, line: int, at_import: bool) -> None:
        """Note a statement of a watched file; what an import runs is there for all, whoever imports it first."""
        (self.reached[""] if at_import else self.now).add((name, line))

    def watch(self) -> None:
        """Let the watched files in the copy tell of each statement, and every test of the Pythons it starts."""
        vars(builtins)[SEEN] = self.note
        for path, name in self.watched.items():
            Path(path).write_bytes(mark(Path(path).read_bytes(), name))
        for kind, starts in ((subprocess.Popen, "__init__"), (BaseProcess, "start")):
            setattr(kind, starts, self._noting_starts(getattr(kind, starts)))

    def _noting_starts(self, start: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(start)
        def noting(this: Any, *args: Any, **options: Any) -> None:
            words = args[0] if args else options.get("args", sys.executable)
            if str(words[0] if isinstance(words, list | tuple) else words).startswith(sys.executable):
                self.now.add(("*", 0))
            start(this, *args, **options)

        return noting

    def sum_up(self) -> dict[str, Any]:
        """What was seen, by test; what a test shares with others is its own too."""
        shares = {test: [test, *(name for name in uses if name in self.costs)] for test, uses in self.uses.items()}
        return {
            "failed": self.failed,
            "processor": _used(),
            "costs": {test: sum(self.costs[name] for name in names) for test, names in shares.items()},
            "reached": {"": self.reached[""]}
            | {test: set().union(*(self.reached[name] for name in names)) for test, names in shares.items()},
        }


def _used() -> float:
    """Processor seconds of this process and of those it has started and seen end."""
    return sum(os.times()[:4])


SEEN = "__seen__"


def mark(source: bytes, name: str) -> bytes:
    """The same module, telling of each statement before it runs: its file, its line, whether an import runs it."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = {id(part) for node in functions for part in ast.walk(node)}
    for node in [*ast.walk(tree)]:
        for part in ("body", "orelse", "finalbody"):
            statements = getattr(node, part, None)
            if isinstance(statements, list):
                marked: list[ast.stmt] = []
                for one in statements:
                    words = f"{SEEN}({name!r}, {one.lineno}, {id(node) not in inside})"
                    marked += [*([] if _goes_first(one) else ast.parse(words).body), one]
                setattr(node, part, marked)
    first = next((at for at, one in enumerate(tree.body) if not _goes_first(one)), len(tree.body))
    tree.body[first:first] = ast.parse(f"try: {SEEN}\nexcept NameError: {SEEN} = lambda *_: None").body
    return ast.unparse(tree).encode()


def _goes_first(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()) | ast.ImportFrom(module="__future__"):
            return True
    return False


def _run_pytest(watcher: Watcher, scratch: Path) -> int:
    words = [*PYTEST, *(["-x"] if watcher.plan.first else [])]
    words += [f"--rootdir={watcher.folder}", f"--basetemp={scratch / 'pytest'}"]
    return int(pytest.main([*words, *watcher.plan.files], plugins=[watcher]))


def _attempt(plan: Plan, folder: Path, scratch: Path, report: Path) -> None:
    """Run pytest in this process, which was started for it, and end it."""
    _be_alone(plan.limit)
    _move_in(folder, scratch)
    watcher = Watcher(plan, folder)
    if plan.watched:
        watcher.watch()
    code = _run_pytest(watcher, scratch)
    if not plan.first:
        report.write_bytes(pickle.dumps(watcher.sum_up()))
    os._exit(code)


def _move_in(folder: Path, scratch: Path) -> None:
    """Work in the copy: its modules first, those of the project itself never."""
    os.chdir(folder)
    vars(sys.modules["__main__"]).pop("__file__", None)  # a process that a test spawns does not begin with this script
    os.environ.update(PYTHONPATH=str(folder), PYTHONUTF8="1", TMPDIR=str(scratch), TEMP=str(scratch))
    sys.path[:] = [str(folder), *(path for path in sys.path if "-packages" in path or path.startswith(BASE))]


def _limit_time(seconds: int) -> None:
    """So many processor seconds more for this process."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 -- not on Windows

        most = int(time.process_time()) + 1 + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _be_alone(limit: int) -> None:
    """A group of processes of its own, bounded in time and memory, without output."""
    if hasattr(os, "setsid"):
        import resource  # noqa: PLC0415 -- not on Windows

        os.setsid()
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    _limit_time(limit)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nothing, number)


def preload(files: dict[str, bytes], own: set[str]) -> None:
    """Import once what the project imports from elsewhere, and pytest's plugins; nothing ``own``."""
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


def swap(before: bytes, after: bytes, module: Any) -> bool:
    """Change the code of a module's functions in place; False where more than that differs between two texts."""
    old, new = (compile(text, module.__file__, "exec") for text in (before, after))
    with contextlib.suppress(LookupError, ValueError):
        for function, code in _find_changed(old, new, vars(module)):
            function.__code__ = code
        return True
    return False


def _find_changed(old: CodeType, new: CodeType, names: Any) -> Iterator[tuple[FunctionType, CodeType]]:
    """Functions whose code differs, with the new code; a LookupError where anything else does."""
    parts = [(one, other) for one, other in zip(old.co_consts, new.co_consts, strict=False) if one != other]
    nested = all(isinstance(part, CodeType) for pair in parts for part in pair)
    if not nested or (old.co_code, old.co_names, len(old.co_consts)) != (new.co_code, new.co_names, len(new.co_consts)):
        raise LookupError
    for one, other in parts:
        found = names[one.co_name]
        if isinstance(found, type):
            yield from _find_changed(one, other, vars(found))
            continue
        for holder in ("fget", "func", "__func__", "__wrapped__"):
            found = getattr(found, holder, None) or found
        if not isinstance(found, FunctionType):
            raise LookupError
        yield found, other


ANEW = 77
"""Exit code of an attempt on a fault that :func:`swap` cannot make."""


def _serve(plan: Plan, copy: Copy, faults: list[tuple[str, bytes, list[str]]], pipe: Any) -> None:
    """Collect the tests once, then try each fault (file, its new text, tests) in a fork; tell exit code and seconds."""
    _be_alone(SLOWEST * 100)
    _move_in(copy.folder, copy.scratch)
    watcher = Watcher(plan, copy.folder)

    def serve(session: Any, watcher: Watcher) -> None:
        for number, (name, content, tests) in enumerate(faults):
            copy.write(name, content)
            start, child = time.perf_counter(), os.fork()
            if not child:
                os._exit(_try(session, watcher, name, (copy.files[name], content), tests))
            signal.signal(signal.SIGTERM, lambda *_, pid=child: (_kill_group(pid), os._exit(143)))
            code = _wait(child, IDLE * sum(plan.limits.get(test, plan.limit) for test in tests))
            _kill_group(child)
            copy.mend()
            pipe.send((number, code, time.perf_counter() - start))

    watcher.serve = serve
    _run_pytest(watcher, copy.scratch)
    os._exit(0)


def _try(session: Any, watcher: Watcher, name: str, texts: tuple[bytes, bytes], tests: list[str]) -> int:
    """Make a fault in this process and run tests until one fails: pytest's exit code."""
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    path = str(watcher.folder / name)
    for module in [one for one in [*sys.modules.values()] if getattr(one, "__file__", None) == path]:
        if not swap(*texts, module):
            return ANEW
    watcher.forget()
    items = {item.nodeid: item for item in session.items}
    session.items[:] = [items[test] for test in tests if test in items]
    with contextlib.suppress(session.Failed, session.Interrupted):
        pytest_main.pytest_runtestloop(session)
    return 1 if session.testsfailed else 0 if session.items else 5


def _wait(child: int, seconds: float) -> int | None:
    """Exit code of a child; None if its time ran out, by processor or by clock."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            return None if code == OUT_OF_TIME else code
        time.sleep(0.005)
    _kill_group(child)
    os.waitpid(child, 0)
    return None


def _kill_group(child: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)


def run_faults(copies: list[Copy], jobs: list[Job]) -> Iterator[tuple[Any, Outcome]]:
    """Attempt each job as :func:`run_jobs` does, faster where this system can fork and the fault is in functions."""
    left, anew = ([job for job in jobs if job[3].anew is late] for late in (False, True))
    jobs = [*left]
    if jobs and hasattr(os, "fork"):
        context: Any = mp.get_context("fork")
        files = [*dict.fromkeys(file for *_, plan in jobs for file in plan.files)]
        plan = replace(jobs[0][3], files=files, chosen=None)
        running = {}
        for number, copy in enumerate(copies):
            share = jobs[number :: len(copies)]
            ours, theirs = context.Pipe(duplex=False)
            faults = [(name, content, plan.chosen or []) for _, name, content, plan in share]
            process = context.Process(target=_serve, args=(plan, copy, faults, theirs))
            process.start()
            theirs.close()
            running[ours] = process, share
        try:
            while running:
                for pipe in wait([*running]):
                    process, share = running[pipe]
                    try:
                        number, code, seconds = pipe.recv()
                    except EOFError:
                        process.join()
                        del running[pipe]
                        continue
                    if code != ANEW:
                        left.remove(share[number])
                        yield share[number][0], Outcome(code, seconds)
        finally:
            for process, _ in running.values():
                process.terminate()
                process.join()
    for copy in copies:
        copy.mend()
    yield from run_jobs(copies, [*left, *anew])


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
