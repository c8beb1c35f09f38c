"""Looking for personal data in what leaves the house: every text of every file, against every personal answer.

Names are found bent as Latvian bends them, in either order, with or without diacritics; phone numbers however they
are spaced; e-mail addresses with their signs spelled out; long answers by any eight words in a row. Letters that nobody
sees part nothing. What the report says anyway is no find, so that a community named "Vietas" does not stop it.

Not found: a first name alone, or a surname of under four letters; a name cut by a line break, misspelled, or written
in another alphabet; an answer retold in other words. The people who write for the report answer for those. Found for
nothing: a surname that is a common word ("Zeme") where that word begins a sentence.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, reduce
from xml.etree import ElementTree

import pandas as pd
from PIL.Image import open as open_picture

from mentoring_lib.base.columns import APPLICATION, DERIVED, SHEETS
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.texts import INVISIBLE, PHONE_DIGITS, fold
from mentoring_lib.funder.figures import FOR_REPORT

MIN_NAME = 5  # letters: a shorter word may stand in a report by chance
MIN_SURNAME = 4  # letters of a surname with a capital letter, whose consonants then stay as they are
LONG_ANSWER = 20  # characters, for the same reason ("vakaros")
QUOTED = 8  # words in a row that are no chance
LABELS = {column.name: column.label for column in (*APPLICATION, *DERIVED)}
NAMING = ("who", "person")
"""Columns of the tracking workbook that name a person; other text in it is a long answer."""

_ENDINGS = "(?:[aeiou]?s|[aeiou]|[aeiu]m|[ae]i|iem)?"  # of Latvian nouns without diacritics
_NOMINATIVE = re.compile("(?:[aeiou]?s|[aeiou])$")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_AT = re.compile(r" ?[(\[{] ?(?:at|et|@) ?[)\]}] ?| (?:at|@) ", re.IGNORECASE)
_DOT = re.compile(r" ?[(\[{] ?(?:dot|punkts|\.) ?[)\]}] ?| (?:dot|punkts) ", re.IGNORECASE)
_GAP = r"[\s().\-–/]{0,2}"
_PHONE = re.compile(rf"(?<!\w)(?:\+|00){_GAP}371(?:{_GAP}\d){{{PHONE_DIGITS}}}(?!\w)")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s().\-–/]{1,2}(?=\d)")
_DRAWN = {"d", "points", "transform", "viewBox"}
"""Attributes of a drawing that hold coordinates."""


_BLOCKS = {"p", "si", "is", "text"}
"""Elements (DOCX, XLSX, SVG) whose text a reader sees as one, though it may be cut into runs."""


@dataclass(frozen=True)
class _Read:
    """Texts made ready to be searched: folded, capitalised words folded, digits drawn together."""

    plain: str
    folded: str
    capitals: str
    digits: str
    quotes: frozenset[tuple[str, ...]]


def _read(texts: Iterable[str]) -> _Read:
    seen = unicodedata.normalize("NFKC", INVISIBLE.sub("", "\n".join(texts)))
    lines = list(dict.fromkeys(seen.splitlines()))
    folded, plain = list(map(fold, lines)), "\n".join(lines)
    capitals = [fold(word) for word in re.findall(r"\w+", plain) if word[0].isupper()]
    quotes = frozenset(quote for line in folded for quote in _quote(line))
    return _Read(plain, _pad(folded), _pad(capitals), _BETWEEN_DIGITS.sub("", plain), quotes)


def _pad(lines: Iterable[str]) -> str:
    return "\n".join(f" {line} " for line in lines)


def _quote(folded: str) -> frozenset[tuple[str, ...]]:
    words = folded.split()
    return frozenset(zip(*(words[at:] for at in range(QUOTED)), strict=False))


def find_personal_data(
    texts: Iterable[str], applications: pd.DataFrame, named: Iterable[str] = (), own: Iterable[str] = ()
) -> list[str]:
    """Personal answers that stand in texts meant for others, as "Lauks: pieteikums" (never the answer itself).

    Parameters
    ----------
    texts : iterable of str
        Everything that leaves the house.
    applications : DataFrame
    named : iterable of str
        Communities that may be named in public; any other name counts as found, unless it stands there only as words
        of one of these ("Kalnapuķes" in "Kalnapuķes kaimiņi").
    own : iterable of str
        What the texts say anyway (see :func:`list_own_words`): an answer that stands in it tells nothing.

    Returns
    -------
    list of str
        Empty when nothing was found.

    Notes
    -----
    An answer counts only as whole words: a community "Ķekava" is not found in "Ķekavas novads".
    """
    return _find_answers(_read(texts), _read(own), applications, named)


def _find_answers(read: _Read, ours: _Read, applications: pd.DataFrame, named: Iterable[str]) -> list[str]:
    public = [fold(name) for name in named]
    bends = {"email": _fold_email, "contact_name": _bend_person, "community": _bend_community}
    leaks: set[str] = set()
    for column in (*bends, "phone", *_LONG):
        for key, answer in zip(applications["application_id"], applications[column].fillna(""), strict=True):
            if column == "phone":
                leaked = _find_phone(answer, read) and not _find_phone(answer, ours)
            elif column in _LONG:
                leaked = _is_quoted(answer, read, ours)
            else:
                leaked = _stands(bends[column](answer), read, ours, public)
            if leaked or (column == "contact_name" and _stands_alone(answer, read, ours, public)):
                leaks.add(f"{LABELS[column]}: {key}")
    return sorted(leaks)


_LONG = ("question", "theme_other", "preferred_times")


def _fold_email(address: str) -> list[str]:
    """Pattern of an address, also with its signs spelled out: "janis (at) example (dot) org"."""
    spelled = " (?:(?:at|et|dot|punkts) )?".join(fold(address).split())
    return [f" {spelled} "] if len(address) >= MIN_NAME else []


def _stands(patterns: Sequence[str], read: _Read, ours: _Read, public: Sequence[str]) -> bool:
    """Whether one of the patterns stands in the text, not in what it says anyway nor only within a public name."""
    for pattern in patterns:
        if re.search(pattern, read.folded) and not re.search(pattern, ours.folded):
            within = [name for name in public if re.search(pattern, f" {name} ")]
            if re.search(pattern, reduce(_cut, within, read.folded)):
                return True
    return False


def _cut(text: str, name: str) -> str:
    return re.sub(rf"(?<!\S){re.escape(name)}(?!\S)", "\n", text)


def _bend(word: str) -> str:
    """Pattern of a folded word in any case: "berzins" also "berzina", "briedis" also "brieza"."""
    stem = _NOMINATIVE.sub("", word)
    if len(stem) < 2 or not word.isalpha():
        return re.escape(word)
    last = {"d": "[dz]", "t": "[ts]", "b": "bj?", "p": "pj?", "m": "mj?", "v": "vj?"}.get(stem[-1], stem[-1])
    return f"{stem[:-1]}{last}{_ENDINGS}"


def _bend_short(word: str) -> str:
    """Pattern of a short word, more careful: "lace" also "laces"; of "osis" too little would be left."""
    stem = _NOMINATIVE.sub("", word)
    return f"{stem}{_ENDINGS}" if len(stem) > 2 else re.escape(word)


def _bend_person(name: str) -> list[str]:
    """Patterns of a person's name: first name and any other, in either order."""
    words = fold(name).split()
    if len(words) < 2:
        return [f" {re.escape(word)} " for word in words if len(word) >= MIN_NAME]
    pairs = [(_bend(words[0]), _bend(word)) for word in words[1:]]
    return [f" {one} (?:[^ \n]+ )?{other} " for pair in pairs for one, other in (pair, pair[::-1])]


def _bend_community(name: str) -> list[str]:
    """Patterns of a community's name: as it is, and bent if it has several words."""
    words = fold(name).split()
    if len(" ".join(words)) < MIN_NAME:
        return []
    return [f" {re.escape(' '.join(words))} ", *([f" {' '.join(map(_bend, words))} "] if len(words) > 1 else [])]


def _stands_alone(name: str, read: _Read, ours: _Read, public: Sequence[str]) -> bool:
    """Whether a surname, or the only name given, stands there bent, with a capital letter, and in nothing public."""
    words = fold(name).split()
    if not words or len(words[-1]) < MIN_SURNAME:
        return False
    pattern = f" {_bend(words[-1]) if len(words[-1]) >= MIN_NAME else _bend_short(words[-1])} "
    known = [ours.folded, *(f" {name} " for name in public)]
    return bool(re.search(pattern, read.capitals)) and not any(re.search(pattern, text) for text in known)


def _find_phone(phone: str, read: _Read) -> bool:
    digits = re.sub(r"\D", "", phone).removeprefix("00")
    local = digits.removeprefix("371") if len(digits) > PHONE_DIGITS else digits
    if len(local) < PHONE_DIGITS - 1 or local not in read.digits:
        return False
    code = rf"(?:(?:\+|00)?{_GAP}{digits.removesuffix(local)}{_GAP})?"
    return re.search(rf"(?<![\w,]){code}{_GAP.join(local)}(?!\w)", read.plain) is not None


def _is_quoted(answer: str, read: _Read, ours: _Read) -> bool:
    """Whether a long answer stands there, whole or any eight words of it in a row."""
    whole, quotes = _fold_answer(answer)
    if len(answer.strip()) >= LONG_ANSWER and whole in read.folded and whole not in ours.folded:
        return True
    return bool((quotes & read.quotes) - ours.quotes)


def _fold_answer(answer: str) -> tuple[str, frozenset[tuple[str, ...]]]:
    folded = fold(answer)
    return f" {folded} ", _quote(folded)


def find_traces(
    texts: Iterable[str],
    applications: pd.DataFrame,
    sheets: Mapping[str, pd.DataFrame],
    marks: pd.DataFrame,
    programme: Programme,
    named: Iterable[str],
    own: Iterable[str],
) -> list[str]:
    """All that may not leave the house: personal answers, codes, what people typed, who they are, any e-mail or phone.

    Parameters
    ----------
    texts, named, own : iterable of str
        See :func:`find_personal_data`.
    applications : DataFrame
    sheets : mapping of str to DataFrame
        The tracking workbook; a note that begins with "Pārskatam:" was written for the report.
    marks : DataFrame
    programme : Programme
        Markers and witnesses.

    Returns
    -------
    list of str
        Where each find comes from, never what it is.
    """
    read, ours = _read(texts), _read(own)
    codes = [key for key in applications["application_id"] if f" {fold(key)} " in read.folded]
    found = {f"{LABELS['application_id']}: {key}" for key in codes}
    people = [("programme.toml", name) for name in (*programme.markers, *programme.lottery.witnesses)]
    typed = [("vertejumi/", note) for note in marks["note"].dropna()]
    for sheet, columns in SHEETS.items():
        for column in columns:
            if column.kind == "text" and column.name != "mentor":
                cells = [(f"{sheet}: {column.label}", text) for text in sheets[sheet][column.name].dropna()]
                (people if column.name in NAMING else typed).extend(cells)
    found |= {where for where, name in people if _is_name(name) and _stands(_bend_person(name), read, ours, [])}
    kept = [(where, text) for where, text in typed if not text.strip().startswith(FOR_REPORT)]
    found |= {where for where, text in kept if _is_quoted(text, read, ours)}
    emails = _find_emails(read) - _find_emails(ours)
    phones = {_BETWEEN_DIGITS.sub("", one) for one in _PHONE.findall(read.plain)}
    found |= {"e-pasta adrese"} if emails else set()
    found |= {"tālruņa numurs"} if any(not _find_phone(phone, ours) for phone in phones) else set()
    return [*_find_answers(read, ours, applications, named), *sorted(found)]


def _find_emails(read: _Read) -> set[str]:
    lines = _DOT.sub(".", _AT.sub("@", read.plain)).split("\n")
    return {email.casefold() for line in lines if "@" in line for email in EMAIL.findall(line)}


def _is_name(text: str) -> bool:
    words = text.split()
    return len(words) > 1 and all(word[0].isupper() for word in words)


def list_own_words(programme: Programme) -> list[str]:
    """Every text of the programme file that is public by nature; who marks and who witnesses the lot is left out."""
    facts = programme.model_dump(exclude={"markers": True, "lottery": {"witnesses"}})
    return list(_texts_in(facts))


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | tuple | list):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _texts_in(part)


def read_texts(files: Mapping[str, bytes]) -> Iterator[str]:
    """Every text in a set of files: their names, members of packed files, comments, attributes, a picture's notes."""
    for name, content in files.items():
        yield name
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                yield packed.comment.decode("latin-1")
                yield from (about.comment.decode("latin-1") for about in packed.infolist())
                yield from read_texts({member: packed.read(member) for member in packed.namelist()})
        elif name.lower().endswith((".png", ".jpg", ".jpeg")):
            yield from _read_notes(content)
        else:
            yield from _read_markup(content)


@lru_cache(maxsize=8)
def _read_notes(content: bytes) -> list[str]:
    """Notes in a picture; cached because the same ones stand in a document and beside it."""
    with open_picture(io.BytesIO(content)) as picture:
        picture.load()  # notes may stand behind the picture
        return [f"{key} {value}" for key, value in picture.info.items()]


def _read_markup(content: bytes) -> Iterator[str]:
    """Texts of an XML file: nodes, whole paragraphs, attributes, comments; of any other file each line that is text."""
    builder = ElementTree.TreeBuilder(insert_comments=True, insert_pis=True)
    try:
        root = ElementTree.fromstring(content, ElementTree.XMLParser(target=builder))
    except ElementTree.ParseError:
        for line in content.splitlines():
            with suppress(UnicodeDecodeError):
                yield line.decode("utf-8")
        return
    for element in root.iter():
        yield from (value for name, value in element.items() if name not in _DRAWN)
        yield from filter(None, (element.text, element.tail))
        if str(element.tag).rpartition("}")[2] in _BLOCKS:
            yield "".join(element.itertext())
