"""Laws of the reader, tried on whatever chance makes up: nothing lost, nothing but its own refusals."""

import csv
import io

import pytest
from builders import MANY
from hypothesis import given, settings
from hypothesis import strategies as st
from test_corpus import HEAD, ROWS, ods, text, xls, xlsx
from test_loading import visible

from mentoring_lib.app.check import check_file
from mentoring_lib.base.columns import APPLICATION
from mentoring_lib.base.problems import Refused
from mentoring_lib.intake.loading import read_all
from mentoring_lib.workflow import EXAMPLE

PROGRAMME = EXAMPLE / "programme.toml"
CELL = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)
ANSWERS = st.lists(st.lists(CELL, min_size=len(HEAD), max_size=len(HEAD)), max_size=6)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("laws")


@given(ANSWERS)
def test_rows_in_are_rows_out_plus_rows_listed(folder, rows):
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEAD, *rows])
    (folder / "p.csv").write_text(out.getvalue(), encoding="utf-8", newline="")
    table, problems, _ = read_all([folder / "p.csv"], APPLICATION)
    listed = sum(problem.code == "row_total" for problem in problems)
    # a bare carriage return inside an answer is white space to a person and to the row count alike
    assert len(table) + listed == sum(any(cell.strip() for cell in row) for row in rows)


@given(ANSWERS)
def test_every_answer_survives_to_the_letter(folder, rows):
    plain = [[cell.replace("\x00", "").replace("\r", " ") or "x" for cell in row] for row in rows]
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([HEAD, *plain])
    (folder / "q.csv").write_text(out.getvalue(), encoding="utf-8", newline="")
    table, problems, _ = read_all([folder / "q.csv"], APPLICATION)
    kept = [row for row in plain if any(cell.strip() for cell in row)]
    if not any(problem.code == "row_total" for problem in problems):
        seen = [[visible(cell) for cell in row] for row in kept]
        assert table[[column.name for column in APPLICATION]].to_numpy().tolist() == seen


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    return [make(tmp_path_factory.mktemp("seed")).read_bytes() for make in (xlsx(), text(), xls, ods)]


@settings(max_examples=40 * MANY)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_but_never_breaks_the_reader(folder, seeds, data):
    content = bytearray(data.draw(st.sampled_from(seeds)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=30))
    (folder / "d.xlsx").write_bytes(bytes(content))
    found = check_file(folder / "d.xlsx", PROGRAMME)
    assert found["verdict"] in ("load", "load_with_issues", "reject")
    assert found["verdict"] != "reject" or found["problems"]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(folder, content):
    (folder / "b.csv").write_bytes(content)
    with pytest.raises(Refused, match=r"b\.csv"):  # too short to hold the headings
        read_all([folder / "b.csv"], APPLICATION)


def test_the_same_export_in_any_row_order_gives_the_same_codes(folder):
    found = check_file(xlsx()(folder), PROGRAMME)
    turned = check_file(xlsx(rows=ROWS[::-1])(folder), PROGRAMME)
    codes = [item["application_id"] for item in found["applications"]]
    assert [item["application_id"] for item in turned["applications"]] == codes[::-1]
