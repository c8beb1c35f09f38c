"""The environment: made, filled and tried once, and again only when what it is made from has changed.

``ready.txt`` in it is written last and removed first, so a set-up that was cut off at any moment is begun anew. Two
windows do not prepare one environment at once: the second waits. An environment that is open somewhere is put aside
whole or not touched.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher import causes, tools
from launcher.causes import SetupError
from launcher.speech import tell

TRIES, PAUSE = 10, 0.1  # antivirus and copying programmes hold a new file for moments
PATIENCE = 900  # seconds for another window to finish
ODD = ("unknown", "blocked", "no_wheel", "other_bytes")  # causes of uv alone, maybe: pip may manage
NET = ("no_network", "proxy")  # pip knows other proxies and certificates than uv
Say = Callable[[str], object]


@dataclass(frozen=True)
class Environment:
    """One environment and what it is made from."""

    root: Path
    folder: Path
    lists: tuple[str, ...]
    tests: bool = False

    @property
    def python(self) -> str:
        """Its Python."""
        return str(self.folder.joinpath(*(("Scripts", "python.exe") if tools.WINDOWS else ("bin", "python"))))

    @property
    def log(self) -> Path:
        """Where the installer's words are kept."""
        return self.folder.parent / ".cache" / "uzstadisana.txt"

    @property
    def ready(self) -> Path:
        """The file that says what it was made from."""
        return self.folder / "ready.txt"

    def wanted(self) -> list[str]:
        """What it must be made from, a line for each list of libraries, each line including the lists before."""
        digest, lines = hashlib.sha256(), []
        for name in self.lists:
            digest.update((self.root / name).read_bytes())
            lines.append(" ".join([sys.version.split()[0], sys.base_prefix, digest.hexdigest(), str(self.folder)]))
        return lines

    def present(self) -> list[str]:
        """What it was made from; nothing if it was not finished."""
        try:
            return self.ready.read_text("utf-8").splitlines()
        except (OSError, ValueError):
            return []

    def is_ready(self) -> bool:
        """Whether nothing needs to be done."""
        return self.wanted()[-1] in self.present() and Path(self.python).exists()


def prepare(environment: Environment, say: Say) -> None:
    """Make the environment if it is missing or was made from something else; raise ``SetupError`` with the cause."""
    if environment.is_ready():
        return
    try:
        environment.folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone(environment, say):
            if not environment.is_ready():
                _make(environment, say)
    except OSError as error:
        number = getattr(error, "winerror", None) or error.errno
        raise causes.explain(f"{error} (os error {number})", windows=tools.WINDOWS) from error


def _make(environment: Environment, say: Say) -> None:
    say(tell("working"))
    environment.log.unlink(missing_ok=True)
    kept = environment.present()
    patiently(lambda: environment.ready.unlink(missing_ok=True))
    if environment.wanted()[0] not in kept:
        _create(environment)
    _install(environment)
    say(tell("checking"))
    _try_native(environment)
    _write_ready(environment)


def _create(environment: Environment) -> None:
    put_aside(environment.folder)
    code, said = _run(environment, [sys.executable, "-m", "venv", str(environment.folder)])
    if code:
        raise causes.explain(said, windows=tools.WINDOWS)


def _install(environment: Environment) -> None:
    """Try uv, then pip unless the cause is one that pip meets as well."""
    lists = [environment.root / name for name in environment.lists]
    failed = _install_with_uv(environment, lists)
    if failed is None:
        return
    code, said = tools.install_with_pip(
        lambda command: _run(environment, command), environment.python, lists, sources=environment.tests
    )
    if code:
        last = causes.explain(said, windows=tools.WINDOWS)
        raise failed if last.cause in ODD and failed.cause in NET else last  # pip calls unreachable «not found»


def _install_with_uv(environment: Environment, lists: list[Path]) -> SetupError | None:
    """Nothing when it went well, a failure that pip may mend, or that failure raised."""
    run, folder = (lambda command: _run(environment, command)), environment.folder / "uv"
    uv, said = tools.fetch_uv(run, environment.python, environment.root, folder)
    if uv:
        code, said = tools.install_with_uv(run, uv, environment.python, lists, sources=environment.tests)
        remove_folder(folder)
        if code == 0:
            return None
    failed = causes.explain(said, windows=tools.WINDOWS)
    if failed.cause in ODD + (NET if uv else ()):
        return failed
    raise failed


def _try_native(environment: Environment) -> None:
    code, said = _run(environment, [environment.python, str(Path(__file__).with_name("native.py"))])
    if code:
        lines = causes.keep_last(said.splitlines())
        refused = [line.split()[:2] for line in said.splitlines() if line.startswith(("blocked ", "broken "))]
        if not refused:
            raise SetupError("broken", "", lines)
        kind = "blocked" if any(word == "blocked" for word, _ in refused) else "broken"
        raise SetupError(kind, ", ".join(dict.fromkeys(name for word, name in refused if word == kind)), lines)


def _write_ready(environment: Environment) -> None:
    new = environment.ready.with_suffix(".new")
    new.write_text("\n".join(environment.wanted()), "utf-8")
    patiently(lambda: new.replace(environment.ready))


def _run(environment: Environment, command: list[str]) -> tuple[int, str]:
    surroundings = os.environ | tools.QUIET | {"PYTHONUTF8": "1"}
    surroundings.pop("PYTHONPATH", None)
    return tools.run_kept(command, environment.log, surroundings)


@contextmanager
def _alone(environment: Environment, say: Say) -> Iterator[None]:
    """Hold the lock of the system, which is let go even when this process is killed."""
    with environment.folder.with_suffix(".lock").open("a+b") as file:
        told, until = False, time.monotonic() + PATIENCE
        while not _lock(file.fileno()):
            if not told:
                say(tell("waiting"))
            told = True
            if time.monotonic() > until:
                raise SetupError("busy")
            time.sleep(PAUSE)
        yield


def _lock(number: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415

            os.lseek(number, 0, os.SEEK_SET)
            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (PermissionError, BlockingIOError):
        return False
    except OSError:  # a file system without locks: better two set-ups than none
        return True
    return True


def put_aside(folder: Path) -> None:
    """Move an old environment away whole, then delete it; one that is open somewhere stays whole and is named."""
    old = folder.with_suffix(".old")
    remove_folder(old)
    if not folder.exists():
        return
    try:
        patiently(lambda: folder.rename(old))
    except OSError as error:
        raise SetupError("in_use", lines=(str(error),)) from error
    remove_folder(old)


def remove_folder(folder: Path) -> None:
    """Delete what can be deleted; what is held is left for the next time."""
    shutil.rmtree(folder, ignore_errors=True)


def patiently(action: Callable[[], object], pauses: Sequence[float] = (PAUSE,) * TRIES) -> None:
    """Do what a passing lock may refuse for a moment; after a second the refusal stands."""
    for pause in pauses:
        try:
            action()
        except PermissionError:
            time.sleep(pause)
        else:
            return
    action()
