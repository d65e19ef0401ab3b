"""Modules as they are served: resolve, load, transform, update.

`environment` puts the parts together and is what the HTTP side and the watcher ask.
The folder may import pages, plugins, the module graph and what is below them.
"""
