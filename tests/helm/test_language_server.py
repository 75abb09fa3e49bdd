"""The chart's own language server: vLLM's image, in which our user has no name and nothing can be written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import PurePosixPath
from typing import Any

import pytest

from tests.helm.rendering import Document, documents, of_kind, pod, variables

#: What writes on its own accord, and the variables that say where.
_PLACES = (
    "HOME",
    "TORCHINDUCTOR_CACHE_DIR",
    "TRITON_CACHE_DIR",
    "VLLM_CACHE_ROOT",
    "VLLM_CONFIG_ROOT",
    "XDG_CACHE_HOME",
    "HF_HOME",
)


def server(manifests: list[Document]) -> Document:
    (container,) = pod(of_kind(manifests, "Deployment")["language"])["containers"]
    return container


def test_whatever_it_writes_lies_on_a_disk_that_it_may_write() -> None:
    told = variables(server(documents("one-gpu")))
    mounts = {one["mountPath"]: one.get("readOnly", False) for one in server(documents("one-gpu"))["volumeMounts"]}
    for name in _PLACES:
        place = PurePosixPath(told[name])
        found = next(readonly for path, readonly in mounts.items() if place.is_relative_to(path))
        assert found is False, name


def test_it_reports_to_nobody_and_looks_for_nothing_outside() -> None:
    told = variables(server(documents("one-gpu")))
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "VLLM_NO_USAGE_STATS", "DO_NOT_TRACK"):
        assert told[name] == "1"


#: what torch does when it is loaded, by a user whom no file of the system names
_AS_NOBODY = """
import getpass, os, pwd
def nobody(number):
    raise KeyError(f"getpwuid(): uid not found: {number}")
pwd.getpwuid = nobody
print(getpass.getuser())
"""


@pytest.mark.parametrize("without", [(), ("USER", "LOGNAME")])
def test_its_user_has_a_name_though_the_image_knows_none(without: tuple[str, ...]) -> None:
    told: dict[str, Any] = variables(server(documents("one-gpu")))
    plain = {name: value for name, value in told.items() if isinstance(value, str) and name not in without}
    done = subprocess.run(
        [sys.executable, "-c", _AS_NOBODY], env=plain, capture_output=True, text=True, check=False, timeout=60
    )
    if without:
        assert "uid not found" in done.stderr
    else:
        assert done.stdout.strip() == "chancery"
