"""The parts of a document as HTML: what is sent, seen on a page before it is sent."""

from collections.abc import Iterable
from html import escape
from typing import Any

from mentoring_lib.render.charts import show_picture
from mentoring_lib.render.tables import Html, show


def show_parts(parts: Iterable[tuple[Any, ...]]) -> Html:
    """The parts of a document (see :func:`docx.make_document`) in a notebook, below a heading of level 2."""
    return Html("\n".join(_show_part(*part) for part in parts), "Pārskats")


def _show_part(kind: str, *content: Any) -> str:  # noqa: PLR0911 - one line per kind of part
    match kind:
        case "heading" | "subheading":
            tag = "h3" if kind == "heading" else "h4"
            return f"<{tag}>{escape(content[0], quote=False)}</{tag}>"
        case "table" | "plain table":
            return show(content[-1], caption=content[0] if kind == "table" else "")._repr_html_()
        case "cards":
            told = (f"<li><b>{escape(value)}</b> {escape(label)}{f'; <b>{escape(warning)}</b>' * bool(warning)}</li>"
                    for value, label, warning in content[0])  # fmt: skip
            return f'<ul class="numbers">{"".join(told)}</ul>'
        case "chart":
            return show_picture(content[0].description, content[0].png, content[0].narrow)
        case "facts":
            rows = "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in content[0])
            return f"<dl>{rows}</dl>"
        case "item":
            return f"<ul><li>{escape(content[0])}</li></ul>"
        case _:
            look = ' class="small"' if kind == "small" else ""
            return f"<p{look}>{escape(content[0])}</p>" if content and isinstance(content[0], str) else ""
