"""Notebooks: executed with the same bytes every time, and turned into pages without code that open offline.

Only this module imports the notebook machinery, which takes a second to load.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from html import escape
from pathlib import Path
from typing import Any

import IPython  # noqa: F401 - whole before any thread draws: matplotlib asks a half-loaded IPython for its version
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter
from traitlets.config import Config

from mentoring_lib.errors import Problem, Refused
from mentoring_lib.reporting import Stamp

AT_ONCE = 2  # kernels: more than the cores of a small laptop only wait for each other
ENCRYPTED = Config({"KernelManager": {"transport_encryption": "auto"}})  # else every kernel writes a warning
TIMEOUT = 300  # seconds a cell may take

Progress = Callable[[str, nbformat.NotebookNode], object]

WIDGET = "application/vnd.jupyter.widget-view+json"

TEXT_STYLE = """
h1, h2, h3 { color: #00507d; line-height: 1.2; }
table { border-collapse: collapse; font-size: .88rem; margin: 1rem 0; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { border-bottom: 1px solid #d5dade; padding: .3rem .6rem; text-align: left; vertical-align: top; }
th, td { max-width: 30rem; overflow-wrap: break-word; }
th { background: #e8f1f7; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
tr.total td { font-weight: 600; border-top: 1px solid #8c8c8c; }
"""
LAB_STYLE = f'body[data-jp-theme-light="true"] .jp-Notebook .jp-RenderedHTMLCommon {{{TEXT_STYLE}}}\n'
"""The same look in JupyterLab."""
PAGE_STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: #222; overflow-wrap: break-word; }
body { max-width: 70rem; margin: 0 auto; padding: 1rem; }
img { max-width: 100%; height: auto; }
.notice { background: #fff1e6; border-left: 5px solid #b03a00; padding: .5rem 1rem; font-weight: 600; }
pre { white-space: pre-wrap; font: inherit; }
code { font-family: ui-monospace, Consolas, "DejaVu Sans Mono", monospace; font-size: .9em; }
pre code { display: block; background: #f3f5f6; padding: .5rem 1rem; }
.scroll { overflow-x: auto; }
.anchor-link, .prompt { display: none; }
footer { border-top: 1px solid #d5dade; margin-top: 2rem; color: #555; font-size: .85rem; }
@media (max-width: 40rem) {
  th, td { padding: .3rem .4rem; }
  table:has(th:nth-child(4):not(.n), th:nth-child(6)) { min-width: 44rem; }
  table:has(th:nth-child(4):not(.n), th:nth-child(6)) caption::after { content: " ⇆" / ""; }
  caption { max-width: calc(100vw - 2rem); }
  table:not(:has(th:nth-child(4))) td:not(.n) { overflow-wrap: anywhere; min-width: 6.5rem; }
}
@media print { .scroll { overflow: visible; } }
"""
TABLE = re.compile(r"<table>(?:\s*<caption>(.*?)</caption>)?.*?</table>", re.DOTALL)


def execute_notebooks(
    paths: Iterable[Path], environment: Mapping[str, str], progress: Progress | None = None, first: str = "pass"
) -> dict[str, nbformat.NotebookNode]:
    """Execute notebooks, each in a kernel of its own, without touching their files.

    Parameters
    ----------
    paths : iterable of Path
    environment : mapping
        Environment variables of the kernels, all of them (which programme, which as-of date).
    progress : callable, optional
        Called with the file name and the executed notebook of each when it is done; the largest file is begun first.
    first : str, optional
        Code to run in each kernel before the notebook, unseen; it must leave no name behind.

    Returns
    -------
    dict of str to NotebookNode
        By file name, in the order of ``paths``; the same notebook and inputs give the same bytes.

    Raises
    ------
    Refused
        If a cell fails.
    """
    paths = list(paths)
    largest = sorted(paths, key=lambda path: path.stat().st_size, reverse=True)
    done = asyncio.run(_execute_all(largest, environment, progress, first))
    return {path.name: done[path.name] for path in paths}


async def _execute_all(
    paths: list[Path], environment: Mapping[str, str], progress: Progress | None, first: str
) -> dict[str, nbformat.NotebookNode]:
    """Execute a few at once; after a failure those begun are finished and no other is."""
    waiting, done = paths[::-1], {}
    failed: list[Exception] = []

    async def work() -> None:
        while waiting and not failed:
            path = waiting.pop()
            try:
                done[path.name] = await _execute(path, environment, first)
            except Exception as error:  # cut off in the middle, a kernel writes tracebacks
                failed.append(error)
            else:
                if progress:
                    progress(path.name, done[path.name])

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    if failed:
        raise failed[0]
    return done


async def _execute(path: Path, environment: Mapping[str, str], first: str) -> nbformat.NotebookNode:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        notebook, timeout=TIMEOUT, kernel_name="python3", record_timing=False, config=ENCRYPTED,
        resources={"metadata": {"path": str(path.parent)}},
    )  # fmt: skip
    client.on_notebook_start = partial(_begin, client, first)
    try:
        await client.async_execute(env=dict(environment))
    except CellExecutionError as error:
        details = f"{error.ename}: {error.evalue}"
        raise Refused([Problem("notebook_failed", file=path.name, details=details)]) from error
    return strip(notebook)


def _begin(client: Any, first: str, **_: Any) -> None:
    client.kc.execute(first, silent=True, store_history=False)


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
    for cell in copy.cells:
        if cell.cell_type == "code":
            cell.metadata["jupyter"] = {"source_hidden": True}
            if not keep_outputs:
                cell.outputs, cell.execution_count = [], None
    return write_notebook(copy)


def judge_copy(copy: bytes, original: nbformat.NotebookNode) -> str:
    """Compare texts and code, not results: "current", "old" (the original has changed) or "edited" by a person."""
    try:
        given = nbformat.reads(copy.decode("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    except ValueError:
        return "edited"
    found = _digest_sources(given)
    if found == _digest_sources(original):
        return "current"
    return "old" if found == given.metadata.get(COPIED) else "edited"


def _digest_sources(notebook: nbformat.NotebookNode) -> str:
    sources = [[cell.cell_type, cell.source] for cell in notebook.cells]
    return hashlib.sha256(json.dumps(sources).encode("utf-8")).hexdigest()


@cache
def _exporter() -> HTMLExporter:
    """One for all pages: its templates take longer to read than a page to make."""
    return HTMLExporter(template_name="basic", exclude_input=True, exclude_output_prompt=True)  # type: ignore[no-untyped-call]


def make_page(notebook: nbformat.NotebookNode, title: str, stamp: Stamp) -> bytes:
    """Turn an executed notebook into a page without code: one file, no network, Latvian, pictures described.

    Raises
    ------
    ValueError
        If the page would ask for anything from outside.
    """
    body, _ = _exporter().from_notebook_node(notebook)
    return wrap_page(title, body, stamp)


def wrap_page(title: str, body: str, stamp: Stamp | None = None) -> bytes:
    """A whole page around a body: one file, Latvian, the stamp at its foot.

    Raises
    ------
    ValueError
        If the page would ask for anything from outside.
    """
    notice = f'<header><p class="notice">{stamp.lines()[0][1]}</p></header>' if stamp and stamp.example else ""
    said = f"{stamp.short()} {stamp.funding_sentence} {stamp.responsibility}" if stamp else ""
    title, body = escape(title, quote=False), TABLE.sub(_let_scroll, body)
    page = (
        f'<!DOCTYPE html>\n<html lang="lv">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>{TEXT_STYLE}{PAGE_STYLE}</style>\n</head>\n<body>\n{notice}\n<main>\n{body}\n</main>\n"
        f"<footer><p>{escape(said, quote=False)}</p></footer>\n</body>\n</html>\n"
    )
    if "<script src" in page or "<link " in page:
        raise ValueError(f"{title}: the page asks for something from outside")
    return page.encode("utf-8")


def _let_scroll(table: re.Match[str]) -> str:
    """A table in a region of its own that scrolls sideways, by keyboard too, so that a narrow page does not."""
    return f'<div class="scroll" role="group" aria-label="{table[1] or "Tabula"}" tabindex="0">{table[0]}</div>'


def make_pages(executed: Mapping[str, nbformat.NotebookNode], stamp: Stamp) -> dict[str, bytes]:
    """The page of each executed notebook, by file name (see :func:`make_page`)."""
    return {f"{Path(name).stem}.html": make_page(book, title_of(book), stamp) for name, book in executed.items()}


def title_of(notebook: nbformat.NotebookNode) -> str:
    """The first heading of a notebook."""
    lines: list[Any] = "".join(notebook.cells[0].source).splitlines()
    return str(lines[0]).lstrip("# ")
