"""The funder's own document, filled with plain data: texts, lists, mappings, and pictures that can only be shown.

A template is somebody else's file, so it may show values, choose and repeat, and nothing else: what it may say is a
short list of kinds of Jinja nodes; nothing can be called, no attribute of an object be reached, nothing be kept or
multiplied. How often loops turn and how much they fill in has an end.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from docx.shared import Cm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment

from mentoring_lib.render.docx import TEXT_WIDTH, repack

MAX_TURNS = 20_000  # of all loops together: the longest honest table has some hundred rows
MAX_TEXT = 20_000_000  # characters of one part of the document; a long report has 2 million
MAX_UNPACKED = 100_000_000  # bytes of the template; logos may be large
MAX_NESTED = 3  # loops within one another: tables, rows, cells
MAX_NODES = 20_000
NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const, nodes.For,
    nodes.If, nodes.Filter, nodes.Keyword, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.CondExpr, nodes.Neg, nodes.Add, nodes.Sub, nodes.Concat,
)  # fmt: skip
FILTERS = ("default", "e", "escape", "first", "last", "join", "length", "lower", "upper", "round", "trim")
TESTS = ("defined", "undefined", "none", "even", "odd", "number", "string")
OF_LOOP = ("index", "index0", "first", "last", "length")
_COUNTED = "counted"


class Picture:
    """A picture that can be shown where it stands, and nothing else."""

    __slots__ = ("_image",)

    def __init__(self, image: InlineImage) -> None:
        self._image = image

    def __html__(self) -> str:
        return str(self._image)

    def __str__(self) -> str:
        return ""


class Plain(SandboxedEnvironment):
    """Jinja that only shows, chooses and repeats plain data, up to a limit of turns and text."""

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        self.globals.clear()  # what Jinja adds is no field, and some of it is random
        self.filters = {name: self.filters[name] for name in FILTERS} | {_COUNTED: self._count}
        self.tests = {name: self.tests[name] for name in TESTS}
        self.turns = 0

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Refuse what is not on the list, and count the turns of every loop."""
        tree = super()._parse(source, name, filename)
        walked = list(_walk(tree, 0))
        if len(walked) > MAX_NODES:
            raise SecurityError("veidnē ir pārāk daudz lauku un zīmju")
        for node, depth in walked:
            if not isinstance(node, NODES):
                raise SecurityError(f"veidnē nav atļauts: {type(node).__name__}")
            if depth > MAX_NESTED:
                raise SecurityError(f"vairāk nekā {MAX_NESTED} cikli cits citā")
            if isinstance(node, nodes.For):
                node.iter = nodes.Filter(node.iter, _COUNTED, [], [], None, None).set_lineno(node.lineno)
        return tree

    def _count(self, items: Any) -> Iterator[Any]:
        if not isinstance(items, list | tuple | Mapping):
            raise SecurityError("ciklam vajadzīgs saraksts")
        for item in items:
            self.turns += 1
            if self.turns > MAX_TURNS:
                raise SecurityError("cikli veidnē griežas pārāk ilgi")
            yield item

    def concat(self, pieces: Iterable[str]) -> str:
        """Join what is filled in, while it is not too much."""
        kept, size = [], 0
        for piece in pieces:
            size += len(piece)
            if size > MAX_TEXT:
                raise SecurityError("aizpildītā veidne ir pārāk liela")
            kept.append(piece)
        return "".join(kept)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Part of a mapping, list or text, or a number of a loop; objects have no parts."""
        if isinstance(obj, LoopContext) and argument in OF_LOOP:
            return getattr(obj, argument)
        if isinstance(obj, Mapping | list | tuple | str):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                pass
        return obj if isinstance(obj, StrictUndefined) else self.undefined(f"nav lauka «{argument}»")

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The same: ``tabulas.Novadi`` is ``tabulas['Novadi']``."""
        return self.getitem(obj, attribute)


def _walk(node: nodes.Node, depth: int) -> Iterator[tuple[nodes.Node, int]]:
    depth += isinstance(node, nodes.For)
    yield node, depth
    for child in node.iter_child_nodes():
        yield from _walk(child, depth)


def fill(template: bytes, fields: Mapping[str, Any], pictures: Mapping[str, bytes]) -> bytes:
    """Fill a template (DOCX); pictures (PNG) stand in the field ``atteli`` by name.

    Raises
    ------
    LookupError
        If it names a field that is none, with all of them.
    Exception
        Whatever Jinja, docxtpl or the zip say of it: a template may be anything.
    """
    with zipfile.ZipFile(io.BytesIO(template)) as packed:
        if sum(entry.file_size for entry in packed.infolist()) > MAX_UNPACKED:
            raise SecurityError("veidne ir pārāk liela")
    document = DocxTemplate(io.BytesIO(template))
    # To list the fields, Jinja works constants out too ("x" * 10**9): it must be the environment that refuses them.
    if unknown := document.get_undeclared_template_variables(Plain()) - {*fields, "atteli"}:
        raise LookupError(*sorted(unknown))
    drawn = {
        name: Picture(InlineImage(document, io.BytesIO(png), width=Cm(TEXT_WIDTH))) for name, png in pictures.items()
    }
    document.render({**fields, "atteli": drawn}, Plain(), autoescape=True)
    buffer = io.BytesIO()
    document.save(buffer)
    return repack(buffer.getvalue())
