"""How firm the result is: who has a place whatever one decides, who has none, and whose place hangs on what.

Shown, never used: nothing here changes a decision. Seven families ask one question each. In every family an
application has a share of runs with a place; firm in is at least 0.9 in every family, firm out at most 0.1 in every
family, anything else is contested, and the families that contest it are named.
"""

import math
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from mentoring_lib.base.columns import ANCHORS, MAX_CLARITY, MAX_POINTS, WORDS
from mentoring_lib.base.programme import Programme, Reading, Rule
from mentoring_lib.base.texts import plural
from mentoring_lib.selection.lottery import ticket
from mentoring_lib.selection.rule import Flags, Ints
from mentoring_lib.selection.scoring import final_marks
from mentoring_lib.selection.what_if import Pool, decide_again, make_pool, who_gets_places

READINGS: tuple[str, ...] = get_args(Reading)
LOTS = 1000  # other lots, and runs with shaken marks
SEED = 20230821  # of the shaken marks; any number would do, it only has to be stated
FIRM_IN, FIRM_OUT = 0.9, 0.1  # share of runs with a place

Shares = npt.NDArray[np.float64]

# Families of variants, in the order they are shown.
FAMILIES: dict[str, str] = WORDS["families"]

# What each reading of the two priorities favours, in one sentence.
FAVOURS: dict[str, str] = WORDS["favours"]


def compare_readings(decided: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """Year of the place under each reading of the two priorities, side by side.

    Returns
    -------
    DataFrame, shape (competitors, 6)
        ``application_id, community`` and one column per reading: the year, "" without a place.
    """
    table = decided[decided["rank_from"].notna()]
    years = {}
    for reading in READINGS:
        again = decide_again(decided, programme, programme.rule.model_copy(update={"reading": reading}))
        once = again.drop_duplicates("application_id").set_index("application_id")
        year = once["place_year"].reindex(table["application_id"])
        years[reading] = year.astype("str").fillna("").tolist()
    return table[["application_id", "community"]].reset_index(drop=True).assign(**years)


def describe_readings(compared: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """For each reading what it favours, and how many have a place that they do not have under the one decided on."""
    lost = compared[programme.rule.reading].eq("")
    gained = {name: int((compared[name].ne("") & lost).sum()) for name in READINGS}
    rows = [(name, FAVOURS[name], gained[name]) for name in READINGS]
    return pd.DataFrame(rows, columns=["reading", "favours", "gained"])


def examine(
    decided: pd.DataFrame, marks: pd.DataFrame, anchors: pd.DataFrame, programme: Programme, rng: np.random.PCG64
) -> pd.DataFrame:
    """Share of runs with a place, by application and family.

    Parameters
    ----------
    decided : DataFrame
        See :func:`allocation.allocate`; those with a rank are examined.
    marks : DataFrame
        See :func:`scoring.tidy_marks`.
    anchors : DataFrame
        See :func:`scoring.summarise_anchors`.
    programme : Programme
    rng : PCG64
        Source of the shaken marks, with a stated seed; its raw output is the same in every version of NumPy.

    Returns
    -------
    DataFrame, shape (competitors, 13)
        In the order of the ranking: ``application_id, community, rank, outcome``, ``share_…`` per family from 0 (a
        place in no run) to 1 (in all), ``verdict`` ("firm_in", "contested", "firm_out") and ``contested_by``
        (families, Latvian).
    """
    table = decided[decided["rank_from"].notna()].reset_index(drop=True)
    pool = make_pool(decided, programme)
    unclear = table["entry_novelty"].eq("unclear").to_numpy(dtype=bool)
    shares = run_families(pool, unclear, marks, anchors, programme, rng)
    shown = pd.DataFrame(shares).mask(table["override"].ne(""), 1.0)
    about = table[["application_id", "community", "rank", "outcome"]]
    return pd.concat([about, shown.add_prefix("share_"), judge(shown)], axis=1)


def judge(shares: pd.DataFrame) -> pd.DataFrame:
    """Firm in, contested or firm out, and by which families.

    Parameters
    ----------
    shares : DataFrame, shape (n, families)
    """
    inside, outside = shares.ge(FIRM_IN).all(axis=1), shares.le(FIRM_OUT).all(axis=1)
    most_in = shares.mean(axis=1).ge(0.5)
    against = shares.lt(FIRM_IN).where(most_in, shares.gt(FIRM_OUT), axis=0)
    names = [[FAMILIES[name] for name in shares.columns[row]] for row in against.to_numpy(dtype=bool)]
    verdict = pd.Series("contested", index=shares.index, dtype="str").mask(inside, "firm_in").mask(outside, "firm_out")
    return pd.DataFrame({"verdict": verdict, "contested_by": pd.Series(map(", ".join, names), dtype="str")})


def run_families(
    pool: Pool, unclear: Flags, marks: pd.DataFrame, anchors: pd.DataFrame, programme: Programme,
    rng: np.random.PCG64,
) -> dict[str, Shares]:  # fmt: skip
    """Share of runs with a place by family; while the seed is not known, each variant is run with many lots."""
    rule, lots = programme.rule, draw_lots(pool, programme.call.code)
    cells, marked = _tabulate_marks(pool, marks), pd.DataFrame.from_dict(final_marks(anchors), orient="index")
    finals = _tabulate(pool, marked * pool.scale)
    shaken = shake_marks(pool, cells, anchors, rng)
    weights, spans = find_weights(pool)
    by_reading = {name: rule.model_copy(update={"reading": name}) for name in READINGS}
    threshold = rule.clear_from + np.array([[-1], [0], [1]])
    placed: dict[str, Flags] = {
        "reading": np.concatenate([_run(pool, read_so, lots) for read_so in by_reading.values()]),
        "threshold": _run(pool, rule, lots, clear_from=threshold * pool.scale),
        "weight": _run(pool, by_reading["points"], lots, weight=weights[:, None]),
        "marker": _run(pool, rule, lots, clarity=mark_alone(pool, cells, finals)),
        "shaken": _run(pool, rule, lots, clarity=np.where(_stand_on(pool, finals), shaken, pool.clarity)),
        "unclear": _run(pool, rule, lots, new=settle_unclear(pool.new, unclear)),
        "lot": _run(pool, rule, lots, luck=lots),
    }
    widths = {name: np.ones(len(placed[name])) for name in FAMILIES}
    widths["weight"] = np.repeat(spans, len(placed["weight"]) // len(spans))
    return {name: np.average(placed[name], axis=0, weights=width) for name, width in widths.items()}


def _run(pool: Pool, rule: Rule, lots: Ints, **changes: Ints | Flags) -> Flags:
    """One variant a row of ``changes``; before the lot each with so many lots that there are about a thousand runs."""
    if pool.luck.any() or "luck" in changes:
        return who_gets_places(pool, rule, **changes)
    variants = max([1, *map(len, changes.values())])
    each = math.ceil(LOTS / variants)
    parts: dict[str, Any] = {name: np.repeat(part, each, axis=0) for name, part in changes.items()}
    return who_gets_places(pool, rule, **parts, luck=lots[np.arange(variants * each) % len(lots)])


def draw_lots(pool: Pool, call: str) -> Ints:
    """Positions by ticket under the seeds 00…01, 00…02 and so on: other lots that anyone can repeat.

    Returns
    -------
    ndarray, shape (1000, n)
    """
    tickets = [[ticket(f"{seed:020d}", call, key) for key in pool.ids] for seed in range(1, LOTS + 1)]
    drawn = np.array(tickets, dtype="S64").reshape(LOTS, len(pool.ids))
    return np.argsort(np.argsort(drawn, axis=-1, kind="stable"), axis=-1)


def find_weights(pool: Pool) -> tuple[Ints, Shares]:
    """Weights of "new" that can matter in the reading by points, and the width of the interval each stands for.

    The order changes only where the weight equals a difference of clarity between an existing and a new application;
    between two such points one weight stands for the whole interval. The points themselves have no width.

    Returns
    -------
    weights : ndarray of int, shape (intervals,)
        Midpoints, in points times ``pool.scale``.
    spans : ndarray of float, shape (intervals,)
        Widths in points; they add up to 12.
    """
    gaps = np.unique(pool.clarity[~pool.new])[:, None] - np.unique(pool.clarity[pool.new])
    top = MAX_CLARITY * pool.scale
    edges = np.unique(np.concatenate([[0, top], gaps[(gaps > 0) & (gaps < top)].ravel()]))
    return (edges[:-1] + edges[1:]) // 2, np.diff(edges) / pool.scale


MISSING = -1  # a mark that was not given


def _tabulate(pool: Pool, marks: pd.DataFrame) -> Ints:
    """Marks by application (row) and anchor (column), shape (n, 4); :data:`MISSING` where there is none."""
    return marks.reindex(index=pool.ids, columns=list(ANCHORS)).fillna(MISSING).to_numpy(dtype=np.int64)


def _tabulate_marks(pool: Pool, marks: pd.DataFrame) -> Ints:
    """Every marker's marks, shape (markers, n, 4)."""
    by_marker = [
        _tabulate(pool, own.pivot_table("mark", "application_id", "anchor", "last"))
        for _, own in marks.groupby("marker")
    ]
    return np.array(by_marker, dtype=np.int64).reshape(len(by_marker), len(pool.ids), len(ANCHORS))


def mark_alone(pool: Pool, cells: Ints, finals: Ints) -> Ints:
    """Clarity if only one marker's marks counted, shape (markers, n); what she could not mark stays as it is."""
    if not len(cells):
        return pool.clarity[None, :]
    alone = np.where(cells == MISSING, finals[None], cells * pool.scale).sum(axis=-1)
    return np.where(_stand_on(pool, finals), alone, pool.clarity)


def shake_marks(pool: Pool, cells: Ints, anchors: pd.DataFrame, rng: np.random.PCG64) -> Ints:
    """Clarity if each mark had come out one lower, the same or one higher with chances ¼, ½, ¼.

    Marks stay between 0 and 3; an agreed mark is shaken as one mark in place of the markers' own.

    Returns
    -------
    ndarray, shape (1000, n)
        In points times ``pool.scale``.
    """
    fixed = _tabulate(pool, anchors.pivot(index="application_id", columns="anchor", values="agreed"))
    all_marks = np.concatenate([np.where(fixed[None] == MISSING, cells, MISSING), fixed[None]])
    given = all_marks != MISSING
    counted = np.maximum(given.sum(axis=0), 1)

    def shake() -> Ints:
        bits = rng.random_raw(all_marks.size).reshape(all_marks.shape) >> np.uint64(62)
        moved = np.clip(all_marks + np.array([-1, 0, 0, 1])[bits.astype(np.int64)], 0, MAX_POINTS)
        clarity: Ints = ((moved * given).sum(axis=0) * pool.scale // counted).sum(axis=-1)
        return clarity

    return np.array([shake() for _ in range(LOTS)])  # one run at a time: all at once ask for gigabytes


def _stand_on(pool: Pool, finals: Ints) -> Flags:
    """Whose entry stands on these marks; a frozen clarity that they do not add up to stays as it is."""
    same: Flags = finals.sum(axis=-1) == pool.clarity
    return same & (pool.clarity >= 0)


def settle_unclear(new: Flags, unclear: Flags) -> Flags:
    """Novelty with the unclear ones all existing, all new, and each alone new, shape (2 + unclear, n)."""
    each = np.eye(len(new), dtype=bool)[unclear]
    return np.concatenate([new[None], (new | unclear)[None], new[None] | each])


def describe_firmness(examined: pd.DataFrame) -> str:
    """The whole annex in one Latvian sentence."""
    counts = {name: int(examined["verdict"].eq(name).sum()) for name in ("firm_in", "contested", "firm_out")}
    total = plural(len(examined), "pieteikuma", "pieteikumiem")
    return str(WORDS["firmness"]["told"].format(total=total, **counts))
