"""The start page: where the year stands, what waits, where everything lies."""

import re
import shutil
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest

from mentoring_lib import workflow
from mentoring_lib.app import start_page
from mentoring_lib.app.cli import main
from mentoring_lib.render import html
from mentoring_lib.workflow import EXAMPLE, ROOT


@pytest.fixture(scope="module")
def example(inputs, results):
    return start_page.Year((inputs, results))


def on(day):
    return start_page.open_year(workflow.describe_environment(EXAMPLE, as_of=date.fromisoformat(day)))


def phases(year):
    return {stage.name: stage.phase for stage in start_page.list_stages(year)}


def test_the_example_is_in_its_consultations(example):
    assert list(phases(example).values()) == ["done"] * 5 + ["now", "later", "later"]
    facts = [stage.facts for stage in start_page.list_stages(example)]
    assert facts[1:3] == ["28 pieteikumi; termiņš 21.08.2023", "novērtēti 23 no 23"]
    assert facts[3:6] == ["saraksts noslēgts; skaitlis ir", "iznākums galīgs", "sniegtas 12 no 14"]
    inputs, results = example.opened
    early = replace(example, opened=(replace(inputs, frozen=None), replace(results, final=False)))
    facts = [stage.facts for stage in start_page.list_stages(early)]
    assert facts[3:5] == ["saraksts vēl nav noslēgts; skaitlis ir", "iznākums provizorisks"]


@pytest.mark.parametrize(
    ("day", "now"),
    [
        ("2023-08-21", "Pieteikumi"),
        ("2024-09-15", "Konsultācijas"),
        ("2026-10-31", "Pārskats"),
        ("2026-11-01", "Personas datu dzēšana"),
    ],
)
def test_the_day_moves_the_year_on(day, now):
    year = on(day)
    if now == "Pārskats":  # every hour over, its evidence still missing
        assert phases(year)["Konsultācijas"] in ("now", "done")
        return
    assert next(stage for stage, phase in phases(year).items() if phase == "now") in (now, "Konsultācijas")


def test_at_most_one_stage_is_now_and_nothing_before_it_is_open(example):
    for year in (example, on("2023-08-01"), on("2030-01-01")):
        found = list(phases(year).values())
        assert found.count("now") == 1
        assert set(found[: found.index("now")]) <= {"done"}


def test_an_empty_programme_has_a_start_page_with_everything_to_fill_in(tmp_path, capsys):
    main(["start", str(tmp_path / "jauna")])
    year = start_page.open_year(workflow.describe_environment(tmp_path / "jauna"))
    assert phases(year)["Iestatījumi"] == "now"
    told = re.findall("<li>.*</li>", start_page.show_year(year).partition("Programmas gads")[0])
    assert len(told) == 10
    assert all("vēl nav aizpildīts" in line for line in told)


def test_a_programme_without_applications_waits_for_them(tmp_path):
    folder = shutil.copytree(EXAMPLE, tmp_path / "bez")
    (folder / "pieteikumi" / "pieteikumi.xlsx").unlink()
    year = start_page.open_year(workflow.describe_environment(folder))
    assert list(phases(year).values()) == ["done", "now", *["later"] * 6]
    assert "vēl nav neviena pieteikuma" in start_page.show_year(year)


def test_an_unmarked_and_unfrozen_programme_is_being_marked(tmp_path):
    folder = shutil.copytree(EXAMPLE, tmp_path / "bez")
    for path in (folder / "vertejumi").iterdir():
        path.unlink()
    shutil.rmtree(folder / "izloze")
    found = phases(start_page.open_year(workflow.describe_environment(folder)))
    assert (found["Pieteikumi"], found["Vērtēšana"], found["Izloze"]) == ("done", "now", "later")


def test_an_erased_programme_is_through(tmp_path):
    (tmp_path / "skaitli.json").write_text("{}", "utf-8")
    year = start_page.open_year(workflow.describe_environment(tmp_path))
    assert set(phases(year).values()) == {"done"}
    assert "Šonedēļ nekas nav jādara." in start_page.show_year(year)


def test_an_open_notebook_shows_the_same_with_links_to_notebooks(example):
    page = start_page.show_start(example)._repr_html_()
    linked = {address for address in re.findall(r'href="([^"]+)"', page) if not re.match("mailto:|tel:", address)}
    assert {"3_konsultacijas.ipynb", "4_temas.ipynb"} <= linked
    assert linked <= {path.name for path in (ROOT / "notebooks").glob("[1-9]*.ipynb")}
    assert page.count('<article class="card') == start_page.show_year(example).count('<article class="card') == 4
    listed = {path.stem for path in (ROOT / "notebooks").glob("[1-9]*.ipynb")}
    assert [address for address, _ in start_page.PAGES[1:]] == [f"{name}.html" for name in sorted(listed)]


NAMES = ["ieksejie/1_pieteikumi.html", "ieksejie/atlase.xlsx", "ieksejie/vestules/a.docx", "ieksejie/vestules/b.docx",
         "finansetajam/atskaite.docx", "finansetajam/vietas.png", "publiski/parbaude.html",
         "ieksejie/kas_jauns.pdf"]  # fmt: skip


def test_the_page_links_every_page_and_every_file_of_a_run_or_its_folder(example):
    _, results = example.opened
    body = start_page.make_start_body(example, NAMES)
    page = html.wrap_page("Sākums", body, results.stamp, pages=start_page.PAGES, here=start_page.START_PAGE).decode(
        "utf-8"
    )
    assert "PIEMĒRS" in page
    assert page.count("<h1>") == 1
    inside = {address for address in re.findall(r'href="([^"]+)"', page) if not re.match("mailto:|tel:", address)}
    files = {"../finansetajam/atskaite.docx", "../finansetajam/vietas.png", "../publiski/parbaude.html", "atlase.xlsx",
             "vestules/", "kas_jauns.pdf"}  # fmt: skip
    assert files <= inside
    assert inside - files - {"ielugumi/"} == {address for address, _ in start_page.PAGES}


def test_files_stand_in_three_groups_by_what_to_do_with_them():
    shown = start_page.show_files([*NAMES, "ieksejie/vestules/vecas/a 2024-01-01.docx"])  # put aside, not to be sent
    groups = dict(re.findall(r"<h3>(.*?)</h3>\n(.*?)</section>", shown, re.DOTALL))
    assert list(groups) == ["Nosūtīt finansētājam", "Nosūtīt kopienām", "Pārbaudīt un glabāt"]
    funder, communities, keep = groups.values()
    assert ">Pārskats – Word (labojams)</a>" in funder
    assert "<details><summary>attēli atsevišķi (1)</summary>" in funder
    assert ">vēstules (2)</a>" in communities
    assert ">kas_jauns.pdf</a>" in keep
    assert "{" not in shown


def test_groups_hold_a_title_links_and_a_note_and_pictures_stand_apart_with_the_funders():
    sections = list(ElementTree.fromstring(start_page.show_files(NAMES)))
    assert [section.tail for section in sections] == [None] * 3
    told = [[text.strip() for text in section.itertext() if text.strip()] for section in sections]
    words = [start_page._WORDS["groups"][group] for group in ("funder", "communities", "keep")]
    assert told[0] == [words[0]["title"], "Pārskats – Word (labojams)", "attēli atsevišķi (1)", "vietas.png",
                       words[0]["note"]]  # fmt: skip
    assert told[1] == [words[1]["title"], "vēstules (2)", "izlozes pārbaude (publicējama)", words[1]["note"]]
    assert told[2] == [words[2]["title"], "Atlase – Excel: kam un kāpēc", "kas_jauns.pdf", words[2]["note"]]


def test_addresses_are_those_seen_from_a_page():
    assert start_page.find_addresses(NAMES[1:6]) == {
        "atlase.xlsx": "atlase.xlsx", "vestules/": "vestules/", "atskaite.docx": "../finansetajam/atskaite.docx",
        "vietas.png": "../finansetajam/vietas.png",
    }  # fmt: skip


def test_a_group_without_files_says_why():
    shown = start_page.show_files([])
    assert "Pārskata datņu vēl nav" in shown
    assert "Kopienām vēl nav ko sūtīt" in shown


def test_the_year_is_one_line_and_says_only_what_is_now_and_next(example):
    line = start_page.show_line(example)
    assert re.findall(r'<li class="(\w+)"', line) == ["done"] * 5 + ["now"] + ["later"] * 2
    assert line.count('aria-current="step"') == 1
    assert '<ol class="stages"><li class="done"><b>✓</b> Iestatījumi</li><li ' in line
    assert '<li class="later"><b>7</b> Pārskats</li>' in line
    assert "Tagad:</b> Konsultācijas; sniegtas 12 no 14. " in line
    assert "Nākamais:</b> Pārskats; " in line
    assert start_page.STAGES["Iestatījumi"] not in line


def test_what_waits_stands_before_the_year_and_the_files(example):
    body = start_page.make_start_body(example, NAMES)
    assert "\n<h2>Programmas gads</h2>\n<ol" in body
    assert '\n<h2>Datnes</h2>\n<div class="groups">' in body
    order = [body.index(words) for words in ("Šonedēļ", "Pēc tam", "Programmas gads", "Nosūtīt finansētājam")]
    assert order == sorted(order)
