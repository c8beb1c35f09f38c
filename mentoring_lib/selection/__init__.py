"""Who gets a consultation, and why.

In: typed applications, marks, decisions, the frozen list. Out: state, rank, outcome and reason of every application.
Never: a file, an event, a place of a year that is not in the settings.

The front door is ``select.select``. In the order of the flow: ``eligibility.find_duplicates``,
``eligibility.determine_states``, ``scoring.summarise_anchors``, ``past.look_back``, ``lottery.draw_tickets``,
``allocation.rank``, ``allocation.allocate``; then ``final.find_blockers``, ``what_if.find_nearest``,
``reasons.give_reasons``; beside them ``contract``, ``agreement``, ``cues``, ``what_if``, ``sensitivity``. The rule
itself, on arrays, is ``rule``.
"""
