"""Pages that open with a double click: one file each, nothing from the network, readable on a phone and in print."""

from __future__ import annotations

import re
from html import escape

from mentoring_lib.base.stamp import Stamp

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
@media screen and (max-width: 40rem) {
  th, td { padding: .3rem .4rem; }
  table:has(th:nth-child(4):not(.n), th:nth-child(6)) { min-width: 44rem; }
  table:has(th:nth-child(4):not(.n), th:nth-child(6)) caption::after { content: " ⇆" / ""; }
  caption { max-width: calc(100vw - 2rem); }
  .scroll img { max-width: none; width: 44rem; }
  .scroll:has(img)::before { content: "⇆" / ""; font-weight: 600; }
  table:not(:has(th:nth-child(4))) td:not(.n) { overflow-wrap: anywhere; min-width: 6.5rem; }
}
@media print { .scroll { overflow: visible; } }
"""


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
    said = f"{stamp.short()} {stamp.funding_sentence} {stamp.responsibility}" if stamp else ""
    title = escape(title, quote=False)
    body = TABLE.sub(_let_scroll, CHART.sub(rf'\1 scroll" {_region("Attēls")}', body))
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
    return f'<div class="scroll" {_region(table[1] or "Tabula")}>{table[0]}</div>'


def _region(label: str) -> str:
    return f'role="group" aria-label="{label}" tabindex="0"'
