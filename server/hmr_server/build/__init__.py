"""The static folder that `hmr-server build` writes.

It copies pages and assets, and packs Python modules and data into one archive.
It may import `python`, `client`, `pyodide` and `files`; it knows no server.
"""
