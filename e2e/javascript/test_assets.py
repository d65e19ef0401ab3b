"""What a page shows besides modules and linked stylesheets: swapped where it is named, or the page reloads."""

from __future__ import annotations

import pytest

from e2e.harness.project import html

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="9"><g id="g"><rect width="{0}" height="9"/></g></svg>'

BODY = """\
<img id="img" src="img.svg">
<picture><source srcset="/set.svg 1x, /other.svg 2x"><img id="picture" src="other.svg"></picture>
<object id="object" data="object.svg"></object>
<svg><use id="use" href="use.svg?v=1#g"/></svg>
<p id="styled" style="background: url(inline.svg)">x</p>
<p id="sheet">x</p><p id="constructed">x</p>
<div id="host"></div>
<script type="module">
  const img = new Image();
  img.id = "module";
  img.src = new URL("./module.svg", import.meta.url);
  document.body.append(img);
  const root = document.querySelector("#host").attachShadow({ mode: "open" });
  root.innerHTML = `<link rel="stylesheet" href="shadow.css"><img src="inside.svg"><p>x</p>`;
  import sheet from "./constructed.css" with { type: "css" };
  document.adoptedStyleSheets = [sheet];
</script>"""

# a film, a sound and a font: what the browser makes of their content does not matter here
MEDIA = """\
<video id="video" src="film.webm" poster="poster.svg"></video>
<video id="sources"><source src="source.webm"><track src="words.vtt" default></video>
<audio id="audio" src="tone.wav"></audio>
<p id="written">x</p>"""

MEDIA_SHOWN = {
    "film.webm": "video.src",
    "poster.svg": "video.poster",
    "source.webm": "document.querySelector('source').src",
    "words.vtt": "document.querySelector('track').src",
    "tone.wav": "audio.src",
    "letters.woff2": "[...document.styleSheets[0].cssRules].find((rule) => rule instanceof CSSFontFaceRule).cssText",
}


def test_films_sounds_and_fonts_are_loaded_again(project, serve, open_page):
    sheet = '@font-face { font-family: f; src: url("letters.woff2") } #written { font-family: f }'
    project.create(
        {
            "index.html": html(
                head='<link rel="stylesheet" href="/style.css">', body=MEDIA, modules=()
            ),
            "style.css": sheet,
            **dict.fromkeys(MEDIA_SHOWN, b"one"),
        }
    )
    server = serve(project)
    page = open_page(server.url)
    page.wait_for("document.fonts.status === 'loaded' && audio.error && video.error")
    # a browser loads a track when it is to be shown
    page.value("(document.querySelector('#sources').textTracks[0].mode = 'showing')")
    page.wait_for("performance.getEntriesByType('resource').length >= 7")
    for name, expression in MEDIA_SHOWN.items():
        project.write(name, b"two")
        page.wait_for(f"({expression}).includes('{name}?t=')")
        page.wait_for(
            f"performance.getEntriesByType('resource').some((x) => x.name.includes('/{name}?t='))"
        )
    page.assert_not_reloaded()


SHOWN = {
    "img.svg": "img.currentSrc",
    "set.svg": "picture.currentSrc",
    "object.svg": "object.data",
    "use.svg": "use.href.baseVal",
    "inline.svg": "styled.style.backgroundImage",
    "sheet.svg": "getComputedStyle(sheet).backgroundImage",
    "module.svg": "module.currentSrc",
    "inside.svg": "host.shadowRoot.querySelector('img').currentSrc",
}


def test_what_is_shown_is_swapped_where_it_is_named(project, serve, open_page):
    project.create(
        {
            "index.html": html(
                head='<link rel="stylesheet" href="/style.css">', body=BODY, modules=()
            ),
            "style.css": "@media all { #sheet { background: url(./sheet.svg) } }",
            "shadow.css": "p { color: rgb(255, 0, 0) }",
            "constructed.css": "#constructed { color: rgb(255, 0, 0) }",
            "other.svg": SVG.format(1),
            **{name: SVG.format(20) for name in SHOWN},
        }
    )
    server = serve(project)
    page = open_page(server.url)
    page.wait_for("document.querySelector('#module')?.complete")
    shadow = "getComputedStyle(host.shadowRoot.querySelector('p')).color"
    page.wait_for(f"{shadow} === 'rgb(255, 0, 0)'")
    page.css("#constructed", "color", "rgb(255, 0, 0)")

    for name, expression in SHOWN.items():
        project.write(name, SVG.format(40))
        page.wait_for(f"({expression}).includes('t=')")
        server.wait_for_line(
            rf"hmr update /(style\.css.*)?{name}.* 1 page$|hmr update .*/{name}.* 1 page$"
        )
    page.wait_for(
        "img.naturalWidth === 40 && picture.naturalWidth === 40 && module.naturalWidth === 40"
    )
    assert page.value("use.href.baseVal").startswith("/use.svg?v=1&t=")
    project.edit("shadow.css", "255, 0, 0", "0, 0, 255")
    page.wait_for(f"{shadow} === 'rgb(0, 0, 255)'")
    project.edit("constructed.css", "255, 0, 0", "0, 0, 255")
    page.css("#constructed", "color", "rgb(0, 0, 255)")
    page.assert_not_reloaded()
    page.assert_no_errors()


def test_a_picture_that_a_canvas_may_show_reloads_the_page(project, serve, open_page):
    """What was drawn of it stays, although the element that shows it gets the new one."""
    draw = """\
<img id="source" src="/picture.svg"><canvas id="canvas"></canvas><script>
  source.addEventListener("load", () => {
    canvas.getContext("2d").drawImage(source, 0, 0);
    canvas.dataset.width = source.naturalWidth;
  }, { once: true });
</script>"""
    project.create({"index.html": html(body=draw, modules=()), "picture.svg": SVG.format(20)})
    page = open_page(serve(project).url)
    page.wait_for("canvas.dataset.width === '20'")

    project.write("picture.svg", SVG.format(40))

    page.wait_for_load()
    page.wait_for("canvas.dataset.width === '40'")
    page.wait_for_console("[hmr] page reload: /picture.svg: a canvas of the page may show it")


def test_what_the_page_has_read_reloads_it_and_what_others_read_does_not(project, serve, open_page):
    read = """\
<p id="out"></p><script src="/classic.js"></script><script>
  fetch("data.csv").then((r) => r.text()).then((text) => { out.textContent = text; });
</script>"""
    project.create(
        {
            "index.html": html(body=read, modules=()),
            "other.html": html(modules=()),
            "data.csv": "one",
            "classic.js": "var classic = 1",
        }
    )
    server = serve(project)
    other = open_page(f"{server.url}other.html")
    page = open_page(server.url)
    page.text("#out", "one")
    project.write("data.csv", "two")
    page.wait_for_load()
    page.text("#out", "two")
    assert "[hmr] page reload: /data.csv: the page has fetched it" in page.console
    server.wait_for_line(r"hmr update /data\.csv .*reload \(the page has fetched it\)")
    other.assert_not_reloaded()


@pytest.mark.parametrize(
    ("head", "then"),
    [
        ('<link rel="preload" href="/read.svg" as="fetch" crossorigin />', ""),
        ('<link rel="preload" href="/read.svg" as="image" />', "draw();"),
        ("", "document.querySelector('#shown').src = '/read.svg';"),
    ],
)
def test_what_the_page_has_preloaded_or_shows_is_not_all_that_it_has_read(
    head, then, project, serve, open_page
):
    """Chromium tells of no fetch that it answers with what was preloaded."""
    project.create(
        {
            "index.html": html(head=head, body='<p id="out"></p><img id="shown" />'),
            "main.js": f"""\
async function draw() {{
  const picture = new Image();
  picture.src = "/read.svg";
  await picture.decode();
  document.querySelector("#out").textContent = picture.width;
}}
async function read() {{
  const text = await (await fetch("/read.svg")).text();
  document.querySelector("#out").textContent = /width="(\\d+)"/.exec(text)[1];
}}
{"" if "draw" in then else "await read();"}
{then}
""",
            "read.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="9" />',
        }
    )
    page = open_page(serve(project).url)
    page.text("#out", "10")

    project.edit("read.svg", "10", "20")
    page.wait_for_load()

    page.text("#out", "20")


def test_what_a_frame_without_a_client_has_read_reloads_the_page(project, serve, open_page):
    script = """<script>
      fetch("/data.csv").then((r) => r.text()).then((text) => (parent.out.textContent = text));
    </script>"""
    frame = f"<iframe srcdoc='{script}'></iframe>"
    project.create(
        {"index.html": html(body=f'<p id="out"></p>{frame}', modules=()), "data.csv": "one"}
    )
    page = open_page(serve(project).url)
    page.text("#out", "one")

    project.write("data.csv", "two")
    page.wait_for_load()

    page.text("#out", "two")


def test_a_module_that_another_tab_shows_as_a_file_is_hot_updated_as_ever(
    project, serve, open_page
):
    """A file that somebody reads in a tab of its own must not reload the pages that import it."""
    module = 'out.textContent = "one";\nimport.meta.hot.accept();\n'
    project.create(
        {
            "index.html": html(
                head='<link rel="stylesheet" href="style.css">', body='<p id="out"></p>'
            ),
            "style.css": "p { color: rgb(1, 0, 0) }",
            "main.js": module,
        }
    )
    server = serve(project)
    page = open_page(server.url)
    tab = page.page.context.new_page()
    tab.goto(f"{server.url}style.css")
    tab.goto(f"{server.url}main.js")
    project.edit("style.css", "(1,", "(2,")
    page.css("#out", "color", "rgb(2, 0, 0)")
    project.edit("main.js", "one", "two")
    page.text("#out", "two")
    page.wait_for_console("[hmr] hot updated: /main.js")
    project.edit("main.js", "two", "three")
    page.text("#out", "three")
    page.assert_not_reloaded()


def test_a_file_that_only_a_worker_has_fetched_reloads_the_page(project, serve, open_page):
    project.create(
        {
            "index.html": html(),
            "main.js": """\
globalThis.got = {};
const show = ({ data: [name, text] }) => { got[name] = text; };
new Worker("/w.js", { type: "module" }).onmessage = show;
const code = "fetch(location.origin + '/blob.txt').then(async (r) => postMessage(['blob', await r.text()]))";
new Worker(URL.createObjectURL(new Blob([code]))).onmessage = show;
""",
            "w.js": """\
const text = async (url, options) => (await fetch(url, options)).text();
postMessage(["said", await text("/said.txt")]);
postMessage(["unsaid", await text("/unsaid.txt", { referrerPolicy: "no-referrer" })]);
""",
            **{f"{name}.txt": "one" for name in ("said", "unsaid", "blob")},
        }
    )
    server = serve(project)
    page = open_page(server.url)
    for name in ("said", "unsaid", "blob"):
        page.wait_for(f"got.{name} === 'one'")
        project.write(f"{name}.txt", "two")
        page.wait_for_load()
        page.wait_for(f"got.{name} === 'two'")
    server.wait_for_line(r"blob\.txt .*reload \(a worker has fetched it, or a page that does not")
