"""One Kafka broker on this machine: KRaft, a single node, loopback only, its data in one folder."""

from __future__ import annotations

import base64
import subprocess
import uuid
from pathlib import Path

from processors.local import cache, kafka_logging, kafka_profile
from processors.local.certificates import write_secret
from processors.local.environment import inherited
from processors.local.failures import StackError
from processors.local.kafka_probe import serves
from processors.local.kafka_profile import BrokerSecurity, argument_file, first_users
from processors.local.logs import tail
from processors.local.ports import LOOPBACK
from processors.local.process import Process

#: seconds; an idle broker is up in 2 to 3, one that recovers its log after a kill on a busy machine in 10
START_SECONDS = 60.0
#: seconds; a clean stop takes 1.7
STOP_SECONDS = 30.0

_STARTED = b"Kafka Server started"


class KafkaServer:
    """A broker that can be started, stopped, killed and started again on the same data."""

    def __init__(
        self,
        folder: Path,
        port: int,
        controller_port: int,
        log: Path | None = None,
        security: BrokerSecurity | None = None,
    ) -> None:
        """Prepare a broker with its data in `folder`; `log` is `<folder>/kafka.log` unless given.

        Without `security` it lets everybody do everything.

        Raises:
            ProgramMissingError: Kafka or Java is not on this machine.
        """
        self.folder = folder
        self.port = port
        self._controller_port = controller_port
        self._security = security
        jars, java = cache.kafka(), cache.java()
        self._refused = security.refused if security else None
        log4j = f"-Dlog4j2.configurationFile={(folder / 'log4j2.properties').resolve().as_uri()}"
        # The serial collector: the smallest footprint, and pauses of a few ms at this heap size.
        # C1 only: for a broker of one machine the optimiser costs more than it saves. Start and a first batch of
        # documents took 5.5 CPU s instead of 10.3, later batches half as much a page.
        self._java = [str(java), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", log4j]
        self._java += [*kafka_logging.options(self._refused), "-cp", f"{jars}/*"]
        self._properties = folder / "server.properties"
        self.process = Process(
            "Kafka",
            # Exit at once when memory is out: a broker that limps on is worse than one that is restarted.
            [*self._java, "-Xmx512m", "-XX:+ExitOnOutOfMemoryError", "kafka.Kafka", str(self._properties)],
            log or folder / "kafka.log",
            inherited("KAFKA_", "CHANCERY_"),
        )

    @property
    def endpoint(self) -> str:
        """host:port for clients."""
        return f"{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Start the broker and return at once; the first start formats the data folder (0.5 s).

        Raises:
            StackError: the data folder could not be formatted.
        """
        data = self.folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        (self.folder / "log4j2.properties").write_text(kafka_logging.properties(self._refused), "ascii")
        written = properties(data, self.port, self._controller_port, self._security)
        write_secret(self._properties, written.encode("ascii"))
        if not (data / "meta.properties").exists():
            self._format()
        self.process.start()

    def wait_healthy(self, seconds: float = START_SECONDS) -> None:
        """Wait until the broker serves metadata.

        Raises:
            StackError: it ended, or did not serve within `seconds`; the message quotes its log.
        """
        if self._security is None:
            self.process.wait_healthy(lambda: serves(LOOPBACK, self.port), seconds)
        else:
            self.process.wait_healthy(self._says_that_it_started, seconds)

    def stop(self) -> None:
        """Stop it cleanly; after 30 s it is killed."""
        self.process.stop(STOP_SECONDS)

    def kill(self) -> None:
        """Kill it with SIGKILL and wait until it is gone."""
        self.process.kill()

    def _says_that_it_started(self) -> bool:
        """Where one must sign in to ask, its log is asked: this line comes once it is registered and serves."""
        with self.process.log.open("rb") as log:
            log.seek(self.process.log_from)
            return _STARTED in log.read()

    def _format(self) -> None:
        tool = ["kafka.tools.StorageTool", "format", "-t", _cluster_id(), "-c", str(self._properties)]
        tool += first_users(self._security) if self._security else []
        arguments = self.folder / "format.arguments"
        write_secret(arguments, argument_file(tool).encode())
        done = subprocess.run(
            [*self._java, f"@{arguments}"],
            env=inherited("KAFKA_", "CHANCERY_"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        arguments.unlink()
        if done.returncode != 0:
            self.process.log.parent.mkdir(parents=True, exist_ok=True)
            self.process.log.write_bytes(done.stdout + done.stderr)
            raise StackError(
                "Kafka",
                "could not format its data folder",
                f"See whether {self.folder} can be written and has free space.\n{tail(self.process.log)}",
            )


def properties(data: Path, port: int, controller_port: int, security: BrokerSecurity | None = None) -> str:
    """The broker's settings, as an ASCII properties file."""
    if "," in str(data):
        # log.dirs is a list: Kafka would take the path for two folders.
        raise StackError("Kafka", f"cannot keep its data under {data}", "Choose a CHANCERY_HOME without commas.")
    settings: dict[str, str | int] = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@{LOOPBACK}:{controller_port}",
        "listeners": f"PLAINTEXT://{LOOPBACK}:{port},CONTROLLER://{LOOPBACK}:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{port}",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": _escaped(str(data)),
        # A topic that nobody declared is a typing error, not a topic.
        "auto.create.topics.enable": "false",
        "default.replication.factor": 1,
        "offsets.topic.replication.factor": 1,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        # The defaults (50 each) are sized for clusters and cost seconds when the first group and producer arrive.
        "offsets.topic.num.partitions": 8,
        "transaction.state.log.num.partitions": 8,
        # A worker that died inside a transaction blocks its readers until this looks: 1 s instead of 10.
        "transaction.abort.timed.out.transaction.cleanup.interval.ms": 1000,
        # After a kill the controller refuses the broker until its former life has timed out: 2 s instead of 9, and
        # asked every 0.5 s. Longer than any pause of this heap or of a busy machine.
        "broker.session.timeout.ms": 2000,
        "broker.heartbeat.interval.ms": 500,
        # One consumer per slot from the start: nothing to wait for before the first assignment.
        "group.initial.rebalance.delay.ms": 0,
        # Lets tests use session timeouts of seconds.
        "group.min.session.timeout.ms": 1000,
        # A stack that was switched off for a fortnight still knows where it was (default 7 days).
        "offsets.retention.minutes": 60 * 24 * 365,
        # Default 128 MB, a quarter of our heap, for de-duplicating topics far larger than ours.
        "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
        "num.network.threads": 2,
        "num.io.threads": 4,
        "background.threads": 2,
    }
    if security is not None:
        told = kafka_profile.settings(security, f"{LOOPBACK}:{port}", f"{LOOPBACK}:{controller_port}")
        settings |= {name: _escaped(value) if isinstance(value, str) else value for name, value in told.items()}
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def _escaped(text: str) -> str:
    """As Java reads properties: Latin-1 with backslash escapes for everything else."""
    utf16 = text.encode("utf-16-be")
    units = (int.from_bytes(utf16[i : i + 2], "big") for i in range(0, len(utf16), 2))
    return "".join(
        "\\\\" if unit == ord("\\") else chr(unit) if 32 <= unit < 127 else f"\\u{unit:04x}" for unit in units
    )


def _cluster_id() -> str:
    """A random cluster id as Kafka writes them: 16 bytes, URL-safe base64, never beginning with a dash."""
    while True:
        made = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode("ascii").rstrip("=")
        if not made.startswith("-"):
            return made
