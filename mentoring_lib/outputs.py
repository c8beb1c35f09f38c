"""What is made for whom: the coordinator's internal workbook and the funder's report, from one set of results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mentoring_lib import agreement, cues, handover, invitations, letters, plotting, reporting, sensitivity, themes
from mentoring_lib.columns import ANCHORS
from mentoring_lib.errors import Problem, Refused, problem_table
from mentoring_lib.export import TableSheet, draw_charts, make_document, make_workbook
from mentoring_lib.privacy import find_personal_data, find_traces, list_own_words, read_texts
from mentoring_lib.programme import Programme
from mentoring_lib.reporting import Figures
from mentoring_lib.tables import HEADINGS, WORDS
from mentoring_lib.workflow import Inputs, Results

INTERNAL, FUNDER = "ieksejie", "finansetajam"
DECISIONS = [
    "rank",
    "application_id",
    "community",
    "municipality",
    "state",
    "novelty",
    "clarity",
    "tier",
    "outcome",
    "place_year",
    "waiting",
    "reason",
]


PLACES_NOTE = (
    "Plānotas + pārnestas no cita gada − pārnestas uz citu gadu = "
    "sniegtas + notikušas bez pierādījumiem + norunātas + atvērtas + zaudētas."
)
NAMES_NOTE = "Kopienas nosaukums norādīts tikai tad, ja kopiena tam piekritusi."
THEMES_NOTE = "Cilvēka apstiprinātas tēmas; konsultācija ar divām tēmām skaitīta abās."
USES = ("delivered", "held_incomplete", "booked", "open", "lost")


def make_selection_workbook(inputs: Inputs, results: Results) -> bytes:
    """Make ``atlase.xlsx``: every decision with its reason, marks, waiting list, lot, and what is still open."""
    decided, programme = results.decided, inputs.programme
    waiting = decided[decided["waiting"].notna()].sort_values("waiting")
    note = "Galīgs iznākums." if results.final else "PROVIZORISKI: skatiet lapu «Jāizlemj»."
    rule = reporting.describe_rule(programme)
    marks = results.anchors[["application_id", "anchor", "given", "gap", "agreed"]]
    lists = ["waiting", "application_id", "community", "state", "reason"]
    found = ["severity", "file", "sheet", "row", "column", "message", "advice"]
    sheets = [
        TableSheet("Lēmumi", "Lēmums par katru pieteikumu", decided[DECISIONS], f"{note} Kārtula: {rule}."),
        TableSheet("Atzīmes", "Vērtētāju atzīmes", marks, "Vērtētāji alfabēta secībā; «–» nozīmē, ka atzīmes nav."),
        TableSheet("Gaidīšanas saraksts", "Kas gaida vietu un kādā secībā", waiting[lists]),
        _lottery_sheet(inputs, results),
        *_sensitivity_sheets(inputs, results),
        *_marker_sheets(results),
        TableSheet(
            "Pazīmes",
            "Kādi vārdi tekstos var liecināt par kritērijiem",
            cues.list_cues(results.decided),
            "Tikai pārskatam: pazīmes neko neizlemj, tās nav atzīmes un kārtulā netiek izmantotas.",
        ),
        TableSheet(
            "Jāizlemj",
            "Kas vēl jāizlemj līdz galīgam iznākumam",
            problem_table(results.blockers)[["message", "advice"]],
        ),
        TableSheet("Jautājumi", "Ko programma pamanīja datnēs", problem_table(results.problems)[found]),
    ]
    return make_workbook(f"Atlase: {programme.call.title}", results.stamp, sheets)


def _lottery_sheet(inputs: Inputs, results: Results) -> TableSheet:
    lot, frozen = inputs.programme.lottery, inputs.frozen
    ranked = results.decided[results.decided["rank_from"].notna()]
    drawn = f"skaitlis {lot.seed}" if lot.seed else "skaitlis vēl nav zināms"
    checksum = frozen.sha256 if frozen else "saraksts vēl nav iesaldēts"
    note = (
        f"Avots: {lot.source}; {drawn}; liecinieki: {', '.join(lot.witnesses) or '–'}; saraksta SHA-256: {checksum}. "
        f"Biļete = SHA-256 no teksta skaitlis|{inputs.programme.call.code}|pieteikums; mazākā uzvar."
    )
    columns = ["rank", "application_id", "tier", "group", "points", "rank_from", "rank_to", "ticket"]
    return TableSheet("Izloze", "Izlozes biļetes", ranked[columns], note)


def examine(results: Results, inputs: Inputs) -> pd.DataFrame:
    """Share of variants with a place, by application and family, with the stated seed of the shaken marks."""
    chance = np.random.PCG64(sensitivity.SEED)
    return sensitivity.examine(results.decided, results.marks, results.anchors, inputs.programme, chance)


def _sensitivity_sheets(inputs: Inputs, results: Results) -> list[TableSheet]:
    programme = inputs.programme
    examined = examine(results, inputs)
    compared = sensitivity.compare_readings(results.decided, inputs.sheets["Lēmumi"], programme)
    favours = " ".join(f"{row.favours}" for row in sensitivity.say_readings(compared, programme).itertuples())
    runs = (
        f"Daļa variantu, kuros ir vieta. {sensitivity.summarise_firmness(examined)} Droši iekšā: vismaz 90 % katrā "
        f"saimē; droši ārā: ne vairāk kā 10 %. Atzīmes ±1: {sensitivity.LOTS} variantu, sākumskaitlis "
        f"{sensitivity.SEED} (PCG64); citas izlozes: skaitļi no 1 līdz {sensitivity.LOTS}, papildināti ar nullēm līdz "
        "20 cipariem. Iznākumu tas nemaina."
    )
    weights = "Lasījumā «punkti»: kādai piemaksai jaunai kopienai būtu vieta (precīzi intervāli no 0 līdz 12)."
    return [
        TableSheet("Lasījumi", "Kam būtu vieta četros prioritāšu lasījumos", compared, favours),
        TableSheet("Jutīgums", "Cik drošs ir iznākums", examined, runs),
        TableSheet(
            "Svars", "Jaunuma svars un vietas", sensitivity.show_weight_intervals(results.decided, programme), weights
        ),
    ]


def _marker_sheets(results: Results) -> list[TableSheet]:
    means = agreement.describe_markers(results.marks).rename(columns=ANCHORS)
    note = f"{agreement.say_agreement(results.marks)} Kapa: lineāri svērta, ar 95 % intervālu; neko neizlemj."
    return [
        TableSheet("Saskaņa", "Vērtētāju saskaņa pa kritērijiem", agreement.measure_kappa(results.marks), note),
        TableSheet("Vērtētāji", "Katra vērtētāja vidējās atzīmes", means, "Vidējais no 3 punktiem; skaidrība no 12."),
    ]


def make_letter_files(inputs: Inputs, results: Results) -> dict[str, bytes]:
    """Every applicant's letter by path; none while the result is provisional."""
    if not results.final:
        return {}
    made = letters.make_letters(results.decided, results.anchors, inputs.applications, inputs.programme, results.stamp)
    return {f"{letters.FOLDER}/{name}": content for name, content in made.items()}


def draw_funder_charts(figures: Figures, programme: Programme) -> dict[str, Axes]:
    """The funder's charts by file name, each signed with its source."""
    charts = {
        "raditaji": plotting.plot_indicators(figures.indicators),
        "vietas": plotting.plot_ledger(figures.ledger.set_index("year")),
        "gaita": plotting.plot_course(figures.course, programme),
    }
    if {"themes", "municipality"} <= set(figures.consultations):
        charts["temas"] = plotting.plot_themes(_count_asked(figures, programme), programme.themes, figures.unconfirmed)
    return {name: plotting.sign(ax, figures.stamp.short()) for name, ax in charts.items()}


def _count_asked(figures: Figures, programme: Programme) -> pd.DataFrame:
    table = figures.consultations.rename(columns={"themes": "confirmed_themes"})
    return themes.count_themes(table, "municipality", programme.call.municipalities, programme.themes)


def draw_pictures(inputs: Inputs, results: Results) -> dict[str, bytes]:
    """The README's pictures, as SVG by file name."""
    ranking = plotting.sign(plotting.plot_ranking(results.decided, inputs.programme), results.stamp.short())
    firm = plotting.sign(plotting.plot_firmness(examine(results, inputs)), results.stamp.short())
    charts = {"atlase": ranking, "jutigums": firm, **draw_funder_charts(results.figures, inputs.programme)}
    return {name: picture for name, picture in draw_charts(charts).items() if name.endswith(".svg")}


def make_funder_files(
    figures: Figures, programme: Programme, logos: Mapping[str, bytes] | None = None
) -> dict[str, bytes]:
    """Make everything for the funder: workbook, document and charts, from figures that hold no personal data."""
    charts = draw_funder_charts(figures, programme)
    tables = funder_tables(figures, programme)
    title = f"Pārskats: {programme.project.title}"
    parts = list(_report_parts(figures, tables, charts))
    return {
        "atskaite.xlsx": make_workbook(title, figures.stamp, tables),
        "atskaite.docx": make_document(title, figures.stamp, parts, logos=logos),
        **draw_charts(charts),
    }


def make_report(inputs: Inputs, results: Results) -> dict[str, bytes]:
    """Make everything for the funder, and look through it for personal data all the same.

    Raises
    ------
    Refused
        See :func:`refuse_personal_data`.
    """
    files = make_funder_files(results.figures, inputs.programme, inputs.logos)
    refuse_personal_data(files, inputs, results)
    return files


def make_delivery_files(inputs: Inputs, results: Results) -> dict[str, bytes]:
    """Make what goes to communities: recommendations and tasks after each hour, and calendar invitations."""
    applications = inputs.applications
    documents = handover.make_recommendation_documents(results.used, applications, inputs.sheets, results.stamp)
    invited = invitations.make_invitations(results.appointments, applications, inputs.programme)
    return {f"{handover.FOLDER}/{name}": made for name, made in documents.items()} | {
        f"{invitations.FOLDER}/{name}": made for name, made in invited.items()
    }


def refuse_personal_data(files: Mapping[str, bytes], inputs: Inputs, results: Results) -> None:
    """Stop if files for the funder hold anything personal, or the name of a community that may not be named.

    Raises
    ------
    Refused
        Naming where each find comes from, never what it is (see :mod:`privacy`).
    """
    named = [name for name in results.figures.consultations.get("community", ()) if name]
    own = list_own_texts(results.figures, inputs.programme)
    texts = list(read_texts(files))
    found = find_personal_data(texts, inputs.applications, named, own)
    found += find_traces(texts, inputs.applications, inputs.sheets, inputs.marks, inputs.programme, own)
    if found:
        raise Refused([Problem("personal_data", details="; ".join(found))])


def list_own_texts(figures: Figures, programme: Programme) -> list[str]:
    """What the funder's files say whoever applied: facts, labels, sentences, and the words of an empty report."""
    nobody = replace(figures, consultations=figures.consultations.iloc[:0], deviations=figures.deviations.iloc[:0])
    empty = [replace(table, table=table.table.iloc[:0]) for table in funder_tables(nobody, programme)]
    words = [word for choice in WORDS.values() for word in choice.values()]
    parts = [("text", text) for text in reporting.summarise(nobody)]
    files = {"x.xlsx": make_workbook("", figures.stamp, empty), "x.docx": make_document("", figures.stamp, parts)}
    return [*list_own_words(programme), *HEADINGS.values(), *words, *read_texts(files)]


def funder_tables(figures: Figures, programme: Programme) -> list[TableSheet]:
    """The tables of the funder's report that may leave the house, one a sheet; every total closes by construction."""
    held, years, towns = figures.consultations, figures.years, programme.call.municipalities
    by_year = tuple(map(str, years)) if "year" in held else (reporting.TOTAL,)
    ledger = figures.ledger.astype({"year": "str"})
    total = ledger.drop(columns="year").sum().to_frame().T.assign(year=reporting.TOTAL)
    places = pd.concat([ledger, total])[ledger.columns]
    tables = [
        TableSheet("Rādītāji", "Rezultāti pret mērķiem", figures.indicators),
        TableSheet("Vietas", "Konsultāciju vietas pa gadiem", places, PLACES_NOTE, ("year", USES)),
    ]
    if "municipality" in held:
        counted = reporting.count_supported(held, "municipality", towns, years)
        chart = ("municipality", by_year)
        tables.append(TableSheet("Novadi", "Sniegtās konsultācijas pa novadiem", counted, chart=chart))
    if "mode" in held:
        counted = reporting.count_supported(held, "mode", ["in_person", "online"], years)
        tables.append(TableSheet("Veidi", "Sniegtās konsultācijas pa veidiem", counted, chart=("mode", by_year)))
    if {"themes", "municipality"} <= set(held):
        asked = _count_asked(figures, programme).rename(index=programme.themes)
        asked = asked.rename_axis(index="theme", columns=None).reset_index()
        tables.append(
            TableSheet("Tēmas", "Sniegto konsultāciju tēmas pa novadiem", asked, THEMES_NOTE, ("theme", tuple(towns)))
        )
    if len(held.columns):
        named = held.assign(themes=themes.label_themes(held["themes"], programme.themes)) if "themes" in held else held
        note = NAMES_NOTE if "community" in held else ""
        tables.append(TableSheet("Konsultācijas", "Sniegtās konsultācijas", named, note))
    return tables


def _report_parts(
    figures: Figures, tables: list[TableSheet], charts: Mapping[str, Axes]
) -> Iterator[tuple[object, ...]]:
    pictures = {"Rādītāji": ["raditaji"], "Vietas": ["vietas", "gaita"], "Tēmas": ["temas"]}
    yield ("heading", "Kopsavilkums")
    for sentence in reporting.summarise(figures):
        yield ("text", sentence)
    for table in tables:
        yield ("heading", table.title)
        if table.note:
            yield ("text", table.note)
        yield ("table", table.title, table.table)
        for name in pictures.get(table.name, []):
            yield ("chart", charts[name])


def make_selection_files(inputs: Inputs, results: Results) -> dict[str, bytes]:
    """The coordinator's workbook, by file name."""
    return {"atlase.xlsx": make_selection_workbook(inputs, results)}


STEPS = (
    ("Atlases datne", INTERNAL, make_selection_files),
    ("Vēstules", INTERNAL, make_letter_files),
    ("Ieteikumi un ielūgumi", INTERNAL, make_delivery_files),
    ("Pārskats finansētājam", FUNDER, make_report),
)
"""What a run makes besides the notebooks' pages: words for the progress bar, folder, and function."""
