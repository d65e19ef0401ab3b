"""Text that people see: the lines around an error, and foreign text made safe to show.

It imports nothing of the server.
"""
