"""The whole flow on small folders: what may be missing, what is refused, and what one day sees."""

import csv
import dataclasses
import hashlib
import io
import shutil
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import builders
import docx
import openpyxl
import pandas as pd
import pytest
from builders import SETTINGS, applications, codes, column, corrections, decisions, events

from mentoring_lib import workflow
from mentoring_lib.base.columns import SHEETS
from mentoring_lib.base.problems import Refused
from mentoring_lib.base.programme import read_programme
from mentoring_lib.documents import letters
from mentoring_lib.documents.minutes import make_minutes
from mentoring_lib.intake.applications import read_applications
from mentoring_lib.selection import contract, final
from mentoring_lib.selection.contract import format_amendments
from mentoring_lib.selection.decisions import check_salt
from mentoring_lib.selection.lottery import AMENDMENTS_FILE, format_checksum, ticket
from mentoring_lib.workflow import EXAMPLE, evaluate, list_records, read_inputs, view_on


def test_the_ledger_shows_the_places_planned_on_its_day(inputs):
    amendment = decisions("– places_amended '2024: 6 → 7' on=2024-02-01").assign(application_id="")
    known = pd.concat([inputs.sheets["Lēmumi"], amendment], ignore_index=True)
    amended = dataclasses.replace(inputs, sheets=inputs.sheets | {"Lēmumi": known})
    for day, planned in ((date(2024, 1, 31), 6), (date(2024, 2, 1), 7)):
        results = evaluate(amended, as_of=day)
        assert results.ledger["planned"].to_dict() == {2023: 7, 2024: planned}
        assert results.programme.places[2024] == 7


def test_a_slip_of_the_seed_corrected_after_the_first_offer_reorders_only_those_without_one(inputs, results):
    seed, on = "9" * 20, date(2023, 9, 8)
    slip = f"– record_amended 'skaitlis: {inputs.programme.lottery.seed} → {seed}' on={on}"
    known = pd.concat([inputs.sheets["Lēmumi"], decisions(slip).assign(application_id="")], ignore_index=True)
    lot = inputs.programme.lottery.model_copy(update={"seed": seed})
    settled = inputs.programme.model_copy(update={"lottery": lot})
    events = inputs.sheets["Notikumi"]
    told = events[events["on"].le(pd.Timestamp(on))]
    offered = set(told.loc[told["event"].eq("offered"), "application_id"])
    sheets = inputs.sheets | {"Lēmumi": known, "Notikumi": told}
    recorded = {**inputs.recorded, AMENDMENTS_FILE: format_amendments(known)}
    amended = dataclasses.replace(inputs, programme=settled, sheets=sheets, recorded=recorded)
    found = evaluate(amended)
    assert found.final
    before, after = (table.decided.set_index("application_id") for table in (results, found))
    assert 0 < len(offered) < before["outcome"].eq("place").sum()
    assert after["place_year"][sorted(offered)].tolist() == before["place_year"][sorted(offered)].tolist()
    assert after["rank_before"].dropna().to_dict() == before["rank"].dropna().to_dict()
    assert after["rank"].dropna().to_dict() != before["rank"].dropna().to_dict()
    free = [key for key in after.index if after["outcome"][key] in ("place", "waiting") and key not in offered]
    ranked = [key for key in free if pd.notna(after["rank"][key])]
    assert ranked == sorted(ranked, key=lambda key: after["rank"][key])
    assert [skip.event.application_id for skip in found.skips] == []
    kept = {key for key, reason in after["reason"].items() if "paliek: to piedāvāja, pirms laboja" in reason}
    assert kept == offered
    assert sorted(after["place_year"].dropna()) == sorted(before["place_year"].dropna())
    early = events[events["event"].eq("offered") & events["year"].eq(2024)].head(2)
    typed = pd.concat([told, early.assign(on=pd.Timestamp("2023-09-07"))], ignore_index=True)
    years = [
        evaluate(dataclasses.replace(amended, sheets=sheets | {"Notikumi": each})).decided["place_year"]
        for each in (typed, typed.assign(year=pd.array([None] * len(typed), dtype="Int64")))
    ]
    assert years[0].equals(years[1])
    then = view_on(amended, found, date(2023, 9, 7)).decided.set_index("application_id")
    assert then["rank"].to_dict() == before["rank"].to_dict()
    assert not then["reason"].str.startswith("Provizoriski").any()
    _, content = make_minutes(amended, found)[0].popitem()
    texts = [one.text for one in docx.Document(io.BytesIO(content)).paragraphs]
    assert any(
        f"skaitlis {inputs.programme.lottery.seed}\xa0izlozēts" in text for text in texts
    )  # whose order they list
    told = {one.row.application_id: one for one in letters.list_letters(amended, found)}
    moved = [key for key in before.index if before["outcome"][key] != after["outcome"][key]]
    assert len(moved) == 2
    assert {key for key, one in told.items() if one.day == on} == {*moved}
    assert all(told[key].kind == after["outcome"][key] for key in moved)
    assert all("izlabota kļūda" in str(letters.write_letter(told[key], amended)) for key in moved)
    (waits,) = [key for key in moved if after["outcome"][key] == "waiting"]
    later = builders.events(f"{waits} offered 2024-01-10 year=2024")
    freed = dataclasses.replace(
        amended, sheets=sheets | {"Notikumi": pd.concat([sheets["Notikumi"], later], ignore_index=True)}
    )
    (offer,) = [one for one in letters.list_letters(freed, evaluate(freed)) if one.row.application_id == waits]
    assert offer.basis == "2024-01-10 place 2024"
    assert "izlabota kļūda" not in str(letters.write_letter(offer, freed))  # that was another day
    for key in (*moved, "K-D4730C"):  # each with the seed of its own day
        row, seed_then = told[key].row, seed if key in moved else inputs.programme.lottery.seed
        assert row.ticket == ticket(seed_then, settled.call.code, key)
        assert f"rindas {seed_then}|" in str(letters.write_letter(told[key], amended)) or key in moved


def test_a_place_given_that_is_not_to_be_offered_any_more_is_told(inputs):
    told = inputs.sheets["Notikumi"]
    told = told[told["on"].le(pd.Timestamp("2023-12-20"))]
    ended, begun = date(2023, 12, 31), date(2024, 1, 15)
    for line, year, keys, as_of in (
        ("– places_amended '2024: 7 → 5' on=2024-01-10", "2024", ["K-F56553", "K-E4C96C"], begun),
        ("K-F56553 override 2023 on=2023-12-20", "2023", ["K-F56553"], ended),
        ("K-22723D override 2024 on=2023-12-20", "2024", ["K-22723D"], begun),
        ("K-4D615C override 2023 on=2023-12-20", "2023", ["K-4D615C"], begun),
    ):
        row = decisions(line)
        known = pd.concat([inputs.sheets["Lēmumi"], row.assign(application_id=row["application_id"].replace("–", ""))])
        places = {2023: 7, 2024: 5 if "amended" in line else 7}
        found = evaluate(dataclasses.replace(
            inputs, programme=inputs.programme.model_copy(update={"places": places}),
            sheets=inputs.sheets | {"Lēmumi": known.reset_index(drop=True), "Notikumi": told},
        ), as_of=as_of)  # fmt: skip
        assert found.final
        given = [(one.value, one.application_id) for one in found.problems if one.code == "given_unoffered"]
        assert sorted(given) == sorted((year, key) for key in keys)


def test_an_offer_dated_before_the_lot_keeps_the_outcome_provisional(inputs):
    told = inputs.sheets["Notikumi"].copy()
    told.loc[told["application_id"].eq("K-F001DE") & told["event"].eq("offered"), "on"] = pd.Timestamp("2023-08-25")
    found = evaluate(dataclasses.replace(inputs, sheets=inputs.sheets | {"Notikumi": told}))
    assert [(one.code, one.value) for one in found.blockers] == [("settled_early", "25.08.2023")]


def test_a_row_dated_after_the_day_that_is_shown_is_told(inputs):
    told = events("K-4D615C offered 2024-10-05 year=2024", "K-17DCC7 offered 2024-09-15 year=2024").assign(row=[70, 71])
    later = decisions("K-9271D3 ineligible on=2024-09-16").assign(row=80)
    sheets = inputs.sheets | {
        "Notikumi": pd.concat([inputs.sheets["Notikumi"], told], ignore_index=True),
        "Lēmumi": pd.concat([inputs.sheets["Lēmumi"], later], ignore_index=True),
    }
    found = evaluate(dataclasses.replace(inputs, sheets=sheets), as_of=date(2024, 9, 15)).problems
    ahead = [(one.sheet, one.value, one.details) for one in found if one.code == "dated_ahead"]
    assert sorted(ahead) == [("Lēmumi", "15.09.2024", "80."), ("Notikumi", "15.09.2024", "70.")]


def test_a_second_slip_of_the_seed_moves_nobody_who_had_an_offer_by_then(inputs, results):
    seeds = [inputs.programme.lottery.seed, "9" * 20, "8" * 20]
    slips = [
        f"– record_amended 'skaitlis: {old} → {new}' on=2023-09-0{day}"
        for day, (old, new) in enumerate(pairwise(seeds), start=8)
    ]
    known = pd.concat([inputs.sheets["Lēmumi"], decisions(*slips).assign(application_id="")], ignore_index=True)
    events = inputs.sheets["Notikumi"]
    told = events[events["on"].le(pd.Timestamp("2023-09-08"))]
    lot = inputs.programme.lottery.model_copy(update={"seed": seeds[-1]})
    found = evaluate(dataclasses.replace(
        inputs, programme=inputs.programme.model_copy(update={"lottery": lot}),
        sheets=inputs.sheets | {"Lēmumi": known, "Notikumi": told},
    ))  # fmt: skip
    before, after = (column(one.decided, "place_year") for one in (results, found))
    offered = told.loc[told["event"].eq("offered"), "application_id"]
    assert found.final
    assert len(offered) > 0
    assert {key: after[key] for key in offered} == {key: before[key] for key in offered}
    years = [sorted(year for year in each.values() if year) for each in (before, after)]
    assert years[0] == years[1]


@pytest.mark.parametrize("told", [[], ["K-ABCDEF duplicate_of K-F001DE"], ["K-ABCDEF not_duplicate K-F001DE"]])
def test_a_form_sent_again_after_the_decision_takes_nobodys_place(inputs, results, told):
    again = inputs.applications[inputs.applications["application_id"].eq("K-F001DE")]
    sent = pd.Timestamp("2023-09-20 10:00", tz="Europe/Riga").as_unit("us")
    again = again.assign(application_id="K-ABCDEF", submitted_at=sent, late=True, file="velreiz.xlsx", row=2)
    known = [inputs.sheets["Lēmumi"], decisions(*(f"{line} on=2023-09-21" for line in told))]
    more = dataclasses.replace(
        inputs, applications=pd.concat([inputs.applications, again], ignore_index=True),
        sheets=inputs.sheets | {"Lēmumi": pd.concat(known, ignore_index=True)},
    )  # fmt: skip
    found = evaluate(more)
    before, after = (table.decided.set_index("application_id")["place_year"] for table in (results, found))
    assert (found.final, codes(found.report_blockers)) == (bool(told), codes(results.report_blockers))
    assert after.dropna().to_dict() == before.dropna().to_dict()
    reason = found.decided.set_index("application_id")["reason"]["K-F001DE"]
    assert reason.endswith(" Konsultācija 2023. gadā.")


@pytest.mark.parametrize("told", [[], ["K-9062AF withdrawn"], ["K-9062AF ineligible"]])
def test_an_answer_corrected_after_the_decision_moves_nobody_elses_year(inputs, results, told):
    corrected = inputs.applications.assign(
        municipality=inputs.applications["municipality"].mask(inputs.applications["application_id"].eq("K-9062AF"), "X")
    )
    known = [inputs.sheets["Lēmumi"], decisions(*(f"{line} on=2023-09-08" for line in told))]
    sheets = inputs.sheets | {"Lēmumi": pd.concat(known, ignore_index=True)}
    found = evaluate(dataclasses.replace(inputs, applications=corrected, sheets=sheets))
    before, after = (table.decided.set_index("application_id")["place_year"] for table in (results, found))
    assert found.final == bool(told)
    assert after.dropna().to_dict() == before.drop("K-9062AF" if told else []).dropna().to_dict()


@pytest.mark.parametrize("change", ["again", "corrected"])
def test_what_comes_in_after_an_offer_makes_it_no_offer_out_of_turn(inputs, results, change):
    key, known = "K-1071EE", inputs.applications  # the first who waits, offered a freed place
    again = known[known["application_id"].eq(key)].assign(application_id="K-ABCDEF", late=True, row=2)
    changed = {
        "again": pd.concat([known, again], ignore_index=True),
        "corrected": known.assign(municipality=known["municipality"].mask(known["application_id"].eq(key), "X")),
    }[change]
    found = evaluate(dataclasses.replace(inputs, applications=changed))
    assert not found.final
    assert (found.skips, codes(found.report_blockers)) == ((), codes(results.report_blockers))
    before, after = (table.decided.set_index("application_id")["waiting"] for table in (results, found))
    assert after.drop("K-ABCDEF", errors="ignore").to_dict() == before.to_dict()


def test_a_form_that_a_late_one_sends_again_makes_her_offer_none_out_of_turn(inputs):
    late, other = "K-DD3C39", ["K-1071EE", "K-ADB42B", "K-F001DE"]
    waits = [key for key in inputs.frozen.entries["application_id"] if key not in other]
    told = [f"{key} withdrawn on=2023-09-01" for key in waits]
    offers = [f"{key} offered 2023-09-10 year=2023" for key in (*other, late)]
    again = inputs.applications[inputs.applications["application_id"].eq(late)]
    sent = pd.Timestamp("2023-09-12 10:00", tz="Europe/Riga").as_unit("us")
    again = again.assign(application_id="K-ABCDEF", submitted_at=sent, row=2)
    known = pd.concat([inputs.sheets["Lēmumi"], decisions(*told)], ignore_index=True)
    found = evaluate(dataclasses.replace(
        inputs, applications=pd.concat([inputs.applications, again], ignore_index=True),
        sheets=inputs.sheets | {"Lēmumi": known, "Notikumi": events(*offers)},
    ))  # fmt: skip
    assert column(found.decided, "state")[late] == "unsettled"
    assert found.skips == ()


@pytest.mark.parametrize(
    ("told", "moved"),
    [
        ("K-E4C96C withdrawn on=2023-08-31", "K-E4C96C: 2024 → –; K-1071EE: – → 2024"),
        ("K-4D615C override 2024 on=2023-08-31", "K-E4C96C: 2024 → –; K-4D615C: – → 2024"),
        ("K-E4C96C withdrawn on=2023-09-01", None),
    ],
)
def test_a_decision_dated_back_to_the_day_of_the_outcome_moves_no_place_in_silence(inputs, told, moved):
    known = pd.concat([inputs.sheets["Lēmumi"], decisions(told)], ignore_index=True)
    found = evaluate(dataclasses.replace(inputs, sheets=inputs.sheets | {"Lēmumi": known}))
    assert [(one.code, one.value, one.details) for one in found.blockers] == (
        [("outcome_moved", "31.08.2023", moved)] if moved else []
    )


def test_the_outcome_is_put_on_record_from_its_day_on_and_a_slip_corrected_later_may_move_it(inputs, results):
    unrecorded = dataclasses.replace(inputs, recorded={})
    for day, recorded in ((date(2023, 8, 30), False), (date(2023, 8, 31), True)):
        assert ("lemums.txt" in list_records(unrecorded, dataclasses.replace(results, as_of=day))) == recorded
    record = inputs.recorded["lemums.txt"]
    assert list_records(unrecorded, results)["lemums.txt"] == record
    undated = inputs.programme.model_copy(
        update={"letters": inputs.programme.letters.model_copy(update={"decision_date": None})}
    )
    assert "lemums.txt" not in list_records(dataclasses.replace(unrecorded, programme=undated), results)
    other = record.replace("2023\n", "2024\n", 1)
    for day, blocks in (("2023-08-30", True), ("2023-08-31", False)):
        slip = decisions(f"– record_amended 'skaitlis: 1 → 2' on={day}").assign(application_id=None)
        assert bool([*final._find_moved(results.decided, slip, other)]) == blocks
    kept = results.decided.assign(competes=False)  # who had been offered a place by then keeps its year after the slip
    assert [one.code for one in final._find_moved(kept, slip, other)] == ["outcome_moved"]
    assert [*final._find_moved(kept, slip, record)] == []
    twice = pd.concat([slip, slip])  # who was offered one between the two had none on record
    assert [*final._find_moved(kept, twice, other)] == []
    assert [*final._find_moved(results.decided, decisions(), "2023-08-31\n")] == []  # of the day alone


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        (lambda text: f"{text}\n", []),
        (lambda text: f"{text}piezīme\n", []),
        (lambda text: text.replace("\n", "\r\n"), []),
        (lambda text: text.replace("K-389990: 2023", "K-389990 2023"), ["K-389990: – → 2023"]),
        (lambda text: text.replace("K-389990: 2023", "K-389990: "), ["K-389990: – → 2023"]),
    ],
)
def test_a_record_saved_by_an_editor_is_read_and_what_it_lost_is_named(inputs, change, moved):
    changed = inputs.recorded | {"lemums.txt": change(inputs.recorded["lemums.txt"])}
    assert [one.details for one in evaluate(dataclasses.replace(inputs, recorded=changed)).blockers] == moved


@pytest.mark.parametrize("known", [["offered"], ["offered", "accepted"], ["offered", "accepted", "booked"]])
def test_a_decision_that_frees_a_place_calls_its_hour_off_and_leaves_nothing_to_do(inputs, known):
    key, day, events = "K-389990", date(2023, 9, 15), inputs.sheets["Notikumi"]
    told = events[events["event"].isin(known) & events["application_id"].isin([key, "K-9062AF"])]
    gone = pd.concat([inputs.sheets["Lēmumi"], decisions(f"{key} withdrawn on=2023-09-12")], ignore_index=True)
    before, after = (
        evaluate(dataclasses.replace(inputs, sheets=inputs.sheets | {"Notikumi": told} | more), as_of=day)
        for more in ({}, {"Lēmumi": gone})
    )
    for table in ("due", "matched", "times"):
        keys = [set(getattr(results, table)["application_id"]) for results in (before, after)]
        assert keys[0] - keys[1] == ({key} if "booked" not in known else set())
    hours = [results.appointments.set_index("application_id") for results in (before, after)]
    assert hours[0].drop(key, errors="ignore").equals(hours[1].drop(key, errors="ignore"))
    if "booked" in known:
        one, other = (table.loc[key] for table in hours)
        assert (one["active"], other["active"], other["sequence"] - one["sequence"]) == (True, False, 1)
        assert str(other["on"].date()) == "2023-09-12"
    told = [results.figures.deviations["event"].tolist() for results in (before, after)]
    assert told[1] == [*told[0], "withdrawn"]
    earlier = evaluate(dataclasses.replace(inputs, sheets=inputs.sheets | {"Lēmumi": gone}), as_of=date(2023, 9, 11))
    assert "withdrawn" not in set(earlier.figures.deviations["event"])  # no day later than that of the data


def test_who_is_back_while_the_offer_stands_is_not_told_to_wait(inputs):
    key, events = "K-389990", inputs.sheets["Notikumi"]
    told = events[events["application_id"].eq(key) & events["event"].eq("offered")]
    back = decisions(f"{key} withdrawn on=2023-09-12", f"{key} eligible on=2023-09-14")
    sheets = inputs.sheets | {"Lēmumi": pd.concat([inputs.sheets["Lēmumi"], back], ignore_index=True)}
    for known, stands in ((told, True), (told.head(0), False)):
        changed = dataclasses.replace(inputs, sheets=sheets | {"Notikumi": known})
        row = evaluate(changed, as_of=date(2023, 9, 15)).decided.set_index("application_id").loc[key]
        assert (row["outcome"], row["given_year"]) == ("waiting", 2023)
        assert ("piedāvājums ir spēkā" in row["reason"]) == stands
        assert ("Gaidīšanas sarakstā" in row["reason"]) == ("atbrīvojās" in row["reason"]) == (not stands)


def test_a_mark_agreed_on_the_day_of_the_freeze_is_what_the_list_stands_on(inputs, results):
    key, marks = "K-ADB42B", inputs.marks.copy()
    marks.loc[marks.index[marks["application_id"].eq(key)][:1], "outcome"] = "3"  # both gave 2, which was frozen
    known = [inputs.sheets["Lēmumi"], decisions(f"{key} agreed_outcome 2 on={inputs.frozen.frozen_at.date()}")]
    sheets = inputs.sheets | {"Lēmumi": pd.concat(known, ignore_index=True)}
    found = evaluate(dataclasses.replace(inputs, marks=marks, sheets=sheets))
    one, other = (table.decided.set_index("application_id")["nearest"][key] for table in (results, found))
    assert found.final
    assert one == other != ""


def test_a_markers_missing_marks_are_told_while_nothing_is_frozen(inputs):
    one = inputs.marks["marker"].eq("Ilze Piemēra") & inputs.marks["application_id"].eq("K-F001DE")
    fewer = dataclasses.replace(inputs, marks=inputs.marks[~one])
    assert not any(problem.code == "marks_lacking" for problem in evaluate(fewer).problems)
    found = evaluate(dataclasses.replace(fewer, frozen=None)).problems
    told = [(problem.value, problem.details) for problem in found if problem.code == "marks_lacking"]
    assert "Ilze Piemēra" in [name for name, details in told if "K-F001DE" in details]


HEAD = [
    "Laika zīmogs",
    "E-pasta adrese",
    "Kopienas nosaukums",
    "Novads",
    "Kad kopiena sāka darboties? (gads)",
    "Piekrītu personas datu apstrādei",
]
ROWS = [
    ["2023-08-01 10:00:00", "a@example.org", "Ābeles", "Mārupes novads", "2022", "Jā"],
    ["2023-08-02 10:00:00", "b@example.org", "Bērzi", "Olaines novads", "2010", "Jā"],
    ["2023-08-22 00:00:00", "c@example.org", "Ceri", "Ķekavas novads", "2022", "Jā"],
]


def folder(path, *rows, head=HEAD, name="pieteikumi.csv"):
    (path / "pieteikumi").mkdir(exist_ok=True)
    (path / "programme.toml").write_text(SETTINGS, encoding="utf-8")
    with (path / "pieteikumi" / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def test_applications_alone_give_a_provisional_result(tmp_path):
    results = evaluate(read_inputs(folder(tmp_path, *ROWS)))
    assert results.final is False
    assert sorted(results.decided["state"]) == ["eligible", "eligible", "late"]
    assert set(codes(results.blockers)) == {"mark_missing", "freeze_missing"}
    assert results.ledger["planned"].tolist() == [2, 2]


def test_an_export_without_rows_gives_empty_tables(tmp_path):
    results = evaluate(read_inputs(folder(tmp_path)))
    assert len(results.decided) == 0
    assert results.ledger["planned"].sum() == 4


def test_a_call_with_nobody_eligible_gives_a_result(tmp_path):
    results = evaluate(read_inputs(folder(tmp_path, ROWS[2])))
    assert results.decided["outcome"].tolist() == ["waiting"]


def test_without_applications_there_is_nothing_to_do(tmp_path):
    (tmp_path / "programme.toml").write_text(SETTINGS, encoding="utf-8")
    with pytest.raises(Refused, match=r"vēl nav neviena pieteikuma"):
        read_inputs(tmp_path)


def test_a_later_export_that_holds_the_earlier_one_adds_only_what_is_new(tmp_path):
    inputs = read_inputs(folder(folder(tmp_path, *ROWS[:2], name="1.csv"), *ROWS, name="2.csv"))
    assert inputs.applications["community"].tolist() == ["Ābeles", "Bērzi", "Ceri"]
    assert codes(inputs.problems) == ["application_repeated"] * 2


def test_a_correction_reaches_every_copy_of_an_application(tmp_path):
    inputs = read_inputs(folder(folder(tmp_path, *ROWS, name="1.csv"), *ROWS, name="2.csv"))
    key = inputs.applications["application_id"][0]
    paths = sorted((tmp_path / "pieteikumi").iterdir())
    table, problems, _ = read_applications(
        paths, inputs.programme, corrections(f"{key} Novads 'Mārupes novads' 'Olaines novads'")
    )
    assert len(table) == 3
    assert table["municipality"].tolist()[0] == "Olaines novads"
    assert codes(problems) == ["application_repeated"] * 3


def test_a_column_that_is_needed_and_missing_is_told(tmp_path):
    with pytest.raises(Refused, match="trūkst kolonnas «Iesniegts»"):
        read_inputs(folder(tmp_path, *(row[1:] for row in ROWS), head=HEAD[1:]))


def test_a_frozen_list_without_its_checksum_is_refused(tmp_path):
    (tmp_path / "izloze").mkdir()
    (tmp_path / "izloze" / "saraksts.txt").write_text("KKK-2023\n", encoding="utf-8")
    with pytest.raises(Refused, match=r"saraksts\.txt"):
        read_inputs(folder(tmp_path, *ROWS))


def test_a_list_that_is_locked_is_told_in_latvian(tmp_path, monkeypatch):
    (tmp_path / "izloze").mkdir()
    (tmp_path / "izloze" / "saraksts.txt").write_text("KKK-2023\n", encoding="utf-8")
    read = Path.read_bytes

    def locked(path):
        if path.name == "saraksts.txt":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", locked)
    with pytest.raises(Refused, match=r"saraksts\.txt datni nevar atvērt: tā ir atvērta citā programmā"):
        read_inputs(folder(tmp_path, *ROWS))


def test_an_application_without_a_name_blocks_until_it_is_corrected(tmp_path):
    nameless = [[*ROWS[0][:2], " \u200b", *ROWS[0][3:]], *ROWS[1:]]
    results = evaluate(read_inputs(folder(tmp_path, *nameless)))
    told = [(one.row, one.details, "«Labojumi»" in one.advice) for one in results.blockers if one.row == 2]
    assert ("Nav kopienas nosaukuma", True) in [one[1:] for one in told]
    assert not results.final
    assert "answer_needed" not in codes(evaluate(read_inputs(folder(tmp_path, *ROWS))).blockers)


def test_the_selection_of_a_day_knows_what_was_decided_and_sent_until_then(monkeypatch):
    seen = []
    monkeypatch.setattr(workflow, "list_turns", lambda *_: None)
    table = applications(3, submitted_at=["2023-08-01 10:00", "2023-08-09 10:00", "2023-08-05 10:00"])
    known = decisions("K-01 not_duplicate on=2023-09-09", "K-02 not_duplicate on=2023-09-01")
    on = workflow._candidates_on(table, known, None, lambda some, sent: seen.append(([*some["application_id"]], sent)))
    for day in (date(2023, 7, 1), date(2023, 9, 8), date(2023, 9, 8), date(2023, 9, 9)):
        on(day)
    last = date(2023, 8, 9)
    assert seen == [([], date.min), (["K-02"], last), (["K-02", "K-01"], last)]


def test_what_was_settled_of_the_lot_is_stamped(inputs, results):
    assert results.stamp.lot == contract.describe_lot(inputs.programme) != ""


def test_every_file_read_stands_in_the_hashes_and_one_byte_changes_the_stamp(tmp_path):
    before = read_inputs(folder(tmp_path, *ROWS))
    after = read_inputs(folder(tmp_path, *ROWS[:2]))
    assert {name.rsplit("/")[-1] for name in before.hashes} == {"programme.toml", "pieteikumi.csv"}
    assert evaluate(before).stamp.inputs != evaluate(after).stamp.inputs


def test_a_folder_that_was_moved_gives_the_same_result(tmp_path, results):
    shutil.copytree(EXAMPLE, tmp_path / "cita")
    pd.testing.assert_frame_equal(evaluate(read_inputs(tmp_path / "cita")).decided, results.decided)


def test_a_decision_with_an_impossible_year_is_told_and_does_not_stop_the_flow(inputs):
    key = inputs.applications["application_id"][0]
    told = pd.concat([inputs.sheets["Lēmumi"], decisions(f"{key} override kādreiz")], ignore_index=True)
    assert len(evaluate(dataclasses.replace(inputs, sheets=inputs.sheets | {"Lēmumi": told})).decided) == 28


def test_an_empty_workbook_is_a_call_that_has_just_closed(inputs):
    empty = {name: inputs.sheets[name].iloc[:0] for name in SHEETS}
    results = evaluate(dataclasses.replace(inputs, sheets=empty), as_of=date(2023, 8, 22))
    assert results.ledger["open"].tolist() == [7, 7]
    assert len(results.supported) == 0
    assert results.figures.indicators["result"].sum() == 0


@pytest.mark.parametrize(
    "day", [date(2023, 8, 22), date(2023, 10, 15), date(2023, 12, 31), date(2024, 3, 1), date(2024, 8, 25)]
)
def test_one_day_sees_nothing_of_what_was_recorded_for_later(inputs, day):
    sheets, last = dict(inputs.sheets), pd.Timestamp(day)
    for name in ("Notikumi", "Ieteikumi"):
        sheets[name] = sheets[name][sheets[name]["on"].le(last)]
    done = sheets["Darbi"]["done_on"]
    sheets["Darbi"] = sheets["Darbi"].assign(done_on=done.where(done.le(last)))
    then, now = evaluate(dataclasses.replace(inputs, sheets=sheets), as_of=day), evaluate(inputs, as_of=day)
    for name in ("places", "ledger", "proposals", "course", "due", "supported"):
        pd.testing.assert_frame_equal(
            getattr(then, name).reset_index(drop=True), getattr(now, name).reset_index(drop=True), obj=name
        )
    for name in ("indicators", "received", "deviations", "consultations"):
        pd.testing.assert_frame_equal(getattr(then.figures, name), getattr(now.figures, name), obj=name)


def test_the_day_can_be_chosen_and_is_the_programmes_by_default(inputs, results):
    assert results.as_of == date(2024, 9, 15)
    october = evaluate(inputs, as_of=date(2023, 10, 15)).ledger.loc[
        2023
    ]  # the third one still lacks its recommendations
    assert october[["delivered", "held_incomplete"]].tolist() == [2, 1]


# What was settled


def example_folder(path, **changes):
    """A copy of the example whose programme file has some lines replaced."""
    shutil.copytree(EXAMPLE, path / "gads")
    text = (path / "gads" / "programme.toml").read_text("utf-8")
    for old, new in changes.items():
        text = text.replace(old, new)
    (path / "gads" / "programme.toml").write_text(text, "utf-8")
    return path / "gads"


def test_a_salt_added_after_codes_were_used_is_refused(tmp_path):
    folder_ = example_folder(tmp_path, **{'#salt = ""': 'salt = "noslēpums"'})
    with pytest.raises(Refused, match=r"Koda atslēgu \(call\.salt\)") as refused:
        read_inputs(folder_)
    assert "noslēpums" not in str(refused.value)
    for name in ("izloze", "vertejumi"):
        shutil.rmtree(folder_ / name)
    (folder_ / "darba_gramata.xlsx").unlink()
    assert len(read_inputs(folder_).applications) == 28


def test_one_mistyped_code_is_no_changed_salt(tmp_path):
    assert (
        check_salt(read_inputs(folder(tmp_path, *ROWS)).applications, [decisions("K-01 other", "K-02 other")]) is None
    )


def decide(inputs, *lines):
    told = pd.concat([inputs.sheets["Lēmumi"], decisions(*lines)], ignore_index=True)
    return evaluate(dataclasses.replace(inputs, sheets=inputs.sheets | {"Lēmumi": told}))


def test_a_place_out_of_turn_does_not_outlive_a_newer_decision_against_the_application(inputs, results):
    later = decide(inputs, "K-22723D override 2024 on=2023-09-01", "K-22723D ineligible on=2023-09-10")
    row = later.decided.set_index("application_id").loc["K-22723D"]
    assert (row["state"], row["outcome"], row["override"]) == ("set_aside", "none", "")
    assert "ārpus kārtas" not in row["reason"]


def test_an_old_decision_about_something_else_explains_nothing(inputs):
    new = "K-1071EE agreed_question 3 on=2023-09-20"
    assert codes(decide(inputs, "K-1071EE other on=2023-08-25", new).blockers) == ["freeze_differs"]
    assert codes(decide(inputs, "K-1071EE other on=2023-09-20", new).blockers) == []


def test_nothing_is_offered_while_the_result_is_provisional(inputs, results):
    day = date(2023, 9, 1)
    assert len(evaluate(inputs, as_of=day).proposals) > 0
    open_ = evaluate(dataclasses.replace(inputs, frozen=None), as_of=day)
    assert codes(open_.blockers) == ["freeze_missing"]
    assert len(open_.proposals) == 0


def test_what_begins_to_block_after_the_outcome_was_final_leaves_the_past(inputs, results):
    later = decide(inputs, "K-1071EE ineligible on=2024-09-01", "K-1071EE eligible on=2024-09-01")
    assert not later.final
    pd.testing.assert_frame_equal(later.ledger, results.ledger)
    pd.testing.assert_frame_equal(later.figures.indicators, results.figures.indicators)


def test_nothing_is_asked_about_answers_of_an_application_that_is_out(tmp_path):
    unread = [*ROWS[0][:3], "Marupe?", "sen", ROWS[0][5]]
    inputs = read_inputs(folder(tmp_path, unread))
    asked = {"municipality_unknown", "year_unreadable"}
    assert set(codes(evaluate(inputs).problems)) >= asked
    (key,) = inputs.applications["application_id"]
    assert not set(codes(decide(inputs, f"{key} withdrawn").problems)) & asked
    settled = codes(decide(inputs, f"{key} eligible", f"{key} novelty jauna").problems)
    assert not set(settled) & asked


def test_a_list_of_version_0_1_stays_valid_and_a_note_says_what_it_does_not_hold(tmp_path):
    expected = "2023-08-30 vakarā, pēc saraksta iesaldēšanas"
    old = {"draw_at = 2023-08-30T21:30:00 ": f'expected = "{expected}" '}
    folder_, lot = example_folder(tmp_path, **old), tmp_path / "gads" / "izloze"
    entries = [line for line in (lot / "saraksts.txt").read_text("utf-8").splitlines() if ";" in line]
    source = read_programme(folder_ / "programme.toml").lottery.source
    rule = "reading=taking_turns;new_from=2021;clear_from=7;weight_of_new=3"
    lines = ["KKK-2023", rule, f"seed: {source}; {expected}", *entries]
    text = "".join(f"{line}\n" for line in lines)
    (lot / "saraksts.txt").write_text(text, "utf-8", newline="\n")
    (lot / "saraksts.txt.sha256").write_text(format_checksum(text), "utf-8", newline="\n")
    assert hashlib.sha256(text.encode()).hexdigest().startswith("5dd38434a719")  # as the example was frozen by 0.1
    (lot / "skaitlis.txt").unlink()
    results = evaluate(read_inputs(folder_))
    assert results.final
    assert [one.file for one in results.problems if one.code == "freeze_old"] == ["saraksts.txt"]


def test_places_are_added_by_a_row_without_application_and_put_on_record(tmp_path):
    folder_ = example_folder(tmp_path, **{"2024 = 7   ": "2024 = 8   ", "2024 = 7\n": "2024 = 8\n"})
    (only,) = evaluate(read_inputs(folder_)).blockers
    assert (only.value, only.details) == ("places.2024", "7 → 8")
    book = openpyxl.load_workbook(folder_ / "darba_gramata.xlsx")
    sheet = book["Lēmumi"]
    row = next(number for number in range(3, 99) if sheet.cell(number, 2).value is None)
    cells = (None, "konsultāciju skaits grozīts", "2024: 7 → 8", "Līguma grozījumi", "Koordinatore", "05.01.2024")
    for number, value in enumerate(cells, start=1):
        sheet.cell(row, number).value = value
    book.save(folder_ / "darba_gramata.xlsx")
    inputs = read_inputs(folder_)
    results = evaluate(inputs)
    assert codes(results.blockers) == []
    assert not [problem for problem in results.problems if problem.sheet == "Lēmumi"]
    line = "05.01.2024; places.2024: 7 → 8; Līguma grozījumi; Koordinatore\n"
    assert list_records(inputs, results) == {"grozijumi.txt": line}


def test_communities_are_named_by_code_and_the_day_by_its_variable():
    assert workflow.name_applications(applications(2, community=["A", None])) == {"K-01": "A", "K-02": ""}
    assert workflow.describe_environment(EXAMPLE, date(2024, 9, 1))["MENTORING_AS_OF"] == "2024-09-01"
    assert "MENTORING_AS_OF" not in workflow.describe_environment(EXAMPLE)


@pytest.mark.parametrize("own", [True, False])
def test_themes_that_the_programme_has_not_are_told_of_its_own_lexicon_only(tmp_path, monkeypatch, own):
    folder = shutil.copytree(EXAMPLE, tmp_path / "gads")
    if own:
        shutil.copy(workflow.LEXICON, folder)
    settled = read_programme(EXAMPLE / "programme.toml")
    few = settled.model_copy(update={"themes": dict(list(settled.themes.items())[:1])})
    monkeypatch.setattr(workflow.form, "read_form", lambda *_: (few, []))
    assert ("lexicon_theme" in codes(read_inputs(folder).problems)) is own


def test_nothing_new_is_proposed_to_a_mentor_who_has_left(inputs, results):
    first, *others = inputs.programme.mentors
    for until, stays in ((results.as_of, True), (results.as_of - timedelta(days=1), False)):
        mentors = (first.model_copy(update={"until": until}), *others)
        settled = inputs.programme.model_copy(update={"mentors": mentors})
        matched = workflow._match(dataclasses.replace(inputs, programme=settled), results)
        assert (first.name in set(matched.pairs["mentor"])) is stays
