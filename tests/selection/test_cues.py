"""Cues show the words that triggered them, and decide nothing."""

import re

import pytest
from builders import applications

from mentoring_lib.selection import cues
from mentoring_lib.selection.cues import CUES, find_cues, list_cues
from mentoring_lib.workflow import ROOT


@pytest.mark.parametrize(
    ("text", "cue", "words"),
    [
        ("Kā uzrunāt kaimiņus?", "asks", ("Kā", "?")),
        ("Domājam, ka būs labi.", "asks", ()),
        ("Ielas galā dzīvo ģimenes.", "who_where", ("Ielas", "ģimenes")),
        ("Mūsu mājā ir 60 dzīvokļu, trīs kāpņutelpas.", "numbers", ("60", "trīs")),
        ("Mēģinājām rīkot talku, bet neizdevās.", "tried", ("Mēģinājām", "neizdevās")),
        ("Vēlamies saņemt padomu.", "wanted", ("Vēlamies", "saņemt")),
        ("Хотим понять, как привлечь соседей.", "wanted", ("Хотим",)),
        ("Хотим понять, как привлечь соседей.", "asks", ("как",)),
        ("", "asks", ()),
        (
            "Esam izmēģinājuši divus vakarus, kaimiņš atteica, pašvaldība noraidīja.",
            "tried",
            ("izmēģinājuši", "atteica", "noraidīja"),
        ),
        ("Pieteicāmies, mums ieteica draugi.", "tried", ()),
        ("Pagalms ir ciema pusē pie soliņiem.", "numbers", ()),
        ("Pagalms ir ciema pusē pie soliņiem.", "wanted", ()),
        ("Kāds būtu nākamais solis?", "wanted", ("solis",)),
        ("Pusotru gadu nekas nenotiek.", "numbers", ("Pusotru",)),
    ],
)
def test_a_cue_names_the_words_as_they_stand(text, cue, words):
    assert find_cues(text)[cue] == words


def test_a_word_is_named_once():
    assert find_cues("Kā? Kā? Kā?")["asks"] == ("Kā", "?")


def test_the_checklist_has_a_row_per_application_and_room_for_an_empty_text():
    table = list_cues(applications(2, question=["Kā iesaistīt 40 kaimiņus?", None]))
    assert list(table) == ["application_id", *CUES]
    assert table.loc[1, list(CUES)].tolist() == [""] * len(CUES)
    assert table.loc[0, "numbers"] == "40"


def test_the_checklist_shows_four_words_of_a_cue():
    (shown,) = list_cues(applications(1, question="Vajag 1, 2, 3, 4, 5 lietas."))["numbers"]
    assert shown == "1, 2, 3, 4"


def test_nothing_that_decides_looks_at_cues():
    deciding = [*(ROOT / "mentoring_lib" / "selection").glob("*.py"), ROOT / "mentoring_lib" / "workflow.py"]
    for path in [*deciding, ROOT / "mentoring_lib" / "documents" / "marking_sheets.py"]:
        source = path.read_text("utf-8")
        assert not re.search(r"import.*\bcues\b|\bcues\.", source) or path.stem in ("cues", "__init__")
    assert "decide nothing" in cues.__doc__


def test_what_markers_found_well_told_is_seldom_without_a_cue(results):
    """Of 11 texts with 1,5 points or more for what was tried, 7 had none while prefixes were missed."""
    told = results.anchors.query("anchor == 'obstacle'")
    good = set(told.loc[told["total"].map(float).ge(1.5 * told["markers"]), "application_id"])
    listed = list_cues(results.decided[results.decided["application_id"].isin(good)])
    assert len(good) > 8
    assert listed["tried"].eq("").sum() <= len(good) // 4
