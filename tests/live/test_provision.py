"""What the chart's set-up job runs; after it, workers with nothing but their own secrets bring a document on."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from processors import config, principals, store_policies
from processors.adapters import kafka_admin
from processors.commands.exits import Exit
from processors.config import Settings
from processors.local import ports, stack
from processors.local.environment import of_settings
from processors.new_secret import new_secret
from processors.principals import worker_name
from processors.server_settings import KafkaSecurity
from tests.live.oracle import Oracle, upload
from tests.live.workers import workers

pytestmark = [pytest.mark.live, pytest.mark.timeout(400)]

SAMPLES = Path(__file__).parents[2] / "samples"
PREFIX, AGENCY = "site-", "gamma"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Secured servers without workers, as an administrator sees them."""
    home = tmp_path_factory.mktemp("provision") / "home"
    home.mkdir()
    (home / "ports.json").write_text(json.dumps(ports.choose([None, None, None])))
    bare = config.load({"CHANCERY_HOME": str(home), "CHANCERY_MOST_PARTITIONS": "2"})
    try:
        yield stack.connected(bare, stack.up(bare, workers={}, secured=True))
    finally:
        stack.down(bare, wipe=True)


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file for each user, as a cluster's Secrets are mounted."""
    folder = tmp_path_factory.mktemp("secrets")
    users = {
        "kafka": [one.name for one in principals.of_installation(PREFIX)],
        "store": [one.name for one in store_policies.of_workers(PREFIX)],
    }
    for place, names in users.items():
        (folder / place).mkdir()
        for name in names:
            (folder / place / name).write_text(new_secret())
    return folder


@pytest.fixture(scope="module")
def site(servers: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Another installation on the same servers."""
    home = tmp_path_factory.mktemp("site")
    return dataclasses.replace(
        servers,
        home=home,
        database=f"sqlite:///{home}/ledger.sqlite",
        prefix=PREFIX,
        agencies=(AGENCY,),
        partitions=(("pages.requested", 3), ("pages.recognised", 1)),
        most_partitions=3,
    )


def provision(site: Settings, secrets: Path) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CHANCERY_")}
    options = ["--topics", "--buckets", f"--kafka-users={secrets / 'kafka'}", f"--store-users={secrets / 'store'}"]
    return subprocess.run(
        [sys.executable, "-m", "processors.cli", "provision", *options],
        env=inherited | of_settings(site),
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


def as_worker(site: Settings, secrets: Path, kind: str) -> dict[str, str]:
    """How a worker signs in: with its own secrets, and no administrator's."""
    name = worker_name(kind, site.prefix)
    kafka = KafkaSecurity("sasl_ssl", name, (secrets / "kafka" / name).read_text(), site.kafka_security.ca)
    known = secrets / "store" / name
    s3 = dataclasses.replace(site.s3, access_key=name, secret_key=known.read_text() if known.exists() else "none")
    return of_settings(dataclasses.replace(site, kafka_security=kafka, s3=s3))


def partitions_of(site: Settings, topic: str) -> int:
    with kafka_admin.admin(site.kafka, site.kafka_security) as client:
        (told,) = client.describe_topics([site.prefix + topic])
        return len(told["partitions"])


def test_after_it_workers_with_their_own_secrets_bring_a_document_to_its_end(site: Settings, secrets: Path) -> None:
    # Twice: it runs again at each upgrade.
    for _ in range(2):
        done = provision(site, secrets)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count(": there") == 4
    assert (partitions_of(site, "pages.requested"), partitions_of(site, "documents.arrived")) == (3, 3)
    assert partitions_of(site, "pages.recognised") == 1
    # Nobody's notifications but the first installation's reach this Kafka from its MinIO: a comparison announces.
    document = upload(site, "order.pdf", (SAMPLES / "fcc-order.pdf").read_bytes(), AGENCY)
    ways = ("intake", "ocr", "classify", "extract", "publish", "record")
    with workers(site, ways, each=lambda kind, _: as_worker(site, secrets, kind)), closing(Oracle(site)) as oracle:
        found = subprocess.run(
            [sys.executable, "-m", "processors.cli", "reconcile", "--grace", "0"],
            env={**os.environ, **of_settings(site)},
            check=False,
            timeout=120,
        )
        assert found.returncode == Exit.FOUND
        (end,) = [oracle.wait([document], seconds=150)[document]]
    assert end.state in ("result", "review")


def test_a_worker_that_was_made_so_sees_what_its_stage_needs_alone(site: Settings, secrets: Path) -> None:
    name = worker_name("ocr", site.prefix)
    signs_in = KafkaSecurity("sasl_ssl", name, (secrets / "kafka" / name).read_text(), site.kafka_security.ca)
    seen = kafka_admin.topics(site.kafka, signs_in)
    assert "site-pages.requested" in seen
    assert "site-intake.notifications" not in seen
    assert "site-intake.notifications" in kafka_admin.topics(site.kafka, site.kafka_security)
