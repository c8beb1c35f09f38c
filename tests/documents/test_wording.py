"""Words in data files: every one is used, and every one that is used is there."""

import ast
import json
import re
import tomllib
from dataclasses import fields, replace
from string import Formatter

import pytest

from mentoring_lib.app import paths
from mentoring_lib.documents import (
    consultation_sheets,
    invitations,
    letters,
    lot_check,
    minutes,
    privacy_notice,
    recommendations,
    wording,
)

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
    return any(form in SOURCE for form in (f'"{key}"', f"'{key}'", f'"{key}\\', f" {key}=", f"({key}="))


@pytest.mark.parametrize("name", FILES)
def test_every_word_is_used(name):
    words = [path for path, _ in leaves(read(name))]
    assert len(words) > 10
    unused = [path for path in words if not is_used(path[-1]) and not is_used(path[0])]
    assert unused == []


def test_every_field_of_a_letter_is_known_and_every_part_of_a_sentence_is_used(inputs):
    row = letters.Outcome(*[None] * len(fields(letters.Outcome)))
    row = replace(row, application_id="K-01", outcome="place", state="eligible")
    words = letters.collect_words(letters.Letter("place", row, None, letters.Standing({"K-01": row}, {}, {})), inputs)
    said = read("documents/texts_lv.toml")["letter"]
    texts = [text for _, value in leaves(said) for text in flatten(value)]
    asked = {field for text in texts for _, field, _, _ in Formatter().parse(text) if field}
    for field in asked:
        wording.fill([f"{{{field}}}"], words)
    assert set(said["said"]) - asked == set()


def flatten(value):
    """Every text of a value: a text, a list, a list of lists."""
    return [text for part in value for text in flatten(part)] if isinstance(value, list) else [value]


@pytest.mark.parametrize("name", FILES)
def test_every_text_is_one_and_its_braces_close(name):
    for path, value in leaves(read(name)):
        for text in flatten(value):
            assert isinstance(text, str), path
            assert text == text.strip() or path[-1].endswith("_"), path  # a part of a sentence
            assert text.count("{") == text.count("}"), path


@pytest.mark.parametrize(
    "name",
    [letters.FOLDER, invitations.FOLDER, recommendations.FOLDER, consultation_sheets.FOLDER, minutes.FILE,
     privacy_notice.FILE, lot_check.FILE_NAME],
)  # fmt: skip
def test_folders_and_files_have_the_names_that_the_handbook_tells(name):
    handbook = (paths.ROOT / "docs" / "rokasgramata.md").read_text("utf-8")
    assert f"{name}`" in handbook or f"{name}/" in handbook


GENDERED = re.compile(
    r"\besat \w+(?:usi|jis|jies|usies)\b|\b(?:viņš|viņa|viņas|viņai|viņam)\b"
    r"|(?<!koordinators vai )(?<!koordinatoram vai )\bkoordinatore\w*", re.IGNORECASE
)  # fmt: skip
ENGLISH = re.compile(r"«example»|\busage:|\boptions:|\berror:|\bshow this help")
DOCS = ("rokasgramata", "uzstadisana", "iestatijumi", "zinojumi", "izlozes_parbaude", "notikumi", "no_0.1_uz_0.2")


def list_sentences():
    """Every text that code, word files, notebooks, pages and handbook hold, by the place where it stands."""
    for path in LIBRARY.rglob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
        docs = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        for node in nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                yield f"{path.name}:{node.lineno}", node.value
    for path in [
        *LIBRARY.rglob("*.toml"),
        *LIBRARY.rglob("*.html"),
        *(paths.ROOT / "docs" / f"{name}.md" for name in DOCS),
    ]:
        yield from (
            (f"{path.name}:{at}", line) for at, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        )
    for path in (paths.ROOT / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            yield path.name, "".join(cell["source"])


def test_nobody_is_spoken_of_as_a_woman_or_a_man_and_nothing_is_in_english():
    told = [(where, found[0]) for where, text in list_sentences() for form in (GENDERED, ENGLISH)
            if (found := form.search(text))]  # fmt: skip
    assert told == []
