"""Identity of functions: a live function gets the code of its new version, or calls it, wherever it is held.

Every change goes through the transaction, so that it can be rolled back.
The folder may import `transaction`, the module graph and `analysis`; what concerns classes is in `classes`.
"""
