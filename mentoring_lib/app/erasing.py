"""When the time of keeping is over: the figures are kept, personal data that the project made goes.

What a person typed or downloaded is hers to delete; :func:`plan_erasure` lists it. What is left holds no application
code either, since a code can be worked out from an e-mail and a name.
"""

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

import pandas as pd
from pydantic import TypeAdapter

from mentoring_lib import workflow
from mentoring_lib.app import backup, outputs, paths, recall, screen, writing
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.texts import count_files, plural, show_date
from mentoring_lib.documents import funder_report
from mentoring_lib.documents.form_workbook import make_questions
from mentoring_lib.documents.wording import TEXTS
from mentoring_lib.funder.figures import Figures, drop_sentences
from mentoring_lib.intake import loading
from mentoring_lib.intake.settings import read_own_files, read_settings
from mentoring_lib.intake.stones import FILE as STONES
from mentoring_lib.selection import lottery
from mentoring_lib.workflow import FIGURES_FILE, LEXICON, STARTING_POINTS

LOT = "izloze"
WORDS = TEXTS["erasing"]


class Kept(NamedTuple):
    """Figures that were kept, and the SHA-256 of each of the funder's files made from them, by name."""

    figures: Figures
    files: dict[str, str]


@dataclass(frozen=True)
class Plan:
    """What an erasure takes away and what is left to a person.

    ``outputs`` are paths within the folder of outputs, ``inside`` within the programme's folder, both made by the
    project; ``edited`` are those of them that a person has changed since; ``hers`` are paths with what stands there.
    """

    outputs: tuple[str, ...]
    inside: tuple[str, ...]
    edited: tuple[str, ...]
    hers: tuple[tuple[Path, str], ...]


def write_figures(figures: Figures, files: Mapping[str, bytes]) -> bytes:
    """Everything the funder's files are made from, as JSON that gives back the same values, with its own SHA-256.

    Parameters
    ----------
    figures : Figures
    files : mapping of str to bytes
        The funder's files made from them, by name.
    """
    kinds = get_type_hints(Figures)
    plain = {field.name: _write_value(getattr(figures, field.name), kinds[field.name]) for field in fields(Figures)}
    content = {"figures": plain, "files": _digest(files)}
    return _show({"sha256": hashlib.sha256(_show(content)).hexdigest(), **content})


def _digest(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}


def _show(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


def _write_value(value: Any, kind: Any) -> Any:
    if kind is not pd.DataFrame:
        return TypeAdapter(kind).dump_python(value, mode="json")
    return [[name, str(value[name].dtype), [_write_cell(cell) for cell in value[name]]] for name in value.columns]


def _write_cell(cell: Any) -> Any:
    if pd.isna(cell):
        return None
    return cell.isoformat() if isinstance(cell, pd.Timestamp) else getattr(cell, "item", lambda: cell)()


def read_figures(content: bytes) -> Kept:
    """Read what :func:`write_figures` wrote.

    Raises
    ------
    Refused
        If it was changed since, or is damaged.
    """
    try:
        read = json.loads(content)
        if read.pop("sha256") != hashlib.sha256(_show(read)).hexdigest():
            raise ValueError(FIGURES_FILE)
        kinds = get_type_hints(Figures)
        figures = Figures(**{name: _read_value(read["figures"][name], kind) for name, kind in kinds.items()})
    except (ValueError, KeyError, TypeError, AttributeError):  # also a ValidationError
        raise Refused([Problem("figures_broken", file=FIGURES_FILE)]) from None
    return Kept(figures, read["files"])


def _read_value(value: Any, kind: Any) -> Any:
    if kind is not pd.DataFrame:
        return TypeAdapter(kind).validate_python(value)
    return pd.DataFrame({name: _read_column(dtype, cells) for name, dtype, cells in value})


def _read_column(dtype: str, cells: list[Any]) -> pd.Series:
    if dtype == "object":
        return pd.Series([tuple(cell) if isinstance(cell, list) else cell for cell in cells], dtype="object")
    return pd.Series(cells, dtype=dtype)


def plan_erasure(folder: Path, out: Path, programme: Programme) -> Plan:
    """Sort every file of a programme: made by the project, or hers.

    Parameters
    ----------
    folder : Path
        The programme's folder.
    out : Path
        Its outputs.
    programme : Programme

    Notes
    -----
    What she edited of the project's files goes too: a corrected letter holds the same personal data. What the project
    never made stays, and is listed.
    """
    hashes, _ = writing.read_manifest(out)
    project = programme.project
    stays = {programme.file, FIGURES_FILE, STARTING_POINTS.name, LEXICON.name, *project.logos, project.template}
    files, typed = _list_files(out), [name for name in _list_files(folder) if out not in (folder / name).parents]
    known = [name for name in files if hashes.get(name)]
    ours = {name for name in known if name.startswith(f"{outputs.INTERNAL}/")}
    made = [name for name in files if name in ours or _is_temporary(name)]
    changed = [name for name in known if not writing.is_ours(out, name, hashes)]
    inside = [name for name in typed if _is_ours(folder / name, name)]
    left = [name for name in typed if name not in (*stays, *inside) and not name.endswith(lottery.HASH)]
    hers = [(folder / name, WORDS["hers"].get(name.partition("/")[0], WORDS["other"])) for name in left]
    asked = {f"{outputs.PUBLIC}/{name}" for name in make_questions(programme)}  # nobody's data
    hers += [(out / name, WORDS["other"]) for name in files if name not in (*known, *made, *asked)]
    hers += [(out / name, WORDS["changed"]) for name in changed if name.startswith(f"{outputs.FUNDER}/")]
    links = [path for place in (folder, out) for path in sorted(place.rglob("*")) if writing.is_link(path)]
    hers += [(path, WORDS["link"]) for path in links]
    hers += [(path, WORDS["copy"]) for path in backup.list_backups(folder)]
    if programme.markers or programme.lottery.witnesses:
        hers.append((folder / programme.file, WORDS["names"]))
    return Plan(tuple(made), tuple(inside), tuple(name for name in changed if name in ours), tuple(hers))


def _list_files(folder: Path) -> list[str]:
    """Paths within a folder; files behind a link are not among them, nor is a link itself."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != writing.MANIFEST]
    names = sorted(path.relative_to(folder).as_posix() for path in files)
    return [name for name in names if not writing.find_link(folder, name)]


def _is_temporary(name: str) -> bool:
    begin, end = writing.TEMPORARY
    return name.rpartition("/")[2].startswith(begin) and name.endswith(end)


def _is_ours(path: Path, name: str) -> bool:
    """Whether the project made a file of the programme's folder that holds personal data."""
    place = name.partition("/")[0]
    return (
        (place == paths.COPIES and (".ipynb_checkpoints" in name or (paths.NOTEBOOKS / path.name).is_file()))
        or place == recall.FOLDER
        or name == STONES
        or _is_temporary(name)
        or (place == LOT and lottery.is_own_file(path.name))
    )


def erase(folder: Path, out: Path, plan: Plan) -> list[Problem]:
    """Delete what the project made; a file that is open elsewhere stays and is told.

    Safe to repeat: what is gone already is passed over, and the list of outputs is written last.
    """
    stuck = [folder / name for name in plan.inside if not writing.try_remove(folder, name)]
    if out.is_dir():
        stuck += [out / name for name in writing.remove_files(out, plan.outputs)]
    return [Problem("erase_open", file=str(path)) for path in stuck]


def keep_figures(folder: Path, out: Path) -> tuple[bytes | None, list[Problem]]:
    """What is to be kept, proved to make the same report, or None if it is kept already or cannot be any more.

    Raises
    ------
    Refused
        While a question stands that the report waits for.
    """
    if (folder / FIGURES_FILE).is_file():
        read_figures((folder / FIGURES_FILE).read_bytes())
        return None, []
    if not loading.list_files(folder / "pieteikumi"):
        return None, [Problem("erase_blind")]
    inputs = workflow.read_inputs(folder)
    results = workflow.evaluate(inputs, as_of=paths.find_day(inputs.programme))
    if results.report_blockers:  # such a report was never made, and could not be corrected any more
        raise Refused(results.report_blockers, workflow.name_applications(results.decided))
    report, figures = outputs.make_report(inputs, results), drop_sentences(results.figures)
    files = funder_report.make_funder_files(figures, inputs.programme, inputs.logos, inputs.template)
    content = write_figures(figures, files)
    outputs.refuse_personal_data({FIGURES_FILE: content}, inputs, results)
    kept = read_figures(content)
    if funder_report.make_funder_files(kept.figures, inputs.programme, inputs.logos, inputs.template) != files:
        raise RuntimeError(FIGURES_FILE)
    sent = {path.name: path.read_bytes() for path in loading.list_files(out / outputs.FUNDER)}
    differing = sorted(name for name in report if name in sent and sent[name] != report[name])
    return content, [Problem("erase_report", details=", ".join(differing))] if differing else []


def run_erase(arguments: argparse.Namespace) -> int:
    """Keep the figures, show what will go, ask unless she is sure, delete, list what is left to her; an exit code."""
    folder, out = arguments.folder, arguments.place
    if folder == paths.EXAMPLE:
        raise Refused([Problem("erase_example")])
    programme = read_settings(folder)
    figures, notes = keep_figures(folder, out)
    if (last := programme.keep_personal_data_until) >= date.today():
        notes.append(Problem("erase_early", value=show_date(last)))
    plan = plan_erasure(folder, out, programme)
    screen.print_problems("Zināšanai", notes)
    ours = [*(folder / name for name in plan.inside), *(out / name for name in plan.outputs)]
    counts = Counter(path.parent for path in ours)
    made = [f"{place}: {plural(count, 'datne', 'datnes')}" for place, count in counts.items()]
    screen.print_lines("Rīks izdzēsīs to, ko pats sagatavojis", made)
    screen.print_lines("Tostarp to, kas mainīts ar roku", [str(out / name) for name in plan.edited])
    if ours and not (arguments.yes or screen.is_meant(folder.name)):
        print("Nekas nav izdzēsts.")
        return paths.ISSUES
    if figures is not None:
        writing.replace_file(folder / FIGURES_FILE, figures)
        print(f"Pārskata skaitļi saglabāti: {folder / FIGURES_FILE}")
        print("Pārskatu varēs izveidot arī turpmāk: «sagatavot visus dokumentus».")
    stuck = erase(folder, out, plan)
    print(count_files("Izdzēst", len(ours) - len(stuck)))
    screen.print_problems("Neizdevās", stuck)
    screen.print_hers(plan.hers)
    screen.print_lines("Un tas, ko rīks neredz", WORDS["elsewhere"])
    return paths.ISSUES


def run_erased(folder: Path, out: Path, say: screen.Say, *, chosen: bool) -> int:
    """Make the funder's files again from the figures that were kept; an exit code. No day or period can be chosen."""
    kept = read_figures((folder / FIGURES_FILE).read_bytes())
    day = kept.figures.stamp.as_of
    if chosen:
        raise Refused([Problem("figures_day", value=show_date(day))])
    programme = read_settings(folder)
    logos, template = read_own_files(folder, programme)
    files = funder_report.make_funder_files(kept.figures, programme, logos, template)
    notes = writing.write_all(out, {f"{outputs.FUNDER}/{name}": content for name, content in files.items()})
    differing = sorted({name for name, _ in kept.files.items() ^ _digest(files).items()})
    notes += [Problem("figures_differ", details=", ".join(differing))] if differing else []
    screen.print_problems("Zināšanai", notes)
    made_from = f"pārskats atjaunots no datnes {FIGURES_FILE}, dati par {show_date(day)}"
    say(f"Personas dati ir dzēsti; {made_from}.")
    if not differing:
        say("Tas līdz pēdējam baitam ir tāds pats kā dzēšanas dienā.")
    say(f"{count_files('Sagatavot', len(files))} mapē {out}")
    hers = plan_erasure(folder, out, programme).hers
    screen.print_hers(hers)
    return paths.ISSUES if hers else paths.FINE
