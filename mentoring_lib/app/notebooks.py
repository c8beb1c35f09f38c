"""Notebooks: executed with the same bytes every time, their results as HTML without code, copies to work in.

Only this module imports the notebook machinery, which takes two seconds to load (see :mod:`notebook_process`).
"""

import asyncio
import hashlib
import json
import platform
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import mistune
import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from traitlets.config import Config

from mentoring_lib.render.html import join_sections

AT_ONCE = 2  # kernels: more than the cores of a small laptop only wait for each other
ENCRYPTED = Config({"KernelManager": {"transport_encryption": "auto"}})  # else every kernel writes a warning
TIMEOUT = 300  # seconds a cell may take

Progress = Callable[[str, nbformat.NotebookNode], object]
# What every notebook needs and takes longest to load.
READY = "from mentoring_lib import workflow\nfrom mentoring_lib.render import charts"

WIDGET = "application/vnd.jupyter.widget-view+json"


def execute_notebooks(
    paths: Sequence[Path],
    environment: Mapping[str, str],
    progress: Progress | None = None,
    first: Callable[[], str] | None = None,
) -> dict[str, nbformat.NotebookNode]:
    """Execute notebooks of one folder without touching their files.

    A few kernels work side by side; each forgets everything between two notebooks but what it has imported, for to
    start one and load pandas and matplotlib takes as long as a notebook.

    Parameters
    ----------
    paths : sequence of Path
    environment : mapping
        Environment variables of the kernels, all of them (which programme, which as-of date).
    progress : callable, optional
        Called with the file name and the executed notebook of each when it is done; the largest file is begun first.
    first : callable, optional
        Gives code to run in each kernel before its first notebook, unseen; no notebook sees its names. It may take its
        time: the kernels start meanwhile.

    Returns
    -------
    dict of str to NotebookNode
        By file name, in the order of ``paths``; the same notebook and inputs give the same bytes.

    Raises
    ------
    Refused
        If a cell fails.
    """
    largest = sorted(paths, key=lambda path: path.stat().st_size, reverse=True)
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:  # the kind zmq needs, on Windows too
        done = runner.run(_execute_all(largest, environment, progress, first))
    return {path.name: done[path.name] for path in paths}


async def _execute_all(
    paths: list[Path], environment: Mapping[str, str], progress: Progress | None, first: Callable[[], str] | None
) -> dict[str, nbformat.NotebookNode]:
    """Execute a few at once; after a failure those begun are finished and no other is."""
    waiting, done = paths[::-1], {}
    failed: list[BaseException] = []
    code = asyncio.create_task(asyncio.to_thread(first or _do_nothing))

    async def work(folder: Path) -> None:
        client = _make_client(folder)
        async with client.async_setup_kernel(env=dict(environment)):
            _run_unseen(client, READY)
            _run_unseen(client, await code)
            while waiting and not failed:
                path = waiting.pop()
                try:
                    done[path.name] = await _execute(client, path)
                except Exception as error:
                    failed.append(error)
                else:
                    if progress:
                        progress(path.name, done[path.name])

    ended = asyncio.gather(*(work(path.parent) for path in paths[:AT_ONCE]), return_exceptions=True)
    failed += filter(None, await ended)  # nobody is cut off: a kernel would write tracebacks
    if failed:
        raise failed[0]
    return done


def _do_nothing() -> str:
    return ""


def _make_client(folder: Path) -> NotebookClient:
    return NotebookClient(
        nbformat.v4.new_notebook(),  # type: ignore[no-untyped-call]
        resources={"metadata": {"path": str(folder)}},
        timeout=TIMEOUT,
        kernel_name="python3",
        record_timing=False,
        config=ENCRYPTED,
        shutdown_kernel="immediate",  # asked politely, a kernel may wait for itself for seconds
    )


async def _execute(client: NotebookClient, path: Path) -> nbformat.NotebookNode:
    client.nb = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    _run_unseen(client, "get_ipython().reset()")
    try:
        await client.async_execute(cleanup_kc=False)
    except CellExecutionError as error:
        from mentoring_lib.base.problems import Problem, Refused  # with pandas, which nothing else here needs

        details = f"{error.ename}: {error.evalue}"
        raise Refused([Problem("notebook_failed", file=path.name, details=details)]) from error
    return strip(client.nb)


def _run_unseen(client: NotebookClient, code: str) -> None:
    assert client.kc  # it is set up
    client.kc.execute(code, silent=True, store_history=False)


def strip(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Leave out what differs between machines and runs: widgets and their state, timings, the Python version."""
    clean: nbformat.NotebookNode = nbformat.from_dict(notebook)  # type: ignore[no-untyped-call]
    clean.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                      "language_info": {"name": "python"}}  # fmt: skip
    for cell in clean.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
    return clean


def write_notebook(notebook: nbformat.NotebookNode) -> bytes:
    """A notebook as the bytes of its file."""
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return (text.rstrip("\n") + "\n").encode("utf-8")


COPIED = "mentoring_sources"  # in a copy's metadata: the digest of what it was copied from


def copy_notebook(notebook: nbformat.NotebookNode, *, keep_outputs: bool = False) -> bytes:
    """Make a working copy: code folded, results of other data left out, and what it was copied from on record."""
    copy = strip(notebook)
    copy.metadata[COPIED] = _digest_sources(copy)
    copy.metadata |= describe_kernel()
    for cell in copy.cells:
        if cell.cell_type == "code":
            cell.metadata["jupyter"] = {"source_hidden": True}
            if not keep_outputs:
                cell.outputs, cell.execution_count = [], None
    return write_notebook(copy)


def describe_kernel() -> dict[str, Any]:
    """What JupyterLab writes about a kernel into a notebook; there from the start, it leaves no mark of "unsaved"."""
    spec = KernelSpecManager().get_kernel_spec("python3")
    language = {
        "codemirror_mode": {"name": "ipython", "version": sys.version_info.major}, "file_extension": ".py",
        "mimetype": "text/x-python", "name": "python", "nbconvert_exporter": "python", "pygments_lexer": "ipython3",
        "version": platform.python_version(),
    }  # fmt: skip
    kernel = {"display_name": spec.display_name, "language": spec.language, "name": "python3"}
    return {"kernelspec": kernel, "language_info": language}


def is_edited(copy: Path, original: nbformat.NotebookNode) -> bool:
    """Whether a person changed texts or code of a working copy, or it is none: not results, not the original since."""
    try:
        copied = nbformat.read(copy, as_version=4)  # type: ignore[no-untyped-call]
    except (FileNotFoundError, ValueError) as error:
        return isinstance(error, ValueError)
    return _digest_sources(copied) not in (_digest_sources(original), copied.metadata.get(COPIED))


def _digest_sources(notebook: nbformat.NotebookNode) -> str:
    sources = [[cell.cell_type, cell.source] for cell in notebook.cells]
    return hashlib.sha256(json.dumps(sources).encode("utf-8")).hexdigest()


def make_body(notebook: nbformat.NotebookNode) -> str:
    """An executed notebook as the body of a page, without code: open and folded sections (see :mod:`html`)."""
    parts: list[tuple[int, str, str]] = []
    for cell in notebook.cells:
        heading = HEADING.match(cell.source) if cell.cell_type == "markdown" else None
        if heading:
            parts.append((len(heading[1]), str(mistune.html(f"# {heading[2]}"))[4:-6], str(mistune.html(heading[3]))))
        else:
            shown = mistune.html(cell.source) if cell.cell_type == "markdown" else _show_outputs(cell)
            level, head, content = parts.pop() if parts else (1, "", "")
            parts.append((level, head, f"{content}{shown}"))
    return join_sections(parts)


HEADING = re.compile(r"(#{1,3}) (.+)\n*((?:.|\n)*)")


def _show_outputs(cell: nbformat.NotebookNode) -> str:
    """What a cell gave: its HTML, else its text."""
    shown = []
    for output in cell.outputs:
        data = output.get("data", {"text/plain": output.get("text", "")})
        shown.append(data.get("text/html", f'<pre class="code">{escape(data.get("text/plain", ""))}</pre>'))
    return "\n".join(shown)


def title_of(notebook: nbformat.NotebookNode) -> str:
    """The first heading of a notebook."""
    return str(notebook.cells[0].source).splitlines()[0].lstrip("# ")
