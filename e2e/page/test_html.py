"""Edits of a page's HTML on a server of ours: the page, its Python and its modules keep their state."""

import io
import wave

import pytest

from e2e.harness.project import html

BODY = """
    <h1 id="title">one</h1>
    <p id="count">?</p>
    <button id="add">add</button>
    <canvas id="picture"></canvas>
    <form><input id="name" name="name" /><input id="agree" type="checkbox" /></form>
    <details id="more"><summary>more</summary>text</details>
    <ul id="list">
      <li>a <button>x</button></li>
      <li>b <button>x</button></li>
      <li>c <button>x</button></li>
    </ul>
    <my-outer><my-inner level="1"></my-inner></my-outer>
    <svg id="drawing" viewBox="0 0 9 9"><circle r="1" /></svg>"""
CLIENT = '<script type="module" src="/@hmr/client" data-entry="/app.py"></script>'
FILES = {
    "index.html": html(head=CLIENT, body=BODY),
    "app.py": """\
from js import document
from pyodide.ffi import create_proxy
import hmr_client

clicks = 0


def add(event):
    global clicks
    clicks += 1
    document.title = f"{clicks} clicks"


document.querySelector("#add").addEventListener("click", create_proxy(add))
hot = hmr_client.hot(__name__)
hot.on("hmr:html-updated", lambda data: print("python heard", data["path"], data["added"]))
document.title = "0 clicks"
""",
    "main.js": """\
window.frames = 0;
const draw = () => { window.frames++; requestAnimationFrame(draw); };
draw();
customElements.define("my-outer", class extends HTMLElement {});
customElements.define("my-inner", class extends HTMLElement {
  static observedAttributes = ["level"];
  attributeChangedCallback(name, old, now) { this.textContent = `level ${now}`; }
});
document.querySelectorAll("li").forEach((item) => (item.onclick = () => (item.dataset.clicked = item.firstChild.data.trim())));
import.meta.hot.on("hmr:html-updated", ({ path }) => console.log("javascript heard", path));
""",
}


def test_ten_saves_in_a_row_leave_everything_as_it_is(project, serve, open_page):
    project.create(FILES)
    server = serve(project)
    page = open_page(server.url)
    page.wait_for("document.title === '0 clicks'")
    page.page.click("#add")
    page.page.fill("#name", "Ada")
    page.page.check("#agree")
    page.page.click("#more summary")
    page.page.focus("#name")
    page.value("window.input = document.querySelector('#name')")

    for old, new, truth in [
        (">one<", ' class="big">two<', "document.querySelector('.big')?.textContent === 'two'"),
        ("<li>a <", "<li>z <button>x</button></li>\n      <li>a <", "document.querySelectorAll('li').length === 4"),
        ("      <li>b <button>x</button></li>\n", "", "document.querySelectorAll('li').length === 3"),
        ('level="1"', 'level="2"', "document.querySelector('my-inner').textContent === 'level 2'"),
        ("<circle r=\"1\" />", '<circle r="2" /><path d="M0 0" />', "document.querySelector('path') instanceof SVGElement"),
        ("<form>", "<section><form>", "document.querySelector('section form')"),
        ("</form>", "</form></section><p>after</p>", "document.querySelector('section + p')"),
        ("<body>", '<body class="dark">', "document.body.className === 'dark'"),
        ("text</details>", "other text</details>", "document.querySelector('#more').textContent.includes('other')"),
        ("<title>e2e</title>", '<title>e2e</title><meta name="a" content="b" />', "document.querySelector('meta[name=a]')"),
    ]:  # fmt: skip
        project.edit("index.html", old, new)
        page.wait_for(truth)

    assert page.value("document.activeElement === input")
    page.page.click("#add")
    page.wait_for("document.title === '2 clicks'")
    page.page.click("li >> nth=1")  # it was the first, and has its listener
    assert (
        page.value("[...document.querySelectorAll('li')].map((e) => e.dataset.clicked).join()")
        == ",a,"
    )
    assert page.value("input === document.querySelector('#name') && input.value") == "Ada"
    assert page.value(
        "document.querySelector('#agree').checked && document.querySelector('#more').open"
    )
    frames = page.value("window.frames")
    page.wait_for("(frames) => window.frames > frames", frames)
    page.wait_for_console("javascript heard /", times=10)
    page.wait_for_console("python heard / 1", times=3)
    server.wait_for_line(r"hmr update index.html  html \(\d changed\)")
    page.assert_not_reloaded()


MEDIA = """
    <div id="box"><audio id="sound" src="sound.wav" loop muted></audio></div>
    <div id="host"></div><p id="text">some text to select</p>"""
SHADOW = """\
const root = host.attachShadow({ mode: "open" });
root.innerHTML = '<input><div style="height: 50px; overflow: auto"><p style="height: 500px"></p></div>';
"""


def _sound(seconds: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 1, 8000, 0, "NONE", ""))
        sound.writeframes(bytes([128]) * 8000 * seconds)
    return file.getvalue()


def test_media_shadow_roots_and_the_selection_stay_as_they_are(project, serve, open_page):
    """Also where the element that holds them moves to another parent."""
    project.create(
        {"index.html": html(body=MEDIA), "main.js": SHADOW, "sound.wav": _sound(seconds=60)}
    )
    page = open_page(serve(project).url)
    page.value("sound.currentTime = 40, sound.play()")
    page.value("host.shadowRoot.querySelector('div').scrollTop = 99")
    page.value("host.shadowRoot.querySelector('input').value = 'typed'")
    page.value("getSelection().setBaseAndExtent(text.firstChild, 5, text.firstChild, 9)")

    project.edit("index.html", '<div id="box">', '<p>new</p><section><div id="box" class="b">')
    project.edit("index.html", "</audio></div>", "</audio></div></section>")
    page.wait_for("document.querySelector('section > .b > audio')")

    assert page.value("sound.currentTime >= 40 && !sound.paused")
    assert page.value("host.shadowRoot.querySelector('div').scrollTop") == 99
    assert page.value("host.shadowRoot.querySelector('input').value") == "typed"
    assert page.value("getSelection().toString()") == "text"
    page.assert_not_reloaded()


def test_a_slip_is_shown_over_the_page_and_the_fix_goes_on(project, serve, open_page):
    project.create(FILES)
    server = serve(project)
    page = open_page(server.url)
    page.wait_for("document.title === '0 clicks'")
    page.page.click("#add")

    project.edit("index.html", '<h1 id="title">', '<h1 id="title>')
    page.overlay.wait_for()
    server.wait_for_line("a quote too many or too few")
    page.text("#title", "one")
    project.edit("index.html", '<h1 id="title>one', '<h1 id="title">two')
    page.text("#title", "two")

    page.overlay.wait_for(state="detached")
    page.wait_for("document.title === '1 clicks'")
    page.assert_not_reloaded()


@pytest.mark.parametrize("save", ["a script", "its first text"])
def test_where_a_morph_cannot_be_proved_right_the_page_is_reloaded_and_says_why(
    project, serve, open_page, save
):
    project.create(
        {
            **FILES,
            "app.py": FILES["app.py"] + 'document.querySelector("#count").textContent = "5"\n',
        }
    )
    server = serve(project)
    page = open_page(server.url)
    page.text("#count", "5")

    if save == "a script":
        project.edit("index.html", "</body>", "<script>1</script></body>")
        why = "an inline script was added"
    else:
        project.edit("index.html", ">?<", ">none<")
        why = 'the program has changed the text of <p id="count"> too'
    page.wait_for_load()

    page.text("#count", "5")
    page.wait_for_console(f"[hmr] page reload: /: {why}")
    server.wait_for_line(f"page reload index.html .*{why}")


@pytest.mark.parametrize("charset", ["shift_jis", "windows-1252"])
def test_a_page_in_another_encoding_keeps_its_letters(charset, project, serve, open_page):
    word = {"shift_jis": "日本", "windows-1252": "“é”"}[charset]
    text = html(body=f'<p id="out">{word}</p><p id="other">one</p>', modules=())
    project.write("index.html", text.replace("utf-8", charset).encode(charset))
    page = open_page(serve(project).url)
    page.text("#out", word)

    project.write("index.html", project.path("index.html").read_bytes().replace(b"one", b"two"))

    page.text("#other", "two")
    page.text("#out", word)
    page.assert_not_reloaded()


@pytest.mark.parametrize(
    ("file", "url"),
    [
        ("old.htm", "old.htm"),
        ("LOUD.HTML", "LOUD.HTML"),
        ("included.shtml", "included.shtml"),
        ("about.html", "about"),
        ("folder/index.htm", "folder/"),
        ("real/page.html", "link.html"),
        ("real/index.html", "linked/"),
    ],
)
def test_a_page_of_any_name_takes_the_changes(file, url, project, serve, open_page):
    """A name that a static server shows as HTML, and a URL that is not the file's name."""
    project.create({"index.html": "", file: html(body='<p id="out">one</p>', modules=())})
    if file.startswith("real/"):
        project.path("link.html").symlink_to("real/page.html")
        project.path("linked").symlink_to("real")
    page = open_page(serve(project).url + url)
    page.text("#out", "one")

    project.edit(file, "one", "two")

    page.text("#out", "two")
    page.assert_not_reloaded()
