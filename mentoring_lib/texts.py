"""Latvian text: folding for comparison, alphabetical order, dates, numbers and plurals as people write them.

The standard library folds (Unicode decomposition). ICU, which would also sort, needs a system library that a
coordinator's laptop does not have, and the Unicode default order mixes K and Ķ.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd

ALPHABET = "aābcčdeēfgģhiīyjkķlļmnņoōpqrŗsštuūvwxzž"
"""Order of the Latvian alphabet: Ķ after K, Y beside I; foreign letters where Latvian dictionaries put them."""

_PLACE = {letter: place for place, letter in enumerate(ALPHABET, start=1)}
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_NOT_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Reduce a text to what stays the same under case, diacritics, spaces and punctuation.

    >>> fold("  Ķekavas  novads:")
    'kekavas novads'
    """
    decomposed = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text).casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _NOT_WORD.sub(" ", bare).strip()


def map_distinct(values: pd.Series, function: Callable[[Any], Any], dtype: str = "object") -> pd.Series:
    """Apply a function once to each distinct value (a form repeats its answers; missing stays missing).

    Parameters
    ----------
    values : Series, shape (n,)
    function : callable
        One value in, one value out.
    dtype : str
        Type of the result.

    Returns
    -------
    Series, shape (n,)
        Same index and name.
    """
    codes, distinct = pd.factorize(values)
    results = pd.Series([function(value) for value in distinct] + [None], dtype=dtype)
    return pd.Series(results.array.take(codes), index=values.index, name=values.name)


def look_up(keys: pd.Series, values: pd.Series) -> pd.Series:
    """Value of each key as text, "" where there is none (also when nothing is known at all)."""
    known = values.to_dict()
    return pd.Series([str(known.get(key, "")) for key in keys], index=keys.index, dtype="str")


def sort_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Key for Latvian alphabetical order: letters by :data:`ALPHABET`, anything else before them."""
    composed = unicodedata.normalize("NFC", text.casefold())
    return tuple((letter in _PLACE, _PLACE.get(letter, 0), letter) for letter in composed)


def sort_latvian(texts: Iterable[str]) -> list[str]:
    """Sort texts as a Latvian reader expects: Kadaga before Ķekava before Lapmežciems."""
    return sorted(texts, key=lambda text: (sort_key(text), text))


def show_date(day: date) -> str:
    """21.08.2023"""
    return f"{day:%d.%m.%Y}"


def show_number(number: float | Fraction, digits: int = 1) -> str:
    """Decimal comma, no needless zeros: 7, 7,5, 7,33 with ``digits=2``."""
    text = f"{float(number):.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def plural(count: int, one: str, many: str) -> str:
    """Count with the noun in the right number: 1 vieta, 11 vietas, 21 vieta (Latvian follows the last digit)."""
    return f"{count} {one if count % 10 == 1 and count % 100 != 11 else many}"
