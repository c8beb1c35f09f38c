# ruff: noqa: E501 - tables are read line by line
"""A page around a body: links to the other pages and to files, sections open or folded, nothing from outside."""

import re
from dataclasses import replace
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


def test_a_page_is_whole():
    page = html.wrap_page("A & B", "<h1>x</h1>", STAMP, pages=PAGES[:1], here="0_sakums.html").decode("utf-8")
    head, _, rest = page.partition("<style>\n")
    assert head == (
        '<!DOCTYPE html>\n<html lang="lv">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>A &amp; B</title>\n'
    )
    nav = '<nav class="pages" aria-label="{}"><a href="0_sakums.html" aria-current="page">Sākums</a></nav>'
    assert rest.partition("</style>\n")[2] == (
        f'</head>\n<body>\n<header><p class="notice">{STAMP.lines()[0][1]}</p>{nav.format("Lapas")}</header>\n'
        f"<main>\n<h1>x</h1>\n</main>\n<footer>{nav.format('Lapas (apakšā)')}<p>{STAMP.short()} Atbalsta A &amp; B. Atbild C.</p>"
        "</footer>\n</body>\n</html>\n"
    )
    plain = html.wrap_page("T", "x").decode("utf-8")
    assert "<header></header>\n<main>\nx\n</main>\n<footer><p></p></footer>" in plain
    assert (
        "notice" not in html.wrap_page("T", "x", replace(STAMP, example=False)).decode("utf-8").partition("</style>")[2]
    )


def test_sections_and_tables_stand_whole():
    body = html.join_sections([(1, "A", "a"), (2, "B", "b"), (3, "C", "c")])
    assert body == (
        '<h1>A</h1>\na\n<nav class="sections" aria-label="Šajā lapā"><a href="#s0">B</a></nav>\n'
        '<section id="s0">\n<h2>B</h2>\nb\n</section>\n<details id="s1">\n<summary><h3>C</h3></summary>\nc\n</details>'
    )
    assert html.join_sections([(1, "A", "a"), (3, "C", "c")]).startswith('<h1>A</h1>\na\n<details id="s0">')
    head = '<table><thead><tr>{}</tr></thead><tr><th scope="row"></th></tr></table>'
    two = "".join(head.format('<th scope="col">' * number) for number in (10, 2))
    assert '<details id="s0" class="wide">' in html.join_sections([(1, "A", ""), (3, "B", two)])
    page = wrap("<table><tr></tr></table><table> <caption>N</caption></table>")
    group = '<div class="scroll" role="group" aria-label="{}" tabindex="0">{}</div>'
    assert group.format("Tabula", "<table><tr></tr></table>") in page
    assert group.format("N", "<table> <caption>N</caption></table>") in page
