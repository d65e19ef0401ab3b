"""Reading CSS, pure.

`references` finds `@import` and `url()`; `modules` gives classes local names.
The folder imports nothing of this package, and does no input and output.
"""
