"""A reload that this client makes gives back what a browser can give back."""

import pytest

from e2e.harness.project import html

BODY = """
    <input id="name" /><input id="secret" type="password" /><textarea id="text"></textarea>
    <input id="agree" type="checkbox" /><select id="kind"><option>a</option><option>b</option></select>
    <details id="more"><summary>more</summary>text</details>
    <div id="inner" style="height: 50px; overflow: auto"><p style="height: 500px">inner</p></div>
    <p id="out"></p><p id="python"></p>
    <p style="height: 5000px">high</p>
    <script>document.documentElement.lang = "en"</script>"""
CLIENT = '<script type="module" src="/@hmr/client" data-entry="/app.py"></script>'
FILES = {
    "index.html": html(head=CLIENT, body=BODY),
    "main.js": """\
const { data } = import.meta.hot;
let count = data.count ?? 0;
data.element = document.body;
import.meta.hot.dispose((data) => (data.count = count));
const show = () => (document.querySelector("#out").textContent = `count ${count}`);
window.add = () => { count++; show(); };
show();
""",
    "app.py": """\
import sys
from dataclasses import dataclass, field
from js import document
import hmr_client

@dataclass
class Seen:
    names: set = field(default_factory=set)

hot = hmr_client.hot(__name__)
seen = hot.data.setdefault("seen", Seen())
hot.data["modules"] = sys  # can't be pickled
hot.dispose(lambda data: seen.names.add("one"))
field = document.createElement("input")
field.id = "made"
document.body.append(field)
document.querySelector("#python").textContent = f"seen {sorted(seen.names)}"
""",
}


@pytest.mark.parametrize("restores", [True, False])
def test_a_reload_gives_back_form_scroll_focus_and_data(project, serve, open_page, restores):
    project.create(FILES)
    page = open_page(serve(project, *([] if restores else ["--no-restore"])).url)
    page.text("#python", "seen []")
    for name in ("name", "secret", "text", "made"):
        page.page.fill(f"#{name}", f"my {name}")
    page.page.check("#agree")
    page.page.select_option("#kind", "b")
    page.page.click("#more summary")
    page.value("add()")
    page.value("inner.scrollTop = 100; scrollTo(0, 777)")
    page.value("document.querySelector('#text').focus({ preventScroll: true })")
    page.value("document.querySelector('#text').setSelectionRange(1, 4)")

    project.edit("index.html", 'lang = "en"', 'lang = "de"')
    page.wait_for_load()

    if not restores:
        page.text("#python", "seen []")
        page.text("#out", "count 0")
        assert page.value("document.querySelector('#more').open") is False
        return
    page.text("#python", "seen ['one']")
    page.text("#out", "count 1")
    page.wait_for_console(
        "[hmr] reloaded: /: an inline script has changed · open details, form, scroll, focus "
        "and 2 modules' data restored"
    )
    values = (
        "['name', 'secret', 'text', 'made'].map((id) => document.getElementById(id).value).join()"
    )
    assert page.value(values) == "my name,,my text,my made"
    assert page.value(
        "document.querySelector('#agree').checked && document.querySelector('#more').open"
    )
    assert (
        page.value("[document.querySelector('#kind').value, inner.scrollTop, scrollY].join()")
        == "b,100,777"
    )
    focus = (
        "const t = document.activeElement; return [t.id, t.selectionStart, t.selectionEnd].join()"
    )
    assert page.value(f"(() => {{ {focus} }})()") == "text,1,4"

    page.value("document.activeElement.blur()")
    page.value("((t) => getSelection().setBaseAndExtent(t, 4, t, 1))(inner.firstChild.firstChild)")
    project.edit("index.html", 'lang = "de"', 'lang = "fr"')
    page.wait_for_load()
    page.wait_for("getSelection().toString() === 'nne'")

    page.page.reload()  # the user's own is a fresh start
    page.wait_for_load()
    page.text("#python", "seen []")
    page.text("#out", "count 0")
