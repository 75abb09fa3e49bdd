"""The file between the runtime, which asks, and the stage, which reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processors import completions
from processors.completions import Attributed, NoCompletion
from processors.stage import Completion

SAID = Attributed(
    Completion('{"a":"Łódź"}', (('{"a":', -0.5), ('"Łódź"}', 0.0)), outside=(0.25, 1.0)), "mistral openai", "f" * 64
)


@pytest.mark.parametrize(
    "said", [SAID, Attributed(Completion("")), Attributed(Completion("part", finished=False), "m")]
)
def test_what_is_written_is_read(tmp_path: Path, said: Attributed) -> None:
    completions.write(said, tmp_path / "said")
    assert completions.read(tmp_path / "said") == said


def test_half_a_character_can_still_be_written(tmp_path: Path) -> None:
    completions.write(Attributed(Completion("\ud83d")), tmp_path / "said")
    assert completions.read(tmp_path / "said").completion.untrusted_text == "?"


@pytest.mark.parametrize(
    "completion",
    [
        Completion("a", (("a", 0.5),)),
        Completion("a", (("a", float("nan")),)),
        Completion("a", (("a", float("-inf")),)),
        Completion("a", outside=(1.5,)),
        Completion("a" * completions.MOST_BYTES),
        Completion("a", (("", 0.0),) * (completions.MOST_TOKENS + 1)),
    ],
)
def test_what_is_no_completion_is_not_written(tmp_path: Path, completion: Completion) -> None:
    with pytest.raises(NoCompletion):
        completions.write(Attributed(completion), tmp_path / "said")
    assert not (tmp_path / "said").exists()


BAD: list[dict[str, Any]] = [
    {"text": None},
    {"tokens": 1},
    {"tokens": [["a"]]},
    {"tokens": [[1, -1]]},
    {"tokens": [["a", True]]},
    {"tokens": [["a", "-1"]]},
    {"outside": [None]},
    {"model": 1},
    {"digest": []},
]
GOOD: dict[str, Any] = {"text": "a", "tokens": [], "finished": True, "outside": [], "model": "", "digest": ""}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"[" * 100_000,
        b"\xff",
        b" " * (completions.MOST_BYTES + 1),
        *(json.dumps(GOOD | change).encode() for change in BAD),
        *(json.dumps({k: v for k, v in GOOD.items() if k != missing}).encode() for missing in GOOD),
    ],
)
def test_what_is_no_completion_is_not_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "said").write_bytes(content)
    with pytest.raises(NoCompletion) as told:
        completions.read(tmp_path / "said")
    assert told.value.__cause__ is None


def test_there_must_be_a_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        completions.read(tmp_path / "said")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(), st.lists(st.tuples(st.text(), st.floats(max_value=0, allow_infinity=False))), st.booleans())
def test_any_completion_comes_back(
    tmp_path: Path, text: str, tokens: list[tuple[str, float]], finished: bool
) -> None:
    said = Attributed(Completion(text, tuple(tokens), finished))
    completions.write(said, tmp_path / "said")
    assert completions.read(tmp_path / "said") == said
