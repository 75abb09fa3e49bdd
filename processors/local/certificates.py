"""Certificates of the local stack's secured profile: an authority of its own, and one certificate for each server.

The authority vouches for servers on this machine and for nothing else (name constraints): whoever adds it to a
browser or a trust store gives away no more than that.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from processors.local.ports import LOOPBACK

#: A stack on one machine is wiped and made anew long before.
_LIFE = datetime.timedelta(days=3 * 365)
_HOSTS = ("localhost",)


class Authority:
    """A certificate authority whose key and certificate lie in a folder; made if they are not there."""

    def __init__(self, folder: Path) -> None:
        self.certificate_file = folder / "ca.pem"
        key_file = folder / "ca-key.pem"
        if not self.certificate_file.exists():
            key = ec.generate_private_key(ec.SECP256R1())
            write_secret(key_file, _pem(key))
            write_secret(self.certificate_file, _own_certificate(key).public_bytes(serialization.Encoding.PEM))
        loaded = serialization.load_pem_private_key(key_file.read_bytes(), None)
        assert isinstance(loaded, ec.EllipticCurvePrivateKey)
        self._key = loaded
        self._certificate = x509.load_pem_x509_certificate(self.certificate_file.read_bytes())

    def issue(self, name: str, *, client: bool = False) -> tuple[bytes, bytes]:
        """A key and its certificate, both PEM, for a server on this machine.

        Args:
            name: the common name; Kafka's principal of a client is "CN=" and this
            client: it may also sign in to other servers with it
        """
        key = ec.generate_private_key(ec.SECP256R1())
        uses = [ExtendedKeyUsageOID.SERVER_AUTH] + ([ExtendedKeyUsageOID.CLIENT_AUTH] if client else [])
        hosts = [*(x509.DNSName(host) for host in _HOSTS), x509.IPAddress(ipaddress.ip_address(LOOPBACK))]
        certificate = (
            _begun(name, key, self._certificate.subject)
            .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
            .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
            .sign(self._key, hashes.SHA256())
        )
        return _pem(key), certificate.public_bytes(serialization.Encoding.PEM)


def write_secret(path: Path, content: bytes) -> None:
    """Write a file that nobody else may read, not even for a moment."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:  # noqa: PTH123 - a descriptor
        file.write(content)


def _own_certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = "Chancery local stack"
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    permitted = [*(x509.DNSName(host) for host in _HOSTS), x509.IPAddress(ipaddress.ip_network("127.0.0.0/8"))]
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        _begun(name, key, subject)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .sign(key, hashes.SHA256())
    )


def _begun(name: str, key: ec.EllipticCurvePrivateKey, issuer: x509.Name) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # An hour back: clocks of two processes may differ where one of them is tested with another.
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + _LIFE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    # PKCS #8 without a password, as Kafka and MinIO read it: the password would lie beside it.
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
