"""Themes a text may be about, suggested from a lexicon of stems that anyone may edit. A person confirms.

A word counts for the theme of the longest stem it begins with, more in a sentence that asks or wishes, less where the
text says that this is no worry. Only confirmed themes are counted (:mod:`themes`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd
from rapidfuzz import fuzz, process

from mentoring_lib.texts import fold, fold_all

FLAGS = ("clear", "contested", "weak", "none")
ASKED, DISMISSED = 2.0, 0.3  # a hit where something is asked or wished for; one that is said to be no worry
ALSO = 0.5  # of the first theme's points: from here a theme is suggested too
CLEAR_MARGIN, CLEAR_POINTS = 0.4, 3.0  # share of points the first theme is ahead by, and its least points
GAP = 2  # words that may stand between the words of a stem of several words
_TOKEN = re.compile(r"\w+|[.!?;,\n]")
_TWICE = re.compile(r"(\w)\1+")
_ASKS = re.compile(
    r"(ka|kads|kada|kadi|kadas|kadu|kur|ko|vai|cik|kam|kapec|velam|velet|grib|vajadz|vajag|palidz|padom|ieteik|"
    r"jautaj|interese|как|какие|какои|где|что|хотим|хотел|нужн|помо|how|what|where)$"
)


class _Word(NamedTuple):
    """A word of a text: the stem it begins with, the points that gives, the stems of several words it may open."""

    folded: str
    stem: str
    points: Mapping[str, float]
    opens: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class _Lexicon:
    themes: list[str]
    stems: dict[str, dict[str, float]]
    opens: dict[str, list[tuple[str, ...]]]
    examples: dict[str, str]

    def look_up(self, folded: str) -> _Word:
        beginnings = [f"{folded}$", *(folded[:end] for end in range(len(folded), 1, -1))]
        stem = next((beginning for beginning in beginnings if beginning in self.stems), "")
        opens = tuple(parts for beginning in beginnings for parts in self.opens.get(beginning, ()))
        return _Word(folded, stem, self.stems.get(stem, {}), opens)


def _simplify(text: str) -> str:
    """Fold, and take doubled letters for one ("draugii", "aatri")."""
    return _TWICE.sub(r"\1", text)


def _prepare(lexicon: pd.DataFrame) -> _Lexicon:
    stems: dict[str, dict[str, float]] = {}
    opens: dict[str, list[tuple[str, ...]]] = {}
    for row in lexicon[lexicon["stem"].ne("")].itertuples(index=False):
        parts = [_simplify(fold(part)) + "$" * part.endswith("$") for part in row.stem.split()]
        stems.setdefault(" ".join(parts), {})[row.theme] = float(row.weight)
        if len(parts) > 1:
            opens.setdefault(parts[0], []).append(tuple(parts))
    phrases = lexicon[lexicon["example"].ne("")]
    folded = map(_simplify, fold_all(phrases["example"].tolist()))
    return _Lexicon(
        lexicon["theme"].drop_duplicates().tolist(), stems, opens, dict(zip(folded, phrases["theme"], strict=True))
    )


def suggest_themes(texts: pd.Series, lexicon: pd.DataFrame) -> pd.DataFrame:
    """Suggest themes for each text.

    Parameters
    ----------
    texts : Series of str, shape (n,)
        Missing is an empty text.
    lexicon : DataFrame
        See :func:`loading.read_lexicon`; where points are equal, the theme that stands first in it comes first.

    Returns
    -------
    DataFrame, shape (n, 3)
        Index of ``texts``. ``suggested``: tuple of theme codes, best first, empty only for an empty text.
        ``matched``: tuple of the words, as written, that spoke for them. ``flag``: "clear"; "contested", another theme
        is close or little was said; "weak", no stem matched, so it is the theme of the nearest example; "none", empty.
    """
    known = _prepare(lexicon)
    tokens = [_TOKEN.findall(text) for text in texts.fillna("")]
    distinct = list(dict.fromkeys(token for own in tokens for token in own if token.isalnum()))
    words = {
        token: known.look_up(_simplify(folded)) for token, folded in zip(distinct, fold_all(distinct), strict=True)
    }
    rows = [_suggest_one(own, words, known) for own in tokens]
    return pd.DataFrame(rows, index=texts.index, columns=["suggested", "matched", "flag"], dtype="object")


def _suggest_one(
    tokens: list[str], words: Mapping[str, _Word], known: _Lexicon
) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    best: dict[str, float] = {}
    shown: dict[str, str] = {}
    for clause, weight in _weigh_clauses(tokens, words):
        for stem, written in _find_stems(clause, words):
            best[stem] = max(best.get(stem, 0.0), weight)
            shown.setdefault(stem, written)
    points = dict.fromkeys(known.themes, 0.0)
    for stem, weight in best.items():
        for theme, own in known.stems[stem].items():
            points[theme] += weight * own
    order = sorted(known.themes, key=lambda theme: -points[theme])
    if not best:
        return _guess([words[token].folded for token in tokens if token in words], known)
    first, second = points[order[0]], points[order[1]] if len(order) > 1 else 0.0
    chosen = tuple(theme for theme in order if points[theme] >= ALSO * first)
    matched = tuple(dict.fromkeys(shown[stem] for stem in best if set(known.stems[stem]) & set(chosen)))
    clear = first >= CLEAR_POINTS and first - second >= CLEAR_MARGIN * first
    return chosen, matched, "clear" if clear else "contested"


def _weigh_clauses(tokens: list[str], words: Mapping[str, _Word]) -> Iterator[tuple[list[str], float]]:
    """Sentences as lists of words with the weight of what is said in them."""
    sentence: list[str] = []
    for token in [*tokens, "."]:
        if token in words:
            sentence.append(token)
        elif token != "," and sentence:
            asks = token == "?" or any(_ASKS.match(words[word].folded) for word in sentence)
            yield sentence, ASKED if asks else 1.0
            sentence = []


def _find_stems(sentence: list[str], words: Mapping[str, _Word]) -> Iterator[tuple[str, str]]:
    """Stems in a sentence with the words as written; one of several words comes before its words alone."""
    used: set[int] = set()
    for start, token in enumerate(sentence):
        for parts in words[token].opens:
            places = _follow(sentence, start, parts, words)
            if places:
                used.update(places)
                yield " ".join(parts), " ".join(sentence[place] for place in places)
    for place, token in enumerate(sentence):
        if place not in used and words[token].stem:
            yield words[token].stem, token


def _follow(sentence: list[str], start: int, parts: tuple[str, ...], words: Mapping[str, _Word]) -> list[int]:
    """Places of the words of a stem, each at most :data:`GAP` words after the one before; empty if they are not there."""
    places = [start]
    for part in parts[1:]:
        after = range(places[-1] + 1, min(places[-1] + 2 + GAP, len(sentence)))
        found = next((place for place in after if _begins(words[sentence[place]].folded, part)), None)
        if found is None:
            return []
        places.append(found)
    return places


def _begins(word: str, part: str) -> bool:
    return word == part[:-1] if part.endswith("$") else word.startswith(part)


def _guess(folded: list[str], known: _Lexicon) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Theme of the example most like a text in which no stem was found."""
    if not folded or not known.examples:
        return (), (), "none"
    nearest = process.extractOne(" ".join(folded), list(known.examples), scorer=fuzz.token_set_ratio)
    return (known.examples[nearest[0]],), (), "weak"
