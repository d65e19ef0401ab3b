"""The page's console in the terminal."""

from e2e.harness.project import html

FILES = {
    "index.html": html(),
    "main.js": """\
const circle = { list: [1, "two", undefined] };
circle.self = circle;
console.warn("early", circle, Symbol("s"), 5n, () => {}, document.body);
console.error("100%% of %s", { a: 1 }, "rest");
console.error(Object.defineProperty({}, "x", { enumerable: true, get() { throw 1; } }));
console.log("not asked for");
setTimeout(() => { throw new TypeError("nobody caught this"); });
Promise.reject(new RangeError("nor this"));
""",
}


def test_warnings_errors_and_what_nobody_caught(project, serve, open_page):
    """What was said before Python was there as well."""
    project.create(FILES)
    server = serve(project, "--forward-console")
    open_page(server.url)
    server.wait_for_line(
        r'early \{ list: \[1, "two", undefined\], self: \[Circular\] \} Symbol\(s\) 5n '
        r"\[Function: \(anonymous\)\] <body>"
    )
    server.wait_for_line(r"100% of \{ a: 1 \} rest")
    server.wait_for_line(r"\[object Object\]")
    server.wait_for_line("TypeError: nobody caught this")
    server.wait_for_line("RangeError: nor this")
    assert "not asked for" not in server.output


def test_the_console_stays_in_the_page_unless_asked_for(project, serve, open_page):
    project.create(FILES)
    server = serve(project)
    page = open_page(server.url)
    project.write("main.js", "import.meta.hot.accept();")
    page.wait_for_load()
    assert "early" not in server.output
