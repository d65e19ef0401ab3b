"""How application modules are imported and entries are run.

`importer` is finder, loader and import hook; `entries` runs the program's entries; the module graph learns who imports whom.
The folder may import the module graph, the source, `effects` and `analysis`.
"""
