"""The funder's report: what it says, in which order, from :class:`figures.Figures` and the programme file alone.

One list of parts becomes the document and the PDF, and the tables in it are those of the workbook, so that no figure
can differ between them. A funder's own template takes the document's place: its fields are filled with the same texts,
tables and charts, as text that stays text; a field nobody knows is refused.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from mentoring_lib.base.columns import CHOICES, NOVELTY_GROUPS, USES
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.programme import OUTSIDE, Programme
from mentoring_lib.base.stamp import TOTAL
from mentoring_lib.base.texts import join_words, plural, show_date, show_hours, show_number
from mentoring_lib.documents import report_summary as summary
from mentoring_lib.documents.wording import TEXTS
from mentoring_lib.funder import disclosure
from mentoring_lib.funder.disclosure import HIDDEN
from mentoring_lib.funder.figures import Figures, count_supported, describe_permissions, describe_uses, list_towns
from mentoring_lib.render import funder_charts, pdf
from mentoring_lib.render.charts import Chart, describe_chart, draw_charts, list_pictures
from mentoring_lib.render.docx import make_document
from mentoring_lib.render.tables import show
from mentoring_lib.render.xlsx import TARGET, TableSheet, make_workbook
from mentoring_lib.themes.exploring import count_themes, label_themes


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
        The funder's own DOCX; filled instead of the document (see :func:`template.fill`).
    charts : mapping of str to Chart, optional
        Where they are drawn already (see :func:`draw`).

    Raises
    ------
    Refused
        With every tag of the template that cannot be filled.
    """
    title, charts = summary.make_headline(figures, programme), charts or draw(figures, programme)
    tables, parts = list_tables(figures, programme), make_parts(figures, programme, charts)
    above = summary.describe_kind(figures, programme)
    if template is None:
        document = make_document(title, figures.stamp, [("small", above), ("title",), *parts], "report", logos=logos)
    else:
        document, problems = fill_template(template, list_fields(figures, programme, charts, logos or {}))
        if problems:
            raise Refused(problems)
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
    return [
        *figures.stamp.lines()[: 1 if figures.stamp.example else 0],
        ("Pārskats", summary.describe_kind(figures, programme)),
        ("Apsolīts un sniegts", summary.describe_promise(figures, programme)),
        ("Skaitļos", "; ".join(summary.tell_cards(figures, programme))),
        ("Kas atšķīrās", " ".join(summary.list_differences(figures))),
        ("Kas sekos", " ".join(text for part, text in figures.texts if part == "next") or "–"),
        ("Kam", summary.describe_whom(figures, programme).removeprefix("Kam: ")),
        ("Finansējums", programme.project.funding_sentence),
        ("Atbildība", programme.project.responsibility),
    ]


def draw(figures: Figures, programme: Programme) -> dict[str, Chart]:
    """The funder's charts, finished, by file name."""
    return draw_charts(funder_charts.draw_all(figures, programme))


def list_tables(figures: Figures, programme: Programme) -> list[TableSheet]:
    """The report's tables, one a sheet, as far as what they tell is public; every total closes by construction."""
    held, years = figures.consultations, figures.years
    towns = list_towns(figures, programme)
    names = {code: programme.short_theme(code) for code in programme.themes}
    measured = spread_years(figures.indicators, programme)
    sheets = [
        _make_sheet("Rādītāji", measured, _list_years(figures.indicators)),
        _make_sheet("Darbi", show_tasks(figures)),
        _make_sheet("Konsultāciju skaits", _close(figures.ledger), tuple(USES)),
    ]
    if "municipality" in held:
        applied = count_applicants(figures, programme)
        joined, small = bool(programme.report.joined_rows), HIDDEN in set(applied["count"])
        sheets.append(_make_sheet("Pieteikumi", applied, joined=joined, hidden=small))
    for name, by, categories in (("Novadi", "municipality", towns), ("Veidi", "mode", ("in_person", "online"))):
        if by in held:
            sheets.append(_make_sheet(name, count_supported(held, by, categories, years), (TOTAL,)))
    if {"themes", "municipality"} <= set(held):
        confirmed = held.rename(columns={"themes": "confirmed_themes"})
        asked = count_themes(confirmed, "municipality", towns, programme.themes)
        asked = asked.rename(index=names).rename_axis(index="theme", columns=None).reset_index()
        sheets.append(_make_sheet("Tēmas", asked, towns))
    sheets += [
        _make_sheet("Norise", figures.course, ("held", "planned")),
        _make_sheet("Saņemtais", figures.received),
        _make_sheet("Aptaujas", figures.asked),
    ]
    optional = (
        ("Atbildes", figures.answers),
        ("Vērtējumi", figures.ratings.rename(columns=MEDIANS)),
        ("Rezultāti", figures.results),
        ("Piemēri", figures.examples),
    )
    sheets += [_make_sheet(name, table) for name, table in optional if len(table)]
    sheets.append(_make_sheet("Novirzes", _show_deviations(figures)))
    if len(held.columns):
        named = held.assign(themes=label_themes(held["themes"], names)) if "themes" in held else held
        sheets.append(_make_sheet("Konsultācijas", named, agreed="community" in held))
    return sheets


MEDIANS = {"then": "median_then", "now": "median_now"}


def spread_years(indicators: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """Indicators a row each, those without a target last: result and target by year and in total, what proves it.

    One year has no total.
    """
    years = _list_years(indicators)
    shown = [*years, *([TOTAL] if len(years) != 1 else [])]
    named = indicators[["indicator", "unit"]].drop_duplicates()
    aimed = named["indicator"].isin(indicators.loc[indicators["target"].notna(), "indicator"])
    table = pd.concat([named[aimed], named[~aimed]], ignore_index=True)
    told = indicators.assign(result=[HIDDEN if pd.isna(one) else round(one, 2) for one in indicators["result"]])
    wide = told.pivot(index="indicator", columns="year", values=["result", "target"]).reindex(table["indicator"])
    for year in shown:
        for what, end in (("result", ""), ("target", TARGET)):
            table[f"{year}{end}"] = list(wide.get((what, year), ()))
    proofs = {one.name: one.evidence for one in programme.indicators}
    return table.assign(proof=table["indicator"].map(proofs).astype("str")) if any(proofs.values()) else table


def _list_years(indicators: pd.DataFrame) -> list[str]:
    return sorted({*indicators["year"]} - {TOTAL})


RARE = ("carried_in", "carried_out", "held_incomplete", "lost")


def print_ledger(table: pd.DataFrame) -> pd.DataFrame:
    """The ledger for a page: of what seldom happens only what did."""
    return table.drop(columns=[name for name in RARE if not table[name].any()])


def print_tasks(table: pd.DataFrame) -> pd.DataFrame:
    """Signs instead of counts."""
    return table.drop(columns=["done", "ahead", "late_tasks"])


def print_indicators(table: pd.DataFrame) -> pd.DataFrame:
    """The same with «10, mērķis 6» in one cell, for a page."""
    years = [name.removesuffix(TARGET) for name in table.columns if str(name).endswith(TARGET)]
    names = list(map(funder_charts.name_indicator, table["indicator"], table["unit"]))
    shown = table.drop(columns=["unit", *(f"{year}{TARGET}" for year in years)]).assign(indicator=names)
    for year in years:
        cells = zip(table[year], table[f"{year}{TARGET}"], strict=True)
        shown[year] = [
            "–" if pd.isna(result) else funder_charts.show_against(result, target) for result, target in cells
        ]
    return shown


def show_tasks(figures: Figures) -> pd.DataFrame:
    """What communities did with the hour, with a sign a task; who is not named stands in one row."""
    told, silent = figures.tasks, TEXTS["report"]["words"]["silent"]
    signs = funder_charts.GLYPHS.items()
    marks = ["".join(sign * row[state] for state, sign in signs) for row in told.to_dict("records")]
    names = list(map(funder_charts.name_row, told["community"], told["communities"]))
    table = told.assign(community=names, marks=marks, told=told["sentence"].replace("", silent))
    table = table.rename(columns={"open": "ahead", "overdue": "late_tasks"})
    return table[["year", "community", "marks", "done", "ahead", "late_tasks", "told"]]


def _make_sheet(name: str, table: pd.DataFrame, series: Sequence[str] = (), **said: bool) -> TableSheet:
    """A table with its title and note, and further sentences where they hold; columns to draw as a chart."""
    texts = TEXTS["report"]["sheets"][name]
    notes = [texts.get("note", ""), *(texts[word] for word, holds in said.items() if holds)]
    return TableSheet(name, texts["title"], table, " ".join(filter(None, notes)), series)


def count_applicants(figures: Figures, programme: Programme) -> pd.DataFrame:
    """All applications by municipality, then by novelty; small counts hidden (see :func:`disclosure.find_hidden`).

    Two margins and no cross, which would hide most; municipalities that the settings join are one row, in every report
    alike. Supported communities are public by municipality, and by novelty too where an indicator counts the new ones:
    those who were not supported must not be the difference. A written reason in the settings shows every count.
    """
    table = figures.applications.replace({"municipality": {"": OUTSIDE}})
    groups = group_towns(programme)
    label = {town: name for name, towns in groups.items() for town in towns}
    kinds = {code: word.capitalize() for code, word in NOVELTY_GROUPS.items()}
    counted = any(one.formula == "new_communities" for one in programme.indicators)
    rows: dict[str, Any] = {}
    for names, order, public in (
        (table["municipality"].map(label), [*groups], True),
        (table["novelty"].map(kinds), [*kinds.values()], counted),
    ):
        counts, known = (
            part["count"].groupby(names).sum().reindex(order, fill_value=0).tolist()
            for part in (table, table[table["supported"] & public])
        )
        hidden = [hide and not programme.report.exception_reason for hide in disclosure.find_hidden(counts, known)]
        rows |= {name: HIDDEN if hide else count for name, count, hide in zip(order, counts, hidden, strict=True)}
    total = int(table["count"].sum())
    small = disclosure.is_small(total) and not programme.report.exception_reason
    rows[TOTAL] = HIDDEN if small else total
    return pd.DataFrame({"applicant": rows.keys(), "count": pd.Series(rows.values(), dtype="object")})


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
    table, words = figures.deviations, TEXTS["report"]["followed"]
    told = zip(table["event"], table["then"], strict=True)
    then = [words["nothing"] if pd.isna(day) else f"{words[event]} {show_date(day)}" for event, day in told]
    table = table.assign(then=pd.Series(then, table.index, dtype="str"))
    return table if table["why"].ne("").any() else table.drop(columns="why")


ROWS_ON_FIRST = 14  # of communities; more begin a page of their own
Parts = list[tuple[Any, ...]]


def make_parts(figures: Figures, programme: Programme, charts: Mapping[str, Chart]) -> Parts:
    """The report in order, as :func:`docx.make_document` and :func:`pdf.make_pdf` take it."""
    sheets = {sheet.name: sheet for sheet in list_tables(figures, programme)}
    printed = {"Rādītāji": print_indicators, "Konsultāciju skaits": print_ledger, "Darbi": print_tasks}
    sheets |= {name: replace(sheets[name], table=change(sheets[name].table)) for name, change in printed.items()}
    outline = _Outline(figures, programme, charts, sheets)
    return [*outline.answer(), *outline.explain()]


@dataclass(frozen=True)
class _Outline:
    """What the report says, part by part; a part without content has no heading."""

    figures: Figures
    programme: Programme
    charts: Mapping[str, Chart]
    sheets: Mapping[str, TableSheet]

    def answer(self) -> Parts:
        """The first page: promised, delivered, for whom, what changed, what differs and what follows."""
        figures, programme = self.figures, self.programme
        bars = [("small", summary.describe_bars(figures, programme)), *self.draw("raditaji")]
        targets = funder_charts.describe_targets(figures.indicators, whole=figures.covers(programme))
        return [
            ("text", summary.describe_promise(figures, programme)),
            ("cards", summary.list_cards(figures, programme)),
            ("small", summary.describe_whom(figures, programme)),
            *self.part("indicators", bars if "raditaji" in self.charts else _list("text", [f"{targets}."])),
            *self.show_tasks(first=True),
            *self.part("deviations", _list("item", summary.list_differences(figures)), self.written("next")),
        ]

    def explain(self) -> Parts:
        """Everything else, in the order of a contract's form."""
        figures, programme, day = self.figures, self.programme, self.figures.stamp.as_of
        quotes = _list("text", [TEXTS["report"]["words"]["quotes"]]) + _list("item", map("«{}»".format, figures.quotes))
        return [
            ("contents",),
            *self.part("project", [("facts", list_facts(figures, programme))]),
            *self.own("introduction", "activities", "target_group"),
            *self.show_tasks(first=False),
            *self.part(
                "results",
                _list("text", describe_missing(figures, programme)),
                self.show("Rādītāji") if len(figures.indicators) else [],
            ),
            *self.part(
                "outcomes",
                _list("text", summary.describe_answers(figures)),
                self.draw("parmainas"),
                quotes if figures.quotes else [],
                self.show("Rezultāti", "Piemēri"),
            ),
            *self.part(
                "course",
                self.draw("vietas"),
                self.show("Konsultāciju skaits"),
                _list("item", describe_years(figures, programme)),
                _list("text", describe_permissions(programme, day)),
                self.draw("gaita"),
            ),
            *self.part("supported", self.show("Novadi", "Veidi"), self.draw("temas")),
            *self.part("applicants", self.show("Pieteikumi")),
            *self.part("reasons", self.show("Novirzes") if len(figures.deviations) else []),
            *self.own("partner", "publicity", "lessons", "sustainability", "equal_access"),
            *self.part("method", _list("item", describe_method(figures, programme))),
            *self.part("annex", self.show("Konsultācijas")),
            ("facts", summary.list_signature(programme)),
        ]

    def part(self, code: str, *contents: Parts) -> Parts:
        """A part under its heading: the contract's own where the settings give one."""
        headings = TEXTS["report"]["headings"] | self.programme.report.headings
        whole = [one for parts in contents for one in parts]
        return [("heading", headings[code]), *whole] if whole else []

    def show_tasks(self, *, first: bool) -> Parts:
        """What communities did with the hour, on the first page or after it."""
        table, words = self.sheets["Darbi"].table, TEXTS["report"]["words"]
        if first != (len(table) <= ROWS_ON_FIRST):
            return []
        told = [("small", f"{words['marks']} {summary.describe_told(self.figures)}"), ("plain table", table)]
        return self.part("tasks", told if len(table) else [("text", words["none_held"])])

    def own(self, *codes: str) -> Parts:
        """What the coordinator wrote herself, under the heading of each part."""
        return [one for code in codes for one in self.part(code, self.written(code))]

    def written(self, code: str) -> Parts:
        """What she wrote of one part, as written."""
        return _list("text", (text for part, text in self.figures.texts if part == code))

    def draw(self, name: str) -> Parts:
        """A chart, if there is one."""
        return [("chart", self.charts[name])] if name in self.charts else []

    def show(self, *names: str) -> Parts:
        """Tables that there are, each after its note; a sentence for one without rows."""
        sheets = [self.sheets[name] for name in names if name in self.sheets]
        empty = ("text", TEXTS["report"]["words"]["none_held"])
        rows = [("table", sheet.title, sheet.table) if len(sheet.table) else empty for sheet in sheets]
        notes = [("small", sheet.note) for sheet in sheets]
        return [part for pair in zip(notes, rows, strict=True) for part in pair if part[1]]


def _list(kind: str, texts: Iterable[str]) -> Parts:
    return [(kind, text) for text in texts]


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


def describe_missing(figures: Figures, programme: Programme) -> list[str]:
    """Which targets of each year are reached and what the others lack, in sentences; of a period alone, by it."""
    whole = figures.covers(programme)
    lines = [f"{funder_charts.describe_targets(figures.indicators, whole=whole)}."]
    lacking = figures.indicators[figures.indicators["missing"].gt(0) & figures.indicators["year"].ne(TOTAL)]
    for year, rows in lacking.groupby("year"):
        names = map(funder_charts.name_indicator, rows["indicator"], rows["unit"])
        told = [f"{name} – {show_number(lack, 2)}" for name, lack in zip(names, rows["missing"], strict=True)]
        over = figures.stamp.as_of > min(date(int(str(year)), 12, 31), programme.project.ends)
        lead = f"{year}. gadā {'trūkst' if over else 'vēl trūkst'}"
        lead = lead if whole else f"Periodā līdz {year}. gada mērķim pietrūkst"
        lines.append(f"{lead}: {'; '.join(told)}.")
    return lines


def describe_years(figures: Figures, programme: Programme) -> list[str]:
    """Each year in a sentence: what was planned, what became of it, what communities received.

    Items done within a part of the project may be of consultations held before it.
    """
    words, whole = TEXTS["report"]["years"], figures.covers(programme)
    over = figures.stamp.as_of > programme.project.ends
    lead, of = ("Konsultāciju", "no tiem ") if whole else ("Periodā konsultāciju", "")
    given = words["given"] | {"tasks": words["done"]["period" if not whole else "over" if over else "running"]}
    received = figures.received.set_index("year").to_dict("index")
    lines = []
    for places in figures.ledger.to_dict("records"):
        year, became = str(places["year"]), join_words(describe_uses(places)) or "–"
        planned = plural(places["planned"], "plānotās konsultācijas", "plānotajām konsultācijām")
        moved = [f"{word} {places[name]}" for name, word in words["moved"].items() if places[name]]
        text = f"{year}. gads. No {planned} {became}." + (f" Konsultācijas {join_words(moved)}." if moved else "")
        if year in received and received[year]["consultations"]:
            got = received[year]
            told = [plural(int(got[name]), *forms) for name, forms in given.items()]
            text += f" {lead} ilgums: {show_hours(got['hours'])}; {told[0]}, {told[1]}, {of}{told[2]}."
        lines.append(text)
    return lines


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
    named = [TEXTS["report"]["words"]["named"]] * ("community" in programme.public)
    return [*(sentence.format(**words) for sentence in TEXTS["report"]["method"]), *named, *exception]


def list_texts(figures: Figures, programme: Programme, charts: Mapping[str, Chart] | None = None) -> list[str]:
    """Every text of the report, alternative texts of charts included; ``charts`` where they are drawn already."""
    charts = charts or {name: describe_chart(ax) for name, ax in funder_charts.draw_all(figures, programme).items()}
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


# Fields of a funder's own template that are text, a list or logos, and what each gives.
FIELDS: dict[str, str] = TEXTS["report"]["fields"]


def fill_template(template: bytes, fields: Mapping[str, Any]) -> tuple[bytes, list[Problem]]:
    """Fill the funder's own document (see :func:`template.fill`); a problem too if it cannot be read."""
    from mentoring_lib.documents.template import fill  # noqa: PLC0415 - few programmes have a template

    try:
        return fill(template, fields)
    except Exception as error:  # a template may be anything, no Word file at all
        return b"", [Problem("template_broken", details=str(error))]


def list_fields(
    figures: Figures, programme: Programme, charts: Mapping[str, Chart], logos: Mapping[str, bytes]
) -> dict[str, Any]:
    """Value of each field: :data:`FIELDS`, what she wrote herself, tables, each figure in one, charts."""
    from mentoring_lib.documents.template import name_field  # noqa: PLC0415

    texts = [
        *(value for _, value in list_facts(figures, programme)),
        dict(figures.stamp.lines()).get("Dati", ""),
        summary.make_headline(figures, programme),
        summary.describe_kind(figures, programme),
        summary.describe_promise(figures, programme),
        summary.describe_whom(figures, programme),
        summary.describe_received(figures),
        summary.describe_told(figures),
        show_hours(float(figures.received["hours"].iloc[-1])),
        summary.list_signature(programme)[0][1],
        summary.tell_cards(figures, programme),
        summary.summarise(figures, programme),
        describe_missing(figures, programme),
        summary.list_differences(figures),
        describe_years(figures, programme),
        summary.describe_answers(figures),
        list(figures.quotes),
        describe_method(figures, programme),
        logos,
    ]
    fields: dict[str, Any] = dict(zip(FIELDS, texts, strict=True))
    for part, label in CHOICES["part"].items():
        fields[name_field(label)] = [text for code, text in figures.texts if code == part]
    for sheet in list_tables(figures, programme):
        fields[name_field("tabula", sheet.name)] = sheet.table
        shown = show(sheet.table, caption="")
        if len({row[0] for row in shown.rows}) == len(shown.rows):
            cells = ((row[0], *cell) for row in shown.rows for cell in zip(shown.headings[1:], row[1:], strict=True))
            fields |= {name_field(sheet.name, row, head): text for row, head, text in cells}
    return fields | {name_field("attels", name): chart for name, chart in charts.items()}
