"""The funder's figures and what every output says about itself.

A figure is never typed: it is counted from events, carries the applications behind it, and its total is checked.
Only what the programme file declares public about supported communities is published: :class:`Figures` holds that
and counts, nothing else, and the funder's files are made from it alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from mentoring_lib.base.columns import USES
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.programme import Indicator, Programme
from mentoring_lib.base.rows import rows_of
from mentoring_lib.base.stamp import TOTAL, Stamp
from mentoring_lib.base.texts import agree, plural, show_date, show_number
from mentoring_lib.delivery.events import CANCELLED, HELD, RELEASED, WAS_HELD
from mentoring_lib.delivery.matching import one_each
from mentoring_lib.delivery.rows import Happened
from mentoring_lib.delivery.turns import Skip
from mentoring_lib.funder import outcome_figures
from mentoring_lib.intake.workbook import WORKBOOK
from mentoring_lib.outcomes.look_back import Changed, list_done_after_90, list_finished, list_started
from mentoring_lib.themes.exploring import label_themes

Tables = Mapping[str, pd.DataFrame]


def select_supported(decided: pd.DataFrame, places: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """Held consultations with what is known about each, one row per consultation.

    Returns
    -------
    DataFrame, shape (consultations, 15)
        In order of date: ``application_id, use, year, held_on, municipality, community`` ("" unless the programme
        makes names public and the community agreed), ``consent`` (False once it was taken back) ``, mode, mentor,
        minutes, novelty, residents_involved, confirmed_themes, themes`` (labels) ``, participants``.
    """
    held = places[places["use"].isin(WAS_HELD)]
    about = ["community", "publicity", "consent", "municipality", "novelty", "residents_involved", "confirmed_themes"]
    table = held.merge(one_each(decided)[["application_id", *about]], on="application_id")
    consent = table["consent"].fillna(True).astype("bool")
    named = consent & table["publicity"].fillna(False).astype("bool") & ("community" in programme.public)
    labels = label_themes(table["confirmed_themes"], programme.themes)
    table = table.assign(community=table["community"].where(named, ""), consent=consent, themes=labels)
    columns = ["application_id", "use", "year", "held_on", "municipality", "community", "consent", "mode", "mentor",
               "minutes", "novelty", "residents_involved", "confirmed_themes", "themes", "participants"]  # fmt: skip
    return table.sort_values(["held_on", "application_id"], ignore_index=True)[columns]


@dataclass(frozen=True)
class Period:
    """First and last day a report is about."""

    starts: date
    ends: date

    def holds(self, days: pd.Series) -> pd.Series:
        """Which days lie in it; a missing day does not."""
        return days.between(pd.Timestamp(self.starts), pd.Timestamp(self.ends))


def choose_period(programme: Programme, starts: date | None = None, ends: date | None = None) -> Period:
    """The period of a report; the whole project where nothing else is said.

    Raises
    ------
    Refused
        If it ends before it starts.
    """
    period = Period(starts or programme.project.starts, ends or programme.project.ends)
    if period.ends < period.starts:
        raise Refused([Problem("period_order", value=show_date(period.starts), details=show_date(period.ends))])
    return period


@dataclass(frozen=True)
class Figures:
    """Everything the funder's files say besides the programme file; nothing personal, by construction.

    No application code, free text, mentor or day of a person's application gets in: only counts, and of each supported
    community what the programme file declares public (its name if it agreed too).

    Attributes
    ----------
    stamp : Stamp
    period : Period
        What was held, sent or done within it counts.
    years : tuple of int
        Years of places that the period touches, or that something counted belongs to.
    applications : DataFrame
        See :func:`count_applications`: of all applications, whoever got a place.
    ledger : DataFrame
        ``year`` and :data:`events.LEDGER`: all places, as of the stamp's day.
    course : DataFrame
        See :func:`ledger.trace_course`.
    consultations : DataFrame
        Delivered in the period, in order of date: of ``year, municipality, community, mode, themes`` (tuple of codes)
        the public ones.
    indicators, received, deviations : DataFrame
        See :func:`measure_indicators`, :func:`count_received` and :func:`list_deviations`.
    unconfirmed : int
        Consultations in the period without a confirmed theme.
    applicants : int
        Applications without those set aside as a repeated one.
    tasks, asked, answers, ratings, spread, results, examples : DataFrame
        What changed for the communities of the period (see :mod:`outcome_figures`).
    quotes : tuple of str
        Sentences that may be published without a name.
    described, started : int
        Communities of the period that told in a sentence what became of it; that did at least one item.
    texts : tuple of (str, str)
        Part and text of what the coordinator wrote herself.
    """

    stamp: Stamp
    period: Period
    years: tuple[int, ...]
    applications: pd.DataFrame
    ledger: pd.DataFrame
    course: pd.DataFrame
    consultations: pd.DataFrame
    indicators: pd.DataFrame
    received: pd.DataFrame
    deviations: pd.DataFrame
    unconfirmed: int
    applicants: int
    tasks: pd.DataFrame
    asked: pd.DataFrame
    answers: pd.DataFrame
    ratings: pd.DataFrame
    spread: pd.DataFrame
    results: pd.DataFrame
    examples: pd.DataFrame
    quotes: tuple[str, ...]
    described: int
    started: int
    texts: tuple[tuple[str, str], ...]

    def covers(self, programme: Programme) -> bool:
        """Whether the period is the whole project."""
        project = programme.project
        return self.period.starts <= project.starts and self.period.ends >= project.ends


def drop_sentences(figures: Figures) -> Figures:
    """The same figures without a word of any person's: what is kept when personal data go."""
    return replace(figures, quotes=(), tasks=figures.tasks.assign(sentence=""))


def gather_figures(
    stamp: Stamp, period: Period, programme: Programme, *, decided: pd.DataFrame, ledger: pd.DataFrame,
    course: pd.DataFrame, supported: pd.DataFrame, evidence: Tables, valid_events: pd.DataFrame, changed: Changed,
    texts: pd.DataFrame, skips: Iterable[Skip] = (),
) -> Figures:  # fmt: skip
    """Take out of the flow's tables what the funder's files may say; ``texts`` is the sheet "Pārskata teksti"."""
    years = find_years(programme, period, evidence)
    held, all_delivered = evidence["consultations"]["application_id"], select_delivered(supported)
    delivered = supported[supported["application_id"].isin(held)]
    tables = (changed.asked, changed.answers, changed.happened, changed.task_states)
    own = Changed(*(table[table["application_id"].isin(held)] for table in tables))
    happened = changed.happened[changed.happened["application_id"].isin(all_delivered["application_id"])]
    happened = happened[period.holds(happened["on"])]
    ratings, spread = outcome_figures.tell_ratings(own, programme)
    return Figures(
        stamp=stamp,
        period=period,
        years=years,
        applications=count_applications(decided, supported, programme),
        ledger=ledger.reset_index(),
        course=course,
        consultations=select_public(delivered, programme),
        indicators=measure_indicators(evidence, programme, touch_years(programme, period)),
        received=count_received(evidence, years),
        deviations=list_deviations(valid_events, decided, skips, period=period),
        unconfirmed=int(delivered["confirmed_themes"].map(len).eq(0).sum()),
        applicants=int(decided["duplicate_of"].fillna("").eq("").sum()),
        tasks=outcome_figures.tell_tasks(delivered, own, programme),
        asked=outcome_figures.count_asked(own, programme),
        answers=outcome_figures.count_answers(own),
        ratings=ratings,
        spread=spread,
        results=outcome_figures.count_results(happened, programme),
        examples=outcome_figures.list_examples(happened, all_delivered, programme),
        quotes=outcome_figures.list_quotes(own, delivered.loc[delivered["consent"], "application_id"], programme),
        described=len({key for key, *_ in outcome_figures.list_sentences(own)}),
        started=len(list_started(own.task_states)),
        texts=outcome_figures.list_own_texts(texts),
    )


# What may be public of a supported community, in the order it is shown.
PUBLIC = ("year", "municipality", "community", "mode", "themes")


def select_public(delivered: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """Delivered consultations with what the programme file declares public of them, one row each.

    A municipality that is none of the call's is somebody's own words: :data:`ELSEWHERE` stands for it.
    """
    coded = name_elsewhere(delivered, programme).assign(themes=delivered["confirmed_themes"])
    return coded[[name for name in PUBLIC if name in programme.public]].reset_index(drop=True)


ELSEWHERE = "Cits vai nenoskaidrots"


def name_elsewhere(table: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """The same with :data:`ELSEWHERE` for every municipality that is none of the call's."""
    ours = table["municipality"].isin(programme.call.municipalities)
    return table.assign(municipality=table["municipality"].where(ours, ELSEWHERE))


def list_towns(figures: Figures, programme: Programme) -> list[str]:
    """The call's municipalities, and :data:`ELSEWHERE` if a consultation was held there: totals must close."""
    towns = list(programme.call.municipalities)
    return [*towns, *([ELSEWHERE] if ELSEWHERE in set(figures.consultations.get("municipality", ())) else [])]


def count_applications(decided: pd.DataFrame, supported: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """All applications by municipality ("" if it is none of the call's), novelty and if they were supported.

    Supported is who has a delivered consultation on the day of the stamp, in whatever period: what is hidden must not
    differ between a report of one year and one of the whole project.
    """
    keys = ["municipality", "novelty", "supported"]
    ours = decided["municipality"].isin(programme.call.municipalities)
    served = decided["application_id"].isin(select_delivered(supported)["application_id"])
    table = decided.assign(municipality=decided["municipality"].where(ours, ""), supported=served)
    return table[keys].fillna("").groupby(keys).size().rename("count").reset_index()


def count_evidence(
    delivered: pd.DataFrame, recommendations: pd.DataFrame, tasks: pd.DataFrame, changed: Changed, *,
    as_of: date, period: Period,
) -> dict[str, pd.DataFrame]:  # fmt: skip
    """What each formula counts, item by item; those that add up what communities answered: :data:`ANSWERED` too.

    Parameters
    ----------
    delivered : DataFrame
        See :func:`select_delivered`.
    recommendations, tasks : DataFrame
        Those of delivered consultations count by their own day, tasks once done.
    changed : Changed
        See :func:`look_back.look_back`. A community has started on the day of its first done task and finished on that
        of its last; tasks done within 90 days count when these are over.
    as_of, period
        What is dated later is not looked at; what lies outside does not count.

    Returns
    -------
    dict of str to DataFrame
        By formula name, a table ``application_id, year, municipality, mode, kind, amount, sheet, row`` whose amounts
        add up to the figure; ``kind`` is that of a result, ``sheet`` ("" for events) and ``row`` (0) tell where an item
        stands. Besides the formulas, "tasks_given": all to-do items of the consultations held in the period.
    """
    about = delivered.set_index("application_id")[["year", "municipality", "mode"]]
    held_on: dict[Any, Any] = delivered.set_index("application_id")["held_on"].to_dict()
    held = delivered[period.holds(delivered["held_on"])].assign(amount=1.0, sheet="", row=0)
    advice, given = (
        sheet.assign(held_on=pd.to_datetime(sheet["application_id"].map(held_on))) for sheet in (recommendations, tasks)
    )
    answers, states, happened = changed.answers, changed.task_states, changed.happened
    yes = answers[answers["round"].eq("next_day") & answers["question_answered"].eq("yes")]
    money = happened[happened["result"].eq("funding_received")]
    tables = _count_held(held)
    dated = {
        "recommendations": (advice[advice["on"].ge(advice["held_on"])], "on"),  # an earlier one is none
        "tasks": (states, "done_on"),
        "tasks_given": (given, "held_on"),
        "question_answered": (yes, "answered_on"),
        "communities_started": (list_started(states), "on"),
        "communities_finished": (list_finished(states), "on"),
        "tasks_done_90": (list_done_after_90(states, held_on), "on"),
        "results": (happened.assign(kind=happened["result"]), "on"),
        "money_won": (money, "on"),
    }
    for name, (items, day) in dated.items():
        seen = items[period.holds(items[day]) & items[day].le(pd.Timestamp(as_of))].sort_values(["file", "row"])
        own = place_rows(seen).drop(columns="mode", errors="ignore").merge(about, on="application_id")
        tables[name] = own if name == "money_won" else own.assign(amount=1.0)
    return {name: _as_evidence(table) for name, table in tables.items()}


def place_rows(table: pd.DataFrame) -> pd.DataFrame:
    """The same, ``sheet`` being where each row is found: on a sheet of the tracking workbook, or in an export."""
    return table.assign(sheet=table["sheet"].where(table["file"].eq(WORKBOOK), table["file"]))


def _count_held(held: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """What the hours themselves give: a row an hour, or a community once."""
    served = held.drop_duplicates("application_id")
    return {
        "consultations": held,
        "communities": served,
        "new_communities": served[served["novelty"].eq("new")],
        "residents": served.assign(amount=served["residents_involved"]),
        "hours": held.assign(amount=held["minutes"] / 60),
        "participants": held.assign(amount=held["participants"]),
    }


def _as_evidence(table: pd.DataFrame) -> pd.DataFrame:
    columns = ["application_id", "year", "municipality", "mode", "kind", "amount", "sheet", "row"]
    filled = table.assign(kind=table.get("kind", ""), amount=table["amount"].fillna(0).astype("float64"))
    return filled[columns].reset_index(drop=True)


def select_delivered(supported: pd.DataFrame) -> pd.DataFrame:
    """Of the consultations held, those with all their evidence."""
    return supported[supported["use"].eq("delivered")]


def find_years(programme: Programme, period: Period, evidence: Tables) -> tuple[int, ...]:
    """Years of places that the period touches, or that something counted in it belongs to."""
    counted = {int(year) for table in evidence.values() for year in table["year"]}
    return tuple(sorted(counted.union(touch_years(programme, period))))


def touch_years(programme: Programme, period: Period) -> tuple[int, ...]:
    """Years of places that the period touches: only they have a target in it."""
    return tuple(year for year in sorted(programme.places) if period.starts.year <= year <= period.ends.year)


def narrow(table: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Evidence of an indicator: of its mode, municipality and kind of result only, where it names one."""
    for name in ("mode", "municipality", "kind"):
        wanted = getattr(indicator, name)
        table = table if wanted is None else table[table[name].eq(wanted)]
    return table


def measure_indicators(evidence: Tables, programme: Programme, touched: Sequence[int]) -> pd.DataFrame:
    """Target, result, share and what is missing of every indicator, by year and in total.

    Parameters
    ----------
    evidence : mapping
        See :func:`count_evidence`.
    programme : Programme
    touched : sequence of int
        Years that the period touches (see :func:`touch_years`).

    Returns
    -------
    DataFrame, shape (rows, 7)
        ``indicator, unit, year`` (as text; "Kopā" for the total), ``target`` (missing where there is none, or 0)
        ``, result, share`` (of the target) and ``missing`` (what it lacks, 0 once reached). A target stands only
        beside a year that the period touches, and the total is of those; what was counted but belongs to another year
        has a row without a target. A result that would tell one
        community's answer is missing, and so is what follows from it.
    """
    rows = []
    for indicator in programme.indicators:
        amounts = narrow(evidence[indicator.formula], indicator).groupby("year")["amount"].sum().to_dict()
        lines = [
            (str(year), indicator.targets.get(year) if year in touched else None, float(amounts.get(year, 0)))
            for year in sorted(programme.places)
            if year in touched or amounts.get(year)
        ]
        own = [(target or 0.0, result) for year, target, result in lines if int(year) in touched]
        lines.append((TOTAL, *(sum(values) for values in zip(*own, strict=True))) if own else (TOTAL, 0.0, 0.0))
        hidden = _find_single(evidence, indicator, programme, touched)
        rows += [
            (indicator.name, indicator.unit, year, target, None if year in hidden else result)
            for year, target, result in lines
        ]
    table = pd.DataFrame(rows, columns=["indicator", "unit", "year", "target", "result"])
    table = table.astype({"year": "str", "target": "float64", "result": "float64"})
    table = table.assign(target=table["target"].where(table["target"].gt(0)))
    missing = (table["target"] - table["result"]).clip(lower=0)
    return table.assign(share=table["result"] / table["target"], missing=missing)


# Formulas that add up what communities answered, and the word by which the programme file makes that public.
ANSWERED = {
    "new_communities": "novelty", "residents": "residents", "question_answered": "results", "money_won": "results"
}  # fmt: skip


def _find_single(evidence: Tables, indicator: Indicator, programme: Programme, touched: Sequence[int]) -> set[str]:
    """Years, or "Kopā", whose figure would be the answer of one community, or give one by subtraction.

    Where another indicator counts all of it, what this one, or those of municipalities together, leave is one too.
    """
    if ANSWERED.get(indicator.formula, "community") in programme.public or indicator.formula not in ANSWERED:
        return set()
    told = narrow(evidence["communities"], indicator)
    left = evidence["communities"][~evidence["communities"]["application_id"].isin(told["application_id"])]
    towns = [one.municipality for one in programme.indicators if (one.formula, one.mode) == (indicator.formula, None)]
    parts = (told, left, left[~left["municipality"].isin(towns)]) if None in towns else (told,)
    return set().union(*(_hide_single(part, touched) for part in parts))


def _hide_single(communities: pd.DataFrame, touched: Sequence[int]) -> set[str]:
    """Years with one community, and what else would give it by subtraction from the sum of all years."""
    served = communities.groupby("year")["application_id"].nunique()
    single = {str(year) for year, count in served.items() if count == 1}
    summed = served[served.index.isin(list(touched))]
    if summed.eq(1).sum() != 1:
        return single
    others = summed[summed.gt(1)].sort_values(kind="stable")
    return {*single, str(others.index[0]) if len(others) else TOTAL}


MODES = ("in_person", "online")


def find_plain(formula: str, programme: Programme) -> list[str]:
    """Indicators that count all of what a formula counts."""
    return [one.name for one in programme.indicators
            if (one.formula, one.mode, one.municipality) == (formula, None, None)]  # fmt: skip


def check_totals(figures: Figures, programme: Programme) -> list[Problem]:
    """A problem if two tables of the report count different numbers of delivered consultations, naming both."""
    held = figures.consultations
    totals = {"Saņemtais": float(figures.received["consultations"].iloc[-1]), "Konsultācijas": len(held)}
    for name, by, known in (("Novadi", "municipality", list_towns(figures, programme)), ("Veidi", "mode", MODES)):
        if by in held:
            totals[name] = int(count_supported(held, by, known, figures.years)[TOTAL].iloc[-1])
    by_year = figures.indicators[figures.indicators["year"].ne(TOTAL)].groupby("indicator")["result"].sum()
    totals |= {f"Rādītāji: {name}": by_year.get(name, 0.0) for name in find_plain("consultations", programme)}
    if figures.covers(programme):
        totals["Konsultāciju skaits"] = int(figures.ledger["delivered"].sum())
    (first, count), *others = totals.items()
    return [
        Problem("totals_differ", value=f"«{first}» – {show_number(count)}", details=f"«{name}» – {show_number(other)}")
        for name, other in others
        if other != count
    ]


def describe_permissions(programme: Programme, as_of: date) -> list[str]:
    """Who permitted which places to be carried over, and when: a sentence for each permission."""
    return [
        f"No {move.from_year}. uz {move.to_year}. gadu {agree(move.places, 'pārnesta', 'pārnestas')} "
        f"{plural(move.places, 'konsultācija', 'konsultācijas')}: {move.permission}, {show_date(move.permitted_on)}."
        for move in programme.carry_over
        if move.permitted_on <= as_of
    ]


RECEIVED = ("consultations", "hours", "recommendations", "tasks_given", "tasks")


def count_received(evidence: Tables, years: Sequence[int]) -> pd.DataFrame:
    """What the communities received: :data:`RECEIVED` by ``year`` (as text), last "Kopā"."""
    order = list(years)
    sums = {name: evidence[name].groupby("year")["amount"].sum().reindex(order, fill_value=0.0) for name in RECEIVED}
    table = pd.DataFrame(sums, index=pd.Index(years, name="year"), dtype="float64").rename(index=str)
    table.loc[TOTAL] = table.sum()
    return table.reset_index().astype({"year": "str"})


DEVIATING = (*RELEASED, "not_held", CANCELLED)
# What a note begins with if its writer wants it in the report; any other note is not published.
FOR_REPORT = "Pārskatam:"


def find_deviating(valid_events: pd.DataFrame, skips: Iterable[Skip]) -> pd.Series:
    """Which events deviate from the plan; an offer out of turn that was decided later does."""
    late = {(one.event.application_id, one.event.on) for one in skips if one.decided_on}
    at = zip(valid_events["application_id"], valid_events["on"], strict=True)
    out_of_turn = pd.Series([one in late for one in at], valid_events.index, dtype="bool")
    return valid_events["event"].isin(DEVIATING) | valid_events["event"].eq("offered") & out_of_turn


def list_deviations(
    valid_events: pd.DataFrame, decided: pd.DataFrame, skips: Iterable[Skip] = (), *, period: Period
) -> pd.DataFrame:
    """Places refused, lost, moved, or offered out of turn, with the reason if its writer meant it for the report.

    Parameters
    ----------
    valid_events : DataFrame
        See :func:`events.list_valid_events`.
    decided : DataFrame
        Who had a place of its own, and who waited (``place_year``; ``given_year`` of who has lost it).
    skips : iterable of Skip
        Offers out of turn; told where they were decided only later.
    period : Period

    Returns
    -------
    DataFrame, shape (n, 5)
        In order of date: ``on, year`` (of the place, as text) ``, event, why`` and ``then``: the day the place was
        offered to another community, the consultation was held after all, or the offer out of turn was decided
        (missing if nothing followed).
    """
    table, skips = valid_events.sort_values(["on", "file", "row"], ignore_index=True), list(skips)
    own = decided["place_year"].fillna(decided["given_year"].where(decided["outcome"].eq("none")))
    first_year = table["application_id"].map(own.set_axis(decided["application_id"]).astype("float64").to_dict())
    filling = table[table["event"].eq("offered") & first_year.ne(table["year"])]
    deviating = table[find_deviating(table, skips)]
    late = {one.event.application_id: pd.Timestamp(one.decided_on) for one in skips if one.decided_on}
    then: list[Any] = []
    for row in rows_of(deviating, Happened):
        followed = filling[(filling["year"] == row.year) & filling["on"].ge(row.on)]
        if row.event == "not_held":
            followed = table[table["application_id"].eq(row.application_id) & table["event"].isin(HELD)]
        elif row.event != "offered":
            filling = filling.drop(index=followed.index[:1])
        then.append(late[row.application_id] if row.event == "offered" else followed["on"].min())
    notes = deviating["note"].str.strip()
    reasons = notes.str.removeprefix(FOR_REPORT).str.strip().where(notes.str.startswith(FOR_REPORT), "")
    shown = deviating[["on", "year", "event"]].astype({"year": "str"})
    shown = shown.assign(why=reasons, then=pd.Series(then, deviating.index, dtype="datetime64[us]"))
    return shown[period.holds(deviating["on"])].reset_index(drop=True)


def count_supported(table: pd.DataFrame, by: str, categories: Sequence[str], years: Sequence[int]) -> pd.DataFrame:
    """Consultations by a column and year.

    Returns
    -------
    DataFrame, shape (categories + 1, years + 2)
        The column itself, one column per year (named by its digits; none if years are not public) and "Kopā"; the
        last row is the total.
    """
    dated = table if "year" in table else table.assign(year=0)
    shown = list(years) if "year" in table else [0]
    counts = pd.crosstab(dated[by], dated["year"]).reindex(index=list(categories), columns=shown, fill_value=0)
    counts.loc[TOTAL] = counts.sum()
    closed = counts.astype("int64").assign(**{TOTAL: counts.sum(axis=1).astype("int64")})
    closed = closed.rename_axis(columns=None).drop(columns=[] if "year" in table else [0])
    return closed.rename(columns=str).reset_index()


def describe_uses(counts: Mapping[Any, int]) -> list[str]:
    """What became of planned consultations: "11 ir sniegtas", "1 vēl nav norunāta"; nothing of what did not happen."""
    return [
        plural(int(counts[use]), *(f"{'ir ' * (use != 'open')}{word}" for word in words))
        for use, words in USES.items()
        if counts[use]
    ]
