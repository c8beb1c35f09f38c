"""Dates and times as forms write them; the order of day and month is proved, never guessed."""

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pandas as pd

from mentoring_lib.base.rows import map_distinct

YEARS = (2000, 2100)  # what people type outside of these is a slip
FARTHEST = timedelta(hours=14)  # no zone is farther from Greenwich
_MOMENT = re.compile(
    r"(?P<a>\d{1,4})\s?(?P<separator>[./-])\s?(?P<b>\d{1,2})\s?[./-]\s?(?P<c>\d{1,4})\.?"
    r"(?:[T,\s]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[ap])\.?m\.?)?\s*(?P<zone>z|utc|gmt|eest|eet)?\s*"
    r"(?:(?P<sign>[+-])(?P<ahead>\d{1,2})(?::?(?P<minutes>\d{2}))?)?)?",
    re.IGNORECASE,
)
# How a moment is written most often, and what that looks like.
_USUAL = {
    "%Y-%m-%d %H:%M:%S": r"\d{4}-\d\d-\d\d \d\d:\d\d:[0-5]\d",
    "%d.%m.%Y %H:%M:%S": r"\d\d\.\d\d\.\d{4} \d\d:\d\d:[0-5]\d",
}
_SERIAL = re.compile(r"[2-7]\d{4}(?:[.,]\d+)?")  # days as a spreadsheet counts them: 1954 to 2119
_EPOCH = datetime(1899, 12, 30)  # its day 0
HALF_SECOND = timedelta(milliseconds=500)  # a fraction of a day may fall short of its second
_ZONE_HOURS = {"z": 0, "utc": 0, "gmt": 0, "eet": 2, "eest": 3}
# A moment, or None with the code of the problem ("" if nothing is written).
Moment = tuple[datetime | None, str]


def parse_moments(
    values: pd.Series, *, time_zone: str, order: str | None = None, hours: bool = False
) -> tuple[pd.Series, pd.Series]:
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
    hours : bool
        A moment at midnight is a date whose hour nobody wrote, and a problem.

    Returns
    -------
    moments : Series of datetime64[us, time_zone], shape (n,)
        Missing where empty or not read.
    codes : Series of str, shape (n,)
        Problem code where a value could not be read, else "".
    """
    zone = ZoneInfo(time_zone)
    moments, codes = _read_usual(values, zone), pd.Series("", index=values.index, dtype="str")
    rest = values[moments.isna()]
    order = order or _prove_order(rest)
    read = map_distinct(rest, lambda text: _read_moment(text.strip(), order, zone)).tolist()
    alone = pd.Series([moment for moment, _ in read], rest.index, "datetime64[us, UTC]").dt.tz_convert(zone)
    moments.update(alone)
    codes.update(pd.Series([code for _, code in read], rest.index, "str"))
    hourless = moments.eq(moments.dt.normalize()) & hours
    return moments.mask(hourless), codes.mask(hourless, "moment_hourless")


def _read_usual(values: pd.Series, zone: ZoneInfo) -> pd.Series:
    """What is written as most exports do, a column at once; missing is whatever must be looked at cell by cell."""
    local = pd.Series(pd.NaT, values.index, "datetime64[us]")
    texts = values.tolist()
    for written, shape in _USUAL.items():
        fits = list(map(bool, map(re.compile(shape).fullmatch, texts)))
        local[fits] = pd.to_datetime(values[fits], format=written, errors="coerce")
    moments: pd.Series = local.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
    return moments.where(local.dt.year.between(*YEARS))


def from_serial(days: float) -> datetime:
    """Local time of a spreadsheet's serial number."""
    return (_EPOCH + timedelta(days=days) + HALF_SECOND).replace(microsecond=0)


def _prove_order(values: pd.Series) -> str | None:
    undecided = values.str.extract(r"^\s*(\d{1,2})\s?[/-]\s?(\d{1,2})\s?[/-]\s?\d{4}\b").dropna().astype("int64")
    day_first, month_first = (undecided > 12).any()
    return {(True, False): "dmy", (False, True): "mdy"}.get((bool(day_first), bool(month_first)))


def _read_moment(text: str, order: str | None, zone: ZoneInfo) -> Moment:
    if not text:
        return None, ""
    if _SERIAL.fullmatch(text):
        text = from_serial(float(text.replace(",", "."))).isoformat(" ", "seconds")
    match = _MOMENT.fullmatch(text)
    if match is None or 4 not in (len(match["a"]), len(match["c"])):
        return None, "moment_unreadable"
    order = "ymd" if len(match["a"]) == 4 else "dmy" if match["separator"] == "." else order
    if order is None:
        return None, "moment_order"
    day = {part: int(match[name]) for part, name in zip(order, "abc", strict=True)}
    hour = int(match["hour"] or 0)
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    try:
        local = datetime(day["y"], day["m"], day["d"], hour, int(match["minute"] or 0), int(match["second"] or 0))
    except ValueError:
        return None, "moment_unreadable"
    if not YEARS[0] <= local.year <= YEARS[1]:
        return None, "moment_unreadable"
    return _in_zone(local, match, zone)


def _in_zone(local: datetime, match: re.Match[str], zone: ZoneInfo) -> Moment:
    """Attach the zone the text states, else the call's; "GMT+3" is three hours ahead, as people mean it."""
    if match["zone"] or match["sign"]:
        offset = timedelta(hours=int(match["ahead"] or 0), minutes=int(match["minutes"] or 0))
        if offset > FARTHEST:
            return None, "moment_unreadable"
        named = timedelta(hours=_ZONE_HOURS.get((match["zone"] or "").lower(), 0))
        stated = timezone(named + (-offset if match["sign"] == "-" else offset))
        return local.replace(tzinfo=stated).astimezone(UTC), ""
    aware = local.replace(tzinfo=zone)
    if aware.utcoffset() != aware.replace(fold=1).utcoffset():  # an hour that comes twice, or never
        return None, "moment_clock_change"
    return aware.astimezone(UTC), ""
