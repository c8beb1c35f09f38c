# -*- coding: utf-8 -*-
"""Set up the project's own Python environment and hand the words on to it.

    python run.py            set up and run the example
    python run.py test       lint, type-check and test
    python run.py fix        the same, after formatting and repairing what can be repaired
    python run.py WORD ...   python -m mentoring_lib WORD ... (try --help)
    python run.py wheels | lock | components | release | faults    for maintainers, docs/upkeep.md

No syntax here that an old Python cannot read, so that it can say what is wrong. The oldest one that will do stands in
pyproject.toml and nowhere else. Everything more is in launcher/.
"""

from __future__ import unicode_literals

import io
import os
import re
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
TOO_OLD = (
    "Vajadzīgs Python {0} vai jaunāks, bet šis ir {1}. Lejupielādējiet jaunāko no python.org un mēģiniet vēlreiz.\n"
    "Python {0} or newer is needed, but this is {1}. Install the newest from python.org and try again.\n"
)
WHOLE = ("requirements.txt", "launcher", "mentoring_lib")
NOT_WHOLE = (
    "Rīka mapē trūkst datņu. Vispirms atarhivējiet ZIP datni (labais klikšķis, «Extract All…») un palaidiet vēlreiz.\n"
    "Files are missing beside run.py. Unpack the whole ZIP file first.\n"
)


def say(text):
    """Write to the error stream, on any Python and any console."""
    stream = getattr(sys.stderr, "buffer", sys.stderr)
    stream.write(text.encode("utf-8"))
    sys.stderr.flush()


def read_oldest():
    """The oldest Python that will do, as written in pyproject.toml."""
    with io.open(os.path.join(ROOT, "pyproject.toml"), encoding="utf-8") as file:
        return re.search('requires-python = ">=([0-9]+[.][0-9]+)"', file.read()).group(1)


def main(words):
    """Say what is missing, or hand the words on."""
    try:
        oldest = read_oldest()
    except (IOError, OSError):
        say(NOT_WHOLE)
        return 2
    if not sys.version_info[:2] >= tuple(map(int, oldest.split("."))):
        if words != ["probe"]:
            say(TOO_OLD.format(oldest, sys.version.split()[0]))
        return 2
    if words == ["probe"]:  # run.bat and run.command ask whether this Python will do
        return 0
    if not all(os.path.exists(os.path.join(ROOT, name)) for name in WHOLE):
        say(NOT_WHOLE)
        return 2
    from pathlib import Path  # noqa: PLC0415 - an old Python lacks it

    from launcher.start import start  # noqa: PLC0415 - and cannot read this

    return start(words, Path(ROOT), oldest)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
