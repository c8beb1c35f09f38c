"""JupyterLab on working copies of the notebooks; committed files and the home folder stay as they are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

from mentoring_lib import workflow
from mentoring_lib.app import paths, writing
from mentoring_lib.app.screen import print_problems
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.intake.settings import read_settings

START = "0_sakums.ipynb"
LAB_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},  # all cells in the page: search, print
}
HIDDEN = ["__pycache__", ".*", "~*", *(f"*.{ending}" for ending in ("xlsx", "xls", "ods", "docx", "ics", "zip"))]
"""What JupyterLab does not list: it cannot open these and would say so in English; the menu opens their folder."""


def open_lab(folder: Path) -> subprocess.Popen[bytes]:
    """Renew the working copies of the notebooks and start JupyterLab on the first; committed files stay as they are."""
    from mentoring_lib.render import html

    root = paths.find_reports(folder) if folder == paths.EXAMPLE else folder
    homes = paths.list_homes()
    environment = {**os.environ, **workflow.describe_environment(folder, as_of=_find_day(folder)), **homes}
    config = Path(homes["JUPYTER_CONFIG_DIR"])
    writing.replace_file(config / "labconfig" / "default_setting_overrides.json", json.dumps(LAB_SETTINGS).encode())
    writing.replace_file(config / "custom" / "custom.css", html.LAB_STYLE.encode())
    print_problems("Zināšanai", _renew_copies(root / paths.COPIES, environment))
    options = [
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{paths.COPIES}/{START}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.custom_css=True",
        "--LabApp.extension_manager=readonly",  # asks no package registry
        "--KernelManager.transport_encryption=auto",
        f"--ContentsManager.hide_globs={HIDDEN}",
        "--log-level=ERROR",
        "-y",  # Ctrl+C asks nothing
    ]
    with (config / "server.log").open("wb") as log:  # English, and it would push the menu's question out of view
        return subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options], env=environment, stdout=log, stderr=subprocess.STDOUT
        )


def _find_day(folder: Path) -> date | None:
    """The day of its notebooks; none while the settings cannot be read, which the first page then tells."""
    try:
        return paths.find_day(read_settings(folder))
    except Refused:
        return None


def _renew_copies(place: Path, environment: dict[str, str]) -> list[Problem]:
    """Copy the notebooks that are missing or have changed, unless she has edited hers; the first one is executed."""
    import nbformat

    from mentoring_lib.app import notebooks

    problems = []
    for path in sorted(paths.NOTEBOOKS.glob("*.ipynb")):
        original = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        copy, first = place / path.name, path.name == START
        verdict = notebooks.judge_copy(copy.read_bytes(), original) if copy.is_file() else "old"
        if verdict == "edited":
            problems.append(Problem("notebook_edited", file=path.name))
        elif verdict == "old" or first:
            shown = notebooks.execute_notebooks([path], environment)[path.name] if first else original
            writing.replace_file(copy, notebooks.copy_notebook(shown, keep_outputs=first))
    return problems
