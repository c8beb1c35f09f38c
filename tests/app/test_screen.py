"""What a command prints, asks and copies, in small."""

import argparse
import contextlib
import errno
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from mentoring_lib.app import backup, paths, screen
from mentoring_lib.base.problems import Problem, Refused, explain_os_error

MISSING = Problem("file_missing", "a.csv", details="mapē")


def test_what_cannot_be_done_is_said_and_what_can_gives_its_code(capsys, monkeypatch):
    monkeypatch.delenv(screen.TRACE, raising=False)
    assert screen.attempt(lambda: paths.ISSUES) == paths.ISSUES
    assert capsys.readouterr() == ("", "")

    def refuse():
        raise Refused([MISSING], {"K-01": "Upmala"})

    assert screen.attempt(refuse) == paths.STOPPED
    out, err = capsys.readouterr()
    assert (out, err.splitlines()[0], len(err.splitlines())) == ("", "Darbs apturēts:", 2)
    assert screen.attempt(lambda: 1 // 0) == paths.STOPPED
    assert "(ZeroDivisionError: " in capsys.readouterr().err
    monkeypatch.setenv(screen.TRACE, "1")
    with pytest.raises(ZeroDivisionError):
        screen.attempt(lambda: 1 // 0)


def test_what_was_made_is_told_folder_by_folder_and_what_waits():
    told, out = [], Path("out")
    screen.summarise_run(out, ["b/x.txt", "a/y.txt", "a/z.txt"], ["viens", "divi"], told.append)
    folders = [f"  {out / 'a'}: 2 datnes", f"  {out / 'b'}: 1 datne"]
    assert told == ["Sagatavotas 3 datnes mapē out", *folders, "Gaida jūs:", "  viens", "  divi"]
    told.clear()
    screen.summarise_run(out, ["a/y.txt"], [], told.append)
    assert told[-1] == "Jūs nekas negaida."


@pytest.mark.parametrize(
    ("terminal", "setting", "coloured"),
    [(True, {}, True), (False, {}, False), (True, {"NO_COLOR": "1"}, False), (True, {"TERM": "dumb"}, False)],
)
def test_colours_are_for_a_terminal_whose_owner_wants_them(monkeypatch, terminal, setting, coloured):
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WT_SESSION", "x")
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    assert screen.paint("a", screen.GOOD) == ("\033[1;32ma\033[0m" if coloured else "a")


def test_the_old_window_of_windows_shows_no_colours(monkeypatch):
    for name in ("NO_COLOR", "TERM", "WT_SESSION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with monkeypatch.context() as windows:
        windows.setattr(screen.os, "name", "nt")
        plain = screen.paint("a", screen.GOOD)
        windows.setenv("WT_SESSION", "x")
        coloured = screen.paint("a", screen.GOOD)
    assert (plain, coloured) == ("a", "\033[1;32ma\033[0m")


def test_a_list_has_a_heading_with_its_number_and_an_end(capsys):
    screen.print_problems("Nav", [])
    screen.print_lines("Nav", [])
    assert capsys.readouterr().out == ""
    screen.print_lines("Divi", ["a", "b"])
    screen.print_hers([(Path("x"), "vecs")])
    assert capsys.readouterr().out == "Divi (2):\n  a\n  b\nJums jāizdzēš vai jāpārbauda (1):\n  x – vecs\n"
    several = [Problem("file_missing", f"{number}.csv", details="mapē") for number in range(42)]
    screen.print_problems("Daudz", several)
    lines = capsys.readouterr().out.splitlines()
    assert (lines[0], len(lines), lines[-1]) == ("Daudz (42):", 42, "  … un vēl 2; visi ir datnē atlase.xlsx")
    assert len(screen.show_problems(several[:40]).splitlines()) == 40


def test_only_a_clear_answer_is_one(monkeypatch):
    for typed, yes in ((" Jā ", True), ("j", False), ("nē", False), ("", False)):
        monkeypatch.setattr("builtins.input", lambda _, typed=typed: typed)
        assert screen.is_agreed("?") is yes
    monkeypatch.setattr("builtins.input", lambda _: "mana ")
    assert (screen.is_meant("mana"), screen.is_meant("cita")) == (True, False)

    def end(_):
        raise EOFError

    monkeypatch.setattr("builtins.input", end)
    assert screen.ask("?") == ""


def test_a_day_is_asked_for_until_it_is_one(monkeypatch, capsys):
    typed = iter(["rīt", "31.02.2024", " 15.09.2024 "])
    monkeypatch.setattr("builtins.input", lambda _: next(typed))
    assert screen.ask_day("?") == date(2024, 9, 15)
    assert capsys.readouterr().out.count("Rakstiet datumu kā 15.09.2024.") == 2
    assert [screen.read_day(text) for text in ("2024-09-15", "15/09/2024")] == [date(2024, 9, 15), None]


def test_a_copy_holds_everything_but_links_and_no_copy_is_written_over(tmp_path, capsys, monkeypatch):
    folder = tmp_path / "mana"
    (folder / "dala").mkdir(parents=True)
    (folder / "dala" / "a.txt").write_text("a", "utf-8")
    (folder / ".vesture").write_text("b", "utf-8")
    with contextlib.suppress(OSError):  # Windows may not let us make one
        (folder / "saite").symlink_to(folder / ".vesture")
    first, second = (backup.make_backup(folder, date(2024, 9, 15)) for _ in range(2))
    assert first == tmp_path / "kopijas" / "mana 2024-09-15.zip"
    assert second.name == "mana 2024-09-15 2.zip"
    with zipfile.ZipFile(second) as packed:
        assert packed.namelist() == ["mana/.vesture", "mana/dala/a.txt"]
        assert {one.compress_type for one in packed.infolist()} == {zipfile.ZIP_DEFLATED}
        assert packed.read("mana/dala/a.txt") == b"a"
    capsys.readouterr()
    assert backup.run_backup(argparse.Namespace(folder=folder)) == paths.FINE
    assert f"Kopija: {tmp_path / 'kopijas' / 'mana '}" in capsys.readouterr().out
    locked = OSError(errno.EACCES, "no")
    with monkeypatch.context() as patch:
        patch.setattr(zipfile.ZipFile, "write", lambda *_: (_ for _ in ()).throw(locked))
        with pytest.raises(Refused) as refused:
            backup.make_backup(folder, date(2024, 9, 15))
    assert [(one.code, one.file, one.details) for one in refused.value.problems] == [
        ("file_locked", ".vesture", explain_os_error(locked))]  # fmt: skip
    with pytest.raises(Refused) as refused:
        backup.make_backup(tmp_path / "nav", date(2024, 9, 15))
    assert [(one.code, one.details) for one in refused.value.problems] == [("folder_missing", str(tmp_path / "nav"))]
