"""How to sign in, checked at the start and quiet about secrets."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import processors
from processors import config
from processors.local.certificates import Authority
from processors.variables import SettingInvalid

SIGNED = {
    "CHANCERY_KAFKA_SECURITY": "sasl_ssl",
    "CHANCERY_KAFKA_USER": "worker.ocr",
    "CHANCERY_KAFKA_PASSWORD": "hunter2",
}


def test_who_signs_in_is_read_and_not_shown(tmp_path: Path) -> None:
    ca = Authority(tmp_path).certificate_file
    settings = config.load(SIGNED | {"CHANCERY_KAFKA_CA": str(ca), "CHANCERY_S3_CA": str(ca)})
    security = settings.kafka_security
    assert (security.secured, security.user, security.password, security.ca) == (True, "worker.ocr", "hunter2", ca)
    assert settings.s3.ca == ca
    assert "hunter2" not in repr(settings)


def test_a_password_may_be_mounted_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from-file\n")
    given = SIGNED | {"CHANCERY_KAFKA_PASSWORD_FILE": str(tmp_path / "secret")}
    assert config.load(given).kafka_security.password == "from-file"


@pytest.mark.parametrize("missing", ["CHANCERY_KAFKA_USER", "CHANCERY_KAFKA_PASSWORD", "CHANCERY_KAFKA_SECURITY"])
def test_half_of_a_sign_in_is_refused_without_quoting_it(missing: str) -> None:
    given = {name: value for name, value in SIGNED.items() if name != missing}
    with pytest.raises(SettingInvalid) as told:
        config.load(given)
    assert missing in str(told.value)
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize(
    "variable", ["CHANCERY_KAFKA_CA", "CHANCERY_S3_CA", "CHANCERY_LANGUAGE_CA", "CHANCERY_VISION_CA"]
)
@pytest.mark.parametrize("content", [None, "no certificate", ""])
def test_authorities_that_cannot_be_read_end_the_start(tmp_path: Path, variable: str, content: str | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SettingInvalid) as told:
        config.load({variable: str(path)})
    assert variable in str(told.value)
    assert ("No such file" if content is None else "no certificate in it") in str(told.value)


def test_every_client_of_kafka_is_told_how_to_sign_in() -> None:
    """A call that forgets it works on an open broker, and nowhere else."""
    forgetful = []
    root = Path(processors.__file__).parent
    for path in [*root.rglob("*.py"), *(root.parent / "bench").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                keywords = {keyword.arg for keyword in node.keywords}
                if name in ("KafkaLog", "KafkaReader") and "security" not in keywords:
                    forgetful.append(f"{path.name}:{node.lineno}")
    assert forgetful == []
