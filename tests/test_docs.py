"""The documents keep up with the code."""

import importlib
import re
import tomllib
from functools import reduce
from urllib.parse import unquote

import pytest
from builders import list_keys
from handbook_page import make_handbook
from refresh import make_all

from launcher.start import MADE_WITH, TOOLS
from mentoring_lib import __version__
from mentoring_lib.app import cli, cli_menu
from mentoring_lib.base import settings
from mentoring_lib.base.columns import CHOICES, FORM_SHEETS, SHEETS
from mentoring_lib.delivery.events import TRANSITIONS
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
    assert differing == [], "write them again: python run.py refresh"


def rows_of(page, title):
    """Rows of the table below a heading, without their first line."""
    part = (ROOT / page).read_text("utf-8").partition(f"## {title}")[2].partition("\n## ")[0]
    return [line for line in part.splitlines() if line.startswith("| ")][1:]


def test_every_promise_names_tests_that_exist():
    for row in rows_of("README.md", "Promises"):
        paths = re.findall(r"`(tests/[\w/]+\.py)`", row.rpartition(" | ")[2])
        assert paths, row
        assert [path for path in paths if not (ROOT / path).is_file()] == []


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
    assert set(list_keys()) - {"public", "mentors", "carry_over", "indicators", "earlier", "form.answers"} <= keys


def test_the_commands_of_the_handbook_and_of_the_readme_exist():
    pages = [HANDBOOK, *((ROOT / name).read_text("utf-8") for name in ("README.md", "CONTRIBUTING.md"))]
    named = {word for page in pages for word in re.findall(r"python run\.py ([a-z]+)", page)}
    assert {"start", "run", "lab", "mark", "freeze", "menu", "check"} <= named
    assert named - {"test", "fix", *MADE_WITH, *TOOLS} <= set(WORDS)
    assert set(WORDS) <= set(re.findall(r"^\| `python run\.py ([a-z]+)", pages[1], re.MULTILINE))
    options = set(re.findall(r"(?<!-)(--[a-z][a-z-]+)", HANDBOOK))
    assert options <= {option for word in WORDS.values() for option in word._option_string_actions}


NO_COMMAND = ("folder", "reports", "period")


def test_the_menu_is_told_line_by_line():
    lines = re.findall(r"^\| ([^|]+) \| [^|]+ \| (?:`python run\.py (\w+)|–)", section("Izvēlne"), re.MULTILINE)
    told = dict(zip([word or None for _, word in lines], [line for line, _ in lines], strict=True))
    for word, text in cli_menu.MENU.items():
        assert text.split(" (")[0] == told.get(word, text if word in NO_COMMAND else None)
    assert all(f"| {cli_menu.MENU[word]} |" in HANDBOOK for word in NO_COMMAND)


def test_the_numbers_to_type_are_those_of_the_menu():
    typed = re.findall(r"(\d) \(«([^»]+)»\)", section("Uzstādīšana"))
    assert len(typed) == 2
    assert [cli_menu.MENU[cli_menu.FOR_EXAMPLE[int(number) - 1]] for number, _ in typed] == [line for _, line in typed]


def test_the_sheets_and_words_of_the_handbook_exist():
    for sheet in re.findall(r"lapā «(\w+)»", HANDBOOK):
        assert sheet in {*SHEETS, *FORM_SHEETS, *(page.name for page in settings.PAGES)}, sheet
    events = CHOICES["event"]
    for before, after in TRANSITIONS.items():
        if after:
            row = f"| {events.get(before, '(vēl nekā nav)')} | "
            line = next(line for line in section("Programmas gads").splitlines() if line.startswith(row))
            assert all(events[event] in line for event in after)
            assert line.count(",") == len(after) - 1


CODE = (".py", ".toml")


def test_files_and_folders_of_the_handbook_exist_in_the_example_or_are_made():
    code = "".join(path.read_text("utf-8") for path in (ROOT / "mentoring_lib").rglob("*.*") if path.suffix in CODE)
    for name in re.findall(r"`(?:[\w/]*/)?([\w]+\.(?:toml|xlsx|docx|txt|html|json|bat|command))`", HANDBOOK):
        found = any(True for folder in (ROOT, ROOT / "data" / "example") for _ in folder.glob(name))
        assert found or name in code, name


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
        assert path.stat().st_size < 300_000, path.name
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


@pytest.mark.parametrize(("title", "count"), [("Ten questions", 10), ("How to add", 13)])
def test_the_tables_of_contributing_name_what_exists(title, count):
    rows = rows_of("CONTRIBUTING.md", title)
    assert len(rows) == count
    for row in rows:
        quoted = re.findall(r"`([^`]+)`", row.partition(" | ")[2])
        paths = [name for name in quoted if "/" in name]
        for path in paths:
            assert (ROOT / path).exists() or (ROOT / "mentoring_lib" / path).exists(), path
        names = [name.rpartition(".") for name in quoted if re.fullmatch(r"[a-z_]+(\.\w+)+", name)]
        assert names or paths, row
        for module, _, name in names:
            if name not in ("py", "toml", "xlsx"):
                assert hasattr(importlib.import_module(f"mentoring_lib.{module}"), name), f"{module}.{name}"
        for part, path in re.findall(r"`\[([\w.]+)\]`[^`]*(?:`\[[\w.]+\]`[^`]*)?`(\w+/\w+\.toml)`", row):
            words = tomllib.loads((ROOT / "mentoring_lib" / path).read_text("utf-8"))
            for key in part.split("."):
                words = words[key]


def test_every_name_of_code_and_every_file_that_a_page_for_engineers_names_exists():
    modules = {path.relative_to(ROOT / "mentoring_lib").with_suffix("").as_posix().replace("/", ".")
               for path in (ROOT / "mentoring_lib").rglob("*.py")}  # fmt: skip
    rooms = {module.partition(".")[0] for module in modules if "." in module}
    for page in ("README.md", "CONTRIBUTING.md"):
        for name in re.findall(r"`(?:mentoring_lib\.)?([a-z_]+(?:\.\w+)+)`", (ROOT / page).read_text("utf-8")):
            if name.partition(".")[0] in rooms and name.rpartition(".")[2] not in ("py", "toml"):
                assert ".".join(name.split(".")[:2]) in modules, name
                room, module, *parts = name.split(".")
                found = reduce(getattr, parts, importlib.import_module(f"mentoring_lib.{room}.{module}"))
                assert found is not None, name
    for path in re.findall(r"`([\w/]+/\w+\.(?:py|toml|csv))`", (ROOT / "CONTRIBUTING.md").read_text("utf-8")):
        assert (ROOT / path).exists() or (ROOT / "mentoring_lib" / path).exists(), path
