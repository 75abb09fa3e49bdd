"""What cannot be used is refused at the start, by name."""

from __future__ import annotations

import pytest

from processors import config
from processors.telemetry.settings import TelemetrySettings
from processors.variables import SettingInvalid


def test_nothing_is_told_unless_it_is_asked_for() -> None:
    assert config.load({}).telemetry == TelemetrySettings("", 0.0, 0.0)


@pytest.mark.parametrize("value", ["9100", ":9100", "host", "host:", "host:x", "host:-1", "host:65536", "host:٣"])
def test_an_address_that_is_none_is_named(value: str) -> None:
    with pytest.raises(SettingInvalid, match=r"CHANCERY_METRICS=.*host:port") as caught:
        config.load({"CHANCERY_METRICS": value})
    assert caught.value.code == 78


@pytest.mark.parametrize("value", ["0.0.0.0:9100", "127.0.0.1:0", "[::1]:9100", "localhost:65535"])
def test_an_address_is_taken_as_it_is(value: str) -> None:
    assert config.load({"CHANCERY_METRICS": value}).telemetry.metrics == value


@pytest.mark.parametrize("value", ["", "free", "-1", "nan", "inf", "1,5"])
def test_a_price_that_is_none_is_named(value: str) -> None:
    with pytest.raises(SettingInvalid, match=r"CHANCERY_PRICE_GPU_HOUR=.*a number of at least 0"):
        config.load({"CHANCERY_PRICE_GPU_HOUR": value})


def test_a_price_is_a_number() -> None:
    assert config.load({"CHANCERY_PRICE_CORE_HOUR": "0.045"}).telemetry.price_core_hour == 0.045
