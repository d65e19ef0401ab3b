"""The way to the server: the protocol that each transport has, and the transport for CPython.

A runtime of one's own adds a class beside them. It imports `wire`, `eager`, `logger` and `exceptions`.
"""
