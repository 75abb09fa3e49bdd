"""The key file: made once, for nobody else to read, and refused where it is not so."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from processors.audit import keys


def test_a_key_is_made_once_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "audit-key.pem"
    assert keys.ensure(path)
    content = path.read_bytes()
    assert not keys.ensure(path)
    assert path.read_bytes() == content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(one.name for one in path.parent.iterdir()) == ["audit-key.pem", "audit-key.pem.pub"]
    public = keys.load_public(keys.public_file(path))
    assert keys.fingerprint(public) == keys.fingerprint(keys.load(path).public_key())


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    keys.ensure(tmp_path / "key")
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(keys.KeyUnusableError, match="Others may read"):
        keys.load(tmp_path / "key")


def test_what_is_no_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(keys.KeyUnusableError, match="chancery audit keys --make"):
        keys.load(tmp_path / "none")
    (tmp_path / "text").write_text("secret")
    (tmp_path / "text").chmod(0o600)
    with pytest.raises(keys.KeyUnusableError, match="no Ed25519") as caught:
        keys.load(tmp_path / "text")
    assert "secret" not in str(caught.value)
    with pytest.raises(keys.KeyUnusableError, match="no public key"):
        keys.load_public(tmp_path / "text")
