# ruff: noqa: E501 - tables are read line by line
"""Files for people: text stays text, the same bytes every time, a person's edit is never overwritten."""

import io
import re
import zipfile
from datetime import date, datetime
from fractions import Fraction

import openpyxl
import pandas as pd
import pytest
from builders import picture, widths_of
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from mentoring_lib.base.stamp import EXAMPLE_NOTICE, TOTAL, Stamp
from mentoring_lib.render import charts, docx, layout, xlsx
from mentoring_lib.render.docx import make_document
from mentoring_lib.render.tables import show
from mentoring_lib.render.xlsx import TableSheet, make_workbook

STAMP = Stamp(True, "«Projekts», Nr. 1", "Finansē fonds.", "Atbild biedrība.", date(2024, 9, 15), "k", "i", "0", "l")


def book_of(table, **more):
    content = make_workbook("Grāmata", STAMP, [TableSheet("Lapa", "Nosaukums", table, **more)])
    return openpyxl.load_workbook(io.BytesIO(content))


def stands(content):
    """Sheets of a workbook as they stand: what is where and how it looks; widths, heights, print, tables, rules."""
    return {page.title: _stands(page) for page in openpyxl.load_workbook(io.BytesIO(content))}


def _stands(page):
    looks = {cell.coordinate: f"{cell.value} | {_looks(cell)}" for row in page.iter_rows() for cell in row
             if cell.value is not None or cell.border.top.style}  # fmt: skip
    setup, edges = page.page_setup, page.page_margins
    return {
        "cells": looks,
        "widths": {name: round(one.width - 0.71, 1) for name, one in page.column_dimensions.items() if one.customWidth},
        "heights": {number: one.height for number, one in page.row_dimensions.items() if one.height},
        "print": [setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight, page.print_options.gridLines,
                  edges.left, edges.top, edges.bottom, page.print_title_rows, page.oddFooter.left.text, page.oddFooter.right.text],
        "sheet": [page.sheet_state, page.freeze_panes, page.sheet_view.showGridLines, *map(str, page.merged_cells.ranges)],
        "tables": [(one.name, one.ref, one.tableStyleInfo.name) for one in page.tables.values()],
        "rules": [(str(one.sqref), one.type, one.formula1, one.errorStyle, one.showErrorMessage, one.prompt, one.error)
                  for one in page.data_validations.dataValidation],
    }  # fmt: skip


def _looks(cell):
    font, side, edge = cell.font, cell.alignment, cell.border
    colour = font.color.rgb[2:] if font.color and font.color.type == "rgb" else ""
    named = {"bold": font.b, "italic": font.i, "underlined": font.u, "over": edge.top.style, "under": edge.bottom.style,
             "wrapped": side.wrap_text, "indented": side.indent}  # fmt: skip
    ground = cell.fill.fgColor.rgb[2:] if cell.fill.fill_type else ""
    shown = cell.number_format if cell.number_format != "General" else ""
    told = [*(word for word, has in named.items() if has), side.horizontal, side.vertical, colour, ground, f"{font.sz:g}",
            shown, cell.hyperlink and cell.hyperlink.location]  # fmt: skip
    return " ".join(filter(None, told))


def body(sheet):
    rows = list(sheet.iter_rows(values_only=True))
    top = next(index for index, row in enumerate(rows) if row[0] == "Kopiena")
    return rows[top + 1 :]


@pytest.mark.parametrize(
    "text", ["=1+1", "+371 2000", "@A1", "-5", "http://example.org", "007", "{=SUM(A1)}", "a.html"]
)
def test_an_answer_never_becomes_a_formula_link_or_number(text):
    sheet = book_of(pd.DataFrame({"community": [text]}))["Lapa"]
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == text)
    assert (cell.data_type, cell.hyperlink) == ("s", None)


@pytest.mark.parametrize(("column", "bold"), [("municipality", True), ("application_id", False)])
def test_a_row_of_an_application_is_never_drawn_as_a_total(column, bold):
    sheet = book_of(pd.DataFrame({column: ["A", "K-000001"], "community": ["B", "Kopā"]}))["Lapa"]
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "Kopā")
    assert bool(cell.font.bold) == bold


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
def test_any_text_survives_in_a_workbook(text):
    content = make_workbook("G", STAMP, [TableSheet("Lapa", "N", pd.DataFrame({"community": [text]}))])
    assert body(openpyxl.load_workbook(io.BytesIO(content))["Lapa"]) == ([(layout.clean_text(text),)] if text else [])


def test_control_characters_and_overlong_texts_do_not_break_a_workbook():
    sheet = book_of(pd.DataFrame({"community": ["a\x00b\x1f", "x" * 40000]}))["Lapa"]
    assert [len(row[0]) for row in body(sheet)] == [2, xlsx.MAX_CHARACTERS]


def test_a_title_with_signs_that_xml_cannot_hold_makes_a_letter_all_the_same():
    content = docx.make_document("Pulks\x08\ufffe" + 300 * "a", STAMP, [("title",)], "letter")
    assert Document(io.BytesIO(content)).core_properties.title == "Pulks" + 250 * "a"


def test_numbers_and_dates_keep_their_type_and_missing_cells_are_empty():
    table = pd.DataFrame(
        {"community": ["A", "B"], "clarity": [Fraction(15, 2), None], "on": [date(2023, 8, 21), pd.NaT]}
    )
    rows = body(book_of(table)["Lapa"])
    assert rows[0][1] == 7.5
    assert rows[0][2].strftime("%d.%m.%Y") == "21.08.2023"
    assert rows[1][1:] == (None, None)


def test_a_workbook_opens_on_contents_that_link_to_every_sheet_and_says_it_is_invented():
    cover = book_of(pd.DataFrame({"community": ["A"]}))["Saturs"]
    links = [cell.hyperlink.location for row in cover.iter_rows() for cell in row if cell.hyperlink]
    texts = [cell for row in cover.iter_rows(values_only=True) for cell in row]
    assert links == ["'Lapa'!A1"]
    assert {EXAMPLE_NOTICE, STAMP.project, STAMP.funding_sentence, "15.09.2024"} <= set(texts)


def test_a_row_after_the_links_that_excel_opens_keeps_its_text(monkeypatch):
    assert xlsx.MAX_LINKS == 65_530
    monkeypatch.setattr(xlsx, "MAX_LINKS", 2)  # the way back to the contents is the first
    sheets = [TableSheet("Lapa", "N", pd.DataFrame({"community": ["A", "B"]}))]
    content = make_workbook("G", STAMP, sheets, links={"community": {"A": "external:a.html", "B": "external:b.html"}})
    found = [row[0] for row in openpyxl.load_workbook(io.BytesIO(content))["Lapa"].iter_rows()][-2:]
    assert [(cell.value, bool(cell.hyperlink)) for cell in found] == [("A", True), ("B", False)]


def test_a_native_chart_shows_every_series_however_many():
    towns = tuple(f"{number}. novads" for number in range(8))
    table = pd.DataFrame({"municipality": ["A"], **{town: [1] for town in towns}})
    content = make_workbook("G", STAMP, [TableSheet("Lapa", "Pa novadiem", table, series=towns)])
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.read("xl/charts/chart1.xml").count(b"<c:ser>") == len(towns)


def test_a_native_chart_has_a_title_labels_and_alternative_text():
    table = pd.DataFrame({"municipality": ["A", "Kopā"], "2023": [1, 1]})
    content = make_workbook("G", STAMP, [TableSheet("Lapa", "Pa novadiem", table, series=("2023",))])
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        chart, drawing = (
            packed.read(name).decode("utf-8") for name in ("xl/charts/chart1.xml", "xl/drawings/drawing1.xml")
        )
    assert "Pa novadiem" in chart
    assert "<c:legend>" not in chart  # one series
    assert "c:dLbls" in chart
    assert re.findall(r"\$A\$(\d+)(?::\$A\$(\d+))?<", chart) == [("6", "")]  # the total is not a bar
    assert 'descr="Pa novadiem' in drawing


def test_a_document_is_a4_in_latvian_with_repeated_headings_and_described_pictures():
    ax = charts.plot_municipalities(pd.DataFrame({"eligible": [1], "other": [0]}, index=["A"]))
    parts = [
        ("contents",),
        ("heading", "Rezultāti"),
        ("text", "Teikums."),
        ("table", "Tabula", pd.DataFrame({"rank": [1]})),
        ("chart", charts.draw_charts({"x": ax})["x"]),
    ]
    document = Document(io.BytesIO(make_document("Pārskats", STAMP, parts)))
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    assert 'w:lang w:val="lv-LV"' in document.styles["Normal"].element.xml
    assert "w:tblHeader" in document.tables[0]._tbl.xml
    assert document.inline_shapes[0]._inline.docPr.get("descr") == ax.get_label()
    headings = [p.text for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert headings == ["Rezultāti"]
    assert STAMP.funding_sentence in section.footer.paragraphs[0].text
    assert EXAMPLE_NOTICE in section.header.paragraphs[0].text
    assert [p.text for p in document.paragraphs if p.style.name.startswith("toc")] == headings
    captions = [p.text for p in document.paragraphs if p.style.name == "Caption"]
    assert captions == ["1. tabula. Tabula"]


def test_contents_link_to_each_heading_and_need_no_update():
    parts = [("contents",), ("heading", "A"), ("subheading", "B"), ("heading", "C")]
    document = Document(io.BytesIO(make_document("T", STAMP, parts)))
    marks = re.findall(r'bookmarkStart w:id="\d+" w:name="(\w+)"', document.element.xml)
    assert re.findall(r'w:anchor="(\w+)"', document.element.xml) == marks
    assert [p.style.name for p in document.paragraphs if p.style.name.startswith("toc")] == ["toc 1", "toc 2", "toc 1"]


TEXTS = ["Mārupes novads", "nav piekrišanas", "Kopiena ir jauna, jautājums aprakstīts skaidri. " * 5]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=12))
def test_a_workbook_is_no_wider_than_can_be_read_when_printed_unless_words_need_it(texts):
    page = book_of(pd.DataFrame([["Kopiena", *texts]], columns=["community", *map(str, range(len(texts)))]))["Lapa"]
    widths = widths_of(page)
    assert sum(widths) <= xlsx.PRINTED
    assert all(width > max(map(len, text.split())) for width, text in zip(widths[1:], texts, strict=True))


def test_short_texts_take_two_lines_where_a_long_one_makes_rows_tall_anyway():
    long = "Kā iesaistīt iedzīvotājus kopienu aktivitātēs? " * 4
    table = pd.DataFrame(
        {"community": ["Skursteņslauķa pagalms"], "reason": [long], "municipality": ["Ķekavas novads"]}
    )
    name, reason, town = layout.share_width(show(table, caption=""), 92)
    assert name < len("Skursteņslauķa pagalms") < reason
    assert town < len("Ķekavas novads")


def test_a_total_is_underlined_across_every_cell():
    table = pd.DataFrame({"community": ["A", TOTAL], "share": [0.5, None], "result": [1, 1]})
    page = book_of(table)["Lapa"]
    last = max(row[0].row for row in page.iter_rows() if row[0].value == TOTAL)
    assert [cell.border.top.style for cell in page[last]] == ["thin"] * 3


def test_rows_are_not_split_and_a_short_table_stays_together():
    def kept(rows):
        document = Document(io.BytesIO(make_document("T", STAMP, [("table", "N", numbers(rows))])))
        grid = document.tables[0]
        assert all("w:cantSplit" in row._tr.xml for row in grid.rows)
        return [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in grid.rows]

    def numbers(rows):
        return pd.DataFrame({"rank": range(rows)})

    assert kept(2) == [True, True, False]
    assert not any(kept(layout.KEPT_TOGETHER + 1))


def test_each_table_of_a_workbook_has_a_name_and_leaves_its_total_out():
    table = pd.DataFrame({"municipality": ["A", "B", "Kopā"], "2023": [1, 2, 3]})
    sheet = openpyxl.load_workbook(
        io.BytesIO(make_workbook("G", STAMP, [TableSheet("Novadu lapa", "N", table)], ["Piezīme."]))
    )
    assert sheet.sheetnames == ["Saturs", "Novadu lapa", "Piezīmes"]
    assert dict(sheet["Novadu lapa"].tables.items()) == {"TNovaduLapa": "A5:B7"}
    assert sheet["Novadu lapa"].freeze_panes == "B6"
    assert not any(page.merged_cells.ranges for page in sheet)
    assert "Piezīme." in [row[0] for row in sheet["Piezīmes"].iter_rows(values_only=True)]


def test_the_same_input_gives_the_same_bytes():
    table = pd.DataFrame({"community": ["A"]})
    for make in (
        lambda: make_workbook("G", STAMP, [TableSheet("L", "N", table)]),
        lambda: make_document("G", STAMP, [("table", "T", table)]),
    ):
        assert make() == make()


def test_logos_stand_at_the_head_of_every_page_and_fit(tmp_path):
    logos = {"sif.png": picture(40, 20), "ļoti plats.png": picture(4000, 20)}
    content = make_document("Pārskats", STAMP, [], logos=logos)
    header = Document(io.BytesIO(content)).sections[0].header
    sizes = header._element.xpath(".//wp:extent")
    assert [name.get("descr") for name in header._element.xpath(".//wp:docPr")] == ["sif", "ļoti plats"]
    assert sum(int(size.get("cx")) for size in sizes) / 360_000 <= docx.TEXT_WIDTH
    assert [round(int(sizes[0].get(side)) / 360_000, 2) for side in ("cx", "cy")] == [2.8, 1.4]
    assert docx.TEXT_WIDTH / 2 - 0.31 < int(sizes[1].get("cx")) / 360_000 <= docx.TEXT_WIDTH / 2 - 0.3
    assert content == make_document("Pārskats", STAMP, [], logos=logos)


ROWS = pd.DataFrame({
    "municipality": ["Ķekavas novads", "B", TOTAL], "share": [0.5, 1, None], "points": [Fraction(7, 2), 7, "c"],
    "on": [date(2023, 8, 21), datetime(2023, 8, 21, 9, 5), None],
})  # fmt: skip


def test_a_workbook_stands_as_it_was_looked_at():
    sheets = [
        TableSheet("Lapa", "Nosaukums", ROWS, note="Piezīme par lapu."),
        TableSheet("Otra", "Cita", ROWS[:0][["municipality"]]),
    ]
    links = {"municipality": {"B": "internal:'Otra'!A1", "Ķekavas novads": "internal:'Lapa'!A1"}}
    content = make_workbook(
        "Grāmata", STAMP, sheets, ["Garā piezīme. " * 12, "Īsā."], answer="Atbilde ir jā.", links=links
    )
    assert stands(content) == BOOK


def test_rows_have_room_moments_their_hour_and_a_short_sheet_is_one_page():
    moment = pd.Timestamp("2023-08-21", tz="Europe/Riga")
    table = pd.DataFrame({"community": ["vārds " * 60, "B"], "on": [moment, pd.NaT]})
    tall = pd.DataFrame({"community": ["A"] * 45})
    book = openpyxl.load_workbook(io.BytesIO(make_workbook("G", STAMP, [
        TableSheet("Lapa", "N", table), TableSheet("Gara", "G", tall),
        TableSheet("Tukša", "T", tall[:0], series=()),
    ])))  # fmt: skip
    page, long, empty = (book[name] for name in ("Lapa", "Gara", "Tukša"))
    assert [page.row_dimensions[row].height for row in (6, 7)] == [75, None]
    assert page["B6"].number_format == "dd.mm.yyyy hh:mm"
    assert [one.sheet_properties.pageSetUpPr.fitToPage for one in (page, long)] == [True, True]
    assert (page.page_setup.fitToHeight, long.page_setup.fitToHeight, len(empty.tables)) == (None, 0, 0)


def test_a_long_answer_has_room_on_the_cover():
    assert stands(make_workbook("G", STAMP, [], answer="vārds " * 30))["Saturs"]["heights"] == {2: 30.0}


def test_a_chart_stands_as_it_was_looked_at():
    table = pd.DataFrame({"municipality": ["A", "B", TOTAL], "held": [1, 8, 9], "booked": [2, 0, 2]})
    sheet = TableSheet("Lapa", "Pa novadiem", table, series=("held", "booked"))
    aims = TableSheet(
        "Mērķi",
        "M",
        pd.DataFrame({"year": [2023, 2024], "A": [1, None], "A mērķis": [2, None]}),
        series=("A",),
    )
    days = TableSheet(
        "Gaita",
        "G",
        pd.DataFrame({"day": pd.to_datetime(["2023-09-05", "2024-02-03"]), "held": [1, 2], "due": [1, 3]}),
        series=("held", "due"),
    )
    assert [chart_of(sheet), chart_of(aims), chart_of(days)] == CHARTS


def chart_of(sheet):
    """What decides how a chart looks: its kind, series with their cells and looks, axes, place on the sheet."""
    with zipfile.ZipFile(io.BytesIO(make_workbook("G", STAMP, [sheet]))) as packed:
        chart, drawing = (
            packed.read(f"xl/{name}.xml").decode("utf-8") for name in ("charts/chart1", "drawings/drawing1")
        )
    wanted = r"c:(barDir|grouping|scatterStyle|lineChart|gapWidth|overlap|f|symbol|size|orientation|max|min|majorUnit|crosses|legendPos|formatCode) ?(?:val=\"([^\"]+)\"|>([^<]*)<|[^>]*)|a:(srgbClr|pattFill|noFill) ?(?:\w+=\"([^\"]+)\")?"
    told = [" ".join(filter(None, found)) for found in re.findall(wanted, chart)]
    return [
        " ".join(told),
        re.findall(r"<xdr:(?:from|to)>.*?<xdr:col>(\d+)<.*?<xdr:row>(\d+)<", drawing),
        re.findall(r'descr="([^"]*)"', drawing),
    ]


BOOK = {'Saturs': {'cells': {'A1': 'Grāmata | bold 00507D 15',
                      'A2': 'Atbilde ir jā. | bold wrapped top 11',
                      'A4': 'Dati | wrapped indented left top 11',
                      'B4': 'PIEMĒRS – pieteikumi, cilvēki un notikumi ir izdomāti | bold B03A00 11',
                      'A5': 'Projekts | wrapped indented left top 11',
                      'B5': '«Projekts», Nr. 1 | wrapped indented left top 11',
                      'A6': 'Finansējums | wrapped indented left top 11',
                      'B6': 'Finansē fonds. | wrapped indented left top 11',
                      'A7': 'Atbildība | wrapped indented left top 11',
                      'B7': 'Atbild biedrība. | wrapped indented left top 11',
                      'A8': 'Datu diena | wrapped indented left top 11',
                      'B8': '15.09.2024 | wrapped indented left top 11',
                      'A9': 'Atlases kārtība | wrapped indented left top 11',
                      'B9': 'k | wrapped indented left top 11',
                      'A10': 'Ievades datu SHA-256 | wrapped indented left top 11',
                      'B10': 'i | wrapped indented left top 11',
                      'A11': 'Rīka versija | wrapped indented left top 11',
                      'B11': '0 | wrapped indented left top 11',
                      'A12': 'Bibliotēku saraksta SHA-256 | wrapped indented left top 11',
                      'B12': 'l | wrapped indented left top 11',
                      'A14': 'Lapas | bold wrapped indented left center FFFFFF 0072B2 11',
                      'B14': 'Kas tajās ir | bold wrapped indented left center FFFFFF 0072B2 11',
                      'A15': "Lapa | underlined 0072B2 11 'Lapa'!A1",
                      'B15': 'Nosaukums | wrapped indented left top 11',
                      'A16': "Otra | underlined 0072B2 11 'Otra'!A1",
                      'B16': 'Cita | wrapped indented left top 11',
                      'A17': "Piezīmes | underlined 0072B2 11 'Piezīmes'!A1",
                      'B17': 'Kā skaitļi iegūti un kā tos lasīt | wrapped indented left top 11'},
            'widths': {'A': 30.0, 'B': 100.0},
            'heights': {},
            'print': ['landscape', 9, None, None, None, 0.4, 0.6, 0.8, None,
                      'PIEMĒRS – pieteikumi, cilvēki un notikumi ir izdomāti. «Projekts», Nr. 1. Dati 2024.\xa0gada 15.\xa0septembrī.', '&P. lpp. no &N'],
            'sheet': ['visible', None, False, 'A2:B2'],
            'tables': [],
            'rules': []},
 'Lapa': {'cells': {'A1': 'Nosaukums | bold 00507D 15',
                    'A2': 'Piezīme par lapu. | italic 555555 11',
                    'A3': 'PIEMĒRS – pieteikumi, cilvēki un notikumi ir izdomāti | bold B03A00 11',
                    'A4': "Atpakaļ uz saturu | underlined 0072B2 11 'Saturs'!A1",
                    'A6': 'Novads | bold wrapped indented left center FFFFFF 0072B2 11',
                    'B6': 'Izpilde | bold wrapped indented right center FFFFFF 0072B2 11',
                    'C6': 'Punkti | bold wrapped indented right center FFFFFF 0072B2 11',
                    'D6': 'Kad | bold wrapped indented left center FFFFFF 0072B2 11',
                    'A7': 'Ķekavas novads | wrapped indented left top 11',
                    'B7': '0.5 | indented right top 11 0 %',
                    'C7': '3.5 | indented right top 11 #,##0.##',
                    'D7': '2023-08-21 00:00:00 | indented left top 11 dd.mm.yyyy',
                    'A8': "B | underlined wrapped indented top 0072B2 11 'Otra'!A1",
                    'B8': '1 | indented right top 11 0 %',
                    'C8': '7 | indented right top 11 0',
                    'D8': '2023-08-21 09:05:00 | indented left top 11 dd.mm.yyyy hh:mm',
                    'A9': 'Kopā | bold over wrapped indented left top 11',
                    'B9': 'None | bold over wrapped indented left top 11',
                    'C9': 'c | bold over indented right top 11',
                    'D9': 'None | bold over wrapped indented left top 11'},
          'widths': {'A': 17.0, 'B': 11.0, 'C': 10.0, 'D': 19.0},
          'heights': {},
          'print': ['landscape', 9, None, None, None, 0.4, 0.6, 0.8, '$6:$6',
                    'PIEMĒRS – pieteikumi, cilvēki un notikumi ir izdomāti. «Projekts», Nr. 1. Dati 2024.\xa0gada 15.\xa0septembrī.', '&P. lpp. no &N'],
          'sheet': ['visible', 'B7', None],
          'tables': [('TLapa', 'A6:D8', 'TableStyleLight1')],
          'rules': []},
 'Otra': {'cells': {'A1': 'Cita | bold 00507D 15',
                    'A2': 'PIEMĒRS – pieteikumi, cilvēki un notikumi ir izdomāti | bold B03A00 11',
                    'A3': "Atpakaļ uz saturu | underlined 0072B2 11 'Saturs'!A1",
                    'A5': 'Novads | bold wrapped indented left center FFFFFF 0072B2 11',
                    'A6': 'Nav neviena ieraksta. | 11'},
          'widths': {'A': 10.0},
          'heights': {},
          'print': ['landscape', 9, None, None, None, 0.4, 0.6, 0.8, '$5:$5',
                    'PIEMĒRS – pieteikumi, cilvēki un notikumi ir izdomāti. «Projekts», Nr. 1. Dati 2024.\xa0gada 15.\xa0septembrī.', '&P. lpp. no &N'],
          'sheet': ['visible', 'B6', None],
          'tables': [],
          'rules': []},
 'Piezīmes': {'cells': {'A1': 'Kā skaitļi iegūti un kā tos lasīt | bold 00507D 15',
                        'A2': "Atpakaļ uz saturu | underlined 0072B2 11 'Saturs'!A1",
                        'A4': 'Garā piezīme. Garā piezīme. Garā piezīme. Garā piezīme. Garā piezīme. Garā piezīme. Garā piezīme. Garā piezīme. Garā piezīme. '
                              'Garā piezīme. Garā piezīme. Garā piezīme.  | wrapped indented left top 11',
                        'A5': 'Īsā. | wrapped indented left top 11'},
              'widths': {'A': 110.0},
              'heights': {4: 30.0},
              'print': ['landscape', 9, None, None, None, 0.4, 0.6, 0.8, None,
                        'PIEMĒRS – pieteikumi, cilvēki un notikumi ir izdomāti. «Projekts», Nr. 1. Dati 2024.\xa0gada 15.\xa0septembrī.', '&P. lpp. no &N'],
              'sheet': ['visible', None, False],
              'tables': [],
              'rules': []}}  # fmt: skip

CHARTS = [['barDir bar grouping stacked f Lapa!$B$5 f srgbClr 0072B2 srgbClr 0072B2 f Lapa!$A$6:$A$7 f f Lapa!$B$6:$B$7 f f f f Lapa!$C$5 f pattFill wdUpDiag srgbClr '
  '0072B2 srgbClr FFFFFF pattFill srgbClr 0072B2 f Lapa!$A$6:$A$7 f f Lapa!$C$6:$C$7 f f f gapWidth 60 overlap 100 orientation maxMin crosses autoZero '
  'orientation minMax min 0 srgbClr C8CDD2 crosses max majorUnit 2 legendPos b',
  [('0', '9'), ('10', '21')], ['Pa novadiem&#xA;Novads | Notikušas | Norunātas&#xA;A | 1 | 2&#xA;B | 8 | 0&#xA;Kopā | 9 | 2']],
 ['barDir col grouping clustered f Mērķi!$B$5 f srgbClr 0072B2 srgbClr 0072B2 f Mērķi!$A$6 f f f f Mērķi!$B$6 f f f gapWidth 60 lineChart grouping standard f '
  'Mērķi!$C$5 f noFill symbol dash size 12 srgbClr 000000 f Mērķi!$A$6 f f f f Mērķi!$C$6 f f f lineChart orientation minMax crosses autoZero orientation '
  'minMax min 0 srgbClr C8CDD2 crosses autoZero legendPos b',
  [('0', '8'), ('11', '24')], ['M&#xA;Gads | A | A mērķis&#xA;2023 | 1 | 2&#xA;2024 |  | ']],
 ['scatterStyle lineMarker f Gaita!$B$5 f noFill symbol circle size 6 f Gaita!$A$6:$A$7 f f f f Gaita!$B$6:$B$7 f f f f Gaita!$C$5 f srgbClr 0072B2 symbol '
  'none f Gaita!$A$6:$A$7 f f f f Gaita!$C$6:$C$7 f f f orientation minMax max 45326 min 45170 crosses autoZero majorUnit 91 orientation minMax min 0 srgbClr '
  'C8CDD2 crosses autoZero legendPos b',
  [('0', '8'), ('10', '24')], ['G&#xA;Diena | Notikušas | due&#xA;05.09.2023 | 1 | 1&#xA;03.02.2024 | 2 | 3']]]  # fmt: skip
