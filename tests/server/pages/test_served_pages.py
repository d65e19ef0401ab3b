"""The pages as they were served."""

from hmr_server.pages import served_pages
from hmr_server.pages.served_pages import UNNAMED, ServedPages


def name_of(text: str) -> str:
    return text.partition("<!--hmr-page:")[2].partition("-->")[0]


def test_a_page_is_found_by_the_name_that_it_carries():
    served = ServedPages("secret")
    page = "a{}b".format(served.add(f"a{UNNAMED}b", 0))
    assert served.get(name_of(page)) == page
    assert served.get("another") is None


def test_the_same_text_has_the_same_name_which_only_this_server_knows():
    """A page that has not changed is answered with 304."""
    text = f"a{UNNAMED}"
    assert ServedPages("one").add(text, 7) == ServedPages("one").add(text, 7)
    assert ServedPages("one").add(text, 7) != ServedPages("two").add(text, 7)


def test_a_page_names_the_last_push_before_it_was_read():
    served = ServedPages("secret")
    pages = ["a" + served.add(f"a{UNNAMED}", push) for push in (7, 8)]
    assert [name_of(page).partition(".")[2] for page in pages] == ["7", "8"]
    assert [served.get(name_of(page)) for page in pages] == pages


def test_the_oldest_pages_are_forgotten(monkeypatch):
    monkeypatch.setattr(served_pages, "_MAX_PAGES", 2)
    served = ServedPages("secret")
    names = [name_of(served.add(f"{text}{UNNAMED}", 0)) for text in ("a", "b", "a", "c")]
    assert [served.get(name) is not None for name in names] == [True, False, True, True]


def test_large_pages_make_room_for_one_another(monkeypatch):
    monkeypatch.setattr(served_pages, "_MAX_CHARACTERS", 100)
    served = ServedPages("secret")
    names = [name_of(served.add(f"{text * 90}{UNNAMED}", 0)) for text in "ab"]
    assert [served.get(name) is not None for name in names] == [False, True]
