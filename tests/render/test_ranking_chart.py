"""The ranking drawn as it was made: under every reading, with any number of places, before and after the lot."""

from dataclasses import replace
from itertools import pairwise

import pandas as pd
import pytest
from builders import SEED, allocated, decisions, programme, ranked, scored
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from mentoring_lib.base.columns import READING_SENTENCES, READINGS
from mentoring_lib.render import charts
from mentoring_lib.render import ranking_chart as rc
from mentoring_lib.render.palette import MARKS
from mentoring_lib.selection.allocation import allocate

LINES = ("A new 8", "B new 3", "C existing 9", "D existing 2", "E unclear –", "F new 5", "G existing 8", "H existing 8")
LONG = "Biedrība «Jaunmārupes daudzdzīvokļu māju iedzīvotāju atbalsta kopiena»"
SHAPES = pytest.mark.parametrize("narrow", [False, True], ids=["galds", "telefons"])


def decide(*lines, reading="taking_turns", seed=SEED, places=None, **changes):
    settled = programme(places=places or {2023: 1, 2024: 2}, rule__reading=reading, **changes)
    made = ranked(*lines, seed=seed, rule__reading=reading, **changes)
    return allocate(scored(*lines), made, settled.places, decisions(), settled.minimum_places), settled


def draw(*lines, narrow=False, **options):
    decided, settled = decide(*lines, **options)
    return rc.plot_ranking(decided.assign(community=decided["application_id"]), settled, narrow=narrow)


def words(ax):
    return [ax.figure.get_suptitle(), *(text.get_text() for text in ax.texts)]


def boxes(ax):
    """By rank: left edge, middle, and look of its box."""
    ranks = {text.get_position(): text.get_text() for text in ax.texts}
    found = {}
    for patch in ax.patches:
        if isinstance(patch, Rectangle) and patch.get_width() != 0.3:  # not of the key
            middle = (patch.get_x() + patch.get_width() / 2, patch.get_y() + 0.1)
            rank = next(told for (x, y), told in ranks.items() if abs(x - middle[0]) + abs(y - middle[1]) < 1e-9)
            look = (to_hex(patch.get_facecolor()).upper(), patch.get_hatch() or "", patch.get_linestyle() != "-")
            found.setdefault(rank, []).append((patch.get_x(), middle[1], look))
    return found


@SHAPES
@pytest.mark.parametrize("reading", READINGS)
def test_everyone_ranked_has_a_box_in_order_that_says_the_outcome(reading, narrow):
    decided, settled = decide(*LINES, reading=reading)
    found = boxes(rc.plot_ranking(decided, settled, narrow=narrow))
    order = decided.dropna(subset=["rank"]).sort_values("rank")
    heights = [found[f"{rank}."][0][1] for rank in order["rank"]]
    assert heights == sorted(heights)
    assert len(heights) == len(set(heights)) == len(LINES)
    for rank, outcome, year in zip(order["rank"], order["outcome"], order["place_year"], strict=True):
        kind = "open" if outcome == "waiting" else "done" if year == 2023 else "booked"
        assert found[f"{rank}."][0][2][:2] == (MARKS[kind].fill, MARKS[kind].hatch)


@pytest.mark.parametrize("reading", READINGS)
def test_each_queue_is_sorted_by_its_points(reading):
    entries = rc.list_entries(*decide(*LINES, reading=reading))
    assert {entry.queue for entry in entries} == ({"", "new", "existing"} if reading == "taking_turns" else {""})
    if reading == "taking_turns":
        for queue in ("new", "existing"):
            points = [float(one.points.replace(",", ".")) for one in entries if one.queue == queue]
            assert points == sorted(points, reverse=True)
            assert len(points) == {"new": 2, "existing": 3}[queue]


@pytest.mark.parametrize("reading", READINGS)
def test_priorities_are_counted_whatever_the_reading(reading):
    met = {entry.name: entry.met for entry in rc.list_entries(*decide_named(reading))}
    assert met == {"A": 2, "B": 1, "C": 1, "D": 0, "E": 0, "F": 1, "G": 1, "H": 1}


def decide_named(reading):
    decided, settled = decide(*LINES, reading=reading)
    return decided.assign(community=decided["application_id"]), settled


def test_the_queues_stand_apart_and_are_joined_rank_by_rank():
    decided, settled = decide(*LINES, places={2023: 3})
    ax = rc.plot_ranking(decided, settled)
    found = boxes(ax)
    left = {rank: box[0][0] for rank, box in found.items()}
    entries = rc.list_entries(decided, settled)
    sides = {entry.rank: entry.queue for entry in entries}
    assert {left[rank] for rank, side in sides.items() if side == "new"} < {left[rank] for rank in sides}
    joints = sum({one.queue, two.queue} == {"new", "existing"} for one, two in pairwise(entries))
    zips = [line for line in ax.lines if len(line.get_xdata()) == 2 and line.get_linestyle() == "-"]
    assert len(zips) == joints > 0


@SHAPES
def test_an_undrawn_tie_is_dashed_and_has_its_span(narrow):
    ax = draw("A existing 8", "B existing 8", "C existing 8", seed=None, places={2023: 1}, narrow=narrow)
    assert set(boxes(ax)) == {"1.–3."}
    assert all(look[2] for *_, look in boxes(ax)["1.–3."])
    assert "izšķirs izloze" in words(ax)
    assert not any("te beidzas" in text for text in words(ax))


def test_no_line_joins_what_the_lot_has_not_ordered():
    ax = draw("A existing 8", "B new 3", seed=None, places={2023: 1})
    assert not [line for line in ax.lines if len(line.get_xdata()) == 2 and line.get_linestyle() == "-"]


def test_brackets_name_years_with_their_ranks_and_cuts_name_the_year():
    told = words(draw(*LINES))
    assert "2023. gads" in told
    assert "2 konsultācijas, 2.–3." in told
    assert "5 kopienas, 4.–8." in told
    assert [text for text in told if text.startswith("te beidzas")] == [
        "te beidzas 2023. gada konsultācijas",
        "te beidzas 2024. gada konsultācijas",
    ]


def test_nobody_waits_and_no_line_is_drawn_at_the_end():
    told = words(draw("A new 8", "B new 9", places={2023: 2}))
    assert not any("gaida" in text or "te beidzas" in text for text in told)
    assert any("Konsultāciju saņem visas 2 kopienas: 2 atbilst abām prioritātēm" in text for text in told)


def test_a_place_by_a_minimum_is_marked_and_its_year_not_cut_before_it():
    lines = ("A new 9", "B new 8", "C new 7")
    settled = programme(places={2023: 2}, minimum_places={"Olaines novads": 1})
    table = scored(*lines).assign(municipality=["Mārupes novads", "Mārupes novads", "Olaines novads"])
    decided = allocate(table, ranked(*lines, seed=SEED), settled.places, decisions(), settled.minimum_places)
    told = words(rc.plot_ranking(decided, settled))
    assert any(text.endswith("minimums") for text in told)
    assert not any("te beidzas" in text for text in told)


@pytest.mark.parametrize(
    ("groups", "title"),
    [
        ([], "Secībā vēl nav nevienas kopienas"),
        ([(2, 2023)], "Konsultāciju saņem 1 kopiena, visa secība: 1 atbilst abām prioritātēm"),
        ([(2, 2023)] * 2, "Konsultāciju saņem visas 2 kopienas: 2 atbilst abām prioritātēm"),
        ([(1, 2023)] * 11, "Konsultāciju saņem visas 11 kopienas: 11 atbilst vienai prioritātei"),
        (
            [(2, 2023)] * 6 + [(1, 2024)] * 8 + [(0, "waiting")] * 7,
            "Konsultāciju saņem 14 no 21 kopienas: 6 atbilst abām prioritātēm, 8\u00a0–\u00a0vienai",
        ),
        ([(0, 2023), (0, "waiting")], "Konsultāciju saņem 1 no 2 kopienām: 1 neatbilst nevienai prioritātei"),
        ([(0, "lot")] * 21, "Par 21 kopienu izšķirs izloze"),
        ([(0, "lot")] * 11, "Par 11 kopienām izšķirs izloze"),
        ([(1, "waiting")] * 2, "Konsultāciju nesaņem neviena no 2 kopienām"),
        (
            [(2, 2023), (1, "lot"), (1, "lot")],
            "Konsultāciju saņem 1 no 3 kopienām: 1 atbilst abām prioritātēm; par 2 kopienām izšķirs izloze",
        ),
    ],
)
def test_the_title_is_the_answer(groups, title):
    entries = [rc.Entry(f"{n}.", "A", "8", met, "", group, dashed=False) for n, (met, group) in enumerate(groups, 1)]
    assert rc.sum_up(entries) == title


def test_the_example_says_who_was_ordered_by_lot_and_who_is_not_in_the_picture(results):
    told = " ".join(words(rc.plot_ranking(results.decided, results.programme)))
    assert "Izloze starp rindām: abu rindu kārtējās kopienas ir pāris; kura no tām pirmā, izšķīra izloze 30.08" in told
    assert "Izloze starp vienādiem: kurā secībā ir vienas rindas kopienas ar vienādiem punktiem, izšķīra" in told
    assert "Pēc šīm gaida 2 kopienas, kas pieteicās pēc termiņa." in told
    assert "3 pieteikumi atlasē nepiedalās: ārpus novadiem, bez piekrišanas, atkārtots." in told


def test_what_is_not_settled_is_told_beside_the_ranking():
    table = scored("A new 8", "B new 8").assign(state=["eligible", "unsettled"])
    decided = allocate(table, ranked("A new 8"), {2023: 1}, decisions())
    told = rc.describe_absent(decided)
    assert told.startswith("Vēl jāizlemj un secībā nav: 1 pieteikums. Kad tas būs izdarīts, secība var mainīties")


@SHAPES
def test_each_lot_is_named_once_beside_whom_it_put_first(results, narrow):
    told = words(rc.plot_ranking(results.decided, results.programme, narrow=narrow))
    rows = [f"izloze starp rindām: {rank}. pirms {rank + 1}." for rank in (7, 9, 11, 13, 15, 17)]
    equal = ["14. pirms 16.", "16. aiz 14.", "20. pirms 21.", "21. aiz 20."]
    named = [text for text in told if text.startswith("izloze starp")]
    assert sorted(named) == sorted([*rows, *(f"izloze starp vienādiem: {text}" for text in equal)])


def test_only_a_drawn_pair_is_joined_by_a_thick_line(results):
    lines = [line for line in rc.plot_ranking(results.decided, results.programme).lines if line.get_linewidth() == 2.4]
    assert len(lines) == 6
    assert {line.get_color() for line in lines} == {rc.INK}


def test_the_lines_are_explained_where_a_drawn_pair_is_joined(results):
    def explained(ax):
        thick = any(line.get_linewidth() == 2.4 for line in ax.lines)
        told = [text for text in words(ax) if text.startswith("Bieza līnija")]
        assert told in ([], ["Bieza līnija savieno pāri, ko sakārto izloze; tieva ved pie nākamā pāra."])
        return thick, bool(told)

    assert explained(rc.plot_ranking(results.decided, results.programme)) == (True, True)
    assert explained(draw(*LINES, seed=None)) == (False, False)  # the lot has ordered nothing yet
    assert explained(draw("A new 9", "B new 8")) == (False, False)
    assert explained(draw("A new 3", "B new 2")) == (False, False)  # one queue is empty
    assert explained(draw("A new 3", "B existing 9")) == (True, True)


@SHAPES
def test_the_key_says_in_words_what_each_look_of_a_box_means(narrow):
    def key(*lines, **options):
        told = words(draw(*lines, narrow=narrow, **options))
        return [text for text in told if " – " in text and text.split(" –")[0].split(",")[0] in KEY]

    year, later, waits = "pildīts – konsultācija 2023. gadā", "svītrots – konsultācija 2024. gadā", "tukšs – gaida"
    assert key(*LINES) == [year, later, waits]
    assert key("A new 9", "B new 8", places={2023: 2}) == [year]
    assert key("A new 9", "B new 8", places={2023: 1}) == [year, waits]
    assert key("A new 9", "B new 8", places={2023: 0, 2024: 0}) == [waits]
    assert key("A new 8", "B new 8", places={2023: 1}, seed=None) == ["pārtraukta mala – izšķirs izloze"]
    many = {2023: 1, 2024: 1, 2025: 1}
    assert key("A new 9", "B new 8", "C new 7", places=many) == [year, "svītrots – konsultācija 2024., 2025. gadā"]


KEY = ("pildīts", "svītrots", "tukšs", "pārtraukta mala")


@pytest.mark.parametrize(
    ("lines", "about"),
    [
        (("A new 3", "B existing 8"), "divas rindas pa pāriem: kura no pāra pirmā, izšķir izloze"),
        (("A new 3", "B new 2", "C existing 3"), "pēc punktiem"),
        (("A new 9", "B existing 8"), "pēc punktiem"),
    ],
)
def test_pairs_are_told_only_where_both_queues_have_someone(lines, about):
    told = words(rc.plot_ranking(*decide(*lines)))
    assert told[told.index("VIENA PRIORITĀTE") + 1] == about
    assert any("pa pāriem" in text for text in told) == ("pa pāriem" in about)


@SHAPES
def test_why_not_the_first_of_those_who_wait_stands_below(results, narrow):
    told = " ".join(words(rc.plot_ranking(results.decided, results.programme, narrow=narrow))).replace("\n", " ")
    assert "no 3, nevis 1, kritērijā «Konkrēts jautājums»: kopā 5 no 12, nevis 3." in told
    assert "Kāpēc ne 16.? Būtu pieticis ar mazāku izlozes numuru." in told
    assert "Kāpēc ne 14.?" not in told
    marked = rc.plot_ranking(results.decided, results.programme, narrow=narrow, window=(10, 16))
    assert not any("Kāpēc" in text for text in words(marked))


def test_a_reason_is_told_once_of_the_first_three():
    waits = [rc.Entry(f"{n}.", "A", "8", 1, "", "waiting", dashed=False, nearest="Vārds.") for n in (1, 2, 3, 4)]
    assert rc.explain_waiting(waits) == [f"Kāpēc ne {n}.? Vārds." for n in (1, 2, 3)]
    assert rc.explain_waiting([]) == rc.explain_waiting([replace(waits[0], nearest="")]) == []
    assert len(rc.explain_waiting([waits[0]] * 3)) == 1  # before the lot several have one rank and one reason


@SHAPES
def test_what_depends_on_choices_is_marked_and_explained(results, narrow):
    marks = rc.mark_contested(results.firmness)
    told = words(rc.plot_ranking(results.decided, results.programme, narrow=narrow, marks=marks))
    contested = results.firmness.loc[results.firmness["verdict"].eq("contested"), "community"]
    assert {text.strip("± ") for text in told if "±" in text and "–" not in text} == set(contested)
    lead = " ".join(text.replace("\n", " ") for text in told)
    assert "± – iznākumu varētu mainīt citi noteikumi, punkti vai izloze; bez zīmes – noteikts." in lead
    assert not any("±" in text for text in words(rc.plot_ranking(results.decided, results.programme, narrow=narrow)))


@SHAPES
@pytest.mark.parametrize("name", [LONG, "Ļ" * 70, "x" * 100_000, "漢" * 18, "a\nb", "\u202eb\x00", ""])
def test_a_long_name_has_two_lines_and_cuts_nothing(name, narrow):
    decided, settled = decide("A new 8", "B existing 7", "C new 5", places={2023: 1})
    ax = rc.plot_ranking(decided.assign(community=[name, name, "C"]), settled, narrow=narrow)
    assert max(text.count("\n") for text in words(ax)[1:]) <= 1
    ax.figure.draw_without_rendering()
    for text in (ax.figure._suptitle, *ax.texts):
        extent = text.get_window_extent()
        assert ax.figure.bbox.x0 - 1 <= extent.x0
        assert extent.x1 <= ax.figure.bbox.x1 + 1


@SHAPES
def test_no_two_texts_of_the_example_overlap(results, narrow):
    ax = charts.sign(rc.plot_ranking(results.decided, results.programme, narrow=narrow), results.stamp.short())
    ax.figure.draw_without_rendering()
    texts = [text for text in (ax.figure._suptitle, ax.figure._supxlabel, *ax.texts) if text.get_text()]
    extents = [text.get_window_extent() for text in texts]
    for number, one in enumerate(extents):
        assert not any(one.overlaps(other) for other in extents[number + 1 :]), texts[number]


def many(count):
    decided = allocated("A new 8", places={2023: 1})
    table = pd.concat([decided] * count, ignore_index=True)
    places = ["place"] * 100 + ["waiting"] * (count - 100)
    return table.assign(rank=range(1, count + 1), community=[f"Nr{n + 1}" for n in range(count)], outcome=places)


@SHAPES
def test_three_hundred_show_the_rows_around_the_cut_and_say_so(narrow):
    ax = rc.plot_ranking(many(300), programme(places={2023: 100}), narrow=narrow)
    told = words(ax)
    assert "56." in told
    assert "115." in told
    assert not {"55.", "116."} & set(told)
    assert "no 56. līdz 115. no 300" in " ".join(told)
    assert "100 konsultācijas, 1.–100." in told  # of all, not of those in the picture
    assert "200 kopienas, 101.–300." in told
    assert ax.figure.get_size_inches()[1] < 30


@pytest.mark.parametrize(("count", "places", "window"), [(60, 10, (0, 60)), (61, 10, (0, 60)), (300, 300, (240, 300))])
def test_the_window(count, places, window):
    assert rc.find_window(count, places) == window


def test_those_who_gain_or_lose_are_marked_beside_their_names():
    decided, settled = decide("A new 8", "B existing 7", places={2023: 1})
    told = words(rc.plot_ranking(decided, settled, marks={"B": "▲"}, window=(1, 2)))
    assert any(text.endswith("▲") for text in told)
    assert "1." not in told


def test_a_dollar_sign_is_not_mathematics():
    decided, settled = decide("A new 8", places={2023: 1})
    picture = charts.render(rc.plot_ranking(decided.assign(community="$x^2$ un $y$"), settled), "svg").decode("utf-8")
    assert "$x^2$ un $y$" in picture  # matplotlib writes each text into a comment beside its outlines


@pytest.mark.filterwarnings("error")
@SHAPES
def test_nobody_is_ranked_and_it_is_drawn_all_the_same(narrow):
    ax = rc.plot_ranking(allocated(places={2023: 1}), programme(), narrow=narrow)
    assert charts.render(ax, "png").startswith(b"\x89PNG")
    assert charts.describe_chart(ax).title == "Secībā vēl nav nevienas kopienas"


@pytest.mark.parametrize(
    ("count", "all_served", "none_served"),
    [
        (0, "Secībā vēl nav nevienas kopienas", "Secībā vēl nav nevienas kopienas"),
        (1, "saņem 1 kopiena, visa secība: 1 ", "neviena no 1 kopienas"),
        (2, "saņem visas 2 kopienas: 2 ", "neviena no 2 kopienām"),
        (11, "saņem visas 11 kopienas: 11 ", "neviena no 11 kopienām"),
        (21, "saņem visas 21 kopienas: 21 ", "neviena no 21 kopienas"),
        (101, "saņem visas 101 kopienas: 101 ", "neviena no 101 kopienas"),
    ],
)
def test_titles_agree_with_their_count(count, all_served, none_served):
    def entries(group):
        return [rc.Entry(f"{rank}.", "A", "8", 2, "", group, dashed=False) for rank in range(1, count + 1)]

    assert all_served in rc.sum_up(entries(2023))
    assert none_served in rc.sum_up(entries("waiting"))
    head, small = rc.describe_run("waiting", [f"{rank}." for rank in range(1, count + 1)] or ["–"])
    assert head == "gaida"
    assert small.split(",")[0] == f"{max(count, 1)} kopiena{'s' if max(count, 1) % 10 != 1 or count == 11 else ''}"


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("reading", READINGS)
def test_the_picture_names_the_order_it_shows(reading, narrow):
    decided, settled = decide("A new 8", "B existing 7", places={2023: 1}, reading=reading)
    told = " ".join(words(rc.plot_ranking(decided, settled, narrow=narrow)))
    named = {name for name, sentence in READING_SENTENCES.items() if f"Secība: {sentence}." in told}
    assert named == ({reading} if reading != "taking_turns" else set())
