"""What goes to people: letters, report, recommendations, invitations, marking sheets, what a new programme starts with.

In: results and figures. Out: documents as bytes. Never: a fact that no table holds.

``marking_sheets``, ``letters``, ``hours``, ``invitations``, ``funder_report``, ``new_programme``.
"""
