"""Every single setting changed after the freeze: nothing about any application changes, or final is refused by name.

Made from the model of the settings, so that a new key is included by itself.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from builders import MANY
from pydantic import BaseModel, ValidationError

from mentoring_lib import workflow
from mentoring_lib.base.problems import Refused
from mentoring_lib.base.programme import Letters, Programme, read_programme
from mentoring_lib.workflow import EXAMPLE

SETTLED = ["state", "rank", "ticket", "outcome", "place_year", "waiting", "reason"]
SAMPLES = (
    "9" * 20, "dmy", "online", "Olaines novads", "Europe/Tallinn", "cits", "cits.docx", ["cits.png"], ["Cits Vārds"],
    2, 3, 2024, True, date(2023, 9, 2), datetime(2023, 9, 2, 20), [], {"municipality": ["Pašvaldība"]}, {"other": 1},
    {"Olaines novads": 1}, "not_asked", "event_held", {"mode": {"Vienalga": "nav svarīgi"}}, {"Ievads": "Kopsavilkums"},
    {"Olaines novads": ["Agrākais novads"]},
    [{"from_year": 2023, "to_year": 2024, "places": 1, "permission": "Vēstule", "permitted_on": date(2023, 12, 1)}],
)  # fmt: skip
"""Values that fit a setting of any kind; the first that the model accepts is tried."""

OWN = read_programme(EXAMPLE)


def list_settings(value, path=()) -> Iterator[tuple[object, ...]]:
    """Path of each setting, single keys of tables too; of a list of tables the first stands for all."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from list_settings(getattr(value, name), (*path, name))
    elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        yield path
        yield from list_settings(value[0], (*path, 0))
    else:
        yield path
        if isinstance(value, dict):
            yield from ((*path, key) for key in value)


def values_like(value) -> Iterator[object]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value - 1)
    elif isinstance(value, datetime):
        yield value + timedelta(days=1)
    elif isinstance(value, date):
        yield from (value + timedelta(days=1), value - timedelta(days=1))
    elif isinstance(value, str):
        yield from (f"{value}x", "points", "online", "communities")
    elif isinstance(value, list | tuple):
        yield from (list(value)[:-1], [*value, *value[:1]], list(value)[1:])
    elif isinstance(value, dict):
        yield {key: value[key] for key in list(value)[:-1]}
        yield from ({**value, key: new} for key in list(value)[:1] for new in values_like(value[key]))
    yield from SAMPLES


def replaced(values, path, new):
    """A copy of nested settings with one of them replaced."""
    if not path:
        return new
    if isinstance(values, list | tuple):
        return [replaced(item, path[1:], new) if number == path[0] else item for number, item in enumerate(values)]
    return {**values, path[0]: replaced(values.get(path[0]), path[1:], new)}


def change(path) -> Programme:
    """The example's settings with another value, the first that is allowed, in one place."""
    plain = OWN.model_dump()
    value = plain
    for part in path:
        value = value[part]
    for new in values_like(value):
        try:
            changed = Programme.model_validate(replaced(plain, path, new), context={})
        except (ValidationError, AttributeError):
            continue
        if changed != OWN:
            return changed
    raise AssertionError(f"no other value is known for {path}: add one to SAMPLES")


def read_changed(path, monkeypatch):
    """The example decided under changed settings; what comes after the outcome changes none and takes long."""
    changed = change(path)
    monkeypatch.setattr(workflow.settings, "read_settings", lambda _: changed)
    try:
        inputs = workflow.read_inputs(EXAMPLE)
        if MANY > 1:
            workflow.evaluate(inputs, as_of=OWN.as_of)
        return workflow._explain(workflow._select(inputs)[0], changed), ""
    except Refused as refused:
        return None, str(refused)


SETTINGS = [path for path in list_settings(OWN) if path != ("as_of",)]
CONTRACT = ("call", "rule", "lottery", "places", "minimum_places", "letters")
HARMLESS = {"call.title", "call.former_names", "lottery.expected"}
HARMLESS |= {f"letters.{name}" for name in Letters.model_fields if name != "decision_date"}
TOLD = {"carry_over": "konsultāciju bilance", "markers": "vērtētāja «Andris Paraugs»"}  # by what does not fit


@pytest.mark.parametrize("path", SETTINGS, ids=lambda path: ".".join(map(str, path)))
def test_a_setting_changed_after_the_freeze_changes_nothing_or_is_named(path, results, monkeypatch):
    key = ".".join(map(str, path))
    changed, told = read_changed(path, monkeypatch)
    if changed is not None and not changed.blockers:
        before, after = (each.decided.set_index("application_id")[SETTLED] for each in (results, changed))
        assert after.sort_index().equals(before.sort_index())
        assert path[0] not in CONTRACT or key in HARMLESS
    else:
        blockers = [] if changed is None else changed.blockers
        assert any(
            TOLD.get(key, key) in text
            for text in [told, *(f"{problem.value} {problem.message}" for problem in blockers)]
        )


def test_the_settings_are_all_there():
    assert len(SETTINGS) > 60
    assert {path[0] for path in SETTINGS} == set(Programme.model_fields) - {"as_of"}
