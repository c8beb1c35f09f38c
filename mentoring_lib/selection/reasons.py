"""Why each application has the outcome it has, in one sentence."""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from itertools import groupby

import pandas as pd

from mentoring_lib.base.columns import ANCHORS, WORDS
from mentoring_lib.base.programme import Programme, Rule
from mentoring_lib.base.rows import rows_of
from mentoring_lib.base.texts import show_number
from mentoring_lib.selection.allocation import Decided
from mentoring_lib.selection.scoring import final_marks
from mentoring_lib.selection.what_if import find_merits

PRIORITIES_MET = {0: "neviena no prioritātēm", 1: "viena no prioritātēm", 2: "abas prioritātes"}


def count_met(novelty: str, clarity: Fraction | None, rule: Rule) -> int:
    """How many of the two priorities are met, whatever the reading."""
    return (novelty == "new") + (clarity is not None and clarity >= rule.clear_from)


def give_reasons(
    decided: pd.DataFrame, anchors: pd.DataFrame, programme: Programme, *, final: bool, offered: Collection[str] = ()
) -> pd.DataFrame:
    """One Latvian sentence after another on why each application has its outcome, from the stored decision.

    Parameters
    ----------
    decided : DataFrame, shape (n, k)
        See :func:`allocate`, with ``nearest`` (see :func:`what_if.add_nearest`) if it is to be told.
    anchors : DataFrame
        See :func:`scoring.summarise_anchors`; the marks are stated anchor by anchor.
    programme : Programme
    final : bool
        False marks every reason as provisional.
    offered : collection of str
        Whose offer stands.

    Returns
    -------
    DataFrame, shape (n, k + 2)
        ``reason``, and ``entry_note``: what the frozen entry says where today's merits differ, else "".
    """
    marks, entries = final_marks(anchors), _list_entries(decided, programme.rule)
    nearest = decided["nearest"] if "nearest" in decided else [""] * len(decided)
    reasons, notes = [], []
    for row, change in zip(rows_of(decided, Decided), nearest, strict=True):
        notes.append(_describe_entry(row, entries.get(row.application_id), programme.rule))
        parts = [row.state_reason]
        if row.state == "eligible":
            merits = _merits(row, marks.get(row.application_id, {}), programme.rule)
            parts = [merits, notes[-1], _standing(row, competitors=len(entries))]
        parts = ["" if final else "Provizoriski.", *parts, *_outcome(row, offered), change]
        reasons.append(" ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts if part))
    texts = {"reason": reasons, "entry_note": notes}
    return decided.assign(**{name: pd.Series(text, decided.index, dtype="str") for name, text in texts.items()})


NOVELTY: dict[str, str] = WORDS["novelty_said"]


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


def _list_entries(decided: pd.DataFrame, rule: Rule) -> dict[str, Decided]:
    """Who is ranked, with the merits that the entry stands on."""
    return {row.application_id: row for row in rows_of(find_merits(decided, rule), Decided)}


def _describe_entry(row: Decided, entry: Decided | None, rule: Rule) -> str:
    same = entry and (entry.novelty == "new", entry.clarity) == (row.novelty == "new", row.clarity)
    if entry is None or entry.clarity is None or same:
        return ""
    merits = _describe_merits(entry.novelty, entry.clarity, f"{show_number(entry.clarity, 2)} p.", rule)
    return f"Secību nosaka noslēgtais saraksts, un tajā {merits}"


def _standing(row: Decided, *, competitors: int) -> str:
    tied = row.rank is not None and row.rank_from != row.rank_to
    lot = f" (pēc atlases kārtības {_show_ranks(row)}; kurš tieši, izšķīra izloze)" if tied else ""
    return f"Secībā {show_rank(row)} no {competitors}{lot}." if row.rank_from is not None else ""


def _outcome(row: Decided, offered: Collection[str]) -> list[str]:
    year, place = row.place_year, row.outcome == "place" and not row.override
    eligible, waits, held = row.state == "eligible", row.outcome == "waiting", row.state in ("withdrawn", "set_aside")
    newly, freed = waits and eligible and row.rank_from is None, waits and row.given_year is not None
    back = freed and row.application_id in offered
    why = " – pēc novada minimuma, ko piešķir vispirms" if row.minimum == "given" else ""
    sentences = {
        f"Konsultācija {year}. gadā piešķirta ārpus kārtas: {row.override}": row.override,
        f"Konsultācija {year}. gadā paliek: konsultācija notika pirms šī lēmuma.": place and held,
        f"Konsultācija {year}. gadā{why}.": place and not held and row.competes,
        f"Konsultācija {year}. gadā paliek: to piedāvāja, pirms laboja izlozes skaitļa ierakstu.": place
        and not held
        and not row.competes,
        "Vai un kurā gadā būs konsultācija, izšķirs izloze.": row.outcome == "lot",
        "Par atbilstošu atzīts pēc saraksta noslēgšanas, tāpēc gaida aiz tiem, kas ir noslēgtajā sarakstā.": newly,
        f"{row.given_year}. gadā piešķirtā konsultācija atbrīvojās, kamēr pieteikums atlasē nepiedalījās.": freed
        and not back,
        f"{row.given_year}. gada konsultācijas piedāvājums ir spēkā.": back,
        "Pēc kārtas šī konsultācija piešķirta novadam, kam paredzēts minimums.": waits and row.minimum == "taken",
        f"Gaidīšanas sarakstā {row.waiting}. pēc kārtas.": waits and not back,
    }
    return [sentence for sentence, stands in sentences.items() if stands]


# Why an application is not in the order, in a word or two.
LEFT_OUT: dict[str, str] = WORDS["left_out"]


def find_left_out(decided: pd.DataFrame) -> pd.Series:
    """Why each application is not in the order: a key of :data:`LEFT_OUT`, or its state."""
    return decided["state"].mask(decided["duplicate_of"].ne(""), "duplicate")


MET_WORDS = {("new", True): "abas", ("new", False): "jauna", ("", True): "skaidrs", ("", False): "neviena"}


# The two lots: who goes first of the next ones of two queues, and the order of equal ones within a queue.
LOTS = {"lot_rows": "starp rindām", "lot_equal": "starp vienādiem"}


def tell_lots(decided: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """What each of :data:`LOTS` decided for everyone who is ranked.

    Parameters
    ----------
    decided : DataFrame
        See :func:`allocation.allocate`.

    Returns
    -------
    dict
        By application: "aiz 13." or "pirms 14.", by the ranks next to its own; before the lot "izšķirs"; "" for none.
    """
    columns = ["tier", "group", "rank_from", "rank", "points", "application_id"]
    ranked = decided.loc[decided["rank_from"].notna(), columns].sort_values(columns[:4])
    rows = ranked.assign(rank=ranked["rank"].fillna(0)).itertuples(index=False, name=None)
    queues = {queue: list(own) for queue, own in groupby(rows, lambda row: row[:2])}
    told = {}
    for queue, own in queues.items():
        other = next((rows for name, rows in queues.items() if name[0] == queue[0] and name != queue), [])
        at = 0
        for _, members in groupby(own, lambda row: row[4]):
            equal = list(members)
            facing = [row[3] for row in other[at : at + len(equal)]]
            ranks = [row[3] for row in equal]
            for number, (rank, row) in enumerate(zip(ranks, equal, strict=True)):
                beside = ranks[max(number - 1, 0) : number] + ranks[number + 1 : number + 2]
                told[row[5]] = _say_lot(rank, facing[number : number + 1] if rank else facing), _say_lot(rank, beside)
            at += len(equal)
    return told


def _say_lot(rank: int, others: Sequence[int]) -> str:
    if not rank:
        return "izšķirs" if others else ""
    return ", ".join(f"{'aiz' if other < rank else 'pirms'} {other}." for other in others)


def list_decisions(
    decided: pd.DataFrame, anchors: pd.DataFrame, programme: Programme, firmness: pd.DataFrame
) -> pd.DataFrame:
    """Each decision as columns to compare, in order; the whole reason is a sentence (see :func:`give_reasons`).

    Returns
    -------
    DataFrame, shape (n, 11)
        All text: ``rank`` ("7.", before the lot "7.–8."), ``community, municipality, outcome, points`` (with its
        parts), ``is_new`` (✓ or –), ``met`` (priorities), ``lot_rows, lot_equal`` (see :func:`tell_lots`),
        ``verdict`` (see :func:`sensitivity.examine`), ``nearest``.
    """
    marks, lots, why = final_marks(anchors), tell_lots(decided), find_left_out(decided)
    verdicts = dict(zip(firmness["application_id"], firmness["verdict"], strict=True))
    entries = _list_entries(decided, programme.rule)
    rows = [
        (
            show_rank(row), name, row.municipality or "", _show_outcome(row, LEFT_OUT.get(left_out, "")),
            *_show_merits(row, marks.get(row.application_id, {})),
            show_met(entries.get(row.application_id), programme.rule),
            *lots.get(row.application_id, ("", "")), verdicts.get(row.application_id, ""), change,
        )
        for row, name, left_out, change in zip(
            rows_of(decided, Decided), decided["community"], why, decided["nearest"], strict=True
        )
    ]  # fmt: skip
    names = ["rank", "community", "municipality", "outcome", "points", "is_new", "met", *LOTS, "verdict", "nearest"]
    return pd.DataFrame(rows, columns=names).astype("str")


def _show_ranks(row: Decided) -> str:
    """The ranks that luck could give under the rule; "" for who is not in the order."""
    if row.rank_from is None:
        return ""
    return f"{row.rank_from}." if row.rank_from == row.rank_to else f"{row.rank_from}.–{row.rank_to}."


def show_rank(row: Decided) -> str:
    """Write the rank as "5.", before the lot as "5.–7."; "" for who is not in the order."""
    return _show_ranks(row) if row.rank is None else f"{row.rank}."


def _show_outcome(row: Decided, left_out: str) -> str:
    if row.outcome == "place":
        how = "ārpus kārtas" if row.override else "pēc novada minimuma" if row.minimum == "given" else ""
        return f"konsultācija {row.place_year}. gadā" + (f", {how}" if how else "")
    if row.outcome == "waiting":
        return f"gaida, sarakstā {row.waiting}." + (" (pēc termiņa)" if row.state == "late" else "")
    return "izšķirs izloze" if row.outcome == "lot" else left_out


def _show_merits(row: Decided, marks: Mapping[str, Fraction]) -> tuple[str, str]:
    if row.clarity is None or row.state not in ("eligible", "late"):
        return "", ""
    parts = "+".join(show_number(marks[anchor], 2) if anchor in marks else "–" for anchor in ANCHORS)
    points = f"{show_number(row.clarity, 2)}\u00a0= {parts}" if marks else show_number(row.clarity, 2)
    return points, {"new": "✓", "existing": "–"}.get(row.novelty, "?")


def show_met(entry: Decided | None, rule: Rule) -> str:
    """Which of the two priorities an entry of the order meets, in a word of :data:`MET_WORDS`; "" for no entry."""
    if entry is None:
        return ""
    clear = entry.clarity is not None and entry.clarity >= rule.clear_from
    return MET_WORDS["new" if entry.novelty == "new" else "", clear]
