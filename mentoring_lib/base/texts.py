"""Latvian text: folding for comparison, alphabetical order, dates, numbers and plurals as people write them.

The standard library folds (Unicode decomposition). ICU, which would also sort, needs a system library that a
coordinator's laptop does not have, and the Unicode default order mixes K and Ķ.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from fractions import Fraction
from itertools import chain, count
from pathlib import Path, PurePosixPath
from typing import Any

from rapidfuzz import fuzz, process

# Order of the Latvian alphabet: Ķ after K, Y beside I; foreign letters where Latvian dictionaries put them.
ALPHABET = "aābcčdeēfgģhiīyjkķlļmnņoōpqrŗsštuūvwxzž"

_PLACE = {letter: place for place, letter in enumerate(ALPHABET, start=1)}
LATVIAN_LETTERS = "āčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽ"
CYRILLIC_LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("words_lv.toml").read_text("utf-8"))
# Folded words that say nothing about which community it is.
LEGAL_FORMS = frozenset(WORDS["legal_forms"])

PHONE_DIGITS = 8  # digits of a Latvian number without the country code
CLOSE_ENOUGH = 80  # of 100: likeness from which a misspelling is suggested; 98.6 % of one-letter slips, 0.3 % wrong
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ACCENT = re.compile("[\u0300-\u036f]")
_NOT_WORD = re.compile(r"[^\w ]+|_")


def fold(text: str) -> str:
    """Reduce a text to what stays the same under case, diacritics, spaces and punctuation.

    >>> fold("  Ķekavas  novads:")
    'kekavas novads'
    """
    letters = text.casefold() if text.isprintable() else INVISIBLE.sub("", text).casefold()
    if not letters.isascii():
        letters = _ACCENT.sub("", unicodedata.normalize("NFKD", letters))
    if not letters.isascii():  # other scripts have other marks
        letters = "".join([letter for letter in letters if not unicodedata.combining(letter)])
    words = letters.split()
    return " ".join(words if "".join(words).isalnum() else _NOT_WORD.sub(" ", letters).split())


def suggest(text: str, folded: Iterable[str]) -> str | None:
    """The most alike of some folded texts, for a person to confirm; None if nothing is alike enough."""
    best = process.extractOne(fold(text), list(folded), scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH)
    return best[0] if best else None


def _broken_pairs() -> dict[str, str]:
    """Letters as they look when UTF-8 is read in a one-byte encoding, with the letter meant."""
    pairs = {}
    for letter in LATVIAN_LETTERS + CYRILLIC_LETTERS + CYRILLIC_LETTERS.upper() + "–„”“€’‘‚…•":
        for encoding in ("cp1257", "cp1252", "latin-1"):
            pairs[letter.encode("utf-8").decode(encoding, errors="ignore")] = letter
    return {broken: letter for broken, letter in pairs.items() if len(broken) > 1}


_BROKEN = _broken_pairs()
BROKEN_TEXT = re.compile("|".join(map(re.escape, sorted(_BROKEN, key=len, reverse=True))))
# Two letters that may begin a broken one: a quick look at long texts.
MAYBE_BROKEN = re.compile(
    "".join(f"[{re.escape(''.join(pair))}]" for pair in zip(*(two[:2] for two in _BROKEN), strict=True))
)


def repair_encoding(text: str) -> str | None:
    """What a text was meant to be if its letters were read in a wrong encoding ("Ä€bols" → "Ābols"), else None."""
    repaired = BROKEN_TEXT.sub(lambda found: _BROKEN[found[0]], text)
    return repaired if repaired != text else None


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


_ENDINGS = {"nominative": ("s", "is"), "locative": ("ā", "ī"), "dative": ("am", "im")}


def long_date(day: date, case: str) -> str:
    """2023. gada 21. augustā: in a sentence; ``case`` is nominative (a title), locative (when) or dative (until)."""
    month, (hard, soft) = WORDS["months"][day.month - 1], _ENDINGS[case]
    declined = month[:-2] + soft if month.endswith("is") else month[:-1] + hard
    return f"{day.year}.\u00a0gada {day.day}.\u00a0{declined}"


def glue(text: str) -> str:
    """The same text with spaces that no line may break at: after numbers and «Nr.», before a dash in a sentence."""
    return _GLUED.sub("\u00a0", text)


_GLUED = re.compile(r"(?<=\d) (?=[\w%])|(?<=\d\.) (?=[a-zāčēģīķļņšūž])|(?<=\bNr\.) | (?=– )")


def safe_name(text: str) -> str:
    """A text as part of a file's name, on Windows too; it may be empty."""
    return _FORBIDDEN.sub("_", INVISIBLE.sub("", text))[:MAX_NAME].strip(" .")


def find_free(name: str, taken: Iterable[str]) -> str:
    """A file's name that is not taken, capitals or not: "Ilze.xlsx", else "Ilze 2.xlsx", "Ilze 3.xlsx" and so on."""
    path, folded = PurePosixPath(name), {one.casefold() for one in taken}
    names = chain([name], (str(path.with_stem(f"{path.stem} {number}")) for number in count(2)))
    return next(one for one in names if one.casefold() not in folded)


_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
MAX_NAME = 60  # characters: with the folders above it a path must stay below 260


def show_moment(moment: datetime) -> str:
    """21.08.2023 plkst. 18.30"""
    return f"{moment:%d.%m.%Y plkst. %H.%M}"


def show_number(number: float | Fraction, digits: int = 1) -> str:
    """Decimal comma, no needless zeros: 7, 7,5, 7,33 with ``digits=2``."""
    text = f"{float(number):.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def show_hours(hours: float) -> str:
    """12 h 05 min: whole minutes, so that parts add up to the whole."""
    whole, minutes = divmod(round(hours * 60), 60)
    return f"{whole}\u00a0h {minutes:02}\u00a0min" if minutes else f"{whole}\u00a0h"


def join_words(words: Sequence[str]) -> str:
    """Join words as a sentence does: a, b un c."""
    return " un ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def plural(count: int, one: str, many: str) -> str:
    """Count with the noun in the right number: 0 stundu, 1 stunda, 11 stundas, 21 stunda (by the last digit)."""
    return f"{count} {agree(count, one, many) if count else WORDS['of_none'].get(many, many)}"


def count_files(verb: str, count: int) -> str:
    """«Izdzēsta 1 datne», «Izdzēstas 11 datnes», «Nav izdzēsta neviena datne»; ``verb`` stands without its ending."""
    counted = f"{verb}{agree(count, 'a', 'as')} {plural(count, 'datne', 'datnes')}"
    return counted if count else f"Nav {verb.lower()}a neviena datne"


def say_of(count: int, planned: int, one: str, many: str) -> str:
    """«Sniegtas 12 no 14 konsultācijām», «Nav sniegta neviena no …»; ``one`` and ``many`` are the verb's."""
    of = f"no {plural(planned, 'konsultācijas', 'konsultācijām')}"
    none = f"Nav {one.lower()} neviena {of}" if planned != 1 else f"Vienīgā konsultācija nav {one.lower()}"
    return f"{agree(count, one, many)} {count} {of}" if count else none


def agree(count: float, one: str, many: str) -> str:
    """The word alone, in the number that a whole count asks for."""
    return one if count % 10 == 1 and count % 100 != 11 else many
