"""Counts beside shares, no claim without a test, and what leaves the house tells nobody's answer."""

import pandas as pd
import pytest
from builders import applications, confirmed, programme
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from mentoring_lib.themes import exploring
from mentoring_lib.themes.exploring import confirm_themes

PROGRAMME = programme()
TOWNS = PROGRAMME.call.municipalities


def asked(*themes, **cells):
    """Applications with the confirmed themes of each, "funding other" or ""."""
    lines = [f"K-{n:02} {code}" for n, own in enumerate(themes, start=1) for code in own.split()]
    table = applications(len(themes)).assign(**({"novelty": "new", "state": "eligible"} | cells))
    return confirm_themes(table, confirmed(*lines), PROGRAMME.themes)


def shares(table, *by):
    return exploring.share_themes(table, by, PROGRAMME)


def row(table, theme, category):
    return table[table["theme"].eq(theme) & table["category"].eq(category)].iloc[0]


def test_a_share_is_of_the_applications_with_a_confirmed_theme():
    table = asked("funding", "funding other", "other", "other", "other", "", municipality=TOWNS[0])
    found = row(shares(table, "municipality"), "funding", TOWNS[0])
    assert (found["count"], found["base"]) == (2, 5)


def test_no_per_cent_of_fewer_than_five_and_no_group_of_nobody():
    table = shares(asked(*["funding"] * 4, municipality=TOWNS[1]), "municipality")
    assert set(table["category"]) == {TOWNS[1]}
    shown = exploring.show_shares(table, PROGRAMME.themes)
    assert shown[TOWNS[1]].tolist() == ["0\u00a0no\u00a04", "4\u00a0no\u00a04", "0\u00a0no\u00a04"]


def test_a_table_of_shares_says_count_base_and_per_cent():
    table = shares(asked("funding", *["other"] * 4, novelty="existing"), "novelty")
    assert exploring.show_shares(table, PROGRAMME.themes)["esošas"].iloc[1] == "1\u00a0no\u00a05 (20\u00a0%)"


def say(table):
    return exploring.describe_differences(exploring.find_differences(table), PROGRAMME.themes)


def test_a_large_difference_is_claimed_and_a_small_one_is_not():
    table = asked(*["funding"] * 10, *["other"] * 10, novelty=["new"] * 10 + ["existing"] * 10)
    told = say(shares(table, "novelty"))
    assert told.startswith("Atšķirība ir pārliecinoša: «Kā piesaistīt papildu")
    assert "jaunas biežāk nekā pārējie; «Citi" in told
    table = asked(*["funding"] * 3, *["other"] * 2, novelty=["new"] * 2 + ["existing"] * 3)
    assert "Datu ir par maz, lai teiktu, ka grupas atšķiras" in say(shares(table, "novelty"))


def test_fishers_test_by_hand_and_holm_for_all_comparisons():
    table = asked(*["funding"] * 3, *["other"] * 3, novelty=["new"] * 3 + ["existing"] * 3)
    found = exploring.find_differences(shares(table, "novelty")).set_index("theme")
    assert found.loc["funding", "p"] == pytest.approx(3 * 2 / 20)  # 2 of the 20 ways to choose 3 of 6; 3 comparisons
    assert found.loc["communication", "p"] == 1
    assert found.loc["funding", ["category", "share", "elsewhere"]].tolist() == ["jaunas", 1, 0]


@given(st.integers(0, 40), st.integers(0, 40), st.data())
def test_the_exact_test_is_that_of_scipy(base, other_base, data):
    with_it, others = data.draw(st.integers(0, base)), data.draw(st.integers(0, other_base))
    table = [[with_it, base - with_it], [others, other_base - others]]
    found = exploring._test_exactly(with_it, base, others, other_base)
    assert found == pytest.approx(fisher_exact(table).pvalue)


def test_three_groups_are_each_compared_with_the_others():
    table = asked("funding", "other", "funding", municipality=list(TOWNS))
    assert len(exploring.find_differences(shares(table, "municipality"))) == 9


@pytest.mark.parametrize("themes", [(), ("",), ("funding",)])
def test_nothing_to_compare_is_said(themes):
    assert say(shares(asked(*themes), "novelty")).startswith("Salīdzināt nav")


def test_pairs_are_counted_once_per_application():
    pairs = exploring.pair_themes(asked("other funding", "funding other", "funding communication", ""), PROGRAMME)
    short = PROGRAMME.short_theme
    both = f"{short('funding')} un {short('other')}", f"{short('communication')} un {short('funding')}"
    assert list(pairs.itertuples(index=False, name=None)) == list(zip(both, (2, 1), strict=True))
    assert exploring.pair_themes(asked("funding", ""), PROGRAMME).empty
    assert list(pairs) == ["themes", "applications"]


def test_supply_names_who_advises_and_who_lacks():
    table = exploring.weigh_supply(asked("funding", "funding", "communication"), PROGRAMME)
    assert table["applications"].tolist() == [2, 1, 0]
    assert table["mentors"].tolist() == ["Maija", "Maija, Inese", "Maija"]
    assert exploring.describe_supply(table) == "Katrā jautātajā tēmā konsultē kāds mentors."
    alone = programme(mentors=[{"name": "A", "community": "", "municipality": "", "themes": ["other"]}])
    bare = exploring.weigh_supply(asked("funding"), alone)
    assert bare["mentors"].tolist() == ["neviens", "neviens", "A"]
    assert exploring.describe_supply(bare) == f"Neviens mentors nekonsultē: {bare['theme'][0]}."
    assert exploring.describe_supply(exploring.weigh_supply(asked(""), alone)) == "Apstiprinātu tēmu vēl nav."


def test_other_holds_what_was_written_beside_it_or_what_a_person_put_there():
    table = asked("other", "funding", "funding", theme_other=["", "Par upi", None])
    listed = exploring.list_other(table, PROGRAMME).set_index("application_id")["theme_other"]
    assert listed.to_dict() == {"K-01": "Kā to izdarīt?", "K-02": "Par upi"}


def test_suggestions_stand_beside_those_nobody_confirmed():
    suggested = pd.DataFrame(
        {
            "application_id": ["K-01", "K-02"],
            "suggested": [("funding",), ("other", "funding")],
            "matched": [("naudu",), ("upi", "naudu")],
            "flag": ["clear", "contested"],
        }
    )
    table = exploring.list_unconfirmed(asked("funding", ""), suggested, PROGRAMME)
    assert table["application_id"].tolist() == ["K-02"]
    assert table["suggested"].tolist() == ["Citi aktuālie kopienas jautājumi; Kā piesaistīt papildu finansējumu?"]
    assert table["matched"].tolist() == [("upi", "naudu")]


def test_only_applications_that_fit_the_call_are_looked_at():
    table = asked(*["funding"] * 3, state=["eligible", "late", "no_consent"])
    assert exploring.select_valid(table)["application_id"].tolist() == ["K-01", "K-02"]


# Calls


def earlier(count=1):
    return [{"code": f"A{n}", "confirmed": 6, "themes": {"funding": n}} for n in range(1, count + 1)]


def test_an_earlier_call_stands_beside_this_one():
    table = exploring.compare_calls(asked(*["funding"] * 5), programme(earlier=earlier()))
    assert (row(table, "funding", "A1")["count"], row(table, "funding", "A1")["base"]) == (1, 6)
    assert (row(table, "funding", "KKK-2023")["count"], row(table, "funding", "KKK-2023")["base"]) == (5, 5)
    assert row(table, "other", "A1")["count"] == 0


def test_the_last_three_earlier_calls_are_compared():
    table = exploring.compare_calls(asked("funding"), programme(earlier=earlier(5)))
    assert list(table["category"].unique()) == ["A3", "A4", "A5", "KKK-2023"]


def test_what_happened_with_a_consultation_is_told_by_its_events_and_not_by_the_order():
    table = asked(
        *["funding"] * 4, outcome=["waiting", "place", "place", "waiting"], place_year=[None, 2023, 2023, None]
    )
    places = pd.DataFrame({
        "application_id": ["K-01", "K-02", "K-03"],
        "use": ["delivered", "released", "booked"],
        "year": [2024, 2023, 2023],
    })  # fmt: skip
    followed = exploring.follow_places(table, places)
    assert followed["use"].tolist() == ["delivered", "released", "booked", "none"]
    assert followed["used_year"].fillna(0).tolist() == [2024, 0, 2023, 0]
    groups = exploring.share_groups(table.assign(state="eligible"), places, PROGRAMME)
    assert list(groups) == ["municipality", "novelty", "fate", "calls"]
    told = groups["fate"]
    late = exploring.follow_places(table, places.assign(use="held_late"))
    assert late["use"].tolist() == ["held_incomplete"] * 3 + ["none"]
    bases = dict(zip(told["category"], told["base"], strict=True))
    assert bases["konsultācija 2024. gadā"] == 1
    assert bases["atteicās, atsauca vai neatbildēja"] == 1
    assert bases["konsultācija nav piedāvāta"] == 1


def test_a_short_name_stands_beside_the_forms_question():
    named = programme(short_themes={"funding": "Finansējums"})
    listed = exploring.list_themes(named).set_index("short")["theme"]
    assert listed["Finansējums"] == "Kā piesaistīt papildu finansējumu?"
    assert exploring.weigh_supply(asked("funding"), named)["theme"].iloc[0] == "Finansējums"


def test_years_of_consultations_are_looked_at_in_their_order():
    years = exploring.list_facets(programme(places={2024: 1, 2023: 1}))["used_year"]
    assert list(years.items()) == [(2023, "konsultācija 2023. gadā"), (2024, "konsultācija 2024. gadā")]
