"""Stylesheets, by <link> and by import."""

import pytest
from playwright.sync_api import expect

from e2e.harness.project import html

RED = "rgb(255, 0, 0)"
BLUE = "rgb(0, 0, 255)"
GREEN = "rgb(0, 128, 0)"
# and no text that was shown in place of one
ONE_LINK = (
    "document.querySelectorAll('link[rel=stylesheet], link[rel=preload], style').length === 1"
)


def test_a_linked_stylesheet_is_swapped_without_a_reload(project, serve, open_page):
    project.create(
        {
            "index.html": html(
                head='<link rel="stylesheet" href="/style.css" />', body='<p id="out">text</p>'
            ),
            "main.js": "",
            "style.css": "#out { color: red }\n",
        }
    )
    page = open_page(serve(project).url)
    page.css("#out", "color", RED)

    project.edit("style.css", "red", "blue")
    page.css("#out", "color", BLUE)
    project.edit("style.css", "blue", "green")
    page.css("#out", "color", GREEN)

    page.wait_for("document.querySelectorAll('link[rel=stylesheet]').length === 1")
    page.assert_not_reloaded()


def test_the_old_stylesheet_stays_until_the_new_one_is_there(project, serve, open_page):
    project.create(
        {
            "index.html": html(
                head='<link rel="stylesheet" href="/style.css" />', body='<p id="out">text</p>'
            ),
            # Every frame notes the text's colour: a moment without a stylesheet would be black.
            "main.js": """\
window.colours = new Set();
const look = () => {
  window.colours.add(getComputedStyle(document.querySelector("#out")).color);
  requestAnimationFrame(look);
};
look();
""",
            "style.css": "#out { color: red }\n",
        }
    )
    page = open_page(serve(project).url)
    page.css("#out", "color", RED)

    project.edit("style.css", "red", "blue")
    page.wait_for("colour => window.colours.has(colour)", BLUE)

    assert page.value("[...window.colours]") == [RED, BLUE]
    page.assert_not_reloaded()


def test_a_text_is_shown_before_its_link_is_loaded(project, serve, open_page):
    link = '<link rel="stylesheet" href="/style.css" title="theme" media="screen" />'
    project.create(
        {
            "index.html": html(head=link, body='<p id="out">text</p>'),
            "main.js": "",
            "style.css": "#out { color: red; background: url(./x.svg) }\n",
            "x.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        }
    )
    page = open_page(serve(project).url)
    held = []
    page.page.route("**/style.css?t=*", lambda route: held.append(route))
    page.css("#out", "color", RED)
    project.edit("style.css", "red", "blue")
    page.css("#out", "color", BLUE)
    project.edit("style.css", "blue", "green")  # while the first link is still loading
    page.css("#out", "color", GREEN)
    assert page.value("document.querySelectorAll('style[title=theme][media=screen]').length") == 1
    assert "/x.svg" in page.value(
        "getComputedStyle(document.querySelector('#out')).backgroundImage"
    )

    def go_on() -> bool:
        while held:
            held.pop().continue_()
        return page.value(ONE_LINK)

    page.wait_until(go_on, page.report)
    assert page.value("document.querySelector('link[rel=stylesheet]').sheet.cssRules.length") == 1
    page.css("#out", "color", GREEN)
    page.assert_not_reloaded()


@pytest.mark.parametrize(
    "change", ["link.remove()", "link.disabled = true", "link.href = '/other.css'"]
)
def test_a_text_goes_with_its_link(change, project, serve, open_page):
    project.create(
        {
            "index.html": html(
                head='<link rel="stylesheet" href="/style.css" />', body='<p id="out">text</p>'
            ),
            "main.js": "",
            "style.css": "#out { color: red }\n",
            "other.css": "#out { opacity: 0.5 }\n",
        }
    )
    page = open_page(serve(project).url)
    page.page.route("**/style.css?t=*", lambda _: None)
    project.edit("style.css", "red", "blue")
    page.css("#out", "color", BLUE)
    page.value(f"{{ const link = document.querySelector('link[rel=stylesheet]'); {change}; }}")
    page.wait_for("document.querySelectorAll('style').length === 0")


def test_an_imported_stylesheet_is_updated_without_its_importer(project, serve, open_page):
    project.create(
        {
            "index.html": html(body='<p id="out">text</p>'),
            "main.js": 'import "./style.css";\nwindow.runs = (window.runs ?? 0) + 1;\n',
            "style.css": "#out { color: red }\n",
        }
    )
    page = open_page(serve(project).url)
    page.css("#out", "color", RED)

    project.edit("style.css", "red", "blue")
    page.css("#out", "color", BLUE)

    assert page.value("window.runs") == 1
    assert page.value("document.querySelectorAll('style').length") == 1
    page.assert_not_reloaded()


def test_a_stylesheet_that_is_imported_and_linked_is_updated_in_both_places(
    project, serve, open_page
):
    project.create(
        {
            "index.html": html(
                head='<link rel="stylesheet" href="/style.css" />', body='<p id="out">text</p>'
            ),
            "main.js": 'import "./style.css";\n',
            "style.css": "#out { color: red; --mark: one }\n",
        }
    )
    page = open_page(serve(project).url)

    project.edit("style.css", "one", "two")
    page.wait_for("document.querySelector('style').textContent.includes('two')")
    page.wait_for(
        "[...document.styleSheets].filter((sheet) => sheet.href)"
        ".every((sheet) => sheet.cssRules[0].cssText.includes('two'))"
    )

    page.assert_not_reloaded()


def test_a_stylesheet_that_another_one_imports_is_updated(project, serve, open_page):
    project.create(
        {
            "index.html": html(body='<p id="out">text</p>'),
            "main.js": 'import "./style.css";\n',
            "style.css": '@import "./colours.css";\n',
            "colours.css": "#out { color: red }\n",
        }
    )
    page = open_page(serve(project).url)
    page.css("#out", "color", RED)

    project.edit("colours.css", "red", "blue")
    page.css("#out", "color", BLUE)

    page.assert_not_reloaded()


def test_a_sheet_in_a_frame_without_a_client_is_updated(project, serve, open_page):
    link = "<link rel=stylesheet href=/style.css>"
    project.create(
        {
            "index.html": html(
                body=f'<iframe srcdoc="{link}<p>text</p>"></iframe><iframe id="blank"></iframe>'
            ),
            "main.js": f"""\
const {{ head, body }} = document.querySelector("#blank").contentDocument;
head.innerHTML = "{link}";
body.innerHTML = "<p>text</p>";
""",
            "style.css": "p { color: red }\n",
        }
    )
    page = open_page(serve(project).url)
    frames = [page.page.frame_locator(f"iframe >> nth={number}") for number in (0, 1)]
    for frame in frames:
        expect(frame.locator("p")).to_have_css("color", RED)

    project.edit("style.css", "red", "blue")

    for frame in frames:
        expect(frame.locator("p")).to_have_css("color", BLUE)
    page.assert_not_reloaded()


@pytest.mark.parametrize("head", ["", '<link rel="stylesheet" href="/style.css" />'])
def test_a_sheet_of_a_picture_in_a_frame_reloads_the_page(head, project, serve, open_page):
    """Also where the page links the same one."""
    project.create(
        {
            "index.html": html(head=head, body='<object data="/picture.svg"></object>', modules=()),
            "picture.svg": '<?xml-stylesheet href="/style.css"?>'
            '<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9" /></svg>',
            "style.css": "rect { fill: red }\n",
        }
    )
    page = open_page(serve(project).url)
    fill = "getComputedStyle(document.querySelector('object').contentDocument.querySelector('rect')).fill"
    page.wait_for(f"{fill} === '{RED}'")

    project.edit("style.css", "red", "blue")
    page.wait_for_load()

    page.wait_for(f"{fill} === '{BLUE}'")


def test_a_sheet_whose_link_cannot_be_found_reloads_the_page(project, serve, open_page):
    """Nobody sees into a closed shadow root; what its class has written there tells the test."""
    script = """\
const host = document.querySelector("#host");
const root = host.attachShadow({ mode: "closed" });
root.innerHTML = '<link rel="stylesheet" href="/closed.css"><p>x</p>';
root.firstChild.onload = () => {
  host.dataset.color = getComputedStyle(root.lastChild).color;
};
"""
    project.create({"index.html": html(body='<div id="host"></div>'), "main.js": script})
    project.write("closed.css", "p { color: rgb(255, 0, 0) }")
    page = open_page(serve(project).url)
    page.wait_for("host.dataset.color === 'rgb(255, 0, 0)'")

    project.edit("closed.css", "255, 0, 0", "0, 0, 255")

    page.wait_for_load()
    page.wait_for("host.dataset.color === 'rgb(0, 0, 255)'")


def test_a_sheet_that_the_page_compiles_itself_reloads_the_page(project, serve, open_page):
    """Less asks for sheets, in browsers, with what it accepts."""
    script = """\
const request = new XMLHttpRequest();
request.open("GET", "/style.less");
request.setRequestHeader("Accept", "text/x-less, text/css; q=0.9, */*; q=0.5");
request.onload = () => {
  const text = request.responseText.replace("@color", "rgb(255, 0, 0)");
  document.head.append(Object.assign(document.createElement("style"), { textContent: text }));
};
request.send();
"""
    link = '<link rel="stylesheet/less" href="/style.less" />'
    project.create(
        {
            "index.html": html(head=link, body='<p id="out">x</p>'),
            "main.js": script,
            "style.less": "#out { color: @color }",
        }
    )
    page = open_page(serve(project).url)
    page.css("#out", "color", "rgb(255, 0, 0)")

    project.edit("style.less", "color:", "background-color:")

    page.wait_for_load()
    page.css("#out", "background-color", "rgb(255, 0, 0)")
