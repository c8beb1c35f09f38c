"""A settings file that is not TOML: which slip of the hand it is, and in which line; and where a key stands.

The parser stops at the first thing it cannot read and says so in English. The line it stopped at is looked at again
for what people do type: a date as in a letter, curly quotes, a decimal comma. The phrases: ``settings_lv.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

WORDS: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("settings_lv.toml").read_text("utf-8"))
"""Phrases: ``slips`` of a line, in the order in which they are looked for, and what is ``allowed`` as a value."""

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')
_BEFORE_COMMENT = re.compile(r"""(?:[^#"']|"(?:[^"\\]|\\.)*(?:"|$)|'[^']*(?:'|$))*""")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""", re.ASCII)
_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]")
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")


class _Line(NamedTuple):
    """The line the parser stopped at: whole without its comment, its key, its value, and that without strings."""

    whole: str
    key: str | None
    value: str
    bare: str
    error: str


def _take_apart(line: str, error: str) -> _Line:
    match = _BEFORE_COMMENT.match(line)
    whole = match[0] if match else line
    key, equals, value = whole.partition("=")
    value = value if equals else whole
    return _Line(whole, key if equals else None, value.strip(), _STRING.sub('""', value).strip(), error)


def _is_impossible(line: _Line) -> bool:
    for year, month, day in _ISO_DATE.findall(line.bare):
        try:
            date(int(year), int(month), int(day))
        except ValueError:
            return True
    return False


def _has(pattern: str, part: str = "bare") -> Callable[[_Line], bool]:
    found = re.compile(pattern, re.IGNORECASE)
    return lambda line: found.search(getattr(line, part) or "") is not None


_TESTS: dict[str, Callable[[_Line], bool]] = {
    "colon": _has(r"^\s*[\w.-]+\s*:", "whole"),
    "twice": _has(r"overwrite|declare|mutate|duplicate|redefine", "error"),
    "quotes_curly": _has("[„“”«»‚‘’‟″]"),
    "date_order": _has(r"\b\d{1,2}[./]\s?\d{1,2}[./]\s?\d{2,4}|\b\d{4}[./]\d{1,2}[./]\d{1,2}"),
    "date_zero": lambda line: any(len(m) < 2 or len(d) < 2 for _, m, d in _ISO_DATE.findall(line.bare)),
    "date_impossible": _is_impossible,
    "moment": _has(r"\d{4}-\d\d-\d\d[ T]+\S"),
    "yes_no": _has(r"^(true|false|jā|nē|ja|ne|yes|no)$"),
    "comma": _has(r"^\d+,\d+$|=\s*\d+,\d"),
    "thousands": _has(r"^\d+[ \u00a0]+\d+$|^\d+\s*(%|€|eur\b|gad|min|dien|vieta)"),
    "zero": _has(r"^[+-]?0\d"),
    "unclosed": _has(r"unclosed", "error"),
    "header": lambda line: line.whole.lstrip().startswith("["),
    "equals": lambda line: line.key is None,
    "key": lambda line: line.key is not None and not _KEY.fullmatch(f"{line.key}="),
    "value_missing": lambda line: not line.value,
    "quote_missing": lambda line: any(sign in _STRING.sub("", line.whole) for sign in "\"'"),
    "character": _has(r"illegal|non-printable|control", "error"),
    "backslash": _has(r"\\|escape|hex", "error"),
    "text": _has(r"[^\W\d_]"),
    "other": lambda _: True,
}


def find_slip(text: str, error: Exception) -> tuple[int | None, str]:
    """What is wrong with a text that the parser refused.

    Parameters
    ----------
    text : str
    error : Exception
        What the parser raised: TOMLDecodeError, or ValueError and RecursionError for what is no slip any more.

    Returns
    -------
    tuple of (int or None, str)
        The line, from 1, and a Latvian phrase.
    """
    lines = text.split("\n")
    if isinstance(error, RecursionError):
        return None, WORDS["slips"]["nesting"]
    if not isinstance(error, tomllib.TOMLDecodeError):  # more digits than Python turns into a number
        long = (number for number, line in enumerate(lines, start=1) if re.search(r"[\d_]{4000}", line))
        return next(long, None), WORDS["slips"]["digits"]
    place = re.search(r"at line (\d+)", str(error))
    taken = [_take_apart(line, str(error)) for line in lines]
    if place:
        row = int(place[1])
    else:  # at the end of the text: what was never closed began further up
        open_rows = (number for number, line in enumerate(taken, start=1) if _TESTS["quote_missing"](line))
        row = next(open_rows, len(text.rstrip().split("\n")))
    return row, next(WORDS["slips"][name] for name, applies in _TESTS.items() if applies(taken[row - 1]))


def find_line(text: str, place: Sequence[str | int]) -> int | None:
    """The line, from 1, where a key stands: ``("mentors", 1, "name")`` is a key of the second mentor.

    The line of what it is in if it has none of its own; None if that has none either.
    """
    rows: dict[tuple[str | int, ...], int] = {}
    table: tuple[str | int, ...] = ()
    counts: Counter[tuple[str, ...]] = Counter()
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            name = _split(header[2])
            table = (*name, counts[name]) if header[1] == "[[" else name
            counts[name] += 1
            rows.setdefault(table, number)
        elif key := _KEY.match(line):
            rows.setdefault((*table, *_split(key[1])), number)
    above = (tuple(place[:length]) for length in range(len(place), 0, -1))
    return next((rows[part] for part in above if part in rows), None)


def _split(name: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(r"""[\w-]+|"[^"]*"|'[^']*'""", name))
