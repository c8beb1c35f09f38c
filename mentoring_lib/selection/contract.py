"""The contract of the freeze: every setting that decides who wins, as it stood before the seed was known.

What the frozen list says of the settings, and the record says of the draw, must equal what would be written today. Any
difference keeps the outcome provisional and is named with its old and new value. After the announced draw only two
things may be amended, each by a dated decision without application that names what it was and what it is: a slip in
the record of the draw, and the number of places of a year.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from mentoring_lib.base.problems import Problem, problem_at
from mentoring_lib.base.programme import FILE_NAME, Programme
from mentoring_lib.base.rows import Decision
from mentoring_lib.base.settings import name_setting
from mentoring_lib.base.texts import show_moment
from mentoring_lib.selection.decisions import AMENDING, in_order

SECTIONS = ("call", "rule", "lottery", "form", "places", "minimum_places")
# Settings of these sections that are no part of the contract: the title decides nothing, the salt is told by its hash,
# the draw has a record of its own, its time stands in draw_at, and what the form's mappings change shows in the
# applications themselves.
LEFT_OUT = {
    "call.title", "call.salt", "call.former_names", "lottery.seed", "lottery.drawn_at", "lottery.witnesses",
    "lottery.expected", "form.headers", "form.answers", "form.date_order",
}  # fmt: skip

# What may be amended of the record of the draw: its words, and the settings it was written from.
RECORDED = {"skaitlis": "lottery.seed", "laiks": "lottery.drawn_at", "liecinieki": "lottery.witnesses"}

FORM = "kas: bija → ir"
NOTHING = "–"
_ARROW = " → "


def describe_source(programme: Programme) -> str:
    """Where the seed comes from and, where no day and time is set (version 0.1), when in words."""
    lot = programme.lottery
    return " ".join("; ".join(filter(None, (lot.source, "" if lot.draw_at else lot.expected))).split())


def describe_lot(programme: Programme) -> str:
    """Where the seed comes from, when, and what it is, in one line."""
    lot = programme.lottery
    when = [show_moment(lot.draw_at)] if lot.draw_at else []
    return "; ".join([describe_source(programme), *when, f"skaitlis {lot.seed or 'vēl nav zināms'}"])


def describe_contract(programme: Programme) -> dict[str, str]:
    """Every setting that decides the outcome, by its key, as JSON; made from the model, so that none is forgotten."""
    settings = programme.model_dump(mode="json")
    contract = {
        f"{section}.{key}": _show(value)
        for section in SECTIONS
        for key, value in settings[section].items()
        if f"{section}.{key}" not in LEFT_OUT
    }
    salt = programme.call.salt
    return contract | {"call.salt": hashlib.sha256(salt.encode()).hexdigest() if salt else NOTHING}


def _show(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _describe_old_contract(programme: Programme) -> dict[str, str]:
    """What a list of version 0.1 holds of it (see :func:`lottery.read_frozen`)."""
    contract = {"call.code": programme.call.code, "lottery.source": describe_source(programme)}
    contract |= {"rule.new_from": str(programme.new_from)}
    contract |= {f"rule.{key}": str(getattr(programme.rule, key)) for key in ("reading", "clear_from", "weight_of_new")}
    return contract | {f"rule.minimum {town}": str(count) for town, count in programme.minimum_places.items()}


@dataclass(frozen=True)
class Amendment:
    """A decision that changes what was settled: which key, what it was and what it is."""

    key: str
    before: str
    after: str
    row: Decision

    def line(self) -> str:
        """As it is kept and published."""
        on = f"{self.row.on:%d.%m.%Y}" if self.row.on is not None else NOTHING
        return f"{on}; {self.key}: {self.before}{_ARROW}{self.after}; {self.row.reason}; {self.row.who}"


def find_amendments(decisions: pd.DataFrame) -> list[Amendment]:
    """Decisions about the places of a year or the record of the draw, the oldest first (see :data:`FORM`)."""
    amendments = []
    for row in in_order(decisions):
        if row.decision in AMENDING:
            key, _, change = (row.value or "").partition(":")
            before, _, after = change.replace("->", "→").partition("→")
            key = key.strip()
            key = f"places.{key}" if key.isdecimal() else RECORDED.get(key, key)
            amendments.append(Amendment(key, before.strip(), after.strip(), row))
    return amendments


def format_amendments(decisions: pd.DataFrame) -> str:
    """Text of all amendments, a line each."""
    return "".join(f"{one.line()}\n" for one in find_amendments(decisions))


def amend(settled: Mapping[str, str], amendments: Iterable[Amendment]) -> tuple[dict[str, str], list[Amendment]]:
    """What was settled, as amended, and the amendments that fit it: what they say it was stood there before."""
    amended, fitting = dict(settled), []
    for one in amendments:
        if one.key in amended and amended[one.key] in (one.before, one.after) and one.after:
            amended[one.key] = one.after
            fitting.append(one)
    return amended, fitting


def plan_by(day: date, programme: Programme, decisions: pd.DataFrame) -> Programme:
    """The programme with the places that were planned on a day: an amendment counts from its own day on."""
    places = dict(programme.places)
    for one in reversed(find_amendments(decisions)):
        year = int(one.key[-4:]) if one.key.startswith("places.") else None
        if year in places and one.before.isdecimal() and one.row.on is not None and one.row.on.date() > day:
            places[year] = int(one.before)
    return programme.model_copy(update={"places": places})


def draw_by(known: pd.DataFrame, decisions: pd.DataFrame, programme: Programme) -> Programme:
    """The programme with the seed on record while only ``known`` of the decisions were made: a slip uncorrected."""
    slips = find_slips(decisions)[len(find_slips(known)) :]
    lot = programme.lottery.model_copy(update={"seed": slips[0].before}) if slips else programme.lottery
    return programme.model_copy(update={"lottery": lot})


def find_slips(decisions: pd.DataFrame) -> list[Amendment]:
    """Dated corrections of the recorded seed, the oldest first."""
    return [one for one in find_amendments(decisions) if one.key == "lottery.seed" and one.row.on is not None]


def check_amendments(decisions: pd.DataFrame, settled: Iterable[Mapping[str, str]]) -> list[Problem]:
    """A problem for each amendment of something else, or of something that was not so."""
    amendments, settled = find_amendments(decisions), list(settled)
    fitting = [one for each in settled for one in amend(each, amendments)[1]]
    problems = []
    for one in amendments:
        amends_record = one.row.decision == "record_amended"
        allowed = one.key in RECORDED.values() if amends_record else one.key.startswith("places.")
        if not allowed or one not in fitting:
            now = [f"{one.key}: {each[one.key]}{_ARROW}…" for each in settled if one.key in each]
            problems.append(problem_at("decision_value", one.row, "value", one.row.value or "", ", ".join(now) or FORM))
    return problems


def differ(settled: Mapping[str, str], today: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """What is not as it was settled: then and now, "–" for nothing."""
    both = {key: (settled.get(key, NOTHING), today.get(key, NOTHING)) for key in {**settled, **today}}
    return {key: (then, now) for key, (then, now) in both.items() if then != now}


def compare(settled: Mapping[str, str], today: Mapping[str, str]) -> list[Problem]:
    """A problem for each key that is not what was settled, with its old and new value."""
    changed = {key: _ARROW.join(pair) for key, pair in differ(settled, today).items()}
    return [Problem("contract_changed", file=FILE_NAME, value=key, details=text) for key, text in changed.items()]


def compare_contract(
    frozen: Mapping[str, str], programme: Programme, amendments: Iterable[Amendment], *, old: bool
) -> list[Problem]:
    """Differences between the contract of a frozen list, as amended, and the settings (``old``: of version 0.1)."""
    if old:
        return compare(frozen, _describe_old_contract(programme))
    differing = compare(_rename(amend(frozen, amendments)[0], programme), describe_contract(programme))
    named = [(one, *name_setting(programme, one.value)) for one in differing]
    return [replace(one, file=programme.file, sheet=sheet, value=name) for one, sheet, name in named]


def _rename(settled: Mapping[str, str], programme: Programme) -> dict[str, str]:
    """The same contract under today's names of municipalities: one renamed or merged is no change of it."""
    names = {former: name for name, formers in programme.call.former_names.items() for former in formers}
    renamed: dict[str, str] = {}
    for key, value in settled.items():
        section, _, name = key.partition(".")
        now = f"{section}.{names.get(name, name)}"
        renamed[now] = str(int(renamed[now]) + int(value)) if now in renamed else value  # merged: their minimums add up
    towns = json.loads(settled["call.municipalities"])
    return renamed | {"call.municipalities": _show(list(dict.fromkeys(names.get(town, town) for town in towns)))}
