"""Places, ledger, turns and figures equal those of the plain reference, on random programmes."""

from dataclasses import replace

import pytest
from reference import ledger, rule
from reference.generate import generate
from reference.library_delivery import Followed

SAMPLE = range(24)


def compare(seed):
    """What differs for the programme of a seed; amendments of places are the selection's."""
    given = replace(generate(seed), amendments=())
    library, day, differences = Followed(given), given.as_of, {}

    def differ(name, ours, theirs):
        if ours != theirs:
            differences[name] = (ours, theirs)

    used = ledger.places_as_of(given, day)
    differ(
        "uses",
        {row.application_id: (row.use, row.year) for row in library.places.itertuples()},
        {key: (one.use, one.year) for key, one in used.items()},
    )
    differ(
        "ledger", library.ledger.to_dict("index"), {y: vars(row) for y, row in ledger.keep_ledger(given, day).items()}
    )
    if rule.is_final(given):
        theirs = [(one.application_id, one.year, one.why) for one in ledger.next_in_line(given, day)]
        differ("next", list(library.next.itertuples(index=False, name=None)), theirs)
    differ(
        "skips",
        sorted((s.event.application_id, s.event.year, s.instead_of or "", str(s.decided_on)) for s in library.skips),
        sorted(
            (o.application_id, o.year, o.skipped or "", str(o.decided_on))
            for o in ledger.offers_out_of_turn(given, day)
        ),
    )
    measured = [
        (number, row.year, row.target, round(float(row.result), 6))
        for number, indicator in enumerate(given.indicators)
        for row in ledger.measure(given, indicator, day, given.period)
    ]
    differ("figures", library.measure(), measured)
    asked = ledger.questions(given, day)  # the library names the permission alone where too many places were carried
    differ(
        "questions",
        sorted(library.questions()),
        sorted(one for one in asked if one[0] != "offers_over" or ("carried_over", one[1]) not in asked),
    )
    return differences


@pytest.mark.parametrize("seed", SAMPLE)
def test_the_library_and_the_reference_say_the_same(seed):
    assert compare(seed) == {}
