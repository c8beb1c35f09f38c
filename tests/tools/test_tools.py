"""The tools of this folder, on a tiny invented package."""

import ast
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import measure_code
import pytest
from attempts import Copy
from mutants import ROOT, choose_modules, choose_mutants, list_modules, read_words
from mutations import find_mutants

HERE = Path(__file__).parent

ORCHARD = {
    "orchard/__init__.py": '"""An orchard."""\n',
    "orchard/harvest.py": '''"""The harvest."""
from orchard.trees import pruning

CRATE = 12  # apples

# the whole of it


def count_crates(apples: int) -> int:
    """Full crates.

    Parameters
    ----------
    apples : int
    """
    return apples // CRATE


def name_tree(number):
    return f"tree {'old' if number > 7 else 'young'}; {number}"


def is_due(height):
    return pruning.is_tall(height)
''',
    "orchard/trees/__init__.py": "",
    "orchard/trees/pruning.py": '''"""When to prune."""
from functools import cache

TALL = 3


@cache
def limits():
    low = 1
    return low, TALL


def is_tall(height):
    if height < 0:
        raise ValueError(height)
    return height > limits()[1]


def shrink(height):
    while height > 1:
        height -= 1
    return height


def measure():
    return "cm"


UNIT = measure()
''',
    "orchard/trees/words.toml": 'tall = "Tall"\n\nlow = "Low"\n',
    "tests/test_harvest.py": """from orchard import harvest


def test_a_full_crate_counts():
    assert harvest.count_crates(24) == 2


def test_a_tree_is_named_by_its_age():
    assert harvest.name_tree(7) == "tree young; 7"
    assert harvest.name_tree(8) == "tree old; 8"
""",
    "tests/trees/test_pruning.py": """from orchard.trees import pruning


def test_a_low_tree_is_left_alone():
    assert not pruning.is_tall(2)


def test_shrinking_ends():
    assert pruning.shrink(5) == 1


def test_heights_are_in_centimetres():
    assert pruning.UNIT == "cm"  # a fault in what an import runs is found by importing anew


def test_that_fails_anyway():
    assert pruning.is_tall(1)
""",
    "tests/trees/test_seasons.py": """import subprocess
import sys
from pathlib import Path

import pytest

from orchard.trees import pruning


@pytest.fixture(scope="module")
def tall():
    Path("notes.txt").write_text("left behind")
    return pruning.is_tall(4)


def test_in_spring(tall):
    assert tall


def test_in_autumn(tall):
    assert tall


def test_a_height_of_three_in_a_process_of_its_own():
    code = "from orchard.trees import pruning; assert not pruning.is_tall(3)"
    subprocess.run([sys.executable, "-c", code], check=True)
""",
}


def write_orchard(root):
    for name, text in ORCHARD.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


@pytest.fixture
def orchard(tmp_path):
    return write_orchard(tmp_path)


def try_faults(root, *words):
    command = [sys.executable, str(HERE / "mutants.py"), "--root", str(root), "--package", "orchard", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")


def changes(source, **options):
    return [mutant.change for mutant in find_mutants(source.encode(), **options)]


# Which faults


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a < b", ["a < b -> a <= b"]),
        ("a == b != c", ["a == b != c -> a != b != c", "a == b != c -> a == b == c"]),
        ("a in b", ["a in b -> a not in b"]),
        ("a is not b", ["a is not b -> a is b"]),
        ("a and b", ["a and b -> a", "a and b -> a or b", "a and b -> b"]),
        ("a | b", ["a | b -> a", "a | b -> a & b", "a | b -> b"]),
        ("not a", ["not a -> a"]),
        ("-a", ["-a -> a"]),
        ("a + b", ["a + b -> a - b"]),
        ("a // b", ["a // b -> a * b"]),
        ("a + 'text'", ["'text' -> 'textX'"]),
        ("a += b", ["a += b -> a -= b"]),
        ("a = 4", ["4 -> 3", "4 -> 5"]),
        ("a = True", ["True -> False"]),
        ("a = min(b)", ["min(b) -> max(b)"]),
        ("a = b.notna()", ["b.notna() -> b.isna()"]),
        ("a = any(b)", ["any(b) -> all(b)"]),
        ("a = sorted(b)", ["sorted(b) -> sorted(b, reverse=True)"]),
        ("a = b(c=d, encoding=e)", ["b(c=d, encoding=e) -> b(encoding=e)"]),
        ("b()", ["b() -> pass"]),
        ("if a: b", ["a -> False", "a -> True"]),
        ("while a: b", ["a -> False"]),
        ("a = b if c else d", ["b if c else d -> b", "b if c else d -> d"]),
        ("a = [b for b in c if d]", ["d -> True"]),
        ("def a(b=False): ...", ["False -> True"]),
        ("def a(): return b", ["b -> None"]),
        ("def a() -> list[str]: return b", ["b -> []"]),
        ("def a() -> bool: return b", ["b -> not b"]),
        ("def a() -> pd.DataFrame: return b", ["b -> (b)[:0]"]),
    ],
)
def test_what_can_be_wrong_with_a_line(line, expected):
    assert changes(line) == [change.replace("not b", "not (b)") if "bool" in line else change for change in expected]


@pytest.mark.parametrize(
    "left_alone",
    [
        '"""A docstring of 3 < 4."""',
        "a: 'Tree' = b",
        "def a(b: 'Tree') -> 'Tree': ...",
        "@cache(1)\ndef a(): ...",
        "assert a < 4",
        "__all__ = ['a']",
        "a = cast('Tree', b)",
        "Age = Literal['old', 'young']",
        "if __name__ == '__main__':\n    a(3)",
        "if TYPE_CHECKING:\n    a = 3",
        "a = None",
    ],
)
def test_what_no_test_should_see_is_left_alone(left_alone):
    assert changes(left_alone) == []


@pytest.mark.parametrize("text", ["'Two words'", "'ābele'", "f'{a} apples'"])
def test_texts_for_people_are_changed_on_request(text):
    assert changes(f"a = {text}") == []
    assert len(changes(f"a = {text}", strings=True)) == 1


def test_the_inside_of_an_f_string_is_changed_too():
    found = find_mutants(b"a = f\"{'old' if b > 7 else ''}; {c:.1f}\"")
    changed = {mutant.change: mutant.apply(b"a = f\"{'old' if b > 7 else ''}; {c:.1f}\"").decode() for mutant in found}
    assert {"b > 7 -> b >= 7", "7 -> 8", "'old' if b > 7 else '' -> ''", "'; ' -> '; X'"} < set(changed)
    assert "if b >= 7 else" in changed["b > 7 -> b >= 7"]
    assert all(".1f" in text for text in changed.values())


@pytest.mark.parametrize("path", sorted(HERE.glob("*.py")), ids=lambda path: path.name)
def test_each_fault_is_another_program_and_each_is_there_once(path):
    source = path.read_bytes()
    original = ast.dump(ast.parse(source))
    made = [mutant.apply(source) for mutant in find_mutants(source)][::7]
    assert len(made) == len(set(made)) > 5
    assert all(ast.dump(ast.parse(text)) != original for text in made)


def test_a_fault_is_known_again_when_lines_have_moved():
    before, after = (find_mutants(f"{top}def a(b):\n    return b < 4\n".encode()) for top in ("", "import c\n\n"))
    assert [mutant.key for mutant in before] == [mutant.key for mutant in after]
    assert before[0].key[:2] == ("a", "return b < 4")
    assert [mutant.line for mutant in before] != [mutant.line for mutant in after]


def test_long_changes_show_what_differs():
    assert changes(f"{'tree' * 30} + b") == ["…eetreetreetree + b -> …eetreetreetree - b"]


# Which modules, and which tests


def test_a_module_has_its_own_tests_and_those_of_its_room():
    modules = {module.name: module for module in list_modules(ORCHARD, "orchard")}
    assert modules["harvest"].tests == ("tests/test_harvest.py",)
    pruning = modules["trees.pruning"]
    assert (pruning.room, pruning.own) == ("trees", ("tests/trees/test_pruning.py",))
    assert pruning.tests == ("tests/trees/test_pruning.py", "tests/trees/test_seasons.py")


@pytest.mark.parametrize("word", ["trees", "trees/", "pruning", "trees.pruning", "orchard/trees/pruning.py"])
def test_a_module_is_named_in_more_than_one_way(word):
    chosen = choose_modules(list_modules(ORCHARD, "orchard"), [word])
    assert "trees.pruning" in {module.name for module in chosen}
    assert "harvest" not in {module.name for module in chosen}


def test_a_name_that_is_not_there_is_refused():
    with pytest.raises(SystemExit, match="no room and no module is called forest"):
        choose_modules(list_modules(ORCHARD, "orchard"), ["forest"])


# What becomes of them


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    """Every fault of one room: what is told, what is told beside it, the report, and whether no file changed."""
    root = write_orchard(tmp_path_factory.mktemp("orchard"))
    keys = ("module", "function", "line", "change")
    entries = ["\n".join(f"{key} = '{value}'" for key, value in zip(keys, one, strict=True)) for one in ARGUED]
    text = "".join(f"[[equivalent]]\n{entry}\nreason = 'no tree is that low'\n" for entry in entries)
    (root / "tests/tools").mkdir()
    (root / "tests/tools/mutants_equivalent.toml").write_text(text, "utf-8")
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    ran = try_faults(root, "trees", "--all", "--patience", "1", "--write", str(root.parent / "report.md"))
    assert ran.returncode == 0, ran.stderr
    same = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
    return ran.stdout, ran.stderr, (root.parent / "report.md").read_text("utf-8"), same


ARGUED = [
    ("trees.pruning", "is_tall", "if height < 0:", "0 -> -1"),
    ("trees.pruning", "is_tall", "if height < 0:", "height < 0 -> True"),
]


def test_survivors_are_told(tried):
    survivors = [line for line in tried[0].splitlines() if " -> " in line and "(" not in line]
    assert survivors == [
        "trees.pruning:9:11  1 -> 0",
        "trees.pruning:9:11  1 -> 2",
        "trees.pruning:14:8  height < 0 -> False",
        "trees.pruning:14:8  height < 0 -> height <= 0",
        "trees.pruning:14:17  0 -> 1",
        "trees.pruning:21:19  1 -> 2",
    ]


def test_of_the_rest_none_is_told(tried):
    table = [[cell.strip() for cell in line.split("|")[1:-1]] for line in tried[0].splitlines() if line.startswith("|")]
    assert table[0] == ["module", "tried", "caught", "timeout", "survived", "not covered", "equivalent", "score"]
    [room, module, every] = table[2:5]
    assert [room[0], module[0], every[0]] == ["trees.*", "trees.pruning", "all"]
    assert room[1:] == module[1:] == every[1:]
    _, tried_, caught, timeout, survived, missed, equivalent, score = every
    assert int(timeout) >= 1  # the loop that has been made endless
    assert int(tried_) == sum(map(int, (caught, timeout, survived, missed, equivalent))) == 24
    assert score == f"{100 * (int(caught) + int(timeout)) / 23:.1f} %"


def test_what_is_argued_equivalent_is_reported_apart_unless_a_test_notices(tried):
    told, beside, report, _ = tried
    assert "trees.pruning:14:17  0 -> -1 (no tree is that low)" in told.splitlines()
    assert "argued to change nothing, yet a test notices: trees.pruning:14  height < 0 -> True" in beside
    assert "no tree is that low" in report.partition("## Argued equivalent")[2]
    assert "no tree is that low" not in report.partition("## Argued equivalent")[0]


def test_a_test_that_fails_anyway_catches_nothing(tried):
    assert "they fail with no fault made: tests/trees/test_pruning.py::test_that_fails_anyway\n" in tried[1]


def test_the_report_holds_what_was_told_and_the_project_is_as_it_was(tried):
    told, _, report, same = tried
    assert same
    assert "`python run.py mutants trees --all`" in report
    assert all(line in report.splitlines() for line in told.splitlines())


def test_a_sample_is_drawn_by_its_seed():
    files = {name: text.encode() for name, text in ORCHARD.items()}
    modules = list_modules(files, "orchard")
    first, again, other = (choose_mutants(modules, files, read_words(["--sample", "9", "--seed", n])) for n in "112")
    assert first == again
    assert {module.name: len(mutants) for module, mutants in first.items()} == {"harvest": 9, "trees.pruning": 9}
    assert first != other
    everything = choose_mutants(modules, files, read_words(["--all"]))
    assert all(set(first[module]) < set(everything[module]) for module in first)


def test_nothing_is_believed_when_tests_come_to_fail_by_themselves(orchard, tmp_path_factory):
    seasons = tmp_path_factory.mktemp("year") / "seasons.txt"
    with (orchard / "tests/test_harvest.py").open("a", encoding="utf-8") as file:
        file.write(f"""

def test_that_holds_once():
    with open({str(seasons)!r}, "a+") as file:
        file.write(".")
        file.seek(0)
        assert len(file.read()) <= 1
""")
    ran = try_faults(orchard, "harvest", "--sample", "1")
    assert ran.returncode == 1
    assert "no fate told of harvest holds" in ran.stderr
    assert "fail now: tests/test_harvest.py::test_that_holds_once" in ran.stderr


@pytest.mark.skipif(not shutil.which("git"), reason="Git is not installed here")
def test_only_changed_lines_are_tried_and_those_no_test_reaches_have_survived(orchard):
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@b.invalid", "-C", str(orchard)]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "An orchard"]):
        subprocess.run([*git, *words], check=True)
    path = orchard / "orchard/harvest.py"
    path.write_text(
        path.read_text("utf-8").replace("CRATE = 12", "CRATE = 11").replace("tall(height)", "tall(4)"), "utf-8"
    )
    ran = try_faults(orchard, "--base", "HEAD", "--workers", "2", "--least", "100")
    assert ran.stdout.splitlines()[:5] == [
        "harvest:4:9  11 -> 10",
        "harvest:4:9  11 -> 12",
        "harvest:24:12  pruning.is_tall(4) -> None (not covered)",
        "harvest:24:28  4 -> 3 (not covered)",
        "harvest:24:28  4 -> 5 (not covered)",
    ]
    assert "pruning:" not in ran.stderr
    assert ran.returncode == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without a signal")
def test_who_is_told_to_stop_leaves_nothing_behind(orchard, tmp_path):
    path = orchard / "tests/test_harvest.py"
    path.write_text("import time\n\n\ndef test_that_waits():\n    open('begun', 'w')\n    time.sleep(60)\n", "utf-8")
    (tmp_path / "t").mkdir()
    command = [sys.executable, str(HERE / "mutants.py"), "--root", str(orchard), "--package", "orchard", "harvest"]
    running = subprocess.Popen(command, env=os.environ | {"TMPDIR": str(tmp_path / "t")}, stderr=subprocess.DEVNULL)
    while running.poll() is None and not [*(tmp_path / "t").glob("mutants-*/0/project/begun")]:
        time.sleep(0.05)
    running.terminate()
    assert running.wait(30) == 143
    assert [*(tmp_path / "t").iterdir()] == []


def test_whatever_an_attempt_does_to_the_copy_is_mended(tmp_path):
    copy = Copy({"a/one.txt": b"one", "two.txt": b"two", "three.txt": b"three"}, tmp_path)
    copy.write("a/one.txt", b"ONE")
    (copy.folder / "two.txt").unlink()
    (copy.folder / "three.txt").write_bytes(b"eerht")
    (copy.folder / "a/four.txt").write_bytes(b"four")
    copy.mend()
    left = {path.relative_to(copy.folder).as_posix(): path.read_bytes() for path in copy.folder.rglob("*.txt")}
    assert left == copy.files
    times = [path.stat().st_mtime for path in copy.folder.rglob("*.txt")]
    assert len(times) == len(set(times))


# Measuring


def test_code_is_counted_without_docstrings_comments_and_blank_lines(orchard):
    rooms = measure_code.count_rooms(orchard / "orchard")
    assert list(rooms) == ["trees", "(top)"]
    top = rooms["(top)"]
    assert (top.code, top.comments, top.modules, top.constants) == (8, 1, 2, 1)
    assert [(one.name, one.lines) for one in top.functions] == [
        ("harvest.count_crates", 2),
        ("harvest.name_tree", 2),
        ("harvest.is_due", 2),
    ]
    assert top.row("(top)")[-3:] == ["3", "33 %", "33 %"]
    assert measure_code.total_of(rooms).code == 8 + rooms["trees"].code
    assert measure_code.count_data(orchard / "orchard") == {"trees toml": (1, 2)}


def test_functions_that_are_too_long_are_named(orchard):
    body = "".join(f"    a{number} = {number}\n" for number in range(60))
    (orchard / "orchard/trees/long.py").write_text(f"def grow():\n{body}", "utf-8")
    assert [one.name for one in measure_code.count_rooms(orchard / "orchard")["trees"].too_long] == ["trees.long.grow"]
    assert "trees.long.grow: 61 lines of code" in measure_code.show_all(orchard / "orchard")


@pytest.mark.parametrize(("more", "code"), [(0, 0), (-1, 1)])
def test_the_limit_is_kept(orchard, capsys, more, code):
    lines = measure_code.total_of(measure_code.count_rooms(orchard / "orchard")).code
    words = ["--package", str(orchard / "orchard"), "--limit", str(lines + more)]
    assert measure_code.main(words) == code
    assert ("1 more than" in capsys.readouterr().err) == bool(code)


def test_imports_between_rooms_are_drawn_from_the_code(orchard, capsys):
    package = orchard / "orchard"
    assert measure_code.count_imports(package) == {("harvest", "trees"): 1}
    assert measure_code.find_circle(measure_code.count_imports(package)) == []
    (package / "trees/back.py").write_text("from orchard.harvest import CRATE\nfrom orchard.trees import pruning\n")
    assert measure_code.main(["--package", str(package), "--mermaid"]) == 0
    assert capsys.readouterr().out == "flowchart TD\n    harvest --> trees\n    trees --> harvest\n"
    assert "a circle of imports: " in measure_code.show_all(package)


def test_the_library_is_measured_as_it_lies():
    rooms = measure_code.count_rooms(ROOT / "mentoring_lib")
    assert measure_code.total_of(rooms).modules == len([*(ROOT / "mentoring_lib").rglob("*.py")])
    assert "| all" in measure_code.show_all(ROOT / "mentoring_lib")
