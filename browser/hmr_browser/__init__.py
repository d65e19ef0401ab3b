"""The page: adapts the core of hot module replacement to a browser."""
