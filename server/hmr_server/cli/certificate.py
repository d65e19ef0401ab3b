"""A certificate for `--https`, made once and kept in the user's cache.

A page of another machine is no secure context over plain http: it has no SharedArrayBuffer, no
`crypto.subtle`, no service worker and no camera. The certificate is signed by itself, so a browser asks
once whether to trust it. No authority signs it: with its stolen key one could pose as this server only.
"""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import os
import socket
from collections.abc import Sequence
from pathlib import Path

from ..cache import cache_directory
from ..config import ConfigError

_VALID = datetime.timedelta(days=365)
_RENEWED = datetime.timedelta(days=14)  # before its end


def kept_certificate(addresses: Sequence[str], folder: Path | None = None) -> tuple[Path, Path]:
    """Return the files of a certificate and its key; make them where they are missing or too old.

    Args:
        addresses: This machine's addresses towards others; the certificate holds for them.
        folder: Where it is kept; in the user's cache when not given.

    Raises:
        ConfigError: The package that makes certificates is not installed.
        OSError: The cache can't be written.
    """
    folder = folder or cache_directory() / "https"
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    names = _names(addresses)
    if not _holds(certificate, key, names):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(certificate, key, names)
    return certificate, key


def _names(addresses: Sequence[str]) -> list[str]:
    own = socket.gethostname().lower()
    names = ["localhost", "*.localhost", "127.0.0.1", "::1", own, f"{own}.local", *addresses]
    return list(dict.fromkeys(names))


def _holds(certificate: Path, key: Path, names: Sequence[str]) -> bool:
    try:
        from cryptography import x509

        made = x509.load_pem_x509_certificate(certificate.read_bytes())
        held = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ImportError, OSError, ValueError):
        return False
    found = {str(name.value) for name in held}
    now = datetime.datetime.now(datetime.UTC)
    return key.is_file() and found >= set(names) and made.not_valid_after_utc - now > _RENEWED


def _make(certificate: Path, key: Path, names: Sequence[str]) -> None:
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
    except ImportError as error:
        raise ConfigError(
            "https",
            "needs the package cryptography to make a certificate.",
            hint="pip install cryptography, or name a certificate of your own: "
            "--certfile cert.pem --keyfile key.pem",
        ) from error
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hmr-server of this user")])
    alternatives: list[x509.GeneralName] = []
    for name in names:
        try:
            alternatives.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            with contextlib.suppress(ValueError):  # a machine's name may be invalid in DNS
                alternatives.append(x509.DNSName(name))
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )
    _write(
        key,
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
    _write(certificate, made.public_bytes(serialization.Encoding.PEM))


def _write(file: Path, content: bytes) -> None:
    """Write a file that only its owner can read, as a whole or not at all."""
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as opened:
        opened.write(content)
    part.replace(file)
