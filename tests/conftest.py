"""One pace for all property tests: the same examples in every run, no clock, a quick answer when one fails.

The invented example is read, evaluated and made into files once for all tests; a test that changes it makes a new one.
"""

import pytest
from hypothesis import Phase, settings

from mentoring_lib import workflow
from mentoring_lib.app import outputs

settings.register_profile(
    "promises", max_examples=30, deadline=None, derandomize=True, database=None, phases=[Phase.generate]
)
settings.load_profile("promises")


def pytest_collection_modifyitems(items):
    """Tests in a browser come last: Playwright keeps an event loop running in this process."""
    items.sort(key=lambda item: "browser" in item.path.parts)


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
