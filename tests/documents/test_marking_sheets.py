"""Marking sheets: an own order, no names, drop-downs, an existing sheet left alone, and read back as it was made."""

import io

import openpyxl
import pandas as pd
import pytest
from builders import applications, codes, marks, programme

from mentoring_lib.base.columns import ANCHORS, MARKS_SHEET
from mentoring_lib.documents.marking_sheets import (
    HIDDEN,
    hide_names,
    make_marking_sheet,
    name_sheet,
    select_unmarked,
)
from mentoring_lib.documents.wording import TEXTS
from mentoring_lib.intake.workbook import read_marks
from mentoring_lib.selection.scoring import check_marks


def pool(count=6, **cells):
    table = applications(count, **{name: value for name, value in cells.items() if name != "state"})
    return table.assign(state=pd.Series(cells.get("state", ["eligible"] * len(table)), dtype="str"))


NONE = pd.DataFrame({"application_id": [], "person": []}, dtype="str")


def book_of(table, marker="Ilze"):
    return openpyxl.load_workbook(io.BytesIO(make_marking_sheet(table, marker, programme())))


def read_back(tmp_path, content):
    (tmp_path / "Ilze.xlsx").write_bytes(content)
    table, problems, _ = read_marks([tmp_path / "Ilze.xlsx"], programme())
    return table, codes(problems)


def test_each_marker_has_an_order_of_her_own_that_row_order_does_not_change():
    table = pool(12)
    orders = {who: select_unmarked(table, marks(), NONE, who)["application_id"].tolist() for who in ("Ilze", "Andris")}
    assert orders["Ilze"] != orders["Andris"]
    assert sorted(orders["Ilze"]) == sorted(orders["Andris"]) == table["application_id"].tolist()
    turned = select_unmarked(table.iloc[::-1].reset_index(drop=True), marks(), NONE, "Ilze")
    assert turned["application_id"].tolist() == orders["Ilze"]


def test_who_is_out_is_not_marked_and_late_ones_are():
    states = ["eligible", "late", "set_aside", "outside", "no_consent", "unsettled"]
    chosen = select_unmarked(pool(state=states), marks(), NONE, "Ilze")
    assert set(chosen["state"]) == {"eligible", "late"}


def test_only_what_is_in_no_sheet_of_this_marker_yet_is_chosen():
    known = marks("K-01 Ilze – – – –", "K-02 Andris 1 1 1 1")
    assert "K-01" not in select_unmarked(pool(2), known, NONE, "Ilze")["application_id"].tolist()
    assert sorted(select_unmarked(pool(2), known, NONE, "Andris")["application_id"]) == ["K-01"]


def test_who_has_a_conflict_does_not_get_the_text(tmp_path):
    conflicts = pd.DataFrame({"application_id": ["K-01", "K-02"], "person": ["Ilze", "Andris"]})
    chosen = {
        who: set(select_unmarked(pool(3), marks(), conflicts, who)["application_id"]) for who in ("Ilze", "Andris")
    }
    assert chosen == {"Ilze": {"K-02", "K-03"}, "Andris": {"K-01", "K-03"}}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Upmalas kaimiņi grib; raksta Jānis Bērziņš", "[…] grib; raksta […]"),
        ("Upmalas kaimiņu vārdā Jāņa Bērziņa uzdevumā", "[…] vārdā […] uzdevumā"),
        ("UPMALAS KAIMIŅIEM trūkst naudas, zvaniet Bērziņam", "[…] trūkst naudas, zvaniet […]"),
        ("raksta janis berzins no biedrības «Upmalas kaimiņi»", "raksta […] no […] «[…]»"),
        ("Jānim Vilnim Bērziņam un Bērziņai", "[…] un […]"),
        ("janis.berzins@example.org, 29 123 456", "[…], […]"),
        ("Kaimiņi nenāk uz talkām upes malā", "Kaimiņi nenāk uz talkām upes malā"),
    ],
)
@pytest.mark.parametrize("field", ["question", "theme_other"])
def test_names_are_hidden_in_every_case_and_field(field, text, shown):
    table = pool(1).assign(
        community="biedrība «Upmalas kaimiņi»", contact_name="Jānis Bērziņš", question="", theme_other=""
    )
    table = table.assign(themes=[("other",)])
    book = book_of(table.assign(**{field: text}))[MARKS_SHEET]
    cells = [str(cell.value) for row in book.iter_rows(min_row=3, max_row=3) for cell in row if cell.value]
    assert any(cell.endswith(shown) for cell in cells), cells


def test_a_short_surname_is_hidden_with_a_capital_only():
    assert hide_names("Rozes kundze audzē rozes", contact="Anna Roze") == "[…] kundze audzē rozes"


def test_a_sheet_holds_no_name_contact_or_municipality():
    table = pool(
        1, community="Ozolu pulks", contact_name="Anna Kalniņa", email="anna@example.org", phone="+371 20000011",
        municipality="Ķekavas novads", place="Katlakalns",
        question="Mēs, Ozolu pulks, rakstiet uz anna@example.org vai 20000011. Kalniņa te. Katlakalnā ir 40 māju.",
    )  # fmt: skip
    book = book_of(table.assign(theme_other=None))
    columns = book[MARKS_SHEET].column_dimensions
    assert [columns[name].width - 0.7109375 for name in "BCDI"] == [16, 24, 56, 24]
    assert book[MARKS_SHEET]["C3"].value == "Kā piesaistīt papildu finansējumu?"  # and nothing of its own
    text = "\n".join(str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None)
    for hidden in (
        "Ozolu pulks",
        "Anna Kalniņa",
        "anna@example.org",
        "20000011",
        "Ķekavas",
        "Katlakalns",
        "Kalniņa te",
    ):
        assert hidden not in text
    assert "Katlakalnā ir 40 māju." in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zvaniet +371 20 000 011!", f"Zvaniet {HIDDEN}!"),
        ("Mums ir 20000 eiro un 2023. gads", "Mums ir 20000 eiro un 2023. gads"),
        ("Rakstiet a.b@c.lv.", f"Rakstiet {HIDDEN}."),
    ],
)
def test_contacts_inside_an_answer_are_hidden(text, shown):
    assert hide_names(text) == shown


def test_a_short_name_does_not_eat_other_words():
    assert hide_names("Na vasaru", "NA", "") == "Na vasaru"
    assert hide_names("Upe un Upei", "Upe", "") == "[…] un […]"


def test_every_anchor_has_its_list_and_the_help_explains_the_rubric_with_two_examples():
    book = book_of(pool(2))
    assert book.sheetnames[:3] == ["Apliecinājums", "Palīdzība", MARKS_SHEET]
    rules = book[MARKS_SHEET].data_validations.dataValidation
    for rule in rules:
        assert [line[:4] for line in rule.prompt.splitlines()] == ["0 – ", "1 – ", "2 – ", "3 – "]
        assert len(rule.prompt) <= 255
        assert rule.showInputMessage
    assert len(rules) == len(ANCHORS)
    words = [cell.value for cell in next(book["Saraksti"].iter_cols(min_row=2))]
    assert words[:5] == ["0", "1", "2", "3", "nevar novērtēt"]
    text = "\n".join(TEXTS["marking"]["help"])
    assert text.count("paraugs (izdomāts)") == 2
    assert "Vieta, ko iesniedzējs nosaucis savā atbildē, paliek" in text


def test_an_empty_sheet_reads_back_without_noise(tmp_path):
    table, problems = read_back(tmp_path, make_marking_sheet(pool(3), "Ilze", programme()))
    assert problems == []
    assert table["application_id"].tolist() == ["K-01", "K-02", "K-03"]
    assert table["marker"].tolist() == ["Ilze"] * 3
    assert table[list(ANCHORS)].isna().all(axis=None)
    assert check_marks(table, ("Ilze",)) == []


@pytest.mark.parametrize(
    ("cell", "asked"),
    [("", 0), ("nav", 0), ("Nav.", 0), ("–", 0), ("Rasas pagalms", 1), ("nav zināms", 1), ("Rasa: nav", 1)],
)
def test_an_exception_in_a_declaration_is_asked_about_until_a_conflict_of_this_marker_is_typed(tmp_path, cell, asked):
    book = book_of(pool(1))
    page = book["Apliecinājums"]
    (label,) = (row[0] for row in page if str(row[0].value).startswith("Izņēmumi"))
    if ":" in cell:  # typed behind the label
        label.value = f"{label.value} {cell}"
    else:
        page.cell(label.row, 2, cell)
    book.save(tmp_path / "Ilze.xlsx")
    for persons, count in (((), asked), (("Andris",), asked), (("Ilze",), 0)):
        told = read_marks([tmp_path / "Ilze.xlsx"], programme(), persons).problems
        assert [(one.code, one.value) for one in told] == [("conflict_declared", cell)] * count
        assert {one.blocks for one in told} <= {"selection"}


def test_a_sheet_filled_in_reads_back(tmp_path):
    book = book_of(pool(1, question="=1+1"))
    sheet = book[MARKS_SHEET]
    heads = {cell.value: cell.column for cell in sheet[2]}
    for label, mark in zip(ANCHORS.values(), (3, "2", "nevar novērtēt", 0), strict=True):
        sheet.cell(3, heads[label], mark)
    buffer = io.BytesIO()
    book.save(buffer)
    table, problems = read_back(tmp_path, buffer.getvalue())
    assert problems == []
    assert table[list(ANCHORS)].iloc[0].tolist() == ["3", "2", "cannot_judge", "0"]
    assert sheet.cell(3, heads["Pieteikuma teksts"]).data_type == "s"


def test_a_second_sheet_has_the_next_number_and_a_safe_name():
    assert name_sheet("Ilze", set()) == "Ilze.xlsx"
    assert name_sheet("Ilze", {"ilze.xlsx"}) == "Ilze 2.xlsx"
    assert name_sheet("Ilze", {"Ilze.xlsx", "Ilze 2.xlsx"}) == "Ilze 3.xlsx"
    assert name_sheet("?.", set()) == "_.xlsx"
    assert name_sheet(" .", set()) == "_.xlsx"
    assert name_sheet("A/B: C", set()) == "A_B_ C.xlsx"


def test_the_same_sheet_has_the_same_bytes():
    assert make_marking_sheet(pool(2), "Ilze", programme()) == make_marking_sheet(pool(2), "Ilze", programme())
