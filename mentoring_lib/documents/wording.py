"""Words of the documents that are not built from data, read once from ``texts_lv.toml``, and how they are filled in."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import reduce
from operator import attrgetter
from pathlib import Path
from string import Formatter
from typing import Any

import pandas as pd

from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import Application, Row, rows_of
from mentoring_lib.base.texts import glue, long_date, plural, safe_name, show_date
from mentoring_lib.delivery.matching import one_each

TEXTS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("texts_lv.toml").read_text("utf-8"))


def fill(sentences: Iterable[str], words: Mapping[str, Any]) -> str:
    """Sentences filled in and put together; one that lacks a word is left out, an answer is never the pattern.

    A field is a word or a setting (``{letters.phone}``); one whose name ends in "_" may be empty. After a colon stands
    the case of a date, its format, or the noun that a number counts: ``{day:dative}``, ``{count:stunda|stundas}``.
    """
    return glue(" ".join(text for one in sentences if (text := _fill_one(one, words)) is not None))


def _fill_one(sentence: str, words: Mapping[str, Any]) -> str | None:
    told = ""
    for text, name, form, _ in Formatter().parse(sentence):
        word = _show_word(_find_word(name, words), form) if name else ""
        if name and not word and not name.endswith("_"):
            return None
        told += text + word
    return told


def _find_word(name: str, words: Mapping[str, Any]) -> Any:
    word, *parts = name.split(".")
    return reduce(lambda found, part: found and getattr(found, part), parts, words[word])


def _show_word(word: Any, form: str | None) -> str:
    if word is None or isinstance(word, str):
        return word or ""
    if isinstance(word, date):
        return show_date(word) if not form else f"{word:{form}}" if "%" in form else long_date(word, form)
    if isinstance(word, list | tuple):
        return ", ".join(word)
    return plural(word, *form.split("|")) if form else str(word)


def add_parts(words: dict[str, Any], parts: Mapping[str, str], holds: Mapping[str, object] | None = None) -> None:
    """Add sentences and parts of sentences to the words, in order; "" where one lacks a word or does not hold."""
    for name, sentence in parts.items():
        words[name] = fill([sentence], words) if (holds or {}).get(name, True) else ""


def find_lacking(programme: Programme, names: Iterable[str]) -> list[str]:
    """Settings ("letters.post") that are not filled in."""
    return [name for name in names if not attrgetter(name)(programme)]


def name_document(key: str, community: str | None) -> str:
    """Name of a document about an application, without its ending: the code, and the community for a person."""
    return safe_name(f"{key} {community or ''}")


def frame_community(community: str | None) -> dict[str, str]:
    """A community as sentences name it, its name never bent; "Jūsu kopiena" where it has none."""
    words = {"name": quote_inside(community)}
    return {key: fill([named], words) or bare for key, (named, bare) in TEXTS["community"].items()}


def quote_inside(name: str | None) -> str:
    """A name as it stands within «», where quotation marks are never nested."""
    return (name or "").replace("«", "„").replace("»", "“")


def pair_rows(table: pd.DataFrame, kind: type[Row], applications: pd.DataFrame) -> Iterator[tuple[Row, Application]]:
    """Rows of a table about applications as a kind of row, each with its application."""
    about = {one.application_id: one for one in rows_of(one_each(applications), Application)}
    for row in rows_of(table, kind):
        if one := about.get(attrgetter("application_id")(row)):
            yield row, one
