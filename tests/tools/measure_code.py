"""Count what the library is made of, room by room, and draw which room imports which.

    python tests/tools/measure_code.py                the tables
    python tests/tools/measure_code.py --limit 9000   the same; fails where there are more lines of code
    python tests/tools/measure_code.py --mermaid      the arrows between rooms as a Mermaid flow chart

A line of code is one that is neither blank nor a whole-line comment nor part of a docstring. A function is as long as
its lines of code, from ``def`` to its end; functions inside others and methods count too. A module constant is an
assignment at the top of a module. A room is a folder of the package; modules that lie flat in it are counted together
as "(top)", and in the drawing each stands for itself.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
DATA = {".toml": "toml", ".css": "css", ".html": "html", ".js": "js", ".typ": "typ"}  # reported beside
LONGEST = 60  # lines of code in a function
TOP = "(top)"
HEADS = [
    "room", "code", "modules", "functions", "median", "90 %", "longest", f"over {LONGEST}", "constants", "comments",
    "public", "docstring", "Parameters",
]  # fmt: skip


@dataclass(frozen=True)
class Function:
    """A function or method: where it stands, its lines of code, and what its docstring has if it is public."""

    name: str
    lines: int
    public: bool
    docstring: bool
    parameters: bool


@dataclass
class Counts:
    """What one module, one room or the whole library holds."""

    code: int = 0
    comments: int = 0
    modules: int = 0
    constants: int = 0
    functions: list[Function] = field(default_factory=list)

    def add(self, other: Counts) -> None:
        """Take another's counts in."""
        self.code += other.code
        self.comments += other.comments
        self.modules += other.modules
        self.constants += other.constants
        self.functions += other.functions

    @property
    def too_long(self) -> list[Function]:
        """Functions of more lines of code than LONGEST."""
        return [function for function in self.functions if function.lines > LONGEST]

    def row(self, name: str) -> list[str]:
        """Cells under HEADS."""
        lengths = sorted(function.lines for function in self.functions) or [0]
        public = [function for function in self.functions if function.public]
        told = [sum(getattr(function, what) for function in public) for what in ("docstring", "parameters")]
        shares = [f"{100 * number / len(public):.0f} %" if public else "–" for number in told]
        ninth = lengths[min(len(lengths) * 9 // 10, len(lengths) - 1)]
        counts = [self.code, self.modules, len(self.functions), f"{median(lengths):g}", ninth, lengths[-1]]
        counts += [len(self.too_long), self.constants, self.comments, len(public), *shares]
        return [name, *map(str, counts)]


def count_module(source: str, name: str = "") -> Counts:
    """Count one module.

    Parameters
    ----------
    source : str
    name : str
        Put before the names of its functions.
    """
    tree, lines = ast.parse(source), source.splitlines()
    told = set(_docstring_lines(tree))
    comments = {number for number, line in enumerate(lines, 1) if line.strip().startswith("#")}
    code = {number for number, line in enumerate(lines, 1) if line.strip()} - comments - told
    tops = {id(node) for node in tree.body}
    functions = [
        _measure(node, code, name, id(node) in tops)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    constants = sum(isinstance(node, ast.Assign | ast.AnnAssign) for node in tree.body)
    return Counts(len(code), len(comments - told), 1, constants, functions)


def _measure(node: ast.FunctionDef | ast.AsyncFunctionDef, code: set[int], name: str, top: bool) -> Function:
    lines = len(code.intersection(range(node.lineno, (node.end_lineno or 0) + 1)))
    told = ast.get_docstring(node) or ""
    public = top and not node.name.startswith("_")
    return Function(f"{name}.{node.name}".lstrip("."), lines, public, bool(told), "Parameters\n---" in told)


def _docstring_lines(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            match node.body[:1]:
                case [ast.Expr(value=ast.Constant(value=str())) as first]:
                    yield from range(first.lineno, (first.end_lineno or 0) + 1)


def count_rooms(package: Path) -> dict[str, Counts]:
    """Counts by room, in alphabetical order, the modules without a room last."""
    rooms: dict[str, Counts] = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).parts
        module = count_module(path.read_text("utf-8"), ".".join(parts).removesuffix(".py"))
        rooms.setdefault(parts[0] if len(parts) > 1 else TOP, Counts()).add(module)
    return dict(sorted(rooms.items(), key=lambda room: (room[0] == TOP, room[0])))


def total_of(rooms: dict[str, Counts]) -> Counts:
    """All rooms together."""
    total = Counts()
    for counts in rooms.values():
        total.add(counts)
    return total


def count_data(package: Path) -> dict[str, tuple[int, int]]:
    """Files and lines that are not blank, by room and kind, of what is not Python."""
    found: dict[str, tuple[int, int]] = {}
    for path in sorted(package.rglob("*")):
        if path.suffix in DATA:
            parts = path.relative_to(package).parts
            name = f"{parts[0] if len(parts) > 1 else TOP} {DATA[path.suffix]}"
            files, lines = found.get(name, (0, 0))
            found[name] = files + 1, lines + sum(bool(line.strip()) for line in path.read_text("utf-8").splitlines())
    return found


def count_imports(package: Path) -> Counter[tuple[str, str]]:
    """Imports between rooms, by importing and imported room: pairs of modules, each once.

    ``from package.room import module`` and ``from package.room.module import name`` are the same import. A module that
    lies flat in the package is a room of its own.
    """
    paths = [path.relative_to(package.parent).with_suffix("") for path in package.rglob("*.py")]
    names = {".".join(path.parts).removesuffix(".__init__") for path in paths}
    pairs = set()
    for path in package.rglob("*.py"):
        module = ".".join(path.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__")
        for name in _imported(path.read_text("utf-8")):
            while name and name not in names:
                name = name.rpartition(".")[0]  # noqa: PLW2901 -- a name in a module is the module's
            if name:
                pairs.add((module, name))
    rooms = [(_room_of(module, package), _room_of(name, package)) for module, name in pairs]
    return Counter((one, other) for one, other in rooms if one != other and package.name not in {one, other})


def _imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _room_of(module: str, package: Path) -> str:
    """The second part of a module's dotted name; the package itself has none."""
    return [*module.split("."), package.name][1]


def find_circle(imports: Iterable[tuple[str, str]]) -> list[str]:
    """Rooms that import each other in a circle, if there are any."""
    arrows: dict[str, set[str]] = {}
    for one, other in imports:
        arrows.setdefault(one, set()).add(other)
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as circle:
        return [str(name) for name in circle.args[1][::-1]]
    return []


def draw_imports(imports: Iterable[tuple[str, str]]) -> str:
    """A Mermaid flow chart of the rooms; an arrow points to what is imported."""
    return "\n".join(["flowchart TD", *(f"    {one} --> {other}" for one, other in sorted(imports))])


def show_table(rows: list[list[str]]) -> str:
    """A table that reads as text and as Markdown; the first row is its heading."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rule = ["-" * (width - 1) + ":" if number else "-" * width for number, width in enumerate(widths)]
    lines = []
    for row in [rows[0], rule, *rows[1:]]:
        rest = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append(f"| {' | '.join([row[0].ljust(widths[0]), *rest])} |")
    return "\n".join(lines)


def show_all(package: Path) -> str:
    """Everything counted, as tables."""
    rooms, imports, data = count_rooms(package), count_imports(package), count_data(package)
    parts = [show_table([HEADS, *(room.row(name) for name, room in rooms.items()), total_of(rooms).row("all")])]
    beside = [[name, str(files), str(lines)] for name, (files, lines) in data.items()]
    tools = sorted((package.parent / "docs").rglob("*.py"))
    beside += [["docs/ tools", str(len(tools)), str(sum(count_module(path.read_text("utf-8")).code for path in tools))]]
    parts.append(show_table([["beside", "files", "lines"], *beside]))
    if imports:
        arrows = [[f"{one} -> {other}", str(number)] for (one, other), number in sorted(imports.items())]
        parts.append(show_table([["imports between rooms", "modules"], *arrows]))
    parts += [f"{one.name}: {one.lines} lines of code" for one in total_of(rooms).too_long]
    if circle := find_circle(imports):
        parts.append(f"a circle of imports: {' -> '.join(circle)}")
    return "\n\n".join(parts)


def main(words: list[str]) -> int:
    """Print what is asked for; 1 where there is more code than the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--limit", type=int, metavar="LINES", help="fail where there is more code")
    parser.add_argument("--mermaid", action="store_true", help="only the flow chart of the rooms")
    parser.add_argument("--package", type=Path, default=ROOT / "mentoring_lib", help="the package's folder")
    asked = parser.parse_args(words)
    print(draw_imports(count_imports(asked.package)) if asked.mermaid else show_all(asked.package))
    code = total_of(count_rooms(asked.package)).code
    if asked.limit is not None and code > asked.limit:
        print(f"{code} lines of code, {code - asked.limit} more than {asked.limit}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
