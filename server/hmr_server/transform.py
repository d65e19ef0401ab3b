"""What a request for a module is answered with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TransformResult:
    """The answer to a request for a module.

    Attributes:
        body: What is sent; empty where `not_modified`.
        content_type: With charset.
        etag: A weak one, for `If-None-Match`.
        cache_control: The header's value.
        not_modified: The client has this very body: answer 304.
    """

    body: bytes
    content_type: str
    etag: str
    cache_control: str = "no-cache"
    not_modified: bool = False
