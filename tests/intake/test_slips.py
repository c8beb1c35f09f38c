"""A sample of human slips on a year as typed (see :mod:`slips`; all of them: python tests/intake/slips.py)."""

import random

import pytest
import slips

SEEDS = {"cut": 1}
LAWFUL, MEMORY, CLEAN = (
    list(kinds)[::step] for kinds, step in ((slips.LAWFUL, 6), (slips.MEMORY, 4), (slips.CLEAN, 4))
)  # a sample of seconds; all by the command


@pytest.fixture(scope="module", params=SEEDS)
def base(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("slips") / request.param
    seed = SEEDS[request.param]
    slips.cut_programme(folder, random.Random(seed))
    return folder, slips.Seen(folder)


def test_there_are_enough_kinds_of_slips():
    assert len(slips.LAWFUL) >= 40


@pytest.mark.parametrize("name", LAWFUL)
def test_what_breaks_a_law_of_the_data_is_never_silent(base, name):
    folder, before = base
    assert "silent" not in slips.try_slip(slips.LAWFUL[name], folder, before, seed=7)


@pytest.mark.parametrize("name", MEMORY)
def test_what_only_a_memory_can_see_is_never_silent_with_one(base, name):
    folder, before = base
    assert slips.try_slip(slips.MEMORY[name], folder, before, seed=7)[1] != "silent"


@pytest.mark.parametrize("name", CLEAN)
def test_what_does_no_harm_raises_no_question(base, name):
    folder, before = base
    assert slips.try_slip(slips.CLEAN[name], folder, before, seed=7) == ("harmless", "harmless")
