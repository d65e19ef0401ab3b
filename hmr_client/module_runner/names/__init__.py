"""Which names an update makes dirty, and which statements, functions and classes read them.

It decides and marks; running a statement is `execution`'s. It imports the folders below: `planning` down to `analysis`.
"""
