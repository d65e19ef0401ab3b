"""The certificate of `--https`: whom it is for, and that it is made once."""

import datetime
import ssl
from pathlib import Path

import pytest

from hmr_server.cli import certificate as module
from hmr_server.cli.certificate import kept_certificate

x509 = pytest.importorskip("cryptography.x509")


def test_it_is_for_this_machine_and_no_authority(tmp_path: Path) -> None:
    certificate, key = kept_certificate(["192.0.2.7"], tmp_path / "https")
    made = x509.load_pem_x509_certificate(certificate.read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    held = {str(name.value) for name in names}
    assert {"localhost", "127.0.0.1", "::1", "192.0.2.7"} <= held
    assert not made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert made.not_valid_after_utc - made.not_valid_before_utc < datetime.timedelta(days=398)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)


def test_nobody_else_can_read_its_key(tmp_path: Path) -> None:
    _, key = kept_certificate([], tmp_path / "https")
    assert key.stat().st_mode & 0o077 == 0
    assert key.parent.stat().st_mode & 0o077 == 0


def test_it_is_kept_until_it_ends_or_the_machine_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, _ = kept_certificate(["192.0.2.7"], tmp_path)
    first = certificate.read_bytes()
    kept_certificate(["192.0.2.7"], tmp_path)
    assert certificate.read_bytes() == first
    kept_certificate(["192.0.2.8"], tmp_path)
    second = certificate.read_bytes()
    assert second != first
    monkeypatch.setattr(module, "_RENEWED", datetime.timedelta(days=400))
    kept_certificate(["192.0.2.8"], tmp_path)
    assert certificate.read_bytes() != second


@pytest.mark.parametrize("broken", ["certificate.pem", "key.pem"])
def test_one_that_is_damaged_is_made_again(tmp_path: Path, broken: str) -> None:
    certificate, key = kept_certificate([], tmp_path)
    (tmp_path / broken).unlink()
    kept_certificate([], tmp_path)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
