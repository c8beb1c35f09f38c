"""How things look: tables, charts, XLSX, DOCX, PDF, HTML, all made in memory, the same bytes each time.

In: tables and texts. Out: bytes. Never: a figure of its own, a file on a disk.

``tables.present``, ``charts``, ``layout``, ``xlsx.make_workbook``, ``docx.make_document``, ``pdf.make_pdf``,
``html.wrap_page``, ``entry_workbook.make_fillable``.
"""
