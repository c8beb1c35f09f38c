"""From raw cells to typed columns: one reader per kind of answer, applied once to each distinct value.

The law of this module: a cell that is not empty and cannot be read becomes missing *and* a problem for a person.
Nothing is guessed. The order of day and month is declared by the programme file or proved by the whole column.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from mentoring_lib.columns import APPLICATION, APPLICATION_COLUMNS, CHOICES, Column
from mentoring_lib.errors import Checked, Problem, problem_at, rows_of
from mentoring_lib.loading import PLACE
from mentoring_lib.programme import Programme
from mentoring_lib.texts import BROKEN_SIGNS, fold, fold_all, map_distinct, repair_encoding, suggest

USUAL_FORMATS = ("%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%Y-%m-%dT%H:%M:%S")
"""A date cell of a spreadsheet, and what most exports write: read a whole column at once; the rest one by one."""
TURNED = [6, 7, 8, 9, 2, 3, 4, 5, 0, 1, *range(10, 19)]  # letters of 21.08.2023 23:59:59 with the year first
YES = {
    "ja",
    "jaa",
    "j",
    "yes",
    "y",
    "true",
    "patiess",
    "1",
    "piekritu",
    "piekrit",
    "ir",
    "да",
    "д",
    "x",
    "v",
    "✓",
    "✔",
    "☑",
}
NO = {"ne", "nee", "n", "no", "false", "aplams", "0", "nepiekritu", "nepiekrit", "nav", "нет", "н"}
YEARS = (2000, 2100)  # what people type outside of these is a slip
FARTHEST = timedelta(hours=14)  # no zone is farther from Greenwich
FORMING = re.compile(
    r"\b(veidojas|veidojam|veidojamies|veidosies|veidosim|tiek veidota|top|forming|being formed)\b"
    r"|формиру|создает|создае|процесс"
)
MARKS_AS_TYPED = {word.casefold(): code for code, word in CHOICES["mark"].items()}
OTHER_PREFIX = re.compile(r"^\s*(cits|cita|other|другое)\s*:\s*", re.IGNORECASE)

PLAIN_EMAIL = re.compile(
    r"[A-Za-z0-9_+-]++(?:\.[A-Za-z0-9_+-]++)*+@(?:[A-Za-z0-9]++(?:-++[A-Za-z0-9]++)*+\.)+[A-Za-z]{2,}"
)
"""Addresses that need no second look; the library is asked about the others."""
LATVIAN_PHONE = re.compile(
    r"\+371 ?[2-9]\d{7}|\s*+(?:(?:\+|00)?371)?+[\s()./-]*+[2-9]" + r"[\s()./-]*+\d" * 7 + r"\s*+"
)
PLAIN_EMAILS = re.compile(f"(?:{PLAIN_EMAIL.pattern}\n)*+")
LATVIAN_PHONES = re.compile(
    f"(?:(?:{LATVIAN_PHONE.pattern})?\n)*+".replace(r"\s", " ")
)  # white space may be a line end
MOST_PIECES = 21  # of a cell of themes, commas counted, that are tried as one label
AT_ONCE = 1_000  # texts joined for one look: what fits into the processor's cache is twice as fast
CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32), 127])
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")

_MOMENT = re.compile(
    r"(?P<a>\d{1,4})\s?(?P<separator>[./-])\s?(?P<b>\d{1,2})\s?[./-]\s?(?P<c>\d{1,4})\.?"
    r"(?:[T,\s]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[ap])\.?m\.?)?\s*(?P<zone>z|utc|gmt|eest|eet)?\s*(?P<offset>[+-]\d{1,2}(?::?\d{2})?)?)?",
    re.IGNORECASE,
)
_MISREAD = re.compile(r":(?:6[01]|\d(?!\d))")  # to pandas the next minute, and 9:5 as good as 9:05
_ZONE_HOURS = {"z": 0, "utc": 0, "gmt": 0, "eet": 2, "eest": 3}


def application_id(submitted_at: datetime | None, email: str | None, community: str | None) -> str:
    """Short code of an application, made from what was sent and so the same in every copy of the export.

    Parameters
    ----------
    submitted_at : datetime or None
        Local time of the call (aware or naive); seconds do not count, since some exports drop them.
    email, community : str or None
        As sent, before any correction.

    Returns
    -------
    str
        "K-" and six hexadecimal digits of the SHA-256 of ``minute|e-mail|community``, folded.
    """
    minute = f"{submitted_at:%Y-%m-%dT%H:%M}" if submitted_at is not None else ""
    return _make_codes([f"{minute}|{(email or '').strip().casefold()}|{fold(community or '')}"])[0]


def read_themes(text: str, labels: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    """Split a cell of ticked options into theme codes and the free text of "other".

    A label may hold a comma itself, so pieces are joined again as long as they make a known label, longest first;
    what is left is the applicant's own text.

    Parameters
    ----------
    text : str
        Options joined by ", " or ";" as form exports do.
    labels : mapping
        Label of each theme code; the last code takes the free text.

    Returns
    -------
    codes : tuple of str
        In the order of ``labels``, each once.
    other : str
        Free text, "" if none.
    """
    codes = dict(zip(fold_all(list(labels.values())), labels, strict=True))
    pieces = re.split(r"([;,\n])", text)
    found, rest, start = set(), "", 0
    while start < len(pieces):
        ends = range(min(len(pieces), start + MOST_PIECES), start, -2)
        joined = fold_all(["".join(pieces[start:end]) for end in ends])
        for end, code in zip(ends, map(codes.get, joined), strict=True):
            if code is not None:
                found.add(code)
                start = end + 1
                break
        else:
            rest += "".join(pieces[start : start + 2])
            start += 2
    other = OTHER_PREFIX.sub("", rest.strip(" ,;\n"))
    if other:
        found.add(list(labels)[-1])
    return tuple(code for code in labels if code in found), other


def _read_yes_no(text: str) -> bool | None:
    """Yes or no as the whole answer or before a stop ("Jā, piekrītu"); "ja būs vajadzība" is neither."""
    words = fold(re.split(r"[,.;:!–—]|\s-\s", text.strip(), maxsplit=1)[0]).split() or [text.strip()]
    known = {True: YES, False: NO}
    fits = [answer for answer, own in known.items() if words[0] in own and own.issuperset(words)]
    return fits[0] if len(fits) == 1 else None


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
    return int(numbers[0]) if len(numbers) == 1 and re.fullmatch(r"\d{1,9}", numbers[0]) else None


def _read_emails(texts: Sequence[str]) -> list[str | None]:
    """Addresses as typed; None for what the library does not accept."""
    read: list[str | None] = []
    for at in range(0, len(texts), AT_ONCE):
        part = texts[at : at + AT_ONCE]
        read += part if _are_all(PLAIN_EMAILS, part) else map(_read_email, part)
    return read


def _are_all(lines: re.Pattern[str], texts: Sequence[str]) -> bool:
    """Whether each text is a line of the pattern; a text of several lines is none."""
    joined = "\n".join([*texts, ""])
    return joined.count("\n") == len(texts) and lines.fullmatch(joined) is not None


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


def _read_choice(words: Mapping[str, str]) -> Callable[[str], str | None]:
    folded = {fold(word): code for code, word in words.items()}
    return lambda text: folded.get(fold(text))


def parse_moments(values: pd.Series, *, time_zone: str, order: str | None = None) -> tuple[pd.Series, list[str]]:
    """Read dates and times whatever the order of day, month and year, as long as the order is certain.

    Parameters
    ----------
    values : Series of str, shape (n,)
        "" is empty.
    time_zone : str
        Zone of answers that state none.
    order : {"dmy", "mdy"}, optional
        Declared order for dates written with slashes or dashes and the year last; without it, one value above 12
        anywhere in the column proves it. Year first and dots (Latvian usage: day first) need no proof.

    Returns
    -------
    moments : Series of datetime64[us, time_zone], shape (n,)
        Missing where empty or not read.
    codes : list of str, length n
        Problem code where a value could not be read, else "".
    """
    zone = ZoneInfo(time_zone)
    local = _read_usual(values)
    local = local.where(local.dt.year.between(*YEARS))
    aware = local.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT").dt.as_unit("us")
    rest = values[aware.isna()]
    if rest.empty:
        return aware, [""] * len(values)
    order = order or _prove_order(rest)
    read = map_distinct(rest, lambda text: _read_moment(text, order, zone) if text.strip() else "")
    moments = pd.Series([None if isinstance(result, str) else result for result in read], index=rest.index)
    codes = pd.Series([result if isinstance(result, str) else "" for result in read], index=rest.index, dtype="str")
    later = pd.to_datetime(moments, utc=True).dt.tz_convert(zone).dt.as_unit("us")
    return aware.fillna(later), codes.reindex(values.index, fill_value="").tolist()


def _read_usual(values: pd.Series) -> pd.Series:
    """Local times of what is written the usual way, the rest missing."""
    texts = values.tolist()
    turned = _turn_around(texts)
    if turned is not None:
        return pd.Series(turned, index=values.index)
    odd = values.isin(["now", "today"])  # pandas reads the clock
    if _MISREAD.search("\n".join(texts)):
        odd |= values.str.contains(_MISREAD)
    return pd.to_datetime(values.mask(odd), format=_usual_format(next(iter(texts), "")), errors="coerce")


def _turn_around(texts: list[str]) -> Any:
    """Read 21.08.2023 23:59:59 with the year first, which is twenty times faster, if the whole column is so."""
    size = len(TURNED)
    packed = "".join(texts).encode("ascii", errors="replace")
    even = set(map(len, texts)) == {size} and packed.translate(None, b"0123456789") == b".. ::" * len(texts)
    if not even or b"0" in packed[6::size]:  # a year before 1000 is not for NumPy
        return None
    letters = np.frombuffer(packed, dtype="S1").reshape(-1, size)[:, TURNED]
    letters[:, [4, 7]] = b"-"
    try:
        return np.ascontiguousarray(letters).view(f"S{size}").ravel().astype("datetime64[s]")
    except ValueError:  # no such day or hour somewhere
        return None


def _usual_format(first: str) -> str:
    """The usual format that the first value has."""
    for pattern in USUAL_FORMATS:
        try:
            datetime.strptime(first, pattern)
        except ValueError:
            continue
        return pattern
    return USUAL_FORMATS[0]


def _prove_order(values: pd.Series) -> str | None:
    undecided = values.str.extract(r"^\s*(\d{1,2})\s?[/-]\s?(\d{1,2})\s?[/-]\s?\d{4}\b").dropna().astype("int64")
    day_first, month_first = (undecided > 12).any()
    return {(True, False): "dmy", (False, True): "mdy"}.get((bool(day_first), bool(month_first)))


def _read_moment(text: str, order: str | None, zone: ZoneInfo) -> datetime | str:
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        return "moment_unreadable"
    parts = match.groupdict()
    order = "ymd" if len(parts["a"]) == 4 else "dmy" if parts["separator"] == "." else order
    if len(parts["a"]) != 4 and len(parts["c"]) != 4:
        return "moment_unreadable"
    if order is None:
        return "moment_order"
    numbers = dict(zip(order, (int(parts[name]) for name in "abc"), strict=True))
    if not YEARS[0] <= numbers["y"] <= YEARS[1]:
        return "moment_unreadable"
    hour = int(parts["hour"] or 0)
    if parts["half"]:
        hour = hour % 12 + (12 if parts["half"].lower() == "p" else 0)
    try:
        local = datetime(
            numbers["y"], numbers["m"], numbers["d"], hour, int(parts["minute"] or 0), int(parts["second"] or 0)
        )
    except ValueError:
        return "moment_unreadable"
    return _in_zone(local, parts["zone"], parts["offset"], zone)


def _in_zone(local: datetime, name: str | None, offset: str | None, zone: ZoneInfo) -> datetime | str:
    """Attach the zone the text states, else the call's; "GMT+3" is three hours ahead, as people mean it."""
    if name or offset:
        sign, hours, minutes = re.fullmatch(r"([+-]?)(\d{1,2}):?(\d\d)?", offset or "0").groups()  # type: ignore[union-attr]
        ahead = timedelta(hours=int(hours), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
        if abs(ahead) > FARTHEST:
            return "moment_unreadable"
        return local.replace(tzinfo=timezone(ahead + timedelta(hours=_ZONE_HOURS.get((name or "").lower(), 0))))
    aware = local.replace(tzinfo=zone)
    twice_or_never = aware.utcoffset() != aware.replace(fold=1).utcoffset()
    return "moment_clock_change" if twice_or_never else aware


_READERS: dict[str, tuple[Callable[[str], Any], str, str]] = {
    "count": (_read_count, "Int64", "count_unreadable"),
    "yes_no": (_read_yes_no, "boolean", "yes_no_unreadable"),
}


def clean_column(
    values: pd.Series, column: Column, programme: Programme, order: str | None = None
) -> tuple[pd.Series, list[str]]:
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
    codes : list of str, length n
        Problem code where a cell is filled but unreadable, else "".
    """
    if column.kind in ("moment", "date"):
        return _clean_moments(values, column, programme, order)
    if column.kind in ("text", "email", "phone", "id"):
        return _clean_texts(values, column)
    reader, dtype, code = _reader_of(column, programme)
    unread = set()

    def read(text: str) -> Any:
        answer = reader(text)
        if answer is None and text.strip():
            unread.add(text)
        return answer

    typed = map_distinct(values, read, dtype)
    return typed, [code if text in unread else "" for text in values.tolist()] if unread else [""] * len(values)


def _clean_moments(
    values: pd.Series, column: Column, programme: Programme, order: str | None
) -> tuple[pd.Series, list[str]]:
    moments, codes = parse_moments(values, time_zone=programme.call.time_zone, order=order)
    if column.kind == "moment":
        return moments, codes
    return moments.dt.tz_localize(None).dt.normalize(), ["date_unreadable" if code else "" for code in codes]


def _clean_texts(values: pd.Series, column: Column) -> tuple[pd.Series, list[str]]:
    """Kinds whose answers rarely repeat: without white space around them, addresses checked."""
    texts = values.tolist()
    read: list[str | None] = _read_emails(texts) if column.kind == "email" else list(map(str.strip, texts))
    codes = [""] * len(texts)
    if column.kind == "email" and not all(read):
        told = zip(texts, read, strict=True)
        codes = ["email_invalid" if text.strip() and not address else "" for text, address in told]
    if column.kind == "text" and not all(read):
        read = [text or None for text in read]
    return values if read == texts else pd.Series(read, index=values.index, dtype="str"), codes


def _reader_of(column: Column, programme: Programme) -> tuple[Callable[[str], Any], str, str]:
    if column.kind == "mark":
        return lambda text: MARKS_AS_TYPED.get(text.strip().casefold()), "str", "choice_unknown"
    if column.kind == "year":
        return partial(_read_year, latest=programme.call.deadline.year), "str", "year_unreadable"
    if column.kind in ("choice", "theme"):
        return _read_choice(choices_of(column, programme)), "str", "choice_unknown"
    return _READERS[column.kind]


def choices_of(column: Column, programme: Programme) -> Mapping[str, str]:
    """Code and Latvian word of everything that may be chosen in a column."""
    return programme.themes if column.kind == "theme" else CHOICES["mark" if column.kind == "mark" else column.name]


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
        if column.required and values.hasnans:
            empty = values.isna().tolist()
            codes = [code or ("value_missing" if gone else "") for code, gone in zip(codes, empty, strict=True)]
        typed[column.name] = values
        details = (
            ", ".join(choices_of(column, programme).values())
            if column.kind in ("choice", "mark", "theme")
            else column.label
        )
        problems += problems_at(raw, codes, column.name, details=details)
        problems += check_letters(raw, column.name) if column.kind == "text" else []
        problems += check_phones(raw, column.name) if column.kind == "phone" else []
    return Checked(pd.DataFrame(typed | {name: raw[name] for name in PLACE}, copy=False), problems)


def check_letters(raw: pd.DataFrame, column: str) -> list[Problem]:
    """A problem for each text with letters broken by a wrong encoding, or with characters nobody can type."""
    texts = raw[column].tolist()
    if all(_looks_clean("\n".join(texts[at : at + AT_ONCE])) for at in range(0, len(texts), AT_ONCE)):
        return []
    repaired = [repair_encoding(text) or "" for text in texts]
    codes = [
        "text_broken" if meant else "text_control" if CONTROL.search(text) else ""
        for text, meant in zip(texts, repaired, strict=True)
    ]
    return problems_at(raw, codes, column, details=repaired)


def _looks_clean(text: str) -> bool:
    packed = text.encode("utf-8", errors="surrogatepass")
    broken = any(sign[-1:] in packed and sign in packed for sign in BROKEN_SIGNS)  # a single byte is found at once
    return not broken and len(packed.translate(None, CONTROL_BYTES)) == len(packed)


def check_phones(raw: pd.DataFrame, column: str) -> list[Problem]:
    """A note for each number that nobody can call; it is kept as typed."""
    texts, codes = raw[column].tolist(), []
    for at in range(0, len(texts), AT_ONCE):
        part = texts[at : at + AT_ONCE]
        plain = _are_all(LATVIAN_PHONES, part)
        codes += ["phone_invalid" if not plain and text and not _is_phone(text) else "" for text in part]
    return problems_at(raw, codes, column)


def problems_at(
    raw: pd.DataFrame, codes: Sequence[str], column: str, *, details: str | Sequence[str] = ""
) -> list[Problem]:
    """One problem for each row whose code is not "", with the row's place and the cell's raw value."""
    if not any(codes):
        return []
    bad = raw.assign(code=codes, details=details, value=raw[column])[[code != "" for code in codes]]
    if "application_id" not in bad:
        bad = bad.assign(application_id="")
    return [problem_at(row.code, row, column, row.value, row.details) for row in rows_of(bad)]


def identify(raw: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """Add ``application_id`` (see :func:`application_id`) and ``moment``, when it was sent, to raw applications."""
    moments = _parse_by_sheet(raw, programme)[0]
    places, distinct = pd.factorize(moments.dt.tz_localize(None).to_numpy("datetime64[m]"))  # missing is -1, the last
    minutes = np.array([*distinct.astype("S16").astype("U16"), ""], dtype=object)[places]
    emails = map(str.casefold, map(str.strip, raw["email"].tolist()))
    sent = zip(minutes, emails, fold_all(raw["community"].tolist()), strict=True)
    codes = _make_codes(list(map("|".join, sent)))
    return raw.assign(application_id=pd.Series(codes, index=raw.index, dtype="str"), moment=moments)


def _parse_by_sheet(raw: pd.DataFrame, programme: Programme) -> tuple[pd.Series, list[str]]:
    """When each row was sent; one export's dates prove nothing about another's."""
    read = partial(parse_moments, time_zone=programme.call.time_zone, order=programme.form.date_order)
    sent = raw["submitted_at"]
    if all(len(set(raw[name].tolist())) < 2 for name in ("file", "sheet")):
        return read(sent)
    sheets = [(part.index, *read(part)) for _, part in sent.groupby([raw["file"], raw["sheet"]])]
    codes = pd.concat(pd.Series(codes, rows, dtype="str") for rows, _, codes in sheets)
    return pd.concat(moments for _, moments, _ in sheets).reindex(raw.index), codes.reindex(raw.index).tolist()


def _make_codes(sent: Sequence[str]) -> list[str]:
    digits = b"".join([hashlib.sha256(text.encode()).digest()[:3] for text in sent]).hex().upper()
    return [f"K-{digits[at : at + 6]}" for at in range(0, len(digits), 6)]


def correct(raw: pd.DataFrame, corrections: pd.DataFrame) -> Checked:
    """Apply a person's corrections to raw applications; what was sent stays in the export.

    Parameters
    ----------
    raw : DataFrame, shape (n, k)
        Raw applications with ``application_id``.
    corrections : DataFrame, shape (m, 10)
        Sheet "Labojumi", typed.

    Returns
    -------
    Checked
        A new table, same rows. A correction whose application, field or "before" does not match is a problem and
        changes nothing. They are applied by date, then by row.
    """
    fields = {fold(word): c.name for c in APPLICATION for word in (c.label, c.name, *c.questions)}
    fields[fold("Pieteikums")] = "application_id"
    columns = {name: raw[name].tolist() for name in dict.fromkeys(fields.values())}
    known = ", ".join(column.label for column in APPLICATION)
    problems = []
    ordered = corrections.sort_values(["on", "file", "row"], kind="stable")
    for item in rows_of(ordered.assign(**ordered[["application_id", "column", "before", "after"]].fillna(""))):
        rows = [index for index, key in enumerate(columns["application_id"]) if key == item.application_id]
        name = fields.get(fold(item.column))
        rows = rows[-1:] if name == "application_id" else rows  # of two rows with one code, the later is renamed
        if not rows:
            problems.append(problem_at("application_unknown", item, "application_id", item.application_id))
        elif name is None:
            problems.append(problem_at("field_unknown", item, "column", item.column, known))
        elif any(fold(columns[name][index]) != fold(item.before) for index in rows):
            problems.append(problem_at("correction_stale", item, "before", item.before, columns[name][rows[0]]))
        else:
            for index in rows:
                columns[name][index] = item.after
    corrected = {name: pd.Series(cells, index=raw.index, dtype="str") for name, cells in columns.items()}
    table = raw.assign(**corrected)
    if "moment" in raw:
        table = table.assign(moment=raw["moment"].where(table["submitted_at"].eq(raw["submitted_at"])))
    return Checked(table, problems)


def index_places(territory: pd.DataFrame, municipalities: Sequence[str]) -> dict[str, tuple[str, bool]]:
    """Folded names of places, each with its municipality and whether the name alone settles it.

    Parameters
    ----------
    territory : DataFrame
        ``data/territory.csv``: municipality, unit, kind, aliases (joined by "|"), russian_name, and their statuses.
    municipalities : sequence of str
        Those of the call.

    Returns
    -------
    dict
        Folded name → (municipality, or the outside place's own name; certain). A municipality's name, and any unit
        or verified Russian name that lies in one municipality only, is certain. Aliases, other Russian names, and
        towns that share their municipality's name are suggestions.
    """
    told: list[tuple[str, str, bool]] = []
    for place in rows_of(territory):
        outside = place.kind == "outside"
        target = place.unit if outside else place.municipality
        alone = outside or place.kind == "novads" or not fold(target).startswith(fold(place.unit))
        told += [(alias, target, False) for alias in place.aliases.split("|")]
        told.append((place.russian_name, target, alone and place.russian_name_status.startswith("verified")))
        told.append((place.unit, target, alone))
    index: dict[str, tuple[str, bool]] = {}
    for name, (_, target, certain) in zip(fold_all([name for name, _, _ in told]), told, strict=True):
        known, settled = index.get(name, (target, False))
        index[name] = (known, known == target and (certain or settled))
    index |= {fold(name): (name, True) for name in municipalities}
    index.pop("", None)
    return index


def _read_municipalities(raw: pd.DataFrame, places: Mapping[str, tuple[str, bool]]) -> tuple[pd.Series, list[Problem]]:
    """Where it is certain, the municipality of each answer; what was read as something else is said."""
    values = raw["municipality"]
    found = map_distinct(values, lambda text: _read_municipality(text, places)).tolist()
    towns = pd.Series([town for town, _, _ in found], index=raw.index, dtype="str")
    codes, details = [code for _, code, _ in found], [hint for _, _, hint in found]
    return towns, problems_at(raw, codes, "municipality", details=details)


def _read_municipality(text: str, places: Mapping[str, tuple[str, bool]]) -> tuple[str | None, str, str]:
    """Its name if it is certain, the code of the problem ("" if there is none), and what that says."""
    name, certain = places.get(fold(text), ("", False))
    if certain:
        return name, "" if name == text.strip() else "municipality_read", name
    close = None if name else suggest(text, places)
    hint = places[close][0] if close else name
    return None, "municipality_unknown" if text.strip() else "", f"Vai domāts «{hint}»?" if hint else ""


def clean_applications(raw: pd.DataFrame, programme: Programme, places: Mapping[str, tuple[str, bool]]) -> Checked:
    """Typed applications from raw ones, every row kept.

    Parameters
    ----------
    raw : DataFrame, shape (n, k)
        Raw applications with ``application_id``, corrected.
    programme : Programme
    places : mapping
        See :func:`index_places`.

    Returns
    -------
    Checked
        Table of :data:`columns.APPLICATION_COLUMNS` and ``late``, same rows in the same order, with a problem for
        every answer that a person must settle and a note for every answer read as something else.

    Notes
    -----
    Late: submitted at or after midnight that follows the deadline's whole day in the call's time zone.
    """
    plain = [column for column in APPLICATION if column.kind != "themes" and column.name != "submitted_at"]
    table, problems = clean_table(raw, plain, programme)
    moments, unsent = _date_applications(raw, programme)
    towns, misnamed = _read_municipalities(raw, places)
    wanted = map_distinct(raw["themes"], lambda text: read_themes(text, programme.themes)).tolist()
    table = table.assign(
        submitted_at=moments,
        application_id=raw["application_id"],
        municipality=towns,
        themes=pd.Series([themes for themes, _ in wanted], raw.index, dtype="object"),
        theme_other=pd.Series([other or None for _, other in wanted], raw.index, dtype="str"),
        late=moments.ge(pd.Timestamp(programme.call.closes_at)),
    )
    codes = ["" if text else "value_missing" for text in map(str.strip, raw["consent"].tolist())]
    problems += unsent + misnamed + problems_at(raw, codes, "consent", details="Piekrišana")
    return Checked(table[[*APPLICATION_COLUMNS, "late"]], problems)


def _date_applications(raw: pd.DataFrame, programme: Programme) -> tuple[pd.Series, list[Problem]]:
    """When each was sent; only what :func:`identify` could not read, or was corrected, is read again."""
    if not raw["moment"].hasnans:
        return raw["moment"], []
    rest = raw[raw["moment"].isna()]
    moments, codes = _parse_by_sheet(rest, programme)
    codes = [code if text.strip() else "value_missing" for code, text in zip(codes, rest["submitted_at"], strict=True)]
    return raw["moment"].fillna(moments), problems_at(rest, codes, "submitted_at", details="Iesniegts")


def drop_repeated(applications: pd.DataFrame) -> Checked:
    """Leave out applications that an earlier export holds with the same answers, each listed (downloaded twice).

    Seconds do not count, since some exports drop them.

    Parameters
    ----------
    applications : DataFrame
        Typed applications.

    Returns
    -------
    Checked
        Rows kept plus problems equal rows in.
    """
    if applications["file"].nunique() < 2:
        return Checked(applications, [])
    answers = applications.drop(columns=[*PLACE, "submitted_at"])
    first = applications.groupby("application_id")["file"].transform("first")
    repeated = answers.duplicated() & applications["file"].ne(first)
    codes = ["application_repeated" if again else "" for again in repeated]
    return Checked(
        applications[~repeated].reset_index(drop=True),
        problems_at(applications, codes, "application_id", details=first.tolist()),
    )
