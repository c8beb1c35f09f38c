"""A programme's folder in one zip file, to be kept elsewhere before something that cannot be taken back."""

import argparse
import io
import zipfile
from datetime import date
from pathlib import Path

from mentoring_lib.app import paths, writing
from mentoring_lib.base.problems import Problem, Refused, explain_os_error
from mentoring_lib.base.texts import find_free

FOLDER = "kopijas"  # beside the programmes


def make_backup(folder: Path, today: date) -> Path:
    """Write a copy of everything in a programme's folder, its own memory too; where it lies.

    Raises
    ------
    Refused
        If there is no such folder, or a file cannot be read.
    """
    if not folder.is_dir():
        raise Refused([Problem("folder_missing", details=str(folder))])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as packed:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not writing.is_link(path):
                try:
                    packed.write(path, path.relative_to(folder.parent).as_posix())
                except OSError as error:
                    raise Refused([Problem("file_locked", path.name, details=explain_os_error(error))]) from None
    place = folder.parent / FOLDER
    copied = place / find_free(f"{folder.name} {today}.zip", (path.name for path in place.glob("*")))
    writing.replace_file(copied, buffer.getvalue())
    return copied


def list_backups(folder: Path) -> list[Path]:
    """Copies of a programme's folder, whatever they are called now; one that cannot be opened, by its name."""
    return [path for path in sorted((folder.parent / FOLDER).glob("*.zip")) if _is_of(path, folder.name)]


def _is_of(path: Path, name: str) -> bool:
    try:
        with zipfile.ZipFile(path) as packed:
            return any(one.startswith(f"{name}/") for one in packed.namelist())
    except (zipfile.BadZipFile, OSError):
        return path.name.startswith(name)


def run_backup(arguments: argparse.Namespace) -> int:
    """Everything of a programme's folder in one file; an exit code."""
    path = make_backup(arguments.folder, date.today())
    print(f"Kopija: {path}\nTajā ir personas dati. Glabājiet to tur, kur tai piekļūstat tikai jūs.")
    return paths.FINE
