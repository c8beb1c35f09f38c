"""The notebooks: stored with outputs, thin, in Latvian; nbval compares what they print."""

import ast
import os
import re
import subprocess
import sys

import nbformat
import pytest

from mentoring_lib.app import notebooks, widgets
from mentoring_lib.app.notebook_process import start_notebooks
from mentoring_lib.base.problems import Refused
from mentoring_lib.render import html
from mentoring_lib.workflow import EXAMPLE, ROOT, describe_environment, share_results

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MAX_LINES = 8


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def page_of(notebook, stamp):
    return html.wrap_page(notebooks.title_of(notebook), notebooks.make_body(notebook), stamp).decode("utf-8")


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
        lines = [
            line for line in cell.source.splitlines() if not line.startswith("from mentoring_lib")
        ]  # a line a room
        assert len(lines) <= MAX_LINES
        kinds = (ast.FunctionDef, ast.Lambda, ast.For, ast.While, ast.ClassDef)
        assert not any(isinstance(node, kinds) for node in ast.walk(ast.parse(cell.source)))


def test_every_code_cell_but_the_first_follows_prose_or_a_result(notebook):
    assert notebook.cells[0].source.startswith("# ")
    assert sum(cell.cell_type == "markdown" for cell in notebook.cells) >= 3


def test_every_picture_is_described(notebook):
    outputs = [output.get("data", {}) for cell in code_cells(notebook) for output in cell.outputs]
    images = [image for data in outputs for image in re.findall(r"<img[^>]*>", data.get("text/html", ""))]
    assert all(re.search(r'alt="[^"]{20,}"', image) for image in images)


def test_a_page_has_no_code_and_needs_no_network(notebook, results):
    page = page_of(notebook, results.stamp)
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


def write_cell(path, source):
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)]), path)


PROBE = "from mentoring_lib import workflow\nprint(len(workflow._shared), 'pickle' in dir())"


def test_what_a_run_shares_changes_no_byte(tmp_path, example):
    """Alone each notebook gives its committed bytes (see test_docs)."""
    book, probe = tmp_path / PATHS[3].name, tmp_path / "probe.ipynb"
    book.write_bytes(PATHS[3].read_bytes())
    write_cell(probe, PROBE)
    environment = {**os.environ, **describe_environment(EXAMPLE)}
    given = notebooks.execute_notebooks([book, probe], environment, first=lambda: share_results(*example))
    assert given[probe.name].cells[0].outputs[0].text == "1 False\n"
    assert notebooks.write_notebook(given[book.name]) == PATHS[3].read_bytes()


def test_a_kernel_forgets_one_notebook_before_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(notebooks, "AT_ONCE", 1)
    write_cell(tmp_path / "a.ipynb", f"left = 1  {'#' * 99}\nleft")
    write_cell(tmp_path / "b.ipynb", "'left' in dir(), len(Out)")
    done = notebooks.execute_notebooks(sorted(tmp_path.iterdir()), dict(os.environ))
    first, second = (done[name].cells[0].outputs[0] for name in ("a.ipynb", "b.ipynb"))
    assert (first.execution_count, first.data["text/plain"]) == (1, "1")
    assert (second.execution_count, second.data["text/plain"]) == (1, "(False, 0)")


def test_the_other_process_makes_pages_of_what_it_executes(tmp_path):
    write_cell(tmp_path / "a.ipynb", "print(given)")
    nbformat.write(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Virsraksts")]), tmp_path / "b.ipynb"
    )
    with start_notebooks(sorted(tmp_path.iterdir()), dict(os.environ)) as make_pages:
        made = {name: (title, body) for name, title, body in make_pages("import builtins; builtins.given = 'dots'")}
    assert sorted(made) == ["a.ipynb", "b.ipynb"]
    assert made["b.ipynb"][0] == "Virsraksts"
    assert "dots" in made["a.ipynb"][1]


def test_a_failure_in_the_other_process_is_told_here(tmp_path):
    write_cell(tmp_path / "a.ipynb", "1 / 0")
    with (
        pytest.raises(Refused, match=r"a\.ipynb burtnīca apstājās: ZeroDivisionError: division by zero"),
        start_notebooks([tmp_path / "a.ipynb"], dict(os.environ)) as make_pages,
    ):
        list(make_pages("pass"))


NOT_NEEDED = """
import inspect, os, pathlib, sys
from mentoring_lib.app.notebook_process import start_notebooks

if __name__ == "__main__":
    with start_notebooks([pathlib.Path(sys.argv[1])], dict(os.environ)) as make_pages:
        inspect.getclosurevars(make_pages).nonlocals["here"].poll({wait})
        print("refused")
        raise SystemExit(2)
"""


@pytest.mark.parametrize("wait", [0, 60])  # seconds at most: before it has loaded anything, and when it has
def test_a_process_that_is_not_needed_ends_without_a_word(tmp_path, wait):
    write_cell(tmp_path / "a.ipynb", "1")
    script = tmp_path / "script.py"
    script.write_text(NOT_NEEDED.format(wait=wait), "utf-8")
    ran = subprocess.run([sys.executable, script, tmp_path / "a.ipynb"], capture_output=True, check=False, timeout=300)
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, b"refused\n", b"")


def test_the_notebooks_ask_the_rule_and_name_no_colour():
    texts = {path.stem: "".join(cell.source for cell in nbformat.read(path, as_version=4).cells) for path in PATHS}
    assert 'results.anchors["gap"].ge(inputs.programme.rule.discussion_gap)' in texts["2_atlase"]
    assert "select_valid(results.decided)" in texts["2_atlase"]  # no text without consent
    assert '["file", "row", "application_id"' in texts["1_pieteikumi"]  # which export, where there are several
    for name, text in texts.items():
        assert not re.search(r"\b(zil|zaļ|pelēk|dzelten|oranž)", text.casefold()), name
        assert not re.search(r"tr(īs|iju|ijos) novad|Rīgas laik|Par šo (izdruku|lapu)", text), name


def test_no_page_names_a_command_that_would_open_the_example_and_tables_are_called_hers():
    texts = {path.stem: "".join(cell.source for cell in nbformat.read(path, as_version=4).cells) for path in PATHS}
    assert [name for name, text in texts.items() if "python run.py" in text] == []
    assert "run.py" not in widgets.ELSEWHERE
    assert "jūsu programmas mapē, ja tā tur ir" in texts["3_konsultacijas"]
    assert "data/starting_points" not in texts["3_konsultacijas"]  # her own copy may be the one that is read


def test_a_page_folds_what_explains_and_shows_what_answers(notebook):
    body = notebooks.make_body(notebook)
    if notebook.cells[0].source.startswith("# 0"):
        return
    answer, first = body.index('<p class="answer">'), body.index("<section")
    assert body.index("<h1>") < answer < first
    assert body.count("<details id=") == sum(cell.source.startswith("### ") for cell in notebook.cells)
    assert body.count("<section id=") == sum(cell.source.startswith("## ") for cell in notebook.cells)
