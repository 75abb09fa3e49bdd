"""Where traces go: what can be used, and what is refused with its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from processors import config
from processors.variables import SettingInvalid


@pytest.mark.parametrize(
    ("value", "url", "folder"),
    [
        ("", "", None),
        ("off", "", None),
        ("http://tempo:4318/v1/traces", "http://tempo:4318/v1/traces", None),
        ("https://[::1]:4318/otlp/v1/traces", "https://[::1]:4318/otlp/v1/traces", None),
        ("/var/traces", "", Path("/var/traces")),
        ("file:/var/traces", "", Path("/var/traces")),
        ("file:///var/traces", "", Path("/var/traces")),
    ],
)
def test_a_collector_a_folder_or_nothing(value: str, url: str, folder: Path | None) -> None:
    traces = config.load({"CHANCERY_TRACES": value}).traces
    assert (traces.url, traces.folder) == (url, folder)


@pytest.mark.parametrize(
    "value",
    [
        *("on", "traces", "./traces", "file:traces", "http://", "http://tempo:4318", "http://tempo:4318/"),
        *("ftp://tempo/v1/traces", "http://user:geheim@tempo/v1/traces", "http://tempo:99999/v1/traces"),
        *("http://tempo/v1/traces?x=1", "http://tempo/v1/traces#x", "https:///v1/traces", "http://[::1/v1/traces"),
    ],
)
def test_what_is_none_of_these_is_refused(value: str) -> None:
    with pytest.raises(SettingInvalid, match="CHANCERY_TRACES"):
        config.load({"CHANCERY_TRACES": value})


def test_a_password_is_not_said_again() -> None:
    with pytest.raises(SettingInvalid) as refused:
        config.load({"CHANCERY_TRACES": "http://user:geheim@tempo/v1/traces"})
    assert "geheim" not in str(refused.value)
    assert "@tempo" in str(refused.value)


@pytest.mark.parametrize(("value", "share"), [("0", 0.0), ("1", 1.0), ("0.05", 0.05), ("1.0", 1.0)])
def test_a_share_is_a_number_from_0_to_1(value: str, share: float) -> None:
    assert config.load({"CHANCERY_TRACE_SHARE": value}).traces.share == share


@pytest.mark.parametrize("value", ["", "2", "-0.1", "1.1", "nan", "5%", "1e-1", ".5", "0,5"])
def test_what_is_no_share_is_refused(value: str) -> None:
    with pytest.raises(SettingInvalid, match="CHANCERY_TRACE_SHARE"):
        config.load({"CHANCERY_TRACE_SHARE": value})


def test_authorities_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="CHANCERY_TRACES_CA"):
        config.load({"CHANCERY_TRACES_CA": str(tmp_path / "none.pem")})
