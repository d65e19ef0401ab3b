"""What has been tried on servers of this kind, as one table: the request, the answer, the source.

A request is written as it travels. `{host}`, `{base}`, `{token}`, `{root}` and `{outside}` are filled in:
where the server listens, the path that it serves below, its token, the project's folder and the folder
above it. What a row names as its answers is what `hmr-server` may answer; an application that has
`HotReload` may answer 404 besides, and a folder on a static server anything but a secret.
"""

from collections.abc import Iterator
from dataclasses import dataclass

OK, BAD, FORBIDDEN, MISSING, NO_METHOD = 200, 400, 403, 404, 405

FOREIGN_SITE = "http://evil.example"


@dataclass(frozen=True, slots=True)
class Attack:
    """One row.

    Attributes:
        request: The request's head; each line ends with a newline, which travels as CRLF.
        expected: The status codes that are right.
        source: Where this was tried first.
    """

    request: str
    expected: tuple[int, ...]
    source: str


def get(path: str, *headers: str, method: str = "GET", host: str = "{host}") -> str:
    """A request's head. The path travels as it is written."""
    return "\n".join([f"{method} {path} HTTP/1.1", f"Host: {host}", *headers]) + "\n"


def _rows(source: str, expected: tuple[int, ...], *requests: str) -> Iterator[Attack]:
    for request in requests:
        head = request if "\n" in request else get(f"{{base}}{request}")
        yield Attack(head, expected, source)


NO_SITE = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors")
REFUSED = (BAD, FORBIDDEN, MISSING)

FILES_OUTSIDE = [
    *_rows(
        "CVE-2025-30208, CVE-2025-31125: Vite, queries after /@fs/",
        REFUSED,
        "@fs/etc/passwd",
        "@fs{outside}/secret.txt",
        "@fs{outside}/secret.txt?raw??",
        "@fs{outside}/secret.txt?import&raw??",
        "@fs{outside}/secret.txt?import&?inline=1.wasm?init",
        "@fs{outside}/secret.txt?url&inline&import",
        "@fs/{outside}/secret.txt?t=1700000000000",
    ),
    *_rows(
        "CVE-2025-31486: Vite, suffixes that chose another reader, and relative segments",
        REFUSED,
        "@fs{outside}/secret.txt?.svg?.wasm?init",
        "@fs{root}/x/x/x/vite/../../../../../secret.txt",
        "@fs{root}/%2e%2e/secret.txt?import",
    ),
    *_rows(
        "CVE-2025-32395: Vite, `#` in the request's target",
        (*REFUSED, OK),  # httptools cuts a fragment off, h11 leaves it in the path
        "#/../../secret.txt",
        "@fs{root}/#/../../secret.txt",
        "index.html#/../../../secret.txt",
        "x/%23/../../secret.txt",
    ),
    *_rows(
        "CVE-2025-58751, CVE-2023-46310: Vite, a folder whose name begins like public/",
        REFUSED,
        "../public-beside/secret.txt",
        "%2e%2e/public-beside/secret.txt",
        "/../public-beside/secret.txt",
        "@fs{outside}/project-beside/secret.txt",
    ),
    *_rows(
        "CVE-2025-58752: Vite, pages were not checked",
        REFUSED,
        "../secret.html",
        "%2e%2e/secret.html",
        "@fs{outside}/secret.html",
        "to-outside/secret.html",
        "to-outside/secret",
    ),
    *_rows(
        "CVE-2026-39365: Vite, `.map` of optimised dependencies",
        REFUSED,
        "node_modules/.vite/deps/../../../../secret.map",
        "node_modules/.vite/deps/..%2f..%2f..%2f..%2fsecret.map",
        "@fs{outside}/secret.map",
    ),
    *_rows(
        "CVE-2026-41612: Live Preview, CVE-2021-41773: Apache, dots however they are spelled",
        REFUSED,
        "../../../../../../etc/passwd",
        "..%2f..%2f..%2f..%2f..%2fetc/passwd",
        "%2e%2e%2f%2e%2e%2f%2e%2e%2fetc/passwd",
        ".%2e/.%2e/.%2e/.%2e/etc/passwd",
        "..%5c..%5csecret.txt",
        "..\\..\\secret.txt",
        "%c0%ae%c0%ae/secret.txt",
        "%uff0e%uff0e/secret.txt",
        "....//....//secret.txt",
        "..;/secret.txt",
    ),
    *_rows(
        "what is encoded twice names a file that has a % in its name, which is not there",
        (MISSING, OK),
        "%252e%252e/%252e%252e/etc/passwd",
        "x%252f..%252f..%252fsecret.txt",
    ),
    *_rows(
        "symlinks out of the folder that is served",
        REFUSED,
        "to-secret.txt",
        "to-secret.txt?raw",
        "to-secret.txt?import",
        "to-outside/secret.txt",
        "to-outside/project-beside/secret.txt",
        "@hmr/python?data=/to-secret.txt",
        "@hmr/python?file=/to-outside/secret.py",
        "@hmr/python?entry=/to-outside/secret.py",
    ),
    *_rows(
        "what the page's Python asks for",
        REFUSED,
        "@hmr/python?file=/../secret.py",
        "@hmr/python?file=../secret.py",
        "@hmr/python?entry=/../secret.py",
        "@hmr/python?data=/../secret.txt",
        "@hmr/python?data=/%2e%2e/secret.txt",
        "@hmr/python?data={outside}/secret.txt",
        "@hmr/python?data=/@fs{outside}/secret.txt",
        "@hmr/python?file={outside}/secret.py",
    ),
    *_rows(
        "files of ours by the names of others",
        REFUSED,
        "@hmr/parts/../client",
        "@hmr/parts/..%2f..%2f..%2fpyproject.toml",
        "@hmr/pyodide/x/..%2f..%2f..%2fetc%2fpasswd",
        "@hmr/wheel/x/..%2f..%2f..%2fetc%2fpasswd",
        "@hmr/wheels/{token}/..%2f..%2fsecret.txt",
        "@hmr/simple/{token}/..%2f..%2fsecret",
        "@id/{outside}/secret.txt",
        "@id/file://{outside}/secret.txt",
        "@id/__x00__{outside}/secret.txt",
    ),
]

SECRETS = [
    *_rows(
        "CVE-2025-46565, CVE-2025-62522: Vite, `/.`, `/` and `\\` after the name",
        REFUSED,
        ".env",
        ".env/",
        ".env/.",
        ".env/./",
        ".env\\",
        ".env%5c",
        ".env%2f",
        "sub/../.env",
        "sub/%2e%2e/.env",
        "./.env",
        "/.env",
        "%2eenv",
        ".%65nv",
    ),
    *_rows(
        "CVE-2023-34092: Vite, two slashes",
        REFUSED,
        "//.env",
        "///.env",
        "sub//../.env",
    ),
    *_rows(
        "CVE-2024-23331, CVE-2026-53571: Vite, other spellings of a name (capitals, NTFS)",
        REFUSED,
        ".ENV",
        ".eNv.LoCaL",
        "SERVER.PEM",
        ".env::$DATA",
        ".env%3a%3a$DATA",
    ),
    *_rows(
        "CVE-2026-53571: Vite, names that are a secret's on Windows, and nothing here",
        (*REFUSED, OK),
        "server.pem.",
        "server.pem%20",
    ),
    *_rows(
        "CVE-2026-39364, CVE-2024-45811: Vite, queries that chose another reader",
        REFUSED,
        ".env?raw",
        ".env?import&raw",
        ".env?import",
        ".env?url",
        ".env?import&url&inline",
        ".env?direct",
        ".env?worker",
        ".env?x.css",
        ".env?html-proxy&index=0.js",
        "server.pem?raw",
        "server.pem?.js",
        "@fs{root}/.env?import&raw",
        "to-env.txt?raw",
    ),
    *_rows(
        "CVE-2024-31207: Vite, folders that are denied",
        REFUSED,
        ".git/config",
        ".git/HEAD",
        ".GIT/config",
        "sub/.git/config",
        ".git%2fconfig",
        ".git/",
        ".git",
        ".svn/entries",
        ".hg/store",
    ),
    *_rows(
        "CVE-2025-68429: Storybook, what people keep in their projects; and its copies",
        REFUSED,
        ".env~",
        "%23.env%23",
        ".%23.env",
        ".env.swp",
        ".env.bak",
        "server.pem~",
        "server.pem.bak",
        "server.pem.old",
        "server.pem.1",
        "server.pem.~1~",
        ".server.pem.swp",
        "%23server.pem%23",
        "server%20(1).pem",
        "id_ed25519.orig",
        "credentials%20(1).json",
        ".envrc",
        ".git-credentials",
        ".gitconfig",
        ".aws/credentials",
        ".docker/config.json",
        ".kube/config",
        ".ssh/id_ed25519",
        ".ssh/known_hosts",
        ".pgpass",
        ".netrc",
        ".npmrc",
        ".pypirc",
        ".htpasswd",
        ".vscode/settings.json",
        ".hidden",
        ".DS_Store",
        "sub/.hidden/file.txt",
        "id_rsa",
        "id_ecdsa",
        "id_ed25519",
        "app.jks",
        "app.keystore",
        "app.kdbx",
        "app.ppk",
        "app.p12",
        "app.tfstate",
        "app.tfstate.backup",
        "credentials.json",
        "secrets.json",
        "secrets.yaml",
        "secrets.toml",
        "secrets.py",
    ),
    *_rows(
        "secrets by the ways that are the page's Python's",
        REFUSED,
        "@hmr/python?data=/.env",
        "@hmr/python?data=/.env~",
        "@hmr/python?data=/server.pem",
        "@hmr/python?data=/.aws/credentials",
        "@hmr/python?file=/secrets.py",
        "@hmr/python?entry=/secrets.py",
        "@hmr/python?file=/.hidden.py",
    ),
]

HOSTS = [
    *_rows(
        "CVE-2025-24010: Vite, CVE-2018-14732: webpack-dev-server, DNS rebinding",
        (FORBIDDEN,),
        get("{base}main.js", host="evil.example"),
        get("{base}main.js", host="localhost.evil.example"),
        get("{base}main.js", host="127.0.0.1.evil.example"),
        get("{base}@hmr/client", host="evil.example"),
        get("{base}main.js", host="evil.example:80@localhost"),
    ),
    *_rows(
        "zone identifiers that are names",
        (FORBIDDEN,),
        get("{base}main.js", host="127.0.0.1%evil.example"),
        get("{base}main.js", host="[::1%evil.example]"),
        get("{base}main.js", host="[::1%25evil.example]:80"),
        get("{base}main.js", host="0x7f.1"),
        get("{base}main.js", host="2130706433"),
    ),
    *_rows(
        "CVE-2026-14631: webpack-dev-server, malformed hosts",
        (BAD, FORBIDDEN),
        get("{base}main.js", host="["),
        get("{base}main.js", host="[::1"),
        get("{base}main.js", host="localhost:port"),
        get("{base}main.js", host="@"),
        get("{base}main.js", host="%"),
        get("{base}main.js", host="\xff"),
    ),
]

SITES = [
    *_rows(
        "CVE-2025-30359, CVE-2025-30360: webpack-dev-server, a classic script is read across sites",
        (FORBIDDEN,),
        get("{base}main.js", *NO_SITE, "Sec-Fetch-Dest: script"),
        get("{base}@hmr/client", *NO_SITE, "Sec-Fetch-Dest: script"),
        get("{base}style.css", *NO_SITE, "Sec-Fetch-Dest: style"),
        get("{base}pixel.png", *NO_SITE, "Sec-Fetch-Dest: image"),
        get("{base}main.py", *NO_SITE, "Sec-Fetch-Dest: empty"),
        get(
            "{base}main.js",
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Mode: cors",
            f"Origin: {FOREIGN_SITE}",
            "Sec-Fetch-Dest: script",
        ),
        get("{base}main.js", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: cors", "Origin: null"),
        get(
            "{base}main.js",
            *NO_SITE,
            "Sec-Fetch-Dest: script",
            "Referer: http://evil.example/?localhost",
        ),
        get(
            "{base}main.js",
            *NO_SITE,
            "Sec-Fetch-Dest: script",
            "Referer: http://localhost@evil.example/",
        ),
        get(
            "{base}",
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Mode: navigate",
            "Sec-Fetch-Dest: object",
        ),
        get(
            "{base}",
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Mode: navigate",
            "Sec-Fetch-Dest: embed",
        ),
        get("{base}" + "a" * 300, *NO_SITE, "Sec-Fetch-Dest: image"),
    ),
    *_rows(
        "GHSA-67mh-4wv8-2f99: esbuild, CORS for everybody",
        (OK, FORBIDDEN),  # what counts is that no header lets it be read: test_attacks.py
        get("{base}main.js", f"Origin: {FOREIGN_SITE}"),
        get("{base}main.js", "Origin: http://evil.example?.localhost"),
        get("{base}main.js", "Origin: http://evil.example\\.localhost"),
        get("{base}main.js", "Origin: http://localhost.evil.example"),
        get("{base}main.js", "Origin: null"),
    ),
    *_rows(
        "another site starts what only our own pages may",
        (BAD, FORBIDDEN, MISSING),
        get("{base}__open-in-editor?file=main.js", *NO_SITE),
        get("{base}__open-in-editor?file=main.js"),
        get("{base}__open-in-editor?file=main.js", "Sec-Fetch-Site: none"),
        get("{base}__open-in-editor?file=main.js", f"Referer: {FOREIGN_SITE}/"),
        get("{base}@hmr/simple/{token}/attrs", *NO_SITE),
        get("{base}@hmr/simple/{token}/attrs", f"Referer: {FOREIGN_SITE}/"),
        get("{base}@hmr/simple/{token}/attrs", f"Origin: {FOREIGN_SITE}"),
        get("{base}@hmr/simple/wrong/attrs"),
        get("{base}@hmr/wheels/wrong/attrs-26.1.0-py3-none-any.whl"),
        get("{base}@hmr/simple/attrs"),
        get("{base}@hmr/wheels/attrs-26.1.0-py3-none-any.whl"),
        get("{base}@hmr/micropip/attrs-26.1.0-py3-none-any.whl"),
        get("{base}@hmr/micropip/wrong/attrs-26.1.0-py3-none-any.whl"),
        get("{base}@hmr/micropip/{token}/attrs-26.1.0-py3-none-any.whl", *NO_SITE),
        get(
            "{base}@hmr/simple/{token}/attrs",
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Mode: navigate",
            "Sec-Fetch-Dest: document",
        ),
        get("{base}@hmr/events?client=x&token=wrong"),
        get("{base}@hmr/events?client=x&token=wrong", method="POST"),
    ),
    *_rows(
        "CVE-2024-52011: launch-editor, a file name with a command in it; CVE-2023-25653 and its like",
        REFUSED,
        get("{base}__open-in-editor?file=main.js%22%26touch%20x&token={token}"),
        get("{base}__open-in-editor?file={outside}/secret.txt&token={token}"),
        get("{base}__open-in-editor?file=//evil.example/share/x&token={token}"),
        get("{base}__open-in-editor?file=--version&token={token}"),
        get("{base}__open-in-editor?file=.env&token={token}"),
    ),
    *_rows(
        "a question for the headers is no order",
        (NO_METHOD, FORBIDDEN),
        get("{base}__open-in-editor?file=main.js&token={token}", method="HEAD"),
        get("{base}@hmr/simple/{token}/attrs", method="HEAD"),
        get("{base}@hmr/wheels/{token}/attrs-26.1.0-py3-none-any.whl", method="HEAD"),
    ),
]

NAMES = [
    *_rows(
        "this project's own attack of 2026: a name that the file system refuses was an internal error",
        (BAD, MISSING),
        get("{base}" + "a" * 300),
        get("{base}" + "a" * 300, "Sec-Fetch-Site: same-origin"),
        get("{base}" + "a" * 300 + ".js"),
        get("{base}" + "a" * 300 + ".css", "Accept: text/css"),
        get("{base}" + "a" * 300 + ".py"),
        get("{base}" + "a" * 300 + ".html"),
        get("{base}" + "a" * 300 + "/"),
        get("{base}" + "a" * 300 + "?import"),
        get("{base}" + "a/" * 3000),
        get("{base}%ff"),
        get("{base}%ff.js"),
        get("{base}%zz"),
        get("{base}x%"),
        get("{base}%00"),
        get("{base}main.js%00.html"),
        get("{base}main.js%0a"),
        get("{base}%ed%a0%80.js"),
        get("{base}@hmr/python?file=/a%00.py"),
        get("{base}@hmr/python?entry=/a%00.py"),
        get("{base}@hmr/python?data=/a%00"),
        get("{base}@hmr/python?data=/" + "a" * 300),
        get("{base}@hmr/python?file=/" + "a" * 300 + ".py"),
        get("{base}@hmr/python?entry=/" + "a" * 300 + ".py"),
        get("{base}@hmr/python?watch=/a%00.py"),
        get("{base}@hmr/python"),
        get("{base}__open-in-editor?file=x%00&token={token}"),
        get("{base}__open-in-editor?file=x%ff&token={token}"),
        get("{base}__open-in-editor?file=main.js:" + "9" * 5000 + "&token={token}"),
        get("{base}__open-in-editor?file=" + "a" * 300 + "&token={token}"),
        get("{base}__open-in-editor?file=&token={token}"),
        get("{base}__open-in-editor?token={token}"),
        get("{base}@hmr/simple/{token}/" + "a" * 300),
        get("{base}@hmr/simple/{token}/-x"),
        get("{base}@hmr/simple/{token}/a%00"),
        get("{base}@hmr/simple/{token}/--help"),
        get("{base}@hmr/wheels/{token}/" + "a" * 300 + "-1.0-py3-none-any.whl"),
        get("{base}@hmr/wheels/{token}/--index-url-1.0-py3-none-any.whl"),
        get("{base}@hmr/wheels/{token}/x.whl"),
    ),
    *_rows(
        "headers that are no URLs, no dates, no tokens",
        (OK, 206, 304, BAD, 416),
        get("{base}main.py", "Referer: http://[::1"),
        get("{base}main.py", "Referer: http://[::1]:port/x"),
        get("{base}main.py", "Referer: \xff\xfe"),
        get("{base}main.py", "Referer: http://{host}/%ff?%00"),
        get("{base}main.py", "Referer: http://{host}/" + "a" * 3000),
        get("{base}main.py", "Origin: http://["),
        get("{base}main.py", "Origin: \xff"),
        get("{base}main.py", "Range: bytes=0-" + "9" * 400),
        get("{base}main.py", "Range: bytes=9-0"),
        get("{base}main.py", "Range: bytes=\xff"),
        get("{base}main.py", "If-None-Match: \xff"),
        get("{base}main.py", "If-Modified-Since: never", "If-Range: \xff"),
        get("{base}main.py", "Accept: \xff", "Accept-Encoding: \xff"),
        get("{base}main.py", "Sec-Fetch-Dest: \xff", "Sec-Fetch-Mode: \xff"),
        get("{base}main.py", "Cookie: \xff=\xff; ="),
    ),
    *_rows(
        "request smuggling and requests that are none (RFC 9112, 11.2)",
        (BAD, FORBIDDEN, MISSING, NO_METHOD),
        "GET {base}main.js HTTP/1.1\n",
        "GET {base}main.js HTTP/1.1\nHost: {host}\nHost: evil.example\n",
        "GET {base}main.js HTTP/1.1\nHost : {host}\n",
        "GET http://evil.example/main.js HTTP/1.1\nHost: evil.example\n",
        "POST {base}main.js HTTP/1.1\nHost: {host}\nContent-Length: 5\nContent-Length: 6\n",
        "POST {base}main.js HTTP/1.1\nHost: {host}\nTransfer-Encoding: chunked, chunked\n",
        "POST {base}main.js HTTP/1.1\nHost: {host}\nContent-Length: -1\n",
        "DELETE {base}main.js HTTP/1.1\nHost: {host}\n",
        "TRACE {base}main.js HTTP/1.1\nHost: {host}\n",
        "CONNECT {host} HTTP/1.1\nHost: {host}\n",
    ),
]

_UPGRADE = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol: vite-hmr",
)

SOCKETS = [
    *_rows(
        "CVE-2025-24010: Vite, CVE-2026-27148: Storybook, a WebSocket of another site",
        (BAD, FORBIDDEN),
        get("{base}", *_UPGRADE, f"Origin: {FOREIGN_SITE}"),
        get("{base}?token=wrong", *_UPGRADE, f"Origin: {FOREIGN_SITE}"),
        get("{base}?token=", *_UPGRADE, "Origin: null"),
        get("{base}?token={token}x", *_UPGRADE, "Origin: http://{host}"),
        get("{base}?token={token}", *_UPGRADE, host="evil.example"),
        get("{base}?token=%ff", *_UPGRADE, "Origin: http://{host}"),
        get("{base}", *_UPGRADE, "Origin: http://["),
    ),
    *_rows(
        "a socket that is no hot channel",
        (BAD, FORBIDDEN, MISSING),
        get("{base}x", *_UPGRADE),
        get("{base}@hmr/client", *_UPGRADE),
        get("{base}", *_UPGRADE[:-1]),
    ),
]

TRAPS = [
    *_rows(
        "a file that is given out as a stylesheet is read by its rules' effects",
        (OK, 500),  # as what it is: test_attacks.py
        "main.py?x.css",
        "names.json?x.css",
    ),
    *_rows(
        "files of the project that would bring a secret with them (CVE-2025-30208 by an import)",
        (OK, FORBIDDEN, MISSING, 500),
        "traps/import.js",
        "traps/import-env.js",
        "traps/raw.js",
        "traps/url.js",
        "traps/style.css?import",
        get("{base}traps/style.css", "Accept: text/css"),
        "traps/page.html",
        "traps/json.js",
        "traps/broken.js",
        "@hmr/python?entry=/traps/main.py",
        "@hmr/python?entry=/main.py",
        "id_ecdsa",
        "id_ecdsa?import",
    ),
]

ATTACKS = {
    "traps": TRAPS,
    "files outside": FILES_OUTSIDE,
    "secrets": SECRETS,
    "hosts": HOSTS,
    "sites": SITES,
    "names": NAMES,
    "sockets": SOCKETS,
}
