# ruff: noqa: E501 - tables are read line by line
"""PDF: tagged, in Latvian, text in reading order; what is said never becomes a command."""

import io
from dataclasses import replace

import pandas as pd
import pytest
from builders import picture
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from test_docx_and_xlsx import STAMP

from mentoring_lib.base.stamp import EXAMPLE_NOTICE
from mentoring_lib.render.charts import Chart, draw_charts, plot_municipalities
from mentoring_lib.render.pdf import CAN_SET, _clean, _describe, make_pdf

LETTERS = "Glāžšķūņa rūķīši dzērumā čiepj Baha koncertflīģeļu vākus ĀČĒĢĪĶĻŅŠŪŽ"
TABLE = pd.DataFrame({"municipality": ["Ķekavas novads", "Kopā"], "2023": [1, 1]})


def read(parts, logos=None):
    return PdfReader(io.BytesIO(make_pdf("Pārskats", STAMP, parts, logos or {}, "")))


def text_of(reader):
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_it_is_tagged_latvian_and_says_it_is_pdf_ua():
    reader = read([("heading", "A"), ("text", LETTERS)])
    root = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("lv-LV", True)
    assert reader.metadata.title == "Pārskats"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_text_comes_out_in_reading_order_with_every_diacritic():
    parts = [("heading", "Pirmā"), ("text", LETTERS), ("item", "Otrais"), ("facts", [("Ķ", "Ģ")]),
             ("table", "Novadi", TABLE), ("small", "Beigas")]  # fmt: skip
    text = text_of(read(parts))
    places = [
        text.index(word) for word in ("Pirmā", LETTERS, "Otrais", "1. tabula. Novadi", "Ķekavas novads 1", "Beigas")
    ]
    assert places == sorted(places)


def test_it_is_set_in_the_font_of_the_charts_alone():
    parts = [("heading", "A"), ("text", LETTERS), ("item", "B"), ("table", "Novadi", TABLE), ("small", "C")]
    fonts = {font.get_object()["/BaseFont"].split("+")[1] for page in read(parts).pages
             for font in page["/Resources"]["/Font"].values()}  # fmt: skip
    assert fonts == {"DejaVuSans", "DejaVuSans-Bold"}


def test_a_picture_is_described_and_a_table_has_its_headers():
    ax = plot_municipalities(pd.DataFrame({"eligible": [1], "other": [0]}, index=["A"]))
    made = make_pdf("T", STAMP, [("heading", "A"), ("chart", draw_charts({"x": ax})["x"]), ("table", "N", TABLE)],
                    {"sif.png": picture(4, 2)}, "")  # fmt: skip
    reader = PdfReader(io.BytesIO(made))
    objects = [reader.get_object(number) for number in range(1, len(reader.xref[0]) + 1)]
    tags = [thing for thing in objects if isinstance(thing, dict) and "/S" in thing]
    assert {"sif", str(ax.get_label())} <= {str(tag.get("/Alt", "")) for tag in tags}
    assert {"/Table", "/TH", "/H1", "/Figure", "/Caption"} <= {tag["/S"] for tag in tags}


def test_the_notice_and_the_source_of_money_stand_on_every_page():
    reader = read([("text", f"{number}. " + "vārds " * 300) for number in range(6)])
    assert len(reader.pages) > 2
    for number, page in enumerate(reader.pages, start=1):
        text = " ".join(page.extract_text().split())
        assert EXAMPLE_NOTICE in text
        assert STAMP.funding_sentence in text
        assert f"{number}. lpp. no {len(reader.pages)}" in text


@pytest.mark.parametrize(
    "text", ["#panic()", "$x$ *a* _b_ `c`", "= virsraksts", '"; sys.inputs', "@atsauce <a> \\ \\u{41}"]
)
def test_what_is_said_is_never_read_as_a_command(text):
    assert text in text_of(read([("text", text), ("table", "N", pd.DataFrame({"community": [text]}))]))


@given(st.text(max_size=30))
@settings(deadline=None, max_examples=30)
def test_any_text_can_be_set(text):
    assert make_pdf(f"T{text}", STAMP, [("text", text), ("table", text, pd.DataFrame({"community": [text]}))], {}, "")


def test_real_work_is_not_called_invented():
    made = make_pdf("T", replace(STAMP, example=False), [("text", "A")], {}, "Projekts")
    assert (CAN_SET, EXAMPLE_NOTICE in text_of(PdfReader(io.BytesIO(made)))) == (True, False)


def test_the_same_parts_give_the_same_bytes():
    parts = [("heading", "A"), ("table", "N", TABLE)]
    assert make_pdf("T", STAMP, parts, {}, "") == make_pdf("T", STAMP, parts, {}, "")


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (("heading", "A"), {"kind": "heading", "level": 1, "content": "A"}), (("subheading", "A"), {"kind": "heading", "level": 2, "content": "A"}),
        (("text", "a", "b"), {"kind": "text", "content": "a"}), (("heading", "A", "b"), {"kind": "heading", "level": 1, "content": "A"}), (("contents",), {"kind": "contents", "content": ""}),
        (("chart", Chart("T", "b", svg=b"<svg/>")), {"kind": "chart", "svg": "<svg/>", "alt": "b"}),
    ],
)  # fmt: skip
def test_a_part_is_told_as_data(part, told):
    assert _describe(*part) == told


def test_a_table_is_told_with_its_total_and_widths():
    told = _describe("table", "Novadi", TABLE)
    assert told["rows"] == [{"cells": ("Ķekavas novads", "1"), "total": False}, {"cells": ("Kopā", "1"), "total": True}]
    assert {name: told[name] for name in told if name not in ("rows", "widths")} == {
        "kind": "table", "caption": "Novadi", "headings": ("Novads", "2023"), "numeric": (False, True)}  # fmt: skip
    assert told["widths"] == [17 / 66, 8 / 66]
    assert _describe("plain table", TABLE)["caption"] == ""


def test_what_no_page_can_show_goes_wherever_it_stands():
    assert _clean({"a\0": ["b\ufeff", ("c\x07", 1, None, b"d")]}) == {"a\0": ["b", ["c", 1, None, b"d"]]}
