"""A programme of the reference implementation as the library's inputs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import builders
import pandas as pd
from reference import rule
from reference.programme import PlacesAmended, Programme, SeedAmended

from mentoring_lib.base.columns import label_of
from mentoring_lib.base.programme import Programme as Settings
from mentoring_lib.base.rows import rows_of
from mentoring_lib.delivery.events import HELD, RELEASED, follow, list_valid_events
from mentoring_lib.delivery.rows import Place
from mentoring_lib.selection.lottery import Frozen
from mentoring_lib.selection.past import Offered
from mentoring_lib.selection.select import Selection, select


def make_settings(one: Programme, reading: str | None = None) -> Settings:
    years = sorted(one.places)
    mentors = [
        {"name": person.name, "community": person.name, "municipality": one.municipalities[0], "themes": ["other"]}
        for person in one.mentors
    ]
    return builders.programme(
        as_of=one.as_of,
        keep_personal_data_until=max(one.project_ends, one.as_of) + timedelta(days=900),
        project__starts=date(min(years[0], 2023), 1, 1),
        project__ends=one.project_ends,
        call__code=one.call_code,
        call__deadline=one.deadline,
        call__municipalities=list(one.municipalities),
        places={year: rule.planned(one, year, date.max) for year in years},
        minimum_places=one.minimum_places,
        markers=[person.name for person in one.markers],
        public=[
            "community",
            "municipality",
            "year",
            "mode",
            "themes",
            "novelty",
            "residents",
        ],  # counts of one are no secret
        mentors=mentors,
        rule__reading=reading or one.reading,
        rule__new_within_years=one.new_within_years,
        rule__clear_from=one.clear_from,
        rule__discussion_gap=one.discussion_gap,
        rule__weight_of_new=one.weight_of_new,
        rule__least_markers=one.least_markers,
        rule__decided_on=one.rule_decided_on,
        lottery__seed=rule.seed_now(one),
        **({"letters__decision_date": one.decision_day} if one.decision_day else {}),
    )


def make_applications(one: Programme) -> pd.DataFrame:
    every: dict[str, Any] = {
        "application_id": [row.application_id for row in one.applications],
        "submitted_at": [row.submitted_at and row.submitted_at.isoformat() for row in one.applications],
        "email": [row.email for row in one.applications],
        "phone": [f"+371 2{number:07}" for number, _ in enumerate(one.applications)],
        "municipality": [row.municipality for row in one.applications],
        "place": [f"Vieta {number}" for number, _ in enumerate(one.applications)],
        "started": [None if row.started is None else str(row.started) for row in one.applications],
        "residents_involved": [row.residents_involved for row in one.applications],
        "consent": [row.consent if one.consent_asked else True for row in one.applications],
        "late": [row.submitted_at is not None and row.submitted_at >= one.closes_at for row in one.applications],
    }
    return builders.applications(**every)


def make_decisions(one: Programme) -> pd.DataFrame:
    lines = []
    for row in one.decisions:
        value = label_of("novelty", row.value) if row.decision == "novelty" else row.value
        lines.append(f"{row.application_id} {row.decision} '{value}' on={row.on}")
    left = dict(one.places)
    for change in sorted((a for a in one.amendments if isinstance(a, PlacesAmended)), key=lambda a: a.on):
        value = f"{change.year}: {left[change.year]} → {left[change.year] + change.change}"
        left[change.year] += change.change
        lines.append(f"decision=places_amended 'value={value}' on={change.on}")
    for change in (a for a in one.amendments if isinstance(a, SeedAmended)):
        lines.append(f"decision=record_amended 'value=skaitlis: {one.seed} → {change.seed}' on={change.on}")
    return builders.decisions(*lines)


def make_events(one: Programme) -> pd.DataFrame:
    lines = []
    for row in one.events:
        said = {
            "year": row.year, "starts_at": row.starts_at and row.starts_at.isoformat(), "mentor": row.mentor,
            "mode": row.mode, "minutes": row.minutes, "answer_by": row.answer_by,
        }  # fmt: skip
        words = " ".join(f"{name}={value}" for name, value in said.items() if value is not None)
        lines.append(f"{row.application_id} {row.event} {row.on} {words}")
    return builders.events(*lines)


def make_marks(one: Programme) -> pd.DataFrame:
    lines = []
    for row in one.marks:
        given = ["–" if mark is None else str(mark) for mark in (getattr(row, anchor) for anchor in rule.ANCHORS)]
        lines.append(" ".join([row.application_id, row.marker, *given]))
    return builders.marks(*lines)


def make_frozen(one: Programme) -> Frozen | None:
    if one.frozen is None:
        return None
    rows = [(entry.application_id, entry.tier, entry.group, entry.points) for entry in one.frozen]
    entries = pd.DataFrame(rows, columns=["application_id", "tier", "group", "points"])
    entries = entries.astype({"application_id": "str", "tier": "int64", "group": "str", "points": "object"})
    contract = {f"places.{year}": str(count) for year, count in one.places.items()}
    return Frozen("0" * 64, entries, contract, one.frozen_at)


def run(one: Programme) -> Selection:
    """Everyone's outcome by the library."""
    programme = make_settings(one)
    history = list_valid_events(make_events(one), programme, as_of=date.max)
    held = history[history["event"].eq("held")]
    return select(
        make_applications(one),
        make_marks(one),
        builders.conflicts(*(f"{row.application_id} {row.person}" for row in one.conflicts)),
        make_decisions(one),
        programme,
        make_frozen(one),
        first_offer=min(history.loc[history["event"].eq("offered"), "on"].dt.date, default=None),
        held=dict(zip(held["application_id"], held["on"].dt.date, strict=True)),
        offered_by=lambda day: {
            place.application_id: Offered(
                None if place.status in RELEASED else place.year, place.offered_on.date(), place.status in HELD
            )
            for place in rows_of(follow(make_events(one), programme, as_of=day).table, Place)
            if place.offered_on
        },
    )
