"""The only door to what is published: figures, disclosure control, evidence, privacy.

In: tables of the other rooms. Out: counts without a person, and the rows that prove each.
Never: a name, an address or a count that lets a reader work out one applicant.

In the order of the flow: ``figures.select_supported``, ``figures.gather_figures``, ``disclosure.find_hidden``,
``evidence_trail.trace_figures``, ``privacy.make_guard``.
"""
