"""Which applications compete: duplicates, decisions of a person, and the one state each application is in.

Whatever is unclear stays unsettled until a person decides; nothing is merged or dropped here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from mentoring_lib.columns import label_of
from mentoring_lib.errors import Problem, problem_at, rows_of
from mentoring_lib.programme import Programme
from mentoring_lib.texts import fold_all, look_up

LEGAL_FORMS = re.compile(
    r"\b(biedriba|nodibinajums|bdr|sia|kopiena|kopienas|iedzivotaju|iedzivotaji|apvieniba|grupa)\b"
)
"""Folded words that say nothing about which community it is."""

_NOT_DIGIT = re.compile(r"\D+")
PHONE_DIGITS = 8  # digits of a Latvian number without the country code

VERDICTS = ("duplicate_of", "ineligible", "eligible")
"""Decisions about whether an application competes; the newest counts."""

EVIDENCE = {"email": "vienāds e-pasts", "phone": "vienāds tālrunis", "name": "tas pats nosaukums un vieta"}


def find_duplicates(applications: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """Pairs of applications that may come from one community, with the evidence and a person's decision.

    Parameters
    ----------
    applications : DataFrame, shape (n, k)
        Typed applications.
    decisions : DataFrame, shape (m, 9)
        Sheet "Lēmumi", typed; ``duplicate_of`` and ``not_duplicate`` name the other application as their value.

    Returns
    -------
    DataFrame, shape (pairs, 4)
        ``application_id`` (the later one), ``other_id``, ``evidence`` (Latvian) and ``decision`` (code, "" while
        nobody has decided). A pair needs a decision unless one of its two has been set aside already.
    """
    keys = _keys(applications)
    order = applications.sort_values(["submitted_at", "application_id"])["application_id"].drop_duplicates()
    position = dict(zip(order, range(len(order)), strict=True))
    pairs = keys.merge(keys.rename(columns={"application_id": "other_id"}), on=["evidence", "key"])
    later = pairs["application_id"].map(position) > pairs["other_id"].map(position)
    pairs = pairs[later].sort_values(["application_id", "other_id", "evidence"])
    words = pairs.assign(evidence=pairs["evidence"].map(EVIDENCE)).groupby(["application_id", "other_id"])["evidence"]
    joined: pd.DataFrame = words.agg(", ".join).reset_index()
    return joined.assign(decision=_decided(joined, decisions))


def _keys(applications: pd.DataFrame) -> pd.DataFrame:
    """What applications may have in common, one row each: only what two of them share, so that few are compared."""
    told = {name: applications[name].fillna("").tolist() for name in ("email", "phone", "community", "place")}
    names = [LEGAL_FORMS.sub("", text).strip() for text in fold_all(told["community"])]
    towns = zip(names, applications["municipality"].fillna("").tolist(), fold_all(told["place"]), strict=True)
    digits = [_NOT_DIGIT.sub("", text)[-PHONE_DIGITS:] for text in told["phone"]]
    columns = {
        "email": [text.strip().casefold() for text in told["email"]],
        "phone": [text if len(text) == PHONE_DIGITS else "" for text in digits],
        "name": ["|".join(where) if where[0] else "" for where in towns],
    }
    keys = [
        pd.DataFrame({"application_id": applications["application_id"].array, "evidence": kind, "key": key})
        for kind, key in columns.items()
    ]
    return pd.concat(part[part["key"].ne("") & part["key"].duplicated(keep=False)] for part in keys).drop_duplicates()


def _decided(pairs: pd.DataFrame, decisions: pd.DataFrame) -> list[str]:
    told = decisions[decisions["decision"].isin(["duplicate_of", "not_duplicate"])].sort_values(["on", "file", "row"])
    known = {frozenset((d.application_id, d.value)): d.decision for d in rows_of(told)}
    verdicts = find_verdicts(decisions)["decision"]
    aside = set(verdicts[verdicts.ne("eligible")].index)
    found = []
    for one, other in zip(pairs["application_id"], pairs["other_id"], strict=True):
        decision = known.get(frozenset((one, other)), "")
        if aside & {one, other}:
            found.append(decision or "set_aside")
        else:  # a later "eligible" takes a "duplicate of" back
            found.append("not_duplicate" if decision else "")
    return found


def find_verdicts(decisions: pd.DataFrame) -> pd.DataFrame:
    """The newest verdict on each application, indexed by ``application_id``.

    A "duplicate of" that a newer "not a duplicate" of the same pair takes back does not count; whatever was decided
    before it counts again.
    """
    pairs = decisions[decisions["decision"].isin(["duplicate_of", "not_duplicate"])].sort_values(["on", "file", "row"])
    last = {frozenset((d.application_id, d.value)): d.decision for d in rows_of(pairs)}
    taken_back = [
        d.decision == "duplicate_of" and last[frozenset((d.application_id, d.value))] == "not_duplicate"
        for d in rows_of(decisions)
    ]
    return latest(decisions[~np.array(taken_back, dtype=bool)], *VERDICTS)


def latest(decisions: pd.DataFrame, *kinds: str) -> pd.DataFrame:
    """The newest decision of the given kinds for each application, indexed by ``application_id``."""
    chosen = decisions[decisions["decision"].isin(kinds)].sort_values(["on", "file", "row"], kind="stable")
    return chosen.drop_duplicates("application_id", keep="last").set_index("application_id")


def determine_states(
    applications: pd.DataFrame, duplicates: pd.DataFrame, decisions: pd.DataFrame, programme: Programme
) -> pd.DataFrame:
    """Put every application into exactly one state.

    Parameters
    ----------
    applications : DataFrame, shape (n, k)
        Typed applications with ``late``.
    duplicates : DataFrame
        See :func:`find_duplicates`.
    decisions : DataFrame
        Sheet "Lēmumi": ``duplicate_of`` and ``ineligible`` set aside; ``eligible`` settles municipality and consent.
    programme : Programme

    Returns
    -------
    DataFrame, shape (n, k + 3)
        ``state`` (a code of ``CHOICES["state"]``), ``state_reason`` (Latvian, "" for eligible ones) and
        ``duplicate_of`` (code of the application a person named, "" without).

    Notes
    -----
    The first that fits: set aside by a person, outside the municipalities, no consent, late, eligible. An answer
    that cannot be read, or an undecided duplicate, leaves the application unsettled.
    """
    ids = applications["application_id"]
    told = find_verdicts(decisions)
    verdict, why, other = (look_up(ids, told[column]) for column in ("decision", "reason", "value"))
    open_pairs = duplicates[duplicates["decision"].eq("")]
    accepted, town = verdict.eq("eligible"), applications["municipality"]
    cases = [
        (verdict.eq("duplicate_of"), "set_aside", "Pieteikuma " + other + " dublikāts: " + why),
        (verdict.eq("ineligible"), "set_aside", "Neatbilst: " + why),
        (town.isna() & ~accepted, "unsettled", "Nav skaidrs, kurā novadā kopiena darbojas."),
        (
            ~town.isin(programme.call.municipalities) & ~accepted,
            "outside",
            f"Uzsaukums attiecas uz šiem novadiem: {', '.join(programme.call.municipalities)}. Pieteikumā norādīts: "
            + town.fillna("")
            + ".",
        ),
        (applications["consent"].isna() & ~accepted, "unsettled", "Nav skaidrs, vai dota piekrišana datu apstrādei."),
        (
            ~applications["consent"].fillna(True) & ~accepted,
            "no_consent",
            "Nav dota piekrišana personas datu apstrādei.",
        ),
        (
            ids.isin([*open_pairs["application_id"], *open_pairs["other_id"]]),
            "unsettled",
            "Varbūt dublikāts; jāizlemj.",
        ),
        (ids.duplicated(keep=False), "unsettled", "Tāds pats kods ir arī citā rindā; jāizlemj."),
        (applications["submitted_at"].isna(), "unsettled", "Nav skaidrs, kad pieteikums iesniegts."),
        (applications["late"], "late", _show_late(applications["submitted_at"])),
    ]
    tests = [test.to_numpy(dtype=bool) for test, _, _ in cases]
    reasons = [np.asarray(reason, dtype=object) for _, _, reason in cases]
    state = np.select(tests, [state for _, state, _ in cases], "eligible")
    return applications.assign(
        state=pd.Series(state, index=applications.index, dtype="str"),
        state_reason=pd.Series(np.select(tests, reasons, ""), index=applications.index, dtype="str"),
        duplicate_of=other.where(verdict.eq("duplicate_of"), "").astype("str"),
    )


def _show_late(moments: pd.Series) -> pd.Series:
    shown: pd.Series = moments.dt.strftime("%d.%m.%Y %H:%M:%S").fillna("")
    return "Iesniegts pēc termiņa: " + shown + "."


def check_applications(applications: pd.DataFrame, duplicates: pd.DataFrame) -> list[Problem]:
    """Problems between applications: equal codes, and suspected duplicates nobody has decided on."""
    place = {row.application_id: row for row in rows_of(applications.iloc[::-1])}
    problems = []
    for pair in rows_of(duplicates[duplicates["decision"].eq("")]):
        details = f"{place[pair.other_id].row}. rindā ({pair.other_id})"
        problems.append(
            problem_at("duplicate_suspected", place[pair.application_id], "community", pair.evidence, details)
        )
    for row in rows_of(applications[applications["application_id"].duplicated()]):
        first = place[row.application_id]
        details = f"{first.file}, {first.row}. rinda"
        problems.append(problem_at("application_id_twice", row, "application_id", row.application_id, details))
    return problems


def check_references(table: pd.DataFrame, applications: pd.DataFrame, column: str = "application_id") -> list[Problem]:
    """A problem for each code that a sheet names and no export holds."""
    filled = table[table[column].notna()]
    unknown = filled[~filled[column].isin(applications["application_id"])]
    return [problem_at("application_unknown", row, column, getattr(row, column)) for row in rows_of(unknown)]


def check_decisions(decisions: pd.DataFrame, applications: pd.DataFrame, programme: Programme) -> list[Problem]:
    """A problem for each decision whose value does not fit its kind, or that contradicts another of the same day."""
    known = set(applications["application_id"])
    allowed = {
        "duplicate_of": known,
        "not_duplicate": known,
        "novelty": {label_of("novelty", "new"), label_of("novelty", "existing")},
        "override": {str(year) for year in programme.places},
    }
    problems = []
    for item in rows_of(decisions[decisions["decision"].notna()].fillna({"value": ""})):
        fits = {"0", "1", "2", "3"} if item.decision.startswith("agreed_") else allowed.get(item.decision)
        if fits is not None and (item.value not in fits or item.value == item.application_id):
            details = "cita pieteikuma kods" if fits is known else ", ".join(sorted(fits))
            problems.append(problem_at("decision_value", item, "value", item.value, details))
    problems += _check_circles(decisions) + _check_overrides(decisions, programme)
    kind = decisions["decision"].where(~decisions["decision"].isin(VERDICTS), "verdict")
    clashing = decisions.assign(kind=kind)[~decisions["decision"].isin(["not_duplicate", "other"])]
    clashing = clashing[clashing.duplicated(["application_id", "kind", "on"], keep="first")]
    return problems + [
        problem_at("decision_conflict", row, "decision", label_of("decision", row.decision), row.application_id)
        for row in rows_of(clashing.dropna(subset=["application_id", "decision"]))
    ]


def _check_circles(decisions: pd.DataFrame) -> list[Problem]:
    """A duplicate must point to an application that is not a duplicate itself."""
    told = find_verdicts(decisions).query("decision == 'duplicate_of'").reset_index()
    others = told["value"].isin(told["application_id"]) & told["value"].ne(told["application_id"])
    circles = told[others]
    details = "pieteikums, kas pats nav dublikāts"
    return [problem_at("decision_value", row, "value", row.value, details) for row in rows_of(circles)]


def _check_overrides(decisions: pd.DataFrame, programme: Programme) -> list[Problem]:
    """No more overrides in a year than it has places."""
    told = latest(decisions, "override").reset_index()
    number = told.groupby("value").cumcount() + 1
    places = told["value"].map({str(year): count for year, count in programme.places.items()})
    return [problem_at("override_full", row, "value", row.value) for row in rows_of(told[number.gt(places)])]


def count_states(applications: pd.DataFrame, municipalities: Sequence[str]) -> pd.DataFrame:
    """Applications by municipality, eligible and other, with one row for those outside or unknown.

    Returns
    -------
    DataFrame, shape (municipalities + 1, 2)
        ``eligible`` and ``other``; the last row is left out when nobody is outside.
    """
    town = applications["municipality"].where(applications["municipality"].isin(municipalities), "citur vai nezināms")
    eligible = applications["state"].eq("eligible").map({True: "eligible", False: "other"})
    counts = pd.crosstab(town, eligible).reindex(columns=["eligible", "other"], fill_value=0)
    order = [*municipalities, *(name for name in counts.index if name not in municipalities)]
    return counts.reindex(order, fill_value=0)
