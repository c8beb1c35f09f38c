"""Words of the documents that are not built from data, read once from ``texts_lv.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from operator import attrgetter
from pathlib import Path
from string import Formatter
from typing import Any

from mentoring_lib.base.programme import Programme
from mentoring_lib.base.texts import glue, safe_name

TEXTS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("texts_lv.toml").read_text("utf-8"))


def fill(sentences: Iterable[str], words: Mapping[str, str]) -> str:
    """Sentences filled in and put together; one that lacks a word is left out, an answer is never the pattern.

    A field whose name ends in "_" may be empty.
    """
    whole = [one for one in sentences if all(words[name] or name.endswith("_") for name in _list_fields(one))]
    return glue(" ".join(one.format_map(words) for one in whole))


def _list_fields(sentence: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(sentence) if name]


def find_lacking(programme: Programme, names: Iterable[str]) -> list[str]:
    """Settings ("letters.post") that are not filled in."""
    return [name for name in names if not attrgetter(name)(programme)]


def name_document(key: str, community: str | None) -> str:
    """Name of a document about an application, without its ending: the code, and the community for a person."""
    return safe_name(f"{key} {community or ''}")


def quote_inside(name: str | None) -> str:
    """A name as it stands within «», where quotation marks are never nested."""
    return (name or "").replace("«", "„").replace("»", "“")
