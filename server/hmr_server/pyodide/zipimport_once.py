"""Makes Python read each module of an archive once. Pages run this as their `sitecustomize`.

Python's import asks an archive's importer where a module comes from, and then for its code. CPython's
answers the first by reading and compiling the module, or unmarshalling it, and forgets that, and then
does it all again. Pyodide's standard library is an archive, and a boot imports 145 modules of it.
"""

import zipimport
from types import CodeType
from zipimport import zipimporter


def read_modules_once() -> None:
    """Have `zipimporter.get_code` return what `get_filename` has read for it just before."""
    get_code = zipimporter.get_code
    last: tuple[zipimporter, str, CodeType] | None = None

    def get_filename(self: zipimporter, fullname: str) -> str:
        nonlocal last
        code, _, filename = zipimport._get_module_code(self, fullname)  # type: ignore[attr-defined]  # noqa: SLF001  # zipimport has no public way
        last = self, fullname, code
        return str(filename)

    def get_code_once(self: zipimporter, fullname: str) -> CodeType:
        nonlocal last
        known, last = last, None
        if known is not None and known[0] is self and known[1] == fullname:
            return known[2]
        return get_code(self, fullname)

    zipimporter.get_filename = get_filename  # type: ignore[method-assign]
    zipimporter.get_code = get_code_once  # type: ignore[method-assign]
