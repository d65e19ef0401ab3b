"""Reading Python's text: statements, outlines, differences, names read and bound.

Pure: no live object of the user's program is seen here.
The folder imports nothing else of the module runner.
"""
