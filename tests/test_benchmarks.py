"""The benchmark runs, and the work keeps its promised growth: operations are counted, never seconds.

Two things are counted, since each alone can be fooled: function calls (a loop over pairs of rows) and bytes at peak
(an array of pairs, made in one call).
"""

import cProfile
import importlib
import json
import pstats
import sys
import tracemalloc

import pandas as pd
import pytest

from benchmarks.bench import list_matchings, value
from benchmarks.generate import PLACES, make_instance, make_scored, write_csv
from benchmarks.harness import FOLDER, Job, Measured, growth, measure
from benchmarks.programmes import write_programme
from mentoring_lib import workflow
from mentoring_lib.app import check, outputs
from mentoring_lib.base.programme import read_programme
from mentoring_lib.documents import hours, letters
from mentoring_lib.intake.applications import read_applications
from mentoring_lib.selection import allocation, eligibility, lottery, scoring
from mentoring_lib.selection.what_if import find_nearest
from mentoring_lib.workflow import ROOT, evaluate, read_inputs

PROGRAMME = read_programme(workflow.EXAMPLE / "programme.toml")
DECISIONS = check.no_decisions(PROGRAMME)
SIZES, MOST = (1_000, 10_000), 1.2  # rows, exponent of n


def load(path):
    return read_applications([path], PROGRAMME)[0]


def find_duplicates(applications):
    return eligibility.find_duplicates(applications, DECISIONS)


def decide(applications):
    states = eligibility.determine_states(applications, eligibility.find_duplicates(applications.iloc[:0], DECISIONS),
                                          DECISIONS, PROGRAMME)  # fmt: skip
    scored = scoring.score_novelty(states, DECISIONS, new_from=PROGRAMME.new_from)
    scored = scored.assign(clarity=pd.Series([number % 25 for number in range(len(scored))], dtype="object"))
    drawn = lottery.draw_tickets(scored, seed="1" * 20, call="X")
    ranked = allocation.rank(allocation.grade(drawn, PROGRAMME.rule))
    return allocation.allocate(drawn, ranked, PROGRAMME.places, DECISIONS)


def count_calls(work, argument):
    profile = cProfile.Profile()
    profile.runcall(work, argument)
    return pstats.Stats(profile).total_calls


def count_bytes(work, argument):
    tracemalloc.start()
    work(argument)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    folder = tmp_path_factory.mktemp("growth")
    return {count: write_csv(folder / f"{count}.csv", count) for count in SIZES}


@pytest.fixture(scope="module")
def tables(paths):
    return {count: load(path) for count, path in paths.items()}


@pytest.mark.parametrize("count", [count_calls, count_bytes])
def test_loading_grows_with_the_rows(paths, afresh, count):
    assert growth({size: count(load, path) for size, path in paths.items()}) < MOST


@pytest.mark.parametrize("count", [count_calls, count_bytes])
@pytest.mark.parametrize("work", [find_duplicates, decide])
def test_selecting_grows_with_the_rows(tables, afresh, work, count):
    assert growth({size: count(work, table) for size, table in tables.items()}) < MOST


WHOLE = (16, 64)  # applications of whole programmes
STEPS = {
    "evaluate": lambda inputs, results: evaluate(inputs),
    "nearest": lambda inputs, results: find_nearest(results.decided, results.entry_anchors, inputs.programme),
    "firmness": lambda inputs, results: type(results).firmness.func(results),
    "selection": outputs.make_selection_files,
    "letters": outputs.make_letter_files,
    "delivery": outputs.make_delivery_files,
    "trace": outputs.make_trace_files,
    "privacy": lambda inputs, results: outputs.refuse_personal_data({}, inputs, results),
    "public": outputs.make_public_files,
}


@pytest.fixture(scope="module")
def programmes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("programmes")
    inputs = {size: read_inputs(write_programme(folder / str(size), size)) for size in WHOLE}
    return {size: (every, evaluate(every)) for size, every in inputs.items()}


def test_an_invented_programme_is_final_and_raises_no_question(programmes):
    for size, (inputs, results) in programmes.items():
        assert results.final
        assert results.problems == ()
        assert results.decided["outcome"].value_counts().to_dict() == {"place": size // 2, "waiting": size // 2}
        assert results.places["use"].eq("delivered").sum() == size // 4
        assert len(inputs.applications) == size


@pytest.mark.parametrize(
    ("step", "count"),
    [*((step, count_calls) for step in STEPS), ("nearest", count_bytes), ("firmness", count_bytes)],
)
def test_each_step_of_a_whole_run_grows_with_the_applications(programmes, afresh, monkeypatch, step, count):
    for module, name in ((letters, "make_document"), (hours, "make_document")):  # one each, whatever is in it
        monkeypatch.setattr(module, name, lambda *parts, **words: repr(parts).encode())
    used = {size: count(lambda both: STEPS[step](*both), both) for size, both in programmes.items()}
    assert growth(used) < MOST


@pytest.mark.parametrize(
    ("work", "count"),
    [
        (lambda rows: [[abs(other) for other in range(rows)] for _ in range(rows)], count_calls),
        (lambda rows: bytes(rows * rows), count_bytes),
    ],
)
def test_all_pairs_would_be_noticed(work, count):
    assert growth({size: count(work, size) for size in (100, 1_000)}) > 1.8


def test_the_invented_field_is_the_same_every_time():
    assert make_scored(50).equals(make_scored(50))
    assert make_instance(30, 2) == make_instance(30, 2)


def test_growth_is_the_exponent_of_n():
    assert growth({10: 2.0, 100: 200.0, 1_000: 20_000.0}) == pytest.approx(2)
    assert growth({10: 1.0}) is None


def test_every_job_of_the_workbook_still_works(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")  # as a script finds its neighbours
    jobs = importlib.import_module("jobs").JOBS
    (pairs := tmp_path / "pairs.json").write_text(json.dumps(make_instance(30, 2)), "utf-8")
    given = {"rank": 30, "match": str(pairs), "draw": [[*PLACES] * 10, 3]}
    table = str(write_csv(tmp_path / "30.csv", 30))
    assert all(job(given.get(name, table))() is not None for name, job in jobs.items())
    assert len(jobs) == 7


def test_candidates_that_fail_or_are_missing_say_so():
    found = measure(
        {"broken": Job("jobs.py", "no such job"), "missing": Job("peers.py", "sortition", python="no-such-python")},
        2,
        60,
    )
    assert "no such job" in found["broken"].note
    assert found["missing"].note.startswith("not installed")


def test_a_matching_is_judged_by_who_is_served_and_what_pairs_earn():
    told = {"wanted": [[1, 2], [1]], "known": [[1, 2], [1]], "conflicts": [[1, 1]], "room": 2}
    told |= {"theme_points": 6, "load_points": 1}
    assert value([0, 0], told) == (2, 17)
    assert value([1, -1], told) == (1, 6)
    with pytest.raises(ValueError, match="not a matching"):
        value([0, 1], told)


def test_a_rival_that_took_too_long_keeps_its_line(tmp_path):
    (path := tmp_path / "told.json").write_text(json.dumps(make_instance(30, 2)), "utf-8")
    late = Measured(None, result=5.0, note="took longer than 5 s")
    found = {"match": {(30, 2): measure({"ours": Job("jobs.py", "match", str(path))}, 1, 60)["ours"]}}
    found |= {name: {(30, 2): late} for name in ("mentor_match", "hospital_resident")}
    own, *others = list_matchings(found)
    assert own[3:5] == ("30", "100.0%")
    assert [line[2:5] for line in others] == [("took longer than 5 s", "–", "–")] * 2


ENDLESS = """
import itertools, sys
sys.path.insert(0, {folder!r})
from child import serve
serve({{"endless": lambda _: lambda: all(True for _ in itertools.count())}})
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows counts no seconds of the processor here")
def test_what_takes_too_long_is_stopped_and_keeps_the_seconds_it_was_given(tmp_path):
    (script := tmp_path / "endless.py").write_text(ENDLESS.format(folder=str(FOLDER)), "utf-8")
    late = measure({"rival": Job(str(script), "endless")}, 2, 0.4)["rival"]
    assert (late.seconds, late.result) == (None, 0.4)
    assert late.note.startswith("took longer than")
