"""Identity: how live functions, classes and instances get their new version and stay the same object.

Every change goes through the transaction, so that it can be rolled back.
The folder may import `transaction`, the module graph and `analysis`.
"""
