"""A set of files: written whole or not at all, a person's edit is never overwritten."""

import errno
import hashlib
import json
import multiprocessing
import os
import random
import subprocess
import sys
import time
from contextlib import suppress
from itertools import count

import pytest
from builders import codes

from mentoring_lib.app import paths, writing
from mentoring_lib.app.cli import main
from mentoring_lib.app.writing import write_all
from mentoring_lib.base.problems import Refused


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


def test_one_more_file_joins_the_list_unless_a_person_edited_it_or_it_is_behind_a_link(tmp_path):
    write_all(tmp_path, {"x.txt": b"1"})
    for content in (b"a", b"b"):
        writing.add_file(tmp_path, "y.txt", content)
        assert (tmp_path / "y.txt").read_bytes() == content
    listed = json.loads((tmp_path / writing.MANIFEST).read_text("utf-8"))
    assert listed == {"x.txt": digest(b"1"), "y.txt": digest(b"b")}
    (tmp_path / "y.txt").write_bytes(b"edited")
    (tmp_path / "hers.txt").write_bytes(b"hers")
    with suppress(OSError):
        (tmp_path / "z.txt").symlink_to(tmp_path / "x.txt")
        writing.add_file(tmp_path, "z.txt", b"c")
    writing.add_file(tmp_path, "y.txt", b"c")
    writing.add_file(tmp_path, "hers.txt", b"c")
    assert [(tmp_path / name).read_bytes() for name in ("x.txt", "y.txt", "hers.txt")] == [b"1", b"edited", b"hers"]
    assert json.loads((tmp_path / writing.MANIFEST).read_text("utf-8")) == listed


def digest(content):
    return hashlib.sha256(content).hexdigest()


def test_a_file_that_was_there_before_is_never_overwritten(tmp_path):
    (tmp_path / "x.txt").write_bytes(b"hers")
    write_all(tmp_path, {"x.txt": b"1"})
    assert (tmp_path / "x.txt").read_bytes() == b"hers"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failed_write_leaves_the_old_file_and_no_rubbish(tmp_path, monkeypatch, step):
    (tmp_path / "x.txt").write_bytes(b"old")

    def fail(*_):
        raise OSError("full")

    monkeypatch.setattr(writing.os, step, fail)
    with pytest.raises(Refused, match=r"x\.txt datni nevar ierakstīt mapē .*Ja tā ir atvērta, aizveriet to"):
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


def test_a_list_of_files_that_another_program_holds_is_not_taken_for_none(tmp_path, monkeypatch):
    write_all(tmp_path, {"x.txt": b"1"})
    read = writing.Path.read_bytes

    def held(path):
        if path.name == writing.MANIFEST:
            raise PermissionError
        return read(path)

    monkeypatch.setattr(writing.Path, "read_bytes", held)
    with pytest.raises(PermissionError):
        write_all(tmp_path, {"x.txt": b"2"})
    assert [path.name for path in sorted(tmp_path.iterdir())] == [writing.MANIFEST, "x.txt"]


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


@pytest.mark.parametrize(
    ("name", "lock"),
    [
        ("atskaite.xlsx", ".~lock.atskaite.xlsx#"),
        ("atskaite.xlsx", "~$atskaite.xlsx"),
        ("vēstule.docx", "~$stule.docx"),
        ("vēstules.docx", "~$stules.docx"),
    ],
)
def test_a_file_open_elsewhere_stays_and_is_replaced_once_it_is_closed(tmp_path, name, lock):
    write_all(tmp_path, {name: b"1"})
    (tmp_path / lock).touch()
    (note,) = write_all(tmp_path, {name: b"2"})
    beside = name.replace(".", " (jauns).")
    assert (note.code, note.file) == ("output_open", name)
    assert note.advice.startswith(f"Jaunā ir blakus: {beside}. Aizveriet veco")
    assert ((tmp_path / name).read_bytes(), (tmp_path / beside).read_bytes()) == (b"1", b"2")
    (tmp_path / lock).unlink()
    assert codes(write_all(tmp_path, {name: b"2"})) == ["output_removed"]
    assert ((tmp_path / name).read_bytes(), (tmp_path / beside).exists()) == (b"2", False)


def test_a_file_the_system_keeps_locked_is_open_elsewhere(tmp_path, monkeypatch):
    write_all(tmp_path, {"x.txt": b"1"})
    usual = writing.Path.open

    def refuse(path, mode="r", *more, **named):
        if path.name == "x.txt" and mode == "r+b":  # what Windows answers while Excel has the file
            raise PermissionError
        return usual(path, mode, *more, **named)

    monkeypatch.setattr(writing.Path, "open", refuse)
    assert codes(write_all(tmp_path, {"x.txt": b"2"})) == ["output_open"]
    assert (tmp_path / "x.txt").read_bytes() == b"1"
    assert (tmp_path / "x (jauns).txt").read_bytes() == b"2"


def test_an_open_file_that_need_not_change_is_nobodys_business(tmp_path):
    write_all(tmp_path, {"x.txt": b"1"})
    (tmp_path / ".~lock.x.txt#").touch()
    assert write_all(tmp_path, {"x.txt": b"1"}) == []


def test_an_open_file_that_is_no_longer_made_goes_once_it_is_closed(tmp_path):
    write_all(tmp_path, {"x.txt": b"1", "y.txt": b"2"})
    (tmp_path / ".~lock.x.txt#").touch()
    assert codes(write_all(tmp_path, {"y.txt": b"2"})) == ["output_stale"]
    (tmp_path / ".~lock.x.txt#").unlink()
    assert codes(write_all(tmp_path, {"y.txt": b"2"})) == ["output_removed"]


def test_a_folder_where_a_file_should_be_stays(tmp_path):
    (tmp_path / "x.txt").mkdir()
    write_all(tmp_path, {"x.txt": b"1"})
    assert (tmp_path / "x (jauns).txt").read_bytes() == b"1"


# Stopped half-way


def sets_of(number):
    """Two sets of files that differ in content, and in what they hold."""
    names = [f"ieksejie/{n}.docx" for n in range(6)] + [f"finansetajam/{n}.xlsx" for n in range(6)]
    return {name: f"{number} {name} ".encode() * 2000 for name in names if name[-6] != str(number)}


def write_again_and_again(folder):
    for number in count():
        write_all(folder, sets_of(number % 2))


def stop_somewhere(folder, seconds):
    """Start writing in another process and kill it after so long."""
    writer = multiprocessing.get_context("fork").Process(target=write_again_and_again, args=[folder])
    writer.start()
    while not (folder / writing.MANIFEST).is_file():
        time.sleep(0.001)
    time.sleep(seconds)
    writer.kill()
    writer.join()


def find_files(folder):
    paths = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".tmp")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be copied there")
def test_killed_at_any_moment_no_file_is_half_written_and_the_next_run_says_so(tmp_path):
    chance, told = random.Random(7), 0
    for number in range(int(os.environ.get("MENTORING_KILLS", "15"))):
        folder = tmp_path / str(number)
        stop_somewhere(folder, chance.uniform(0, 0.12))
        left = find_files(folder)
        listed = json.loads(left.pop(writing.MANIFEST))
        whole = {(name, content) for one in (0, 1) for name, content in sets_of(one).items()}
        assert set(left.items()) <= whole
        complete = {name: hashlib.sha256(content).hexdigest() for name, content in left.items()} == listed
        notes = codes(write_all(folder, sets_of(0)))
        assert complete or notes[0] == "writing_interrupted"
        assert set(notes) <= {"writing_interrupted", "output_removed"}
        assert {name: content for name, content in find_files(folder).items() if name != writing.MANIFEST} == sets_of(0)
        assert not list(folder.rglob("*.tmp"))
        assert write_all(folder, sets_of(0)) == []
        told += "writing_interrupted" in notes
    assert told


@pytest.mark.parametrize("step", range(5))
def test_stopped_at_each_step_what_a_person_edited_meanwhile_stays(tmp_path, monkeypatch, step):
    write_all(tmp_path, {"a.txt": b"1", "b.txt": b"1", "c.txt": b"1"})
    usual, left = writing.os.replace, iter(range(step))

    def stop(*names):
        if next(left, None) is None:
            raise KeyboardInterrupt
        usual(*names)

    monkeypatch.setattr(writing.os, "replace", stop)
    with suppress(KeyboardInterrupt):
        write_all(tmp_path, {"a.txt": b"2", "b.txt": b"2"})
    monkeypatch.setattr(writing.os, "replace", usual)
    (tmp_path / "b.txt").write_bytes(b"edited")
    notes = codes(write_all(tmp_path, {"a.txt": b"3", "b.txt": b"3"}))
    assert notes[0] == ("writing_interrupted" if 0 < step < 4 else "output_edited")
    assert "output_edited" in notes
    assert [(tmp_path / f"{name}.txt").read_bytes() for name in ("a", "b", "b (jauns)")] == [b"3", b"edited", b"3"]
    assert not (tmp_path / "c.txt").exists()


# What other programs hold for a moment


@pytest.fixture
def slept(monkeypatch):
    """Waiting takes no time, but is counted."""
    pauses = []
    monkeypatch.setattr(writing, "sleep", pauses.append)
    return pauses


def hold_for(monkeypatch, times, error=13, methods=("unlink", "rmdir", "open")):
    """The system refuses so many times in a row to replace, remove or open any file, then once lets it go."""
    left = dict.fromkeys(("replace", "unlink", "rmdir", "open"), times)

    def held(name, usual):
        def call(*words, **named):
            if name == "open" and (len(words) < 2 or words[1] != "r+b"):
                return usual(*words, **named)
            if left[name]:
                left[name] -= 1
                raise OSError(error, "held")
            left[name] = times
            return usual(*words, **named)

        return call

    if "open" in methods:
        monkeypatch.setattr(writing.os, "replace", held("replace", os.replace))
    for name in methods:
        monkeypatch.setattr(writing.Path, name, held(name, getattr(writing.Path, name)))


@pytest.mark.parametrize("error", [errno.EACCES, errno.EPERM, errno.EBUSY])
@pytest.mark.parametrize("times", [1, 9])
def test_a_lock_of_less_than_a_second_costs_nothing(tmp_path, monkeypatch, slept, times, error):
    write_all(tmp_path, {"a/x.txt": b"1", "a/y.txt": b"1", "z.txt": b"1"})
    (tmp_path / ".mentoring-abc.tmp").write_bytes(b"half")
    hold_for(monkeypatch, times, error)
    assert codes(write_all(tmp_path, {"z.txt": b"2"})) == ["output_removed"]
    monkeypatch.undo()
    assert sorted(path.name for path in tmp_path.rglob("*")) == [writing.MANIFEST, "z.txt"]
    assert (tmp_path / "z.txt").read_bytes() == b"2"
    assert slept
    assert 0.9 < sum(writing.PAUSES) < 1.1
    assert len(writing.PAUSES) == 9


def test_what_is_held_longer_is_told_and_nothing_is_lost(tmp_path, monkeypatch, slept):
    write_all(tmp_path, {"a/x.txt": b"1", "z.txt": b"1"})
    (tmp_path / ".mentoring-abc.tmp").write_bytes(b"half")
    hold_for(monkeypatch, 10_000, methods=["unlink"])
    notes = codes(write_all(tmp_path, {}))
    monkeypatch.undo()
    assert notes == ["output_stale", "output_stale"]
    assert (tmp_path / "a" / "x.txt").read_bytes() == b"1"
    assert codes(write_all(tmp_path, {})) == ["output_removed"]
    assert [path.name for path in tmp_path.iterdir()] == [writing.MANIFEST]


def test_a_file_that_cannot_be_replaced_within_a_second_is_refused(tmp_path, monkeypatch, slept):
    hold_for(monkeypatch, 10)
    with pytest.raises(Refused, match=r"x\.txt datni nevar ierakstīt"):
        writing.replace_file(tmp_path / "x.txt", b"1")
    assert slept == list(writing.PAUSES)


def test_a_full_disk_is_no_matter_of_waiting(tmp_path, monkeypatch, slept):
    hold_for(monkeypatch, 1, errno.ENOSPC)
    with pytest.raises(Refused, match=r"x\.txt datni nevar ierakstīt"):
        writing.replace_file(tmp_path / "x.txt", b"1")
    assert slept == []


def test_a_file_she_made_read_only_is_not_waited_for(tmp_path, monkeypatch, slept):
    (tmp_path / "x.txt").write_bytes(b"1")
    monkeypatch.setattr(writing.os, "access", lambda path, mode: False)
    assert writing.is_open(tmp_path / "x.txt")
    assert slept == []


# Two runs at once


def test_two_runs_never_write_to_one_folder(tmp_path):
    locks = tmp_path / "locks"
    with writing.hold(tmp_path / "out", locks):
        again = writing.hold(tmp_path / "x" / ".." / "out", locks)
        with pytest.raises(Refused, match="ar mapi «out» šobrīd strādā cits šī rīka logs"), again:
            pytest.fail("held twice")
        with writing.hold(tmp_path / "other", locks):
            pass
    with writing.hold(tmp_path / "out", locks):
        pass
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["run", "erase"])
def test_a_command_that_finds_another_at_work_stops_before_any_work(tmp_path, capsys, monkeypatch, command):
    monkeypatch.setattr("mentoring_lib.workflow.read_inputs", lambda _: pytest.fail("too late"))
    with writing.hold(tmp_path / "out", paths.LOCKS):
        assert main([command, "nav", "--out", str(tmp_path / "out")]) == paths.STOPPED
    assert "šobrīd strādā cits šī rīka logs" in capsys.readouterr().err


KILLED = """
import pathlib, sys, time
from mentoring_lib.app import paths, writing
from mentoring_lib.app.cli import main
with writing.hold(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_lock_of_a_run_that_was_killed_holds_nobody(tmp_path):
    words = [sys.executable, "-c", KILLED, tmp_path / "out", tmp_path / "locks"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(paths.ROOT)}) as other:
        assert other.stdout.readline().strip() == b"held"
        with pytest.raises(Refused), writing.hold(tmp_path / "out", tmp_path / "locks"):
            pass
        other.kill()
        other.wait()
        with writing.hold(tmp_path / "out", tmp_path / "locks"):
            pass


def test_without_a_place_for_locks_the_work_goes_on(tmp_path):
    (tmp_path / "locks").write_bytes(b"")
    with writing.hold(tmp_path / "out", tmp_path / "locks"):
        pass


# Whose files they are


@pytest.mark.skipif(sys.platform == "win32", reason="no umask")
@pytest.mark.parametrize(("umask", "mode"), [(0o077, 0o600), (0o022, 0o644), (0o027, 0o640)])
def test_a_file_is_readable_for_whom_the_system_says(tmp_path, umask, mode):
    before = os.umask(umask)
    try:
        write_all(tmp_path, {"x.txt": b"1"})
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {mode}


def test_behind_a_link_nothing_is_written_and_nothing_removed(tmp_path):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    write_all(out, {"vestules/a.docx": b"1", "vestules/b.docx": b"1", "c.xlsx": b"1"})
    (out / "vestules").rename(elsewhere)
    (out / "vestules").symlink_to(elsewhere, target_is_directory=True)
    for _ in range(2):
        notes = write_all(out, {"vestules/a.docx": b"2", "c.xlsx": b"2"})
        assert [(note.code, note.file) for note in notes] == [("output_link", "vestules")]
        assert {path.name: path.read_bytes() for path in elsewhere.iterdir()} == {"a.docx": b"1", "b.docx": b"1"}
        assert (out / "c.xlsx").read_bytes() == b"2"
    assert writing.try_remove(out, "vestules/a.docx") is False
    assert (elsewhere / "a.docx").exists()
    (out / "vestules").unlink()
    elsewhere.rename(out / "vestules")
    assert codes(write_all(out, {"vestules/a.docx": b"2", "c.xlsx": b"2"})) == ["output_removed"]
    assert [path.name for path in (out / "vestules").iterdir()] == ["a.docx"]


def test_a_linked_file_is_left_too(tmp_path):
    out = tmp_path / "out"
    write_all(out, {"x.txt": b"1"})
    (out / "x.txt").rename(tmp_path / "mine.txt")
    (out / "x.txt").symlink_to(tmp_path / "mine.txt")
    assert codes(write_all(out, {"x.txt": b"2"})) == ["output_link"]
    assert (out / "x.txt").is_symlink()
    assert (tmp_path / "mine.txt").read_bytes() == b"1"
