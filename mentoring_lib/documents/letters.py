"""A letter to each applicant: what was decided, why, what would have changed it, what comes next, and how to appeal.

Everything in it is the stored decision; nothing is worked out again. A letter speaks of its own application only: one
in which anything of another stands is left out and told, the others are made. Letters exist only for a final result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

import pandas as pd

from mentoring_lib.base.columns import ANCHORS, MAX_CLARITY, READING_SENTENCES
from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.problems import Problem
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.stamp import Stamp
from mentoring_lib.base.texts import plural, show_number
from mentoring_lib.documents.wording import TEXTS
from mentoring_lib.funder.privacy import Hit, Index, find_hits, index_answers, list_own_words, list_sources, read
from mentoring_lib.render.docx import make_document
from mentoring_lib.selection.scoring import final_marks

FOLDER = "vestules"
TITLE = "Par jūsu pieteikumu mentoringam"
Part = tuple[object, ...]


@dataclass(frozen=True)
class Outcome:
    """What was decided about one application, as its letter says it (see :func:`reasons.give_reasons`)."""

    application_id: str
    community: str | None
    contact_name: str | None
    municipality: str | None
    submitted_at: pd.Timestamp | None
    state: str
    state_reason: str
    duplicate_of: str | None
    novelty: str
    clarity: Fraction | None
    rank: int | None
    rank_from: int | None
    rank_to: int | None
    ticket: str | None
    outcome: str
    place_year: int | None
    waiting: int | None
    override: str | None
    minimum: str | None
    nearest: str
    entry_note: str


class Letters(NamedTuple):
    """Letters (DOCX) by file name, and a problem for each one left out."""

    files: dict[str, bytes]
    problems: list[Problem]


def make_letters(
    decided: pd.DataFrame, anchors: pd.DataFrame, applications: pd.DataFrame, programme: Programme, stamp: Stamp
) -> Letters:
    """Make every letter in which nothing of another application stands.

    Parameters
    ----------
    decided : DataFrame
        Everyone, with outcome, reason and ``nearest`` (see :func:`nearest_change.add_nearest`); final.
    anchors : DataFrame
        See :func:`scoring.summarise_anchors`.
    applications : DataFrame
        All of them, to prove that no letter tells of another: one index, in which each letter is looked up.
    programme : Programme
    stamp : Stamp
    """
    marks, competitors = final_marks(anchors), int(decided["rank_from"].notna().sum())
    index = index_answers(applications)
    facts = index.look_up(read(list_own_words(programme)), anywhere=True)
    files, problems = {}, []
    for row in rows_of(decided, Outcome):
        final = marks.get(row.application_id, {})
        parts = write_letter(row, final, programme, competitors)
        blank = replace(row, community="–", state_reason="–", override="–", nearest="–")  # the rest is for everybody
        if leaks := _find_others(row, parts, write_letter(blank, final, programme, competitors), index, facts):
            problems.append(Problem("letter_leak", value=row.application_id, details="; ".join(leaks)))
        else:
            signed = [*parts, ("small", _sign(stamp))]
            files[f"{row.application_id}.docx"] = make_document(TITLE, stamp, signed, annex=False)
    return Letters(files, problems)


def write_letter(row: Outcome, marks: Mapping[str, object], programme: Programme, competitors: int) -> list[Part]:
    """The parts of one letter, as :func:`docx.make_document` takes them.

    Parameters
    ----------
    row : Outcome
    marks : mapping
        Final marks of this application by anchor.
    programme : Programme
    competitors : int
        How many applications were ranked.
    """
    return [
        ("text", _greet(row, programme)),
        *(("text", text) for text in _describe_outcome(row, programme)),
        *_explain(row, marks, programme, competitors),
        ("heading", "Kas notiek tālāk"),
        ("text", _describe_next(row, programme)),
        ("heading", "Ja iznākumam nepiekrītat"),
        ("text", _describe_appeal(row, programme)),
        ("text", "Ar cieņu,\n" + " un ".join(programme.project.implementers)),
    ]


def _say(key: str, row: Outcome, programme: Programme, **words: object) -> str:
    """A sentence of ``texts_lv.toml`` filled in; an answer is never the pattern."""
    pattern: str = TEXTS["letter"][key]
    return pattern.format(row=row, programme=programme, **words)


def _greet(row: Outcome, programme: Programme) -> str:
    received = "" if row.submitted_at is None else _say("received", row, programme)
    community = row.community or TEXTS["letter"]["nameless"]
    return _say("greeting", row, programme, community=community, received=received)


def _describe_outcome(row: Outcome, programme: Programme) -> list[str]:
    if row.outcome == "place":
        return [_say("place", row, programme)]
    if row.state == "late":
        return [_say("late", row, programme), _say("late_waits", row, programme)]
    kind = (
        "eligible_late" if row.state == "eligible" and row.rank_from is None else
        "waiting" if row.outcome == "waiting" else "duplicate" if row.duplicate_of else "refused"
    )  # fmt: skip
    return [_say(kind, row, programme, reason=row.state_reason.rstrip("."))]


def _explain(row: Outcome, marks: Mapping[str, object], programme: Programme, competitors: int) -> list[Part]:
    if row.rank_from is None or row.state != "eligible":
        return []
    table = pd.DataFrame([(name, marks.get(name)) for name in ANCHORS], columns=["anchor", "mark"])
    rule = _say("rule", row, programme, reading=READING_SENTENCES[programme.rule.reading], most=MAX_CLARITY)
    return [
        ("heading", "Kāpēc tāds iznākums"),
        ("text", f"{rule} {_describe_merits(row, programme)}"),
        ("table", "Jūsu pieteikuma punkti (vērtētāju vidējais, no 0 līdz 3)", table),
        ("text", " ".join(filter(None, (row.entry_note, _describe_rank(row, programme, competitors), row.nearest)))),
        *([("text", _say("lot", row, programme))] if row.ticket and row.rank_from != row.rank_to else []),
    ]


def _describe_merits(row: Outcome, programme: Programme) -> str:
    clarity = row.clarity or Fraction()
    words = TEXTS["letter"]["new" if row.novelty == "new" else "existing"]
    clear = TEXTS["letter"]["clear" if clarity >= programme.rule.clear_from else "unclear"]
    points = show_number(clarity, 2)
    return _say("merits", row, programme, novelty=words, points=points, most=MAX_CLARITY, clear=clear)


def _describe_rank(row: Outcome, programme: Programme, competitors: int) -> str:
    years = ", ".join(f"{year}. gadā {count}" for year, count in sorted(programme.places.items()))
    keys = {"rank": row.rank, "places": True, "out_of_turn": row.override, "minimum": row.minimum}
    return " ".join(
        _say(key, row, programme, years=years, competitors=competitors) for key, holds in keys.items() if holds
    )


def _describe_next(row: Outcome, programme: Programme) -> str:
    decided = row.outcome if row.outcome in ("place", "waiting") else ""
    asked = "no_consent" if row.state == "no_consent" else ""
    return _say(f"next_{decided or asked or ('duplicate' if row.duplicate_of else 'none')}", row, programme)


def _describe_appeal(row: Outcome, programme: Programme) -> str:
    return _say("appeal", row, programme, days=plural(programme.appeal.days, "dienas", "dienu"))


def _sign(stamp: Stamp) -> str:
    return (
        f"{stamp.project}. Atlases kārtība: {stamp.rule}. "
        f"Ievades datu SHA-256: {stamp.inputs}. Versija {stamp.version}."
    )


def _find_others(
    row: Outcome, parts: Sequence[Part], blank: Sequence[Part], index: Index, facts: set[Hit]
) -> list[str]:
    """Whose answers stand in what was typed into a letter; the letter with nothing typed says what is ours."""
    ours = _texts_of(blank)
    typed = [text for text in _texts_of(parts) if text not in ours]
    named = [name for name in (row.community, row.contact_name, row.municipality) if name]
    hits = find_hits(index, typed, named, facts | index.look_up(read(ours), anywhere=True))
    return list_sources(hit for hit in hits if hit.key != row.application_id)


def _texts_of(parts: Sequence[Part]) -> list[str]:
    return [str(part[1]) for part in parts]
