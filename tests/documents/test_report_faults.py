"""What once misled a reader of the funder's report, each held by a test of its own."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date

import openpyxl
from docx import Document
from pypdf import PdfReader

from mentoring_lib.documents import funder_report
from mentoring_lib.render import funder_charts
from mentoring_lib.render.docx import TEXT_WIDTH
from mentoring_lib.render.layout import LINE_WIDTH, share_width
from mentoring_lib.render.tables import show
from mentoring_lib.workflow import evaluate


def test_every_file_is_dated_by_its_data_and_names_no_other_programme(files):
    """F132."""
    document, book = (
        Document(io.BytesIO(files["atskaite.docx"])),
        openpyxl.load_workbook(io.BytesIO(files["atskaite.xlsx"])),
    )
    pdf = PdfReader(io.BytesIO(files["atskaite.pdf"])).metadata.creation_date
    days = [document.core_properties.created, book.properties.created, pdf]
    assert {day.date() for day in days} == {date(2024, 9, 15)}
    packed = zipfile.ZipFile(io.BytesIO(files["atskaite.docx"]))
    assert b"Macintosh" not in packed.read("docProps/app.xml")
    assert not any("thumbnail" in name for name in packed.namelist())
    styled = [p.style.name for p in document.paragraphs if p.style.name.startswith(("Title", "Heading"))]
    assert styled[:2] == ["Title", "Heading 1"]


def test_with_one_year_no_indicator_stands_twice(example):
    """F135."""
    inputs, results = example
    one = results.figures.indicators[results.figures.indicators["year"].ne("2024")]
    assert list(funder_report.spread_years(one, inputs.programme)) == [
        "indicator",
        "unit",
        "2023",
        "2023 mērķis",
        "proof",
    ]


def test_no_community_of_the_example_reads_as_missing_data(example):
    """F139."""
    texts = "\n".join(funder_report.list_texts(example[1].figures, example[0].programme))
    assert not re.search(r"(?<!\w)NA(?!\w)", texts)


def test_no_word_of_a_printed_table_has_less_room_than_it_takes(example):
    """F140."""
    inputs, results = example
    parts = funder_report.make_parts(results.figures, inputs.programme, dict.fromkeys(("vietas", "gaita")))
    shown = [show(part[2], caption="") for part in parts if part[0] == "table"]
    assert len(shown) > 6
    for table in shown:
        widths = [width * LINE_WIDTH / TEXT_WIDTH for width in share_width(table, TEXT_WIDTH)]
        for width, *texts in zip(widths, table.headings, *table.rows, strict=True):
            longest = max(min(len(word), 30) for text in texts for word in text.split(" "))
            assert longest + 1 < width, texts  # bold letters are wider


def test_without_names_nothing_is_said_of_names(example):
    """F189."""
    inputs, results = example
    told = "\n".join(funder_report.list_texts(results.figures, inputs.programme))
    nameless = replace(results.figures, consultations=results.figures.consultations.drop(columns="community"))
    public = tuple(name for name in inputs.programme.public if name != "community")
    silent = "\n".join(funder_report.list_texts(nameless, inputs.programme.model_copy(update={"public": public})))
    for words in ("Kopienas nosaukums norādīts tikai tad", "Kopiena nosaukta tikai tad"):
        assert words in told
        assert words not in silent


def test_a_period_without_a_year_of_places_says_that_it_has_no_target_and_draws_none(example):
    """F195."""
    inputs, _ = example
    figures = evaluate(inputs, starts=date(2028, 1, 1), ends=date(2028, 6, 30)).figures
    charts = funder_charts.draw_all(figures, inputs.programme)
    assert "raditaji" not in charts
    texts = funder_report.list_texts(figures, inputs.programme)
    assert texts.count("Mērķi šim periodam nav noteikti.") == 2
    assert funder_report.summary.make_headline(figures, inputs.programme) == "Periodā nav sniegta neviena konsultācija"
