"""Wording of every problem: how much it matters, what is wrong, what to do.

The sentences stand in ``problems_lv.toml`` beside this module, where a proof-reader can open them.
"""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple


class Text(NamedTuple):
    """Wording of one problem: how much it matters, what is wrong, what to do (``str.format`` templates).

    ``example`` is a value and details for the page of messages; ``blocks`` says what waits for it where its cell does
    not.
    """

    severity: str
    message: str
    advice: str
    example: Sequence[str] = ("", "")
    blocks: str | None = None


REFUSE = "refuse"  # the file, or the whole run, cannot be used
SETTLE = "settle"  # a person must decide; until then nothing is final
NOTE = "note"  # the reader changed or left out something harmless and says so
BLOCK, CHECK = "block", "check"  # what a person must settle, by whether anything waits for it (see columns.BLOCKS)
KINDS = {REFUSE: "neder", BLOCK: "kavē", CHECK: "pārbaudiet", NOTE: "zināšanai"}


# Every problem by its code, in the order of the file; part of the code, so read with it.
TEXTS: Mapping[str, Text] = MappingProxyType(
    {
        code: Text(**entry)
        for code, entry in tomllib.loads(Path(__file__).with_name("problems_lv.toml").read_text("utf-8")).items()
    }
)
