"""A secured stack with two agencies, and everything that is said about it while it starts and runs."""

from __future__ import annotations

import dataclasses
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from processors import config
from processors.adapters import tenants
from processors.adapters.tenants import Credential
from processors.config import Settings
from processors.local import ports, stack
from processors.local.secured import Secrets
from processors.server_settings import KafkaSecurity
from tests.live.audit_collector import Collector, collecting
from tests.live.kafka_attempts import Client
from tests.live.store_attempts import Key, World

ATTACKER, VICTIM = "alpha", "beta"
#: refusals reach the chain within seconds
_QUICK = {"CHANCERY_AUDIT_SECONDS": "2", "CHANCERY_REFUSALS_SECONDS": "1"}


@dataclass
class Secured:
    """The stack, and who signs in to it."""

    #: an administrator's
    settings: Settings
    collector: Collector
    #: agency -> purpose -> credential
    credentials: dict[str, dict[str, Credential]]
    world: World
    root: Client
    #: every command line that was seen since before the start
    commands: set[str] = field(repr=False)

    @property
    def secrets(self) -> Secrets:
        return Secrets(self.settings.home)

    @property
    def denials(self) -> list[str]:
        """What Kafka's authorizer logged."""
        log = self.settings.home / "refusals" / "kafka.log"
        return [line for line in log.read_text("utf-8", "replace").splitlines() if " is Denied " in line]

    def client(self, agency: str = ATTACKER) -> Client:
        """An agency in Kafka."""
        credential = self.credentials[agency]["kafka"]
        ca = self.settings.kafka_security.ca
        return Client(self.settings.kafka, KafkaSecurity("sasl_ssl", credential.user, credential.secret, ca))

    def key(self, purpose: str, agency: str = ATTACKER) -> Key:
        """An agency's key in the object store."""
        credential = self.credentials[agency][purpose]
        return self.key_of(credential.user, credential.secret)

    def key_of(self, user: str, secret: str) -> Key:
        """Somebody's key in the object store."""
        return Key(dataclasses.replace(self.settings.s3, access_key=user, secret_key=secret))

    def worker(self, kind: str) -> tuple[Client, Key]:
        """A worker in both."""
        settings = self.secrets.as_worker(self.settings, kind)
        return Client(settings.kafka, settings.kafka_security), Key(settings.s3)


@contextmanager
def watching() -> Iterator[set[str]]:
    """The command lines of this machine, as a neighbour sees them, gathered every 30 ms."""
    seen: set[str] = set()
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.03):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.add(path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
                except OSError:  # it ended meanwhile
                    continue

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join(5)


@contextmanager
def secured_stack(home: Path) -> Iterator[Secured]:
    """Start it, with a document type's topics and credentials for two agencies; stopped and wiped at the end."""
    home.mkdir()
    (home / "ports.json").write_text(json.dumps(ports.choose([None, None, None])))
    bare = config.load(
        {"CHANCERY_HOME": str(home), "CHANCERY_MOST_PARTITIONS": "2", "CHANCERY_WORK_SECONDS": "60"} | _QUICK
    )
    workers = dict.fromkeys(("intake", "ocr", "classify", "extract", "publish", "record", "audit"), 1)
    with collecting() as collector, watching() as commands:
        try:
            running = stack.up(
                bare,
                workers=workers,
                secured=True,
                plan=lambda plan: dataclasses.replace(plan, audit=collector.url),
                workers_seconds=180,
            )
            settings = stack.connected(bare, running)
            credentials = {
                agency: {one.purpose: one for one in tenants.add(settings, agency)} for agency in (ATTACKER, VICTIM)
            }
            root = Key(settings.s3)
            for agency in (ATTACKER, VICTIM):
                root.s3.put_object("documents", f"{agency}/kept", io.BytesIO(b"secret"), 6)
            world = World(
                root=root,
                own_inbox=f"inbox-{ATTACKER}",
                inbox=f"inbox-{VICTIM}",
                documents="documents",
                own_artefact=f"{ATTACKER}/kept",
                artefact=f"{VICTIM}/kept",
                work="work",
                datasets="datasets",
                models="models",
            )
            admin = Client(settings.kafka, settings.kafka_security)
            yield Secured(settings, collector, credentials, world, admin, commands)
        finally:
            stack.down(bare, wipe=True)


__all__ = ["ATTACKER", "VICTIM", "Secured", "secured_stack"]
