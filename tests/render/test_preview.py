"""What is sent is seen before: every part of a report on the page, in its order."""

import pandas as pd
import pytest

from mentoring_lib.documents.funder_report import make_parts
from mentoring_lib.render import charts
from mentoring_lib.render.funder_charts import draw_all
from mentoring_lib.render.preview import show_parts


@pytest.mark.parametrize(
    ("part", "shown"),
    [
        (("heading", "A & B"), "<h3>A &amp; B</h3>"),
        (("subheading", "A"), "<h4>A</h4>"),
        (("text", "a < b"), "<p>a &lt; b</p>"),
        (("small", "a"), '<p class="small">a</p>'),
        (("item", "a"), "<ul><li>a</li></ul>"),
        (("facts", [("a", "b")]), "<dl><dt>a</dt><dd>b</dd></dl>"),
        (("contents",), ""),
        (("something new", "a"), "<p>a</p>"),
        (("text", "a", "b"), "<p>a</p>"),
        (("picture", b"x"), ""),
        (("heading", '"a"', "b"), "<h3>&#34;a&#34;</h3>"),
        (("facts", [("a", "<"), ("c", "d")]), "<dl><dt>a</dt><dd>&lt;</dd><dt>c</dt><dd>d</dd></dl>"),
        (("item", "a&", "b"), "<ul><li>a&amp;</li></ul>"),
        (
            ("cards", [("7", "sniegtas", ""), ("2", "<", "trūkst")]),
            '<ul class="numbers"><li><b>7</b> sniegtas</li><li><b>2</b> &lt;; <b>trūkst</b></li></ul>',
        ),
    ],
)
def test_each_part_is_shown(part, shown):
    assert show_parts([part])._repr_html_() == shown


def test_a_chart_is_a_described_picture_and_a_table_a_table():
    told = show_parts(
        [("chart", charts.Chart("T", 'a "b"', png=b"x")), ("table", "Tab", pd.DataFrame({"a": [1]}))]
    )._repr_html_()
    assert '<img alt="a &quot;b&quot;" src="data:image/png;base64,eA==">' in told
    assert "<caption>Tab</caption>" in told
    assert "<caption></caption>" in show_parts([("plain table", pd.DataFrame({"a": [1]}))])._repr_html_()
    both = show_parts([("chart", charts.Chart("T", "b", png=b"x", narrow=b"y")), ("item", "c")])
    assert both._repr_html_() == (
        '<picture><source media="(max-width: 40rem)" srcset="data:image/png;base64,eQ=="><img alt="b" '
        'src="data:image/png;base64,eA=="></picture>\n<ul><li>c</li></ul>'
    )
    assert repr(both) == "Pārskats"


def test_the_page_shows_exactly_the_parts_of_the_report_in_their_order(results):
    wide, narrow = (draw_all(results.figures, results.programme, narrow=narrow) for narrow in (False, True))
    pictures = charts.draw_for_screen(wide, narrow)
    parts = make_parts(results.figures, results.programme, pictures)
    shown = show_parts(parts)._repr_html_()
    at = 0
    for kind, *content in parts:
        if kind in ("heading", "subheading"):
            at = shown.index(f">{content[0]}<", at)
    captions = [content[0] for kind, *content in parts if kind == "table"]
    assert captions
    assert all(f"<caption>{caption}</caption>" in shown or f"{caption}: nav" in shown for caption in captions)
    assert shown.count("<img ") == sum(kind == "chart" for kind, *_ in parts)
    assert shown.count('<source media="(max-width: 40rem)" srcset="data:image/png;base64,') == shown.count("<img ")
