"""Reading HTML, pure.

`document` finds scripts, styles and links in a text; `difference` compares two versions of a page.
The folder imports nothing of this package.
"""
