"""Certificates of an authority of a testbed's own, as they should be and as they should not."""

from __future__ import annotations

import datetime
import ipaddress
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from msgspec import Struct

if TYPE_CHECKING:
    from pathlib import Path

    from runbooklab.lab.testbed import Testbed

_DAY = datetime.timedelta(days=1)


class Authority(Struct, frozen=True):
    """An authority of the lab, which issues certificates into the testbed's folder."""

    testbed: Testbed
    key: Any
    certificate: Any
    name: str

    @property
    def file(self) -> str:
        """The path of its own certificate."""
        return str(self.testbed.folder / f"{self.name}.pem")

    def issue(self, name: str, *names: str, starts: int = -1, ends: int = 30) -> tuple[str, str]:
        """Paths of a certificate for ``names`` and of its key; valid from ``starts`` to ``ends``, in days."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0] if names else name)]))
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + starts * _DAY)
            .not_valid_after(now + ends * _DAY)
            .add_extension(x509.SubjectAlternativeName([_name(each) for each in names]), critical=False)
        )
        certificate = builder.sign(self.key, hashes.SHA256())
        return _written(self.testbed, name, certificate, key)


def authority(testbed: Testbed, name: str = "ca") -> Authority:
    """A new authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Lab {name}")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 400 * _DAY)
        .not_valid_after(now + 400 * _DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    _written(testbed, name, certificate, key)
    return Authority(testbed, key, certificate, name)


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _written(testbed: Testbed, name: str, certificate: Any, key: Any) -> tuple[str, str]:
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    written: Path = testbed.file(f"{name}.pem", certificate.public_bytes(pem))
    return str(written), str(testbed.file(f"{name}.key", plain))
