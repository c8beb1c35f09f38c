"""JupyterLab on working copies of the notebooks; committed files and the home folder stay as they are."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path

from mentoring_lib import workflow
from mentoring_lib.app import paths, screen, writing
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.intake.settings import read_settings

START = "0_sakums.ipynb"
LAB = paths.read_table("lab.toml")


def open_lab(folder: Path) -> subprocess.Popen[bytes]:
    """Renew the working copies of the notebooks and start JupyterLab on the first; committed files stay as they are."""
    from mentoring_lib.render import html

    root = paths.find_reports(folder) if folder == paths.EXAMPLE else folder
    homes = paths.list_homes()
    day: date | None = None
    with suppress(Refused):  # what cannot be read, the first page tells
        day = paths.find_day(read_settings(folder))
    environment = {**os.environ, **workflow.describe_environment(folder, day), **homes}
    config = Path(homes["JUPYTER_CONFIG_DIR"])
    writing.replace_file(config / "labconfig" / "default_setting_overrides.json", json.dumps(LAB["settings"]).encode())
    writing.replace_file(config / "custom" / "custom.css", html.LAB_STYLE.encode())
    screen.print_problems("Zināšanai", _renew_copies(root / paths.COPIES, environment))
    options = [one.format(root=root, first=f"{paths.COPIES}/{START}", hidden=LAB["hidden"]) for one in LAB["options"]]
    with (config / "server.log").open("wb") as log:  # English, and it would push the menu's question out of view
        return subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options], env=environment, stdout=log, stderr=subprocess.STDOUT
        )


def _renew_copies(place: Path, environment: dict[str, str]) -> list[Problem]:
    """Copy the notebooks, executed on her data so that each opens filled, unless she has edited hers.

    While her programme cannot be read, only the first page is filled: it says why.
    """
    import nbformat
    from nbformat.sign import NotebookNotary

    from mentoring_lib.app import notebooks

    # signed, for else JupyterLab shows results without their scripts
    Path(environment["JUPYTER_DATA_DIR"]).mkdir(parents=True, exist_ok=True)
    notary = NotebookNotary(data_dir=environment["JUPYTER_DATA_DIR"])  # type: ignore[no-untyped-call]
    originals = {
        path: nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        for path in sorted(paths.NOTEBOOKS.glob("*.ipynb"))
    }
    edited = [path for path in originals if notebooks.is_edited(place / path.name, originals[path])]
    renewed = [path for path in originals if path not in edited]
    try:
        made = notebooks.execute_notebooks(
            renewed, environment, first=lambda: workflow.share_results(*workflow.open_programme(environment))
        )
    except Refused:
        made = notebooks.execute_notebooks([path for path in renewed if path.name == START], environment)
    for path in renewed:
        content = notebooks.copy_notebook(made.get(path.name, originals[path]), keep_outputs=path.name in made)
        writing.replace_file(place / path.name, content)
        notary.sign(nbformat.reads(content.decode("utf-8"), as_version=4))  # type: ignore[no-untyped-call]
    return [Problem("notebook_edited", file=path.name) for path in edited]
