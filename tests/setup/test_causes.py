"""What installers say when they fail is told as its cause, in one sentence."""

import pytest

from docs.tools.faults import read_said
from launcher.causes import CAUSES, LAST, UNKNOWN, explain, keep_last, name_cause, name_library
from launcher.speech import read_texts, tell

SAID = read_said()
NAMES = {
    "what": "«x»",
    "python": "3.14.0",
    "oldest": "3.11",
    "better": "x",
    "folder": "x",
    "log": "x",
    "length": 1,
    "most": 2,
}


@pytest.mark.parametrize("said", SAID, ids=lambda said: said["by"])
def test_each_thing_an_installer_said_has_its_cause(said):
    failed = explain(said["text"], windows=said.get("windows", False))
    assert (failed.cause, failed.what) == (said["cause"], said.get("library", ""))


def test_every_cause_was_heard_at_least_once_and_has_a_sentence():
    heard = {said["cause"] for said in SAID}
    assert heard == {cause.key for cause in CAUSES} | {UNKNOWN}
    assert heard <= set(read_texts())


@pytest.mark.parametrize("key", read_texts())
def test_every_sentence_is_latvian_first_and_can_be_filled_in(key):
    latvian, english = tell(key, **NAMES).splitlines()
    assert any(letter in latvian for letter in "āčēģīķļņšūž")
    assert english.isascii() or "«" in english
    assert not set("{}") & set(latvian + english)


def test_the_number_of_an_error_means_another_thing_on_another_system():
    assert name_cause("kļūda (os error 5)", windows=True) == "in_use"
    assert name_cause("kļūda (os error 32)", windows=False) == UNKNOWN  # a broken pipe
    assert name_cause("kļūda (os error 112)", windows=True) == "disk_full"
    assert name_cause("kļūda (os error 112)", windows=False) == UNKNOWN  # a host that is down


def test_a_number_is_read_whole():
    assert name_cause("[Errno 280] x", windows=False) == UNKNOWN
    assert name_cause("[Errno 28] x", windows=False) == "disk_full"


def test_a_missing_file_with_too_long_a_path_is_a_path_too_long_on_windows_alone():
    path = "C:\\\\Users\\\\" + "x" * 260 + "\\\\y.js"
    text = f"ERROR: Could not install packages due to an OSError: [Errno 2] No such file or directory: '{path}'"
    assert name_cause(text, windows=True) == "too_long"
    assert name_cause(text, windows=False) == UNKNOWN
    assert name_cause(text.replace("x" * 260, "x" * 20), windows=True) == UNKNOWN


def test_a_full_disk_is_not_a_long_path():
    assert name_cause("[Errno 28] No space left on device: 'C:\\" + "x" * 300 + "'", windows=True) == "disk_full"


def test_a_library_is_named_only_where_one_is_named():
    assert name_library("ERROR: No matching distribution found for typst==0.15.2") == "typst"
    assert name_library("Error: [Errno 28]") == ""


def test_the_last_lines_are_kept_without_empty_ones():
    assert keep_last(["1", "", "2", "3 ", "\t", "4", "5", "6"]) == ("2", "3", "4", "5", "6")
    assert LAST == 5
