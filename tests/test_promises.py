"""Promises of the whole library: one direction, nothing edited, nothing lost, nothing that depends on the machine."""

import ast
import copy
import dataclasses
import hashlib
import importlib
import inspect
import os
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pandas as pd
import pytest
from builders import codes

import mentoring_lib
from mentoring_lib.base.problems import TEXTS
from mentoring_lib.base.rows import rows_of
from mentoring_lib.workflow import evaluate

PACKAGE = Path(mentoring_lib.__file__).parent
ROOMS = re.findall(r"^    (\w+)  +\S", mentoring_lib.__doc__, re.MULTILINE)
MIDDLE = {"intake", "selection", "delivery", "themes", "outcomes"}
SOURCES = {
    str(path.relative_to(PACKAGE).with_suffix("")): path.read_text(encoding="utf-8")
    for path in sorted(PACKAGE.rglob("*.py"))
}
MODULES = [name for name in SOURCES if not name.endswith("__init__")]
LIBRARY = [name for name in MODULES if name.partition("/")[0] not in ("app", "__main__")]


def tables_of(results):
    found = {f.name: getattr(results, f.name) for f in dataclasses.fields(results)}
    found |= {f"evidence.{name}": table for name, table in found.pop("evidence").items()}
    found |= {f"figures.{name}": table for name, table in vars(found.pop("figures")).items()}
    return {name: table for name, table in found.items() if isinstance(table, pd.DataFrame)}


def fingerprint(results):
    """SHA-256 over every table: cells, types and order (run in other processes too)."""
    parts = [
        f"{name}\n{table.to_csv()}{table.dtypes.to_string()}" for name, table in sorted(tables_of(results).items())
    ]
    return hashlib.sha256(
        "\n".join([*parts, str(results.stamp), str(results.problems), str(results.blockers)]).encode("utf-8")
    ).hexdigest()


# One direction


def imports_of(source):
    """Every name of the package that a module imports, as a dotted path."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "mentoring_lib":
            yield from (f"{node.module}.{alias.name}".removeprefix("mentoring_lib.") for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (a.name.removeprefix("mentoring_lib.") for a in node.names if "mentoring_lib." in a.name)


@pytest.mark.parametrize("module", [name for name in MODULES if "/" in name or name == "workflow"])
def test_a_room_imports_only_from_those_above_it(module):
    room = module.split("/")[0]
    used = {name.split(".")[0] for name in imports_of(SOURCES[module])} - {room, "__version__"}
    assert used <= set(ROOMS[: ROOMS.index(room)])
    assert room not in MIDDLE or not used & MIDDLE


def test_modules_of_a_room_import_each_other_in_one_direction():
    graph = {name.replace("/", "."): set(imports_of(SOURCES[name])) for name in MODULES}
    inside = {
        name: {other for other in graph if any(f"{use}.".startswith(f"{other}.") for use in uses)}
        for name, uses in graph.items()
    }
    tuple(TopologicalSorter(inside).static_order())  # raises CycleError


def test_every_room_has_its_place_in_the_flow_and_no_module_is_left_outside():
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert rooms | {"workflow"} == set(ROOMS)
    assert len([name for name in SOURCES if "/" not in name]) <= 4
    assert all(len(ast.get_docstring(ast.parse(SOURCES[f"{room}/__init__"])).splitlines()) <= 12 for room in rooms)


TOUCHING = {
    "open", "read_text", "read_bytes", "write_text", "write_bytes", "read_csv", "read_excel", "load_workbook",
    "is_file", "is_dir", "exists", "iterdir", "glob", "rglob", "stat", "unlink", "mkdir", "listdir",
}  # fmt: skip
"""Names of calls that reach a disk."""


def list_touching(source):
    """Each function (or "" for what is done at import) of a source from which a call reaches a disk."""
    for top in ast.parse(source).body:
        calls = [node.func for node in ast.walk(top) if isinstance(node, ast.Call)]
        if TOUCHING & {getattr(call, "attr", getattr(call, "id", "")) for call in calls}:
            yield getattr(top, "name", "")


def test_only_reading_functions_touch_files():
    """Words and styles that stand beside a module are read at import; a programme's folder by intake and workflow."""
    own = {name: set(list_touching(SOURCES[name])) for name in LIBRARY if not name.startswith("intake/")}
    at_import = ("base/columns", "base/problems", "base/settings", "base/slips", "base/texts",
                 "documents/new_programme", "documents/wording", "render/html", "render/palette",
                 "render/tables")  # fmt: skip
    assert {name: found for name, found in own.items() if found} == {key: {""} for key in at_import} | {
        "base/programme": {"read_bytes", "read_programme"},
        "documents/lot_check": {"make_lot_check"},
        "workflow": {"_own_or_common", "_read_text", "read_inputs"},
    }


def test_reading_in_a_function_that_only_counts_is_found():
    source = SOURCES["workflow"].replace(
        "def make_stamp(inputs: Inputs, as_of: date) -> Stamp:\n", "def make_stamp():\n    LOCK.read_bytes()\n"
    )
    assert "make_stamp" in list_touching(source)


@pytest.mark.parametrize("module", [name for name in LIBRARY if name != "render/charts"])
def test_no_module_looks_at_clock_chance_or_environment(module):
    used = {ast.unparse(node) for node in ast.walk(ast.parse(SOURCES[module])) if isinstance(node, ast.Attribute)}
    forbidden = re.compile(r"datetime\.now|date\.today|time\.time|random\..*|os\.environ|os\.getenv|locale\..*")
    assert [name for name in used if forbidden.fullmatch(name)] == []


def test_evaluate_opens_no_file(inputs, results, afresh, monkeypatch):
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("evaluate reads a file"))
    monkeypatch.setattr(Path, "is_file", lambda *_: pytest.fail("evaluate looks for a file"))
    assert evaluate(inputs).stamp == results.stamp


def test_rows_have_a_type():
    assert inspect.signature(rows_of).parameters["kind"].default is inspect.Parameter.empty


def test_nothing_keeps_what_people_wrote():
    kept = {name: re.findall(r"@(?:lru_)?cache.*\n(?:@.*\n)*def (\w+)", SOURCES[name]) for name in MODULES}
    known = {"_exporter", "_templates", "known_places", "_read_notes", "_letters"}  # nothing of an answer
    assert {function for found in kept.values() for function in found} - known == set()


def test_no_test_of_the_suite_measures_seconds():
    tests = [path for path in Path(__file__).parent.rglob("test_*.py") if path.parent.name != "tools"]
    clocks = re.compile(r"perf_counter\(|process_time\(|monotonic\(|time\.time\(")
    assert [path.name for path in tests if path != Path(__file__) and clocks.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_is_explained(module):
    loaded = importlib.import_module(f"mentoring_lib.{module}".replace("/", "."))
    assert loaded.__doc__
    own = [
        item
        for name, item in vars(loaded).items()
        if not name.startswith("_") and getattr(item, "__module__", "") == loaded.__name__
    ]
    public = [item for item in own if inspect.isfunction(item) or inspect.isclass(item)]
    assert [item.__name__ for item in public if not inspect.getdoc(item)] == []


# Messages


@pytest.mark.parametrize("code", TEXTS)
def test_every_message_is_used_somewhere(code):
    assert any(f'"{code}"' in text for text in SOURCES.values())


def test_every_code_in_use_has_a_message():
    calls = [node for text in SOURCES.values() for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    named = [call.args[0] for call in calls if getattr(call.func, "id", "") == "Problem" and call.args]
    called = {argument.value for argument in named if isinstance(argument, ast.Constant)}
    assert called
    assert called <= set(TEXTS)


# Nothing edited, nothing lost


def test_the_flow_edits_nothing_it_was_given(inputs, afresh):
    before = copy.deepcopy(inputs)
    evaluate(inputs)
    pd.testing.assert_frame_equal(inputs.applications, before.applications)
    pd.testing.assert_frame_equal(inputs.marks, before.marks)
    for name, sheet in before.sheets.items():
        pd.testing.assert_frame_equal(inputs.sheets[name], sheet, obj=name)
    assert inputs.problems == before.problems
    assert inputs.programme == before.programme


def test_a_second_run_gives_the_same(inputs, results, afresh):
    assert fingerprint(evaluate(inputs)) == fingerprint(results)


def test_rows_in_are_rows_out_plus_rows_listed(results):
    listed = codes(results.problems).count("application_repeated")
    assert len(results.decided) + listed == 28
    assert sorted(results.decided["row"]) == list(range(2, 30))
    assert results.decided["application_id"].is_unique


def test_nothing_is_shown_that_cannot_be_traced_to_its_row(results):
    assert results.decided[["file", "sheet", "row"]].notna().all(axis=None)


# Nothing that depends on the machine or on the order of rows


@pytest.mark.parametrize("chance", [1, 2])
def test_the_order_of_rows_changes_no_result(inputs, results, chance):
    def shuffle(table):
        return table.sample(frac=1, random_state=chance).reset_index(drop=True)

    turned = dataclasses.replace(
        inputs,
        applications=shuffle(inputs.applications),
        marks=shuffle(inputs.marks),
        sheets={name: shuffle(sheet) for name, sheet in inputs.sheets.items()},
    )
    one, other = tables_of(results), tables_of(evaluate(turned))
    for name, table in one.items():
        same_rows = ["application_id"] if name in ("scored", "graded") else []
        pair = [t.sort_values(same_rows, ignore_index=True) if same_rows else t for t in (table, other[name])]
        pd.testing.assert_frame_equal(*pair, obj=name)


def test_seed_zone_language_and_folder_of_the_process_change_nothing(tmp_path, results):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from test_promises import evaluate, fingerprint\n"
        "from mentoring_lib.workflow import read_inputs\n"
        "print(fingerprint(evaluate(read_inputs())))"
    )
    surroundings = [
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "2", "TZ": "America/Los_Angeles", "LC_ALL": "tr_TR.UTF-8", "PYTHONUTF8": "1"},
    ]
    path = os.pathsep.join([str(PACKAGE.parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(Path(__file__).parent)],
            cwd=tmp_path, env=os.environ | {"PYTHONPATH": path} | changed, stdout=subprocess.PIPE, text=True,
        )
        for changed in surroundings
    ]  # fmt: skip
    assert [process.communicate(timeout=300)[0].strip() for process in running] == [fingerprint(results)] * 2
