"""What application modules leave behind while they run: listeners, timers, tasks, proxies.

The ledger knows the owner of each effect, and ends it when its module or statement goes.
The folder may import the transaction and the module graph.
"""
