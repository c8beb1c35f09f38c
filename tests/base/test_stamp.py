"""What every output says about itself."""

from datetime import date

import pytest
from builders import programme

from mentoring_lib.base.stamp import EXAMPLE_NOTICE, Stamp, describe_rule

USUAL = ("Projekts.", "Naudu deva.", "Atbild paši.", date(2024, 9, 15), "kārtība", "ab", "1.0", "cd")


@pytest.mark.parametrize(("example", "lot", "more"), [(True, "Loterija", 2), (False, "", 0)])
def test_a_stamp_has_a_line_for_each_thing_it_knows(example, lot, more):
    stamp = Stamp(example, *USUAL, lot)
    lines = dict(stamp.lines())
    assert len(lines) == 8 + more
    assert lines.get("Dati") == (EXAMPLE_NOTICE if example else None)
    assert lines.get("Izlozes avots") == (lot or None)
    assert [lines[name] for name in ("Projekts", "Datu diena", "Rīka versija")] == ["Projekts.", "15.09.2024", "1.0"]
    assert stamp.short() == f"{EXAMPLE_NOTICE}. " * example + "Projekts.. Dati 2024.\u00a0gada 15.\u00a0septembrī."


def test_without_a_lot_nothing_is_said_of_one():
    assert Stamp(False, *USUAL).lines() == Stamp(False, *USUAL, "").lines()


def test_the_rule_is_one_sentence():
    told = describe_rule(programme(minimum_places={"Olaines novads": 1, "Mārupes novads": 2}))
    assert told.endswith(
        "; jauna no 2021. gada, skaidrs no 7 punktiem; Olaines novads: vismaz 1 konsultācija; "
        "Mārupes novads: vismaz 2 konsultācijas; pieņemta 24.07.2023"
    )
    assert describe_rule(programme(rule__decided_on=None)).endswith("skaidrs no 7 punktiem; pieņemta nav datēta")
