"""What a dev server understands without a plugin of the user's, as plugins on the same protocol.

Each file is one kind of module: stylesheets, JSON, assets, Python, inline scripts of pages.
The folder may import `python`, the plugin protocol and what is below them.
"""
