"""What communities ask, looked at from several sides: where, who, what comes together, and who can answer.

Ticked themes are the applicant's, confirmed ones (sheet "Tēmas") a person's. Only confirmed ones are counted, and
texts say how many applications have none yet. A count always stands beside its share, a share of fewer than five
applications is not shown, and a difference is claimed only where Fisher's exact test finds
one after Holm's correction for the number of comparisons.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mentoring_lib.base.columns import ALL_TICKED, CHOICES, WORDS
from mentoring_lib.base.problems import Problem, problem_at
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import Entry, rows_of

MIN_BASE = 5  # applications: no per cent of fewer
SIGNIFICANT = 0.05  # Holm-adjusted p below which a difference is claimed
MAX_EARLIER = 3  # calls compared with this one; a chart tells four apart


def confirm_themes(applications: pd.DataFrame, confirmed: pd.DataFrame, themes: Mapping[str, str]) -> pd.DataFrame:
    """Put the confirmed themes beside the ticked ones.

    Parameters
    ----------
    applications : DataFrame, shape (n, k)
    confirmed : DataFrame
        Sheet "Tēmas": a theme, or all that were ticked; further rows of one application add to it.
    themes : mapping
        Label of each theme code, in the call's order.

    Returns
    -------
    DataFrame, shape (n, k + 1)
        ``confirmed_themes``: tuple of codes in the call's order, empty while nobody has confirmed any.
    """
    chosen = confirmed.dropna(subset=["theme"]).groupby("application_id")["theme"].agg(set).to_dict()
    own = [chosen.get(key, set()) for key in applications["application_id"]]
    pairs = zip(own, applications["themes"], strict=True)
    sets = [one | set(ticked or ()) if ALL_TICKED in one else one for one, ticked in pairs]
    codes = [tuple(code for code in themes if code in one) for one in sets]
    return applications.assign(confirmed_themes=pd.Series(codes, index=applications.index, dtype="object"))


def check_confirmed(confirmed: pd.DataFrame, applications: pd.DataFrame) -> list[Problem]:
    """A question wherever all ticked themes are confirmed and none is ticked, or somebody confirmed no theme."""
    ticked = dict(zip(applications["application_id"], applications["themes"], strict=True))
    problems = []
    for row in rows_of(confirmed, _Confirmed):
        if row.theme is None and (row.who or row.on):
            problems.append(problem_at("value_missing", row, "theme", details="Tēma"))
        if row.theme == ALL_TICKED and row.application_id in ticked and not ticked[row.application_id]:
            problems.append(problem_at("themes_unticked", row, "theme"))
    return problems


@dataclass(frozen=True)
class _Confirmed(Entry):
    theme: str | None
    who: str | None
    on: pd.Timestamp | None


def count_themes(
    applications: pd.DataFrame, by: str, categories: Sequence[object], themes: Mapping[str, str]
) -> pd.DataFrame:
    """Applications by confirmed theme and another column.

    Parameters
    ----------
    applications : DataFrame
        With ``confirmed_themes`` and the column ``by``.
    by : str
        For example "municipality".
    categories : sequence
        Values of ``by`` in the order to show; a category without applications stays, with zeros.
    themes : mapping
        Label of each theme code; gives the order of rows.

    Returns
    -------
    DataFrame, shape (themes, categories)
        Counts (an application with two themes counts in both), indexed by theme code.
    """
    long = applications[["confirmed_themes", by]].explode("confirmed_themes").dropna()
    counts = pd.crosstab(long["confirmed_themes"], long[by])
    ordered = counts.reindex(index=list(themes), columns=list(categories), fill_value=0)
    return ordered.rename_axis(index="theme", columns=by)


def label_themes(codes: pd.Series, themes: Mapping[str, str]) -> pd.Series:
    """Labels of theme codes, joined by "; "."""
    return codes.map(lambda chosen: "; ".join(themes[code] for code in chosen)).astype("str")


def select_valid(decided: pd.DataFrame) -> pd.DataFrame:
    """Applications that fit the call, late ones too: each community once, all with consent."""
    return decided[decided["state"].isin(["eligible", "late"])]


# What became of an application's consultation, by events.
USES: dict[str, str] = WORDS["fates"]


def follow_places(applications: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Add what events made of each application's consultation, not what the order gave: ``use`` and ``used_year``.

    Parameters
    ----------
    applications : DataFrame
    places : DataFrame
        See :func:`ledger.find_delivered`: ``application_id, use, year``; the last row of an application counts.
    """
    last = places.drop_duplicates("application_id", keep="last").set_index("application_id")
    use = applications["application_id"].map(last["use"]).fillna("none")
    served = applications["application_id"].map(last["year"]).where(~use.isin(["none", "released"]))
    return applications.assign(use=use.where(use.isin(list(USES)), "held_incomplete"), used_year=served.astype("Int64"))


def list_facets(programme: Programme) -> dict[str, dict[Any, str]]:
    """Columns by which applications are looked at, each with its values and their Latvian words."""
    return {
        "municipality": {town: town for town in programme.call.municipalities},
        "novelty": {"new": "jaunas", "existing": "esošas", "unclear": "nav zināms, vai jauna"},
        "used_year": {year: f"konsultācija {year}. gadā" for year in sorted(programme.places)},
        "use": USES,
        "state": {name: CHOICES["state"][name] for name in ("eligible", "late")},
    }


def select_confirmed(applications: pd.DataFrame) -> pd.DataFrame:
    """Applications with a confirmed theme."""
    return applications[applications["confirmed_themes"].map(len).gt(0)]


def share_themes(applications: pd.DataFrame, by: Iterable[str], programme: Programme) -> pd.DataFrame:
    """How many applications ask about each theme, by the values of one or more columns.

    Parameters
    ----------
    applications : DataFrame
        With ``confirmed_themes``.
    by : iterable of str
        Names from :func:`list_facets`.
    programme : Programme

    Returns
    -------
    DataFrame, shape (themes × values, 4)
        ``theme`` (code), ``category`` (Latvian word), ``count``, ``base`` (applications of the category with a
        confirmed theme; values without any are left out).
    """
    facets, counted = list_facets(programme), select_confirmed(applications)
    return _measure(
        (counts[code], label, int(counted[name].eq(code).sum()))
        for name in by
        for counts in [count_themes(counted, name, list(facets[name]), programme.themes)]
        for code, label in facets[name].items()
    )


def compare_calls(applications: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """The same for this call and the last earlier ones, of which the programme file keeps the counts."""
    earlier = [
        (pd.Series({code: call.themes.get(code, 0) for code in programme.themes}), call.code, call.confirmed)
        for call in programme.earlier[-MAX_EARLIER:]
    ]
    now = (_count_asked(applications, programme), programme.call.code, len(select_confirmed(applications)))
    return _measure([*earlier, now])


def _count_asked(applications: pd.DataFrame, programme: Programme) -> pd.Series:
    counts = applications["confirmed_themes"].explode().value_counts()
    return counts.reindex(list(programme.themes), fill_value=0)


def _measure(parts: Iterable[tuple[pd.Series, str, int]]) -> pd.DataFrame:
    """Counts by theme, what they are of, and out of how many: those out of none are left out."""
    tables = [
        pd.DataFrame({"theme": counts.index, "category": category, "count": counts.to_numpy(), "base": base})
        for counts, category, base in parts
    ]
    table = pd.concat(tables, ignore_index=True)
    return table[table["base"].gt(0)].reset_index(drop=True)


def share_groups(decided: pd.DataFrame, places: pd.DataFrame, programme: Programme) -> dict[str, pd.DataFrame]:
    """Themes by "municipality", by "novelty", of this call beside earlier "calls", and by what happened ("fate")."""
    valid = follow_places(select_valid(decided), places)
    sides = {"municipality": ["municipality"], "novelty": ["novelty"], "fate": ["used_year", "use", "state"]}
    shares = {name: share_themes(valid, by, programme) for name, by in sides.items()}
    return shares | {"calls": compare_calls(valid, programme)}


def show_shares(shares: pd.DataFrame, themes: Mapping[str, str]) -> pd.DataFrame:
    """The shares as people read them, "3 no 9 (33 %)" with fixed spaces: a row per theme, a column per category."""
    texts = [
        f"{count}\u00a0no\u00a0{base}" + ("" if base < MIN_BASE else f" ({100 * count / base:.0f}\u00a0%)")
        for count, base in zip(shares["count"], shares["base"], strict=True)
    ]
    wide = shares.assign(text=texts).pivot_table(index="theme", columns="category", values="text", aggfunc="first")
    wide = wide.reindex(index=shares["theme"].unique(), columns=shares["category"].unique())
    return wide.rename(index=dict(themes)).rename_axis(index="theme", columns=None).reset_index()


def find_differences(shares: pd.DataFrame) -> pd.DataFrame:
    """Fisher's exact test of each theme in each category against all the others (two categories: once).

    Returns
    -------
    DataFrame, shape (comparisons, 5)
        ``theme, category, share`` (of the category), ``elsewhere`` (share in the others together), ``p`` (two-sided,
        adjusted by Holm for all comparisons of the table).
    """
    categories, counts = list(shares["category"].unique()), shares[["count", "base"]]
    others = shares.groupby("theme")[["count", "base"]].transform("sum") - counts
    tested = shares["category"].isin(categories if len(categories) > 2 else categories[:-1])
    inside, outside = counts[tested], others[tested]
    p = [_test_exactly(*table) for table in np.hstack([inside, outside]).tolist()]
    return shares.loc[tested, ["theme", "category"]].assign(
        share=inside["count"] / inside["base"],
        elsewhere=outside["count"] / outside["base"],
        p=_adjust_holm(np.array(p, dtype="float64")),
    )


def _test_exactly(with_it: int, base: int, others: int, other_base: int) -> float:
    """Two-sided p of Fisher's exact test: the share of all ways to spread the theme that are no likelier than this."""
    every = with_it + others
    ways = {n: comb(base, n) * comb(other_base, every - n) for n in range(min(base, every) + 1)}
    return sum(way for way in ways.values() if way <= ways[with_it]) / sum(ways.values())


def _adjust_holm(p: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Holm's step-down adjustment: the smallest p times their number, the next times one fewer, never falling."""
    order = np.argsort(p)
    adjusted = np.empty(len(p))
    adjusted[order] = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)).clip(max=1)
    return adjusted


def describe_differences(tested: pd.DataFrame, themes: Mapping[str, str]) -> str:
    """One Latvian sentence: which themes differ between the categories, or that none may be said to.

    Parameters
    ----------
    tested : DataFrame
        See :func:`find_differences`.
    themes : mapping of str to str
        Label of each theme.
    """
    if tested.empty:
        return "Salīdzināt nav ar ko: apstiprinātas tēmas ir tikai vienā grupā vai vispār nav."
    significant = tested[tested["p"].lt(SIGNIFICANT)]
    if significant.empty:
        return "Datu ir par maz, lai teiktu, ka grupas atšķiras; redzamās atšķirības var būt nejaušas."
    differences = "; ".join(
        f"«{themes[theme]}» – {category} {'biežāk' if share > elsewhere else 'retāk'} nekā pārējie"
        for theme, category, share, elsewhere, _ in significant.itertuples(index=False)
    )
    return f"Atšķirība ir pārliecinoša: {differences}. Citās tēmās datu ir par maz, lai teiktu, ka grupas atšķiras."


def list_themes(programme: Programme) -> pd.DataFrame:
    """The short name of each theme beside the form's question, in the call's order."""
    rows = [(programme.short_theme(code), label) for code, label in programme.themes.items()]
    return pd.DataFrame(rows, columns=["short", "theme"])


def pair_themes(applications: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """Which two themes come together: ``themes`` (short names), ``applications`` (how many); most frequent first."""
    codes = list(programme.themes)
    chosen = (sorted(set(themes), key=codes.index) for themes in applications["confirmed_themes"])
    pairs = Counter(pair for themes in chosen for pair in combinations(themes, 2))
    rows = sorted(pairs.items(), key=lambda item: (-item[1], *map(codes.index, item[0])))
    named = [(" un ".join(map(programme.short_theme, pair)), count) for pair, count in rows]
    return pd.DataFrame(named, columns=["themes", "applications"])


def weigh_supply(applications: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """What is asked against what mentors can do, asked most first.

    Returns
    -------
    DataFrame, shape (themes, 3)
        ``theme`` (label), ``applications`` (that ask about it), ``mentors`` (names of those who advise in it, or
        "neviens").
    """
    asked, labels = _count_asked(applications, programme), list_themes(programme)["short"]
    able = [", ".join(one.name for one in programme.mentors if code in one.themes) for code in programme.themes]
    table = pd.DataFrame({"theme": labels, "applications": asked.to_numpy(), "mentors": able}).replace("", "neviens")
    return table.sort_values("applications", ascending=False, kind="stable", ignore_index=True)


def describe_supply(supply: pd.DataFrame) -> str:
    """Which themes are asked about but nobody advises in (Latvian)."""
    asked = supply[supply["applications"].gt(0)]
    bare = "; ".join(asked.loc[asked["mentors"].eq("neviens"), "theme"])
    some = "Katrā jautātajā tēmā konsultē kāds mentors." if len(asked) else "Apstiprinātu tēmu vēl nav."
    return f"Neviens mentors nekonsultē: {bare}." if bare else some


def list_other(applications: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """What the answer "other" (the call's last theme) holds, in the applicants' own words, never for outside.

    Returns
    -------
    DataFrame, shape (applications, 3)
        ``application_id, municipality, theme_other``: the theme in their words, or the question where a person put
        the application under "other".
    """
    last, written = list(programme.themes)[-1], applications["theme_other"].fillna("")
    chosen = written.ne("") | applications["confirmed_themes"].map(lambda codes: last in codes)
    texts = written.where(written.ne(""), applications["question"])
    return applications.assign(theme_other=texts).loc[chosen, ["application_id", "municipality", "theme_other"]]


def list_unconfirmed(applications: pd.DataFrame, suggested: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """Suggestions for a person to confirm: applications without a confirmed theme.

    Parameters
    ----------
    applications : DataFrame
    suggested : DataFrame
        ``application_id, suggested, matched, flag`` (see :func:`suggesting.suggest_themes`).
    programme : Programme

    Returns
    -------
    DataFrame, shape (unconfirmed, 6)
        ``application_id, community, themes`` (ticked), ``suggested`` (labels, best first), ``matched, flag``.
    """
    waiting = applications[applications["confirmed_themes"].map(len).eq(0)]
    table = waiting[["application_id", "community", "themes"]].merge(suggested, on="application_id")
    short = dict(zip(programme.themes, list_themes(programme)["short"], strict=True))
    labels = {name: label_themes(table[name], short) for name in ("themes", "suggested")}
    return table.assign(**labels)
