"""Which files may be served, and how.

`access` decides by directory and name; `static_files` makes responses; `globs` matches names.
The folder may import the HTML reader and the configuration; who may ask is `admission`'s.
"""
