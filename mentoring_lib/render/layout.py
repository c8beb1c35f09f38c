"""Widths and heights that text needs in a sheet or on a page."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from textwrap import wrap

from mentoring_lib.render.tables import Shown

CREATED = datetime(2023, 5, 1, tzinfo=UTC)  # of files that tell of no day of their own
CONTENTS = "Saturs"
_NOT_XML = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
MIN_WIDTH = 8  # characters
FULL_WIDTH = 66  # characters in a line of a table: fewer leave a margin
LINE_WIDTH = 92  # characters that fit in it
MIN_CHARACTERS = 8  # of a column in a document: a year must not break
KEPT_TOGETHER = 10  # rows: a table this short stays on one page


def date_file(day: date) -> datetime:
    """When a file about a day says it was made: the same bytes whenever it is."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def least_width(column: Sequence[str]) -> int:
    """Characters a column needs so that no word of it or of its heading breaks."""
    heading, *texts = column
    word = _longest(part for text in texts for part in text.split()) + 3  # a word is not broken
    return max(MIN_WIDTH, word, _longest(heading.split()) + 4)  # the filter's arrow stands beside it


def share_columns(columns: Sequence[Sequence[str]], least: Sequence[int], widest: int, room: int) -> list[int]:
    """Widths in characters: of three ways to share the room, the one by which rows take the fewest lines.

    Long texts give way first; then short ones may take two lines, or three, where a long one makes rows tall anyway.
    """
    # Which share is best depends on rows, not on columns: where one long text makes a row tall anyway, a short column
    # of that row may break too for nothing. So three shares are made and the rows of each counted.
    sizes = [list(map(len, texts)) for _, *texts in columns]  # the heading takes what the least width gives
    ways = [_fit([max(size, default=0) // lines + 3 for size in sizes], least, widest, room) for lines in (1, 2, 3)]
    rows = list(zip(*sizes, strict=True))
    return min(
        ways, key=lambda way: sum(max(size // (one - 2) for size, one in zip(row, way, strict=True)) for row in rows)
    )


def _fit(wanted: Sequence[int], least: Sequence[int], widest: int, room: int) -> list[int]:
    for most in range(widest, 0, -1):
        widths = [max(low, min(one, most)) for one, low in zip(wanted, least, strict=True)]
        if sum(widths) <= room:
            break
    return widths


def count_lines(text: str, width: int) -> int:
    """Lines a text takes in a column of so many characters; its own line breaks count.

    A column's width is told in digits; small letters are narrower, by a sixth in Calibri.
    """
    room = max(int((width - 2) * (1 + sum(map(str.islower, text)) / max(len(text), 1) / 6)), 1)
    return max(1, sum(max(1, len(wrap(part, room))) for part in text.splitlines()))


def clean_text(text: str) -> str:
    """Drop what XML (control characters, lone surrogates) or PDF/UA cannot hold, or what turns the order of letters.

    Line breaks and tabs stay.
    """
    return _NOT_XML.sub("", text)


def share_width(shown: Shown, width: float) -> list[float]:
    """Share a width so that texts take as few lines as possible and words stay whole.

    Few short columns take less than all of it: numbers far apart are hard to follow.
    """
    columns = list(zip(shown.headings, *shown.rows, strict=True))
    least = [max(MIN_CHARACTERS, *(min(_longest(text.split(" ")), 30) + 2 for text in column)) for column in columns]
    widths = share_columns(columns, least, LINE_WIDTH, LINE_WIDTH)
    return [width * one / max(sum(widths), FULL_WIDTH) for one in widths]


def _longest(texts: Iterable[str]) -> int:
    return max(map(len, texts), default=0)
