"""``python -m hmr_server`` is ``hmr-server``."""

from .cli.main import main

if __name__ == "__main__":
    main(prog_name="hmr-server")
