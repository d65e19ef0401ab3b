"""Which encoding a browser reads a page in, where no header says it."""

from __future__ import annotations

import codecs
import re

_LOOKED_AT = 1024  # bytes; browsers look no further
_DECLARED = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
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
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    if (declared := _DECLARED.search(data[:_LOOKED_AT])) is not None:
        try:
            name = codecs.lookup(declared[1].decode("ascii")).name
        except LookupError:
            name = "utf-8"
        if not name.startswith("utf"):
            return _LARGER.get(name, name)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
