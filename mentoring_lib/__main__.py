"""Commands for set-up, checks and unattended runs; the notebooks are the interface.

Exit codes: 0 fine, 1 something waits for a person, 2 cannot go on. What a command does not need is not imported.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any

from mentoring_lib.errors import SETTLE, Problem, Refused, describe, list_texts
from mentoring_lib.texts import plural, show_date

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "data" / "example"
PRIVATE = ROOT / "data" / "private"
NOTEBOOKS = ROOT / "notebooks"
PICTURES = ROOT / "docs" / "images"
MESSAGES = ROOT / "docs" / "zinojumi.md"
FINE, ISSUES, STOPPED = 0, 1, 2
TRACE = "MENTORING_TRACE"  # an environment variable: with it, an unexpected error shows where it happened
UNEXPECTED = "Negaidīta kļūda ({}: {}). Tā ir programmas kļūda, nevis jūsu; nosūtiet šo rindu programmas uzturētājam."
MANY_PROBLEMS = 40  # lines; the rest stand in atlase.xlsx


def main(words: list[str] | None = None) -> int:
    """Read the words of the command line, do one thing, return its exit code."""
    arguments = _parser().parse_args(words)
    try:
        return int(arguments.command(arguments))
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
    run.add_argument("--out", type=Path, help="kur rakstīt; citādi reports/NOSAUKUMS")
    start = add("start", _start, "sagatavo mapi jaunai programmai: programmas datni un darba grāmatu", named=False)
    start.add_argument("name", metavar="NOSAUKUMS", help="mapes nosaukums zem data/private vai ceļš")
    add("lab", _lab, "atver burtnīcas pārlūkā")
    add("mark", _mark, "sagatavo vērtētāju lapas; esošās nemaina")
    add("freeze", _freeze, "iesaldē izlozes sarakstu, pirms zināms izlozes skaitlis")
    add("refresh", _refresh, "pārraksta burtnīcas, README attēlus un ziņojumu lapu", named=False)
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
    from mentoring_lib import export, programme, starting, workflow

    given = Path(arguments.name)
    folder = given.parent / starting.check_name(given.name) if len(given.parts) > 1 else (
        PRIVATE / starting.check_name(arguments.name))  # fmt: skip
    for place in (folder, *(folder / name for name in starting.FOLDERS)):
        export.check_folder(place)
    settings, book = folder / programme.FILE_NAME, folder / workflow.WORKBOOK
    new = [path for path in (settings, book, *(folder / name for name in starting.FOLDERS)) if not path.exists()]
    for name in starting.FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    if settings in new:
        example = (EXAMPLE / programme.FILE_NAME).read_text("utf-8")
        export.replace_file(settings, starting.empty_programme(example, today=date.today()).encode("utf-8"))
    if book in new:
        export.replace_file(book, starting.make_tracking_workbook(programme.read_programme(settings)))
    print(f"Mape {folder}")
    for path in (settings, *(folder / name for name in starting.FOLDERS), book):
        print(f"  {path.name}: {'izveidots' if path in new else 'jau ir, atstāts, kā bija'}")
    if new:
        print(f"Tālāk: aizpildiet {programme.FILE_NAME} un ielieciet veidlapas eksportu mapē pieteikumi.")
    return FINE


def _run(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from mentoring_lib import export, outputs, pages, workflow

    folder = find_folder(arguments.name).resolve()
    out = export.check_folder(arguments.out or ROOT / "reports" / folder.name)
    inputs = workflow.read_inputs(folder)
    results = workflow.evaluate(inputs, as_of=arguments.as_of)
    _record_seed(folder, inputs)
    environment = {**os.environ, **workflow.describe_environment(folder, results.as_of)}
    notebooks = sorted(NOTEBOOKS.glob("*.ipynb"))
    total = len(notebooks) + len(outputs.STEPS)
    with (
        tqdm(total=total, desc="Burtnīcas", unit="solis", file=sys.stderr, leave=False) as bar,
        ThreadPoolExecutor(1) as beside,
    ):
        others = beside.submit(outputs.make_files, inputs, results, lambda _: bar.update())
        ready = workflow.hand_over(inputs, results)
        executed = pages.execute_notebooks(notebooks, environment, lambda _: bar.update(), ready)
        made = pages.make_pages(executed, results.stamp)
        files = {f"{outputs.INTERNAL}/{name}": page for name, page in made.items()} | others.result()
    notes = [*export.write_all(out, files), *([] if results.final else [Problem("letters_wait")])]
    if results.as_of > (last := inputs.programme.keep_personal_data_until):
        notes.append(Problem("keep_over", value=show_date(last)))
    settle = [problem for problem in results.problems if problem.severity == SETTLE]
    _print_problems("Zināšanai", notes)
    _print_problems("Jautājumi jums", settle)
    _print_problems("Iznākums ir provizorisks, jo", results.blockers)
    print(f"Sagatavots: {plural(len(files), 'datne', 'datnes')} mapē {out}")
    return ISSUES if settle or results.blockers else FINE


def _record_seed(folder: Path, inputs: Any) -> None:
    """Put the seed on record beside the frozen list, once; from then on another one is refused."""
    from mentoring_lib import export, lottery

    path = folder / "izloze" / lottery.RECORD_FILE
    if inputs.frozen is not None and inputs.programme.lottery.seed is not None and not path.exists():
        export.replace_file(path, lottery.write_record(inputs.programme, inputs.frozen).encode("utf-8"))
        print(f"Izlozes skaitlis reģistrēts: {path}")


def _print_problems(title: str, problems: Sequence[Problem]) -> None:
    if problems:
        print(f"{title} ({len(problems)}):")
    for problem in problems[:MANY_PROBLEMS]:
        print(f"  {describe(problem)}")
    if len(problems) > MANY_PROBLEMS:
        print("  … pārējie ir datnē atlase.xlsx")


def _lab(arguments: argparse.Namespace) -> int:
    from mentoring_lib import programme, workflow

    folder = find_folder(arguments.name).resolve()
    if not (folder / programme.FILE_NAME).is_file():
        raise Refused([Problem("file_missing", file=programme.FILE_NAME, details=str(folder))])
    place = NOTEBOOKS
    if folder != EXAMPLE:
        place = folder / "burtnicas"
        place.mkdir(parents=True, exist_ok=True)
        for path in sorted(NOTEBOOKS.glob("*.ipynb")):
            if not (place / path.name).exists():
                shutil.copyfile(path, place / path.name)
    os.environ.update(workflow.describe_environment(folder, None))
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", str(place)])
    return FINE


def _mark(arguments: argparse.Namespace) -> int:
    from mentoring_lib import export, marking, workflow

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
        export.replace_file(path, marking.make_marking_sheet(unmarked, marker, inputs.programme))
        print(f"{marker}: {plural(len(unmarked), 'pieteikums', 'pieteikumi')} lapā {path}")
    waiting = decided.loc[decided["state"].eq("unsettled"), "application_id"]
    _print_problems("Zināšanai", [Problem("mark_waits", value=key) for key in waiting])
    return ISSUES if len(waiting) else FINE


def _freeze(arguments: argparse.Namespace) -> int:
    from mentoring_lib import export, lottery, workflow

    folder = find_folder(arguments.name)
    text = workflow.freeze(workflow.read_inputs(folder))
    lot = folder / "izloze"
    export.replace_file(lot / lottery.FROZEN_FILE, text.encode("utf-8"))
    export.replace_file(lot / lottery.FROZEN_HASH, lottery.show_checksum(text).encode("utf-8"))
    print(f"Iesaldēts: {lot / lottery.FROZEN_FILE}. Publicējiet šo SHA-256 pirms izlozes:")
    print(lottery.show_checksum(text), end="")
    return FINE


def _refresh(_: argparse.Namespace) -> int:
    from tqdm import tqdm

    from mentoring_lib import export, outputs, pages, workflow

    notebooks = sorted(NOTEBOOKS.glob("*.ipynb"))
    environment = workflow.describe_environment(EXAMPLE, None)
    with tqdm(total=len(notebooks), desc="Burtnīcas", file=sys.stderr, leave=False) as bar:
        done = pages.execute_notebooks(notebooks, {**os.environ, **environment}, lambda _: bar.update())
    for path in notebooks:
        export.replace_file(path, pages.write_notebook(done[path.name]))
    export.replace_file(MESSAGES, list_texts().encode("utf-8"))
    for name, picture in outputs.draw_pictures(*workflow.open_programme(environment)).items():
        export.replace_file(PICTURES / name, picture)
    print(f"Pārrakstītas: {plural(len(notebooks), 'burtnīca', 'burtnīcas')} mapē {NOTEBOOKS}")
    return FINE


def _bench(arguments: argparse.Namespace) -> int:
    import subprocess

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
    for folder in path.resolve().parents:
        if (folder / "programme.toml").is_file():
            return folder / "programme.toml"
    return EXAMPLE / "programme.toml"


def _show_check(found: dict[str, Any]) -> str:
    lines = [f"{found['file']}: {found['message']}"]
    for item in found["problems"]:
        where = f"{item['row']}. rinda: " if item["row"] else ""
        lines.append(f"  {where}{item['message']}. {item['advice']}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
