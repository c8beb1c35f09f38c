"""What to do this week: a card per thing, by date, with the community's name, what happens if not, and where to go.

Nothing is decided here: cards are made of what waits (see :mod:`due`) and go when an event is recorded.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html import escape
from urllib.parse import quote

import pandas as pd

from mentoring_lib.app import paths
from mentoring_lib.base.columns import label_of
from mentoring_lib.base.problems import BETWEEN, SETTLE, name_some
from mentoring_lib.base.rows import Application, rows_of
from mentoring_lib.base.texts import agree, long_date, plural, show_date, show_moment
from mentoring_lib.delivery.rows import Appointment
from mentoring_lib.themes import exploring
from mentoring_lib.workflow import Outlook, Results

_WORDS = paths.read_table("this_week_lv.toml")
DAYS_AHEAD, MAX_NAMED = 7, 2
WEEKDAYS = ("pirmdiena", "otrdiena", "trešdiena", "ceturtdiena", "piektdiena", "sestdiena", "svētdiena")


@dataclass(frozen=True)
class Card:
    """One thing to do: its last day (None: when there is time), what, what happens if not, and links."""

    until: date | None
    title: str
    text: str
    links: tuple[tuple[str, str], ...] = ()
    label: tuple[str, str] = ("", "")
    codes: tuple[str, ...] = ()
    blocks: bool = False

    @property
    def page(self) -> str:
        """Address of the page that says more."""
        return next((address for address, _ in reversed(self.links) if address.endswith(".html")), "")


@dataclass(frozen=True)
class _Due:
    application_id: str
    what: str
    who: str
    since: pd.Timestamp
    until: pd.Timestamp


class _Book:
    """Names and addresses of the applicants, by code."""

    def __init__(self, applications: pd.DataFrame) -> None:
        self._rows = {row.application_id: row for row in rows_of(applications, Application)}

    def name(self, code: str) -> str:
        """A community in the nominative, with the word before it; by its municipality where it has no name."""
        row = self._rows.get(code)
        if row is None or not (row.community or "").strip():
            return f"kopiena {row.municipality if row and row.municipality else ''} {code}".replace("  ", " ")
        return f"kopiena «{(row.community or '').strip()}»"

    def to(self, code: str) -> str:
        """The same in the dative."""
        return self.name(code).replace("kopiena", "kopienai", 1)

    def all_to(self, codes: Sequence[str]) -> str:
        """The one community in the dative, or how many there are."""
        return self.to(codes[0]) if len(codes) == 1 else plural(len(codes), "kopienai", "kopienām")

    def quoted(self, code: str) -> str:
        """The name alone."""
        return self.name(code).removeprefix("kopiena ")

    def link_mail(self, codes: Sequence[str], text: str, subject: str, body: str) -> Iterator[tuple[str, str]]:
        """A letter to begin with: to one, or to several who do not see each other."""
        emails = [row.email for code in codes if (row := self._rows.get(code)) and row.email]
        if emails:
            to = quote(emails[0], safe="@") + "?" if len(emails) == 1 else f"?bcc={quote(','.join(emails), safe='@,')}&"
            yield f"mailto:{to}subject={quote(subject)}&body={quote(body)}", text

    def link_phone(self, code: str) -> Iterator[tuple[str, str]]:
        row = self._rows.get(code)
        if row and row.phone:
            who = f"{row.contact_name}, " if row.contact_name else ""
            yield f"tel:{row.phone.replace(' ', '')}", f"zvanīt: {who}{row.phone}"


def list_cards(results: Outlook) -> list[Card]:
    """Everything that waits: what blocks, then what has a day, by day, then what can be done when there is time."""
    book = _Book(results.decided)
    cards = [*_ask_and_settle(results), *_offer(results, book), *_follow_due(results, book),
             *_ask_together(results, book), *_confirm(results, book)]  # fmt: skip
    return sorted(
        cards, key=lambda card: (not card.blocks, card.until is None, bool(card.label[0]), card.until or date.max)
    )


def split_week(cards: Sequence[Card], as_of: date) -> tuple[list[Card], list[Card]]:
    """Cards of this week (overdue and undated ones too), and later ones."""
    last = as_of + timedelta(days=DAYS_AHEAD)
    return ([card for card in cards if card.until is None or card.until <= last],
            [card for card in cards if card.until and card.until > last])  # fmt: skip


def show_card(card: Card, communities: Mapping[str, str]) -> str:
    """One line for the console: day, what to do, whose it is, and the page that says more."""
    day = f"{show_date(card.until)} – " if card.until else ""
    whose = name_some(card.codes, communities if len(card.codes) > 1 else {})  # a single one is in the title
    return f"{day}{card.title}{f' ({whose})' if whose else ''} → {card.page}"


def table_cards(cards: Sequence[Card], communities: Mapping[str, str]) -> pd.DataFrame:
    """The same lines as a table: all codes and communities of each."""
    rows = [(card.until, card.title, BETWEEN.join(card.codes),
             BETWEEN.join(communities.get(code, "") for code in card.codes), card.page) for card in cards]  # fmt: skip
    return pd.DataFrame(rows, columns=["until", "what", "application_id", "community", "where"])


def list_next(results: Results, later: Sequence[Card]) -> list[tuple[date, str, tuple[str, str]]]:
    """What follows after this week: day, what, and a link; booked hours, what is due later, the project's end."""
    book, ends = _Book(results.decided), results.programme.project.ends
    hours = [
        (
            row.starts_at.date(),
            f"{show_moment(row.starts_at.to_pydatetime())} – konsultācija {book.to(row.application_id)}: "
            f"{row.mentor or 'mentors nav norādīts'}{', ' + label_of('mode', row.mode) if row.mode else ''}",
            ("ielugumi/", "ielūgumi"),
        )
        for row in rows_of(results.appointments[results.appointments["active"]], Appointment)
        if row.starts_at is not None and row.starts_at.date() >= results.as_of
    ]
    things = [(card.until, f"{show_date(card.until)} – {card.title}", card.links[-1]) for card in later if card.until]
    end = [(ends, f"{show_date(ends)} beidzas projekts – noslēguma pārskats", ("5_atskaite.html", "5. Pārskats"))]
    return sorted([*hours, *things, *(end if ends >= results.as_of else [])])


def _ask_and_settle(results: Outlook) -> Iterator[Card]:
    asked = [problem for problem in results.problems if problem.severity == SETTLE and problem not in results.blockers]
    for found, kind in ((list(results.blockers), "settle"), (asked, "ask")):
        if found:
            words = _WORDS[kind]
            title = words["title"].format(count=plural(len(found), words["one"], words["many"]))
            text = f"{found[0].message[:1].upper()}{found[0].message[1:]}. {words['else']}"
            label = (words["label"], plural(len(found), words["one"], words["many"]))
            yield Card(None, title, text, (tuple(words["link"]),), label, blocks=kind == "settle")


def _offer(results: Outlook, book: _Book) -> Iterator[Card]:
    for code, year in zip(results.proposals["application_id"], results.proposals["year"], strict=True):
        title = f"Piedāvājiet {year}. gada konsultāciju {book.to(code)}"
        yield Card(None, title, _WORDS["offer"]["else"], (*book.link_phone(code), tuple(_WORDS["offer"]["link"])),
                   ("piedāvāt", "kad varat"), (code,))  # fmt: skip


def _follow_due(results: Outlook, book: _Book) -> Iterator[Card]:
    """What waits for the coordinator or a mentor; a year's warning stands with those whom it is about."""
    rows = [row for row in rows_of(results.due, _Due) if not row.what.startswith(TOGETHER)]
    one_each = [row for row in rows if "," not in row.application_id and not row.what[:4].isdigit()]
    warnings = [row for row in rows if row not in one_each]
    told: set[_Due] = set()
    for row in one_each:
        card = _follow(row, book, results)
        for warning in warnings:
            if row.application_id in warning.application_id.split(", "):
                card = replace(card, text=f"{card.text} {warning.what[:1].upper()}{warning.what[1:]}.")
                told.add(warning)
        yield card
    for row in warnings:
        if row not in told:
            yield Card(row.until.date(), f"{row.what[:1].upper()}{row.what[1:]}", _WORDS["pace"]["else"], (LIST,))


LIST = ("3_konsultacijas.html", "3. Konsultācijas")


def _follow(row: _Due, book: _Book, results: Outlook) -> Card:
    kind = next((kind for kind in _WORDS["due"] if row.what.startswith(kind)), "")
    words: Mapping[str, str] = _WORDS["due"].get(kind, _WORDS["other_due"])
    until, over = row.until.date(), (results.as_of - row.until.date()).days
    fields = {
        "community": book.name(row.application_id), "to": book.to(row.application_id), "what": row.what,
        "since": show_date(row.since), "on": long_date(row.since, "locative"), "until": show_date(until),
        "project": results.programme.project.title,
        "when": f"termiņš bija {show_date(until)}" if over > 0 else f"līdz {show_date(until)}",
    }  # fmt: skip
    shown = {name: text.format(**fields) for name, text in words.items()}
    code = row.application_id
    mail = book.link_mail([code], "rakstīt atgādinājumu", shown["subject"], shown["body"]) if "body" in shown else ()
    links = (*mail, *book.link_phone(code), LIST)
    title = shown["title"][:1].upper() + shown["title"][1:]
    return Card(until, title, shown["text"], links, codes=(row.application_id,))


def _ask_together(results: Outlook, book: _Book) -> Iterator[Card]:
    """One card for what several communities owe alike: whom to ask, and who has waited longest."""
    for words in _WORDS["together"]:
        late = [row for row in rows_of(results.due, _Due) if row.what.startswith(words["begins"])]
        if not late:
            continue
        codes = list(dict.fromkeys(row.application_id for row in late))
        oldest = {row.application_id: row.until for row in reversed(late)}
        longest = [f"{book.quoted(code)} (kopš {show_date(oldest[code])})" for code in codes[:MAX_NAMED]]
        title = words["title"].format(whom=book.all_to(codes), things=agree(len(late), *words["things"]))
        every = "rakstīt" if len(codes) == 1 else f"rakstīt visām {len(codes)}"
        mail = book.link_mail(codes, every, words["subject"], words["body"])
        text = f"{'Visilgāk' if len(codes) > 1 else 'Kavējas'} – {' un '.join(longest)}. {words['else']}"
        label = (agree(len(late), *words["late"]), plural(len(late), *words["count"]))
        links = (("3_konsultacijas.html", "saraksts pēc termiņa"), *mail)
        yield Card(min(oldest.values()).date(), title, text, links, label, tuple(codes))


TOGETHER = tuple(words["begins"] for words in _WORDS["together"])


def _confirm(results: Outlook, book: _Book) -> Iterator[Card]:
    valid = exploring.select_valid(results.decided)
    codes, words = valid.loc[valid["confirmed_themes"].map(len).eq(0), "application_id"].tolist(), _WORDS["themes"]
    if not codes:
        return
    title = f"Apstipriniet tēmu {book.all_to(codes)}"
    proposed = results.suggested.set_index("application_id")["suggested"].get(codes[0], ())
    first = f"Rīks iesaka «{results.programme.short_theme(proposed[0])}». " if len(codes) == 1 and proposed else ""
    label = (plural(len(codes), "tēma", "tēmas"), "kad varat")
    yield Card(None, title, f"{first}{words['else']}", (tuple(words["link"]),), label, tuple(codes))


def show_cards(cards: Sequence[Card], as_of: date) -> str:
    """Cards as HTML: the day at the left, what to do in the middle, links at the right."""
    return "".join(_show_card(card, as_of) for card in cards)


def _show_card(card: Card, as_of: date) -> str:
    urgent = card.until is not None
    over = (as_of - card.until).days if card.until else 0
    day, under = card.label
    if card.until and not day:
        day = f"{card.until:%d.%m.}"
        late = f"nokavēts par {plural(over, 'dienu', 'dienām')}"
        under = late if over > 0 else "šodien" if not over else WEEKDAYS[card.until.weekday()]
    links = "".join(f'<a href="{escape(address)}">{escape(text)} →</a>' for address, text in card.links)
    return (
        f'<article class="card{" urgent" * urgent}">\n<p class="day"><b>{escape(day)}</b> {escape(under)}</p>\n'
        f"<div><h3>{escape(card.title)}</h3>\n<p>{escape(card.text)}</p></div>\n"
        f'<p class="links">{links}</p>\n</article>\n'
    )
