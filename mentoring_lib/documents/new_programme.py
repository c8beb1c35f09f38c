"""What a new programme starts with: a programme file to fill in, and a tracking workbook with lists to choose from.

The programme file is the example's with everything invented taken out, so that its comments stand in one place. The
workbook's lists come from the programme file: a workbook that is still as it was made is made again with them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from mentoring_lib.base.columns import APPLICATION, CHOICES, SHEETS
from mentoring_lib.base.problems import Problem, Refused
from mentoring_lib.base.programme import Programme
from mentoring_lib.render.entry_workbook import FillableSheet, make_fillable

FOLDERS = ("pieteikumi", "vertejumi")
_NAME = re.compile(r"\w([\w \-]*[\w\-])?")
_DEVICE = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])", re.IGNORECASE)  # Windows keeps these for itself
_HEAD = (
    "# Programmas fakti un lēmumi. Rindas, kas sākas ar #, ir paskaidrojumi; pārējās aizpildiet vai izlabojiet.\n"
    '# Kur stāv "", rīks bez jūsu ziņām tālāk neiet. Datumu raksta tā: 2026-08-21 (gads-mēnesis-diena).\n'
    "# Novadi, tēmas, mentori un teikums par finansējumu ir no 2023. gada uzsaukuma: pārbaudiet, vai tie der.\n"
)


_DELIVERY = """

[delivery]                              # konsultāciju gaita
consultation_minutes = 60               # cik gara ir konsultācija
pause_minutes = 15                      # pārtraukums starp viena mentora konsultācijām
answer_days = 14                        # cik dienu gaida atbildi uz piedāvājumu, ja notikumā nav cita termiņa
result_days = 3                         # cik dienu laikā ieraksta, vai konsultācija notika
recommendation_days = 14                # cik dienu laikā nosūta ieteikumus
theme_points = 6                        # mentora izvēlē: punkti par katru tēmu, ko mentors pārzina
load_points = 1                         # mentora izvēlē: atņem par katru konsultāciju, kas mentoram jau ir
"""


_EMPTIED = (
    (r"\A(#.*\n)+", _HEAD),
    (
        r"^example = true .*$",
        "example = false                         # true: katrā lapā būs teikts, ka dati ir izdomāti",
    ),
    (r"^as_of = \S+", "as_of = {today}"),
    (r"^keep_personal_data_until = \S+", 'keep_personal_data_until = ""          '),
    (r"^title = \"Kaimiņu.*$", 'title = ""                              # projekta nosaukums, kā līgumā'),
    (r"^number = .*$", 'number = ""                             # projekta numurs, kā līgumā'),
    (r"^starts = .*$", 'starts = ""                             # projekta pirmā diena'),
    (r"^ends = .*$", 'ends = ""                               # projekta pēdējā diena'),
    (r"^code = \S+", 'code = ""        '),
    (r"^title = \"Aicinām.*$", 'title = ""                              # uzsaukuma nosaukums'),
    (r"^deadline = \S+", 'deadline = ""        '),
    (r"^markers = .*$", 'markers = []                            # kas vērtē: ["Vārds Uzvārds", "Vārds Uzvārds"]'),
    (r"^themes = \[.*\].*$", "themes = []                             # kurās tēmās konsultē: kodi no [themes]"),
    (r"^decided_on = \S+", '#decided_on = ""       '),
    (r"^source = .*$", 'source = ""                             # no kurienes nāks skaitlis; raksta, pirms tas zināms'),
    (
        r"^draw_at = .*$",
        'draw_at = ""                            # izsludinātās izlozes diena un laiks: 2026-08-30T21:30:00',
    ),
    (r"^# salt = \S+ *", 'salt = "{salt}" '),
    (r"^decision_date = \S+", '#decision_date = ""      '),
    (r"^seed = \"[^\"]*\" *", '#seed = ""                              '),
    (r"^drawn_at = .*$", '#drawn_at = ""                          # kad izlozēts, bez pēdiņām: 2026-08-30T21:30:00'),
    (r"^witnesses = .*$", 'witnesses = []                          # liecinieki: ["Vārds Uzvārds"]'),
    (
        r"^\[\[earlier\]\](.*\n)+?\n",
        "# [[earlier]]                           # agrāks uzsaukums; rindas iedod tā burtnīca «4. Tēmas»\n\n",
    ),
    (r"^contact = .*$", 'contact = ""                            # e-pasta adrese; tā būs arī kalendāra ielūgumos'),
    (r"\n+\Z", _DELIVERY),
)
"""What of the example's programme file is invented, line by line, and what stands there instead."""

INTROS = {
    "Labojumi": "Ko pieteikumā izlabot: kurš lauks, kas bija, kas ir un kāpēc. Pašu veidlapas eksportu nelabo.",
    "Lēmumi": "Ko izlēmis cilvēks: dublikāti, atbilstība, saskaņotas atzīmes. Katram lēmumam ir pamatojums.",
    "Tēmas": "Apstiprinātās tēmas: viena rinda katrai pieteikuma tēmai.",
    "Pretrunas": "Interešu konflikti: kas kuru pieteikumu nevērtē un kuru kopienu nekonsultē.",
    "Laiki": "Mentoru brīvie laiki, kurus var piedāvāt kopienām.",
    "Notikumi": "Kas notika ar katru vietu. Neko neizdzēš: kļūdu labo ar ierakstu «iepriekšējais ieraksts atcelts».",
    "Ieteikumi": "Mentora ieteikumi pēc konsultācijas: katrs ieteikums savā rindā.",
    "Darbi": "Kopienas veicamie darbi: kurš dara, līdz kuram datumam un kad izdarīts.",
}


HELP = (
    "Šī ir koordinatores darba grāmata: rīks to lasa, bet nekad tajā neraksta.",
    "Katrā lapā 1. rindā ir paskaidrots, kas tajā jāraksta, 2. rindā ir virsraksti, ieraksti sākas 3. rindā.",
    "Pieteikumu visur apzīmē tā kods, piemēram, K-3F9A2C; kodus rāda burtnīca «1. Pieteikumi».",
    "Datumus raksta kā 21.08.2023, datumu ar laiku – kā 21.08.2023 17:30.",
    "Kolonnās ar bultiņu izvēlieties no saraksta. Saraksti nāk no programmas datnes brīdī, kad šī grāmata izveidota.",
    "Lapas nepārdēvējiet; kolonnas drīkst pārvietot un platināt, savas piezīmes drīkst rakstīt jaunās kolonnās.",
)


def check_name(name: str) -> str:
    """A name of a folder for a new programme.

    Raises
    ------
    Refused
        If it could lead elsewhere or is not portable.
    """
    if not _NAME.fullmatch(name) or _DEVICE.fullmatch(name):
        raise Refused([Problem("name_invalid", value=name)])
    return name


def empty_programme(example: str, *, today: date, salt: str) -> str:
    """Make the text of a new programme file from the example's: facts and comments stay, what is invented goes.

    Parameters
    ----------
    example : str
        Text of the example's ``programme.toml``.
    today : date
        First as-of date.
    salt : str
        Random text for the codes of applications.

    Raises
    ------
    ValueError
        If a line that must be emptied is not there: the example and this module must change together.
    """
    text = example
    for pattern, line in _EMPTIED:
        text, count = re.subn(pattern, line.format(today=today, salt=salt), text, flags=re.MULTILINE)
        if not count:
            raise ValueError(f"the example's programme file has no line {pattern}")
    return text


def blank_programme(example: Programme, title: str) -> Programme:
    """The example's programme under another title and without its invented markers.

    Its workbook is what a new folder starts with, until the programme file is filled in.
    """
    return example.model_copy(update={"markers": (), "project": example.project.model_copy(update={"title": title})})


def make_tracking_workbook(programme: Programme) -> bytes:
    """Make ``darba_gramata.xlsx`` for a programme: a help sheet and every sheet of :data:`columns.SHEETS`."""
    choices = list_choices(programme)
    sheets = [
        FillableSheet(name, INTROS[name], columns, choices.get(name, {}), wide=_widths(columns))
        for name, columns in SHEETS.items()
    ]
    lines = [*HELP, "", "Lapas", *(f"{name} – {intro[0].lower()}{intro[1:]}" for name, intro in INTROS.items())]
    return make_fillable(f"Darba grāmata: {programme.project.title}", lines, sheets)


def list_choices(programme: Programme) -> dict[str, dict[str, Sequence[str]]]:
    """Words to choose from, by sheet and column."""
    mentors = [mentor.name for mentor in programme.mentors]
    agreed = [CHOICES["mode"]["in_person"], CHOICES["mode"]["online"]]
    lists: dict[str, dict[str, Sequence[str]]] = {
        "Labojumi": {"column": ["Pieteikums", *(column.label for column in APPLICATION)]},
        "Lēmumi": {"decision": list(CHOICES["decision"].values())},
        "Tēmas": {"theme": list(programme.themes.values())},
        "Pretrunas": {"person": list(dict.fromkeys([*mentors, *programme.markers]))},
        "Laiki": {"mentor": mentors, "mode": list(CHOICES["mode"].values())},
        "Notikumi": {
            "event": list(CHOICES["event"].values()),
            "year": list(map(str, sorted(programme.places))),
            "mentor": mentors,
            "mode": agreed,
        },
    }
    return {sheet: {name: words for name, words in own.items() if words} for sheet, own in lists.items()}


def _widths(columns: Sequence[object]) -> dict[str, int]:
    long = {"recommendation": 90, "task": 70, "who": 20, "mentor": 20, "person": 24, "minutes": 10}
    return {name: width for name, width in long.items() if name in {getattr(c, "name", "") for c in columns}}
