"""The connection to the dev server: WebSocket or server-sent events, reconnect, the sign in the page.

The folder may import `page`, the bridge and the FFI.
"""
