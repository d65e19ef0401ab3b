"""The disk: which files changed.

`snapshot` compares two looks at the disk; `watcher` reports one batch of changes for one save.
The folder may import `files.globs` alone.
"""
