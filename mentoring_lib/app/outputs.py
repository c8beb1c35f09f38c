"""What is made for whom: the coordinator's internal workbook and the funder's report, from one set of results."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from mentoring_lib.app import answers, paths, this_week
from mentoring_lib.base import stamp
from mentoring_lib.base.columns import ANCHORS, MAX_CLARITY, MAX_POINTS, SHEETS
from mentoring_lib.base.problems import Problem, Refused, problem_at, problem_table
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.rows import rows_of, table_of
from mentoring_lib.base.settings import problem_of_several
from mentoring_lib.base.texts import plural
from mentoring_lib.delivery.events import select_clear
from mentoring_lib.delivery.rows import UsedPlace
from mentoring_lib.documents import (
    form_workbook,
    funder_report,
    hours,
    invitations,
    letters,
    lot_check,
    minutes,
    privacy_notice,
)
from mentoring_lib.documents.wording import find_lacking, name_document
from mentoring_lib.funder import evidence_trail, privacy
from mentoring_lib.funder.figures import FOR_REPORT, Figures, place_rows
from mentoring_lib.render.charts import Chart
from mentoring_lib.render.docx import make_document
from mentoring_lib.render.tables import HEADINGS, WORDS, name_communities
from mentoring_lib.render.xlsx import TableSheet, link_rows, make_workbook
from mentoring_lib.selection import agreement, cues, lottery, reasons, sensitivity
from mentoring_lib.selection.contract import find_amendments, find_slips
from mentoring_lib.themes import exploring
from mentoring_lib.workflow import Inputs, Results, name_applications

INTERNAL, FUNDER, PUBLIC = "ieksejie", "finansetajam", "publiski"
# Title and note of each sheet of the internal workbooks.
TEXTS = paths.read_table("outputs_lv.toml")


class Made(NamedTuple):
    """Files by path, and a problem for each document that was left out of them."""

    files: dict[str, bytes]
    problems: list[Problem]


def make_selection_files(inputs: Inputs, results: Results) -> Made:
    """Make ``atlase.xlsx``: every decision with its reason, marks, waiting list, lot, and what is still open."""
    decided, programme = results.decided, inputs.programme
    waiting = decided[decided["waiting"].notna()].sort_values("waiting")
    marks = name_communities(results.anchors[["application_id", "anchor", "given", "gap", "agreed"]], decided)
    problems = ["kind", "application_id", "community", "message", "advice", "file", "sheet", "row", "column", "where"]
    settle = _name_problems(results.blockers, decided, "2_atlase.html")
    ask = _name_problems(results.problems, decided, "1_pieteikumi.html")
    cards = this_week.table_cards(this_week.list_cards(results), name_applications(results.decided))
    sheets = [
        _make_sheet("Jāizlemj", settle[problems]),
        decisions := _list_decisions(inputs, results),
        _make_sheet("Vērtējumi", marks),
        _make_sheet("Gaidīšanas saraksts", waiting[["waiting", "application_id", "community", "state", "reason"]]),
        _lottery_sheet(inputs, results),
        *_sensitivity_sheets(inputs, results),
        _make_sheet("Pazīmes", name_communities(cues.list_cues(exploring.select_valid(decided)), decided)),
        _make_sheet("Jautājumi", ask[problems]),
        _make_sheet("Darāmais", cards),
        _make_sheet("Termiņi", name_communities(results.due, decided)),
    ]
    pages = {page: f"external:{page}" for table in (settle, ask, cards) for page in table["where"]}
    links = {"application_id": link_rows(decisions, results.stamp, "application_id"), "where": pages}
    answer = answers.answer_selection(results)
    book = make_workbook(f"Atlase: {programme.call.title}", results.stamp, sheets, answer=answer, links=links)
    return Made({"atlase.xlsx": book}, [])


def _list_decisions(inputs: Inputs, results: Results) -> TableSheet:
    """Every decision in columns to sort and filter, with its whole reason."""
    final = "Galīgs iznākums." if results.final else "PROVIZORISKI: skatiet lapu «Jāizlemj»."
    decided = results.decided
    listed = reasons.list_decisions(decided, results.anchors, inputs.programme, results.firmness)
    columns = ["rank", "application_id", "community", "municipality", "outcome", "is_new", "clarity", "met",
               *reasons.LOTS, "verdict", "reason"]  # fmt: skip
    numbers = {name: decided[name] for name in ("rank", "application_id", "clarity", "reason")}
    table = listed.assign(**numbers)[columns]
    return _make_sheet("Lēmumi", table, final=final, rule=stamp.describe_rule(inputs.programme))


def _name_problems(problems: Iterable[Problem], decided: pd.DataFrame, page: str) -> pd.DataFrame:
    """What to settle, blockers first, then by application; whose it is by code and name, and the page about it."""
    return name_communities(problem_table(problems), decided).assign(where=page)


def _make_sheet(name: str, table: pd.DataFrame, **words: object) -> TableSheet:
    texts = TEXTS[name]
    return TableSheet(name, texts["title"], table, texts.get("note", "").format(**words))


def _lottery_sheet(inputs: Inputs, results: Results) -> TableSheet:
    lot, frozen = inputs.programme.lottery, inputs.frozen
    ranked = results.decided[results.decided["rank_from"].notna()]
    columns = ["rank", "rank_before", "application_id", "tier", "group", "points", "rank_from", "rank_to", "ticket"]
    return _make_sheet(
        "Izloze",
        ranked[[name for name in columns if name in ranked]],  # two orders once a slip of the seed was corrected
        source=lot.source,
        drawn=f"skaitlis {lot.seed}" if lot.seed else "skaitlis vēl nav zināms",
        witnesses=", ".join(lot.witnesses) or "–",
        checksum=frozen.sha256 if frozen else "saraksts vēl nav noslēgts",
        call=inputs.programme.call.code,
    )


def _sensitivity_sheets(inputs: Inputs, results: Results) -> list[TableSheet]:
    programme = inputs.programme
    compared = sensitivity.compare_readings(results.decided, programme)
    favours = " ".join(sensitivity.describe_readings(compared, programme)["favours"])
    firm, out = (f"{100 * share:.0f}" for share in (sensitivity.FIRM_IN, sensitivity.FIRM_OUT))
    summary, lots, seed = sensitivity.describe_firmness(results.firmness), sensitivity.LOTS, sensitivity.SEED
    means = agreement.describe_markers(results.marks).rename(columns=ANCHORS)
    agreed = agreement.say_agreement(results.marks, results.kappa)
    return [
        _make_sheet("Prioritāšu secības", compared, favours=favours),
        _make_sheet("Jutīgums", results.firmness, summary=summary, firm=firm, out=out, lots=lots, seed=seed),
        _make_sheet("Saskaņa", results.kappa, summary=agreed),
        _make_sheet("Vērtētāji", means, of=MAX_POINTS, most=MAX_CLARITY),
    ]


def make_letter_files(inputs: Inputs, results: Results) -> Made:
    """Every applicant's letter by path (see :func:`letters.make_letters`)."""
    made = letters.make_letters(inputs, results)
    files = {f"{letters.FOLDER}/{name}": content for name, content in made.files.items()}
    return Made(files | {"izsutisana.xlsx": make_mailing_list(made, inputs, results)}, made.problems)


MAILING = ["application_id", "community", "contact_name", "email", "phone", "municipality", "state", "outcome",
           "place_year", "answer_by", "letter"]  # fmt: skip


def make_mailing_list(made: letters.Letters, inputs: Inputs, results: Results) -> bytes:
    """Make ``izsutisana.xlsx``: whom to write to, about which outcome, until when to answer, and the letter's file."""
    offers = {one.row.application_id: (one.year, one.answer_by) for one in made.letters if one.kind == "place"}
    offers |= {place.application_id: (place.year, place.answer_by)
               for place in rows_of(results.places, UsedPlace) if place.use != "released"}  # fmt: skip
    decided = results.decided
    named = zip(decided["application_id"], decided["community"].fillna(""), decided["outcome"], strict=True)
    rows = [
        ("place" if key in offers else None if outcome == "place" else outcome, *offers.get(key, (None, None)),
         f"{letters.FOLDER}/{file}" if (file := f"{name_document(key, name)}.docx") in made.files else None)
        for key, name, outcome in named
    ]  # fmt: skip
    kinds = dict(zip(MAILING[-4:], ("str", "Int64", "datetime64[us]", "str"), strict=True))
    table = decided.assign(**table_of(rows, kinds).set_axis(decided.index))[MAILING].sort_values("application_id")
    sheet = _make_sheet("Izsūtīšana", table)
    return make_workbook(f"Izsūtīšana: {inputs.programme.call.title}", results.stamp, [sheet])


def make_report(inputs: Inputs, results: Results) -> dict[str, bytes]:
    """Make everything for the funder, and look through it for personal data all the same.

    Nothing is made while a question stands that would change it (``results.report_blockers``).

    Raises
    ------
    Refused
        See :func:`refuse_personal_data`.
    """
    if results.report_blockers:
        return {}
    figures, programme = results.figures, inputs.programme
    charts = funder_report.draw(figures, programme)
    files = funder_report.make_funder_files(figures, programme, inputs.logos, inputs.template, charts)
    refuse_personal_data(files, inputs, results, charts)
    return files


def check_template(template: bytes, inputs: Inputs, results: Results) -> list[Problem]:
    """What in the funder's own document cannot be filled."""
    charts = funder_report.draw(results.figures, inputs.programme)
    fields = funder_report.list_fields(results.figures, inputs.programme, charts, inputs.logos)
    return funder_report.fill_template(template, fields)[1]


def check_publicity(programme: Programme) -> list[Problem]:
    """Notes of what the settings lack for the funder's publicity and the notice; the example has no funder."""
    asked = ("project.logos", "project.number", "project.responsibility", "project.funding_sentence")
    lacking = [] if programme.example else find_lacking(programme, asked)
    missing = [problem_of_several("publicity_missing", programme, lacking)] if lacking else []
    return missing + privacy_notice.check_notice(programme)


def make_report_files(inputs: Inputs, results: Results) -> Made:
    """The same; none at all, with the reasons, if they may not be published: what is for the house is made anyway."""
    try:
        return Made(make_report(inputs, results), [])
    except Refused as refused:
        return Made({}, refused.problems)


def make_delivery_files(inputs: Inputs, results: Results) -> Made:
    """Make what goes to communities: recommendations and tasks, calendar invitations, sheets that prove an hour."""
    clear = select_clear(results.appointments, results.problems)
    made = {
        hours.RECOMMENDATIONS: hours.make_recommendation_documents(inputs, results.places, results.stamp),
        invitations.FOLDER: invitations.make_invitations(clear, inputs.applications, inputs.programme),
        hours.SHEETS: hours.make_consultation_sheets(inputs, results),
    }
    return Made({f"{place}/{name}": content for place, files in made.items() for name, content in files.items()}, [])


def refuse_personal_data(
    files: Mapping[str, bytes], inputs: Inputs, results: Results, charts: Mapping[str, Chart] | None = None
) -> None:
    """Stop if files for the funder, or what the report says, hold anything personal (see :func:`guard_report`).

    The PDF is made of the same parts as the document; their texts are looked through instead of its packed pages.

    Raises
    ------
    Refused
        Naming where each find comes from, never what it is (see :mod:`privacy`).
    """
    said = funder_report.list_texts(results.figures, inputs.programme, charts)
    if traces := guard_report(inputs, results).find([*privacy.read_texts(files), *said]):
        raise Refused([Problem("personal_data", details="; ".join(traces))])


def guard_report(inputs: Inputs, results: Results) -> privacy.Guard:
    """What no file for the funder may hold; the names of communities that may be named are no find.

    Raises
    ------
    Refused
        If something written for the report holds it, at its row.
    """
    figures, programme = results.figures, inputs.programme
    tables = (figures.consultations.get("community", ()), figures.tasks["community"], figures.examples["community"])
    named = [name for names in tables for name in names if name]
    usual = list_own_texts(figures, programme)
    guard = privacy.make_guard(inputs.applications, inputs.sheets, inputs.marks, programme, named, usual)
    events = results.valid_events[figures.period.holds(results.valid_events["on"])]
    notes = events[events["note"].fillna("").str.strip().str.startswith(FOR_REPORT)]
    written = [("note", notes), *privacy.list_publishable(inputs.sheets)]
    problems = [
        problem_at("personal_note", row, column, details="; ".join(sources))
        for column, table in written
        for text, row in zip(table[column], table.itertuples(), strict=True)
        if (sources := guard.find_in_note(text))
    ]
    if problems:
        raise Refused(dict.fromkeys(problems))
    return guard


def list_own_texts(figures: Figures, programme: Programme) -> list[str]:
    """What the funder's files say whoever applied: facts, labels, sentences, and the words of an empty report."""
    emptied = {name: getattr(figures, name).iloc[:0] for name in ("consultations", "deviations", "tasks", "examples")}
    nobody = replace(figures, **emptied, quotes=(), texts=())
    words = [word for choice in WORDS.values() for word in choice.values()]
    document, book = make_document("", figures.stamp, []), make_workbook("", figures.stamp, [])
    empty = privacy.read_texts({"x.docx": document, "x.xlsx": book})
    sentences = funder_report.list_texts(nobody, programme)
    return [*privacy.list_own_words(programme), *HEADINGS.values(), *words, *sentences, *empty]


def trace(inputs: Inputs, results: Results) -> pd.DataFrame:
    """What is behind each figure of the funder's report (see :func:`evidence_trail.trace_figures`)."""
    proofs = {
        (str(row["sheet"]), int(row["row"])): str(row["evidence"])
        for table in inputs.sheets.values() if "evidence" in table
        for _, row in place_rows(table).dropna(subset=["evidence"]).iterrows()
    }  # fmt: skip
    return evidence_trail.trace_figures(
        results.figures, inputs.programme, decided=results.decided, places=results.places, evidence=results.evidence,
        valid_events=results.valid_events, proofs=proofs, skips=results.skips,
    )  # fmt: skip


def make_trace_files(inputs: Inputs, results: Results) -> Made:
    """The applications and entries behind each figure of the funder's report, for the house."""
    table = trace(inputs, results)
    table = name_communities(table.assign(in_column=table["in_column"].replace(HEADINGS)), results.decided)
    lacking, figures = list_unproved(results), len(table.drop_duplicates(["in_table", "in_row", "in_column"]))
    unproved = _make_sheet("Apliecinājumi", name_communities(lacking, results.decided))
    sheet = _make_sheet("Skaitļi", table.rename(columns={"evidence": "named"}))
    proved = "Apliecinājums ir katrai notikušajai konsultācijai."
    if len(lacking):
        hours = plural(len(lacking), "konsultācijai", "konsultācijām")
        proved = f"Apliecinājuma vēl trūkst {hours}, kas notikušas."
    counted = plural(figures, "pārskata skaitlis", "pārskata skaitļi")
    answer = f"{counted}; aiz katra – pieteikumi un ieraksti. {proved}"
    rows = link_rows(_list_decisions(inputs, results), results.stamp, "application_id")
    codes = {code: f"external:atlase.xlsx#{there.removeprefix('internal:')}" for code, there in rows.items()}
    shown = funder_report.list_tables(results.figures, inputs.programme)
    tables = {one.name: f"external:../{FUNDER}/atskaite.xlsx#'{one.name}'!A1" for one in shown}
    links = {"application_id": codes, "applications": codes, "in_table": tables}
    made = make_workbook("Pārskata izsekojamība", results.stamp, [sheet, unproved], answer=answer, links=links)
    return Made({"izsekojamiba.xlsx": made}, [])


def list_unproved(results: Results) -> pd.DataFrame:
    """Hours that were held and whose proof, or number of people, nobody has recorded yet."""
    held = results.places[results.places["held_on"].notna()]
    lacks = [", ".join(label for name, label in PROOF.items() if pd.isna(row[name])) for _, row in held.iterrows()]
    table = held[["application_id", "held_on"]].assign(missing=pd.Series(lacks, index=held.index, dtype="str"))
    return table[table["missing"].ne("")].reset_index(drop=True)


PROOF = {column.name: column.label for column in SHEETS["Notikumi"] if column.name in ("participants", "evidence")}


def make_public_files(inputs: Inputs, results: Results) -> Made:
    """What is to be published: questions, the notice; after the freeze its receipt, and the page that repeats the lot.

    The receipt is left out, and told, where the reason of an amendment holds personal data.
    """
    notice = privacy_notice.make_notice(results.programme)
    files = form_workbook.make_questions(results.programme) | ({privacy_notice.FILE: notice} if notice else {})
    if inputs.frozen is None:
        return Made(files, [])
    decisions = inputs.sheets["Lēmumi"]
    told = [(one.row, find_personal(inputs, one.row.reason)) for one in find_amendments(decisions)]
    problems = [problem_at("personal_public", row, "reason", details=sources) for row, sources in told if sources]
    text = lottery.format_receipt(results.programme, inputs.frozen, decisions)
    record = inputs.frozen.text if results.programme.call.salt else None
    files[lot_check.FILE_NAME] = lot_check.make_lot_check(record, results.programme, find_slips(decisions))
    return Made(files if problems else files | {"saraksta_apliecinajums.txt": text.encode("utf-8")}, problems)


def find_personal(inputs: Inputs, reason: str | None) -> str:
    """Where the personal data in a reason that is to be published come from; the programme's own words are none."""
    index, own = privacy.index_answers(inputs.applications), privacy.read(privacy.list_own_words(inputs.programme))
    return "; ".join(privacy.Guard(index, (), index.look_up(own, anywhere=True), set()).find([reason or ""]))


# What a run makes besides the notebooks' pages: folder, and function.
STEPS = (
    (INTERNAL, make_selection_files),
    (INTERNAL, make_letter_files),
    (INTERNAL, minutes.make_minutes),
    (INTERNAL, make_delivery_files),
    (INTERNAL, make_trace_files),
    (FUNDER, make_report_files),
    (PUBLIC, make_public_files),
)


def make_files(inputs: Inputs, results: Results, progress: Callable[[], object] = bool) -> Made:
    """Everything a run makes besides the notebooks' pages, by path within the programme's reports.

    A document that may not be made is left out and told; it never stops the others. ``progress`` is called when a step
    is done.
    """
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    for place, make in STEPS:
        made, told = make(inputs, results)
        files |= {f"{place}/{name}": content for name, content in made.items()}
        problems += told
        progress()
    return Made(files, problems)
