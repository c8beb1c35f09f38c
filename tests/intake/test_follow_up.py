"""Exports of the follow-up forms: read to rows of two sheets, asked about where something is unclear."""

import csv
import shutil

import openpyxl
import pandas as pd
import pytest
from builders import programme

from mentoring_lib import workflow
from mentoring_lib.app import erasing
from mentoring_lib.base.problems import Refused, label_column
from mentoring_lib.documents.form_workbook import format_follow_ups
from mentoring_lib.intake.follow_up import ANSWERS, COLUMNS, RESULTS, list_headings, read_answers
from mentoring_lib.intake.loading import accepted_headings, name_heading
from mentoring_lib.intake.memory import compare, remember
from mentoring_lib.outcomes.checks import check_answers

COMMUNITY, DAY = "Kopiena un pieteikuma kods", "Laika zīmogs"
NEXT_DAY = {
    DAY: "29.09.2023 10:15:00",
    COMMUNITY: "Ābolmaizes pagalmi (K-3F9A2C)",
    "Vai saruna atbildēja uz Jūsu jautājumu?": "daļēji",
    "Vai ieteiktu šādu konsultāciju citai kopienai?": "Jā",
    "Kas bija pats noderīgākais, un kā pietrūka?": "Skaidrs nākamais solis.",
    "Vai šo teikumu drīkst publicēt?": "ar kopienas nosaukumu",
}
LATER = {
    DAY: "28.12.2023 09:00:00",
    COMMUNITY: "K-3F9A2C",
    "Kas ir noticis pēc konsultācijas?": "finansējums saņemts, cits: iekopts dārzs",
    "Finansējums saņemts: kad tas notika?": "01.12.2023",
    "Finansējums saņemts: cik?": "1 400",
    "Finansējums saņemts: kas to apliecina?": "https://example.org/ligums",
    "Cits: kad tas notika?": "02.12.2023",
    "Vai to, kas noticis, drīkst publicēt?": "bez nosaukuma",
    "Pirms konsultācijas: «Mēs zinām savu nākamo soli.»": "3",
    "Tagad: «Mēs zinām savu nākamo soli.»": "8",
    "Vai tas būtu noticis arī bez konsultācijas?": "nē",
    "Viens teikums par to, kas mainījies": "Ir nauda žogam.",
    "Vai šo teikumu drīkst publicēt?": "nē",
}


def write(path, *rows):
    """An export with the headings of the first row, as csv or as a workbook."""
    table = [list(rows[0]), *([row.get(heading, "") for heading in rows[0]] for row in rows)]
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(table)
    else:
        book = openpyxl.Workbook()
        for row in table:
            book.active.append(row)
        book.save(path)
    return path


def read(*paths, **settings):
    tables, problems, letters = read_answers(paths, programme(**settings))
    return tables, [(p.code, p.file, p.row, p.column) for p in problems], letters


def filled(table):
    """Rows as dictionaries of what is filled, days as text, without where they stand."""
    rows = table.drop(columns=["file", "sheet", "row"]).to_dict("records")
    return [{key: str(cell).removesuffix(" 00:00:00") for key, cell in row.items() if pd.notna(cell)} for row in rows]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_next_day_s_answers_are_rows_of_the_sheet(tmp_path, ending):
    tables, problems, letters = read(write(tmp_path / f"diena.{ending}", NEXT_DAY))
    assert problems == []
    assert filled(tables[ANSWERS]) == [
        {"application_id": "K-3F9A2C", "round": "next_day", "answered_on": "2023-09-29", "question_answered": "partly",
         "recommends": "True", "sentence": "Skaidrs nākamais solis.", "publish": "named"}
    ]  # fmt: skip
    assert tables[ANSWERS].loc[0, ["file", "row"]].tolist() == [f"diena.{ending}", 2]
    assert tables[RESULTS].empty
    assert next(iter(letters.values()))["application_id"] == "B"


def test_answers_after_90_days_are_a_row_and_a_result_for_each_tick(tmp_path):
    tables, problems, _ = read(write(tmp_path / "menesi.csv", LATER))
    assert problems == []
    assert filled(tables[ANSWERS]) == [
        {"application_id": "K-3F9A2C", "round": "after_90_days", "answered_on": "2023-12-28", "then_1": "3",
         "now_1": "8", "anyway": "no", "sentence": "Ir nauda žogam.", "publish": "no"}
    ]  # fmt: skip
    told = {"application_id": "K-3F9A2C", "publish": "unnamed"}
    assert filled(tables[RESULTS]) == [
        told | {"result": "funding_received", "on": "2023-12-01", "amount": "1400",
                "evidence": "https://example.org/ligums"},
        told | {"result": "other", "on": "2023-12-02", "note": "iekopts dārzs"},
    ]  # fmt: skip


def test_ticks_of_two_rounds_in_one_file_are_all_results(tmp_path):
    """Two exports joined by hand: each row has the question of its own round."""
    ticked = {"Kas ir noticis pēc konsultācijas?": "", "Kas ir noticis sešos mēnešos pēc konsultācijas?": ""}
    rows = [LATER | ticked | {question: LATER[HAPPENED], "Aptauja": name}
            for question, name in zip(ticked, ("pēc 90 dienām", "pēc 180 dienām"), strict=True)]  # fmt: skip
    tables, problems, _ = read(write(tmp_path / "kopa.csv", *rows))
    assert [row["result"] for row in filled(tables[RESULTS])] == ["funding_received"] * 2 + ["other"] * 2
    assert problems == []


RECOMMENDS = "Vai ieteiktu šādu konsultāciju citai kopienai?"
HAPPENED = "Kas ir noticis pēc konsultācijas?"
SLIPS = {
    "a heading nobody knows": ({"Kā jums iet?": "labi"}, ("column_own", 1, "")),
    "a tick without its day": ({"Cits: kad tas notika?": ""}, ("value_missing", 2, "other_on")),
    "a day that is none": ({"Cits: kad tas notika?": "kaut kad"}, ("date_unreadable", 2, "other_on")),
    "answers without the tick": ({HAPPENED: "cits"}, ("result_unclear", 2, "happened")),
    "a word of no list": ({"Vai to, kas noticis, drīkst publicēt?": "var"}, ("choice_unknown", 2, "publish_results")),
    "questions of two rounds": (
        {"Vai ieteiktu šādu konsultāciju citai kopienai?": "Jā"},
        ("value_missing", 2, "round"),
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_what_is_unclear_is_asked_about_in_its_cell(tmp_path, slip):
    change, expected = SLIPS[slip]
    _, problems, _ = read(write(tmp_path / "a.xlsx", LATER | change))
    assert expected in [(code, row, column) for code, _, row, column in problems]
    assert {file for _, file, *_ in problems} == {"a.xlsx"}


@pytest.mark.parametrize(("order", "day"), [("dmy", "2023-11-10"), ("mdy", "2023-10-11")])
def test_days_are_read_in_the_order_that_the_settings_declare(tmp_path, order, day):
    rows = LATER | {DAY: "10/11/2023 09:00:00", "Cits: kad tas notika?": "10/11/2023", HAPPENED: "cits"}
    rows = {key: "" if key.startswith("Finansējums") else text for key, text in rows.items()}
    tables, problems, _ = read(write(tmp_path / "a.csv", rows), form={"date_order": order})
    days = [filled(tables[ANSWERS])[0]["answered_on"], filled(tables[RESULTS])[0]["on"]]
    assert (days, problems) == ([day, day], [])


def test_the_question_about_the_community_may_be_short_and_is_named_as_it_was_asked(tmp_path):
    tables, _, _ = read(write(tmp_path / "a.csv", {"Kopiena": "Ceriņu sētas", **NEXT_DAY, COMMUNITY: ""}))
    assert tables[ANSWERS]["application_id"].tolist() == ["Ceriņu sētas"]
    assert label_column("other_on") == "Cits: kad tas notika?"


def test_a_column_says_which_round_it_is_where_the_questions_do_not(tmp_path):
    tables, problems, _ = read(write(tmp_path / "a.csv", LATER | {RECOMMENDS: "Jā", "Aptauja": "pēc 180 dienām"}))
    assert (problems, tables[ANSWERS]["round"].tolist()) == ([], ["after_180_days"])


def test_nothing_ticked_beside_something_counts_as_neither(tmp_path):
    both = LATER | {HAPPENED: "nekas no tā, finansējums saņemts", "Cits: kad tas notika?": ""}
    tables, problems, _ = read(write(tmp_path / "a.csv", both))
    assert tables[RESULTS].empty
    assert [code for code, *_ in problems] == ["result_unclear"]
    none = {key: LATER[key] for key in (DAY, COMMUNITY)} | {HAPPENED: "nekas no tā"}
    tables, problems, _ = read(write(tmp_path / "b.csv", none))
    assert (len(tables[ANSWERS]), len(tables[RESULTS]), problems) == (1, 0, [])


def test_a_file_downloaded_twice_counts_once_and_an_answer_changed_counts_as_two(tmp_path):
    first, again = write(tmp_path / "a.csv", NEXT_DAY), write(tmp_path / "b.xlsx", NEXT_DAY)
    tables, problems, _ = read(first, again)
    assert (len(tables[ANSWERS]), problems) == (1, [("answer_repeated", "b.xlsx", 2, "application_id")])
    changed = write(tmp_path / "c.csv", NEXT_DAY | {"Vai saruna atbildēja uz Jūsu jautājumu?": "jā"})
    assert len(read(first, changed)[0][ANSWERS]) == 2


def test_a_file_that_does_not_say_whose_answers_it_holds_is_refused(tmp_path):
    nameless = {heading: text for heading, text in NEXT_DAY.items() if heading != COMMUNITY}
    with pytest.raises(Refused) as refused:
        read(write(tmp_path / "a.csv", nameless))
    assert [(p.code, p.column) for p in refused.value.problems] == [("column_gone", "application_id")]


def test_a_letter_among_the_answers_is_named_and_stops_nothing(tmp_path):
    (tmp_path / "vestule.pdf").write_bytes(b"%PDF-1.7 labdien")
    tables, problems, _ = read(tmp_path / "vestule.pdf")
    assert (tables, problems) == ({}, [("file_skipped", "vestule.pdf", None, "")])


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(workflow.EXAMPLE, tmp_path / "gads", ignore=shutil.ignore_patterns("*.py", "*.toml.bak"))
    (tmp_path / "gads" / "atsauksmes").mkdir(exist_ok=True)
    return tmp_path / "gads"


def test_the_folder_is_read_remembered_and_left_to_her_to_delete(folder):
    before = workflow.read_inputs(folder)
    typed = before.sheets[ANSWERS].query("round == 'next_day'").iloc[0]
    names = before.applications.set_index("application_id")["community"]
    known = NEXT_DAY | {COMMUNITY: f"{names[typed['application_id']]} ({typed['application_id']})"}
    stranger = NEXT_DAY | {COMMUNITY: "Tādas kopienas nav"}
    known["Manas piezīmes"] = "x"
    (folder / "atsauksmes" / "vecie").mkdir()
    (folder / "atsauksmes" / "~$diena.csv").touch()
    old = remember(folder, (), {}, b"key")
    write(folder / "atsauksmes" / "diena.csv", known, stranger)
    inputs = workflow.read_inputs(folder)
    asked = [(p.code, p.cell) for p in inputs.problems if p.file == "diena.csv"]
    assert sorted(asked) == [("application_unknown", "B3"), ("column_own", ""), ("file_open", "")]
    assert ("folder_unread", "atsauksmes/vecie") in [(p.code, p.file) for p in inputs.problems]
    assert len(inputs.sheets[ANSWERS]) == len(before.sheets[ANSWERS]) + 2
    assert inputs.hashes.keys() - before.hashes.keys() == {"atsauksmes/diena.csv"}
    twice = check_answers(inputs.sheets, {}, inputs.programme.follow_up, inputs.programme.project.ends)
    assert [(p.code, p.file) for p in twice if p.code == "answer_twice"] == [("answer_twice", "diena.csv")]
    told, gone = compare(old, remember(folder, (), {}, b"key"))
    assert ([(p.code, p.file) for p in told], gone) == ([("memory_new", "atsauksmes/diena.csv")], [])
    plan = erasing.plan_erasure(folder, folder / "nekas", inputs.programme)
    assert (folder / "atsauksmes" / "diena.csv", "aptauju atbildes") in plan.hers


@pytest.mark.parametrize(("third", "count"), [(False, 2), (True, 3)])
def test_the_printed_questions_read_back_under_their_headings(tmp_path, third, count):
    own = programme(follow_up={"third_round": third, "statements": ("Mēs protam.", "Mēs ejam.")})
    texts = format_follow_ups(own)
    assert len(texts) == count
    names = accepted_headings(COLUMNS, list_headings(own))
    read_as = {
        file: [name_heading(line, names) for line in text.splitlines() if line[:1].isdigit()]
        for file, text in texts.items()
    }
    rounds = []
    for file, columns in read_as.items():
        assert None not in columns, texts[file]
        assert len(columns) == len(set(columns))
        headings = [line.partition(". ")[2] for line in texts[file].splitlines() if line[:1].isdigit()]
        row = dict.fromkeys(headings, "") | {"Timestamp": "28.12.2023 10:00:00", COMMUNITY: "K-3F9A2C"}
        tables, problems, _ = read_answers([write(tmp_path / f"{file}.csv", row)], own)
        assert problems == []
        rounds += tables[ANSWERS]["round"].tolist()
    assert rounds == ["next_day", "after_90_days", "after_180_days"][:count]
    asked = {name for columns in read_as.values() for name in columns} | {"round", "answered_on", "then_3", "now_3"}
    assert asked | {"happened_later"} == {column.name for column in COLUMNS}
