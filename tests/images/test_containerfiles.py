"""Containerfiles: pinned, without root or secrets, of files that are there; one for each image of the chart."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.images.containerfile import faults, read

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "images"
FILES = sorted(IMAGES.glob("*.Containerfile"))
IGNORED = (ROOT / ".dockerignore").read_text("utf-8")
#: images of the chart that others make
THIRD_PARTY = {"vllm"}
CPU = (IMAGES / "cpu.Containerfile").read_text("utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_containerfile_has_no_fault(file: Path) -> None:
    assert faults(file.read_text("utf-8"), ROOT, IGNORED) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("FROM ${PYTHON_BASE} AS build", "FROM python:3.11", "no argument whose default"),
        ("3.11.14-slim-bookworm", "latest", "no argument whose default"),
        ("docker.io/library/python", "python", "no argument whose default"),
        ("USER 10001:10001\n", "", "USER []"),
        ("USER 10001:10001", "USER chancery", "USER ['chancery']"),
        ("USER 10001:10001", "USER 0:0", "USER ['0:0']"),
        ("WORKDIR /var", "RUN chmod 777 /opt\nWORKDIR /var", "after USER"),
        ('ENTRYPOINT ["chancery"]', "ENTRYPOINT chancery", "no list"),
        ('ENTRYPOINT ["chancery"]', 'ENTRYPOINT ["sh"]', "no program"),
        ('  org.opencontainers.image.revision="${REVISION}" \\\n', "", "image.revision"),
        ("ARG REVISION\n", "", "['REVISION']"),
        ("COPY dags dags/", "COPY dag dags/", "COPY dag: there is no such file"),
        ("COPY dags dags/", "COPY tests tests/", "keeps it from the builder"),
        ("COPY LICENSE /opt", "ADD https://example.org/LICENSE /opt", "ADD https"),
        ("ARG VERSION", "ARG STORE_PASSWORD=x\nARG VERSION", "ARG STORE_PASSWORD"),
        ("RUN python", "RUN curl -o x https://example.org && python", "no digest holds"),
        (" --require-hashes", "", "without --require-hashes"),
    ],
)
def test_each_fault_is_seen(old: str, new: str, told: str) -> None:
    assert old in CPU
    changed = CPU.replace(old, new)
    assert any(told in fault for fault in faults(changed, ROOT, IGNORED)), faults(changed, ROOT, IGNORED)


def test_a_checkout_that_was_run_does_not_reach_the_builder() -> None:
    assert any("lets everything through" in one for one in faults(CPU, ROOT, IGNORED.replace("*\n", "", 1)))


def test_each_image_of_the_chart_has_a_containerfile_or_is_made_by_others() -> None:
    values = yaml.safe_load((ROOT / "helm/chancery/values.yaml").read_text("utf-8"))["images"]
    named = {name: image for name, image in values.items() if isinstance(image, str) and ":" in image}
    assert set(named) == {file.stem for file in FILES} | THIRD_PARTY
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert version
    assert {named[file.stem] for file in FILES} == {f"chancery/{file.stem}:{version[1]}" for file in FILES}


def test_the_user_is_the_one_that_the_chart_names() -> None:
    helpers = (ROOT / "helm/chancery/templates/_helpers.tpl").read_text("utf-8")
    user, group = (re.search(rf"{name}: (\d+)", helpers) for name in ("runAsUser", "runAsGroup"))
    assert user
    assert group
    assert [step.rest for step in read(CPU) if step.word == "USER"] == [f"{user[1]}:{group[1]}"]
    assert f"--uid {user[1]}" in (IMAGES / "install-system").read_text("utf-8")


def test_the_workers_image_leaves_out_torch_and_airflow() -> None:
    extras = {file.stem: set(re.findall(r"--extra (\w+)", _installs(file))) for file in FILES}
    assert extras == {
        "cpu": {"postgres"},
        "gpu": {"postgres", "train"},
        "airflow": {"postgres", "console", "airflow"},
    }


def _installs(file: Path) -> str:
    return next(step.rest for step in read(file.read_text("utf-8")) if "install-python" in step.rest)


def test_the_base_is_the_same_in_all_files_and_in_the_list() -> None:
    base = yaml.safe_load((IMAGES / "bases.yaml").read_text("utf-8"))["python"]
    defaults = {read(file.read_text("utf-8"))[0].rest for file in FILES}
    assert defaults == {f"PYTHON_BASE={base['name']}:{base['tag']}"}


def test_images_and_setup_name_the_same_system_packages() -> None:
    told = subprocess.run(
        ["sh", str(IMAGES / "install-system"), "--print", "all", "reading"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    setup = (ROOT / "scripts" / "setup").read_text("utf-8")
    languages = re.search(r'^TESSERACT_LANGUAGES="(.+)"$', setup, re.MULTILINE)
    assert languages
    assert {name for name in told if name.startswith("tesseract-ocr-")} == {
        f"tesseract-ocr-{language}" for language in languages[1].split()
    }
    parts = re.search(r"^for part in (.+); do$", setup, re.MULTILINE)
    assert parts
    office = {f"libreoffice-{part.split(':')[0]}-nogui" for part in parts[1].split()}
    assert {name for name in told if name.startswith("libreoffice-")} == office
    others = [name for name in told if not name.startswith(("tesseract-ocr-", "libreoffice-"))]
    # Certificates are there on any machine that people use, so setup does not ask for them.
    assert [name for name in others if name not in setup] == ["ca-certificates"]


def test_a_group_that_does_not_exist_is_named() -> None:
    done = subprocess.run(
        ["sh", str(IMAGES / "install-system"), "--print", "graphics"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "no group graphics" in done.stderr


def test_what_is_added_to_the_lock_is_held_by_digest_and_replaces_nothing_of_it() -> None:
    locked = {package["name"] for package in tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]}
    for file in (IMAGES / "sign-in.txt", IMAGES / "build-tools.txt"):
        blocks = re.split(r"\n(?=[a-z0-9])", re.sub(r"(?m)^#.*\n", "", file.read_text("utf-8")).strip())
        names = {block.partition("==")[0] for block in blocks}
        assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", block) for block in blocks)
        assert all(re.match(r"[a-z0-9-]+==[\w.]+ \\", block) for block in blocks)
        if file.stem == "sign-in":
            assert not names & locked
            assert "apache-airflow-providers-keycloak" in names


def test_uv_is_the_same_in_images_and_on_machines() -> None:
    setup = re.search(r"^UV_VERSION=(.+)$", (ROOT / "scripts" / "setup").read_text("utf-8"), re.MULTILINE)
    assert setup
    assert f"uv=={setup[1]} " in (IMAGES / "build-tools.txt").read_text("utf-8")


def test_the_weights_that_the_gpu_image_names_are_in_a_package_of_its_environment() -> None:
    steps = read((IMAGES / "gpu.Containerfile").read_text("utf-8"))
    (link,) = (step.rest for step in steps if step.rest.startswith("ln -s"))
    target, place = link.split()[2:]
    assert place == "/opt/chancery/encoder"
    installed = Path(yaml.__file__).parents[1] / target.partition("/site-packages/")[2]
    # What `text_encoder/torch_encoder.py` reads.
    assert {"config.json", "tokenizer.json", "model.safetensors"} <= {file.name for file in installed.iterdir()}
    large = yaml.safe_load((ROOT / "helm/chancery/sites/large.yaml").read_text("utf-8"))
    assert large["workers"]["classify"]["env"] == {"CHANCERY_ENCODER_WEIGHTS": place}
