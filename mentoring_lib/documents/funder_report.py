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

from mentoring_lib.base.columns import NOVELTY_GROUPS, USES, label_of
from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.programme import OUTSIDE, Programme
from mentoring_lib.base.stamp import TOTAL
from mentoring_lib.base.texts import fold, plural, show_date, show_number
from mentoring_lib.documents import report_summary as summary
from mentoring_lib.documents.wording import TEXTS
from mentoring_lib.funder import disclosure
from mentoring_lib.funder.disclosure import HIDDEN
from mentoring_lib.funder.figures import (
    Figures,
    count_supported,
    describe_permissions,
    describe_uses,
    join_words,
    list_towns,
    show_hours,
)
from mentoring_lib.render import pdf
from mentoring_lib.render.charts import (
    Chart,
    describe_chart,
    draw_charts,
    list_pictures,
    plot_course,
    plot_ledger,
    sign,
)
from mentoring_lib.render.docx import make_document
from mentoring_lib.render.funder_charts import (
    GLYPHS,
    describe_targets,
    name_row,
    plot_asked,
    plot_indicators,
    plot_outcomes,
)
from mentoring_lib.render.tables import show
from mentoring_lib.render.xlsx import TARGET, TableSheet, make_workbook
from mentoring_lib.themes.confirmed import count_themes, label_themes

SECTIONS = ("Novadi", "Veidi")


def make_funder_files(
    figures: Figures,
    programme: Programme,
    logos: Mapping[str, bytes] | None = None,
    template: bytes | None = None,
    charts: Mapping[str, Chart] | None = None,
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
    charts : mapping of str to Chart, optional
        Where they are drawn already (see :func:`draw`).
    """
    title, charts = summary.make_headline(figures, programme), charts or draw(figures, programme)
    tables, parts = list_tables(figures, programme), make_parts(figures, programme, charts)
    above = summary.describe_kind(figures, programme)
    if template is None:
        document = make_document(title, figures.stamp, parts, logos=logos, above=above)
    else:
        document = fill_template(template, figures, programme, charts)
    return {
        "atskaite.xlsx": make_workbook(
            title, figures.stamp, tables, describe_method(figures, programme), lead=list_lead(figures, programme)
        ),
        "atskaite.docx": document,
        **list_pictures(charts),
        **({"atskaite.pdf": pdf.make_pdf(title, figures.stamp, parts, logos or {}, above)} if pdf.CAN_SET else {}),
    }


def list_lead(figures: Figures, programme: Programme) -> list[tuple[str, str]]:
    """The first page in the workbook: label and sentence, with nothing that only the trace needs."""
    cards = "; ".join(f"{value} {label}" for value, label, _ in summary.list_cards(figures, programme))
    return [
        *figures.stamp.lines()[: 1 if figures.stamp.example else 0],
        ("Pārskats", summary.describe_kind(figures, programme)),
        ("Apsolīts un sniegts", summary.describe_promise(figures, programme)),
        ("Skaitļos", cards),
        ("Kas atšķīrās", " ".join(summary.list_differences(figures))),
        ("Kas sekos", " ".join(text for part, text in figures.texts if part == "next") or "–"),
        ("Kam", summary.describe_whom(figures, programme)),
        ("Finansējums", programme.project.funding_sentence),
        ("Atbildība", programme.project.responsibility),
    ]


def draw(figures: Figures, programme: Programme) -> dict[str, Chart]:
    """The funder's charts, finished, by file name."""
    return draw_charts(draw_funder_charts(figures, programme))


def draw_funder_charts(figures: Figures, programme: Programme, *, narrow: bool = False) -> dict[str, Axes]:
    """The funder's charts by file name, each signed with its source; ``narrow`` ones for a phone."""
    measured = {"raditaji": plot_indicators(figures.indicators, narrow=narrow)} if len(figures.indicators) else {}
    asked = figures.asked[figures.asked["round"].ne("next_day")].iloc[:1]
    charts = {
        **measured,
        "vietas": plot_ledger(figures.ledger.set_index("year"), narrow=narrow),
        "gaita": plot_course(figures.course, programme, narrow=narrow),
    }
    if len(figures.ratings):
        counted = int(asked["answered"].sum()), summary.count_served(figures)
        charts["parmainas"] = plot_outcomes(figures.ratings, figures.spread, *counted, narrow=narrow)
    if "themes" in figures.consultations:
        counts = figures.consultations["themes"].explode().value_counts()
        names = {code: programme.short_theme(code) for code in programme.themes}
        charts["temas"] = plot_asked(counts, names, figures.unconfirmed, narrow=narrow)
    return {name: sign(ax, figures.stamp.short()) for name, ax in charts.items()}


def _count_asked(figures: Figures, programme: Programme) -> pd.DataFrame:
    table = figures.consultations.rename(columns={"themes": "confirmed_themes"})
    return count_themes(table, "municipality", list_towns(figures, programme), programme.themes)


def list_tables(figures: Figures, programme: Programme) -> list[TableSheet]:
    """The report's tables, one a sheet, as far as what they tell is public; every total closes by construction."""
    held, years = figures.consultations, figures.years
    by_year = tuple(map(str, years)) if "year" in held else (TOTAL,)
    towns = list_towns(figures, programme)
    measured = spread_years(figures.indicators, programme)
    sheets = [
        _make_sheet("Rādītāji", measured, "indicator", tuple(map(str, touched_years(figures)))),
        _make_sheet("Darbi", show_tasks(figures)),
        _make_sheet("Konsultāciju skaits", _close(figures.ledger), "year", tuple(USES)),
    ]
    if "municipality" in held:
        applied = count_applicants(figures, programme)
        sheets.append(_make_sheet("Pieteikumi", applied, hidden=HIDDEN in set(applied["count"])))
    for name, by, categories in (("Novadi", "municipality", towns), ("Veidi", "mode", ("in_person", "online"))):
        if by in held:
            sheets.append(_make_sheet(name, count_supported(held, by, categories, years), by, by_year))
    if {"themes", "municipality"} <= set(held):
        names = {code: programme.short_theme(code) for code in programme.themes}
        asked = _count_asked(figures, programme).rename(index=names).rename_axis(index="theme", columns=None)
        sheets.append(_make_sheet("Tēmas", asked.reset_index(), "theme", towns))
    sheets += [
        _make_sheet("Norise", figures.course, "day", ("held", "planned")),
        _make_sheet("Saņemtais", figures.received),
        _make_sheet("Aptaujas", figures.asked.rename(columns={"missing": "unanswered"})),
    ]
    optional = (
        ("Atbildes", _word_answers(figures.answers)),
        ("Vērtējumi", figures.ratings.rename(columns=MEDIANS)),
        ("Rezultāti", figures.results.rename(columns=AMOUNT)),
        ("Piemēri", _word_examples(figures.examples)),
    )
    sheets += [_make_sheet(name, table) for name, table in optional if len(table)]
    sheets.append(_make_sheet("Novirzes", _show_deviations(figures)))
    if len(held.columns):
        names = {code: programme.short_theme(code) for code in programme.themes}
        named = held.assign(themes=label_themes(held["themes"], names)) if "themes" in held else held
        sheets.append(_make_sheet("Konsultācijas", named, agreed="community" in held))
    return sheets


AMOUNT = {"amount": "amount_told"}
MEDIANS = {"then": "median_then", "now": "median_now"}


def _word_answers(answers: pd.DataFrame) -> pd.DataFrame:
    """Questions and answers in words."""
    asked = TEXTS["report"]["words"]["questions"]
    choices = ["yes_no" if question == "recommends" else question for question in answers["asks"]]
    words = [label_of(choice, code) for choice, code in zip(choices, answers["answer"], strict=True)]
    return answers.assign(asks=answers["asks"].map(asked), answer=pd.Series(words, answers.index, dtype="str"))


def _word_examples(examples: pd.DataFrame) -> pd.DataFrame:
    words = examples["proof"].map({code: label_of("yes_no", code) for code in ("yes", "no")})
    return examples.assign(proof=words).rename(columns={"proof": "proved"} | AMOUNT)


def spread_years(indicators: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """Indicators a row each: a result and a target by year and in total (one year: no total), and what proves it."""
    years = [year for year in dict.fromkeys(indicators["year"]) if year != TOTAL]
    shown = [*sorted(years), *([TOTAL] if len(years) != 1 else [])]
    wide = indicators.set_index(["indicator", "year"])
    rows = []
    for name, unit in dict.fromkeys(zip(indicators["indicator"], indicators["unit"], strict=True)):
        cells: dict[str, Any] = {"indicator": name, "unit": unit}
        for year in shown:
            told = wide.loc[(name, year)] if (name, year) in wide.index else None
            result = None if told is None else HIDDEN if pd.isna(told["result"]) else float(told["result"])
            cells |= {
                year: result,
                f"{year}{TARGET}": None if told is None or pd.isna(told["target"]) else told["target"],
            }
        rows.append(cells)
    columns = ["indicator", "unit", *(name for year in shown for name in (year, f"{year}{TARGET}"))]
    proofs = {one.name: one.evidence for one in programme.indicators}
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(proof=table["indicator"].map(proofs).astype("str")) if any(proofs.values()) else table


def touched_years(figures: Figures) -> list[str]:
    """Years that indicators tell of."""
    return sorted(set(figures.indicators["year"]) - {TOTAL})


def print_indicators(table: pd.DataFrame) -> pd.DataFrame:
    """The same with «10, mērķis 6» in one cell, for a page."""
    years = [name.removesuffix(TARGET) for name in table.columns if str(name).endswith(TARGET)]
    names = [
        name if fold(unit) in fold(name) else f"{name} ({unit})"
        for name, unit in zip(table["indicator"], table["unit"], strict=True)
    ]
    shown = table.drop(columns=["unit", *(f"{year}{TARGET}" for year in years)]).assign(indicator=names)
    for year in years:
        cells = zip(table[year], table[f"{year}{TARGET}"], strict=True)
        shown[year] = [_show_against(result, target) for result, target in cells]
    return shown


def _show_against(result: Any, target: Any) -> str:
    if result is None or (isinstance(result, float) and pd.isna(result)):
        return "–"
    words = result if isinstance(result, str) else show_number(result)
    return words if target is None or pd.isna(target) else f"{words}, mērķis {show_number(target)}"


def show_tasks(figures: Figures) -> pd.DataFrame:
    """What communities did with the hour, with a sign a task; who is not named stands in one row."""
    table = figures.tasks
    names = [name_row(name, count) for name, count in zip(table["community"], table["communities"], strict=True)]
    counts = table[list(GLYPHS)].to_numpy("int64").tolist()
    marks = ["".join(sign * count for sign, count in zip(GLYPHS.values(), row, strict=True)) for row in counts]
    said = table["sentence"].replace("", TEXTS["report"]["words"]["silent"])
    texts = {"community": names, "marks": marks}
    shown = table.assign(sentence=said, **{key: pd.Series(words, dtype="str") for key, words in texts.items()})
    shown = shown[["year", "community", "marks", "done", "open", "overdue", "sentence"]]
    return shown.rename(columns={"open": "ahead", "overdue": "late_tasks", "sentence": "told"})


def _make_sheet(
    name: str,
    table: pd.DataFrame,
    category: str = "",
    series: Iterable[str] = (),
    **said: bool,
) -> TableSheet:
    """A table with its title and note, and further sentences where they hold; with a category, a chart."""
    texts = TEXTS["report"]["sheets"][name]
    chart = (category, tuple(series)) if category else None
    notes = [texts.get("note", ""), *(texts[word] for word, holds in said.items() if holds)]
    return TableSheet(name, texts["title"], table, " ".join(filter(None, notes)), chart)


def count_applicants(figures: Figures, programme: Programme) -> pd.DataFrame:
    """All applications by municipality, then by novelty; small counts hidden (see :func:`disclosure.protect`).

    Two margins and no cross, which would hide most; municipalities that the settings join are one row, in every report
    alike. Supported communities are public by municipality, and by novelty too where an indicator counts the new ones:
    those who were not supported must not be the difference. A written reason in the settings shows every count.
    """
    table = figures.applications.replace({"municipality": {"": OUTSIDE}})
    groups = group_towns(programme)
    label = {town: name for name, towns in groups.items() for town in towns}
    kinds = {code: word.capitalize() for code, word in NOVELTY_GROUPS.items()}
    counted = any(one.formula == "new_communities" for one in programme.indicators)
    sides = (
        (table["municipality"].map(label), list(groups), True),
        (table["novelty"].map(kinds), [*kinds.values()], counted),
    )
    parts = []
    for names, order, public in sides:
        counts = table.groupby(names)["count"].sum().reindex(order, fill_value=0)
        known = table[table["supported"] & public].groupby(names)["count"].sum().to_dict()
        shown = disclosure.protect(counts.to_frame(TOTAL), known).iloc[:, 0]
        parts.append(counts.astype("object") if programme.report.exception_reason else shown.iloc[:-1])
        total = counts.sum() if programme.report.exception_reason else shown.iloc[-1]
    rows = pd.concat([*parts, pd.Series({TOTAL: total}, dtype="object")])
    return pd.DataFrame({"applicant": rows.index, "count": rows.to_numpy()})


def group_towns(programme: Programme) -> dict[str, list[str]]:
    """Municipalities by the row they stand in: joined as the settings say, and those from outside."""
    towns = [*programme.call.municipalities, OUTSIDE]
    joined = [list(row) for row in programme.report.joined_rows]
    alone = [[town] for town in towns if not any(town in row for row in joined)]
    rows = sorted([*joined, *alone], key=lambda row: min(towns.index(town) for town in row))
    return {join_words([ELSEWHERE_WORD if town == OUTSIDE else town for town in row]): row for row in rows}


ELSEWHERE_WORD = "ārpus novadiem"


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
    tables = {sheet.name: sheet for sheet in list_tables(figures, programme)}
    return [*_answer(figures, programme, charts, tables), *_compose(figures, programme, charts, tables)]


def _answer(
    figures: Figures, programme: Programme, charts: Mapping[str, Chart], tables: Mapping[str, TableSheet]
) -> Iterator[tuple[Any, ...]]:
    """The first page: promised, delivered, for whom, what changed, what differs and what follows."""
    yield ("text", summary.describe_promise(figures, programme))
    yield ("cards", summary.list_cards(figures, programme))
    if "raditaji" in charts:
        yield ("heading", _name_part("indicators", programme))
        yield ("small", TEXTS["report"]["words"]["bars"])
        yield ("chart", charts["raditaji"])
    if len(figures.tasks) <= ROWS_ON_FIRST:
        yield from _show_tasks(tables["Darbi"], figures, programme)
    yield ("heading", _name_part("deviations", programme))
    yield from (("item", sentence) for sentence in summary.list_differences(figures))
    yield from (("text", text) for part, text in figures.texts if part == "next")
    yield ("small", summary.describe_whom(figures, programme))


ROWS_ON_FIRST = 16  # of communities; more begin a page of their own


def _show_tasks(sheet: TableSheet, figures: Figures, programme: Programme) -> Iterator[tuple[Any, ...]]:
    words = TEXTS["report"]["words"]
    yield ("heading", _name_part("tasks", programme))
    yield ("small", f"{words['marks']} {summary.describe_told(figures)}".strip())
    if len(sheet.table):
        yield ("plain table", sheet.table.drop(columns=["done", "ahead", "late_tasks"]))


def _name_part(code: str, programme: Programme) -> str:
    """Heading of a part: the contract's own where the settings give one."""
    usual: dict[str, str] = TEXTS["report"]["headings"]
    return programme.report.headings.get(code, usual[code])


def _compose(
    figures: Figures, programme: Programme, charts: Mapping[str, Chart], tables: Mapping[str, TableSheet]
) -> Iterator[tuple[Any, ...]]:
    yield ("contents",)
    yield ("heading", _name_part("project", programme))
    yield ("facts", list_facts(figures, programme))
    yield from _write_own(figures, programme, "introduction", "activities", "target_group")
    if len(figures.tasks) > ROWS_ON_FIRST:
        yield from _show_tasks(tables["Darbi"], figures, programme)
    yield ("heading", _name_part("results", programme))
    yield from (("text", sentence) for sentence in describe_missing(figures))
    if len(tables["Rādītāji"].table):
        yield ("small", tables["Rādītāji"].note)
        yield ("table", tables["Rādītāji"].title, print_indicators(tables["Rādītāji"].table))
    yield from _tell_outcomes(figures, programme, charts, tables)
    yield ("heading", _name_part("course", programme))
    yield ("chart", charts["vietas"])
    yield from _show(tables["Konsultāciju skaits"])
    for year, row in figures.ledger.set_index("year").iterrows():
        yield (
            "item",
            f"{year}. gads. " + describe_year(str(year), {str(use): int(count) for use, count in row.items()}, figures),
        )
    yield from (("text", sentence) for sentence in describe_permissions(programme, figures.stamp.as_of))
    yield ("chart", charts["gaita"])
    if shown := [name for name in SECTIONS if name in tables]:
        yield ("heading", _name_part("supported", programme))
        for name in shown:
            yield from _show(tables[name])
    if "temas" in charts:
        yield ("chart", charts["temas"])
    if "Pieteikumi" in tables:
        yield ("heading", _name_part("applicants", programme))
        yield from _show(tables["Pieteikumi"])
    if len(figures.deviations):
        yield ("heading", _name_part("reasons", programme))
        yield from _show(tables["Novirzes"])
    yield from _write_own(figures, programme, "partner", "publicity", "lessons", "sustainability", "equal_access")
    yield ("heading", _name_part("method", programme))
    yield from (("item", sentence) for sentence in describe_method(figures, programme))
    if "Konsultācijas" in tables:
        yield ("heading", _name_part("annex", programme))
        yield from _show(tables["Konsultācijas"])
    yield ("facts", summary.list_signature(programme))


def _write_own(figures: Figures, programme: Programme, *parts: str) -> Iterator[tuple[Any, ...]]:
    """What the coordinator wrote herself, as written, under the heading of each part."""
    for part in parts:
        if texts := [text for code, text in figures.texts if code == part]:
            yield ("heading", _name_part(part, programme))
            yield from (("text", text) for text in texts)


def _tell_outcomes(
    figures: Figures, programme: Programme, charts: Mapping[str, Chart], tables: Mapping[str, TableSheet]
) -> Iterator[tuple[Any, ...]]:
    """What changed: who answered, what they answered, ratings, results and examples."""
    yield ("heading", _name_part("outcomes", programme))
    yield from (("text", sentence) for sentence in summary.describe_answers(figures))
    if "parmainas" in charts:
        yield ("chart", charts["parmainas"])
    if figures.quotes:
        yield ("text", TEXTS["report"]["words"]["quotes"])
        yield from (("item", f"«{text}»") for text in figures.quotes)
    for name in ("Rezultāti", "Piemēri"):
        if name in tables:
            yield from _show(tables[name])


def _show(sheet: TableSheet) -> Iterator[tuple[Any, ...]]:
    if sheet.note:
        yield ("small", sheet.note)
    yield ("table", sheet.title, sheet.table)


def list_facts(figures: Figures, programme: Programme) -> list[tuple[str, str]]:
    """Project data as label and value."""
    project, period = programme.project, figures.period
    return [
        ("Projekts", project.title),
        ("Numurs", project.number),
        ("Projekta īstenošanas periods", f"{show_date(project.starts)}–{show_date(project.ends)}"),
        ("Projekta īstenotāji", join_words(project.implementers) if project.implementers else "–"),
        ("Finansējums", project.funding_sentence),
        ("Atbildība", project.responsibility),
        ("Pārskata periods", f"{show_date(period.starts)}–{show_date(period.ends)}"),
        ("Datu diena", show_date(figures.stamp.as_of)),
    ]


def describe_missing(figures: Figures) -> list[str]:
    """Which targets of each year are reached and what the others lack, in sentences."""
    lines = [f"{describe_targets(figures.indicators)}."]
    lacking = figures.indicators[figures.indicators["missing"].gt(0) & figures.indicators["year"].ne(TOTAL)]
    for year, rows in lacking.groupby("year"):
        told = zip(rows["indicator"], rows["missing"], strict=True)
        lines.append(f"{year}. gadā vēl trūkst: {'; '.join(f'{name} – {show_number(lack)}' for name, lack in told)}.")
    return lines


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
    reason = programme.report.exception_reason
    exception = [TEXTS["report"]["words"]["exception"].format(reason=reason)] if reason else []
    return [*(sentence.format(**words) for sentence in TEXTS["report"]["method"]), *exception]


def list_texts(figures: Figures, programme: Programme, charts: Mapping[str, Chart] | None = None) -> list[str]:
    """Every text of the report, alternative texts of charts included; ``charts`` where they are drawn already."""
    charts = charts or {name: describe_chart(ax) for name, ax in draw_funder_charts(figures, programme).items()}
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
        "kopsavilkums": summary.summarise(figures, programme),
        "trukst": describe_missing(figures),
        "novirzes": " ".join(summary.list_differences(figures)),
        "metode": describe_method(figures, programme),
        "tabulas": {name: {"virsraksti": table.headings, "rindas": table.rows} for name, table in shown.items()},
    }
