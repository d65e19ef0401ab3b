"""The module graph, and how an update propagates through it.

`hot_update` and `propagation` are pure: they return values. `resolve` and `node_packages` find files.
The folder may import `files`, the JavaScript reader and the core's payloads.
"""
