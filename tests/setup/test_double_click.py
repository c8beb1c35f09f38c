"""``run.bat`` and ``run.command`` where Python is pretended: there, too old, the Store's alias, not there at all.

The batch file is run by the cmd of Wine where there is one (``apt-get install wine``). That shows its branches and how
it treats folders. It cannot show Latvian letters on a Windows console, the alias of the Store itself, Smart App
Control, a network path, or the install manager.
"""

import io
import os
import shutil
import subprocess
import sys
import zipfile
from importlib import resources
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BATCH = (ROOT / "run.bat").read_bytes().decode("utf-8")
WINE = shutil.which("wine") if os.environ.get("MENTORING_WINE") else None  # minutes: only when asked for
NAMES = ["mentorings", "mape ar spā ķ", "a & b", "a!b", "100% c", "a%PATH%b", "(1) ^x"]
SAY = '@echo off\r\necho {name} %* >> "%FAKELOG%"\r\n{then}\r\n'


# The batch file as text


def test_the_batch_file_has_the_line_ends_of_windows_and_starts_the_menu():
    assert BATCH.count("\r\n") == BATCH.count("\n")
    assert BATCH.count("run.py menu") == 3
    assert "where " not in BATCH


def test_the_commands_of_the_batch_file_are_plain_ascii_and_its_sentences_are_whole():
    for line in BATCH.splitlines():
        assert line.isascii() or line.startswith("echo "), line
        if line.startswith("echo "):
            assert not set("%!&|<>^") & set(line), line  # cmd would do something with them


def test_every_label_that_is_gone_to_exists():
    words = BATCH.replace("\r\n", " ").split()
    gone = {words[number + 1].lstrip(":") for number, word in enumerate(words) if word == "goto"}
    called = {
        word.lstrip(":") for word, before in zip(words[1:], words, strict=False) if before == "call" and word[0] == ":"
    }
    labels = {line[1:] for line in BATCH.splitlines() if line.startswith(":")}
    assert gone | called <= labels
    assert len(labels) == BATCH.count("\n:")


# The batch file in Wine


@pytest.fixture(scope="session")
def prefix(tmp_path_factory):
    """A Windows of Wine, made once."""
    if not WINE:
        pytest.skip("run.bat in Wine: only with MENTORING_WINE=1 and wine installed")
    folder = tmp_path_factory.mktemp("wine")
    environ = os.environ | {"WINEPREFIX": str(folder / "prefix"), "WINEDEBUG": "-all", "LC_ALL": "C.UTF-8"}
    try:
        begun = subprocess.run([WINE, "cmd", "/c", "ver"], env=environ, capture_output=True, timeout=600, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("wine does not start here")
    if b"Windows" not in begun.stdout:
        pytest.skip("wine does not start here")
    kept = subprocess.Popen([WINE, "cmd", "/c", "pause"], env=environ, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    yield environ  # one programme stays open meanwhile, so that the others start at once
    kept.communicate(b"\r\n", timeout=60)


class Desk:
    """A folder with ``run.bat`` and a path with programmes that only say that they were called."""

    def __init__(self, folder, prefix, name="mentorings"):
        self.fakes, self.project, self.log = folder / "fakes", folder / name, folder / "log.txt"
        self.fakes.mkdir()
        self.project.mkdir()
        self.environ = prefix | {"WINEPATH": windows(self.fakes), "FAKELOG": windows(self.log)}
        for file in ("run.bat", "run.py", "pyproject.toml"):
            shutil.copy(ROOT / file, self.project)

    def python(self, name="py", *, runs=0, will_do=0):
        """A Python: whether it runs at all, and whether it is new enough."""
        words = '"%~2"=="-c"' if name == "py" else '"%~1"=="-c"'
        probe = '"%~3"=="probe"' if name == "py" else '"%~2"=="probe"'
        then = f"if {words} exit /b {runs}\r\nif {probe} exit /b {will_do}\r\nexit /b 0"
        return self.put(name, then)

    def put(self, name, then="exit /b 0"):
        """A programme."""
        (self.fakes / f"{name}.bat").write_text(SAY.format(name=name, then=then), "utf-8", newline="")
        return self.fakes / f"{name}.bat"

    def uv(self, *, code):
        """A uv.exe: the launcher that pip makes for scripts, starting a batch file."""
        script = self.put("uvfake", f"exit /b {code}")
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as made:
            made.writestr("__main__.py", "")
        stub = resources.files("pip._vendor.distlib").joinpath("t64.exe").read_bytes()
        line = f"#!C:\\windows\\system32\\cmd.exe /c {windows(script)}\r\n".encode()
        (self.project / "uv.exe").write_bytes(stub + line + archive.getvalue())

    def run(self, typed="\r\n"):
        """Double click; what was called and what was said."""
        ran = subprocess.run(
            [WINE, "cmd", "/c", "run.bat"], cwd=self.project, env=self.environ, input=typed.encode() + b"\r\n" * 3,
            capture_output=True, timeout=600, check=False,
        )  # fmt: skip
        called = self.log.read_text("utf-8").splitlines() if self.log.exists() else []
        return [" ".join(line.split()) for line in called], ran.stdout.decode("utf-8", "replace")


def windows(path):
    return "Z:" + str(path).replace("/", "\\")


@pytest.fixture
def desk(tmp_path, prefix):
    return Desk(tmp_path, prefix)


MENU = ['py -3 -c ""', "py -3 run.py probe", "py -3 run.py menu"]


@pytest.mark.parametrize("name", NAMES)
def test_a_double_click_starts_the_menu_from_any_folder(tmp_path, prefix, name):
    desk = Desk(tmp_path, prefix, name)
    desk.python()
    assert desk.run()[0] == MENU


def test_the_alias_of_the_store_is_no_python(desk):
    desk.python("py", runs=9009)
    desk.python("python", runs=9009)
    called, said = desk.run()
    assert called == ['py -3 -c ""', 'python -c ""']
    assert "https://www.python.org/downloads/" in said


def test_an_old_python_is_passed_over_for_a_newer_one(desk):
    desk.python("py", will_do=2)
    desk.python("python")
    assert desk.run()[0] == [*MENU[:2], 'python -c ""', "python run.py probe", "python run.py menu"]


def test_without_python_uv_of_the_release_brings_one(desk):
    desk.uv(code=0)
    called, said = desk.run()
    assert [line.split("uv.exe")[1] for line in called] == [
        f'" run --quiet --no-project --managed-python run.py {word}' for word in ("probe", "menu")
    ]
    assert "fetching one for this tool alone" in said


def test_where_uv_may_not_the_install_manager_is_offered_and_then_it_goes_on(desk):
    desk.uv(code=1)
    ready = desk.python("python")
    ready.rename(desk.project / "python.bat.later")
    made = windows(desk.project / "python.bat.later"), windows(desk.fakes / "python.bat")
    desk.put("winget", f'if "%~1"=="install" copy "{made[0]}" "{made[1]}" >nul\r\nexit /b 0')
    called, said = desk.run()
    assert called[1:] == [
        "winget --version",
        "winget install 9NQ7512CXL7T -e --accept-package-agreements --accept-source-agreements",
        'python -c ""', "python run.py probe", "python run.py menu",
    ]  # fmt: skip
    assert "Python could not be fetched" in said


def test_the_offer_can_be_refused(desk):
    desk.put("winget")
    called, said = desk.run("n\r\n")
    assert called == ["winget --version"]
    assert "ask whoever manages this computer" in said


def test_an_install_manager_that_brings_nothing_is_asked_once(desk):
    desk.put("winget")
    called, said = desk.run()
    assert len(called) == 2
    assert "ask whoever manages this computer" in said


@pytest.mark.parametrize("missing", ["run.py", "pyproject.toml"])
def test_inside_the_zip_it_says_to_unpack_first(desk, missing):
    desk.python()
    (desk.project / missing).unlink()
    called, said = desk.run()
    assert called == []
    assert "Unpack the ZIP file first" in said


# The script for Mac and Linux


@pytest.fixture
def mac(tmp_path):
    """A folder with ``run.command`` and a path with nothing but what the script itself needs."""
    folder, fakes = tmp_path / "mape ar spā & % ! ķ", tmp_path / "fakes"
    folder.mkdir()
    fakes.mkdir()
    for name in ("run.command", "pyproject.toml", "run.py"):
        shutil.copy(ROOT / name, folder)
    (fakes / "dirname").symlink_to(shutil.which("dirname"))

    def put(name, text):
        path = (folder if name == "uv" else fakes) / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> "{tmp_path}/log"\n{text}\n', "utf-8")
        path.chmod(0o755)

    def run(typed=""):
        ran = subprocess.run(
            ["/bin/sh", folder / "run.command"], env={"PATH": str(fakes)}, input=typed.encode(), capture_output=True,
            timeout=300, check=False,
        )  # fmt: skip
        log = tmp_path / "log"
        return (log.read_text("utf-8").splitlines() if log.exists() else []), ran.stdout.decode("utf-8"), ran.returncode

    put("uname", "echo Linux")
    return put, run, folder


def calls(called):
    return [line for line in called if not line.startswith(("uname", "open"))]


def hides_real_pythons():
    return not any((Path(folder) / "python3").exists() for folder in ("/usr/local/bin", "/opt/homebrew/bin"))


needs_no_local_python = pytest.mark.skipif(
    not hides_real_pythons(), reason="a Python in /usr/local/bin cannot be hidden"
)


def test_the_newest_python_that_will_do_is_taken(mac):
    put, run, _ = mac
    put("python3.29", 'test "$2" != probe')
    put("python3.28", "exit 0")
    put("python3.9", "exit 0")
    called, _, code = run()
    assert calls(called) == ["python3.29 run.py probe", "python3.28 run.py probe", "python3.28 run.py menu"]
    assert code == 0


@needs_no_local_python
@pytest.mark.skipif(not Path("/usr/bin/python3").exists(), reason="no /usr/bin/python3 to pass for Apple's")
@pytest.mark.parametrize(("tools", "code"), [(2, 2), (0, 0)])
def test_apples_own_python_is_not_started_unless_its_tools_are_there(mac, tools, code):
    put, _, folder = mac
    for name, text in (("uname", "echo Darwin"), ("xcode-select", f"exit {tools}"), ("open", "exit 0")):
        put(name, text)
    (folder / "run.py").write_text("", "utf-8")  # any Python will do for it
    environ = {"PATH": f"{folder.parent / 'fakes'}:/usr/bin:/bin"}
    ran = subprocess.run(
        ["/bin/sh", folder / "run.command"], env=environ, input=b"n\n", capture_output=True, check=False
    )
    assert ran.returncode == code


@needs_no_local_python
def test_without_python_it_says_what_to_do_and_goes_on_when_it_is_there(mac):
    put, run, _ = mac
    called, said, code = run("n\n")
    assert (calls(called), code) == ([], 2)
    assert "Uzstādiet jaunāko no https://www.python.org/downloads/" in said
    put(
        "python3.1", 'test "$2" = menu && exit; test -e "$0.n"; code=$?; : > "$0.n"; exit $code'
    )  # there on the second look
    assert calls(run("\n")[0]) == ["python3.1 run.py probe", "python3.1 run.py probe", "python3.1 run.py menu"]


@needs_no_local_python
@pytest.mark.parametrize(("works", "code"), [("exit 0", 0), ("exit 1", 2)])
def test_uv_beside_it_is_used_where_there_is_no_python(mac, works, code):
    put, run, _ = mac
    put("uv", works)
    called, said, ended = run("n\n")
    assert len(calls(called)) == (2 if code == 0 else 1)
    assert ended == code
    assert ("Python neizdevās lejupielādēt" in said) is bool(code)


def test_a_script_alone_says_to_unpack_first(mac):
    _, run, folder = mac
    (folder / "run.py").unlink()
    called, said, code = run()
    assert (called, code) == ([], 2)
    assert "Vispirms atarhivējiet" in said


def test_the_real_python_runs_the_real_probe():
    ran = subprocess.run([sys.executable, ROOT / "run.py", "probe"], check=False)
    assert ran.returncode == 0
