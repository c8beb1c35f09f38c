"""The words of the command line: where the project lies, the environment, then the command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from launcher import environment, place
from launcher.causes import SetupError
from launcher.speech import say, tell

TESTS = (["test"], ["fix"])
TOOLS = ("wheels", "lock", "release", "components", "faults")  # the maintainer's; each is a file of docs/tools
MADE_WITH = {  # the maintainer's too, but with the project's libraries
    "refresh": ["docs/refresh.py"],
    "bench": ["-m", "benchmarks.bench"],
    "mutants": ["tests/tools/mutants.py"],
    "measure": ["tests/tools/measure_code.py"],
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")  # for the tests of pages and of JupyterLab
STOPPED = 2
# All tests: a process for each core up to four; a file stays in one process, as its tests share what is slow to make.
PROCESSES = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder"]


def start(words: list[str], root: Path, oldest: str) -> int:
    """Set up, then run; the exit code is that of the first command that does not end well."""
    surroundings = {**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(root)}
    if words[:1] and words[0] in TOOLS and (root / "docs" / "tools" / f"{words[0]}.py").is_file():
        return subprocess.call([sys.executable, "-m", f"docs.tools.{words[0]}", *words[1:]], env=surroundings, cwd=root)
    machine = place.this_machine()
    chosen = place.choose_place(machine, str(root), can_write=place.can_write, is_remote=place.is_remote(str(root)))
    if not agree(chosen, machine, str(root)):
        return STOPPED
    tests = words[:1] in TESTS or "".join(words[:1]) in MADE_WITH
    made = environment.Environment(root, Path(chosen.environment), tuple(list_libraries(tests=tests)), tests=tests)
    try:
        environment.prepare(made, say)
    except SetupError as failed:
        say(describe(failed, machine, str(root), oldest) + (tell("kept", log=made.log) if made.log.exists() else ""))
        return STOPPED
    return run_all(list_commands(words, made.python, oldest), surroundings, root if tests else None)


def agree(chosen: place.Place, machine: place.Machine, root: str, ask: Callable[[], str] | None = None) -> bool:
    """Have every warning about the project's folder answered, once on this computer; no answer is a no."""
    if not chosen.warnings or place.is_answered(chosen):
        return True
    for key, what in chosen.warnings:
        say(tell(key, what=what, length=what, most=place.MAX_ROOT, folder=root, better=machine.better))
    say(tell("ask"))
    try:
        answer = (ask or sys.stdin.readline)()
    except (OSError, ValueError, AttributeError):
        answer = ""
    if not place.is_yes(answer):
        say(tell("not_here"))
        return False
    place.keep_answer(chosen)
    return True


def describe(failed: SetupError, machine: place.Machine, root: str, oldest: str) -> str:
    """One sentence for the cause, then the installer's last lines."""
    what = f" «{failed.what}»" if failed.what else ""
    python = sys.version.split()[0]
    told = tell(failed.cause, what=what, python=python, oldest=oldest, better=machine.better, folder=root)
    return told + "".join(f"    {line}\n" for line in failed.lines)


def list_libraries(*, tests: bool) -> list[str]:
    """The lists of libraries; the browser's only where a browser is."""
    names = ["requirements.txt"] + (["requirements-dev.txt"] if tests else [])
    return names + (["requirements-browser.txt"] if tests and any(map(shutil.which, BROWSERS)) else [])


def list_commands(words: list[str], python: str, oldest: str) -> list[list[str]]:
    """What to run in the environment for the words given."""
    if words == ["fix"]:
        repairs = [["ruff", "check", "--fix"], ["ruff", "format"]]
        return [[python, "-m", *repair] for repair in repairs] + list_commands(["test"], python, oldest)
    if words[:1] == ["test"]:
        checks = [["ruff", "check"], ["ruff", "format", "--check"], ["mypy", "--python-version", oldest]]
        if words[1:]:
            return [[python, "-m", "pytest", *words[1:]]]
        return [[python, "-m", *check] for check in (*checks, ["pytest", *PROCESSES])]
    if words and words[0] in MADE_WITH:
        return [[python, *MADE_WITH[words[0]], *words[1:]]]
    return [[python, "-m", "mentoring_lib", *(words or ["run"])]]


def run_all(commands: list[list[str]], surroundings: dict[str, str], folder: Path | None) -> int:
    """Run one after the other until one does not end well."""
    for command in commands:
        code = subprocess.call(command, env=surroundings, cwd=folder)
        if code:
            return code
    return 0
