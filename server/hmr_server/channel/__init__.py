"""The hot channel: who is connected, what is pushed to them, and what they say.

`journal` numbers the pushes, `channel` sends them, `connections` speaks WebSocket and server-sent events.
The folder may import `files`, the configuration and the core's wire format; it knows no module and no page.
"""
