"""Charts show the numbers they were given, describe themselves, and come out the same every time."""

import warnings
import xml.etree.ElementTree as ET
from datetime import date

import pandas as pd
import pytest
from builders import applications, placed, programme

from mentoring_lib.delivery.ledger import keep_ledger, trace_course
from mentoring_lib.render import charts, funder_charts
from mentoring_lib.selection.eligibility import count_states


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_municipalities_stand_in_the_order_of_the_call_with_their_counts():
    table = applications(3, municipality=["Olaines novads", "Mārupes novads", "Rīga"])
    counts = count_states(table.assign(state=["eligible", "late", "outside"]), ["Mārupes novads", "Olaines novads"])
    ax = charts.plot_municipalities(counts)
    assert texts(ax) == [
        "Mārupes novads: 1 nepiedalās",
        "Olaines novads: 1 piedalās",
        "citur vai nezināms: 1 nepiedalās",
    ]
    assert ax.get_label().endswith("Mārupes novads: 0 un 1; Olaines novads: 1 un 0; citur vai nezināms: 0 un 1.")


def test_the_ledger_chart_uses_the_right_number():
    ledger = keep_ledger(placed(), programme(places={2023: 1, 2024: 2}), as_of=date(2023, 9, 1))
    ax = charts.plot_ledger(ledger)
    assert texts(ax) == ["2023. gads (plānotas 1): 1 vēl nav norunāta", "2024. gads (plānotas 2): 2 vēl nav norunātas"]
    assert charts.describe_chart(ax).title == "2023. gadā vēl jānotiek 1 no 1; 2024. gadā vēl jānotiek 2 no 2"


@pytest.mark.parametrize(
    ("row", "title"),
    [
        ((7, 0, 0, 0, 0), "Visas konsultācijas ir notikušas"),
        ((6, 0, 0, 0, 1), "1 no 7 konsultācijām nav izmantota"),
        ((0, 0, 0, 0, 21), "21 no 21 konsultācijas nav izmantota"),
        ((1, 0, 0, 0, 11), "11 no 12 konsultācijām nav izmantotas"),
        ((5, 0, 1, 1, 0), "2023. gadā vēl jānotiek 2 no 7"),
        ((0, 0, 0, 0, 0), "Neviena konsultācija nav plānota"),
    ],
)
def test_the_ledger_says_what_is_ahead_or_went_unused(row, title):
    ledger = pd.DataFrame([row], columns=list(charts.USES), index=[2023]).assign(planned=sum(row))
    assert charts.describe_chart(charts.plot_ledger(ledger)).title == title


def test_on_a_phone_the_words_above_the_bars_are_broken():
    ledger = pd.DataFrame([(5, 0, 1, 1, 0)], columns=list(charts.USES), index=[2024]).assign(planned=7)
    ax = charts.plot_ledger(ledger, narrow=True)
    assert texts(ax) == ["2024. gads (plānotas 7): 5 sniegtas, 1\nnorunāta, 1 vēl nav norunāta"]
    assert ax.figure.get_figwidth() == charts.NARROW
    extents, whole = boxes(ax, [ax.figure._suptitle, *ax.texts])
    assert all(whole.x0 <= extent.x0 and extent.x1 <= whole.x1 for extent in extents)


@pytest.mark.parametrize(
    ("inside", "outside", "title"),
    [
        (0, 0, "Pieteikumu vēl nav"),
        (0, 1, "1 pieteikums: 0 piedalās atlasē, 1 nepiedalās"),
        (1, 0, "1 pieteikums: 1 piedalās atlasē"),
        (11, 10, "21 pieteikums: 11 piedalās atlasē, 10 nepiedalās"),
        (11, 0, "11 pieteikumi: 11 piedalās atlasē"),
    ],
)
def test_the_municipalities_say_how_many_compete(inside, outside, title):
    counts = pd.DataFrame({"eligible": [inside], "other": [outside]}, index=["A"])
    assert charts.describe_chart(charts.plot_municipalities(counts)).title == title


def test_the_course_ends_at_the_as_of_day():
    course = trace_course(placed(), programme(), as_of=date(2024, 9, 15))
    ax = charts.plot_course(course, programme())
    assert "notikušas: 0\n15.09.2024" in texts(ax)


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("day", [date(2023, 8, 22), date(2024, 9, 15), date(2024, 11, 30)])
def test_what_the_course_tells_of_today_stands_over_no_month(day, narrow):
    ax = charts.plot_course(trace_course(placed(), programme(), as_of=day), programme(), narrow=narrow)
    told, *months = boxes(ax, [ax.texts[-1], *ax.xaxis.get_ticklabels()])[0]
    assert not any(told.overlaps(month) for month in months)


def test_five_uses_of_a_year_have_room_above_the_bars():
    row = dict.fromkeys(charts.USES, 1)
    ledger = pd.DataFrame([row, row], index=[2023, 2024]).assign(planned=5)
    ax = charts.plot_ledger(ledger)
    extents, whole = boxes(ax, ax.texts)
    assert len(extents) == 2
    assert all(whole.x0 <= extent.x0 and extent.x1 <= whole.x1 for extent in extents)


def test_a_picture_is_the_same_every_time_and_describes_itself():
    def draw():
        counts = pd.DataFrame({"eligible": [1], "other": [0]}, index=["A & <B>"])
        return charts.sign(charts.plot_municipalities(counts), "Avots")

    for kind in ("png", "svg"):
        assert charts.render(draw(), kind) == charts.render(draw(), kind)
    root = ET.fromstring(charts.render(draw(), "svg"))
    name = "{http://www.w3.org/2000/svg}"
    assert root.find(f"{name}title").text == "1 pieteikums: 1 piedalās atlasē"
    assert "A & <B>: 1 un 0" in root.find(f"{name}desc").text


def test_a_notebook_picture_carries_its_alternative_text():
    counts = pd.DataFrame({"eligible": [1], "other": [0]}, index=["A"])
    ax = charts.plot_municipalities(counts)
    shown = charts.picture(ax, "Avots")
    assert f'alt="{shown!r}"' in shown._repr_html_()
    assert repr(shown) == ax.get_label() != ""
    phone = charts.picture(ax, "Avots", charts.plot_municipalities(counts))._repr_html_()
    assert phone.index('<source media="(max-width: 40rem)"') < phone.index("<img alt")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "draw",
    [
        lambda: charts.plot_municipalities(pd.DataFrame({"eligible": [], "other": []})),
    ],
)
def test_an_empty_year_still_gives_a_picture(draw):
    assert charts.render(draw(), "png").startswith(b"\x89PNG")


LONG = "Biedrība «Jaunmārupes daudzdzīvokļu māju iedzīvotāju atbalsta kopiena»"


def boxes(ax, artists):
    figure = ax.figure
    figure.draw_without_rendering()
    return [artist.get_window_extent() for artist in artists], figure.bbox


def test_a_name_of_two_lines_is_whole_and_of_three_ends_in_dots():
    assert charts.shorten("Jaunmārupes daudzdzīvokļu māju kopiena") == "Jaunmārupes daudzdzīvokļu māju\nkopiena"
    assert charts.shorten(LONG).endswith("…")
    assert charts.shorten("漢字 \x07un\u202e") == "□□ un"
    assert charts.shorten(None) == "–"


LONG_THEME = "Kā uzlabot komunikāciju gan ar iedzīvotājiem, gan ar kopienas pārstāvjiem?"


@pytest.mark.parametrize(
    ("count", "title"),
    [(0, "Apstiprinātu tēmu vēl nav"), (1, f"Visbiežāk: {LONG_THEME} (1)"), (2, "Visbiežāk: 2 tēmas vienādi (1)")],
)
def test_few_themes_with_long_names_leave_room_for_the_bars_on_a_phone_too(count, title):
    names = dict.fromkeys("ab", LONG_THEME)
    for narrow in (False, True):
        ax = funder_charts.plot_asked(pd.Series(1, list("ab")[:count]), names, 1, narrow=narrow)
        charts.sign(ax, "«Kaimiņu gads», Nr. 2025.LV/IZD/7. Dati 2026. gada 5. februārī.")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            charts.draw_charts({"temas": ax})
        assert ax.figure.get_suptitle().replace("\n", " ") == title
        below = ax.figure._suptitle.get_window_extent().y0
        assert ax.get_window_extent().y1 <= below
