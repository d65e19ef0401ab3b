"""The demo page, as a stranger goes through it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def demo(project, serve, open_page):
    project.copy(REPOSITORY, "index.html", "browser/demo")
    page = open_page(serve(project).url)
    page.wait_for("document.querySelector('#status').dataset.state === 'on'")
    return page


def test_the_tour_keeps_the_count_until_the_page_reloads(demo, project):
    step = demo.page.locator("#edit-file")
    expect(step).to_have_text("browser/demo/shapes.py")
    demo.page.click("#picture", click_count=3, position={"x": 200, "y": 50})
    expect(demo.page.locator("#caption")).to_contain_text("15 shapes")

    project.edit("browser/demo/shapes.py", "GRAVITY = 0.2", "GRAVITY = -0.2")
    expect(step).to_have_text("browser/demo/app.py")
    project.edit("browser/demo/app.py", "} shapes", "} things")
    expect(demo.page.locator("#caption")).to_contain_text("15 things")
    expect(step).to_have_text("browser/demo/counter.js")
    demo.page.click("#increment", click_count=3)
    demo.text("#count", "3")

    project.edit("browser/demo/counter.js", "STEP = 1;", "STEP = 10;")
    demo.text("#increment", "+10")
    demo.text("#count", "3")
    demo.page.click("#increment")
    demo.text("#count", "13")
    expect(step).to_have_text("browser/demo/label.js")

    project.edit("browser/demo/label.js", '"clicks so far"', '"times clicked"')
    demo.text("#label", "times clicked")
    demo.text("#count", "13")
    expect(step).to_have_text("browser/demo/card.css")

    project.write(
        "browser/demo/card.css",
        project.read("browser/demo/card.css") + "\n.card { outline-style: dotted }\n",
    )
    demo.css(".card", "outline-style", "dotted")
    demo.text("#count", "13")
    expect(step).to_have_text("index.html")
    expect(demo.page.locator("#updates > li")).to_have_count(5)
    demo.assert_not_reloaded()

    project.edit("index.html", "Save a file.<br />", "Save any file.<br />")
    expect(demo.page.locator("h1")).to_contain_text("Save any file.")
    expect(step).to_have_text("any file")
    demo.text("#count", "13")
    demo.assert_not_reloaded()


def test_broken_python_is_shown_and_mended_and_the_picture_goes_on(demo, project):
    caption = demo.page.locator("#caption")
    expect(caption).to_contain_text("12 shapes")

    project.edit("browser/demo/shapes.py", "pen.fill()", "pen.fill(")
    expect(demo.overlay.locator(".frame")).to_contain_text("pen.fill(")
    before = caption.text_content()
    expect(caption).not_to_have_text(before)
    project.edit("browser/demo/shapes.py", "pen.fill(", "pen.stroke()")

    expect(demo.overlay).to_have_count(0)
    expect(demo.page.locator("#updates > li").first).to_contain_text("shapes.py patched")
    expect(caption).to_contain_text("12 shapes")
    demo.assert_not_reloaded()


def test_a_broken_module_is_shown_and_mended(demo, project):
    demo.page.click("#increment")
    project.edit("browser/demo/counter.js", "STEP = 1;", "STEP = 2;")
    demo.text("#increment", "+2")

    project.edit("browser/demo/counter.js", "STEP = 2;", "STEP = = 2;")
    expect(demo.overlay.locator(".frame")).to_contain_text("STEP = = 2;")
    project.edit("browser/demo/counter.js", "STEP = = 2;", "STEP = 3;")

    demo.text("#increment", "+3")
    demo.text("#count", "1")
    expect(demo.overlay).to_have_count(0)
    demo.assert_not_reloaded()


def test_nothing_is_wrong_on_the_page(demo):
    demo.assert_no_errors()
    assert not [line for line in demo.console if "rror" in line or "Failed" in line]
