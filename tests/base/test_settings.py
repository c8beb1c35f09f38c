# ruff: noqa: E501 - tables are read line by line
"""Slips of the hand in the settings: each told in Latvian with its line, nothing of a library, nothing unexpected."""

import os
import random
import re
import string
import tomllib

import builders
import openpyxl
import pytest
from builders import SETTINGS
from pydantic_core import PydanticCustomError

from mentoring_lib.app import cli, paths
from mentoring_lib.base import programme
from mentoring_lib.base.problems import Refused, describe, explain_os_error
from mentoring_lib.base.programme import MAX_SIZE, parse_programme, read_bytes, read_programme
from mentoring_lib.base.settings import BOOK_NAME, KEYS, NAMES, PAGES, dig, name_setting, problem_of, problem_of_several
from mentoring_lib.base.slips import _PATTERNS, _TESTS, WORDS, find_line, find_slip
from mentoring_lib.intake.settings import read_own_files
from mentoring_lib.workflow import EXAMPLE

DEADLINE = "deadline = 2023-08-21"


@pytest.mark.parametrize(
    ("place", "value"),
    [(("call", "title"), "a"), (("mentors", 1, "name"), "Inese"), (("mentors", 2), None), (("call", 0), None),
     (("call", "title", "x"), None), (("other",), None), ((), {"call": {"title": "a"}, "mentors": ["", {"name": "Inese"}]})],
)  # fmt: skip
def test_what_stands_at_a_key_is_found_and_nothing_where_nothing_stands(place, value):
    assert dig({"call": {"title": "a"}, "mentors": ["", {"name": "Inese"}]}, place) == value


def test_a_setting_is_named_as_the_file_names_it_that_it_was_read_from():
    text, book = builders.programme(), builders.programme().from_file(BOOK_NAME)
    assert name_setting(text, "call.deadline") == ("", "call.deadline")
    sheet, name = name_setting(book, "call.deadline")
    assert NAMES["call.deadline"] == (sheet, name)
    places = NAMES["places"]
    assert name_setting(book, "places.2023") == (places[0], f"{places[1]}: 2023")
    assert name_setting(book, "nothing") == ("", "nothing")
    problem = problem_of_several("publicity_missing", book, ["call.deadline", "nothing"])
    assert (problem.file, problem.details) == (BOOK_NAME, f"{sheet}: {name}; nothing")
    one = problem_of("day_ahead", book, "call.deadline")
    assert (one.file, one.sheet, one.value) == (BOOK_NAME, sheet, name)
    assert problem_of("day_ahead", book, "call.deadline", value="x").value == "x"


def test_cells_of_the_settings_are_of_the_kinds_that_the_model_says():
    rows = {one.key: one for page in PAGES for one in page.settings}
    kinds = {key: (one.kind, one.many, one.required, one.source) for key, one in rows.items()}
    assert kinds["rule.decided_on"] == ("date", False, False, "")
    assert kinds["project.implementers"] == ("text", True, True, "")
    assert (rows["form.consent"].default, rows["public.year"].option) == ("asked", "year")
    tables = {".".join(one.place): one for page in PAGES for one in page.tables}
    keys = {key: [one.key for one in table.columns if one.place[0] in KEYS] for key, table in tables.items()}
    assert {key: len(columns) for key, columns in keys.items() if columns} == {
        "places": 1, "themes": 1, "form.headers": 1, "form.answers": 2, "report.headings": 1}  # fmt: skip
    assert [(one.key, one.kind, one.required) for one in tables["call.municipalities"].columns[1:]] == [
        ("call.former_names", "text", False), ("minimum_places", "whole", False)]  # fmt: skip
    assert [one.source for one in tables["mentors"].columns][:3] == ["", "", "call.municipalities"]


def test_a_slip_is_told_with_its_file_and_line():
    with pytest.raises(Refused) as refused:
        parse_programme(instead_of("clear_from = 7", "clear_from = 13"), file="cita.toml")
    (problem,) = refused.value.problems
    assert (problem.file, problem.row) == ("cita.toml", SETTINGS.split("\n").index("clear_from = 7") + 1)


def test_municipalities_told_together_are_those_of_the_call():
    with pytest.raises(Refused, match=r"Rīga"):
        parse_programme(f'{SETTINGS}\n[report]\njoined_rows = [["Olaines novads", "Rīga"]]\n')


def refuse(text):
    with pytest.raises(Refused) as refused:
        parse_programme(text)
    return refused.value.problems


def instead_of(line, slip):
    assert SETTINGS.count(line) == 1
    return SETTINGS.replace(line, slip)


SYNTAX = [
    (DEADLINE, "deadline = 21.08.2023", "date_order"),
    (DEADLINE, "deadline = 21. 08. 2023", "date_order"),
    (DEADLINE, "deadline = 21/08/2023", "date_order"),
    (DEADLINE, "deadline = 2023.08.21", "date_order"),
    (DEADLINE, "deadline = 2023-02-31", "date_impossible"),
    (DEADLINE, "deadline = 2023-13-01", "date_impossible"),
    (DEADLINE, "deadline = 2026-3-20", "date_zero"),
    (DEADLINE, "deadline = 2026-03-1", "date_zero"),
    (DEADLINE, "deadline: 2023-08-21", "colon"),
    (DEADLINE, "deadline 2023-08-21", "equals"),
    (DEADLINE, "deadline =", "value_missing"),
    (DEADLINE, "deadline =   # vēl nezinu", "value_missing"),
    (DEADLINE, "pieteikties līdz augustam", "equals"),
    (DEADLINE, f"{DEADLINE}\n{DEADLINE}", "twice"),
    (DEADLINE, f"{DEADLINE}\n[call]", "twice"),
    ("drawn_at = 2023-08-30T21:30:00", "drawn_at = 2026-04-01 21:30", "moment"),
    ("drawn_at = 2023-08-30T21:30:00", "drawn_at = 2026-04-01T21.30", "moment"),
    ("drawn_at = 2023-08-30T21:30:00", "drawn_at = 2026-04-01 25:30:00", "moment"),
    ('seed = "12345678901234567890"', "seed = 04071113192326313134", "zero"),
    ('seed = "12345678901234567890"', 'seed = "12345678901234567890', "quote_missing"),
    ('seed = "12345678901234567890"', 'seed = 12345678901234567890"', "quote_missing"),
    ("example = true", "example = True", "yes_no"),
    ("example = true", "example = jā", "yes_no"),
    ("clear_from = 7", "clear_from = 7,0", "comma"),
    ("clear_from = 7", "clear_from = 10 000", "thousands"),
    ("clear_from = 7", "clear_from = 7 %", "thousands"),
    ('reading = "taking_turns"', "reading = taking_turns", "text"),
    ('code = "KKK-2023"', "code = „KKK-2023”", "quotes_curly"),
    ('code = "KKK-2023"', "code = «KKK-2023»", "quotes_curly"),
    ('code = "KKK-2023"', "code = 'KKK-2023", "quote_missing"),
    ('code = "KKK-2023"', 'code = "C:\\Users"', "backslash"),
    ('code = "KKK-2023"', 'code = "KKK\x1b2023"', "character"),
    ('markers = ["Ilze", "Andris"]', 'markers = ["Ilze", „Andris”]', "quotes_curly"),
    ('markers = ["Ilze", "Andris"]', 'markers = ["Ilze" "Andris"]', "unclosed"),
    ('markers = ["Ilze", "Andris"]', "markers = [Ilze, Andris]", "text"),
    ("[appeal]", "[appeal", "header"),
    ('funding = "Kā', 'jaunieši = "Kā', "key"),
    ('funding = "Kā', 'nauda un darbs = "Kā', "key"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "slip", "name"), SYNTAX, ids=[slip for _, slip, _ in SYNTAX])
def test_a_slip_is_named_with_its_line_in_latvian(line, slip, name):
    text = instead_of(line, slip)
    (problem,) = refuse(text)
    assert (problem.code, problem.details) == ("setting_syntax", WORDS["slips"][name])
    told = text.split("\n")[problem.row - 1]
    assert told == slip.split("\n")[-1] if line != 'funding = "Kā' else told.startswith(slip)
    assert describe(problem).startswith(f"programme.toml, {problem.row}. rinda: rakstības kļūda: ")


def test_an_open_list_is_named_at_the_line_it_runs_into():
    (problem,) = refuse(instead_of('markers = ["Ilze", "Andris"]', 'markers = ["Ilze", "Andris"'))
    assert problem.details == WORDS["slips"]["unclosed"]


def test_every_slip_has_its_phrase_and_every_phrase_its_slip():
    assert sorted(WORDS["slips"]) == sorted([*_PATTERNS, *_TESTS, "digits", "nesting"])
    assert list(WORDS["slips"])[-1] == "other"
    assert {name for _, _, name in SYNTAX} | {"other"} == {*_PATTERNS, *_TESTS}


def test_every_reason_of_the_settings_has_its_phrase():
    source = programme.__loader__.get_source(programme.__name__)
    raised = set(re.findall(r'PydanticCustomError\("(\w+)"', source)) - {"slips"}
    raised |= set(re.findall(r'Slip\([^{\n]*, "(\w+)"', source)) | {"twice", "unknown"}
    assert PydanticCustomError
    assert raised <= set(WORDS["allowed"])


TYPES = [
    ("2023 = 2", "2023 = true", "places.2023", "true – jābūt veselam skaitlim, bez pēdiņām"),
    ("2023 = 2", '2023 = "2"', "places.2023", "2 – jābūt veselam skaitlim, bez pēdiņām"),
    ("2023 = 2", "2023 = 2.0", "places.2023", "2.0 – jābūt veselam skaitlim, bez pēdiņām"),
    ("2023 = 2", '"2023. gads" = 2', "places.2023. gads", "2023. gads – jābūt gadam ar četriem cipariem"),
    ("example = true", "example = 0", "example", "0 – jābūt true (jā) vai false (nē), bez pēdiņām"),
    ("example = true", 'example = "x"', "example", "x – jābūt true (jā) vai false (nē), bez pēdiņām"),
    ("clear_from = 7", "clear_from = true", "rule.clear_from", "true – jābūt veselam skaitlim, bez pēdiņām"),
    ("clear_from = 7", f"clear_from = 0x{'f' * 9000}", "rule.clear_from", "jābūt ne vairāk kā 12"),
    (DEADLINE, 'deadline = "2023-08-21"', "call.deadline", "2023-08-21 – jābūt datumam bez pēdiņām, piemēram, 2023-08-21"),
    (DEADLINE, "deadline = 2023-08-21T10:00:00", "call.deadline", "2023-08-21 10:00:00 – jābūt datumam bez pēdiņām, piemēram, 2023-08-21"),
    ('seed = "12345678901234567890"', "seed = 12345678901234567890", "lottery.seed", "12345678901234567890 – jābūt tekstam taisnajās pēdiņās"),
    ("drawn_at = 2023-08-30T21:30:00", "drawn_at = 1", "lottery.drawn_at", "1 – jābūt datumam ar laiku bez pēdiņām, piemēram, 2026-04-01T21:30:00"),
    ("drawn_at = 2023-08-30T21:30:00", "drawn_at = 0001-01-01T00:00:00+23:00", "lottery.drawn_at", "0001-01-01 00:00:00+23:00 – jābūt gadam ar četriem cipariem"),
    ('title = "Aicinām pieteikties"', 'title = "\u200b"', "call.title", "\u200b – nedrīkst būt tukšs"),
    ('"Mārupes novads", ', '"Ādaži", ', "call.municipalities.1", "Ādaži – nav pašvaldības pilns nosaukums; rakstiet kā veidlapā, piemēram, Ādažu novads"),
    ('"Mārupes novads", ', '"Ādažu nov.", ', "call.municipalities.1", "Ādažu nov. – nav pašvaldības pilns nosaukums; rakstiet kā veidlapā, piemēram, Ādažu novads"),
    (DEADLINE, "deadline = 2023-04-30", "call.deadline", "2023-04-30 – jābūt ne agrāk kā 2023-05-01"),
    (DEADLINE, "deadline = 2024-11-01", "call.deadline", "2024-11-01 – jābūt ne vēlāk kā 2024-10-31"),
    ("keep_personal_data_until = 2026-10-31", "keep_personal_data_until = 2024-10-30", "keep_personal_data_until", "2024-10-30 – jābūt ne agrāk kā 2024-10-31"),
    ("decided_on = 2023-07-24", "decided_on = 2022-07-24", "rule.decided_on", "2022-07-24 – jābūt ne agrāk kā 2022-08-20"),
    ('themes = ["communication"]', 'themes = ["naudas"]', "mentors.2.themes.1", "naudas – nav zināms; der: communication, funding, other"),
    ('themes = ["communication"]', "themes = 7", "mentors.2.themes", "7 – jābūt sarakstam kvadrātiekavās"),
    ('themes = ["communication"]', "themes = [1]", "mentors.2.themes.1", "1 – jābūt tekstam taisnajās pēdiņās"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "slip", "key", "details"), TYPES, ids=[slip[:40] for _, slip, _, _ in TYPES])
def test_a_wrong_value_is_named_with_its_line_key_and_what_is_allowed(line, slip, key, details):
    text = instead_of(line, slip)
    (problem,) = refuse(text)
    assert (problem.code, problem.value, problem.details) == ("setting_invalid", key, details)
    place = text[: text.index(slip)].count("\n") + 1
    assert problem.row == place


def test_three_keys_of_one_name_are_told_apart_by_their_lines():
    text = SETTINGS.replace('title = "Aicinām pieteikties"', 'title = ""').replace('themes = ["communication"]', "")
    problems = refuse(text)
    lines = text.split("\n")
    assert [(problem.code, problem.value) for problem in problems] == [
        ("setting_empty", "call.title"), ("setting_missing", "mentors.2.themes"),
    ]  # fmt: skip
    assert lines[problems[0].row - 1] == 'title = ""'
    assert lines[problems[0].row - 3] == "[call]"
    assert lines[problems[1].row - 1 : problems[1].row + 1] == ["[[mentors]]", 'name = "Inese"']


def test_years_of_targets_are_told_with_all_other_mistakes():
    text = SETTINGS.replace("decided_on = 2023-07-24", "decided_on = 1") + (
        "[[indicators]]\nname = 'N'\nunit = 'u'\nformula = 'hours'\ntargets = { 2023 = 1, 2025 = 1 }\n"
    )
    assert [problem.value for problem in refuse(text)] == ["rule.decided_on", "indicators.1.targets.2025"]
    assert [problem.value for problem in refuse(text.replace(", 2025 = 1", ""))][1:] == ["indicators.1.targets.2024"]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [(f"a = {'9' * 5000}", "digits"), (f"a = {'[' * 5000}", "nesting"), ("a = " + "{a = " * 5000, "nesting")],
)  # fmt: skip
def test_hostile_texts_are_refused_in_a_sentence(text, phrase):
    (problem,) = refuse(text)
    assert (problem.code, problem.details) == ("setting_syntax", WORDS["slips"][phrase])


ENGLISH = re.compile(
    r"\b(at line|column \d|expected|invalid|should|must|input|cannot|error|unterminated|illegal)\b", re.I
)


def mutants(count):
    chance = random.Random(17)
    signs = string.printable + "āžķ„”«»\u200b\x00\u2028\r"
    for _ in range(count):
        letters = list(SETTINGS)
        for _ in range(chance.choice((1, 1, 2, 5))):
            place = chance.randrange(len(letters))
            match chance.randrange(4):
                case 0:
                    letters[place] = chance.choice(signs)
                case 1:
                    letters.insert(place, chance.choice(signs))
                case 2:
                    del letters[place]
                case _:
                    end = min(len(letters), place + chance.randrange(40))
                    letters[place:place] = letters[chance.randrange(place + 1) : end]
        yield "".join(letters)


def test_no_text_at_all_gives_anything_but_settings_or_sentences_in_latvian():
    refused, phrases = 0, []
    for text in mutants(1500):
        try:
            parse_programme(text)
        except Refused as found:
            refused += 1
            phrases += [problem.details.split(" – ")[-1] for problem in found.problems]
    assert refused > 700
    assert [phrase for phrase in phrases if ENGLISH.search(phrase)] == []


# The file


@pytest.mark.parametrize("encoding", ["cp1257", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_in_another_encoding_gets_advice_that_helps(tmp_path, encoding):
    (tmp_path / "programme.toml").write_text(SETTINGS, encoding=encoding)
    with pytest.raises(
        Refused, match=r"programme\.toml datne nav saglabāta UTF-8 kodējumā\. Atveriet to Piezīmju blokā"
    ):
        read_programme(tmp_path)


def test_a_file_too_large_for_settings_is_refused_unread(tmp_path):
    (tmp_path / "programme.toml").write_bytes(b"#" * (MAX_SIZE + 1))
    with pytest.raises(Refused, match="par lielu"):
        read_programme(tmp_path)
    (tmp_path / "programme.toml").write_bytes(SETTINGS.encode().ljust(MAX_SIZE, b"\n"))
    assert read_programme(tmp_path).call.code == "KKK-2023"


def test_a_locked_file_is_told_in_latvian(tmp_path, monkeypatch):
    path = tmp_path / "sif.png"
    path.write_bytes(b"x")

    def locked(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", locked)
    settled = parse_programme(instead_of('implementers = ["Biedrība"]', 'implementers = ["B"]\nlogos = ["sif.png"]'))
    with pytest.raises(
        Refused, match=r"sif\.png datni nevar atvērt: tā ir atvērta citā programmā vai jums nav atļaujas"
    ):
        read_own_files(tmp_path, settled)
    with pytest.raises(Refused, match="datni nevar atvērt"):
        read_bytes(path)
    (tmp_path / "programme.toml").write_text(SETTINGS, "utf-8")
    with pytest.raises(Refused, match=r"programme\.toml datni nevar atvērt"):
        read_programme(tmp_path)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_lines_are_counted_as_an_editor_counts_them(ends):
    (problem,) = refuse(SETTINGS.replace(DEADLINE, "deadline = 21.08.2023").replace("\n", ends))
    assert SETTINGS.split("\n")[problem.row - 1] == DEADLINE


def test_every_key_of_the_example_is_found_where_it_stands():
    text = (EXAMPLE / "programme.toml").read_text("utf-8")
    lines = text.split("\n")

    def walk(value, place):
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from walk(inner, (*place, key))
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for number, inner in enumerate(value):
                yield from walk(inner, (*place, number))
        else:
            yield place

    places = [place for place in walk(tomllib.loads(text), ()) if "targets" not in place and len(place) < 5]
    assert len(places) > 60
    for place in places:
        assert str(place[-1] if "earlier" not in place else place[2]) in lines[find_line(text, place) - 1]
    assert find_line(text, ("nav",)) is None


# The command


@pytest.fixture
def private(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "PRIVATE", tmp_path / "private")
    monkeypatch.setattr(paths, "find_reports", lambda folder: tmp_path / "reports" / folder.name)
    (tmp_path / "private" / "mana").mkdir(parents=True)
    return tmp_path / "private" / "mana" / "programme.toml"


def check(path, text, capsys):
    path.write_text(text, "utf-8")
    assert cli.main(["start", "mana"]) == paths.FINE
    return capsys.readouterr().out


def test_what_can_never_work_is_told_when_the_settings_are_checked(private, capsys):
    assert "Tālāk: ielieciet veidlapas eksportu" in check(private, SETTINGS, capsys)
    other = private.parent.parent / "cita" / "programme.toml"
    other.parent.mkdir()
    other.write_text(SETTINGS, "utf-8")
    told = check(private, instead_of("as_of = 2024-09-15", "as_of = 2099-01-01").replace(
        'implementers = ["Biedrība"]', 'implementers = ["B"]\nlogos = ["sif.png"]'), capsys)  # fmt: skip
    assert "sif.png – šādas datnes nav mapē" in told
    assert "datu diena 01.01.2099 vēl nav pienākusi" in told
    assert "«call.code = KKK-2023» ir arī programmā cita" in told
    assert "«lottery.seed = 12345678901234567890» ir arī programmā cita" in told
    assert "Vēl vajadzīgs (4)" in told


def test_every_programme_has_a_salt_of_its_own(private):
    salts = set()
    for name in ("viena", "otra"):
        cli.main(["start", name])
        sheet = openpyxl.load_workbook(private.parent.parent / name / "programma.xlsx")
        cells = [str(cell) for page in sheet for row in page.iter_rows(values_only=True) for cell in row]
        salts |= {cell for cell in cells if re.fullmatch("[0-9a-f]{32}", cell)}
    assert len(salts) == 2


def test_without_a_day_today_is_shown(monkeypatch):
    settled = parse_programme(instead_of("as_of = 2024-09-15", ""))
    assert settled.as_of is None
    assert paths.find_day(settled).year >= 2026
    assert paths.find_day(parse_programme(SETTINGS)).isoformat() == "2024-09-15"


def test_an_erased_programme_is_closed_not_begun_again(private, capsys):
    (private.parent / "skaitli.json").write_text("{}", "utf-8")
    assert "šī programma ir noslēgta" in check(private, SETTINGS, capsys)
    assert cli.main(["check", "mana"]) == paths.FINE
    assert "šī programma ir noslēgta" in capsys.readouterr().out
    assert not (private.parent / "darba_gramata.xlsx").exists()


def test_keys_of_parts_within_parts_and_of_a_later_item_are_found():
    text = "a = 1\n[ call ]\nb = 1\n[call.\"x.y\"]\nc = 1\n[[m]]\nd = 1\n[[m]]\n'd e' = 1\n"
    places = [("a",), ("call", "b"), ("call", "x.y", "c"), ("m", 0, "d"), ("m", 1, "d e"), ("m", 1, "nav"), ("call",)]
    assert [find_line(text, place) for place in places] == [1, 3, 5, 7, 9, 8, 2]


@pytest.mark.parametrize("number", [*range(1, 134), None])
def test_the_systems_own_words_are_never_said(number):
    said = explain_os_error(OSError(number, "Permission denied"))
    assert said
    assert not re.search(r"denied|directory|file|space|error", said)
    assert explain_os_error(IsADirectoryError(21, "Is a directory")) == "tā ir mape, nevis datne"


def test_libraries_keep_their_own_files_inside_the_project(monkeypatch, capsys):
    for name in paths.list_homes():
        monkeypatch.setenv(name, "x")
    monkeypatch.delenv("MPLCONFIGDIR")
    cli.main(["run", "tadas-programmas-nav"])
    assert os.environ["MPLCONFIGDIR"] == str(paths.CACHE / "matplotlib")
    assert os.environ["IPYTHONDIR"] == "x"  # what she has set herself stays
    assert set(paths.list_homes()) >= {"IPYTHONDIR", "MPLCONFIGDIR", "JUPYTER_DATA_DIR", "npm_config_cache"}


def test_a_number_too_long_to_read_is_found_by_its_line():
    assert find_slip("a = 1\nb = " + "1" * 4000, ValueError()) == (2, WORDS["slips"]["digits"])
    assert find_slip("a = 1\nb = " + "1" * 3999, ValueError()) == (None, WORDS["slips"]["digits"])
