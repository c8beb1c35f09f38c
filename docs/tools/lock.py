"""Lock the libraries again, all lists in their order, the list of components too.

    python run.py lock                 after a change of a requirements*.in; pins stay where they can
    python run.py lock NAME ...        newest allowed version of these
    python run.py lock --upgrade       newest allowed version of all

Then ``python run.py wheels``, ``python run.py test``, and a commit that says what changed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from docs.tools import components
from docs.tools.pins import ROOT, read_oldest, read_pins
from launcher.speech import say
from launcher.tools import developers_uv

LISTS = ("", "-dev", "-browser", "-bench", "-bench-mentor", "-uv")  # each may be constrained by those before it


def make_command(uv: str, oldest: str, name: str, upgrades: list[str]) -> list[str]:
    """How one list is compiled: for every system at once, with the hash of every file, with no address in it."""
    words = [
        uv,
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--python-version",
        oldest,
        "--generate-hashes",
        "--no-header",
    ]
    return [*words, f"requirements{name}.in", "-o", f"requirements{name}.txt", *upgrades]


def list_changes(before: str, after: str) -> Iterator[str]:
    """What a list gained, lost or has in another version."""
    old, new = ({name: version for name, version, _ in read_pins(text)} for text in (before, after))
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield f"{name} {old.get(name, 'none')} -> {new.get(name, 'none')}"


def lock_one(uv: str, root: Path, name: str, upgrades: list[str]) -> list[str]:
    """Compile one list in place; what changed."""
    path = root / f"requirements{name}.txt"
    before = path.read_text("utf-8") if path.exists() else ""
    subprocess.run(make_command(uv, read_oldest(root), name, upgrades), cwd=root, check=True)
    return list(list_changes(before, path.read_text("utf-8")))


def main() -> int:
    """Lock every list and say what changed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--upgrade", action="store_true")
    options = parser.parse_args()
    upgrades = [word for name in options.names for word in ("--upgrade-package", name)]
    uv = developers_uv(ROOT)
    for name in (name for name in LISTS if (ROOT / f"requirements{name}.in").exists()):
        changes = lock_one(uv, ROOT, name, ["--upgrade"] if options.upgrade else upgrades)
        say(f"requirements{name}.txt: {', '.join(changes) or 'nothing changed'}\n")
    return components.main()


if __name__ == "__main__":
    sys.exit(main())
