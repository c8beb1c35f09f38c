"""Erasing: what the project made goes, the figures stay to the byte, and she is told what is hers to delete."""

import json
import shutil
from contextlib import suppress
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from builders import find_personal_data
from hypothesis import given
from hypothesis import strategies as st

from mentoring_lib.app import erasing, outputs, paths, writing
from mentoring_lib.app.cli import main
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.funder import privacy
from mentoring_lib.intake import stones
from mentoring_lib.intake.settings import read_settings
from mentoring_lib.workflow import EXAMPLE, FIGURES_FILE, ROOT

PROJECT_NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture
def fresh(tmp_path, monkeypatch, made):
    """A programme's folder, and its outputs as a run made them."""
    monkeypatch.setattr("mentoring_lib.app.paths.NOTEBOOKS", tmp_path / "none")
    folder, out = tmp_path / "Kopienas 2023", tmp_path / "out"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("README.md", "content.toml", "make_example.py"))
    writing.write_all(out, made)
    return folder, out


@pytest.fixture
def places(fresh, made, results):
    """The same with the figures kept already, as after an erasure that was stopped at once (the quicker to test)."""
    report = {name.partition("/")[2]: content for name, content in made.items() if name.startswith(outputs.FUNDER)}
    (fresh[0] / FIGURES_FILE).write_bytes(erasing.write_figures(results.figures, report))
    return fresh


def erase(folder, out, *more):
    return main(["erase", str(folder), "--out", str(out), "--yes", *more])


def run(folder, out, *more):
    return main(["run", str(folder), "--out", str(out), *more])


def list_files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# Figures


def test_figures_come_back_with_the_same_values_and_types(results):
    kept = erasing.read_figures(erasing.write_figures(results.figures, {"x.txt": b"1"}))
    for field in fields(results.figures):
        before, after = (getattr(figures, field.name) for figures in (results.figures, kept.figures))
        if isinstance(before, pd.DataFrame):
            pd.testing.assert_frame_equal(after, before, check_exact=True)
        else:
            assert after == before
    assert [*kept.files] == ["x.txt"]
    assert erasing.write_figures(kept.figures, {"x.txt": b"1"}) == erasing.write_figures(
        results.figures, {"x.txt": b"1"}
    )


@given(st.lists(st.floats(allow_infinity=False), max_size=5), st.text())
def test_any_number_and_any_text_comes_back_exactly(results, numbers, text):
    table = pd.DataFrame({
        "result": np.array(numbers, dtype="float64"), "unit": pd.Series([text] * len(numbers), dtype="str"),
        "said": pd.Series([text] * len(numbers), dtype="object"),
        "themes": pd.Series([(text, "b")] * len(numbers), dtype="object"),
    })  # fmt: skip
    figures = replace(results.figures, indicators=table)
    content = erasing.write_figures(figures, {})
    pd.testing.assert_frame_equal(erasing.read_figures(content).figures.indicators, table, check_exact=True)


def test_an_empty_table_keeps_its_types(results):
    figures = replace(results.figures, consultations=results.figures.consultations.iloc[:0])
    kept = erasing.read_figures(erasing.write_figures(figures, {})).figures
    pd.testing.assert_frame_equal(kept.consultations, figures.consultations)


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.replace(b'"planned"', b'"pIanned"'),
        lambda content: content.replace(b": 12", b": 13", 1) if b": 12" in content else content + b" x",
        lambda content: content[:-30],
        lambda content: b"[]",
        lambda content: b"\xff",
        lambda content: b"{}",
    ],
)
def test_figures_that_were_changed_are_refused(change, results):
    content = erasing.write_figures(results.figures, {})
    with pytest.raises(Refused, match=r"skaitli\.json saglabātie skaitļi ir mainīti vai sabojāti"):
        erasing.read_figures(change(content))


def test_damaged_figures_stop_an_erasure(tmp_path):
    (tmp_path / FIGURES_FILE).write_bytes(b"{}")
    with pytest.raises(Refused):
        erasing.keep_figures(tmp_path, tmp_path)


# The whole


QUOTING = {
    "atskaite.docx",
    "atskaite.pdf",
    "atskaite.xlsx",
}  # with the sentences that communities agreed to publish


def test_after_erasing_the_report_is_made_again_to_the_byte_and_nothing_personal_is_left(
    fresh, capsys, inputs, results
):
    folder, out = fresh
    before = list_files(out / outputs.FUNDER)
    assert erase(folder, out) == paths.ISSUES
    said = capsys.readouterr().out
    assert "Pārskata skaitļi saglabāti" in said
    assert "nav tāds, kādu rīks izveidotu tagad" not in said
    assert not (out / outputs.INTERNAL).exists()
    assert list_files(out / outputs.FUNDER) == before
    for name in ("pieteikumi", "vertejumi", "darba_gramata.xlsx"):  # she does her part
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(out)
    run(folder, out)
    said = capsys.readouterr().out
    again, told = list_files(out / outputs.FUNDER), [*results.figures.quotes, *results.figures.tasks["sentence"]]
    assert {name for name in before if again[name] != before[name]} == QUOTING
    words = "\n".join(privacy.read_texts(again | list_files(folder)))
    assert len(list(filter(None, told))) > 3
    assert [one for one in told if one and one in words] == []
    assert "pārskats atjaunots no datnes skaitli.json, dati par 15.09.2024" in said
    assert "līdz pēdējam baitam ir tāds pats kā dzēšanas dienā" in said
    left = list(privacy.read_texts(list_files(folder) | list_files(out)))
    named = [name for name in results.figures.consultations["community"] if name]
    own = outputs.list_own_texts(results.figures, inputs.programme)
    assert find_personal_data(left, inputs.applications, named, own) == []
    assert [key for key in inputs.applications["application_id"] if key in "\n".join(left)] == []
    run(folder, out, "--quiet")
    assert "Sagatavot" not in capsys.readouterr().out


def test_what_is_left_to_her_is_listed_with_paths(places, capsys):
    folder, out = places
    (folder / "piezīmes.txt").write_text("zvanīt Annai", "utf-8")
    (out / outputs.INTERNAL / "mans.txt").write_text("hers", "utf-8")
    for name in ("mans.txt", "veidlapas_jautajumi.txt", "aptauja_diena_pec.txt"):
        (out / outputs.PUBLIC / name).write_text("Kopiena?", "utf-8")
    (out / outputs.FUNDER / "atskaite.docx").write_bytes(b"edited")
    erase(folder, out)
    said = capsys.readouterr().out
    for path, what in [
        (folder / "pieteikumi" / "pieteikumi.xlsx", "veidlapas eksports"),
        (folder / "vertejumi" / "Ilze Piemēra.xlsx", "vērtētāja lapa"),
        (folder / "darba_gramata.xlsx", "darba grāmata ar vārdiem"),
        (folder / "piezīmes.txt", "rīks šo datni neveidoja"),
        (out / outputs.INTERNAL / "mans.txt", "rīks šo datni neveidoja"),
        (out / outputs.PUBLIC / "mans.txt", "rīks šo datni neveidoja"),
        (out / outputs.FUNDER / "atskaite.docx", "mainīta pēc izveidošanas"),
        (folder / "programme.toml", "vērtētāju, mentoru un liecinieku vārdi"),
    ]:
        assert f"{path} – {what}" in said
        assert path.is_file()
    assert "rezerves kopijas" in said
    assert "jautajumi.txt" not in said
    assert "aptauja_" not in said
    assert str(folder / "skaitli.json") + " –" not in said


def test_what_the_project_made_goes_also_if_she_changed_it(places, capsys, inputs, monkeypatch):
    folder, out = places
    letter = next((out / outputs.INTERNAL / "vestules").glob("*.docx"))
    letter.write_bytes(b"edited")
    (folder / "burtnicas" / ".ipynb_checkpoints").mkdir(parents=True)
    copy = shutil.copy(PROJECT_NOTEBOOKS[0], folder / "burtnicas")
    checkpoint = folder / "burtnicas" / ".ipynb_checkpoints" / Path(copy).name.replace(".ipynb", "-checkpoint.ipynb")
    shutil.copy(copy, checkpoint)
    (folder / "burtnicas" / "mana.ipynb").write_text("{}", "utf-8")
    (folder / ".mentoring-abc.tmp").write_bytes(b"half")
    monkeypatch.setattr(paths, "NOTEBOOKS", ROOT / "notebooks")
    plan = erasing.plan_erasure(folder, out, inputs.programme)
    assert {f"burtnicas/{Path(copy).name}", f"burtnicas/.ipynb_checkpoints/{checkpoint.name}", ".mentoring-abc.tmp",
            "izloze/lemums.txt", "izloze/saraksts.txt", "izloze/skaitlis.txt"} == set(plan.inside)  # fmt: skip
    assert [*plan.inside] == sorted(plan.inside)
    assert [path for path, _ in plan.hers if path.suffix == ".sha256"] == []
    assert plan.edited == (letter.relative_to(out).as_posix(),)
    assert folder / "burtnicas" / "mana.ipynb" in [path for path, _ in plan.hers]
    assert erasing.erase(folder, out, plan) == []
    assert not letter.exists()
    assert not (folder / "izloze" / "saraksts.txt").exists()
    assert (folder / "izloze" / "saraksts.txt.sha256").is_file()


def test_a_marking_sheet_is_the_markers_even_if_nobody_filled_it_in(places, inputs):
    folder, out = places
    for path in (folder / "vertejumi").glob("Ilze*.xlsx"):
        path.unlink()
    main(["mark", str(folder)])
    told = dict(erasing.plan_erasure(folder, out, inputs.programme).hers)
    assert {path.name for path in told if path.parent.name == "vertejumi"} == {
        "Andris Paraugs.xlsx",
        "Ilze Piemēra.xlsx",
    }


def test_nothing_is_deleted_unless_the_name_is_typed(places, capsys, monkeypatch):
    folder, out = places
    before = list_files(folder) | list_files(out)
    words = ["erase", str(folder), "--out", str(out)]
    for answer in ("", "jā", "kopienas 2023"):
        monkeypatch.setattr("builtins.input", lambda _, answer=answer: answer)
        assert main(words) == paths.ISSUES
        assert capsys.readouterr().out.endswith("Nekas nav izdzēsts.\n")
    monkeypatch.setattr("builtins.input", lambda _: (_ for _ in ()).throw(EOFError))
    assert main(words) == paths.ISSUES
    assert list_files(folder) | list_files(out) == before
    monkeypatch.setattr("builtins.input", lambda _: "Kopienas 2023")
    main(words)
    assert not (out / outputs.INTERNAL).exists()


@pytest.mark.parametrize("step", [0, 1, 2, 20, 60])
def test_an_interrupted_erasure_is_finished_by_repeating_it(places, monkeypatch, capsys, step):
    folder, out = places
    before = list_files(out / outputs.FUNDER)
    usual, left = Path.unlink, iter(range(step))

    def stop(path, **named):
        if next(left, None) is None:
            raise KeyboardInterrupt
        usual(path, **named)

    monkeypatch.setattr(Path, "unlink", stop)
    with suppress(KeyboardInterrupt):
        erase(folder, out)
    monkeypatch.setattr(Path, "unlink", usual)
    kept = (folder / "skaitli.json").read_bytes()
    assert erase(folder, out) == paths.ISSUES
    assert (folder / "skaitli.json").read_bytes() == kept
    assert not (out / outputs.INTERNAL).exists()
    assert list_files(out / outputs.FUNDER) == before
    assert not [name for name in json.loads((out / writing.MANIFEST).read_bytes()) if outputs.INTERNAL in name]


def test_a_file_open_elsewhere_is_told_and_goes_the_next_time(places, monkeypatch, capsys):
    folder, out = places
    usual = Path.unlink

    def refuse(path, **named):
        if path.name == "atlase.xlsx":
            raise PermissionError
        usual(path, **named)

    monkeypatch.setattr(Path, "unlink", refuse)
    assert erase(folder, out) == paths.ISSUES
    assert "atlase.xlsx: datni nevar izdzēst: tā ir atvērta citā programmā" in capsys.readouterr().out
    monkeypatch.setattr(Path, "unlink", usual)
    erase(folder, out)
    assert not (out / outputs.INTERNAL).exists()


def test_while_the_inputs_still_stand_a_run_makes_no_personal_data_again(places, capsys):
    folder, out = places
    erase(folder, out)
    capsys.readouterr()
    assert run(folder, out) == paths.ISSUES
    assert not (out / outputs.INTERNAL).exists()
    assert "pieteikumi.xlsx – veidlapas eksports" in capsys.readouterr().out


@pytest.mark.parametrize("words", [("--as-of", "2024-01-01"), ("--from", "2024-01-01"), ("--to", "2023-12-31")])
def test_another_day_or_period_than_that_of_the_kept_figures_is_refused(places, capsys, words):
    folder, out = places
    assert run(folder, out, *words) == paths.STOPPED
    assert "pārskatā būs dati par 15.09.2024" in capsys.readouterr().err


def test_it_is_said_when_the_report_is_not_the_same_any_more(places, capsys):
    folder, out = places
    erase(folder, out)
    settings = folder / "programme.toml"
    settings.write_text(settings.read_text("utf-8").replace("Kaimiņu kopienu kopspēks", "Cits nosaukums"), "utf-8")
    run(folder, out)
    said = capsys.readouterr().out
    assert "vairs nav līdz pēdējam baitam tādas pašas kā dzēšanas dienā: atskaite.docx, atskaite.pdf" in said
    assert "Tas līdz pēdējam baitam" not in said


def test_without_names_in_the_programme_file_nothing_is_left_to_do(places, capsys):
    folder, out = places
    before = list_files(out / outputs.FUNDER)
    erase(folder, out)
    settings = folder / "programme.toml"
    text = settings.read_text("utf-8")
    text = text.replace('markers = ["Ilze Piemēra", "Andris Paraugs"]', "markers = []")
    settings.write_text(text.replace('witnesses = ["Ilze Piemēra", "Andris Paraugs"]', "witnesses = []"), "utf-8")
    for path in (folder / "pieteikumi", folder / "vertejumi", folder / "apliecinajumi"):
        shutil.rmtree(path)
    (folder / "darba_gramata.xlsx").unlink()
    assert run(folder, out) == paths.FINE
    assert list_files(out / outputs.FUNDER) == before


def test_before_the_end_of_keeping_and_with_another_report_standing_she_is_told_first(fresh, capsys, monkeypatch):
    folder, out = fresh
    settings = folder / "programme.toml"
    settings.write_text(settings.read_text("utf-8").replace("as_of = 2024-09-15", "as_of = 2024-03-01"), "utf-8")
    monkeypatch.setattr(erasing, "date", SimpleNamespace(today=lambda: date(2026, 10, 31)))
    monkeypatch.setattr("builtins.input", lambda _: "nē")
    main(["erase", str(folder), "--out", str(out)])
    said = capsys.readouterr().out
    assert "personas datus drīkst glabāt līdz 31.10.2026; šis termiņš vēl nav pagājis" in said
    assert "mapē esošais finansētāja pārskats nav tāds, kādu rīks izveidotu tagad: atskaite.docx" in said


def test_while_the_report_waits_for_an_answer_nothing_is_erased(fresh, results, capsys, monkeypatch):
    asked = replace(results, report_blockers=(Problem("offers_over", value="2024"),))
    monkeypatch.setattr("mentoring_lib.workflow.evaluate", lambda *_, **__: asked)
    before = list_files(fresh[0]), list_files(fresh[1])
    assert erase(*fresh) == paths.STOPPED
    assert "piedāvāts vairāk" in capsys.readouterr().err
    assert (list_files(fresh[0]), list_files(fresh[1])) == before


def test_without_applications_the_figures_cannot_be_kept_and_that_is_said(fresh, capsys):
    folder, out = fresh
    shutil.rmtree(folder / "pieteikumi")
    erase(folder, out)
    assert "pārskata skaitļus saglabāt nevar" in capsys.readouterr().out
    assert not (folder / "skaitli.json").exists()
    assert not (out / outputs.INTERNAL).exists()


def test_outputs_within_the_programmes_own_folder_are_no_strangers(places, made, inputs):
    folder, _ = places
    writing.write_all(folder / "izdrukas", made)
    plan = erasing.plan_erasure(folder, folder / "izdrukas", inputs.programme)
    assert set(plan.outputs) == {name for name in made if name.startswith(outputs.INTERNAL)}
    assert not [path for path, _ in plan.hers if "izdrukas" in path.parts]


def test_a_damaged_list_of_outputs_deletes_nothing_she_is_told_of_all(places, capsys):
    folder, out = places
    (out / writing.MANIFEST).write_bytes(b"{")
    before = list_files(out / outputs.INTERNAL)
    erase(folder, out)
    assert list_files(out / outputs.INTERNAL) == before
    assert str(out / outputs.INTERNAL / "atlase.xlsx") in capsys.readouterr().out


def test_the_example_is_not_erased(capsys):
    assert main(["erase", str(EXAMPLE), "--yes"]) == paths.STOPPED
    assert "piemēru nedzēš: tajā viss ir izdomāts" in capsys.readouterr().err


def test_evidence_and_answers_of_forms_are_named_and_own_copies_of_shared_tables_stay(places):
    folder, out = places
    (folder / "atsauksmes").mkdir()
    (folder / "atsauksmes" / "aptauja.csv").write_text("x")
    (folder / "theme_lexicon.csv").write_text("x")
    (folder / stones.FILE).write_text("K-1,")
    (folder / ".vesture" / "vecas").mkdir(parents=True)
    (folder / ".vesture" / "vecas" / "darba_gramata.xlsx").write_text("x")
    plan = erasing.plan_erasure(folder, out, read_settings(folder))
    named = {path.relative_to(folder).as_posix(): what for path, what in plan.hers if folder in path.parents}
    assert named["atsauksmes/aptauja.csv"] == "aptauju atbildes"
    assert named["apliecinajumi/talkas-dalibnieki.txt"] == "apliecinājumi ar vārdiem un parakstiem"
    assert "theme_lexicon.csv" not in named
    assert {stones.FILE, ".vesture/vecas/darba_gramata.xlsx"} <= set(plan.inside)
