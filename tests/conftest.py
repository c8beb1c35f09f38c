"""One pace for all property tests: the same examples in every run, no clock, a quick answer when one fails.

The invented example is read, evaluated and made into files once for all tests; a test that changes it makes a new one.
"""

import gc
import inspect
import os
import pickle
import sys
from functools import lru_cache, wraps

import pytest
from builders import MANY
from hypothesis import Phase, settings

from mentoring_lib import workflow
from mentoring_lib.app import outputs, renewing
from mentoring_lib.base import texts
from mentoring_lib.documents import consultation_sheets, funder_report, letters, new_programme, recommendations
from mentoring_lib.intake import cleaning, moments
from mentoring_lib.render import pdf
from mentoring_lib.selection import sensitivity
from mentoring_lib.themes import suggesting

settings.register_profile(
    "promises", max_examples=20 * MANY, deadline=None, derandomize=True, database=None, phases=[Phase.generate]
)
settings.load_profile("promises")
gc.set_threshold(10_000, 50, 50)  # as a command does
LONG = ("app", "browser", "tests")  # folders whose files take many seconds each


def pytest_collection_modifyitems(items):
    """Long files first: with several processes none then waits at the end for another's long file."""
    items.sort(key=lambda item: item.path.parent.name not in LONG)


KNOWN = []


def pytest_collection_finish():
    """What was collected stays to the end: no use in looking through it for garbage again and again.

    Where faults of rooms after the evaluation are tried (MENTORING_KNOWN), each in a fork of this process, the example
    is evaluated here, once for all.
    """
    if "MENTORING_KNOWN" in os.environ:
        KNOWN[:] = [read := workflow.read_inputs(), workflow.evaluate(read)]
    gc.collect()
    gc.freeze()


REMEMBERED = (
    workflow.evaluate, moments.parse_moments, cleaning.clean_table, funder_report.draw, pdf.make_pdf,
    letters.make_letter, recommendations.make_document, consultation_sheets.make_letter, sensitivity.examine,
    suggesting._prepare, outputs.list_own_texts, new_programme.make_tracking_workbook, renewing.renew_workbook,
)  # fmt: skip
"""Pure functions that take long: a hundred tests make the report of the example with one thing changed elsewhere."""
MOST = 40  # answers of each that are kept, the last used


def remember(function):
    """The same pure function, which works out an answer once for equal arguments."""
    known = {}

    @wraps(function)
    def recall(*words, **named):
        key = pickle.dumps((words, named))
        known[key] = known.pop(key) if key in known else function(*words, **named)
        if len(known) > MOST:
            del known[next(iter(known))]
        return known[key]

    return recall


def replace_all(patch, functions):
    """Another function wherever a module of the library or of the tests knows one by name."""
    modules = [one for one in sys.modules.values() if is_ours(getattr(one, "__file__", None) or "")]
    for module in modules:
        for name, value in list(vars(module).items()):
            if inspect.isfunction(value) and value in functions:
                patch.setattr(module, name, functions[value])


def is_ours(file):
    return file.startswith((str(workflow.ROOT / "mentoring_lib"), str(workflow.ROOT / "tests")))


def remember_words(function, longest=100):
    """The same pure function of a text, which works out that of a short one once."""
    recall = lru_cache(100_000)(function)
    return wraps(function)(lambda text: recall(text) if len(text) < longest else function(text))


WRAPPED = {function: remember(function) for function in REMEMBERED} | {texts.fold: remember_words(texts.fold)}


@pytest.fixture(scope="session", autouse=True)
def _remember():
    with pytest.MonkeyPatch.context() as patch:
        replace_all(patch, WRAPPED)
        yield


@pytest.fixture
def afresh(monkeypatch):
    """Everything is worked out anew: for a test that compares two times, counts, or changes what is called inside."""
    replace_all(monkeypatch, {wrapped: function for function, wrapped in WRAPPED.items()})


@pytest.fixture(scope="module")
def afresh_throughout():
    """The same for all tests of a file."""
    with pytest.MonkeyPatch.context() as patch:
        replace_all(patch, {wrapped: function for function, wrapped in WRAPPED.items()})
        yield


@pytest.fixture(scope="session")
def inputs():
    return KNOWN[0] if KNOWN else workflow.read_inputs()


@pytest.fixture(scope="session")
def results(inputs):
    return KNOWN[1] if KNOWN else workflow.evaluate(inputs)


@pytest.fixture(scope="session")
def example(inputs, results):
    return inputs, results


@pytest.fixture(scope="session")
def made(example):
    """What a run makes, without the notebooks' pages."""
    files, problems = outputs.make_files(*example)
    assert problems == []
    return files


@pytest.fixture(scope="session")
def files(made):
    """What the funder gets, by name."""
    return {name.removeprefix("finansetajam/"): made[name] for name in made if name.startswith("finansetajam/")}
