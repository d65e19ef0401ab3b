"""What a page's browser can, by what it says of itself."""

from __future__ import annotations

import re
from collections.abc import Mapping

_CHROMIUM = re.compile(r"Chrome/(\d+)")  # `HeadlessChrome/` too
_FIRST_WITH_MANY_MAPS = 133  # before, one import map is all that a page can have


def takes_sources(headers: Mapping[str, str]) -> bool:
    """Return whether import maps of a page can lead to texts.

    Args:
        headers: Those of the request for the page, by lower-case name.
    """
    found = _CHROMIUM.search(headers.get("user-agent", ""))
    return found is not None and int(found[1]) >= _FIRST_WITH_MANY_MAPS
