"""Which applications compete: duplicates, decisions of a person, and the one state each application is in.

Whatever is unclear stays unsettled until a person decides; nothing is merged or dropped here.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

import pandas as pd

from mentoring_lib.base.problems import Problem, problem_at
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import Application, Entry, map_distinct, rows_of, table_of
from mentoring_lib.base.texts import LEGAL_FORMS, PHONE_DIGITS, fold
from mentoring_lib.selection.decisions import DROPPED, Verdict, decide_pairs, find_verdicts

MAX_ALIKE = 50  # that share one thing: beyond, each is compared with the first alone, or one e-mail asks thousands
EVIDENCE = {"email": "vienāds e-pasts", "phone": "vienāds tālrunis", "name": "tas pats nosaukums un vieta"}


@dataclass(frozen=True)
class Pair:
    """Two applications that may come from one community, the later first; ``decision`` is "" while undecided."""

    application_id: str
    other_id: str
    evidence: str
    decision: str


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
        nobody has decided). A pair needs a decision unless one of its two has been set aside already. Where more
        than :data:`MAX_ALIKE` share one thing, each is paired with the first of them only.
    """
    last, verdicts = decide_pairs(decisions), find_verdicts(decisions).items()
    aside = {key for key, verdict in verdicts if verdict.decision in DROPPED}
    rows = []
    for pair, kinds in sorted(_find_pairs(applications).items()):
        decision = last.get(frozenset(pair), "")
        # where both compete, a later "eligible" has taken a "duplicate of" back
        decision = decision or "set_aside" if aside & {*pair} else decision and "not_duplicate"
        rows.append((*pair, ", ".join(EVIDENCE[kind] for kind in sorted(kinds)), decision))
    return table_of(rows, dict.fromkeys(["application_id", "other_id", "evidence", "decision"], "str"))


def _find_pairs(applications: pd.DataFrame) -> dict[tuple[str, str], set[str]]:
    """What two applications, the later first, have in common."""
    ordered = applications.sort_values(["submitted_at", "application_id"])
    pairs: dict[tuple[str, str], set[str]] = {}
    for kind, key in _make_keys(ordered).items():
        shared = ordered.loc[key.ne("") & key.duplicated(keep=False), "application_id"]
        for _, group in shared.groupby(key):
            alike = list(dict.fromkeys(group))
            for earlier, later in combinations(alike, 2) if len(alike) <= MAX_ALIKE else product(alike[:1], alike[1:]):
                pairs.setdefault((later, earlier), set()).add(kind)
    return pairs


def _make_keys(applications: pd.DataFrame) -> dict[str, pd.Series]:
    """What applications may have in common, "" where there is nothing to compare."""
    columns = ("email", "phone", "community", "municipality", "place")
    emails, phones, communities, towns, places = (applications[name].fillna("") for name in columns)
    digits = phones.str.replace(r"\D+", "", regex=True).str[-PHONE_DIGITS:]
    names = map_distinct(communities, _drop_legal_form, "str")
    return {
        "email": emails.str.strip().str.casefold(),
        "phone": digits.where(digits.str.len().eq(PHONE_DIGITS), ""),
        "name": (names + "|" + towns + "|" + map_distinct(places, fold, "str")).where(names.ne(""), ""),
    }


def _drop_legal_form(name: str) -> str:
    return " ".join(word for word in fold(name).split() if word not in LEGAL_FORMS)


@dataclass(frozen=True)
class Received(Application):
    """An application, and whether it came after the deadline."""

    late: bool


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
        Sheet "Lēmumi" (see :func:`decisions.find_verdicts`).
    programme : Programme

    Returns
    -------
    DataFrame, shape (n, k + 3)
        ``state`` (a code of ``CHOICES["state"]``), ``state_reason`` (Latvian, "" for eligible ones) and
        ``duplicate_of`` (code of the application a person named, "" without).

    Notes
    -----
    The first that fits: withdrawn, set aside by a person, outside the municipalities, no consent, late, eligible. An
    answer that cannot be read, a missing name, or an undecided duplicate, leaves the application unsettled.
    """
    verdicts, answers = find_verdicts(decisions), list(rows_of(applications, Received))
    undecided = duplicates[duplicates["decision"].eq("")]
    codes = Counter(answer.application_id for answer in answers)
    doubts = {key: "Tāds pats kods ir arī citā rindā; jāizlemj." for key, count in codes.items() if count > 1}
    doubts |= dict.fromkeys([*undecided["application_id"], *undecided["other_id"]], "Varbūt dublikāts; jāizlemj.")
    states = [
        _find_state(answer, verdicts.get(answer.application_id), doubts.get(answer.application_id, ""), programme)
        for answer in answers
    ]
    columns = ["state", "state_reason", "duplicate_of"]
    return applications.assign(**pd.DataFrame(states, applications.index, columns, dtype="str"))


# Reasons that a decision alone does not settle: what is lacking must be put in, unless the application is refused.
LACKING = ("Nav skaidrs, kad pieteikums iesniegts.", "Nav kopienas nosaukuma.")


def _find_state(answer: Received, verdict: Verdict | None, doubt: str, programme: Programme) -> tuple[str, str, str]:
    """State, reason, and whose duplicate it is: by what a person decided, else by the answers."""
    if verdict is None or verdict.decision in ("eligible", "override"):
        return *_judge(answer, verdict is not None and verdict.accepted, doubt, programme), ""
    row = verdict.row
    return {
        "contradiction": ("unsettled", "Par pieteikumu vienā dienā ir pretrunīgi lēmumi; jāizlemj.", ""),
        "withdrawn": ("withdrawn", f"Kopiena dalību atsauca: {row.reason}", ""),
        "duplicate_of": ("set_aside", f"Pieteikuma {row.value} dublikāts: {row.reason}", str(row.value)),
        "ineligible": ("set_aside", f"Neatbilst: {row.reason}", ""),
    }[verdict.decision]


def _judge(answer: Received, accepted: bool, doubt: str, programme: Programme) -> tuple[str, str]:
    """State and reason by the answers; a person who found it eligible (``accepted``) has settled place and consent."""
    towns, sent, asked = programme.call.municipalities, answer.submitted_at, programme.form.consent == "asked"
    outside = f"Uzsaukums attiecas uz šiem novadiem: {', '.join(towns)}. Pieteikumā norādīts: {answer.municipality}."
    consent = answer.consent if asked or answer.consent is not None else True
    first_that_fits = [
        (not accepted and answer.municipality is None, "unsettled", "Nav skaidrs, kurā novadā kopiena darbojas."),
        (not accepted and answer.municipality not in towns, "outside", outside),
        (not accepted and consent is None, "unsettled", "Nav skaidrs, vai dota piekrišana datu apstrādei."),
        (not accepted and not consent, "no_consent", "Nav dota piekrišana personas datu apstrādei."),
        (doubt, "unsettled", doubt),
        (sent is None, "unsettled", LACKING[0]),
        (answer.late, "late", "" if sent is None else f"Iesniegts pēc termiņa: {sent:%d.%m.%Y plkst. %H.%M.%S}."),
        (answer.community is None, "unsettled", LACKING[1]),
    ]
    return next(((state, reason) for stands, state, reason in first_that_fits if stands), ("eligible", ""))


def check_applications(applications: pd.DataFrame, duplicates: pd.DataFrame) -> list[Problem]:
    """Problems between applications: equal codes, and suspected duplicates nobody has decided on."""
    rows = list(rows_of(applications, Entry))
    first = {row.application_id: row for row in reversed(rows)}
    problems = []
    for pair in rows_of(duplicates[duplicates["decision"].eq("")], Pair):
        row, other = first[pair.application_id], f"{first[pair.other_id].row}. rindā ({pair.other_id})"
        problems.append(problem_at("duplicate_suspected", row, "community", pair.evidence, other))
    for row, earlier in ((row, first[row.application_id]) for row in rows):
        if row is not earlier:
            where = f"{earlier.file}, {earlier.row}. rinda"
            problems.append(problem_at("application_id_twice", row, "application_id", row.application_id, where))
    return problems


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
