"""Features meet in pairs: the programmes on which library and reference are compared hold every pair that can be."""

from collections import defaultdict
from itertools import combinations

from delivery.test_delivery_against_reference import SAMPLE as FOLLOWED
from selection.test_rule_against_reference import SAMPLE, SLIPS

from reference import rule
from reference.generate import STAGES, generate
from reference.programme import PlacesAmended, Programme, SeedAmended


def find_features(one: Programme) -> set[str]:
    listed = {entry.application_id for entry in one.frozen or ()}
    since = [told for told in one.decisions if one.frozen_at and told.on >= one.frozen_at.date()]
    events = defaultdict(list)
    for event in one.events:
        events[event.application_id].append(event.event)
    ranges = rule.rank_ranges(one.frozen).values() if one.frozen and one.seed is None else ()
    stands = {
        "drop-out after the freeze": any(d.decision in rule.DROPPED and d.application_id in listed for d in since),
        "appeal": any(d.decision == "eligible" and d.application_id not in listed for d in since),
        "undrawn lot": any(first != last for first, last in ranges),
        "minimum": bool(one.minimum_places),
        "out of turn": any(told.decision == "override" for told in one.decisions),
        "duplicate": any(told.decision == "duplicate_of" for told in one.decisions),
        "late": "late" in rule.states(one).values(),
        "slip of the seed": any(isinstance(change, SeedAmended) for change in one.amendments),
        "places amended": any(isinstance(change, PlacesAmended) for change in one.amendments),
        "carry-over": bool(one.carry_over),
        "moved hour": any(told.count("booked") > 1 for told in events.values()),
        "not held": any("not_held" in told for told in events.values()),
        "withdrawal": any("withdrawn" in told for told in events.values()),
        "declined or expired": any({"declined", "expired"}.intersection(told) for told in events.values()),
        "taken back": any("cancelled" in told for told in events.values()),
        "a mentor who leaves": any(mentor.until for mentor in one.mentors),
        "a later event": any(event.on > one.as_of for event in one.events),
        "a part of the project": one.period[1] < one.project_ends,
    }
    return {name for name, is_there in stands.items() if is_there}


AFTER_THE_DRAW = {
    "slip of the seed", "places amended", "carry-over", "moved hour", "not held", "withdrawal", "declined or expired",
    "taken back", "a later event",
}  # fmt: skip


def test_every_pair_of_features_that_can_meet_is_compared():
    programmes = [generate(seed, stage) for stage in STAGES for seed in SAMPLE]
    programmes += [generate(seed, "running") for seed in SLIPS] + [generate(seed) for seed in FOLLOWED]
    found = [find_features(one) for one in programmes]
    names = sorted(set().union(*found))
    met = {pair for features in found for pair in combinations(sorted(features), 2)}
    assert len(names) == 18
    assert set(combinations(names, 2)) - met == {
        tuple(sorted(("undrawn lot", name))) for name in AFTER_THE_DRAW
    }  # fmt: skip
