"""Minutes of the meeting that decided: the stored decision of its day, to be signed; internal, since they hold names.

What is told follows what the Register of Enterprises lists for minutes: body, place, time, present, agenda, course,
decisions with reasons, votes, chair and recorder.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, cast

import pandas as pd

from mentoring_lib.base.columns import ANCHORS
from mentoring_lib.base.problems import Problem
from mentoring_lib.base.rows import Conflict, rows_of
from mentoring_lib.base.settings import problem_of_several
from mentoring_lib.base.stamp import describe_rule
from mentoring_lib.documents.wording import TEXTS, fill, find_lacking
from mentoring_lib.render.docx import make_document
from mentoring_lib.selection.contract import format_amendments
from mentoring_lib.selection.past import decided_by
from mentoring_lib.workflow import Inputs, Results, Selected, settle_on, view_on

FILE = "protokols.docx"
WORDS = TEXTS["minutes"]
SETTINGS: list[str] = WORDS["settings"]


def make_minutes(inputs: Inputs, results: Results) -> tuple[dict[str, bytes], list[Problem]]:
    """The minutes by file name, once the outcome is final; or what settings they lack."""
    if not results.final:
        return {}, []
    if lacking := find_lacking(inputs.programme, SETTINGS):
        return {}, [problem_of_several("minutes_settings", inputs.programme, lacking)]
    day = inputs.programme.letters.decision_date
    view = view_on(inputs, results, day)
    words = _collect_words(inputs, view)
    stamp = replace(results.stamp, as_of=cast("date", day))
    return {FILE: make_document(fill([WORDS["title"]], words), stamp, list(_parts(view, words)))}, []


def _parts(view: Selected, words: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    for heading, sentences in WORDS["body"].items():
        yield ("subheading", heading)
        yield ("text", fill(sentences, words))
    for line in WORDS["signed"]:
        yield ("text", fill([line], words))
    decided, waits = view.decided, view.decided["waiting"].notna()
    given, rest = decided["outcome"].eq("place"), decided["outcome"].ne("place") & ~waits
    for heading, columns, rows in (
        ("given", ["rank", "application_id", "community", "place_year", "reason"], decided[given]),
        ("waiting", ["waiting", "application_id", "community", "reason"],
         decided[waits].sort_values("waiting")),
        ("others", ["application_id", "community", "municipality", "state", "reason"], decided[rest]),
    ):  # fmt: skip
        yield ("heading", WORDS["annexes"][heading])
        yield ("plain table", rows[columns]) if len(rows) else ("text", WORDS["nobody"])


def _collect_words(inputs: Inputs, view: Selected) -> dict[str, Any]:
    decided, decisions = view.decided, inputs.sheets["Lēmumi"]
    programme = settle_on(inputs, inputs.programme.letters.decision_date)
    states = Counter(decided["state"])
    gaps = view.anchors[view.anchors["gap"].ge(programme.rule.discussion_gap)]
    known = rows_of(decided_by(inputs.sheets["Interešu konflikti"], programme.letters.decision_date), Conflict)
    conflicts = "; ".join(f"{row.person} – {row.application_id}" for row in known)
    return dict(programme) | {
        "applications": len(decided),
        "communities": len(decided) - int(decided["duplicate_of"].ne("").sum()),
        "eligible": states["eligible"],
        "late": states["late"],
        "others": len(decided) - states["eligible"] - states["late"],
        "criteria": len(ANCHORS),
        "gaps": len(gaps),
        "agreed": int(gaps["agreed"].notna().sum()),
        "conflicts": conflicts,
        "no_conflicts": "" if conflicts else WORDS["no_conflicts"],
        "rule_text": describe_rule(programme),
        "frozen": inputs.frozen,
        "amendments": "; ".join(format_amendments(decisions).splitlines()),
        "by_year": _list_years(decided),
        "waiting_list": list(decided[decided["waiting"].notna()].sort_values("waiting")["application_id"]),
    }


def _list_years(decided: pd.DataFrame) -> str:
    """Codes by the year of their consultation, in order."""
    years = decided[decided["outcome"].eq("place")].sort_values("rank").groupby("place_year")["application_id"]
    return "; ".join(f"{year}. gadā {', '.join(codes)}" for year, codes in years)
