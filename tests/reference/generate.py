"""Random programmes from a seed: small, and with everything the rule and the ledger know about.

:func:`generate` gives a :class:`reference.programme.Programme`; what each field means stands there. An adapter turns it
into the library's inputs. What holds in every programme that is made here:

- Codes are ``K-`` and six hexadecimal digits, each once. Two applications are suspected duplicates exactly if they have
  one e-mail, in whatever case (an adapter gives each its own name, place and telephone).
- Municipalities are "Alder novads", "Birch novads", "Cedar novads"; one that is outside is "Elsewhere".
- ``None`` for ``started``, ``municipality``, ``consent`` or ``submitted_at`` is an answer that could not be read.
- Decisions stand in the order of their rows, which is not that of their days. One decision may be there twice, on one
  day or on two. Every value fits its kind, except that a year may have no place left for a place out of turn.
- A marker has at most one row of marks for an application; not every application has rows. All markers are known.
- The frozen list is what the rule gave by the decisions dated before the day of the freeze, and nothing was in the way
  of freezing. A decision dated earlier may have been typed in later, so that it explains nothing.
- ``seed`` stands only beside a frozen list; ``decision_day`` and events only beside a seed.
- An application has at most one event of each kind on one day. ``offered`` always says a year, ``booked`` the hour,
  mentor and mode (which may be "any"), ``held`` is dated on the day of the hour and may lack minutes, and may say
  another mentor or mode. Events that are not possible where they stand are among them, and events taken back.
- ``amendments`` are dated after the draw; no year gets less than no places.
- Everything may be dated after ``as_of``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from reference import ledger, rule
from reference.events import HELD, USUAL_ORDER, Place, replay
from reference.programme import (
    ANCHORS,
    Application,
    CarryOver,
    Conflict,
    Decision,
    Event,
    Indicator,
    Mark,
    Person,
    PlacesAmended,
    Programme,
    Recommendation,
    SeedAmended,
    Task,
)

TOWNS = ("Alder novads", "Birch novads", "Cedar novads")
OUTSIDE = "Elsewhere"
MARKERS = ("Anna", "Bruno", "Clara")
MENTORS = ("Maija", "Inese")
DEADLINE = date(2023, 8, 21)
FROZEN_AT = datetime(2023, 8, 30, 12, 0)
DRAWN_ON = date(2023, 8, 31)
STAGES = ("open", "frozen", "drawn", "decided", "running")
FORMULAS = ("consultations", "communities", "new_communities", "residents", "hours", "recommendations", "tasks")


@dataclass
class Draft:
    """A programme in the making: what it is so far, and where chance comes from."""

    rng: Random
    programme: Programme
    today: date = DEADLINE

    def chance(self, probability: float) -> bool:
        """True with a probability."""
        return self.rng.random() < probability

    def add(self, name: str, *rows: Any) -> None:
        """Add rows to a field."""
        self.programme = replace(self.programme, **{name: (*getattr(self.programme, name), *rows)})

    def decide(self, key: str, decision: str, on: date, value: object = "") -> None:
        """Add a decision, somewhere among the rows."""
        rows = list(self.programme.decisions)
        rows.insert(self.rng.randint(0, len(rows)), Decision(key, decision, on, str(value)))
        self.programme = replace(self.programme, decisions=tuple(rows))

    def happen(self, key: str, event: str, on: date, **said: Any) -> None:
        """Add an event, unless the application has one of that kind on that day."""
        if not any((e.application_id, e.event, e.on) == (key, event, on) for e in self.programme.events):
            self.add("events", Event(key, event, on, **said))

    def day(self, first: date, last: date) -> date:
        """Some day of a span."""
        return first + timedelta(days=self.rng.randint(0, max((last - first).days, 0)))


def generate(seed: int, stage: str | None = None) -> Programme:
    """Make the programme of a seed.

    Parameters
    ----------
    seed : int
    stage : str, optional
        How far it has come: "open" (not frozen, perhaps not settled), "frozen", "drawn", "decided" (the day of the
        decision is on record), "running" (offers and hours). By chance without it, mostly running.
    """
    rng = Random(seed)
    stage = stage or rng.choices(STAGES, weights=(13, 13, 7, 7, 60))[0]
    draft = Draft(rng, _make_settings(rng))
    if stage == "open" and draft.chance(0.2):
        draft.programme = replace(draft.programme, rule_decided_on=None)
    _make_applications(draft, rng.randint(3, 7 if stage in ("open", "frozen") else 11))
    _make_marks(draft)
    _decide_before_freeze(draft)
    if stage != "open" or draft.chance(0.3):
        _settle(draft)
    if stage != "open":
        frozen = tuple(rule.grade(draft.programme))
        draft.programme = replace(draft.programme, frozen_at=FROZEN_AT, frozen=frozen)
        _decide_between(draft)
    if stage in ("drawn", "decided", "running"):
        digits = "".join(str(rng.randint(0, 9)) for _ in range(rng.randint(20, 24)))
        draft.programme = replace(draft.programme, seed=digits)
        if draft.chance(0.2):
            _amend_places(draft, draft.day(DRAWN_ON, date(2023, 9, 6)))
    if stage in ("decided", "running") and (stage == "decided" or draft.chance(0.75)):
        draft.programme = replace(draft.programme, decision_day=draft.day(date(2023, 9, 2), date(2023, 9, 6)))
    if stage in ("decided", "running"):
        _run(draft, steps=rng.randint(2, 5) if stage == "decided" else rng.randint(8, 40), offers=stage == "running")
    if stage == "drawn" and draft.chance(0.3):
        draft.add("amendments", SeedAmended(draft.day(DRAWN_ON, date(2023, 9, 6)), _turn_digit(draft)))
    return replace(draft.programme, as_of=_choose_as_of(draft), period=_choose_period(draft))


# Before the freeze


def _make_settings(rng: Random) -> Programme:
    years = rng.choice([(2023, 2024), (2023, 2024), (2023, 2024), (2023, 2024, 2025), (2023, 2025), (2023,), (2024,)])
    places = {year: rng.choice((0, 1, 2, 2, 3, 3)) for year in years}
    if not sum(places.values()):
        places[years[-1]] = 1
    towns = TOWNS[: rng.randint(2, 3)]
    minimum: dict[str, int] = {}
    if rng.random() < 0.55:
        for town in rng.sample(towns, rng.randint(1, 2)):
            least = rng.randint(1, 3)
            if sum(minimum.values()) + least <= sum(places.values()):
                minimum[town] = least
    ends = rng.choice([date(years[-1], 12, 31), date(years[-1], 10, 31), date(years[-1] + 1, 3, 31)])
    return Programme(
        call_code=f"CALL-{rng.randint(1, 99)}",
        deadline=DEADLINE,
        municipalities=towns,
        places=places,
        project_ends=ends,
        as_of=DEADLINE,
        applications=(),
        minimum_places=minimum,
        period=(DEADLINE, ends),
        reading=rng.choices(("taking_turns", "new_first", "clear_first", "points"), weights=(6, 1, 1, 2))[0],
        new_within_years=rng.randint(1, 3),
        clear_from=rng.randint(6, 8),
        discussion_gap=rng.choice((1, 2, 2, 3)),
        weight_of_new=rng.randint(0, 4),
        least_markers=rng.choice((1, 1, 1, 2)),
        rule_decided_on=date(2023, 7, 24),
        consent_asked=rng.random() < 0.9,
        markers=tuple(
            Person(name, date(2023, 9, 30) if rng.random() < 0.2 else None) for name in MARKERS[: rng.randint(2, 3)]
        ),
        mentors=(Person(MENTORS[0]), Person(MENTORS[1], date(2023, 11, 30) if rng.random() < 0.4 else None)),
        answer_days=rng.choice((7, 14)),
        indicators=_make_indicators(rng, places, towns),
    )


def _make_indicators(rng: Random, places: dict[int, int], towns: tuple[str, ...]) -> tuple[Indicator, ...]:
    plain = [Indicator(formula, {year: rng.randint(0, 3) for year in places}) for formula in FORMULAS]
    narrow = [
        Indicator("hours", dict.fromkeys(places, 1), mode="online"),
        Indicator("consultations", dict.fromkeys(places, 1), municipality=rng.choice(towns)),
    ]
    return (*plain, *narrow)


def _make_applications(draft: Draft, count: int) -> None:
    rng, rows = draft.rng, []
    closes = draft.programme.closes_at
    lates = [closes + timedelta(seconds=rng.randint(1, 20) * 1800) for _ in range(2)]
    codes = rng.sample(range(16**6), count)
    for number, code in enumerate(codes):
        sent = datetime(2023, 8, 1) + timedelta(seconds=rng.randint(0, 20 * 86400))
        sent = rng.choices(
            (sent, closes - timedelta(seconds=1), closes, rng.choice(lates), None), weights=(78, 3, 2, 16, 1)
        )[0]
        email = f"a{number}@example.org"
        if rows and draft.chance(0.12):
            email = rng.choice(rows).email.swapcase()
        rows.append(
            Application(
                application_id=f"K-{code:06X}",
                submitted_at=sent,
                email=email,
                municipality=rng.choices(
                    (rng.choice(draft.programme.municipalities), OUTSIDE, None), weights=(90, 7, 3)
                )[0],
                started=rng.choices(
                    (rng.randint(2015, 2020), rng.randint(2021, 2023), "forming", None), (40, 40, 15, 5)
                )[0],
                residents_involved=rng.choice((None, 5, 12, 30)),
                consent=rng.choices((True, False, None), weights=(92, 5, 3))[0],
            )
        )
    draft.add("applications", *rows)


PROFILES = ((3, 3, 2, 2), (2, 2, 2, 1), (2, 2, 2, 2), (1, 1, 1, 1), (3, 3, 3, 3), (1, 0, 2, 1))
"""Few, so that ties are frequent."""


def _make_marks(draft: Draft) -> None:
    rng = draft.rng
    profiles = rng.sample(PROFILES, rng.choice((2, 3, len(PROFILES))))
    noise = rng.choice((0, 0.02, 0.12))
    for application in draft.programme.applications:
        profile = rng.choice(profiles)
        if draft.chance(0.06):
            continue
        for marker in draft.programme.markers:
            if draft.chance(0.05):
                continue
            marks: list[int | str | None] = list(profile)
            for at in range(4):
                if draft.chance(noise):
                    marks[at] = min(max(profile[at] + rng.choice((-1, 1)), 0), 3)
                if draft.chance(0.03):
                    marks[at] = rng.choice(("cannot_judge", None, 0))
            draft.add("marks", Mark(application.application_id, marker.name, *marks))
            if draft.chance(0.06):
                draft.add("conflicts", Conflict(application.application_id, marker.name))


def _decide_before_freeze(draft: Draft) -> None:
    first, last = date(2023, 8, 22), FROZEN_AT.date() - timedelta(days=1)
    for application in draft.programme.applications:
        key = application.application_id
        for _ in range(2):
            if draft.chance(0.22):
                _decide_something(draft, key, draft.day(first, last))
    for one, other in rule.suspected_pairs(draft.programme):
        if draft.chance(0.7):
            _decide_on_pair(draft, one, other, draft.day(first, last))


def _decide_something(draft: Draft, key: str, on: date) -> None:
    """One decision of any kind; sometimes with another of the same day, which may contradict it."""
    rng = draft.rng
    kinds: dict[str, tuple[int, Callable[[], object]]] = {
        "ineligible": (3, lambda: ""),
        "withdrawn": (2, lambda: ""),
        "eligible": (4, lambda: ""),
        "override": (3, lambda: rng.choice(sorted(draft.programme.places))),
        "novelty": (3, lambda: rng.choice(("new", "existing"))),
        f"agreed_{rng.choice(ANCHORS)}": (3, lambda: rng.randint(0, 3)),
        "other": (2, lambda: ""),
    }
    for _ in range(2 if draft.chance(0.06) else 1):
        kind = rng.choices(list(kinds), weights=[weight for weight, _ in kinds.values()])[0]
        draft.decide(key, kind, on, kinds[kind][1]())


def _decide_on_pair(draft: Draft, one: str, other: str, on: date) -> None:
    kind = draft.rng.choice(("duplicate_of", "not_duplicate"))
    one, other = draft.rng.sample((one, other), 2)
    draft.decide(one, kind, on, other)
    if draft.chance(0.15):
        later = on + timedelta(days=draft.rng.randint(0, 2))
        draft.decide(one, "not_duplicate" if kind == "duplicate_of" else "duplicate_of", later, other)


def _settle(draft: Draft) -> None:
    """Decide whatever stands in the way of freezing, the day before the freeze."""
    eve = FROZEN_AT.date() - timedelta(days=1)
    later = {"freeze_missing", "seed_missing", "rule_undated"}
    for _ in range(20):
        found = sorted(item for item in rule.blockers(draft.programme) if item[0] not in later)
        if not found:
            return
        code, key = found[0]
        rows = [
            d for d in draft.programme.decisions if (d.application_id, d.on) != (key, eve) or "agreed" in d.decision
        ]
        if code in ("decision_conflict", "decision_needed", "duplicate_circle", "override_full"):
            rows = [d for d in draft.programme.decisions if key not in (d.application_id, d.value) or d.on != eve]
            draft.programme = replace(draft.programme, decisions=tuple(rows))
            _settle_state(draft, key, eve)
        else:
            draft.programme = replace(draft.programme, decisions=tuple(rows))
            _settle_merits(draft, key, eve)
    draft.programme = replace(draft.programme, decisions=())
    for application in draft.programme.applications:
        draft.decide(application.application_id, "ineligible", eve)


def _settle_state(draft: Draft, key: str, eve: date) -> None:
    draft.decide(key, draft.rng.choice(("eligible", "ineligible", "withdrawn")), eve)
    for one, other in rule.undecided_pairs(draft.programme, draft.programme.decisions):
        if key in (one, other):
            draft.decide(one, "not_duplicate", eve, other)
    _settle_merits(draft, key, eve)


def _settle_merits(draft: Draft, key: str, eve: date) -> None:
    programme = draft.programme
    (application,) = (a for a in programme.applications if a.application_id == key)
    if rule.novelty(application, programme) == "unclear":
        draft.decide(key, "novelty", eve, draft.rng.choice(("new", "existing")))
    for anchor in ANCHORS:
        marks = rule.given_marks(key, anchor, programme)
        short = len(marks) < programme.least_markers or max(marks) - min(marks) >= programme.discussion_gap
        if rule.agreed_mark(key, anchor, programme.decisions) is None and short:
            draft.decide(key, f"agreed_{anchor}", eve, draft.rng.randint(0, 3))


# After the freeze


def _decide_between(draft: Draft) -> None:
    """Between the freeze and the day of the decision; seldom dated before the freeze."""
    for application in draft.programme.applications:
        if draft.chance(0.15):
            draft.today = draft.day(FROZEN_AT.date(), date(2023, 9, 4))
            _decide_after_freeze(draft, application.application_id)
    if draft.chance(0.04):
        key = draft.rng.choice(draft.programme.applications).application_id
        _decide_something(draft, key, FROZEN_AT.date() - timedelta(days=3))


def _decide_after_freeze(draft: Draft, key: str) -> None:
    """A decision that fits where an application stands: a drop-out, an appeal, a place out of turn, a change."""
    programme, rng, on = draft.programme, draft.rng, draft.today
    state = rule.states(programme)[key]
    if state in ("set_aside", "outside", "no_consent", "withdrawn"):
        kind = rng.choices(("eligible", "override", "other"), weights=(6, 2, 1))[0]
    else:
        kinds = ("ineligible", "withdrawn", "override", "change", "pair", "other", "eligible")
        kind = rng.choices(kinds, weights=(4, 4, 3, 2, 1, 1, 1))[0]
    if kind == "override":
        draft.decide(key, kind, on, rng.choice(sorted(programme.places)))
    elif kind == "change":  # one of the day itself was there when the list was frozen
        on = max(on, FROZEN_AT.date() + timedelta(days=1))
        draft.decide(
            key, *rng.choice([("novelty", on, "new"), (f"agreed_{rng.choice(ANCHORS)}", on, rng.randint(0, 3))])
        )
        if draft.chance(0.85):
            draft.decide(key, "other", on)
    elif kind == "pair":
        others = [a.application_id for a in programme.applications if a.application_id != key]
        draft.decide(key, "duplicate_of", on, rng.choice(others))
    else:
        draft.decide(key, kind, on)
        if kind == "eligible":
            _settle_merits(draft, key, on)
    if draft.chance(0.03):
        _decide_something(draft, key, on)


def _amend_places(draft: Draft, on: date) -> None:
    year = draft.rng.choice(sorted(draft.programme.places))
    change = draft.rng.choice((1, 1, -1, 2))
    if rule.planned(draft.programme, year, date.max) + change >= 0:
        draft.add("amendments", PlacesAmended(on, year, change))


def _turn_digit(draft: Draft) -> str:
    seed = draft.programme.seed
    return str((int(seed[0]) + draft.rng.randint(1, 9)) % 10) + seed[1:]


# Offers and hours


def _run(draft: Draft, *, steps: int, offers: bool) -> None:
    """Live through some days after the draw; long steps, so that years end on the way."""
    last = draft.programme.project_ends + timedelta(days=90)
    draft.today = max(draft.programme.decision_day or date(2023, 9, 4), date(2023, 9, 4))
    draft.today += timedelta(days=draft.rng.randint(0, 2))
    pace = draft.rng.choice((6, 15, 30, 60))
    for _ in range(steps):
        for application in draft.programme.applications:
            if draft.chance(0.02):
                _decide_after_freeze(draft, application.application_id)
        if draft.chance(0.03):
            _amend_places(draft, draft.today)
        if draft.chance(0.008) and not any(isinstance(a, SeedAmended) for a in draft.programme.amendments):
            draft.add("amendments", SeedAmended(draft.today, _turn_digit(draft)))
        _maybe_carry_over(draft)
        if offers:
            _move_on(draft)
            _offer(draft)
        draft.today += timedelta(days=draft.rng.randint(1, pace))
        if draft.today > last:
            return


def _maybe_carry_over(draft: Draft) -> None:
    years = sorted(draft.programme.places)
    done = [(move.from_year, move.to_year) for move in draft.programme.carry_over]
    for one, other in pairwise(years):
        near = date(one, 11, 1) <= draft.today <= date(one + 1, 2, 28)
        if near and done.count((one, other)) < 2 and draft.chance(0.3):
            row = ledger.keep_ledger(draft.programme, draft.today)[one]
            unused = row.open + row.lost + (row.booked if draft.chance(0.1) else 0)
            if unused > 0:
                draft.add("carry_over", CarryOver(one, other, draft.rng.randint(1, unused), draft.today))


def _offer(draft: Draft) -> None:
    programme = ledger.as_known_on(draft.programme, draft.today)
    for proposal in ledger.next_in_line(programme, draft.today):
        if draft.chance(0.75):
            draft.happen(
                proposal.application_id, "offered", draft.today, year=proposal.year, answer_by=_answer_by(draft)
            )
    if draft.chance(0.06):
        key = draft.rng.choice(programme.applications).application_id
        year = draft.rng.choice(sorted(programme.places))
        draft.happen(key, "offered", draft.today, year=year)
        if draft.chance(0.5):
            draft.decide(key, "override", draft.today + timedelta(days=draft.rng.choice((0, 0, 3))), year)


def _answer_by(draft: Draft) -> date | None:
    return draft.today + timedelta(days=9) if draft.chance(0.2) else None


def _move_on(draft: Draft) -> None:
    """Let something happen to every place that was offered: mostly what comes next."""
    for key, history in replay(draft.programme, draft.today).items():
        place, day = history.place, draft.today
        if draft.chance(0.01) and history.standing:
            draft.happen(key, "cancelled", day)
        elif draft.chance(0.01):
            event = draft.rng.choice(list(USUAL_ORDER[1:-1]))
            draft.happen(key, event, day, **_say(draft, event, place))
        elif place.status == "booked" and place.starts_at.date() <= day:
            _end_hour(draft, key, place)
        elif draft.chance(0.6):
            following = {
                "offered": ("accepted",) * 9 + ("declined", "expired", "withdrawn"),
                "accepted": ("booked",) * 9 + ("withdrawn",),
                "booked": ("",) * 9 + ("booked", "booked", "withdrawn"),
                "not_held": ("booked",) * 4 + ("withdrawn",),
                "held": ("recommendations_sent",),
            }.get(place.status, ("",))
            event = draft.rng.choice(following)
            if event:
                draft.happen(key, event, day, **_say(draft, event, place))
        if place.status in HELD and draft.chance(0.4):
            _bring_evidence(draft, key, place)


def _say(draft: Draft, event: str, place: Place) -> dict[str, Any]:
    rng = draft.rng
    mode = rng.choices(("in_person", "online", "any"), weights=(5, 4, 1))[0]
    if event == "booked":
        day = draft.today + timedelta(days=rng.randint(0, 40))
        year = place.year or 2023
        if draft.chance(0.8):  # mostly in the year of the place
            day = min(max(day, date(year, 1, 1)), max(draft.programme.last_day(year), draft.today))
        return {
            "starts_at": datetime(day.year, day.month, day.day, rng.randint(9, 18)),
            "mentor": rng.choice(MENTORS),
            "mode": mode,
        }
    if event == "held":
        said: dict[str, Any] = {"minutes": rng.choice((60, 60, 45, 90, None))}
        said |= {"mode": mode} if draft.chance(0.3) else {}
        return said | ({"mentor": rng.choice(MENTORS)} if draft.chance(0.1) or not place.mentor else {})
    return {}


def _end_hour(draft: Draft, key: str, place: Place) -> None:
    event = draft.rng.choices(("held", "not_held", ""), weights=(8, 2, 1))[0]
    day = place.starts_at.date()
    if event and not any(e.application_id == key and e.on > day for e in draft.programme.events):
        draft.happen(key, event, day, **_say(draft, event, place))
        if event == "held" and draft.chance(0.8):
            _bring_evidence(draft, key, replace(place, held_on=day))


def _bring_evidence(draft: Draft, key: str, place: Place) -> None:
    after = draft.rng.choice((0, 1, 5, 20, -2)) if draft.chance(0.8) else 70
    draft.add("recommendations", Recommendation(key, place.held_on + timedelta(days=after)))
    if draft.chance(0.85):
        done = place.held_on + timedelta(days=draft.rng.randint(1, 120)) if draft.chance(0.5) else None
        draft.add("tasks", Task(key, done))


# The day and the period that are looked at


def _choose_as_of(draft: Draft) -> date:
    programme = draft.programme
    days = [event.on for event in programme.events] or [draft.today]
    ends = [programme.last_day(year) for year in programme.places]
    return draft.rng.choice(
        [
            draft.rng.choice(days),
            draft.rng.choice(days),
            draft.rng.choice(days),
            max(days),
            draft.day(DEADLINE, programme.project_ends + timedelta(days=60)),
            draft.rng.choice(ends),
            draft.rng.choice(ends) + timedelta(days=1),
            programme.project_ends + timedelta(days=60),
        ]
    )


def _choose_period(draft: Draft) -> tuple[date, date]:
    halves = [
        (date(2023, 5, 1), draft.programme.project_ends),
        (date(2023, 7, 1), date(2023, 12, 31)),
        (date(2024, 1, 1), date(2024, 6, 30)),
        (date(2024, 1, 1), date(2024, 6, 30)),
        (date(2024, 7, 1), date(2024, 12, 31)),
        (date(2025, 1, 1), date(2025, 6, 30)),
        (date(2023, 10, 1), date(2024, 3, 31)),
    ]
    return draft.rng.choice(halves)
