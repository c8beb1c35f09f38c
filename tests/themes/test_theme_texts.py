"""The labelled texts: parted by their own hash, in known themes, none twice."""

import csv
import hashlib
from collections import Counter

import pytest

from mentoring_lib.base.programme import read_programme
from mentoring_lib.workflow import EXAMPLE, ROOT

FOLDER = ROOT / "data" / "theme_texts"
THEMES = set(read_programme(EXAMPLE / "programme.toml").themes)


def read_part(part):
    with (FOLDER / f"{part}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PARTS = {"tuning": read_part("tuning"), "unseen": read_part("unseen")}
BOTH = [row for rows in PARTS.values() for row in rows]
SECOND = read_part("second")
MESSY = {
    part: read_part(part)
    for part in (
        "messy_tuning",
        "messy_unseen",
        "messy_second",
        "messy_third_tuning",
        "messy_third",
        "messy_fourth_tuning",
        "messy_fourth",
    )
}
EVERY = [*BOTH, *SECOND, *(row for rows in MESSY.values() for row in rows)]


@pytest.mark.parametrize(
    ("part", "remainder"), [("tuning", 0), ("unseen", 1), ("messy_tuning", 0), ("messy_unseen", 1)]
)
def test_the_hash_of_a_text_decides_its_part_and_names_it(part, remainder):
    for row in (PARTS | MESSY)[part]:
        digest = hashlib.sha256(row["text"].encode("utf-8")).hexdigest()
        assert (row["text_id"], int(digest[0], 16) % 2) == (digest[:8], remainder), row["text"]


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        (SECOND, 120),
        (MESSY["messy_second"], 113),
        *((MESSY[part], 160) for part in ("messy_third_tuning", "messy_third", "messy_fourth_tuning", "messy_fourth")),
    ],
)
def test_the_second_measurements_are_named_and_sorted_by_hash(rows, count):
    digests = [hashlib.sha256(row["text"].encode("utf-8")).hexdigest() for row in rows]
    assert [row["text_id"] for row in rows] == [digest[:8] for digest in digests]
    assert digests == sorted(digests)
    assert len(rows) == count
    assert {row["themes"].split(";")[0] for row in rows} == THEMES


def test_every_text_has_one_to_three_known_themes_none_twice():
    for row in EVERY:
        themes = row["themes"].split(";")
        assert set(themes) <= THEMES, row
        assert 1 <= len(themes) == len(set(themes)) <= 3, row


def test_no_text_stands_twice():
    folded = Counter(" ".join(row["text"].casefold().split()) for row in EVERY)
    assert not {text for text, times in folded.items() if times > 1}
    assert len({row["text_id"] for row in EVERY}) == len(EVERY)


def test_there_are_enough_texts_of_every_theme():
    assert len(BOTH) >= 150
    first = {part: Counter(row["themes"].split(";")[0] for row in rows) for part, rows in PARTS.items()}
    assert all(counts[theme] >= 10 for counts in first.values() for theme in THEMES)
    assert all(sum(counts[theme] for counts in first.values()) >= 28 for theme in THEMES)


def test_messy_texts_are_of_the_same_kinds_in_each_part():
    more = {
        part: {"nodiacritics", "plain", "cyrillic"}
        for part in MESSY
        if part.startswith(("messy_third", "messy_fourth"))
    }
    for part, rows in MESSY.items():
        kinds = Counter(row["kind"] for row in rows)
        own = (more | {"messy_second": {"bare"}}).get(part, set())
        assert set(kinds) == {"long", "translit", "mixed", "misleading", "offtopic", *own}
        assert min(kinds.values()) >= (5 if part in more else 10)
        assert all("other" in row["themes"].split(";") for row in rows if row["kind"] == "offtopic")
        assert {row["themes"].split(";")[0] for row in rows} == THEMES


def test_the_readme_counts_what_is_there():
    page = (FOLDER / "README.md").read_text("utf-8")
    first = {part: Counter(row["themes"].split(";")[0] for row in rows) for part, rows in PARTS.items()}
    for theme in THEMES:
        assert f"| `{theme}` | {first['tuning'][theme]} | {first['unseen'][theme]} |" in page
    for part, rows in PARTS.items():
        assert f"| `{part}.csv` | {len(rows)} |" in page
    for part, rows in MESSY.items():
        assert f"`{part}.csv` ({len(rows)} texts)" in page
    assert f"| `data/theme_texts/` | {len(EVERY)} invented questions" in (ROOT / "README.md").read_text("utf-8")
