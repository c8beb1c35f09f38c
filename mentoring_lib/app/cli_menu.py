"""Everything by number, for a double click: choose a programme, then what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from mentoring_lib.app import paths
from mentoring_lib.app.lab import open_lab
from mentoring_lib.app.screen import BOLD, ask_day, attempt, is_agreed, paint
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.intake.settings import list_programmes

MENU = {
    "check": "pārbaudīt, kas jādara un kas kavē",
    "lab": "atvērt sākuma lapu un burtnīcas pārlūkā",
    "run": "sagatavot visus dokumentus",
    "period": "sagatavot pārskatu par periodu",
    "renew": "atjaunot darba grāmatas sarakstus",
    "start": "pārbaudīt iestatījumus",
    "mark": "sagatavot vērtētāju lapas",
    "freeze": "noslēgt izlozes sarakstu (tikai vienu reizi)",
    "meant": "apstiprināt, ka pazudušais bija domāts",
    "backup": "sagatavot mapes kopiju",
    "about": "sagatavot visu, ko glabā par vienu pieteikumu",
    "forget": "dzēst viena pieteikuma datus (ja to lūdz)",
    "erase": "dzēst personas datus (pēc glabāšanas termiņa)",
    "folder": "atvērt programmas mapi",
    "reports": "atvērt dokumentu mapi",
}
FOR_EXAMPLE = ("check", "lab", "run", "period", "reports")
NEXT = {
    "check": "Kas kavē, to izlemiet darba grāmatā un pārbaudiet vēlreiz; kad nekas nekavē, sagatavojiet dokumentus.",
    "run": "Atveriet dokumentu mapi; sāciet ar mapes ieksejie lapu 0_sakums.html.",
    "period": "Pārskatu salīdziniet ar lapu «5. Pārskats» un nosūtiet finansētājam.",
    "renew": "Atveriet darba grāmatu: jaunie pieteikumi ir sarakstos un lapā «Tēmas».",
    "mark": "Nosūtiet katram vērtētājam savu lapu; aizpildītās ielieciet mapē vertejumi.",
    "freeze": "Publicējiet apliecinājumu pirms izlozes; pēc izlozes skaitli ierakstiet iestatījumos.",
    "backup": "Pārkopējiet kopiju uz citu disku.",
}
"""What to do after a job that ended well."""

COPIED_FIRST = ("freeze", "renew", "forget", "erase")  # jobs before which a copy is offered
COPY = "Vai vispirms sagatavot mapes kopiju? Ja jā, ierakstiet jā: "
FREEZE = "Pēc noslēgšanas sarakstu nemaina. Lai turpinātu, ierakstiet jā: "
Main = Callable[[list[str]], int]
"""Takes the words of a command line, returns its exit code."""
LEAVING = "JupyterLab tiks aizvērta. Saglabājiet atvērtās burtnīcas pārlūkā un nospiediet Enter: "


def run_menu(main: Main) -> int:
    """Ask until 0: first which programme, then what to do; ``main`` does it."""
    labs: list[subprocess.Popen[bytes]] = []
    try:
        while (folder := _choose_programme(main)) is not None:
            title = f"Programma «{folder.name}»: ko darīt?"
            words = {word: MENU[word] for word in MENU if folder != paths.EXAMPLE or word in FOR_EXAMPLE}
            while (word := _choose(title, words, "atpakaļ")) is not None:
                _do(word, folder, labs, main)
        if labs:
            input(LEAVING)
    except (EOFError, KeyboardInterrupt):
        print()
    for lab in labs:
        lab.terminate()
    return paths.FINE


def _choose(title: str, items: dict[str, str], leave: str) -> str | None:
    """The key of the line she chose, None for 0."""
    print(paint(f"\n{title}", BOLD))
    lines = {str(number): key for number, key in enumerate(items, start=1)}
    for number, key in lines.items():
        print(f"  {number} – {items[key]}")
    print(f"  0 – {leave}")
    while (answer := input("Ierakstiet skaitli un nospiediet Enter: ").strip()) not in {"0", *lines}:
        print("Šāda skaitļa sarakstā nav.")
    return lines.get(answer)


def _choose_programme(main: Main) -> Path | None:
    names = [path.name for path in list_programmes(paths.PRIVATE)]
    items = {"": "piemērs (viss izdomāts)", **{name: name for name in names}, "/": "sākt jaunu programmu"}
    chosen = _choose("Kura programma?", items, "beigt")
    if chosen != "/":
        return chosen if chosen is None else paths.PRIVATE / chosen if chosen else paths.EXAMPLE
    from mentoring_lib.documents.new_programme import check_name

    name = input("Jaunās mapes nosaukums, piemēram, kopienas-2027: ").strip()
    earlier = _choose("Sākt no agrākas programmas?", {one: one for one in names}, "nē") if names else None
    words = [*(["--from", earlier] if earlier else []), "--"]
    started = attempt(lambda: main(["start", *words, check_name(name)]))
    return paths.PRIVATE / name if started == paths.FINE else _choose_programme(main)


def _do(word: str, folder: Path, labs: list[subprocess.Popen[bytes]], main: Main) -> None:
    where = str(folder)
    if word == "lab":
        attempt(lambda: _add_lab(folder, labs))
    elif word in ("folder", "reports"):
        attempt(lambda: _show_folder(folder if word == "folder" else paths.find_reports(folder)))
    elif word == "freeze" and main(["freeze", where, "--ask"]) != paths.FINE:
        return
    else:
        if word in COPIED_FIRST and is_agreed(COPY):
            main(["backup", where])
        if word == "freeze" and not is_agreed(FREEZE):
            return
        days = [f"--{name}={ask_day(f'Perioda {what} diena: ')}"
                for name, what in (("from", "pirmā"), ("to", "pēdējā")) if word == "period"]  # fmt: skip
        key = [input("Pieteikuma kods: ").strip()] if word in ("about", "forget") else []
        if main(["run" if word == "period" else word, where, *days, *key]) != paths.STOPPED and word in NEXT:
            print(f"Tālāk: {NEXT[word]}")


def _add_lab(folder: Path, labs: list[subprocess.Popen[bytes]]) -> int:
    labs.append(open_lab(folder))
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
