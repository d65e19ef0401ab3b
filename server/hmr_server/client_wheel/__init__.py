"""The client's Python sources as wheels, made in memory.

`wheel` packs what is importable here; `minify` removes comments and docstrings.
The folder imports nothing of this package.
"""
