"""Confirmed themes, counted; ticked ones are the applicant's and do not count."""

import pytest
from builders import applications, column, confirmed, programme

from mentoring_lib.themes.exploring import check_confirmed, confirm_themes, count_themes, label_themes

THEMES = programme().themes


def chosen(count, *lines):
    return confirm_themes(applications(count), confirmed(*lines), THEMES)


def test_confirmed_themes_stand_in_the_calls_order_each_once():
    table = chosen(2, "K-01 other", "K-01 communication", "K-01 other", "K-09 funding")
    assert column(table, "confirmed_themes") == {"K-01": ("communication", "other"), "K-02": ()}


def test_ticked_themes_are_not_confirmed_ones():
    assert chosen(1)["confirmed_themes"].tolist() == [()]


def test_no_applications_have_no_themes():
    assert chosen(0)["confirmed_themes"].tolist() == []


def test_an_application_counts_once_in_each_of_its_themes():
    table = chosen(3, "K-01 funding", "K-01 other", "K-02 funding").assign(novelty=["new", "existing", "new"])
    counts = count_themes(table, "novelty", ["new", "existing"], THEMES)
    assert counts.loc["funding"].tolist() == [1, 1]
    assert counts.loc["other"].tolist() == [1, 0]
    assert counts.to_numpy().sum() == 3


@pytest.mark.parametrize("count", [0, 2])
def test_categories_and_themes_without_applications_stay_with_zeros(count):
    counts = count_themes(chosen(count), "municipality", ["Mārupes novads", "Olaines novads"], THEMES)
    assert counts.index.tolist() == list(THEMES)
    assert (counts.index.name, counts.columns.name) == ("theme", "municipality")
    assert counts.columns.tolist() == ["Mārupes novads", "Olaines novads"]
    assert counts.to_numpy().sum() == 0


def test_what_was_ticked_and_what_is_added_count_together():
    table = confirm_themes(
        applications(1, themes=[("funding",)]), confirmed("K-01 ticked", "K-01 communication"), programme().themes
    )
    assert set(table["confirmed_themes"][0]) == {"funding", "communication"}


def test_a_confirmation_without_a_theme_or_of_no_tick_is_asked_about():
    table = confirmed("K-01 –", "K-02 ticked", "K-03 ticked", "K-09 ticked", "K-01 funding")
    table = table.assign(theme=table["theme"].where(table["theme"].ne("–")))
    problems = check_confirmed(table, applications(3, themes=[("funding",), (), ("funding",)]))
    assert [(one.code, one.column, one.row, one.details) for one in problems] == [
        ("value_missing", "theme", 2, "Tēma"), ("themes_unticked", "theme", 3, ""),
    ]  # fmt: skip


@pytest.mark.parametrize("count", [0, 2])
def test_labels_are_texts_one_for_each_application(count):
    labels = label_themes(chosen(count, "K-01 other", "K-01 funding")["confirmed_themes"], THEMES)
    assert labels.dtype == "str"
    assert labels.tolist() == ["Kā piesaistīt papildu finansējumu?; Citi aktuālie kopienas jautājumi", ""][:count]
