"""All that is kept about one applicant, as one document (Regulation (EU) 2016/679, art. 15)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from mentoring_lib.base.columns import APPLICATION_COLUMNS, MARKS_SHEET, SHEETS
from mentoring_lib.documents.privacy_notice import list_sections
from mentoring_lib.documents.wording import TEXTS
from mentoring_lib.render.docx import make_document
from mentoring_lib.render.tables import show
from mentoring_lib.workflow import Inputs, Results

WORDS = TEXTS["held_data"]


def make_held_data(inputs: Inputs, results: Results, key: str, files: Iterable[str]) -> bytes:
    """The document about one application; ``files`` are those that hold something about it, by name."""
    return make_document(WORDS["title"].format(code=key), results.stamp, list(_parts(inputs, results, key, files)))


def _parts(inputs: Inputs, results: Results, key: str, files: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    yield ("heading", WORDS["application"])
    yield from _list_facts(inputs.applications, key, list(APPLICATION_COLUMNS))
    yield ("heading", WORDS["outcome"])
    yield from _list_facts(results.decided, key, ["state", "novelty", "rank", "outcome", "place_year", "reason"])
    yield ("heading", MARKS_SHEET)
    yield from _list_facts(results.anchors, key, ["anchor", "given", "agreed"])  # points without the markers' names
    for name, columns in SHEETS.items():
        if "application_id" in (names := [column.name for column in columns]):
            yield ("heading", name)
            yield from _list_facts(inputs.sheets[name], key, [one for one in names if one != "application_id"])
    yield ("heading", WORDS["files"])
    yield from (("item", file) for file in files)
    title, sections = list_sections(inputs.programme)
    yield ("heading", title)
    yield from (("lead", lead, text) for lead, text in sections)


def _list_facts(table: pd.DataFrame, key: str, names: list[str]) -> Iterator[tuple[Any, ...]]:
    """Every row about an application: what it says, by heading; what is empty is left out."""
    shown = show(table.loc[table["application_id"].eq(key), [name for name in names if name in table]], caption="")
    for row in shown.rows:
        yield ("facts", [(head, cell) for head, cell in zip(shown.headings, row, strict=True) if cell not in ("", "–")])
    if not shown.rows:
        yield ("text", WORDS["nothing"])
