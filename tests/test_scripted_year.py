"""An invented year through the files as a person would: how much is typed, no code, and nothing left to settle."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from scripted_year import (
    ADDED,
    FOLLOW_UP,
    Year,
    count_cells,
    count_settings,
    play,
    play_again,
    retype_example,
)

from mentoring_lib import workflow
from mentoring_lib.app import outputs
from mentoring_lib.documents.wording import find_lacking
from mentoring_lib.intake.workbook import WORKBOOK


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("gads")


@pytest.fixture(scope="module")
def year(home) -> Year:
    return play(home, whole=False)


def test_at_most_520_cells_are_filled_in_and_no_code_is_typed(year):
    assert count_cells(year) <= 520
    assert count_cells(year, ADDED) < count_cells(year)
    assert year.hand.codes() == []
    picked = [cell for cell in year.hand.cells if cell.column == "application_id"]
    assert all(cell.picked for cell in picked)
    assert len(picked) > 60


def test_a_first_programme_takes_at_most_60_settings_and_one_begun_from_it_25(home, year):
    assert count_settings(year) <= 60
    assert count_settings(play_again(home, year)) <= 25


def test_the_year_ends_with_every_output_and_nothing_to_settle(year):
    inputs = workflow.read_inputs(year.folder)
    results = workflow.evaluate(inputs, as_of=year.day)
    assert (len(inputs.applications), results.final) == (47, True)
    assert results.ledger.loc[2025, ["planned", "delivered"]].tolist() == [10, 10]
    assert [one.message for one in results.problems if one.severity != "note" and one.blocks] == []
    files, left_out = outputs.make_files(inputs, results)
    assert left_out == []
    letters = [name for name in files if name.startswith("ieksejie/vestules/")]
    assert len(letters) == 47
    assert {"finansetajam/atskaite.pdf", "ieksejie/protokols.docx", "publiski/parbaude.html"} <= set(files)
    asked = ("letters.signed_by", "letters.check_link", "privacy.controller", "privacy.link", "minutes.votes")
    assert find_lacking(inputs.programme, asked) == []


def test_the_examples_year_typed_again_gives_the_same_figures(tmp_path, results):
    year = retype_example(tmp_path / "example")
    again = year.evaluate()
    pd.testing.assert_frame_equal(again.decided, results.decided)
    assert again.problems == results.problems
    assert repr(replace(again.figures, stamp=results.stamp)) == repr(results.figures)
    typed = year.hand.count(WORKBOOK)
    by_form = sum(sum(typed[sheet]) for sheet in FOLLOW_UP)
    assert (count_cells(year) - by_form, year.hand.codes()) == (608, [])
    assert not re.search(r"K-[0-9A-F]{6}", " ".join(str(c.value) for c in year.hand.cells if not c.picked))
