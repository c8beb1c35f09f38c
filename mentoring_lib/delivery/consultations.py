"""A row an offer: what «Konsultācijas» says becomes the same events as rows of «Notikumi».

A row is told in the order of its columns, up to the first gap; what it does not say follows from the settings, and
each event keeps the row it came from. What does not fit a row (moved, not held and held again, withdrawn, taken back)
stands on «Notikumi», and both are replayed together.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pandas as pd

from mentoring_lib.base.columns import SHEETS
from mentoring_lib.base.problems import Problem, problem_at
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import Checked, Consultation, Event, Recommendation, rows_of
from mentoring_lib.delivery.events import CANCELLED, CONSULTATIONS, HOUR

LABELS = {column.name: column.label for column in SHEETS[CONSULTATIONS]}
DAY = timedelta(days=1)


def merge_events(consultations: pd.DataFrame, events: pd.DataFrame, programme: Programme) -> Checked:
    """Events of both sheets in one table.

    Parameters
    ----------
    consultations, events : DataFrame
        Sheets "Konsultācijas" and "Notikumi", typed.
    programme : Programme

    Returns
    -------
    Checked
        Columns of ``events``; ``sheet`` and ``row`` say where each stands. The day of a booking is that of the answer;
        of an hour held, or not, the hour's: where «Notikumi» moves it, that one's. Minutes not said are the
        settings'; the year may be missing (see :func:`turns.fill_years`). A question for each cell that is missing.
    """
    moves = _find_moves(events)
    rows = [row for row in rows_of(consultations, Consultation) if row.application_id]
    told = [event for row in rows for event in _tell(row, moves.get(row.application_id, ()), programme)]
    table = pd.DataFrame(told, columns=list(events)).astype(events.dtypes.to_dict())
    gaps = [gap for row in rows for gap in _find_gaps(row, moves.get(row.application_id, ()))]
    return Checked(pd.concat([events, table], ignore_index=True) if told else events, gaps)


def _find_moves(events: pd.DataFrame) -> dict[str | None, list[Event]]:
    """Hours that «Notikumi» books for each application, in order; one taken back before its day does not count."""
    said: dict[str | None, list[Event]] = {}
    for row in rows_of(events.sort_values(["on", "row"]), Event):
        own = said.setdefault(row.application_id, [])
        last = own[-1] if own else row
        hour = last.starts_at if last.event == "booked" else None
        if row.event != CANCELLED:
            own.append(row)
        elif hour is None or (row.on is not None and row.on.date() < hour.date()):
            del own[-1:]
    return {key: [one for one in own if one.event == "booked" and one.starts_at] for key, own in said.items()}


def date_recommendations(recommendations: pd.DataFrame, events: pd.DataFrame) -> Checked:
    """Recommendations with their days: one without a day is of the hour's; a question where no hour was held."""
    held = events[events["event"].eq("held")].groupby("application_id")["on"].max().to_dict()
    hours = pd.to_datetime(recommendations["application_id"].map(held))
    dated = recommendations.assign(on=recommendations["on"].fillna(hours))
    undated = rows_of(dated[dated["on"].isna()], Recommendation)
    return Checked(dated, [problem_at("value_missing", row, "on", details="Kad") for row in undated])


def _tell(row: Consultation, moves: Sequence[Event], programme: Programme) -> list[dict[str, Any]]:
    where = {name: getattr(row, name) for name in ("application_id", "file", "sheet", "row")}
    events = [(event, on, said) for event, on, said in _list(row, moves, programme) if on is not None]
    noted = next((event for event, *_ in events if event in ("not_held", "declined", "expired")), "offered")
    notes = {noted: {"note": row.note}}
    return [where | said | notes.get(event, {}) | {"event": event, "on": on} for event, on, said in events]


def _list(
    row: Consultation, moves: Sequence[Event], programme: Programme
) -> Iterator[tuple[str, pd.Timestamp | None, dict[str, Any]]]:
    """Event, day and what it says, as far as the row came."""
    if row.offered_on is None:
        return
    yield "offered", row.offered_on, {"year": row.year, "answer_by": row.answer_by}
    answered = row.answered_on
    if row.answer == "expired" and answered is None:
        answered = (row.answer_by or row.offered_on + programme.delivery.answer_days * DAY) + DAY
    if row.answer is None or answered is None:
        return
    agreed, booked = {name: getattr(row, name) for name in HOUR}, row.starts_at is not None
    yield row.answer, answered, {} if booked else agreed
    if booked:
        yield "booked", answered, agreed
    minutes = programme.delivery.consultation_minutes if row.minutes is None else row.minutes
    said = {"minutes": minutes, "participants": row.participants, "evidence": row.evidence}
    if row.held is not None:
        yield "held" if row.held else "not_held", _day_of(row, moves), said if row.held else {}
    yield "recommendations_sent", row.sent_on, {}


def _day_of(row: Consultation, moves: Sequence[Event]) -> pd.Timestamp | None:
    """Day of the hour: of the last one booked where it was held, else of the own or the one it was moved to before."""
    hour = row.starts_at
    for move in moves:
        if row.held or (hour is not None and move.on is not None and move.on.date() < hour.date()):
            hour = move.starts_at
    return None if hour is None else hour.tz_localize(None).normalize()


def _find_gaps(row: Consultation, moves: Sequence[Event]) -> Iterator[Problem]:
    """A question for each cell without which another of the row cannot be told."""
    filled = {name for name, cell in vars(row).items() if cell is not None}
    answered, held = (
        next((name for name in names if name in filled), "")
        for names in (("answered_on", "starts_at", "held"), ("minutes", "participants", "evidence"))
    )
    needs = {
        "offered_on": row.offered_on is None and "application_id",
        "answer": row.answer is None and answered,
        "answered_on": row.answered_on is None and row.answer in ("accepted", "declined") and "answer",
        "starts_at": row.held is not None and _day_of(row, moves) is None and "held",
        "held": not row.held and held,
    }
    for name, other in needs.items():
        if other:
            yield problem_at("consultation_gap", row, name, LABELS[name], LABELS[other])
