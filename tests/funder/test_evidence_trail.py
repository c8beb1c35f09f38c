"""Behind each figure stand its applications and the rows of the sheets."""

import openpyxl
import pandas as pd
import pytest

from mentoring_lib.app.outputs import list_unproved, trace
from mentoring_lib.documents import funder_report
from mentoring_lib.funder.evidence_trail import TRACE, name_rows
from mentoring_lib.render.tables import present, show_cell
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
    for row in rows[rows["application_id"].ne("") & ~rows["sources"].str.contains("Form")].itertuples():
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
