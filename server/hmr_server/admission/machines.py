"""Which machine a connection comes from: this one, or another of the network."""

from __future__ import annotations

import functools
import ipaddress
import socket
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_FORWARDING: Final = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
_CONTAINER_SIGNS: Final = ("/.dockerenv", "/run/.containerenv")
_ROUTES: Final = Path("/proc/net/route")


def is_this_machine(client: tuple[str, int] | None, server: tuple[str, int | None] | None) -> bool:
    """Return whether a connection comes from this machine.

    A proxy or a tunnel on this machine is this machine: it reaches as far as its user lets it. In a
    container this machine is the one that runs the container, too: who publishes the port there says
    who reaches it.

    Args:
        client: The other end's address; None where it has none, as on a socket file.
        server: This end's.
    """
    if client is None:
        return True
    if server is not None and client[0] == server[0]:
        return True
    try:
        address = ipaddress.ip_address(client[0].partition("%")[0])
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback or str(address) == _container_host()


def is_forwarded(headers: Mapping[str, str]) -> bool:
    """Return whether a proxy has passed a request on: who asked may be anywhere."""
    return any(name in headers for name in _FORWARDING)


@functools.cache
def _container_host() -> str | None:
    """Return the address of the machine that runs this container; None outside of one."""
    if not any(Path(sign).exists() for sign in _CONTAINER_SIGNS):
        return None
    try:
        lines = _ROUTES.read_text("ascii").splitlines()[1:]
    except OSError:
        return None
    for line in lines:
        _, destination, gateway, *_ = line.split()
        if (
            destination == "00000000"
        ):  # the default route, its addresses in the machine's byte order
            return socket.inet_ntoa(struct.pack("=L", int(gateway, 16)))
    return None
