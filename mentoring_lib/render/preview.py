"""The parts of a document as HTML: what is sent, seen on a page before it is sent."""

from collections.abc import Iterable
from typing import Any

from mentoring_lib.render.charts import show_picture
from mentoring_lib.render.html import compose
from mentoring_lib.render.tables import Html, show


def show_parts(parts: Iterable[tuple[Any, ...]]) -> Html:
    """The parts of a document (see :func:`docx.make_document`) in a notebook, below a heading of level 2."""
    return Html(compose("parts.html", parts=list(parts), show=show, show_picture=show_picture), "Pārskats")
