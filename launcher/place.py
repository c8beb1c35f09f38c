"""Where the environment lies: beside the project, or in a local folder if that is no place for 40,000 small files.

A folder that OneDrive, iCloud or Dropbox copies, a network drive, a path too long for Windows and a folder that cannot
be written to are such places. Personal data in a copied folder is asked about once; the answer is kept on this computer
only.
Paths are handled by the rules of ``Machine.system``, so that Windows can be tried out elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import ntpath
import os
import posixpath
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

NAME = "mentorings"
MAX_ROOT = 97  # characters; Windows allows 260, the longest installed path below the project has 161
VARIABLES = ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")
DROPBOX = ("Dropbox/info.json", ".dropbox/info.json")  # it says there which folders are its own
SERVICES = {
    "onedrive": "OneDrive",
    "dropbox": "Dropbox",
    "iclouddrive": "iCloud",
    "mobile documents": "iCloud",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "cloudstorage": "macOS",
}  # how the folders are called when nothing else tells
YES = ("jā", "ja", "j", "yes", "y")
REMOTE = 4  # what GetDriveTypeW says of a network drive


@dataclass(frozen=True)
class Machine:
    """What is known of this computer."""

    system: str
    home: str
    environ: Mapping[str, str]

    @property
    def paths(self) -> ModuleType:
        """Rules of its paths."""
        return ntpath if self.system == "win32" else posixpath

    def join(self, *parts: str) -> str:
        """Put a path together."""
        return str(self.paths.join(*parts))

    @property
    def data(self) -> str:
        """The folder for a programme's files that stay on this computer."""
        home, join = self.home, self.join
        if self.system == "win32":
            return self.environ.get("LOCALAPPDATA") or join(home, "AppData", "Local")
        if self.system == "darwin":
            return join(home, "Library", "Application Support")
        return self.environ.get("XDG_DATA_HOME") or join(home, ".local", "share")

    @property
    def better(self) -> str:
        """A folder to name when the project should move."""
        return self.join(self.home, NAME)


@dataclass(frozen=True)
class Place:
    """Where the environment of a project lies, and what is wrong with the project's own folder."""

    environment: str
    local: str
    warnings: tuple[tuple[str, str], ...] = ()


def this_machine() -> Machine:
    """The computer this runs on."""
    return Machine(sys.platform, os.path.expanduser("~"), os.environ)


def name_service(machine: Machine, root: str) -> str | None:
    """Which service copies this folder to the internet, if any is known to."""
    for name, folder in _list_copied(machine):
        if _is_within(machine, root, folder):
            return name
    for part in machine.paths.normpath(root).replace("\\", "/").lower().split("/"):
        service = SERVICES.get(part) or ("OneDrive" if part.startswith("onedrive - ") else None)
        if service:
            return service
    return None


def choose_place(machine: Machine, root: str, *, can_write: Callable[[str], bool], is_remote: bool = False) -> Place:
    """Decide where the environment lies; the warnings are keys of the texts with what they name."""
    warnings: list[tuple[str, str]] = []
    service = name_service(machine, root)
    if service:
        warnings.append(("synchronised", service))
    if machine.system == "win32" and len(root) > MAX_ROOT:
        warnings.append(("long_path", str(len(root))))
    key = hashlib.sha256(machine.paths.normcase(root).encode("utf-8", "surrogatepass")).hexdigest()[:8]
    local = machine.join(machine.data, NAME, key)
    beside = not (warnings or is_remote or root.startswith("\\\\")) and can_write(root)
    return Place(machine.join(root if beside else local, ".venv"), local, tuple(warnings))


def is_answered(place: Place) -> bool:
    """Whether every warning was answered with yes before, on this computer."""
    try:
        kept = json.loads(Path(place.local, "atbilde.json").read_text("utf-8"))
    except (OSError, ValueError):
        kept = []
    return all(list(warning) in kept for warning in place.warnings) if isinstance(kept, list) else False


def keep_answer(place: Place) -> None:
    """Remember the yes; when it cannot be kept, it is asked again."""
    try:
        Path(place.local).mkdir(parents=True, exist_ok=True)
        Path(place.local, "atbilde.json").write_text(json.dumps(place.warnings), "utf-8")
    except OSError:
        pass


def is_yes(answer: str) -> bool:
    """Whether what was typed means yes."""
    return answer.strip().strip("«»\"'").lower() in YES


def can_write(folder: str) -> bool:
    """Try it: rights do not tell of a disc that is read-only."""
    probe = Path(folder, f".raksta-{os.getpid()}")
    try:
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


def is_remote(folder: str) -> bool:
    """Whether the folder lies on a network drive, as far as Windows tells."""
    if sys.platform != "win32":
        return False
    import ctypes  # noqa: PLC0415 - only Windows has what is asked

    return bool(ctypes.windll.kernel32.GetDriveTypeW(ntpath.splitdrive(folder)[0] + "\\") == REMOTE)


def _list_copied(machine: Machine) -> Iterator[tuple[str, str]]:
    for name in VARIABLES:
        if machine.environ.get(name):
            yield "OneDrive", machine.environ[name]
    join = machine.join
    if machine.system == "darwin":
        clouds = join(machine.home, "Library", "Mobile Documents")
        yield "iCloud", clouds
        yield "macOS", join(machine.home, "Library", "CloudStorage")
        for name in ("Desktop", "Documents"):  # there only if iCloud keeps these two as well
            if os.path.exists(join(clouds, "com~apple~CloudDocs", name)):
                yield "iCloud", join(machine.home, name)
    for folder in (machine.data, machine.environ.get("APPDATA", ""), machine.home):
        for name in DROPBOX:
            yield from (("Dropbox", path) for path in _read_dropbox(join(folder, name)))


def _read_dropbox(path: str) -> list[str]:
    try:
        accounts = json.loads(Path(path).read_text("utf-8"))
        return [str(account["path"]) for account in accounts.values()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []


def _is_within(machine: Machine, path: str, folder: str) -> bool:
    norm = machine.paths.normcase
    path, folder = (norm(machine.paths.normpath(text)) for text in (path, folder))
    if machine.system == "darwin":  # its discs do not tell capitals apart
        path, folder = path.lower(), folder.lower()
    return path == folder or path.startswith(folder.rstrip("\\/") + machine.paths.sep)
