"""Where the project's folders are, and the exit codes of a command."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLE = ROOT / "data" / "example"
PRIVATE = ROOT / "data" / "private"
NOTEBOOKS = ROOT / "notebooks"
COPIES = "burtnicas"
FINE, ISSUES, STOPPED = 0, 1, 2


def find_folder(name: str | None) -> Path:
    """A programme's folder: the example, a folder of data/private, or a path."""
    if name is None:
        return EXAMPLE
    private = PRIVATE / name
    return private if private.is_dir() else Path(name)
