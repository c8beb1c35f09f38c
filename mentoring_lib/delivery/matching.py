"""Which mentor for which community: an exact optimum that anyone can check pair by pair.

The objective, in words: first, as many communities as possible have a mentor; then the sum of points is the highest.
A pair earns points for each theme of the application that the mentor knows, and loses points for each consultation
the mentor has already, so that the load stays even. Nobody advises her own community or against a declared conflict;
what is agreed stays. Of equal optima that one stands whose sum of (communities from this one to the last, by code ×
mentors from hers to the last, by name) is highest: earlier codes have a mentor sooner, and one named earlier.

How it is solved: mentors are copied, one copy per consultation, and scipy assigns communities to copies, once, in
whole numbers that hold points and tie rule together.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mentoring_lib.base.columns import label_of
from mentoring_lib.base.problems import Problem, problem_at
from mentoring_lib.base.programme import Mentor, Programme
from mentoring_lib.base.rows import Conflict, rows_of, table_of
from mentoring_lib.base.texts import LEGAL_FORMS, fold, plural, sort_key
from mentoring_lib.delivery.rows import Appointment, Pair, Place, Wish

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NOBODY = -1
MAX_SETTLED = 100_000  # pairs: of more, equal optima are left to the solver, which the tie rule makes 80 times slower
EXACT = 2**53  # up to here every whole number is exact as a float
WAITING = ("offered", "accepted", "not_held")
PAIR = {"application_id": "str", "mentor": "str", "allowed": "bool", "points": "int64", "why": "str"}
MATCH = {"application_id": "str", "mentor": "str", "points": "int64", "fixed": "bool", "why": "str"}


def weigh_pairs(
    places: pd.DataFrame, decided: pd.DataFrame, conflicts: pd.DataFrame, programme: Programme
) -> pd.DataFrame:
    """What each pair of a waiting community and a mentor would earn, and why, or why it is not possible.

    Parameters
    ----------
    places : DataFrame
        See :func:`ledger.find_delivered`; places that are offered, accepted or did not take place count, unless a
        decision freed them.
    decided : DataFrame
        Applications with ``community, themes, confirmed_themes, mode``; ticked themes count until a person has
        confirmed some.
    conflicts : DataFrame
        Sheet "Interešu konflikti".
    programme : Programme

    Returns
    -------
    DataFrame, shape (communities × mentors, 5)
        ``application_id, mentor, allowed, points`` (themes only, the load comes on top) and ``why`` (Latvian), by code
        and mentor's name.
    """
    waiting = places.loc[places["status"].isin(WAITING) & places["use"].ne("released"), ["application_id"]]
    declared = _list_declared(conflicts)
    rows = [
        (application.application_id, mentor.name, *_weigh(application, mentor, declared, programme))
        for application in rows_of(one_each(decided).merge(waiting, on="application_id"), Wish)
        for mentor in _by_name(programme)
    ]
    return table_of(rows, PAIR)


def _list_declared(conflicts: pd.DataFrame) -> set[tuple[Any, Any]]:
    return set(zip(conflicts["application_id"], conflicts["person"], strict=True))


def one_each(applications: pd.DataFrame) -> pd.DataFrame:
    """Applications by code, each code once (two rows of one code are a problem that is told elsewhere)."""
    return applications.sort_values(["application_id", "file", "row"]).drop_duplicates("application_id")


def _by_name(programme: Programme) -> list[Mentor]:
    return sorted(programme.mentors, key=lambda mentor: (sort_key(mentor.name), mentor.name))


def _weigh(
    application: Wish, mentor: Mentor, declared: set[tuple[Any, Any]], programme: Programme
) -> tuple[bool, int, str]:
    wanted = application.confirmed_themes or application.themes or ()
    shared = [theme for theme in wanted if theme in mentor.themes]
    obstacles = {
        "paša kopiena": is_own(application.community, mentor.community),
        "interešu konflikts": (application.application_id, mentor.name) in declared,
        "nepārzina nevienu no tēmām": bool(wanted) and not shared,
        "nekonsultē vēlamajā veidā": application.mode in ("in_person", "online")
        and application.mode not in mentor.modes,
    }
    barred_by = [text for text, stands in obstacles.items() if stands]
    points = programme.delivery.theme_points * len(shared)
    why = f"pārzina {len(shared)} no {plural(len(wanted), 'tēmas', 'tēmām')}" if wanted else "tēmas nav norādītas"
    return not barred_by, 0 if barred_by else points, "; ".join(barred_by) or why


def is_own(community: object, home: str) -> bool:
    """Tell whether a community is the mentor's own: the same words, legal form and punctuation aside."""
    words, mine = (set(fold(str(name)).split()) - LEGAL_FORMS for name in (community, home))
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
    settled = places[places["use"].isin(["delivered", "held_incomplete", "booked", "open"])]
    load = np.array(settled["mentor"].value_counts().reindex(names, fill_value=0), dtype=np.int64)
    agreed = {row.application_id: row.mentor for row in rows_of(settled, Place) if row.mentor in names}
    unsettled = pairs[~pairs["application_id"].isin(agreed)]
    allowed, points = (
        unsettled.pivot(index="application_id", columns="mentor", values=name).reindex(columns=names)
        for name in ("allowed", "points")
    )
    room = [len(allowed) if one.most is None else max(one.most - at, 0) for one, at in zip(mentors, load, strict=True)]
    numbers = (points.to_numpy("int64"), allowed.to_numpy("bool"), load, np.array(room, dtype=np.int64))
    chosen = assign(*numbers, step=programme.delivery.load_points)
    mentor_of = dict(zip(allowed.index, (None if at == NOBODY else names[at] for at in chosen), strict=True))
    return _explain(pairs, mentor_of | agreed, set(agreed), dict(zip(names, map(int, load), strict=True)), programme)


def _explain(
    pairs: pd.DataFrame, mentor_of: dict[Any, str | None], agreed: set[Any], load: dict[str, int], programme: Programme
) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for key, group in pairs.groupby("application_id"):
        options = {pair.mentor: pair for pair in rows_of(group, Pair)}
        mentor = mentor_of.get(key)
        if mentor is None:
            rows.append((key, None, 0, False, _explain_nobody(options.values())))
        elif key in agreed:
            pair = options[mentor]
            why = "norunāts agrāk" if pair.allowed else f"norunāts agrāk, bet {pair.why}"
            rows.append((key, mentor, pair.points, True, why))
        else:
            cost = programme.delivery.load_points * load[mentor]
            rows.append((key, mentor, options[mentor].points - cost, False, _explain_pair(options[mentor], load, cost)))
            load = load | {mentor: load[mentor] + 1}
    return table_of(rows, MATCH)


def _explain_pair(pair: Pair, load: dict[str, int], cost: int) -> str:
    before = plural(load[pair.mentor], "konsultācija", "konsultācijas")
    already = f"mentoram jau {before}: −{cost} p." if load[pair.mentor] else "mentoram vēl nav nevienas konsultācijas"
    return f"{pair.why}: {pair.points} p.; {already}"


def _explain_nobody(options: Iterable[Pair]) -> str:
    reasons = [f"{pair.mentor} – {'vairs nav brīvu konsultāciju' if pair.allowed else pair.why}" for pair in options]
    return "neviens nevar: " + "; ".join(sorted(reasons))


def check_agreed(
    appointments: pd.DataFrame, decided: pd.DataFrame, conflicts: pd.DataFrame, programme: Programme
) -> list[Problem]:
    """A problem for each hour agreed with a mentor who may not advise that community, or not in that way."""
    mentors, declared = {mentor.name: mentor for mentor in programme.mentors}, _list_declared(conflicts)
    names = one_each(decided).set_index("application_id")["community"]
    problems = []
    for row in rows_of(appointments[appointments["active"] & appointments["mentor"].isin(mentors)], Appointment):
        mentor = mentors[str(row.mentor)]
        own = is_own(names.get(row.application_id, ""), mentor.community)
        if own or (row.application_id, row.mentor) in declared:
            why = "paša kopiena" if own else "interešu konflikts"
            problems.append(problem_at("mentor_conflict", row, "mentor", row.mentor, why))
        if row.mode in ("in_person", "online") and row.mode not in mentor.modes:
            problems.append(problem_at("mentor_mode", row, "mode", row.mentor, label_of("mode", row.mode)))
    return problems


def check_conflicts(conflicts: pd.DataFrame, programme: Programme) -> list[Problem]:
    """A problem for each declared conflict of a person the programme does not know: it would protect nobody."""
    people = [*(mentor.name for mentor in programme.mentors), *programme.markers]
    unknown = conflicts[conflicts["person"].notna() & ~conflicts["person"].isin(people)]
    names = ", ".join(people)
    return [problem_at("person_unknown", row, "person", row.person, names) for row in rows_of(unknown, Conflict)]


def assign(points: Whole, allowed: Flags, load: Whole, capacity: Whole, *, step: int) -> Whole:
    """Assign rows to columns: as many as possible, then the most points, then the highest tie sum.

    Parameters
    ----------
    points : array of int, shape (n, k)
        What row i earns with column j.
    allowed : array of bool, shape (n, k)
    load : array of int, shape (k,)
        What each column has already.
    capacity : array of int, shape (k,)
        How many more each column can take.
    step : int
        What each unit of load takes from the next one (points, 0 or more).

    Returns
    -------
    array of int, shape (n,)
        Column of each row, -1 for none.

    Raises
    ------
    ArithmeticError
        If the numbers are too large to be exact: some million pairs with points in the thousands.

    Notes
    -----
    Tie rule: of equal optima the highest sum of (rows from this one to the last × columns from its own to the last).
    Beyond :data:`MAX_SETTLED` pairs the solver's choice stands: the same for the same rows, at the same optimum.
    """
    count, width = points.shape
    if not count or not width:
        return np.full(count, NOBODY, dtype=np.int64)
    capacity = np.minimum(capacity, count)
    copies = np.minimum(capacity, count // width + 3)
    while True:
        chosen = _solve(points, allowed, load, copies, step)
        full = (np.bincount(chosen[chosen != NOBODY], minlength=width) == copies) & (copies < capacity)
        if not full.any():  # a copy left over costs no more than any that was not made, so none of those is missed
            return chosen
        copies = np.where(full, np.minimum(capacity, 2 * copies), copies)


def _solve(points: Whole, allowed: Flags, load: Whole, copies: Whole, step: int) -> Whole:
    """One optimum where column j can take ``copies[j]`` rows, each at its own price."""
    from scipy.optimize import linear_sum_assignment

    count, width = points.shape
    column = np.repeat(np.arange(width), copies)
    first = np.repeat(np.cumsum(copies) - copies, copies)
    price = step * (load[column] - np.min(load) + np.arange(len(column)) - first)
    # One float a pair holds two whole numbers: BIG times what it costs, less its part of the tie sum, which never
    # reaches BIG. A pair that is not allowed costs more than every exchange along which one row more could be served
    # (it passes each column once at most). All of it stays below 2**53, where whole numbers are exact.
    settles = int(count * width <= MAX_SETTLED)
    tie = settles * np.multiply.outer(np.arange(count, 0, -1), np.arange(width, 0, -1))
    big = int(tie[:, 0].sum()) + 1
    most = int(np.max(points))
    spread = most - int(np.min(points)) + int(np.max(price, initial=0))
    barred = big * ((width + 2) * spread + 2)
    if 4 * barred > EXACT:
        raise ArithmeticError("points and load are too large to be added exactly")
    cost = np.where(allowed, big * (most - points) - tie, barred).astype("float64")
    matrix = np.take(cost, column, axis=1)
    matrix += big * price
    rows, at = linear_sum_assignment(np.minimum(matrix, barred, out=matrix))
    chosen = np.full(count, NOBODY, dtype=np.int64)
    served = allowed[rows, column[at]]
    chosen[rows[served]] = column[at[served]]
    return chosen
