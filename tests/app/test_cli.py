"""The command line as the coordinator meets it: words, exit codes, never a traceback."""

import ast
import asyncio
import csv
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import ClassVar

import nbformat
import openpyxl
import pytest

from mentoring_lib.app import cli, cli_menu, notebooks, outputs, paths, screen
from mentoring_lib.app.cli import main
from mentoring_lib.app.lab import _renew_copies
from mentoring_lib.base.problems import Refused
from mentoring_lib.workflow import EXAMPLE, ROOT, evaluate, read_inputs

EXPORT = EXAMPLE / "pieteikumi" / "pieteikumi.xlsx"


@pytest.fixture
def programme_folder(tmp_path):
    folder = tmp_path / "Mana Programma Ķekavā"
    shutil.copytree(EXAMPLE, folder)
    return folder


def change(folder, old, new):
    path = folder / "programme.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def check(*words, capsys):
    code = main(["check", "--json", *map(str, words)])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def as_csv(path, style, delimiter=","):
    """The example's export as text, its timestamps in another style."""
    sheet = openpyxl.load_workbook(EXPORT)["Form Responses 1"]
    rows = [row for row in sheet.iter_rows(values_only=True) if any(cell is not None for cell in row)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(rows[0])
        writer.writerows([style(row[0]), *("" if cell is None else cell for cell in row[1:])] for row in rows[1:])
    return path


def test_check_accounts_for_all_28_rows(capsys):
    code, (found,) = check(EXPORT, capsys=capsys)
    assert code == paths.ISSUES
    assert found["verdict"] == "load_with_issues"
    assert found["message"] == "28 pieteikumi nolasīti, 1 jautājums jums"
    assert [item["row"] for item in found["applications"]] == list(range(2, 30))
    assert [item["late"] for item in found["applications"]] == [False] * 26 + [True] * 2


def test_an_application_is_plain_data_with_none_for_unknown(capsys):
    _, (found,) = check(EXPORT, capsys=capsys)
    first, forming = found["applications"][0], found["applications"][9]
    assert first["submitted_at"] == "2023-08-01T09:14:22+03:00"
    assert (first["started"], first["registered"], first["theme_other"]) == (2022, False, None)
    assert first["themes"] == ["engage_residents", "communication"]
    assert forming["started"] == "forming"
    assert list(first) == [
        "application_id", "submitted_at", "late", "email", "community", "municipality", "place", "contact_name",
        "phone", "started", "registered", "residents_involved", "themes", "theme_other", "question", "mode",
        "preferred_times", "consent", "publicity", "file", "sheet", "row",
    ]  # fmt: skip


def test_a_problem_names_its_application_row_column_value_and_what_to_do(capsys):
    _, (found,) = check(EXPORT, capsys=capsys)
    problem = next(item for item in found["problems"] if item["code"] == "duplicate_suspected")
    assert (problem["application"], problem["row"], problem["column"]) == (4, 6, "community")
    assert problem["advice"] == "Izlemiet lapā «Lēmumi»: dublikāts vai nav dublikāts."


@pytest.mark.parametrize(
    ("style", "delimiter"),
    [
        (lambda at: f"{at:%d.%m.%Y %H:%M:%S}", ";"),
        (lambda at: f"{at:%Y/%m/%d %I:%M:%S %p} GMT+3", ","),
        (lambda at: f"{at:%Y-%m-%dT%H:%M}", "\t"),
        (lambda at: f"{at:%m/%d/%Y %H:%M:%S}", ","),
    ],
)
def test_the_same_answers_in_another_style_have_the_same_codes(tmp_path, capsys, style, delimiter):
    path = as_csv(tmp_path / "pieteikumi.csv", style, delimiter)
    _, (first, second) = check(EXPORT, path, capsys=capsys)
    keep = lambda found: [  # noqa: E731
        {k: v for k, v in item.items() if k not in ("file", "sheet", "submitted_at", "late")}
        for item in found["applications"]
    ]
    assert keep(second) == keep(first)


def test_check_uses_the_nearest_programme(programme_folder, capsys):
    change(programme_folder, "deadline = 2023-08-21", "deadline = 2023-08-31")
    _, (found,) = check(programme_folder / "pieteikumi" / "pieteikumi.xlsx", capsys=capsys)
    assert not any(item["late"] for item in found["applications"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tukša.xlsx", b""),
        ("troksnis.xlsx", b"\x00\x01" * 500),
        ("teksts.pdf", b"%PDF-1.4"),
        ("cita.csv", b"a,b\n1,2\n"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(tmp_path, capsys, name, content):
    (tmp_path / name).write_bytes(content)
    code, (found,) = check(tmp_path / name, capsys=capsys)
    assert (code, found["verdict"], found["applications"]) == (paths.STOPPED, "reject", [])
    assert found["message"]
    assert found["problems"][0]["advice"]


def test_a_check_names_sheet_column_and_community_and_counts_what_is_equal(tmp_path, capsys):
    sheet = openpyxl.Workbook().active
    sheet.title = "Atbildes"
    for row in openpyxl.load_workbook(EXPORT)["Form Responses 1"].iter_rows(values_only=True):
        sheet.append([*row, "x" * (row[0] is not None)])
    for row in range(2, 17):
        sheet.cell(row, 13, "Vienalga")
    sheet.parent.save(tmp_path / "p.xlsx")
    assert main(["check", str(tmp_path / "p.xlsx")]) == paths.ISSUES
    lines = capsys.readouterr().out.splitlines()
    (grouped,) = [line for line in lines if "«Vienalga»" in line]
    assert grouped.startswith("  p.xlsx, lapa «Atbildes», ")
    assert " – 15 pieteikumi: K-" in grouped
    assert grouped.count(" «") >= 4
    assert len(lines) < 15


def test_a_missing_file_is_refused(capsys, tmp_path):
    assert main(["check", str(tmp_path / "nav.xlsx")]) == paths.STOPPED
    assert "nav.xlsx" in capsys.readouterr().out


def test_a_wrong_programme_file_stops_with_the_key_and_what_is_allowed(programme_folder, capsys):
    change(programme_folder, 'reading = "taking_turns"', 'reading = "luck"')
    assert main(["run", str(programme_folder)]) == paths.STOPPED
    shown = capsys.readouterr().err
    assert "«rule.reading» neder vērtība: luck – der 'taking_turns'" in shown
    assert "Traceback" not in shown


def test_a_programme_that_is_not_there_stops(capsys):
    assert main(["run", "tadas-nav"]) == paths.STOPPED
    assert "programma.xlsx" in capsys.readouterr().err


SEED_LINE = 'seed = "0407111319232629313437394346495255586061"'
DRAWN_LINE = "drawn_at = 2023-08-30T21:30:00"


@pytest.fixture
def before_the_draw(programme_folder, monkeypatch):
    """The example on the day of the draw, its list not frozen yet."""
    shutil.rmtree(programme_folder / "izloze")
    change(programme_folder, SEED_LINE, "")
    change(programme_folder, f"\n{DRAWN_LINE}", "\n")
    monkeypatch.setattr(cli, "_now", lambda _: datetime(2023, 8, 30, 10))
    return programme_folder


def test_a_second_freeze_is_refused(programme_folder, capsys):
    before = (programme_folder / "izloze" / "saraksts.txt").read_bytes()
    assert main(["freeze", str(programme_folder), "--yes"]) == paths.STOPPED
    assert "jau ir noslēgts" in capsys.readouterr().err
    assert (programme_folder / "izloze" / "saraksts.txt").read_bytes() == before


def test_freezing_after_the_seed_is_known_is_refused(programme_folder, capsys):
    shutil.rmtree(programme_folder / "izloze")
    assert main(["freeze", str(programme_folder), "--yes"]) == paths.STOPPED
    assert "skaitlis jau zināms" in capsys.readouterr().err


def test_freezing_writes_the_example_list_to_the_byte_and_tells_what_to_publish(before_the_draw, capsys):
    assert main(["freeze", str(before_the_draw), "--yes"]) == paths.FINE
    for name in ("saraksts.txt", "saraksts.txt.sha256"):
        assert (before_the_draw / "izloze" / name).read_bytes() == (EXAMPLE / "izloze" / name).read_bytes()
    shown = capsys.readouterr().out
    assert hashlib.sha256((EXAMPLE / "izloze" / "saraksts.txt").read_bytes()).hexdigest() in shown
    assert "Izsludinātā izloze: 30.08.2023 plkst. 21.30" in shown


@pytest.mark.parametrize("now", [datetime(2023, 8, 30, 21, 30), datetime(2024, 1, 1)])
def test_freezing_is_refused_from_the_announced_time_on(before_the_draw, capsys, monkeypatch, now):
    monkeypatch.setattr(cli, "_now", lambda _: now)
    assert main(["freeze", str(before_the_draw), "--yes"]) == paths.STOPPED
    assert "izlozes laiks (30.08.2023 plkst. 21.30) jau pagājis" in capsys.readouterr().err


def test_a_freeze_needs_the_day_and_time_of_the_draw(before_the_draw, capsys):
    change(before_the_draw, "draw_at = 2023-08-30T21:30:00", "")
    assert main(["freeze", str(before_the_draw), "--yes"]) == paths.STOPPED
    assert "«lottery.draw_at» vēl nav aizpildīts" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "answer", "code"),
    [
        ("Keno, 20 skaitļi", None, paths.FINE),
        ("Viking Lotto", "jā", paths.STOPPED),
        ("Izdomāta izloze", "jā", paths.FINE),
        ("Izdomāta izloze", "nē", paths.ISSUES),
        ("Izdomāta izloze", None, paths.ISSUES),
    ],
)
def test_whether_the_source_gives_twenty_digits_is_asked_before_freezing(
    before_the_draw, monkeypatch, source, answer, code
):
    def ask(_):
        if answer is None:
            raise EOFError
        return answer

    monkeypatch.setattr("builtins.input", ask)
    change(before_the_draw, "Izdomāta skaitļu izloze: 20 skaitļi augošā secībā, katrs ar diviem cipariem", source)
    assert main(["freeze", str(before_the_draw)]) == code
    assert (before_the_draw / "izloze" / "saraksts.txt").exists() == (code == paths.FINE)


def test_before_the_draw_a_list_is_replaced_with_a_reason_and_both_stay(before_the_draw, capsys, monkeypatch):
    lot = before_the_draw / "izloze"
    main(["freeze", str(before_the_draw), "--yes"])
    first = (lot / "saraksts.txt").read_bytes()
    change(before_the_draw, "clear_from = 7", "clear_from = 6")
    assert main(["freeze", str(before_the_draw), "--yes"]) == paths.STOPPED
    assert main(["freeze", str(before_the_draw), "--yes", "--again", "Pēteris Lietusmiers iebilda"]) == paths.STOPPED
    assert "pamatojumā ir personas dati (Kontaktpersona: K-978E9F)" in capsys.readouterr().err
    assert main(["freeze", str(before_the_draw), "--yes", "--again", "Slieksnis ir 6"]) == paths.FINE
    assert (lot / "saraksts.txt").read_bytes() == first
    second = (lot / "saraksts-2.txt").read_text("utf-8")
    assert f"# iepriekšējais = {hashlib.sha256(first).hexdigest()}\n# iemesls = Slieksnis ir 6\n" in second
    assert read_inputs(before_the_draw).frozen.contract["rule.clear_from"] == "6"
    monkeypatch.setattr(cli, "_now", lambda _: datetime(2023, 8, 30, 22))
    change(before_the_draw, "draw_at = 2023-08-30T21:30:00", "draw_at = 2023-09-30T21:30:00")
    assert main(["freeze", str(before_the_draw), "--yes", "--again", "Vēlreiz"]) == paths.STOPPED
    other = first + b"K-000000;0;all;1\n"
    (lot / "saraksts.txt").write_bytes(other)
    (lot / "saraksts.txt.sha256").write_text(f"{hashlib.sha256(other).hexdigest()}  saraksts.txt\n", "utf-8")
    with pytest.raises(Refused, match=r"saraksts-2\.txt noslēgtais saraksts nav tāds"):
        read_inputs(before_the_draw)


def test_a_changed_frozen_list_stops_everything(programme_folder, capsys):
    lot = programme_folder / "izloze" / "saraksts.txt"
    lot.write_bytes(lot.read_bytes().replace(b"K-CAD03D;1;existing;11", b"K-CAD03D;2;all;12"))
    assert main(["run", str(programme_folder)]) == paths.STOPPED
    assert "nav tāds, kāds tas bija noslēgšanas brīdī" in capsys.readouterr().err


def test_freezing_with_open_questions_is_refused_with_all_of_them(before_the_draw, capsys):
    (before_the_draw / "darba_gramata.xlsx").unlink()
    assert main(["freeze", str(before_the_draw), "--yes"]) == paths.STOPPED
    shown = capsys.readouterr().err
    assert "vērtētāju punkti krasi atšķiras (Konkrēts jautājums: 1 / 3)" in shown
    (line,) = [line for line in shown.splitlines() if "pieteikums nav izlemts" in line]
    assert re.search(" – 2 pieteikumi: K-[0-9A-F]{6} «[^»]+», K-[0-9A-F]{6} «[^»]+»$", line)


def test_another_seed_than_the_one_on_record_makes_nothing_final(programme_folder):
    change(programme_folder, SEED_LINE, f'seed = "{"1" * 20}"')
    results = evaluate(read_inputs(programme_folder))
    assert [problem.value for problem in results.blockers] == ["lottery.seed"]
    assert "0407111319232629313437394346495255586061 → 11111111111111111111" in results.blockers[0].message


def put_on_record(folder):
    inputs = read_inputs(folder)
    cli._put_on_record(folder, inputs, evaluate(inputs))


def test_the_first_run_with_a_seed_puts_it_on_record_and_later_ones_leave_it(programme_folder, capsys):
    record, decided = (programme_folder / "izloze" / name for name in ("skaitlis.txt", "lemums.txt"))
    record.unlink()
    decided.unlink()
    put_on_record(programme_folder)
    for path in (record, decided):
        assert path.read_bytes() == (EXAMPLE / "izloze" / path.name).read_bytes()
    assert capsys.readouterr().out.count("Reģistrēts: ") == 2
    record.write_text(record.read_text("utf-8") + "piezīme\n", "utf-8")
    put_on_record(programme_folder)
    assert record.read_text("utf-8").endswith("piezīme\n")


def test_nothing_is_recorded_while_something_settled_has_changed(programme_folder):
    record = programme_folder / "izloze" / "skaitlis.txt"
    record.unlink()
    change(programme_folder, "clear_from = 7", "clear_from = 6")
    put_on_record(programme_folder)
    assert not record.exists()


def test_mark_makes_a_sheet_per_marker_once_and_only_the_missing_ones_later(programme_folder, capsys):
    folder = programme_folder / "vertejumi"
    for path in folder.glob("*.xlsx"):
        path.unlink()
    assert main(["mark", str(programme_folder)]) == paths.FINE
    assert sorted(path.name for path in folder.iterdir()) == ["Andris Paraugs.xlsx", "Ilze Piemēra.xlsx"]
    assert "Ilze Piemēra: 24 pieteikumi lapā" in capsys.readouterr().out  # and not the one she has a conflict with
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert main(["mark", str(programme_folder)]) == paths.FINE
    assert "visi pieteikumi jau ir lapā" in capsys.readouterr().out
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_new_application_gets_a_sheet_of_its_own_and_the_old_one_is_not_touched(programme_folder, capsys):
    folder = programme_folder / "vertejumi"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (programme_folder / "pieteikumi" / "jauns.csv").write_text(
        "Laika zīmogs,E-pasta adrese,Kopienas nosaukums,Novads,Piekrītu personas datu apstrādei,"
        "Aprakstiet savu jautājumu\n"
        "20.08.2023 10:00:00,jauns@example.org,Jaunais pulks,Olaines novads,Jā,Kā sākt?\n",
        "utf-8",
    )
    assert main(["mark", str(programme_folder)]) == paths.FINE
    assert "Ilze Piemēra: 1 pieteikums lapā" in capsys.readouterr().out
    assert {name: (folder / name).read_bytes() for name in before} == before
    book = openpyxl.load_workbook(folder / "Ilze Piemēra 2.xlsx")["Vērtējumi"]
    assert [row[3] for row in book.iter_rows(min_row=3, values_only=True) if row[0]] == ["Kā sākt?"]
    assert main(["mark", str(programme_folder)]) == paths.FINE
    assert not (folder / "Ilze Piemēra 3.xlsx").exists()


def test_an_undecided_application_is_named_and_waits_for_a_later_sheet(programme_folder, capsys):
    (programme_folder / "darba_gramata.xlsx").unlink()
    assert main(["mark", str(programme_folder)]) == paths.ISSUES
    assert "vēl nav izlemts, tāpēc vērtētāju lapās tā nav" in capsys.readouterr().out


def test_without_a_final_result_there_are_no_letters(programme_folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("mentoring_lib.app.paths.NOTEBOOKS", tmp_path / "none")
    monkeypatch.setattr("mentoring_lib.app.outputs.STEPS", outputs.STEPS[:2])
    change(programme_folder, "decided_on = 2023-07-24", "")
    assert main(["run", str(programme_folder), "--out", str(tmp_path / "out")]) == paths.ISSUES
    assert "jaunas vēstules nav sagatavotas, jo iznākums ir provizorisks" in capsys.readouterr().out
    assert not (tmp_path / "out" / "ieksejie" / "vestules").exists()
    assert (tmp_path / "out" / "ieksejie" / "atlase.xlsx").is_file()


def test_an_unexpected_error_is_one_sentence_and_no_traceback(monkeypatch, capsys):
    monkeypatch.setattr("mentoring_lib.app.paths.find_folder", lambda name: 1 / 0)
    monkeypatch.delenv("MENTORING_TRACE", raising=False)
    assert main(["run"]) == paths.STOPPED
    assert capsys.readouterr().err.startswith("Negaidīta kļūda (ZeroDivisionError: division by zero).")


# A run that is interrupted where it evaluates, once the process beside it has kernels. A signal from outside may come
# while a library is imported, and Python loses what is raised in the callbacks of its import locks.
INTERRUPTED = """
import os, runpy, signal, time
import psutil
from mentoring_lib import workflow

def has_kernels():
    below = {child.pid for child in psutil.Process().children(recursive=True)}
    running = [process for process in psutil.process_iter(["cmdline"]) if process.pid in below]
    return any("ipykernel_launcher" in " ".join(process.info["cmdline"] or ()) for process in running)

def interrupt(*_, **__):
    while not has_kernels():
        time.sleep(0.1)
    os.killpg(0, signal.SIGINT)
    time.sleep(600)

signal.signal(signal.SIGINT, signal.default_int_handler)  # else a run inherits that a shell ignores it
workflow.evaluate = interrupt
runpy.run_module("mentoring_lib", run_name="__main__", alter_sys=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to send")
def test_ctrl_c_ends_a_run_with_one_sentence_and_changes_nothing(tmp_path):
    words = [sys.executable, "-c", INTERRUPTED, "run", "--quiet", "--out", str(tmp_path / "out")]
    ran = subprocess.run(
        words, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True, capture_output=True,
        check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout, ran.stderr.decode("utf-8")) == (130, b"", "\nDarbs pārtraukts.\n")
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to end by")
def test_ctrl_c_while_a_dataclass_is_made_ends_the_same(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import sys, types\nfake = types.ModuleType('mentoring_lib.app.cli')\n"
        "fake.main = lambda: exec('raise KeyboardInterrupt')\nsys.modules['mentoring_lib.app.cli'] = fake\n"
    )
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    ran = subprocess.run(
        [sys.executable, "-m", "mentoring_lib"],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr.decode("utf-8")) == (130, "\nDarbs pārtraukts.\n")


def test_after_a_notebook_failed_the_one_beside_it_is_finished_and_no_other_begun(tmp_path, monkeypatch):
    for name, code in {"a": f"1 / 0 {'#' * 99}", "b": "open('b.txt', 'w')", "c": "open('c.txt', 'w')"}.items():
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    execute, begun, failed = notebooks._execute, asyncio.Event(), asyncio.Event()

    async def take_turns(client, path):
        """The first fails while the second is at work, whatever the machine does meanwhile."""
        if path.name == "a.ipynb":
            await begun.wait()
        begun.set()
        try:
            if path.name == "b.ipynb":
                await failed.wait()
            return await execute(client, path)
        except Refused:
            failed.set()
            raise

    monkeypatch.setattr(notebooks, "_execute", take_turns)
    with pytest.raises(Refused, match=r"a\.ipynb burtnīca apstājās"):
        notebooks.execute_notebooks(sorted(tmp_path.glob("*.ipynb")), dict(os.environ))
    assert sorted(path.name for path in tmp_path.glob("*.txt")) == ["b.txt"]


ENGLISH = (
    r"\b(usage|error|arguments?|options?|positional|required|unrecognized|invalid|expected|match|show|[A-Z]+_[A-Z]+)\b"
)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--help"], "pārbauda pieteikumu datnes"),
        *(([word, "--help"], f"lietošana: run.py {word} [-h]") for word in cli.TEXTS["commands"]),
        ([], "kļūda: trūkst: DARBS"),
        (["nav"], "DARBS: nav zināms «nav»; izvēlieties kādu no šiem: "),
        (["run", "--nav"], "kļūda: nav zināms: --nav"),
        (["check"], "kļūda: trūkst: DATNE"),
        (["run", "--as-of"], "--as-of: aiz tā jāraksta viena vērtība"),
        (["run", "--as-of", "2024-13-01"], "--as-of: «2024-13-01» nav datums"),
        (["run", "--quiet=1"], "--quiet: vērtība 1 te nav vajadzīga"),
        (["freeze", "--a"], "kļūda: --a var nozīmēt vairākus: --again, --ask"),
    ],
)
def test_help_and_what_is_wrong_with_a_command_are_in_latvian(capsys, words, told):
    with pytest.raises(SystemExit) as stopped:
        main(words)
    said = "".join(capsys.readouterr())
    assert stopped.value.code == (0 if "--help" in words else 2)
    assert told in said
    assert re.findall(ENGLISH, said) == []


def test_an_old_python_is_told_which_one_is_needed():
    source = (ROOT / "run.py").read_text("utf-8")
    pretend = source.replace("sys.version_info[:2]", "(3, 8)")
    ran = subprocess.run(
        [sys.executable, "-c", pretend.replace("__file__", repr(str(ROOT / "run.py")))],
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 2
    said = ran.stderr.decode("utf-8")
    assert "Vajadzīgs Python 3.11 vai jaunāks, bet šis ir" in said
    assert "Python 3.11 or newer is needed" in said


def test_the_launcher_uses_nothing_that_an_old_python_cannot_read():
    source = (ROOT / "run.py").read_text("utf-8")
    new = (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.Match, ast.Nonlocal)
    nodes = list(ast.walk(ast.parse(source)))
    assert not any(isinstance(node, new) for node in nodes)
    assert not any(node.annotation for node in nodes if isinstance(node, ast.arg))


def test_nothing_names_a_package_index_or_a_machine():
    for path in (*ROOT.glob("requirements*"), ROOT / "pyproject.toml", ROOT / "run.py", Path(ROOT / ".ci" / "run")):
        text = path.read_text("utf-8")
        assert "index-url" not in text
        assert "find-links" not in text


@pytest.mark.parametrize("name", ["skaitlis.txt", "saraksts.txt.sha256", "saraksts.txt"])
@pytest.mark.parametrize("content", ["liecinieki: Jānis Bērziņš\n".encode("cp1257"), b"\xff\xfe\x00"])
def test_a_file_of_the_lottery_in_another_encoding_is_refused(programme_folder, name, content):
    (programme_folder / "izloze" / name).write_bytes(content)
    with pytest.raises(Refused) as refused:
        read_inputs(programme_folder)
    assert [(problem.code, problem.file) for problem in refused.value.problems] == [("freeze_broken", name)]


def test_a_file_given_as_the_folder_of_outputs_is_refused_before_any_work(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("mentoring_lib.workflow.evaluate", lambda *_, **__: pytest.fail("too late"))
    (tmp_path / "x.txt").write_bytes(b"hers")
    assert main(["run", "--out", str(tmp_path / "x.txt")]) == paths.STOPPED
    assert "x.txt» ir datne, nevis mape" in capsys.readouterr().err


def test_notebooks_of_a_programme_that_is_not_there_make_no_folder(tmp_path, capsys):
    assert main(["lab", str(tmp_path / "NEPAREIZI")]) == paths.STOPPED
    assert "programma.xlsx: datnes nav" in capsys.readouterr().err
    assert not (tmp_path / "NEPAREIZI").exists()


@pytest.mark.parametrize("name", ["", "cita.toml"])
def test_a_programme_file_that_is_not_there_is_named_not_the_export(tmp_path, capsys, name):
    code, (found,) = check(EXPORT, "--programme", tmp_path / name, capsys=capsys)
    expected = f"{name or 'programma.xlsx'}: datnes nav"
    assert (code, found["verdict"], found["message"]) == (paths.STOPPED, "reject", expected)
    assert found["problems"][0]["message"] == expected
    assert str(tmp_path) in found["problems"][0]["advice"]


def test_a_result_that_is_provisional_again_keeps_the_letters_that_were_made(
    programme_folder, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr("mentoring_lib.app.paths.NOTEBOOKS", tmp_path / "none")
    monkeypatch.setattr("mentoring_lib.app.kept_letters.read_basis", lambda _: "2023-08-31")
    letters = {f"vestules/K-{number:02}.docx": b"" for number in range(28)}
    step = lambda _, results: outputs.Made(letters if results.final else {}, [])  # noqa: E731
    monkeypatch.setattr("mentoring_lib.app.outputs.STEPS", ((outputs.INTERNAL, step),))
    words = ["run", str(programme_folder), "--out", str(tmp_path / "out")]
    main(words)
    assert len(list((tmp_path / "out").rglob("*.docx"))) == 28
    change(programme_folder, "decided_on = 2023-07-24", "")
    main(words)
    assert len(list((tmp_path / "out").rglob("*.docx"))) == 28
    assert "jaunas vēstules nav sagatavotas" in capsys.readouterr().out


@pytest.mark.parametrize(("day", "told"), [("2026-10-31", False), ("2026-11-01", True)])
def test_the_end_of_keeping_personal_data_is_reminded_of(tmp_path, capsys, monkeypatch, day, told):
    monkeypatch.setattr("mentoring_lib.app.paths.NOTEBOOKS", tmp_path / "none")
    monkeypatch.setattr("mentoring_lib.app.outputs.STEPS", ())
    main(["run", "--as-of", day, "--out", str(tmp_path / "out")])
    assert ("personas datus drīkstēja glabāt līdz 31.10.2026" in capsys.readouterr().out) == told


# Long work


@pytest.fixture
def short_run(tmp_path, monkeypatch):
    """Run without notebooks and outputs, which other tests make."""
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path / "none")
    monkeypatch.setattr("mentoring_lib.app.outputs.STEPS", outputs.STEPS[:1])
    return ["run", "--out", str(tmp_path / "out")]


def test_a_run_ends_with_what_was_made_where_and_what_waits(short_run, tmp_path, capsys):
    assert main(short_run) == paths.FINE
    said = capsys.readouterr()
    inside = tmp_path / "out" / "ieksejie"
    assert said.out.splitlines() == [
        f"Sagatavotas 2 datnes mapē {tmp_path / 'out'}",
        f"  {inside}: 2 datnes",
        "Gaida jūs:",
        "  19.09.2024 – Atgādiniet kopienai «Kopiena „Trīs ratiņi”» atbildēt (līdz 19.09.2024) (K-ADB42B) → "
        "3_konsultacijas.html",
        "  27.11.2023 – Pajautājiet 9 kopienām, kā veicas ar nokavētajiem darbiem (K-F001DE «Ābolmaizes pagalmi», "
        "K-DAA639 «Vakara solis Rāmavā», K-389990 «Kalna puses mājinieki» un vēl 6) → 3_konsultacijas.html",
        "  21.12.2023 – Atgādiniet 2 kopienām par aptaujām pēc konsultācijas (K-1071EE «Liepu pagalma draugi», "
        "K-E47166 «Kamolu tinējas») → 3_konsultacijas.html",
        "  Apstipriniet tēmu kopienai «Rīta kafija pie šosejas» (K-E66AB4) → 4_temas.html",
        f"Sāciet ar: {inside / '0_sakums.html'}",
    ]
    assert "\033" not in said.out


def test_a_quiet_run_says_nothing_but_problems(short_run, programme_folder, capsys, monkeypatch):
    monkeypatch.setattr("mentoring_lib.app.outputs.STEPS", ())
    assert main([*short_run, "--quiet"]) == paths.FINE
    assert capsys.readouterr() == ("", "")
    (programme_folder / "izloze" / "skaitlis.txt").unlink()
    change(programme_folder, "decided_on = 2023-07-24", "")
    assert main([*short_run, str(programme_folder), "--quiet"]) == paths.ISSUES
    said = capsys.readouterr()
    titles = [line for line in said.out.splitlines() if not line.startswith("  ")]
    assert titles == ["Kāpēc iznākums ir provizorisks (2):", "Zināšanai (1):"]
    assert said.err == ""


@pytest.mark.parametrize(
    ("terminal", "environment", "coloured"),
    [(True, {}, True), (True, {"NO_COLOR": "1"}, False), (True, {"TERM": "dumb"}, False), (False, {}, False)],
)
def test_colours_only_on_a_terminal_that_wants_them(monkeypatch, terminal, environment, coloured):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(os, "name", "posix")
    assert (screen.paint("vārds", screen.GOOD) != "vārds") == coloured


def test_a_state_of_an_earlier_day_is_pointed_out_for_a_real_programme(
    short_run, programme_folder, capsys, monkeypatch
):
    monkeypatch.setattr("mentoring_lib.app.outputs.STEPS", ())
    main([*short_run, str(programme_folder)])
    assert "dati rādīti par" not in capsys.readouterr().out
    change(programme_folder, "example = true", "example = false")
    main([*short_run, str(programme_folder)])
    assert "dati rādīti par 15.09.2024, bet šodien ir" in capsys.readouterr().out
    main([*short_run, str(programme_folder), "--as-of", "2024-09-15"])
    assert "dati rādīti par" not in capsys.readouterr().out


# Notebooks in the browser


class Server:
    """Stands for JupyterLab: remembers how it was started."""

    started: ClassVar[list[tuple[list[str], dict[str, str]]]] = []

    def __init__(self, words, env, stdout=None, **_):
        self.started.append((words, env | {"stdout": getattr(stdout, "name", "the menu's window")}))

    def wait(self):
        return 0

    def terminate(self):
        self.started.append((["terminate"], {}))


@pytest.fixture
def lab(tmp_path, monkeypatch):
    Server.started = []
    monkeypatch.setattr(subprocess, "Popen", Server)
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")
    return Server.started


def set_aside(folder):
    """Four of the notebooks as if she had edited them: they are left alone, not executed."""
    (folder / "burtnicas").mkdir()
    for name in ("1_pieteikumi", "2_atlase", "4_temas", "5_atskaite"):
        (folder / "burtnicas" / f"{name}.ipynb").write_text("{", "utf-8")


def test_lab_opens_the_first_page_on_working_copies_and_keeps_out_of_her_home(lab, programme_folder, tmp_path):
    set_aside(programme_folder)
    committed = {path: path.read_bytes() for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert main(["lab", str(programme_folder)]) == paths.FINE
    ((words, environment),) = lab
    assert f"--ServerApp.root_dir={programme_folder}" in words
    assert str(environment["stdout"]).endswith("server.log")  # its English would push the menu's question away
    assert "--LabApp.default_url=/lab/tree/burtnicas/0_sakums.ipynb" in words
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        assert Path(environment[name]).is_relative_to(tmp_path / "cache")
    settings = tmp_path / "cache" / "jupyter" / "config" / "labconfig" / "default_setting_overrides.json"
    assert (
        json.loads(settings.read_text("utf-8"))["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    )
    copies = programme_folder / "burtnicas"
    assert sorted(path.name for path in copies.iterdir()) == sorted(path.name for path in committed)
    assert {path: path.read_bytes() for path in committed} == committed
    first, second = (nbformat.read(copies / name, 4) for name in ("0_sakums.ipynb", "3_konsultacijas.ipynb"))
    cells = [cell for book in (first, second) for cell in book.cells if cell.cell_type == "code"]
    assert all(cell.metadata["jupyter"] == {"source_hidden": True} for cell in cells)
    assert "Programmas gads" in first.cells[1].outputs[0]["data"]["text/html"]
    assert all(cell.outputs for cell in second.cells if cell.cell_type == "code")  # every notebook opens filled
    for book in (first, second):  # what JupyterLab would add by itself, and then call the notebook unsaved
        assert book.metadata["language_info"]["version"] == platform.python_version()
        assert book.metadata["kernelspec"]["display_name"].startswith("Python 3")


@pytest.fixture
def unfilled(monkeypatch):
    """Copies of the notebooks as they are: where they lie matters, not what they show."""
    monkeypatch.setattr(notebooks, "execute_notebooks", lambda paths, environment, **_: {})


def test_lab_on_the_example_writes_only_where_git_looks_away(lab, unfilled, monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    assert main(["lab"]) == paths.FINE
    assert (tmp_path / "reports" / "example" / "burtnicas" / "5_atskaite.ipynb").is_file()
    assert not (EXAMPLE / "burtnicas").exists()
    assert "/reports/*" in (ROOT / ".gitignore").read_text("utf-8")


def test_copies_follow_the_committed_notebooks_unless_she_has_edited_hers(tmp_path, monkeypatch):
    originals, place = tmp_path / "notebooks", tmp_path / "burtnicas"
    originals.mkdir()
    monkeypatch.setattr(paths, "NOTEBOOKS", originals)

    def write(name, *sources):
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        (originals / name).write_bytes(notebooks.write_notebook(nbformat.v4.new_notebook(cells=cells)))

    def sources(name):
        return [cell.source for cell in nbformat.read(place / name, 4).cells]

    def run(name, extra=()):
        """As JupyterLab saves a notebook after running it, or after editing."""
        book = nbformat.read(place / name, 4)
        book.cells[0].outputs = [nbformat.v4.new_output("stream", text="hers")]
        book.cells += [nbformat.v4.new_code_cell(source) for source in extra]
        nbformat.write(book, place / name)

    for name in ("run.ipynb", "edited.ipynb", "same.ipynb"):
        write(name, "1")
    assert _renew_copies(place, {"JUPYTER_DATA_DIR": str(tmp_path / "jupyter")}) == []
    run("run.ipynb")
    run("same.ipynb")
    run("edited.ipynb", extra=["my own"])
    (place / "broken.ipynb").write_bytes(b"{")
    for name in ("run.ipynb", "edited.ipynb", "broken.ipynb"):
        write(name, "2")
    told = _renew_copies(place, {"JUPYTER_DATA_DIR": str(tmp_path / "jupyter")})
    assert [(problem.code, problem.file) for problem in told] == [
        ("notebook_edited", "broken.ipynb"), ("notebook_edited", "edited.ipynb"),
    ]  # fmt: skip
    assert (sources("run.ipynb"), sources("edited.ipynb"), sources("same.ipynb")) == (["2"], ["1", "my own"], ["1"])
    assert nbformat.read(place / "same.ipynb", 4).cells[0].outputs[0]["data"]["text/plain"] == "1"  # filled anew


def test_lab_opens_a_programme_that_cannot_be_read_yet_with_its_first_page_filled(lab, programme_folder):
    set_aside(programme_folder)
    (programme_folder / "programme.toml").write_text("nederīgs", "utf-8")
    assert main(["lab", str(programme_folder)]) == paths.FINE
    first, second = (
        nbformat.read(programme_folder / "burtnicas" / f"{name}.ipynb", 4) for name in ("0_sakums", "3_konsultacijas")
    )
    assert first.cells[1].outputs
    assert not any(cell.get("outputs") for cell in second.cells)


# Everything by number


def choose(monkeypatch, *answers):
    given, asked = iter(answers), []

    def answer(question=""):
        asked.append(question)
        try:
            return next(given)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", answer)
    return asked


@pytest.fixture
def private(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "PRIVATE", tmp_path / "private")
    return tmp_path / "private"


def test_the_menu_starts_a_programme_and_checks_it(private, monkeypatch, capsys):
    choose(monkeypatch, "2", "kopienas-2027", "6", "0", "0")
    assert main(["menu"]) == paths.FINE
    assert (private / "kopienas-2027" / "programma.xlsx").is_file()
    said = capsys.readouterr().out
    assert said.count("Vēl vajadzīgs (10):") == 2
    assert "  2 – kopienas-2027" in said


def test_what_to_do_next_is_told_only_after_what_was_done(private, monkeypatch, capsys):
    numbers = {word: str(number) for number, word in enumerate(cli_menu.MENU, start=1)}
    for name, code, told in (("freeze", paths.FINE, 1), ("freeze", paths.ISSUES, 0), ("check", paths.ISSUES, 1)):
        (private / "mana").mkdir(parents=True, exist_ok=True)
        (private / "mana" / "programma.xlsx").touch()
        answers = ["", "jā"] if name == "freeze" else []
        choose(monkeypatch, "2", numbers[name], *answers, "0", "0")
        monkeypatch.setattr(cli, "main", lambda words, code=code: paths.FINE if "--ask" in words else code)
        assert main(["menu"]) == paths.FINE
        assert capsys.readouterr().out.count("Tālāk: ") == told
    (private / "mana" / "skaitli.json").touch()
    choose(monkeypatch, "2", numbers["check"], "0", "0")
    assert main(["menu"]) == paths.FINE
    assert "Tālāk: " not in capsys.readouterr().out


def test_the_menu_begins_a_programme_from_an_earlier_one(private, monkeypatch, capsys):
    shutil.copytree(EXAMPLE, private / "mana")
    change(private / "mana", "example = true", "example = false")
    choose(monkeypatch, "3", "jauna", "1", "0", "0")
    assert main(["menu"]) == paths.FINE
    assert "Sākt no agrākas programmas?" in capsys.readouterr().out
    kept = openpyxl.load_workbook(private / "jauna" / "programma.xlsx")
    assert kept["Vērtētāji"]["A5"].value == "Ilze Piemēra"
    assert kept["Uzsaukums"]["B4"].value is None


def test_the_menu_lists_her_programmes_and_asks_again(private, monkeypatch, capsys):
    shutil.copytree(EXAMPLE, private / "mana")
    choose(monkeypatch, "9", "abc", "2", "7", "0", "0")
    assert main(["menu"]) == paths.FINE
    said = capsys.readouterr()
    assert said.out.count("Šāda skaitļa sarakstā nav.") == 2
    assert "visi pieteikumi jau ir lapā" in said.out
    assert "Tālāk: Katru jauno lapu nosūtiet" in said.out  # there is none, and it is not said that there is


def test_freezing_from_the_menu_says_what_is_in_the_way_before_it_asks(private, monkeypatch, capsys):
    shutil.copytree(EXAMPLE, private / "mana")
    asked = choose(monkeypatch, "2", "8", "0", "0")
    assert main(["menu"]) == paths.FINE
    assert "jau ir noslēgts" in capsys.readouterr().err
    assert not {cli_menu.ASKS["copy"], cli_menu.ASKS["freeze"]} & set(asked)


def test_freezing_from_the_menu_offers_a_copy_and_asks(before_the_draw, monkeypatch, capsys):
    choose(monkeypatch, "jā", "nē")
    cli_menu._do("freeze", before_the_draw, [])
    assert "Kopija: " in capsys.readouterr().out
    assert not (before_the_draw / "izloze" / "saraksts.txt").exists()
    choose(monkeypatch, "nē", "jā", "jā")
    cli_menu._do("freeze", before_the_draw, [])
    assert (before_the_draw / "izloze" / "saraksts.txt").exists()
    assert len(list((before_the_draw.parent / "kopijas").iterdir())) == 1
    change(before_the_draw, "clear_from = 7", "clear_from = 6")
    for reason, lists in (("", 1), ("Slieksnis ir 6", 2)):
        choose(monkeypatch, reason, "jā")
        cli_menu._do("freeze", before_the_draw, [])
        assert len(list((before_the_draw / "izloze").glob("saraksts*.txt"))) == lists


def test_a_report_for_a_period_is_asked_for_by_two_days_and_overwrites_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(paths, "find_reports", lambda folder: tmp_path / folder.name)
    choose(monkeypatch, "01.01.2024", "vakar", "30.06.2024")
    cli_menu._do("period", EXAMPLE, [])
    assert "Rakstiet datumu kā 15.09.2024." in capsys.readouterr().out
    place = tmp_path / "example periodi" / "2024-01-01 – 2024-06-30"
    names = [path.name for path in place.iterdir() if path.suffix == ".docx"]
    assert names
    assert all("2024-01-01 – 2024-06-30" in name for name in names)
    assert not (tmp_path / "example").exists()


def test_a_wrong_name_is_told_and_the_menu_goes_on(private, monkeypatch, capsys):
    choose(monkeypatch, "2", "../x", "2", "-ā", "0")
    assert main(["menu"]) == paths.FINE
    assert capsys.readouterr().err.count("neder par mapes nosaukumu") == 2


def test_the_menu_opens_notebooks_and_folders_and_closes_what_it_opened(lab, unfilled, private, monkeypatch):
    opened = []
    monkeypatch.setattr(cli_menu, "_show_folder", lambda folder: opened.append(folder) or paths.FINE)
    shutil.copytree(EXAMPLE, private / "mana")
    asked = choose(monkeypatch, "2", "2", "14", "15", "0", "0", "")
    assert main(["menu"]) == paths.FINE
    assert asked[-1] == cli_menu.ASKS["leaving"]  # before JupyterLab is closed, notebooks can be saved
    assert "--ContentsManager.hide_globs" in " ".join(lab[0][0])
    assert [words[-1] for words, _ in lab] == ["-y", "terminate"]
    assert opened == [private / "mana", ROOT / "reports" / "mana"]


def test_a_folder_is_opened_by_the_system_and_a_missing_one_is_told(tmp_path, monkeypatch, capsys):
    ran = []
    monkeypatch.setattr(subprocess, "run", lambda words, check: ran.append(words))
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(sys, "platform", "linux")
    cli_menu._do("folder", tmp_path, [])
    assert ran == [["/bin/xdg-open", str(tmp_path)]]
    cli_menu._do("folder", tmp_path / "nav", [])
    assert "šādas mapes vēl nav" in capsys.readouterr().err


def test_every_line_of_the_menu_is_a_command_or_a_folder():
    words = set(cli._parser()._subparsers._group_actions[0].choices)
    assert set(cli_menu.MENU) - {"folder", "reports", "period"} <= words


def test_what_is_clicked_starts_the_menu():
    assert b"run.py menu" in (ROOT / "run.bat").read_bytes()
    assert (ROOT / "run.bat").read_bytes().count(b"\r\n") == (ROOT / "run.bat").read_bytes().count(b"\n")
    assert b"run.py menu" in (ROOT / "run.command").read_bytes()
    assert (ROOT / "run.command").stat().st_mode & 0o111


def test_a_run_for_a_period_reports_that_period(tmp_path, monkeypatch):
    told = []
    nothing = outputs.Made({}, [])
    monkeypatch.setattr(outputs, "make_report_files", lambda _, results: told.append(results) or nothing)
    main(["run", "--from", "2024-01-01", "--to", "30.06.2024", "--out", str(tmp_path / "out")])
    assert (str(told[0].figures.period.starts), str(told[0].figures.period.ends)) == ("2024-01-01", "2024-06-30")
    assert told[0].figures.consultations["year"].tolist() == [2024] * 4
    main(["run", "--to", "2023-12-31", "--out", str(tmp_path / "out")])
    assert str(told[1].figures.period.ends) == "2023-12-31"


def test_a_period_the_wrong_way_round_is_told_and_nothing_is_written(tmp_path, capsys):
    words = ["run", "--from", "2024-06-30", "--to", "2024-01-01", "--out", str(tmp_path / "out")]
    assert main(words) == 2
    assert "periods sākas 30.06.2024, bet beidzas agrāk: 01.01.2024" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
