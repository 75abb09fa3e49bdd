"""What `up` refuses before it starts anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from processors import config
from processors.local import preflight, stack
from processors.variables import SettingInvalid


def settings(tmp_path: Path, **variables: str) -> config.Settings:
    return config.load({"CHANCERY_HOME": str(tmp_path / "home")} | variables)


def test_the_shipped_settings_pass(tmp_path: Path) -> None:
    preflight.check(settings(tmp_path, CHANCERY_FAIL_POINTS="ocr:stored:0.1"))


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("CHANCERY_LANGUAGES", "xyz", "apt-get install tesseract-ocr-xyz"),
        ("CHANCERY_TESSDATA", "/nope", "/nope"),
        ("CHANCERY_MODELS", "/nope", "/nope is missing"),
        ("CHANCERY_DOCUMENT_TYPES", "/nope", "no such folder"),
        ("CHANCERY_FAIL_POINTS", "xyz", "stage:point:probability"),
        ("CHANCERY_FAIL_POINTS", "ocr:nowhere:1", "unknown fail point 'nowhere'"),
        ("CHANCERY_FAIL_POINTS", "ocr:stored:often", "stage:point:probability"),
    ],
)
def test_a_setting_with_which_workers_could_only_die_is_refused(
    tmp_path: Path, variable: str, value: str, told: str
) -> None:
    wrong = settings(tmp_path, **{variable: value})
    with pytest.raises(SettingInvalid) as refused:
        stack.up(wrong, external_kafka="127.0.0.1:1", external_s3="127.0.0.1:1")
    assert refused.value.code == 78
    assert f"{variable}='{value}' cannot be used" in str(refused.value) and told in str(refused.value)
    assert list(wrong.home.iterdir()) == []


def test_the_mistakes_of_type_files_are_listed_up_to_a_bound(tmp_path: Path) -> None:
    types = tmp_path / "types"
    types.mkdir()
    for name in "abcdefg":
        (types / f"{name}.json").write_text("{")
    with pytest.raises(SettingInvalid, match=r"(?s)there are 7:.*a\.json: line 1.*e\.json.*and 2 more") as told:
        preflight.check(settings(tmp_path, CHANCERY_DOCUMENT_TYPES=str(types)))
    assert "f.json" not in str(told.value)
