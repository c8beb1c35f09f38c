"""A new programme: its folder, its settings to fill in, and what is still lacking in them.

What exists is never touched. The only random thing of the whole project is made here: the salt of the codes.
"""

import argparse
import secrets
from datetime import date
from pathlib import Path

from mentoring_lib import workflow
from mentoring_lib.app import outputs, paths, screen, writing
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.settings import problem_of
from mentoring_lib.base.texts import show_date
from mentoring_lib.documents import new_programme, privacy_notice
from mentoring_lib.documents.form_workbook import make_questions
from mentoring_lib.intake.settings import find_settings, find_used, read_own_files, read_settings


def start(arguments: argparse.Namespace) -> int:
    """Make what a programme's folder lacks, say what its settings lack; an exit code.

    Parameters
    ----------
    arguments : Namespace
        ``name`` of a folder in data/private, or a path; ``earlier``, a programme whose settings to begin from, or None:
        what must be new is left empty.
    """
    folder, earlier = _find_place(arguments.name), arguments.earlier
    if (folder / workflow.FIGURES_FILE).is_file():
        print("Personas dati ir dzēsti, un šī programma ir noslēgta; tās pārskatu var sagatavot arī turpmāk.")
        return paths.FINE
    settings = find_settings(folder)
    if earlier and settings.exists():
        raise Refused([Problem("settings_there", file=settings.name, details=str(folder))])
    before = read_settings(paths.find_folder(earlier)) if earlier else None
    if before and before.example:
        raise Refused([Problem("start_example")])
    places = [writing.check_folder(folder / part) for part in new_programme.FOLDERS]
    there = {path for path in (settings, *places) if path.exists()}
    for place in places:
        place.mkdir(parents=True, exist_ok=True)
    if settings not in there:
        writing.replace_file(settings, new_programme.make_settings(before, salt=secrets.token_hex(16)))
    lacking = _check(folder)
    print(f"Mape {folder}")
    for path in (settings, *places):
        print(f"  {path.name}: {'jau ir, atstāta, kā bija' if path in there else 'izveidota'}")
    screen.print_problems(f"Tālāk: aizpildiet {settings.name} un pārbaudiet vēlreiz. Vēl vajadzīgs", lacking)
    if not lacking:
        print("Tālāk: ielieciet veidlapas eksportu mapē pieteikumi un izvēlieties «pārbaudīt, kas jādara un kas kavē».")
    return paths.FINE


def _find_place(name: str) -> Path:
    wanted = Path(name)
    inside = wanted.parent if len(wanted.parts) > 1 else paths.PRIVATE
    return inside / new_programme.check_name(wanted.name if len(wanted.parts) > 1 else name)


def _check(folder: Path) -> list[Problem]:
    """What the settings lack; once they are whole, the questions for her forms and the notice are written."""
    try:
        programme = read_settings(folder)
    except Refused as refused:
        return refused.problems
    out = paths.find_reports(folder)
    files = make_questions(programme)
    print(f"Jautājumi veidlapai un aptaujām: {out / outputs.PUBLIC} ({', '.join(files)})")
    if notice := privacy_notice.make_notice(programme):
        files[privacy_notice.FILE] = notice
        print(f"  {privacy_notice.FILE}: turpat")
    for name, content in files.items():
        if not writing.add_file(out, f"{outputs.PUBLIC}/{name}", content):
            print(f"  {name}: mainīta pēc izveidošanas, tāpēc atstāta, kā bija")
    screen.print_problems("Zināšanai", privacy_notice.check_notice(programme))
    return check_settings(folder, programme)


def check_settings(folder: Path, programme: Programme) -> list[Problem]:
    """What only shows beside other files: logos, the funder's document, today, her other programmes."""
    problems = []
    try:
        read_own_files(folder, programme)
    except Refused as refused:
        problems += refused.problems
    if programme.as_of and programme.as_of > date.today():
        problems.append(problem_of("day_ahead", programme, "as_of", value=show_date(programme.as_of)))
    return problems + list(find_used(folder, programme, paths.PRIVATE))
