"""Every page in a real browser: readable by everyone, at a desk and on a phone, without the network."""

import io
import itertools
import re
import unicodedata

import nbformat
import pytest

from mentoring_lib.app import notebooks, start_page
from mentoring_lib.app.widgets import SCRIPT
from mentoring_lib.base.texts import plural
from mentoring_lib.render import html
from mentoring_lib.workflow import ROOT, evaluate, read_inputs

BOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
HANDBOOK = ROOT / "docs" / "rokasgramata.html"
SIZES = {"galds": 1280, "telefons": 390}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Every page that the project makes, from the committed notebooks."""
    place = tmp_path_factory.mktemp("lapas")
    inputs = read_inputs()
    results = evaluate(inputs)
    books = {f"{path.stem}.html": nbformat.read(path, as_version=4) for path in BOOKS}
    files = ["ieksejie/atlase.xlsx", "ieksejie/izsekojamiba.xlsx", "ieksejie/vestules/a.docx", "publiski/parbaude.html",
             "finansetajam/atskaite.docx", "finansetajam/vietas.png"]  # fmt: skip
    body = start_page.make_start_body(start_page.Year((inputs, results)), files)
    bodies = {name: (notebooks.title_of(book), notebooks.make_body(book)) for name, book in books.items()}
    bodies[start_page.START_PAGE] = ("Sākums", body)
    around = {"pages": start_page.PAGES, "files": start_page.find_addresses(files)}
    made = {name: html.wrap_page(*told, results.stamp, **around, here=name) for name, told in bodies.items()}
    made[HANDBOOK.name] = HANDBOOK.read_bytes()
    for name, content in made.items():
        (place / name).write_bytes(content)
    return place


@pytest.fixture(params=[*(path.stem for path in BOOKS), HANDBOOK.stem])
def page(request, folder, open_page):
    return open_page((folder / f"{request.param}.html").as_uri(), offline=True)


def test_a_page_is_accessible_fits_its_width_and_works_offline(page):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    assert page.evaluate("document.documentElement.lang") == "lv"
    assert page.locator("h1").count() == 1
    levels = [int(level) for level in page.eval_on_selector_all("h1, h2, h3, h4", "all => all.map(e => e.tagName[1])")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert page.locator("img:not([alt]), img[alt='']").count() == 0
    assert page.eval_on_selector_all("img", "all => all.every(e => e.complete && e.naturalWidth > 0)")
    assert page.locator("table:not(:has(th[scope]))").count() == 0
    for name, width in SIZES.items():
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, (name, "the page scrolls sideways")
        found = axe.run(page).response["violations"]
        assert [(item["id"], item["impact"], item["nodes"][0]["target"]) for item in found] == [], name
    assert not [address for address in page.asked if not re.match("file:|data:", address)]
    assert page.said == []


def test_the_check_of_accessibility_finds_what_is_wrong(open_page, tmp_path):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    bad = html.wrap_page("Slikta lapa", '<h1>A</h1><h3>B</h3><img src="data:,"><p style="color:#ccc">pelēks</p>')
    (tmp_path / "slikta.html").write_bytes(bad)
    found = {item["id"] for item in axe.run(open_page((tmp_path / "slikta.html").as_uri())).response["violations"]}
    assert {"image-alt", "color-contrast", "heading-order"} <= found


# The first screen


def open_at(folder, open_page, name, width=1280, height=800, **options):
    page = open_page((folder / f"{name}.html").as_uri(), width, offline=True, **options)
    page.set_viewport_size({"width": width, "height": height})
    return page


def height_of(page):
    return page.evaluate("document.documentElement.scrollHeight")


def test_page_2_answers_in_the_first_screen_and_is_short(folder, open_page):
    page = open_at(folder, open_page, "2_atlase")
    answer, picture = (page.locator(name).first.bounding_box()["y"] for name in (".answer", "picture img"))
    assert answer < picture < 500
    assert height_of(page) <= 5000
    decisions = page.locator("section:has(caption) tbody tr")
    assert decisions.count() == 28
    assert all(row.is_visible() for row in decisions.all())
    for heading in ("Izloze starp rindām", "Izloze starp vienādiem", "Vai noteikti", "Kas būtu mainījis"):
        assert page.get_by_role("columnheader", name=heading).first.is_visible()
    assert page.evaluate("[...document.querySelectorAll('section .scroll')].every(e => e.scrollWidth <= e.clientWidth)")
    row = page.get_by_role("row").filter(has=page.get_by_role("cell", name="16.", exact=True))
    assert {"aiz 14.", "atkarīgs no izvēles", "Būtu pieticis ar mazāku izlozes numuru."} <= set(
        row.first.get_by_role("cell").all_inner_texts()
    )
    assert page.get_by_text("Nekas vairs nav jāizlemj.").is_visible()
    phone = open_at(folder, open_page, "2_atlase", 390, 844)
    assert height_of(phone) <= 8000
    assert phone.evaluate("document.querySelector('picture img').currentSrc") != page.evaluate(
        "document.querySelector('picture img').currentSrc"
    )


@pytest.mark.parametrize("name", [path.stem for path in BOOKS if path.stem[0] != "0"])
def test_the_answer_and_the_links_stand_before_everything(folder, open_page, name):
    page = open_at(folder, open_page, name)
    order = [page.locator(what).first.bounding_box()["y"] for what in ("nav.pages", "h1", ".answer", "nav.sections")]
    assert order == sorted(order)
    assert order[-1] < 400
    assert page.locator("nav.pages [aria-current]").count() == 2
    inside = page.eval_on_selector_all("a[href^='#']", "all => all.map(a => a.getAttribute('href'))")
    assert inside
    assert all(page.locator(address).count() == 1 for address in inside)
    others = page.eval_on_selector_all("nav.pages a", "all => all.map(a => a.getAttribute('href'))")
    assert all((folder / address).is_file() for address in others)


def test_a_table_is_cards_on_a_phone_and_a_table_for_those_who_hear_it(folder, open_page):
    page = open_at(folder, open_page, "2_atlase", 390, 844)
    cell = page.locator(".cards td:not(:empty)").first
    assert cell.evaluate("cell => getComputedStyle(cell).display") == "grid"
    assert cell.evaluate("cell => getComputedStyle(cell, '::before').content") == '"Secībā"'
    served = page.get_by_role("table").first
    assert served.get_by_role("row").count() == 1 + served.locator("tbody tr").count() > 14


def test_every_chart_of_the_report_is_drawn_for_a_phone_too(folder, open_page):
    page = open_at(folder, open_page, "5_atskaite", 390, 844)
    pictures = page.locator("section img").all()
    assert len(pictures) == 5
    for picture in pictures:
        box = picture.bounding_box()
        assert 300 < box["width"] <= 358
        assert picture.evaluate("image => image.currentSrc != image.src && image.naturalWidth >= 700")


# Filters and search


def count_shown(page):
    return page.locator(".explore article:visible").count()


def test_questions_are_filtered_and_searched_by_keyboard_with_the_hits_marked(folder, open_page):
    page = open_at(folder, open_page, "4_temas")
    every = page.locator(".explore article").count()
    assert page.get_by_role("status").inner_text() == f"Atbilst {every} pieteikumi no {every}."
    search = page.get_by_label("Meklēt")
    search.focus()
    page.keyboard.type("MAJAS")
    marks = page.locator("mark").all_inner_texts()
    assert marks
    assert {unicodedata.normalize("NFC", text.lower()) for text in marks} <= {"mājas", "majas", "mājās"}
    found = count_shown(page)
    assert 0 < found < every
    assert page.locator(".explore article:visible:not(:has(mark))").count() == 0
    search.fill("")
    assert count_shown(page) == every
    assert page.locator("mark").count() == 0
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    town = page.evaluate("document.activeElement.value")
    assert town
    shown = page.locator(".explore article:visible")
    assert 0 < shown.count() < every
    assert set(shown.evaluate_all("all => all.map(a => a.dataset.municipality)")) == {town}
    asked = page.eval_on_selector_all(".counts b", "all => all.reduce((sum, b) => sum + Number(b.textContent), 0)")
    themes = shown.evaluate_all("all => all.flatMap(a => a.dataset.themes.split(' ').filter(Boolean)).length")
    assert asked == themes
    page.get_by_label("Meklēt").fill("nekas tāds nav <b>")
    assert page.get_by_role("status").inner_text() == f"Atbilst 0 pieteikumu no {every}."
    assert page.said == []


@pytest.mark.parametrize(
    ("query", "said"), [("\u0301", "0 pieteikumu"), ("ma\u0304j", "1 pieteikums"), ("  ", "2 pieteikumi")]
)
def test_a_search_for_a_sign_that_is_no_letter_finds_nothing(tmp_path, open_page, query, said):
    questions = "".join(f'<article data-themes=""><p class="t">{text}</p></article>' for text in ("Mājas", "Upe"))
    box = f'<div class="explore" data-facets="{{}}"><details><summary>x</summary>{questions}</details></div>'
    (tmp_path / "a.html").write_text(f'<!doctype html><meta charset="utf-8">{box}{SCRIPT}', "utf-8")
    page = open_page((tmp_path / "a.html").as_uri())
    page.get_by_label("Meklēt").fill(query)
    assert page.get_by_role("status").inner_text() == f"Atbilst {said} no 2."


def test_the_script_counts_as_latvian_does(folder, open_page):
    page = open_at(folder, open_page, "4_temas")
    counts = [0, 1, 2, 10, 11, 20, 21, 101, 111, 121]
    assert page.evaluate("counts => counts.map(countApplications)", counts) == [
        plural(count, "pieteikums", "pieteikumi") for count in counts
    ]


@pytest.mark.parametrize(("query", "hit"), [("strīd", "strīd"), ("stri\u0304d", "strīd"), ("<i>", "<i>")])
def test_marks_stand_where_the_letters_are(folder, open_page, query, hit):
    page = open_at(folder, open_page, "4_temas")
    script = (
        "([text, words]) => { const e = document.createElement('p'); e.textContent = text;"
        " mark(e, fold(words)); return e.innerHTML }"
    )
    told = page.evaluate(script, ["Ā strīds un <i>strīds</i>", query])
    assert told.replace("<mark>", "").replace("</mark>", "") == "Ā strīds un &lt;i&gt;strīds&lt;/i&gt;"
    assert f"<mark>{hit}</mark>".replace("<i>", "&lt;i&gt;") in told


def test_without_script_every_question_can_be_read(folder, open_page):
    page = open_at(folder, open_page, "4_temas", java_script_enabled=False)
    assert page.locator(".filters").count() == 0
    page.locator(".explore summary").click()
    assert count_shown(page) == page.locator(".explore article").count() > 20


# Print


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("0_sakums", 2),
        ("1_pieteikumi", 5),
        ("2_atlase", 11),
        ("3_konsultacijas", 7),
        ("4_temas", 10),
        ("5_atskaite", 9),
    ],
)
def test_print_is_a4_with_no_nearly_empty_page(folder, open_page, name, most):
    pypdf = pytest.importorskip("pypdf")
    page = open_at(folder, open_page, name)
    pages = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(pages) <= most
    assert {tuple(sorted(round(float(side)) for side in sheet.mediabox[2:])) for sheet in pages} == {(595, 842)}
    texts = [sheet.extract_text().strip() for sheet in pages]
    for number, (sheet, text) in enumerate(zip(pages, texts, strict=True), 1):
        assert len(text.splitlines()) >= 4, (name, number, text)
        assert not text.endswith(("Kā pie tā nonāca", "?")) or sheet.images, (name, number)
    if name == "2_atlase":
        assert "Viss pamatojums teikumos" in " ".join(texts)
        assert " ".join(texts).count("Vērtētāju atzīmes") <= 1
