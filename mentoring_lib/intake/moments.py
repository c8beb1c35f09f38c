"""Dates and times as forms write them; the order of day and month is proved, never guessed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from mentoring_lib.base.frames import map_distinct

USUAL_FORMATS = ("%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%Y-%m-%dT%H:%M:%S")
"""A date cell of a spreadsheet, and what most exports write: read a whole column at once; the rest one by one."""


TURNED = [6, 7, 8, 9, 2, 3, 4, 5, 0, 1, *range(10, 19)]  # letters of 21.08.2023 23:59:59 with the year first
YEARS = (2000, 2100)  # what people type outside of these is a slip
FARTHEST = timedelta(hours=14)  # no zone is farther from Greenwich
_MOMENT = re.compile(
    r"(?P<a>\d{1,4})\s?(?P<separator>[./-])\s?(?P<b>\d{1,2})\s?[./-]\s?(?P<c>\d{1,4})\.?"
    r"(?:[T,\s]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[ap])\.?m\.?)?\s*(?P<zone>z|utc|gmt|eest|eet)?\s*(?P<offset>[+-]\d{1,2}(?::?\d{2})?)?)?",
    re.IGNORECASE,
)


_MISREAD = re.compile(r":(?:6[01]|\d(?!\d))")  # to pandas the next minute, and 9:5 as good as 9:05
_ZONE_HOURS = {"z": 0, "utc": 0, "gmt": 0, "eet": 2, "eest": 3}


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
