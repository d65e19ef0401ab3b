"""`python -m hmr_server` is `hmr-server`."""

from __future__ import annotations

from .cli.main import main

if __name__ == "__main__":
    main(prog_name="hmr-server")
