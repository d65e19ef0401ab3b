"""What to install for an import: distributions are not always called as their modules are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

# What `import` calls differently from the index, beyond what Pyodide's own lock file knows.
_DISTRIBUTIONS: Mapping[str, str] = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "dotenv": "python-dotenv",
    "jose": "python-jose",
    "jwt": "pyjwt",
    "markdown_it": "markdown-it-py",
    "PIL": "pillow",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "yaml": "pyyaml",
}


def distribution_of(name: str, distributions: Mapping[str, str] | None) -> str:
    """Return what to install for an import.

    Args:
        name: The imported top-level name.
        distributions: What Pyodide calls the packages of its own, by the imported name.
    """
    return (distributions or {}).get(name) or _DISTRIBUTIONS.get(name, name)


def distributions_of(lock: Path) -> dict[str, str]:
    """Return what the packages of a Pyodide are called in its index, by the imported name.

    Args:
        lock: Its pyodide-lock.json; without one there are none.
    """
    try:
        packages = json.loads(lock.read_text("utf-8"))["packages"]
        return {
            name: str(package["name"])
            for package in packages.values()
            for name in package.get("imports", ())
            if "." not in name
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}  # another release's format: the names are then taken as they are
