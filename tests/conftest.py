"""One pace for all property tests: the same examples in every run, no clock, a quick answer when one fails.

The invented example is read, evaluated and made into files once for all tests; a test that changes it makes a new one.
"""

import pickle

import pytest
from builders import MANY
from hypothesis import Phase, settings

from mentoring_lib import workflow
from mentoring_lib.app import outputs
from mentoring_lib.documents import consultation_sheets, funder_report, letters, recommendations
from mentoring_lib.render import pdf
from mentoring_lib.selection import sensitivity
from mentoring_lib.themes import suggesting

settings.register_profile(
    "promises", max_examples=30 * MANY, deadline=None, derandomize=True, database=None, phases=[Phase.generate]
)
settings.load_profile("promises")
LONG = ("app", "browser", "tests")  # folders whose files take many seconds each


def pytest_collection_modifyitems(items):
    """Long files first: with several processes none then waits at the end for another's long file."""
    items.sort(key=lambda item: item.path.parent.name not in LONG)


REMEMBERED = (
    (funder_report, "draw"), (pdf, "make_pdf"), (letters, "make_letter"), (recommendations, "make_document"),
    (consultation_sheets, "make_letter"), (sensitivity, "examine"), (suggesting, "_prepare"),
    (outputs, "list_own_texts"),
)  # fmt: skip
"""Pure functions that take long: a hundred tests make the report of the example with one thing changed elsewhere."""


class Remembered:
    """A pure function that works out an answer once for equal arguments."""

    def __init__(self, function):
        self.function, self.known = function, {}

    def __call__(self, *words, **named):
        key = pickle.dumps((words, named))
        if key not in self.known:
            self.known[key] = self.function(*words, **named)
        return self.known[key]


@pytest.fixture(scope="session", autouse=True)
def _remember():
    with pytest.MonkeyPatch.context() as patch:
        for module, name in REMEMBERED:
            patch.setattr(module, name, Remembered(getattr(module, name)))
        yield


@pytest.fixture
def afresh(monkeypatch):
    """Everything is worked out anew: for a test that compares two times."""
    for module, name in REMEMBERED:
        monkeypatch.setattr(module, name, getattr(module, name).function)


@pytest.fixture(scope="session")
def inputs():
    return workflow.read_inputs()


@pytest.fixture(scope="session")
def results(inputs):
    return workflow.evaluate(inputs)


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
