"""What application modules leave behind while they run, and how it is removed.

`ledger` knows the owner of each effect (listener, timer, task, proxy) and ends it; `contributions` undoes in place
what a statement has put into lists, dicts and objects.
The folder may import the transaction, the module graph and `analysis`.
"""
