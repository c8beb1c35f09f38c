"""The lot: a draw that any applicant can repeat by hand, and the list that was frozen before the seed was known.

Ticket = SHA-256 of the text ``seed|call|application_id`` in lower-case hexadecimal; the smaller wins. The seed comes
from a public event after the list was frozen, so nobody can choose it, and the list cannot change after it. A
pseudo-random shuffle was refused: its result depends on library versions and on the order of rows, and a person
without a computer cannot check it.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

import pandas as pd

from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.stamp import EXAMPLE_NOTICE
from mentoring_lib.base.texts import fold, plural, show_moment
from mentoring_lib.selection import contract

FROZEN_FILE = "saraksts.txt"
RECORD_FILE = "skaitlis.txt"
AMENDMENTS_FILE = "grozijumi.txt"
DECISION_FILE = "lemums.txt"
RECORDED_FILES = (RECORD_FILE, AMENDMENTS_FILE, DECISION_FILE)
# What the name of the file with a list's checksum ends with.
HASH = ".sha256"

# Problems of something that was settled and has changed: nothing is put on record meanwhile.
CHECKS = ("contract_changed", "draw_early", "settled_early", "outcome_moved", "gone_record")

ENTRY = ["application_id", "tier", "group", "points"]
VERSION = "2"
_HEADING = "# "
# What the heading says beside the contract: format, day and time of the freeze, the list it replaces and why,
# and what counts if the draw does not take place.
_OWN = {
    "version": "versija", "frozen_at": "noslēgts", "previous": "iepriekšējais", "reason": "iemesls",
    "otherwise": "ja izloze nenotiek",
}  # fmt: skip

OTHERWISE = "der nākamā tā paša avota izloze"


@dataclass(frozen=True)
class Frozen:
    """The frozen list: its text's SHA-256, one entry per eligible application, and what was settled with it.

    ``contract`` maps settings to their text (see :func:`contract.describe_contract`); ``frozen_at`` is missing, and the
    contract short, in lists of version 0.1.
    """

    sha256: str
    entries: pd.DataFrame
    contract: Mapping[str, str]
    frozen_at: datetime | None = None
    previous: str = ""
    file: str = FROZEN_FILE
    text: str = ""

    @property
    def number(self) -> int:
        """1 for the first list, 2 for the one that replaced it, and so on."""
        return int("".join(filter(str.isdecimal, self.file)) or 1)

    @property
    def draw_at(self) -> datetime | None:
        """The announced draw; None in lists of version 0.1."""
        announced = json.loads(self.contract.get("lottery.draw_at", "null"))
        return datetime.fromisoformat(announced) if announced else None


def name_list(number: int) -> str:
    """File of the first frozen list, and of the lists that replaced it before the draw."""
    return FROZEN_FILE if number == 1 else f"saraksts-{number}.txt"


def is_own_file(name: str) -> bool:
    """Whether a file of this name beside the list was written by the tool and may name people or applications."""
    return name in RECORDED_FILES or re.fullmatch(r"saraksts(-\d+)?\.txt", name) is not None


def ticket(seed: str, call: str, application_id: str) -> str:
    """SHA-256 of ``seed|call|application_id``, lower-case hexadecimal; the smallest wins.

    >>> ticket("12345678901234567890", "KKK-2023", "K-3F9A2C")[:12]
    'fd77dad2b496'
    """
    return hashlib.sha256(f"{seed}|{call}|{application_id}".encode()).hexdigest()


def gives_enough_digits(source: str) -> bool:
    """Whether a public lottery is known to give the digits of a seed: Keno draws 20 numbers of two digits."""
    return "keno" in fold(source)


def gives_few_digits(source: str) -> bool:
    """Whether a public lottery is known to give fewer than the 20 digits of a seed: Viking Lotto gives 12."""
    return "viking" in fold(source)


def draw_tickets(graded: pd.DataFrame, *, seed: str | None, call: str) -> pd.DataFrame:
    """Add ``ticket`` to each application; "" for all while the seed is not known.

    One ticket serves every tie and the waiting list; it is never drawn again.
    """
    ids = graded["application_id"]
    tickets = [ticket(seed, call, key) if seed else "" for key in ids]
    return graded.assign(ticket=pd.Series(tickets, index=graded.index, dtype="str"))


def format_frozen(
    graded: pd.DataFrame, programme: Programme, *, frozen_at: datetime, previous: str = "", reason: str = ""
) -> str:
    """Text of the list to freeze, to the byte.

    Parameters
    ----------
    graded : DataFrame
        Eligible applications with ``application_id, tier, group, points``.
    programme : Programme
    frozen_at : datetime
        Now, in the call's time zone.
    previous, reason : str
        SHA-256 of the list that this one replaces, and why; "" for the first.

    Returns
    -------
    str
        The call's code; the heading, each line after "# "; then ``application_id;tier;group;points`` sorted by code,
        with minimum places its municipality, sealed (see :func:`seal`). Lines end with LF, the last one too.
    """
    own = {"version": VERSION, "frozen_at": frozen_at.isoformat(timespec="seconds")}
    own |= {"previous": previous, "reason": " ".join(reason.split())} if previous else {}
    own["otherwise"] = OTHERWISE
    heading = {_OWN[name]: text for name, text in own.items()} | contract.describe_contract(programme)
    lines = [programme.call.code, *(f"{_HEADING}{key} = {text}" for key, text in heading.items())]
    towns = zip(graded["application_id"], graded["municipality"], strict=True) if programme.minimum_places else ()
    sealed = {key: f";{seal(programme, key, town)}" for key, town in towns}
    lines += [f"{key};{entry}{sealed.get(key, '')}" for key, entry in sorted(_describe_entries(graded).items())]
    return "".join(f"{line}\n" for line in lines)


def seal(programme: Programme, key: str, town: str | None) -> str:
    """A municipality as the list holds it: without the salt nobody learns which, and another does not fit."""
    return hashlib.sha256(f"{programme.call.salt}|{key}|{town}".encode()).hexdigest()[:16]


def read_frozen(content: bytes, checksum: str, file: str = FROZEN_FILE) -> Frozen:
    """Read a frozen list and prove that it is the one that was frozen.

    Parameters
    ----------
    content : bytes
        The file as it stands.
    checksum : str
        What ``freeze`` wrote beside it, in the format of ``sha256sum``.
    file : str
        Its name.

    Raises
    ------
    Refused
        If the bytes do not have the recorded SHA-256.
    """
    digest = hashlib.sha256(content).hexdigest()
    if checksum.split()[:1] != [digest]:
        raise Refused([Problem("freeze_broken", file=file)])
    text = content.decode("utf-8")
    call, *lines = text.split("\n")[:-1]
    old = not lines[0].startswith(_HEADING)
    heading = lines[:2] if old else [line for line in lines if line.startswith(_HEADING)]
    rows = [line.split(";") for line in lines[len(heading) :]]
    columns = [*ENTRY, "sealed"][: max(map(len, rows), default=len(ENTRY))]
    entries = pd.DataFrame(rows, columns=columns, dtype="str").astype({"tier": "int64"})
    entries = entries.assign(points=entries["points"].map(Fraction))
    if old:
        return Frozen(digest, entries, _read_old_heading(call, *heading), file=file, text=text)
    pairs = dict(line.removeprefix(_HEADING).split(" = ", 1) for line in heading)
    own = {name: pairs.pop(word, "") for name, word in _OWN.items()}
    return Frozen(digest, entries, pairs, datetime.fromisoformat(own["frozen_at"]), own["previous"], file, text)


def _read_old_heading(call: str, rule: str, seed: str) -> dict[str, str]:
    """What a list of version 0.1 says of the contract: call, thresholds and minimum places, source of the seed."""
    pairs = (part.rsplit("=", 1) for part in rule.split(";"))
    settings = {f"rule.{key}": text for key, text in pairs}
    return {"call.code": call, **settings, "lottery.source": seed.removeprefix("seed: ")}


def format_record(programme: Programme, frozen: Frozen) -> str:
    """Text that puts the seed on record, once: whose, for which list, from where, when and before whom.

    ``run`` writes it beside the frozen list the first time it meets a frozen list and a seed. From then on any other is
    refused (see :func:`contract.check_contract`).
    """
    lot = programme.lottery
    said = {
        "skaitlis": lot.seed,
        "avots": contract.describe_source(programme),
        "laiks": lot.drawn_at.isoformat(sep=" ") if lot.drawn_at else "–",
        "liecinieki": " ".join(", ".join(lot.witnesses).split()) or "–",
    }
    lines = [f"{word}: {text}" for word, text in said.items()]
    return "\n".join([programme.call.code, f"{frozen.sha256}  {frozen.file}", *lines, ""])


def read_record(text: str) -> dict[str, str]:
    """What a record says, by the settings it was written from, and which list it names."""
    call, listed, *lines = text.splitlines()
    words, pairs = contract.RECORDED | {"avots": "lottery.source"}, (line.partition(": ") for line in lines)
    settings = {words[word]: value.strip() for word, _, value in pairs if word in words}
    return {"call.code": call, RECORD_FILE: listed, **settings}


def check_lot(
    frozen: Frozen, recorded: Mapping[str, str], programme: Programme, decisions: pd.DataFrame
) -> list[Problem]:
    """What is not as it was settled by the freeze, the draw, and the day of the decision.

    Parameters
    ----------
    frozen : Frozen
    recorded : mapping of str to str
        Text of each file that was put on record beside the list.
    programme : Programme
    decisions : DataFrame
        Sheet "Lēmumi", with the amendments.
    """
    amendments, lot = contract.find_amendments(decisions), programme.lottery
    record = read_record(recorded[RECORD_FILE]) if RECORD_FILE in recorded else {}
    announced = {"lottery.drawn_at": lot.draw_at.isoformat(sep=" ")} if lot.draw_at and frozen.frozen_at else {}
    problems = contract.compare_contract(frozen.contract, programme, amendments, old=frozen.frozen_at is None)
    problems += contract.check_amendments(decisions, [frozen.contract, record, announced])
    if lot.seed or record:
        today = read_record(format_record(programme, frozen))
        due = contract.amend(announced, amendments)[0] | contract.amend(record, amendments)[0]
        problems += contract.compare(due, {key: today[key] for key in due})
    if lot.drawn_at and frozen.frozen_at and lot.drawn_at.replace(tzinfo=None) <= frozen.frozen_at:
        problems.append(Problem("draw_early", value=show_moment(lot.drawn_at), details=show_moment(frozen.frozen_at)))
    lines = contract.format_amendments(decisions).splitlines()
    lost = [line for line in recorded.get(AMENDMENTS_FILE, "").splitlines() if line not in lines]
    problems += contract.compare(dict.fromkeys(lost, AMENDMENTS_FILE), {})
    if DECISION_FILE in recorded:
        key, day = "letters.decision_date", programme.letters.decision_date
        problems += contract.compare({key: recorded[DECISION_FILE].partition("\n")[0].strip()}, {key: str(day)})
    return problems


def format_checksum(text: str, file: str = FROZEN_FILE) -> str:
    """The line that ``sha256sum --check`` reads."""
    return f"{hashlib.sha256(text.encode('utf-8')).hexdigest()}  {file}\n"


def format_receipt(programme: Programme, frozen: Frozen, decisions: pd.DataFrame) -> str:
    """Text to publish before the draw: what was frozen, when, and which draw decides."""
    call, draw_at = programme.call, programme.lottery.draw_at
    said = {
        "Uzsaukums": f"{call.title} ({call.code})",
        "Saraksts noslēgts": show_moment(frozen.frozen_at) if frozen.frozen_at else "",
        "Sarakstā": plural(len(frozen.entries), "pieteikums", "pieteikumi"),
        f"Datnes «{frozen.file}» SHA-256": frozen.sha256,
        "Tas aizstāj sarakstu, kura SHA-256 ir": frozen.previous,
        "Izlozes skaitļa avots": contract.describe_source(programme),
        "Izsludinātā izloze": show_moment(draw_at) if draw_at else "",
    }
    lines = [f"{word}: {text}" for word, text in said.items() if text]
    lines += [f"Ja tad izloze nenotiek, {OTHERWISE}."]
    lines += [f"Grozījums: {one.line()}" for one in contract.find_amendments(decisions)]
    notice = [EXAMPLE_NOTICE] if programme.example else []
    return "\n".join([*notice, "Apliecinājums par saraksta noslēgšanu", "", *lines, ""])


def compare_frozen(graded: pd.DataFrame, frozen: Frozen) -> dict[str, tuple[str, str]]:
    """Applications that are not as they were frozen: ``tier;group;points`` then and now, "–" where it is not listed.

    The frozen entry counts; anything else needs a decision.
    """
    return contract.differ(_describe_entries(frozen.entries), _describe_entries(graded))


def find_moved(graded: pd.DataFrame, frozen: Frozen, programme: Programme) -> dict[str, tuple[str, str]]:
    """Applications whose municipality, by which minimum places are given, is not the frozen one: that, and today's."""
    sealed, former = frozen.entries.set_index("application_id").get("sealed", pd.Series()), programme.call.former_names
    return {
        key: ("cits novads", f"{town}; minimumu skaita pēc tā")
        for key, town in zip(graded["application_id"], graded["municipality"], strict=True)
        if key in sealed and sealed[key] not in {seal(programme, key, name) for name in (town, *former.get(town, ()))}
    }


def _describe_entries(table: pd.DataFrame) -> dict[str, str]:
    return {key: ";".join(map(str, entry)) for key, *entry in zip(*(table[name] for name in ENTRY), strict=True)}
