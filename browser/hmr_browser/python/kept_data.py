"""`hot.data` of Python modules over a reload: what can be pickled comes back in the next page."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, MutableMapping
from typing import Any

from hmr_client.logger import HMRLogger


def to_json(data: Mapping[str, Mapping[str, Any]]) -> str:
    """Return what can be pickled of some modules' `hot.data`, as JSON text.

    Args:
        data: `hot.data` by module.
    """
    return json.dumps({path: texts for path, own in data.items() if (texts := pickled(own))})


def pickled(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the entries that come back as they are, as texts.

    Args:
        data: A module's `hot.data`.
    """
    import pickle  # only a page that is reloaded needs it

    texts = {}
    for name, value in data.items():
        try:
            text = pickle.dumps(value)
            pickle.loads(text)  # noqa: S301  # our own
        except Exception:  # noqa: BLE001, S112  # a value says in many ways that it can't be pickled
            continue
        texts[name] = base64.b64encode(text).decode()
    return texts


class KeptData:
    """What the page before this one has kept, until it is asked for.

    Args:
        text: `to_json`'s.
        logger: Logs what can't be restored.
    """

    def __init__(self, text: str, logger: HMRLogger) -> None:
        self._texts: dict[str, dict[str, str]] = json.loads(text)
        self._logger = logger

    def __contains__(self, path: str) -> bool:
        return path in self._texts

    def give_back(self, path: str, data: MutableMapping[str, Any]) -> None:
        """Put back what can be put back by now.

        An object whose class the module has yet to define comes back when it is asked for later.

        Args:
            data: Its `hot.data`; what is in it stays.
        """
        import pickle

        kept = self._texts[path]
        for name, text in list(kept.items()):
            try:
                value = pickle.loads(base64.b64decode(text))  # noqa: S301  # this page's own
            except (AttributeError, ImportError):
                continue
            except Exception as error:  # noqa: BLE001  # the user's classes may raise anything
                self._logger.error(f"hot.data[{name!r}] of {path} can't be restored: {error}")
            else:
                data.setdefault(name, value)
            del kept[name]
        if not kept:
            del self._texts[path]
