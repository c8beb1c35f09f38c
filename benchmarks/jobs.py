"""The workbook's own work, piece by piece, and the bare operation that each is measured against."""

from __future__ import annotations

import hashlib
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
from mentoring_lib.base.columns import ANCHORS
from mentoring_lib.base.programme import Programme, read_programme
from mentoring_lib.base.texts import LEGAL_FORMS, PHONE_DIGITS, fold
from mentoring_lib.delivery import matching
from mentoring_lib.intake.applications import read_applications
from mentoring_lib.selection import allocation, eligibility, lottery, scoring
from mentoring_lib.selection.duplicates import find_duplicates

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


def _sent_twice(path: str) -> pd.DataFrame:
    """Applications of which every hundredth shares e-mail, telephone, or name and place with one half the list away."""
    applications, *_ = read_applications([Path(path)], _programme())
    table = applications.drop_duplicates("application_id", ignore_index=True)
    half = len(table) // 2
    for turn, columns in enumerate((["email"], ["phone"], ["community", "municipality", "place"])):
        rows = np.arange(turn * 100, half, 300)
        table.loc[rows + half, columns] = table.loc[rows, columns].to_numpy()
    return table


def duplicates(path: str) -> Work:
    """Pairs that may come from one community, the earlier row of each first."""
    table, decisions = _sent_twice(path), no_decisions(_programme())
    row = {key: number for number, key in enumerate(table["application_id"])}

    def work() -> list[list[int]]:
        pairs = find_duplicates(table, decisions)[["application_id", "other_id"]]
        return sorted(sorted((row[one], row[other])) for one, other in pairs.itertuples(index=False))

    return work


def all_pairs(path: str) -> Work:
    """The same evidence by comparing every row with all that follow; as arrays of numbers, to be fair."""
    told = _sent_twice(path).fillna({"email": "", "phone": "", "community": "", "place": ""})

    def work() -> list[list[int]]:
        codes = [pd.factorize(pd.Series(keys).replace("", None))[0] for keys in _list_keys(told)]
        found = []
        for row in range(len(told) - 1):
            same = np.zeros(len(told) - row - 1, dtype=bool)
            for code in codes:
                if code[row] >= 0:
                    same |= code[row + 1 :] == code[row]
            found += [[row, row + 1 + int(other)] for other in np.flatnonzero(same)]
        return found

    return work


def _list_keys(told: pd.DataFrame) -> list[list[str]]:
    phones = ["".join(filter(str.isdigit, text))[-PHONE_DIGITS:] for text in told["phone"]]
    names = [[word for word in fold(text).split() if word not in LEGAL_FORMS] for text in told["community"]]
    placed = zip(names, told["municipality"], map(fold, told["place"]), strict=True)
    return [
        [text.strip().casefold() for text in told["email"]],
        [text if len(text) == PHONE_DIGITS else "" for text in phones],
        [f"{' '.join(words)}|{town}|{place}" if words else "" for words, town, place in placed],
    ]


def rank(rows: int) -> Work:
    """Tier, place within the group, lot: the whole order, tickets given."""
    scored, rule = make_scored(rows), _programme().rule
    return lambda: len(allocation.rank(allocation.grade(scored, rule)))


def sort(rows: int) -> Work:
    """One pandas sort on the same three keys."""
    ranked = allocation.rank(allocation.grade(make_scored(rows), _programme().rule)).sort_values("application_id")
    return lambda: len(ranked.sort_values(["tier", "place", "ticket"], ascending=[False, True, True]))


def tickets(rows: int) -> Work:
    """The lot's tickets."""
    scored = make_scored(rows).drop(columns="ticket")
    return lambda: len(lottery.draw_tickets(scored, seed=SEED, call=CALL))


def hashes(rows: int) -> Work:
    """Hashing the same texts in a bare loop."""
    ids = make_scored(rows)["application_id"]
    return lambda: len([hashlib.sha256(f"{SEED}|{CALL}|{key}".encode()).hexdigest() for key in ids])


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
        drawn = lottery.draw_tickets(allocation.grade(scored, programme.rule), seed=SEED, call=CALL)
        decided = allocation.allocate(scored, allocation.rank(drawn), programme.places, decisions, minimum)
        return int(decided["outcome"].eq("place").sum())

    return work


def _small(path: str) -> tuple[Work, Work, Work]:
    programme = _programme()
    decisions, conflicts = no_decisions(programme), workflow.read_inputs().sheets["Interešu konflikti"].iloc[:0]
    applications, *_ = read_applications([Path(path)], programme)
    ids = applications["application_id"]
    given = [
        (key, marker, *((number + 2 * at) % 4 for at in range(4)))
        for number, key in enumerate(ids)
        for marker in programme.markers
    ]
    sheets = pd.DataFrame(given, columns=["application_id", "marker", *ANCHORS])

    def load() -> pd.DataFrame:
        return read_applications([Path(path)], programme)[0]

    def score() -> pd.DataFrame:
        pairs = find_duplicates(applications, decisions)
        states = eligibility.determine_states(applications, pairs, decisions, programme)
        anchors = scoring.summarise_anchors(scoring.tidy_marks(sheets, conflicts), decisions)
        novel = scoring.score_novelty(states, decisions, new_from=programme.new_from)
        return scoring.score_clarity(novel, anchors)

    scored = score()

    def allocate() -> int:
        graded = allocation.grade(scored[scored["state"].eq("eligible")], programme.rule)
        drawn = lottery.draw_tickets(graded[lottery.ENTRY], seed=SEED, call=CALL)
        decided = allocation.allocate(scored, allocation.rank(drawn), programme.places, decisions)
        return int(decided["outcome"].eq("place").sum())

    return load, score, allocate


def small_load(path: str) -> Work:
    """Thirty applications in a warm process: read and clean."""
    work = _small(path)[0]
    return lambda: len(work())


def small_score(path: str) -> Work:
    """Duplicates, states, novelty and clarity of the same."""
    work = _small(path)[1]
    return lambda: len(work())


def small_allocate(path: str) -> Work:
    """Tiers, tickets, ranking and places of the same."""
    return _small(path)[2]


def themes(path: str) -> Work:
    """Themes suggested for the text of each application."""
    applications, *_ = read_applications([Path(path)], _programme())
    lexicon = workflow.read_inputs().lexicon
    return lambda: len(workflow.suggest(applications, lexicon))


JOBS = {work.__name__: work for work in (load, check, read_csv, duplicates, all_pairs, rank, sort, tickets, hashes,
        match, draw, small_load, small_score, small_allocate, themes)}  # fmt: skip

if __name__ == "__main__":
    serve(JOBS)
