"""What README and the other documents name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "server").glob("**/README.md")),
]
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"(?s)```.*?```|`[^`\n]*`")
_OURS = ("bench", "browser", "docs", "e2e", "examples", "hmr_client", "scripts", "server", "tests")
_PATH = re.compile(rf"`((?:{'|'.join(_OURS)})/[\w./-]+)`")
_MODULE = re.compile(r"python -m ((?:bench|scripts|hmr_client)(?:\.\w+)*)")


def anchors(text: str) -> set[str]:
    titles = re.findall(r"(?m)^#+ (.+)$", text)
    return {re.sub(r"[^\w -]", "", x.lower()).replace(" ", "-") for x in titles}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda x: str(x.relative_to(ROOT)))
def test_links_paths_and_commands_of_documents_lead_somewhere(document):
    text = document.read_text()
    for link in _LINK.findall(_CODE.sub("", text)):
        path, _, anchor = link.partition("#")
        if "://" in link:
            continue
        target = document.parent / path if path else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text()), link
    for path in _PATH.findall(text):
        assert (ROOT / path).exists() or (document.parent / path).exists(), path
    for module in _MODULE.findall(text):
        place = ROOT / module.replace(".", "/")
        assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), module


def test_some_are_found():
    readme = (ROOT / "README.md").read_text()
    assert _LINK.findall(readme)
    assert _PATH.findall(readme)
    assert _MODULE.findall(readme)
    assert len(DOCUMENTS) > 5
