"""The faults that `mutants.py` makes: one source text in, every one-place change of it out.

Left alone, since no test of behaviour can or should see them: docstrings, annotations, decorators, ``assert``,
``__all__``, ``if __name__``, ``if TYPE_CHECKING``, the first argument of ``cast``, and the keywords in ``GUARDS``.
Texts for people (a blank between letters, or a letter that is not ASCII) are changed only on request.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
COUNTED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult}
TURNED: dict[type, Any] = COUNTED | {ast.And: ast.Or, ast.Or: ast.And, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd}
PAIRS = (
    "min max", "any all", "idxmin idxmax", "cummin cummax", "floor ceil", "head tail", "startswith endswith",
    "lt le", "gt ge", "eq ne", "isna notna", "union intersection", "issubset issuperset",
)  # fmt: skip
CALLED = {name: other for pair in PAIRS for name, other in (pair.split(), pair.split()[::-1])}
REVERSED = {"sorted": "reverse=True", "sort": "reverse=True", "sort_values": "ascending=False"}
EMPTY = {"str": "''", "list": "[]", "dict": "{}", "set": "set()", "tuple": "()", "int": "0", "bool": "not ({0})"}
EMPTY |= dict.fromkeys(["DataFrame", "Series", "ndarray"], "({0})[:0]")
GUARDS = {"encoding", "newline", "strict"}  # for other systems, and for a programmer's slip
NOT_VISITED = {"annotation", "returns", "decorator_list", "format_spec", "type_params"}
ATOM = re.compile(r"[\w.]+\Z")
SHOWN = 60  # characters of a change; longer ones show what differs and this much around it in all


@dataclass(frozen=True)
class Mutant:
    """One fault: where, what is shown of it, and the bytes that make it.

    ``key`` is the place that survives a shift of lines: function, text of the line, change. ``lines`` are those of the
    statement (of its heading, where it has a body): a test that runs one of them reaches the fault.
    """

    kind: str
    line: int
    column: int
    function: str
    text: str
    change: str
    lines: range
    span: tuple[int, int]
    new: bytes

    @property
    def key(self) -> tuple[str, str, str]:
        return self.function, self.text, self.change

    def apply(self, source: bytes) -> bytes:
        return source[: self.span[0]] + self.new + source[self.span[1] :]


def find_mutants(source: bytes, *, strings: bool = False) -> list[Mutant]:
    """Every fault of a module, in the order of its lines, each once.

    Parameters
    ----------
    source : bytes
        The module, UTF-8.
    strings : bool
        Change texts for people too.
    """
    found = {(mutant.span, mutant.new): mutant for mutant in _Finder(source, strings).find()}
    return sorted(found.values(), key=lambda mutant: (mutant.line, mutant.column, mutant.change))


def is_message(text: str) -> bool:
    """Whether a text is for people rather than for the program."""
    return bool(re.search(r"[^\x00-\x7f]", text)) or bool(re.search(r"[A-Za-z]", text) and re.search(r"\s", text))


class _Finder:
    def __init__(self, source: bytes, strings: bool) -> None:
        self.source, self.strings = source, strings
        self.lines = source.decode("utf-8").split("\n")
        self.starts = [0]
        for line in source.split(b"\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)

    def find(self) -> Iterator[Mutant]:
        yield from self._visit(ast.parse(self.source), "", range(0), None, None)

    def _visit(
        self, node: ast.AST, function: str, lines: range, returns: ast.expr | None, text: Any
    ) -> Iterator[Mutant]:
        """Go down the tree with what surrounds a node: its function, its statement, the f-string that holds it."""
        if _is_left_alone(node) or (isinstance(node, ast.keyword) and node.arg in GUARDS):
            return
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            lines = range(node.lineno, max(body[0].lineno, node.lineno + 1) if body else (node.end_lineno or 0) + 1)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            function = f"{function}.{node.name}".lstrip(".")
            returns = getattr(node, "returns", None)
        if isinstance(node, ast.JoinedStr):
            text = text or node
        for kind, target, new in self._changes(node, returns):
            mutant = self._make(kind, target, new, function, lines, text)
            if mutant:
                yield mutant
        first = node.args[:1] if isinstance(node, ast.Call) and _name_of(node.func) in {"cast", "TypeVar"} else []
        for field, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and field not in NOT_VISITED and child not in first:
                    yield from self._visit(child, function, lines, returns, text)

    def _make(self, kind: str, target: Any, new: str, function: str, lines: range, text: Any) -> Mutant | None:
        """Turn a change of a node into a change of bytes; inside an f-string the whole of it is written anew."""
        old, whole = ast.unparse(target), text if text is not None and text is not target else target
        try:
            written = new if whole is target else _unparse_with(whole, target, new)
        except ValueError:  # an f-string that an older Python cannot write
            return None
        if old == new:
            return None
        if isinstance(target, ast.expr) and whole is target and not ATOM.match(new):
            written = f"({new})"
        start, end = (self.starts[n - 1] + column for n, column in _ends(whole))
        place = whole.lineno, len(self.source[self.starts[whole.lineno - 1] : start].decode("utf-8")) + 1
        shown = _show(" ".join(old.split()), " ".join(new.split()))
        line = self.lines[whole.lineno - 1].strip()
        return Mutant(kind, *place, function or "(module)", line, shown, lines, (start, end), written.encode())

    def _changes(self, node: ast.AST, returns: ast.expr | None) -> Iterator[tuple[str, ast.AST, str]]:
        """What can be wrong with a node: the kind of fault, the node to replace (itself or a part), its new text."""
        yield from _turn_conditions(node)
        match node:
            case ast.BinOp() if type(node.op) in COUNTED and not (_is_text(node.left) or _is_text(node.right)):
                yield "arithmetic", node, ast.unparse(ast.BinOp(node.left, COUNTED[type(node.op)](), node.right))
            case ast.AugAssign() if type(node.op) in TURNED and not _is_text(node.value):
                yield "arithmetic", node, ast.unparse(ast.AugAssign(node.target, TURNED[type(node.op)](), node.value))
            case ast.UnaryOp(op=ast.USub()):
                yield "arithmetic", node, ast.unparse(node.operand)
            case ast.Constant():
                yield from ((kind, node, new) for kind, new in self._other_values(node.value))
            case ast.Call():
                yield from (("call", node, ast.unparse(new)) for new in _other_calls(node))
            case ast.Return(value=ast.expr() as value):
                base = re.split(r"[\[ ]", ast.unparse(returns))[0].split(".")[-1] if returns else ""
                yield "result", value, EMPTY.get(base, "None").format(ast.unparse(value))
            case ast.Expr(value=ast.Call()):
                yield "call", node, "pass"

    def _other_values(self, value: object) -> Iterator[tuple[str, str]]:
        if isinstance(value, bool):
            yield "flag", repr(not value)
        elif isinstance(value, int | float):
            yield from (("number", repr(value + step)) for step in (1, -1))
        elif isinstance(value, str) and (self.strings or not is_message(value)):
            yield "text", repr(value + "X")


def _is_left_alone(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Assert() | ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__")) | ast.Name(id="TYPE_CHECKING")):
            return True
    return isinstance(node, ast.Subscript) and _name_of(node.value) == "Literal"


def _turn_conditions(node: ast.AST) -> Iterator[tuple[str, ast.AST, str]]:
    match node:
        case ast.Compare():
            for number, op in enumerate(node.ops):
                ops: list[Any] = [*node.ops]
                ops[number] = COMPARED[type(op)]()
                yield "comparison", node, ast.unparse(ast.Compare(node.left, ops, node.comparators))
        case ast.BoolOp():
            yield "condition", node, ast.unparse(ast.BoolOp(TURNED[type(node.op)](), node.values))
            for value in node.values:
                left = [other for other in node.values if other is not value]
                yield "condition", node, ast.unparse(ast.BoolOp(node.op, left) if len(left) > 1 else left[0])
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
            yield "condition", node, ast.unparse(ast.BinOp(node.left, TURNED[type(node.op)](), node.right))
            yield from (("condition", node, ast.unparse(side)) for side in (node.left, node.right))
        case ast.UnaryOp(op=ast.Not() | ast.Invert()):
            yield "condition", node, ast.unparse(node.operand)
        case ast.IfExp():
            yield from (("branch", node, ast.unparse(branch)) for branch in (node.body, node.orelse))
        case ast.comprehension():
            yield from (("branch", condition, "True") for condition in node.ifs)
        case ast.If():
            yield from (("branch", node.test, forced) for forced in ("True", "False"))
        case ast.While():
            yield "branch", node.test, "False"
        case ast.match_case(guard=ast.expr() as guard):
            yield "branch", guard, "True"


def _other_calls(node: ast.Call) -> Iterator[ast.AST]:
    name = _name_of(node.func)
    if name in CALLED and isinstance(node.func, ast.Name):
        yield ast.Call(ast.Name(CALLED[name]), node.args, node.keywords)
    elif name in CALLED and isinstance(node.func, ast.Attribute):
        yield ast.Call(ast.Attribute(node.func.value, CALLED[name]), node.args, node.keywords)
    if name in REVERSED:
        word, value = REVERSED[name].split("=")
        if word not in {keyword.arg for keyword in node.keywords}:
            yield ast.Call(node.func, node.args, [*node.keywords, ast.keyword(word, ast.Name(value))])
    for keyword in node.keywords:
        if keyword.arg and keyword.arg not in GUARDS:
            yield ast.Call(node.func, node.args, [other for other in node.keywords if other is not keyword])


def _name_of(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _ends(node: Any) -> tuple[tuple[int, int], tuple[int, int]]:
    return (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)


def _unparse_with(whole: ast.AST, target: ast.AST, new: str) -> str:
    """The text of an f-string with a part replaced; in Python 3.11 the parts do not know where they stand."""
    target.here = True  # type: ignore[attr-defined]
    copy = deepcopy(whole)
    del target.here  # type: ignore[attr-defined]

    class Replace(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return ast.parse(new, mode="eval").body if hasattr(node, "here") else self.generic_visit(node)

    return ast.unparse(Replace().visit(copy))


def _show(old: str, new: str) -> str:
    """``old -> new``; of long ones only what differs, with a little around it."""
    if max(len(old), len(new)) <= SHOWN:
        return f"{old} -> {new}"
    head = _count_same(old, new)
    tail = min(_count_same(old[::-1], new[::-1]), min(len(old), len(new)) - head)
    start, shown = max(0, head - SHOWN // 4), []
    for text in (old, new):
        end = min(len(text), len(text) - tail + SHOWN // 4, start + 2 * SHOWN)
        shown.append("…" * (start > 0) + text[start:end] + "…" * (end < len(text)))
    return " -> ".join(shown)


def _count_same(one: str, other: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
