"""A page on which anyone repeats the lot, on a phone and without a connection.

The page and its script stand beside this module. It holds the frozen list only where codes are salted: without a salt,
who knows an applicant's address and name could find the code in it, so the list is asked for instead.
"""

from collections.abc import Iterable
from html import escape
from pathlib import Path
from string import Template

from mentoring_lib.base.programme import Programme
from mentoring_lib.base.stamp import EXAMPLE_NOTICE
from mentoring_lib.base.texts import show_date
from mentoring_lib.selection.contract import Amendment

FILE_NAME = "parbaude.html"


def make_lot_check(record: str | None, programme: Programme, slips: Iterable[Amendment] = ()) -> bytes:
    """Make the page.

    Parameters
    ----------
    record : str or None
        Text of the frozen list where it may be published, None where the page must ask for it.
    programme : Programme
        The call's code, and the seed as soon as it is known.
    slips : iterable of Amendment, optional
        Of the seed, corrected: a letter of before is checked by the one that stood there then.
    """
    here, call, seed = Path(__file__), programme.call.code, programme.lottery.seed
    words = {
        "notice": f"{EXAMPLE_NOTICE}." if programme.example else "",
        "call": call,
        "seed": seed or "",
        "record": record or "",
        "amended": "".join(
            f" Skaitļa ierakstu laboja {show_date(one.row.on)}: {one.before} → {one.after}; agrāku vēstuli "
            "pārbaudiet ar agrāko skaitli."
            for one in slips
            if one.row.on
        ),
        "example": f"{seed or '01234567890123456789'}|{call}|K-3F9A2C",
    }
    page = Template(here.with_suffix(".html").read_text("utf-8"))
    script = here.with_suffix(".js").read_text("utf-8")
    return page.substitute({name: escape(word) for name, word in words.items()}, script=script).encode("utf-8")
