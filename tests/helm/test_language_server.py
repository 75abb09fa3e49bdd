"""The chart's own language server: vLLM's image, in which our user has no name and nothing can be written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import PurePosixPath
from typing import Any

import pytest

from tests.helm.rendering import Document, RefusedError, conform, documents, of_kind, pod, text, variables

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
    container: Document
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


TLS = ('language.server.tlsSecret="chancery-language-tls"', 'language.ca.configMap="site-authority"')


def stages(manifests: list[Document]) -> list[dict[str, Any]]:
    """The variables of workers that ask it."""
    found = [variables(pod(one)["containers"][0]) for one in of_kind(manifests, "StatefulSet").values()]
    return [one for one in found if "CHANCERY_LANGUAGE_URL" in one or "CHANCERY_VISION_URL" in one]


def test_it_speaks_tls_where_it_has_a_certificate_and_whoever_asks_it_trusts_its_authority() -> None:
    manifests = documents("one-gpu", *TLS)
    container = server(manifests)
    options = dict(zip(container["args"][::2], container["args"][1::2], strict=True))
    mounts = {one["name"]: one["mountPath"] for one in container["volumeMounts"]}
    files = {options[name] for name in ("--ssl-certfile", "--ssl-keyfile")}
    volume = next(
        one for one in pod(of_kind(manifests, "Deployment")["language"])["volumes"] if one["name"] == "tls"
    )
    assert files == {f"{mounts['tls']}/{item['path']}" for item in volume["secret"]["items"]}
    for probe in ("startup", "liveness", "readiness"):
        assert container[f"{probe}Probe"]["httpGet"]["scheme"] == "HTTPS"
    told = stages(manifests)
    assert len(told) == 4
    for one in told:
        kind = "LANGUAGE" if "CHANCERY_LANGUAGE_URL" in one else "VISION"
        assert one[f"CHANCERY_{kind}_URL"] == "https://site-language:8000/v1"
        assert one[f"CHANCERY_{kind}_CA"] == "/etc/chancery/trust/language.pem"
    (trust,) = (
        one for one in pod(of_kind(manifests, "StatefulSet")["extract"])["volumes"] if one["name"] == "trust"
    )
    paths = [item["path"] for one in trust["projected"]["sources"] for item in next(iter(one.values()))["items"]]
    assert "language.pem" in paths
    (endpoint,) = of_kind(manifests, "PodMonitor")["language"]["spec"]["podMetricsEndpoints"]
    assert (endpoint["scheme"], endpoint["tlsConfig"]["serverName"]) == ("https", "site-language")
    assert conform(text("one-gpu", *TLS)).returncode == 0


def test_without_a_certificate_it_speaks_in_clear_and_a_certificate_that_nobody_trusts_is_refused() -> None:
    for one in stages(documents("one-gpu")):
        assert "http://site-language:8000/v1" in one.values()
        assert not any(name.endswith(("LANGUAGE_CA", "VISION_CA")) for name in one)
    with pytest.raises(RefusedError, match="/language/ca"):
        text("one-gpu", TLS[0])


def test_a_server_of_others_may_have_an_authority_of_the_sites() -> None:
    changes = (
        "language.server.enabled=false",
        'language.url="https://gpu.site.example/v1"',
        'language.ca.secret="gpu-authority"',
        'network.language={"to": [{"ipBlock": {"cidr": "10.9.0.1/32"}}], "ports": [443]}',
    )
    told = stages(documents("one-gpu", *changes))
    assert len(told) == 4
    assert all("/etc/chancery/trust/language.pem" in one.values() for one in told)
