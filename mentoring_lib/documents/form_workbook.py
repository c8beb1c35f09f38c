"""What is made of a form: the workbook that maps hers to ours, and the questions ready to paste into a form maker."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from mentoring_lib.base.columns import APPLICATION, CHOICES, FORM_SHEETS, NOTHING, Column
from mentoring_lib.base.programme import Programme
from mentoring_lib.documents.wording import TEXTS
from mentoring_lib.intake.form import LABELS, MAPPED, UNUSED, Survey, list_rows
from mentoring_lib.outcomes.look_back import list_rounds
from mentoring_lib.render.entry_workbook import FillableSheet, make_fillable

WIDE = {"heading": 70, "meaning": 26, "known": 16, "word": 50, "question": 30, "answer": 12}
QUESTIONS_FILE = "veidlapas_jautajumi.txt"


def make_form_workbook(survey: Survey) -> bytes:
    """``veidlapa.xlsx``: her headings and answers beside ours, filled with what is recognised and suggested."""
    words = TEXTS["form"]
    answers = dict.fromkeys(word for column in MAPPED for word in CHOICES[_list_of(column)].values())
    choices = {
        "Jautājumi": {"meaning": [*LABELS.values(), UNUSED]},
        "Atbildes": {"question": [column.label for column in MAPPED], "meaning": list(answers)},
        "Pārbaudīts": {"answer": list(CHOICES["yes_no"].values())},
    }
    rows = dict(list_rows(survey))
    sheets = [
        FillableSheet(name, words["intros"][name], columns, choices[name], rows[name], WIDE)
        for name, columns in FORM_SHEETS.items()
    ]
    return make_fillable(words["title"], words["help"], sheets)


def _list_of(column: Column) -> str:
    return "yes_no" if column.kind == "yes_no" else column.name


def make_questions(programme: Programme) -> dict[str, bytes]:
    """The questions of her forms, ready to paste, by file name."""
    texts = {QUESTIONS_FILE: format_questions(programme)} | format_follow_ups(programme)
    return {name: text.encode("utf-8-sig") for name, text in texts.items()}


def format_questions(programme: Programme) -> str:
    """The questions that a form must have, each with the kind of its answer, ready to paste into a form maker."""
    return "\n".join(_list_lines(programme)) + "\n"


def _list_lines(programme: Programme) -> Iterator[str]:
    words = TEXTS["form"]
    yield from (programme.call.title, "", *words["before"], "")
    asked = [column for column in APPLICATION if column.name != "submitted_at"]
    if programme.form.consent == "not_asked":
        asked = [column for column in asked if column.name != "consent"]
    for number, column in enumerate(asked, start=1):
        yield f"{number}. {(column.also or (column.label,))[0]}"
        yield f"   {words['kinds'][column.kind]}"
        options = {
            "municipality": programme.call.municipalities,
            "themes": tuple(programme.themes.values()),
            "mode": tuple(word.capitalize() for word in CHOICES["mode"].values()),
        }.get(column.name, ())
        yield from (f"   ( ) {option}" for option in options)
        yield ""


def format_follow_ups(programme: Programme) -> dict[str, str]:
    """The questions of each round that the programme asks after the hour, ready to paste, by name of the file."""
    forms = TEXTS["follow_up"]["forms"]
    asked = [forms[name] for name in list_rounds(programme.follow_up)]
    return {form["file"]: "\n".join(_list_asked(form, programme)) + "\n" for form in asked}


def _list_asked(form: Mapping[str, Any], programme: Programme) -> Iterator[str]:
    words = TEXTS["follow_up"]
    yield from (*form["intro"], "", *words["before"], "")
    asked = form["questions"] if "like" not in form else words["forms"][form["like"]]["questions"]
    before, after = form.get("instead", ("", ""))
    for number, (heading, kind) in enumerate(_repeat(asked, programme), start=1):
        yield f"{number}. {after if heading == before else heading}"
        options = [*CHOICES.get(kind, {}).values(), *([NOTHING] if kind == "result" else [])]
        yield f"   {words['kinds'][('several' if kind == 'result' else 'one') if options else kind]}"
        yield from (f"   ( ) {option}" for option in options)
        yield ""


def _repeat(asked: Sequence[tuple[str, str]], programme: Programme) -> Iterator[tuple[str, str]]:
    """Questions in order; those about a result or a statement stand together, once for each of them."""
    each = {"{result}": [word.capitalize() for word in CHOICES["result"].values()],
            "{statement}": programme.follow_up.statements}  # fmt: skip
    for mark, group in groupby(asked, lambda one: next((mark for mark in each if mark in one[0]), "")):
        together = list(group)
        yield from ((text.replace(mark, one), kind) for one in each.get(mark, [""]) for text, kind in together)
