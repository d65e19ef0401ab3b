"""Which files may be served, and how.

`access` decides by host, origin, token and name; `static_files` makes responses; `globs` matches names.
The folder may import the configuration.
"""
