"""Commands for set-up, checks and unattended runs; the notebooks are the interface.

Exit codes: 0 fine, 1 something waits for a person, 2 cannot go on. What a command does not need is not imported.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from zoneinfo import ZoneInfo

from mentoring_lib import workflow
from mentoring_lib.app import notebook_process, paths, recall, screen, tracking, writing
from mentoring_lib.base.problems import NOTE, REPORT, SETTLE, Problem, Refused, order_problems
from mentoring_lib.base.texts import plural, show_date
from mentoring_lib.intake.settings import find_settings, find_used, read_settings
from mentoring_lib.intake.workbook import WORKBOOK
from mentoring_lib.selection import lottery
from mentoring_lib.workflow import Inputs, Outlook, Results, name_applications

Command = Callable[[argparse.Namespace], int]
# Each command: what it does, in which function of the room, what stands after it; and what these words mean.
TEXTS = paths.read_table("cli_lv.toml")


def main(words: list[str] | None = None) -> int:
    """Read the words of the command line, do one thing, return its exit code."""
    os.environ.update({name: place for name, place in paths.list_homes().items() if name not in os.environ})
    arguments = _parser().parse_args(words)
    return screen.attempt(lambda: _do(arguments))


def _do(arguments: argparse.Namespace) -> int:
    """One command, its programme found and the folder of its outputs kept to this process."""
    module, _, name = arguments.does.partition(".")
    command: Command = getattr(import_module(f"mentoring_lib.app.{module}"), name)
    if "name" in arguments:
        arguments.folder = paths.find_folder(arguments.name).resolve()
    if "out" not in arguments:
        return command(arguments)
    arguments.place = writing.check_folder(arguments.out or paths.find_reports(arguments.folder))
    with writing.hold(arguments.place, paths.LOCKS):
        return command(arguments)


def _parser() -> argparse.ArgumentParser:
    argparse._ = lambda text: TEXTS["parser"].get(text, text)  # type: ignore[attr-defined]  # what it looks its own up by
    parser = argparse.ArgumentParser(prog="run.py", description="Mentoringa programmas darba grāmata.")
    commands = parser.add_subparsers(required=True, metavar="DARBS")
    for word, command in TEXTS["commands"].items():
        sub = commands.add_parser(word, help=command["help"], description=command["help"])
        sub.set_defaults(does=command["does"])
        sub.register("type", "day", _day)
        sub.register("type", "path", Path)
        for one in command["takes"]:
            sub.add_argument(one.lower(), **TEXTS["words"][one])
    return parser


def _day(text: str) -> date:
    if day := screen.read_day(text):
        return day
    raise argparse.ArgumentTypeError(f"«{text}» nav datums; rakstiet, piemēram, 2024-09-15")


def run(arguments: argparse.Namespace) -> int:
    """Everything for a day, the funder's files for a period, or those of a programme that was erased."""
    folder, out = arguments.folder, arguments.place
    say: screen.Say = screen.say_nothing if arguments.quiet else print
    days = {name: getattr(arguments, name) for name in ("as_of", "starts", "ends")}
    if (folder / workflow.FIGURES_FILE).is_file():
        from mentoring_lib.app import erasing

        return erasing.run_erased(folder, out, say, chosen=any(days.values()))
    if arguments.starts or arguments.ends:
        return _report_period(folder, out, days)
    return _run_once(folder, out, arguments.as_of, say)


def _report_period(folder: Path, out: Path, days: dict[str, date | None]) -> int:
    """The funder's files of a period alone, with its days in their names, in a folder of their own."""
    from mentoring_lib.app import outputs

    inputs, _ = open_inputs(folder, alone=False)
    results = workflow.evaluate(inputs, **days | {"as_of": days["as_of"] or paths.find_day(inputs.programme)})
    made, period = outputs.make_report_files(inputs, results), results.figures.period
    name = f"{period.starts} – {period.ends}"
    place = out.with_name(f"{out.name} periodi") / name
    files = {str(Path(file).with_stem(f"{Path(file).stem} {name}")): made.files[file] for file in made.files}
    notes = writing.write_all(place, files) if files else []
    code = _print_questions(results, made.problems, notes)
    print(f"Pārskats par periodu: {place}" if files else "Pārskats nav izveidots.")
    return code


def _run_once(folder: Path, out: Path, chosen: date | None, say: screen.Say) -> int:
    day = chosen or paths.find_day(read_settings(folder))
    environment = {**os.environ, **workflow.describe_environment(folder, day), paths.STATIC_PAGES: "1"}
    sources = sorted(paths.NOTEBOOKS.glob("[1-9]*.ipynb"))
    with notebook_process.start_notebooks(sources, environment) as make_pages:
        from mentoring_lib.app import kept_letters, outputs, start_page, this_week
        from mentoring_lib.render import html, pdf  # slow: the other process loads its own meanwhile

        inputs, recalled = open_inputs(folder, alone=not chosen)
        results = workflow.evaluate(inputs, as_of=day)
        if _put_on_record(folder, inputs, results, say):  # what is on record is among what the next run reads
            inputs, recalled = open_inputs(folder, alone=not chosen)
            results = workflow.evaluate(inputs, as_of=day)
        pages, made, left_out = _make_files(make_pages, len(sources), inputs, results, quiet=say is screen.say_nothing)
    files = kept_letters.keep_letters(out, made, replacing=not chosen)
    memory = recall.update(recalled, date.today())
    year = start_page.Year((inputs, results), latest=(memory.day, memory.latest))
    pages[start_page.START_PAGE] = "Sākums", start_page.make_start_body(year, files)
    files |= {
        f"{outputs.INTERNAL}/{name}": html.wrap_page(
            title, body, results.stamp, pages=start_page.PAGES, here=name, files=start_page.find_addresses(files)
        )
        for name, (title, body) in sorted(pages.items())
    }
    notes = [*writing.write_all(out, files), *([] if results.final else [Problem("letters_wait")])]
    notes += outputs.check_publicity(inputs.programme)
    if not pdf.CAN_SET:
        notes.append(Problem("pdf_missing"))
    if results.as_of > (last := inputs.programme.keep_personal_data_until):
        notes.append(Problem("keep_over", value=show_date(last)))
    if not (inputs.programme.example or chosen) and results.as_of < date.today():
        notes.append(Problem("day_behind", value=show_date(results.as_of), details=show_date(date.today())))
    recall.write(folder, recalled, memory)
    code = _print_questions(results, left_out, [*notes, *recalled.changes])
    cards, _ = this_week.split_week(this_week.list_cards(results), results.as_of)
    names = workflow.name_applications(results.decided)
    screen.summarise_run(out, files, [this_week.show_card(card, names) for card in cards], say)
    say(f"Sāciet ar: {out / outputs.INTERNAL / start_page.START_PAGE}")
    return code


def _print_questions(results: Outlook, left_out: Sequence[Problem], notes: Sequence[Problem]) -> int:
    """What waits for an answer, what to check, what to know, each in a list of its own; an exit code."""
    settle = [*left_out, *(problem for problem in results.problems if problem.severity == SETTLE)]
    others = [problem for problem in settle if problem not in results.blockers]
    names = name_applications(results.decided)
    screen.print_problems("Kāpēc iznākums ir provizorisks", order_problems(results.blockers), names)
    screen.print_problems("Kavē pārskatu", order_problems(one for one in others if one.blocks == REPORT), names)
    screen.print_problems("Pārbaudiet", order_problems(one for one in others if one.blocks != REPORT), names)
    screen.print_problems("Zināšanai", order_problems(notes), names)
    return paths.ISSUES if settle or results.blockers else paths.FINE


def open_inputs(folder: Path, *, alone: bool = True) -> tuple[Inputs, recall.Recalled]:
    """A programme's inputs, with questions about what is gone since the last run; ``alone``: of no other day or period.

    What the folder lacks is made: the workbook that maps her form, named if all stops, and the tracking workbook. The
    example and reports for a period keep no memory.
    """
    made = tracking.make_form(folder)
    try:
        inputs = workflow.read_inputs(folder)
    except Refused as refused:
        raise Refused([*refused.problems, *made]) from None
    if tracking.make_workbook(folder, inputs):
        print(f"Izveidota: {folder / WORKBOOK}")
        inputs = workflow.read_inputs(folder)
    if inputs.programme.example:
        return inputs, recall.Recalled()
    if used := list(find_used(folder, inputs.programme, paths.PRIVATE)):
        raise Refused(used)
    return recall.recall(folder, inputs) if alone else (inputs, recall.Recalled())


def renew(arguments: argparse.Namespace) -> int:
    """Put today's lists into the tracking workbook."""
    from mentoring_lib.app import renewing

    inputs, _ = open_inputs(arguments.folder)
    if inputs.programme.example:
        print("Piemēra darba grāmatu neatjauno.")
        return paths.FINE
    aside = renewing.renew(arguments.folder, inputs, date.today())
    print(f"Saraksti atjaunoti: {arguments.folder / WORKBOOK}. Iepriekšējā grāmata: {aside}")
    return paths.FINE


def confirm(arguments: argparse.Namespace) -> int:
    """What is gone since the last run was meant to go."""
    _, recalled = open_inputs(arguments.folder)
    problems = [one.problem() for one in recalled.gone]
    screen.print_problems("Kopš iepriekšējās reizes vairs nav", problems)
    if not problems:
        print("Nekas nav pazudis.")
        return paths.FINE
    if not (arguments.yes or screen.is_agreed("Ja viss šis pazuda ar nodomu, ierakstiet jā: ")):
        print("Nekas nav mainīts.")
        return paths.ISSUES
    recall.write(arguments.folder, recalled, recall.answer(recalled))
    print("Turpmāk par to vairs nejautās.")
    return paths.FINE


def _make_files(
    make_pages: notebook_process.MakePages, count: int, inputs: Inputs, results: Results, *, quiet: bool
) -> tuple[dict[str, tuple[str, str]], dict[str, bytes], list[Problem]]:
    """Title and body of each page as its notebook's process executes it, all other files, and what was left out."""
    from tqdm import tqdm

    from mentoring_lib.app import outputs

    total = count + len(outputs.STEPS)
    bar = tqdm(total=total, desc="Burtnīcas", unit="solis", file=sys.stderr, leave=False, disable=quiet)
    pages: dict[str, tuple[str, str]] = {}
    shared = workflow.share_results(inputs, results)  # first: it works out what the documents need too
    with bar, ThreadPoolExecutor(1) as thread:
        others = thread.submit(outputs.make_files, inputs, results, bar.update)
        for name, title, body in make_pages(shared):
            pages[str(Path(name).with_suffix(".html"))] = title, body
            bar.update()
        return pages, *others.result()


def _put_on_record(folder: Path, inputs: Inputs, results: Results, say: screen.Say = print) -> bool:
    """Write beside the frozen list what is settled from now on: the seed, amendments, the day of the decision."""
    records = workflow.list_records(inputs, results)
    for name, text in records.items():
        path = folder / "izloze" / name
        writing.replace_file(path, text.encode("utf-8"))
        say(f"Reģistrēts: {path}")
    return bool(records)


def lab(arguments: argparse.Namespace) -> int:
    """JupyterLab, until she closes it."""
    from mentoring_lib.app.lab import open_lab

    if not (settings := find_settings(arguments.folder)).is_file():
        raise Refused([Problem("file_missing", file=settings.name, details=str(arguments.folder))])
    print("Atver burtnīcas pārlūkā. Lai beigtu, aizveriet šo logu vai nospiediet Ctrl+C.")
    server = open_lab(arguments.folder)
    with suppress(KeyboardInterrupt):
        server.wait()
    server.wait()
    return paths.FINE


def mark(arguments: argparse.Namespace) -> int:
    """A marking sheet for each marker with what she has not been given yet."""
    from mentoring_lib.documents import marking_sheets

    inputs, _ = open_inputs(arguments.folder)
    decided = workflow.evaluate(inputs, as_of=paths.find_day(inputs.programme)).decided
    place = arguments.folder / "vertejumi"
    for marker in inputs.programme.markers:
        unmarked = marking_sheets.select_unmarked(decided, inputs.marks, inputs.sheets["Interešu konflikti"], marker)
        if not len(unmarked):
            print(f"{marker}: visi pieteikumi jau ir lapā, jauna nav vajadzīga")
            continue
        path = place / marking_sheets.name_sheet(marker, {item.name for item in place.glob("*")})
        writing.replace_file(path, marking_sheets.make_marking_sheet(unmarked, marker, inputs.programme))
        print(f"{marker}: {plural(len(unmarked), 'pieteikums', 'pieteikumi')} lapā {path}")
    waiting = decided.loc[decided["state"].eq("unsettled"), "application_id"]
    screen.print_problems("Zināšanai", [Problem("mark_waits", value=key) for key in waiting])
    return paths.ISSUES if len(waiting) else paths.FINE


DIGITS = "Skaitļa avots: {source}\nVai tas dod vismaz 20 ciparus (tāda ir Keno)? Ja dod, ierakstiet jā: "


def _now(time_zone: str) -> datetime:
    """The clock's day and time there, to the second."""
    return datetime.now(ZoneInfo(time_zone)).replace(microsecond=0, tzinfo=None)


def freeze(arguments: argparse.Namespace) -> int:
    """The lottery list, frozen before its seed is known."""
    from mentoring_lib.app import outputs

    inputs, _ = open_inputs(arguments.folder)
    if sources := outputs.find_personal(inputs, arguments.again):
        raise Refused([Problem("personal_public", value="--again", details=sources)])
    text = workflow.make_frozen_record(inputs, now=_now(inputs.programme.call.time_zone), reason=arguments.again or "")
    if arguments.ask:
        return paths.FINE
    source = inputs.programme.lottery.source
    if not (arguments.yes or lottery.gives_enough_digits(source) or screen.is_agreed(DIGITS.format(source=source))):
        print("Saraksts nav noslēgts.")
        return paths.ISSUES
    lot, name = arguments.folder / "izloze", lottery.name_list(inputs.frozen.number + 1 if inputs.frozen else 1)
    checksum = lottery.format_checksum(text, name)
    writing.replace_file(lot / f"{name}{lottery.HASH}", checksum.encode("utf-8"))
    writing.replace_file(lot / name, text.encode("utf-8"))
    frozen = lottery.read_frozen(text.encode("utf-8"), checksum, name)
    print(f"Saraksts noslēgts: {lot / name}. Publicējiet pirms izlozes:\n")
    print(lottery.format_receipt(inputs.programme, frozen, inputs.sheets["Lēmumi"]), end="")
    return paths.FINE


def check(arguments: argparse.Namespace) -> int:
    """Form exports, or whole programmes; the worst of what was found."""
    worst = paths.FINE
    for path in arguments.files:
        if (folder := paths.find_folder(str(path))).is_dir() and not arguments.json:
            worst = max(worst, _check_folder(folder.resolve()))
            continue
        from mentoring_lib.app.check import VERDICTS, as_json, examine

        examined = examine(path, arguments.programme or _nearest_programme(path))
        worst = max(worst, VERDICTS[examined.verdict])
        print(json.dumps(as_json(examined), ensure_ascii=False) if arguments.json else examined.describe())
    return worst


def _check_folder(folder: Path) -> int:
    """What waits in a whole programme, what is due, and what has changed since its last run."""
    from mentoring_lib.app import this_week

    if (folder / workflow.FIGURES_FILE).is_file():
        print("Personas dati ir dzēsti, un šī programma ir noslēgta; tās pārskatu var sagatavot arī turpmāk.")
        return paths.FINE
    inputs, recalled = open_inputs(folder)
    results = workflow.look(inputs, as_of=paths.find_day(inputs.programme))
    notes = [problem for problem in results.problems if problem.severity == NOTE]
    notes += [*recalled.changes, *tracking.find_outdated(folder, inputs)]
    unfilled: list[Problem] = []
    if inputs.template:
        from mentoring_lib.app import outputs  # slow, and only the funder's own document needs all figures

        unfilled = outputs.check_template(inputs.template, inputs, workflow.evaluate(inputs, as_of=results.as_of))
    code = _print_questions(results, unfilled, notes)
    cards, names = this_week.list_cards(results), name_applications(results.decided)
    cards = [card for card in cards if card.codes or card.until]  # the others are the lists above
    screen.print_lines("Darāmais", [this_week.show_card(card, names) for card in cards])
    return paths.ISSUES if cards else code


def _nearest_programme(path: Path) -> Path:
    near = (find_settings(folder) for folder in path.resolve().parents)
    return next(filter(Path.is_file, near), find_settings(paths.EXAMPLE))
