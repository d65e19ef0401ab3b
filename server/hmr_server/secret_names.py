"""Which names are those of secrets, and of what editors leave beside them.

People keep keys, passwords and the state of their tools beside their pages. What has such a name is
never served and never built, whatever else is allowed; a user's `fs-deny` adds to these names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

SECRET_NAMES: Final = (
    ".env",
    ".env.*",
    "*.env",
    ".envrc",
    ".git-credentials",
    ".npmrc",
    ".pypirc",
    ".netrc",
    "_netrc",
    ".htpasswd",
    ".pgpass",
    ".my.cnf",
    "*.pem",
    "*.key",
    "*.crt",
    "*.p8",
    "*.p12",
    "*.pfx",
    "*.pkcs12",
    "*.jks",
    "*.keystore",
    "*.kdb",
    "*.kdbx",
    "*.ppk",
    "*.ovpn",
    "*.tfstate",
    "*.tfvars",
    "id_rsa*",
    "id_dsa*",
    "id_ecdsa*",
    "id_ed25519*",
    "id_xmss*",
    "credentials.json",
    "client_secret*.json",
    "service-account*.json",
    "service_account*.json",
    "secrets.*",
    ".git",
    ".hg",
    ".svn",
    ".ssh",
    ".aws",
    ".azure",
    ".docker",
    ".gnupg",
    ".kube",
    ".terraform",
)
"""Globs (`globs.py`) of what is never served."""

NEVER_BUILT: Final = ("*.db", "*.sqlite", "*.sqlite3", "*.sql", "*.dump")
"""Globs of files that a page may use in development, and that should not be published by accident."""

_LONGEST = 255  # what is longer is no file's name

_BACKUP = re.compile(
    r"""
      \#(?P<autosave>.+)\#                      # Emacs, while a file is edited
    | \.\#(?P<lock>.+?)(?:\..*@.*)?             # Emacs, who edits it
    | (?P<numbered>.+)\.~\d+~                   # Emacs, one of many
    | \.?(?P<swap>.+)\.(?:sw[a-z]|un~)          # Vim
    | (?P<tilde>.+)~                            # Vim, Emacs, gedit, nano
    | (?P<ide>.+)___jb_(?:tmp|old|bak)___       # JetBrains
    | (?P<suffix>.+?)[.\-_](?:bak|backup|old|orig|original|save|saved|copy|rej|tmp|temp|\d{1,8})
    | (?P<copy>.+?)(?:[ ]?\(\d+\)|(?:[ ]-)?[ ]copy(?:[ ]?\(?\d+\)?)?)(?P<kind>\.[^.]+)?  # a file manager
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def originals(name: str) -> Iterator[str]:
    """Yield `name`, and the names of the files that it may be a backup of.

    Args:
        name: A file's or a folder's name, without its path.
    """
    yield name
    while len(name) <= _LONGEST:
        if (found := _BACKUP.fullmatch(name)) is None:
            return
        groups = found.groupdict()
        kind = groups.pop("kind") or ""
        name = next(text for text in groups.values() if text) + kind
        yield name


_SHOWN = frozenset({".well-known"})
_STORES = "node_modules"  # where package managers keep packages: .pnpm, .bun, .store


def is_hidden(path: str) -> bool:
    """Whether a component of `path` is hidden: it begins with a dot.

    Args:
        path: Relative, with forward slashes, no `..`.
    """
    before = ""
    for name in path.split("/"):
        if name.startswith(".") and name != "." and name not in _SHOWN and before != _STORES:
            return True
        before = name
    return False
