"""Documents go through workers in the root of the `cpu` image. `make images-check`; needs root and debootstrap.

Kafka and MinIO run beside it, as they do on a cluster.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from processors.pipeline import STAGES
from tests.images import root
from tests.servers import servers
from tests.waiting import until

pytestmark = [pytest.mark.packaging, pytest.mark.timeout(3600)]

SAMPLES = root.ROOT / "samples"
#: recognised, with a text layer, converted by LibreOffice
DOCUMENTS = ("receipt-stationers.png", "fcc-order.pdf", "recorder-notice.docx")
WORKERS = (*(row.name for row in STAGES), "record")
#: MB, system included
LARGEST = 1600


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The root."""
    root.possible()
    folder = tmp_path_factory.mktemp("root") / "cpu"
    root.build(folder)
    yield folder
    shutil.rmtree(folder)


def test_the_system_is_small_and_gives_nobody_rights(made: Path) -> None:
    files = [file for file in made.rglob("*") if file.is_file() and not file.is_symlink()]
    assert [file for file in files if file.stat().st_mode & 0o6000] == []
    assert list((made / "var/lib/apt/lists").iterdir()) == []
    size = sum(file.stat().st_size for file in files) / 1e6
    assert size < LARGEST, f"{size:.0f} MB"
    sys.stdout.write(f"{size:.0f} MB\n")
    told = (made / "opt/chancery/system-packages.tsv").read_text("utf-8")
    assert "\ntesseract-ocr-deu\t" in told


def test_documents_go_through_it(made: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name in DOCUMENTS:
        shutil.copy(SAMPLES / name, home)

    def run(*words: str, **variables: str) -> str:
        done = subprocess.run(
            root.command(made, home, *words, variables=variables), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def topics(kafka: str) -> None:
        run("chancery", "provision", "--topics", CHANCERY_KAFKA=kafka, CHANCERY_MOST_PARTITIONS="2")

    with ExitStack() as stack:
        live = stack.enter_context(servers(tmp_path / "servers", topics))
        settings = {
            "CHANCERY_KAFKA": live.kafka,
            "CHANCERY_S3": live.s3.endpoint,
            "CHANCERY_S3_ACCESS_KEY": live.s3.access_key,
            "CHANCERY_S3_SECRET_KEY": live.s3.secret_key,
            "CHANCERY_NOTIFICATION_ARNS": ",".join(live.arns()),
            "CHANCERY_AGENCIES": "revenue",
            "CHANCERY_LOCK_DAYS": "1",
            "CHANCERY_MOST_PARTITIONS": "2",
        }
        run("chancery", "provision", "--buckets", **settings)
        logs = {kind: tmp_path / f"{kind}.log" for kind in WORKERS}
        for kind, log in logs.items():
            words = root.command(made, home, "chancery", "worker", kind, "--slot", "0", variables=settings)
            stream = stack.enter_context(log.open("wb"))
            worker = stack.enter_context(subprocess.Popen(words, stdout=stream, stderr=stream))
            stack.callback(worker.kill)
        until(lambda: all('"started"' in log.read_text("utf-8") for log in logs.values()), "all workers started")
        sent = run(
            "chancery", "submit", *DOCUMENTS, "--agency", "revenue", "--wait", "--timeout", "300", **settings
        )
        assert [line.split()[2] for line in sent.splitlines() if line.startswith(DOCUMENTS)] == [
            "result",
            "result",
            "review",
        ], sent
        # The probe of the chart, in the words of its template.
        alive = run("sh", "-c", 'find "$CHANCERY_HOME/pulse" -type f -mmin -5')
        assert {Path(line).name for line in alive.split()} == {f"{kind}-0" for kind in WORKERS}
        # What a container may without more: no weaker than the documentation says.
        doctor = subprocess.run(
            root.command(made, home, "chancery", "doctor", "--json", variables=settings),
            capture_output=True,
            text=True,
            check=False,
        )
        found = {one["name"]: one["found"] for one in json.loads(doctor.stdout)}
        assert found["sandbox"].startswith(("fence", "walls"))
