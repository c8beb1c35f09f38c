"""What communities ask about: themes a person confirmed, counted by municipality, year or novelty.

Ticked themes are the applicant's, confirmed ones (sheet "Tēmas") a person's. Figures and charts use confirmed ones
only and say how many applications have none yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from mentoring_lib.base.columns import ALL_TICKED
from mentoring_lib.base.problems import Problem, problem_at
from mentoring_lib.base.rows import Entry, rows_of

MIN_BASE = 5  # applications: no per cent of fewer


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
