"""Who gets a consultation, and why.

In: typed applications, marks, decisions, the frozen list. Out: state, rank, outcome and reason of every application.
Never: a file, an event, a place of a year that is not in the settings.

In the order of the flow: ``duplicates.find_duplicates``, ``eligibility.determine_states``,
``scoring.summarise_anchors``, ``lottery.draw_tickets``, ``allocation.rank``, ``allocation.allocate``,
``nearest_change.find_nearest``, ``reasons.give_reasons``, ``final.find_blockers``; beside them ``agreement``, ``cues``,
``what_if``, ``sensitivity``.
"""
