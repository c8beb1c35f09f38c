"""Whether every pin of the lock has a wheel, for each Python and each kind of computer.

    python run.py wheels [--lock requirements.txt]

Only resolves, installs nothing, and needs nothing but the registry. What is known to be missing stands in ``KNOWN``;
anything else missing makes the command fail, so it can be run whenever the lock has changed.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from docs.tools.pins import ROOT, read_oldest, read_pins
from launcher.causes import name_library
from launcher.speech import say
from launcher.tools import developers_uv

NEWEST = 15  # the minor version that python.org offers last; looked up when the lock is renewed
PLATFORMS = {
    "Windows x64": "x86_64-pc-windows-msvc",
    "Windows ARM": "aarch64-pc-windows-msvc",
    "Mac, Apple silicon": "aarch64-apple-darwin",
    "Mac, Intel": "x86_64-apple-darwin",
    "Linux x64": "x86_64-unknown-linux-gnu",
}
KNOWN = {
    ("3.11", "Windows ARM"): {"pyyaml"},
    ("3.15", "Windows ARM"): {"python-calamine"},
}
OPTIONAL = "typst"  # where its marker leaves it out, there is no PDF
FINE, NO_PDF = "yes", "yes, no PDF"


def list_pythons(oldest: str, newest: int = NEWEST) -> list[str]:
    """From the oldest that will do to the newest that there is."""
    return [f"3.{minor}" for minor in range(int(oldest.split(".")[1]), newest + 1)]


def resolve(uv: str, lock: Path, python: str, platform: str) -> tuple[str, str]:
    """What would be installed, and what uv said."""
    command = [
        uv,
        "pip",
        "compile",
        "--quiet",
        "--no-header",
        "--no-annotate",
        "--no-deps",
        "--only-binary",
        ":all:",
        str(lock),
    ]
    ran = subprocess.run(
        [*command, "--python-version", python, "--python-platform", platform],
        capture_output=True,
        text=True,
        check=False,
    )
    return (ran.stdout if ran.returncode == 0 else ""), ran.stderr


def find_missing(uv: str, text: str, python: str, platform: str) -> tuple[set[str], str]:
    """Leave out each library that has no wheel until the rest resolves; those, and what is left."""
    missing: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        lock = Path(folder, "lock.txt")
        while True:
            lock.write_text(leave_out(text, missing), "utf-8")
            rest, said = resolve(uv, lock, python, platform)
            name = name_library(said)
            if rest or not name or name in missing:
                break
            missing.add(name)
    if not rest:
        raise SystemExit(said)
    return missing, rest


def leave_out(text: str, names: set[str]) -> str:
    """The lock without some libraries and without hashes; each pin on a line."""
    pins = (pin for pin in read_pins(text) if pin[0] not in names)
    return "".join(f"{name}=={version}{' ; ' + marker if marker else ''}\n" for name, version, marker in pins)


def describe(missing: set[str], rest: str) -> str:
    """One cell of the table."""
    if missing:
        return "no: " + ", ".join(sorted(missing))
    return FINE if re.search(rf"^{OPTIONAL}==", rest, re.MULTILINE) else NO_PDF


def draw_table(cells: dict[tuple[str, str], str]) -> str:
    """The table in Markdown, a row a Python."""
    pythons = list(dict.fromkeys(python for python, _ in cells))
    rows = [["Python", *PLATFORMS], ["---"] * (len(PLATFORMS) + 1)]
    rows += [[python, *(cells[python, name] for name in PLATFORMS)] for python in pythons]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def list_surprises(missing: dict[tuple[str, str], set[str]]) -> list[str]:
    """What is missing and not known to be."""
    return [
        f"{python}, {name}: {one}"
        for (python, name), ones in missing.items()
        for one in sorted(ones - KNOWN.get((python, name), set()))
    ]


def main() -> int:
    """Draw the table; 1 if a wheel is missing that was not known to be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lock", type=Path, default=ROOT / "requirements.txt")
    text, uv = parser.parse_args().lock.read_text("utf-8"), developers_uv(ROOT)
    keys = [(python, name) for python in list_pythons(read_oldest()) for name in PLATFORMS]
    with ThreadPoolExecutor(5) as pool:  # it waits for the network, not for the processor
        found = dict(
            zip(keys, pool.map(lambda key: find_missing(uv, text, key[0], PLATFORMS[key[1]]), keys), strict=True)
        )
    sys.stdout.write(draw_table({key: describe(*cell) for key, cell in found.items()}))
    surprises = list_surprises({key: missing for key, (missing, _) in found.items()})
    say("".join(f"not known to be missing: {line}\n" for line in surprises))
    return 1 if surprises else 0


if __name__ == "__main__":
    sys.exit(main())
