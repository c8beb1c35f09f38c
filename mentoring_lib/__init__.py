"""Mentoring for communities of residents: from a form export to the funder's report.

The modules in the order of the flow; each imports only from those above it.

Underneath
    texts        Latvian text: folding, alphabetical order, dates, numbers, plurals
    columns      one list of columns, sheets and choices, with their Latvian words
    errors       what can be wrong and what to do, each sentence once
    programme    settings of one programme (``programme.toml``), frozen

Reading
    guarding     what a file really is, and whether it is safe to open
    sheets       cells of a spreadsheet, the old format in a process of its own
    loading      files to raw tables that remember file, sheet and row
    cleaning     raw cells to typed columns; codes of applications; corrections

Selecting
    eligibility  duplicates, decisions of a person, the state of each application
    checking     form exports to typed applications; one checked on its own, as plain data
    scoring      novelty, marks, clarity
    agreement    weighted kappa, and how strict each marker is
    cues         words that may point to what a text says; they decide nothing
    lottery      tickets and the frozen list
    allocation   tiers, ranking, places, waiting list, reasons
    variants     the rule run many times at once
    nearest      the nearest change that would have given a place
    sensitivity  how firm each place is, and what it hangs on

Following
    tracking     events, appointments, delivered consultations, the ledger
    matching     which mentor for which community: an exact optimum, pair by pair
    scheduling   free hours of the mentors, one proposed to each community
    agenda       what needs a person now, who and by when; places at risk; load
    suggesting   themes a text may be about, from a lexicon of stems; a person confirms
    themes       confirmed themes, counted
    disclosure   small counts hidden so that nobody can work them out
    exploring    themes from several sides: shares, pairs, supply, earlier calls
    reporting    the funder's figures and the stamp of every output
    tracing      the applications and entries behind each reported figure
    workflow     the whole flow once: ``read_inputs``, ``evaluate``

Showing
    privacy      looks for personal data in every text of every file
    tables       tables as people read them, in Latvian
    plotting     charts
    writing      files written whole or not at all; what a person edited stays
    export       XLSX, DOCX, PNG and SVG, made in memory
    fillable     workbooks for a person to fill in, with drop-down lists
    starting     what a new programme starts with: programme file, tracking workbook
    handover     recommendations and tasks as a document; starting points for mentors
    invitations  calendar invitations, updates and cancellations
    marking      marking sheets, one per marker
    letters      a letter to each applicant
    browsing     sliders, lists and a search that redraw an open notebook; writes nothing
    printing     the same parts as a tagged PDF
    report       the funder's report: its parts, tables and charts, from the figures alone
    outputs      what is made for whom: the internal workbook, the funder's files
    erasing      personal data out when its time is over, the figures kept
    desk         where the year stands, what waits, where everything lies
    pages        what a page looks like: one file that opens offline
    handbook     the handbook as one page
    notebooks    notebooks executed; their results without code; copies to work in
    press        the same in a process beside a run

``commands`` is what ``run.py`` calls; with ``writing`` it alone touches the clock, the environment and your files.

Start with ``workflow.evaluate(workflow.read_inputs())`` and look at its tables.
"""

__version__ = "0.1.0"
