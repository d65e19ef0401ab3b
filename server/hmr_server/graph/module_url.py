"""Module URLs: what a browser asks for, what a graph is keyed by, and the way between the two.

A *request URL* is what comes over HTTP, without the base: percent-encoded, perhaps with `t`, `hmr` and
`import` in its query. A *module URL* is the name of a module on the wire and in the graph:
starts with a slash, decoded, without `t` and `import`. Three characters stay encoded in a module
URL's path, `%`, `?` and `#`, because decoded they would name another file.

Virtual modules have no path: their module URL is the plugin's id as it is, and their request URL is
`/@id/` and the id, with `__x00__` for NUL.

Rules and regular expressions are Vite's (`node/utils.ts`, `shared/utils.ts`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

FS_PREFIX = "/@fs/"
ID_PREFIX = "/@id/"
NUL_PLACEHOLDER = "__x00__"

_TIMESTAMP = re.compile(r"\bt=\d{13}&?\b")
_HASH = re.compile(r"(?<=[?&])hmr=([0-9a-f]{16})(?:&|$)")
_IMPORT = re.compile(r"(\?|&)import=?(?:&|$)")
_DIRECT = re.compile(r"(\?|&)direct=?(?:&|$)")
_TRAILING_SEPARATOR = re.compile(r"(?:\?|(\?.*)&)$")
_JS = re.compile(r"\.(?:[jt]sx?|m[jt]s|vue|marko|svelte|astro|imba|mdx)$")
_CSS = re.compile(r"\.(?:css|less|sass|scss|styl|stylus|pcss|postcss|sss)(?:$|\?)")
# a query names the style in one of these, or in a virtual module; it makes no style of another file
_HOLDS_STYLE = re.compile(r"\.(?:html?|vue|svelte|astro|marko|imba|riot)$|(?:^|/)[^./]*$")
_CSS_MODULE = re.compile(r"\.module\.(?:css|less|sass|scss|styl|stylus|pcss|postcss|sss)(?:$|\?)")
_HTML_PROXY = re.compile(r"[?&]html-proxy\b")
_EXTENSION = re.compile(r"\.[^./]+$")
# A question mark of a file's name, within an id; no text decodes to it (surrogateescape has others)
_QUESTION_MARK = "\udc3f"
_SLASHES = re.compile("//+")
_SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z\d+.-]*:")
_EXTERNAL_IMPORT = re.compile(r"^(?:(?:[a-zA-Z][a-zA-Z\d+.-]*:)?//|data:|blob:|node:)")
# decodeURI() leaves these alone; `%` is ours, see above
_RESERVED = re.compile(r"%(?:3B|2F|3F|3A|40|26|3D|2B|24|2C|23|25)", re.IGNORECASE)


def split_url(url: str) -> tuple[str, str]:
    """Return the path, and the query with its question mark (or nothing)."""
    path, mark, query = url.partition("?")
    return path, mark + query


def clean_url(url: str) -> str:
    """Return the URL or id without its query."""
    return url.partition("?")[0]


def query_names(url: str) -> frozenset[str]:
    """Return the names in the query, whatever their values: `{"raw"}` for `/a.js?raw`."""
    _, query = split_url(url)
    return frozenset(part.partition("=")[0] for part in query[1:].split("&") if part)


def inject_query(url: str, query: str) -> str:
    """Return the URL with `query` as the first part of its query."""
    path, rest = split_url(url)
    return f"{path}?{query}" + (f"&{rest[1:]}" if len(rest) > 1 else "")


def append_query(url: str, query: str) -> str:
    """Return the URL with `query` as the last part of its query."""
    return f"{url}{'&' if '?' in url else '?'}{query}"


def remove_timestamp(url: str) -> str:
    """Return the URL without a `t` of exactly 13 digits: `?t=1` names another module."""
    if "t=" not in url or "?" not in url:
        return url  # a file may be called like that
    return _TRAILING_SEPARATOR.sub(r"\1", _TIMESTAMP.sub("", url, count=1))


def with_hash(url: str, hash_: str) -> str:
    """Return a request URL that names a text of a module by its hash: 16 hexadecimal digits."""
    return append_query(url, f"hmr={hash_}")


def hash_of(url: str) -> str | None:
    """Return the hash that `with_hash` has added."""
    found = _HASH.search(url) if "hmr=" in url else None
    return None if found is None else found[1]


def remove_hash(url: str) -> str:
    """Return the URL without the hash that `with_hash` has added."""
    if "hmr=" not in url:
        return url
    return _TRAILING_SEPARATOR.sub(r"\1", _HASH.sub("", url, count=1))


def remove_import(url: str) -> str:
    """Return the URL without the `import` of its query."""
    if "import" not in url:
        return url
    return _TRAILING_SEPARATOR.sub(r"\1", _IMPORT.sub(r"\1", url, count=1))


def remove_direct(url: str) -> str:
    """Return the URL without the `direct` of its query."""
    return _TRAILING_SEPARATOR.sub(r"\1", _DIRECT.sub(r"\1", url, count=1))


def as_written(url: str) -> str:
    """Return the URL as the project's files have it: a linked stylesheet without our `direct`."""
    return remove_direct(url) if is_direct_css(url) else url


def has_import_query(url: str) -> bool:
    """Return whether the query says that the URL is imported from JavaScript."""
    return bool(_IMPORT.search(url))


def is_direct_request(url: str) -> bool:
    """Return whether the query says that a stylesheet is linked, not imported."""
    return bool(_DIRECT.search(url))


def is_js_request(url: str) -> bool:
    """Return whether the URL names JavaScript, or something that compiles to it: no extension counts."""
    path = clean_url(url)
    if _JS.search(path):
        return True
    return not path.endswith("/") and not _EXTENSION.search(path)


def is_css_request(url: str) -> bool:
    """Return whether the URL names a stylesheet in any language: `/main.py?x.css` does not."""
    found = _CSS.search(url)
    if found is None:
        return False
    path = clean_url(url)
    return found.end() <= len(path) + 1 or bool(_HOLDS_STYLE.search(path))


def is_css_module(url: str) -> bool:
    """Return whether the URL names a stylesheet whose class names are local to it."""
    return bool(_CSS_MODULE.search(url))


def is_direct_css(url: str) -> bool:
    """Return whether the URL names a linked stylesheet."""
    return is_css_request(url) and is_direct_request(url)


def is_html_proxy(url: str) -> bool:
    """Return whether the URL names a piece of an HTML file: an inline script or style."""
    return bool(_HTML_PROXY.search(url))


@lru_cache(maxsize=1 << 14)  # asked of each import, each time that a module is written
def is_explicit_import_required(url: str) -> bool:
    """Return whether an import of the URL must say `?import`, or the file itself would be served."""
    return not is_js_request(url) and not is_css_request(url)


def is_external(url: str) -> bool:
    """Return whether a URL in a page or a stylesheet has a scheme or a host of its own."""
    return url.startswith("//") or bool(_SCHEME.match(url))


def is_external_import(specifier: str) -> bool:
    """Return whether an import names something that no dev server serves: `virtual:x` may be a plugin's.

    `node:fs` is Node's own; code that runs in both worlds, as Pyodide's, does not get there in a page.
    """
    return bool(_EXTERNAL_IMPORT.match(specifier))


def wrap_id(module_url: str) -> str:
    """Return the path under which a virtual module is requested."""
    return ID_PREFIX + module_url.replace("\0", NUL_PLACEHOLDER)


def unwrap_id(url: str) -> str:
    """Return the virtual module that a path names; other URLs as they are."""
    if url.startswith(ID_PREFIX):
        return url.removeprefix(ID_PREFIX).replace(NUL_PLACEHOLDER, "\0", 1)
    return url


def from_request(url: str) -> str:
    """Return the module URL that a request URL names."""
    wanted = remove_import(decode_url(remove_timestamp(remove_hash(url))))
    return unwrap_id(_TRAILING_SEPARATOR.sub(r"\1", wanted))


def without_empty_parts(url: str) -> str:
    """Return the URL with one slash where several are in a row: browsers and static servers allow that."""
    path, query = split_url(url)
    return (_SLASHES.sub("/", path) if path.startswith("/") else path) + query


def to_request(module_url: str) -> str:
    """Return what an importing module writes, without base and stamp."""
    return module_url if module_url.startswith("/") else wrap_id(module_url)


def decode_url(url: str) -> str:
    """`decodeURI`, but `%25` stays, so that the file's name stays unambiguous. Malformed text stays."""
    if "%" not in url:
        return url
    pieces = []
    position = 0
    for kept in _RESERVED.finditer(url):
        pieces += [_unquote(url[position : kept.start()]), kept[0].upper()]
        position = kept.end()
    return "".join([*pieces, _unquote(url[position:])])


def encode_url(module_url: str) -> str:
    """Return the URL as written in a page: all but ASCII percent-encoded, nothing encoded twice."""
    return quote(module_url, safe="/%?#&=:@!$'()*+,;~[]")


def path_to_url(path: str) -> str:
    """Return a file path (with slashes) as the path of a module URL."""
    return path.replace("%", "%25").replace("?", "%3F").replace("#", "%23")


def url_to_path(module_url: str) -> str:
    """Return the file path that a module URL's path spells; the query is dropped."""
    path = clean_url(module_url)
    return _unquote(path) if "%" in path else path


def file_id(file: str, query: str = "") -> str:
    """Return the id of a file and a query with its question mark."""
    return file.replace("?", _QUESTION_MARK) + query


def file_of_id(id: str) -> str:
    """Return the file of an id."""
    return clean_url(id).replace(_QUESTION_MARK, "?")


def _unquote(text: str) -> str:
    if "%" not in text:
        return text
    try:
        return unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError:
        return text
