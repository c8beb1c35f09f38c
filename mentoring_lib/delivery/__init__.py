"""What happened with each place: offered, booked, held, followed by recommendations.

In: events, recommendations, tasks, free hours. Out: places by state, the ledger by year, mentors and times proposed.
Never: a change of the ranking; it knows only the outcome it is given.

In the order of the flow: ``events.follow``, ``ledger.find_delivered``, ``ledger.keep_ledger``,
``ledger.next_in_line``, ``matching.match``, ``scheduling.propose_times``, ``due.find_due``.
"""
