"""What a dev server understands without a plugin of the user's, as plugins on the same protocol."""
