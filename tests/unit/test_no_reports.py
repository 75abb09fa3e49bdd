"""Libraries that would ask the network, or tell it something, are told not to before anything loads them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

#: expression -> what it must be once the package was imported
TOLD = {
    "__import__('huggingface_hub.constants').constants.HF_HUB_OFFLINE": "True",
    "__import__('os').environ.get('ORT_DISABLE_TELEMETRY')": "1",
}


def says(code: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "ORT_"))}
    done = subprocess.run([sys.executable, "-c", code], env=kept, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize(("expression", "value"), TOLD.items())
def test_what_the_package_switches_off_is_off(expression: str, value: str) -> None:
    assert says(f"import processors; print({expression})") == value
    assert says(f"print({expression})") != value, "it is off by itself: this test could not fail"
