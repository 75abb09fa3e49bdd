"""Fetching, with stand-ins for Maven and Go."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from processors.local import cache, fetch
from processors.local.failures import ProgramMissingError, StackError

MAVEN = r"""#!/bin/sh
for argument; do case "$argument" in -DoutputDirectory=*) out="${argument#*=}";; esac; done
mkdir -p "$out" && touch "$out/kafka_2.13-4.1.0.jar"
"""
GO = r"""#!/bin/sh
echo "go: downloading something"
echo some/package
printf 'mod\tgithub.com/minio/minio\t%s' "${3#*@}" > "$GOBIN/minio"
"""
FAILS = "#!/bin/sh\necho 'no route to host'; exit 3\n"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs, the only one on PATH besides the system's."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/bin")
    put(folder, "mvn", MAVEN)
    put(folder, "go", GO)
    return folder


def put(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(script)
    (folder / name).chmod(0o755)


def test_both_are_brought_once_and_then_left_alone(programs: Path, tmp_path: Path) -> None:
    root = tmp_path / "cache"
    said: list[str] = []
    fetch.fetch(said.append, root)
    assert cache.has_kafka(root)
    assert cache.has_minio(root)
    assert sorted(place.name for place in root.iterdir()) == ["bin", "kafka-4.1.0"], "no scratch folder is left"

    said.clear()
    put(programs, "mvn", FAILS)
    put(programs, "go", FAILS)
    fetch.fetch(said.append, root)
    assert said == [f"Kafka {cache.KAFKA_VERSION}: there", f"MinIO {cache.MINIO_VERSION}: there"]


@pytest.mark.parametrize(("program", "name"), [("mvn", "Maven"), ("go", "Go")])
def test_a_failed_fetch_leaves_nothing_and_quotes_the_program(
    programs: Path, tmp_path: Path, program: str, name: str
) -> None:
    put(programs, program, FAILS)
    root = tmp_path / "cache"
    with pytest.raises(StackError, match=rf"(?s){name} ended with exit code 3.*no route to host"):
        fetch.fetch(lambda _: None, root)
    assert cache.has_kafka(root) is (program == "go")
    assert not cache.has_minio(root)
    assert not list(root.glob(".fetch*"))


def test_an_incomplete_folder_and_an_old_binary_are_replaced(programs: Path, tmp_path: Path) -> None:
    root = tmp_path / "cache"
    cache.kafka_folder(root).mkdir(parents=True)
    (cache.kafka_folder(root) / "half.jar").touch()
    cache.minio_binary(root).parent.mkdir()
    cache.minio_binary(root).write_text("an older version")
    fetch.fetch(lambda _: None, root)
    assert cache.has_kafka(root)
    assert cache.has_minio(root)
    assert not (cache.kafka_folder(root) / "half.jar").exists()


def test_a_missing_program_is_named_with_its_command(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(programs))
    (programs / "mvn").unlink()
    with pytest.raises(ProgramMissingError, match=r"mvn is not on this machine. Run `apt-get install maven`"):
        fetch.fetch(lambda _: None, tmp_path / "cache")


def test_the_pom_names_the_broker_and_its_log_binding() -> None:
    space = {"m": "http://maven.apache.org/POM/4.0.0"}
    found = ET.fromstring(fetch.POM).findall(".//m:dependency", space)
    names = {(d.findtext("m:artifactId", "", space), d.findtext("m:version", "", space)) for d in found}
    assert names == {("kafka_2.13", cache.KAFKA_VERSION), ("log4j-slf4j-impl", cache.LOG4J_VERSION)}
