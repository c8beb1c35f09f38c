"""Commands for set-up, checks and unattended runs; the notebooks are the interface.

Exit codes: 0 fine, 1 something waits for a person, 2 cannot go on. What a command does not need is not imported.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from mentoring_lib.errors import SETTLE, Problem, Refused, describe, list_texts, sort_problems
from mentoring_lib.texts import plural, show_date

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "data" / "example"
PRIVATE = ROOT / "data" / "private"
NOTEBOOKS = ROOT / "notebooks"
PICTURES = ROOT / "docs" / "images"
MESSAGES = ROOT / "docs" / "zinojumi.md"
HANDBOOK = ("rokasgramata", "zinojumi", "izlozes_parbaude")  # pages of docs, one offline page together
JUPYTER = ROOT / ".cache" / "jupyter"  # nothing in anybody's home
COPIES = "burtnicas"
START = "0_sakums.ipynb"
FINE, ISSUES, STOPPED = 0, 1, 2
TRACE = "MENTORING_TRACE"  # an environment variable: with it, an unexpected error shows where it happened
Say = Callable[[str], object]
UNEXPECTED = "Negaidīta kļūda ({}: {}). Tā ir rīka kļūda, nevis jūsu; nosūtiet šo rindu rīka uzturētājam."
MANY_PROBLEMS = 40  # lines; the rest stand in atlase.xlsx
LAB_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},  # all cells in the page: search, print
}
MENU = {
    "lab": "atvērt sākuma lapu un burtnīcas pārlūkā",
    "run": "sagatavot visas izdrukas",
    "start": "pārbaudīt programmas datni",
    "mark": "sagatavot vērtētāju lapas",
    "freeze": "iesaldēt izlozes sarakstu (tikai vienu reizi)",
    "erase": "dzēst personas datus (pēc glabāšanas termiņa)",
    "folder": "atvērt programmas mapi",
    "reports": "atvērt izdruku mapi",
}
FOR_EXAMPLE = ("lab", "run", "reports")
NEW_PROGRAMME = "sākt jaunu programmu"


def main(words: list[str] | None = None) -> int:
    """Read the words of the command line, do one thing, return its exit code."""
    arguments = _parser().parse_args(words)
    return _attempt(lambda: int(arguments.command(arguments)))


def _attempt(work: Callable[[], int]) -> int:
    """Do one thing; what cannot be done is said in sentences, never with a traceback."""
    try:
        return work()
    except Refused as refused:
        print("Darbs apturēts:", file=sys.stderr)
        for problem in refused.problems:
            print(f"  {describe(problem)}", file=sys.stderr)
    except Exception as error:
        if TRACE in os.environ:
            raise
        print(UNEXPECTED.format(type(error).__name__, error), file=sys.stderr)
    return STOPPED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py", description="Mentoringa programmas darba grāmata.")
    commands = parser.add_subparsers(required=True, metavar="DARBS")

    def add(name: str, command: Any, text: str, *, named: bool = True) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=command)
        if named:
            sub.add_argument("name", nargs="?", help="mape zem data/private vai ceļš; bez tā – piemērs")
        return sub

    run = add("run", _run, "izpilda burtnīcas un sagatavo visas izdrukas")
    run.add_argument("--as-of", type=_day, help="stāvokļa diena: 2024-09-15 vai 15.09.2024")
    run.add_argument("--from", dest="starts", type=_day, help="pārskata perioda pirmā diena; citādi projekta sākums")
    run.add_argument("--to", dest="ends", type=_day, help="pārskata perioda pēdējā diena; citādi projekta beigas")
    run.add_argument("--out", type=Path, help="kur rakstīt; citādi reports/NOSAUKUMS")
    run.add_argument("--quiet", action="store_true", help="rāda tikai to, kas jāzina vai jāizlemj")
    start = add("start", _start, "sagatavo mapi jaunai programmai: programmas datni un darba grāmatu", named=False)
    start.add_argument("name", metavar="NOSAUKUMS", help="mapes nosaukums zem data/private vai ceļš")
    add("menu", _menu, "izvēlne: visi darbi bez komandu rakstīšanas", named=False)
    add("lab", _lab, "atver sākuma lapu un burtnīcas pārlūkā")
    add("mark", _mark, "sagatavo vērtētāju lapas; esošās nemaina")
    add("freeze", _freeze, "iesaldē izlozes sarakstu, pirms zināms izlozes skaitlis")
    erase = add("erase", _erase, "izdzēš personas datus, ko sagatavojis rīks; skaitļi paliek", named=False)
    erase.add_argument("name", metavar="NOSAUKUMS", help="mape zem data/private vai ceļš")
    erase.add_argument("--out", type=Path, help="kur ir izdrukas; citādi reports/NOSAUKUMS")
    erase.add_argument("--yes", action="store_true", help="nejautāt, vai tiešām dzēst")
    add("refresh", _refresh, "pārraksta burtnīcas, README attēlus, ziņojumu lapu un rokasgrāmatas lapu", named=False)
    bench = add("bench", _bench, "mēra ātrumu blakus citiem rīkiem un pārraksta docs/benchmarks.md", named=False)
    bench.add_argument("--quick", action="store_true", help="tikai mazie apjomi, neko neraksta")
    check = add("check", _check, "pārbauda pieteikumu datnes", named=False)
    check.add_argument("files", nargs="+", type=Path, metavar="DATNE")
    check.add_argument("--programme", type=Path, help="programmas datne; citādi tuvākā programme.toml")
    check.add_argument("--json", action="store_true", help="viens JSON objekts rindā par katru datni")
    return parser


def _day(text: str) -> date:
    for pattern in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    raise argparse.ArgumentTypeError(f"«{text}» nav datums; rakstiet, piemēram, 2024-09-15")


def find_folder(name: str | None) -> Path:
    """A programme's folder: the example, a folder of data/private, or a path."""
    if name is None:
        return EXAMPLE
    private = PRIVATE / name
    return private if private.is_dir() else Path(name)


def _start(arguments: argparse.Namespace) -> int:
    from mentoring_lib import programme, starting, workflow, writing

    given = Path(arguments.name)
    inside = given.parent if len(given.parts) > 1 else PRIVATE
    folder = inside / starting.check_name(given.name if len(given.parts) > 1 else arguments.name)
    settings, book = folder / programme.FILE_NAME, folder / workflow.WORKBOOK
    places = [writing.check_folder(folder / name) for name in starting.FOLDERS]
    targets = (settings, *places, book)
    there = {path for path in targets if path.exists()}
    for place in places:
        place.mkdir(parents=True, exist_ok=True)
    if settings not in there:
        example = (EXAMPLE / programme.FILE_NAME).read_text("utf-8")
        writing.replace_file(settings, starting.empty_programme(example, today=date.today()).encode("utf-8"))
    blank = starting.blank_programme(programme.read_programme(EXAMPLE), folder.name)
    made = untouched = starting.make_tracking_workbook(blank)
    waiting: list[Problem] = []
    try:
        made = starting.make_tracking_workbook(programme.read_programme(settings))
    except Refused as refused:
        waiting = refused.problems
    if book not in there or (made != untouched and book.read_bytes() == untouched):
        writing.replace_file(book, made)
        there.discard(book)
    print(f"Mape {folder}")
    for path in targets:
        print(f"  {path.name}: {'jau ir, atstāts, kā bija' if path in there else 'izveidots'}")
    _print_problems(f"Tālāk: aizpildiet {programme.FILE_NAME} un pārbaudiet to vēlreiz. Vēl vajadzīgs", waiting)
    if not waiting:
        print("Tālāk: ielieciet veidlapas eksportu mapē pieteikumi.")
    return FINE


def _run(arguments: argparse.Namespace) -> int:
    from mentoring_lib import press, workflow, writing

    say: Say = str if arguments.quiet else print  # str says nothing
    folder = find_folder(arguments.name).resolve()
    out = writing.check_folder(arguments.out or ROOT / "reports" / folder.name)
    if (folder / workflow.FIGURES_FILE).is_file():
        return _run_erased(folder, out, arguments)
    days = {"as_of": arguments.as_of, "starts": arguments.starts, "ends": arguments.ends}
    environment = {**os.environ, **workflow.describe_environment(folder, **days)}
    sources = sorted(NOTEBOOKS.glob("[1-9]*.ipynb"))
    with press.start_press(sources, environment) as printed:
        from mentoring_lib import desk, outputs, pages  # slow: the press loads its own meanwhile

        inputs = workflow.read_inputs(folder)
        results = workflow.evaluate(inputs, **days)
        _record_seed(folder, inputs, say)
        files = _make_files(printed, len(sources), inputs, results, quiet=arguments.quiet)
    year = desk.Year(folder, (inputs, results))
    body = desk.make_start_body(year, files)
    files[f"{outputs.INTERNAL}/{desk.START_PAGE}"] = pages.wrap_page("Sākums", body, results.stamp)
    notes = [*writing.write_all(out, files), *([] if results.final else [Problem("letters_wait")])]
    if results.as_of > (last := inputs.programme.keep_personal_data_until):
        notes.append(Problem("keep_over", value=show_date(last)))
    if not (inputs.programme.example or arguments.as_of) and results.as_of < date.today():
        notes.append(Problem("day_behind", value=show_date(results.as_of), details=show_date(date.today())))
    settle = [problem for problem in results.problems if problem.severity == SETTLE]
    _print_problems("Zināšanai", notes)
    _print_problems("Jautājumi jums", settle)
    _print_problems("Iznākums ir provizorisks, jo", sort_problems(results.blockers))
    _summarise(out, files, desk.list_waiting(year), say)
    say(f"Sāciet ar: {out / outputs.INTERNAL / desk.START_PAGE}")
    return ISSUES if settle or results.blockers else FINE


def _make_files(printed: Any, count: int, inputs: Any, results: Any, *, quiet: bool) -> dict[str, bytes]:
    """The pages of so many notebooks as the press prints them (see :mod:`press`), and beside it everything else."""
    from tqdm import tqdm

    from mentoring_lib import outputs, pages, workflow

    total = count + len(outputs.STEPS)
    bar = tqdm(total=total, desc="Burtnīcas", unit="solis", file=sys.stderr, leave=False, disable=quiet)
    made: dict[str, bytes] = {}
    with bar, ThreadPoolExecutor(1) as thread:
        others = thread.submit(outputs.make_files, inputs, results, lambda _: bar.update())
        for name, title, body in printed(workflow.hand_over(inputs, results)):
            path = f"{outputs.INTERNAL}/{Path(name).with_suffix('.html')}"
            made[path] = pages.wrap_page(title, body, results.stamp)
            bar.update()
        return dict(sorted(made.items())) | others.result()


def _summarise(out: Path, names: Iterable[str], waiting: Any, say: Say) -> None:
    """What was made, folder by folder, and what waits for her (see :func:`desk.list_waiting`)."""
    counts = Counter(PurePosixPath(name).parent for name in names)
    say(_paint(f"Sagatavots: {plural(counts.total(), 'datne', 'datnes')} mapē {out}", GOOD))
    for place, count in sorted(counts.items()):
        say(f"  {out / place}: {plural(count, 'datne', 'datnes')}")
    say(_paint("Gaida jūs:" if len(waiting) else "Jūs nekas negaida.", BOLD))
    for row in waiting.itertuples():
        say(f"  {row.what}: {row.amount} (skatiet «{row.where}»)")


GOOD, ALERT, BOLD = "1;32", "1;33", "1"  # green, yellow, bold


def _paint(text: str, colour: str) -> str:
    """Text in colour, on a terminal that shows colours and whose owner wants them."""
    plain = not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    if plain or (os.name == "nt" and "WT_SESSION" not in os.environ):
        return text
    return f"\033[{colour}m{text}\033[0m"


def _record_seed(folder: Path, inputs: Any, say: Say = print) -> None:
    """Put the seed on record beside the frozen list, once; from then on another one is refused."""
    from mentoring_lib import lottery, writing

    path = folder / "izloze" / lottery.RECORD_FILE
    if inputs.frozen is not None and inputs.programme.lottery.seed is not None and not path.exists():
        writing.replace_file(path, lottery.write_record(inputs.programme, inputs.frozen).encode("utf-8"))
        say(f"Izlozes skaitlis reģistrēts: {path}")


def _print_problems(title: str, problems: Sequence[Problem]) -> None:
    if problems:
        print(_paint(f"{title} ({len(problems)}):", ALERT))
    for problem in problems[:MANY_PROBLEMS]:
        print(f"  {describe(problem)}")
    if len(problems) > MANY_PROBLEMS:
        print("  … pārējie ir datnē atlase.xlsx")


def _lab(arguments: argparse.Namespace) -> int:
    from mentoring_lib import programme

    folder = find_folder(arguments.name).resolve()
    if not (folder / programme.FILE_NAME).is_file():
        raise Refused([Problem("file_missing", file=programme.FILE_NAME, details=str(folder))])
    print("Atver burtnīcas pārlūkā. Lai beigtu, aizveriet šo logu vai nospiediet Ctrl+C.")
    server = _open_lab(folder)
    try:
        server.wait()
    except KeyboardInterrupt:
        server.wait()
    return FINE


def _open_lab(folder: Path) -> subprocess.Popen[bytes]:
    """Renew the working copies of the notebooks and start JupyterLab on the first; committed files stay as they are."""
    from mentoring_lib import pages, workflow, writing

    root = ROOT / "reports" / EXAMPLE.name if folder == EXAMPLE else folder
    told = workflow.describe_environment(folder)
    homes = {f"JUPYTER_{kind}_DIR": str(JUPYTER / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    environment = {**os.environ, **told, **homes, "IPYTHONDIR": str(JUPYTER / "ipython")}
    config = JUPYTER / "config"
    writing.replace_file(config / "labconfig" / "default_setting_overrides.json", json.dumps(LAB_SETTINGS).encode())
    writing.replace_file(config / "custom" / "custom.css", pages.LAB_STYLE.encode())
    _print_problems("Zināšanai", _renew_copies(root / COPIES, environment))
    options = [
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{COPIES}/{START}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.custom_css=True",
        "--LabApp.extension_manager=readonly",  # asks no package registry
        "--KernelManager.transport_encryption=auto",
        "--log-level=ERROR",
        "-y",  # Ctrl+C asks nothing
    ]
    return subprocess.Popen([sys.executable, "-m", "jupyterlab", *options], env=environment)


def _renew_copies(place: Path, environment: dict[str, str]) -> list[Problem]:
    """Copy the notebooks that are missing or have changed, unless she has edited hers; the first one is executed."""
    import nbformat

    from mentoring_lib import notebooks, writing

    problems = []
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        original = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        copy, first = place / path.name, path.name == START
        found = notebooks.judge_copy(copy.read_bytes(), original) if copy.is_file() else "old"
        if found == "edited":
            problems.append(Problem("notebook_edited", file=path.name))
        elif found == "old" or first:
            shown = notebooks.execute_notebooks([path], environment)[path.name] if first else original
            writing.replace_file(copy, notebooks.copy_notebook(shown, keep_outputs=first))
    return problems


def _menu(_: argparse.Namespace) -> int:
    """Everything by number, for a double click: choose a programme, then what to do, until 0."""
    labs: list[subprocess.Popen[bytes]] = []
    try:
        while (folder := _choose_programme()) is not None:
            title = f"Programma «{folder.name}»: ko darīt?"
            words = {word: MENU[word] for word in MENU if folder != EXAMPLE or word in FOR_EXAMPLE}
            while (word := _choose(title, words, "atpakaļ")) is not None:
                _do(word, folder, labs)
    except (EOFError, KeyboardInterrupt):
        print()
    for lab in labs:
        lab.terminate()
    return FINE


def _choose(title: str, items: dict[str, str], leave: str) -> str | None:
    """The key of the line she chose, None for 0."""
    print(_paint(f"\n{title}", BOLD))
    lines = {str(number): key for number, key in enumerate(items, start=1)}
    for number, key in lines.items():
        print(f"  {number} – {items[key]}")
    print(f"  0 – {leave}")
    while (answer := input("Ierakstiet skaitli un nospiediet Enter: ").strip()) not in {"0", *lines}:
        print("Šāda skaitļa sarakstā nav.")
    return lines.get(answer)


def _choose_programme() -> Path | None:
    own = sorted(path.parent.name for path in PRIVATE.glob("*/programme.toml"))
    items = {"": "piemērs (viss izdomāts)", **{name: name for name in own}, "/": NEW_PROGRAMME}
    chosen = _choose("Kura programma?", items, "beigt")
    if chosen != "/":
        return chosen if chosen is None else PRIVATE / chosen if chosen else EXAMPLE
    from mentoring_lib.starting import check_name

    name = input("Jaunās mapes nosaukums, piemēram, kopienas-2027: ").strip()
    started = _attempt(lambda: main(["start", "--", check_name(name)]))
    return PRIVATE / name if started == FINE else _choose_programme()


def _do(word: str, folder: Path, labs: list[subprocess.Popen[bytes]]) -> None:
    if word == "lab":
        _attempt(lambda: _add_lab(folder, labs))
    elif word in ("folder", "reports"):
        _attempt(lambda: _show_folder(folder if word == "folder" else ROOT / "reports" / folder.name))
    elif word != "freeze" or input("Pēc iesaldēšanas sarakstu nemaina. Lai turpinātu, ierakstiet jā: ") == "jā":
        main([word, *([] if folder == EXAMPLE else [str(folder)])])


def _add_lab(folder: Path, labs: list[subprocess.Popen[bytes]]) -> int:
    labs.append(_open_lab(folder))
    return FINE


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
    return FINE


def _mark(arguments: argparse.Namespace) -> int:
    from mentoring_lib import marking, workflow, writing

    folder = find_folder(arguments.name)
    inputs = workflow.read_inputs(folder)
    decided = workflow.evaluate(inputs).decided
    place = folder / "vertejumi"
    for marker in inputs.programme.markers:
        unmarked = marking.select_unmarked(decided, inputs.marks, marker)
        if not len(unmarked):
            print(f"{marker}: visi pieteikumi jau ir lapā, jauna nav vajadzīga")
            continue
        path = place / marking.name_sheet(marker, {item.name for item in place.glob("*")})
        writing.replace_file(path, marking.make_marking_sheet(unmarked, marker, inputs.programme))
        print(f"{marker}: {plural(len(unmarked), 'pieteikums', 'pieteikumi')} lapā {path}")
    waiting = decided.loc[decided["state"].eq("unsettled"), "application_id"]
    _print_problems("Zināšanai", [Problem("mark_waits", value=key) for key in waiting])
    return ISSUES if len(waiting) else FINE


def _freeze(arguments: argparse.Namespace) -> int:
    from mentoring_lib import lottery, workflow, writing

    folder = find_folder(arguments.name)
    text = workflow.freeze(workflow.read_inputs(folder))
    lot = folder / "izloze"
    writing.replace_file(lot / lottery.FROZEN_FILE, text.encode("utf-8"))
    writing.replace_file(lot / lottery.FROZEN_HASH, lottery.show_checksum(text).encode("utf-8"))
    print(f"Iesaldēts: {lot / lottery.FROZEN_FILE}. Publicējiet šo SHA-256 pirms izlozes:")
    print(lottery.show_checksum(text), end="")
    return FINE


def _erase(arguments: argparse.Namespace) -> int:
    from mentoring_lib import erasing, programme, workflow, writing

    folder = find_folder(arguments.name).resolve()
    if folder == EXAMPLE:
        raise Refused([Problem("erase_example")])
    settings = programme.read_programme(folder / programme.FILE_NAME)
    out = writing.check_folder(arguments.out or ROOT / "reports" / folder.name)
    figures, notes = _keep_figures(folder, out)
    if (last := settings.keep_personal_data_until) >= date.today():
        notes.append(Problem("erase_early", value=show_date(last)))
    plan = erasing.plan_erasure(folder, out, settings, {path.name for path in NOTEBOOKS.glob("*.ipynb")})
    _print_problems("Zināšanai", notes)
    ours = [*(folder / name for name in plan.own), *(out / name for name in plan.made)]
    counts = Counter(path.parent for path in ours)
    made = [f"{place}: {plural(count, 'datne', 'datnes')}" for place, count in counts.items()]
    _print_lines("Rīks izdzēsīs to, ko pats sagatavojis", made)
    _print_lines("Tostarp to, ko esat mainījusi", [str(out / name) for name in plan.edited])
    if ours and not (arguments.yes or _is_meant(folder.name)):
        print("Nekas nav izdzēsts.")
        return ISSUES
    if figures is not None:
        writing.replace_file(folder / workflow.FIGURES_FILE, figures)
        print(f"Pārskata skaitļi saglabāti: {folder / workflow.FIGURES_FILE}")
        print("Pārskatu ar run varēs izveidot arī turpmāk.")
    stuck = erasing.erase(folder, out, plan)
    print(f"Izdzēsts: {plural(len(ours) - len(stuck), 'datne', 'datnes')}")
    _print_problems("Neizdevās", stuck)
    _print_hers(plan.hers)
    _print_lines("Un tas, ko rīks neredz", erasing.ELSEWHERE)
    return ISSUES


def _keep_figures(folder: Path, out: Path) -> tuple[bytes | None, list[Problem]]:
    """What is to be kept, proved to make the same report, or None if it is kept already or cannot be any more."""
    from mentoring_lib import erasing, loading, outputs, report, workflow

    if (folder / workflow.FIGURES_FILE).is_file():
        erasing.read_figures((folder / workflow.FIGURES_FILE).read_bytes())
        return None, []
    if not loading.list_files(folder / "pieteikumi"):
        return None, [Problem("erase_blind")]
    inputs = workflow.read_inputs(folder)
    results = workflow.evaluate(inputs)
    files = outputs.make_report(inputs, results)
    content = erasing.write_figures(results.figures, files)
    outputs.refuse_personal_data({workflow.FIGURES_FILE: content}, inputs, results)
    kept = erasing.read_figures(content)
    if report.make_funder_files(kept.figures, inputs.programme, inputs.logos, inputs.template) != files:
        raise RuntimeError(workflow.FIGURES_FILE)
    standing = {path.name: path.read_bytes() for path in loading.list_files(out / outputs.FUNDER)}
    differing = [name for name in erasing.compare_files(kept, standing) if name in files] if standing else []
    return content, [Problem("erase_report", details=", ".join(differing))] if differing else []


def _is_meant(name: str) -> bool:
    try:
        return input(f"Dzēšanu nevar atsaukt. Lai dzēstu, ierakstiet programmas nosaukumu ({name}): ").strip() == name
    except EOFError:
        return False


def _print_lines(title: str, lines: Sequence[str]) -> None:
    if lines:
        print("\n  ".join([f"{title} ({len(lines)}):", *lines]))


def _print_hers(hers: Sequence[tuple[Path, str]]) -> None:
    _print_lines("Jums pašai jāizdzēš vai jāpārbauda", [f"{path} – {what}" for path, what in hers])


def _run_erased(folder: Path, out: Path, arguments: argparse.Namespace) -> int:
    """Make the funder's files again from the figures that were kept."""
    from mentoring_lib import erasing, outputs, programme, report, workflow, writing

    say: Say = str if arguments.quiet else print  # str says nothing
    kept = erasing.read_figures((folder / workflow.FIGURES_FILE).read_bytes())
    day, period = kept.figures.stamp.as_of, kept.figures.period
    wanted = (arguments.as_of or day, arguments.starts or period.starts, arguments.ends or period.ends)
    if wanted != (day, period.starts, period.ends):
        raise Refused([Problem("figures_day", value=show_date(day))])
    settings = programme.read_programme(folder / programme.FILE_NAME)
    logos, template = programme.read_logos(folder, settings), programme.read_template(folder, settings)
    files = report.make_funder_files(kept.figures, settings, logos, template)
    notes = writing.write_all(out, {f"{outputs.FUNDER}/{name}": content for name, content in files.items()})
    differing = erasing.compare_files(kept, files)
    notes += [Problem("figures_differ", details=", ".join(differing))] if differing else []
    _print_problems("Zināšanai", notes)
    made_from = f"pārskats atjaunots no datnes {workflow.FIGURES_FILE}, stāvoklis uz {show_date(day)}"
    say(f"Personas dati ir dzēsti; {made_from}.")
    if not differing:
        say("Tas līdz pēdējam baitam ir tāds pats kā dzēšanas dienā.")
    say(f"Sagatavots: {plural(len(files), 'datne', 'datnes')} mapē {out}")
    plan = erasing.plan_erasure(folder, out, settings, {path.name for path in NOTEBOOKS.glob("*.ipynb")})
    _print_hers(plan.hers)
    return ISSUES if plan.hers else FINE


def _refresh(_: argparse.Namespace) -> int:
    from tqdm import tqdm

    from mentoring_lib import handbook, notebooks, outputs, workflow, writing

    sources = sorted(NOTEBOOKS.glob("*.ipynb"))
    environment = workflow.describe_environment(EXAMPLE)
    with tqdm(total=len(sources), desc="Burtnīcas", file=sys.stderr, leave=False) as bar:
        done = notebooks.execute_notebooks(sources, {**os.environ, **environment}, lambda *_: bar.update())
    for path in sources:
        writing.replace_file(path, notebooks.write_notebook(done[path.name]))
    writing.replace_file(MESSAGES, list_texts().encode("utf-8"))
    for name, picture in outputs.draw_pictures(*workflow.open_programme(environment)).items():
        writing.replace_file(PICTURES / name, picture)
    texts = {name: (ROOT / "docs" / f"{name}.md").read_text("utf-8") for name in HANDBOOK}
    pictures = {path.name: path.read_bytes() for path in sorted(PICTURES.iterdir())}
    writing.replace_file(ROOT / "docs" / f"{HANDBOOK[0]}.html", handbook.make_handbook(texts, pictures))
    print(f"Pārrakstītas: {plural(len(sources), 'burtnīca', 'burtnīcas')} mapē {NOTEBOOKS}")
    return FINE


def _bench(arguments: argparse.Namespace) -> int:
    words = ["-m", "benchmarks.bench", *(["--quick"] if arguments.quick else [])]
    return subprocess.call([sys.executable, *words], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})


def _check(arguments: argparse.Namespace) -> int:
    from mentoring_lib.checking import check_file

    worst = FINE
    for path in arguments.files:
        found = check_file(path, arguments.programme or _nearest_programme(path))
        worst = max(worst, {"load": FINE, "load_with_issues": ISSUES, "reject": STOPPED}[found["verdict"]])
        print(json.dumps(found, ensure_ascii=False) if arguments.json else _show_check(found))
    return worst


def _nearest_programme(path: Path) -> Path:
    near = (folder / "programme.toml" for folder in path.resolve().parents)
    return next(filter(Path.is_file, near), EXAMPLE / "programme.toml")


def _show_check(found: dict[str, Any]) -> str:
    lines = [f"{found['file']}: {found['message']}"]
    for item in found["problems"]:
        where = f"{item['row']}. rinda: " if item["row"] else ""
        lines.append(f"  {where}{item['message']}. {item['advice']}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
