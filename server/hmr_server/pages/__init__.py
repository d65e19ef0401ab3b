"""HTML pages: what the server adds to them, and what an edit of one means.

The folder may import the plugin protocol, the module graph and the HTML reader.
It knows no HTTP.
"""
