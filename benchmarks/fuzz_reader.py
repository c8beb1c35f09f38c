"""Damage files at random and read them, each in a process of its own: python benchmarks/fuzz_reader.py MINUTES FOLDER.

FOLDER holds the seeds (any form exports); what kills a reader, takes too long or too much memory is kept beside them
as ``found-*``. Linux only: a child is forked for each file, with limits on time and memory.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import time
from pathlib import Path

from mentoring_lib.app.check import check_file
from mentoring_lib.workflow import EXAMPLE

SECONDS, BYTES = 10, 1_500_000_000
PIECES = [
    b'r="XFD1048576"',
    b"<!ENTITY a 'b'>",
    b"\x00",
    b"\xff\xfe",
    b'"',
    b";",
    b"\t",
    b"1E999",
    b"9" * 40,
    b"<",
    b"&#0;",
    b"=1+1",
]


def damage(content: bytes, draw: random.Random) -> bytes:
    """A few random edits: flips, cuts, copies, and pieces known to hurt."""
    edited = bytearray(content)
    for _ in range(draw.randint(1, 8)):
        at = draw.randrange(len(edited) + 1)
        length = draw.choice([1, 2, 4, 16, 200])
        new = draw.choice([draw.randbytes(length), edited[at : at + length] * 2, b"", draw.choice(PIECES)])
        edited[at : at + draw.choice([0, length])] = new
    return bytes(edited)


def read_in_child(path: Path) -> int:
    """Exit status of a child that reads one file: 0 is fine."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))  # however busy the machine is
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        try:
            found = check_file(path, EXAMPLE / "programme.toml")
            os._exit(0 if found["verdict"] != "reject" or found["problems"] else 3)
        except BaseException:
            os._exit(4)
    return os.waitpid(child, 0)[1]


def main() -> None:
    """Fuzz for the minutes asked and say how many files were read and what was found."""
    minutes, folder = float(sys.argv[1]), Path(sys.argv[2])
    seeds = sorted(path for path in folder.iterdir() if not path.name.startswith(("found-", "now")))
    draw, tried, found, end = random.Random(1), 0, 0, time.monotonic() + 60 * minutes
    while time.monotonic() < end:
        seed = draw.choice(seeds)
        path = folder / f"now{seed.suffix}"
        path.write_bytes(damage(seed.read_bytes(), draw))
        tried += 1
        if status := read_in_child(path):
            found += 1
            path.rename(folder / f"found-{found}-{status}{seed.suffix}")
    print(f"{tried} files, {found} found")


if __name__ == "__main__":
    main()
