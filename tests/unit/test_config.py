"""Settings: read once, checked at the start, quiet about secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from processors import config
from processors.variables import SettingInvalid


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CHANCERY_S3_TLS", "yes"),
        ("CHANCERY_S3_TLS", ""),
        ("CHANCERY_MOST_PARTITIONS", "-1"),
        ("CHANCERY_MOST_PARTITIONS", "many"),
        ("CHANCERY_PARTITIONS", "pages.requested"),
        ("CHANCERY_PARTITIONS", "pages.requested=0"),
        ("CHANCERY_PARTITIONS", "pages.requested=many"),
        ("CHANCERY_PARTITIONS", "pages.wanted=12"),
        ("CHANCERY_PARTITIONS", "acts.recorded=2"),
        ("CHANCERY_OCR_ENGINE", "magic"),
        ("CHANCERY_LOCK_DAYS", "0"),
        ("CHANCERY_LOCK_DAYS", "1.5"),
        ("CHANCERY_LOCK_MODE", "governance"),
        ("CHANCERY_MAX_BYTES", "0"),
        ("CHANCERY_MAX_BYTES", "256MB"),
        ("CHANCERY_MAX_PAGES", ""),
        ("CHANCERY_WORK_SECONDS", "0"),
        ("CHANCERY_AGENCIES", "Justice"),
        ("CHANCERY_AGENCIES", "justice, tax"),
        ("CHANCERY_AGENCIES", "justice-"),
        ("CHANCERY_AGENCIES", "a" * 32),
        ("CHANCERY_PREFIX", "Test-"),
        ("CHANCERY_PREFIX", "-test"),
        ("CHANCERY_PREFIX", "te.st-"),
        ("CHANCERY_PREFIX", "a" * 27),
    ],
)
def test_a_value_that_cannot_be_used_ends_the_start_and_names_variable_and_value(variable: str, value: str) -> None:
    with pytest.raises(SettingInvalid) as told:
        config.load({variable: value})
    assert told.value.code == 78
    assert variable in str(told.value)
    assert repr(value) in str(told.value)


def test_everything_has_a_value_when_nothing_is_set() -> None:
    settings = config.load({})
    assert settings.kafka
    assert settings.database.startswith("sqlite:///")
    assert settings.agencies == ()
    assert settings.fail_points == ""
    assert settings.document_types.is_dir()


def test_what_is_set_is_read() -> None:
    settings = config.load(
        {
            "CHANCERY_AGENCIES": "justice,tax,",
            "CHANCERY_PARTITIONS": "pages.requested=1584,documents.classified=408",
            "CHANCERY_S3_TLS": "on",
            "CHANCERY_MAX_PAGES": "7",
            "CHANCERY_WORK_SECONDS": "9",
            "CHANCERY_PREFIX": "test-",
        }
    )
    assert settings.agencies == ("justice", "tax")
    assert settings.partitions == (("documents.classified", 408), ("pages.requested", 1584))
    assert settings.s3.secure
    assert (settings.limits.max_pages, settings.limits.work_seconds) == (7, 9.0)
    assert settings.prefix == "test-"


@pytest.mark.parametrize("endpoint", ["127.0.0.1:29000", "127.0.0.2:1", "localhost:9000", "[::1]:9000", ""])
def test_a_store_on_this_machine_has_keys_of_its_own(endpoint: str) -> None:
    assert config.load({"CHANCERY_S3": endpoint}).s3.access_key == "chancery"


@pytest.mark.parametrize("endpoint", ["minio:9000", "10.0.0.1:9000", "[2001:db8::1]:9000", "localhost.example:1"])
@pytest.mark.parametrize("missing", ["CHANCERY_S3_ACCESS_KEY", "CHANCERY_S3_SECRET_KEY"])
@pytest.mark.parametrize("empty", [{}, {"CHANCERY_S3_ACCESS_KEY": "", "CHANCERY_S3_SECRET_KEY": ""}])
def test_a_store_elsewhere_needs_keys_that_were_given(endpoint: str, missing: str, empty: dict[str, str]) -> None:
    given = {"CHANCERY_S3_ACCESS_KEY": "k", "CHANCERY_S3_SECRET_KEY": "hunter2"}
    assert config.load({"CHANCERY_S3": endpoint, **given}).s3.secret_key == "hunter2"
    del given[missing]
    with pytest.raises(SettingInvalid) as told:
        config.load(empty | given | {"CHANCERY_S3": endpoint})
    assert missing in str(told.value)
    assert f"{missing}_FILE" in str(told.value)
    assert endpoint in str(told.value)
    assert "hunter2" not in str(told.value)


SECRETS = ["CHANCERY_S3_SECRET_KEY", "CHANCERY_DATABASE"]


@pytest.mark.parametrize("variable", SECRETS)
def test_a_secret_is_in_no_picture_of_the_settings(variable: str) -> None:
    settings = config.load({variable: "postgresql://user:hunter2@host/db"})
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(settings)


@pytest.mark.parametrize("variable", [*SECRETS, "CHANCERY_S3_ACCESS_KEY"])
def test_a_secret_may_be_mounted_as_a_file_which_wins(tmp_path: Path, variable: str) -> None:
    (tmp_path / "secret").write_text("from-file\n")
    settings = config.load({f"{variable}_FILE": str(tmp_path / "secret"), variable: "from-variable"})
    assert "from-file" in (settings.s3.secret_key, settings.database, settings.s3.access_key)
    assert "from-variable" not in (settings.s3.secret_key, settings.database, settings.s3.access_key)


@pytest.mark.parametrize("variable", SECRETS)
@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_secret_file_that_cannot_be_read_ends_the_start_and_is_not_quoted(
    tmp_path: Path, variable: str, content: bytes | None
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingInvalid) as told:
        config.load({f"{variable}_FILE": str(path)})
    assert f"{variable}_FILE" in str(told.value)
    assert str(path) in str(told.value)
