"""A set of files: written whole or not at all, a person's edit is never overwritten."""

import hashlib
import json

import pytest
from builders import codes

from mentoring_lib import writing
from mentoring_lib.errors import Refused
from mentoring_lib.writing import write_all


def test_files_are_written_with_their_hashes_last(tmp_path):
    assert write_all(tmp_path / "izdrukas", {"a/x.txt": b"1", "y.txt": b"2"}) == []
    written = json.loads((tmp_path / "izdrukas" / writing.MANIFEST).read_text("utf-8"))
    assert sorted(written) == ["a/x.txt", "y.txt"]
    assert sorted(p.name for p in (tmp_path / "izdrukas").rglob("*") if p.is_file()) == [
        "manifests.json",
        "x.txt",
        "y.txt",
    ]


def test_a_file_nobody_touched_is_replaced(tmp_path):
    write_all(tmp_path, {"x.txt": b"1"})
    assert write_all(tmp_path, {"x.txt": b"2"}) == []
    assert (tmp_path / "x.txt").read_bytes() == b"2"


def test_a_file_a_person_edited_stays_and_the_new_one_stands_beside_it(tmp_path):
    write_all(tmp_path, {"x.txt": b"1"})
    (tmp_path / "x.txt").write_bytes(b"edited")
    for _ in range(2):  # also the next time
        notes = write_all(tmp_path, {"x.txt": b"2"})
        assert (tmp_path / "x.txt").read_bytes() == b"edited"
        assert (tmp_path / "x (jauns).txt").read_bytes() == b"2"
        assert [note.message for note in notes] == ["datne mainīta pēc izveidošanas, tāpēc tā atstāta"]
        assert [note.advice for note in notes] == ["Jaunā ir blakus: x (jauns).txt"]


def test_a_file_that_was_there_before_is_never_overwritten(tmp_path):
    (tmp_path / "x.txt").write_bytes(b"hers")
    write_all(tmp_path, {"x.txt": b"1"})
    assert (tmp_path / "x.txt").read_bytes() == b"hers"


def test_a_failed_write_leaves_the_old_file_and_no_rubbish(tmp_path, monkeypatch):
    (tmp_path / "x.txt").write_bytes(b"old")

    def fail(*_):
        raise OSError("full")

    monkeypatch.setattr(writing.os, "replace", fail)
    with pytest.raises(OSError, match="full"):
        writing.replace_file(tmp_path / "x.txt", b"new")
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"old"]


def test_an_edit_of_the_file_beside_is_not_overwritten_either(tmp_path):
    write_all(tmp_path, {"x.txt": b"1"})
    (tmp_path / "x.txt").write_bytes(b"edited")
    write_all(tmp_path, {"x.txt": b"2"})
    (tmp_path / "x (jauns).txt").write_bytes(b"edited too")
    for content in (b"3", b"4"):
        notes = write_all(tmp_path, {"x.txt": content})
        assert [note.advice for note in notes] == ["Jaunā ir blakus: x (jauns 2).txt"]
        assert (tmp_path / "x.txt").read_bytes() == b"edited"
        assert (tmp_path / "x (jauns).txt").read_bytes() == b"edited too"
        assert (tmp_path / "x (jauns 2).txt").read_bytes() == content


def test_what_is_no_longer_made_is_removed_and_told(tmp_path):
    write_all(tmp_path, {"a/x.txt": b"1", "a/z.txt": b"2", "y.txt": b"3"})
    (tmp_path / "mans.txt").write_bytes(b"hers")
    (note,) = write_all(tmp_path, {"y.txt": b"3"})
    assert (note.code, note.value, note.details) == ("output_removed", "2", "a/x.txt, a/z.txt")
    assert {path.name for path in tmp_path.iterdir()} == {"mans.txt", writing.MANIFEST, "y.txt"}
    assert write_all(tmp_path, {"y.txt": b"3"}) == []


def test_what_is_no_longer_made_stays_if_a_person_edited_it_and_is_not_forgotten(tmp_path):
    write_all(tmp_path, {"x.txt": b"1", "y.txt": b"2"})
    (tmp_path / "x.txt").write_bytes(b"edited")
    for _ in range(2):
        assert codes(write_all(tmp_path, {"y.txt": b"2"})) == ["output_stale"]
        assert (tmp_path / "x.txt").read_bytes() == b"edited"
    assert codes(write_all(tmp_path, {"x.txt": b"3", "y.txt": b"2"})) == ["output_edited"]
    assert (tmp_path / "x.txt").read_bytes() == b"edited"


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b"[1]", b'{"x.txt": 5}'])
def test_with_a_damaged_list_of_files_everything_stays(tmp_path, damage):
    write_all(tmp_path, {"x.txt": b"1"})
    (tmp_path / writing.MANIFEST).write_bytes(damage)
    assert codes(write_all(tmp_path, {"x.txt": b"2"})) == ["output_edited"]
    assert (tmp_path / "x.txt").read_bytes() == b"1"
    assert (tmp_path / "x (jauns).txt").read_bytes() == b"2"


def test_a_list_of_files_that_names_one_elsewhere_removes_nothing(tmp_path):
    (tmp_path / "mans.txt").write_bytes(b"hers")
    digest = hashlib.sha256(b"hers").hexdigest()
    out = tmp_path / "out"
    out.mkdir()
    listing = {"../mans.txt": digest, str(tmp_path / "mans.txt"): digest}
    (out / writing.MANIFEST).write_text(json.dumps(listing), "utf-8")
    assert write_all(out, {"x.txt": b"1"}) == []
    assert (tmp_path / "mans.txt").read_bytes() == b"hers"


@pytest.mark.parametrize("name", ["x.txt", "x.txt/sub/mape"])
def test_a_file_is_no_folder_to_write_into(tmp_path, name):
    (tmp_path / "x.txt").write_bytes(b"hers")
    with pytest.raises(Refused, match=r"x\.txt» ir datne, nevis mape"):
        write_all(tmp_path / name, {"y.txt": b"1"})
