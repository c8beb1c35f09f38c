"""From files to typed applications and typed sheets.

In: form exports, marking sheets, the tracking workbook. Out: tables that remember file, sheet and row, and problems.
Never: a guess, an edit of her files, a decision.

In the order of the flow: ``file_safety.inspect``, ``spreadsheets.take_sheets``,
``text_files.take_columns``, ``loading.read_all``, ``moments.parse_moments``, ``cleaning.clean_table``,
``applications.read_applications``.
"""
