"""The memory of a programme over several runs: kept, asked, answered, erased; not for the example or a period."""

import shutil
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from mentoring_lib.app import erasing, outputs, paths, recall, start_page
from mentoring_lib.app.cli import main
from mentoring_lib.intake.memory import Gone, Memory
from mentoring_lib.workflow import EXAMPLE, read_inputs


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr("mentoring_lib.app.paths.NOTEBOOKS", tmp_path / "none")
    monkeypatch.setattr("mentoring_lib.app.outputs.STEPS", ())
    folder = shutil.copytree(EXAMPLE, tmp_path / "mana")
    edit_settings(folder, "example = true", "example = false")
    return folder


def edit_settings(folder, old, new):
    path = folder / "programme.toml"
    assert old in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def edit(folder, sheet, change):
    book = openpyxl.load_workbook(folder / "darba_gramata.xlsx")
    change(book[sheet])
    book.save(folder / "darba_gramata.xlsx")


def run(folder, capsys, *more):
    main(["run", str(folder), "--quiet", "--out", str(folder.parent / "out"), *more])
    return capsys.readouterr().out


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


GONE = Gone("gone_application", "p.xlsx", name="K-01")


def test_what_is_gone_is_told_once_and_remembered_until_it_is_answered():
    first = recall.update(recall.Recalled("k", Memory("k", {}), None, (), (GONE,)), date(2026, 11, 28))
    assert (first.gone, first.day, len(first.latest)) == ((GONE,), "2026-11-28", 1)
    again = recall.Recalled("k", Memory("k", {"a": {}}), first, (), (GONE,))
    assert recall.update(again, date(2026, 11, 29)) == replace(first, files={"a": {}})
    assert recall.answer(again) == replace(first, files={"a": {}}, gone=())
    assert recall.update(recall.Recalled("k", Memory("k", {})), date(2026, 11, 28)) == Memory("k", {})


def test_without_a_key_nothing_is_written_and_a_new_version_finds_what_an_older_one_wrote(tmp_path):
    assert (recall.FOLDER, recall.FILE, recall.KEY) == (".vesture", "atmina.json", "atslega")
    recall.write(tmp_path, recall.Recalled(), Memory("", {"a": {}}))
    assert list(tmp_path.iterdir()) == []


def test_the_run_that_puts_something_on_record_makes_what_the_next_one_makes(folder, capsys):
    for name in ("skaitlis.txt", "lemums.txt"):
        (folder / "izloze" / name).unlink()
    made = []
    for _ in range(2):
        run(folder, capsys)
        made.append(files(folder) | files(folder.parent / "out"))
    assert "izloze/lemums.txt" in made[0]
    assert made[0] == made[1]


def test_what_was_put_on_record_is_not_written_anew_in_silence(folder, capsys, monkeypatch):
    for _ in range(2):
        run(folder, capsys)
    record = folder / "izloze" / "lemums.txt"
    there = record.read_bytes()
    record.unlink()
    for _ in range(2):
        said = run(folder, capsys)
        assert "izloze/lemums.txt: iepriekšējā reizē šī datne bija" in said
        assert "PROVIZORISKI" in said or "provizorisk" in said
        assert not record.exists()
    record.write_bytes(there)
    assert "šī datne bija" not in run(folder, capsys)
    record.unlink()
    run(folder, capsys)
    monkeypatch.setattr("builtins.input", lambda _: "jā")
    assert main(["meant", str(folder)]) == paths.FINE
    run(folder, capsys)
    assert record.read_bytes() == there


def test_what_vanishes_is_asked_about_at_every_run_until_it_is_answered(folder, capsys, monkeypatch):
    assert "vairs nav" not in run(folder, capsys)
    edit(folder, "Tēmas", lambda sheet: sheet.delete_rows(5, 3))
    for _ in range(2):
        said = run(folder, capsys)
        assert "darba_gramata.xlsx, lapa «Tēmas»: lapā vairs nav: 3 rindas (iepriekšējā reizē 5., 6., 7.)" in said
    monkeypatch.setattr("builtins.input", lambda _: "nē")
    before = files(folder)
    assert main(["meant", str(folder)]) == paths.ISSUES
    assert files(folder) == before
    capsys.readouterr()
    monkeypatch.setattr("builtins.input", lambda _: "jā")
    assert main(["meant", str(folder)]) == paths.FINE
    assert "3 rindas" in capsys.readouterr().out
    assert "vairs nav" not in run(folder, capsys)
    assert main(["meant", str(folder)]) == paths.FINE
    assert "Nekas nav pazudis." in capsys.readouterr().out


def test_a_vanished_decision_makes_the_result_provisional(folder, capsys):
    run(folder, capsys)
    edit(folder, "Lēmumi", lambda sheet: sheet.delete_rows(sheet.max_row, 1))
    said = run(folder, capsys)
    assert "Kāpēc iznākums ir provizorisks" in said
    assert (
        "darba_gramata.xlsx, lapa «Lēmumi»: lapā vairs nav: 1 rinda" in said.split("Kāpēc iznākums ir provizorisks")[1]
    )


def test_a_run_with_unchanged_inputs_adds_nothing(folder, capsys):
    run(folder, capsys)
    edit(folder, "Tēmas", lambda sheet: sheet.cell(3, 4, "cits"))
    assert "lapa «Tēmas»: kopš iepriekšējās reizes citāds saturs: 1 šūna (D3)" in run(folder, capsys)
    page = folder.parent / "out" / outputs.INTERNAL / start_page.START_PAGE
    assert "citāds saturs: 1 šūna (D3)" in page.read_text("utf-8")
    assert f"Pēdējās izmaiņas datnēs ({date.today():%d.%m.%Y})" in page.read_text("utf-8")
    before = files(folder.parent)
    assert "citāds saturs" not in run(folder, capsys)
    assert files(folder.parent) == before


def test_a_check_compares_and_writes_nothing(folder, capsys):
    run(folder, capsys)
    edit(folder, "Tēmas", lambda sheet: sheet.delete_rows(5, 3))
    before = files(folder)
    for _ in range(2):
        assert main(["check", str(folder)]) == paths.ISSUES
        assert "lapā vairs nav: 3 rindas" in capsys.readouterr().out
    assert files(folder) == before


def test_a_period_and_the_example_keep_no_memory(folder, capsys):
    run(folder, capsys, "--from", "2024-01-01")
    assert not (folder / recall.FOLDER).exists()
    edit_settings(folder, "example = false", "example = true")
    run(folder, capsys)
    assert not (folder / recall.FOLDER).exists()


def test_a_damaged_memory_is_told_and_begun_again(folder):
    inputs = read_inputs(folder)
    _, first = recall.recall(folder, inputs)
    recall.write(folder, first, recall.update(first, date(2026, 11, 28)))
    for damage in (b"", b"{", b"\xff", b"[]", b'{"key": 1}'):
        (folder / recall.FOLDER / recall.FILE).write_bytes(damage)
        _, again = recall.recall(folder, inputs)
        assert [problem.code for problem in again.changes] == ["memory_lost"]
        recall.write(folder, again, recall.update(again, date(2026, 11, 28)))
        assert recall.recall(folder, inputs)[1].changes == []


def test_the_key_is_the_calls_or_a_random_one_made_once(folder, capsys):
    inputs = read_inputs(folder)
    _, first = recall.recall(folder, inputs)
    recall.write(folder, first, recall.update(first, date(2026, 11, 28)))
    key = (folder / recall.FOLDER / recall.KEY).read_text("utf-8")
    assert len(key) == 64
    assert recall.recall(folder, inputs)[1].key == key
    salted = inputs.programme.model_copy(update={"call": inputs.programme.call.model_copy(update={"salt": "sāls"})})
    _, again = recall.recall(folder, type(inputs)(**{**vars(inputs), "programme": salted}))
    assert again.key == "sāls"
    assert [problem.code for problem in again.changes] == ["memory_lost"]


def test_erasing_takes_the_memory_away(folder, inputs):
    _, first = recall.recall(folder, inputs)
    recall.write(folder, first, recall.update(first, date(2026, 11, 28)))
    plan = erasing.plan_erasure(folder, folder.parent / "out", inputs.programme)
    assert {f"{recall.FOLDER}/{name}" for name in (recall.FILE, recall.KEY)} <= set(plan.inside)
