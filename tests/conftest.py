"""One pace for all property tests: the same examples in every run, no clock, a quick answer when one fails.

The invented example is read, evaluated and made into files once for all tests; a test that changes it makes a new one.
"""

import pytest
from builders import MANY
from hypothesis import Phase, settings

from mentoring_lib import workflow
from mentoring_lib.app import outputs

settings.register_profile(
    "promises", max_examples=30 * MANY, deadline=None, derandomize=True, database=None, phases=[Phase.generate]
)
settings.load_profile("promises")
LONG = ("app", "browser", "tests")  # folders whose files take many seconds each


def pytest_collection_modifyitems(items):
    """Long files first: with several processes none then waits at the end for another's long file."""
    items.sort(key=lambda item: item.path.parent.name not in LONG)


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
