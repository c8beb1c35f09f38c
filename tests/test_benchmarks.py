"""The benchmark runs, and the rule keeps its promised distance from one plain sort."""

from benchmarks.bench_rank import make_scored, measure

ROWS = 200_000  # a million is for the benchmark itself


def test_the_rule_takes_at_most_three_times_one_sort_of_the_same_keys():
    ratios = [ours / plain for ours, plain in (measure(ROWS) for _ in range(2))]
    assert min(ratios) < 3


def test_the_invented_field_is_the_same_every_time():
    assert make_scored(50).equals(make_scored(50))
