"""The lot: a ticket anyone can recompute, and a frozen list that cannot change unnoticed."""

import hashlib
import subprocess
from fractions import Fraction
from random import Random

import pytest
from builders import SEED, graded, programme
from hypothesis import given
from hypothesis import strategies as st

from mentoring_lib.base.problems import Refused
from mentoring_lib.selection.allocation import rank
from mentoring_lib.selection.lottery import (
    FROZEN_FILE,
    check_record,
    compare_frozen,
    describe_lot,
    draw_tickets,
    format_checksum,
    format_frozen,
    format_record,
    read_frozen,
    ticket,
)
from mentoring_lib.workflow import EXAMPLE, ROOT

LINES = ("K-02 existing 22/3", "K-01 new 8", "K-03 new –")


def frozen(*lines, **changes):
    text = format_frozen(graded(*lines), programme(**changes))
    return read_frozen(text.encode(), format_checksum(text))


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
    assert format_frozen(graded(*LINES), programme()) == (
        "KKK-2023\n"
        "reading=taking_turns;new_from=2021;clear_from=7;weight_of_new=3\n"
        "seed: Izdomāta izloze; 2023-08-30\n"
        "K-01;2;all;8\n"
        "K-02;1;existing;22/3\n"
        "K-03;1;new;-1\n"
    )


def test_row_order_does_not_change_the_frozen_list():
    assert format_frozen(graded(*LINES[::-1]), programme()) == format_frozen(graded(*LINES), programme())


def test_what_is_frozen_reads_back_exactly():
    found = frozen(*LINES)
    assert found.entries["points"].tolist() == [8, Fraction(22, 3), -1]
    assert found.entries["tier"].tolist() == [2, 1, 1]
    assert compare_frozen(graded(*LINES), found) == []


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), min_size=1))
def test_whatever_the_seeds_source_is_called_the_list_reads_back(source):
    found = frozen(*LINES, lottery__source=source)
    assert found.entries["application_id"].tolist() == ["K-01", "K-02", "K-03"]


def test_an_empty_list_can_be_frozen_and_read():
    assert len(frozen().entries) == 0
    assert compare_frozen(graded(), frozen()) == []


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
    text = format_frozen(graded(*LINES), programme())
    with pytest.raises(Refused, match=r"saraksts\.txt iesaldētais saraksts nav tāds, kāds tas bija"):
        read_frozen(content(text), checksum(text))


def test_sha256sum_accepts_the_checksum_file(tmp_path):
    text = format_frozen(graded(*LINES), programme())
    (tmp_path / FROZEN_FILE).write_bytes(text.encode())
    (tmp_path / "sum").write_text(format_checksum(text))
    assert subprocess.run(["sha256sum", "--check", "--status", "sum"], cwd=tmp_path, check=False).returncode == 0


def test_every_change_since_the_freeze_is_shown():
    changed = compare_frozen(graded("K-01 new 8", "K-02 existing 6", "K-04 new 9"), frozen(*LINES))
    assert [(one.application_id, one.frozen, one.now, one.kind) for one in changed] == [
        ("K-02", "1;existing;22/3", "0;all;6", "changed"),
        ("K-03", "1;new;-1", "", "gone"),
        ("K-04", "", "2;all;9", "new"),
    ]


# The seed on record


def test_the_record_names_list_seed_source_time_and_witnesses():
    settled = programme(lottery__drawn_at="2023-08-30T21:30:00", lottery__witnesses=["Ilze", "Andris"])
    record = format_record(settled, frozen(*LINES))
    assert record == (
        "KKK-2023\n"
        f"{frozen(*LINES).sha256}  saraksts.txt\n"
        f"skaitlis: {SEED}\n"
        "avots: Izdomāta izloze; 2023-08-30\n"
        "laiks: 2023-08-30 21:30:00\n"
        "liecinieki: Ilze, Andris\n"
    )
    check_record(record, settled, frozen(*LINES))


@pytest.mark.parametrize("seed", ["9" * 20, None])
def test_another_seed_for_the_same_list_is_refused_with_what_to_do(seed):
    record = format_record(programme(), frozen(*LINES))
    expected = (
        f"izlozes skaitlis «{seed or '–'}» nav tas, kas jau reģistrēts .*{SEED}.*Vienam uzsaukumam ir viena izloze"
    )
    with pytest.raises(Refused, match=expected):
        check_record(record, programme(lottery__seed=seed), frozen(*LINES))


def test_the_seed_on_record_does_not_serve_another_list():
    record = format_record(programme(), frozen(*LINES))
    for other in (frozen(*LINES[:1]), None):
        with pytest.raises(Refused, match="cits saraksts"):
            check_record(record, programme(), other)


def test_minimum_places_are_part_of_what_is_frozen():
    text = format_frozen(graded(*LINES), programme(minimum_places={"Olaines novads": 1}))
    assert "weight_of_new=3;minimum Olaines novads=1\n" in text
    assert len(read_frozen(text.encode(), format_checksum(text)).entries) == 3


@pytest.mark.parametrize(("seed", "told"), [(SEED, f"skaitlis {SEED}"), (None, "skaitlis vēl nav zināms")])
def test_every_output_says_where_the_seed_comes_from(seed, told, inputs, results):
    assert describe_lot(programme(lottery__seed=seed)) == f"Izdomāta izloze; 2023-08-30; {told}"
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


@pytest.mark.parametrize("reading", ["taking_turns", "new_first", "clear_first", "points"])
@pytest.mark.parametrize("seed", [SEED, "00000000000000000001", "31415926535897932384"])
def test_the_script_and_the_library_order_the_same_pool_alike(tmp_path, reading, seed):
    chance = Random(seed + reading)
    points = ["0", "3", "13/2", "7", "22/3", "29/4", "12", "20/3"]
    lines = [
        f"K-{n:02} {chance.choice(['new', 'existing'])} {chance.choice(points)}" for n in range(chance.randrange(2, 30))
    ]
    table = graded(*lines, rule__reading=reading)
    (tmp_path / FROZEN_FILE).write_text(format_frozen(table, programme(rule__reading=reading)), "utf-8", newline="\n")
    ours = rank(draw_tickets(table, seed=seed, call="KKK-2023"))
    assert [row[1] for row in order_by_hand(tmp_path / FROZEN_FILE, seed)] == ours["application_id"].tolist()


def test_the_page_for_applicants_shows_a_true_example(inputs):
    page = (ROOT / "docs" / "izlozes_parbaude.md").read_text("utf-8")
    seed = inputs.programme.lottery.seed
    assert ticket(seed, "KKK-2023", "K-E4C96C") in page
    assert f"{seed}|KKK-2023|K-E4C96C" in page
    assert "parbaudi_izlozi.sh" in page
