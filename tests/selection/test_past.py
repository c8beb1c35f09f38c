"""What lies behind an outcome: the settled day, who competed on it, who dropped out, who waits after the ranked."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from builders import SEED, applications, decisions, frozen, programme

from mentoring_lib.selection.contract import find_amendments
from mentoring_lib.selection.lottery import draw_tickets, ticket
from mentoring_lib.selection.past import (
    Offered,
    Past,
    decided_by,
    find_dropped,
    find_holders,
    find_late_slips,
    look_back,
    order_later,
    order_years,
)

DAY = date(2023, 9, 5)
OFFER = date(2023, 9, 6)


def amending(*lines):
    return decisions(*lines).assign(application_id=None)


def looked(*told, at="list", decision_date=None, first_offer=None, settled_on=None, **more):
    received = applications(
        3, started=["2022", "2010", "2022"], municipality="Mārupes novads", consent=True, late=False
    )
    listed = {"list": frozen("K-01 new 8"), "old": replace(frozen("K-01 new 8"), frozen_at=None), "none": None}[at]
    settled = programme(letters__decision_date=decision_date, **more)
    return look_back(received, decisions(*told), settled, frozen=listed, first_offer=first_offer, held={},
                     settled=settled_on)  # fmt: skip


@pytest.mark.parametrize(
    ("decided", "offered", "settled"),
    [(None, None, None), (DAY, None, DAY), (None, OFFER, OFFER), (DAY, OFFER, DAY), (OFFER, DAY, DAY)],
)
def test_the_settled_day_is_that_of_the_decision_or_of_the_first_offer(decided, offered, settled):
    assert looked(decision_date=decided, first_offer=offered).settled == settled
    given = date(2023, 9, 1)
    assert looked(decision_date=decided, first_offer=offered, settled_on=given).settled == given


@pytest.mark.parametrize(
    ("told", "competing"),
    [
        ([], {"K-01"}),
        (["K-01 withdrawn on=2023-09-05"], set()),
        (["K-01 withdrawn on=2023-09-06"], {"K-01"}),
        (["K-01 withdrawn on=2023-09-04", "K-01 eligible on=2023-09-05"], {"K-01"}),
        (["K-01 withdrawn on=2023-09-05", "K-01 eligible on=2023-09-05"], set()),
    ],
)
def test_who_is_on_the_list_competes_unless_a_decision_up_to_the_settled_day_took_it_out(told, competing):
    assert looked(*told, decision_date=DAY).competing == competing
    assert looked(*told).competing is None
    assert looked(*told, decision_date=DAY, at="none").competing is None


def test_novelty_and_years_are_those_of_the_freeze():
    told = [
        "K-01 novelty esoša on=2023-08-25", "K-02 novelty jauna on=2023-08-23", "K-03 novelty esoša on=2023-08-24",
    ]  # fmt: skip
    past = looked(*told, places={2023: 1, 2024: 2}, decision_date=DAY)
    assert past.novelty == {"K-01": "new", "K-02": "new", "K-03": "existing"}
    assert (past.frozen_on, past.years) == (date(2023, 8, 24), (2023, 2023, 2024, 2024))
    for at in ("old", "none"):
        assert (looked(at=at).frozen_on, looked(at=at).years, looked(at=at).novelty) == (None, None, {})


@pytest.mark.parametrize(
    ("line", "years"),
    [
        ("'2024: 2 → 3'", [2023, 2023, 2024, 2024, 2024]),
        ("'2023: 2 → 3'", [2023, 2023, 2024, 2024, 2023]),
        ("'2023: 2 → 1'", [2023, 2024, 2024]),
        ("'2024: 2 → 0'", [2023, 2023]),
        ("'2023: 2 → x'", [2023, 2023, 2024, 2024]),
        ("'2023: x → 3'", [2023, 2023, 2024, 2024]),
        ("'2023: 1 → 2'", [2023, 2023, 2024, 2024]),  # amended before the freeze: the list says so already
    ],
)
def test_a_place_added_stands_at_the_end_and_one_taken_is_the_last_of_its_year(line, years):
    assert order_years(frozen(), find_amendments(amending(f"– places_amended {line}"))) == years


def test_an_amendment_typed_twice_counts_once():
    twice = amending("– places_amended '2023: 2 → 3' on=2023-09-01", "– places_amended '2023: 2 → 3' on=2023-09-02")
    assert order_years(frozen(), find_amendments(twice)) == [2023, 2023, 2024, 2024, 2023]
    again = amending("– places_amended '2023: 2 → 3' on=2023-09-01", "– places_amended '2023: 3 → 1' on=2023-09-02")
    assert order_years(frozen(), find_amendments(again)) == [2023, 2024, 2024]
    mixed = amending("– places_amended '2023: 2 → 3'", f"– record_amended 'skaitlis: {SEED} → {SEED}'")
    assert order_years(frozen(), find_amendments(mixed))[-1] == 2023


def test_a_slip_counts_as_corrected_after_an_offer_from_the_day_of_the_first_on():
    slip = amending(
        "– record_amended 'skaitlis: 1 → 2' on=2023-09-05", "– record_amended 'skaitlis: 2 → 3' on=2023-09-06"
    )
    assert [one.after for one in find_late_slips(slip, date(2023, 9, 5))] == ["2", "3"]
    assert [one.after for one in find_late_slips(slip, date(2023, 9, 6))] == ["3"]
    assert find_late_slips(slip, date(2023, 9, 7)) == []
    assert find_late_slips(slip, None) == []
    assert find_late_slips(amending(), DAY) == []


@pytest.mark.parametrize(
    ("offer", "told", "holds"),
    [
        (Offered(2023, OFFER, False), [], True),
        (Offered(None, OFFER, False), [], False),
        (Offered(2023, OFFER, False), ["K-01 withdrawn on=2023-09-05"], True),
        (Offered(2023, OFFER, False), ["K-01 withdrawn on=2023-09-06"], False),
        (Offered(2023, OFFER, True), ["K-01 withdrawn on=2023-09-07"], True),
        (Offered(2023, OFFER, False), ["K-01 eligible on=2023-09-07"], True),
    ],
)
def test_a_place_is_held_unless_a_decision_not_older_than_the_offer_freed_it(offer, told, holds):
    assert find_holders({"K-01": offer}, decisions(*told)) == ({"K-01": 2023} if holds else {})


def test_decisions_by_a_day():
    told = decisions("K-01 other on=2023-09-04", "K-02 other on=2023-09-05", "K-03 other on=2023-09-06")
    told = pd.concat([told, decisions("K-04 other").assign(on=pd.NaT)])

    def keys(table):
        return [key[-1] for key in table["application_id"]]

    assert (keys(decided_by(told, DAY)), keys(decided_by(told, None))) == (["1", "2", "4"], ["1", "2", "3", "4"])


@pytest.mark.parametrize(
    ("told", "held", "dropped"),
    [
        (["K-01 withdrawn on=2023-09-06"], {}, {"K-01"}),
        (["K-01 withdrawn on=2023-09-05"], {}, set()),
        (["K-01 withdrawn on=2023-09-06", "K-01 eligible on=2023-09-07"], {}, {"K-01"}),
        (["K-01 withdrawn on=2023-09-06"], {"K-01": date(2023, 9, 6)}, set()),
        (["K-01 withdrawn on=2023-09-06"], {"K-01": date(2023, 9, 7)}, {"K-01"}),
        (["K-01 override 2023 on=2023-09-06"], {}, set()),
    ],
)
def test_who_dropped_out_after_the_settled_day_and_before_the_hour(told, held, dropped):
    assert find_dropped(decisions(*told), Past(settled=DAY, held=held)) == dropped
    assert find_dropped(decisions(*told), Past(held=held)) == set()
    undated = pd.concat([decisions(*told), decisions("K-09 withdrawn").assign(on=pd.NaT)])
    assert find_dropped(undated, Past(settled=DAY, held=held)) - {"K-09"} == dropped
    assert find_dropped(undated, Past(held=held)) == set()


def test_who_became_eligible_after_the_freeze_waits_by_day_and_ticket_and_late_ones_by_arrival():
    keys = [f"K-{number:02}" for number in range(1, 9)]
    states = ["eligible"] * 5 + ["late"] * 3
    sent = pd.to_datetime(
        format="ISO8601",
        arg=["2023-08-01 10:00"] * 5 + ["2023-08-22 10:00:00.9", "2023-08-22 10:00:00.1", "2023-08-22 09:00"],
    )
    table = applications(8, state=states).assign(submitted_at=sent.tz_localize("Europe/Riga"), ticket="")
    told = decisions(
        "K-02 eligible on=2023-09-02", "K-03 not_duplicate K-04 on=2023-09-01", "K-05 eligible on=2023-08-01"
    )  # fmt: skip
    past = Past(frozen_on=date(2023, 8, 24))

    def by_ticket(*some):
        return sorted(some, key=lambda key: ticket(SEED, "KKK-2023", key))

    expected = [*by_ticket("K-03", "K-04"), "K-02", "K-05", "K-08", *by_ticket("K-06", "K-07")]
    drawn = order_later(draw_tickets(table, seed=SEED, call="KKK-2023"), {"K-01"}, told, past)
    assert list(drawn.items()) == [*zip(expected, range(1, 8), strict=True)]
    before = order_later(table, {"K-01"}, told, past)
    assert list(before) == ["K-03", "K-04", "K-02", "K-05", "K-08", "K-06", "K-07"]
    assert list(before.values()) == [1, 1, 3, 4, 5, 6, 6]
    assert set(keys) - set(expected) == {"K-01"}


def test_a_code_typed_beside_eligible_is_not_about_that_application():
    first, second = sorted(("K-01", "K-02"), key=lambda key: ticket(SEED, "KKK-2023", key))
    table = draw_tickets(applications(2).assign(state="eligible"), seed=SEED, call="KKK-2023")
    told = decisions(f"{second} eligible on=2023-09-01", f"{first} eligible {second} on=2023-09-03")
    past = Past(frozen_on=date(2023, 8, 24))
    assert list(order_later(table, set(), told, past)) == [second, first]


def test_an_offer_has_the_year_that_was_typed_unless_it_is_said_otherwise():
    assert Offered(2023, DAY, False).typed
