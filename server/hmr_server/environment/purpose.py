"""What a browser is going to do with an answer, as far as its request says so."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

_NAVIGATIONS = frozenset({"document", "iframe", "frame", "fencedframe", "embed", "object"})
_WORKERS = frozenset({"worker", "sharedworker", "serviceworker", "audioworklet", "paintworklet"})


class Purpose(Enum):
    """The kinds of requests that are answered differently."""

    NAVIGATION = "shows a page"
    MODULE = "runs an ES module, or a worker's script of either kind"
    CLASSIC_SCRIPT = "runs a classic script"
    STYLESHEET = "applies a stylesheet"
    FILE = "shows an image, plays a film, reads a JSON module …"
    FETCH = "fetch(), XMLHttpRequest, or a service worker that passes a request on"
    UNKNOWN = "nothing is said: no browser, an old one, or an origin that is not trustworthy"


def purpose_of(headers: Mapping[str, str]) -> Purpose:
    """Read a request's `Sec-Fetch-*` headers.

    What a service worker passes on by `fetch(event.request)` comes as `empty`, with the mode and the
    `Accept` header of the request that it passes on. Our client asks by `fetch()`, for `text/javascript`
    alone, whether a module could be imported now (`wait_to_fetch_again` in `hmr_browser.transport`); what
    jQuery's `getScript` asks for names further types, and gets the file.

    Args:
        headers: By lower-case name.
    """
    mode = headers.get("sec-fetch-mode", "")
    destination = headers.get("sec-fetch-dest", "")
    if mode == "navigate" or destination in _NAVIGATIONS:
        return Purpose.NAVIGATION
    if destination in _WORKERS:
        return Purpose.MODULE
    match destination:
        case "":
            return Purpose.UNKNOWN
        case "script":
            # an ES module is always asked for with `cors`; so is a classic script with `crossorigin`
            return Purpose.CLASSIC_SCRIPT if mode == "no-cors" else Purpose.MODULE
        case "style":
            return Purpose.STYLESHEET
        case "empty" if "text/css" in headers.get("accept", ""):
            return Purpose.STYLESHEET
        case "empty" if headers.get("accept") == "text/javascript":
            return Purpose.MODULE
        case "empty":
            return Purpose.CLASSIC_SCRIPT if mode == "no-cors" else Purpose.FETCH
        case _:
            return Purpose.FILE
