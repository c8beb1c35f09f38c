# -*- coding: utf-8 -*-
"""Set up the project's own Python environment (.venv) and hand the words on to it.

    python run.py            set up and run the example
    python run.py test       lint, type-check and test
    python run.py fix        the same, after formatting and repairing what can be repaired
    python run.py WORD ...   python -m mentoring_lib WORD ... (try --help)

Only the standard library is used here, and no syntax that an old Python cannot read, so that it can say what is wrong.
"""

from __future__ import unicode_literals

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
READY = os.path.join(VENV, "ready.txt")
OLDEST = (3, 11)
TESTS = (["test"], ["fix"])
TOOLS = {  # the maintainer's, no part of the library
    "refresh": ["docs/refresh.py"],
    "bench": ["-m", "benchmarks.bench"],
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")  # for the tests of pages and of JupyterLab
TOO_OLD = (
    "Vajadzīgs Python 3.11, 3.12 vai 3.13, bet šis ir {0}. Lejupielādējiet jaunāku no python.org un mēģiniet vēlreiz.\n"
    "Python 3.11, 3.12 or 3.13 is needed, but this is {0}. Install a newer one from python.org and try again.\n"
)
SETTING_UP = "Sagatavo vidi; pirmajā reizē tas ilgst apmēram minūti ...\n"
FAILED = (
    "Neizdevās sagatavot vidi. Pārbaudiet, vai ir interneta savienojums, un palaidiet vēlreiz.\n"
    "Setting up failed. Check the internet connection and run this again.\n"
)


def say(text):
    """Write to the error stream, on any Python and any console."""
    stream = getattr(sys.stderr, "buffer", sys.stderr)
    stream.write(text.encode("utf-8"))
    sys.stderr.flush()


def python_of(venv):
    """Path of the environment's Python, on Windows and elsewhere."""
    return os.path.join(venv, "Scripts", "python.exe") if os.name == "nt" else os.path.join(venv, "bin", "python")


def wanted_state(files):
    """What the environment must be made from: this Python, this folder, these lists of libraries."""
    digest = hashlib.sha256()
    for name in files:
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return " ".join([sys.version.split()[0], digest.hexdigest(), ROOT])


def present_state():
    """What the environment was last made from; the longer list of libraries contains the shorter."""
    try:
        with open(READY, "rb") as file:
            return file.read().decode("utf-8").splitlines()
    except (IOError, OSError):
        return []


def libraries(test):
    """The lists of libraries; the browser's only where a browser is."""
    names = ["requirements.txt"] + (["requirements-dev.txt"] if test else [])
    return names + (["requirements-browser.txt"] if test and any(map(shutil.which, BROWSERS)) else [])


def set_up(environment, test):
    """Make the environment if it is missing or was made from something else."""
    names = libraries(test)
    wanted = [wanted_state(names[: number + 1]) for number in range(len(names))]
    present = present_state()
    if wanted[-1] in present and os.path.exists(python_of(VENV)):
        return
    say(SETTING_UP)
    if wanted[0] not in present:
        subprocess.check_call([sys.executable, "-m", "venv", "--clear", VENV], env=environment)
    for name in names:
        install = [python_of(VENV), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.check_call(install + ["-r", os.path.join(ROOT, name)], env=environment)
    with open(READY, "wb") as file:
        file.write("\n".join(wanted).encode("utf-8"))


def commands(words):
    """What to run in the environment for the words given."""
    python = python_of(VENV)
    if words == ["fix"]:
        return [[python, "-m", "ruff", "check", "--fix"], [python, "-m", "ruff", "format"]] + commands(["test"])
    if words[:1] == ["test"]:
        checks = [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]] if not words[1:] else []
        return [[python, "-m"] + check for check in checks] + [[python, "-m", "pytest"] + words[1:]]
    if words[:1] and words[0] in TOOLS:
        return [[python] + TOOLS[words[0]] + words[1:]]
    return [[python, "-m", "mentoring_lib"] + (words or ["run"])]


def main(words):
    """Set up, then run; the exit code is that of the first command that does not end well."""
    if not sys.version_info[:2] >= OLDEST:
        say(TOO_OLD.format(sys.version.split()[0]))
        return 2
    environment = dict(os.environ, PYTHONUTF8="1", PYTHONPATH=ROOT)
    try:
        set_up(environment, words[:1] in TESTS)
    except (subprocess.CalledProcessError, OSError):
        say(FAILED)
        return 2
    ours = words[:1] in TESTS or "".join(words[:1]) in TOOLS  # these work on the project, not where she stands
    for command in commands(words):
        code = subprocess.call(command, env=environment, cwd=ROOT if ours else None)
        if code:
            return code
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
