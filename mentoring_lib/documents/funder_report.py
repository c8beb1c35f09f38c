"""The funder's report: what it says, in which order, from :class:`figures.Figures` and the programme file alone.

One list of parts becomes the document and the PDF, and the tables in it are those of the workbook, so that no figure
can differ between them. A funder's own template takes the document's place: its fields are filled with the same texts,
tables and charts, as text that stays text; a field nobody knows is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from mentoring_lib.base.columns import NOVELTY_GROUPS, USES
from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.stamp import TOTAL
from mentoring_lib.base.texts import plural, show_date, show_number
from mentoring_lib.documents.wording import TEXTS
from mentoring_lib.funder import disclosure
from mentoring_lib.funder.disclosure import HIDDEN
from mentoring_lib.funder.figures import (
    ELSEWHERE,
    Figures,
    count_supported,
    describe_permissions,
    describe_uses,
    join_words,
    list_towns,
    show_hours,
    summarise,
)
from mentoring_lib.render import pdf
from mentoring_lib.render.charts import (
    Chart,
    describe_chart,
    draw_charts,
    list_pictures,
    plot_course,
    plot_indicators,
    plot_ledger,
    plot_themes,
    sign,
)
from mentoring_lib.render.docx import describe_origin, make_document
from mentoring_lib.render.tables import show
from mentoring_lib.render.xlsx import TableSheet, make_workbook
from mentoring_lib.themes.confirmed import count_themes, label_themes

SECTIONS = ("Novadi", "Veidi", "Tēmas")


def make_funder_files(
    figures: Figures, programme: Programme, logos: Mapping[str, bytes] | None = None, template: bytes | None = None
) -> dict[str, bytes]:
    """Make everything for the funder: workbook, document, PDF (where typst can be had) and charts.

    Parameters
    ----------
    figures : Figures
    programme : Programme
    logos : mapping of str to bytes, optional
        Pictures by file name.
    template : bytes, optional
        The funder's own DOCX; filled instead of the document (see :func:`fill_template`).
    """
    title, charts = f"Pārskats: {programme.project.title}", draw_charts(draw_funder_charts(figures, programme))
    tables, parts = list_tables(figures, programme), make_parts(figures, programme, charts)
    printed = [*parts, *describe_origin(figures.stamp)]
    if template is None:
        document = make_document(title, figures.stamp, parts, logos=logos)
    else:
        document = fill_template(template, figures, programme, charts)
    return {
        "atskaite.xlsx": make_workbook(title, figures.stamp, tables, describe_method(figures, programme)),
        "atskaite.docx": document,
        **list_pictures(charts),
        **({"atskaite.pdf": pdf.make_pdf(title, figures.stamp, printed, logos or {})} if pdf.CAN_SET else {}),
    }


def draw_funder_charts(figures: Figures, programme: Programme) -> dict[str, Axes]:
    """The funder's charts by file name, each signed with its source."""
    measured = {"raditaji": plot_indicators(figures.indicators)} if len(figures.indicators) else {}
    charts = {
        **measured,
        "vietas": plot_ledger(figures.ledger.set_index("year")),
        "gaita": plot_course(figures.course, programme),
    }
    if {"themes", "municipality"} <= set(figures.consultations):
        charts["temas"] = plot_themes(_count_asked(figures, programme), programme.themes, figures.unconfirmed)
    return {name: sign(ax, figures.stamp.short()) for name, ax in charts.items()}


def _count_asked(figures: Figures, programme: Programme) -> pd.DataFrame:
    table = figures.consultations.rename(columns={"themes": "confirmed_themes"})
    return count_themes(table, "municipality", list_towns(figures, programme), programme.themes)


def list_tables(figures: Figures, programme: Programme) -> list[TableSheet]:
    """The report's tables, one a sheet, as far as what they tell is public; every total closes by construction."""
    held, years = figures.consultations, figures.years
    by_year = tuple(map(str, years)) if "year" in held else (TOTAL,)
    towns = list_towns(figures, programme)
    sheets = [
        _make_sheet("Rādītāji", show_hidden(figures.indicators)),
        _make_sheet("Konsultāciju skaits", _close(figures.ledger), "year", tuple(USES)),
    ]
    if "municipality" in held:
        sheets.append(_make_sheet("Pieteikumi", count_applicants(figures, programme)))
    for name, by, categories in (("Novadi", "municipality", towns), ("Veidi", "mode", ("in_person", "online"))):
        if by in held:
            sheets.append(_make_sheet(name, count_supported(held, by, categories, years), by, by_year))
    if {"themes", "municipality"} <= set(held):
        asked = _count_asked(figures, programme).rename(index=programme.themes).rename_axis(index="theme", columns=None)
        sheets.append(_make_sheet("Tēmas", asked.reset_index(), "theme", towns))
    sheets += [
        _make_sheet("Norise", figures.course, "day", ("held", "planned")),
        _make_sheet("Saņemtais", figures.received),
        _make_sheet("Novirzes", _show_deviations(figures)),
    ]
    if len(held.columns):
        named = held.assign(themes=label_themes(held["themes"], programme.themes)) if "themes" in held else held
        sheets.append(_make_sheet("Konsultācijas", named))
    return sheets


def _make_sheet(name: str, table: pd.DataFrame, category: str = "", series: Iterable[str] = ()) -> TableSheet:
    """A table with its title and note; with a category, a chart of the series as well."""
    texts = TEXTS["report"]["sheets"][name]
    chart = (category, tuple(series)) if category else None
    return TableSheet(name, texts["title"], table, texts.get("note", ""), chart)


def show_hidden(indicators: pd.DataFrame) -> pd.DataFrame:
    """Indicators with "c" where a result is not published: it would be one community's answer."""
    hidden = indicators["result"].isna()
    if not hidden.any():
        return indicators
    return indicators.assign(
        **{name: indicators[name].astype("object").mask(hidden, HIDDEN) for name in ("result", "share", "missing")}
    )


def count_applicants(figures: Figures, programme: Programme) -> pd.DataFrame:
    """All applications by municipality and novelty, small counts hidden (see :func:`disclosure.protect`).

    Supported communities are public by municipality, and by novelty too where an indicator counts the new ones: those
    who were not supported must not be the difference.
    """
    towns, kinds = programme.call.municipalities, list(NOVELTY_GROUPS)
    table = figures.applications.replace({"municipality": {"": ELSEWHERE}})
    counts = table.pivot_table(index="municipality", columns="novelty", values="count", aggfunc="sum")
    counts = counts.reindex(index=[*towns, ELSEWHERE], columns=kinds).fillna(0).astype("int64")
    supported = table[table["supported"]]
    counted = any(one.formula == "new_communities" for one in programme.indicators)
    sides: list[Any] = ["municipality", *(["novelty", ["municipality", "novelty"]] if counted else [])]
    public = {label: int(count) for by in sides for label, count in supported.groupby(by)["count"].sum().items()}
    protected = disclosure.protect(counts, public)
    words = {code: word.capitalize() for code, word in NOVELTY_GROUPS.items()}
    return protected.rename(columns=words).rename_axis("municipality").reset_index()


def _close(ledger: pd.DataFrame) -> pd.DataFrame:
    total = ledger.drop(columns="year").sum().to_frame().T.assign(year=TOTAL)
    return pd.concat([ledger.astype({"year": "str"}), total], ignore_index=True)[ledger.columns]


def _show_deviations(figures: Figures) -> pd.DataFrame:
    """Deviations as people read them; without the column of reasons while nobody meant any for the report."""
    table = figures.deviations
    words = {"not_held": "konsultācija notika", "offered": "piedāvājums ārpus kārtas, lēmums"}
    then = [
        "vēl nav atrisināts"
        if pd.isna(day)
        else f"{words.get(event, 'konsultācija piedāvāta citai kopienai')} {show_date(day)}"
        for event, day in zip(table["event"], table["then"], strict=True)
    ]
    table = table.assign(then=pd.Series(then, table.index, dtype="str"))
    return table if table["why"].ne("").any() else table.drop(columns="why")


def make_parts(figures: Figures, programme: Programme, charts: Mapping[str, Chart]) -> list[tuple[Any, ...]]:
    """The report in order, as :func:`docx.make_document` and :func:`pdf.make_pdf` take it."""
    return list(_compose(figures, programme, charts))


def _compose(figures: Figures, programme: Programme, charts: Mapping[str, Chart]) -> Iterator[tuple[Any, ...]]:
    tables = {sheet.name: sheet for sheet in list_tables(figures, programme)}
    yield ("contents",)
    yield ("heading", "Par projektu")
    yield ("facts", list_facts(figures, programme))
    yield ("heading", "Kopsavilkums")
    yield from (("item", sentence) for sentence in summarise(figures))
    yield ("heading", "Plānotie un sasniegtie rezultāti")
    yield from (("text", sentence) for sentence in describe_missing(figures))
    if "raditaji" in charts:
        yield ("chart", charts["raditaji"])
    yield from _show(tables["Rādītāji"])
    yield from _show_proof(programme)
    yield ("heading", "Plānotais un paveiktais pa gadiem")
    yield ("chart", charts["vietas"])
    yield from _show(tables["Konsultāciju skaits"])
    for year, row in figures.ledger.set_index("year").iterrows():
        yield ("subheading", f"{year}. gads")
        yield ("text", describe_year(str(year), {str(use): int(count) for use, count in row.items()}, figures))
    yield from (("text", sentence) for sentence in describe_permissions(programme, figures.stamp.as_of))
    if "Pieteikumi" in tables:
        yield ("heading", "Kas pieteicās")
        yield from _show(tables["Pieteikumi"])
    if shown := [name for name in SECTIONS if name in tables]:
        yield ("heading", "Kas saņēma konsultācijas")
    for name in shown:
        yield ("subheading", name)
        yield from _show(tables[name])
        if name == "Tēmas":
            yield ("chart", charts["temas"])
    yield ("heading", "Norise laika gaitā")
    yield ("text", describe_course(figures))
    yield ("chart", charts["gaita"])
    yield ("heading", "Ko kopienas saņēma")
    yield from _show(tables["Saņemtais"])
    yield ("heading", "Novirzes un to iemesli")
    yield ("text", describe_deviations(figures))
    if len(figures.deviations):
        yield from _show(tables["Novirzes"])
    yield ("heading", "Metode un ierobežojumi")
    yield from (("item", sentence) for sentence in describe_method(figures, programme))
    if "Konsultācijas" in tables:
        yield ("heading", "Pielikums. Sniegto konsultāciju saraksts")
        yield from _show(tables["Konsultācijas"])


def _show(sheet: TableSheet) -> Iterator[tuple[Any, ...]]:
    if sheet.note:
        yield ("small", sheet.note)
    yield ("table", sheet.title, sheet.table)


def _show_proof(programme: Programme) -> Iterator[tuple[Any, ...]]:
    if proofs := [(one.name, one.evidence) for one in programme.indicators if one.evidence]:
        yield ("table", "Kas apliecina rādītājus", pd.DataFrame(proofs, columns=["indicator", "proof"]))


def list_facts(figures: Figures, programme: Programme) -> list[tuple[str, str]]:
    """Project data as label and value."""
    project, period = programme.project, figures.period
    return [
        ("Projekts", project.title),
        ("Numurs", project.number),
        ("Projekta laiks", f"{show_date(project.starts)}–{show_date(project.ends)}"),
        ("Īsteno", join_words(project.implementers) if project.implementers else "–"),
        ("Finansējums", project.funding_sentence),
        ("Atbildība", project.responsibility),
        ("Pārskata periods", f"{show_date(period.starts)}–{show_date(period.ends)}"),
        ("Datu diena", show_date(figures.stamp.as_of)),
    ]


def describe_missing(figures: Figures) -> list[str]:
    """Which targets are reached and what the others lack, in sentences."""
    total = figures.indicators[figures.indicators["year"].eq(TOTAL) & figures.indicators["target"].gt(0)]
    total = total.dropna(subset="result")
    missing = total[total["missing"].gt(0)].set_index("indicator")["missing"]
    lacking = [f"{name} – {show_number(number)}" for name, number in missing.items()]
    reached = f"Mērķis sasniegts {len(total) - len(lacking)} no {plural(len(total), 'rādītāja', 'rādītājiem')}."
    return [reached, *([f"Līdz mērķim vēl trūkst: {'; '.join(lacking)}."] if lacking else [])] if len(total) else []


def describe_year(year: str, places: Mapping[str, int], figures: Figures) -> str:
    """One year in a sentence: what was planned, what became of it, what communities received.

    Parameters
    ----------
    year : str
    places : mapping
        Its row of the ledger: how many places by what became of them.
    figures : Figures
    """
    became = describe_uses(places)
    planned = plural(places["planned"], "plānotās konsultācijas", "plānotajām konsultācijām")
    moved = [f"{word} {places[name]}" for name, word in MOVED.items() if places[name]]
    text = f"No {planned} {join_words(became) or '–'}." + (f" Konsultācijas {join_words(moved)}." if moved else "")
    received = figures.received[figures.received["year"].eq(year) & figures.received["consultations"].gt(0)]
    for got in rows_of(received, _Received):
        advice = plural(int(got.recommendations), "ieteikums", "ieteikumi")
        tasks = plural(int(got.tasks_given), "ieplānots darbs", "ieplānoti darbi")
        done = plural(int(got.tasks), "jau paveikts", "jau paveikti")
        text += f" Konsultāciju ilgums: {show_hours(got.hours)}; {advice}, {tasks}, no tiem {done}."
    return text


@dataclass(frozen=True)
class _Received:
    hours: float
    recommendations: float
    tasks_given: float
    tasks: float


MOVED = {"carried_in": "pārnestas no cita gada:", "carried_out": "pārnestas uz citu gadu:"}


def describe_course(figures: Figures) -> str:
    """How the consultations held stand against an even pace."""
    last = figures.course.iloc[-1]
    held, planned = int(last["held"]), float(last["planned"])
    happened = plural(held, "konsultācija", "konsultācijas")
    return f"Līdz {show_date(last['day'])} notikušas {happened}; vienmērīgā tempā tās būtu {show_number(planned)}."


def describe_deviations(figures: Figures) -> str:
    """How often a place was refused or an hour did not happen."""
    counts = figures.deviations["event"].value_counts()
    kinds = TEXTS["report"]["deviations"].items()
    happened = [plural(int(counts[event]), *words) for event, words in kinds if event in counts]
    return f"Pārskata periodā {join_words(happened)}." if happened else "Pārskata periodā noviržu nebija."


def describe_method(figures: Figures, programme: Programme) -> list[str]:
    """How the figures came about and what they do not tell."""
    waiting = plural(figures.unconfirmed, "konsultācijai", "konsultācijām")
    words = {
        "minutes": plural(programme.delivery.consultation_minutes, "minūte", "minūtes"),
        "as_of": show_date(figures.stamp.as_of),
        "new_from": programme.new_from,
        "unconfirmed": f"; {waiting} tās vēl nav apstiprinātas" if figures.unconfirmed else "",
        "rule": figures.stamp.rule,
    }
    return [sentence.format(**words) for sentence in TEXTS["report"]["method"]]


def list_texts(figures: Figures, programme: Programme) -> list[str]:
    """Every text of the report, alternative texts of charts included."""
    charts = {name: describe_chart(ax) for name, ax in draw_funder_charts(figures, programme).items()}
    return [text for part in make_parts(figures, programme, charts) for text in _texts_of(*part)]


def _texts_of(kind: str, *content: Any) -> Iterator[str]:
    for part in content:
        if isinstance(part, pd.DataFrame):
            yield repr(show(part, caption=""))
        elif isinstance(part, Chart):
            yield f"{part.title}\n{part.description}"
        elif kind == "facts":
            yield from (text for pair in part for text in pair)
        else:
            yield str(part)


FIELDS: dict[str, str] = TEXTS["report"]["fields"]
"""Fields of a funder's own template, and what each gives."""


def fill_template(template: bytes, figures: Figures, programme: Programme, charts: Mapping[str, Chart]) -> bytes:
    """Fill the funder's own document: fields as ``{{ projekts }}``, lists and tables as in docxtpl.

    Raises
    ------
    Refused
        If the template cannot be read, or names a field that is not in :data:`FIELDS`.
    """
    from mentoring_lib.documents.template import fill  # noqa: PLC0415 - few programmes have a template

    try:
        pictures = {name: chart.png for name, chart in charts.items()}
        return fill(template, list_fields(figures, programme), pictures)
    except LookupError as error:
        raise Refused(_refuse_field(str(name)) for name in error.args) from None
    except Exception as error:  # a template may do anything: be no Word file at all
        raise Refused([_refuse_field(str(error))]) from None


def _refuse_field(name: str) -> Problem:
    return Problem("template_field", value=name, details=", ".join(FIELDS))


def list_fields(figures: Figures, programme: Programme) -> dict[str, Any]:
    """Value of each of :data:`FIELDS` but the charts."""
    facts = [value for _, value in list_facts(figures, programme)]
    shown = {sheet.name: show(sheet.table, caption=sheet.title) for sheet in list_tables(figures, programme)}
    notice = dict(figures.stamp.lines()).get("Dati", "")
    return dict(zip(FIELDS, [*facts, notice], strict=False)) | {
        "kopsavilkums": summarise(figures),
        "trukst": describe_missing(figures),
        "novirzes": describe_deviations(figures),
        "metode": describe_method(figures, programme),
        "tabulas": {name: {"virsraksti": table.headings, "rindas": table.rows} for name, table in shown.items()},
    }
