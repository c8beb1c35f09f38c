"""``run.py``: which Python will do, the environment made once and whole, its libraries tried, the words handed on."""

import ast
import errno
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docs.tools import faults
from docs.tools.faults import Machine, make_project, read_said
from launcher import causes, environment, native, place, start, tools
from launcher.causes import SetupError
from launcher.environment import Environment, patiently, prepare, put_aside
from launcher.speech import say

ROOT = Path(__file__).resolve().parents[2]
OLD = [
    path
    for path in Path.home().glob(".pyenv/versions/*/bin/python")
    if re.search(r"/(2\.7|3\.[5-9]|3\.10)\.", str(path))
]
TEXTS = [*ROOT.glob("run.*"), *ROOT.glob("launcher/*.*"), *ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path)


@pytest.fixture
def machine(monkeypatch):
    """Installers that do as told; the steps they took are in ``steps``."""

    def make(**said):
        made = Machine({step: (lambda text=text: (1, text)) for step, text in said.items()})
        steps = []
        monkeypatch.setattr(
            tools, "run_kept", lambda *given: steps.append(faults.name_step(given[0])) or made.run(*given)
        )
        return steps

    return make


def said_of(cause, by="uv"):
    return next(one["text"] for one in read_said() if one["cause"] == cause and one["by"].startswith(by))


# Which Python


def oldest():
    return re.search(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text("utf-8"))[1]


def test_the_oldest_python_stands_in_one_place_and_no_newest_anywhere():
    for path in TEXTS:
        text = path.read_text("utf-8")
        named = set(re.findall(r"(3\.\d\d) (?:vai jaunāk|or newer)|3\.\d\d, 3\.\d\d (?:vai|or|un|and) 3\.\d\d", text))
        assert named <= {oldest()}, path  # a row of versions names none and gives ""
    assert "3.1" not in (ROOT / "run.py").read_text("utf-8")
    assert "3.1" not in (ROOT / "run.bat").read_text("utf-8") + (ROOT / "run.command").read_text("utf-8")
    assert not re.search(r"target-version|python_version", (ROOT / "pyproject.toml").read_text("utf-8"))


@pytest.mark.parametrize("python", OLD or [None], ids=lambda path: path and path.parts[-3])
def test_a_real_old_python_says_in_latvian_which_one_is_needed(python):
    if python is None:
        pytest.skip("no old Python on this machine")
    ran = subprocess.run([python, ROOT / "run.py", "menu"], capture_output=True, check=False)
    assert ran.returncode == 2
    assert f"Vajadzīgs Python {oldest()} vai jaunāks, bet šis ir" in ran.stderr.decode("utf-8")
    probe = subprocess.run([python, ROOT / "run.py", "probe"], capture_output=True, check=False)
    assert (probe.returncode, probe.stderr) == (2, b"")


def test_this_python_will_do_and_a_probe_says_and_writes_nothing(tmp_path):
    shutil.copy(ROOT / "run.py", tmp_path)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    ran = subprocess.run([sys.executable, "-B", tmp_path / "run.py", "probe"], capture_output=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("missing", ["pyproject.toml", "launcher", "requirements.txt", "mentoring_lib"])
def test_a_folder_that_was_not_unpacked_whole_is_told(tmp_path, missing):
    shutil.copy(ROOT / "run.py", tmp_path)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "launcher", tmp_path / "launcher")
    (tmp_path / "requirements.txt").write_text("", "utf-8")
    (tmp_path / "mentoring_lib").mkdir()
    (tmp_path / missing).rename(tmp_path / "cits")
    ran = subprocess.run([sys.executable, "-B", tmp_path / "run.py"], capture_output=True, check=False)
    assert ran.returncode == 2
    assert "Vispirms atarhivējiet" in ran.stderr.decode("utf-8")


def test_run_py_has_no_syntax_that_an_old_python_cannot_read():
    nodes = list(ast.walk(ast.parse((ROOT / "run.py").read_text("utf-8"))))
    assert not any(isinstance(node, (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.Match)) for node in nodes)
    assert not any(node.annotation for node in nodes if isinstance(node, ast.arg))


def test_the_launcher_needs_nothing_that_is_not_in_python():
    for path in (ROOT / "launcher").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                module = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
                assert module.split(".")[0] in sys.stdlib_module_names | {"launcher"}, (path, module)


# The environment


def test_it_is_made_once_and_made_again_when_what_it_is_made_from_changes(project, machine):
    steps = machine()
    prepare(project, say)
    assert steps == ["venv", "fetch", "uv", "native"]
    prepare(project, say)
    assert len(steps) == 4
    (project.root / "requirements.txt").write_text("more", "utf-8")
    prepare(project, say)
    assert steps[4:] == ["venv", "fetch", "uv", "native"]


def test_more_lists_are_added_to_it_and_fewer_are_in_it(project, machine):
    machine()
    prepare(project, say)
    steps = machine()
    (project.root / "requirements-dev.txt").write_text("pytest", "utf-8")
    both = Environment(project.root, project.folder, ("requirements.txt", "requirements-dev.txt"), tests=True)
    prepare(both, say)
    assert steps == ["fetch", "uv", "native"]
    prepare(project, say)
    assert len(steps) == 3


def test_uv_of_the_release_is_used_and_then_nothing_is_fetched(project, machine):
    (project.root / tools.UV).write_text("uv", "utf-8")
    steps = machine()
    prepare(project, say)
    assert steps == ["venv", "uv", "native"]


def test_uv_does_not_stay_in_the_environment(project, machine):
    machine()
    prepare(project, say)
    assert not (project.folder / "uv").exists()


@pytest.mark.parametrize("cause", ["blocked", "proxy", "no_network", "no_wheel", "other_bytes", "unknown"])
def test_where_uv_cannot_pip_does_the_same(project, machine, cause):
    steps = machine(uv=said_of(cause, "" if cause in ("unknown", "blocked") else "uv"))
    prepare(project, say)
    assert steps == ["venv", "fetch", "uv", "pip", "native"]
    assert project.is_ready()


@pytest.mark.parametrize("cause", ["disk_full", "no_right", "too_long"])
def test_what_pip_would_meet_as_well_is_told_at_once(project, machine, cause):
    steps = machine(uv=said_of(cause, ""))
    with pytest.raises(SetupError) as failed:
        prepare(project, say)
    assert (failed.value.cause, steps[-1]) == (cause, "uv")
    assert not project.is_ready()


def test_without_a_network_pip_is_not_asked_twice(project, machine):
    steps = machine(fetch=said_of("no_network", "pip, no"))
    with pytest.raises(SetupError) as failed:
        prepare(project, say)
    assert (failed.value.cause, steps) == ("no_network", ["venv", "fetch"])


def test_pips_not_found_is_not_believed_when_uv_saw_no_network(project, machine):
    machine(uv=said_of("no_network"), pip=said_of("no_wheel", "pip"))
    with pytest.raises(SetupError) as failed:
        prepare(project, say)
    assert failed.value.cause == "no_network"


def test_pips_word_counts_where_uv_could_not_run(project, machine):
    machine(uv=said_of("unknown", ""), pip=said_of("no_wheel", "pip"))
    with pytest.raises(SetupError) as failed:
        prepare(project, say)
    assert (failed.value.cause, failed.value.what) == ("no_wheel", "pywin32")
    assert failed.value.lines[-1].endswith("found for pywin32==311")


def test_one_that_was_cut_off_is_begun_anew(project, machine, monkeypatch):
    machine()
    prepare(project, say)
    (project.root / "requirements.txt").write_text("more", "utf-8")
    monkeypatch.setattr(tools, "run_kept", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        prepare(project, say)
    assert project.present() == []


def test_one_that_was_cut_off_while_more_lists_were_added_is_not_ready_for_the_first(project, machine, monkeypatch):
    machine()
    prepare(project, say)
    (project.root / "requirements-dev.txt").write_text("pytest", "utf-8")
    monkeypatch.setattr(tools, "run_kept", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        prepare(Environment(project.root, project.folder, ("requirements.txt", "requirements-dev.txt")), say)
    assert not project.is_ready()  # half of the second list may have changed the libraries of the first


def test_a_moved_project_and_another_python_are_noticed(project, machine, monkeypatch):
    machine()
    prepare(project, say)
    monkeypatch.setattr(sys, "base_prefix", "/elsewhere")
    assert not project.is_ready()
    monkeypatch.undo()
    assert project.is_ready()
    faults.move(project)


def test_a_library_that_is_refused_is_named_and_only_tried_again_next_time(project, machine):
    steps = machine(native="blocked typst typst/typst.pyd\nbroken numpy ImportError: x\nblocked scipy scipy/a.pyd\n")
    with pytest.raises(SetupError) as failed:
        prepare(project, say)
    assert (failed.value.cause, failed.value.what) == ("blocked", "typst, scipy")
    assert not project.is_ready()
    assert steps[-1] == "native"


def test_a_lock_that_passes_costs_nothing(monkeypatch):
    slept, left = [], [1, 2, 3]
    monkeypatch.setattr(environment.time, "sleep", slept.append)

    def held():
        if left:
            left.pop()
            raise PermissionError(errno.EACCES, "held")

    patiently(held)
    assert slept == [0.1] * 3


def test_a_lock_that_stays_is_told_after_a_second(monkeypatch):
    slept = []
    monkeypatch.setattr(environment.time, "sleep", slept.append)
    with pytest.raises(PermissionError):
        patiently(lambda: (_ for _ in ()).throw(PermissionError))
    assert sum(slept) == pytest.approx(1)


def test_an_environment_that_is_open_stays_whole_and_is_named(tmp_path, monkeypatch):
    folder = tmp_path / ".venv"
    folder.mkdir()
    (folder / "python.exe").write_text("open", "utf-8")
    monkeypatch.setattr(environment.time, "sleep", lambda _: None)
    with faults.refuse("rename", errno.EACCES, 100), pytest.raises(SetupError) as failed:
        put_aside(folder)
    assert failed.value.cause == "in_use"
    assert (folder / "python.exe").exists()
    put_aside(folder)
    assert list(tmp_path.iterdir()) == []


LOCKED = (
    "import sys; from pathlib import Path; from launcher.environment import Environment, _alone\n"
    "made = Environment(Path(sys.argv[1]), Path(sys.argv[1], '.venv'), ())\n"
    "with _alone(made, print): print('x', flush=True); input()"
)


def test_a_second_window_waits_for_the_first_even_if_that_is_killed(project, machine):
    steps = machine()
    first = subprocess.Popen(
        [sys.executable, "-c", LOCKED, project.root], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    first.stdout.readline()
    told = []
    prepare(project, lambda text: told.append(text) or first.kill())
    first.communicate(timeout=300)
    assert "pašlaik sagatavo cits logs" in told[0]
    assert steps == ["venv", "fetch", "uv", "native"]


def test_what_the_first_window_made_is_not_made_again(project, machine, monkeypatch):
    def wait(_):
        if not steps:
            environment._make(project, say)  # the other window, meanwhile
        return True

    steps = machine()
    monkeypatch.setattr(environment, "_lock", wait)
    prepare(project, say)
    assert steps == ["venv", "fetch", "uv", "native"]


def test_a_window_that_never_ends_is_told(project, machine, monkeypatch):
    machine()
    monkeypatch.setattr(environment, "PATIENCE", 0.05)
    monkeypatch.setattr(environment, "_lock", lambda _: False)
    with pytest.raises(SetupError) as failed:
        prepare(project, lambda _: None)
    assert failed.value.cause == "busy"


def test_a_programme_that_cannot_be_started_is_a_failure_in_words(tmp_path):
    (tmp_path / "uv").write_text("#!/bin/sh\n", "utf-8")
    code, said = tools.run_kept([str(tmp_path / "uv")], tmp_path / "žurnāls" / "log.txt", os.environ)
    assert code == -1
    assert "Permission denied" in said
    assert said in (tmp_path / "žurnāls" / "log.txt").read_text("utf-8")


def test_forty_random_faults_of_the_machine():
    ends = faults.run_trials(40, seed=7)
    assert sum(ends.values()) == 40
    assert len(ends) >= 6


# Native libraries


def test_native_libraries_are_found_by_what_is_installed():
    found = native.list_native(
        [
            "numpy/_core/x.cpython-311-x86_64-linux-gnu.so", "numpy/a.py", "numpy.libs/openblas.dll.so",
            "_cffi_backend.cp311-win_amd64.pyd", "81d__mypyc.pyd", "../../bin/x.so",
            "rpds/rpds.pyd", "zmq/backend/z.pyd", "single.abi3.so",
        ]
    )  # fmt: skip
    assert found == {
        "numpy": ["numpy/_core/x.cpython-311-x86_64-linux-gnu.so"],
        "rpds": ["rpds/rpds.pyd"],
        "single": ["single.abi3.so"],
        "zmq": ["zmq/backend/z.pyd"],
    }


def test_what_is_installed_here_is_found_and_loads():
    found = native.list_native(native.list_installed())
    assert {"numpy", "pandas", "scipy", "matplotlib", "PIL", "python_calamine", "rapidfuzz", "typst", "zmq"} <= set(
        found
    )
    assert list(native.try_native({"rapidfuzz": found["rapidfuzz"]}, "")) == []


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (
            ImportError("DLL load failed while importing x: An Application Control policy has blocked this file."),
            "blocked",
        ),
        (ImportError("DLL load failed while importing x: %1 is not a valid Win32 application."), "broken"),
        (RuntimeError("x"), "broken"),
    ],
)
def test_a_library_that_does_not_load_is_named(tmp_path, monkeypatch, error, kind):
    (tmp_path / "bojata.py").write_text(f"raise {type(error).__name__}({str(error)!r})", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    (line,) = native.try_native({"bojata": []}, "")
    assert line.split()[:2] == [kind, "bojata"]
    assert str(error) in line


def test_a_refusal_in_another_language_is_known_by_its_number():
    error = OSError("Lietojumprogrammu vadības politika bloķēja šo failu")
    error.winerror = 4551
    assert native.describe(error) == "blocked"


# The words


def test_words_become_commands():
    commands = start.list_commands
    assert commands([], "py", "3.11") == [["py", "-m", "mentoring_lib", "run"]]
    assert commands(["menu"], "py", "3.11") == [["py", "-m", "mentoring_lib", "menu"]]
    assert [command[2] for command in commands(["test"], "py", "3.11")] == ["ruff", "ruff", "mypy", "pytest"]
    assert commands(["test"], "py", "3.11")[-1][3:] == start.PROCESSES
    assert commands(["test", "-k", "x"], "py", "3.11") == [["py", "-m", "pytest", "-k", "x"]]
    assert [command[2:4] for command in commands(["fix"], "py", "3.11")][:2] == [["ruff", "check"], ["ruff", "format"]]
    assert commands(["test"], "py", "3.12")[2] == ["py", "-m", "mypy", "--python-version", "3.12"]


def test_the_first_code_that_is_not_zero_is_the_answer(tmp_path):
    python = [sys.executable, "-c"]
    done = [[*python, "pass"], [*python, "raise SystemExit(3)"], [*python, "open('x', 'w')"]]
    assert start.run_all(done, dict(os.environ), tmp_path) == 3
    assert list(tmp_path.iterdir()) == []


def test_a_failure_is_one_sentence_its_last_lines_and_where_the_rest_is(project, machine, capsys, monkeypatch):
    machine(uv=said_of("disk_full"))
    monkeypatch.setattr(place, "choose_place", lambda *_, **__: place.Place(str(project.folder), str(project.root)))
    assert start.start([], project.root, "3.11") == 2
    said = capsys.readouterr().err.splitlines()
    assert said[-6].startswith("Diskā nepietiek vietas.")
    assert said[-5].startswith("The disk is full.")
    assert said[-4].startswith("    error: Failed to install")
    assert said[-2] == f"Viss, ko teica uzstādītājs, ir datnē {project.log}"
    assert project.log.exists()


def test_the_maintainers_commands_exist_and_are_not_in_her_release():
    for word in start.TOOLS:
        assert (ROOT / "docs" / "tools" / f"{word}.py").is_file(), word


def test_every_cause_of_the_environment_has_a_sentence():
    source = (ROOT / "launcher" / "environment.py").read_text("utf-8")
    for key in {*re.findall(r'SetupError\("(\w+)"', source), *environment.ODD, *environment.NET, causes.UNKNOWN}:
        assert start.describe(SetupError(key), place.this_machine(), "x", "3.11").count("\n") == 2
