"""The doctor, on machines that lack things."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from processors import config
from processors.local import cache, doctor
from processors.local.machine import Machine
from processors.runtime import levels
from tests.language_server import DIGEST, MODEL, Behaviour, LanguageServer, Speak, saying, walking

LANGUAGES = "\n".join(
    [
        'List of available languages in "/usr/share/tessdata/" (8):',
        "eng",
        "fra",
        "deu",
        "spa",
        "ita",
        "por",
        "nld",
        "osd",
    ]
)


WALLS = json.dumps({"namespaces": True, "filter": True, "landlock": 7})


class FakeMachine(Machine):
    """A machine with everything, unless told otherwise."""

    def __init__(self) -> None:
        self.outputs: dict[str, str | None] = {
            "tesseract --version": "tesseract 5.3.0\n leptonica-1.82.0",
            "tesseract --list-langs": LANGUAGES,
            "pdftotext -v": "pdftotext version 22.12.0",
            "java -version": 'openjdk version "17.0.15" 2025-04-15',
            "mvn --version": "\x1b[1mApache Maven 3.8.7\x1b[m",
            "go version": "go version go1.26.8 linux/amd64",
            "uv --version": "uv 0.13.9 (x86_64)",
            "bwrap": "",
            f"{Path(sys.executable).name} -m {levels.__name__}": WALLS,
            "soffice --version": "LibreOffice 7.4.7.2 40(Build:2)",
            "fc-list : family": "Carlito\nCaladea\nLiberation Sans\nDejaVu Sans",
        }
        self.free = 100 * doctor.GIB
        self.reachable = True
        self.version = "3.11.7"
        self.engine: str | None = "tesseract 5.5.4\n leptonica"

    def python(self) -> str:
        return self.version

    def which(self, program: str) -> str | None:
        return f"/bin/{program}" if any(c.split()[0] == Path(program).name for c in self.outputs) else None

    def says(self, *command: str) -> str | None:
        if "tesserocr" in command[-1]:
            return self.engine
        return self.outputs.get(" ".join([Path(command[0]).name, *command[1:]]))

    def free_bytes(self, folder: Path) -> int:
        return self.free

    def answers(self, endpoint: str) -> bool:
        return self.reachable

    def lacks(self, program: str) -> None:
        self.outputs = {c: said for c, said in self.outputs.items() if c.split()[0] != program}


@pytest.fixture
def machine() -> FakeMachine:
    return FakeMachine()


@pytest.fixture(autouse=True)
def fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache folder with both server programs, and the rest of a home."""
    monkeypatch.setenv("CHANCERY_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    jars, minio = cache.kafka_folder(), cache.minio_binary()
    models = tmp_path / "models"
    for folder in (jars, minio.parent, models / "classifier", models / "line_reader", tmp_path / "types"):
        folder.mkdir(parents=True)
        (folder / "README.md").touch()
    for name in ("encoder.json", "encoder.onnx", "tokenizer.json", "head.json", "head.npz"):
        (models / "classifier" / name).touch()
    (models / "line_reader" / "line_reader.onnx").touch()
    shutil.copy(config.SCHEMAS / "documents" / "letter.json", tmp_path / "types")
    (jars / f"kafka_2.13-{cache.KAFKA_VERSION}.jar").touch()
    minio.write_bytes(f"ELF mod\t{cache.MINIO_MODULE}\t{cache.MINIO_VERSION}\th1:".encode())


def findings(machine: FakeMachine, tmp_path: Path, **variables: str) -> dict[str, doctor.Check]:
    environment = {
        "CHANCERY_HOME": str(tmp_path / "home"),
        "CHANCERY_MODELS": str(tmp_path / "models"),
        "CHANCERY_DOCUMENT_TYPES": str(tmp_path / "types"),
    }
    return {check.name: check for check in doctor.checks(config.load(environment | variables), machine)}


def test_a_machine_with_everything_has_nothing_to_do(machine: FakeMachine, tmp_path: Path) -> None:
    found = findings(machine, tmp_path)
    # Whether there is a scanner is a decision of the site, of which the doctor reminds.
    assert not found.pop("malware scanner").needed
    assert [check for check in found.values() if not check.ok or check.remedy] == []
    assert found["tesseract"].found.startswith("5.3.0")
    assert found["maven"].found.startswith("3.8.7")
    assert found["tesserocr"].found == "engine 5.5.4"
    assert found["language eng"].found == "/usr/share/tessdata/"


@pytest.mark.parametrize(
    ("program", "check", "remedy"),
    [
        ("tesseract", "tesseract", "apt-get install tesseract-ocr"),
        ("tesseract", "language eng", "apt-get install tesseract-ocr-eng"),
        ("pdftotext", "poppler", "apt-get install poppler-utils"),
        ("java", "java", "apt-get install openjdk-17-jre-headless"),
        ("mvn", "maven", "apt-get install maven"),
        ("go", "go", "https://go.dev/dl/"),
        ("uv", "uv", "scripts/setup"),
        ("soffice", "office files", "libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui"),
        ("fc-list", "office files", "fonts-liberation fonts-crosextra-carlito fonts-crosextra-caladea"),
    ],
)
def test_each_missing_program_comes_with_its_command(
    machine: FakeMachine, tmp_path: Path, program: str, check: str, remedy: str
) -> None:
    machine.lacks(program)
    found = findings(machine, tmp_path)[check]
    assert not found.ok
    assert remedy in found.remedy


@pytest.mark.parametrize(
    ("namespaces", "filters", "landlock", "bwrap", "level", "remedy"),
    [
        (False, True, 7, True, "fence (seccomp, Landlock 7)", "sysctl user.max_user_namespaces"),
        (False, True, 7, False, "fence (seccomp, Landlock 7)", "apt-get install bubblewrap"),
        (False, True, 0, True, "limits (seccomp)", "sysctl user.max_user_namespaces"),
        (True, False, 7, True, "limits (bubblewrap, Landlock 7)", "apt-get install libseccomp2"),
        (False, False, 0, False, "limits (nothing)", "apt-get install bubblewrap libseccomp2"),
    ],
)
def test_a_weaker_sandbox_is_told_with_what_it_means_and_lacks(
    machine: FakeMachine,
    tmp_path: Path,
    namespaces: bool,
    filters: bool,
    landlock: int,
    bwrap: bool,
    level: str,
    remedy: str,
) -> None:
    command = next(command for command in machine.outputs if command.endswith(levels.__name__))
    machine.outputs[command] = json.dumps({"namespaces": namespaces, "filter": filters, "landlock": landlock})
    if not bwrap:
        machine.lacks("bwrap")
    found = findings(machine, tmp_path)["sandbox"]
    assert (found.ok, found.needed) == (False, False)
    assert found.found.startswith(f"{level}: ")
    assert remedy in found.remedy


def test_a_sandbox_that_cannot_be_tried_is_none(machine: FakeMachine, tmp_path: Path) -> None:
    command = next(command for command in machine.outputs if command.endswith(levels.__name__))
    machine.outputs[command] = None
    assert findings(machine, tmp_path)["sandbox"].found.startswith("limits (nothing)")


def test_a_language_that_is_asked_for_and_not_there_is_named(machine: FakeMachine, tmp_path: Path) -> None:
    found = findings(machine, tmp_path, CHANCERY_LANGUAGES="fra+chi_sim")
    assert found["language fra"].ok
    assert (
        found["language chi_sim"].found == "not in /usr/share/tessdata/; there: deu, eng, fra, ita, nld, por, spa"
    )
    assert found["language chi_sim"].remedy == "apt-get install tesseract-ocr-chi-sim"


def test_without_libreoffice_it_is_said_what_becomes_of_office_files(machine: FakeMachine, tmp_path: Path) -> None:
    machine.lacks("soffice")
    found = findings(machine, tmp_path)["office files"]
    assert not found.needed
    assert "dead letters" in found.found


def test_an_old_java_is_not_enough(machine: FakeMachine, tmp_path: Path) -> None:
    machine.outputs["java -version"] = 'openjdk version "11.0.2"'
    assert findings(machine, tmp_path)["java"].found == "11.0.2 (/bin/java); 17 or newer is needed"


def test_a_program_that_does_not_run_is_not_ok(machine: FakeMachine, tmp_path: Path) -> None:
    machine.outputs["pdftotext -v"] = None
    machine.engine = None
    found = findings(machine, tmp_path)
    assert "does not tell its version" in found["poppler"].found
    assert (found["poppler"].ok, found["tesserocr"].ok) == (False, False)


def test_programs_to_start_servers_are_not_missed_where_servers_answer(
    machine: FakeMachine, tmp_path: Path
) -> None:
    machine.lacks("java")
    assert not findings(machine, tmp_path)["java"].needed
    machine.reachable = False
    found = findings(machine, tmp_path)
    assert found["java"].needed
    assert "chancery up" in found["Kafka reachable"].remedy
    assert "CHANCERY_S3" in found["S3 reachable"].remedy


def test_a_minio_of_another_version_does_not_count(machine: FakeMachine, tmp_path: Path) -> None:
    cache.minio_binary().write_bytes(b"ELF mod\tgithub.com/minio/minio\tv0.0.0-2020\t")
    assert findings(machine, tmp_path)["MinIO's binary"].remedy == "scripts/setup"
    cache.minio_binary().write_bytes(b"")
    assert not cache.has_minio()


def test_a_full_disk_an_old_python_and_missing_folders_are_found(machine: FakeMachine, tmp_path: Path) -> None:
    machine.free = doctor.GIB // 2
    machine.version = "3.12.1"
    found = findings(machine, tmp_path, CHANCERY_MODELS=str(tmp_path / "nowhere"))
    assert found["disk (home)"].remedy == "free 1.5 GiB there, or choose another folder"
    assert "3.11" in found["python"].remedy
    assert found["models"].found == f"{tmp_path / 'nowhere'} is missing"


def test_types_are_counted_and_linted(machine: FakeMachine, tmp_path: Path) -> None:
    assert findings(machine, tmp_path)["document types"].found == f"1 types in {tmp_path / 'types'}"
    (tmp_path / "types" / "bad.json").write_text("{")
    found = findings(machine, tmp_path)["document types"]
    assert not found.ok and found.found.startswith("bad.json: line 1")
    assert "chancery types" in found.remedy


def test_models_are_complete_or_it_is_said_what_lacks(machine: FakeMachine, tmp_path: Path) -> None:
    assert findings(machine, tmp_path)["models"].found == f"all in {tmp_path / 'models'}"
    (tmp_path / "models" / "classifier" / "head.npz").unlink()
    assert findings(machine, tmp_path)["models"].found == f"{tmp_path / 'models'} lacks classifier/head.npz"
    shutil.rmtree(tmp_path / "models" / "classifier")
    shutil.rmtree(tmp_path / "models" / "line_reader")
    assert findings(machine, tmp_path)["models"].found == f"{tmp_path / 'models'} holds none"


def test_a_tessdata_folder_that_was_chosen_is_what_is_to_be_corrected(machine: FakeMachine, tmp_path: Path) -> None:
    machine.outputs["tesseract --tessdata-dir /t --list-langs"] = 'List of available languages in "/t/" (0):'
    found = findings(machine, tmp_path, CHANCERY_TESSDATA="/t")["language eng"]
    assert found.remedy == "put eng.traineddata there, or correct CHANCERY_TESSDATA"


def test_this_machine_can_be_asked(tmp_path: Path) -> None:
    machine = Machine()
    assert machine.says("true") == ""
    assert machine.says("false") is None
    assert machine.says(str(tmp_path / "nothing")) is None
    assert machine.free_bytes(tmp_path / "not" / "there") > 0
    assert machine.python().startswith("3.")


def test_a_language_server_is_looked_at_only_where_one_is_set(machine: FakeMachine, tmp_path: Path) -> None:
    assert "language server" not in findings(machine, tmp_path)


@pytest.mark.parametrize(
    ("speak", "digest", "behaviour", "ok", "found"),
    [
        (walking(), DIGEST, "ok", True, f"{MODEL} keeps to grammars; sha256 0123456789ab…"),
        (walking(), "", "ok", True, f"{MODEL} keeps to grammars; it tells no digest of its weights"),
        (saying("Certainly! Here is a word."), "", "ok", False, "it ignores the grammar"),
        (walking(), "", "refused", False, "status 400"),
        (walking(), "", "garbage", False, "no chat completion"),
        (walking(), "e" * 64, "ok", False, "CHANCERY_LANGUAGE_DIGEST"),
    ],
)
def test_a_language_server_must_keep_to_grammars(
    machine: FakeMachine, tmp_path: Path, speak: Speak, digest: str, behaviour: Behaviour, ok: bool, found: str
) -> None:
    with LanguageServer(speak, digest=digest) as server:
        server.then(behaviour)
        check = findings(
            machine,
            tmp_path,
            CHANCERY_LANGUAGE_URL=server.url,
            CHANCERY_LANGUAGE_MODEL=MODEL,
            CHANCERY_LANGUAGE_DIGEST=DIGEST,
        )["language server"]
    assert check.ok == ok
    assert check.needed
    assert found in check.found
    assert (check.remedy == "") == ok


def test_a_language_server_that_is_not_there_is_told(machine: FakeMachine, tmp_path: Path) -> None:
    with LanguageServer(walking()) as gone:
        url = gone.url
    named = {"CHANCERY_LANGUAGE_URL": url, "CHANCERY_LANGUAGE_MODEL": MODEL}
    assert "ConnectError" in findings(machine, tmp_path, **named)["language server"].found
