"""How many texts get suggested themes in a second, and how much memory that takes, on texts that all differ.

From the project's root: ``python -m benchmarks.bench_themes [TEXTS …]``. Seconds are those of the
processor on one core, so that a busy machine counts less.
"""

from __future__ import annotations

import sys
import tracemalloc
from time import process_time

import numpy as np
import pandas as pd

from mentoring_lib.base.programme import FILE_NAME, read_programme
from mentoring_lib.intake.loading import read_lexicon
from mentoring_lib.themes.suggesting import suggest_themes
from mentoring_lib.workflow import EXAMPLE, LEXICON

TEXTS = (10_000, 100_000)
WORDS, OWN = 25, 3  # words in a text, and how many of them no other text holds


def read() -> pd.DataFrame:
    """The lexicon of the example programme."""
    return read_lexicon(LEXICON, read_programme(EXAMPLE / FILE_NAME).themes).table


def make_texts(count: int, lexicon: pd.DataFrame) -> pd.Series:
    """Texts of words of the examples in a mixed order, each with words of its own; the same every time."""
    words = np.array(sorted(set(" ".join(lexicon["example"]).split())))
    drawn = words[np.random.PCG64(1).random_raw(count * WORDS).reshape(count, WORDS) % len(words)]
    letters = str.maketrans("0123456789", "aeiouklmnr")
    own = [" ".join(f"{number * OWN + extra:07}".translate(letters) for extra in range(OWN)) for number in range(count)]
    return pd.Series([f"{' '.join(row)} {extra}?" for row, extra in zip(drawn, own, strict=True)], dtype="str")


def measure(count: int) -> tuple[float, float]:
    """Seconds of the processor, and the peak of memory in MB on a second run (measuring it slows the run down)."""
    lexicon = read()
    texts = make_texts(count, lexicon)
    start = process_time()
    suggest_themes(texts, lexicon)
    seconds = process_time() - start
    tracemalloc.start()
    suggest_themes(texts, lexicon)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return seconds, peak / 1e6


def main() -> None:
    """Print texts, texts per second, peak of memory, and memory per text."""
    for count in [int(word) for word in sys.argv[1:]] or TEXTS:
        seconds, peak = measure(count)
        print(
            f"{count:>8,} texts: {count / seconds:,.0f} per second, {peak:,.0f} MB, {1000 * peak / count:.1f} kB each"
        )


if __name__ == "__main__":
    main()
