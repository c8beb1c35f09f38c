"""What the tool makes beside an export, her form's map and the tracking workbook; whether its lists are today's."""

from pathlib import Path

import pandas as pd

from mentoring_lib.app import writing
from mentoring_lib.base.columns import SHEETS
from mentoring_lib.base.problems import Problem
from mentoring_lib.documents.form_workbook import make_form_workbook
from mentoring_lib.documents.new_programme import Listed, list_sheets, make_tracking_workbook
from mentoring_lib.intake import loading
from mentoring_lib.intake.form import FORM_BOOK, survey_form
from mentoring_lib.intake.settings import read_settings
from mentoring_lib.intake.stones import FILE as STONES
from mentoring_lib.intake.workbook import WORKBOOK
from mentoring_lib.render.entry_workbook import LISTS, list_words
from mentoring_lib.workflow import Inputs, suggest


def make_form(folder: Path) -> list[Problem]:
    """Make the workbook that maps her form, once, when there is an export; a problem that names it if it was made."""
    exports = loading.list_files(folder / "pieteikumi")
    programme = read_settings(folder)
    if programme.example or (folder / FORM_BOOK).exists():
        return []
    survey = survey_form(exports, programme)
    if not survey.headings:
        return []
    writing.replace_file(folder / FORM_BOOK, make_form_workbook(survey))
    return [Problem("form_made", FORM_BOOK)]


def list_applications(inputs: Inputs) -> Listed:
    """Applications as the workbook offers them, with what the texts of those who consented suggest."""
    there = _drop_stones(inputs)
    suggested = suggest(there[there["consent"].fillna(True)], inputs.lexicon)
    return Listed(there, dict(zip(suggested["application_id"], suggested["suggested"], strict=True)))


def _drop_stones(inputs: Inputs) -> pd.DataFrame:
    """Applications without those whose data were deleted."""
    return inputs.applications[inputs.applications["file"].ne(STONES)]


def make_workbook(folder: Path, inputs: Inputs) -> bool:
    """Make the workbook if there is none and never was; whether it was made."""
    if inputs.programme.example or inputs.frozen or (folder / WORKBOOK).exists():
        return False
    content = make_tracking_workbook(inputs.programme, list_applications(inputs))
    writing.replace_file(folder / WORKBOOK, content)
    return True


def find_outdated(folder: Path, inputs: Inputs) -> list[Problem]:
    """A note if the workbook's lists are not today's; one that the tool did not make has none."""
    path = folder / WORKBOOK
    sheets = {sheet.name: sheet for sheet in loading.read_sheets(path)} if path.is_file() else {}
    if LISTS not in sheets:
        return []
    there = [[str(cell) for cell in column if str(cell)] for column in sheets[LISTS].columns]
    today = [list(words) for words in list_words(list_sheets(inputs.programme, Listed(_drop_stones(inputs))))]
    return [] if there == today and sheets.keys() >= SHEETS.keys() else [Problem("workbook_outdated", WORKBOOK)]
