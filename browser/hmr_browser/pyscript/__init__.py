"""PyScript's pages: its scripts, configuration and files.

The folder may import `python`, `page` and the FFI.
"""
