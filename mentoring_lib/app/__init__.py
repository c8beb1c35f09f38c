"""What she touches: start page, widgets, notebooks, command line, menu; the only room that writes files.

In: words of a command line. Out: files in ``reports/``, sentences, exit codes. Never: a rule.

``cli.main``, ``cli_menu.run_menu``, ``check.check_file``, ``outputs.make_files``, ``writing.write_all``,
``start_page.make_start_body``, ``notebook_process.start_notebooks``, ``lab.open_lab``, ``erasing.plan_erasure``.
"""
