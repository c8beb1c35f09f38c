"""Random faults over the writing of outputs: files held, a full disc, a kill, files edited or open, hidden files.

One trial writes a set of files over an earlier one while up to three things go wrong. Afterwards every file is whole,
hers are as she left them, what went wrong is told by its own sentence, and the next run makes the set complete.
"""

from __future__ import annotations

import errno
import io
import os
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

from mentoring_lib.app import paths, writing
from mentoring_lib.app.cli import main
from mentoring_lib.base.problems import Refused

HIDDEN = ("desktop.ini", "Thumbs.db", ".DS_Store")
EDITED = b"hers"
PATIENT = len(writing.PAUSES)  # a file held so many times is still waited for
STOPS = {"file_unwritable"}  # what a run may end with where the disc is full or a file never comes free
NOTES = {
    "writing_interrupted",
    "output_removed",
    "output_edited",
    "output_open",
    "output_stale",
}


class Killed(BaseException):
    """The process is gone; nothing of it runs any more."""


@contextmanager
def failing(place: Any, name: str, fault: Callable[[], None], *, first: int, times: int) -> Iterator[None]:
    """Have a function fail from its ``first`` call on, so many times."""
    real, calls = getattr(place, name), [0]

    def tried(*args: Any, **kwargs: Any) -> Any:
        calls[0] += 1
        if first <= calls[0] < first + times:
            fault()
        return real(*args, **kwargs)

    with mock.patch.object(place, name, tried):
        yield


def held() -> None:
    """A virus scanner, an indexer or a copying program has the file."""
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def full() -> None:
    """The disc has no room."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def kill() -> None:
    """The window is closed, or the power is gone."""
    raise Killed


def make_set(number: int) -> dict[str, bytes]:
    """One of three sets of files that differ in content and in what they hold."""
    names = [f"{folder}/{n}.docx" for folder in ("ieksejie", "finansetajam") for n in range(4) if n != number]
    return {name: f"{number} {name} ".encode() * 50 for name in names}


def try_once(rng: random.Random, folder: Path) -> str:
    """One trial; how it ended. Whatever must not be is an ``AssertionError``."""
    folder.mkdir()
    writing.write_all(folder, make_set(0))
    hers = disturb(rng, folder)
    stops, ended = False, "fine"
    with ExitStack() as stack, mock.patch.object(writing, "sleep"):
        if rng.random() < 0.6:
            times = rng.choice([1, 3, PATIENT, 10_000])
            stack.enter_context(failing(os, "replace", held, first=rng.randint(1, 9), times=times))
            stops |= times > PATIENT
        if rng.random() < 0.3:
            first = rng.randint(1, 9)
            stack.enter_context(failing(os, "fsync", full, first=first, times=10_000))
            stops = True
        if rng.random() < 0.3:
            stack.enter_context(failing(os, "replace", kill, first=rng.randint(1, 9), times=10_000))
        if rng.random() < 0.3:
            times = rng.choice([1, PATIENT, 10_000])
            stack.enter_context(failing(Path, "unlink", held, first=rng.randint(1, 4), times=times))
        try:
            told = {problem.code for problem in writing.write_all(folder, make_set(1))}
            assert told <= NOTES, told
        except Killed:
            ended = "killed"
        except Refused as refused:
            ended = next(iter(refused.problems)).code
            assert stops, ended
            assert ended in STOPS, ended
    check_whole(folder, hers)
    check_next(folder, hers)
    return ended


def disturb(rng: random.Random, folder: Path) -> dict[str, bytes]:
    """Hidden files of the system, a file she edited, one she has open, a clock set back; what is hers now."""
    hers = {}
    for name in HIDDEN:
        (folder / rng.choice(["", "ieksejie"]) / name).write_bytes(b"system")
    if rng.random() < 0.4:
        name = rng.choice(sorted(make_set(0)))
        (folder / name).write_bytes(EDITED)
        hers[name] = EDITED
    if rng.random() < 0.3:
        name = rng.choice(sorted(make_set(0)))
        path = folder / name
        path.with_name(f"~${path.name}").write_bytes(b"lock")
        hers[name] = path.read_bytes()
    if rng.random() < 0.3:
        for path in folder.rglob("*.docx"):
            os.utime(path, (4e9, 4e9))
    return hers


def read_files(folder: Path) -> dict[str, bytes]:
    """Files of the set as they lie there, without the list and what is being written."""
    paths = [path for path in folder.rglob("*.docx") if not path.name.startswith("~$")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def check_whole(folder: Path, hers: dict[str, bytes]) -> None:
    """Every file is one of the two sets, whole, or hers."""
    whole = {content for number in (0, 1) for content in make_set(number).values()} | {EDITED}
    left = read_files(folder)
    assert set(left.values()) <= whole
    assert all(left.get(name) == content for name, content in hers.items())


def check_next(folder: Path, hers: dict[str, bytes]) -> None:
    """A run without faults makes the set complete, beside what is hers, and a second one has nothing to say of it."""
    writing.write_all(folder, make_set(2))
    left = read_files(folder)
    for name, content in make_set(2).items():
        assert content == left[name] or (name in hers and content in left.values()), name
    assert not list(folder.rglob(f"{writing.TEMPORARY[0]}*"))
    assert "writing_interrupted" not in {problem.code for problem in writing.write_all(folder, make_set(2))}


def run_whole(count: int, seed: int) -> Counter[str]:
    """Whole runs of the example without notebooks, each over the outputs of the one before; how often each ended how.

    A run may end well (exit code 0 or 1) or with one sentence (2); the last one, without faults, gives the bytes of the
    first.
    """
    ends: Counter[str] = Counter()
    if not count:
        return ends
    with tempfile.TemporaryDirectory() as place, mock.patch.object(paths, "NOTEBOOKS", Path(place, "none")):
        out = Path(place, "out")
        assert _run(out)[0] == 0
        first = read_all(out)
        for number in range(count):
            rng = random.Random(f"{seed}-run-{number}")
            documents = sorted(out.rglob("*.docx"))
            for path in rng.sample(documents, min(5, len(documents))):
                path.unlink()
            code, said = _run_with_faults(rng, out)
            assert "Traceback" not in said, said
            assert "Negaidīta" not in said, said
            assert set(read_all(out).items()) <= set(first.items())
            ends[f"run: {code}"] += 1
        assert _run(out)[0] == 0
        assert read_all(out) == first
    return ends


def _run_with_faults(rng: random.Random, out: Path) -> tuple[str, str]:
    fault, name, place = rng.choice([(held, "replace", os), (full, "fsync", os), (kill, "replace", os)])
    times = rng.choice([1, PATIENT, 10_000])
    with failing(place, name, fault, first=rng.randint(1, 6), times=times), mock.patch.object(writing, "sleep"):
        try:
            code, said = _run(out)
        except Killed:
            return "killed", ""
    return str(code), said


def _run(out: Path) -> tuple[int, str]:
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        return main(["run", "--quiet", "--out", str(out)]), said.getvalue()


def read_all(folder: Path) -> dict[str, bytes]:
    """Every file of the outputs but the list of what was written and what is being written."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".tmp"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files if path.name != writing.MANIFEST}
