"""What an edit of a page's HTML does to the document, without a server: each case is a page, a program, an edit.

`hmr-server` and Vite are the others' affair (`test_html.py`): here is which edits come into the page, what
of the program's doing they leave alone, and for which the page has to be reloaded.
"""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

BROWSER = Path(__file__).parents[2] / "browser"
SETTINGS = """
export const config = { base: "/" }, hasDocument = true, here = new URL(import.meta.url);
"""
CLIENT = """
import { servedPage, keepServedText } from "/bootstrap/served_page.js";
import { updateHtml } from "/html_update.js";
keepServedText();
window.update = (listens = false) => updateHtml(servedPage, { listens, shows: false });
"""
HEAD = '<title>t</title><script type="module" src="/@hmr/client"></script><!--hmr-page:it-->'
ITEMS = "".join(f"<li>{word} <button>x</button></li>" for word in ("one", "two", "three"))


def page_of(text: str) -> str:
    if "<html" in text:
        return text.replace("HEAD", HEAD)
    return f"<!doctype html><html><head>{HEAD}</head><body>{text}</body></html>"


class Edited:
    """A page whose texts follow one another."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._text = ""
        self.serves_its_first_text = True
        page.route("http://page.test/**", self._answer)

    def open(self, text: str, program: str = "") -> None:
        self._text = page_of(text)
        self._served = self._text
        self._page.goto("http://page.test/")
        self._page.wait_for_function("window.update")
        self._page.evaluate(program or "0")

    def save(self, text: str, *, listens: bool = False) -> dict[str, object]:
        self._text = page_of(text)
        done: dict[str, object] = self._page.evaluate("(listens) => update(listens)", listens)
        return done

    def value(self, expression: str) -> object:
        return self._page.evaluate(expression)

    def _answer(self, route: Route) -> None:
        name = route.request.url.partition("page.test/")[2]
        answers = {"": self._text, "@hmr/page/it": self._served, "@hmr/client": CLIENT}
        answers["bootstrap/settings.js"] = SETTINGS
        content = answers.get(name)
        if name.startswith("@hmr/page/") and not self.serves_its_first_text:
            content = None
        if content is None and (BROWSER / name).is_file():
            content = (BROWSER / name).read_text("utf-8")
        if content is None:
            route.fulfill(status=404)
        else:
            type_ = "text/html" if name == "" else "text/javascript"
            route.fulfill(body=content, content_type=f"{type_}; charset=utf-8")


@pytest.fixture
def edited(page: Page) -> Edited:
    return Edited(page)


# old text, what the program does, new text, what is true then
MORPHED = [
    ("<p>a</p>", "", '<h1>new</h1><p class="b">c</p>', "document.body.innerHTML === '<h1>new</h1><p class=\"b\">c</p>'"),
    # an item is who it was: added, removed, in another order, edited, in another parent
    (f"<ul>{ITEMS}</ul>", "mark('li')", f"<ul><li>zero <button>x</button></li>{ITEMS}</ul>", "marks('li') === ',one x,two x,three x'"),
    (f"<ul>{ITEMS}</ul>", "mark('li')", f"<ul>{ITEMS.replace('<li>one <button>x</button></li>', '')}</ul>", "marks('li') === 'two x,three x'"),
    ("<ul><li>a</li>\n<li>b</li>\n<li>c</li></ul>", "mark('li')", "<ul><li>c</li>\n<li>a</li>\n<li>b</li></ul>", "marks('li') === 'c,a,b'"),
    ("<p>some words here</p><p>b</p>", "mark('p')", "<p>new</p><p>some words there</p><p>b</p>", "marks('p') === ',some words here,b'"),
    (f"<ul>{ITEMS}</ul>", "mark('li')", f"<main><ul>{ITEMS}</ul></main>", "marks('main li') === 'one x,two x,three x'"),
    ("<p id=a>x</p><div id=b></div>", "mark('p')", "<div id=b><p id=a>y</p></div>", "marks('#b p') === 'x'"),
    # what the user and the program have done stays
    ("<input name=a><p>x</p>", "typed('v')", "<p>new</p><div><input name=a></div><p>y</p>", "document.activeElement.value === 'v' && document.activeElement.selectionStart === 1"),
    ("<details><summary>s</summary>a</details>", "document.querySelector('details').open = true", "<details><summary>s</summary>b</details>", "document.querySelector('details').open"),
    ('<p id=p class="a b">x</p>', "p.classList.add('mine')", '<p id=p class="a c">x</p>', "p.className === 'a mine c'"),
    ('<p id=p style="color: red; left: 1px">x</p>', "p.style.left = '9px'", '<p id=p style="color: blue; left: 1px">x</p>', "p.style.color === 'blue' && p.style.left === '9px'"),
    ("<p id=p>0</p><p>a</p>", "p.textContent = 5", "<h1>h</h1><p id=p title=t>0</p><p>b</p>", "p.textContent === '5' && p.title === 't'"),
    ("<div id=root></div>\n<p>a</p>", "root.append('mine'); document.body.append(document.createElement('hr'))", "<div id=root></div>\n<p>b</p><i>c</i>", "root.textContent === 'mine' && document.body.lastChild.localName === 'hr'"),
    ("<p>one two three</p>", "select(4, 7)", "<p>one two four</p>", "String(getSelection()) === 'two'"),
    ("<div id=d style='height: 9px; overflow: auto'><p style='height: 99px'>a</p></div>", "d.scrollTop = 50", "<b>n</b><div id=d style='height: 9px; overflow: auto'><p style='height: 99px'>b</p></div>", "d.scrollTop === 50"),
    # all kinds of content
    ('<svg id=s viewBox="0 0 9 9"><use xlink:href="#a"/></svg>', "s.was = 1", '<svg id=s viewBox="0 0 8 8"><use xlink:href="#b"/><path d="M0 0"/></svg>', "s.was && s.lastChild instanceof SVGElement && s.viewBox.baseVal.width === 8 && s.firstChild.href.baseVal === '#b'"),
    ("<x-a><x-b n=1><i>a</i></x-b></x-a>", "define()", "<x-a><x-b n=2><i>b</i></x-b><x-b n=3></x-b></x-a>", "log.toSorted().join() === '1,2,3'"),
    ("<p @click=a :b=c>x</p>", "", "<p @click=d :b=c [e]=f>x</p>", "document.querySelector('p').getAttribute('@click') === 'd'"),
    ("<noscript><img src=a></noscript><p>a</p>", "", "<noscript><img src=b></noscript><p>b</p>", "document.querySelector('noscript').textContent === '<img src=b>'"),
    ("<html><head>HEAD<meta name=a content=1><noscript><img></noscript><style>p { color: red }</style></head><body><p>a", "", "<html lang=en><head>HEAD<meta name=a content=2><noscript><img></noscript><style>p { color: blue }</style></head><body><p>b", "getComputedStyle(document.querySelector('p')).color === 'rgb(0, 0, 255)' && document.documentElement.lang === 'en'"),
    ("<select><option>a<option>b</select>", "document.querySelector('select').value = 'b'", "<select><option>a<option>b<option>c</select>", "document.querySelector('select').value === 'b'"),
    ("<table><tr><td>a</table>", "mark('td')", "<table><tr><td>a<td>b</table>", "marks('td') === 'a,'"),
    # scripts before the modules had their part in the page too
    ("<html class=no-js><head>HEAD</head><body><p>a</p><script>document.documentElement.className = 'js'; document.write('<i>made</i>')</script><p>b</p>", "", "<html class='no-js x'><head>HEAD</head><body><p>c</p><script>document.documentElement.className = 'js'; document.write('<i>made</i>')</script><p>d</p>", "document.documentElement.className === 'js x' && document.body.innerText.replace(/\\s/g, '') === 'cmaded'"),
    # an end tag that is missing means what it means to the browser, and mending it is an edit too
    ("<div>a</div><form><input></form>", "mark('form')", "<div>a<form><input></form>", "document.querySelector('div form').was !== undefined"),
    # stamps of what was updated are no change
    ("<img src=/a.png>", "", "<img src='/a.png?t=1700000000000'><p>x</p>", "document.querySelector('img').getAttribute('src') === '/a.png'"),
]  # fmt: skip
HELPERS = """
window.mark = (selector) => document.querySelectorAll(selector).forEach((e) => (e.was = e.textContent));
window.marks = (selector) => [...document.querySelectorAll(selector)].map((e) => e.was).join();
window.typed = (text) => { const i = document.querySelector("input"); i.focus(); document.execCommand("insertText", false, text); };
window.select = (from, to) => getSelection().setBaseAndExtent(document.querySelector("p").firstChild, from, document.querySelector("p").firstChild, to);
window.log = [];
window.define = () => {
  customElements.define("x-a", class extends HTMLElement {});
  customElements.define("x-b", class extends HTMLElement {
    static observedAttributes = ["n"];
    attributeChangedCallback(name, old, now) { log.push(now); }
  });
};
"""


def test_edits_that_come_into_the_page(edited: Edited) -> None:
    for old, program, new, truth in MORPHED:
        edited.open(old, HELPERS + program)
        done = edited.save(new)
        assert not {"reload", "error"} & done.keys(), (old, new, done)
        assert edited.value(truth), (
            old,
            new,
            truth,
            edited.value("document.documentElement.outerHTML"),
        )
        assert edited.save(new)["summary"] == "nothing to change"


# old text, what the program does, new text, why the page is reloaded
RELOADED = [
    ("<script>1</script>", "", "<script>2</script>", "an inline script has changed"),
    ("<script src=/a.js></script>", "", "<script src=/b.js></script>", "the script /a.js has changed"),
    ("", "", "<script type=module src=/a.js></script>", "the script /a.js was added"),
    ("<script type=py src=/a.py></script>", "", "", "the script /a.py was removed"),
    ("<script>1</script><script>2</script>", "", "<script>2</script><script>1</script>", "an inline script is in another place"),
    ("<py-config>a</py-config>", "", "<py-config>b</py-config>", "<py-config> has changed"),
    ("<html><head><script type=importmap>{}</script>HEAD", "", '<html><head><script type=importmap>{"imports": {}}</script>HEAD', "the import map has changed"),
    ('<html><head>HEAD<script type="module" src="/@hmr/client" data-entry="/a.py"></script>', "", '<html><head>HEAD<script type="module" src="/@hmr/client" data-entry="/b.py"></script>', "the client's tag, which names the Python program, has changed"),
    ("<html><head>HEAD<base href=/a/>", "", "<html><head>HEAD<base href=/b/>", "<base> has changed"),
    ("<html><head>HEAD<meta http-equiv=refresh content=99>", "", "<html><head>HEAD<meta http-equiv=refresh content=98>", "<meta http-equiv> has changed"),
    ("<!doctype html><html><head>HEAD", "", "<html><head>HEAD", "the doctype has changed"),
    ("<template id=t><p>a</p></template>", "", "<template id=t><p>b</p></template>", '<template id="t"> has changed, and the program may have read it: hot.on("hmr:html-updated", …) would tell it to look again'),
    ("<script id=d type=application/json>1</script>", "", "<script id=d type=application/json>2</script>", '<script id="d"> has changed, and the program may have read it: hot.on("hmr:html-updated", …) would tell it to look again'),
    ("<x-s><template shadowrootmode=open>a</template></x-s>", "", "<x-s><template shadowrootmode=open>b</template></x-s>", "the shadow root of <x-s> has changed"),
    ("", "", "<x-s><template shadowrootmode=open>b</template></x-s>", "the shadow root of <x-s> was added"),
    ("<x-n n=1></x-n>", "customElements.define('x-n', class extends HTMLElement {})", "<x-n n=2></x-n>", "<x-n> does not observe its attribute `n`"),
    ("<p id=p>0</p>", "p.textContent = 5", "<p id=p>zero</p>", 'the program has changed the text of <p id="p"> too'),
    ("<p id=p title=a>0</p>", "p.title = 'mine'", "<p id=p title=b>0</p>", 'the program has changed `title` of <p id="p"> too'),
    ("<p id=p style='left: 1px'>0</p>", "p.style.left = '2px'", "<p id=p style='left: 3px'>0</p>", 'the program has changed the style `left` of <p id="p"> too'),
    ("<div id=r></div>", "r.append('mine')", "<div id=r><b>x</b></div>", 'the program has filled <div id="r">'),
    ("<div id=r><b>a</b></div>", "r.innerHTML = '<b>a</b>'", "<div id=r><b class=c>a</b></div>", "the program has replaced or removed <b>"),
    ("<div id=r><b>a</b></div>", "r.innerHTML = '<b>a</b>'", "<div id=r></div>", "the program has replaced or removed <b>"),
    ("<ul id=r><li>a</li><li>b</li><li>c</li></ul>", "r.append(r.firstChild)", "<ul id=r><li>c</li><li>a</li><li>b</li></ul>", 'the program has changed the order in <ul id="r"> too'),
    ("<p id=p>a</p><script>p.textContent = 'b'</script>", "", "<p id=p>c</p><script>p.textContent = 'b'</script>", 'the program has changed the text of <p id="p"> too'),
    ("<py-script>1</py-script>", "", "<py-script>1<b>x</b></py-script>", "an inline <py-script> has changed"),
    ("<i></i>" * 50_001, "", "<b>x</b>", "it is too large to be followed, or nobody knows how it was served"),
    ("<p>a</p><script>document.querySelector('p').remove()</script>", "", "<p class=c>a</p><script>document.querySelector('p').remove()</script>", "<p> was changed by a script before the page was ready"),
]  # fmt: skip


def test_edits_that_reload_the_page_and_why(edited: Edited) -> None:
    for old, program, new, why in RELOADED:
        edited.open(old, program)
        shown = edited.value("document.documentElement.outerHTML")
        assert edited.save(new) == {"reload": why}, (old, new)
        assert edited.value("document.documentElement.outerHTML") == shown, "all or nothing"


def test_a_text_that_is_not_the_page_s_next_one_reloads_it_and_says_why(edited: Edited) -> None:
    edited.serves_its_first_text = False
    edited.open("<p>a</p>")
    forgotten = "the server does not know any more what this page was"
    assert edited.save("<p>b</p>") == {"reload": forgotten}

    edited.serves_its_first_text = True
    # Playwright answers no fetch with a redirect, so the page's own fetch says that there was one
    led = "{ redirected: { value: true }, url: { value: 'http://page.test/login' } }"
    lead = f"const get = fetch; fetch = async (...x) => Object.defineProperties(await get(...x), {led})"
    edited.open("<p>a</p>", lead)
    assert edited.save("<p>b</p>") == {"reload": "it leads to http://page.test/login now"}


def test_who_listens_gets_data_blocks_and_templates_without_a_reload(edited: Edited) -> None:
    page = "<template id=t><p>{0}</p></template><script id=d type=application/json>{0}</script>"
    edited.open(page.format(1))
    assert "reload" not in edited.save(page.format(2), listens=True)
    assert edited.value("t.content.textContent + d.textContent") == "22"


UNFINISHED = [
    ("<p>a</p>\n<p class='b>a</p>", "It ends inside of a tag", 2),
    ("<p>a</p>\n<p", "It ends inside of a tag", 2),
    ("<p>a</p><!-- c", "It ends inside of a tag", 1),
    ("<p>a</p>\n<script>let a", "It ends inside of a tag", 2),
    ("<p>\n<b class='x>y</b><i id='z'>a</i></p>", "<b", 2),
]


def test_a_slip_leaves_the_page_as_it_is_and_says_where(edited: Edited) -> None:
    edited.open("<p id=p>a</p>", "p.was = 1")
    for text, words, _line in UNFINISHED:
        done = edited.save(f"<html><head>{HEAD}</head><body>{text}")
        assert words in str(done.get("error")), (text, done)
    assert "reload" not in edited.save("<p id=p>b</p>")
    assert edited.value("p.was + p.textContent") == "1b"


def test_any_edit_after_any_edit_is_the_page_as_a_load_would_show_it(edited: Edited) -> None:
    """Random trees, three random edits each: equal to the new text, and what is equal is the same node."""
    edited.open("")
    source = (Path(__file__).parent / "random_html.js").read_text("utf-8")
    done, wrong = json.loads(str(edited.value(f"({source})(17, 400)")))
    assert wrong == []
    assert done > 1000
