"""Where the project's folders are, and the exit codes of a command."""

from __future__ import annotations

from pathlib import Path

from mentoring_lib.workflow import EXAMPLE, ROOT

__all__ = ["EXAMPLE", "ROOT"]

PRIVATE = ROOT / "data" / "private"
NOTEBOOKS = ROOT / "notebooks"
COPIES = "burtnicas"  # working copies of the notebooks, in the programme's folder
STATIC_PAGES = "MENTORING_STATIC_PAGES"  # an environment variable: these notebooks become pages, nothing moves
FINE, ISSUES, STOPPED = 0, 1, 2


def find_folder(name: str | None) -> Path:
    """A programme's folder: the example, a folder of data/private, or a path."""
    if name is None:
        return EXAMPLE
    private = PRIVATE / name
    return private if private.is_dir() else Path(name)


def find_reports(folder: Path) -> Path:
    """Where the outputs of a programme go unless she says otherwise."""
    return ROOT / "reports" / folder.name
