"""The lot: a ticket anyone can recompute, and a frozen list that cannot change unnoticed."""

import hashlib
import subprocess
from fractions import Fraction

import pytest
from builders import SEED, graded, programme
from hypothesis import given
from hypothesis import strategies as st

from mentoring_lib.errors import Refused
from mentoring_lib.lottery import (
    FROZEN_FILE,
    compare_frozen,
    draw_tickets,
    read_frozen,
    show_checksum,
    ticket,
    write_frozen,
)

LINES = ("K-02 existing 22/3", "K-01 new 8", "K-03 new –")


def frozen(*lines, **changes):
    text = write_frozen(graded(*lines), programme(**changes))
    return read_frozen(text.encode(), show_checksum(text))


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
    assert write_frozen(graded(*LINES), programme()) == (
        "KKK-2023\n"
        "reading=taking_turns;new_from=2021;clear_from=7;weight_of_new=3\n"
        "seed: Izdomāta izloze; 2023-08-30\n"
        "K-01;2;all;8\n"
        "K-02;1;existing;22/3\n"
        "K-03;1;new;-1\n"
    )


def test_row_order_does_not_change_the_frozen_list():
    assert write_frozen(graded(*LINES[::-1]), programme()) == write_frozen(graded(*LINES), programme())


def test_what_is_frozen_reads_back_exactly():
    found = frozen(*LINES)
    assert found.entries["points"].tolist() == [8, Fraction(22, 3), -1]
    assert found.entries["tier"].tolist() == [2, 1, 1]
    assert found.heading[0] == "KKK-2023"
    assert len(compare_frozen(graded(*LINES), found)) == 0


@given(st.text(min_size=1))
def test_whatever_the_seeds_source_is_called_the_list_reads_back(source):
    found = frozen(*LINES, lottery__source=source)
    assert found.entries["application_id"].tolist() == ["K-01", "K-02", "K-03"]


def test_an_empty_list_can_be_frozen_and_read():
    assert len(frozen().entries) == 0
    assert len(compare_frozen(graded(), frozen())) == 0


@pytest.mark.parametrize(
    ("content", "checksum"),
    [
        (lambda text: text.replace("8", "9").encode(), show_checksum),
        (lambda text: text.replace("\n", "\r\n").encode(), show_checksum),
        (lambda text: text.encode() + b" ", show_checksum),
        (str.encode, lambda text: ""),
        (str.encode, lambda text: "0" * 64),
    ],
)
def test_a_changed_list_is_refused(content, checksum):
    text = write_frozen(graded(*LINES), programme())
    with pytest.raises(Refused, match=r"saraksts\.txt iesaldētais saraksts nav tāds, kāds tas bija"):
        read_frozen(content(text), checksum(text))


def test_sha256sum_accepts_the_checksum_file(tmp_path):
    text = write_frozen(graded(*LINES), programme())
    (tmp_path / FROZEN_FILE).write_bytes(text.encode())
    (tmp_path / "sum").write_text(show_checksum(text))
    assert subprocess.run(["sha256sum", "--check", "--status", "sum"], cwd=tmp_path, check=False).returncode == 0


def test_every_change_since_the_freeze_is_shown():
    changed = compare_frozen(graded("K-01 new 8", "K-02 existing 6", "K-04 new 9"), frozen(*LINES))
    assert changed.to_numpy().tolist() == [
        ["K-02", "1;existing;22/3", "0;all;6"],
        ["K-03", "1;new;-1", ""],
        ["K-04", "", "2;all;9"],
    ]
