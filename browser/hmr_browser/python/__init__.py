"""Python modules in the page: sources, data files, packages, output, errors, side effects, the badge.

The folder may import `page`, the bridge, the FFI and the core's module runner.
"""
