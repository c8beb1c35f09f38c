"""The report's first page in sentences: what was promised, delivered, for whom, what changed, what differs.

Each sentence is made from the figures and true of any: nothing held, one, all; a period or the whole project.
"""

from datetime import date

from mentoring_lib.base.columns import CHOICES, label_of
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.stamp import TOTAL
from mentoring_lib.base.texts import agree, join_words, plural, say_of, show_date, show_hours
from mentoring_lib.delivery.events import CANCELLED, RELEASED
from mentoring_lib.documents.wording import TEXTS
from mentoring_lib.funder.disclosure import MIN_SHOWN
from mentoring_lib.funder.figures import Figures, describe_uses, find_plain, list_towns
from mentoring_lib.funder.outcome_figures import QUESTIONS
from mentoring_lib.render.tables import WORDS as SHOWN

WORDS = TEXTS["report"]["words"]


def count_served(figures: Figures) -> int:
    """Consultations delivered in the period."""
    return int(figures.received["consultations"].iloc[-1])


def _count_tasks(figures: Figures) -> tuple[int, int]:
    """Items done, and all, of the consultations delivered in the period."""
    done, *others = (int(figures.tasks[name].sum()) for name in ("done", "open", "overdue"))
    return done, done + sum(others)


def make_headline(figures: Figures, programme: Programme) -> str:
    """The result as the report's title."""
    served = count_served(figures)
    planned = int(figures.ledger["planned"].sum())
    if figures.covers(programme):
        told = say_of(served, planned, "Sniegta", "Sniegtas")
    else:
        told = f"Periodā {agree(served, 'sniegta', 'sniegtas')} {plural(served, 'konsultācija', 'konsultācijas')}"
        told = told if served else "Periodā nav sniegta neviena konsultācija"
    return "; ".join(filter(None, (told, _tell_started(figures, "" if is_final(figures, programme) else "vēl "))))


def _tell_started(figures: Figures, yet: str) -> str:
    """How many communities did something, and how much is not done, overdue or ahead: "yet" until the end."""
    served, started, (done, every) = count_served(figures), figures.started, _count_tasks(figures)
    if not served or not every:
        return ""
    if started == served:
        who = f"visas {served} kopienas jau kaut ko ir paveikušas" if served > 1 else "kopiena jau kaut ko ir paveikusi"
    elif started:
        of = plural(served, "kopienas", "kopienām")
        who = f"{started} no {of} jau kaut ko {agree(started, 'ir paveikusi', 'ir paveikušas')}"
    else:
        return f"neviens no ieplānotajiem darbiem {yet}nav paveikts"
    left = every - done
    undone = f"{left} no {plural(every, 'darba', 'darbiem')} {yet}nav {agree(left, 'paveikts', 'paveikti')}"
    return f"{who}, {undone if left else 'visi darbi ir paveikti'}"


def is_final(figures: Figures, programme: Programme) -> bool:
    """Whether the project was over on the day of the data, and the report is about all of it."""
    return figures.stamp.as_of >= programme.project.ends and figures.covers(programme)


def describe_kind(figures: Figures, programme: Programme) -> str:
    """Interim or final, whose, about what, of which day."""
    kind = WORDS["final"] if is_final(figures, programme) else WORDS["interim"]
    period = f"{show_date(figures.period.starts)}–{show_date(figures.period.ends)}"
    day = show_date(figures.stamp.as_of)
    return f"{figures.stamp.project}. {kind} par periodu {period}; dati {day}"


def describe_promise(figures: Figures, programme: Programme) -> str:
    """What was promised, and what became of it by year."""
    ledger = figures.ledger
    planned = int(ledger["planned"].sum())
    by_year = " + ".join(map(str, ledger["planned"]))
    split = f" ({by_year})" if len(ledger) > 1 else ""
    told = [f"{row['year']}. gadā no {plural(row['planned'], 'plānotās', 'plānotajām')}: "
            f"{join_words(describe_uses(row)) or 'nav nevienas'}." for row in ledger.to_dict("records")]  # fmt: skip
    last = programme.project.ends
    over = figures.stamp.as_of > last
    ends = f"Projekts {'beidzās' if over else 'beidzas'} {show_date(last)}."
    whole = "" if figures.covers(programme) else f" {WORDS['whole']}"
    return f"Apsolīts: {plural(planned, 'konsultācija', 'konsultācijas')}{split}. {' '.join(told)}{whole} {ends}"


def summarise(figures: Figures, programme: Programme) -> list[str]:
    """The first page in sentences."""
    hours, numbers = float(figures.received["hours"].iloc[-1]), "; ".join(tell_cards(figures, programme))
    told = [f"{make_headline(figures, programme)}.", describe_promise(figures, programme), f"{numbers}."]
    told += [f"Sniegto konsultāciju kopējais ilgums: {show_hours(hours)}."] * bool(hours)
    return [*told, *list_differences(figures), describe_whom(figures, programme)]


def tell_cards(figures: Figures, programme: Programme) -> list[str]:
    """The four numbers in words."""
    cards = list_cards(figures, programme)
    return [f"{value} {', '.join(filter(None, (label, warning)))}" for value, label, warning in cards]


def list_cards(figures: Figures, programme: Programme) -> list[tuple[str, str, str]]:
    """Four numbers: the number, what it counts, and what of it is a warning ("" if nothing)."""
    served, planned, (done, every) = count_served(figures), int(figures.ledger["planned"].sum()), _count_tasks(figures)
    cards = [_make_card(served, planned, "hours")]
    if not figures.covers(programme):
        label = agree(served, "konsultācija sniegta periodā", "konsultācijas sniegtas periodā")
        cards = [(str(served), label, "")]
    if (new := _find_new(figures, programme)) is not None and served:
        cards.append(_make_card(new, served, "new"))
    if served:
        cards.append(_make_card(figures.started, served, "started"))
    if every:
        overdue = int(figures.tasks["overdue"].sum())
        cards.append(_make_card(done, every, "tasks", plural(overdue, "nokavēts", "nokavēti") if overdue else ""))
    return cards


def _make_card(count: int, total: int, name: str, warning: str = "") -> tuple[str, str, str]:
    """A number of a total; the noun agrees with the total, what became of it with the number."""
    nouns, verbs = WORDS["cards"][name]
    return f"{count} no {total}", f"{agree(total, *nouns)} {agree(count, *verbs)}", warning


def _find_new(figures: Figures, programme: Programme) -> int | None:
    """New communities, where an indicator counts them all and that may be told."""
    names = find_plain("new_communities", programme)
    told = figures.indicators[figures.indicators["indicator"].isin(names) & figures.indicators["year"].ne(TOTAL)]
    return int(told["result"].sum()) if len(told) and told["result"].notna().all() else None


def describe_bars(figures: Figures, programme: Programme) -> str:
    """How to read the bars, and that a year is not over."""
    day = figures.stamp.as_of
    runs = day.year in figures.years and day < min(programme.project.ends, figures.period.ends, date(day.year, 12, 31))
    return f"{WORDS['bars']}{f' {day.year}. gads vēl turpinās.' * runs}"


def list_differences(figures: Figures) -> list[str]:
    """What differed from the plan, each with its number; a sentence if nothing did."""
    counts = figures.deviations["event"].value_counts()
    kinds = TEXTS["report"]["deviations"].items()
    happened = [plural(int(counts[event]), *words) for event, words in kinds if event in counts]
    released = figures.deviations[figures.deviations["event"].isin([*RELEASED, CANCELLED])]
    again = int(released["then"].notna().sum())
    offered = agree(again, "Nākamajai kopienai piedāvāta", "Nākamajām kopienām piedāvātas")
    followed = f" {offered} {again} no {plural(len(released), 'atbrīvotās', 'atbrīvotajām')}." if again else ""
    lines = [f"{join_words(happened)}.{followed}"] * bool(happened)
    overdue = int(figures.tasks["overdue"].sum())
    late = plural(overdue, "ieplānotajam darbam termiņš ir pagājis", "ieplānotajiem darbiem termiņš ir pagājis")
    lost = int(figures.ledger["lost"].sum())
    unused = plural(lost, "konsultācija nav izmantota", "konsultācijas nav izmantotas")
    undone = "tie vēl nav paveikti" if overdue > 1 else "tas vēl nav paveikts"
    lines += [f"{late}, un {undone}."] * bool(overdue)
    lines += [f"{unused} savā gadā."] * (lost > 0)
    return lines or [WORDS["as_planned"]]


def describe_whom(figures: Figures, programme: Programme) -> str:
    """For whom: by municipality and mode, as far as public, and how many applied."""
    table, parts = figures.consultations, []
    for name, order in (("municipality", list_towns(figures, programme)), ("mode", list(CHOICES["mode"]))):
        if name in table and len(table):
            counts = table[name].value_counts()
            keys = [key for key in order if key in counts]
            parts.append(", ".join(f"{CHOICES['mode'].get(key, key)} – {counts[key]}" for key in keys))
    whom = f"Kam: {'; '.join(parts)}. " if parts else ""
    return whom + describe_received(figures)


def describe_received(figures: Figures) -> str:
    """How many applied; "" while that would be one or two."""
    count, communities = int(figures.applications["count"].sum()), figures.applicants
    if not count:
        return "Nav saņemts neviens pieteikums."
    if min(count, communities) < MIN_SHOWN:
        return ""
    told = f"{agree(count, 'Saņemts', 'Saņemti')} {plural(count, 'pieteikums', 'pieteikumi')}"
    return f"{told} no {plural(communities, 'kopienas', 'kopienām')}."


def describe_told(figures: Figures) -> str:
    """How many communities told what became of it."""
    served, named = count_served(figures), bool(figures.tasks["community"].ne("").any())
    told, of = figures.described, plural(served, "kopienas", "kopienām")
    if not served:
        return ""
    verb = agree(told, "aprakstījusi", "aprakstījušas")
    who = f"{verb} {told} no {of}" if told else f"vēl nav aprakstījusi neviena no {of}"
    return f"Kas no tā iznācis, {who}." + f" {WORDS['agreed']}" * named


def describe_answers(figures: Figures) -> list[str]:
    """Who answered each round, what they answered, and how ratings moved; nothing of who did not answer."""
    lines = []
    for row in figures.asked.to_dict("records"):
        of = sum(row[name] for name in ("answered", "unanswered", "not_due"))
        if of:
            name = label_of("round", row["round"])
            told = f"atbildēja {row['answered']}, neatbildēja {row['unanswered']}"
            told += f", termiņš vēl nav pienācis {row['not_due']}" if row["not_due"] else ""
            lines.append(f"Aptauja «{name}» ({plural(of, 'kopiena', 'kopienas')}): {told}.")
    for question in QUESTIONS:
        given = figures.answers[figures.answers["asks"].eq(question)]
        if len(given):
            choice = "yes_no" if question == "recommends" else question
            words = zip(given["replied"], given["count"], strict=True)
            shown = ", ".join(f"{label_of(choice, code)} – {count}" for code, count in words if count)
            lines.append(f"{SHOWN['asks'][question]} {shown}.")
    few = not len(figures.answers) and int(figures.asked["answered"].sum()) > 0
    lines += [WORDS["few"]] * few
    return lines or [WORDS["nobody"]]


def list_signature(programme: Programme) -> list[tuple[str, str]]:
    """Who prepared the report, and where to sign."""
    letters = programme.letters
    who = ", ".join(filter(None, (letters.signed_by, letters.post, letters.phone, letters.email)))
    return [("Sagatavoja", who or "_" * 40), ("Datums", "_" * 40), ("Paraksts", "_" * 40)]
