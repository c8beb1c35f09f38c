"""A settings file that is not TOML: which slip of the hand it is, and in which line; and where a key stands.

The parser stops at the first thing it cannot read and says so in English. The line it stopped at is looked at again
for what people do type: a date as in a letter, curly quotes, a decimal comma. The phrases: ``settings_lv.toml``.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

# Phrases: ``slips`` of a line, in the order in which they are looked for by ``patterns``, and values ``allowed``.
WORDS: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("settings_lv.toml").read_text("utf-8"))

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')
_BEFORE_COMMENT = re.compile(r"""(?:[^#"']|"(?:[^"\\]|\\.)*(?:"|$)|'[^']*(?:'|$))*""")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""", re.ASCII)
_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]")
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")


_PATTERNS = {
    name: (part, re.compile(pattern, re.IGNORECASE))
    for part, patterns in WORDS["patterns"].items()
    for name, pattern in patterns.items()
}


def _take_apart(line: str, error: str) -> dict[str, str]:
    """The line the parser stopped at: whole without its comment, its bare value without strings, and the error."""
    whole = _BEFORE_COMMENT.findall(line)[0]
    _, equals, value = whole.partition("=")
    return {"whole": whole, "bare": _STRING.sub('""', value if equals else whole).strip(), "error": error}


def _is_impossible(line: Mapping[str, str]) -> bool:
    try:
        return not all(date(*map(int, day)) for day in _ISO_DATE.findall(line["bare"]))
    except ValueError:
        return True


_TESTS: dict[str, Callable[[Mapping[str, str]], bool]] = {
    "date_impossible": _is_impossible,
    "key": lambda line: not _KEY.match(line["whole"]),
    "quote_missing": lambda line: any(sign in _STRING.sub("", line["whole"]) for sign in "\"'"),
}


def _applies(slip: str, line: Mapping[str, str]) -> bool:
    if slip in _TESTS:
        return _TESTS[slip](line)
    return any(pattern.search(line[part]) for part, pattern in filter(None, [_PATTERNS.get(slip)]))


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
        open_rows = (number for number, line in enumerate(taken, start=1) if _applies("quote_missing", line))
        row = next(open_rows, len(text.rstrip().split("\n")))
    return row, next(phrase for name, phrase in WORDS["slips"].items() if _applies(name, taken[row - 1]))


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
