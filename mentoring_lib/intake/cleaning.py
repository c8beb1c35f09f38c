"""From raw cells to typed columns: one reader per kind of answer, applied once to each distinct value.

The law of this module: a cell that is not empty and cannot be read becomes missing *and* a problem for a person.
Nothing is guessed. The order of day and month is declared by the programme file or proved by the whole column.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import pandas as pd
from rapidfuzz.distance import Levenshtein

from mentoring_lib.base.columns import (
    ALL_TICKED,
    ALL_TICKED_AS,
    APPLICATION,
    ASKED,
    CHOICE_ALIASES,
    CHOICES,
    SEPARATOR,
    Column,
)
from mentoring_lib.base.problems import Problem
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import Checked, map_distinct
from mentoring_lib.base.texts import MAYBE_BROKEN, fold, repair_encoding
from mentoring_lib.intake.file_safety import WORDS
from mentoring_lib.intake.loading import PLACE
from mentoring_lib.intake.moments import parse_moments
from mentoring_lib.intake.text_files import LOST

# Folded words of consent and refusal, and those that limit a consent they follow.
YES, NO, LIMITS = (set(WORDS["read"][name]) for name in ("yes", "no", "limits"))

FORMING, MULTIPLE = (re.compile(WORDS["read"][name]) for name in ("forming", "multiple"))
MARKS_AS_TYPED = {word.casefold(): code for code, word in CHOICES["mark"].items()}
OTHER_PREFIX = re.compile(r"^\s*(cits|cita|other|другое)\s*:\s*", re.IGNORECASE)

# Addresses that need no second look; the library is asked about the others.
PLAIN_EMAIL = re.compile(
    r"[A-Za-z0-9_+-]++(?:\.[A-Za-z0-9_+-]++)*+@(?:[A-Za-z0-9]++(?:-++[A-Za-z0-9]++)*+\.)+[A-Za-z]{2,}"
)

LATVIAN_PHONE = re.compile(r"\s*+(?:(?:\+|00)?371)?+[\s()./-]*+[2-9]" + r"[\s()./-]*+\d" * 7 + r"\s*+")

# Code of an application as people type it: O for 0, small letters, a name after it.
CODE = re.compile(r"\s*k\s?[-–—]?\s?([0-9a-fo]{6})(?:\s(.*))?", re.IGNORECASE | re.DOTALL)

MIN_MINUTES = 15  # of a consultation: who types less means hours
MAX_SLIPS = 2  # letters by which a ticked option may differ from the label of a theme
MAX_PIECES = 21  # of a cell of themes, commas counted, that are tried as one label


class Ticked(NamedTuple):
    """Theme codes in the call's order, the applicant's own text, and options that were read as a label alike."""

    codes: tuple[str, ...]
    other: str
    misread: tuple[str, ...]


def read_themes(text: str, labels: Mapping[str, str]) -> Ticked:
    """Split a cell of ticked options into theme codes and the free text of "other".

    A label may hold a comma itself, so pieces are joined again as long as they make a known label, longest first;
    what is left is the applicant's own text. A label with one or two wrong letters is that label.

    Parameters
    ----------
    text : str
        Options joined by ", " or ";" as form exports do.
    labels : mapping
        Label of each theme code; the last code takes the free text.
    """
    codes = {fold(label): code for code, label in labels.items()}
    pieces = re.split(r"([;,\n])", text)
    ticked, rest, misread, start = set(), "", [], 0
    while start < len(pieces):
        ends = {"".join(pieces[start:end]): end for end in range(min(len(pieces), start + MAX_PIECES), start, -2)}
        option, label = _find_label(ends, codes)
        if not label:
            rest += "".join(pieces[start : start + 2])
            start += 2
            continue
        ticked.add(codes[label])
        misread += [] if fold(option) == label else [option.strip()]
        start = ends[option] + 1
    other = OTHER_PREFIX.sub("", rest.strip(" ,;\n"))
    if other:
        ticked.add(list(labels)[-1])
    return Ticked(tuple(code for code in labels if code in ticked), other, tuple(misread))


def _find_label(options: Iterable[str], labels: Iterable[str]) -> tuple[str, str]:
    """The first of some texts that is a folded label, else the first that is like one, with that label."""
    exact = next((option for option in options if fold(option) in labels), "")
    alike = ((option, _alike(fold(option), labels)) for option in options)
    return (exact, fold(exact)) if exact else next((pair for pair in alike if pair[1]), ("", ""))


def _alike(text: str, labels: Iterable[str]) -> str:
    """The one label from which a text differs by so few letters that nothing else can be meant; "" if there is none."""
    as_long = [label for label in labels if label.count(" ") == text.count(" ") and len(text) >= 5 * MAX_SLIPS]
    close = [label for label in as_long if Levenshtein.distance(text, label, score_cutoff=MAX_SLIPS) <= MAX_SLIPS]
    return close[0] if len(close) == 1 else ""


def _read_yes_no(text: str) -> bool | None:
    """Yes or no as the whole answer or before a stop ("Jā, piekrītu"); with a limit after it ("jā, bet …") neither."""
    first, *rest = re.split(r"[,.;:!–—]|\s-\s", text.strip())
    words = fold(first).split() or [text.strip()]
    fits = [answer for answer, accepted in ((True, YES), (False, NO)) if accepted.issuperset(words)]
    limits = LIMITS if fits == [True] else YES | {"bet"}
    return fits[0] if len(fits) == 1 and limits.isdisjoint(fold(" ".join(rest)).split()) else None


def _read_year(text: str, latest: int = 9999) -> str | None:
    """One year, with words around it, not after ``latest``; "forming" where nothing but that is said."""
    folded = fold(text)
    years: set[str] = set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", folded))
    if re.search(r"\d{4}\s?[-–/]\s?\d", text) or len(years) > 1:
        return None
    if not years:
        return "forming" if FORMING.search(folded) and not re.search(r"\d", folded) else None
    return next(iter(years)) if int(next(iter(years))) <= latest else None


def _read_count(text: str) -> int | None:
    joined = re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))", "", text)
    numbers = re.findall(r"-?\d+(?:[.,]\d+)?", joined)
    plain = len(numbers) == 1 and re.fullmatch(r"\d{1,9}", numbers[0]) and not MULTIPLE.search(joined.casefold())
    return int(numbers[0]) if plain else None


def _read_number(text: str, least: int = 0) -> int | None:
    """A plain number, at most with "min" after it."""
    match = re.fullmatch(r"\s*(\d{1,9})\s*(?:min\.?|minūtes)?\s*", text)
    return int(match[1]) if match and int(match[1]) >= least else None


def read_code(text: str) -> str:
    """Code of an application, forgiving small letters, O for 0, and a name after it; other text as it stands."""
    code, name = split_code(text)
    return code or name


def split_code(text: str) -> tuple[str, str]:
    """Code of an application, "" if there is none, and what is typed beside it: a community's name."""
    match = CODE.fullmatch(text)
    if match is None:
        return "", text.strip()
    return f"K-{match[1].upper().replace('O', '0')}", (match[2] or "").strip(SEPARATOR)


def _read_email(text: str) -> str | None:
    address = text.strip()
    if not address or PLAIN_EMAIL.fullmatch(address):
        return address or None
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return address


def _is_phone(text: str) -> bool:
    if LATVIAN_PHONE.fullmatch(text):
        return True
    import phonenumbers

    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(text, "LV"))
    except phonenumbers.NumberParseException:
        return False


def clean_column(
    values: pd.Series, column: Column, programme: Programme, order: str | None = None
) -> tuple[pd.Series, pd.Series]:
    """Read one column of raw text by its kind.

    Parameters
    ----------
    values : Series of str, shape (n,)
        Raw cells, "" is empty.
    column : Column
        Its ``kind`` says how to read.
    programme : Programme
        Time zone and themes.
    order : {"dmy", "mdy"}, optional
        Declared order of dates.

    Returns
    -------
    typed : Series, shape (n,)
        Missing where empty or unreadable.
    codes : Series of str, shape (n,)
        Problem code where a cell is filled but unreadable, else "".
    """
    if column.kind in ("moment", "date"):
        hours = column.kind == "moment" and column.name != "submitted_at"
        moments, codes = parse_moments(values, time_zone=programme.call.time_zone, order=order, hours=hours)
        if column.kind == "moment":
            return moments, codes
        return moments.dt.tz_localize(None).dt.normalize(), codes.mask(codes.ne(""), "date_unreadable")
    if column.kind in ("id", "text", "shown", "phone"):
        texts = [text.strip() or ("" if column.kind == "phone" else None) for text in values.tolist()]
        return pd.Series(texts, index=values.index, dtype="str"), pd.Series("", index=values.index, dtype="str")
    reader, dtype, code = _reader_of(column, programme)
    typed = map_distinct(values, reader, dtype)
    codes = pd.Series("", index=values.index, dtype="str")
    unread = values[typed.isna()].str.strip().ne("")
    codes[unread[unread].index] = code
    return typed, codes


def _reader_of(column: Column, programme: Programme) -> tuple[Callable[[str], Any], str, str]:
    """How a cell of this kind is read (missing: None), the type of the column, the problem of an unreadable cell."""
    if column.kind in ("choice", "theme"):
        folded = {fold(word): code for code, word in choices_of(column, programme).items()}
        folded |= {fold(old): code for old, code in CHOICE_ALIASES.get(column.name, {}).items()}
        return lambda text: folded.get(fold(text)), "str", "choice_unknown"
    readers: dict[str, tuple[Callable[[str], Any], str, str]] = {
        "count": (_read_count if column in (*APPLICATION, *ASKED) else _read_number, "Int64", "count_unreadable"),
        "minutes": (partial(_read_number, least=MIN_MINUTES), "Int64", "minutes_unreadable"),
        "yes_no": (_read_yes_no, "boolean", "yes_no_unreadable"),
        "year": (partial(_read_year, latest=programme.call.deadline.year), "str", "year_unreadable"),
        "mark": (lambda text: MARKS_AS_TYPED.get(text.strip().casefold()), "str", "choice_unknown"),
        "email": (_read_email, "str", "email_invalid"),
    }
    return readers[column.kind]


def choices_of(column: Column, programme: Programme) -> Mapping[str, str]:
    """Code and Latvian word of everything that may be chosen in a column."""
    if column.kind == "theme":
        return {**programme.themes, ALL_TICKED: ALL_TICKED_AS}
    return CHOICES["mark" if column.kind == "mark" else column.name]


def clean_table(
    raw: pd.DataFrame, columns: Sequence[Column], programme: Programme, order: str | None = None
) -> Checked:
    """Read every column of a raw table by its kind.

    Parameters
    ----------
    raw : DataFrame, shape (n, k)
        Text columns named as in ``columns``, with ``file``, ``sheet``, ``row`` (see :func:`loading.read_table`).
    columns : sequence of Column
    programme : Programme
    order : {"dmy", "mdy"}, optional
        Declared order of dates.

    Returns
    -------
    Checked
        Same rows in the same order with typed columns; a problem for each cell that is filled but unreadable, or
        required but empty.
    """
    typed: dict[str, pd.Series] = {}
    problems: list[Problem] = []
    for column in columns:
        values, codes = clean_column(raw[column.name], column, programme, order)
        if column.required:
            codes = codes.mask(values.isna() & codes.eq(""), "value_missing")
        typed[column.name] = values
        listed = column.kind in ("choice", "mark", "theme")
        wanted = ", ".join(choices_of(column, programme).values()) if listed else column.label
        problems += problems_at(raw, codes.tolist(), column.name, details=wanted)
        problems += check_letters(raw, column.name) if column.kind == "text" else []
        problems += check_phones(raw, column.name) if column.kind == "phone" else []
    return Checked(pd.DataFrame(typed | {name: raw[name] for name in PLACE}, copy=False), problems)


def check_letters(raw: pd.DataFrame, column: str) -> list[Problem]:
    """A question for each text with letters broken by a wrong encoding, or lost."""
    texts = raw[column].tolist()
    joined = "\n".join(texts)
    if not MAYBE_BROKEN.search(joined) and LOST not in joined:
        return []
    repaired = [repair_encoding(text) or "" for text in texts]
    codes = [
        "text_lost" if LOST in text else "text_broken" if meant else ""
        for text, meant in zip(texts, repaired, strict=True)
    ]
    return problems_at(raw, codes, column, details=repaired)


def check_phones(raw: pd.DataFrame, column: str) -> list[Problem]:
    """A note for each number that nobody can call; it is kept as typed."""
    codes = ["phone_invalid" if text and not _is_phone(text) else "" for text in raw[column].tolist()]
    return problems_at(raw, codes, column)


def problems_at(
    raw: pd.DataFrame, codes: Iterable[str], column: str, *, details: str | Sequence[str] = ""
) -> list[Problem]:
    """One problem for each row whose code is not "", with the row's place and the cell's raw value."""
    codes = list(codes)
    if not any(codes):
        return []
    keys = raw["application_id"].fillna("") if "application_id" in raw else [""] * len(raw)
    told = [details] * len(raw) if isinstance(details, str) else details
    cells = zip(codes, raw["file"], raw["sheet"], raw["row"], raw[column], keys, told, strict=True)
    return [
        Problem(code, file, sheet, row, column, value, key, more)
        for code, file, sheet, row, value, key, more in cells
        if code
    ]


def drop_repeated(table: pd.DataFrame, code: str, *, beside: Sequence[str] = ()) -> Checked:
    """Leave out rows that an earlier file holds with the same answers, each listed (downloaded twice).

    Parameters
    ----------
    table : DataFrame
        Typed rows with ``application_id``.
    code : str
        Of the problem that lists them.
    beside : sequence of str
        Columns that do not count (the second a form was sent in: some exports drop it).

    Returns
    -------
    Checked
        Rows kept plus problems equal rows in.
    """
    if table["file"].nunique() < 2:
        return Checked(table, [])
    answers = list(table.columns.drop([*PLACE, *beside]))
    first = table.groupby(answers, dropna=False, sort=False)["file"].transform("first")
    again = first.ne(table["file"])
    problems = problems_at(table[again], [code] * again.sum(), "application_id", details=first[again].tolist())
    return Checked(table[~again].reset_index(drop=True), problems)
