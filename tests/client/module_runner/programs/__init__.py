"""Programs of real shapes, and edits of them (see `program`)."""
