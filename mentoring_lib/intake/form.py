"""Her form beside ours: which of her questions is which of ours, and what her answers mean (``veidlapa.xlsx``).

What is recognised and what is likely is written down once, for a person to look through; what was only suggested
counts after she said that she did. Nothing here is guessed for her: without her word it stays unread.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from rapidfuzz import fuzz

from mentoring_lib.base.columns import APPLICATION, CHOICES, FORM_SHEETS, Column
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.texts import fold
from mentoring_lib.intake import loading
from mentoring_lib.intake.applications import known_places
from mentoring_lib.intake.cleaning import NO, PLAIN_EMAIL, YES, clean_column, read_themes
from mentoring_lib.intake.file_safety import WORDS
from mentoring_lib.intake.loading import Sheet
from mentoring_lib.intake.spreadsheets import Cell

FORM_BOOK = "veidlapa.xlsx"
LABELS = {column.name: column.label for column in APPLICATION}
UNUSED = "neizmantot"
KNOWN, LIKELY, UNKNOWN = "atpazīts", "ieteikts", "nav atpazīts"

# Questions whose answers are words of a list.
MAPPED = tuple(column for column in APPLICATION if column.kind in ("choice", "yes_no"))

SAMPLE = 200  # answers of a column that are looked at
ENOUGH = 0.62  # likeness of a heading, with what its answers look like, from which it is suggested
LONG = 70  # letters of a text that describes something
_PARTS = re.compile(r"\s+/\s+|\s+[|–—]\s+|\n|\(|\)|/")


class Suggestion(NamedTuple):
    """What a heading or an answer may mean ("" if nobody knows), and how that is known."""

    meaning: str
    known: str


class Survey(NamedTuple):
    """What her exports hold: her headings, and her answers to questions of a list by question and word."""

    headings: dict[str, Suggestion]
    answers: dict[tuple[str, str], Suggestion]

    @property
    def is_plain(self) -> bool:
        """Whether all that is mapped at all was recognised."""
        return all(one.known != LIKELY for one in (*self.headings.values(), *self.answers.values()))


def survey_form(paths: Iterable[Path], programme: Programme) -> Survey:
    """Look through exports for what their headings and answers mean.

    Parameters
    ----------
    paths : iterable of Path
        Form exports; what cannot be read as a table is passed over.
    programme : Programme
    """
    names = loading.accepted_headings(APPLICATION, programme.form.headers)
    headings: dict[str, Suggestion] = {}
    answers: dict[tuple[str, str], Suggestion] = {}
    for path in paths:
        try:
            sheets = [sheet for sheet in loading.read_sheets(path, names) if not sheet.hidden and sheet.columns]
        except Refused:
            continue
        for sheet in sheets[:1] if not any(loading.locate(one, names)[0] is not None for one in sheets) else sheets:
            columns = _take_columns(sheet, names, programme)
            found = _suggest_headings(columns, names, programme)
            headings |= {text: one for text, one in found.items() if text not in headings}
            for text, one in found.items():
                if one.meaning in {column.name for column in MAPPED}:
                    answers |= _suggest_answers(one.meaning, columns[text], programme)
    return Survey(headings, answers)


def _take_columns(sheet: Sheet, names: Mapping[str, str], programme: Programme) -> dict[str, list[Cell]]:
    """Filled cells under each heading; the options of one question of themes together."""
    top, located = loading.guess_headings(sheet, names)
    columns: dict[str, list[Cell]] = {}
    themes = {fold(label) for label in programme.themes.values()}
    parts = [str(column[top]).partition("[") for column in located.columns]
    groups = {question for question, _, option in parts if fold(option) in themes}
    for column in located.columns:
        text = str(column[top]).strip()
        group = text.partition("[")[0]
        name = group.strip() if group in groups else text
        if name:
            columns.setdefault(name, []).extend(cell for cell in column[top + 1 :] if str(cell).strip())
    return columns


def _suggest_headings(
    columns: Mapping[str, Sequence[Cell]], names: Mapping[str, str], programme: Programme
) -> dict[str, Suggestion]:
    """Each heading as it is recognised, else the best of the columns that are left."""
    found = {text: Suggestion(name, KNOWN) for text in columns if (name := loading.name_heading(text, names))}
    taken = {one.meaning for one in found.values()}
    places = known_places(programme.call)
    likely = sorted(
        (-score, order, text, column.name)
        for order, text in enumerate(columns)
        if text not in found
        for column in APPLICATION
        if column.name not in taken
        and (score := _likeness(text, column) + _looks_like(column, columns[text][:SAMPLE], programme, places))
        >= ENOUGH
    )
    for _, _, text, name in likely:
        if text not in found and name not in taken:
            found[text] = Suggestion(name, LIKELY)
            taken.add(name)
    return {text: found.get(text, Suggestion("", UNKNOWN)) for text in columns}


def _likeness(text: str, column: Column) -> float:
    """How much a heading, or one language of it, says the same as a column's: 0 to 1."""
    parts = [fold(loading.NUMBERED.sub("", part)) for part in (text, *_PARTS.split(text))]
    usual = [fold(word) for word in (column.label, *column.also)]
    alike = max((fuzz.ratio(part, word) for part in parts for word in usual), default=0.0) / 100
    stems = [stem for stem in WORDS["stems"].get(column.name, ()) if any(f" {stem}" in f" {part}" for part in parts)]
    return max(alike if alike > 0.85 else 0.5 * alike, 0.35 + 0.02 * max(map(len, stems)) if stems else 0.0)


def _looks_like(
    column: Column, cells: Sequence[Cell], programme: Programme, places: Mapping[str, tuple[str, bool]]
) -> float:
    """How far the answers look like those of a column: 0 to 0.5, and less than 0 where they cannot be."""
    if not cells:
        return 0.0
    if column.name != "submitted_at" and _share(isinstance(cell, date) for cell in cells) > 0.5:
        return -1.0
    texts = [str(cell).strip() for cell in cells]
    if column in MAPPED:
        share = _share(_read(column, text, programme) or bool(_nearest(column, text)) for text in texts)
        return -1.0 if share <= 0.5 else share * (0.3 if column.kind == "yes_no" else 0.5)
    towns = {fold(town) for town in programme.call.municipalities}
    last = list(programme.themes)[-1]
    tests: dict[str, Callable[[str], bool]] = {
        "municipality": lambda text: fold(text) in towns,
        "place": lambda text: places.get(fold(text), ("", False))[0] != "" and fold(text) not in towns,
        "themes": lambda text: bool({*read_themes(text, programme.themes).codes} - {last}),
        "question": lambda text: len(text) > LONG,
    }
    if column.name in tests:
        return 0.5 * _share(map(tests[column.name], texts))
    if column.name == "community":
        return -1.0 if _share(fold(text) in YES | NO for text in texts) > 0.5 else 0.25 * len(set(texts)) / len(texts)
    share = _share(_PATTERNS[column.name].fullmatch(text) is not None for text in texts)
    return 0.5 * share if share > 0.5 or column.name in ("contact_name", "preferred_times") else -1.0


def _share(answers: Iterable[bool]) -> float:
    counted = list(answers)
    return sum(counted) / len(counted)


# What answers to a question look like.
_PATTERNS = {"email": PLAIN_EMAIL} | {name: re.compile(shape) for name, shape in WORDS["looks"].items()}


def _read(column: Column, text: str, programme: Programme) -> bool:
    """Whether an answer is read as it stands."""
    return bool(clean_column(pd.Series([text], dtype="str"), column, programme)[0].notna().all())


def _nearest(column: Column, text: str) -> str:
    """Our word that somebody's answer may stand for; "" if none is near."""
    name = "yes_no" if column.kind == "yes_no" else column.name
    words = {stem: CHOICES[name][code] for code, stems in WORDS["answers"][name].items() for stem in stems}
    words |= {fold(word): word for word in CHOICES[name].values() if len(word) > 2}
    folded = fold(text)
    best = max(words, key=lambda word: (word == folded, fuzz.ratio(folded, word), len(word)))
    return words[best] if fuzz.ratio(folded, best) >= 80 else ""


def _suggest_answers(name: str, cells: Sequence[Cell], programme: Programme) -> dict[tuple[str, str], Suggestion]:
    """Each different answer to a question of a list that is not read as it stands, with the nearest word."""
    (column,) = (one for one in MAPPED if one.name == name)
    told = {fold(word) for word in programme.form.answers.get(name, ())}
    words = dict.fromkeys(str(cell).strip() for cell in cells)
    strange = [word for word in words if fold(word) not in told and not _read(column, word, programme)]
    near = {word: _nearest(column, word) for word in strange}
    return {(name, word): Suggestion(meaning, LIKELY if meaning else UNKNOWN) for word, meaning in near.items()}


def read_form(folder: Path, programme: Programme) -> tuple[Programme, list[Problem]]:
    """The programme with what ``veidlapa.xlsx`` says of her form, if there is one, and what is wrong with it.

    Raises
    ------
    Refused
        If a word is not of the list, or one heading has two meanings: each with its cell.
    """
    path = folder / FORM_BOOK
    if not path.is_file():
        return programme, []
    sheets = loading.read_sheets(path)
    tables = {name: loading.read_named(sheets, columns, name, columns).table for name, columns in FORM_SHEETS.items()}
    checked = any(fold(word) == fold(CHOICES["yes_no"]["yes"]) for word in tables["Pārbaudīts"]["answer"])
    said = {name: table for name, table in tables.items() if "known" in table}
    kept = {name: table if checked else table[table["known"] != LIKELY] for name, table in said.items()}
    problems = [Problem("form_unchecked", FORM_BOOK, name) for name in kept if len(kept[name]) < len(said[name])]
    wrong: list[Problem] = []
    headers, answers = _read_questions(kept["Jautājumi"], wrong), _read_answers(kept["Atbildes"], programme, wrong)
    if wrong:
        raise Refused(wrong)
    form = programme.form
    merged = {name: (*form.headers.get(name, ()), *headers.get(name, ())) for name in (*form.headers, *headers)}
    meant = {name: {**form.answers.get(name, {}), **answers.get(name, {})} for name in (*form.answers, *answers)}
    return programme.with_form(form.model_copy(update={"headers": merged, "answers": meant})), problems


def _read_questions(table: pd.DataFrame, wrong: list[Problem]) -> dict[str, tuple[str, ...]]:
    """Her headings by column; "" holds those that are not to be read."""
    names = {fold(label): name for name, label in LABELS.items()} | {fold(UNUSED): ""}
    headers: dict[str, tuple[str, ...]] = {}
    seen: dict[str, str] = {}
    for heading, meaning, row in _list_said(table, "heading", "meaning"):
        name = names.get(fold(meaning))
        if name is None:
            wrong.append(_wrong("form_word_unknown", "Jautājumi", "B", row, meaning, ", ".join(LABELS.values())))
        elif seen.setdefault(fold(heading), name) != name:
            wrong.append(_wrong("form_heading_twice", "Jautājumi", "A", row, heading))
        else:
            headers[name] = (*headers.get(name, ()), heading)
    return headers


def _read_answers(table: pd.DataFrame, programme: Programme, wrong: list[Problem]) -> dict[str, dict[str, str]]:
    """Our answer by hers and question."""
    names = {fold(label): name for name, label in LABELS.items()}
    answers: dict[str, dict[str, str]] = {}
    for word, meaning, question, row in _list_said(table, "word", "meaning", "question"):
        name = names.get(fold(question), "")
        labels = programme.themes if name == "themes" else CHOICES.get(name, CHOICES["yes_no"])
        if not name:
            wrong.append(_wrong("form_word_unknown", "Atbildes", "A", row, question, ", ".join(LABELS.values())))
        elif fold(meaning) not in map(fold, labels.values()):
            wrong.append(_wrong("form_word_unknown", "Atbildes", "C", row, meaning, ", ".join(labels.values())))
        else:
            answers.setdefault(name, {})[word] = meaning
    return answers


def _list_said(table: pd.DataFrame, *names: str) -> Iterator[tuple[Any, ...]]:
    """Cells of some columns and the number of each row in which the first two are filled."""
    filled = table[list(names[:2])].apply(lambda column: column.str.strip().ne("")).all(axis=1)
    yield from table.loc[filled, [*names, "row"]].itertuples(index=False)


def _wrong(code: str, sheet: str, letter: str, row: int, value: str, details: str = "") -> Problem:
    return Problem(code, FORM_BOOK, sheet, int(row), "", value, "", details, f"{letter}{row}")


def list_rows(survey: Survey) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows of the workbook, by sheet, in the words that stand in it."""
    questions = [(text, LABELS.get(one.meaning, ""), one.known) for text, one in survey.headings.items()]
    answers = [(LABELS[name], word, one.meaning, one.known) for (name, word), one in survey.answers.items()]
    asked = [("Vai ieteiktais pārbaudīts?", CHOICES["yes_no"]["yes"] if survey.is_plain else "")]
    told: tuple[Sequence[tuple[str, ...]], ...] = (questions, answers, asked)
    for (sheet, columns), rows in zip(FORM_SHEETS.items(), told, strict=True):
        yield sheet, pd.DataFrame(rows, columns=[column.name for column in columns])
