"""`python -m hmr_server` is `hmr-server`."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    try:
        from .cli.main import main
    except ModuleNotFoundError as error:
        if error.name not in {"click", "rich", "uvicorn"}:
            raise
        sys.exit(f"hmr_server: the command needs {error.name}: pip install hmr-server")
    main(prog_name="hmr-server")
