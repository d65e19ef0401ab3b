"""What `make` runs: the project's commands, with nothing but the standard library."""
