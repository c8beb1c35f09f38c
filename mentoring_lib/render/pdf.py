"""PDF: the parts of a document set by typst, tagged for screen readers (PDF/UA-1), the same bytes everywhere.

What is said goes to typst as data, never as its source, so that no text can become a command. The font is the charts'
own, which comes with matplotlib; fonts of the machine are not looked at.
"""

import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

from mentoring_lib.base.stamp import EXAMPLE_NOTICE, Stamp
from mentoring_lib.render.charts import FONTS
from mentoring_lib.render.docx import LEVELS, sticks
from mentoring_lib.render.layout import KEPT_TOGETHER, clean_text, date_file, share_width
from mentoring_lib.render.palette import COLOURS
from mentoring_lib.render.tables import is_total, show

LAYOUT = Path(__file__).with_name("pdf.typ")


CAN_SET = find_spec("typst") is not None  # Windows on ARM has no wheel of it; everything but the PDF works there


def make_pdf(
    title: str, stamp: Stamp, parts: Sequence[tuple[Any, ...]], logos: Mapping[str, bytes], above: str
) -> bytes:
    """Set a document.

    Parameters
    ----------
    title : str
    stamp : Stamp
    parts : sequence
        See :func:`docx.make_document`.
    logos : mapping of str to bytes
        Pictures for the head of the first page, by file name.
    above : str
        A small line above the title.

    Returns
    -------
    bytes
        PDF/UA-1, the same for the same input.
    """
    data = {
        "title": title,
        "above": above,
        "project": stamp.project,
        "notice": EXAMPLE_NOTICE if stamp.example else "",
        "footer": f"{stamp.funding_sentence} {stamp.responsibility}",
        "kept": KEPT_TOGETHER,
        "colours": COLOURS,
        "logos": [{"name": PurePosixPath(name).stem, "bytes": [*picture]} for name, picture in logos.items()],
        "blocks": [_describe(*part) | {"sticky": sticks(following)} for part, following in pairwise([*parts, ("",)])],
    }
    import typst

    made = typst.compile(
        str(LAYOUT),
        format="pdf",
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_clean(data), ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=int(date_file(stamp.as_of).timestamp()),
    )
    return bytes(made)


def _clean(value: Any) -> Any:
    """Without what no document can hold."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {name: _clean(part) for name, part in value.items()}
    return [_clean(part) for part in value] if isinstance(value, list | tuple) else value


def _describe(kind: str, *content: Any) -> dict[str, Any]:
    """One part as data for the layout."""
    match kind:
        case "heading" | "subheading":
            return {"kind": "heading", "level": LEVELS[kind], "content": content[0]}
        case "table" | "plain table":
            shown = show(content[-1], caption="")
            rows = [{"cells": cells, "total": is_total(cells)} for cells in shown.rows]
            return {"kind": "table", "caption": content[0] if kind == "table" else "", "rows": rows,
                    "headings": shown.headings, "numeric": shown.numeric,
                    "widths": share_width(shown, 1.0)}  # fmt: skip
        case "chart":
            chart = content[0]
            return {"kind": kind, "svg": chart.svg.decode("utf-8"), "alt": chart.description}
        case _:
            return {"kind": kind, "content": content[0] if content else ""}
