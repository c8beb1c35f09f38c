"""What changed after the hour: answers of each round, results, ratings then and now, tasks done.

In: days of the hours held, typed answers, results and tasks. Out: who is due for an answer, who has not answered,
results merged, how tasks stand. Never: anything inferred for a community that did not answer.

In the order of the flow: ``look_back.look_back``, ``look_back.ask``, ``look_back.merge_results``,
``look_back.follow_tasks``, ``checks.check_answers``.
"""
