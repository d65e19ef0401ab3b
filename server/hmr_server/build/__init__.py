"""The static folder that `hmr-server build` writes.

It copies pages and assets, and packs Python modules and data into one archive.
It may import `environment`, for plugins, and what is below it; it knows no server.
"""
