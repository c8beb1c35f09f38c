"""What is made for whom: the coordinator's internal workbook and the funder's report, from one set of results."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from html import unescape

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mentoring_lib import agreement, cues, handover, invitations, letters, plotting, reporting, sensitivity, themes
from mentoring_lib.columns import ANCHORS
from mentoring_lib.errors import Problem, Refused, problem_table
from mentoring_lib.export import TableSheet, draw_charts, make_document, make_workbook
from mentoring_lib.programme import Programme
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
NEEDED = {"Novadi": {"municipality"}, "Veidi": {"mode"}, "Tēmas": {"themes", "municipality"}}
"""What must be public for a table, or the chart with it, to leave the house."""
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


def draw_funder_charts(inputs: Inputs, results: Results) -> dict[str, Axes]:
    """The funder's charts by file name, each signed with its source."""
    programme, supported = inputs.programme, results.supported
    counted = themes.count_themes(supported, "municipality", programme.call.municipalities, programme.themes)
    charts = {
        "raditaji": plotting.plot_indicators(results.indicators),
        "vietas": plotting.plot_ledger(results.ledger),
        "gaita": plotting.plot_course(results.course, programme),
    }
    if NEEDED["Tēmas"] <= set(programme.public):
        unconfirmed = int(supported["confirmed_themes"].map(len).eq(0).sum())
        charts["temas"] = plotting.plot_themes(counted, programme.themes, unconfirmed)
    return {name: plotting.sign(ax, results.stamp.short()) for name, ax in charts.items()}


def draw_pictures(inputs: Inputs, results: Results) -> dict[str, bytes]:
    """The README's pictures, as SVG by file name."""
    ranking = plotting.sign(plotting.plot_ranking(results.decided, inputs.programme), results.stamp.short())
    firm = plotting.sign(plotting.plot_firmness(examine(results, inputs)), results.stamp.short())
    charts = {"atlase": ranking, "jutigums": firm, **draw_funder_charts(inputs, results)}
    return {name: picture for name, picture in draw_charts(charts).items() if name.endswith(".svg")}


def make_funder_files(inputs: Inputs, results: Results) -> dict[str, bytes]:
    """Make everything for the funder: workbook, document and charts, without personal data.

    Raises
    ------
    Refused
        See :func:`refuse_personal_data`.
    """
    charts = draw_funder_charts(inputs, results)
    tables = select_public(funder_tables(inputs, results), inputs.programme)
    title = f"Pārskats: {inputs.programme.project.title}"
    parts = list(_report_parts(inputs, results, tables, charts))
    files = {
        "atskaite.xlsx": make_workbook(title, results.stamp, tables),
        "atskaite.docx": make_document(title, results.stamp, parts, logos=inputs.logos),
        **draw_charts(charts),
    }
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
    """Stop if files for the funder hold a personal answer or the name of a community that may not be named.

    Raises
    ------
    Refused
        Naming the column and the application, never the answer.
    """
    named = results.supported.loc[results.supported["community"].ne(""), "community"]
    own = list_own_texts(inputs, results)
    found = reporting.find_personal_data(read_texts(files), inputs.applications, named, own)
    if found:
        raise Refused([Problem("personal_data", details="; ".join(found))])


def list_own_texts(inputs: Inputs, results: Results) -> list[str]:
    """What the funder's files say whoever applied: facts, labels, sentences, and the words of an empty report."""
    tables = select_public(funder_tables(inputs, results), inputs.programme)
    empty = [replace(table, table=table.table.iloc[:0]) for table in tables]
    words = [word for choice in WORDS.values() for word in choice.values()]
    parts = [
        ("text", text) for text in reporting.summarise(results.ledger, results.supported.iloc[:0], 0, results.stamp)
    ]
    files = {"x.xlsx": make_workbook("", results.stamp, empty), "x.docx": make_document("", results.stamp, parts)}
    return [*reporting.list_own_words(inputs.programme), *HEADINGS.values(), *words, *read_texts(files)]


def select_public(tables: Iterable[TableSheet], programme: Programme) -> list[TableSheet]:
    """The tables, and the years in them, that the programme file lets leave the house."""
    public = set(programme.public)
    allowed = [table for table in tables if NEEDED.get(table.name, set()) <= public and len(table.table.columns)]
    return allowed if "year" in public else [_without_years(table, programme) for table in allowed]


def _without_years(sheet: TableSheet, programme: Programme) -> TableSheet:
    by_year = tuple(map(str, sorted(programme.places)))
    if sheet.chart is None or sheet.chart[1] != by_year:
        return sheet
    return replace(sheet, table=sheet.table.drop(columns=[*by_year]), chart=(sheet.chart[0], (reporting.TOTAL,)))


def funder_tables(inputs: Inputs, results: Results) -> list[TableSheet]:
    """The tables of the funder's report, one a sheet; every total closes by construction."""
    programme, supported = inputs.programme, results.supported
    years, towns = sorted(programme.places), list(programme.call.municipalities)
    by_year = tuple(map(str, years))
    delivered = supported[supported["use"].eq("delivered")].reset_index(drop=True)
    ledger = results.ledger.reset_index().astype({"year": "str"})
    total = ledger.drop(columns="year").sum().to_frame().T.assign(year=reporting.TOTAL)
    places = pd.concat([ledger, total])[ledger.columns]
    public = [name for name in ("year", "municipality", "community", "mode", "themes") if name in programme.public]
    asked = themes.count_themes(delivered, "municipality", towns, programme.themes).rename(index=programme.themes)
    return [
        TableSheet("Rādītāji", "Rezultāti pret mērķiem", results.indicators),
        TableSheet("Vietas", "Konsultāciju vietas pa gadiem", places, PLACES_NOTE, ("year", USES)),
        TableSheet(
            "Novadi",
            "Sniegtās konsultācijas pa novadiem",
            reporting.count_supported(delivered, "municipality", towns, years),
            chart=("municipality", by_year),
        ),
        TableSheet(
            "Veidi",
            "Sniegtās konsultācijas pa veidiem",
            reporting.count_supported(delivered, "mode", ["in_person", "online"], years),
            chart=("mode", by_year),
        ),
        TableSheet(
            "Tēmas",
            "Sniegto konsultāciju tēmas pa novadiem",
            asked.rename_axis(index="theme", columns=None).reset_index(),
            "Cilvēka apstiprinātas tēmas; konsultācija ar divām tēmām skaitīta abās.",
            ("theme", tuple(towns)),
        ),
        TableSheet(
            "Konsultācijas", "Sniegtās konsultācijas", delivered[public], NAMES_NOTE if "community" in public else ""
        ),
    ]


def _report_parts(
    inputs: Inputs, results: Results, tables: list[TableSheet], charts: Mapping[str, Axes]
) -> Iterator[tuple[object, ...]]:
    pictures = {"Rādītāji": ["raditaji"], "Vietas": ["vietas", "gaita"], "Tēmas": ["temas"]}
    yield ("heading", "Kopsavilkums")
    by_town = "municipality" in inputs.programme.public
    count = len(results.decided)
    for sentence in reporting.summarise(results.ledger, results.supported, count, results.stamp, by_town=by_town):
        yield ("text", sentence)
    for table in tables:
        yield ("heading", table.title)
        if table.note:
            yield ("text", table.note)
        yield ("table", table.title, table.table)
        for name in pictures.get(table.name, []):
            yield ("chart", charts[name])


def read_texts(files: Mapping[str, bytes]) -> Iterable[str]:
    """Every text in a set of files: names, members of packed files, markup removed."""
    for name, content in files.items():
        yield name
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                yield from read_texts({member: packed.read(member) for member in packed.namelist()})
        elif name.endswith((".xml", ".svg", ".rels", ".html")):
            yield unescape(re.sub(r"</[^>]*>", "\n", content.decode("utf-8")))


def make_selection_files(inputs: Inputs, results: Results) -> dict[str, bytes]:
    """The coordinator's workbook, by file name."""
    return {"atlase.xlsx": make_selection_workbook(inputs, results)}


STEPS = (
    ("Atlases datne", INTERNAL, make_selection_files),
    ("Vēstules", INTERNAL, make_letter_files),
    ("Ieteikumi un ielūgumi", INTERNAL, make_delivery_files),
    ("Pārskats finansētājam", FUNDER, make_funder_files),
)
"""What a run makes besides the notebooks' pages: words for the progress bar, folder, and function."""


def make_files(inputs: Inputs, results: Results, progress: Callable[[str], object] = str) -> dict[str, bytes]:
    """Everything a run makes besides the notebooks' pages, by path within the programme's reports.

    ``progress`` is called with the words for each step when it is done.
    """
    files: dict[str, bytes] = {}
    for label, place, make in STEPS:
        files |= {f"{place}/{name}": content for name, content in make(inputs, results).items()}
        progress(label)
    return files
