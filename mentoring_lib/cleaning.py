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
AT_ONCE = 1_000  # texts joined for one look: what fits into the processor's cache is twice as fast
CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32), 127])
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")

_MOMENT = re.compile(
    r"(?P<a>\d{1,4})\s?(?P<separator>[./-])\s?(?P<b>\d{1,2})\s?[./-]\s?(?P<c>\d{1,4})\.?"
    r"(?:[T,\s]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[ap])\.?m\.?)?\s*(?P<zone>z|utc|gmt|eest|eet)?\s*(?P<offset>[+-]\d{1,2}(?::?\d{2})?)?)?",
    re.IGNORECASE,
)
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
    return _code(minute, (email or "").strip().casefold(), fold(community or ""))


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
    codes = {fold(label): code for code, label in labels.items()}
    pieces = re.split(r"([;,\n])", text)
    found, rest, start = set(), "", 0
    while start < len(pieces):
        for end in range(len(pieces), start, -2):
            code = codes.get(fold("".join(pieces[start:end])))
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


def _read_email(text: str) -> str | None:
    if PLAIN_EMAIL.fullmatch(text):
        return text
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
    import phonenumbers

    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(text, "LV"))
    except phonenumbers.NumberParseException:
        return False


def _read_choice(words: Mapping[str, str]) -> Callable[[str], str | None]:
    folded = {fold(word): code for code, word in words.items()}
    return lambda text: folded.get(fold(text))


def parse_moments(values: pd.Series, *, time_zone: str, order: str | None = None) -> tuple[pd.Series, pd.Series]:
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
    codes : Series of str, shape (n,)
        Problem code where a value could not be read, else "".
    """
    zone = ZoneInfo(time_zone)
    turned = _turn_around(values)
    local = pd.to_datetime(turned, format=_usual_format(next(iter(turned), "")), errors="coerce")
    aware = local.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT").dt.as_unit("us")
    rest = values[aware.isna()]
    order = order or _prove_order(rest)
    read = map_distinct(rest, lambda text: _read_moment(text, order, zone) if text.strip() else "")
    moments = pd.Series([None if isinstance(result, str) else result for result in read], index=rest.index)
    codes = pd.Series([result if isinstance(result, str) else "" for result in read], index=rest.index, dtype="str")
    later = pd.to_datetime(moments, utc=True).dt.tz_convert(zone).dt.as_unit("us")
    return aware.fillna(later), codes.reindex(values.index, fill_value="")


def _turn_around(values: pd.Series) -> pd.Series:
    """Read 21.08.2023 23:59:59 with the year first, which is twenty times faster, if the whole column is so."""
    texts, size = values.tolist(), len(TURNED)
    packed = "".join(texts).encode("ascii", errors="replace")
    even = set(map(len, texts)) == {size} and packed.translate(None, b"0123456789") == b".. ::" * len(texts)
    if not even or b"0" in packed[6::size]:  # a year before 1000 is not for NumPy
        return values
    letters = np.frombuffer(packed, dtype="S1").reshape(-1, size)[:, TURNED]
    letters[:, [4, 7]] = b"-"
    try:
        read = np.ascontiguousarray(letters).view(f"S{size}").ravel().astype("datetime64[s]")
    except ValueError:  # no such day or hour somewhere
        return values
    return pd.Series(read, index=values.index)


def _usual_format(first: str) -> str:
    """The usual format that the first value has."""
    fits = [pattern for pattern in USUAL_FORMATS if not pd.isna(pd.to_datetime(first, format=pattern, errors="coerce"))]
    return fits[0] if fits else USUAL_FORMATS[0]


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
    "email": (_read_email, "str", "email_invalid"),
}


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
    zone = programme.call.time_zone
    if column.kind in ("moment", "date"):
        moments, codes = parse_moments(values, time_zone=zone, order=order)
        odd = moments.notna() & ~moments.dt.year.between(*YEARS)
        moments, codes = moments.mask(odd), codes.mask(odd, "moment_unreadable")
        if column.kind == "date":
            return moments.dt.tz_localize(None).dt.normalize(), codes.mask(codes.ne(""), "date_unreadable")
        return moments, codes
    codes = pd.Series("", index=values.index, dtype="str")
    if column.kind == "text":
        texts = [text.strip() for text in values.tolist()]
        kept = all(texts) and texts == values.tolist()
        return values if kept else pd.Series([text or None for text in texts], values.index, dtype="str"), codes
    reader, dtype, code = _reader_of(column, programme)
    if column.kind in MOSTLY_DIFFERENT:
        typed = pd.Series([reader(text) for text in values.tolist()], index=values.index, dtype=dtype)
    else:
        typed = map_distinct(values, reader, dtype)
    unread = values[typed.isna()]
    codes[unread.index[[bool(text.strip()) for text in unread.tolist()]]] = code
    return typed, codes


MOSTLY_DIFFERENT = ("text", "email", "phone", "id")  # kinds whose answers rarely repeat


def _reader_of(column: Column, programme: Programme) -> tuple[Callable[[str], Any], str, str]:
    if column.kind == "mark":
        return lambda text: MARKS_AS_TYPED.get(text.strip().casefold()), "str", "choice_unknown"
    if column.kind == "year":
        return partial(_read_year, latest=programme.call.deadline.year), "str", "year_unreadable"
    if column.kind in ("choice", "theme"):
        return _read_choice(choices_of(column, programme)), "str", "choice_unknown"
    return _READERS.get(column.kind, (str.strip, "str", "value_missing"))


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
            codes = codes.mask(values.isna() & codes.eq(""), "value_missing")
        typed[column.name] = values
        details = (
            ", ".join(choices_of(column, programme).values())
            if column.kind in ("choice", "mark", "theme")
            else column.label
        )
        problems += problems_at(raw, codes, column.name, details=details)
        problems += check_letters(raw, column.name) if column.kind == "text" else []
        problems += check_phones(raw, column.name) if column.kind == "phone" else []
    return Checked(pd.DataFrame(typed, index=raw.index).assign(**{name: raw[name] for name in PLACE}), problems)


def check_letters(raw: pd.DataFrame, column: str) -> list[Problem]:
    """A problem for each text with letters broken by a wrong encoding, or with characters nobody can type."""
    values = raw[column]
    texts = values.tolist()
    if all(_looks_clean("\n".join(texts[at : at + AT_ONCE])) for at in range(0, len(texts), AT_ONCE)):
        return []
    repaired = map_distinct(values, repair_encoding)
    control = values.map(lambda text: CONTROL.search(text) is not None)
    codes = (
        pd.Series("", index=values.index, dtype="str")
        .mask(control, "text_control")
        .mask(repaired.notna(), "text_broken")
    )
    return problems_at(raw, codes, column, details=repaired.fillna(""))


def _looks_clean(text: str) -> bool:
    packed = text.encode("utf-8", errors="surrogatepass")
    broken = any(sign[-1:] in packed and sign in packed for sign in BROKEN_SIGNS)  # a single byte is found at once
    return not broken and len(packed.translate(None, CONTROL_BYTES)) == len(packed)


def check_phones(raw: pd.DataFrame, column: str) -> list[Problem]:
    """A note for each number that nobody can call; it is kept as typed."""
    plain = LATVIAN_PHONE.fullmatch
    wrong = [bool(text) and not plain(text) and not _is_phone(text) for text in raw[column].tolist()]
    return problems_at(
        raw, pd.Series("", index=raw.index, dtype="str").mask(np.array(wrong, dtype=bool), "phone_invalid"), column
    )


def problems_at(raw: pd.DataFrame, codes: pd.Series, column: str, *, details: str | pd.Series = "") -> list[Problem]:
    """One problem for each row whose code is not "", with the row's place and the cell's raw value."""
    if not any(codes.tolist()):
        return []
    bad = raw.assign(code=codes, details=details, value=raw[column])[codes.ne("")]
    if "application_id" not in bad:
        bad = bad.assign(application_id="")
    return [problem_at(row.code, row, column, row.value, row.details) for row in rows_of(bad)]


def identify(raw: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """Add ``application_id`` (see :func:`application_id`) and ``moment``, when it was sent, to raw applications."""
    moments = _parse_by_sheet(raw, programme)[0]
    minutes = moments.dt.tz_localize(None).to_numpy("datetime64[m]").astype("S16").astype("U16").tolist()
    emails = [text.strip().casefold() for text in raw["email"].tolist()]
    sent = zip(minutes, emails, fold_all(raw["community"].tolist()), strict=True)
    codes = [_code("" if minute == "NaT" else minute, email, name) for minute, email, name in sent]
    return raw.assign(application_id=pd.Series(codes, index=raw.index, dtype="str"), moment=moments)


def _parse_by_sheet(raw: pd.DataFrame, programme: Programme) -> tuple[pd.Series, pd.Series]:
    """When each row was sent; one export's dates prove nothing about another's."""
    zone, order = programme.call.time_zone, programme.form.date_order
    sent = raw["submitted_at"]
    sheets = [part for _, part in sent.groupby([raw["file"], raw["sheet"]], sort=False)] or [sent]
    parsed = [parse_moments(values, time_zone=zone, order=order) for values in sheets]
    moments = pd.concat([one for one, _ in parsed]).reindex(raw.index)
    return moments, pd.concat([codes for _, codes in parsed]).reindex(raw.index)


def _code(minute: str, email: str, community: str) -> str:
    return "K-" + hashlib.sha256(f"{minute}|{email}|{community}".encode()).hexdigest()[:6].upper()


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
    index: dict[str, tuple[str, bool]] = {}
    for place in rows_of(territory):
        outside = place.kind == "outside"
        target = place.unit if outside else place.municipality
        shares_name = fold(target).startswith(fold(place.unit)) and place.kind != "novads" and not outside
        names = {fold(alias): False for alias in (*place.aliases.split("|"), place.russian_name)}
        names |= {fold(place.russian_name): place.russian_name_status.startswith("verified") and not shares_name}
        names |= {fold(place.unit): not shares_name}
        for name, certain in names.items():
            known = index.get(name)
            clash = known is not None and known[0] != target
            index[name] = (known[0], False) if known and clash else (target, certain or bool(known and known[1]))
    index |= {fold(name): (name, True) for name in municipalities}
    index.pop("", None)
    return index


def recognise_municipalities(values: pd.Series, places: Mapping[str, tuple[str, bool]]) -> pd.DataFrame:
    """Municipality of each answer, certain or suggested.

    Returns
    -------
    DataFrame, shape (n, 2)
        ``municipality`` (missing when not certain) and ``suggestion`` ("" when there is none).
    """

    def find(text: str) -> tuple[str, bool]:
        known = places.get(fold(text))
        close = None if known else suggest(text, places)
        return known or ((places[close][0], False) if close else ("", False))

    found = {text: find(text) for text in values.unique().tolist()}
    certain = map_distinct(values, lambda text: found[text][0] if found[text][1] else None, "str")
    hints = map_distinct(values, lambda text: "" if found[text][1] else found[text][0], "str")
    return pd.DataFrame({"municipality": certain, "suggestion": hints})


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
    moments, found = _clean_moments(raw, programme)
    problems += found
    recognised = recognise_municipalities(raw["municipality"], places)
    wanted = map_distinct(raw["themes"], lambda text: read_themes(text, programme.themes)).tolist()
    table = table.assign(
        submitted_at=moments,
        application_id=raw["application_id"],
        municipality=recognised["municipality"],
        themes=pd.Series([themes for themes, _ in wanted], raw.index, dtype="object"),
        theme_other=pd.Series([other or None for _, other in wanted], raw.index, dtype="str"),
        late=moments.ge(pd.Timestamp(programme.call.closes_at)),
    )
    problems += _municipality_problems(raw, recognised)
    no_answer = np.array([not text.strip() for text in raw["consent"].tolist()], dtype=bool)
    codes = pd.Series("", index=raw.index, dtype="str").mask(no_answer, "value_missing")
    problems += problems_at(raw, codes, "consent", details="Piekrišana")
    return Checked(table[[*APPLICATION_COLUMNS, "late"]], problems)


def _clean_moments(raw: pd.DataFrame, programme: Programme) -> tuple[pd.Series, list[Problem]]:
    """When each application was sent; only what :func:`identify` could not read, or was corrected, is read again."""
    rest = raw[raw["moment"].isna()]
    moments, codes = _parse_by_sheet(rest, programme)
    missing = rest["submitted_at"].map(lambda text: not text.strip()).astype("bool")
    problems = problems_at(rest, codes.mask(missing, "value_missing"), "submitted_at", details="Iesniegts")
    return raw["moment"].fillna(moments), problems


def _municipality_problems(raw: pd.DataFrame, recognised: pd.DataFrame) -> list[Problem]:
    odd = recognised["municipality"].ne(raw["municipality"])
    raw, recognised = raw[odd], recognised[odd]
    filled = map_distinct(raw["municipality"], lambda text: bool(text.strip()), "bool")
    unknown, name = recognised["municipality"].isna() & filled, recognised["municipality"].fillna("")
    advice = recognised["suggestion"].map(lambda hint: f"Vai domāts «{hint}»?" if hint else "")
    changed = ~unknown & filled & name.ne(map_distinct(raw["municipality"], str.strip, "str"))
    codes = pd.Series("", index=raw.index).mask(unknown, "municipality_unknown").mask(changed, "municipality_read")
    return problems_at(raw, codes, "municipality", details=advice.where(unknown, name))


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
    codes = repeated.map({True: "application_repeated", False: ""})
    return Checked(
        applications[~repeated].reset_index(drop=True),
        problems_at(applications, codes, "application_id", details=first),
    )
