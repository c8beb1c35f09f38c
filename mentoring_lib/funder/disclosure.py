"""Small counts that leave the house: hidden, with as many others as it takes that nobody can work them out.

A count of 1 or 2 points at people. Published are margins alone, each the parts of one total that is told: the mark
stands for a count of 1 or 2, for one of which all but 1 or 2 are public elsewhere, and for as many others as leave the
reader more than one value for each. All hidden counts look alike, so the mark itself tells nothing.

A margin is protected for its own day. Two days side by side may tell what one of them hides, so which rows are joined
is fixed in the settings, and the handbook asks to publish the report of one day only.
"""

from collections.abc import Sequence

HIDDEN = "c"
MIN_SHOWN = 3  # applications: anything below, but for 0, is hidden


def is_small(count: int) -> bool:
    """Whether a count would point at people."""
    return 0 < count < MIN_SHOWN


def find_hidden(counts: Sequence[int], public: Sequence[int]) -> list[bool]:
    """Which parts of a published total must not be published themselves.

    Parameters
    ----------
    counts : sequence of int
        Parts that add up to the total; a total that is small itself is not published, and none of its parts is.
    public : sequence of int
        How many of each everybody knows anyway (supported communities by municipality). What is left of a count
        without them is protected like the count itself.

    Notes
    -----
    A reader knows the sum of the hidden counts and that none is below its public part. So each may be one more and
    another one less, unless one is hidden alone or nothing is left of any; then the smallest other is hidden too.
    """
    left = [count - known for count, known in zip(counts, public, strict=True)]
    whole = is_small(sum(counts))
    hidden = {at for at, count in enumerate(counts) if whole or is_small(count) or is_small(left[at])}
    others = sorted(set(range(len(counts))) - hidden, key=lambda at: (counts[at] == 0, counts[at], at))
    while hidden and others and (len(hidden) == 1 or not any(left[at] for at in hidden)):
        hidden.add(others.pop(0))
    return [at in hidden for at in range(len(counts))]
