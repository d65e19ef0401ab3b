"""The pages as they were served, for those who have them open: an edit is compared with that."""

from __future__ import annotations

import hashlib

UNNAMED = "<!--hmr-page:-->"
"""Where a page's name goes; it is found again by the client (`served_page.js`)."""

_MAX_PAGES = 200
_MAX_CHARACTERS = 16 * 1024 * 1024


class ServedPages:
    """The last pages that were served, by a name that each of them carries.

    A page asks for its text once, soon after it was loaded, and keeps it. No other client can guess its
    name: a page may hold what is its visitor's only.

    Args:
        secret: Goes into the names.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._texts: dict[str, str] = {}
        self._characters = 0

    def add(self, text: str, last_push: int) -> str:
        """Keep a page, and return what takes the place of `UNNAMED` in it: the comment with its name.

        Args:
            text: The page, with `UNNAMED` in it. The same text gets the same name, until the next push.
            last_push: The number of the last push before the page was read. It ends the page's name: the
                page asks for what follows, which may have changed what it had loaded by then.
        """
        content = text.encode("utf-8", "surrogateescape")
        digest = hashlib.blake2b(content, key=self._secret, digest_size=12).hexdigest()
        name = f"{digest}.{last_push}"
        named = UNNAMED.replace(":", f":{name}")
        text = text.replace(UNNAMED, named, 1)
        self._characters += len(text) - len(self._texts.pop(name, ""))
        self._texts[name] = text
        while len(self._texts) > _MAX_PAGES or (
            self._characters > _MAX_CHARACTERS and len(self._texts) > 1
        ):
            self._characters -= len(self._texts.pop(next(iter(self._texts))))
        return named

    def get(self, name: str) -> str | None:
        """Return a page as it was served; None if it is not known (any more)."""
        return self._texts.get(name)
