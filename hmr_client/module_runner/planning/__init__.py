"""What an update will do: a pure function from old and new sources and the module graph to steps.

Each step has a tier and a reason that a person can read.
The folder may import `imports`, `effects`, `analysis` and the module graph; it runs no code of the user's.
"""
