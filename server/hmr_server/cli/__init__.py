"""The command `hmr-server`.

It reads arguments and settings, starts the dev server, and builds the static folder.
Nothing imports this folder; it may import everything.
"""
