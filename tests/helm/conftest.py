"""The sites whose manifests every test looks at: those that are shipped, and what else can be chosen."""

from __future__ import annotations

import pytest

from tests.helm.rendering import Document, documents

#: name -> site and what is changed of its values
VARIANTS: dict[str, tuple[str, ...]] = {
    "small-cpu": ("small-cpu",),
    "one-gpu": ("one-gpu",),
    "large": ("large",),
    "hpa": ("small-cpu", 'scaling.mode="hpa"', "reprocessing.enabled=true"),
    "plaintext": ("small-cpu", 'kafka.security="plaintext"', 'kafka.ca.configMap=""', 'scaling.mode="keda"'),
    "own-server": (
        "large",
        "language.server.enabled=false",
        'language.url="https://gpu.site.example/v1"',
        'network.language={"to": [{"ipBlock": {"cidr": "10.9.0.1/32"}}], "ports": [443]}',
    ),
    "own-files": ("small-cpu", 'documentTypesConfigMap="types"', 'policiesConfigMap="wishes"', "agencies=[]"),
}


@pytest.fixture(params=VARIANTS)
def manifests(request: pytest.FixtureRequest) -> list[Document]:
    """The manifests of each variant in turn."""
    return documents(*VARIANTS[request.param])
