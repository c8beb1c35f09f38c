"""Words in data files: every one is used, and every one that is used is there."""

import re
import tomllib
from dataclasses import fields, replace
from string import Formatter

import pytest

from mentoring_lib.app import paths
from mentoring_lib.documents import letters

LIBRARY = paths.ROOT / "mentoring_lib"
FILES = ("documents/texts_lv.toml", "render/texts_lv.toml", "app/outputs_lv.toml")
SOURCE = "\n".join(
    path.read_text("utf-8")
    for path in [
        *LIBRARY.rglob("*.py"),
        *(paths.ROOT / "notebooks").glob("*.ipynb"),
        *(paths.ROOT / "docs").glob("*.py"),
    ]
)


def read(name):
    return tomllib.loads((LIBRARY / name).read_text("utf-8"))


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, (*path, key))
    else:
        yield path, value


def is_used(key):
    """Whether code names a key: in quotes, as a column made with a keyword, or as the end of a longer name."""
    return bool(re.search(rf"""["']{re.escape(key)}\\?["']|\b{re.escape(key)}=""", SOURCE))


@pytest.mark.parametrize("name", FILES)
def test_every_word_is_used(name):
    words = [path for path, _ in leaves(read(name))]
    assert len(words) > 10
    unused = [path for path in words if not is_used(path[-1]) and not is_used(path[0])]
    assert unused == []


def test_every_field_of_a_letter_is_known_and_the_other_way_round(inputs):
    row = letters.Outcome(*[None] * len(fields(letters.Outcome)))
    row = replace(row, application_id="K-01", outcome="place", state="eligible")
    known = set(
        letters.collect_words(letters.Letter("place", row, None, letters.Standing({"K-01": row}, {}, {})), inputs)
    )
    texts = [text for _, value in leaves(read("documents/texts_lv.toml")["letter"]) for text in flatten(value)]
    asked = {field for text in texts for _, field, _, _ in Formatter().parse(text) if field}
    of_table = {"new_from", "clear_points", "most", "points"}
    assert asked - known == of_table
    assert known - asked == {"implementers"}  # said where nobody signs


def flatten(value):
    """Every text of a value: a text, a list, a list of lists."""
    return [text for part in value for text in flatten(part)] if isinstance(value, list) else [value]


@pytest.mark.parametrize("name", FILES)
def test_every_text_is_one_and_its_braces_close(name):
    for path, value in leaves(read(name)):
        for text in flatten(value):
            assert isinstance(text, str), path
            assert text == text.strip(), path
            assert text.count("{") == text.count("}"), path
