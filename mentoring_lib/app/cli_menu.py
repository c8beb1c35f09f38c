"""Everything by number, for a double click: choose a programme, then what to do."""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from mentoring_lib.app import cli, lab, paths, screen
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.intake.settings import list_programmes
from mentoring_lib.selection.lottery import FROZEN_FILE
from mentoring_lib.workflow import FIGURES_FILE

# What can be done, what to do after a job that ended well, and what is asked before one.
MENU, NEXT, ASKS = cli.TEXTS["menu"], cli.TEXTS["next"], cli.TEXTS["asks"]
FOR_EXAMPLE, COPIED_FIRST = cli.TEXTS["menu_for"]["example"], cli.TEXTS["menu_for"]["copied_first"]


def run_menu(_: argparse.Namespace) -> int:
    """Ask until 0: first which programme, then what to do."""
    labs: list[subprocess.Popen[bytes]] = []
    try:
        while (folder := _choose_programme()) is not None:
            title = f"Programma «{folder.name}»: ko darīt?"
            words = {word: MENU[word] for word in MENU if folder != paths.EXAMPLE or word in FOR_EXAMPLE}
            while (word := _choose(title, words, "atpakaļ")) is not None:
                _do(word, folder, labs)
        if labs:
            input(ASKS["leaving"])
    except (EOFError, KeyboardInterrupt):
        print()
    for server in labs:
        server.terminate()
    return paths.FINE


def _choose(title: str, items: dict[str, str], leave: str) -> str | None:
    """The key of the line she chose, None for 0."""
    print(screen.paint(f"\n{title}", screen.BOLD))
    lines = {str(number): key for number, key in enumerate(items, start=1)}
    for number, key in lines.items():
        print(f"  {number} – {items[key]}")
    print(f"  0 – {leave}")
    while (answer := input("Ierakstiet skaitli un nospiediet Enter: ").strip()) not in {"0", *lines}:
        print("Šāda skaitļa sarakstā nav.")
    return lines.get(answer)


def _choose_programme() -> Path | None:
    names = {path.name: path.name for path in list_programmes(paths.PRIVATE)}
    items = {"": "piemērs (viss izdomāts)", **names, "/": "sākt jaunu programmu"}
    chosen = _choose("Kura programma?", items, "beigt")
    if chosen != "/":
        return chosen if chosen is None else paths.PRIVATE / chosen if chosen else paths.EXAMPLE
    from mentoring_lib.documents.new_programme import check_name

    name = input("Jaunās mapes nosaukums, piemēram, kopienas-2027: ").strip()
    earlier = _choose("Sākt no agrākas programmas?", names, "nē") if names else None
    words = [*(["--from", earlier] if earlier else []), "--"]
    started = screen.attempt(lambda: cli.main(["start", *words, check_name(name)]))
    return paths.PRIVATE / name if started == paths.FINE else _choose_programme()


def _do(word: str, folder: Path, labs: list[subprocess.Popen[bytes]]) -> None:
    where = str(folder)
    if word == "lab":
        screen.attempt(lambda: _add_lab(folder, labs))
    elif word in ("folder", "reports"):
        screen.attempt(lambda: _show_folder(folder if word == "folder" else paths.find_reports(folder)))
    elif word == "freeze" and cli.main(["freeze", where, "--ask"]) != paths.FINE:
        there = (folder / "izloze" / FROZEN_FILE).is_file()
        if there and (reason := screen.ask(ASKS["again"])):
            cli.main(["freeze", where, "--again", reason])
    else:
        if word in COPIED_FIRST and screen.is_agreed(ASKS["copy"]):
            cli.main(["backup", where])
        if word == "freeze" and not screen.is_agreed(ASKS["freeze"]):
            return
        days = [f"--{name}={screen.ask_day(f'Perioda {what} diena: ')}"
                for name, what in (("from", "pirmā"), ("to", "pēdējā")) if word == "period"]  # fmt: skip
        key = [input("Pieteikuma kods: ").strip()] if word in ("about", "forget") else []
        code, erased = cli.main(["run" if word == "period" else word, where, *days, *key]), folder / FIGURES_FILE
        waits = (word, code) == ("freeze", paths.ISSUES) or erased.is_file()
        if code != paths.STOPPED and word in NEXT and not waits:
            print(f"Tālāk: {NEXT[word]}")


def _add_lab(folder: Path, labs: list[subprocess.Popen[bytes]]) -> int:
    labs.append(lab.open_lab(folder))
    return paths.FINE


def _show_folder(folder: Path) -> int:
    """Open a folder in the system's own window; where there is none, its path must do."""
    if not folder.is_dir():
        raise Refused([Problem("folder_missing", details=str(folder))])
    print(f"Mape: {folder}")
    opener = "open" if sys.platform == "darwin" else shutil.which("xdg-open")
    if sys.platform == "win32":
        os.startfile(folder)
    elif opener:
        subprocess.run([opener, str(folder)], check=False)
    return paths.FINE
