"""Sentences for the coordinator, and for whoever helps: each once, on any console."""

from __future__ import annotations

import sys
import tomllib
from functools import cache
from pathlib import Path

TEXTS = Path(__file__).with_name("texts.toml")


@cache
def read_texts() -> dict[str, dict[str, str]]:
    """Every sentence by its key, in both languages."""
    return tomllib.loads(TEXTS.read_text("utf-8"))


def tell(key: str, **fields: object) -> str:
    """Fill in one sentence; a line in Latvian, a line in English."""
    text = read_texts()[key]
    return "\n".join(text[language].format(**fields) for language in ("lv", "en")) + "\n"


def say(text: str) -> None:
    """Write to the error stream as UTF-8, whatever the console thinks it is; a closed console is no error."""
    stream = getattr(sys.stderr, "buffer", None)
    try:
        if stream is None:
            sys.stderr.write(text)
        else:
            stream.write(text.encode("utf-8", "replace"))
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        pass
