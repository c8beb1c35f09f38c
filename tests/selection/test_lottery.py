"""The lot: a ticket anyone can recompute, and a frozen list that cannot change unnoticed."""

import hashlib
import subprocess
from fractions import Fraction
from random import Random

import pytest
from builders import FROZEN_AT, SEED, frozen, graded, programme
from hypothesis import given
from hypothesis import strategies as st

from mentoring_lib.base.problems import Refused
from mentoring_lib.selection.allocation import rank
from mentoring_lib.selection.contract import describe_contract, describe_lot
from mentoring_lib.selection.lottery import (
    FROZEN_FILE,
    compare_frozen,
    draw_tickets,
    find_moved,
    format_checksum,
    format_frozen,
    format_record,
    gives_enough_digits,
    gives_few_digits,
    is_own_file,
    name_list,
    read_frozen,
    read_record,
    ticket,
)
from mentoring_lib.workflow import EXAMPLE, ROOT

LINES = ("K-02 existing 22/3", "K-01 new 8", "K-03 new –")


def text_of(*lines, **changes):
    return format_frozen(graded(*lines), programme(**changes), frozen_at=FROZEN_AT)


def test_a_ticket_is_the_sha256_of_seed_call_and_code():
    assert ticket("1", "KKK", "K-01") == hashlib.sha256(b"1|KKK|K-01").hexdigest()


def test_a_ticket_can_be_made_without_this_library():
    by_hand = subprocess.run(["sha256sum"], input=f"{SEED}|KKK-2023|K-3F9A2C".encode(), capture_output=True, check=True)
    assert ticket(SEED, "KKK-2023", "K-3F9A2C") == by_hand.stdout.decode().split()[0]


def test_without_a_seed_there_are_no_tickets():
    assert set(draw_tickets(graded(*LINES), seed=None, call="X")["ticket"]) == {""}
    assert draw_tickets(graded(), seed=SEED, call="X")["ticket"].tolist() == []


def test_a_ticket_does_not_depend_on_who_else_takes_part():
    alone, all_three = graded(LINES[0], seed=SEED), graded(*LINES, seed=SEED)
    assert alone["ticket"].tolist() == all_three["ticket"].tolist()[:1]


def test_the_frozen_list_to_the_byte():
    assert text_of(*LINES, minimum_places={"Olaines novads": 1}, call__salt="sāls") == (
        "KKK-2023\n"
        "# versija = 2\n"
        "# noslēgts = 2023-08-24T12:00:00\n"
        "# ja izloze nenotiek = der nākamā tā paša avota izloze\n"
        '# call.code = "KKK-2023"\n'
        '# call.deadline = "2023-08-21"\n'
        '# call.time_zone = "Europe/Riga"\n'
        '# call.municipalities = ["Mārupes novads", "Olaines novads", "Ķekavas novads"]\n'
        '# rule.decided_on = "2023-07-24"\n'
        '# rule.reading = "taking_turns"\n'
        "# rule.new_within_years = 2\n"
        "# rule.clear_from = 7\n"
        "# rule.discussion_gap = 2\n"
        "# rule.weight_of_new = 3\n"
        "# rule.least_markers = 1\n"
        '# lottery.source = "Izdomāta izloze"\n'
        '# lottery.draw_at = "2023-08-30T21:30:00"\n'
        '# form.consent = "asked"\n'
        "# places.2023 = 2\n"
        "# places.2024 = 2\n"
        "# minimum_places.Olaines novads = 1\n"
        f"# call.salt = {hashlib.sha256('sāls'.encode()).hexdigest()}\n"
        f"K-01;2;all;8;{sealed('K-01')}\n"
        f"K-02;1;existing;22/3;{sealed('K-02')}\n"
        f"K-03;1;new;-1;{sealed('K-03')}\n"
    )


def sealed(key, town="Mārupes novads", salt="sāls"):
    return hashlib.sha256(f"{salt}|{key}|{town}".encode()).hexdigest()[:16]


def test_a_municipality_is_frozen_where_minimum_places_are_given_by_it():
    settled = {"minimum_places": {"Olaines novads": 1}, "call__salt": "sāls"}
    found, table = frozen(*LINES, **settled), graded(*LINES, **settled)
    assert found.entries["points"].tolist() == [8, Fraction(22, 3), -1]
    assert find_moved(table, found, programme(**settled)) == {}
    other = table.assign(municipality=["Mārupes novads", "Olaines novads", "Lielmārupes novads"])
    moved = find_moved(other, found, programme(**settled))
    at = dict(zip(other["application_id"], other["municipality"], strict=True))
    assert moved == {key: ("cits novads", f"{at[key]}; minimumu skaita pēc tā") for key in ("K-01", "K-03")}
    towns = ["Lielmārupes novads", "Olaines novads", "Ķekavas novads"]
    renamed = {"call__municipalities": towns, "call__former_names": {towns[0]: ["Mārupes novads"]}}
    assert find_moved(other, found, programme(**settled | renamed)).keys() == {"K-01"}
    assert find_moved(other, frozen(*LINES), programme()) == find_moved(graded(), frozen(), programme()) == {}


def test_a_list_that_replaces_another_names_it_and_says_why():
    now = FROZEN_AT.replace(microsecond=7)
    first = format_frozen(graded(*LINES), programme(), frozen_at=now)
    text = format_frozen(graded(*LINES), programme(), frozen_at=now, previous="ab12", reason=" Kļūda\n sarakstā ")
    own = ["# versija = 2", "# noslēgts = 2023-08-24T12:00:00", "# iepriekšējais = ab12", "# iemesls = Kļūda sarakstā"]
    assert text.splitlines()[1:6] == [*own, "# ja izloze nenotiek = der nākamā tā paša avota izloze"]
    assert text.splitlines()[6:] == first.splitlines()[4:]
    found = read_frozen(text.encode(), format_checksum(text, "saraksts-2.txt"), "saraksts-2.txt")
    assert (found.previous, found.number, found.frozen_at, found.text) == ("ab12", 2, FROZEN_AT, text)
    assert found.contract == describe_contract(programme()) == frozen(*LINES).contract
    assert (frozen(*LINES).previous, frozen(*LINES).number) == ("", 1)
    assert "# iemesls = \n" in format_frozen(graded(), programme(), frozen_at=now, previous="ab12")


def test_lists_are_numbered_and_the_tools_own_files_known():
    names = [name_list(number) for number in (1, 2, 12)]
    assert names == ["saraksts.txt", "saraksts-2.txt", "saraksts-12.txt"]
    own = {*names, "skaitlis.txt", "grozijumi.txt", "lemums.txt"}
    others = {"saraksts.txt.sha256", "saraksts-b.txt", "mans saraksts.txt", "xsaraksts.txt"}
    assert {name for name in own | others if is_own_file(name)} == own


@pytest.mark.parametrize(
    ("source", "enough", "few"),
    [("KENO", True, False), ("Viking Lotto", False, True), ("Latloto", False, False), ("", False, False)],
)
def test_a_source_is_known_to_give_enough_digits_or_too_few(source, enough, few):
    assert (gives_enough_digits(source), gives_few_digits(source)) == (enough, few)


def test_tickets_stay_with_their_applications_whatever_rows_there_are():
    some = draw_tickets(graded(*LINES).iloc[[2, 0]], seed=SEED, call="X")
    assert dict(zip(some["application_id"], some["ticket"], strict=True)) == {
        key: ticket(SEED, "X", key) for key in ("K-02", "K-03")
    }


def test_row_order_does_not_change_the_frozen_list():
    assert text_of(*LINES[::-1]) == text_of(*LINES)


def test_what_is_frozen_reads_back_exactly():
    found = frozen(*LINES)
    assert found.entries["points"].tolist() == [8, Fraction(22, 3), -1]
    assert found.entries["tier"].tolist() == [2, 1, 1]
    assert (found.frozen_at, found.draw_at) == (FROZEN_AT, programme().lottery.draw_at)
    assert compare_frozen(graded(*LINES), found) == {}


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), min_size=1))
def test_whatever_the_seeds_source_is_called_the_list_reads_back(source):
    found = frozen(*LINES, lottery__source=source)
    assert found.entries["application_id"].tolist() == ["K-01", "K-02", "K-03"]


def test_an_empty_list_can_be_frozen_and_read():
    assert len(frozen().entries) == 0
    assert compare_frozen(graded(), frozen()) == {}


@pytest.mark.parametrize(
    ("content", "checksum"),
    [
        (lambda text: text.replace("8", "9").encode(), format_checksum),
        (lambda text: text.replace("\n", "\r\n").encode(), format_checksum),
        (lambda text: text.encode() + b" ", format_checksum),
        (str.encode, lambda text: ""),
        (str.encode, lambda text: "0" * 64),
    ],
)
def test_a_changed_list_is_refused(content, checksum):
    text = text_of(*LINES)
    with pytest.raises(Refused, match=r"saraksts\.txt noslēgtais saraksts nav tāds, kāds tas bija"):
        read_frozen(content(text), checksum(text))


def test_sha256sum_accepts_the_checksum_file(tmp_path):
    text = text_of(*LINES)
    (tmp_path / FROZEN_FILE).write_bytes(text.encode())
    (tmp_path / "sum").write_text(format_checksum(text))
    assert subprocess.run(["sha256sum", "--check", "--status", "sum"], cwd=tmp_path, check=False).returncode == 0


def test_every_change_since_the_freeze_is_shown():
    changed = compare_frozen(graded("K-01 new 8", "K-02 existing 6", "K-04 new 9"), frozen(*LINES))
    assert sorted(changed.items()) == [
        ("K-02", ("1;existing;22/3", "0;all;6")),
        ("K-03", ("1;new;-1", "–")),
        ("K-04", ("–", "2;all;9")),
    ]


OLD = """KKK-2023
reading=taking_turns;new_from=2021;clear_from=7;weight_of_new=3;minimum Olaines novads=1
seed: Izdomāta izloze; 2023-08-30
K-01;2;all;8
"""


def test_a_list_of_version_0_1_reads_back_with_what_it_has():
    found = read_frozen(OLD.encode(), format_checksum(OLD))
    assert found.entries["application_id"].tolist() == ["K-01"]
    assert (found.frozen_at, found.draw_at, found.file) == (None, None, "saraksts.txt")
    assert read_frozen(OLD.encode(), format_checksum(OLD), "saraksts-2.txt").number == 2
    assert found.contract["rule.minimum Olaines novads"] == "1"


def test_the_record_names_list_seed_source_time_and_witnesses():
    settled = programme(lottery__witnesses=["Ilze", "Andris"])
    assert format_record(settled, frozen(*LINES)) == (
        "KKK-2023\n"
        f"{frozen(*LINES).sha256}  saraksts.txt\n"
        f"skaitlis: {SEED}\n"
        "avots: Izdomāta izloze\n"
        "laiks: 2023-08-30 21:30:00\n"
        "liecinieki: Ilze, Andris\n"
    )


def test_a_record_reads_back_by_the_settings_it_was_written_from():
    settled = programme(lottery__drawn_at=None)
    assert read_record(format_record(settled, frozen(*LINES))) == {
        "call.code": "KKK-2023",
        "skaitlis.txt": f"{frozen(*LINES).sha256}  saraksts.txt",
        "lottery.seed": SEED,
        "lottery.source": "Izdomāta izloze",
        "lottery.drawn_at": "–",
        "lottery.witnesses": "–",
    }


@pytest.mark.parametrize(("seed", "told"), [(SEED, f"skaitlis {SEED}"), (None, "skaitlis vēl nav zināms")])
def test_every_output_says_where_the_seed_comes_from(seed, told, inputs, results):
    assert describe_lot(programme(lottery__seed=seed)) == f"Izdomāta izloze; 30.08.2023 plkst. 21.30; {told}"
    assert ("Izlozes avots", describe_lot(inputs.programme)) in results.stamp.lines()


# The applicant's own check

SCRIPT = ROOT / "docs" / "parbaudi_izlozi.sh"


def order_by_hand(path, seed):
    ran = subprocess.run(["sh", str(SCRIPT), str(path), seed], capture_output=True, text=True, check=True)
    return [line.split() for line in ran.stdout.splitlines()]


def test_the_script_has_at_most_ten_lines_and_needs_no_python():
    text = SCRIPT.read_text("utf-8")
    assert len(text.splitlines()) <= 10
    assert "python" not in text


def test_the_script_gives_the_order_of_the_example(inputs, results):
    ranked = results.decided.dropna(subset=["rank"])
    expected = [[str(row.rank), row.application_id, row.ticket] for row in ranked.itertuples()]
    assert order_by_hand(EXAMPLE / "izloze" / FROZEN_FILE, inputs.programme.lottery.seed) == expected


def test_the_script_reads_lists_of_version_0_1_too(tmp_path):
    (tmp_path / FROZEN_FILE).write_text(OLD, "utf-8", newline="\n")
    assert order_by_hand(tmp_path / FROZEN_FILE, SEED) == [["1", "K-01", ticket(SEED, "KKK-2023", "K-01")]]


@pytest.mark.parametrize("reading", ["taking_turns", "new_first", "clear_first", "points"])
@pytest.mark.parametrize("seed", [SEED, "00000000000000000001", "31415926535897932384"])
def test_the_script_and_the_library_order_the_same_pool_alike(tmp_path, reading, seed):
    chance = Random(seed + reading)
    points = ["0", "3", "13/2", "7", "22/3", "29/4", "12", "20/3"]
    lines = [
        f"K-{n:02} {chance.choice(['new', 'existing'])} {chance.choice(points)}" for n in range(chance.randrange(2, 30))
    ]
    table = graded(*lines, rule__reading=reading)
    text = format_frozen(table, programme(rule__reading=reading), frozen_at=FROZEN_AT)
    (tmp_path / FROZEN_FILE).write_text(text, "utf-8", newline="\n")
    ours = rank(draw_tickets(table, seed=seed, call="KKK-2023"))
    assert [row[1] for row in order_by_hand(tmp_path / FROZEN_FILE, seed)] == ours["application_id"].tolist()


def test_the_page_for_applicants_shows_a_true_example(inputs):
    page = (ROOT / "docs" / "izlozes_parbaude.md").read_text("utf-8")
    seed = inputs.programme.lottery.seed
    assert ticket(seed, "KKK-2023", "K-E4C96C") in page
    assert f"{seed}|KKK-2023|K-E4C96C" in page
    assert "parbaudi_izlozi.sh" in page
