"""Answers that people see: the project's pages and files, lists of directories, errors, what is missing.

May import what is beside it in `web/` but the request handler.
"""
