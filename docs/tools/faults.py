"""Random faults over the set-up and the writing: failures of an installer, locks, kills, full discs, folders in use.

    python run.py faults [--count 1000] [--seed 1] [--runs 30]

Every other trial writes a set of files (:mod:`docs.tools.writing_faults`); ``--runs`` adds whole runs of the example,
without notebooks, under the same faults.

Each trial of the set-up prepares an environment in a folder of its own with stand-ins for venv, pip and uv, while up to
three faults happen. Then it must have ended well or with one known sentence, that of the fault; nothing may pass for
ready that is not; nothing but the environment, its lock and its log may have changed; and the next start, without
faults, must go well.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest import mock

from docs.tools import writing_faults
from launcher import causes, environment, tools
from launcher.causes import SetupError
from launcher.environment import Environment
from launcher.speech import read_texts, say

ROOT = Path(__file__).resolve().parents[2]
SAID = ROOT / "tests" / "setup" / "said.toml"
STEPS = ("venv", "fetch", "uv", "pip", "native")
KEPT = {"requirements.txt", "requirements-uv.txt"}
OWN = {".venv", ".venv.lock", ".venv.old", ".cache"}
REFUSALS = (
    ("rename", 13, {"in_use", "no_right"}),
    ("unlink", 13, {"no_right"}),
    ("replace", 13, {"no_right"}),
    ("write_text", 13, {"no_right"}),
    ("write_text", 28, {"disk_full"}),
    ("mkdir", 30, {"no_right"}),
    ("replace", 28, {"disk_full"}),
)  # a method of paths, the system's number, how it may be told if it never ends


class Killed(BaseException):
    """The process is gone; nothing of it runs any more."""


class Machine:
    """Stand-ins for venv, pip and uv, and a fault for some of their steps."""

    def __init__(self, faults: dict[str, Callable[[], tuple[int, str]]]) -> None:
        self.faults = faults

    def run(self, command: list[str], log: Path, _: object) -> tuple[int, str]:
        """Do what the programme would, or fail as told."""
        step, folder = name_step(command), log.parent.parent / ".venv"
        if step in self.faults:
            code, said = self.faults[step]()
            if code:
                return code, said
        tools._add(log, step)
        _pretend(step, folder)
        return 0, ""


def name_step(command: list[str]) -> str:
    """Which of the steps a command is."""
    if "venv" in command:
        return "venv"
    if "--target" in command:
        return "fetch"
    if command[-1].endswith("native.py"):
        return "native"
    return "pip" if "-m" in command else "uv"


def _pretend(step: str, folder: Path) -> None:
    python = Path(Environment(folder.parent, folder, ()).python)
    if step == "venv":
        python.parent.mkdir(parents=True)
        python.write_text("python", "utf-8")
    elif step == "fetch":
        (folder / "uv" / "bin").mkdir(parents=True)
        (folder / "uv" / "bin" / tools.UV).write_text("uv", "utf-8")
    elif step in ("uv", "pip"):
        (folder / "installed").write_text("all", "utf-8")


@contextmanager
def refuse(name: str, number: int, times: int) -> Iterator[None]:
    """Have a method of paths fail a number of times, as antivirus and copying programmes make it fail."""
    real, left = getattr(Path, name), [times]

    def refused(path: Path, *args: object, **kwargs: object) -> object:
        if left[0] > 0 and ".venv" in path.name + path.parent.name and not path.name.endswith(".lock"):
            left[0] -= 1
            raise OSError(number, os.strerror(number), str(path))
        return real(path, *args, **kwargs)

    with mock.patch.object(Path, name, refused):
        yield


def make_project(folder: Path) -> Environment:
    """A folder with lists of libraries, and files that are hers."""
    for name in KEPT:
        (folder / name).write_text(name, "utf-8")
    (folder / "desktop.ini").write_text("hidden", "utf-8")
    return Environment(folder, folder / ".venv", ("requirements.txt",))


def try_once(rng: random.Random, folder: Path) -> str:
    """One trial; how it ended. Whatever must not be is an ``AssertionError``."""
    folder.mkdir()
    project = make_project(folder)
    if rng.random() < 0.5:  # an environment from before
        _prepare(project, Machine({}))
        (folder / "requirements.txt").write_text(str(rng.random()), "utf-8")
    told, expected = _with_faults(rng, project)
    if told not in ("fine", "killed"):
        assert told in read_texts(), told
    assert not expected or told in expected, (told, expected)
    check_folder(project)
    if rng.random() < 0.2:
        project = move(project)
    _prepare(project, Machine({}))
    check_folder(project)
    assert project.is_ready()
    return told


def move(project: Environment) -> Environment:
    """The project's folder under another name: what was made for the old one must not pass for ready."""
    moved = project.root.rename(project.root.with_name(f"{project.root.name} pārvietota"))
    project = Environment(moved, moved / ".venv", project.lists)
    assert not project.is_ready()
    return project


def _with_faults(rng: random.Random, project: Environment) -> tuple[str, set[str]]:
    faults, expected = _draw_said(rng) if rng.random() < 0.5 else ({}, set())
    if rng.random() < 0.3:
        faults[rng.choice(STEPS)] = _kill
    with ExitStack() as stack:
        if rng.random() < 0.4:
            (name, number, causes_of_it), times = rng.choice(REFUSALS), rng.choice([1, 2, 9, 10_000])
            stack.enter_context(refuse(name, number, times))
            passes = number == 13 and name != "write_text" and times < environment.TRIES
            expected = expected if passes else expected | causes_of_it | ({"fine"} if not expected else set())
        try:
            _prepare(project, Machine(faults))
        except Killed:
            return "killed", set()
        except SetupError as failed:
            return failed.cause, expected
    return "fine", expected


def _draw_said(rng: random.Random) -> tuple[dict[str, Callable[[], tuple[int, str]]], set[str]]:
    """A step that fails with words from the collection; pip then says the same, as it would."""
    said = rng.choice([one for one in read_said() if not one.get("windows")])
    step = rng.choice(["venv", "uv"])
    names = ["uv", "pip"] if step == "uv" else [step]
    return {name: (lambda: (1, said["text"])) for name in names}, {said["cause"]}


def read_said() -> list[dict[str, str]]:
    """What installers say, with its cause."""
    return list(tomllib.loads(SAID.read_text("utf-8"))["said"])


def _kill() -> tuple[int, str]:
    raise Killed


def _prepare(project: Environment, machine: Machine) -> None:
    with mock.patch.object(tools, "run_kept", machine.run), mock.patch.object(time, "sleep"):
        environment.prepare(project, lambda _: None)


def check_folder(project: Environment) -> None:
    """Nothing passes for ready that is not, and nothing else was touched."""
    if project.is_ready():
        assert (project.folder / "installed").exists()
        assert Path(project.python).exists()
    names = {path.name for path in project.root.iterdir()}
    assert names - OWN == KEPT | {"desktop.ini"}, names


def run_trials(count: int, seed: int) -> Counter[str]:
    """Many trials, the same for the same seed; how often each ending came."""
    ends: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        for number in range(count):
            trial = writing_faults.try_once if number % 2 else try_once
            ends[trial(random.Random(f"{seed}-{number}"), Path(place, str(number)))] += 1
    return ends


def main() -> int:
    """Run and say how the trials ended."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=0)
    options = parser.parse_args()
    ends = run_trials(options.count, options.seed) + writing_faults.run_whole(options.runs, options.seed)
    say("".join(f"{name:12} {number:5}\n" for name, number in sorted(ends.items())))
    total = options.count + options.runs
    say(f"{total} faults: 0 raw errors, 0 half-made environments or sets taken for whole, 0 causes named wrongly\n")
    assert causes.UNKNOWN in read_texts()
    return 0


if __name__ == "__main__":
    sys.exit(main())
