"""The library's delivery room fed with a programme of the plain reference: the same records as tables."""

from datetime import date, datetime
from functools import cache

import pandas as pd
from builders import _sheet, applications, changed, consultations, events, held_days, programme, recommendations

from mentoring_lib.base.rows import Candidates, rows_of
from mentoring_lib.delivery.consultations import merge_events
from mentoring_lib.delivery.events import follow, list_appointments
from mentoring_lib.delivery.ledger import check_hours, check_ledger, find_delivered, find_freed, keep_ledger
from mentoring_lib.delivery.rows import Place
from mentoring_lib.delivery.turns import check_minimum, check_turns, find_skips, next_in_line
from mentoring_lib.funder.figures import (
    choose_period,
    count_evidence,
    measure_indicators,
    select_delivered,
    select_supported,
    touch_years,
)
from reference import ledger, rule

COLUMNS = ["indicator", "year", "target", "result"]


NOVADS = " novads"  # the library's settings ask for it


def town(name):
    """A municipality as the library's settings want it written."""
    return None if name is None else f"{name}{NOVADS}"


def settings_of(given):
    """The settings of the library that say the same."""
    mentor = {"community": "–", "municipality": town(given.municipalities[0]), "themes": ["funding"]}
    return programme(
        as_of=given.as_of,
        project__starts=date(2023, 5, 1),
        project__ends=given.project_ends,
        call__deadline=given.deadline,
        call__municipalities=[town(name) for name in given.municipalities],
        places=given.places,
        minimum_places={town(name): least for name, least in given.minimum_places.items()},
        mentors=[mentor | {"name": one.name} | ({"until": one.until} if one.until else {}) for one in given.mentors],
        carry_over=[vars(move) | {"permission": "Nr. 1"} for move in given.carry_over],
        public=["community", "municipality", "year", "mode", "themes", "novelty", "residents"],
        delivery={"answer_days": given.answer_days},
        indicators=[
            {
                "name": f"{number}",
                "unit": "–",
                "formula": one.formula,
                "targets": one.targets,
                **({"mode": one.mode} if one.mode else {}),
                **({"municipality": town(one.municipality)} if one.municipality else {}),
            }
            for number, one in enumerate(given.indicators)
        ],
    )


def _line(key, *words, **named):
    texts = {
        name: value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value
        for name, value in named.items()
        if value is not None
    }
    return " ".join([key, *map(str, words), *(f"{name}={value}" for name, value in texts.items())])


def tables_of(given, told_events):
    """Events, recommendations and tasks."""
    told = ("year", "starts_at", "mentor", "mode", "minutes", "answer_by")
    lines = [_line(e.application_id, e.event, e.on, **{name: getattr(e, name) for name in told}) for e in told_events]
    return (
        events(*lines),
        recommendations(*(f"{one.application_id} {one.on}" for one in given.recommendations)),
        _sheet("Darbi", [_line(t.application_id, done_on=t.done_on) for t in given.tasks], ("application_id",)),
    )


def merge_rows(given):
    """Each history as a row of «Konsultācijas» as far as it fits, and the events that do not."""
    rows, rest = [], []
    for key in sorted({e.application_id for e in given.events}):
        own = sorted((e for e in given.events if e.application_id == key), key=lambda e: e.on)
        row, fitting = _row_of(key, {e.event: e for e in own} if len({e.event for e in own}) == len(own) else {})
        rows += [row] if fitting else []
        rest += [e for e in own if e.event not in fitting]
    return rows, rest


def _row_of(key, events):
    """The row and the kinds of event that it tells."""
    offer, sent = events.get("offered"), events.get("recommendations_sent")
    answers = [events[kind] for kind in ("accepted", "declined", "expired") if kind in events]
    if offer is None or len(answers) != 1 or {"cancelled", "withdrawn", "not_held"} & set(events):
        return "", ()
    (answer,), booked, held = answers, events.get("booked"), events.get("held")
    said = {"year": offer.year, "answer_by": offer.answer_by}
    fitting = ["offered", answer.event]
    if answer.event == "accepted" and booked and booked.on == answer.on:
        said |= {"starts_at": booked.starts_at, "mentor": booked.mentor, "mode": booked.mode}
        fitting.append("booked")
        plain = held and held.mentor in (None, booked.mentor) and held.mode in (None, booked.mode)
        if plain and held.minutes and held.on == booked.starts_at.date():
            said |= {"held": "jā", "minutes": held.minutes}
            fitting.append("held")
            if sent:
                said["sent_on"] = sent.on
                fitting.append("recommendations_sent")
    return _line(key, offer.on, answer.event, answer.on, **said), fitting


def selected_of(given):
    """What the selection room would say, from the reference."""
    chosen = rule.select(given)
    verdicts = {a.application_id: rule.verdict(a.application_id, given.decisions) for a in given.applications}
    return Candidates(
        given={key: chosen.given[key].year for key in ledger._in_given_order(chosen)},
        waiting=chosen.waiting,
        claims=chosen.pending,
        towns={a.application_id: town(a.municipality) for a in given.applications},
        out_of_turn={
            key: (int(last.value), last.on)
            for key, last in verdicts.items()
            if last.kind == "override" and last.value.isdecimal()
        },
        dropped={key: last.on for key, last in verdicts.items() if last.kind in rule.DROPPED},
    )


class Followed:
    """Everything the library says of a programme's places as of its day."""

    def __init__(self, given, split=lambda given: ((), given.events)):
        self.given, self.settings = given, settings_of(given)
        rows, rest = split(given)
        self.events, self.recommendations, self.tasks = tables_of(given, rest)
        self.events = merge_events(consultations(*rows), self.events, self.settings).table
        self.selected, day = selected_of(given), given.as_of
        followed, self.event_problems = follow(self.events, self.settings, as_of=day)
        freed = find_freed(rows_of(followed, Place), self.selected.dropped, held_days(self.events, self.settings))
        self.places = find_delivered(
            followed, self.recommendations, self.tasks, self.settings, as_of=day, dropped=freed
        )
        self.ledger = keep_ledger(self.places, self.settings, as_of=day)
        self.next = next_in_line(self.selected, self.places, self.settings, as_of=day)
        self.skips = find_skips(self.events, self.candidates_on, self.settings, as_of=day)

    @cache  # noqa: B019 - lives as long as one programme
    def candidates_on(self, day):
        return self.selected if day == date.max else selected_of(ledger.as_known_on(self.given, day))

    def measure(self):
        """Rows of every indicator in the programme's period: year, target (None without one), result."""
        table = applications(0, application_id=[a.application_id for a in self.given.applications])
        about = {
            "municipality": [town(a.municipality) for a in self.given.applications],
            "novelty": [rule.novelty(a, self.given) for a in self.given.applications],
            "residents_involved": [a.residents_involved for a in self.given.applications],
            "confirmed_themes": [()] * len(table),
        }
        held = select_delivered(select_supported(table.assign(**about), self.places, self.settings))
        period = choose_period(self.settings, *self.given.period)
        evidence = count_evidence(
            held,
            self.recommendations,
            self.tasks,
            changed(work=self.tasks, as_of=self.given.as_of),
            as_of=self.given.as_of,
            period=period,
        )
        measured = measure_indicators(evidence, self.settings, touch_years(self.settings, period))
        by_year = measured[measured["year"].ne("Kopā")]
        return [
            (int(name), int(year), None if pd.isna(target) else int(target), round(result, 6))
            for name, year, target, result in zip(*(by_year[c] for c in COLUMNS), strict=True)
        ]

    def questions(self):
        """The problems by code and what they name, as the reference names them."""
        hours = list_appointments(self.events, self.settings, as_of=self.given.as_of)
        found = [
            *check_ledger(self.places, self.ledger, self.settings, as_of=self.given.as_of),
            *check_hours(self.places, hours, self.selected.dropped, self.settings),
            *check_turns(self.skips),
            *(p for p in self.event_problems if p.code in ("event_order", "event_day")),
        ]
        proposals = self.next if rule.is_final(self.given) else self.next.iloc[:0]
        found += check_minimum(self.selected, self.places, proposals, self.settings, as_of=self.given.as_of)
        names = {"ledger_open": "ledger_over", "held_before_year": "held_early"}
        return {(names.get(p.code, p.code), p.application_id or p.value.removesuffix(NOVADS)) for p in found}
