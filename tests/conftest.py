"""One pace for all property tests: the same examples in every run, no clock, a quick answer when one fails."""

from hypothesis import Phase, settings

settings.register_profile(
    "promises", max_examples=30, deadline=None, derandomize=True, database=None, phases=[Phase.generate]
)
settings.load_profile("promises")
