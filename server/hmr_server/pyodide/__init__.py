"""Pyodide's files: found, downloaded, checked, compiled.

Pages get them from this server, with bytecode of the standard library and of the client.
The folder may import `client_wheel` and the cache.
"""
