"""HTML pages: what the server adds to them, and what an edit of one means.

The folder may import the built-in plugins and what is below them; it knows no HTTP.
"""
