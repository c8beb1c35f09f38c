"""Themes a text may be about, suggested from a lexicon of stems and example phrases that anyone may edit.

Each word gives points: those of the longest stem it begins with, and a few for its likeness to the words of each
theme's examples; a sentence that asks or wishes counts more. The library suggests, a person confirms, and only
confirmed themes are counted (:mod:`confirmed`). Why so, and how good it is: ``docs/decisions/0010-themes.md``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from mentoring_lib.base.texts import fold

Points = npt.NDArray[np.float64]

ASKED = 2.0  # weight of a sentence that asks or wishes; any other has 1
ALSO = 0.8  # share of the first theme's points from which a theme is suggested too
CLEAR_MARGIN = 22.0  # points by which the first theme leads where it is clear: about every other text
LIKENESS = 0.12  # points per unit of log-likelihood; a strong stem has 8
GRAMS = (3, 4, 5)  # letters: the parts of words by which likeness is told
SMOOTHING = 0.1  # occurrences that a part of a word is taken to have in every theme
GAP = 2  # words that may stand between the words of a stem of several words
MAX_MATCHED = 3  # words shown where no stem speaks for the first theme
_TOKEN = re.compile(r"[^\W_]+|[.!?;,\n]")
_TWICE = re.compile(r"(.)\1+")
_WISHES = re.compile(
    r"(velam|velet|grib|vajadz|vajag|palidz|padom|ieteik|jautaj|interese|ludz|mekle|nezin|"
    r"хотим|хотел|нужн|помо|how$|want|need|help|advice)"
)


class _Word(NamedTuple):
    """A word: as written and folded, the points of its stem and its likeness, whether it wishes, stems it may open."""

    written: str
    folded: str
    stem: Points | None
    likeness: Points
    wishes: bool
    opens: Sequence[tuple[str, ...]]


@dataclass(frozen=True)
class _Lexicon:
    """Points by theme of every stem and, as log-likelihood around the themes' mean, of every part of a word."""

    themes: tuple[str, ...]
    stems: Mapping[str, Points]
    opens: Mapping[str, Sequence[tuple[str, ...]]]
    parts: Mapping[str, Points]

    def look_up(self, written: str, folded: str) -> _Word:
        beginnings = [f"{folded}$", *(folded[:end] for end in range(len(folded), 1, -1))]
        stem = next((self.stems[start] for start in beginnings if start in self.stems), None)
        parts = [self.parts[part] for part in _cut(folded) if part in self.parts]
        likeness = LIKENESS * np.array(parts).sum(axis=0) if parts else np.zeros(len(self.themes))
        opens = [words for start in beginnings if start in self.opens for words in self.opens[start]]
        return _Word(written, folded, stem, likeness, bool(_WISHES.match(folded)), opens)


def _simplify(texts: Sequence[str]) -> list[str]:
    """Fold, and take a doubled letter for one ("aa" is "ā")."""
    return [_TWICE.sub(r"\1", text) for text in map(fold, texts)]


def _cut(word: str) -> list[str]:
    whole = f" {word} "
    return [whole[start : start + size] for size in GRAMS for start in range(len(whole) - size + 1)]


def _prepare(lexicon: pd.DataFrame) -> _Lexicon:
    themes = tuple(lexicon["theme"].unique())
    place = {theme: number for number, theme in enumerate(themes)}
    stems: dict[str, Points] = {}
    opens: dict[str, list[tuple[str, ...]]] = {}
    counts: list[Counter[str]] = [Counter() for _ in themes]
    folded = _simplify((lexicon["stem"] + " " + lexicon["example"]).tolist())
    for theme, stem, weight, phrase in zip(lexicon["theme"], lexicon["stem"], lexicon["weight"], folded, strict=True):
        counts[place[theme]].update({part for word in phrase.split() for part in _cut(word)})
        words = tuple(_simplify_stem(stem))
        if words:
            stems.setdefault(" ".join(words), np.zeros(len(themes)))[place[theme]] += weight
        if len(words) > 1:
            opens.setdefault(words[0], []).append(words)
    return _Lexicon(themes, stems, opens, _weigh_parts(counts))


def _simplify_stem(stem: str) -> Iterator[str]:
    for word in stem.split():
        yield _simplify([word])[0] + "$" * word.endswith("$")


def _weigh_parts(counts: Sequence[Counter[str]]) -> dict[str, Points]:
    """Naive Bayes: how much likelier each part of a word is in each theme than in the themes' mean (logarithms)."""
    parts = list(dict.fromkeys(part for count in counts for part in sorted(count)))
    if not parts:
        return {}
    table = np.array([[count[part] for count in counts] for part in parts], dtype="float64")
    likely = np.log((table + SMOOTHING) / (table.sum(axis=0) + SMOOTHING * len(parts)))
    return dict(zip(parts, likely - likely.mean(axis=1, keepdims=True), strict=True))


def suggest_themes(texts: pd.Series, lexicon: pd.DataFrame) -> pd.DataFrame:
    """Suggest themes for each text.

    Parameters
    ----------
    texts : Series of str, shape (n,)
        Missing is an empty text.
    lexicon : DataFrame
        See :func:`loading.read_lexicon`; of equal themes the one that stands first in it comes first.

    Returns
    -------
    DataFrame, shape (n, 3)
        Index of ``texts``. ``suggested``: tuple of theme codes, best first, empty only for an empty text (the last
        theme where nothing speaks for any). ``matched``: tuple of the words, as written, that speak for them.
        ``flag``: "clear", the first theme leads by :data:`CLEAR_MARGIN`; "contested", it does not; "weak", no stem
        speaks for it, only its examples; "none", no text.
    """
    prepared = _prepare(lexicon)
    tokens = [_TOKEN.findall(text) for text in texts.fillna("").str.normalize("NFC")]
    distinct = [token for token in dict.fromkeys(token for text in tokens for token in text) if token.isalnum()]
    words = dict(zip(distinct, map(prepared.look_up, distinct, _simplify(distinct)), strict=True))
    rows = [_suggest_one(_split([words.get(token, token) for token in text]), prepared) for text in tokens]
    return pd.DataFrame(rows, index=texts.index, columns=["suggested", "matched", "flag"], dtype="object")


def _split(tokens: Sequence[_Word | str]) -> Iterator[tuple[list[_Word], float]]:
    """Sentences with their weight."""
    sentence: list[_Word] = []
    for token in [*tokens, "."]:
        if not isinstance(token, str):
            sentence.append(token)
        elif token != "," and sentence:
            yield sentence, ASKED if token == "?" or any(word.wishes for word in sentence) else 1.0
            sentence = []


def _suggest_one(
    sentences: Iterable[tuple[list[_Word], float]], lexicon: _Lexicon
) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    themes, words = lexicon.themes, list[_Word]()
    hits, rows, weights = list[tuple[str, Points]](), list[Points](), list[float]()
    for sentence, weight in sentences:
        stems = _find_stems(sentence, lexicon.stems)
        rows += [points for _, points in stems] + [word.likeness for word in sentence]
        weights += [weight] * (len(rows) - len(weights))
        hits += stems
        words += sentence
    if not words or not themes:
        return (), (), "none"
    points = (np.array(weights) @ np.array(rows)).round(6)  # the same order on every machine
    order = np.argsort(-points, kind="stable") if points.max() > 0 else np.array([len(themes) - 1])
    first = order[0]
    chosen = order[points[order] >= ALSO * points[first]]
    suggested = tuple(themes[number] for number in chosen)
    if not any(stem[first] for _, stem in hits):
        nearest = sorted({(-float(word.likeness[first].round(6)), word.written) for word in words})
        return suggested, tuple(written for _, written in nearest[:MAX_MATCHED]), "weak"
    matched = dict.fromkeys(written for written, stem in hits if stem[chosen].any())
    clear = len(order) == 1 or points[first] - points[order[1]] >= CLEAR_MARGIN
    return suggested, tuple(matched), "clear" if clear else "contested"


def _find_stems(sentence: Sequence[_Word], stems: Mapping[str, Points]) -> list[tuple[str, Points]]:
    """Words as written with the points of their stem; the words of a stem of several words do not count alone."""
    found, used = [], set[int]()
    for start, stem in [(start, stem) for start, word in enumerate(sentence) for stem in word.opens]:
        places = _follow(sentence, start, stem)
        if places:
            used.update(places)
            found.append((" ".join(sentence[place].written for place in places), stems[" ".join(stem)]))
    alone = [word for place, word in enumerate(sentence) if place not in used]
    return found + [(word.written, word.stem) for word in alone if word.stem is not None]


def _follow(sentence: Sequence[_Word], start: int, stem: Sequence[str]) -> list[int]:
    """Places of the words of a stem, at most :data:`GAP` other words between two; none if one is missing."""
    places = [start]
    for part in stem[1:]:
        after = range(places[-1] + 1, min(places[-1] + 2 + GAP, len(sentence)))
        found = next((place for place in after if f"{sentence[place].folded}$".startswith(part)), None)
        if found is None:
            return []
        places.append(found)
    return places
