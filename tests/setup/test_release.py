"""A release: only what she needs, the same bytes each time, uv and its licences inside."""

import hashlib
import io
import subprocess
import zipfile
from pathlib import Path

import pytest

from docs.tools import release

ROOT = Path(__file__).resolve().parents[2]
IN_GIT = (ROOT / ".git").exists()
pytestmark = pytest.mark.skipif(not IN_GIT, reason="a release is made from a commit, and this is no clone")


@pytest.fixture(scope="module")
def files():
    """The files of the last commit, where it has them, as they are now."""
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout.splitlines()
    return {name: (ROOT / name).read_bytes() for name in names if release.is_hers(name) and (ROOT / name).exists()}


def wheel(*names):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, name)
    return made.getvalue()


UV = wheel(
    "uv-1.data/scripts/uv.exe", "uv-1.data/scripts/uvw.exe", "uv/__init__.py", "uv-1.dist-info/licenses/LICENSE-MIT",
    "uv-1.dist-info/METADATA",
)  # fmt: skip


def test_it_holds_what_she_needs_and_nothing_of_the_developers(files):
    release.check(files)
    tops = {name.split("/")[0] for name in files}
    assert not tops & {"tests", "benchmarks", ".ci", ".github", "requirements-dev.txt", "CONTRIBUTING.md", ".gitignore"}
    assert not any(name.startswith(("docs/tools", "data/theme_texts", "data/private")) for name in files)
    assert {"run.bat", "run.command", "run.py", "launcher/start.py", "docs/rokasgramata.html"} <= files.keys()


def test_what_is_missing_is_named(files):
    with pytest.raises(SystemExit, match=r"run\.py, notebooks$"):
        release.check({name: files[name] for name in files if name != "run.py" and not name.startswith("notebooks/")})
    with pytest.raises(SystemExit, match="line ends"):
        release.check(files | {"run.bat": b"@echo off\n"})


def test_git_gives_run_bat_with_the_line_ends_of_windows():
    files, moment = release.read_commit(ROOT)
    assert files["run.bat"].count(b"\r\n") == files["run.bat"].count(b"\n") > 10
    assert moment > 1_700_000_000


def test_the_same_files_give_the_same_bytes_and_each_a_date_and_a_right(tmp_path, files):
    files = {name: files[name] for name in ("run.py", "run.command", "mentoring_lib/__init__.py")}
    made = [
        release.write_release(tmp_path / name, dict(sorted(files.items(), reverse=name == "b")), 1_790_000_000)
        for name in "ab"
    ]
    assert made[0].read_bytes() == made[1].read_bytes()
    checksum = made[0].with_name(made[0].name + ".sha256").read_text("ascii")
    assert checksum == f"{hashlib.sha256(made[0].read_bytes()).hexdigest()}  {made[0].name}\n"
    with zipfile.ZipFile(made[0]) as archive:
        infos = {info.filename: info for info in archive.infolist()}
        assert {info.date_time for info in infos.values()} == {(2026, 9, 21, 14, 13, 20)}
        assert {name.split("/")[0] for name in infos} == {release.FOLDER}
        assert infos["mentorings/run.command"].external_attr >> 16 == 0o100755
        assert infos["mentorings/run.py"].external_attr >> 16 == 0o100644
        text = archive.read("mentorings/LASIET.txt")
    assert text.startswith(b"\xef\xbb\xbf")
    assert "dubultklikšķis uz run.bat" in text.decode("utf-8-sig")


def test_uv_comes_out_of_its_wheel_with_its_licences():
    assert release.take_uv(UV).keys() == {"uv.exe", "licences/uv/LICENSE-MIT"}
    for broken in (
        wheel("uv-1.data/scripts/uv.exe"),
        wheel("uv-1.dist-info/licenses/LICENSE-MIT"),
        wheel("x", "y/uv.exe"),
    ):
        with pytest.raises(ValueError, match="no uv or no licence"):
            release.take_uv(broken)


def test_the_wheel_is_fetched_by_its_pin_for_windows_with_the_hash_checked(monkeypatch):
    def run(command, check):
        commands.append(command)
        Path(command[command.index("--dest") + 1], "uv-1-py3-none-win_amd64.whl").write_bytes(UV)

    commands = []
    monkeypatch.setattr(release.subprocess, "run", run)
    assert release.fetch_wheel(ROOT) == UV
    (command,) = commands
    assert {"--require-hashes", "--no-deps", "--only-binary", "win_amd64"} <= set(command)
    assert "install" not in command


def test_names_stay_short_for_windows(files):
    assert max(len(f"{release.FOLDER}/{name}") for name in files) < 90
