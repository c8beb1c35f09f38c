"""Letters: each outcome in its words, of its own date, and nobody else's data.

Most tests write a letter from one invented outcome: a table of cases says which sentences stand in it and which not.
"""

import io
import re
from dataclasses import fields, replace
from datetime import date, datetime
from fractions import Fraction
from types import SimpleNamespace

import pandas as pd
import pytest
from builders import decisions, events, picture
from docx import Document

from mentoring_lib import workflow
from mentoring_lib.app import outputs
from mentoring_lib.base.columns import ANCHORS
from mentoring_lib.base.texts import long_date
from mentoring_lib.documents import letters
from mentoring_lib.documents.letters import Letter, Outcome, Standing
from mentoring_lib.intake.stones import FILE as STONES
from mentoring_lib.render import docx
from mentoring_lib.selection.lottery import ticket

DAY = date(2023, 8, 31)
USUAL = Outcome(
    file="", sheet="", row=0, application_id="K-01", community="Pulks", contact_name="Anna Liepa", email="a@example.org",
    municipality="Olaines novads", submitted_at=pd.Timestamp("2023-08-21 18:58:47"), state="eligible", duplicate_of=None,
    novelty="new", clarity=Fraction(15, 2), rank=3, rank_from=3, rank_to=3, tier=2, group="all",
    points=Fraction(15, 2), ticket="b" * 64, outcome="place", place_year=2023, given_year=None, waiting=None,
    override="", minimum="", nearest="", entry_note="", state_reason="", later=None, dropped=False, competes=True,
)  # fmt: skip
MARKS = dict(zip(ANCHORS, map(Fraction, (3, 2, 2, Fraction(1, 2))), strict=True))


def others(count, **changes):
    """So many others who were given a consultation, each with 9 points."""
    usual = replace(USUAL, clarity=Fraction(9), points=Fraction(9), novelty="existing", **changes)
    return [replace(usual, application_id=f"K-{number}", rank=number) for number in range(50, 50 + count)]


def letter(*, kind=None, beside=None, marks=None, day=DAY, answer_by=date(2023, 9, 14), said=None, met="abas", **cells):
    """A letter about the usual outcome with some of it changed, beside others."""
    row = replace(USUAL, **cells)
    rows = {one.application_id: one for one in [row, *(others(4) if beside is None else beside)]}
    given = {one: dict.fromkeys(ANCHORS, Fraction(2)) for one in rows} | {"K-01": MARKS if marks is None else marks}
    standing = Standing(rows, given, {}, {"K-01": met})
    made = Letter(letters.find_kind(row), row, day, standing, row.place_year, answer_by)
    return replace(made, **({"kind": kind} if kind else {}), **(said or {}))


def settings(inputs, **changes):
    """Inputs with other settings: ``letters={"post": ""}`` changes some of a part, anything else the whole setting."""
    own = inputs.programme
    new = {
        k: getattr(own, k).model_copy(update=v) if isinstance(v, dict) and k != "places" else v
        for k, v in changes.items()
    }
    return replace(inputs, programme=own.model_copy(update=new))


def text_of(made, inputs):
    """Everything a letter says, cells of its table in one line each; spaces that do not break are shown as others."""
    title, head, parts = letters.write_letter(made, inputs)
    lines = [title]
    for kind, *content in [*head, *parts]:
        if kind == "plain table":
            lines += [" | ".join(content[0].columns), *(" | ".join(row) for row in content[0].to_numpy())]
        else:
            lines.append(" ".join(map(str, content)))
    return "\n".join(lines).replace("\u00a0", " ")


CONFIRM = "Lūdzu, apstipriniet dalību līdz 2023. gada 14. septembrim"
OBJECT = "Ja iznākumam nepiekrītat. Rakstiet uz kopienas@example.org līdz 2023. gada 10. septembrim"
NOTHING = "nekas nav jādara"
LOT = "Izlozes pārbaude."
NOT_JUDGES = ", neiesaistot tos, kas šo pieteikumu vērtēja,"
DECIDED = "Lēmumu 2023. gada 31. augustā pieņēma projekta vadības grupa (protokols Nr. 3)."
WAITS = {"outcome": "waiting", "place_year": None, "rank": 15, "rank_from": 15, "rank_to": 15, "waiting": 1}
OUT = {"outcome": "", "place_year": None, "rank": None, "rank_from": None, "rank_to": None, "ticket": None}
LATE = OUT | {"state": "late", "outcome": "waiting", "waiting": 10}
ASIDE = OUT | {"state": "set_aside"}

TURN = (
    "Ja pienāks Jūsu kārta, rakstīsim Jums un nosauksim dienu, līdz kurai atbildēt (parasti 14 dienas pēc vēstules); "
    "ja atbildes nebūs, konsultāciju varēsim piedāvāt citai kopienai."
)


def by_rank(rank, **changes):
    """Another application at a rank, usually with a consultation; equal to the usual one but for what is changed."""
    return replace(USUAL, **{"application_id": f"K-1{rank}", "rank": rank, "outcome": "place"} | changes)


ABOVE = [by_rank(1), by_rank(2, tier=1, group="existing"), by_rank(3, tier=1, group="new", points=Fraction(9)),
         by_rank(4, tier=1, group="new"), by_rank(4, tier=1, group="new", outcome="", application_id="K-02")]  # fmt: skip
FOUND = WAITS | {"rank": None, "rank_from": None, "rank_to": None}
KINDS = (LATE, WAITS, LATE, FOUND)
QUEUE = [replace(USUAL, application_id=f"K-{number}", **cells) for number, cells in enumerate(KINDS, 30)]

CASES = {  # what is different: sentences that must stand, sentences that must not
    "place": ({}, [
        "Jūsu kopienai ir piešķirta mentora konsultācija 2023. gadā\n", "ko saņēmām 2023. gada 21. augustā, un par",
        "kopienai «Pulks» ir piešķirta mentora konsultācija (60 minūtes).", DECIDED, CONFIRM,
        "atbildot uz šo vēstuli vai zvanot +371 2000 00 99.", "konsultāciju varēsim piedāvāt citai kopienai.",
        "Jūsu pieteikums secībā ir 3. no 5.", "Prioritāte | Jūsu kopiena | Citas, kam piešķirta atlasē (noapaļoti)\n", "Jūsu pieteikums atbilst abām prioritātēm.", "Konsultāciju skaits šajā programmā: 14 (2023. gadā – 7, 2024. gadā – 7).",
        "vēl veidojas | jā | jaunas: 0 no 4", "vismaz 7 punkti no 12 | 7,5 no 12 | vidēji 9 no 12",
        "– Konkrēts jautājums | 3 no 3 | vidēji 2 no 3",
        "Olainē, 2023. gada 31. augusts\nNr. 3/K-01 Anna Liepa\nkopiena «Pulks»\na@example.org",
    ], [NOTHING, OBJECT, LOT, "gaidīšanas sarakst", "ārpus kārtas", "minimum", "atbrīvojusies", "apstiprināja", "Diemžēl"]),
    "place of an existing community": ({"novelty": "existing"}, ["vēl veidojas | nē | jaunas: 0 no 4"], ["| jā |"]),
    "place, unclear novelty": ({"novelty": "unclear"}, ["vēl veidojas | nav zināms | jaunas: 0 no 4"], ["| jā |", "| nē |"]),
    "place, not clear": ({"clarity": Fraction(3)}, ["| 3 no 12 | vidēji 9 no 12"], []),
    "place, not marked": ({"clarity": None, "marks": {}}, ["| – | vidēji 9 no 12", "– Konkrēts jautājums | – |"], []),
    "place, three others": ({"beside": others(3)}, ["| Citas, kam piešķirta", "jaunas: 0 no 3"], []),
    "place, beside one who waits": (
        {"beside": [*others(3), replace(USUAL, application_id="K-02", outcome="waiting")]}, ["| vidēji 9 no 12", "jaunas: 0 no 3"], []),
    "place, beside one not marked": (
        {"beside": [*others(3), replace(USUAL, application_id="K-02", clarity=None)]}, ["| vidēji 9 no 12", "jaunas: 0 no 3"], []),
    "place, beside a new one": (
        {"beside": [*others(3), replace(USUAL, application_id="K-02")]}, ["jaunas: 1 no 4", "7,5 no 12 | vidēji 8,6 no 12"], []),
    "place, two others": ({"beside": others(2)}, ["vēl veidojas | jā\n"], ["Citas, kam piešķirta", "9 no 12"]),
    "place by lot": (
        {"rank_to": 4, "beside": [*others(3), replace(USUAL, application_id="K-02", ticket="a" * 64)]},
        [f"{LOT} Vairāki pieteikumi bija līdzvērtīgi", f"Jūsu izlozes numurs ir {'b' * 64}: SHA-256 no rindas "
         "0407111319232629313437394346495255586061|KKK-2023|K-01.", "No 2 līdzvērtīgo numuriem Jūsējais ir 2. mazākais.",
         "atkārto lapa https://example.org/parbaude.html; tajā ierakstiet savu kodu K-01. Kad lapa atvērta, internets vairs nav vajadzīgs."], [NOTHING, "ar roku"]),
    "lot between the two queues": ({"rank_to": 4}, [f"Jūsu izlozes numurs ir {'b' * 64}"], ["līdzvērtīgo numuriem"]),
    "place out of turn": (
        {"override": "Pēc sūdzības."}, ["Konsultācija piešķirta ārpus kārtas: Pēc sūdzības.\n", CONFIRM], ["sūdzības.."]),
    "place by the minimum": (
        {"minimum": "given"}, ["Vispirms piešķir programmā noteikto konsultāciju minimumu novadam"], ["Pēc kārtas šī"]),
    "freed place": (
        {**WAITS, "kind": "place", "said": {"freed": True, "year": 2024, "day": date(2024, 1, 10)}},
        ["konsultācija 2024. gadā\n", "Ir brīva viena konsultācija, un pienākusi kopienas «Pulks» kārta.", "Sarakstu 2023. gada 31. augustā apstiprināja projekta vadības grupa (protokols Nr. 3).", CONFIRM,
         "Olainē, 2024. gada 10. janvāris\nNr. 20240110/K-01"], ["Lēmumu", OBJECT, NOTHING, "Tas nav atteikums"]),
    "freed place of one who came after the list": (
        {**WAITS, "kind": "place", "rank": None, "rank_from": None, "rank_to": None, "said": {"freed": True, "year": 2024}},
        ["Ir brīva viena konsultācija"], ["apstiprināja"]),
    "freed place out of turn": (
        {"override": "Vajag.", "said": {"freed": True, "reason": "Vajag."}}, ["pienākusi"], ["ārpus kārtas"]),
    "place after a decision with a reason": ({"said": {"reason": "Vajag."}}, [CONFIRM], ["ārpus kārtas", "Vajag"]),
    "waiting": ({**WAITS, "nearest": "Ar vienu izmaiņu nebūtu pieticis."}, [
        "Jūsu kopiena ir gaidīšanas sarakstā: 1. no 1\n", "Jūsu pieteikums secībā ir 15. no 5.", "Tas nav atteikums",
        DECIDED, "Jums pagaidām nekas nav jādara. Saraksts ir spēkā līdz 2024. gada 31. oktobrim.",
        "Kas būtu mainījis iznākumu. Ar vienu izmaiņu nebūtu pieticis.", OBJECT,
        "valde, neiesaistot tos, kas šo pieteikumu vērtēja, un līdz 2023. gada 24. septembrim Jums atbildēs.", TURN,
        "Kāpēc jāgaida. Atlases kārtība: vispirms kopienas", "Jūsu pieteikums atbilst abām prioritātēm.",
    ], ["Gaida ", "Pirms tā", "Kad konsultācijas piešķīra", CONFIRM, "piešķirta mentora", "Pieteikumu šoreiz bija vairāk", "Pēc kārtas šī", "izlozes saraksta noslēgšanas", LOT]),
    "waiting, more than places": (
        {**WAITS, "beside": others(14)}, ["vairāk nekā konsultāciju: 15 pieteikumi un 14 konsultācijas."], []),
    "waiting, as many as places": ({**WAITS, "beside": others(13)}, [], ["vairāk nekā konsultāciju"]),
    "waiting, why": ({**WAITS, "rank": 5, "tier": 1, "group": "new", "beside": ABOVE}, [
        "Pirms tā secībā ir 5 pieteikumi: 1 – augstāk prioritāšu secībā, 1 – pamīšus, jo atbilst otrai prioritātei, "
        "1 – ar vairāk punktiem, 2 – pēc izlozes.", "– 7). Kam tās piešķirtas: 4 – secībā augstāk.",
    ], ["zemāk", "minimum", "ārpus kārtas"]),
    "waiting, what went elsewhere": (
        {**WAITS, "rank": 2, "beside": [
            *others(2), by_rank(1), by_rank(3, override="vajag"), by_rank(4, minimum="given"), by_rank(5, outcome="")]},
        ["Pirms tā secībā ir 1 pieteikums: 1 – pēc izlozes. Konsultāciju", "Kam tās piešķirtas: 1 – secībā augstāk, "
         "2 – secībā zemāk, 1 – novada minimumam, 1 – ārpus kārtas."], ["Pēc kārtas šī"]),
    "waiting, back after it was no part": (
        {**WAITS, "competes": False}, ["Kad konsultācijas piešķīra, pieteikums atlasē nepiedalījās."], ["Kam tās"]),
    "waiting, meets one: new": ({**WAITS, "met": "jauna"}, ["atbilst vienai no divām prioritātēm: kopiena ir jauna."], []),
    "waiting, meets one: clear": (
        {**WAITS, "met": "skaidrs"}, ["atbilst vienai no divām prioritātēm: jautājums aprakstīts skaidri."], []),
    "waiting, meets none": ({**WAITS, "met": "neviena"}, ["Jūsu pieteikums neatbilst nevienai no divām prioritātēm."], []),
    "waiting beside other kinds": (
        {**WAITS, "beside": QUEUE},
        ["Gaida 5 pieteikumi: 2 – atlases secībā, 1 – pēc saraksta noslēgšanas, 2 – pēc termiņa."], []),
    "waiting behind the minimum": (
        {**WAITS, "minimum": "taken"}, ["Pēc kārtas šī konsultācija piešķirta novadam, kam paredzēts minimums."],
        ["Vispirms piešķir"]),
    "waiting by lot": ({**WAITS, "rank_from": 14}, [LOT, "Vairāki pieteikumi bija līdzvērtīgi"], [CONFIRM]),
    "waiting, and the lot only put others behind it": ({**WAITS, "rank_to": 17}, [], [LOT]),
    "found eligible after the freeze": (
        {**FOUND, "competes": False, "beside": others(15)},
        ["pēc izlozes saraksta noslēgšanas (2023. gada 30. augustā); sarakstu pēc tam nemaina, tāpēc kopiena «Pulks» ir aiz tām, "
         "kas ir sarakstā; tādus pieteikumus sakārto pēc lēmuma dienas, vienas dienas – pēc izlozes numura."],
        ["secībā ir", "Kad konsultācijas piešķīra", "Kāpēc jāgaida", "Prioritāte |", LOT, "vairāk nekā konsultāciju"]),
    "came back after its place was freed": (
        {**WAITS, "given_year": 2023}, ["2023. gadā piešķirtā konsultācija atbrīvojās, kamēr"], ["Kam tās", "Kad kons"]),
    "came back, no part of the order": (
        {**WAITS, "given_year": 2023, "competes": False}, ["2023. gadā piešķirtā"], ["Kam tās", "Kad kons"]),
    "late": (LATE, [
        "Jūsu pieteikums saņemts pēc termiņa\n", "līdz 2023. gada 21. augustam (ieskaitot)",
        "saņēmām 2023. gada 21. augustā plkst. 18.58.47.", "kopiena «Pulks» ir 1. no 1.", NOTHING, OBJECT, DECIDED, TURN,
        "Pēc termiņa saņemtos pieteikumus sakārto pēc saņemšanas laika, vienā sekundē saņemtos – pēc izlozes numura.",
    ], [CONFIRM, "Kā lēmām.", "Diemžēl", LOT]),
    "late beside those in time": (LATE | {"beside": [one for one in QUEUE if one.state != "late"]},
        ["ir 3. no 3. Gaida 3 pieteikumi: 1 – atlases secībā, 1 – pēc saraksta noslēgšanas, 1 – pēc termiņa. Pēc"], []),
    "late, of one second with another": (
        LATE | {"ticket": "b" * 64, "beside": [replace(USUAL, **LATE | {"application_id": "K-02", "ticket": "a" * 64,
                                                                        "submitted_at": pd.Timestamp("2023-08-21 18:58:47.9")})]},
        [f"{LOT} Vairāki pieteikumi bija līdzvērtīgi", "No 2 līdzvērtīgo numuriem Jūsējais ir 2. mazākais. Noslēgtajā sarakstā Jūsu pieteikuma nav; ",
         "ar roku, kā rakstīts lapā https://example.org/parbaude.html.", f"Jūsu izlozes numurs ir {'b' * 64}"], ["atkārto lapa"]),
    "late, of another second": (
        LATE | {"ticket": "b" * 64, "beside": [replace(USUAL, **LATE | {"application_id": "K-02", "ticket": "a" * 64,
                                                                        "submitted_at": pd.Timestamp("2023-08-21 18:58:48")})]}, [], [LOT]),
    "found after the freeze beside another": (
        {**FOUND, "tier": None, "group": None, "points": None, "beside": [
            replace(USUAL, **FOUND, application_id="K-02", tier=None, group=None, points=None, ticket="a" * 64)]},
        ["vienas dienas – pēc izlozes numura.", f"Jūsu izlozes numurs ir {'b' * 64}", "ar roku"], ["līdzvērtīg", "atkārto lapa"]),
    "late, told on a later day": (LATE | {"day": date(2023, 10, 2)}, [TURN], ["Lēmumu"]),
    "late, out of turn": (LATE | {"outcome": "place", "place_year": 2024, "waiting": None, "override": "vajag"},
        ["konsultācija 2024. gadā", "ārpus kārtas: vajag.", CONFIRM], ["pēc termiņa", NOTHING]),
    "late, waits for nothing": (LATE | {"waiting": None}, [NOTHING], ["Kopējā gaidītāju"]),
    "outside": (OUT | {"state": "outside", "municipality": "Rīga", "marks": {}}, [
        "Šoreiz konsultāciju Jūsu kopienai piedāvāt nevaram\n", "Mārupes novads, Olaines novads, Ķekavas novads.",
        "Pieteikumā norādīts: Rīga.", "Par atbalstu citviet varat jautāt savā pašvaldībā.", OBJECT,
        "valde, neiesaistot pieteikumu vērtētājus, un līdz 2023. gada 24. septembrim Jums atbildēs.", DECIDED,
        "Citādi Jums nekas nav jādara, un pieteikums atlasē nepiedalīsies.",
        "novadiem, lūdzu, uzrakstiet to līdz 2023. gada 10. septembrim, kā teikts pie «Ja iznākumam nepiekrītat», un",
    ], ["uzrakstiet mums", CONFIRM, NOT_JUDGES, "Jums pagaidām", "Kā lēmām."]),
    "no consent": (OUT | {"state": "no_consent"}, [
        "Vai drīkstam izmantot Jūsu datus atlasē?\n", "līdz 2023. gada 14. septembrim atbildiet",
        "izlozes saraksts jau ir noslēgts", "Ja atbildes nebūs, 2023. gada 15. septembrī pieteikumu un Jūsu datus izdzēsīsim.",
        "Kādus datus un kāpēc izmantojam, ir rakstīts šeit: https://example.org/dati.",
    ], [OBJECT, CONFIRM, NOTHING, "vērtēsim kopā"]),
    "duplicate": (ASIDE | {"duplicate_of": "K-02"}, [
        "Jūsu kopienas pieteikumus vērtējām kā vienu\n", "No kopienas «Pulks» saņēmām vairākus",
        "Vērtējām pieteikumu K-02, bet K-01 atsevišķi nevērtējām.", "divas dažādas kopienas, lūdzu, uzrakstiet to līdz 2023. gada 10. septembrim, kā teikts pie «Ja", OBJECT, DECIDED,
    ], ["uzrakstiet mums", "Diemžēl", CONFIRM, "citreiz"]),
    "ineligible": (ASIDE | {"said": {"reason": "pieteikumu iesniedzis uzņēmums"}}, [
        "piedāvāt nevaram\n", "Diemžēl to nevaram iekļaut atlasē, jo pieteikumu iesniedzis uzņēmums. " + DECIDED, OBJECT, NOTHING,
    ], ["Iemesls:", CONFIRM, "novados", "Kā lēmām."]),
    "ineligible, a name that begins small": (
        ASIDE | {"said": {"reason": "eParaksts nederēja."}}, ["atlasē, jo eParaksts nederēja. Lē"], ["Iemesls"]),
    "ineligible, and nobody wrote why": (ASIDE, ["piedāvāt nevaram\n"], ["Iemesls", ", jo ", "X"]),
    "ineligible, a sentence": (ASIDE | {"said": {"reason": "Iesniedzējs ir uzņēmums"}},
        ["atlasē. Iemesls: Iesniedzējs ir uzņēmums."], [", jo "]),
    "withdrawn": (OUT | {"state": "withdrawn"}, [
        "kā lūdzāt\n", "2023. gada 31. augustā saņēmām Jūsu ziņu, ka kopiena «Pulks» dalību atsauc.",
        "Pieteikums K-01 atlasē vairs nepiedalās.", "dodiet ziņu līdz 2023. gada 14. septembrim.", "Citādi Jums " + NOTHING,
    ], [OBJECT, "Diemžēl", "Piešķirto konsultāciju", CONFIRM]),
    "withdrawn after it was ranked by lot": (
        {**WAITS, "kind": "withdrawn", "rank_from": 14}, ["kā lūdzāt\n"], [LOT, "Kā lēmām.", "secībā ir"]),
    "waiting, and no one change would do": (WAITS, ["nav jādara."], ["Kas būtu mainījis"]),
    "withdrawn with a place": (OUT | {"state": "withdrawn", "said": {"gave_up": True}},
        ["Piešķirto konsultāciju varēsim piedāvāt citai kopienai."], [OBJECT]),
    "no name": ({"community": None}, ["ka Jūsu kopienai ir piešķirta", "Anna Liepa\nJūsu kopiena\n"], ["«»", "None"]),
    "quotes in the name": ({"community": "biedrība «Jaunā»"}, ["kopienai «biedrība „Jaunā“» ir"], ["««", "»»"]),
    "no time": ({"submitted_at": None}, ["Paldies par pieteikumu K-01 un par"], ["ko saņēmām", "NaT", "None"]),
    "no day": ({"day": None, "answer_by": None}, ["Olain", "Jūsu kopienai ir piešķirta"], ["None", "līdz ,", CONFIRM, DECIDED, "Ja līdz tam"]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_outcome_has_its_sentences_and_no_others(inputs, case):
    cells, told, not_told = CASES[case]
    text = text_of(letter(**cells), inputs)
    assert [words for words in told if words not in text] == []
    assert [words for words in [*not_told, "{", "}", " ,", " .", "  ", "None"] if words in text] == []


ANSWERS = {  # what a reader asks: where the answer stands in the letters of these kinds ("": it has none to give)
    "Kas ir izlemts?": (
        "Jūsu kopienai ir piešķirta mentora konsultācija 2023. gadā\n", "Jūsu kopiena ir gaidīšanas sarakstā: 1. no 3\n",
        "Jūsu pieteikums saņemts pēc termiņa\n", "Šoreiz konsultāciju Jūsu kopienai piedāvāt nevaram\n"),
    "Kāpēc?": (
        "Jūsu pieteikums secībā ir 3. no 5.", "Jūsu pieteikums atbilst abām prioritātēm. Pirms tā secībā ir 5 pieteikumi: 5 – augst",
        "līdz 2023. gada 21. augustam (ieskaitot), bet Jūsu pieteikumu K-01 saņēmām 2023. gada 21. augustā plkst. 18.58.47",
        "jo uzsaukums ir paredzēts kopienām šajos novados: Mārupes novads, Olaines novads, Ķekavas novads."),
    "Pēc kādas kārtības, un cik konsultāciju bija?": (
        "Atlases kārtība: vispirms kopienas, kas", "Konsultāciju skaits šajā programmā: 14 (2023. gadā – 7", "", ""),
    "Kas iznākumu būtu mainījis?": (
        "", "Kas būtu mainījis iznākumu. Ar vienu izmaiņu nebūtu pieticis.", "Pieteikties varēja līdz",
        "Ja kopiena tomēr darbojas kādā no šiem novadiem, lūdzu, uzrakstiet to līdz 2023. gada 10. septembrim"),
    "Kas man jādara un līdz kad?": (CONFIRM, "Jums pagaidām nekas nav jādara.", "Jums pagaidām nekas nav jādara.",
        "uzrakstiet to līdz 2023. gada 10. septembrim"),
    "Kas notiks tālāk, un ja nedarīšu neko?": (
        "Ja līdz tam ziņas no Jums nebūs, konsultāciju varēsim piedāvāt citai kopienai.",
        TURN,
        "Ja pēc gaidīšanas saraksta vēl būs brīva konsultācija, piedāvāsim to Jums.", "Par atbalstu citviet varat jautāt"),
    "Cik ilgi būs laiks atbildēt, ja konsultācija atbrīvosies?": ("", TURN, TURN, ""),
    "Kāpēc šī vieta gaidītāju secībā?": (
        "", "Gaida 3 pieteikumi: 2 – atlases secībā, 1 – pēc termiņa.", "Pēc termiņa saņemtos pieteikumus sakārto pēc", ""),
    "Kas būs, ja neatbildēšu?": (
        "Ja līdz tam ziņas no Jums nebūs", "ja atbildes nebūs, konsultāciju varēsim piedāvāt citai kopienai",
        "ja atbildes nebūs, konsultāciju varēsim piedāvāt citai kopienai", "Citādi Jums nekas nav jādara, un pieteikums"),
    "Cik ilgi gaidīt?": (
        "pēc trim mēnešiem pajautāsim", "Saraksts ir spēkā līdz 2024. gada 31. oktobrim.",
        "Saraksts ir spēkā līdz 2024. gada 31. oktobrim.", ""),
    "Kas un kad lēma?": [DECIDED] * 4,
    "Kā un līdz kad iebilst, kas to izskatīs un kad atbildēs?": ("", *[
        f"{OBJECT}, norādot pieteikuma kodu K-01 un to, ko, Jūsuprāt, esam sapratuši nepareizi. Iebildumus izskatīs biedrības "
        f"«Pierīgas partnerība» valde{judges} un līdz 2023. gada 24. septembrim Jums atbildēs."
        for judges in (NOT_JUDGES, NOT_JUDGES, ", neiesaistot pieteikumu vērtētājus,")]),
    "Kā pārbaudīt izlozi?": (*["atkārto lapa https://example.org/parbaude.html; tajā ierakstiet savu kodu K-01. Kad lapa atvērta, internets vairs"] * 2, "", ""),
    "Kas glabā manus datus, cik ilgi, kam sūdzēties?": [
        "Datu pārzinis ir biedrība «Pierīgas partnerība». Datus glabājam līdz 2026. gada 31. oktobrim. Par tiem jautājiet, "
        "rakstot uz dati@example.org. Par savām tiesībām, arī par sūdzību Datu valsts inspekcijai, lasiet: https://example.org/dati."] * 4,
    "Kam jautāt?": ["Zvaniet vai rakstiet: Kristīne Izdomātā, +371 2000 00 99, kopienas@example.org."] * 4,
}  # fmt: skip
READERS = {
    "place": {"rank_to": 4}, "late": LATE, "outside": OUT | {"state": "outside", "municipality": "Rīga", "marks": {}},
    "waiting": {**WAITS, "rank_from": 14, "tier": 1, "beside": [
        *(by_rank(number) for number in range(1, 6)), *QUEUE[:2]], "nearest": "Ar vienu izmaiņu nebūtu pieticis."},
}  # fmt: skip


@pytest.mark.parametrize("question", ANSWERS)
def test_a_reader_finds_the_answer_in_each_letter_that_has_it(inputs, question):
    for kind, answer in zip(("place", "waiting", "late", "outside"), ANSWERS[question], strict=True):
        assert answer in text_of(letter(**READERS[kind]), inputs), kind


def test_parts_of_a_letter_stand_in_their_order_each_in_its_form(inputs):
    _, head, parts = letters.write_letter(letter(rank_to=4), inputs)
    assert [part[0] for part in head] == ["small", "sides", "title"]
    assert [part[:2] if part[0] in ("lead", "box") else part[0] for part in parts] == [
        "text", "text", ("box", "Lūdzu, apstipriniet dalību līdz 2023.\u00a0gada 14.\u00a0septembrim, atbildot uz šo "
                         "vēstuli vai zvanot +371\u00a02000\u00a000\u00a099."),
        ("lead", "Kas būs tālāk."), ("lead", "Kā lēmām."), "plain table", ("lead", "Ja kaut kas nav skaidrs."),
        ("lead", "Jūsu dati."), "text", ("box", "Izlozes pārbaude."),
    ]  # fmt: skip
    _, _, parts = letters.write_letter(letter(**CASES["ineligible"][0]), inputs)
    assert [part for part in parts if part[0] == "box"] == [("box", "Jums nekas nav jādara.", "")]
    assert ("lead", "Ja iznākumam nepiekrītat.") in [part[:2] for part in parts]


def test_an_answer_is_asked_by_the_day_of_the_offer_or_the_usual_days_after(example):
    inputs, results = example
    places = results.places.assign(
        answer_by=results.places["answer_by"].mask(results.places["application_id"].eq("K-F001DE"))
    )
    made = {
        one.row.application_id: one.answer_by for one in letters.list_letters(inputs, replace(results, places=places))
    }
    assert made["K-F001DE"] == date(2023, 9, 14)
    assert made["K-9062AF"] == date(2023, 9, 13)
    assert made["K-DB7840"] == date(2024, 7, 25)  # withdrew: not by the day of its offer


def test_whoever_waits_has_the_ticket_that_orders_it_also_after_the_ranked(example):
    inputs, results = example
    rows = {one.row.application_id: one.row for one in letters.list_letters(inputs, results)}
    seed, call = inputs.programme.lottery.seed, inputs.programme.call.code
    late = [row for row in rows.values() if row.state == "late"]
    assert len(late) == 2
    assert [row.ticket for row in late] == [ticket(seed, call, row.application_id) for row in late]
    assert {row.ticket for row in rows.values() if row.state in ("outside", "no_consent")} == {None}


def test_a_programme_with_one_consultation_tells_one(inputs):
    told = text_of(letter(**WAITS, beside=others(1)), settings(inputs, places={2023: 1}))
    assert "vairāk nekā konsultāciju: 2 pieteikumi un 1 konsultācija." in told
    assert "Konsultāciju skaits šajā programmā: 1. Kam tās piešķirtas: 1 – secībā zemāk.\n" in told


def test_every_kind_is_tried():
    assert {letter(**cells).kind for cells, _, _ in CASES.values()} == set(letters.KINDS)


@pytest.mark.parametrize("case", CASES)
def test_every_letter_says_who_writes_whom_to_ask_and_who_keeps_the_data(inputs, case):
    text = text_of(letter(**CASES[case][0]), inputs)
    for words in (
        "biedrība «Pierīgas partnerība», reģ. Nr. 40000000000, Izdomu iela 1",
        "Zvaniet vai rakstiet: Kristīne Izdomātā, +371 2000 00 99, kopienas@example.org.",
        "Datu pārzinis ir biedrība «Pierīgas partnerība». Datus glabājam līdz 2026. gada 31. oktobrim.",
        "Ar cieņu\nKristīne Izdomātā, projekta koordinatore",
    ):
        assert words in text


def test_a_question_about_consent_before_the_freeze_is_asked_in_time(example):
    inputs, results = example
    early = replace(inputs, frozen=None)
    text = text_of(letter(**OUT, state="no_consent"), early)
    assert "Tad pieteikumu vērtēsim kopā ar pārējiem." in text
    assert "izlozes saraksts jau" not in text
    files, problems, _ = letters.make_letters(early, replace(results, final=False))
    assert (list(files), problems) == (["K-978E9F Ūdenstorņa stūris.docx"], [])
    assert "Olainē, 2024. gada 15. septembris" in read(files["K-978E9F Ūdenstorņa stūris.docx"])
    assert "līdz 2024. gada 29. septembrim atbildiet" in read(files["K-978E9F Ūdenstorņa stūris.docx"])


@pytest.mark.parametrize("name", letters.SETTINGS)
@pytest.mark.parametrize("case", ["place by lot", "waiting by lot", "no consent", "ineligible", "withdrawn"])
def test_a_setting_that_is_missing_leaves_its_sentence_out(inputs, case, name):
    part, key = name.split(".")
    value = getattr(getattr(inputs.programme, part), key)
    bare = settings(inputs, **{part: {key: None if isinstance(value, date) else ""}})
    text = text_of(letter(**CASES[case][0]), bare)
    assert [words for words in ("{", "}", " ,", " .", ":.", "..", "()", "Nr. )", "None", "  ") if words in text] == []
    assert letters.find_lacking(bare.programme, letters.SETTINGS) == [name]
    assert ("Kādus datus un kāpēc" in text) == (case == "no consent" and name != "privacy.link")
    _, head, parts = letters.write_letter(letter(**CASES[case][0]), bare)
    assert [part for part in [*head, *parts] if part[0] in ("text", "small", "lead") and not all(part[1:])] == []


def test_nothing_is_missing_in_the_example(inputs):
    assert letters.find_lacking(inputs.programme, letters.SETTINGS) == []


# From the selection to the letters: the decision's day, and what happened since


@pytest.fixture(scope="module")
def files(example):
    return letters.make_letters(*example).files


def read(content):
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    texts = [paragraph.text for paragraph in document.paragraphs]
    footer = [p.text for p in document.sections[0].footer.paragraphs]
    return "\n".join([*texts, *cells, *footer]).replace("\u00a0", " ")


def decided_since(inputs, *lines, happened=()):
    """The example with further decisions and events, evaluated again."""
    sheets = dict(inputs.sheets)
    for name, rows in (("Lēmumi", decisions(*lines)), ("Notikumi", events(*happened))):
        sheets[name] = pd.concat([sheets[name], rows.assign(row=range(900, 900 + len(rows)))], ignore_index=True)
    changed = replace(inputs, sheets=sheets)
    return changed, workflow.evaluate(changed)


def list_bases(inputs, results):
    return {one.row.application_id: one.basis for one in letters.list_letters(inputs, results)}


def test_everyone_has_a_letter_named_by_code_and_community(example, files):
    inputs, results = example
    assert sorted(name.split(" ")[0] for name in files) == sorted(results.decided["application_id"])
    assert "K-17DCC7 Jāņu kalna pulks.docx" in files
    for name in files:
        text = read(files[name])
        assert inputs.programme.project.funding_sentence in text
        assert results.stamp.inputs not in text
        assert results.stamp.version not in text


BREAKS = re.compile(r"\d (?:[a-zāčēģīķļņšūž%]|\d)|Nr\\. |\d\. [a-zāčēģīķļņšūž]| – (?=\w)|««|»»")


def test_numbers_keep_their_nouns_and_quotes_are_not_nested(files):
    for name, content in files.items():
        lines = [line.text for line in Document(io.BytesIO(content)).paragraphs]
        assert [found[0] for line in lines if (found := BREAKS.search(line))] == [], name


def test_the_days_decisions_and_events_behind_the_examples_letters(example):
    bases = list_bases(*example)
    assert bases["K-F001DE"] == "2023-08-31 place 2023"
    assert bases["K-1071EE"] == "2023-09-13 place 2023"  # waited, was offered a freed one
    assert bases["K-DB7840"] == "2024-07-11 withdrawn 2024"
    assert bases["K-978E9F"] == "no_consent"
    assert bases["K-17DCC7"] == "2023-08-31 waiting"


KEY = "K-17DCC7"  # waits in the example
PLACE, GONE = {"outcome": "place", "place_year": 2023, "waiting": None}, {"state": "set_aside", "outcome": "none"}
OPEN = {"outcome": "lot", "waiting": None}
OFFER, LEAVE = f"{KEY} offered 2024-01-10 year=2024", f"{KEY} withdrawn 2024-02-01 year=2024"

HISTORIES = {  # outcome at first and on later days, events; the letter: kind, day, year, freed, gave up, reason
    "nothing since": ({}, {}, [], ("waiting", "2023-08-31", None, False, False, "")),
    "given one later": ({}, {"2023-10-02": PLACE}, [], ("place", "2023-10-02", 2023, False, False, "Tā.")),
    "decided, and nothing changed": ({}, {"2023-10-02": {}}, [], ("waiting", "2023-08-31", None, False, False, "")),
    "out later": (PLACE, {"2023-10-02": GONE}, [], ("ineligible", "2023-10-02", None, False, True, "Tā.")),
    "out and back": (PLACE, {"2023-10-02": GONE, "2023-10-03": PLACE}, [],
                     ("place", "2023-10-03", 2023, False, False, "Tā.")),
    "another year": (PLACE, {"2023-10-02": PLACE | {"place_year": 2024}}, [],
                     ("place", "2023-10-02", 2024, False, True, "Tā.")),
    "a freed one": ({}, {}, [OFFER], ("place", "2024-01-10", 2024, True, False, "")),
    "a freed one after the rest": ({"state": "late"}, {}, [OFFER], ("place", "2024-01-10", 2024, True, False, "")),
    "a freed one given up": ({}, {}, [LEAVE, OFFER], ("withdrawn", "2024-02-01", 2024, True, True, "")),
    "waited no longer": ({}, {}, [LEAVE], ("withdrawn", "2024-02-01", None, False, False, "")),
    "late, waited no longer": ({"state": "late"}, {}, [LEAVE], ("withdrawn", "2024-02-01", None, False, False, "")),
    "given up": (PLACE, {}, [LEAVE], ("withdrawn", "2024-02-01", 2023, False, True, "")),
    "offered what it was given": (PLACE | {"place_year": 2024}, {}, [OFFER], ("place", "2023-08-31", 2024, False, False, "")),
    "offered another year than given": (PLACE, {}, [OFFER], ("place", "2024-01-10", 2024, False, False, "")),
    "other events": ({}, {}, [OFFER.replace("offered", "booked")], ("waiting", "2023-08-31", None, False, False, "")),
    "gave up what it never had": (GONE, {}, [OFFER, LEAVE], ("ineligible", "2023-08-31", None, False, False, "")),
    "a decision and an event of one day": (
        {}, {"2024-01-10": GONE}, [OFFER], ("ineligible", "2024-01-10", None, False, False, "Tā.")),
    "a decision after an event": (
        {}, {"2024-01-11": GONE}, [OFFER], ("ineligible", "2024-01-11", None, False, True, "Tā.")),
    "open at first": (OPEN, {"2023-10-02": {}}, [], ("waiting", "2023-10-02", None, False, False, "Tā.")),
    "open at first, since settled without a decision": (
        OPEN, {None: PLACE}, [], ("place", "2023-08-31", 2023, False, False, "")),
    "open": (OPEN, {}, [], None),
}  # fmt: skip


def follow(example, monkeypatch, first, later, happened, *, base=DAY, lines=f"{KEY} other"):
    """The letter of one application whose outcome was ``first``, then what ``later`` says by day."""
    inputs, results = example
    days = {str(DAY): first, **later}

    def view(_inputs, _results, day):
        known = [cells for of, cells in days.items() if day is None or (of and of <= str(day))]
        table = results.decided.copy()
        for name, value in known[-1].items():
            table.loc[table["application_id"].eq(KEY), name] = value
        return replace(results, decided=table)

    monkeypatch.setattr(letters, "view_on", view)
    made = decisions(*(f"{lines} on={day} reason=Tā." for day in later if day), f"{lines} on=")
    changed = settings(replace(inputs, sheets=inputs.sheets | {"Lēmumi": made}), letters={"decision_date": base})
    then = replace(results, valid_events=events(*happened))
    monkeypatch.setattr(letters, "find_verdicts", lambda table: {
        row.application_id: SimpleNamespace(row=row) for row in table.dropna(subset=["on"]).itertuples()})  # fmt: skip
    return next((one for one in letters.list_letters(changed, then) if one.row.application_id == KEY), None)


@pytest.mark.parametrize("case", HISTORIES)
def test_what_happened_since_makes_a_new_letter_or_leaves_the_old(example, monkeypatch, case):
    *history, expected = HISTORIES[case]
    made = follow(example, monkeypatch, *history)
    told = made and (made.kind, str(made.day), made.year, made.freed, made.gave_up, made.reason)
    assert told == expected


def test_whoever_applied_after_the_decision_is_answered_from_that_day_on(example):
    inputs, results = example
    late = inputs.applications[inputs.applications["application_id"].eq("K-DD3C39")]
    sent = pd.Timestamp("2023-09-20 23:30", tz="Europe/Riga").as_unit("us")
    again = late.assign(application_id="K-ABCDEF", submitted_at=sent, row=99, email="z@example.org", phone=None,
                        community="Cita kopiena")  # fmt: skip
    more = replace(inputs, applications=pd.concat([inputs.applications, again], ignore_index=True))
    made = letters.list_letters(more, workflow.evaluate(more, as_of=results.as_of))
    days = {one.row.application_id: one.day for one in made if one.kind == "late"}
    assert (days["K-DD3C39"], days["K-ABCDEF"]) == (DAY, date(2023, 9, 20))


def test_without_a_day_of_decision_nothing_is_later_than_it(example, monkeypatch):
    made = follow(example, monkeypatch, {}, {"2023-10-02": PLACE}, [], base=None)
    assert (made.kind, made.day, made.answer_by) == ("place", None, None)


def test_a_decision_that_names_an_application_as_its_value_is_about_it_too(example, monkeypatch):
    made = follow(example, monkeypatch, {}, {"2023-10-02": PLACE}, [], lines=f"K-F001DE duplicate_of {KEY}")
    assert (made.kind, made.day) == ("place", date(2023, 10, 2))


def make_one(example, *, lacking=False, **said):
    """The letters' files and problems where only one is to be made, a given one of the example changed."""
    inputs, results = example
    made = next(one for one in letters.list_letters(inputs, results) if one.row.application_id == "K-E66AB4")
    row = {name: said.pop(name) for name in [*said] if name in {one.name for one in fields(Outcome)}}
    changed = replace(made, row=replace(made.row, **row), **said)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(letters, "list_letters", lambda *_: [changed])
        own = settings(inputs, letters={"post": ""}) if lacking else inputs
        return letters.make_letters(replace(own, logos={"sif.png": picture(40, 20)}), results)


def test_a_letter_carries_its_day_basis_and_logos_and_a_draft_no_basis(example):
    (content,) = make_one(example).files.values()
    document = Document(io.BytesIO(content))
    assert docx.read_basis(content) == "2023-08-31 waiting"
    assert document.core_properties.created.date() == DAY
    assert document.sections[0].header._element.xpath(".//wp:docPr/@descr") == ["sif"]
    assert make_one(example).problems == []
    draft = make_one(example, lacking=True, day=None)
    assert [docx.read_basis(content) for content in draft.files.values()] == [""]
    (content,) = draft.files.values()
    assert Document(io.BytesIO(content)).core_properties.created.date() == date(2024, 9, 15)
    assert [(one.code, one.details) for one in draft.problems] == [("letter_settings", "letters.post")]


@pytest.mark.parametrize(
    "said",
    [{"kind": "ineligible", "reason": "tāpat kā {}"}, {"kind": "place", "override": "{} lūdza"},
     {"nearest": "Kā {}."}, {"entry_note": "Sk. {}."}],
)  # fmt: skip
def test_whatever_names_another_community_or_its_people_stops_the_letter(example, said):
    other = example[1].decided.set_index("application_id").loc["K-F001DE"]
    words = f"{other['community']}, {other['contact_name']}"
    files, problems, _ = make_one(example, **{name: value.format(words) for name, value in said.items()})
    assert files == {}
    assert [one.message.split(": ", 1)[1] for one in problems] == [
        "tajā nokļuvuši cita pieteikuma dati (Kontaktpersona: K-F001DE; Kopiena: K-F001DE)"
    ]
    assert problems[0].value == "K-E66AB4"
    clean = {name: value.format("visi citi") for name, value in said.items()}
    assert make_one(example, **clean).problems == []


def test_averages_are_of_the_points_that_are_known(inputs):
    made = letter()
    some = {key: given for key, given in made.standing.marks.items() if key in ("K-01", "K-50")}
    for marks, told in ((some, "– Konkrēts jautājums | 3 no 3 | vidēji 2 no 3"), ({}, "– Konkrēts jautājums | – | –")):
        assert told in text_of(replace(made, standing=replace(made.standing, marks=marks)), inputs)


def test_what_an_applicant_wrote_about_itself_may_stand_in_its_own_letter(example):
    assert make_one(example, entry_note="Sk. ritakafija@example.org").problems == []
    assert make_one(example, community=None, contact_name=None, municipality=None, nearest="Nekas.").problems == []
    bare = {"community": None, "contact_name": None, "municipality": None}
    assert make_one(example, **bare, nearest="Kā Ābolmaizes pagalmi.").problems != []


@pytest.mark.parametrize(
    ("surname", "nearest"),
    [
        ("Kopiena", "Kopiena būtu."),
        ("Pašvaldība", "Pašvaldība palīdzēja."),
        ("Kontaktpersona", "Kontaktpersona mainās."),
    ],
)
def test_a_surname_that_is_a_word_of_ours_stops_nothing(example, surname, nearest):
    inputs, results = example
    changed = answer(inputs, 1, contact_name=f"Anna {surname}")
    assert make_one((changed, results), nearest=nearest).problems == []
    assert make_one((answer(inputs, 1, contact_name="Anna Krēslgaide"), results), nearest="Krēslgaide.").problems != []


def test_whose_data_were_erased_gets_no_letter(example, monkeypatch):
    inputs, results = example
    table = inputs.applications
    gone = replace(inputs, applications=table.assign(file=table["file"].mask(table["application_id"].eq(KEY), STONES)))
    monkeypatch.setattr(letters, "make_document", lambda *_, **__: b"")
    made = letters.make_letters(gone, results)
    assert KEY not in {one.row.application_id for one in made.letters}
    assert len(made.letters) == 27


def test_nobody_is_asked_about_consent_or_anything_once_the_list_is_frozen_and_the_result_open(example):
    inputs, results = example
    assert letters.make_letters(inputs, replace(results, final=False)) == ({}, [], [])
    lacking = settings(inputs, letters={"post": ""})
    assert letters.make_letters(lacking, replace(results, final=False)).problems == []


def test_a_later_decision_makes_one_new_letter_and_moves_no_position_in_the_others(example):
    inputs, results = example
    before = {one.row.application_id: text_of(one, inputs) for one in letters.list_letters(inputs, results)}
    changed, new = decided_since(inputs, "K-E66AB4 withdrawn on=2023-10-02")
    after = {one.row.application_id: text_of(one, changed) for one in letters.list_letters(changed, new)}
    assert {key for key in after if after[key] != before[key]} == {"K-E66AB4"}
    assert "2023. gada 2. oktobrī saņēmām Jūsu ziņu" in after["K-E66AB4"]
    assert "Piešķirto konsultāciju" not in after["K-E66AB4"]
    waiting = new.decided.set_index("application_id").loc["K-4D615C", "waiting"]
    assert waiting == 3
    assert "sarakstā: 4. no 11\n" in after["K-4D615C"]


def test_who_gives_up_a_place_is_told_that_it_goes_on(example):
    changed, new = decided_since(example[0], "K-E66AB4 ineligible on=2023-10-02 reason='uzņēmums'")
    made = {one.row.application_id: one for one in letters.list_letters(changed, new)}["K-E66AB4"]
    assert (made.kind, made.day, made.reason, made.gave_up) == ("ineligible", date(2023, 10, 2), "uzņēmums", False)
    changed, new = decided_since(
        example[0],
        happened=["K-17DCC7 offered 2024-09-02 year=2024 answer_by=2024-09-09", "K-17DCC7 withdrawn 2024-09-05"],
    )
    made = {one.row.application_id: one for one in letters.list_letters(changed, new)}["K-17DCC7"]
    assert (made.basis, made.gave_up) == ("2024-09-05 withdrawn 2024", True)
    for decision in ("withdrawn", "ineligible"):
        changed, new = decided_since(
            example[0],
            f"K-17DCC7 {decision} on=2024-09-05 reason=x",
            happened=["K-17DCC7 offered 2024-09-02 year=2024"],
        )
        made = {one.row.application_id: one for one in letters.list_letters(changed, new)}["K-17DCC7"]
        assert (made.kind, str(made.day), made.reason, made.row.state) == (decision, "2024-09-05", "x", made.row.state)


def test_who_is_offered_a_place_out_of_turn_since_the_outcome_is_not_told_that_its_turn_came(example):
    offer = "K-22723D offered 2023-12-05 year=2024"
    for year, told in (("2024", "Konsultācija piešķirta ārpus kārtas: Vajag."), ("2023", "pienākusi kopienas")):
        decided = f"K-22723D override {year} on=2023-12-01 reason=Vajag."
        changed, new = decided_since(example[0], decided, happened=[offer])
        made = {one.row.application_id: one for one in letters.list_letters(changed, new)}["K-22723D"]
        said = text_of(made, changed)
        assert made.basis == "2023-12-05 place 2024"
        assert told in said
        assert ("pienākusi" in said) == ("pienākusi" in told) == ("Sarakstu 2023" in said)
    out = [
        line.replace("K-22723D", "K-488C12") for line in ("K-22723D override 2024 on=2023-12-01 reason=Vajag.", offer)
    ]
    changed, new = decided_since(example[0], out[0], happened=out[1:])
    made = {one.row.application_id: one for one in letters.list_letters(changed, new)}["K-488C12"]  # outside
    assert (made.basis, "Konsultācija piešķirta ārpus kārtas: Vajag." in text_of(made, changed)) == (
        "2023-12-05 place 2024", True
    )  # fmt: skip


def test_whose_place_is_of_a_year_that_is_over_is_not_told_that_it_goes_on(example):
    inputs, known = example[0], example[0].sheets["Notikumi"]
    unheld = known[~(known["application_id"].eq("K-CAD03D") & ~known["event"].isin(["offered", "accepted"]))]
    for day, goes_on in (("2023-12-31", True), ("2024-01-01", False)):
        for sheet, row in (("Notikumi", events(f"K-CAD03D withdrawn {day}")),
                           ("Lēmumi", decisions(f"K-CAD03D withdrawn on={day}"))):  # fmt: skip
            sheets = inputs.sheets | {"Notikumi": unheld}
            changed = replace(inputs, sheets=sheets | {sheet: pd.concat([sheets[sheet], row], ignore_index=True)})
            made = letters.list_letters(changed, workflow.evaluate(changed))
            (letter,) = [one for one in made if one.row.application_id == "K-CAD03D"]
            assert (letter.kind, str(letter.day)) == ("withdrawn", day)
            assert ("varēsim piedāvāt citai kopienai" in text_of(letter, changed)) == goes_on


def test_a_position_on_the_waiting_list_counts_those_who_still_wait(example):
    agreed = [f"K-488C12 agreed_{anchor} 3 on=2024-09-10" for anchor in ANCHORS]
    changed, new = decided_since(example[0], "K-488C12 eligible on=2024-09-10", *agreed)
    made = {one.row.application_id: one for one in letters.list_letters(changed, new)}["K-488C12"]
    assert made.row.waiting == 10  # of those who waited for the outcome, of whom two were offered one since
    assert "gaidīšanas sarakstā: 8. no 10\n" in text_of(made, changed)
    assert "Gaida 10 pieteikumi: 7 – atlases secībā, 1 – pēc saraksta noslēgšanas, 2 – pēc termiņa." in text_of(
        made, changed
    )


def test_places_that_are_added_later_are_none_in_a_letter_of_before(example):
    inputs, _ = example
    amended = decisions("– places_amended '2024: 7 → 8' on=2024-03-01").assign(application_id=None)
    changed = settings(inputs, places={2023: 7, 2024: 8})
    known = pd.concat([inputs.sheets["Lēmumi"], amended], ignore_index=True)
    changed = replace(changed, sheets=inputs.sheets | {"Lēmumi": known})
    made = letters.list_letters(changed, workflow.evaluate(changed))
    told = [text_of(one, changed) for one in made if one.kind == "place" and one.day == DAY]
    assert told
    assert all("14 (2023. gadā – 7, 2024. gadā – 7)" in text for text in told)


def test_a_decision_that_changes_nothing_makes_no_letter(example):
    changed, new = decided_since(example[0], "K-E66AB4 eligible on=2023-10-02", "K-F001DE other on=2023-10-02")
    assert list_bases(changed, new) == list_bases(*example)


def test_whoever_is_back_while_the_offer_stands_is_told_so_unless_the_place_is_somebody_elses(example):
    inputs, known = example[0], example[0].sheets["Notikumi"]
    back = ("K-CAD03D withdrawn on=2023-09-21", "K-CAD03D eligible on=2023-09-25")
    told = pd.concat([inputs.sheets["Lēmumi"], decisions(*back)], ignore_index=True)
    for more, kind in (([], "place"), (["K-ADB42B offered 2023-09-22 year=2023"], "waiting")):
        happened = [known[known["on"].le(pd.Timestamp("2023-09-20"))], events(*more)]
        sheets = inputs.sheets | {"Lēmumi": told, "Notikumi": pd.concat(happened, ignore_index=True)}
        changed = replace(inputs, sheets=sheets)
        made = letters.list_letters(changed, workflow.evaluate(changed, as_of=date(2023, 9, 26)))
        (letter,) = [one for one in made if one.row.application_id == "K-CAD03D"]
        assert (letter.kind, letter.day, letter.answer_by) == (kind, date(2023, 9, 25), date(2023, 10, 9))
        assert letter.standing.queue == {"ranked": 9 - len(more), "late": 2}  # and none who was offered one before


def test_the_offer_says_until_when_an_answer_is_waited_for(example):
    made = {one.row.application_id: one for one in letters.list_letters(*example)}
    assert made["K-F001DE"].answer_by == date(2023, 9, 13)  # as offered
    assert made["K-17DCC7"].answer_by == date(2023, 9, 14)  # the usual 14 days


def test_before_the_day_of_the_decision_letters_are_drafts(example, monkeypatch):
    inputs, results = example
    monkeypatch.setattr(letters, "make_document", lambda *_, basis, **__: basis)
    for day, drafts in ((date(2023, 8, 30), True), (DAY, False)):
        made = letters.make_letters(inputs, replace(results, as_of=day, valid_events=results.valid_events.iloc[:0]))
        assert {basis == "" for basis in made.files.values()} == {drafts}


def test_without_a_day_of_decision_it_is_asked_for_and_letters_are_drafts(example):
    inputs, results = example
    bare = settings(inputs, letters={"decision_date": None})
    files, problems, _ = letters.make_letters(bare, results)
    assert [problem.details for problem in problems] == ["letters.decision_date"]
    assert {docx.read_basis(content) for content in files.values()} == {""}
    assert len(files) == 28


def count_letters(files):
    return sum(name.startswith("vestules/") for name in files)


def test_a_reason_that_names_another_community_stops_that_letter_alone(example):
    other = example[1].decided.set_index("application_id").loc["K-F001DE", "community"]
    changed, new = decided_since(example[0], f"K-E66AB4 ineligible on=2023-10-02 reason='tāpat kā {other}'")
    files, problems = outputs.make_letter_files(changed, new)
    assert [problem.message for problem in problems] == [
        "vēstule pieteikumam K-E66AB4 nav izveidota: tajā nokļuvuši cita pieteikuma dati (Kopiena: K-F001DE)"
    ]
    assert count_letters(files) == 27


def test_no_letter_tells_of_another_application(example, files):
    table = example[0].applications
    for name, content in files.items():
        key, text = name.split(" ")[0], read(content)
        rest = table[table["application_id"].ne(key)]
        own = table.loc[table["application_id"].eq(key), ["community", "email"]].iloc[0].tolist()
        assert not [one for one in rest["community"] if len(one) > 2 and one not in own and one in text]
        assert not [address for address in rest["email"] if address in text and address not in own]


def test_a_provisional_result_has_no_letters(example):
    inputs, results = example
    files, problems = outputs.make_letter_files(inputs, replace(results, final=False))
    assert (list(files), problems) == (["izsutisana.xlsx"], [])


def test_the_same_letter_has_the_same_bytes_on_any_later_day(example, files):
    inputs, results = example
    later = replace(results, as_of=date(2025, 1, 1), stamp=replace(results.stamp, as_of=date(2025, 1, 1)))
    again = letters.make_letters(inputs, later)
    assert again.files == files


def test_logos_stand_at_the_head_of_a_letter(example):
    inputs, results = example
    made = letters.make_letters(replace(inputs, logos={"sif.png": picture(40, 20)}), results)
    document = Document(io.BytesIO(made.files["K-17DCC7 Jāņu kalna pulks.docx"]))
    assert document.sections[0].header._element.xpath(".//wp:docPr/@descr") == ["sif"]


@pytest.mark.parametrize("name", ["Paldies", "Kopspēks"])
def test_a_community_named_with_a_word_of_every_letter_stops_nothing(example, name):
    inputs, results = example
    places = inputs.applications["community"].mask(inputs.applications["application_id"].eq("K-F001DE"), name)
    renamed = replace(inputs, applications=inputs.applications.assign(community=places))
    assert count_letters(outputs.make_letter_files(renamed, results).files) == len(results.decided)


# Nothing one applicant writes stops the others


def answer(inputs, at, **cells):
    """Inputs in which one application has other answers."""
    table = inputs.applications.copy()
    for column, value in cells.items():
        table[column] = table[column].astype("object")
        table.loc[table.index[at], column] = value
    return replace(inputs, applications=table)


def test_a_contact_whose_name_is_in_the_tools_own_sentence_stops_no_letter(example):
    inputs, results = example
    changed = answer(inputs, 1, contact_name="Olaines novada pašvaldība")
    files, problems = outputs.make_letter_files(changed, results)
    assert (count_letters(files), problems) == (28, [])


def test_a_question_of_signs_alone_stops_nothing(example):
    inputs, results = example
    changed = answer(inputs, 1, question="1 ?????????????????????????")
    assert outputs.make_letter_files(changed, results).problems == []
    assert outputs.make_report(changed, results)


@pytest.mark.parametrize(
    ("day", "case", "told"),
    [
        (datetime(2023, 1, 1), "locative", "2023. gada 1. janvārī"),
        (date(2024, 3, 31), "locative", "2024. gada 31. martā"),
        (date(2024, 5, 2), "dative", "2024. gada 2. maijam"),
        (date(2024, 10, 21), "dative", "2024. gada 21. oktobrim"),
        (date(2024, 8, 1), "nominative", "2024. gada 1. augusts"),
    ],
)
def test_a_long_date_has_three_cases(day, case, told):
    assert long_date(day, case).replace("\u00a0", " ") == told
