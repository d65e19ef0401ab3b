"""Runs changed statements of live modules, and reconciles what they bind with what was bound before.

`statement_runner` runs one, `code_patch` gives live functions new code where nothing has to run.
The folder may import everything below it; `update` decides which statements run.
"""
