"""Pages that open with a double click: one file each, nothing from the network, readable on a phone and in print.

A page is made of sections: what answers its title stands open, what explains it is folded (``<details>``), and print
shows all of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from mentoring_lib.render.palette import CSS_VARIABLES

if TYPE_CHECKING:
    from mentoring_lib.base.stamp import Stamp  # with pandas, which takes its time

_TEXT_STYLE, PAGE_STYLE = (Path(__file__).with_name(name).read_text("utf-8") for name in ("text.css", "page.css"))
TEXT_STYLE = CSS_VARIABLES + _TEXT_STYLE
# The same look in JupyterLab, with how to refresh under each title; the grey strips of folded code are not shown.
LAB_STYLE = (
    f'{CSS_VARIABLES}body[data-jp-theme-light="true"] .jp-Notebook .jp-RenderedHTMLCommon {{\n{_TEXT_STYLE}}}\n'
    "body .jp-Placeholder.jp-InputPlaceholder { display: none; }\n"
    ".jp-Notebook .jp-MarkdownCell:first-child .jp-RenderedMarkdown::after { display: block; content: "
    "'Lai rādītu to, kas datnēs ir tagad: izvēlnē Run izvēlieties Restart Kernel and Run All Cells.'; }\n"
)


TABLE = re.compile(r"<table[^>]*>(?:\s*<caption>(.*?)</caption>)?.*?</table>", re.DOTALL)
FILE = re.compile(r"<code>([^<]+\.\w+)</code>")
MAX_UPRIGHT = 9  # columns of a table on an upright page
Pages = Sequence[tuple[str, str]]  # address and name of each page


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
    notice = f'<p class="notice">{stamp.lines()[0][1]}</p>' if stamp and stamp.example else ""
    footer = f"{stamp.short()} {stamp.funding_sentence} {stamp.responsibility}" if stamp else ""
    addresses = files or {}
    body = FILE.sub(lambda found: _link_file(found[1], addresses), TABLE.sub(_let_scroll, body))
    more = _link_file("izsekojamiba.xlsx", addresses) if "izsekojamiba.xlsx" in addresses else ""
    foot = f"<p>{escape(footer, quote=False)}{f' Kārtība, versija un katra skaitļa avots: {more}.' if more else ''}</p>"
    title = escape(title, quote=False)
    page = (
        f'<!DOCTYPE html>\n<html lang="lv">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>\n{TEXT_STYLE}\n{PAGE_STYLE}</style>\n</head>\n<body>\n"
        f"<header>{notice}{_link_pages(pages, here, 'Lapas')}</header>\n<main>\n{body}\n</main>\n"
        f"<footer>{_link_pages(pages, here, 'Lapas (apakšā)')}{foot}</footer>\n"
        f"</body>\n</html>\n"
    )
    if "<script src" in page or "<link " in page:
        raise ValueError(f"{title}: the page asks for something from outside")
    return page.encode("utf-8")


def _link_pages(pages: Pages, here: str, label: str) -> str:
    current = ' aria-current="page"'
    links = (f'<a href="{address}"{current * (address == here)}>{escape(name)}</a>' for address, name in pages)
    return f'<nav class="pages" aria-label="{label}">{" ".join(links)}</nav>' if pages else ""


def _link_file(name: str, addresses: Mapping[str, str]) -> str:
    return f'<a href="{addresses[name]}">{name}</a>' if name in addresses else f"<code>{name}</code>"


def join_sections(parts: Sequence[tuple[int, str, str]]) -> str:
    """A body of sections: those of level 2 stand open with a line of links to them, those of level 3 are folded.

    Parameters
    ----------
    parts : sequence of (int, str, str)
        Level (1 to 3), heading and content (HTML) of each; the first is the page's own.
    """
    (_, title, lead), *rest = parts
    links = "".join(f'<a href="#s{n}">{head}</a> ' for n, (level, head, _) in enumerate(rest) if level == 2)
    made = [f"<h1>{title}</h1>\n{lead}"]
    made += [f'<nav class="sections" aria-label="Šajā lapā">{links.strip()}</nav>'] if links else []
    made += [_make_section(f"s{number}", *part) for number, part in enumerate(rest)]
    return "\n".join(made)


def _make_section(key: str, level: int, heading: str, content: str) -> str:
    columns = max((table[0].partition("</thead>")[0].count("<th ") for table in TABLE.finditer(content)), default=0)
    kind = ' class="wide"' if columns > MAX_UPRIGHT else ""
    if level == 2:
        return f'<section id="{key}"{kind}>\n<h2>{heading}</h2>\n{content}\n</section>'
    return f'<details id="{key}"{kind}>\n<summary><h3>{heading}</h3></summary>\n{content}\n</details>'


def _let_scroll(table: re.Match[str]) -> str:
    """A table in a region of its own that scrolls sideways, by keyboard too, so that a narrow page does not."""
    label = table[1] or "Tabula"
    return f'<div class="scroll" role="group" aria-label="{label}" tabindex="0">{table[0]}</div>'
