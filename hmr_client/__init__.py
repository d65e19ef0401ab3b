"""Hot module replacement in pure Python: the core, which knows no browser, no server, no socket and no clock."""
