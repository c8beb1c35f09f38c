"""Words in data files: every one is used, and every one that is used is there."""

import ast
import json
import re
import tomllib
from dataclasses import fields, replace
from datetime import date, datetime
from string import Formatter
from types import SimpleNamespace

import pytest
from builders import applications, decisions

from mentoring_lib.app import paths
from mentoring_lib.base.rows import Decision
from mentoring_lib.documents import (
    hours,
    invitations,
    letters,
    lot_check,
    minutes,
    privacy_notice,
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
    standing = letters.Standing({"K-01": row}, {}, {}, {})
    words = letters.collect_words(letters.Letter("place", row, None, standing), inputs)
    words |= {"new": 1, "others": 2, "points": "3"}  # of a cell of its table
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
            if "widths" in path:  # of columns, in characters
                assert text in range(4, 121), path
                continue
            assert isinstance(text, str), path
            assert text == text.strip() or path[-1].endswith("_"), path  # a part of a sentence
            assert text.count("{") == text.count("}"), path


@pytest.mark.parametrize(
    "name",
    [letters.FOLDER, invitations.FOLDER, hours.RECOMMENDATIONS, hours.SHEETS, minutes.FILE,
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
            (f"{path.name}:{at}", line.split('" = "')[-1])  # what stands before it is a key
            for at, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        )
    for path in (paths.ROOT / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            yield path.name, "".join(cell["source"])


def test_nobody_is_spoken_of_as_a_woman_or_a_man_and_nothing_is_in_english():
    told = [(where, found[0]) for where, text in list_sentences() for form in (GENDERED, ENGLISH)
            if (found := form.search(text))]  # fmt: skip
    assert told == []


WORDS = {
    "day": date(2023, 8, 21), "at": datetime(2023, 8, 21, 18, 58, 47), "one": 1, "none": None, "empty": "",
    "bit_": None,
    "names": ("A", "B"), "listed": ["A"], "said": "{one}", "part": SimpleNamespace(phone="20", gone=None, more=("C",)),
}  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("{day}.", "21.08.2023."), ("{day:dative}", "2023. gada 21. augustam"), ("plkst. {at:%H.%M}", "plkst. 18.58"),
        ("{at:locative}", "2023. gada 21. augustā"), ("{one}", "1"), ("{one:stunda|stundas}", "1 stunda"),
        ("{names}; {listed}", "A, B; A"), ("{part.phone}", "20"), ("{part.more}", "C"), ("{said}", "{one}"),
        ("{said:%H.%M}", "{one}"),
        ("A{bit_}b", "Ab"), ("{none} x", ""), ("{empty} x", ""), ("x {part.gone}", ""), ("x {part.gone.more}", ""),
        ("{part.gone} {bit_}", ""), ("Bez lauka", "Bez lauka"), ("", ""),
    ],
)  # fmt: skip
def test_a_field_is_written_as_people_read_it_and_a_sentence_that_lacks_one_is_left_out(sentence, told):
    assert wording.fill([sentence], WORDS).replace("\u00a0", " ") == told


def test_sentences_are_put_together_and_numbers_keep_their_nouns():
    assert wording.fill(["{none} a.", "B {one} c.", "D."], WORDS) == "B 1\u00a0c. D."


def test_parts_of_sentences_may_stand_in_later_ones_and_only_where_they_hold():
    words = dict(WORDS)
    wording.add_parts(words, {"a_": "a{one}", "b": "b{a_}", "c": "c", "d": "{none}"}, {"c": False})
    assert [words[name] for name in ("a_", "b", "c", "d")] == ["a1", "ba1", "", ""]
    wording.add_parts(words, {"c": "c"})
    assert words["c"] == "c"


def test_rows_come_with_their_application_and_without_one_not_at_all():
    table = decisions("K-02 other", "K-09 other", "K-01 other")
    pairs = wording.pair_rows(table, Decision, applications(2))
    assert [(row.application_id, about.community) for row, about in pairs] == [("K-02", "Pulks 2"), ("K-01", "Pulks 1")]


@pytest.mark.parametrize(
    ("name", "told"), [("«Upe» un Co", "kopiena «„Upe“ un Co»"), (None, "Jūsu kopiena"), ("", "Jūsu kopiena")]
)
def test_a_community_is_framed_so_that_its_name_is_never_bent(name, told):
    assert wording.frame_community(name)["the_community"] == told


def test_a_document_is_named_by_code_and_community():
    assert wording.name_document("K-01", "A/B") == "K-01 A_B"
    assert wording.name_document("K-01", None) == "K-01"


def test_settings_that_are_not_filled_in_are_found(inputs):
    own = inputs.programme.letters.model_copy(update={"post": ""})
    bare = inputs.programme.model_copy(update={"letters": own})
    assert wording.find_lacking(bare, ["letters.post", "letters.place", "call.code"]) == ["letters.post"]
