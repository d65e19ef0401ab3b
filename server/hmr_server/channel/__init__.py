"""The hot channel: the connected clients, the pushes to them, and their messages.

`journal` numbers the pushes, `hot_channel` sends them, `connections` carries them by WebSocket and server-sent events.
The folder may import `admission`, the configuration and the core's wire format; it knows no module and no page.
"""
