"""A letter to each applicant: what was decided, why, what would have changed it, what comes next, and how to appeal.

Everything in it is the stored decision; nothing is worked out again. A letter speaks of its own application only, and
is not made at all if anything of another one stands in it. Letters exist only for a final result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from mentoring_lib.base.columns import ANCHORS
from mentoring_lib.base.frames import rows_of
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.stamp import READINGS, Stamp
from mentoring_lib.base.texts import plural, show_date, show_number
from mentoring_lib.funder.privacy import find_personal_data, list_own_words
from mentoring_lib.render.docx import make_document
from mentoring_lib.selection.scoring import final_marks

FOLDER = "vestules"
TITLE = "Par jūsu pieteikumu mentoringam"
Part = tuple[object, ...]
MOST = 3 * len(ANCHORS)
TYPED = ("community", "state_reason", "override", "nearest")  # the rest of a letter is the same for everybody


def make_letters(
    decided: pd.DataFrame, anchors: pd.DataFrame, applications: pd.DataFrame, programme: Programme, stamp: Stamp
) -> dict[str, bytes]:
    """Make every letter (DOCX) by file name.

    Parameters
    ----------
    decided : DataFrame
        Everyone, with outcome, reason and ``nearest`` (see :func:`nearest_change.add_nearest`); final.
    anchors : DataFrame
        See :func:`scoring.summarise_anchors`.
    applications : DataFrame
        All of them, to prove that no letter tells of another.
    programme : Programme
    stamp : Stamp

    Raises
    ------
    Refused
        If a letter holds a personal answer, the name or the community of another application.
    """
    marks, competitors = final_marks(anchors), int(decided["rank_from"].notna().sum())
    facts, letters, problems = list_own_words(programme), {}, []
    for row in rows_of(decided):
        given = marks.get(row.application_id, {})
        parts = write_letter(row, given, programme, competitors)
        unsaid = write_letter(row._replace(**dict.fromkeys(TYPED, "–")), given, programme, competitors)
        problems += _find_others(row, parts, applications, [*facts, *_texts_of(unsaid)])
        signed = [*parts, ("small", _sign(stamp))]
        letters[f"{row.application_id}.docx"] = make_document(TITLE, stamp, signed, annex=False)
    if problems:
        raise Refused(problems)
    return letters


def write_letter(row: Any, marks: Mapping[str, object], programme: Programme, competitors: int) -> list[Part]:
    """The parts of one letter, as :func:`docx.make_document` takes them.

    Parameters
    ----------
    row : named tuple
        One row of the decided table.
    marks : mapping
        Final marks of this application by anchor.
    programme : Programme
    competitors : int
        How many applications were ranked.
    """
    return [
        *_greet(row, programme),
        *(("text", text) for text in _tell_outcome(row, programme)),
        *_explain(row, marks, programme, competitors),
        ("heading", "Kas notiek tālāk"),
        ("text", _tell_next(row)),
        ("heading", "Ja iznākumam nepiekrītat"),
        ("text", _tell_appeal(row, programme)),
        ("text", "Ar cieņu,\n" + " un ".join(programme.project.implementers)),
    ]


def _greet(row: Any, programme: Programme) -> list[Part]:
    when = "" if pd.isna(row.submitted_at) else f", saņemts {_moment(row.submitted_at)}"
    return [
        (
            "text",
            f"Labdien!\nPaldies par pieteikumu mentoringam projektā «{programme.project.title}» un par uzticēto "
            f"jautājumu! Kopiena: {row.community}; pieteikuma kods: {row.application_id}{when}.",
        ),
    ]


def _moment(moment: Any) -> str:
    return f"{show_date(moment)} plkst. {moment:%H:%M:%S}"


def _tell_outcome(row: Any, programme: Programme) -> list[str]:
    if row.outcome == "place":
        return [f"Ar prieku paziņojam: jūsu kopienai ir vieta mentora konsultācijai {row.place_year}. gadā."]
    if row.state == "late":
        return [
            f"Pieteikšanās bija atvērta līdz {show_date(programme.call.deadline)} (ieskaitot), bet jūsu pieteikumu "
            f"saņēmām {_moment(row.submitted_at)}. Tāpēc atlasē tas nepiedalījās.",
            f"Pieteikumu esam saglabājuši: vietu tam piedāvāsim, ja pietiks vietu arī pēc gaidīšanas saraksta. "
            f"Kopējā gaidītāju secībā jūsu kopiena ir {row.waiting}. vietā.",
        ]
    if row.outcome == "waiting":
        return [
            f"Vietu šoreiz bija mazāk nekā pieteikumu, un jūsu kopiena gaidīšanas sarakstā ir {row.waiting}. vietā. "
            "Tas nav atteikums: ja kāda vieta atbrīvosies, to piedāvāsim nākamajai kopienai sarakstā."
        ]
    if row.state == "eligible":
        return [
            "Pieteikums tika atzīts par atbilstošu tikai pēc tam, kad izlozes saraksts jau bija iesaldēts, tāpēc "
            "atlases secībā tas nav iekļauts un vieta tam nav piešķirta."
        ]
    if row.duplicate_of:
        return [
            f"Šis pieteikums ir pieteikuma {row.duplicate_of} atkārtojums, tāpēc to atsevišķi nevērtējām. Jūsu kopiena "
            f"atlasē piedalās ar pieteikumu {row.duplicate_of}; par tā iznākumu saņemsiet atsevišķu vēstuli."
        ]
    return [f"Diemžēl pieteikums atlasē nepiedalās. Iemesls: {row.state_reason.rstrip('.')}."]


def _explain(row: Any, marks: Mapping[str, object], programme: Programme, competitors: int) -> list[Part]:
    if pd.isna(row.rank_from) or row.state != "eligible":
        return []
    table = pd.DataFrame([(name, marks.get(name)) for name in ANCHORS], columns=["anchor", "mark"])
    return [
        ("heading", "Kāpēc tāds iznākums"),
        ("text", f"{_tell_rule(programme)} {_tell_merits(row, programme)}"),
        ("table", "Jūsu pieteikuma atzīmes (vērtētāju vidējā, no 0 līdz 3)", table),
        ("text", f"{_tell_rank(row, programme, competitors)} {row.nearest}".strip()),
        *(("text", text) for text in _tell_lot(row, programme)),
    ]


def _tell_rule(programme: Programme) -> str:
    return (
        f"Uzsaukums dod priekšroku jaunām kopienām un kopienām, kas skaidri aprakstījušas savu jautājumu. Kārtula: "
        f"{READINGS[programme.rule.reading]}. Jauna ir kopiena, kas sākusi darboties {programme.new_from}. gadā vai "
        f"vēlāk vai vēl veidojas; skaidrs ir jautājums ar vismaz {programme.rule.clear_from} punktiem no {MOST}."
    )


def _tell_merits(row: Any, programme: Programme) -> str:
    novelty = "jauna" if row.novelty == "new" else "darbojas jau ilgāk"
    clear = row.clarity >= programme.rule.clear_from
    points = f"{show_number(row.clarity, 2)} no {MOST} punktiem"
    return f"Jūsu kopiena {'ir ' if row.novelty == 'new' else ''}{novelty}; jautājuma apraksts saņēma {points} – " + (
        "tas ir skaidrs." if clear else "tas vēl nav pietiekami skaidrs."
    )


def _tell_rank(row: Any, programme: Programme, competitors: int) -> str:
    years = ", ".join(f"{year}. gadā {count}" for year, count in sorted(programme.places.items()))
    place = "" if pd.isna(row.rank) else f"Secībā jūsu pieteikums ir {row.rank}. no {competitors}. "
    told = [f"{place}Vietas kopā: {programme.planned} ({years}); tās piešķir secībā."]
    if row.override:
        told.append(f"Vieta piešķirta ārpus kārtas. Pamatojums: {row.override}")
    if row.minimum:
        told.append("Vispirms piešķir programmā noteikto novadu vietu minimumu, un tas ietekmēja šo iznākumu.")
    return " ".join(told)


def _tell_lot(row: Any, programme: Programme) -> list[str]:
    if not row.ticket or row.rank_from == row.rank_to:
        return []
    seed = f"{programme.lottery.seed}|{programme.call.code}|{row.application_id}"
    return [
        "Pēc kārtulas vairāki pieteikumi bija vienādi; secību starp tiem noteica izloze: jo mazāka biļete, jo augstāka "
        f"vieta. Jūsu biļete: {row.ticket}. To varat pārbaudīt jebkurā tīmekļa lapā, kas aprēķina SHA-256, ierakstot: "
        f"{seed}"
    ]


def _tell_next(row: Any) -> str:
    if row.outcome == "place":
        return (
            "Sazināsimies ar jums, lai vienotos par laiku, norises veidu un mentoru. Pēc konsultācijas saņemsiet "
            "ieteikumus un veicamo darbu sarakstu. Ja vietu tomēr nevarat izmantot, lūdzu, dariet mums to zināmu – "
            "tā noderēs kopienai, kas gaida."
        )
    if row.outcome == "waiting":
        return "Jums nekas nav jādara: ja jūsu kārta pienāks, rakstīsim. Ja atbalsts vairs nav vajadzīgs, dodiet ziņu."
    if row.duplicate_of:
        return "Jums nekas nav jādara."
    return "Jums nekas nav jādara. Priecāsimies par jūsu pieteikumu nākamajās aktivitātēs."


def _tell_appeal(row: Any, programme: Programme) -> str:
    days = plural(programme.appeal.days, "dienas", "dienu")
    return (
        f"Rakstiet uz {programme.appeal.contact} {days} laikā pēc šīs vēstules saņemšanas, norādot pieteikuma kodu "
        f"{row.application_id} un to, ko, jūsuprāt, esam sapratuši nepareizi. Izskatīsim un atbildēsim."
    )


def _sign(stamp: Stamp) -> str:
    return f"{stamp.project}. Kārtula: {stamp.rule}. Ievades datu SHA-256: {stamp.inputs}. Versija {stamp.version}."


def _find_others(row: Any, parts: Sequence[Part], applications: pd.DataFrame, own: Sequence[str]) -> list[Problem]:
    others = applications[applications["application_id"].ne(row.application_id)]
    named = [row.community, *(row.contact_name,) * isinstance(row.contact_name, str)]
    found = find_personal_data(_texts_of(parts), others, named, own)
    return [Problem("letter_leak", value=row.application_id, details="; ".join(found))] if found else []


def _texts_of(parts: Sequence[Part]) -> list[str]:
    return [str(part[1]) for part in parts]
