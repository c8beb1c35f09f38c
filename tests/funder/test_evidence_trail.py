"""Behind each figure stand its applications and the rows of the sheets."""

from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from builders import END, allocated, confirmed, events, happened, placed, programme, recommendations, tasks
from builders import changed as looked_back
from test_figures import PUBLIC, TARGET, TWO, evidence_of, gathered, supported

from mentoring_lib.app.outputs import list_unproved, trace
from mentoring_lib.delivery.events import list_valid_events
from mentoring_lib.documents import funder_report
from mentoring_lib.funder.evidence_trail import TRACE, name_rows, trace_figures
from mentoring_lib.funder.figures import count_evidence, select_delivered
from mentoring_lib.outcomes.look_back import KEY
from mentoring_lib.render.tables import present, show_cell
from mentoring_lib.themes.exploring import confirm_themes
from mentoring_lib.workflow import EXAMPLE

CELL = ["in_table", "in_row", "in_column"]


@pytest.fixture(scope="module")
def rows(example):
    return trace(*example).set_index(CELL)


@pytest.fixture(scope="module")
def traced(rows):
    return rows[~rows.index.duplicated()]


@pytest.mark.parametrize("name", ["Novadi", "Veidi", "Tēmas", "Konsultāciju skaits", "Saņemtais"])
def test_each_figure_of_a_table_has_its_trace_with_the_same_number(example, traced, name):
    inputs, results = example
    table = {sheet.name: sheet.table for sheet in funder_report.list_tables(results.figures, inputs.programme)}[name]
    labels = present(table).iloc[:, 0]
    for label, (_, row) in zip(labels, table.iterrows(), strict=True):
        for column in table.columns[1:]:
            assert traced.loc[(name, label, column), "figure"] == pytest.approx(row[column]), (label, column)


def test_each_indicator_has_its_trace_with_the_same_number(example, traced):
    for row in example[1].figures.indicators.itertuples():
        assert traced.loc[("Rādītāji", f"{row.indicator}, {row.year}", "result"), "figure"] == pytest.approx(row.result)


def test_results_are_traced_by_kind(example, traced):
    for row in present(example[1].figures.results).itertuples():
        assert traced.loc[("Rezultāti", row[1], "count"), "figure"] == row[3]


def test_an_hour_rests_on_the_one_row_that_says_it_was_held_and_its_proof(example, rows):
    hours = rows.loc[[("Saņemtais", "Kopā", "consultations")]]
    assert len(hours) == 12
    assert hours["sources"].str.fullmatch(r"(Konsultācijas|Notikumi) \d+").all()
    lacking = list_unproved(example[1]).query("missing.str.contains('Apliecinājums')")["application_id"]
    assert set(hours.loc[hours["evidence"].eq(""), "application_id"]) == set(lacking)
    assert hours["part_of_it"].eq(1).all()


def test_the_parts_of_every_figure_add_up_to_it(rows):
    sums = rows.groupby(CELL, sort=False).agg({"figure": "first", "part_of_it": "sum"})
    assert len(sums) > 140
    assert sums["figure"].to_list() == pytest.approx(sums["part_of_it"].to_list())


def test_the_course_and_every_consultation_are_traced(example, traced):
    for row in example[1].figures.course.itertuples():
        assert traced.loc[("Norise", show_cell(row.day), "held"), "figure"] == row.held
    assert len(traced.loc["Konsultācijas"]) == 12
    assert len(traced.loc["Novirzes"]) == 3


def test_the_rows_lead_to_entries_of_this_application(rows):
    book = openpyxl.load_workbook(EXAMPLE / "darba_gramata.xlsx", data_only=True)
    for row in rows[rows["application_id"].ne("") & ~rows["sources"].str.contains("pieteikumi|aptauja")].itertuples():
        for part in row.sources.split("; "):
            sheet, _, numbers = part.partition(" ")
            assert {book[sheet].cell(int(number), 1).value for number in numbers.split(", ")} == {row.application_id}


def test_rows_are_named_by_sheet_each_once():
    entries = [("Notikumi", 12), ("Ieteikumi", 7), ("Notikumi", 5), ("Notikumi", 12)]
    assert name_rows(entries) == "Ieteikumi 7; Notikumi 5, 12"
    assert name_rows([]) == ""


def test_a_figure_of_nought_has_no_application(traced):
    nought = traced[traced["figure"].eq(0)]
    assert len(nought)
    assert nought["application_id"].eq("").all()
    assert pd.Index(TRACE[3:]).equals(traced.columns)


def test_what_came_with_an_export_is_named_by_its_file_with_its_own_evidence(example):
    inputs, results = example
    told = inputs.sheets["Rezultāti"]
    files = [f"{at}.csv" for at in range(len(told))]  # every answer on row 2 of a file without sheets
    told = told.assign(file=files, sheet="", row=2, evidence=[f"foto {file}" for file in files])
    happened = results.happened.merge(told[[*KEY, "file"]].drop_duplicates(KEY), on=KEY, suffixes=("_", ""))
    sheets, changed = {**inputs.sheets, "Rezultāti": told}, replace(results, happened=happened.assign(sheet="", row=2))
    evidence = count_evidence(
        select_delivered(results.supported), sheets["Ieteikumi"], sheets["Darbi"], changed,
        as_of=results.as_of, period=results.figures.period,
    )  # fmt: skip
    rows = trace(replace(inputs, sheets=sheets), replace(changed, evidence=evidence)).query("in_table == 'Rezultāti'")
    rows = rows[rows["application_id"].ne("")]
    assert len(rows)
    for sources, evidence in zip(rows["sources"], rows["evidence"], strict=True):
        assert evidence == "; ".join(f"foto {one.removesuffix(' 2')}" for one in sources.split("; "))


# By hand


def trace_small():
    settled = programme(public=PUBLIC, indicators=[TARGET])
    decided = allocated("K-01 new 9", "K-02 existing 9", "K-03 new 1", places={2023: 1, 2024: 1})
    decided = confirm_themes(decided, confirmed("K-01 funding"), settled.themes)
    lines = [*TWO, "K-03 offered 2024-02-02 year=2024", "K-03 declined 2024-02-03"]
    told = happened("K-01 event_held 2023-12-02 amount=30")
    done = tasks("K-01 done_on=2023-11-01")
    advice = recommendations("K-01 2023-10-05", "K-01 2023-10-06")
    evidence = evidence_of(supported(*TWO), advice, done, looked_back(results=told, work=done))
    return trace_figures(
        gathered(*lines), settled, decided=decided, places=placed(*lines, evidence=["K-01", "K-02"]), evidence=evidence,
        valid_events=list_valid_events(events(*lines), settled, as_of=END),
        proofs={("Notikumi", 5): "lapa.pdf", ("Ieteikumi", 3): "vēstule.pdf"},
    )  # fmt: skip


NOBODY = (0, "", 0, "", "")
FIRST = ("K-01", 1, "Notikumi 5", "lapa.pdf")
SECOND = ("K-02", 1, "Notikumi 9", "")
ALL = [(3, f"K-{at:02}", 1, f"pieteikumi.xlsx {at + 1}", "") for at in (1, 2, 3)]


EXPECTED = {
    ("Norise", "01.10.2023", "held"): [(1, *FIRST)],
    ("Kopsavilkums", "Pieteikumi", "count"): ALL,
    ("Pieteikumi", "Mārupes novads", "count"): ALL,
    ("Pieteikumi", "Olaines novads", "count"): [NOBODY],
    ("Pieteikumi", "jauna", "count"): [(2, *ALL[0][1:]), (2, *ALL[2][1:])],
    ("Rezultāti", "pasākums noticis", "count"): [(1, "K-01", 1, "Rezultāti 2", "")],
    ("Rādītāji", "Konsultācijas, 2023", "result"): [(1, *FIRST)],
    ("Rādītāji", "Konsultācijas, Kopā", "result"): [(2, *FIRST), (2, *SECOND)],
    ("Saņemtais", "Kopā", "recommendations"): [(2, "K-01", 2, "Ieteikumi 2, 3", "vēstule.pdf")],
    ("Saņemtais", "2024", "recommendations"): [NOBODY],
    ("Saņemtais", "2023", "tasks"): [(1, "K-01", 1, "Darbi 2", "")],
    ("Konsultāciju skaits", "2023", "delivered"): [(1, *FIRST)],
    ("Konsultāciju skaits", "2024", "booked"): [NOBODY],
    ("Konsultāciju skaits", "Kopā", "planned"): [(4, "", 4, "programme.toml: places, carry_over", "")],
    ("Novadi", "Kopā", "2024"): [(1, *SECOND)],
    ("Novadi", "Mārupes novads", "Kopā"): [(2, *FIRST), (2, *SECOND)],
    ("Veidi", "Kopā", "Kopā"): [(2, *FIRST), (2, *SECOND)],
    ("Veidi", "klātienē", "2023"): [NOBODY],
    ("Tēmas", "Kā piesaistīt papildu finansējumu?", "Mārupes novads"): [(1, *FIRST)],
    ("Novirzes", "03.02.2024", "kopiena atteicās"): [(1, "K-03", 1, "Notikumi 11", "")],
    ("Konsultācijas", "2", ""): [(1, *SECOND)],
}


def test_each_cell_names_its_applications_their_rows_and_their_proofs():
    rows = trace_small().set_index(CELL)
    assert {cell: list(rows.loc[[cell]].itertuples(index=False, name=None)) for cell in EXPECTED} == EXPECTED
    assert sorted(set(rows.index.get_level_values("in_table"))) == sorted(
        ["Kopsavilkums", *dict.fromkeys(name for name, *_ in EXPECTED if name != "Kopsavilkums")]
    )
