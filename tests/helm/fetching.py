"""The schemas of everything that the chart renders: `python -m tests.tools` brings them into the cache folder.

They come from the modules that Kubernetes, KEDA and the Prometheus operator are released as; Go holds them all
against its checksum database. Quick when they are there.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from processors.local.environment import cache_folder, inherited
from processors.local.failures import ProgramMissingError
from tests.helm import schemas, strimzi
from tests.tools import say

KUBERNETES = "k8s.io/kubernetes@v1.34.2"
#: module -> the resource definitions in it
MODULES = {
    "github.com/kedacore/keda/v2@v2.20.2": (
        "config/crd/bases/keda.sh_scaledobjects.yaml",
        "config/crd/bases/keda.sh_triggerauthentications.yaml",
    ),
    "github.com/prometheus-operator/prometheus-operator@v0.92.0": (
        "example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml",
        "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml",
        "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml",
    ),
}
#: Goes up when schemas are made in another way.
_EDITION = 1


def schema_folder() -> Path:
    """Where the schemas lie.

    Raises:
        ProgramMissingError: they were not fetched.
    """
    if not _schemas().is_dir():
        raise ProgramMissingError("schemas of Kubernetes' resources", "Run `python -m tests.tools`.")
    return _schemas()


def fetch() -> None:
    """Bring what is missing.

    Raises:
        subprocess.CalledProcessError: Go could not.
    """
    cache_folder().mkdir(parents=True, exist_ok=True)
    if not _schemas().is_dir():
        say("schemas of Kubernetes' resources: downloading their modules, about 45 MB")
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=cache_folder()) as scratch:
            _make_schemas(Path(scratch))
    say("schemas of Kubernetes' resources: there")


def _schemas() -> Path:
    versions = [one.rpartition("@")[2] for one in (KUBERNETES, *MODULES)]
    return cache_folder() / "-".join(["chart-schemas", str(_EDITION), *versions, strimzi.VERSION])


def _make_schemas(scratch: Path) -> None:
    made = scratch / "schemas"
    made.mkdir()
    with zipfile.ZipFile(_module(KUBERNETES, scratch)) as module:
        swagger = module.read(f"{KUBERNETES}/api/openapi-spec/swagger.json")
    schemas.of_kubernetes(json.loads(swagger), made)
    for name, files in MODULES.items():
        with zipfile.ZipFile(_module(name, scratch)) as module:
            for file in files:
                schemas.of_definition(module.read(f"{name}/{file}").decode(), made)
    for definition in strimzi.definitions():
        schemas.of_definition(definition, made)
    made.chmod(0o755)
    os.replace(made, _schemas())  # noqa: PTH105 - whole or not at all


def _module(name: str, scratch: Path) -> Path:
    """The zip of a module, in a cache of its own: unpacked, Kubernetes alone takes 300 MB."""
    variables = inherited() | {"GOMODCACHE": str(scratch / "modules"), "GOFLAGS": "-modcacherw"}
    done = subprocess.run(
        ["go", "mod", "download", "-json", name], env=variables, cwd=scratch, check=True, stdout=subprocess.PIPE
    )
    told = json.loads(done.stdout)
    place = scratch / f"{name.replace('/', '_')}.zip"
    Path(told["Zip"]).rename(place)
    shutil.rmtree(scratch / "modules")
    return place
