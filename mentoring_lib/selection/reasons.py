"""Why each application has the outcome it has, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

import pandas as pd

from mentoring_lib.base.columns import ANCHORS
from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.programme import Programme, Rule
from mentoring_lib.base.texts import show_number
from mentoring_lib.selection.rows import Decided
from mentoring_lib.selection.scoring import final_marks
from mentoring_lib.selection.what_if import find_merits


def describe_rank(first: int, last: int) -> str:
    """Write a rank as "5." or, while a lot must decide, as "5.–7."."""
    return f"{first}." if first == last else f"{first}.–{last}."


PRIORITIES_MET = {0: "neviena no prioritātēm", 1: "viena no prioritātēm", 2: "abas prioritātes"}


def count_met(novelty: str, clarity: Fraction | None, rule: Rule) -> int:
    """How many of the two priorities are met, whatever the reading."""
    return (novelty == "new") + (clarity is not None and clarity >= rule.clear_from)


def give_reasons(decided: pd.DataFrame, anchors: pd.DataFrame, programme: Programme, *, final: bool) -> pd.DataFrame:
    """One Latvian sentence after another on why each application has its outcome, from the stored decision.

    Parameters
    ----------
    decided : DataFrame, shape (n, k)
        See :func:`allocate`, with ``nearest`` (see :func:`nearest_change.add_nearest`) if it is to be told.
    anchors : DataFrame
        See :func:`scoring.summarise_anchors`; the marks are stated anchor by anchor.
    programme : Programme
    final : bool
        False marks every reason as provisional.

    Returns
    -------
    DataFrame, shape (n, k + 2)
        ``reason``, and ``entry_note``: what the frozen entry says where today's merits differ, else "".
    """
    marks, entries = final_marks(anchors), find_merits(decided, programme.rule)
    frozen = dict(zip(entries["application_id"], zip(entries["novelty"], entries["clarity"], strict=True), strict=True))
    nearest = decided["nearest"] if "nearest" in decided else [""] * len(decided)
    reasons, notes = [], []
    for row, change in zip(rows_of(decided, Decided), nearest, strict=True):
        notes.append(_describe_entry(row, frozen.get(row.application_id), programme.rule))
        parts = [row.state_reason]
        if row.state == "eligible":
            merits = _merits(row, marks.get(row.application_id, {}), programme.rule)
            parts = [merits, notes[-1], *_standing(row, competitors=len(entries))]
        parts = ["" if final else "Provizoriski.", *parts, *_outcome(row), change]
        reasons.append(" ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts if part))
    texts = {"reason": reasons, "entry_note": notes}
    return decided.assign(**{name: pd.Series(text, decided.index, dtype="str") for name, text in texts.items()})


NOVELTY = {
    "new": "kopiena ir jauna",
    "existing": "kopiena darbojas jau ilgāk",
    "unclear": "nav zināms, kad kopiena sākusi darboties",
}


def _describe_merits(novelty: str, clarity: Fraction, points: str, rule: Rule) -> str:
    clear = "aprakstīts skaidri" if clarity >= rule.clear_from else "nav aprakstīts pietiekami skaidri"
    return f"{NOVELTY[novelty]}, jautājums {clear} ({points}): {PRIORITIES_MET[count_met(novelty, clarity, rule)]}."


def _merits(row: Decided, marks: Mapping[str, Fraction], rule: Rule) -> str:
    if row.clarity is None:
        text = f"{NOVELTY[row.novelty]}; jautājuma apraksts vēl nav novērtēts."
    else:
        shown = " + ".join(show_number(marks[anchor], 2) if anchor in marks else "–" for anchor in ANCHORS)
        total = f"{show_number(row.clarity, 2)} no {3 * len(ANCHORS)} punktiem, skaidrs no {rule.clear_from}"
        text = _describe_merits(row.novelty, row.clarity, f"{shown} = {total}", rule)
    return text[0].upper() + text[1:]


def _describe_entry(row: Decided, entry: tuple[str, Fraction | None] | None, rule: Rule) -> str:
    novelty, clarity = entry or ("", None)
    if clarity is None or (novelty == "new", clarity) == (row.novelty == "new", row.clarity):
        return ""
    merits = _describe_merits(novelty, clarity, f"{show_number(clarity, 2)} p.", rule)
    return f"Secību nosaka noslēgtais saraksts, un tajā {merits}"


def _standing(row: Decided, *, competitors: int) -> Iterator[str]:
    if row.rank_from is None or row.rank_to is None:
        return
    by_rule, tied = describe_rank(row.rank_from, row.rank_to), row.rank_from != row.rank_to
    place = by_rule if row.rank is None else f"{row.rank}."
    lot = f" (pēc atlases kārtības {by_rule}; kurš tieši, izšķīra izloze)" if tied and row.rank is not None else ""
    yield f"Secībā {place} no {competitors}{lot}."


def _outcome(row: Decided) -> Iterator[str]:
    if row.override:
        yield f"Konsultācija {row.place_year}. gadā piešķirta ārpus kārtas: {row.override}"
    elif row.outcome == "place" and row.state != "eligible":
        yield f"Konsultācija {row.place_year}. gadā paliek: konsultācija notika pirms šī lēmuma."
    elif row.outcome == "place":
        why = " – pēc novada minimuma, ko piešķir vispirms" if row.minimum == "given" else ""
        yield f"Konsultācija {row.place_year}. gadā{why}."
    elif row.outcome == "lot":
        yield "Vai un kurā gadā būs konsultācija, izšķirs izloze."
    elif row.outcome == "waiting":
        yield from _waiting(row)


def _waiting(row: Decided) -> Iterator[str]:
    if row.state == "eligible" and row.rank_from is None:
        yield "Par atbilstošu atzīts pēc saraksta noslēgšanas, tāpēc gaida aiz tiem, kas ir noslēgtajā sarakstā."
    if row.given_year is not None:
        yield f"{row.given_year}. gadā piešķirtā konsultācija atbrīvojās, kamēr pieteikums atlasē nepiedalījās."
    if row.minimum == "taken":
        yield "Pēc kārtas šī konsultācija piešķirta novadam, kam paredzēts minimums."
    yield f"Gaidīšanas sarakstā {row.waiting}. pēc kārtas."
