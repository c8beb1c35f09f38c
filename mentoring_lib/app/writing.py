"""Files written whole or not at all, and the list of what was written last of all.

A file that a person has edited since it was made, or has open, is left alone; the new one goes beside it. What an
earlier run made and this one does not make any more is removed, unless a person has edited it: a letter of a withdrawn
result must not lie there ready to send. A run that was stopped half-way is recognised by the next one.
"""

import errno
import hashlib
import json
import os
import re
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from itertools import count as count_from
from pathlib import Path, PurePosixPath
from time import sleep
from typing import IO

from pydantic import TypeAdapter

from mentoring_lib.base.problems import Problem, Refused

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

MANIFEST = "manifests.json"
UNFINISHED = "unfinished"
TEMPORARY = (".mentoring-", ".tmp")  # how the name of a file begins and ends while it is being written
PAUSES = (0.01, 0.02, 0.05, 0.1, 0.1, 0.15, 0.15, 0.2, 0.2)  # seconds between ten tries
HELD = {errno.EACCES, errno.EPERM, errno.EBUSY, errno.ENOTEMPTY}  # what a file held by another program gives
# Hashes by which a file is known as ours, by path: several after a run that was stopped.
Manifest = dict[str, tuple[str, ...]]
_LISTING = TypeAdapter(dict[str, str | list[str] | dict[str, str | list[str]]])


def write_all(folder: Path, files: Mapping[str, bytes]) -> list[Problem]:
    """Write a set of files, each in one step, and last the list of their hashes; remove what is no longer made.

    Before the first file changes, the list says in one step that a set is being written, and which. A list that still
    says so was left by a run that was stopped: that is told, and this run finishes the set.

    Parameters
    ----------
    folder : Path
        Made if missing.
    files : mapping of str to bytes
        By path within the folder.

    Returns
    -------
    list of Problem
        A note for each file that a person has edited since it was made, or has open: it stays, the new one is written
        beside it as "name (jauns).ext" (or "name (jauns 2).ext", if she has edited that one too). A note of the files
        removed, of those that are no longer made but stay, and of a run before this one that was stopped.

    Raises
    ------
    Refused
        If the folder is a file, or cannot be written to.
    """
    manifest, interrupted = read_manifest(check_folder(folder))
    remove_temporary(folder)
    problems = [Problem("writing_interrupted")] if interrupted else []
    places: dict[str, bytes] = {}
    links = {name: link for name in {*files, *manifest} if (link := find_link(folder, name))}
    problems += [Problem("output_link", file=link) for link in sorted(set(links.values()))]
    kept: Manifest = {name: manifest[name] for name in links if name in manifest}
    for name, content in sorted(files.items()):
        if name in links:
            continue
        *passed, place = _find_place(folder, name, content, manifest)
        places[place] = content
        kept |= {one: manifest[one] for one in passed if one in manifest}
        if passed:
            code = "output_open" if is_ours(folder, name, manifest) else "output_edited"
            problems.append(Problem(code, file=name, details=PurePosixPath(place).name))
    left = [name for name in sorted(manifest) if name not in places and name not in kept and (folder / name).is_file()]
    stale = [name for name in left if is_ours(folder, name, manifest) and not is_open(folder / name)]
    kept |= {name: manifest[name] for name in left if name not in stale}
    stuck = _put(folder, places, stale, manifest, kept)
    if removed := [name for name in stale if name not in stuck]:
        problems.append(Problem("output_removed", value=str(len(removed)), details=", ".join(removed)))
    return problems + [Problem("output_stale", file=name) for name in left if name in stuck or name not in stale]


def add_file(folder: Path, name: str, content: bytes) -> bool:
    """Write one more file of a set, and add it to the list; False where one that a person edited, or a link, stays."""
    manifest, interrupted = read_manifest(check_folder(folder))
    there, ours = _hash_file(folder / name), (*manifest.get(name, ()), _digest(content))
    if find_link(folder, name) or (there is not None and there not in ours):
        return False
    replace_file(folder / name, content)
    write_manifest(folder, manifest | {name: (_digest(content),)}, unfinished=interrupted)
    return True


def _put(folder: Path, places: Mapping[str, bytes], stale: list[str], manifest: Manifest, kept: Manifest) -> list[str]:
    """Say what will be written, write it, remove what is stale, say what was written; what could not be removed."""
    digests = {place: (_digest(content),) for place, content in places.items()}
    changed = [place for place in places if _hash_file(folder / place) not in digests[place]]
    if changed or stale:
        planned = {place: tuple(sorted({*manifest.get(place, ()), *digest})) for place, digest in digests.items()}
        write_manifest(folder, planned | kept | {name: manifest[name] for name in stale}, unfinished=True)
    for place in changed:
        replace_file(folder / place, places[place])
    stuck = [name for name in stale if not try_remove(folder, name)]
    write_manifest(folder, digests | kept | {name: manifest[name] for name in stuck})
    return stuck


def write_manifest(folder: Path, manifest: Manifest, *, unfinished: bool = False) -> None:
    """Write the list of a set, or of one that is being written: the hash of each file, or its hashes, by its path."""
    listing = {name: hashes[0] if len(hashes) == 1 else hashes for name, hashes in manifest.items()}
    told = {UNFINISHED: listing} if unfinished else listing
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    replace_file(folder / MANIFEST, text.encode("utf-8"))


def check_folder(folder: Path) -> Path:
    """The same folder, if it is one or can be made.

    Raises
    ------
    Refused
        If it, or anything above it, is a file.
    """
    standing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not standing.is_dir():
        raise Refused([Problem("folder_is_file", value=str(standing))])
    return folder


def read_manifest(folder: Path) -> tuple[Manifest, bool]:
    """Hashes of each file as it was written, by path, and whether that run was stopped; nothing if it is damaged."""
    try:
        listed = _LISTING.validate_json((folder / MANIFEST).read_bytes())
    except (FileNotFoundError, IsADirectoryError, ValueError):  # what is held by another program is no empty list
        return {}, False
    begun = listed.get(UNFINISHED)
    pairs = begun if isinstance(begun, dict) else listed
    hashes = {name: [one] if isinstance(one, str) else one for name, one in pairs.items() if _stays_inside(name)}
    return {name: tuple(filter(None, one)) for name, one in hashes.items()}, pairs is begun


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and not re.search(r"[\\:\x00]", name)


def is_link(path: Path) -> bool:
    """Whether a path is a link, or a junction of Windows, to somewhere else."""
    is_junction: Callable[[Path], bool] = getattr(os.path, "isjunction", lambda _: False)  # from Python 3.12 on
    return path.is_symlink() or is_junction(path)


def find_link(folder: Path, name: str) -> str | None:
    """The part of a path within a folder that is a link; behind it nothing is written and nothing removed."""
    path = PurePosixPath(name)
    return next((str(part) for part in [*path.parents[-2::-1], path] if is_link(folder / part)), None)


def _find_place(folder: Path, name: str, content: bytes, manifest: Manifest) -> Iterator[str]:
    """Names to try in order: those a person has edited or has open, last the one that may be written."""
    path = PurePosixPath(name)
    for mark in chain(["", " (jauns)"], (f" (jauns {number})" for number in count_from(2))):
        place = str(path.with_name(f"{path.stem}{mark}{path.suffix}"))
        yield place
        if _hash_file(folder / place) in (None, _digest(content)):
            return
        if is_ours(folder, place, manifest) and not is_open(folder / place):
            return


def is_ours(folder: Path, name: str, manifest: Manifest) -> bool:
    """Whether a file is still as it was made."""
    return _hash_file(folder / name) in manifest.get(name, ())


def is_open(path: Path) -> bool:
    """Whether a file is open in another program, as its lock file (LibreOffice, Excel, Word) or the system tells."""
    name = path.name
    if not os.access(path, os.W_OK):
        return True  # made read-only by a person: waiting does not help
    if any((path.parent / lock).exists() for lock in (f".~lock.{name}#", *(f"~${name[cut:]}" for cut in range(3)))):
        return True
    try:
        patiently(lambda: path.open("r+b").close())
    except OSError:
        return True
    return False


def patiently(work: Callable[[], object]) -> object:
    """Do something with a file, ten times within a second if need be.

    Antivirus, indexer and OneDrive hold a new file for some milliseconds. Anything else that goes wrong is no matter of
    waiting, and what is still held after a second is open in another program.

    Raises
    ------
    OSError
        What the system said the last time.
    """
    for pause in PAUSES:
        try:
            return work()
        except OSError as error:
            if error.errno not in HELD:
                raise
            sleep(pause)
    return work()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _hash_file(path: Path) -> str | None:
    """Hash of a file, None if there is none, "" if it cannot be read (a folder of that name, a file locked whole)."""
    try:
        return _digest(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError:
        return ""


def remove_file(folder: Path, name: str) -> None:
    """Remove a file, if it is there, and the folders within this one that it leaves empty; nothing behind a link."""
    if find_link(folder, name):
        return
    patiently(lambda: (folder / name).unlink(missing_ok=True))
    for parent in PurePosixPath(name).parents[:-1]:
        if not (folder / parent).is_dir() or any((folder / parent).iterdir()):
            break
        patiently((folder / parent).rmdir)


def try_remove(folder: Path, name: str) -> bool:
    """Remove a file as :func:`remove_file` does; False if the system does not let it go (open elsewhere)."""
    with suppress(OSError):
        remove_file(folder, name)
    return not (folder / name).exists()


def remove_files(folder: Path, names: Sequence[str]) -> list[str]:
    """Remove files of a set, then strike them off its list; the names of those that could not be removed."""
    stuck = [name for name in names if not try_remove(folder, name)]
    manifest, interrupted = read_manifest(folder)
    left = {name: hashes for name, hashes in manifest.items() if (folder / name).exists()}
    write_manifest(folder, left, unfinished=interrupted)
    return stuck


def remove_temporary(folder: Path) -> None:
    """Remove files that a run was writing when it was stopped; what is still held goes the next time."""
    begin, end = TEMPORARY
    for path in folder.rglob(f"{begin}*{end}"):
        with suppress(OSError):
            patiently(lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]


def replace_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: beside it first, then in its place in one step.

    Raises
    ------
    Refused
        If it cannot be written; what stood there stays.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(path, content)
    except OSError as error:
        raise Refused([Problem("file_unwritable", file=path.name, details=str(path.parent))]) from error


def _write_whole(path: Path, content: bytes) -> None:
    temporary = path.with_name(secrets.token_hex(8).join(TEMPORARY))
    try:
        with temporary.open("xb") as file:  # readable for whom the system's umask says, as any file she saves
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        patiently(lambda: os.replace(temporary, path))
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


@contextmanager
def hold(folder: Path, locks: Path) -> Iterator[None]:
    """Keep a folder to one process at a time; the system lets go of it when the process ends, however it ends.

    Parameters
    ----------
    folder : Path
        Need not exist yet.
    locks : Path
        A folder for the empty files that are locked, one for each folder.

    Raises
    ------
    Refused
        If another process holds it.
    """
    name = _digest(str(folder.resolve()).encode("utf-8"))[:16]
    try:
        locks.mkdir(parents=True, exist_ok=True)
        file = (locks / f"{name}.lock").open("wb")
    except OSError:  # no place for a lock: go on without
        yield
        return
    with file:
        try:
            _lock(file)
        except OSError as error:
            if error.errno in {errno.EACCES, errno.EAGAIN, errno.EDEADLK}:  # others: a disk that knows no locks
                raise Refused([Problem("folder_held", value=folder.name)]) from None
        yield


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
