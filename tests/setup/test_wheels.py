"""The lock and the maintainer's commands about it; nothing here asks a registry."""

import re
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from docs.tools import components, lock, wheels
from docs.tools.pins import read_oldest, read_pins
from launcher import tools

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.txt").read_text("utf-8")
PAGE = (ROOT / "docs" / "upkeep.md").read_text("utf-8")


def test_pins_are_read_with_their_markers():
    text = "a-b==1.0 \\\n    --hash=sha256:1\n    # via c\nd==2 ; sys_platform == 'win32' \\\n    --hash=sha256:2\n"
    assert read_pins(text) == [("a-b", "1.0", ""), ("d", "2", "sys_platform == 'win32'")]


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.txt")), ids=lambda path: path.name)
def test_every_pin_of_every_list_has_hashes_and_no_list_names_an_address(path):
    text = path.read_text("utf-8")
    parts = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(parts) == len(read_pins(text)) > 0
    assert all("--hash=sha256:" in part for part in parts)
    assert "://" not in text
    assert "index" not in text


def test_the_lock_is_for_the_oldest_python_and_the_pins_that_newer_ones_need():
    versions = {name: version for name, version, _ in read_pins(LOCK)}
    assert tuple(map(int, versions["pyyaml"].split("."))) >= (6, 0, 4)
    assert versions["argon2-cffi-bindings"].startswith("25.")
    markers = {name: marker for name, _, marker in read_pins(LOCK)}
    assert "ARM64" in markers["typst"]
    assert lock.make_command("uv", read_oldest(ROOT), "", [])[6] == "3.11"


def test_every_list_can_be_compiled_by_one_command():
    named = {f"requirements{name}.in" for name in lock.LISTS}
    assert {path.name for path in ROOT.glob("requirements*.in")} <= named
    assert {path.stem for path in ROOT.glob("requirements*.in")} == {
        path.stem for path in ROOT.glob("requirements*.txt")
    }


PARTS = {"ipython", "jupyter_client", "nbclient", "nbformat", "traitlets", "pydantic_core"}  # of jupyter and pydantic


def test_every_library_that_is_imported_is_asked_for_by_name():
    asked = {
        re.match(r"[\w-]+", line)[0]
        for line in (ROOT / "requirements.in").read_text("utf-8").splitlines()
        if line[:1] != "#"
    }
    modules = [path.read_text("utf-8") for path in (ROOT / "mentoring_lib").rglob("*.py")]
    names = {
        name.split(".")[0] for source in modules for name in re.findall(r"^\s*(?:import|from) ([\w.]+)", source, re.M)
    }
    owners = packages_distributions()
    used = {owners[name][0].lower() for name in names if name in owners}
    assert len(used) > 10
    assert used - PARTS <= asked


def test_what_changed_in_a_lock_is_named():
    before, after = "a==1 \\\nb==1 \\\nc==1 \\\n", "a==1 \\\nb==2 \\\nd==1 \\\n"
    assert list(lock.list_changes(before, after)) == ["b 1 -> 2", "c 1 -> none", "d none -> 1"]


def test_locking_compiles_in_place_and_tells(tmp_path):
    (tmp_path / "pyproject.toml").write_text('requires-python = ">=3.12"\n', "utf-8")
    (tmp_path / "uv").write_text('#!/bin/sh\necho "$*" > said\necho "a==2 \\\\" > "${11}"\n', "utf-8")
    (tmp_path / "uv").chmod(0o755)
    (tmp_path / "requirements-x.txt").write_text("a==1 \\\n", "utf-8")
    assert lock.lock_one(str(tmp_path / "uv"), tmp_path, "-x", ["--upgrade"]) == ["a 1 -> 2"]
    said = (tmp_path / "said").read_text("utf-8")
    assert "--python-version 3.12" in said
    assert {"--universal", "--generate-hashes", "--no-header"} <= set(said.split())
    assert said.endswith("--upgrade\n")


# The table


def test_pythons_go_from_the_oldest_that_will_do_to_the_newest_there_is():
    assert wheels.list_pythons("3.11", 13) == ["3.11", "3.12", "3.13"]


def fake_resolver(lacking):
    """A resolver that knows what has no wheel."""

    def resolve(_, path, python, platform):
        text = path.read_text("utf-8")
        for name in lacking.get((python, platform), ()):
            if f"{name}==" in text:
                return "", f"Because {name}==1 has no usable wheels and you require {name}==1"
        return text.replace("typst==1\n", "") if "aarch64-pc" in platform else text, ""

    return resolve


def test_all_that_lack_a_wheel_are_found_and_a_missing_pdf_is_told(monkeypatch):
    platform = wheels.PLATFORMS["Windows ARM"]
    monkeypatch.setattr(wheels, "resolve", fake_resolver({("3.11", platform): ["a", "c"]}))
    text = "a==1 \\\nb==1 \\\nc==1 \\\ntypst==1 \\\n"
    assert wheels.find_missing("uv", text, "3.11", platform)[0] == {"a", "c"}
    assert wheels.describe(*wheels.find_missing("uv", text, "3.11", platform)) == "no: a, c"
    assert wheels.describe(*wheels.find_missing("uv", text, "3.12", platform)) == wheels.NO_PDF
    assert wheels.describe(*wheels.find_missing("uv", text, "3.12", "x86_64-pc-windows-msvc")) == wheels.FINE


def test_a_failure_that_names_no_library_is_not_a_table(monkeypatch):
    monkeypatch.setattr(wheels, "resolve", lambda *_: ("", "dns error"))
    with pytest.raises(SystemExit, match="dns error"):
        wheels.find_missing("uv", "a==1 \\\n", "3.11", "x")


def test_what_was_not_known_to_be_missing_is_a_surprise():
    known = next(iter(wheels.KNOWN))
    assert wheels.list_surprises({known: set(wheels.KNOWN[known])}) == []
    assert wheels.list_surprises({known: {"numpy"}}) == [f"{known[0]}, {known[1]}: numpy"]


def test_the_table_of_the_page_has_every_python_and_computer_and_only_known_gaps():
    rows = [line.strip("| \n").split(" | ") for line in PAGE.splitlines() if re.match(r"\| (Python|3\.\d+) \|", line)]
    assert rows[0] == ["Python", *wheels.PLATFORMS]
    assert [row[0] for row in rows[1:]] == wheels.list_pythons(read_oldest(ROOT))
    for python, *cells in rows[1:]:
        for name, cell in zip(wheels.PLATFORMS, cells, strict=True):
            gaps = set(cell.removeprefix("no: ").split(", ")) if cell.startswith("no: ") else set()
            assert gaps <= wheels.KNOWN.get((python, name), set())
            assert gaps or cell == (wheels.NO_PDF if name == "Windows ARM" else wheels.FINE)


# Components


def test_a_licence_is_named_from_wherever_it_stands():
    about = {
        "expression": None,
        "text": "BSD 3-Clause License\n\nCopyright",
        "classifiers": ["License :: OSI Approved :: BSD License"],
    }
    assert components.name_licence(about) == "BSD License"
    assert components.name_licence(about | {"text": "MIT"}) == "MIT"
    assert components.name_licence(about | {"expression": "MIT AND MPL-2.0"}) == "MIT AND MPL-2.0"
    assert components.name_licence({"expression": None, "text": "UNKNOWN", "classifiers": []}) == "not stated"


def test_the_page_of_components_has_every_pin_of_the_lock_with_its_licence():
    page = components.PAGE.read_text("utf-8")
    rows = {tuple(line.strip("| ").split(" | ")[:2]): line for line in page.splitlines() if line.startswith("| ")}
    for name, version, _ in read_pins(LOCK):
        assert (name, version) in rows, f"{name} {version}: python run.py components"
        assert "not stated" not in rows[name, version]
        assert "not installed here" not in rows[name, version]


def test_uv_is_fetched_by_pip_with_its_hash_checked_and_found_again(tmp_path):
    commands = []

    def run(command):
        commands.append(command)
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin" / tools.UV).write_text("uv", "utf-8")
        return 0, ""

    for _ in range(2):
        uv, _said = tools.fetch_uv(run, "py", ROOT, tmp_path)
        assert uv == tmp_path / "bin" / tools.UV
    (command,) = commands
    assert {"--require-hashes", "--no-deps"} <= set(command)
    assert command[-1] == str(ROOT / "requirements-uv.txt")


def test_nothing_is_built_on_her_machine_and_every_file_is_checked():
    commands = []
    for sources in (False, True):
        tools.install_with_uv(lambda it: commands.append(it) or (0, ""), Path("uv"), "py", [Path("a")], sources=sources)
        tools.install_with_pip(lambda it: commands.append(it) or (0, ""), "py", [Path("a")], sources=sources)
    assert all("--require-hashes" in command for command in commands)
    assert ["--only-binary" in command for command in commands] == [True, True, False, False]
