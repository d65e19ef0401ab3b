"""What differs between two versions of a page."""

import pytest

from hmr_server.html.difference import page_difference, python_source
from hmr_server.html.document import read_page

PY = '<script type="py">\n{}\n</script>'


def difference(old, new):
    return page_difference(old, read_page(old), new, read_page(new))


@pytest.mark.parametrize(
    ("old", "new", "python", "elsewhere"),
    [
        ("<script type=py>a</script>", "<script type=py>b</script>", {0: "b"}, False),
        ("<SCRIPT TYPE='PY'>a</SCRIPT>", "<SCRIPT TYPE='PY'>b</SCRIPT>", {0: "b"}, False),
        ("<script type=py worker>a</script>", "<script type=py worker>b</script>", {0: "b"}, False),
        ("<p>\n<script type=py>a</script>", "<p>\n<script type=py>b</script>", {0: "\nb"}, False),
        # dedented as PyScript does it, lines counted as in the page, line ends as in the browser
        (PY.format("  a\n\n    b"), PY.format("  a\n\n    c"), {0: "\na\n\n  c\n"}, False),
        (PY.format("\ta"), PY.format("\tb\n  c"), {0: "\nb\n  c\n"}, False),
        ("<p>\r\n<script type=py>a\r\nb</script>", "<p>\r\n<script type=py>a\r\nc</script>", {0: "\na\nc"}, False),
        # several: each by its number, and what has moved as well
        ("<script type=py>a</script><script type=py>b</script>", "<script type=py>a</script><script type=py>c</script>", {1: "c"}, False),
        ("<script type=py>a</script><script type=py>b</script>", "<script type=py>a\n</script><script type=py>b</script>", {0: "a\n", 1: "\nb"}, False),
        ("<script type=py src=x.py></script><script type=py>a</script>", "<script type=py src=x.py></script><script type=py>b</script>", {0: "b"}, False),
        # <py-script> holds text only
        ("<py-script>a</py-script>", "<py-script>b > c</py-script>", {0: "b > c"}, False),
        ("<py-script>a &lt; b</py-script>", "<py-script>a &lt; c</py-script>", None, False),
        ("<py-script>a</py-script>", "<py-script>a <b>c</b></py-script>", None, False),
        ("<script type=py>a</script><py-script>a &lt; b</py-script>", "<script type=py>a\n</script><py-script>a &lt; b</py-script>", {0: "a\n"}, False),
        # anything else
        ("<script type=py>a</script>", "<script type=py>a</script>", {}, False),
        ("<script type=py>a</script>", "<script type=py async>b</script>", {0: "b"}, True),
        ("<script type=py>a</script>", "<script type=py>b</script><p>", {0: "b"}, True),
        ("<script type=py>a</script>", "<script type=py>a</script><script type=py>b</script>", None, False),
        ("<script type=py>a</script><p>", "<p><script type=py>a</script>", {}, True),
        ("<script type=py>a</script>", "<script type=mpy>a</script>", None, False),
        ("<script type=mpy>a</script>", "<script type=mpy>b</script>", {}, True),
        ("<script type=py-editor>a</script>", "<script type=py-editor>b</script>", {}, True),
        ("<py-config>a</py-config>", "<py-config>b</py-config>", {}, True),
        ("<textarea><script type=py>a</script></textarea>", "<textarea><script type=py>b</script></textarea>", {}, True),
        ("<!-- <script type=py>a</script> -->", "<!-- <script type=py>b</script> -->", {}, True),
    ],
)  # fmt: skip
def test_inline_python_that_differs(old, new, python, elsewhere):
    found = difference(old, new)
    assert (None if found is None else found.python) == python
    assert found is None or found.elsewhere is elsewhere


def test_modules_and_python_may_differ_at_once():
    page = "<script type=module>{0}</script><script type=py>{0}</script>"
    found = difference(page.format("a"), page.format("b"))
    assert found is not None
    assert (found.module_scripts, found.python) == ((0,), {0: "b"})


def test_a_traceback_names_the_line_of_the_page():
    page = "<!doctype html>\n<p>\n" + PY.format("    raise KeyError")
    source = python_source(page, read_page(page).python_scripts[0])
    with pytest.raises(KeyError) as raised:
        exec(compile(source, "page.html", "exec"), {})
    assert raised.traceback[-1].lineno + 1 == page[: page.index("raise")].count("\n") + 1
