"""How good the suggested themes are on texts with known themes (columns ``text, themes``, the main theme first).

From the project's root: ``python -m benchmarks.measure_themes data/theme_texts/tuning.csv``. The texts of that folder
stand in the lexicon as examples; those of the measured file are left out, so that no text is found by itself.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from scipy.stats import binomtest

from mentoring_lib.base.programme import FILE_NAME, read_programme
from mentoring_lib.intake.loading import read_lexicon
from mentoring_lib.themes.suggesting import _LATIN, _SOUND, _simplify, suggest_themes
from mentoring_lib.workflow import EXAMPLE, LEXICON


class Share(NamedTuple):
    """``hits`` of ``cases``; F1 is the share of hits in suggested and true themes together."""

    hits: int
    cases: int

    @property
    def value(self) -> float:
        """Share of one; 0 of no cases."""
        return self.hits / self.cases if self.cases else 0.0

    def __str__(self) -> str:
        low, high = binomtest(self.hits, max(self.cases, 1)).proportion_ci(method="wilson")
        return f"{self.hits} of {self.cases} | {self.value:.3f} | {low:.3f} to {high:.3f}"


def label(path: Path) -> pd.DataFrame:
    """Texts with their true themes (a tuple) and the suggestions."""
    texts = pd.read_csv(path, dtype="str", keep_default_na=False)
    lexicon = read_lexicon(LEXICON, read_programme(EXAMPLE / FILE_NAME).themes).table
    true = texts["themes"].str.split(";").map(tuple)
    return suggest_themes(texts["text"], leave_out(texts["text"], lexicon)).assign(text=texts["text"], true=true)


def leave_out(texts: pd.Series, lexicon: pd.DataFrame) -> pd.DataFrame:
    """Lexicon without the examples that stand in one of the texts, in the same letters or in others."""
    own = "|".join(_hear(texts))
    return lexicon[[not example or example not in own for example in _hear(lexicon["example"])]]


def _hear(texts: pd.Series) -> list[str]:
    sounds = [_SOUND.sub(lambda sound: _LATIN[sound[0]], text.casefold()) for text in texts]
    return [text.replace("и", "") for text in _simplify(sounds)]  # "j" is a vowel, a soft sign or neither


def measure(labelled: pd.DataFrame) -> dict[str, Share]:
    """Accuracy of the first theme, micro F1 over all themes, precision and coverage of "clear"."""
    first = labelled["suggested"].str[0]
    pairs = list(zip(labelled["suggested"], labelled["true"], strict=True))
    both = sum(len(set(own) & set(true)) for own, true in pairs)
    within = pd.Series([bool(set(own[:1]) & set(true)) for own, true in pairs], index=labelled.index)
    clear = labelled["flag"].eq("clear")
    return {
        "first theme is the main theme": Share(int((first == labelled["true"].str[0]).sum()), len(labelled)),
        "first theme is one of the true themes": Share(int(within.sum()), len(labelled)),
        "micro F1 over all themes": Share(2 * both, sum(len(own) + len(true) for own, true in pairs)),
        "of the clear: first theme is one of the true themes": Share(int(within[clear].sum()), int(clear.sum())),
        "share that is clear": Share(int(clear.sum()), len(labelled)),
    }


def main() -> None:
    """Print a Markdown table; the intervals are Wilson's, 95 %."""
    print("| measure | cases | share | 95 % interval |", "|---|---|---|---|", sep="\n")
    for name, share in measure(label(Path(sys.argv[1]))).items():
        print(f"| {name} | {share} |")


if __name__ == "__main__":
    main()
