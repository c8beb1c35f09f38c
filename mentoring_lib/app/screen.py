"""What a command prints: problems, lists, what was made; colours where a terminal shows them."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from mentoring_lib.app import paths
from mentoring_lib.base.problems import NOBODY, Problem, Refused, describe_all
from mentoring_lib.base.texts import count_files, plural

TRACE = "MENTORING_TRACE"  # an environment variable: with it, an unexpected error shows where it happened
Say = Callable[[str], object]
UNEXPECTED = "Negaidīta kļūda ({}: {}). Tā ir rīka kļūda, nevis jūsu; nosūtiet šo rindu rīka uzturētājam."
MAX_LINES = 40  # of one list; the rest stand in atlase.xlsx


def say_nothing(_: str) -> None:
    """For a quiet run."""


def attempt(work: Callable[[], int]) -> int:
    """Do one thing; what cannot be done is said in sentences, never with a traceback."""
    try:
        return work()
    except Refused as refused:
        print("Darbs apturēts:", file=sys.stderr)
        print(show_problems(refused.problems, refused.communities), file=sys.stderr)
    except Exception as error:
        if TRACE in os.environ:
            raise
        print(UNEXPECTED.format(type(error).__name__, error), file=sys.stderr)
    return paths.STOPPED


def summarise_run(out: Path, names: Iterable[str], waiting: Sequence[str], say: Say) -> None:
    """What was made, folder by folder, and what waits for her, a line each."""
    counts = Counter(PurePosixPath(name).parent for name in names)
    say(paint(f"{count_files('Sagatavot', counts.total())} mapē {out}", GOOD))
    for place, count in sorted(counts.items()):
        say(f"  {out / place}: {plural(count, 'datne', 'datnes')}")
    say(paint("Gaida jūs:" if len(waiting) else "Jūs nekas negaida.", BOLD))
    for line in waiting:
        say(f"  {line}")


GOOD, ALERT, BOLD = "1;32", "1;33", "1"  # green, yellow, bold


def paint(text: str, colour: str) -> str:
    """Text in colour, on a terminal that shows colours and whose owner wants them."""
    plain = not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    plain = plain or (os.name == "nt" and "WT_SESSION" not in os.environ)
    return text if plain else f"\033[{colour}m{text}\033[0m"


def print_problems(title: str, problems: Sequence[Problem], communities: Mapping[str, str] = NOBODY) -> None:
    """A heading with their number, then a line for each or for equal ones, up to :data:`MAX_LINES`."""
    if problems:
        print(paint(f"{title} ({len(problems)}):", ALERT))
        print(show_problems(problems, communities))


def show_problems(problems: Iterable[Problem], communities: Mapping[str, str] = NOBODY) -> str:
    """Indented lines, up to :data:`MAX_LINES`."""
    lines = describe_all(problems, communities)
    rest = [f"… un vēl {len(lines) - MAX_LINES}; visi ir datnē atlase.xlsx"] if len(lines) > MAX_LINES else []
    return "\n".join(f"  {line}" for line in [*lines[:MAX_LINES], *rest])


def ask(question: str) -> str:
    """What she types; nothing where nobody is there to answer."""
    try:
        return input(question).strip()
    except EOFError:
        return ""


def is_agreed(question: str) -> bool:
    """Ask; only «jā» is a yes."""
    return ask(question).casefold() == "jā"


def is_meant(name: str) -> bool:
    """Ask her to type the programme's name before something is deleted for good."""
    return ask(f"Dzēšanu nevar atsaukt. Lai dzēstu, ierakstiet programmas nosaukumu ({name}): ") == name


def read_day(text: str) -> date | None:
    """A day as a person writes it: 15.09.2024 or 2024-09-15."""
    for pattern in ("%Y-%m-%d", "%d.%m.%Y"):
        with suppress(ValueError):
            return datetime.strptime(text.strip(), pattern).date()
    return None


def ask_day(question: str) -> date:
    """Ask until the answer is a day."""
    while (day := read_day(input(question))) is None:
        print("Rakstiet datumu kā 15.09.2024.")
    return day


def print_lines(title: str, lines: Sequence[str]) -> None:
    """A heading with their number, then the lines; nothing where there is none."""
    if lines:
        print("\n  ".join([f"{title} ({len(lines)}):", *lines]))


def print_hers(hers: Sequence[tuple[Path, str]]) -> None:
    """What only she may delete."""
    print_lines("Jums jāizdzēš vai jāpārbauda", [f"{path} – {what}" for path, what in hers])
