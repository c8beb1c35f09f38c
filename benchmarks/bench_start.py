"""What she waits for before she can begin, each as a command: python -m benchmarks.bench_start set_up|pip|lab FOLDER.

The set-up of a fresh copy and what a person would type instead, with nothing kept of earlier downloads; JupyterLab from
the command until it gives out the first page, filled. The folder is new and empty.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from mentoring_lib import workflow
from mentoring_lib.app import lab, paths

ROOT = Path(__file__).resolve().parent.parent
NEEDED = ("run.py", "pyproject.toml", "requirements.txt", "launcher", "mentoring_lib", "data", "notebooks")
PYTHON = Path(sys.executable).resolve()  # the one that the environment was made from


def set_up(folder: Path) -> None:
    """The launcher's own set-up, in a copy of the project."""
    for name in NEEDED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    _call([PYTHON, folder / "run.py", "--help"], folder)


def pip(folder: Path) -> None:
    """An environment and the same list of libraries by venv and pip."""
    _call([PYTHON, "-m", "venv", folder / "venv"], folder)
    inside = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    _call([inside, "-m", "pip", "install", "--quiet", "-r", ROOT / "requirements.txt"], folder)


def _call(words: list[str | Path], folder: Path) -> None:
    """A command that finds nothing of earlier downloads and no environment that is active."""
    kept = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    empty = {name: str(folder / name.lower()) for name in ("UV_CACHE_DIR", "PIP_CACHE_DIR")}
    subprocess.run(words, env=kept | empty, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def open_lab(folder: Path) -> None:
    """JupyterLab on the example until it gives out the first page with its results."""
    paths.CACHE = folder
    os.environ["BROWSER"] = "true"  # opens none
    homes = {name: Path(place) for name, place in paths.list_homes().items()}
    homes["JUPYTER_CONFIG_DIR"].mkdir(parents=True)
    allowed = {"ServerApp": {"allow_root": True}}  # a machine that only measures may have no other user
    (homes["JUPYTER_CONFIG_DIR"] / "jupyter_server_config.json").write_text(json.dumps(allowed), "utf-8")
    server = lab.open_lab(workflow.EXAMPLE)
    told = homes["JUPYTER_RUNTIME_DIR"] / f"jpserver-{server.pid}.json"
    while not told.is_file():
        if server.poll() is not None:
            raise SystemExit("JupyterLab ended by itself")
        time.sleep(0.05)
    address = json.loads(told.read_text("utf-8"))
    page = f"{address['url']}api/contents/{paths.COPIES}/{lab.START}?token={address['token']}"
    with urllib.request.urlopen(page) as answer:
        cells = json.load(answer)["content"]["cells"]
    server.terminate()
    server.wait()
    if not any(cell.get("outputs") for cell in cells):
        raise SystemExit("the page is not filled")


if __name__ == "__main__":
    {"set_up": set_up, "pip": pip, "lab": open_lab}[sys.argv[1]](Path(sys.argv[2]))
