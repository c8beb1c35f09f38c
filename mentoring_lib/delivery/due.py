"""What needs a person now, who it is and by when: answers, hours, results, recommendations, tasks, places at risk.

Nothing is decided here: the list is made from the places as they stand, and a line goes when an event is recorded.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pandas as pd

from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import Task, rows_of
from mentoring_lib.base.texts import agree, plural
from mentoring_lib.delivery.ledger import count_room, first_day, has_left, last_day
from mentoring_lib.delivery.rows import UsedPlace

COLUMNS = ["application_id", "what", "who", "since", "until"]
COORDINATOR = "koordinators/-e"
LATE_TASK = "nokavēts darbs: "
MIN_SHARE = 4  # a fourth of the year must pass before a pace without any hour says something
NOBODY = "nav norādīts"


def find_due(places: pd.DataFrame, tasks: pd.DataFrame, programme: Programme, *, as_of: date) -> pd.DataFrame:
    """What waits for a person now.

    Parameters
    ----------
    places : DataFrame
        See :func:`ledger.find_delivered`.
    tasks : DataFrame
        Sheet "Darbi".
    programme : Programme
        Days to answer, to record a result and to send recommendations.
    as_of : date

    Returns
    -------
    DataFrame, shape (items, 5)
        ``application_id``, ``what`` (Latvian), ``who``, ``since`` and ``until`` (dates): first what the
        coordinator and the mentors can do, then late tasks of communities, the most urgent first in both. After the
        project's end nothing that a community still does is counted: no task is late, no hour is to be agreed on.
    """
    used = rows_of(places[places["use"].ne("released")], UsedPlace)
    items = [item for place in used for item in _wait_for(place, programme, as_of)]
    items += _warn_of_pace(places, programme, as_of)
    late = [
        (task.application_id, LATE_TASK + (task.task or ""), task.who or NOBODY, task.until, task.until)
        for task in rows_of(tasks[tasks["until"].lt(pd.Timestamp(as_of))], Task)
        if as_of <= programme.project.ends and (task.done_on is None or task.done_on.date() > as_of)
    ]
    rows = [row for part in (items, late) for row in sorted(part, key=lambda item: (item[4], item[0], item[1]))]
    kinds = dict.fromkeys(COLUMNS[:3], "str") | dict.fromkeys(COLUMNS[3:], "datetime64[us]")
    return pd.DataFrame(rows, columns=COLUMNS).astype(kinds)


def split_due(due: pd.DataFrame, *, as_of: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What the coordinator and mentors can do, and the late tasks of communities, each with how late it is.

    Returns
    -------
    (DataFrame, DataFrame)
        As :func:`find_due`, with ``overdue`` ("293 dienas", "" before the day).
    """
    days = (pd.Timestamp(as_of) - due["until"]).dt.days.tolist()
    overdue = [plural(day, "diena", "dienas") if day > 0 else "" for day in days]
    late, table = due["what"].str.startswith(LATE_TASK), due.assign(overdue=pd.Series(overdue, due.index, dtype="str"))
    theirs = table[late].assign(what=due.loc[late, "what"].str.removeprefix(LATE_TASK))
    return table[~late].reset_index(drop=True), theirs.reset_index(drop=True)


# A row of :data:`COLUMNS`.
Item = tuple[Any, str, str, Any, Any]


def _wait_for(place: UsedPlace, programme: Programme, as_of: date) -> Iterator[Item]:
    """What waits at a place."""
    key, who, days = place.application_id, place.mentor or COORDINATOR, programme.delivery
    lasts = as_of <= programme.project.ends  # after it no hour can be used
    if place.status == "offered" and lasts:
        yield key, "nav atbildes uz piedāvājumu", COORDINATOR, place.offered_on, place.answer_by
    if place.status in ("accepted", "not_held") and (year := place.kept_for or place.year) and lasts:
        yield key, "nav norunāts laiks", who, place.offered_on, pd.Timestamp(last_day(year, programme))
    if place.status == "booked" and place.starts_at and place.starts_at.date() < as_of:
        day = pd.Timestamp(place.starts_at.date())
        yield key, "nav ierakstīts, vai konsultācija notika", COORDINATOR, day, day + timedelta(days=days.result_days)
    elif place.status == "booked" and place.starts_at and has_left(place.mentor, place.starts_at.date(), programme):
        yield key, "vajadzīgs jauns mentors", COORDINATOR, place.offered_on, pd.Timestamp(place.starts_at.date())
    if place.held_on:
        until = place.held_on + timedelta(days=days.recommendation_days)
        unsent = place.status == "held"  # said once, not also as what is missing
        missing = [part for part in place.missing.split(", ") if part and not (unsent and part == "ieteikumi")]
        lacks = ["nav nosūtīti ieteikumi"] * unsent + [f"trūkst: {', '.join(missing)}"] * bool(missing)
        yield from ((key, what, who, place.held_on, until) for what in lacks)


def _warn_of_pace(places: pd.DataFrame, programme: Programme, as_of: date) -> Iterator[Item]:
    """Running years whose places will not all be used at the pace so far, with the codes of those without an hour.

    While no hour was held and less than one in :data:`MIN_SHARE` of the year's days has passed there is no pace yet.
    """
    for year in programme.places:
        start, end = first_day(year, programme), last_day(year, programme)
        table = places[places["year"].eq(year)]
        held, booked = int(table["held_on"].notna().sum()), int(table["use"].eq("booked").sum())
        if start < as_of <= end and (held or MIN_SHARE * (as_of - start).days >= (end - start).days):
            expected = max(held * (end - as_of).days // (as_of - start).days, booked)
            at_risk = count_room(year, programme, as_of) - held - expected
            if at_risk > 0:
                unused = agree(at_risk, "neizmantota", "neizmantotas")
                what = f"{year}. gadā var palikt {unused} {plural(at_risk, 'konsultācija', 'konsultācijas')}"
                waiting = ", ".join(table.loc[table["use"].eq("open"), "application_id"])
                yield waiting, what, COORDINATOR, pd.Timestamp(as_of), pd.Timestamp(end)


def count_load(places: pd.DataFrame, proposed: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """Consultations of each mentor: held, booked, and proposed.

    Parameters
    ----------
    places : DataFrame
        See :func:`ledger.find_delivered`.
    proposed : DataFrame
        See :func:`matching.match`; whom each mentor would still have.
    programme : Programme

    Returns
    -------
    DataFrame, shape (mentors, 4)
        ``mentor``, ``held``, ``booked``, ``proposed``, in the order of the programme file; then anyone else whom the
        places name.
    """
    names = [mentor.name for mentor in programme.mentors]
    names += sorted(set(places["mentor"].dropna()) - set(names))
    held, booked = places[places["held_on"].notna()], places[places["use"].eq("booked")]
    counts = {
        kind: rows["mentor"].value_counts().reindex(names, fill_value=0).tolist()
        for kind, rows in (("held", held), ("booked", booked), ("proposed", proposed))
    }
    return pd.DataFrame({"mentor": pd.Series(names, dtype="str"), **counts})
