"""A page around a body: links to the other pages and to files, sections open or folded, nothing from outside."""

import re
from datetime import date

import pytest

from mentoring_lib.base.stamp import Stamp
from mentoring_lib.render import html

STAMP = Stamp(
    True, "Projekts", "Atbalsta A & B.", "Atbild C.", date(2024, 9, 15), "kārtība", "0" * 64, "0.1.0", "1" * 64
)
PAGES = (("0_sakums.html", "Sākums"), ("1_pieteikumi.html", "1. Pieteikumi"), ("2_atlase.html", "2. Atlase"))


def wrap(body, **options):
    return html.wrap_page("A & B", body, STAMP, pages=PAGES, here="2_atlase.html", **options).decode("utf-8")


def test_every_page_is_linked_above_and_below_and_this_one_is_marked():
    page = wrap("<h1>A</h1>")
    above, below = re.findall(r'<nav class="pages".*?</nav>', page, re.DOTALL)
    assert page.index(above) < page.index("<main>") < page.index("</main>") < page.index(below)
    for nav in (above, below):
        assert re.findall(r'href="([^"]+)"', nav) == [address for address, _ in PAGES]
        assert re.findall(r'<a href="([^"]+)" aria-current="page">', nav) == ["2_atlase.html"]


def test_a_file_that_was_made_is_a_link_and_another_is_not():
    page = wrap("<p><code>atlase.xlsx</code> un <code>nav.xlsx</code></p>", files={"atlase.xlsx": "atlase.xlsx"})
    assert '<a href="atlase.xlsx">atlase.xlsx</a> un <code>nav.xlsx</code>' in page


def test_the_foot_is_one_small_paragraph_with_the_way_to_every_source():
    page = wrap("<h1>A</h1>", files={"izsekojamiba.xlsx": "izsekojamiba.xlsx"})
    foot = page[page.index("<footer>") :]
    assert foot.count("<p>") == 1
    assert "Atbalsta A &amp; B. Atbild C." in foot
    assert '<a href="izsekojamiba.xlsx">' in foot


def test_open_sections_have_a_line_of_links_and_folded_ones_are_details():
    body = html.join_sections([(1, "A", "<p>a</p>"), (2, "B", "b"), (3, "C", "c"), (2, "D", "d")])
    assert re.findall(r'<a href="#(s\d)">(.)</a>', body) == [("s0", "B"), ("s2", "D")]
    assert re.findall(r'<section id="(s\d)">\n<h2>(.)</h2>', body) == [("s0", "B"), ("s2", "D")]
    assert '<details id="s1">\n<summary><h3>C</h3></summary>\nc\n</details>' in body


@pytest.mark.parametrize(("columns", "wide"), [(9, False), (10, True)])
def test_a_section_with_a_wide_table_is_printed_on_its_side(columns, wide):
    head = "<th>x</th>".replace("<th>", '<th scope="col">') * columns
    body = html.join_sections([(1, "A", ""), (2, "B", f"<table><thead><tr>{head}</tr></thead></table>")])
    assert ('class="wide"' in body) == wide


@pytest.mark.parametrize("body", ['<script src="x.js"></script>', '<link rel="a">'])
def test_a_page_that_asks_for_anything_is_refused(body):
    with pytest.raises(ValueError, match="asks for something from outside"):
        wrap(body)
