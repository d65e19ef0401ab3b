"""Custom events, from the page to a plugin of the server and back."""

from e2e.harness.project import html

PLUGIN = '''\
from hmr_server.plugins import Plugin


class Greeter(Plugin):
    """Answers everybody, and notes in the terminal who asked."""

    def configure_server(self, server):
        def greet(data, client):
            print(f"greeted {data['name']}", flush=True)
            server.send("demo:hello", {"to": data["name"], "mark": data["mark"]})

        server.on("demo:name", greet)
'''

FILES = {
    "index.html": html(body='<p id="out"></p>'),
    "hmr.toml": 'plugins = ["greeter:Greeter"]\n',
    "greeter.py": PLUGIN,
    "main.js": """\
export const name = "one";
window.heard ??= [];
import.meta.hot.on("demo:hello", (data) => window.heard.push([name, data.to, data.mark]));
import.meta.hot.send("demo:name", { name, mark: "é ✓ </script>" });
import.meta.hot.accept();
""",
}


def test_events_go_to_the_server_and_back(project, serve, open_page):
    project.create(FILES)
    server = serve(project)
    page = open_page(server.url)

    # Sent before Python was ready: kept, and delivered once it was.
    page.wait_for("window.heard.length === 1")
    server.wait_for_line("greeted one")

    assert page.value("window.heard") == [["one", "one", "é ✓ </script>"]]


def test_a_replaced_module_gets_no_more_events(project, serve, open_page):
    project.create(FILES)
    page = open_page(serve(project).url)
    page.wait_for("window.heard.length === 1")

    project.edit("main.js", '"one"', '"two"')
    page.wait_for("window.heard.length === 2")

    assert [listener for listener, _, _ in page.value("window.heard")] == ["one", "two"]
    page.assert_not_reloaded()


def test_an_event_from_the_server_reaches_every_tab(project, serve, open_page):
    project.create(FILES)
    server = serve(project)
    first = open_page(server.url)
    first.wait_for("window.heard.length === 1")

    open_page(server.url)

    first.wait_for("window.heard.length === 2")


def test_the_client_s_own_events_come_in_order(project, serve, open_page):
    project.create(
        {
            "index.html": html(),
            "main.js": """\
export const name = "one";
window.events ??= [];
if (name === "one") {
  for (const event of ["vite:beforeUpdate", "vite:afterUpdate"]) {
    import.meta.hot.on(event, ({ type, updates }) => window.events.push([event, type, updates[0].path]));
  }
}
window.events.push(["run", name]);
import.meta.hot.accept(() => window.events.push(["accepted"]));
""",
        }
    )
    page = open_page(serve(project).url)

    project.edit("main.js", '= "one";', '= "two";')
    page.wait_for("window.events.length >= 4")

    events = page.value("window.events")
    assert events[:4] == [
        ["run", "one"],
        ["vite:beforeUpdate", "update", "/main.js"],
        ["run", "two"],
        ["accepted"],
    ]
    page.assert_not_reloaded()
