"""Files written whole or not at all, and the list of what was written last of all.

A file that a person has edited since it was made is left alone; the new one goes beside it. What an earlier run made
and this one does not make any more is removed, unless a person has edited it: a letter of a withdrawn result must not
lie there ready to send.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from itertools import chain
from itertools import count as count_from
from pathlib import Path, PurePosixPath

from mentoring_lib.errors import Problem, Refused

MANIFEST = "manifests.json"


def write_all(folder: Path, files: Mapping[str, bytes]) -> list[Problem]:
    """Write a set of files, each in one step, and last the list of their hashes; remove what is no longer made.

    Parameters
    ----------
    folder : Path
        Made if missing.
    files : mapping of str to bytes
        By path within the folder.

    Returns
    -------
    list of Problem
        A note for each file that a person has edited since it was made: it stays, the new one is written beside it
        as "name (jauns).ext" (or "name (jauns 2).ext", if she has edited that one too). A note of the files removed,
        and of those that are no longer made but stay since she has edited them.

    Raises
    ------
    Refused
        If the folder is a file.
    """
    known = _read_manifest(check_folder(folder) / MANIFEST)
    problems: list[Problem] = []
    written: dict[str, str] = {}
    for name, content in sorted(files.items()):
        *edited, place = _find_place(folder, name, content, known)
        written |= {passed: known.get(passed, "") for passed in edited}
        written[place] = _digest(content)
        if edited:
            problems.append(Problem("output_edited", file=name, details=PurePosixPath(place).name))
        if _hash_file(folder / place) != written[place]:
            replace_file(folder / place, content)
    left = {name: digest for name, digest in known.items() if name not in written and (folder / name).is_file()}
    stale = [name for name, digest in left.items() if _hash_file(folder / name) == digest]
    kept = {name: digest for name, digest in left.items() if name not in stale}
    for name in stale:
        _remove(folder, name)
    listing = json.dumps(written | kept, ensure_ascii=False, indent=1, sort_keys=True)
    replace_file(folder / MANIFEST, listing.encode("utf-8"))
    if stale:
        problems.append(Problem("output_removed", value=str(len(stale)), details=", ".join(sorted(stale))))
    return problems + [Problem("output_stale", file=name) for name in sorted(kept)]


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


def _read_manifest(path: Path) -> dict[str, str]:
    """Hash of each file as it was written, by path; nothing is known if the list is damaged."""
    try:
        known = json.loads(path.read_bytes()) if path.is_file() else {}
    except ValueError:
        return {}
    pairs = known.items() if isinstance(known, dict) else ()
    return {name: digest for name, digest in pairs if isinstance(digest, str) and _stays_inside(name)}


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and not re.search(r"[\\:\x00]", name)


def _find_place(folder: Path, name: str, content: bytes, known: Mapping[str, str]) -> Iterator[str]:
    """Names to try in order: those a person has edited, last the one that may be written."""
    path, digest = PurePosixPath(name), _digest(content)
    for mark in chain(["", " (jauns)"], (f" (jauns {number})" for number in count_from(2))):
        place = str(path.with_name(f"{path.stem}{mark}{path.suffix}"))
        yield place
        if _hash_file(folder / place) in (None, digest, known.get(place)):
            return


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _hash_file(path: Path) -> str | None:
    return _digest(path.read_bytes()) if path.is_file() else None


def _remove(folder: Path, name: str) -> None:
    """Remove a file, and the folders within this one that it leaves empty."""
    (folder / name).unlink()
    for parent in PurePosixPath(name).parents[:-1]:
        if any((folder / parent).iterdir()):
            break
        (folder / parent).rmdir()


def replace_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: beside it first, then in its place in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
