"""A key that signs, heads of the audit chain or bundles: Ed25519, PEM (PKCS 8) in a file that nobody else may read.

The public half lies beside it, `<file>.pub`. Who checks an exported chain must have that half, or at least its
fingerprint, from somewhere else than the export.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

_OTHERS = 0o077
#: What to do where the audit chain's key is missing; who keeps another key says it otherwise.
_AUDIT = "make one with `chancery audit keys --make`, or name another in CHANCERY_AUDIT_KEY_FILE"


class KeyUnusableError(Exception):
    """A key file cannot be used; the message says why and what to do."""


def ensure(path: Path) -> bool:
    """Make a key at `path` if there is none; True if it was made.

    Raises:
        KeyUnusableError: the files cannot be written.
    """
    if path.exists():
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = Ed25519PrivateKey.generate()
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        # Whole or not at all, and never for a moment readable to others.
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(secret)
        os.link(draft, path)
        draft.unlink()
        public_file(path).write_bytes(public_pem(key.public_key()))
    except FileExistsError:
        draft.unlink()
        return False
    except OSError as error:
        raise KeyUnusableError(f"The key cannot be made at {path} ({error.strerror}).") from error
    return True


def load(path: Path, remedy: str = _AUDIT) -> Ed25519PrivateKey:
    """The private key.

    Args:
        path: of its file
        remedy: what to do where there is none

    Raises:
        KeyUnusableError: it is not there, others may read it, or it is no Ed25519 key.
    """
    try:
        if path.stat().st_mode & _OTHERS:
            raise KeyUnusableError(f"Others may read the key {path}: chmod 600, or make a new one.")
        key = load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise KeyUnusableError(f"The key {path} cannot be read ({error.strerror}): {remedy}.") from error
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyUnusableError(f"{path} holds no Ed25519 private key in PEM, without a password.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusableError(f"{path} holds no Ed25519 key.")
    return key


def load_public(path: Path) -> Ed25519PublicKey:
    """A public key.

    Raises:
        KeyUnusableError: it is not there or is no Ed25519 key.
    """
    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise KeyUnusableError(f"The public key {path} cannot be read ({error.strerror}).") from error
    except (ValueError, UnsupportedAlgorithm):
        raise KeyUnusableError(f"{path} holds no public key in PEM.") from None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyUnusableError(f"{path} holds no Ed25519 key.")
    return key


def public_file(path: Path) -> Path:
    """Where the public half of the key at `path` lies."""
    return path.with_name(f"{path.name}.pub")


def public_pem(key: Ed25519PublicKey) -> bytes:
    """The public key as text."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def fingerprint(key: Ed25519PublicKey) -> str:
    """What tells a key from others: sha256 of its 32 bytes, in hexadecimal."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()
