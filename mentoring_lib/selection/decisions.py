"""What a person decided: the newest day wins, two of that day that contradict each other settle nothing and block."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from mentoring_lib.base.columns import ANCHORS, POINTS, label_of
from mentoring_lib.base.problems import Problem, Refused, problem_at
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import Decision, Entry, rows_of
from mentoring_lib.base.texts import fold, suggest

# Decisions that take an application out of the selection.
DROPPED = ("withdrawn", "ineligible", "duplicate_of")

# Decisions on whether, and how, an application competes: of all of them together the newest day wins.
VERDICTS = (*DROPPED, "eligible", "override")

# Decisions about the whole call: they name no application (see :mod:`lottery`).
AMENDING = ("places_amended", "record_amended")

# What a decision on novelty may say.
NOVELTY = {label_of("novelty", code): code for code in ("new", "existing")}


@dataclass(frozen=True)
class Verdict:
    """What a person decided last about an application.

    ``decision`` is one of :data:`VERDICTS`, or "contradiction"; ``accepted``: a person found it eligible, which settles
    municipality and consent. A place out of turn says nothing about those: an older "eligible" goes on settling them.
    """

    decision: str
    accepted: bool
    row: Decision


def in_order(decisions: pd.DataFrame) -> list[Decision]:
    """Decisions, the oldest first and undated ones ("None") last; those of one day as they stand in their file."""
    return sorted(rows_of(decisions, Decision), key=lambda row: (str(row.on), row.file, row.row))


def _of_newest_day(ordered: Sequence[Decision]) -> list[Decision]:
    return [row for row in ordered if row.on == ordered[-1].on]


def _by_application(ordered: Iterable[Decision], kinds: Sequence[str]) -> dict[str, list[Decision]]:
    rows: dict[str, list[Decision]] = {}
    for row in ordered:
        if row.application_id and row.decision in kinds:
            rows.setdefault(row.application_id, []).append(row)
    return rows


def _contradict(rows: Iterable[Decision]) -> bool:
    """Whether decisions of one day exclude each other; a place out of turn and "eligible" do not."""
    claims = {(row.decision, "" if row.decision in ("withdrawn", "ineligible") else row.value) for row in rows}
    competes = any(decision == "override" for decision, _ in claims)
    return len({claim for claim in claims if not (competes and claim[0] == "eligible")}) > 1


def latest(decisions: pd.DataFrame, kind: str) -> dict[str, Decision]:
    """The newest decision of a kind on each application; none where two of that day contradict each other."""
    newest = {key: _of_newest_day(rows) for key, rows in _by_application(in_order(decisions), [kind]).items()}
    return {key: rows[-1] for key, rows in newest.items() if not _contradict(rows)}


def decide_pairs(decisions: pd.DataFrame) -> dict[frozenset[str | None], str]:
    """What was decided last about each pair: "duplicate_of", "not_duplicate", or "" where that day says both."""
    pairs: dict[frozenset[str | None], list[Decision]] = {}
    for row in (row for row in in_order(decisions) if row.decision in ("duplicate_of", "not_duplicate")):
        pairs.setdefault(pair_of(row), []).append(row)
    kinds = {pair: {str(row.decision) for row in _of_newest_day(rows)} for pair, rows in pairs.items()}
    return {pair: kind.pop() if len(kind) == 1 else "" for pair, kind in kinds.items()}


def pair_of(row: Decision) -> frozenset[str | None]:
    """The two applications that a decision on duplicates names."""
    return frozenset((row.application_id, row.value))


def find_verdicts(decisions: pd.DataFrame) -> dict[str, Verdict]:
    """The newest verdict on each application.

    A "duplicate of" that a newer "not a duplicate" of the same pair takes back does not count; whatever was decided
    before it counts again.
    """
    pairs = decide_pairs(decisions)
    undone = [pair for pair, kind in pairs.items() if kind == "not_duplicate"]
    holding = [row for row in in_order(decisions) if row.decision != "duplicate_of" or pair_of(row) not in undone]
    return {key: _judge(rows, pairs) for key, rows in _by_application(holding, VERDICTS).items()}


def _judge(rows: Sequence[Decision], pairs: dict[frozenset[str | None], str]) -> Verdict:
    newest = _of_newest_day(rows)
    row = next((one for one in newest if one.decision == "override"), newest[-1])
    disputed = any(one.decision == "duplicate_of" and not pairs[pair_of(one)] for one in newest)
    if disputed or _contradict(newest):
        return Verdict("contradiction", False, row)
    older = [one for one in rows if one.decision != "override"]
    accepted = bool(older) and all(one.decision == "eligible" for one in _of_newest_day(older))
    return Verdict(str(row.decision), accepted, row)


def find_out(decisions: pd.DataFrame) -> set[str]:
    """Who is out of the selection by the newest decision, or nobody knows."""
    return {key for key, one in find_verdicts(decisions).items() if one.decision in (*DROPPED, "contradiction")}


def find_dropped_on(decisions: pd.DataFrame) -> dict[str, date]:
    """Who is out of the selection by the newest dated decision, and since when."""
    verdicts = find_verdicts(decisions).items()
    return {key: one.row.on.date() for key, one in verdicts if one.row.on and one.decision in DROPPED}


def find_overrides(decisions: pd.DataFrame) -> dict[str, Decision]:
    """Places given out of turn that no newer decision on the same application takes back, the oldest first."""
    rows = [(key, one.row) for key, one in find_verdicts(decisions).items() if one.decision == "override"]
    return dict(sorted(rows, key=lambda pair: (str(pair[1].on), pair[1].file, pair[1].row)))


def check_references(table: pd.DataFrame, applications: pd.DataFrame) -> list[Problem]:
    """A problem for each code that a sheet names and no export holds; a decision about the whole call names none."""
    filled = table[table["application_id"].notna()]
    if "decision" in table:
        filled = filled[~filled["decision"].isin(AMENDING)]
    unknown = filled[~filled["application_id"].isin(applications["application_id"])]
    pairs = list(zip(applications["application_id"], applications["community"].fillna(""), strict=True))
    known = {fold(name): f"{code} «{name}»" for code, name in pairs if fold(name)}
    known |= {fold(code): code for code, _ in pairs}
    problems = []
    for row in rows_of(unknown, Entry):
        nearest = suggest(row.application_id or "", known)
        hint = f"Varbūt domāts {known[nearest]}? " if nearest else ""
        problems.append(problem_at("application_unknown", row, "application_id", row.application_id, hint))
    return problems


def waive_codes(problems: Iterable[Problem], decisions: pd.DataFrame) -> list[Problem]:
    """Leave out that a decision about the whole call names no application."""
    amending = rows_of(decisions[decisions["decision"].isin(AMENDING)], Decision)
    waived = {("value_missing", row.file, "Lēmumi", row.row, "application_id") for row in amending}
    return [one for one in problems if (one.code, one.file, one.sheet, one.row, one.column) not in waived]


# Distinct codes from which it is no slip of the hand if not one of them is known.
MIN_CODES_USED = 3


def check_salt(applications: pd.DataFrame, tables: Iterable[pd.DataFrame]) -> None:
    """Refuse a programme whose salt was added, changed or removed after codes were used.

    Raises
    ------
    Refused
        If tables name codes, and no application has one of them.
    """
    columns = [table["application_id"].dropna() for table in tables if "application_id" in table]
    used = sorted({key for column in columns for key in column} - {""})
    if len(used) >= MIN_CODES_USED and not applications["application_id"].isin(used).any():
        raise Refused([Problem("salt_changed", details=", ".join(used[:MIN_CODES_USED]))])


def check_decisions(decisions: pd.DataFrame, applications: pd.DataFrame, programme: Programme) -> list[Problem]:
    """A problem for each decision whose value does not fit its kind, or that contradicts another of the same day."""
    values = _check_values(decisions, set(applications["application_id"]), programme)
    overrides = _check_overrides(decisions, programme)
    return [*values, *_check_circles(decisions), *overrides, *_check_contradictions(decisions)]


def _check_contradictions(decisions: pd.DataFrame) -> Iterator[Problem]:
    """At the last of the decisions of one day that exclude each other, unless something newer was decided."""
    last = [verdict.row for verdict in find_verdicts(decisions).values() if verdict.decision == "contradiction"]
    for kind in ("novelty", *AGREED):
        newest = map(_of_newest_day, _by_application(in_order(decisions), [kind]).values())
        last += [rows[-1] for rows in newest if _contradict(rows)]
    for row in last:
        word = label_of("decision", str(row.decision))
        yield problem_at("decision_conflict", row, "decision", word, str(row.application_id))


# Decisions on an agreed mark, and the anchor of each.
AGREED = {f"agreed_{anchor}": anchor for anchor in ANCHORS}


def _check_values(decisions: pd.DataFrame, codes: set[str], programme: Programme) -> Iterator[Problem]:
    allowed = {kind: set(POINTS) for kind in AGREED}
    years = {str(year) for year in programme.places}
    allowed |= {"duplicate_of": codes, "not_duplicate": codes, "novelty": set(NOVELTY), "override": years}
    for row in rows_of(decisions, Decision):
        fits, value = allowed.get(row.decision or ""), row.value or ""
        if fits is not None and (value not in fits or value == row.application_id):
            details = "cita pieteikuma kods" if fits is codes else ", ".join(sorted(fits))
            yield problem_at("decision_value", row, "value", value, details)


def _check_circles(decisions: pd.DataFrame) -> Iterator[Problem]:
    """A duplicate must point to an application that is not a duplicate itself."""
    duplicates = {key: one.row for key, one in find_verdicts(decisions).items() if one.decision == "duplicate_of"}
    for key, row in duplicates.items():
        if row.value in duplicates and row.value != key:
            yield problem_at("decision_value", row, "value", row.value, "pieteikums, kas pats nav dublikāts")


def _check_overrides(decisions: pd.DataFrame, programme: Programme) -> Iterator[Problem]:
    """No more overrides in a year than it has places."""
    left = {str(year): count for year, count in programme.places.items()}
    for row in find_overrides(decisions).values():
        year = row.value or ""
        left[year] = left.get(year, len(decisions)) - 1
        if left[year] < 0:
            yield problem_at("override_full", row, "value", row.value)
