"""The funder's figures: counted from events, closed, and without personal data."""

from dataclasses import replace
from datetime import date
from typing import get_args

import pandas as pd
import pytest
from builders import (
    END,
    allocated,
    changed,
    confirmed,
    decisions,
    events,
    follow_ups,
    happened,
    held,
    placed,
    programme,
    recommendations,
    report_texts,
    tasks,
)

from mentoring_lib.base.problems import Refused
from mentoring_lib.base.programme import Formula
from mentoring_lib.base.rows import rows_of
from mentoring_lib.base.stamp import EXAMPLE_NOTICE, Stamp, describe_rule
from mentoring_lib.base.texts import join_words, show_hours
from mentoring_lib.delivery.events import add_freed, follow, list_valid_events
from mentoring_lib.delivery.ledger import find_delivered, keep_ledger, trace_course
from mentoring_lib.delivery.rows import Happened
from mentoring_lib.delivery.turns import Skip
from mentoring_lib.funder.figures import (
    ANSWERED,
    ELSEWHERE,
    check_totals,
    choose_period,
    count_applications,
    count_evidence,
    count_supported,
    describe_permissions,
    describe_uses,
    drop_sentences,
    find_years,
    gather_figures,
    list_deviations,
    list_towns,
    measure_indicators,
    select_delivered,
    select_public,
    select_supported,
    touch_years,
)
from mentoring_lib.selection.decisions import DROPPED
from mentoring_lib.themes.exploring import confirm_themes

TWO = [*held("K-01", 2023, "2023-10-01", minutes=90), *held("K-02", 2024, "2024-02-01", mentor="Inese")]
TARGET = {"name": "Konsultācijas", "unit": "skaits", "formula": "consultations", "targets": {2023: 2, 2024: 0}}


def supported(*lines, evidence=("K-01", "K-02"), public=("community",), publicity=True, consent=True):
    settled = programme(public=list(public))
    decided = allocated("K-01 new 9", "K-02 existing 9", "K-03 new 1", places={2023: 1, 2024: 1}).assign(
        publicity=publicity, consent=consent
    )
    decided = confirm_themes(decided, confirmed("K-01 funding", "K-01 communication"), settled.themes)
    answers = {"publicity": "boolean", "consent": "boolean"}
    return select_supported(decided.astype(answers), placed(*lines, evidence=evidence), settled)


def evidence_of(table, given=None, done=None, after=None, **days):
    return count_evidence(
        select_delivered(table),
        recommendations() if given is None else given,
        tasks() if done is None else done,
        after or changed(work=done),
        as_of=END,
        period=choose_period(programme(), **days),
    )


def totals(table, *sheets, **days):
    return {name: items["amount"].sum() for name, items in evidence_of(table, *sheets, **days).items()}


def test_one_row_for_each_held_consultation_in_order_of_date():
    table = supported(*TWO, *held("K-03", 2024, "2024-01-15"))
    assert table["application_id"].tolist() == ["K-01", "K-03", "K-02"]
    assert table["themes"].tolist()[0].startswith("Kā uzlabot komunikāciju gan ar iedzīvotājiem, gan")


@pytest.mark.parametrize(
    ("public", "publicity", "shown"),
    [(["community"], True, "Pulks 1"), (["community"], False, ""), (["community"], None, ""), (["year"], True, "")],
)
def test_a_name_is_public_only_if_programme_and_community_agree(public, publicity, shown):
    assert supported(*TWO[:4], public=public, publicity=publicity)["community"].tolist() == [shown]


@pytest.mark.parametrize(("consent", "shown"), [(True, "Pulks 1"), (None, "Pulks 1"), (False, "")])
def test_who_took_consent_back_is_named_no_more(consent, shown):
    assert supported(*TWO[:4], consent=consent)["community"].tolist() == [shown]


def test_only_delivered_consultations_count():
    found = totals(supported(*TWO, evidence=["K-01"]))
    assert {
        name: amount for name, amount in found.items() if amount or name in ("recommendations", "tasks", "tasks_given")
    } == {
        "consultations": 1,
        "communities": 1,
        "new_communities": 1,
        "residents": 10,
        "hours": 1.5,
        "recommendations": 0,
        "tasks": 0,
        "tasks_given": 0,
    }


def test_recommendations_and_done_tasks_count_for_delivered_consultations():
    given = recommendations("K-01 2023-10-05", "K-01 2023-10-05", "K-03 2023-10-05")
    done = tasks("K-01 done_on=2023-11-01", "K-01", "K-03 done_on=2023-11-01")
    found = totals(supported(*TWO), given, done)
    assert (found["recommendations"], found["tasks"], found["tasks_given"]) == (2, 1, 2)


def test_what_is_dated_after_the_day_or_outside_the_period_does_not_count():
    given = recommendations("K-01 2023-10-05", "K-01 2023-10-06", "K-01 2023-10-07", "K-01 2023-11-08")
    done = tasks("K-01 done_on=2023-10-05", "K-01 done_on=2023-10-08", "K-01 done_on=2023-11-08")
    period = choose_period(programme(), date(2023, 10, 6), date(2023, 11, 1))
    delivered = select_delivered(supported(*TWO))
    for day, counts in ((date(2023, 10, 5), (0, 0)), (date(2023, 10, 6), (1, 0)), (date(2023, 12, 1), (2, 1))):
        found = count_evidence(delivered, given, done, changed(work=done), as_of=day, period=period)
        assert (len(found["recommendations"]), len(found["tasks"])) == counts


def test_who_did_not_say_how_many_take_part_adds_nobody():
    table = supported(*TWO)
    found = totals(table.assign(residents_involved=pd.array([None, 4], dtype="Int64")))
    assert (found["residents"], found["participants"]) == (4, 0)


@pytest.mark.parametrize("day", ["2023-09-30", "2023-10-01", "2023-10-05", "2023-11-01", "2024-02-01", "2024-07-01"])
def test_two_periods_that_meet_add_up_to_the_whole(day):
    work = tasks("K-01 done_on=2023-11-01", "K-02")
    answers = follow_ups(
        "K-01 next_day 2023-10-02 question_answered=yes", "K-02 next_day 2024-02-03 question_answered=no"
    )
    told = happened("K-01 event_held 2023-10-21 amount=31", "K-02 funding_received 2024-06-03 amount=1200")
    sheets = (
        recommendations("K-01 2023-10-05", "K-02 2024-02-03"),
        work,
        changed(answers=answers, results=told, work=work),
    )
    last = date.fromisoformat(day)
    first = totals(supported(*TWO), *sheets, ends=last)
    second = totals(supported(*TWO), *sheets, starts=last + pd.Timedelta(days=1))
    whole = totals(supported(*TWO), *sheets)
    assert {name: first[name] + second[name] for name in whole} == whole
    names = ("consultations", "question_answered", "communities_started", "communities_finished", "tasks_done_90",
             "results", "money_won")  # fmt: skip
    assert [whole[name] for name in names] == [2, 1, 1, 1, 1, 2, 1200]


def test_a_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(
        Refused, match=r"periods sākas 02.01.2024, bet beidzas agrāk: 01.01.2024. Mainiet abas dienas vietām"
    ):
        choose_period(programme(), date(2024, 1, 2), date(2024, 1, 1))
    assert choose_period(programme(), date(2024, 1, 1), date(2024, 1, 1)).starts == date(2024, 1, 1)


def measured(*indicators, years=(2023, 2024)):
    return measure_indicators(evidence_of(supported(*TWO)), programme(indicators=list(indicators)), years)


def test_an_indicator_shows_each_year_and_a_total_that_closes():
    table = measured(TARGET, TARGET | {"name": "Bez mērķa", "targets": {2023: 0, 2024: 0}})
    columns = ["year", "target", "result", "missing"]
    assert table[columns].fillna(-1).to_numpy().tolist()[:3] == [
        ["2023", 2, 1, 1],
        ["2024", -1, 1, -1],
        ["Kopā", 2, 2, 0],
    ]
    assert table["share"].tolist()[0] == 0.5
    assert table["share"].iloc[3:].isna().all()


def test_a_target_stands_only_beside_a_year_that_the_period_touches():
    table = measured(TARGET, years=[2023])[["year", "target", "result", "missing"]].fillna(-1)
    assert table.to_numpy().tolist() == [["2023", 2, 1, 1], ["2024", -1, 1, -1], ["Kopā", 2, 1, 1]]


@pytest.mark.parametrize(
    ("narrowed", "result"),
    [({"mode": "online"}, 2), ({"mode": "in_person"}, 0), ({"municipality": "Mārupes novads"}, 2),
     ({"municipality": "Olaines novads"}, 0), ({"formula": "hours"}, 2.5), ({"formula": "residents"}, 20)],
)  # fmt: skip
def test_any_formula_can_be_narrowed_to_a_mode_or_a_municipality(narrowed, result):
    assert measured(TARGET | narrowed)["result"].iloc[-1] == result


def test_without_consultations_every_figure_is_nought():
    assert set(totals(supported()).values()) == {0}
    table = measure_indicators(evidence_of(supported()), programme(indicators=[TARGET]), [2023, 2024])
    assert table["result"].tolist() == [0, 0, 0]


def test_counts_close_in_both_directions():
    table = count_supported(supported(*TWO), "mode", ["in_person", "online"], [2023, 2024])
    assert table.columns.tolist() == ["mode", "2023", "2024", "Kopā"]
    assert table.to_numpy().tolist() == [["in_person", 0, 0, 0], ["online", 1, 1, 2], ["Kopā", 1, 1, 2]]
    assert count_supported(supported(), "mode", ["online"], [2023])["Kopā"].tolist() == [0, 0]


def test_an_hour_has_no_row_of_a_sheet_and_what_it_lacks_adds_nothing():
    found = evidence_of(supported(*TWO))
    assert {tuple(row) for row in found["consultations"][["sheet", "row", "kind"]].to_numpy()} == {("", 0, "")}
    assert found["participants"]["amount"].tolist() == [0.0, 0.0]
    assert list(found["hours"]) == ["application_id", "year", "municipality", "mode", "kind", "amount", "sheet", "row"]


def test_only_a_yes_of_the_day_after_the_hour_answers_the_question():
    answers = follow_ups(
        "K-01 next_day 2023-10-02 question_answered=yes",
        "K-01 after_90_days 2024-01-02 question_answered=yes",
        "K-02 next_day 2024-02-02 question_answered=partly",
    )
    found = evidence_of(supported(*TWO), after=changed(answers=answers))["question_answered"]
    assert (found["application_id"].tolist(), found["amount"].tolist()) == (["K-01"], [1.0])


@pytest.mark.parametrize(
    ("formula", "public", "shown"),
    [("question_answered", [], None), ("question_answered", ["results"], 1), ("money_won", [], None),
     ("money_won", ["results"], 700), ("residents", [], None), ("residents", ["residents"], 10), ("hours", [], 1.5)],
)  # fmt: skip
def test_the_answer_of_the_only_community_is_told_if_the_programme_made_it_public(formula, public, shown):
    wanted = {"name": "Skaitlis", "unit": "–", "formula": formula, "targets": {2023: 1, 2024: 0}}
    settled = programme(indicators=[TARGET, wanted], public=["community", *public])
    answers = follow_ups("K-01 next_day 2023-10-02 question_answered=yes")
    won = happened("K-01 funding_received 2023-12-01 amount=700", "K-01 event_held 2023-12-02 amount=30")
    evidence = evidence_of(supported(*TWO[:4]), after=changed(answers=answers, results=won))
    table = measure_indicators(evidence, settled, [2023])
    results = table.loc[table["indicator"].eq("Skaitlis"), "result"]
    assert [None if pd.isna(result) else result for result in results] == [shown, shown]


def test_results_keep_their_kind_and_only_money_its_amount():
    told = happened("K-01 funding_received 2023-12-01 amount=700", "K-02 event_held 2024-03-02 amount=30")
    found = evidence_of(supported(*TWO), after=changed(results=told))
    assert found["results"][["kind", "amount"]].to_numpy().tolist() == [["funding_received", 1.0], ["event_held", 1.0]]
    assert found["money_won"][["application_id", "amount"]].to_numpy().tolist() == [["K-01", 700.0]]


def test_an_indicator_of_a_period_without_years_has_a_total_of_nought():
    table = measure_indicators(evidence_of(supported()), programme(indicators=[TARGET]), [])
    assert table[["year", "result"]].to_numpy().tolist() == [["Kopā", 0.0]]


def test_towns_are_those_of_the_call_and_one_more_only_if_an_hour_was_held_there():
    ours = list(programme().call.municipalities)
    figures = gathered(*TWO)
    assert list_towns(figures, programme()) == ours
    elsewhere = replace(figures, consultations=figures.consultations.assign(municipality=ELSEWHERE))
    assert list_towns(elsewhere, programme()) == [*ours, ELSEWHERE]


def test_the_ledger_is_compared_only_where_the_period_is_the_whole_project():
    settled = programme(public=PUBLIC, indicators=[TARGET])
    assert check_totals(gathered(*TWO, starts=date(2024, 1, 1)), settled) == []
    whole = gathered(*TWO)
    more = replace(whole, ledger=whole.ledger.assign(delivered=whole.ledger["delivered"] + 1))
    assert [one.code for one in check_totals(more, settled)] == ["totals_differ"]


def test_what_became_of_places_is_told_in_words_and_nothing_of_what_did_not_happen():
    counts = {"delivered": 11, "held_incomplete": 0, "booked": 1, "open": 1, "lost": 2}
    assert describe_uses(counts) == ["11 ir sniegtas", "1 ir norunāta", "1 vēl nav norunāta", "2 ir neizmantotas"]


def test_without_sentences_the_figures_stay():
    figures = replace(gathered(*TWO), quotes=("Izdevās.",))
    figures = replace(figures, tasks=figures.tasks.assign(sentence="Izdevās."))
    bare = drop_sentences(figures)
    assert (bare.quotes, set(bare.tasks["sentence"])) == ((), {""})
    pd.testing.assert_frame_equal(bare.tasks.drop(columns="sentence"), figures.tasks.drop(columns="sentence"))


def test_without_years_only_the_total_is_left():
    table = count_supported(supported(*TWO).drop(columns="year"), "mode", ["in_person", "online"], [2023, 2024])
    assert table.to_numpy().tolist() == [["in_person", 0], ["online", 2], ["Kopā", 2]]


# What goes into the figures


PUBLIC = ["municipality", "year", "mode", "themes", "community"]


def gathered(*lines, count=3, public=PUBLIC, indicators=(TARGET,), notes=(), consent=True, after=None, **days):
    settled = programme(public=list(public), indicators=list(indicators))
    decided = allocated(*(f"K-{at:02} new 9" for at in range(1, count + 1)), places={2023: 1, 2024: 1})
    decided = decided.assign(duplicate_of="")
    told = placed(*lines, evidence=["K-01", "K-02"])
    period = choose_period(settled, **days)
    table = supported(*lines, public=public, consent=consent)
    return gather_figures(
        stamp(True),
        period,
        settled,
        decided=decided,
        ledger=keep_ledger(told, settled, as_of=END),
        course=trace_course(told, settled, as_of=END),
        supported=table,
        evidence=count_evidence(
            select_delivered(table), recommendations(), tasks(), changed(), as_of=END, period=period
        ),
        valid_events=list_valid_events(events(*lines, *notes), settled, as_of=END),
        changed=after or changed(),
        texts=report_texts(),
    )


@pytest.mark.parametrize(("consent", "quotes"), [(True, ("Izdevās.",)), (None, ("Izdevās.",)), (False, ())])
def test_who_took_consent_back_is_quoted_no_more(consent, quotes):
    work = tasks("K-01 done_on=2023-11-01 outcome=Izdevās. publish=unnamed")
    figures = gathered(*TWO, public=[*PUBLIC, "results"], consent=consent, after=changed(work=work))
    assert figures.quotes == quotes


def test_figures_hold_no_code_of_an_application_and_no_free_text():
    figures = gathered(*TWO, notes=["K-03 offered 2024-01-01 year=2024", "K-03 declined 2024-01-02 note=Jānis"])
    text = "".join(t.to_csv() if isinstance(t, pd.DataFrame) else str(t) for t in vars(figures).values())
    assert not any(word in text for word in ("K-0", "Jānis", "Maija", "Inese", "Kā to izdarīt", "example.org"))


@pytest.mark.parametrize("public", [["year"], ["mode", "themes"], ["community"], []])
def test_of_a_consultation_only_what_is_public_gets_in(public):
    assert set(gathered(*TWO, public=public).consultations.columns) == set(public)


def test_a_period_leaves_out_what_happened_before_or_after_it():
    figures = gathered(*TWO, starts=date(2024, 1, 1), ends=date(2024, 12, 31))
    assert figures.years == (2024,)
    assert figures.consultations["year"].tolist() == [2024]
    assert figures.indicators["result"].tolist() == [1, 1]
    assert figures.ledger["delivered"].tolist() == [1, 1]


def test_two_rows_of_one_code_are_one_consultation():
    decided = allocated("K-01 new 9", places={2023: 1}).assign(confirmed_themes=[()])
    twice = pd.concat([decided, decided.assign(row=9)]).astype({"publicity": "boolean"})
    held_once = placed(*held("K-01", 2023, "2023-10-03"), evidence=["K-01"])
    assert len(select_supported(twice, held_once, programme())) == 1


def test_tables_that_count_differently_are_a_problem_that_names_both():
    figures = gathered(*TWO)
    assert check_totals(figures, programme(indicators=[TARGET])) == []
    unknown = figures.consultations.assign(mode=["any", "online"])
    (problem,) = check_totals(replace(figures, consultations=unknown), programme(indicators=[TARGET]))
    assert problem.message == "pārskata tabulas nesakrīt: «Saņemtais» – 2, bet «Veidi» – 1"
    fewer = replace(figures, indicators=figures.indicators.assign(result=0.0))
    assert [p.details for p in check_totals(fewer, programme(indicators=[TARGET]))] == [
        f"«Rādītāji: {TARGET['name']}» – 0"
    ]
    short = replace(figures, ledger=figures.ledger.assign(delivered=0))
    assert [p.details for p in check_totals(short, programme(indicators=[TARGET]))] == ["«Konsultāciju skaits» – 0"]


def test_each_permission_to_carry_over_is_said_with_who_and_when():
    moved = {"from_year": 2023, "to_year": 2024, "places": 1, "permission": "SIF vēstule Nr. 12"}
    settled = programme(carry_over=[moved | {"permitted_on": date(2023, 12, 20)}])
    assert describe_permissions(settled, END) == [
        "No 2023. uz 2024. gadu pārnesta 1 konsultācija: SIF vēstule Nr. 12, 20.12.2023."
    ]
    assert describe_permissions(settled, date(2023, 12, 19)) == []


def test_a_recommendation_before_the_hour_is_not_counted():
    table = supported(*TWO)
    early = recommendations("K-01 2023-09-30", "K-01 2023-10-01")
    found = count_evidence(
        select_delivered(table), early, tasks(), changed(), as_of=END, period=choose_period(programme())
    )
    assert len(found["recommendations"]) == 1


def test_an_hour_held_after_its_year_without_permission_counts_nowhere():
    figures = gathered(*held("K-01", 2023, "2024-01-15"), starts=date(2024, 1, 1), ends=date(2024, 12, 31))
    assert figures.years == (2024,)
    assert figures.indicators["result"].tolist() == [0, 0]
    assert figures.ledger[["delivered", "lost"]].to_numpy().tolist() == [[0, 2], [0, 0]]


def test_an_unknown_municipality_is_counted_without_its_name():
    decided = allocated("K-01 new 9", places={2023: 1}).assign(municipality="pie Jāņa")
    told = count_applications(decided, supported(), programme())
    assert told.to_numpy().tolist() == [["", "new", False, 1]]


def test_a_consultation_outside_the_call_is_counted_without_the_name_that_was_typed():
    told = select_public(supported(*TWO).assign(municipality=["pie Jāņa", "Olaines novads"]), programme())
    assert told["municipality"].tolist() == [ELSEWHERE, "Olaines novads"]


def test_public_columns_stand_in_one_order():
    table = supported(*TWO)
    assert select_public(table, programme(public=["mode", "year"])).columns.tolist() == ["year", "mode"]


OURS = {
    "consultations", "communities", "recommendations", "tasks", "hours", "communities_started", "communities_finished",
    "tasks_done_90", "results", "participants",
}  # fmt: skip


def test_of_each_formula_it_is_settled_whether_it_would_tell_what_one_community_answered():
    unsettled = set(get_args(Formula)) - ANSWERED.keys() - OURS
    assert not unsettled, f"{unsettled}: adds up what communities answered? Then figures.ANSWERED, else OURS"
    assert ANSWERED.keys() | OURS <= set(get_args(Formula))


@pytest.mark.parametrize(
    ("keys", "public", "shown"),
    [
        (("K-01", "K-02", "K-03"), ["novelty"], {"2023": 1, "2024": 1, "Kopā": 2}),
        (("K-01", "K-02", "K-03"), [], {"2023": None, "2024": None, "Kopā": 2}),  # 2023 would tell 2024
        (("K-03",), [], {"2023": 0, "2024": None, "Kopā": None}),
        (("K-03",), ["novelty"], {"2023": 0, "2024": 1, "Kopā": 1}),
        (("K-01", "K-02"), [], {"2023": 1, "2024": 0, "Kopā": 1}),
        (("K-01", "K-03"), [], {"2023": None, "2024": None, "Kopā": 2}),
    ],
)
def test_what_one_community_answered_is_no_figure_nor_a_difference_of_two(keys, public, shown):
    lines = {
        "K-01": held("K-01", 2023, "2023-10-01"),
        "K-02": held("K-02", 2023, "2023-10-02"),
        "K-03": held("K-03", 2024, "2024-02-01"),
    }
    told = [line for key in keys for line in lines[key]]
    wanted = [{"name": "Jaunas", "unit": "–", "formula": "new_communities", "targets": {2023: 1, 2024: 3}}]
    settled = programme(indicators=wanted, public=["community", *public])
    period = choose_period(settled)
    table = measure_indicators(evidence_of(supported(*told, evidence=keys)), settled, touch_years(settled, period))
    results = {row.year: None if pd.isna(row.result) else row.result for row in table.itertuples()}
    assert results == shown
    targets = {row.year: (row.target, row.missing) for row in table.itertuples() if not pd.isna(row.result)}
    assert all(missing == max(target - results[year], 0) for year, (target, missing) in targets.items())


@pytest.mark.parametrize(("whole", "shown"), [(False, {"2023": 2, "2024": 0, "Kopā": 2}),
                                              (True, {"2023": None, "2024": 0, "Kopā": None})])  # fmt: skip
def test_what_one_mode_leaves_of_the_whole_is_not_one_community_s_answer(whole, shown):
    """Of three new communities one spoke on site: the whole less those online would be its answer."""
    told = [line for key in ("K-01", "K-02", "K-03") for line in held(key, 2023, f"2023-10-0{key[-1]}")]
    told[-2] = told[-2].replace("mode=online", "mode=in_person")
    one = {"unit": "–", "formula": "new_communities", "targets": {2023: 1, 2024: 3}}
    wanted = [one | {"name": "Tiešsaistē", "mode": "online"}, *([one | {"name": "Visas"}] if whole else [])]
    settled = programme(indicators=wanted, public=["community"])
    table = supported(*told, evidence=("K-01", "K-02", "K-03")).assign(novelty="new")
    measured = measure_indicators(evidence_of(table), settled, touch_years(settled, choose_period(settled)))
    of_mode = measured[measured["indicator"].eq("Tiešsaistē")]
    assert {row.year: None if pd.isna(row.result) else row.result for row in of_mode.itertuples()} == shown


def test_what_indicators_of_all_municipalities_but_one_leave_is_not_one_community_s_answer():
    told = [line for key in ("K-01", "K-02", "K-03") for line in held(key, 2023, f"2023-10-0{key[-1]}")]
    three = supported(*told, evidence=("K-01", "K-02", "K-03"))
    five = pd.concat([three, three.head(2).assign(application_id=["K-04", "K-05"])], ignore_index=True)
    towns = ["Mārupes novads", "Mārupes novads", "Olaines novads", "Olaines novads", "Ķekavas novads"]
    table = evidence_of(five.assign(novelty="new", municipality=towns))
    one = {"unit": "–", "formula": "new_communities", "targets": {2023: 1, 2024: 3}}
    wanted = [one | {"name": town, "municipality": town} for town in towns[1:4:2]]
    for more, hidden in (([], False), ([one | {"name": "Visas"}], True)):
        settled = programme(indicators=[*wanted, *more], public=["community"])
        measured = measure_indicators(table, settled, touch_years(settled, choose_period(settled)))
        measured = measured[measured["year"].eq("2023")].set_index("indicator")["result"]
        assert measured[towns[1:4:2]].isna().tolist() == [hidden] * 2
        assert measured.get("Visas", 5) == 5


def test_more_than_promised_leaves_nothing_missing():
    settled = programme(indicators=[TARGET | {"targets": {2023: 1, 2024: 3}}])
    told = [*held("K-01", 2023, "2023-10-01"), *held("K-02", 2023, "2023-10-02")]
    table = measure_indicators(evidence_of(supported(*told)), settled, (2023, 2024))
    assert table.set_index("year")["missing"].to_dict() == {"2023": 0, "2024": 3, "Kopā": 2}


def test_consultations_without_confirmed_themes_are_counted():
    assert gathered(*TWO).unconfirmed == 1
    assert gathered(*TWO[:4]).unconfirmed == 0


def test_years_that_something_counted_belongs_to_stand_in_order():
    evidence = {"consultations": pd.DataFrame({"year": [2026, 2024]})}
    period = choose_period(programme(), date(2023, 7, 1), date(2023, 8, 1))
    assert find_years(programme(), period, evidence) == (2023, 2024, 2026)


# Deviations


def deviations(*lines, skips=(), gone=(), **days):
    decided = allocated("K-01 new 9", "K-02 existing 9", "K-03 existing 1", places={2023: 1, 2024: 1})
    out = decided["application_id"].isin(gone)
    decided = decided.assign(place_year=decided["place_year"].mask(out), outcome=decided["outcome"].mask(out, "none"))
    valid_events = list_valid_events(events(*lines), programme(), as_of=END)
    late = [
        Skip(row, "K-02", decided_on)
        for row in rows_of(valid_events, Happened)
        for key, decided_on in skips
        if (row.application_id, row.event) == (key, "offered")
    ]
    table = list_deviations(valid_events, decided, late, period=choose_period(programme(), **days))
    return [tuple("" if pd.isna(cell) else f"{cell:%d.%m.%Y}" if hasattr(cell, "year") else cell for cell in row)
            for row in table.itertuples(index=False)]  # fmt: skip


REFUSED = ["K-01 offered 2023-09-01 year=2023", "K-01 declined 2023-09-05 'note=Pārskatam: neviens nevar piedalīties'"]


def test_a_refused_place_tells_its_reason_and_when_it_went_to_who_waits():
    waits = "K-03 offered 2023-09-07 year=2023"
    reason = "neviens nevar piedalīties"
    assert deviations(*REFUSED, waits) == [("05.09.2023", "2023", "declined", reason, "07.09.2023")]
    assert deviations(*REFUSED) == [("05.09.2023", "2023", "declined", reason, "")]


@pytest.mark.parametrize(
    ("decision", "event"), [("withdrawn", "withdrawn"), ("ineligible", "cancelled"), ("duplicate_of", "cancelled")]
)
def test_an_offered_place_that_a_decision_freed_is_a_deviation_too(decision, event):
    lines = ["K-01 offered 2023-09-01 year=2023", "K-02 offered 2023-09-01 year=2024", "K-02 declined 2023-09-03"]
    told = decisions("K-01 eligible", f"K-01 {decision} on=2023-09-05 'reason=Pārskatam: slēdz'", f"K-02 {decision}")
    followed = follow(events(*lines), programme(), as_of=END).table
    places = find_delivered(followed, recommendations(), tasks(), programme(), as_of=END, dropped={"K-01"})
    valid = list_valid_events(events(*lines, "K-03 offered 2023-09-07 year=2023"), programme(), as_of=END)
    every = add_freed(valid, places, told[told["decision"].isin(DROPPED)])
    decided = allocated("K-01 new 9", "K-02 existing 9", "K-03 existing 1", places={2023: 1, 2024: 1})
    table = list_deviations(every, decided, period=choose_period(programme()))
    rows = [(f"{row.on:%d.%m}", row.year, row.event, row.why) for row in table.itertuples()]
    assert rows == [("03.09", "2024", "declined", ""), ("05.09", "2023", event, "slēdz")]
    assert table["then"].dt.day.tolist()[1] == 7
    sheets = every.loc[every["sheet"].eq("Lēmumi"), ["row", "application_id"]].to_numpy().tolist()
    assert sheets == [[3, "K-01"]]


def test_the_own_offer_of_who_dropped_out_since_fills_nobody_elses_place():
    lines = ["K-01 offered 2023-09-01 year=2023", "K-01 withdrawn 2023-09-05", "K-02 offered 2023-09-08 year=2024"]
    assert [row[4] for row in deviations(*lines, "K-03 offered 2023-09-09 year=2023", gone=["K-02"])] == ["09.09.2023"]
    two = ["K-02 offered 2023-09-08 year=2024", "K-03 offered 2023-09-04 year=2024", "K-03 declined 2023-09-05"]
    assert [row[4] for row in deviations(*two, gone=["K-02"])] == [""]


def test_one_offer_fills_one_gap_only():
    both = [*REFUSED, "K-02 offered 2023-09-01 year=2023", "K-02 declined 2023-09-06"]
    assert [row[4] for row in deviations(*both, "K-03 offered 2023-09-07 year=2023")] == ["07.09.2023", ""]


def test_an_offer_of_a_place_that_was_somebodys_own_fills_no_gap():
    gone = ["K-01 offered 2024-01-02 year=2024", "K-01 declined 2024-01-03"]
    assert deviations(*gone, "K-02 offered 2024-01-05 year=2024")[0][4] == ""
    assert deviations(*gone, "K-03 offered 2024-01-05 year=2024")[0][4] == "05.01.2024"


def test_an_offer_out_of_turn_that_was_decided_later_is_told_with_the_day_of_the_decision():
    offer = "K-03 offered 2023-09-07 year=2023"
    told = [("07.09.2023", "2023", "offered", "", "20.09.2023")]
    assert deviations(offer, skips=[("K-03", date(2023, 9, 20))]) == told
    assert deviations(offer, skips=[("K-03", date(2023, 9, 20))], ends=date(2023, 9, 6)) == []
    assert deviations(offer, skips=[("K-03", None)]) == deviations(offer) == []


def test_a_note_not_meant_for_the_report_stays_in_the_house():
    lines = ["K-01 offered 2023-09-01 year=2023", "K-01 declined 2023-09-05 'note=Jānis zvanīja'"]
    assert deviations(*lines)[0][3] == ""


@pytest.mark.parametrize("event", ["declined", "expired", "withdrawn"])
def test_every_way_to_lose_a_place_is_a_deviation(event):
    assert deviations(REFUSED[0], f"K-01 {event} 2023-09-06") == [("06.09.2023", "2023", event, "", "")]


def test_an_hour_that_did_not_happen_tells_when_it_was_made_up_for():
    first = held("K-01", 2023, "2023-10-01")
    lines = [*first[:3], "K-01 not_held 2023-10-01", "K-01 booked 2023-10-02 starts_at=2023-10-09T17:00 mentor=Maija"]
    assert deviations(*lines)[0][2:] == ("not_held", "", "")
    assert deviations(*lines, "K-01 held 2023-10-09 minutes=60")[0][4] == "09.10.2023"


def test_an_entry_taken_back_is_no_deviation_and_the_period_counts():
    assert deviations(*REFUSED, "K-01 cancelled 2023-09-06") == []
    assert deviations(*REFUSED, starts=date(2023, 9, 6)) == []


# Sentences


@pytest.mark.parametrize(
    ("hours", "words"),
    [(12 + 1 / 12, "12 h 05 min"), (1, "1 h"), (0, "0 h"), (0.75, "0 h 45 min"), (11 + 59.9 / 60, "12 h")],
)
def test_hours_are_told_in_whole_minutes(hours, words):
    assert show_hours(hours).replace("\u00a0", " ") == words


def test_words_are_joined_as_in_a_sentence():
    assert [join_words(words) for words in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a un b", "a, b un c"]
    assert join_words([]) == ""


def test_the_rule_is_told_with_its_date():
    assert describe_rule(programme()).endswith("jauna no 2021. gada, skaidrs no 7 punktiem; pieņemta 24.07.2023")
    assert describe_rule(programme(rule__decided_on=None)).endswith("nav datēta")


def stamp(example):
    return Stamp(example, "P", "F", "R", date(2024, 9, 15), "K", "0" * 64, "0.1.0", "–")


def test_invented_data_says_so_on_every_output():
    assert stamp(True).lines()[0] == ("Dati", EXAMPLE_NOTICE)
    assert stamp(True).short() == f"{EXAMPLE_NOTICE}. P. Dati 2024.\u00a0gada 15.\u00a0septembrī."
    assert EXAMPLE_NOTICE not in str(stamp(False).lines()) + stamp(False).short()
    assert len(stamp(False).lines()) == 8
