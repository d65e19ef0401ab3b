"""Reading JavaScript, pure.

Imports, exports and uses of `import.meta.hot`, found with tree-sitter.
The folder imports nothing of this package, and does no input and output.
"""
