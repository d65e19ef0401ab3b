"""The page without Python modules: stylesheets, overlay, console, ES modules, URLs, settings.

The folder may import the bridge and the FFI; it knows no module runner.
"""
