"""What stands behind each reported figure: applications, and the rows of the tracking workbook.

The report itself holds no application code; this table is not published. It is counted from the same items as the
figures but cell by cell, and a test compares the two.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

import pandas as pd

from mentoring_lib.base.columns import CHOICES, label_of
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.settings import name_setting
from mentoring_lib.base.stamp import TOTAL
from mentoring_lib.base.texts import show_date
from mentoring_lib.delivery.events import IN_USE, WAS_HELD
from mentoring_lib.delivery.turns import Skip
from mentoring_lib.funder import figures as counts
from mentoring_lib.funder.figures import Figures, Tables

TRACE = ["in_table", "in_row", "in_column", "figure", "application_id", "part_of_it", "sources", "evidence"]
BALANCED = ("planned", "carried_in", "carried_out", "open", "lost")
# A cell of the report (table, row, column) and the items that it counts.
Items = tuple[str, str, str, pd.DataFrame]


def trace_figures(
    figures: Figures, programme: Programme, *, decided: pd.DataFrame, places: pd.DataFrame, evidence: Tables,
    valid_events: pd.DataFrame, proofs: Mapping[tuple[str, int], str], skips: Iterable[Skip] = (),
) -> pd.DataFrame:  # fmt: skip
    """Applications and rows behind each figure of the report.

    Parameters
    ----------
    figures : Figures
    programme : Programme
    decided : DataFrame
        All applications with their confirmed themes, and where each was read.
    places, evidence, valid_events, skips
        See :func:`ledger.find_delivered`, :func:`figures.count_evidence`, :func:`events.list_valid_events` and
        :func:`turns.find_skips`.
    proofs : mapping of (str, int) to str
        By sheet and row: the file or link that somebody named as evidence.

    Returns
    -------
    DataFrame, shape (figures × applications, 8)
        ``in_table`` (the sheet of atskaite.xlsx) ``, in_row, in_column, figure``; a row for each application that is
        counted in it: ``application_id, part_of_it, sources`` (sheet and row of each entry; what is computed from the
        programme file names that) ``, evidence``. A figure of nobody has one row without an application.
    """
    held = valid_events[valid_events["event"].eq("held")]  # the row that proves an hour; of others, the whole story
    told = pd.concat([held, valid_events[~valid_events["application_id"].isin(held["application_id"])]])
    entries = {str(key): _list_rows(rows) for key, rows in told.groupby("application_id")}
    decided = counts.place_rows(decided)
    dated = _by_year(places).assign(amount=1.0, sheet="", row=0)
    cells = [
        ("Kopsavilkums", "Pieteikumi", "count", decided.assign(amount=1.0)),
        *_trace_indicators(figures, programme, evidence),
        *_trace_grids(figures, programme, decided.assign(amount=1.0), dated, evidence),
        *_trace_deviations(figures, valid_events, skips),
    ]
    rows: list[tuple[Any, ...]] = []
    for *cell, items in cells:
        figure = float(items["amount"].sum())
        rows += [] if len(items) else [(*cell, figure, "", figure, "", "")]
        for key, own in items.groupby("application_id"):
            found = sorted(set(_list_rows(own) or entries.get(str(key), [])))
            named = "; ".join(dict.fromkeys(proofs[entry] for entry in found if entry in proofs))
            rows.append((*cell, figure, key, float(own["amount"].sum()), name_rows(found), named))
    return pd.DataFrame([*rows, *_balance(figures, programme)], columns=TRACE)


def _list_rows(items: pd.DataFrame) -> list[tuple[str, int]]:
    return [(sheet, row) for sheet, row in zip(items["sheet"], items["row"], strict=True) if sheet]


def _trace_indicators(figures: Figures, programme: Programme, evidence: Tables) -> Iterator[Items]:
    touched = [str(year) for year in counts.touch_years(programme, figures.period)]
    for year in [*map(str, figures.years), TOTAL]:
        shown = figures.indicators.loc[figures.indicators["year"].eq(year), "indicator"].tolist()
        for indicator in (one for one in programme.indicators if one.name in shown):
            items = _by_year(counts.narrow(evidence[indicator.formula], indicator))
            counted = items[items["year"].isin(touched)] if year == TOTAL else _of(items, "year", year)
            yield "Rādītāji", f"{indicator.name}, {year}", "result", counted


def _trace_grids(
    figures: Figures, programme: Programme, decided: pd.DataFrame, places: pd.DataFrame, evidence: Tables
) -> Iterator[Items]:
    """Every table of counts: its items, what its rows and its columns are; applications by margin, in whole numbers."""
    years, towns = [*map(str, figures.years), TOTAL], counts.list_towns(figures, programme)
    delivered = counts.name_elsewhere(_by_year(evidence["consultations"]), programme)
    asked = delivered.merge(decided[["application_id", "confirmed_themes"]], on="application_id")
    asked = asked.explode("confirmed_themes")
    modes = {code: CHOICES["mode"][code] for code in ("in_person", "online")} | {TOTAL: TOTAL}
    themes = {code: programme.short_theme(code) for code in programme.themes}
    all_years, count = _same([*map(str, sorted(programme.places)), TOTAL]), {TOTAL: "count"}
    grids = [
        ("Pieteikumi", decided, "municipality", _same(programme.call.municipalities), "", count),
        ("Pieteikumi", decided, "novelty", CHOICES["novelty"], "", count),
        ("Rezultāti", evidence["results"], "kind", CHOICES["result"], "", count),
        *(("Konsultāciju skaits", _of(places, "use", use), "year", all_years, "", {TOTAL: use}) for use in IN_USE),
        *(("Saņemtais", _by_year(evidence[name]), "year", _same(years), "", {TOTAL: name}) for name in counts.RECEIVED),
        ("Novadi", delivered, "municipality", _same([*towns, TOTAL]), "year", _same(years)),
        ("Veidi", delivered, "mode", modes, "year", _same(years)),
        ("Tēmas", asked, "confirmed_themes", themes, "municipality", _same(towns)),
    ]
    for table, items, by, rows, across, columns in grids:
        for code, label in rows.items():
            own = _of(items, by, code)
            yield from ((table, label, head, _of(own, across, name)) for name, head in columns.items())
    held = places[places["use"].isin(WAS_HELD)]
    yield from (("Norise", show_date(day), "held", held[held["held_on"].le(day)]) for day in figures.course["day"])
    yield from (("Konsultācijas", str(at + 1), "", delivered.iloc[[at]]) for at in range(len(delivered)))


def _same(names: Iterable[str]) -> dict[str, str]:
    return {name: name for name in names}


def _trace_deviations(figures: Figures, valid_events: pd.DataFrame, skips: Iterable[Skip]) -> Iterator[Items]:
    deviating = counts.find_deviating(valid_events, skips) & figures.period.holds(valid_events["on"])
    table = valid_events[deviating].assign(amount=1.0)
    for _, row in table.sort_values(["on", "file", "row"]).groupby(["on", "file", "row"]):
        yield "Novirzes", show_date(row["on"].iloc[0]), label_of("event", row["event"].iloc[0]), row


def _balance(figures: Figures, programme: Programme) -> Iterator[tuple[Any, ...]]:
    """What the ledger takes from the programme file, and what is left of it."""
    ledger = figures.ledger.astype({"year": "str"})
    named = ", ".join(name_setting(programme, key)[1] for key in ("places", "carry_over"))
    for year in [*ledger["year"], TOTAL]:
        for name in BALANCED:
            amount = float(_of(ledger, "year", year)[name].sum())
            yield "Konsultāciju skaits", year, name, amount, "", amount, f"{programme.file}: {named}", ""


def _by_year(items: pd.DataFrame) -> pd.DataFrame:
    return items.astype({"year": "str"})


def _of(items: pd.DataFrame, name: str, value: Any) -> pd.DataFrame:
    return items if value == TOTAL else items[items[name].eq(value)]


def name_rows(entries: Iterable[tuple[str, int]]) -> str:
    """Rows by sheet, each once: "Ieteikumi 7; Notikumi 5, 12"."""
    by_sheet = groupby(sorted(set(entries)), lambda entry: entry[0])
    return "; ".join(f"{sheet} {', '.join(str(row) for _, row in rows)}" for sheet, rows in by_sheet)
