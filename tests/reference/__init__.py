"""A second implementation of the written rule and of the ledger, to compare the library with.

It is slow and plain on purpose: the standard library only, lists, dicts, fractions and dataclasses, one function a
sentence of the rule, and nothing imported from the library. Where both differ on a random programme, one of them is
wrong.

``programme``
    What a programme is made of: the records both implementations start from.
``events``
    Events of one application, replayed.
``rule``
    States, novelty, clarity, ranking, lot, places by year, waiting list, what blocks.
``ledger``
    Places as of a day, the ledger by year, who is next in line, figures of a period.
``generate``
    Random programmes from a seed.
"""
