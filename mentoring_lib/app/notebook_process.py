"""The notebooks of a run, executed in a process beside it that gets everything ready while the run reads and evaluates.

Two processes, because two threads would wait for each other: the run makes documents meanwhile.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

MakePages = Callable[[str], Iterator[tuple[str, str, str]]]


@contextmanager
def start_notebooks(paths: Sequence[Path], environment: Mapping[str, str]) -> Iterator[MakePages]:
    """Start the process and its kernels; they end with the ``with`` block.

    Parameters
    ----------
    paths, environment
        See :func:`notebooks.execute_notebooks`.

    Yields
    ------
    callable
        Takes the code to run first in each kernel, gives file name, title and body of the page of each notebook when it
        is done. It raises Refused if a cell fails.
    """
    if not paths:
        yield lambda _: iter(())
        return
    context = multiprocessing.get_context("spawn")  # the same on every system
    here, there = context.Pipe()
    worker = context.Process(target=_serve, args=(there, paths, environment), daemon=True)
    worker.start()
    there.close()
    loaded = False

    def make_pages(first: str) -> Iterator[tuple[str, str, str]]:
        nonlocal loaded
        here.send(first)
        loaded = bool(here.recv())
        for _ in paths:
            page = here.recv()
            if isinstance(page, Exception):
                raise page
            yield page

    try:
        yield make_pages
    finally:
        if not (loaded or here.poll()):
            worker.terminate()  # later it has kernels to end itself
        here.close()
        worker.join()


def _serve(run: Connection, paths: Sequence[Path], environment: Mapping[str, str]) -> None:
    """What the process does; Ctrl+C is for the run, which then ends this process too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # jsonschema would build 38 parsers for addresses
    from mentoring_lib.app import notebooks  # slow

    def send_page(name: str, notebook: NotebookNode) -> None:
        run.send((name, notebooks.title_of(notebook), notebooks.make_body(notebook)))

    with suppress(BrokenPipeError), ThreadPoolExecutor(1) as thread:  # the pipe breaks if the run has ended without us
        run.send("loaded")
        try:  # in a thread, for there nbclient leaves signals alone
            thread.submit(notebooks.execute_notebooks, paths, environment, send_page, run.recv).result()
        except Exception as error:  # as one that can cross to the other process
            from mentoring_lib.base.problems import Refused  # slow too

            crosses = isinstance(error, Refused)
            run.send(error if crosses else RuntimeError(f"{type(error).__name__}: {error}"))
