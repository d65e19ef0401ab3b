"""Published packages as applications: random edits of their sources, compared with fresh starts."""
