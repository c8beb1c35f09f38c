"""A release: one ZIP with what she needs, and uv for Windows, so that a computer without Python will do.

    python run.py release [--out dist] [--without-uv]

Made from the last commit, never from what lies about, with its date on every file: the same commit gives the same bytes
(with the same zlib). A checksum lies beside it. uv comes out of the wheel that ``requirements-uv.txt`` pins; pip checks
its hash.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from docs.tools.pins import ROOT
from launcher.speech import say
from launcher.tools import PIP

FOLDER = "mentorings"  # short: Windows counts every character of a path
WHOLE = ("launcher", "mentoring_lib", "notebooks", "data/example")
SINGLE = (
    "LICENSE", "data/starting_points.csv", "data/territory.csv", "data/theme_lexicon.csv", "docs/components.md",
    "docs/parbaudi_izlozi.sh", "docs/rokasgramata.html", "pyproject.toml", "reports/README.md", "requirements-uv.txt",
    "requirements.txt", "run.bat", "run.command", "run.py",
)  # fmt: skip
PROGRAMMES = ("run.command", "uv", "docs/parbaudi_izlozi.sh")  # what may be started on Mac and Linux
WINDOWS = ("--platform", "win_amd64")
READ_ME = """Mentoringa programmas rīks, versija {version}

1. Ja šo lasāt ZIP datnē: vispirms atarhivējiet to (labais klikšķis uz ZIP datnes, «Extract All…»).
2. Windows: dubultklikšķis uz run.bat. Mac un Linux: run.command.
3. Viss pārējais ir rokasgrāmatā: docs/rokasgramata.html.

Šo mapi nelieciet OneDrive, iCloud vai Dropbox: tajā būs personas dati.
"""
Files = dict[str, bytes]


def is_hers(name: str) -> bool:
    """Whether a file of the project belongs into the release."""
    return name in SINGLE or any(name.startswith(folder + "/") for folder in WHOLE)


def read_commit(root: Path) -> tuple[Files, int]:
    """The files of the last commit that are hers, as git would check them out, and the time of the commit."""
    archive = subprocess.run(
        ["git", "archive", "--format=tar", "HEAD"], cwd=root, capture_output=True, check=True
    ).stdout
    moment = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=root, capture_output=True, check=True).stdout
    files = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar.getmembers():
            if member.isfile() and is_hers(member.name):
                files[member.name] = tar.extractfile(member).read()  # type: ignore[union-attr]
    return files, int(moment)


def fetch_wheel(root: Path, words: tuple[str, ...] = WINDOWS) -> bytes:
    """The pinned wheel of uv; pip refuses one with other bytes."""
    with tempfile.TemporaryDirectory() as folder:
        fetch = ["download", "--no-deps", "--only-binary", ":all:", "--quiet", "--dest", folder, *words]
        kept = [word for word in PIP[3:] if word != "install"]
        subprocess.run(
            [sys.executable, "-m", "pip", *fetch, *kept, "-r", str(root / "requirements-uv.txt")], check=True
        )
        (wheel,) = Path(folder).glob("uv-*.whl")
        return wheel.read_bytes()


def take_uv(wheel: bytes) -> Files:
    """The programme and its licences out of the wheel."""
    files = {}
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        for name in archive.namelist():
            path = PurePosixPath(name)
            if path.name in ("uv", "uv.exe") and path.parent.name == "scripts":
                files[path.name] = archive.read(name)
            elif "dist-info" in name and path.name.upper().startswith("LICENSE"):
                files[f"licences/uv/{path.name}"] = archive.read(name)
    if not {"uv", "uv.exe"} & files.keys() or len(files) < 2:
        raise ValueError("the wheel holds no uv or no licence")
    return files


def read_version(files: Mapping[str, bytes]) -> str:
    """The version, as in the package."""
    found = re.search(rb'__version__ = "([^"]+)"', files["mentoring_lib/__init__.py"])
    assert found
    return found[1].decode("ascii")


def make_zip(files: Mapping[str, bytes], moment: int) -> bytes:
    """One folder with the files, in order, each with the same date; programmes may be started on Mac and Linux."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(f"{FOLDER}/{name}", time.gmtime(moment)[:6])
            info.create_system, info.compress_type = 3, zipfile.ZIP_DEFLATED
            info.external_attr = (0o100755 if name in PROGRAMMES else 0o100644) << 16
            archive.writestr(info, files[name])
    return made.getvalue()


def check(files: Mapping[str, bytes]) -> None:
    """Refuse a release that lacks something, or whose run.bat Windows would not read line by line."""
    missing = [name for name in SINGLE if name not in files]
    missing += [folder for folder in WHOLE if not any(name.startswith(folder + "/") for name in files)]
    if missing:
        raise SystemExit(f"missing in the last commit: {', '.join(missing)}")
    if files["run.bat"].count(b"\r\n") != files["run.bat"].count(b"\n"):
        raise SystemExit("run.bat has line ends that Windows does not read")


def write_release(out: Path, files: Files, moment: int) -> Path:
    """Put the archive and its checksum into a folder."""
    version = read_version(files)
    files = files | {"LASIET.txt": READ_ME.format(version=version).replace("\n", "\r\n").encode("utf-8-sig")}
    made, path = make_zip(files, moment), out / f"{FOLDER}-{version}.zip"
    out.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made)
    line = f"{hashlib.sha256(made).hexdigest()}  {path.name}\n"
    path.with_name(path.name + ".sha256").write_text(line, "ascii", newline="\n")
    return path


def describe(path: Path) -> str:
    """What is inside, by folder."""
    sizes: dict[str, list[int]] = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            parts = info.filename.split("/")[1:]
            sizes.setdefault(parts[0] + ("/" if parts[1:] else ""), []).append(info.file_size)
    lines = [f"{name:24} {len(found):4} {sum(found) / 1e6:8.2f} MB\n" for name, found in sorted(sizes.items())]
    return "".join(lines) + f"{path.name}: {path.stat().st_size / 1e6:.1f} MB\n"


def main() -> int:
    """Make the release and list what is inside."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--without-uv", action="store_true", help="for Mac and Linux, or without a network")
    parser.add_argument("--here", action="store_true", help="uv for this system instead of Windows, to try the release")
    options = parser.parse_args()
    os.umask(0o022)
    files, moment = read_commit(ROOT)
    check(files)
    if not options.without_uv:
        files |= take_uv(fetch_wheel(ROOT, () if options.here else WINDOWS))
    say(describe(write_release(options.out, files, moment)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
