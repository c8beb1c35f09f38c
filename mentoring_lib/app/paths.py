"""Where the project's folders are, and the exit codes of a command."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from mentoring_lib.base.programme import Programme
from mentoring_lib.workflow import EXAMPLE, ROOT

__all__ = ["EXAMPLE", "ROOT"]

PRIVATE = ROOT / "data" / "private"
NOTEBOOKS = ROOT / "notebooks"
CACHE = ROOT / ".cache"
LOCKS = CACHE / "locks"
COPIES = "burtnicas"  # working copies of the notebooks, in the programme's folder
STATIC_PAGES = "MENTORING_STATIC_PAGES"  # an environment variable: these notebooks become pages, nothing moves
FINE, ISSUES, STOPPED = 0, 1, 2


def read_table(name: str) -> dict[str, Any]:
    """What stands in a TOML file of this room: words, or settings of another program."""
    return tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))


def list_homes() -> dict[str, str]:
    """Environment variables that keep what libraries write for themselves inside the project, not in her home."""
    jupyter = {f"JUPYTER_{kind}_DIR": CACHE / "jupyter" / kind.lower() for kind in ("CONFIG", "DATA", "RUNTIME")}
    others = {"IPYTHONDIR": CACHE / "ipython", "MPLCONFIGDIR": CACHE / "matplotlib", "npm_config_cache": CACHE / "npm"}
    return {name: str(place) for name, place in (jupyter | others).items()}


def find_folder(name: str | None) -> Path:
    """A programme's folder: the example, a folder of data/private, or a path."""
    if name is None:
        return EXAMPLE
    private = PRIVATE / name
    return private if private.is_dir() else Path(name)


def find_day(programme: Programme) -> date:
    """The day whose state is shown: what the settings say, else today."""
    return programme.as_of or date.today()


def find_reports(folder: Path) -> Path:
    """Where the outputs of a programme go unless she says otherwise."""
    return ROOT / "reports" / folder.name
