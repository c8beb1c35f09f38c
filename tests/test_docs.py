"""The documents keep up with the code."""

import re

import pytest

from mentoring_lib.columns import CHOICES
from mentoring_lib.errors import list_texts
from mentoring_lib.workflow import ROOT

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), ROOT / "data" / "example" / "README.md"])


@pytest.mark.parametrize("choice", ["mode", "decision", "event", "novelty", "state", "yes_no"])
def test_the_glossary_names_every_code_word_with_its_latvian_word(choice):
    lines = (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    for code, word in CHOICES[choice].items():
        if choice == "decision" and code == "novelty":
            continue
        assert any(word in line and f"`{code}`" in line for line in lines), (code, word)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_page_of_messages_is_up_to_date():
    assert (ROOT / "docs" / "zinojumi.md").read_text("utf-8") == list_texts()


def test_the_promises_name_tests_that_exist():
    for name in re.findall(r"`(tests/test_\w+\.py)`", (ROOT / "README.md").read_text("utf-8")):
        assert (ROOT / name).is_file(), name
