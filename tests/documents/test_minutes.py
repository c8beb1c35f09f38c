"""Minutes of the selection: the stored decision of its day, and the declaration that a marker signs."""

import io
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from builders import decisions
from docx import Document
from openpyxl import load_workbook

from mentoring_lib import workflow
from mentoring_lib.documents import marking_sheets, minutes


def read(inputs, results):
    files, problems = minutes.make_minutes(inputs, results)
    assert problems == []
    document = Document(io.BytesIO(files[minutes.FILE]))
    cells = [" | ".join(cell.text for cell in row.cells) for table in document.tables for row in table.rows]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells]).replace("\u00a0", " ")


TOLD = (
    "Atlases sēdes protokols Nr. 3", "Olainē, 2023. gada 31. augusts, plkst. 16.00–17.20.",
    "Lemj: projekta vadības grupa.",
    "Piedalās: Ilze Piemēra, Andris Paraugs, Kristīne Izdomātā. Vada Andris Paraugs, protokolē Kristīne Izdomātā.",
    "nav vērtējušas: Ilze Piemēra – K-715F75.", "Saņemto pieteikumu skaits: 28, kopienu skaits: 27.",
    "Atbilst: 23; saņemti pēc termiņa: 2; atlasē nepiedalās: 3 (iemesli 3. pielikumā).",
    "Vērtētāji: Ilze Piemēra, Andris Paraugs. Kritēriju skaits: 4.",
    "atšķīrās par 2 vai vairāk punktiem: 1, no tiem saskaņoti: 1.",
    "Saraksts noslēgts 2023. gada 30. augustā, tā SHA-256: ",
    "0407111319232629313437394346495255586061 izlozēts 2023. gada 30. augustā (Izdomāta",
    "Liecinieki: Ilze Piemēra, Andris",
    "2023. gadā K-F001DE, K-9062AF,", "; 2024. gadā K-D4730C,", "secībā: K-1071EE, K-ADB42B,",
    "Balsojums: par – 3, pret – 0, atturas – 0.", "Sēdes vadītājs vai vadītāja: Andris Paraugs ____",
    "Protokolēja: Kristīne Izdomātā ____", "1. pielikums", "K-488C12 | Bākas stūra draugi |",
)  # fmt: skip


def test_the_minutes_tell_the_meeting_the_rule_the_lot_and_the_decision(example):
    text = read(*example)
    assert [words for words in TOLD if words not in text] == []
    assert [words for words in ("Interešu konfliktu nav", "Grozīts", "None", "{", "Tādu nav.") if words in text] == []


def test_an_amendment_is_in_the_minutes_as_soon_as_it_is_decided(example):
    inputs, results = example
    amended = decisions("– places_amended '2024: 7 → 8' on=2024-03-01").assign(application_id=None)
    known = pd.concat([inputs.sheets["Lēmumi"], amended], ignore_index=True)
    text = read(replace(inputs, sheets=inputs.sheets | {"Lēmumi": known}), results)
    assert "Grozīts: 01.03.2024; places.2024: 7 → 8; Iemesls.; K." in text  # before it is put on record too


def test_a_form_that_came_after_the_meeting_is_not_in_its_minutes(example):
    inputs, results = example
    again = inputs.applications[inputs.applications["application_id"].eq("K-F001DE")]
    sent = pd.Timestamp("2023-09-01 00:30", tz="Europe/Riga").as_unit("us")
    again = again.assign(application_id="K-ABCDEF", submitted_at=sent, late=True, file="velreiz.xlsx")
    told = [inputs.sheets["Lēmumi"], decisions("K-ABCDEF duplicate_of K-F001DE on=2023-09-21")]
    more = replace(
        inputs, applications=pd.concat([inputs.applications, again], ignore_index=True),
        sheets=inputs.sheets | {"Lēmumi": pd.concat(told, ignore_index=True)},
    )  # fmt: skip
    assert read(more, workflow.evaluate(more, as_of=results.as_of)) == read(*example)


def test_parts_stand_in_their_order_each_in_its_form_and_of_the_day_of_the_decision(example):
    files, _ = minutes.make_minutes(*example)
    document = Document(io.BytesIO(files[minutes.FILE]))
    assert document.core_properties.created.date() == date(2023, 8, 31)
    styles = [(line.style.name, line.text) for line in document.paragraphs]
    assert [name for name, text in styles if text in minutes.WORDS["body"]] == ["Heading 2"] * 7
    assert [text for name, text in styles if name == "Heading 1"] == [*minutes.WORDS["annexes"].values()]
    assert {name for name, text in styles if text.startswith(("Olainē", "Sēdes vadītājs", "Protokolēja"))} == {"Normal"}
    given, waiting, others = ([row.cells for row in table.rows][1:] for table in document.tables)
    assert [row[0].text for row in given] == [str(number) for number in range(1, 15)]
    assert [row[0].text for row in waiting] == [str(number) for number in range(1, 12)]
    states = {row[3].text for row in others}
    assert states == {"ārpus novadiem", "nav piekrišanas", "atlasē nevērtē"}


def test_a_list_without_late_ones_counts_none_and_the_waiting_list_is_in_its_order(example):
    inputs, results = example
    decided = results.decided[results.decided["state"].ne("late")].sort_values("waiting", ascending=False)
    text = read(inputs, replace(results, decided=decided))
    assert "Atbilst: 23; saņemti pēc termiņa: 0; atlasē nepiedalās: 3 (" in text
    assert text.index("\n1 | K-1071EE") < text.index("\n2 | K-ADB42B")
    bare = read(inputs, replace(results, decided=decided[decided["state"].eq("outside")]))
    assert "Atbilst: 0; saņemti pēc termiņa: 0; atlasē nepiedalās: 1 (" in bare


def test_who_has_a_year_but_no_consultation_any_more_is_not_told_among_those_given_one(example):
    inputs, results = example
    decided = results.decided.copy()
    decided.loc[decided["application_id"].eq("K-F001DE"), "outcome"] = "none"
    text = read(inputs, replace(results, decided=decided))
    assert "2023. gadā K-9062AF," in text


@pytest.mark.parametrize(
    ("on", "told"), [("2023-08-30", True), ("2023-08-31", True), ("2023-09-01", False), (None, True)]
)
def test_conflicts_told_by_the_day_of_the_decision_are_in_the_minutes(example, on, told):
    inputs, results = example
    own = inputs.sheets["Interešu konflikti"]
    two = pd.concat([own, own.assign(person="Andris Paraugs")]).assign(on=pd.Timestamp(on))
    text = read(replace(inputs, sheets=inputs.sheets | {"Interešu konflikti": two}), results)
    both = "nav vērtējušas: Ilze Piemēra – K-715F75; Andris Paraugs – K-715F75.\n"
    assert (both in text) == told
    assert ("Interešu konflikti\nInterešu konfliktu nav paziņots.\n" in text) != told


def test_what_is_decided_later_does_not_change_the_minutes(example):
    inputs, _ = example
    sheets = dict(inputs.sheets)
    later = decisions("K-E66AB4 withdrawn on=2023-10-02").assign(row=900)
    sheets["Lēmumi"] = pd.concat([sheets["Lēmumi"], later], ignore_index=True)
    changed = replace(inputs, sheets=sheets)
    assert read(changed, workflow.evaluate(changed)) == read(*example)


def test_no_conflicts_and_nobody_left_are_said(example):
    inputs, results = example
    own = inputs.sheets["Interešu konflikti"]
    decided = results.decided[results.decided["outcome"].eq("place")]
    bare = replace(inputs, sheets=inputs.sheets | {"Interešu konflikti": own.iloc[:0]})
    text = read(bare, replace(results, decided=decided))
    assert "Interešu konfliktu nav paziņots." in text
    assert "Gaidīšanas sarakstā secībā" not in text
    assert text.count("Tādu nav.") == 2
    late = own.assign(on=pd.Timestamp("2023-09-01"))
    assert "Interešu konfliktu nav paziņots." in read(
        replace(bare, sheets=bare.sheets | {"Interešu konflikti": late}), results
    )


@pytest.mark.parametrize("name", minutes.SETTINGS)
def test_minutes_wait_for_their_settings(example, name):
    inputs, results = example
    part, key = name.split(".")
    own = getattr(inputs.programme, part)
    value = None if isinstance(getattr(own, key), date) else type(getattr(own, key))()
    bare = inputs.programme.model_copy(update={part: own.model_copy(update={key: value})})
    files, problems = minutes.make_minutes(replace(inputs, programme=bare), results)
    assert (files, [(one.code, one.details) for one in problems]) == ({}, [("minutes_settings", name)])


def test_a_provisional_result_has_no_minutes(example):
    assert minutes.make_minutes(example[0], replace(example[1], final=False)) == ({}, [])


def test_a_marking_sheet_begins_with_the_declaration_of_its_marker(example):
    inputs, results = example
    unmarked = results.decided.head(1)
    book = load_workbook(io.BytesIO(marking_sheets.make_marking_sheet(unmarked, "Ilze", inputs.programme)))
    page = book.worksheets[0]
    cells = [cell.value for (cell,) in page.iter_rows(max_col=1) if cell.value]
    assert (page.title, cells[0]) == ("Apliecinājums", "Apliecinājums par interešu konflikta neesību")
    assert cells[1].startswith("Es, Ilze, apliecinu, ka man nav radniecības")
    assert cells[-2:] == ["Datums:", "Paraksts vai «apliecinu e-pastā»:"]
    assert [sheet.title for sheet in book.worksheets][1:3] == ["Palīdzība", "Vērtējumi"]
