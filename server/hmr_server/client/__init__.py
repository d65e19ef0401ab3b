"""What a page loads of this project: the client's script, its parts, and the URLs of both.

The folder may import `pyodide`, `client_wheel`, `files` and the configuration.
"""
