"""HotReload in Starlette, FastAPI, Django and Flask, each really installed, as their users start them."""

import re
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from e2e.harness.project import Project, html
from e2e.harness.server import Server

_HOME = html(body='<p id="theirs">from the application</p><p id="out"></p>').replace(
    "/main.js", "/static/main.js"
)

_STARLETTE = """\
from pathlib import Path
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route
from hmr_server import HotReload

async def home(request):
    return HTMLResponse(Path("templates/home.html").read_text())

async def api(request):
    return JSONResponse({"framework": "starlette"})

app = Starlette(routes=[Route("/", home), Route("/api", api)])
app.add_middleware(HotReload, root="frontend", base="/static/", templates=["templates"])
"""

_FASTAPI = """\
from pathlib import Path
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from hmr_server import HotReload

app = FastAPI()
app.add_middleware(HotReload, root="frontend", base="/static/", templates=["templates"])

@app.get("/", response_class=HTMLResponse)
def home():
    return Path("templates/home.html").read_text()

@app.get("/api")
def api() -> dict[str, str]:
    return {"framework": "fastapi"}
"""

_DJANGO = """\
from django.conf import settings

settings.configure(
    DEBUG=True,
    SECRET_KEY="a test's",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": ["templates"]}],
)

from django.core.asgi import get_asgi_application
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import path
from hmr_server import HotReload

urlpatterns = [
    path("", lambda request: render(request, "home.html")),
    path("api", lambda request: JsonResponse({"framework": "django"})),
]
app = HotReload(
    get_asgi_application(), root="frontend", base="/static/", templates=["templates"]
)
"""

_FLASK = """\
from asgiref.wsgi import WsgiToAsgi
from flask import Flask, jsonify, render_template
from hmr_server import HotReload

application = Flask(__name__, static_folder=None)
application.add_url_rule("/", view_func=lambda: render_template("home.html"), endpoint="home")
application.add_url_rule("/api", view_func=lambda: jsonify(framework="flask"), endpoint="api")
app = HotReload(
    WsgiToAsgi(application), root="frontend", base="/static/", templates=["templates"]
)
"""

_APPLICATIONS = {
    "starlette": _STARLETTE,
    "fastapi": _FASTAPI,
    "django": _DJANGO,
    "flask": _FLASK,
}

_FILES = {
    "templates/home.html": _HOME,
    "frontend/main.js": """\
import { text } from "./text.js";
import.meta.hot.data.runs = (import.meta.hot.data.runs ?? 0) + 1;
document.querySelector("#out").textContent = `${text} ${import.meta.hot.data.runs}`;
import.meta.hot.accept();
""",
    "frontend/text.js": 'export const text = "one";\n',
}


@pytest.fixture
def serve_application() -> Iterator[Callable[[Project], Server]]:
    """Starts `uvicorn application:app` in a project, with this very Python: it has the frameworks."""
    servers: list[Server] = []

    def start(project: Project) -> Server:
        uvicorn = [sys.executable, "-m", "uvicorn", "application:app", "--port", "0"]
        servers.append(Server(Path(sys.executable), project.root, command=uvicorn))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()
        assert "Traceback" not in server.output, server.output


@pytest.mark.parametrize("framework", _APPLICATIONS)
def test_hot_updates_in_somebody_else_s_application(
    project, serve_application, open_page, framework
):
    pytest.importorskip(framework)
    project.create({**_FILES, "application.py": _APPLICATIONS[framework]})
    server = serve_application(project)
    with urllib.request.urlopen(f"{server.url}api") as answer:
        assert framework in answer.read().decode()

    page = open_page(server.url)
    page.text("#theirs", "from the application")
    page.text("#out", "one 1")

    project.edit("frontend/text.js", "one", "two")
    page.text("#out", "two 2")
    page.assert_not_reloaded()
    assert re.search(r"hmr update /main\.js", server.wait_for_line("hmr update"))

    project.edit("templates/home.html", "from the application", "anew")
    page.text("#theirs", "anew")
    page.text("#out", "two 2")
    page.assert_not_reloaded()
    server.wait_for_line("hmr update .*home.html  html")
