"""The page that repeats the lot, in a real browser: the same order as the library and as the shell script."""

import hashlib
import random
import shutil
import subprocess
from fractions import Fraction

import pandas as pd
import pytest

from mentoring_lib.documents.lot_check import make_lot_check
from mentoring_lib.selection.allocation import rank
from mentoring_lib.selection.lottery import draw_tickets
from mentoring_lib.workflow import EXAMPLE, ROOT

SEED = "0407111319232629313437394346495255586061"
RECORD = (EXAMPLE / "izloze" / "saraksts.txt").read_text("utf-8")
GROUPS = [(2, "all"), (1, "new"), (1, "existing"), (0, "all")]


def make_record(chance, rows):
    """A random list with many ties: entries, and its text."""
    keys = sorted(f"K-{key:06X}" for key in chance.sample(range(16**6), rows))
    points = [Fraction(chance.randrange(12), chance.choice([1, 2, 3])) for _ in keys]
    entries = [(key, *chance.choice(GROUPS), point) for key, point in zip(keys, points, strict=True)]
    seal = chance.choice(["", f";{chance.getrandbits(64):016x}"])  # with minimum places: of the municipality
    text = "".join(f"{key};{tier};{group};{point}{seal}\n" for key, tier, group, point in entries)
    return entries, f"KKK-{chance.randrange(100)}\n# versija = 2\n{text}"


def order(entries, call, seed):
    table = pd.DataFrame(entries, columns=["application_id", "tier", "group", "points"])
    ranked = rank(draw_tickets(table, seed=seed, call=call)).sort_values("rank")
    return ranked["application_id"].tolist(), ranked["ticket"].tolist()


@pytest.fixture(scope="module")
def place(tmp_path_factory, inputs):
    folder = tmp_path_factory.mktemp("parbaude")
    (folder / "parbaude.html").write_bytes(make_lot_check(None, inputs.programme))
    return (folder / "parbaude.html").as_uri()


def check_records(page, count, rows, seed=1):
    """Give so many random records to the page's script and to the library; the numbers of those that differ."""
    chance = random.Random(seed)
    made = [make_record(chance, chance.randint(1, rows)) for _ in range(count)]
    seeds = ["".join(chance.choices("0123456789", k=20)) for _ in made]
    pairs = [[text, digits] for (_, text), digits in zip(made, seeds, strict=True)]
    script = "pairs => pairs.map(([r, s]) => drawLot(r, s).entries).map(e => [e.map(x => x.id), e.map(x => x.ticket)])"
    drawn = page.evaluate(script, pairs)
    expected = [order(entries, text.partition("\n")[0], digits)
                for (entries, text), digits in zip(made, seeds, strict=True)]  # fmt: skip
    return [number for number, (a, b) in enumerate(zip(drawn, expected, strict=True)) if tuple(a) != b]


def test_the_page_draws_the_lot_as_the_library_does(open_page, place):
    page = open_page(place, offline=True)
    assert check_records(page, 300, 25) == []
    texts = ["", "abc", "ā" * 1000, "x" * 55, "x" * 56, "x" * 64]
    assert page.evaluate("t => t.map(sha256)", texts) == [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    assert [address for address in page.asked if not address.startswith("file:")] == []


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="no sha256sum here")
def test_the_shell_script_says_the_same_as_the_page(open_page, place):
    ran = subprocess.run(
        ["sh", ROOT / "docs" / "parbaudi_izlozi.sh", EXAMPLE / "izloze" / "saraksts.txt", SEED],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    lines = open_page(place).evaluate(
        "([r, s]) => drawLot(r, s).entries.map(e => `${e.rank} ${e.id} ${e.ticket}`)", [RECORD, SEED]
    )
    assert ran.stdout.splitlines() == lines


def test_an_applicant_finds_out_on_a_phone(open_page, place, results):
    page = open_page(place, offline=True)
    page.set_viewport_size({"width": 390, "height": 800})
    drawn = results.decided.dropna(subset=["rank"]).set_index("application_id")
    for key in ("K-E4C96C", "K-5CD09B"):
        page.fill("#key", key.lower().replace("-", " "))
        page.fill("#seed", SEED)
        page.fill("#record", "")
        page.click("button")
        assert page.locator(".wrong").count() == 0
        assert hashlib.sha256(f"{SEED}|KKK-2023|{key}".encode()).hexdigest() in page.inner_text("#answer")
        page.fill("#record", RECORD)
        page.click("button")
        told = page.inner_text("#answer")
        assert f"Jūsu pieteikums secībā ir {drawn.loc[key, 'rank']}. no 23." in told
        assert hashlib.sha256(f"{SEED}|KKK-2023|{key}".encode()).hexdigest() in told
        assert hashlib.sha256(RECORD.encode()).hexdigest() in told
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0
    assert page.said == []


@pytest.mark.parametrize(
    ("key", "seed", "record", "words"),
    [
        ("K-FFFFFF", SEED, RECORD, "Sarakstā nav pieteikuma K-FFFFFF."),
        ("K-5CD09B", "123", RECORD, "Izlozes skaitlī jābūt vismaz 20 cipariem"),
        ("K-5CD09B", SEED, "kaut kas cits", "Sarakstā nav nevienas rindas"),
        ("", SEED, RECORD, "Ierakstiet pieteikuma kodu"),
    ],
)
def test_what_is_missing_is_said(open_page, place, key, seed, record, words):
    page = open_page(place)
    for name, text in (("key", key), ("seed", seed), ("record", record)):
        page.fill(f"#{name}", text)
    page.click("button")
    assert words in page.inner_text("#answer")


def test_it_is_accessible(open_page, place):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = open_page(place)
    page.fill("#record", RECORD)
    page.fill("#key", "K-5CD09B")
    page.click("button")
    assert [item["id"] for item in axe.run(page).response["violations"]] == []
