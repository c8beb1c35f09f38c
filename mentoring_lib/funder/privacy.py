"""Looking for personal data in what is published: every text of every file, looked up in one index of all answers.

Names are found bent as Latvian bends them, in either order, with or without diacritics; phone numbers however they
are spaced; e-mail addresses with their signs spelled out; long answers by any eight words in a row. Letters that nobody
sees part nothing, and nothing is found across a punctuation mark or a line's end. What the report says anyway is no
find, so that a community named "Konsultāciju skaits" does not stop it. Nor is a community's only word that others use
as a common one ("kaimiņi"), unless it is written as a name: with a capital letter within a sentence, in quotation
marks, or alone.

Not found: a first name alone, or a surname of under four letters; a name cut by a line break, misspelled, or written
in another alphabet; an answer retold in other words. The people who write for the report answer for those. Found for
nothing: a surname that is a common word ("Zeme") where that word begins a sentence.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import accumulate
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pandas as pd
from PIL.Image import open as open_picture

from mentoring_lib.base.columns import APPLICATION, DERIVED, SHEETS
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.texts import INVISIBLE, PHONE_DIGITS, fold
from mentoring_lib.funder.figures import FOR_REPORT, Tables

MIN_NAME = 5  # letters: a shorter word may stand in a report by chance
MIN_SURNAME = 4  # letters of a surname with a capital letter, whose consonants then stay as they are
LONG_ANSWER = 20  # folded characters, for the same reason ("vakaros")
QUOTED = 8  # words in a row that are no chance
MAX_WORDS = 12  # of a name that are looked for: more tell nothing more
MAX_DIGITS = 15  # of a telephone number with its country code (ITU-T E.164)
LABELS = {column.name: column.label for column in (*APPLICATION, *DERIVED)}
# Columns of the tracking workbook that name a person; other text in it is a long answer.
NAMING = ("who", "person")

# Of Latvian nouns without diacritics.
_ENDINGS = ("", "s", *(f"{a}s" for a in "aeiou"), *"aeiou", *(f"{a}m" for a in "aeiu"), "ai", "ei", "iem")

# How a stem's last consonant is written in other cases, and what it was: "brieza" is of "briedis".
_SOFTENED = {"z": "d", "s": "t", "bj": "b", "pj": "p", "mj": "m", "vj": "v"}

_NOMINATIVE = re.compile("(?:[aeiou]?s|[aeiou])$")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_AT = re.compile(r" ?[(\[{] ?(?:at|et|@) ?[)\]}] ?| ?@ ?| at ", re.IGNORECASE)
_DOT = re.compile(r" ?[(\[{] ?(?:dot|punkts|\.) ?[)\]}] ?| (?:dot|punkts|\.) ", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[.,;:!?()\[\]{}|/\\…•–—\t]+|(?<=\s)-(?=\s)")
_BEGINNING = re.compile(r"(?:(?<=[.!?…:] )|^) *\w+(?= \w)", re.MULTILINE)
_GAP = r"[ \t\u00a0().\-–/]{0,2}"
_PHONE = re.compile(rf"(?<!\w)(?:\+|00){_GAP}371(?:{_GAP}\d){{{PHONE_DIGITS}}}(?!\w)")
_DIGITS = re.compile(rf"(?<![\w,])\d+(?:{_GAP}\d+)*(?!\w)")
_NUMBER_IN_NOTE = re.compile(r"(?<!\d)(?!\d{4}-\d\d-\d\d)\d(?:[ \u00a0-]?\d){7,}(?!\d)")
# Attributes of a drawing that hold coordinates.
_DRAWN = {"d", "points", "transform", "viewBox"}

# Elements (DOCX, XLSX, SVG) whose text a reader sees as one, though it may be cut into runs.
_BLOCKS = {"p", "si", "is", "text"}


@dataclass(frozen=True)
class Read:
    """Texts made ready to be looked up: lines as they are, folded words of each line and of each phrase.

    ``capitals`` are the words with a capital letter, ``proper`` those of them that no sentence begins with.
    """

    plain: tuple[str, ...]
    lines: tuple[list[str], ...]
    phrases: tuple[list[str], ...]
    capitals: frozenset[str]
    proper: frozenset[str]


def read(texts: Iterable[str]) -> Read:
    """Fold texts; a phrase ends at a punctuation mark, quotation marks and hyphens part only words."""
    seen = unicodedata.normalize("NFKC", INVISIBLE.sub("", "\n".join(texts)))
    plain = tuple(dict.fromkeys(seen.splitlines()))
    phrases = [part for line in plain for part in _PUNCTUATION.split(line)]
    whole = "\n".join(plain).replace("_", " ")
    capitals, proper = (
        frozenset(fold(word) for word in re.findall(r"\w+", text) if word[0].isupper())
        for text in (whole, _BEGINNING.sub("", whole))
    )
    lines, parts = (tuple(words for text in each if (words := fold(text).split())) for each in (plain, phrases))
    return Read(plain, lines, parts, capitals, proper)


class Hit(NamedTuple):
    """Something personal that stands in a text: what it is, whose (code of the application, or ""), and how found."""

    label: str
    key: str
    pattern: tuple[str, ...]


_ANY, _HITS, _ALONE, _NAMED = " any", " hits", " alone", " named"  # with a space: no stem of a word is written so
Trie = dict[str, Any]


@dataclass(frozen=True)
class Index:
    """Answers by how they are written, so that a text is gone through once, however many answers there are.

    A name is a path of words in ``names``, each reduced to its stem (see :func:`find_stem`): the words of a text are
    followed from each place on, as far as any name goes. Anything else is found by its pattern as a whole: a surname
    by its stem alone, a common word written as a name, a number, a quote.
    """

    names: Trie = field(default_factory=dict)
    patterns: dict[tuple[str, ...], set[Hit]] = field(default_factory=dict)
    stems: dict[str, frozenset[str]] = field(default_factory=dict)

    def list_stems(self, word: str) -> frozenset[str]:
        """The same as :func:`list_stems`, worked out once for each word: texts repeat the same few thousand."""
        if word not in self.stems:
            self.stems[word] = list_stems(word)
        return self.stems[word]

    def look_up(self, seen: Read, *, anywhere: bool = False) -> set[Hit]:
        """What of the index stands in texts; ``anywhere``: surnames without a capital letter too."""
        hits: set[Hit] = set()
        for words in seen.phrases:
            stems = [self.list_stems(word) for word in words]
            for start in range(len(words)):
                hits |= self.follow(stems, start)
        single = {word for words in seen.lines for word in words} if anywhere else seen.capitals
        patterns: set[tuple[str, ...]] = {(_ALONE, stem) for word in single for stem in self.list_stems(word)}
        patterns.update((_NAMED, word) for word in seen.proper)
        patterns.update((number,) for number in _find_emails(seen) | _find_numbers(seen))
        patterns.update(quote for words in seen.lines for quote in _quote(words))
        return hits.union(*(self.patterns[pattern] for pattern in patterns & self.patterns.keys()))

    def follow(self, stems: Sequence[frozenset[str]], start: int) -> set[Hit]:
        """Names that begin at a word."""
        hits: set[Hit] = set()
        nodes: list[Trie] = [self.names]
        for options in stems[start:]:
            nodes = [node[option] for node in nodes for option in (*options, _ANY) if option in node]
            if not nodes:
                break
            hits = hits.union(*(node.get(_HITS, ()) for node in nodes))
        return hits

    def add(self, label: str, key: str, *pattern: str) -> None:
        """Look for a pattern that is found as a whole."""
        self.patterns.setdefault(pattern, set()).add(Hit(label, key, pattern))

    def add_path(self, label: str, key: str, path: Iterable[str]) -> None:
        """Look for words one after another."""
        node, path = self.names, tuple(path)
        for word in path:
            node = node.setdefault(word, {})
        node.setdefault(_HITS, set()).add(Hit(label, key, path))

    def add_person(self, label: str, key: str, name: str) -> None:
        """Look for a person: first name and any other in either order, at most one word between; or the only name."""
        words = fold(name).split()[:MAX_WORDS]
        first = [find_stem(word) for word in words[:1]]
        if len(words) == 1 and len(words[0]) >= MIN_NAME:
            self.add_path(label, key, [f"={words[0]}"])
        for word in words[1:]:
            for pair in ([*first, find_stem(word)], [find_stem(word), *first]):
                self.add_path(label, key, pair)
                self.add_path(label, key, [pair[0], _ANY, pair[1]])

    def add_surname(self, label: str, key: str, name: str) -> None:
        """Look for a surname, or the only name given, alone with a capital letter."""
        word = (fold(name).split() or [""])[-1]
        if len(word) >= MIN_SURNAME:
            self.add(label, key, _ALONE, find_stem(word) if len(word) >= MIN_NAME else _short_stem(word))

    def add_community(self, label: str, key: str, name: str, common: Mapping[str, set[str]]) -> None:
        """Look for a name of a community as it is, and bent if it has several words; for a common word as a name."""
        words = fold(name).split()[:MAX_WORDS]
        if len(words) == 1 and common.get(words[0], set()) - {fold(name)}:
            self.add(label, key, _NAMED, words[0])
        elif len(" ".join(words)) >= MIN_NAME:
            self.add_path(label, key, [f"={word}" for word in words])
            if len(words) > 1:
                self.add_path(label, key, map(find_stem, words))

    def add_number(self, label: str, key: str, number: str) -> None:
        """Look for an e-mail address or a telephone number."""
        if "@" in number or len(number) >= PHONE_DIGITS - 1:
            self.add(label, key, number)

    def add_answer(self, label: str, key: str, answer: str) -> None:
        """Look for a long answer: any eight words of it in a row, or all of it if it has fewer."""
        words = fold(answer).split()
        if len(words) < QUOTED and len(" ".join(words)) >= LONG_ANSWER:
            self.add_path(label, key, [f"={word}" for word in words])
        for quote in _quote(words):
            self.add(label, key, *quote)


def _quote(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(words[at:] for at in range(QUOTED)), strict=False)


def find_stem(word: str) -> str:
    """What the cases of a folded name share: "berzins" and "berzina" are of "berzin"."""
    stem = _NOMINATIVE.sub("", word)
    return stem if len(stem) > 1 and word.isalpha() else f"={word}"


def _short_stem(word: str) -> str:
    """The same of a short word, more careful: "lace" also "laces"; of "osis" too little would be left."""
    stem = _NOMINATIVE.sub("", word)
    return f"~{stem}" if len(stem) > 2 else f"={word}"


def list_stems(word: str) -> frozenset[str]:
    """Every stem that a folded word of a text may be of: each ending taken off, the consonant before it as it was."""
    bare = [word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)]
    softened = [f"{one.removesuffix(end)}{was}" for one in bare for end, was in _SOFTENED.items() if one.endswith(end)]
    return frozenset((f"={word}", *bare, *softened, *(f"~{one}" for one in bare)))


def _find_emails(seen: Read) -> set[str]:
    lines = [_DOT.sub(".", _AT.sub("@", line)) for line in seen.plain]
    return {_join_email(email) for line in lines if "@" in line for email in EMAIL.findall(line)}


def _join_email(address: str) -> str:
    """An address without accents or case."""
    name, _, site = address.partition("@")
    return f"{fold(name)}@{fold(site)}"


def _find_numbers(seen: Read) -> set[str]:
    """Every telephone number that digits of a line may make, however they are spaced, without 371."""
    runs = (re.findall(r"\d+", run) for line in seen.plain for run in _DIGITS.findall(line))
    spans = (groups[start : start + MAX_DIGITS] for groups in runs for start in range(len(groups)))
    return {_local_number(digits) for span in spans for digits in accumulate(span) if len(digits) <= MAX_DIGITS}


def _local_number(phone: str) -> str:
    digits = re.sub(r"\D", "", phone).removeprefix("00")
    return digits.removeprefix("371") if len(digits) > PHONE_DIGITS else digits


_LONG = ("question", "theme_other", "preferred_times")
# Answers of an application that are looked for.
ANSWERS = ("email", "contact_name", "community", "phone", *_LONG)


def index_answers(applications: pd.DataFrame) -> Index:
    """Index of every personal answer of every application."""
    index, common = Index(), _list_common(applications)
    for key, email, name, community, phone, *answers in zip(
        applications["application_id"], *(applications[column].fillna("") for column in ANSWERS), strict=True
    ):
        index.add_number(LABELS["email"], key, _join_email(email))
        index.add_person(LABELS["contact_name"], key, name)
        index.add_surname(LABELS["contact_name"], key, name)
        index.add_community(LABELS["community"], key, community, common)
        index.add_number(LABELS["phone"], key, _local_number(phone))
        for column, answer in zip(_LONG, answers, strict=True):
            index.add_answer(LABELS[column], key, answer)
    return index


def _list_common(applications: pd.DataFrame) -> dict[str, set[str]]:
    """Words that applicants write with a small letter, each with the folded names of the communities that do."""
    common: dict[str, set[str]] = {}
    for name, *texts in applications[["community", *_LONG]].fillna("").itertuples(index=False):
        whose = fold(name)
        for word in set(re.findall(r"\w+", " ".join(texts))):
            if word.islower():
                common.setdefault(fold(word), set()).add(whose)
    return common


def find_hits(index: Index, seen: Read, named: Iterable[str], own: set[Hit]) -> set[Hit]:
    """What of an index texts tell that they do not say anyway.

    Parameters
    ----------
    index : Index
    seen : Read
        What is published.
    named : iterable of str
        Names that may stand there; a hit within one of them ("Kalnapuķes" in "Kalnapuķes kaimiņi") counts only if it
        also stands elsewhere.
    own : set of Hit
        What is found in the words the texts say whoever applied.

    Notes
    -----
    An answer counts only as whole words: a community "Ķekava" is not found in "Ķekavas novads".
    """
    hits = index.look_up(seen) - own
    inside = {name: index.look_up(read([name]), anywhere=True) for name in dict.fromkeys(named)} if hits else {}
    doubtful = hits.intersection(set().union(*inside.values()))
    if not doubtful:
        return hits
    left = index.look_up(_cut(seen, [name for name, within in inside.items() if within & doubtful]))
    return hits - doubtful | {hit for hit in left & doubtful if hit.pattern[0] not in (_ALONE, _NAMED)}


def _cut(seen: Read, names: Iterable[str]) -> Read:
    """Texts without some names: what stood before and after one does not touch."""
    folded = [" ".join(words) for words in read(names).phrases]

    def part(each: tuple[list[str], ...]) -> tuple[list[str], ...]:
        text = "|".join(f" {' '.join(words)} " for words in each)
        for name in folded:
            text = text.replace(f" {name} ", " | ")
        return tuple(words for piece in text.split("|") if (words := piece.split()))

    return replace(seen, lines=part(seen.lines), phrases=part(seen.phrases))


def list_sources(hits: Iterable[Hit]) -> list[str]:
    """Where hits come from, as "Lauks: pieteikums", never what they are."""
    return sorted({": ".join(filter(None, (hit.label, hit.key))) for hit in hits})


@dataclass(frozen=True)
class Guard:
    """What may not be published, and what the published texts may say: looked up in each text of a report."""

    index: Index
    named: tuple[str, ...]
    own: set[Hit]
    numbers: set[str]

    def find(self, texts: Sequence[str]) -> list[str]:
        """Where each find comes from, never what it is."""
        seen = read(texts)
        found = list_sources(find_hits(self.index, seen, self.named, self.own))
        phones = {_local_number(phone) for line in seen.plain for phone in _PHONE.findall(line)}
        found += ["e-pasta adrese"] if _find_emails(seen) - self.numbers else []
        return found + (["tālruņa numurs"] if phones - self.numbers else [])

    def find_in_note(self, note: str) -> list[str]:
        """The same of a note for the report, in which eight digits in a row are a telephone number too."""
        found = self.find([note])
        number = _NUMBER_IN_NOTE.search(note) and "tālruņa numurs" not in found
        return [*found, "tālruņa numurs"] if number else found


def make_guard(
    applications: pd.DataFrame, sheets: Tables, marks: pd.DataFrame, programme: Programme, named: Iterable[str],
    own: Iterable[str],
) -> Guard:  # fmt: skip
    """Index all that may not be published: personal answers, codes, what people typed, who they are.

    Parameters
    ----------
    applications : DataFrame
    sheets : mapping of str to DataFrame
        The tracking workbook; a note that begins with "Pārskatam:", and what :func:`list_publishable` lists, was
        written for the report.
    marks : DataFrame
    programme : Programme
        Markers and witnesses.
    named, own : iterable of str
        Communities that may be named in public; what the texts say anyway (see :func:`list_own_words`).
    """
    index, ours = index_answers(applications), read(own)
    for key in applications["application_id"]:
        index.add_path(LABELS["application_id"], key, [f"={word}" for word in fold(key).split()])
    people = [(programme.file, name) for name in (*programme.markers, *programme.lottery.witnesses)]
    typed = [("vertejumi/", note) for note in marks["note"].dropna()]
    written = {text for column, table in list_publishable(sheets) for text in table[column]}
    for sheet, columns in SHEETS.items():
        for column in columns:
            if column.kind == "text" and column.name != "mentor":
                cells = [(f"{sheet}: {column.label}", text) for text in sheets[sheet][column.name].dropna()]
                (people if column.name in NAMING else typed).extend(cells)
    for where, name in people:
        if len(words := name.split()) > 1 and all(word[0].isupper() for word in words):
            index.add_person(where, "", name)
    for where, text in typed:
        if not text.strip().startswith(FOR_REPORT) and text not in written:
            index.add_answer(where, "", text)
    numbers = _find_emails(ours) | _find_numbers(ours)
    return Guard(index, tuple(named), index.look_up(ours, anywhere=True), numbers)


def list_publishable(sheets: Tables) -> list[tuple[str, pd.DataFrame]]:
    """What people wrote to be published, by column: sentences that the community lets out, the coordinator's own."""
    listed = [("text", sheets["Pārskata teksti"])]
    for sheet, column in (("Pēc konsultācijas", "sentence"), ("Darbi", "outcome")):
        listed.append((column, sheets[sheet][sheets[sheet]["publish"].isin(["named", "unnamed"])]))
    return [(column, table.dropna(subset=[column])) for column, table in listed]


def list_own_words(programme: Programme) -> list[str]:
    """Every text of the programme file that is public by nature; not who marked, met or witnessed."""
    facts = programme.model_dump(exclude={"markers": True, "minutes": True, "lottery": {"witnesses"}})
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
