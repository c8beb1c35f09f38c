"""pip and uv: run, and what they said kept.

uv is a wheel like any other: pip fetches the one that ``requirements-uv.txt`` pins, its bytes checked, into a folder of
its own. A release for Windows brings it along.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

WINDOWS = os.name == "nt"
UV = "uv.exe" if WINDOWS else "uv"
PIP = ("-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--require-hashes")
QUIET = {
    "PIP_RETRIES": "2",
    "NO_COLOR": "1",
    "UV_NO_PROGRESS": "1",
    "UV_SYSTEM_CERTS": "1",
    "UV_PYTHON_DOWNLOADS": "never",
}
Run = Callable[[list[str]], tuple[int, str]]


def run_kept(command: list[str], log: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run a command; return its exit code and all it said, which is also added to the log.

    A programme that cannot even be started (blocked, missing) is a failure like any other, told in the system's words.
    """
    try:
        ran = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            check=False,
        )
        code, said = ran.returncode, ran.stdout.decode("utf-8", "replace")
    except OSError as error:
        code, said = -1, f"{error} (os error {getattr(error, 'winerror', None) or error.errno})\n"
    _add(log, f"$ {' '.join(command)}\n{said}")
    return code, said


def fetch_uv(run: Run, python: str, root: Path, folder: Path) -> tuple[Path | None, str]:
    """Find uv in the project's folder or fetch its pinned wheel; with it, what was said."""
    if (root / UV).is_file():
        return root / UV, ""
    command = [python, *PIP, "--quiet", "--no-deps", "--target", str(folder), "-r", str(root / "requirements-uv.txt")]
    said = ""
    if not list(folder.rglob(UV)):
        _, said = run(command)
    return next(iter(sorted(folder.rglob(UV))), None), said


def install_with_uv(run: Run, uv: Path, python: str, lists: list[Path], *, sources: bool) -> tuple[int, str]:
    """Install lists of libraries, each file's bytes checked; only ready-made wheels unless sources are allowed."""
    wheels = [] if sources else ["--only-binary", ":all:"]
    return run([str(uv), "pip", "install", "--python", python, "--require-hashes", *wheels, *_give(lists)])


def install_with_pip(run: Run, python: str, lists: list[Path], *, sources: bool) -> tuple[int, str]:
    """The same, slower; pip knows the proxies and certificates of pip's own settings."""
    wheels = [] if sources else ["--only-binary", ":all:"]
    return run([python, *PIP, *wheels, *_give(lists)])


def developers_uv(root: Path) -> str:
    """The pinned uv for the maintainer's commands, kept in the project's cache."""
    log = root / ".cache" / "uv.txt"
    uv, said = fetch_uv(
        lambda command: run_kept(command, log, os.environ | QUIET), sys.executable, root, root / ".cache" / "uv"
    )
    if uv is None:
        raise SystemExit(said)
    return str(uv)


def _give(lists: list[Path]) -> list[str]:
    return [word for path in lists for word in ("-r", str(path))]


def _add(log: Path, text: str) -> None:
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8", errors="replace") as file:
            file.write(text + "\n")
    except OSError:
        pass
