"""Which encoding a browser reads a page or a stylesheet in, where no header says it."""

from __future__ import annotations

import codecs
import re

_LOOKED_AT = 1024  # bytes; browsers look no further
_DECLARED = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
_DECLARED_IN_STYLE = re.compile(rb"\A@charset \"([^\"]*)\";")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# On the web these labels mean the larger encoding
_LARGER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}


def charset_of(data: bytes) -> str:
    """Return the name of a page's encoding, as Python calls it.

    UTF-8 where nothing else is declared, as far as the bytes allow it: a server can say so.

    Args:
        data: The page, or its beginning.
    """
    return _charset(data, _DECLARED.search(data[:_LOOKED_AT]))


def style_charset_of(data: bytes) -> str:
    """Return the name of a stylesheet's encoding, as Python calls it; as `charset_of`."""
    return _charset(data, _DECLARED_IN_STYLE.match(data))


def bom_charset_of(data: bytes) -> str | None:
    """Return what a byte order mark says, which wins over all that is declared; None without one."""
    return next((name for bom, name in _BOMS if data.startswith(bom)), None)


def _charset(data: bytes, declared: re.Match[bytes] | None) -> str:
    if (marked := bom_charset_of(data)) is not None:
        return marked
    if declared is not None:
        try:
            name = codecs.lookup(declared[1].decode("ascii")).name
        except (LookupError, ValueError):
            name = "utf-8"
        if not name.startswith("utf"):
            return _LARGER.get(name, name)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
