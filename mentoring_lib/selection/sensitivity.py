"""How firm the result is: who has a place whatever one decides, who has none, and whose place hangs on what.

Shown, never used: nothing here changes a decision. Seven families ask one question each. In every family an
application has a share of runs with a place; firm in is at least 0.9 in every family, firm out at most 0.1 in every
family, anything else is contested, and the families that contest it are named.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from mentoring_lib.base.columns import ANCHORS
from mentoring_lib.base.programme import Programme, Reading
from mentoring_lib.base.texts import plural
from mentoring_lib.selection.lottery import ticket
from mentoring_lib.selection.nearest_change import MOST
from mentoring_lib.selection.scoring import final_marks
from mentoring_lib.selection.what_if import Field, Flags, assume, decide_again, make_field, seat_all

READINGS: tuple[str, ...] = get_args(Reading)
LOTS = 1000  # other lots, and runs with shaken marks
SEED = 20230821  # of the shaken marks; any number would do, it only has to be stated
FIRM_IN, FIRM_OUT = 0.9, 0.1  # share of runs with a place
MOST_CLARITY = MOST * len(ANCHORS)  # points of all anchors

FAMILIES = {
    "reading": "prioritāšu lasījums",
    "threshold": "skaidrības slieksnis ±1",
    "weight": "jaunuma svars",
    "marker": "tikai viena vērtētāja atzīmes",
    "shaken": "atzīmes ±1",
    "unclear": "neskaidrs jaunums",
    "lot": "cita izloze",
}
"""Families of variants, in the order they are shown."""

FAVOURS = {
    "taking_turns": "Abas prioritātes ir vienlīdzīgas: vidū pamīšus jaunās un skaidri aprakstītās kopienas.",
    "new_first": "Priekšroka jaunām kopienām: jauna ar neskaidru jautājumu apsteidz esošu ar skaidru.",
    "clear_first": "Priekšroka skaidram jautājumam: esoša kopiena ar skaidru jautājumu apsteidz jaunu ar neskaidru.",
    "points": "Priekšroka visvairāk izstrādātam pieteikumam; jaunums tikai pieskaita punktus.",
}
"""What each reading of the two priorities favours, in one sentence."""

Numbers = npt.NDArray[np.int64]


class Family(NamedTuple):
    """Runs of one family: who has a place in each, and how much each run counts."""

    placed: Flags
    counts: npt.NDArray[np.float64]


def compare_readings(decided: pd.DataFrame, decisions: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """Year of the place under each reading of the two priorities, side by side.

    Returns
    -------
    DataFrame, shape (competitors, 6)
        ``application_id, community`` and one column per reading: the year, "" without a place.
    """
    table = decided[decided["rank_from"].notna()]
    years = {}
    for reading in READINGS:
        rule = programme.rule.model_copy(update={"reading": reading})
        again = decide_again(decided, decisions, programme, rule).set_index("application_id")
        years[reading] = again["place_year"].reindex(table["application_id"]).astype("str").fillna("").tolist()
    return table[["application_id", "community"]].reset_index(drop=True).assign(**years)


def say_readings(compared: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """For each reading what it favours, and how many have a place that they do not have under the one decided on."""
    own = compared[programme.rule.reading].ne("")
    gained = {name: int((compared[name].ne("") & ~own).sum()) for name in READINGS}
    rows = [(name, FAVOURS[name], gained[name]) for name in READINGS]
    return pd.DataFrame(rows, columns=["reading", "favours", "gained"])


def examine(
    decided: pd.DataFrame, marks: pd.DataFrame, anchors: pd.DataFrame, programme: Programme, chance: np.random.PCG64
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
    chance : PCG64
        Source of the shaken marks, with a stated seed; its raw output is the same in every version of NumPy.

    Returns
    -------
    DataFrame, shape (competitors, 13)
        In the order of the ranking: ``application_id, community, rank, outcome``, ``share_…`` per family from 0 (a
        place in no run) to 1 (in all), ``verdict`` ("firm_in", "contested", "firm_out") and ``contested_by``
        (families, Latvian).
    """
    table = decided[decided["rank_from"].notna()].reset_index(drop=True)
    field = make_field(decided, programme)
    families = run_families(field, table, marks, anchors, programme, chance)
    shares = {name: np.average(runs.placed, axis=0, weights=runs.counts) for name, runs in families.items()}
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
    field: Field, table: pd.DataFrame, marks: pd.DataFrame, anchors: pd.DataFrame, programme: Programme,
    chance: np.random.PCG64,
) -> dict[str, Family]:  # fmt: skip
    """Run every family; while the seed is not known, each variant is run with many lots."""
    lots = draw_lots(field, programme.call.code)
    unclear = table["novelty"].eq("unclear").to_numpy(dtype=bool)
    cells = _tabulate_marks(field, marks)
    weights, spans = find_weights(field)
    threshold = programme.rule.clear_from + np.array([[-1], [0], [1]])
    changes: dict[str, list[dict[str, object]]] = {
        "reading": [{"reading": name} for name in READINGS],
        "threshold": [{"clear_from": threshold * field.scale}],
        "weight": [{"reading": "points", "weight": weights[:, None]}],
        "marker": [{"clarity": mark_alone(field, cells, _tabulate_finals(field, anchors))}],
        "shaken": [{"clarity": shake_marks(field, cells, anchors, chance)}],
        "unclear": [{"new": settle_unclear(field.new, unclear)}],
        "lot": [{"luck": lots}],
    }
    families = {}
    for name in FAMILIES:
        placed = np.concatenate([_run(field, programme, changed, lots) for changed in changes[name]])
        counts = np.repeat(spans, len(placed) // len(spans)) if name == "weight" else np.ones(len(placed))
        families[name] = Family(placed, counts)
    return families


def _run(field: Field, programme: Programme, changed: Mapping[str, object], lots: Numbers) -> Flags:
    placed = seat_all(field, assume(field, programme.rule, **changed))
    if programme.lottery.seed is not None:
        return placed
    each = math.ceil(LOTS / len(placed))
    parts = {name: np.repeat(np.asarray(part), each, axis=0) for name, part in changed.items() if name != "reading"}
    luck = lots[np.arange(len(placed) * each) % len(lots)]
    return seat_all(field, assume(field, programme.rule, **{**changed, **parts, "luck": luck}))


def draw_lots(field: Field, call: str) -> Numbers:
    """Positions by ticket under the seeds 00…01, 00…02 and so on: other lots that anyone can repeat.

    Returns
    -------
    ndarray, shape (1000, n)
    """
    tickets = [[ticket(f"{seed:020d}", call, key) for key in field.ids] for seed in range(1, LOTS + 1)]
    drawn = np.array(tickets, dtype="S64").reshape(LOTS, len(field.ids))
    return np.argsort(np.argsort(drawn, axis=-1, kind="stable"), axis=-1)


def find_weights(field: Field) -> tuple[Numbers, npt.NDArray[np.float64]]:
    """Weights of "new" that can matter in the reading by points, and the width of the interval each stands for.

    The order changes only where the weight equals a difference of clarity between an existing and a new application;
    between two such points one weight stands for the whole interval. The points themselves have no width.

    Returns
    -------
    weights : ndarray of int, shape (intervals,)
        Midpoints, in points times ``field.scale``.
    spans : ndarray of float, shape (intervals,)
        Widths in points; they add up to 12.
    """
    gaps = field.clarity[~field.new][:, None] - field.clarity[field.new][None, :]
    top = MOST_CLARITY * field.scale
    edges = np.unique(np.concatenate([[0, top], gaps[(gaps > 0) & (gaps < top)].ravel()]))
    return (edges[:-1] + edges[1:]) // 2, np.diff(edges) / field.scale


def show_weight_intervals(decided: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """Weights of "new" under which each application has a place in the reading by points, exactly.

    Returns
    -------
    DataFrame, shape (m, 4)
        ``application_id, community, weight_from, weight_to`` (points, Fraction), one row per unbroken interval
        between 0 and 12; only those whose place depends on the weight.
    """
    field = make_field(decided, programme)
    names = decided.set_index("application_id")["community"]
    weights, spans = find_weights(field)
    placed = seat_all(field, assume(field, programme.rule, reading="points", weight=weights[:, None]))
    edges = [Fraction(0), *(Fraction(round(edge * field.scale), field.scale) for edge in np.cumsum(spans))]
    rows = []
    for column in np.flatnonzero(placed.any(axis=0) & ~placed.all(axis=0)):
        steps = np.flatnonzero(np.diff(np.concatenate([[0], placed[:, column].astype(np.int8), [0]])))
        key = field.ids[column]
        rows += [(key, names[key], edges[a], edges[b]) for a, b in zip(steps[::2], steps[1::2], strict=True)]
    return pd.DataFrame(rows, columns=["application_id", "community", "weight_from", "weight_to"])


MISSING = -1  # a mark that was not given


def _tabulate_marks(field: Field, marks: pd.DataFrame) -> Numbers:
    """Marks as numbers, shape (markers, n, 4); :data:`MISSING` where there is none."""
    wide = marks.pivot_table(index="application_id", columns=["marker", "anchor"], values="mark", aggfunc="first")
    markers = sorted(marks["marker"].dropna().unique())
    columns = pd.MultiIndex.from_product([markers, list(ANCHORS)])
    cells = wide.reindex(index=field.ids, columns=columns).astype("Float64").fillna(MISSING).to_numpy(dtype=np.int64)
    return cells.reshape(len(field.ids), len(markers), len(ANCHORS)).transpose(1, 0, 2)


def _tabulate_finals(field: Field, anchors: pd.DataFrame) -> Numbers:
    """Final marks in points times the scale, shape (n, 4); 0 where nobody marked."""
    finals = final_marks(anchors)
    rows = [[int(finals.get(key, {}).get(name, Fraction(0)) * field.scale) for name in ANCHORS] for key in field.ids]
    return np.array(rows, dtype=np.int64).reshape(len(field.ids), len(ANCHORS))


def mark_alone(field: Field, cells: Numbers, finals: Numbers) -> Numbers:
    """Clarity if only one marker's marks counted, shape (markers, n); what she could not mark stays as it is."""
    if not len(cells):
        return field.clarity[None, :]
    alone = np.where(cells == MISSING, finals[None], cells * field.scale).sum(axis=-1)
    return np.where(field.clarity < 0, field.clarity, alone)


def shake_marks(field: Field, cells: Numbers, anchors: pd.DataFrame, chance: np.random.PCG64) -> Numbers:
    """Clarity if each mark had come out one lower, the same or one higher with chances ¼, ½, ¼.

    Marks stay between 0 and 3; an agreed mark is shaken as one mark in place of the markers' own.

    Returns
    -------
    ndarray, shape (1000, n)
        In points times ``field.scale``.
    """
    agreed = anchors.assign(agreed=anchors["agreed"].astype("Float64").fillna(MISSING)).pivot(
        index="application_id", columns="anchor", values="agreed"
    )
    fixed = agreed.reindex(index=field.ids, columns=list(ANCHORS)).fillna(MISSING).to_numpy(dtype=np.int64)
    own = np.where(fixed[None] == MISSING, cells, MISSING)
    all_marks = np.concatenate([own, fixed[None]])
    bits = chance.random_raw(LOTS * all_marks.size).reshape(LOTS, *all_marks.shape) >> np.uint64(62)
    moved = np.clip(all_marks + np.array([-1, 0, 0, 1])[bits.astype(np.int64)], 0, MOST)
    given = all_marks != MISSING
    counted = np.maximum(given.sum(axis=0), 1)
    clarity = ((moved * given).sum(axis=1) * field.scale // counted).sum(axis=-1)
    return np.where(field.clarity < 0, field.clarity, clarity)


def settle_unclear(new: Flags, unclear: Flags) -> Flags:
    """Novelty with the unclear ones all existing, all new, and each alone new, shape (2 + unclear, n)."""
    each = np.eye(len(new), dtype=bool)[unclear]
    return np.concatenate([new[None], (new | unclear)[None], new[None] | each])


def summarise_firmness(examined: pd.DataFrame) -> str:
    """The whole annex in one Latvian sentence."""
    count = examined["verdict"].value_counts()
    firm_in, contested, firm_out = (int(count.get(name, 0)) for name in ("firm_in", "contested", "firm_out"))
    total = plural(len(examined), "pieteikuma", "pieteikumiem")
    return (
        f"No {total}: vieta ir droša – {firm_in}, vietas droši nav – {firm_out}, iznākums ir atkarīgs no izvēlēm, "
        f"kuras uzsaukums atstāj atvērtas, – {contested}."
    )
