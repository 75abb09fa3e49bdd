"""`chancery bundle`, on this checkout, with all that needs no download."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from processors.bundle import checkout
from processors.cli import app
from processors.commands.exits import Exit

ROOT = Path(__file__).parents[3]
SITE = ROOT / "helm/chancery/sites/one-gpu.yaml"


def invoke(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["bundle", *map(str, words)])


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A bundle of this checkout, and the public key of its packer."""
    folder = tmp_path_factory.mktemp("packed")
    key = folder / "packer.pem"
    words = ("pack", "--checkout", ROOT, "--to", folder, "--key", key, "--make-key", "--site", SITE)
    made = told(invoke(*words, "--without", "images,wheels,weights", "--json"))
    assert made["bytes"] == Path(made["bundle"]).stat().st_size
    assert {one["part"] for one in made["left_out"]} == {"images", "wheels", "weights"}
    return Path(made["bundle"]), key.with_name("packer.pem.pub")


def test_what_a_site_needs_is_listed_for_people_and_programs() -> None:
    listed = told(invoke("list", "--checkout", ROOT, "--site", SITE, "--json"))
    assert {"part": "images", "name": "vllm/vllm-openai:v0.12.0", "version": ""}.items() <= next(
        one for one in listed if "vllm" in one["name"]
    ).items()
    assert {one["part"] for one in listed} == {
        "chart",
        "images",
        "wheels",
        "languages",
        "weights",
        "servers",
        "system",
        "docs",
    }
    shown = invoke("list", "--checkout", ROOT, "--site", SITE)
    assert shown.exit_code == 0
    assert "mistral-small-3_2" in shown.stdout
    assert "images: 3" in shown.stdout


def test_what_was_packed_is_verified(packed: tuple[Path, Path]) -> None:
    bundle, key = packed
    report = told(invoke("verify", bundle, "--key", key, "--json"))
    assert report["ok"] is True
    assert report["version"] == checkout.find(ROOT).version
    assert report["files"] > 100
    assert {"part": "images", "name": "vllm/vllm-openai:v0.12.0"} in report["left_out"]
    shown = invoke("verify", bundle, "--key", key)
    assert shown.exit_code == 0
    assert "OK: " in shown.stdout
    assert "left out: images (chancery/airflow:0.1.0, chancery/cpu:0.1.0, vllm/vllm-openai:v0.12.0); wheels (" in (
        shown.stdout
    )


def test_a_fault_is_told_with_its_meaning_and_an_exit_code(packed: tuple[Path, Path], tmp_path: Path) -> None:
    bundle, key = packed
    whole = bundle.read_bytes()
    place = whole.index(b"# Architecture")
    (tmp_path / "harmed.tar").write_bytes(whole[:place] + b"!" + whole[place + 1 :])
    done = invoke("verify", tmp_path / "harmed.tar", "--key", key)
    assert done.exit_code == Exit.FAILED
    assert "FOUND changed: docs/ARCHITECTURE.md: The file has other bytes than the manifest says." in done.stdout
    assert "NOT OK" in done.stdout


def test_what_is_missing_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    words = ("pack", "--checkout", ROOT, "--to", tmp_path / "out", "--key", key, "--make-key", "--site", SITE)
    done = invoke(*words, "--without", "wheels,docs,vllm/vllm-openai:v0.12.0")
    assert done.exit_code == Exit.FAILED
    assert "images: chancery/airflow:0.1.0" in done.output
    assert "vllm" not in done.output.partition("These are needed")[2]
    assert "--without images,weights" in done.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--without", "imags"), Exit.USAGE, "--without imags: this is no part"),
        (("--checkout", "/"), Exit.FAILED, "is no checkout of Chancery"),
        (("--site", "none.yaml"), Exit.FAILED, "none.yaml cannot be read"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, words: tuple[str, ...], code: Exit, message: str) -> None:
    key: tuple[str | Path, ...] = ("--key", tmp_path / "key.pem", "--make-key")
    given: tuple[str | Path, ...] = words if "--checkout" in words else ("--checkout", ROOT, *words)
    done = invoke("pack", "--to", tmp_path, *key, *given)
    assert (done.exit_code, message in done.output.replace("\n", " ")) == (code, True), done.output


def test_a_key_that_is_not_there_or_that_others_may_read_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    done = invoke("pack", "--checkout", ROOT, "--to", tmp_path, "--key", key)
    assert done.exit_code == Exit.BAD_SETTING
    assert "make one with --make-key" in done.output
    key.write_text("x")
    key.chmod(0o644)
    assert "Others may read the key" in invoke("pack", "--checkout", ROOT, "--to", tmp_path, "--key", key).output
    assert "cannot be read" in invoke("verify", tmp_path, "--key", tmp_path / "none.pub").output


def test_a_bundle_that_is_not_there_is_told(packed: tuple[Path, Path], tmp_path: Path) -> None:
    done = invoke("verify", tmp_path / "none.tar", "--key", packed[1])
    assert done.exit_code == Exit.NOT_FOUND
    assert "There is no bundle" in done.output
