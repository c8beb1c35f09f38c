"""What is made of a form and to write in, as it was looked at: questions ready to paste, the map of a form, tracking.

Where a word is changed on purpose, read it and write its lines anew: ``python tests/render/test_form_workbook.py``
with the project and ``tests`` on the path.
"""

from pathlib import Path

import pytest
from builders import applications, programme
from test_docx_and_xlsx import stands

from mentoring_lib.documents import form_workbook, new_programme
from mentoring_lib.intake.form import survey_form
from mentoring_lib.intake.settings import read_settings
from mentoring_lib.render.entry_workbook import LISTS
from mentoring_lib.workflow import EXAMPLE

LINES = Path(__file__).parent / "looked_at"


def ask():
    own = read_settings(EXAMPLE)
    yield from form_workbook.format_questions(own).split("\n")
    third = own.follow_up.model_copy(update={"third_round": True})
    for name, text in form_workbook.format_follow_ups(own.model_copy(update={"follow_up": third})).items():
        yield from (f"== {name}", *text.split("\n"))


def map_form():
    """Where everything stands in the workbook, of the lists but their beginning."""
    survey = survey_form([EXAMPLE / "pieteikumi" / "pieteikumi.xlsx"], read_settings(EXAMPLE))
    yield from list_lines(form_workbook.make_form_workbook(survey), "Palīdzība", "Jautājumi", "Atbildes", "Pārbaudīts")


def track():
    """The tracking workbook of three communities; of the sheets that the tool does not fill in, widths and rules."""
    themes = [("funding", "nav"), None, ("communication", "funding")]
    table = applications(3, community=["Ūdri", "Āmuļi", None], themes=themes)
    listed = new_programme.Listed(table, {"K-01": ("communication",), "K-03": ("funding", "nav")})
    return list_lines(
        new_programme.make_tracking_workbook(programme(), listed), "Palīdzība", "Kopienas", "Tēmas", LISTS
    )


def list_lines(content, *whole):
    for name, page in stands(content).items():
        for part in ("cells", "widths", "rules"):
            told = page[part].items() if isinstance(page[part], dict) else page[part]
            for one in told if part != "cells" or name in whole else ():
                yield f"{name} {part} {' '.join(map(str, one))}".replace("\n", " / ")


MADE = {"questions": ask, "form": map_form, "tracking": track}


@pytest.mark.parametrize("name", MADE)
def test_what_is_made_of_a_form_is_as_it_was_looked_at(name):
    assert [*MADE[name]()] == (LINES / f"{name}.txt").read_text("utf-8").split("\n")


if __name__ == "__main__":
    for name, make in MADE.items():
        (LINES / f"{name}.txt").write_text("\n".join(make()), "utf-8", newline="\n")
