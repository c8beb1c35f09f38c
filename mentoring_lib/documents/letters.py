"""A letter to each applicant: the outcome, what to do by when, why, and whom to ask; one kind for each outcome.

A letter says what held on its date, which is that of the decision or event behind it: positions, totals and averages
are those of that day, and nothing is worked out again. It speaks of its own application only: one in which anything of
another stands is left out and told, the others are made.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache, cached_property
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

import pandas as pd

from mentoring_lib.base.columns import ANCHORS, MAX_CLARITY, MAX_POINTS, READING_SENTENCES
from mentoring_lib.base.problems import Problem
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import Decision, rows_of
from mentoring_lib.base.settings import problem_of_several
from mentoring_lib.base.texts import show_number
from mentoring_lib.delivery.ledger import last_day
from mentoring_lib.delivery.rows import Happened, UsedPlace
from mentoring_lib.documents.wording import TEXTS, add_parts, fill, find_lacking, frame_community, name_document
from mentoring_lib.funder.privacy import Hit, Index, find_hits, index_answers, list_own_words, list_sources, read
from mentoring_lib.intake.stones import FILE as STONES
from mentoring_lib.render.docx import make_document
from mentoring_lib.selection.allocation import Decided
from mentoring_lib.selection.contract import find_slips
from mentoring_lib.selection.decisions import find_overrides, find_verdicts
from mentoring_lib.selection.lottery import ticket
from mentoring_lib.selection.past import decided_by
from mentoring_lib.selection.reasons import show_met
from mentoring_lib.selection.scoring import final_marks
from mentoring_lib.selection.what_if import find_merits
from mentoring_lib.workflow import Inputs, Results, settle_on, view_on

FOLDER = "vestules"
WORDS = TEXTS["letter"]
KINDS: list[str] = WORDS["kinds"]
MIN_OTHERS = 3  # others with a consultation, for their average to be told: fewer would be told apart
# Settings without which a letter lacks a sentence that it should have.
SETTINGS: list[str] = WORDS["settings"]

Part = tuple[object, ...]
Parts = Sequence[Part]


@dataclass(frozen=True)
class Outcome(Decided):
    """What was decided about one application, as its letter says it (see :func:`reasons.give_reasons`)."""

    community: str | None
    contact_name: str | None
    email: str | None
    submitted_at: pd.Timestamp | None
    duplicate_of: str | None
    tier: int | None
    group: str | None
    ticket: str | None
    nearest: str
    entry_note: str

    @property
    def merits(self) -> tuple[object, ...]:
        """What is the same in all among whom only the lot decides; of those found after the freeze it is not known."""
        merits = (self.tier, self.group, self.points)
        return (self.submitted_at.floor("s"),) if self.state == "late" and self.submitted_at else merits


@dataclass(frozen=True)
class Standing:
    """The whole selection on a day: everyone's outcome, final marks by application, reasons that a person gave.

    What the letters of a day say of all is counted once, not for each letter. ``met``: the priorities that each entry
    of the order meets (a key of :data:`reasons.MET_WORDS`). ``offered``: who had been offered a consultation before.
    ``programme``: with the seed and the places of that day; ``redrawn``: that day, if a slip of the seed is of it.
    """

    rows: dict[str, Outcome]
    marks: Mapping[str, Mapping[str, Fraction]]
    reasons: Mapping[str, str | None]
    met: Mapping[str, str]
    offered: frozenset[str] = frozenset()
    programme: Programme | None = None
    redrawn: date | None = None

    @cached_property
    def competitors(self) -> int:
        """How many were ranked."""
        return sum(row.rank_from is not None for row in self.rows.values())

    @cached_property
    def line(self) -> list[str]:
        """Who waits, in order; without those who were offered a consultation before."""
        back = {key for key, row in self.rows.items() if row.given_year is not None}  # lost what was given: waits again
        waits = {key: row for key, row in self.rows.items() if row.waiting and key not in self.offered - back}
        return sorted(waits, key=lambda key: waits[key].waiting or 0)

    @cached_property
    def queue(self) -> Counter[str]:
        """How many of them are ranked, were found eligible after the freeze, are late."""
        waits = map(self.rows.__getitem__, self.line)
        return Counter("late" if row.state == "late" else "ranked" if row.rank_from else "found" for row in waits)

    @cached_property
    def placed(self) -> Counter[str]:
        """How many were given a consultation, by how (see :func:`find_way`)."""
        return Counter(find_way(row) for row in self.rows.values())

    @cached_property
    def ahead(self) -> dict[str, Counter[str]]:
        """How many stand before each of the ranked, by what puts them there; "higher": given one in order."""
        found, seen = {}, Counter[object]()
        ranked = (row for row in self.rows.values() if row.rank is not None)
        for row in sorted(ranked, key=attrgetter("rank")):
            alike = [(), (row.tier,), (row.tier, row.group), (row.tier, row.group, row.points)]
            every, tier, group, same = (seen[key] for key in alike)
            found[row.application_id] = Counter(
                every=every, tier=every - tier, turn=tier - group, points=group - same, lot=same, higher=seen["order"]
            )
            seen.update([*alike, find_way(row)])
        return found

    @cached_property
    def tickets(self) -> dict[tuple[object, ...], list[str]]:
        """Tickets of applications with the same merits, ranked or waiting after them."""
        found = defaultdict[tuple[object, ...], list[str]](list)
        for row in self.rows.values():
            if row.ticket:
                found[row.merits].append(row.ticket)
        return found

    @cached_property
    def given(self) -> dict[str, dict[str, Fraction]]:
        """What is averaged of each application that was given a consultation, by code."""
        return {
            key: {"new": Fraction(row.novelty == "new"), "clarity": row.clarity, **self.marks.get(key, {})}
            for key, row in self.rows.items()
            if row.outcome == "place" and row.clarity is not None
        }

    @cached_property
    def totals(self) -> dict[str, tuple[Fraction, int]]:
        """Sum and number of each of them."""
        names, given = ("new", "clarity", *ANCHORS), self.given.values()
        known = {name: [one[name] for one in given if name in one] for name in names}
        return {name: (sum(values, Fraction()), len(values)) for name, values in known.items()}

    def sum_others(self, key: str, name: str) -> tuple[Fraction, int]:
        """The same without one application's own."""
        (total, count), own = self.totals[name], self.given.get(key, {}).get(name)
        return (total, count) if own is None else (total - own, count - 1)


@dataclass(frozen=True)
class Letter:
    """What one letter tells: its kind (see :data:`KINDS`), the day and selection it speaks of, and what it asks.

    ``day`` is None while nobody has said when it was decided. ``freed``: the consultation was somebody else's;
    ``gave_up``: a consultation was given, and is free again; ``reason``: what a person gave as the reason.
    """

    kind: str
    row: Outcome
    day: date | None
    standing: Standing
    year: int | None = None
    answer_by: date | None = None
    freed: bool = False
    gave_up: bool = False
    reason: str = ""

    @property
    def basis(self) -> str:
        """Of which decision it tells; a question about consent is asked once, whatever the day."""
        return self.kind if self.kind == "no_consent" else f"{self.day} {self.kind} {self.year or ''}".strip()


class Letters(NamedTuple):
    """Letters (DOCX) by file name, a problem for each one left out and for settings that lack, and what they tell."""

    files: dict[str, bytes]
    problems: list[Problem]
    letters: Sequence[Letter] = ()


def make_letters(inputs: Inputs, results: Results) -> Letters:
    """Make every letter in which nothing of another application stands.

    While the outcome is provisional nobody gets one, but whoever did not consent is asked before the list is frozen.
    """
    programme, index = inputs.programme, index_answers(inputs.applications)
    facts = index.look_up(read(list_own_words(programme)), anywhere=True)
    letters = _choose(inputs, results)
    lacking = find_lacking(programme, SETTINGS) if letters else []
    files, problems = {}, [problem_of_several("letter_settings", programme, lacking)] if lacking else []
    for letter in letters:
        row, (title, head, parts) = letter.row, write_letter(letter, inputs)
        blank = replace(row, override="–", nearest="–", entry_note="–")  # the rest is ours, or its own
        _, _, ours = write_letter(replace(letter, row=blank), inputs)
        if leaks := _find_others(row, parts, ours, index, facts):
            problems.append(Problem("letter_leak", value=row.application_id, details="; ".join(leaks)))
            continue
        stamp = replace(results.stamp, as_of=letter.day or results.as_of)
        early = stamp.as_of > results.as_of  # a draft: until its day comes, what it says may change
        basis = "" if lacking or early else letter.basis
        content = make_document(title, stamp, [*head, *parts], "letter", logos=inputs.logos, basis=basis)
        files[f"{name_document(row.application_id, row.community)}.docx"] = content
    return Letters(files, problems, letters)


def _choose(inputs: Inputs, results: Results) -> list[Letter]:
    letters = list_letters(inputs, results)
    if not results.final:
        asked = [one for one in letters if one.kind == "no_consent" and inputs.frozen is None]
        letters = [_set_answer(replace(one, day=results.as_of), None, inputs.programme) for one in asked]
    erased = set(inputs.applications.loc[inputs.applications["file"].eq(STONES), "application_id"])
    return [one for one in letters if one.row.application_id not in erased]


def list_letters(inputs: Inputs, results: Results) -> list[Letter]:
    """The letter that holds for each application, as of the results' day.

    The first is that of the decision; what was decided about the application since makes a new one where it changes the
    outcome, and so does a freed consultation that was offered to it, or its own withdrawal.
    """
    decisions, base = inputs.sheets["Lēmumi"], inputs.programme.letters.decision_date

    def draw(row: Outcome, seed: str | None) -> str | None:  # whoever waits after the ranked is ordered by lot too
        return ticket(seed, inputs.programme.call.code, row.application_id) if seed and row.waiting else row.ticket

    later = decisions.drop(decided_by(decisions, base).index)  # none where there is no day
    slips = {(one.row.on.date(), None) for one in find_slips(later) if one.row.on}
    offers = results.valid_events[results.valid_events["event"].eq("offered")]
    first_offers = offers.groupby("application_id")["on"].min().dt.date.to_dict()
    over = {problem.value for problem in results.problems if problem.code == "offers_over"}

    @cache
    def stand(day: date | None) -> Standing:
        view, programme = view_on(inputs, results, day), settle_on(inputs, day)
        reasons = {key: one.row.reason for key, one in find_verdicts(decided_by(decisions, day)).items()}
        rows = {
            row.application_id: replace(row, ticket=draw(row, programme.lottery.seed))
            for row in rows_of(view.decided, Outcome)
        }
        entries = rows_of(find_merits(view.decided, inputs.programme.rule), Decided)
        met = {row.application_id: show_met(row, inputs.programme.rule) for row in entries}
        offered = frozenset(key for key, on in first_offers.items() if day and on < day)
        return Standing(
            rows, final_marks(view.anchors), reasons, met, offered, programme, day if (day, None) in slips else None
        )

    steps: defaultdict[str | None, list[tuple[date, Happened | None]]] = defaultdict(list)
    for application_id, value, on in later[["application_id", "value", "on"]].itertuples(index=False):
        for key in {application_id, value}:
            steps[key].append((on.date(), None))
    for happened in rows_of(results.valid_events, Happened):
        steps[happened.application_id].append((happened.on.date(), happened))
    places = {place.application_id: place for place in rows_of(results.places, UsedPlace)}
    letters, lifted = [], find_overrides(decisions)
    for key, row in stand(None).rows.items():  # nobody is answered before the day of the own application
        first = max(base, row.submitted_at.date()) if base and row.submitted_at else base
        letter = _take_decision(None, key, first, stand(first))
        # of one day slips and decisions first, as they were put there
        for day, event in sorted([*slips, *steps[key]], key=itemgetter(0)):
            if event:
                letter = _take_event(letter, event, lifted.get(key))
            elif not first or day >= first:
                letter = _take_decision(letter, key, day, stand(day))
        letter = letter if letter.kind else _take_decision(None, key, base, stand(None))
        place = places.get(key)
        if letter.kind == "waiting" and place and place.use != "released" and str(place.year) not in over:
            letter = replace(letter, kind="place", year=place.year)  # back in the selection: the offer stands again
        letters += [_set_answer(letter, place, inputs.programme)] if letter.kind else []
    return letters


def find_way(row: Outcome) -> str:
    """How a consultation was given: out of turn, by a municipality's minimum, in order; "" where none was."""
    way = "out_of_turn" if row.override else "minimum" if row.minimum == "given" else "order"
    return way if row.outcome == "place" else ""


def _take_decision(letter: Letter | None, key: str, day: date | None, standing: Standing) -> Letter:
    """The letter after a day's decisions: the same one where the outcome of its application is the same."""
    row = standing.rows[key]
    if letter and (find_kind(letter.row), letter.row.place_year) == (find_kind(row), row.place_year):
        return letter
    gave_up = letter is not None and letter.kind == "place"
    return Letter(find_kind(row), row, day, standing, row.place_year, gave_up=gave_up,
                  reason=standing.reasons.get(key) or "")  # fmt: skip


def _take_event(letter: Letter, event: Happened, lifted: Decision | None) -> Letter:
    """The letter after an event: whoever waits is offered a consultation, or one of another year, or gives it up."""
    given, waits = letter.kind == "place", letter.kind in ("waiting", "late")
    ours = lifted is not None and lifted.value == str(event.year)  # out of turn, by a decision since the outcome
    if event.event == "offered" and (event.year != letter.year if given else waits or ours):
        row = replace(letter.row, override=str(lifted.reason)) if lifted and ours else letter.row
        return replace(letter, kind="place", row=row, day=event.on.date(), year=event.year, freed=not (ours or given))
    if letter.kind in ("place", "waiting", "late") and event.event == "withdrawn":
        return replace(letter, kind="withdrawn", day=event.on.date(), gave_up=given)
    return letter


def find_kind(row: Outcome) -> str:
    """Which letter an outcome asks for, "" while it is open."""
    if row.outcome == "place":
        return "place"
    if row.state == "set_aside":
        return "duplicate" if row.duplicate_of else "ineligible"
    return row.state if row.state in KINDS else "waiting" if row.outcome == "waiting" else ""


def _set_answer(letter: Letter, place: UsedPlace | None, programme: Programme) -> Letter:
    """Until when an answer is asked for: as offered, else the usual days after the letter."""
    if letter.kind == "place" and place and place.answer_by and place.answer_by.date() >= (letter.day or date.min):
        return replace(letter, answer_by=place.answer_by.date())
    usual = letter.day and letter.day + timedelta(days=programme.delivery.answer_days)
    return replace(letter, answer_by=usual)


def write_letter(letter: Letter, inputs: Inputs) -> tuple[str, list[Part], list[Part]]:
    """Title, head and body of one letter, as :func:`docx.make_document` takes them."""
    said, words = WORDS[letter.kind], collect_words(letter, inputs)
    sides = ("\n".join(filter(None, (fill([line], words) for line in WORDS[side]))) for side in ("where", "whom"))
    head = [*_filled("small", [WORDS["head"]], words), ("sides", *sides), ("title",)]
    parts = [part for sentences in said["text"] for part in _filled("text", sentences, words)]
    parts += _filled("box", said["box"], words) + _filled("lead", said.get("next", []), words)
    explained = "why" in said and letter.row.rank_from is not None
    if explained:
        parts += [*_filled("lead", said["why"], words), ("plain table", _compare(letter, words))]
    parts += _filled("lead", WORDS["unclear"], words)
    parts += _filled("lead", WORDS["objections"], words) if letter.kind in WORDS["objected"] else []
    parts += _filled("lead", WORDS["data"], words)
    signed = next(filter(None, (fill([line], words) for line in WORDS["signatures"])))
    parts.append(("text", f"{WORDS['closing']}\n{signed}"))
    if letter.kind in WORDS["drawn"] and words["ticket"]:
        parts += _filled("box", WORDS["lot"], words)
    return fill([said["title"]], words), head, parts


def _filled(kind: str, sentences: Sequence[str], words: Mapping[str, Any]) -> list[Part]:
    """A part of sentences; nothing where what it leads to, or all of it, cannot be said."""
    if kind in {"text", "small"}:
        text = fill(sentences, words)
        return [(kind, text)] if text else []
    lead, rest = fill(sentences[:1], words), fill(sentences[1:], words)
    return [(kind, lead, rest)] if lead and (rest or kind == "box") else []


def collect_words(letter: Letter, inputs: Inputs) -> dict[str, Any]:
    """Every field of the sentences, empty where it is not known; a part of a sentence where it does not hold."""
    row, day, frozen, programme = letter.row, letter.day, inputs.frozen, letter.standing.programme or inputs.programme
    decided = day == programme.letters.decision_date
    appeal = day and day + timedelta(days=programme.appeal.days)
    years = [f"{year}. gadā – {count}" for year, count in sorted(programme.places.items())]
    words = dict(programme) | vars(letter) | vars(row) | _count(letter) | frame_community(row.community) | {
        "number": programme.letters.decision_number if decided else day and f"{day:%Y%m%d}",
        "erase_on": letter.answer_by and letter.answer_by + timedelta(days=1),
        "appeal_until": appeal,
        "reply_by": appeal and appeal + timedelta(days=programme.letters.reply_days),
        "clause": (row.override or letter.reason).removesuffix("."),
        "new_from": programme.new_from, "planned": programme.planned,
        "by_year": years if len(years) > 1 else None,
        "frozen": frozen, "reading": READING_SENTENCES[programme.rule.reading],
        "max_clarity": MAX_CLARITY,
    }  # fmt: skip
    because, competing, ranked = letter.reason[:1].islower(), row.rank is not None, row.rank_from is not None
    marked = letter.standing.marks.get(row.application_id)
    holds = {
        "decision": decided,
        "redrawn": day and letter.standing.redrawn == day,
        "turn_came": letter.freed,
        "list_decided": letter.freed and row.rank_from is not None,
        "out_of_turn": row.override and not letter.freed,
        "more": competing and letter.standing.competitors > programme.planned,
        "minimum_given": row.minimum == "given",
        "minimum_taken": row.minimum == "taken",
        "late_found": not ranked,
        "equal": ranked or row.state == "late",
        "listed": ranked,
        "unlisted": not ranked,
        "because": because,
        "ground": not because,
        "passed_on": letter.gave_up and day and day <= last_day(letter.year or row.given_year or day.year, programme),
        "absent": competing and not row.competes and row.given_year is None,
        "went": row.competes and row.given_year is None,
        "not_markers_": marked,
        "no_markers_": not marked,
        "judged_together": not frozen,
        "judged_later": frozen,
    }
    add_parts(words, WORDS["said"], holds)
    return words


def _count(letter: Letter) -> dict[str, Any]:
    """Numbers of the whole selection that a letter tells; the lot's, where it decided and others were equal."""
    row, standing = letter.row, letter.standing
    equals, ranked = standing.tickets.get(row.merits, []), row.rank_from is not None
    luck = row.rank_to if letter.kind == "place" else row.rank  # whoever waits asks what the lot put before it
    ahead, placed = standing.ahead.get(row.application_id, Counter()), standing.placed
    given = placed | Counter(higher=ahead["higher"], lower=placed["order"] - ahead["higher"])
    return {
        "competitors": standing.competitors,
        "waiting": standing.line.index(row.application_id) + 1 if row.application_id in standing.line else row.waiting,
        "waiting_total": standing.queue.total(),
        "queue_parts": _tell_parts("queue", standing.queue) if len(standing.queue) > 1 else None,
        "met": WORDS["met"].get(standing.met.get(row.application_id)),
        "ahead": ahead["every"],
        "ahead_parts": _tell_parts("ahead", ahead),
        "given_parts": _tell_parts("given", given),
        "ticket": row.ticket if (row.rank_from != luck if ranked else len(equals) > 1) else None,
        "ticket_place": sum(ticket <= str(row.ticket) for ticket in equals),
        "tied": len(equals) if len(equals) > 1 and (ranked or row.state == "late") else None,
    }


def _tell_parts(name: str, counts: Counter[str]) -> list[str]:
    return [f"{counts[part]} – {told}" for part, told in WORDS["parts"][name].items() if counts[part]]


def _compare(letter: Letter, words: Mapping[str, Any]) -> pd.DataFrame:
    """Each priority as the application met it, beside the average of the others who were given a consultation."""
    row, standing = letter.row, letter.standing
    new, others = standing.sum_others(row.application_id, "new")
    lines = [(WORDS["new"], WORDS["novelty"][row.novelty], fill([WORDS["counted"]], {"new": new, "others": others}))]
    own = {"clarity": row.clarity, **standing.marks.get(row.application_id, {})}
    marked = [(key, f"– {label}", MAX_POINTS) for key, label in ANCHORS.items()]
    for name, label, most in [("clarity", WORDS["clear"], MAX_CLARITY), *marked]:
        total, count = standing.sum_others(row.application_id, name)
        average = fill([WORDS["average"]], {"points": _show_points(total / count, most)}) if count else "–"
        lines.append((label, _show_points(own.get(name), most), average))
    told = [(fill([label], words), *cells) for label, *cells in lines]
    table = pd.DataFrame(told, columns=WORDS["heads"])
    return table if others >= MIN_OTHERS else table.iloc[:, :2]


def _show_points(points: Fraction | None, most: int) -> str:
    return "–" if points is None else f"{show_number(points)}\u00a0no {most}"


def _find_others(row: Outcome, parts: Parts, blank: Parts, index: Index, facts: set[Hit]) -> list[str]:
    """Whose answers stand in what was typed into a letter; the letter with nothing typed says what is ours."""
    ours = _texts_of(blank)
    typed = [text for text in _texts_of(parts) if text not in ours]
    named = [name for name in (row.community, row.contact_name, row.municipality) if name]
    hits = find_hits(index, read(typed), named, facts | index.look_up(read(ours), anywhere=True))
    return list_sources(hit for hit in hits if hit.key != row.application_id)


def _texts_of(parts: Parts) -> list[str]:
    return [text for part in parts for text in part[1:] if isinstance(text, str)]
