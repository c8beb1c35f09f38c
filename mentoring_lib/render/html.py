"""Pages that open with a double click: one file each, nothing from the network, readable on a phone and in print.

A page is made of sections: what answers its title stands open, what explains it is folded (``<details>``), and print
shows all of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mentoring_lib.render.palette import CSS_VARIABLES

if TYPE_CHECKING:
    from jinja2 import Environment

    from mentoring_lib.base.stamp import Stamp  # with pandas, which takes its time

_TEXT_STYLE, PAGE_STYLE, _LAB_STYLE = (
    Path(__file__).with_name(name).read_text("utf-8") for name in ("text.css", "page.css", "lab.css")
)
TEXT_STYLE = CSS_VARIABLES + _TEXT_STYLE
# The same look in JupyterLab, with how to refresh under each title; the grey strips of folded code are not shown.
LAB_STYLE = CSS_VARIABLES + _LAB_STYLE.replace("/* text.css */", _TEXT_STYLE)

TABLE = re.compile(r"<table[^>]*>(?:\s*<caption>(.*?)</caption>)?.*?</table>", re.DOTALL)
FILE = re.compile(r"<code>([^<]+\.\w+)</code>")
TRACE = "izsekojamiba.xlsx"
MAX_UPRIGHT = 9  # columns of a table on an upright page
Pages = Sequence[tuple[str, str]]  # address and name of each page


def compose(template: str, **words: Any) -> str:
    """HTML from a template beside this module, without a last line end; what it does not call safe is escaped."""
    return _templates().get_template(template).render(words).rstrip("\n")


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - `check` shows no page

    loader = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def wrap_page(
    title: str,
    body: str,
    stamp: Stamp | None = None,
    *,
    pages: Pages = (),
    here: str = "",
    files: Mapping[str, str] | None = None,
) -> bytes:
    """A whole page around a body: one file, Latvian, links to the other pages above and below, the stamp at its foot.

    Parameters
    ----------
    title, body : str
        The body is HTML.
    stamp : Stamp, optional
    pages : sequence of (str, str)
        Addresses and names of all pages; ``here`` is this one's address.
    files : mapping of str to str, optional
        Addresses of files by name; where the body names one as code, it becomes a link.

    Raises
    ------
    ValueError
        If the page would ask for anything from outside.
    """
    addresses = files or {}
    body = FILE.sub(lambda found: _link_file(found[1], addresses), TABLE.sub(_let_scroll, body))
    trace = _link_file(TRACE, addresses) if TRACE in addresses else ""
    style = f"{TEXT_STYLE}\n{PAGE_STYLE}"
    page = compose("page.html", title=title, style=style, stamp=stamp, pages=pages, here=here, body=body, trace=trace)
    if "<script src" in page or "<link " in page:
        raise ValueError(f"{title}: the page asks for something from outside")
    return f"{page}\n".encode()


def _link_file(name: str, addresses: Mapping[str, str]) -> str:
    return f'<a href="{addresses[name]}">{name}</a>' if name in addresses else f"<code>{name}</code>"


def join_sections(parts: Sequence[tuple[int, str, str]]) -> str:
    """A body of sections: those of level 2 stand open with a line of links to them, those of level 3 are folded.

    Parameters
    ----------
    parts : sequence of (int, str, str)
        Level (1 to 3), heading and content (HTML) of each; the first is the page's own.
    """
    (_, title, lead), *sections = parts
    links = [(number, heading) for number, (level, heading, _) in enumerate(sections) if level == 2]
    return compose("sections.html", title=title, lead=lead, links=links, sections=sections, is_wide=_is_wide)


def _is_wide(content: str) -> bool:
    """Whether a section holds a table that is printed on its side."""
    return any(table[0].partition("</thead>")[0].count("<th ") > MAX_UPRIGHT for table in TABLE.finditer(content))


def _let_scroll(table: re.Match[str]) -> str:
    """A table in a region of its own that scrolls sideways, by keyboard too, so that a narrow page does not."""
    label = table[1] or "Tabula"
    return f'<div class="scroll" role="group" aria-label="{label}" tabindex="0">{table[0]}</div>'
