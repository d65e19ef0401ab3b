"""Pages of an application whose encoding its headers do not say, or say wrong."""

import sys
from pathlib import Path

import pytest

from e2e.harness.server import Server

_APPLICATION = """\
from pathlib import Path
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from hmr_server import HotReload

async def home(request):
    content = Path("templates/page.html").read_bytes()
    return Response(content, headers={"content-type": "text/html" + request.query_params["header"]})

app = Starlette(routes=[Route("/", home)])
app.add_middleware(HotReload, root="frontend", base="/static/", templates=["templates"])
"""
_PAGE = """\
<!doctype html><html><head><meta charset="koi8-r"><title>theirs</title></head>
<body><p id="out">жук</p><p id="other">one</p></body></html>
"""


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("", "koi8-r"),
        ("; charset=nonsense", "koi8-r"),
        ("; charset=utf-8", "utf-16"),  # has a byte order mark
    ],
)
def test_an_edit_of_a_page_keeps_its_letters(header, encoding, project, open_page):
    project.create(
        {
            "application.py": _APPLICATION,
            "frontend/main.js": "",
            "templates/page.html": _PAGE.encode(encoding),
        }
    )
    uvicorn = [sys.executable, "-m", "uvicorn", "application:app", "--port", "0"]
    server = Server(Path(sys.executable), project.root, command=uvicorn)
    page = open_page(f"{server.url}?header={header.replace(' ', '%20')}")
    page.text("#out", "жук")

    project.write("templates/page.html", _PAGE.replace("one", "two").encode(encoding))

    page.text("#other", "two")
    page.text("#out", "жук")
    page.assert_not_reloaded()
    server.stop()
