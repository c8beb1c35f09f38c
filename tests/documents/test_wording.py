"""Words in data files: every one is used, and every one that is used is there."""

import re
import tomllib

import pytest
from builders import programme

from mentoring_lib.app import paths

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
    names = {key, key.removeprefix("next_")}
    return any(re.search(rf"""["']{re.escape(name)}\\?["']|\b{re.escape(name)}=""", SOURCE) for name in names)


@pytest.mark.parametrize("name", FILES)
def test_every_word_is_used(name):
    words = [path for path, _ in leaves(read(name))]
    assert len(words) > 10
    unused = [path for path in words if not is_used(path[-1]) and not is_used(path[0])]
    assert unused == []


def test_every_sentence_that_a_letter_asks_for_is_there_and_the_other_way_round():
    source = (LIBRARY / "documents/letters.py").read_text("utf-8")
    asked = set(re.findall(r'_say\("(\w+)"', source)) | {
        f"next_{kind}" for kind in ("place", "waiting", "duplicate", "no_consent", "none")
    }
    asked |= {"waiting", "eligible_late", "duplicate", "refused", "new", "existing", "clear", "unclear"}
    asked |= {"nameless", "rank", "places", "out_of_turn", "minimum"}
    assert asked == set(read("documents/texts_lv.toml")["letter"])


@pytest.mark.parametrize("name", FILES)
def test_every_text_is_one_and_its_braces_close(name):
    for path, value in leaves(read(name)):
        for text in value if isinstance(value, list) else [value]:
            assert isinstance(text, str), path
            assert text == text.strip() or path[-1] in ("greeting", "received", "elsewhere"), path
            assert text.count("{") == text.count("}"), path


def test_a_field_of_a_letter_that_nobody_knows_would_be_noticed():
    letter = read("documents/texts_lv.toml")["letter"]
    row = type("Row", (), dict.fromkeys(
        ("community", "application_id", "place_year", "waiting", "duplicate_of", "rank", "override", "ticket"), "x"
    ) | {"submitted_at": programme().call.deadline})  # fmt: skip
    words = dict.fromkeys(
        (
            "community",
            "received",
            "reason",
            "reading",
            "most",
            "novelty",
            "points",
            "clear",
            "competitors",
            "years",
            "days",
        ),
        "x",
    )
    for text in letter.values():
        assert "{" not in text.format(row=row, programme=programme(), **words)
