"""The workbook's own work, piece by piece, and the bare operation that each is measured against."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from child import serve

from benchmarks.generate import make_scored
from mentoring_lib import workflow
from mentoring_lib.app.check import check_file, no_decisions
from mentoring_lib.base.programme import Programme, read_programme
from mentoring_lib.delivery import matching
from mentoring_lib.intake.applications import read_applications
from mentoring_lib.selection import allocation, lottery

Work = Callable[[], Any]
SEED, CALL = "1" * 20, "X"


def _programme() -> Programme:
    return read_programme(workflow.EXAMPLE / "programme.toml")


def load(path: str) -> Work:
    """A form export to the clean table, with every problem of a single row."""
    programme = _programme()
    return lambda: len(read_applications([Path(path)], programme)[0])


def check(path: str) -> Work:
    """The same, with duplicates and everything a person must settle."""
    return lambda: len(check_file(Path(path), workflow.EXAMPLE / "programme.toml")["applications"])


def read_csv(path: str) -> Work:
    """The bare read of the same file, in the same environment."""
    return lambda: len(pd.read_csv(path, dtype="str", keep_default_na=False))


def rank(rows: int) -> Work:
    """Tier, place within the group, lot: the whole order, tickets given."""
    scored, rule = make_scored(rows), _programme().rule
    return lambda: len(allocation.rank(allocation.grade(scored, rule)))


def match(path: str) -> Work:
    """Mentors at the exact optimum, ties by code, from the themes on: the mentor of each community, -1 for none."""
    import scipy.optimize  # noqa: F401, PLC0415  imported in the work's time otherwise

    told = json.loads(Path(path).read_text("utf-8"))

    def work() -> list[int]:
        themes = range(7)
        wanted = np.array([[theme in own for theme in themes] for own in told["wanted"]], dtype=np.int64)
        known = np.array([[theme in own for theme in themes] for own in told["known"]], dtype=np.int64)
        shared = wanted @ known.T
        allowed = shared > 0
        allowed[tuple(np.array(told["conflicts"]).reshape(-1, 2).T)] = False
        load, room = np.zeros(len(known), dtype=np.int64), np.full(len(known), told["room"])
        return matching.assign(told["theme_points"] * shared, allowed, load, room, step=told["load_points"]).tolist()

    return work


def draw(argument: tuple[list[str], int]) -> Work:
    """Fourteen places by the rule and the lot, with the same least places by municipality; given as (towns, least)."""
    towns, least = argument
    programme = _programme()
    decisions = no_decisions(programme)
    about = {"municipality": pd.Series(towns, dtype="str"), "submitted_at": pd.Timestamp("2023-08-01")}
    about |= {"state": "eligible", "state_reason": "", "file": "", "sheet": "", "row": range(len(towns))}
    scored = make_scored(len(towns)).drop(columns="ticket").assign(**about)
    minimum = dict.fromkeys(sorted(set(towns)), least)

    def work() -> int:
        drawn = lottery.draw_tickets(scored, seed=SEED, call=CALL)
        ranked = allocation.rank(allocation.grade(drawn, programme.rule))
        decided = allocation.allocate(drawn, ranked, programme.places, decisions, minimum)
        return int(decided["outcome"].eq("place").sum())

    return work


def themes(path: str) -> Work:
    """Themes suggested for the text of each application."""
    applications, *_ = read_applications([Path(path)], _programme())
    lexicon = workflow.read_inputs().lexicon
    return lambda: len(workflow.suggest(applications, lexicon))


JOBS = {work.__name__: work for work in (load, check, read_csv, rank, match, draw, themes)}

if __name__ == "__main__":
    serve(JOBS)
