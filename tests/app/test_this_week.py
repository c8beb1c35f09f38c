"""What to do this week: a card per thing, with its name, day, what happens if not, and where to go."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from mentoring_lib.app import this_week
from mentoring_lib.base.problems import Problem
from mentoring_lib.delivery import due
from mentoring_lib.outcomes import look_back

DAY = date(2024, 9, 15)
CODE, NAME = "K-ADB42B", "Trīs ratiņi"


def wait(results, *rows):
    """The example with nothing to do but these lines of what is due: what, until, code."""
    lines = [(key, what, "koordinators/-e", pd.Timestamp(2024, 9, 5), pd.Timestamp(until)) for what, until, key in rows]
    confirmed = results.decided["confirmed_themes"].map(lambda themes: themes or ("other",))
    table = pd.DataFrame(lines, columns=due.COLUMNS).astype({"since": "datetime64[us]", "until": "datetime64[us]"})
    decided = results.decided.assign(confirmed_themes=confirmed)
    return replace(results, decided=decided, due=table, proposals=results.proposals.head(0), problems=(), blockers=())


def cards(results, *rows):
    return this_week.list_cards(wait(results, *rows))


def test_the_example_reminds_by_name_day_and_link(inputs, results):
    told = this_week.list_cards(results)
    assert [card.title for card in told] == [
        "Atgādiniet kopienai «Kopiena „Trīs ratiņi”» atbildēt (līdz 19.09.2024)",
        "Pajautājiet 9 kopienām, kā veicas ar nokavētajiem darbiem",
        "Atgādiniet 2 kopienām par aptaujām pēc konsultācijas",
        "Apstipriniet tēmu kopienai «Rīta kafija pie šosejas»",
    ]
    first = told[0]
    assert first.until == date(2024, 9, 19)
    assert "ierakstiet «neatbildēja»" in first.text
    addresses = [address for address, _ in first.links]
    assert addresses[0].startswith("mailto:trisratini@example.org?subject=")
    assert addresses[1] == "tel:+37120000035"
    assert "var palikt neizmantota 1 konsultācija" in first.text  # the year's warning, with the one it is about


def test_every_kind_of_line_has_a_card_of_its_own(inputs, results):
    kinds = this_week._WORDS["due"]
    source = "".join(Path(module.__file__).read_text("utf-8") for module in (due, look_back))
    assert all(kind in source for kind in (*kinds, *this_week.TOGETHER))
    for kind in kinds:
        (card,) = cards(results, (kind, DAY, CODE))
        assert NAME in card.title
        assert not re.search(r"[{}]", card.title + card.text)
        assert card.links[-1][0] == "3_konsultacijas.html"


def test_a_line_nobody_foresaw_is_told_as_it_is(inputs, results):
    (card,) = cards(results, ("kaut kas jauns", DAY, CODE))
    assert card.title == "Kaut kas jauns: kopiena «Kopiena „Trīs ratiņi”»"


def test_a_community_without_name_mail_or_phone_is_told_by_its_municipality(inputs, results):
    nobody = results.decided.assign(community=pd.NA, email=pd.NA, phone=pd.NA)
    (card,) = cards(replace(results, decided=nobody), ("nav atbildes uz piedāvājumu", DAY, CODE))
    assert re.search(rf"kopienai \w+ novads {CODE}", card.title)
    assert [address for address, _ in card.links] == ["3_konsultacijas.html"]
    assert this_week._Book(nobody.assign(municipality=pd.NA)).to(CODE) == f"kopienai {CODE}"


@pytest.mark.parametrize(
    ("count", "title", "label"),
    [
        (1, "Pajautājiet kopienai «Kopiena „Trīs ratiņi”», kā veicas ar nokavēto darbu", ("nokavēts", "1 darbs")),
        (2, "Pajautājiet 2 kopienām, kā veicas ar nokavētajiem darbiem", ("nokavēti", "2 darbi")),
        (11, "Pajautājiet 11 kopienām, kā veicas ar nokavētajiem darbiem", ("nokavēti", "11 darbi")),
        (21, "Pajautājiet 21 kopienai, kā veicas ar nokavēto darbu", ("nokavēts", "21 darbs")),
    ],
)
def test_late_tasks_are_one_card(inputs, results, count, title, label):
    others = [key for key in results.decided["application_id"] if key != CODE]
    rows = [(f"{due.LATE_TASK}x", DAY - timedelta(days=9), key) for key in [CODE, *others][:count]]
    (card,) = cards(results, *rows)
    assert (card.title, card.label) == (title, label)
    mail = next(address for address, _ in card.links if address.startswith("mailto:"))
    assert ("bcc=" in mail) == (count > 1)
    longest = "Kavējas – «Kopiena „Trīs ratiņi”» (kopš 06.09.2024). " if count == 1 else "Visilgāk – «Kopiena „Trīs"
    assert card.text.startswith(longest)
    assert card.text.endswith(f" (kopš 06.09.2024). {this_week._WORDS['together'][0]['else']}")


def test_an_offer_is_made_when_there_is_time(inputs, results):
    offers = pd.DataFrame({"application_id": [CODE], "year": [2024]})
    (card,) = this_week.list_cards(replace(wait(results), proposals=offers))
    assert card.title == "Piedāvājiet 2024. gada konsultāciju kopienai «Kopiena „Trīs ratiņi”»"
    assert (card.text, card.until) == (this_week._WORDS["offer"]["else"], None)
    assert "lapā «Konsultācijas»" in card.text  # a row an offer
    assert (card.label, card.codes) == (("piedāvāt", "kad varat"), (CODE,))


@pytest.mark.parametrize(("ahead", "now"), [(-400, True), (0, True), (7, True), (8, False), (90, False)])
def test_this_week_ends_after_seven_days(inputs, results, ahead, now):
    told = cards(results, ("nav norunāts laiks", DAY + timedelta(days=ahead), CODE))
    shown = this_week.split_week(told, DAY)
    assert shown == ((told, []) if now else ([], told))
    if not now:
        assert any("Norunājiet laiku" in what for _, what, _ in this_week.list_next(results, shown[1]))


@pytest.mark.parametrize(
    ("over", "told"),
    [(0, "šodien"), (1, "nokavēts par 1 dienu"), (2, "nokavēts par 2 dienām"), (11, "nokavēts par 11 dienām"),
     (21, "nokavēts par 21 dienu"), (-2, "otrdiena")],
)  # fmt: skip
def test_the_day_says_how_late_it_is(inputs, results, over, told):
    made = cards(results, ("nav norunāts laiks", DAY - timedelta(days=over), CODE))
    assert f"</b> {told}</p>" in this_week.show_cards(made, DAY)


def test_what_follows_is_in_order_and_past_hours_are_not_told(results):
    upcoming = this_week.list_next(results, [])
    assert [day for day, *_ in upcoming] == [date(2024, 9, 24), date(2024, 10, 31)]
    assert "konsultācija kopienai «Vecā ķirša dārzs»: Inese Kukle, klātienē" in upcoming[0][1]


@pytest.mark.parametrize(("count", "words"), [(1, "ir 1 lieta"), (2, "ir 2 lietas"), (21, "ir 21 lieta")])
def test_what_blocks_the_outcome_is_one_card(inputs, results, count, words):
    blocked = replace(wait(results), blockers=(Problem("seed_missing", "programme.toml"),) * count)
    (card,) = this_week.list_cards(blocked)
    assert card.title.endswith(words)
    assert card.links == (("2_atlase.html", "2. Atlase"),)
    message = Problem("seed_missing", "programme.toml").message
    assert card.text == f"{message[0].upper()}{message[1:]}. {this_week._WORDS['settle']['else']}"


def test_nothing_to_do_makes_no_card(inputs, results):
    assert cards(results) == []


def test_what_an_applicant_wrote_stays_text(inputs, results):
    evil = results.decided.assign(community="<b>&\"'", email="a&b@example.org")
    made = cards(replace(results, decided=evil), ("nav atbildes uz piedāvājumu", DAY, CODE))
    shown = this_week.show_cards(made, DAY)
    assert "<b>&" not in shown
    assert "&lt;b&gt;&amp;" in shown
