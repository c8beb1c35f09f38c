"""Themes a text may be about, suggested from a lexicon of stems and example phrases that anyone may edit.

Each word gives points: those of the longest stem it begins with, and a few for its likeness to the words of each
theme's examples; a sentence that asks, wishes or turns against the others counts more. The library suggests, a person
confirms, and only confirmed themes are counted (:mod:`exploring`). Why so, and how good it is:
``docs/decisions/0010-themes.md``.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from mentoring_lib.base.columns import WORDS
from mentoring_lib.base.texts import fold

Points = npt.NDArray[np.float64]

ASKED = 2.0  # weight of what wishes or turns against what stands before (else 1), and of a question to all that is told
LONG = 4  # sentences: where a longer text asks nothing, its last sentence does
ALSO = 0.8  # share of the first theme's points from which a theme is suggested too
CLEAR = 1 / 3  # share of its points by which the first theme leads where it is clear, half of it by likeness alone
LIKENESS = 0.15  # points per unit of log-likelihood; a strong stem has 8
AGAINST = -0.75  # points that the likeness of one word may take from a theme
GRAMS = (3, 4, 5)  # letters: the parts of words by which likeness is told
SMOOTHING = 0.1  # occurrences that a part of a word is taken to have in every theme
GAP = 2  # words that may stand between the words of a stem of several words
EVERY_TEXT = "*"  # the stem that every text has
MAX_MATCHED = 3  # words shown where no stem speaks for the first theme
RUSSIAN_WORDS = 2  # words of the lexicon's Russian that a text in Latin letters must hold to be read as Russian
MIN_STEM = 4  # letters by which a word is known at all
_RUSSIAN = str.maketrans("эыщ", "еиш", "ьъ")  # what spelling in Latin letters does not tell apart
_WORDS = WORDS["suggesting"]
_LATIN: dict[str, str] = _WORDS["sounds"] | _WORDS["pairs"]
_SOUND = re.compile("|".join(sorted(_LATIN, key=len, reverse=True)))
_CYRILLIC = re.compile("[а-яё]")
_TURNS = re.compile(f"({_WORDS['turning_words']})$")
_TOKEN = re.compile(r"[^\W_]+|[.!?;\n]")
_TWICE = re.compile(r"(.)\1+")
_WISHES = re.compile(f"({_WORDS['wishing_words']})")


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
    start: Points  # what every text has
    stems: Mapping[str, Points]
    opens: Mapping[str, Sequence[tuple[str, ...]]]
    parts: Mapping[str, int]  # rows of ``alike``
    alike: Points
    words: Mapping[bool, frozenset[str]]  # of its phrases: in Cyrillic letters or not

    def hear(self, folded: Mapping[str, str]) -> dict[str, str]:
        """Words that are Russian in Latin letters, folded as if in Cyrillic ones; only of use beside each other."""
        told = [word for word, letters in folded.items() if letters.isascii() and self.words[True]]
        sounds = [_SOUND.sub(lambda sound: _LATIN[sound[0]], word.casefold()) for word in told]
        return dict(zip(told, _simplify(sounds), strict=True))

    def knows(self, sound: str, folded: str) -> bool:
        """Whether a word in Latin letters is Russian of the lexicon and nothing else of it."""
        stem = any(sound[:end] in self.stems for end in range(MIN_STEM, len(sound) + 1))
        return (stem or sound in self.words[True]) and folded not in self.words[False]

    def look_up(self, written: str, folded: str) -> _Word:
        beginnings = [f"{folded}$", *(folded[:end] for end in range(len(folded), 1, -1))]
        stem = next((self.stems[start] for start in beginnings if start in self.stems), None)
        parts = [self.parts[part] for part in _cut(folded) if part in self.parts]
        likeness = np.maximum(LIKENESS * self.alike[parts].sum(axis=0), AGAINST)
        opens = [words for start in beginnings if start in self.opens for words in self.opens[start]]
        return _Word(written, folded, stem, likeness, bool(_WISHES.match(folded)), opens)


def _simplify(texts: Iterable[str]) -> list[str]:
    """Fold, and take a doubled letter for one ("aa" is "ā")."""
    return [_TWICE.sub(r"\1", fold(text).translate(_RUSSIAN)) for text in texts]


def _cut(word: str) -> list[str]:
    whole = f" {word} "
    return [whole[start : start + size] for size in GRAMS for start in range(len(whole) - size + 1)]


def _prepare(lexicon: pd.DataFrame) -> _Lexicon:
    themes = tuple(lexicon["theme"].unique())
    place = {theme: number for number, theme in enumerate(themes)}
    stems: dict[str, Points] = {}
    opens: dict[str, list[tuple[str, ...]]] = {}
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0] * len(themes))
    start = (np.arange(len(themes)) == len(themes) - 1).astype("float64")  # the last theme, where nothing speaks
    folded = _simplify((lexicon["stem"] + " " + lexicon["example"]).tolist())
    for theme, stem, weight, phrase in zip(lexicon["theme"], lexicon["stem"], lexicon["weight"], folded, strict=True):
        for word in set(phrase.split()):
            counts[word][place[theme]] += 1
        words = tuple(_simplify([word])[0] + "$" * word.endswith("$") for word in stem.split())
        if stem == EVERY_TEXT:
            start[place[theme]] = weight
        elif words:
            stems.setdefault(" ".join(words), np.zeros(len(themes)))[place[theme]] += weight
        if len(words) > 1:
            opens.setdefault(words[0], []).append(words)
    russian = frozenset(word for word in counts if _CYRILLIC.search(word))
    words_of = {True: russian, False: frozenset(counts.keys() - russian)}
    return _Lexicon(themes, start, stems, opens, *_weigh_parts(counts, len(themes)), words_of)


def _weigh_parts(counts: Mapping[str, Sequence[int]], themes: int) -> tuple[dict[str, int], Points]:
    """Naive Bayes: how much likelier each part of a word is in each theme than in the themes' mean (logarithms)."""
    cuts = [_cut(word) for word in counts]
    places, parts = pd.factorize(np.array([part for cut in cuts for part in cut], dtype="object"))
    of_part = np.repeat(np.array([*counts.values()]).reshape(-1, themes or 1), [len(cut) for cut in cuts], axis=0)
    table = SMOOTHING + np.array([np.bincount(places, times, len(parts)) for times in of_part.T]).T
    likely = np.log(table / table.sum(axis=0))
    return {part: row for row, part in enumerate(parts)}, likely - likely.mean(axis=1, keepdims=True)


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
        ``flag``: "clear", the first theme leads by :data:`CLEAR` of its points and by half as many in likeness alone;
        "contested", it does not; "weak", no stem speaks for it, only its examples; "none", no text.
    """
    prepared = _prepare(lexicon)
    tokens = [_TOKEN.findall(text) for text in texts.fillna("").str.normalize("NFC")]
    distinct = [token for token in dict.fromkeys(token for text in tokens for token in text) if token.isalnum()]
    folded = dict(zip(distinct, _simplify(distinct), strict=True))
    sounds = prepared.hear(folded)
    known = {word for word, sound in sounds.items() if len(word) > 1 and prepared.knows(sound, folded[word])}
    look_up = cache(prepared.look_up)
    rows = []
    for text in tokens:
        heard = sounds if len(known.intersection(text)) >= RUSSIAN_WORDS else {}
        words = [look_up(word, heard.get(word, folded[word])) if word in folded else word for word in text]
        rows.append(_suggest_one(_split(words), prepared))
    return pd.DataFrame(rows, index=texts.index, columns=["suggested", "matched", "flag"], dtype="object")


def _split(tokens: Sequence[_Word | str]) -> list[tuple[list[_Word], float]]:
    """Clauses with their weight: a sentence, or its part from the word on that turns against what stands before."""
    sentences: list[tuple[list[list[_Word]], bool]] = []
    clauses: list[list[_Word]] = [[]]
    for token in [*tokens, "."]:
        if not isinstance(token, str):
            if _TURNS.match(token.folded):
                clauses.append([])
            clauses[-1].append(token)
        elif any(clauses):
            sentences.append(([clause for clause in clauses if clause], token == "?"))
            clauses = [[]]
    if len(sentences) > LONG and not any(asks for _, asks in sentences):
        sentences[-1] = (sentences[-1][0], True)
    told = max(sum(not asks for _, asks in sentences), 1)
    return [
        (clause, ASKED * told if asks else ASKED if turns or wishes else 1.0)
        for clauses, asks in sentences
        for clause in clauses
        for turns, wishes in [(_TURNS.match(clause[0].folded), any(word.wishes for word in clause))]
    ]


def _suggest_one(
    clauses: Sequence[tuple[list[_Word], float]], lexicon: _Lexicon
) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    themes = lexicon.themes
    if not clauses or not themes:
        return (), (), "none"
    hits = [(written, weight * stem) for clause, weight in clauses for written, stem in _find_stems(clause, lexicon)]
    likeness = np.sum([weight * word.likeness for clause, weight in clauses for word in clause], axis=0)
    points = lexicon.start + np.sum([stem for _, stem in hits], axis=0) + likeness
    order = np.argsort(-points.round(6), kind="stable")  # the same order on every machine
    first, best = order[0], points[order[0]]
    suggested = tuple(themes[number] for number in order if points[number] >= ALSO * best)
    if not any(stem[first] for _, stem in hits):
        words = [word for clause, _ in clauses for word in clause]
        nearest = sorted({(-float(word.likeness[first].round(6)), word.written) for word in words})
        return suggested, tuple(written for _, written in nearest[:MAX_MATCHED]), "weak"
    matched = dict.fromkeys(written for written, stem in hits if stem[[themes.index(one) for one in suggested]].any())
    lead, alike = (told[first] - np.delete(told, first).max(initial=0.0) for told in (points, likeness))
    return suggested, tuple(matched), "clear" if min(lead, 2 * alike) >= CLEAR * best else "contested"


def _find_stems(sentence: Sequence[_Word], lexicon: _Lexicon) -> list[tuple[str, Points]]:
    """Words as written with the points of their stem; the words of a stem of several words do not count alone."""
    found, used = [], set[int]()
    for start, stem in [(start, stem) for start, word in enumerate(sentence) for stem in word.opens]:
        places = _follow(sentence, start, stem)
        if places:
            used.update(places)
            found.append((" ".join(sentence[place].written for place in places), lexicon.stems[" ".join(stem)]))
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
