"""The page without Python modules: stylesheets, overlay, console, ES modules, URLs, settings.

The folder may import the FFI; it knows no module runner.
"""
