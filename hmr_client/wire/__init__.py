"""What travels between client and server: payloads, events, and their form in JSON.

Nothing else of the core knows a key of a message. It imports `exceptions` only.
"""
