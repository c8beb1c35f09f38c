"""Personal data in what leaves the house: found however it is written, and never for nothing."""

import io
import re
import zipfile
from dataclasses import replace

import pandas as pd
import pypdf
import pytest
from builders import (
    allocated,
    decisions,
    events,
    find_personal_data,
    follow_ups,
    marks,
    programme,
    report_texts,
    sheets,
    tasks,
)
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from mentoring_lib import workflow
from mentoring_lib.app import outputs
from mentoring_lib.app.cli import main
from mentoring_lib.base.problems import Refused
from mentoring_lib.funder.privacy import list_own_words, make_guard, read_texts
from mentoring_lib.workflow import ROOT, evaluate


@pytest.mark.parametrize(
    "leak",
    [
        "Raksta A1@EXAMPLE.org.",
        "mailto:a1@example.org?subject=x",
        "a1 (at) example (dot) org",
        "a1[at]example.org",
        "a1 at example punkts org",
        "a1 @ example . org",
        "a1 @example.org",
        "a1@exam\u00adple.org",
        "Zvanīt +371 20000011",
        "(+371) 2000-00-11",
        "00371 20 00 00 11",
        "tālr.20000011, vakaros",
        "20000011",
        "200\u00a0000\u00a011",
        "Runājām ar Jānis Kalns par soliņiem",
        "JĀŅA KALNA soliņi",
        "Kalnam Jānim",
        "janis_kalns.docx",
        "Jānis Pēteris Kalns",
        "Kalna kungs saslima",
        "J. Kalnu neizdevās sazvanīt",
        "Ka\u200blnu neizdevās sazvanīt",
        "Jānis Ka\u00adlns",
        "J\u0101\u0146a Kalna kungs".translate({0x101: "a\u0304", 0x146: "n\u0327"}),
        "\uff2balns",
        "2000\u200b0011",
        "Kā mums to visu izdarīt?",
    ],
)
def test_personal_data_in_a_text_is_found_and_not_repeated(leak):
    table = allocated("K-01 new 9", places={2023: 1}).assign(
        phone="+371 20000011", contact_name="Jānis Kalns", question="Kā mums to visu izdarīt?"
    )
    found = find_personal_data(["Viss kārtībā.", leak], table)
    assert len(found) == 1
    assert found[0].endswith(": K-01")
    assert find_personal_data(["Viss kārtībā."], table) == []


def test_the_only_name_given_is_found_bent_too_but_not_as_a_common_word():
    table = allocated("K-01 new 9", places={2023: 1}).assign(contact_name="Māris")
    assert find_personal_data(["Mārim nebija laika."], table) == ["Kontaktpersona: K-01"]
    assert find_personal_data(["Mārim nebija laika."], table.assign(contact_name="Anna Māris")) != []
    assert find_personal_data(["Vietas ir."], table.assign(contact_name="vieta"), own=["vietas"]) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Anna Lāce", "Lāce saslima."),
        ("Anna Lace", "Nebija laika Lāces kundzei"),
        ("Anna Lāce", "LĀCEI nebija laika"),
        ("Anna Bērza-Roze", "ar Rozi"),
        ("Ilze", "Ilzei nebija laika"),
        ("Jānis Osis", "J. Osis saslima"),
    ],
)
def test_a_short_surname_standing_alone_is_found(name, text):
    table = allocated("K-01 new 9", places={2023: 1}).assign(contact_name=name)
    assert find_personal_data([text], table) == ["Kontaktpersona: K-01"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Anna Roze", "stādīja rozes"),
        ("Anna Vīte", "Visi nāca. Viss izdevās."),  # only a long name changes its consonant
        ("Anna Āre", "Ar mentoru"),
        ("Jānis Osis", "Osas"),
        ("Anna Upe", "Upe izgāja no krastiem"),
    ],
)
def test_a_short_surname_is_not_taken_for_a_common_word(name, text):
    table = allocated("K-01 new 9", places={2023: 1}).assign(contact_name=name)
    assert find_personal_data([text], table) == []


SHORT_SURNAMES = ("Bite", "Lāce", "Līce", "Lūse", "Pole", "Roze", "Zaķe", "Irbe", "Apse", "Egle", "Vīte", "Osis")
"""Not Zeme or Kors: a name that is a word and may begin a sentence is found for nothing, to be on the safe side."""


@pytest.mark.parametrize("name", ["second", "tuning", "unseen"])
def test_no_short_surname_or_address_is_found_in_what_people_write_about(name):
    texts = pd.read_csv(ROOT / "data" / "theme_texts" / f"{name}.csv")["text"]
    table = pd.concat([allocated("K-01 new 9", places={2023: 1})] * len(SHORT_SURNAMES), ignore_index=True)
    table = table.assign(contact_name=[f"Zeltīte {surname}" for surname in SHORT_SURNAMES])
    assert find_personal_data(texts, table) == []


def test_a_word_that_is_all_ending_can_be_looked_up():
    table = allocated("K-01 new 9", places={2023: 1}).assign(contact_name="As Os", community="Kaimiņi")
    assert find_personal_data(["Kaimiņi as a s. Os as"], table) == ["Kontaktpersona: K-01", "Kopiena: K-01"]


def test_a_name_without_an_ending_is_found():
    table = allocated("K-01 new 9", places={2023: 1}).assign(contact_name="Anna Robert")
    assert find_personal_data(["Anna Robert piekrita."], table) == ["Kontaktpersona: K-01"]


@pytest.mark.parametrize(
    ("number", "found"),
    [("200001", False), ("2000001", True), ("123456789012345", True), ("1234567890123456", False), ("a@b.lv", True)],
)
def test_only_a_number_as_long_as_a_telephone_number_is_looked_for(number, found):
    table = allocated("K-01 new 9", places={2023: 1}).assign(phone=number, email=number if "@" in number else None)
    assert bool(find_personal_data([f"Zvanīt {number}."], table)) is found


def test_a_surname_within_a_public_name_is_no_leak_in_capital_letters_either():
    table = allocated("K-01 new 9", places={2023: 1}).assign(contact_name="Anna Kalna")
    assert find_personal_data(["UPES KALNI"], table, named=["Upes kalni"]) == []
    assert find_personal_data(["UPES KALNI"], table, named=["Upe"]) == ["Kontaktpersona: K-01"]


def find_typed(text, named=(), **filled):
    """Where a text is found that stands in sheets of the tracking workbook, in marks, or names a marker."""
    told = sheets() | filled.pop("told", {})
    settled = programme(markers=["Ilze Zeltīte", "Andris"], lottery__witnesses=["Juris Sudrabs"])
    table = allocated("K-01 new 9", places={2023: 1})
    return make_guard(table, told, filled.pop("marked", marks()), settled, named, list_own_words(settled)).find([text])


LONG = "par soliņiem runāja ļoti ilgi"


@pytest.mark.parametrize(
    ("told", "text", "found"),
    [
        ({}, "Ilzei Zeltītei", ["programme.toml"]),
        ({}, "Jurim Sudrabam", ["programme.toml"]),
        ({}, "Andrim", []),
        ({}, "k-01", ["Pieteikums: K-01"]),
        ({"Notikumi": events(f"K-01 offered 2023-09-01 note='{LONG}'")}, LONG, ["Notikumi: Piezīme"]),
        ({"Notikumi": events(f"K-01 offered 2023-09-01 note='Pārskatam: {LONG}'")}, LONG, []),
        ({"Lēmumi": decisions("K-01 other 'who=Zane Zariņa'")}, "Zanei Zariņai", ["Lēmumi: Kas lēma"]),
        ({"Lēmumi": decisions("K-01 other who=Koordinatore")}, "Koordinatore", []),
        ({"Lēmumi": decisions("K-01 other 'who=Jauns cilvēks'")}, "Jauns cilvēks", []),
        ({"Notikumi": events("K-01 booked 2023-09-01 'mentor=Zane Zariņa no Upmalas puses'")},
         "Zane Zariņa no Upmalas puses", []),
        ({"Darbi": tasks(f"K-01 'outcome={LONG}' publish=no")}, LONG, ["Darbi: Rezultāts"]),
        ({"Darbi": tasks(f"K-01 'outcome={LONG}' publish=unnamed")}, LONG, []),
        ({"Darbi": tasks(f"K-01 'outcome={LONG}' publish=named")}, LONG, []),
        ({"Pēc konsultācijas": follow_ups(f"K-01 next_day 2024-01-01 'sentence={LONG}' publish=unnamed")}, LONG, []),
        ({"Pārskata teksti": report_texts(f"lessons '{LONG}'")}, LONG, []),
    ],
)  # fmt: skip
def test_what_people_typed_is_found_unless_it_was_written_to_be_published(told, text, found):
    assert find_typed(f"Teica: {text}", told=told) == found


def test_a_note_beside_marks_is_found():
    marked = marks("K-01 Ilze 3 3 3 3").assign(note=LONG)
    assert find_typed(LONG, marked=marked) == ["vertejumi/"]


def test_short_or_missing_answers_are_not_looked_for():
    table = allocated("K-01 new 9", places={2023: 1}).assign(contact_name="Ja", question=None)
    assert find_personal_data(["Ja nan"], table) == []


def find(text, community, **more):
    return find_personal_data([text], allocated("K-01 new 9", places={2023: 1}).assign(community=community), **more)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Talkā nāca kaimiņi.", 0),
        ("Kaimiņi sarīkoja talku.", 0),  # not even a reader could tell
        ("Talka izdevās. Kaimiņi priecājas.", 0),
        ("KAIMIŅI NĀCA KOPĀ", 0),
        ("Talkā nāca arī Kaimiņi.", 1),
        ("Kopiena «Kaimiņi»", 1),
        ("«Kaimiņi» sarīkoja talku", 1),
        ("2023 | Kaimiņi | klātienē", 1),
        ("Kaimiņi", 1),
        ("Kaimiņi.docx", 1),
        ("K-01_Kaimiņi_b", 1),
    ],
)
def test_a_name_that_others_use_as_a_common_word_is_found_only_where_it_is_written_as_a_name(text, found):
    table = allocated("K-01 new 9", "K-02 new 9", places={2023: 1})
    table = table.assign(community=["Kaimiņi", "Liepa"], question=["Kā?", "Kā aicināt, lai nāk kaimiņi?"])
    assert len(find_personal_data([text], table)) == found


def test_a_name_that_only_its_own_community_writes_small_is_found_anywhere():
    table = allocated("K-01 new 9", "K-02 new 9", places={2023: 1})
    table = table.assign(community=["Skudrupe", "Liepa"], question=["mēs esam skudrupe un gribam augt", "Kā?"])
    assert find_personal_data(["Skudrupe sarīkoja talku."], table) == ["Kopiena: K-01"]
    assert find_personal_data(["talku rīkoja skudrupe"], table) == ["Kopiena: K-01"]


def test_a_common_word_as_a_name_within_a_public_name_is_no_leak():
    table = allocated("K-01 new 9", "K-02 new 9", places={2023: 1})
    table = table.assign(community=["Kaimiņi", "Jautrie Kaimiņi"], question=["Kā?", "Kur mūsu kaimiņi?"])
    assert find_personal_data(["Sniegta: Jautrie Kaimiņi"], table, named=["Jautrie Kaimiņi"]) == []


@pytest.mark.parametrize(
    ("text", "community", "found"),
    [
        ("Konsultācijas Ķekavas novadā", "Ķekava", 0),
        ("Kaimiņiem", "Kaimiņi", 0),
        ("Sniegta kopienai «Kaimiņi».", "Kaimiņi", 1),
        ("KAIMIŅI", "Kaimiņi", 1),
        ("a_Kaimiņi_b", "Kaimiņi", 1),
    ],
)
def test_a_name_is_found_as_whole_words_only(text, community, found):
    assert len(find(text, community)) == found


def test_a_name_that_the_programme_says_anyway_is_no_leak():
    assert find("Vietas pa gadiem", "Vietas", own=["Vietas", "Novadi"]) == []
    assert find("Vietas pa gadiem", "Vietas", own=["Vietasnieki"]) == ["Kopiena: K-01"]


def test_a_name_within_a_public_name_is_no_leak_but_standing_alone_it_is():
    named = ["Kalnapuķes kaimiņi"]
    assert find("Sniegta: Kalnapuķes kaimiņi", "Kalnapuķes", named=named) == []
    assert find("Kalnapuķes kaimiņi un Kalnapuķes", "Kalnapuķes", named=named) == ["Kopiena: K-01"]


def test_the_programmes_own_words_are_its_facts_without_markers_and_witnesses():
    words = list_own_words(programme(lottery__witnesses=["Zane"]))
    assert {"Kaimiņu kopienu kopspēks", "Ķekavas novads", "Maija", "kopienas@example.org"} <= set(words)
    assert not {"Ilze", "Andris", "Zane"} & set(words)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Anna Bērziņa", "Bērziņa Anna"),
        ("Anna Bērziņa", "Annai Berzinai"),
        ("Bērziņa Anna", "Annas Bērziņas dārzs"),
        ("Ilze Kalniņa-Ozola", "ar Ilzi Ozolu"),
        ("Māris Briedis", "Māra Brieža"),
        ("Rūta Lāce", "Rūtu Lāci"),
        ("Zane Krūmiņa", "Krūmiņas kundze"),
    ],
)
def test_a_person_is_found_in_either_order_bent_and_without_diacritics(name, text):
    table = allocated("K-01 new 9", places={2023: 1}).assign(contact_name=name)
    assert find_personal_data([f"Notika {text}."], table) == ["Kontaktpersona: K-01"]


@pytest.mark.parametrize(
    "text",
    [
        "Liepas dižas, ozoli un bērzi",  # common words, no capital in the middle
        "2023. gadā 20 000 011 eiro",  # a number that only looks like a phone in another sequence
        "SHA-256: 9a20000011ff",
        "Anna ieradās",
        "Mentors Jānis",
        "3,20000011",
        "Ķekavas novads",
    ],
)
def test_what_only_looks_alike_is_no_find(text):
    table = allocated("K-01 new 9", places={2023: 1}).assign(contact_name="Anna Ozola", phone="+371 20000012")
    assert find_personal_data([text], table.assign(community="Ķekava")) == []


def test_coordinates_of_a_drawing_are_no_phone_number():
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M 20 00 00 11 L 2000 0011"/><text>Gads</text></svg>'
    table = allocated("K-01 new 9", places={2023: 1}).assign(phone="20000011")
    assert find_personal_data(read_texts({"x.svg": svg}), table) == []
    assert find_personal_data(read_texts({"x.svg": svg.replace(b"Gads", b"2000 0011")}), table) == ["Tālrunis: K-01"]


def test_a_community_bent_by_the_sentence_is_found():
    assert find("Bērzalejas kopienai neizdevās", "Bērzalejas kopiena") == ["Kopiena: K-01"]
    assert find("Vietu deva Bērzalejai", "Bērzalejas kopiena") == []


def test_eight_words_of_an_answer_in_a_row_are_a_quotation():
    words = "kur kopiena var pieteikties finansējumam soliņiem un apgaismojumam jau šogad"
    table = allocated("K-01 new 9", places={2023: 1}).assign(question=f"Sakiet, {words}?")
    eight = " ".join(words.split()[1:9])
    assert find_personal_data([f"Jautāja: {eight.upper()}!"], table) == ["Jautājums: K-01"]
    assert find_personal_data([" ".join(eight.split()[1:])], table) == []
    assert find_personal_data([eight], table, own=[f"Tēma: {eight}"]) == []


@given(st.text(max_size=30), st.text(max_size=60))
def test_any_text_can_be_looked_through(name, text):
    table = allocated("K-01 new 9", places={2023: 1}).assign(contact_name=name, community=name, email=name, phone=name)
    assert set(find_personal_data([text], table)) <= {
        f"{label}: K-01" for label in ("E-pasts", "Kopiena", "Kontaktpersona", "Tālrunis")
    }


def picture_with_note(text):
    note, buffer = PngInfo(), io.BytesIO()
    note.add_itxt("Description", text, zip=True)
    Image.new("L", (2, 2)).save(buffer, format="png", pnginfo=note)
    return buffer.getvalue()


def jpeg_with_comment(text):
    buffer = io.BytesIO()
    Image.new("L", (2, 2)).save(buffer, format="jpeg", comment=text)
    return buffer.getvalue()


def pack(name, content, comment=b""):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr(name, content)
        packed.comment = comment
    return buffer.getvalue()


@pytest.mark.parametrize(
    "files",
    [
        {"SLEPENS.png": b"\x89PNG"},
        {"x.svg": b"<svg><!-- SLEPENS --></svg>"},
        {"x.svg": b"<svg><?x SLEPENS?><title/></svg>"},
        {"x.svg": b'<svg aria-label="SLEPENS"/>'},
        {"x.svg": b"<svg><text>SLE<tspan>PENS</tspan></text></svg>"},
        {"x.svg": b"<svg>broken SLEPENS"},
        {"x.png": picture_with_note("SLEPENS")},
        {"x.JPG": jpeg_with_comment(b"SLEPENS")},
        {"x.docx": pack("word/media/a.png", picture_with_note("SLEPENS"))},
        {"x.docx": pack("word/document.xml", "<p><r><t>SLE</t></r><r><t>PENS</t></r></p>")},
        {"x.docx": pack("docProps/core.xml", "<c><creator>SLEPENS</creator></c>")},
        {"x.docx": pack("SLEPENS.xml", "<p/>")},
        {"x.xlsx": pack("xl/drawing1.xml", '<d><a descr="SLEPENS"/></d>')},
        {"x.xlsx": pack("a.xml", "<a/>", comment=b"SLEPENS")},
        {"x.zip": pack("y.zip", pack("z.txt", "SLEPENS"))},
        {"x.pdf": b"%PDF-1.7\n/Title (SLEPENS)\n\xff\xfe a@b.lv"},
    ],
)
def test_every_corner_of_a_file_is_read(files):
    if files.get("SLEPENS.png"):
        files = {"SLEPENS.png": picture_with_note("x")}
    assert "SLEPENS" in "\n".join(read_texts(files))


# The whole example, with a canary in every field that a person fills in


def test_the_example_holds_nothing_personal_and_nothing_is_found_for_nothing(files):
    assert files  # made, so nothing was found


CANARIES = {
    "K-F001DE": "Pieteikums: K-F001DE",
    "Svilpaste Zeltīte": "Kontaktpersona",
    "slepens.putns@example.net": "e-pasta adrese",
    "slepens.putns (at) example (punkts) net": "e-pasta adrese",
    "slepens.putns {et} example.net": "e-pasta adrese",
    "slepens at example dot net": "e-pasta adrese",
    "+371 29 99 99 91": "tālruņa numurs",
}


@pytest.mark.parametrize(("canary", "found"), CANARIES.items())
def test_a_reason_meant_for_the_report_may_not_name_anybody(example, canary, found):
    inputs, results = example
    named = inputs.applications.assign(contact_name="Zeltīte Svilpaste")
    files = {"x.txt": f"Tālrunis {canary} neatbildēja".encode()}
    with pytest.raises(Refused, match="nokļuva personas dati") as refused:
        outputs.refuse_personal_data(files, replace(inputs, applications=named), results)
    assert found in str(refused.value)
    assert canary == "K-F001DE" or canary not in str(refused.value)


def plant(example):
    """The example with a word of its own in every cell of text that a person fills in; the words, and the inputs.

    A note that begins with «Pārskatam:» is written for the funder, and so is a sentence that may be published: they get
    none.
    """
    words = (f"Kanarija{first}{second}ele" for first in "bcdfghjklmn" for second in "abcdefghijklmnop")
    planted = {}

    def mark(where, table, columns):
        for column in columns:
            word = planted[f"{where}.{column}"] = next(words)
            typed = table[column].astype("object").fillna("").astype("str")
            public = typed.str.startswith("Pārskatam:")
            if column in ("outcome", "sentence"):
                public |= table["publish"].isin(["named", "unnamed"])
            table = table.assign(**{column: typed.where(public, typed + f" {word}")})
        return table

    inputs = example[0]
    typed = ("contact_name", "question", "theme_other", "preferred_times", "place")
    applications = mark("pieteikumi", inputs.applications, typed)
    free = {
        "Labojumi": ("before", "after", "reason", "who"),
        "Lēmumi": ("reason", "who"),
        "Tēmas": ("who",),
        "Interešu konflikti": ("reason",),
        "Laiki": ("note",),
        "Notikumi": ("note", "who"),
        "Ieteikumi": ("recommendation",),
        "Darbi": ("task", "who", "outcome", "evidence"),
        "Konsultācijas": ("venue", "evidence", "note"),
        "Rezultāti": ("evidence", "note"),
        "Pēc konsultācijas": ("sentence",),
        "Pārskata teksti": (),
    }
    sheets = {name: mark(name, table, free[name]) for name, table in inputs.sheets.items()}
    marks = mark("vertejumi", inputs.marks, ("note", "marker"))
    lottery = inputs.programme.lottery.model_copy(update={"witnesses": ("Lieciniece Kanarijavele",)})
    told = inputs.programme.model_copy(update={"markers": ("Vērtētāja Kanarijazele",), "lottery": lottery})
    planted |= {"witnesses": "Kanarijavele", "markers": "Kanarijazele"}
    return planted, replace(inputs, applications=applications, sheets=sheets, marks=marks, programme=told)


@pytest.mark.parametrize(
    ("sheet", "column", "publish"),
    [("Pēc konsultācijas", "sentence", "named"), ("Darbi", "outcome", "unnamed"), ("Pārskata teksti", "text", "")],
)
def test_a_name_in_a_sentence_for_the_report_stops_it_at_its_row(example, sheet, column, publish):
    inputs, _ = example
    table = inputs.sheets[sheet]
    changed = table.assign(**{column: table[column].astype("object")})
    row = changed.index[-1]
    changed.loc[row, column] = "Visu paveica Anete Skujroze."
    if publish:
        changed.loc[row, "publish"] = publish
    told = replace(inputs, sheets=inputs.sheets | {sheet: changed})
    with pytest.raises(Refused) as refused:
        outputs.make_report(told, evaluate(told))
    (problem,) = refused.value.problems
    assert (problem.code, problem.sheet, problem.row, problem.column) == (
        "personal_note", sheet, changed.loc[row, "row"], column)  # fmt: skip


def test_a_sentence_that_may_not_be_published_stands_nowhere(example, made):
    told = example[0].sheets["Pēc konsultācijas"]
    kept = told.loc[told["publish"].eq("no"), "sentence"].dropna()
    assert len(kept)
    texts = "\n".join(read_texts({name: made[name] for name in made if name.startswith("finansetajam/")}))
    assert not [text for text in kept if text in texts]


def test_nothing_a_person_fills_in_reaches_the_funders_files(example):
    planted, inputs = plant(example)
    results = evaluate(inputs)
    assert len(planted) > 20
    made = outputs.make_report(inputs, results)
    pdf = pypdf.PdfReader(io.BytesIO(made["atskaite.pdf"]))
    pages = [*(page.extract_text() for page in pdf.pages), str(pdf.metadata), str(pdf.trailer["/Root"])]
    assert "Apsolīts" in "\n".join(pages)
    texts = "\n".join([*read_texts(made), *pages]).casefold()
    assert [where for where, word in planted.items() if word.casefold() in texts] == []
    internal = "\n".join(
        read_texts(
            outputs.make_selection_files(inputs, results).files | outputs.make_delivery_files(inputs, results).files
        )
    )
    assert {where for where, word in planted.items() if word in internal} >= {
        "Lēmumi.reason", "Ieteikumi.recommendation", "Darbi.task", "pieteikumi.question", "witnesses",
    }  # fmt: skip


def test_with_a_name_in_a_reason_for_the_report_all_but_the_report_is_written(tmp_path, capsys, monkeypatch):
    usual = workflow.read_inputs

    def read(folder):
        inputs = usual(folder)
        events = inputs.sheets["Notikumi"]
        note = events["note"].mask(events["event"].eq("declined"), "Pārskatam: Anetei Skujrozei nebija laika")
        return replace(inputs, sheets=inputs.sheets | {"Notikumi": events.assign(note=note)})

    monkeypatch.setattr(workflow, "read_inputs", read)
    monkeypatch.setattr("mentoring_lib.app.paths.NOTEBOOKS", tmp_path / "none")
    assert main(["run", "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr()
    assert re.search(
        r"Konsultācijas.*Piezīme: pārskats finansētājam nav izveidots: piezīmē, .* \(.*Kontaktpersona: K-",
        said.out + said.err,
    )
    assert "Skujroz" not in said.out + said.err
    assert (tmp_path / "out" / "ieksejie" / "atlase.xlsx").is_file()
    assert len(list((tmp_path / "out" / "ieksejie" / "vestules").iterdir())) == 28
    assert not (tmp_path / "out" / "finansetajam").exists()


def note(example, text):
    """The example with a note for the report at its first refusal, and the row where it stands."""
    inputs, results = example
    row = int(results.valid_events["row"][results.valid_events["event"].eq("declined")].iloc[0])
    sheet, valid = (
        events.assign(note=events["note"].astype("object").mask(events["row"].eq(row), f"Pārskatam: {text}"))
        for events in (inputs.sheets["Notikumi"], results.valid_events)
    )
    return replace(inputs, sheets=inputs.sheets | {"Notikumi": sheet}), replace(results, valid_events=valid), row


@pytest.mark.parametrize(
    "number",
    ["29123456", "29 123 456", "2912 3456", "29\u00a0123\u00a0456", "29-123-456", "371 29123456", "+371 29123456"],
)
def test_a_telephone_number_in_a_note_stops_the_report_at_the_notes_row(example, number):
    inputs, results, row = note(example, f"slimība; zvanīju {number}")
    with pytest.raises(Refused) as refused:
        outputs.refuse_personal_data({}, inputs, results)
    (problem,) = refused.value.problems
    assert (problem.code, problem.sheet, problem.row, problem.details) == (
        "personal_note",
        "Konsultācijas",
        row,
        "tālruņa numurs",
    )


@pytest.mark.parametrize(
    "text", ["2024-01-15 slimība", "15.01.2024 slimība", "12 000 eiro par 3 gadiem", "20.12.2023–15.01.2024"]
)
def test_dates_and_sums_in_a_note_are_no_telephone_numbers(example, text):
    inputs, results, _ = note(example, text)
    outputs.refuse_personal_data({"x.txt": text.encode()}, inputs, results)


def test_a_name_in_a_note_is_told_at_the_notes_row_not_the_persons(example):
    inputs, _, row = note(example, "Anetei Skujrozei nebija laika")
    with pytest.raises(Refused) as refused:
        outputs.make_report(inputs, evaluate(inputs))
    (problem,) = refused.value.problems
    assert (problem.sheet, problem.row) == ("Konsultācijas", row)
    events = inputs.sheets["Notikumi"].set_index(["sheet", "row"])
    assert {problem.application_id} == set(events.loc[[("Konsultācijas", row)], "application_id"])
    assert "Kontaktpersona: K-" in problem.details


def test_a_note_that_is_a_public_name_does_not_stop_the_report(example):
    inputs, results = example
    name = max(results.figures.consultations["community"], key=len)
    events = inputs.sheets["Notikumi"]
    long = f"{name} {name}" if len(name) < 20 else name
    table = inputs.applications.assign(community=inputs.applications["community"].replace({name: long}))
    changed = replace(inputs, applications=table, sheets=inputs.sheets | {"Notikumi": events.assign(note=long)})
    assert len(long) >= 20
    assert outputs.make_report(changed, evaluate(changed))


@pytest.mark.parametrize(
    "text", ["Olaines novads, Jānis", "Jānis. Kalns", "Jānis; Kalns", "Jānis\nKalns", "Jānis (Kalns)"]
)
def test_nothing_is_found_across_punctuation_or_lines(text):
    table = allocated("K-01 new 9", places={2023: 1}).assign(contact_name="Jānis Olaine Kalns", community="Jāņa Kalna")
    found = find_personal_data([text.casefold()], table)
    assert found == []


@pytest.mark.parametrize(
    "text", ["k " * 17_000, "Kanarijele " * 3_000, "x" * 33_000, "1 " * 17_000, "a@" * 17_000, "." * 33_000]
)
def test_a_text_as_long_as_a_cell_of_excel_can_hold_is_looked_through_at_once(text):
    table = allocated("K-01 new 9", places={2023: 1}).assign(
        contact_name=text, community=text, question=text, phone=text, email=text
    )
    assert set(find_personal_data([text], table)) <= {
        f"{label}: K-01" for label in ("E-pasts", "Kopiena", "Kontaktpersona", "Tālrunis", "Jautājums")
    }


TYPED = {
    "Lēmumi": "reason", "Interešu konflikti": "reason", "Notikumi": "note",
    "Ieteikumi": "recommendation", "Darbi": "task",
}  # fmt: skip


@pytest.mark.parametrize("sheet", [*TYPED, "vertejumi"])
def test_what_a_person_typed_stops_the_report_wherever_it_came_from(example, sheet):
    inputs, results = example
    long = "šo te teikumu koordinatore ierakstīja tikai sev un nevienam citam to nerādīs"
    if sheet == "vertejumi":
        inputs = replace(inputs, marks=inputs.marks.assign(note=long))
    else:
        inputs = replace(inputs, sheets=inputs.sheets | {sheet: inputs.sheets[sheet].assign(**{TYPED[sheet]: long})})
    outputs.refuse_personal_data({"x.txt": b"Viss."}, inputs, results)
    with pytest.raises(Refused, match=rf"personas dati \({sheet}"):
        outputs.refuse_personal_data({"x.txt": " ".join(long.split()[2:11]).encode()}, inputs, results)


@pytest.mark.parametrize("name", ["Ilze Piemēra", "Piemēra Ilze", "Andra Parauga"])
def test_who_marked_or_witnessed_is_nobodys_business(example, name):
    inputs, results = example
    with pytest.raises(Refused, match=r"personas dati \(.*programme\.toml"):
        outputs.refuse_personal_data({"x.txt": f"Vērtēja {name}".encode()}, inputs, results)


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_committed_notebook_shows_nobody_but_the_example_and_no_machine(path, inputs):
    text = path.read_text("utf-8")
    assert set(re.findall(r"[\w.+-]+@([\w.-]+\w)", text)) <= {"example.org"}
    assert not re.search(r"/home/|/root/|/Users/|[A-Z]:\\\\", text)
    phones = {re.sub(r"\D", "", phone)[-8:] for phone in re.findall(r"\+371[\s\d]{8,}", text)}
    known = [*inputs.applications["phone"].dropna(), inputs.programme.letters.phone]
    assert phones <= {re.sub(r"\D", "", phone)[-8:] for phone in known}
