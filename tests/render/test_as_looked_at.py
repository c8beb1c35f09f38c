# ruff: noqa: E501 - tables are read line by line
"""Pictures and documents as a person looked at them: all that is drawn and set, in lines that can be compared.

Where one is changed on purpose, look at it (the notebooks, the letters of the example), then write its lines anew:
``python tests/render/test_as_looked_at.py`` with the project on the path.
"""

import io
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from builders import placed, programme
from docx import Document
from matplotlib.colors import to_hex
from test_docx_and_xlsx import STAMP, stands
from test_ranking_chart import decide

from mentoring_lib.base.stamp import TOTAL
from mentoring_lib.delivery.ledger import trace_course
from mentoring_lib.render import charts, docx, funder_charts, ranking_chart
from mentoring_lib.render.palette import COLOURS
from mentoring_lib.render.settings_workbook import make_settings_workbook

LINES = Path(__file__).parent / "looked_at"
STYLES = [
    "Normal", "Default Paragraph Font", "Normal Table", "No List", "header", "Header Char", "footer", "Footer Char",
    "Title", "Title Char", "heading 1", "Heading 1 Char", "heading 2", "Heading 2 Char", "caption", "List Bullet",
    "Table Grid",
]  # fmt: skip


def drawn(ax):
    """What a picture is made of: its size and words, bars, lines, dots, texts, axes; places in the units of the data."""
    figure = ax.figure
    yield f"size {figure.get_figwidth():g} x {figure.get_figheight():.3g}"
    for words in (figure._suptitle, figure._supxlabel, ax.xaxis.label):
        yield f"told {write(words)}" if words else ""
    yield f"described {ax.get_label()}"
    yield f"across {spot(*ax.get_xlim())} down {spot(*ax.get_ylim())}"
    for axis in (ax.xaxis, ax.yaxis):
        marks = [
            f"{place:.4g}={label.get_text()!r}"
            for place, label in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
        ]
        yield f"marks {' '.join(marks)} {axis.get_tick_params()}"
    yield f"frame {' '.join(name for name, side in ax.spines.items() if side.get_visible())} {ax.axison}"
    for patch in ax.patches:
        whole = patch.get_path().transformed(patch.get_patch_transform()).get_extents()
        look = (
            to_hex(patch.get_facecolor()),
            to_hex(patch.get_edgecolor()),
            patch.get_hatch() or "",
            patch.get_linestyle(),
        )
        yield f"{type(patch).__name__} {spot(whole.x0, whole.y0)} to {spot(whole.x1, whole.y1)} {' '.join(map(str, look))} {patch.get_linewidth():g} {patch.get_zorder():g}"
    for line in ax.lines:
        places = " ".join(spot(*pair) for pair in line.get_xydata())
        yield f"line {places} {to_hex(line.get_color())} {line.get_linewidth():g} {line.get_linestyle()} {line.get_marker()} {line.get_markersize():g} {line.get_zorder():g}"
    for dots in ax.collections:
        places = " ".join(spot(*pair) for pair in dots.get_offsets())
        yield f"dots {places} {' '.join(to_hex(colour) for colour in (*dots.get_facecolor(), *dots.get_edgecolor()))} {dots.get_sizes()} {dots.get_linewidth()}"
    yield from (f"text {write(text)}" for text in ax.texts)


def spot(*numbers):
    return ",".join(f"{number:.4g}" for number in numbers)


def write(text):
    place = spot(
        *(number if isinstance(number, int | float) else number.value / 8.64e13 for number in text.get_position())
    )
    look = (
        text.get_ha(),
        text.get_va(),
        to_hex(text.get_color()),
        f"{text.get_fontsize():g}",
        text.get_weight(),
        text.get_rotation(),
    )
    return f"{place} {text.get_text()!r} {' '.join(map(str, look))}"


def outlined(content):
    """Each part of a document: its page, header, footer, body and the styles that are changed; an element a line."""
    document = Document(io.BytesIO(content))
    (section,), core = document.sections, document.core_properties
    told = (
        "title",
        "author",
        "comments",
        "category",
        "language",
        "created",
        "modified",
        "last_modified_by",
        "revision",
    )
    yield from (f"{name} {getattr(core, name)}" for name in told)
    styles = [document.styles[name]._element for name in sorted(STYLES) if name in document.styles]
    for part in (section.header._element, section.footer._element, document.element.body, *styles):
        yield from elements(ElementTree.fromstring(part.xml), 0)


def elements(element, depth):
    named = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
    told = " ".join(f"{name}={value}" for name, value in named.items() if not name.startswith("rsid"))
    yield f"{' ' * depth}{element.tag.rpartition('}')[2]} {told} {element.text or ''}".rstrip()
    for child in element:
        yield from elements(child, depth + 1)


LEDGER = pd.DataFrame(
    [(3, 1, 1, 1, 1), (0, 0, 2, 4, 0)], columns=list(charts.USES), index=[2023, 2024]
).assign(planned=[7, 6])  # fmt: skip
INDICATORS = pd.DataFrame(
    [
        ("Sniegtas konsultācijas", "konsultācija", "2023", 5, 7, 2, 5 / 7), ("Sniegtas konsultācijas", "konsultācija", "2024", 12, 6, 0, 2.0),
        ("Dalībnieki", "cilvēki", "2023", None, 10, None, None), ("Dalībnieki", "cilvēki", "2024", 11, 10, 0, 1.1),
        ("Stundas", "stunda", TOTAL, 7.5, None, None, None), ("Dalībnieki", "cilvēki", TOTAL, 11, 20, 9, 0.55),
    ],
    columns=["indicator", "unit", "year", "result", "target", "missing", "share"],
)  # fmt: skip
RATINGS = pd.DataFrame([("Zinām, ko darīt", 3, 2, 1, 0, 4.0, 7.5), ("Mūs dzird", 2, 0, 1, 1, 5.0, 4.0)],
                       columns=["statement", "answered", "higher", "same", "lower", "then", "now"])  # fmt: skip
SPREAD = pd.DataFrame([("Zinām, ko darīt", 4, 2, 0), ("Zinām, ko darīt", 7, 1, 3), ("Mūs dzird", 5, 1, 1)],
                      columns=["statement", "rating", "then", "now"])  # fmt: skip
QUEUES = (
    "A new 8",
    "B new 3",
    "C existing 9",
    "D existing 2",
    "E unclear –",
    "F new 5",
    "G existing 8",
    "H existing 8",
)
CHART = charts.Chart(
    "Attēls",
    "Ko tas rāda",
    png=charts.render(charts.plot_municipalities(pd.DataFrame({"eligible": [], "other": []})), "png", 10),
)
PARTS = [
    ("contents",), ("heading", "Rezultāti"), ("text", "Teikums\x07."), ("table", "Tabula", pd.DataFrame({"community": ["●○ a", TOTAL], "rank": [1, 1]})),
    ("subheading", "Sīkāk"), ("small", "Sīki."), ("chart", CHART), ("lead", "Treknais", "teksts"), ("lead", "Viens", ""), ("box", "Treknais", "teksts"),
    ("item", "Punkts"), ("sides", "pa kreisi", "pa labi"), ("facts", [("Kas", "Kurš")]), ("cards", [("7", "sniegtas", ""), ("2", "trūkst", "maz")]),
    ("plain table", pd.DataFrame({"rank": range(11)})),
]  # fmt: skip


def ranking(*lines, narrow=False, marks=None, window=None, **options):
    decided, settled = decide(*lines, **options)
    return ranking_chart.plot_ranking(
        decided.assign(community=decided["application_id"]), settled, narrow=narrow, marks=marks, window=window
    )


DRAWN = {
    "municipalities": lambda: charts.sign(charts.plot_municipalities(pd.DataFrame({"eligible": [5, 0], "other": [1, 2]}, index=["A", "B novads"])), "Avots"),
    "ledger": lambda: charts.plot_ledger(LEDGER),
    "ledger_narrow": lambda: charts.sign(charts.plot_ledger(LEDGER, narrow=True), "Avots"),
    "course": lambda: charts.plot_course(trace_course(placed(), programme(), as_of=date(2024, 9, 15)), programme()),
    "course_narrow": lambda: charts.plot_course(trace_course(placed(), programme(), as_of=date(2024, 1, 15)), programme(), narrow=True),
    "indicators": lambda: funder_charts.plot_indicators(INDICATORS),
    "indicators_narrow": lambda: funder_charts.plot_indicators(INDICATORS, narrow=True),
    "outcomes": lambda: funder_charts.plot_outcomes(RATINGS, SPREAD),
    "outcomes_narrow": lambda: funder_charts.plot_outcomes(RATINGS, SPREAD, narrow=True),
    "ranking": lambda: ranking(*QUEUES, marks={"A": "±"}),
    "ranking_narrow": lambda: ranking(*QUEUES, narrow=True),
    "ranking_undrawn": lambda: ranking("A existing 8", "B existing 8", "C new 8", "D existing 2", seed=None, places={2023: 1}),
    "ranking_undrawn_narrow": lambda: ranking("A existing 8", "B existing 8", seed=None, places={2023: 1}, narrow=True),
    "ranking_points": lambda: ranking(*QUEUES, reading="points"),
    "ranking_part": lambda: ranking(*QUEUES, window=(1, 4)),
    "ranking_none": lambda: ranking("E unclear –", reading="new_first"),
    "asked": lambda: funder_charts.plot_asked(pd.Series({"b": 2, "a": 2, "c": 0, "d": 5}), dict(zip("abcd", ["Nauda", "Telpas", "Cits", "Kā"], strict=True)), 3),
    "asked_narrow": lambda: funder_charts.plot_asked(pd.Series({"b": 0}), {"b": "Nauda"}, 0, narrow=True),
}  # fmt: skip
SET = {
    "document": lambda: docx.make_document("Pārskats", STAMP, PARTS),
    "summary": lambda: docx.make_document("Pirmā lapa", STAMP, [("small", "Projekts"), ("title",), ("heading", "A")], "report"),
    "letter": lambda: docx.make_document("Vēstule", STAMP, [("text", "Labdien!"), ("title",), ("facts", [("a", "b")])], "letter", basis="abc"),
}  # fmt: skip
PAGES = ("Uzsaukums", "Tēmas", "Izloze")


def listed(content):
    """How some sheets of the settings are set out: looks, sizes and rules of cells, not their words."""
    for name, page in stands(content).items():
        for part, told in page.items() if name in PAGES else ():
            for one in told.items() if isinstance(told, dict) else told:
                yield (
                    f"{name} {part} {one[0]} {one[1].rpartition(' | ')[2]}"
                    if part == "cells"
                    else f"{name} {part} {one}"
                )


def settings_of(**changes):
    years = {
        "places": {2023: 1, 2024: 2},
        "carry_over": (
            {"from_year": 2023, "to_year": 2024, "places": 1, "permission": "V", "permitted_on": date(2024, 1, 5)},
        ),
    }
    return make_settings_workbook("Iestatījumi", programme(**years, **changes).model_dump(), ["Palīdzība"])


MADE = {name: lambda draw=draw: drawn(draw()) for name, draw in DRAWN.items()}
MADE |= {name: lambda make=make: outlined(make()) for name, make in SET.items()}
MADE["settings"] = lambda: listed(settings_of(rule__reading="points"))


@pytest.mark.parametrize("name", MADE)
def test_a_picture_or_document_is_as_it_was_looked_at(name):
    assert [*MADE[name]()] == (LINES / f"{name}.txt").read_text("utf-8").split("\n")


@pytest.mark.parametrize(
    ("community", "count", "name"), [("A", 1, "A"), ("", 1, "1 kopiena kopā"), ("", 22, "22 kopienas kopā")]
)
def test_a_row_is_named_by_its_community_or_by_how_many_stand_in_it(community, count, name):
    assert funder_charts.name_row(community, count) == name


def test_a_letter_says_of_which_decision_it_tells_and_holds_no_style_but_those_used():
    assert docx.read_basis(docx.make_document("V", STAMP, [("title",)], "letter")) == ""
    styles = {style.element.name_val for style in Document(io.BytesIO(SET["letter"]())).styles}
    assert styles == {*STYLES, "toc 1", "toc 2"}
    assert docx.read_basis(SET["letter"]()) == "abc"
    assert docx.read_basis(b"x") == docx.read_basis(SET["summary"]()) == ""


def test_the_template_of_documents_is_empty_latvian_and_in_the_colours_of_the_table():
    document = Document(docx.TEMPLATE)
    assert [paragraph.text for paragraph in document.paragraphs] == []
    assert (document.core_properties.language, document.core_properties.author) == ("lv-LV", "")
    for name in ("Title", "Heading 1", "Heading 2"):
        assert f"#{document.styles[name].font.color.rgb}" == COLOURS["heading"]


if __name__ == "__main__":
    for name, make in MADE.items():
        (LINES / f"{name}.txt").write_text("\n".join(make()), "utf-8", newline="\n")
