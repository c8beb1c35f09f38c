"""The words of the programme: columns, sheets and the choices people tick, each named once.

Code says ``community``; the coordinator sees "Kopienas nosaukums". Both names, the type and the question of the
form stand here and nowhere else, so that reading, checking, making and showing a table cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "id", "text", "moment", "date", "year", "count", "yes_no", "choice", "mark", "theme", "themes", "email", "phone"
]


@dataclass(frozen=True)
class Column:
    """One column of a table: its name in code, its type, and the words a person sees.

    Attributes
    ----------
    name : str
        Name in code.
    kind : Kind
        How a cell is read.
    label : str
        Latvian heading in everything that is shown or made.
    questions : tuple of str
        The form's own questions that are accepted besides the label (applications only).
    required : bool
        An empty cell is a problem.
    """

    name: str
    kind: Kind
    label: str
    questions: tuple[str, ...] = ()
    required: bool = False


APPLICATION = (
    Column("submitted_at", "moment", "Iesniegts",
           ("Laika zīmogs", "Laikspiedols", "Timestamp", "Completion time", "Pabeigšanas laiks", "submitdate", "Date submitted"),
           required=True),
    Column("email", "email", "E-pasts", ("E-pasta adrese", "Email address", "E-mail"), required=True),
    Column("community", "text", "Kopiena", ("Kopienas nosaukums", "Name of the community", "Community name"), required=True),
    Column("municipality", "text", "Novads", ("Novada nosaukums",), required=True),
    Column("place", "text", "Vieta", ("Pagasts, pilsēta vai ciems", "Parish, town or village")),
    Column("contact_name", "text", "Kontaktpersona",
           ("Kontaktpersonas vārds, uzvārds", "Contact person", "Name of the contact person")),
    Column("phone", "phone", "Tālrunis", ("Tālruņa numurs", "Phone number", "Telephone")),
    Column("started", "year", "Sākums",
           ("Kad kopiena sāka darboties? (gads)", "Kad kopiena sāka darboties?", "When did the community start? (year)")),
    Column("registered", "yes_no", "Reģistrēta",
           ("Vai kopiena ir reģistrēta kā biedrība?", "Is the community registered as an association?")),
    Column("residents_involved", "count", "Iedzīvotāji",
           ("Cik iedzīvotāju iesaistīti kopienas darbībā?", "How many residents are involved in the community?")),
    Column("themes", "themes", "Tēmas",
           ("Par kuriem jautājumiem vēlaties saņemt mentora atbalstu?", "On which questions would you like a mentor's support?")),
    Column("question", "text", "Jautājums", ("Aprakstiet savu jautājumu", "Describe your question")),
    Column("mode", "choice", "Veids",
           ("Vēlamais konsultācijas veids (Klātienē / Tiešsaistē / Nav svarīgi)", "Vēlamais konsultācijas veids",
            "Preferred mode of consultation")),
    Column("preferred_times", "text", "Vēlamais laiks",
           ("Vēlamais konsultācijas laiks", "Preferred time of consultation")),
    Column("consent", "yes_no", "Piekrišana",
           ("Piekrītu personas datu apstrādei", "I agree to the processing of personal data")),
    Column("publicity", "yes_no", "Publicitāte",
           ("Piekrītu, ka kopienas nosaukums tiek publiskots", "The community may be named in public")),
)  # fmt: skip
"""What an application says, in the form's order (the public form "Kopienas pieteikums dalībai mentoringam")."""

DERIVED = (
    Column("application_id", "id", "Pieteikums"),
    Column("theme_other", "text", "Cita tēma"),
    Column("file", "text", "Datne"),
    Column("sheet", "text", "Lapa"),
    Column("row", "count", "Rinda"),
)
"""What the reader adds to an application: its code, the free text of "other", and where it came from."""

APPLICATION_COLUMNS = (
    "application_id", *(c.name for c in APPLICATION[:11]), "theme_other", *(c.name for c in APPLICATION[11:]),
    "file", "sheet", "row",
)  # fmt: skip
"""Order of the columns in the table of applications."""

SHEETS: dict[str, tuple[Column, ...]] = {
    "Labojumi": (
        Column("application_id", "id", "Pieteikums", required=True),
        Column("column", "text", "Lauks", required=True),
        Column("before", "text", "Bija"),
        Column("after", "text", "Ir"),
        Column("reason", "text", "Iemesls", required=True),
        Column("who", "text", "Kas laboja", required=True),
        Column("on", "date", "Kad", required=True),
    ),
    "Lēmumi": (
        Column("application_id", "id", "Pieteikums", required=True),
        Column("decision", "choice", "Lēmums", required=True),
        Column("value", "text", "Vērtība"),
        Column("reason", "text", "Pamatojums", required=True),
        Column("who", "text", "Kas lēma", required=True),
        Column("on", "date", "Kad", required=True),
    ),
    "Tēmas": (
        Column("application_id", "id", "Pieteikums", required=True),
        Column("theme", "theme", "Tēma", required=True),
        Column("who", "text", "Kas apstiprināja", required=True),
        Column("on", "date", "Kad", required=True),
    ),
    "Pretrunas": (
        Column("application_id", "id", "Pieteikums", required=True),
        Column("person", "text", "Persona", required=True),
        Column("reason", "text", "Iemesls", required=True),
        Column("on", "date", "Kad", required=True),
    ),
    "Laiki": (
        Column("mentor", "text", "Mentors", required=True),
        Column("starts_at", "moment", "No", required=True),
        Column("ends_at", "moment", "Līdz", required=True),
        Column("mode", "choice", "Veids"),
        Column("note", "text", "Piezīme"),
    ),
    "Notikumi": (
        Column("application_id", "id", "Pieteikums", required=True),
        Column("event", "choice", "Notikums", required=True),
        Column("on", "date", "Datums", required=True),
        Column("year", "count", "Vietas gads"),
        Column("starts_at", "moment", "Konsultācijas laiks"),
        Column("mentor", "text", "Mentors"),
        Column("mode", "choice", "Veids"),
        Column("minutes", "count", "Minūtes"),
        Column("answer_by", "date", "Atbildēt līdz"),
        Column("note", "text", "Piezīme"),
        Column("who", "text", "Kas ierakstīja", required=True),
    ),
    "Ieteikumi": (
        Column("application_id", "id", "Pieteikums", required=True),
        Column("recommendation", "text", "Ieteikums", required=True),
        Column("on", "date", "Kad", required=True),
    ),
    "Darbi": (
        Column("application_id", "id", "Pieteikums", required=True),
        Column("task", "text", "Darbs", required=True),
        Column("who", "text", "Atbildīgais"),
        Column("until", "date", "Līdz"),
        Column("done_on", "date", "Izdarīts"),
    ),
}
"""The sheets of the tracking workbook (``darba_gramata.xlsx``): what a person types, never written to again."""

ANCHORS = {
    "question": "Konkrēts jautājums",
    "situation": "Situācija: kas, kur, cik, kopš kura laika",
    "obstacle": "Kas mēģināts vai kas traucē",
    "outcome": "Ko stundai jādod",
}
"""The four anchors of "clearly described", each marked 0 to 3."""

MARKS = (
    Column("application_id", "id", "Pieteikums", required=True),
    Column("marker", "text", "Vērtētājs", required=True),
    *(Column(name, "mark", label) for name, label in ANCHORS.items()),
    Column("note", "text", "Piezīme"),
)
"""A marking sheet (sheet "Vērtējumi"): one row per application, one column per anchor."""

MARKS_SHEET = "Vērtējumi"

POINTS = {"0": 0, "1": 1, "2": 2, "3": 3}
"""Points of a mark as typed; anything else is no mark."""

CHOICES: dict[str, dict[str, str]] = {
    "mode": {"in_person": "klātienē", "online": "tiešsaistē", "any": "nav svarīgi"},
    "decision": {
        "duplicate_of": "dublikāts",
        "not_duplicate": "nav dublikāts",
        "ineligible": "neatbilst",
        "eligible": "atbilst",
        "novelty": "jaunums",
        **{f"agreed_{name}": f"saskaņota atzīme: {label.split(':')[0].lower()}" for name, label in ANCHORS.items()},
        "override": "vieta ārpus kārtas",
        "other": "cits",
    },
    "event": {
        "offered": "piedāvāta vieta",
        "accepted": "pieņemta",
        "declined": "atteikta",
        "expired": "nav atbildes termiņā",
        "withdrawn": "atsaukta",
        "booked": "norunāts laiks",
        "held": "notika",
        "not_held": "nenotika",
        "recommendations_sent": "ieteikumi nosūtīti",
        "cancelled": "iepriekšējais ieraksts atcelts",
    },
    "novelty": {"new": "jauna", "existing": "esoša", "unclear": "neskaidrs"},
    "mark": {"0": "0", "1": "1", "2": "2", "3": "3", "cannot_judge": "nevar novērtēt"},
    "state": {
        "eligible": "atbilst",
        "late": "nokavēts",
        "set_aside": "nolikts malā",
        "outside": "ārpus novadiem",
        "no_consent": "nav piekrišanas",
        "unsettled": "jāizlemj",
    },
    "yes_no": {"yes": "jā", "no": "nē"},
}
"""Code word and Latvian word of everything that is chosen from a list (the glossary is made from this)."""


def label_of(choice: str, code: str) -> str:
    """Latvian word for a code word, for example ``label_of("event", "held")`` → "notika"."""
    return CHOICES[choice][code]
