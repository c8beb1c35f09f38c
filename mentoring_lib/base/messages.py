"""Wording of every problem: how much it matters, what is wrong, what to do."""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """Wording of one problem: how much it matters, what is wrong, what to do (``str.format`` templates)."""

    severity: str
    message: str
    advice: str


REFUSE = "refuse"  # the file, or the whole run, cannot be used
SETTLE = "settle"  # a person must decide; until then nothing is final
NOTE = "note"  # the reader changed or left out something harmless and says so

TEXTS: dict[str, Text] = {
    # files
    "file_missing": Text(REFUSE, "datnes nav", "Ielieciet datni šajā mapē: {details}"),
    "file_unreadable": Text(
        REFUSE, "datni nevar nolasīt ({details})", "Lejupielādējiet to no jauna vai saglabājiet kā .xlsx vai .csv."
    ),
    "applications_missing": Text(REFUSE, "vēl nav neviena pieteikuma", "Ielieciet veidlapas eksportu šajā mapē un palaidiet vēlreiz: {details}"),
    "name_invalid": Text(REFUSE, "«{value}» neder par mapes nosaukumu", "Lietojiet burtus, ciparus, atstarpes, «-» un «_», piemēram: kopienas-2025"),
    "table_missing": Text(
        REFUSE, "nav atrasta tabula ar gaidītajiem virsrakstiem", "Pirmajā rindā jābūt virsrakstiem, piemēram: {details}"
    ),
    "sheet_missing": Text(REFUSE, "nav lapas «{value}»", "Atjaunojiet lapu ar šādu nosaukumu."),
    "column_missing": Text(REFUSE, "trūkst kolonnas «{value}»", "Ja tā ir cita no šīm: {details} – ierakstiet virsrakstu programmas datnē (form.headers)."),
    "column_unnamed": Text(NOTE, "{value}. kolonnai nav virsraksta, tāpēc tās teksts nav lasīts", "Ja tas vajadzīgs, ierakstiet virsrakstu."),
    "encoding_wrong": Text(REFUSE, "burti ir sabojāti: datne saglabāta vai atvērta nepareizā kodējumā", "Lejupielādējiet to no jauna un saglabājiet kā .xlsx vai UTF-8 .csv."),
    "column_twice": Text(SETTLE, "divās kolonnās ar vienādu virsrakstu ir atšķirīgas atbildes: {value}", "Lasīta pirmā; noskaidrojiet, kura ir pareizā."),
    "sheet_other": Text(NOTE, "arī šajā lapā ir tāda tabula; tā nav lasīta", "Ja vajadzīga šī lapa, saglabājiet to atsevišķā datnē."),
    "row_total": Text(NOTE, "kopsummas rinda nav pieteikums un nav lasīta", "Nekas nav jādara, ja tas ir pareizi."),
    "row_merged": Text(SETTLE, "šūnas ir apvienotas ar iepriekšējo rindu, tāpēc dažas atbildes te ir tukšas", "Atvienojiet šūnas un aizpildiet tās katrā rindā."),
    "column_unknown": Text(NOTE, "kolonna «{value}» nav zināma un nav lasīta", "{details}Ja tā vajadzīga, ierakstiet tās virsrakstu programmas datnē (form.headers)."),
    # cells
    "value_missing": Text(SETTLE, "nav aizpildīts", "Noskaidrojiet un ierakstiet: {details}"),
    "moment_unreadable": Text(SETTLE, "«{value}» nav saprotams datums un laiks", "Rakstiet kā 21.08.2023 23:59."),
    "moment_order": Text(
        SETTLE, "«{value}»: nav zināms, kurš skaitlis ir diena un kurš mēnesis", "Programmas datnē norādiet form.date_order."
    ),
    "moment_clock_change": Text(
        SETTLE, "«{value}»: šāds pulksteņa laiks tajā dienā ir divreiz vai nav nevienu reizi", "Norādiet laika zonu vai precizējiet laiku."
    ),
    "date_unreadable": Text(SETTLE, "«{value}» nav saprotams datums", "Rakstiet kā 21.08.2023."),
    "year_unreadable": Text(SETTLE, "«{value}» nav saprotams gads", "Rakstiet gadu ar četriem cipariem vai «vēl veidojas»."),
    "count_unreadable": Text(SETTLE, "«{value}» nav saprotams skaits", "Rakstiet veselu skaitli."),
    "yes_no_unreadable": Text(SETTLE, "«{value}» nav ne jā, ne nē", "Rakstiet jā vai nē."),
    "choice_unknown": Text(SETTLE, "«{value}» nav sarakstā", "Izvēlieties vienu no: {details}."),
    "email_invalid": Text(SETTLE, "«{value}» nav derīga e-pasta adrese", "Noskaidrojiet pareizo adresi."),
    "phone_invalid": Text(NOTE, "«{value}» neizskatās pēc tālruņa numura", "Pārbaudiet pirms zvanīšanas."),
    "text_broken": Text(SETTLE, "burti ir sabojāti: «{value}»", "Varbūt domāts «{details}»? Labojiet lapā «Labojumi»."),
    "text_control": Text(NOTE, "tekstā ir neredzamas vadības zīmes", "Tās saglabātas; izdrukās to nebūs."),
    # applications
    "municipality_read": Text(NOTE, "«{value}» lasīts kā «{details}»", "Nekas nav jādara, ja tas ir pareizi."),
    "municipality_unknown": Text(
        SETTLE, "«{value}» nav atpazīts", "{details} Ierakstiet pareizo lapā «Labojumi» vai izlemiet lapā «Lēmumi»."
    ),
    "application_repeated": Text(NOTE, "tas pats pieteikums jau nolasīts no «{details}»", "Nekas nav jādara."),
    "application_id_twice": Text(
        SETTLE, "kods {value} ir arī citā rindā ({details})", "Lapā «Labojumi» vienai no rindām mainiet lauku «Pieteikums»."
    ),
    "duplicate_suspected": Text(
        SETTLE, "varbūt dublikāts pieteikumam {details}: {value}", "Izlemiet lapā «Lēmumi»: dublikāts vai nav dublikāts."
    ),
    # what people typed
    "application_unknown": Text(SETTLE, "nav pieteikuma ar kodu {value}", "Pārbaudiet kodu vai labojiet lauku «Pieteikums» lapā «Labojumi»."),
    "field_unknown": Text(SETTLE, "nav lauka «{value}»", "Izvēlieties vienu no: {details}."),
    "correction_stale": Text(
        SETTLE, "labojums nav izdarīts: pieteikumā ir «{details}», nevis «{value}»", "Ierakstiet kolonnā «Bija» to, kas ir pieteikumā."
    ),
    "decision_value": Text(SETTLE, "lēmumam neder vērtība «{value}»", "Der: {details}."),
    "override_full": Text(SETTLE, "{value}. gadā nav tik daudz vietu", "Mainiet gadu vai atceliet vienu no lēmumiem."),
    "decision_conflict": Text(SETTLE, "tajā pašā dienā pieņemts cits tāds lēmums ({details})", "Atstājiet vienu vai mainiet datumu."),
    "person_unknown": Text(SETTLE, "«{value}» programmas datnē nav", "Izvēlieties vienu no: {details}."),
    "mark_twice": Text(SETTLE, "šis pieteikums šim vērtētājam ({details}) jau ir citā rindā", "Atstājiet vienu rindu."),
    "mark_missing": Text(SETTLE, "nav neviena vērtējuma: {details}", "Lūdziet vērtētājam aizpildīt lapu."),
    "mark_gap": Text(SETTLE, "vērtētāju atzīmes krasi atšķiras ({details})", "Pārrunājiet un ierakstiet saskaņoto atzīmi lapā «Lēmumi»."),
    "novelty_unclear": Text(SETTLE, "nav zināms, kad kopiena sāka darboties", "Noskaidrojiet un izlemiet lapā «Lēmumi» (jaunums)."),
    "decision_needed": Text(SETTLE, "pieteikums nav izlemts: {details}", "Izlemiet lapā «Lēmumi»."),
    # events
    "event_order": Text(SETTLE, "notikums «{value}» šeit nav iespējams: pirms tā ir «{details}»", "Pārbaudiet notikumu secību un datumus."),
    "event_incomplete": Text(SETTLE, "notikumam «{value}» trūkst: {details}", "Aizpildiet šīs kolonnas."),
    "offers_over": Text(SETTLE, "{value}. gadā piedāvāts vairāk vietu, nekā ir", "Pārbaudiet, kurš piedāvājums ir lieks."),
    "event_day": Text(SETTLE, "tajā pašā dienā ir vairāki ieraksti, un nav skaidrs, kurš no tiem atcelts", "Atcelšanai ierakstiet nākamo dienu."),
    "held_early": Text(SETTLE, "«notika» ir datēts pirms norunātā laika ({details})", "Pārbaudiet datumu vai ierakstiet jauno norunāto laiku."),
    "mentor_twice": Text(SETTLE, "mentoram «{value}» šajā stundā jau ir cita konsultācija ({details})", "Vienojieties par citu laiku un ierakstiet to kā jaunu notikumu."),
    "mentor_conflict": Text(SETTLE, "mentors «{value}» šo kopienu nedrīkst konsultēt: {details}", "Vienojieties ar citu mentoru un ierakstiet to kā jaunu notikumu."),
    "recommendation_early": Text(SETTLE, "ieteikums ir, bet konsultācija līdz tam nav notikusi", "Pārbaudiet kodu un datumu vai ierakstiet notikumu «notika»."),
    "time_order": Text(SETTLE, "brīvais laiks beidzas pirms sākuma", "Pārbaudiet «No» un «Līdz»."),
    "event_year": Text(SETTLE, "vietas gads {value} te neder", "Der: {details}."),
    # lottery and final result
    "rule_undated": Text(SETTLE, "programmas datnē nav datuma, kad pieņemta atlases kārtula", "Ierakstiet to tajā: decided_on, daļa [rule]."),
    "freeze_missing": Text(SETTLE, "izlozes saraksts nav iesaldēts", "Kad viss izlemts, iesaldējiet to (izvēlnē vai ar freeze)."),
    "seed_missing": Text(
        SETTLE, "izlozes skaitlis vēl nav zināms, bet uz vietu robežas ir vienādi pieteikumi ({details})", "Pēc izlozes ierakstiet skaitli programmas datnē: seed, daļa [lottery]."
    ),
    "freeze_exists": Text(REFUSE, "izlozes saraksts jau ir iesaldēts", "To nevar iesaldēt vēlreiz; izmaiņas ierakstiet lapā «Lēmumi»."),
    "freeze_late": Text(
        REFUSE, "izlozes skaitlis jau zināms, tāpēc sarakstu vairs nevar iesaldēt", "Izvēlieties citu, vēl nenotikušu izlozi un izdzēsiet lottery.seed."
    ),
    "freeze_broken": Text(
        REFUSE, "iesaldētais saraksts nav tāds, kāds tas bija iesaldēšanas brīdī", "Atjaunojiet datni no rezerves kopijas."
    ),
    "freeze_differs": Text(SETTLE, "pēc iesaldēšanas mainījies: {details}", "Paliek iesaldētais; citu iznākumu pamatojiet lapā «Lēmumi»."),
    # programme file and outputs
    "seed_changed": Text(
        REFUSE, "izlozes skaitlis «{value}» nav tas, kas jau reģistrēts ({details})",
        "Vienam uzsaukumam ir viena izloze: atjaunojiet lottery.seed. Pārrakstīšanās kļūdu labo liecinieku klātbūtnē, izdzēšot izloze/skaitlis.txt.",
    ),
    "mark_waits": Text(
        NOTE, "pieteikums {value} vēl nav izlemts, tāpēc vērtētāju lapās tā nav", "Izlemiet un sagatavojiet vērtētāju lapas vēlreiz: to ieliks papildu lapā."
    ),
    "lexicon_theme": Text(NOTE, "tēmas «{value}» programmā nav, tāpēc šīs tēmas celmi un piemēri nav lietoti", "Ja vajag, labojiet tēmas kodu; der: {details}."),
    "lexicon_row": Text(NOTE, "vārdnīcas rinda nav lietota", "Ierakstiet celmu vai piemēru; svars ir skaitlis, lielāks par 0 un ne lielāks par 100 (tukšs ir 1)."),
    "letters_wait": Text(NOTE, "vēstules nav sagatavotas, jo iznākums ir provizorisks", "Izlemiet palikušo un palaidiet vēlreiz."),
    "letter_leak": Text(
        REFUSE, "vēstulē pieteikumam {value} nokļuvuši cita pieteikuma dati: {details}",
        "Pārrakstiet pamatojumu lapā «Lēmumi» bez citu nosaukumiem un vārdiem.",
    ),
    "setting_syntax": Text(
        REFUSE, "rakstības kļūda ({details})",
        "Pārbaudiet šo un iepriekšējo rindu: teksts ir taisnajās pēdiņās \"…\", saraksts – kvadrātiekavās, starp vērtībām ir komati.",
    ),
    "setting_unknown": Text(REFUSE, "atslēga «{value}» nav zināma", "Izdzēsiet to vai pārbaudiet rakstību."),
    "setting_missing": Text(REFUSE, "trūkst atslēgas «{value}»", "Ierakstiet to programmas datnē."),
    "setting_empty": Text(REFUSE, "atslēga «{value}» vēl nav aizpildīta", "Ierakstiet to programmas datnē; paskaidrojums ir tajā pašā rindā."),
    "setting_invalid": Text(REFUSE, "atslēgai «{value}» neder vērtība: {details}", "Izlabojiet programmas datnē."),
    "template_field": Text(REFUSE, "pārskata veidnē ir lauks, kura nav, vai kļūda: {value}", "Der: {details}."),
    "period_order": Text(REFUSE, "pārskata periods sākas {value}, bet beidzas agrāk: {details}", "Mainiet vietām --from un --to vai izlabojiet datumu."),
    "ledger_open": Text(REFUSE, "{value}. gada vietu bilance nesakrīt: {details}", "Pārskats nav izveidots; pārbaudiet notikumus."),
    "personal_data": Text(
        REFUSE, "finansētāja pārskatā nokļuva personas dati: {details}",
        "Pārskats nav izveidots; izlabojiet avotu, piemēram, piezīmi lapā «Notikumi», kas sākas ar «Pārskatam:».",
    ),
    "notebook_failed": Text(
        REFUSE, "burtnīca apstājās: {details}", "Ja esat mainījusi burtnīcu, atjaunojiet to; citādi nosūtiet šo rindu rīka uzturētājam."
    ),
    "output_edited": Text(NOTE, "datne mainīta pēc izveidošanas, tāpēc tā atstāta", "Jaunā ir blakus: {details}"),
    "output_open": Text(
        NOTE, "datne ir atvērta citā programmā, tāpēc tā atstāta",
        "Jaunā ir blakus: {details}. Aizveriet veco un palaidiet vēlreiz. Ja tā nav atvērta, izdzēsiet blakus palikušo datni, kuras nosaukums sākas ar «.~lock» vai «~$».",
    ),
    "output_removed": Text(NOTE, "iepriekš sagatavotas datnes, kuru šoreiz vairs nav, izdzēstas ({value}): {details}", "Nekas nav jādara."),
    "output_stale": Text(NOTE, "šoreiz šādas datnes nav, bet iepriekšējo kāds ir mainījis vai tur atvērtu, tāpēc tā atstāta", "Ja tā vairs nav vajadzīga, izdzēsiet to."),
    "writing_interrupted": Text(
        NOTE, "iepriekšējā reize tika pārtraukta, tāpēc dažas izdrukas bija jaunas un dažas vēl vecas", "Tagad viss komplekts ir uzrakstīts līdz galam; nekas nav jādara."
    ),
    "file_unwritable": Text(
        REFUSE, "datni nevar ierakstīt mapē {details}", "Ja tā ir atvērta, aizveriet to; pārbaudiet, vai diskā ir vieta un vai mapē drīkst rakstīt, un palaidiet vēlreiz."
    ),
    "notebook_edited": Text(NOTE, "jūsu mainītā burtnīca atstāta, kāda tā ir, lai gan rīkā ir jaunāka", "Ja savas izmaiņas vairs nevajag, izdzēsiet to un atveriet vēlreiz."),
    "day_behind": Text(NOTE, "stāvoklis rādīts uz {value}, bet šodien ir {details}", "Ja vajag šodienas stāvokli, programmas datnē mainiet as_of."),
    "folder_missing": Text(REFUSE, "šādas mapes vēl nav: {details}", "Vispirms sagatavojiet izdrukas."),
    "folder_is_file": Text(REFUSE, "«{value}» ir datne, nevis mape", "Norādiet mapi, kurā drīkst rakstīt."),
    "keep_over": Text(
        NOTE, "personas datus drīkstēja glabāt līdz {value}, un šis termiņš ir pagājis",
        "Palaidiet erase: skaitļi paliks, personas dati tiks dzēsti. Ja glabāšanai ir pamats, mainiet keep_personal_data_until.",
    ),
    # erasing personal data
    "erase_example": Text(REFUSE, "piemēru nedzēš: tajā viss ir izdomāts", "Nosauciet savu programmu, piemēram: erase kopienas-2025."),
    "erase_early": Text(NOTE, "personas datus drīkst glabāt līdz {value}; šis termiņš vēl nav pagājis", "Ja ar tiem vēl jāstrādā, atsakieties."),
    "erase_blind": Text(
        NOTE, "pieteikumu mapē vairs nav, tāpēc pārskata skaitļus saglabāt nevar",
        "Jau sagatavotās finansētāja datnes paliks, bet no jauna tās vairs nevarēs izveidot. Ja ir pieteikumu kopija, atsakieties un ielieciet to atpakaļ.",
    ),
    "erase_report": Text(
        NOTE, "mapē esošais finansētāja pārskats nav tāds, kādu rīks izveidotu tagad: {details}",
        "Saglabāti tiks tagadējie skaitļi. Ja tas nav, ko gaidījāt, atsakieties, palaidiet run un salīdziniet.",
    ),
    "erase_open": Text(SETTLE, "datni nevar izdzēst: tā ir atvērta citā programmā", "Aizveriet to un palaidiet erase vēlreiz."),
    "figures_broken": Text(REFUSE, "saglabātie skaitļi ir mainīti vai sabojāti", "Atjaunojiet datni no rezerves kopijas."),
    "figures_day": Text(
        REFUSE, "personas dati ir dzēsti, tāpēc citai dienai vai citam periodam pārskatu vairs nevar izveidot",
        "Palaidiet bez šīs norādes: pārskats būs par stāvokli uz {value}.",
    ),
    "figures_differ": Text(
        NOTE, "pārskata datnes vairs nav līdz pēdējam baitam tādas pašas kā dzēšanas dienā: {details}",
        "Skaitļi ir tie paši; kopš tā laika mainīta programmas datne vai pats rīks.",
    ),
}  # fmt: skip


SEVERITIES = {REFUSE: "neder", SETTLE: "jāizlemj", NOTE: "zināšanai"}
EXAMPLES: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("file_missing", "applications_missing"), ("", "data/private/kopienas-2025/pieteikumi")),
    "file_unreadable": ("", "datne ir aizsargāta ar paroli"),
    "name_invalid": ("kopienas:2025", ""),
    "table_missing": ("", "Laika zīmogs, E-pasta adrese, Kopienas nosaukums"),
    "sheet_missing": ("Notikumi", ""),
    "column_missing": ("Novads", "«Pašvaldība», «Piezīmes»"),
    "column_unnamed": ("17", ""),
    "column_twice": ("Mārupes novads / Olaines novads", ""),
    "column_unknown": ("Novadss", "Varbūt tā ir «Novads»? "),
    "value_missing": ("", "E-pasts"),
    "moment_unreadable": ("pirmdien no rīta", ""),
    "moment_order": ("03.08.2023 10:15", ""),
    "moment_clock_change": ("29.10.2023 03:30", ""),
    "date_unreadable": ("pēc Jāņiem", ""),
    "year_unreadable": ("sen", ""),
    "count_unreadable": ("daudz", ""),
    "yes_no_unreadable": ("varbūt", ""),
    "choice_unknown": ("Pa pastu", "Klātienē, Tiešsaistē, Nav svarīgi"),
    "email_invalid": ("kopiena@example", ""),
    "phone_invalid": ("2000", ""),
    "text_broken": ("Ä¶ekavas", "Ķekavas"),
    "municipality_read": ("Marupes novads", "Mārupes novads"),
    "municipality_unknown": ("Marupe", "Vai domāts «Mārupes novads»?"),
    "application_repeated": ("", "pieteikumi.xlsx"),
    "application_id_twice": ("K-3F9A2C", "pieteikumi.xlsx, 9. rinda"),
    "duplicate_suspected": ("vienāds e-pasts", "4. rindā (K-3F9A2C)"),
    **dict.fromkeys(("application_unknown", "mark_waits"), ("K-3F9A2C", "")),
    "field_unknown": ("Vieta", "E-pasts, Kopiena, Novads"),
    "correction_stale": ("2012", "2021"),
    "decision_value": ("4", "0, 1, 2, 3"),
    **dict.fromkeys(("override_full", "offers_over"), ("2024", "")),
    "decision_conflict": ("", "K-3F9A2C"),
    "person_unknown": ("Ilze", "Ilze Piemēra, Andris Paraugs"),
    "mark_twice": ("", "Ilze Piemēra"),
    "mark_missing": ("", "Upmalas kaimiņi"),
    "mark_gap": ("", "Konkrēts jautājums: 0, 3"),
    "decision_needed": ("", "Varbūt dublikāts; jāizlemj"),
    "event_order": ("notika", "piedāvāta vieta"),
    "event_incomplete": ("norunāts laiks", "Konsultācijas laiks, Mentors"),
    "held_early": ("", "14.11.2023"),
    "mentor_twice": ("Ilze Piemēra", "K-3F9A2C"),
    "mentor_conflict": ("Ilze Piemēra", "paša kopiena"),
    "event_year": ("2022", "2023, 2024"),
    "seed_missing": ("", "K-3F9A2C, K-8B41D0"),
    "freeze_differs": ("", "K-3F9A2C: 1;new;6 → 2;all;8"),
    "seed_changed": ("04071113192326313134", "skaitlis.txt: 04071113192326313135"),
    "lexicon_theme": ("naudas", "funding, events, other"),
    "letter_leak": ("K-3F9A2C", "Kontaktpersona: K-8B41D0"),
    "setting_syntax": ("", "Invalid value (at line 12, column 9)"),
    **dict.fromkeys(("setting_missing", "setting_empty"), ("call.deadline", "")),
    "setting_unknown": ("call.deadlin", ""),
    "setting_invalid": ("call.deadline", "21. augusts – jābūt datumam, piemēram, 2023-08-21"),
    "template_field": ("kopsavilkumss", "projekts, numurs, kopsavilkums"),
    "period_order": ("30.06.2024", "01.01.2024"),
    "ledger_open": ("2024", "izmantots vairāk vietu, nekā ir"),
    "personal_data": ("", "Kontaktpersona: K-3F9A2C"),
    "notebook_failed": ("", "NameError: name 'decision' is not defined"),
    **dict.fromkeys(("output_edited", "output_open"), ("", "atlase (jauns).xlsx")),
    "output_removed": ("1", "ieksejie/vestules/K-3F9A2C.docx"),
    **dict.fromkeys(("file_unwritable", "folder_missing"), ("", "reports/kopienas-2025")),
    "day_behind": ("15.09.2024", "21.09.2024"),
    "folder_is_file": ("reports/kopienas-2025", ""),
    **dict.fromkeys(("keep_over", "erase_early", "figures_day"), ("31.12.2029", "")),
    **dict.fromkeys(("erase_report", "figures_differ"), ("", "atskaite.docx")),
}
"""Value and details that fit each message which names any; everything here is invented."""
