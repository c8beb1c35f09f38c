"""Raw cells to typed columns: nothing is guessed, and what cannot be read is a problem for a person."""

import hashlib
from datetime import UTC, datetime

import pandas as pd
import pytest
from builders import RIGA, applications, codes, column, corrections, programme, raw
from hypothesis import given
from hypothesis import strategies as st

from mentoring_lib.base.columns import APPLICATION, APPLICATION_COLUMNS, ASKED, MARKS, SHEETS
from mentoring_lib.intake.applications import (
    TERRITORY,
    application_id,
    clean_applications,
    correct,
    identify,
    index_places,
)
from mentoring_lib.intake.cleaning import choices_of, clean_column, clean_table, drop_repeated, read_code, read_themes
from mentoring_lib.intake.loading import read_territory
from mentoring_lib.intake.moments import parse_moments

COLUMNS = {c.name: c for c in (*SHEETS["Konsultācijas"], *SHEETS["Notikumi"], *MARKS, *APPLICATION, *ASKED)}
THEMES = programme().themes
PLACES = index_places(read_territory(TERRITORY), programme().call.municipalities)


def moment(*texts, order=None):
    moments, found = parse_moments(pd.Series(texts, dtype="str"), time_zone=RIGA, order=order)
    return moments, found.tolist()


def read(name, *texts):
    typed, found = clean_column(pd.Series(texts, dtype="str"), COLUMNS[name], programme())
    return [None if pd.isna(value) else value for value in typed], found.tolist()


def cleaned(table):
    return clean_applications(identify(table, programme()), programme(), PLACES)


@pytest.mark.parametrize(
    "text",
    [
        "2023-08-21 23:59:59",
        "2023-08-21T23:59:59",
        "2023/08/21 11:59:59 PM",
        "2023/08/21 11:59:59 PM EEST",
        "2023/08/21 11:59:59 PM GMT+3",
        "2023/08/21 11:59:59 p.m. GMT+3",
        "2023-08-21T20:59:59Z",
        "2023-08-21T20:59:59.000Z",
        "2023-08-21 20:59:59 UTC",
        "2023-08-21 22:59:59 EET",
        "2023-08-22 10:59:59 +14:00",
        "45159,9999884259",
        "45159.9999884259",
        "2023-08-21 22:59:59 +02:00",
        "21.08.2023 23:59:59",
        "21.08.2023. 23:59:59",
        "21.8.2023, 23.59.59",
        "8/21/2023 23:59:59",
        "21/08/2023 23:59:59",
        "21-08-2023 23:59:59",
        "  21.08.2023   23:59:59 ",
    ],
)
def test_one_moment_reads_the_same_in_every_style(text):
    moments, found = moment(text)
    assert found == [""]
    assert moments[0].astimezone(UTC) == datetime(2023, 8, 21, 20, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(("text", "hour"), [("12:05 AM", 0), ("12:05 PM", 12), ("1:05 PM", 13), ("11:05 am", 11)])
def test_twelve_hour_clocks_are_understood(text, hour):
    assert moment(f"2023-08-21 {text}")[0][0].hour == hour


def test_day_and_month_are_never_guessed():
    moments, found = moment("08/07/2023 10:00", "07/08/2023 11:00")
    assert found == ["moment_order"] * 2
    assert moments.isna().all()


@pytest.mark.parametrize(("proof", "month"), [("8/21/2023 10:00", 8), ("21/8/2023 10:00", 7)])
def test_one_value_proves_the_order_for_the_whole_column(proof, month):
    moments, found = moment("8/7/2023 10:00", proof)
    assert found == ["", ""]
    assert moments[0].month == month


def test_values_that_prove_both_orders_prove_nothing():
    assert "moment_order" in moment("8/21/2023", "21/8/2023", "7/8/2023")[1]


def test_a_declared_order_stands_above_proof():
    moments, found = moment("07/08/2023", "8/21/2023", order="dmy")
    assert moments[0].month == 8
    assert found == ["", "moment_unreadable"]


@pytest.mark.parametrize(
    "text",
    [
        "2023-08-21 10:00 +14:01",
        "31.12.1999",
        "01.01.2101",
        "rīt",
        "31.02.2023 10:00",
        "21.08.2023 25:00",
        "21.08.",
        "2023",
        "00.00.0000",
        "21.08.2023 10:00 +99",
    ],
)
def test_what_is_no_moment_is_a_problem_and_not_a_traceback(text):
    moments, found = moment(text)
    assert found == ["moment_unreadable"]
    assert moments.isna().all()


def test_a_year_of_two_digits_is_not_a_year_of_the_roman_empire():
    moments, _ = moment("21.08.23 23:59")
    assert moments.isna()[0] or moments[0].year == 2023


@pytest.mark.parametrize("text", ["01.01.0001 00:00", "31.12.9999 23:59:59"])
def test_years_at_the_edge_of_the_calendar_do_not_stop_the_reading(text):
    moments, found = moment(text)
    assert moments.notna()[0] or found[0] != ""


@pytest.mark.parametrize("text", [
    "21.08.2023 23:59:59", "2023-08-21 23:59:59", "29.10.2023 03:30:00", "26.03.2023 03:30:00", "31.02.2023 10:00:00",
    "2023-08-21 10:00:60", "21.08.2023 24:00:00", "01.01.1999 00:00:00", "2101-01-01 00:00:00", "05.08.2023 10:00:00", "0001-01-01 00:00:00",
])  # fmt: skip
def test_a_moment_of_the_usual_form_reads_as_it_would_alone(text):
    alone, at_once = moment(f" {text}"), moment("rīt", text)
    assert alone[1] == at_once[1][1:]
    assert alone[0].equals(at_once[0][1:].reset_index(drop=True))


@pytest.mark.parametrize("text", ["29.10.2023 03:30", "29.10.2023 03:30:00", "26.03.2023 03:30"])
def test_an_hour_that_the_clock_shows_twice_or_never_is_asked_about(text):
    assert moment(text)[1] == ["moment_clock_change"]


def test_an_hour_that_comes_twice_is_certain_with_its_zone():
    summer, winter = moment("29.10.2023 03:30 GMT+3", "29.10.2023 03:30 GMT+2")[0]
    assert (winter - summer).total_seconds() == 3600


def test_no_moments_are_no_moments():
    moments, found = moment()
    assert str(moments.dtype) == f"datetime64[us, {RIGA}]"
    assert len(moments) == len(found) == 0


@pytest.mark.parametrize("text", ["01.01.2000 00:00", "31.12.2100 23:59", "2000-01-01 00:00:00", "2100-12-31 23:59:59"])
def test_the_years_of_a_life_are_read_to_both_ends(text):
    assert moment(text)[1] == [""]


def test_a_consultation_needs_its_hour():
    assert read("starts_at", "06.09.2023", "06.09.2023 10:00")[1] == ["moment_hourless", ""]


def test_an_empty_cell_is_missing_without_a_problem():
    assert moment("", "  ")[1] == ["", ""]


def test_a_consultation_date_has_no_hour():
    typed, found = read("on", "06.09.2023", "2023-09-06 00:00:00", "kaut kad", "")
    assert typed == [pd.Timestamp("2023-09-06")] * 2 + [None, None]
    assert found == ["", "", "date_unreadable", ""]


@pytest.mark.parametrize(
    ("name", "text", "value", "code"),
    [
        ("started", "2022", "2022", ""),
        ("started", "kopš 2022. gada", "2022", ""),
        ("started", "Vēl veidojas", "forming", ""),
        ("started", "veidojamies", "forming", ""),
        ("started", "2019 vai 2020", None, "year_unreadable"),
        ("started", "sen", None, "year_unreadable"),
        ("started", "22", None, "year_unreadable"),
        ("started", "", None, ""),
        ("residents_involved", "ap 15 cilvēku", 15, ""),
        ("residents_involved", "0", 0, ""),
        ("residents_involved", "10-15", None, "count_unreadable"),
        ("residents_involved", "daudz", None, "count_unreadable"),
        ("residents_involved", "2 tūkst.", None, "count_unreadable"),
        ("residents_involved", "10 %", None, "count_unreadable"),
        ("residents_involved", "20 (divdesmit)", 20, ""),
        ("event_held_amount", "3k", None, "count_unreadable"),
        ("funding_received_amount", "5 tūkstoši EUR", None, "count_unreadable"),
        ("funding_received_amount", "1 200 EUR", 1200, ""),
        ("consent", "Jā", True, ""),
        ("consent", "Piekrītu", True, ""),
        ("consent", "Nepiekrītu", False, ""),
        ("consent", "NĒ", False, ""),
        ("consent", "True", True, ""),
        ("consent", "varbūt", None, "yes_no_unreadable"),
        ("consent", "Jānis", None, "yes_no_unreadable"),
        ("email", " A@example.org ", "A@example.org", ""),
        ("email", "anna.bērziņa@example.org", "anna.bērziņa@example.org", ""),
        ("email", "a@example", None, "email_invalid"),
        ("email", "a b@example.org", None, "email_invalid"),
        ("email", "a@example.org\nb@example.org", None, "email_invalid"),
        ("mode", "KLATIENE", "in_person", ""),
        ("mode", "pa telefonu", None, "choice_unknown"),
        ("event", "notika", "held", ""),
        ("event", "held", None, "choice_unknown"),
        ("question", "3", "3", ""),
        ("community", "  NA ", "NA", ""),
    ],
)
def test_a_cell_is_read_by_its_kind(name, text, value, code):
    assert read(name, text) == ([value], [code])


def test_a_mark_is_nought_to_three_or_cannot_judge():
    columns = {c.name: c for c in MARKS}
    typed, found = clean_column(
        pd.Series(["0", "3", "nevar novērtēt", "4", "-1", "2,5", ""], dtype="str"), columns["question"], programme()
    )
    assert typed.fillna("–").tolist() == ["0", "3", "cannot_judge", "–", "–", "–", "–"]
    assert found.tolist() == ["", "", "", "choice_unknown", "choice_unknown", "choice_unknown", ""]


def test_every_unreadable_or_missing_cell_is_named_with_its_place():
    table = raw(2, email=["nav", ""], community=["A", ""], started=["sen", "2022"])
    _, problems = clean_table(table, [COLUMNS["email"], COLUMNS["community"], COLUMNS["started"]], programme())
    assert [(p.code, p.row, p.column, p.value) for p in problems] == [
        ("email_invalid", 2, "email", "nav"),
        ("value_missing", 3, "community", ""),
        ("year_unreadable", 2, "started", "sen"),
    ]


def test_what_is_told_of_a_cell_names_its_application_and_what_was_wanted():
    table = raw(2, email=["nav", "a@b.lv"]).assign(application_id=["K-01", "K-02"], question=["4", "3"])
    for name, wanted in (("email", COLUMNS["email"].label), ("question", "0, 1, 2, 3, nevar novērtēt")):
        kind = next(one for one in (*MARKS, COLUMNS["email"]) if one.name == name)
        (problem,) = clean_table(table, [kind], programme()).problems
        assert (problem.application_id, problem.details) == ("K-01", wanted)


def test_a_wrong_choice_is_answered_with_the_list():
    table = pd.DataFrame({"mode": ["zvans"], "file": "d.xlsx", "sheet": "Laiki", "row": 2})
    _, problems = clean_table(table, [COLUMNS["mode"]], programme())
    assert problems[0].advice == "Izvēlieties vienu no: klātienē, tiešsaistē, nav svarīgi."


@pytest.mark.parametrize("name", SHEETS)
def test_an_empty_sheet_is_an_empty_typed_table(name):
    empty = raw(0).iloc[:0].reindex(columns=[*(c.name for c in SHEETS[name]), "file", "sheet", "row"])
    typed, problems = clean_table(empty.astype("str").astype({"row": "int64"}), SHEETS[name], programme())
    assert len(typed) == 0
    assert problems == []


# Codes of applications


def test_the_code_is_the_hash_of_minute_address_and_folded_name():
    text = "2023-08-21T23:59|a@example.org|kekavas pulks"
    expected = "K-" + hashlib.sha256(text.encode()).hexdigest()[:6].upper()
    assert application_id("2023-08-21T23:59", " A@Example.org", "Ķekavas  pulks!") == expected


def test_a_salted_code_is_the_hash_of_salt_minute_and_name_and_no_address_leads_to_it():
    text = "sāls|2023-08-21T23:59|kekavas pulks"
    expected = "K-" + hashlib.sha256(text.encode()).hexdigest()[:6].upper()
    for email in ("a@example.org", "cits@example.org", ""):
        assert application_id("2023-08-21T23:59", email, "Ķekavas pulks", "sāls") == expected
    assert identify(raw(1), programme(call__salt="sāls"))["application_id"][0] == application_id(
        "2023-08-01T10:01", "", "Pulks 1", "sāls"
    )


def test_seconds_and_date_styles_never_change_the_code():
    styles = ["2023-08-21 23:59:59", "21.08.2023 23:59", "2023-08-21T20:59:01Z", "2023/08/21 11:59:30 PM GMT+3"]
    table = raw(email="a@b.lv", community="Pulks", submitted_at=[*styles, "8/21/2023 23:59:00"])
    assert identify(table, programme())["application_id"].nunique() == 1


def test_row_order_and_later_rows_never_change_a_code():
    table = raw(6)
    alone = identify(table, programme())
    turned = identify(raw(9).iloc[::-1].reset_index(drop=True), programme())
    assert set(alone["application_id"]) <= set(turned["application_id"])
    assert (
        dict(zip(alone["email"], alone["application_id"], strict=True)).items()
        <= dict(zip(turned["email"], turned["application_id"], strict=True)).items()
    )


@pytest.mark.parametrize("changed", [{"email": "b@b.lv"}, {"community": "Cits"}, {"submitted_at": "2023-08-01 10:02"}])
def test_another_minute_address_or_name_is_another_code(changed):
    same = {"email": "a@b.lv", "community": "Pulks", "submitted_at": "2023-08-01 10:01"}
    one, other = identify(raw(1, **same), programme()), identify(raw(1, **(same | changed)), programme())
    assert one["application_id"][0] != other["application_id"][0]


def test_an_application_without_a_readable_moment_still_has_a_code():
    assert identify(raw(1, submitted_at="kaut kad"), programme())["application_id"].str.fullmatch("K-[0-9A-F]{6}").all()


# Themes


def test_a_label_that_holds_a_comma_is_one_theme():
    text = f"{THEMES['communication']}, {THEMES['funding']}"
    assert read_themes(text, THEMES)[:2] == (("communication", "funding"), "")


@pytest.mark.parametrize("separator", [", ", ",", ";", "; ", "\n"])
@pytest.mark.parametrize("other", ["", "Projekts X", "Cits: Projekts X"])
def test_ticked_options_are_split_whatever_joins_them(separator, other):
    text = separator.join([THEMES["communication"], THEMES["funding"], *([other] if other else [])])
    expected = ("communication", "funding", *(["other"] if other else []))
    assert read_themes(text, THEMES)[:2] == (expected, "Projekts X" if other else "")


def test_the_applicants_own_words_may_hold_commas():
    assert read_themes(f"{THEMES['funding']}, Kā dzīvot, elpot; un smiet", THEMES)[:2] == (
        ("funding", "other"),
        "Kā dzīvot, elpot; un smiet",
    )


@given(st.sets(st.sampled_from(list(THEMES))), st.randoms(use_true_random=False))
def test_any_ticked_set_reads_back_in_the_calls_order(ticked, chance):
    labels = [THEMES[code] for code in ticked]
    chance.shuffle(labels)
    assert read_themes(", ".join(labels), THEMES)[:2] == (tuple(code for code in THEMES if code in ticked), "")


def test_an_empty_cell_ticks_nothing():
    assert read_themes("", THEMES)[:2] == ((), "")


# Corrections


def corrected(*lines, **cells):
    table = raw(2, **cells).assign(application_id=["K-01", "K-02"])
    return correct(table, corrections(*lines))


def test_a_correction_changes_one_cell_of_one_application():
    table, problems = corrected("K-02 Iedzīvotāji 150 15", residents_involved=["150", "150"])
    assert table["residents_involved"].tolist() == ["150", "15"]
    assert problems == []


@pytest.mark.parametrize("name", ["Kopiena", "Kopienas nosaukums", "community", "KOPIENA:"])
def test_a_field_is_named_by_its_label_question_or_code_name(name):
    assert corrected(f"K-01 '{name}' 'Pulks 1' Cits").table["community"].tolist() == ["Cits", "Pulks 2"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("K-77 Kopiena x y", "nav pieteikuma ar kodu vai kopienas nosaukumu «K-77»"),
        ("K-01 Krāsa x y", "nav lauka «Krāsa»"),
        ("K-01 Kopiena Cits y", "labojums nav izdarīts: pieteikumā ir «Pulks 1», nevis «Cits»"),
    ],
)
def test_a_correction_that_does_not_fit_changes_nothing(line, message):
    table, problems = corrected(line)
    assert [p.message for p in problems] == [message]
    assert table["community"].tolist() == ["Pulks 1", "Pulks 2"]


def test_corrections_follow_each_other_by_date_not_by_row():
    table, problems = corrected("K-01 Kopiena B C on=2023-09-02", "K-01 Kopiena 'Pulks 1' B on=2023-09-01")
    assert table["community"][0] == "C"
    assert problems == []


def test_an_empty_cell_can_be_filled_and_a_filled_one_emptied():
    table, problems = corrected("K-01 Vieta after=Piņķi", "K-02 Vieta Olaine", place=["", "Olaine"])
    assert table["place"].tolist() == ["Piņķi", ""]
    assert problems == []


def test_a_correction_of_the_code_settles_an_equal_code():
    assert corrected("K-02 Pieteikums K-02 K-02B").table["application_id"].tolist() == ["K-01", "K-02B"]


def test_a_correction_without_a_date_does_not_stop_the_reading():
    undated = corrections("K-01 Kopiena 'Pulks 1' Cits").assign(on=pd.NaT).astype({"on": "datetime64[us]"})
    table, _ = correct(raw(1).assign(application_id="K-01"), undated)
    assert table["community"].tolist() == ["Cits"]


def test_no_corrections_change_nothing():
    table, problems = corrected()
    pd.testing.assert_frame_equal(
        table, raw(2).assign(application_id=["K-01", "K-02"]).astype({"application_id": "str"})
    )
    assert problems == []


# Municipalities and whole applications


@pytest.mark.parametrize(
    ("answer", "municipality", "found"),
    [
        ("Mārupes novads", "Mārupes novads", []),
        ("ĶEKAVAS NOVADS", "Ķekavas novads", ["municipality_read"]),
        ("Marupes novads", "Mārupes novads", ["municipality_read"]),
        ("Rīga", "Rīga", []),
        ("Doles sala", "Doles sala", []),
        ("Mārupe", None, ["municipality_unknown"]),
        ("Baldones novads", None, ["municipality_unknown"]),
        ("pie ezera", None, ["municipality_unknown"]),
        ("", None, ["value_missing"]),
    ],
)
def test_a_municipality_is_certain_or_asked_about(answer, municipality, found):
    table, problems = cleaned(raw(1, municipality=answer))
    assert list(column(table, "municipality").values()) == [municipality]
    assert codes(problems) == found


def test_a_former_municipality_is_suggested_never_put_in_place():
    _, problems = cleaned(raw(1, municipality="Babītes novads"))
    assert problems[0].message == "«Babītes novads» nav atpazīts"
    assert problems[0].advice.startswith("Vai domāts «Mārupes novads»?")


@pytest.mark.parametrize(
    ("sent", "late"),
    [
        ("2023-08-21 23:59:59", False),
        ("2023-08-22 00:00:00", True),
        ("2023-08-21T21:00:00Z", True),
        ("kaut kad", False),
    ],
)
def test_the_deadline_is_the_last_second_of_its_day_in_riga(sent, late):
    assert cleaned(raw(1, submitted_at=sent)).table["late"].tolist() == [late]


def test_every_row_is_kept_in_its_order_with_all_columns():
    table = raw(4, email=["nav", "", "c@d.lv", "c@d.lv"], started=["sen", "", "2022", "2022"])
    out = cleaned(table).table
    assert out["row"].tolist() == table["row"].tolist()
    assert out.columns.tolist() == [*APPLICATION_COLUMNS, "late"]


def test_no_applications_are_an_empty_table():
    out, problems = cleaned(raw(0).iloc[:0])
    assert len(out) == 0
    assert out.columns.tolist() == [*APPLICATION_COLUMNS, "late"]
    assert problems == []


@given(st.text(max_size=40))
def test_any_text_of_an_applicant_is_kept_or_asked_about(text):
    for name in ("email", "started", "residents_involved", "consent", "mode", "submitted_at"):
        (value,), (code,) = read(name, text)
        assert (value is None) == (code != "" or text.strip() == "")


def test_an_export_downloaded_twice_counts_once_and_every_row_is_accounted_for():
    ids, emails = ["K-01", "K-02", "K-01", "K-03"], ["a@b", "c@d", "a@b", "e@f"]
    table = applications(application_id=ids, email=emails, submitted_at="2023-08-01", community="P")
    table["file"] = ["a.csv", "a.csv", "b.csv", "b.csv"]
    kept, problems = drop_repeated(table, "application_repeated", beside=("submitted_at",))
    assert kept["application_id"].tolist() == ["K-01", "K-02", "K-03"]
    assert [(p.code, p.file, p.row, p.message) for p in problems] == [
        ("application_repeated", "b.csv", 4, "tas pats pieteikums jau nolasīts no «a.csv»")
    ]


def test_the_same_row_twice_in_one_file_is_left_for_a_person():
    table = applications(2, application_id="K-01", email="a@b.lv", community="P", submitted_at="2023-08-01")
    assert len(drop_repeated(table, "application_repeated", beside=("submitted_at",)).table) == 2
    other = applications(1, application_id="K-02", email="c@d.lv", community="R").assign(file="b.csv")
    assert len(drop_repeated(pd.concat([table, other], ignore_index=True), "application_repeated").table) == 3


def test_a_number_is_a_day_of_a_spreadsheet_only_from_1954_to_2119():
    codes = {text: read("submitted_at", text)[1][0] for text in ("19999", "80000", "81234,5", "1e5")}
    assert set(codes.values()) == {"moment_unreadable"}


def test_a_row_that_changed_between_two_exports_is_left_for_a_person():
    table = applications(
        2, application_id="K-01", email="a@b.lv", community="P", submitted_at="2023-08-01", started=["2010", "2022"]
    )
    table["file"] = ["a.csv", "b.csv"]
    assert len(drop_repeated(table, "application_repeated", beside=("submitted_at",)).table) == 2


def test_nothing_repeats_in_no_applications():
    assert len(drop_repeated(applications(0), "application_repeated").table) == 0


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Jā", True), ("jā, piekrītu", True), ("Piekrītu", True), ("ir", True), ("Да", True), ("✓", True), ("Jā!", True),
        ("Nē", False), ("nē – vēl nav", False), ("Nav", False), ("Nepiekrītu.", False),
        ("No 2019. gada", None), ("Nav zināms", None), ("Nav izlemts", None), ("ja būs vajadzība", None), ("ir plānots", None),
        ("jā nē", None), ("Nē, jā", None), ("Nē; bet varbūt", None), ("Nē, tikai tā", False), ("Jā, tikai bez vārda", None),
        ("Jā, protams, bet ne šogad", None), ("Jā, labprāt, paldies", True),
    ],
)  # fmt: skip
def test_yes_and_no_are_the_whole_answer_or_stand_before_a_stop(text, answer):
    typed, codes = clean_column(pd.Series([text], dtype="str"), COLUMNS["consent"], programme())
    assert (None if pd.isna(typed[0]) else bool(typed[0])) == answer
    assert codes[0] == ("" if answer is not None else "yes_no_unreadable")


@pytest.mark.parametrize(
    ("text", "started"),
    [
        ("2022", "2022"), ("kopš 2021. gada rudens", "2021"), ("01.05.2021", "2021"), ("vēl veidojas", "forming"),
        ("Veidojāmies 90. gados", None), ("veidojusies pirms 10 gadiem", None), ("2030", None), ("2020-21", None),
        ("2019/2020", None), ("pirms 3 gadiem", None), ("nezinu", None),
    ],
)  # fmt: skip
def test_a_year_is_one_year_not_after_the_deadline_and_forming_is_present_tense(text, started):
    typed, _ = clean_column(pd.Series([text], dtype="str"), COLUMNS["started"], programme())
    assert (None if pd.isna(typed[0]) else typed[0]) == started


def test_the_dates_of_one_export_prove_nothing_about_another():
    table = raw(
        3, submitted_at=["8/5/2023 10:00", "8/6/2023 10:00", "21/08/2023 10:00"], file=["us.csv", "us.csv", "uk.csv"]
    )
    moments = identify(table, programme())["moment"]
    assert moments.isna().tolist() == [True, True, False]
    assert [p.code for p in clean_applications(identify(table, programme()), programme(), PLACES).problems] == [
        "moment_order",
        "moment_order",
    ]


def test_a_blank_consent_is_a_question():
    found = clean_applications(identify(raw(1, consent=""), programme()), programme(), PLACES)
    assert [(p.code, p.column) for p in found.problems] == [("value_missing", "consent")]


def test_after_a_code_is_changed_the_old_code_means_the_other_row():
    table = raw(2, email="a@example.org", community="Viena", submitted_at="2023-08-01 10:00:00")
    table = table.assign(application_id="K-01")
    told = corrections("K-01 Pieteikums K-01 K-02", "K-01 Kopiena Viena Pirmā on=2023-08-26")
    corrected, problems = correct(table, told)
    assert corrected[["application_id", "community"]].to_numpy().tolist() == [["K-01", "Pirmā"], ["K-02", "Viena"]]
    assert problems == []


def test_a_date_out_of_all_reason_is_a_question():
    _, codes = clean_column(pd.Series(["01.01.0001", "05.09.2023"], dtype="str"), COLUMNS["on"], programme())
    assert codes.tolist() == ["date_unreadable", ""]


@pytest.mark.parametrize("texts", [["2000", "0011"], ["20000011\n20000012"], ["", "112\n"]])
def test_a_telephone_in_two_rows_or_two_in_one_cell_is_not_taken_for_one(texts):
    table = raw(len(texts), phone=texts)
    _, problems = clean_table(table, [COLUMNS["phone"]], programme())
    alone = [clean_table(raw(phone=text), [COLUMNS["phone"]], programme()).problems for text in texts]
    assert codes(problems) == [code for found in alone for code in codes(found)]
    assert codes(problems)


@pytest.mark.parametrize(
    "text",
    [
        "now",
        "today",
        "21.08.2023 23:59:60",
        "21.08.2023 23:5:09",
        "2023-08-21 9:5:7",
        "0999-01-01 00:00:00",
        "01.01.0999 00:00:00",
    ],
)
@pytest.mark.parametrize("first", ["2023-08-21 10:00:00", "21.08.2023 10:00:00", "21.08.2023 10:00", ""])
def test_what_pandas_would_guess_is_not_read_whatever_stands_above_it(text, first):
    for texts in ([first, text], [text, first]):
        moments, found = moment(*texts)
        assert pd.isna(moments[texts.index(text)])
        assert found[texts.index(text)] == "moment_unreadable"


def test_a_thousand_commas_in_a_cell_of_themes_do_not_stop_the_reader():
    label = THEMES["communication"]
    assert read_themes("a, " * 3_000 + label, THEMES)[:2] == (("communication", "other"), ", ".join("a" * 3_000))


@pytest.mark.parametrize(
    ("text", "codes", "other", "misread"),
    [
        ("Kā piesaistīt papildu finansējmu?", ("funding",), "", ("Kā piesaistīt papildu finansējmu?",)),
        ("Ka piesaistit papildus finansejums", ("funding",), "", ("Ka piesaistit papildus finansejums",)),
        ("Kā piesaistīt papildus finansējumusi?", ("other",), "Kā piesaistīt papildus finansējumusi?", ()),
        ("Kā piesaistīt savu papildu finansējumu?", ("other",), "Kā piesaistīt savu papildu finansējumu?", ()),
        ("KĀ PIESAISTĪT PAPILDU FINANSĒJUMU", ("funding",), "", ()),
    ],
)  # fmt: skip
def test_an_option_with_one_or_two_wrong_letters_is_that_label_and_is_told(text, codes, other, misread):
    assert read_themes(text, THEMES) == (codes, other, misread)


def test_an_option_as_near_to_two_labels_is_neither():
    labels = {"a": "Kopienas telpas 1", "b": "Kopienas telpas 2", "c": "Cits"}
    assert read_themes("Kopienas telpas 3", labels) == (("c",), "Kopienas telpas 3", ())
    assert read_themes("upe", {"a": "ape", "c": "Cits"}).misread == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [("k-0o12ab Pulks", "K-0012AB"), ("K 0012AB", "K-0012AB"), (" Pulks ", "Pulks"), ("K-0012ABC", "K-0012ABC"), (" ", "")],
)  # fmt: skip
def test_a_code_is_read_as_people_type_it_and_anything_else_stays(text, code):
    assert read_code(text) == code


@pytest.mark.parametrize(
    ("phone", "found"),
    [
        ("20000011", []), ("+371 2000 0011", []), ("(00371) 20-000-011", []), ("2000001", ["phone_invalid"]),
        ("200000111", ["phone_invalid"]), ("+44 20 7946 0018", []), ("rakstiet", ["phone_invalid"]), ("", []),
    ],
)  # fmt: skip
def test_a_number_that_nobody_can_call_is_told_and_kept(phone, found):
    table, problems = clean_table(raw(1, phone=phone), [COLUMNS["phone"]], programme())
    assert (table["phone"].tolist(), codes(problems)) == ([phone], found)


def test_a_theme_that_is_not_of_the_call_is_answered_with_the_list():
    theme = next(c for name in SHEETS for c in SHEETS[name] if c.kind == "theme")
    table = pd.DataFrame({theme.name: ["Dārzi", THEMES["funding"]], "file": "d.xlsx", "sheet": "Tēmas", "row": [2, 3]})
    typed, problems = clean_table(table, [theme], programme())
    assert typed[theme.name][1] == "funding"
    assert problems[0].details == ", ".join(choices_of(theme, programme()).values())


@pytest.mark.parametrize(
    ("text", "found"), [("Vērsis", []), ("KÄ\x81 dzÄ«vot", ["text_broken"]), ("K\ufffd", ["text_lost"]), ("Kā", [])]
)
def test_letters_broken_or_lost_are_asked_about(text, found):
    assert codes(clean_table(raw(1, question=text), [COLUMNS["question"]], programme()).problems) == found
