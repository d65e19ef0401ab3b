"""``python -m hmr_server`` is ``hmr-server``."""

from hmr_server.cli import main

if __name__ == "__main__":
    main(prog_name="hmr-server")
