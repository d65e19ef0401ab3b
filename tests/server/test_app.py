"""The server over real sockets: HTTP."""

import contextlib
import socket
from pathlib import Path

import httpcore
import httpx
import pytest

from hmr_server.client_wheel.wheel import client_wheels, named_by_content
from hmr_server.config import Isolation
from hmr_server.pyodide.files import read_pyodide
from tests.server.pyodide_folder import make_pyodide
from tests.server.running import RunningServer, Start, find

PAGE_ACCEPT = "text/html,application/xhtml+xml,*/*;q=0.8"


def test_a_page_gets_the_client_and_is_asked_for_again(running: RunningServer) -> None:
    page = httpx.get(running.url)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    assert '<script type="module" src="/@hmr/client"></script>' in page.text
    again = httpx.get(running.url, headers={"if-none-match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_client_carries_this_server_s_settings(start: Start) -> None:
    running = start(base="/app/", overlay=False, packages=("rich",))
    script = httpx.get(f"{running.url}@hmr/client")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert script.headers["cache-control"] == "no-cache"
    settings = find(r"const config = (\{.*\});", script.text)
    assert f'"token": "{running.config.token}"' in settings
    assert f'"session": "{running.config.session}"' in settings
    assert '"base": "/app/"' in settings
    assert '"overlay": false' in settings
    assert '"packages": ["rich"]' in settings
    wheel = find(r'"wheel": "([^"]+)"', settings)
    assert wheel.startswith("/app/@hmr/wheel/")
    answer = httpx.get(httpx.URL(running.url).join(wheel))
    assert answer.content.startswith(b"PK")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    known = httpx.get(
        f"{running.url}@hmr/client", headers={"if-none-match": script.headers["etag"]}
    )
    assert known.status_code == 304


def test_the_rest_of_the_client_is_kept_by_its_hash(start: Start) -> None:
    running = start(base="/app/")
    rest = find(r'"rest": "([^"]+)"', httpx.get(f"{running.url}@hmr/client").text)
    answer = httpx.get(httpx.URL(running.url).join(rest))
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert 'from "../client";' in answer.text
    for other in (rest + "0", rest.partition("?")[0]):
        assert httpx.get(httpx.URL(running.url).join(other)).status_code == 404


def test_vite_s_client_is_ours(start: Start) -> None:
    running = start(base="/app/")
    assert httpx.get(f"{running.url}@vite/client").text == 'export * from "/app/@hmr/client";\n'


def test_pyodide_is_served_raw_and_for_ever(start: Start, tmp_path: Path) -> None:
    pyodide = read_pyodide(make_pyodide(tmp_path / "pyodide"))
    assert pyodide is not None
    running = start(pyodide=pyodide)
    settings = httpx.get(f"{running.url}@hmr/client").text
    assert f'"pyodide": "/@hmr/pyodide/{pyodide.hash}/"' in settings
    token = running.config.token
    assert f'"micropip": "/@hmr/micropip/{token}/micropip-0.11.1-py3-none-any.whl"' in settings
    place = f"{running.url}@hmr/pyodide/{pyodide.hash}/"
    wasm = httpx.get(f"{place}pyodide.asm.wasm", headers={"accept-encoding": "gzip, br"})
    assert wasm.headers["content-type"] == "application/wasm"
    assert wasm.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "content-encoding" not in wasm.headers
    assert httpx.get(f"{place}pyodide.mjs").headers["content-type"].startswith("text/javascript")
    numpy = httpx.get(f"{place}numpy-2.4-cp314-cp314-pyodide_2026_0_wasm32.whl")
    assert numpy.status_code == 302
    assert numpy.headers["location"].startswith("https://cdn.")
    for missing in (f"{place}nowhere.whl", f"{place}../x", f"{running.url}@hmr/pyodide/0/x.mjs"):
        assert httpx.get(missing).status_code == 404
    better = tmp_path / "better.zip"
    better.write_text("bytecode")
    exchanged = pyodide.with_stdlib(better)
    running.server.client_files.use_pyodide(exchanged)
    assert f"/@hmr/pyodide/{exchanged.hash}/" in httpx.get(f"{running.url}@hmr/client").text
    fresh = f"{running.url}@hmr/pyodide/{exchanged.hash}/python_stdlib.zip"
    assert httpx.get(fresh).text == "bytecode"
    assert httpx.get(f"{place}python_stdlib.zip").text == "python_stdlib.zip"


def test_the_client_is_served_compiled_once_it_is(start: Start, tmp_path: Path) -> None:
    pyodide = read_pyodide(make_pyodide(tmp_path / "pyodide"))
    assert pyodide is not None
    running = start(pyodide=pyodide)
    for key, archive in zip(("wheel", "pythonWheel"), client_wheels(), strict=True):
        plain = f"/@hmr/wheel/{archive.hash}/{archive.name}"
        assert f'"{key}": "{plain}"' in httpx.get(f"{running.url}@hmr/client").text
        compiled = named_by_content(archive.name, b"compiled " + key.encode())
        running.server.client_files.use_pyodide(pyodide.with_client({archive.hash: compiled}))
        better = f"/@hmr/wheel/{compiled.hash}/{compiled.name}"
        assert f'"{key}": "{better}"' in httpx.get(f"{running.url}@hmr/client").text
        answer = httpx.get(running.url + better[1:])
        assert answer.content == compiled.content
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        # for a page that was served before
        assert httpx.get(running.url + plain[1:]).content == archive.content


def test_without_pyodide_pages_load_it_from_its_cdn(running: RunningServer) -> None:
    assert '"pyodide": "https://cdn.' in httpx.get(f"{running.url}@hmr/client").text


def test_modules_are_answered_by_the_environment(running: RunningServer) -> None:
    module = httpx.get(f"{running.url}main.js")
    assert module.headers["content-type"].startswith("text/javascript")
    assert module.headers["cache-control"] == "no-cache"
    assert "createHotContext" in module.text
    known = httpx.get(f"{running.url}main.js", headers={"if-none-match": module.headers["etag"]})
    assert known.status_code == 304
    style = httpx.get(f"{running.url}style.css", headers={"accept": "text/css,*/*;q=0.1"})
    assert style.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    "path", ["main.js", "style.css", "main.js?t=1795000000000", "photo.png", ""]
)
def test_headers_that_are_cut_short_are_no_module(running: RunningServer, path: str) -> None:
    """Chromium takes what has come of the headers for all there are: see `add_headers`."""
    root = Path(running.config.root)
    for name in ("style.css", "main.js", "photo.png"):
        if not (root / name).exists():
            (root / name).write_text("a {}")
    for _ in range(2):  # the second time from what was kept
        answer = httpx.get(f"{running.url}{path}", headers={"origin": "http://localhost"})
        names = [name.decode().lower() for name, _ in answer.headers.raw]
        assert names.index("content-length") < names.index("content-type")


def test_a_file_has_an_etag_and_ranges(running: RunningServer) -> None:
    whole = httpx.get(f"{running.url}logo.png", headers={"sec-fetch-dest": "image"})
    assert whole.headers["content-type"] == "image/png"
    assert whole.headers["cache-control"] == "no-cache"
    assert whole.content == bytes(range(256))
    part = httpx.get(f"{running.url}logo.png", headers={"range": "bytes=2-4"})
    assert (part.status_code, part.content) == (206, b"\x02\x03\x04")
    known = httpx.get(
        f"{running.url}logo.png", headers={"if-none-match": f'"x", W/{whole.headers["etag"]}'}
    )
    assert (known.status_code, known.content) == (304, b"")
    head = httpx.head(f"{running.url}logo.png")
    assert (head.headers["content-length"], head.content) == ("256", b"")
    (running.config.root / "logo.png").write_bytes(b"changed")
    changed = httpx.get(f"{running.url}logo.png", headers={"if-none-match": whole.headers["etag"]})
    assert changed.content == b"changed"


@pytest.mark.parametrize("headers", [{}, {"range": "bytes=1-"}])
@pytest.mark.parametrize("content", [b"", b"much " * 8_000_000, None])
def test_a_file_that_is_saved_while_it_is_sent_ends_its_connection(
    running: RunningServer,
    content: bytes | None,
    headers: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    file = running.config.root / "film.mp4"
    file.write_bytes(b"long " * 4_000_000)
    with httpx.stream("GET", f"{running.url}film.mp4", headers=headers) as answer:
        chunks = answer.iter_bytes()
        next(chunks)
        if content is None:
            file.unlink()
        else:
            file.write_bytes(content)
        # or it was sent as it was promised
        with contextlib.suppress(httpx.RemoteProtocolError, httpcore.RemoteProtocolError):
            for _ in chunks:
                pass
    assert [record for record in caplog.records if record.exc_info] == []


FALLBACKS: list[tuple[str, dict[str, str], str | int]] = [
    ("/", {}, "index"),
    ("/index.html", {}, "index"),
    ("/about", {"accept": PAGE_ACCEPT}, "about"),
    ("/about.html", {"accept": PAGE_ACCEPT}, "about"),
    ("/sub/", {"accept": PAGE_ACCEPT}, "sub"),
    ("/sub/index.html", {"accept": PAGE_ACCEPT}, "sub"),
    ("/%C3%BC%20b.html", {"accept": PAGE_ACCEPT}, "umlaut"),
    ("/deep/link", {"accept": PAGE_ACCEPT}, "index"),
    ("/deep/link/", {"accept": PAGE_ACCEPT}, "index"),
    ("/gone.html", {"accept": PAGE_ACCEPT}, "index"),
    ("/deep/link", {"accept": "*/*"}, 404),
    ("/nosuch.csv", {"accept": "*/*", "sec-fetch-dest": "empty"}, 404),
    ("/gone.html", {"accept": "*/*", "sec-fetch-dest": "empty"}, 404),
    ("/deep/link", {"accept": PAGE_ACCEPT, "sec-fetch-dest": "object"}, 404),
    ("/deep/link", {"accept": PAGE_ACCEPT, "sec-fetch-dest": "document"}, "index"),
    ("/deep/link", {"accept": PAGE_ACCEPT, "sec-fetch-dest": "iframe"}, "index"),
    ("/deep/link", {"accept": "*/*", "sec-fetch-dest": "script"}, 404),
    ("/gone.js", {"accept": "*/*", "sec-fetch-dest": "script"}, 404),
    ("/gone.js?t=1795375601716", {"accept": "*/*", "sec-fetch-dest": "script"}, 404),
    ("/gone.css", {"accept": "text/css,*/*;q=0.1", "sec-fetch-dest": "style"}, 404),
    ("/gone.png", {"accept": "image/*,*/*;q=0.8", "sec-fetch-dest": "image"}, 404),
    ("/gone.json", {"accept": "application/json"}, 404),
    ("/@hmr/nowhere", {"accept": "application/json"}, 404),
]


def test_pages_and_their_fallbacks(running: RunningServer, subtests: pytest.Subtests) -> None:
    root = running.config.root
    for name, title in {
        "index.html": "index",
        "about.html": "about",
        "sub/index.html": "sub",
        "ü b.html": "umlaut",
    }.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(f"<title>{title}</title>")
    for path, headers, expected in FALLBACKS:
        with subtests.test(path=path, headers=headers):
            answer = running.get(path, **headers)
            if isinstance(expected, int):
                assert answer.status_code == expected
                assert "html" not in answer.headers["content-type"]
            else:
                assert answer.status_code == 200
                assert f"<title>{expected}</title>" in answer.text
                assert "/@hmr/client" in answer.text


def test_public_files_are_served_as_they_are(running: RunningServer) -> None:
    public = running.config.root / "public"
    public.mkdir()
    (public / "robots.txt").write_text("as it is")
    (public / "lib.js").write_text("import.meta.hot.accept()")
    (public / ".env").write_text("secret")
    (public / "link.txt").symlink_to("../index.html")
    assert running.get("/robots.txt").text == "as it is"
    assert running.get("/lib.js").text == "import.meta.hot.accept()"
    assert running.get("/.env").status_code == 403
    assert running.get("/link.txt", accept="x/y").status_code == 404


ATTEMPTS = [
    "/.env",
    "/.ENV",
    "/%2eenv",
    "/.env.local",
    "/key.pem",
    "/.git/config",
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/..%5csecret.txt",
    "/outside.txt",
    "/index.html%00",
    "/@fs/etc/passwd",
    "/@fs{outside}/secret.txt",
    "/@fs{outside}/site/.env",
    "/.env?raw",
    "/.env?import",
    "/.env?import&raw",
    "/.env?url",
    "/.env?t=1795375601716&import&raw",
    "/@fs/etc/passwd?import&raw",
    "/@fs{outside}/secret.txt?import&raw",
    "/@id/.env",
    "/@id/{outside}/secret.txt?import&raw",
    "/@id/__x00__{outside}/secret.txt",
    "/outside.txt?import&raw",
    "/key.pem?import&url",
    "/.env?.js",
    "/.env?html-proxy&index=0.js",
    "/.env%3fx.js",
    "/.env.html",
    "/%252eenv",
]


@pytest.mark.parametrize("destination", ["", "script", "document"])
def test_no_request_reads_a_secret(
    running: RunningServer, destination: str, subtests: pytest.Subtests
) -> None:
    root = running.config.root
    for place in (root / ".env", root / ".env.local", root / "key.pem", root / ".git/config"):
        place.parent.mkdir(exist_ok=True)
        place.write_text("SECRET")
    (root / ".env.html").write_text("SECRET")
    (root.parent / "secret.txt").write_text("SECRET")
    (root / "outside.txt").symlink_to("../secret.txt")
    headers = {"sec-fetch-dest": destination} if destination else {}
    for path in ATTEMPTS:
        with subtests.test(path=path):
            answer = running.get(path.format(outside=root.parent), **headers)
            assert "SECRET" not in answer.text
            assert "root:" not in answer.text


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost:1", 200), ("127.0.0.1", 200), ("evil.example", 403), ("mine.test", 200)],
)
def test_foreign_hosts_are_refused(start: Start, host: str, status: int) -> None:
    running = start(allowed_hosts=("mine.test",))
    for path in ("/", "/main.js", "/@hmr/client", "/logo.png"):
        answer = running.get(path, host=host)
        assert answer.status_code == status
        if status == 403:
            refusal = 'Blocked request. This host ("evil.example") is not allowed.'
            assert answer.text.startswith(refusal)


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [("http://localhost:3000", True), ("http://evil.example", False), (None, False)],
)
def test_only_pages_of_this_machine_may_read_across_origins(
    running: RunningServer, origin: str | None, allowed: bool
) -> None:
    headers = {"origin": origin} if origin else {}
    for path in ("/", "/main.js", "/@hmr/client", "/nowhere.js"):
        answer = running.get(path, **headers)
        assert "origin" in answer.headers["vary"].lower()
        assert answer.headers.get("access-control-allow-origin") == (origin if allowed else None)
    asked = {**headers, "access-control-request-method": "GET"}
    preflight = httpx.options(running.url, headers=asked)
    assert ("access-control-allow-methods" in preflight.headers) is allowed


def test_below_a_base(start: Start) -> None:
    running = start(base="/app/")
    root = running.url.removesuffix("app/")
    assert running.url.endswith("/app/")
    assert 'src="/app/@hmr/client"' in httpx.get(running.url).text
    assert httpx.get(f"{running.url}main.js").status_code == 200
    for path in ("", "index.html", "app"):
        answer = httpx.get(f"{root}{path}")
        assert (answer.status_code, answer.headers["location"]) == (302, "/app/")
    outside = httpx.get(f"{root}x%3Cb%3E", headers={"accept": "text/html"})
    assert outside.status_code == 404
    assert 'href="/app/x%3Cb%3E"' in outside.text
    assert httpx.get(f"{root}main.js").status_code == 404


def test_a_module_with_an_error_is_a_500_and_in_the_terminal(running: RunningServer) -> None:
    (running.config.root / "main.js").write_text("import './nowhere.js';\n")
    answer = httpx.get(f"{running.url}main.js")
    assert answer.status_code == 500
    assert "ErrorOverlay" in answer.text
    assert "</script><" in answer.text
    assert 'Failed to resolve import "./nowhere.js"' in running.printed
    assert "main.js:1:" in running.printed
    httpx.get(f"{running.url}main.js")
    assert running.printed.count("Failed to resolve") == 1


def test_a_project_without_a_page_says_how_to_begin(start: Start) -> None:
    running = start(base="/app/")
    (running.config.root / "index.html").unlink()
    (running.config.root / "a <b>.html").write_text("")
    (running.config.root / ".env.html").write_text("")

    answer = httpx.get(f"{running.url}deep/link", headers={"accept": PAGE_ACCEPT})
    assert answer.status_code == 404
    assert str(running.config.root) in answer.text
    assert '<a href="/app/a%20%3Cb%3E.html">a &lt;b&gt;.html</a>' in answer.text
    assert ".env" not in answer.text
    assert httpx.get(f"{running.url}gone.js", headers={"accept": "*/*"}).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_other_methods_change_nothing(running: RunningServer, method: str) -> None:
    assert httpx.request(method, f"{running.url}index.html").status_code in {404, 405}


def test_the_headers_of_the_settings_come_with_every_answer(start: Start) -> None:
    running = start(
        headers={"Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "max-age=1"}
    )
    for path in ("/", "/main.js", "/@hmr/client", "/nowhere.js"):
        answer = running.get(path)
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert running.get("/main.js").headers["cache-control"] == "no-cache"


def test_a_second_host_is_refused_also_for_what_was_answered_before(running: RunningServer) -> None:
    """Whichever HTTP parser reads the request: one Host decides, and there is one."""
    host, port = running._listener.getsockname()[:2]
    ours = f"Host: {host}:{port}\r\n"
    for _ in range(2):  # the second time it is answered from memory
        assert _status(running, ours) == 200
        assert _status(running, ours + "Host: evil.example\r\n") in {400, 403}
        assert _status(running, "Host: evil.example\r\n" + ours) in {400, 403}
        assert _status(running, "Host: evil.example\r\n") == 403
        assert _status(running, "") in {400, 403}


def _status(running: RunningServer, headers: str) -> int:
    with socket.create_connection(running._listener.getsockname()[:2]) as connection:
        request = f"GET /main.js HTTP/1.1\r\n{headers}Connection: close\r\n\r\n"
        connection.sendall(request.encode())
        return int(connection.makefile("rb").readline().split()[1])


@pytest.mark.parametrize(
    ("setting", "plain", "worker"),
    [
        ("auto", None, "credentialless"),
        ("off", None, None),
        ("credentialless", "credentialless", "credentialless"),
        ("require-corp", "require-corp", "require-corp"),
    ],
)
def test_pages_with_pyscript_workers_are_isolated(
    start: Start, setting: str, plain: str | None, worker: str | None
) -> None:
    running = start(base="/app/", cross_origin_isolation=Isolation(setting))
    pages = {
        "worker.html": ('<script type="py" worker src="w.py"></script>', worker),
        "makes.html": ('<script type="py" src="/app/py/makes.py"></script>', worker),
        "plain.html": ('<script type="py" src="py/plain.py"></script>', plain),
    }
    for name, (text, _) in pages.items():
        (running.config.root / name).write_text(text)
    (running.config.root / "py").mkdir()
    (running.config.root / "py/makes.py").write_text("from pyscript import create_named_worker")
    (running.config.root / "py/plain.py").write_text("print()")
    for name, (_, policy) in pages.items():
        headers = httpx.get(running.url + name).headers
        assert headers.get("cross-origin-embedder-policy") == policy, name
        assert headers.get("cross-origin-opener-policy") == (policy and "same-origin"), name
    for destination, policy in {"worker": worker, "iframe": worker, "script": None}.items():
        asked = {"sec-fetch-dest": destination}
        headers = httpx.get(f"{running.url}main.js", headers=asked).headers
        assert headers.get("cross-origin-embedder-policy") == policy, destination


def test_isolation_that_the_settings_name_themselves_stays(start: Start) -> None:
    running = start(headers={"Cross-Origin-Embedder-Policy": "require-corp"})
    (running.config.root / "worker.html").write_text('<script type="py" worker></script>')
    headers = httpx.get(f"{running.url}worker.html").headers
    assert headers["cross-origin-embedder-policy"] == "require-corp"
    assert headers["cross-origin-opener-policy"] == "same-origin"
