"""Which mentor for which community: an exact optimum that anyone can check pair by pair.

The objective, in words: first, as many communities as possible have a mentor; then the sum of points is the highest.
A pair earns points for each theme of the application that the mentor knows, and loses points for each consultation
the mentor has already, so that the load stays even. Nobody advises her own community or against a declared conflict;
what is agreed stays. Equal optima are settled by the order of codes: the community first in that order has the first
mentor (by name) that any optimum gives it, then the next community, and so on.

How it is solved: mentors are copied, one copy per consultation, and scipy assigns communities to copies. Prices found
by shortest paths then prove the result (no exchange can improve it), in whole numbers, and show every exchange that
changes nothing; among those the order of codes decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.problems import Problem, problem_at
from mentoring_lib.base.programme import Mentor, Programme
from mentoring_lib.base.texts import LEGAL_FORMS, fold, plural, sort_key

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NOBODY = -1
FAR = np.int64(2**60)  # longer than any path: cannot be reached
WAITING = ("offered", "accepted", "not_held")
PAIR = ["application_id", "mentor", "allowed", "points", "why"]
MATCH = ["application_id", "mentor", "points", "fixed", "why"]


def weigh_pairs(
    places: pd.DataFrame, decided: pd.DataFrame, conflicts: pd.DataFrame, programme: Programme
) -> pd.DataFrame:
    """What each pair of a waiting community and a mentor would earn, and why, or why it is not possible.

    Parameters
    ----------
    places : DataFrame
        See :func:`ledger.find_delivered`; places that are offered, accepted or did not take place count.
    decided : DataFrame
        Applications with ``community, themes, confirmed_themes, mode``; ticked themes count until a person has
        confirmed some.
    conflicts : DataFrame
        Sheet "Pretrunas".
    programme : Programme

    Returns
    -------
    DataFrame, shape (communities × mentors, 5)
        ``application_id, mentor, allowed, points`` (themes only, the load comes on top) and ``why`` (Latvian), by code
        and mentor's name.
    """
    waiting = places.loc[places["status"].isin(WAITING), ["application_id"]]
    declared = set(zip(conflicts["application_id"], conflicts["person"], strict=True))
    rows = [
        (application.application_id, mentor.name, *_weigh(application, mentor, declared, programme))
        for application in rows_of(one_each(decided).merge(waiting, on="application_id"))
        for mentor in _by_name(programme)
    ]
    table = pd.DataFrame(rows, columns=PAIR)
    return table.astype({"application_id": "str", "mentor": "str", "allowed": "bool", "points": "int64", "why": "str"})


def one_each(applications: pd.DataFrame) -> pd.DataFrame:
    """Applications by code, each code once (two rows of one code are a problem that is told elsewhere)."""
    return applications.sort_values(["application_id", "file", "row"]).drop_duplicates("application_id")


def _by_name(programme: Programme) -> list[Mentor]:
    return sorted(programme.mentors, key=lambda mentor: (sort_key(mentor.name), mentor.name))


def _weigh(
    application: Any, mentor: Mentor, declared: set[tuple[Any, Any]], programme: Programme
) -> tuple[bool, int, str]:
    wanted = application.confirmed_themes or application.themes or ()
    known = [theme for theme in wanted if theme in mentor.themes]
    obstacles = {
        "paša kopiena": is_own(application.community, mentor.community),
        "interešu konflikts": (application.application_id, mentor.name) in declared,
        "nepārzina nevienu no tēmām": bool(wanted) and not known,
        "nekonsultē vēlamajā veidā": application.mode in ("in_person", "online")
        and application.mode not in mentor.modes,
    }
    found = [text for text, stands in obstacles.items() if stands]
    points = programme.delivery.theme_points * len(known)
    why = f"pārzina {len(known)} no {plural(len(wanted), 'tēmas', 'tēmām')}" if wanted else "tēmas nav norādītas"
    return not found, 0 if found else points, "; ".join(found) or why


def is_own(community: object, own: str) -> bool:
    """Tell whether a community is the mentor's own: the same words, legal form and punctuation aside."""
    words = set(fold(str(community)).split()) - LEGAL_FORMS
    mine = set(fold(own).split()) - LEGAL_FORMS
    return bool(words and mine) and (words <= mine or mine <= words)


def match(pairs: pd.DataFrame, places: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """Give each waiting community a mentor, at the optimum described at the top of this module.

    Parameters
    ----------
    pairs : DataFrame
        See :func:`weigh_pairs`, any order of rows.
    places : DataFrame
        See :func:`ledger.find_delivered`: mentors agreed already stay; consultations held, booked or agreed are load.
    programme : Programme
        Points, and the most consultations of each mentor.

    Returns
    -------
    DataFrame, shape (communities, 5)
        ``application_id, mentor`` (missing if nobody can), ``points`` (themes less load), ``fixed`` (agreed before)
        and ``why`` (Latvian: what earned the points, or what stands in the way), by code.
    """
    mentors = _by_name(programme)
    names = [mentor.name for mentor in mentors]
    settled = places.loc[places["use"].isin(["delivered", "held_incomplete", "booked", "open"])]
    load = np.array(settled["mentor"].value_counts().reindex(names, fill_value=0), dtype=np.int64)
    most = [mentor.most for mentor in mentors]
    agreed = {row.application_id: row.mentor for row in rows_of(settled) if row.mentor in names}
    free = pairs[~pairs["application_id"].isin(agreed)]
    allowed = free.pivot(index="application_id", columns="mentor", values="allowed").reindex(columns=names)
    points = free.pivot(index="application_id", columns="mentor", values="points").reindex(columns=names)
    room = np.array(
        [len(allowed) if top is None else max(top - held, 0) for top, held in zip(most, load, strict=True)],
        dtype=np.int64,
    )
    chosen = assign(
        points.to_numpy("int64"),
        allowed.to_numpy("bool"),
        load,
        room,
        step=programme.delivery.load_points,
    )
    given = dict(zip(allowed.index, (None if at == NOBODY else names[at] for at in chosen), strict=True))
    return _describe(pairs, given, agreed, dict(zip(names, map(int, load), strict=True)), programme)


def _describe(
    pairs: pd.DataFrame,
    given: dict[Any, str | None],
    agreed: dict[Any, str],
    load: dict[str, int],
    programme: Programme,
) -> pd.DataFrame:
    told = {(row.application_id, row.mentor): row for row in rows_of(pairs)}
    rows: list[tuple[Any, ...]] = []
    for key in sorted(pairs["application_id"].unique()):
        mentor = agreed.get(key, given.get(key))
        if mentor is None:
            rows.append((key, None, 0, False, _explain_nobody(key, pairs)))
        elif key in agreed:
            own = told[key, mentor]
            why = "norunāts agrāk" if own.allowed else f"norunāts agrāk, bet {own.why}"
            rows.append((key, mentor, own.points, True, why))
        else:
            cost = programme.delivery.load_points * load[mentor]
            own, before = told[key, mentor], plural(load[mentor], "konsultācija", "konsultācijas")
            already = (
                f"mentoram jau {before}: −{cost} p." if load[mentor] else "mentoram vēl nav nevienas konsultācijas"
            )
            why = f"{own.why}: {own.points} p.; {already}"
            rows.append((key, mentor, told[key, mentor].points - cost, False, why))
            load = load | {mentor: load[mentor] + 1}
    table = pd.DataFrame(rows, columns=MATCH)
    return table.astype({"application_id": "str", "mentor": "str", "points": "int64", "fixed": "bool", "why": "str"})


def _explain_nobody(key: str, pairs: pd.DataFrame) -> str:
    own = pairs[pairs["application_id"].eq(key)]
    reasons = [f"{row.mentor} – {'vairs nav vietas' if row.allowed else row.why}" for row in rows_of(own)]
    return "neviens nevar: " + "; ".join(sorted(reasons))


def check_agreed(
    appointments: pd.DataFrame, decided: pd.DataFrame, conflicts: pd.DataFrame, programme: Programme
) -> list[Problem]:
    """A problem for each hour agreed with a mentor who may not advise that community."""
    declared = set(zip(conflicts["application_id"], conflicts["person"], strict=True))
    homes = {mentor.name: mentor.community for mentor in programme.mentors}
    names = one_each(decided).set_index("application_id")["community"]
    agreed = appointments[appointments["active"] & appointments["mentor"].isin(homes)]
    problems = []
    for row in rows_of(agreed):
        own = is_own(names.get(row.application_id, ""), homes[row.mentor])
        if own or (row.application_id, row.mentor) in declared:
            why = "paša kopiena" if own else "interešu konflikts"
            problems.append(problem_at("mentor_conflict", row, "mentor", row.mentor, why))
    return problems


def check_conflicts(conflicts: pd.DataFrame, programme: Programme) -> list[Problem]:
    """A problem for each declared conflict of a person the programme does not know: it would protect nobody."""
    people = [*(mentor.name for mentor in programme.mentors), *programme.markers]
    unknown = conflicts[conflicts["person"].notna() & ~conflicts["person"].isin(people)]
    return [problem_at("person_unknown", row, "person", row.person, ", ".join(people)) for row in rows_of(unknown)]


def assign(points: Whole, allowed: Flags, load: Whole, room: Whole, *, step: int) -> Whole:
    """Assign rows to columns: as many as possible, then the most points; equal optima by the order given.

    Parameters
    ----------
    points : array of int, shape (n, k)
        What row i earns with column j.
    allowed : array of bool, shape (n, k)
    load : array of int, shape (k,)
        What each column has already.
    room : array of int, shape (k,)
        How many more each column can take.
    step : int
        What each unit of load takes from the next one (points, 0 or more).

    Returns
    -------
    array of int, shape (n,)
        Column of each row, -1 for none: of all optima the first in lexicographic order, -1 last.

    Raises
    ------
    ArithmeticError
        If the solver's result is not optimal (never seen; it is proved each time).
    """
    count, width = points.shape
    if not count or not width:
        return np.full(count, NOBODY, dtype=np.int64)
    room = np.minimum(room, count)
    worst = (count + 1) * (2 * int(np.abs(points).max()) + step * (int(load.max()) + count) + 1)
    cost = np.where(allowed, -points, FAR)
    chosen = _solve(cost, load, room, step, worst)
    cost = np.column_stack([cost, np.full(count, worst)])
    chosen = np.where(chosen == NOBODY, width, chosen)
    prices = _price(cost, chosen, load, room, step)
    tight = cost + prices == (cost + prices).min(axis=1, keepdims=True)
    slots = step * (load[:, None] + np.arange(count))
    slots = np.where(np.arange(count) < room[:, None], slots, FAR)
    low, high = ((slots < prices[:width, None]).sum(axis=1), (slots <= prices[:width, None]).sum(axis=1))
    settled = _settle(chosen, tight, np.append(low, 0), np.append(high, count))
    return np.where(settled == width, NOBODY, settled)


def _solve(cost: Whole, load: Whole, room: Whole, step: int, worst: int) -> Whole:
    """One optimum; a column gets as many copies as it needs, at first those that an even load takes."""
    from scipy.optimize import linear_sum_assignment

    count, width = cost.shape
    copies = np.minimum(room, _even_load(load, room, count) - load + 3 if step else room).clip(0)
    base = np.minimum(cost, 2 * worst).astype("float64")  # whole numbers far below 2**53: exact
    while True:
        column = np.repeat(np.arange(width), copies)
        place = np.arange(len(column)) - np.repeat(np.cumsum(copies) - copies, copies)
        matrix = np.take(base, column, axis=1)
        matrix += step * (load[column] + place)
        rows, at = linear_sum_assignment(np.minimum(matrix, worst, out=matrix))
        chosen = np.full(count, NOBODY, dtype=np.int64)
        served = cost[rows, column[at]] < FAR
        chosen[rows[served]] = column[at[served]]
        used = np.bincount(chosen[chosen != NOBODY], minlength=width)
        full = (used == copies) & (copies < room)
        if not full.any():
            return chosen
        copies = np.where(full, np.minimum(room, 2 * copies + 1), copies)


def _even_load(load: Whole, room: Whole, count: int) -> int:
    """Lowest level at which all rows have room, were they poured in evenly."""
    level = int(load.min()) + 1
    while level < int((load + room).max()) and int(np.clip(level - load, 0, room).sum()) < count:
        level += 1
    return level


def _price(cost: Whole, chosen: Whole, load: Whole, room: Whole, step: int) -> Whole:
    """Prices of columns at which every row has its cheapest column: they prove that the result is optimal."""
    width = cost.shape[1]
    used = np.bincount(chosen, minlength=width)[:-1]
    ways = np.full((width + 1, width + 1), FAR, dtype=np.int64)
    moved = np.where(cost < FAR, cost - cost[np.arange(len(cost)), chosen][:, None], FAR)
    np.minimum.at(ways[:, :width], chosen, moved)
    ways[:-2, width] = np.where(used < room, step * (load + used), FAR)
    ways[width, :-2] = np.where(used > 0, -step * (load + used - 1), FAR)
    ways[width - 1, width] = 0
    ways[width, width - 1] = 0 if (chosen == width - 1).any() else FAR
    prices = np.append(np.full(width, FAR, dtype=np.int64), 0)
    for _ in range(width + 2):
        shorter = np.minimum(prices, np.where(ways < FAR, ways + prices, FAR).min(axis=1))
        if (shorter == prices).all():
            return prices[:width]
        prices = shorter
    raise ArithmeticError("the assignment is not optimal")


def _settle(chosen: Whole, tight: Flags, low: Whole, high: Whole) -> Whole:
    """Move rows along exchanges that cost nothing, until the first row has the first column it can, and so on."""
    ways = _Ways(chosen, tight, low, high)
    for row, wanted in enumerate(ways.options):
        here = ways.chosen[row]
        ways.count(row, -1)
        open_ones = [column for column in wanted if column == here or ways.out[column]]
        if open_ones[0] != here:
            layers = ways.layers_to(here, open_ones[0])
            seen = sum(layers)
            ways.shift(row, next(column for column in open_ones if seen >> column & 1), layers)
    return np.array(ways.chosen, dtype=np.int64)


class _Ways:
    """Between which columns a row not fixed yet can move at no cost, as bits; the last node is the pool of free places.

    From a column to the pool: the column can keep one more. From the pool to a column: the column can do with one less.
    Rows are fixed from the first to the last; a fixed row is counted no more.
    """

    def __init__(self, chosen: Whole, tight: Flags, low: Whole, high: Whole) -> None:
        self.chosen, self.pool, self.low, self.high = chosen.tolist(), tight.shape[1], low.tolist(), high.tolist()
        ends, columns = np.cumsum(tight.sum(axis=1)).tolist(), np.nonzero(tight)[1].tolist()
        self.options = [columns[start:end] for start, end in zip([0, *ends], ends, strict=False)]
        self.movable = [[0] * self.pool for _ in range(self.pool)]
        self.rows: list[set[int]] = [set() for _ in range(self.pool)]
        self.out, self.into = [0] * (self.pool + 1), [0] * (self.pool + 1)
        for row in range(len(self.chosen)):
            self.count(row, 1)
        self._connect_pool(range(self.pool))

    def count(self, row: int, change: int) -> None:
        """Count a row among those that may leave its column (1), or no more (-1)."""
        column = self.chosen[row]
        movable, bit = self.movable[column], 1 << column
        (self.rows[column].add if change > 0 else self.rows[column].discard)(row)
        for other in self.options[row]:
            movable[other] += change
            if movable[other] == (change > 0):  # the first came, or the last went
                self.out[column] ^= 1 << other
                self.into[other] ^= bit

    def _connect_pool(self, columns: Iterable[int]) -> None:
        pool = 1 << self.pool
        for column in columns:
            used, bit = self.chosen.count(column), 1 << column
            keeps, gives = used < self.high[column], used > self.low[column]
            self.out[column] = self.out[column] & ~pool | keeps * pool
            self.into[column] = self.into[column] & ~pool | gives * pool
            self.into[self.pool] = self.into[self.pool] & ~bit | keeps * bit
            self.out[self.pool] = self.out[self.pool] & ~bit | gives * bit

    def layers_to(self, target: int, wanted: int) -> list[int]:
        """Nodes by number of steps to the target, until the node wanted most is among them."""
        layers, seen = [1 << target], 1 << target
        if self.out[wanted] >> target & 1:
            return [*layers, 1 << wanted]
        if between := self.out[wanted] & self.into[target]:  # nearly always one step or two
            return [*layers, between, 1 << wanted]
        while layers[-1] and not seen >> wanted & 1:
            new = 0
            for node in _places(layers[-1]):
                new |= self.into[node]
            layers.append(new & ~seen)
            seen |= new
        return layers

    def shift(self, row: int, goal: int, layers: list[int]) -> None:
        """Move a fixed row to its goal and pass a unit on along a shortest way, one later row at each step."""
        left, node, ends = next(at for at, layer in enumerate(layers) if layer >> goal & 1), goal, {self.pool}
        for layer in layers[left - 1 :: -1] if left else []:
            following = next(_places(self.out[node] & layer))
            if self.pool in (node, following):
                ends |= {node, following}
            else:
                self._move(node, following)
            node = following
        self.chosen[row] = goal
        self._connect_pool(ends - {self.pool})

    def _move(self, column: int, other: int) -> None:
        row = min(row for row in self.rows[column] if other in self.options[row])
        self.count(row, -1)
        self.chosen[row] = other
        self.count(row, 1)


def _places(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
