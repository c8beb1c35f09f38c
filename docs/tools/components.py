"""The list of components with their licences, made from the lock and the installed libraries: ``docs/components.md``.

    python run.py components

A licence is what the library's own metadata says; of what is not installed here (parts for other systems) the list
says so.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from docs.tools.pins import ROOT, read_pins
from launcher import place
from launcher.environment import Environment
from launcher.speech import say

PAGE = ROOT / "docs" / "components.md"
ELSEWHERE = {
    "appnope": "BSD-2-Clause",
    "colorama": "BSD-3-Clause",
    "pywinpty": "MIT",
}  # for other systems: read by hand
NATIVE = (".so", ".pyd", ".dylib", ".dll")
HEAD = """# Components

What the lock (`requirements.txt`) installs, made by `python run.py components`. uv, which installs it, is MIT or
Apache-2.0; in a release for Windows its licences lie beside it.

{count} components, {native} of them with native code, {size:.0f} MB where this was made ({system}).

| Component | Version | Licence, as it says | Native files | MB | Only where |
|---|---|---|---|---|---|
"""
ASK = """
import importlib.metadata, json, sys
found = {}
for one in importlib.metadata.distributions():
    data, files = one.metadata, [str(path) for path in one.files or ()]
    sizes = [path.locate().stat().st_size for path in one.files or ()
             if path.suffix != ".pyc" and path.locate().is_file()]
    found[data["Name"].lower().replace("_", "-").replace(".", "-")] = {
        "expression": data.get("License-Expression"), "text": data.get("License"), "native": sum(
            name.endswith((".so", ".pyd", ".dylib", ".dll")) for name in files),
        "classifiers": data.get_all("Classifier") or [], "size": sum(sizes)}
json.dump(found, sys.stdout)
"""


def name_licence(about: dict[str, object]) -> str:
    """The licence in a few words, from the first of the three places that metadata may have."""
    if about["expression"]:
        return str(about["expression"])
    kinds = [str(one).split(" :: ")[-1] for one in list(about["classifiers"]) if str(one).startswith("License :: ")]  # type: ignore[call-overload]
    text = str(about["text"] or "").strip()
    if text and "\n" not in text and len(text) < 40 and text != "UNKNOWN":
        return text
    return ", ".join(kinds) or "not stated"


def draw_page(lock: str, installed: dict[str, dict[str, object]]) -> str:
    """The page: a row a component, the sums above."""
    rows, native, size = [], 0, 0.0
    for name, version, marker in read_pins(lock):
        about = installed.get(re.sub(r"[._]", "-", name))
        licence = name_licence(about) if about else ELSEWHERE.get(name, "not installed here")
        files = int(str(about["native"])) if about else 0
        megabytes = int(str(about["size"])) / 1e6 if about else 0
        native, size = native + bool(files), size + megabytes
        only = marker.replace("'", "").replace("|", "\\|")
        rows.append(f"| {name} | {version} | {licence} | {files or ''} | {megabytes:.1f} | {only} |\n")
    return HEAD.format(count=len(rows), native=native, size=size, system=sys.platform) + "".join(rows)


def main() -> int:
    """Ask the project's environment and write the page."""
    chosen = place.choose_place(place.this_machine(), str(ROOT), can_write=place.can_write)
    python = Environment(ROOT, Path(chosen.environment), ()).python
    if not Path(python).exists():
        say("components.md not written: first python run.py, so that the libraries can be asked\n")
        return 1
    asked = subprocess.run([python, "-c", ASK], capture_output=True, check=True, env=os.environ | {"PYTHONUTF8": "1"})
    PAGE.write_text(
        draw_page((ROOT / "requirements.txt").read_text("utf-8"), json.loads(asked.stdout)), "utf-8", newline="\n"
    )
    say(f"{PAGE.name} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
