"""Where the programme stands in its year, what waits for the coordinator, and where everything lies.

Shown twice from the same tables: in the first notebook, and as the page that opens the folder of outputs. Nothing is
decided here; what cannot be read yet is listed with what to do, so that an empty programme has a start page too.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatch
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import quote

from mentoring_lib.app import kept_letters, outputs, paths, this_week
from mentoring_lib.base.problems import Problem, Refused, describe
from mentoring_lib.base.texts import plural, show_date
from mentoring_lib.render.tables import Html
from mentoring_lib.workflow import EXAMPLE, FIGURES_FILE, FOLDER_VARIABLE, Inputs, Results, open_programme

_WORDS = paths.read_table("start_page_lv.toml")
# The stages of a year in order, and what the coordinator does in each.
STAGES = _WORDS["stages"]

START_PAGE = "0_sakums.html"
# Address and name of every page, in order.
PAGES = ((START_PAGE, "Sākums"), *((f"{name}.html", text) for name, text in _WORDS["notebooks"].items()))


@dataclass(frozen=True)
class Year:
    """One programme as far as it can be read: its results, what stands in the way, or neither once it was erased."""

    opened: tuple[Inputs, Results] | None = None
    problems: tuple[Problem, ...] = ()
    latest: tuple[str, Sequence[str]] = ("", ())  # day and lines of the latest change of her files


def open_year(environment: Mapping[str, str]) -> Year:
    """Read the programme a notebook was opened for (see :func:`workflow.open_programme`), or what stands in the way."""
    if (Path(environment.get(FOLDER_VARIABLE, EXAMPLE)) / FIGURES_FILE).is_file():
        return Year()
    try:
        return Year(open_programme(environment))
    except Refused as refused:
        return Year(problems=tuple(refused.problems))


class Stage(NamedTuple):
    """A stage of the year: "done", "now" (the first that is not done) or "later"; what is so and what to do."""

    name: str
    phase: str
    facts: str
    advice: str


def list_stages(year: Year) -> list[Stage]:
    """The eight stages of the year.

    A programme that cannot be read is at its first stage, or at the second if only applications miss; one whose
    personal data were erased is through.
    """
    if year.opened:
        stages = _follow(*year.opened)
    else:
        filled = {problem.code for problem in year.problems} <= {"applications_missing"}
        stages = [(filled, ""), *[(not year.problems, "")] * (len(STAGES) - 1)]
    now = next((number for number, (done, _) in enumerate(stages) if not done), len(stages))
    return [
        Stage(name, "done" if done else "now" if number == now else "later", facts, advice)
        for number, ((name, advice), (done, facts)) in enumerate(zip(STAGES.items(), stages, strict=True))
    ]


def _follow(inputs: Inputs, results: Results) -> list[tuple[bool, str]]:
    """Whether each stage is done, and one fact about it."""
    programme, day, ledger = inputs.programme, results.as_of, results.ledger
    deadline, ends, kept = programme.call.deadline, programme.project.ends, programme.keep_personal_data_until
    open_codes = {problem.code for problem in results.blockers}
    states = results.decided["state"]
    eligible = results.scored[results.scored["state"].eq("eligible")]
    marked = int(eligible["clarity"].notna().sum())
    undone = int(ledger[["open", "booked", "held_incomplete"]].sum().sum())
    frozen = "saraksts noslēgts" if inputs.frozen else "saraksts vēl nav noslēgts"
    drawn = "skaitlis ir" if programme.lottery.seed else "skaitļa vēl nav"
    came = f"{plural(len(states), 'pieteikums', 'pieteikumi')}; termiņš {show_date(deadline)}"
    return [
        (True, "aizpildīta"),
        (day > deadline and not states.eq("unsettled").any(), came),
        (day > deadline and not open_codes & {"mark_missing", "mark_gap"}, f"novērtēti {marked} no {len(eligible)}"),
        (inputs.frozen is not None and "seed_missing" not in open_codes, f"{frozen}; {drawn}"),
        (results.final, "iznākums galīgs" if results.final else "iznākums provizorisks"),
        (results.final and not undone, f"sniegtas {int(ledger['delivered'].sum())} no {programme.planned}"),
        (day > kept, f"projekts līdz {show_date(ends)}"),
        (False, f"drīkst glabāt līdz {show_date(kept)}"),
    ]


def _find_entry(name: str) -> str:
    """What a page lists of a file of a run, as seen from it: the file, or the folder of its place that it lies in."""
    place, first, *deeper = PurePosixPath(name).parts
    return ("" if place == outputs.INTERNAL else f"../{place}/") + first + "/" * bool(deeper)


def find_addresses(names: Iterable[str]) -> dict[str, str]:
    """Address of each file of a run as seen from a page, by the file's name; of folders, by theirs with a "/"."""
    return {re.sub(r"^\.\./\w+/", "", entry): quote(entry) for entry in map(_find_entry, names)}


def _describe_file(key: str, count: int) -> tuple[str, str]:
    """The group of a file or folder of a run, and what it is called there."""
    for group, told in _WORDS["groups"].items():
        for name, text in told.items():
            if name not in ("title", "note", "none") and fnmatch(key.removeprefix("../"), name):
                return group, text.replace("{count}", str(count)).replace("{name}", PurePosixPath(key).name)
    return "keep", key.removeprefix("../")


def show_files(names: Iterable[str]) -> str:
    """What a run made besides the pages, in three groups by what to do with it; every file or its folder is linked."""
    besides = [name for name in names if not name.endswith(".html") or name.startswith(f"{outputs.PUBLIC}/")]
    counts = Counter(_find_entry(name) for name in besides if not name.startswith(kept_letters.ASIDE))
    links: dict[str, list[str]] = {group: [] for group in _WORDS["groups"]}
    pictures: list[str] = []
    for key in counts:
        group, text = _describe_file(key, counts[key])
        link = f'<li><a href="{quote(key)}">{escape(text)}</a></li>'
        (pictures if key.endswith((".png", ".svg")) else links[group]).append(link)
    folded = f"<details><summary>attēli atsevišķi ({len(pictures)})</summary><ul>{''.join(pictures)}</ul></details>"
    parts = []
    for group, items in links.items():
        words: Any = _WORDS["groups"][group]
        more = folded if group == "funder" and pictures else ""
        listed = f"<ul>{''.join(items)}</ul>" if items else f"<p>{words['none']}</p>"
        note = f'<p class="small">{words["note"]}</p>'
        parts.append(f'<section class="group">\n<h3>{words["title"]}</h3>\n{listed}{more}\n{note}</section>')
    return f'<div class="groups">{"".join(parts)}</div>'


def show_line(year: Year) -> str:
    """The year as one line of eight marks, with what to do only in the current stage and the next."""
    stages, current = list_stages(year), {"now": ' aria-current="step"'}
    items = "".join(
        f'<li class="{one.phase}"{current.get(one.phase, "")}><b>{"✓" if one.phase == "done" else n}</b> '
        f"{escape(one.name)}</li>"
        for n, one in enumerate(stages, 1)
    )
    ahead = [one for one in stages if one.phase != "done"]
    told = (
        f"<p><b>{label}:</b> {escape('; '.join(filter(None, (one.name, one.facts))))}. {escape(one.advice)}</p>"
        for label, one in zip(("Tagad", "Nākamais"), ahead, strict=False)
    )
    return f'<ol class="stages">{items}</ol>\n{"".join(told)}'


def make_start_body(year: Year, names: Collection[str]) -> str:
    """The start page's body: what to do this week, the year as a line, what a run made, what changed (HTML)."""
    parts = ["<h1>Sākums</h1>", show_year(year), "<h2>Datnes</h2>", show_files(names), *_show_latest(year)]
    return "\n".join([*parts, *_show_replaced(names)])


def show_year(year: Year) -> str:
    """What to do this week and the year as a line (HTML)."""
    return "\n".join([*_show_week(year), "<h2>Programmas gads</h2>", show_line(year)])


def show_start(year: Year) -> Html:
    """The same in an open notebook: a page's link opens its notebook, and no address or telephone stands in it."""
    linked = re.sub(r'(<a href="\d_\w+)\.html"', r'\1.ipynb"', show_year(year))
    return Html(re.sub(r'<a href="(?!\d_)[^"]*">(.*?)</a>', "", linked), "Sākums")


def _show_week(year: Year) -> Iterator[str]:
    if year.opened is None:
        told = _list_lines(map(describe, year.problems))
        yield f"<h2>Kas gaida jūs</h2>\n{told}" if year.problems else "<p>Šonedēļ nekas nav jādara.</p>"
        return
    _, results = year.opened
    now, later = this_week.split_week(this_week.list_cards(results), results.as_of)
    upcoming = this_week.list_next(results, later)
    yield f"<h2>Šonedēļ <small>dati {show_date(results.as_of)}</small></h2>"
    yield this_week.show_cards(now, results.as_of) or "<p>Šonedēļ nekas nav jādara.</p>"
    items = "".join(
        f'<li>{escape(what)} <a href="{escape(link[0])}">{escape(link[1])} →</a></li>' for _, what, link in upcoming
    )
    if items:
        yield f'<h3>{"Pēc tam" if now else "Nākamais"}</h3>\n<ul class="next">{items}</ul>'


def _list_lines(lines: Iterable[str]) -> str:
    return "<ul>\n" + "".join(f"<li>{escape(line)}</li>\n" for line in lines) + "</ul>"


def _show_latest(year: Year) -> Iterator[str]:
    day, lines = year.latest
    if lines:
        yield f"<h2>Pēdējās izmaiņas datnēs ({show_date(date.fromisoformat(day))})</h2>\n{_list_lines(lines)}"


def _show_replaced(names: Iterable[str]) -> Iterator[str]:
    if replaced := kept_letters.list_replaced(names):
        told = _list_lines(replaced)
        yield f"<h2>Vēstules, ko aizstāj jaunākas</h2>\n<p>Iepriekšējās ir mapē vestules/vecas.</p>\n{told}"
