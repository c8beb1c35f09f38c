"""What the lock pins, and the oldest Python: read from where they stand."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)(?:\s*;\s*(.*?))?\s*\\?$", re.MULTILINE)


def read_oldest(root: Path = ROOT) -> str:
    """The oldest Python that will do, as in pyproject.toml."""
    found = re.search(r'requires-python = ">=(\d+\.\d+)"', (root / "pyproject.toml").read_text("utf-8"))
    assert found
    return found[1]


def read_pins(text: str) -> list[tuple[str, str, str]]:
    """Name, version and marker of each pin of a lock."""
    return [(name, version, marker or "") for name, version, marker in PIN.findall(text)]
