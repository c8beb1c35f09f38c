"""Words of the documents that are not built from data, read once from ``texts_lv.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

TEXTS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("texts_lv.toml").read_text("utf-8"))
