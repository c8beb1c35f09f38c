"""The lot: a draw that any applicant can repeat by hand, and the list that was frozen before the seed was known.

Ticket = SHA-256 of the text ``seed|call|application_id`` in lower-case hexadecimal; the smaller wins. The seed comes
from a public event after the list was frozen, so nobody can choose it, and the list cannot change after it. A
pseudo-random shuffle was refused: its result depends on library versions and on the order of rows, and a person
without a computer cannot check it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import pandas as pd

from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.programme import FILE_NAME, Programme

FROZEN_FILE = "saraksts.txt"
FROZEN_HASH = "saraksts.txt.sha256"
RECORD_FILE = "skaitlis.txt"
ENTRY = ["application_id", "tier", "group", "points"]
_SEED_LINE = "skaitlis: "


class Frozen(NamedTuple):
    """The frozen list: its text's SHA-256, and one entry per eligible application."""

    sha256: str
    entries: pd.DataFrame


def ticket(seed: str, call: str, application_id: str) -> str:
    """SHA-256 of ``seed|call|application_id``, lower-case hexadecimal; the smallest wins.

    >>> ticket("12345678901234567890", "KKK-2023", "K-3F9A2C")[:12]
    '42be9ed2b74f'
    """
    return hashlib.sha256(f"{seed}|{call}|{application_id}".encode()).hexdigest()


def draw_tickets(graded: pd.DataFrame, *, seed: str | None, call: str) -> pd.DataFrame:
    """Add ``ticket`` to each application; "" for all while the seed is not known.

    One ticket serves every tie and the waiting list; it is never drawn again.
    """
    ids = graded["application_id"]
    tickets = [ticket(seed, call, key) if seed else "" for key in ids]
    return graded.assign(ticket=pd.Series(tickets, index=graded.index, dtype="str"))


def format_frozen(graded: pd.DataFrame, programme: Programme) -> str:
    """Text of the list to freeze, to the byte.

    Parameters
    ----------
    graded : DataFrame
        Eligible applications with ``application_id, tier, group, points``.
    programme : Programme

    Returns
    -------
    str
        Call, rule and where the seed will come from, then ``application_id;tier;group;points`` sorted by ID; lines
        end with LF, the last one too.
    """
    rule, lot = programme.rule, programme.lottery
    minimum = "".join(f";minimum {town}={count}" for town, count in sorted(programme.minimum_places.items()))
    lines = [
        programme.call.code,
        f"reading={rule.reading};new_from={programme.new_from};clear_from={rule.clear_from};weight_of_new={rule.weight_of_new}{minimum}",
        " ".join(f"seed: {lot.source}; {lot.expected}".split()),
    ]
    lines += [f"{key};{entry}" for key, entry in sorted(_describe_entries(graded).items())]
    return "".join(f"{line}\n" for line in lines)


def read_frozen(content: bytes, checksum: str) -> Frozen:
    """Read a frozen list and prove that it is the one that was frozen.

    Parameters
    ----------
    content : bytes
        The file as it stands.
    checksum : str
        What ``freeze`` wrote beside it, in the format of ``sha256sum``.

    Raises
    ------
    Refused
        If the bytes do not have the recorded SHA-256.
    """
    digest = hashlib.sha256(content).hexdigest()
    if checksum.split()[:1] != [digest]:
        raise Refused([Problem("freeze_broken", file=FROZEN_FILE)])
    lines = content.decode("utf-8").split("\n")[3:-1]  # after the heading
    entries = pd.DataFrame([line.split(";") for line in lines], columns=ENTRY, dtype="str").astype({"tier": "int64"})
    return Frozen(digest, entries.assign(points=entries["points"].map(Fraction)))


def format_record(programme: Programme, frozen: Frozen) -> str:
    """Text that puts the seed on record, once: whose, for which list, from where, when and before whom.

    ``run`` writes it beside the frozen list the first time it meets a frozen list and a seed. From then on another
    seed for the same list is refused (see :func:`check_record`).
    """
    lot = programme.lottery
    drawn = lot.drawn_at.isoformat(sep=" ") if lot.drawn_at else "–"
    lines = [
        programme.call.code,
        f"{frozen.sha256}  {FROZEN_FILE}",
        f"{_SEED_LINE}{lot.seed}",
        " ".join(f"avots: {lot.source}; {lot.expected}".split()),
        f"laiks: {drawn}",
        " ".join(f"liecinieki: {', '.join(lot.witnesses) or '–'}".split()),
    ]
    return "".join(f"{line}\n" for line in lines)


def describe_lot(programme: Programme) -> str:
    """Where the seed comes from and what it is, in one line."""
    lot = programme.lottery
    return f"{lot.source}; {lot.expected}; skaitlis {lot.seed or 'vēl nav zināms'}"


def check_record(record: str, programme: Programme, frozen: Frozen | None) -> None:
    """Refuse another seed, or another list, than the ones on record.

    Raises
    ------
    Refused
        Naming both.
    """
    lines = [line.strip() for line in record.splitlines()]
    seeds = [line.removeprefix(_SEED_LINE) for line in lines if line.startswith(_SEED_LINE)]
    same_list = frozen is not None and f"{frozen.sha256}  {FROZEN_FILE}" in lines
    if not same_list or seeds != [programme.lottery.seed]:
        details = f"{RECORD_FILE}: {', '.join(seeds) or '–'}" if same_list else f"{RECORD_FILE}: cits saraksts"
        raise Refused([Problem("seed_changed", file=FILE_NAME, value=programme.lottery.seed or "–", details=details)])


def format_checksum(text: str) -> str:
    """The line that ``sha256sum --check`` reads."""
    return f"{hashlib.sha256(text.encode('utf-8')).hexdigest()}  {FROZEN_FILE}\n"


@dataclass(frozen=True)
class Difference:
    """An application that is not as it was frozen: ``tier;group;points`` then and now, "" where it is not listed."""

    application_id: str
    frozen: str
    now: str

    @property
    def kind(self) -> str:
        """Whether it is "gone" since the freeze, "new", or "changed"."""
        return "changed" if self.frozen and self.now else "gone" if self.frozen else "new"


def compare_frozen(graded: pd.DataFrame, frozen: Frozen) -> list[Difference]:
    """What has changed since the freeze, by code; the frozen entry counts, anything else needs a decision."""
    before, now = _describe_entries(frozen.entries), _describe_entries(graded)
    differences = [Difference(key, before.get(key, ""), now.get(key, "")) for key in sorted({*before, *now})]
    return [one for one in differences if one.frozen != one.now]


def _describe_entries(table: pd.DataFrame) -> dict[str, str]:
    return {key: ";".join(map(str, entry)) for key, *entry in zip(*(table[name] for name in ENTRY), strict=True)}
