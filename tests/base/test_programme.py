# ruff: noqa: E501 - tables are read line by line
"""The programme file: every wrong key is named with its value and what is allowed."""

import io
from datetime import UTC, date, datetime

import pytest
from builders import SETTINGS, picture, programme
from docx import Document
from pydantic import ValidationError

from mentoring_lib.base.problems import Refused
from mentoring_lib.base.programme import parse_programme, read_programme
from mentoring_lib.intake.settings import read_own_files


def test_a_complete_file_is_read():
    settled = parse_programme(SETTINGS)
    assert settled.places == {2023: 2, 2024: 2}
    assert settled.rule.clear_from == 7
    assert settled == programme()


@pytest.mark.parametrize(
    ("line", "instead", "message"),
    [
        (
            "clear_from = 7",
            'clear_from = "septiņi"',
            r"«rule\.clear_from» neder vērtība: septiņi – jābūt veselam skaitlim",
        ),
        ("clear_from = 7", "clear_from = 13", r"«rule\.clear_from» neder vērtība: 13 – jābūt ne vairāk kā 12"),
        ("discussion_gap = 2", "discussion_gap = 0", r"«rule\.discussion_gap» neder vērtība: 0 – jābūt vismaz 1"),
        ("2023 = 2", "2023 = -1", r"«places\.2023» neder vērtība: -1 – jābūt vismaz 0"),
        (
            'reading = "taking_turns"',
            'reading = "best"',
            r"«rule\.reading» neder vērtība: best – der 'taking_turns'.* vai 'points'",
        ),
        (
            "deadline = 2023-08-21",
            'deadline = "21.08.2023"',
            r"«call\.deadline» neder vērtība: 21\.08\.2023 – jābūt datumam",
        ),
        (
            'seed = "12345678901234567890"',
            'seed = "1234"',
            r"«lottery\.seed» neder vērtība: 1234 – jābūt vismaz 20 cipariem",
        ),
        (
            'seed = "12345678901234567890"',
            "seed = 1234",
            r"«lottery\.seed» neder vērtība: 1234 – jābūt tekstam taisnajās pēdiņās",
        ),
        (
            'markers = ["Ilze", "Andris"]',
            'markers = "Ilze"',
            r"«markers» neder vērtība: Ilze – jābūt sarakstam kvadrātiekavās",
        ),
        ("example = true", 'example = "varbūt"', r"«example» neder vērtība: varbūt – jābūt true \(jā\) vai false"),
        ('code = "KKK-2023"', "", r"trūkst iestatījuma «call\.code»"),
        ('code = "KKK-2023"', 'code = "KKK-2023"\ncolour = "zila"', r"iestatījums «call\.colour» nav zināms"),
        (
            'themes = ["communication"]',
            'themes = ["dancing"]',
            r"«mentors\.2\.themes\.1».*: dancing – nav zināms; der: comm",
        ),
    ],
)
def test_a_wrong_key_is_named_with_what_is_allowed(line, instead, message):
    with pytest.raises(Refused, match=message):
        parse_programme(SETTINGS.replace(line, instead, 1))


def test_all_wrong_keys_are_named_at_once():
    text = (
        SETTINGS.replace("clear_from = 7", "clear_from = 99")
        .replace('code = "KKK-2023"\n', "")
        .replace("days = 10", "dayz = 10")
    )
    with pytest.raises(Refused) as caught:
        parse_programme(text)
    found = {(p.code, p.value) for p in caught.value.problems}
    assert found == {
        ("setting_invalid", "rule.clear_from"),
        ("setting_missing", "call.code"),
        ("setting_missing", "appeal.days"),
        ("setting_unknown", "appeal.dayz"),
    }


def test_a_time_zone_that_does_not_exist_is_refused():
    with pytest.raises(Refused, match=r"Europe/Rigaa – nav tādas laika zonas"):
        parse_programme(SETTINGS.replace("Europe/Riga", "Europe/Rigaa"))


def test_places_cannot_be_carried_over_to_a_year_without_places():
    moved = "from_year = 2023\nto_year = 2025\nplaces = 1\npermission = 'Nr. 1'\npermitted_on = 2023-12-01\n"
    with pytest.raises(Refused, match=r"«carry_over\.1\.to_year» neder vērtība: 2025 – nav zināms; der: 2023, 2024"):
        parse_programme(SETTINGS + "\n[[carry_over]]\n" + moved)


def test_a_folder_without_a_programme_file_is_refused(tmp_path):
    with pytest.raises(Refused, match=r"programme\.toml datnes nav"):
        read_programme(tmp_path / "programme.toml")


def test_a_programme_file_saved_by_notepad_is_read(tmp_path):
    (tmp_path / "programme.toml").write_text(SETTINGS, encoding="utf-8-sig")
    assert read_programme(tmp_path / "programme.toml") == programme()


def test_settings_cannot_be_changed_afterwards():
    with pytest.raises(ValidationError, match="frozen"):
        programme().rule.clear_from = 1


def test_the_call_closes_at_the_end_of_the_deadlines_day_in_riga():
    assert programme().call.closes_at.astimezone(UTC) == datetime(2023, 8, 21, 21, 0, tzinfo=UTC)
    assert programme(call__deadline=date(2023, 10, 28)).call.closes_at.astimezone(UTC).hour == 21
    assert programme(call__deadline=date(2023, 10, 29)).call.closes_at.astimezone(UTC).hour == 22


def test_new_is_counted_back_from_the_deadlines_year():
    assert programme().new_from == 2021
    assert programme(rule__new_within_years=0).new_from == 2023


def test_planned_is_the_sum_of_all_years():
    assert programme(places={2023: 7, 2024: 7}).planned == 14
    assert programme(places={2023: 0, 2024: 1}).planned == 1


@pytest.mark.parametrize(
    ("minimum", "told"),
    [
        ('"Rīga" = 1', r"«minimum_places\.Rīga» neder vērtība: Rīga – nav zināms; der: Mārupes novads, "),
    ],
)
def test_minimum_places_name_a_municipality_of_the_call(minimum, told):
    with pytest.raises(Refused, match=told):
        parse_programme(f"{SETTINGS}\n[minimum_places]\n{minimum}\n")
    assert programme(minimum_places={"Olaines novads": 2}).minimum_places == {"Olaines novads": 2}
    assert programme().minimum_places == {}


TARGETS = "[[indicators]]\nname = 'N'\nunit = 'u'\nformula = 'hours'\ntargets = { %s }\n"
MOVED = "[[carry_over]]\nfrom_year = 2024\nto_year = %s\nplaces = 1\npermission = 'Nr. 1'\npermitted_on = 2023-12-01\n"
EARLIER = "[[earlier]]\ncode = 'A'\nconfirmed = 3\nthemes = { %s }\n"
HEADERS = "[form]\nheaders = { 'krāsa' = ['Krāsa?'] }\n"


@pytest.mark.parametrize(
    ("line", "instead", "message"),
    [
        ("2023 = 2\n2024 = 2", "", r"«places» neder vērtība: nedrīkst būt tukšs"),
        ("2023 = 2", "1999 = 2", r"«places\.1999» neder vērtība: 1999 – jābūt vismaz 2000"),
        ("2023 = 2", "2101 = 2", r"«places\.2101» neder vērtība: 2101 – jābūt ne vairāk kā 2100"),
        ("2023 = 2", "2023 = 1000000000", r"«places\.2023» neder vērtība: 1000000000 – jābūt ne vairāk kā 10000"),
        (
            'municipalities = ["Mārupes novads", "Olaines novads", "Ķekavas novads"]',
            "municipalities = []",
            r"«call\.municipalities» neder vērtība: nedrīkst būt tukšs",
        ),
        ('"Mārupes novads", "Olaines', '"Olaines novads", "Olaines', r"«call\.municipalities\.2».*: Olaines novads – atkārtojas"),
        ('name = "Inese"', 'name = " MAIJA"', r"«mentors\.2\.name» neder vērtība:  MAIJA – atkārtojas"),
        ('["Ilze", "Andris"]', '["Ilze", "Ilze"]', r"«markers\.2» neder vērtība: Ilze – atkārtojas"),
        ('["Ilze", "Andris"]', '["Ilze", " "]', r"«markers\.2» neder vērtība:   – nedrīkst būt tukšs"),
        ('name = "Inese"', 'name = ""', r"«mentors\.2\.name» vēl nav aizpildīts"),
        ('name = "Inese"', 'name = " "', r"«mentors\.2\.name» neder vērtība:   – nedrīkst būt tukšs"),
        ('title = "Aicinām pieteikties"', 'title = ""', r"«call\.title» vēl nav aizpildīts"),
        ('code = "KKK-2023"', 'code = ""', r"«call\.code» vēl nav aizpildīts"),
        ('code = "KKK-2023"', 'code = "KKK\\n2023"', r"«call\.code» neder vērtība: KKK 2023 – jābūt vienā rindā"),
        ('code = "KKK-2023"', 'code = "KKK\\n"', r"«call\.code».*jābūt vienā rindā"),
        ('"Biedrība"', '"Bied\\u0000rība"', r"«project\.implementers\.1» neder vērtība: Bied rība – .*vadības zīmju"),
        ('source = "Izdomāta izloze"', 'source = "a\\u001Bb"', r"«lottery\.source».*: a b – .*vadības zīmju"),
        ("deadline = 2023-08-21", "deadline = 1999-08-21", r"«call\.deadline».*1999-08-21 – jābūt vismaz 2000-01-01"),
        ("deadline = 2023-08-21", "deadline = 9999-12-31", r"«call\.deadline».*jābūt ne vairāk kā 2100-12-31"),
        ("ends = 2024-10-31", "ends = 2023-04-30", r"«project\.ends».*2023-04-30 – .*ne agrāk kā 2023-05-01"),
        ("days = 10", "days = 10\n[delivery]\nanswer_days = 100000000", r"«delivery\.answer_days».*ne vairāk kā 1000"),
        ("days = 10", "days = 10\n[delivery]\nconsultation_minutes = 99999", r"«delivery\.consultation_minutes».*1440"),
        ("days = 10", "days = 10\n[delivery]\nconsultation_minutes = 0", r"«delivery\.consultation_minutes».*vismaz 1"),
        ("days = 10", "days = 10\n[delivery]\npause_minutes = 99999999999", r"«delivery\.pause_minutes».*1440"),
        ("days = 10", "days = 10\n" + TARGETS % "2023 = nan", r"«indicators\.1\.targets\.2023».*nan – jābūt skaitlim"),
        ("days = 10", "days = 10\n" + TARGETS % "2023 = inf", r"«indicators\.1\.targets\.2023».*inf – jābūt skaitlim"),
        ("days = 10", "days = 10\n" + TARGETS % "2023 = -1", r"«indicators\.1\.targets\.2023».*-1 – jābūt vismaz 0"),
        ("days = 10", "days = 10\n" + TARGETS % "2025 = 1", r"«indicators\.1\.targets\.2025» neder vērtība: 2025 – šim gadam nav konsultāciju"),
        ("days = 10", "days = 10\n" + MOVED % "2024", r"«carry_over\.1\.to_year».*2024 – .*gadam nekā 2024"),
        ("days = 10", "days = 10\n" + MOVED % "2023", r"«carry_over\.1\.to_year».*2023 – .*gadam nekā 2024"),
        ("days = 10", "days = 10\n" + (MOVED % "2024").replace("from_year = 2024\n", ""), r"^programme\.toml:? ?[^«]*trūkst iestatījuma «carry_over\.1\.from_year»[^«]*$"),
        ("days = 10", "days = 10\n" + HEADERS, r"«form\.headers\.krāsa».*krāsa – nav zināms; der: submitted_at, email, "),
        ("days = 10", "days = 10\n" + EARLIER % "funding = 4", r"«earlier\.1\.themes».*vairāk nekā visu apstiprināto pieteikumu \(3\)"),
        ("days = 10", "days = 10\n" + EARLIER % "water = 1", r"«earlier\.1\.themes\.water».*: water – nav zināms; der: communication"),
        ('"Par saturu atbild biedrība."', '"A"\nlogos = ["sif.svg"]', r"«project\.logos\.1».*: sif\.svg – jābūt \.png vai \.jpg datnei"),
    ],
)  # fmt: skip
def test_what_would_break_something_later_is_refused_here(line, instead, message):
    assert line in SETTINGS
    with pytest.raises(Refused, match=message):
        parse_programme(SETTINGS.replace(line, instead, 1))


def test_a_programme_without_themes_is_refused():
    head, rest = SETTINGS.split("[themes]\n")
    with pytest.raises(Refused, match=r"«themes» neder vērtība: nedrīkst būt tukšs"):
        parse_programme(
            head + "[themes]\n\n" + rest[rest.index("[[mentors]]") :].replace("themes = [", "themes = [] # ")
        )


def test_what_is_not_set_is_what_the_handbook_says():
    assert (programme().delivery.theme_points, programme().delivery.load_points) == (6, 1)
    assert not any(programme().privacy.model_dump(exclude={"keep_personal_data_until"}).values())


def test_a_folder_stands_for_the_programme_file_in_it(tmp_path):
    with pytest.raises(Refused, match=r"programme\.toml datnes nav"):
        read_programme(tmp_path)
    (tmp_path / "programme.toml").write_text(SETTINGS, "utf-8")
    assert read_programme(tmp_path) == programme()


def test_logos_are_read_by_name(tmp_path):
    (tmp_path / "sif.PNG").write_bytes(picture(4, 4))
    assert read_own_files(tmp_path, programme(project__logos=["sif.PNG"])) == ({"sif.PNG": picture(4, 4)}, None)
    assert read_own_files(tmp_path, programme()) == ({}, None)


def test_a_logo_that_is_not_there_or_no_picture_is_refused_with_key_and_value(tmp_path):
    (tmp_path / "b.png").write_bytes(b"<svg/>")
    with pytest.raises(Refused) as refused:
        read_own_files(tmp_path, programme(project__logos=["a.png", "b.png"], project__template="c.docx"))
    first, second, third = refused.value.problems
    assert third.message == f"iestatījumam «project.template» neder vērtība: c.docx – šādas datnes nav mapē {tmp_path}"
    assert first.message == f"iestatījumam «project.logos» neder vērtība: a.png – šādas datnes nav mapē {tmp_path}"
    assert second.message == "iestatījumam «project.logos» neder vērtība: b.png – datne nav PNG vai JPEG attēls"


INDICATOR = {"name": "N", "unit": "u", "formula": "hours", "targets": {2023: 1, 2024: 0}}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"targets": {2023: 1}},
            r"«indicators\.1\.targets\.2024».*rādītājam «N» nav mērķa \(2024\); ja mērķa nav, rakstiet 0",
        ),
        ({"formula": "hourz"}, r"«indicators\.1\.formula».*hourz – der 'consultations', .* vai '\w+'"),
        ({"municipality": "Rīga"}, r"«indicators\.1\.municipality».*: Rīga – nav zināms; der: "),
        ({"mode": "any"}, r"«indicators\.1\.mode».*any – der 'in_person' vai 'online'"),
    ],
)
def test_an_indicator_without_a_target_or_with_an_unknown_word_is_refused(changes, told):
    assert programme(indicators=[INDICATOR]).indicators[0].evidence == ""
    lines = [f"{name} = {str(value).replace(':', ' =')!s}" if isinstance(value, dict) else f"{name} = {value!r}"
             for name, value in (INDICATOR | changes).items()]  # fmt: skip
    with pytest.raises(Refused, match=told):
        parse_programme("\n".join([SETTINGS, "[[indicators]]", *lines]))


def test_a_template_is_read_if_it_is_a_document(tmp_path):
    buffer = io.BytesIO()
    Document().save(buffer)
    (tmp_path / "veidne.docx").write_bytes(buffer.getvalue())
    assert read_own_files(tmp_path, programme(project__template="veidne.docx")) == ({}, buffer.getvalue())


@pytest.mark.parametrize(("content", "why"), [(None, "šādas datnes nav mapē"), (b"x", "datne nav .docx")])
def test_a_template_that_is_missing_or_no_document_is_refused(tmp_path, content, why):
    if content:
        (tmp_path / "veidne.docx").write_bytes(content)
    with pytest.raises(Refused, match=rf"project\.template.*veidne\.docx – {why}"):
        read_own_files(tmp_path, programme(project__template="veidne.docx"))
    with pytest.raises(Refused, match=r"«project\.template».*: veidne\.doc – jābūt \.docx datnei"):
        parse_programme(SETTINGS.replace("implementers", "template = 'veidne.doc'\nimplementers"))
