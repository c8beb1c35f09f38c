"""The notebooks: stored with outputs, thin, in Latvian; nbval compares what they print."""

import ast
import os
import subprocess
import sys

import nbformat
import pytest

from mentoring_lib import pages
from mentoring_lib.workflow import EXAMPLE, ROOT, describe_environment, hand_over

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_LINES = 8


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_ipython_is_loaded_before_a_run_draws_beside_its_notebooks():
    code = "import sys\nfrom mentoring_lib import pages\nsys.modules['IPython'].version_info"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_there_are_a_first_page_and_five():
    assert [path.stem for path in PATHS] == [
        "0_sakums",
        "1_pieteikumi",
        "2_atlase",
        "3_konsultacijas",
        "4_temas",
        "5_atskaite",
    ]


def test_every_cell_was_run_in_order_without_an_error(notebook):
    assert [cell.execution_count for cell in code_cells(notebook)] == list(range(1, len(code_cells(notebook)) + 1))
    assert all(output.output_type != "error" for cell in code_cells(notebook) for output in cell.outputs)
    assert all(cell.outputs for cell in code_cells(notebook)[1:])
    assert "widgets" not in notebook.metadata


def test_cells_are_short_and_define_nothing(notebook):
    for cell in code_cells(notebook):
        assert len(cell.source.splitlines()) <= MOST_LINES
        kinds = (ast.FunctionDef, ast.Lambda, ast.For, ast.While, ast.ClassDef)
        assert not any(isinstance(node, kinds) for node in ast.walk(ast.parse(cell.source)))


def test_every_code_cell_but_the_first_follows_prose_or_a_result(notebook):
    assert notebook.cells[0].source.startswith("# ")
    assert sum(cell.cell_type == "markdown" for cell in notebook.cells) >= 4


def test_every_picture_is_described(notebook):
    outputs = [
        output for cell in code_cells(notebook) for output in cell.outputs if "image/png" in output.get("data", {})
    ]
    assert all(output.metadata["image/png"]["alt"] for output in outputs)


def test_a_page_has_no_code_and_needs_no_network(notebook, results):
    page = pages.make_page(notebook, pages.title_of(notebook), results.stamp).decode("utf-8")
    assert '<html lang="lv">' in page
    assert "(os.environ)" not in page
    assert "PIEMĒRS" in page
    assert 'src="http' not in page
    assert page.count("<h1") == 1
    assert page.count("<img") == page.count('alt="')


def test_personal_answers_stay_out_of_committed_notebooks(inputs):
    applications = inputs.applications
    text = "".join(path.read_text("utf-8") for path in PATHS)
    assert not any(email in text for email in applications["email"])
    assert not any(phone in text for phone in applications["phone"].dropna())


PROBE = "from mentoring_lib import workflow\nprint(len(workflow.handed), 'pickle' in dir())"


def test_what_a_run_hands_over_changes_no_byte(tmp_path, example):
    probe = tmp_path / "probe.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(PROBE)]), probe)
    paths, environment = [PATHS[3], probe], {**os.environ, **describe_environment(EXAMPLE)}
    alone = pages.execute_notebooks(paths, environment)
    given = pages.execute_notebooks(paths, environment, first=hand_over(*example))
    assert given[probe.name].cells[0].outputs[0].text == "1 False\n"
    assert alone[probe.name].cells[0].outputs[0].text == "0 False\n"
    assert pages.write_notebook(given[PATHS[3].name]) == pages.write_notebook(alone[PATHS[3].name])
