"""The outcome as plain data, and what those keep who had an offer when a slip of the seed was corrected."""

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest
from builders import SEED, allocated, applications, conflicts, decisions, frozen, marks, programme

from mentoring_lib.selection.allocation import Outcome
from mentoring_lib.selection.lottery import ticket
from mentoring_lib.selection.past import Offered, Past
from mentoring_lib.selection.select import keep_offers, list_turns, select

LINES = ("A new 9", "B new 8", "C new 7")
SETTLED = date(2023, 9, 5)


def turns(*told, settled=SETTLED, places=((2023, 1), (2024, 1))):
    decided = allocated(*LINES, places=dict(places), seed=SEED).assign(municipality="Olaines novads")
    return list_turns(SimpleNamespace(decided=decided, past=Past(settled=settled)), decisions(*told), programme())


def test_years_given_and_who_waits():
    found = turns()
    assert (found.given, found.waiting) == ({"A": 2023, "B": 2024}, ["C"])
    assert found.towns == dict.fromkeys("ABC", "Olaines novads")
    assert (found.claims, found.out_of_turn, found.dropped) == ({}, {}, {})
    assert turns(places=[(2023, 1)]).waiting == ["B", "C"]


@pytest.mark.parametrize(
    ("line", "settled", "claims", "out_of_turn"),
    [
        ("C override 2024 on=2023-09-06", SETTLED, {"C": 2024}, {"C": (2024, date(2023, 9, 6))}),
        ("C override 2024 on=2023-09-05", SETTLED, {}, {"C": (2024, date(2023, 9, 5))}),
        ("C override 2024 on=2023-09-06", None, {}, {"C": (2024, date(2023, 9, 6))}),
        ("A override 2024 on=2023-09-06", SETTLED, {}, {"A": (2024, date(2023, 9, 6))}),
        ("C override 2030 on=2023-09-06", SETTLED, {}, {}),
        ("C override on=2023-09-06", SETTLED, {}, {}),
    ],
)
def test_who_is_to_have_a_free_place_out_of_turn(line, settled, claims, out_of_turn):
    found = turns(line, settled=settled)
    assert (found.claims, found.out_of_turn) == (claims, out_of_turn)


def test_only_dated_decisions_take_somebody_out_on_a_day():
    found = turns("A withdrawn on=2023-09-06", "B eligible on=2023-09-06", "C ineligible on=2023-09-07")
    assert found.dropped == {"A": date(2023, 9, 6), "C": date(2023, 9, 7)}
    undated = decisions("A withdrawn", "C override 2024").assign(on=pd.NaT)
    selected = SimpleNamespace(decided=allocated(*LINES, places={2023: 1}), past=Past(settled=SETTLED))
    found = list_turns(selected, undated, programme())
    assert (found.dropped, found.out_of_turn) == ({}, {})


@pytest.mark.parametrize(("minimum", "keeps"), [("", ""), ("given", "given"), ("taken", "")])
def test_what_an_offer_made_before_a_slip_was_corrected_keeps(minimum, keeps):
    recorded = allocated(*LINES, places={2023: 1, 2024: 1}, seed=SEED).assign(minimum=minimum, override="Sūdzība.")
    told = decisions(
        "A withdrawn on=2023-09-06", "B override 2024 on=2023-09-06", "C override 2024 on=2023-09-04",
        "D override 2023 on=2023-09-05", "B other on=2023-09-06",
    )  # fmt: skip
    offered = {"A": Offered(2023, date(2023, 9, 6), False), "C": Offered(2024, date(2023, 9, 6), False)}
    kept = keep_offers(recorded, told, offered, Past(settled=SETTLED), date(2023, 9, 7))
    assert (kept.offered, kept.dropped) == ({"A", "C"}, {"A"})
    assert kept.places == {"A": Outcome("place", 2023, minimum=keeps, override="Sūdzība.")}
    assert kept.holders == {"C": 2024}
    assert list(zip(kept.decisions["application_id"], kept.decisions["decision"], strict=True)) == [
        ("D", "override"),
        ("B", "other"),
    ]
    still = keep_offers(recorded, told, offered, Past(), date(2023, 9, 5))
    assert (still.dropped, still.holders) == (frozenset(), {"A": 2023, "C": 2024})
    assert len(still.decisions) == 2
    untyped = {key: one._replace(year=2024, typed=False) for key, one in offered.items()}
    assert keep_offers(recorded, told, untyped, Past(), date(2023, 9, 5)).holders == {"A": 2023, "C": 2024}


KEYS = ["K-01", "K-02", "K-03"]
OTHER_SEED = "9" * 20


def selected(*told, list_=True, points=(8, 8, 8), offered=None, first_offer=None, **changes):
    received = applications(3, started="2022", municipality="Mārupes novads", consent=True, late=False)
    lines = [f"{key} new {clarity}" for key, clarity in zip(KEYS, points, strict=True)]
    at = frozen(*lines, places={2023: 1}) if list_ else None
    settled = programme(places={2023: 1}, **changes)
    found = select(
        received, marks(), conflicts(), decisions(*told), settled, at,
        first_offer=first_offer, held={}, offered_by=lambda _: offered or {},
    )  # fmt: skip
    return found.decided.sort_values("application_id")


def by_ticket(seed):
    return sorted(KEYS, key=lambda key: ticket(seed, "KKK-2023", key))


def test_the_order_is_that_of_the_frozen_list_or_of_todays_marks_before_it():
    decided = selected()
    assert decided["rank"].tolist() == [by_ticket(SEED).index(key) + 1 for key in KEYS]
    assert selected(points=(5, 8, 9))["rank"].tolist()[0] == selected(points=(8, 9, 5))["rank"].tolist()[2] == 3
    assert selected(list_=False)["rank_to"].tolist() == [3, 3, 3]
    assert set(selected("K-01 withdrawn", list_=False)["rank_from"].dropna()) == {1}
    assert len(selected("K-01 withdrawn", list_=False)["rank_from"].dropna()) == 2


def test_a_slip_of_the_seed_after_an_offer_reorders_those_without_one_and_tells_the_rank_before():
    slip = f"K-01 record_amended 'skaitlis: {SEED} → {OTHER_SEED}' on=2023-09-06"
    had, other = by_ticket(SEED)[0], by_ticket(OTHER_SEED)
    offer = {had: Offered(2023, date(2023, 9, 5), False)}
    decided = selected(slip, offered=offer, first_offer=date(2023, 9, 5), lottery__seed=OTHER_SEED)
    assert decided["rank_before"].tolist() == [by_ticket(SEED).index(key) + 1 for key in KEYS]
    assert decided["rank"].tolist() == [other.index(key) + 1 for key in KEYS]
    assert decided.set_index("application_id")["place_year"].dropna().to_dict() == {had: 2023}
    gone = next(key for key in other if key != had)
    since = selected(
        slip, f"{gone} withdrawn on=2023-09-07", offered=offer, first_offer=date(2023, 9, 5), lottery__seed=OTHER_SEED
    )
    assert since["dropped"].tolist() == [key == gone for key in KEYS]  # the day of the correction is settled
    for more in ({"first_offer": None}, {"first_offer": date(2023, 9, 7)}, {"lottery__seed": SEED}):
        usual = {"offered": offer, "first_offer": date(2023, 9, 5), "lottery__seed": OTHER_SEED} | more
        assert "rank_before" not in selected(slip, **usual)
