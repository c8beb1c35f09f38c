"""Mentoring for communities of residents: from a form export to the funder's report.

Rooms in the order of the flow; each imports only from those above it, and the middle five do not know each other.

    base         words, columns, settings, problems, typed rows
    intake       files to typed tables that remember file, sheet and row
    selection    rule, lot, places, reasons
    delivery     events, ledger, mentors, times
    themes       suggested, confirmed, explored
    outcomes     what changed after the hour: answers, results, ratings, tasks
    funder       figures, disclosure, evidence, privacy: the only door to what is published
    workflow     the one path through the rooms: ``read_inputs``, ``evaluate``
    render       tables, charts, XLSX, DOCX, PDF, HTML
    documents    letters, report, recommendations, marking sheets
    app          start page, notebooks, writing, command line, menu

Begin with :func:`workflow.read_inputs` and :func:`workflow.evaluate`; each room's own docstring says what comes in,
what goes out and what it never does.
"""

__version__ = "0.1.0"
