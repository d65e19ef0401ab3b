"""The project's Python: its modules and data files, the bundle for a page, installed packages.

It reads files and answers what pages ask for below `/@hmr/python`.
The folder may import `graph`, `watch`, `files` and what is below them; it knows no environment.
"""
