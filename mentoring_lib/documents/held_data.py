"""All that is kept about one applicant, as one document (Regulation (EU) 2016/679, art. 15)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    tables = [
        (WORDS["application"], inputs.applications, list(APPLICATION_COLUMNS)),
        (WORDS["outcome"], results.decided, ["state", "novelty", "rank", "outcome", "place_year", "reason"]),
        (MARKS_SHEET, results.anchors, ["anchor", "given", "agreed"]),  # points without the markers' names
    ]
    for name, columns in SHEETS.items():
        names = [column.name for column in columns]
        tables += [(name, inputs.sheets[name], names)] if "application_id" in names else []
    for heading, table, names in tables:
        yield ("heading", heading)
        yield from _list_facts(table[table["application_id"].eq(key)], names, inputs.programme.themes)
    yield ("heading", WORDS["files"])
    yield from (("item", file) for file in files)
    title, sections = list_sections(inputs.programme)
    yield ("heading", title)
    yield from (("lead", lead, text) for lead, text in sections)


def _list_facts(rows: pd.DataFrame, names: list[str], themes: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    """Every row about an application: what it says, by heading, themes in words; what is empty is left out."""
    told = rows[[name for name in names if name != "application_id"]].copy()
    for name in {"themes", "theme"} & {*told}:
        told[name] = told[name].map(lambda cell: "; ".join(themes.get(code, code) for code in _list_codes(cell)))
    shown = show(told, caption="")
    for row in shown.rows:
        yield ("facts", [(head, cell) for head, cell in zip(shown.headings, row, strict=True) if cell not in ("", "–")])
    if not shown.rows:
        yield ("text", WORDS["nothing"])


def _list_codes(cell: Any) -> Sequence[str]:
    return cell if isinstance(cell, tuple) else [cell] if isinstance(cell, str) else []
