"""Every page in a real browser: readable by everyone, at a desk and on a phone, without the network."""

import itertools
import re

import nbformat
import pytest

from mentoring_lib.app import notebooks, start_page
from mentoring_lib.render import html
from mentoring_lib.workflow import EXAMPLE, ROOT, evaluate, read_inputs

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
    body = start_page.make_start_body(start_page.Year(EXAMPLE, (inputs, results)), ["ieksejie/atlase.xlsx"])
    bodies = {name: (notebooks.title_of(book), notebooks.make_body(book)) for name, book in books.items()}
    made = {name: html.wrap_page(*told, results.stamp) for name, told in bodies.items()}
    made |= {start_page.START_PAGE: html.wrap_page("Sākums", body, results.stamp), HANDBOOK.name: HANDBOOK.read_bytes()}
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
