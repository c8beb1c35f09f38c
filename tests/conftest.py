"""One pace for all property tests: the same examples in every run, no clock, a quick answer when one fails.

The invented example is read, evaluated and made into files once for all tests; a test that changes it makes a new one.
"""

import gc
import inspect
import io
import os
import pickle
import sys
from functools import lru_cache, wraps
from types import SimpleNamespace
from typing import NamedTuple

import pandas as pd
import pytest
from builders import MANY
from hypothesis import Phase, settings

from mentoring_lib import workflow
from mentoring_lib.app import outputs, renewing
from mentoring_lib.base import texts
from mentoring_lib.delivery import events, turns
from mentoring_lib.documents import funder_report, hours, letters, new_programme
from mentoring_lib.funder import figures, privacy
from mentoring_lib.intake import cleaning, loading, moments
from mentoring_lib.render import pdf
from mentoring_lib.selection import allocation, eligibility, scoring, sensitivity
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


LARGE = (
    workflow.evaluate, funder_report.draw, pdf.make_pdf, hours.make_document, sensitivity.examine,
    suggesting._prepare, outputs.list_own_texts, new_programme.make_tracking_workbook, renewing.renew_workbook,
)  # fmt: skip
SMALL = (
    moments.parse_moments, loading.read_table, loading.find_copies, suggesting.suggest_themes, turns._line_up_before,
    events.follow, events.list_valid_events, allocation.allocate, scoring.summarise_anchors,
    eligibility.find_duplicates, figures.count_evidence, funder_report.list_texts, funder_report.list_tables,
    letters.make_document,
)  # fmt: skip
REMEMBERED = dict.fromkeys(LARGE, 40) | dict.fromkeys(SMALL, 400)
"""Pure functions that take long, and how many answers of each are kept, the last used: a hundred tests make the report
of the example with one thing changed elsewhere."""


class Alike(pickle.Pickler):
    """What is equal gives the same bytes: a table by its cells, however it lies in memory, and nothing by reference."""

    def reducer_override(self, given):
        if not isinstance(given, pd.DataFrame):
            return NotImplemented
        cells = [given.iloc[:, number].tolist() for number in range(given.shape[1])]
        head = given.columns.tolist(), given.dtypes.astype(str).tolist(), given.columns.names, given.index.names
        return tuple, ((*head, given.index.tolist(), cells),)


def make_key(given):
    written = io.BytesIO()
    pickler = Alike(written)
    pickler.fast = True
    pickler.dump(given)
    return written.getvalue()


def remember(function, most):
    """The same pure function, which works out an answer once for equal arguments; each caller may add to hers."""
    known = {}

    @wraps(function)
    def recall(*words, **named):
        key = make_key((words, named))
        known[key] = known.pop(key) if key in known else function(*words, **named)
        if len(known) > most:
            del known[next(iter(known))]
        return share(known[key])

    return recall


def share(answer):
    """An answer whose list or table may be added to without changing what is remembered."""
    if isinstance(answer, list):
        return [*answer]
    if isinstance(answer, pd.DataFrame):
        return answer.copy(deep=False)
    return type(answer)(*map(share, answer)) if hasattr(answer, "_fields") else answer


class Kept(NamedTuple):
    """A file as its readers see it, by its bytes."""

    name: str
    content: bytes

    def read_bytes(self):
        return self.content


def remember_files(function):
    """The reader of a spreadsheet, which reads the same bytes under the same name once."""

    @lru_cache(40)
    def read(name, content, names, formulas):
        return function(Kept(name, content), names, formulas=formulas)

    @wraps(function)
    def recall(path, names=(), *, formulas=False):
        try:
            return [*read(path.name, path.read_bytes(), tuple(names), formulas)]
        except OSError:
            return function(path, names, formulas=formulas)

    return recall


def remember_lexicon(function):
    """The reader of the lexicon, which reads the same bytes for the same themes once."""
    read = remember(lambda name, content, themes: function(Kept(name, content), themes), 40)
    return wraps(function)(lambda path, themes: read(path.name, path.read_bytes(), themes))


def remember_tables(function):
    """The reader of typed cells, which reads equal ones once; it is given no more of a programme than it looks at."""
    clean = remember(function, 400)

    @wraps(function)
    def recall(raw, columns, programme, order=None):
        call = SimpleNamespace(time_zone=programme.call.time_zone, deadline=programme.call.deadline)
        return clean(raw, columns, SimpleNamespace(themes=programme.themes, call=call), order)

    return recall


def remember_texts(function):
    """The reader of a file's texts, which reads the same bytes once."""
    read = lru_cache(400)(lambda content: list(function(content)))
    return wraps(function)(lambda content: iter(read(content)))


def remember_lines(function):
    """What folds lines, which folds the same ones once."""
    read = lru_cache(400)(function)
    return wraps(function)(lambda texts: read(tuple(texts)))


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


OTHERWISE = {
    texts.fold: remember_words, loading.read_sheets: remember_files, loading.read_lexicon: remember_lexicon,
    cleaning.clean_table: remember_tables, privacy._read_markup: remember_texts, privacy.read: remember_lines,
}  # fmt: skip
WRAPPED = {function: remember(function, most) for function, most in REMEMBERED.items()}
WRAPPED |= {function: wrapper(function) for function, wrapper in OTHERWISE.items()}


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
