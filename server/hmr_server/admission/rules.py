"""Who may ask: hosts, sites, origins, machines, and the token.

Every page in its user's browser can reach a development server's port, and every machine of the
network where the user wants that. So:

- a **Host** that is neither local nor allowed is refused, against DNS rebinding;
- another **site's** page may lead a person here, and reads nothing: neither a script nor a picture;
- an **Origin** on the hot channel needs the process's token, against cross-site WebSockets;
- another **machine** (machines.py) needs the token for all that is not a static file.

Behaviour towards hosts and the hot channel is Vite's (`ws.ts`, `hostCheck.ts`).
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Mapping, Sequence
from enum import Enum

from ..config import ServerConfig

HMR_PROTOCOL = "vite-hmr"
PING_PROTOCOL = "vite-ping"

_LOCAL_ORIGIN = re.compile(
    r"https?://(?:(?:[a-z0-9_-]+\.)*localhost|127\.0\.0\.1|\[::1\])(?::\d+)?",
    re.IGNORECASE | re.ASCII,
)
_ZONE = re.compile(r"fe80:[0-9a-f:]+%(?:25)?[\w-]{1,15}(?:\.\d{1,4})?", re.ASCII)
_REFERRER = re.compile(r"(https?://[^/?#\\@\s]+)(?:[/?#]|$)", re.IGNORECASE)
# What a person sees as a page. <object> and <embed> are navigations too, but no user follows them.
_PAGES = frozenset({"document", "iframe", "frame"})


class Site(Enum):
    """Whose page asks."""

    OWN = "a page of this server"
    NEIGHBOUR = "a page of this machine, or of an allowed origin"
    PERSON = "a person, or a program that is no browser"
    LINK = "another site's page, which leads a person here"
    OTHER = "another page, as far as can be told"
    FOREIGN = "another site's page, which would read"


def site_of(method: str, headers: Mapping[str, str], config: ServerConfig) -> Site:
    """Return whose page asks.

    Browsers say it (`Sec-Fetch-Site`), but not towards a plain http address of the network: there
    the origin or the referrer says it, as far as there is one. A frame without an origin of its own
    (`<iframe sandbox>`) is ours if it has our referrer. Chromium sends none: there it is foreign, as any
    site could have it, unless `null` is among the allowed origins.

    Args:
        method: The request's method.
        headers: Its headers, by lower-case name.
        config: The server's configuration.
    """
    said = headers.get("sec-fetch-site", "").strip().lower()
    if said == "same-origin":
        return Site.OWN
    if said == "none":
        return Site.PERSON
    origin, referrer = headers.get("origin"), _origin_of_referrer(headers)
    if said == "" and origin is None and referrer is None:
        return Site.PERSON
    host = headers.get("host", "").lower()
    is_ours = any(page and _authority(page) == host for page in (origin, referrer))
    if is_ours and said == "":
        return Site.OWN
    if is_ours or is_neighbour(origin or referrer, config):
        return Site.NEIGHBOUR
    if said in {"", "same-site"}:
        return Site.OTHER
    is_link = (
        method in {"GET", "HEAD"}
        and headers.get("sec-fetch-mode", "").lower() == "navigate"
        and headers.get("sec-fetch-dest", "").lower() in _PAGES
    )
    return Site.LINK if is_link else Site.FOREIGN


def _origin_of_referrer(headers: Mapping[str, str]) -> str | None:
    found = _REFERRER.match(headers.get("referer", ""))
    return found[1] if found else None


def is_neighbour(origin: str | None, config: ServerConfig) -> bool:
    """Return whether pages of `origin` may read answers: this machine's, and allowed ones."""
    if not origin:
        return False
    return bool(_LOCAL_ORIGIN.fullmatch(origin)) or origin.lower() in config.allowed_origins


class Admission(Enum):
    """The decision on a WebSocket upgrade at the base path."""

    HMR = "a client of the hot channel"
    PING = "asks whether the server is up"
    FOREIGN = "not for us"
    WRONG_HOST = "the Host is not allowed"
    WRONG_TOKEN = "it comes from a page that does not know the token"  # noqa: S105  # no secret


def is_host_allowed(host: str | None, config: ServerConfig) -> bool:
    """Return whether a `Host` header may be answered: local names, IP addresses and allowed hosts."""
    name = _host_name(host or "")
    if not name:
        return False
    if name == "localhost" or name.endswith(".localhost") or _is_ip(name):
        return True
    return any(
        name == allowed.lstrip(".") or (allowed.startswith(".") and name.endswith(allowed))
        for allowed in map(str.lower, (*config.allowed_hosts, config.host))
        if allowed.strip(".")
    )


def one_host(hosts: Sequence[str]) -> str | None:
    """Return the only `Host` header; None where there is none, or more than one.

    Not every HTTP parser refuses a second one, and two parsers may read different ones.
    """
    return hosts[0] if len(hosts) == 1 else None


def blocked_host_message(host: str | None) -> str:
    """Return the text for a refused host; the first sentence is Vite's."""
    name = _host_name(host or "") or (host or "")
    return (
        f"Blocked request. This host ({_quoted(name)}) is not allowed.\n"
        f"To allow it, add {_quoted(name)} to `allowed-hosts` in hmr.toml "
        "or in [tool.hmr] of pyproject.toml."
    )


def cors_origin(origin: str | None, config: ServerConfig) -> str | None:
    """Return the origin that may read answers across origins."""
    return origin if is_neighbour(origin, config) else None


def is_token_valid(given: str | None, config: ServerConfig) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest((given or "").encode(), config.token.encode())


def admit_socket(
    *,
    path: str,
    protocols: Sequence[str],
    host: str | None,
    origin: str | None,
    token: str | None,
    is_near: bool,
    config: ServerConfig,
) -> Admission:
    """Decide on a WebSocket upgrade, in the order of Vite's `ws.ts` (shouldHandle).

    Args:
        path: the request's path, decoded.
        protocols: the subprotocols that the client offers.
        host: the `Host` header.
        origin: the `Origin` header; a client that is not a browser sends none.
        token: the `token` of the query.
        is_near: whether it comes from this machine.
        config: the server's configuration.
    """
    if path != config.base:
        return Admission.FOREIGN
    if list(protocols) == [PING_PROTOCOL]:
        return Admission.PING
    if list(protocols) != [HMR_PROTOCOL]:
        return Admission.FOREIGN
    if not is_host_allowed(host, config):
        return Admission.WRONG_HOST
    # The Origin's value is not compared: behind a proxy it is not ours. Knowing the token proves
    # that the page could read a script of this server.
    if (origin is not None or not is_near) and not is_token_valid(token, config):
        return Admission.WRONG_TOKEN
    return Admission.HMR


def _authority(origin: str) -> str:
    return origin.partition("://")[2].lower()


def _host_name(header: str) -> str:
    """Return the name in a `Host` header, without port, lower-case; empty when it is malformed."""
    header = header.strip().lower()
    if header.startswith("["):
        name, closed, port = header[1:].partition("]")
        return name if closed and re.fullmatch(r"(?::\d*)?", port, re.ASCII) else ""
    name, _, port = header.partition(":")
    if not re.fullmatch(r"\d*", port, re.ASCII) or re.search(r"[\s/\\@#?%,<>\"']", name):
        return ""
    return name.removesuffix(".") if name != "." else ""


def _is_ip(name: str) -> bool:
    # a link-local address may name this machine's interface; any other % is part of a name
    address = name.partition("%")[0] if _ZONE.fullmatch(name) else name
    try:
        return not getattr(ipaddress.ip_address(address), "scope_id", None)
    except ValueError:
        return False


def _quoted(text: str) -> str:
    return '"' + re.sub(r'[^ -~]|"', "?", text[:253]) + '"'
