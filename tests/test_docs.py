"""The documents keep up with the code."""

import importlib
import re
import tomllib
from urllib.parse import unquote

import pytest
from handbook_page import make_handbook
from refresh import make_all

from launcher.start import MADE_WITH, TOOLS
from mentoring_lib import __version__
from mentoring_lib.app import cli, cli_menu
from mentoring_lib.base import settings
from mentoring_lib.base.columns import CHOICES, SHEETS
from mentoring_lib.delivery.events import TRANSITIONS
from mentoring_lib.intake.form import BOOK_SHEETS
from mentoring_lib.workflow import ROOT

PAGES = sorted(
    [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "data" / "example" / "README.md",
    ]
)


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


def test_refresh_gives_the_committed_bytes():
    differing = [name for name, content in make_all().items() if (ROOT / name).read_bytes() != content]
    assert differing == []


def test_the_promises_name_tests_that_exist():
    for name in re.findall(r"`(tests/test_\w+\.py)`", (ROOT / "README.md").read_text("utf-8")):
        assert (ROOT / name).is_file(), name


# The handbook

HANDBOOK = (ROOT / "docs" / "rokasgramata.md").read_text("utf-8")
WORDS = cli._parser()._subparsers._group_actions[0].choices


def section(title):
    return HANDBOOK.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_every_sheet_of_the_settings_is_told_and_every_key_listed():
    told = re.findall(r"^\| ([^|]+) \|", section("Iestatījumi, lapa pa lapai"), re.MULTILINE)
    assert told[1:] == [page.name for page in settings.PAGES]
    listed = (ROOT / "docs" / "iestatijumi.md").read_text("utf-8")
    keys = {re.sub(r"\.(key|value)$", "", key) for key in re.findall(r"`([a-z_.]+)` \|$", listed, re.MULTILINE)}
    assert (
        set(settings.list_keys()) - {"public", "mentors", "carry_over", "indicators", "earlier", "form.answers"} <= keys
    )


def test_the_commands_of_the_handbook_and_of_the_readme_exist():
    pages = [HANDBOOK, *((ROOT / name).read_text("utf-8") for name in ("README.md", "CONTRIBUTING.md"))]
    named = {word for page in pages for word in re.findall(r"python run\.py ([a-z]+)", page)}
    assert {"start", "run", "lab", "mark", "freeze", "menu", "check"} <= named
    assert named - {"test", "fix", *MADE_WITH, *TOOLS} <= set(WORDS)
    options = set(re.findall(r"(?<!-)(--[a-z][a-z-]+)", HANDBOOK))
    assert options <= {option for word in WORDS.values() for option in word._option_string_actions}


NO_COMMAND = ("folder", "reports", "period")


def test_the_menu_is_told_line_by_line():
    lines = re.findall(r"^\| ([^|]+) \| [^|]+ \| (?:`python run\.py (\w+)|–)", section("Izvēlne"), re.MULTILINE)
    told = dict(zip([word or None for _, word in lines], [line for line, _ in lines], strict=True))
    for word, text in cli_menu.MENU.items():
        assert text.split(" (")[0] == told.get(word, text if word in NO_COMMAND else None)
    assert all(f"| {cli_menu.MENU[word]} |" in HANDBOOK for word in NO_COMMAND)


def test_the_sheets_and_words_of_the_handbook_exist():
    for sheet in re.findall(r"lapā «(\w+)»", HANDBOOK):
        assert sheet in {*SHEETS, *BOOK_SHEETS, *(page.name for page in settings.PAGES)}, sheet
    events = CHOICES["event"]
    for before, after in TRANSITIONS.items():
        if after:
            row = f"| {events.get(before, '(vēl nekā nav)')} | "
            line = next(line for line in section("Programmas gads").splitlines() if line.startswith(row))
            assert all(events[event] in line for event in after)
            assert line.count(",") == len(after) - 1


def test_files_and_folders_of_the_handbook_exist_in_the_example_or_are_made():
    made = {
        "saraksts.txt",
        "skaitlis.txt",
        "skaitli.json",
        "0_sakums.html",
        "atlase.xlsx",
        "atskaite.docx",
        "atskaite.xlsx",
        "izsekojamiba.xlsx",
        "izsutisana.xlsx",
        "programma.xlsx",
        "veidlapa.xlsx",
        "veidlapas_jautajumi.txt",
        "aptauja_diena_pec.txt",
        "aptauja_pec_90_dienam.txt",
        "protokols.docx",
        "privatums.html",
        "parbaude.html",
    }
    for name in re.findall(r"`(?:[\w/]*/)?([\w]+\.(?:toml|xlsx|docx|txt|html|json|bat|command))`", HANDBOOK):
        found = any(True for folder in (ROOT, ROOT / "data" / "example") for _ in folder.glob(name))
        assert found or name in made, name


def test_the_offline_page_needs_nothing_from_outside():
    page = (ROOT / "docs" / "rokasgramata.html").read_text("utf-8")
    assert '<html lang="lv">' in page
    assert re.findall(r'(?:src|srcset)="(?!data:)|url\(|@import|<script|<link|<iframe', page) == []
    assert page.count("<h1") == 1
    assert page.count("<img") == len(re.findall(r'<img [^>]*alt="[^"]+"', page)) >= 8


def test_every_address_within_the_offline_page_leads_to_one_heading():
    page = (ROOT / "docs" / "rokasgramata.html").read_text("utf-8")
    keys = re.findall(r' id="([^"]+)"', page)
    assert len(keys) == len(set(keys))
    links = re.findall(r'<a href="([^"]+)"', page)
    assert {unquote(link.removeprefix("#")) for link in links if link.startswith("#")} <= set(keys)
    assert all(link.startswith(("#", "https://www.python.org/")) for link in links)


def test_every_picture_is_small_and_used():
    used = "".join(page.read_text("utf-8") for page in PAGES)
    for path in (ROOT / "docs" / "images").iterdir():
        assert path.stat().st_size < 250_000, path.name
        if path.suffix == ".png":
            assert path.name in used, path.name


def test_what_is_an_example_in_the_handbook_is_valid():
    for line in re.findall(r"`((?:headers|\d{4}) = [^`]+)`", HANDBOOK):
        assert tomllib.loads(line)


def test_texts_pictures_and_links_of_a_page_stay_inside():
    page = make_handbook(
        {"a": "# Viens\n\n## Divi\n\n![Bilde](x/y.png) [te](b.md) [ārā](c.md) <b>&\n", "b": "# Trīs\n"},
        {"y.png": b"\x89PNG"},
    ).decode("utf-8")
    assert 'src="data:image/png;base64,iVBORw==" alt="Bilde"' in page
    assert '<a href="#b">te</a> ārā &lt;b&gt;&amp;' in page
    assert '<h2 id="b">Trīs</h2>' in page
    with pytest.raises(KeyError):
        make_handbook({"a": "![x](nav.png)"}, {})


def test_the_changelog_tells_of_this_version():
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_ten_answers_to_a_newcomer_name_what_exists():
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Ten questions")[2].partition("\n## ")[0]
    rows = [line for line in page.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == 10
    for row in rows:
        names = re.findall(r"`((?:\w+\.)+\w+)`", row.partition(" | ")[2])
        assert names
        for module, _, name in (name.rpartition(".") for name in names):
            assert hasattr(importlib.import_module(f"mentoring_lib.{module}"), name), f"{module}.{name}"
