"""Every check of the rooms is asked on the way from files to result, and what it finds is told.

The list is made from the code: a new ``check_…`` or ``find_…`` that gives problems is included by itself.
"""

import importlib
import inspect
import pkgutil
import re
import sys
from dataclasses import replace

import pytest

import mentoring_lib
from mentoring_lib import workflow
from mentoring_lib.base.problems import Problem
from mentoring_lib.workflow import evaluate, read_inputs

NAMES = [module.name for module in pkgutil.walk_packages(mentoring_lib.__path__, "mentoring_lib.")]
ROOMS = [name for name in NAMES if name.split(".")[1] not in ("app", "__main__")]
GIVES = ("list[Problem]", "Iterator[Problem]")
CHECKS = {
    f"{name.removeprefix('mentoring_lib.')}.{key}": value
    for name in ROOMS
    for key, value in vars(importlib.import_module(name)).items()
    if inspect.isfunction(value) and value.__module__ == name and key.lstrip("_").startswith(("check_", "find_"))
    and re.sub(r"[\w.]*\.", "", str(value.__annotations__.get("return"))) in GIVES  # written out or as a name
}  # fmt: skip
ELSEWHERE = {
    "documents.privacy_notice.check_notice": "asked of the settings alone, where files are made or a year is begun",
    "intake.loading._find_stray": "asked of columns without a heading only; the example has none",
    "intake.settings.find_used": "asked by the commands, which know the folder of the other programmes",
}


def ask_all(marked):
    """What is told of the example if each of these checks finds one thing more: its own name."""
    loaded = [module for name, module in sys.modules.items() if name.startswith("mentoring_lib")]
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name in marked:

            def find_more(*parts, check=CHECKS[name], name=name, **words):
                return [*check(*parts, **words), Problem("lexicon_row", value=name)]

            for module in loaded:
                for key in [key for key, value in vars(module).items() if value is CHECKS[name]]:
                    monkeypatch.setattr(module, key, find_more)
        inputs = read_inputs()
        both = [evaluate(inputs), evaluate(replace(inputs, frozen=None))]  # after the freeze and before it
    return {one.value for results in both for one in (*results.problems, *results.blockers)} & set(CHECKS)


@pytest.fixture(scope="module")
def told(afresh_throughout):
    """Again and again, since a result that a check has made provisional is not asked what is asked of a final one."""
    known = set()
    while more := ask_all(CHECKS.keys() - known):
        known |= more
    return known


@pytest.mark.parametrize("name", CHECKS)
def test_what_a_check_finds_is_told(told, name):
    assert (name in told) != (name in ELSEWHERE)


def test_the_list_is_made_from_the_code():
    assert len(CHECKS) > 30
    assert set(ELSEWHERE) <= set(CHECKS)
    assert "selection.decisions._check_overrides" in CHECKS


def test_codes_are_looked_up_in_marks_and_in_every_sheet_about_applications(monkeypatch):
    asked = []
    monkeypatch.setattr(workflow, "check_references", lambda table, _: asked.append(table) or [])
    inputs = read_inputs()
    about = [name for name, sheet in inputs.sheets.items() if name != "Labojumi" and "application_id" in sheet]
    assert len(asked) == 1 + len(about) > 5
    assert [len(table) for table in asked[-1:]] == [len(inputs.marks)]
