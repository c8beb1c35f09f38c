"""The ground floor: words, columns, settings, problems, typed rows. Knows no other room.

In: nothing but text. Out: what every other room speaks in. Never: a file (but the settings), a clock, a network.

In the order of use: ``texts.fold``, ``texts.plural``, ``columns.SHEETS``, ``programme.read_programme``,
``problems.TEXTS``, ``problems.Problem``, ``rows.rows_of``, ``stamp.Stamp``.
"""
