"""Pages that open with a double click: one file each, nothing from the network, readable on a phone and in print."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from mentoring_lib.base.stamp import Stamp
from mentoring_lib.render.palette import CSS_VARIABLES

_TEXT_STYLE, PAGE_STYLE = (Path(__file__).with_name(name).read_text("utf-8") for name in ("text.css", "page.css"))
TEXT_STYLE = CSS_VARIABLES + _TEXT_STYLE
LAB_STYLE = f'{CSS_VARIABLES}body[data-jp-theme-light="true"] .jp-Notebook .jp-RenderedHTMLCommon {{\n{_TEXT_STYLE}}}\n'
"""The same look in JupyterLab."""


TABLE = re.compile(r"<table>(?:\s*<caption>(.*?)</caption>)?.*?</table>", re.DOTALL)
CHART = re.compile(r'(<div class="output_png[^"]*)"')  # of a notebook


def wrap_page(title: str, body: str, stamp: Stamp | None = None) -> bytes:
    """A whole page around a body: one file, Latvian, the stamp at its foot.

    Raises
    ------
    ValueError
        If the page would ask for anything from outside.
    """
    notice = f'<header><p class="notice">{stamp.lines()[0][1]}</p></header>' if stamp and stamp.example else ""
    footer = f"{stamp.short()} {stamp.funding_sentence} {stamp.responsibility}" if stamp else ""
    title = escape(title, quote=False)
    body = TABLE.sub(_let_scroll, CHART.sub(rf'\1 scroll" {_region("Attēls")}', body))
    page = (
        f'<!DOCTYPE html>\n<html lang="lv">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>\n{TEXT_STYLE}\n{PAGE_STYLE}</style>\n</head>\n<body>\n{notice}\n<main>\n{body}\n</main>\n"
        f"<footer><p>{escape(footer, quote=False)}</p></footer>\n</body>\n</html>\n"
    )
    if "<script src" in page or "<link " in page:
        raise ValueError(f"{title}: the page asks for something from outside")
    return page.encode("utf-8")


def _let_scroll(table: re.Match[str]) -> str:
    """A table in a region of its own that scrolls sideways, by keyboard too, so that a narrow page does not."""
    return f'<div class="scroll" {_region(table[1] or "Tabula")}>{table[0]}</div>'


def _region(label: str) -> str:
    return f'role="group" aria-label="{label}" tabindex="0"'
