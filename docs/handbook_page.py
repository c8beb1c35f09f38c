"""The handbook as one page that opens with a double click: contents, pictures inside, nothing from the network."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from html import escape
from pathlib import PurePosixPath
from typing import Any

import mistune
from mistune.toc import add_toc_hook, render_toc_ul

from mentoring_lib.render.html import wrap_page

FRAME = "border: 1px solid var(--line); max-width: min(100%, 48rem)"
DEEPEST = 3  # headings of this level are addresses, but not in the contents
KINDS = {".svg": "image/svg+xml", ".png": "image/png"}


class _Page(mistune.HTMLRenderer):
    """One page of the handbook: pictures inside, links within, headings ``deeper`` than written."""

    def __init__(self, pictures: Mapping[str, bytes], name: str, *, deeper: int) -> None:
        super().__init__(escape=True)
        self.pictures, self.name, self.deeper = pictures, name, deeper

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        key = self.name if level == 1 else attrs.get("id", "")
        return f'<h{level + self.deeper} id="{key}">{text}</h{level + self.deeper}>\n'

    def image(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002 - the library's signature
        path = PurePosixPath(url)
        content = base64.b64encode(self.pictures[path.name]).decode("ascii")
        return f'<img src="data:{KINDS[path.suffix]};base64,{content}" alt="{text}" style="{FRAME}">'

    def link(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002 - the library's signature
        return f'<a href="{escape(url)}">{text}</a>' if url.startswith(("#", "https://")) else text


def make_handbook(texts: Mapping[str, str], pictures: Mapping[str, bytes]) -> bytes:
    """Turn pages in Markdown into one offline page: the first, with contents, then the others.

    Parameters
    ----------
    texts : mapping of str to str
        Markdown by page name; the first line of each is its heading.
    pictures : mapping of str to bytes
        PNG and SVG by file name.

    Raises
    ------
    KeyError
        If a picture is missing.
    """
    names = list(texts)
    parts = [_read(name, texts, pictures, deeper=name != names[0]) for name in names]
    contents = render_toc_ul([item for _, items in parts for item in items][1:])
    first, *others = (body for body, _ in parts)
    body = first.replace("</h1>", f"</h1>\n<nav>{contents}</nav>", 1) + "\n".join(others)
    return wrap_page(texts[names[0]].splitlines()[0].lstrip("# "), body.replace("<th>", '<th scope="col">'))


def _read(
    name: str, texts: Mapping[str, str], pictures: Mapping[str, bytes], *, deeper: bool
) -> tuple[str, list[tuple[int, str, str]]]:
    """One page as HTML, and its headings of the first two levels with their addresses."""
    text = texts[name]
    for other in texts:
        text = text.replace(f"]({other}.md", f"](#{other}")
    reader = mistune.create_markdown(renderer=_Page(pictures, name, deeper=int(deeper)), plugins=["table"])
    add_toc_hook(reader, 1, 3, heading_id=lambda token, _: _slug(token["text"]))
    body, state = reader.parse(text)
    items = state.env["toc_items"]
    return str(body), [(level, name if level == 1 else key, title) for level, key, title in items if level < DEEPEST]


def _slug(heading: str) -> str:
    """The address of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
