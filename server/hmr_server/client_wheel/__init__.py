"""The client's Python sources as wheels, made in memory.

`wheel` packs what is importable here; `minify` removes comments, docstrings and types; `compiled` adds bytecode.
The folder may import the cache alone.
"""
