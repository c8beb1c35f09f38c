"""What needs a person now, who it is and by when: answers, hours, results, recommendations, tasks, places at risk.

Nothing is decided here: the list is made from the places as they stand, and a line goes when an event is recorded.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd

from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.texts import plural
from mentoring_lib.delivery.events import HELD
from mentoring_lib.delivery.ledger import count_carried, last_day

COLUMNS = ["application_id", "what", "who", "since", "until"]
COORDINATOR = "koordinatore"
LATE_TASK = "darbs kavējas: "
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
        coordinator and the mentors can do, then late tasks of communities, the most urgent first in both.
    """
    parts = [_wait_for_answers(places), _wait_for_hours(places, programme), _wait_for_results(places, programme, as_of),
             _wait_for_recommendations(places, programme), _late_tasks(tasks, as_of),
             _places_at_risk(places, programme, as_of)]  # fmt: skip
    rows = [row for part in parts for row in part.itertuples(index=False, name=None)]
    due = pd.DataFrame(rows, columns=COLUMNS).astype(
        dict.fromkeys(COLUMNS[:3], "str") | dict.fromkeys(COLUMNS[3:], "datetime64[us]")
    )
    order = due.assign(task=due["what"].str.startswith(LATE_TASK))
    order = order.sort_values(["task", "until", "application_id", "what"], ignore_index=True)
    return order[COLUMNS]


def _items(rows: pd.DataFrame, what: Any, who: Any, since: Any, until: Any) -> pd.DataFrame:
    return rows.assign(what=what, who=who, since=since, until=until)[COLUMNS]


def _wait_for_answers(places: pd.DataFrame) -> pd.DataFrame:
    rows = places[places["status"].eq("offered")]
    return _items(rows, "nav atbildes uz piedāvājumu", COORDINATOR, rows["offered_on"], rows["answer_by"])


def _wait_for_hours(places: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    rows = places[places["status"].isin(["accepted", "not_held"])]
    ends = {year: pd.Timestamp(last_day(year, programme)) for year in programme.places}
    until = pd.to_datetime(rows["year"].map(ends))
    return _items(rows, "nav norunāts laiks", rows["mentor"].fillna(COORDINATOR), rows["offered_on"], until)


def _wait_for_results(places: pd.DataFrame, programme: Programme, as_of: date) -> pd.DataFrame:
    day = places["starts_at"].dt.tz_localize(None).dt.normalize()
    rows = places[places["status"].eq("booked") & day.lt(pd.Timestamp(as_of))]
    since = day[rows.index]
    until = since + timedelta(days=programme.delivery.result_days)
    return _items(rows, "nav ierakstīts, vai konsultācija notika", COORDINATOR, since, until)


def _wait_for_recommendations(places: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    until = places["held_on"] + timedelta(days=programme.delivery.recommendation_days)
    unsent, lacking = places["status"].eq("held"), places["status"].isin(HELD) & places["missing"].ne("")
    who = places["mentor"].fillna(COORDINATOR)
    tables = [
        _items(
            places[test], what if isinstance(what, str) else what[test], who[test], places["held_on"][test], until[test]
        )
        for test, what in ((unsent, "nav nosūtīti ieteikumi"), (lacking, "trūkst: " + places["missing"]))
    ]
    return pd.concat(tables)


def _late_tasks(tasks: pd.DataFrame, as_of: date) -> pd.DataFrame:
    undone = tasks["done_on"].isna() | tasks["done_on"].gt(pd.Timestamp(as_of))
    rows = tasks[undone & tasks["until"].lt(pd.Timestamp(as_of))]
    who = rows["who"].fillna(NOBODY)
    return _items(rows, LATE_TASK + rows["task"].fillna(""), who, rows["until"], rows["until"])


def _places_at_risk(places: pd.DataFrame, programme: Programme, as_of: date) -> pd.DataFrame:
    forecast = forecast_places(places, programme, as_of=as_of)
    risky = forecast[forecast["at_risk"].gt(0)]
    what = [
        f"{row.year}. gadā pašreizējā tempā zudīs {plural(row.at_risk, 'vieta', 'vietas')}" for row in rows_of(risky)
    ]
    return _items(risky, what, COORDINATOR, pd.Timestamp(as_of), risky["until"])


def forecast_places(places: pd.DataFrame, programme: Programme, *, as_of: date) -> pd.DataFrame:
    """Places of each running year that will be lost at the pace so far.

    Parameters
    ----------
    places : DataFrame
        See :func:`ledger.find_delivered`.
    programme : Programme
    as_of : date

    Returns
    -------
    DataFrame, shape (running years, 7)
        ``year``; ``application_id`` (codes of the offered places without an hour); ``held`` so far; ``left`` (places
        not held yet); ``expected`` (consultations that the days left bring at the pace so far, at least those that are
        booked); ``at_risk`` = left − expected, not below 0; ``until`` (last day of the year's places).
    """
    rows, start = [], programme.call.deadline
    for year, planned in sorted(programme.places.items()):
        end = last_day(year, programme)
        if start < as_of <= end:
            carried_in, carried_out = count_carried(year, programme, as_of)
            own = places[places["year"].eq(year)]
            held, booked = int(own["held_on"].notna().sum()), int(own["use"].eq("booked").sum())
            left = max(planned + carried_in - carried_out - held, 0)
            expected = max(held * (end - as_of).days // (as_of - start).days, booked)
            waiting = ", ".join(own.loc[own["use"].eq("open"), "application_id"])
            rows.append((year, waiting, held, left, expected, max(left - expected, 0), pd.Timestamp(end)))
        start = max(end, start)
    names = ["year", "application_id", "held", "left", "expected", "at_risk", "until"]
    return pd.DataFrame(rows, columns=names).astype({"application_id": "str", "until": "datetime64[us]"})


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
        ``mentor``, ``held``, ``booked``, ``proposed``, in the order of the programme file.
    """
    names = [mentor.name for mentor in programme.mentors]
    held, booked = places[places["held_on"].notna()], places[places["use"].eq("booked")]
    counts = {
        kind: rows["mentor"].value_counts().reindex(names, fill_value=0).tolist()
        for kind, rows in (("held", held), ("booked", booked), ("proposed", proposed))
    }
    return pd.DataFrame({"mentor": pd.Series(names, dtype="str"), **counts})
