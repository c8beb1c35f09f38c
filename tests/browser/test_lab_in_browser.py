"""JupyterLab as the coordinator opens it: every notebook runs, sliders and lists redraw, nothing leaves the machine."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import suppress
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest
from builders import MANY

from mentoring_lib.base.columns import READINGS
from mentoring_lib.workflow import EXAMPLE, ROOT

TOKEN = "izdomats"
BOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
CONTROLLED = ("2", "4")  # those with controls; the others show what these show
OPENED = [name for name in BOOKS if MANY > 1 or name.startswith(CONTROLLED)]
SLOW = 300_000  # milliseconds a notebook may take on a busy machine
ERRORS = '[data-mime-type="application/vnd.jupyter.error"], [data-mime-type="application/vnd.jupyter.stderr"]'
CELLS = "[...document.querySelectorAll('.jp-CodeCell')].slice(1)"  # all but the first show something
SHOWN = f"{CELLS}.every(cell => cell.querySelector('.jp-OutputArea-output'))"
DONE = f"{SHOWN} || document.querySelector(`{ERRORS}`)"


@pytest.fixture(scope="module")
def lab(chromium, tmp_path_factory):
    """`python run.py lab` on a copy of the example, without opening a window; its address."""
    place = tmp_path_factory.mktemp("lab")
    folder = shutil.copytree(EXAMPLE, place / "programma")
    (folder / "burtnicas").mkdir()
    for name in set(BOOKS).difference(OPENED):  # as if she had edited them: they are not executed, nor opened here
        (folder / "burtnicas" / name).write_text("{", "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = {"port": port, "port_retries": 0, "open_browser": False, "allow_root": True, "ip": "127.0.0.1"}
    config = {"ServerApp": server, "IdentityProvider": {"token": TOKEN}}
    (place / "jupyter_server_config.json").write_text(json.dumps(config), "utf-8")
    environment = {**os.environ, "JUPYTER_CONFIG_PATH": str(place), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "mentoring_lib", "lab", str(folder)]
    with (
        open(place / "lab.txt", "wb") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log) as running,
    ):
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(f"{address}/api", running)
            yield address
            urlopen(f"{address}/api/shutdown?token={TOKEN}", data=b"", timeout=60).close()
        finally:  # else a server that was never reached is waited for without end
            servers = [] if running.poll() is not None else psutil.Process(running.pid).children(recursive=True)
            for left in psutil.wait_procs(servers, timeout=60)[1]:
                left.kill()


def _wait_for(address, running):
    """Until the server answers: minutes on a busy machine, since it first executes the notebooks."""
    for _ in range(6_000):
        assert running.poll() is None
        with suppress(URLError, OSError):
            return urlopen(address, timeout=60).close()
        time.sleep(0.1)
    raise TimeoutError(address)


@pytest.fixture
def open_book(lab, open_page):
    """Open a notebook in a workspace of its own, wait for its kernel, and run all cells from the menu."""

    def wait_until_idle(page, name):
        for _ in range(3_000):
            sessions = page.request.get(f"{lab}/api/sessions?token={TOKEN}").json()
            kernels = [item["kernel"] for item in sessions if item["path"].endswith(name)]
            if kernels and kernels[0]["execution_state"] == "idle" and kernels[0]["connections"]:
                return
            page.wait_for_timeout(100)
        raise TimeoutError(name)

    def open_it(name):
        page = open_page(f"{lab}/lab/workspaces/{name[0]}/tree/burtnicas/{name}?token={TOKEN}")
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=SLOW)
        page.wait_for_function(SHOWN, timeout=SLOW)  # it opens filled, before anything is run
        if name.startswith("4"):  # with its scripts
            page.wait_for_selector(".filters", state="attached", timeout=SLOW)
        wait_until_idle(page, name)
        page.click(".lm-MenuBar-item >> text=Run")
        page.click(".lm-Menu-itemLabel >> text=/^Run All Cells$/")
        page.wait_for_function(DONE, timeout=SLOW)
        wait_until_idle(page, name)
        return page

    return open_it


def wait_for_another(picture, before):
    """The picture once it is another than before."""
    for _ in range(600):
        if (after := show(picture)) != before:
            return after
        picture.page.wait_for_timeout(100)
    raise AssertionError("the picture stays as it was")


def show(picture):
    """A picture's own bytes, wherever on the page it stands."""
    fetch = "async image => [...new Uint8Array(await (await fetch(image.src)).arrayBuffer())].join()"
    return picture.evaluate(fetch)


def move_there_and_back(control, there, back, picture):
    """Use the keyboard on a control; the picture must change, and be the first again after the way back."""
    before = show(picture)
    control.focus()
    control.press(there)
    after = wait_for_another(picture, before)
    control.press(back)
    assert wait_for_another(picture, after) == before


@pytest.mark.parametrize("name", OPENED)
def test_a_notebook_runs_without_an_error_and_stays_on_the_machine(open_book, lab, name):
    page = open_book(name)
    page.wait_for_selector(".jp-RenderedHTMLCommon :is(table caption, ol.stages)", state="attached", timeout=SLOW)
    assert page.locator(ERRORS).all_inner_texts() == []
    assert page.locator(".jp-CodeCell .jp-InputArea-editor:visible").count() == 0
    assert page.locator(".jp-toast, .Toastify__toast").count() == 0
    for cell in page.locator(".jp-OutputArea-output :is(td, th):not(.n)").all()[:1]:
        assert cell.evaluate("cell => getComputedStyle(cell).textAlign") == "left"
    if name[0] in USED:
        USED[name[0]](page)
    here = re.compile(f"{lab}/|{lab.replace('http', 'ws')}/|data:|blob:")
    assert [address for address in page.asked if not here.match(address)] == []
    assert page.said == []


def use_what_if(page):
    """Notebook 2: the choice of a reading and both sliders redraw the ranking; the weight counts in one of them."""
    picture = page.locator("img.widget-image")
    before = show(picture)
    page.locator(".widget-dropdown select").select_option(label=READINGS["points"])
    wait_for_another(picture, before)
    sliders = page.locator(".widget-slider [role=slider]").all()
    assert len(sliders) == 2
    for slider in sliders:
        move_there_and_back(slider, "ArrowRight", "ArrowLeft", picture)


def use_questions(page):
    """Notebook 4: the filters and the search of the page work here too."""
    page.locator(".filters select").first.select_option(index=1)
    page.get_by_label("Meklēt").fill("majas")
    page.wait_for_selector(".jp-OutputArea-output mark >> text=/^māja/i", state="attached", timeout=SLOW)


USED = {"2": use_what_if, "4": use_questions}
