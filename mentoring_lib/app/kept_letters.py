"""A letter once made stays: it may have been sent. Only a decision or event about its own application makes a new one.

Each letter carries the decision it tells of (see :func:`docx.read_basis`); one made while settings were missing is a
draft and carries none. The letter that a new one takes the place of goes aside, into :data:`ASIDE`, and stays there.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from mentoring_lib.app import outputs, writing
from mentoring_lib.base.texts import find_free
from mentoring_lib.documents.letters import FOLDER
from mentoring_lib.render.docx import read_basis

LETTERS = f"{outputs.INTERNAL}/{FOLDER}"
ASIDE = f"{LETTERS}/vecas"


def keep_letters(out: Path, files: Mapping[str, bytes], *, replacing: bool) -> dict[str, bytes]:
    """What a run writes, with the letters of earlier runs where they still hold.

    Parameters
    ----------
    out : Path
        The programme's outputs as they are.
    files : mapping of str to bytes
        What this run has made, by path.
    replacing : bool
        False keeps every earlier letter: a run of another day knows less, or more, than the letters that were sent.
    """
    known, _ = writing.read_manifest(out)
    made = {_code(name): name for name in files if name.startswith(f"{LETTERS}/")}
    kept = dict(files)
    for name in known:
        if not name.startswith(f"{LETTERS}/") or writing.find_link(out, name) or not (out / name).is_file():
            continue
        content, new = (out / name).read_bytes(), made.get(_code(name), "")
        basis = read_basis(content)
        if name.startswith(f"{ASIDE}/"):
            kept[name] = content
        elif basis and replacing and new and read_basis(files[new]) != basis:
            kept[_put_aside(name, basis, {*kept, *known})] = content
        elif basis:
            kept[new or name] = content  # under today's name: the mailing list says it
    return kept


def _code(name: str) -> str:
    """Code of the application that a letter is about: its name begins with it."""
    return PurePosixPath(name).stem.split(" ")[0]


def _put_aside(name: str, basis: str, taken: Iterable[str]) -> str:
    """Where a letter goes that a new one takes the place of: its name with the day of its decision."""
    path, (day, _, kind) = PurePosixPath(name), basis.partition(" ")
    place = f"{ASIDE}/{path.stem} {day}" if kind else f"{ASIDE}/{path.stem}"  # a question has no day
    return find_free(f"{place}{path.suffix}", taken)


def list_replaced(names: Iterable[str]) -> list[str]:
    """Letters that newer ones have taken the place of, by name."""
    return [PurePosixPath(name).stem for name in sorted(names) if name.startswith(f"{ASIDE}/")]
