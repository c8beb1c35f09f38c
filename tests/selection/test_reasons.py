"""Each decision as columns: what was given, why, and what is said of those who are out."""

import pandas as pd
import pytest
from builders import SEED, allocated, column, conflicts, decisions, frozen, marks, programme, ranked, scored

from mentoring_lib.base.columns import READINGS
from mentoring_lib.selection.allocation import allocate, rank
from mentoring_lib.selection.reasons import find_left_out, give_reasons, list_decisions, tell_lots
from mentoring_lib.selection.scoring import summarise_anchors, tidy_marks

LINES = ("A new 8", "B new 3", "C existing 9", "D existing 2", "E unclear –", "G existing 9")
NO_MARKS = pd.DataFrame(
    {"application_id": [], "anchor": [], "total": [], "markers": [], "gap": [], "given": [], "agreed": []}
)


def allocate_lines(reading="taking_turns", seed=SEED, lines=LINES):
    settled = programme(places={2023: 1, 2024: 1}, rule__reading=reading)
    return allocate(scored(*lines), ranked(*lines, seed=seed, rule__reading=reading), settled.places, decisions())


def decide(reading="taking_turns", seed=SEED):
    decided, settled = allocate_lines(reading, seed), programme(rule__reading=reading)
    firmness = pd.DataFrame({"application_id": ["A", "C"], "verdict": ["firm_in", "contested"]})
    table = decided.assign(nearest="", community=decided["application_id"])
    return list_decisions(table, NO_MARKS, settled, firmness).set_index("community")


@pytest.mark.parametrize("reading", READINGS)
def test_priorities_are_told_whatever_the_reading(reading):
    told = decide(reading)["met"]
    assert told.to_dict() == {"A": "abas", "B": "jauna", "C": "skaidrs", "D": "neviena", "E": "neviena", "G": "skaidrs"}


def test_outcome_lot_and_novelty_are_columns():
    told = decide()
    assert told["outcome"].value_counts().to_dict()["konsultācija 2023. gadā"] == 1
    assert told.loc["A", "is_new"] == "✓"
    assert told.loc["C", "is_new"] == "–"
    assert told.loc["E", "is_new"] in ("?", "")
    assert told["verdict"].to_dict() == {"A": "firm_in", "C": "contested"} | dict.fromkeys("BDEG", "")


def test_before_the_lot_ranks_are_spans():
    told = decide(seed=None)
    assert told.loc["C", "rank"] == told.loc["G", "rank"]
    assert "–" in told.loc["C", "rank"]
    assert told["lot_rows"].to_dict() == {"A": "", "B": "izšķirs", "C": "izšķirs", "G": "izšķirs", "D": "", "E": ""}
    assert told["lot_equal"].to_dict() == {"A": "", "B": "", "C": "izšķirs", "G": "izšķirs", "D": "", "E": ""}


TIED = ("A new 3", "B new 3", "C new 2", "D existing 9", "E existing 8", "F existing 8", "G existing 8", "H existing 7",
        "I existing 3", "J existing 3", "K new 9", "L new 9", "M new –", "N new –")  # fmt: skip


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("seed", [SEED, SEED[::-1], "1" * 20])
def test_the_two_lots_are_told_apart_and_hold(reading, seed):
    decided = allocate_lines(reading, seed, TIED)
    rows = decided.set_index("rank")
    lots = tell_lots(decided)
    assert lots.keys() == set(decided["application_id"])
    for own, row in rows.iterrows():
        told = lots[row["application_id"]]
        assert any(told) == (row["rank_from"] < row["rank_to"])
        for number, text in enumerate(told):
            for verb, other in (part.split() for part in text.split(", ") if part):
                against = rows.loc[int(other.rstrip("."))]
                assert (verb == "pirms") == (own < int(other.rstrip("."))) == (row["ticket"] < against["ticket"])
                assert row["tier"] == against["tier"]
                same_queue, equal = row["group"] == against["group"], row["points"] == against["points"]
                assert (same_queue and (equal or pd.isna(row["points"]))) if number else not same_queue
                assert verb != "pirms" or number or int(other.rstrip(".")) == own + 1


STATES = {
    "L": "late", "M": "late", "O": "outside", "P": "no_consent", "S": "set_aside", "T": "set_aside", "U": "unsettled",
    "W": "withdrawn",
}  # fmt: skip
"""Of those who are not in the order; S is a duplicate."""


def decide_all(seed=SEED):
    """Four in the order, one of them out of turn, and some of each other state; of A one anchor has no mark yet."""
    lines, others = ("A new 25/3", "B existing 9", "C existing 2", "D unclear 1"), [f"{key} new 17/3" for key in STATES]
    settled, table = programme(places={2023: 1, 2024: 1}), scored(*lines, *others)
    told, keys = dict.fromkeys(STATES, "Iemesls.") | {"S": "Pieteikuma A dublikāts: Tas pats."}, table["application_id"]
    table = table.assign(
        state=keys.map(STATES).fillna("eligible").astype("str"),
        state_reason=keys.map(told).fillna("").astype("str"),
        duplicate_of=keys.map({"S": "A"}).fillna("").astype("str"),
        clarity=table["clarity"].mask(keys.eq("M"), None),
        municipality=table["municipality"].mask(keys.eq("W")),
        community=keys,
        nearest="",
    )
    over = decisions("D override 2024 reason=Īpašs on=2023-08-25")
    anchors = summarise_anchors(
        tidy_marks(marks("A Ilze 3 3 2 –", "A Andris 3 2 3 –", "A Zane 3 2 3 –"), conflicts()), over
    )
    return allocate(table, ranked(*lines, seed=seed), settled.places, over), anchors, settled


ROWS = """
1.|A|Mārupes novads|konsultācija 2023. gadā|8,33\u00a0= 3+2,33+2,67+–|✓|abas|firm_in
2.|B|Mārupes novads|gaida, sarakstā 1.|9|–|skaidrs|
3.|C|Mārupes novads|gaida, sarakstā 2.|2|–|neviena|
4.|D|Mārupes novads|konsultācija 2024. gadā, ārpus kārtas|1|?|neviena|
|L|Mārupes novads|gaida, sarakstā 3. (pēc termiņa)|5,67|✓||
|M|Mārupes novads|gaida, sarakstā 4. (pēc termiņa)||||
|O|Mārupes novads|ārpus novadiem||||
|P|Mārupes novads|bez piekrišanas||||
|S|Mārupes novads|atkārtots||||
|T|Mārupes novads|neatbilst||||
|U|Mārupes novads|vēl jāizlemj||||
|W||atsaukts||||
"""


def test_each_decision_is_a_row_of_words():
    told = list_decisions(*decide_all(), pd.DataFrame({"application_id": ["A"], "verdict": ["firm_in"]}))
    columns = ["rank", "community", "municipality", "outcome", "points", "is_new", "met"]
    assert told.columns.tolist() == [*columns, "lot_rows", "lot_equal", "verdict", "nearest"]
    assert ["|".join(row) for row in told[[*columns, "verdict"]].to_numpy()] == ROWS.split("\n")[1:-1]


def test_a_reason_that_speaks_of_duplicates_makes_none():
    state = pd.DataFrame(
        {"state": ["set_aside"] * 2, "state_reason": ["Neatbilst: nav dublikāts", "K-01 dublikāts: –"]}
    )
    assert find_left_out(state.assign(duplicate_of=["", "K-01"])).tolist() == ["set_aside", "duplicate"]


def test_each_reason_tells_merits_rank_and_outcome():
    told = column(give_reasons(*decide_all(), final=True), "reason")
    assert told["A"] == (
        "Kopiena ir jauna, jautājums aprakstīts skaidri (3 + 2,33 + 2,67 + – = 8,33 no 12 punktiem, skaidrs no 7): "
        "abas prioritātes. Secībā 1. no 4. Konsultācija 2023. gadā."
    )
    assert told["B"].endswith(": viena no prioritātēm. Secībā 2. no 4. Gaidīšanas sarakstā 1. pēc kārtas.")
    assert told["D"].endswith(" Secībā 4. no 4. Konsultācija 2024. gadā piešķirta ārpus kārtas: Īpašs.")
    assert told["L"] == "Iemesls. Gaidīšanas sarakstā 3. pēc kārtas."
    assert told["S"] == "Pieteikuma A dublikāts: Tas pats."
    decided, *others = decide_all(seed=None)
    nearest = column(give_reasons(decided.assign(nearest="Pietrūka 1 p."), *others, final=False), "reason")
    assert nearest["C"].startswith("Provizoriski. Kopiena darbojas")
    assert nearest["C"].endswith(" Secībā 3. no 4. Gaidīšanas sarakstā 2. pēc kārtas. Pietrūka 1 p.")


# The sentences


def reasons(*lines, places, marked=(), seed=SEED, told=(), final=True):
    anchors = summarise_anchors(tidy_marks(marks(*marked), conflicts()), decisions(*told))
    table = allocated(*lines, places=places, seed=seed, decided=decisions(*told))
    return column(give_reasons(table, anchors, programme(), final=final), "reason")


def test_a_reason_tells_marks_tier_rank_and_place():
    marked = ["A Ilze 3 3 2 3", "A Andris 3 3 3 3"]
    assert reasons("A new 23/2", places={2023: 1}, marked=marked)["A"] == (
        "Kopiena ir jauna, jautājums aprakstīts skaidri (3 + 3 + 2,5 + 3 = 11,5 no 12 punktiem, skaidrs no 7): "
        "abas prioritātes. Secībā 1. no 1. Konsultācija 2023. gadā."
    )


def test_a_reason_without_marks_says_so():
    assert reasons("A existing –", places={2023: 0})["A"] == (
        "Kopiena darbojas jau ilgāk; jautājuma apraksts vēl nav novērtēts. "
        "Secībā 1. no 1. Gaidīšanas sarakstā 1. pēc kārtas."
    )


def test_a_sheet_that_is_still_empty_gives_reasons_too():
    told = reasons("A existing –", places={2023: 0}, marked=["A Ilze – – – –", "A Andris – – – –"])
    assert "jautājuma apraksts vēl nav novērtēts" in told["A"]


@pytest.mark.parametrize(
    ("line", "met"),
    [
        ("A new 8", "abas prioritātes"),
        ("A new 6", "viena no"),
        ("A existing 8", "viena no"),
        ("A existing 6", "neviena no"),
    ],
)
def test_a_reason_says_how_many_priorities_are_met(line, met):
    assert f": {met}" in reasons(line, places={2023: 1})["A"]


def test_a_reason_tells_when_the_lot_decided_and_when_it_still_must():
    lines = ("A new 8", "B new 8")
    assert "izšķīra izloze" in reasons(*lines, places={2023: 1})["A"]
    assert reasons(*lines, places={2023: 1}, seed=None)["A"].endswith(
        "Secībā 1.–2. no 2. Vai un kurā gadā būs konsultācija, izšķirs izloze."
    )


def test_a_provisional_reason_says_so():
    assert reasons("A new 8", places={2023: 1}, final=False)["A"].startswith("Provizoriski. ")


def test_an_override_shows_its_reason():
    told = ["B override 2023 'reason=Piešķirts pēc sūdzības.'"]
    assert reasons("A new 8", "B existing 0", places={2023: 1}, told=told)["B"].endswith(
        "Konsultācija 2023. gadā piešķirta ārpus kārtas: Piešķirts pēc sūdzības."
    )


def test_who_does_not_compete_reads_the_reason_of_the_state():
    late = scored("A new 8").assign(state="late", state_reason="Iesniegts pēc termiņa.")
    table = allocate(late, ranked(), {2023: 1}, decisions())
    anchors = summarise_anchors(tidy_marks(marks(), conflicts()), decisions())
    assert column(give_reasons(table, anchors, programme(), final=True), "reason") == {
        "A": "Iesniegts pēc termiņa. Gaidīšanas sarakstā 1. pēc kārtas."
    }


def test_a_reason_names_the_frozen_merits_when_the_marks_have_changed_since():
    entries = frozen("A new 9").entries.assign(ticket="")
    decided = allocate(scored("A new 1"), rank(entries), {2023: 1}, decisions())
    anchors = summarise_anchors(tidy_marks(marks(), conflicts()), decisions())
    reason = give_reasons(decided, anchors, programme(), final=True)["reason"].iloc[0]
    assert "noslēgtais saraksts, un tajā kopiena ir jauna, jautājums aprakstīts skaidri (9 p.): abas" in reason
