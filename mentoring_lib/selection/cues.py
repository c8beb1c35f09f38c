"""Cues in a text: words that may show a question, people and places, numbers, attempts, a wish. They decide nothing.

A checklist for a person who reads: each cue shows the words that triggered it, so that a false alarm is seen at once.
A cue that is missing means only that none of these words was found; no mark, rank or order looks at cues.
"""

import re

import pandas as pd

from mentoring_lib.base.columns import WORDS
from mentoring_lib.base.texts import fold

# What a cue may point to, in the order of the anchors.
CUES: dict[str, str] = WORDS["cues"]

# Beginnings of folded words ("$" for the whole word); Latvian, and Russian since some write in it.
STEMS: dict[str, str] = WORDS["cue_stems"]

_PATTERNS = {cue: re.compile(f"^{stems}") for cue, stems in STEMS.items()}
NO_CUE = {"ka"}  # "that"; folded it looks like "kā"
MAX_WORDS = 4  # shown per cue


def find_cues(text: str) -> dict[str, tuple[str, ...]]:
    """Words of a text that trigger each cue, as they stand in it, each once.

    >>> find_cues("Kā iesaistīt 40 kaimiņus?")["numbers"]
    ('40',)
    """
    words = text.split()
    folded = [fold(word) for word in words]
    shown = [re.sub(r"^\W+|\W+$", "", word) for word in words]
    hits = {
        cue: [word for word, bare in zip(shown, folded, strict=True) if pattern.match(bare) and word not in NO_CUE]
        for cue, pattern in _PATTERNS.items()
    }
    hits["asks"] += ["?"] if "?" in text else []
    return {cue: tuple(dict.fromkeys(each)) for cue, each in hits.items()}


def list_cues(applications: pd.DataFrame) -> pd.DataFrame:
    """The checklist of every text.

    Parameters
    ----------
    applications : DataFrame, shape (n, k)
        ``application_id`` and ``question``.

    Returns
    -------
    DataFrame, shape (n, 6)
        ``application_id`` and one column per cue: the words that triggered it, "" where none did.
    """
    cues = [find_cues(text) for text in applications["question"].fillna("")]
    columns = {cue: [", ".join(hits[cue][:MAX_WORDS]) for hits in cues] for cue in CUES}
    ids = applications["application_id"].reset_index(drop=True)
    return pd.DataFrame({"application_id": ids, **columns}).astype("str")
